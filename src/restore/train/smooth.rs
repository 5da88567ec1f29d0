//! Modified Kneser-Ney smoothing over weighted sources (Chen and Goodman 1998).

use super::corpus::BOUNDARY;
use super::grams::{GramCounts, Grams, context, key, last, suffix};
use rayon::prelude::*;

/// What is taken off a count of one, of two, of three and more.
type Discounts = [f64; 3];

/// An n-gram model with all n-grams that were counted.
pub(super) struct Smoothed<'a> {
    pub counts: &'a GramCounts,
    /// Natural logarithm of the probability of each unigram, by symbol.
    pub ln_unigrams: Vec<f32>,
    /// From bigrams on: the same of every n-gram, in the order of its keys.
    pub orders: Vec<SmoothedOrder>,
}

pub(super) struct SmoothedOrder {
    pub ln_probabilities: Vec<f32>,
    pub contexts: Contexts,
    /// The share left to the shorter context, natural logarithm, by context.
    pub ln_rests: Vec<f32>,
}

/// The n-grams of one order by context.
pub(super) struct Contexts {
    pub keys: Vec<u64>,
    /// Where each context's n-grams begin, and one end behind the last.
    pub starts: Vec<usize>,
    /// By context, then by source: sum of counts, sum of discounts.
    sums: Vec<Vec<(f64, f64)>>,
}

impl Contexts {
    fn of(grams: &Grams, discounts: &[Discounts]) -> Self {
        let mut keys = Vec::new();
        let mut starts = Vec::new();
        for (idx, &key) in grams.keys.iter().enumerate() {
            if keys.last() != Some(&context(key)) {
                keys.push(context(key));
                starts.push(idx);
            }
        }
        starts.push(grams.keys.len());
        let sums = grams
            .counts
            .iter()
            .zip(discounts)
            .map(|(counts, discounts)| {
                starts
                    .windows(2)
                    .map(|bounds| {
                        counts[bounds[0]..bounds[1]].iter().fold(
                            (0.0, 0.0),
                            |(sum, taken), &count| {
                                (sum + f64::from(count), taken + discount(count, discounts))
                            },
                        )
                    })
                    .collect()
            })
            .collect();
        Self { keys, starts, sums }
    }

    pub fn find(&self, context: u64) -> Option<usize> {
        self.keys.binary_search(&context).ok()
    }

    /// Weighted sum of counts and of discounts.
    fn weighted(&self, context_idx: usize, weights: &[f64]) -> (f64, f64) {
        self.sums
            .iter()
            .zip(weights)
            .fold((0.0, 0.0), |(sum, taken), (sums, weight)| {
                let (own_sum, own_taken) = sums[context_idx];
                (sum + weight * own_sum, taken + weight * own_taken)
            })
    }
}

fn discount(count: u32, discounts: &Discounts) -> f64 {
    match count {
        0 => 0.0,
        1 => discounts[0],
        2 => discounts[1],
        _ => discounts[2],
    }
}

/// The closed-form estimate from the counts of counts.
fn discounts_of(counts: &[u32]) -> Discounts {
    let mut n = [0.0f64; 5];
    for &count in counts {
        if (1..=4).contains(&count) {
            n[count as usize] += 1.0;
        }
    }
    // A small text may have no n-gram of some count; half of each is a
    // customary discount then.
    let ratio = |above: usize, below: usize| (n[above] + 0.5) / (n[below] + 0.5);
    let y = 1.0 / (1.0 + 2.0 * ratio(2, 1));
    [
        (1.0 - 2.0 * y * ratio(2, 1)).clamp(0.1, 0.95),
        (2.0 - 3.0 * y * ratio(3, 2)).clamp(0.2, 1.9),
        (3.0 - 4.0 * y * ratio(4, 3)).clamp(0.3, 2.8),
    ]
}

fn all_discounts(grams: &Grams) -> Vec<Discounts> {
    grams
        .counts
        .iter()
        .map(|counts| discounts_of(counts))
        .collect()
}

pub(super) fn smooth<'a>(counts: &'a GramCounts, weights: &[f64]) -> Smoothed<'a> {
    let unigrams = &counts.orders[0];
    let ln_unigrams = unigram_probabilities(unigrams, counts.n_symbols, weights)
        .iter()
        .map(|probability| probability.ln() as f32)
        .collect();
    let mut smoothed = Smoothed {
        counts,
        ln_unigrams,
        orders: Vec::new(),
    };
    for order in 2..=counts.orders.len() {
        let next = smooth_order(&smoothed, order, weights);
        smoothed.orders.push(next);
    }
    smoothed
}

