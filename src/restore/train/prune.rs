//! Dropping the n-grams that say least, and balancing what remains.
//!
//! An n-gram is worth how often it is expected in text not seen, times the logarithm by which it is
//! more likely than its shorter context says (Seymore and Rosenfeld 1996),
//! mostly among the words that differ from its own in marks alone (`groups`):
//! the model has to choose between those. The worth is absolute: a gram that
//! makes its word *less* likely than the shorter context says corrects it as
//! much. One threshold holds for all orders, set
//! so that the file has the wanted size; an n-gram stays while a longer one
//! that begins with it does.

use super::corpus::Corpus;
use super::grams::{GramCounts, context, suffix};
use super::groups::{GroupProbabilities, Groups};
use super::smooth::Smoothed;
use super::write::{self, BYTES_PER_GRAM, BYTES_PER_MARKS, BYTES_PER_PARENT};

/// The model as it is written.
pub(super) struct Pruned {
    pub ln_unigrams: Vec<f32>,
    /// Back-off of the single symbols, natural logarithm.
    pub ln_unigram_backoffs: Vec<f32>,
    /// From bigrams on.
    pub levels: Vec<PrunedLevel>,
}

pub(super) struct PrunedLevel {
    pub keys: Vec<u64>,
    pub ln_probabilities: Vec<f32>,
    /// 0 where no longer n-gram begins with this one, and in the last level.
    pub ln_backoffs: Vec<f32>,
}

pub(super) fn prune(
    smoothed: &Smoothed,
    counts: &GramCounts,
    weights: &[f64],
    corpus: &Corpus,
    max_bytes: usize,
) -> Pruned {
    let worths = worths(smoothed, counts, weights, Groups::of(corpus));
    let fixed_bytes = write::fixed_bytes(corpus);
    let threshold = threshold(&worths, max_bytes.saturating_sub(fixed_bytes));
    let mut pruned = Pruned {
        ln_unigrams: smoothed.ln_unigrams.clone(),
        ln_unigram_backoffs: vec![0.0; smoothed.ln_unigrams.len()],
        levels: Vec::new(),
    };
    for (worths, (grams, order)) in worths
        .iter()
        .zip(counts.orders[1..].iter().zip(&smoothed.orders))
    {
        let kept = (0..grams.keys.len()).filter(|&idx| worths.grams[idx] > threshold);
        let (keys, ln_probabilities): (Vec<u64>, Vec<f32>) = kept
            .map(|idx| (grams.keys[idx], order.ln_probabilities[idx]))
            .unzip();
        let ln_backoffs = vec![0.0; keys.len()];
        pruned.levels.push(PrunedLevel {
            keys,
            ln_probabilities,
            ln_backoffs,
        });
        pruned.balance_last_level();
    }
    pruned
}

impl Pruned {
    /// Sets the back-offs of the contexts of the last level, so that the
    /// probabilities behind each context sum to one.
    fn balance_last_level(&mut self) {
        let level_idx = self.levels.len() - 1;
        let order = level_idx + 2;
        let keys = &self.levels[level_idx].keys;
        let mut backoffs = Vec::new();
        let mut start = 0;
        while start < keys.len() {
            let of_context = context(keys[start]);
            let len = keys[start..].partition_point(|&key| context(key) == of_context);
            let mut listed = 0.0;
            let mut listed_shorter = 0.0;
            let probabilities = &self.levels[level_idx].ln_probabilities;
            for (&key, &own) in keys.iter().zip(probabilities).skip(start).take(len) {
                listed += f64::from(own).exp();
                listed_shorter +=
                    f64::from(self.ln_probability(suffix(key, order), order - 1)).exp();
            }
            let backoff = (1.0 - listed).max(1e-4) / (1.0 - listed_shorter).max(1e-4);
            backoffs.push((of_context, backoff.ln() as f32));
            start += len;
        }
        for (context, backoff) in backoffs {
            if level_idx == 0 {
                self.ln_unigram_backoffs[context as usize] = backoff;
            } else {
                let shorter = &mut self.levels[level_idx - 1];
                if let Ok(idx) = shorter.keys.binary_search(&context) {
                    shorter.ln_backoffs[idx] = backoff;
                }
            }
        }
    }

