//! Doubtful words are read twice, and the better reading is kept.
//!
//! A word is doubtful when the recogniser is unsure of it and the language model
//! does not expect it there, when the language model knows a far likelier word of
//! the same letters, or when it is a number that nobody writes. It is cut out by
//! itself, read again larger, and what was read is weighed by the recogniser's
//! certainty and by the language model: both readings, and what the recogniser
//! nearly took for the second one. Numbers are for more looks to settle, never
//! for the language model. How much of a page may be read again is bounded by its
//! width in print, since that is what reading costs.

use super::numbers::{digits, is_implausible};
use super::{Alternative, Line, Word};
use crate::geometry::BoundingBox;
use crate::restore::Plausibility;
use std::ops::Range;

/// Below this certainty a word is worth a second look.
const SURE: f32 = 0.85;
/// Above this one it is not where the language model expects it. Of such words
/// nine in ten are right, and a second look hardly ever changes the tenth.
const HALF_SURE: f32 = 0.5;
/// The logarithm of the probability from which on a word is expected.
const LN_EXPECTED: f32 = -6.0;
/// What a word that only the language model doubts counts as.
const CERTAINTY_OF_UNLIKELY: f32 = 0.7;
/// Of a page's print by width, the share that is read again at most; most pages
/// need less. Poor pages may take more, for there it pays.
const SHARE_OF_GOOD_PAGE: f32 = 0.2;
const SHARE_OF_POOR_PAGE: f32 = 0.5;
/// A page whose words are surer than this in the mean is a good one.
const GOOD_PAGE: f32 = 0.85;
/// White round a cut, in heights of its line: without any, the recogniser takes
/// letters for the border; with twice as much, parts of the lines above and below
/// come in.
const MARGIN_HEIGHTS: f32 = 0.1;
/// How much the language model counts beside the recogniser's log odds.
const WEIGHT_OF_LANGUAGE: f32 = 0.8;
/// How much better a second reading must be: the first saw the whole line.
const LN_ADVANTAGE_OF_FIRST: f32 = 0.3;
/// Looks that saw different digits leave a number no surer than this.
const CERTAINTY_OF_DISPUTED_DIGITS: f32 = 0.5;
/// Less certain looks cannot overrule the first one's digits.
const CERTAINTY_TO_OVERRULE: f32 = 0.6;
/// Words before and behind that tell the language model the context.
const CONTEXT_WORDS: usize = 3;
/// Words that share less of the narrower one's width stand side by side.
const SAME_PLACE: f32 = 0.3;
/// Other readings less certain than this are not remembered, nor more than so many.
const LEAST_ALTERNATIVE: f32 = 0.05;
const MOST_ALTERNATIVES: usize = 4;

