//! The border behind which any recogniser can stand.

use super::PageReading;
use crate::scan::cleanup::PreparedPage;

/// Reads the words of a page.
pub trait OcrEngine {
    /// Reads one page; boxes are given on the page image, not on the prepared
    /// one. A page without text is a reading without lines, not an error.
    ///
    /// # Errors
    /// When the recogniser fails on this page; it can be used again afterwards.
    fn read(&mut self, page: &PreparedPage) -> Result<PageReading, OcrError>;
}

/// Why a page, or any page, could not be read.
#[derive(Debug, thiserror::Error)]
pub enum OcrError {
    /// Tesseract or its data for the language is not installed.
    #[error(
        "Tesseract cannot load its data for the language \"{language}\"; install it \
         (on Debian: apt-get install tesseract-ocr-{language}) or let TESSDATA_PREFIX \
         name the folder that holds {language}.traineddata"
    )]
    LanguageMissing { language: String },
    /// The recogniser gave up on a page.
    #[error("page {page_number}: Tesseract could not read it ({reason})")]
    Page { page_number: u32, reason: String },
}
