//! A TIFF file: one page an image directory.

use crate::scan::source::{ReadPage, SourceBytes};
use crate::scan::{Limits, ScanError};

/// A TIFF file.
pub(crate) struct TiffFile {
    bytes: SourceBytes,
}

impl TiffFile {
    pub(crate) fn open(bytes: SourceBytes, _limits: &Limits) -> Result<Self, ScanError> {
        Ok(Self { bytes })
    }

    pub(crate) fn page_count(&self) -> u32 {
        u32::from(!self.bytes.as_ref().is_empty())
    }

    pub(crate) fn read_page(
        &self,
        _page_number: u32,
        _limits: &Limits,
    ) -> Result<ReadPage, ScanError> {
        Err(ScanError::unsupported("the TIFF file", "TIFF"))
    }
}
