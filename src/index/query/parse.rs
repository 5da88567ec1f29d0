//! From what was typed to what is meant. There is no wrong query: what cannot
//! be understood is read as plain words, and a note says so.
//!
//! ```text
//! cải cách hành chính          all words, with or without marks
//! "một cửa liên thông"         words in this order
//! kế hoạch -tiêm chủng         not this word
//! chỉ thị OR quyết định        one of the two words beside OR
//! chuyển đ*                    beginning of a word
//! một NEAR/5 cửa               at most five words between them
//! 02/CT-UBND, 2 ct ubnd        a number, in any spelling
//! chỉ thị 02                   a number of which only the ordinal is known
//! CCHC                         what the abbreviation stands for, and the other way round
//! từ 2021 đến 2023             day of issue
//! ngày 02/03/2023              day of issue, or a day that the paper speaks of
//! số: loại: cơ quan: trích yếu: người ký: dẫn: ngày:2021..2023
//! ```

use super::abbreviations::Abbreviations;
use super::dates::DayRange;
use super::fields::{MAX_NAME_BYTES, QueryField, field_of, spelled_out_type};
use super::item::{Item, ParsedQuery, QueryWord, words_of};
use super::names::join_names;
use super::note::QueryNote;
use super::number::{is_number_shape, join_numbers};
use crate::vietnamese::fold;

/// What is read of a query; the rest is left out, with a note.
const MAX_QUERY_BYTES: usize = 2_000;
const MAX_ITEMS: usize = 32;
const MAX_PHRASE_WORDS: usize = 32;

/// Words between the two sides of NEAR where no number is given, and at most.
const NEAR_WORDS: u32 = 8;
const MAX_NEAR_WORDS: u32 = 50;

/// The longest way to say a span of days: "từ ngày 1 tháng 3 năm 2021 đến hết
/// ngày 31 tháng 12 năm 2022".
const MAX_SPAN_CHUNKS: usize = 15;

/// A shorter beginning has most words of the language behind it: it is not looked
/// for, and only raises the pages on which it stands behind the word before it.
pub(super) const MIN_PREFIX_LETTERS: usize = 2;

/// Whether days said in words, `từ 2021 đến 2023`, are days of issue or only
/// words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::index) enum DaysInWords {
    OfIssue,
    OnlyWords,
}

/// Reads a query.
pub fn parse(text: &str) -> ParsedQuery {
    parse_with(text, DaysInWords::OfIssue)
}

/// As [`parse`], with the choice.
pub(in crate::index) fn parse_with(text: &str, days_in_words: DaysInWords) -> ParsedQuery {
    let mut parser = Parser::new(text, days_in_words);
    while let Some(part) = parser.next_part() {
        parser.take(part);
    }
    parser.finish()
}

/// A piece of a query before OR, NEAR and `-` are applied.
enum Part {
    Item(Item),
    Or,
    Near(u32),
    Minus,
}

