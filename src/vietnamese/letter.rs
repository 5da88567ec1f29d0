//! Letters: a vowel is a base letter, a quality mark (ă â ê ô ơ ư) and a tone.

use std::sync::LazyLock;
use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// The six tones, in the order of the dictionary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Tone {
    /// *ngang*, without a mark
    Level,
    /// *huyền*, grave
    Grave,
    /// *hỏi*, hook above
    Hook,
    /// *ngã*, tilde
    Tilde,
    /// *sắc*, acute
    Acute,
    /// *nặng*, dot below
    Dot,
}

impl Tone {
    pub const ALL: [Self; 6] = [
        Self::Level,
        Self::Grave,
        Self::Hook,
        Self::Tilde,
        Self::Acute,
        Self::Dot,
    ];
}

/// One row a vowel, toneless first, then in the order of [`Tone::ALL`].
const VOWELS: [[char; 6]; 24] = [
    ['a', 'à', 'ả', 'ã', 'á', 'ạ'],
    ['ă', 'ằ', 'ẳ', 'ẵ', 'ắ', 'ặ'],
    ['â', 'ầ', 'ẩ', 'ẫ', 'ấ', 'ậ'],
    ['e', 'è', 'ẻ', 'ẽ', 'é', 'ẹ'],
    ['ê', 'ề', 'ể', 'ễ', 'ế', 'ệ'],
    ['i', 'ì', 'ỉ', 'ĩ', 'í', 'ị'],
    ['o', 'ò', 'ỏ', 'õ', 'ó', 'ọ'],
    ['ô', 'ồ', 'ổ', 'ỗ', 'ố', 'ộ'],
    ['ơ', 'ờ', 'ở', 'ỡ', 'ớ', 'ợ'],
    ['u', 'ù', 'ủ', 'ũ', 'ú', 'ụ'],
    ['ư', 'ừ', 'ử', 'ữ', 'ứ', 'ự'],
    ['y', 'ỳ', 'ỷ', 'ỹ', 'ý', 'ỵ'],
    ['A', 'À', 'Ả', 'Ã', 'Á', 'Ạ'],
    ['Ă', 'Ằ', 'Ẳ', 'Ẵ', 'Ắ', 'Ặ'],
    ['Â', 'Ầ', 'Ẩ', 'Ẫ', 'Ấ', 'Ậ'],
    ['E', 'È', 'Ẻ', 'Ẽ', 'É', 'Ẹ'],
    ['Ê', 'Ề', 'Ể', 'Ễ', 'Ế', 'Ệ'],
    ['I', 'Ì', 'Ỉ', 'Ĩ', 'Í', 'Ị'],
    ['O', 'Ò', 'Ỏ', 'Õ', 'Ó', 'Ọ'],
    ['Ô', 'Ồ', 'Ổ', 'Ỗ', 'Ố', 'Ộ'],
    ['Ơ', 'Ờ', 'Ở', 'Ỡ', 'Ớ', 'Ợ'],
    ['U', 'Ù', 'Ủ', 'Ũ', 'Ú', 'Ụ'],
    ['Ư', 'Ừ', 'Ử', 'Ữ', 'Ứ', 'Ự'],
    ['Y', 'Ỳ', 'Ỷ', 'Ỹ', 'Ý', 'Ỵ'],
];

/// Past the last Vietnamese letter, ỹ U+1EF9.
const TABLE_LEN: usize = 0x1F00;
const NO_VOWEL: u8 = u8::MAX;

/// `row * 6 + tone` of every precomposed vowel, by code point.
static PLACE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut place = vec![NO_VOWEL; TABLE_LEN];
    for (row_idx, row) in VOWELS.iter().enumerate() {
        for (tone_idx, &letter) in row.iter().enumerate() {
            // 24 rows of 6 end at 143, inside a byte.
            place[letter as usize] = (row_idx * 6 + tone_idx) as u8;
        }
    }
    place
});

fn place(letter: char) -> Option<(usize, usize)> {
    let place = *PLACE.get(letter as usize)?;
    (place != NO_VOWEL).then(|| (usize::from(place) / 6, usize::from(place) % 6))
}

/// Whether `letter` is a vowel of Vietnamese, with or without marks.
pub fn is_vietnamese_vowel(letter: char) -> bool {
    place(letter).is_some()
}

/// The letter without its tone, and the tone: `ế` gives `ê` and
/// [`Tone::Acute`]. What is no vowel has [`Tone::Level`].
pub fn split_tone(letter: char) -> (char, Tone) {
    place(letter).map_or((letter, Tone::Level), |(row, tone)| {
        (VOWELS[row][0], Tone::ALL[tone])
    })
}

/// The letter with `tone` in place of the one it has; `None` when it is no vowel.
pub fn with_tone(letter: char, tone: Tone) -> Option<char> {
    place(letter).map(|(row, _)| VOWELS[row][tone as usize])
}

/// The letter without any mark: `ế` gives `e`, `đ` and its look-alikes give
/// `d`; case is kept. A letter of another script that has no marks stays, also one
/// that is put together of several (`한`).
pub fn base_letter(letter: char) -> char {
    match letter {
        '\0'..='\u{7f}' => letter,
        'đ' | 'ð' | 'ɖ' => 'd',
        'Đ' | 'Ð' | 'Ɖ' => 'D',
        _ => {
            let mut base = None;
            decompose_canonical(letter, |part| {
                base = match base {
                    None => Some(part),
                    Some(_) if !is_combining_mark(part) => Some(letter),
                    _ => base,
                };
            });
            base.unwrap_or(letter)
        }
    }
}

/// [`char::is_alphabetic`], told at once of Latin letters with and without marks:
/// the standard library searches a table for all that are not ASCII.
pub fn is_letter(letter: char) -> bool {
    match letter {
        '\0'..='\u{7f}' => letter.is_ascii_alphabetic(),
        '×' | '÷' => false,
        'À'..='ɏ' | 'Ḁ'..='ỿ' => true,
        _ => letter.is_alphabetic(),
    }
}

/// [`char::is_alphanumeric`], as fast as [`is_letter`].
pub fn is_letter_or_number(sign: char) -> bool {
    is_letter(sign) || sign.is_numeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_other_scripts_lose_marks_alone() {
        assert_eq!(
            ['한', 'ά', 'й', '漢'].map(base_letter),
            ['한', 'α', 'и', '漢']
        );
    }

    #[test]
    fn letters_and_numbers_are_those_of_unicode() {
        for letter in '\0'..=char::MAX {
            assert_eq!(is_letter(letter), letter.is_alphabetic(), "{letter:?}");
            assert_eq!(is_letter_or_number(letter), letter.is_alphanumeric());
        }
    }

    #[test]
    fn every_vowel_is_its_base_and_its_tone() {
        for row in VOWELS {
            for (&letter, tone) in row.iter().zip(Tone::ALL) {
                assert_eq!(split_tone(letter), (row[0], tone));
                assert_eq!(with_tone(row[0], tone), Some(letter));
                assert_eq!(base_letter(letter), base_letter(row[0]));
            }
        }
    }

    #[test]
    fn base_letters() {
        let cases = [('ế', 'e'), ('Ữ', 'U'), ('đ', 'd'), ('Ð', 'D'), ('ç', 'c')];
        for (letter, base) in cases {
            assert_eq!(base_letter(letter), base, "of {letter}");
        }
        assert_eq!(base_letter('7'), '7');
        assert_eq!(base_letter('中'), '中');
    }
}
