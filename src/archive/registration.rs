//! Taking a file in: its bytes into the store, its row into the catalogue.

use super::clock::now;
use super::{Archive, ArchiveError, DocumentState, failure, originals};
use rusqlite::{OptionalExtension, Transaction, params};
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// What came of registering a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    pub document_id: i64,
    /// 64 hex digits.
    pub sha256: String,
    pub byte_length: u64,
    pub status: RegistrationStatus,
    /// The kept original.
    pub original_path: PathBuf,
}

/// How far the archive is with a file's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegistrationStatus {
    /// Seen for the first time.
    New,
    /// Registered before, and never read to its end.
    Unfinished,
    /// Read before, from whatever path.
    AlreadyDone,
    /// Read before, but for pages that failed; the reasons are among the failures.
    PagesFailedBefore,
    /// Given up before; the reason is among the failures.
    FailedBefore,
}

impl Archive {
    /// Takes in the file `opened`, which was found at `source`: keeps its bytes
    /// as an original and gives it a document number, or finds the document
    /// that has these bytes already. The source is only read.
    ///
    /// A file is copied and hashed in one pass. Only when some document has the
    /// same length is it hashed first, so that importing a folder once more
    /// writes nothing.
    ///
    /// # Errors
    /// [`ArchiveError::UnreadableSource`] is the file's fault, all others are
    /// the archive's.
    pub fn register(&self, source: &Path, opened: &mut File) -> Result<Registration, ArchiveError> {
        originals::rewind(source, opened)?;
        let length = opened
            .metadata()
            .map_err(|error| ArchiveError::UnreadableSource {
                path: source.to_owned(),
                source: error,
            })?
            .len();
        if self.has_document_of_length(length)? {
            let (sha256, byte_length) = originals::hash_of(source, opened)?;
            if self.original_is_whole(&sha256, byte_length)
                && let Some(registration) = self.register_known(source, &sha256, byte_length)?
            {
                return Ok(registration);
            }
            originals::rewind(source, opened)?;
        }
        let copy = self.originals.take_in(source, opened)?;
        self.originals.keep(&copy)?;
        self.register_kept(source, &copy.sha256, copy.byte_length)
    }

    fn has_document_of_length(&self, byte_length: u64) -> Result<bool, ArchiveError> {
        self.connection()
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM documents WHERE byte_length = ?1)")
            .and_then(|mut query| query.query_row([byte_length.cast_signed()], |row| row.get(0)))
            .map_err(self.failed("looking for a file"))
    }

    /// Whether the kept original stands there in full length. A lost one is
    /// copied again from the source.
    fn original_is_whole(&self, sha256: &str, byte_length: u64) -> bool {
        self.original_path(sha256)
            .metadata()
            .is_ok_and(|metadata| metadata.is_file() && metadata.len() == byte_length)
    }

    /// The registration of bytes that already have a row; `None` for others.
    fn register_known(
        &self,
        source: &Path,
        sha256: &str,
        byte_length: u64,
    ) -> Result<Option<Registration>, ArchiveError> {
        let known = self.write("registering a file", |transaction| {
            let Some((document_id, state)) = find_by_hash(transaction, sha256)? else {
                return Ok(None);
            };
            add_source(transaction, document_id, source)?;
            let status = match state {
                DocumentState::Registered => RegistrationStatus::Unfinished,
                DocumentState::Read if has_failed_page(transaction, document_id)? => {
                    RegistrationStatus::PagesFailedBefore
                }
                DocumentState::Read | DocumentState::Split => RegistrationStatus::AlreadyDone,
                DocumentState::Failed => RegistrationStatus::FailedBefore,
            };
            Ok(Some((document_id, status)))
        })?;
        Ok(known.map(|(document_id, status)| Registration {
            document_id,
            sha256: sha256.to_owned(),
            byte_length,
            status,
            original_path: self.original_path(sha256),
        }))
    }

    fn register_kept(
        &self,
        source: &Path,
        sha256: &str,
        byte_length: u64,
    ) -> Result<Registration, ArchiveError> {
        if let Some(known) = self.register_known(source, sha256, byte_length)? {
            return Ok(known);
        }
        let file_name = source.file_name().unwrap_or(source.as_os_str());
        let document_id = self.write("registering a file", |transaction| {
            transaction.execute(
                "INSERT INTO documents (sha256, byte_length, file_name, source_path, imported_at)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
                params![
                    sha256,
                    byte_length.cast_signed(),
                    file_name.to_string_lossy(),
                    source.to_string_lossy(),
                    now()
                ],
            )?;
            let document_id = transaction.last_insert_rowid();
            add_source(transaction, document_id, source)?;
            Ok(document_id)
        })?;
        Ok(Registration {
            document_id,
            sha256: sha256.to_owned(),
            byte_length,
            status: RegistrationStatus::New,
            original_path: self.original_path(sha256),
        })
    }
}

fn find_by_hash(
    transaction: &Transaction<'_>,
    sha256: &str,
) -> rusqlite::Result<Option<(i64, DocumentState)>> {
    transaction
        .prepare_cached(
            "SELECT document_id, state FROM documents WHERE sha256 = ?1 AND part_of IS NULL",
        )?
        .query_row([sha256], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
}

fn has_failed_page(transaction: &Transaction<'_>, document_id: i64) -> rusqlite::Result<bool> {
    transaction
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM pages WHERE document_id = ?1 AND state = 'failed')",
        )?
        .query_row([document_id], |row| row.get(0))
}

/// Notes a path of a document. A failure that the same path had before it could
/// be registered is past.
fn add_source(
    transaction: &Transaction<'_>,
    document_id: i64,
    source: &Path,
) -> rusqlite::Result<()> {
    let path_bytes = match source.to_str() {
        Some(_) => None,
        None => Some(source.as_os_str().as_bytes()),
    };
    let path = source.to_string_lossy();
    transaction
        .prepare_cached(
            "INSERT OR IGNORE INTO sources (document_id, path, path_bytes, seen_at)
             VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![document_id, path, path_bytes, now()])?;
    failure::clear_of_source(transaction, &path)
}
