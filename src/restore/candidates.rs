//! What the channels said of words before: the same words come again and again.

use super::channel::{Candidate, Walk};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// What a channel is asked about a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    Garbled,
    /// As part of what may be two words, or one of two: likely readings alone.
    GarbledPart,
    Read,
}

/// Answers of the channels, by question and word.
#[derive(Default)]
pub(super) struct CandidateMemory {
    answers: [FxHashMap<Box<str>, Arc<[Candidate]>>; 3],
    n_bytes: usize,
    walk: Walk,
}

/// What a memory may hold before it is emptied.
const MAX_BYTES: usize = 6 << 20;
/// What an answer takes beside its word and its candidates.
const BYTES_OF_ANSWER: usize = 80;

impl CandidateMemory {
    /// The answer of before, or that of `ask`.
    pub fn recall(
        &mut self,
        asked: Asked,
        word: &str,
        ask: impl FnOnce(&mut Walk) -> Vec<Candidate>,
    ) -> Arc<[Candidate]> {
        if let Some(known) = self.answers[asked as usize].get(word) {
            return Arc::clone(known);
        }
        let answer: Arc<[Candidate]> = ask(&mut self.walk).into();
        self.n_bytes += BYTES_OF_ANSWER + word.len() + size_of_val(&*answer);
        if self.n_bytes > MAX_BYTES {
            self.answers.iter_mut().for_each(FxHashMap::clear);
            self.n_bytes = 0;
        }
        self.answers[asked as usize].insert(word.into(), Arc::clone(&answer));
        answer
    }
}
