//! The query language: what was typed, and what it means.

mod dates;
mod fields;
mod note;
mod parse;
mod plan;
mod unwanted;

pub use dates::DayRange;
pub use fields::{QueryField, spelled_out_type};
pub use note::QueryNote;
pub use parse::{Item, ParsedQuery, QueryWord, parse};
pub(super) use plan::{Filters, Plan, Planner, Strictness};
