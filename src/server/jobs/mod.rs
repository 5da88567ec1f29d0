//! Imports that were asked for over HTTP: one after the other, in the background.
//!
//! Files that were sent are never lost: they wait in the archive's `uploads` until
//! they have been read, however long another import holds the archive, and also
//! when the server ends meanwhile. What is to be done stands in the list of
//! imports beside the users ([`crate::access::KeptImport`]).

mod job;
mod sent;
mod turns;

pub(super) use job::{Job, JobState, Problem, UPLOAD_PREFIX, UPLOADS};

use super::access::{Access, Visitor};
use super::error::ApiError;
use super::{App, shared::Shared};
use crate::access::{NewAuditEntry, StoppedImport};
use crate::archive::{ArchiveError, Failure};
use crate::import::{self, Discovery, ImportError, ImportEvent, ImportSettings};
use axum::http::StatusCode;
use job::Progress;
use sent::{has_all, sent_files};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tempfile::TempDir;
use turns::Turns;

/// Imports that are remembered, the latest.
const MAX_JOBS: u32 = 100;
/// Imports that wait; more are told to come again.
const MAX_OPEN: usize = 50;
/// How often an archive that somebody else writes is tried again.
const LOCK_PAUSE: Duration = Duration::from_millis(500);

/// The jobs of this server, oldest first, and whose turn it is.
#[derive(Default)]
pub(super) struct ImportJobs {
    jobs: Mutex<Vec<Job>>,
    turns: Turns<Order>,
}

/// What is to be done for a job.
struct Order {
    job_id: i64,
    settings: ImportSettings,
    found: Discovery,
    /// The folder with files that were sent, which is cleared away at the end.
    staging: Option<PathBuf>,
}

impl Order {
    /// Files that were sent are meant to be read, whatever came of them before.
    fn of_sent(
        job_id: i64,
        mut settings: ImportSettings,
        files: Vec<PathBuf>,
        staging: PathBuf,
    ) -> Self {
        settings.retry_failed = true;
        Self {
            job_id,
            settings,
            found: Discovery::of(files),
            staging: Some(staging),
        }
    }
}

impl ImportJobs {
    fn lock(&self) -> MutexGuard<'_, Vec<Job>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn all(&self) -> Vec<Job> {
        self.lock().clone()
    }

    pub fn job(&self, id: i64) -> Option<Job> {
        self.lock().iter().find(|job| job.id == id).cloned()
    }

    fn n_open(&self) -> usize {
        let jobs = self.lock();
        jobs.iter().filter(|job| job.state.is_open()).count()
    }

    fn add(&self, job: Job) {
        let mut jobs = self.lock();
        if jobs.len() >= MAX_JOBS as usize
            && let Some(oldest) = jobs.iter().position(|job| !job.state.is_open())
        {
            jobs.remove(oldest);
        }
        jobs.push(job);
    }

    fn change(&self, id: i64, change: impl FnOnce(&mut Job)) {
        if let Some(job) = self.lock().iter_mut().find(|job| job.id == id) {
            change(job);
        }
    }

    /// Lets a stopped job wait again, once: who asks a second time gets nothing.
    fn reopen(&self, id: i64, archive_dir: &Path) -> Option<Job> {
        let mut jobs = self.lock();
        let job = jobs.iter_mut().find(|job| job.id == id)?;
        if !job.can_be_done_again(archive_dir) {
            return None;
        }
        job.state = JobState::Waiting;
        job.problem = None;
        job.message = None;
        job.progress = Progress::default();
        Some(job.clone())
    }

    fn set_state(&self, id: i64, state: JobState) {
        self.change(id, |job| job.state = state);
    }
}

/// Whether an import of the server's own files may begin.
///
/// # Errors
/// While another import is under way.
pub(super) fn is_free(app: &App) -> Result<(), ApiError> {
    match app.jobs.n_open() {
        0 => Ok(()),
        _ => Err(ApiError::new(
            StatusCode::CONFLICT,
            "import_running",
            "an import is running; wait for its end",
        )),
    }
}

/// Begins an import of files of the server's own machine, which lie there still
/// when it is asked for again.
///
/// # Errors
/// While another import is under way.
pub(super) fn start(
    app: &App,
    settings: ImportSettings,
    visitor: &Visitor,
    paths: &[PathBuf],
    found: Discovery,
) -> Result<Job, ApiError> {
    is_free(app)?;
    let paths: Vec<String> = paths
        .iter()
        .map(|path| path.to_string_lossy().into_owned())
        .collect();
    let job = keep(app, visitor, &paths, None)?;
    run(
        app,
        Order {
            job_id: job.id,
            settings,
            found,
            staging: None,
        },
    );
    Ok(job)
}

