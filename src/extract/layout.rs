//! What lines are, before anything is read in them: stamps, captions of
//! e-signatures and page numbers are told apart from text, and lines into
//! which an OCR wrote two cells of a letterhead are parted again.

use super::document::{DocumentText, TextLine};
use super::fold::{distance_within, fold, skeleton};
use super::lists::{DOCUMENT_TYPES, SIGN_SEGMENTS, type_of_abbreviation};
use regex::Regex;
use std::sync::LazyLock;

/// National title, folded, without spaces.
const NATIONAL_TITLE: &str = "conghoaxahoichunghiavietnam";
const MOTTO: &str = "doclaptudohanhphuc";
const PARTY_TITLE: &str = "dangcongsanvietnam";

/// No letterhead line is longer; longer lines are not looked at.
pub(super) const LINE_LIMIT: usize = 400;

/// A line, or a part of it that stood in another cell.
#[derive(Debug, Clone)]
pub(super) struct Piece<'a> {
    pub(super) text: &'a str,
    pub(super) line_index: usize,
    pub(super) block_index: u32,
    pub(super) kind: PieceKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PieceKind {
    NationalTitle,
    PartyTitle,
    Motto,
    /// Begins with "Số" and has a number or a sign behind it.
    Number,
    /// "Đồng Nai, ngày 22 tháng 3 năm 2023".
    PlaceDate,
    /// Capitals: an agency, a type, a position.
    Capitals,
    /// Rules, specks, an asterisk: no text.
    Noise,
    /// An empty line of a text file.
    Empty,
    Text,
}

/// Which lines of a document are not its text: (page index, line index).
pub(super) struct Ignored {
    pages: Vec<Vec<bool>>,
}

impl Ignored {
    /// Finds receipt stamps, captions of e-signatures and page numbers.
    pub(super) fn find(document: &DocumentText) -> Self {
        let pages = document
            .pages
            .iter()
            .map(|page| {
                let mut is_ignored: Vec<bool> = page
                    .lines
                    .iter()
                    .map(|line| is_signature_caption(&line.text))
                    .collect();
                mark_receipt_stamps(&page.lines, &mut is_ignored);
                mark_page_number(&page.lines, &mut is_ignored);
                is_ignored
            })
            .collect();
        Self { pages }
    }

    pub(super) fn contains(&self, page_index: usize, line_index: usize) -> bool {
        self.pages
            .get(page_index)
            .and_then(|lines| lines.get(line_index))
            .copied()
            .unwrap_or(false)
    }
}

static TIME_OF_DAY: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\d{1,2}:\d{2}: ?\d{2}|\+07: ?00|\+07:?00").ok());

/// "Ký bởi: …", "Thời gian ký: 05/01/2021 08:15:24", an e-mail address: what a
/// signing program prints on a page.
fn is_signature_caption(text: &str) -> bool {
    if text.len() > 120 {
        return false;
    }
    // Captions have a colon or an at sign; most lines of text have neither.
    if !text.contains([':', '@', '+']) {
        return false;
    }
    if TIME_OF_DAY.as_ref().is_some_and(|time| time.is_match(text)) {
        return true;
    }
    let folded = fold(text.trim_start());
    let is_address = text.contains('@') && !text.trim().contains(' ');
    is_address
        || [
            "ky boi:",
            "nguoi ky:",
            "thoi gian ky:",
            "ngay ky:",
            "chung thu:",
            "co quan: ",
            "email: ",
            "signature",
            "signed by",
        ]
        .iter()
        .any(|caption| folded.starts_with(caption))
}

