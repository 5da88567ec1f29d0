//! Papers scanned sideways or upside down, told by what can be read of them.
//!
//! A page that reads well is never tried in another direction: the trial costs
//! only where the first reading is junk.

use super::layout::FoundLine;
use super::{Line, Word};
use crate::vietnamese::is_syllable;

/// A page of which this share of words are syllables as they stand on an upright
/// page is upright; text read sideways or upside down has next to none.
const SHARE_UPRIGHT: f32 = 0.25;
/// Surer words of this many letters or more count: short ones turn up everywhere
/// and are as high as wide.
const SURE_SYLLABLE: f32 = 0.6;
const LEAST_LETTERS: usize = 3;
/// A direction is better only with this many times the syllables, and so many.
const TIMES_BETTER: usize = 3;
const LEAST_SYLLABLES: usize = 5;

/// Whether a page may have been read in a wrong direction.
pub(super) fn may_be_turned(lines: &[Line]) -> bool {
    let words = || lines.iter().flat_map(|line| &line.words);
    let n_syllables = words().filter(|word| is_upright_syllable(word)).count();
    (n_syllables as f32) < SHARE_UPRIGHT * words().count() as f32
}

/// Sure syllables in a trial reading.
pub(super) fn n_syllables(found: &[FoundLine]) -> usize {
    found
        .iter()
        .flat_map(|line| &line.words)
        .filter(|word| is_upright_syllable(word))
        .count()
}

/// The number of quarter turns, 1 to 3, that reads far better than none;
/// `tried` has the syllables read after 0 to 3 of them.
pub(super) fn best_turn(tried: [usize; 4]) -> Option<u8> {
    let (turn, n_syllables) = (1..4_u8)
        .map(|turn| (turn, tried[usize::from(turn)]))
        .max_by_key(|&(_, n_syllables)| n_syllables)?;
    (n_syllables >= LEAST_SYLLABLES && n_syllables >= TIMES_BETTER * tried[0]).then_some(turn)
}

/// The recogniser can read lines that run upwards by itself, but then gives
/// their words in no order; such words are higher than wide.
fn is_upright_syllable(word: &Word) -> bool {
    let letters = word
        .text
        .trim_matches(|letter: char| !letter.is_alphabetic());
    word.confidence >= SURE_SYLLABLE
        && letters.chars().count() >= LEAST_LETTERS
        && word.bounding_box.width_px() >= word.bounding_box.height_px()
        && is_syllable(letters)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::BoundingBox;

    fn line(text: &str) -> Line {
        line_of_boxes(text, BoundingBox::new(0, 0, 40, 15))
    }

    fn line_of_boxes(text: &str, bounding_box: BoundingBox) -> Line {
        let word = |text: &str| Word {
            text: text.to_owned(),
            bounding_box,
            confidence: 0.9,
            alternatives: Vec::new(),
        };
        Line {
            block_index: 0,
            words: text.split(' ').map(word).collect(),
        }
    }

    #[test]
    fn running_text_and_tables_stand_upright() {
        let text = line("Các đơn vị báo cáo kết quả trước ngày 15 hằng tháng");
        let row = line("1 Trạm y tế xã 96 % 14/20 đạt");
        assert!(!may_be_turned(&[text, row]));
        assert!(!may_be_turned(&[]));
    }

    #[test]
    fn text_read_upside_down_may_be_turned() {
        assert!(may_be_turned(&[line("'8ueu) Suou Áy8u 2ỏn11 enb oe2 œ9")]));
    }

    #[test]
    fn lines_that_run_upwards_are_turned_although_they_can_be_read() {
        let text = "Các đơn vị báo cáo kết quả trước ngày 15 hằng tháng";
        let line = line_of_boxes(text, BoundingBox::new(0, 0, 15, 40));
        assert!(may_be_turned(&[line]));
    }

    #[test]
    fn only_a_far_better_direction_is_taken() {
        assert_eq!(best_turn([2, 40, 1, 3]), Some(1));
        assert_eq!(best_turn([0, 0, 1, 30]), Some(3));
        assert_eq!(best_turn([20, 30, 0, 0]), None);
        assert_eq!(best_turn([0, 1, 2, 1]), None);
    }
}
