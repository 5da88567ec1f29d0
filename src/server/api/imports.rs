//! Imports that were asked for over HTTP: one at a time, in the background.

use crate::import::{self, ImportReport};
use crate::server::error::{ApiError, json_response};
use crate::server::params::Params;
use crate::server::{ApiResult, App, shared::in_work};
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Finished jobs that are remembered.
const MAX_JOBS: usize = 100;
/// A request names folders, not thousands of files.
const MAX_PATHS: usize = 1_000;

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum JobState {
    Running,
    Finished,
    Failed,
}

#[derive(Debug, Clone, Serialize)]
struct Job {
    id: u64,
    state: JobState,
    paths: Vec<PathBuf>,
    /// At the end.
    report: Option<ImportReport>,
    /// Why it failed.
    message: Option<String>,
}

/// The jobs of this server, oldest first.
#[derive(Debug, Default)]
pub(in crate::server) struct ImportJobs(Mutex<Vec<Job>>);

impl ImportJobs {
    fn all(&self) -> MutexGuard<'_, Vec<Job>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new job; `None` while one is running.
    fn begin(&self, paths: Vec<PathBuf>) -> Option<Job> {
        let mut jobs = self.all();
        if jobs.iter().any(|job| job.state == JobState::Running) {
            return None;
        }
        if jobs.len() >= MAX_JOBS {
            jobs.remove(0);
        }
        let job = Job {
            id: jobs.last().map_or(1, |last| last.id + 1),
            state: JobState::Running,
            paths,
            report: None,
            message: None,
        };
        jobs.push(job.clone());
        Some(job)
    }

    fn end(&self, id: u64, result: Result<ImportReport, String>) {
        if let Some(job) = self.all().iter_mut().find(|job| job.id == id) {
            match result {
                Ok(report) => {
                    job.state = JobState::Finished;
                    job.report = Some(report);
                }
                Err(message) => {
                    job.state = JobState::Failed;
                    job.message = Some(message);
                }
            }
        }
    }
}

#[derive(Serialize)]
struct JobList {
    imports: Vec<Job>,
}

pub(in crate::server) async fn list(
    State(app): State<App>,
    RawQuery(query): RawQuery,
) -> ApiResult {
    Params::parse(query.as_deref(), &[])?;
    let imports = app.jobs.all().clone();
    Ok(json_response(StatusCode::OK, &JobList { imports }))
}

pub(in crate::server) async fn job(
    State(app): State<App>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> ApiResult {
    Params::parse(query.as_deref(), &[])?;
    let id: Option<u64> = id.parse().ok();
    let jobs = app.jobs.all();
    let job = jobs.iter().find(|job| Some(job.id) == id);
    let job = job.ok_or_else(|| ApiError::not_found("there is no such import"))?;
    Ok(json_response(StatusCode::OK, job))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    paths: Vec<PathBuf>,
}

pub(in crate::server) async fn start(
    State(app): State<App>,
    RawQuery(query): RawQuery,
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
    let job = app.jobs.begin(order.paths).ok_or_else(|| {
        ApiError::new(
            StatusCode::CONFLICT,
            "import_running",
            "an import is running; wait for its end",
        )
    })?;
    let (shared, id) = (Arc::clone(&app), job.id);
    tokio::task::spawn_blocking(move || {
        let result = import::import(&shared.archive, found, &settings, &|_| {});
        shared
            .jobs
            .end(id, result.map_err(|error| error.to_string()));
    });
    Ok(json_response(StatusCode::ACCEPTED, &job))
}
