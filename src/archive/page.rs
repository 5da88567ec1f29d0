//! Pages: their outcomes in, their text and words out.

use super::clock::now;
use super::{Archive, ArchiveError, corrections, failure, packed_words, review};
use crate::restore::{RestoredLine, RestoredPage};
use crate::scan::TextLayerDecision;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use rusqlite::{OptionalExtension, Transaction, params};
use serde::Serialize;

/// What came of a page.
#[derive(Debug, Clone, PartialEq)]
pub enum PageOutcome {
    Done(DonePage),
    Failed(FailedPage),
}

/// A page that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct DonePage {
    pub page: RestoredPage,
    /// What read it, for people: `tesseract 5.5.0 vie`, `text layer`.
    pub read_by: String,
    /// What text the page had and what became of it; `None` where nobody looked.
    pub text_layer: Option<TextLayerDecision>,
    /// Time the page took, all stages together.
    pub duration_ms: u64,
}

/// A page that could not be read, after all tries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedPage {
    /// 1-based.
    pub page_number: u32,
    /// Short and stable: `timeout`, `crash`, `damaged image`.
    pub kind: String,
    /// The reason in words for a records clerk.
    pub message: String,
    pub duration_ms: u64,
}

/// Whether a page was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PageState {
    Done,
    Failed,
}

impl FromSql for PageState {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_str()? {
            "done" => Ok(Self::Done),
            "failed" => Ok(Self::Failed),
            _ => Err(FromSqlError::InvalidType),
        }
    }
}

/// A page as the catalogue has it, without its words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PageRow {
    /// 1-based.
    pub page_number: u32,
    pub state: PageState,
    /// Restored, a printed line a line; empty for a failed page.
    pub text: String,
    /// As it was read.
    pub raw_text: String,
    pub word_count: Option<u32>,
    /// Of the restored words, 0 to 1; `None` for a page without words.
    pub mean_confidence: Option<f64>,
    pub read_by: Option<String>,
    /// What text the page had and what became of it.
    pub text_layer: Option<TextLayerDecision>,
    pub duration_ms: u64,
}

impl PageOutcome {
    /// 1-based number of the page in its file.
    pub fn page_number(&self) -> u32 {
        match self {
            Self::Done(done) => done.page.page_number,
            Self::Failed(failed) => failed.page_number,
        }
    }
}

impl Archive {
    /// Stores what came of a page, in place of what came of it before.
    pub fn store_page(&self, document_id: i64, outcome: &PageOutcome) -> Result<(), ArchiveError> {
        self.store_pages(document_id, std::slice::from_ref(outcome))
    }

    /// Stores several pages of a document, all or none.
    pub fn store_pages(
        &self,
        document_id: i64,
        outcomes: &[PageOutcome],
    ) -> Result<(), ArchiveError> {
        // Packed before the connection is taken: it is most of the work.
        let mut packed = Vec::with_capacity(outcomes.len());
        for outcome in outcomes {
            packed.push(match outcome {
                PageOutcome::Done(done) => {
                    Some(packed_words::pack(&done.page).map_err(|error| {
                        ArchiveError::UnreadableRow {
                            document_id,
                            what: "words of a page",
                            detail: error.to_string(),
                        }
                    })?)
                }
                PageOutcome::Failed(_) => None,
            });
        }
        self.write("storing a page", |transaction| {
            for (outcome, words) in outcomes.iter().zip(&packed) {
                failure::clear_of_page(transaction, document_id, outcome.page_number())?;
                match outcome {
                    PageOutcome::Done(done) => {
                        store_done(transaction, document_id, done)?;
                        lay_corrections(transaction, document_id, &done.page)?;
                    }
                    PageOutcome::Failed(failed) => {
                        store_failed(transaction, document_id, failed)?;
                    }
                }
                store_words(
                    transaction,
                    document_id,
                    outcome.page_number(),
                    words.as_deref(),
                )?;
            }
            Ok(())
        })
    }

    /// The numbers of the pages that have an outcome, done or failed, ascending:
    /// what an interrupted import need not do again.
    pub fn done_pages(&self, document_id: i64) -> Result<Vec<u32>, ArchiveError> {
        self.connection()
            .prepare_cached(
                "SELECT page_number FROM pages WHERE document_id = ?1 ORDER BY page_number",
            )
            .and_then(|mut query| query.query_map([document_id], |row| row.get(0))?.collect())
            .map_err(self.failed("listing pages"))
    }

