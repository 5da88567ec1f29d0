//! Cited papers, both ways: what a paper cites, and what cites it.

use super::{Archive, ArchiveError};
use rusqlite::{Row, params};
use serde::Serialize;

/// A citation of a paper, as the citing paper has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CitedPaper {
    pub text: Option<String>,
    #[serde(rename = "type")]
    pub document_type: Option<String>,
    pub number: Option<String>,
    /// See [`super::number_key()`].
    pub number_key: Option<String>,
    /// ISO 8601.
    pub date: Option<String>,
    pub issuer: Option<String>,
    /// Page of the citing paper, 1-based.
    #[serde(rename = "page")]
    pub page_number: Option<u32>,
    /// The cited paper, when the archive has it.
    pub archived_as: Option<i64>,
    /// Whether it is the citing paper itself: an annex names the paper it came with.
    #[serde(skip)]
    pub is_itself: bool,
}

/// A paper that cites another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CitingPaper {
    #[serde(rename = "id")]
    pub document_id: i64,
    pub number: Option<String>,
    #[serde(rename = "type")]
    pub document_type: Option<String>,
    pub subject: Option<String>,
    pub issued: Option<String>,
    /// First page that cites it, 1-based.
    #[serde(rename = "page")]
    pub page_number: Option<u32>,
}

/// Numbers begin anew each year and repeat between issuers, and a citation that
/// gives the day means that one paper.
const IS_THE_CITED: &str = "documents.number_key = document_references.number_key
     AND (document_references.date IS NULL OR documents.issued IS NULL
          OR document_references.date = documents.issued)
     AND documents.document_id <> document_references.document_id";

/// The paper names itself.
const IS_ITSELF: &str = "EXISTS (SELECT 1 FROM documents AS own
     WHERE own.document_id = document_references.document_id
       AND own.number_key = document_references.number_key
       AND (document_references.date IS NULL OR own.issued IS NULL
            OR document_references.date = own.issued))";

/// A law is cited by everything; a list need not be endless.
const MAX_LISTED: u32 = 500;

impl Archive {
    /// What a paper cites, in the order of its text, with the archived paper
    /// where there is one.
    pub fn cited_by(&self, document_id: i64) -> Result<Vec<CitedPaper>, ArchiveError> {
        let sql = format!(
            "SELECT text, type, number, number_key, date, issuer, page_number,
                    (SELECT document_id FROM documents WHERE {IS_THE_CITED} LIMIT 1),
                    {IS_ITSELF}
             FROM document_references WHERE document_id = ?1
             ORDER BY item_index LIMIT ?2"
        );
        self.connection()
            .prepare_cached(&sql)
            .and_then(|mut query| {
                query
                    .query_map(params![document_id, MAX_LISTED], cited_from)?
                    .collect()
            })
            .map_err(self.failed("reading references"))
    }

    /// The papers that cite a paper of the archive, newest first.
    pub fn citing(&self, document_id: i64) -> Result<Vec<CitingPaper>, ArchiveError> {
        let sql = format!(
            "SELECT citing.document_id, citing.number, citing.type, citing.subject,
                    citing.issued, min(document_references.page_number)
             FROM documents
             JOIN document_references ON {IS_THE_CITED}
             JOIN documents AS citing ON citing.document_id = document_references.document_id
             WHERE documents.document_id = ?1
             GROUP BY citing.document_id
             ORDER BY citing.issued DESC, citing.document_id LIMIT ?2"
        );
        self.connection()
            .prepare_cached(&sql)
            .and_then(|mut query| {
                query
                    .query_map(params![document_id, MAX_LISTED], citing_from)?
                    .collect()
            })
            .map_err(self.failed("reading references"))
    }

    /// The papers that cite a number, whether the archive has that paper or
    /// not, newest first.
    pub fn citing_number(&self, number_key: &str) -> Result<Vec<CitingPaper>, ArchiveError> {
        self.connection()
            .prepare_cached(
                "SELECT citing.document_id, citing.number, citing.type, citing.subject,
                        citing.issued, min(document_references.page_number)
                 FROM document_references
                 JOIN documents AS citing USING (document_id)
                 WHERE document_references.number_key = ?1
                 GROUP BY citing.document_id
                 ORDER BY citing.issued DESC, citing.document_id LIMIT ?2",
            )
            .and_then(|mut query| {
                query
                    .query_map(params![number_key, MAX_LISTED], citing_from)?
                    .collect()
            })
            .map_err(self.failed("reading references"))
    }

    /// The numbers of other papers that a paper cites, each once.
    pub fn cited_numbers(&self, document_id: i64) -> Result<Vec<String>, ArchiveError> {
        let sql = format!(
            "SELECT number FROM document_references
             WHERE document_id = ?1 AND number IS NOT NULL AND NOT {IS_ITSELF}
             GROUP BY number_key ORDER BY min(item_index)"
        );
        self.connection()
            .prepare_cached(&sql)
            .and_then(|mut query| query.query_map([document_id], |row| row.get(0))?.collect())
            .map_err(self.failed("reading references"))
    }
}

fn cited_from(row: &Row<'_>) -> rusqlite::Result<CitedPaper> {
    Ok(CitedPaper {
        text: row.get(0)?,
        document_type: row.get(1)?,
        number: row.get(2)?,
        number_key: row.get(3)?,
        date: row.get(4)?,
        issuer: row.get(5)?,
        page_number: row.get(6)?,
        archived_as: row.get(7)?,
        is_itself: row.get(8)?,
    })
}

fn citing_from(row: &Row<'_>) -> rusqlite::Result<CitingPaper> {
    Ok(CitingPaper {
        document_id: row.get(0)?,
        number: row.get(1)?,
        document_type: row.get(2)?,
        subject: row.get(3)?,
        issued: row.get(4)?,
        page_number: row.get(5)?,
    })
}
