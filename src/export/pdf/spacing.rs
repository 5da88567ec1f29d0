//! Where the words of a line come to stand.
//!
//! A whole line is shown at once: how wide its letters are (`Tz`) and how wide its
//! spaces (`Tw`) is fitted to the boxes of all its words, and only a word that
//! would still stand too far from its own box is moved. Justified print has such
//! lines: most words need no place of their own.

/// A word of a line: where it is to stand and how wide its letters are unscaled,
/// all in units of the frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Target {
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) natural: f64,
}

/// How text is spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spread {
    /// Width of letters and spaces, in hundredths of the natural one (`Tz`).
    pub(super) scale: i64,
    /// What a space is wider by before it is scaled, in tenths of a unit (`Tw`).
    pub(super) word_space: i64,
}

impl Default for Spread {
    fn default() -> Self {
        Self {
            scale: 100,
            word_space: 0,
        }
    }
}

impl Spread {
    fn factor(self) -> f64 {
        self.scale as f64 / 100.0
    }

    fn space(self, natural_space: f64) -> f64 {
        (natural_space + self.word_space as f64 / 10.0) * self.factor()
    }
}

/// What comes before a word.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Step {
    pub(super) spread: Spread,
    /// By how much the pen moves on from where the text before has led it.
    pub(super) shift: f64,
}

/// Bytes that a moved word and another scale cost, packed.
const COST_OF_SHIFT: u32 = 3;
const COST_OF_SCALE: u32 = 4;
const COST_OF_WORD_SPACE: u32 = 3;
const MIN_SCALE: i64 = 1;

/// How the words of a line are reached: the pen stands at `start` before the first,
/// and `spread` is what the text before was spread by. Edges come within `slack` of
/// those of their boxes.
pub(super) fn fit(
    words: &[Target],
    start: f64,
    natural_space: f64,
    slack: f64,
    spread: Spread,
) -> Vec<Step> {
    let fitted = fitted_scale(words).unwrap_or(spread.scale);
    let mut tried = Vec::new();
    for scale in [spread.scale, fitted, typical_scale(words).unwrap_or(fitted)] {
        let word_space = fitted_word_space(words, natural_space, scale);
        tried.push(Spread {
            scale,
            word_space: spread.word_space,
        });
        tried.extend(
            word_space
                .into_iter()
                .map(|word_space| Spread { scale, word_space }),
        );
    }
    tried
        .into_iter()
        .map(|tried| walk(words, start, natural_space, slack, spread, tried))
        .min_by_key(|(cost, _)| *cost)
        .map(|(_, steps)| steps)
        .unwrap_or_default()
}

/// Sets a line with one spread; words that it does not fit have another scale.
fn walk(
    words: &[Target],
    start: f64,
    natural_space: f64,
    slack: f64,
    before: Spread,
    spread: Spread,
) -> (u32, Vec<Step>) {
    let mut pen = start;
    let mut cost = 0;
    if spread.word_space != before.word_space {
        cost += COST_OF_WORD_SPACE;
    }
    let mut scale = before.scale;
    let mut steps = Vec::with_capacity(words.len());
    for word in words {
        let width = word.right - word.left;
        let mut now = spread;
        if (word.natural * now.factor() - width).abs() > 2.0 * slack {
            now.scale = scale_of(width, word.natural);
        }
        if now.scale != scale {
            cost += COST_OF_SCALE;
            scale = now.scale;
        }
        let set_width = word.natural * now.factor();
        let is_met = |left: f64| {
            (left - word.left).abs() <= slack && (left + set_width - word.right).abs() <= slack
        };
        let shift = if is_met(pen) {
            0.0
        } else {
            cost += COST_OF_SHIFT;
            f64::midpoint(word.left, word.right) - set_width / 2.0 - pen
        };
        steps.push(Step { spread: now, shift });
        pen += shift + set_width + now.space(natural_space);
    }
    (cost, steps)
}

fn scale_of(width: f64, natural: f64) -> i64 {
    ((width / natural * 100.0).round() as i64).max(MIN_SCALE)
}

/// The scale of the middle word by width of letters.
fn typical_scale(words: &[Target]) -> Option<i64> {
    let mut scales: Vec<i64> = words
        .iter()
        .map(|word| scale_of(word.right - word.left, word.natural))
        .collect();
    scales.sort_unstable();
    scales.get(scales.len() / 2).copied()
}

