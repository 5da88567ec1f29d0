//! Parts that queries of tantivy are put together from.

use super::item::QueryWord;
use crate::index::tokenizer;
use tantivy::Term;
use tantivy::query::{
    BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, Occur, PhraseQuery, Query, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

/// What must be on the page, and what is good to find there.
pub(super) struct Clause {
    pub required: Box<dyn Query>,
    /// What is worth a tier (see [`super::plan`]) beside what is required.
    pub tiers: Vec<Box<dyn Query>>,
    /// In place of `required`, where that holds tiers itself: only the pages
    /// that have the highest of them.
    pub perfect: Option<Box<dyn Query>>,
    /// What is worth less than a tier.
    pub bonuses: Vec<Box<dyn Query>>,
    /// The pages whose heading has it; `None` where no heading can.
    pub in_heading: Option<Box<dyn Query>>,
}

impl Clause {
    pub fn bare(required: Box<dyn Query>) -> Self {
        Self {
            required,
            tiers: Vec::new(),
            perfect: None,
            bonuses: Vec::new(),
            in_heading: None,
        }
    }

    /// As one query.
    pub fn joined(self) -> Box<dyn Query> {
        if self.bonuses.is_empty() && self.tiers.is_empty() {
            return self.required;
        }
        let mut clauses = vec![(Occur::Must, self.required)];
        let good = self.tiers.into_iter().chain(self.bonuses);
        clauses.extend(good.map(|it| (Occur::Should, it)));
        Box::new(BooleanQuery::new(clauses))
    }

    /// Whether some of its pages are worth a tier more than others.
    pub fn has_tiers(&self) -> bool {
        self.perfect.is_some() || !self.tiers.is_empty()
    }

    /// As one query, of the pages alone that have everything worth a tier.
    pub fn joined_perfect(&self) -> Box<dyn Query> {
        let required = self.perfect.as_ref().unwrap_or(&self.required);
        let required = [required].into_iter().chain(&self.tiers);
        let required = required.map(|it| (Occur::Must, it.box_clone()));
        let good = self
            .bonuses
            .iter()
            .map(|it| (Occur::Should, it.box_clone()));
        Box::new(BooleanQuery::new(required.chain(good).collect()))
    }
}

pub(super) fn plain(term: Term) -> Box<dyn Query> {
    Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
}

/// For fields that keep no frequencies.
pub(super) fn basic(term: Term) -> Box<dyn Query> {
    Box::new(TermQuery::new(term, IndexRecordOption::Basic))
}

/// The same pages, each worth `score`.
pub(super) fn worth(query: Box<dyn Query>, score: f32) -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(query, score))
}

pub(super) fn boosted(query: Box<dyn Query>, boost: f32) -> Box<dyn Query> {
    Box::new(BoostQuery::new(query, boost))
}

/// All of these.
pub(super) fn all_of(queries: impl IntoIterator<Item = Box<dyn Query>>) -> Box<dyn Query> {
    let clauses = queries.into_iter().map(|query| (Occur::Must, query));
    Box::new(BooleanQuery::new(clauses.collect()))
}

/// One of these; nothing for none.
pub(super) fn any_of(mut queries: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    match (queries.len(), queries.pop()) {
        (1, Some(only)) => only,
        (_, Some(last)) => {
            queries.push(last);
            Box::new(BooleanQuery::union(queries))
        }
        (_, None) => Box::new(EmptyQuery),
    }
}

/// All terms in this order; nothing for no terms.
pub(super) fn side_by_side(mut terms: Vec<Term>) -> Box<dyn Query> {
    match (terms.len(), terms.pop()) {
        (1, Some(term)) => plain(term),
        (_, Some(last)) => {
            terms.push(last);
            Box::new(PhraseQuery::new(terms))
        }
        (_, None) => Box::new(EmptyQuery),
    }
}

/// The pair of two folded neighbours.
pub(super) fn pair_term(field: Field, first: &str, second: &str) -> Term {
    Term::from_field_text(field, &tokenizer::pair(first, second))
}

/// The pairs of neighbours among words.
pub(super) fn pair_terms(field: Field, words: &[QueryWord]) -> impl Iterator<Item = Term> {
    words
        .windows(2)
        .map(move |pair| pair_term(field, &pair[0].folded, &pair[1].folded))
}

pub(super) fn folded_terms(field: Field, words: &[QueryWord]) -> Vec<Term> {
    let term = |word: &QueryWord| Term::from_field_text(field, &word.folded);
    words.iter().map(term).collect()
}

pub(super) fn exact_terms(field: Field, words: &[QueryWord]) -> Vec<Term> {
    let term = |word: &QueryWord| Term::from_field_text(field, &word.exact);
    words.iter().map(term).collect()
}
