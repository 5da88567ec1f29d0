//! What failed and why.

use super::clock::now;
use super::{Archive, ArchiveError};
use rusqlite::{OptionalExtension, Row, Transaction, params};
use serde::Serialize;
use std::path::Path;

/// A document, a page or a file that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// `None` for a file that never became a document.
    pub document_id: Option<i64>,
    /// 1-based; `None` when the whole document failed.
    pub page_number: Option<u32>,
    /// Where the file was found.
    pub source_path: String,
    /// Short and stable: `encrypted`, `timeout`.
    pub kind: String,
    /// The reason in words for a records clerk.
    pub message: String,
    /// UTC, ISO 8601.
    pub failed_at: String,
}

impl Archive {
    /// Notes a file that could not even be registered (missing, no right to
    /// read it), in place of what was noted of that path before.
    pub fn fail_source(
        &self,
        source: &Path,
        kind: &str,
        message: &str,
    ) -> Result<(), ArchiveError> {
        let path = source.to_string_lossy();
        self.write("noting a failed file", |transaction| {
            clear_of_source(transaction, &path)?;
            transaction.execute(
                "INSERT INTO failures (source_path, kind, message, failed_at)
                 VALUES (?1, ?2, ?3, ?4)",
                params![path, kind, message, now()],
            )?;
            Ok(())
        })
    }

    /// Why the file at a path never became a document, where that was noted.
    pub fn failure_of_source(&self, source: &str) -> Result<Option<Failure>, ArchiveError> {
        self.connection()
            .prepare_cached(
                "SELECT document_id, page_number, source_path, kind, message, failed_at
                 FROM failures WHERE document_id IS NULL AND source_path = ?1",
            )
            .and_then(|mut query| query.query_row([source], failure_of_row).optional())
            .map_err(self.failed("listing failures"))
    }

    /// What failed of one document: itself first, then its pages.
    pub fn failures_of(&self, document_id: i64) -> Result<Vec<Failure>, ArchiveError> {
        self.list_failures(Some(document_id))
    }

    /// Everything that failed: files without a document first, by path, then
    /// documents and pages in their order.
    pub fn failures(&self) -> Result<Vec<Failure>, ArchiveError> {
        self.list_failures(None)
    }

    fn list_failures(&self, document_id: Option<i64>) -> Result<Vec<Failure>, ArchiveError> {
        self.connection()
            .prepare_cached(
                "SELECT failures.document_id, page_number,
                        coalesce(failures.source_path, documents.source_path, ''),
                        kind, message, failed_at
                 FROM failures LEFT JOIN documents USING (document_id)
                 WHERE ?1 IS NULL OR failures.document_id = ?1
                 ORDER BY failures.document_id, page_number, failures.source_path, failure_id",
            )
            .and_then(|mut query| query.query_map([document_id], failure_of_row)?.collect())
            .map_err(self.failed("listing failures"))
    }
}

fn failure_of_row(row: &Row<'_>) -> rusqlite::Result<Failure> {
    Ok(Failure {
        document_id: row.get(0)?,
        page_number: row.get(1)?,
        source_path: row.get(2)?,
        kind: row.get(3)?,
        message: row.get(4)?,
        failed_at: row.get(5)?,
    })
}

pub(super) fn add_to_document(
    transaction: &Transaction<'_>,
    document_id: i64,
    page_number: Option<u32>,
    kind: &str,
    message: &str,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO failures (document_id, page_number, kind, message, failed_at)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![document_id, page_number, kind, message, now()])?;
    Ok(())
}

pub(super) fn clear_of_page(
    transaction: &Transaction<'_>,
    document_id: i64,
    page_number: u32,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("DELETE FROM failures WHERE document_id = ?1 AND page_number = ?2")?
        .execute(params![document_id, page_number])?;
    Ok(())
}

/// Takes back a failure of the whole document; those of its pages stay.
pub(super) fn clear_of_document(
    transaction: &Transaction<'_>,
    document_id: i64,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("DELETE FROM failures WHERE document_id = ?1 AND page_number IS NULL")?
        .execute([document_id])?;
    Ok(())
}

pub(super) fn clear_of_source(transaction: &Transaction<'_>, path: &str) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("DELETE FROM failures WHERE document_id IS NULL AND source_path = ?1")?
        .execute([path])?;
    Ok(())
}
