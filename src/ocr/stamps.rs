//! Stamps and seals are kept apart from the running text.
//!
//! An incoming paper gets a stamp of receipt (Decree 30/2020, Article 22): a frame
//! of about 35 by 50 millimetres with "ĐẾN", a number and a date, often printed
//! across the text and in black. Its number and date are not the paper's own. A
//! round seal lies over the signature; what is read of its rim is not text.

use super::{Line, Word};
use crate::geometry::BoundingBox;
use crate::restore::Plausibility;
use crate::scan::cleanup::{Pix, PreparedPage};
use crate::vietnamese::fold;
use std::ops::RangeInclusive;

/// How large frames are, in millimetres, and how far their rules stand from the
/// word "ĐẾN". The decree's 35 x 50 is not always kept.
const WIDTH_MM: RangeInclusive<f32> = 25.0..=90.0;
const HEIGHT_MM: RangeInclusive<f32> = 12.0..=50.0;
const REACH_MM: f32 = 35.0;
/// A further rule this near to the frame, as wide by half, belongs to it: the
/// strip with the agency's name.
const STRIP_MM: f32 = 10.0;
/// Ink is darker than this, of 0 (black) to 255; red ink is as well.
const INK_BELOW: u8 = 150;
/// A rule may be broken by so many pixels, and bend by so many within its length.
const LARGEST_BREAK_PX: usize = 2;
const BEND_PX: usize = 2;

/// Less sure words beside "ĐẾN" are parts of the stamp, misread.
const CERTAINTY_OF_NEIGHBOUR: f32 = 0.8;

/// Words of running text under a stamp are told by how well they go on from the
/// words beside them: the logarithm of the probability.
const LN_RUNNING_ON: f32 = -6.0;
const CONTEXT_WORDS: usize = 3;

/// Words of a seal are read with less certainty than this, and less than this of
/// their ink is left when the colour is taken off.
const CERTAINTY_OF_SEAL: f32 = 0.6;
const BLACK_SHARE_OF_SEAL: f32 = 0.6;

/// The frame of a stamp of receipt, on the image that the boxes of `lines` refer
/// to: rules above and below the word "ĐẾN", which stands alone between them.
/// What else the stamp says is often written by hand or crossed by print.
pub(super) fn frame(lines: &[Line], page: &PreparedPage) -> Option<BoundingBox> {
    let px_of_mm = page.resolution_dpi() as f32 / 25.4;
    lines.iter().find_map(|line| {
        line.words
            .iter()
            .filter(|word| says_received(&word.text))
            .filter_map(|word| frame_round(word.bounding_box, &page.image, px_of_mm))
            .find(|&frame| is_alone(line, frame))
    })
}

/// Whether "ĐẾN" has no sure word beside it in the frame but the kind of paper: a
/// narrow table may have a column "ĐẾN NGÀY".
fn is_alone(line: &Line, frame: BoundingBox) -> bool {
    line.words
        .iter()
        .filter(|word| frame.contains_center_of(&word.bounding_box))
        .filter(|word| word.confidence >= CERTAINTY_OF_NEIGHBOUR && !says_received(&word.text))
        .all(|word| {
            let letters = word.text.chars().filter(|c| c.is_alphabetic());
            letters.count() < 2 || matches!(fold(&word.text).as_str(), "CV" | "CONG" | "VAN")
        })
}

/// "ĐẾN" in capitals, its marks misread or not.
fn says_received(text: &str) -> bool {
    let letters = text.trim_matches(|c: char| !c.is_alphabetic());
    letters.chars().all(char::is_uppercase) && fold(letters) == "DEN"
}

/// A dark line from left to right through the middle of the word.
#[derive(Debug, Clone, Copy)]
struct Rule {
    top_px: usize,
    bottom_px: usize,
    left_px: usize,
    right_px: usize,
}

impl Rule {
    fn width_px(self) -> usize {
        self.right_px - self.left_px
    }

    fn is_beside(self, other: Self) -> bool {
        let shared =
            self.right_px.min(other.right_px) as f32 - self.left_px.max(other.left_px) as f32;
        shared * 2.0 > self.width_px().max(other.width_px()) as f32
    }
}

