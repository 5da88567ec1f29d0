//! What a copy is to hold, and the messages that carry it to the child.

use crate::geometry::BoundingBox;
use crate::ocr::PageReading;
use crate::restore::RestoredPage;
use crate::scan::{TextLayerDecision, TextLayerFinding, TextLayerOutcome};
use serde::{Deserialize, Serialize};

/// What is said of a copy as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyHead {
    pub description: CopyDescription,
    /// Where annexes and attached papers begin; empty for no list.
    pub bookmarks: Vec<Bookmark>,
    /// The pages of the source (1-based, ascending) that the copy has; `None` for all.
    pub only_pages: Option<Vec<u32>>,
}

/// What the copy's metadata say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyDescription {
    /// Subject, number, issuer and date in one line.
    pub title: String,
    pub issuer: Option<String>,
    /// `1347/SYT-VP`.
    pub number: Option<String>,
    /// ISO 8601.
    pub issued: Option<String>,
    /// Of the original, 64 hex digits: what links the copy to it.
    pub source_sha256: String,
}

/// An entry of the copy's list of contents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bookmark {
    pub title: String,
    /// 1-based number of the page in the source.
    pub page_number: u32,
}

/// What becomes of a page's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PageText {
    /// It has good text; nothing is added.
    Keep,
    /// What was read is laid over its picture, in place of text that an earlier
    /// recogniser may have hidden there.
    Replace,
    /// The same; what the page shows means other letters to a program than to
    /// the eye, and is made silent.
    Silence,
}

/// A page of a copy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CopyPage {
    /// 1-based number of the page in the source.
    pub page_number: u32,
    /// Size of the page image that all boxes refer to.
    pub width_px: u32,
    pub height_px: u32,
    pub resolution_dpi: u32,
    pub text: PageText,
    /// In reading order.
    pub lines: Vec<Vec<CopyWord>>,
}

/// A word and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyWord {
    pub text: String,
    pub bounding_box: BoundingBox,
}

impl CopyPage {
    /// A page whose restored words are to be found.
    pub fn restored(page: &RestoredPage, decision: &TextLayerDecision) -> Self {
        let lines = page.lines.iter().map(|line| {
            line.words
                .iter()
                .filter(|word| !word.text.is_empty())
                .filter_map(|word| {
                    Some(CopyWord {
                        text: word.text.clone(),
                        bounding_box: word.bounding_box?,
                    })
                })
                .collect()
        });
        Self {
            page_number: page.page_number,
            width_px: page.width_px,
            height_px: page.height_px,
            resolution_dpi: page.resolution_dpi,
            text: page_text(decision),
            lines: lines.collect(),
        }
    }

    /// A page whose words are to be found as they were read.
    pub fn as_read(page: &PageReading, decision: &TextLayerDecision) -> Self {
        let lines = page.lines.iter().map(|line| {
            line.words
                .iter()
                .map(|word| CopyWord {
                    text: word.text.clone(),
                    bounding_box: word.bounding_box,
                })
                .collect()
        });
        Self {
            page_number: page.page_number,
            width_px: page.width_px,
            height_px: page.height_px,
            resolution_dpi: page.resolution_dpi,
            text: page_text(decision),
            lines: lines.collect(),
        }
    }
}

fn page_text(decision: &TextLayerDecision) -> PageText {
    match (decision.finding, decision.outcome) {
        (TextLayerFinding::Unicode, TextLayerOutcome::Taken) => PageText::Keep,
        (TextLayerFinding::Legacy | TextLayerFinding::BrokenMap, _) => PageText::Silence,
        _ => PageText::Replace,
    }
}

/// How a copy came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CopyKind {
    /// All objects of the original PDF, and the text.
    TakenOver,
    /// Page images with the text: the original is no PDF, or a damaged one.
    Built,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopySummary {
    pub kind: CopyKind,
    pub page_count: u32,
    /// The original bears digital signatures, which the copy cannot.
    pub was_signed: bool,
    /// Pages whose picture cannot be made, with the reason; blank in the copy.
    pub lost_pages: Vec<(u32, String)>,
}

/// What the parent asks.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum CopyRequest {
    /// Take this file; its descriptor comes with the message.
    Open,
    Page(Box<CopyPage>),
    /// All pages are told: write.
    Write(CopyHead),
}

/// What the child answers.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum CopyReply {
    /// First word of a child that has confined itself.
    Ready,
    CannotStart {
        message: String,
    },
    /// The file can be copied.
    Opened,
    /// A piece of the copy follows as a message of bytes.
    Piece,
    Written(CopySummary),
    Failed {
        kind: String,
        message: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_good_text_is_kept() {
        let decision = |finding, outcome| TextLayerDecision {
            finding,
            encodings: Vec::new(),
            outcome,
        };
        use TextLayerFinding as Found;
        use TextLayerOutcome as Became;
        for (finding, outcome, text) in [
            (Found::Unicode, Became::Taken, PageText::Keep),
            (Found::Unicode, Became::ReadFromPicture, PageText::Replace),
            (Found::NoText, Became::ReadFromPicture, PageText::Replace),
            (Found::OcrLayer, Became::Repaired, PageText::Replace),
            (Found::OcrLayer, Became::ReadFromPicture, PageText::Replace),
            (Found::Legacy, Became::Taken, PageText::Silence),
            (Found::BrokenMap, Became::ReadFromPicture, PageText::Silence),
            (
                Found::FewCharacters,
                Became::ReadFromPicture,
                PageText::Replace,
            ),
        ] {
            assert_eq!(page_text(&decision(finding, outcome)), text, "{finding:?}");
        }
    }
}
