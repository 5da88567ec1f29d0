//! The words of one page: as text, and as boxes on its picture.

use super::paragraphs::paragraphs;
use crate::geometry::BoundingBox;
use crate::restore::{RestoredPage, RestoredWord};
use crate::server::web::hits::DOUBTED_BELOW;
use crate::server::web::review::correction_address;
use crate::server::web::visit::Visit;
use maud::{Markup, html};
use std::collections::HashSet;
use std::ops::Range;

/// A word of a page: line and word in it, both 0-based.
pub(super) type Place = (usize, usize);

/// The words of a page and which of them are looked for.
pub(super) struct PageWords<'a> {
    page: &'a RestoredPage,
    marked: HashSet<Place>,
    /// Marked words that stand alone although words looked for stand side by side
    /// elsewhere on the page: they are shown in the text, not boxed.
    strays: HashSet<Place>,
    /// The words of an item of the record that is pointed at.
    of_item: HashSet<Place>,
}

impl<'a> PageWords<'a> {
    /// `marked` are byte ranges of [`RestoredPage::text`].
    pub fn new(page: &'a RestoredPage, marked: &[Range<usize>]) -> Self {
        let mut places = HashSet::new();
        let mut ranges = marked.iter().peekable();
        for (place, range) in word_ranges(page) {
            while ranges
                .peek()
                .is_some_and(|marked| marked.end <= range.start)
            {
                ranges.next();
            }
            if ranges.peek().is_some_and(|marked| marked.start < range.end) {
                places.insert(place);
            }
        }
        Self {
            page,
            strays: strays(page, &places),
            marked: places,
            of_item: HashSet::new(),
        }
    }

    /// Marks the words of an item of the record.
    pub fn mark_item(&mut self, boxes: &[BoundingBox]) {
        for (line_idx, line) in self.page.lines.iter().enumerate() {
            for (word_idx, word) in line.words.iter().enumerate() {
                let is_inside = |at: BoundingBox| {
                    let (x, y) = (
                        at.left_px.midpoint(at.right_px),
                        at.top_px.midpoint(at.bottom_px),
                    );
                    boxes.iter().any(|it| {
                        (it.left_px..it.right_px).contains(&x)
                            && (it.top_px..it.bottom_px).contains(&y)
                    })
                };
                if word.bounding_box.is_some_and(is_inside) {
                    self.of_item.insert((line_idx, word_idx));
                }
            }
        }
    }

    /// Marks one more word, as an address names it: `12.3`, both 1-based.
    pub fn mark(&mut self, name: &str) {
        let is_there = |(line, word): &Place| {
            let line = self.page.lines.get(*line);
            line.is_some_and(|line| *word < line.words.len())
        };
        if let Some(place) = place_of(name).filter(is_there) {
            self.marked.insert(place);
        }
    }

    pub fn n_marked(&self) -> usize {
        self.marked.len() - self.strays.len()
    }

    /// The boxes of the marked words and of an item of the record, to lie over
    /// the picture.
    pub fn overlay(&self, visit: &Visit, item_boxes: &[BoundingBox]) -> Markup {
        let (width, height) = (self.page.width_px, self.page.height_px);
        let pad = (width / 400).max(1);
        let boxes = self.marked_boxes();
        html! {
            @if width > 0 && height > 0 {
                svg.overlay viewBox={ "0 0 " (width) " " (height) } role="img"
                    aria-label=(visit.say(
                        format!("{} từ được đánh dấu trên ảnh", boxes.len()),
                        format!("{} words marked on the picture", boxes.len()),
                    )) {
                    @for at in item_boxes {
                        rect.item-box x=(at.left_px.saturating_sub(pad)) y=(at.top_px.saturating_sub(pad))
                            width=(at.width_px() + 2 * pad) height=(at.height_px() + 2 * pad) rx=(pad) {}
                    }
                    @for (word, at) in &boxes {
                        rect.word-box x=(at.left_px.saturating_sub(pad)) y=(at.top_px.saturating_sub(pad))
                            width=(at.width_px() + 2 * pad) height=(at.height_px() + 2 * pad)
                            rx=(pad) { title { (word) } }
                    }
                }
            }
        }
    }

