//! Texts into symbols: which words the model knows, and in what order they stand.

use crate::restore::tokens::{Piece, is_boundary, pieces};
use crate::vietnamese::{CasePattern, is_syllable, normalize, unify_tone};
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

/// Between sentences, and at either end of a text.
pub(crate) const BOUNDARY: u16 = 0;
/// A word the model does not know.
pub(crate) const UNKNOWN: u16 = 1;
/// Any run of numbers.
pub(crate) const NUMBER: u16 = 2;
/// The first number that is a word.
pub(crate) const FIRST_WORD: u16 = 3;

/// A possible syllable is taken up when it occurs this often: rarer ones are
/// mostly misprints.
const MIN_SYLLABLE_COUNT: u32 = 4;
/// What is no syllable (names of other languages, abbreviations, and words glued
/// by mistake) must be better proven.
const MIN_OTHER_COUNT: u32 = 60;
/// Of abbreviations those with Đ alone need marks; they are known sooner.
const MIN_ABBREVIATION_COUNT: u32 = 8;
/// Known however rare they are.
static KNOWN_WORDS: &str = include_str!("../../../dictionaries/known_words.txt");
/// Numbers are two bytes in the file; the tail is no use long before.
const MAX_WORDS: usize = 40_000;
/// Every so manieth line of a source is held out for finding the weights.
const HELD_OUT_EVERY: usize = 400;

/// Why a text could not be read.
#[derive(Debug, thiserror::Error)]
pub enum CorpusError {
    #[error("{path} cannot be read")]
    Read { path: PathBuf, source: io::Error },
    #[error("line {line_number} of {path} is not UTF-8; convert the file first")]
    NotUtf8 { path: PathBuf, line_number: usize },
}

/// A word with what its capitals say of it.
#[derive(Debug, Clone, Default)]
pub(super) struct WordEntry {
    pub text: String,
    pub count: u32,
    /// How often inside a sentence it stood in small letters, with a capital,
    /// in capitals; lines printed in capitals do not count.
    pub n_lower: u32,
    pub n_title: u32,
    pub n_upper: u32,
    /// In the list of words that are always known.
    pub is_listed: bool,
}

/// All texts as symbols.
pub(super) struct Corpus {
    /// The word of symbol `FIRST_WORD + idx`, by falling frequency.
    pub words: Vec<WordEntry>,
    pub sources: Vec<Vec<u16>>,
    /// The held-out lines of each source, as symbols.
    pub held_out: Vec<Vec<u16>>,
}

/// Symbols before the vocabulary is chosen.
const RAW_BOUNDARY: u32 = 0;
const RAW_NUMBER: u32 = 1;
const RAW_FIRST_WORD: u32 = 2;

impl Corpus {
    pub fn read(texts: &[PathBuf], progress: &mut dyn FnMut(&str)) -> Result<Self, CorpusError> {
        let mut interner = Interner::default();
        for word in known_words() {
            let number = interner.intern(word.to_owned());
            interner.entries[(number - RAW_FIRST_WORD) as usize].is_listed = true;
        }
        let mut raw_sources = Vec::new();
        let mut raw_held_out = Vec::new();
        for path in texts {
            progress(&format!("reading {}", path.display()));
            let mut raw = vec![RAW_BOUNDARY];
            let mut held_out = vec![RAW_BOUNDARY];
            each_line(path, &mut |line_idx, line| {
                let is_held_out = line_idx % HELD_OUT_EVERY == HELD_OUT_EVERY - 1;
                interner.push_line(line, if is_held_out { &mut held_out } else { &mut raw });
            })?;
            raw_sources.push(raw);
            raw_held_out.push(held_out);
        }
        let (words, numbers) = interner.choose();
        let number = |raw: Vec<u32>| raw.iter().map(|&raw| numbers[raw as usize]).collect();
        Ok(Self {
            words,
            sources: raw_sources.into_iter().map(number).collect(),
            held_out: raw_held_out.into_iter().map(number).collect(),
        })
    }
}

#[derive(Default)]
struct Interner {
    numbers: HashMap<String, u32>,
    entries: Vec<WordEntry>,
}

