//! Files that are pictures themselves.

mod exif;
mod jpeg;
mod png;
mod tiff;

pub(super) use jpeg::JpegFile;
pub(super) use png::PngFile;
pub(super) use tiff::TiffFile;
