//! Looking up n-grams in the file.

use super::Sections;
use super::layout::{self, Header, read_u32};
use super::user::UserDictionary;
use super::words::{FIRST_WORD, Symbol, UNKNOWN};
use std::ops::Range;

/// Where the n-gram sections lie in the file.
#[derive(Clone)]
pub(super) struct Layout {
    probabilities: Range<usize>,
    backoffs: Range<usize>,
    starts: Range<usize>,
    levels: Vec<LevelLayout>,
}

#[derive(Clone)]
struct LevelLayout {
    n_grams: usize,
    symbols: Range<usize>,
    probabilities: Range<usize>,
    /// Absent in the last level.
    parents: Option<ParentsLayout>,
}

#[derive(Clone)]
struct ParentsLayout {
    n_parents: usize,
    marks: Range<usize>,
    backoffs: Range<usize>,
    starts: Range<usize>,
}

impl Layout {
    pub fn take(header: &Header, sections: &mut Sections) -> Option<Self> {
        let n_symbols = header.n_words as usize + usize::from(FIRST_WORD);
        let n_levels = header.n_levels as usize;
        if !(1..=layout::MAX_LEVELS).contains(&n_levels) {
            return None;
        }
        let probabilities = sections.take(n_symbols, 4)?;
        let backoffs = sections.take(n_symbols, 4)?;
        let starts = sections.take(n_symbols + 1, 4)?;
        let mut levels = Vec::new();
        for level_idx in 0..n_levels {
            let n_grams = header.n_grams[level_idx] as usize;
            let n_parents = header.n_parents[level_idx] as usize;
            levels.push(LevelLayout {
                n_grams,
                symbols: sections.take(n_grams, 2)?,
                probabilities: sections.take(n_grams, 1)?,
                parents: if level_idx + 1 < n_levels {
                    Some(ParentsLayout {
                        n_parents,
                        marks: sections.take(n_grams.div_ceil(64), 12)?,
                        backoffs: sections.take(n_parents, 1)?,
                        starts: sections.take(n_parents + 1, 3)?,
                    })
                } else {
                    None
                },
            });
        }
        Some(Self {
            probabilities,
            backoffs,
            starts,
            levels,
        })
    }
}

/// No such n-gram, or none that has longer ones.
const NONE: u32 = u32::MAX;

/// What was said last, as places in the tree of n-grams: enough to tell what
/// may come next. Two contexts that are equal foretell the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Context {
    /// The last symbol alone.
    symbol: Symbol,
    /// The last two symbols, and the last three, as parents in their levels.
    parents: [u32; layout::MAX_LEVELS - 1],
}

/// A context with the places of its longer n-grams looked up, so that many
/// symbols can be tried behind it.
#[derive(Clone, Copy)]
pub(crate) struct Following {
    /// The last symbol alone.
    symbol: Symbol,
    /// What a symbol that no longer n-gram has behind the last one costs.
    ln_backoff: f32,
    /// By level above the first: the n-grams behind the context, from and to,
    /// and the cost of having none of them.
    longer: [Option<(u32, u32, f32)>; layout::MAX_LEVELS - 1],
}

/// Remembers where pairs of symbols stand among the bigrams. Pairs repeat
/// themselves all the time, and the list behind a frequent word is long. A place
/// in the table holds the last question only.
pub(crate) struct PairMemory(Box<[(Symbol, Symbol, u32)]>);

/// A power of two; half a megabyte.
const N_PAIRS: usize = 1 << 16;

impl Default for PairMemory {
    fn default() -> Self {
        // No word has the last number.
        Self(vec![(Symbol::MAX, Symbol::MAX, NONE); N_PAIRS].into_boxed_slice())
    }
}

/// The n-grams of a model.
#[derive(Clone, Copy)]
pub(crate) struct NGrams<'a> {
    layout: &'a Layout,
    user: &'a UserDictionary,
    n_symbols: usize,
    unigram_probabilities: &'a [u8],
    unigram_backoffs: &'a [u8],
    unigram_starts: &'a [u8],
    levels: [Level<'a>; layout::MAX_LEVELS],
}

#[derive(Clone, Copy, Default)]
struct Level<'a> {
    n_grams: usize,
    n_parents: usize,
    symbols: &'a [u8],
    probabilities: &'a [u8],
    marks: &'a [u8],
    backoffs: &'a [u8],
    starts: &'a [u8],
}

