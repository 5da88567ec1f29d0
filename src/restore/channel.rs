//! The noisy channel: how likely a printed word is read as these letters.
//!
//! The table gives the probability of a printed letter, or of two, being read
//! as up to three letters. A word is found by walking the lexicon and the noise
//! side by side, keeping at each letter of the noise the likeliest places in
//! the lexicon: the work does not grow with the lexicon.

use super::lexicon::{Letter, LetterSet, Lexicon, MAX_LETTERS, NodeIdx};
use super::model::Symbol;
use crate::vietnamese::{CasePattern, base_letter};
use rustc_hash::FxHashMap;

/// How a printed word may have been read. It speaks of the letters of one
/// lexicon and serves that one alone.
pub(super) struct Channel {
    small: Confusions,
    capital: Confusions,
    /// Natural logarithm of how often a space is lost, and one appears.
    pub ln_space_lost: f32,
    pub ln_space_added: f32,
    unseen: Unseen,
    /// The letters of the lexicon without their marks.
    bases: Vec<char>,
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

/// What may have been printed in one case, by what was read.
#[derive(Default)]
struct Confusions {
    /// One letter read for one.
    letters: FxHashMap<char, Box<Row>>,
    /// Everything else, likeliest first.
    groups: FxHashMap<Read, Vec<Group>>,
    /// Printed and not read at all.
    dropped: Row,
}

/// One letter to three; the rest is `\0`.
type Read = [char; MAX_READ_LETTERS];

/// How likely each letter of the lexicon is printed there.
#[derive(Clone)]
struct Row {
    ln_probabilities: [f32; MAX_LETTERS],
    /// Those that are likelier than any two letters.
    listed: LetterSet,
}

impl Default for Row {
    fn default() -> Self {
        Self {
            ln_probabilities: [f32::NEG_INFINITY; MAX_LETTERS],
            listed: LetterSet::default(),
        }
    }
}

impl Row {
    fn set(&mut self, letter: Letter, ln_probability: f32) {
        let place = &mut self.ln_probabilities[usize::from(letter)];
        *place = place.max(ln_probability);
        self.listed.insert(letter);
    }

    /// The likelihood of what the table does not list, for a letter or a sign.
    fn fill(&mut self, read: char, bases: &[char], unseen: &Unseen) {
        let read_base = base_letter(read).to_ascii_lowercase();
        // A sign such as ¢ may stand for any letter.
        let is_sign = !read.is_alphanumeric();
        for (number, &base) in bases.iter().enumerate() {
            if base == read_base || is_sign {
                self.set(number as Letter, unseen.ln_marks);
            } else {
                let place = &mut self.ln_probabilities[number];
                *place = place.max(unseen.ln_letter);
            }
        }
    }
}

/// Two letters printed, or one that was read as several.
#[derive(Debug, Clone, Copy)]
struct Group {
    first: Letter,
    second: Option<Letter>,
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
    pub fn parse(table: &str, unseen: Unseen, lexicon: &Lexicon) -> Result<Self, BadRow> {
        let mut channel = Self {
            small: Confusions::default(),
            capital: Confusions::default(),
            ln_space_lost: -6.0,
            ln_space_added: -7.0,
            unseen,
            bases: lexicon.bases().to_vec(),
        };
        let mut n_letters = 0.0;
        let mut n_spaces_added = 0.0;
        for (line_idx, row) in table.lines().enumerate() {
            if row.is_empty() || row.starts_with('#') {
                continue;
            }
            channel
                .push_row(row, lexicon, &mut n_letters, &mut n_spaces_added)
                .ok_or(BadRow {
                    line_number: line_idx + 1,
                })?;
        }
        let reads: Vec<char> = [&channel.small, &channel.capital]
            .iter()
            .flat_map(|confusions| confusions.letters.keys().copied())
            .collect();
        for confusions in [&mut channel.small, &mut channel.capital] {
            for &read in &reads {
                confusions.letters.entry(read).or_default();
            }
            for (&read, row) in &mut confusions.letters {
                row.fill(read, &channel.bases, &unseen);
            }
            for groups in confusions.groups.values_mut() {
                groups.sort_by(|a, b| b.ln_probability.total_cmp(&a.ln_probability));
            }
        }
        if n_spaces_added > 0.0 {
            channel.ln_space_added = (n_spaces_added / n_letters).ln();
        }
        Ok(channel)
    }

