//! Type and subject: the title in capitals with the lines under it, or the
//! "V/v" of a letter; and where the body begins.

use super::fold::{distance_within, fold, skeleton};
use super::layout::{LINE_LIMIT, Piece, PieceKind, is_capitals};
use super::lists::{BODY_OPENERS, DOCUMENT_TYPES};
use super::names::agency_level;

/// The line that is, or begins with, a document type in capitals: its index,
/// the type, and the rest of the line.
pub(super) fn find_type_title<'a>(
    head: &[Piece<'a>],
    from: usize,
) -> Option<(usize, &'static str, &'a str)> {
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
pub(super) fn is_subject_start(text: &str) -> bool {
    let start: String = text
        .trim_start_matches(|c: char| !c.is_alphanumeric())
        .chars()
        .take(12)
        .collect();
    let folded = fold(&start);
    ["v/v", "v/ ", "v/w", "v/y", "v.v ", "vv ", "v /v"]
        .iter()
        .any(|start| folded.starts_with(start))
        || ["ve viec", "veviec"].iter().any(|s| folded.starts_with(s))
}

/// "VAN báo cáo …" straight under the number: a "V/v" whose slash was misread.
pub(super) fn is_misread_subject_start(text: &str) -> bool {
    let mut words = text.split_whitespace();
    let (Some(first), Some(second)) = (words.next(), words.next()) else {
        return false;
    };
    let is_mark = first.starts_with('V')
        && (2..=3).contains(&first.chars().count())
        && !first.chars().any(char::is_lowercase)
        && !first.contains('-');
    is_mark && second.chars().all(char::is_lowercase)
}

/// The subject of a letter and the index behind it. The lines under "V/v" go
/// with it until another cell or an empty line comes.
pub(super) fn letter_subject_text(head: &[Piece<'_>], start: usize) -> (String, usize) {
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
pub(super) fn titled_subject(
    head: &[Piece<'_>],
    title: usize,
    rest: &str,
) -> (Option<String>, usize) {
    let mut lines: Vec<&str> = Vec::new();
    if !rest.is_empty() {
        lines.push(rest);
    }
    let mut index = title + 1;
    let closed_before = subject_end(head, title);
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
        // "CỦA BAN THƯỜNG VỤ HUYỆN ỦY" under "KẾT LUẬN": whose it is.
        if piece.kind == PieceKind::Capitals && lines.is_empty() && is_owner(piece.text) {
            index += 1;
            continue;
        }
        let goes_on = match piece.kind {
            PieceKind::Capitals => is_capital_subject(&lines, rest, piece.text),
            PieceKind::Text => {
                index < closed_before
                    || is_subject_line(&lines, piece, head.get(title), &head[..index])
            }
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

/// Where the subject surely ends: the lines between the title and a "Căn cứ" or
/// the office that decides, where they are few and no sentence ends in them.
/// The title itself where nothing is sure.
fn subject_end(head: &[Piece<'_>], title: usize) -> usize {
    for (index, piece) in head.iter().enumerate().skip(title + 1).take(8) {
        let is_first = index == title + 1;
        match piece.kind {
            PieceKind::Noise | PieceKind::PlaceDate => {}
            PieceKind::Capitals if is_authority(piece.text) => return index,
            PieceKind::Text if is_legal_basis(piece.text) => return index,
            PieceKind::Text
                if index <= title + 5
                    && !is_salutation(piece.text)
                    && !piece.text.starts_with(['-', '+', '('])
                    && (is_first || !opens_body(piece.text))
                    && !opens_sentence(piece.text)
                    && !piece.text.ends_with([';', ':'])
                    && !piece.text.contains(". ") => {}
            _ => break,
        }
    }
    title
}

fn is_legal_basis(text: &str) -> bool {
    let folded = fold(text);
    folded.starts_with("can cu ") || folded.starts_with("thuc hien ") && text.contains(" số ")
}

/// "Thực hiện Công văn số …", "Ngày 5/3/2020, …": a paragraph, not a subject.
fn opens_sentence(text: &str) -> bool {
    is_legal_basis(text)
        || opens_body(text)
            && (text.contains(" số ") || text.contains(" ngày ") || text.starts_with("Ngày"))
}

/// "CỦA BAN THƯỜNG VỤ HUYỆN ỦY", "CỦA BAN CHẤP HÀNH …" under a title.
fn is_owner(text: &str) -> bool {
    owner_of_title(text).is_some() || names_agency(text)
}

/// The organ that such a line names, in normal case.
pub(super) fn owner_of_title(text: &str) -> Option<&'static str> {
    let folded = fold(text);
    [
        ("cua ban thuong vu", "Ban Thường vụ"),
        ("cua ban chap hanh", "Ban Chấp hành"),
    ]
    .iter()
    .find(|(start, _)| folded.starts_with(start))
    .map(|(_, organ)| *organ)
}

/// "CỦA ỦY BAN NHÂN DÂN TỈNH …", "CỦA BỘ CHÍNH TRỊ" under a title.
fn names_agency(text: &str) -> bool {
    text.strip_prefix("CỦA ")
        .is_some_and(|agency| agency_level(&agency.to_lowercase()).is_some())
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

pub(super) fn opens_body(text: &str) -> bool {
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
    // Specks between the words; a dash may be meant.
    let words: Vec<&str> = subject
        .split_whitespace()
        .filter(|word| {
            word.chars().any(char::is_alphanumeric)
                || matches!(*word, "-" | "–" | "—" | "&" | "+" | "/")
        })
        .collect();
    let subject = words.join(" ");
    let subject = subject.trim_start_matches(|c: char| {
        !c.is_alphanumeric() && !matches!(c, '(' | '“' | '"' | '\'' | '‘')
    });
    let subject = subject.trim_end_matches(['.', ';', '_', '-', ' ']);
    let subject = with_plain_start(subject);
    let unwrapped = subject
        .strip_prefix('(')
        .and_then(|inner| inner.strip_suffix(')'));
    unwrapped.map_or(subject.clone(), str::to_owned)
}

/// "V/w …", "V/ …", "VAN …" → "V/v …"; "Vềviệc …" → "Về việc …".
fn with_plain_start(subject: &str) -> String {
    let (first, rest) = subject.split_once(' ').unwrap_or((subject, ""));
    let is_misread = first.starts_with('V')
        && first != "V/v"
        && first.chars().count() <= 3
        && (first.contains('/') || is_misread_subject_start(subject));
    if is_misread {
        return format!("V/v {rest}");
    }
    if fold(first) == "veviec" {
        return format!("Về việc {rest}");
    }
    subject.to_owned()
}

/// "Kính gửi: …", also behind a few specks or a stamp read into the line.
pub(super) fn salutation_start(text: &str) -> Option<usize> {
    if text.len() >= LINE_LIMIT {
        return None;
    }
    text.char_indices()
        .take(24)
        .filter(|(index, c)| *index == 0 || matches!(c, 'K' | 'k'))
        .map(|(index, _)| index)
        .find(|index| {
            let folded = fold(&text[*index..]);
            let folded = folded.trim_start();
            let is_start = folded.starts_with("kinh gui") || folded.starts_with("kinh goi");
            // Inside a line only with its colon, so that no sentence counts.
            is_start && (*index == 0 || folded[8..].trim_start().starts_with(':'))
        })
}

pub(super) fn is_salutation(text: &str) -> bool {
    salutation_start(text).is_some()
}
