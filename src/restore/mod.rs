//! The dictionary model: restores diacritics and repairs OCR noise.

mod candidates;
mod certainty;
mod channel;
mod decode;
pub mod evaluate;
mod forms;
mod kind;
mod lattice;
mod legibility;
mod lexicon;
mod line_marks;
mod model;
mod plausibility;
mod readings;
mod restored;
mod restorer;
mod settle;
mod specks;
mod surroundings;
#[cfg(test)]
mod tests;
mod tokens;
pub mod train;
mod writing;

pub use kind::InputKind;
pub use model::ModelError;
pub use plausibility::Plausibility;
pub use restored::{RestoredLine, RestoredPage, RestoredWord};
pub use restorer::Restorer;
