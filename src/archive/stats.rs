//! Figures about an archive.

use super::{Archive, ArchiveError};
use crate::scan::TextLayerDecision;
use rusqlite::Connection;
use serde::Serialize;

/// How many documents share a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Count {
    /// `None` where the papers do not show it.
    pub value: Option<String>,
    pub n_documents: u64,
}

/// How many pages had the same text and met the same fate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TextLayerCount {
    #[serde(flatten)]
    pub decision: TextLayerDecision,
    pub n_pages: u64,
}

/// How many pages were read with how much certainty.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CertaintyCount {
    /// The lowest mean certainty of a page's words that is counted, 0 to 1; the
    /// next higher entry goes on where this one ends.
    pub at_least: f64,
    pub n_pages: u64,
}

/// Where the certainty of pages is parted, highest first: above 0.95 little is
/// left to mend, below 0.6 a page is hardly read.
const CERTAINTIES: [f64; 6] = [0.98, 0.95, 0.9, 0.8, 0.6, 0.0];

/// Figures about an archive.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stats {
    /// Papers; of a stack that was split, each of its papers.
    pub n_documents: u64,
    /// Registered and not read to their end.
    pub n_unfinished: u64,
    pub n_read: u64,
    pub n_failed: u64,
    /// Files that held several papers and were split.
    pub n_split: u64,
    pub n_pages_done: u64,
    pub n_pages_failed: u64,
    pub n_words: u64,
    /// Pages by what text they had; only those whose text was looked at.
    pub text_layers: Vec<TextLayerCount>,
    /// Mean over the words of all pages, 0 to 1; `None` without words.
    pub mean_confidence: Option<f64>,
    /// Pages by the mean certainty of their words, highest first.
    pub certainties: Vec<CertaintyCount>,
    /// Pages without a word.
    pub n_pages_without_words: u64,
    /// Files that never became documents.
    pub n_failed_sources: u64,
    /// Documents the index does not hold as they are now.
    pub n_to_index: u64,
    pub originals_bytes: u64,
    pub catalogue_bytes: u64,
    /// First and last day of issue; a month or a year where the day was not read.
    pub earliest_issued: Option<String>,
    pub latest_issued: Option<String>,
    /// Most frequent first; for types, issuers and years of issue.
    pub types: Vec<Count>,
    pub issuers: Vec<Count>,
    pub years: Vec<Count>,
}

/// An archive of a province has thousands of issuers; a list of figures need not.
const MAX_ISSUERS: u32 = 50;

impl Archive {
    /// Counts what the archive holds.
    pub fn stats(&self) -> Result<Stats, ArchiveError> {
        collect(&self.connection()).map_err(self.failed("counting"))
    }

    /// How many documents are read, which is counted without a look at their pages.
    ///
    /// # Errors
    /// When the catalogue cannot be asked.
    pub fn n_read(&self) -> Result<u64, ArchiveError> {
        n_in_state(&self.connection(), "read").map_err(self.failed("counting"))
    }
}

fn n_in_state(connection: &Connection, state: &str) -> rusqlite::Result<u64> {
    connection.query_row(
        "SELECT count(*) FROM documents WHERE state = ?1",
        [state],
        |row| Ok(row.get::<_, i64>(0)?.unsigned_abs()),
    )
}

fn collect(connection: &Connection) -> rusqlite::Result<Stats> {
    let number = |sql: &str| -> rusqlite::Result<u64> {
        connection.query_row(sql, [], |row| Ok(row.get::<_, i64>(0)?.unsigned_abs()))
    };
    let state = |state: &str| n_in_state(connection, state);
    let (earliest_issued, latest_issued) = connection.query_row(
        "SELECT min(coalesce(issued, issued_partial)), max(coalesce(issued, issued_partial))
         FROM documents",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok(Stats {
        n_documents: number("SELECT count(*) FROM documents WHERE state <> 'split'")?,
        n_unfinished: state("registered")?,
        n_read: state("read")?,
        n_failed: state("failed")?,
        n_split: state("split")?,
        n_pages_done: number("SELECT count(*) FROM pages WHERE state = 'done'")?,
        n_pages_failed: number("SELECT count(*) FROM pages WHERE state = 'failed'")?,
        n_words: number("SELECT ifnull(sum(word_count), 0) FROM pages")?,
        text_layers: text_layers(connection)?,
        mean_confidence: connection.query_row(
            "SELECT sum(mean_confidence * word_count) / sum(word_count) FROM pages
             WHERE word_count > 0",
            [],
            |row| row.get(0),
        )?,
        certainties: certainties(connection)?,
        n_pages_without_words: number(
            "SELECT count(*) FROM pages WHERE state = 'done' AND mean_confidence IS NULL",
        )?,
        n_failed_sources: number("SELECT count(*) FROM failures WHERE document_id IS NULL")?,
        n_to_index: number(
            "SELECT count(*) FROM documents
             WHERE (state = 'read' AND indexed_revision IS NULL)
                OR indexed_revision <> revision",
        )?,
        originals_bytes: number(
            "SELECT ifnull(sum(byte_length), 0) FROM documents WHERE part_of IS NULL",
        )?,
        catalogue_bytes: number(
            "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
        )?,
        earliest_issued,
        latest_issued,
        types: counts(connection, "type", u32::MAX)?,
        issuers: counts(connection, "issuer", MAX_ISSUERS)?,
        years: counts(
            connection,
            "substr(coalesce(issued, issued_partial), 1, 4)",
            u32::MAX,
        )?,
    })
}

fn certainties(connection: &Connection) -> rusqlite::Result<Vec<CertaintyCount>> {
    let mut query = connection.prepare(
        "SELECT count(*) FROM pages
         WHERE state = 'done' AND mean_confidence >= ?1 AND mean_confidence < ?2",
    )?;
    let mut below = f64::INFINITY;
    let mut counts = Vec::with_capacity(CERTAINTIES.len());
    for at_least in CERTAINTIES {
        let n_pages: i64 = query.query_row([at_least, below], |row| row.get(0))?;
        counts.push(CertaintyCount {
            at_least,
            n_pages: n_pages.unsigned_abs(),
        });
        below = at_least;
    }
    Ok(counts)
}

/// Most frequent first.
fn text_layers(connection: &Connection) -> rusqlite::Result<Vec<TextLayerCount>> {
    let counts: Vec<(String, i64)> = connection
        .prepare(
            "SELECT text_layer, count(*) AS n FROM pages
             WHERE state = 'done' AND text_layer IS NOT NULL
             GROUP BY text_layer ORDER BY n DESC, text_layer",
        )?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(counts
        .into_iter()
        .filter_map(|(json, n_pages)| {
            Some(TextLayerCount {
                decision: serde_json::from_str(&json).ok()?,
                n_pages: n_pages.unsigned_abs(),
            })
        })
        .collect())
}

/// Counts read documents by `expression`, which is one of ours, never from outside.
fn counts(
    connection: &Connection,
    expression: &'static str,
    limit: u32,
) -> rusqlite::Result<Vec<Count>> {
    connection
        .prepare(&format!(
            "SELECT {expression} AS value, count(*) AS n FROM documents WHERE state = 'read'
             GROUP BY value ORDER BY n DESC, value LIMIT ?1"
        ))?
        .query_map([limit], |row| {
            Ok(Count {
                value: row.get(0)?,
                n_documents: row.get::<_, i64>(1)?.unsigned_abs(),
            })
        })?
        .collect()
}
