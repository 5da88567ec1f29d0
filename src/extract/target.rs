//! Quantified goals and reported achievements: which values are worth
//! counting, what bounds them, and the indicator they are said of.

use super::clause::{phrase_end, phrase_start, sentence_end, sentence_start};
use super::flat::{FlatText, collapse, floor_border};
use super::fold::fold;
use super::indicator::{indicator_before, indicator_of, tidy};
use super::lists::{COMPARATORS, COUNT_VERBS, KIND_CUES, UNITS, VALUE_FILLERS};
use super::numeral::{Numeral, NumeralKind};
use super::record::{Comparator, Target, TargetKind};
use super::reference::has_sentence_end;
use super::scan::{char_at, char_before, skip_space};
use super::table_row::{cell_start, headings};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// How far before a value a heading or a lead line tells its kind, in bytes.
const LEAD: usize = 1500;

/// What kind of paper it is: tells goals from achievements where no word does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Genre {
    /// Reports tell what was reached.
    Report,
    /// Letters and notices tell both.
    Letter,
    /// Plans, directives, programmes set goals.
    Plan,
}

impl Genre {
    pub(super) fn of(document_type: Option<&str>) -> Self {
        match document_type {
            Some(name) if name.starts_with("báo cáo") => Self::Report,
            Some("công văn" | "thông báo" | "tờ trình" | "biên bản") | None => {
                Self::Letter
            }
            Some(_) => Self::Plan,
        }
    }
}

/// A value that may be a target.
pub(super) struct Value {
    /// Digits and unit.
    pub(super) span: Range<usize>,
    pub(super) value: f64,
    pub(super) value_to: Option<f64>,
    pub(super) unit: String,
    pub(super) out_of: Option<f64>,
    /// A rank: the indicator is that of the score before it.
    pub(super) is_rank: bool,
}

pub(super) fn targets(flat: &FlatText<'_>, numerals: &[Numeral], genre: Genre) -> Vec<Target> {
    let text = flat.text.as_str();
    let mut targets: Vec<Target> = Vec::new();
    // Where the last value ended, and the words said of it: they do not
    // belong to the next one.
    let mut last_end = 0;
    let mut taken_end = 0;
    let mut last_indicator: Option<String> = None;
    let mut skipped = None;
    for (index, numeral) in numerals.iter().enumerate() {
        if skipped == Some(index) {
            continue;
        }
        let Some(mut value) = value_at(text, numeral) else {
            continue;
        };
        let mut bound = bound_of(text, &value);
        if let Some((second, to)) = range_end(text, numerals, index, &value) {
            value.span.end = second;
            value.value_to = Some(to);
            bound.comparator = Comparator::Range;
            skipped = Some(index + 1);
        }
        let follows_count = targets
            .last()
            .is_some_and(|target: &Target| target.unit != "%")
            && text
                .get(last_end..bound.start)
                .is_some_and(|between| between.len() < 120 && between.trim_end().ends_with(" và"))
            && !has_sentence_end(text, last_end, bound.start);
        if !is_counted(text, &value, &bound, follows_count) {
            continue;
        }
        if follows_count && bound.comparator == Comparator::Equal && !is_money(&value.unit) {
            bound.comparator = match targets.last().map(|target| target.comparator) {
                Some(Comparator::Range) | None => Comparator::AtLeast,
                Some(comparator) => comparator,
            };
        }
        let window_start = sentence_start(text, bound.start)
            .max(taken_end.min(bound.start))
            .max(cell_start(text, bound.start).unwrap_or_default());
        let window_end = sentence_end(text, value.span.end);
        let next = numerals[index + 1..]
            .iter()
            .find(|next| next.span.start >= value.span.end)
            .map_or(window_end, |next| next.span.start.min(window_end));
        let headings = headings(flat, value.span.start);
        let (indicator, indicator_end) = match (&last_indicator, headings) {
            (_, Some(headings)) => (headings, value.span.end),
            (Some(scored), None) if value.is_rank => (format!("xếp hạng {scored}"), value.span.end),
            _ => indicator_of(text, window_start, &bound, &value, next),
        };
        if !indicator.chars().any(char::is_alphabetic) {
            continue;
        }
        let span = bound.start..value.span.end.max(bound.end);
        let kind = kind_of(
            text,
            sentence_start(text, bound.start),
            &span,
            &value,
            genre,
        );
        last_indicator = Some(indicator.clone());
        last_end = span.end;
        taken_end = indicator_end.max(span.end);
        targets.push(Target {
            indicator,
            comparator: bound.comparator,
            value: value.value,
            value_to: value.value_to,
            unit: value.unit,
            kind,
            out_of: value.out_of,
            text: flat.printed(span.clone()),
            occurrence: flat.occurrence(span),
        });
    }
    targets.extend(spoken_frequencies(flat, genre));
    targets.sort_by_key(|target| (target.occurrence.page, target.occurrence.line));
    targets
}

