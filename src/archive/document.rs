//! Document rows: state, page count, lists.

use super::clock::now;
use super::{Archive, ArchiveError, RegisteredFields, failure, record};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{OptionalExtension, Row, Transaction, params};
use serde::Serialize;

/// How far a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DocumentState {
    /// Its bytes are kept; some pages have no outcome yet.
    Registered,
    /// Every page has an outcome and the record is stored.
    Read,
    /// Nothing could be read of it; the reason is among the failures.
    Failed,
    /// A stack of several papers, each of which is a document of its own.
    Split,
}

impl DocumentState {
    /// The word for it in the catalogue.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::Read => "read",
            Self::Failed => "failed",
            Self::Split => "split",
        }
    }
}

impl ToSql for DocumentState {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.as_str().into())
    }
}

impl FromSql for DocumentState {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_str()? {
            "registered" => Ok(Self::Registered),
            "read" => Ok(Self::Read),
            "failed" => Ok(Self::Failed),
            "split" => Ok(Self::Split),
            _ => Err(FromSqlError::InvalidType),
        }
    }
}

/// A document as the catalogue has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Document {
    #[serde(rename = "id")]
    pub document_id: i64,
    /// 64 hex digits.
    pub sha256: String,
    pub byte_length: u64,
    pub media_type: Option<String>,
    /// The name and the path it first came under.
    pub file_name: String,
    pub source_path: String,
    /// `None` until the file has been looked into.
    pub page_count: Option<u32>,
    pub state: DocumentState,
    /// UTC, ISO 8601.
    pub imported_at: String,
    pub finished_at: Option<String>,
    /// Grows with every new reading.
    pub revision: i64,
    #[serde(flatten)]
    pub fields: RegisteredFields,
    /// The number's normal form, see [`super::number_key()`].
    pub number_key: Option<String>,
    /// The document of the stack that it is one paper of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part_of: Option<i64>,
    /// The page of the file (1-based) that is the document's first.
    pub first_page: u32,
}

/// A document the index does not hold as it is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct PendingDocument {
    pub document_id: i64,
    /// What [`Archive::mark_indexed`] notes; a reading that comes in between
    /// has a higher one and stays pending.
    pub revision: i64,
}

pub(super) const DOCUMENT_COLUMNS: &str = "document_id, sha256, byte_length, media_type, file_name,
     source_path, page_count, state, imported_at, finished_at, revision, number_key,
     type, number, issuer, issuer_parent, place, issued, subject,
     signer_authority, signer_position, signer_name, number_doubtful, issued_doubtful, secrecy,
     sign, issued_partial, part_of, first_page";

pub(super) fn document_from(row: &Row<'_>) -> rusqlite::Result<Document> {
    Ok(Document {
        document_id: row.get("document_id")?,
        sha256: row.get("sha256")?,
        byte_length: row.get::<_, i64>("byte_length")?.unsigned_abs(),
        media_type: row.get("media_type")?,
        file_name: row.get("file_name")?,
        source_path: row.get("source_path")?,
        page_count: row.get("page_count")?,
        state: row.get("state")?,
        imported_at: row.get("imported_at")?,
        finished_at: row.get("finished_at")?,
        revision: row.get("revision")?,
        number_key: row.get("number_key")?,
        part_of: row.get("part_of")?,
        first_page: row.get("first_page")?,
        fields: RegisteredFields {
            document_type: row.get("type")?,
            number: row.get("number")?,
            sign: row.get("sign")?,
            number_doubtful: row.get("number_doubtful")?,
            issuer: row.get("issuer")?,
            issuer_parent: row.get("issuer_parent")?,
            place: row.get("place")?,
            issued: row.get("issued")?,
            issued_partial: row.get("issued_partial")?,
            issued_doubtful: row.get("issued_doubtful")?,
            subject: row.get("subject")?,
            signer_authority: row.get("signer_authority")?,
            signer_position: row.get("signer_position")?,
            signer_name: row.get("signer_name")?,
            secrecy: row.get("secrecy")?,
        },
    })
}

/// All documents in the order of their numbers; see [`Archive::documents`].
#[derive(Debug)]
pub struct Documents<'a> {
    archive: &'a Archive,
    batch: std::vec::IntoIter<Document>,
    last_id: i64,
    is_finished: bool,
}

/// Rows fetched at once: the connection is free for others in between, and
/// memory is bounded.
const BATCH_SIZE: u32 = 256;

impl Iterator for Documents<'_> {
    type Item = Result<Document, ArchiveError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.batch.as_slice().is_empty() && !self.is_finished {
            match self.archive.documents_after(self.last_id, BATCH_SIZE) {
                Ok(batch) => self.batch = batch.into_iter(),
                Err(error) => {
                    self.is_finished = true;
                    return Some(Err(error));
                }
            }
        }
        let next = self.batch.next();
        match &next {
            Some(document) => self.last_id = document.document_id,
            None => self.is_finished = true,
        }
        next.map(Ok)
    }
}

