//! Finding the word of a correction again, and putting what was decided in its
//! place.
//!
//! A page that is read again may be turned by a fraction of a degree, cut
//! otherwise, read at another resolution; a word may have become two, or two
//! one. A correction answers to the words that lie where its word lay, else to
//! the nearest word that was read the same way; where neither is there, it is
//! left out rather than put on a wrong word.

use super::{Correction, CorrectionSubject, WordAnchor};
use crate::geometry::BoundingBox;
use crate::restore::{RestoredLine, RestoredPage, RestoredWord};
use std::ops::Range;

/// A word lies in a correction's box when so much of it does.
const COVERED_SHARE: f64 = 0.6;
/// The words in the box must fill so much of it and stand out so little:
/// intersection over union.
const SAME_PLACE: f64 = 0.5;
/// How far a word that was read the same way may have moved, in heights of it.
const MAX_MOVE_HEIGHTS: f64 = 1.5;

/// Words of one line.
struct Place {
    line_idx: usize,
    words: Range<usize>,
}

/// Lays the corrections that are of this page on it, in their order; gives the
/// numbers of those that found their word.
pub(in crate::archive) fn lay(page: &mut RestoredPage, corrections: &[Correction]) -> Vec<i64> {
    corrections
        .iter()
        .filter(|it| {
            let (old_text, new_text) = (it.old_text.as_deref(), it.new_text.as_deref());
            lay_one(page, &it.subject, old_text, new_text)
        })
        .map(|correction| correction.correction_id)
        .collect()
}

/// Lays one; tells whether it is of this page and its word is there.
pub(super) fn lay_one(
    page: &mut RestoredPage,
    subject: &CorrectionSubject,
    old_text: Option<&str>,
    new_text: Option<&str>,
) -> bool {
    let place = subject
        .anchor_on(page.page_number)
        .and_then(|anchor| find(page, anchor, old_text));
    match place {
        Some(place) => {
            let line = &mut page.lines[place.line_idx];
            put(line, place.words, new_text.unwrap_or_default());
            true
        }
        None => false,
    }
}

fn find(page: &RestoredPage, anchor: &WordAnchor, old_text: Option<&str>) -> Option<Place> {
    let is_read_alike = |word: &RestoredWord| {
        // A part of a word that was split has no reading of its own.
        match anchor.raw_text.as_str() {
            "" => old_text.is_some_and(|old| word.text == old),
            raw => word.raw == raw,
        }
    };
    match anchor.bounding_box {
        Some(place) => {
            let place = scaled(place, anchor, page);
            at(page, place).or_else(|| near(page, place, is_read_alike))
        }
        None => by_index(page, anchor.word_index, is_read_alike),
    }
}

/// The box on the page as it is now.
fn scaled(place: BoundingBox, anchor: &WordAnchor, page: &RestoredPage) -> BoundingBox {
    let scale = |value: u32, from: u32, to: u32| match from {
        0 => value,
        from => {
            u32::try_from(u64::from(value) * u64::from(to) / u64::from(from)).unwrap_or(u32::MAX)
        }
    };
    let across = |value| scale(value, anchor.width_px, page.width_px);
    let down = |value| scale(value, anchor.height_px, page.height_px);
    BoundingBox::new(
        across(place.left_px),
        down(place.top_px),
        across(place.right_px),
        down(place.bottom_px),
    )
}

fn area(place: BoundingBox) -> f64 {
    f64::from(place.width_px()) * f64::from(place.height_px())
}

fn common_area(one: BoundingBox, other: BoundingBox) -> f64 {
    let across = one
        .right_px
        .min(other.right_px)
        .saturating_sub(one.left_px.max(other.left_px));
    let down = one
        .bottom_px
        .min(other.bottom_px)
        .saturating_sub(one.top_px.max(other.top_px));
    f64::from(across) * f64::from(down)
}