/// The value that a numeral states, with its unit.
fn value_at(text: &str, numeral: &Numeral) -> Option<Value> {
    let end = numeral.span.end;
    let plain = |value, value_to, unit: String, unit_end, out_of, is_rank| Value {
        span: numeral.span.start..unit_end,
        value,
        value_to,
        unit,
        out_of,
        is_rank,
    };
    match numeral.kind {
        NumeralKind::Percent { from: None, value } => {
            Some(plain(value, None, "%".to_owned(), end, None, false))
        }
        NumeralKind::Percent {
            from: Some(from),
            value,
        } => Some(plain(from, Some(value), "%".to_owned(), end, None, false)),
        NumeralKind::Ratio(part, whole) => {
            if is_rank(text, numeral.span.start) {
                return Some(plain(part, None, "hạng".to_owned(), end, Some(whole), true));
            }
            let (unit, unit_end) = unit_behind(text, end)?;
            let is_part = part <= whole && !matches!(unit.as_str(), "giờ" | "ngày" | "h");
            is_part.then(|| plain(part, None, unit, unit_end, Some(whole), false))
        }
        NumeralKind::Quantity { value, to } => {
            if is_rank(text, numeral.span.start) {
                return Some(plain(value, None, "hạng".to_owned(), end, None, true));
            }
            let (unit, unit_end) = unit_behind(text, end)?;
            Some(plain(value, to, unit, unit_end, None, false))
        }
        _ => None,
    }
}

pub(super) fn is_money(unit: &str) -> bool {
    unit.ends_with("đồng") || unit.ends_with("USD")
}

/// "xếp thứ 5/10", "xếp hạng 12", "đứng thứ 3".
fn is_rank(text: &str, start: usize) -> bool {
    [
        "xếp thứ",
        "xếp hạng",
        "xếp vị trí",
        "xếp vị trí thứ",
        "đứng thứ",
        "đứng vị trí",
        "đứng vị trí thứ",
        "xếp hạng thứ",
        "xếp",
    ]
    .iter()
    .any(|phrase| phrase_start(text, start, phrase).is_some())
}

/// The unit behind a number: a listed one, with "/ngày" and the like.
fn unit_behind(text: &str, end: usize) -> Option<(String, usize)> {
    let start = skip_space(text, end, 2);
    let found = UNITS
        .iter()
        .find_map(|unit| Some((*unit, phrase_end(text, start, unit)?)))?;
    let (unit, mut unit_end) = found;
    let mut unit = unit.to_owned();
    if char_at(text, unit_end) == Some('/') {
        let per_start = unit_end + 1;
        let per_end = text[per_start..]
            .find(|c: char| !c.is_alphanumeric())
            .map_or(text.len(), |length| per_start + length);
        let per = &text[per_start..per_end];
        if !per.is_empty() && per.chars().count() <= 8 {
            unit = format!("{unit}/{per}");
            unit_end = per_end;
        }
    }
    Some((unit, unit_end))
}

/// What bounds a value, and where its words begin and end.
pub(super) struct Bound {
    pub(super) comparator: Comparator,
    pub(super) start: usize,
    pub(super) end: usize,
    /// A word of the list says so; it is not only the number itself.
    pub(super) is_stated: bool,
    /// Words such as "đạt", "chiếm" stand before the value.
    pub(super) filler: Option<&'static str>,
}

