//! The end of a scanned page has two cells side by side: the recipients on the
//! left, the signature on the right (Decree 30/2020, Annex I, cells 9b and 7).
//! A recogniser reads across them or in any order; the places of the words part
//! them again.

use super::document::{TextLine, TextPage, TextWord};
use super::layout::Ignored;
use crate::geometry::BoundingBox;
use std::ops::Range;

/// The signature's cell begins right of this share of the page's width, and
/// the middle of what stands in it right of the second one. Lists of recipients
/// begin at the left margin; the longest ones that were seen reach over three
/// fifths of the page.
const SIGNATURE_LEFT: f32 = 0.36;
const SIGNATURE_MIDDLE: f32 = 0.5;

/// Words further apart than so many line heights stand in different cells.
const CELL_GAP_HEIGHTS: f32 = 2.0;

/// A signature may begin so many line heights above "Nơi nhận".
const SIGNATURE_RISE_HEIGHTS: f32 = 6.0;

/// What stands further than so many line heights behind the mark that closes an
/// item, or was read with less certainty than this, is a stroke of the
/// signature or the rim of a seal.
const STROKE_GAP_HEIGHTS: f32 = 1.0;
const SURE_WORD: f32 = 0.49;

/// A part of a line that stands in one cell.
#[derive(Debug, Clone, Copy)]
pub(super) struct EndPiece<'a> {
    pub(super) text: &'a str,
    pub(super) bounding_box: BoundingBox,
}

/// The two cells, each from top to bottom.
#[derive(Debug, Default)]
pub(super) struct EndCells<'a> {
    pub(super) recipients: Vec<&'a str>,
    pub(super) signature: Vec<&'a str>,
    /// How many lines of the signature stand above the head of the recipients.
    pub(super) signature_above: usize,
}

/// Parts the page below the line `head_line`, that of "Nơi nhận" or of the first
/// recipient. `None` where the lines have no places.
pub(super) fn part<'a>(
    page: &'a TextPage,
    page_index: usize,
    head_line: usize,
    ignored: &Ignored,
) -> Option<EndCells<'a>> {
    let head_words = &page.lines.get(head_line)?.words;
    let head = head_words.first()?.bounding_box?;
    let height = head.height_px().max(1) as f32;
    let middle = head.center_y_px() as f32;
    let width = page.width_px as f32;
    let mut left: Vec<EndPiece<'a>> = Vec::new();
    let mut right: Vec<EndPiece<'a>> = Vec::new();
    for (line_index, line) in page.lines.iter().enumerate() {
        if ignored.contains(page_index, line_index) {
            continue;
        }
        for words in cells_of(line) {
            let Some(piece) = piece(line, words) else {
                continue;
            };
            let place = piece.bounding_box;
            let below_head = place.center_y_px() as f32 - middle;
            let is_signature = place.left_px as f32 >= SIGNATURE_LEFT * width
                && place.center_x_px() as f32 >= SIGNATURE_MIDDLE * width;
            if is_signature && below_head > -SIGNATURE_RISE_HEIGHTS * height {
                right.push(piece);
            } else if !is_signature && below_head > -0.5 * height {
                left.extend(self::piece(line, without_strokes(line, words)));
            }
        }
    }
    let top_down = |piece: &EndPiece<'_>| piece.bounding_box.center_y_px();
    left.sort_by_key(top_down);
    right.sort_by_key(top_down);
    let above = |piece: &&EndPiece<'_>| (piece.bounding_box.bottom_px as f32) < middle;
    Some(EndCells {
        signature_above: right.iter().take_while(above).count(),
        recipients: left.into_iter().map(|piece| piece.text).collect(),
        signature: right.into_iter().map(|piece| piece.text).collect(),
    })
}

/// The two columns of some `lines` of a page, where two sign side by side: minutes, contracts, joint papers. `None` where the lines have no places or
/// nothing stands in one of the columns.
pub(super) fn columns<'a>(
    page: &'a TextPage,
    page_index: usize,
    lines: Range<usize>,
    ignored: &Ignored,
) -> Option<[Vec<&'a str>; 2]> {
    let middle = SIGNATURE_MIDDLE * page.width_px as f32;
    let mut columns: [Vec<EndPiece<'a>>; 2] = Default::default();
    for line_index in lines {
        if ignored.contains(page_index, line_index) {
            continue;
        }
        let line = page.lines.get(line_index)?;
        for piece in cells_of(line).into_iter().filter_map(|it| piece(line, it)) {
            let is_right = piece.bounding_box.center_x_px() as f32 >= middle;
            columns[usize::from(is_right)].push(piece);
        }
    }
    let is_filled = columns.iter().all(|column| !column.is_empty());
    is_filled.then(|| {
        columns.map(|mut column| {
            column.sort_by_key(|piece| piece.bounding_box.center_y_px());
            // Specks stand before a name as a dash does before an item.
            let printed = |piece: EndPiece<'a>| {
                let text = piece.text;
                text.trim_start_matches(|c: char| !c.is_alphanumeric())
            };
            column.into_iter().map(printed).collect()
        })
    })
}

/// The words of a line in runs that no wide gap parts.
fn cells_of(line: &TextLine) -> Vec<&[TextWord]> {
    let height = line
        .words
        .iter()
        .filter_map(|word| word.bounding_box)
        .map(|place| place.height_px())
        .max()
        .unwrap_or(0) as f32;
    line.words
        .chunk_by(|word, next| gap(word, next).is_none_or(|gap| gap <= CELL_GAP_HEIGHTS * height))
        .collect()
}