fn frame_round(word: BoundingBox, image: &Pix, px_of_mm: f32) -> Option<BoundingBox> {
    let reach_px = (REACH_MM * px_of_mm) as u32;
    let across_px = (WIDTH_MM.end() * px_of_mm) as u32;
    let around = BoundingBox::new(
        word.center_x_px().saturating_sub(across_px),
        word.top_px.saturating_sub(reach_px),
        (word.center_x_px() + across_px).min(image.width_px()),
        (word.bottom_px + reach_px).min(image.height_px()),
    );
    let (width_px, gray) = image.cropped(around)?.gray_bytes();
    let rules = rules(
        &gray,
        width_px,
        (word.center_x_px() - around.left_px) as usize,
        (WIDTH_MM.start() * px_of_mm) as usize,
    );
    let (top_px, bottom_px) = (
        (word.top_px - around.top_px) as usize,
        (word.bottom_px - around.top_px) as usize,
    );
    let strip_px = (STRIP_MM * px_of_mm) as usize;
    let mut upper = *rules.iter().rfind(|rule| rule.bottom_px <= top_px)?;
    let mut lower = *rules.iter().find(|rule| rule.top_px >= bottom_px)?;
    let (mut left_px, mut right_px) = (
        upper.left_px.min(lower.left_px),
        upper.right_px.max(lower.right_px),
    );
    for rule in rules.iter().rev() {
        let is_next = rule.bottom_px < upper.top_px && upper.top_px - rule.bottom_px < strip_px;
        if is_next && rule.is_beside(lower) {
            upper = *rule;
            (left_px, right_px) = (left_px.min(rule.left_px), right_px.max(rule.right_px));
        }
    }
    for rule in &rules {
        let is_next = rule.top_px > lower.bottom_px && rule.top_px - lower.bottom_px < strip_px;
        if is_next && rule.is_beside(upper) {
            lower = *rule;
            (left_px, right_px) = (left_px.min(rule.left_px), right_px.max(rule.right_px));
        }
    }
    let mm = |px: usize| px as f32 / px_of_mm;
    let is_stamp = WIDTH_MM.contains(&mm(right_px - left_px))
        && HEIGHT_MM.contains(&mm(lower.bottom_px - upper.top_px));
    let at = |x: usize, y: usize| (around.left_px + x as u32, around.top_px + y as u32);
    let ((left, top), (right, bottom)) =
        (at(left_px, upper.top_px), at(right_px, lower.bottom_px + 1));
    is_stamp.then(|| BoundingBox::new(left, top, right, bottom))
}

/// The rules of at least `shortest_px` that run through column `middle`, from the
/// top down. Words are parted by wider gaps than rules are broken by.
fn rules(gray: &[u8], width_px: usize, middle: usize, shortest_px: usize) -> Vec<Rule> {
    let rows: Vec<&[u8]> = gray.chunks_exact(width_px.max(1)).collect();
    let mut rules: Vec<Rule> = Vec::new();
    for y in BEND_PX..rows.len().saturating_sub(BEND_PX) {
        let band = &rows[y - BEND_PX..=y + BEND_PX];
        let is_ink = |x: usize| band.iter().any(|row| row[x] < INK_BELOW);
        let end = |columns: &mut dyn Iterator<Item = usize>| {
            let (mut last, mut n_white) = (None, 0);
            for x in columns {
                if is_ink(x) {
                    (last, n_white) = (Some(x), 0);
                } else {
                    n_white += 1;
                }
                if n_white > LARGEST_BREAK_PX {
                    break;
                }
            }
            last
        };
        let (Some(left_px), Some(right_px)) = (
            end(&mut (0..=middle.min(width_px.saturating_sub(1))).rev()),
            end(&mut (middle..width_px)),
        ) else {
            continue;
        };
        if right_px - left_px < shortest_px {
            continue;
        }
        match rules.last_mut() {
            Some(rule) if rule.bottom_px + 1 == y => {
                rule.bottom_px = y;
                rule.left_px = rule.left_px.min(left_px);
                rule.right_px = rule.right_px.max(right_px);
            }
            _ => rules.push(Rule {
                top_px: y,
                bottom_px: y,
                left_px,
                right_px,
            }),
        }
    }
    rules
}

/// Takes the words inside a stamp's frame out of the lines, but for those that go
/// on from the running text beside the frame. Gives the stamp's own lines: `found`,
/// which is what a look at the frame alone has read.
pub(super) fn take_out(
    lines: &mut Vec<Line>,
    frame: BoundingBox,
    found: Vec<Vec<Word>>,
    judge: Option<&Plausibility>,
) -> Vec<Line> {
    for line in lines.iter_mut() {
        let is_inside: Vec<bool> = line
            .words
            .iter()
            .map(|word| frame.contains_center_of(&word.bounding_box))
            .collect();
        let runs_on = is_inside.iter().any(|inside| !inside);
        let texts: Vec<String> = line.words.iter().map(|word| word.text.clone()).collect();
        let goes_on = |idx: usize| {
            let context: Vec<&str> = texts[idx.saturating_sub(CONTEXT_WORDS)..idx]
                .iter()
                .map(String::as_str)
                .collect();
            judge.is_some_and(|judge| {
                judge.ln_probability(&context, &[&texts[idx]], &[]) > LN_RUNNING_ON
            })
        };
        let mut idx = 0;
        line.words.retain(|_| {
            let stays = !is_inside[idx] || runs_on && goes_on(idx);
            idx += 1;
            stays
        });
    }
    lines.retain(|line| !line.words.is_empty());
    as_lines(found)
}

