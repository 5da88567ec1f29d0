//! PDF files.
//!
//! # Decisions
//! * One parser for all: `hayro`. It reads lazily out of the mapped file,
//!   repairs broken cross-reference tables, opens files locked with the empty
//!   password, and its interpreter tells where on the page each picture stands
//!   (nested forms, annotations, optional content and clips included), which
//!   page dictionaries alone do not.
//! * A page of one or several stored pictures is put together from them in
//!   their own resolution; small things on top are drawn and laid over.
//!   Everything else is drawn.

mod color;
mod filters;
mod guard;
mod page;
mod picture;
mod place;
mod render;
mod survey;
#[cfg(test)]
mod tests;

pub use place::PdfPagePlace;

use super::source::{DrawnSize, ReadPage, SourceBytes};
use super::text_layer::{self, TextLayer};
use super::{Limits, ScanError};
use hayro::hayro_syntax::object::{Object, ObjectIdentifier, Stream};
use hayro::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use std::sync::Arc;

/// An opened PDF.
pub(super) struct PdfFile {
    pdf: Pdf,
}

impl PdfFile {
    pub(super) fn open(bytes: SourceBytes) -> Result<Self, ScanError> {
        match Pdf::new(Arc::new(bytes)) {
            Ok(pdf) => Ok(Self { pdf }),
            Err(LoadPdfError::Decryption(DecryptionError::PasswordProtected)) => {
                Err(ScanError::Encrypted)
            }
            Err(LoadPdfError::Decryption(_)) => Err(ScanError::unsupported(
                "the PDF file",
                "an unknown kind of encryption",
            )),
            Err(LoadPdfError::Invalid) => Err(ScanError::damaged(
                "the PDF file",
                "its list of pages cannot be found",
            )),
        }
    }

    pub(super) fn page_count(&self) -> u32 {
        u32::try_from(self.pdf.pages().len()).unwrap_or(u32::MAX)
    }

    pub(super) fn read_page(
        &self,
        page_number: u32,
        limits: &Limits,
    ) -> Result<ReadPage, ScanError> {
        let pages = self.pdf.pages();
        let page = pages
            .get(page_number as usize - 1)
            .ok_or(ScanError::NoSuchPage {
                page_number,
                page_count: self.page_count(),
            })?;
        page::read(page, page_number, limits)
    }

    /// The text of a page.
    pub(super) fn read_text(
        &self,
        page_number: u32,
        limits: &Limits,
    ) -> Result<TextLayer, ScanError> {
        let pages = self.pdf.pages();
        let index = (page_number as usize).checked_sub(1);
        let Some(page) = index.and_then(|index| pages.get(index)) else {
            return Ok(TextLayer::default());
        };
        guard::weigh(page, limits).map_err(|error| error.on(format!("page {page_number}")))?;
        Ok(text_layer::read(page))
    }

    /// How large a page would be drawn.
    pub(super) fn drawn_size(&self, page_number: u32, limits: &Limits) -> Option<DrawnSize> {
        let pages = self.pdf.pages();
        let page = pages.get((page_number as usize).checked_sub(1)?)?;
        Some(page::drawn_size(page, limits))
    }

    /// Where a page stands in the file.
    pub(super) fn page_place(&self, page_number: u32) -> Option<PdfPagePlace> {
        let pages = self.pdf.pages();
        let page = pages.get((page_number as usize).checked_sub(1)?)?;
        Some(PdfPagePlace::of(page))
    }

    /// Whether there is an object of that number and generation.
    pub(super) fn has_object(&self, (number, generation): (u32, u16)) -> bool {
        let id = ObjectIdentifier::new(number, generation.into());
        self.pdf.xref().get::<Object<'_>>(id).is_some()
    }

    /// The bytes of a stream as they are stored; `None` where there is no such
    /// stream.
    pub(super) fn raw_stream(&self, (number, generation): (u32, u16)) -> Option<Vec<u8>> {
        let id = ObjectIdentifier::new(number, generation.into());
        let stream = self.pdf.xref().get::<Stream<'_>>(id)?;
        Some(stream.raw_data().into_owned())
    }
}
