//! Measuring restoration against a text that is right.

use crate::vietnamese::{normalize, unify_tone};
use std::collections::HashMap;

/// Counts over one or many texts; add them up with [`Measures::add`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Measures {
    /// Words of the truth, as parted by white space.
    pub n_words: usize,
    /// Word edits (replaced, lost, added) between truth and noise, and between
    /// truth and restored text.
    pub noisy_word_edits: usize,
    pub word_edits: usize,
    /// Runs of letters of the truth, and those restored right.
    pub n_syllables: usize,
    pub n_syllables_right: usize,
    /// Letters of the truth, and letter edits to the restored text.
    pub n_letters: usize,
    pub letter_edits: usize,
    /// Words that were right in the noise and are wrong in the restored text.
    pub false_corrections: usize,
    /// (truth, restored) and how often.
    pub confusions: HashMap<(String, String), usize>,
}

impl Measures {
    /// Adds one line or paragraph: what it should be, what came in, what came
    /// out. The tone spelling of hoà/hòa does not count. Time and memory grow
    /// with the product of the lengths: give lines, not books.
    pub fn add(&mut self, truth: &str, noisy: &str, restored: &str) {
        let [truth, noisy, restored] =
            [truth, noisy, restored].map(|text| unify_tone(&normalize(text)));
        let truth_words: Vec<&str> = truth.split_whitespace().collect();
        let noisy_words: Vec<&str> = noisy.split_whitespace().collect();
        let restored_words: Vec<&str> = restored.split_whitespace().collect();
        let from_noisy = align(&truth_words, &noisy_words);
        let from_restored = align(&truth_words, &restored_words);
        self.n_words += truth_words.len();
        self.noisy_word_edits += from_noisy.edits;
        self.word_edits += from_restored.edits;
        for (idx, word) in truth_words.iter().enumerate() {
            let got = from_restored.partner[idx].map(|partner| restored_words[partner]);
            let had = from_noisy.partner[idx].map(|partner| noisy_words[partner]);
            if got != Some(word) {
                if had == Some(word) {
                    self.false_corrections += 1;
                }
                let got = got.unwrap_or("").to_owned();
                *self
                    .confusions
                    .entry(((*word).to_owned(), got))
                    .or_default() += 1;
            }
        }
        let truth_syllables = syllables(&truth);
        let restored_syllables = syllables(&restored);
        let aligned = align(&truth_syllables, &restored_syllables);
        self.n_syllables += truth_syllables.len();
        self.n_syllables_right += truth_syllables
            .iter()
            .zip(&aligned.partner)
            .filter(|(syllable, partner)| {
                partner.is_some_and(|partner| restored_syllables[partner] == **syllable)
            })
            .count();
        let truth_letters: Vec<char> = truth_words.join(" ").chars().collect();
        let restored_letters: Vec<char> = restored_words.join(" ").chars().collect();
        self.n_letters += truth_letters.len();
        self.letter_edits += distance(&truth_letters, &restored_letters);
    }

    /// Share of syllables that are right, 0 to 1.
    pub fn syllable_accuracy(&self) -> f64 {
        ratio(self.n_syllables_right, self.n_syllables)
    }

    /// Letter error rate of the restored text.
    pub fn letter_error_rate(&self) -> f64 {
        ratio(self.letter_edits, self.n_letters)
    }

    /// Word error rate of the restored text.
    pub fn word_error_rate(&self) -> f64 {
        ratio(self.word_edits, self.n_words)
    }

    /// Word error rate of what came in.
    pub fn noisy_word_error_rate(&self) -> f64 {
        ratio(self.noisy_word_edits, self.n_words)
    }

    /// The most frequent confusions, (truth, restored, count).
    pub fn top_confusions(&self, n: usize) -> Vec<(&str, &str, usize)> {
        let mut all: Vec<(&str, &str, usize)> = self
            .confusions
            .iter()
            .map(|((truth, got), count)| (truth.as_str(), got.as_str(), *count))
            .collect();
        all.sort_by(|a, b| b.2.cmp(&a.2).then(a.cmp(b)));
        all.truncate(n);
        all
    }
}

fn ratio(part: usize, all: usize) -> f64 {
    if all == 0 {
        0.0
    } else {
        part as f64 / all as f64
    }
}

fn syllables(text: &str) -> Vec<&str> {
    text.split(|letter: char| !letter.is_alphabetic())
        .filter(|syllable| !syllable.is_empty())
        .collect()
}

struct Alignment {
    edits: usize,
    /// What stands in the place of each item of the truth.
    partner: Vec<Option<usize>>,
}

/// The least edits from `truth` to `other`.
fn align(truth: &[&str], other: &[&str]) -> Alignment {
    let width = other.len() + 1;
    let mut costs: Vec<u32> = (0..width as u32).collect();
    costs.reserve(truth.len() * width);
    for (row, item) in truth.iter().enumerate() {
        let above = row * width;
        costs.push(costs[above] + 1);
        for (column, candidate) in other.iter().enumerate() {
            let replaced = costs[above + column] + u32::from(item != candidate);
            let lost = costs[above + column + 1] + 1;
            let added = costs[above + width + column] + 1;
            costs.push(replaced.min(lost).min(added));
        }
    }
    let mut partner = vec![None; truth.len()];
    let (mut row, mut column) = (truth.len(), other.len());
    while row > 0 && column > 0 {
        let here = costs[row * width + column];
        let differs = u32::from(truth[row - 1] != other[column - 1]);
        if here == costs[(row - 1) * width + column - 1] + differs {
            row -= 1;
            column -= 1;
            partner[row] = Some(column);
        } else if here == costs[(row - 1) * width + column] + 1 {
            row -= 1;
        } else {
            column -= 1;
        }
    }
    Alignment {
        edits: costs[costs.len() - 1] as usize,
        partner,
    }
}

fn distance(truth: &[char], other: &[char]) -> usize {
    let mut costs: Vec<usize> = (0..=other.len()).collect();
    for (row, letter) in truth.iter().enumerate() {
        let mut diagonal = costs[0];
        costs[0] = row + 1;
        for (column, candidate) in other.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != candidate);
            diagonal = costs[column + 1];
            costs[column + 1] = replaced.min(diagonal + 1).min(costs[column] + 1);
        }
    }
    costs[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_edits_and_false_corrections() {
        let mut measures = Measures::default();
        measures.add("cải cách thủ tục", "cải cach thủ tuc", "cái cách thuỷ tục");
        assert_eq!(measures.n_words, 4);
        assert_eq!(measures.noisy_word_edits, 2);
        assert_eq!(measures.word_edits, 2);
        assert_eq!(measures.false_corrections, 2);
        assert_eq!(measures.n_syllables_right, 2);
        assert_eq!(measures.letter_edits, 2);
        assert_eq!(measures.top_confusions(1), [("cải", "cái", 1)]);
    }

    #[test]
    fn lost_and_added_words() {
        let mut measures = Measures::default();
        measures.add("một hai ba", "một hai ba", "một ba bốn");
        assert_eq!(measures.word_edits, 2);
        measures.add("", "", "");
        assert!((Measures::default().word_error_rate()).abs() < f64::EPSILON);
    }
}