fn bound_of(text: &str, value: &Value) -> Bound {
    let mut bound = Bound {
        comparator: if value.value_to.is_some() {
            Comparator::Range
        } else {
            Comparator::Equal
        },
        start: value.span.start,
        end: value.span.end,
        is_stated: false,
        filler: None,
    };
    if value.is_rank {
        return bound;
    }
    // Comparators and small words may follow each other in any order:
    // "đạt tối thiểu 30%", "tối thiểu đạt 60%".
    for _ in 0..4 {
        let compared = COMPARATORS
            .iter()
            .filter(|word| word.is_before)
            .find_map(|word| {
                Some((
                    word.comparator,
                    phrase_start(text, bound.start, word.phrase)?,
                ))
            });
        if let Some((comparator, start)) = compared.filter(|_| !bound.is_stated) {
            if bound.comparator != Comparator::Range {
                bound.comparator = comparator;
            }
            bound.is_stated = true;
            bound.start = start;
            continue;
        }
        let filled = VALUE_FILLERS
            .iter()
            .find_map(|phrase| Some((*phrase, phrase_start(text, bound.start, phrase)?)));
        let Some((phrase, start)) = filled else { break };
        bound.filler = Some(phrase);
        bound.start = start;
    }
    // "thấp hơn 7,7% so với kế hoạch" is a difference, not a bound.
    if bound.is_stated && is_compared(text, value.span.end) {
        let said = text.get(bound.start..value.span.start).unwrap_or_default();
        if said.contains(" hơn ") && !said.contains("không") {
            bound.comparator = Comparator::Equal;
            bound.is_stated = false;
        }
    }
    let behind = COMPARATORS
        .iter()
        .filter(|word| !word.is_before)
        .find_map(|word| {
            let start = skip_space(text, value.span.end, 2);
            let end = phrase_end(text, start, word.phrase);
            let end = end.or_else(|| behind_noun(text, value, word.phrase))?;
            Some((word.comparator, end))
        });
    if let Some((comparator, end)) = behind {
        bound.comparator = comparator;
        bound.is_stated = true;
        bound.end = end;
        bound.start = phrase_start(text, bound.start, "từ").unwrap_or(bound.start);
    }
    bound
}

/// Whether "so với" follows.
fn is_compared(text: &str, end: usize) -> bool {
    text.get(end..floor_border(text, end + 40))
        .is_some_and(|behind| behind.trim_start().starts_with("so với"))
}

/// "98% học sinh trở lên": the end of the phrase behind at most three words
/// that follow a percentage.
fn behind_noun(text: &str, value: &Value, phrase: &str) -> Option<usize> {
    if value.unit != "%" {
        return None;
    }
    let mut at = skip_space(text, value.span.end, 2);
    for _ in 0..3 {
        let rest = text.get(at..)?;
        let length = rest.find(|c: char| !c.is_alphabetic())?;
        if length == 0 {
            return None;
        }
        at = skip_space(text, at + length, 2);
        if let Some(end) = phrase_end(text, at, phrase) {
            return Some(end);
        }
    }
    None
}

/// "từ 80% đến dưới 90%": the next numeral closes a range.
fn range_end(
    text: &str,
    numerals: &[Numeral],
    index: usize,
    value: &Value,
) -> Option<(usize, f64)> {
    let next = numerals.get(index + 1)?;
    let (
        NumeralKind::Percent {
            from: None,
            value: to,
        },
        "%",
    ) = (&next.kind, value.unit.as_str())
    else {
        return None;
    };
    let between = collapse(text.get(value.span.end..next.span.start)?);
    let joins = matches!(
        between.as_str(),
        "đến" | "đến dưới" | "-" | "–" | "tới" | "đến dưới mức"
    );
    (joins && *to > value.value).then_some((next.span.end, *to))
}

/// Whether a value is worth counting: percentages, money, scores, ranks,
/// ratios and frequencies are; a count needs words that make it one.
fn is_counted(text: &str, value: &Value, bound: &Bound, follows_count: bool) -> bool {
    if value.unit == "%" || value.is_rank || is_money(&value.unit) {
        return true;
    }
    if value.out_of.is_some() || value.unit.starts_with("lần/") {
        return true;
    }
    if value.unit == "lần" && bound.is_stated {
        return true;
    }
    if bound.comparator == Comparator::AtLeast && bound.end > value.span.end {
        // "doanh nghiệp có từ 500 lao động trở lên" tells which, not how many.
        return false;
    }
    if bound.is_stated || follows_count {
        return true;
    }
    COUNT_VERBS
        .iter()
        .any(|verb| phrase_start(text, value.span.start, verb).is_some())
}

