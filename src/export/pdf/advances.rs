//! How wide letters are printed.

use crate::vietnamese::base_letter;

/// Advance widths of the printable ASCII characters from the space on, in
/// thousandths of the font's size: those of Times Roman (Adobe Core 14 metrics),
/// after which administrative papers are set (Decree 30/2020, Appendix I: Times
/// New Roman).
const ASCII: [u16; 95] = [
    250, 333, 408, 500, 500, 833, 778, 180, 333, 333, 500, 564, 250, 333, 250,
    278, // space to /
    500, 500, 500, 500, 500, 500, 500, 500, 500, 500, 278, 278, 564, 564, 564, 444, // 0 to ?
    921, 722, 667, 667, 722, 611, 556, 722, 722, 333, 389, 722, 611, 889, 722, 722, // @ to O
    556, 722, 667, 556, 611, 722, 722, 944, 722, 722, 611, 333, 278, 333, 469, 500, // P to _
    333, 444, 500, 444, 500, 444, 333, 500, 500, 278, 278, 500, 278, 778, 500, 500, // ` to o
    500, 500, 333, 389, 278, 500, 500, 722, 500, 500, 444, 480, 200, 480, 541, // p to ~
];
/// Of what is not listed.
const OTHER: u16 = 500;

/// The width of a character in thousandths of the font's size; marks over and
/// under a letter change nothing.
pub(super) fn advance(character: char) -> u16 {
    match character {
        '–' => 500,
        '—' | '…' => 1000,
        '“' | '”' => 444,
        '‘' | '’' => 333,
        _ => (base_letter(character) as usize)
            .checked_sub(' ' as usize)
            .and_then(|index| ASCII.get(index))
            .copied()
            .unwrap_or(OTHER),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_change_no_width() {
        for (marked, plain) in [('ế', 'e'), ('Đ', 'D'), ('ư', 'u'), ('Ỵ', 'Y')] {
            assert_eq!(advance(marked), advance(plain));
        }
        assert_eq!((advance(' '), advance('m'), advance('~')), (250, 778, 541));
        assert_eq!(advance('漢'), OTHER);
    }
}
