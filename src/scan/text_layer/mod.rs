//! What text a page of a PDF already has, and what it is worth.
//!
//! | the page has | what becomes of it |
//! |---|---|
//! | no text | its picture is read |
//! | text in Unicode | taken as it is |
//! | text in a legacy encoding, whole or in parts | converted and taken |
//! | a scan and the hidden text of a recogniser | both readings; the better one by the language model |
//! | text whose map to letters is broken | its picture is read |
//! | a scan and a few characters on top | its picture is read |
//!
//! | file | subject |
//! |---|---|
//! | `content` | characters with font, code and place |
//! | `lines` | words and lines from their places |
//! | `fonts` | which fonts are legacy, and words in Unicode |
//! | `judge` | what the text is worth |

mod content;
mod fonts;
mod judge;
mod lines;
#[cfg(test)]
mod tests;

use crate::vietnamese::LegacyEncoding;
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::Rect;
use judge::{Amounts, JudgedWord};
use lines::PlacedLine;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What text a page has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextLayerFinding {
    /// None, or no PDF.
    #[default]
    NoText,
    /// Unicode text, good as it is.
    Unicode,
    /// Text of which some or all is in a legacy encoding.
    Legacy,
    /// The hidden text of a recogniser under or over a scan.
    OcrLayer,
    /// Text whose codes mean other letters than the page shows.
    BrokenMap,
    /// A few characters on a scan or a drawing, such as an e-signature.
    FewCharacters,
}

/// Where the words of a page came from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextLayerOutcome {
    /// From the text, as it is or converted.
    Taken,
    /// From the text, repaired by the language model.
    Repaired,
    /// From the picture.
    #[default]
    ReadFromPicture,
}

/// What text a page had and what became of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TextLayerDecision {
    pub finding: TextLayerFinding,
    /// Legacy encodings that text was converted from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub encodings: Vec<LegacyEncoding>,
    pub outcome: TextLayerOutcome,
}

/// What the person wants of text that is already there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextLayerMode {
    /// As each page deserves.
    #[default]
    Auto,
    /// Take it wherever there is any.
    Keep,
    /// Read every page from its picture.
    Redo,
}

impl TextLayerMode {
    pub const ALL: [Self; 3] = [Self::Auto, Self::Keep, Self::Redo];

    /// The word it is called by on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Keep => "keep",
            Self::Redo => "redo",
        }
    }
}

/// The text of a page, in points of the upright page, y downwards.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TextLayer {
    pub finding: TextLayerFinding,
    /// Legacy encodings that text was converted from.
    pub encodings: Vec<LegacyEncoding>,
    pub width_pt: f64,
    pub height_pt: f64,
    /// What the page shows or, on a scan, hides; top to bottom.
    pub lines: Vec<TextLine>,
}

/// A line of a text layer.
#[derive(Debug, Clone, PartialEq)]
pub struct TextLine {
    /// Lines of one block share a number.
    pub block: usize,
    /// From left to right; at least one.
    pub words: Vec<TextWord>,
}

/// A word of a text layer.
#[derive(Debug, Clone, PartialEq)]
pub struct TextWord {
    /// Unicode, NFC; not empty.
    pub text: String,
    pub left_pt: f64,
    pub top_pt: f64,
    pub right_pt: f64,
    pub bottom_pt: f64,
}

impl TextLayerFinding {
    /// A stable name, for machines and the catalogue.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoText => "no_text",
            Self::Unicode => "unicode",
            Self::Legacy => "legacy",
            Self::OcrLayer => "ocr_layer",
            Self::BrokenMap => "broken_map",
            Self::FewCharacters => "few_characters",
        }
    }

    /// Whether the text is good as it stands.
    pub fn is_good(self) -> bool {
        matches!(self, Self::Unicode | Self::Legacy)
    }
}

