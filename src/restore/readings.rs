//! Which readings an input may have: tokens into a lattice.

use super::candidates::{Asked, CandidateMemory};
use super::channel::{Candidate, Channel};
use super::forms::{core_of, is_address, is_impossible, is_roman, is_word, patterns_of};
use super::lattice::{Edge, Lattice, Written};
use super::lexicon::Lexicon;
use super::model::symbols::UNKNOWN;
use super::model::{Model, NGrams, Symbol};
use super::tokens::{Piece, is_boundary, pieces};
use crate::geometry::BoundingBox;
use crate::vietnamese::{CasePattern, base_letter, is_letter, unify_tone, with_tone_in_place};
use std::borrow::Cow;
use std::sync::Arc;

/// What stands between two spaces.
#[derive(Debug, Clone)]
pub(super) struct Token<'a> {
    /// As it came in.
    pub raw: &'a str,
    /// In the normal form; all ranges are of this.
    pub text: Cow<'a, str>,
    pub line_idx: usize,
    /// Whether the line is printed in capitals.
    pub is_among_capitals: bool,
    /// The recogniser's certainty, 0 to 1; 1 for plain text.
    pub confidence: f32,
    /// What else the recogniser thought, in the normal form, with certainty.
    pub alternatives: &'a [(String, f32)],
    pub bounding_box: Option<BoundingBox>,
    /// Whether it may be changed.
    pub is_open: bool,
}

/// Where a word stands, for its capitals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Inside,
    /// At the beginning of a sentence or an item.
    First,
    /// In a line printed in capitals.
    Capitals,
}

impl Place {
    fn of(token: &Token, is_first: bool) -> Self {
        if token.is_among_capitals {
            Self::Capitals
        } else if is_first {
            Self::First
        } else {
            Self::Inside
        }
    }
}

/// A word that may be misread.
struct Noise<'t> {
    word: &'t str,
    place: Place,
    treatment: Treatment,
    /// No reading of it is likely.
    is_doubtful: bool,
}

/// How a token is to be treated; never [`super::InputKind::Auto`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Treatment {
    Bare,
    Garbled,
    Read,
    /// Leave as it is.
    Keep,
}

/// A word that is unknown costs this for each letter, natural logarithm: what a
/// letter of a name tells. Abbreviations in capitals are expected.
const LN_UNKNOWN_LETTER: f32 = -2.5;
const LN_UNKNOWN_CAPITAL: f32 = -1.2;
/// Words the noisy channel is asked for, and the least likely it may give.
const MAX_CANDIDATES: usize = 24;
const LN_CHANNEL_FLOOR: f32 = -14.0;
const LN_READ_FLOOR: f32 = -11.0;
const LN_PART_FLOOR: f32 = -6.0;
/// Readings of a part of a word that are put together with those of the other.
const MAX_OF_PART: usize = 8;
/// Of the words that differ in marks alone, one that is so much rarer than the
/// most frequent is not thought of, natural logarithm.
const LN_RARE: f32 = 9.0;
/// A word is taken apart or joined where its best reading is less likely.
const LN_GOOD_READING: f32 = -4.0;
/// Between what a reader of Vietnamese read and a change of it stands this,
/// natural logarithm: a false correction harms more than an error left. It is less
/// where more than one word in fifty cannot be.
const LN_READ_CAUTION: f32 = 1.0;
const TYPICAL_IMPOSSIBLE: f32 = 0.02;
/// Of a text of unknown origin, the cleaner it is the more a change must prove, up to
/// this.
const MAX_CAUTION_UNKNOWN: f32 = 7.0;
/// A clean text of unknown origin was more likely typed than read: that a known word
/// stands there by mistake needs this much more proof, natural logarithm; none in
/// a text as noisy as recognisers leave it.
const LN_TRUST: f32 = 4.0;
/// A word that no word of Vietnamese or of another language can be is wrong; it
/// pays for staying, and its change needs little proof.
const LN_IMPOSSIBLE: f32 = -6.0;
const LN_LITTLE_CAUTION: f32 = 1.0;
/// An unknown word that a reader of Vietnamese read is more often a name than
/// one in noise.
const UNKNOWN_IN_READ: f32 = 0.3;
/// What the recogniser's certainty adds to the caution, from none to full; at
/// its usual certainty nothing.
const LN_CONFIDENCE: f32 = 5.0;
const MEAN_CONFIDENCE: f32 = 0.85;
/// Case and context tell the same in part: names stand beside names.
const CASE_SCALE: f32 = 0.5;
/// A text of so many words with fewer capitals than this, a word, was put in
/// small letters: its case tells nothing. Đ and D do not count, some programs
/// leave them.
const ENOUGH_FOR_CASE: usize = 100;
const MIN_CAPITALS: f32 = 0.01;

