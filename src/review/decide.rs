//! Decisions about words and fields, checked and stored.

use super::doubts::word_at;
use crate::archive::{
    Archive, ArchiveError, Corrected, Correction, CorrectionSubject, DocumentState, NewCorrection,
    RecordField, WordAnchor,
};
use crate::extract::{ExtractDefect, Record};
use crate::import::{record_of, registered_fields, set_field};
use thiserror::Error;
use time::Date;
use time::format_description::well_known::Iso8601;
use unicode_normalization::UnicodeNormalization;

/// Letters of a word, or of a few that stand in the place of one.
const MAX_WORD_LETTERS: usize = 200;
/// Letters of a field; the longest is a subject.
const MAX_FIELD_LETTERS: usize = 2_000;
/// Somebody else may be correcting the same paper.
const MAX_TRIES: u32 = 5;

/// Degrees of secrecy (Law on Protection of State Secrets 2018, article 8).
const DEGREES_OF_SECRECY: [&str; 3] = ["MẬT", "TỐI MẬT", "TUYỆT MẬT"];

/// What somebody decided about a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordDecision {
    /// 1-based.
    pub page_number: u32,
    /// See [`super::PlacedWord`].
    pub word_index: u32,
    /// The word that was shown: the decision is about no other.
    pub shown_text: String,
    /// What stands there; the same where it is right, empty where it is no word.
    pub new_text: String,
}

