//! From a query to what tantivy runs.
//!
//! A page must hold every word in its folded reading; everything else only
//! orders the pages found, so that typing marks never hides a paper:
//!
//! * a word typed with marks that stands on the page with these marks is worth
//!   [`EXACT_TIER`], more than all word statistics (BM25) together;
//! * two neighbours of the query that are neighbours on the page, in whatever
//!   reading, are worth half of that ([`PAIR_TIER`]): Vietnamese words are
//!   several syllables, and every long page holds *cải*, *cách*, *hành* and
//!   *chính* somewhere. *cái cách hành chính*, misread, so stands behind *cải
//!   cách hành chính* and above the four syllables scattered over a page;
//! * a number typed whole puts the paper that bears it above all papers that
//!   cite it ([`NUMBER_TIER`]), one of which a part was typed half as much;
//! * words of number, type, subject, issuer and signer count more than words of
//!   the text.

use super::abbreviations::Abbreviations;
use super::clause::{
    Clause, all_of, any_of, basic, boosted, exact_terms, folded_terms, pair_terms, plain,
    side_by_side, worth,
};
use super::combine::{Neighbours, at_least, better_of, every, one_of};
use super::fields::QueryField;
use super::filters::Filters;
use super::half_marked::fully_marked;
use super::item::{Item, QueryWord};
use super::parse::MIN_PREFIX_LETTERS;
use super::unwanted::Unwanted;
use crate::index::beginnings::frequent_terms;
use crate::index::schema::{Fields, number_term_text};
use crate::index::snippet::Mark;
use crate::index::tokenizer::pair;
use tantivy::query::{AllQuery, BooleanQuery, EnableScoring, Occur, PhraseQuery, Query};
use tantivy::{Searcher, TERMINATED, Term};

/// BM25 of 32 words stays below 32 · 2.2 · ln(10⁹) ≈ 1,500 before boosts of
/// real queries' few words; f32 still tells hundredths apart at 32 tiers.
const EXACT_TIER: f32 = 1_000.0;
const PAIR_TIER: f32 = 500.0;
const NUMBER_TIER: f32 = 100_000.0;

/// What a match in the heading adds to the ranking, as a multiple of its BM25.
/// Term frequency can at most double BM25, so that a subject that holds a word
/// stands above any page that merely repeats it.
const HEADING_BOOST: f32 = 2.0;
/// An unmarked word in a query that has marks elsewhere was most likely meant
/// unmarked.
const UNMARKED_BOOST: f32 = 0.5;

/// Words that begin as typed: the most frequent ones are taken.
const MAX_EXPANSIONS: usize = 64;
/// Ways to go on behind a word with such a beginning.
const MAX_PAIRS: usize = 16;

/// Side by side is rewarded up to this many words.
const MAX_RUN_WORDS: usize = 12;

/// How much of a query must be on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::index) enum Strictness {
    All,
    /// Phrases need not stand in order.
    LoosePhrases,
    /// At least so many of the words; phrases need not stand in order.
    AtLeast(usize),
}

/// A query ready to run.
pub(in crate::index) struct Plan {
    /// Scores the pages found.
    pub query: Box<dyn Query>,
    /// Finds the same pages; without anything that only scores.
    pub matching: Box<dyn Query>,
    /// The same scores for the best pages alone, level by level: those that have
    /// every tier and the words in their heading; every tier; the tiers of the
    /// words and one for neighbours; the tiers of the words. Hardly any other page
    /// is worth more than one of a level, and each holds those before it.
    pub levels: Vec<Box<dyn Query>>,
    /// What to mark in snippets.
    pub marks: Vec<Mark>,
    /// Whether there are phrases that could be loosened.
    pub has_phrases: bool,
    /// How many words there are that [`Strictness::AtLeast`] counts.
    pub n_loose_items: usize,
    /// Whether anything is looked for at all.
    pub is_empty: bool,
}

/// Plans queries against one state of the index.
pub(in crate::index) struct Planner<'a> {
    pub searcher: &'a Searcher,
    pub fields: Fields,
}

