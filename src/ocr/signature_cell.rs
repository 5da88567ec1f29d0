//! The signature's cell is read once more on its own.
//!
//! Authority, position and name stand under a seal and a signature. The layout
//! analysis of the recogniser takes these for a picture and drops the lines that
//! they touch; the same lines are read well when the cell alone is given as one
//! block, or as sparse text. Only what can be a position or a person's name is
//! taken from there: the rest is what the seal was read as.

use super::{Line, Word};
use crate::geometry::BoundingBox;
use crate::vietnamese::fold;

/// The cell, in shares of the page's width and in heights of the line "Nơi
/// nhận" above and below it (Decree 30/2020, Annex I: cells 7a to 7c; a seal, a
/// signature and three lines take some six centimetres).
const CELL_LEFT: f32 = 0.46;
const CELL_RIGHT: f32 = 0.97;
const HEIGHTS_ABOVE: f32 = 4.0;
const HEIGHTS_BELOW: f32 = 22.0;

/// The line "Nơi nhận" begins left of this share of the width.
const RECIPIENTS_LEFT: f32 = 0.35;

/// A line read with less certainty is a seal's.
const LEAST_CERTAINTY: f32 = 0.3;

/// Two words alone may be what is left of a longer name; they are taken only
/// where each is surer than this.
const SURE: f32 = 0.85;

/// The last words of positions and the first of authorities, folded.
const POSITION_ENDS: [&str; 8] = ["doc", "tich", "truong", "phong", "thu", "tra", "soat", "ky"];
const AUTHORITY_STARTS: [&str; 5] = ["TM", "KT", "TL", "TUQ", "T/M"];

/// What a page shows of its signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Known {
    position: bool,
    name: bool,
}

/// The cell to be read again, on the image that the boxes of `lines` refer to;
/// `None` on pages without recipients, and where position and name were read.
pub(super) fn unread_cell(lines: &[Line], size_px: (u32, u32)) -> Option<BoundingBox> {
    let cell = cell(lines, size_px)?;
    let known = known(lines, cell);
    (!(known.position && known.name)).then_some(cell)
}

/// The signature's cell; `None` on pages without recipients.
pub(super) fn cell(lines: &[Line], (width_px, height_px): (u32, u32)) -> Option<BoundingBox> {
    let width = width_px as f32;
    let head = lines.iter().find_map(|line| {
        let first = line.words.first()?.bounding_box;
        let is_left = (first.left_px as f32) < RECIPIENTS_LEFT * width;
        (is_left && is_recipients_head(line)).then_some(first)
    })?;
    let height = head.height_px().max(1) as f32;
    let top = head.top_px as f32 - HEIGHTS_ABOVE * height;
    let bottom = head.bottom_px as f32 + HEIGHTS_BELOW * height;
    let cell = BoundingBox::new(
        (CELL_LEFT * width) as u32,
        top.max(0.0) as u32,
        (CELL_RIGHT * width) as u32,
        (bottom as u32).min(height_px),
    );
    (cell.width_px() > 0 && cell.height_px() > 0).then_some(cell)
}

/// Takes in what a further reading of the cell found of a position or a name
/// where there was none. Whether both are known now.
pub(super) fn take_in(lines: &mut Vec<Line>, cell: BoundingBox, found: Vec<Vec<Word>>) -> bool {
    let mut block_index = lines.iter().map(|line| line.block_index).max().unwrap_or(0) + 1;
    for words in found {
        let words = match (name_in(&words), is_position(&words)) {
            (Some(name), _) => name,
            (None, true) => trimmed(&words),
            (None, false) => continue,
        };
        let Some(place) = BoundingBox::enclosing(words.iter().map(|word| word.bounding_box)) else {
            continue;
        };
        if is_read_there(lines, place) {
            continue;
        }
        // What the seal's rim was read as in this place gives way.
        for line in lines.iter_mut() {
            line.words
                .retain(|word| !overlaps(word.bounding_box, place));
        }
        lines.retain(|line| !line.words.is_empty());
        lines.push(Line { block_index, words });
        block_index += 1;
    }
    let known = known(lines, cell);
    known.position && known.name
}

/// "Nơi nhận:", its first letters misread or not.
fn is_recipients_head(line: &Line) -> bool {
    let mut words = line
        .words
        .iter()
        .map(|word| fold(&word.text).to_lowercase());
    let (Some(first), Some(second)) = (words.next(), words.next()) else {
        return false;
    };
    first.ends_with("oi") && first.chars().count() <= 5 && second.starts_with("nhan")
}

fn known(lines: &[Line], cell: BoundingBox) -> Known {
    let mut known = Known {
        position: false,
        name: false,
    };
    for line in lines {
        let inside: Vec<Word> = line
            .words
            .iter()
            .filter(|word| overlaps(word.bounding_box, cell))
            .cloned()
            .collect();
        known.position |= is_position(&inside);
        known.name |= name_in(&inside).is_some();
    }
    known
}

