//! The text layer of a page as a reading, in the pixels of its picture.

use super::layout::{self, FoundLine};
use super::{PageNotes, PageReading, Word};
use crate::geometry::BoundingBox;
use crate::scan::{TextLayer, TextWord};

/// Puts the words of a text layer into reading order, in pixels of a picture of
/// the whole page. Their certainty is 1: what is written is what was meant, or
/// what an earlier recogniser said with a certainty nobody kept.
pub fn reading_of_text_layer(
    layer: &TextLayer,
    page_number: u32,
    (width_px, height_px): (u32, u32),
    resolution_dpi: u32,
) -> PageReading {
    let to_box = |word: &TextWord| {
        let px = |points: f64, of_pt: f64, of_px: u32| {
            (points / of_pt.max(1.0) * f64::from(of_px)).clamp(0.0, f64::from(of_px)) as u32
        };
        BoundingBox::new(
            px(word.left_pt, layer.width_pt, width_px),
            px(word.top_pt, layer.height_pt, height_px),
            px(word.right_pt, layer.width_pt, width_px),
            px(word.bottom_pt, layer.height_pt, height_px),
        )
    };
    let mut found: Vec<(usize, FoundLine)> = Vec::new();
    for line in &layer.lines {
        let words: Vec<Word> = line
            .words
            .iter()
            .map(|word| Word {
                text: word.text.clone(),
                bounding_box: to_box(word),
                confidence: 1.0,
                alternatives: Vec::new(),
            })
            .collect();
        if let Some(own) = BoundingBox::enclosing(words.iter().map(|word| word.bounding_box)) {
            found.push((
                line.block,
                FoundLine {
                    block_box: own,
                    bounding_box: own,
                    words,
                },
            ));
        }
    }
    // Lines of one block are told by the block's box.
    for block in found.chunk_by_mut(|(a, _), (b, _)| a == b) {
        let around = BoundingBox::enclosing(block.iter().map(|(_, line)| line.bounding_box));
        for (_, line) in block {
            line.block_box = around.unwrap_or(line.block_box);
        }
    }
    PageReading {
        page_number,
        width_px,
        height_px,
        resolution_dpi,
        notes: PageNotes::default(),
        lines: layout::reading_order(found.into_iter().map(|(_, line)| line).collect()),
    }
}