    /// The pages that were read, with every word, in their order; what people
    /// corrected stands as they corrected it.
    pub fn pages(&self, document_id: i64) -> Result<Vec<RestoredPage>, ArchiveError> {
        let blobs: Vec<Vec<u8>> = self
            .connection()
            .prepare_cached(
                "SELECT words FROM page_words WHERE document_id = ?1 ORDER BY page_number",
            )
            .and_then(|mut query| query.query_map([document_id], |row| row.get(0))?.collect())
            .map_err(self.failed("reading pages"))?;
        let corrections = self.corrections(document_id)?;
        blobs
            .iter()
            .map(|blob| {
                let mut page = self.unpack(document_id, blob)?;
                corrections::lay(&mut page, &corrections);
                Ok(page)
            })
            .collect()
    }

    /// One page with every word; `None` when it failed or does not exist. What
    /// people corrected stands as they corrected it.
    pub fn page(
        &self,
        document_id: i64,
        page_number: u32,
    ) -> Result<Option<RestoredPage>, ArchiveError> {
        let mut page = self.page_as_read(document_id, page_number)?;
        if let Some(page) = &mut page {
            corrections::lay(page, &self.corrections(document_id)?);
        }
        Ok(page)
    }

    /// As [`Self::page`], without corrections.
    pub fn page_as_read(
        &self,
        document_id: i64,
        page_number: u32,
    ) -> Result<Option<RestoredPage>, ArchiveError> {
        let blob: Option<Vec<u8>> = self
            .connection()
            .prepare_cached(
                "SELECT words FROM page_words WHERE document_id = ?1 AND page_number = ?2",
            )
            .and_then(|mut query| {
                query
                    .query_row(params![document_id, page_number], |row| row.get(0))
                    .optional()
            })
            .map_err(self.failed("reading a page"))?;
        blob.map(|blob| self.unpack(document_id, &blob)).transpose()
    }

    /// The pages of a document with their text, in their order, failed ones too.
    pub fn page_rows(&self, document_id: i64) -> Result<Vec<PageRow>, ArchiveError> {
        self.connection()
            .prepare_cached(
                "SELECT page_number, state, ifnull(text, ''), ifnull(raw_text, ''), word_count,
                        mean_confidence, read_by, ifnull(duration_ms, 0), text_layer
                 FROM pages WHERE document_id = ?1 ORDER BY page_number",
            )
            .and_then(|mut query| {
                query
                    .query_map([document_id], |row| {
                        Ok(PageRow {
                            page_number: row.get(0)?,
                            state: row.get(1)?,
                            text: row.get(2)?,
                            raw_text: row.get(3)?,
                            word_count: row.get(4)?,
                            mean_confidence: row.get(5)?,
                            read_by: row.get(6)?,
                            duration_ms: row.get::<_, i64>(7)?.unsigned_abs(),
                            text_layer: row
                                .get::<_, Option<String>>(8)?
                                .and_then(|json| serde_json::from_str(&json).ok()),
                        })
                    })?
                    .collect()
            })
            .map_err(self.failed("reading pages"))
    }

    /// Number and restored text of the pages that were read, in their order.
    pub fn page_texts(&self, document_id: i64) -> Result<Vec<(u32, String)>, ArchiveError> {
        self.connection()
            .prepare_cached(
                "SELECT page_number, ifnull(text, '') FROM pages
                 WHERE document_id = ?1 AND state = 'done' ORDER BY page_number",
            )
            .and_then(|mut query| {
                query
                    .query_map([document_id], |row| Ok((row.get(0)?, row.get(1)?)))?
                    .collect()
            })
            .map_err(self.failed("reading pages"))
    }

    /// The restored text of one page; `None` when it failed or does not exist.
    pub fn page_text(
        &self,
        document_id: i64,
        page_number: u32,
    ) -> Result<Option<String>, ArchiveError> {
        self.connection()
            .prepare_cached("SELECT text FROM pages WHERE document_id = ?1 AND page_number = ?2")
            .and_then(|mut query| {
                query
                    .query_row(params![document_id, page_number], |row| row.get(0))
                    .optional()
            })
            .map(Option::flatten)
            .map_err(self.failed("reading a page"))
    }

    pub(super) fn unpack(
        &self,
        document_id: i64,
        blob: &[u8],
    ) -> Result<RestoredPage, ArchiveError> {
        packed_words::unpack(blob).map_err(|error| ArchiveError::UnreadableRow {
            document_id,
            what: "words of a page",
            detail: error.to_string(),
        })
    }
}

