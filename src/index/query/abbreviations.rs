//! Abbreviations, read both ways: *CCHC* is *cải cách hành chính*.

use super::item::{Item, QueryWord, words_of};
use crate::vietnamese::is_syllable;
use std::collections::HashMap;
use std::sync::OnceLock;

const TABLE: &str = include_str!("../../../dictionaries/abbreviations.tsv");

/// Spellings of one thing that are looked for beside what was typed.
const MAX_OTHERS: usize = 4;

/// What else a text may be written as, with abbreviations spelled out or what has
/// one abbreviated: `UBND tỉnh` is `Ủy ban nhân dân tỉnh`.
pub fn spellings(text: &str) -> Vec<String> {
    let variants = Abbreviations::shipped().variants(&words_of(text));
    let written = |words: Vec<QueryWord>| {
        let words: Vec<String> = words.into_iter().map(|word| word.folded).collect();
        words.join(" ")
    };
    variants.into_iter().skip(1).map(written).collect()
}

/// A row of the table, both sides in words.
#[derive(Debug)]
struct Row {
    short: Vec<QueryWord>,
    long: Vec<QueryWord>,
}

/// The table, with the rows that begin with each folded word, on either side.
#[derive(Debug)]
pub(super) struct Abbreviations {
    rows: Vec<Row>,
    by_first_word: HashMap<String, Vec<usize>>,
}

impl Abbreviations {
    /// The table in `dictionaries/abbreviations.tsv`.
    pub(super) fn shipped() -> &'static Self {
        static SHIPPED: OnceLock<Abbreviations> = OnceLock::new();
        SHIPPED.get_or_init(|| Self::parse(TABLE))
    }

    /// Rows without both sides, and those that would read a common word as an
    /// abbreviation, are left out.
    fn parse(table: &str) -> Self {
        let mut rows = Vec::new();
        let mut by_first_word: HashMap<String, Vec<usize>> = HashMap::new();
        for line in table.lines().filter(|line| !line.starts_with('#')) {
            let Some((short, long)) = line.split_once('\t') else {
                continue;
            };
            let (short, long) = (words_of(short), words_of(long));
            let is_usable = !short.is_empty()
                && long.len() > 1
                && !(short.len() == 1 && is_syllable(&short[0].folded));
            if !is_usable {
                continue;
            }
            for side in [&short, &long] {
                let places = by_first_word.entry(side[0].folded.clone()).or_default();
                places.push(rows.len());
            }
            rows.push(Row { short, long });
        }
        Self {
            rows,
            by_first_word,
        }
    }

    /// The longest beginning of `words` that is a side of a row, and what else
    /// it may be written as.
    fn at_start(&self, words: &[QueryWord]) -> Option<(usize, Vec<Vec<QueryWord>>)> {
        let rows = self.by_first_word.get(&words.first()?.folded)?;
        let mut best: Option<(usize, Vec<Vec<QueryWord>>)> = None;
        for row in rows.iter().map(|&row_idx| &self.rows[row_idx]) {
            for (side, other) in [(&row.short, &row.long), (&row.long, &row.short)] {
                if !begins_with(words, side) {
                    continue;
                }
                match &mut best {
                    Some((length, others)) if *length == side.len() => {
                        if others.len() < MAX_OTHERS && !others.contains(other) {
                            others.push(other.clone());
                        }
                    }
                    Some((length, _)) if *length > side.len() => {}
                    _ => best = Some((side.len(), vec![other.clone()])),
                }
            }
        }
        best
    }

    /// Whether an abbreviation of the table is this word.
    pub(super) fn is_short(&self, word: &QueryWord) -> bool {
        self.by_first_word
            .get(&word.folded)
            .into_iter()
            .flatten()
            .any(|&row_idx| {
                let short = &self.rows[row_idx].short;
                short.len() == 1 && short[0].folded == word.folded
            })
    }

    /// The same words with abbreviations written out and with what has one
    /// abbreviated; the words as they are come first.
    pub(super) fn variants(&self, words: &[QueryWord]) -> Vec<Vec<QueryWord>> {
        let mut variants = vec![words.to_vec()];
        for is_spelling_out in [true, false] {
            let mut variant = Vec::with_capacity(words.len());
            let mut rest = words;
            while let Some((first, behind)) = rest.split_first() {
                match self.at_start(rest) {
                    Some((length, others)) if (others[0].len() > length) == is_spelling_out => {
                        variant.extend(others.into_iter().next().into_iter().flatten());
                        rest = &rest[length..];
                    }
                    _ => {
                        variant.push(first.clone());
                        rest = behind;
                    }
                }
            }
            if !variants.contains(&variant) {
                variants.push(variant);
            }
        }
        variants
    }

    /// Runs of plain words of which another spelling is known become
    /// [`Item::Spelled`].
    pub(super) fn apply(&self, items: Vec<Item>) -> Vec<Item> {
        let mut applied = Vec::with_capacity(items.len());
        let mut run: Vec<QueryWord> = Vec::new();
        for item in items {
            match item {
                Item::Word(word) => run.push(word),
                // `KT-XH`: what was typed in one piece may be an abbreviation.
                Item::Phrase(words) if self.is_whole(&words) => {
                    self.flush(&mut run, &mut applied);
                    let mut whole = words;
                    self.flush(&mut whole, &mut applied);
                }
                Item::Any(items) => {
                    self.flush(&mut run, &mut applied);
                    applied.push(Item::Any(self.apply_each(items)));
                }
                other => {
                    self.flush(&mut run, &mut applied);
                    applied.push(other);
                }
            }
        }
        self.flush(&mut run, &mut applied);
        applied
    }

    /// Alternatives of OR stay apart.
    fn apply_each(&self, items: Vec<Item>) -> Vec<Item> {
        items
            .into_iter()
            .flat_map(|item| self.apply(vec![item]))
            .collect()
    }

    fn is_whole(&self, words: &[QueryWord]) -> bool {
        self.at_start(words).is_some_and(|(length, others)| {
            length == words.len() && others.iter().any(|other| other.len() > length)
        })
    }

    fn flush(&self, run: &mut Vec<QueryWord>, items: &mut Vec<Item>) {
        let words = std::mem::take(run);
        let mut rest = words.as_slice();
        while let Some((first, behind)) = rest.split_first() {
            match self.at_start(rest) {
                Some((length, others)) => {
                    items.push(Item::Spelled {
                        typed: rest[..length].to_vec(),
                        others,
                        renamed: Vec::new(),
                    });
                    rest = &rest[length..];
                }
                None => {
                    items.push(Item::Word(first.clone()));
                    rest = behind;
                }
            }
        }
    }
}

