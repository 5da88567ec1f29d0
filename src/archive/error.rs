//! What can go wrong with an archive.

use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why the archive could not do what it was asked to.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// There is no archive at that place.
    #[error(
        "there is no archive in {}; `vanthu import` makes one, --archive or $VANTHU_ARCHIVE names another place",
        dir.display()
    )]
    Missing { dir: PathBuf },

    /// The catalogue was written by a later version of this program.
    #[error(
        "the archive {} has catalogue version {found}, this program knows versions up to {known}; use a newer vanthu",
        dir.display()
    )]
    NewerSchema {
        dir: PathBuf,
        found: i64,
        known: i64,
    },

    /// `catalogue.sqlite` is an SQLite file of another program.
    #[error("{} is not a vanthu catalogue; choose another folder for the archive", path.display())]
    Foreign { path: PathBuf },

    /// Another process holds the writing lock.
    #[error(
        "the archive {} is being written by {holder}; wait until it has finished, or end that process",
        dir.display()
    )]
    Locked { dir: PathBuf, holder: String },

    /// No room is left where the archive lies. What was being written was
    /// rolled back; everything stored before is whole.
    #[error(
        "the disk that holds the archive {} is full while {action}; make room and start again, the work goes on where it stopped",
        dir.display()
    )]
    DiskFull { dir: PathBuf, action: &'static str },

    /// The catalogue file is damaged.
    #[error(
        "the catalogue of the archive {} is damaged ({detail}); restore it from a copy",
        dir.display()
    )]
    Damaged { dir: PathBuf, detail: String },

    /// A backup or a restored archive would be mixed with something else.
    #[error("{} is not empty; name a folder that is empty or not there yet", dir.display())]
    TargetInUse { dir: PathBuf },

    /// Two who fill one folder would mix their copies.
    #[error("{} is being filled by another process; wait for its end, or name another folder", dir.display())]
    TargetBeingFilled { dir: PathBuf },

    /// A backup inside the archive would be taken for a part of it.
    #[error("{} lies inside the archive; name a folder outside of it", dir.display())]
    TargetInside { dir: PathBuf },

    /// A folder without the list that ends a backup.
    #[error(
        "{} is no finished backup: it has no SHA256SUMS; `vanthu backup` to the same folder finishes one that was interrupted",
        dir.display()
    )]
    NotABackup { dir: PathBuf },

    /// The backup's own list, catalogue or users do not have the bytes that were
    /// backed up.
    #[error("the backup is damaged at {}: {detail}; take another one", path.display())]
    BackupDamaged { path: PathBuf, detail: String },

    /// A file to be registered could not be read.
    #[error("cannot read {}", path.display())]
    UnreadableSource {
        path: PathBuf,
        #[source]
        source: io::Error,
    },

    /// The file system refused something inside the archive.
    #[error("{action} failed at {}", path.display())]
    File {
        action: &'static str,
        path: PathBuf,
        #[source]
        source: io::Error,
    },

    /// SQLite refused something.
    #[error("the catalogue failed while {action}")]
    Catalogue {
        action: &'static str,
        #[source]
        source: rusqlite::Error,
    },

    /// A stored value cannot be read back.
    #[error(
        "what is stored as {what} of document {document_id} cannot be read: {detail}; run `vanthu verify`"
    )]
    UnreadableRow {
        document_id: i64,
        what: &'static str,
        detail: String,
    },

    /// There is no document of that number.
    #[error("the archive has no document {document_id}")]
    UnknownDocument { document_id: i64 },

    /// Somebody else, or a new reading, was quicker.
    #[error("document {document_id} was changed meanwhile; look at it again")]
    ChangedMeanwhile { document_id: i64 },

    /// A document cannot be finished before its pages were counted.
    #[error("document {document_id} has no page count yet")]
    PageCountUnknown { document_id: i64 },

    /// A document cannot be finished while some of its pages have no outcome.
    #[error("document {document_id} has an outcome for {n_stored} of its {n_expected} pages")]
    PagesMissing {
        document_id: i64,
        n_stored: u32,
        n_expected: u32,
    },
}

impl ArchiveError {
    /// Sorts an error of the file system inside the archive.
    pub(super) fn file(dir: &Path, action: &'static str, path: &Path, source: io::Error) -> Self {
        if is_disk_full(&source) {
            return Self::DiskFull {
                dir: dir.to_owned(),
                action,
            };
        }
        Self::File {
            action,
            path: path.to_owned(),
            source,
        }
    }

    /// Sorts an error of SQLite.
    pub(super) fn catalogue(dir: &Path, action: &'static str, source: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{DatabaseCorrupt, DiskFull, NotADatabase};
        match source.sqlite_error_code() {
            Some(DiskFull) => Self::DiskFull {
                dir: dir.to_owned(),
                action,
            },
            Some(DatabaseCorrupt | NotADatabase) => Self::Damaged {
                dir: dir.to_owned(),
                detail: source.to_string(),
            },
            _ => Self::Catalogue { action, source },
        }
    }
}

/// Whether an error says that there is no room left.
fn is_disk_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    )
}