/// A line "ĐẾN" (also "CV ĐẾN", "CÔNG VĂN ĐẾN") and the lines "Số", "Ngày",
/// "Chuyển" under it, with whatever was written there.
fn mark_receipt_stamps(lines: &[TextLine], is_ignored: &mut [bool]) {
    for index in 0..lines.len() {
        let text = lines[index].text.trim();
        if text.len() > 40 || text.is_empty() {
            continue;
        }
        let name = skeleton(text);
        let is_head = matches!(name.as_str(), "den" | "cvden" | "congvanden" | "vanbanden")
            && is_capitals(text);
        if !is_head {
            continue;
        }
        is_ignored[index] = true;
        for below in index + 1..lines.len().min(index + 6) {
            let folded = fold(lines[below].text.trim_start());
            let is_field = ["so", "ngay", "chuyen", "luu ho so", "gio"]
                .iter()
                .any(|field| folded.starts_with(field))
                && lines[below].text.len() < 60
                && !lines[below].text.contains("/20") | folded.starts_with("ngay")
                && !folded.contains("thang");
            if is_field {
                is_ignored[below] = true;
            }
        }
    }
}

/// A number alone on the first or the last line of a page.
fn mark_page_number(lines: &[TextLine], is_ignored: &mut [bool]) {
    let is_number = |line: &TextLine| {
        let text = line.text.trim();
        let digits = text.trim_matches(['-', '–', ' ']);
        !digits.is_empty() && digits.len() <= 4 && digits.bytes().all(|b| b.is_ascii_digit())
    };
    let mut filled = (0..lines.len()).filter(|index| !lines[*index].text.trim().is_empty());
    let first = filled.next();
    let last = filled.next_back();
    for index in [first, last].into_iter().flatten() {
        is_ignored[index] |= is_number(&lines[index]);
    }
}

/// Whether most letters are capitals.
pub(super) fn is_capitals(text: &str) -> bool {
    let mut upper = 0_usize;
    let mut lower = 0_usize;
    for c in text.chars() {
        if c.is_uppercase() {
            upper += 1;
        } else if c.is_lowercase() {
            lower += 1;
        }
    }
    upper >= 2 && lower * 6 <= upper
}

/// A line in capitals without the specks that were read as a letter at its
/// ends ("SỞ Y TẾ ï", "' SỞ Y TẾ -"); any other line as it is.
fn without_specks(text: &str) -> &str {
    let is_speck = |word: &str| match word.chars().filter(|c| c.is_alphanumeric()).count() {
        0 => true,
        // "ó:" is what is left of "Số:".
        1 => word.chars().any(char::is_lowercase) && !word.contains([':', ';']),
        _ => false,
    };
    let mut rest = text;
    while let Some((first, behind)) = rest.split_once(' ')
        && is_speck(first)
    {
        rest = behind.trim_start();
    }
    while let Some((before, last)) = rest.rsplit_once(' ')
        && is_speck(last)
        && !matches!(last, "-" | "–")
    {
        rest = before.trim_end();
    }
    let is_long = rest.chars().filter(|c| c.is_uppercase()).count() >= 4;
    if is_long && is_capitals(rest) {
        rest
    } else {
        text
    }
}

/// Parts a line into the cells that stand in it.
pub(super) fn pieces<'a>(line: &'a TextLine, line_index: usize, found: &mut Vec<Piece<'a>>) {
    let mut push = |text: &'a str, kind: Option<PieceKind>| {
        let text = match kind {
            None => without_specks(text.trim()),
            Some(_) => text.trim(),
        };
        let kind = kind.unwrap_or_else(|| kind_of(text));
        if kind != PieceKind::Empty
            || found
                .last()
                .is_none_or(|last| last.line_index != line_index)
        {
            found.push(Piece {
                text,
                line_index,
                block_index: line.block_index,
                kind,
            });
        }
    };
    let text = line.text.as_str();
    if text.len() > LINE_LIMIT {
        push(text, Some(PieceKind::Text));
        return;
    }
    for (target, kind) in [
        (NATIONAL_TITLE, PieceKind::NationalTitle),
        (PARTY_TITLE, PieceKind::PartyTitle),
        (MOTTO, PieceKind::Motto),
    ] {
        if let Some(start) = ending_in(text, target) {
            if start > 0 {
                push(&text[..start], None);
            }
            push(&text[start..], Some(kind));
            return;
        }
    }
    if let Some(start) = place_date_start(text) {
        if !text[..start].trim().is_empty() {
            push(&text[..start], None);
        }
        push(&text[start..], Some(PieceKind::PlaceDate));
        return;
    }
    push(text, None);
}