/// Takes over files that were sent, which lie in `staging`: they are read when
/// their turn comes, and the folder is cleared away then, since their bytes are
/// kept as originals.
///
/// # Errors
/// Where too many wait already, or the list of imports cannot be written.
pub(super) fn start_sent(
    app: &App,
    settings: ImportSettings,
    visitor: &Visitor,
    files: Vec<PathBuf>,
    staging: TempDir,
) -> Result<Job, ApiError> {
    if app.jobs.n_open() >= MAX_OPEN {
        return Err(ApiError::new(
            StatusCode::CONFLICT,
            "too_many_imports",
            "too many imports wait already",
        ));
    }
    let names: Vec<String> = files.iter().map(|path| name_of(path)).collect();
    let folder = name_of(staging.path());
    let job = keep(app, visitor, &names, Some(&folder))?;
    // From here on it is the import's.
    let staging = staging.keep();
    run(app, Order::of_sent(job.id, settings, files, staging));
    Ok(job)
}

/// Does a stopped import of sent files again.
///
/// # Errors
/// Where there is no such import, or its files are no longer there.
pub(super) fn start_again(
    app: &App,
    settings: ImportSettings,
    visitor: &Visitor,
    id: i64,
) -> Result<(), ApiError> {
    let job = app
        .jobs
        .reopen(id, app.archive.dir())
        .ok_or_else(|| ApiError::not_found("there is no such import to be done again"))?;
    if let Err(error) = app.access.store.reopen_import(id) {
        app.jobs.set_state(id, JobState::Failed);
        return Err(ApiError::internal(&error));
    }
    note(&app.access, visitor.name(), "import", &job);
    go_on(app, settings, &job);
    Ok(())
}

/// Remembers the imports of earlier, and goes on with files that were sent and
/// not read when the server ended.
pub(super) fn take_up(app: &App) {
    let kept = app.access.store.imports(MAX_JOBS).unwrap_or_else(|error| {
        tracing::error!(%error, "the imports of earlier could not be listed");
        Vec::new()
    });
    sent::sweep(app);
    for job in kept.into_iter().map(Job::of_kept) {
        app.jobs.add(job.clone());
        if let (JobState::Waiting, Some(settings)) = (job.state, &app.settings.import) {
            go_on(app, settings.clone(), &job);
        }
    }
}

fn go_on(app: &App, settings: ImportSettings, job: &Job) {
    let staging = job.staging.as_deref();
    let staging = staging.map(|folder| app.archive.dir().join(UPLOADS).join(folder));
    let files = staging.as_deref().filter(|it| it.is_dir()).map(sent_files);
    let (problem, message) = match (staging, files) {
        (Some(staging), Some(Ok(files))) if files.len() == job.paths.len() => {
            return run(app, Order::of_sent(job.id, settings, files, staging));
        }
        (_, Some(Ok(files))) => (
            Problem::Lost,
            format!(
                "of {} files that were sent {} are there; ask for it again when they can be read",
                job.paths.len(),
                files.len()
            ),
        ),
        (_, Some(Err(error))) => (
            Problem::Lost,
            format!("the files that were sent cannot be listed: {error}"),
        ),
        (_, None) => (
            Problem::Interrupted,
            "the server ended before it was done; ask for it again".to_owned(),
        ),
    };
    let stopped = StoppedImport {
        problem: problem.name().to_owned(),
        message,
    };
    end(app, job.id, Err(stopped), None);
}

pub(super) fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

/// A new job, kept and noted in the log.
fn keep(
    app: &App,
    visitor: &Visitor,
    paths: &[String],
    staging: Option<&str>,
) -> Result<Job, ApiError> {
    let id = app
        .access
        .store
        .add_import(visitor.name(), paths, staging)
        .map_err(|error| ApiError::internal(&error))?;
    let job = Job {
        id,
        state: match app.jobs.n_open() {
            0 => JobState::Running,
            _ => JobState::Waiting,
        },
        paths: paths.to_vec(),
        report: None,
        message: None,
        problem: None,
        progress: Progress::default(),
        user_name: visitor.name().to_owned(),
        begun_at: crate::access::now_text(),
        staging: staging.map(str::to_owned),
    };
    app.jobs.add(job.clone());
    note(&app.access, visitor.name(), "import", &job);
    Ok(job)
}

