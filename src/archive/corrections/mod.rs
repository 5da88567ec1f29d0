//! What people decided about what was read: a layer of its own over the pages
//! and the record, only ever added to.
//!
//! The words of a page are kept as they were read. Wherever they are taken out
//! ([`Archive::page`], [`Archive::pages`]) and wherever their text is stored,
//! the corrections are laid on top, in their order; so they survive a new
//! reading of the page, whose words may stand elsewhere ([`placing`]).

mod placing;

pub(super) use placing::lay;

use super::clock::now;
use super::{Archive, ArchiveError, RegisteredFields, page, record};
use crate::geometry::BoundingBox;
use crate::restore::RestoredPage;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;

/// A field of the record that people can set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordField {
    Type,
    Number,
    Issuer,
    IssuerParent,
    Place,
    Issued,
    Subject,
    Secrecy,
    SignerAuthority,
    SignerPosition,
    SignerName,
}

impl RecordField {
    /// In the order of a registry card.
    pub const ALL: [Self; 11] = [
        Self::Type,
        Self::Number,
        Self::Issued,
        Self::Issuer,
        Self::IssuerParent,
        Self::Place,
        Self::Subject,
        Self::Secrecy,
        Self::SignerAuthority,
        Self::SignerPosition,
        Self::SignerName,
    ];

    /// Its name in the catalogue and in the record's `corrected_fields`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Number => "number",
            Self::Issuer => "issuer",
            Self::IssuerParent => "issuer_parent",
            Self::Place => "place",
            Self::Issued => "issued",
            Self::Subject => "subject",
            Self::Secrecy => "secrecy",
            Self::SignerAuthority => "signer_authority",
            Self::SignerPosition => "signer_position",
            Self::SignerName => "signer_name",
        }
    }

    /// The field of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == name)
    }
}

/// Where a word stands, and what was read there: what it is found by again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WordAnchor {
    /// 1-based.
    #[serde(rename = "page")]
    pub page_number: u32,
    /// 0-based, in reading order; for words without a place.
    pub word_index: u32,
    pub bounding_box: Option<BoundingBox>,
    /// Size of the page that the box refers to, in pixels.
    pub width_px: u32,
    pub height_px: u32,
    pub raw_text: String,
}

/// What a correction is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CorrectionSubject {
    Word(WordAnchor),
    Field(RecordField),
}

impl CorrectionSubject {
    fn anchor_on(&self, page_number: u32) -> Option<&WordAnchor> {
        match self {
            Self::Word(anchor) if anchor.page_number == page_number => Some(anchor),
            _ => None,
        }
    }
}

/// A decision to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCorrection {
    pub subject: CorrectionSubject,
    /// What stood there; `None` for nothing.
    pub old_text: Option<String>,
    /// What stands there: the same where it was accepted as it is.
    pub new_text: Option<String>,
    pub made_by: String,
}

impl NewCorrection {
    /// Puts what was decided about a word on its page; tells whether the word is
    /// there.
    pub(crate) fn lay_on(&self, page: &mut RestoredPage) -> bool {
        placing::lay_one(
            page,
            &self.subject,
            self.old_text.as_deref(),
            self.new_text.as_deref(),
        )
    }
}

/// A decision somebody made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Correction {
    #[serde(rename = "id")]
    pub correction_id: i64,
    pub document_id: i64,
    pub subject: CorrectionSubject,
    pub old_text: Option<String>,
    pub new_text: Option<String>,
    pub made_by: String,
    /// UTC, ISO 8601.
    pub made_at: String,
}

impl Correction {
    /// Whether what stood there was found right.
    pub fn is_acceptance(&self) -> bool {
        self.old_text == self.new_text
    }
}

/// What a document looks like once a correction is laid on it.
#[derive(Debug)]
pub struct Corrected<'a> {
    /// The page with the correction, where it is about a word.
    pub page: Option<&'a RestoredPage>,
    pub fields: &'a RegisteredFields,
    pub record: &'a serde_json::Value,
}

const COLUMNS: &str = "correction_id, document_id, field, page_number, word_index, left_px,
     top_px, right_px, bottom_px, width_px, height_px, raw_text, old_text, new_text, made_by,
     made_at";

fn correction_from(row: &Row<'_>) -> rusqlite::Result<Correction> {
    let field: Option<String> = row.get("field")?;
    let subject = match field {
        Some(name) => CorrectionSubject::Field(
            RecordField::from_name(&name).ok_or(rusqlite::Error::InvalidQuery)?,
        ),
        None => {
            let left_px: Option<u32> = row.get("left_px")?;
            let bounding_box = match left_px {
                Some(left_px) => Some(BoundingBox::new(
                    left_px,
                    row.get("top_px")?,
                    row.get("right_px")?,
                    row.get("bottom_px")?,
                )),
                None => None,
            };
            CorrectionSubject::Word(WordAnchor {
                page_number: row.get("page_number")?,
                word_index: row.get("word_index")?,
                bounding_box,
                width_px: row.get("width_px")?,
                height_px: row.get("height_px")?,
                raw_text: row.get("raw_text")?,
            })
        }
    };
    Ok(Correction {
        correction_id: row.get("correction_id")?,
        document_id: row.get("document_id")?,
        subject,
        old_text: row.get("old_text")?,
        new_text: row.get("new_text")?,
        made_by: row.get("made_by")?,
        made_at: row.get("made_at")?,
    })
}

