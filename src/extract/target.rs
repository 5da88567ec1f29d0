//! Quantified goals and reported achievements: each value worth counting, with
//! the indicator it is said of, who is to reach it and until when.

use super::clause::{has_item_start, sentence_end, sentence_start};
use super::commitment::{holds_for, until, who};
use super::flat::FlatText;
use super::frequency::spoken_frequencies;
use super::indicator::{Clause, Indicator, indicator_of, says_something};
use super::numeral::{Numeral, NumeralKind};
use super::record::{Comparator, Target, TargetKind};
use super::reference::has_sentence_end;
use super::table_row::{cell_start, column_kind, headings};
use super::target_kind::{Genre, kind_of};
use super::value::{Bound, Value, bound_of, is_change, is_counted, is_money, range_end, value_at};
use std::ops::Range;

/// Two values further apart, in bytes, are said of different things.
const SAME_SUBJECT: usize = 240;

/// A target and what it was read from.
pub(super) struct StatedTarget {
    pub(super) target: Target,
    /// Which of the numerals gave its value; `None` where words did.
    pub(super) numeral_index: Option<usize>,
}

pub(super) fn targets(
    flat: &FlatText<'_>,
    numerals: &[Numeral],
    genre: Genre,
) -> Vec<StatedTarget> {
    let mut targets = spoken_values(flat, numerals, genre);
    let frequencies = spoken_frequencies(flat, genre);
    targets.extend(frequencies.into_iter().map(|target| StatedTarget {
        target,
        numeral_index: None,
    }));
    targets.sort_by_key(|stated| {
        let occurrence = &stated.target.occurrence;
        (occurrence.page, occurrence.line)
    });
    targets
}

/// What was said before a value in its sentence.
struct Previous {
    indicator: String,
    /// Where the value ended.
    end: usize,
    /// Where the words said of it ended: they do not belong to the next one.
    taken_end: usize,
    unit: String,
    comparator: Comparator,
    kind: TargetKind,
}

fn spoken_values(flat: &FlatText<'_>, numerals: &[Numeral], genre: Genre) -> Vec<StatedTarget> {
    let text = flat.text.as_str();
    let mut targets: Vec<StatedTarget> = Vec::new();
    let mut previous: Option<Previous> = None;
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
        let said_before = previous
            .as_ref()
            .filter(|previous| is_same_subject(text, previous.end, bound.start));
        let follows_count = said_before
            .is_some_and(|said| said.unit != "%" && goes_on(text, said.end, bound.start));
        if !is_counted(text, &value, &bound, follows_count) {
            continue;
        }
        if follows_count && bound.comparator == Comparator::Equal && !is_money(&value.unit) {
            bound.comparator = match said_before.map(|said| said.comparator) {
                Some(Comparator::Range) | None => Comparator::AtLeast,
                Some(comparator) => comparator,
            };
        }
        let window_start = sentence_start(text, bound.start)
            .max(
                previous
                    .as_ref()
                    .map_or(0, |said| said.taken_end)
                    .min(bound.start),
            )
            .max(cell_start(text, bound.start).unwrap_or_default());
        let window_start =
            behind_reference(text, &numerals[..index], window_start..bound.start, &bound);
        let clause = Clause {
            text,
            start: window_start,
            end: next_value(text, numerals, index, &value),
            previous: said_before.map(|said| said.indicator.as_str()),
            previous_unit: said_before.map_or("", |said| said.unit.as_str()),
            last: previous.as_ref().map(|said| said.indicator.as_str()),
        };
        let found = match (headings(flat, value.span.start), clause.last) {
            (Some(headings), _) => Indicator::new(headings, value.span.end),
            (None, Some(scored)) if value.is_rank => {
                Indicator::new(format!("xếp hạng {scored}"), value.span.end)
            }
            _ => indicator_of(&clause, &bound, &value),
        };
        let indicator = found.name;
        if !says_something(&indicator) {
            continue;
        }
        let span = bound.start..value.span.end.max(bound.end);
        // "tỷ lệ này đạt 94,7%" tells how things stand, and so does the share
        // of a sum.
        let is_level = found.is_named_again && !bound.is_stated
            || said_before.is_some_and(|said| {
                is_money(&said.unit) && value.unit == "%" && is_restated(text, &bound)
            });
        let kind = if is_level {
            TargetKind::Result
        } else {
            column_kind(text, value.span.start).unwrap_or_else(|| {
                let said_kind = said_before.map(|said| said.kind);
                kind_of(text, &bound, &value, genre, said_kind)
            })
        };
        previous = Some(Previous {
            indicator: indicator.clone(),
            end: span.end,
            taken_end: found.end.max(span.end),
            unit: value.unit.clone(),
            comparator: bound.comparator,
            kind,
        });
        let is_goal = kind == TargetKind::Target;
        let who = is_goal.then(|| who(text, bound.start)).flatten();
        let target = Target {
            indicator: without_agency(indicator, who.as_deref()),
            comparator: bound.comparator,
            value: value.value,
            value_to: value.value_to,
            is_change: is_change(text, &bound, &value),
            unit: value.unit,
            kind,
            out_of: value.out_of,
            who,
            until: is_goal
                .then(|| until(text, numerals, span.clone()))
                .flatten(),
            holds_for: holds_for(text, numerals, span.clone()),
            is_doubtful: false,
            is_completed: false,
            text: flat.printed(span.clone()),
            occurrence: flat.occurrence(span),
        };
        targets.push(StatedTarget {
            target,
            numeral_index: Some(index),
        });
    }
    targets
}

