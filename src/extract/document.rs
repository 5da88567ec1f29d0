//! The text of a document as extraction sees it, whether it comes from a scan
//! or from a plain text file.
//!
//! Characters are brought into one form here, before any position is counted:
//! Unicode NFC, no-break spaces as spaces, the Icelandic and African look-alikes
//! of Đ as Đ. Tone spelling stays as printed.

use crate::geometry::{BoundingBox, RulingLine};
use crate::restore::RestoredPage;
use std::ops::Range;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// All pages of one document, in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DocumentText {
    pub pages: Vec<TextPage>,
}

/// One page.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TextPage {
    /// 1-based number of the page in its file.
    pub page_number: u32,
    /// Size of the image that all boxes refer to; 0 for plain text.
    pub width_px: u32,
    pub height_px: u32,
    /// In reading order.
    pub lines: Vec<TextLine>,
    /// Borders of tables and rules of forms; none for plain text.
    pub ruling_lines: Vec<RulingLine>,
}

/// One printed line.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TextLine {
    pub text: String,
    /// 1-based: in the page of a scan, in the whole file of a plain text.
    pub line_number: u32,
    /// Lines of one column or cell share a number; 0 throughout in plain text.
    pub block_index: u32,
    /// `None` for plain text.
    pub bounding_box: Option<BoundingBox>,
    /// Empty for plain text.
    pub words: Vec<TextWord>,
}

/// One word of a scanned line.
#[derive(Debug, Clone, PartialEq)]
pub struct TextWord {
    /// Bytes of the word in [`TextLine::text`].
    pub span: Range<usize>,
    pub bounding_box: Option<BoundingBox>,
    /// Probability, 0 to 1, that the word is what the paper says.
    pub confidence: f32,
}

impl DocumentText {
    /// Takes a text file: a line feed ends a line, a form feed ends a page.
    pub fn from_plain_text(text: &str) -> Self {
        let mut line_number = 0;
        let mut pages: Vec<TextPage> = Vec::new();
        for (page_number, page) in (1..).zip(text.split('\u{c}')) {
            let mut lines = Vec::new();
            // The line feed that stands before a form feed or at the end of
            // the file closes a line; it does not open an empty one.
            for line in page.strip_suffix('\n').unwrap_or(page).split('\n') {
                line_number += 1;
                lines.push(TextLine {
                    text: unify_characters(line.trim_end_matches('\r')),
                    line_number,
                    ..TextLine::default()
                });
            }
            pages.push(TextPage {
                page_number,
                lines,
                ..TextPage::default()
            });
        }
        Self { pages }
    }

    /// Takes the pages of a scan after restoration; specks are left out.
    pub fn from_restored(pages: &[RestoredPage]) -> Self {
        let pages = pages.iter().map(TextPage::from_restored).collect();
        Self { pages }
    }

    /// Whether the document is a text file, without boxes and page images.
    pub fn is_plain(&self) -> bool {
        self.pages
            .iter()
            .all(|page| page.width_px == 0 && page.height_px == 0)
    }
}

impl TextPage {
    fn from_restored(page: &RestoredPage) -> Self {
        let mut lines = Vec::with_capacity(page.lines.len());
        for (line_number, line) in (1..).zip(&page.lines) {
            let mut text = String::new();
            let mut words = Vec::with_capacity(line.words.len());
            for word in line.words.iter().filter(|word| !word.text.is_empty()) {
                if !text.is_empty() {
                    text.push(' ');
                }
                let start = text.len();
                text.push_str(&unify_characters(&word.text));
                words.push(TextWord {
                    span: start..text.len(),
                    bounding_box: word.bounding_box,
                    confidence: word.confidence,
                });
            }
            if words.is_empty() {
                continue;
            }
            lines.push(TextLine {
                text,
                line_number,
                block_index: line.block_index,
                bounding_box: line.bounding_box(),
                words,
            });
        }
        Self {
            page_number: page.page_number,
            width_px: page.width_px,
            height_px: page.height_px,
            lines,
            ruling_lines: page.notes.ruling_lines.clone(),
        }
    }
}

/// NFC, one kind of space, one letter Đ.
fn unify_characters(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let unify = |c: char| match c {
        '\u{a0}' | '\u{2007}' | '\u{202f}' | '\t' => ' ',
        // Look-alikes of Đ: Icelandic Ð (Tesseract's Vietnamese model writes
        // it) and African Ɖ; neither is a Vietnamese letter.
        'Ð' | 'Ɖ' => 'Đ',
        'ð' | 'ɖ' => 'đ',
        // Fraction and division slash, read for the slash of a number.
        '\u{2044}' | '\u{2215}' => '/',
        other => other,
    };
    let visible = |c: &char| !matches!(c, '\u{200b}' | '\u{feff}' | '\u{ad}');
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => text.chars().filter(visible).map(unify).collect(),
        _ => text.nfc().filter(visible).map(unify).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::restore::{RestoredLine, RestoredWord};

    #[test]
    fn form_feeds_part_pages_and_lines_count_through_the_file() {
        let document = DocumentText::from_plain_text("một\nhai\n\u{c}ba\n");
        assert_eq!(document.pages.len(), 2);
        assert_eq!(document.pages[0].lines.len(), 2);
        assert_eq!(document.pages[1].page_number, 2);
        assert_eq!(document.pages[1].lines[0].text, "ba");
        assert_eq!(document.pages[1].lines[0].line_number, 3);
        assert!(document.is_plain());
    }

    #[test]
    fn characters_are_unified() {
        let document = DocumentText::from_plain_text("Q\u{d0}\u{a0}Ho\u{61}\u{300}\r\n");
        assert_eq!(document.pages[0].lines[0].text, "QĐ Hoà");
    }

    #[test]
    fn words_of_a_scan_keep_their_places_and_specks_go() {
        let word = |text: &str, left_px| RestoredWord {
            raw: text.into(),
            text: text.into(),
            confidence: 0.5,
            bounding_box: Some(BoundingBox::new(left_px, 0, left_px + 8, 10)),
        };
        let page = RestoredPage {
            page_number: 3,
            width_px: 100,
            height_px: 100,
            resolution_dpi: 200,
            notes: Default::default(),
            lines: vec![
                RestoredLine {
                    block_index: 0,
                    words: vec![word("", 0)],
                },
                RestoredLine {
                    block_index: 1,
                    words: vec![word("Sở", 0), word("", 10), word("Y", 20)],
                },
            ],
        };
        let document = DocumentText::from_restored(&[page]);
        let line = &document.pages[0].lines[0];
        assert_eq!(line.text, "Sở Y");
        assert_eq!(line.line_number, 2);
        assert_eq!(&line.text[line.words[1].span.clone()], "Y");
        assert!(!document.is_plain());
    }
}
