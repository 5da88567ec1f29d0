//! The syllable: onset, rime and tone, as validator and as generator.
//!
//! A rime is the glide, nucleus and coda as written. The tables are closed:
//! 28 onsets, 161 rimes, six tones of which a stop coda allows two. Place names
//! of other languages of the country (Đắk, Krông, Pleiku) are outside; the
//! lexicon of the model knows those that occur.

use super::letter::{Tone, is_letter, is_vietnamese_vowel, split_tone, with_tone};

/// Longest first, so that the first match is the right one.
const ONSETS: [&str; 28] = [
    "ngh", "ch", "gh", "gi", "kh", "ng", "nh", "ph", "qu", "th", "tr", "b", "c", "d", "đ", "g",
    "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "x", "",
];

/// Sorted by code points, for binary search.
#[rustfmt::skip]
const RIMES: [&str; 161] = [
    "a", "ac", "ach", "ai", "am", "an", "ang", "anh", "ao", "ap", "at", "au", "ay",
    "e", "ec", "em", "en", "eng", "eo", "ep", "et",
    "i", "ia", "ich", "im", "in", "inh", "ip", "it", "iu",
    "iêc", "iêm", "iên", "iêng", "iêp", "iêt", "iêu",
    "o", "oa", "oac", "oach", "oai", "oam", "oan", "oang", "oanh", "oao", "oap", "oat", "oay",
    "oc", "oe", "oen", "oeo", "oet", "oi", "om", "on", "ong", "ooc", "oong", "op", "ot",
    "oăc", "oăm", "oăn", "oăng", "oăt",
    "u", "ua", "uc", "ui", "um", "un", "ung", "up", "ut",
    "uy", "uya", "uych", "uyn", "uynh", "uyp", "uyt", "uyu", "uyên", "uyêt",
    "uân", "uâng", "uât", "uây", "uê", "uêch", "uên", "uênh",
    "uôc", "uôi", "uôm", "uôn", "uông", "uôt", "uơ",
    "y", "yêm", "yên", "yêng", "yêt", "yêu",
    "âc", "âm", "ân", "âng", "âp", "ât", "âu", "ây",
    "ê", "êch", "êm", "ên", "ênh", "êp", "êt", "êu",
    "ô", "ôc", "ôi", "ôm", "ôn", "ông", "ôp", "ôt",
    "ăc", "ăm", "ăn", "ăng", "ăp", "ăt",
    "ơ", "ơi", "ơm", "ơn", "ơp", "ơt",
    "ư", "ưa", "ưc", "ưi", "ưm", "ưn", "ưng", "ưt", "ưu",
    "ươc", "ươi", "ươm", "ươn", "ương", "ươp", "ươt", "ươu",
];

/// Rimes that stand behind *qu* without being a rime less its glide:
/// *quốc*, and the i-spellings of *quý*, *quýt*.
const RIMES_BEHIND_QU: [&str; 3] = ["i", "it", "ôc"];

/// Which of the two spellings of open *oa*, *oe*, *uy* to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TonePlacement {
    /// *hòa, thủy*: laws, most administration
    First,
    /// *hoà, thuỷ*: schoolbooks, much of the press
    Second,
}

/// A syllable taken apart. Case and the placement of the tone are not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Syllable {
    /// As written, empty when the syllable begins with its vowel. *gì* has `gi`.
    pub onset: &'static str,
    /// As written behind the onset, without tone: `oa` of *hòa*, but `uyêt`
    /// less its glide, `yêt`, of *quyết*; `i` of *gì*, `iêng` of *giếng*.
    pub rime: &'static str,
    pub tone: Tone,
}

impl Syllable {
    /// Takes a word apart; `None` when it is no possible syllable, or its tone
    /// stands on a letter where neither spelling puts it. Any case; NFC.
    pub fn parse(word: &str) -> Option<Self> {
        let (syllable, tone_from_end) = Self::take_apart(word)?;
        if let Some(from_end) = tone_from_end {
            let tone_idx = syllable.rime.chars().count().checked_sub(from_end)?;
            let (first, second) = tone_letters(syllable.rime);
            if tone_idx != first && tone_idx != second {
                return None;
            }
        }
        Some(syllable)
    }

    /// The syllable, wherever its tone stands, and how many letters from the end
    /// that is.
    fn take_apart(word: &str) -> Option<(Self, Option<usize>)> {
        let mut toneless = String::with_capacity(word.len());
        let mut tone = None;
        let mut n_letters = 0;
        for letter in word.chars() {
            // "nghiêng" and "nghuyệch" are the longest.
            if n_letters == 9 {
                return None;
            }
            let (letter, letter_tone) = split_tone(lower(letter)?);
            if letter_tone != Tone::Level && tone.replace((n_letters, letter_tone)).is_some() {
                return None;
            }
            toneless.push(letter);
            n_letters += 1;
        }
        let (onset, rime) = split_onset(&toneless)?;
        let (tone_from_end, tone) = match tone {
            Some((idx, tone)) => (Some(n_letters - idx), tone),
            None => (None, Tone::Level),
        };
        is_tone_possible(rime, tone).then_some((Self { onset, rime, tone }, tone_from_end))
    }

