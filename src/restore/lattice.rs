//! What may have been meant: the input as a chain of atoms, each with its
//! possible readings.
//!
//! An atom is a word, a number or a silent boundary between sentences. An edge
//! is one reading of an atom, of two atoms that were one word, or of an atom
//! that was two words. What stands between atoms (spaces, punctuation) is no
//! part of the lattice and comes out as it went in.

use super::model::Symbol;
use super::model::symbols::{BOUNDARY, NUMBER, UNKNOWN};
use crate::vietnamese::CasePattern;
use std::ops::Range;

/// A piece of a token that is read as a whole.
#[derive(Debug, Clone)]
pub(super) struct Atom {
    pub token_idx: usize,
    /// Bytes of the token's normal text; empty for a silent boundary.
    pub range: Range<usize>,
}

/// How an edge is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Written {
    /// As it was read.
    AsRead,
    /// The word of the symbol, capitalised so.
    Word(CasePattern),
    /// The word of the symbol, each letter in the case that was read.
    Marked,
    /// Two words; the first took so many bytes of what was read.
    Two(CasePattern, usize),
}

/// One reading.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edge {
    /// 1 or 2.
    pub n_atoms: u8,
    /// What the language model sees; nothing for a second number in a row.
    pub symbols: [Option<Symbol>; 2],
    pub written: Written,
    /// Of being read as it was, natural logarithm.
    pub ln_channel: f32,
}

impl Edge {
    pub fn one(symbol: Symbol, written: Written, ln_channel: f32) -> Self {
        Self {
            n_atoms: 1,
            symbols: [Some(symbol), None],
            written,
            ln_channel,
        }
    }

    /// The only reading of what is not to be changed.
    pub fn fixed(symbol: Option<Symbol>) -> Self {
        Self {
            n_atoms: 1,
            symbols: [symbol, None],
            written: Written::AsRead,
            ln_channel: 0.0,
        }
    }
}

/// Atoms with their readings.
#[derive(Debug, Default)]
pub(super) struct Lattice {
    atoms: Vec<Atom>,
    /// Where the readings that begin with each atom end.
    ends: Vec<u32>,
    /// Of all atoms one behind the other; each has one at least.
    edges: Vec<Edge>,
    begins_at_boundary: bool,
}

impl Lattice {
    /// Begins anew behind what `is_at_boundary` says of it.
    pub fn begin(&mut self, is_at_boundary: bool) {
        self.begins_at_boundary = is_at_boundary;
        self.atoms.clear();
        self.ends.clear();
        self.edges.clear();
    }

    pub fn n_atoms(&self) -> usize {
        self.atoms.len()
    }

    pub fn atom(&self, atom_idx: usize) -> &Atom {
        &self.atoms[atom_idx]
    }

    /// The readings that begin with an atom.
    pub fn edges(&self, atom_idx: usize) -> &[Edge] {
        let start = atom_idx
            .checked_sub(1)
            .map_or(0, |before| self.ends[before]);
        &self.edges[start as usize..self.ends[atom_idx] as usize]
    }

    pub fn edges_mut(&mut self, atom_idx: usize) -> &mut [Edge] {
        let start = atom_idx
            .checked_sub(1)
            .map_or(0, |before| self.ends[before]);
        &mut self.edges[start as usize..self.ends[atom_idx] as usize]
    }

    pub fn push(&mut self, token_idx: usize, range: Range<usize>, edges: &[Edge]) {
        self.atoms.push(Atom { token_idx, range });
        self.edges.extend_from_slice(edges);
        // A lattice covers some hundred tokens.
        self.ends.push(self.edges.len() as u32);
    }

    /// A number; several in a row are one to the language model.
    pub fn push_number(&mut self, token_idx: usize, range: Range<usize>) {
        let symbol = (!self.ends_with(NUMBER)).then_some(NUMBER);
        self.push(token_idx, range, &[Edge::fixed(symbol)]);
    }

    /// What is to stay, such as an address.
    pub fn push_unknown(&mut self, token_idx: usize, range: Range<usize>) {
        self.push(token_idx, range, &[Edge::fixed(Some(UNKNOWN))]);
    }

    /// A boundary between sentences; several in a row are one.
    pub fn push_boundary(&mut self, token_idx: usize, at: usize) {
        if !self.is_at_boundary() {
            self.push(token_idx, at..at, &[Edge::fixed(Some(BOUNDARY))]);
        }
    }

    /// Whether nothing stands between here and the beginning of a sentence.
    pub fn is_at_boundary(&self) -> bool {
        self.begins_at_boundary && self.atoms.is_empty() || self.ends_with(BOUNDARY)
    }

    /// Leaves out the readings that are not possible, of probability nought. Each atom
    /// must have another.
    pub fn drop_impossible(&mut self) {
        let mut n_kept = 0;
        let mut start = 0;
        for end in &mut self.ends {
            for edge_idx in start..*end as usize {
                if self.edges[edge_idx].ln_channel != f32::NEG_INFINITY {
                    self.edges[n_kept] = self.edges[edge_idx];
                    n_kept += 1;
                }
            }
            start = *end as usize;
            *end = n_kept as u32;
        }
        self.edges.truncate(n_kept);
    }

    fn ends_with(&self, symbol: Symbol) -> bool {
        let fixed = (0..self.n_atoms())
            .rev()
            .find_map(|atom_idx| match self.edges(atom_idx) {
                [only] if only.written == Written::AsRead => only.symbols[0].map(Some),
                _ => Some(None),
            });
        fixed == Some(Some(symbol))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_possible_is_left_out_and_nothing_else() {
        let edge = |symbol, ln_channel| Edge::one(symbol, Written::Marked, ln_channel);
        let nought = f32::NEG_INFINITY;
        let mut lattice = Lattice::default();
        lattice.begin(true);
        lattice.push(0, 0..2, &[edge(5, nought), edge(6, -1.0), edge(7, nought)]);
        lattice.push_number(1, 0..1);
        lattice.push(2, 0..3, &[edge(8, -90.0), edge(9, nought)]);
        lattice.drop_impossible();
        let symbols = |atom_idx| -> Vec<_> {
            let edges = lattice.edges(atom_idx).iter();
            edges.map(|edge| edge.symbols[0]).collect()
        };
        assert_eq!(symbols(0), [Some(6)]);
        assert_eq!(symbols(1), [Some(NUMBER)]);
        assert_eq!(symbols(2), [Some(8)]);
    }
}
