//! How likely a text is as Vietnamese, whoever read it.

use super::model::symbols::{BOUNDARY, NUMBER, UNKNOWN};
use super::model::{Context, Model, ModelError};
use super::restorer::EMBEDDED_MODEL;
use super::tokens::{Piece, pieces};
use crate::vietnamese::{fold, is_letter, is_syllable, unify_tone};

/// A word outside the model that could be a syllable: names, rare words.
const LN_UNKNOWN_SYLLABLE: f32 = -6.0;
/// A word outside the model that cannot be one: an abbreviation, or noise.
const LN_IMPOSSIBLE_WORD: f32 = -9.0;

/// Weighs readings of the same ink against each other by the language model
/// alone; what is likely to be misread is the business of
/// [`Restorer`](super::Restorer).
pub struct Plausibility {
    model: Model,
}

impl Plausibility {
    /// By the model shipped with the program.
    ///
    /// # Errors
    /// Fails only when the program was built with a file that is no model.
    pub fn embedded() -> Result<Self, ModelError> {
        Ok(Self {
            model: Model::embedded(EMBEDDED_MODEL)?,
        })
    }

    /// The natural logarithm of the probability of `words` in their order,
    /// behind the words of `before` and in front of those of `after`, up to a
    /// constant that is the same for all readings of one place.
    pub fn ln_probability(&self, before: &[&str], words: &[&str], after: &[&str]) -> f32 {
        let mut context = self.model.n_grams().beginning();
        for word in before {
            context = self.step(context, word).1;
        }
        let mut ln_sum = 0.0;
        for word in words.iter().chain(after) {
            let (ln_probability, next) = self.step(context, word);
            ln_sum += ln_probability;
            context = next;
        }
        ln_sum
    }

    /// Whether another word of the same letters, but other marks, stands far
    /// better between its neighbours; or the word is none at all.
    pub fn is_doubtful(&self, before: &[&str], word: &str, after: &[&str]) -> bool {
        let letters = word.trim_matches(|letter: char| !is_letter(letter));
        if letters.is_empty() || !letters.chars().all(is_letter) {
            return false;
        }
        let words = &self.model.words;
        let folded = fold(letters).to_lowercase();
        let rivals = words.with_folded(&folded);
        if self.find(letters) == UNKNOWN {
            // Abbreviations in capitals are no words and need no second look.
            return !rivals.is_empty() || letters.chars().any(char::is_lowercase);
        }
        let ln_own = self.ln_probability(before, &[letters], after);
        rivals.iter().any(|&rival| {
            let ln_rival = self.ln_probability(before, &[words.text(rival)], after);
            ln_rival - ln_own > LN_FAR_BETTER
        })
    }

    fn step(&self, context: Context, word: &str) -> (f32, Context) {
        let n_grams = self.model.n_grams();
        let mut context = context;
        let mut ln_sum = 0.0;
        for (_, piece) in pieces(word) {
            let symbol = match piece {
                Piece::Word(word) => self.find(word),
                Piece::Number(_) => NUMBER,
                Piece::Mark('.' | ';' | '?' | '!') => BOUNDARY,
                Piece::Mark(_) | Piece::Space(_) => continue,
            };
            let (mut ln_probability, next) = n_grams.extend(&context, symbol);
            if let Piece::Word(word) = piece
                && symbol == UNKNOWN
            {
                ln_probability += if is_syllable(word) {
                    LN_UNKNOWN_SYLLABLE
                } else {
                    LN_IMPOSSIBLE_WORD
                };
            }
            // Whether a sentence ends here is for the ink to tell.
            if symbol != BOUNDARY {
                ln_sum += ln_probability;
            }
            context = next;
        }
        (ln_sum, context)
    }

    fn find(&self, word: &str) -> super::model::Symbol {
        self.model
            .words
            .find(&unify_tone(&word.to_lowercase()))
            .unwrap_or(UNKNOWN)
    }
}

/// A rival this much likelier, e^3, makes a reading doubtful.
const LN_FAR_BETTER: f32 = 3.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likely_words_are_preferred_and_unlikely_ones_doubted() {
        let judge = Plausibility::embedded().unwrap();
        let before = ["các", "cơ", "sở", "sản", "xuất", "thực"];
        let ln = |word| judge.ln_probability(&before, &[word], &["chức", "năng"]);
        assert!(ln("phẩm") > ln("phâm") + 2.0);
        assert!(ln("phâm") > ln("phqrm"));
        assert!(judge.is_doubtful(&before, "phâm,", &["chức"]));
        assert!(!judge.is_doubtful(&before, "phẩm,", &["chức"]));
    }

    #[test]
    fn numbers_and_abbreviations_are_not_doubted() {
        let judge = Plausibility::embedded().unwrap();
        for word in ["22/02/2018", "UBND", "-", "12.", "QĐ-UBND"] {
            assert!(!judge.is_doubtful(&["số"], word, &[]), "{word}");
        }
    }
}
