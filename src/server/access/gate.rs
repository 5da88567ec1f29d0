//! The way of a request to its handler.

use super::audit::noted;
use super::policy::least_role;
use super::visitor::{ShownBy, Visitor, Who, bearer};
use super::{Access, LOGIN};
use crate::access::{AccessError, Token};
use crate::server::error::ApiError;
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderValue, Method, Response, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect};
use std::net::SocketAddr;
use std::sync::Arc;
use tower::ServiceExt;

/// What stands between requests and handlers.
#[derive(Clone)]
pub(in crate::server) struct Gate {
    pub access: Arc<Access>,
    /// For whom sees everything.
    pub whole: Router,
    /// For whom secret papers are not there.
    pub readers: Router,
}

/// Finds out who asks. The outermost layer: all others know the visitor.
pub(in crate::server) async fn identify(
    State(gate): State<Gate>,
    mut request: Request,
    next: Next,
) -> Response<Body> {
    let address = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|ConnectInfo(address)| address.ip());
    let program = bearer(request.headers()).map(str::to_owned);
    let visitor = match Visitor::unknown(request.headers(), address) {
        Ok(visitor) => visitor,
        Err(error) => return ApiError::internal(&error).into_response(),
    };
    let access = Arc::clone(&gate.access);
    let known = tokio::task::spawn_blocking(move || known(&access, visitor, program)).await;
    let visitor = match known {
        Ok(Ok(visitor)) => visitor,
        Ok(Err(error)) => return ApiError::internal(&error).into_response(),
        Err(error) => return ApiError::internal(&error).into_response(),
    };
    let path = request.uri().path();
    let is_page = !path.starts_with("/api/") && !path.starts_with("/assets/");
    let cookie = (is_page && visitor.is_new_token).then(|| visitor.cookie_for(&visitor.token));
    request.extensions_mut().insert(visitor);
    let mut response = next.run(request).await;
    // A browser that has just logged in has got a better one.
    if let Some(cookie) = cookie
        && !sets_session(&response)
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

fn sets_session(response: &Response<Body>) -> bool {
    response
        .headers()
        .get_all(header::SET_COOKIE)
        .iter()
        .any(|cookie| cookie.as_bytes().starts_with(b"vanthu_session="))
}

fn known(
    access: &Access,
    mut visitor: Visitor,
    program: Option<String>,
) -> Result<Visitor, AccessError> {
    if !access.requires_login()? {
        visitor.who = Who::Local;
        return Ok(visitor);
    }
    let user = match program {
        // A program that sends a wrong token is nobody, whatever its cookie.
        Some(token) => {
            visitor.shown_by = ShownBy::Bearer;
            match Token::parse(&token) {
                Some(token) => access.store.bearer_user(&token)?,
                None => None,
            }
        }
        None if visitor.is_new_token => None,
        None => access.store.session_user(&visitor.token)?,
    };
    if let Some(user) = user {
        visitor.who = Who::User(user);
    }
    Ok(visitor)
}

/// Lets those through who may ask this, and notes what they looked at.
pub(in crate::server) async fn admit(
    State(gate): State<Gate>,
    request: Request,
    next: Next,
) -> Response<Body> {
    let Some(visitor) = request.extensions().get::<Visitor>().cloned() else {
        return ApiError::internal(&"a request came past the gate").into_response();
    };
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let is_api = uri.path().starts_with("/api/");
    if let Some(role) = least_role(&method, uri.path())
        && !visitor.may(role)
    {
        return match visitor.who {
            Who::Nobody if is_api => unauthorized(),
            Who::Nobody => to_login(&method, &uri.to_string()),
            _ => {
                let refused = ApiError::new(
                    StatusCode::FORBIDDEN,
                    "not_allowed",
                    "your role does not allow this",
                )
                .into_response();
                note(&gate, visitor, &method, &uri, &refused);
                refused
            }
        };
    }
    let is_reading = matches!(method, Method::GET | Method::HEAD);
    let by_cookie = visitor.shown_by == ShownBy::Cookie && visitor.who != Who::Local;
    if is_api && !is_reading && by_cookie {
        // No page of ours does so; a program sends its own token.
        let sent = request.headers().get("x-csrf-token");
        let sent = sent.and_then(|sent| sent.to_str().ok()).unwrap_or_default();
        if let Err(error) = super::check_token(&visitor, sent) {
            return error.into_response();
        }
    }
    let response = next.run(request).await;
    note(&gate, visitor, &method, &uri, &response);
    response
}

/// Notes what users look at, take away and reach for.
fn note(gate: &Gate, visitor: Visitor, method: &Method, uri: &Uri, response: &Response<Body>) {
    if matches!(visitor.who, Who::User(_))
        && let Some(noted) = noted(method, uri, response)
    {
        let access = Arc::clone(&gate.access);
        tokio::task::spawn_blocking(move || {
            access.note(
                &visitor,
                noted.action,
                noted.document_id,
                Some(noted.detail),
            );
        });
    }
}

fn unauthorized() -> Response<Body> {
    let mut response = ApiError::new(
        StatusCode::UNAUTHORIZED,
        "not_logged_in",
        "log in, or send a token made with `vanthu user token`",
    )
    .into_response();
    let scheme = HeaderValue::from_static("Bearer realm=\"vanthu\"");
    response
        .headers_mut()
        .insert(header::WWW_AUTHENTICATE, scheme);
    response
}

/// To the login page, and from there back to a page that was asked for.
fn to_login(method: &Method, target: &str) -> Response<Body> {
    let address = match *method == Method::GET && target != "/" {
        true => crate::server::web::visit::address(LOGIN, [("toi", target)]),
        false => LOGIN.to_owned(),
    };
    Redirect::to(&address).into_response()
}

/// Hands a request to the router that shows what its visitor may see.
pub(in crate::server) async fn dispatch(
    State(gate): State<Gate>,
    request: Request,
) -> Response<Body> {
    let sees_secret = request
        .extensions()
        .get::<Visitor>()
        .is_some_and(|visitor| visitor.may(crate::access::Role::Archivist));
    let router = if sees_secret {
        gate.whole
    } else {
        gate.readers
    };
    match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}
