//! Learning which of the words that differ in marks alone stands where, from the
//! folded words on both sides: the network of [`crate::restore::model`]'s
//! `window`.
//!
//! A feed-forward network over words in a window (Bengio et al. 2003), but of
//! words without marks, since those of both sides are known before anything is
//! decided; its answer is only asked for among the words of one group. Learnt by
//! gradient descent with a step for each row (Duchi et al. 2011), block after
//! block of the texts in a mixed order. Every sum is taken in a fixed order,
//! however many a processor takes at once, so that the same texts give the same
//! network.

use super::corpus::{BOUNDARY, Corpus, FIRST_WORD, UNKNOWN};
use super::groups::Groups;
use crate::restore::model::window::{BAG_REACH, N_HIDDEN, N_PLACES, REACH, far_scale, quantize};

/// Groups with a row of their own; a rarer one counts as an unknown word.
const MAX_ROWS: usize = 3500;
/// How often all texts are gone through.
const N_ROUNDS: usize = 2;
const BLOCK_LEN: usize = 4096;
/// Length of a step at the beginning; it falls to nearly nothing.
const FIRST_RATE: f32 = 0.05;
const LAST_RATE: f32 = 0.0005;
/// Of a bias, against the rows.
const BIAS_RATE: f32 = 0.1;
/// Where the right word is this likely already, nothing is to be learnt.
const SURE: f32 = 0.98;
/// Nor from a word whose probability is this near to what it should be.
const MIN_ERROR: f32 = 1e-3;
/// A word that is so much rarer than the most frequent of its group is never the
/// answer: the decoder does not think of it either.
const MAX_TIMES_RARER: f64 = 8100.0;
/// What the bias of such a word says, natural logarithm.
const LN_NEVER: f32 = -12.0;

type Row = [f32; N_HIDDEN];

/// Rows of numbers.
struct Rows(Vec<Row>);

impl Rows {
    fn random(n_rows: usize, width: f32, random: &mut Random) -> Self {
        let mut row = || std::array::from_fn(|_| (random.unit() - 0.5) * width);
        Self((0..n_rows).map(|_| row()).collect())
    }
}

/// The network with what each row's steps were so far.
struct Net {
    n_rows: usize,
    places: Rows,
    bag: Rows,
    outputs: Rows,
    biases: Vec<f32>,
    /// Sums of squared gradients.
    place_squares: Vec<f32>,
    bag_squares: Vec<f32>,
    output_squares: Vec<f32>,
}

/// What does not change while learning.
struct Task {
    /// By group: the words to choose from.
    members: Vec<Vec<u16>>,
    groups: Groups,
    /// By group.
    rows: Vec<u16>,
}

/// The learnt network as the model file holds it.
pub(super) struct Learnt {
    pub n_rows: usize,
    pub bytes: Vec<u8>,
}

/// A generator of the xorshift family (Marsaglia 2003): the same numbers always.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// From 0 to 1.
    fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u64 << 24) as f32
    }
}

pub(super) fn learn(corpus: &Corpus) -> Learnt {
    let counts = counts(corpus);
    let task = Task::of(corpus, &counts);
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let mut net = Net::new(&task, &counts, &mut random);
    let blocks = mixed_blocks(corpus, &mut random);
    for (block_idx, &(source_idx, start)) in blocks.iter().enumerate() {
        let done = block_idx as f32 / blocks.len() as f32;
        let rate = FIRST_RATE * (1.0 - done) + LAST_RATE;
        // The words around a block's ends are those of its source.
        let source = &corpus.sources[source_idx];
        let margin = REACH + BAG_REACH;
        let from = start.saturating_sub(margin);
        let end = (start + BLOCK_LEN).min(source.len());
        let to = (end + margin).min(source.len());
        net.learn(&task, &source[from..to], start - from..end - from, rate);
    }
    net.encode(&task)
}

/// How often each symbol occurs.
fn counts(corpus: &Corpus) -> Vec<u64> {
    let mut counts = vec![0; usize::from(FIRST_WORD) + corpus.words.len()];
    for &symbol in corpus.sources.iter().flatten() {
        counts[usize::from(symbol)] += 1;
    }
    counts
}

/// Source and first symbol of each block, every round in another order.
fn mixed_blocks(corpus: &Corpus, random: &mut Random) -> Vec<(usize, usize)> {
    let mut blocks = Vec::new();
    for _ in 0..N_ROUNDS {
        let first = blocks.len();
        for (source_idx, source) in corpus.sources.iter().enumerate() {
            blocks.extend(
                (0..source.len())
                    .step_by(BLOCK_LEN)
                    .map(|start| (source_idx, start)),
            );
        }
        let round = &mut blocks[first..];
        for idx in (1..round.len()).rev() {
            round.swap(idx, (random.next() % (idx as u64 + 1)) as usize);
        }
    }
    blocks
}