/// Whether a value is to be reached or was reached: the nearest telling word
/// before it in the sentence, then the heading or lead line above, then the
/// genre of the paper.
fn kind_of(
    text: &str,
    sentence: usize,
    span: &Range<usize>,
    value: &Value,
    genre: Genre,
) -> TargetKind {
    let end = value.span.start;
    let strong_only = genre == Genre::Report;
    if value.is_rank {
        return TargetKind::Result;
    }
    if let Some(kind) = nearest_cue(text.get(sentence..end).unwrap_or_default(), strong_only) {
        return kind;
    }
    let section = section_kind(text, sentence);
    if let Some(kind) = section {
        return kind;
    }
    let is_round = value.value.fract() == 0.0;
    if is_compared(text, span.end) && !(genre == Genre::Plan && is_round) {
        return TargetKind::Result;
    }
    if genre == Genre::Report || value.out_of.is_some() && genre == Genre::Letter {
        return TargetKind::Result;
    }
    // Goals are round numbers.
    if value.unit == "%" && value.value.fract() != 0.0 {
        return TargetKind::Result;
    }
    if let Some(kind) = lead_cue(text, sentence) {
        return kind;
    }
    match genre {
        Genre::Report => TargetKind::Result,
        Genre::Plan => TargetKind::Target,
        Genre::Letter if is_money(&value.unit) => TargetKind::Result,
        Genre::Letter => TargetKind::Target,
    }
}

/// What the heading in capitals above a position tells: goals stand under
/// "MỤC TIÊU", "NHIỆM VỤ", achievements under "KẾT QUẢ", "HẠN CHẾ".
fn section_kind(text: &str, position: usize) -> Option<TargetKind> {
    let from = floor_border(text, position.saturating_sub(LEAD));
    let heading = text[from..position]
        .lines()
        .rev()
        .find(|line| super::layout::is_capitals(line) && line.contains(' '))?;
    let heading = fold(heading);
    let names = |words: &[&str]| words.iter().any(|word| heading.contains(word));
    if names(&[
        "phuong huong",
        "nhiem vu",
        "muc tieu",
        "chi tieu",
        "kien nghi",
    ]) && !names(&["ket qua", "danh gia", "tinh hinh"])
    {
        Some(TargetKind::Target)
    } else if names(&["ket qua", "danh gia", "han che", "thuc trang"])
        && !names(&["nhiem vu", "muc tieu", "phuong huong"])
    {
        Some(TargetKind::Result)
    } else {
        None
    }
}

/// The cue that stands last in a text.
fn nearest_cue(text: &str, strong_only: bool) -> Option<TargetKind> {
    let lower = collapse(text).to_lowercase();
    KIND_CUES
        .iter()
        .filter(|cue| cue.is_strong || !strong_only)
        .filter_map(|cue| {
            let offset = lower.rfind(cue.phrase)?;
            let is_word = !lower[..offset].ends_with(char::is_alphanumeric)
                && !lower[offset + cue.phrase.len()..].starts_with(char::is_alphanumeric);
            is_word.then_some((offset + cue.phrase.len(), cue.kind))
        })
        .max_by_key(|(offset, _)| *offset)
        .map(|(_, kind)| kind)
}

/// The cue in the last heading or lead line (one that ends in a colon, or is
/// in capitals) above a position.
fn lead_cue(text: &str, position: usize) -> Option<TargetKind> {
    let from = floor_border(text, position.saturating_sub(LEAD));
    text[from..position]
        .lines()
        .rev()
        .filter(|line| line.trim_end().ends_with(':') || super::layout::is_capitals(line))
        .take(3)
        .find_map(|line| nearest_cue(line, false))
}

static FREQUENCY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x)\b(?P<every>[Mm]ỗi|[Hh]ằng|[Hh]àng|[Mm]ột|[Hh]ai|[Bb]a)\s+
          (?P<unit>năm|quý|tháng|tuần|ngày)\s+(?:(?:tổ\s+chức|ít\s+nhất|tối\s+thiểu|họp|báo\s+cáo)\s+){0,2}
          (?P<times>một|hai|ba|\d{1,2})\s+lần\b",
    )
    .ok()
});

