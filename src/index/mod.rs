//! The search index: tantivy over the pages of the catalogue, and the answers to
//! queries.
//!
//! Decisions:
//! * **Derived.** Nothing is only in the index; it can be built anew from the
//!   catalogue at any time, beside the one in use ([`rebuild`]). It stores no
//!   text: snippets and fields of a hit are read from the catalogue, ten rows by
//!   their key for a page of results.
//! * **A page is an index document.** People want to land on the page, and the
//!   statistics of a page are not drowned by a paper of three hundred. Fields of
//!   the paper are repeated on each of its pages (some tenth of its words), so
//!   that `kế hoạch tiêm chủng` finds page 3 although *kế hoạch* stands in the
//!   title only; hits are grouped by paper while they are collected.
//! * **Two readings of every word** in two fields, exact and folded. The folded
//!   one finds, the exact one ranks: what is typed with marks shows exact hits
//!   first and hides nothing.
//! * **No wrong queries.** See [`parse`].

mod answer;
mod beginnings;
mod duplicates;
mod error;
mod facets;
mod fingerprint;
mod group;
mod guard;
mod indexer;
mod levels;
mod query;
mod sample;
mod schema;
mod search;
mod shown;
mod similar;
mod snippet;
mod store;
mod suggest;
#[cfg(test)]
mod tests;
mod tokenizer;
mod verify;
mod words;

pub use answer::{Hit, MAX_LIMIT, SearchAnswer, SearchRequest};
pub use duplicates::{DuplicateGroup, DuplicatePaper, PaperGroups, duplicates};
pub use error::IndexError;
pub use facets::FacetCounts;
pub use group::SortOrder;
pub use indexer::{IndexReport, Indexer, rebuild, update};
pub use query::{
    DayRange, InputMethod, Item, ParsedQuery, QueryField, QueryNote, QueryWord, in_quotes, parse,
    spelled_out_type, spellings,
};
pub use schema::FORMAT_VERSION;
pub use search::SearchIndex;
pub use snippet::SnippetPart;
pub use suggest::{Suggestion, SuggestionKind};
pub use verify::verify;
