//! From restored pages, or from plain text, the record of a document:
//! letterhead, references, dates, periods, deadlines, quantities, targets and
//! the end with recipients and signer.
//!
//! Decisions:
//! * Everything is grammar and open lists (`dictionaries/`), nothing is learnt:
//!   a wrong record can be traced to a line of code or of a list.
//! * The text is parted first (`letterhead`, `ending` and stamps are found
//!   by their anchors), then the digits of the running text are read once
//!   (`numeral`); references, deadlines, periods and targets are built round
//!   what was read there. Each looks only at a bounded stretch of text, so the
//!   time is linear in the length, whatever the text.
//! * Nothing fails: a text without a letterhead gives a record without one.
//!   Should a text meet a defect in here all the same, [`try_extract`] keeps it
//!   to that document.

mod agencies;
mod amount;
mod article;
mod clause;
mod commitment;
mod consistency;
mod date;
mod deadline;
mod defect;
mod document;
mod end_cells;
mod ending;
mod flat;
mod fold;
mod frequency;
mod handwriting;
mod indicator;
mod issuer;
mod items;
mod language;
mod law;
mod layout;
mod letterhead;
mod lists;
mod lost_digit;
mod names;
mod normal_case;
mod number;
mod number_key;
mod numeral;
mod own_number;
mod period;
mod person_name;
mod position;
mod recipients;
mod record;
mod reference;
mod reference_authority;
mod scan;
mod sign_repair;
mod signature;
mod subject;
mod table;
mod table_row;
mod target;
mod target_kind;
mod time_span;
mod value;

pub use defect::{ExtractDefect, try_extract};
pub use document::{DocumentText, TextLine, TextPage, TextWord};
pub use number::NumberAndSign;
pub use number_key::number_key;
pub use record::*;

use flat::FlatText;
use layout::Ignored;
use numeral::{Numeral, NumeralKind};

/// Builds the record of a document. Never fails: an empty text gives an empty
/// record.
pub fn extract(document: &DocumentText) -> Record {
    let (document, tables) = table::with_rows(document);
    let document = document.as_ref();
    let ignored = Ignored::find(document);
    let heads: Vec<usize> = (0..document.pages.len())
        .filter(|page| letterhead::has_letterhead(&document.pages[*page], *page, &ignored))
        .collect();
    let main_page = heads.first().copied().unwrap_or(0);
    let main_end = heads.get(1).copied().unwrap_or(document.pages.len());
    let mut head = letterhead::read(document, main_page, &ignored);
    let ending = ending::read(document, main_page, main_end, &ignored);

    let flat = FlatText::new(document, |page, line| !ignored.contains(page, line));
    let issuer_inferred = issuer::infer(&mut head, &ending.signature.signer);
    let mut numerals = vietnamese_numerals(&flat.text);
    // Handwriting before the sign of a letterhead is no other figure.
    numerals.retain(|numeral| {
        matches!(numeral.kind, NumeralKind::Number(_))
            || !is_letterhead_number(&flat, numeral.span.start)
    });
    let own_key = head.number.as_deref().map(number_key);
    let is_own = |numeral: &Numeral, number: &NumberAndSign| {
        own_key.as_deref() == Some(number_key(&number.to_string()).as_str())
            || is_letterhead_number(&flat, numeral.span.start)
    };
    let genre = target_kind::Genre::of(head.document_type.as_deref());
    let mut stated = target::targets(&flat, &numerals, genre);
    lost_digit::complete(&mut stated, &mut numerals);
    let mut record = plain_items(&flat, &numerals, is_own);
    record.targets = stated.into_iter().map(|stated| stated.target).collect();
    record.cited_laws = law::cited_laws(&flat, &numerals);
    record.inconsistencies = consistency::inconsistencies(&flat, &numerals);
    record.tables = tables;
    record.attached_documents = heads
        .iter()
        .skip(1)
        .map(|page| attached(document, *page, &ignored))
        .collect();
    let issue_date = head.issued.as_deref().or(head.issued_partial.as_deref());
    record.document = DocumentFields {
        document_type: head.document_type,
        number: head.number,
        sign: head.sign,
        issuer_authority: issuer::authority(head.issuer.as_deref(), issue_date),
        issuer_parent_authority: issuer::authority(head.issuer_parent.as_deref(), issue_date),
        issuer: head.issuer,
        issuer_parent: head.issuer_parent,
        place: head.place,
        issued: head.issued,
        issued_partial: head.issued_partial,
        subject: head.subject,
        urgency: head.urgency,
        secrecy: head.secrecy,
        addressees: head.addressees,
        recipients: ending.recipients,
        signer: ending.signature.signer,
        further_signers: ending.signature.further,
        number_doubtful: head.number_doubtful,
        issued_doubtful: head.issued_doubtful,
        issuer_inferred,
        signer_doubtful: ending.signature.is_doubtful,
        corrected_fields: Vec::new(),
    };
    reference_authority::link(&mut record.references, &record.document);
    record
}

