//! What a token looks like: a word, a number, a code, an address.

use super::readings::Treatment;
use crate::vietnamese::{
    CasePattern, is_letter, is_letter_or_number, is_syllable, is_vietnamese_vowel,
};
use std::ops::Range;

/// Whether letters with marks of Vietnamese make no syllable of it. Words of
/// other languages have none of these marks; abbreviations at most a Đ.
pub(super) fn is_impossible(word: &str) -> bool {
    let has_mark = |letter: char| {
        !letter.is_ascii() && !matches!(letter, 'đ' | 'Đ') && is_vietnamese_vowel(letter)
    };
    word.chars().any(has_mark) && !is_syllable(word)
}

/// The case patterns that may have been printed.
pub(super) fn patterns_of(noise: &str) -> Vec<CasePattern> {
    let n_upper = noise.chars().filter(|letter| letter.is_uppercase()).count();
    let n_lower = noise.chars().filter(|letter| letter.is_lowercase()).count();
    let is_first_lower = noise.chars().next().is_some_and(char::is_lowercase);
    let mut patterns = Vec::new();
    if n_upper >= 2 && n_upper > n_lower {
        patterns.push(CasePattern::Upper);
    }
    if !is_first_lower && n_upper <= 1 + n_lower {
        patterns.push(CasePattern::Title);
    }
    if n_upper <= 1 {
        patterns.push(CasePattern::Lower);
    }
    if n_upper == 2 && n_lower == 0 {
        // "BO" for "Bộ".
        patterns.push(CasePattern::Title);
    }
    if patterns.is_empty() {
        patterns.push(CasePattern::Title);
    }
    patterns
}

/// Signs that a recogniser without Vietnamese writes for letters.
fn stands_for_letter(sign: char) -> bool {
    matches!(
        sign,
        '¢' | '@' | '€' | '&' | '©' | '£' | '§' | '$' | '¥' | '®' | 'ƒ'
    )
}

/// The token without the punctuation at its ends.
pub(super) fn core_of(text: &str, treatment: Treatment) -> Range<usize> {
    let is_core = |letter: char| {
        is_letter_or_number(letter) || treatment == Treatment::Garbled && stands_for_letter(letter)
    };
    let start = text.find(is_core).unwrap_or(text.len());
    let end = text
        .char_indices()
        .rev()
        .find(|&(_, letter)| is_core(letter))
        .map_or(start, |(at, letter)| at + letter.len_utf8());
    start..end
}

/// Whether a core is a word that letters may be wrong in, and no number, code
/// or compound.
pub(super) fn is_word(core: &str, treatment: Treatment) -> bool {
    if core.chars().all(is_letter) {
        return true;
    }
    if treatment == Treatment::Read
        || core.contains(['/', '-', '.', ',', '%', ':', '+', '=', '_', '\\'])
    {
        return false;
    }
    // "m²", "½", "①" are no letters, whatever the recogniser knew.
    if core.contains(|sign: char| sign.is_numeric() && !sign.is_ascii_digit()) {
        return false;
    }
    let count =
        |is_counted: fn(char) -> bool| core.chars().filter(|&letter| is_counted(letter)).count();
    let n_digits = count(|letter| letter.is_ascii_digit());
    let n_letters = count(|letter| is_letter(letter) || stands_for_letter(letter));
    let n_upper = count(char::is_uppercase);
    // "s6", "B6", "1a", "16ng", "ngu01"; but not "03b", "2a", "m2", "21NQ".
    match n_digits {
        0 => true,
        1 => n_letters >= 1 && n_upper <= 1 && !is_counted(core),
        2 => n_letters >= 2 && n_upper <= 1,
        _ => false,
    }
}

/// Roman numbers are numbers; C, D, L and M alone are letters.
pub(super) fn is_roman(core: &str) -> bool {
    core.bytes().all(|byte| b"IVXLC".contains(&byte))
        && (core.len() > 1 || matches!(core, "I" | "V" | "X"))
}

/// "2a", "3h", "m2", "km2": items, hours, measures.
fn is_counted(core: &str) -> bool {
    let letters = core.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let is_item = letters.len() < core.len()
        && letters.chars().count() == 1
        && (!core.starts_with('1') || letters == "h");
    is_item
        || matches!(
            core,
            "m2" | "m3" | "km2" | "cm2" | "cm3" | "dm2" | "dm3" | "h1" | "h2"
        )
}

/// E-mail and web addresses, file names: never changed.
pub(super) fn is_address(text: &str) -> bool {
    // Nearly no word has one of these, and an address has two.
    if !text.contains(['.', '@', '/']) {
        return false;
    }
    let lower = text.to_ascii_lowercase();
    let has_dot_inside = |text: &str| {
        text.split('.').count() > 1
            && text.split('.').all(|part| {
                !part.is_empty()
                    && part
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || b"-_/@:".contains(&byte))
            })
    };
    lower.contains("://")
        || lower.starts_with("www.")
        || lower.split_once('@').is_some_and(|(name, host)| {
            name.len() > 1
                && host.contains('.')
                && has_dot_inside(host.trim_end_matches(['.', ',', ';', ')']))
        })
        || [
            ".vn", ".com", ".gov", ".org", ".net", ".pdf", ".doc", ".docx", ".xls", ".xlsx",
        ]
        .iter()
        .any(|ending| {
            lower
                .trim_end_matches(['.', ',', ';', ')'])
                .ends_with(ending)
                && has_dot_inside(
                    lower
                        .trim_start_matches('(')
                        .trim_end_matches(['.', ',', ';', ')']),
                )
        })
}
