//! The JSON API over an archive and its index, for programs.
//!
//! ```text
//! GET  /api/search /api/suggest
//! GET  /api/documents /api/documents/ID[/record|/references|/similar]
//! GET  /api/documents/ID/original /api/documents/ID/searchable
//! GET  /api/documents/ID/pages/N[/image]
//! GET  /api/targets /api/export        streamed as CSV, JSON or Parquet
//! POST /api/imports                    GET /api/imports[/ID]
//! GET  /api/openapi.json               the description of all of it
//! ```

mod documents;
mod files;
mod imports;
mod search;
mod tables;

pub(super) use documents::document_id;

use super::{App, method_not_allowed, only_get};
use axum::Router;
use axum::body::Body;
use axum::http::{Response, header};
use axum::response::IntoResponse;
use axum::routing::get;

/// The description that is served, and that tests hold the answers against.
pub const OPENAPI: &str = include_str!("openapi.json");

/// The routes of the API.
pub(super) fn routes() -> Router<App> {
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
        .route(
            "/api/documents/:id/pages/:page/image",
            only_get(files::page_image),
        )
        .route("/api/documents/:id/original", only_get(files::original))
        .route("/api/documents/:id/searchable", only_get(files::searchable))
        .route("/api/targets", only_get(tables::targets))
        .route("/api/export", only_get(tables::export))
        .route(
            "/api/imports",
            get(imports::list)
                .post(imports::start)
                .fallback(|| async { method_not_allowed("GET, HEAD, POST") }),
        )
        .route("/api/imports/:id", only_get(imports::job))
}

async fn openapi() -> Response<Body> {
    let json = [(header::CONTENT_TYPE, "application/json")];
    (json, OPENAPI).into_response()
}
