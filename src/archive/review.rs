//! Which pages somebody should look at: read, but perhaps not well.

use super::{Archive, ArchiveError, Document, DocumentState, corrections, page};
use crate::restore::{RestoredLine, RestoredPage, RestoredWord};
use rusqlite::Connection;
use serde::{Serialize, Serializer};
use std::fmt;

/// A word of less certainty is more likely wrong than right.
pub const DOUBTED_WORD: f32 = 0.5;

/// Whether a word is to be looked at: more likely wrong than right, and with a
/// letter or digit in it. Lines of tables and dots that lead to a number are read
/// as marks, with little certainty, and nobody looks for them.
pub(crate) fn is_doubted(word: &RestoredWord) -> bool {
    word.confidence < DOUBTED_WORD && word.text.contains(char::is_alphanumeric)
}

/// Where this share of a page's words is doubted, every tenth may be wrong or lost:
/// of 69 pages whose truth is known 21 are named for it.
const DOUBTED_SHARE: f32 = 1.0 / 60.0;
/// So many words in lines that are as good as unread (handwriting, a seal,
/// specks) are worth a look on any page.
const UNREADABLE_WORDS: usize = 8;

/// A page that somebody should look at, and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Review {
    pub document_id: i64,
    /// 1-based; `None` when it is about the document as a whole.
    pub page_number: Option<u32>,
    /// Where the file was found first.
    pub source_path: String,
    /// Of the page's restored words, 0 to 1; `None` without words.
    pub mean_confidence: Option<f64>,
    /// Text and certainty of the line read worst.
    pub lowest_line: Option<LowestLine>,
    /// At least one.
    pub reasons: Vec<ReviewReason>,
}

/// Why somebody should look at a page or document. `Display`, and the JSON of a
/// [`Review`], say it in English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReviewReason {
    DoubtfulNumber,
    DoubtfulDate,
    /// Several papers seem to stand in one file; the pages that they begin with.
    SeveralPapers(Vec<u32>),
    /// The picture breaks off.
    Incomplete,
    NothingRead,
    /// So many words of all are more likely wrong than right.
    DoubtedWords {
        n_doubted: usize,
        n_words: usize,
    },
    /// So many words stand in lines that are as good as unread.
    UnreadableLines {
        n_words: usize,
    },
}

impl ReviewReason {
    /// For a records clerk.
    pub fn vietnamese(&self) -> String {
        match self {
            Self::DoubtfulNumber => "số, ký hiệu viết tay hoặc chưa chắc".to_owned(),
            Self::DoubtfulDate => "ngày viết tay hoặc chưa chắc".to_owned(),
            Self::SeveralPapers(first_pages) => format!(
                "tệp có vẻ gồm {} văn bản, bắt đầu ở các trang {}; `vanthu import --split` tách \
                 thành từng văn bản",
                first_pages.len(),
                listed(first_pages)
            ),
            Self::Incomplete => {
                "hình của trang bị đứt: có thể thiếu chữ, xin lấy bản tốt hơn của tệp".to_owned()
            }
            Self::NothingRead => {
                "không đọc được chữ nào: có thể là trang trắng hoặc trang hình".to_owned()
            }
            Self::DoubtedWords { n_doubted, n_words } => {
                format!("{n_doubted} trong {n_words} từ có lẽ đọc sai")
            }
            Self::UnreadableLines { n_words } => {
                format!("{n_words} từ nằm ở những dòng gần như không đọc được")
            }
        }
    }
}

impl fmt::Display for ReviewReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DoubtfulNumber => f.write_str("its number is handwritten or doubtful"),
            Self::DoubtfulDate => f.write_str("its date is handwritten or doubtful"),
            Self::SeveralPapers(first_pages) => write!(
                f,
                "it seems to hold {} papers, beginning on pages {}; `vanthu import --split` makes a \
                 document of each",
                first_pages.len(),
                listed(first_pages)
            ),
            Self::Incomplete => f.write_str(
                "its picture breaks off: text may be missing, get a better copy of the file",
            ),
            Self::NothingRead => {
                f.write_str("nothing was read on it: it may be blank or a picture")
            }
            Self::DoubtedWords { n_doubted, n_words } => write!(
                f,
                "{n_doubted} of its {n_words} words are more likely wrong than right"
            ),
            Self::UnreadableLines { n_words } => write!(
                f,
                "{n_words} words stand in lines that could hardly be read"
            ),
        }
    }
}

