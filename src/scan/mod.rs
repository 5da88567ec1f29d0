//! From a source file (PDF, TIFF, PNG, JPEG) to page images.
//!
//! # Decisions
//! * A page that is one scan is taken out as it is stored, in its own
//!   resolution and depth; only what is not a scan is drawn (300 dpi).
//! * What a file says of itself (sizes, lengths, counts) is a hint. Pixels are
//!   bounded by [`Limits`]; larger pictures are scaled down while decoding.
//! * Decoders of others may panic on hostile bytes: they run behind one fence,
//!   in `source.rs`, which turns a panic into a [`ScanError`].

pub mod cleanup;
mod codec;
mod error;
mod image_file;
mod limits;
mod pdf;
mod raster;
mod resolution;
mod source;
mod text_layer;

pub use error::ScanError;
pub(crate) use image_file::stored_png;
pub use image_file::{StoredCoding, StoredColor, StoredPicture};
pub use limits::Limits;
pub use pdf::PdfPagePlace;
pub use source::{DrawnSize, SourceDocument, SourceKind};
pub use text_layer::{
    TextLayer, TextLayerDecision, TextLayerFinding, TextLayerMode, TextLayerOutcome, TextLine,
    TextWord,
};

use serde::{Deserialize, Serialize};
use std::fmt;

/// The picture of one page, upright, as the recogniser gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageImage {
    /// 1-based number of the page in its file.
    pub page_number: u32,
    pub width_px: u32,
    pub height_px: u32,
    /// Pixels an inch of paper, as the file tells it or estimated from an A4 sheet.
    pub resolution_dpi: u32,
    pub pixels: Pixels,
    /// How the picture came about.
    pub source: PageSource,
    /// Stored data break off or cannot be decoded: part of the page is white or
    /// grey and its text is lost unless the file is got again.
    pub is_incomplete: bool,
}

/// How a page image came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageSource {
    /// The stored picture itself, pixel for pixel.
    EmbeddedImage,
    /// Stored pictures in their own resolution, put together on the page: strips,
    /// a picture smaller than the page, a scan with seals or signatures on top.
    Composed,
    /// Drawn from text and graphics, or scaled down to keep within the limits.
    Rendered,
    /// The page shows nothing.
    Blank,
}

impl PageSource {
    /// A stored picture, scaled down by `factor`.
    fn of_stored(factor: u32) -> Self {
        if factor == 1 {
            Self::EmbeddedImage
        } else {
            Self::Rendered
        }
    }
}

/// Pixel rows, top to bottom, without padding except where said.
#[derive(Clone, PartialEq, Eq)]
pub enum Pixels {
    /// One bit a pixel, rows padded to whole bytes, most significant bit leftmost, 1 = black.
    Bilevel(Vec<u8>),
    /// One byte a pixel, 0 = black.
    Gray(Vec<u8>),
    /// Three bytes a pixel: red, green, blue.
    Rgb(Vec<u8>),
}

impl fmt::Debug for Pixels {
    /// Kind and size; the pixels themselves would drown a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, bytes) = match self {
            Self::Bilevel(bytes) => ("Bilevel", bytes),
            Self::Gray(bytes) => ("Gray", bytes),
            Self::Rgb(bytes) => ("Rgb", bytes),
        };
        write!(f, "{kind}({} bytes)", bytes.len())
    }
}