fn unigram_probabilities(unigrams: &Grams, n_symbols: usize, weights: &[f64]) -> Vec<f64> {
    let discounts = all_discounts(unigrams);
    let contexts = Contexts::of(unigrams, &discounts);
    let (sum, taken) = contexts.weighted(0, weights);
    let mut probabilities = vec![taken / sum / n_symbols as f64; n_symbols];
    for (idx, &key) in unigrams.keys.iter().enumerate() {
        probabilities[key as usize] += kept(unigrams, idx, &discounts, weights) / sum;
    }
    probabilities
}

/// What the discounts leave of an n-gram's weighted counts.
fn kept(grams: &Grams, gram_idx: usize, discounts: &[Discounts], weights: &[f64]) -> f64 {
    grams
        .counts
        .iter()
        .zip(discounts)
        .zip(weights)
        .map(|((counts, discounts), weight)| {
            let count = counts[gram_idx];
            weight * (f64::from(count) - discount(count, discounts))
        })
        .sum()
}

fn smooth_order(shorter: &Smoothed, order: usize, weights: &[f64]) -> SmoothedOrder {
    let grams = &shorter.counts.orders[order - 1];
    let discounts = all_discounts(grams);
    let contexts = Contexts::of(grams, &discounts);
    let by_context: Vec<(Vec<f32>, f32)> = (0..contexts.keys.len())
        .into_par_iter()
        .with_min_len(1024)
        .map(|context_idx| {
            let (sum, taken) = contexts.weighted(context_idx, weights);
            let rest = taken / sum;
            let grams_of_it = contexts.starts[context_idx]..contexts.starts[context_idx + 1];
            let probabilities = grams_of_it
                .map(|idx| {
                    let lower = f64::from(
                        shorter.ln_probability(suffix(grams.keys[idx], order), order - 1),
                    )
                    .exp();
                    ((kept(grams, idx, &discounts, weights) / sum + rest * lower).ln()) as f32
                })
                .collect();
            (probabilities, rest.ln() as f32)
        })
        .collect();
    let mut ln_probabilities = Vec::with_capacity(grams.keys.len());
    let mut ln_rests = Vec::with_capacity(by_context.len());
    for (probabilities, rest) in by_context {
        ln_probabilities.extend(probabilities);
        ln_rests.push(rest);
    }
    SmoothedOrder {
        ln_probabilities,
        contexts,
        ln_rests,
    }
}

impl Smoothed<'_> {
    /// Probability of the last symbol behind the others, natural logarithm; for
    /// an n-gram that was not counted, through its shorter context.
    pub fn ln_probability(&self, key: u64, order: usize) -> f32 {
        if order == 1 {
            return self.ln_unigrams[key as usize];
        }
        let this = &self.orders[order - 2];
        if let Ok(idx) = self.counts.orders[order - 1].keys.binary_search(&key) {
            return this.ln_probabilities[idx];
        }
        let rest = this
            .contexts
            .find(context(key))
            .map_or(0.0, |idx| this.ln_rests[idx]);
        rest + self.ln_probability(suffix(key, order), order - 1)
    }

    /// Mean bits for a symbol of the held-out texts, each source counting alike.
    pub fn bits_per_symbol(&self, held_out: &[Vec<u16>]) -> f64 {
        let max_order = self.counts.orders.len();
        let mut sum_bits = 0.0;
        let mut n_sources = 0;
        for symbols in held_out {
            let grams: Vec<(u64, usize)> = predictions(symbols, max_order).collect();
            if grams.is_empty() {
                continue;
            }
            let bits: f64 = grams
                .iter()
                .map(|&(key, order)| -f64::from(self.ln_probability(key, order)))
                .sum();
            sum_bits += bits / grams.len() as f64 / std::f64::consts::LN_2;
            n_sources += 1;
        }
        sum_bits / f64::from(n_sources.max(1))
    }
}

