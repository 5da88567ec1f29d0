//! The two readings as tantivy tokenizers. Offsets are those of the text that
//! was given, whatever the reading changes.

use super::words::{self, Reading, WordRanges, word_ranges};
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// Gives every word in one of its readings.
#[derive(Clone)]
pub(super) struct ReadingTokenizer {
    read: Reading,
}

impl ReadingTokenizer {
    pub(super) fn exact() -> Self {
        Self {
            read: words::read_exact,
        }
    }

    pub(super) fn folded() -> Self {
        Self {
            read: words::read_folded,
        }
    }
}

impl Tokenizer for ReadingTokenizer {
    type TokenStream<'a> = ReadingTokens<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> ReadingTokens<'a> {
        ReadingTokens {
            text,
            ranges: word_ranges(text),
            read: self.read,
            token: Token::default(),
        }
    }
}

/// See [`ReadingTokenizer`].
pub(super) struct ReadingTokens<'a> {
    text: &'a str,
    ranges: WordRanges<'a>,
    read: Reading,
    token: Token,
}

impl TokenStream for ReadingTokens<'_> {
    fn advance(&mut self) -> bool {
        let Some(range) = self.ranges.next() else {
            return false;
        };
        (self.read)(&self.text[range.clone()], &mut self.token.text);
        self.token.offset_from = range.start;
        self.token.offset_to = range.end;
        // Starts at usize::MAX, as tantivy asks, so that the first word is 0.
        self.token.position = self.token.position.wrapping_add(1);
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_have_positions_and_offsets_of_the_text() {
        let mut tokenizer = ReadingTokenizer::folded();
        let text = "Số: 02/CT-UBND";
        let mut stream = tokenizer.token_stream(text);
        let mut tokens = Vec::new();
        stream.process(&mut |token: &Token| {
            tokens.push((
                token.text.clone(),
                token.position,
                text[token.offset_from..token.offset_to].to_owned(),
            ));
        });
        let expected = [
            ("so", 0, "Số"),
            ("2", 1, "02"),
            ("ct", 2, "CT"),
            ("ubnd", 3, "UBND"),
        ]
        .map(|(reading, position, word)| (reading.to_owned(), position, word.to_owned()));
        assert_eq!(tokens, expected);
    }
}
