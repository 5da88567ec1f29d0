//! The normal form of a document number, by which papers are matched.

use unicode_normalization::UnicodeNormalization;

/// The key under which the number of a paper and a citation of it meet:
/// capitals without marks, Đ and its look-alikes as D, no spaces, every dash a
/// hyphen, the ordinal without leading zeros (`02/CT-UBND`, `2/ct-ubnd` and
/// `02/CT–UBND` are one: the decree on records work, NĐ 30/2020/NĐ-CP, asks for
/// the zero and running text often leaves it out).
pub fn number_key(number: &str) -> String {
    let mut key = String::with_capacity(number.len());
    for letter in number.nfd() {
        match letter {
            'đ' | 'Đ' | 'ð' | 'Ð' | 'ɖ' | 'Ɖ' => key.push('D'),
            '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' => key.push('-'),
            letter if letter.is_whitespace() => {}
            letter if unicode_normalization::char::is_combining_mark(letter) => {}
            letter => key.extend(letter.to_uppercase()),
        }
    }
    let ordinal = key.trim_start_matches('0');
    if ordinal.starts_with(|letter: char| letter.is_ascii_digit()) {
        ordinal.to_owned()
    } else {
        key
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spellings_of_one_number_meet() {
        let cases = [
            (
                "02/CT-UBND",
                ["2/CT-UBND", "02/ct-ubnd", "02 / CT – UBND", "002/CT-UBND"],
            ),
            (
                "15/QĐ-BNV",
                ["15/QÐ-BNV", "15/qđ-bnv", "15/QD-BNV", "15/QĐ\n-BNV"],
            ),
        ];
        for (number, spellings) in cases {
            for spelling in spellings {
                assert_eq!(number_key(spelling), number_key(number), "{spelling}");
            }
        }
        assert_eq!(number_key("29-KL/TU"), "29-KL/TU");
        assert_eq!(number_key("000"), "000");
        assert_eq!(number_key(""), "");
    }

    proptest! {
        #[test]
        fn a_key_is_its_own_key(number in "\\PC{0,24}") {
            let key = number_key(&number);
            prop_assert_eq!(number_key(&key), key.clone());
        }
    }
}
