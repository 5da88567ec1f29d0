//! The words of the model as a tree of letters, to walk while reading noise.

use super::model::{Symbol, Words};
use crate::vietnamese::base_letter;

/// A place in the tree: the letters read so far begin some word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct NodeIdx(u32);

/// All words of the model, in lower case.
pub(super) struct Lexicon {
    nodes: Vec<Node>,
}

#[derive(Default)]
struct Node {
    /// By letter.
    children: Vec<(char, NodeIdx)>,
    /// Their base letters, in the same order.
    bases: Vec<char>,
    word: Option<Symbol>,
}

impl Lexicon {
    pub const ROOT: NodeIdx = NodeIdx(0);

    pub fn new(words: &Words) -> Self {
        let mut lexicon = Self {
            nodes: vec![Node::default()],
        };
        for (symbol, word) in words.iter() {
            lexicon.insert(word, symbol);
        }
        lexicon
    }

    fn insert(&mut self, word: &str, symbol: Symbol) {
        let mut at = Self::ROOT;
        for letter in word.chars() {
            // Each word is at most 30 letters, and their number fits 16 bits.
            let next = NodeIdx(self.nodes.len() as u32);
            let node = &mut self.nodes[at.0 as usize];
            at = match node.children.binary_search_by_key(&letter, |child| child.0) {
                Ok(idx) => node.children[idx].1,
                Err(idx) => {
                    node.children.insert(idx, (letter, next));
                    node.bases.insert(idx, base_letter(letter));
                    self.nodes.push(Node::default());
                    next
                }
            };
        }
        self.nodes[at.0 as usize].word = Some(symbol);
    }

    /// The word that ends here.
    pub fn word(&self, at: NodeIdx) -> Option<Symbol> {
        self.nodes[at.0 as usize].word
    }

    fn children(&self, at: NodeIdx) -> &[(char, NodeIdx)] {
        &self.nodes[at.0 as usize].children
    }

    /// The places one letter further, with that letter without its marks.
    pub fn steps(&self, at: NodeIdx) -> impl Iterator<Item = (char, NodeIdx)> {
        let node = &self.nodes[at.0 as usize];
        let places = node.children.iter().map(|&(_, next)| next);
        node.bases.iter().copied().zip(places)
    }

    pub fn child(&self, at: NodeIdx, letter: char) -> Option<NodeIdx> {
        let children = self.children(at);
        children
            .binary_search_by_key(&letter, |child| child.0)
            .ok()
            .map(|idx| children[idx].1)
    }
}
