//! Words typed with some of their marks: *đuong* may be *đường* or *đương*, and
//! is not *dương*.

use super::item::QueryWord;
use crate::index::words::{exact, folded};
use crate::vietnamese::{Tone, all_syllables, base_letter, split_tone};
use std::collections::HashMap;
use std::sync::OnceLock;

/// The syllables, in their exact reading, that have at least the marks of
/// `word`; without `word` itself.
pub(super) fn fully_marked(word: &QueryWord) -> Vec<&'static str> {
    by_folded()
        .get(&word.folded)
        .into_iter()
        .flatten()
        .map(String::as_str)
        .filter(|full| *full != word.exact && has_marks_of(full, &word.exact))
        .collect()
}

/// All syllables that are read alike without marks.
pub(super) fn syllables_of(folded: &str) -> &'static [String] {
    by_folded().get(folded).map_or(&[], Vec::as_slice)
}

fn by_folded() -> &'static HashMap<String, Vec<String>> {
    static SYLLABLES: OnceLock<HashMap<String, Vec<String>>> = OnceLock::new();
    SYLLABLES.get_or_init(|| {
        let mut map: HashMap<String, Vec<String>> = HashMap::new();
        for syllable in all_syllables() {
            let readings = map.entry(folded(&syllable)).or_default();
            let reading = exact(&syllable);
            if !readings.contains(&reading) {
                readings.push(reading);
            }
        }
        map
    })
}

/// Whether every mark of `typed` is in `full`, on the same letter; the tone may
/// stand anywhere.
fn has_marks_of(full: &str, typed: &str) -> bool {
    let parted = |word: &str| -> (Vec<char>, Tone) {
        let mut word_tone = Tone::Level;
        let letters = word
            .chars()
            .map(|letter| {
                let (letter, tone) = split_tone(letter);
                if tone != Tone::Level {
                    word_tone = tone;
                }
                letter
            })
            .collect();
        (letters, word_tone)
    };
    let ((full, full_tone), (typed, typed_tone)) = (parted(full), parted(typed));
    full.len() == typed.len()
        && (typed_tone == Tone::Level || typed_tone == full_tone)
        && full
            .iter()
            .zip(&typed)
            .all(|(&full, &typed)| full == typed || base_letter(full) == typed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_marks_are_filled_in_and_typed_ones_are_kept() {
        let full = |typed: &str| fully_marked(&QueryWord::new(typed));
        assert!(full("đuong").contains(&"đường"));
        assert!(!full("đuong").contains(&"dương"));
        assert!(full("quyêt").contains(&"quyết"));
        assert!(full("chinh").contains(&"chính"));
        assert!(!full("chính").contains(&"chỉnh"));
        assert!(full("ban1").is_empty());
    }
}