impl Planner<'_> {
    pub fn plan(
        &self,
        items: &[Item],
        filters: &Filters,
        strictness: Strictness,
    ) -> tantivy::Result<Plan> {
        let items = self.resolve(items)?;
        let items = match strictness {
            Strictness::All => items,
            Strictness::LoosePhrases => loosened(items, false),
            Strictness::AtLeast(_) => loosened(items, true),
        };
        let has_marks = items.iter().any(Item::has_marks);
        // What every page must have or not have, beside words.
        let mut common: Vec<(Occur, Box<dyn Query>)> = self.filter_clauses(filters);
        let mut loose = Vec::new();
        let mut n_required = 0;
        for item in items.iter().filter(|item| !is_too_short(item)) {
            match item {
                Item::Not(inner) => {
                    common.push((Occur::MustNot, self.unwanted(inner)?));
                    continue;
                }
                Item::Field { field, chunks } => {
                    let words: Vec<QueryWord> = chunks.concat();
                    common.push((Occur::Must, self.in_field(*field, &words)));
                }
                Item::Issued(days) => common.push((Occur::Must, self.issued(*days))),
                item => loose.push(self.clause(item, has_marks)?),
            }
            n_required += 1;
        }
        let n_loose_items = loose.len();
        let is_empty = n_required == 0 && common.is_empty();
        if n_required == 0 {
            // Only filters or unwanted words: all papers that are left.
            common.push((Occur::Must, worth(Box::new(AllQuery), 0.0)));
        }
        let neighbours = self.neighbours(&items)?;
        let combined = match strictness {
            Strictness::AtLeast(minimum) => at_least(minimum, &common, loose, neighbours),
            Strictness::All | Strictness::LoosePhrases => every(&common, &loose, &neighbours),
        };
        Ok(Plan {
            query: combined.query,
            matching: combined.matching,
            levels: combined.levels,
            marks: items.iter().flat_map(marks_of).collect(),
            has_phrases: items
                .iter()
                .any(|item| matches!(item, Item::Phrase(_) | Item::Near { .. })),
            n_loose_items,
            is_empty,
        })
    }

    /// Ends every field where its words stop to occur in it side by side; what
    /// follows are plain words. `cơ quan:sở y tế tiêm chủng` is the issuer *sở
    /// y tế* and the words *tiêm chủng*, when some issuer is called so.
    fn resolve(&self, items: &[Item]) -> tantivy::Result<Vec<Item>> {
        let mut resolved = Vec::with_capacity(items.len());
        for item in items {
            let Item::Field { field, chunks } = item else {
                resolved.push(item.clone());
                continue;
            };
            let mut n_chunks = chunks.len();
            while n_chunks > 1 {
                let words = chunks[..n_chunks].concat();
                if self.occurs(&*self.in_field(*field, &words))? {
                    break;
                }
                n_chunks -= 1;
            }
            let (inside, outside) = chunks.split_at(n_chunks);
            resolved.push(Item::Field {
                field: *field,
                chunks: inside.to_vec(),
            });
            resolved.extend(outside.iter().flatten().cloned().map(Item::Word));
        }
        Ok(resolved)
    }

    /// Whether any page matches.
    fn occurs(&self, query: &dyn Query) -> tantivy::Result<bool> {
        let weight = query.weight(EnableScoring::disabled_from_searcher(self.searcher))?;
        for segment in self.searcher.segment_readers() {
            let mut scorer = weight.scorer(segment, 1.0)?;
            while scorer.doc() != TERMINATED {
                if !segment.is_deleted(scorer.doc()) {
                    return Ok(true);
                }
                scorer.advance();
            }
        }
        Ok(false)
    }

    fn clause(&self, item: &Item, has_marks: bool) -> tantivy::Result<Clause> {
        Ok(match item {
            Item::Word(word) => self.word(word, has_marks)?,
            Item::Phrase(words) => self.phrase(words),
            Item::Spelled {
                typed,
                others,
                renamed,
            } => self.spelled(typed, others, renamed, has_marks)?,
            Item::Prefix(beginning) => self.prefix(beginning)?,
            Item::Number(parts) => self.number(parts),
            Item::Ordinal(word) => self.ordinal(word),
            Item::Near {
                left,
                right,
                distance,
            } => Clause::bare(self.near(left, right, *distance)),
            Item::Any(items) => {
                let mut clauses = Vec::with_capacity(items.len());
                for item in items.iter().filter(|item| !is_too_short(item)) {
                    let mut clause = self.clause(item, has_marks)?;
                    // A phrase is worth what a word is, beside OR.
                    if let Item::Phrase(words) = item {
                        let share = 1.0 / words.len() as f32;
                        let tiers = clause.tiers.into_iter();
                        clause.tiers = tiers.map(|tier| boosted(tier, share)).collect();
                    }
                    // Papers of a day stand before those that speak of it.
                    if let Item::Issued(days) = item {
                        clause = Clause::bare(worth(self.issued(*days), EXACT_TIER));
                    }
                    clauses.push(clause);
                }
                one_of(clauses)
            }
            Item::Field { field, chunks } => Clause::bare(self.in_field(*field, &chunks.concat())),
            Item::Issued(days) => Clause::bare(self.issued(*days)),
            // `a OR -b`: not b is everything else.
            Item::Not(inner) => Clause::bare(Box::new(BooleanQuery::new(vec![
                (Occur::Must, Box::new(AllQuery)),
                (Occur::MustNot, self.unwanted(inner)?),
            ]))),
        })
    }

    fn word(&self, word: &QueryWord, has_marks: bool) -> tantivy::Result<Clause> {
        let term = |field, text: &str| Term::from_field_text(field, text);
        let heading = plain(term(self.fields.heading, &word.folded));
        let in_heading = heading.box_clone();
        let mut bonuses = vec![boosted(heading, HEADING_BOOST)];
        let mut tiers = Vec::new();
        let exact = term(self.fields.exact, &word.exact);
        if word.has_marks() {
            let mut readings = vec![exact];
            if self.searcher.doc_freq(&readings[0])? == 0 {
                // Half-marked: whatever has these marks and more is exact.
                readings = fully_marked(word)
                    .into_iter()
                    .map(|full| term(self.fields.exact, full))
                    .collect();
            }
            let plain_readings = || any_of(readings.iter().cloned().map(plain).collect());
            tiers.push(worth(plain_readings(), EXACT_TIER));
            bonuses.push(plain_readings());
        } else if has_marks {
            bonuses.push(boosted(plain(exact), UNMARKED_BOOST));
        }
        Ok(Clause {
            tiers,
            bonuses,
            in_heading: Some(in_heading),
            ..Clause::bare(plain(term(self.fields.folded, &word.folded)))
        })
    }

    fn phrase(&self, words: &[QueryWord]) -> Clause {
        let heading = side_by_side(folded_terms(self.fields.heading, words));
        let in_heading = heading.box_clone();
        let mut tiers = Vec::new();
        if words.iter().any(QueryWord::has_marks) {
            let exact = self.in_order(exact_terms(self.fields.exact, words), words);
            tiers.push(worth(exact, EXACT_TIER * words.len() as f32));
        }
        let variants = Abbreviations::shipped().variants(words);
        let in_order = variants
            .iter()
            .map(|words| self.in_order(folded_terms(self.fields.folded, words), words));
        Clause {
            tiers,
            bonuses: vec![boosted(heading, HEADING_BOOST)],
            in_heading: Some(in_heading),
            ..Clause::bare(any_of(in_order.collect()))
        }
    }

    /// Words as typed, or another spelling of them; a page is worth the better.
    fn spelled(
        &self,
        typed: &[QueryWord],
        others: &[Vec<QueryWord>],
        renamed: &[Vec<QueryWord>],
        has_marks: bool,
    ) -> tantivy::Result<Clause> {
        let words = typed
            .iter()
            .map(|word| self.word(word, has_marks))
            .collect::<tantivy::Result<Vec<_>>>()?;
        let mut beside = Neighbours::default();
        for pair in pair_terms(self.fields.pairs, typed) {
            beside.tiers.push(worth(basic(pair), PAIR_TIER));
        }
        for pair in pair_terms(self.fields.heading_pairs, typed) {
            beside.bonuses.push(boosted(basic(pair), HEADING_BOOST));
        }
        let as_typed = every(&Vec::new(), &words, &beside);
        // Behind the level of the heading.
        let perfect_as_typed = as_typed.levels.get(1).unwrap_or(&as_typed.query);
        let mut perfect = vec![perfect_as_typed.box_clone()];
        let mut readings = vec![as_typed.query];
        let mut headings = vec![all_of(
            folded_terms(self.fields.heading, typed)
                .into_iter()
                .map(plain),
        )];
        // What the typed words would be worth side by side and exact.
        let n_marked = typed.iter().filter(|word| word.has_marks()).count();
        let tier = PAIR_TIER * (typed.len() - 1) as f32 + EXACT_TIER * n_marked as f32;
        let other_spellings = others.iter().map(|words| (words, tier));
        // Behind every paper that has the name as typed.
        let other_names = renamed.iter().map(|words| (words, 0.0));
        for (words, tier) in other_spellings.chain(other_names) {
            let in_order = || self.in_order(folded_terms(self.fields.folded, words), words);
            let heading = || side_by_side(folded_terms(self.fields.heading, words));
            let reading: Box<dyn Query> = Box::new(BooleanQuery::new(vec![
                (Occur::Must, in_order()),
                (Occur::Should, worth(in_order(), tier)),
                (Occur::Should, boosted(heading(), HEADING_BOOST)),
            ]));
            if tier > 0.0 {
                perfect.push(reading.box_clone());
            }
            headings.push(heading());
            readings.push(reading);
        }
        Ok(Clause {
            perfect: (tier > 0.0).then(|| better_of(perfect)),
            in_heading: Some(any_of(headings)),
            ..Clause::bare(better_of(readings))
        })
    }

    /// The paper of that number, those whose number has it as a part, and the
    /// pages that cite it.
    fn number(&self, parts: &[QueryWord]) -> Clause {
        let key = number_term_text(parts.iter().map(|part| part.folded.as_str()));
        let own = || plain(Term::from_field_text(self.fields.number_key, &key));
        let part_of_own = side_by_side(folded_terms(self.fields.number, parts));
        let cited = self.in_order(folded_terms(self.fields.folded, parts), parts);
        Clause {
            tiers: vec![
                worth(own(), NUMBER_TIER),
                worth(part_of_own, NUMBER_TIER / 2.0),
            ],
            ..Clause::bare(any_of(vec![own(), cited]))
        }
    }

    /// Papers whose number begins so stand first.
    fn ordinal(&self, word: &QueryWord) -> Clause {
        let own = Term::from_field_text(self.fields.ordinal, &word.folded);
        let stands = Term::from_field_text(self.fields.folded, &word.folded);
        Clause {
            tiers: vec![worth(plain(own), NUMBER_TIER / 2.0)],
            ..Clause::bare(plain(stands))
        }
    }

    /// Both with at most `distance` words between them, in any order.
    fn near(&self, left: &[QueryWord], right: &[QueryWord], distance: u32) -> Box<dyn Query> {
        let field = self.fields.folded;
        let term = |word: &QueryWord| Term::from_field_text(field, &word.folded);
        let mut orders: Vec<Box<dyn Query>> = Vec::new();
        for (first, second) in [(left, right), (right, left)] {
            if let (Some(first), Some(second)) = (first.last(), second.first()) {
                let terms = vec![(0, term(first)), (1, term(second))];
                let near = PhraseQuery::new_with_offset_and_slop(terms, distance);
                orders.push(Box::new(near));
            }
        }
        all_of([
            any_of(orders),
            self.in_order(folded_terms(field, left), left),
            self.in_order(folded_terms(field, right), right),
        ])
    }

    fn prefix(&self, beginning: &str) -> tantivy::Result<Clause> {
        let found = frequent_terms(self.searcher, self.fields.folded, beginning, MAX_EXPANSIONS)?;
        let words_in = |field| -> Vec<Box<dyn Query>> {
            let terms = found.iter().map(|word| Term::from_field_text(field, word));
            terms.map(plain).collect()
        };
        let heading = || better_of(words_in(self.fields.heading));
        Ok(Clause {
            bonuses: vec![boosted(heading(), HEADING_BOOST)],
            in_heading: Some(heading()),
            ..Clause::bare(any_of(words_in(self.fields.folded)))
        })
    }

    /// What must not be on the page. A word with marks is unwanted with these
    /// marks only.
    fn unwanted(&self, item: &Item) -> tantivy::Result<Box<dyn Query>> {
        Ok(Box::new(Unwanted(self.unwrapped_unwanted(item)?)))
    }

    fn unwrapped_unwanted(&self, item: &Item) -> tantivy::Result<Box<dyn Query>> {
        let in_reading = |words: &[QueryWord]| {
            side_by_side(if words.iter().any(QueryWord::has_marks) {
                exact_terms(self.fields.exact, words)
            } else {
                folded_terms(self.fields.folded, words)
            })
        };
        Ok(match item {
            Item::Word(word) => in_reading(std::slice::from_ref(word)),
            Item::Phrase(words) => in_reading(words),
            Item::Not(inner) => self.unwrapped_unwanted(inner)?,
            other => self.clause(other, false)?.required,
        })
    }

    /// The reward for neighbours of the query that are neighbours on the page,
    /// in whatever spelling; of a beginning, whatever words begin so.
    fn neighbours(&self, items: &[Item]) -> tantivy::Result<Neighbours> {
        let mut found = Neighbours::default();
        for (left, right) in items.iter().zip(items.iter().skip(1)).take(MAX_RUN_WORDS) {
            let left = spellings(left).into_iter().filter_map(|left| left.last());
            let mut pairs = Vec::new();
            for left in left {
                if let Item::Prefix(beginning) = right {
                    let beginning = pair(&left.folded, beginning);
                    let field = self.fields.pairs;
                    pairs.extend(frequent_terms(self.searcher, field, &beginning, MAX_PAIRS)?);
                }
                let right = spellings(right)
                    .into_iter()
                    .filter_map(|right| right.first());
                pairs.extend(right.map(|right| pair(&left.folded, &right.folded)));
            }
            if pairs.is_empty() {
                continue;
            }
            let in_field = |field| {
                let terms = pairs.iter().map(|pair| Term::from_field_text(field, pair));
                any_of(terms.map(basic).collect())
            };
            let in_heading = boosted(in_field(self.fields.heading_pairs), HEADING_BOOST);
            found
                .tiers
                .push(worth(in_field(self.fields.pairs), PAIR_TIER));
            found.bonuses.push(in_heading);
        }
        Ok(found)
    }

    /// These words in this order, anywhere in page or paper, in one of the
    /// readings. Their pairs lead to the few pages whose positions are read.
    fn in_order(&self, terms: Vec<Term>, words: &[QueryWord]) -> Box<dyn Query> {
        if terms.len() < 2 {
            return side_by_side(terms);
        }
        let pairs = pair_terms(self.fields.pairs, words).map(|term| worth(basic(term), 0.0));
        all_of(pairs.chain([side_by_side(terms)]))
    }
}

