//! The two readings, and pairs of neighbours, as tantivy tokenizers. Offsets are those of the text that
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

/// Gives every two neighbouring words, folded, as one token: `cai cach`.
#[derive(Clone)]
pub(super) struct PairTokenizer;

impl Tokenizer for PairTokenizer {
    type TokenStream<'a> = PairTokens<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> PairTokens<'a> {
        let mut ranges = word_ranges(text);
        let mut first = String::new();
        let first_start = ranges.next().map_or(text.len(), |range| {
            words::read_folded(&text[range.clone()], &mut first);
            range.start
        });
        PairTokens {
            text,
            ranges,
            first,
            first_start,
            second: String::new(),
            token: Token::default(),
        }
    }
}

/// See [`PairTokenizer`].
pub(super) struct PairTokens<'a> {
    text: &'a str,
    ranges: WordRanges<'a>,
    /// The word that the next pair begins with, and where it stands.
    first: String,
    first_start: usize,
    /// A buffer.
    second: String,
    token: Token,
}

impl TokenStream for PairTokens<'_> {
    fn advance(&mut self) -> bool {
        let Some(range) = self.ranges.next() else {
            return false;
        };
        words::read_folded(&self.text[range.clone()], &mut self.second);
        self.token.text.clear();
        push_pair(&mut self.token.text, &self.first, &self.second);
        self.token.offset_from = self.first_start;
        self.token.offset_to = range.end;
        self.token.position = self.token.position.wrapping_add(1);
        std::mem::swap(&mut self.first, &mut self.second);
        self.first_start = range.start;
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

/// The token of a pair of folded words.
pub(super) fn pair(first: &str, second: &str) -> String {
    let mut pair = String::with_capacity(first.len() + 1 + second.len());
    push_pair(&mut pair, first, second);
    pair
}

fn push_pair(pair: &mut String, first: &str, second: &str) {
    pair.push_str(first);
    pair.push(' ');
    pair.push_str(second);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_neighbours() {
        let text = "Số: 02/CT-UBND";
        let mut tokens = Vec::new();
        let mut tokenizer = PairTokenizer;
        let mut stream = tokenizer.token_stream(text);
        stream.process(&mut |token: &Token| {
            let stands = &text[token.offset_from..token.offset_to];
            tokens.push((token.text.clone(), stands.to_owned()));
        });
        let expected = [
            ("so 2", "Số: 02"),
            ("2 ct", "02/CT"),
            ("ct ubnd", "CT-UBND"),
        ]
        .map(|(pair, stands)| (pair.to_owned(), stands.to_owned()));
        assert_eq!(tokens, expected);
        for text in ["", "một", "-"] {
            assert!(!tokenizer.token_stream(text).advance(), "{text}");
        }
    }

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
