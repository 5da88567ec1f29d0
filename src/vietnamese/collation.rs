//! The order of a Vietnamese dictionary.

use super::letter::{Tone, base_letter, split_tone};
use super::normal::{normalize, unify_tone};

/// The letters in their order; f, j, w and z, which Vietnamese does not have,
/// stand where English has them.
const ALPHABET: &str = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz";

/// Tones in the order of dictionaries: level, grave, hook, tilde, acute, dot.
fn rank(tone: Tone) -> u8 {
    match tone {
        Tone::Level => 0,
        Tone::Grave => 1,
        Tone::Hook => 2,
        Tone::Tilde => 3,
        Tone::Acute => 4,
        Tone::Dot => 5,
    }
}

/// What texts are ordered by: letters of the Vietnamese alphabet first (ă behind
/// a, đ behind d), tones where the letters are the same, capitals as small ones.
pub fn collation_key(text: &str) -> (Vec<u32>, Vec<u8>) {
    let text = unify_tone(&normalize(text)).to_lowercase();
    let letters = text.chars().map(|letter| {
        let (letter, tone) = split_tone(letter);
        let place = |letter: char| ALPHABET.chars().position(|it| it == letter);
        let place = place(letter).or_else(|| place(base_letter(letter)));
        // Behind whatever stands before letters: spaces, marks, digits.
        let weight = match place {
            Some(place) => 0x100 + u32::try_from(place).unwrap_or(0),
            None if letter.is_alphabetic() => 0x200 + u32::from(letter),
            None => u32::from(letter).min(0xff),
        };
        (weight, rank(tone))
    });
    letters.unzip()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_as_in_a_dictionary() {
        let ordered = [
            "",
            "12",
            "an",
            "án",
            "An toàn",
            "ăn",
            "ấn",
            "ba",
            "dân",
            "đất",
            "em",
            "êm",
            "hoà",
            "hòa giải",
            "hoạch",
            "ma",
            "mà",
            "mả",
            "mã",
            "má",
            "mạ",
            "tỷ",
            "Ủy ban",
            "văn",
            "ý",
        ];
        for pair in ordered.windows(2) {
            assert!(
                collation_key(pair[0]) <= collation_key(pair[1]),
                "{} before {}",
                pair[0],
                pair[1]
            );
        }
    }
}