/// The words of a line that together lie where the box is.
fn at(page: &RestoredPage, place: BoundingBox) -> Option<Place> {
    let mut best: Option<(f64, Place)> = None;
    for (line_idx, line) in page.lines.iter().enumerate() {
        let is_covered = |word: &RestoredWord| {
            word.bounding_box.is_some_and(|it| {
                area(it) > 0.0 && common_area(it, place) >= COVERED_SHARE * area(it)
            })
        };
        let Some(first) = line.words.iter().position(is_covered) else {
            continue;
        };
        let n_covered = line.words[first..]
            .iter()
            .take_while(|word| is_covered(word))
            .count();
        let words = first..first + n_covered;
        let boxes = line.words[words.clone()]
            .iter()
            .filter_map(|word| word.bounding_box);
        let Some(union) = BoundingBox::enclosing(boxes) else {
            continue;
        };
        let common = common_area(union, place);
        let likeness = common / (area(union) + area(place) - common).max(1.0);
        if likeness >= SAME_PLACE && best.as_ref().is_none_or(|(most, _)| likeness > *most) {
            best = Some((likeness, Place { line_idx, words }));
        }
    }
    best.map(|(_, place)| place)
}

/// The nearest word that was read the same way.
fn near(
    page: &RestoredPage,
    place: BoundingBox,
    is_read_alike: impl Fn(&RestoredWord) -> bool,
) -> Option<Place> {
    let distance = |it: BoundingBox| {
        let across = f64::from(it.center_x_px()) - f64::from(place.center_x_px());
        let down = f64::from(it.center_y_px()) - f64::from(place.center_y_px());
        across.hypot(down)
    };
    let nearest = words_of(page)
        .filter(|(_, _, word)| is_read_alike(word))
        .filter_map(|(line_idx, word_idx, word)| {
            Some((distance(word.bounding_box?), line_idx, word_idx))
        })
        .min_by(|one, other| one.0.total_cmp(&other.0))?;
    let (distance, line_idx, word_idx) = nearest;
    let is_near = distance <= MAX_MOVE_HEIGHTS * f64::from(place.height_px());
    is_near.then(|| Place {
        line_idx,
        words: word_idx..word_idx + 1,
    })
}

/// The word read the same way whose place in the reading order is nearest.
fn by_index(
    page: &RestoredPage,
    word_index: u32,
    is_read_alike: impl Fn(&RestoredWord) -> bool,
) -> Option<Place> {
    (0u32..)
        .zip(words_of(page))
        .filter(|(_, (_, _, word))| is_read_alike(word))
        .min_by_key(|(index, _)| index.abs_diff(word_index))
        .map(|(_, (line_idx, word_idx, _))| Place {
            line_idx,
            words: word_idx..word_idx + 1,
        })
}

fn words_of(page: &RestoredPage) -> impl Iterator<Item = (usize, usize, &RestoredWord)> {
    page.lines.iter().enumerate().flat_map(|(line_idx, line)| {
        let words = line.words.iter().enumerate();
        words.map(move |(word_idx, word)| (line_idx, word_idx, word))
    })
}

/// Puts the words of `new_text` in the place of others. They are certain: a
/// person has looked.
fn put(line: &mut RestoredLine, replaced: Range<usize>, new_text: &str) {
    let before = &line.words[replaced.clone()];
    let raw: Vec<&str> = before.iter().map(|word| word.raw.as_str()).collect();
    let raw = raw.join(" ").trim().to_owned();
    let place = BoundingBox::enclosing(before.iter().filter_map(|word| word.bounding_box));
    let mut parts: Vec<&str> = new_text.split_whitespace().collect();
    if parts.is_empty() {
        parts.push("");
    }
    let n_letters: usize = parts.iter().map(|part| part.chars().count()).sum();
    let mut n_before = 0;
    let mut words = Vec::with_capacity(parts.len());
    for (part_idx, part) in parts.iter().enumerate() {
        let from = n_before;
        n_before += part.chars().count();
        words.push(RestoredWord {
            raw: if part_idx == 0 {
                raw.clone()
            } else {
                String::new()
            },
            text: (*part).to_owned(),
            confidence: 1.0,
            bounding_box: place.map(|place| share(place, from..n_before, n_letters)),
        });
    }
    line.words.splice(replaced, words);
}

