//! Hits grouped by paper while they are collected.
//!
//! The index holds pages, people look for papers. Since the pages of a paper
//! stand beside each other in one segment (see [`super::indexer`]), one pass
//! over the hits in their order is enough: when the paper changes, the one
//! before is complete. No table of papers is kept, the number of papers is
//! exact, and memory is the length of the list that was asked for.

use super::schema::{DOCUMENT_ID, PAGE_NUMBER};
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::sync::Arc;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::ColumnValues;
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

/// A paper that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct PaperHit {
    pub document_id: i64,
    /// The page that answers best; of equal ones the first. 0 for a paper
    /// without readable pages.
    pub page_number: u32,
    /// Of that page.
    pub score: Score,
    pub n_pages: u32,
}

impl PaperHit {
    /// Better ones first; equal ones in the order of their numbers, so that the
    /// same archive always answers in the same order.
    fn rank(&self, other: &Self) -> Ordering {
        other
            .score
            .total_cmp(&self.score)
            .then(self.document_id.cmp(&other.document_id))
    }
}

/// The best papers and the number of all.
#[derive(Debug, Default)]
pub(super) struct PaperHits {
    /// Best first.
    pub best: Vec<PaperHit>,
    pub n_papers: usize,
}

/// Collects the best `limit` papers.
pub(super) struct PaperCollector {
    pub limit: usize,
}

impl Collector for PaperCollector {
    type Fruit = PaperHits;
    type Child = SegmentPapers;

    fn for_segment(
        &self,
        _: SegmentOrdinal,
        segment: &SegmentReader,
    ) -> tantivy::Result<SegmentPapers> {
        let column = |name| segment.fast_fields().column_first_or_default(name);
        Ok(SegmentPapers {
            document_ids: column(DOCUMENT_ID)?,
            page_numbers: column(PAGE_NUMBER)?,
            current: None,
            best: BinaryHeap::new(),
            limit: self.limit,
            n_papers: 0,
        })
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn merge_fruits(&self, segments: Vec<PaperHits>) -> tantivy::Result<PaperHits> {
        let mut all = PaperHits::default();
        for mut segment in segments {
            all.n_papers += segment.n_papers;
            all.best.append(&mut segment.best);
        }
        all.best.sort_by(PaperHit::rank);
        all.best.truncate(self.limit);
        Ok(all)
    }
}

/// The papers of one segment.
pub(super) struct SegmentPapers {
    document_ids: Arc<dyn ColumnValues<u64>>,
    page_numbers: Arc<dyn ColumnValues<u64>>,
    current: Option<PaperHit>,
    /// The worst on top, to be thrown out first.
    best: BinaryHeap<WorstFirst>,
    limit: usize,
    n_papers: usize,
}

impl SegmentPapers {
    fn close(&mut self) {
        let Some(paper) = self.current.take() else {
            return;
        };
        self.n_papers += 1;
        self.best.push(WorstFirst(paper));
        if self.best.len() > self.limit {
            self.best.pop();
        }
    }
}

impl SegmentCollector for SegmentPapers {
    type Fruit = PaperHits;

    fn collect(&mut self, doc: DocId, score: Score) {
        let document_id = self.document_ids.get_val(doc).cast_signed();
        let page_number = self.page_numbers.get_val(doc);
        let page_number = u32::try_from(page_number).unwrap_or(u32::MAX);
        match &mut self.current {
            Some(paper) if paper.document_id == document_id => {
                paper.n_pages += 1;
                if score > paper.score {
                    paper.score = score;
                    paper.page_number = page_number;
                }
            }
            _ => {
                self.close();
                self.current = Some(PaperHit {
                    document_id,
                    page_number,
                    score,
                    n_pages: 1,
                });
            }
        }
    }

    fn harvest(mut self) -> PaperHits {
        self.close();
        PaperHits {
            best: self
                .best
                .into_iter()
                .map(|WorstFirst(paper)| paper)
                .collect(),
            n_papers: self.n_papers,
        }
    }
}

/// Orders papers so that the greatest is the worst.
struct WorstFirst(PaperHit);

impl PartialEq for WorstFirst {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for WorstFirst {}

impl PartialOrd for WorstFirst {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for WorstFirst {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.rank(&other.0)
    }
}
