//! The model file: a header and sections in a fixed order, little-endian, read
//! byte by byte so that no alignment is needed.
//!
//! | section | each | how many |
//! |---|---|---|
//! | lengths of the words in bytes | `u8` | words |
//! | the words, UTF-8, lower case, tone-first, by falling frequency | | |
//! | shares of Title and UPPER case inside sentences, in 255ths | `u8` `u8` | words |
//! | ln probability of the single symbols | `f32` | symbols |
//! | ln back-off of the single symbols | `f32` | symbols |
//! | where each symbol's bigrams begin | `u32` | symbols + 1 |
//! | then for each order from 2 on: | | |
//! | last symbols, ascending within a context | `u16` | n-grams |
//! | ln probabilities, in sixteenths, negated | `u8` | n-grams |
//! | and unless it is the last order: | | |
//! | which n-grams have longer ones; how many before | `u64` `u32` | n-grams / 64 |
//! | ln back-offs, in 32nds, from -6 on | `u8` | n-grams with longer ones |
//! | where their longer n-grams begin | 3 bytes | as many + 1 |
//!
//! and at the end the network of [`super::window`], if there is one:
//!
//! | section | each | how many |
//! |---|---|---|
//! | steps of the values of places, bag and outputs | `f32` | 3 |
//! | the row that stands for each symbol | `u16` | symbols |
//! | biases of the symbols | `f32` | symbols |
//! | rows of the places, from the leftmost on | 128 × `i8` | places × rows |
//! | rows of the bag | 128 × `i8` | rows |
//! | outputs of the symbols | 128 × `i8` | symbols |
//!
//! Symbols are the three special ones of [`crate::restore::train`] and then the
//! words. The checksum is of everything behind the header.

/// Orders above one.
pub(crate) const MAX_LEVELS: usize = 3;

const MAGIC: [u8; 8] = *b"vanthuLM";
const VERSION: u32 = 2;
pub(crate) const HEADER_LEN: usize = 8 + 4 + 4 + 4 + MAX_LEVELS * 8 + 4 + 8 + 8;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    pub n_words: u32,
    pub n_levels: u32,
    pub n_grams: [u32; MAX_LEVELS],
    pub n_parents: [u32; MAX_LEVELS],
    /// Different words that the network sees; 0 where there is none.
    pub n_window_rows: u32,
    pub body_len: u64,
    pub checksum: u64,
}

/// Why a file's beginning is not that of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HeaderProblem {
    Foreign,
    Version(u32),
}

impl Header {
    pub fn to_bytes(&self) -> [u8; HEADER_LEN] {
        let mut bytes = [0; HEADER_LEN];
        let mut at = 0;
        let mut put = |part: &[u8]| {
            bytes[at..at + part.len()].copy_from_slice(part);
            at += part.len();
        };
        put(&MAGIC);
        put(&VERSION.to_le_bytes());
        put(&self.n_words.to_le_bytes());
        put(&self.n_levels.to_le_bytes());
        for number in self.n_grams.iter().chain(&self.n_parents) {
            put(&number.to_le_bytes());
        }
        put(&self.n_window_rows.to_le_bytes());
        put(&self.body_len.to_le_bytes());
        put(&self.checksum.to_le_bytes());
        bytes
    }

    pub fn from_bytes(bytes: &[u8]) -> Result<Self, HeaderProblem> {
        let bytes: &[u8; HEADER_LEN] = bytes
            .first_chunk()
            .filter(|bytes| bytes.starts_with(&MAGIC))
            .ok_or(HeaderProblem::Foreign)?;
        let number = |at: usize| read_u32(&bytes[at..]);
        let long = |at: usize| u64::from(number(at)) | u64::from(number(at + 4)) << 32;
        let version = number(8);
        if version != VERSION {
            return Err(HeaderProblem::Version(version));
        }
        let by_level = |at: usize| std::array::from_fn(|level_idx| number(at + 4 * level_idx));
        Ok(Self {
            n_words: number(12),
            n_levels: number(16),
            n_grams: by_level(20),
            n_parents: by_level(20 + 4 * MAX_LEVELS),
            n_window_rows: number(20 + 8 * MAX_LEVELS),
            body_len: long(24 + 8 * MAX_LEVELS),
            checksum: long(32 + 8 * MAX_LEVELS),
        })
    }
}

/// The first four bytes; nothing where there are fewer.
pub(crate) fn read_u32(bytes: &[u8]) -> u32 {
    bytes
        .first_chunk()
        .map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

/// Eight bytes at a time, so that 30 MB take a few milliseconds. It finds
/// damage, not malice.
pub(crate) fn checksum(bytes: &[u8]) -> u64 {
    let mut sum = 0x9e37_79b9_7f4a_7c15u64 ^ bytes.len() as u64;
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        sum = (sum.rotate_left(23) ^ u64::from_le_bytes(*word)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    }
    for &byte in rest {
        sum = (sum.rotate_left(23) ^ u64::from(byte)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    }
    sum ^ sum >> 32
}

pub(crate) fn quantize_probability(ln_probability: f32) -> u8 {
    (-ln_probability * 16.0).round().clamp(0.0, 255.0) as u8
}

pub(crate) fn probability(quantized: u8) -> f32 {
    -f32::from(quantized) / 16.0
}

pub(crate) fn quantize_backoff(ln_backoff: f32) -> u8 {
    ((ln_backoff + 6.0) * 32.0).round().clamp(0.0, 255.0) as u8
}

pub(crate) fn backoff(quantized: u8) -> f32 {
    f32::from(quantized) / 32.0 - 6.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_survives_its_bytes() {
        let header = Header {
            n_words: 1,
            n_levels: 2,
            n_grams: [3, 4, 5],
            n_parents: [6, 7, 8],
            n_window_rows: 9,
            body_len: 1 << 40,
            checksum: u64::MAX - 3,
        };
        assert_eq!(Header::from_bytes(&header.to_bytes()), Ok(header.clone()));
        let mut newer = header.to_bytes();
        newer[8] = 9;
        assert_eq!(Header::from_bytes(&newer), Err(HeaderProblem::Version(9)));
        assert_eq!(Header::from_bytes(b"%PDF-1.4"), Err(HeaderProblem::Foreign));
        assert_eq!(Header::from_bytes(&[7; 500]), Err(HeaderProblem::Foreign));
    }

    #[test]
    fn a_flipped_bit_changes_the_checksum() {
        let bytes: Vec<u8> = (0..1003u32).map(|number| (number * 7) as u8).collect();
        for at in [0, 7, 8, 500, 1000, 1002] {
            let mut damaged = bytes.clone();
            damaged[at] ^= 4;
            assert_ne!(checksum(&damaged), checksum(&bytes), "byte {at}");
        }
    }
}
