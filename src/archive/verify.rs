//! Checking an archive: every original against its hash, every row against the
//! others.

use super::{Archive, ArchiveError, Document, DocumentState, PageState, originals};
use rusqlite::Connection;
use serde::Serialize;
use std::collections::HashSet;
use std::fs::File;
use std::io;

/// Something in an archive that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Damage {
    pub kind: DamageKind,
    /// `None` when no single document is concerned.
    pub document_id: Option<i64>,
    /// What was found, in words.
    pub detail: String,
}

/// The kinds of damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DamageKind {
    /// SQLite finds its own file or the links between rows broken.
    Catalogue,
    /// An original is gone.
    OriginalMissing,
    /// An original's bytes are not those that were taken in.
    OriginalChanged,
    /// A file among the originals belongs to no document. Harmless: a killed
    /// import leaves one until the same file is imported again.
    OriginalUnregistered,
    /// A read document lacks a page, its words or its record.
    DocumentIncomplete,
    /// A stored value cannot be read, or does not fit the others.
    RowUnreadable,
    /// The index does not hold what the catalogue has; `reindex` mends it.
    Index,
    /// The catalogue knows that a document is still to be indexed: an import is
    /// running or was interrupted, and the next one does it.
    NotYetIndexed,
}

impl Damage {
    pub(super) fn of_document(document_id: i64, kind: DamageKind, detail: String) -> Self {
        Self {
            kind,
            document_id: Some(document_id),
            detail,
        }
    }

    /// Whether nothing is lost by it and nothing has to be done.
    pub fn is_harmless(&self) -> bool {
        matches!(
            self.kind,
            DamageKind::OriginalUnregistered | DamageKind::NotYetIndexed
        )
    }
}

/// SQLite's own check may list thousands of lines; the first ones tell enough.
const MAX_CATALOGUE_LINES: u32 = 20;

impl Archive {
    /// Checks everything but the index.
    /// `on_progress` gets the number of documents checked and of all.
    ///
    /// # Errors
    /// Only when the check itself cannot go on; damage is the result.
    pub fn verify(
        &self,
        mut on_progress: impl FnMut(u64, u64),
    ) -> Result<Vec<Damage>, ArchiveError> {
        let mut found =
            check_catalogue(&self.connection()).map_err(self.failed("checking its own file"))?;
        let n_documents: i64 = self
            .connection()
            .query_row("SELECT count(*) FROM documents", [], |row| row.get(0))
            .map_err(self.failed("counting"))?;
        let mut registered = HashSet::new();
        let mut n_checked = 0;
        for document in self.documents() {
            let document = document?;
            // The file of a paper of a stack is that of the stack.
            if !document.is_part() {
                self.check_original(&document, &mut found)?;
            }
            self.check_rows(&document, &mut found)?;
            if document.state == DocumentState::Split {
                self.check_parts(&document, &mut found)?;
            }
            registered.insert(document.sha256);
            n_checked += 1;
            on_progress(n_checked, n_documents.unsigned_abs());
        }
        let (hashes, strangers) = self.originals.list()?;
        let unregistered = hashes
            .into_iter()
            .filter(|hash| !registered.contains(hash))
            .map(|hash| self.original_path(&hash));
        for path in unregistered.chain(strangers) {
            found.push(Damage {
                kind: DamageKind::OriginalUnregistered,
                document_id: None,
                detail: format!("{} belongs to no document", path.display()),
            });
        }
        Ok(found)
    }

    fn check_original(
        &self,
        document: &Document,
        found: &mut Vec<Damage>,
    ) -> Result<(), ArchiveError> {
        let path = self.original_path(&document.sha256);
        let mut push = |kind, detail| {
            found.push(Damage {
                kind,
                document_id: Some(document.document_id),
                detail,
            });
        };
        let mut file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                push(
                    DamageKind::OriginalMissing,
                    format!("{} is gone", path.display()),
                );
                return Ok(());
            }
            Err(source) => {
                return Err(ArchiveError::file(
                    &self.dir,
                    "opening an original",
                    &path,
                    source,
                ));
            }
        };
        match originals::hash_of(&path, &mut file) {
            Ok((sha256, _)) if sha256 == document.sha256 => {}
            Ok((sha256, byte_length)) => push(
                DamageKind::OriginalChanged,
                format!(
                    "{} has {byte_length} bytes with SHA-256 {sha256}, {} were taken in",
                    path.display(),
                    document.byte_length
                ),
            ),
            // A disk that cannot give a file back is damage, not the end of the check.
            Err(error) => push(DamageKind::OriginalChanged, error.to_string()),
        }
        Ok(())
    }

    fn check_rows(&self, document: &Document, found: &mut Vec<Damage>) -> Result<(), ArchiveError> {
        let document_id = document.document_id;
        let mut push = |kind, detail| {
            found.push(Damage {
                kind,
                document_id: Some(document_id),
                detail,
            });
        };
        let rows = self.page_rows(document_id)?;
        for row in &rows {
            match (row.state, self.page(document_id, row.page_number)) {
                (PageState::Done, Ok(Some(page))) if page.text() == row.text => {}
                (PageState::Failed, Ok(None)) => {}
                (PageState::Done, Ok(None)) => push(
                    DamageKind::DocumentIncomplete,
                    format!("the words of page {} are gone", row.page_number),
                ),
                (_, Ok(Some(_))) => push(
                    DamageKind::RowUnreadable,
                    format!("the words of page {} are not its text", row.page_number),
                ),
                (_, Err(error @ ArchiveError::UnreadableRow { .. })) => push(
                    DamageKind::RowUnreadable,
                    format!("page {}: {error}", row.page_number),
                ),
                (_, Err(error)) => return Err(error),
            }
        }
        if document.state != DocumentState::Read {
            return Ok(());
        }
        let expected = 1..=document.page_count.unwrap_or(0);
        let missing = expected
            .filter(|number| !rows.iter().any(|row| row.page_number == *number))
            .count();
        if missing > 0 {
            push(
                DamageKind::DocumentIncomplete,
                format!("{missing} of its pages have no outcome"),
            );
        }
        match self.record(document_id) {
            Ok(Some(_)) => {}
            Ok(None) => push(
                DamageKind::DocumentIncomplete,
                "its record is gone".to_owned(),
            ),
            Err(error @ ArchiveError::UnreadableRow { .. }) => {
                push(DamageKind::RowUnreadable, error.to_string());
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

fn check_catalogue(connection: &Connection) -> rusqlite::Result<Vec<Damage>> {
    let mut lines: Vec<String> = connection
        .prepare(&format!("PRAGMA integrity_check({MAX_CATALOGUE_LINES})"))?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    lines.retain(|line| line != "ok");
    let broken_links = connection
        .prepare("SELECT \"table\", rowid FROM pragma_foreign_key_check() LIMIT ?1")?
        .query_map([MAX_CATALOGUE_LINES], |row| {
            let table: String = row.get(0)?;
            let row_id: Option<i64> = row.get(1)?;
            Ok(match row_id {
                Some(row_id) => format!("row {row_id} of {table} belongs to nothing"),
                None => format!("a row of {table} belongs to nothing"),
            })
        })?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    lines.extend(broken_links);
    Ok(lines
        .into_iter()
        .map(|detail| Damage {
            kind: DamageKind::Catalogue,
            document_id: None,
            detail,
        })
        .collect())
}
