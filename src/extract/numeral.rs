//! One pass over the digits of a text: document numbers, dates, year ranges,
//! percentages, ratios and plain quantities.
//!
//! They share the slash and the hyphen, so they are tried in this order at
//! every run of digits, and what one has taken the next does not see.

use super::amount::parse_amount_at;
use super::date::{read_date_at, with_leading_word};
use super::number::{NumberAndSign, parse_number_at};
use super::period::ends_roman_quarter;
use super::scan::{char_at, char_before, digits_end, skip_space, word_start};
use std::ops::Range;
use time::Date;

/// Something written with digits.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Numeral {
    /// Bytes of the text; a date's span holds the "ngày" before it.
    pub(super) span: Range<usize>,
    pub(super) kind: NumeralKind,
    /// A letter in a date was taken for the digit or the slash it was read for,
    /// or a lost digit of a percentage was taken from elsewhere in the document.
    pub(super) is_repaired: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum NumeralKind {
    Number(NumberAndSign),
    Date(Date),
    YearRange(u16, u16),
    /// The value, and the lower end of "20 - 30%".
    Percent {
        from: Option<f64>,
        value: f64,
    },
    /// "5/10", "80,11/100".
    Ratio(f64, f64),
    /// A number with nothing of the above; the second value is the upper end
    /// of "01 - 02".
    Quantity {
        value: f64,
        to: Option<f64>,
    },
}

/// Finds all numerals, in order; they do not overlap.
pub(super) fn scan_numerals(text: &str) -> Vec<Numeral> {
    let bytes = text.as_bytes();
    let mut numerals = Vec::new();
    let mut position = 0;
    while position < bytes.len() {
        if !bytes[position].is_ascii_digit() {
            position += 1;
            continue;
        }
        let (numeral, end) = numeral_at(text, position);
        numerals.extend(numeral);
        position = end.max(position + 1);
    }
    numerals
}

/// The numeral at a run of digits, and where to go on.
fn numeral_at(text: &str, start: usize) -> (Option<Numeral>, usize) {
    if let Some((number, end)) = parse_number_at(text, start) {
        return (numeral(start..end, NumeralKind::Number(number)), end);
    }
    if let Some(read) = read_date_at(text, start) {
        let start = with_leading_word(text, start);
        let numeral = Numeral {
            span: start..read.end,
            kind: NumeralKind::Date(read.date),
            is_repaired: read.is_repaired,
        };
        return (Some(numeral), read.end);
    }
    let before = char_before(text, start);
    if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
        return (None, word_tail_end(text, start));
    }
    if let Some((from, to, end)) = parse_year_range(text, start) {
        return (numeral(start..end, NumeralKind::YearRange(from, to)), end);
    }
    quantity_at(text, start)
}

fn numeral(span: Range<usize>, kind: NumeralKind) -> Option<Numeral> {
    Some(Numeral {
        span,
        kind,
        is_repaired: false,
    })
}

