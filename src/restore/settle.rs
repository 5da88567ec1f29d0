//! Restoring again what was restored, until nothing changes.
//!
//! A word put right makes its neighbours likelier to be put right as well, and
//! lines that were told apart by their marks may be told otherwise once they have
//! them. One who restores a text twice shall not get a third text: so the second
//! time is made at once, of the words round those that changed. Text that is right
//! pays nothing for it.

use super::{RestoredLine, RestoredWord};
use std::ops::Range;

/// Once more is nearly always enough; the bound keeps two readings that are as
/// good as each other from being exchanged for ever.
pub(super) const MAX_TIMES: usize = 4;
/// How far a change reaches, in words: the language model sees three before a word,
/// the net twice as many on both sides (and further ones as a bag of words).
const REACH: usize = super::model::window::REACH;

/// Which words may change the next time, by line and by their place among those
/// that are not empty.
pub(super) struct OpenWords(Vec<Vec<bool>>);

impl OpenWords {
    pub fn is_empty(&self) -> bool {
        !self.0.iter().flatten().any(|&is_open| is_open)
    }

    /// The lines to restore again, each group with a line more on both sides.
    pub fn groups(&self) -> Vec<Range<usize>> {
        let mut groups: Vec<Range<usize>> = Vec::new();
        for line_idx in 0..self.0.len() {
            if !self.0[line_idx].contains(&true) {
                continue;
            }
            let group = line_idx.saturating_sub(1)..(line_idx + 2).min(self.0.len());
            match groups.last_mut() {
                Some(last) if last.end >= group.start => last.end = group.end,
                _ => groups.push(group),
            }
        }
        groups
    }

    pub fn of_line(&self, line_idx: usize) -> impl Iterator<Item = bool> {
        self.0[line_idx].iter().copied()
    }

    pub fn open_word(&mut self, line_idx: usize, word_idx: usize) {
        if let Some(is_open) = self.0[line_idx].get_mut(word_idx) {
            *is_open = true;
        }
    }

    /// Opens all words of a line.
    pub fn open_line(&mut self, line_idx: usize) {
        self.0[line_idx].fill(true);
    }
}

/// The words that may change once more after the first time.
pub(super) fn open_words(lines: &[RestoredLine]) -> OpenWords {
    within_reach(lines, |line_idx, word_idx| {
        lines[line_idx].words[word_idx].is_changed()
    })
}

/// Puts what came out the next time, by line, in the place of what it was made of;
/// gives the words that may change after it.
pub(super) fn follow(lines: &mut [RestoredLine], again: Vec<(usize, RestoredLine)>) -> OpenWords {
    let mut are_changed = vec![Vec::new(); lines.len()];
    for (line_idx, again) in again {
        let n_before = lines[line_idx].words.iter();
        let n_before = n_before.filter(|word| !word.text.is_empty()).count();
        // A word that was parted has shares of its text, which are as they were.
        if again.words.len() != n_before || again.words.iter().any(RestoredWord::is_changed) {
            let before = std::mem::take(&mut lines[line_idx].words);
            (lines[line_idx], are_changed[line_idx]) = followed(before, again);
        }
    }
    within_reach(lines, |line_idx, word_idx| {
        are_changed[line_idx].get(word_idx) == Some(&true)
    })
}

/// The words within reach of those that changed, by their line and place.
fn within_reach(lines: &[RestoredLine], is_changed: impl Fn(usize, usize) -> bool) -> OpenWords {
    let mut are_changed: Vec<bool> = Vec::new();
    // Where a speck was, its neighbours are new to each other.
    let mut is_gap_changed = false;
    for (line_idx, line) in lines.iter().enumerate() {
        for (word_idx, word) in line.words.iter().enumerate() {
            let is_changed = is_changed(line_idx, word_idx);
            if word.text.is_empty() {
                is_gap_changed |= is_changed;
            } else {
                are_changed.push(is_changed || is_gap_changed);
                is_gap_changed = false;
            }
        }
    }
    let mut are_open = vec![false; are_changed.len()];
    for at in (0..are_changed.len()).filter(|&at| are_changed[at]) {
        are_open[at.saturating_sub(REACH)..(at + REACH + 1).min(are_changed.len())].fill(true);
    }
    let mut rest = are_open.into_iter();
    let mut of_line = |line: &RestoredLine| {
        let words = line.words.iter().filter(|word| !word.text.is_empty());
        words.filter_map(|_| rest.next()).collect()
    };
    OpenWords(lines.iter().map(&mut of_line).collect())
}