/// Whether a name or a position was read in a place already.
fn is_read_there(lines: &[Line], place: BoundingBox) -> bool {
    lines.iter().any(|line| {
        let there: Vec<Word> = line
            .words
            .iter()
            .filter(|word| overlaps(word.bounding_box, place))
            .cloned()
            .collect();
        is_position(&there) || name_in(&there).is_some()
    })
}

/// Whether the middle of a word lies in a place.
fn overlaps(word: BoundingBox, place: BoundingBox) -> bool {
    let (x, y) = (word.center_x_px(), word.center_y_px());
    (place.left_px..place.right_px).contains(&x) && (place.top_px..place.bottom_px).contains(&y)
}

/// The words that are a person's name: two to five side by side, each with a
/// capital first letter alone; "—" and quotation marks round it are strokes.
fn name_in(words: &[Word]) -> Option<Vec<Word>> {
    let words = trimmed(words);
    let run = words
        .chunk_by(|a, b| is_name_word(&a.text) && is_name_word(&b.text))
        .max_by_key(|run| run.len())?;
    let is_long = (3..=5).contains(&run.len())
        || run.len() == 2 && words.len() == 2 && run.iter().all(|word| word.confidence > SURE);
    (is_long && is_name_word(&run[0].text) && certainty(run) >= LEAST_CERTAINTY)
        .then(|| run.to_vec())
}

fn is_name_word(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(char::is_uppercase)
        && text.chars().count() >= 2
        && letters.all(char::is_lowercase)
}

/// Capitals that begin as an authority does or end as a position does.
fn is_position(words: &[Word]) -> bool {
    let words = trimmed(words);
    let text: String = words.iter().map(|word| word.text.as_str()).collect();
    let upper = text.chars().filter(|c| c.is_uppercase()).count();
    let lower = text.chars().filter(|c| c.is_lowercase()).count();
    if upper < 6 || lower * 4 > upper || certainty(&words) < LEAST_CERTAINTY {
        return false;
    }
    let last = words.last().map(|word| fold(&word.text).to_lowercase());
    let ends = last.is_some_and(|last| POSITION_ENDS.iter().any(|end| last.ends_with(end)));
    ends || AUTHORITY_STARTS.iter().any(|start| text.starts_with(start))
}

fn certainty(words: &[Word]) -> f32 {
    words.iter().map(|word| word.confidence).sum::<f32>() / words.len().max(1) as f32
}

/// Words without the strokes at their ends; words that are strokes go.
fn trimmed(words: &[Word]) -> Vec<Word> {
    words
        .iter()
        .filter_map(|word| {
            let text = word
                .text
                .trim_matches(|c: char| !c.is_alphanumeric() && c != '.');
            let text = text.trim_start_matches('.');
            let is_word = text.chars().any(char::is_alphanumeric);
            is_word.then(|| Word {
                text: text.to_owned(),
                ..word.clone()
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words side by side, ten pixels a letter, on a page of 1000 pixels.
    fn words(text: &str, left_px: u32, top_px: u32) -> Vec<Word> {
        let mut left_px = left_px;
        text.split(' ')
            .map(|part| {
                let right_px = left_px + 10 * part.chars().count() as u32;
                let bounding_box = BoundingBox::new(left_px, top_px, right_px, top_px + 20);
                left_px = right_px + 10;
                Word {
                    text: part.to_owned(),
                    bounding_box,
                    confidence: 0.9,
                    alternatives: Vec::new(),
                }
            })
            .collect()
    }

    fn line(text: &str, left_px: u32, top_px: u32) -> Line {
        Line {
            block_index: 1,
            words: words(text, left_px, top_px),
        }
    }

    const PAGE: (u32, u32) = (1000, 1400);

    #[test]
    fn position_and_name_under_a_seal_are_taken_in() {
        let mut lines = vec![line("Nơi nhận:", 80, 900), line("_ ˆN", 600, 1050)];
        let cell = unread_cell(&lines, PAGE).expect("nothing was read beside the recipients");
        let found = vec![
            words("⁄5 CHỦ TỊCH", 600, 900),
            words("TỈNH MẪU", 600, 950),
            words("“Đặng Văn Mẫu", 600, 1050),
        ];
        assert!(take_in(&mut lines, cell, found));
        let texts: Vec<String> = lines.iter().map(Line::text).collect();
        assert_eq!(texts, ["Nơi nhận:", "5 CHỦ TỊCH", "Đặng Văn Mẫu"]);
    }

    #[test]
    fn what_was_read_stays() {
        let lines = vec![
            line("Nơi nhận:", 80, 900),
            line("GIÁM ĐỐC", 600, 900),
            line("Đặng Văn Mẫu", 600, 1100),
        ];
        assert_eq!(unread_cell(&lines, PAGE), None);
        assert_eq!(unread_cell(&lines[1..], PAGE), None);
        let mut half = lines[..2].to_vec();
        let cell = unread_cell(&half, PAGE).expect("the name was not read");
        take_in(&mut half, cell, vec![words("GLÁM ĐỘC", 602, 901)]);
        assert_eq!(half.len(), 2);
    }
}
