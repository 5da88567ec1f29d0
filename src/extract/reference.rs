//! Cited documents: a number with the type before it, and the date and issuer
//! before or behind it.
//!
//! ```text
//! reference = [type] ["số" [":"]] number [[","] date] ["của" issuer]
//!           | date [","] issuer ("ban hành" | …) type ["số"] number
//!           | issuer "tại" type ["số"] number
//! ```
//! In a list ("các Quyết định của UBND tỉnh: số 4/QĐ-UBND ngày …, số …") type
//! and issuer of the head hold for every member.

use super::article::article_before;
use super::date::iso;
use super::flat::{FlatText, collapse, floor_border};
use super::lists::{DOCUMENT_TYPES, SIGN_SEGMENTS, type_of_abbreviation};
use super::names::{agency_end, agency_start};
use super::number::{NumberAndSign, follows_so};
use super::number_key::number_key;
use super::numeral::{Numeral, NumeralKind};
use super::record::Reference;
use super::scan::{skip_space, word_end, word_start};
use super::sign_repair::repaired;

/// How far before a number its type is looked for, in bytes.
const TYPE_WINDOW: usize = 220;

/// How far before a type date and issuer are looked for, in bytes.
const CLAUSE_WINDOW: usize = 260;

/// Finds all references among the numerals of a text. Numbers for which
/// `is_own` holds are the document's own.
pub(super) fn references(
    flat: &FlatText<'_>,
    numerals: &[Numeral],
    is_own: impl Fn(&Numeral, &NumberAndSign) -> bool,
) -> Vec<Reference> {
    let mut references = Vec::new();
    let mut list = ListHead::default();
    for (index, numeral) in numerals.iter().enumerate() {
        let NumeralKind::Number(number) = &numeral.kind else {
            continue;
        };
        if is_own(numeral, number) || is_form_number(&flat.text, numeral.span.start) {
            continue;
        }
        references.push(reference(flat, numerals, index, number, &mut list));
    }
    references
}

/// What the head of a list gives to its members.
#[derive(Debug, Default)]
struct ListHead {
    /// Where the last reference ended.
    end: usize,
    document_type: Option<&'static str>,
    issuer: Option<String>,
}

fn reference(
    flat: &FlatText<'_>,
    numerals: &[Numeral],
    index: usize,
    number: &NumberAndSign,
    list: &mut ListHead,
) -> Reference {
    let text = flat.text.as_str();
    let span = numerals[index].span.clone();
    let head = find_head(text, span.start, list.end);
    let is_member = head.document_type.is_none()
        && list.end > 0
        && !has_sentence_end(text, list.end, span.start);

    let document_type = head
        .document_type
        .or_else(|| type_of_sign(number))
        .or(list.document_type.filter(|_| is_member))
        .or_else(|| type_of_letter(number));
    let (number, number_repaired) = repaired(number, head.document_type);

    let mut date = None;
    let mut issuer = head.issuer.clone();
    let mut end = span.end;
    if let Some((value, date_end)) = date_behind(text, numerals, index, end) {
        (date, end) = (Some(value), date_end);
    }
    if let Some((name, name_end)) = issuer_behind(text, end) {
        (issuer, end) = (Some(name), name_end);
        if date.is_none()
            && let Some((value, date_end)) = date_behind(text, numerals, index, end)
        {
            (date, end) = (Some(value), date_end);
        }
    }
    if issuer.is_none() {
        let before = before_type(text, numerals, index, head.start);
        issuer = before.issuer;
        date = date.or(before.date);
    }
    if issuer.is_none() && is_member {
        issuer.clone_from(&list.issuer);
    }

    if head.document_type.is_some() {
        list.document_type = head.document_type;
        // Only an issuer named before the numbers holds for a whole list.
        list.issuer = issuer.clone().filter(|_| end == span.end || date.is_some());
    }
    list.end = end;
    Reference {
        text: flat.printed(head.start..end),
        document_type: document_type.map(str::to_owned),
        key: number_key(&number),
        number,
        date,
        issuer,
        issuer_authority: None,
        article: article_before(text, head.start),
        number_repaired,
        occurrence: flat.occurrence(head.start..end),
    }
}

