//! The query language: what was typed, and what it means.

mod abbreviations;
mod clause;
mod combine;
mod dates;
mod fields;
mod filters;
mod half_marked;
mod item;
mod names;
mod note;
mod number;
mod parse;
mod plan;
mod spelling;
mod typed;
mod unwanted;

pub use abbreviations::spellings;
pub use dates::DayRange;
pub use fields::{QueryField, spelled_out_type};
pub(super) use filters::Filters;
pub(super) use item::words_text;
pub use item::{Item, ParsedQuery, QueryWord, in_quotes};
pub use note::QueryNote;
pub use parse::parse;
pub(super) use parse::{DaysInWords, parse_with};
pub(super) use plan::{Plan, Planner, Strictness};
pub(super) use spelling::respelled;
pub use typed::InputMethod;
