//! Frequencies told in words: "mỗi quý một lần".

use super::clause::sentence_start;
use super::flat::{FlatText, collapse};
use super::indicator::{indicator_before, tidy};
use super::record::{Comparator, Target, TargetKind};
use super::scan::char_before;
use super::target_kind::Genre;
use regex::Regex;
use std::sync::LazyLock;

static FREQUENCY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x)\b(?P<every>[Mm]ỗi|[Hh]ằng|[Hh]àng|[Mm]ột|[Hh]ai|[Bb]a)\s+
          (?P<unit>năm|quý|tháng|tuần|ngày)\s+(?:(?:tổ\s+chức|ít\s+nhất|tối\s+thiểu|họp|báo\s+cáo)\s+){0,2}
          (?P<times>một|hai|ba|\d{1,2})\s+lần\b",
    )
    .ok()
});

/// "mỗi quý một lần", "hai năm tổ chức một lần".
pub(super) fn spoken_frequencies(flat: &FlatText<'_>, genre: Genre) -> Vec<Target> {
    let text = flat.text.as_str();
    let Some(pattern) = FREQUENCY.as_ref() else {
        return Vec::new();
    };
    pattern
        .captures_iter(text)
        .filter_map(|found| {
            let whole = found.get(0)?;
            let unit = found.name("unit")?.as_str();
            let times = found.name("times")?.as_str();
            let every = found.name("every")?.as_str().to_lowercase();
            let value = match times {
                "một" => 1.0,
                "hai" => 2.0,
                "ba" => 3.0,
                digits => digits.parse().ok()?,
            };
            let unit = match every.as_str() {
                "hai" => format!("lần/2 {unit}"),
                "ba" => format!("lần/3 {unit}"),
                _ => format!("lần/{unit}"),
            };
            let is_least =
                whole.as_str().contains("ít nhất") || whole.as_str().contains("tối thiểu");
            let span = whole.range();
            let sentence = sentence_start(text, span.start);
            let before = &text[sentence..span.start];
            let outer = before.trim_end();
            let outer = outer.strip_suffix('(').unwrap_or(outer);
            let outer = outer.rfind(')').map_or(outer, |close| {
                outer[close + 1..].trim_start_matches([';', ',', ' ', '\n'])
            });
            let indicator = tidy(&indicator_before(outer));
            if !indicator.chars().any(char::is_alphabetic)
                || char_before(text, span.start).is_some_and(char::is_alphanumeric)
            {
                return None;
            }
            Some(Target {
                indicator,
                comparator: if is_least {
                    Comparator::AtLeast
                } else {
                    Comparator::Equal
                },
                value,
                value_to: None,
                unit,
                kind: if genre == Genre::Report {
                    TargetKind::Result
                } else {
                    TargetKind::Target
                },
                out_of: None,
                is_change: false,
                is_doubtful: false,
                is_completed: false,
                who: None,
                until: None,
                holds_for: None,
                text: collapse(whole.as_str()),
                occurrence: flat.occurrence(span),
            })
        })
        .collect()
}
