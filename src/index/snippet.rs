//! The piece of a page that shows why it was found.
//!
//! Words are looked for in the restored text itself, in both readings, so that
//! `cai cach` marks *Cải cách*.

use super::query::QueryWord;
use super::words::{exact, read_folded, word_ranges};
use serde::Serialize;
use std::ops::Range;

/// What is to be marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mark {
    /// These words in this order.
    Words(Vec<QueryWord>),
    /// Words whose folded reading begins so.
    Beginning(String),
}

/// A run of text, marked or not. The parts of a snippet, put together, are its
/// text; whoever shows it counts in no particular encoding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SnippetPart {
    pub text: String,
    pub is_marked: bool,
}

/// Words in a snippet: two lines on a screen.
const WINDOW_WORDS: usize = 40;
/// Words shown before the first marked one.
const LEAD_WORDS: usize = 8;

/// The best piece of `text`: the one with most of what was looked for, words
/// side by side before scattered ones, the first of equal ones. Without a match
/// it is the beginning.
pub(super) fn snippet(text: &str, marks: &[Mark]) -> Vec<SnippetPart> {
    let words: Vec<Range<usize>> = word_ranges(text).collect();
    if words.is_empty() {
        return Vec::new();
    }
    let covers = covers_of(text, &words, marks);
    let window = best_window(&covers, marks.len());
    parts(text, &words, &covers, window)
}

/// All words of `text` that are marked, as ranges of its bytes.
pub(super) fn marked_ranges(text: &str, marks: &[Mark]) -> Vec<Range<usize>> {
    let words: Vec<Range<usize>> = word_ranges(text).collect();
    let covers = covers_of(text, &words, marks);
    let marked = words.into_iter().zip(covers);
    marked
        .filter(|(_, cover)| !cover.is_empty())
        .map(|(range, _)| range)
        .collect()
}

/// For each word of `text` the marks that cover it.
fn covers_of(text: &str, words: &[Range<usize>], marks: &[Mark]) -> Vec<Vec<usize>> {
    let wanted = Wanted::of(marks);
    let mut reading = String::new();
    let readings: Vec<Option<usize>> = words
        .iter()
        .map(|range| {
            read_folded(&text[range.clone()], &mut reading);
            wanted.index_of(&reading)
        })
        .collect();
    let mut covers: Vec<Vec<usize>> = vec![Vec::new(); words.len()];
    for (mark_idx, mark) in marks.iter().enumerate() {
        for span in spans_of(mark, &wanted, text, words, &readings) {
            for cover in &mut covers[span] {
                cover.push(mark_idx);
            }
        }
    }
    covers
}

/// The folded readings that are looked for. Few of the words on a page are among
/// them; those that are get a number, the others need not be kept.
struct Wanted {
    /// Sorted.
    words: Vec<String>,
    beginnings: Vec<String>,
}

impl Wanted {
    fn of(marks: &[Mark]) -> Self {
        let mut words = Vec::new();
        let mut beginnings = Vec::new();
        for mark in marks {
            match mark {
                Mark::Words(wanted) => words.extend(wanted.iter().map(|word| word.folded.clone())),
                Mark::Beginning(beginning) => beginnings.push(beginning.clone()),
            }
        }
        words.sort();
        words.dedup();
        Self { words, beginnings }
    }

    /// The number of a word, or of the beginning it has.
    fn index_of(&self, folded: &str) -> Option<usize> {
        let word_idx = self
            .words
            .binary_search_by(|word| word.as_str().cmp(folded));
        word_idx.ok().or_else(|| {
            // The longest: it has the shorter ones as beginnings itself.
            let (beginning_idx, _) = self
                .beginnings
                .iter()
                .enumerate()
                .filter(|(_, beginning)| folded.starts_with(beginning.as_str()))
                .max_by_key(|(_, beginning)| beginning.len())?;
            Some(self.words.len() + beginning_idx)
        })
    }

