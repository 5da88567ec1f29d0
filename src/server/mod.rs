//! The archive over HTTP: the JSON API (`api`) and the page for people (`web`).
//!
//! Decisions:
//! * **Only this machine, or users** (`access`). An archive without users is
//!   served to its own machine; requests whose Host is another name are then
//!   refused, so that no page of the web can reach the archive through a person's
//!   browser by pointing its own name here. Others reach it once it has users.
//! * **Blocking work on threads of its own.** SQLite and tantivy block; the
//!   number of requests in work is bounded, the rest wait.
//! * **One kind of error** (`error`), also for what the router itself refuses:
//!   as JSON under `/api/`, as a page for people elsewhere.
//! * **Nothing from elsewhere.** Every answer forbids the browser to load or run
//!   anything but files of this server, and to be shown inside another page.

mod access;
mod api;
mod error;
mod guard;
mod jobs;
mod listen;
mod params;
mod pictures;
mod shared;
mod stream;
mod web;

pub use api::OPENAPI;

use crate::archive::Archive;
use crate::import::ImportSettings;
use crate::worker::WorkerSettings;
use access::{Access, Gate};
use axum::Router;
use axum::body::Body;
use axum::http::{Response, StatusCode, header};
use axum::middleware;
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, get};
use error::ApiError;
use shared::Shared;
use std::io;
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
/// When the address cannot be listened on, or others can reach it and the archive
/// has no users.
pub fn serve(
    archive: Archive,
    address: SocketAddr,
    settings: ServerSettings,
    on_listening: impl FnOnce(SocketAddr),
) -> io::Result<()> {
    let is_reached_by_others = !address.ip().is_loopback();
    let access = Access::open(archive.dir(), is_reached_by_others).map_err(io::Error::other)?;
    if is_reached_by_others && !access.store.has_users().map_err(io::Error::other)? {
        return Err(io::Error::other(
            "others can reach this address, and the archive has no users yet; add one with \
             `vanthu user add NAME --role administrator`, or listen on 127.0.0.1",
        ));
    }
    let readers = Archive::open_for_readers(archive.dir()).map_err(io::Error::other)?;
    let whole = Arc::new(Shared::new(archive, settings, Arc::new(access)));
    let router = router(&whole, readers);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(address).await?;
        jobs::take_up(&whole);
        on_listening(listener.local_addr()?);
        listen::answer(listener, router).await
    })
}

/// All routes over an archive, twice: whole, and as readers see it. Layers added
/// later stand further out: a request is identified, passes security headers,
/// error pages, the guard and the gate before it gets to a route.
fn router(whole: &App, readers: Archive) -> Router {
    let has_pages = whole.settings.has_pages;
    let readers = Arc::new(Shared::for_readers(readers, whole));
    let gate = Gate {
        access: Arc::clone(&whole.access),
        whole: routes(Arc::clone(whole), has_pages),
        readers: routes(readers, has_pages),
    };
    let mut router = Router::new()
        .fallback(access::dispatch)
        .layer(middleware::from_fn_with_state(gate.clone(), access::admit))
        .layer(middleware::from_fn(guard::refuse_foreign));
    if has_pages {
        router = router.layer(middleware::from_fn(web::errors_as_pages));
    }
    router
        .layer(middleware::from_fn(guard::add_security_headers))
        .layer(middleware::from_fn_with_state(
            gate.clone(),
            access::identify,
        ))
        .with_state(gate)
}

fn routes(app: App, has_pages: bool) -> Router {
    let mut routes = api::routes();
    if has_pages {
        routes = routes.merge(web::routes());
    }
    routes
        .fallback(|| async { ApiError::not_found("there is no such address") })
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