/// The ways a plain item may stand in a text; none for items that are no words.
fn spellings(item: &Item) -> Vec<&[QueryWord]> {
    match item {
        Item::Word(word) => vec![std::slice::from_ref(word)],
        Item::Spelled { typed, others, .. } => {
            let others = others.iter().map(Vec::as_slice);
            [typed.as_slice()].into_iter().chain(others).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether an item is a beginning that is not looked for.
fn is_too_short(item: &Item) -> bool {
    match item {
        Item::Prefix(beginning) => beginning.chars().count() < MIN_PREFIX_LETTERS,
        Item::Not(inner) => is_too_short(inner),
        Item::Any(items) => items.iter().all(is_too_short),
        _ => false,
    }
}

/// Phrases as their words; with `is_each_word`, abbreviated phrases too.
fn loosened(items: Vec<Item>, is_each_word: bool) -> Vec<Item> {
    let mut loose = Vec::with_capacity(items.len());
    for item in items {
        match item {
            Item::Phrase(words) => loose.extend(words.into_iter().map(Item::Word)),
            Item::Near { left, right, .. } => {
                loose.extend(left.into_iter().chain(right).map(Item::Word));
            }
            Item::Spelled { typed, .. } if is_each_word && typed.len() > 1 => {
                loose.extend(typed.into_iter().map(Item::Word));
            }
            item => loose.push(item),
        }
    }
    loose
}

/// What of a query is to be marked in the text.
fn marks_of(item: &Item) -> Vec<Mark> {
    match item {
        Item::Word(word) | Item::Ordinal(word) => vec![Mark::Words(vec![word.clone()])],
        Item::Phrase(words) => Abbreviations::shipped()
            .variants(words)
            .into_iter()
            .map(Mark::Words)
            .collect(),
        Item::Number(words) => vec![Mark::Words(words.clone())],
        Item::Spelled {
            typed,
            others,
            renamed,
        } => {
            let typed = typed.iter().map(|word| vec![word.clone()]);
            typed
                .chain(others.iter().chain(renamed).cloned())
                .map(Mark::Words)
                .collect()
        }
        Item::Near { left, right, .. } => {
            vec![Mark::Words(left.clone()), Mark::Words(right.clone())]
        }
        Item::Prefix(_) if is_too_short(item) => Vec::new(),
        Item::Prefix(beginning) => vec![Mark::Beginning(beginning.clone())],
        Item::Field { field, chunks } if *field != QueryField::Issued => {
            vec![Mark::Words(chunks.concat())]
        }
        Item::Any(items) => items.iter().flat_map(marks_of).collect(),
        Item::Field { .. } | Item::Issued(_) | Item::Not(_) => Vec::new(),
    }
}
