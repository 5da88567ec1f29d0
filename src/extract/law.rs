//! Laws, codes and ordinances that are cited by name: they have a number, but
//! papers leave it out ("Luật Đất đai ngày 29/11/2013", "Điều 71 Luật Đất đai").

use super::article::article_before;
use super::date::iso;
use super::flat::{FlatText, ceil_border, collapse};
use super::numeral::{Numeral, NumeralKind, year_at};
use super::record::CitedLaw;
use super::scan::{char_before, skip_space, word_end};

/// Types whose papers are cited by name, as they begin a name.
const TYPES: [(&str, &str); 4] = [
    ("Bộ luật ", "bộ luật"),
    ("Luật ", "luật"),
    ("Pháp lệnh ", "pháp lệnh"),
    ("Hiến pháp ", "hiến pháp"),
];

/// A name has at most so many words and bytes.
const NAME_WORDS: usize = 16;
const NAME_BYTES: usize = 200;

/// Words that go on with the sentence, behind a name.
const CLOSERS: [&str; 38] = [
    "được", "quy", "thì", "để", "và", "hoặc", "theo", "đã", "có", "là", "của", "do", "tại",
    "trong", "về", "như", "này", "số", "gồm", "cho", "sửa", "hiện", "từ", "cũng", "các", "đối",
    "với", "nhằm", "đến", "cần", "phải", "sẽ", "không", "khi", "nếu", "ngay", "hướng", "trên",
];

/// Words behind a comma that go on with a name: "Phòng, chống", "Thi đua, khen
/// thưởng", "Cán bộ, công chức", "Nhập cảnh, xuất cảnh".
const BEHIND_COMMA: [&str; 14] = [
    "chống", "khen", "chữa", "cứu", "sử", "môi", "nhập", "xuất", "quá", "tôn", "công", "chăm",
    "vật", "hỗ",
];

pub(super) fn cited_laws(flat: &FlatText<'_>, numerals: &[Numeral]) -> Vec<CitedLaw> {
    let text = flat.text.as_str();
    let mut laws = Vec::new();
    let mut starts: Vec<(usize, &str, &str)> = TYPES
        .iter()
        .flat_map(|(head, name)| text.match_indices(head).map(|(at, _)| (at, *head, *name)))
        .collect();
    starts.sort_unstable_by_key(|(at, head, _)| (*at, std::cmp::Reverse(head.len())));
    let mut taken = 0;
    for (start, head, document_type) in starts {
        if start < taken || char_before(text, start).is_some_and(char::is_alphanumeric) {
            continue;
        }
        if let Some((law, end)) = law_at(flat, numerals, start, head, document_type) {
            taken = end;
            laws.push(law);
        }
    }
    laws
}

fn law_at(
    flat: &FlatText<'_>,
    numerals: &[Numeral],
    start: usize,
    head: &str,
    document_type: &str,
) -> Option<(CitedLaw, usize)> {
    let text = flat.text.as_str();
    let name_start = start + head.len();
    let name_end = name_end(text, name_start);
    let is_constitution = document_type == "hiến pháp";
    if name_end == name_start && !is_constitution {
        return None;
    }
    let behind = skip_space(text, name_end, 2);
    // With a number it is a reference of the usual form.
    if word_end(text, behind, "so").is_some() {
        return None;
    }
    let first = numerals.partition_point(|numeral| numeral.span.start < name_end);
    let dated = numerals.get(first).and_then(|numeral| {
        let between = text.get(name_end..numeral.span.start)?;
        match numeral.kind {
            NumeralKind::Date(date) if between.trim_matches([' ', '\n', ',']).is_empty() => {
                Some((iso(date), numeral.span.end))
            }
            NumeralKind::Quantity { to: None, .. } if between.trim() == "năm" => {
                let (year, end) = year_at(text, numeral.span.start)?;
                (end == numeral.span.end).then(|| (year.to_string(), end))
            }
            NumeralKind::Number(_) => None,
            _ => None,
        }
    });
    if is_constitution && dated.is_none() {
        return None;
    }
    let name = collapse(&text[start..name_end]);
    let (date, end) = dated.map_or((None, name_end), |(date, end)| (Some(date), end));
    let law = CitedLaw {
        text: flat.printed(start..end),
        document_type: document_type.to_owned(),
        name,
        date,
        article: article_before(text, start),
        occurrence: flat.occurrence(start..end),
    };
    Some((law, end))
}