/// "Mẫu số 02/KSTT", "Biểu số …", "Phụ lục …": a form, not a document.
fn is_form_number(text: &str, start: usize) -> bool {
    let mut position = start;
    if let Some(so) = so_start(text, position) {
        position = so;
    }
    ["mau", "bieu", "phu luc", "bieu mau", "mau bieu", "don"]
        .iter()
        .any(|word| word_start(text, position, word).is_some())
}

/// The start of "số" or "số:" before a position.
fn so_start(text: &str, position: usize) -> Option<usize> {
    if !follows_so(text, position) {
        return None;
    }
    let before = text[..position].trim_end().trim_end_matches([':', '.']);
    word_start(text, before.trim_end().len(), "so")
}

/// What stands before a number.
struct Head {
    document_type: Option<&'static str>,
    /// Named between type and number: "Quyết định của UBND tỉnh số …".
    issuer: Option<String>,
    /// Where the reference's text begins.
    start: usize,
}

fn find_head(text: &str, number_start: usize, previous_end: usize) -> Head {
    let so = so_start(text, number_start);
    let start = so.unwrap_or(number_start);
    let none = Head {
        document_type: None,
        issuer: None,
        start,
    };
    let floor = floor_border(text, start.saturating_sub(TYPE_WINDOW)).max(previous_end);
    let Some(before) = text.get(floor..start) else {
        return none;
    };
    let before = before.trim_end().trim_end_matches([':', '(']).trim_end();
    let lower = before.to_lowercase();
    // Lower-casing may change the length of foreign letters; then positions
    // would not fit.
    if lower.len() != before.len() {
        return none;
    }
    if let Some((name, offset)) = type_ending(&lower) {
        return Head {
            document_type: Some(name),
            issuer: None,
            start: floor + offset,
        };
    }
    let Some((name, offset)) = type_further_left(before, &lower) else {
        return none;
    };
    let between = floor + offset + name.len()..floor + before.len();
    let issuer_start = word_end(text, skip_space(text, between.start, 2), "cua")
        .map(|end| skip_space(text, end, 2));
    let issuer = issuer_start
        .and_then(|from| Some((from, agency_end(text, from)?)))
        .filter(|(_, end)| *end <= between.end)
        .map(|(from, end)| collapse(&text[from..end]));
    Head {
        document_type: Some(name),
        issuer,
        start: floor + offset,
    }
}

/// The type that the text ends in.
fn type_ending(lower: &str) -> Option<(&'static str, usize)> {
    DOCUMENT_TYPES.iter().find_map(|document_type| {
        let collapsed_end = ends_with_words(lower, document_type.name)?;
        Some((document_type.name, collapsed_end))
    })
}

/// The start of `words` at the end of `text`; any white space parts them.
fn ends_with_words(text: &str, words: &str) -> Option<usize> {
    let mut rest = text;
    for word in words.rsplit(' ') {
        rest = rest
            .trim_end_matches([' ', '\n'])
            .strip_suffix(word)
            .filter(|before| !before.ends_with(char::is_alphanumeric))?;
    }
    Some(rest.len())
}

/// A type further left, with the document's name or issuer between it and the
/// number: "Luật Đấu thầu số …", "Quyết định của UBND tỉnh số …".
fn type_further_left(before: &str, lower: &str) -> Option<(&'static str, usize)> {
    let mut best: Option<(&'static str, usize)> = None;
    for document_type in DOCUMENT_TYPES.iter() {
        let name = document_type.name;
        let is_law = matches!(name, "luật" | "bộ luật" | "pháp lệnh" | "hiến pháp");
        let Some(offset) = lower.rfind(name) else {
            continue;
        };
        let is_word = !lower[..offset].ends_with(char::is_alphanumeric)
            && !lower[offset + name.len()..].starts_with(char::is_alphanumeric);
        let is_capital = before[offset..].starts_with(char::is_uppercase);
        let between = &lower[offset + name.len()..];
        let (stops, words): (&[char], usize) = if is_law {
            (&[';', '.', ':', '/'], 24)
        } else {
            (&[';', '.', ':', '/', ','], 8)
        };
        let is_near = !between.contains(stops) && between.split_whitespace().count() <= words;
        let is_named = is_law || between.trim_start().starts_with("của");
        if is_word && is_capital && is_near && is_named && best.is_none_or(|b| offset > b.1) {
            best = Some((name, offset));
        }
    }
    best
}

/// The type that the sign's first segment stands for.
fn type_of_sign(number: &NumberAndSign) -> Option<&'static str> {
    // Laws, ordinances and resolutions of the Assembly share one sign.
    type_of_abbreviation(number.first_segment(), number.is_party)
}