struct Parser<'a> {
    rest: &'a str,
    days_in_words: DaysInWords,
    query: ParsedQuery,
    near_pending: Option<u32>,
    is_or_pending: bool,
    is_not_pending: bool,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str, days_in_words: DaysInWords) -> Self {
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
            days_in_words,
            query,
            near_pending: None,
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
            if let Some(item) = self.span_in_words() {
                return Some(Part::Item(item));
            }
            let chunk = self.chunk();
            if is_or(chunk) {
                return Some(Part::Or);
            }
            if let Some(distance) = near_distance(chunk) {
                return Some(Part::Near(distance));
            }
            if let Some(item) = self.item_of(chunk) {
                return Some(Part::Item(item));
            }
        }
    }

    /// A day, `ngày 02/03/2023`, or a span of days said in words, with both ends,
    /// when one begins here.
    fn span_in_words(&mut self) -> Option<Item> {
        let first_end = self.rest.find(is_separator)?;
        let first = fold(&self.rest[..first_end]).to_lowercase();
        let (is_span, is_day) = (first == "tu", first == "ngay");
        if self.days_in_words == DaysInWords::OnlyWords || !(is_span || is_day) {
            return None;
        }
        let start = self.rest;
        let (days, rest) = self.longest_span()?;
        let typed = start[..start.len() - rest.len()].trim();
        if is_day {
            let spellings = days.spellings()?;
            self.rest = rest;
            self.note(QueryNote::ReadAsDays {
                words: typed.to_owned(),
            });
            // Papers of that day, and those that speak of it.
            let mut any = vec![Item::Issued(days)];
            any.extend(spellings.iter().map(|it| Item::Phrase(words_of(it))));
            return Some(Item::Any(any));
        }
        // With one end only, `từ 2021` may as well be plain words.
        if days.last == DayRange::LATEST {
            return None;
        }
        self.rest = rest;
        self.note(QueryNote::ReadAsDays {
            words: typed.to_owned(),
        });
        Some(Item::Issued(days))
    }

    /// The longest run of chunks from here on that is a day or a span of days,
    /// and what stands behind it. Nothing is taken.
    fn longest_span(&mut self) -> Option<(DayRange, &'a str)> {
        let start = self.rest;
        let mut found = None;
        for _ in 0..MAX_SPAN_CHUNKS {
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
        self.rest = start;
        found
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

    /// The days that a field of days is given.
    fn days(&mut self) -> Option<Item> {
        if let Some((days, rest)) = self.longest_span() {
            self.rest = rest;
            return Some(Item::Issued(days));
        }
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
            return Some(Item::Number(words));
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
            Part::Near(distance) => {
                self.near_pending = Some(distance);
                return;
            }
            Part::Minus => {
                self.is_not_pending = true;
                return;
            }
            Part::Item(item) => item,
        };
        let item = match self.near_pending.take() {
            Some(distance) => self.near(item, distance),
            None => item,
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

    /// The item before NEAR and this one behind it as one; this one alone when
    /// they are not both words.
    fn near(&mut self, right: Item, distance: u32) -> Item {
        let words = |item: &Item| match item {
            Item::Word(word) => Some(vec![word.clone()]),
            Item::Phrase(words) => Some(words.clone()),
            _ => None,
        };
        let left = self.query.items.last().and_then(words);
        match (left, words(&right)) {
            (Some(left), Some(right)) => {
                self.query.items.pop();
                Item::Near {
                    left,
                    right,
                    distance,
                }
            }
            _ => {
                self.note(QueryNote::NearWithoutWords);
                right
            }
        }
    }

    fn finish(mut self) -> ParsedQuery {
        if self.is_or_pending {
            self.note(QueryNote::OrWithoutWords);
        }
        if self.near_pending.is_some() {
            self.note(QueryNote::NearWithoutWords);
        }
        let items = join_numbers(std::mem::take(&mut self.query.items));
        let (items, names) = join_names(items);
        if !names.is_empty() {
            self.note(QueryNote::OtherNames { names });
        }
        self.query.items = Abbreviations::shipped().apply(items);
        self.query
    }
}

fn is_or(chunk: &str) -> bool {
    matches!(chunk, "OR" | "HOẶC" | "|" | "||")
}

/// `NEAR`, `NEAR/5`, `GẦN`, `GẦN/5`.
fn near_distance(chunk: &str) -> Option<u32> {
    let (word, number) = match chunk.split_once('/') {
        Some((word, number)) => (word, Some(number)),
        None => (chunk, None),
    };
    if !matches!(word, "NEAR" | "GẦN") {
        return None;
    }
    match number {
        None => Some(NEAR_WORDS),
        Some(number) => number
            .parse()
            .ok()
            .map(|words: u32| words.min(MAX_NEAR_WORDS)),
    }
}

fn is_separator(letter: char) -> bool {
    letter.is_whitespace() || letter.is_control()
}

fn is_quote(letter: char) -> bool {
    matches!(letter, '"' | '“' | '”' | '„' | '«' | '»')
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
