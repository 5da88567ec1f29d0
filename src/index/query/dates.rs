//! Days as people type them into a search.

use time::{Date, Month};

/// A span of days of issue, both ends included, as numbers yyyymmdd.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayRange {
    pub first: u64,
    pub last: u64,
}

impl DayRange {
    /// From the beginning of time.
    pub const EARLIEST: u64 = 0;
    /// To its end.
    pub const LATEST: u64 = 99991231;

    /// The days of `2023`, `3/2023`, `02/3/2023`, `2023-03`, `2023-03-02`; day
    /// before month always, parted by `/`, `-` or `.`. `None` for what is no day
    /// of the calendar.
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.trim().split(['/', '-', '.']).map(str::trim).collect();
        if !parts.iter().all(|part| is_number(part)) {
            return None;
        }
        let number = |part: &str| part.parse::<u16>().ok();
        let (year, month, day) = match parts.as_slice() {
            [year] if year.len() == 4 => (number(year)?, None, None),
            [year, month] if year.len() == 4 => (number(year)?, number(month), None),
            [month, year] if year.len() == 4 => (number(year)?, number(month), None),
            [year, month, day] if year.len() == 4 => (number(year)?, number(month), number(day)),
            [day, month, year] if year.len() == 4 => (number(year)?, number(month), number(day)),
            _ => return None,
        };
        let month_of = |month: u16| Month::try_from(u8::try_from(month).ok()?).ok();
        let (first_month, last_month) = match month {
            Some(month) => (month_of(month)?, month_of(month)?),
            None => (Month::January, Month::December),
        };
        let year = i32::from(year);
        let (first_day, last_day) = match day {
            Some(day) => (u8::try_from(day).ok()?, u8::try_from(day).ok()?),
            None => (1, last_month.length(year)),
        };
        Some(Self {
            first: day_number(Date::from_calendar_date(year, first_month, first_day).ok()?),
            last: day_number(Date::from_calendar_date(year, last_month, last_day).ok()?),
        })
    }

    /// As [`Self::parse`], and spans: `2021..2023`, `2021..`, `..3/2023`,
    /// `2021-2023`, `từ 01/2021 đến 2023`, `>=2021`, `<2021`. Ends given in the
    /// wrong order are swapped.
    pub fn parse_span(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(days) = Self::parse(text) {
            return Some(days);
        }
        if let Some((from, to)) = text.split_once("..") {
            return Self::between(from, to.trim_start_matches('.'));
        }
        for (sign, to_days) in COMPARISONS {
            if let Some(rest) = text.strip_prefix(sign) {
                return Self::parse(rest).map(to_days);
            }
        }
        let folded = crate::vietnamese::fold(text).to_lowercase();
        let open = folded.strip_prefix("tu ").unwrap_or(&folded);
        for separator in [" den het ", " den ", " toi "] {
            if let Some((from, to)) = open.split_once(separator) {
                return Self::between(from, to);
            }
        }
        match text.split_once(['-', '–', '—']) {
            Some((from, to)) if from.trim().len() == 4 => Self::between(from, to),
            _ if open.len() < folded.len() => Self::between(open, ""),
            _ => None,
        }
    }

    /// From the first day of `from` to the last of `to`; an empty one is open.
    fn between(from: &str, to: &str) -> Option<Self> {
        let end = |text: &str, open: u64| match text.trim() {
            "" => Some(Self {
                first: open,
                last: open,
            }),
            text => Self::parse(text),
        };
        if from.trim().is_empty() && to.trim().is_empty() {
            return None;
        }
        let from = end(from, Self::EARLIEST)?;
        let to = end(to, Self::LATEST)?;
        let (from, to) = match from.first <= to.last {
            true => (from, to),
            false => (to, from),
        };
        Some(Self {
            first: from.first,
            last: to.last,
        })
    }

    /// The days in both; may be none, then `first` is above `last`.
    pub fn intersection(self, other: Self) -> Self {
        Self {
            first: self.first.max(other.first),
            last: self.last.min(other.last),
        }
    }
}

type Comparison = (&'static str, fn(DayRange) -> DayRange);

/// Longer signs before those they begin with.
const COMPARISONS: [Comparison; 4] = [
    (">=", |days| DayRange {
        last: DayRange::LATEST,
        ..days
    }),
    ("<=", |days| DayRange {
        first: DayRange::EARLIEST,
        ..days
    }),
    (">", |days| DayRange {
        first: days.last + 1,
        last: DayRange::LATEST,
    }),
    ("<", |days| DayRange {
        first: DayRange::EARLIEST,
        last: days.first.saturating_sub(1),
    }),
];

fn is_number(part: &str) -> bool {
    (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
}

fn day_number(date: Date) -> u64 {
    let year = u64::try_from(date.year()).unwrap_or(0);
    year * 10_000 + u64::from(u8::from(date.month())) * 100 + u64::from(date.day())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn days_as_they_are_typed() {
        let cases = [
            ("2023", Some((20230101, 20231231))),
            ("3/2023", Some((20230301, 20230331))),
            ("02/2024", Some((20240201, 20240229))),
            ("2023-03", Some((20230301, 20230331))),
            ("2/3/2023", Some((20230302, 20230302))),
            ("02.03.2023", Some((20230302, 20230302))),
            ("2023-03-02", Some((20230302, 20230302))),
            ("31/02/2023", None),
            ("13/2023", None),
            ("0/0/2023", None),
            ("2021..2023", Some((20210101, 20231231))),
            ("2023..2021", Some((20210101, 20231231))),
            ("2021...3/2023", Some((20210101, 20230331))),
            ("2021..", Some((20210101, 99991231))),
            ("..2021", Some((0, 20211231))),
            ("..", None),
            ("2021-2023", Some((20210101, 20231231))),
            ("từ 01/2021 đến 2023", Some((20210101, 20231231))),
            ("Tu 2021 den 6/2021", Some((20210101, 20210630))),
            ("từ 2021", Some((20210101, 99991231))),
            (">=2021", Some((20210101, 99991231))),
            ("<2021", Some((0, 20210100))),
            ("hôm qua", None),
            ("", None),
        ];
        for (text, expected) in cases {
            let expected = expected.map(|(first, last)| DayRange { first, last });
            assert_eq!(DayRange::parse_span(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_typed_makes_it_panic(text in "\\PC{0,20}|[0-9/.<>= -]{0,14}") {
            let _ = DayRange::parse_span(&text);
        }
    }
}
