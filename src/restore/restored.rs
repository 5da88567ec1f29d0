//! What restoration gives: every word with what was read and what is meant.

use crate::geometry::BoundingBox;
use crate::ocr::{PageNotes, PageReading};
use serde::{Deserialize, Serialize};

/// One page after restoration. Lines are in reading order, as in
/// [`crate::ocr::PageReading`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RestoredPage {
    /// 1-based number of the page in its file.
    pub page_number: u32,
    /// Size of the image that all boxes refer to; 0 for plain text.
    pub width_px: u32,
    pub height_px: u32,
    pub resolution_dpi: u32,
    pub lines: Vec<RestoredLine>,
    /// Stamps, and what is wrong with the page; not restored.
    #[serde(default, skip_serializing_if = "PageNotes::is_empty")]
    pub notes: PageNotes,
}

/// One line after restoration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RestoredLine {
    /// Lines of one column or cell share a number; 0-based, in reading order.
    pub block_index: u32,
    pub words: Vec<RestoredWord>,
}

/// A word as it was read and as it is meant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RestoredWord {
    /// What was read. Where words were joined, their readings parted by a
    /// space; where one was split, the part's share of it.
    pub raw: String,
    /// What is meant, in Unicode NFC. Empty when the reading is only a speck.
    pub text: String,
    /// Probability, 0 to 1, that `text` is what the paper says.
    pub confidence: f32,
    /// Where it stands on the page image; `None` for plain text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bounding_box: Option<BoundingBox>,
}

impl RestoredWord {
    /// Whether restoration changed what was read.
    pub fn is_changed(&self) -> bool {
        self.raw != self.text
    }
}

impl RestoredLine {
    /// The restored text of the line, words parted by one space.
    pub fn text(&self) -> String {
        join(self.words.iter().map(|word| word.text.as_str()))
    }

    /// The line as it was read.
    pub fn raw_text(&self) -> String {
        join(self.words.iter().map(|word| word.raw.as_str()))
    }

    /// The box round all words of the line; `None` for plain text.
    pub fn bounding_box(&self) -> Option<BoundingBox> {
        BoundingBox::enclosing(self.words.iter().filter_map(|word| word.bounding_box))
    }
}

impl RestoredPage {
    /// A page whose words are right as they stand.
    pub fn as_it_stands(reading: &PageReading) -> Self {
        let lines = reading.lines.iter().map(|line| RestoredLine {
            block_index: line.block_index,
            words: line
                .words
                .iter()
                .map(|word| RestoredWord {
                    raw: word.text.clone(),
                    text: word.text.clone(),
                    confidence: word.confidence,
                    bounding_box: Some(word.bounding_box),
                })
                .collect(),
        });
        Self {
            page_number: reading.page_number,
            width_px: reading.width_px,
            height_px: reading.height_px,
            resolution_dpi: reading.resolution_dpi,
            lines: lines.collect(),
            notes: reading.notes.clone(),
        }
    }

    /// The restored text of the page, one printed line a line.
    pub fn text(&self) -> String {
        let lines: Vec<String> = self.lines.iter().map(RestoredLine::text).collect();
        lines.join("\n")
    }
}

fn join<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let kept: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    kept.join(" ")
}
