//! Deadlines, deadlines that come again, and time allowed.

use super::clause::phrase_start;
use super::date::iso;
use super::flat::FlatText;
use super::numeral::{Numeral, NumeralKind};
use super::period::month_and_year;
use super::record::{Deadline, DeadlineOperator, Duration, RecurringDeadline};
use super::scan::{char_at, digits_end, folded_phrase_start, skip_space, word_end, word_start};
use std::ops::Range;

/// Words that make the date behind them a deadline, with their operator;
/// longer ones first.
const CUES: [(&str, DeadlineOperator); 25] = [
    ("khong muon hon", DeadlineOperator::Until),
    ("xong truoc", DeadlineOperator::Before),
    ("truoc ngay", DeadlineOperator::Before),
    ("truoc", DeadlineOperator::Before),
    ("cham nhat la den het", DeadlineOperator::Until),
    ("cham nhat den het", DeadlineOperator::Until),
    ("cham nhat la den", DeadlineOperator::Until),
    ("cham nhat den", DeadlineOperator::Until),
    ("cham nhat la vao", DeadlineOperator::Until),
    ("cham nhat trong", DeadlineOperator::Until),
    ("cham nhat la", DeadlineOperator::Until),
    ("cham nhat vao", DeadlineOperator::Until),
    ("cham nhat", DeadlineOperator::Until),
    ("muon nhat la", DeadlineOperator::Until),
    ("muon nhat", DeadlineOperator::Until),
    ("khong qua", DeadlineOperator::Until),
    ("den het", DeadlineOperator::Until),
    ("het", DeadlineOperator::Until),
    ("han cuoi la", DeadlineOperator::Until),
    ("han cuoi", DeadlineOperator::Until),
    ("han chot la", DeadlineOperator::Until),
    ("han chot", DeadlineOperator::Until),
    ("han cuoi cung la", DeadlineOperator::Until),
    ("thoi han den", DeadlineOperator::Until),
    ("thoi han", DeadlineOperator::Until),
];

/// The start of the deadline words before a date, and how they bound.
pub(super) fn deadline_cue(text: &str, date_start: usize) -> Option<(usize, DeadlineOperator)> {
    // "trước 17 giờ 00 ngày …": the hour may stand between.
    let (start, operator) = cue_before(text, before_hour(text, date_start))?;
    // "tính đến hết ngày …" tells until when something was counted.
    let is_count = phrase_start(text, start, "tính").is_some();
    (!is_count).then_some((start, operator))
}

fn cue_before(text: &str, end: usize) -> Option<(usize, DeadlineOperator)> {
    CUES.iter()
        .find_map(|(cue, operator)| Some((folded_phrase_start(text, end, &[cue])?, *operator)))
}

/// The deadline that a numeral names.
pub(super) fn deadline_at(flat: &FlatText<'_>, numeral: &Numeral) -> Option<Deadline> {
    let text = flat.text.as_str();
    let (span, value, operator) = match numeral.kind {
        NumeralKind::Date(date) => {
            let (start, operator) = deadline_cue(text, numeral.span.start)?;
            (start..numeral.span.end, iso(date), operator)
        }
        NumeralKind::Quantity { to: None, .. } | NumeralKind::Ratio(..) => {
            month_deadline(text, numeral)?
        }
        _ => return None,
    };
    Some(Deadline {
        text: flat.printed(span.clone()),
        value,
        operator,
        occurrence: flat.occurrence(span),
    })
}

/// "trước tháng 6 năm 2024", "chậm nhất tháng 6/2024".
fn month_deadline(
    text: &str,
    numeral: &Numeral,
) -> Option<(Range<usize>, String, DeadlineOperator)> {
    let start = word_start(text, numeral.span.start, "thang")?;
    let (year, month, end) = month_and_year(text, numeral.span.start)?;
    let (cue, operator) = deadline_cue(text, start)?;
    Some((cue..end, format!("{year}-{month:02}"), operator))
}

/// Skips "17 giờ 00", "17h00", "17 giờ" backwards from `position`.
fn before_hour(text: &str, position: usize) -> usize {
    let bytes = text.as_bytes();
    let back_over = |mut at: usize, accept: fn(u8) -> bool| {
        while at > 0 && accept(bytes[at - 1]) {
            at -= 1;
        }
        at
    };
    let is_space = |b: u8| matches!(b, b' ' | b'\n' | b',');
    let trimmed = back_over(position, is_space);
    let trimmed = word_start(text, trimmed, "phut").unwrap_or(trimmed);
    let trimmed = back_over(trimmed, is_space);
    let minutes = back_over(trimmed, |b| b.is_ascii_digit());
    let behind_mark = back_over(minutes, is_space);
    let mark = word_start(text, behind_mark, "gio").or_else(|| {
        (behind_mark > 0 && matches!(bytes[behind_mark - 1], b'h' | b'g' | b':'))
            .then(|| behind_mark - 1)
    });
    let Some(mark) = mark else { return position };
    let hours_end = back_over(mark, is_space);
    let hours = back_over(hours_end, |b| b.is_ascii_digit());
    if hours == hours_end { position } else { hours }
}

