//! A table as it was found on a page: rows of cells of words.

use super::rows::PlacedWord;
use crate::extract::document::TextPage;
use crate::extract::record::{MergedCell, Table};
use crate::geometry::BoundingBox;

/// The words of each cell of a row, in reading order.
pub(super) type CellWords<'a> = Vec<Vec<PlacedWord<'a>>>;

/// A table of a page; all rows have as many cells.
pub(super) struct Grid<'a> {
    /// The lines of its headings, as they go into the text.
    pub(super) head: Vec<CellWords<'a>>,
    /// One heading a column; none where it has no headings.
    pub(super) headings: Vec<String>,
    pub(super) body: Vec<CellWords<'a>>,
    /// Cells of `body` that reach over several rows or columns.
    pub(super) merged: Vec<MergedCell>,
}

impl<'a> Grid<'a> {
    fn placed(&self) -> impl Iterator<Item = &PlacedWord<'a>> {
        self.head.iter().chain(&self.body).flatten().flatten()
    }

    /// Line and number in it of every word that the table takes.
    pub(super) fn words(&self) -> impl Iterator<Item = (usize, usize)> {
        self.placed().map(|word| (word.line_index, word.word_index))
    }

    pub(super) fn top_px(&self) -> u32 {
        let tops = self.placed().map(|word| word.place.top_px);
        tops.min().unwrap_or_default()
    }

    pub(super) fn table(self, page: &TextPage) -> Table {
        let whole = BoundingBox::enclosing(self.placed().map(|word| word.place));
        let row = |row: &CellWords<'_>| row.iter().map(|cell| cell_text(cell)).collect();
        Table {
            page: page.page_number,
            line: None,
            bounding_box: whole,
            rows: self.body.iter().map(row).collect(),
            headings: self.headings,
            merged_cells: self.merged,
        }
    }
}

pub(super) fn cell_text(words: &[PlacedWord<'_>]) -> String {
    let texts: Vec<&str> = words.iter().map(|word| word.text).collect();
    texts.join(" ")
}

/// Whether a cell holds the number of a row: "1", "12.", "IV", "a)".
pub(super) fn is_ordinal(cell: &[PlacedWord<'_>]) -> bool {
    let [word] = cell else { return false };
    let core = word.text.trim_matches(|c: char| !c.is_alphanumeric());
    let is_number = core.len() <= 3 && core.bytes().all(|b| b.is_ascii_digit());
    let is_roman = core.len() <= 4 && core.bytes().all(|b| matches!(b, b'I' | b'V' | b'X'));
    let is_letter = core.chars().count() == 1 && word.text.ends_with([')', '.']);
    !core.is_empty() && (is_number || is_roman || is_letter)
}

/// Whether a cell behind the first one holds figures alone.
pub(super) fn has_figures(row: &[Vec<PlacedWord<'_>>]) -> bool {
    row.iter().skip(1).any(|cell| is_figure(cell))
}

pub(super) fn is_figure(cell: &[PlacedWord<'_>]) -> bool {
    let text = cell_text(cell);
    text.contains(|c: char| c.is_ascii_digit()) && !text.contains(char::is_lowercase)
}

/// The words of a cell line by line.
pub(super) fn in_reading_order(mut words: Vec<PlacedWord<'_>>) -> Vec<PlacedWord<'_>> {
    words.sort_by_key(|word| word.place.center_y_px());
    let mut lines: Vec<Vec<PlacedWord<'_>>> = Vec::new();
    for word in words {
        let is_same = |line: &Vec<PlacedWord<'_>>| {
            let first = line[0].place;
            let height = first.height_px().max(word.place.height_px());
            word.place.center_y_px().abs_diff(first.center_y_px()) * 2 <= height
        };
        match lines.last_mut().filter(|line| is_same(line)) {
            Some(line) => line.push(word),
            None => lines.push(vec![word]),
        }
    }
    for line in &mut lines {
        line.sort_by_key(|word| word.place.left_px);
    }
    lines.concat()
}