    fn marked_boxes(&self) -> Vec<(&str, BoundingBox)> {
        let mut places: Vec<&Place> = self.marked.difference(&self.strays).collect();
        places.sort_unstable();
        places
            .into_iter()
            .filter_map(|(line, word)| {
                let word = self.page.lines.get(*line)?.words.get(*word)?;
                Some((word.text.as_str(), word.bounding_box?))
            })
            .collect()
    }

    /// The text in paragraphs; every word can be pointed at, and corrected where
    /// `document_id` says of which paper.
    pub fn text(&self, visit: &Visit, document_id: Option<i64>) -> Markup {
        let line_starts: Vec<usize> = self
            .page
            .lines
            .iter()
            .scan(0, |start, line| {
                let here = *start;
                *start += line.words.len();
                Some(here)
            })
            .collect();
        let correction = |line_idx: usize, word_idx: usize| {
            let word_index = u32::try_from(line_starts[line_idx] + word_idx).ok()?;
            let here = (document_id?, self.page.page_number);
            Some(correction_address(here, word_index))
        };
        html! {
            div.page-text lang="vi" data-words {
                @for lines in paragraphs(self.page) {
                    @let is_new_block = lines.start > 0
                        && self.page.lines[lines.start - 1].block_index
                            != self.page.lines[lines.start].block_index;
                    p.paragraph.new-block[is_new_block] {
                        @for line_idx in lines {
                            @for (word_idx, word) in self.page.lines[line_idx].words.iter().enumerate() {
                                @if !word.text.is_empty() {
                                    (self.word(visit, (line_idx, word_idx), word, correction(line_idx, word_idx))) " "
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn word(
        &self,
        visit: &Visit,
        place: Place,
        word: &RestoredWord,
        correction: Option<String>,
    ) -> Markup {
        let id = format!("tu-{}.{}", place.0 + 1, place.1 + 1);
        let at = word.bounding_box.map(|at| {
            format!(
                "{} {} {} {}",
                at.left_px,
                at.top_px,
                at.width_px(),
                at.height_px()
            )
        });
        let is_doubtful = f64::from(word.confidence) < DOUBTED_BELOW;
        let explained = match (word.is_changed(), is_doubtful) {
            (true, _) => Some(visit.say(
                format!("Máy đọc: {}", word.raw),
                format!("Read as: {}", word.raw),
            )),
            (false, true) => Some(
                visit
                    .say("Đọc chưa chắc", "Read with little certainty")
                    .to_owned(),
            ),
            (false, false) => None,
        };
        // Words to be looked at are links for whoever may correct them, so that the
        // keyboard reaches them; the others open with a double click.
        let is_link = correction.is_some() && explained.is_some();
        let text = html! {
            @if is_link {
                a.changed[word.is_changed()].doubtful[is_doubtful] href=[&correction]
                    title=[explained.as_deref()] data-tip=[explained.as_deref()] { (word.text) }
            } @else if word.is_changed() {
                ins.changed.doubtful[is_doubtful] tabindex="0" title=[explained.as_deref()]
                    data-tip=[explained.as_deref()] { (word.text) }
            } @else if is_doubtful {
                span.doubtful title=[explained.as_deref()] { (word.text) }
            } @else {
                (word.text)
            }
        };
        html! {
            @if self.strays.contains(&place) {
                mark.stray id=(id) data-box=[at] data-correct=[correction] { (text) }
            } @else if self.of_item.contains(&place) {
                mark.of-item id=(id) data-box=[at] data-correct=[correction] { (text) }
            } @else if self.marked.contains(&place) {
                mark id=(id) data-box=[at] data-correct=[correction] { (text) }
            } @else {
                span id=(id) data-box=[at] data-correct=[correction] { (text) }
            }
        }
    }
}

/// Marked words without a marked neighbour, where others have one.
fn strays(page: &RestoredPage, marked: &HashSet<Place>) -> HashSet<Place> {
    // A neighbour may stand on the next line.
    let order: Vec<Place> = page
        .lines
        .iter()
        .enumerate()
        .flat_map(|(line_idx, line)| {
            let words = line.words.iter().enumerate();
            let printed = words.filter(|(_, word)| !word.text.is_empty());
            printed.map(move |(word_idx, _)| (line_idx, word_idx))
        })
        .collect();
    let is_marked = |index: usize| order.get(index).is_some_and(|place| marked.contains(place));
    let (alone, together): (Vec<usize>, Vec<usize>) = (0..order.len())
        .filter(|&index| is_marked(index))
        .partition(|&index| !is_marked(index + 1) && !index.checked_sub(1).is_some_and(is_marked));
    match together.is_empty() {
        true => HashSet::new(),
        false => alone.into_iter().map(|index| order[index]).collect(),
    }
}

/// The bytes of every word in [`RestoredPage::text`]; words without text have none.
fn word_ranges(page: &RestoredPage) -> Vec<(Place, Range<usize>)> {
    let mut ranges = Vec::new();
    let mut position = 0;
    for (line_idx, line) in page.lines.iter().enumerate() {
        let mut is_first = true;
        for (word_idx, word) in line.words.iter().enumerate() {
            if word.text.is_empty() {
                continue;
            }
            position += usize::from(!is_first);
            is_first = false;
            let end = position + word.text.len();
            ranges.push(((line_idx, word_idx), position..end));
            position = end;
        }
        // The end of the line.
        position += 1;
    }
    ranges
}

fn place_of(name: &str) -> Option<Place> {
    let (line, word) = name.split_once('.')?;
    let number = |text: &str| text.parse::<usize>().ok()?.checked_sub(1);
    Some((number(line)?, number(word)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::restore::RestoredLine;

    fn page(lines: &[&[&str]]) -> RestoredPage {
        let word = |text: &&str| RestoredWord {
            raw: (*text).to_owned(),
            text: (*text).to_owned(),
            confidence: 1.0,
            bounding_box: Some(BoundingBox::new(1, 2, 3, 4)),
        };
        let line = |words: &&[&str]| RestoredLine {
            block_index: 0,
            words: words.iter().map(word).collect(),
        };
        RestoredPage {
            page_number: 1,
            width_px: 100,
            height_px: 100,
            resolution_dpi: 300,
            notes: Default::default(),
            lines: lines.iter().map(line).collect(),
        }
    }

    #[test]
    fn words_stand_where_the_text_has_them() {
        let page = page(&[&["Kế", "", "hoạch"], &[], &["số", "12/KH"]]);
        let text = page.text();
        let words: Vec<&str> = word_ranges(&page)
            .into_iter()
            .map(|(_, range)| &text[range])
            .collect();
        assert_eq!(words, ["Kế", "hoạch", "số", "12/KH"]);
    }

    #[test]
    fn what_stands_alone_is_not_boxed_where_words_stand_together() {
        let page = page(&[&["cải", "cách", "và", "cách"], &["làm"]]);
        let all: Vec<_> = ["cải", "cách", "làm"]
            .iter()
            .flat_map(|word| {
                let text = page.text();
                let found: Vec<_> = text
                    .match_indices(word)
                    .map(|(at, it)| at..at + it.len())
                    .collect();
                found
            })
            .collect();
        let mut sorted = all.clone();
        sorted.sort_by_key(|range| range.start);
        let words = PageWords::new(&page, &sorted);
        // "cách" at the end of the line has "làm" for a neighbour.
        assert_eq!((words.n_marked(), words.strays.len()), (4, 0));
        let words = PageWords::new(&page, &sorted[..3]);
        assert_eq!(words.strays, HashSet::from([(0, 3)]));
        assert_eq!(words.marked_boxes().len(), 2);
    }

    #[test]
    fn a_part_of_a_word_marks_all_of_it_and_an_address_marks_one() {
        let page = page(&[&["số", "12/KH"], &["hoạch"]]);
        let start = page.text().find("KH").unwrap();
        let mut words = PageWords::new(&page, std::slice::from_ref(&(start..start + 2)));
        assert_eq!(words.marked, HashSet::from([(0, 1)]));
        words.mark("2.1");
        words.mark("0.1");
        words.mark("2.7");
        words.mark("x");
        assert_eq!(words.marked_boxes().len(), 2);
    }
}
