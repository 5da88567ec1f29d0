//! What an n-gram tells of the marks of its last word.
//!
//! Words that are the same but for their marks are a group. Most of what a
//! decoder asks is which word of a group stands here, so an n-gram that makes
//! its whole group likelier tells less than one that makes its word likelier
//! than the rest of the group.

use super::corpus::{Corpus, FIRST_WORD};
use super::grams::{GramCounts, context, last, suffix};
use super::smooth::Smoothed;
use crate::vietnamese::fold;
use rayon::prelude::*;
use std::collections::HashMap;

/// What an n-gram says of its word as such counts for this share; misread
/// letters must be told apart too, not marks alone.
const SHARE_OF_WORD: f32 = 0.25;

/// The group of each symbol; a special symbol is one of its own.
pub(super) struct Groups(Vec<u16>);

impl Groups {
    pub fn of(corpus: &Corpus) -> Self {
        let mut groups: Vec<u16> = (0..FIRST_WORD).collect();
        let mut by_folded: HashMap<String, u16> = HashMap::new();
        for word in &corpus.words {
            // No more groups than words, whose number fits 16 bits.
            let next = FIRST_WORD + by_folded.len() as u16;
            groups.push(*by_folded.entry(fold(&word.text)).or_insert(next));
        }
        Self(groups)
    }

    #[cfg(test)]
    pub fn from_groups(groups: Vec<u16>) -> Self {
        Self(groups)
    }

    pub fn of_symbol(&self, symbol: u16) -> u16 {
        self.0[usize::from(symbol)]
    }

    pub fn n_groups(&self) -> usize {
        let last = self.0.iter().max();
        last.map_or(0, |&last| usize::from(last) + 1)
    }
}

/// Probabilities of groups behind contexts, in the manner of [`Smoothed`].
pub(super) struct GroupProbabilities<'a> {
    smoothed: &'a Smoothed<'a>,
    counts: &'a GramCounts,
    groups: Groups,
    ln_unigrams: Vec<f32>,
    /// From bigrams on, without the last order: a context and a group in place
    /// of an n-gram, and its probability.
    orders: Vec<(Vec<u64>, Vec<f32>)>,
}

/// A group behind a context.
struct Behind {
    key: u64,
    ln_probability: f32,
    /// What the shorter context says.
    ln_shorter: f32,
}

impl<'a> GroupProbabilities<'a> {
    pub fn of(smoothed: &'a Smoothed<'a>, counts: &'a GramCounts, groups: Groups) -> Self {
        let mut unigrams = vec![0.0f32; groups.0.len()];
        for (&ln_probability, &group) in smoothed.ln_unigrams.iter().zip(&groups.0) {
            unigrams[usize::from(group)] += ln_probability.exp();
        }
        let mut probabilities = Self {
            smoothed,
            counts,
            groups,
            ln_unigrams: unigrams.iter().map(|sum| sum.ln()).collect(),
            orders: Vec::new(),
        };
        for order in 2..counts.orders.len() {
            let listed: Vec<(u64, f32)> = (0..smoothed.orders[order - 2].contexts.keys.len())
                .into_par_iter()
                .with_min_len(1024)
                .flat_map_iter(|context_idx| {
                    let behind = probabilities.behind(order, context_idx).0;
                    behind
                        .into_iter()
                        .map(|group| (group.key, group.ln_probability))
                })
                .collect();
            probabilities.orders.push(listed.into_iter().unzip());
        }
        probabilities
    }

    /// By how much each n-gram of `order` tells more than its shorter context,
    /// as absolute logarithms.
    pub fn gains(&self, order: usize) -> Vec<f32> {
        let n_contexts = self.smoothed.orders[order - 2].contexts.keys.len();
        let by_context: Vec<Vec<f32>> = (0..n_contexts)
            .into_par_iter()
            .with_min_len(1024)
            .map(|context_idx| self.gains_behind(order, context_idx))
            .collect();
        by_context.concat()
    }

    fn gains_behind(&self, order: usize, context_idx: usize) -> Vec<f32> {
        let (behind, ln_shorters) = self.behind(order, context_idx);
        let this = &self.smoothed.orders[order - 2];
        let first = this.contexts.starts[context_idx];
        let keys = &self.counts.orders[order - 1].keys[first..];
        let rest = this.ln_rests[context_idx];
        ln_shorters
            .iter()
            .enumerate()
            .map(|(idx, ln_shorter)| {
                let ln_probability = this.ln_probabilities[first + idx];
                let of_word = ln_probability - rest - ln_shorter;
                let key = self.in_groups(keys[idx]);
                let of_group = behind
                    .binary_search_by_key(&key, |group| group.key)
                    .map_or(0.0, |at| behind[at].ln_probability - behind[at].ln_shorter);
                let inside_group = ln_probability - ln_shorter - of_group;
                SHARE_OF_WORD * of_word.abs() + (1.0 - SHARE_OF_WORD) * inside_group.abs()
            })
            .collect()
    }

    /// The n-gram with its group in place of its last word.
    fn in_groups(&self, key: u64) -> u64 {
        key & !0xffff | u64::from(self.groups.0[usize::from(last(key))])
    }

    /// The groups that were seen behind a context, sorted, and what the shorter
    /// context says of each n-gram.
    fn behind(&self, order: usize, context_idx: usize) -> (Vec<Behind>, Vec<f32>) {
        let this = &self.smoothed.orders[order - 2];
        let bounds = this.contexts.starts[context_idx]..this.contexts.starts[context_idx + 1];
        let rest = this.ln_rests[context_idx];
        let mut ln_shorters = Vec::with_capacity(bounds.len());
        // What each n-gram has beyond what is handed on by its shorter context.
        let mut excesses: Vec<(u64, f32)> = Vec::with_capacity(bounds.len());
        for idx in bounds {
            let key = self.counts.orders[order - 1].keys[idx];
            let ln_shorter = self.smoothed.ln_probability(suffix(key, order), order - 1);
            ln_shorters.push(ln_shorter);
            let excess = this.ln_probabilities[idx].exp() - (rest + ln_shorter).exp();
            excesses.push((self.in_groups(key), excess));
        }
        excesses.sort_by_key(|excess| excess.0);
        let behind = excesses
            .chunk_by(|a, b| a.0 == b.0)
            .map(|of_group| {
                let key = of_group[0].0;
                let ln_shorter = self.ln_probability(suffix(key, order), order - 1);
                let excess: f32 = of_group.iter().map(|excess| excess.1).sum();
                let probability = excess.max(0.0) + (rest + ln_shorter).exp();
                Behind {
                    key,
                    ln_probability: probability.ln(),
                    ln_shorter,
                }
            })
            .collect();
        (behind, ln_shorters)
    }

    /// Probability of the group that stands last in `key`, natural logarithm.
    fn ln_probability(&self, key: u64, order: usize) -> f32 {
        if order == 1 {
            return self.ln_unigrams[key as usize];
        }
        let (keys, ln_probabilities) = &self.orders[order - 2];
        if let Ok(idx) = keys.binary_search(&key) {
            return ln_probabilities[idx];
        }
        let this = &self.smoothed.orders[order - 2];
        let rest = this
            .contexts
            .find(context(key))
            .map_or(0.0, |idx| this.ln_rests[idx]);
        rest + self.ln_probability(suffix(key, order), order - 1)
    }
}
