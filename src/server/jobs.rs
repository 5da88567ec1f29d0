//! Imports that were asked for over HTTP: one at a time, in the background.

use super::App;
use super::error::ApiError;
use crate::archive::{ArchiveError, Failure};
use crate::import::{self, Discovery, ImportError, ImportEvent, ImportReport, ImportSettings};
use axum::http::StatusCode;
use serde::Serialize;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tempfile::TempDir;

/// Finished jobs that are remembered.
const MAX_JOBS: usize = 100;
/// How often, and after what time, a locked archive is tried again.
const MAX_LOCK_TRIES: u32 = 20;
const LOCK_PAUSE: Duration = Duration::from_millis(500);

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum JobState {
    Running,
    Finished,
    Failed,
}

/// An import.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Job {
    pub id: u64,
    pub state: JobState,
    pub paths: Vec<PathBuf>,
    /// At the end.
    pub report: Option<ImportReport>,
    /// Why it failed.
    pub message: Option<String>,
    #[serde(skip)]
    pub progress: Progress,
    /// Of uploaded files, at the end: what could not be read.
    #[serde(skip)]
    pub failures: Vec<Failure>,
}

/// What of an import is done.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Progress {
    pub n_files: usize,
    pub n_files_done: usize,
    pub n_pages: usize,
    pub n_pages_done: usize,
}

impl Progress {
    fn add(&mut self, event: &ImportEvent) {
        match event {
            ImportEvent::Started { n_files } => self.n_files = *n_files,
            ImportEvent::FileOpened { n_pages, .. } => self.n_pages += *n_pages as usize,
            ImportEvent::PageDone { .. } => self.n_pages_done += 1,
            ImportEvent::FileSettled | ImportEvent::FileDone | ImportEvent::FileFailed { .. } => {
                self.n_files_done += 1
            }
            ImportEvent::Note(_) => {}
        }
    }
}

/// The jobs of this server, oldest first.
#[derive(Debug, Default)]
pub(super) struct ImportJobs(Mutex<Vec<Job>>);

impl ImportJobs {
    fn lock(&self) -> MutexGuard<'_, Vec<Job>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn all(&self) -> Vec<Job> {
        self.lock().clone()
    }

    pub fn job(&self, id: u64) -> Option<Job> {
        self.lock().iter().find(|job| job.id == id).cloned()
    }

    /// A new job; `None` while one is running.
    fn begin(&self, paths: Vec<PathBuf>) -> Option<Job> {
        let mut jobs = self.lock();
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
            progress: Progress::default(),
            failures: Vec::new(),
        };
        jobs.push(job.clone());
        Some(job)
    }

    fn change(&self, id: u64, change: impl FnOnce(&mut Job)) {
        if let Some(job) = self.lock().iter_mut().find(|job| job.id == id) {
            change(job);
        }
    }
}

/// Begins an import in the background. Uploaded files lie in `staging`, which is
/// cleared away when they have been read: their bytes are kept as originals.
///
/// # Errors
/// While another import is running.
pub(super) fn start(
    app: &App,
    settings: ImportSettings,
    paths: Vec<PathBuf>,
    found: Discovery,
    staging: Option<TempDir>,
) -> Result<Job, ApiError> {
    let job = app.jobs.begin(paths).ok_or_else(|| {
        ApiError::new(
            StatusCode::CONFLICT,
            "import_running",
            "an import is running; wait for its end",
        )
    })?;
    let (shared, id) = (Arc::clone(app), job.id);
    tokio::task::spawn_blocking(move || {
        let on_event = |event: ImportEvent| shared.jobs.change(id, |job| job.progress.add(&event));
        let result =
            when_unlocked(|| import::import(&shared.archive, found.clone(), &settings, &on_event));
        let failures = match &staging {
            Some(staging) => failures_under(&shared, staging),
            None => Vec::new(),
        };
        drop(staging);
        shared.jobs.change(id, |job| {
            job.failures = failures;
            match result {
                Ok(report) => {
                    job.state = JobState::Finished;
                    job.report = Some(report);
                }
                Err(error) => {
                    job.state = JobState::Failed;
                    job.message = Some(error.to_string());
                }
            }
        });
    });
    Ok(job)
}

/// The index may be taking a correction in just now, which is soon done; a
/// longer wait is told.
fn when_unlocked(
    mut attempt: impl FnMut() -> Result<ImportReport, ImportError>,
) -> Result<ImportReport, ImportError> {
    for _ in 0..MAX_LOCK_TRIES {
        match attempt() {
            Err(ImportError::Archive(ArchiveError::Locked { .. })) => {
                std::thread::sleep(LOCK_PAUSE);
            }
            done => return done,
        }
    }
    attempt()
}

/// What failed of the files in a folder.
fn failures_under(shared: &super::shared::Shared, folder: &TempDir) -> Vec<Failure> {
    let folder = folder.path().to_string_lossy();
    let failures = shared.archive.failures().unwrap_or_else(|error| {
        tracing::error!(%error, "what failed of an import could not be listed");
        Vec::new()
    });
    failures
        .into_iter()
        .filter(|failure| failure.source_path.starts_with(folder.as_ref()))
        .collect()
}
