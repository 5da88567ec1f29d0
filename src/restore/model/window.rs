//! Which of the words that differ in marks alone stands here, told by the words
//! on both sides without their marks.
//!
//! The n-grams see what stands before, and only three words of it. In text
//! without marks the words behind are known as well, and those further away: a
//! feed-forward network looks at [`REACH`] words on each side by their place and
//! at [`BAG_REACH`] further ones as a bag. Its one hidden layer is a sum of rows
//! that were multiplied out beforehand, so that a word costs a few hundred
//! additions of small integers.
//!
//! `crate::restore::train` learns it and tells the sources.

use super::layout::read_u32;
use super::prefetch::prefetch;
use super::{Sections, Symbol, symbols};
use std::ops::Range;

/// Width of the hidden layer.
pub(crate) const N_HIDDEN: usize = 128;
/// Words on each side that count by their place.
pub(crate) const REACH: usize = 6;
pub(crate) const N_PLACES: usize = 2 * REACH + 1;
/// Further words on each side that count without it.
pub(crate) const BAG_REACH: usize = 24;

/// How large a network is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Different words it sees; the first three are the special symbols.
    pub n_rows: usize,
    /// Words it chooses from, the special symbols among them.
    pub n_symbols: usize,
}

/// A bag of so many words counts as much as this times their sum.
pub(crate) fn far_scale(n_words: usize) -> f32 {
    1.0 / (n_words.max(1) as f32).sqrt()
}

/// A value in steps of `scale`, cut off where a byte ends.
pub(crate) fn quantize(value: f32, scale: f32) -> i8 {
    (value / scale).round().clamp(-127.0, 127.0) as i8
}

/// Where the parts of the network stand in the file.
#[derive(Debug, Clone)]
pub(super) struct WindowLayout {
    shape: Shape,
    scales: Range<usize>,
    rows_of_symbols: Range<usize>,
    biases: Range<usize>,
    places: Range<usize>,
    bag: Range<usize>,
    outputs: Range<usize>,
}

impl WindowLayout {
    pub fn take(shape: Shape, sections: &mut Sections) -> Option<Self> {
        Some(Self {
            shape,
            scales: sections.take(3, 4)?,
            rows_of_symbols: sections.take(shape.n_symbols, 2)?,
            biases: sections.take(shape.n_symbols, 4)?,
            places: sections.take(shape.n_rows.checked_mul(N_PLACES)?, N_HIDDEN)?,
            bag: sections.take(shape.n_rows, N_HIDDEN)?,
            outputs: sections.take(shape.n_symbols, N_HIDDEN)?,
        })
    }
}

/// The network of a model, read in place.
#[derive(Clone, Copy)]
pub(crate) struct WindowNet<'a> {
    shape: Shape,
    place_scale: f32,
    bag_scale: f32,
    output_scale: f32,
    rows_of_symbols: &'a [u8],
    biases: &'a [u8],
    places: &'a [Row],
    bag: &'a [Row],
    outputs: &'a [Row],
}

type Row = [u8; N_HIDDEN];
/// Sums of bytes: no sum of all rows of a window leaves 16 bits.
type Sums = [i16; N_HIDDEN];
const _: () = assert!(127 * 2 * BAG_REACH < i16::MAX as usize);
const _: () = assert!(N_PLACES < 2 * BAG_REACH);

impl<'a> WindowNet<'a> {
    pub(super) fn new(bytes: &'a [u8], layout: &WindowLayout) -> Self {
        let scale = |idx: usize| f32::from_bits(read_u32(&bytes[layout.scales.start + 4 * idx..]));
        let rows = |range: &Range<usize>| bytes[range.clone()].as_chunks().0;
        Self {
            shape: layout.shape,
            place_scale: scale(0),
            bag_scale: scale(1),
            output_scale: scale(2),
            rows_of_symbols: &bytes[layout.rows_of_symbols.clone()],
            biases: &bytes[layout.biases.clone()],
            places: rows(&layout.places),
            bag: rows(&layout.bag),
            outputs: rows(&layout.outputs),
        }
    }

    /// What the network sees of a word; a user's own is an unknown one.
    pub fn row(&self, symbol: Symbol) -> u16 {
        let at = 2 * usize::from(symbol);
        match self.rows_of_symbols.get(at..at + 2) {
            // A damaged file must not lead out of the tables.
            Some(row) => u16::from_le_bytes([row[0], row[1]]).min(self.shape.n_rows as u16 - 1),
            None => symbols::UNKNOWN,
        }
    }

    /// Whether it can choose this word.
    pub fn knows(&self, symbol: Symbol) -> bool {
        usize::from(symbol) < self.shape.n_symbols
    }

    /// Goes through a text, given as rows.
    pub fn slide<'t>(&self, text: &'t [u16]) -> Window<'a, 't> {
        Window {
            net: *self,
            text,
            at: None,
            far: 0..0,
            bag: [0; N_HIDDEN],
            coming: Vec::new(),
            going: Vec::new(),
        }
    }
}

