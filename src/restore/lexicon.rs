//! The words of the model as a tree of letters, to walk while reading noise.
//!
//! Letters are numbered, the children of a place lie beside each other in the
//! order of their letters, and a place knows which letters lead on as a set of
//! bits: to go one letter further is to count bits.

use super::model::{Symbol, Words};
use crate::vietnamese::base_letter;
use rustc_hash::FxHashMap;
use std::ops::Range;

/// A place in the tree: the letters read so far begin some word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct NodeIdx(u32);

impl NodeIdx {
    pub fn from_u32(number: u32) -> Self {
        Self(number)
    }

    pub fn to_usize(self) -> usize {
        self.0 as usize
    }
}

/// A letter of the lexicon by number, below [`MAX_LETTERS`].
pub(super) type Letter = u8;
pub(super) const MAX_LETTERS: usize = 128;

/// Letters by number, one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct LetterSet(u128);

impl LetterSet {
    pub fn insert(&mut self, letter: Letter) {
        self.0 |= 1 << letter;
    }

    pub fn contains(self, letter: Letter) -> bool {
        self.0 >> letter & 1 == 1
    }

    pub fn has_any_of(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    fn n_below(self, letter: Letter) -> u32 {
        (self.0 & !(u128::MAX << letter)).count_ones()
    }
}

/// All words of the model, in lower case.
pub(super) struct Lexicon {
    nodes: Vec<Node>,
    /// The letter that leads to each node.
    leading: Vec<Letter>,
    letters: FxHashMap<char, Letter>,
    /// Each letter without its marks.
    bases: Vec<char>,
}

struct Node {
    letters: LetterSet,
    first_child: NodeIdx,
    n_children: u32,
    word: Option<Symbol>,
}

impl Lexicon {
    pub const ROOT: NodeIdx = NodeIdx(0);

    pub fn new(words: &Words) -> Self {
        let mut lexicon = Self {
            nodes: Vec::new(),
            leading: vec![0],
            letters: FxHashMap::default(),
            bases: Vec::new(),
        };
        // A word with a letter that no number is left for is not searched.
        let mut spelled: Vec<(Vec<Letter>, Symbol)> = words
            .iter()
            .filter_map(|(symbol, word)| Some((lexicon.spell(word)?, symbol)))
            .collect();
        spelled.sort_unstable();
        lexicon.grow(&spelled);
        lexicon
    }

    fn spell(&mut self, word: &str) -> Option<Vec<Letter>> {
        word.chars()
            .map(|letter| {
                if let Some(&known) = self.letters.get(&letter) {
                    return Some(known);
                }
                let number = self.bases.len();
                if number == MAX_LETTERS {
                    return None;
                }
                self.bases.push(base_letter(letter));
                self.letters.insert(letter, number as Letter);
                Some(number as Letter)
            })
            .collect()
    }

    /// Places the nodes level by level; sorted words with a common beginning
    /// stand beside each other.
    fn grow(&mut self, spelled: &[(Vec<Letter>, Symbol)]) {
        let mut level: Vec<Range<usize>> = std::iter::once(0..spelled.len()).collect();
        let mut depth = 0;
        while !level.is_empty() {
            let mut next_level = Vec::new();
            let first_of_next = self.nodes.len() + level.len();
            for words in level {
                let mut node = Node {
                    letters: LetterSet::default(),
                    // Words have at most 30 letters, and their number fits 16 bits.
                    first_child: NodeIdx((first_of_next + next_level.len()) as u32),
                    n_children: 0,
                    word: None,
                };
                let mut at = words.start;
                while at < words.end {
                    let Some(&letter) = spelled[at].0.get(depth) else {
                        node.word = Some(spelled[at].1);
                        at += 1;
                        continue;
                    };
                    let n_alike = spelled[at..words.end]
                        .partition_point(|(word, _)| word.get(depth) == Some(&letter));
                    node.letters.insert(letter);
                    node.n_children += 1;
                    self.leading.push(letter);
                    next_level.push(at..at + n_alike);
                    at += n_alike;
                }
                self.nodes.push(node);
            }
            level = next_level;
            depth += 1;
        }
    }

    pub fn n_nodes(&self) -> usize {
        self.nodes.len()
    }

    /// The word that ends here.
    pub fn word(&self, at: NodeIdx) -> Option<Symbol> {
        self.nodes[at.to_usize()].word
    }

    /// The letters that lead on from here.
    pub fn letters_behind(&self, at: NodeIdx) -> LetterSet {
        self.nodes[at.to_usize()].letters
    }

    /// The places one letter further.
    pub fn children(&self, at: NodeIdx) -> impl Iterator<Item = (Letter, NodeIdx)> {
        let node = &self.nodes[at.to_usize()];
        let range = node.first_child.0..node.first_child.0 + node.n_children;
        let letters = &self.leading[range.start as usize..range.end as usize];
        letters.iter().copied().zip(range.map(NodeIdx))
    }

    pub fn child(&self, at: NodeIdx, letter: Letter) -> Option<NodeIdx> {
        let node = &self.nodes[at.to_usize()];
        node.letters
            .contains(letter)
            .then(|| NodeIdx(node.first_child.0 + node.letters.n_below(letter)))
    }

    /// The number of a letter in lower case, when some word has it.
    pub fn letter(&self, letter: char) -> Option<Letter> {
        self.letters.get(&letter).copied()
    }

    /// Every letter without its marks, by number.
    pub fn bases(&self) -> &[char] {
        &self.bases
    }
}
