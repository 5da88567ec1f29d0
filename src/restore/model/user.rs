//! An office's own words beside those of the model.

use super::ModelError;
use super::words::{Symbol, Words};
use crate::restore::tokens::{Piece, pieces};
use crate::vietnamese::{CasePattern, normalize, unify_tone};
use std::collections::HashSet;

/// Words and phrases a user listed. A word the file lacks is given the
/// probability of a rare word; one it has becomes more likely; behind each word
/// of a phrase the next is expected.
#[derive(Clone, Default)]
pub(crate) struct UserDictionary {
    words: HashSet<Symbol>,
    pairs: HashSet<(Symbol, Symbol)>,
}

/// Natural logarithms. A rare word of the model has some -11; listed words are
/// those an office writes daily.
const LN_WORD: f32 = -8.0;
const LN_FAVOUR: f32 = 2.0;
/// Of the next word of a phrase.
const LN_NEXT: f32 = -0.7;
/// Bounds what one file can make of the memory.
const MAX_LINES: usize = 100_000;

impl UserDictionary {
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    pub fn is_listed(&self, symbol: Symbol) -> bool {
        self.words.contains(&symbol)
    }

    /// One word or phrase a line; `#` begins a remark.
    pub fn add(&mut self, text: &str, words: &mut Words) -> Result<(), ModelError> {
        for (line_idx, line) in text.lines().enumerate() {
            let problem = |reason| ModelError::UserDictionary {
                line_number: line_idx + 1,
                reason,
            };
            if line_idx == MAX_LINES {
                return Err(problem("there are too many lines"));
            }
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let line = unify_tone(&normalize(line));
            let mut previous = None;
            for (_, piece) in pieces(&line) {
                let Piece::Word(word) = piece else { continue };
                let lower = word.to_lowercase();
                if lower.chars().count() > 30 {
                    return Err(problem("a word has more than 30 letters"));
                }
                let symbol = match words.find(&lower) {
                    Some(symbol) => symbol,
                    None => words
                        .add(&lower, case_shares(word))
                        .ok_or_else(|| problem("there are too many words"))?,
                };
                self.words.insert(symbol);
                if let Some(previous) = previous {
                    self.pairs.insert((previous, symbol));
                }
                previous = Some(symbol);
            }
            if previous.is_none() {
                return Err(problem("it holds no word"));
            }
        }
        Ok(())
    }

    /// What the file says of `symbol` behind `previous`, put right.
    pub fn weigh(&self, previous: Symbol, symbol: Symbol, ln_file: f32) -> f32 {
        if !self.words.contains(&symbol) {
            return ln_file;
        }
        if self.pairs.contains(&(previous, symbol)) {
            return ln_file.max(LN_NEXT);
        }
        (ln_file + LN_FAVOUR).clamp(LN_WORD, LN_NEXT).max(ln_file)
    }
}

fn case_shares(word: &str) -> [u8; 2] {
    match CasePattern::of(word) {
        CasePattern::Lower => [13, 2],
        CasePattern::Title => [217, 13],
        CasePattern::Upper | CasePattern::Mixed => [13, 217],
    }
}
