//! Looking up n-grams in the file.

use super::Sections;
use super::layout::{self, Header, read_u32};
use super::prefetch::prefetch;
use super::user::UserDictionary;
use super::words::{FIRST_WORD, Symbol, UNKNOWN, Words};
use std::hint::select_unpredictable;
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

/// A symbol that is looked for behind contexts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sought {
    symbol: Symbol,
    /// As the file knows it.
    known: Symbol,
    home: Home,
    /// Natural logarithm of its probability alone.
    ln_alone: f32,
}

/// What was found of a symbol behind a context.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    /// The n-grams of two and three symbols that it ends, by their numbers, or [`NONE`].
    grams: [u32; layout::MAX_LEVELS - 1],
    /// Where in the file the probability of the longest stands; [`NOWHERE`] when there
    /// is none.
    at: usize,
    /// What is added to it, natural logarithm; all there is when there is none.
    ln_rest: f32,
}

const NOWHERE: usize = usize::MAX;

impl Found {
    pub const NOTHING: Self = Self {
        grams: [NONE; layout::MAX_LEVELS - 1],
        at: NOWHERE,
        ln_rest: f32::NEG_INFINITY,
    };
}

/// Symbols that are looked up side by side.
const N_ABREAST: usize = 16;
/// So many symbols of a list lie in one line of a processor's cache.
const BLOCK_LEN: usize = 32;
/// So many lines of a list are asked for in advance; a power of two.
const N_LINES_AHEAD: usize = 4;

/// What is taken from a file when it is opened, so that less of it need be looked at.
pub(super) struct Index {
    homes: Vec<Home>,
    /// The first symbol of each block of bigrams.
    fences: Vec<Symbol>,
}

impl Index {
    pub fn of(bytes: &[u8], layout: &Layout, words: &Words) -> Self {
        let n_symbols = layout.probabilities.len() / 4;
        let mut homes: Vec<Home> = (0..n_symbols)
            .map(|symbol| Home {
                group: symbol as Symbol,
                rank: 0,
            })
            .collect();
        for group in words.groups() {
            for (rank, &symbol) in group.iter().enumerate() {
                homes[usize::from(symbol)] = Home {
                    group: group[0],
                    rank: rank as u16,
                };
            }
        }
        let (symbols, _) = bytes[layout.levels[0].symbols.clone()].as_chunks();
        let firsts = symbols.iter().step_by(BLOCK_LEN);
        Self {
            homes,
            fences: firsts.map(|&bytes| Symbol::from_le_bytes(bytes)).collect(),
        }
    }
}

/// Where the memory keeps a symbol: words that differ in marks alone are asked for
/// together, and a row of the memory holds them beside each other.
#[derive(Debug, Clone, Copy, Default)]
struct Home {
    /// The first of the words of these letters.
    group: Symbol,
    /// The number of the word among them.
    rank: u16,
}

/// Remembers where pairs of symbols stand among the bigrams. Pairs repeat
/// themselves all the time, and the list behind a frequent word is long. A place
/// in the table holds the last question only.
pub(crate) struct PairMemory(Box<[PairRow]>);

/// As long as a line of a processor's cache.
#[repr(align(64))]
#[derive(Clone, Copy)]
struct PairRow([(Symbol, Symbol, u32); ROW_LEN]);

const ROW_LEN: usize = 8;
/// A megabyte.
const LOG_ROWS: u32 = 14;

impl Default for PairMemory {
    fn default() -> Self {
        // No word has the last number.
        let row = PairRow([(Symbol::MAX, Symbol::MAX, NONE); ROW_LEN]);
        Self(vec![row; 1 << LOG_ROWS].into_boxed_slice())
    }
}

/// Pairs that are not remembered, of one first symbol.
struct NewPairs {
    /// All bigrams that begin with it.
    among: Range<usize>,
    n_pairs: usize,
    /// Which of the symbols asked for each is.
    idxs: [u8; N_ABREAST],
    symbols: [Symbol; N_ABREAST],
    /// Where it stands if anywhere: from here on, among so many.
    ats: [u32; N_ABREAST],
    lens: [u32; N_ABREAST],
}

impl PairMemory {
    /// The row of a pair and its place in it.
    fn place(first: Symbol, home: Home) -> (usize, usize) {
        let mixed = (u32::from(first) << 16 | u32::from(home.group)).wrapping_mul(0x9e37_79b1);
        let rank = usize::from(home.rank);
        let row = (mixed >> (32 - LOG_ROWS)) as usize ^ (rank / ROW_LEN);
        (row % (1 << LOG_ROWS), rank % ROW_LEN)
    }

    fn at(&mut self, first: Symbol, home: Home) -> &mut (Symbol, Symbol, u32) {
        let (row, place) = Self::place(first, home);
        &mut self.0[row].0[place]
    }
}

