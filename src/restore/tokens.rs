//! How a line falls into words, numbers and what stands between.
//!
//! Training and decoding must cut alike, or the counts speak of other words
//! than the decoder asks for. A word is a run of letters: `QĐ-UBND` is two
//! words, `03b` a number and a word, so that the segments of a document's sign
//! are words with a context of their own.

use crate::vietnamese::{is_letter, is_letter_or_number};

/// What the language model knows a piece of text as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// A run of letters.
    Word(&'a str),
    /// A run of digits.
    Number(&'a str),
    /// A run of white space.
    Space(&'a str),
    /// One mark of punctuation, a symbol, anything else.
    Mark(char),
}

/// The pieces of a line, in order and without a gap: their texts put together
/// are the line.
pub(super) fn pieces(line: &str) -> impl Iterator<Item = (usize, Piece<'_>)> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let start = line.len() - rest.len();
        let class = class(first);
        let len = match class {
            Class::Mark => first.len_utf8(),
            _ => rest
                .find(|letter| self::class(letter) != class)
                .unwrap_or(rest.len()),
        };
        let (text, behind) = rest.split_at(len);
        rest = behind;
        let piece = match class {
            Class::Letter => Piece::Word(text),
            Class::Digit => Piece::Number(text),
            Class::Space => Piece::Space(text),
            Class::Mark => Piece::Mark(first),
        };
        Some((start, piece))
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    Digit,
    Space,
    Mark,
}

fn class(letter: char) -> Class {
    if is_letter(letter) || unicode_normalization::char::is_combining_mark(letter) {
        Class::Letter
    } else if letter.is_numeric() {
        Class::Digit
    } else if letter.is_whitespace() {
        Class::Space
    } else {
        Class::Mark
    }
}

/// Whether a mark parts two sentences or clauses, so that what stands before it
/// says little of what follows. A stop inside a number or an address, with a
/// letter or digit close behind it, does not.
pub(super) fn is_boundary(mark: char, next: Option<char>) -> bool {
    match mark {
        '.' | ':' => next.is_none_or(|next| !is_letter_or_number(next)),
        ';' | '?' | '!' | '…' | '|' | '•' => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_sign_is_numbers_words_and_marks() {
        let found: Vec<Piece> = pieces("số 02/QĐ-UBND.").map(|(_, piece)| piece).collect();
        use Piece::*;
        let expected = [
            Word("số"),
            Space(" "),
            Number("02"),
            Mark('/'),
            Word("QĐ"),
            Mark('-'),
            Word("UBND"),
            Mark('.'),
        ];
        assert_eq!(found, expected);
    }

    proptest! {
        #[test]
        fn pieces_rebuild_the_line(line in "\\PC{0,60}") {
            let mut rebuilt = String::new();
            for (start, piece) in pieces(&line) {
                prop_assert_eq!(start, rebuilt.len());
                match piece {
                    Piece::Word(text) | Piece::Number(text) | Piece::Space(text) => rebuilt.push_str(text),
                    Piece::Mark(mark) => rebuilt.push(mark),
                }
            }
            prop_assert_eq!(rebuilt, line);
        }
    }
}
