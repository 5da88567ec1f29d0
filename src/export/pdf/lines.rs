//! Setting the words of a page on baselines.
//!
//! Readers put words into lines and lines into paragraphs by baseline and font
//! size. The boxes of words differ with their letters ("ma", "Kỳ"), so each word
//! as high as its box would be copied out of order. Words of a line stand on one
//! baseline and lines of like print have one size; what tells a word's box is how
//! far its font reaches over and under the baseline (`shapes`).

/// A word's box in units of a frame whose lines run along x: left, right, bottom
/// and top, y upwards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct FrameBox {
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
    pub(super) top: f64,
}

/// Where and how a word is set, in units of the frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Setting {
    /// Where its first letter is to begin and its last one to end.
    pub(super) left: f64,
    pub(super) right: f64,
    /// Whole, as is the size of its font.
    pub(super) baseline: i64,
    pub(super) size: i64,
    /// How far its box reaches over and under the baseline; `None` for a mark that
    /// floats over it, for which no font has the height.
    pub(super) reach: Option<Reach>,
}

/// How far a box reaches over and under the baseline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Reach {
    pub(super) ascent: f64,
    pub(super) descent: f64,
}

/// Lines whose letters are so much higher than those of others are of a larger print.
const SAME_PRINT: f64 = 1.35;
/// Capitals with marks are so much higher than words without ascenders; what is
/// higher still does not belong to the line.
const TALLEST: f64 = 1.7;
/// Words that reach beyond the line so far, in parts of its size, are none of it:
/// stamps, specks, raised figures.
const MAX_ASCENT: f64 = 1.2;
const MAX_DESCENT: f64 = 0.6;
const MAX_RAISED: f64 = 0.15;
/// A line that rises or falls by less over its length is level, in units.
const LEVEL: f64 = 3.0;
/// The steepest line that is believed.
const MAX_SLOPE: f64 = 0.1;
/// Words of a line that its slope is measured by.
const MAX_MEASURED: usize = 40;
/// Where no word tells the baseline, letters reach below it by this part of their box.
const USUAL_DESCENT: f64 = 0.2;

/// Sets the words of each line, given their boxes and texts.
pub(super) fn set(lines: &[Vec<(FrameBox, &str)>]) -> Vec<Vec<Setting>> {
    let baselines: Vec<Baseline> = lines.iter().map(|line| Baseline::of(line)).collect();
    let heights: Vec<f64> = lines
        .iter()
        .zip(&baselines)
        .map(|(line, baseline)| {
            let mut heights: Vec<f64> = line
                .iter()
                .map(|(at, _)| at.top - baseline.at(at))
                .collect();
            let usual = part(&mut heights, 0.5);
            let of_line = |height: &&f64| **height <= usual * TALLEST;
            heights
                .iter()
                .rfind(of_line)
                .map_or(1.0, |height| height.max(1.0))
        })
        .collect();
    let sizes = sizes(&heights);
    lines
        .iter()
        .zip(&baselines)
        .zip(sizes)
        .map(|((line, baseline), size)| {
            let mut on = None;
            line.iter()
                .map(|(at, text)| {
                    let ideal = baseline.at(at);
                    let kept = on.filter(|on: &f64| (on - ideal).abs() <= LEVEL / 2.0);
                    let on = *on.insert(kept.unwrap_or_else(|| ideal.round()));
                    set_word(at, text, on, size)
                })
                .collect()
        })
        .collect()
}

/// Sets a word on the height `on`.
fn set_word(at: &FrameBox, text: &str, on: f64, size: f64) -> Setting {
    let size = size.round().max(1.0);
    let reach = Reach {
        ascent: at.top - on,
        descent: on - at.bottom,
    };
    let is_mark = !text.chars().any(char::is_alphanumeric);
    let is_in_line = (0.1 * size..=MAX_ASCENT * size).contains(&reach.ascent)
        && reach.descent <= MAX_DESCENT * size
        && (reach.descent >= -MAX_RAISED * size || is_mark);
    if is_in_line {
        return Setting {
            left: at.left,
            right: at.right,
            baseline: on as i64,
            size: size as i64,
            reach: (!is_mark || reach.descent >= -LEVEL).then_some(reach),
        };
    }
    let bottom = at.bottom.round();
    let height = (at.top.round() - bottom).max(1.0);
    Setting {
        left: at.left,
        right: at.right,
        baseline: bottom as i64,
        size: height as i64,
        reach: Some(Reach {
            ascent: height,
            descent: 0.0,
        }),
    }
}

/// The straight line that letters stand on.
#[derive(Debug, Clone, Copy)]
struct Baseline {
    slope: f64,
    /// At x = 0.
    height: f64,
}

impl Baseline {
    fn of(line: &[(FrameBox, &str)]) -> Self {
        // What stands on the baseline, by its middle and lower edge.
        let standing: Vec<(f64, f64)> = line
            .iter()
            .filter(|(_, text)| stands_on_baseline(text))
            .map(|(at, _)| (f64::midpoint(at.left, at.right), at.bottom))
            .collect();
        if standing.is_empty() {
            let mut heights: Vec<f64> = line
                .iter()
                .map(|(at, _)| at.bottom + USUAL_DESCENT * (at.top - at.bottom))
                .collect();
            return Self {
                slope: 0.0,
                height: part(&mut heights, 0.5),
            };
        }
        let slope = slope(&standing);
        let mut heights: Vec<f64> = standing.iter().map(|(x, y)| y - slope * x).collect();
        Self {
            slope,
            height: part(&mut heights, 0.5),
        }
    }

    /// Its height under the middle of a word.
    fn at(&self, word: &FrameBox) -> f64 {
        self.height + self.slope * f64::midpoint(word.left, word.right)
    }
}

