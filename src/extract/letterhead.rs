//! The letterhead and what follows it: agencies, number and sign, place and
//! date, type, subject, addressees.

use super::agencies::read_agencies;
use super::date::{calendar_date, iso};
use super::document::{DocumentText, TextPage};
use super::fold::skeleton;
use super::handwriting::{is_date_by_hand, is_number_by_hand};
use super::items::addressees;
use super::layout::{Ignored, Piece, PieceKind, pieces, place_date};
use super::own_number::{read_number, repair_sign, type_of_own_sign};
use super::subject::{
    find_type_title, is_misread_subject_start, is_salutation, is_subject_start,
    letter_subject_text, owner_of_title, titled_subject,
};

/// A letterhead is looked for in so many lines of a page.
const HEAD_LINES: usize = 60;

/// What a letterhead tells, and which lines it takes.
#[derive(Debug, Default)]
pub(super) struct Letterhead {
    pub(super) document_type: Option<String>,
    pub(super) number: Option<String>,
    pub(super) sign: Option<String>,
    pub(super) number_doubtful: bool,
    pub(super) issuer: Option<String>,
    pub(super) issuer_parent: Option<String>,
    pub(super) place: Option<String>,
    pub(super) issued: Option<String>,
    pub(super) issued_partial: Option<String>,
    pub(super) issued_doubtful: bool,
    pub(super) subject: Option<String>,
    pub(super) urgency: Option<String>,
    pub(super) secrecy: Option<String>,
    pub(super) addressees: Vec<String>,
    /// Line of the page on which the number stands.
    pub(super) number_line: Option<usize>,
    /// First line of the page behind the letterhead, subject and addressees.
    pub(super) body_line: usize,
}

