//! Which words of a page somebody should look at.

use crate::archive::is_doubted;
use crate::restore::{RestoredLine, RestoredPage, RestoredWord};

/// A word with its place on a page.
#[derive(Debug, Clone, Copy)]
pub struct PlacedWord<'a> {
    /// 0-based, in reading order, specks counted.
    pub word_index: u32,
    pub line: &'a RestoredLine,
    /// 0-based in its line.
    pub index_in_line: usize,
    pub word: &'a RestoredWord,
}

/// The words that are to be looked at (in doubt, and with a letter or digit in them), in reading order.
pub fn doubted_words(page: &RestoredPage) -> impl Iterator<Item = PlacedWord<'_>> {
    placed_words(page).filter(|it| is_doubted(it.word))
}

/// The word at an index.
pub fn word_at(page: &RestoredPage, word_index: u32) -> Option<PlacedWord<'_>> {
    placed_words(page).find(|it| it.word_index == word_index)
}

fn placed_words(page: &RestoredPage) -> impl Iterator<Item = PlacedWord<'_>> {
    let words = page.lines.iter().flat_map(|line| {
        let words = line.words.iter().enumerate();
        words.map(move |(index_in_line, word)| (line, index_in_line, word))
    });
    (0u32..)
        .zip(words)
        .map(|(word_index, (line, index_in_line, word))| PlacedWord {
            word_index,
            line,
            index_in_line,
            word,
        })
}
