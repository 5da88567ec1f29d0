//! Which font each word gets, so that its box comes out as high as it was read.
//!
//! A font is told apart by how far it reaches over and under the baseline. Boxes
//! need not be met to the pixel: a font is kept as long as words are met well
//! enough, which leaves few fonts and few changes between them.

use super::lines::{Reach, Setting};
use std::collections::BTreeSet;

/// How far a font reaches over and under the baseline, in parts of its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Shape {
    pub(super) ascent: u8,
    pub(super) descent: u8,
}

impl Shape {
    /// Parts of a font's size.
    pub(super) const PARTS: u8 = 8;

    /// The shape that comes nearest to a reach with a font of this size.
    fn nearest(reach: Reach, size: i64) -> Self {
        let parts = |reach: f64| {
            let parts = reach / size as f64 * f64::from(Self::PARTS);
            parts.round().clamp(0.0, f64::from(u8::MAX)) as u8
        };
        Self {
            ascent: parts(reach.ascent).max(1),
            descent: parts(reach.descent),
        }
    }

    /// By how much it is off at one edge or the other, in units of the frame.
    fn error(self, reach: Reach, size: i64) -> f64 {
        let units = |parts: u8| f64::from(parts) * size as f64 / f64::from(Self::PARTS);
        let above = (units(self.ascent) - reach.ascent).abs();
        above.max((units(self.descent) - reach.descent).abs())
    }
}

/// The shape for each word in the order in which they are shown. Boxes are met
/// within `slack` units of the frame, or as well as parts of the size allow;
/// shapes that are `known` are taken before others, and new ones added to them.
pub(super) fn choose(words: &[Setting], slack: f64, known: &mut BTreeSet<Shape>) -> Vec<Shape> {
    let mut shapes: Vec<Shape> = Vec::with_capacity(words.len());
    for (index, word) in words.iter().enumerate() {
        let kept = shapes.last().copied();
        let kept = kept.filter(|shape| meets(*shape, word, slack));
        let shape = kept.unwrap_or_else(|| longest(&words[index..], slack, known));
        known.insert(shape);
        shapes.push(shape);
    }
    shapes
}

/// Whether a word's box is met as well as is asked.
fn meets(shape: Shape, word: &Setting, slack: f64) -> bool {
    word.reach.is_none_or(|reach| {
        let best = Shape::nearest(reach, word.size).error(reach, word.size);
        shape.error(reach, word.size) <= slack.max(best)
    })
}

/// The shape that the most words from the first on can keep.
fn longest(words: &[Setting], slack: f64, known: &BTreeSet<Shape>) -> Shape {
    let first = words[0];
    let any = Shape {
        ascent: Shape::PARTS,
        descent: 0,
    };
    let nearest = first
        .reach
        .map_or(any, |reach| Shape::nearest(reach, first.size));
    let near = |parts: u8| parts.saturating_sub(NEAR_PARTS)..=parts.saturating_add(NEAR_PARTS);
    near(nearest.ascent)
        .flat_map(|ascent| near(nearest.descent).map(move |descent| Shape { ascent, descent }))
        .filter(|shape| shape.ascent > 0 && meets(*shape, &first, slack))
        .max_by_key(|shape| {
            let is_met = |word: &&Setting| meets(*shape, word, slack);
            let n_kept = words.iter().take(FAR).take_while(is_met).count();
            let n_saved = if known.contains(shape) {
                WORTH_OF_KNOWN
            } else {
                0
            };
            // Of two as good the nearer one.
            let n_parts_off =
                shape.ascent.abs_diff(nearest.ascent) + shape.descent.abs_diff(nearest.descent);
            (n_kept + n_saved, std::cmp::Reverse(n_parts_off))
        })
        .unwrap_or(nearest)
}

/// How many parts about the nearest shape are tried: what the slack takes in small
/// print.
const NEAR_PARTS: u8 = 2;
/// Another font takes as many bytes as changes between so many words.
const WORTH_OF_KNOWN: usize = 12;
/// Further words are not looked at.
const FAR: usize = 60;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn word(ascent: f64, descent: f64, size: i64) -> Setting {
        Setting {
            left: 0.0,
            right: 10.0,
            baseline: 0,
            size,
            reach: Some(Reach { ascent, descent }),
        }
    }

    #[test]
    fn words_of_like_height_share_a_font() {
        let words = [
            word(18.0, 0.0, 26),
            word(20.0, 1.0, 26),
            word(18.0, 5.0, 26),
            word(12.0, 0.0, 26),
        ];
        let mut known = BTreeSet::new();
        let shapes = choose(&words, 3.5, &mut known);
        assert_eq!((shapes[0], shapes[1]), (shapes[1], shapes[2]));
        assert_ne!(shapes[2], shapes[3]);
        assert_eq!(known.len(), 2);
    }

    #[test]
    fn a_font_that_is_there_is_taken() {
        let words = [word(18.0, 0.0, 26)];
        for there in [5, 6] {
            let there = Shape {
                ascent: there,
                descent: 0,
            };
            let mut known = BTreeSet::from([there]);
            assert_eq!(choose(&words, 3.0, &mut known), [there]);
        }
    }

    #[test]
    fn a_floating_mark_changes_no_font() {
        let mut mark = word(8.0, -6.0, 26);
        mark.reach = None;
        let words = [word(18.0, 0.0, 26), mark, word(18.0, 0.0, 26)];
        let shapes = choose(&words, 1.0, &mut BTreeSet::new());
        assert_eq!(shapes[0], shapes[1]);
    }

    proptest! {
        #[test]
        fn boxes_are_met(
            reaches in prop::collection::vec((1.0..40.0, -3.0..12.0, 8_i64..60), 1..20),
            slack in 0.5..4.0,
        ) {
            let words: Vec<Setting> = reaches
                .iter()
                .map(|&(ascent, descent, size)| word(ascent, descent, size))
                .collect();
            let shapes = choose(&words, slack, &mut BTreeSet::new());
            for (shape, word) in shapes.iter().zip(&words) {
                prop_assert!(meets(*shape, word, slack));
            }
        }
    }
}
