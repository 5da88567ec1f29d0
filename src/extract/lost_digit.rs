//! A percentage that lost its first digit: nobody asks for "tối thiểu 0%".
//! Where the same document asks for the same thing again, with one value that
//! ends like what is left, that value is given. Flag and text tell what was
//! read; where the document does not tell, the value stays as it was read.

use super::fold::fold;
use super::numeral::{Numeral, NumeralKind};
use super::record::Comparator;
use super::target::StatedTarget;

/// Names of fewer words in common are no sign that the same is spoken of.
const LEAST_WORDS: usize = 3;

/// Flags goals whose value lost a digit, and completes them, and the
/// percentages they were read from, where the document says the same again.
pub(super) fn complete(stated: &mut [StatedTarget], numerals: &mut [Numeral]) {
    for index in 0..stated.len() {
        let Some(numeral_index) = stated[index].numeral_index.filter(|_| {
            let target = &stated[index].target;
            target.unit == "%" && target.value == 0.0 && is_floor(target.comparator)
        }) else {
            continue;
        };
        let value = said_again(stated, index);
        let target = &mut stated[index].target;
        target.is_doubtful = true;
        if let Some(value) = value {
            target.value = value;
            target.is_completed = true;
            let numeral = &mut numerals[numeral_index];
            numeral.kind = NumeralKind::Percent { from: None, value };
            numeral.is_repaired = true;
        }
    }
}

fn is_floor(comparator: Comparator) -> bool {
    matches!(comparator, Comparator::AtLeast | Comparator::MoreThan)
}

/// The one value that other goals of the same name and comparator have, among
/// whole percentages that end in 0 as the lost one does.
fn said_again(stated: &[StatedTarget], lost_index: usize) -> Option<f64> {
    let lost = &stated[lost_index].target;
    let name = words(&lost.indicator);
    let mut values = stated.iter().enumerate().filter_map(|(index, other)| {
        let other = &other.target;
        let is_same = index != lost_index
            && other.unit == "%"
            && other.comparator == lost.comparator
            && other.kind == lost.kind
            && other.value > 0.0
            && other.value < 100.0
            && other.value % 10.0 == 0.0
            && other.value_to.is_none()
            && is_same_name(&name, &words(&other.indicator));
        is_same.then_some(other.value)
    });
    let first = values.next()?;
    values.all(|other| other == first).then_some(first)
}

fn words(name: &str) -> Vec<String> {
    name.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(fold)
        .collect()
}

/// Whether all words of the shorter name stand, in their order, in the longer:
/// "hồ sơ trực tuyến" and "hồ sơ dịch vụ công trực tuyến".
fn is_same_name(a: &[String], b: &[String]) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let mut rest = long.iter();
    short.len() >= LEAST_WORDS && short.iter().all(|word| rest.any(|other| other == word))
}

#[cfg(test)]
mod tests {
    use crate::extract::{DocumentText, Percentage, Target, extract};

    fn lost(text: &str) -> (Percentage, Target) {
        let record = extract(&DocumentText::from_plain_text(text));
        let percentage = record.percentages.into_iter().next();
        let target = record.targets.into_iter().next();
        (
            percentage.expect("a percentage stands there"),
            target.expect("a target stands there"),
        )
    }

    #[test]
    fn a_digit_is_taken_from_where_the_same_is_asked_for_again() {
        for read in ["0%", "00%"] {
            let (percentage, target) = lost(&format!(
                "Bảo đảm tỷ lệ hộ dân dùng nước sạch tập trung tối thiểu {read}.\n\
                 Các xã nâng tỷ lệ hộ dân dùng nước sạch tối thiểu 80%.\n"
            ));
            assert_eq!(percentage.text, read);
            assert_eq!(percentage.value, 80.0);
            assert!(percentage.is_doubtful && percentage.is_completed);
            assert_eq!(target.value, 80.0);
            assert!(target.is_doubtful && target.is_completed);
        }
    }

    #[test]
    fn nothing_is_taken_where_the_document_does_not_tell() {
        for second in [
            // Another thing, another comparator, two values, another last digit.
            "Các xã nâng tỷ lệ trẻ em đến trường tối thiểu 80%.",
            "Các xã giữ tỷ lệ hộ dân dùng nước sạch tối đa 80%.",
            "Tỷ lệ hộ dân dùng nước sạch tối thiểu 80%.\nTỷ lệ hộ dân dùng nước sạch tối thiểu 90%.",
            "Các xã nâng tỷ lệ hộ dân dùng nước sạch tối thiểu 85%.",
        ] {
            let (percentage, target) = lost(&format!(
                "Bảo đảm tỷ lệ hộ dân dùng nước sạch tối thiểu 0%.\n{second}\n"
            ));
            assert_eq!(percentage.value, 0.0, "{second}");
            assert!(
                percentage.is_doubtful && !percentage.is_completed,
                "{second}"
            );
            assert!(target.is_doubtful && !target.is_completed, "{second}");
        }
    }

    #[test]
    fn a_zero_that_was_reached_is_a_zero() {
        let (percentage, target) = lost("Tỷ lệ hồ sơ trễ hạn đạt 0%.\n");
        assert!(!percentage.is_doubtful);
        assert!(!target.is_doubtful);
    }
}
