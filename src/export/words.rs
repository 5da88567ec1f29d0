//! Which texts have the words that a table is narrowed to.

use super::folded;
use crate::index::{in_quotes, spellings};
use crate::vietnamese::{normalize, unify_tone};

/// Whether all words of `wanted` stand in the texts, as whole words; one typed
/// without marks may have any. Words in quotation marks stand side by side.
pub(super) fn has_words<const N: usize>(wanted: Option<&str>, texts: [Option<&str>; N]) -> bool {
    wanted.is_none_or(|wanted| {
        let texts: Vec<Vec<String>> = texts.into_iter().flatten().map(words_of).collect();
        runs_of(wanted).iter().all(|run| {
            let is_there = |text: &Vec<String>| {
                text.windows(run.len())
                    .any(|words| words.iter().zip(run).all(|(word, it)| is_word(word, it)))
            };
            texts.iter().any(is_there)
        })
    })
}

/// As [`has_words`], for names of agencies: abbreviations are read both ways, and
/// a name in quotation marks is the first text and nothing more.
pub(super) fn is_named<const N: usize>(wanted: Option<&str>, texts: [Option<&str>; N]) -> bool {
    let Some(wanted) = wanted else { return true };
    if let Some(whole) = in_quotes(wanted) {
        let first = texts.into_iter().next().flatten();
        return first.is_some_and(|name| words_of(name) == words_of(whole));
    }
    has_words(Some(wanted), texts)
        || spellings(wanted)
            .iter()
            .any(|spelling| has_words(Some(spelling), texts))
}

/// Single words, and words in quotation marks together.
fn runs_of(wanted: &str) -> Vec<Vec<String>> {
    let mut runs = Vec::new();
    for (index, part) in wanted.split('"').enumerate() {
        let words = words_of(part);
        match index % 2 {
            1 if !words.is_empty() => runs.push(words),
            _ => runs.extend(words.into_iter().map(|word| vec![word])),
        }
    }
    runs
}

/// Whether a word of a text is the one that was typed.
fn is_word(word: &str, typed: &str) -> bool {
    let has_marks = folded(typed) != typed;
    match has_marks {
        true => word == typed,
        false => folded(word) == typed,
    }
}

/// Small letters, one spelling of tones; `%` is a word.
fn words_of(text: &str) -> Vec<String> {
    unify_tone(&normalize(text).to_lowercase())
        .replace('%', " % ")
        .split(|letter: char| !letter.is_alphanumeric() && letter != '%')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_whole_and_have_the_marks_that_were_typed() {
        let text = Some("Tỷ lệ hồ sơ giải quyết đúng hạn, hoàn thành chuyên dùng");
        for (wanted, expected) in [
            ("đúng hạn", true),
            ("dung han", true),
            ("\"đúng hạn\"", true),
            ("\"hạn đúng\"", false),
            ("hạn đúng", true),
            ("han thanh", true),
            ("hành", false),
            ("đứng", false),
            ("an", false),
            ("", true),
        ] {
            assert_eq!(has_words(Some(wanted), [text]), expected, "{wanted}");
        }
        assert!(has_words(Some("đồng"), [Some("triệu đồng")]));
        assert!(has_words(Some("%"), [Some("%")]) && !has_words(Some("%"), [Some("xã")]));
    }

    #[test]
    fn agencies_are_named_by_abbreviations_or_in_full() {
        let names = [Some("Uỷ ban nhân dân tỉnh Hải Thịnh"), None];
        for (wanted, expected) in [
            ("UBND tinh", true),
            ("ủy ban nhân dân", true),
            ("\"Ủy ban nhân dân tỉnh Hải Thịnh\"", true),
            ("\"Ủy ban nhân dân tỉnh\"", false),
            ("HĐND", false),
        ] {
            assert_eq!(is_named(Some(wanted), names), expected, "{wanted}");
        }
    }
}
