//! What the parent believes of a child's answers.
//!
//! A child that a hostile file has taken over may send anything that parses.
//! What the later stages rely on is checked here, once.

use super::picture::{MAX_WIDTH_PX, PictureSize};
use super::protocol::{OpenedDocument, PageWork};
use crate::geometry::RulingLine;
use crate::ocr::{PageReading, Word};
use crate::scan::Limits;
use crate::scan::cleanup::MOST_LINES;

/// Messages of honest children are a sentence or two.
const LONGEST_MESSAGE_CHARS: usize = 1_000;

/// Whether a file can be like that.
pub fn is_document(opened: &OpenedDocument) -> bool {
    matches!(opened.media_kind.as_str(), "pdf" | "tiff" | "png" | "jpeg")
        && (1..=Limits::default().max_pages).contains(&opened.page_count)
}

/// Whether what came of page `page_number` can be.
pub fn is_work(work: &PageWork, page_number: u32) -> bool {
    is_page(&work.reading, page_number)
        && work
            .earlier_reading
            .as_ref()
            .is_none_or(|reading| is_page(reading, page_number))
}

/// Whether a picture can be that of a page drawn at most `width_px` wide. What it
/// shows is for the browser to find out, behind walls of its own.
pub fn is_picture(size: PictureSize, jpeg: &[u8], width_px: u32) -> bool {
    let limits = Limits::default();
    (1..=width_px.min(MAX_WIDTH_PX)).contains(&size.width_px)
        && (1..=limits.max_side_px).contains(&size.page_width_px)
        && (1..=limits.max_side_px).contains(&size.page_height_px)
        && size.height_px <= size.page_height_px
        && jpeg.starts_with(&[0xff, 0xd8])
}

/// Whether a reading can be that of page `page_number`.
fn is_page(reading: &PageReading, page_number: u32) -> bool {
    let is_word = |word: &Word| {
        let at = word.bounding_box;
        at.left_px <= at.right_px
            && at.right_px <= reading.width_px
            && at.top_px <= at.bottom_px
            && at.bottom_px <= reading.height_px
            && (0.0..=1.0).contains(&word.confidence)
    };
    let is_line = |line: &RulingLine| {
        line.from_x_px.max(line.to_x_px) <= reading.width_px
            && line.from_y_px.max(line.to_y_px) <= reading.height_px
    };
    reading.page_number == page_number
        && reading.notes.ruling_lines.len() <= MOST_LINES
        && reading.notes.ruling_lines.iter().all(is_line)
        && reading
            .lines
            .iter()
            .chain(&reading.notes.stamps)
            .all(|line| !line.words.is_empty() && line.words.iter().all(is_word))
}

/// A message as it may stand on a terminal and in the catalogue: of bearable
/// length and without control characters, which a file can smuggle in.
pub fn tame(message: &str) -> String {
    let visible = |letter: char| if letter.is_control() { ' ' } else { letter };
    message
        .chars()
        .map(visible)
        .take(LONGEST_MESSAGE_CHARS)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::BoundingBox;
    use crate::ocr::Line;

    fn page() -> PageReading {
        PageReading {
            page_number: 2,
            width_px: 100,
            height_px: 50,
            resolution_dpi: 300,
            notes: Default::default(),
            lines: vec![Line {
                block_index: 0,
                words: vec![Word {
                    text: "số".to_owned(),
                    bounding_box: BoundingBox::new(10, 10, 100, 50),
                    confidence: 0.5,
                    alternatives: Vec::new(),
                }],
            }],
        }
    }

    #[test]
    fn an_honest_page_is_believed() {
        assert!(is_page(&page(), 2));
    }

    #[test]
    fn a_page_that_cannot_be_is_not() {
        type Change = fn(&mut PageReading);
        let changes: [Change; 7] = [
            |page| page.page_number = 3,
            |page| page.width_px = 99,
            |page| page.lines[0].words[0].bounding_box.top_px = 51,
            |page| page.lines[0].words[0].confidence = f32::INFINITY,
            |page| page.lines[0].words.clear(),
            |page| {
                page.notes.stamps.push(Line {
                    block_index: 0,
                    words: Vec::new(),
                })
            },
            |page| {
                page.notes.ruling_lines.push(RulingLine {
                    from_x_px: 0,
                    from_y_px: 9,
                    to_x_px: 101,
                    to_y_px: 9,
                })
            },
        ];
        for (index, change) in changes.iter().enumerate() {
            let mut page = page();
            change(&mut page);
            assert!(!is_page(&page, 2), "change {index}");
        }
    }

    #[test]
    fn a_document_of_a_billion_pages_is_not_believed() {
        let document = |media_kind: &str, page_count| OpenedDocument {
            media_kind: media_kind.to_owned(),
            page_count,
        };
        assert!(is_document(&document("tiff", 12)));
        for (media_kind, page_count) in [("pdf", u32::MAX), ("pdf", 0), ("exe", 1)] {
            assert!(!is_document(&document(media_kind, page_count)));
        }
    }

    #[test]
    fn messages_cannot_command_a_terminal() {
        assert_eq!(tame("a\u{1b}[31mb\nc"), "a [31mb c");
        assert_eq!(tame(&"x".repeat(5_000)).len(), LONGEST_MESSAGE_CHARS);
    }
}