impl<'a> NGrams<'a> {
    pub(super) fn new(bytes: &'a [u8], layout: &'a Layout, user: &'a UserDictionary) -> Self {
        let mut levels = [Level::default(); layout::MAX_LEVELS];
        for (level, place) in levels.iter_mut().zip(&layout.levels) {
            level.n_grams = place.n_grams;
            level.symbols = &bytes[place.symbols.clone()];
            level.probabilities = &bytes[place.probabilities.clone()];
            if let Some(parents) = &place.parents {
                level.n_parents = parents.n_parents;
                level.marks = &bytes[parents.marks.clone()];
                level.backoffs = &bytes[parents.backoffs.clone()];
                level.starts = &bytes[parents.starts.clone()];
            }
        }
        Self {
            layout,
            user,
            n_symbols: layout.probabilities.len() / 4,
            unigram_probabilities: &bytes[layout.probabilities.clone()],
            unigram_backoffs: &bytes[layout.backoffs.clone()],
            unigram_starts: &bytes[layout.starts.clone()],
            levels,
        }
    }

    /// The context at the beginning of a sentence.
    pub fn beginning(&self) -> Context {
        self.only(super::words::BOUNDARY)
    }

    /// The context of one symbol alone.
    pub fn only(&self, symbol: Symbol) -> Context {
        Context {
            symbol,
            parents: [NONE; layout::MAX_LEVELS - 1],
        }
    }

    pub fn unigram(&self, symbol: Symbol) -> f32 {
        float(self.unigram_probabilities, self.known(symbol))
    }

    /// The natural logarithm of the probability of `symbol` behind `context`,
    /// and the context behind it.
    pub fn extend(&self, context: &Context, symbol: Symbol) -> (f32, Context) {
        let pair = |first, second| self.find_pair(first, second);
        let following = self.following(context);
        let ln_probability = self.ln_behind(&following, symbol, pair);
        (ln_probability, self.behind(&following, symbol, pair))
    }

    /// Looks up what may follow `context`.
    pub fn following(&self, context: &Context) -> Following {
        let mut longer = [None; layout::MAX_LEVELS - 1];
        let n_levels = self.layout.levels.len();
        for (level_idx, &parent) in context.parents.iter().enumerate() {
            if parent != NONE && level_idx + 1 < n_levels {
                let level = &self.levels[level_idx];
                let places = level.children(parent, &self.levels[level_idx + 1]);
                // Places fit three bytes.
                longer[level_idx] = Some((
                    places.start as u32,
                    places.end as u32,
                    level.backoff(parent),
                ));
            }
        }
        Following {
            symbol: context.symbol,
            ln_backoff: float(self.unigram_backoffs, self.known(context.symbol)),
            longer,
        }
    }

    /// The natural logarithm of the probability of `symbol` there.
    pub fn ln_probability(
        &self,
        following: &Following,
        symbol: Symbol,
        pairs: &mut PairMemory,
    ) -> f32 {
        self.ln_behind(following, symbol, |first, second| {
            self.remember_pair(pairs, first, second)
        })
    }

    /// The context behind `symbol`.
    pub fn context_behind(
        &self,
        following: &Following,
        symbol: Symbol,
        pairs: &mut PairMemory,
    ) -> Context {
        self.behind(following, symbol, |first, second| {
            self.remember_pair(pairs, first, second)
        })
    }

    fn ln_behind(
        &self,
        following: &Following,
        symbol: Symbol,
        pair: impl FnOnce(Symbol, Symbol) -> Option<usize>,
    ) -> f32 {
        let ln_file = self.ln_in_file(following, self.known(symbol), pair);
        if self.user.is_empty() {
            ln_file
        } else {
            self.user.weigh(following.symbol, symbol, ln_file)
        }
    }

    /// The longest n-gram there is decides; each longer one that is missing
    /// costs its back-off.
    fn ln_in_file(
        &self,
        following: &Following,
        symbol: Symbol,
        pair: impl FnOnce(Symbol, Symbol) -> Option<usize>,
    ) -> f32 {
        let mut ln_backoff = 0.0;
        for (level_idx, longer) in following.longer.iter().enumerate().rev() {
            if let &Some((start, end, ln_missing)) = longer {
                let level = &self.levels[level_idx + 1];
                match level.find(start as usize..end as usize, symbol) {
                    Some(gram_idx) => return level.probability(gram_idx) + ln_backoff,
                    None => ln_backoff += ln_missing,
                }
            }
        }
        let ln_shorter = match pair(self.known(following.symbol), symbol) {
            Some(gram_idx) => self.levels[0].probability(gram_idx),
            None => self.unigram(symbol) + following.ln_backoff,
        };
        ln_shorter + ln_backoff
    }