fn kind_of(text: &str) -> PieceKind {
    if text.is_empty() {
        PieceKind::Empty
    } else if number_text(text).is_some() {
        PieceKind::Number
    } else if text.chars().filter(|c| c.is_alphabetic()).count() < 3 {
        PieceKind::Noise
    } else if is_capitals(text) {
        PieceKind::Capitals
    } else {
        PieceKind::Text
    }
}

/// Whether the line ends in words that, folded, are `target` with at most a
/// sixth of the letters wrong; gives where they begin.
fn ending_in(text: &str, target: &str) -> Option<usize> {
    let limit = target.len() / 5;
    let letters = text.chars().filter(|c| c.is_alphanumeric()).count();
    if letters + limit < target.len() {
        return None;
    }
    let mut starts: Vec<usize> = vec![0];
    starts.extend(text.match_indices(' ').map(|(index, _)| index + 1));
    let mut best: Option<(usize, usize)> = None;
    for start in starts {
        let tail = skeleton(&text[start..]);
        if tail.len() > target.len() + limit {
            continue;
        }
        if tail.len() + limit < target.len() {
            break;
        }
        if let Some(distance) = distance_within(&tail, target, limit)
            && best.is_none_or(|(_, least)| distance <= least)
        {
            best = Some((start, distance));
        }
    }
    best.map(|(start, _)| start)
}

static PLACE_DATE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    // The place: up to five words that begin with a capital, before a comma.
    // Letters of "ngày", "tháng", "năm" may have lost or changed their marks;
    // day and month may be missing, unreadable, or glued to these words.
    Regex::new(
        r"(?x)
        (?:^|[\s._…)])
        (?P<place>(?:(?:T[Pp]\.?|\p{Lu}[\p{L}.]*)[\ -]+){0,5}\p{Lu}[\p{L}.]*)
        \s*[,.;:]?\s*
        [nN]g[aàáâăãạ]y (?P<day>[^,;]{0,16}?)
        (?:[tT]h[aáâăàãạ]ng (?P<month>[^,;]{0,12}?) (?:\b|\p{Lu})[nh][aăâàáãạ]m\b\s*(?P<year>[^\s]{0,6})
          | (?P<slashed>\d{1,2}/\d{1,2}/\d{4}) )
        [\s.,'’`|_~»–—-]*$",
    )
    .ok()
});

/// The parts of a place and date line, as they were read.
pub(super) struct PlaceDate<'a> {
    pub(super) place: &'a str,
    pub(super) date: &'a str,
    pub(super) day: &'a str,
    pub(super) month: &'a str,
    pub(super) year: &'a str,
}

/// Reads "Đồng Nai, ngày 22 tháng 3 năm 2023" in its parts.
pub(super) fn place_date(text: &str) -> Option<PlaceDate<'_>> {
    let found = PLACE_DATE.as_ref()?.captures(text)?;
    let group = |name| found.name(name).map_or("", |part| part.as_str().trim());
    let place = found.name("place")?;
    let date = text[place.end()..].trim_start_matches([',', '.', ';', ':', ' ']);
    Some(PlaceDate {
        place: place.as_str().trim(),
        date,
        day: group("day"),
        month: group("month"),
        year: group("year"),
    })
}