impl Task {
    fn of(corpus: &Corpus, counts: &[u64]) -> Self {
        let groups = Groups::of(corpus);
        let n_groups = groups.n_groups();
        let mut members: Vec<Vec<u16>> = vec![Vec::new(); n_groups];
        let mut group_counts = vec![0u64; n_groups];
        for symbol in 0..counts.len() {
            // Symbols fit 16 bits.
            let symbol = symbol as u16;
            let count = counts[usize::from(symbol)];
            let group = usize::from(groups.of_symbol(symbol));
            group_counts[group] += count;
            // Words come by falling frequency: the first is the most frequent.
            let most = members[group]
                .first()
                .map_or(0, |&first| counts[usize::from(first)]);
            if symbol >= FIRST_WORD && count as f64 * MAX_TIMES_RARER >= most as f64 {
                members[group].push(symbol);
            }
        }
        let mut by_count: Vec<usize> = (usize::from(FIRST_WORD)..n_groups).collect();
        by_count.sort_by_key(|&group| (std::cmp::Reverse(group_counts[group]), group));
        let mut rows = vec![UNKNOWN; n_groups];
        for special in BOUNDARY..FIRST_WORD {
            rows[usize::from(special)] = special;
        }
        for (idx, &group) in by_count.iter().take(MAX_ROWS).enumerate() {
            rows[group] = FIRST_WORD + idx as u16;
        }
        Self {
            members,
            groups,
            rows,
        }
    }

    fn n_rows(&self) -> usize {
        let last = self.rows.iter().max();
        last.map_or(0, |&last| usize::from(last) + 1)
    }

    fn row(&self, symbol: u16) -> u16 {
        self.rows[usize::from(self.groups.of_symbol(symbol))]
    }
}

impl Net {
    fn new(task: &Task, counts: &[u64], random: &mut Random) -> Self {
        let n_rows = task.n_rows();
        let n_symbols = counts.len();
        let mut biases = vec![LN_NEVER; n_symbols];
        for members in &task.members {
            let all: u64 = members
                .iter()
                .map(|&symbol| counts[usize::from(symbol)])
                .sum();
            for &symbol in members {
                let count = counts[usize::from(symbol)] as f32;
                biases[usize::from(symbol)] = ((count + 0.5) / (all as f32 + 1.0)).ln();
            }
        }
        Self {
            n_rows,
            places: Rows::random(N_PLACES * n_rows, 0.1, random),
            bag: Rows::random(n_rows, 0.02, random),
            outputs: Rows(vec![[0.0; N_HIDDEN]; n_symbols]),
            biases,
            place_squares: vec![1e-6; N_PLACES * n_rows],
            bag_squares: vec![1e-6; n_rows],
            output_squares: vec![1e-6; n_symbols],
        }
    }

    /// Learns from the words `of` a text.
    fn learn(&mut self, task: &Task, text: &[u16], of: std::ops::Range<usize>, rate: f32) {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has what the function is compiled for.
            unsafe { self.learn_avx2(task, text, of, rate) };
            return;
        }
        self.learn_anywhere(task, text, of, rate);
    }

    /// The same sums, eight at a time.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn learn_avx2(&mut self, task: &Task, text: &[u16], of: std::ops::Range<usize>, rate: f32) {
        self.learn_anywhere(task, text, of, rate);
    }

    #[inline(always)]
    fn learn_anywhere(&mut self, task: &Task, text: &[u16], of: std::ops::Range<usize>, rate: f32) {
        let rows: Vec<usize> = text
            .iter()
            .map(|&symbol| usize::from(task.row(symbol)))
            .collect();
        let mut probabilities: Vec<f32> = Vec::new();
        for at in of {
            let members = &task.members[usize::from(task.groups.of_symbol(text[at]))];
            let own = members.iter().position(|&symbol| symbol == text[at]);
            let Some(own) = own.filter(|_| members.len() > 1) else {
                continue;
            };
            let near = at.saturating_sub(REACH)..(at + REACH + 1).min(text.len());
            let far_start = near.start.saturating_sub(BAG_REACH);
            let far_end = (near.end + BAG_REACH).min(text.len());
            let far = || (far_start..near.start).chain(near.end..far_end);
            let far_scale = far_scale(far_end - far_start - near.len());
            let place_row = |idx: usize| (idx + REACH - at) * self.n_rows + rows[idx];

            let mut bag = [0.0; N_HIDDEN];
            for idx in far() {
                add(&mut bag, &self.bag.0[rows[idx]], 1.0);
            }
            let mut hidden = [0.0; N_HIDDEN];
            for idx in near.clone() {
                add(&mut hidden, &self.places.0[place_row(idx)], 1.0);
            }
            add(&mut hidden, &bag, far_scale);
            for value in &mut hidden {
                *value = value.max(0.0);
            }
            probabilities.clear();
            probabilities.extend(members.iter().map(|&symbol| {
                let symbol = usize::from(symbol);
                self.biases[symbol] + dot(&hidden, &self.outputs.0[symbol])
            }));
            normalize(&mut probabilities);
            if probabilities[own] > SURE {
                continue;
            }

            let mut gradient = [0.0; N_HIDDEN];
            let hidden_square = dot(&hidden, &hidden) / N_HIDDEN as f32;
            for (idx, &symbol) in members.iter().enumerate() {
                let symbol = usize::from(symbol);
                let error = probabilities[idx] - if idx == own { 1.0 } else { 0.0 };
                if error.abs() < MIN_ERROR {
                    continue;
                }
                let output = &mut self.outputs.0[symbol];
                add(&mut gradient, output, error);
                let square = &mut self.output_squares[symbol];
                *square += error * error * hidden_square;
                add(output, &hidden, -error * rate / square.sqrt());
                self.biases[symbol] -= BIAS_RATE * rate * error;
            }
            for (value, hidden) in gradient.iter_mut().zip(&hidden) {
                if *hidden <= 0.0 {
                    *value = 0.0;
                }
            }
            let gradient_square = dot(&gradient, &gradient) / N_HIDDEN as f32;
            for idx in near.clone() {
                let row = place_row(idx);
                let square = &mut self.place_squares[row];
                *square += gradient_square;
                add(&mut self.places.0[row], &gradient, -rate / square.sqrt());
            }
            for idx in far() {
                let square = &mut self.bag_squares[rows[idx]];
                *square += gradient_square * far_scale * far_scale;
                let step = -rate * far_scale / square.sqrt();
                add(&mut self.bag.0[rows[idx]], &gradient, step);
            }
        }
    }

    fn encode(&self, task: &Task) -> Learnt {
        let mut bytes = Vec::new();
        let scales = [&self.places, &self.bag, &self.outputs].map(|rows| scale(&rows.0));
        for scale in scales {
            bytes.extend(scale.to_le_bytes());
        }
        for symbol in 0..self.biases.len() {
            bytes.extend(task.row(symbol as u16).to_le_bytes());
        }
        for bias in &self.biases {
            bytes.extend(bias.to_le_bytes());
        }
        for (rows, scale) in [&self.places, &self.bag, &self.outputs]
            .into_iter()
            .zip(scales)
        {
            let values = rows.0.iter().flatten();
            bytes.extend(values.map(|&value| quantize(value, scale).cast_unsigned()));
        }
        Learnt {
            n_rows: self.n_rows,
            bytes,
        }
    }
}

