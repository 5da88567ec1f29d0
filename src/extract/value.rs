//! Values that may be targets: the number with its unit, and the words that
//! bound it.

use super::clause::{phrase_end, phrase_start};
use super::flat::{ceil_border, collapse, floor_border};
use super::lists::{COMPARATORS, COUNT_VERBS, UNITS, VALUE_FILLERS};
use super::numeral::{Numeral, NumeralKind};
use super::record::Comparator;
use super::scan::{char_at, skip_space};
use std::ops::Range;

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

/// The value that a numeral states, with its unit.
pub(super) fn value_at(text: &str, numeral: &Numeral) -> Option<Value> {
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
            if is_rank(text, numeral.span.start) || is_bare_rank(text, numeral.span.start) {
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
    ]
    .iter()
    .any(|phrase| phrase_start(text, start, phrase).is_some())
}

/// "xếp 5/10 huyện": a rank where a ratio follows.
fn is_bare_rank(text: &str, start: usize) -> bool {
    phrase_start(text, start, "xếp").is_some() && phrase_start(text, start, "sắp xếp").is_none()
}

/// What a frequency may be counted by, beside single words.
const PERIODS_OF_TWO_WORDS: [&str; 4] = ["học kỳ", "năm học", "hộ dân", "nhiệm kỳ"];

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
        let per_end = PERIODS_OF_TWO_WORDS
            .iter()
            .find_map(|period| phrase_end(text, per_start, period))
            .unwrap_or_else(|| {
                text[per_start..]
                    .find(|c: char| !c.is_alphanumeric())
                    .map_or(text.len(), |length| per_start + length)
            });
        let per = &text[per_start..per_end];
        if !per.is_empty() && per.chars().count() <= 12 {
            unit = format!("{unit}/{}", collapse(per));
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

pub(super) fn bound_of(text: &str, value: &Value) -> Bound {
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
        // "thiết bị tối thiểu mới đạt 43,5%": what stands before tells of the
        // thing, not of the value.
        if phrase.starts_with("mới") {
            break;
        }
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

/// Whether words such as "tối thiểu" or "trên" stand before a value.
pub(super) fn is_bounded_below(text: &str, numeral: &Numeral) -> bool {
    value_at(text, numeral).is_some_and(|value| {
        let comparator = bound_of(text, &value).comparator;
        matches!(comparator, Comparator::AtLeast | Comparator::MoreThan)
    })
}

/// Whether "so với" follows.
pub(super) fn is_compared(text: &str, end: usize) -> bool {
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
pub(super) fn range_end(
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
pub(super) fn is_counted(text: &str, value: &Value, bound: &Bound, follows_count: bool) -> bool {
    if is_money(&value.unit) {
        // A stall of "0 đồng" states no sum.
        return value.value > 0.0;
    }
    if value.unit == "%" || value.is_rank {
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
    if bound.is_stated || follows_count || is_share_behind(text, value.span.end) {
        return true;
    }
    let starts = [value.span.start, bound.start];
    COUNT_VERBS.iter().any(|verb| {
        starts
            .iter()
            .any(|start| phrase_start(text, *start, verb).is_some())
    }) || is_named_count(text, value, bound)
}

/// "31 văn bản sai thể thức (25,8%)": a count whose share is told.
fn is_share_behind(text: &str, end: usize) -> bool {
    let behind = &text[end..ceil_border(text, end + 90)];
    let Some(open) = behind.find('(') else {
        return false;
    };
    let is_near = !behind[..open].contains([',', ';', '.', ':', '|']);
    let inner = behind[open + 1..].trim_start_matches([' ', '\n']);
    let digits = inner.find(|c: char| !c.is_ascii_digit() && !matches!(c, ',' | '.'));
    is_near
        && digits.is_some_and(|digits| digits > 0 && inner[digits..].trim_start().starts_with('%'))
}

/// "chi trả cho 1.038 hộ", "còn khoảng 62 mét giá".
fn is_named_count(text: &str, value: &Value, bound: &Bound) -> bool {
    let is_left = bound.filler == Some("còn") && !bound.is_stated;
    is_left || phrase_start(text, value.span.start, "cho").is_some()
}

/// Whether a value tells how much more or less: "tăng 5% so với", "thấp hơn
/// 7,7% so với"; "giảm xuống còn 5%" tells a level.
pub(super) fn is_change(text: &str, bound: &Bound, value: &Value) -> bool {
    let says = |phrase: &str| {
        phrase_start(text, value.span.start, phrase).is_some()
            || phrase_start(text, bound.start, phrase).is_some()
    };
    let is_level = bound.filler.is_some_and(|filler| {
        matches!(
            filler,
            "còn" | "xuống còn" | "lên" | "xuống" | "lên đến" | "đạt"
        )
    });
    let is_change = [
        "tăng",
        "giảm",
        "tăng thêm",
        "giảm bớt",
        "cao hơn",
        "thấp hơn",
    ]
    .iter()
    .any(|phrase| says(phrase));
    is_change && !is_level
}