/// A window that is moved along a text from left to right.
pub(crate) struct Window<'a, 't> {
    net: WindowNet<'a>,
    text: &'t [u16],
    at: Option<usize>,
    /// The words near and far, of which the bag holds those that are far.
    far: Range<usize>,
    bag: Sums,
    /// Room for the rows of one step: those that come to a sum, and those that go.
    coming: Vec<&'a Row>,
    going: Vec<&'a Row>,
}

impl Window<'_, '_> {
    /// Asks for what [`Self::ln_probabilities`] reads first.
    pub fn expect(&self, at: usize, candidates: impl Iterator<Item = Symbol>) {
        let net = &self.net;
        for idx in self.near(at) {
            expect_row(net.places, self.place(idx, at));
        }
        let bag_reach = REACH + BAG_REACH;
        // What the bag takes up and gives away; the rest of the near words was just
        // there.
        for idx in [at.wrapping_sub(REACH + 1), at + bag_reach] {
            if let Some(&row) = self.text.get(idx) {
                expect_row(net.bag, usize::from(row));
            }
        }
        for symbol in candidates {
            expect_row(net.outputs, usize::from(symbol));
        }
    }

    /// The natural logarithms of the probabilities of `candidates` at `at`, which
    /// must not go backwards.
    pub fn ln_probabilities(&mut self, at: usize, candidates: &[Symbol], into: &mut Vec<f32>) {
        self.move_to(at);
        let near = self.near(at);
        let net = self.net;
        self.coming.clear();
        for idx in near.clone() {
            self.coming.push(&net.places[self.place(idx, at)]);
        }
        let bag_scale = net.bag_scale * far_scale(self.far.len() - near.len());
        let (hidden, hidden_scale) =
            hidden_layer(&self.coming, net.place_scale, &self.bag, bag_scale);
        into.clear();
        into.resize(candidates.len(), 0.0);
        scores(
            &net,
            &hidden,
            hidden_scale * net.output_scale,
            candidates,
            into,
        );
        let most = into.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let sum: f32 = into.iter().map(|score| (score - most).exp()).sum();
        let ln_sum = most + sum.ln();
        for score in into.iter_mut() {
            *score -= ln_sum;
        }
    }

    fn near(&self, at: usize) -> Range<usize> {
        at.saturating_sub(REACH)..(at + REACH + 1).min(self.text.len())
    }

    /// The row of a near word, seen from `at`.
    fn place(&self, idx: usize, at: usize) -> usize {
        (idx + REACH - at) * self.net.shape.n_rows + usize::from(self.text[idx])
    }

    /// Keeps the bag up to date.
    fn move_to(&mut self, at: usize) {
        let near = self.near(at);
        let far = near.start.saturating_sub(BAG_REACH)..(near.end + BAG_REACH).min(self.text.len());
        let (text, bag) = (self.text, self.net.bag);
        let rows = |range: Range<usize>| text[range].iter().map(|&row| &bag[usize::from(row)]);
        self.coming.clear();
        self.going.clear();
        match self.at {
            None => {
                self.coming.extend(rows(far.start..near.start));
                self.coming.extend(rows(near.end..far.end));
            }
            Some(before) => {
                let near_before = self.near(before);
                self.coming.extend(rows(self.far.end..far.end));
                self.coming.extend(rows(near_before.start..near.start));
                self.going.extend(rows(near_before.end..near.end));
                self.going.extend(rows(self.far.start..far.start));
            }
        }
        add_up(&mut self.bag, &self.coming, &self.going);
        self.at = Some(at);
        self.far = far;
    }
}

fn expect_row(rows: &[Row], idx: usize) {
    let (halves, _) = rows.as_flattened().as_chunks::<64>();
    prefetch(halves, 2 * idx);
    prefetch(halves, 2 * idx + 1);
}

