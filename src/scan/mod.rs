//! From a source file (PDF, TIFF, PNG, JPEG) to page images.

pub mod cleanup;

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
}

/// Pixel rows, top to bottom, without padding except where said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pixels {
    /// One bit a pixel, rows padded to whole bytes, most significant bit leftmost, 1 = black.
    Bilevel(Vec<u8>),
    /// One byte a pixel, 0 = black.
    Gray(Vec<u8>),
    /// Three bytes a pixel: red, green, blue.
    Rgb(Vec<u8>),
}