    /// Whether a word of that number begins so.
    fn begins(&self, index: usize, beginning: &str) -> bool {
        let known = self.words.get(index).or_else(|| {
            let beginning_idx = index.checked_sub(self.words.len())?;
            self.beginnings.get(beginning_idx)
        });
        known.is_some_and(|word| word.starts_with(beginning))
    }
}

/// Where a mark stands, as ranges of words. One typed with marks stands where
/// it is exact; only where it is nowhere exact, its folded reading counts.
fn spans_of(
    mark: &Mark,
    all_wanted: &Wanted,
    text: &str,
    words: &[Range<usize>],
    readings: &[Option<usize>],
) -> Vec<Range<usize>> {
    let wanted = match mark {
        Mark::Beginning(beginning) => {
            return readings
                .iter()
                .enumerate()
                .filter(|(_, index)| index.is_some_and(|it| all_wanted.begins(it, beginning)))
                .map(|(word_idx, _)| word_idx..word_idx + 1)
                .collect();
        }
        Mark::Words(wanted) if wanted.is_empty() => return Vec::new(),
        Mark::Words(wanted) => wanted,
    };
    let indexes: Vec<Option<usize>> = wanted
        .iter()
        .map(|word| all_wanted.index_of(&word.folded))
        .collect();
    let in_folded: Vec<Range<usize>> = readings
        .windows(wanted.len())
        .enumerate()
        .filter(|(_, window)| *window == indexes)
        .map(|(start, _)| start..start + wanted.len())
        .collect();
    if !wanted.iter().any(QueryWord::has_marks) {
        return in_folded;
    }
    let is_exact = |span: &Range<usize>| {
        let mut pairs = words[span.clone()].iter().zip(wanted);
        pairs.all(|(range, word)| exact(&text[range.clone()]) == word.exact)
    };
    let in_exact: Vec<Range<usize>> = in_folded
        .iter()
        .filter(|it| is_exact(it))
        .cloned()
        .collect();
    if in_exact.is_empty() {
        in_folded
    } else {
        in_exact
    }
}

/// The range of words to show.
fn best_window(covers: &[Vec<usize>], n_marks: usize) -> Range<usize> {
    let mut best = (0, 0..covers.len().min(WINDOW_WORDS));
    for (word_idx, cover) in covers.iter().enumerate() {
        if cover.is_empty() {
            continue;
        }
        let last_start = covers.len().saturating_sub(WINDOW_WORDS);
        let start = word_idx.saturating_sub(LEAD_WORDS).min(last_start);
        let window = start..covers.len().min(start + WINDOW_WORDS);
        let worth = worth(&covers[window.clone()], n_marks);
        if worth > best.0 {
            best = (worth, window);
        }
    }
    best.1
}

/// Different marks first, then neighbours that are both marked.
fn worth(window: &[Vec<usize>], n_marks: usize) -> usize {
    let mut is_seen = vec![false; n_marks];
    for mark_idx in window.iter().flatten() {
        is_seen[*mark_idx] = true;
    }
    let n_seen = is_seen.iter().filter(|&&it| it).count();
    let n_pairs = window
        .windows(2)
        .filter(|pair| !pair[0].is_empty() && !pair[1].is_empty())
        .count();
    n_seen * WINDOW_WORDS + n_pairs
}

fn parts(
    text: &str,
    words: &[Range<usize>],
    covers: &[Vec<usize>],
    window: Range<usize>,
) -> Vec<SnippetPart> {
    let mut parts = PartWriter::default();
    if window.start > 0 {
        parts.push("… ", false);
    }
    let mut position = match window.start {
        0 => 0,
        start => words[start].start,
    };
    let mut was_marked = false;
    for word_idx in window.clone() {
        let range = words[word_idx].clone();
        let is_marked = !covers[word_idx].is_empty();
        // Neighbours are marked as one, with what parts them.
        let gap = &text[position..range.start];
        let is_one = is_marked
            && was_marked
            && (gap.chars().all(char::is_whitespace)
                || covers[word_idx]
                    .iter()
                    .any(|mark| covers[word_idx - 1].contains(mark)));
        parts.push(gap, is_one);
        parts.push(&text[range.clone()], is_marked);
        position = range.end;
        was_marked = is_marked;
    }
    if window.end < words.len() {
        parts.push(" …", false);
    } else {
        parts.push(&text[position..], false);
    }
    parts.finish()
}