/// The items that plain grammars read: references, dates, periods, deadlines,
/// durations and percentages. No letterhead is looked for, so that a
/// document's own number is among the references, and no target.
pub fn extract_plain_items(document: &DocumentText) -> Record {
    let flat = FlatText::new(document, |_, _| true);
    let numerals = vietnamese_numerals(&flat.text);
    plain_items(&flat, &numerals, |_, _| false)
}

/// All numerals of a text; none where it is of another language.
fn vietnamese_numerals(text: &str) -> Vec<Numeral> {
    let numerals = numeral::scan_numerals(text);
    let has_reference = numerals
        .iter()
        .any(|numeral| matches!(numeral.kind, NumeralKind::Number(_)));
    if !has_reference && language::is_other_language(text) {
        return Vec::new();
    }
    numerals
}

fn plain_items(
    flat: &FlatText<'_>,
    numerals: &[Numeral],
    is_own: impl Fn(&Numeral, &NumberAndSign) -> bool,
) -> Record {
    let spans = time_span::time_spans(flat, numerals);
    let mut record = Record {
        references: reference::references(flat, numerals, is_own),
        periods: spans.periods,
        deadlines: spans.deadlines,
        recurring_deadlines: spans.recurring_deadlines,
        durations: spans.durations,
        ..Record::default()
    };
    for numeral in numerals {
        let text = || flat.printed(numeral.span.clone());
        let occurrence = || flat.occurrence(numeral.span.clone());
        match numeral.kind {
            NumeralKind::Date(date) => record.dates.push(DateMention {
                text: text(),
                value: date::iso(date),
                is_repaired: numeral.is_repaired,
                occurrence: occurrence(),
            }),
            NumeralKind::Percent { from, value } => record.percentages.push(Percentage {
                text: text(),
                value,
                is_doubtful: numeral.is_repaired
                    || value == 0.0
                        && from.is_none()
                        && value::is_bounded_below(&flat.text, numeral),
                is_completed: numeral.is_repaired,
                occurrence: occurrence(),
            }),
            _ => {}
        }
    }
    record
}

/// "Số: 15/QĐ-SYT" at the start of a line, with little behind it: the number
/// of a letterhead, this document's or an attached one's.
fn is_letterhead_number(flat: &FlatText<'_>, start: usize) -> bool {
    // Looked for within a letterhead line's length only: a file may be one
    // line of any length.
    let from = flat::floor_border(&flat.text, start.saturating_sub(layout::LINE_LIMIT));
    let to = flat::ceil_border(&flat.text, start + layout::LINE_LIMIT);
    let before = flat.text[from..start]
        .rfind('\n')
        .map(|index| from + index + 1);
    let behind = flat.text[start..to].find('\n').map(|index| start + index);
    let line_start = before.or((from == 0).then_some(0));
    let line_end = behind.or((to == flat.text.len()).then_some(to));
    let (Some(line_start), Some(line_end)) = (line_start, line_end) else {
        return false;
    };
    let line = &flat.text[line_start..line_end];
    // The colon tells a letterhead from a list ("số 15/QĐ-SYT ngày …"); a
    // stroke of handwriting may stand behind it. Letters are counted no further
    // than that: nearly every number has more before it.
    let before = &flat.text[line_start..start];
    before
        .chars()
        .filter(|it| it.is_alphabetic())
        .nth(3)
        .is_none()
        && before.contains(':')
        && layout::number_text(line).is_some()
}

fn attached(document: &DocumentText, page_index: usize, ignored: &Ignored) -> AttachedDocument {
    let head = letterhead::read(document, page_index, ignored);
    AttachedDocument {
        page: document.pages[page_index].page_number,
        document_type: head.document_type,
        number: head.number,
        issuer: head.issuer,
        issued: head.issued,
        subject: head.subject,
    }
}
