//! From what was typed to what is meant. There is no wrong query: what cannot
//! be understood is read as plain words, and a note says so.
//!
//! ```text
//! cải cách hành chính          all words, with or without marks
//! "một cửa liên thông"         words in this order
//! kế hoạch -tiêm chủng         not this word
//! chỉ thị OR quyết định        one of the two words beside OR
//! chuyển đ*                    beginning of a word
//! 02/CT-UBND                   a number, in any spelling
//! số: loại: cơ quan: trích yếu: người ký: ngày:2021..2023
//! ```

use super::dates::DayRange;
use super::fields::{MAX_NAME_BYTES, QueryField, field_of, spelled_out_type};
use super::note::QueryNote;
use crate::archive::number_key;
use crate::index::words::{exact, folded, word_ranges};

/// What is read of a query; the rest is left out, with a note.
const MAX_QUERY_BYTES: usize = 2_000;
const MAX_ITEMS: usize = 32;
const MAX_PHRASE_WORDS: usize = 32;

/// A shorter beginning fits too many words.
const MIN_PREFIX_LETTERS: usize = 2;

/// A word as typed, in both readings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryWord {
    pub exact: String,
    pub folded: String,
}

impl QueryWord {
    fn new(word: &str) -> Self {
        Self {
            exact: exact(word),
            folded: folded(word),
        }
    }

    /// Whether it was typed with marks (or đ, or leading zeros).
    pub fn has_marks(&self) -> bool {
        self.exact != self.folded
    }
}

/// One thing that is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    Word(QueryWord),
    /// Words in this order; at least two.
    Phrase(Vec<QueryWord>),
    /// Folded beginning of a word.
    Prefix(String),
    /// A document number: its key and its parts.
    Number {
        key: String,
        parts: Vec<QueryWord>,
    },
    /// Words said to stand in a field, chunk by chunk as typed. The first chunk
    /// belongs to it; how many of the others do is found out in the index, the
    /// rest are plain words. In quotes there is one chunk.
    Field {
        field: QueryField,
        chunks: Vec<Vec<QueryWord>>,
    },
    /// Day of issue.
    Issued(DayRange),
    /// One of these.
    Any(Vec<Item>),
    Not(Box<Item>),
}

/// A query as it was understood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ParsedQuery {
    pub items: Vec<Item>,
    /// Where it was read otherwise than as typed.
    pub notes: Vec<QueryNote>,
}

/// Reads a query.
pub fn parse(text: &str) -> ParsedQuery {
    let mut parser = Parser::new(text);
    while let Some(part) = parser.next_part() {
        parser.take(part);
    }
    parser.finish()
}

/// A piece of a query before OR and `-` are applied.
enum Part {
    Item(Item),
    Or,
    Minus,
}