fn place_date_start(text: &str) -> Option<usize> {
    // Cheap test first.
    let has_word = text.contains("ng") || text.contains("Ng");
    if !has_word
        || text.len() > 160
        || !text.contains("gày") && !text.contains("gay") && !text.contains("gà")
    {
        return None;
    }
    let found = PLACE_DATE.as_ref()?.captures(text)?;
    let place = found.name("place")?;
    // In a sentence ("Căn cứ … Sở Y tế, ngày 5 tháng 3 năm 2020") a place
    // does not open the line; only a number or a subject may stand before it.
    let before = text[..place.start()].trim();
    let is_cell = before.is_empty()
        || number_text(before).is_some()
        || fold(before).starts_with("v/v")
        || before.chars().filter(|c| c.is_alphabetic()).count() < 3;
    is_cell.then(|| place.start())
}

/// What stands behind "Số:" (also misread: "Só:", "S6:", "Ố6:") where it has a
/// slash, as a document's number has; a receipt stamp's has none.
pub(super) fn number_text(text: &str) -> Option<&str> {
    let text = without_type(text);
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let word_length = text.find(|c: char| !c.is_alphanumeric())?;
    let word = fold(&text[..word_length]);
    let is_so = matches!(
        word.as_str(),
        "so" | "s6" | "o6" | "sb" | "sd" | "se" | "sa" | "su" | "s0" | "sg" | "s" | "5o" | "8o"
    );
    // "Số15/QĐ…": the space was lost.
    let glued = word
        .strip_prefix("so")
        .filter(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()));
    let is_misread = word.chars().count() <= 3
        && text[word_length..].trim_start().starts_with([':', ';'])
        && text.rsplit('/').next().is_some_and(has_known_sign);
    // "Só4z//QĐ-…": a stroke of the handwriting glued to the word.
    let is_blurred = word.starts_with("so")
        && word.contains(|c: char| c.is_ascii_digit())
        && text.rsplit('/').next().is_some_and(has_known_sign);
    let is_misread = is_misread || is_blurred;
    let rest = if is_so || is_misread {
        &text[word_length..]
    } else if glued.is_some() {
        let so_length: usize = text.chars().take(2).map(char::len_utf8).sum();
        &text[so_length..]
    } else {
        return None;
    };
    // "số 15/QĐ-… của …" in small letters is a line of text.
    let is_capital = text.starts_with(|c: char| !c.is_lowercase());
    if !is_capital && !rest.trim_start().starts_with([':', ';', '.']) {
        return None;
    }
    let rest = rest.trim_start_matches([':', ';', '.', ' ', ',']);
    let Some(slash) = rest.rfind('/').filter(|_| is_misread).or(rest.find('/')) else {
        return (rest.len() <= 60 && has_known_sign(rest)).then_some(rest);
    };
    let behind = rest[slash + 1..].trim_start();
    let is_sign = behind.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
    // A sentence ("Số 15/QĐ-UBND ngày … của") is not a letterhead's line.
    let is_short = slash <= 24 && rest.len() <= 90;
    (is_sign && is_short).then_some(rest)
}

/// "Luật số: 43/2013/QH13" → "số: 43/2013/QH13": laws and resolutions of the
/// National Assembly name their type before the number.
fn without_type(text: &str) -> &str {
    let Some(at) = text
        .find("số:")
        .or_else(|| text.find("Số:"))
        .filter(|at| *at > 0)
    else {
        return text;
    };
    let before = text[..at].trim().to_lowercase();
    let is_type = DOCUMENT_TYPES
        .iter()
        .any(|document_type| document_type.name == before);
    if is_type { &text[at..] } else { text }
}

/// Whether a sign that a list knows stands in a line whose slash was misread:
/// "4 6957QĐ-SYT".
fn has_known_sign(text: &str) -> bool {
    slashless_sign(text).is_some()
}

