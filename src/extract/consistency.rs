//! Sums and shares that a text states: they are counted over, and what does not
//! come out is told as it stands. Only what the text itself ties together is
//! looked at, so that a remark is worth reading:
//!
//! * a share behind its ratio: "120/130 hồ sơ (92,3%)", "22/27 nội dung, đạt 81,5%";
//! * a part that exceeds its whole: "25/23 xã";
//! * the parts of a count in brackets: "142 hồ sơ (141 cấp huyện và 01 cấp xã)";
//! * a change against a value in brackets: "150 hồ sơ, tăng 25% so với năm 2022
//!   (120 hồ sơ)".

use super::clause::{has_item_start, phrase_start};
use super::flat::FlatText;
use super::numeral::{Numeral, NumeralKind, year_at};
use super::record::{Inconsistency, InconsistencyKind};
use super::reference::has_sentence_end;
use super::scan::{digits_end, word_end};
use super::value::{Value, is_money, value_at};
use std::ops::Range;

/// Of these a place has so many and no more; a plan may be exceeded.
const UNITS_OF_A_WHOLE: [&str; 13] = [
    "xã",
    "phường",
    "thị trấn",
    "huyện",
    "thôn",
    "ấp",
    "khu",
    "đơn vị",
    "cơ quan",
    "trường",
    "đảng viên",
    "hộ",
    "tiêu chí",
];

/// A share stands at most so many bytes behind its ratio.
const SHARE_REACH: usize = 120;

/// A bracket with the parts of a count is at most so long, in bytes.
const PARTS: usize = 300;

pub(super) fn inconsistencies(flat: &FlatText<'_>, numerals: &[Numeral]) -> Vec<Inconsistency> {
    let text = flat.text.as_str();
    let mut found = Vec::new();
    for (index, numeral) in numerals.iter().enumerate() {
        let checked = match numeral.kind {
            NumeralKind::Ratio(part, whole) => ratio(text, numerals, index, part, whole),
            NumeralKind::Quantity { value, to: None } => sum(text, numerals, index, value),
            NumeralKind::Percent { from: None, value } => change(text, numerals, index, value),
            _ => None,
        };
        let Some((kind, stated, computed, span)) = checked else {
            continue;
        };
        found.push(Inconsistency {
            kind,
            stated,
            computed: (computed * 100.0).round() / 100.0,
            text: flat.printed(span.clone()),
            occurrence: flat.occurrence(span),
        });
    }
    found
}

/// What does not come out: kind, what is stated, what comes out, where.
type Mismatch = (InconsistencyKind, f64, f64, Range<usize>);

/// A ratio with a unit: its part is within the whole, its share is right.
fn ratio(
    text: &str,
    numerals: &[Numeral],
    index: usize,
    part: f64,
    whole: f64,
) -> Option<Mismatch> {
    let numeral = &numerals[index];
    let counted = value_behind(text, numeral)?;
    let is_count = !matches!(counted.unit.as_str(), "hạng" | "giờ" | "ngày" | "%");
    if !is_count || whole <= 0.0 {
        return None;
    }
    if part > whole && UNITS_OF_A_WHOLE.contains(&counted.unit.as_str()) {
        let span = numeral.span.start..counted.span.end;
        return Some((InconsistencyKind::Part, part, whole, span));
    }
    let next = numerals.get(index + 1)?;
    let NumeralKind::Percent { from: None, value } = next.kind else {
        return None;
    };
    let between = text.get(numeral.span.end..next.span.start)?;
    let is_share = between.len() <= SHARE_REACH
        && !has_sentence_end(text, numeral.span.end, next.span.start)
        && !has_item_start(text, numeral.span.end, next.span.start)
        && !between.contains([';', '|'])
        && (between.trim_end().ends_with('(')
            || ["đạt", "đạt tỷ lệ", "chiếm", "chiếm tỷ lệ", "tỷ lệ", "bằng"]
                .iter()
                .any(|verb| phrase_start(text, next.span.start, verb).is_some()));
    let computed = 100.0 * part / whole;
    let is_off = (computed - value).abs() > tolerance(text, next);
    (is_share && is_off).then(|| {
        let span = numeral.span.start..next.span.end;
        (InconsistencyKind::Share, value, computed, span)
    })
}

/// A ratio has its unit even where the part exceeds the whole.
fn value_behind(text: &str, numeral: &Numeral) -> Option<Value> {
    let mut within = numeral.clone();
    if let NumeralKind::Ratio(part, whole) = numeral.kind {
        within.kind = NumeralKind::Ratio(part.min(whole), whole);
    }
    value_at(text, &within)
}

/// One unit of the last digit that is printed: shares are rounded, or cut off.
fn tolerance(text: &str, percent: &Numeral) -> f64 {
    let printed = text.get(percent.span.clone()).unwrap_or_default();
    let decimals = printed
        .split_once([',', '.'])
        .map_or(0, |(_, decimals)| digits_end(decimals, 0).min(6));
    // The cast is exact: at most six.
    10_f64.powi(-(decimals as i32)) + 1e-9
}

