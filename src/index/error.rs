//! What can go wrong with the search index.

use crate::archive::ArchiveError;
use std::io;
use std::path::PathBuf;
use tantivy::TantivyError;
use tantivy::directory::error::{OpenDirectoryError, OpenReadError, OpenWriteError};
use thiserror::Error;

/// Why the index could not do what it was asked to.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum IndexError {
    /// Nothing was indexed yet, or the folder is gone.
    #[error("the archive has no search index yet in {}; `vanthu reindex` builds it", dir.display())]
    Missing { dir: PathBuf },

    /// The index was made by a program with another format.
    #[error(
        "the search index in {} has format {found}, this program writes format {expected}; `vanthu reindex` builds it anew",
        dir.display()
    )]
    OtherFormat {
        dir: PathBuf,
        found: u32,
        expected: u32,
    },

    /// The index cannot be read.
    #[error(
        "the search index in {} is damaged ({detail}); `vanthu reindex` builds it anew from the catalogue",
        dir.display()
    )]
    Damaged { dir: PathBuf, detail: String },

    /// No room is left where the index lies; what was committed before stays.
    #[error("the disk that holds the search index {} is full; make room and start again", dir.display())]
    DiskFull { dir: PathBuf },

    /// The file system refused something.
    #[error("{action} failed at {}", path.display())]
    File {
        action: &'static str,
        path: PathBuf,
        #[source]
        source: io::Error,
    },

    /// The catalogue refused something.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
}

impl IndexError {
    /// Whether building the index anew from the catalogue mends it.
    pub fn is_mended_by_rebuild(&self) -> bool {
        matches!(
            self,
            Self::Missing { .. } | Self::OtherFormat { .. } | Self::Damaged { .. }
        )
    }

    pub(super) fn file(
        dir: &std::path::Path,
        action: &'static str,
        path: &std::path::Path,
        source: io::Error,
    ) -> Self {
        if is_disk_full(&source) {
            return Self::DiskFull {
                dir: dir.to_owned(),
            };
        }
        Self::File {
            action,
            path: path.to_owned(),
            source,
        }
    }

    /// Sorts an error of tantivy: a full disk is told apart, everything else
    /// means that the index cannot be used as it is.
    pub(super) fn tantivy(dir: &std::path::Path, error: &TantivyError) -> Self {
        let io_error = match error {
            TantivyError::IoError(io_error)
            | TantivyError::OpenReadError(OpenReadError::IoError { io_error, .. })
            | TantivyError::OpenWriteError(OpenWriteError::IoError { io_error, .. })
            | TantivyError::OpenDirectoryError(OpenDirectoryError::IoError { io_error, .. }) => {
                Some(io_error)
            }
            _ => None,
        };
        let detail = error.to_string();
        // A worker thread hands its error on as text.
        let is_full = io_error.is_some_and(|io_error| is_disk_full(io_error))
            || detail.contains("No space left on device")
            || detail.contains("StorageFull");
        if is_full {
            return Self::DiskFull {
                dir: dir.to_owned(),
            };
        }
        Self::Damaged {
            dir: dir.to_owned(),
            detail,
        }
    }
}

fn is_disk_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    )
}
