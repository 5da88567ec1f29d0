//! hOCR 1.2: HTML that carries lines, words, boxes and certainty.

use crate::geometry::BoundingBox;
use crate::import::DocumentPages;
use std::fmt::Write;
use std::path::Path;

/// One line of words, whichever reading is asked for.
struct HocrLine<'a> {
    words: Vec<(&'a str, Option<BoundingBox>, f32)>,
}

/// The whole document; pages that failed have no content.
pub fn document(file: &Path, document: &DocumentPages, is_raw: bool) -> String {
    let title = escape(&file.to_string_lossy());
    let mut html = String::new();
    html.push_str("<!DOCTYPE html>\n<html lang=\"vi\">\n<head>\n<meta charset=\"utf-8\">\n");
    let _ = writeln!(html, "<title>{title}</title>");
    let _ = writeln!(
        html,
        "<meta name=\"ocr-system\" content=\"vanthu {}\">",
        env!("CARGO_PKG_VERSION")
    );
    html.push_str("<meta name=\"ocr-capabilities\" content=\"ocr_page ocr_line ocrx_word\">\n</head>\n<body>\n");
    for page in &document.pages {
        let page_number = page.page_number;
        let (width_px, height_px, lines) = match &page.outcome {
            Ok(read) if is_raw => {
                let reading = &read.reading;
                let lines = reading.lines.iter().map(|line| HocrLine {
                    words: line
                        .words
                        .iter()
                        .map(|word| (word.text.as_str(), Some(word.bounding_box), word.confidence))
                        .collect(),
                });
                (reading.width_px, reading.height_px, lines.collect())
            }
            Ok(read) => {
                let restored = &read.restored;
                let lines = restored.lines.iter().map(|line| HocrLine {
                    words: line
                        .words
                        .iter()
                        .map(|word| (word.text.as_str(), word.bounding_box, word.confidence))
                        .collect(),
                });
                (restored.width_px, restored.height_px, lines.collect())
            }
            Err(_) => (0, 0, Vec::new()),
        };
        let _ = writeln!(
            html,
            "<div class=\"ocr_page\" id=\"page_{page_number}\" title=\"bbox 0 0 {width_px} {height_px}; ppageno {}\">",
            page_number - 1
        );
        for line in &lines {
            push_line(&mut html, line);
        }
        html.push_str("</div>\n");
    }
    html.push_str("</body>\n</html>\n");
    html
}

fn push_line(html: &mut String, line: &HocrLine<'_>) {
    let line_box = BoundingBox::enclosing(line.words.iter().filter_map(|word| word.1));
    let _ = write!(html, "<span class=\"ocr_line\"{}>", title(line_box, None));
    for (index, (text, bounding_box, confidence)) in line.words.iter().enumerate() {
        if index > 0 {
            html.push(' ');
        }
        let _ = write!(
            html,
            "<span class=\"ocrx_word\"{}>{}</span>",
            title(*bounding_box, Some(*confidence)),
            escape(text)
        );
    }
    html.push_str("</span><br>\n");
}

fn title(bounding_box: Option<BoundingBox>, confidence: Option<f32>) -> String {
    let Some(at) = bounding_box else {
        return String::new();
    };
    let mut title = format!(
        " title=\"bbox {} {} {} {}",
        at.left_px, at.top_px, at.right_px, at.bottom_px
    );
    if let Some(confidence) = confidence {
        let _ = write!(title, "; x_wconf {}", (confidence * 100.0).round());
    }
    title.push('"');
    title
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
