//! Doubtful words are read twice, and the better reading is kept.
//!
//! A word is doubtful when the recogniser is unsure of it, or when the language
//! model knows a far likelier word of the same letters. It is cut out with its
//! neighbours, read again larger, and the two readings are weighed by the
//! recogniser's certainty and by the language model. How much of a page may be
//! read again is bounded by its width in print, since that is what reading costs.

use super::{Alternative, Line, Word};
use crate::geometry::BoundingBox;
use crate::restore::Plausibility;
use std::ops::Range;

/// Below this certainty a word is worth a second look.
const SURE: f32 = 0.85;
/// What a word that only the language model doubts counts as.
const CERTAINTY_OF_UNLIKELY: f32 = 0.7;
/// Of a page's print by width, the share that is read again at most; most pages
/// need less. Poor pages may take more, for there it pays.
const SHARE_OF_GOOD_PAGE: f32 = 0.2;
const SHARE_OF_POOR_PAGE: f32 = 0.5;
/// A page whose words are surer than this in the mean is a good one.
const GOOD_PAGE: f32 = 0.85;
/// White round a cut, in heights of its line: without any, the recogniser takes
/// letters for the border.
const MARGIN_HEIGHTS: f32 = 0.2;
/// How much the language model counts beside the recogniser's log odds.
const WEIGHT_OF_LANGUAGE: f32 = 0.5;
/// How much better a second reading must be: the first saw the whole line.
const LN_ADVANTAGE_OF_FIRST: f32 = 0.3;
/// Two looks that saw different digits leave a number no surer than this.
const CERTAINTY_OF_DISPUTED_DIGITS: f32 = 0.5;
/// Words before and behind that tell the language model the context.
const CONTEXT_WORDS: usize = 3;
/// Words that share less of the narrower one's width stand side by side.
const SAME_PLACE: f32 = 0.3;

/// A part of a line to be read again: doubtful words with a neighbour each side.
pub(super) struct Span {
    pub line_idx: usize,
    pub words: Range<usize>,
    /// What to cut out of the page.
    pub cut: BoundingBox,
    /// Lowest certainty in it.
    certainty: f32,
}

/// The parts of a page worth a second reading, within its share, last ones
/// first: putting words into a line moves only what stands behind them.
pub(super) fn doubtful_spans(
    lines: &[Line],
    (width_px, height_px): (u32, u32),
    judge: &Plausibility,
) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for (line_idx, line) in lines.iter().enumerate() {
        let Some(line_box) = line.bounding_box() else {
            continue;
        };
        let margin_px = (line_box.height_px() as f32 * MARGIN_HEIGHTS) as u32;
        for words in runs_with_neighbours(line, judge) {
            let Some(inner) = BoundingBox::enclosing(
                line.words[words.clone()]
                    .iter()
                    .map(|word| word.bounding_box),
            ) else {
                continue;
            };
            let cut = BoundingBox::new(
                inner.left_px.saturating_sub(margin_px),
                line_box.top_px.min(inner.top_px).saturating_sub(margin_px),
                (inner.right_px + margin_px).min(width_px),
                (line_box.bottom_px + margin_px).min(height_px),
            );
            let certainty = line.words[words.clone()]
                .iter()
                .map(|word| word.confidence)
                .fold(CERTAINTY_OF_UNLIKELY, f32::min);
            spans.push(Span {
                line_idx,
                words,
                cut,
                certainty,
            });
        }
    }
    spans.sort_by(|a, b| a.certainty.total_cmp(&b.certainty));
    let mut left_px = printed_px(lines) * share_to_read_again(lines);
    spans.retain(|span| {
        left_px -= span.cut.width_px() as f32;
        left_px >= 0.0
    });
    spans.sort_by_key(|span| std::cmp::Reverse((span.line_idx, span.words.start)));
    spans
}

fn share_to_read_again(lines: &[Line]) -> f32 {
    let certainties = || {
        lines
            .iter()
            .flat_map(|line| &line.words)
            .map(|word| word.confidence)
    };
    let mean = certainties().sum::<f32>() / (certainties().count().max(1)) as f32;
    if mean >= GOOD_PAGE {
        SHARE_OF_GOOD_PAGE
    } else {
        SHARE_OF_POOR_PAGE
    }
}

fn printed_px(lines: &[Line]) -> f32 {
    let widths = lines.iter().filter_map(Line::bounding_box);
    widths.map(|line| line.width_px() as f32).sum()
}

/// Runs of doubtful words, a neighbour on each side; runs that touch are one.
fn runs_with_neighbours(line: &Line, judge: &Plausibility) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for idx in 0..line.words.len() {
        if !is_doubtful(line, idx, judge) {
            continue;
        }
        let run = idx.saturating_sub(1)..(idx + 2).min(line.words.len());
        match runs.last_mut() {
            Some(last) if last.end >= run.start => last.end = run.end,
            _ => runs.push(run),
        }
    }
    runs
}

