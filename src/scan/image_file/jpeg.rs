//! A JPEG file: one page.

use super::exif;
use crate::scan::codec::jpeg::{self, JpegOptions};
use crate::scan::source::{ReadPage, SourceBytes};
use crate::scan::{Limits, PageSource, ScanError, resolution};

/// A JPEG file.
pub(crate) struct JpegFile {
    bytes: SourceBytes,
}

impl JpegFile {
    pub(crate) fn new(bytes: SourceBytes) -> Self {
        Self { bytes }
    }

    pub(crate) fn read(&self, limits: &Limits) -> Result<ReadPage, ScanError> {
        let options = JpegOptions {
            inverted_cmyk: true,
            ..JpegOptions::default()
        };
        let decoded = jpeg::decode(self.bytes.as_ref(), &options, limits)
            .map_err(|error| error.on("the JPEG file"))?;
        let hints = decoded.exif.as_deref().map(exif::read).unwrap_or_default();
        let (width_px, height_px) = (decoded.raster.width_px, decoded.raster.height_px);
        let factor = f64::from(decoded.factor);
        let told = decoded
            .density_dpi
            .map(|(x, y)| (f64::from(x), f64::from(y)))
            .or(hints.resolution_dpi)
            .map(|(x, y)| (x / factor, y / factor));
        Ok(ReadPage {
            raster: decoded.raster.upright(hints.orientation),
            resolution_dpi: resolution::of_file((width_px, height_px), told),
            source: PageSource::of_stored(decoded.factor),
        })
    }
}
