//! Normal forms of text: NFC with repaired marks, folded, one tone spelling.

use super::letter::{Tone, base_letter, is_vietnamese_vowel, split_tone, with_tone};
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};

/// Brings text into the one form the rest of vanthu works on: Unicode NFC,
/// marks that were typed in the wrong order repaired (a tone before its
/// circumflex or breve, which NFC alone leaves broken), a mark typed twice
/// taken once, and the look-alikes Ð U+00D0 and Ɖ U+0189 turned into Đ U+0110.
/// Applying it twice changes nothing more.
pub fn normalize(text: &str) -> String {
    normalized(text).into_owned()
}

/// [`normalize`] of text that mostly is in its normal form: then it is borrowed.
pub fn normalized(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_settled) {
        return Cow::Borrowed(text);
    }
    let mut ordered = String::with_capacity(text.len() + 8);
    let mut marks: Vec<char> = Vec::new();
    for letter in text.nfd() {
        if canonical_combining_class(letter) != 0 {
            if !marks.contains(&letter) {
                marks.push(letter);
            }
            continue;
        }
        flush_marks(&mut ordered, &mut marks);
        ordered.push(unmask(letter));
    }
    flush_marks(&mut ordered, &mut marks);
    Cow::Owned(ordered.nfc().collect())
}

/// Whether a letter is its own normal form whatever stands beside it.
fn is_settled(letter: char) -> bool {
    match letter {
        'ð' | 'Ð' | 'ɖ' | 'Ɖ' => false,
        '\0'..='\u{2ff}' => true,
        '\u{1ea0}'..='\u{1ef9}' | '\u{2010}'..='\u{2027}' => true,
        _ => false,
    }
}

fn unmask(letter: char) -> char {
    match letter {
        'ð' | 'ɖ' => 'đ',
        'Ð' | 'Ɖ' => 'Đ',
        _ => letter,
    }
}

/// Circumflex, breve and horn stand before the tone; the rest keeps its order.
fn flush_marks(ordered: &mut String, marks: &mut Vec<char>) {
    marks.sort_by_key(|&mark| !matches!(mark, '\u{302}' | '\u{306}' | '\u{31b}'));
    ordered.extend(marks.drain(..));
}

/// Text without any mark: `Đảng ủy` gives `Dang uy`. Case is kept, đ becomes d,
/// and so do marks that stand alone vanish.
pub fn fold(text: &str) -> String {
    text.chars()
        .filter(|&letter| !is_combining_mark(letter))
        .map(base_letter)
        .collect()
}

/// What spellings of one phrase have in common: no marks, small letters, single
/// spaces.
pub fn fold_phrase(text: &str) -> String {
    let folded = fold(&normalize(text)).to_lowercase();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// One spelling of the tone in open *oa*, *oe*, *uy*, tone-first: `hoà` gives
/// `hòa`, `thuỷ` gives `thủy`, `quý` stays. For whole texts; text is expected
/// in NFC. The length in letters does not change.
pub fn unify_tone(text: &str) -> String {
    move_tone(text, |first, second| {
        let (second_base, tone) = split_tone(second);
        let (_, first_tone) = split_tone(first);
        (first_tone == Tone::Level && tone != Tone::Level)
            .then(|| Some((with_tone(first, tone)?, second_base)))
            .flatten()
    })
}

/// The other spelling, tone-second: `hòa` gives `hoà`, `thủy` gives `thuỷ`.
pub fn tone_second(text: &str) -> String {
    move_tone(text, |first, second| {
        let (first_base, tone) = split_tone(first);
        let (_, second_tone) = split_tone(second);
        (second_tone == Tone::Level && tone != Tone::Level)
            .then(|| Some((first_base, with_tone(second, tone)?)))
            .flatten()
    })
}

/// Offers every open *oa*, *oe*, *uy* at the end of a word to `moved`.
fn move_tone(text: &str, moved: impl Fn(char, char) -> Option<(char, char)>) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let letters: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len() + 4);
    let mut letter_idx = 0;
    while letter_idx < letters.len() {
        let first = letters[letter_idx];
        if let Some(&second) = letters.get(letter_idx + 1)
            && is_open_pair(first, second)
            && !matches!(
                letter_idx.checked_sub(1).map(|i| letters[i]),
                Some('q' | 'Q')
            )
            && !letters.get(letter_idx + 2).is_some_and(|&next| {
                next.is_alphanumeric() || next == '_' || is_combining_mark(next)
            })
            && let Some((new_first, new_second)) = moved(first, second)
        {
            out.push(new_first);
            out.push(new_second);
            letter_idx += 2;
            continue;
        }
        out.push(first);
        letter_idx += 1;
    }
    out
}

