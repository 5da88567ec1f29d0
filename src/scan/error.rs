//! Why a file or a page gives no picture, said so that a records clerk knows
//! what to do.

use super::SourceKind;
use thiserror::Error;

/// Why a file or one of its pages cannot be turned into an image.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ScanError {
    #[error("the file is empty; copy or scan it again")]
    Empty,
    #[error(
        "this is {looks_like}, not a PDF, TIFF, PNG or JPEG file; \
         export the document as PDF or scan it"
    )]
    UnknownFormat {
        /// What the first bytes look like, with an article: "a plain text file".
        looks_like: String,
    },
    #[error(
        "the PDF is locked with a password; save a copy without the password and give that instead"
    )]
    Encrypted,
    #[error("the {} file has no pages; copy or scan it again", kind.name())]
    NoPages { kind: SourceKind },
    #[error("there is no page {page_number}; the file has {page_count}")]
    NoSuchPage { page_number: u32, page_count: u32 },
    #[error(
        "{what} is damaged ({detail}); copy the file again from its source or scan the paper again"
    )]
    Damaged {
        /// What could not be read: "the PDF file", "the picture on page 3".
        what: String,
        detail: String,
    },
    #[error("{what} is too large ({detail}); scan it again at 300 dpi")]
    TooLarge { what: String, detail: String },
    #[error("{what} uses {feature}, which cannot be read; save it as an ordinary PDF or scan it")]
    Unsupported { what: String, feature: String },
    #[error(
        "{what} made the decoder fail ({detail}); save it again with another program or scan it"
    )]
    DecoderFailed { what: String, detail: String },
}

impl ScanError {
    /// A stable name of the reason, for machines.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::UnknownFormat { .. } => "unknown_format",
            Self::Encrypted => "encrypted",
            Self::NoPages { .. } => "no_pages",
            Self::NoSuchPage { .. } => "no_such_page",
            Self::Damaged { .. } => "damaged",
            Self::TooLarge { .. } => "too_large",
            Self::Unsupported { .. } => "unsupported",
            Self::DecoderFailed { .. } => "decoder_failed",
        }
    }

    pub(crate) fn damaged(what: impl Into<String>, detail: impl ToString) -> Self {
        Self::Damaged {
            what: what.into(),
            detail: detail.to_string(),
        }
    }

    pub(crate) fn too_large(what: impl Into<String>, detail: impl ToString) -> Self {
        Self::TooLarge {
            what: what.into(),
            detail: detail.to_string(),
        }
    }

    pub(crate) fn unsupported(what: impl Into<String>, feature: impl Into<String>) -> Self {
        Self::Unsupported {
            what: what.into(),
            feature: feature.into(),
        }
    }
}
