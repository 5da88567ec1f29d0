//! Measuring restoration against a text that is right.

mod align;

use crate::vietnamese::{fold, normalize, unify_tone};
use align::align;
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
    /// Numbers, dates and document signs of the noise, and those that restoration
    /// changed in more than the mark of a letter (QD to QĐ): none should be.
    pub n_numbers: usize,
    pub altered_numbers: Vec<(String, String)>,
    /// (truth, restored) and how often.
    pub confusions: HashMap<(String, String), usize>,
}

impl Measures {
    /// Adds one line or paragraph: what it should be, what came in, what came
    /// out. The tone spelling of hoà/hòa does not count.
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
        self.compare_numbers(&noisy_words, &restored_words);
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
        self.letter_edits += align(&truth_letters, &restored_letters).edits;
    }

    fn compare_numbers(&mut self, noisy: &[&str], restored: &[&str]) {
        let aligned = align(noisy, restored);
        for (word, partner) in noisy.iter().zip(&aligned.partner) {
            let Some(number) = number_of(word) else {
                continue;
            };
            self.n_numbers += 1;
            let got = partner.map_or("", |partner| restored[partner]);
            let is_kept = got == *word
                || number_of(got)
                    .is_some_and(|got| fold(&got.to_lowercase()) == fold(&number.to_lowercase()));
            if !is_kept {
                self.altered_numbers
                    .push(((*word).to_owned(), got.to_owned()));
            }
        }
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

/// The number, date or sign that a word is, less the punctuation round it: it
/// begins with a digit, and letters stand in it only behind a stroke or hyphen.
/// `1¢` is a word that was misread.
fn number_of(word: &str) -> Option<&str> {
    let number = word.trim_matches([
        '(', ')', '[', ']', '"', '“', '”', '\'', '.', ',', ';', ':', '…',
    ]);
    let n_digits = number.bytes().take_while(u8::is_ascii_digit).count();
    let behind = number[n_digits..].chars().next();
    let is_part = |letter: char| letter.is_alphanumeric() || ".,:/%–-".contains(letter);
    (n_digits > 0 && !behind.is_some_and(char::is_alphabetic) && number.chars().all(is_part))
        .then_some(number)
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
    fn a_number_may_not_change() {
        let mut measures = Measures::default();
        let noisy = "so 02/QD-UBND ngay 15/3/2023, muc 2a, 80%; 1¢ m2";
        measures.add(
            "",
            noisy,
            "số 02/QĐ-UBND ngày 15/3/2023, mục 2a, 80%; lệ m2",
        );
        assert_eq!((measures.n_numbers, measures.altered_numbers.len()), (3, 0));
        measures.add(
            "",
            noisy,
            "số 02/QĐ-UBNP ngày 16/3/2023, mục 2a, 80%; lệ m2",
        );
        measures.add("", "ngay 15 thang 3", "ngày tháng 3");
        let altered: Vec<&str> = measures
            .altered_numbers
            .iter()
            .map(|(was, _)| &**was)
            .collect();
        assert_eq!(altered, ["02/QD-UBND", "15/3/2023,", "15"]);
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
