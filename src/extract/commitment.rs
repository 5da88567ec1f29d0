//! Who is to reach a goal, until when, and the time that a value holds for, as
//! far as the sentence, or the heading or lead line above it, says so.

use super::clause::{item_marker_end, phrase_start, sentence_end, sentence_start};
use super::date::{calendar_date, iso};
use super::deadline::deadline_cue;
use super::flat::{collapse, floor_border};
use super::names::agency_end;
use super::numeral::{Numeral, NumeralKind, year_at};
use super::period::part_of_year;
use super::scan::skip_space;
use std::ops::Range;

/// How far above a value the item that names an agency is looked for, in bytes.
const REACH: usize = 1500;

/// Words between the start of an item and the agency that it is given to.
const ADDRESSING: [&str; 8] = [
    "giao cho",
    "giao",
    "đề nghị",
    "yêu cầu",
    "thủ trưởng",
    "lãnh đạo",
    "các",
    "kính đề nghị",
];

/// The agency that a value's sentence begins with, or the numbered item round
/// it: "2. Sở Y tế: …", "Giao Sở Tài chính …".
pub(super) fn who(text: &str, position: usize) -> Option<String> {
    let sentence = sentence_start(text, position);
    if let Some(agency) = agency_opening(text, sentence, position) {
        return Some(agency);
    }
    let from = floor_border(text, sentence.saturating_sub(REACH));
    let above = &text[from..sentence];
    let mut end = above.len();
    for line in above.split_inclusive('\n').rev() {
        end -= line.len();
        let is_numbered = line.trim_start().starts_with(|c: char| c.is_ascii_digit())
            && item_marker_end(line).is_some();
        if is_numbered {
            return agency_opening(text, from + end, position);
        }
    }
    None
}

/// The agency that stands first behind an item's mark and a word of address.
fn agency_opening(text: &str, start: usize, limit: usize) -> Option<String> {
    let mut at = start + item_marker_end(&text[start..]).unwrap_or_default();
    at = skip_space(text, at, 4);
    while let Some(dash) = text[at..].strip_prefix(['-', '+', '•']) {
        at = skip_space(text, text.len() - dash.len(), 4);
    }
    for _ in 0..2 {
        let addressed = ADDRESSING
            .iter()
            .find_map(|word| super::clause::phrase_end(text, at, word));
        let Some(end) = addressed else { break };
        at = skip_space(text, end, 2);
    }
    let end = agency_end(text, at).filter(|end| *end <= limit)?;
    let agency = collapse(&text[at..end]);
    // "Trường hợp …", "Đoàn cơ sở …" begin with the head of an agency only.
    let is_whole = agency.contains(' ') || agency.chars().all(char::is_uppercase);
    is_whole.then_some(agency)
}

/// The day, month or year until which a goal is to be reached: the nearest one
/// in its sentence, else the one in the lead line above.
pub(super) fn until(text: &str, numerals: &[Numeral], span: Range<usize>) -> Option<String> {
    let start = sentence_start(text, span.start);
    let end = sentence_end(text, span.end);
    let distance = |numeral: &Numeral| {
        let before = span.start.saturating_sub(numeral.span.end);
        let behind = numeral.span.start.saturating_sub(span.end);
        before.max(behind)
    };
    let in_sentence = within(numerals, start..end)
        .filter_map(|numeral| Some((distance(numeral), bounded_day(text, numeral)?)))
        .min_by_key(|(distance, _)| *distance);
    if let Some((_, day)) = in_sentence {
        return Some(day);
    }
    let lead = lead_line(text, start)?;
    within(numerals, lead).find_map(|numeral| bounded_day(text, numeral))
}

/// The period that a value is said of, in ISO 8601: "2023", "2021/2025",
/// "2023-04-01/2023-06-30".
pub(super) fn holds_for(text: &str, numerals: &[Numeral], span: Range<usize>) -> Option<String> {
    let start = sentence_start(text, span.start);
    let end = sentence_end(text, span.end);
    let mut found = None;
    for numeral in within(numerals, start..end) {
        if found.is_some() && numeral.span.start > span.end {
            break;
        }
        found = period_of(text, numeral).or(found);
    }
    found
}