    fn ln_probability(&self, key: u64, order: usize) -> f32 {
        if order == 1 {
            return self.ln_unigrams[key as usize];
        }
        let level = &self.levels[order - 2];
        if let Ok(idx) = level.keys.binary_search(&key) {
            return level.ln_probabilities[idx];
        }
        let backoff = if order == 2 {
            self.ln_unigram_backoffs[context(key) as usize]
        } else {
            let shorter = &self.levels[order - 3];
            shorter
                .keys
                .binary_search(&context(key))
                .map_or(0.0, |idx| shorter.ln_backoffs[idx])
        };
        backoff + self.ln_probability(suffix(key, order), order - 1)
    }
}

/// What n-grams of one order are worth.
struct Worths {
    /// At least that of every longer one that begins with it.
    grams: Vec<f32>,
    /// The highest of the longer ones that begin with it; negative for none.
    children: Vec<f32>,
}

/// From bigrams on.
fn worths(
    smoothed: &Smoothed,
    counts: &GramCounts,
    weights: &[f64],
    groups: Groups,
) -> Vec<Worths> {
    let n_orders = counts.orders.len();
    let groups = GroupProbabilities::of(smoothed, counts, groups);
    let mut by_order: Vec<Worths> = Vec::new();
    // Occurrences and worth that the longer n-grams hand down to their beginnings.
    let mut handed_down: Vec<(u64, f64, f32)> = Vec::new();
    for order in (2..=n_orders).rev() {
        let grams = &counts.orders[order - 1];
        let this = &smoothed.orders[order - 2];
        let gains = groups.gains(order);
        let mut worths = Worths {
            grams: Vec::with_capacity(grams.keys.len()),
            children: Vec::with_capacity(grams.keys.len()),
        };
        let mut next_down: Vec<(u64, f64, f32)> = Vec::new();
        let mut longer = handed_down.iter().peekable();
        for (context_idx, bounds) in this.contexts.starts.windows(2).enumerate() {
            // By n-gram: how often it occurs, and the worth of the longer ones.
            let seen: Vec<(f64, f32)> = (bounds[0]..bounds[1])
                .map(|idx| {
                    let counted: f64 = grams
                        .counts
                        .iter()
                        .zip(weights)
                        .map(|(counts, weight)| weight * f64::from(counts[idx]))
                        .sum();
                    let from_longer = longer.next_if(|&&(own, _, _)| own == grams.keys[idx]);
                    // An n-gram at the end of a sentence has no longer one.
                    from_longer.map_or((counted, -1.0), |&(_, occurrences, worth)| {
                        (occurrences.max(counted), worth)
                    })
                })
                .collect();
            let context_occurrences: f64 = seen.iter().map(|seen| seen.0).sum();
            let mut context_worth = 0.0f32;
            for (idx, (_, children)) in (bounds[0]..bounds[1]).zip(seen) {
                // How often it is to be expected in a text not seen: what was
                // seen once says little.
                let expected = context_occurrences as f32 * this.ln_probabilities[idx].exp();
                let worth = (expected * gains[idx]).max(children);
                worths.grams.push(worth);
                worths.children.push(children);
                context_worth = context_worth.max(worth);
            }
            next_down.push((
                this.contexts.keys[context_idx],
                context_occurrences,
                context_worth,
            ));
        }
        handed_down = next_down;
        by_order.push(worths);
    }
    by_order.reverse();
    by_order
}

/// The worth up to which n-grams go, so that the rest fits into `max_bytes`.
fn threshold(worths: &[Worths], max_bytes: usize) -> f32 {
    let fits = |threshold: f32| {
        let above = |worths: &[f32]| worths.iter().filter(|&&worth| worth > threshold).count();
        let n_bytes: usize = worths
            .iter()
            .enumerate()
            .map(|(level_idx, order)| {
                let n_grams = above(&order.grams);
                if level_idx + 1 == worths.len() {
                    return n_grams * BYTES_PER_GRAM;
                }
                // Which n-grams have longer ones, and where the last of these ends.
                let n_mark_bytes = (n_grams / 64 + 1) * BYTES_PER_MARKS + BYTES_PER_PARENT;
                n_grams * BYTES_PER_GRAM + above(&order.children) * BYTES_PER_PARENT + n_mark_bytes
            })
            .sum();
        // Places above the bigrams have three bytes in the file.
        let mut longer = worths.iter().skip(1);
        let have_places = longer.all(|order| above(&order.grams) < 1 << 24);
        n_bytes <= max_bytes && have_places
    };
    if fits(0.0) {
        return 0.0;
    }
    // Halving on a logarithmic scale; worths are counts times logarithms.
    let (mut low, mut high) = (1e-6f32, 1e9f32);
    while high / low > 1.0001 {
        let middle = (low * high).sqrt();
        if fits(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}