/// How often a deadline comes again, in folded words behind its day.
const EVERY: [(&[&str], &str); 10] = [
    (&["hang", "thang"], "tháng"),
    (&["moi", "thang"], "tháng"),
    (&["hang", "quy"], "quý"),
    (&["moi", "quy"], "quý"),
    (&["thang", "cuoi", "quy"], "quý"),
    (&["thang", "cuoi", "moi", "quy"], "quý"),
    (&["thang", "cuoi", "cua", "quy"], "quý"),
    (&["cuoi", "quy"], "quý"),
    (&["hang", "nam"], "năm"),
    (&["moi", "nam"], "năm"),
];

/// "trước ngày 15 hằng tháng", "ngày 20 của tháng cuối quý", "trước ngày 15/12
/// hằng năm".
pub(super) fn recurring_at(flat: &FlatText<'_>, numeral: &Numeral) -> Option<RecurringDeadline> {
    let text = flat.text.as_str();
    let start = word_start(text, numeral.span.start, "ngay")?;
    let (day, month) = match numeral.kind {
        NumeralKind::Quantity { value, to: None } => (small_whole(value)?, None),
        NumeralKind::Ratio(day, month) => (small_whole(day)?, Some(small_whole(month)?)),
        _ => return None,
    };
    let mut end = skip_space(text, numeral.span.end, 2);
    let (month, month_end) = match month {
        Some(month) => (Some(month), end),
        None => worded_month(text, end).map_or((None, end), |(month, end)| (Some(month), end)),
    };
    let is_real = (1..=31).contains(&day) && month.is_none_or(|month| (1..=12).contains(&month));
    if !is_real {
        return None;
    }
    end = skip_space(text, month_end, 2);
    if let Some(after) = word_end(text, end, "cua") {
        end = skip_space(text, after, 2);
    }
    let (end, every) = EVERY
        .iter()
        .find_map(|(words, every)| Some((words_end(text, end, words)?, *every)))?;
    let start = cue_before(text, start).map_or(start, |(cue, _)| cue);
    let span = start..end;
    Some(RecurringDeadline {
        text: flat.printed(span.clone()),
        day,
        month,
        every: every.to_owned(),
        occurrence: flat.occurrence(span),
    })
}

/// "tháng 12" behind a day.
fn worded_month(text: &str, start: usize) -> Option<(u32, usize)> {
    let digits = skip_space(text, word_end(text, start, "thang")?, 2);
    let end = digits_end(text, digits);
    Some((text.get(digits..end)?.parse().ok()?, end))
}

fn words_end(text: &str, start: usize, words: &[&str]) -> Option<usize> {
    words.iter().try_fold(start, |position, word| {
        word_end(text, skip_space(text, position, 2), word)
    })
}

fn small_whole(value: f64) -> Option<u32> {
    // The cast is exact: whole and below a thousand.
    (value.fract() == 0.0 && (0.0..1000.0).contains(&value)).then_some(value as u32)
}

/// Words before a time that is allowed.
const ALLOWING: [&str; 12] = [
    "trong thoi han",
    "trong thoi gian",
    "thoi han la",
    "thoi han",
    "thoi gian",
    "trong vong",
    "cham nhat sau",
    "cham nhat la",
    "cham nhat",
    "khong qua",
    "sau thoi gian",
    "trong",
];

const UNITS: [(&[&str], &str); 7] = [
    (&["ngay", "lam", "viec"], "ngày làm việc"),
    (&["ngay"], "ngày"),
    (&["gio"], "giờ"),
    (&["tuan"], "tuần"),
    (&["thang"], "tháng"),
    (&["nam"], "năm"),
    (&["phut"], "phút"),
];

/// "trong thời hạn 05 (năm) ngày làm việc kể từ ngày nhận", "trong vòng 24 giờ".
pub(super) fn duration_at(flat: &FlatText<'_>, numeral: &Numeral) -> Option<Duration> {
    let text = flat.text.as_str();
    let NumeralKind::Quantity { value, to: None } = numeral.kind else {
        return None;
    };
    let amount = small_whole(value)?;
    let start = folded_phrase_start(text, numeral.span.start, &ALLOWING)?;
    let unit_start = behind_spelt_out(text, numeral.span.end);
    let (end, unit) = UNITS
        .iter()
        .find_map(|(words, unit)| Some((words_end(text, unit_start, words)?, *unit)))?;
    let anchor = anchor_end(text, end);
    let span = start..end;
    Some(Duration {
        text: flat.printed(span.clone()),
        amount,
        unit: unit.to_owned(),
        counted_from: anchor.map(|end_of_anchor| flat.printed(end..end_of_anchor)),
        occurrence: flat.occurrence(span),
    })
}