fn period_of(text: &str, numeral: &Numeral) -> Option<String> {
    if let NumeralKind::YearRange(from, to) = numeral.kind {
        return Some(format!("{from}/{to}"));
    }
    if !matches!(numeral.kind, NumeralKind::Quantity { to: None, .. }) {
        return None;
    }
    if let Some(part) = part_of_year(text, numeral) {
        return Some(format!("{}/{}", part.from, part.to));
    }
    let (year, end) = year_at(text, numeral.span.start)?;
    let word = phrase_start(text, numeral.span.start, "năm").filter(|_| end == numeral.span.end)?;
    // What is compared with, or only ends the time, is another year.
    let is_other = [
        "so với",
        "đến",
        "đến hết",
        "đến cuối",
        "đến đầu",
        "từ",
        "sau",
        "trước",
        "với",
    ]
    .iter()
    .any(|phrase| phrase_start(text, word, phrase).is_some());
    (!is_other).then(|| year.to_string())
}

/// The day or year of a numeral behind words such as "trước", "đến hết".
fn bounded_day(text: &str, numeral: &Numeral) -> Option<String> {
    match numeral.kind {
        NumeralKind::Date(date) => {
            deadline_cue(text, numeral.span.start)?;
            Some(iso(date))
        }
        NumeralKind::Quantity { to: None, .. } => {
            let (year, end) = year_at(text, numeral.span.start)?;
            if end != numeral.span.end {
                return None;
            }
            if let Some(part) = part_of_year(text, numeral) {
                let is_end = ["đến hết", "hết", "trước", "đến", "trong"]
                    .iter()
                    .any(|phrase| phrase_start(text, part.span.start, phrase).is_some());
                return is_end.then_some(part.to);
            }
            let is_end = [
                "đến năm",
                "đến hết năm",
                "hết năm",
                "trước năm",
                "chậm nhất năm",
                "đến cuối năm",
                "cuối năm",
            ]
            .iter()
            .any(|phrase| phrase_start(text, numeral.span.start, phrase).is_some());
            let is_real = calendar_date(i32::from(year), 1, 1).is_some();
            (is_end && is_real).then(|| year.to_string())
        }
        _ => None,
    }
}

/// The last line above a position that ends in a colon or is a heading.
fn lead_line(text: &str, position: usize) -> Option<Range<usize>> {
    let from = floor_border(text, position.saturating_sub(REACH));
    let above = &text[from..position];
    let mut end = above.len();
    for line in above.split_inclusive('\n').rev() {
        end -= line.len();
        let is_heading = item_marker_end(line).is_some() && line.len() < 120;
        if line.trim_end().ends_with(':')
            || is_heading && !line.trim_end().ends_with([';', '.', ','])
        {
            return Some(from + end..from + end + line.len());
        }
    }
    None
}

/// The numerals that begin in a stretch of text.
fn within(numerals: &[Numeral], span: Range<usize>) -> impl Iterator<Item = &Numeral> {
    let first = numerals.partition_point(|numeral| numeral.span.start < span.start);
    numerals[first..]
        .iter()
        .take_while(move |numeral| numeral.span.start < span.end)
}

#[cfg(test)]
mod tests {
    use super::super::numeral::scan_numerals;
    use super::*;

    fn span_of(text: &str, value: &str) -> Range<usize> {
        let start = text.find(value).unwrap_or_default();
        start..start + value.len()
    }

    #[test]
    fn the_agency_opens_the_sentence_or_the_item() {
        let text =
            "2. Sở Y tế chủ trì.\na) Tiêm cho 90% trẻ em.\nGiao Sở Tài chính giải ngân 95% vốn.";
        assert_eq!(
            who(text, span_of(text, "90%").start).as_deref(),
            Some("Sở Y tế")
        );
        assert_eq!(
            who(text, span_of(text, "95%").start).as_deref(),
            Some("Sở Tài chính")
        );
        assert_eq!(who("Tiêm cho 90% trẻ em.", 10), None);
    }

    #[test]
    fn the_end_stands_in_the_sentence_or_above() {
        let text = "Mục tiêu đến năm 2025:\n- 90% hộ dân dùng nước sạch;\n- tiêm 95% trẻ em trước ngày 30/6/2024.";
        let numerals = scan_numerals(text);
        let until = |value| until(text, &numerals, span_of(text, value));
        assert_eq!(until("90%").as_deref(), Some("2025"));
        assert_eq!(until("95%").as_deref(), Some("2024-06-30"));
    }

    #[test]
    fn a_value_holds_for_the_time_that_is_named_with_it() {
        for (text, expected) in [
            ("Năm 2023, thu ngân sách đạt 95%.", Some("2023")),
            ("Giai đoạn 2021-2025 đạt 95%.", Some("2021/2025")),
            ("Quý II năm 2023 đạt 95%.", Some("2023-04-01/2023-06-30")),
            ("Đạt 95%, tăng so với năm 2022.", None),
        ] {
            let numerals = scan_numerals(text);
            let found = holds_for(text, &numerals, span_of(text, "95%"));
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }
}