/// The white space between two words, in pixels; negative where they overlap.
fn gap(word: &TextWord, next: &TextWord) -> Option<f32> {
    Some(next.bounding_box?.left_px as f32 - word.bounding_box?.right_px as f32)
}

/// The part of a line that the words take; `None` for specks.
fn piece<'a>(line: &'a TextLine, words: &[TextWord]) -> Option<EndPiece<'a>> {
    let (first, last) = (words.first()?, words.last()?);
    let bounding_box = BoundingBox::enclosing(words.iter().filter_map(|word| word.bounding_box))?;
    let text = line.text.get(first.span.start..last.span.end)?;
    text.contains(char::is_alphanumeric)
        .then_some(EndPiece { text, bounding_box })
}

/// The words of an item without what the recogniser made of a signature or a
/// seal behind its closing mark.
fn without_strokes<'a>(line: &TextLine, words: &'a [TextWord]) -> &'a [TextWord] {
    for (index, pair) in words.windows(2).enumerate() {
        let text = line.text.get(pair[0].span.clone()).unwrap_or_default();
        if !text.ends_with([';', '.']) {
            continue;
        }
        let height = pair[0].bounding_box.map_or(0, |place| place.height_px()) as f32;
        let is_far = gap(&pair[0], &pair[1]).is_some_and(|gap| gap > STROKE_GAP_HEIGHTS * height);
        let behind = &words[index + 1..];
        let mean = behind.iter().map(|word| word.confidence).sum::<f32>() / behind.len() as f32;
        if is_far || mean < SURE_WORD {
            return &words[..=index];
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::document::DocumentText;
    use crate::restore::{RestoredLine, RestoredPage, RestoredWord};

    /// A word with its left edge and the top of its line; letters are 10 px
    /// wide, lines 20 px high, the page is 1000 px wide.
    fn word(text: &str, left_px: u32, top_px: u32) -> RestoredWord {
        let width_px = 10 * text.chars().count() as u32;
        RestoredWord {
            raw: text.into(),
            text: text.into(),
            confidence: 0.9,
            bounding_box: Some(BoundingBox::new(
                left_px,
                top_px,
                left_px + width_px,
                top_px + 20,
            )),
        }
    }

    fn page(lines: Vec<Vec<RestoredWord>>) -> DocumentText {
        DocumentText::from_restored(&[RestoredPage {
            page_number: 1,
            width_px: 1000,
            height_px: 1400,
            resolution_dpi: 100,
            notes: Default::default(),
            lines: lines
                .into_iter()
                .map(|words| RestoredLine {
                    block_index: 0,
                    words,
                })
                .collect(),
        }])
    }

    fn parted(document: &DocumentText, head_line: usize) -> (Vec<String>, Vec<String>, usize) {
        let page = &document.pages[0];
        let cells = part(page, 0, head_line, &Ignored::find(document)).unwrap_or_default();
        let owned = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect();
        (
            owned(cells.recipients),
            owned(cells.signature),
            cells.signature_above,
        )
    }

    #[test]
    fn cells_are_parted_by_place_whatever_the_order_of_reading() {
        let document = page(vec![
            vec![word("trân", 80, 940), word("trọng./.", 130, 940)],
            vec![word("CHÁNH", 600, 975), word("THANH", 670, 975)],
            vec![
                word("Nơi", 80, 1000),
                word("nhận:", 120, 1000),
                word("TRA", 620, 1000),
            ],
            vec![
                word("-", 80, 1060),
                word("Lưu:", 100, 1060),
                word("VT.", 150, 1060),
            ],
            vec![
                word("-", 80, 1030),
                word("Như", 100, 1030),
                word("trên;", 140, 1030),
            ],
        ]);
        let (recipients, signature, above) = parted(&document, 2);
        assert_eq!(recipients, ["Nơi nhận:", "- Như trên;", "- Lưu: VT."]);
        assert_eq!(signature, ["CHÁNH THANH", "TRA"]);
        assert_eq!(above, 1);
    }

    #[test]
    fn columns_stand_side_by_side() {
        let document = page(vec![
            vec![
                word("BÊN", 120, 1000),
                word("A", 160, 1000),
                word("BÊN", 700, 1000),
            ],
            vec![word("-", 700, 1100), word("Mẫu", 720, 1100)],
            vec![word("Thử", 130, 1090)],
        ]);
        let page = &document.pages[0];
        let ignored = Ignored::find(&document);
        let both = [vec!["BÊN A", "Thử"], vec!["BÊN", "Mẫu"]];
        assert_eq!(columns(page, 0, 0..3, &ignored), Some(both));
        assert_eq!(columns(page, 0, 1..2, &ignored), None);
    }

    #[test]
    fn strokes_behind_an_item_are_cut_off() {
        let mut stroke = word("ƒ", 200, 1030);
        stroke.confidence = 0.2;
        let document = page(vec![
            vec![word("Nơi", 80, 1000), word("nhận:", 120, 1000)],
            vec![
                word("-", 80, 1030),
                word("Lưu:", 100, 1030),
                word("VT.", 150, 1030),
                stroke,
            ],
        ]);
        assert_eq!(parted(&document, 0).0, ["Nơi nhận:", "- Lưu: VT."]);
    }

    #[test]
    fn plain_text_has_no_cells() {
        let document = DocumentText::from_plain_text("Nơi nhận:\n- Lưu: VT.\n");
        let page = &document.pages[0];
        assert!(part(page, 0, 0, &Ignored::find(&document)).is_none());
    }
}
