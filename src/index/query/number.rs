//! Document numbers in whatever shape they are typed: `02/CT-UBND`,
//! `03 CT UBND`, `số 3-ct/ubnd`, `chỉ thị 02`.

use super::abbreviations::Abbreviations;
use super::fields::is_type_abbreviation;
use super::item::{Item, QueryWord, words_of};
use std::sync::OnceLock;

/// A number has no more parts: `61/2018/TTLT-BNV-BTC-BTP`.
const MAX_PARTS: usize = 8;
/// And no longer ordinal.
const MAX_ORDINAL_DIGITS: usize = 6;

/// Names of types, and what else stands right before a number.
const TYPES: &str = include_str!("../../../dictionaries/document-types.tsv");

/// `02/CT-UBND`, `61/2018/NĐ-CP`, `29-KL/TU`: digits first, and letters behind
/// a slash or hyphen.
pub(super) fn is_number_shape(chunk: &str, words: &[QueryWord]) -> bool {
    let has_letters = words
        .iter()
        .any(|word| word.folded.bytes().any(|byte| byte.is_ascii_alphabetic()));
    (2..=MAX_PARTS).contains(&words.len())
        && words[0].is_digits()
        && has_letters
        && (chunk.contains('/') || chunk.contains('-') && is_sign(&words[1..]))
}

/// Joins the parts of numbers that were typed as words, and knows an ordinal by
/// what stands before it.
pub(super) fn join_numbers(items: Vec<Item>) -> Vec<Item> {
    let mut joined: Vec<Item> = Vec::with_capacity(items.len());
    let mut rest = items.as_slice();
    while let Some((first, behind)) = rest.split_first() {
        let Some(ordinal) = plain_word(first).filter(|word| is_ordinal(word)) else {
            // A `số` before a number says nothing more than the number.
            let is_word_so = plain_word(first).is_some_and(|word| word.folded == "so");
            if !(is_word_so && matches!(behind.first(), Some(Item::Number(_)))) {
                joined.push(first.clone());
            }
            rest = behind;
            continue;
        };
        let (parts, n_taken) = number_at(ordinal, behind);
        let is_behind_so = ends_with_so(&joined);
        if is_behind_so {
            joined.pop();
        }
        joined.push(if n_taken > 0 {
            Item::Number(parts)
        } else if is_behind_so || ends_with_type(&joined) {
            Item::Ordinal(ordinal.clone())
        } else {
            first.clone()
        });
        rest = &behind[n_taken..];
    }
    joined
}

/// The parts of the number that begins with `ordinal`, and how many of the items
/// behind it they take: an optional year, the abbreviation of a type, and the
/// segments of its issuer. Only the ordinal when that is no number.
fn number_at(ordinal: &QueryWord, behind: &[Item]) -> (Vec<QueryWord>, usize) {
    let mut parts = vec![ordinal.clone()];
    let mut found = (parts.clone(), 0);
    for (item_idx, item) in behind.iter().enumerate() {
        match item {
            Item::Word(word) => parts.push(word.clone()),
            // `03 CT-UBND`
            Item::Phrase(words) => parts.extend(words.iter().cloned()),
            _ => break,
        }
        if parts.len() > MAX_PARTS {
            break;
        }
        if is_sign(&parts[sign_start(&parts)..]) {
            found = (parts.clone(), item_idx + 1);
        }
    }
    found
}

fn sign_start(parts: &[QueryWord]) -> usize {
    match parts.get(1) {
        Some(second) if is_year(second) => 2,
        _ => 1,
    }
}

/// The abbreviation of a type or an issuer, and at least one segment behind it that is no word
/// of the language: `ct ubnd`, `tt byt`.
fn is_sign(words: &[QueryWord]) -> bool {
    let Some((first, segments)) = words.split_first() else {
        return false;
    };
    let is_segment = |word: &QueryWord| {
        word.folded.len() <= 10
            && (is_known_segment(&word.folded)
                || !crate::vietnamese::is_syllable(&word.folded)
                    && word.folded.starts_with(|it: char| it.is_ascii_alphabetic()))
    };
    // A letter's sign begins with its issuer: `1347/SYT-VP`.
    (is_type_abbreviation(&first.folded) || Abbreviations::shipped().is_short(first))
        && !segments.is_empty()
        && segments.iter().all(is_segment)
}

/// Segments of signs that are also words when they have no marks.
fn is_known_segment(folded: &str) -> bool {
    matches!(folded, "tu" | "hu" | "du" | "qu" | "cp" | "ttg" | "tw")
}

fn is_year(word: &QueryWord) -> bool {
    word.is_digits()
        && word.folded.len() == 4
        && (word.folded.starts_with("19") || word.folded.starts_with("20"))
}

fn is_ordinal(word: &QueryWord) -> bool {
    word.is_digits() && word.folded.len() <= MAX_ORDINAL_DIGITS && !is_year(word)
}

fn plain_word(item: &Item) -> Option<&QueryWord> {
    match item {
        Item::Word(word) => Some(word),
        _ => None,
    }
}

fn ends_with_so(items: &[Item]) -> bool {
    items
        .last()
        .and_then(plain_word)
        .is_some_and(|word| word.folded == "so" && matches!(word.exact.as_str(), "so" | "số"))
}

/// Whether the last words are the name of a type.
fn ends_with_type(items: &[Item]) -> bool {
    type_names().iter().any(|name| {
        items.len() >= name.len()
            && items[items.len() - name.len()..]
                .iter()
                .zip(name)
                .all(|(item, word)| plain_word(item).is_some_and(|it| it.folded == word.folded))
    })
}

fn type_names() -> &'static [Vec<QueryWord>] {
    static NAMES: OnceLock<Vec<Vec<QueryWord>>> = OnceLock::new();
    NAMES.get_or_init(|| {
        TYPES
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| line.split_once('\t'))
            .map(|(_, name)| words_of(name))
            .collect()
    })
}
