//! People look at what was read with doubt, and decide: it is right, or what
//! stands there instead.
//!
//! A decision is stored as a correction ([`crate::archive::Correction`]); the
//! text of its page and the record of its paper are made anew at once, in the
//! same transaction, and the index takes the paper in again when it is next
//! updated.

mod decide;
mod doubts;
#[cfg(test)]
mod tests;

pub use decide::{ReviewError, WordDecision, check_field, correct_field, correct_word};
pub use doubts::{PlacedWord, doubted_words, word_at};
