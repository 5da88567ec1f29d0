//! Periods: spans of years, days, months, quarters and halves.

use super::date::{calendar_date, iso};
use super::flat::{FlatText, floor_border};
use super::numeral::{Numeral, NumeralKind, year_at};
use super::record::Period;
use super::scan::{digits_end, folded_phrase_start as phrase_start, word_start};
use std::ops::Range;

/// Words that name a period.
const NAMES: [&str; 6] = [
    "giai doan",
    "thoi ky",
    "nhiem ky",
    "nam hoc",
    "nien do",
    "nam",
];

/// The period that the numeral at `index` ends, if it does.
pub(super) fn period_at(flat: &FlatText<'_>, numerals: &[Numeral], index: usize) -> Option<Period> {
    let text = flat.text.as_str();
    let numeral = &numerals[index];
    let (span, from, to) = match &numeral.kind {
        NumeralKind::YearRange(from, to) => {
            let start = named_start(text, numeral.span.start);
            (start..numeral.span.end, from.to_string(), to.to_string())
        }
        NumeralKind::Date(_) => days(text, numerals, index)?,
        NumeralKind::Quantity { to: None, .. } => {
            if let Some(part) = part_of_year(text, numeral) {
                (part.span, part.from, part.to)
            } else {
                spoken_years(text, numerals, index)?
            }
        }
        NumeralKind::Ratio(..) => {
            if let Some(part) = part_of_year(text, numeral) {
                (part.span, part.from, part.to)
            } else {
                months(text, numerals, index)?
            }
        }
        _ => return None,
    };
    Some(Period {
        text: flat.printed(span.clone()),
        from,
        to,
        occurrence: flat.occurrence(span),
    })
}

/// Where the text of a span of years begins: with the words that name it.
fn named_start(text: &str, start: usize) -> usize {
    let start = phrase_start(text, start, &["tu nam", "nam"])
        .filter(|_| phrase_start(text, start, &NAMES).is_none())
        .unwrap_or(start);
    phrase_start(text, start, &NAMES).unwrap_or(start)
}

/// "từ năm 2021 đến năm 2025": the numeral is the second year.
fn spoken_years(
    text: &str,
    numerals: &[Numeral],
    index: usize,
) -> Option<(Range<usize>, String, String)> {
    let to = &numerals[index];
    let from = numerals[..index].last()?;
    let (to_year, to_end) = year_at(text, to.span.start)?;
    let (from_year, from_end) = year_at(text, from.span.start)?;
    if to_end != to.span.end || from_end != from.span.end || from_year >= to_year {
        return None;
    }
    let den = phrase_start(text, to.span.start, &["den het nam", "den nam", "den"])?;
    let start = phrase_start(text, from.span.start, &["tu nam", "tu"])?;
    is_blank(text, from.span.end..den).then_some(())?;
    let start = phrase_start(text, start, &["giai doan", "thoi ky", "nhiem ky"]).unwrap_or(start);
    Some((
        start..to.span.end,
        from_year.to_string(),
        to_year.to_string(),
    ))
}

/// "từ ngày A đến (hết) ngày B": the numeral is B.
fn days(text: &str, numerals: &[Numeral], index: usize) -> Option<(Range<usize>, String, String)> {
    let to = &numerals[index];
    let from = numerals[..index].last()?;
    let (NumeralKind::Date(from_date), NumeralKind::Date(to_date)) = (&from.kind, &to.kind) else {
        return None;
    };
    let den = phrase_start(text, to.span.start, &["den het", "den"])?;
    let start = phrase_start(text, from.span.start, &["ke tu", "tu"])?;
    let is_period = is_blank(text, from.span.end..den) && from_date < to_date;
    is_period.then(|| (start..to.span.end, iso(*from_date), iso(*to_date)))
}

/// "từ tháng 6/2022 đến tháng 3/2023": the numeral is the second month.
fn months(
    text: &str,
    numerals: &[Numeral],
    index: usize,
) -> Option<(Range<usize>, String, String)> {
    let to = &numerals[index];
    let from = numerals[..index].last()?;
    let to_month = month_of_year(&to.kind)?;
    let from_month = month_of_year(&from.kind)?;
    let den = phrase_start(text, to.span.start, &["den het thang", "den thang"])?;
    let start = phrase_start(text, from.span.start, &["tu thang"])?;
    let is_period = is_blank(text, from.span.end..den) && from_month < to_month;
    is_period.then_some((start..to.span.end, from_month, to_month))
}

/// "6/2022" as "2022-06".
fn month_of_year(kind: &NumeralKind) -> Option<String> {
    let NumeralKind::Ratio(month, year) = *kind else {
        return None;
    };
    let is_month = month.fract() == 0.0 && (1.0..=12.0).contains(&month);
    let is_year = year.fract() == 0.0 && (1900.0..2100.0).contains(&year);
    (is_month && is_year).then(|| format!("{year:04}-{month:02}"))
}

fn is_blank(text: &str, span: Range<usize>) -> bool {
    text.get(span)
        .is_some_and(|between| between.trim_matches([' ', '\n', ',']).is_empty())
}

/// A quarter or a run of months of a year.
pub(super) struct PartOfYear {
    pub(super) span: Range<usize>,
    /// ISO 8601 days.
    pub(super) from: String,
    pub(super) to: String,
}