/// Every symbol behind the first with as much context as its sentence gives.
fn predictions(symbols: &[u16], max_order: usize) -> impl Iterator<Item = (u64, usize)> {
    (1..symbols.len()).map(move |end| {
        let mut start = end;
        while start > 0 && end - start + 1 < max_order {
            start -= 1;
            if symbols[start] == BOUNDARY {
                break;
            }
        }
        (key(&symbols[start..=end]), end - start + 1)
    })
}

/// What the probability of one held-out symbol is made of, free of the weights:
/// from bigrams on, of each source the discounted count, the context's count
/// and the context's discounts.
struct Parts {
    symbol: u16,
    orders: Vec<Vec<(f64, f64, f64)>>,
}

/// The weights, the last source at 1, under which the held-out lines of all
/// sources are most likely, each source counting alike. A search along one
/// weight after the other in steps of a quarter octave; the likelihood is
/// smooth in each.
pub(super) fn held_out_weights(counts: &GramCounts, held_out: &[Vec<u16>]) -> Vec<f64> {
    let n_sources = held_out.len();
    let mut weights = vec![1.0; n_sources];
    if n_sources < 2 {
        return weights;
    }
    let discounts: Vec<Vec<Discounts>> = counts.orders.iter().map(all_discounts).collect();
    let contexts: Vec<Contexts> = counts
        .orders
        .iter()
        .zip(&discounts)
        .map(|(grams, discounts)| Contexts::of(grams, discounts))
        .collect();
    let parts: Vec<Vec<Parts>> = held_out
        .iter()
        .map(|symbols| {
            predictions(symbols, counts.orders.len())
                .map(|(key, order)| parts_of(counts, &discounts, &contexts, key, order))
                .collect()
        })
        .collect();
    let cost = |weights: &[f64]| -> f64 {
        let unigrams = unigram_probabilities(&counts.orders[0], counts.n_symbols, weights);
        parts
            .iter()
            .filter(|parts| !parts.is_empty())
            .map(|parts| {
                let sum: f64 = parts
                    .par_iter()
                    .with_min_len(4096)
                    .map(|parts| -probability(parts, &unigrams, weights).ln())
                    .collect::<Vec<f64>>()
                    .iter()
                    .sum();
                sum / parts.len() as f64
            })
            .sum()
    };
    let mut best = cost(&weights);
    loop {
        let before = best;
        for source_idx in 0..n_sources - 1 {
            for step in [2f64.powf(0.25), 2f64.powf(-0.25)] {
                loop {
                    let mut tried = weights.clone();
                    tried[source_idx] *= step;
                    let cost = cost(&tried);
                    if cost >= best || !(0.01..100.0).contains(&tried[source_idx]) {
                        break;
                    }
                    best = cost;
                    weights = tried;
                }
            }
        }
        if before - best < 1e-6 {
            return weights;
        }
    }
}

fn parts_of(
    counts: &GramCounts,
    discounts: &[Vec<Discounts>],
    contexts: &[Contexts],
    key: u64,
    order: usize,
) -> Parts {
    let mut orders = Vec::new();
    for lower in 2..=order {
        let mut gram = key;
        for longer in ((lower + 1)..=order).rev() {
            gram = suffix(gram, longer);
        }
        let Some(context_idx) = contexts[lower - 1].find(context(gram)) else {
            break;
        };
        let grams = &counts.orders[lower - 1];
        let gram_idx = grams.keys.binary_search(&gram).ok();
        let of_sources = grams
            .counts
            .iter()
            .zip(&discounts[lower - 1])
            .zip(&contexts[lower - 1].sums)
            .map(|((counts, discounts), sums)| {
                let count = gram_idx.map_or(0, |idx| counts[idx]);
                let (sum, taken) = sums[context_idx];
                (f64::from(count) - discount(count, discounts), sum, taken)
            })
            .collect();
        orders.push(of_sources);
    }
    Parts {
        symbol: last(key),
        orders,
    }
}

fn probability(parts: &Parts, unigrams: &[f64], weights: &[f64]) -> f64 {
    let mut probability = unigrams[usize::from(parts.symbol)];
    for of_sources in &parts.orders {
        let mut total = (0.0, 0.0, 0.0);
        for (&(kept, sum, taken), weight) in of_sources.iter().zip(weights) {
            total.0 += weight * kept;
            total.1 += weight * sum;
            total.2 += weight * taken;
        }
        if total.1 > 0.0 {
            probability = (total.0 + total.2 * probability) / total.1;
        }
    }
    probability
}
