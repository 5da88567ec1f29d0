//! The words of the model as a tree of letters, to walk while reading noise.

use super::model::{Symbol, Words};

/// A place in the tree: the letters read so far begin some word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct NodeIdx(u32);

/// All words of the model, in lower case.
#[derive(Clone)]
pub(super) struct Lexicon {
    nodes: Vec<Node>,
}

#[derive(Clone, Default)]
struct Node {
    /// By letter.
    children: Vec<(char, NodeIdx)>,
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

    pub fn children(&self, at: NodeIdx) -> &[(char, NodeIdx)] {
        &self.nodes[at.0 as usize].children
    }

    pub fn child(&self, at: NodeIdx, letter: char) -> Option<NodeIdx> {
        let children = self.children(at);
        children
            .binary_search_by_key(&letter, |child| child.0)
            .ok()
            .map(|idx| children[idx].1)
    }
}
