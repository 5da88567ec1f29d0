//! The words the model knows.

use crate::vietnamese::fold;
use rustc_hash::{FxBuildHasher, FxHashMap};

/// A word, or one of the special symbols below.
pub(crate) type Symbol = u16;
pub(crate) use crate::restore::train::{BOUNDARY, FIRST_WORD, NUMBER, UNKNOWN};

/// The natural logarithms of the shares of a word that stand in small letters, with a
/// capital and in capitals, as far as they are to be believed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LnCaseShares {
    pub lower: f32,
    pub title: f32,
    pub upper: f32,
}

impl LnCaseShares {
    fn of((title, upper): (f32, f32)) -> Self {
        Self {
            lower: (1.0 - title - upper).max(0.2).ln(),
            title: title.max(MIN_CASE_SHARE).ln(),
            upper: upper.max(MIN_CASE_SHARE).ln(),
        }
    }
}

/// Of Title and UPPER case of a word that is none of the model's.
const UNKNOWN_CASE_SHARES: (f32, f32) = (0.3, 0.3);
/// No case is quite impossible.
const MIN_CASE_SHARE: f32 = 0.002;

/// Words by symbol, by text and by folded text.
#[derive(Clone)]
pub(crate) struct Words {
    texts: Vec<Box<str>>,
    /// Shares of Title and UPPER case inside sentences, in 255ths.
    cases: Vec<[u8; 2]>,
    /// What follows from them for each case; see [`Self::ln_case_shares`].
    ln_cases: Vec<LnCaseShares>,
    by_text: FxHashMap<Box<str>, Symbol>,
    by_folded: FxHashMap<Box<str>, Vec<Symbol>>,
}

impl Words {
    pub(super) fn read(lengths: &[u8], texts: &[u8], cases: &[u8]) -> Option<Self> {
        let mut rest = std::str::from_utf8(texts).ok()?;
        let mut words = Self {
            texts: Vec::with_capacity(lengths.len()),
            cases: cases.as_chunks::<2>().0.to_vec(),
            ln_cases: Vec::with_capacity(lengths.len()),
            by_text: FxHashMap::with_capacity_and_hasher(lengths.len(), FxBuildHasher),
            by_folded: FxHashMap::with_capacity_and_hasher(lengths.len(), FxBuildHasher),
        };
        for &len in lengths {
            let (word, behind) = rest.split_at_checked(usize::from(len))?;
            rest = behind;
            words.push(word);
        }
        Some(words)
    }

    fn push(&mut self, word: &str) {
        let symbol = FIRST_WORD + self.texts.len() as Symbol;
        self.texts.push(word.into());
        self.ln_cases
            .push(LnCaseShares::of(self.case_shares(symbol)));
        self.by_text.insert(word.into(), symbol);
        self.by_folded
            .entry(fold(word).into())
            .or_default()
            .push(symbol);
    }

    /// Adds a word that the file does not have; `None` when there is no number
    /// left for it.
    pub fn add(&mut self, lower: &str, case: [u8; 2]) -> Option<Symbol> {
        if usize::from(Symbol::MAX - FIRST_WORD) <= self.texts.len() {
            return None;
        }
        self.cases.push(case);
        self.push(lower);
        self.find(lower)
    }

    /// All words with their symbols.
    pub fn iter(&self) -> impl Iterator<Item = (Symbol, &str)> {
        self.texts
            .iter()
            .enumerate()
            .map(|(idx, text)| (FIRST_WORD + idx as Symbol, &**text))
    }

    /// Empty for a special symbol.
    pub fn text(&self, symbol: Symbol) -> &str {
        symbol
            .checked_sub(FIRST_WORD)
            .and_then(|idx| self.texts.get(usize::from(idx)))
            .map_or("", |text| text)
    }

    /// The symbol of a word in lower case, tone-first.
    pub fn find(&self, lower: &str) -> Option<Symbol> {
        self.by_text.get(lower).copied()
    }

    /// The words that are `folded` when their marks are taken away.
    pub fn with_folded(&self, folded: &str) -> &[Symbol] {
        self.by_folded.get(folded).map_or(&[], |symbols| symbols)
    }

    /// The natural logarithms of the shares of each case.
    pub fn ln_case_shares(&self, symbol: Symbol) -> LnCaseShares {
        symbol
            .checked_sub(FIRST_WORD)
            .and_then(|idx| self.ln_cases.get(usize::from(idx)))
            .map_or_else(|| LnCaseShares::of(UNKNOWN_CASE_SHARES), |shares| *shares)
    }

    /// The words that differ in marks alone, by falling frequency.
    pub fn groups(&self) -> impl Iterator<Item = &[Symbol]> {
        self.by_folded.values().map(|symbols| &**symbols)
    }

    /// Shares of Title and UPPER case inside sentences, 0 to 1.
    pub fn case_shares(&self, symbol: Symbol) -> (f32, f32) {
        symbol
            .checked_sub(FIRST_WORD)
            .and_then(|idx| self.cases.get(usize::from(idx)))
            .map_or(UNKNOWN_CASE_SHARES, |&[title, upper]| {
                (f32::from(title) / 255.0, f32::from(upper) / 255.0)
            })
    }
}