/// Why a decision was not stored.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReviewError {
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The page has other words than those that were shown.
    #[error("the word that was shown is no longer there; look at the page again")]
    OtherWord,
    #[error("the text has more than {0} letters, or letters that cannot be printed")]
    WrongText(usize),
    /// Not a day of the calendar.
    #[error("{0:?} is no day; write it like 02/03/2023 or 2023-03-02")]
    WrongDay(String),
    #[error("{0:?} is no degree of secrecy; they are MẬT, TỐI MẬT and TUYỆT MẬT")]
    WrongSecrecy(String),
    #[error("this document was not read to its end")]
    NotRead,
    #[error(transparent)]
    Defect(#[from] ExtractDefect),
    #[error("the record cannot be written as JSON")]
    Record(#[from] serde_json::Error),
}

/// Stores what somebody decided about a word; page, record and fields follow.
///
/// # Errors
/// Where the decision is about a word that is no longer there, or its text
/// cannot be one.
pub fn correct_word(
    archive: &Archive,
    document_id: i64,
    decision: &WordDecision,
    made_by: &str,
) -> Result<Correction, ReviewError> {
    let new_text = printable(&decision.new_text, MAX_WORD_LETTERS)?;
    tried_again(|| {
        let revision = revision_of_read(archive, document_id)?;
        let mut pages = archive.pages(document_id)?;
        let page = pages
            .iter_mut()
            .find(|page| page.page_number == decision.page_number)
            .ok_or(ReviewError::OtherWord)?;
        let shown = word_at(page, decision.word_index)
            .filter(|it| it.word.text == decision.shown_text)
            .ok_or(ReviewError::OtherWord)?;
        let correction = NewCorrection {
            subject: CorrectionSubject::Word(WordAnchor {
                page_number: decision.page_number,
                word_index: decision.word_index,
                bounding_box: shown.word.bounding_box,
                width_px: page.width_px,
                height_px: page.height_px,
                raw_text: shown.word.raw.clone(),
            }),
            old_text: Some(decision.shown_text.clone()),
            new_text: Some(new_text.clone()),
            made_by: made_by.to_owned(),
        };
        if !correction.lay_on(page) {
            return Err(ReviewError::OtherWord);
        }
        let page = page.clone();
        let record = record_of(&pages, &archive.corrections(document_id)?)?;
        store(
            archive,
            (document_id, revision),
            &correction,
            Some(&page),
            &record,
        )
    })
}

/// Stores what somebody set a field of the record to; an empty value says that
/// the paper does not show it. The value that is there is thereby accepted.
///
/// # Errors
/// Where the value cannot be one of that field.
pub fn correct_field(
    archive: &Archive,
    document_id: i64,
    field: RecordField,
    value: &str,
    made_by: &str,
) -> Result<Correction, ReviewError> {
    let value = field_value(field, value)?;
    tried_again(|| {
        let revision = revision_of_read(archive, document_id)?;
        let pages = archive.pages(document_id)?;
        let mut record = record_of(&pages, &archive.corrections(document_id)?)?;
        let correction = NewCorrection {
            subject: CorrectionSubject::Field(field),
            old_text: value_of(&record, field),
            new_text: value.clone(),
            made_by: made_by.to_owned(),
        };
        set_field(&mut record, field, value.clone());
        store(archive, (document_id, revision), &correction, None, &record)
    })
}

/// Whether a value can be one of that field, without storing it.
///
/// # Errors
/// As [`correct_field`].
pub fn check_field(field: RecordField, value: &str) -> Result<(), ReviewError> {
    field_value(field, value).map(drop)
}

fn store(
    archive: &Archive,
    (document_id, revision): (i64, i64),
    correction: &NewCorrection,
    page: Option<&crate::restore::RestoredPage>,
    record: &Record,
) -> Result<Correction, ReviewError> {
    let corrected = Corrected {
        page,
        fields: &registered_fields(record),
        record: &serde_json::to_value(record)?,
    };
    Ok(archive.store_correction(document_id, revision, correction, &corrected)?)
}

/// Does it again where another was quicker: what it rests on is read anew.
fn tried_again<T>(mut attempt: impl FnMut() -> Result<T, ReviewError>) -> Result<T, ReviewError> {
    for _ in 1..MAX_TRIES {
        match attempt() {
            Err(ReviewError::Archive(ArchiveError::ChangedMeanwhile { .. })) => {}
            done => return done,
        }
    }
    attempt()
}

fn revision_of_read(archive: &Archive, document_id: i64) -> Result<i64, ReviewError> {
    let document = archive.document(document_id)?;
    match document.state {
        DocumentState::Read => Ok(document.revision),
        _ => Err(ReviewError::NotRead),
    }
}

/// The value of a field as a person sees it.
fn value_of(record: &Record, field: RecordField) -> Option<String> {
    let document = &record.document;
    let value = match field {
        RecordField::Type => &document.document_type,
        RecordField::Number => &document.number,
        RecordField::Issuer => &document.issuer,
        RecordField::IssuerParent => &document.issuer_parent,
        RecordField::Place => &document.place,
        RecordField::Issued => &document.issued,
        RecordField::Subject => &document.subject,
        RecordField::Secrecy => &document.secrecy,
        RecordField::SignerAuthority => &document.signer.authority,
        RecordField::SignerPosition => &document.signer.position,
        RecordField::SignerName => &document.signer.name,
    };
    value.clone()
}

/// A value as the record has it; `None` for an empty one.
fn field_value(field: RecordField, value: &str) -> Result<Option<String>, ReviewError> {
    let value = printable(value, MAX_FIELD_LETTERS)?;
    if value.is_empty() {
        return Ok(None);
    }
    let value = match field {
        RecordField::Type => value.to_lowercase(),
        RecordField::Issued => day(&value).ok_or(ReviewError::WrongDay(value))?,
        RecordField::Secrecy => {
            let degree = value.to_uppercase();
            match DEGREES_OF_SECRECY.contains(&degree.as_str()) {
                true => degree,
                false => return Err(ReviewError::WrongSecrecy(value)),
            }
        }
        _ => value,
    };
    Ok(Some(value))
}

/// `02/03/2023`, `2/3/2023` or `2023-03-02` as the last.
fn day(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split(['/', '-', '.']).map(str::trim).collect();
    let [first, month, last] = parts[..] else {
        return None;
    };
    let (day, year) = match first.len() {
        4 => (last, first),
        _ => (first, last),
    };
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|it| it.is_ascii_digit());
    if year.len() != 4 || ![day, month, year].into_iter().all(is_number) {
        return None;
    }
    let iso = format!("{year}-{month:0>2}-{day:0>2}");
    Date::parse(&iso, &Iso8601::DATE).is_ok().then_some(iso)
}

/// Text as it is stored: composed, with single spaces.
fn printable(text: &str, max_letters: usize) -> Result<String, ReviewError> {
    let is_wrong = |letter: char| letter.is_control() && !letter.is_whitespace();
    // Counted before anything is done with it.
    if text.chars().take(max_letters + 1).count() > max_letters || text.chars().any(is_wrong) {
        return Err(ReviewError::WrongText(max_letters));
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    Ok(words.join(" ").nfc().collect())
}