/// The end of a name: it begins with a capital and goes on in small letters
/// ("Thi đua, khen thưởng") up to a date, a mark or a word that goes on with
/// the sentence. A name of which no end is found is none.
fn name_end(text: &str, start: usize) -> usize {
    let window = &text[start..ceil_border(text, start + NAME_BYTES)];
    if !window.starts_with(char::is_uppercase) {
        return start;
    }
    let mut end = 0;
    let mut at = 0;
    for (count, word) in window.split([' ', '\n']).enumerate() {
        let bare = word.trim_end_matches([',', ';', '.', ':', ')', '"', '”']);
        let is_closer = count > 0 && CLOSERS.contains(&bare) && !goes_on_with(window, at, bare);
        let is_word = !bare.is_empty() && bare.chars().all(char::is_alphabetic);
        if count >= NAME_WORDS {
            return start;
        }
        let is_date = matches!(bare, "ngày" | "năm") && count > 0;
        if is_closer || !is_word || is_date {
            break;
        }
        end = at + bare.len();
        at += word.len() + 1;
        let behind = window.get(at..).unwrap_or_default();
        let next = behind.split([' ', '\n']).next().unwrap_or_default();
        let is_list = word.ends_with(',') && BEHIND_COMMA.contains(&next);
        if word.len() > bare.len() && !is_list {
            break;
        }
    }
    start + end
}

/// "Hôn nhân và gia đình", "tác hại của thuốc lá": small words inside a name.
fn goes_on_with(window: &str, at: usize, word: &str) -> bool {
    let before = window[..at].trim_end();
    let behind = window.get(at + word.len() + 1..).unwrap_or_default();
    let next = behind.split([' ', '\n']).next().unwrap_or_default();
    match word {
        "và" => next.starts_with(char::is_lowercase) && !CLOSERS.contains(&next),
        "của" => before.ends_with("tác hại"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::document::DocumentText;
    use super::super::numeral::scan_numerals;
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let document = DocumentText::from_plain_text(text);
        let flat = FlatText::new(&document, |_, _| true);
        cited_laws(&flat, &scan_numerals(&flat.text))
            .into_iter()
            .map(|law| {
                let dash = || "-".to_owned();
                let date = law.date.unwrap_or_else(dash);
                format!(
                    "{} | {date} | {}",
                    law.name,
                    law.article.unwrap_or_else(dash)
                )
            })
            .collect()
    }

    #[test]
    fn laws_by_name_have_a_date_a_year_or_none() {
        assert_eq!(
            found("Căn cứ Luật Thi đua, khen thưởng ngày 15 tháng 6 năm 2022;"),
            ["Luật Thi đua, khen thưởng | 2022-06-15 | -"]
        );
        assert_eq!(
            found("Căn cứ Bộ luật Lao động năm 2019 và Luật Việc làm;"),
            ["Bộ luật Lao động | 2019 | -", "Luật Việc làm | - | -"]
        );
        assert_eq!(
            found("theo quy định tại Điều 71 Luật Đất đai; báo cáo"),
            ["Luật Đất đai | - | Điều 71"]
        );
        assert_eq!(
            found("Luật Phòng, chống tác hại của rượu, bia, từng bước; Luật Việc làm, từng bước"),
            [
                "Luật Phòng, chống tác hại của rượu | - | -",
                "Luật Việc làm | - | -"
            ]
        );
        assert_eq!(
            found("Căn cứ Hiến pháp năm 2013 của nước"),
            ["Hiến pháp | 2013 | -"]
        );
    }

    #[test]
    fn a_law_with_its_number_is_no_law_by_name() {
        assert!(found("Luật Lưu trữ số 33/2024/QH15 ngày 21/6/2024").is_empty());
        assert!(found("Phòng Luật sư, ngành luật học, theo Luật").is_empty());
    }
}
