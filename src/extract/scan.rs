//! Small steps over text, shared by the hand-written grammars.
//!
//! The grammars are written by hand because the expressions they need look
//! behind (a number does not begin inside another one), which a regular
//! expression engine of linear time does not offer, and because one pass over
//! the digits of a text is several times faster than one pass per pattern.

use super::fold::fold_char;

/// The character that begins at byte `position`.
pub(super) fn char_at(text: &str, position: usize) -> Option<char> {
    text.get(position..)?.chars().next()
}

/// The character that ends at byte `position`.
pub(super) fn char_before(text: &str, position: usize) -> Option<char> {
    text.get(..position)?.chars().next_back()
}

/// The end of the run of ASCII digits that begins at `start`.
pub(super) fn digits_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let mut end = start;
    while bytes.get(end).is_some_and(u8::is_ascii_digit) {
        end += 1;
    }
    end
}

/// Skips up to `limit` spaces and line feeds.
pub(super) fn skip_space(text: &str, start: usize, limit: usize) -> usize {
    let bytes = text.as_bytes();
    let mut end = start;
    while end - start < limit && bytes.get(end).is_some_and(|b| matches!(b, b' ' | b'\n')) {
        end += 1;
    }
    end
}

/// The end of `word` at `start`, compared without marks and case; the word may
/// not go on behind it.
pub(super) fn word_end(text: &str, start: usize, folded_word: &str) -> Option<usize> {
    let mut end = start;
    let mut rest = text.get(start..)?.chars();
    for expected in folded_word.chars() {
        let c = rest.next()?;
        if fold_char(c) != expected {
            return None;
        }
        end += c.len_utf8();
    }
    (!rest.next().is_some_and(char::is_alphabetic)).then_some(end)
}

/// The start of `word` that ends at `end` (white space between is skipped),
/// compared without marks and case.
pub(super) fn word_start(text: &str, end: usize, folded_word: &str) -> Option<usize> {
    let before = text.get(..end)?.trim_end_matches([' ', '\n']);
    let mut start = before.len();
    let mut rest = before.chars().rev();
    for expected in folded_word.chars().rev() {
        let c = rest.next()?;
        if fold_char(c) != expected {
            return None;
        }
        start -= c.len_utf8();
    }
    (!rest.next().is_some_and(char::is_alphanumeric)).then_some(start)
}

/// The start of the first of `phrases` (folded words) that ends at `end`.
pub(super) fn folded_phrase_start(text: &str, end: usize, phrases: &[&str]) -> Option<usize> {
    phrases.iter().find_map(|phrase| {
        phrase
            .rsplit(' ')
            .try_fold(end, |end, word| word_start(text, end, word))
    })
}
