//! The two things wanted of EXIF data: orientation and resolution.

use super::tiff::TiffBytes;
use crate::scan::raster::Orientation;

/// What EXIF data tell of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct ExifHints {
    pub(super) orientation: Orientation,
    /// Pixels an inch across and down.
    pub(super) resolution_dpi: Option<(f64, f64)>,
}

/// Reads the first directory of EXIF data; anything broken counts as not there.
pub(super) fn read(bytes: &[u8]) -> ExifHints {
    let bytes = bytes.strip_prefix(b"Exif\0\0").unwrap_or(bytes);
    let directory = TiffBytes::open(bytes).and_then(|(data, first)| data.directory(first));
    match directory {
        Some(directory) => ExifHints {
            orientation: Orientation::from_exif(directory.number(274).unwrap_or(1)),
            resolution_dpi: directory.resolution_dpi(),
        },
        None => ExifHints::default(),
    }
}
