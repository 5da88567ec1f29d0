//! How well a page reads, to choose between two readings of it.

use super::Restorer;
use super::model::symbols::{NUMBER, UNKNOWN};
use crate::vietnamese::unify_tone;

/// What a word is worth before its improbability is taken off, in nats: words
/// less probable than this make a page read worse. A right word costs five to
/// eight nats in the mean, an unknown one far more.
const WORTH_OF_WORD: f32 = 12.0;
/// The cost of a word that the model does not know.
const COST_OF_UNKNOWN: f32 = 18.0;

impl Restorer {
    /// How well text reads by the language model: more probable words make it
    /// more, unknown ones less. Only good for comparing readings of one page.
    pub fn legibility<'t>(&self, lines: impl IntoIterator<Item = &'t str>) -> f32 {
        let model = self.model();
        let n_grams = model.n_grams();
        let mut context = n_grams.beginning();
        let mut sum = 0.0;
        for token in lines.into_iter().flat_map(str::split_whitespace) {
            let word = token.trim_matches(|letter: char| !letter.is_alphanumeric());
            if word.is_empty() {
                continue;
            }
            // Numbers and codes are as probable in good readings as in bad ones.
            if word.contains(|letter: char| letter.is_ascii_digit()) {
                context = n_grams.extend(&context, NUMBER).1;
                continue;
            }
            match model.words.find(&unify_tone(&word.to_lowercase())) {
                Some(symbol) => {
                    let (ln_probability, next) = n_grams.extend(&context, symbol);
                    sum += WORTH_OF_WORD + ln_probability.max(-COST_OF_UNKNOWN);
                    context = next;
                }
                None => {
                    sum += WORTH_OF_WORD - COST_OF_UNKNOWN;
                    context = n_grams.only(UNKNOWN);
                }
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn right_text_reads_better_than_what_a_recogniser_without_vietnamese_makes_of_it() {
        let restorer = Restorer::embedded().unwrap();
        let right = restorer.legibility(["Căn cứ Luật Tổ chức chính quyền địa phương"]);
        let garbled = restorer.legibility(["Can cir Luat T6 chirc chinh quy6n dia phuong"]);
        let half = restorer.legibility(["Căn cứ Luật Tổ chức"]);
        assert!(right > half && half > garbled, "{right} {half} {garbled}");
    }

    #[test]
    fn nothing_reads_neither_well_nor_badly() {
        let restorer = Restorer::embedded().unwrap();
        assert_eq!(restorer.legibility([""]), 0.0);
        assert_eq!(restorer.legibility(["… 2024 --"]), 0.0);
    }
}