fn is_doubtful(line: &Line, idx: usize, judge: &Plausibility) -> bool {
    let word = &line.words[idx];
    word.confidence < SURE
        || judge.is_doubtful(
            &texts(&line.words[idx.saturating_sub(CONTEXT_WORDS)..idx]),
            &word.text,
            &texts(&line.words[idx + 1..(idx + 2).min(line.words.len())]),
        )
}

fn texts(words: &[Word]) -> Vec<&str> {
    words.iter().map(|word| word.text.as_str()).collect()
}

/// Puts the better reading of each doubtful place into the line. `second` is
/// what was read of the span, with boxes on the same image as the first.
pub(super) fn merge(line: &mut Line, span: &Span, second: &[Word], judge: &Plausibility) {
    for (first, second) in places(line, &span.words, second).into_iter().rev() {
        let is_doubted = first.clone().any(|idx| is_doubtful(line, idx, judge));
        if first.is_empty() || second.is_empty() || !is_doubted {
            continue;
        }
        let before = texts(&line.words[first.start.saturating_sub(CONTEXT_WORDS)..first.start]);
        let after = texts(&line.words[first.end..(first.end + 2).min(line.words.len())]);
        let weigh = |words: &[Word]| {
            let certainty = words.iter().map(|word| word.confidence).fold(1.0, f32::min);
            ln_odds(certainty)
                + WEIGHT_OF_LANGUAGE * judge.ln_probability(&before, &texts(words), &after)
        };
        let old = &line.words[first.clone()];
        if texts(old) == texts(second) {
            // Two looks that agree are surer than the surer of them alone.
            for (idx, word) in first.zip(second) {
                let certainty = line.words[idx].confidence.max(word.confidence);
                line.words[idx].confidence = certainty;
            }
            continue;
        }
        if digits(old) != digits(second) {
            // Nobody can tell which of two numbers stands there: the first, which
            // saw the whole line, stays, and is called doubtful.
            for word in &mut line.words[first] {
                word.confidence = word.confidence.min(CERTAINTY_OF_DISPUTED_DIGITS);
            }
            continue;
        }
        if weigh(second) > weigh(old) + LN_ADVANTAGE_OF_FIRST {
            let mut new = second.to_vec();
            if let ([new], [old]) = (new.as_mut_slice(), old) {
                new.alternatives = with_other(old.alternatives.clone(), old);
            }
            line.words.splice(first, new);
        } else if let ([other], true) = (second, first.len() == 1) {
            let word = &mut line.words[first.start];
            word.alternatives = with_other(std::mem::take(&mut word.alternatives), other);
        }
    }
}

fn digits(words: &[Word]) -> String {
    let letters = words.iter().flat_map(|word| word.text.chars());
    letters.filter(char::is_ascii_digit).collect()
}

fn with_other(mut alternatives: Vec<Alternative>, other: &Word) -> Vec<Alternative> {
    alternatives.retain(|known| known.text != other.text);
    alternatives.push(Alternative {
        text: other.text.clone(),
        confidence: other.confidence,
    });
    alternatives.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    alternatives
}

fn ln_odds(certainty: f32) -> f32 {
    let certainty = certainty.clamp(0.02, 0.98);
    (certainty / (1.0 - certainty)).ln()
}

/// Words of both readings that cover the same place, left to right: indices
/// into the line, and a part of `second`.
fn places<'a>(
    line: &Line,
    span: &Range<usize>,
    second: &'a [Word],
) -> Vec<(Range<usize>, &'a [Word])> {
    let mut places = Vec::new();
    let (mut first_idx, mut second_idx) = (span.start, 0);
    while first_idx < span.end || second_idx < second.len() {
        let first = line.words[..span.end]
            .get(first_idx)
            .map(|word| word.bounding_box);
        let other = second.get(second_idx).map(|word| word.bounding_box);
        let Some(mut place) = [first, other]
            .into_iter()
            .flatten()
            .min_by_key(|at| at.left_px)
        else {
            break;
        };
        let (first_start, second_start) = (first_idx, second_idx);
        loop {
            if first_idx < span.end && is_there(line.words[first_idx].bounding_box, place) {
                place = place.union(&line.words[first_idx].bounding_box);
                first_idx += 1;
            } else if second_idx < second.len() && is_there(second[second_idx].bounding_box, place)
            {
                place = place.union(&second[second_idx].bounding_box);
                second_idx += 1;
            } else {
                break;
            }
        }
        if first_idx == first_start && second_idx == second_start {
            break;
        }
        places.push((first_start..first_idx, &second[second_start..second_idx]));
    }
    places
}