impl Serialize for ReviewReason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

fn listed(pages: &[u32]) -> String {
    let pages: Vec<String> = pages.iter().map(u32::to_string).collect();
    pages.join(", ")
}

/// The line of a page that was read worst.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LowestLine {
    pub text: String,
    /// Mean certainty of its words, 0 to 1.
    pub confidence: f32,
}

/// A page with words more likely wrong than right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DoubtedPage {
    pub document_id: i64,
    /// 1-based.
    pub page_number: u32,
    pub doubted_words: u32,
    pub word_count: u32,
    pub file_name: String,
    /// The number of the document.
    pub number: Option<String>,
}

/// Pages with words more likely wrong than right, worst first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct DoubtedPages {
    /// Of all pages of the archive.
    pub n_pages: u64,
    pub n_words: u64,
    /// As many as were asked for.
    pub worst: Vec<DoubtedPage>,
}

impl Archive {
    /// Pages that were read but need a look, and documents whose number or date
    /// is doubtful or that seem to hold several papers, in the order of their
    /// numbers.
    pub fn reviews(&self) -> Result<Vec<Review>, ArchiveError> {
        let mut reviews = Vec::new();
        for document_id in self.read_documents()? {
            reviews.extend(self.reviews_of(document_id)?);
        }
        Ok(reviews)
    }

    /// The same of one document: first the document as a whole, then its pages.
    pub fn reviews_of(&self, document_id: i64) -> Result<Vec<Review>, ArchiveError> {
        let document = self.document(document_id)?;
        if document.state != DocumentState::Read {
            return Ok(Vec::new());
        }
        let mut reviews = Vec::new();
        reviews.extend(review_of_document(
            &document,
            &self.proposed_papers(document_id)?,
        ));
        let corrections = self.corrections(document_id)?;
        for (page_number, blob) in self.words_of_pages(document_id)? {
            let mut page = self.unpack(document_id, &blob)?;
            corrections::lay(&mut page, &corrections);
            reviews.extend(review_of(
                document_id,
                page_number,
                &document.source_path,
                &page,
            ));
        }
        Ok(reviews)
    }

    fn read_documents(&self) -> Result<Vec<i64>, ArchiveError> {
        self.connection()
            .prepare_cached(
                "SELECT document_id FROM documents WHERE state = 'read' ORDER BY document_id",
            )
            .and_then(|mut query| query.query_map([], |row| row.get(0))?.collect())
            .map_err(self.failed("listing documents"))
    }

    /// Pages with words more likely wrong than right, those with the greatest
    /// share of them first; and the number of all such pages and words.
    pub fn doubted_pages(&self, limit: u32) -> Result<DoubtedPages, ArchiveError> {
        const DOUBTED: &str = "FROM pages JOIN documents USING (document_id)
             WHERE documents.state = 'read' AND doubted_words > 0";
        let read = |connection: &Connection| {
            let (n_pages, n_words): (i64, i64) = connection
                .prepare_cached(&format!(
                    "SELECT count(*), ifnull(sum(doubted_words), 0) {DOUBTED}"
                ))?
                .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let worst = connection
                .prepare_cached(&format!(
                    "SELECT document_id, page_number, doubted_words, word_count, file_name, number
                     {DOUBTED}
                     ORDER BY 1.0 * doubted_words / word_count DESC, document_id, page_number
                     LIMIT ?1"
                ))?
                .query_map([limit], |row| {
                    Ok(DoubtedPage {
                        document_id: row.get(0)?,
                        page_number: row.get(1)?,
                        doubted_words: row.get(2)?,
                        word_count: row.get(3)?,
                        file_name: row.get(4)?,
                        number: row.get(5)?,
                    })
                })?
                .collect::<rusqlite::Result<_>>()?;
            Ok(DoubtedPages {
                n_pages: n_pages.unsigned_abs(),
                n_words: n_words.unsigned_abs(),
                worst,
            })
        };
        read(&self.connection()).map_err(self.failed("listing pages to review"))
    }

