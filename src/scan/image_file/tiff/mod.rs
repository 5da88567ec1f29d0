//! A TIFF file: one page an image directory.
//!
//! The directories and strips are read here and not by the `tiff` crate, which
//! knows neither fax Group 3 nor palettes nor YCbCr and gives nothing of a page
//! that breaks off; scanners write all of these.

mod directory;
mod page;

pub(super) use directory::TiffBytes;

use crate::scan::source::{ReadPage, SourceBytes};
use crate::scan::{Limits, ScanError};
use std::collections::HashSet;

/// Tag 254: bit 0 marks a thumbnail of another page.
const NEW_SUBFILE_TYPE: u16 = 254;

/// A TIFF file.
pub(crate) struct TiffFile {
    bytes: SourceBytes,
    /// Offsets of the directories of the pages.
    pages: Vec<u64>,
}

impl TiffFile {
    pub(crate) fn open(bytes: SourceBytes, limits: &Limits) -> Result<Self, ScanError> {
        let damaged = || ScanError::damaged("the TIFF file", "its list of pages cannot be found");
        let (data, mut offset) = TiffBytes::open(bytes.as_ref()).ok_or_else(damaged)?;
        let mut seen = HashSet::new();
        let mut pages = Vec::new();
        let mut thumbnails = Vec::new();
        // A chain of directories may lead back into itself.
        while offset != 0 && pages.len() < limits.max_pages as usize && seen.insert(offset) {
            let Some(directory) = data.directory(offset) else {
                break;
            };
            if directory.number(NEW_SUBFILE_TYPE).unwrap_or(0) & 1 == 0 {
                pages.push(offset);
            } else if thumbnails.len() < limits.max_pages as usize {
                thumbnails.push(offset);
            }
            offset = directory.next_offset;
        }
        if pages.is_empty() {
            pages = thumbnails;
        }
        if pages.is_empty() {
            return Err(damaged());
        }
        Ok(Self { bytes, pages })
    }

    pub(crate) fn page_count(&self) -> u32 {
        u32::try_from(self.pages.len()).unwrap_or(u32::MAX)
    }

    pub(crate) fn read_page(
        &self,
        page_number: u32,
        limits: &Limits,
    ) -> Result<ReadPage, ScanError> {
        let bytes = self.bytes.as_ref();
        let directory = TiffBytes::open(bytes).and_then(|(data, _)| {
            let offset = self.pages.get(page_number as usize - 1)?;
            Some((data, data.directory(*offset)?))
        });
        let Some((data, directory)) = directory else {
            return Err(ScanError::NoSuchPage {
                page_number,
                page_count: self.page_count(),
            });
        };
        page::read(bytes, &data, &directory, limits)
            .map_err(|error| error.on(format!("page {page_number} of the TIFF file")))
    }
}