/// The step of the quantised values: nearly all are within four standard
/// deviations of zero, the rest are cut off.
fn scale(rows: &[Row]) -> f32 {
    let mut squares = 0.0f64;
    let mut n_values = 0.0f64;
    for row in rows
        .iter()
        .filter(|row| row.iter().any(|&value| value != 0.0))
    {
        squares += row
            .iter()
            .map(|&value| f64::from(value * value))
            .sum::<f64>();
        n_values += N_HIDDEN as f64;
    }
    let deviation = (squares / n_values.max(1.0)).sqrt().max(1e-6);
    (deviation * DEVIATIONS_KEPT / 127.0) as f32
}

const DEVIATIONS_KEPT: f64 = 6.0;

#[inline(always)]
fn add(to: &mut Row, from: &Row, times: f32) {
    for (to, from) in to.iter_mut().zip(from) {
        *to += from * times;
    }
}

/// Sixteen sums side by side, then their sum: the same on every processor.
#[inline(always)]
fn dot(a: &Row, b: &Row) -> f32 {
    let mut sums = [0.0f32; 16];
    for (a, b) in a.chunks_exact(16).zip(b.chunks_exact(16)) {
        for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += a * b;
        }
    }
    sums.iter().sum()
}

/// Scores into probabilities.
fn normalize(scores: &mut [f32]) {
    let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for score in scores.iter_mut() {
        *score = (*score - most).exp();
        sum += *score;
    }
    for score in scores.iter_mut() {
        *score /= sum;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn eight_at_a_time_gives_the_same_bits_as_one() {
        if !std::arch::is_x86_feature_detected!("avx2") {
            return;
        }
        // Two words that differ in marks, told apart by the word before.
        let task = Task {
            members: vec![vec![], vec![], vec![], vec![3, 4], vec![5], vec![6]],
            groups: Groups::from_groups(vec![0, 1, 2, 3, 3, 4, 5]),
            rows: vec![0, 1, 2, 3, 4, 5],
        };
        let text: Vec<u16> = [0, 5, 3, 0, 6, 4].repeat(300);
        let counts = [600, 0, 0, 300, 300, 300, 300];
        let net = || Net::new(&task, &counts, &mut Random(7));
        let (mut one, mut eight) = (net(), net());
        one.learn_anywhere(&task, &text, 0..text.len(), 0.05);
        // SAFETY: asked above.
        unsafe { eight.learn_avx2(&task, &text, 0..text.len(), 0.05) };
        assert_ne!(one.outputs.0, net().outputs.0, "nothing was learnt");
        assert!(one.outputs.0 == eight.outputs.0 && one.places.0 == eight.places.0);
    }

    #[test]
    fn scores_become_probabilities() {
        let mut scores = vec![1.0, 1.0, -200.0];
        normalize(&mut scores);
        assert!((scores[0] - 0.5).abs() < 1e-6 && scores[2] < 1e-6);
    }
}