/// Whether `words` begin with `side`: typed with marks, these are heeded, typed
/// without they need not be there.
fn begins_with(words: &[QueryWord], side: &[QueryWord]) -> bool {
    words.len() >= side.len()
        && words.iter().zip(side).all(|(typed, known)| {
            typed.folded == known.folded && (!typed.has_marks() || typed.exact == known.exact)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(words: &[Vec<QueryWord>]) -> Vec<String> {
        let text = |words: &Vec<QueryWord>| {
            let words: Vec<&str> = words.iter().map(|word| word.exact.as_str()).collect();
            words.join(" ")
        };
        words.iter().map(text).collect()
    }

    #[test]
    fn every_row_of_the_table_can_be_used() {
        let n_lines = TABLE.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(Abbreviations::shipped().rows.len(), n_lines);
    }

    #[test]
    fn both_ways() {
        let table = Abbreviations::parse("CCHC\tcải cách hành chính\nHC\thành chính\n");
        let of = |text: &str| texts(&table.variants(&words_of(text)));
        assert_eq!(
            of("kế hoạch cchc"),
            ["kế hoạch cchc", "kế hoạch cải cách hành chính"]
        );
        assert_eq!(of("cai cach hanh chinh"), ["cai cach hanh chinh", "cchc"]);
        assert_eq!(
            of("cái cách hành chính"),
            ["cái cách hành chính", "cái cách hc"]
        );
        assert_eq!(of("kế hoạch"), ["kế hoạch"]);
    }

    #[test]
    fn a_short_form_that_is_a_word_is_no_abbreviation() {
        let table = Abbreviations::parse("DA\tdự án\nBCA\tBộ Công an\n");
        assert!(!table.is_short(&QueryWord::new("da")));
        assert!(table.is_short(&QueryWord::new("bca")));
    }

    #[test]
    fn one_short_form_may_mean_two_things() {
        let table = Abbreviations::shipped();
        let items = table.apply(vec![Item::Word(QueryWord::new("btc"))]);
        let [Item::Spelled { others, .. }] = items.as_slice() else {
            panic!("{items:?}");
        };
        assert_eq!(texts(others), ["ban tổ chức", "bộ tài chính"]);
    }
}
