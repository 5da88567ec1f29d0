//! The archive over HTTP: the JSON API ([`api`]) and the page for people ([`web`]).
//!
//! Decisions:
//! * **Only this machine.** The address must be a loopback one: there are no
//!   users yet, and everybody who can connect may read everything. Requests whose
//!   Host is another name are refused, so that no page of the web can reach the
//!   archive through a person's browser by pointing its own name here.
//! * **Blocking work on threads of its own.** SQLite and tantivy block; the
//!   number of requests in work is bounded, the rest wait.
//! * **One kind of error** ([`error`]), also for what the router itself refuses:
//!   as JSON under `/api/`, as a page for people elsewhere.
//! * **Nothing from elsewhere.** Every answer forbids the browser to load or run
//!   anything but files of this server, and to be shown inside another page.

mod api;
mod error;
mod guard;
mod params;
mod pictures;
mod shared;
mod stream;
mod web;

pub use api::OPENAPI;

use crate::archive::Archive;
use crate::import::ImportSettings;
use crate::worker::WorkerSettings;
use axum::Router;
use axum::body::Body;
use axum::http::{Response, StatusCode, header};
use axum::middleware;
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, get};
use error::ApiError;
use shared::Shared;
use std::net::SocketAddr;
use std::sync::Arc;

/// What a served archive needs beside itself.
#[derive(Clone)]
pub struct ServerSettings {
    /// How imports that are asked for read; `None` refuses them.
    pub import: Option<ImportSettings>,
    /// Whether people are served pages beside the API.
    pub has_pages: bool,
    /// The workers that draw pages to look at.
    pub drawing: WorkerSettings,
}

impl Default for ServerSettings {
    /// The page and the API, without imports.
    fn default() -> Self {
        Self {
            import: None,
            has_pages: true,
            drawing: WorkerSettings::drawing(),
        }
    }
}

type App = Arc<Shared>;
type ApiResult = Result<Response<Body>, ApiError>;

/// Serves an archive until the process ends.
///
/// # Errors
/// When the address is not a loopback one or cannot be listened on.
pub fn serve(
    archive: Archive,
    address: SocketAddr,
    settings: ServerSettings,
    on_listening: impl FnOnce(SocketAddr),
) -> std::io::Result<()> {
    if !address.ip().is_loopback() {
        return Err(std::io::Error::other(
            "without users the archive is served to this machine only; listen on 127.0.0.1",
        ));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(address).await?;
        on_listening(listener.local_addr()?);
        axum::serve(listener, router(archive, settings)).await
    })
}

/// All routes over an archive. Layers added later stand further out: a request
/// passes security headers, error pages and the guard before it gets to a route.
pub fn router(archive: Archive, settings: ServerSettings) -> Router {
    let has_pages = settings.has_pages;
    let app = Arc::new(Shared::new(archive, settings));
    let mut routes = api::routes();
    if has_pages {
        routes = routes.merge(web::routes());
    }
    routes = routes
        .fallback(|| async { ApiError::not_found("there is no such address") })
        .layer(middleware::from_fn(guard::refuse_foreign));
    if has_pages {
        routes = routes.layer(middleware::from_fn(web::errors_as_pages));
    }
    routes
        .layer(middleware::from_fn(guard::add_security_headers))
        .with_state(app)
}

fn only_get<H, T>(handler: H) -> MethodRouter<App>
where
    H: axum::handler::Handler<T, App>,
    T: 'static,
{
    get(handler).fallback(|| async { method_not_allowed("GET, HEAD") })
}

fn method_not_allowed(allowed: &'static str) -> Response<Body> {
    let mut response = ApiError::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        format!("only {allowed} can be asked here"),
    )
    .into_response();
    let allowed = header::HeaderValue::from_static(allowed);
    response.headers_mut().insert(header::ALLOW, allowed);
    response
}
