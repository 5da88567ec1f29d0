//! Imports of files that lie where the server can read them.

use crate::import;
use crate::server::access::Visitor;
use crate::server::error::{ApiError, json_response};
use crate::server::jobs::{self, Job};
use crate::server::params::Params;
use crate::server::{ApiResult, App, shared::in_work};
use axum::body::Bytes;
use axum::extract::{Extension, Path, RawQuery, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// A request names folders, not thousands of files.
const MAX_PATHS: usize = 1_000;

#[derive(Serialize)]
struct JobList {
    imports: Vec<Job>,
}

pub(in crate::server) async fn list(
    State(app): State<App>,
    RawQuery(query): RawQuery,
) -> ApiResult {
    Params::parse(query.as_deref(), &[])?;
    let imports = app.jobs.all();
    Ok(json_response(StatusCode::OK, &JobList { imports }))
}

pub(in crate::server) async fn job(
    State(app): State<App>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> ApiResult {
    Params::parse(query.as_deref(), &[])?;
    let job = id.parse().ok().and_then(|id| app.jobs.job(id));
    let job = job.ok_or_else(|| ApiError::not_found("there is no such import"))?;
    Ok(json_response(StatusCode::OK, &job))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    paths: Vec<PathBuf>,
}

pub(in crate::server) async fn start(
    State(app): State<App>,
    RawQuery(query): RawQuery,
    Extension(visitor): Extension<Visitor>,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> ApiResult {
    Params::parse(query.as_deref(), &[])?;
    let Some(settings) = app.settings.import.clone() else {
        return Err(ApiError::new(
            StatusCode::FORBIDDEN,
            "imports_off",
            "this server was started without imports",
        ));
    };
    let body = body.map_err(|error| ApiError::bad_request("wrong_body", error.to_string()))?;
    let order: Order = serde_json::from_slice(&body)
        .map_err(|error| ApiError::bad_request("wrong_body", error.to_string()))?;
    if order.paths.is_empty() || order.paths.len() > MAX_PATHS {
        return Err(ApiError::bad_request(
            "wrong_body",
            format!("paths must name 1 to {MAX_PATHS} files or folders"),
        ));
    }
    if let Some(path) = order.paths.iter().find(|path| !path.is_absolute()) {
        return Err(ApiError::bad_request(
            "wrong_body",
            format!("{} is not an absolute path", path.display()),
        ));
    }
    // Before folders are searched, which takes its time.
    jobs::is_free(&app)?;
    let paths = order.paths.clone();
    let found = in_work(&app, move |shared| {
        let found = import::discover(&paths, shared.archive.dir());
        match found.files.is_empty() {
            true => Err(ApiError::new(
                StatusCode::NOT_FOUND,
                "nothing_to_import",
                "no PDF, TIFF, PNG or JPEG file was found there",
            )),
            false => Ok(found),
        }
    })
    .await?;
    let job = jobs::start(&app, settings, &visitor, &order.paths, found)?;
    Ok(json_response(StatusCode::ACCEPTED, &job))
}
