//! What a word is to the search: where it stands in the text, and its two
//! readings.
//!
//! The **exact** reading keeps the marks: lower case, one spelling of tone
//! (*hoà* = *hòa*) and of open *i/y* (*kĩ* = *kỹ*). The **folded** reading has no
//! marks, đ is d. In both a word is a run of letters and digits; everything else
//! parts words, so that `02/CT-UBND` is the three words `02 ct ubnd` and can be
//! found as a phrase however its parts were joined.

use crate::vietnamese::{base_letter, fold, normalize, unify_tone};
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
        let start = self.position + rest.find(is_alphanumeric)?;
        let word = &self.text[start..];
        // A mark that the recogniser left standing alone belongs to its letter.
        let length = word
            .find(|letter: char| !is_alphanumeric(letter) && !is_combining_mark(letter))
            .unwrap_or(word.len());
        self.position = start + length;
        Some(start..self.position)
    }
}

/// As [`char::is_alphanumeric`], which looks Vietnamese letters up in a table:
/// a tenth of what indexing takes.
fn is_alphanumeric(letter: char) -> bool {
    match letter {
        '\0'..='\u{7f}' => letter.is_ascii_alphanumeric(),
        '×' | '÷' => false,
        '\u{c0}'..='\u{24f}' | '\u{1ea0}'..='\u{1ef9}' => true,
        _ => letter.is_alphanumeric(),
    }
}

/// One of the two readings: replaces what is in the buffer by the reading of a
/// word. A buffer, because every word of every page goes through here.
pub(super) type Reading = fn(&str, &mut String);

/// The exact reading of a word.
pub(super) fn read_exact(word: &str, reading: &mut String) {
    let word = truncated(word);
    reading.clear();
    if is_plain(word) {
        reading.extend(word.chars().flat_map(char::to_lowercase));
    } else {
        reading.push_str(&normalize(word).to_lowercase());
    }
    if may_have_two_spellings(reading) {
        *reading = unify_tone(reading);
    }
    unify_open_i(reading);
}

/// The folded reading of a word. A number loses its leading zeros, since `02`
/// and `2` are written for each other.
pub(super) fn read_folded(word: &str, reading: &mut String) {
    let word = truncated(word);
    reading.clear();
    if is_plain(word) {
        let letters = word.chars().map(base_letter).flat_map(char::to_lowercase);
        reading.extend(letters);
    } else {
        reading.push_str(&fold(&normalize(word).to_lowercase()));
    }
    unify_open_i(reading);
    if reading.starts_with('0') && reading.bytes().all(|byte| byte.is_ascii_digit()) {
        let n_significant = reading.trim_start_matches('0').len().max(1);
        reading.drain(..reading.len() - n_significant);
    }
}

/// The exact reading, on its own.
pub(super) fn exact(word: &str) -> String {
    let mut reading = String::new();
    read_exact(word, &mut reading);
    reading
}

/// The folded reading, on its own.
pub(super) fn folded(word: &str) -> String {
    let mut reading = String::new();
    read_folded(word, &mut reading);
    reading
}

fn truncated(word: &str) -> &str {
    if word.len() <= MAX_WORD_LETTERS {
        return word;
    }
    match word.char_indices().nth(MAX_WORD_LETTERS) {
        Some((end, _)) => &word[..end],
        None => word,
    }
}

/// Whether every letter is ASCII or one of Vietnamese in one piece: nothing for
/// [`normalize`] to do.
fn is_plain(word: &str) -> bool {
    word.chars().all(|letter| {
        letter.is_ascii()
            || matches!(letter, '\u{1ea0}'..='\u{1ef9}')
            || (matches!(letter, '\u{c0}'..='\u{1b0}')
                && !matches!(letter, 'Ð' | 'ð' | 'Ɖ' | 'İ' | 'ŉ'))
    })
}

/// Whether a word ends in what may be an open *oa*, *oe*, *uy*; most do not.
fn may_have_two_spellings(word: &str) -> bool {
    let mut letters = word.chars().rev().map(base_letter);
    matches!(letters.next(), Some('a' | 'e' | 'y')) && matches!(letters.next(), Some('o' | 'u'))
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
    fn letters_and_digits_are_those_of_unicode() {
        for letter in '\0'..=char::MAX {
            assert_eq!(
                is_alphanumeric(letter),
                letter.is_alphanumeric(),
                "{letter:?}"
            );
        }
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
        fn the_short_way_reads_as_the_long_one(word in "[a-zA-Z0À-ỹĐđÐɖ\u{300}\u{301}]{1,9}") {
            let long_exact = unify_tone(&normalize(&word).to_lowercase());
            let long_folded = fold(&normalize(&word).to_lowercase());
            let mut expected = long_exact;
            unify_open_i(&mut expected);
            prop_assert_eq!(exact(&word), expected);
            let mut expected = long_folded;
            unify_open_i(&mut expected);
            let significant = folded(&word);
            prop_assert_eq!(significant.trim_start_matches('0'), expected.trim_start_matches('0'));
        }

        #[test]
        fn equal_exact_readings_have_equal_folded_ones(word in "[a-zA-ZăâđêôơưĂÂĐÊÔƠƯáàảãạấầẩẫậếềểễệíìỉĩịóòỏõọớờởỡợúùủũụứừửữựýỳỷỹỵ]{1,7}") {
            prop_assert_eq!(folded(&exact(&word)), folded(&word));
            prop_assert_eq!(exact(&exact(&word)), exact(&word));
            prop_assert_eq!(folded(&folded(&word)), folded(&word));
        }
    }
}
