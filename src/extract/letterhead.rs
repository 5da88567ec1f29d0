//! The letterhead and what follows it: agencies, number and sign, place and
//! date, type, subject, addressees.

use super::date::{calendar_date, iso};
use super::document::{DocumentText, TextLine, TextPage};
use super::flat::collapse;
use super::fold::{distance_within, fold, skeleton};
use super::layout::{
    Ignored, LINE_LIMIT, Piece, PieceKind, is_capitals, number_text, pieces, place_date,
    slashless_sign,
};
use super::lists::{
    AGENCY_PHRASES, AgencyLevel, BODY_OPENERS, DOCUMENT_TYPES, PARTY_TYPES, SIGN_REPAIRS,
    SIGN_SEGMENTS, abbreviations_of_type, type_of_abbreviation,
};
use super::names::{agency_level, normal_case, unit_of};
use super::number::NumberAndSign;

/// Certainty from which a number counts as printed and read right. On scans
/// with known truth handwritten numbers came out at 0.66 and less, printed
/// ones at 0.79 and more.
const SURE_NUMBER: f32 = 0.85;
/// The same for the words of a date: 0.89 and less against 0.9 and more.
const SURE_DATE: f32 = 0.9;

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
/// Party's) and a number or a place with a date.
pub(super) fn has_letterhead(page: &TextPage, page_index: usize, ignored: &Ignored) -> bool {
    let head = head_pieces(page, page_index, ignored, HEAD_LINES);
    let has = |kind| head.iter().any(|piece: &Piece<'_>| piece.kind == kind);
    (has(PieceKind::NationalTitle) || has(PieceKind::PartyTitle) || has(PieceKind::Motto))
        && has(PieceKind::Number)
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
            is_doubtful(&page.lines[head[index].line_index], ordinal, SURE_NUMBER);
        letterhead.number_line = Some(head[index].line_index);
    }
    if let Some(index) = date_index {
        read_place_date(head[index].text, &mut letterhead);
        let date = place_date(head[index].text).map_or("", |parts| parts.date);
        letterhead.issued_doubtful |=
            is_doubtful(&page.lines[head[index].line_index], date, SURE_DATE);
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
    let letter_subject = (number_index.unwrap_or(0)..head.len())
        .find(|index| is_subject_start(head[*index].text) && *index <= anchors_end + 8);
    let title = find_type_title(&head, number_index.map_or(anchors_end, |number| number + 1));
    let salutation = (0..head.len()).find(|index| is_salutation(head[*index].text));

    let mut end = anchors_end;
    let is_titled = title.is_some_and(|(index, ..)| salutation.is_none_or(|s| index < s));
    if let Some((index, name, rest)) = title.filter(|_| is_titled) {
        letterhead.document_type = Some(name.to_owned());
        let (subject, after) = titled_subject(&head, index, rest);
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

/// Whether a part of a scanned line was read with little certainty: numbers
/// and days are often written by hand after signing (Decree 30/2020, Article
/// 15), and a recogniser of print reads handwriting as some other number.
fn is_doubtful(line: &TextLine, part: &str, sure: f32) -> bool {
    let Some(start) = line.text.find(part).filter(|_| !part.is_empty()) else {
        return false;
    };
    let end = start + part.len();
    line.words
        .iter()
        .filter(|word| word.span.start < end && word.span.end > start)
        .any(|word| word.confidence < sure)
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

/// "1347/SYT-VP", "/KH-SYT", "…… /QĐ-UBND", "127-QĐ/TW".
fn read_number(line: &str, letterhead: &mut Letterhead) {
    let Some(text) = number_text(line) else {
        return;
    };
    if let Some(number) = leading_number(text) {
        letterhead.sign = Some(number.sign.clone());
        letterhead.number = Some(number.to_string());
        return;
    }
    // The ordinal is missing or cannot be read; the sign can.
    letterhead.number_doubtful = true;
    let Some(slash) = text.find('/') else {
        letterhead.sign = slashless_sign(text).map(str::to_owned);
        return;
    };
    // A stroke of the handwriting may have been read as another slash.
    let last = text.rfind('/').unwrap_or(slash);
    let sign = [slash, last]
        .into_iter()
        .find_map(|at| leading_number(&format!("1/{}", text[at + 1..].trim_start())));
    letterhead.sign = sign.map(|number| number.sign);
}

/// The number that a text begins with. Unlike in running text, a sign may have
/// commas ("SVH,TT,DL") and be of one segment that no list knows.
fn leading_number(text: &str) -> Option<NumberAndSign> {
    let text = text.trim_start();
    let slash = text.find('/')?;
    let head = text[..slash].trim();
    let digits = head.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || digits > 6 {
        return None;
    }
    let suffix = &head[digits..];
    if let Some((party_type, body)) = suffix
        .strip_prefix(['-', '–'])
        .map(str::trim)
        .filter(|party_type| PARTY_TYPES.contains(party_type))
        .and_then(|party_type| Some((party_type, sign_text(&text[slash + 1..])?)))
    {
        return Some(NumberAndSign {
            ordinal: head[..digits].to_owned(),
            year: None,
            sign: format!("{party_type}/{body}"),
            is_party: true,
        });
    }
    let is_suffix = suffix.is_empty()
        || suffix == "bis"
        || suffix.len() == 1 && suffix.bytes().all(|b| b.is_ascii_lowercase());
    if !is_suffix {
        return None;
    }
    let mut rest = text[slash + 1..].trim_start();
    let mut year = None;
    if let Some((first, behind)) = rest.split_once('/')
        && first.trim().len() == 4
        && let Ok(value) = first.trim().parse::<u16>()
    {
        year = Some(value).filter(|value| (1900..2100).contains(value));
        rest = behind.trim_start();
    }
    Some(NumberAndSign {
        ordinal: head.to_owned(),
        year,
        sign: sign_text(rest)?,
        is_party: false,
    })
}

/// A sign up to the white space behind it; white space after a hyphen or a
/// comma does not end it.
fn sign_text(text: &str) -> Option<String> {
    let mut sign = String::new();
    for word in text.split_whitespace() {
        let goes_on = sign.is_empty() || sign.ends_with(['-', ',']) || word.starts_with('-');
        let is_sign = word.chars().all(|c| {
            c.is_alphanumeric() || matches!(c, '-' | '–' | '/' | '&' | ',' | '.' | '(' | ')')
        });
        if !goes_on || !is_sign {
            break;
        }
        sign.push_str(&word.replace('–', "-"));
    }
    let sign = sign.trim_end_matches(['-', '.', ',', ';']).to_owned();
    sign.starts_with(char::is_uppercase).then_some(sign)
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

/// The agencies above the number: the lines in capitals, read upwards until
/// something else stands there.
fn read_agencies(head: &[Piece<'_>], letterhead: &mut Letterhead) {
    let mut lines: Vec<&str> = Vec::new();
    for piece in head.iter().rev() {
        match piece.kind {
            PieceKind::Capitals => lines.push(piece.text),
            PieceKind::Noise
            | PieceKind::Empty
            | PieceKind::NationalTitle
            | PieceKind::PartyTitle
            | PieceKind::Motto
            | PieceKind::PlaceDate => {}
            _ if lines.is_empty() => {}
            _ => break,
        }
    }
    lines.reverse();
    let agencies = group_agencies(&lines);
    let Some(issuer) = agencies.last() else {
        return;
    };
    let issuer_level = agency_level(issuer);
    let parent = agencies
        .len()
        .checked_sub(2)
        .map(|index| agencies[index].clone());
    let parent = match issuer_level {
        // A committee has a parent only where that is a committee as well
        // (a commune's under a district's).
        Some(AgencyLevel::Body) => parent.filter(|parent| {
            agency_level(parent) == Some(AgencyLevel::Body)
                && fold(parent) != fold(issuer)
                && unit_of(parent).map(fold) != unit_of(issuer).map(fold)
        }),
        _ => parent.filter(|parent| fold(parent) != fold(issuer)),
    };
    letterhead.issuer = Some(full_name(issuer, issuer_level, parent.as_deref()));
    letterhead.issuer_parent = parent;
}

/// Joins lines into names: a line that does not begin with the first word of
/// an agency goes on with the one above it.
fn group_agencies(lines: &[&str]) -> Vec<String> {
    let mut groups: Vec<String> = Vec::new();
    for line in lines {
        let line =
            collapse(line.trim_matches(|c: char| !c.is_alphanumeric() && c != '-' && c != ')'));
        // A number whose "Số" was misread is no agency.
        let is_number = line.contains('/') && line.contains(|c: char| c.is_ascii_digit());
        if line.is_empty() || is_number {
            continue;
        }
        let line = respaced_department(&line).unwrap_or(line);
        let is_head = agency_level(&line).is_some();
        match groups.last_mut() {
            Some(last) if !is_head || is_unfinished(last) => {
                last.push(' ');
                last.push_str(&line);
            }
            _ if is_head => groups.push(line),
            // Capitals before the first agency are something else (a seal's
            // rim, an urgency mark).
            _ => {}
        }
    }
    groups
        .iter()
        .map(|name| normal_case(name.trim_end_matches(['-', '–', ' '])))
        .collect()
}

/// "SỞY TẾ", "SỞYTẾ": the name of a department whose spaces were lost.
fn respaced_department(line: &str) -> Option<String> {
    let letters = skeleton(line);
    let field = letters
        .strip_prefix("so")
        .filter(|field| field.len() >= 3)?;
    if agency_level(line).is_some() || line.chars().count() > 60 {
        return None;
    }
    AGENCY_PHRASES
        .values()
        .find(|phrase| skeleton(phrase) == field)
        .map(|phrase| format!("SỞ {}", phrase.to_uppercase()))
}

/// "LIÊN ĐOÀN LAO ĐỘNG -", "TRƯỜNG ĐẠI HỌC", "ỦY BAN": the name goes on below.
fn is_unfinished(name: &str) -> bool {
    let folded = fold(name);
    name.ends_with(['-', '–', ','])
        || [" va", " thuoc", " va phat trien"]
            .iter()
            .any(|end| folded.ends_with(end))
        || matches!(
            folded.as_str(),
            "uy ban"
                | "hoi dong"
                | "van phong"
                | "truong"
                | "ban quan ly"
                | "ban chi dao"
                | "ban chi huy"
                | "so"
                | "phong"
                | "bo"
                | "truong dai hoc"
                | "truong cao dang"
                | "tong cong ty"
                | "cong ty"
                | "trung tam"
                | "doan dai bieu quoc hoi va"
                | "van phong hoi dong nhan dan va"
                | "chi cuc"
                | "tong cuc"
                | "vien"
                | "benh vien"
        )
}

/// "Sở Y tế" under "UBND tỉnh Đồng Nai" is "Sở Y tế tỉnh Đồng Nai".
fn full_name(issuer: &str, level: Option<AgencyLevel>, parent: Option<&str>) -> String {
    let parent_unit = parent
        .filter(|parent| agency_level(parent) == Some(AgencyLevel::Body))
        .and_then(unit_of);
    match parent_unit {
        Some(unit) if needs_unit(issuer, level, unit) => format!("{issuer} {unit}"),
        Some(unit) if level == Some(AgencyLevel::Body) && unit_of(issuer).is_none() => {
            format!("{issuer} {unit}")
        }
        // A part of an agency that has no name of its own.
        None if matches!(issuer, "Thanh tra" | "Văn phòng") => {
            parent.map_or(issuer.to_owned(), |parent| format!("{issuer} {parent}"))
        }
        _ => issuer.to_owned(),
    }
}

fn needs_unit(issuer: &str, level: Option<AgencyLevel>, unit: &str) -> bool {
    // "Sở Y tế Kiên Giang" already names it.
    let own_name = unit.split_once(' ').map_or(unit, |(_, name)| name);
    let names_it = fold(issuer).contains(&fold(
        own_name
            .trim_start_matches("phố ")
            .trim_start_matches("xã "),
    ));
    matches!(level, Some(AgencyLevel::Line | AgencyLevel::Own))
        && unit_of(issuer).is_none()
        && !names_it
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

/// The line that is, or begins with, a document type in capitals: its index,
/// the type, and the rest of the line.
fn find_type_title<'a>(head: &[Piece<'a>], from: usize) -> Option<(usize, &'static str, &'a str)> {
    let candidates = || {
        head.iter()
            .enumerate()
            .skip(from)
            .filter(|(_, piece)| piece.kind == PieceKind::Capitals)
    };
    // A line that is a type and nothing else comes first, misread or not; of
    // several types the nearest ("thông báo" and "thông cáo" differ in one
    // letter).
    for (index, piece) in candidates() {
        let name = skeleton(piece.text);
        let nearest = DOCUMENT_TYPES
            .iter()
            .filter_map(|document_type| {
                let wanted = skeleton(document_type.name);
                let limit = usize::from(wanted.len() >= 6);
                let distance = distance_within(&name, &wanted, limit)?;
                Some((distance, document_type.name))
            })
            .min_by_key(|(distance, _)| *distance);
        if let Some((_, document_type)) = nearest {
            return Some((index, document_type, ""));
        }
    }
    for (index, piece) in candidates() {
        let lower = piece.text.to_lowercase();
        if lower.len() != piece.text.len() {
            continue;
        }
        for document_type in DOCUMENT_TYPES.iter() {
            if let Some(rest) = lower.strip_prefix(document_type.name)
                && rest.starts_with(' ')
                && document_type.name.contains(' ')
            {
                return Some((
                    index,
                    document_type.name,
                    piece.text[document_type.name.len()..].trim(),
                ));
            }
        }
    }
    None
}

/// "V/v …", "Về việc …".
fn is_subject_start(text: &str) -> bool {
    let folded = fold(
        text.get(..24)
            .unwrap_or(text)
            .trim_start_matches(['(', '"', ' ']),
    );
    ["v/v", "ve viec", "v/ v", "vv ", "v.v "]
        .iter()
        .any(|start| folded.starts_with(start))
        || fold(text).starts_with("v/ ")
        || fold(text).starts_with("v/v")
        || fold(text).starts_with("ve viec")
}

fn is_salutation(text: &str) -> bool {
    let folded = fold(text.trim_start());
    folded.len() < LINE_LIMIT && (folded.starts_with("kinh gui") || folded.starts_with("kinh goi"))
}

/// The subject of a letter and the index behind it. The lines under "V/v" go
/// with it until another cell or an empty line comes.
fn letter_subject_text(head: &[Piece<'_>], start: usize) -> (String, usize) {
    let mut lines = vec![head[start].text];
    let mut end = start + 1;
    let mut last_taken = start;
    while let Some(piece) = head.get(end) {
        // The place and date may stand between two lines of the subject.
        if matches!(piece.kind, PieceKind::PlaceDate) && end == start + 1 {
            end += 1;
            continue;
        }
        let is_same_cell = piece.block_index == head[start].block_index;
        if piece.kind != PieceKind::Text
            || !is_same_cell
            || is_salutation(piece.text)
            || piece.text.is_empty()
            || last_taken + 9 < end
        {
            break;
        }
        lines.push(piece.text);
        last_taken = end;
        end += 1;
    }
    (join_subject(&lines), last_taken + 1)
}

/// The subject under a type title and the index behind it.
fn titled_subject(head: &[Piece<'_>], title: usize, rest: &str) -> (Option<String>, usize) {
    let mut lines: Vec<&str> = Vec::new();
    if !rest.is_empty() {
        lines.push(rest);
    }
    let mut index = title + 1;
    while let Some(piece) = head.get(index) {
        let is_skipped = match piece.kind {
            PieceKind::Noise | PieceKind::PlaceDate => true,
            PieceKind::Empty => lines.is_empty(),
            _ => false,
        };
        if is_skipped {
            // A rule is drawn under the subject, never inside it.
            if piece.kind == PieceKind::Noise && !lines.is_empty() && piece.text.len() > 3 {
                break;
            }
            index += 1;
            continue;
        }
        // A stamp's line read into the subject.
        let is_inserted = piece.kind == PieceKind::Capitals
            && lines.last().is_some_and(|last| !is_capitals(last))
            && head.get(index + 1).is_some_and(|next| {
                next.kind == PieceKind::Text && next.text.starts_with(char::is_lowercase)
            });
        if is_inserted {
            index += 1;
            continue;
        }
        let goes_on = match piece.kind {
            PieceKind::Capitals => is_capital_subject(&lines, rest, piece.text),
            PieceKind::Text => is_subject_line(&lines, piece, head.get(title), &head[..index]),
            _ => false,
        };
        if !goes_on || lines.len() >= 10 {
            break;
        }
        lines.push(piece.text);
        index += 1;
    }
    if lines.is_empty() {
        return (None, title + 1);
    }
    (Some(join_subject(&lines)), index)
}

/// A subject in capitals goes on in capitals; "ỦY BAN NHÂN DÂN", "GIÁM ĐỐC SỞ"
/// (who decides) and roman headings do not belong to it.
fn is_capital_subject(lines: &[&str], rest: &str, text: &str) -> bool {
    let follows_capitals = !rest.is_empty() || lines.last().is_some_and(|last| is_capitals(last));
    let is_heading = text.split(['.', ' ', ')']).next().is_some_and(|first| {
        first
            .chars()
            .all(|c| matches!(c, 'I' | 'V' | 'X' | '1'..='9'))
    });
    if is_heading {
        return false;
    }
    if lines.is_empty() && rest.is_empty() {
        return agency_level(&text.to_lowercase()).is_none() && !is_authority(text);
    }
    follows_capitals && !is_authority(text)
}

/// "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH …", "BỘ TRƯỞNG BỘ Y TẾ": who issues it.
fn is_authority(text: &str) -> bool {
    let folded = fold(text);
    [
        "chu tich",
        "giam doc",
        "bo truong",
        "uy ban nhan dan",
        "hoi dong nhan dan",
        "thu tuong",
        "chinh phu",
        "quoc hoi",
        "cuc truong",
        "hieu truong",
        "vien truong",
        "chanh",
        "truong ban",
        "ban thuong vu",
        "ban chap hanh",
        "tong cuc truong",
        "thu truong",
        "tong giam doc",
    ]
    .iter()
    .any(|office| folded.starts_with(office))
}

/// Whether a line of mixed case goes on with (or opens) the subject.
fn is_subject_line(
    lines: &[&str],
    piece: &Piece<'_>,
    title: Option<&Piece<'_>>,
    before: &[Piece<'_>],
) -> bool {
    let text = piece.text.trim_start();
    if is_salutation(text) {
        return false;
    }
    let Some(last) = lines.last() else {
        return !text.starts_with(['-', '+']) && !opens_body(text) || is_subject_start(text);
    };
    // An empty line closes the subject, and so does another block, unless
    // the title itself stands in a block of its own.
    let is_after_gap = before
        .last()
        .is_some_and(|piece| piece.kind == PieceKind::Empty);
    let last_block = before.last().map(|piece| piece.block_index);
    let title_block = title.map(|piece| piece.block_index);
    let is_new_block = last_block.is_some_and(|block| block != piece.block_index)
        && last_block != title_block
        && !text.starts_with(char::is_lowercase);
    if is_after_gap || is_new_block || text.starts_with(['-', '+', '(']) && !last.starts_with('(') {
        return false;
    }
    if last.ends_with(['.', ';', ':', ')']) && !last.ends_with("TP.") {
        return false;
    }
    let first = text.chars().next();
    if first.is_some_and(char::is_lowercase) {
        return true;
    }
    if opens_body(text) {
        return false;
    }
    let last_word = last.split_whitespace().next_back().unwrap_or_default();
    let lower_last = last_word.to_lowercase();
    let is_open = last.ends_with([',', '-', '–', '“', '(', '/'])
        || [
            "tỉnh",
            "huyện",
            "xã",
            "phường",
            "quận",
            "phố",
            "trấn",
            "và",
            "của",
            "về",
            "với",
            "các",
            "theo",
            "cho",
            "tại",
            "trên",
            "thuộc",
            "số",
            "năm",
            "tháng",
            "ngày",
            "sở",
            "bộ",
            "ban",
            "phòng",
            "luật",
            "hội",
            "ủy",
            "ngành",
            "đảng",
            "do",
            "từ",
            "đến",
            "bằng",
            "là",
        ]
        .contains(&lower_last.as_str());
    let folded = fold(text);
    let is_supplement = [
        "giai doan",
        "nam ",
        "quy ",
        "thang ",
        "trong nam",
        "dot ",
        "nhiem ky",
    ]
    .iter()
    .any(|start| folded.starts_with(start))
        && text.len() < 80;
    let starts_with_digit = first.is_some_and(|c| c.is_ascii_digit())
        && !text
            .split(' ')
            .next()
            .is_some_and(|word| word.ends_with(['.', ')']));
    is_open || is_supplement || starts_with_digit || is_proper_continuation(last, text)
}

/// The line break stands inside a proper name: "… tỉnh Bà Rịa - Vũng ⏎ Tàu".
fn is_proper_continuation(last: &str, text: &str) -> bool {
    let mut words = text.split_whitespace();
    let is_short = text.split_whitespace().count() <= 4;
    let last_is_proper = last
        .split_whitespace()
        .next_back()
        .is_some_and(|word| word.starts_with(char::is_uppercase));
    is_short && last_is_proper && words.all(|word| word.starts_with(char::is_uppercase))
}

fn opens_body(text: &str) -> bool {
    BODY_OPENERS.iter().any(|opener| {
        text.strip_prefix(opener)
            .is_some_and(|rest| rest.starts_with([' ', ',', ':']) || rest.is_empty())
    })
}

fn join_subject(lines: &[&str]) -> String {
    let mut subject = String::new();
    for line in lines {
        // A sign broken behind its hyphen is joined with nothing between.
        let is_broken_sign = subject.ends_with('-')
            && subject
                .trim_end_matches('-')
                .chars()
                .next_back()
                .is_some_and(char::is_uppercase)
            && line.starts_with(char::is_uppercase);
        if !subject.is_empty() && !is_broken_sign {
            subject.push(' ');
        }
        subject.push_str(line);
    }
    let subject = collapse(&subject);
    let subject = subject.trim_end_matches(['.', ';', '_', '-', ' ']);
    if let Some(rest) = subject.strip_prefix("V/ ") {
        return format!("V/v {rest}");
    }
    let unwrapped = subject
        .strip_prefix('(')
        .and_then(|inner| inner.strip_suffix(')'));
    unwrapped.unwrap_or(subject).to_owned()
}

/// The addressees and the index behind them.
fn addressees(head: &[Piece<'_>], start: usize) -> (Vec<String>, usize) {
    let text = head[start].text.trim_start();
    let behind = text
        .char_indices()
        .nth("Kính gửi".chars().count())
        .map_or("", |(offset, _)| &text[offset..]);
    let first = behind.trim_start_matches([':', ' ', '.']).trim();
    let mut items = ItemList::default();
    if !first.is_empty() {
        items.open(first);
    }
    let mut index = start + 1;
    while let Some(piece) = head.get(index) {
        if items.is_closed {
            break;
        }
        let text = piece.text.trim();
        match piece.kind {
            PieceKind::Empty if !items.is_empty() && !items.is_open() => break,
            PieceKind::Text | PieceKind::Capitals => {
                if let Some(item) = bullet(text) {
                    items.open(item);
                } else if items.is_empty() || items.continues_with(text) {
                    items.go_on(text);
                } else {
                    break;
                }
            }
            _ => {}
        }
        index += 1;
    }
    (items.finish(), index)
}

/// Strips the dash, plus or dot that opens a list item.
pub(super) fn bullet(text: &str) -> Option<&str> {
    // Misread dashes: ~ ¬, and specks round the dash.
    let rest = text
        .trim_start_matches([' ', '.', '`', '\'', ','])
        .strip_prefix(['-', '–', '—', '+', '•', '*', '·', '~', '¬'])?;
    Some(rest.trim_start_matches([' ', '_', '.', '-']))
}

/// Items that end in a semicolon, the last in a full stop.
#[derive(Debug, Default)]
pub(super) struct ItemList {
    items: Vec<String>,
    /// The last item ended in a full stop.
    pub(super) is_closed: bool,
}

impl ItemList {
    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Whether the last item has not come to its end yet.
    pub(super) fn is_open(&self) -> bool {
        self.items
            .last()
            .is_some_and(|item| !item.ends_with([';', '.']))
    }

    /// The last item so far.
    pub(super) fn last(&self) -> Option<&str> {
        self.items.last().map(String::as_str)
    }

    pub(super) fn open(&mut self, text: &str) {
        self.items.push(text.to_owned());
        self.is_closed = text.ends_with('.');
    }

    pub(super) fn go_on(&mut self, text: &str) {
        match self.items.last_mut() {
            Some(last) if !last.ends_with(';') => {
                last.push(' ');
                last.push_str(text);
            }
            _ => self.items.push(text.to_owned()),
        }
        self.is_closed = text.ends_with('.');
    }

    /// Whether a line without a dash goes on with the list.
    fn continues_with(&self, text: &str) -> bool {
        let Some(last) = self.items.last() else {
            return true;
        };
        if last.ends_with(';') {
            return !opens_body(text) && text.ends_with([';', '.']) && text.len() < 160;
        }
        let is_lower = text.chars().next().is_some_and(char::is_lowercase);
        is_lower || last.ends_with([',', '-', '(']) || (text.ends_with([';']) && !opens_body(text))
    }

    /// The items without their closing marks; an item of several, parted by
    /// semicolons on one line, is parted.
    pub(super) fn finish(self) -> Vec<String> {
        self.items
            .iter()
            .flat_map(|item| item.split(';'))
            .map(|item| {
                let item = item.trim();
                let item = bullet(item).unwrap_or(item);
                collapse(item.trim_end_matches(['.', ',', ':', ' ', '/', '`', '\'']))
            })
            .filter(|item| item.chars().any(char::is_alphabetic))
            .collect()
    }
}

/// The type that the document's own sign tells; a sign without one is a
/// letter's, which only the salutation makes sure.
fn type_of_own_sign(sign: &str) -> Option<&'static str> {
    let is_party = sign.contains('/');
    type_of_abbreviation(sign.split(['-', '/']).next()?, is_party)
}

/// Repairs the letters of a misread first segment against the type in the
/// title, or against a list of misreadings; the number is flagged.
fn repair_sign(letterhead: &mut Letterhead) {
    let Some(sign) = letterhead.sign.clone() else {
        return;
    };
    let Some(segment) = sign.split(['-', '/', ',']).next().map(str::to_owned) else {
        return;
    };
    let is_known = SIGN_SEGMENTS.contains_key(segment.as_str())
        || type_of_abbreviation(&segment, sign.contains('/')).is_some();
    if is_known {
        return;
    }
    let expected = letterhead
        .document_type
        .as_deref()
        .map(abbreviations_of_type)
        .unwrap_or_default()
        .iter()
        .find(|expected| {
            expected.chars().count() > 1
                && segment.chars().count() == expected.chars().count()
                && distance_within(&segment, expected, 1).is_some()
        })
        .copied();
    let Some(meant) = expected.or(SIGN_REPAIRS.get(segment.as_str()).copied()) else {
        return;
    };
    let repaired = format!("{meant}{}", &sign[segment.len()..]);
    if let Some(number) = &mut letterhead.number {
        *number = format!("{}{repaired}", &number[..number.len() - sign.len()]);
    }
    letterhead.sign = Some(repaired);
    letterhead.number_doubtful = true;
}
