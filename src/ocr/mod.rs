//! From a page image to words with box, confidence and alternatives.
//!
//! The recogniser stands behind [`OcrEngine`]; [`Tesseract`] is the one that
//! ships. What it gives is put into reading order by `layout`, since it reads
//! straight across the two columns of a letterhead.

mod choices;
mod engine;
mod layout;
mod line_pictures;
mod numbers;
mod orientation;
mod reading;
mod second_reading;
mod signature_cell;
mod stamps;
mod tesseract;
mod text_layer;

pub use engine::{OcrEngine, OcrError};
pub use reading::{Alternative, Line, PageNotes, PageReading, Word};
pub use tesseract::Tesseract;
pub use text_layer::reading_of_text_layer;
