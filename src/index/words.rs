//! What a word is to the search: where it stands in the text, and its two
//! readings.
//!
//! The **exact** reading keeps the marks: lower case, one spelling of tone
//! (*hoà* = *hòa*) and of open *i/y* (*kĩ* = *kỹ*). The **folded** reading has no
//! marks, đ is d. In both a word is a run of letters and digits; everything else
//! parts words, so that `02/CT-UBND` is the three words `02 ct ubnd` and can be
//! found as a phrase however its parts were joined.

use crate::vietnamese::{fold, normalize, unify_tone};
use std::ops::Range;
use unicode_normalization::char::is_combining_mark;

/// A longer run of letters is noise or a file's innards; it is known by its
/// beginning.
const MAX_WORD_LETTERS: usize = 64;

/// Where the words of `text` stand, in bytes.
pub(super) fn word_ranges(text: &str) -> WordRanges<'_> {
    WordRanges { text, position: 0 }
}

/// See [`word_ranges`].
#[derive(Debug, Clone)]
pub(super) struct WordRanges<'a> {
    text: &'a str,
    position: usize,
}

impl Iterator for WordRanges<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let rest = &self.text[self.position..];
        let start = self.position + rest.find(char::is_alphanumeric)?;
        let word = &self.text[start..];
        // A mark that the recogniser left standing alone belongs to its letter.
        let length = word
            .find(|letter: char| !letter.is_alphanumeric() && !is_combining_mark(letter))
            .unwrap_or(word.len());
        self.position = start + length;
        Some(start..self.position)
    }
}

/// The exact reading of a word.
pub(super) fn exact(word: &str) -> String {
    let mut word = normalize(truncated(word)).to_lowercase();
    word = unify_tone(&word);
    unify_open_i(&mut word);
    word
}

/// The folded reading of a word. A number loses its leading zeros, since `02`
/// and `2` are written for each other.
pub(super) fn folded(word: &str) -> String {
    let mut word = fold(&normalize(truncated(word)).to_lowercase());
    unify_open_i(&mut word);
    if word.bytes().all(|byte| byte.is_ascii_digit()) {
        let significant = word.trim_start_matches('0');
        let significant = if significant.is_empty() && !word.is_empty() {
            "0"
        } else {
            significant
        };
        return significant.to_owned();
    }
    word
}

fn truncated(word: &str) -> &str {
    match word.char_indices().nth(MAX_WORD_LETTERS) {
        Some((end, _)) => &word[..end],
        None => word,
    }
}

/// *i* and *y* are written for each other in open syllables behind h, k, l, m,
/// s, t and qu (*lí/lý*, *mĩ thuật/mỹ thuật*, *quí/quý*); offices prefer y.
fn unify_open_i(word: &mut String) {
    let mut letters = word.chars();
    let (Some(vowel), onset) = (letters.next_back(), letters.as_str()) else {
        return;
    };
    let y = match vowel {
        'i' => 'y',
        'í' => 'ý',
        'ì' => 'ỳ',
        'ỉ' => 'ỷ',
        'ĩ' => 'ỹ',
        'ị' => 'ỵ',
        _ => return,
    };
    if matches!(onset, "h" | "k" | "l" | "m" | "s" | "t" | "qu") {
        word.pop();
        word.push(y);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(text: &str) -> Vec<&str> {
        word_ranges(text).map(|range| &text[range]).collect()
    }

    #[test]
    fn words_are_runs_of_letters_and_digits() {
        assert_eq!(
            words("Số: 02/CT-UBND, ngày 2/3 (83,30%)."),
            ["Số", "02", "CT", "UBND", "ngày", "2", "3", "83", "30"]
        );
        assert_eq!(words(""), [""; 0]);
        assert_eq!(words(" –\n"), [""; 0]);
    }

    #[test]
    fn readings() {
        let cases = [
            ("Cải", "cải", "cai"),
            ("ĐẢNG", "đảng", "dang"),
            ("Ðảng", "đảng", "dang"),
            ("hoà", "hòa", "hoa"),
            ("thuỷ", "thủy", "thuy"),
            ("kĩ", "kỹ", "ky"),
            ("quí", "quý", "quy"),
            ("thi", "thi", "thi"),
            ("02", "02", "2"),
            ("00", "00", "0"),
            ("QH15", "qh15", "qh15"),
            // A tone typed before its circumflex, as old files have it.
            ("ca\u{301}\u{302}p", "cấp", "cap"),
        ];
        for (word, as_exact, as_folded) in cases {
            assert_eq!(exact(word), as_exact, "exact reading of {word}");
            assert_eq!(folded(word), as_folded, "folded reading of {word}");
        }
    }

    proptest! {
        #[test]
        fn ranges_lie_on_letters_and_rebuild_the_words(text in "\\PC{0,60}") {
            let mut end = 0;
            for range in word_ranges(&text) {
                prop_assert!(range.start >= end && range.end > range.start);
                let word = text.get(range.clone());
                prop_assert!(word.is_some_and(|word| word.starts_with(char::is_alphanumeric)));
                prop_assert!(!text[end..range.start].contains(char::is_alphanumeric));
                end = range.end;
            }
            prop_assert!(!text[end..].contains(char::is_alphanumeric));
        }

        #[test]
        fn equal_exact_readings_have_equal_folded_ones(word in "[a-zA-ZăâđêôơưĂÂĐÊÔƠƯáàảãạấầẩẫậếềểễệíìỉĩịóòỏõọớờởỡợúùủũụứừửữựýỳỷỹỵ]{1,7}") {
            prop_assert_eq!(folded(&exact(&word)), folded(&word));
            prop_assert_eq!(exact(&exact(&word)), exact(&word));
            prop_assert_eq!(folded(&folded(&word)), folded(&word));
        }
    }
}
