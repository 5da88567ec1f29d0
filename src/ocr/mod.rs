//! From a page image to words with box, confidence and alternatives.

mod reading;

pub use reading::{Alternative, Line, PageReading, Word};