/// "mỗi quý một lần", "hai năm tổ chức một lần".
fn spoken_frequencies(flat: &FlatText<'_>, genre: Genre) -> Vec<Target> {
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
                text: collapse(whole.as_str()),
                occurrence: flat.occurrence(span),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::document::DocumentText;
    use super::super::numeral::scan_numerals;
    use super::*;

    /// The targets of a sentence: sign, value, unit, first letter of the kind,
    /// indicator.
    fn found(text: &str, genre: Genre) -> Vec<String> {
        let document = DocumentText::from_plain_text(text);
        let flat = FlatText::new(&document, |_, _| true);
        let numerals = scan_numerals(&flat.text);
        targets(&flat, &numerals, genre)
            .into_iter()
            .map(|target| {
                let sign = match target.comparator {
                    Comparator::AtLeast => ">=",
                    Comparator::AtMost => "<=",
                    Comparator::MoreThan => ">",
                    Comparator::LessThan => "<",
                    Comparator::Equal => "=",
                    Comparator::Range => "range",
                };
                let to = target
                    .value_to
                    .map(|to| format!("..{to}"))
                    .unwrap_or_default();
                let kind = if target.kind == TargetKind::Target {
                    "goal"
                } else {
                    "reached"
                };
                let (value, unit) = (target.value, target.unit);
                format!("{sign} {value}{to} {unit} {kind}: {}", target.indicator)
            })
            .collect()
    }

    #[track_caller]
    fn check(text: &str, genre: Genre, expected: &[&str]) {
        assert_eq!(found(text, genre), expected, "{text}");
    }

    #[test]
    fn values_in_brackets_belong_to_what_stands_before_them() {
        check(
            "Nâng tỷ lệ trạm y tế đạt chuẩn (tối thiểu 85%), tỷ lệ tiêm chủng đầy đủ (trên 95%).",
            Genre::Plan,
            &[
                ">= 85 % goal: tỷ lệ trạm y tế đạt chuẩn",
                "> 95 % goal: tỷ lệ tiêm chủng đầy đủ",
            ],
        );
    }

    #[test]
    fn values_that_open_a_clause_are_said_of_what_follows() {
        check(
            "Phấn đấu đến cuối năm:\n- 90% cán bộ xã được tập huấn.\n- Trên 80% hộ dân dùng nước sạch.\n",
            Genre::Plan,
            &[
                "= 90 % goal: cán bộ xã được tập huấn",
                "> 80 % goal: hộ dân dùng nước sạch",
            ],
        );
    }

    #[test]
    fn comparators_stand_before_or_behind() {
        check(
            "Tỷ lệ hộ nghèo giảm còn dưới 3%.",
            Genre::Plan,
            &["< 3 % goal: Tỷ lệ hộ nghèo giảm"],
        );
        check(
            "Tỷ lệ lao động qua đào tạo đạt từ 65% trở lên.",
            Genre::Plan,
            &[">= 65 % goal: Tỷ lệ lao động qua đào tạo"],
        );
        check(
            "Tỷ lệ che phủ rừng từ 40% đến dưới 45%.",
            Genre::Plan,
            &["range 40..45 % goal: Tỷ lệ che phủ rừng"],
        );
    }

    #[test]
    fn reports_tell_what_was_reached() {
        check(
            "Chỉ số hài lòng của huyện đạt 82,15/100 điểm, xếp thứ 3/12 huyện.",
            Genre::Letter,
            &[
                "= 82.15 điểm reached: Chỉ số hài lòng của huyện",
                "= 3 hạng reached: xếp hạng Chỉ số hài lòng của huyện",
            ],
        );
        check(
            "Bộ phận một cửa đã tiếp nhận 1.250 hồ sơ.",
            Genre::Report,
            &["= 1250 hồ sơ reached: Bộ phận một cửa đã tiếp nhận hồ sơ"],
        );
        check(
            "Kinh phí thực hiện: 72,5 triệu đồng.",
            Genre::Report,
            &["= 72.5 triệu đồng reached: Kinh phí thực hiện"],
        );
    }

    #[test]
    fn numbers_that_count_nothing_are_left() {
        check("Điều 3 khoản 2 có hiệu lực sau 15 ngày.", Genre::Plan, &[]);
        check("Tổng đài 1022 trực 24/24 giờ.", Genre::Plan, &[]);
        check("doanh nghiệp có từ 300 lao động trở lên", Genre::Plan, &[]);
    }

    #[test]
    fn frequencies_in_words() {
        check(
            "Duy trì hội nghị giao ban (mỗi quý một lần).",
            Genre::Plan,
            &["= 1 lần/quý goal: Duy trì hội nghị giao ban"],
        );
    }
}