/// The sign in a line whose slash was misread ("4 6957QĐ-SYT", "?b5:QĐ- SYT",
/// "|4 J7GM-TB"): a known segment, a hyphen and capitals behind it.
pub(super) fn slashless_sign(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.iter().enumerate().find_map(|(index, word)| {
        let (before, behind) = word.split_once('-')?;
        // Letters that handwriting left in front of the segment are cut off
        // up to the last digit or mark.
        let first = before
            .rsplit(|c: char| !c.is_alphabetic())
            .next()
            .unwrap_or(before);
        let is_known =
            SIGN_SEGMENTS.contains_key(first) || type_of_abbreviation(first, false).is_some();
        let rest = match behind {
            "" => words.get(index + 1).copied().unwrap_or_default(),
            rest => rest,
        };
        let rest = rest.trim_end_matches(|c: char| !c.is_alphanumeric());
        let is_sign = is_known && rest.starts_with(char::is_uppercase) && is_capitals(rest);
        is_sign.then(|| format!("{first}-{rest}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parted(text: &str) -> Vec<(String, PieceKind)> {
        let line = TextLine {
            text: text.to_owned(),
            ..TextLine::default()
        };
        let mut found = Vec::new();
        pieces(&line, 0, &mut found);
        found
            .into_iter()
            .map(|piece| (piece.text.to_owned(), piece.kind))
            .collect()
    }

    #[test]
    fn interleaved_cells_are_parted() {
        assert_eq!(
            parted("UBND TỈNH HẬU GIANG CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
            [
                ("UBND TỈNH HẬU GIANG".to_owned(), PieceKind::Capitals),
                (
                    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM".to_owned(),
                    PieceKind::NationalTitle
                ),
            ]
        );
        assert_eq!(
            parted("SỞ NỘI VỤ Độc lập - Tự do - Hạnh phúc"),
            [
                ("SỞ NỘI VỤ".to_owned(), PieceKind::Capitals),
                ("Độc lập - Tự do - Hạnh phúc".to_owned(), PieceKind::Motto),
            ]
        );
        assert_eq!(
            parted("Số: 12/SNV-VP Hậu Giang, ngày 2 tháng 3 năm 2023"),
            [
                ("Số: 12/SNV-VP".to_owned(), PieceKind::Number),
                (
                    "Hậu Giang, ngày 2 tháng 3 năm 2023".to_owned(),
                    PieceKind::PlaceDate
                ),
            ]
        );
    }

    #[test]
    fn misread_anchors_are_known() {
        assert_eq!(
            parted("CONG HOA XA HQI CHU NGHIA VIET NAM")[0].1,
            PieceKind::NationalTitle
        );
        assert_eq!(parted("Poc lap - Tu do - Hanh phic")[0].1, PieceKind::Motto);
        assert_eq!(parted("S6: 05/CT-UBND")[0].1, PieceKind::Number);
        assert_eq!(parted("Luật số: 43/2013/QH13")[0].1, PieceKind::Number);
        assert_eq!(parted("Số:      /KH-SYT")[0].1, PieceKind::Number);
        assert_eq!(parted("Số: 4 6957QĐ-SYT")[0].1, PieceKind::Number);
        assert_eq!(parted("Số: 2770")[0].1, PieceKind::Noise);
        assert_eq!(parted("Sở: |4 J7GM-TB")[0].1, PieceKind::Number);
        assert_eq!(parted("Số: ?b5:QĐ- SYT")[0].1, PieceKind::Number);
        assert_eq!(parted("SỞ Y TẾ ï")[0].0, "SỞ Y TẾ");
        assert_eq!(
            parted("Hậu Giang, ngày    tháng 9 năm 2024")[0].1,
            PieceKind::PlaceDate
        );
    }

    #[test]
    fn stamps_and_captions_are_not_text() {
        let document = DocumentText::from_plain_text(
            "Người ký: Sở Nội vụ\nThời gian ký: 05/01/2021\nCÔNG VĂN ĐẾN\nSố: 15\nNgày: 04/4/2018\nThực hiện\n1\n",
        );
        let ignored = Ignored::find(&document);
        let found: Vec<bool> = (0..7).map(|line| ignored.contains(0, line)).collect();
        assert_eq!(found, [true, true, true, true, true, false, true]);
    }
}