impl Archive {
    /// What people decided about a document, in the order they did.
    pub fn corrections(&self, document_id: i64) -> Result<Vec<Correction>, ArchiveError> {
        of_document(&self.connection(), document_id).map_err(self.failed("reading corrections"))
    }

    /// How many decisions people made about words and fields of all documents.
    pub fn n_corrections(&self) -> Result<u64, ArchiveError> {
        self.connection()
            .prepare_cached("SELECT count(*) FROM corrections")
            .and_then(|mut query| query.query_row([], |row| row.get::<_, i64>(0)))
            .map(i64::unsigned_abs)
            .map_err(self.failed("counting corrections"))
    }

    /// The decisions of a document's words that no word of the present reading
    /// answers to any more: for people to look at.
    pub fn unplaced_corrections(&self, document_id: i64) -> Result<Vec<Correction>, ArchiveError> {
        let corrections = self.corrections(document_id)?;
        let mut unplaced = Vec::new();
        let mut page_numbers: Vec<u32> = corrections
            .iter()
            .filter_map(|correction| match &correction.subject {
                CorrectionSubject::Word(anchor) => Some(anchor.page_number),
                CorrectionSubject::Field(_) => None,
            })
            .collect();
        page_numbers.sort_unstable();
        page_numbers.dedup();
        for page_number in page_numbers {
            let mut page = self.page_as_read(document_id, page_number)?;
            let ids = match &mut page {
                Some(page) => lay(page, &corrections),
                None => Vec::new(),
            };
            let on_page =
                |correction: &&Correction| correction.subject.anchor_on(page_number).is_some();
            unplaced.extend(
                corrections
                    .iter()
                    .filter(on_page)
                    .filter(|correction| !ids.contains(&correction.correction_id))
                    .cloned(),
            );
        }
        Ok(unplaced)
    }

    /// Stores a decision about a document, and what the document looks like with
    /// it, all or nothing; asks for indexing again.
    ///
    /// # Errors
    /// [`ArchiveError::ChangedMeanwhile`] where the document is no longer at
    /// `revision`, of which `corrected` was made.
    pub fn store_correction(
        &self,
        document_id: i64,
        revision: i64,
        correction: &NewCorrection,
        corrected: &Corrected<'_>,
    ) -> Result<Correction, ArchiveError> {
        let action = "storing a correction";
        self.try_write(action, |transaction| {
            let found: Option<i64> = transaction
                .prepare_cached(
                    "SELECT revision FROM documents WHERE document_id = ?1 AND state = 'read'",
                )
                .and_then(|mut query| query.query_row([document_id], |row| row.get(0)).optional())
                .map_err(self.failed(action))?;
            if found != Some(revision) {
                return Err(ArchiveError::ChangedMeanwhile { document_id });
            }
            let store = || {
                let stored = add(transaction, document_id, correction)?;
                if let Some(corrected) = corrected.page {
                    page::store_text(transaction, document_id, corrected)?;
                }
                record::store_fields(transaction, document_id, corrected.fields)?;
                record::store_record(transaction, document_id, corrected.record)?;
                transaction
                    .prepare_cached(
                        "UPDATE documents SET revision = revision + 1 WHERE document_id = ?1",
                    )?
                    .execute([document_id])?;
                Ok(stored)
            };
            store().map_err(self.failed(action))
        })
    }
}

/// All corrections of a document, oldest first.
pub(super) fn of_document(
    connection: &Connection,
    document_id: i64,
) -> rusqlite::Result<Vec<Correction>> {
    connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM corrections WHERE document_id = ?1 ORDER BY correction_id"
        ))?
        .query_map([document_id], correction_from)?
        .collect()
}

fn add(
    connection: &Connection,
    document_id: i64,
    correction: &NewCorrection,
) -> rusqlite::Result<Correction> {
    let (field, anchor) = match &correction.subject {
        CorrectionSubject::Field(field) => (Some(field.as_str()), None),
        CorrectionSubject::Word(anchor) => (None, Some(anchor)),
    };
    let place = anchor.and_then(|anchor| anchor.bounding_box);
    let made_at = now();
    connection
        .prepare_cached(
            "INSERT INTO corrections
                 (document_id, field, page_number, word_index, left_px, top_px, right_px,
                  bottom_px, width_px, height_px, raw_text, old_text, new_text, made_by, made_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
        )?
        .execute(params![
            document_id,
            field,
            anchor.map(|anchor| anchor.page_number),
            anchor.map(|anchor| anchor.word_index),
            place.map(|place| place.left_px),
            place.map(|place| place.top_px),
            place.map(|place| place.right_px),
            place.map(|place| place.bottom_px),
            anchor.map(|anchor| anchor.width_px),
            anchor.map(|anchor| anchor.height_px),
            anchor.map(|anchor| anchor.raw_text.as_str()),
            correction.old_text,
            correction.new_text,
            correction.made_by,
            made_at,
        ])?;
    Ok(Correction {
        correction_id: connection.last_insert_rowid(),
        document_id,
        subject: correction.subject.clone(),
        old_text: correction.old_text.clone(),
        new_text: correction.new_text.clone(),
        made_by: correction.made_by.clone(),
        made_at,
    })
}