fn store_done(
    transaction: &Transaction<'_>,
    document_id: i64,
    done: &DonePage,
) -> rusqlite::Result<()> {
    let page = &done.page;
    let figures = Figures::of(page);
    let text_layer = done
        .text_layer
        .as_ref()
        .and_then(|decision| serde_json::to_string(decision).ok());
    let raw_lines: Vec<String> = page.lines.iter().map(RestoredLine::raw_text).collect();
    transaction
        .prepare_cached(
            "INSERT OR REPLACE INTO pages
                 (document_id, page_number, state, width_px, height_px, resolution_dpi, text,
                  raw_text, word_count, mean_confidence, read_by, duration_ms, finished_at,
                  text_layer, doubted_words)
             VALUES (?1, ?2, 'done', ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        )?
        .execute(params![
            document_id,
            page.page_number,
            page.width_px,
            page.height_px,
            page.resolution_dpi,
            page.text(),
            raw_lines.join("\n"),
            figures.word_count,
            figures.mean_confidence,
            done.read_by,
            done.duration_ms.cast_signed(),
            now(),
            text_layer,
            figures.doubted_words
        ])?;
    Ok(())
}

/// What is counted of a page's words.
struct Figures {
    word_count: i64,
    doubted_words: i64,
    mean_confidence: Option<f64>,
}

impl Figures {
    fn of(page: &RestoredPage) -> Self {
        let words = || {
            let words = page.lines.iter().flat_map(|line| &line.words);
            words.filter(|word| !word.text.is_empty())
        };
        let word_count = words().count();
        let n_doubted = words().filter(|word| review::is_doubted(word)).count();
        let sum: f64 = words().map(|word| f64::from(word.confidence)).sum();
        Self {
            word_count: i64::try_from(word_count).unwrap_or(i64::MAX),
            doubted_words: i64::try_from(n_doubted).unwrap_or(i64::MAX),
            mean_confidence: (word_count > 0).then(|| sum / word_count as f64),
        }
    }
}

/// A page that is read again keeps what people decided about it.
fn lay_corrections(
    transaction: &Transaction<'_>,
    document_id: i64,
    page: &RestoredPage,
) -> rusqlite::Result<()> {
    let corrections = corrections::of_document(transaction, document_id)?;
    if corrections.is_empty() {
        return Ok(());
    }
    let mut corrected = page.clone();
    corrections::lay(&mut corrected, &corrections);
    store_text(transaction, document_id, &corrected)
}

/// Stores the text of a page, and what is counted of it; its words as they were
/// read stay.
pub(super) fn store_text(
    transaction: &Transaction<'_>,
    document_id: i64,
    page: &RestoredPage,
) -> rusqlite::Result<()> {
    let figures = Figures::of(page);
    transaction
        .prepare_cached(
            "UPDATE pages SET text = ?3, word_count = ?4, doubted_words = ?5, mean_confidence = ?6
             WHERE document_id = ?1 AND page_number = ?2",
        )?
        .execute(params![
            document_id,
            page.page_number,
            page.text(),
            figures.word_count,
            figures.doubted_words,
            figures.mean_confidence,
        ])?;
    Ok(())
}

fn store_failed(
    transaction: &Transaction<'_>,
    document_id: i64,
    failed: &FailedPage,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "INSERT OR REPLACE INTO pages
                 (document_id, page_number, state, duration_ms, finished_at)
             VALUES (?1, ?2, 'failed', ?3, ?4)",
        )?
        .execute(params![
            document_id,
            failed.page_number,
            failed.duration_ms.cast_signed(),
            now()
        ])?;
    failure::add_to_document(
        transaction,
        document_id,
        Some(failed.page_number),
        &failed.kind,
        &failed.message,
    )
}

/// Stores the packed words of a page, or takes away those of a failed one.
fn store_words(
    transaction: &Transaction<'_>,
    document_id: i64,
    page_number: u32,
    words: Option<&[u8]>,
) -> rusqlite::Result<()> {
    match words {
        Some(words) => transaction
            .prepare_cached(
                "INSERT OR REPLACE INTO page_words (document_id, page_number, words)
                 VALUES (?1, ?2, ?3)",
            )?
            .execute(params![document_id, page_number, words])?,
        None => transaction
            .prepare_cached("DELETE FROM page_words WHERE document_id = ?1 AND page_number = ?2")?
            .execute(params![document_id, page_number])?,
    };
    Ok(())
}
