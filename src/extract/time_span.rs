//! Periods, deadlines, recurring deadlines and durations: what stands round
//! the dates and numbers of the running text.

use super::date::{calendar_date, iso};
use super::flat::{FlatText, floor_border};
use super::numeral::{Numeral, NumeralKind, year_at};
use super::record::{Deadline, DeadlineOperator, Duration, Period, RecurringDeadline};
use super::scan::{char_at, digits_end, skip_space, word_end, word_start};

/// Everything about spans of time in a text.
#[derive(Debug, Default)]
pub(super) struct TimeSpans {
    pub(super) periods: Vec<Period>,
    pub(super) deadlines: Vec<Deadline>,
    pub(super) recurring_deadlines: Vec<RecurringDeadline>,
    pub(super) durations: Vec<Duration>,
}

pub(super) fn time_spans(flat: &FlatText<'_>, numerals: &[Numeral]) -> TimeSpans {
    let text = flat.text.as_str();
    let mut spans = TimeSpans::default();
    for (index, numeral) in numerals.iter().enumerate() {
        match &numeral.kind {
            NumeralKind::YearRange(from, to) => {
                let start = period_start(text, numeral.span.start);
                let span = start..numeral.span.end;
                spans.periods.push(Period {
                    text: flat.printed(span.clone()),
                    from: from.to_string(),
                    to: to.to_string(),
                    occurrence: flat.occurrence(span),
                });
            }
            NumeralKind::Date(date) => {
                // "từ ngày A đến hết ngày B" is a period; what ends it is no
                // deadline.
                let period = dated_period(flat, numerals, index);
                let is_period = period.is_some();
                spans.periods.extend(period);
                if !is_period
                    && let Some((start, operator)) = deadline_cue(text, numeral.span.start)
                {
                    let span = start..numeral.span.end;
                    spans.deadlines.push(Deadline {
                        text: flat.printed(span.clone()),
                        value: iso(*date),
                        operator,
                        occurrence: flat.occurrence(span),
                    });
                }
            }
            NumeralKind::Quantity { value, to: None } => {
                spans.periods.extend(spoken_period(flat, numerals, index));
                spans.periods.extend(part_of_year(flat, numeral));
                spans.deadlines.extend(month_deadline(flat, numeral));
                let Some(amount) = small_whole(*value) else {
                    continue;
                };
                let recurring = recurring_deadline(flat, numeral, amount);
                let is_recurring = recurring.is_some();
                spans.recurring_deadlines.extend(recurring);
                if !is_recurring {
                    spans.durations.extend(duration(flat, numeral, amount));
                }
            }
            // "tháng 6/2024" is read as a ratio.
            NumeralKind::Ratio(_, _) => spans.deadlines.extend(month_deadline(flat, numeral)),
            _ => {}
        }
    }
    spans
}

fn small_whole(value: f64) -> Option<u32> {
    // The cast is exact: whole and below a thousand.
    (value.fract() == 0.0 && (0.0..1000.0).contains(&value)).then_some(value as u32)
}

/// The start of the first of `phrases` (folded words) that ends at `end`.
fn phrase_start(text: &str, end: usize, phrases: &[&str]) -> Option<usize> {
    phrases.iter().find_map(|phrase| {
        let mut start = end;
        for word in phrase.rsplit(' ') {
            start = word_start(text, start, word)?;
        }
        Some(start)
    })
}

/// Where a period's text begins: with the words that name it.
fn period_start(text: &str, start: usize) -> usize {
    let names = [
        "giai doan",
        "thoi ky",
        "nhiem ky",
        "nam hoc",
        "nien do",
        "nam",
    ];
    let start = phrase_start(text, start, &["tu nam", "nam"])
        .filter(|_| phrase_start(text, start, &names).is_none())
        .unwrap_or(start);
    phrase_start(text, start, &names).unwrap_or(start)
}

/// "từ năm 2021 đến năm 2025": this numeral is the second year.
fn spoken_period(flat: &FlatText<'_>, numerals: &[Numeral], index: usize) -> Option<Period> {
    let text = flat.text.as_str();
    let to = &numerals[index];
    let from = numerals[..index].last()?;
    let (to_year, to_end) = year_at(text, to.span.start)?;
    let (from_year, from_end) = year_at(text, from.span.start)?;
    let is_pair = to_end == to.span.end && from_end == from.span.end && from_year < to_year;
    if !is_pair {
        return None;
    }
    let den = phrase_start(text, to.span.start, &["den het nam", "den nam", "den"])?;
    let start = phrase_start(text, from.span.start, &["tu nam", "tu"])?;
    let is_adjacent = text.get(from.span.end..den)?.trim().is_empty();
    if !is_adjacent {
        return None;
    }
    let start = phrase_start(text, start, &["giai doan", "thoi ky", "nhiem ky"]).unwrap_or(start);
    let span = start..to.span.end;
    Some(Period {
        text: flat.printed(span.clone()),
        from: from_year.to_string(),
        to: to_year.to_string(),
        occurrence: flat.occurrence(span),
    })
}