/// "142 hồ sơ (141 cấp huyện và 01 cấp xã)": counts joined by commas, the last
/// one by "và", are the whole.
fn sum(text: &str, numerals: &[Numeral], index: usize, whole: f64) -> Option<Mismatch> {
    let numeral = &numerals[index];
    let counted = value_at(text, numeral)?;
    let open = text.get(counted.span.end..)?;
    let open = counted.span.end + open.len() - open.trim_start_matches([' ', '\n']).len();
    if !text[open..].starts_with('(') {
        return None;
    }
    let limit = super::flat::floor_border(text, open + PARTS);
    let close = open + text[open..limit].find(')')?;
    let inner = &text[open + 1..close];
    // What is only some of it, or no count, says nothing of the sum.
    if inner.contains(['%', '/', '(', ':']) || inner.contains("trong đó") {
        return None;
    }
    let parts: Vec<&Numeral> = numerals[index + 1..]
        .iter()
        .take_while(|part| part.span.start < close)
        .collect();
    let mut total = 0.0;
    for (place, part) in parts.iter().enumerate() {
        let NumeralKind::Quantity { value, to: None } = part.kind else {
            return None;
        };
        let from = if place == 0 {
            open + 1
        } else {
            parts[place - 1].span.end
        };
        let joint = text.get(from..part.span.start)?.trim();
        let is_list = if place == 0 {
            joint.is_empty() || matches!(joint, "gồm" | "bao gồm" | "gồm có" | "có")
        } else {
            joint.ends_with([',', ';']) || joint.ends_with("và")
        };
        let is_year = year_at(text, part.span.start).is_some() && !is_money(&counted.unit);
        if !is_list || is_year {
            return None;
        }
        total += value;
    }
    let last = parts.last()?;
    let is_closed = phrase_start(text, last.span.start, "và").is_some()
        || ["gồm", "bao gồm"]
            .iter()
            .any(|word| inner.starts_with(word));
    let is_off = (total - whole).abs() > 1e-6 * whole.abs().max(1.0);
    let is_sum = parts.len() >= 2 && (is_closed || total > whole);
    (is_sum && is_off).then(|| {
        let span = numeral.span.start..close + 1;
        (InconsistencyKind::Sum, whole, total, span)
    })
}

/// "150 hồ sơ, tăng 25% so với năm 2022 (120 hồ sơ)": the value before, the
/// change, and in brackets what it is compared with.
fn change(text: &str, numerals: &[Numeral], index: usize, percent: f64) -> Option<Mismatch> {
    let numeral = &numerals[index];
    let sign = if phrase_start(text, numeral.span.start, "tăng").is_some() {
        1.0
    } else if phrase_start(text, numeral.span.start, "giảm").is_some() {
        -1.0
    } else {
        return None;
    };
    let behind = super::scan::skip_space(text, numeral.span.end, 2);
    word_end(text, behind, "so")?;
    let now_at = index.checked_sub(1)?;
    let now = value_at(text, &numerals[now_at])?;
    // The year compared with may stand between.
    let base = numerals[index + 1..]
        .iter()
        .take(2)
        .find(|base| text[..base.span.start].trim_end().ends_with('('))?;
    let base_value = value_at(text, base)?;
    let is_tied = now.unit == base_value.unit
        && now.unit != "%"
        && base_value.value > 0.0
        && base_value.span.end - now.span.start <= PARTS
        && !has_sentence_end(text, now.span.start, base.span.start)
        && !text[now.span.end..base.span.start].contains(';');
    let computed = sign * 100.0 * (now.value - base_value.value) / base_value.value;
    let is_off = (computed - percent).abs() > tolerance(text, numeral);
    (is_tied && is_off).then(|| {
        let span = now.span.start..base_value.span.end;
        (InconsistencyKind::Change, percent, computed, span)
    })
}

#[cfg(test)]
mod tests {
    use super::super::document::DocumentText;
    use super::super::numeral::scan_numerals;
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(InconsistencyKind, f64, f64)>) {
        let document = DocumentText::from_plain_text(text);
        let flat = FlatText::new(&document, |_, _| true);
        let found = inconsistencies(&flat, &scan_numerals(&flat.text));
        let found = found
            .first()
            .map(|item| (item.kind, item.stated, item.computed));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn shares_and_parts() {
        use InconsistencyKind::{Part, Share};
        check("120/130 hồ sơ (92,3%)", None);
        check("22/27 nội dung đã khắc phục xong (81,5%)", None);
        check("120/130 hồ sơ (95,3%)", Some((Share, 95.3, 92.31)));
        check("17/19 xã, đạt 98%", Some((Share, 98.0, 89.47)));
        check("25/23 xã đạt chuẩn", Some((Part, 25.0, 23.0)));
        check("trực 24/7 giờ; xếp thứ 5/3 huyện", None);
        check("17/19 xã; tỷ lệ hộ nghèo chiếm 5%", None);
    }

    #[test]
    fn sums_in_brackets() {
        use InconsistencyKind::Sum;
        check("142 hồ sơ (141 cấp huyện và 01 cấp xã)", None);
        check(
            "143 hồ sơ (141 cấp huyện và 01 cấp xã)",
            Some((Sum, 143.0, 142.0)),
        );
        check("12 hồ sơ (03 quá hạn, 02 đang xử lý)", None);
        check("12 hồ sơ (trong đó 03 quá hạn và 02 đang xử lý)", None);
        check("4 hồ sơ (03 quá hạn, 02 đang xử lý)", Some((Sum, 4.0, 5.0)));
    }

    #[test]
    fn changes_against_a_value_in_brackets() {
        use InconsistencyKind::Change;
        check(
            "tiếp nhận 150 hồ sơ, tăng 25% so với năm 2022 (120 hồ sơ)",
            None,
        );
        check(
            "tiếp nhận 150 hồ sơ, giảm 25% so với năm 2022 (120 hồ sơ)",
            Some((Change, 25.0, -25.0)),
        );
    }
}