/// "quý II năm 2023", "quý IV/2021", "quý 1/2022", "6 tháng đầu năm 2022": the
/// numeral is, or ends in, the year.
pub(super) fn part_of_year(text: &str, numeral: &Numeral) -> Option<PartOfYear> {
    let end = numeral.span.end;
    let year_start = end.checked_sub(4)?;
    let (year, year_end) = year_at(text, year_start)?;
    if year_end != end || digits_before(text, year_start) {
        return None;
    }
    let slash = text[..year_start].strip_suffix('/').map(str::len);
    let before = match slash {
        Some(slash) => slash,
        None => phrase_start(text, year_start, &["cua nam", "nam"])?,
    };
    let quarter = quarter_before(text, before);
    let (start, first, last) = match slash {
        Some(_) => quarter?,
        None => quarter.or_else(|| months_before(text, before))?,
    };
    let last_day = (28..=31)
        .rev()
        .find(|day| calendar_date(i32::from(year), last, *day).is_some())?;
    Some(PartOfYear {
        span: start..end,
        from: format!("{year}-{first:02}-01"),
        to: format!("{year}-{last:02}-{last_day}"),
    })
}

fn digits_before(text: &str, position: usize) -> bool {
    text[..position].ends_with(|c: char| c.is_ascii_digit())
}

/// "quý II" that ends at `end`: its start, first and last month.
fn quarter_before(text: &str, end: usize) -> Option<(usize, u32, u32)> {
    let (start, word) = word_before(text, end)?;
    let quarter = match word {
        "I" | "1" | "l" => 1,
        "II" | "2" => 2,
        "III" | "3" => 3,
        "IV" | "4" => 4,
        _ => return None,
    };
    let start = word_start(text, start, "quy")?;
    Some((start, quarter * 3 - 2, quarter * 3))
}

/// Whether a quarter in Roman digits ends at `end`: its year has no space
/// before it ("quý IV/2021").
pub(super) fn ends_roman_quarter(text: &str, end: usize) -> bool {
    text[..end].ends_with(['I', 'V']) && quarter_before(text, end).is_some()
}

/// "6 tháng đầu", "3 tháng cuối" that ends at `end`.
fn months_before(text: &str, end: usize) -> Option<(usize, u32, u32)> {
    let from_start = phrase_start(text, end, &["thang dau"]);
    let months_start = from_start.or_else(|| phrase_start(text, end, &["thang cuoi"]))?;
    let (start, word) = word_before(text, months_start)?;
    let months: u32 = match word.to_lowercase().as_str() {
        "sáu" => 6,
        "chín" => 9,
        "ba" => 3,
        digits => digits.parse().ok()?,
    };
    if !(1..12).contains(&months) {
        return None;
    }
    match from_start {
        Some(_) => Some((start, 1, months)),
        None => Some((start, 13 - months, 12)),
    }
}

/// The word that ends at `end`, white space between skipped, and its start.
fn word_before(text: &str, end: usize) -> Option<(usize, &str)> {
    let from = floor_border(text, end.saturating_sub(24));
    let window = text.get(from..end)?.trim_end_matches([' ', '\n']);
    let start = window.rfind([' ', '\n', '(']).map_or(0, |index| index + 1);
    let word = &window[start..];
    (!word.is_empty()).then_some((from + start, word))
}

/// The end of a month with its year behind "tháng": "6/2024", "6 năm 2024";
/// gives year, month and the position behind.
pub(super) fn month_and_year(text: &str, start: usize) -> Option<(u16, u32, usize)> {
    use super::scan::{char_at, skip_space, word_end};
    let month_end = digits_end(text, start);
    let month: u32 = text.get(start..month_end)?.parse().ok()?;
    let after = skip_space(text, month_end, 2);
    let year_start = match word_end(text, after, "nam") {
        Some(end) => skip_space(text, end, 2),
        None if char_at(text, after) == Some('/') => skip_space(text, after + 1, 1),
        None => return None,
    };
    let (year, end) = year_at(text, year_start)?;
    (1..=12).contains(&month).then_some((year, month, end))
}

#[cfg(test)]
mod tests {
    use super::super::document::DocumentText;
    use super::super::numeral::scan_numerals;
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(&str, &str)>) {
        let document = DocumentText::from_plain_text(text);
        let flat = FlatText::new(&document, |_, _| true);
        let numerals = scan_numerals(&flat.text);
        let found = (0..numerals.len()).find_map(|index| period_at(&flat, &numerals, index));
        let found = found.as_ref().map(|p| (p.from.as_str(), p.to.as_str()));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn spans_of_years() {
        check("giai đoạn 2021-2025", Some(("2021", "2025")));
        check("năm học 2022 - 2023", Some(("2022", "2023")));
        check("từ năm 2021 đến năm 2025", Some(("2021", "2025")));
        check("năm 2021 và năm 2025", None);
        check("số 0210-2025", None);
    }

    #[test]
    fn spans_of_days_and_months() {
        check(
            "từ ngày 13/11/2017 đến hết ngày 17/11/2017",
            Some(("2017-11-13", "2017-11-17")),
        );
        check(
            "từ tháng 6/2022 đến tháng 3/2023",
            Some(("2022-06", "2023-03")),
        );
    }

    #[test]
    fn parts_of_a_year() {
        check("trong quý II năm 2023", Some(("2023-04-01", "2023-06-30")));
        check("quý IV/2021", Some(("2021-10-01", "2021-12-31")));
        check("quý\nI/2022", Some(("2022-01-01", "2022-03-31")));
        check("quý 1/2022", Some(("2022-01-01", "2022-03-31")));
        check("6 tháng đầu năm 2022", Some(("2022-01-01", "2022-06-30")));
        check("3 tháng cuối năm 2024", Some(("2024-10-01", "2024-12-31")));
        check("phần V/2021", None);
    }
}
