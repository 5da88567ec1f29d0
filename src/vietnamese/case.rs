//! Upper and lower case of a word as a pattern that can be put on another.

/// How a word is capitalised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CasePattern {
    /// *cải cách*; also what has no letters.
    Lower,
    /// *Cải*: the first letter alone. A single capital letter counts as this.
    Title,
    /// *CẢI*: two letters or more, all capital.
    Upper,
    /// Anything else, such as *TTg*.
    Mixed,
}

impl CasePattern {
    /// The pattern of a word; what is no letter does not count.
    pub fn of(word: &str) -> Self {
        let mut n_letters = 0;
        let mut n_upper = 0;
        let mut is_first_upper = false;
        for letter in word.chars().filter(|letter| letter.is_alphabetic()) {
            if letter.is_uppercase() {
                n_upper += 1;
                is_first_upper |= n_letters == 0;
            }
            n_letters += 1;
        }
        match (n_letters, n_upper) {
            (_, 0) => Self::Lower,
            (_, 1) if is_first_upper => Self::Title,
            (letters, upper) if letters == upper => Self::Upper,
            _ => Self::Mixed,
        }
    }

    /// Puts the pattern on a lower-case word. [`Self::Mixed`] is no rule that
    /// could be put on another word; it leaves the word as it is.
    pub fn apply(self, lower: &str) -> String {
        match self {
            Self::Lower | Self::Mixed => lower.to_owned(),
            Self::Upper => lower.to_uppercase(),
            Self::Title => {
                let mut letters = lower.chars();
                letters.next().map_or_else(String::new, |first| {
                    first.to_uppercase().chain(letters).collect()
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vietnamese::all_syllables;
    use proptest::prelude::*;

    #[test]
    fn patterns() {
        let cases = [
            ("cải", CasePattern::Lower),
            ("Cải", CasePattern::Title),
            ("Ý", CasePattern::Title),
            ("CẢI", CasePattern::Upper),
            ("TTg", CasePattern::Mixed),
            ("123", CasePattern::Lower),
        ];
        for (word, pattern) in cases {
            assert_eq!(CasePattern::of(word), pattern, "of {word}");
        }
    }

    proptest! {
        #[test]
        fn an_applied_pattern_is_found_again(syllable_idx in 0usize..17_000) {
            let syllable = all_syllables().nth(syllable_idx).unwrap_or_default();
            for pattern in [CasePattern::Lower, CasePattern::Title] {
                prop_assert_eq!(CasePattern::of(&pattern.apply(&syllable)), pattern);
            }
            prop_assert_eq!(CasePattern::Upper.apply(&syllable).to_lowercase(), syllable);
        }
    }
}