/// A part of a line to be read again: doubtful words side by side.
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
    size_px: (u32, u32),
    judge: &Plausibility,
) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for (line_idx, line) in lines.iter().enumerate() {
        for words in doubtful_runs(line, judge) {
            let Some(cut) = cut_of(line, &words, size_px) else {
                continue;
            };
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

/// What to cut out of the page to read `words` of a line.
fn cut_of(
    line: &Line,
    words: &Range<usize>,
    (width_px, height_px): (u32, u32),
) -> Option<BoundingBox> {
    let boxes = |words: &[Word]| BoundingBox::enclosing(words.iter().map(|word| word.bounding_box));
    let line_box = line.bounding_box()?;
    let inner = boxes(&line.words[words.clone()])?;
    let margin_px = (line_box.height_px() as f32 * MARGIN_HEIGHTS) as u32;
    Some(BoundingBox::new(
        inner.left_px.saturating_sub(margin_px),
        line_box.top_px.saturating_sub(margin_px),
        (inner.right_px + margin_px).min(width_px),
        (line_box.bottom_px + margin_px).min(height_px),
    ))
}

/// The span's cut with a neighbour on each side.
pub(super) fn wider_cut(line: &Line, span: &Span, size_px: (u32, u32)) -> Option<BoundingBox> {
    let words = span.words.start.saturating_sub(1)..(span.words.end + 1).min(line.words.len());
    cut_of(line, &words, size_px)
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

/// Doubtful words that stand side by side.
fn doubtful_runs(line: &Line, judge: &Plausibility) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for idx in 0..line.words.len() {
        if !is_doubtful(line, idx, judge) {
            continue;
        }
        match runs.last_mut() {
            Some(last) if last.end == idx => last.end = idx + 1,
            _ => runs.push(idx..idx + 1),
        }
    }
    runs
}

fn is_doubtful(line: &Line, idx: usize, judge: &Plausibility) -> bool {
    let word = &line.words[idx];
    let text = word.text.as_str();
    if !text.chars().any(char::is_alphanumeric) {
        return false;
    }
    let is_unsure = word.confidence < SURE;
    if !digits(text).is_empty() {
        return is_unsure || is_implausible(text);
    }
    let before = texts(&line.words[idx.saturating_sub(CONTEXT_WORDS)..idx]);
    let after = texts(&line.words[idx + 1..(idx + 2).min(line.words.len())]);
    let is_expected = || {
        word.confidence >= HALF_SURE && judge.ln_probability(&before, &[text], &[]) > LN_EXPECTED
    };
    is_unsure && !is_expected() || judge.is_doubtful(&before, text, &after)
}

fn texts(words: &[Word]) -> Vec<&str> {
    words.iter().map(|word| word.text.as_str()).collect()
}

/// Whether a number in the span needs more looks than `second`: two looks saw
/// different digits, or both saw a number that nobody writes.
pub(super) fn is_number_open(line: &Line, span: &Span, second: &[Word]) -> bool {
    places(line, &span.words, second)
        .into_iter()
        .any(|(first, second)| {
            let old = &line.words[first];
            !old.is_empty()
                && (all_digits(old) != all_digits(second)
                    || old.iter().any(|word| is_implausible(&word.text)))
        })
}

/// Puts the better reading of each doubtful place into the line. `looks` are what
/// was read of the span, the second reading first, with boxes on the same image
/// as the words of the line; more than one where a number was open.
pub(super) fn merge(line: &mut Line, span: &Span, looks: &[Vec<Word>], judge: &Plausibility) {
    let Some(second) = looks.first() else {
        return;
    };
    for (first, second) in places(line, &span.words, second).into_iter().rev() {
        let is_doubted = first.clone().any(|idx| is_doubtful(line, idx, judge));
        if first.is_empty() || second.is_empty() || !is_doubted {
            continue;
        }
        let old = &line.words[first.clone()];
        let is_open = all_digits(old) != all_digits(second)
            || old.iter().any(|word| is_implausible(&word.text));
        if is_open {
            let settled = match old {
                [old] => settled_number(old, looks),
                _ => None,
            };
            match settled {
                Some(number) => line.words[first.start] = number,
                None => {
                    for word in &mut line.words[first] {
                        word.confidence = word.confidence.min(CERTAINTY_OF_DISPUTED_DIGITS);
                    }
                }
            }
            continue;
        }
        let before = texts(&line.words[first.start.saturating_sub(CONTEXT_WORDS)..first.start]);
        let after = texts(&line.words[first.end..(first.end + 2).min(line.words.len())]);
        let of_language =
            |words: &[&str]| WEIGHT_OF_LANGUAGE * judge.ln_probability(&before, words, &after);
        if let ([old], [second]) = (old, second) {
            let better = better_word(old, second, |text| of_language(&[text]));
            line.words[first.start] = better;
            continue;
        }
        let weigh = |words: &[Word]| {
            let certainty = words.iter().map(|word| word.confidence).fold(1.0, f32::min);
            ln_odds(certainty) + of_language(&texts(words))
        };
        if texts(old) == texts(second) {
            // Two looks that agree are surer than the surer of them alone.
            for (idx, word) in first.zip(second) {
                let certainty = line.words[idx].confidence.max(word.confidence);
                line.words[idx].confidence = certainty;
            }
        } else if weigh(second) > weigh(old) + LN_ADVANTAGE_OF_FIRST {
            line.words.splice(first, second.to_vec());
        }
    }
}

/// The best of two readings of one word and of what was nearly taken for the
/// second one; `of_language` is the language model's part in the weighing.
fn better_word(old: &Word, second: &Word, of_language: impl Fn(&str) -> f32) -> Word {
    let old_certainty = match old.text == second.text {
        true => old.confidence.max(second.confidence),
        false => old.confidence,
    };
    let mut readings = vec![Alternative {
        text: old.text.clone(),
        confidence: old_certainty,
    }];
    let others = std::iter::once((&second.text, second.confidence))
        .chain(second.alternatives.iter().map(|a| (&a.text, a.confidence)))
        .chain(old.alternatives.iter().map(|a| (&a.text, a.confidence)));
    // Of numbers and signs ("12b/KH-UBND") the language model knows nothing.
    let is_number = !digits(&old.text).is_empty();
    let is_word = |text: &str| text.chars().any(char::is_alphanumeric);
    for (text, confidence) in others {
        let is_known = readings.iter().any(|known| known.text == *text);
        let is_nearly_taken = is_number && *text != second.text;
        // Marks cost nothing in the language model: they would win over any word.
        let is_lost = is_word(&old.text) && !is_word(text);
        if !is_known && !is_nearly_taken && !is_lost && digits(text) == digits(&old.text) {
            readings.push(Alternative {
                text: text.clone(),
                confidence,
            });
        }
    }
    let weigh = |idx: usize, reading: &Alternative| {
        let handicap = if idx == 0 { 0.0 } else { LN_ADVANTAGE_OF_FIRST };
        let confidence = reading.confidence;
        let ln_odds = match reading.text == old.text || reading.text == second.text {
            true => ln_odds(confidence),
            // Sums of ratings: small, but not uncertain as a word's certainty is.
            false => (confidence.max(f32::MIN_POSITIVE) / (1.0 - confidence).max(0.02)).ln(),
        };
        let of_language = match is_number {
            true => 0.0,
            false => of_language(&reading.text),
        };
        ln_odds + of_language - handicap
    };
    let best = readings
        .iter()
        .enumerate()
        .map(|(idx, reading)| (idx, weigh(idx, reading)))
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map_or(0, |(idx, _)| idx);
    let chosen = readings.remove(best);
    readings.retain(|other| other.confidence >= LEAST_ALTERNATIVE);
    readings.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    readings.truncate(MOST_ALTERNATIVES);
    Word {
        bounding_box: match chosen.text == old.text {
            true => old.bounding_box,
            false => second.bounding_box,
        },
        // One sign of it was weighed by the language model; the ink of the others
        // is as clear as it was.
        confidence: match chosen.text == old.text {
            true => chosen.confidence,
            false => chosen.confidence.max(second.confidence.min(SURE)),
        },
        text: chosen.text,
        alternatives: readings,
    }
}

/// A number after more looks at it; `None` leaves it as it was first read, and
/// doubtful. Looks that agree with each other against the first one overrule it;
/// a number that nobody writes gives way to any that one look is sure of.
fn settled_number(old: &Word, looks: &[Vec<Word>]) -> Option<Word> {
    let seen: Vec<&Word> = looks
        .iter()
        .filter_map(|words| {
            let mut there = words
                .iter()
                .filter(|word| is_there(word.bounding_box, old.bounding_box));
            match (there.next(), there.next()) {
                (Some(word), None) => Some(word),
                _ => None,
            }
        })
        .collect();
    let was_implausible = is_implausible(&old.text);
    let votes = |word: &Word| {
        let same = |other: &&&Word| digits(&other.text) == digits(&word.text);
        let alike: Vec<f32> = seen.iter().filter(same).map(|w| w.confidence).collect();
        (
            alike.len(),
            alike.iter().sum::<f32>() / alike.len().max(1) as f32,
        )
    };
    let is_confirmed = seen
        .iter()
        .any(|word| digits(&word.text) == digits(&old.text));
    let best = seen
        .iter()
        .filter(|word| digits(&word.text) != digits(&old.text) && !is_implausible(&word.text))
        .max_by(|a, b| {
            let (a, b) = ((votes(a), a.confidence), (votes(b), b.confidence));
            (a.0.0.cmp(&b.0.0))
                .then(a.0.1.total_cmp(&b.0.1))
                .then(a.1.total_cmp(&b.1))
        })?;
    let (n_votes, certainty) = votes(best);
    let is_unanimous = n_votes == looks.len();
    let is_taken = match was_implausible {
        true => certainty >= SURE || is_unanimous && certainty >= CERTAINTY_TO_OVERRULE,
        false => {
            n_votes >= 2
                && 2 * n_votes > looks.len()
                && !is_confirmed
                && certainty >= CERTAINTY_TO_OVERRULE
        }
    };
    is_taken.then(|| Word {
        text: best.text.clone(),
        bounding_box: old.bounding_box,
        confidence: match was_implausible && is_unanimous {
            true => certainty,
            false => certainty.min(CERTAINTY_OF_DISPUTED_DIGITS),
        },
        alternatives: Vec::new(),
    })
}

fn all_digits(words: &[Word]) -> String {
    words.iter().map(|word| digits(&word.text)).collect()
}

/// The logarithm of the odds of a word's certainty, which is itself too uncertain
/// near its ends to count for more than e⁴.
pub(super) fn ln_odds(certainty: f32) -> f32 {
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
            merge(&mut lines[0], span, &[words(second)], &judge);
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
            &[("thực", 0.96), ("phẩm", 0.45), ("sạch", 0.96)],
            &[("thực", 0.95), ("phâm", 0.4), ("sach", 0.9)],
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

    fn settled(first: &[(&str, f32)], looks: &[&[(&str, f32)]]) -> Line {
        let judge = Plausibility::embedded().unwrap();
        let mut line = line(first);
        let span = Span {
            line_idx: 0,
            words: 0..first.len(),
            cut: BoundingBox::new(0, 0, 2_000, 2_000),
            certainty: 0.5,
        };
        let looks: Vec<Vec<Word>> = looks.iter().map(|look| words(look)).collect();
        assert!(is_number_open(&line, &span, &looks[0]));
        merge(&mut line, &span, &looks, &judge);
        line
    }

    #[test]
    fn a_number_is_not_changed_by_one_other_look_but_called_doubtful() {
        let first = [("đạt", 0.9), ("70%", 0.6), ("trở", 0.9)];
        let line = settled(&first, &[&[("đạt", 0.9), ("10%", 0.9), ("trở", 0.9)]]);
        assert_eq!(line.text(), "đạt 70% trở");
        assert_eq!(line.words[1].confidence, CERTAINTY_OF_DISPUTED_DIGITS);
    }

    #[test]
    fn looks_that_agree_overrule_the_first_and_leave_a_doubt() {
        let first = [("năm", 0.9), ("2012,", 0.7)];
        let again = [("năm", 0.9), ("2017,", 0.9)];
        let line = settled(&first, &[&again, &again, &[("năm", 0.9), ("2011,", 0.8)]]);
        assert_eq!(line.text(), "năm 2017,");
        assert_eq!(line.words[1].confidence, CERTAINTY_OF_DISPUTED_DIGITS);
        let line = settled(&first, &[&again, &first, &again]);
        assert_eq!(line.text(), "năm 2012,");
    }

    #[test]
    fn a_number_nobody_writes_gives_way_to_a_clear_one() {
        let first = [("đạt", 0.9), ("00%", 0.92)];
        let again = [("đạt", 0.9), ("60%", 0.96)];
        let line = settled(&first, &[&again, &again, &again]);
        assert_eq!(line.text(), "đạt 60%");
        assert!(line.words[1].confidence > SURE);
        let line = settled(&first, &[&first, &first, &first]);
        assert_eq!(line.text(), "đạt 00%");
        assert_eq!(line.words[1].confidence, CERTAINTY_OF_DISPUTED_DIGITS);
    }

    #[test]
    fn what_was_nearly_taken_is_chosen_where_the_language_wants_it() {
        let mut second = words(&[("thực", 0.95), ("phâm", 0.96), ("sạch", 0.9)]);
        second[1].alternatives.push(Alternative {
            text: "phẩm".to_owned(),
            confidence: 0.3,
        });
        let judge = Plausibility::embedded().unwrap();
        let mut line = line(&[("thực", 0.96), ("phâm", 0.95), ("sạch", 0.96)]);
        let span = Span {
            line_idx: 0,
            words: 0..3,
            cut: BoundingBox::new(0, 0, 2_000, 2_000),
            certainty: 0.5,
        };
        merge(&mut line, &span, &[second], &judge);
        assert_eq!(line.text(), "thực phẩm sạch");
        assert_eq!(line.words[1].alternatives[0].text, "phâm");
    }

    #[test]
    fn letters_of_a_sign_and_words_do_not_give_way_to_marks() {
        let sign = words(&[("12b/KH-VP", 0.8)]);
        let other = words(&[("12:/KH-VP", 0.6)]);
        assert_eq!(better_word(&sign[0], &other[0], |_| 9.0).text, "12b/KH-VP");
        let word = words(&[("KT.", 0.4)]);
        let marks = words(&[("^:", 0.9)]);
        let no_word_is_likely = |text: &str| if text == "KT." { -9.0 } else { 0.0 };
        assert_eq!(
            better_word(&word[0], &marks[0], no_word_is_likely).text,
            "KT."
        );
    }

    #[test]
    fn expected_words_and_marks_are_not_read_again() {
        let judge = Plausibility::embedded().unwrap();
        let line = line(&[
            ("ủy", 0.96),
            ("ban", 0.96),
            ("nhân", 0.96),
            ("dân", 0.6),
            ("|", 0.2),
        ]);
        assert!(doubtful_runs(&line, &judge).is_empty());
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
            line.words[2].confidence = 0.4;
        }
        let spans = doubtful_spans(&lines, (2_000, 2_000), &judge);
        let cut: f32 = spans.iter().map(|span| span.cut.width_px() as f32).sum();
        assert!(!spans.is_empty());
        assert!(cut <= printed_px(&lines) * SHARE_OF_GOOD_PAGE);
    }
}