fn is_there(word: BoundingBox, place: BoundingBox) -> bool {
    let shared =
        f64::from(word.right_px.min(place.right_px)) - f64::from(word.left_px.max(place.left_px));
    let narrower = word.width_px().min(place.width_px()).max(1);
    shared >= f64::from(SAME_PLACE) * f64::from(narrower)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words laid out side by side, ten pixels a letter.
    fn words(parts: &[(&str, f32)]) -> Vec<Word> {
        let mut left_px = 100;
        parts
            .iter()
            .map(|&(text, confidence)| {
                let right_px = left_px + 10 * text.chars().count() as u32;
                let bounding_box = BoundingBox::new(left_px, 50, right_px, 80);
                left_px = right_px + 10;
                Word {
                    text: text.to_owned(),
                    bounding_box,
                    confidence,
                    alternatives: Vec::new(),
                }
            })
            .collect()
    }

    fn line(parts: &[(&str, f32)]) -> Line {
        Line {
            block_index: 0,
            words: words(parts),
        }
    }

    fn read_again(first: &[(&str, f32)], second: &[(&str, f32)]) -> Line {
        let judge = Plausibility::embedded().unwrap();
        let mut lines = [line(first)];
        let mut spans = doubtful_spans(&lines, (2_000, 2_000), &judge);
        if spans.is_empty() {
            // Short lines exceed their share; the bound has a test of its own.
            spans.push(Span {
                line_idx: 0,
                words: 0..first.len(),
                cut: BoundingBox::new(0, 0, 2_000, 2_000),
                certainty: 0.5,
            });
        }
        for span in &spans {
            merge(&mut lines[0], span, &words(second), &judge);
        }
        lines[0].clone()
    }

    #[test]
    fn the_likelier_reading_is_kept_and_the_other_remembered() {
        let line = read_again(
            &[("thực", 0.96), ("phâm", 0.7), ("sạch", 0.96)],
            &[("thực", 0.95), ("phẩm", 0.8), ("sạch", 0.9)],
        );
        assert_eq!(line.text(), "thực phẩm sạch");
        assert_eq!(line.words[1].alternatives[0].text, "phâm");
    }

    #[test]
    fn a_worse_second_reading_changes_nothing_but_the_alternatives() {
        let line = read_again(
            &[("thực", 0.96), ("phẩm", 0.7), ("sạch", 0.96)],
            &[("thực", 0.95), ("phâm", 0.6), ("sach", 0.9)],
        );
        assert_eq!(line.text(), "thực phẩm sạch");
        assert_eq!(line.words[1].alternatives[0].text, "phâm");
    }

    #[test]
    fn words_run_together_are_parted_by_a_second_reading_that_parts_them() {
        let line = read_again(
            &[("triển", 0.9), ("khai|thực", 0.3), ("hiện", 0.9)],
            &[("triển", 0.9), ("khai", 0.9), ("thực", 0.9), ("hiện", 0.9)],
        );
        assert_eq!(line.text(), "triển khai thực hiện");
    }

    #[test]
    fn a_number_is_not_changed_but_called_doubtful() {
        let line = read_again(
            &[("đạt", 0.9), ("70%", 0.6), ("trở", 0.9)],
            &[("đạt", 0.9), ("10%", 0.9), ("trở", 0.9)],
        );
        assert_eq!(line.text(), "đạt 70% trở");
        assert_eq!(line.words[1].confidence, CERTAINTY_OF_DISPUTED_DIGITS);
    }

    #[test]
    fn agreement_makes_surer() {
        let line = read_again(
            &[("năm", 0.9), ("2024", 0.5), ("của", 0.9)],
            &[("năm", 0.9), ("2024", 0.8), ("của", 0.9)],
        );
        assert_eq!(line.words[1].confidence, 0.8);
    }

    #[test]
    fn little_of_a_good_page_is_read_again() {
        let judge = Plausibility::embedded().unwrap();
        let sure = [
            ("thực", 0.96),
            ("hiện", 0.96),
            ("nhiệm", 0.96),
            ("vụ", 0.96),
        ];
        let mut lines: Vec<Line> = (0..60).map(|_| line(&sure)).collect();
        for line in lines.iter_mut().step_by(3) {
            line.words[2].confidence = 0.6;
        }
        let spans = doubtful_spans(&lines, (2_000, 2_000), &judge);
        let cut: f32 = spans.iter().map(|span| span.cut.width_px() as f32).sum();
        assert!(!spans.is_empty());
        assert!(cut <= printed_px(&lines) * SHARE_OF_GOOD_PAGE);
    }
}