/// Defines a function that is built twice, once for processors with wider registers
/// (AVX2), and calls the one that fits. Whole numbers: both give the same.
macro_rules! widened {
    ($(#[$doc:meta])* fn $name:ident($($argument:ident: $kind:ty),*) $(-> $result:ty)? $body:block) => {
        $(#[$doc])*
        fn $name($($argument: $kind),*) $(-> $result)? {
            #[inline(always)]
            fn plain($($argument: $kind),*) $(-> $result)? $body

            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx2")]
                fn wide($($argument: $kind),*) $(-> $result)? {
                    plain($($argument),*)
                }
                if std::arch::is_x86_feature_detected!("avx2") {
                    // SAFETY: the processor has what it was built for.
                    return unsafe { wide($($argument),*) };
                }
            }
            plain($($argument),*)
        }
    };
}

/// Values that stay in the processor while rows are added to them.
const N_AT_ONCE: usize = 64;

/// `sums` and the values of all `rows` from `first` on.
#[inline(always)]
fn added(mut sums: [i16; N_AT_ONCE], rows: &[&Row], first: usize) -> [i16; N_AT_ONCE] {
    for row in rows {
        for (sum, &value) in sums.iter_mut().zip(&row[first..first + N_AT_ONCE]) {
            // A long step adds many words before it takes as many away; what is left
            // fits again.
            *sum = sum.wrapping_add(i16::from(value.cast_signed()));
        }
    }
    sums
}

widened! {
    fn add_up(to: &mut Sums, coming: &[&Row], going: &[&Row]) {
        for (part_idx, part) in to.as_chunks_mut().0.iter_mut().enumerate() {
            let first = part_idx * N_AT_ONCE;
            let come = added(*part, coming, first);
            let gone = added([0; N_AT_ONCE], going, first);
            for ((sum, come), gone) in part.iter_mut().zip(come).zip(gone) {
                *sum = come.wrapping_sub(gone);
            }
        }
    }
}

widened! {
    /// The hidden layer in steps of 15 bits, and the size of a step: whole numbers are
    /// multiplied and added several times as fast, and lose nothing that counts.
    fn hidden_layer(near: &[&Row], near_scale: f32, far: &Sums, far_scale: f32) -> (Sums, f32) {
        let mut hidden = [0.0f32; N_HIDDEN];
        let parts = hidden.as_chunks_mut::<N_AT_ONCE>().0.iter_mut();
        for (part_idx, (part, far)) in parts.zip(far.as_chunks::<N_AT_ONCE>().0).enumerate() {
            let sums = added([0; N_AT_ONCE], near, part_idx * N_AT_ONCE);
            for ((hidden, &near), &far) in part.iter_mut().zip(&sums).zip(far) {
                let sum = f32::from(near) * near_scale + f32::from(far) * far_scale;
                *hidden = sum.max(0.0);
            }
        }
        // The greatest, without an order that the values would have to wait in.
        let mut greatest = [0.0f32; N_AT_ONCE];
        for part in hidden.as_chunks::<N_AT_ONCE>().0 {
            for (most, &value) in greatest.iter_mut().zip(part) {
                *most = most.max(value);
            }
        }
        let most = greatest.into_iter().fold(0.0, f32::max);
        if most == 0.0 {
            return ([0; N_HIDDEN], 0.0);
        }
        let scale = f32::from(i16::MAX) / most;
        // No value leaves 15 bits.
        (hidden.map(|value| (value * scale) as i32 as i16), 1.0 / scale)
    }
}

widened! {
    fn scores(
        net: &WindowNet,
        hidden: &Sums,
        scale: f32,
        candidates: &[Symbol],
        into: &mut [f32]
    ) {
        for (score, &symbol) in into.iter_mut().zip(candidates) {
            let symbol = usize::from(symbol);
            let bias = f32::from_bits(read_u32(&net.biases[4 * symbol..]));
            // No sum leaves 32 bits: 15 bits of each value, 7 of each weight, 7 of
            // their number.
            let mut sum = 0;
            for (&hidden, &value) in hidden.iter().zip(&net.outputs[symbol]) {
                sum += i32::from(hidden) * i32::from(i16::from(value.cast_signed()));
            }
            *score = bias + sum as f32 * scale;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A network whose rows are all different.
    fn bytes(shape: Shape) -> Vec<u8> {
        let mut bytes = Vec::new();
        for scale in [0.01f32, 0.002, 0.01] {
            bytes.extend(scale.to_le_bytes());
        }
        for symbol in 0..shape.n_symbols {
            bytes.extend((symbol as u16).to_le_bytes());
        }
        for _ in 0..shape.n_symbols {
            bytes.extend(0.5f32.to_le_bytes());
        }
        let n_values = (shape.n_rows * (N_PLACES + 1) + shape.n_symbols) * N_HIDDEN;
        bytes.extend((0..n_values).map(|idx| (idx * idx / 7 % 251) as u8));
        bytes
    }

    #[test]
    fn sliding_gives_what_looking_anew_gives() {
        let shape = Shape {
            n_rows: 20,
            n_symbols: 20,
        };
        let bytes = bytes(shape);
        let mut sections = Sections {
            at: 0,
            end: bytes.len(),
        };
        let layout = WindowLayout::take(shape, &mut sections).expect("it fits");
        assert_eq!(sections.at, bytes.len());
        let net = WindowNet::new(&bytes, &layout);
        let text: Vec<u16> = (0..400u32).map(|idx| (idx * idx % 19) as u16).collect();
        let mut sliding = net.slide(&text);
        let (mut slid, mut anew) = (Vec::new(), Vec::new());
        // Steps short and long, the ends among them.
        for at in [0, 1, 2, 7, 8, 40, 41, 300, 301, 399] {
            sliding.ln_probabilities(at, &[4, 5, 6], &mut slid);
            net.slide(&text).ln_probabilities(at, &[4, 5, 6], &mut anew);
            assert_eq!(slid, anew, "at {at}");
            let sum: f32 = slid.iter().map(|ln| ln.exp()).sum();
            assert!((sum - 1.0).abs() < 1e-4);
        }
    }

    #[test]
    fn a_step_of_a_byte_is_kept_and_more_is_cut_off() {
        assert_eq!(quantize(0.1, 0.01), 10);
        assert_eq!(quantize(-99.0, 0.01), -127);
    }
}
