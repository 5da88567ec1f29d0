//! Calendar dates as administrative papers write them; the day always stands
//! first.

use super::scan::{char_at, char_before, digits_end, skip_space, word_end, word_start};
use time::{Date, Month};

/// Years that a document can speak of.
const YEARS: std::ops::Range<i32> = 1900..2100;

/// A date that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DateReading {
    pub(super) date: Date,
    pub(super) end: usize,
    /// One letter was taken for the 1 or the slash that it was read for.
    pub(super) is_repaired: bool,
}

/// Reads the date whose day begins at byte `start`: "22 tháng 3 năm 2023",
/// "22/3/2023", "22.3.2023", "22-3-2023". A letter that looks like 1 is the
/// day's second digit before "tháng", and the first slash before a second one:
/// "0l tháng 7 năm 2016", "22í 12/2011".
pub(super) fn read_date_at(text: &str, start: usize) -> Option<DateReading> {
    let before = char_before(text, start);
    if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '/' | '-' | '.')) {
        return None;
    }
    let (day, day_end) = small_number(text, start)?;
    let misread = char_at(text, day_end).filter(|c| LIKE_ONE.contains(c));
    let after_letter = day_end + misread.map_or(0, char::len_utf8);
    let letter_as_digit = misread.filter(|_| day_end - start == 1).is_some();
    let (day, after_day, is_repaired) = if letter_as_digit {
        (day * 10 + 1, skip_space(text, after_letter, 3), true)
    } else {
        (day, skip_space(text, day_end, 3), false)
    };
    if let Some(after_thang) = word_end(text, after_day, "thang") {
        return parse_worded(text, day, skip_space(text, after_thang, 3), is_repaired);
    }
    if is_repaired {
        return None;
    }
    if misread.is_some() {
        let month_start = skip_space(text, after_letter, 2);
        let (month, month_end) = small_number(text, month_start)?;
        let slash = skip_space(text, month_end, 2);
        let year_start = skip_space(text, slash + 1, 2);
        let is_slashed = char_at(text, slash)? == '/';
        return is_slashed.then(|| finish(text, day, month, year_start, true))?;
    }
    let mark = char_at(text, after_day)?;
    if !matches!(mark, '/' | '.' | '-') {
        return None;
    }
    let month_start = skip_space(text, after_day + 1, 2);
    let (month, month_end) = small_number(text, month_start)?;
    let mark_position = skip_space(text, month_end, 2);
    if char_at(text, mark_position)? != mark {
        return None;
    }
    // "22. 3. 2023" is more often a list than a date.
    if mark != '/' && (month_start != day_end + 1 || mark_position != month_end) {
        return None;
    }
    let year_start = skip_space(text, mark_position + 1, 2);
    finish(text, day, month, year_start, false)
}

/// The date that begins at byte `start`, with its end.
pub(super) fn parse_date_at(text: &str, start: usize) -> Option<(Date, usize)> {
    read_date_at(text, start).map(|read| (read.date, read.end))
}

/// What a 1 or a slash is misread as.
const LIKE_ONE: [char; 9] = ['l', 'I', 'i', 'í', 'ì', 'Í', 'Ì', '|', 'ỉ'];

/// "3 năm 2023" or "3/2023" behind "22 tháng".
fn parse_worded(
    text: &str,
    day: u32,
    month_start: usize,
    is_repaired: bool,
) -> Option<DateReading> {
    let (month, month_end) = small_number(text, month_start)?;
    let mut after_month = skip_space(text, month_end, 3);
    if char_at(text, after_month)? == ',' {
        after_month = skip_space(text, after_month + 1, 3);
    }
    let year_start = match word_end(text, after_month, "nam") {
        Some(end) => skip_space(text, end, 3),
        None if char_at(text, after_month)? == '/' => skip_space(text, after_month + 1, 2),
        None => return None,
    };
    finish(text, day, month, year_start, is_repaired)
}

fn finish(
    text: &str,
    day: u32,
    month: u32,
    year_start: usize,
    is_repaired: bool,
) -> Option<DateReading> {
    let year_end = digits_end(text, year_start);
    if year_end - year_start != 4 {
        return None;
    }
    // "12/8/2020/QĐ" and "1.2.2020.5" are something else.
    if let Some(mark) = char_at(text, year_end) {
        let next = char_at(text, year_end + mark.len_utf8());
        if matches!(mark, '/' | '-' | '.') && next.is_some_and(char::is_alphanumeric) {
            return None;
        }
        if mark.is_alphanumeric() {
            return None;
        }
    }
    let year: i32 = text[year_start..year_end].parse().ok()?;
    Some(DateReading {
        date: calendar_date(year, month, day)?,
        end: year_end,
        is_repaired,
    })
}

/// A date that exists, in a year that documents speak of.
pub(super) fn calendar_date(year: i32, month: u32, day: u32) -> Option<Date> {
    if !YEARS.contains(&year) {
        return None;
    }
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    Date::from_calendar_date(year, month, u8::try_from(day).ok()?).ok()
}

/// One or two digits.
fn small_number(text: &str, start: usize) -> Option<(u32, usize)> {
    let end = digits_end(text, start);
    let value = text.get(start..end)?;
    if value.is_empty() || value.len() > 2 {
        return None;
    }
    Some((value.parse().ok()?, end))
}

/// The start of the date's text: with the "ngày" before the day, if any.
pub(super) fn with_leading_word(text: &str, start: usize) -> usize {
    word_start(text, start, "ngay").unwrap_or(start)
}

/// ISO 8601: "2023-03-22".
pub(super) fn iso(date: Date) -> String {
    format!(
        "{:04}-{:02}-{:02}",
        date.year(),
        u8::from(date.month()),
        date.day()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let start = text.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
        let found = read_date_at(text, start).map(|read| iso(read.date));
        assert_eq!(found.as_deref(), expected, "{text}");
    }

    #[test]
    fn all_written_forms_are_read() {
        check("ngày 22 tháng 3 năm 2023", Some("2023-03-22"));
        check("ngày 05 tháng 12, năm 2021", Some("2021-12-05"));
        check("ngày 5 tháng 12/2021", Some("2021-12-05"));
        check("ngày 5\ntháng 12 năm\n2021", Some("2021-12-05"));
        check("ngày 22/ 12/ 2011", Some("2011-12-22"));
        check("01/7/2022", Some("2022-07-01"));
        check("04.04.2018", Some("2018-04-04"));
        check("01-10-1997", Some("1997-10-01"));
    }

    #[test]
    fn a_letter_read_for_a_one_or_a_slash_is_repaired_and_told() {
        for (text, expected) in [
            ("0l tháng 07 năm 2016", "2016-07-01"),
            ("2Ì tháng 7 năm 2016", "2016-07-21"),
            ("22í 12/ 2011", "2011-12-22"),
        ] {
            let read = read_date_at(text, 0);
            let found = read.map(|read| (iso(read.date), read.is_repaired));
            assert_eq!(found, Some((expected.to_owned(), true)), "{text}");
        }
        assert_eq!(read_date_at("5i 12 xã", 0), None);
        assert_eq!(read_date_at("3l tháng 2 năm 2016", 0), None);
    }

    #[test]
    fn what_is_no_date_is_left() {
        check("31/02/2020", None);
        check("12/13/2020", None);
        check("5/10 huyện", None);
        check("12/8/2020/QĐ-UBND", None);
        check("23/4", None);
        check("1/1/0020", None);
        check("192.168.2020", None);
        check("ngày 15 tháng sau", None);
    }
}