    /// Counts the doubted words of at most `limit` pages that an earlier version
    /// stored without counting them; tells whether some are left.
    pub fn count_doubts(&self, limit: u32) -> Result<bool, ArchiveError> {
        let uncounted: Vec<(i64, u32)> = self
            .connection()
            .prepare_cached(
                "SELECT document_id, page_number FROM pages
                 WHERE state = 'done' AND doubted_words IS NULL LIMIT ?1",
            )
            .and_then(|mut query| {
                query
                    .query_map([limit], |row| Ok((row.get(0)?, row.get(1)?)))?
                    .collect()
            })
            .map_err(self.failed("listing pages to review"))?;
        for &(document_id, page_number) in &uncounted {
            if let Some(page) = self.page(document_id, page_number)? {
                self.write("counting doubted words", |transaction| {
                    page::store_text(transaction, document_id, &page)
                })?;
            }
        }
        Ok(uncounted.len() == limit as usize)
    }

    /// Documents whose number or date is doubtful, at most `limit`.
    pub fn doubtful_cards(&self, limit: u32) -> Result<Vec<i64>, ArchiveError> {
        self.connection()
            .prepare_cached(
                "SELECT document_id FROM documents
                 WHERE state = 'read' AND (number_doubtful OR issued_doubtful)
                 ORDER BY document_id LIMIT ?1",
            )
            .and_then(|mut query| query.query_map([limit], |row| row.get(0))?.collect())
            .map_err(self.failed("listing documents to review"))
    }

    fn words_of_pages(&self, document_id: i64) -> Result<Vec<(u32, Vec<u8>)>, ArchiveError> {
        self.connection()
            .prepare_cached(
                "SELECT page_number, words FROM page_words
                 WHERE document_id = ?1 ORDER BY page_number",
            )
            .and_then(|mut query| {
                query
                    .query_map([document_id], |row| Ok((row.get(0)?, row.get(1)?)))?
                    .collect()
            })
            .map_err(self.failed("reading pages"))
    }
}

/// What is to be looked at of a document as a whole, if anything.
fn review_of_document(document: &Document, first_pages: &[u32]) -> Option<Review> {
    let mut reasons = Vec::new();
    if document.fields.number_doubtful {
        reasons.push(ReviewReason::DoubtfulNumber);
    }
    if document.fields.issued_doubtful {
        reasons.push(ReviewReason::DoubtfulDate);
    }
    if first_pages.len() > 1 {
        reasons.push(ReviewReason::SeveralPapers(first_pages.to_vec()));
    }
    (!reasons.is_empty()).then(|| Review {
        document_id: document.document_id,
        page_number: None,
        source_path: document.source_path.clone(),
        mean_confidence: None,
        lowest_line: None,
        reasons,
    })
}

/// What is to be looked at on a page, if anything. A page without words may be
/// blank or a picture: nothing was read, so nothing can be doubted; it is named
/// all the same, since only a look can tell.
fn review_of(
    document_id: i64,
    page_number: u32,
    source_path: &str,
    page: &RestoredPage,
) -> Option<Review> {
    let lines: Vec<LowestLine> = page.lines.iter().filter_map(line_certainty).collect();
    let n_words: usize = page.lines.iter().map(n_words_of).sum();
    let unreadable_words: usize = page
        .lines
        .iter()
        .filter(|line| line_certainty(line).is_some_and(|line| line.confidence < DOUBTED_WORD))
        .map(n_words_of)
        .sum();
    let mean = (n_words > 0).then(|| {
        let words = page.lines.iter().flat_map(|line| &line.words);
        let certainties = words.filter(|word| !word.text.is_empty());
        certainties
            .map(|word| f64::from(word.confidence))
            .sum::<f64>()
            / n_words as f64
    });
    let doubted = page
        .lines
        .iter()
        .flat_map(|line| &line.words)
        .filter(|word| !word.text.is_empty() && word.confidence < DOUBTED_WORD)
        .count();
    let mut reasons = Vec::new();
    if page.notes.is_incomplete {
        reasons.push(ReviewReason::Incomplete);
    }
    if page.notes.is_blank {
        // Nothing was lost where there is no ink.
    } else if n_words == 0 {
        reasons.push(ReviewReason::NothingRead);
    } else if doubted as f32 >= DOUBTED_SHARE * n_words as f32 {
        reasons.push(ReviewReason::DoubtedWords {
            n_doubted: doubted,
            n_words,
        });
    }
    if unreadable_words >= UNREADABLE_WORDS {
        reasons.push(ReviewReason::UnreadableLines {
            n_words: unreadable_words,
        });
    }
    let lowest_line = lines
        .into_iter()
        .min_by(|a, b| a.confidence.total_cmp(&b.confidence));
    (!reasons.is_empty()).then(|| Review {
        document_id,
        page_number: Some(page_number),
        source_path: source_path.to_owned(),
        mean_confidence: mean,
        lowest_line,
        reasons,
    })
}

