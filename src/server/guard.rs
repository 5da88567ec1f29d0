//! What every request must pass and what every answer carries.

use super::access::{Visitor, Who};
use super::error::ApiError;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method, Response, header};
use axum::middleware::Next;
use axum::response::IntoResponse;

/// Nothing is loaded or run that is not a file of this server; no script or style
/// stands in a page itself, so that text of a paper can never become one.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'";

const SECURITY_HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// Adds the security headers; one that an answer has set itself is kept.
pub(super) async fn add_security_headers(request: Request, next: Next) -> Response<Body> {
    let mut response = next.run(request).await;
    for (name, value) in SECURITY_HEADERS {
        response
            .headers_mut()
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    // What papers say is not left behind in a shared computer's cache.
    response
        .headers_mut()
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Whether a page of the web has made a browser send this.
fn is_foreign(request: &Request) -> bool {
    let header = |name| {
        let value = request.headers().get(name);
        value.and_then(|value| value.to_str().ok())
    };
    let host = header(header::HOST).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let is_local = matches!(name, "localhost" | "127.0.0.1" | "[::1]" | "");
    let is_foreign_origin = header(header::ORIGIN)
        .is_some_and(|origin| origin.split_once("://").map(|(_, host)| host) != Some(host));
    // Browsers say so themselves, whatever they think of the origin.
    let is_cross_site = header(HeaderName::from_static("sec-fetch-site"))
        .is_some_and(|site| !matches!(site, "same-origin" | "none"));
    let is_write = !matches!(*request.method(), Method::GET | Method::HEAD);
    // With users, any name may be the server's: whoever asks has logged in there.
    let is_open = request
        .extensions()
        .get::<Visitor>()
        .is_none_or(|visitor| visitor.who == Who::Local);
    (is_open && !is_local) || (is_write && (is_foreign_origin || is_cross_site))
}

/// Refuses requests that a page of the web has made a browser send, and gives
/// every error the one shape.
pub(super) async fn refuse_foreign(request: Request, next: Next) -> Response<Body> {
    if is_foreign(&request) {
        return ApiError::new(
            axum::http::StatusCode::FORBIDDEN,
            "foreign_origin",
            "only programs and pages of this machine may ask",
        )
        .into_response();
    }
    let response = next.run(request).await;
    let is_page = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let is_ours = is_page || response.extensions().get::<super::error::Told>().is_some();
    match response.status() {
        // What the router refuses by itself, an address that is no UTF-8.
        status if status.is_client_error() && !is_ours => {
            ApiError::new(status, "wrong_request", "the request cannot be read").into_response()
        }
        _ => response,
    }
}