/// A small letter in a line of capitals, natural logarithm.
const LN_SMALL_AMONG_CAPITALS: f32 = -3.0;

/// Shares of words at the beginning of a sentence, 0.1 and 0.9, natural logarithms.
const LN_SMALL_AT_FIRST: f32 = -std::f32::consts::LN_10;
const LN_CAPITAL_AT_FIRST: f32 = -0.105_360_545;

/// A word that stands in capitals more often than this is an abbreviation.
const MIN_UPPER_SHARE: f32 = 0.4;
const MAX_ABBREVIATION_LETTERS: usize = 20;
/// Against two for a known part.
const COST_OF_LETTER: u32 = 3;

/// Caution and trust are counted in steps of this size, natural logarithm: a word or two
/// that was put right shall not make others, on the very edge, be read otherwise.
const LN_STEP: f32 = 0.1;

/// How readings are weighed, by what the whole text is like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Manner {
    caution: f32,
    /// What a change of a known word must be likelier by besides.
    trust: f32,
    /// Nobody has said of the text that a recogniser read it.
    pub is_of_unknown_origin: bool,
    /// How much capitals tell.
    case_scale: f32,
}

impl Manner {
    /// Of `all` lines, among them those that a reader of Vietnamese `read`. Nobody
    /// has said of a text of unknown origin that a recogniser read it.
    pub fn of<'t>(
        all: impl Iterator<Item = &'t str>,
        read: impl Iterator<Item = WordCounts>,
        is_of_unknown_origin: bool,
    ) -> Self {
        let share = share_impossible(read);
        let caution = LN_READ_CAUTION - (share / TYPICAL_IMPOSSIBLE).ln();
        let trust = LN_TRUST * (1.0 - share / TYPICAL_IMPOSSIBLE).max(0.0);
        let (most, trust) = if is_of_unknown_origin {
            (MAX_CAUTION_UNKNOWN, trust)
        } else {
            (LN_READ_CAUTION, 0.0)
        };
        Self {
            caution: stepped(caution.clamp(0.0, most)),
            trust: stepped(trust),
            is_of_unknown_origin,
            case_scale: if is_put_in_small_letters(all) {
                0.0
            } else {
                CASE_SCALE
            },
        }
    }
}

fn stepped(ln: f32) -> f32 {
    (ln / LN_STEP).round() * LN_STEP
}

/// The words of a line, and those of them that cannot be.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct WordCounts {
    n_words: u32,
    n_impossible: u32,
}

impl WordCounts {
    pub fn of(model: &Model, line: &str) -> Self {
        let words = line.split(|letter: char| !is_letter(letter));
        words
            .filter(|word| !word.is_empty())
            .fold(Self::default(), |counts, word| Self {
                n_words: counts.n_words + 1,
                n_impossible: counts.n_impossible
                    + u32::from(is_impossible(word) && find(model, word) == UNKNOWN),
            })
    }
}

/// How many words of a text cannot be, 0 to 1. One too short to tell is taken for
/// rather clean.
fn share_impossible(lines: impl Iterator<Item = WordCounts>) -> f32 {
    let (n_words, n_impossible) = lines.fold((0, 0), |(n_words, n_impossible), line| {
        (n_words + line.n_words, n_impossible + line.n_impossible)
    });
    (n_impossible as f32 + 0.3) / (n_words as f32 + 100.0)
}

