//! An import as the server knows it: how far it is, what became of it.

use crate::access::KeptImport;
use crate::import::{ImportError, ImportEvent};
use serde::Serialize;
use serde_json::Value;
use std::path::Path;

/// Where files that were sent wait, inside the archive.
pub(in crate::server) const UPLOADS: &str = "uploads";

/// How the folders there are named.
pub(in crate::server) const UPLOAD_PREFIX: &str = "upload-";

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::server) enum JobState {
    /// Another import holds the archive.
    Waiting,
    Running,
    Finished,
    Failed,
}

impl JobState {
    pub fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Running)
    }
}

/// Why an import stopped, as far as a person can do something about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) enum Problem {
    /// The catalogue or the originals cannot be written: a full disk, mostly.
    Archive,
    Index,
    /// No page can be read at all.
    Workers,
    /// The server ended, and the files are not its own to keep.
    Interrupted,
    /// Files that were sent are no longer there, or cannot be listed.
    Lost,
    Program,
}

impl Problem {
    const ALL: [(Self, &str); 6] = [
        (Self::Archive, "archive"),
        (Self::Index, "index"),
        (Self::Workers, "workers"),
        (Self::Interrupted, "interrupted"),
        (Self::Lost, "lost"),
        (Self::Program, "program"),
    ];

    pub(super) fn of(error: &ImportError) -> Self {
        match error {
            ImportError::Archive(_) => Self::Archive,
            ImportError::Index(_) => Self::Index,
            ImportError::Work(_) => Self::Workers,
            _ => Self::Program,
        }
    }

    pub(super) fn name(self) -> &'static str {
        let mut all = Self::ALL.iter();
        all.find(|(it, _)| *it == self)
            .map_or("program", |(_, name)| name)
    }

    pub(super) fn from_name(name: &str) -> Self {
        let mut all = Self::ALL.iter();
        all.find(|(_, it)| *it == name)
            .map_or(Self::Program, |(problem, _)| *problem)
    }
}

/// An import.
#[derive(Debug, Clone, Serialize)]
pub(in crate::server) struct Job {
    pub id: i64,
    pub state: JobState,
    pub paths: Vec<String>,
    /// At the end: see [`crate::import::ImportReport`].
    pub report: Option<Value>,
    /// Why it failed.
    pub message: Option<String>,
    #[serde(skip)]
    pub problem: Option<Problem>,
    #[serde(skip)]
    pub progress: Progress,
    #[serde(skip)]
    pub user_name: String,
    /// UTC, ISO 8601.
    #[serde(skip)]
    pub begun_at: String,
    /// The folder with files that were sent, by its name in `uploads`.
    #[serde(skip)]
    pub staging: Option<String>,
}

impl Job {
    pub(super) fn of_kept(kept: KeptImport) -> Self {
        let state = match (&kept.ended_at, &kept.stopped) {
            (None, _) => JobState::Waiting,
            (_, Some(_)) => JobState::Failed,
            (_, None) => JobState::Finished,
        };
        let (problem, message) = match kept.stopped {
            Some(stopped) => (
                Some(Problem::from_name(&stopped.problem)),
                Some(stopped.message),
            ),
            None => (None, None),
        };
        Self {
            id: kept.import_id,
            state,
            paths: kept.paths,
            report: kept.report,
            message,
            problem,
            progress: Progress::default(),
            user_name: kept.user_name,
            begun_at: kept.begun_at,
            staging: kept.staging,
        }
    }

    /// A part of the paths under which the archive knows the files that were sent.
    pub fn sent_to(&self) -> Option<String> {
        let staging = self.staging.as_deref()?;
        Some(format!("/{UPLOADS}/{staging}/"))
    }

    /// Whether the files of a stopped import are still there, to be read again.
    pub fn can_be_done_again(&self, archive_dir: &Path) -> bool {
        let staging = self.staging.as_deref();
        let staging = staging.map(|staging| archive_dir.join(UPLOADS).join(staging));
        self.state == JobState::Failed && staging.is_some_and(|staging| staging.is_dir())
    }
}

/// What of an import is done.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::server) struct Progress {
    pub n_files: usize,
    pub n_files_done: usize,
    pub n_pages: usize,
    pub n_pages_done: usize,
}

impl Progress {
    pub(super) fn add(&mut self, event: &ImportEvent) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_are_kept_by_their_names() {
        for (problem, name) in Problem::ALL {
            assert_eq!(problem.name(), name);
            assert_eq!(Problem::from_name(name), problem);
        }
        assert_eq!(Problem::from_name("of tomorrow"), Problem::Program);
    }
}