/// The words of `again`, made of those of `before`, with the raw text of these; and
/// which of them changed.
fn followed(before: Vec<RestoredWord>, again: RestoredLine) -> (RestoredLine, Vec<bool>) {
    let mut sources = before.into_iter().peekable();
    let mut words = Vec::with_capacity(again.words.len());
    let mut are_changed = Vec::with_capacity(again.words.len());
    // What is left of the text of a source that was parted, and its raw text.
    let mut source: Option<(String, Option<String>, f32)> = None;
    for mut word in again.words {
        let is_word_changed = word.is_changed();
        let mut raws: Vec<String> = Vec::new();
        for part in word.raw.split(' ') {
            if source.is_none() {
                while let Some(speck) = sources.next_if(|word| word.text.is_empty()) {
                    words.push(speck);
                    are_changed.push(false);
                }
                source = sources
                    .next()
                    .map(|word| (word.text, Some(word.raw), word.confidence));
            }
            let Some((text, raw, confidence)) = &mut source else {
                break;
            };
            word.confidence = word.confidence.min(*confidence);
            if raw.as_ref() == Some(text) && text.starts_with(part) {
                // It was not changed before: the part has its own share.
                raws.push(part.to_owned());
                let rest = text.split_off(part.len());
                *raw = Some(rest.clone());
                *text = rest;
            } else {
                raws.extend(raw.take());
                let rest = text.strip_prefix(part).unwrap_or("").to_owned();
                *text = rest;
            }
            if text.is_empty() {
                source = None;
            }
        }
        word.raw = raws.join(" ");
        words.push(word);
        are_changed.push(is_word_changed);
    }
    words.extend(sources);
    let line = RestoredLine {
        words,
        block_index: again.block_index,
    };
    (line, are_changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(words: &[(&str, &str)]) -> RestoredLine {
        let words = words.iter().map(|&(raw, text)| RestoredWord {
            raw: raw.to_owned(),
            text: text.to_owned(),
            confidence: 0.9,
            bounding_box: None,
        });
        RestoredLine {
            block_index: 0,
            words: words.collect(),
        }
    }

    fn words_of(line: &RestoredLine) -> Vec<(&str, &str)> {
        let words = line.words.iter();
        words.map(|word| (&*word.raw, &*word.text)).collect()
    }

    #[test]
    fn raw_words_are_those_of_the_first_time() {
        let before = line(&[("¡", ""), ("chirc", "chức"), ("nă", "nă"), ("ng.", "ng.")]);
        let again = line(&[("chức", "chức"), ("nă ng.", "năng.")]);
        let (followed, _) = followed(before.words, again);
        assert_eq!(
            words_of(&followed),
            [("¡", ""), ("chirc", "chức"), ("nă ng.", "năng.")]
        );
    }

    #[test]
    fn a_parted_word_shares_its_raw_text() {
        let before = line(&[("vềviệc", "vềviệc"), ("Câncứ", "Căncứ")]);
        let again = line(&[("về", "về"), ("việc", "việc"), ("Căn", "Căn"), ("cứ", "cứ")]);
        let (followed, _) = followed(before.words, again);
        assert_eq!(
            words_of(&followed),
            [("về", "về"), ("việc", "việc"), ("Câncứ", "Căn"), ("", "cứ")]
        );
    }

    #[test]
    fn words_near_a_change_are_open() {
        let right = [("một", "một"); 16];
        let mut words = right;
        words[8] = ("hal", "hai");
        let lines = [line(&right), line(&words), line(&[]), line(&right)];
        let open = open_words(&lines);
        let of = |line_idx| open.of_line(line_idx).filter(|&is_open| is_open).count();
        assert_eq!([of(0), of(1), of(2), of(3)], [0, 13, 0, 0]);
        assert_eq!(open.groups(), vec![0..3; 1]);
        // A speck that went leaves its neighbours open.
        words[8] = ("một", "một");
        words[15] = ("¡", "");
        let open = open_words(&[line(&words), line(&right)]);
        assert_eq!(open.of_line(0).filter(|&is_open| is_open).count(), 6);
        assert_eq!(open.of_line(1).filter(|&is_open| is_open).count(), 7);
        assert!(open_words(&[line(&right)]).is_empty());
    }

    #[test]
    fn what_came_out_is_followed() {
        let mut lines = vec![line(&[("¡", ""), ("mgt", "mọt"), ("hai", "hai")])];
        let again = line(&[("mọt", "một"), ("hai", "hai")]);
        let open = follow(&mut lines, vec![(0, again)]);
        assert_eq!(
            words_of(&lines[0]),
            [("¡", ""), ("mgt", "một"), ("hai", "hai")]
        );
        assert!(!open.is_empty());
        let again = line(&[("một", "một"), ("hai", "hai")]);
        assert!(follow(&mut lines, vec![(0, again)]).is_empty());
    }
}
