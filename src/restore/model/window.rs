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
    places: &'a [[u8; N_HIDDEN]],
    bag: &'a [[u8; N_HIDDEN]],
    outputs: &'a [[u8; N_HIDDEN]],
}

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
}

impl Window<'_, '_> {
    /// The natural logarithms of the probabilities of `candidates` at `at`, which
    /// must not go backwards.
    pub fn ln_probabilities(&mut self, at: usize, candidates: &[Symbol], into: &mut Vec<f32>) {
        self.move_to(at);
        let net = &self.net;
        let near = self.near(at);
        let mut sums = [0; N_HIDDEN];
        for idx in near.clone() {
            let place = idx + REACH - at;
            let row = place * net.shape.n_rows + usize::from(self.text[idx]);
            add(&mut sums, &net.places[row]);
        }
        let bag_scale = net.bag_scale * far_scale(self.far.len() - near.len());
        let mut hidden = [0.0f32; N_HIDDEN];
        for ((hidden, &near), &far) in hidden.iter_mut().zip(&sums).zip(&self.bag) {
            let sum = f32::from(near) * net.place_scale + f32::from(far) * bag_scale;
            *hidden = sum.max(0.0);
        }
        let (hidden, hidden_scale) = in_steps(&hidden);
        let scale = hidden_scale * net.output_scale;
        into.clear();
        into.extend(candidates.iter().map(|&symbol| {
            let symbol = usize::from(symbol);
            let bias = f32::from_bits(read_u32(&net.biases[4 * symbol..]));
            bias + dot(&hidden, &net.outputs[symbol]) as f32 * scale
        }));
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

    /// Keeps the bag up to date.
    fn move_to(&mut self, at: usize) {
        let near = self.near(at);
        let far = near.start.saturating_sub(BAG_REACH)..(near.end + BAG_REACH).min(self.text.len());
        let row = |idx: usize| &self.net.bag[usize::from(self.text[idx])];
        match self.at {
            None => {
                for idx in (far.start..near.start).chain(near.end..far.end) {
                    add(&mut self.bag, row(idx));
                }
            }
            Some(before) => {
                let near_before = self.near(before);
                for idx in self.far.end..far.end {
                    add(&mut self.bag, row(idx));
                }
                for idx in near_before.start..near.start {
                    add(&mut self.bag, row(idx));
                }
                for idx in near_before.end..near.end {
                    subtract(&mut self.bag, row(idx));
                }
                for idx in self.far.start..far.start {
                    subtract(&mut self.bag, row(idx));
                }
            }
        }
        self.at = Some(at);
        self.far = far;
    }
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

// A long step adds many words before it takes as many away; what is left fits
// again.
widened! {
    fn add(to: &mut Sums, row: &[u8; N_HIDDEN]) {
        for (to, &value) in to.iter_mut().zip(row) {
            *to = to.wrapping_add(i16::from(value.cast_signed()));
        }
    }
}

widened! {
    fn subtract(from: &mut Sums, row: &[u8; N_HIDDEN]) {
        for (from, &value) in from.iter_mut().zip(row) {
            *from = from.wrapping_sub(i16::from(value.cast_signed()));
        }
    }
}

/// The hidden layer in steps of 15 bits, and the size of a step: whole numbers are
/// multiplied and added several times as fast, and lose nothing that counts.
fn in_steps(hidden: &[f32; N_HIDDEN]) -> ([i16; N_HIDDEN], f32) {
    let most = hidden.iter().copied().fold(0.0, f32::max);
    if most == 0.0 {
        return ([0; N_HIDDEN], 0.0);
    }
    let scale = f32::from(i16::MAX) / most;
    (hidden.map(|value| (value * scale) as i16), 1.0 / scale)
}

widened! {
    /// No sum leaves 32 bits: 15 bits of each value, 7 of each weight, 7 of their number.
    fn dot(hidden: &[i16; N_HIDDEN], row: &[u8; N_HIDDEN]) -> i32 {
        let mut sum = 0;
        for (&hidden, &value) in hidden.iter().zip(row) {
            sum += i32::from(hidden) * i32::from(i16::from(value.cast_signed()));
        }
        sum
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
