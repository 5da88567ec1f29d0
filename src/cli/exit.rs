//! Exit codes, and how the errors of the stages map to them.

use crate::archive::ArchiveError;
use crate::index::IndexError;
use std::fmt;

/// How a command ended, as the shell sees it. The table in the README and the
/// man page is this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitStatus {
    /// All done.
    Success = 0,
    /// Finished, but something did not succeed: documents or pages that failed,
    /// damage that `verify` found.
    Incomplete = 1,
    /// The command line is wrong.
    Usage = 2,
    /// An input cannot be used: missing, unreadable, empty, damaged, encrypted,
    /// not UTF-8, a foreign model file.
    Input = 3,
    /// The archive cannot be used: missing, made by a newer version, in use by
    /// another import, damaged.
    Archive = 4,
    /// The machine failed: disk full, no permission to write, Tesseract or its
    /// Vietnamese data missing.
    System = 5,
}

impl From<ExitStatus> for std::process::ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status as u8)
    }
}

/// Why a command could not do its work: what to tell the person, and the code.
#[derive(Debug)]
pub struct Failure {
    pub status: ExitStatus,
    pub error: anyhow::Error,
}

impl Failure {
    pub fn new(status: ExitStatus, error: impl Into<anyhow::Error>) -> Self {
        Self {
            status,
            error: error.into(),
        }
    }

    /// An input that cannot be used.
    pub fn input(error: impl Into<anyhow::Error>) -> Self {
        Self::new(ExitStatus::Input, error)
    }

    /// A failure of the machine or of its set-up.
    pub fn system(error: impl Into<anyhow::Error>) -> Self {
        Self::new(ExitStatus::System, error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The whole chain of causes on one line.
        write!(f, "{:#}", self.error)
    }
}

impl From<ArchiveError> for Failure {
    fn from(error: ArchiveError) -> Self {
        let status = match &error {
            ArchiveError::UnreadableSource { .. } | ArchiveError::UnknownDocument { .. } => {
                ExitStatus::Input
            }
            ArchiveError::DiskFull { .. } | ArchiveError::File { .. } => ExitStatus::System,
            _ => ExitStatus::Archive,
        };
        Self::new(status, error)
    }
}

impl From<IndexError> for Failure {
    fn from(error: IndexError) -> Self {
        match error {
            IndexError::Archive(error) => error.into(),
            IndexError::DiskFull { .. } | IndexError::File { .. } => {
                Self::new(ExitStatus::System, error)
            }
            _ => Self::new(ExitStatus::Archive, error),
        }
    }
}
