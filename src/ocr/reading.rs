//! What a recogniser says of a page, whichever recogniser it was.

use crate::geometry::{BoundingBox, RulingLine};
use serde::{Deserialize, Serialize};

/// All that was read on one page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PageReading {
    /// 1-based number of the page in its file.
    pub page_number: u32,
    /// Size of the image that all boxes refer to.
    pub width_px: u32,
    pub height_px: u32,
    pub resolution_dpi: u32,
    /// In reading order: the left cell of a letterhead whole before the right one.
    pub lines: Vec<Line>,
    #[serde(default, skip_serializing_if = "PageNotes::is_empty")]
    pub notes: PageNotes,
}

/// What there is to know of a page beside its running text. Pages stored by
/// earlier versions have none of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PageNotes {
    /// The stored picture breaks off or cannot be decoded in part: text may be
    /// missing that only a better copy of the file can show.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_incomplete: bool,
    /// The page shows next to no ink: nothing was lost where nothing was read.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_blank: bool,
    /// Lines of stamps of receipt ("ĐẾN"), whose number and date are not the
    /// paper's own (Decree 30/2020, Article 22): not part of the running text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stamps: Vec<Line>,
    /// Borders of tables and rules of forms; none where the page's text was taken
    /// without a look at its picture.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ruling_lines: Vec<RulingLine>,
}

impl PageNotes {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The form that `serde` asks for.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// One printed line inside one column; never without words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Lines of one column or cell share a number; 0-based, in reading order.
    pub block_index: u32,
    pub words: Vec<Word>,
}

/// What stands between two spaces.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Word {
    /// As recognised, in Unicode NFC.
    pub text: String,
    pub bounding_box: BoundingBox,
    /// The recogniser's certainty, 0 to 1 (not calibrated).
    pub confidence: f32,
    /// Other readings the recogniser held possible, best first; often empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<Alternative>,
}

/// Another possible reading of a word.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alternative {
    pub text: String,
    /// 0 to 1, comparable with [`Word::confidence`].
    pub confidence: f32,
}

impl Line {
    /// The line's text, words parted by one space.
    pub fn text(&self) -> String {
        let words: Vec<&str> = self.words.iter().map(|word| word.text.as_str()).collect();
        words.join(" ")
    }

    /// The box round all words of the line.
    pub fn bounding_box(&self) -> Option<BoundingBox> {
        BoundingBox::enclosing(self.words.iter().map(|word| word.bounding_box))
    }
}
