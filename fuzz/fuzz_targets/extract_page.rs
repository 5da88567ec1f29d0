//! Any words in any boxes of a page give a record.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vanthu::extract::{DocumentText, extract};
use vanthu::geometry::BoundingBox;
use vanthu::restore::{RestoredLine, RestoredPage, RestoredWord};

/// A page from a text: each line of it a line, each word in a box that the
/// bytes of the word choose.
fn page(text: &str) -> RestoredPage {
    let lines = text.lines().zip(0_u32..).map(|(line, index)| {
        let words = line.split(' ').map(|word| {
            let sum = word.bytes().map(u32::from).sum::<u32>();
            let (left, top) = (sum % 1600, index * 40 % 2300);
            RestoredWord {
                raw: word.to_owned(),
                text: word.to_owned(),
                confidence: (sum % 100) as f32 / 100.0,
                bounding_box: (sum % 7 != 0)
                    .then(|| BoundingBox::new(left, top, left + 1 + sum % 90, top + 30)),
            }
        });
        RestoredLine {
            block_index: index / 3,
            words: words.collect(),
        }
    });
    RestoredPage {
        page_number: 1,
        width_px: 1700,
        height_px: 2400,
        resolution_dpi: 200,
        lines: lines.collect(),
        notes: Default::default(),
    }
}

fuzz_target!(|text: &str| {
    let pages: Vec<RestoredPage> = text.split('\u{c}').map(page).collect();
    extract(&DocumentText::from_restored(&pages));
});
