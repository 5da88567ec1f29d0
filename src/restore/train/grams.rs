//! Counting n-grams by sorting: an n-gram of up to four symbols is one `u64`.

use super::corpus::{BOUNDARY, FIRST_WORD};
use rayon::prelude::*;

const SYMBOL_BITS: usize = 16;

/// All n-grams of one order, sorted by their symbols.
pub(super) struct Grams {
    /// The symbols, the first one highest.
    pub keys: Vec<u64>,
    /// `counts[source_idx][gram_idx]`. Of the highest order, and of n-grams at
    /// the beginning of a sentence: how often it occurs. Of the others: behind
    /// how many different symbols it occurs (Kneser-Ney).
    pub counts: Vec<Vec<u32>>,
}

/// The n-grams of all orders, `[0]` the unigrams.
pub(super) struct GramCounts {
    pub orders: Vec<Grams>,
    /// Known symbols, the special ones included.
    pub n_symbols: usize,
}

/// What came before the last symbol.
pub(super) fn context(key: u64) -> u64 {
    key >> SYMBOL_BITS
}

/// The last symbol.
pub(super) fn last(key: u64) -> u16 {
    (key & 0xffff) as u16
}

/// The n-gram without its first symbol.
pub(super) fn suffix(key: u64, order: usize) -> u64 {
    key & !(u64::MAX << (SYMBOL_BITS * (order - 1)))
}

fn first(key: u64, order: usize) -> u16 {
    (key >> (SYMBOL_BITS * (order - 1))) as u16
}

/// The n-gram of `symbols`.
pub(super) fn key(symbols: &[u16]) -> u64 {
    symbols
        .iter()
        .fold(0, |key, &symbol| key << SYMBOL_BITS | u64::from(symbol))
}

pub(super) fn count(sources: &[Vec<u16>], n_words: usize, order: usize) -> GramCounts {
    // By source, then by order.
    let by_source: Vec<Vec<Counted>> = sources
        .iter()
        .map(|source| count_source(source, order))
        .collect();
    let orders = (0..order)
        .map(|order_idx| merge(by_source.iter().map(|orders| &orders[order_idx])))
        .collect();
    GramCounts {
        orders,
        n_symbols: n_words + usize::from(FIRST_WORD),
    }
}

/// Sorted n-grams with a count.
type Counted = Vec<(u64, u32)>;

fn count_source(symbols: &[u16], order: usize) -> Vec<Counted> {
    let highest = sort_and_count(
        symbols
            .windows(order)
            .filter(|window| is_inside_a_sentence(window))
            .map(key)
            .collect(),
    );
    let mut orders = vec![highest];
    for lower in (1..order).rev() {
        let higher = &orders[orders.len() - 1];
        let mut keys: Vec<u64> = higher
            .iter()
            .map(|&(key, _)| suffix(key, lower + 1))
            .filter(|&key| first(key, lower) != BOUNDARY || lower == 1)
            .collect();
        if lower > 1 {
            // Nothing stands before a beginning: it counts as often as it occurs.
            keys.extend(
                symbols
                    .windows(lower)
                    .filter(|window| window[0] == BOUNDARY && is_inside_a_sentence(window))
                    .map(key),
            );
        }
        orders.push(sort_and_count(keys));
    }
    orders.reverse();
    orders
}

/// A boundary may begin an n-gram or end it; across one there is no context.
fn is_inside_a_sentence(window: &[u16]) -> bool {
    !window[1..window.len() - 1].contains(&BOUNDARY)
}

fn sort_and_count(mut keys: Vec<u64>) -> Counted {
    keys.par_sort_unstable();
    let mut counted: Counted = Vec::new();
    for key in keys {
        match counted.last_mut() {
            Some((last, count)) if *last == key => *count += 1,
            _ => counted.push((key, 1)),
        }
    }
    counted
}

fn merge<'a>(sources: impl Iterator<Item = &'a Counted>) -> Grams {
    let sources: Vec<&Counted> = sources.collect();
    let mut keys: Vec<u64> = sources
        .iter()
        .flat_map(|counted| counted.iter().map(|&(key, _)| key))
        .collect();
    if sources.len() > 1 {
        keys.par_sort_unstable();
        keys.dedup();
    }
    let counts = sources
        .iter()
        .map(|counted| {
            let mut rest = counted.iter().peekable();
            keys.iter()
                .map(|&key| {
                    rest.next_if(|&&(own, _)| own == key)
                        .map_or(0, |&(_, count)| count)
                })
                .collect()
        })
        .collect();
    Grams { keys, counts }
}