/// Percentages, ratios and plain quantities.
fn quantity_at(text: &str, start: usize) -> (Option<Numeral>, usize) {
    let (amount, end) = parse_amount_at(text, start);
    let Some(amount) = amount else {
        return (None, end);
    };
    let value = amount.value;
    // "năm 201%" is a year gone wrong.
    if end - start >= 3
        && percent_end(text, end).is_some()
        && word_start(text, start, "nam").is_some()
    {
        return (None, end);
    }
    if let Some(end) = percent_end(text, end) {
        let kind = NumeralKind::Percent { from: None, value };
        return (numeral(start..end, kind), end);
    }
    let mark_position = skip_space(text, end, 1);
    let mark = char_at(text, mark_position);
    let after_mark = mark_position + mark.map_or(0, char::len_utf8);
    let second_start = skip_space(text, after_mark, 1);
    let is_number_next = digits_end(text, second_start) > second_start;
    if is_number_next && matches!(mark, Some('/' | '-' | '–')) {
        let (second, second_end) = parse_amount_at(text, second_start);
        if let Some(second) = second {
            if mark != Some('/') {
                if let Some(end) = percent_end(text, second_end).filter(|_| value < second.value) {
                    let kind = NumeralKind::Percent {
                        from: Some(value),
                        value: second.value,
                    };
                    return (numeral(start..end, kind), end);
                }
                if value < second.value && !is_joined(text, second_end) {
                    let to = Some(second.value);
                    let kind = NumeralKind::Quantity { value, to };
                    return (numeral(start..second_end, kind), second_end);
                }
            } else if mark_position == end
                && second_start == after_mark
                && !is_joined(text, second_end)
            {
                let kind = NumeralKind::Ratio(value, second.value);
                return (numeral(start..second_end, kind), second_end);
            }
        }
    }
    // A number glued to a slash, a hyphen or a letter is part of a code.
    let is_quarter = year_at(text, start).is_some_and(|(_, year_end)| year_end == end)
        && start > 0
        && text.as_bytes()[start - 1] == b'/'
        && ends_roman_quarter(text, start - 1);
    let is_glued = !is_quarter && char_before(text, start).is_some_and(|c| matches!(c, '/' | '.'))
        || char_at(text, end).is_some_and(char::is_alphabetic);
    if is_glued {
        return (None, end);
    }
    let kind = NumeralKind::Quantity { value, to: None };
    (numeral(start..end, kind), end)
}

/// Whether more digits or letters are joined on, as in "5/10/2020" or "3/4A".
fn is_joined(text: &str, end: usize) -> bool {
    match char_at(text, end) {
        Some('/' | '-') => char_at(text, end + 1).is_some_and(|c| c.is_ascii_digit()),
        Some(c) => c.is_alphanumeric(),
        None => false,
    }
}

/// The end of a per cent sign behind a number.
fn percent_end(text: &str, end: usize) -> Option<usize> {
    let sign = skip_space(text, end, 3);
    (char_at(text, sign)? == '%').then_some(sign + 1)
}

/// "2021-2025", also with spaces and an en dash.
fn parse_year_range(text: &str, start: usize) -> Option<(u16, u16, usize)> {
    if char_before(text, start).is_some_and(|c| matches!(c, '/' | '-' | '.')) {
        return None;
    }
    let (from, end) = year_at(text, start)?;
    let mark_position = skip_space(text, end, 1);
    let mark = char_at(text, mark_position)?;
    if !matches!(mark, '-' | '–' | '—') {
        return None;
    }
    let second = skip_space(text, mark_position + mark.len_utf8(), 1);
    let (to, end) = year_at(text, second)?;
    (from < to && to - from <= 100 && !is_joined(text, end)).then_some((from, to, end))
}

/// Four digits that can be a year.
pub(super) fn year_at(text: &str, start: usize) -> Option<(u16, usize)> {
    let end = digits_end(text, start);
    if end - start != 4 {
        return None;
    }
    let year: u16 = text[start..end].parse().ok()?;
    (1900..2100).contains(&year).then_some((year, end))
}

