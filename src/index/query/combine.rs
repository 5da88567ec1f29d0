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
    /// As `query`, for the best pages alone, best ones first; see
    /// [`super::plan::Plan::levels`].
    pub levels: Vec<Box<dyn Query>>,
}

/// The pages that have everything. `common` is what they must have or not have
/// beside the clauses.
pub(super) fn every(common: &Parts, clauses: &[Clause], neighbours: &Neighbours) -> Combined {
    let with_common = |parts: Parts| joined(copies(common).into_iter().chain(parts));
    let required = || as_parts(clauses.iter().map(|it| &it.required), Occur::Must);
    let perfect = || -> Parts {
        let best = |it: &'_ Clause| it.perfect.as_ref().unwrap_or(&it.required).box_clone();
        clauses.iter().map(|it| (Occur::Must, best(it))).collect()
    };
    let good = |of_clauses: Occur, of_neighbours: Occur| {
        let mut parts = as_parts(clauses.iter().flat_map(|it| &it.tiers), of_clauses);
        parts.extend(as_parts(neighbours.tiers.iter(), of_neighbours));
        let bonuses = clauses.iter().flat_map(|it| &it.bonuses);
        parts.extend(as_parts(bonuses.chain(&neighbours.bonuses), Occur::Should));
        parts
    };
    let headings: Parts = clauses
        .iter()
        .filter_map(|it| it.in_heading.as_ref())
        .map(|heading| (Occur::Must, worth(heading.box_clone(), 0.0)))
        .collect();
    let has_tiers = clauses.iter().any(Clause::has_tiers);
    let (must, should) = (Occur::Must, Occur::Should);
    let mut levels = Vec::new();
    if !headings.is_empty() {
        levels.push(all_parts([headings, perfect(), good(must, must)]));
    }
    if has_tiers || !neighbours.tiers.is_empty() {
        levels.push(all_parts([perfect(), good(must, must)]));
    }
    if neighbours.tiers.len() > 1 {
        let pairs = neighbours.tiers.iter().map(|it| it.box_clone()).collect();
        let one_of_them: Parts = vec![(must, worth(any_of(pairs), 0.0))];
        levels.push(all_parts([one_of_them, perfect(), good(must, should)]));
    }
    if has_tiers && !neighbours.tiers.is_empty() {
        levels.push(all_parts([perfect(), good(must, should)]));
    }
    Combined {
        query: with_common(all_parts([required(), good(should, should)])),
        matching: with_common(required()),
        levels: levels.into_iter().map(with_common).collect(),
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
        levels: Vec::new(),
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

fn all_parts<const N: usize>(parts: [Parts; N]) -> Parts {
    parts.into_iter().flatten().collect()
}

fn copies(parts: &Parts) -> Parts {
    let copy = |(occur, it): &(Occur, Box<dyn Query>)| (*occur, it.box_clone());
    parts.iter().map(copy).collect()
}

fn as_parts<'a>(queries: impl Iterator<Item = &'a Box<dyn Query>>, occur: Occur) -> Parts {
    queries.map(|it| (occur, it.box_clone())).collect()
}
