//! Words of a page in visual rows, whatever the order they were read in.

use crate::extract::document::{TextLine, TextPage};
use crate::extract::fold::fold_char;
use crate::geometry::BoundingBox;

/// Words further apart than so many word heights stand in different cells.
const CELL_GAP_HEIGHTS: f32 = 1.4;

/// Words whose middles are nearer than so many word heights stand in one row.
const ROW_HEIGHTS: f32 = 0.6;

/// Ruling lines as they are read.
const BARS: [char; 6] = ['|', '¦', '│', '¡', '‖', '║'];

/// A word and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct PlacedWord<'a> {
    pub(super) text: &'a str,
    pub(super) place: BoundingBox,
    pub(super) confidence: f32,
    /// Line of the page in which it was read.
    pub(super) line_index: usize,
    /// Which word of that line it is, or is part of.
    pub(super) word_index: usize,
    /// A ruling line was read before it.
    pub(super) is_behind_bar: bool,
}

/// Words side by side.
#[derive(Debug)]
pub(super) struct VisualRow<'a> {
    /// From left to right.
    pub(super) words: Vec<PlacedWord<'a>>,
    pub(super) place: BoundingBox,
    /// Height of its words, in pixels.
    pub(super) height: f32,
    /// Runs of words that no wide gap and no ruling line parts.
    pub(super) cells: usize,
}

/// The words of a page with their places, in reading order; none for plain text.
pub(super) fn words_of(page: &TextPage) -> Vec<PlacedWord<'_>> {
    let mut words = Vec::new();
    for (line_index, line) in page.lines.iter().enumerate() {
        placed_words(line, line_index, &mut words);
    }
    words
}

/// The height that half of the words reach, in pixels.
pub(super) fn middle_height(words: &[PlacedWord<'_>]) -> Option<f32> {
    let mut heights: Vec<u32> = words.iter().map(|word| word.place.height_px()).collect();
    heights.sort_unstable();
    let height = heights.get(heights.len() / 2)?;
    Some((*height).max(1) as f32)
}

/// Words in visual rows, from top to bottom.
pub(super) fn visual_rows(mut words: Vec<PlacedWord<'_>>) -> Vec<VisualRow<'_>> {
    let Some(height) = middle_height(&words) else {
        return Vec::new();
    };
    words.sort_by_key(|word| word.place.center_y_px());
    let mut rows: Vec<Vec<PlacedWord<'_>>> = Vec::new();
    let mut middle = f32::NEG_INFINITY;
    for word in words {
        let center = word.place.center_y_px() as f32;
        match rows.last_mut() {
            Some(row) if center - middle <= ROW_HEIGHTS * height => {
                // The row's middle follows its words, so that a slight slope
                // does not part it.
                middle += (center - middle) / (row.len() + 1) as f32;
                row.push(word);
            }
            _ => {
                middle = center;
                rows.push(vec![word]);
            }
        }
    }
    rows.into_iter()
        .filter_map(|words| visual_row(words, height))
        .collect()
}

fn visual_row(mut words: Vec<PlacedWord<'_>>, height: f32) -> Option<VisualRow<'_>> {
    words.sort_by_key(|word| word.place.left_px);
    let place = BoundingBox::enclosing(words.iter().map(|word| word.place))?;
    let wide_gaps = words
        .windows(2)
        .filter(|pair| {
            let gap = pair[1].place.left_px as f32 - pair[0].place.right_px as f32;
            pair[1].is_behind_bar || gap > CELL_GAP_HEIGHTS * height
        })
        .count();
    Some(VisualRow {
        words,
        place,
        height,
        cells: wide_gaps + 1,
    })
}

/// A word without the piece of a ruling line that was read at its ends: "[Hòn",
/// "12_".
fn without_rule(word: &str) -> &str {
    let word = word.trim_matches('_');
    match word.strip_prefix('[') {
        Some(rest) if !rest.contains(']') => rest,
        _ => word,
    }
}

/// Marks that float alone ("ˆ", "ˇ") count as letters in Unicode; they are specks.
fn is_letter_or_digit(c: char) -> bool {
    c.is_alphanumeric() && fold_char(c).is_ascii()
}

/// The words of a line without ruling lines; a word with one inside is parted.
fn placed_words<'a>(line: &'a TextLine, line_index: usize, words: &mut Vec<PlacedWord<'a>>) {
    let mut is_behind_bar = false;
    for (word_index, word) in line.words.iter().enumerate() {
        let (Some(place), Some(text)) = (word.bounding_box, line.text.get(word.span.clone()))
        else {
            continue;
        };
        let letters = text.chars().count().max(1) as f32;
        let letter_px = place.width_px() as f32 / letters;
        let mut passed = 0_usize;
        for (part_index, part) in text.split(BARS).enumerate() {
            let length = part.chars().count();
            let printed = without_rule(part);
            is_behind_bar |= part_index > 0;
            if part.contains(is_letter_or_digit) {
                let left = place.left_px + (letter_px * passed as f32) as u32;
                let right = place.left_px + (letter_px * (passed + length) as f32) as u32;
                words.push(PlacedWord {
                    text: printed,
                    place: BoundingBox::new(left, place.top_px, right, place.bottom_px),
                    confidence: word.confidence,
                    line_index,
                    word_index,
                    is_behind_bar: std::mem::take(&mut is_behind_bar),
                });
            }
            passed += length + 1;
        }
    }
}
