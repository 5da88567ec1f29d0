//! The noisy channel: how likely a printed word is read as these letters.
//!
//! The table gives the probability of a printed letter, or of two, being read
//! as up to three letters. A word is found by walking the lexicon and the noise
//! side by side, keeping at each letter of the noise the likeliest places in
//! the lexicon: the work does not grow with the lexicon.

use super::lexicon::{Lexicon, NodeIdx};
use super::model::Symbol;
use crate::vietnamese::{CasePattern, base_letter};
use std::collections::HashMap;

/// How a printed word may have been read.
#[derive(Clone)]
pub(super) struct Channel {
    /// By what was read: what may have been printed, small letters and capitals.
    small: HashMap<Box<str>, Vec<Confusion>>,
    capital: HashMap<Box<str>, Vec<Confusion>>,
    /// Natural logarithm of how often a space is lost, and one appears.
    pub ln_space_lost: f32,
    pub ln_space_added: f32,
    unseen: Unseen,
}

/// What is said of confusions the table does not list, natural logarithms.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unseen {
    /// Between letters that differ in marks alone.
    pub ln_marks: f32,
    /// Between any two letters.
    pub ln_letter: f32,
    /// A letter read that was not printed, and a sign that is no letter.
    pub ln_added: f32,
    pub ln_speck: f32,
}

#[derive(Debug, Clone)]
struct Confusion {
    /// In small letters.
    printed: Vec<char>,
    ln_probability: f32,
}

/// A word that may have been printed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Candidate {
    pub symbol: Symbol,
    pub pattern: CasePattern,
    /// Of being read as it was, natural logarithm.
    pub ln_probability: f32,
}

/// Places in the lexicon kept at each letter of the noise.
const MAX_PLACES: usize = 48;
/// And how much less likely than the best they may be, natural logarithm.
const LN_PLACE_BEAM: f32 = 10.0;
/// Longest noise that is searched; no word of the lexicon is as long.
const MAX_NOISE_LETTERS: usize = 24;
/// Letters of the noise that one confusion may explain.
const MAX_READ_LETTERS: usize = 3;

/// A table that is no table.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadRow {
    pub line_number: usize,
}

impl Channel {
    /// Reads a table of confusions: printed, read, count, total; tab-separated.
    pub fn parse(table: &str, unseen: Unseen) -> Result<Self, BadRow> {
        let mut channel = Self {
            small: HashMap::new(),
            capital: HashMap::new(),
            ln_space_lost: -6.0,
            ln_space_added: -7.0,
            unseen,
        };
        let mut n_letters = 0.0;
        let mut n_spaces_added = 0.0;
        for (line_idx, row) in table.lines().enumerate() {
            if row.is_empty() || row.starts_with('#') {
                continue;
            }
            channel
                .push_row(row, &mut n_letters, &mut n_spaces_added)
                .ok_or(BadRow {
                    line_number: line_idx + 1,
                })?;
        }
        for index in [&mut channel.small, &mut channel.capital] {
            for confusions in index.values_mut() {
                confusions.sort_by(|a, b| {
                    b.ln_probability
                        .total_cmp(&a.ln_probability)
                        .then_with(|| a.printed.cmp(&b.printed))
                });
            }
        }
        if n_spaces_added > 0.0 {
            channel.ln_space_added = (n_spaces_added / n_letters).ln();
        }
        Ok(channel)
    }