struct Parser<'a> {
    rest: &'a str,
    query: ParsedQuery,
    is_or_pending: bool,
    is_not_pending: bool,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Self {
        let mut query = ParsedQuery::default();
        let mut end = text.len().min(MAX_QUERY_BYTES);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        if end < text.len() {
            query.notes.push(QueryNote::TooLong { n_bytes_read: end });
        }
        Self {
            rest: &text[..end],
            query,
            is_or_pending: false,
            is_not_pending: false,
        }
    }

    fn note(&mut self, note: QueryNote) {
        if !self.query.notes.contains(&note) {
            self.query.notes.push(note);
        }
    }

    /// The next piece; `None` at the end.
    fn next_part(&mut self) -> Option<Part> {
        loop {
            self.rest = self.rest.trim_start_matches(is_separator);
            let first = self.rest.chars().next()?;
            if is_quote(first) {
                self.rest = &self.rest[first.len_utf8()..];
                if let Some(item) = self.quoted() {
                    return Some(Part::Item(item));
                }
                continue;
            }
            if first == '-' {
                self.rest = &self.rest[1..];
                // A dash with space behind it only parts words.
                if self
                    .rest
                    .starts_with(|next: char| next.is_alphanumeric() || is_quote(next))
                {
                    return Some(Part::Minus);
                }
                continue;
            }
            if let Some(item) = self.field() {
                return item.map(Part::Item).or_else(|| self.next_part());
            }
            let chunk = self.chunk();
            if is_or(chunk) {
                return Some(Part::Or);
            }
            if let Some(item) = self.item_of(chunk) {
                return Some(Part::Item(item));
            }
        }
    }

    /// What stands up to the next space or quote.
    fn chunk(&mut self) -> &'a str {
        let end = self
            .rest
            .find(|letter| is_separator(letter) || is_quote(letter))
            .unwrap_or(self.rest.len());
        let (chunk, rest) = self.rest.split_at(end);
        self.rest = rest;
        chunk
    }

    /// What stands up to the closing quote, which has just been opened.
    fn quoted(&mut self) -> Option<Item> {
        let Some(end) = self.rest.find(is_quote) else {
            self.note(QueryNote::UnclosedQuote);
            return None;
        };
        let (inside, rest) = self.rest.split_at(end);
        self.rest = rest.trim_start_matches(is_quote);
        self.phrase(words_of(inside))
    }

    fn phrase(&mut self, mut words: Vec<QueryWord>) -> Option<Item> {
        if words.len() > MAX_PHRASE_WORDS {
            words.truncate(MAX_PHRASE_WORDS);
            self.note(QueryNote::PhraseTooLong);
        }
        match words.len() {
            0 => None,
            1 => words.pop().map(Item::Word),
            _ => Some(Item::Phrase(words)),
        }
    }

    /// A field and its value, when one begins here. `Some(None)` is a field
    /// without a value, which is left out.
    fn field(&mut self) -> Option<Option<Item>> {
        let colon = self.rest.find(':').filter(|&end| end <= MAX_NAME_BYTES)?;
        let field = field_of(&self.rest[..colon])?;
        self.rest = self.rest[colon + 1..].trim_start();
        if self.rest.is_empty() {
            self.note(QueryNote::FieldWithoutValue);
            return Some(None);
        }
        if let Some(first) = self.rest.chars().next().filter(|&first| is_quote(first)) {
            self.rest = &self.rest[first.len_utf8()..];
            let end = self.rest.find(is_quote).unwrap_or(self.rest.len());
            let (value, rest) = self.rest.split_at(end);
            self.rest = rest.trim_start_matches(is_quote);
            return Some(self.field_item(field, &[value]));
        }
        match field {
            QueryField::Issued => Some(self.days()),
            _ => {
                let chunks = self.plain_run(field);
                Some(self.field_item(field, &chunks))
            }
        }
    }

    fn field_item(&mut self, field: QueryField, chunks: &[&str]) -> Option<Item> {
        if field == QueryField::Issued {
            let days = chunks.first().and_then(|typed| DayRange::parse_span(typed));
            if days.is_none() {
                self.note(QueryNote::NotADay);
            }
            return days.map(Item::Issued);
        }
        let chunks: Vec<Vec<QueryWord>> = chunks
            .iter()
            .map(|chunk| match field {
                QueryField::Type => words_of(spelled_out_type(chunk.trim())),
                _ => words_of(chunk),
            })
            .filter(|words| !words.is_empty())
            .take(MAX_PHRASE_WORDS)
            .collect();
        if chunks.is_empty() {
            self.note(QueryNote::FieldWithoutValue);
            return None;
        }
        Some(Item::Field { field, chunks })
    }

    /// The plain chunks from here on: up to a quote, another field, OR or a `-`.
    fn plain_run(&mut self, field: QueryField) -> Vec<&'a str> {
        let mut chunks = Vec::new();
        loop {
            let before = self.rest;
            self.rest = self.rest.trim_start_matches(is_separator);
            if self.rest.is_empty() || self.rest.starts_with(is_quote) {
                return chunks;
            }
            let is_first = chunks.is_empty();
            if !is_first && (self.rest.starts_with('-') || self.begins_field()) {
                return chunks;
            }
            let chunk = self.chunk();
            if !is_first && (is_or(chunk) || chunk.ends_with('*')) {
                self.rest = before;
                return chunks;
            }
            chunks.push(chunk);
            // An abbreviated type stands for itself.
            if field == QueryField::Type && spelled_out_type(chunk) != chunk {
                return chunks;
            }
        }
    }

    fn begins_field(&self) -> bool {
        self.rest
            .find(':')
            .filter(|&end| end <= MAX_NAME_BYTES)
            .is_some_and(|end| field_of(&self.rest[..end]).is_some())
    }

    /// The longest run of chunks from here on that is a day or a span of days.
    fn days(&mut self) -> Option<Item> {
        let start = self.rest;
        let mut found = None;
        // "từ 01/2021 đến hết 12/2023" is the longest shape.
        for _ in 0..5 {
            self.rest = self.rest.trim_start_matches(is_separator);
            if self.rest.is_empty() || self.rest.starts_with(is_quote) {
                break;
            }
            self.chunk();
            let typed = &start[..start.len() - self.rest.len()];
            if let Some(days) = DayRange::parse_span(typed) {
                found = Some((days, self.rest));
            }
        }
        if let Some((days, rest)) = found {
            self.rest = rest;
            return Some(Item::Issued(days));
        }
        self.rest = start;
        self.chunk();
        self.note(QueryNote::NotADay);
        None
    }

    /// What a chunk between spaces means.
    fn item_of(&mut self, chunk: &str) -> Option<Item> {
        if let Some(beginning) = chunk.strip_suffix('*') {
            return self.prefix(beginning);
        }
        let words = words_of(chunk);
        if is_number_shape(chunk, &words) {
            let ends = |letter: char| !letter.is_alphanumeric();
            return Some(Item::Number {
                key: number_key(chunk.trim_matches(ends)),
                parts: words,
            });
        }
        // `KT-XH`, `23/4/2018`, `a@b.vn`: parts that belong together.
        self.phrase(words)
    }

    fn prefix(&mut self, beginning: &str) -> Option<Item> {
        let mut words = words_of(beginning);
        let Some(last) = words.pop() else {
            self.note(QueryNote::PrefixWithoutWord);
            return None;
        };
        if last.folded.chars().count() < MIN_PREFIX_LETTERS {
            self.note(QueryNote::PrefixTooShort);
            words.push(last);
            return self.phrase(words);
        }
        // `CT-UB*` is its first parts and the beginning of the last.
        for word in words {
            self.take(Part::Item(Item::Word(word)));
        }
        Some(Item::Prefix(last.folded))
    }

    /// Adds a piece to the query.
    fn take(&mut self, part: Part) {
        let item = match part {
            Part::Or => {
                self.is_or_pending = !self.query.items.is_empty();
                if !self.is_or_pending {
                    self.note(QueryNote::OrWithoutWords);
                }
                return;
            }
            Part::Minus => {
                self.is_not_pending = true;
                return;
            }
            Part::Item(item) => item,
        };
        let is_or = std::mem::take(&mut self.is_or_pending);
        let is_not = std::mem::take(&mut self.is_not_pending);
        let item = match item {
            item if is_not => Item::Not(Box::new(item)),
            item => item,
        };
        if self.query.items.len() >= MAX_ITEMS {
            self.note(QueryNote::TooManyWords);
            return;
        }
        match self.query.items.pop() {
            Some(Item::Any(mut items)) if is_or && items.len() < MAX_ITEMS => {
                items.push(item);
                self.query.items.push(Item::Any(items));
            }
            Some(last) if is_or => self.query.items.push(Item::Any(vec![last, item])),
            last => {
                self.query.items.extend(last);
                self.query.items.push(item);
            }
        }
    }

    fn finish(mut self) -> ParsedQuery {
        if self.is_or_pending {
            self.note(QueryNote::OrWithoutWords);
        }
        self.query
    }
}