/// The end of the word that the digits belong to.
fn word_tail_end(text: &str, start: usize) -> usize {
    text[start..]
        .find(|c: char| !c.is_alphanumeric())
        .map_or(text.len(), |length| start + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All numerals of a text in a short notation.
    fn notation(text: &str) -> String {
        let parts: Vec<String> = scan_numerals(text)
            .into_iter()
            .map(|numeral| match numeral.kind {
                NumeralKind::Number(number) => format!("N {number}"),
                NumeralKind::Date(date) => format!("D {}", super::super::date::iso(date)),
                NumeralKind::YearRange(from, to) => format!("Y {from} {to}"),
                NumeralKind::Percent { from: None, value } => format!("P {value}"),
                NumeralKind::Percent {
                    from: Some(from),
                    value,
                } => format!("P {from}..{value}"),
                NumeralKind::Ratio(part, whole) => format!("R {part} {whole}"),
                NumeralKind::Quantity { value, to: None } => format!("Q {value}"),
                NumeralKind::Quantity {
                    value,
                    to: Some(to),
                } => format!("Q {value}..{to}"),
            })
            .collect();
        parts.join("; ")
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(notation(text), expected, "{text}");
    }

    #[test]
    fn shapes_of_document_numbers() {
        check("15/QĐ-BNV", "N 15/QĐ-BNV");
        check("số 254 /UBND-NV", "N 254/UBND-NV");
        check("61/2018/NĐ-CP", "N 61/2018/NĐ-CP");
        check("45/2019/QH14", "N 45/2019/QH14");
        check("1211/2016/UBTVQH13", "N 1211/2016/UBTVQH13");
        check("20-NQ/TW", "N 20-NQ/TW");
        check("36-HD/VPTW", "N 36-HD/VPTW");
        check("33-CTr/TU", "N 33-CTr/TU");
        check("75/QĐ-TTg", "N 75/QĐ-TTg");
        check("12/TTr-SNV", "N 12/TTr-SNV");
        check("09/QyĐ-UBND", "N 09/QyĐ-UBND");
        check("1842b/CTPH-BVHTTDL-TLĐLĐVN", "N 1842b/CTPH-BVHTTDL-TLĐLĐVN");
        check("07bis/TB-STC", "N 07bis/TB-STC");
        check("05/2005/TTLT/BTP-BNV", "N 05/2005/TTLT/BTP-BNV");
        check("Nghị định 02/CP", "N 02/CP");
        check("316/BGD&ĐT-VP", "N 316/BGD&ĐT-VP");
    }

    #[test]
    fn numbers_broken_over_lines_are_joined_but_bullets_are_not_swallowed() {
        check("Chỉ thị số 02/CT-\nUBND", "N 02/CT-UBND");
        check("107/2020/NĐ- CP", "N 107/2020/NĐ-CP");
        check("107/2020/NĐ- .CP", "N 107/2020/NĐ-CP");
        check("1368/QĐ- -UBND", "N 1368/QĐ-UBND");
        check("61/\n2018/NĐ-CP", "N 61/2018/NĐ-CP");
        check("Nghị quyết 76/NQ-CP\n- UBND các xã", "N 76/NQ-CP");
        check("76/NQ-CP. Sở", "N 76/NQ-CP");
        check("số 12/QĐ-UBND,13/QĐ-UBND", "N 12/QĐ-UBND; N 13/QĐ-UBND");
    }

    #[test]
    fn what_looks_like_a_number_and_is_none() {
        check("23/23 xã", "R 23 23");
        check("xếp thứ 5/10 huyện", "R 5 10");
        check("80,11/100 điểm", "R 80.11 100");
        check("ngày 23/4/2018", "D 2018-04-23");
        check("trực 24/24 giờ", "R 24 24");
        check("giai đoạn 2021-2025", "Y 2021 2025");
        check("giai đoạn 2012 – 2017", "Y 2012 2017");
        check("COVID-19", "Q 19");
        check("lớp 5/A", "Q 5");
        check("04 lần/ngày", "Q 4");
        check("quý I/2022", "Q 2022");
        check("mục IX/2022", "");
        check("ngày tháng năm 201%", "");
        check("QH13 và B52", "");
    }

    #[test]
    fn percentages_and_quantities() {
        check("tối thiểu 96%", "P 96");
        check("đạt 83,30 %", "P 83.3");
        check("trung bình 20 - 30%", "P 20..30");
        check("ít nhất 01 - 02 thiết chế", "Q 1..2");
        check("8.699,28 triệu đồng", "Q 8699.28");
        check("tiếp nhận 22.725 hồ sơ", "Q 22725");
    }
}