    fn push_row(&mut self, row: &str, n_letters: &mut f32, n_spaces_added: &mut f32) -> Option<()> {
        let mut cells = row.split('\t');
        let printed = cells.next()?;
        let read = cells.next()?;
        let count: f32 = cells.next()?.parse().ok()?;
        let total: f32 = cells.next()?.parse().ok()?;
        let ln_probability = (count / total.max(1.0)).ln();
        if printed == "␣" {
            if read.is_empty() {
                self.ln_space_lost = ln_probability;
            }
            return Some(());
        }
        *n_letters += count;
        if read.contains('␣') {
            *n_spaces_added += count;
            return Some(());
        }
        let n_capitals = printed
            .chars()
            .filter(|letter| letter.is_uppercase())
            .count();
        let confusion = Confusion {
            printed: printed.chars().flat_map(char::to_lowercase).collect(),
            ln_probability,
        };
        let index = match n_capitals {
            0 => &mut self.small,
            n if n == confusion.printed.len() => &mut self.capital,
            // "Th": one letter after the other is enough.
            _ => return Some(()),
        };
        index.entry(read.into()).or_default().push(confusion);
        Some(())
    }

    /// The words that may have been printed where `noise` was read, likeliest
    /// first, at most `max_candidates`, none less likely than `ln_floor`.
    pub fn candidates(
        &self,
        lexicon: &Lexicon,
        noise: &str,
        patterns: &[CasePattern],
        max_candidates: usize,
        ln_floor: f32,
    ) -> Vec<Candidate> {
        let letters: Vec<char> = noise.chars().collect();
        if letters.is_empty() || letters.len() > MAX_NOISE_LETTERS {
            return Vec::new();
        }
        let mut found: Vec<Candidate> = Vec::new();
        for &pattern in patterns {
            for (node, ln_probability) in self.walk(lexicon, &letters, pattern, ln_floor) {
                if let Some(symbol) = lexicon.word(node) {
                    found.push(Candidate {
                        symbol,
                        pattern,
                        ln_probability,
                    });
                }
            }
        }
        found.sort_by(|a, b| {
            b.ln_probability
                .total_cmp(&a.ln_probability)
                .then(a.symbol.cmp(&b.symbol))
        });
        found.truncate(max_candidates);
        found
    }

    /// The places in the lexicon that may be printed where all of the noise is
    /// read, with their probability.
    fn walk(
        &self,
        lexicon: &Lexicon,
        letters: &[char],
        pattern: CasePattern,
        ln_floor: f32,
    ) -> Vec<(NodeIdx, f32)> {
        let mut places_at: Vec<Places> = vec![Places::default(); letters.len() + 1];
        places_at[0].push(Lexicon::ROOT, 0.0);
        let mut read = String::new();
        for at in 0..=letters.len() {
            let mut places = std::mem::take(&mut places_at[at]).best();
            self.drop_printed_letters(lexicon, &mut places, pattern, ln_floor);
            if at == letters.len() {
                return places;
            }
            read.clear();
            for n_read in 1..=MAX_READ_LETTERS.min(letters.len() - at) {
                read.push(letters[at + n_read - 1]);
                let next_places = &mut places_at[at + n_read];
                let small = self.small.get(read.as_str());
                let capital = self.capital.get(read.as_str());
                for &(node, ln_so_far) in &places {
                    let confusions = if is_capital(pattern, node) {
                        capital
                    } else {
                        small
                    };
                    for confusion in confusions.into_iter().flatten() {
                        let ln_next = ln_so_far + confusion.ln_probability;
                        // Likeliest first: the rest is no likelier.
                        if ln_next < ln_floor.max(next_places.ln_floor) {
                            break;
                        }
                        if let Some(next) = descend(lexicon, node, &confusion.printed) {
                            next_places.push(next, ln_next);
                        }
                    }
                }
            }
            let read_base = base_letter(letters[at]).to_ascii_lowercase();
            for &place in &places {
                self.read_unseen(
                    lexicon,
                    (letters[at], read_base),
                    place,
                    ln_floor,
                    &mut places_at[at + 1],
                );
            }
        }
        Vec::new()
    }

