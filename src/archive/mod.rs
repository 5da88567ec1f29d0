//! The archive: a folder with the catalogue, the originals and the index.
//!
//! ```text
//! archive/
//!   catalogue.sqlite   documents, pages, words, records, failures (schema.sql)
//!   originals/ab/cd…   every file byte for byte, under its SHA-256, read-only
//!   incoming/          copies that are not whole yet
//!   index/             the search index, derived (see [`crate::index`])
//!   lock               held by the one process that writes
//! ```
//!
//! Decisions:
//! * The catalogue is the truth. Everything under `index/` can be thrown away.
//! * A document is its bytes: the same bytes under two paths are one document
//!   with two sources. Numbers are given in the order of registration.
//! * A page has an outcome, done or failed, or no row at all; the pages without
//!   one are what an interrupted import has left to do.
//! * All writing goes through one connection behind a mutex. Page rows come from
//!   several workers at once, but each takes a fraction of a millisecond against
//!   a second of recognition.
//! * Every change is one transaction: a process killed at any moment leaves
//!   whole rows. What a power cut can take is told in `catalogue.rs`.

mod backup;
mod catalogue;
mod clock;
mod corrections;
mod document;
mod error;
mod failure;
mod lock;
mod originals;
mod packed_words;
mod page;
mod parts;
mod place;
mod reason;
mod record;
mod references;
mod registration;
mod review;
mod stats;
mod targets;
#[cfg(test)]
mod tests;
mod verify;
mod visibility;

pub use crate::extract::number_key;
pub use backup::{BackupReport, RestoreReport, restore_archive};
pub use catalogue::SCHEMA_VERSION;
pub(crate) use clock::now;
pub use corrections::{
    Corrected, Correction, CorrectionSubject, NewCorrection, RecordField, WordAnchor,
};
pub use document::{Document, DocumentState, Documents, PendingDocument};
pub use error::ArchiveError;
pub use failure::Failure;
pub use lock::WriteLock;
pub use page::{DonePage, FailedPage, PageOutcome, PageRow, PageState};
pub use parts::PaperOfStack;
pub use place::ArchivePlace;
pub use reason::{Words, advice, reason};
pub use record::RegisteredFields;
pub use references::{CitedPaper, CitingPaper};
pub use registration::{Registration, RegistrationStatus};
pub(crate) use review::is_doubted;
pub use review::{DOUBTED_WORD, DoubtedPage, DoubtedPages, LowestLine, Review, ReviewReason};
pub use stats::{CertaintyCount, Count, Stats};
pub use targets::RegisteredTarget;
pub use verify::{Damage, DamageKind};

use originals::Originals;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// One archive, open. Can be shared between threads.
#[derive(Debug)]
pub struct Archive {
    dir: PathBuf,
    connection: Mutex<Connection>,
    originals: Originals,
    hides_secret: bool,
}

impl Archive {
    /// Opens the archive in `dir`, making folder and catalogue where missing.
    ///
    /// # Errors
    /// [`ArchiveError::NewerSchema`], [`ArchiveError::Foreign`],
    /// [`ArchiveError::Damaged`], [`ArchiveError::DiskFull`], or what the file
    /// system says.
    pub fn open_or_create(dir: &Path) -> Result<Self, ArchiveError> {
        fs::create_dir_all(dir)
            .map_err(|source| ArchiveError::file(dir, "making the archive", dir, source))?;
        let archive = Self::with_catalogue(dir, true)?;
        archive.originals.create_folders()?;
        Ok(archive)
    }

    /// Opens an archive that is there.
    ///
    /// # Errors
    /// [`ArchiveError::Missing`] where there is none; else as
    /// [`Archive::open_or_create`].
    pub fn open(dir: &Path) -> Result<Self, ArchiveError> {
        if !dir.join(catalogue::FILE_NAME).is_file() {
            return Err(ArchiveError::Missing {
                dir: dir.to_owned(),
            });
        }
        Self::with_catalogue(dir, false)
    }

    fn with_catalogue(dir: &Path, may_create: bool) -> Result<Self, ArchiveError> {
        Ok(Self {
            dir: dir.to_owned(),
            connection: Mutex::new(catalogue::open(dir, may_create)?),
            originals: Originals::new(dir),
            hides_secret: false,
        })
    }

    /// The folder of the archive.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The folder of the search index.
    pub fn index_dir(&self) -> PathBuf {
        self.dir.join("index")
    }

    /// Where the original with that SHA-256 (hex) stands.
    pub fn original_path(&self, sha256: &str) -> PathBuf {
        self.originals.path_of(sha256)
    }

    /// Takes the right to write, and clears away what a killed import left half
    /// copied.
    ///
    /// # Errors
    /// [`ArchiveError::Locked`] when another process, or this one, has it.
    pub fn lock_for_writing(&self) -> Result<WriteLock, ArchiveError> {
        let lock = WriteLock::acquire(&self.dir)?;
        self.originals.create_folders()?;
        let n_removed = self.originals.sweep_incoming()?;
        if n_removed > 0 {
            tracing::info!(n_removed, "cleared unfinished copies of an earlier import");
        }
        Ok(lock)
    }

    /// Brings all commits so far onto the disk, so that not even a power cut
    /// takes them back.
    pub fn sync_to_disk(&self) -> Result<(), ArchiveError> {
        // FULL waits for readers; it is no harm when one of them keeps it from
        // copying everything, since the log itself is synced first.
        self.connection()
            .query_row("PRAGMA wal_checkpoint(FULL)", [], |_| Ok(()))
            .map_err(self.failed("writing it to disk"))
    }

    /// A panic in another thread has rolled its transaction back, so that the
    /// connection behind a poisoned mutex is sound.
    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `change` in one transaction; rolled back on any error.
    fn write<T>(
        &self,
        action: &'static str,
        change: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, ArchiveError> {
        self.try_write(action, |transaction| {
            change(transaction).map_err(self.failed(action))
        })
    }

    /// As [`Self::write`], for changes with reasons of their own to stop.
    fn try_write<T>(
        &self,
        action: &'static str,
        change: impl FnOnce(&Transaction<'_>) -> Result<T, ArchiveError>,
    ) -> Result<T, ArchiveError> {
        let mut connection = self.connection();
        // Immediate: a deferred one may find itself unable to become a writer.
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(self.failed(action))?;
        let result = change(&transaction)?;
        transaction.commit().map_err(self.failed(action))?;
        Ok(result)
    }

    fn failed(&self, action: &'static str) -> impl Fn(rusqlite::Error) -> ArchiveError {
        let dir = &self.dir;
        move |source| ArchiveError::catalogue(dir, action, source)
    }
}