/// Whether nothing ends between two values.
fn is_same_subject(text: &str, from: usize, to: usize) -> bool {
    to.saturating_sub(from) < SAME_SUBJECT
        && !has_sentence_end(text, from, to)
        && !has_item_start(text, from, to)
        && text
            .get(from..to)
            .is_some_and(|between| !between.contains('|'))
}

/// "(58,4%)", "tương ứng 72,0%": the value before once more, as a share.
fn is_restated(text: &str, bound: &Bound) -> bool {
    bound
        .filler
        .is_some_and(|filler| filler.starts_with("tương"))
        || text[..bound.start].trim_end().ends_with('(')
}

/// "Sở Y tế duy trì đội cơ động": who is to do it is told apart.
fn without_agency(indicator: String, who: Option<&str>) -> String {
    let rest = who.and_then(|who| indicator.strip_prefix(who)?.strip_prefix(' '));
    match rest {
        Some(rest) if rest.split_whitespace().count() >= 3 => rest.to_owned(),
        _ => indicator,
    }
}

/// Where the words for an indicator may begin: behind a document that the
/// clause names and its issuer, where enough is left.
fn behind_reference(text: &str, before: &[Numeral], window: Range<usize>, bound: &Bound) -> usize {
    let last = before
        .iter()
        .rev()
        .take_while(|numeral| numeral.span.end > window.start)
        .find(|numeral| matches!(numeral.kind, NumeralKind::Number(_) | NumeralKind::Date(_)));
    let Some(last) = last else {
        return window.start;
    };
    let rest = text.get(last.span.end..window.end).unwrap_or_default();
    let start = match rest.find(", ") {
        Some(comma) => last.span.end + comma + 2,
        None => last.span.end,
    };
    let left = text.get(start..window.end).unwrap_or_default();
    // "theo Công văn số …, số tiền 3 tỷ đồng": of what stands before the document.
    let names_sum = bound
        .filler
        .is_some_and(|filler| filler.contains("số tiền"));
    if names_sum || left.split_whitespace().count() >= 2 {
        start
    } else {
        window.start
    }
}

/// "02 trung tâm, 05 khu", "650 cán bộ và 42 phương tiện": what counts the
/// first counts the second.
fn goes_on(text: &str, from: usize, to: usize) -> bool {
    text.get(from..to).is_some_and(|between| {
        let between = between.trim_end();
        between.len() < 120 && (between.ends_with(" và") || between.ends_with(','))
    })
}

/// Where the words behind a value end at the latest: at the end of its
/// sentence, or where another value, date or document is named.
fn next_value(text: &str, numerals: &[Numeral], index: usize, value: &Value) -> usize {
    let end = sentence_end(text, value.span.end);
    numerals[index + 1..]
        .iter()
        .skip_while(|next| next.span.start < value.span.end)
        .take_while(|next| next.span.start < end)
        .find(|next| match next.kind {
            NumeralKind::Number(_) | NumeralKind::Date(_) | NumeralKind::YearRange(..) => true,
            // "lớp 2", "từ 14 tuổi" are part of the words.
            _ => value_at(text, next).is_some_and(|value| {
                let bound: Bound = bound_of(text, &value);
                is_counted(text, &value, &bound, false)
            }),
        })
        .map_or(end, |next| next.span.start)
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
            .map(|StatedTarget { target, .. }| {
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
