//! Exit codes, and how the errors of the stages map to them.

use crate::archive::ArchiveError;
use crate::import::{ImportError, ReadError};
use crate::index::IndexError;
use crate::worker::WorkError;
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

/// The table of exit codes, for `--help` and the manual page.
pub const TABLE: &str = "\
Exit codes:
  0  all done
  1  finished, but some documents or pages failed, or damage was found
  2  the command line is wrong
  3  an input cannot be used: missing, empty, damaged, encrypted, not UTF-8
  4  the archive cannot be used: missing, newer, being written, damaged
  5  the machine failed: disk full, no right to write, Tesseract missing

Environment:
  VANTHU_ARCHIVE   folder of the archive where --archive is not given
  VANTHU_LOG       what is logged to stderr: error, warn, info, debug
  TESSDATA_PREFIX  folder of Tesseract's language data";

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

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        let status = match &error {
            ReadError::Work {
                source: WorkError::CannotStart { .. },
                ..
            } => ExitStatus::System,
            _ => ExitStatus::Input,
        };
        Self::new(status, error)
    }
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Archive(error) => error.into(),
            ImportError::Index(error) => error.into(),
            ImportError::Work(error) => Self::system(error),
            ImportError::Threads(_) => Self::system(error),
            ImportError::Record { .. } => Self::new(ExitStatus::Archive, error),
        }
    }
}