impl Archive {
    /// The document of that number.
    ///
    /// # Errors
    /// [`ArchiveError::UnknownDocument`] where there is none.
    pub fn document(&self, document_id: i64) -> Result<Document, ArchiveError> {
        self.connection()
            .prepare_cached(&format!(
                "SELECT {DOCUMENT_COLUMNS} FROM documents WHERE document_id = ?1"
            ))
            .and_then(|mut query| query.query_row([document_id], document_from).optional())
            .map_err(self.failed("reading a document"))?
            .ok_or(ArchiveError::UnknownDocument { document_id })
    }

    /// All documents in the order of their numbers, fetched in batches.
    pub fn documents(&self) -> Documents<'_> {
        Documents {
            archive: self,
            batch: Vec::new().into_iter(),
            last_id: i64::MIN,
            is_finished: false,
        }
    }

    /// At most `limit` documents with numbers above `document_id`.
    pub fn documents_after(
        &self,
        document_id: i64,
        limit: u32,
    ) -> Result<Vec<Document>, ArchiveError> {
        self.connection()
            .prepare_cached(&format!(
                "SELECT {DOCUMENT_COLUMNS} FROM documents WHERE document_id > ?1
                 ORDER BY document_id LIMIT ?2"
            ))
            .and_then(|mut query| {
                query
                    .query_map(params![document_id, limit], document_from)?
                    .collect()
            })
            .map_err(self.failed("listing documents"))
    }

    /// Every path under which the file of a document was seen, first one first.
    pub fn sources(&self, document_id: i64) -> Result<Vec<String>, ArchiveError> {
        self.connection()
            .prepare_cached(
                "SELECT path FROM sources
                 WHERE document_id = (SELECT ifnull(part_of, document_id) FROM documents
                                      WHERE document_id = ?1)
                 ORDER BY rowid",
            )
            .and_then(|mut query| query.query_map([document_id], |row| row.get(0))?.collect())
            .map_err(self.failed("reading a document"))
    }

    /// The document whose bytes were seen last under a path; `None` for a path
    /// that never became one.
    pub fn document_at(&self, source: &str) -> Result<Option<i64>, ArchiveError> {
        self.connection()
            .prepare_cached(
                "SELECT document_id FROM sources WHERE path = ?1
                 ORDER BY seen_at DESC, rowid DESC LIMIT 1",
            )
            .and_then(|mut query| query.query_row([source], |row| row.get(0)).optional())
            .map_err(self.failed("looking for a file"))
    }

    /// The documents that came under a path with `part` in it, in the order of
    /// their numbers.
    pub fn documents_under(&self, part: &str) -> Result<Vec<Document>, ArchiveError> {
        let document_ids: Vec<i64> = self
            .connection()
            .prepare_cached(
                "SELECT DISTINCT document_id FROM sources WHERE instr(path, ?1) > 0
                 ORDER BY document_id",
            )
            .and_then(|mut query| query.query_map([part], |row| row.get(0))?.collect())
            .map_err(self.failed("looking for files"))?;
        let documents = document_ids.into_iter().map(|id| self.document(id));
        documents.collect()
    }

    /// Documents whose bytes were seen under several paths, with these.
    pub fn documents_with_copies(&self) -> Result<Vec<(i64, Vec<String>)>, ArchiveError> {
        let document_ids: Vec<i64> = self
            .connection()
            .prepare_cached(
                "SELECT document_id FROM sources GROUP BY document_id
                 HAVING count(*) > 1 ORDER BY document_id",
            )
            .and_then(|mut query| query.query_map([], |row| row.get(0))?.collect())
            .map_err(self.failed("looking for copies"))?;
        document_ids
            .into_iter()
            .map(|document_id| Ok((document_id, self.sources(document_id)?)))
            .collect()
    }

    /// Notes what a first look into the file told.
    pub fn set_page_count(
        &self,
        document_id: i64,
        page_count: u32,
        media_type: &str,
    ) -> Result<(), ArchiveError> {
        let n_changed = self.write("noting a page count", |transaction| {
            transaction.execute(
                "UPDATE documents SET page_count = ?2, media_type = ?3 WHERE document_id = ?1",
                params![document_id, page_count, media_type],
            )
        })?;
        known(document_id, n_changed)
    }

    /// Ends a document: every page has an outcome, `fields` and `record` are
    /// what was found in them. Calling it again, after another reading, replaces
    /// the record and asks for indexing again.
    ///
    /// # Errors
    /// [`ArchiveError::PageCountUnknown`] and [`ArchiveError::PagesMissing`]
    /// while a page has no outcome.
    pub fn finish_document(
        &self,
        document_id: i64,
        fields: &RegisteredFields,
        record: &serde_json::Value,
    ) -> Result<(), ArchiveError> {
        let action = "storing a record";
        self.try_write(action, |transaction| {
            let (n_stored, n_expected) = count_pages(transaction, document_id)
                .map_err(self.failed(action))?
                .ok_or(ArchiveError::UnknownDocument { document_id })?;
            let n_expected = n_expected.ok_or(ArchiveError::PageCountUnknown { document_id })?;
            if n_stored < n_expected {
                return Err(ArchiveError::PagesMissing {
                    document_id,
                    n_stored,
                    n_expected,
                });
            }
            let store = || {
                record::store_fields(transaction, document_id, fields)?;
                record::store_record(transaction, document_id, record)?;
                failure::clear_of_document(transaction, document_id)?;
                set_state(transaction, document_id, DocumentState::Read)
            };
            store().map_err(self.failed(action))?;
            Ok(())
        })
    }

    /// Gives a document up for the reason given. Its original stays.
    pub fn fail_document(
        &self,
        document_id: i64,
        kind: &str,
        message: &str,
    ) -> Result<(), ArchiveError> {
        let n_changed = self.write("noting a failed document", |transaction| {
            failure::clear_of_document(transaction, document_id)?;
            let n_changed = set_state(transaction, document_id, DocumentState::Failed)?;
            if n_changed > 0 {
                failure::add_to_document(transaction, document_id, None, kind, message)?;
            }
            Ok(n_changed)
        })?;
        known(document_id, n_changed)
    }

    /// Makes a document that was read unfinished again, for those of its pages that
    /// failed to be tried once more; what was read of the others stays.
    pub fn reopen_failed_pages(&self, document_id: i64) -> Result<(), ArchiveError> {
        let n_changed = self.write("trying pages again", |transaction| {
            let failed: Vec<u32> = transaction
                .prepare_cached(
                    "SELECT page_number FROM pages WHERE document_id = ?1 AND state = 'failed'",
                )?
                .query_map([document_id], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            for page_number in failed {
                failure::clear_of_page(transaction, document_id, page_number)?;
            }
            transaction.execute(
                "DELETE FROM pages WHERE document_id = ?1 AND state = 'failed'",
                [document_id],
            )?;
            set_state(transaction, document_id, DocumentState::Registered)
        })?;
        known(document_id, n_changed)
    }

    /// The documents whose present reading the index does not hold (or that it
    /// still holds although they failed since), in the order of their numbers.
    pub fn documents_to_index(&self) -> Result<Vec<PendingDocument>, ArchiveError> {
        self.connection()
            .prepare_cached(
                "SELECT document_id, revision FROM documents
                 WHERE (state = 'read' AND indexed_revision IS NULL)
                    OR indexed_revision <> revision
                 ORDER BY document_id",
            )
            .and_then(|mut query| {
                query
                    .query_map([], |row| {
                        Ok(PendingDocument {
                            document_id: row.get(0)?,
                            revision: row.get(1)?,
                        })
                    })?
                    .collect()
            })
            .map_err(self.failed("listing what is to be indexed"))
    }

    /// Notes that the index holds these readings.
    pub fn mark_indexed(&self, documents: &[PendingDocument]) -> Result<(), ArchiveError> {
        self.write("noting what is indexed", |transaction| {
            let mut update = transaction.prepare_cached(
                "UPDATE documents SET indexed_revision = ?2 WHERE document_id = ?1",
            )?;
            for document in documents {
                update.execute(params![document.document_id, document.revision])?;
            }
            Ok(())
        })
    }

    /// Notes that the index holds nothing any more.
    pub fn mark_none_indexed(&self) -> Result<(), ArchiveError> {
        self.write("noting what is indexed", |transaction| {
            transaction.execute("UPDATE documents SET indexed_revision = NULL", [])?;
            Ok(())
        })
    }
}

/// Turns "no row changed" into [`ArchiveError::UnknownDocument`].
fn known(document_id: i64, n_changed: usize) -> Result<(), ArchiveError> {
    match n_changed {
        0 => Err(ArchiveError::UnknownDocument { document_id }),
        _ => Ok(()),
    }
}

/// Moves a document into another state; gives the number of rows changed.
fn set_state(
    transaction: &Transaction<'_>,
    document_id: i64,
    state: DocumentState,
) -> rusqlite::Result<usize> {
    transaction
        .prepare_cached(
            "UPDATE documents SET state = ?2, finished_at = ?3, revision = revision + 1
             WHERE document_id = ?1",
        )?
        .execute(params![document_id, state, now()])
}

/// How many pages of a document have an outcome, and how many it has, where
/// that is known; `None` for an unknown document.
fn count_pages(
    transaction: &Transaction<'_>,
    document_id: i64,
) -> rusqlite::Result<Option<(u32, Option<u32>)>> {
    transaction
        .prepare_cached(
            "SELECT (SELECT count(*) FROM pages
                     WHERE pages.document_id = documents.document_id
                       AND page_number <= page_count),
                    page_count
             FROM documents WHERE document_id = ?1",
        )?
        .query_row([document_id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
}
