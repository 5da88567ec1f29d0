//! A number by which near-identical papers are known: the same paper scanned
//! twice, a copy with a stamp.
//!
//! It is Charikar's similarity hash (STOC 2002): every two neighbouring words,
//! folded, vote for the bits of their hash; papers that share most of their
//! pairs agree in most of the 64 bits, others in about half.

use super::words::{read_folded, word_ranges};

/// A paper with fewer words is known by its words, not by their number.
const MIN_WORDS: usize = 30;

/// Two readings of one scan differ in some words of a hundred and thereby in
/// some five bits; papers of one office on one form in fifteen and more.
const MAX_DIFFERENT_BITS: u32 = 8;

/// The fingerprint of a paper's pages; 0 when they have too few words.
pub(super) fn fingerprint<'a>(pages: impl IntoIterator<Item = &'a str>) -> u64 {
    let mut votes = [0i32; 64];
    let mut n_words = 0;
    let mut before = 0;
    let mut reading = String::new();
    for page in pages {
        for range in word_ranges(page) {
            read_folded(&page[range], &mut reading);
            let word = hash(&reading);
            if n_words > 0 {
                let pair = mixed(before ^ word.rotate_left(32));
                for (bit, vote) in votes.iter_mut().enumerate() {
                    *vote += if pair >> bit & 1 == 1 { 1 } else { -1 };
                }
            }
            before = word;
            n_words += 1;
        }
    }
    if n_words < MIN_WORDS {
        return 0;
    }
    let bits = votes.iter().enumerate().filter(|(_, vote)| **vote > 0);
    bits.fold(0, |all, (bit, _)| all | 1 << bit)
}

/// Whether two papers are near-identical.
pub(super) fn is_near(a: u64, b: u64) -> bool {
    a != 0 && b != 0 && (a ^ b).count_ones() <= MAX_DIFFERENT_BITS
}

/// FNV-1a, 64 bits: the same in every build, since it is kept in the index.
fn hash(word: &str) -> u64 {
    word.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Spreads every bit over all others (the finaliser of MurmurHash3).
fn mixed(mut bits: u64) -> u64 {
    bits ^= bits >> 33;
    bits = bits.wrapping_mul(0xff51_afd7_ed55_8ccd);
    bits ^= bits >> 33;
    bits = bits.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    bits ^ bits >> 33
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paper(topic: &str) -> String {
        (0..60)
            .map(|line| format!("{topic} mục {line} giao phòng {} theo dõi\n", line * 7 % 13))
            .collect()
    }

    #[test]
    fn a_second_scan_is_near_and_another_paper_is_not() {
        let original = paper("triển khai kiểm tra công vụ");
        let rescanned = original
            .replace("mục 7 ", "mục T ")
            .replace("mục 31 giao", "muc 31 giao,");
        let other = paper("báo cáo thu chi ngân sách");
        let of = |text: &str| fingerprint([text]);
        assert!(is_near(of(&original), of(&rescanned)));
        assert!(!is_near(of(&original), of(&other)));
        assert_eq!(of("quá ít chữ"), 0);
        assert!(!is_near(0, 0));
    }
}