impl Interner {
    /// Appends a line's symbols and a boundary.
    fn push_line(&mut self, line: &str, raw: &mut Vec<u32>) {
        let text = unify_tone(&normalize(line));
        let n_letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
        let n_upper = text.chars().filter(|letter| letter.is_uppercase()).count();
        let is_printed_in_capitals = n_upper * 2 > n_letters;
        for (start, piece) in pieces(&text) {
            match piece {
                Piece::Word(word) => {
                    let number = self.intern(word.to_lowercase());
                    let entry = &mut self.entries[(number - RAW_FIRST_WORD) as usize];
                    entry.count += 1;
                    if !is_printed_in_capitals && raw.last() != Some(&RAW_BOUNDARY) {
                        match CasePattern::of(word) {
                            CasePattern::Lower => entry.n_lower += 1,
                            CasePattern::Title => entry.n_title += 1,
                            CasePattern::Upper => entry.n_upper += 1,
                            CasePattern::Mixed => {}
                        }
                    }
                    raw.push(number);
                }
                Piece::Number(_) if raw.last() != Some(&RAW_NUMBER) => raw.push(RAW_NUMBER),
                Piece::Mark(mark)
                    if raw.last() != Some(&RAW_BOUNDARY)
                        && is_boundary(mark, text[start + mark.len_utf8()..].chars().next()) =>
                {
                    raw.push(RAW_BOUNDARY);
                }
                Piece::Number(_) | Piece::Mark(_) | Piece::Space(_) => {}
            }
        }
        if raw.last() != Some(&RAW_BOUNDARY) {
            raw.push(RAW_BOUNDARY);
        }
    }

    fn intern(&mut self, word: String) -> u32 {
        if let Some(&number) = self.numbers.get(&word) {
            return number;
        }
        // 68 million words of text have some 500,000 forms.
        let number = RAW_FIRST_WORD + self.entries.len() as u32;
        self.entries.push(WordEntry {
            text: word.clone(),
            ..WordEntry::default()
        });
        self.numbers.insert(word, number);
        number
    }

    /// The vocabulary by falling frequency, and the symbol of every raw number.
    fn choose(self) -> (Vec<WordEntry>, Vec<u16>) {
        let mut chosen: Vec<usize> = (0..self.entries.len())
            .filter(|&idx| is_worth_knowing(&self.entries[idx]))
            .collect();
        chosen.sort_by(|&a, &b| {
            let (a, b) = (&self.entries[a], &self.entries[b]);
            b.count.cmp(&a.count).then_with(|| a.text.cmp(&b.text))
        });
        chosen.truncate(MAX_WORDS);
        let mut numbers = vec![UNKNOWN; self.entries.len() + RAW_FIRST_WORD as usize];
        numbers[RAW_BOUNDARY as usize] = BOUNDARY;
        numbers[RAW_NUMBER as usize] = NUMBER;
        for (idx, &entry_idx) in chosen.iter().enumerate() {
            numbers[entry_idx + RAW_FIRST_WORD as usize] = FIRST_WORD + idx as u16;
        }
        let words = chosen
            .iter()
            .map(|&idx| self.entries[idx].clone())
            .collect();
        (words, numbers)
    }
}

fn known_words() -> impl Iterator<Item = &'static str> {
    let lines = KNOWN_WORDS.lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn is_worth_knowing(entry: &WordEntry) -> bool {
    let is_abbreviation = entry.n_upper > entry.n_lower + entry.n_title;
    let min_count = if entry.is_listed {
        0
    } else if is_syllable(&entry.text) {
        MIN_SYLLABLE_COUNT
    } else if is_abbreviation && entry.text.contains('đ') {
        MIN_ABBREVIATION_COUNT
    } else {
        MIN_OTHER_COUNT
    };
    // 30 letters: nothing longer is a word of Vietnamese or a name.
    entry.count >= min_count && entry.text.chars().count() <= 30
}

/// Calls `take` with the 0-based index and the text of every line. A name that
/// ends in `.xz` is unpacked.
fn each_line(path: &Path, take: &mut dyn FnMut(usize, &str)) -> Result<(), CorpusError> {
    let read_error = |source| CorpusError::Read {
        path: path.to_owned(),
        source,
    };
    let file = File::open(path).map_err(read_error)?;
    let mut reader: Box<dyn BufRead> = if path.extension().is_some_and(|ending| ending == "xz") {
        let unpacked = lzma_rust2::XzReader::new(BufReader::new(file), true);
        Box::new(BufReader::with_capacity(1 << 20, unpacked))
    } else {
        Box::new(BufReader::with_capacity(1 << 20, file))
    };
    let mut bytes = Vec::new();
    let mut line_idx = 0;
    loop {
        bytes.clear();
        if reader.read_until(b'\n', &mut bytes).map_err(read_error)? == 0 {
            return Ok(());
        }
        let line = std::str::from_utf8(&bytes).map_err(|_| CorpusError::NotUtf8 {
            path: path.to_owned(),
            line_number: line_idx + 1,
        })?;
        take(line_idx, line);
        line_idx += 1;
    }
}
