//! Files that are pictures themselves.

mod exif;
mod jpeg;
mod png;
mod stored;
#[cfg(test)]
mod tests;
mod tiff;

pub(super) use jpeg::JpegFile;
pub(super) use png::PngFile;
pub use stored::{StoredCoding, StoredColor, StoredPicture};
pub(crate) use stored::{jpeg as stored_jpeg, png as stored_png};
pub(super) use tiff::TiffFile;
