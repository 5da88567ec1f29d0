//! The printed lines of a page as paragraphs, to be read in a column of another
//! width than the paper's.

use crate::restore::{RestoredLine, RestoredPage};
use std::ops::Range;

/// Shares of the width of a block: a line that ends further from its right edge,
/// or begins further from its left, ends or begins a paragraph. First lines are
/// indented by 1 cm or 1.27 cm of 16 (Decree 30/2020, annex I).
const SHORT_LINE: f32 = 0.08;
const INDENT: f32 = 0.03;

/// The lines of each paragraph, in their order.
pub(super) fn paragraphs(page: &RestoredPage) -> Vec<Range<usize>> {
    let lines = &page.lines;
    let mut paragraphs = Vec::new();
    let mut block_start = 0;
    for block in lines.chunk_by(|one, next| one.block_index == next.block_index) {
        let extents: Vec<Option<Extent>> = block.iter().map(Extent::of).collect();
        let whole = extents.iter().flatten().copied().reduce(Extent::joined);
        let mut start = 0;
        for line in 1..block.len() {
            let goes_on = match (extents[line - 1], extents[line], whole) {
                (Some(above), Some(below), Some(whole)) => {
                    above.right > whole.right - SHORT_LINE * whole.width()
                        && below.left < whole.left + INDENT * whole.width()
                }
                _ => false,
            };
            if !goes_on {
                paragraphs.push(block_start + start..block_start + line);
                start = line;
            }
        }
        paragraphs.push(block_start + start..block_start + block.len());
        block_start += block.len();
    }
    paragraphs
}

/// Left and right edge, in pixels of the page image.
#[derive(Clone, Copy)]
struct Extent {
    left: f32,
    right: f32,
}

impl Extent {
    fn of(line: &RestoredLine) -> Option<Self> {
        let boxes = line.words.iter().filter(|word| !word.text.is_empty());
        boxes
            .filter_map(|word| word.bounding_box)
            .map(|at| Self {
                left: at.left_px as f32,
                right: at.right_px as f32,
            })
            .reduce(Self::joined)
    }

    fn joined(self, other: Self) -> Self {
        Self {
            left: self.left.min(other.left),
            right: self.right.max(other.right),
        }
    }

    fn width(self) -> f32 {
        self.right - self.left
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::BoundingBox;
    use crate::restore::RestoredWord;

    fn line(block_index: u32, left_px: u32, right_px: u32) -> RestoredLine {
        let word = RestoredWord {
            raw: "chữ".to_owned(),
            text: "chữ".to_owned(),
            confidence: 1.0,
            bounding_box: Some(BoundingBox::new(left_px, 0, right_px, 20)),
        };
        RestoredLine {
            block_index,
            words: vec![word],
        }
    }

    #[test]
    fn short_lines_end_and_indented_ones_begin_a_paragraph() {
        let page = RestoredPage {
            page_number: 1,
            width_px: 1_000,
            height_px: 1_000,
            resolution_dpi: 100,
            notes: Default::default(),
            lines: vec![
                line(0, 300, 700),
                line(1, 150, 900),
                line(1, 100, 898),
                line(1, 101, 500),
                line(1, 150, 900),
                line(1, 100, 900),
                line(2, 100, 900),
            ],
        };
        assert_eq!(paragraphs(&page), [0..1, 1..4, 4..6, 6..7]);
        let empty = RestoredPage {
            lines: Vec::new(),
            ..page
        };
        assert!(paragraphs(&empty).is_empty());
    }
}
