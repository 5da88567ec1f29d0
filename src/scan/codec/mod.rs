//! Picture codings that more than one kind of file uses.

pub(crate) mod fax;
pub(crate) mod jbig2;
pub(crate) mod jpeg;
pub(crate) mod jpeg2000;
pub(crate) mod samples;
pub(crate) mod unpack;

use super::ScanError;

/// Why one picture cannot be decoded; the page it stands on is named later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PictureError {
    Damaged(String),
    TooLarge(String),
    Unsupported(&'static str),
}

impl PictureError {
    /// The same, said of a page or file.
    pub(crate) fn on(self, what: impl Into<String>) -> ScanError {
        match self {
            Self::Damaged(detail) => ScanError::damaged(what, detail),
            Self::TooLarge(detail) => ScanError::too_large(what, detail),
            Self::Unsupported(feature) => ScanError::unsupported(what, feature),
        }
    }
}
