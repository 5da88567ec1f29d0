//! The running text of a document in one string, and the way back from a
//! position in it to page, line and boxes.

use super::document::{DocumentText, TextLine};
use super::record::Occurrence;
use std::ops::Range;

/// The lines of a document joined by line feeds; an empty line (a paragraph's
/// end in plain text) stays as an empty line.
pub(super) struct FlatText<'a> {
    pub(super) text: String,
    lines: Vec<FlatLine<'a>>,
}

struct FlatLine<'a> {
    start: usize,
    page_number: u32,
    line: &'a TextLine,
}

impl<'a> FlatText<'a> {
    /// Joins the lines of `document` for which `is_wanted` (page index, line
    /// index) holds.
    pub(super) fn new(
        document: &'a DocumentText,
        is_wanted: impl Fn(usize, usize) -> bool,
    ) -> Self {
        let mut text = String::new();
        let mut lines = Vec::new();
        for (page_index, page) in document.pages.iter().enumerate() {
            for (line_index, line) in page.lines.iter().enumerate() {
                if !is_wanted(page_index, line_index) {
                    continue;
                }
                lines.push(FlatLine {
                    start: text.len(),
                    page_number: page.page_number,
                    line,
                });
                text.push_str(&line.text);
                text.push('\n');
            }
        }
        Self { text, lines }
    }

    /// Where the bytes `span` of [`FlatText::text`] stand.
    pub(super) fn occurrence(&self, span: Range<usize>) -> Occurrence {
        let first = self.line_index_at(span.start);
        let Some(first_line) = self.lines.get(first) else {
            return Occurrence::default();
        };
        let mut occurrence = Occurrence {
            page: first_line.page_number,
            ..Occurrence::default()
        };
        if first_line.line.bounding_box.is_none() {
            occurrence.line = Some(first_line.line.line_number);
            return occurrence;
        }
        for touched in &self.lines[first..] {
            if touched.start >= span.end || touched.page_number != first_line.page_number {
                break;
            }
            let words = touched.line.words.iter().filter(|word| {
                touched.start + word.span.start < span.end
                    && touched.start + word.span.end > span.start
            });
            let mut line_box: Option<crate::geometry::BoundingBox> = None;
            for word in words {
                occurrence.confidence = Some(
                    occurrence
                        .confidence
                        .map_or(word.confidence, |least| least.min(word.confidence)),
                );
                if let Some(word_box) = word.bounding_box {
                    line_box = Some(line_box.map_or(word_box, |whole| whole.union(&word_box)));
                }
            }
            occurrence.boxes.extend(line_box);
        }
        occurrence
    }

    fn line_index_at(&self, position: usize) -> usize {
        self.lines
            .partition_point(|line| line.start <= position)
            .saturating_sub(1)
    }

    /// The text of `span` as one line: white space runs become one space.
    pub(super) fn printed(&self, span: Range<usize>) -> String {
        collapse(self.text.get(span).unwrap_or_default())
    }
}

/// White space runs become one space; none at the ends.
pub(super) fn collapse(text: &str) -> String {
    let mut collapsed = String::with_capacity(text.len());
    for part in text.split_whitespace() {
        if !collapsed.is_empty() {
            collapsed.push(' ');
        }
        collapsed.push_str(part);
    }
    collapsed
}

/// The greatest position not after `position` that is a character border.
pub(super) fn floor_border(text: &str, position: usize) -> usize {
    let mut position = position.min(text.len());
    while !text.is_char_boundary(position) {
        position -= 1;
    }
    position
}

/// The least position not before `position` that is a character border.
pub(super) fn ceil_border(text: &str, position: usize) -> usize {
    let mut position = position.min(text.len());
    while !text.is_char_boundary(position) {
        position += 1;
    }
    position
}