    fn behind(
        &self,
        following: &Following,
        symbol: Symbol,
        pair: impl FnOnce(Symbol, Symbol) -> Option<usize>,
    ) -> Context {
        let known = self.known(symbol);
        let mut next = self.only(symbol);
        if let Some(gram_idx) = pair(self.known(following.symbol), known) {
            next.parents[0] = self.levels[0].parent(gram_idx);
        }
        for (level_idx, longer) in following.longer.iter().enumerate() {
            if let &Some((start, end, _)) = longer
                && let Some(parent) = next.parents.get_mut(level_idx + 1)
                && let level = &self.levels[level_idx + 1]
                && let Some(gram_idx) = level.find(start as usize..end as usize, known)
            {
                *parent = level.parent(gram_idx);
            }
        }
        next
    }

    /// Where a pair stands among the bigrams.
    fn find_pair(&self, first: Symbol, second: Symbol) -> Option<usize> {
        self.levels[0].find(self.unigram_starts(first), second)
    }

    fn remember_pair(
        &self,
        pairs: &mut PairMemory,
        first: Symbol,
        second: Symbol,
    ) -> Option<usize> {
        let mixed = (u32::from(first) << 16 | u32::from(second)).wrapping_mul(0x9e37_79b1);
        let place = &mut pairs.0[mixed as usize >> 16];
        if (place.0, place.1) != (first, second) {
            let found = self.find_pair(first, second);
            *place = (
                first,
                second,
                found.map_or(NONE, |gram_idx| gram_idx as u32),
            );
        }
        (place.2 != NONE).then_some(place.2 as usize)
    }

    /// To the file, a word of the user's own is an unknown one.
    fn known(&self, symbol: Symbol) -> Symbol {
        if usize::from(symbol) < self.n_symbols {
            symbol
        } else {
            UNKNOWN
        }
    }

    fn unigram_starts(&self, symbol: Symbol) -> Range<usize> {
        let at = 4 * usize::from(symbol);
        let start = read_u32(&self.unigram_starts[at..]) as usize;
        let end = read_u32(&self.unigram_starts[at + 4..]) as usize;
        self.levels[0].inside(start, end)
    }
}

impl Level<'_> {
    /// Bounds kept inside the level, whatever a damaged file says.
    fn inside(&self, start: usize, end: usize) -> Range<usize> {
        let end = end.min(self.n_grams);
        start.min(end)..end
    }

    fn symbol(&self, gram_idx: usize) -> Symbol {
        Symbol::from_le_bytes([self.symbols[2 * gram_idx], self.symbols[2 * gram_idx + 1]])
    }

    fn find(&self, among: Range<usize>, symbol: Symbol) -> Option<usize> {
        let (mut low, mut high) = (among.start, among.end);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.symbol(middle).cmp(&symbol) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(middle),
            }
        }
        None
    }

    fn probability(&self, gram_idx: usize) -> f32 {
        layout::probability(self.probabilities[gram_idx])
    }

    /// The n-gram's number among those that have longer ones.
    fn parent(&self, gram_idx: usize) -> u32 {
        let at = gram_idx / 64 * 12;
        let Some(block) = self.marks.get(at..at + 12) else {
            return NONE;
        };
        let marks = u64::from(read_u32(block)) | u64::from(read_u32(&block[4..])) << 32;
        let bit = gram_idx % 64;
        if marks >> bit & 1 == 0 {
            return NONE;
        }
        let n_before = (marks & !(u64::MAX << bit)).count_ones();
        let parent = read_u32(&block[8..]).wrapping_add(n_before);
        if (parent as usize) < self.n_parents {
            parent
        } else {
            NONE
        }
    }

    fn backoff(&self, parent: u32) -> f32 {
        layout::backoff(self.backoffs[parent as usize])
    }

    fn children(&self, parent: u32, longer: &Self) -> Range<usize> {
        let start = |parent: usize| {
            let at = 3 * parent;
            let bytes = [self.starts[at], self.starts[at + 1], self.starts[at + 2], 0];
            u32::from_le_bytes(bytes) as usize
        };
        longer.inside(start(parent as usize), start(parent as usize + 1))
    }
}

fn float(bytes: &[u8], symbol: Symbol) -> f32 {
    f32::from_bits(read_u32(&bytes[4 * usize::from(symbol)..]))
}