    /// The syllable as written, lower case.
    pub fn spell(&self, placement: TonePlacement) -> String {
        // *gi* shares its i with a rime that begins with one.
        let onset = if self.onset == "gi" && self.rime.starts_with('i') {
            "g"
        } else {
            self.onset
        };
        let (first, second) = tone_letters(self.rime);
        let tone_letter = match placement {
            TonePlacement::First => first,
            TonePlacement::Second => second,
        };
        let mut word = String::from(onset);
        for (letter_idx, letter) in self.rime.chars().enumerate() {
            let toned = with_tone(letter, self.tone).filter(|_| letter_idx == tone_letter);
            word.push(toned.unwrap_or(letter));
        }
        word
    }
}

/// Whether a word is a possible syllable of Vietnamese, in either spelling of
/// the tone and any case. A word that is none may still be right: a name, an
/// abbreviation, a word of another language.
pub fn is_syllable(word: &str) -> bool {
    Syllable::parse(word).is_some()
}

/// A syllable whose tone was typed on a letter where neither spelling puts it,
/// put right: `đòan` gives `đoàn`, `qủa` gives `quả`. Lower case, tone-first;
/// `None` when the word is no such syllable.
pub fn with_tone_in_place(word: &str) -> Option<String> {
    if word.is_ascii() || is_syllable(word) {
        return None;
    }
    let (syllable, _) = Syllable::take_apart(word)?;
    Some(syllable.spell(TonePlacement::First))
}

/// All possible syllables, lower case, tone-first, each once.
pub fn all_syllables() -> impl Iterator<Item = String> {
    ONSETS.iter().flat_map(|&onset| {
        rimes_behind(onset).flat_map(move |rime| {
            Tone::ALL
                .into_iter()
                .filter(move |&tone| is_tone_possible(rime, tone))
                .map(move |tone| Syllable { onset, rime, tone }.spell(TonePlacement::First))
        })
    })
}

/// Lower case of a letter that may stand in a syllable.
fn lower(letter: char) -> Option<char> {
    let mut lowered = letter.to_lowercase();
    match (lowered.next(), lowered.next()) {
        (Some(one), None) if is_letter(one) => Some(one),
        _ => None,
    }
}

fn split_onset(toneless: &str) -> Option<(&'static str, &'static str)> {
    if let Some(rest) = toneless.strip_prefix("gi") {
        if let Some(rime) = rimes_behind("gi").find(|rime| *rime == rest && !rime.starts_with('i'))
        {
            return Some(("gi", rime));
        }
        let rime = rimes_behind("gi").find(|rime| *rime == &toneless[1..])?;
        return Some(("gi", rime));
    }
    let onset = *ONSETS.iter().find(|&&onset| toneless.starts_with(onset))?;
    let rest = &toneless[onset.len()..];
    if onset == "qu" {
        return Some((onset, rimes_behind(onset).find(|&rime| rime == rest)?));
    }
    let rime = RIMES[RIMES.binary_search(&rest).ok()?];
    joins(onset, rime).then_some((onset, rime))
}

