//! What must not be on a page, in a form that tantivy 0.27 can exclude.
//!
//! Its `Exclude` asks the excluded side about pages that lie before the one it
//! stands on, which `DocSet::seek_danger` forbids; phrases answer that with a
//! failed assertion. This wrapper keeps the default `seek_danger`, which allows
//! it, between the two.

use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SegmentReader};

/// A query whose scorer may be asked about earlier pages.
#[derive(Debug)]
pub(super) struct Unwanted(pub Box<dyn Query>);

impl Clone for Unwanted {
    fn clone(&self) -> Self {
        Self(self.0.box_clone())
    }
}

impl Query for Unwanted {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(UnwantedWeight(self.0.weight(scoring)?)))
    }
}

struct UnwantedWeight(Box<dyn Weight>);

impl Weight for UnwantedWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(Box::new(UnwantedScorer(self.0.scorer(reader, boost)?)))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        self.0.explain(reader, doc)
    }
}

struct UnwantedScorer(Box<dyn Scorer>);

impl DocSet for UnwantedScorer {
    fn advance(&mut self) -> DocId {
        self.0.advance()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.0.seek(target)
    }

    fn doc(&self) -> DocId {
        self.0.doc()
    }

    fn size_hint(&self) -> u32 {
        self.0.size_hint()
    }
}

impl Scorer for UnwantedScorer {
    fn score(&mut self) -> Score {
        self.0.score()
    }
}
