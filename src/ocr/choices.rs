//! What else a word may be, as the recogniser itself weighed it sign by sign.
//!
//! Tesseract's network gives a rating to every sign at every place and tells the
//! best one. Where "ỉ" won over "i" by a little, the word comes with 97 % of
//! certainty all the same: the certainty says how clear the ink is, not how near
//! the next sign was. With `lstm_choice_mode` set the ratings of the others can be
//! asked for.

use super::{Alternative, Word};
use crate::vietnamese;
use std::collections::HashMap;
use tesseract_rs::{ResultIterator, TessPageIteratorLevel, TesseractError};

/// Tesseract's name for keeping the ratings of other signs, and its values:
/// nothing, and all that was weighed at each step.
pub(super) const CHOICES: &str = "lstm_choice_mode";
pub(super) const NO_CHOICES: &str = "0";
pub(super) const ALL_CHOICES: &str = "1";

/// Points of Tesseract's certainty (0 to 100) for one unit of its rating
/// (`lstm_rating_coefficient`), which goes by the logarithm of probability.
const POINTS_OF_RATING: f32 = 5.0;
/// A sign rated worse than the best one by more than this is out of the question.
const WORST_RATING: f32 = 12.0;
/// How much of the difference in rating counts as log odds. Ratings are summed
/// over the columns of a sign, which are not independent of each other.
const WEIGHT_OF_RATING: f32 = 0.75;
/// So many other readings of a word are kept, the nearest ones.
const MOST_ALTERNATIVES: usize = 8;

/// The signs at one place of a word with their certainty of 0 to 100, best first.
type Signs = Vec<(String, f32)>;

/// Gives `word`, on which the iterator stands, its other readings. The iterator
/// ends on the last sign of the word.
pub(super) fn add(
    signs: &ResultIterator,
    raw_text: &str,
    word: &mut Word,
) -> Result<(), TesseractError> {
    let places = places(signs, raw_text)?;
    word.alternatives = alternatives(&places, word);
    Ok(())
}

fn places(signs: &ResultIterator, raw_text: &str) -> Result<Vec<Signs>, TesseractError> {
    let mut places = Vec::new();
    let mut n_bytes = 0;
    while let Ok(sign) = signs.get_utf8_text(TessPageIteratorLevel::RIL_SYMBOL) {
        n_bytes += sign.len();
        let mut at_place: Signs = Vec::new();
        if let Ok(choices) = signs.get_choice_iterator() {
            loop {
                if let (Ok(text), Ok(certainty)) = (choices.get_utf8_text(), choices.confidence()) {
                    at_place.push((text, certainty));
                }
                if !choices.next()? {
                    break;
                }
            }
        }
        // Now and then what was weighed is that of another place.
        if at_place.first().is_none_or(|(best, _)| *best != sign) {
            at_place = vec![(sign, 0.0)];
        }
        places.push(at_place);
        if n_bytes >= raw_text.trim_end().len() || !signs.next(TessPageIteratorLevel::RIL_SYMBOL)? {
            break;
        }
    }
    Ok(places)
}

/// The word with one sign changed, for every sign that was weighed.
fn alternatives(places: &[Signs], word: &Word) -> Vec<Alternative> {
    let mut least: HashMap<String, f32> = HashMap::new();
    for (changed, at_place) in places.iter().enumerate() {
        let Some((_, best)) = at_place.first() else {
            continue;
        };
        for (sign, certainty) in &at_place[1..] {
            let worse = ((best - certainty) / POINTS_OF_RATING).max(0.0);
            // A certainty of nought is Tesseract's bound: it may be anything below.
            if *certainty <= 0.0 || worse > WORST_RATING {
                continue;
            }
            let text: String = places
                .iter()
                .enumerate()
                .filter_map(|(idx, signs)| match idx == changed {
                    true => Some(sign.as_str()),
                    false => signs.first().map(|(best, _)| best.as_str()),
                })
                .collect();
            let text = vietnamese::normalize(text.trim());
            if !text.is_empty() && text != word.text {
                let known = least.entry(text).or_insert(worse);
                *known = known.min(worse);
            }
        }
    }
    let ln_odds = super::second_reading::ln_odds(word.confidence);
    let mut found: Vec<Alternative> = least
        .into_iter()
        .map(|(text, worse)| Alternative {
            text,
            confidence: 1.0 / (1.0 + (WEIGHT_OF_RATING * worse - ln_odds).exp()),
        })
        .collect();
    found.sort_by(|a, b| {
        let by_certainty = b.confidence.total_cmp(&a.confidence);
        by_certainty.then_with(|| a.text.cmp(&b.text))
    });
    found.truncate(MOST_ALTERNATIVES);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::BoundingBox;

    fn word(text: &str) -> Word {
        Word {
            text: text.to_owned(),
            bounding_box: BoundingBox::new(0, 0, 40, 20),
            confidence: 0.9,
            alternatives: Vec::new(),
        }
    }

    fn signs(choices: &[(&str, f32)]) -> Signs {
        let owned = choices.iter().map(|&(sign, c)| (sign.to_owned(), c));
        owned.collect()
    }

    #[test]
    fn the_nearest_sign_comes_first_and_the_far_one_not_at_all() {
        let places = [
            signs(&[("c", 95.0), ("e", 0.0)]),
            signs(&[("h", 95.0)]),
            signs(&[("ỉ", 87.0), ("ì", 40.0), ("i", 70.0), ("l", 20.0)]),
        ];
        let found = alternatives(&places, &word("chỉ"));
        let texts: Vec<&str> = found.iter().map(|other| other.text.as_str()).collect();
        assert_eq!(texts, ["chi", "chì"]);
        assert!(found[0].confidence > found[1].confidence);
        assert!(found[0].confidence < 0.9);
    }

    #[test]
    fn marks_of_two_signs_become_one_letter() {
        let places = [signs(&[("a", 90.0), ("a\u{301}", 88.0)])];
        assert_eq!(alternatives(&places, &word("a"))[0].text, "á");
    }

    #[test]
    fn nothing_weighed_is_no_alternative() {
        assert_eq!(alternatives(&[], &word("a")), []);
        assert_eq!(
            alternatives(&[Vec::new(), signs(&[("b", 9.0)])], &word("a")),
            []
        );
    }
}