/// The part of a box that some of its letters take.
fn share(place: BoundingBox, letters: Range<usize>, n_letters: usize) -> BoundingBox {
    let at = |n_before: usize| {
        let width = place.width_px() as usize;
        let offset = (width * n_before).checked_div(n_letters).unwrap_or(0);
        place.left_px + u32::try_from(offset).unwrap_or(0)
    };
    let right_px = match letters.end == n_letters {
        true => place.right_px,
        false => at(letters.end),
    };
    BoundingBox::new(at(letters.start), place.top_px, right_px, place.bottom_px)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn word(raw: &str, left_px: u32, width_px: u32) -> RestoredWord {
        RestoredWord {
            raw: raw.to_owned(),
            text: raw.to_owned(),
            confidence: 0.3,
            bounding_box: Some(BoundingBox::new(left_px, 100, left_px + width_px, 140)),
        }
    }

    fn page(words: Vec<RestoredWord>) -> RestoredPage {
        RestoredPage {
            page_number: 1,
            width_px: 1_000,
            height_px: 1_400,
            resolution_dpi: 200,
            notes: Default::default(),
            lines: vec![RestoredLine {
                block_index: 0,
                words,
            }],
        }
    }

    fn read() -> RestoredPage {
        page(vec![
            word("tiêp", 100, 80),
            word("nhan", 200, 80),
            word("hồ", 300, 40),
            word("sơ", 360, 40),
        ])
    }

    /// A correction of the word at an index of a page as it is.
    fn correction(on: &RestoredPage, word_idx: usize, new_text: &str) -> Correction {
        let corrected = &on.lines[0].words[word_idx];
        Correction {
            correction_id: 1,
            document_id: 1,
            subject: CorrectionSubject::Word(WordAnchor {
                page_number: 1,
                word_index: u32::try_from(word_idx).unwrap(),
                bounding_box: corrected.bounding_box,
                width_px: on.width_px,
                height_px: on.height_px,
                raw_text: corrected.raw.clone(),
            }),
            old_text: Some(corrected.text.clone()),
            new_text: Some(new_text.to_owned()),
            made_by: "hoa".to_owned(),
            made_at: String::new(),
        }
    }

    fn text_with(mut on: RestoredPage, corrections: &[Correction]) -> String {
        lay(&mut on, corrections);
        on.text()
    }

    #[test]
    fn a_word_is_replaced_and_keeps_its_reading() {
        let mut corrected = read();
        let corrections = [correction(&corrected, 1, "nhận")];
        assert_eq!(lay(&mut corrected, &corrections), [1]);
        assert_eq!(corrected.text(), "tiêp nhận hồ sơ");
        let word = &corrected.lines[0].words[1];
        assert_eq!((word.raw.as_str(), word.confidence), ("nhan", 1.0));
    }

    #[test]
    fn it_is_found_again_where_the_page_was_read_anew() {
        let corrections = [correction(&read(), 1, "nhận")];
        // Read otherwise, a little shifted.
        let mut again = read();
        again.lines[0].words[1] = word("nhậm", 203, 80);
        assert_eq!(text_with(again, &corrections), "tiêp nhận hồ sơ");
        // At twice the resolution.
        let mut larger = read();
        (larger.width_px, larger.height_px) = (2_000, 2_800);
        for word in &mut larger.lines[0].words {
            let it = word.bounding_box.unwrap();
            word.bounding_box = Some(BoundingBox::new(
                2 * it.left_px,
                2 * it.top_px,
                2 * it.right_px,
                2 * it.bottom_px,
            ));
        }
        assert_eq!(text_with(larger, &corrections), "tiêp nhận hồ sơ");
        // The word fell into two.
        let split = page(vec![
            word("tiêp", 100, 80),
            word("n", 200, 15),
            word("han", 220, 60),
            word("hồ", 300, 40),
        ]);
        assert_eq!(text_with(split, &corrections), "tiêp nhận hồ");
        // Moved by a line's height, and read as before.
        let moved = page(vec![word("tiêp", 100, 80), word("nhan", 250, 80)]);
        assert_eq!(text_with(moved, &corrections), "tiêp nhận");
    }

    #[test]
    fn it_is_left_out_rather_than_put_on_a_wrong_word() {
        let corrections = [correction(&read(), 1, "nhận")];
        let other = page(vec![word("tiêp", 100, 80), word("khác", 700, 80)]);
        assert_eq!(text_with(other, &corrections), "tiêp khác");
        // Swallowed by a much longer word.
        let swallowed = page(vec![word("tiêpnhanhồsơ", 100, 300)]);
        assert_eq!(text_with(swallowed, &corrections), "tiêpnhanhồsơ");
        assert_eq!(text_with(page(Vec::new()), &corrections), "");
        let mut second = read();
        second.page_number = 2;
        assert_eq!(text_with(second, &corrections), "tiêp nhan hồ sơ");
    }

    #[test]
    fn a_word_becomes_two_and_one_of_them_another() {
        let mut corrected = read();
        let first = correction(&corrected, 0, "tiếp tực");
        lay(&mut corrected, std::slice::from_ref(&first));
        assert_eq!(corrected.text(), "tiếp tực nhan hồ sơ");
        let second = correction(&corrected, 1, "tục");
        let third = correction(&corrected, 2, "");
        assert_eq!(text_with(read(), &[first, second, third]), "tiếp tục hồ sơ");
    }

    #[test]
    fn words_without_a_place_are_found_by_their_order() {
        let mut plain = read();
        for word in &mut plain.lines[0].words {
            word.bounding_box = None;
        }
        let corrections = [correction(&plain, 3, "sở")];
        plain.lines[0].words.insert(0, word("sơ", 0, 10));
        plain.lines[0].words[0].bounding_box = None;
        assert_eq!(text_with(plain, &corrections), "sơ tiêp nhan hồ sở");
    }

    proptest! {
        /// What was corrected stays so however often it is laid, and no other
        /// word changes.
        #[test]
        fn only_the_word_meant_changes(word_idx in 0usize..4, new_text in "[a-zăâđêôơưà-ãìíò-õùúýạ-ỹ]{1,9}") {
            let before = read();
            let mut after = read();
            let corrections = [correction(&before, word_idx, &new_text)];
            lay(&mut after, &corrections);
            lay(&mut after, &corrections);
            for (idx, (one, other)) in
                before.lines[0].words.iter().zip(&after.lines[0].words).enumerate()
            {
                if idx == word_idx {
                    prop_assert_eq!(&other.text, &new_text);
                } else {
                    prop_assert_eq!(one, other);
                }
            }
        }

        #[test]
        fn no_place_makes_it_panic(
            boxes in proptest::collection::vec((0u32..3_000, 0u32..3_000, any::<u32>()), 0..6),
            width_px in 0u32..5_000, height_px in 0u32..5_000,
            new_text in "\\PC{0,12}",
        ) {
            let mut strange = read();
            (strange.width_px, strange.height_px) = (width_px, height_px);
            for (left_px, top_px, right_px) in boxes {
                let mut word = word("x", 0, 0);
                word.bounding_box = Some(BoundingBox::new(left_px, top_px, right_px, top_px));
                strange.lines[0].words.push(word);
            }
            let corrections: Vec<Correction> = (0..strange.lines[0].words.len())
                .map(|word_idx| correction(&strange, word_idx, &new_text))
                .collect();
            lay(&mut strange, &corrections);
            lay(&mut read(), &corrections);
        }
    }
}
