//! Days as people type them into a search.

use crate::vietnamese::fold_phrase;
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

    /// How papers write a single day; `None` for several.
    pub(super) fn spellings(self) -> Option<[String; 3]> {
        let (year, month, day) = (
            self.first / 10_000,
            self.first / 100 % 100,
            self.first % 100,
        );
        (self.first == self.last).then(|| {
            [
                format!("{day}/{month}/{year}"),
                format!("{day:02}/{month:02}/{year}"),
                format!("{day:02}/{month}/{year}"),
            ]
        })
    }

    /// The first day, ISO 8601; `None` from the beginning of time.
    pub fn first_day(self) -> Option<String> {
        (self.first > Self::EARLIEST).then(|| iso(self.first))
    }

    /// The last day, ISO 8601; `None` to the end of time.
    pub fn last_day(self) -> Option<String> {
        (self.last < Self::LATEST).then(|| iso(self.last))
    }

    /// The days, from the one on that stands for a month or year of which no day
    /// is known ([`Self::number_of`]), where the whole of it is among them.
    pub fn with_partial(self) -> Self {
        let (year, month) = (self.first / 10_000, self.first / 100 % 100);
        let last_of = |text: String| Self::parse(&text).map(|days| (days.first, days.last));
        let covers = |days: Option<(u64, u64)>| {
            days.is_some_and(|(first, last)| self.first == first && self.last >= last)
        };
        let first = if covers(last_of(format!("{year:04}"))) {
            year * 10_000
        } else if covers(last_of(format!("{year:04}-{month:02}"))) {
            year * 10_000 + month * 100
        } else {
            self.first
        };
        Self { first, ..self }
    }

    /// A day of issue as a number that orders them, `20230302`; of a month
    /// (`2023-03`) or a year it has noughts where nothing is known. `None` for
    /// what is no day.
    pub fn number_of(iso: &str) -> Option<u64> {
        let days = Self::parse(iso)?;
        Some(match iso.matches('-').count() {
            0 => days.first / 10_000 * 10_000,
            1 => days.first / 100 * 100,
            _ => days.first,
        })
    }

    /// As [`Self::parse`], and in words, with or without marks: `ngày 2 tháng 3
    /// năm 2023`, `tháng 3/2023`, `quý I năm 2023`, `6 tháng đầu năm 2023`.
    /// And spans: `2021..2023`, `2021..`, `..3/2023`, `2021-2023`, `từ 01/2021
    /// đến 2023`, `từ tháng 3 đến tháng 6 năm 2023`, `trước 2021`, `sau 2021`,
    /// `>=2021`, `<2021`. Ends given in the wrong order are swapped.
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
                return Self::in_words(&fold_phrase(rest)).map(to_days);
            }
        }
        let folded = fold_phrase(text);
        if let Some(days) = Self::in_words(&folded) {
            return Some(days);
        }
        let open = folded.strip_prefix("tu ").unwrap_or(&folded);
        for separator in [" den het ", " den ", " toi "] {
            if let Some((from, to)) = open.split_once(separator) {
                return Self::between(from, to);
            }
        }
        for (words, sign) in COMPARISONS_IN_WORDS {
            if let Some(rest) = folded.strip_prefix(words) {
                return Self::parse_span(&format!("{sign}{rest}"));
            }
        }
        match text.split_once(['-', '–', '—']) {
            Some((from, to)) if from.trim().len() == 4 => Self::between(from, to),
            _ if open.len() < folded.len() => Self::between(open, ""),
            _ => None,
        }
    }

    /// One day, month, quarter, half or year, folded and in lower case.
    fn in_words(text: &str) -> Option<Self> {
        let text = text.trim();
        for (half, months) in [("6 thang dau nam ", (1, 6)), ("6 thang cuoi nam ", (7, 12))] {
            if let Some(year) = text.strip_prefix(half) {
                return Self::months(months, year);
            }
        }
        let numbers = text.replace(" thang ", "/").replace(" nam ", "/");
        if let Some(rest) = numbers.strip_prefix("quy ") {
            let (quarter, year) = rest.split_once('/')?;
            let quarter = match quarter.trim() {
                "i" | "1" => 1,
                "ii" | "2" => 2,
                "iii" | "3" => 3,
                "iv" | "4" => 4,
                _ => return None,
            };
            return Self::months((quarter * 3 - 2, quarter * 3), year);
        }
        let bare = ["ngay ", "thang ", "nam "]
            .iter()
            .find_map(|unit| numbers.strip_prefix(unit))
            .unwrap_or(&numbers);
        Self::parse(bare)
    }

    /// From the first of these months of a year to the end of the last.
    fn months((first, last): (u8, u8), year: &str) -> Option<Self> {
        let month = |month: u8| Self::parse(&format!("{month}/{}", year.trim()));
        Some(Self {
            first: month(first)?.first,
            last: month(last)?.last,
        })
    }

    /// From the first day of `from` to the last of `to`; an empty one is open.
    fn between(from: &str, to: &str) -> Option<Self> {
        let end = |text: &str, open: u64| match text.trim() {
            "" => Some(Self {
                first: open,
                last: open,
            }),
            text => Self::in_words(&fold_phrase(text)),
        };
        if from.trim().is_empty() && to.trim().is_empty() {
            return None;
        }
        // "tháng 3 đến tháng 6 năm 2022": one year for both.
        let from = match Self::in_words(&fold_phrase(from)) {
            None if !from.trim().is_empty() => {
                let year = to.trim().get(to.trim().len().checked_sub(4)?..)?;
                &format!("{} nam {year}", from.trim())
            }
            _ => from,
        };
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

    /// From the first day of `from` to the last of `to`, open where one is
    /// missing; `None` when both are.
    pub fn from_ends(from: Option<Self>, to: Option<Self>) -> Option<Self> {
        (from.is_some() || to.is_some()).then(|| Self {
            first: from.map_or(Self::EARLIEST, |days| days.first),
            last: to.map_or(Self::LATEST, |days| days.last),
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

/// Longer ones before those they begin with.
const COMPARISONS_IN_WORDS: [(&str, &str); 6] = [
    ("truoc ngay ", "<"),
    ("truoc ", "<"),
    ("sau ngay ", ">"),
    ("sau ", ">"),
    ("den het ", "<="),
    ("den ", "<="),
];

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

fn iso(day: u64) -> String {
    format!(
        "{:04}-{:02}-{:02}",
        day / 10_000,
        day / 100 % 100,
        day % 100
    )
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
    fn a_month_without_a_day_lies_in_what_holds_all_of_it() {
        let holds = |days: &str, issued: &str| {
            let days = DayRange::parse_span(days).unwrap().with_partial();
            (days.first..=days.last).contains(&DayRange::number_of(issued).unwrap())
        };
        for (days, issued, expected) in [
            ("3/2023", "2023-03", true),
            ("2023", "2023-03", true),
            ("2023", "2023", true),
            ("3/2023..5/2023", "2023-03", true),
            ("1/2023", "2023", false),
            ("01/03/2023", "2023-03", false),
            ("2/2023", "2023-03", false),
            ("..2022", "2023", false),
            ("2023..", "2023-01", true),
        ] {
            assert_eq!(holds(days, issued), expected, "{days} {issued}");
        }
    }

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
            ("ngày 2 tháng 3 năm 2023", Some((20230302, 20230302))),
            ("tháng 3/2023", Some((20230301, 20230331))),
            ("Quý IV năm 2022", Some((20221001, 20221231))),
            ("quy 2/2022", Some((20220401, 20220630))),
            ("6 tháng đầu năm 2022", Some((20220101, 20220630))),
            (
                "từ tháng 3 đến tháng 6 năm 2022",
                Some((20220301, 20220630)),
            ),
            (
                "từ quý I đến hết quý III năm 2022",
                Some((20220101, 20220930)),
            ),
            (
                "từ ngày 1/3/2021 đến ngày 15 tháng 4 năm 2021",
                Some((20210301, 20210415)),
            ),
            ("trước 2021", Some((0, 20210100))),
            ("trước ngày 2/3/2021", Some((0, 20210301))),
            ("sau tháng 6/2021", Some((20210631, 99991231))),
            ("đến hết năm 2021", Some((0, 20211231))),
            ("quý V năm 2022", None),
            ("từ hôm qua đến 2022", None),
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