/// Skips the number in words that laws set in brackets: "05 (năm) ngày".
fn behind_spelt_out(text: &str, end: usize) -> usize {
    let open = skip_space(text, end, 2);
    if char_at(text, open) != Some('(') {
        return end;
    }
    let word = text[open + 1..].find(|c: char| !c.is_alphabetic() && c != ' ');
    match word {
        Some(length) if length < 40 && text[open + 1 + length..].starts_with(')') => {
            open + length + 2
        }
        _ => end,
    }
}

/// The end of "kể từ ngày nhận được hồ sơ" behind a time allowed.
fn anchor_end(text: &str, end: usize) -> Option<usize> {
    let start = skip_space(text, end, 2);
    let behind = [&["ke", "tu"][..], &["tinh", "tu"], &["tu"]]
        .iter()
        .find_map(|words| words_end(text, start, words))?;
    let mut words = 0;
    let mut length = 0;
    for c in text[behind..].chars() {
        words += usize::from(c == ' ');
        if matches!(c, ',' | ';' | '.' | '(' | ')' | ':') || words > 14 {
            break;
        }
        length += c.len_utf8();
    }
    Some(behind + length)
}

#[cfg(test)]
mod tests {
    use super::super::document::DocumentText;
    use super::super::numeral::scan_numerals;
    use super::*;

    fn first<T>(text: &str, find: impl Fn(&FlatText<'_>, &Numeral) -> Option<T>) -> Option<T> {
        let document = DocumentText::from_plain_text(text);
        let flat = FlatText::new(&document, |_, _| true);
        scan_numerals(&flat.text)
            .iter()
            .find_map(|numeral| find(&flat, numeral))
    }

    #[track_caller]
    fn check(text: &str, expected: Option<(&str, DeadlineOperator, &str)>) {
        let found = first(text, deadline_at);
        let found = found
            .as_ref()
            .map(|d| (d.value.as_str(), d.operator, d.text.as_str()));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn deadlines_with_their_operator() {
        use DeadlineOperator::{Before, Until};
        check(
            "gửi về Sở trước ngày 10 tháng 4 năm 2023 để",
            Some(("2023-04-10", Before, "trước ngày 10 tháng 4 năm 2023")),
        );
        check(
            "chậm nhất là ngày 05/6/2024",
            Some(("2024-06-05", Until, "chậm nhất là ngày 05/6/2024")),
        );
        check(
            "trước 17 giờ 00 ngày 12/5/2022",
            Some(("2022-05-12", Before, "trước 17 giờ 00 ngày 12/5/2022")),
        );
        check(
            "hoàn thành trước tháng 6/2024",
            Some(("2024-06", Before, "trước tháng 6/2024")),
        );
        check(
            "UBND tỉnh trước ngày 12/5/2022",
            Some(("2022-05-12", Before, "trước ngày 12/5/2022")),
        );
        check("kể từ ngày 01/7/2022", None);
        check("Tính đến hết ngày 30/9/2022, đã giải ngân", None);
    }

    #[test]
    fn deadlines_that_come_again() {
        let found = |text| first(text, recurring_at).map(|d| (d.day, d.month, d.every));
        let monthly = Some((20, None, "tháng".to_owned()));
        assert_eq!(found("báo cáo trước ngày 20 hằng tháng"), monthly);
        let yearly = Some((15, Some(12), "năm".to_owned()));
        assert_eq!(found("trước ngày 15/12 hằng năm"), yearly);
        assert_eq!(found("trước ngày 15 tháng 12 hàng năm"), yearly);
        assert_eq!(found("trước ngày 45 hằng tháng"), None);
    }

    #[test]
    fn time_allowed() {
        let found = |text| {
            first(text, duration_at).map(|d| (d.amount, d.unit, d.counted_from.unwrap_or_default()))
        };
        assert_eq!(
            found("trong thời hạn 05 (năm) ngày làm việc kể từ ngày nhận hồ sơ, phải"),
            Some((
                5,
                "ngày làm việc".to_owned(),
                "kể từ ngày nhận hồ sơ".to_owned()
            ))
        );
        assert_eq!(
            found("trong vòng 24 giờ"),
            Some((24, "giờ".to_owned(), String::new()))
        );
    }
}
