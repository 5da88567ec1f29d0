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
//!   cite it ([`NUMBER_TIER`]);
//! * words of number, type, subject, issuer and signer count more than words of
//!   the text.

use super::dates::DayRange;
use super::fields::{QueryField, spelled_out_type};
use super::parse::{Item, QueryWord};
use super::unwanted::Unwanted;
use crate::index::schema::Fields;
use crate::index::snippet::Mark;
use crate::index::tokenizer;
use crate::index::words::{folded, word_ranges};
use std::collections::BTreeMap;
use std::ops::Bound;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, EnableScoring, Occur,
    PhraseQuery, Query, RangeQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
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
/// Words of the dictionary looked at for that, in each segment.
const MAX_EXPANSIONS_SEEN: usize = 4_096;

/// Side by side is rewarded up to this many words.
const MAX_RUN_WORDS: usize = 12;

/// What the person narrowed the search to beside the query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::index) struct Filters {
    pub document_type: Option<String>,
    pub issuer: Option<String>,
    pub issued: Option<DayRange>,
}

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
    pub query: Box<dyn Query>,
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

/// What must be on the page, and what is good to find there.
struct Clause {
    required: Box<dyn Query>,
    bonuses: Vec<Box<dyn Query>>,
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
            Strictness::LoosePhrases | Strictness::AtLeast(_) => loosened(items),
        };
        let has_marks = items.iter().any(item_has_marks);
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = self.filter_clauses(filters);
        let mut loose = Vec::new();
        let mut n_required = 0;
        for item in &items {
            match item {
                Item::Not(inner) => {
                    clauses.push((Occur::MustNot, self.unwanted(inner)?));
                    continue;
                }
                Item::Field { field, chunks } => {
                    let words: Vec<QueryWord> = chunks.concat();
                    clauses.push((Occur::Must, self.in_field(*field, &words)));
                }
                Item::Issued(days) => clauses.push((Occur::Must, self.issued(*days))),
                item => loose.push(self.clause(item, has_marks)?),
            }
            n_required += 1;
        }
        let n_loose_items = loose.len();
        match strictness {
            Strictness::AtLeast(minimum) => {
                let alternatives = loose
                    .into_iter()
                    .map(|clause| (Occur::Should, clause.joined()))
                    .collect();
                let query = BooleanQuery::with_minimum_required_clauses(alternatives, minimum);
                clauses.push((Occur::Must, Box::new(query)));
            }
            Strictness::All | Strictness::LoosePhrases => {
                for clause in loose {
                    clauses.push((Occur::Must, clause.required));
                    clauses.extend(clause.bonuses.into_iter().map(|it| (Occur::Should, it)));
                }
            }
        }
        for run in runs(&items) {
            let bonuses = self.neighbours(&run).into_iter();
            clauses.extend(bonuses.map(|bonus| (Occur::Should, bonus)));
        }
        let is_empty = n_required == 0 && clauses.is_empty();
        if n_required == 0 {
            // Only filters or unwanted words: all papers that are left.
            let all = ConstScoreQuery::new(Box::new(AllQuery), 0.0);
            clauses.push((Occur::Must, Box::new(all)));
        }
        Ok(Plan {
            query: Box::new(BooleanQuery::new(clauses)),
            marks: items.iter().flat_map(marks_of).collect(),
            has_phrases: items.iter().any(|item| matches!(item, Item::Phrase(_))),
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

    fn filter_clauses(&self, filters: &Filters) -> Vec<(Occur, Box<dyn Query>)> {
        let mut queries = Vec::new();
        if let Some(document_type) = &filters.document_type {
            let terms = self.terms(self.fields.document_type, spelled_out_type(document_type));
            queries.push(side_by_side(terms));
        }
        if let Some(issuer) = &filters.issuer {
            // In any order: "y tế Đồng Nai" is the "Sở Y tế tỉnh Đồng Nai".
            let terms = self.terms(self.fields.issuer, issuer);
            let words = terms.into_iter().map(|term| (Occur::Must, plain(term)));
            queries.push(Box::new(BooleanQuery::new(words.collect())));
        }
        if let Some(days) = filters.issued {
            queries.push(self.issued(days));
        }
        let scoreless = |query| Box::new(ConstScoreQuery::new(query, 0.0)) as Box<dyn Query>;
        queries
            .into_iter()
            .map(|query| (Occur::Must, scoreless(query)))
            .collect()
    }

    fn terms(&self, field: Field, text: &str) -> Vec<Term> {
        word_ranges(text)
            .map(|range| Term::from_field_text(field, &folded(&text[range])))
            .collect()
    }

    fn issued(&self, days: DayRange) -> Box<dyn Query> {
        if days.first > days.last {
            return Box::new(EmptyQuery);
        }
        let bound = |day| Bound::Included(Term::from_field_u64(self.fields.issued, day));
        let range = RangeQuery::new(bound(days.first), bound(days.last));
        Box::new(ConstScoreQuery::new(Box::new(range), 0.0))
    }

    fn in_field(&self, field: QueryField, words: &[QueryWord]) -> Box<dyn Query> {
        let field = match field {
            QueryField::Number => self.fields.number,
            QueryField::Type => self.fields.document_type,
            QueryField::Issuer => self.fields.issuer,
            QueryField::Subject => self.fields.subject,
            QueryField::Signer => self.fields.signer,
            // Days are items of their own.
            QueryField::Issued => return Box::new(EmptyQuery),
        };
        side_by_side(folded_terms(field, words))
    }

    fn clause(&self, item: &Item, has_marks: bool) -> tantivy::Result<Clause> {
        Ok(match item {
            Item::Word(word) => self.word(word, has_marks),
            Item::Phrase(words) => self.phrase(words),
            Item::Prefix(beginning) => Clause::bare(self.prefix(beginning)?),
            Item::Number { key, parts } => self.number(key, parts),
            Item::Any(items) => {
                let alternatives = items
                    .iter()
                    .map(|item| Ok((Occur::Should, self.clause(item, has_marks)?.joined())))
                    .collect::<tantivy::Result<_>>()?;
                Clause::bare(Box::new(BooleanQuery::new(alternatives)))
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

    fn word(&self, word: &QueryWord, has_marks: bool) -> Clause {
        let term = |field, text: &str| plain(Term::from_field_text(field, text));
        let exact = || term(self.fields.exact, &word.exact);
        let heading = term(self.fields.heading, &word.folded);
        let mut bonuses = vec![boosted(heading, HEADING_BOOST)];
        if word.has_marks() {
            bonuses.push(Box::new(ConstScoreQuery::new(exact(), EXACT_TIER)));
            bonuses.push(exact());
        } else if has_marks {
            bonuses.push(boosted(exact(), UNMARKED_BOOST));
        }
        Clause {
            required: term(self.fields.folded, &word.folded),
            bonuses,
        }
    }

    fn phrase(&self, words: &[QueryWord]) -> Clause {
        let heading = side_by_side(folded_terms(self.fields.heading, words));
        let mut bonuses = vec![boosted(heading, HEADING_BOOST)];
        if words.iter().any(QueryWord::has_marks) {
            let exact = self.in_order(exact_terms(self.fields.exact, words), words);
            let tier = EXACT_TIER * words.len() as f32;
            bonuses.push(Box::new(ConstScoreQuery::new(exact, tier)));
        }
        Clause {
            required: self.in_order(folded_terms(self.fields.folded, words), words),
            bonuses,
        }
    }

    /// The paper of that number, and the pages that cite it.
    fn number(&self, key: &str, parts: &[QueryWord]) -> Clause {
        let own = || plain(Term::from_field_text(self.fields.number_key, key));
        let cited = self.in_order(folded_terms(self.fields.folded, parts), parts);
        Clause {
            required: Box::new(BooleanQuery::union(vec![own(), cited])),
            bonuses: vec![Box::new(ConstScoreQuery::new(own(), NUMBER_TIER))],
        }
    }

    fn prefix(&self, beginning: &str) -> tantivy::Result<Box<dyn Query>> {
        let field = self.fields.folded;
        let mut found: BTreeMap<Vec<u8>, u32> = BTreeMap::new();
        for segment in self.searcher.segment_readers() {
            let index = segment.inverted_index(field)?;
            let mut words = index.terms().range().ge(beginning).into_stream()?;
            let mut n_seen = 0;
            while words.advance() && words.key().starts_with(beginning.as_bytes()) {
                *found.entry(words.key().to_vec()).or_default() += words.value().doc_freq;
                n_seen += 1;
                if n_seen == MAX_EXPANSIONS_SEEN {
                    break;
                }
            }
        }
        let mut found: Vec<(Vec<u8>, u32)> = found.into_iter().collect();
        found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        found.truncate(MAX_EXPANSIONS);
        let words: Vec<Box<dyn Query>> = found
            .iter()
            .filter_map(|(word, _)| std::str::from_utf8(word).ok())
            .map(|word| plain(Term::from_field_text(field, word)))
            .collect();
        Ok(Box::new(BooleanQuery::union(words)))
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

    /// The reward for words that stand side by side as typed.
    fn neighbours(&self, run: &[QueryWord]) -> Vec<Box<dyn Query>> {
        let run = &run[..run.len().min(MAX_RUN_WORDS)];
        let anywhere = pair_terms(self.fields.pairs, run)
            .map(|term| Box::new(ConstScoreQuery::new(basic(term), PAIR_TIER)) as Box<dyn Query>);
        let in_heading = pair_terms(self.fields.heading_pairs, run)
            .map(|term| boosted(basic(term), HEADING_BOOST));
        anywhere.chain(in_heading).collect()
    }

    /// These words in this order, anywhere in page or paper, in one of the
    /// readings. Their pairs lead to the few pages whose positions are read.
    fn in_order(&self, terms: Vec<Term>, words: &[QueryWord]) -> Box<dyn Query> {
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = pair_terms(self.fields.pairs, words)
            .map(|term| Box::new(ConstScoreQuery::new(basic(term), 0.0)) as Box<dyn Query>)
            .map(|query| (Occur::Must, query))
            .collect();
        clauses.push((Occur::Must, side_by_side(terms)));
        Box::new(BooleanQuery::new(clauses))
    }
}

impl Clause {
    fn bare(required: Box<dyn Query>) -> Self {
        Self {
            required,
            bonuses: Vec::new(),
        }
    }

    /// As one query.
    fn joined(self) -> Box<dyn Query> {
        if self.bonuses.is_empty() {
            return self.required;
        }
        let mut clauses = vec![(Occur::Must, self.required)];
        clauses.extend(self.bonuses.into_iter().map(|bonus| (Occur::Should, bonus)));
        Box::new(BooleanQuery::new(clauses))
    }
}

fn plain(term: Term) -> Box<dyn Query> {
    Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
}

/// For fields that keep no frequencies.
fn basic(term: Term) -> Box<dyn Query> {
    Box::new(TermQuery::new(term, IndexRecordOption::Basic))
}

/// The pairs of neighbours among words.
fn pair_terms(field: Field, words: &[QueryWord]) -> impl Iterator<Item = Term> {
    words.windows(2).map(move |pair| {
        Term::from_field_text(field, &tokenizer::pair(&pair[0].folded, &pair[1].folded))
    })
}

fn boosted(query: Box<dyn Query>, boost: f32) -> Box<dyn Query> {
    Box::new(BoostQuery::new(query, boost))
}

/// All terms in this order; nothing for no terms.
fn side_by_side(mut terms: Vec<Term>) -> Box<dyn Query> {
    match (terms.len(), terms.pop()) {
        (1, Some(term)) => plain(term),
        (_, Some(last)) => {
            terms.push(last);
            Box::new(PhraseQuery::new(terms))
        }
        (_, None) => Box::new(EmptyQuery),
    }
}

fn folded_terms(field: Field, words: &[QueryWord]) -> Vec<Term> {
    let term = |word: &QueryWord| Term::from_field_text(field, &word.folded);
    words.iter().map(term).collect()
}

fn exact_terms(field: Field, words: &[QueryWord]) -> Vec<Term> {
    let term = |word: &QueryWord| Term::from_field_text(field, &word.exact);
    words.iter().map(term).collect()
}

/// Phrases as their words.
fn loosened(items: Vec<Item>) -> Vec<Item> {
    let mut loose = Vec::with_capacity(items.len());
    for item in items {
        match item {
            Item::Phrase(words) => loose.extend(words.into_iter().map(Item::Word)),
            item => loose.push(item),
        }
    }
    loose
}

/// Runs of two plain words or more.
fn runs(items: &[Item]) -> Vec<Vec<QueryWord>> {
    items
        .chunk_by(|a, b| matches!((a, b), (Item::Word(_), Item::Word(_))))
        .map(|run| {
            let word = |item: &Item| match item {
                Item::Word(word) => Some(word.clone()),
                _ => None,
            };
            run.iter().filter_map(word).collect::<Vec<_>>()
        })
        .filter(|run| run.len() > 1)
        .collect()
}

fn item_has_marks(item: &Item) -> bool {
    match item {
        Item::Word(word) => word.has_marks(),
        Item::Phrase(words) => words.iter().any(QueryWord::has_marks),
        Item::Any(items) => items.iter().any(item_has_marks),
        _ => false,
    }
}

/// What of a query is to be marked in the text.
fn marks_of(item: &Item) -> Vec<Mark> {
    match item {
        Item::Word(word) => vec![Mark::Words(vec![word.clone()])],
        Item::Phrase(words) | Item::Number { parts: words, .. } => {
            vec![Mark::Words(words.clone())]
        }
        Item::Prefix(beginning) => vec![Mark::Beginning(beginning.clone())],
        Item::Field { field, chunks } if *field != QueryField::Issued => {
            vec![Mark::Words(chunks.concat())]
        }
        Item::Any(items) => items.iter().flat_map(marks_of).collect(),
        Item::Field { .. } | Item::Issued(_) | Item::Not(_) => Vec::new(),
    }
}