/// A sign that begins with an agency is a letter's (công văn has no type
/// abbreviation of its own).
fn type_of_letter(number: &NumberAndSign) -> Option<&'static str> {
    let is_letter = number.year.is_none()
        && !number.is_party
        && number.sign.contains('-')
        && SIGN_SEGMENTS.contains_key(number.first_segment());
    is_letter.then_some("công văn")
}

/// A date right behind `end`: "ngày 5/3/2021", ", ngày …", "(ngày …)",
/// "ban hành ngày …".
fn date_behind(
    text: &str,
    numerals: &[Numeral],
    index: usize,
    end: usize,
) -> Option<(String, usize)> {
    let next = numerals[index + 1..]
        .iter()
        .find(|numeral| numeral.span.start >= end)?;
    let NumeralKind::Date(date) = next.kind else {
        return None;
    };
    let between = text.get(end..next.span.start)?;
    let between = between.trim_matches([' ', '\n', ',', '(']);
    let is_near = between.is_empty()
        || matches!(
            between,
            "ký" | "ban hành" | "ký ngày" | "được ban hành" | "ký ban hành" | "đề"
        );
    is_near.then(|| (iso(date), next.span.end))
}

/// "của Chính phủ", "do Bộ Y tế ban hành", "giữa … và …" right behind `end`.
fn issuer_behind(text: &str, end: usize) -> Option<(String, usize)> {
    let start = skip_space(text, end, 3);
    let start = if text[start..].starts_with([',', ')']) {
        skip_space(text, start + 1, 2)
    } else {
        start
    };
    let after = ["cua", "do", "giua"]
        .iter()
        .find_map(|word| Some((*word, word_end(text, start, word)?)))?;
    let from = skip_space(text, after.1, 2);
    let mut name_end = agency_end(text, from)?;
    if after.0 == "giua" {
        while let Some(next) = word_end(text, skip_space(text, name_end, 2), "va")
            .and_then(|va| agency_end(text, skip_space(text, va, 2)))
        {
            name_end = next;
        }
    }
    Some((collapse(&text[from..name_end]), name_end))
}

#[derive(Default)]
struct Before {
    date: Option<String>,
    issuer: Option<String>,
}

/// Date and issuer that stand before the type: "Ngày 18/3/2021, UBND tỉnh ban
/// hành Quyết định số …", "Giám đốc Sở Tài chính tại Công văn số …".
fn before_type(text: &str, numerals: &[Numeral], index: usize, type_start: usize) -> Before {
    let mut end = type_start;
    let mut is_act = false;
    loop {
        let verb = [
            "tai",
            "ban hanh",
            "cac",
            "da",
            "co",
            "ky",
            "theo",
            "thong qua",
            "phe duyet",
            "gui",
            "vua",
            "moi",
            "nhan duoc",
        ]
        .iter()
        .find_map(|word| Some((*word, word_start(text, end, word)?)));
        let Some((word, start)) = verb else { break };
        is_act |= !matches!(word, "cac" | "da" | "theo" | "vua" | "moi" | "nhan duoc");
        end = start;
    }
    if !is_act {
        return Before::default();
    }
    let end = text[..end].trim_end().len();
    let Some(start) = agency_start(text, end) else {
        return Before::default();
    };
    let issuer = Some(collapse(&text[start..end]));
    // The date counts only where it opens the clause.
    let date = numerals[..index].last().and_then(|previous| {
        let NumeralKind::Date(date) = previous.kind else {
            return None;
        };
        let between = text.get(previous.span.end..start)?;
        let is_open =
            between.len() <= CLAUSE_WINDOW && between.trim_matches([' ', '\n', ',']).is_empty();
        is_open.then(|| iso(date))
    });
    Before { date, issuer }
}