/// Whether the capitals of a text were taken away.
fn is_put_in_small_letters<'t>(texts: impl Iterator<Item = &'t str>) -> bool {
    let mut n_words = 0;
    let mut n_capitals = 0.0;
    for word in texts.flat_map(str::split_whitespace) {
        n_words += 1;
        let first = word.chars().next().unwrap_or(' ');
        if first.is_uppercase() && base_letter(first) != 'D' {
            n_capitals += 1.0;
        }
    }
    n_words >= ENOUGH_FOR_CASE && n_capitals < MIN_CAPITALS * n_words as f32
}

fn find(model: &Model, word: &str) -> Symbol {
    model
        .words
        .find(&unify_tone(&word.to_lowercase()))
        .unwrap_or(UNKNOWN)
}

/// Builds lattices; remembers what the channel said of each word.
pub(super) struct Reader<'m> {
    pub model: &'m Model,
    pub lexicon: &'m Lexicon,
    pub garbled: &'m Channel,
    pub read: &'m Channel,
    n_grams: NGrams<'m>,
    memory: CandidateMemory,
    manner: Manner,
    /// Room for the readings of one word.
    edges: Vec<Edge>,
}

impl<'m> Reader<'m> {
    pub fn new(
        model: &'m Model,
        lexicon: &'m Lexicon,
        garbled: &'m Channel,
        read: &'m Channel,
        memory: CandidateMemory,
        manner: Manner,
    ) -> Self {
        Self {
            model,
            lexicon,
            garbled,
            read,
            n_grams: model.n_grams(),
            memory,
            manner,
            edges: Vec::new(),
        }
    }

    pub fn manner(&self) -> Manner {
        self.manner
    }

    /// What was learnt, for the next reader.
    pub fn into_memory(self) -> CandidateMemory {
        self.memory
    }

    /// Fills the lattice with the readings of tokens of one block, of which
    /// `line_before` went before. `treatment_of` and `ends_sentence`, which tells
    /// where the context is cut, are by line.
    pub fn fill(
        &mut self,
        lattice: &mut Lattice,
        tokens: &[Token],
        line_before: Option<usize>,
        treatment_of: impl Fn(usize) -> Treatment,
        ends_sentence: impl Fn(usize) -> bool,
    ) {
        let mut line_before = line_before;
        for (token_idx, token) in tokens.iter().enumerate() {
            if let Some(before) = line_before.replace(token.line_idx)
                && before != token.line_idx
                && ends_sentence(before)
            {
                lattice.push_boundary(token_idx, 0);
            }
            let treatment = match token.is_open {
                true => treatment_of(token.line_idx),
                false => Treatment::Keep,
            };
            if is_address(&token.text) {
                lattice.push_unknown(token_idx, 0..token.text.len());
                continue;
            }
            match treatment {
                Treatment::Bare | Treatment::Keep => {
                    self.push_pieces(lattice, token_idx, token, treatment);
                }
                Treatment::Garbled | Treatment::Read => {
                    self.push_noisy(lattice, tokens, token_idx, treatment);
                }
            }
        }
    }

    /// A token as words, numbers and marks.
    fn push_pieces(
        &mut self,
        lattice: &mut Lattice,
        token_idx: usize,
        token: &Token,
        treatment: Treatment,
    ) {
        let text = &*token.text;
        let mut edges = std::mem::take(&mut self.edges);
        for (start, piece) in pieces(text) {
            match piece {
                Piece::Word(word) if treatment == Treatment::Keep => {
                    let edge = self.as_read(word);
                    lattice.push(token_idx, start..start + word.len(), &[edge]);
                }
                Piece::Word(word) => {
                    let mut part_start = start;
                    let parts = self.abbreviations(word);
                    let parts = parts.as_deref().unwrap_or(std::slice::from_ref(&word));
                    for &part in parts {
                        let place = Place::of(token, lattice.is_at_boundary());
                        let end = part_start + part.len();
                        let is_lone_letter = part.len() == 1 && word.len() > 1 && part != "D";
                        edges.clear();
                        if is_lone_letter {
                            edges.push(self.as_read(part));
                        } else {
                            self.push_bare(&mut edges, part, place);
                            if part.len() < word.len() {
                                self.keep_abbreviations(&mut edges, part);
                            }
                        }
                        lattice.push(token_idx, part_start..end, &edges);
                        part_start = end;
                    }
                }
                Piece::Number(digits) => {
                    lattice.push_number(token_idx, start..start + digits.len())
                }
                Piece::Mark(mark) => {
                    let end = start + mark.len_utf8();
                    if is_boundary(mark, text[end..].chars().next()) {
                        lattice.push_boundary(token_idx, end);
                    }
                }
                Piece::Space(_) => {}
            }
        }
        self.edges = edges;
    }

