//! Files that are pictures themselves.

mod exif;
mod jpeg;
mod png;
#[cfg(test)]
mod tests;
mod tiff;

pub(super) use jpeg::JpegFile;
pub(super) use png::PngFile;
pub(super) use tiff::TiffFile;