/// The median of the slopes between any two points (Theil and Sen): one word
/// that was boxed wrongly does not tilt the line.
fn slope(points: &[(f64, f64)]) -> f64 {
    let step = points.len().div_ceil(MAX_MEASURED).max(1);
    let points: Vec<(f64, f64)> = points.iter().step_by(step).copied().collect();
    let mut slopes = Vec::new();
    for (index, (x0, y0)) in points.iter().enumerate() {
        for (x1, y1) in &points[index + 1..] {
            if (x1 - x0).abs() > 1.0 {
                slopes.push((y1 - y0) / (x1 - x0));
            }
        }
    }
    let slope = part(&mut slopes, 0.5);
    let length = points.iter().map(|(x, _)| *x).fold(0.0, f64::max)
        - points.iter().map(|(x, _)| *x).fold(f64::MAX, f64::min);
    if slope.abs() > MAX_SLOPE || (slope * length).abs() < LEVEL {
        0.0
    } else {
        slope
    }
}

/// The font size of each line: lines of like height have one, the largest of them.
fn sizes(heights: &[f64]) -> Vec<f64> {
    let mut sizes = heights.to_vec();
    let mut left: Vec<usize> = (0..heights.len()).collect();
    left.sort_by(|a, b| heights[*a].total_cmp(&heights[*b]));
    while !left.is_empty() {
        // The widest window of like heights.
        let mut best = 0..0;
        let mut end = 0;
        for start in 0..left.len() {
            while end < left.len() && heights[left[end]] <= heights[left[start]] * SAME_PRINT {
                end += 1;
            }
            if end - start > best.len() {
                best = start..end;
            }
        }
        let size = heights[left[best.end - 1]];
        for index in left.drain(best) {
            sizes[index] = size;
        }
    }
    sizes
}

/// The value below which a part of the values lies; 0 for none.
fn part(values: &mut [f64], share: f64) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * share).round() as usize]
}

/// Whether a word's letters end on the baseline: none has a tail, a dot below or
/// is no letter.
fn stands_on_baseline(text: &str) -> bool {
    const REACH_BELOW: &str = "gjpqyQạặậẹệịọộợụựỵẠẶẬẸỆỊỌỘỢỤỰỴ";
    text.chars().any(char::is_alphanumeric)
        && text.chars().all(|letter| {
            letter.is_alphanumeric() && !is_tailed(letter) || matches!(letter, '.' | ':')
        })
        && !text.contains(|letter| REACH_BELOW.contains(letter))
}

/// y with any mark.
fn is_tailed(letter: char) -> bool {
    matches!(letter, 'ý' | 'ỳ' | 'ỷ' | 'ỹ')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(left: f64, bottom: f64, top: f64) -> FrameBox {
        FrameBox {
            left,
            right: left + 30.0,
            bottom,
            top,
        }
    }

    fn edges(setting: &Setting) -> (f64, f64) {
        let reach = setting.reach.unwrap();
        let baseline = setting.baseline as f64;
        (baseline - reach.descent, baseline + reach.ascent)
    }

    #[test]
    fn words_of_a_line_have_one_baseline_and_size() {
        let line = vec![
            (at(0.0, 100.0, 120.0), "Khi"),
            (at(40.0, 94.0, 114.0), "gặp"),
            (at(80.0, 100.0, 114.0), "nhau"),
            (at(120.0, 106.0, 108.0), "-"),
        ];
        let set = set(std::slice::from_ref(&line));
        assert!(
            set[0]
                .iter()
                .all(|word| (word.baseline, word.size) == (100, 20))
        );
        for (word, (at, _)) in set[0].iter().zip(&line).take(3) {
            assert_eq!(edges(word), (at.bottom, at.top));
        }
        assert_eq!(set[0][3].reach, None);
    }

    #[test]
    fn a_crooked_line_stays_crooked() {
        let line = vec![
            (at(0.0, 100.0, 120.0), "Khi"),
            (at(400.0, 110.0, 130.0), "nhau"),
            (at(800.0, 120.0, 140.0), "xa"),
        ];
        let set = set(&[line]);
        let baselines: Vec<i64> = set[0].iter().map(|word| word.baseline).collect();
        assert_eq!(baselines, [100, 110, 120]);
    }

    #[test]
    fn a_stamp_in_the_line_keeps_its_own_box() {
        let line = vec![
            (at(0.0, 100.0, 120.0), "Khi"),
            (at(40.0, 100.0, 120.0), "nhau"),
            (at(80.0, 60.0, 180.0), "ĐẾN"),
        ];
        let set = set(&[line]);
        assert_eq!((set[0][2].baseline, set[0][2].size), (60, 120));
    }

    #[test]
    fn lines_of_like_print_have_one_size() {
        assert_eq!(
            sizes(&[20.0, 22.0, 40.0, 18.0, 24.0]),
            [24.0, 24.0, 40.0, 24.0, 24.0]
        );
        assert!(sizes(&[]).is_empty());
    }

    proptest! {
        /// Whatever the boxes, a word's edges are met within a unit.
        #[test]
        fn boxes_are_met(
            words in prop::collection::vec((0.0..900.0, 0.0..50.0, 2.0..40.0), 1..12),
        ) {
            let line: Vec<(FrameBox, &str)> = words
                .iter()
                .map(|(left, bottom, height)| (at(*left, *bottom, bottom + height), "chữ"))
                .collect();
            for (word, (at, _)) in set(std::slice::from_ref(&line))[0].iter().zip(&line) {
                let (bottom, top) = edges(word);
                prop_assert!((top - at.top).abs() <= 1.0);
                prop_assert!((bottom - at.bottom).abs() <= 1.0);
                prop_assert!((word.left, word.right) == (at.left, at.right));
            }
        }
    }
}