/// "quý II năm 2023", "6 tháng đầu năm 2022": this numeral is the year.
fn part_of_year(flat: &FlatText<'_>, numeral: &Numeral) -> Option<Period> {
    let text = flat.text.as_str();
    let (year, year_end) = year_at(text, numeral.span.start)?;
    if year_end != numeral.span.end {
        return None;
    }
    let end = phrase_start(text, numeral.span.start, &["cua nam", "nam"])?;
    let (start, first, last) = quarter_before(text, end).or_else(|| months_before(text, end))?;
    let last_day = (28..=31)
        .rev()
        .find(|day| calendar_date(i32::from(year), last, *day).is_some())?;
    let span = start..numeral.span.end;
    Some(Period {
        text: flat.printed(span.clone()),
        from: format!("{year}-{first:02}-01"),
        to: format!("{year}-{last:02}-{last_day}"),
        occurrence: flat.occurrence(span),
    })
}

/// "quý II" that ends at `end`: its start, first and last month.
fn quarter_before(text: &str, end: usize) -> Option<(usize, u32, u32)> {
    let (start, word) = word_before(text, end)?;
    let quarter = match word.to_uppercase().as_str() {
        "I" | "1" => 1,
        "II" | "2" => 2,
        "III" | "3" => 3,
        "IV" | "4" => 4,
        _ => return None,
    };
    let start = phrase_start(text, start, &["quy"])?;
    Some((start, quarter * 3 - 2, quarter * 3))
}