/// The scale with which edges come nearest to those of their boxes, by least
/// squares, whatever the spaces: `None` for a line of one word.
fn fitted_scale(words: &[Target]) -> Option<i64> {
    if words.len() < 2 {
        return None;
    }
    // Edge = start + scale * letters before + space * spaces before.
    let mut sums = [[0.0_f64; 4]; 3];
    let mut natural = 0.0;
    for (index, word) in words.iter().enumerate() {
        for (letters, edge) in [(natural, word.left), (natural + word.natural, word.right)] {
            let row = [1.0, letters, index as f64, edge];
            for (line, factor) in sums.iter_mut().zip(row) {
                for (sum, value) in line.iter_mut().zip(row) {
                    *sum += factor * value;
                }
            }
        }
        natural += word.natural;
    }
    let determinant = |columns: [usize; 3]| {
        let at = |row: usize, column: usize| sums[row][columns[column]];
        at(0, 0) * (at(1, 1) * at(2, 2) - at(1, 2) * at(2, 1))
            - at(0, 1) * (at(1, 0) * at(2, 2) - at(1, 2) * at(2, 0))
            + at(0, 2) * (at(1, 0) * at(2, 1) - at(1, 1) * at(2, 0))
    };
    let scale = determinant([0, 3, 2]) / determinant([0, 1, 2]);
    (scale.is_finite() && scale > 0.0).then(|| scale_of(scale, 1.0))
}

/// The width of spaces that suits best with a scale: the middle one of those that
/// would bring each word to its place behind the one before, and the mean one.
fn fitted_word_space(words: &[Target], natural_space: f64, scale: i64) -> Vec<i64> {
    let spread = Spread {
        scale,
        word_space: 0,
    };
    let middle = |word: &Target| f64::midpoint(word.left, word.right);
    let mut wanted: Vec<f64> = words
        .windows(2)
        .map(|pair| {
            let letters = (pair[0].natural + pair[1].natural) / 2.0 * spread.factor();
            (middle(&pair[1]) - middle(&pair[0]) - letters) / spread.factor() - natural_space
        })
        .collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let mean = wanted.iter().sum::<f64>() / wanted.len() as f64;
    wanted.sort_by(f64::total_cmp);
    let median = wanted[wanted.len() / 2];
    [mean, median]
        .map(|space| (space * 10.0).round() as i64)
        .to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SPACE: f64 = 6.0;

    /// Words of these widths, printed at a scale with spaces of this width.
    fn line(naturals: &[f64], scale: f64, space: f64) -> Vec<Target> {
        let mut left = 100.0;
        naturals
            .iter()
            .map(|&natural| {
                let right = left + natural * scale;
                let word = Target {
                    left,
                    right,
                    natural,
                };
                left = right + space;
                word
            })
            .collect()
    }

    fn n_shifts(steps: &[Step]) -> usize {
        steps.iter().filter(|step| step.shift != 0.0).count()
    }

    #[test]
    fn a_justified_line_needs_no_place_but_the_first() {
        let words = line(&[30.0, 42.0, 25.0, 51.0, 33.0, 38.0, 47.0], 1.04, 9.3);
        let steps = fit(&words, 100.0, SPACE, 2.0, Spread::default());
        assert_eq!(n_shifts(&steps), 0, "{steps:?}");
        assert!(steps.iter().all(|step| step.spread == steps[0].spread));
        // The next line of the print keeps it all.
        let next = fit(&words, 100.0, SPACE, 2.0, steps[0].spread);
        assert_eq!(steps[0].spread, next[0].spread);
    }

    #[test]
    fn a_word_after_a_gap_is_moved_and_bold_letters_are_scaled() {
        let mut words = line(&[30.0, 42.0, 25.0, 51.0], 1.0, 7.0);
        words[2].right += 12.0;
        for word in &mut words[3..] {
            word.left += 80.0;
            word.right += 80.0;
        }
        let steps = fit(&words, 100.0, SPACE, 2.0, Spread::default());
        assert_eq!(steps[2].spread.scale, 148);
        assert_eq!(steps[1].spread, steps[3].spread);
        assert!(steps[3].shift > 50.0);
    }

    #[test]
    fn an_empty_line_has_no_steps() {
        assert!(fit(&[], 0.0, SPACE, 2.0, Spread::default()).is_empty());
    }

    proptest! {
        /// Whatever the boxes, edges come as near as is asked or as whole
        /// hundredths allow.
        #[test]
        fn edges_are_met(
            words in prop::collection::vec((0.0..900.0, 1.0..120.0, 2.0..120.0), 1..14),
            scale in 40_i64..300,
            word_space in -30_i64..80,
            slack in 0.5..4.0,
        ) {
            let words: Vec<Target> = words
                .iter()
                .map(|&(left, width, natural)| Target { left, right: left + width, natural })
                .collect();
            let spread = Spread { scale, word_space };
            let mut pen = 40.0;
            for (step, word) in fit(&words, pen, SPACE, slack, spread).iter().zip(&words) {
                let left = pen + step.shift;
                let right = left + word.natural * step.spread.factor();
                let allowed = slack + word.natural / 200.0;
                prop_assert!((left - word.left).abs() <= allowed);
                prop_assert!((right - word.right).abs() <= allowed);
                pen = right + step.spread.space(SPACE);
            }
        }
    }
}