    /// Capitals that the model does not know as one word, cut into known
    /// abbreviations: `TWDTN` is TW and ĐTN. The fewest parts win; a letter that
    /// is part of none stands alone. `None` for any other word.
    fn abbreviations<'w>(&self, word: &'w str) -> Option<Vec<&'w str>> {
        let words = &self.model.words;
        let is_known = |part: &str| {
            let folded = part.to_ascii_lowercase();
            let mut symbols = words.with_folded(&folded).iter();
            symbols.any(|&symbol| self.is_abbreviation(symbol))
        };
        let is_capital = word.bytes().all(|byte| byte.is_ascii_uppercase());
        if !is_capital
            || !(4..=MAX_ABBREVIATION_LETTERS).contains(&word.len())
            || !words.with_folded(&word.to_ascii_lowercase()).is_empty()
        {
            return None;
        }
        // Cost of the best cut up to each letter, and where its last part begins.
        let mut best: Vec<(u32, usize)> = vec![(0, 0)];
        for end in 1..=word.len() {
            let cut = (0..end)
                .filter_map(|start| match end - start {
                    1 => Some((best[start].0 + COST_OF_LETTER, start)),
                    2..=6 if is_known(&word[start..end]) => Some((best[start].0 + 2, start)),
                    _ => None,
                })
                .min();
            best.push(cut.unwrap_or((u32::MAX / 2, end - 1)));
        }
        let mut parts = Vec::new();
        let mut end = word.len();
        while end > 0 {
            let start = best[end].1;
            parts.push(&word[start..end]);
            end = start;
        }
        parts.reverse();
        Some(parts)
    }

    /// Whether a word stands in capitals and has no mark but that of a Đ.
    fn is_abbreviation(&self, symbol: Symbol) -> bool {
        let words = &self.model.words;
        let mut letters = words.text(symbol).chars();
        words.case_shares(symbol).1 > MIN_UPPER_SHARE
            && letters.all(|letter| letter.is_ascii() || letter == 'đ')
    }

    /// A part of a cut word is no word of a sentence.
    fn keep_abbreviations(&self, edges: &mut Vec<Edge>, part: &str) {
        edges.retain(|edge| {
            let symbol = edge.symbols[0];
            symbol.is_some_and(|symbol| self.is_abbreviation(symbol))
        });
        if edges.is_empty() {
            edges.push(self.as_read(part));
        }
    }

    fn find(&self, word: &str) -> Symbol {
        find(self.model, word)
    }

    /// Whether a word is known and no single letter.
    fn is_whole(&self, word: &str) -> bool {
        word.chars().nth(1).is_some() && self.find(word) != UNKNOWN
    }

    fn as_read(&self, word: &str) -> Edge {
        Edge::fixed(Some(self.find(word)))
    }

    /// Every way to put marks on a word that has none; a word that has some is
    /// taken to have all.
    fn push_bare(&self, edges: &mut Vec<Edge>, word: &str, place: Place) {
        if !word.is_ascii() {
            edges.push(self.as_read(word));
            return;
        }
        let pattern = CasePattern::of(word);
        let n_grams = &self.n_grams;
        let words = &self.model.words;
        let symbols = match pattern {
            CasePattern::Lower => words.with_folded(word),
            _ => words.with_folded(&word.to_ascii_lowercase()),
        };
        // By falling frequency: the first is the most frequent.
        let ln_most = symbols.first().map_or(0.0, |&most| n_grams.unigram(most));
        let frequent = symbols.iter().filter(|&&symbol| {
            n_grams.unigram(symbol) >= ln_most - LN_RARE || self.model.is_listed(symbol)
        });
        edges.extend(frequent.map(|&symbol| {
            let ln_case = self.ln_case(symbol, pattern, place);
            Edge::one(symbol, Written::Marked, ln_case)
        }));
        if edges.is_empty() {
            edges.push(Edge::fixed(Some(UNKNOWN)));
        }
    }

    /// How likely a word stands in this case.
    fn ln_case(&self, symbol: Symbol, pattern: CasePattern, place: Place) -> f32 {
        if place == Place::Capitals && pattern != CasePattern::Upper {
            return LN_SMALL_AMONG_CAPITALS;
        }
        let shares = self.model.words.ln_case_shares(symbol);
        let ln_share = match pattern {
            CasePattern::Lower if place == Place::First => LN_SMALL_AT_FIRST,
            CasePattern::Lower => shares.lower,
            CasePattern::Title if place == Place::First => LN_CAPITAL_AT_FIRST,
            CasePattern::Title => shares.title,
            CasePattern::Upper if place != Place::Capitals => shares.upper,
            CasePattern::Upper | CasePattern::Mixed => return 0.0,
        };
        ln_share * self.manner.case_scale
    }

    /// A token that may be misread.
    fn push_noisy(
        &mut self,
        lattice: &mut Lattice,
        tokens: &[Token],
        token_idx: usize,
        treatment: Treatment,
    ) {
        let token = &tokens[token_idx];
        let text = &*token.text;
        let core = core_of(text, treatment);
        let word = &text[core.clone()];
        if word.is_empty() || is_roman(word) || !is_word(word, treatment) {
            // Numbers, signs, compounds: no letter becomes another, but a sign's
            // segment may get its Đ.
            let treatment = if treatment == Treatment::Garbled && !is_roman(word) {
                Treatment::Bare
            } else {
                Treatment::Keep
            };
            self.push_pieces(lattice, token_idx, token, treatment);
            return;
        }
        // Behind "a)" and a dash an item begins.
        let begins_item = token_idx > 0 && tokens[token_idx - 1].text.ends_with([')', '-', '+']);
        let place = Place::of(token, lattice.is_at_boundary() || begins_item);
        let mut edges = std::mem::take(&mut self.edges);
        edges.clear();
        match treatment {
            Treatment::Read => self.push_read(&mut edges, token, word, place),
            _ => self.push_garbled(&mut edges, word, place),
        }
        let is_doubtful = ln_best(&edges) < LN_GOOD_READING;
        if treatment == Treatment::Garbled && is_doubtful {
            self.push_splits(&mut edges, word, place);
        }
        if core.end == text.len() {
            let noise = Noise {
                word,
                place,
                treatment,
                is_doubtful,
            };
            self.push_joins(&mut edges, tokens, token_idx, noise);
        }
        lattice.push(token_idx, core.clone(), &edges);
        self.edges = edges;
        let behind = &text[core.end..];
        for (at, mark) in behind.char_indices() {
            if is_boundary(mark, behind[at + mark.len_utf8()..].chars().next()) {
                lattice.push_boundary(token_idx, core.end + at);
            }
        }
    }

    fn candidates(&mut self, word: &str, asked: Asked) -> Arc<[Candidate]> {
        let (channel, ln_floor) = match asked {
            Asked::Garbled => (self.garbled, LN_CHANNEL_FLOOR),
            Asked::GarbledPart => (self.garbled, LN_PART_FLOOR),
            Asked::Read => (self.read, LN_READ_FLOOR),
        };
        let lexicon = self.lexicon;
        self.memory.recall(asked, word, |walk| {
            channel.candidates(
                lexicon,
                word,
                &patterns_of(word),
                MAX_CANDIDATES,
                ln_floor,
                walk,
            )
        })
    }

    fn push_garbled(&mut self, edges: &mut Vec<Edge>, word: &str, place: Place) {
        let candidates = self.candidates(word, Asked::Garbled);
        edges.extend(candidates.iter().map(|candidate| {
            let ln_case = self.ln_case(candidate.symbol, candidate.pattern, place);
            Edge::one(
                candidate.symbol,
                Written::Word(candidate.pattern),
                candidate.ln_probability + ln_case,
            )
        }));
        edges.push(Edge::one(UNKNOWN, Written::AsRead, ln_unknown(word)));
    }

    fn push_read(&mut self, edges: &mut Vec<Edge>, token: &Token, word: &str, place: Place) {
        let mut own = self.find(word);
        let pattern = CasePattern::of(word);
        // Typed with the tone on the wrong letter a word is the same word.
        let put_right = (own == UNKNOWN)
            .then(|| with_tone_in_place(word))
            .flatten()
            .map(|meant| pattern.apply(&meant));
        let word = put_right.as_deref().unwrap_or(word);
        if put_right.is_some() {
            own = self.find(word);
        }
        let (mut ln_own, caution) = if own == UNKNOWN && is_impossible(word) {
            (
                ln_unknown(word) + LN_IMPOSSIBLE,
                self.manner.caution.min(LN_LITTLE_CAUTION),
            )
        } else {
            let caution =
                self.manner.caution + (token.confidence - MEAN_CONFIDENCE) * LN_CONFIDENCE;
            let trust = if own == UNKNOWN {
                0.0
            } else if word.len() == 1 || self.is_abbreviation(own) {
                // One abbreviation or item is as good as another where it stands.
                LN_TRUST
            } else {
                self.manner.trust
            };
            (ln_unknown(word) * UNKNOWN_IN_READ, caution.max(0.0) + trust)
        };
        for candidate in self.candidates(word, Asked::Read).iter() {
            let ln_case = self.ln_case(candidate.symbol, candidate.pattern, place);
            if candidate.symbol == own
                && (candidate.pattern == pattern || pattern == CasePattern::Mixed)
            {
                ln_own = candidate.ln_probability + ln_case;
            } else if candidate.pattern == pattern {
                edges.push(Edge::one(
                    candidate.symbol,
                    Written::Word(candidate.pattern),
                    candidate.ln_probability + ln_case - caution,
                ));
            }
        }
        for (alternative, confidence) in token.alternatives {
            let alternative = &alternative[core_of(alternative, Treatment::Read)];
            let symbol = self.find(alternative);
            if symbol != UNKNOWN && symbol != own {
                let ln_ratio = (confidence.max(0.01) / token.confidence.max(0.01))
                    .ln()
                    .min(0.0);
                let ln_alternative = ln_own + ln_ratio - caution;
                match edges
                    .iter_mut()
                    .find(|edge| edge.symbols[0] == Some(symbol))
                {
                    Some(edge) => edge.ln_channel = edge.ln_channel.max(ln_alternative),
                    None => {
                        let written = Written::Word(CasePattern::of(alternative));
                        edges.push(Edge::one(symbol, written, ln_alternative));
                    }
                }
            }
        }
        // The likeliest first: what is hopeless beside it is soon left.
        edges.insert(0, Edge::one(own, Written::AsRead, ln_own));
    }

    /// Two words whose space was lost.
    fn push_splits(&mut self, edges: &mut Vec<Edge>, word: &str, place: Place) {
        let cuts: Vec<usize> = word.char_indices().map(|(at, _)| at).skip(1).collect();
        if cuts.len() < 3 || cuts.len() > 20 {
            return;
        }
        let ln_space_lost = self.garbled.ln_space_lost;
        let mut splits = Vec::new();
        for at in cuts {
            let (first, second) = word.split_at(at);
            let firsts = self.best_of_part(first, place);
            if firsts.is_empty() {
                continue;
            }
            let seconds = self.best_of_part(second, Place::Inside);
            for (first, pattern, ln_first) in &firsts {
                for (second, second_pattern, ln_second) in &seconds {
                    if *second_pattern != CasePattern::Lower && *pattern != *second_pattern {
                        continue;
                    }
                    splits.push(Edge {
                        n_atoms: 1,
                        symbols: [Some(*first), Some(*second)],
                        written: Written::Two(*pattern, at),
                        ln_channel: ln_first + ln_second + ln_space_lost,
                    });
                }
            }
        }
        splits.sort_by(|a, b| b.ln_channel.total_cmp(&a.ln_channel));
        splits.truncate(MAX_CANDIDATES);
        edges.extend(splits);
    }

    fn best_of_part(&mut self, part: &str, place: Place) -> Vec<(Symbol, CasePattern, f32)> {
        self.candidates(part, Asked::GarbledPart)
            .iter()
            .take(MAX_OF_PART)
            .map(|candidate| {
                let ln_case = self.ln_case(candidate.symbol, candidate.pattern, place);
                (
                    candidate.symbol,
                    candidate.pattern,
                    candidate.ln_probability + ln_case,
                )
            })
            .collect()
    }

    /// One word that fell apart into this token and the next.
    fn push_joins(
        &mut self,
        edges: &mut Vec<Edge>,
        tokens: &[Token],
        token_idx: usize,
        noise: Noise,
    ) {
        let Noise {
            word,
            place,
            treatment,
            is_doubtful,
        } = noise;
        let token = &tokens[token_idx];
        let Some(next) = tokens.get(token_idx + 1) else {
            return;
        };
        let next_core = core_of(&next.text, treatment);
        let next_word = &next.text[next_core.clone()];
        if next.line_idx != token.line_idx
            || !next.is_open
            || next_core.start != 0
            || next_word.is_empty()
            || !is_word(next_word, treatment)
            || is_address(&next.text)
            || word.chars().count() + next_word.chars().count() > 9
            || starts_anew(word, next_word)
        {
            return;
        }
        let is_read = treatment == Treatment::Read;
        // A reader of Vietnamese parts few words, and into what is none.
        if is_read && self.is_whole(word) && self.is_whole(next_word) {
            return;
        }
        let joined = format!("{word}{next_word}");
        let ln_space_added = self.garbled.ln_space_added;
        let mut push = |symbol, pattern, ln_probability| {
            edges.push(Edge {
                n_atoms: 2,
                symbols: [Some(symbol), None],
                written: Written::Word(pattern),
                ln_channel: ln_probability + ln_space_added,
            });
        };
        if is_read {
            let symbol = self.find(&joined);
            if symbol != UNKNOWN {
                push(symbol, CasePattern::of(&joined), 0.0);
            }
            return;
        }
        let is_long = |part: &str| part.chars().nth(2).is_some();
        if !is_doubtful && is_long(word) && is_long(next_word) {
            return;
        }
        for (symbol, pattern, ln_probability) in self.best_of_part(&joined, place) {
            push(symbol, pattern, ln_probability);
        }
    }
}

