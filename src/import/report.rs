//! What happens during an import, and what came of it.

use super::ManifestReport;
use serde::Serialize;
use std::path::PathBuf;

/// Something a progress display may want to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportEvent {
    /// How many files there are to look at.
    Started { n_files: usize },
    /// A file was opened: so many pages of it are to be read, so many were read
    /// by an earlier import.
    FileOpened { n_pages: u32, n_pages_before: u32 },
    /// A file needs no work: known already, or failed at once.
    FileSettled,
    /// A page was read, or failed.
    PageDone { is_failed: bool },
    /// All pages of a file have an outcome.
    FileDone,
    /// A file could not be used at all.
    FileFailed { path: PathBuf, message: String },
    /// A remark, such as that a damaged index is built anew.
    Note(String),
}

/// What an import did.
#[derive(Debug, Default, Clone, PartialEq, Serialize)]
pub struct ImportReport {
    /// Files that were looked at.
    pub n_files: usize,
    /// Documents that were read to their end now.
    pub n_documents_read: usize,
    /// Files whose bytes were in the archive already, or came before in this import.
    pub n_known: usize,
    /// Files and documents that failed now, and files that failed at an earlier
    /// import, or pages of which did, and were not tried again.
    pub n_failed: usize,
    pub n_failed_before: usize,
    pub n_pages_read: usize,
    pub n_pages_failed: usize,
    /// Files that seem to hold several papers, and files that were split into
    /// their papers.
    pub n_stacks_proposed: usize,
    pub n_stacks_split: usize,
    /// Files in folders that have no ending of a scan.
    pub n_passed_over: usize,
    /// Whether it was told to stop before all was done; the same import goes on.
    pub is_interrupted: bool,
    /// What became of the table of places, where there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manifest: Option<ManifestReport>,
    pub duration_s: f64,
    /// Pages read now, by the clock.
    pub pages_per_second: f64,
}

impl ImportReport {
    /// Whether everything that was given is in the archive, whole.
    pub fn is_complete(&self) -> bool {
        self.n_failed == 0
            && self.n_failed_before == 0
            && self.n_pages_failed == 0
            && !self.is_interrupted
            && self
                .manifest
                .as_ref()
                .is_none_or(|manifest| manifest.unmatched.is_empty())
    }
}
