//! The JSON API over an archive and its index.
//!
//! ```text
//! GET  /api/search /api/suggest
//! GET  /api/documents /api/documents/ID[/record|/references|/similar]
//! GET  /api/documents/ID/pages/N
//! GET  /api/targets /api/export        streamed as CSV, JSON or Parquet
//! POST /api/imports                    GET /api/imports[/ID]
//! GET  /api/openapi.json               the description of all of it
//! ```
//!
//! Decisions:
//! * **Only this machine.** The address must be a loopback one: there are no
//!   users yet, and everybody who can connect may read everything. Requests whose
//!   Host is another name are refused, so that no page of the web can reach the
//!   archive through a person's browser by pointing its own name here.
//! * **Blocking work on threads of its own.** SQLite and tantivy block; the
//!   number of requests in work is bounded, the rest wait.
//! * **One error envelope** (`error`), also for what the router itself refuses.

mod documents;
mod error;
mod imports;
mod params;
mod search;
mod tables;

use crate::archive::Archive;
use crate::import::ImportSettings;
use crate::index::{IndexError, SearchIndex, rebuild};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Method, Response, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, get};
use error::{ApiError, json_response};
use imports::ImportJobs;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use tokio::sync::Semaphore;

/// The description that is served, and that tests hold the answers against.
pub const OPENAPI: &str = include_str!("openapi.json");

/// Requests in work at one time.
const MAX_IN_WORK: usize = 16;
/// Tables streamed at one time.
const MAX_EXPORTS: usize = 8;

/// What a served archive needs beside itself.
#[derive(Clone)]
pub struct ServerSettings {
    /// How imports that are asked for read; `None` refuses them.
    pub import: Option<ImportSettings>,
}

/// What all requests share.
struct Shared {
    archive: Archive,
    index: RwLock<Option<SearchIndex>>,
    /// Held while the index is being opened or built anew.
    mending: Mutex<()>,
    jobs: ImportJobs,
    settings: ServerSettings,
    in_work: Semaphore,
    /// Tables being streamed; apart, since a reader may be slow.
    exports: Arc<Semaphore>,
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

/// The routes over an archive.
pub fn router(archive: Archive, settings: ServerSettings) -> Router {
    let app = Arc::new(Shared {
        archive,
        index: RwLock::new(None),
        mending: Mutex::new(()),
        jobs: ImportJobs::default(),
        settings,
        in_work: Semaphore::new(MAX_IN_WORK),
        exports: Arc::new(Semaphore::new(MAX_EXPORTS)),
    });
    Router::new()
        .route("/api/openapi.json", only_get(openapi))
        .route("/api/search", only_get(search::search))
        .route("/api/suggest", only_get(search::suggest))
        .route("/api/documents", only_get(documents::list))
        .route("/api/documents/:id", only_get(documents::document))
        .route("/api/documents/:id/record", only_get(documents::record))
        .route(
            "/api/documents/:id/references",
            only_get(documents::references),
        )
        .route("/api/documents/:id/similar", only_get(search::similar))
        .route("/api/documents/:id/pages/:page", only_get(documents::page))
        .route("/api/targets", only_get(tables::targets))
        .route("/api/export", only_get(tables::export))
        .route(
            "/api/imports",
            get(imports::list)
                .post(imports::start)
                .fallback(|| async { method_not_allowed("GET, HEAD, POST") }),
        )
        .route("/api/imports/:id", only_get(imports::job))
        .fallback(|| async { ApiError::not_found("there is no such address") })
        .layer(middleware::from_fn(guard))
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
    let is_write = !matches!(*request.method(), Method::GET | Method::HEAD);
    !is_local || (is_write && is_foreign_origin)
}

/// Refuses requests that a page of the web has made a browser send, and gives
/// every error the one shape.
async fn guard(request: Request, next: Next) -> Response<Body> {
    if is_foreign(&request) {
        return ApiError::new(
            StatusCode::FORBIDDEN,
            "foreign_origin",
            "only programs and pages of this machine may ask",
        )
        .into_response();
    }
    let response = next.run(request).await;
    let is_json = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind == "application/json");
    match response.status() {
        // What the router refuses by itself, an address that is no UTF-8.
        status if status.is_client_error() && !is_json => {
            ApiError::new(status, "wrong_request", "the request cannot be read").into_response()
        }
        _ => response,
    }
}