/// Whether a sentence or a list item ends between two positions.
pub(super) fn has_sentence_end(text: &str, from: usize, to: usize) -> bool {
    let Some(between) = text.get(from..to) else {
        return true;
    };
    let mut rest = between;
    while let Some(offset) = rest.find(['.', '\n']) {
        let behind = &rest[offset + 1..];
        let is_end = if rest[offset..].starts_with('.') {
            let next = behind.trim_start_matches([' ', '\n']);
            behind.starts_with([' ', '\n']) && next.starts_with(char::is_uppercase)
        } else {
            behind.starts_with(['\n', '-', '+', '•'])
        };
        if is_end {
            return true;
        }
        rest = behind;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::document::DocumentText;
    use super::super::numeral::scan_numerals;
    use super::*;

    /// The references of a text: type, number, date, issuer.
    fn found(text: &str) -> Vec<String> {
        let document = DocumentText::from_plain_text(text);
        let flat = FlatText::new(&document, |_, _| true);
        let numerals = scan_numerals(&flat.text);
        references(&flat, &numerals, |_, _| false)
            .into_iter()
            .map(|r| {
                let dash = || "-".to_owned();
                let kind = r.document_type.unwrap_or_else(dash);
                let date = r.date.unwrap_or_else(dash);
                format!(
                    "{kind} {} {date} {}",
                    r.number,
                    r.issuer.unwrap_or_else(dash)
                )
            })
            .collect()
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(found(text), expected, "{text}");
    }

    #[test]
    fn date_and_issuer_stand_behind() {
        check(
            "Căn cứ Thông tư số 09/2019/TT-BNV ngày 5 tháng 6 năm 2019 của Bộ trưởng Bộ Nội vụ quy định",
            &["thông tư 09/2019/TT-BNV 2019-06-05 Bộ trưởng Bộ Nội vụ"],
        );
        check(
            "theo Luật Lưu trữ số 33/2024/QH15 ngày 21/6/2024;",
            &["luật 33/2024/QH15 2024-06-21 -"],
        );
        check(
            "Kế hoạch số 12/KH-STP, ngày 6 tháng 2 năm 2023 của Sở Tư pháp tỉnh Sông Lam về",
            &["kế hoạch 12/KH-STP 2023-02-06 Sở Tư pháp tỉnh Sông Lam"],
        );
    }

    #[test]
    fn date_and_issuer_stand_before() {
        check(
            "Ngày 12/4/2022, UBND tỉnh Sông Lam ban hành Quyết định số 88/QĐ-UBND về",
            &["quyết định 88/QĐ-UBND 2022-04-12 UBND tỉnh Sông Lam"],
        );
        check(
            "theo đề nghị của Giám đốc Sở Nội vụ tại Tờ trình số 45/TTr-SNV ngày 3/5/2022,",
            &["tờ trình 45/TTr-SNV 2022-05-03 Giám đốc Sở Nội vụ"],
        );
    }

    #[test]
    fn members_of_a_list_take_type_and_issuer_of_its_head() {
        check(
            "tại các Công văn của Sở Tài chính: số 12/STC-NS ngày 3/2/2023 về dự toán, số 15/STC-NS ngày 9/2/2023",
            &[
                "công văn 12/STC-NS 2023-02-03 Sở Tài chính",
                "công văn 15/STC-NS 2023-02-09 Sở Tài chính",
            ],
        );
        check(
            "Nghị định số 30/2020/NĐ-CP, 45/2020/NĐ-CP",
            &["nghị định 30/2020/NĐ-CP - -", "nghị định 45/2020/NĐ-CP - -"],
        );
    }

    #[test]
    fn a_misread_letter_is_repaired_and_flagged_but_no_digit() {
        let text = "Chỉ thị số 05/CI-UBND và Quyết định số 9/QĐĐ-UBND";
        check(
            text,
            &["chỉ thị 05/CT-UBND - -", "quyết định 9/QĐ-UBND - -"],
        );
        // A sign that exists in some office is left as it stands.
        check("Công điện số 115/CĐE-BYT", &["công điện 115/CĐE-BYT - -"]);
    }

    #[test]
    fn forms_are_no_documents() {
        check("theo Mẫu số 02/KSTT-BC kèm theo", &[]);
    }

    #[test]
    fn articles_are_kept() {
        let document =
            DocumentText::from_plain_text("điểm a khoản 2 Điều 7 Nghị định số 1/2020/NĐ-CP");
        let flat = FlatText::new(&document, |_, _| true);
        let found = references(&flat, &scan_numerals(&flat.text), |_, _| false);
        assert_eq!(found[0].article.as_deref(), Some("điểm a khoản 2 Điều 7"));
    }
}
