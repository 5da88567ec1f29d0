//! What a query is made of once it has been read.

use super::dates::DayRange;
use super::fields::QueryField;
use super::note::QueryNote;
use crate::index::words::{exact, folded, word_ranges};

/// A word as typed, in both readings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryWord {
    pub exact: String,
    pub folded: String,
}

impl QueryWord {
    pub(super) fn new(word: &str) -> Self {
        Self {
            exact: exact(word),
            folded: folded(word),
        }
    }

    /// Whether it was typed with marks (or đ, or leading zeros).
    pub fn has_marks(&self) -> bool {
        self.exact != self.folded
    }

    /// Whether it is a number, without letters.
    pub(super) fn is_digits(&self) -> bool {
        self.folded.bytes().all(|byte| byte.is_ascii_digit())
    }
}

/// One thing that is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    Word(QueryWord),
    /// Words in this order; at least two.
    Phrase(Vec<QueryWord>),
    /// Words of which an abbreviation is known, or the other way round: any of
    /// the spellings. `others` stand as phrases, and so do the names that an
    /// agency or place had before or since, which are worth less.
    Spelled {
        typed: Vec<QueryWord>,
        others: Vec<Vec<QueryWord>>,
        renamed: Vec<Vec<QueryWord>>,
    },
    /// Folded beginning of a word.
    Prefix(String),
    /// The parts of a document number, at least two: `2`, `ct`, `ubnd`.
    Number(Vec<QueryWord>),
    /// The ordinal of a number, typed behind its type or *số*: `chỉ thị 02`.
    Ordinal(QueryWord),
    /// Both, in any order, with at most `distance` words between them.
    Near {
        left: Vec<QueryWord>,
        right: Vec<QueryWord>,
        distance: u32,
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

impl Item {
    /// The same item with its words changed; `None` as soon as one cannot be.
    /// What has no words that a person types as syllables (numbers, days) stays.
    pub(in crate::index) fn try_map_words(
        &self,
        change: &mut dyn FnMut(&QueryWord) -> Option<QueryWord>,
    ) -> Option<Self> {
        let mut all = |words: &[QueryWord]| -> Option<Vec<QueryWord>> {
            words.iter().map(&mut *change).collect()
        };
        Some(match self {
            Self::Word(word) => Self::Word(change(word)?),
            Self::Phrase(words) => Self::Phrase(all(words)?),
            // Known by its abbreviation: spelled well enough.
            Self::Spelled { .. } => self.clone(),
            Self::Near {
                left,
                right,
                distance,
            } => Self::Near {
                left: all(left)?,
                right: all(right)?,
                distance: *distance,
            },
            Self::Field { field, chunks } if field.has_words() => Self::Field {
                field: *field,
                chunks: chunks
                    .iter()
                    .map(|chunk| all(chunk))
                    .collect::<Option<_>>()?,
            },
            Self::Any(items) => Self::Any(
                items
                    .iter()
                    .map(|item| item.try_map_words(change))
                    .collect::<Option<_>>()?,
            ),
            Self::Not(item) => Self::Not(Box::new(item.try_map_words(change)?)),
            Self::Prefix(_)
            | Self::Number(_)
            | Self::Ordinal(_)
            | Self::Issued(_)
            | Self::Field { .. } => self.clone(),
        })
    }

    pub(in crate::index) fn has_marks(&self) -> bool {
        let any = |words: &[QueryWord]| words.iter().any(QueryWord::has_marks);
        match self {
            Self::Word(word) => word.has_marks(),
            Self::Phrase(words) | Self::Spelled { typed: words, .. } => any(words),
            Self::Near { left, right, .. } => any(left) || any(right),
            Self::Any(items) => items.iter().any(Item::has_marks),
            _ => false,
        }
    }
}

/// A query as it was understood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ParsedQuery {
    pub items: Vec<Item>,
    /// Where it was read otherwise than as typed.
    pub notes: Vec<QueryNote>,
}

/// The text between the quotation marks that a text consists of: the whole of a
/// name, where without them words of it are meant.
pub fn in_quotes(text: &str) -> Option<&str> {
    let inside = text.trim().strip_prefix('"')?.strip_suffix('"')?;
    (!inside.contains('"')).then_some(inside)
}

/// The words of a text.
pub(super) fn words_of(text: &str) -> Vec<QueryWord> {
    word_ranges(text)
        .map(|range| QueryWord::new(&text[range]))
        .collect()
}

/// The words of items as text, for people.
pub(in crate::index) fn words_text(items: &[Item]) -> String {
    let mut words: Vec<String> = Vec::new();
    for item in items {
        // Every word is kept; only looked at.
        let _ = item.try_map_words(&mut |word| {
            words.push(word.exact.clone());
            Some(word.clone())
        });
        if let Item::Spelled { typed, .. } | Item::Number(typed) = item {
            words.extend(typed.iter().map(|word| word.exact.clone()));
        }
        if let Item::Ordinal(word) = item {
            words.push(word.exact.clone());
        }
    }
    words.join(" ")
}
