//! The dictionary model: restores diacritics and repairs OCR noise.

mod restored;

pub use restored::{RestoredLine, RestoredPage, RestoredWord};