/// Takes what was read of a coloured seal out of the signature's cell.
pub(super) fn take_out_seal(
    lines: &mut Vec<Line>,
    cell: BoundingBox,
    page: &PreparedPage,
) -> Vec<Line> {
    let Some(plain) = &page.without_colour else {
        return Vec::new();
    };
    let is_seal = |word: &Word| {
        let ink = |image: &Pix| Some(image.cropped(word.bounding_box)?.ink() as f32);
        word.confidence < CERTAINTY_OF_SEAL
            && cell.contains_center_of(&word.bounding_box)
            && match (ink(plain), ink(&page.image)) {
                (Some(black), Some(all)) => black < BLACK_SHARE_OF_SEAL * all,
                _ => false,
            }
    };
    let mut taken = Vec::new();
    for line in lines.iter_mut() {
        let (seal, text): (Vec<Word>, Vec<Word>) = std::mem::take(&mut line.words)
            .into_iter()
            .partition(is_seal);
        line.words = text;
        taken.push(seal);
    }
    lines.retain(|line| !line.words.is_empty());
    as_lines(taken)
}

fn as_lines(found: Vec<Vec<Word>>) -> Vec<Line> {
    let lines = found.into_iter().filter(|words| !words.is_empty());
    lines
        .map(|words| Line {
            block_index: 0,
            words,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::cleanup::{self, CleanupSettings};
    use crate::scan::{PageImage, PageSource, Pixels};

    fn word(text: &str, left_px: u32, top_px: u32, confidence: f32) -> Word {
        let right_px = left_px + 12 * text.chars().count() as u32;
        Word {
            text: text.to_owned(),
            bounding_box: BoundingBox::new(left_px, top_px, right_px, top_px + 25),
            confidence,
            alternatives: Vec::new(),
        }
    }

    fn line(words: Vec<Word>) -> Line {
        Line {
            block_index: 1,
            words,
        }
    }

    /// An A4 page at 200 dpi with rules of 3 pixels: height, left, right.
    fn page(rules: &[(u32, u32, u32)]) -> PreparedPage {
        let (width_px, height_px) = (1654, 2339);
        let mut gray = vec![255; width_px as usize * height_px as usize];
        for &(top, left, right) in rules {
            for y in top..top + 3 {
                let row = (y * width_px) as usize;
                gray[row + left as usize..row + right as usize].fill(20);
            }
        }
        let image = PageImage {
            page_number: 1,
            width_px,
            height_px,
            resolution_dpi: 200,
            pixels: Pixels::Gray(gray),
            source: PageSource::EmbeddedImage,
            is_incomplete: false,
        };
        cleanup::prepare(&image, CleanupSettings::default()).unwrap()
    }

    #[test]
    fn a_frame_round_the_word_is_found_with_its_strip() {
        let lines = [line(vec![word("ĐẾN", 120, 300, 0.9)])];
        let page = page(&[(180, 80, 460), (220, 80, 460), (380, 80, 460)]);
        let frame = frame(&lines, &page).expect("three rules");
        assert!((80..=84).contains(&frame.left_px) && (456..=462).contains(&frame.right_px));
        assert!(frame.top_px <= 182 && frame.bottom_px >= 380, "{frame:?}");
    }

    #[test]
    fn a_word_in_a_table_or_a_sentence_has_no_frame() {
        let lines = [line(vec![word("ĐẾN", 120, 300, 0.9)])];
        // A table as wide as the text; one rule only; none.
        assert_eq!(
            frame(&lines, &page(&[(220, 80, 1500), (380, 80, 1500)])),
            None
        );
        assert_eq!(frame(&lines, &page(&[(220, 80, 460)])), None);
        assert_eq!(frame(&lines, &page(&[])), None);
        let column = [line(vec![
            word("ĐẾN", 120, 300, 0.9),
            word("NGÀY", 180, 300, 0.9),
        ])];
        assert_eq!(
            frame(&column, &page(&[(220, 80, 460), (380, 80, 460)])),
            None
        );
        let small = [line(vec![word("đến", 120, 300, 0.9)])];
        assert_eq!(
            frame(&small, &page(&[(220, 80, 460), (380, 80, 460)])),
            None
        );
    }

    #[test]
    fn running_text_under_a_stamp_stays_and_the_stamp_goes() {
        let judge = Plausibility::embedded().unwrap();
        let mut lines = vec![
            line(vec![word("ĐẾN", 100, 300, 0.9), word("|:", 160, 300, 0.3)]),
            line(vec![
                word("Xq7", 100, 340, 0.9),
                word("Ủy", 200, 340, 0.9),
                word("ban", 260, 340, 0.9),
                word("nhân", 320, 340, 0.9),
                word("dân", 500, 340, 0.9),
                word("tỉnh", 560, 340, 0.9),
            ]),
        ];
        let frame = BoundingBox::new(80, 200, 400, 400);
        let own = vec![vec![word("Số:", 100, 250, 0.8), word("ĐẾN", 100, 300, 0.9)]];
        let stamp = take_out(&mut lines, frame, own, Some(&judge));
        let texts: Vec<String> = lines.iter().map(Line::text).collect();
        assert_eq!(texts.len(), 1, "{texts:?}");
        assert!(texts[0].ends_with("ban nhân dân tỉnh"), "{texts:?}");
        assert!(!texts[0].contains("Xq7"));
        assert_eq!(stamp[0].text(), "Số: ĐẾN");
    }
}