fn is_open_pair(first: char, second: char) -> bool {
    if !is_vietnamese_vowel(first) || !is_vietnamese_vowel(second) {
        return false;
    }
    let pair = (
        split_tone(first).0.to_ascii_lowercase(),
        split_tone(second).0.to_ascii_lowercase(),
    );
    matches!(pair, ('o', 'a') | ('o', 'e') | ('u', 'y'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn marks_in_any_order_become_one_letter() {
        let cases = [
            ("a\u{301}\u{302}", "ấ"),
            ("a\u{302}\u{301}", "ấ"),
            ("a\u{323}\u{302}", "ậ"),
            ("o\u{300}\u{31b}", "ờ"),
            ("\u{e1}\u{306}n", "ắn"),
            ("e\u{302}\u{302}\u{309}", "ể"),
            ("Ðiều, Ɖảng, ðã", "Điều, Đảng, đã"),
        ];
        for (raw, normal) in cases {
            assert_eq!(normalize(raw), normal, "of {raw:?}");
        }
    }

    #[test]
    fn folding_takes_every_mark() {
        assert_eq!(
            fold("ĐẢNG ỦY, Đắk Lắk 02/CT-UBND"),
            "DANG UY, Dak Lak 02/CT-UBND"
        );
        assert_eq!(fold("a\u{302}\u{301}"), "a");
    }

    #[test]
    fn tone_spellings() {
        let cases = [
            ("hoà", "hòa"),
            ("HOÀ BÌNH", "HÒA BÌNH"),
            ("thuỷ, khoẻ; uỷ", "thủy, khỏe; ủy"),
            ("quý hoàn toàn loại", "quý hoàn toàn loại"),
            ("hòa", "hòa"),
        ];
        for (raw, unified) in cases {
            assert_eq!(unify_tone(raw), unified, "of {raw:?}");
        }
        assert_eq!(tone_second("hòa thủy quý"), "hoà thuỷ quý");
    }

    proptest! {
        #[test]
        fn normalizing_is_idempotent(text in "\\PC{0,40}") {
            let once = normalize(&text);
            prop_assert_eq!(normalize(&once), once);
        }

        #[test]
        fn normalizing_marks_is_idempotent(text in "[aeouAyQdđÐ\u{300}-\u{310}\u{31b}\u{323} ]{0,24}") {
            let once = normalize(&text);
            prop_assert_eq!(normalize(&once), once);
        }

        #[test]
        fn folding_is_idempotent_and_blind_to_normal_forms(text in "[a-zà-ɏẠ-ỹđĐ\u{300}-\u{31b} ]{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(&fold(&once), &once);
            prop_assert_eq!(fold(&normalize(&text)), once);
        }

        #[test]
        fn tone_spelling_changes_no_base_letter(text in "[a-zà-ɏẠ-ỹđ ]{0,40}") {
            let text = normalize(&text);
            let unified = unify_tone(&text);
            prop_assert_eq!(fold(&unified), fold(&text));
            prop_assert_eq!(unify_tone(&unified), unified.clone());
            prop_assert_eq!(unify_tone(&tone_second(&text)), unify_tone(&unified));
        }
    }
}