/// Carries out an order when its turn has come and nobody else writes into the
/// archive.
fn run(app: &App, order: Order) {
    app.jobs.turns.add(order);
    let app = Arc::clone(app);
    tokio::spawn(async move {
        let Some((_permit, order)) = app.jobs.turns.next().await else {
            return;
        };
        carry_out(&app, order).await;
    });
}

async fn carry_out(app: &App, order: Order) {
    let id = order.job_id;
    app.jobs.set_state(id, JobState::Running);
    let ended = loop {
        let shared = Arc::clone(app);
        let (settings, found) = (order.settings.clone(), order.found.clone());
        let attempt =
            tokio::task::spawn_blocking(move || import_now(&shared, &settings, id, found));
        match attempt.await {
            Ok(Err(ImportError::Archive(ArchiveError::Locked { .. }))) => {
                app.jobs.set_state(id, JobState::Waiting);
                tokio::time::sleep(LOCK_PAUSE).await;
            }
            Ok(Ok(report)) => break Ok(report),
            Ok(Err(error)) => {
                break Err(StoppedImport {
                    problem: Problem::of(&error).name().to_owned(),
                    message: error.to_string(),
                });
            }
            Err(panic) => {
                break Err(StoppedImport {
                    problem: Problem::Program.name().to_owned(),
                    message: panic.to_string(),
                });
            }
        }
    };
    let shared = Arc::clone(app);
    let ending = tokio::task::spawn_blocking(move || {
        let done_with = order.staging.as_deref();
        let done_with = done_with.filter(|_| ended.is_ok() && has_all(&shared, &order.found.files));
        end(&shared, id, ended, done_with);
    });
    if let Err(panic) = ending.await {
        tracing::error!(%panic, "the end of an import could not be noted");
    }
}

fn import_now(
    shared: &Shared,
    settings: &ImportSettings,
    id: i64,
    found: Discovery,
) -> Result<Value, ImportError> {
    let on_event = |event: ImportEvent| {
        shared.jobs.change(id, |job| {
            job.state = JobState::Running;
            job.progress.add(&event);
        });
    };
    let report = import::import(&shared.archive, found, settings, &on_event)?;
    // Numbers and names; there is nothing in it that JSON cannot say.
    Ok(serde_json::to_value(&report).unwrap_or_default())
}

/// Notes what became of a job, and clears away the folder `done_with`: files that the
/// archive has. Those of an import that stopped, or that could not be opened, are kept.
fn end(app: &App, id: i64, ended: Result<Value, StoppedImport>, done_with: Option<&Path>) {
    if let Err(error) = app.access.store.end_import(id, ended.as_ref()) {
        tracing::error!(%error, "the end of an import could not be noted");
    }
    if let Some(staging) = done_with
        && let Err(error) = std::fs::remove_dir_all(staging)
    {
        tracing::warn!(%error, folder = %staging.display(), "sent files could not be cleared away");
    }
    if let Err(stopped) = &ended {
        tracing::error!(import = id, why = %stopped.message, "an import stopped");
        if let Some(job) = app.jobs.job(id) {
            note(&app.access, &job.user_name, "failed import", &job);
        }
    }
    app.jobs.change(id, |job| match ended {
        Ok(report) => {
            job.state = JobState::Finished;
            job.report = Some(report);
        }
        Err(stopped) => {
            job.state = JobState::Failed;
            job.problem = Some(Problem::from_name(&stopped.problem));
            job.message = Some(stopped.message);
        }
    });
}

fn note(access: &Access, user_name: &str, action: &'static str, job: &Job) {
    access.note_entry(&NewAuditEntry {
        user_name: Some(user_name.to_owned()),
        action,
        detail: Some(format!("{} {}", job.paths.len(), job.id)),
        ..NewAuditEntry::default()
    });
}

/// What could not be read of the files that were sent for a job.
pub(super) fn failures_of(shared: &Shared, job: &Job) -> Result<Vec<Failure>, ApiError> {
    let Some(sent_to) = job.sent_to() else {
        return Ok(Vec::new());
    };
    let failures = shared.archive.failures()?.into_iter();
    Ok(failures
        .filter(|failure| failure.source_path.contains(&sent_to))
        .collect())
}