fn is_or(chunk: &str) -> bool {
    matches!(chunk, "OR" | "HOẶC" | "|" | "||")
}

fn words_of(text: &str) -> Vec<QueryWord> {
    word_ranges(text)
        .map(|range| QueryWord::new(&text[range]))
        .collect()
}

/// `02/CT-UBND`, `61/2018/NĐ-CP`, `29-KL/TU`: digits first, and letters behind
/// a slash or hyphen.
fn is_number_shape(chunk: &str, words: &[QueryWord]) -> bool {
    let begins_with_digits = words
        .first()
        .is_some_and(|word| word.folded.bytes().all(|byte| byte.is_ascii_digit()));
    let has_letters = words
        .iter()
        .any(|word| word.folded.bytes().any(|byte| byte.is_ascii_alphabetic()));
    (2..=8).contains(&words.len()) && begins_with_digits && has_letters && chunk.contains('/')
}

fn is_separator(letter: char) -> bool {
    letter.is_whitespace() || letter.is_control()
}

fn is_quote(letter: char) -> bool {
    matches!(letter, '"' | '“' | '”' | '„' | '«' | '»')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Items in one line: word, "phrase", pre*, #number, field(words), day..day,
    /// (a|b), !not.
    fn shown(item: &Item) -> String {
        let words = |words: &[QueryWord]| {
            let words: Vec<&str> = words.iter().map(|word| word.exact.as_str()).collect();
            words.join(" ")
        };
        match item {
            Item::Word(word) => word.exact.clone(),
            Item::Phrase(phrase) => format!("\"{}\"", words(phrase)),
            Item::Prefix(beginning) => format!("{beginning}*"),
            Item::Number { key, .. } => format!("#{key}"),
            Item::Field { field, chunks } => {
                let chunks: Vec<String> = chunks.iter().map(|chunk| words(chunk)).collect();
                format!("{field:?}({})", chunks.join(","))
            }
            Item::Issued(days) => format!("{}..{}", days.first, days.last),
            Item::Any(items) => {
                let items: Vec<String> = items.iter().map(shown).collect();
                format!("({})", items.join("|"))
            }
            Item::Not(item) => format!("!{}", shown(item)),
        }
    }

    fn check(text: &str, expected: &str, n_notes: usize) {
        let query = parse(text);
        let items: Vec<String> = query.items.iter().map(shown).collect();
        assert_eq!(items.join(" "), expected, "{text}");
        assert_eq!(query.notes.len(), n_notes, "{text}: {:?}", query.notes);
    }

    #[test]
    fn queries_as_they_are_meant() {
        check("Cải cách hành chính", "cải cách hành chính", 0);
        check("\"cải cách\" hành", "\"cải cách\" hành", 0);
        check("“cải cách”", "\"cải cách\"", 0);
        check("kế hoạch -tiêm", "kế hoạch !tiêm", 0);
        check("kế hoạch -\"tiêm chủng\"", "kế hoạch !\"tiêm chủng\"", 0);
        check("Tây Ninh - Bình Dương", "tây ninh bình dương", 0);
        check("chỉ OR thị OR báo cáo", "(chỉ|thị|báo) cáo", 0);
        check("chuy*", "chuy*", 0);
        check("02/CT-UBND", "#2/CT-UBND", 0);
        check("(02/ct-ubnd)", "#2/CT-UBND", 0);
        check("29-KL/TU", "#29-KL/TU", 0);
        check("23/4/2018", "\"23 4 2018\"", 0);
        check("KT-XH", "\"kt xh\"", 0);
        check("số: 02/CT-UBND kế hoạch", "Number(02 ct ubnd,kế,hoạch)", 0);
        check(
            "kế hoạch cơ quan:\"sở y tế\" tiêm",
            "kế hoạch Issuer(sở y tế) tiêm",
            0,
        );
        check(
            "coquan:so y te loai:QĐ",
            "Issuer(so,y,te) Type(quyết định)",
            0,
        );
        check("loại:QĐ tiêm chủng", "Type(quyết định) tiêm chủng", 0);
        check("người ký:Minh -Lan", "Signer(minh) !lan", 0);
        check("ngày:2021..2023 báo", "20210101..20231231 báo", 0);
        check("ngay: từ 01/2021 đến 2023 báo", "20210101..20231231 báo", 0);
        check("ngày:\"3/2023\"", "20230301..20230331", 0);
        check("http://a.vn", "\"http a vn\"", 0);
    }

    #[test]
    fn bad_queries_are_read_as_well_as_they_can_be() {
        check("", "", 0);
        check("   \u{1}\u{2} ", "", 0);
        check("\"cải cách", "cải cách", 1);
        check("\"\"", "", 0);
        check("*", "", 1);
        check("a*", "a", 1);
        check("OR báo", "báo", 1);
        check("báo OR", "báo", 1);
        check("ngày:mai báo", "báo", 1);
        check("ngày:31/02/2023", "", 1);
        check("số:", "", 1);
        check("-", "", 0);
        check("?!. ,", "", 0);
        let long = "từ ".repeat(40_000);
        let query = parse(&long);
        assert_eq!(query.items.len(), MAX_ITEMS);
        assert_eq!(query.notes.len(), 2);
    }

    proptest! {
        #[test]
        fn every_query_can_be_read(text in "\\PC{0,80}|[\"“a0số:/*OR |.-]{0,60}") {
            let query = parse(&text);
            prop_assert!(query.items.len() <= MAX_ITEMS);
        }

        #[test]
        fn plain_words_are_all_kept(words in proptest::collection::vec("[a-zđêô]{2,6}", 1..10)) {
            let query = parse(&words.join(" "));
            prop_assert_eq!(query.items.len(), words.len());
        }
    }
}