/// Whether the second of two parts has a capital that no word has inside.
fn starts_anew(first: &str, second: &str) -> bool {
    second.starts_with(char::is_uppercase) && !first.ends_with(char::is_uppercase)
}

fn ln_best(edges: &[Edge]) -> f32 {
    edges
        .iter()
        .filter(|edge| edge.written != Written::AsRead)
        .map(|edge| edge.ln_channel)
        .fold(f32::NEG_INFINITY, f32::max)
}

fn ln_unknown(word: &str) -> f32 {
    let n_letters = word.chars().count() as f32;
    if !word.chars().all(is_letter) {
        let mut letters = word.chars();
        if letters.next().is_some_and(char::is_uppercase)
            && letters.all(|letter| letter.is_ascii_digit())
        {
            // "A4"
            return n_letters * LN_UNKNOWN_CAPITAL;
        }
        // A word with a sign or a digit inside is no name.
        return n_letters * LN_UNKNOWN_LETTER + LN_IMPOSSIBLE;
    }
    let is_abbreviation = word.chars().all(|letter| letter.is_uppercase()) && n_letters > 1.0;
    if is_abbreviation {
        n_letters * LN_UNKNOWN_CAPITAL
    } else {
        n_letters * LN_UNKNOWN_LETTER
    }
}