async fn openapi() -> Response<Body> {
    let json = [(header::CONTENT_TYPE, "application/json")];
    (json, OPENAPI).into_response()
}

/// Does blocking work for a request, when its turn has come.
async fn in_work<T: Send + 'static>(
    app: &App,
    work: impl FnOnce(&Shared) -> Result<T, ApiError> + Send + 'static,
) -> Result<T, ApiError> {
    let shared = Arc::clone(app);
    let _permit = app
        .in_work
        .acquire()
        .await
        .map_err(|error| ApiError::internal(&error))?;
    tokio::task::spawn_blocking(move || work(&shared))
        .await
        .map_err(|error| ApiError::internal(&error))?
}

/// A JSON answer that blocking work gives.
async fn json<T: serde::Serialize + Send + 'static>(
    State(app): State<App>,
    work: impl FnOnce(&Shared) -> Result<T, ApiError> + Send + 'static,
) -> ApiResult {
    let value = in_work(&app, work).await?;
    Ok(json_response(StatusCode::OK, &value))
}

impl Shared {
    /// Lets `ask` look into the index, as it is now. A missing or damaged one is
    /// built anew, by the first who notices; others are told to come again.
    fn with_index<T>(
        &self,
        ask: impl Fn(&SearchIndex) -> Result<T, IndexError>,
    ) -> Result<T, ApiError> {
        self.refresh()?;
        let asked = {
            let index = self.index.read().unwrap_or_else(PoisonError::into_inner);
            match &*index {
                Some(index) => ask(index),
                None => return Err(self.mended_meanwhile()),
            }
        };
        match asked {
            Err(error) if error.is_mended_by_rebuild() => {
                self.mend(&error)?;
                let index = self.index.read().unwrap_or_else(PoisonError::into_inner);
                match &*index {
                    Some(index) => Ok(ask(index)?),
                    None => Err(self.mended_meanwhile()),
                }
            }
            asked => Ok(asked?),
        }
    }

    fn mended_meanwhile(&self) -> ApiError {
        IndexError::Missing {
            dir: self.archive.index_dir(),
        }
        .into()
    }

    /// Opens the index where it is not, and makes what was committed since seen.
    fn refresh(&self) -> Result<(), ApiError> {
        let is_current = {
            let index = self.index.read().unwrap_or_else(PoisonError::into_inner);
            match &*index {
                Some(index) => index.is_current(&self.archive).unwrap_or(false),
                None => false,
            }
        };
        if is_current {
            return Ok(());
        }
        let opened = {
            let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
            match &mut *index {
                Some(index) => index.refresh(&self.archive),
                None => SearchIndex::open(&self.archive).map(|opened| *index = Some(opened)),
            }
        };
        match opened {
            Err(error) if error.is_mended_by_rebuild() => self.mend(&error),
            opened => Ok(opened?),
        }
    }

    fn mend(&self, why: &IndexError) -> Result<(), ApiError> {
        let Ok(_mending) = self.mending.try_lock() else {
            return Err(self.mended_meanwhile());
        };
        tracing::warn!(%why, "building the search index anew");
        let lock = self.archive.lock_for_writing();
        let Ok(_lock) = lock else {
            // An import is writing; it sees to the index itself.
            return Err(self.mended_meanwhile());
        };
        rebuild(&self.archive, |_, _| {})?;
        let opened = SearchIndex::open(&self.archive)?;
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = Some(opened);
        Ok(())
    }
}