fn n_words_of(line: &RestoredLine) -> usize {
    line.words
        .iter()
        .filter(|word| !word.text.is_empty())
        .count()
}

/// `None` for a line of specks alone.
fn line_certainty(line: &RestoredLine) -> Option<LowestLine> {
    let n_words = n_words_of(line);
    let words = line.words.iter().filter(|word| !word.text.is_empty());
    (n_words > 0).then(|| LowestLine {
        text: line.text(),
        confidence: words.map(|word| word.confidence).sum::<f32>() / n_words as f32,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(lines: &[(&str, f32)]) -> RestoredPage {
        let word = |text: &str, confidence| RestoredWord {
            raw: text.to_owned(),
            text: text.to_owned(),
            confidence,
            bounding_box: None,
        };
        RestoredPage {
            page_number: 1,
            width_px: 0,
            height_px: 0,
            resolution_dpi: 0,
            notes: Default::default(),
            lines: lines
                .iter()
                .map(|&(text, confidence)| RestoredLine {
                    block_index: 0,
                    words: text.split(' ').map(|text| word(text, confidence)).collect(),
                })
                .collect(),
        }
    }

    fn review(lines: &[(&str, f32)]) -> Option<Review> {
        review_of(7, 1, "thư mục/tờ trình.pdf", &page(lines))
    }

    const GOOD: (&str, f32) = ("các đơn vị trực thuộc Sở tổ chức thực hiện", 0.97);

    #[test]
    fn a_page_that_was_read_well_needs_no_look() {
        assert_eq!(review(&[GOOD, GOOD, GOOD]), None);
        // One name under a seal is no reason yet.
        let many = vec![GOOD; 20];
        assert_eq!(review(&[&many[..], &[("Lê Văn", 0.2)]].concat()), None);
    }

    #[test]
    fn a_page_read_with_little_certainty_is_named_with_its_worst_line() {
        let found = review(&[GOOD, GOOD, ("phòng ban", 0.4)]).expect("a review");
        assert_eq!(
            found.reasons[0].to_string(),
            "2 of its 22 words are more likely wrong than right"
        );
        assert_eq!(found.reasons[0].vietnamese(), "2 trong 22 từ có lẽ đọc sai");
        assert_eq!(found.lowest_line.unwrap().text, "phòng ban");
    }

    #[test]
    fn unreadable_lines_are_counted() {
        let many = vec![GOOD; 60];
        let found = review(&[&many[..], &[("x y z . x y z . x y", 0.2)]].concat());
        let reasons = found.expect("a review").reasons;
        assert_eq!(reasons, [ReviewReason::UnreadableLines { n_words: 10 }]);
    }

    #[test]
    fn only_what_has_a_letter_or_digit_is_to_be_looked_at() {
        let doubted = |text: &str, confidence| {
            let word = page(&[(text, confidence)]).lines[0].words[0].clone();
            is_doubted(&word)
        };
        for text in ["ở", "12", "a|", "(b)", "Đ/c"] {
            assert!(doubted(text, 0.3), "{text}");
            assert!(!doubted(text, 0.9), "{text}");
        }
        for text in ["", "|", "_", ":", "….", "—|"] {
            assert!(!doubted(text, 0.1), "{text}");
        }
    }

    #[test]
    fn a_page_without_words_is_named() {
        let found = review(&[]).expect("a review");
        assert_eq!(found.reasons, [ReviewReason::NothingRead]);
        assert_eq!(found.lowest_line, None);
    }

    #[test]
    fn a_blank_page_is_not_named_and_a_broken_one_always() {
        let mut blank = page(&[]);
        blank.notes.is_blank = true;
        assert_eq!(review_of(7, 1, "a.pdf", &blank), None);
        let mut broken = page(&[GOOD, GOOD]);
        broken.notes.is_incomplete = true;
        let found = review_of(7, 1, "a.pdf", &broken).expect("a review");
        assert_eq!(found.reasons, [ReviewReason::Incomplete]);
        let json = serde_json::to_value(&found).unwrap();
        assert!(json["reasons"][0].as_str().unwrap().contains("breaks off"));
    }
}