/// Whether a letterhead begins on this page: its national title (or the
/// Party's) and a number; on the first page a place with a date does for the
/// number, which handwriting may hide.
pub(super) fn has_letterhead(page: &TextPage, page_index: usize, ignored: &Ignored) -> bool {
    let head = head_pieces(page, page_index, ignored, HEAD_LINES);
    let has = |kind| head.iter().any(|piece: &Piece<'_>| piece.kind == kind);
    (has(PieceKind::NationalTitle) || has(PieceKind::PartyTitle) || has(PieceKind::Motto))
        && (has(PieceKind::Number) || page_index == 0 && has(PieceKind::PlaceDate))
}

/// Reads the letterhead of a page.
pub(super) fn read(document: &DocumentText, page_index: usize, ignored: &Ignored) -> Letterhead {
    let mut letterhead = Letterhead::default();
    let Some(page) = document.pages.get(page_index) else {
        return letterhead;
    };
    let head = head_pieces(page, page_index, ignored, HEAD_LINES);
    let number_index = head
        .iter()
        .position(|piece| piece.kind == PieceKind::Number);
    let date_index = head
        .iter()
        .position(|piece| piece.kind == PieceKind::PlaceDate)
        .filter(|date| number_index.is_none_or(|number| date.abs_diff(number) < 24));
    let anchor = |kind| head.iter().position(|piece: &Piece<'_>| piece.kind == kind);
    let title_index = anchor(PieceKind::NationalTitle)
        .or(anchor(PieceKind::PartyTitle))
        .or(anchor(PieceKind::Motto));
    if number_index.is_none() && title_index.is_none() && date_index.is_none() {
        return letterhead;
    }
    if let Some(index) = number_index {
        read_number(head[index].text, &mut letterhead);
        let ordinal = letterhead.number.as_deref().unwrap_or_default();
        let ordinal = ordinal.split(['/', '-']).next().unwrap_or_default();
        letterhead.number_doubtful |=
            is_number_by_hand(&page.lines[head[index].line_index], ordinal);
        letterhead.number_line = Some(head[index].line_index);
    }
    if let Some(index) = date_index {
        read_place_date(head[index].text, &mut letterhead);
        let line = &page.lines[head[index].line_index];
        letterhead.issued_doubtful |=
            place_date(head[index].text).is_some_and(|parts| is_date_by_hand(line, &parts));
    }
    let motto_index = anchor(PieceKind::Motto);
    let agencies_end = number_index
        .or(title_index.max(motto_index).max(date_index))
        .unwrap_or(0);
    read_agencies(&head[..agencies_end], &mut letterhead);
    read_marks(&head, &mut letterhead);

    // Type, subject and addressees come behind all anchors but the subject
    // of a letter, which stands under the number.
    let anchors_end = [number_index, date_index, title_index]
        .into_iter()
        .flatten()
        .max()
        .map_or(0, |last| last + 1);
    let letter_subject = (number_index.unwrap_or(0)..head.len()).find(|index| {
        let text = head[*index].text;
        let is_under_number = number_index.is_some_and(|number| number + 1 == *index);
        (is_subject_start(text) || is_under_number && is_misread_subject_start(text))
            && *index <= anchors_end + 8
    });
    let title = find_type_title(&head, number_index.map_or(anchors_end, |number| number + 1));
    let salutation = (0..head.len()).find(|index| is_salutation(head[*index].text));

    let mut end = anchors_end;
    let is_titled = title.is_some_and(|(index, ..)| salutation.is_none_or(|s| index < s));
    if let Some((index, name, rest)) = title.filter(|_| is_titled) {
        letterhead.document_type = Some(name.to_owned());
        let (subject, after) = titled_subject(&head, index, rest);
        let owner = head
            .get(index + 1)
            .and_then(|piece| owner_of_title(piece.text));
        if let (Some(organ), Some(issuer)) = (owner, &mut letterhead.issuer)
            && !issuer.starts_with("Ban ")
        {
            *issuer = format!("{organ} {issuer}");
        }
        letterhead.subject = subject;
        end = end.max(after);
    } else if let Some(index) =
        letter_subject.filter(|index| salutation.is_none_or(|salutation| *index < salutation))
    {
        letterhead.document_type = Some("công văn".to_owned());
        let (subject, after) = letter_subject_text(&head, index);
        letterhead.subject = Some(subject);
        end = end.max(after);
    } else if let Some(sign) = &letterhead.sign {
        letterhead.document_type = type_of_own_sign(sign)
            .or(salutation.map(|_| "công văn"))
            .map(str::to_owned);
    }
    if let Some(index) = salutation.filter(|index| *index + 1 >= anchors_end.min(*index + 1)) {
        let (found, after) = addressees(&head, index);
        letterhead.addressees = found;
        end = end.max(after);
    }
    letterhead.body_line = head
        .get(end)
        .map_or(page.lines.len().min(HEAD_LINES), |piece| piece.line_index);
    repair_sign(&mut letterhead);
    letterhead
}

fn head_pieces<'a>(
    page: &'a TextPage,
    page_index: usize,
    ignored: &Ignored,
    limit: usize,
) -> Vec<Piece<'a>> {
    let mut found = Vec::new();
    for (line_index, line) in page.lines.iter().enumerate().take(limit) {
        if ignored.contains(page_index, line_index) {
            // A stamp between two agencies must not join them.
            if found
                .last()
                .is_none_or(|last: &Piece<'_>| last.kind != PieceKind::Text)
            {
                found.push(Piece {
                    text: "",
                    line_index,
                    block_index: line.block_index,
                    kind: PieceKind::Text,
                });
            }
            continue;
        }
        pieces(line, line_index, &mut found);
    }
    found
}

fn read_place_date(line: &str, letterhead: &mut Letterhead) {
    let Some(parts) = place_date(line) else {
        return;
    };
    letterhead.place = Some(parts.place.trim_end_matches('.').to_owned());
    let number = |text: &str| -> Option<u32> {
        let text = text.trim_matches(|c: char| !c.is_alphanumeric());
        (text.len() <= 2).then(|| text.parse().ok()).flatten()
    };
    let slashed = super::date::parse_date_at(
        parts.date,
        parts
            .date
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or_default(),
    );
    if let Some((date, _)) = slashed {
        letterhead.issued = Some(iso(date));
        return;
    }
    let year: Option<i32> = parts
        .year
        .trim_matches(|c: char| !c.is_ascii_digit())
        .parse()
        .ok()
        .filter(|year| (1900..2100).contains(year));
    let (day, month) = (number(parts.day), number(parts.month));
    letterhead.issued_doubtful = true;
    let Some(year) = year else { return };
    match (day, month) {
        (Some(day), Some(month)) => {
            let date = calendar_date(year, month, day);
            letterhead.issued_doubtful = date.is_none();
            letterhead.issued = date.map(iso);
        }
        (None, Some(month)) if (1..=12).contains(&month) => {
            letterhead.issued_partial = Some(format!("{year}-{month:02}"));
        }
        _ => letterhead.issued_partial = Some(year.to_string()),
    }
}

/// Urgency and secrecy marks, each alone on a line.
fn read_marks(head: &[Piece<'_>], letterhead: &mut Letterhead) {
    for piece in head
        .iter()
        .filter(|piece| piece.kind == PieceKind::Capitals)
    {
        match skeleton(piece.text).as_str() {
            "hoatoc" => letterhead.urgency = Some("HỎA TỐC".to_owned()),
            "thuongkhan" => letterhead.urgency = Some("THƯỢNG KHẨN".to_owned()),
            "khan" => letterhead.urgency = Some("KHẨN".to_owned()),
            "mat" => letterhead.secrecy = Some("MẬT".to_owned()),
            "toimat" => letterhead.secrecy = Some("TỐI MẬT".to_owned()),
            "tuyetmat" => letterhead.secrecy = Some("TUYỆT MẬT".to_owned()),
            _ => {}
        }
    }
}
