//! Clauses put together: one query that scores all pages, one that only finds
//! them, and those of the best pages alone.

use super::clause::{Clause, any_of, worth};
use tantivy::query::{BooleanQuery, DisjunctionMaxQuery, EmptyQuery, Occur, Query};

/// Queries and what they are to a page.
type Parts = Vec<(Occur, Box<dyn Query>)>;

/// What neighbours of the query that are neighbours on the page are worth.
#[derive(Default)]
pub(super) struct Neighbours {
    pub tiers: Vec<Box<dyn Query>>,
    pub bonuses: Vec<Box<dyn Query>>,
}

/// The queries of a plan.
pub(super) struct Combined {
    /// Scores the pages.
    pub query: Box<dyn Query>,
    /// Only finds them.
    pub matching: Box<dyn Query>,
    /// As `query`, for the pages with every tier and the words in their heading.
    pub headed: Option<Box<dyn Query>>,
    /// As `query`, for the pages with every tier; `None` where nothing is worth
    /// one.
    pub perfect: Option<Box<dyn Query>>,
}

/// The pages that have everything. `common` is what they must have or not have
/// beside the clauses.
pub(super) fn every(common: &Parts, clauses: &[Clause], neighbours: &Neighbours) -> Combined {
    let with_common = |parts: Parts| joined(copies(common).into_iter().chain(parts));
    let required = || as_parts(clauses.iter().map(|it| &it.required), Occur::Must);
    let good = |tiers_are: Occur| {
        let tiers = clauses.iter().flat_map(|it| &it.tiers);
        let mut parts = as_parts(tiers.chain(&neighbours.tiers), tiers_are);
        let bonuses = clauses.iter().flat_map(|it| &it.bonuses);
        parts.extend(as_parts(bonuses.chain(&neighbours.bonuses), Occur::Should));
        parts
    };
    let perfect = || {
        let best = |it: &'_ Clause| it.perfect.as_ref().unwrap_or(&it.required).box_clone();
        let mut parts: Parts = clauses.iter().map(|it| (Occur::Must, best(it))).collect();
        parts.extend(good(Occur::Must));
        parts
    };
    let headings: Parts = clauses
        .iter()
        .filter_map(|it| it.in_heading.as_ref())
        .map(|heading| (Occur::Must, worth(heading.box_clone(), 0.0)))
        .collect();
    let has_tiers = clauses.iter().any(Clause::has_tiers) || !neighbours.tiers.is_empty();
    let mut scoring = required();
    scoring.extend(good(Occur::Should));
    Combined {
        query: with_common(scoring),
        matching: with_common(required()),
        headed: (!headings.is_empty())
            .then(|| with_common(headings.into_iter().chain(perfect()).collect())),
        perfect: has_tiers.then(|| with_common(perfect())),
    }
}

/// The pages that have at least `minimum` of the clauses.
pub(super) fn at_least(
    minimum: usize,
    common: &Parts,
    clauses: Vec<Clause>,
    neighbours: Neighbours,
) -> Combined {
    let some_of = |alternatives: Vec<Box<dyn Query>>| -> Parts {
        let alternatives = alternatives.into_iter().map(|it| (Occur::Should, it));
        let some = BooleanQuery::with_minimum_required_clauses(alternatives.collect(), minimum);
        let mut parts = copies(common);
        parts.push((Occur::Must, Box::new(some)));
        parts
    };
    let matching = clauses.iter().map(|it| it.required.box_clone());
    let matching = joined(some_of(matching.collect()));
    let mut scoring = some_of(clauses.into_iter().map(Clause::joined).collect());
    let good = neighbours.tiers.iter().chain(&neighbours.bonuses);
    scoring.extend(as_parts(good, Occur::Should));
    Combined {
        query: joined(scoring),
        matching,
        headed: None,
        perfect: None,
    }
}

/// The pages that have one of the clauses; a page is worth what the best of them
/// says, since who asks for one or the other wants papers of both kinds before
/// those that happen to hold both.
pub(super) fn one_of(clauses: Vec<Clause>) -> Clause {
    let perfect = || better_of(clauses.iter().map(Clause::joined_perfect).collect());
    let perfect = clauses.iter().any(Clause::has_tiers).then(perfect);
    let headings = clauses.iter().filter_map(|it| it.in_heading.as_ref());
    let headings: Vec<Box<dyn Query>> = headings.map(|it| it.box_clone()).collect();
    Clause {
        perfect,
        in_heading: (!headings.is_empty()).then(|| any_of(headings)),
        ..Clause::bare(better_of(clauses.into_iter().map(Clause::joined).collect()))
    }
}

/// The pages of all these; a page is worth what the best of them says.
pub(super) fn better_of(queries: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    match queries.is_empty() {
        true => Box::new(EmptyQuery),
        false => Box::new(DisjunctionMaxQuery::new(queries)),
    }
}

fn joined(parts: impl IntoIterator<Item = (Occur, Box<dyn Query>)>) -> Box<dyn Query> {
    Box::new(BooleanQuery::new(parts.into_iter().collect()))
}

fn copies(parts: &Parts) -> Parts {
    let copy = |(occur, it): &(Occur, Box<dyn Query>)| (*occur, it.box_clone());
    parts.iter().map(copy).collect()
}

fn as_parts<'a>(queries: impl Iterator<Item = &'a Box<dyn Query>>, occur: Occur) -> Parts {
    queries.map(|it| (occur, it.box_clone())).collect()
}