    fn push_row(
        &mut self,
        row: &str,
        lexicon: &Lexicon,
        n_letters: &mut f32,
        n_spaces_added: &mut f32,
    ) -> Option<()> {
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
        let n_printed = printed.chars().count();
        let n_capitals = printed
            .chars()
            .filter(|letter| letter.is_uppercase())
            .count();
        let confusions = match n_capitals {
            0 => &mut self.small,
            n if n == n_printed => &mut self.capital,
            // "Th": one letter after the other is enough.
            _ => return Some(()),
        };
        let mut letters = printed
            .chars()
            .flat_map(char::to_lowercase)
            .map(|letter| lexicon.letter(letter));
        let (Some(first), second, None) = (letters.next()?, letters.next(), letters.next()) else {
            // A letter that no word has, or more letters than are walked at once.
            return Some(());
        };
        let second = match second {
            None => None,
            Some(Some(second)) => Some(second),
            Some(None) => return Some(()),
        };
        let mut read_letters = read.chars();
        match (read_letters.next(), read_letters.next(), second) {
            (None, _, None) => confusions.dropped.set(first, ln_probability),
            (Some(read), None, None) => {
                let row = confusions.letters.entry(read).or_default();
                row.set(first, ln_probability);
            }
            _ => {
                let group = Group {
                    first,
                    second,
                    ln_probability,
                };
                if let Some(read) = read_of(read.chars()) {
                    confusions.groups.entry(read).or_default().push(group);
                }
            }
        }
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
        room: &mut Walk,
    ) -> Vec<Candidate> {
        let letters: Vec<char> = noise.chars().collect();
        if letters.is_empty() || letters.len() > MAX_NOISE_LETTERS {
            return Vec::new();
        }
        room.fit(lexicon.n_nodes());
        let mut found: Vec<Candidate> = Vec::new();
        for &pattern in patterns {
            for &(node, ln_probability) in self.walk(lexicon, &letters, pattern, ln_floor, room) {
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
    fn walk<'r>(
        &self,
        lexicon: &Lexicon,
        letters: &[char],
        pattern: CasePattern,
        ln_floor: f32,
        room: &'r mut Walk,
    ) -> &'r [(NodeIdx, f32)] {
        room.begin(ln_floor);
        let mut unlisted = Row::default();
        for at in 0..=letters.len() {
            room.settle();
            self.drop_printed_letters(lexicon, pattern, room);
            if at == letters.len() {
                break;
            }
            let read = letters[at];
            let rows = [&self.small, &self.capital]
                .map(|confusions| confusions.letters.get(&read).map(|row| &**row));
            if rows.iter().any(Option::is_none) {
                unlisted = Row::default();
                unlisted.fill(read, &self.bases, &self.unseen);
            }
            let rows = rows.map(|row| row.unwrap_or(&unlisted));
            // A digit may be a letter misread, never nothing: "15ngày" keeps its 15.
            let ln_added = match read {
                _ if read.is_numeric() => f32::NEG_INFINITY,
                _ if read.is_alphanumeric() => self.unseen.ln_added,
                _ => self.unseen.ln_speck,
            };
            for place_idx in 0..room.here.len() {
                let (node, ln_so_far) = room.here[place_idx];
                let row = rows[usize::from(is_capital(pattern, node))];
                room.push(1, node, ln_so_far + ln_added);
                if ln_so_far + self.unseen.ln_letter < room.floor(1)
                    && !lexicon.letters_behind(node).has_any_of(row.listed)
                {
                    continue;
                }
                for (letter, next) in lexicon.children(node) {
                    let ln_next = ln_so_far + row.ln_probabilities[usize::from(letter)];
                    if ln_next >= room.floor(1) {
                        room.push(1, next, ln_next);
                    }
                }
            }
            for n_read in 1..=MAX_READ_LETTERS.min(letters.len() - at) {
                let read = read_of(letters[at..at + n_read].iter().copied());
                let groups = [&self.small, &self.capital]
                    .map(|confusions| read.and_then(|read| confusions.groups.get(&read)));
                if groups.iter().all(Option::is_none) {
                    continue;
                }
                for place_idx in 0..room.here.len() {
                    let (node, ln_so_far) = room.here[place_idx];
                    let groups = groups[usize::from(is_capital(pattern, node))];
                    for group in groups.into_iter().flatten() {
                        let ln_next = ln_so_far + group.ln_probability;
                        // Likeliest first: the rest is no likelier.
                        if ln_next < room.floor(n_read) {
                            break;
                        }
                        let first = lexicon.child(node, group.first);
                        let next = match group.second {
                            None => first,
                            Some(second) => first.and_then(|node| lexicon.child(node, second)),
                        };
                        if let Some(next) = next {
                            room.push(n_read, next, ln_next);
                        }
                    }
                }
            }
            room.step();
        }
        &room.here
    }

    /// Printed letters that were not read at all.
    fn drop_printed_letters(&self, lexicon: &Lexicon, pattern: CasePattern, room: &mut Walk) {
        for place_idx in 0..room.here.len() {
            let (node, ln_so_far) = room.here[place_idx];
            let dropped = match is_capital(pattern, node) {
                true => &self.capital.dropped,
                false => &self.small.dropped,
            };
            for (letter, next) in lexicon.children(node) {
                let ln_next = ln_so_far + dropped.ln_probabilities[usize::from(letter)];
                if ln_next >= room.floor(0) {
                    room.push(0, next, ln_next);
                }
            }
        }
        room.settle();
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

/// `None` when there are more letters than one confusion explains.
fn read_of(letters: impl Iterator<Item = char>) -> Option<Read> {
    let mut read = ['\0'; MAX_READ_LETTERS];
    for (letter_idx, letter) in letters.enumerate() {
        *read.get_mut(letter_idx)? = letter;
    }
    Some(read)
}

/// Where a walk stands, and the room it needs; it outlives one walk.
#[derive(Default)]
pub(super) struct Walk {
    /// The likeliest places at this letter of the noise, likeliest first.
    here: Vec<(NodeIdx, f32)>,
    /// Those that may be added here, and those of the letters behind, by how many
    /// letters further.
    ahead: [Places; MAX_READ_LETTERS + 1],
    ln_floor: f32,
}

/// Places in the lexicon at one letter of the noise, each once.
#[derive(Default)]
struct Places {
    places: Vec<(NodeIdx, f32)>,
    /// By node, where it stands among the places, when it does.
    slots: Vec<u16>,
    /// What is less likely is not kept in the end.
    ln_floor: f32,
    order: Vec<u64>,
}

/// Places beyond so many are not told from new ones; they are sorted out later.
const NO_SLOT: u16 = u16::MAX;

impl Walk {
    fn fit(&mut self, n_nodes: usize) {
        for places in &mut self.ahead {
            places.slots.resize(n_nodes, NO_SLOT);
        }
    }

    fn begin(&mut self, ln_floor: f32) {
        self.ln_floor = ln_floor;
        for places in &mut self.ahead {
            places.clear(ln_floor);
        }
        self.here.clear();
        self.push(0, Lexicon::ROOT, 0.0);
    }

    fn floor(&self, n_letters_ahead: usize) -> f32 {
        self.ahead[n_letters_ahead].ln_floor
    }

    fn push(&mut self, n_letters_ahead: usize, node: NodeIdx, ln_probability: f32) {
        self.ahead[n_letters_ahead].push(node, ln_probability);
    }

    /// Takes in what was added here, and keeps the likeliest.
    fn settle(&mut self) {
        let added = &mut self.ahead[0];
        if added.places.is_empty() {
            return;
        }
        for &(node, ln_probability) in &self.here {
            added.push(node, ln_probability);
        }
        self.here.clear();
        added.take_best(&mut self.here);
        added.clear(self.ln_floor);
    }

    /// One letter of the noise further.
    fn step(&mut self) {
        self.here.clear();
        self.ahead[0].clear(self.ln_floor);
        self.ahead.rotate_left(1);
    }
}

impl Places {
    fn clear(&mut self, ln_floor: f32) {
        for &(node, _) in &self.places {
            self.slots[node.to_usize()] = NO_SLOT;
        }
        self.places.clear();
        self.ln_floor = ln_floor;
    }

    fn push(&mut self, node: NodeIdx, ln_probability: f32) {
        if ln_probability < self.ln_floor {
            return;
        }
        self.ln_floor = self.ln_floor.max(ln_probability - LN_PLACE_BEAM);
        let slot = &mut self.slots[node.to_usize()];
        if let Some(known) = self.places.get_mut(usize::from(*slot)) {
            known.1 = known.1.max(ln_probability);
            return;
        }
        if let Ok(new_slot) = u16::try_from(self.places.len()) {
            *slot = new_slot;
        }
        self.places.push((node, ln_probability));
    }

    /// The likeliest places, likeliest first.
    fn take_best(&mut self, best: &mut Vec<(NodeIdx, f32)>) {
        let ln_floor = self.ln_floor;
        let kept = self.places.iter().filter(|place| place.1 >= ln_floor);
        // Numbers of which the smallest are the likeliest are sorted faster than
        // pairs: the bits of a positive float are in its order.
        self.order.clear();
        self.order.extend(kept.map(|&(node, ln_probability)| {
            u64::from((0.0 - ln_probability).to_bits()) << 32 | node.to_usize() as u64
        }));
        if self.order.len() > MAX_PLACES {
            self.order.select_nth_unstable(MAX_PLACES - 1);
            self.order.truncate(MAX_PLACES);
        }
        self.order.sort_unstable();
        best.extend(self.order.iter().map(|&key| {
            let ln_probability = -f32::from_bits((key >> 32) as u32);
            (NodeIdx::from_u32(key as u32), ln_probability)
        }));
    }
}