/// Joins runs of one kind and makes line ends spaces.
#[derive(Default)]
struct PartWriter {
    parts: Vec<SnippetPart>,
}

impl PartWriter {
    fn push(&mut self, text: &str, is_marked: bool) {
        for letter in text.chars() {
            let letter = match letter {
                letter if letter.is_whitespace() || letter.is_control() => ' ',
                letter => letter,
            };
            if letter == ' ' && self.ends_with_space() {
                continue;
            }
            match self.parts.last_mut() {
                Some(part) if part.is_marked == is_marked => part.text.push(letter),
                _ => self.parts.push(SnippetPart {
                    text: letter.into(),
                    is_marked,
                }),
            }
        }
    }

    fn ends_with_space(&self) -> bool {
        self.parts
            .last()
            .is_none_or(|part| part.text.ends_with(' '))
    }

    fn finish(mut self) -> Vec<SnippetPart> {
        if let Some(last) = self.parts.last_mut() {
            last.text.truncate(last.text.trim_end().len());
            if last.text.is_empty() {
                self.parts.pop();
            }
        }
        self.parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::query::{Item, parse};
    use proptest::prelude::*;

    fn marks(query: &str) -> Vec<Mark> {
        parse(query)
            .items
            .into_iter()
            .filter_map(|item| match item {
                Item::Word(word) => Some(Mark::Words(vec![word])),
                Item::Phrase(words) => Some(Mark::Words(words)),
                Item::Prefix(beginning) => Some(Mark::Beginning(beginning)),
                _ => None,
            })
            .collect()
    }

    /// Marked parts in brackets.
    fn shown(text: &str, query: &str) -> String {
        snippet(text, &marks(query))
            .iter()
            .map(|part| match part.is_marked {
                true => format!("[{}]", part.text),
                false => part.text.clone(),
            })
            .collect()
    }

    #[test]
    fn words_are_marked_in_the_restored_text() {
        let text = "V/v đẩy mạnh cải cách\nhành chính; cái cách";
        assert_eq!(
            shown(text, "cai cach"),
            "V/v đẩy mạnh [cải cách] hành chính; [cái cách]"
        );
        assert_eq!(
            shown(text, "cải"),
            "V/v đẩy mạnh [cải] cách hành chính; cái cách"
        );
        assert_eq!(
            shown(text, "\"cách hành\""),
            "V/v đẩy mạnh cải [cách hành] chính; cái cách"
        );

        assert_eq!(
            shown(text, "chin*"),
            "V/v đẩy mạnh cải cách hành [chính]; cái cách"
        );
        assert_eq!(shown("", "a"), "");
    }

    #[test]
    fn the_best_piece_of_a_long_page_is_shown() {
        let filler = "tờ trình này nêu rõ ".repeat(40);
        let text = format!("cách {filler} về cải cách hành chính {filler} cải");
        let snippet = shown(&text, "cải cách hành");
        assert!(snippet.starts_with("… "), "{snippet}");
        assert!(snippet.ends_with(" …"), "{snippet}");
        assert!(snippet.contains("[cải cách hành] chính"), "{snippet}");
    }

    proptest! {
        #[test]
        fn the_parts_are_the_text(text in "[a-cđ ,\n]{0,80}", query in "[a-cđ\" *]{0,12}") {
            let whole: String = snippet(&text, &marks(&query))
                .iter()
                .map(|part| part.text.as_str())
                .collect();
            let spaced: Vec<&str> = text.split_whitespace().collect();
            if word_ranges(&text).count() <= WINDOW_WORDS && word_ranges(&text).count() > 0 {
                prop_assert_eq!(whole, spaced.join(" "));
            }
        }

        #[test]
        fn nothing_makes_it_panic(text in "\\PC{0,300}", query in "\\PC{0,20}") {
            snippet(&text, &marks(&query));
        }
    }
}
