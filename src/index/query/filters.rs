//! What a page must have beside words: filters, fields, days of issue.

use super::abbreviations::Abbreviations;
use super::clause::{all_of, any_of, basic, folded_terms, plain, side_by_side, worth};
use super::dates::DayRange;
use super::fields::{QueryField, spelled_out_type};
use super::item::{QueryWord, in_quotes, words_of};
use super::names::{other_names, spellings};
use super::plan::Planner;
use std::ops::Bound;
use tantivy::Term;
use tantivy::query::{EmptyQuery, Occur, Query, RangeQuery};
use tantivy::schema::Field;

/// What the person narrowed the search to beside the query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::index) struct Filters {
    pub document_type: Option<String>,
    pub issuer: Option<String>,
    pub signer: Option<String>,
    pub issued: Option<DayRange>,
}

impl Planner<'_> {
    pub(super) fn filter_clauses(&self, filters: &Filters) -> Vec<(Occur, Box<dyn Query>)> {
        let mut queries = Vec::new();
        if let Some(document_type) = &filters.document_type {
            let words = words_of(spelled_out_type(document_type));
            queries.push(side_by_side(folded_terms(
                self.fields.document_type,
                &words,
            )));
        }
        if let Some(issuer) = &filters.issuer {
            queries.push(match in_quotes(issuer) {
                Some(name) => basic(Term::from_field_text(self.fields.issuer_facet, name)),
                None => self.in_any_order(self.fields.issuer, issuer),
            });
        }
        if let Some(signer) = &filters.signer {
            queries.push(self.in_any_order(self.fields.signer, signer));
        }
        if let Some(days) = filters.issued {
            queries.push(self.issued(days));
        }
        queries
            .into_iter()
            .map(|query| (Occur::Must, worth(query, 0.0)))
            .collect()
    }

    /// All words of a text: "y tế Đồng Nai" is the "Sở Y tế tỉnh Đồng Nai".
    fn in_any_order(&self, field: Field, text: &str) -> Box<dyn Query> {
        let words = words_of(text);
        let mut variants = Abbreviations::shipped().variants(&words);
        if field == self.fields.issuer {
            variants.extend(spellings(&other_names(&words)));
        }
        any_of(
            variants
                .iter()
                .map(|words| all_of(folded_terms(field, words).into_iter().map(plain)))
                .collect(),
        )
    }

    pub(super) fn issued(&self, days: DayRange) -> Box<dyn Query> {
        if days.first > days.last {
            return Box::new(EmptyQuery);
        }
        let days = days.with_partial();
        let bound = |day| Bound::Included(Term::from_field_u64(self.fields.issued, day));
        let range = RangeQuery::new(bound(days.first), bound(days.last));
        worth(Box::new(range), 0.0)
    }

    pub(super) fn in_field(&self, field: QueryField, words: &[QueryWord]) -> Box<dyn Query> {
        let in_field = match field {
            QueryField::Number => self.fields.number,
            QueryField::Type => self.fields.document_type,
            QueryField::Issuer => self.fields.issuer,
            QueryField::Subject => self.fields.subject,
            QueryField::Signer => self.fields.signer,
            QueryField::Cites => self.fields.cites,
            // Days are items of their own.
            QueryField::Issued => return Box::new(EmptyQuery),
        };
        let as_typed = || side_by_side(folded_terms(in_field, words));
        match field {
            QueryField::Issuer | QueryField::Subject => any_of(
                Abbreviations::shipped()
                    .variants(words)
                    .iter()
                    .chain(&spellings(&other_names(words)))
                    .map(|words| side_by_side(folded_terms(in_field, words)))
                    .collect(),
            ),
            _ => as_typed(),
        }
    }
}