/// The rimes that may stand behind an onset, as they are written there.
fn rimes_behind(onset: &'static str) -> Box<dyn Iterator<Item = &'static str>> {
    match onset {
        "qu" => Box::new(
            RIMES
                .iter()
                .filter_map(|rime| match rime.as_bytes()[0] {
                    // The glide, one byte, is the u of qu.
                    b'o' => rime[1..].starts_with(['a', 'e', 'ă']).then(|| &rime[1..]),
                    b'u' => rime[1..]
                        .starts_with(['y', 'â', 'ê', 'ơ'])
                        .then(|| &rime[1..]),
                    _ => None,
                })
                .chain(RIMES_BEHIND_QU),
        ),
        _ => Box::new(RIMES.iter().copied().filter(move |rime| joins(onset, rime))),
    }
}

fn joins(onset: &str, rime: &str) -> bool {
    let front = rime.starts_with(['e', 'ê', 'i', 'y']);
    match onset {
        "k" | "gh" | "ngh" => front && !rime.starts_with("yê"),
        "c" | "g" | "ng" => !front,
        // Written with the i of gi: gia is gi + a, giên is gi + ên; gìn and
        // giếng have no other reading.
        "gi" => match rime.strip_prefix('i') {
            Some("") => true,
            Some(rest) => RIMES.binary_search(&rest).is_err(),
            None => !rime.starts_with('y'),
        },
        "" => !rime.starts_with("iê"),
        _ => !rime.starts_with("yê"),
    }
}

/// A syllable closed by a stop has the acute or the dot. Without its tone it
/// is no syllable, however common in text that lost its marks.
fn is_tone_possible(rime: &str, tone: Tone) -> bool {
    !rime.ends_with(['c', 'p', 't']) && !rime.ends_with("ch")
        || matches!(tone, Tone::Acute | Tone::Dot)
}

/// The letter of the rime that bears the tone, tone-first and tone-second.
fn tone_letters(rime: &str) -> (usize, usize) {
    let mut n_vowels = 0;
    let mut marked = None;
    let mut n_letters = 0;
    for letter in rime.chars() {
        if is_vietnamese_vowel(letter) {
            n_vowels += 1;
        }
        if matches!(letter, 'ă' | 'â' | 'ê' | 'ô' | 'ơ' | 'ư') {
            marked = Some(n_letters);
        }
        n_letters += 1;
    }
    match (marked, n_vowels) {
        (Some(idx), _) => (idx, idx),
        (None, vowels) if n_letters > vowels => (vowels - 1, vowels - 1),
        (None, 3) => (1, 1),
        (None, 2) if matches!(rime, "oa" | "oe" | "uy") => (0, 1),
        _ => (0, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vietnamese::{fold, tone_second, unify_tone};
    use proptest::prelude::*;
    use std::collections::HashSet;

    #[test]
    fn accepts_syllables_and_nothing_else() {
        let yes = "nghiêng quyết quốc gì giếng giữ gia hòa hoà thủy thuỷ QUÝ Ủy kỹ yêu ý khuỷu \
                   ngoằn người ươm cải CÁCH xoong đường quýt quí gìn già giặt rượu tuya loét khuya";
        for word in yes.split_whitespace() {
            assert!(is_syllable(word), "{word} is a syllable");
        }
        let no = "nghành ngia kách gha hoang̀ cach tiep hòan qúy word CCHC NĐ x 12 tiếpp yêc aa \
                  giia đđ quôn kuyến cê";
        for word in no.split_whitespace() {
            assert!(!is_syllable(word), "{word} is no syllable");
        }
        assert!(!is_syllable(""));
        assert!(!is_syllable(&"a".repeat(10_000)));
    }

    #[test]
    fn a_tone_on_the_wrong_letter_is_moved() {
        for (typed, meant) in [
            ("đòan", "đoàn"),
            ("qủa", "quả"),
            ("Cụôc", "cuộc"),
            ("HỈÊU", "hiểu"),
        ] {
            assert_eq!(with_tone_in_place(typed).as_deref(), Some(meant));
        }
        for word in [
            "đoàn", "quả", "hoà", "hòa", "cách", "cach", "nghành", "tòàn", "2à", "",
        ] {
            assert_eq!(with_tone_in_place(word), None, "{word}");
        }
    }

    #[test]
    fn the_generator_gives_each_syllable_once() {
        let all: Vec<String> = all_syllables().collect();
        let unique: HashSet<&String> = all.iter().collect();
        assert_eq!(all.len(), unique.len());
        assert!(
            (17_000..18_000).contains(&all.len()),
            "{} syllables",
            all.len()
        );
        for word in &all {
            let syllable = Syllable::parse(word);
            assert_eq!(
                syllable
                    .map(|syllable| syllable.spell(TonePlacement::First))
                    .as_ref(),
                Some(word)
            );
        }
    }

    proptest! {
        #[test]
        fn both_spellings_are_the_same_syllable(syllable_idx in 0usize..17_000) {
            let first = all_syllables().nth(syllable_idx).unwrap_or_default();
            let second = tone_second(&first);
            let syllable = Syllable::parse(&first);
            prop_assert_eq!(Syllable::parse(&second), syllable);
            prop_assert_eq!(Syllable::parse(&first.to_uppercase()), syllable);
            prop_assert_eq!(
                syllable.map(|syllable| syllable.spell(TonePlacement::Second)),
                Some(second.clone())
            );
            prop_assert_eq!(unify_tone(&second), first.clone());
            prop_assert!(fold(&first).is_ascii());
        }

        #[test]
        fn a_tone_on_any_letter_is_put_in_place(syllable_idx in 0usize..17_000, at in 0usize..9) {
            let word = all_syllables().nth(syllable_idx).unwrap_or_default();
            let mut tone = Tone::Level;
            let mut letters: Vec<char> = word
                .chars()
                .map(|letter| {
                    let (bare, letter_tone) = split_tone(letter);
                    if letter_tone != Tone::Level {
                        tone = letter_tone;
                    }
                    bare
                })
                .collect();
            let at = at % letters.len();
            if let Some(toned) = with_tone(letters[at], tone) {
                letters[at] = toned;
                let moved: String = letters.into_iter().collect();
                // An i or u in front of the rime makes another syllable of some.
                let meant = with_tone_in_place(&moved).unwrap_or_else(|| unify_tone(&moved));
                prop_assert_eq!(fold(&meant), fold(&word));
                prop_assert!(is_syllable(&meant));
            }
        }

        #[test]
        fn any_text_is_taken(word in "\\PC{0,12}") {
            is_syllable(&word);
            with_tone_in_place(&word);
        }
    }
}