/// The n-grams of a model.
#[derive(Clone, Copy)]
pub(crate) struct NGrams<'a> {
    layout: &'a Layout,
    bytes: &'a [u8],
    user: &'a UserDictionary,
    index: &'a Index,
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
    /// Where in the file the probabilities begin.
    first_probability: usize,
    symbols: &'a [u8],
    probabilities: &'a [u8],
    marks: &'a [u8],
    backoffs: &'a [u8],
    starts: &'a [u8],
}

impl<'a> NGrams<'a> {
    pub(super) fn new(
        bytes: &'a [u8],
        layout: &'a Layout,
        index: &'a Index,
        user: &'a UserDictionary,
    ) -> Self {
        let mut levels = [Level::default(); layout::MAX_LEVELS];
        for (level, place) in levels.iter_mut().zip(&layout.levels) {
            level.n_grams = place.n_grams;
            level.first_probability = place.probabilities.start;
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
            bytes,
            user,
            index,
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

    pub fn sought(&self, symbol: Symbol) -> Sought {
        let known = self.known(symbol);
        Sought {
            symbol,
            known,
            home: self.index.homes[usize::from(known)],
            ln_alone: float(self.unigram_probabilities, known),
        }
    }

    /// Asks for what [`Self::following`] reads.
    pub fn expect_following(&self, context: &Context) {
        prefetch(self.unigram_backoffs, 4 * usize::from(context.symbol));
        prefetch(self.unigram_starts, 4 * usize::from(context.symbol));
        for (&parent, level) in context.parents.iter().zip(&self.levels) {
            prefetch(level.backoffs, parent as usize);
            prefetch(level.starts, 3 * parent as usize);
        }
    }

    /// Asks for what [`Self::find`] reads.
    pub fn expect_find(&self, following: &Following, sought: &[Sought], pairs: &PairMemory) {
        for (level_idx, longer) in following.longer.iter().enumerate() {
            if let &Some((start, end, _)) = longer {
                let symbols = self.levels[level_idx + 1].symbols;
                let (start, len) = (start as usize, (end - start) as usize);
                // All of a short list; of a long one where its halving begins.
                let step = (len / N_LINES_AHEAD).max(BLOCK_LEN);
                for at in (0..len).step_by(step) {
                    prefetch(symbols, 2 * (start + at));
                }
                prefetch(symbols, (2 * (start + len)).saturating_sub(1));
            }
        }
        let first = self.known(following.symbol);
        let mut row_before = usize::MAX;
        for sought in sought {
            let (row, _) = PairMemory::place(first, sought.home);
            if row != row_before {
                prefetch(&pairs.0, row);
                row_before = row;
            }
        }
    }

    /// Finds those of many symbols that are `asked` for behind one context, and asks
    /// for what [`Self::ln_of`] reads. `into` has a place for each of `sought`.
    pub fn find(
        &self,
        following: &Following,
        sought: &[Sought],
        asked: &[u16],
        pairs: &mut PairMemory,
        into: &mut [Found],
    ) {
        let first = self.known(following.symbol);
        for asked in asked.chunks(N_ABREAST) {
            let mut symbols = [0; N_ABREAST];
            for (symbol, &idx) in symbols.iter_mut().zip(asked) {
                *symbol = sought[usize::from(idx)].known;
            }
            let symbols = &symbols[..asked.len()];
            let mut twos = [NONE; N_ABREAST];
            let mut new_pairs = self.remembered_pairs(pairs, first, sought, asked, &mut twos);
            if new_pairs.n_pairs > 0 {
                self.narrow(&mut new_pairs);
            }
            let mut longer = [[NONE; N_ABREAST]; layout::MAX_LEVELS - 1];
            let mut ln_missing = [0.0; layout::MAX_LEVELS - 1];
            for (level_idx, known) in following.longer.iter().enumerate() {
                if let &Some((start, end, ln_backoff)) = known {
                    let among = start as usize..end as usize;
                    self.levels[level_idx + 1].find_all(among, symbols, &mut longer[level_idx]);
                    ln_missing[level_idx] = ln_backoff;
                }
            }
            if new_pairs.n_pairs > 0 {
                self.find_narrowed(&mut new_pairs, |idx, gram| {
                    let second = &sought[usize::from(asked[idx])];
                    twos[idx] = gram;
                    *pairs.at(first, second.home) = (first, second.known, gram);
                });
            }
            let [threes, fours] = longer;
            // Which of them is the longest nobody can guess: nothing branches.
            let ln_without = ln_missing[1] + ln_missing[0];
            for (idx, &asked) in asked.iter().enumerate() {
                let (two, three, four) = (twos[idx], threes[idx], fours[idx]);
                let place = |level_idx: usize, gram: u32| {
                    self.levels[level_idx].first_probability + gram as usize
                };
                let ln_alone = sought[usize::from(asked)].ln_alone + following.ln_backoff;
                let (has_two, has_three, has_four) = (two != NONE, three != NONE, four != NONE);
                let at = select_unpredictable(has_two, place(0, two), NOWHERE);
                let at = select_unpredictable(has_three, place(1, three), at);
                let at = select_unpredictable(has_four, place(2, four), at);
                let ln_rest = select_unpredictable(has_two, 0.0, ln_alone) + ln_without;
                let ln_rest = select_unpredictable(has_three, ln_missing[1], ln_rest);
                let ln_rest = select_unpredictable(has_four, 0.0, ln_rest);
                prefetch(self.bytes, at);
                into[usize::from(asked)] = Found {
                    grams: [two, three],
                    at,
                    ln_rest,
                };
            }
        }
    }

    /// The natural logarithm of the probability of a symbol behind a context, of
    /// what was found there.
    pub fn ln_of(&self, following: &Following, sought: &Sought, found: &Found) -> f32 {
        let is_anywhere = found.at != NOWHERE;
        let at = select_unpredictable(is_anywhere, found.at, 0);
        let byte = self.bytes.get(at).copied().unwrap_or(0);
        let ln_long = layout::probability(byte) + found.ln_rest;
        let ln_file = select_unpredictable(is_anywhere, ln_long, found.ln_rest);
        self.ln_with_user(following.symbol, sought.symbol, ln_file)
    }

    /// Asks for what [`Self::context_of`] reads.
    pub fn expect_context(&self, found: &Found) {
        for (&gram, level) in found.grams.iter().zip(&self.levels) {
            prefetch(level.marks, gram as usize / 64 * 12);
        }
    }

    /// The context behind a symbol of which `found` was found.
    pub fn context_of(&self, symbol: Symbol, found: &Found) -> Context {
        let mut context = self.only(symbol);
        let places = context.parents.iter_mut().zip(&found.grams);
        for ((parent, &gram), level) in places.zip(&self.levels) {
            if gram != NONE {
                *parent = level.parent(gram as usize);
            }
        }
        context
    }

    fn ln_behind(
        &self,
        following: &Following,
        symbol: Symbol,
        pair: impl FnOnce(Symbol, Symbol) -> Option<usize>,
    ) -> f32 {
        let ln_file = self.ln_in_file(following, self.known(symbol), pair);
        self.ln_with_user(following.symbol, symbol, ln_file)
    }

    /// What the file says of `symbol` behind `previous`, put right by the user's words.
    fn ln_with_user(&self, previous: Symbol, symbol: Symbol, ln_file: f32) -> f32 {
        if self.user.is_empty() {
            ln_file
        } else {
            self.user.weigh(previous, symbol, ln_file)
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
        let place = pairs.at(first, self.index.homes[usize::from(second)]);
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

    /// Where `first` with each second that is asked for stands among the bigrams, or
    /// [`NONE`], as far as it is remembered; and what is not.
    fn remembered_pairs(
        &self,
        pairs: &mut PairMemory,
        first: Symbol,
        seconds: &[Sought],
        asked: &[u16],
        found: &mut [u32; N_ABREAST],
    ) -> NewPairs {
        let mut new_pairs = NewPairs {
            among: self.unigram_starts(first),
            n_pairs: 0,
            idxs: [0; N_ABREAST],
            symbols: [0; N_ABREAST],
            ats: [0; N_ABREAST],
            lens: [0; N_ABREAST],
        };
        for (idx, (found, &asked)) in found.iter_mut().zip(asked).enumerate() {
            let second = &seconds[usize::from(asked)];
            let place = *pairs.at(first, second.home);
            *found = place.2;
            let at = new_pairs.n_pairs % N_ABREAST;
            new_pairs.idxs[at] = idx as u8;
            new_pairs.symbols[at] = second.known;
            new_pairs.n_pairs += usize::from((place.0, place.1) != (first, second.known));
        }
        new_pairs
    }

    /// Looks for the block that each pair stands in, if anywhere, and asks for it.
    fn narrow(&self, new_pairs: &mut NewPairs) {
        let among = new_pairs.among.clone();
        if among.is_empty() {
            return;
        }
        let first_block = among.start / BLOCK_LEN;
        let fences = &self.index.fences[first_block..=(among.end - 1) / BLOCK_LEN];
        let ats = &mut new_pairs.ats[..new_pairs.n_pairs];
        let mut len = fences.len();
        while len > 1 {
            let half = len / 2;
            for (at, symbol) in ats.iter_mut().zip(&new_pairs.symbols) {
                // The first fence is never asked: it may be of another list.
                let is_behind = fences[*at as usize + half] <= *symbol;
                *at += select_unpredictable(is_behind, half as u32, 0);
            }
            len -= half;
        }
        for (at, len) in ats.iter_mut().zip(&mut new_pairs.lens) {
            let block_start = (first_block + *at as usize) * BLOCK_LEN;
            let (start, end) = (
                block_start.max(among.start),
                (block_start + BLOCK_LEN).min(among.end),
            );
            *at = start as u32;
            *len = (end - start) as u32;
            prefetch(self.levels[0].symbols, 2 * start);
            prefetch(self.levels[0].symbols, 2 * end - 1);
        }
    }

    /// Tells where each new pair stands, or [`NONE`], by which of the symbols asked
    /// for it is.
    fn find_narrowed(&self, new_pairs: &mut NewPairs, mut tell: impl FnMut(usize, u32)) {
        let ats = &mut new_pairs.ats[..new_pairs.n_pairs];
        let symbols = self.levels[0].symbols.as_chunks::<2>().0;
        if !new_pairs.among.is_empty() {
            // Halving so often leaves one of a block.
            for _ in 0..BLOCK_LEN.ilog2() {
                let places = ats.iter_mut().zip(&mut new_pairs.lens);
                for ((at, len), symbol) in places.zip(&new_pairs.symbols) {
                    let half = *len / 2;
                    let middle = Symbol::from_le_bytes(symbols[(*at + half) as usize]);
                    *at += select_unpredictable(middle <= *symbol, half, 0);
                    *len -= half;
                }
            }
        }
        for ((at, idx), symbol) in ats.iter().zip(new_pairs.idxs).zip(new_pairs.symbols) {
            let is_there = !new_pairs.among.is_empty()
                && Symbol::from_le_bytes(symbols[*at as usize]) == symbol;
            tell(
                usize::from(idx) % N_ABREAST,
                if is_there { *at } else { NONE },
            );
        }
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

    /// Where each of `symbols` stands in the list, or [`NONE`]. All lists are halved
    /// at the same time, without a branch that a processor could guess wrong.
    fn find_all(&self, among: Range<usize>, symbols: &[Symbol], found: &mut [u32; N_ABREAST]) {
        let list = &self.symbols.as_chunks::<2>().0[among.clone()];
        let mut firsts = [0u32; N_ABREAST];
        let mut len = list.len();
        while len > 1 {
            let half = len / 2;
            for (first, symbol) in firsts.iter_mut().zip(symbols) {
                let middle = Symbol::from_le_bytes(list[*first as usize + half]);
                *first += select_unpredictable(middle <= *symbol, half as u32, 0);
            }
            len -= half;
        }
        for ((found, &first), &symbol) in found.iter_mut().zip(&firsts).zip(symbols) {
            let is_there = list
                .get(first as usize)
                .is_some_and(|&bytes| Symbol::from_le_bytes(bytes) == symbol);
            *found = if is_there {
                among.start as u32 + first
            } else {
                NONE
            };
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::restore::model::Model;
    use crate::restore::restorer::EMBEDDED_MODEL;

    #[test]
    fn many_symbols_at_once_give_what_each_gives_alone() {
        let mut model = Model::embedded(EMBEDDED_MODEL).expect("the embedded model is whole");
        model.add_user_words("Brăng Nhới\n").expect("fine words");
        let n_grams = model.n_grams();
        let own = model.words.find("nhới").expect("it was added");
        let mut pairs = PairMemory::default();
        let mut seed = 3u32;
        let mut random = |below: u32| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) % below
        };
        let mut n_long = 0;
        let mut context = n_grams.beginning();
        for _ in 0..3000 {
            // Frequent words most of the time, so that longer n-grams are met.
            let n_sought = random(40) as usize;
            let below = [40, 400, n_grams.n_symbols as u32][random(3) as usize];
            let mut symbols: Vec<Symbol> = (0..n_sought).map(|_| random(below) as Symbol).collect();
            symbols.push(own);
            let sought: Vec<Sought> = symbols.iter().map(|&it| n_grams.sought(it)).collect();
            let asked: Vec<u16> = (0..sought.len() as u16).filter(|_| random(5) > 0).collect();
            let following = n_grams.following(&context);
            let mut found = vec![Found::NOTHING; sought.len()];
            n_grams.expect_find(&following, &sought, &pairs);
            n_grams.find(&following, &sought, &asked, &mut pairs, &mut found);
            let mut next = n_grams.beginning();
            for &idx in &asked {
                let idx = usize::from(idx);
                let (ln_probability, behind) = n_grams.extend(&context, symbols[idx]);
                assert_eq!(
                    n_grams.ln_of(&following, &sought[idx], &found[idx]),
                    ln_probability
                );
                assert_eq!(n_grams.context_of(symbols[idx], &found[idx]), behind);
                n_long += usize::from(found[idx].grams[1] != NONE);
                if behind.parents[0] != NONE {
                    next = behind;
                }
            }
            context = next;
        }
        assert!(n_long > 1000, "{n_long}");
    }
}
