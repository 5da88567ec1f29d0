//! What a person is told about how a query was read.

use super::typed::InputMethod;
use serde::ser::{Serialize, SerializeStruct, Serializer};
use std::fmt;

/// Where a query was read otherwise than as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum QueryNote {
    /// Nothing is looked for.
    Empty,
    /// Only the beginning was read.
    TooLong {
        n_bytes_read: usize,
    },
    TooManyWords,
    PhraseTooLong,
    /// Read as if it were not there.
    UnclosedQuote,
    FieldWithoutValue,
    /// Left out.
    NotADay,
    PrefixWithoutWord,
    PrefixTooShort,
    OrWithoutWords,
    NearWithoutWords,
    /// Words of the query that were taken for the day of issue.
    ReadAsDays {
        words: String,
    },
    /// As typed nothing much was found; these keystrokes make other words.
    ReadAsTyped {
        method: InputMethod,
        words: String,
    },
    /// A word that stands nowhere was taken for another.
    Respelled {
        words: String,
    },
    /// Papers under earlier or later names are found too.
    OtherNames {
        names: Vec<String>,
    },
    /// No page holds the phrase; its words were looked for one by one.
    PhraseLoosened,
    /// No page holds all words.
    WordsLeftOut {
        n_found: usize,
        n_words: usize,
    },
    /// The index knows papers that the catalogue does not.
    IndexOutOfStep,
}

impl QueryNote {
    /// A short and stable name, for programs and translations.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong { .. } => "too_long",
            Self::TooManyWords => "too_many_words",
            Self::PhraseTooLong => "phrase_too_long",
            Self::UnclosedQuote => "unclosed_quote",
            Self::FieldWithoutValue => "field_without_value",
            Self::NotADay => "not_a_day",
            Self::PrefixWithoutWord => "prefix_without_word",
            Self::PrefixTooShort => "prefix_too_short",
            Self::OrWithoutWords => "or_without_words",
            Self::NearWithoutWords => "near_without_words",
            Self::ReadAsDays { .. } => "read_as_days",
            Self::ReadAsTyped { .. } => "read_as_typed",
            Self::Respelled { .. } => "respelled",
            Self::OtherNames { .. } => "other_names",
            Self::PhraseLoosened => "phrase_loosened",
            Self::WordsLeftOut { .. } => "words_left_out",
            Self::IndexOutOfStep => "index_out_of_step",
        }
    }
}

impl fmt::Display for QueryNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "the query is empty"),
            Self::TooLong { n_bytes_read } => {
                write!(
                    f,
                    "the query is too long; its first {n_bytes_read} bytes were read"
                )
            }
            Self::TooManyWords => write!(f, "the query has too many words; the last were left out"),
            Self::PhraseTooLong => write!(f, "a phrase is too long; its beginning was looked for"),
            Self::UnclosedQuote => write!(f, "a quotation mark is not closed and was left out"),
            Self::FieldWithoutValue => write!(f, "a field has no value and was left out"),
            Self::NotADay => write!(
                f,
                "a date was not understood and left out; 2023, 3/2023, 02/3/2023 and 2021..2023 are"
            ),
            Self::PrefixWithoutWord => write!(f, "* needs the beginning of a word before it"),
            Self::PrefixTooShort => write!(
                f,
                "* needs at least two letters before it; with one it only says which pages come first"
            ),
            Self::OrWithoutWords => write!(f, "OR needs a word on each side"),
            Self::NearWithoutWords => write!(f, "NEAR needs words on each side"),
            Self::ReadAsDays { words } => {
                write!(f, "\"{words}\" was read as the day of issue")
            }
            Self::ReadAsTyped { method, words } => {
                write!(f, "read as {} keystrokes: {words}", method.name())
            }
            Self::Respelled { words } => write!(f, "nothing has these words; looked for: {words}"),
            Self::OtherNames { names } => {
                write!(f, "also found under other names: {}", names.join(", "))
            }
            Self::PhraseLoosened => write!(f, "no page has the phrase; these pages have its words"),
            Self::WordsLeftOut { n_found, n_words } => write!(
                f,
                "no page has all words; these pages have at least {n_found} of {n_words}"
            ),
            Self::IndexOutOfStep => write!(
                f,
                "the search index does not fit the catalogue; `vanthu reindex` mends it"
            ),
        }
    }
}

impl Serialize for QueryNote {
    /// As `{"code": …, "text": …}`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut note = serializer.serialize_struct("QueryNote", 2)?;
        note.serialize_field("code", self.code())?;
        note.serialize_field("text", &self.to_string())?;
        note.end()
    }
}