/// "6 tháng đầu", "3 tháng cuối" that ends at `end`.
fn months_before(text: &str, end: usize) -> Option<(usize, u32, u32)> {
    let from_start = phrase_start(text, end, &["thang dau"]);
    let months_start = from_start.or_else(|| phrase_start(text, end, &["thang cuoi"]))?;
    let (start, word) = word_before(text, months_start)?;
    let months: u32 = word
        .parse()
        .ok()
        .filter(|months| (1..12).contains(months))?;
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

/// "từ ngày A đến (hết) ngày B": this numeral is B.
fn dated_period(flat: &FlatText<'_>, numerals: &[Numeral], index: usize) -> Option<Period> {
    let text = flat.text.as_str();
    let to = &numerals[index];
    let from = numerals[..index].last()?;
    let (NumeralKind::Date(from_date), NumeralKind::Date(to_date)) = (&from.kind, &to.kind) else {
        return None;
    };
    let den = phrase_start(text, to.span.start, &["den het", "den"])?;
    let start = phrase_start(text, from.span.start, &["ke tu", "tu"])?;
    let is_adjacent = text
        .get(from.span.end..den)?
        .trim_matches([' ', '\n', ','])
        .is_empty();
    if !is_adjacent || from_date >= to_date {
        return None;
    }
    let span = start..to.span.end;
    Some(Period {
        text: flat.printed(span.clone()),
        from: iso(*from_date),
        to: iso(*to_date),
        occurrence: flat.occurrence(span),
    })
}

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
fn deadline_cue(text: &str, date_start: usize) -> Option<(usize, DeadlineOperator)> {
    // "trước 17 giờ 00 ngày …": the hour may stand between.
    let end = before_hour(text, date_start);
    let (start, operator) = CUES
        .iter()
        .find_map(|(cue, operator)| Some((phrase_start(text, end, &[cue])?, *operator)))?;
    Some((start, operator))
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

/// "trước tháng 6 năm 2024", "chậm nhất tháng 6/2024".
fn month_deadline(flat: &FlatText<'_>, numeral: &Numeral) -> Option<Deadline> {
    let text = flat.text.as_str();
    let start = word_start(text, numeral.span.start, "thang")?;
    let month_end = digits_end(text, numeral.span.start);
    let month: u32 = text.get(numeral.span.start..month_end)?.parse().ok()?;
    let after = skip_space(text, month_end, 2);
    let year_start = match word_end(text, after, "nam") {
        Some(end) => skip_space(text, end, 2),
        None if char_at(text, after) == Some('/') => skip_space(text, after + 1, 1),
        None => return None,
    };
    let (year, end) = year_at(text, year_start)?;
    if !(1..=12).contains(&month) {
        return None;
    }
    let (cue, operator) = CUES
        .iter()
        .find_map(|(cue, operator)| Some((phrase_start(text, start, &[cue])?, *operator)))?;
    let span = cue..end;
    Some(Deadline {
        text: flat.printed(span.clone()),
        value: format!("{year}-{month:02}"),
        operator,
        occurrence: flat.occurrence(span),
    })
}

/// "trước ngày 15 hằng tháng", "ngày 20 của tháng cuối quý".
fn recurring_deadline(
    flat: &FlatText<'_>,
    numeral: &Numeral,
    day: u32,
) -> Option<RecurringDeadline> {
    let text = flat.text.as_str();
    if !(1..=31).contains(&day) {
        return None;
    }
    let start = word_start(text, numeral.span.start, "ngay")?;
    let mut end = skip_space(text, numeral.span.end, 2);
    if let Some(after) = word_end(text, end, "cua") {
        end = skip_space(text, after, 2);
    }
    let phrases: [(&[&str], &str); 10] = [
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
    let (end, every) = phrases.iter().find_map(|(words, every)| {
        let mut position = end;
        for word in *words {
            position = word_end(text, skip_space(text, position, 2), word)?;
        }
        Some((position, *every))
    })?;
    let start = CUES
        .iter()
        .find_map(|(cue, _)| phrase_start(text, start, &[cue]))
        .unwrap_or(start);
    let span = start..end;
    Some(RecurringDeadline {
        text: flat.printed(span.clone()),
        day,
        every: every.to_owned(),
        occurrence: flat.occurrence(span),
    })
}

/// "trong thời hạn 05 ngày làm việc", "trong vòng 24 giờ".
fn duration(flat: &FlatText<'_>, numeral: &Numeral, amount: u32) -> Option<Duration> {
    let text = flat.text.as_str();
    let start = phrase_start(
        text,
        numeral.span.start,
        &[
            "trong thoi han",
            "trong thoi gian",
            "thoi han la",
            "thoi han",
            "thoi gian",
            "trong vong",
            "cham nhat sau",
            "cham nhat",
            "khong qua",
            "sau thoi gian",
            "trong",
        ],
    )?;
    let units: [(&[&str], &str); 7] = [
        (&["ngay", "lam", "viec"], "ngày làm việc"),
        (&["ngay"], "ngày"),
        (&["gio"], "giờ"),
        (&["tuan"], "tuần"),
        (&["thang"], "tháng"),
        (&["nam"], "năm"),
        (&["phut"], "phút"),
    ];
    let (end, unit) = units.iter().find_map(|(words, unit)| {
        let mut position = numeral.span.end;
        for word in *words {
            position = word_end(text, skip_space(text, position, 2), word)?;
        }
        Some((position, *unit))
    })?;
    let span = start..end;
    Some(Duration {
        text: flat.printed(span.clone()),
        amount,
        unit: unit.to_owned(),
        occurrence: flat.occurrence(span),
    })
}

#[cfg(test)]
mod tests {
    use super::super::document::DocumentText;
    use super::super::numeral::scan_numerals;
    use super::*;

    fn spans_of(text: &str) -> TimeSpans {
        let document = DocumentText::from_plain_text(text);
        let flat = FlatText::new(&document, |_, _| true);
        let numerals = scan_numerals(&flat.text);
        time_spans(&flat, &numerals)
    }

    #[track_caller]
    fn check_period(text: &str, expected: Option<(&str, &str)>) {
        let spans = spans_of(text);
        let found = spans.periods.first();
        let found = found.map(|period| (period.from.as_str(), period.to.as_str()));
        assert_eq!(found, expected, "{text}");
    }

    #[track_caller]
    fn check_deadline(text: &str, expected: Option<(&str, DeadlineOperator, &str)>) {
        let spans = spans_of(text);
        let found = spans
            .deadlines
            .first()
            .map(|d| (d.value.as_str(), d.operator, d.text.as_str()));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn periods() {
        check_period("giai đoạn 2021-2025", Some(("2021", "2025")));
        check_period("năm học 2022 - 2023", Some(("2022", "2023")));
        check_period("từ năm 2021 đến năm 2025", Some(("2021", "2025")));
        check_period(
            "từ ngày 13/11/2017 đến hết ngày 17/11/2017",
            Some(("2017-11-13", "2017-11-17")),
        );
        check_period("năm 2021 và năm 2025", None);
        check_period("số 0210-2025", None);
    }

    #[test]
    fn deadlines_with_their_operator() {
        use DeadlineOperator::{Before, Until};
        check_deadline(
            "gửi về Sở trước ngày 10 tháng 4 năm 2023 để",
            Some(("2023-04-10", Before, "trước ngày 10 tháng 4 năm 2023")),
        );
        check_deadline(
            "chậm nhất là ngày 05/6/2024",
            Some(("2024-06-05", Until, "chậm nhất là ngày 05/6/2024")),
        );
        check_deadline(
            "trước 17 giờ 00 ngày 12/5/2022",
            Some(("2022-05-12", Before, "trước 17 giờ 00 ngày 12/5/2022")),
        );
        check_deadline(
            "hoàn thành trước tháng 6/2024",
            Some(("2024-06", Before, "trước tháng 6/2024")),
        );
        check_deadline("kể từ ngày 01/7/2022", None);
    }

    #[test]
    fn recurring_deadlines_and_durations() {
        let spans = spans_of("báo cáo trước ngày 20 hằng tháng");
        assert_eq!(spans.recurring_deadlines[0].day, 20);
        assert_eq!(spans.recurring_deadlines[0].every, "tháng");
        let spans = spans_of("trong thời hạn 05 ngày làm việc kể từ ngày nhận");
        assert_eq!(spans.durations[0].amount, 5);
        assert_eq!(spans.durations[0].unit, "ngày làm việc");
    }
}