impl fmt::Display for TextLayerFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoText => "no text",
            Self::Unicode => "Unicode text",
            Self::Legacy => "text in a legacy encoding",
            Self::OcrLayer => "a scan with the text of an earlier recogniser",
            Self::BrokenMap => "text with a broken map of letters",
            Self::FewCharacters => "a few characters on a scan or drawing",
        })
    }
}

impl fmt::Display for TextLayerDecision {
    /// In words for the person: "Unicode text, taken as it is".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.finding)?;
        let mut open = " (";
        for encoding in &self.encodings {
            write!(f, "{open}{encoding}")?;
            open = ", ";
        }
        if !self.encodings.is_empty() {
            f.write_str(")")?;
        }
        f.write_str(match self.outcome {
            TextLayerOutcome::Taken if self.encodings.is_empty() => ", taken as it is",
            TextLayerOutcome::Taken => ", converted to Unicode",
            TextLayerOutcome::Repaired => ", repaired",
            TextLayerOutcome::ReadFromPicture => ", read from the picture",
        })
    }
}

/// Reads the text of a page. The streams of the page must have been weighed.
pub(super) fn read(page: &Page<'_>) -> TextLayer {
    let (width, height) = page.render_dimensions();
    let area = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
    let mut content = content::gather(page);
    let layer = TextLayer {
        width_pt: area.width(),
        height_pt: area.height(),
        ..TextLayer::default()
    };
    if content.glyphs.is_empty() {
        return layer;
    }
    // A list in the order of drawing has no more use once it is in lines.
    content.pictures.retain(|picture| picture.overlaps(area));
    let visible = lines::lines(&content, area, |glyph| glyph.is_visible);
    let hidden = lines::lines(&content, area, |glyph| !glyph.is_visible);
    let visible_text = in_unicode(&content, &visible);
    let n_hidden_words = hidden.iter().map(|line| line.words.len()).sum();
    let amounts = Amounts {
        n_hidden_words,
        is_legacy: !visible_text.encodings.is_empty(),
        area,
    };
    let judged: Vec<JudgedWord<'_>> = visible_text
        .lines
        .iter()
        .zip(&visible_text.fonts)
        .flat_map(|(line, fonts)| line.words.iter().zip(fonts))
        .map(|(word, &font)| JudgedWord {
            text: &word.text,
            font,
            frame: Rect::new(word.left_pt, word.top_pt, word.right_pt, word.bottom_pt),
        })
        .collect();
    let finding = judge::judge(&content, &judged, &amounts);
    let text = if finding == TextLayerFinding::OcrLayer {
        in_unicode(&content, &hidden)
    } else {
        visible_text
    };
    TextLayer {
        finding,
        encodings: text.encodings,
        lines: text.lines,
        ..layer
    }
}

struct UnicodeText {
    lines: Vec<TextLine>,
    /// The font of each word of each line.
    fonts: Vec<Vec<usize>>,
    encodings: Vec<LegacyEncoding>,
}

fn in_unicode(content: &content::PageContent, placed: &[PlacedLine]) -> UnicodeText {
    let uses = fonts::uses(content, placed);
    let mut text = UnicodeText {
        lines: Vec::new(),
        fonts: Vec::new(),
        encodings: Vec::new(),
    };
    for line in placed {
        let mut words = Vec::new();
        let mut fonts = Vec::new();
        for word in &line.words {
            let unicode = fonts::text(content, word, &uses);
            if unicode.is_empty() {
                continue;
            }
            let font = content.glyphs[word.glyphs[0]].font;
            text.encodings.extend(uses[font].encoding);
            fonts.push(font);
            words.push(TextWord {
                text: unicode,
                left_pt: word.frame.x0,
                top_pt: word.frame.y0,
                right_pt: word.frame.x1,
                bottom_pt: word.frame.y1,
            });
        }
        if !words.is_empty() {
            text.lines.push(TextLine {
                block: line.block,
                words,
            });
            text.fonts.push(fonts);
        }
    }
    text.encodings.sort_unstable();
    text.encodings.dedup();
    text
}