    /// Printed letters that were not read at all.
    fn drop_printed_letters(
        &self,
        lexicon: &Lexicon,
        places: &mut Vec<(NodeIdx, f32)>,
        pattern: CasePattern,
        ln_floor: f32,
    ) {
        let small = self.small.get("");
        let capital = self.capital.get("");
        let n_places = places.len();
        for place_idx in 0..n_places {
            let (node, ln_so_far) = places[place_idx];
            let confusions = if is_capital(pattern, node) {
                capital
            } else {
                small
            };
            for confusion in confusions.into_iter().flatten() {
                let ln_next = ln_so_far + confusion.ln_probability;
                if ln_next < ln_floor {
                    break;
                }
                if let Some(next) = descend(lexicon, node, &confusion.printed) {
                    places.push((next, ln_next));
                }
            }
        }
        if places.len() > n_places {
            *places = best_of(std::mem::take(places));
        }
    }

    /// Confusions of one letter that the table does not list.
    fn read_unseen(
        &self,
        lexicon: &Lexicon,
        (read, read_base): (char, char),
        (node, ln_so_far): (NodeIdx, f32),
        ln_floor: f32,
        next_places: &mut Places,
    ) {
        let ln_added = ln_so_far
            + if read.is_alphanumeric() {
                self.unseen.ln_added
            } else {
                self.unseen.ln_speck
            };
        // A digit may be a letter misread, never nothing: "15ngày" keeps its 15.
        let ln_floor = ln_floor.max(next_places.ln_floor);
        if ln_added >= ln_floor && !read.is_numeric() {
            next_places.push(node, ln_added);
        }
        let ln_marks = ln_so_far + self.unseen.ln_marks;
        let ln_letter = ln_so_far + self.unseen.ln_letter;
        if ln_marks < ln_floor {
            return;
        }
        for (base, next) in lexicon.steps(node) {
            // A sign such as ¢ may stand for any letter.
            if base == read_base || !read.is_alphanumeric() {
                next_places.push(next, ln_marks);
            } else if ln_letter >= ln_floor {
                next_places.push(next, ln_letter);
            }
        }
    }
}

/// Whether the letter printed next is a capital.
fn is_capital(pattern: CasePattern, node: NodeIdx) -> bool {
    match pattern {
        CasePattern::Upper => true,
        CasePattern::Title => node == Lexicon::ROOT,
        CasePattern::Lower | CasePattern::Mixed => false,
    }
}

fn descend(lexicon: &Lexicon, from: NodeIdx, letters: &[char]) -> Option<NodeIdx> {
    letters
        .iter()
        .try_fold(from, |node, &letter| lexicon.child(node, letter))
}

/// Places in the lexicon at one letter of the noise.
#[derive(Clone)]
struct Places {
    places: Vec<(NodeIdx, f32)>,
    /// What is less likely is not kept in the end.
    ln_floor: f32,
}

impl Default for Places {
    fn default() -> Self {
        Self {
            places: Vec::new(),
            ln_floor: f32::NEG_INFINITY,
        }
    }
}

impl Places {
    fn push(&mut self, node: NodeIdx, ln_probability: f32) {
        self.ln_floor = self.ln_floor.max(ln_probability - LN_PLACE_BEAM);
        if ln_probability >= self.ln_floor {
            self.places.push((node, ln_probability));
        }
    }

    fn best(self) -> Vec<(NodeIdx, f32)> {
        best_of(self.places)
    }
}

/// The likeliest places, each once, likeliest first.
fn best_of(mut places: Vec<(NodeIdx, f32)>) -> Vec<(NodeIdx, f32)> {
    places.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let ln_floor = places
        .first()
        .map_or(0.0, |&(_, ln_best)| ln_best - LN_PLACE_BEAM);
    let mut best: Vec<(NodeIdx, f32)> = Vec::with_capacity(MAX_PLACES);
    for (node, ln_probability) in places {
        if best.len() == MAX_PLACES || ln_probability < ln_floor {
            break;
        }
        if !best.iter().any(|known| known.0 == node) {
            best.push((node, ln_probability));
        }
    }
    best
}
