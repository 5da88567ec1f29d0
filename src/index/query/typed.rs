//! Keystrokes of Telex and VNI: what a person typed whose input method was off.
//!
//! `cair cachs` is *cải cách* and `cai3 cach1` is too. A query is read so only
//! when every word of it becomes a syllable, which text that was meant as it
//! stands hardly ever does.

use super::abbreviations::Abbreviations;
use super::item::{Item, QueryWord};
use crate::vietnamese::is_syllable;

/// A way of typing Vietnamese on a keyboard without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InputMethod {
    Telex,
    Vni,
}

impl InputMethod {
    /// The one that most keyboards have comes first.
    pub(in crate::index) const ALL: [Self; 2] = [Self::Telex, Self::Vni];

    /// The name people know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Telex => "Telex",
            Self::Vni => "VNI",
        }
    }

    /// What the keystrokes of one word make.
    fn decode(self, keys: &str) -> String {
        let method = match self {
            Self::Telex => &vi::TELEX,
            Self::Vni => &vi::VNI,
        };
        let mut word = String::new();
        vi::transform_buffer(method, keys.chars(), &mut word);
        word
    }

    /// The items as this method would have written them; `None` unless every
    /// word becomes a syllable (numbers and known abbreviations may stay) and
    /// at least one is changed.
    pub(in crate::index) fn decoded(self, items: &[Item]) -> Option<Vec<Item>> {
        let mut is_changed = false;
        let mut decode = |word: &QueryWord| {
            let is_no_word = word.is_digits() || is_roman_numeral(word);
            if is_no_word || Abbreviations::shipped().is_short(word) {
                return Some(word.clone());
            }
            if !word.exact.is_ascii() {
                // Typed with marks already, as a half-marked query is.
                return is_syllable(&word.exact).then(|| word.clone());
            }
            let decoded = self.decode(&word.exact);
            is_changed |= decoded != word.exact;
            is_syllable(&decoded).then(|| QueryWord::new(&decoded))
        };
        let items: Option<Vec<Item>> = items
            .iter()
            .map(|item| item.try_map_words(&mut decode))
            .collect();
        items
            .filter(|_| is_changed)
            .map(|items| Abbreviations::shipped().apply(items))
    }
}

/// `II` of *quý II*.
fn is_roman_numeral(word: &QueryWord) -> bool {
    word.exact
        .chars()
        .all(|letter| matches!(letter, 'i' | 'v' | 'x'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::query::parse;
    use crate::vietnamese::{Tone, all_syllables, base_letter, split_tone};
    use proptest::prelude::*;

    fn decoded(method: InputMethod, query: &str) -> Option<String> {
        let items = method.decoded(&parse(query).items)?;
        let mut words = Vec::new();
        for item in items {
            match item {
                Item::Word(word) => words.push(word.exact),
                Item::Phrase(typed) | Item::Spelled { typed, .. } => {
                    words.extend(typed.into_iter().map(|word| word.exact));
                }
                other => panic!("{other:?}"),
            }
        }
        Some(words.join(" "))
    }

    #[test]
    fn keystrokes_become_words() {
        let telex = |query| decoded(InputMethod::Telex, query);
        let vni = |query| decoded(InputMethod::Vni, query);
        let reform = Some("cải cách hành chính".to_owned());
        assert_eq!(telex("cair cachs hanhf chinhs"), reform);
        assert_eq!(telex("cari cachs hafnh chisnh"), reform);
        assert_eq!(vni("cai3 cach1 hanh2 chinh1"), reform);
        assert_eq!(telex("quyeets ddinhj"), Some("quyết định".to_owned()));
        assert_eq!(telex("dduwowngf 2023"), Some("đường 2023".to_owned()));
        assert_eq!(telex("kees hoachj UBND"), Some("kế hoạch ubnd".to_owned()));
        assert_eq!(
            telex("quys II nawm 2021"),
            Some("quý ii năm 2021".to_owned())
        );
        // Nothing to decode, or not every word a syllable.
        assert_eq!(telex("cai cach"), None);
        assert_eq!(telex("cair windows"), None);
        assert_eq!(vni("cai3 qh15"), None);
    }

    /// The keys of a syllable as a careful typist presses them.
    fn keys(syllable: &str, method: InputMethod) -> String {
        let mut keys = String::new();
        let mut tone_key = None;
        for letter in syllable.chars() {
            let (letter, tone) = split_tone(letter);
            let tone_keys = match method {
                InputMethod::Telex => ['f', 's', 'r', 'x', 'j'],
                InputMethod::Vni => ['2', '1', '3', '4', '5'],
            };
            tone_key = tone_key.or(match tone {
                Tone::Level => None,
                Tone::Grave => Some(tone_keys[0]),
                Tone::Acute => Some(tone_keys[1]),
                Tone::Hook => Some(tone_keys[2]),
                Tone::Tilde => Some(tone_keys[3]),
                Tone::Dot => Some(tone_keys[4]),
            });
            keys.push(base_letter(letter));
            let mark = match (letter, method) {
                ('â' | 'ê' | 'ô' | 'đ', InputMethod::Telex) => Some(base_letter(letter)),
                ('ă' | 'ơ' | 'ư', InputMethod::Telex) => Some('w'),
                ('â' | 'ê' | 'ô', InputMethod::Vni) => Some('6'),
                ('ơ' | 'ư', InputMethod::Vni) => Some('7'),
                ('ă', InputMethod::Vni) => Some('8'),
                ('đ', InputMethod::Vni) => Some('9'),
                _ => None,
            };
            keys.extend(mark);
        }
        keys.extend(tone_key);
        keys
    }

    #[test]
    fn common_syllables_are_typed_and_read_back() {
        let text = "ủy ban nhân dân tỉnh quyết định phê duyệt đường nghiệm thu khuyến nghị \
                    thủy lợi giữ rừng chuyển đổi số của người nước ngoài trước ngày";
        for method in InputMethod::ALL {
            for syllable in text.split_whitespace() {
                let read = QueryWord::new(&method.decode(&keys(syllable, method)));
                assert_eq!(read, QueryWord::new(syllable), "{method:?}");
            }
        }
    }

    #[test]
    fn nearly_all_syllables_survive() {
        for method in InputMethod::ALL {
            let syllables: Vec<String> = all_syllables().step_by(7).collect();
            let is_read = |syllable: &&String| {
                let read = method.decode(&keys(syllable, method));
                QueryWord::new(&read) == QueryWord::new(syllable)
            };
            let n_read = syllables.iter().filter(is_read).count();
            // What is left are rimes that no common word has.
            assert!(
                n_read * 100 >= syllables.len() * 97,
                "{method:?}: {n_read} of {}",
                syllables.len()
            );
        }
    }

    proptest! {
        #[test]
        fn nothing_typed_makes_it_panic(query in "\\PC{0,40}|[a-z0-9 \"*:-]{0,40}") {
            for method in InputMethod::ALL {
                let _ = method.decoded(&parse(&query).items);
            }
        }
    }
}
