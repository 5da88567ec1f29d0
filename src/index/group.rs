//! Hits grouped by paper while they are collected, with their counts by type,
//! issuer, year and signer.
//!
//! The index holds pages, people look for papers. Since the pages of a paper
//! stand beside each other in one segment (see [`super::indexer`]), one pass
//! over the hits in their order is enough: when the paper changes, the one
//! before is complete. No table of papers is kept, the number of papers is
//! exact, and memory is the length of the list that was asked for, and a number
//! for each value that is counted.

use super::facets::{Facets, MAX_SEGMENT_VALUES, SegmentFacets};
use super::sample::runs;
use super::schema::{DOCUMENT_ID, FINGERPRINT, IS_SECRET, ISSUED, PAGE_NUMBER};
use serde::Serialize;
use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashSet};
use std::sync::Arc;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::ColumnValues;
use tantivy::query::Weight;
use tantivy::{DocAddress, DocId, DocSet, Score, SegmentOrdinal, SegmentReader};

/// The order of results.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum SortOrder {
    /// What answers best first
    #[default]
    Relevance,
    /// Latest day of issue first; papers without one last
    Newest,
    /// Earliest day of issue first; papers without one last
    Oldest,
}

/// A paper that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct PaperHit {
    pub document_id: i64,
    /// The page that answers best; of equal ones the first. 0 for a paper
    /// without readable pages, and while collecting.
    pub page_number: u32,
    /// Where that page stands in the index.
    pub address: DocAddress,
    /// Of that page.
    pub score: Score,
    pub n_pages: u32,
    /// See [`super::fingerprint`].
    pub fingerprint: u64,
    /// Day of issue, yyyymmdd; 0 where there is none.
    issued: u64,
}

impl PaperHit {
    /// Better ones first; equal ones in the order of their numbers, so that the
    /// same archive always answers in the same order.
    fn rank(&self, other: &Self, order: SortOrder) -> Ordering {
        let by_day = match order {
            SortOrder::Relevance => Ordering::Equal,
            SortOrder::Newest => other.issued.cmp(&self.issued),
            // Papers without a day last: 0 wraps to the greatest.
            SortOrder::Oldest => (self.issued.wrapping_sub(1)).cmp(&other.issued.wrapping_sub(1)),
        };
        by_day
            .then(other.score.total_cmp(&self.score))
            .then(self.document_id.cmp(&other.document_id))
    }
}

/// The best papers, the number of all, and their counts.
#[derive(Debug, Default)]
pub(super) struct PaperHits {
    /// Best first.
    pub best: Vec<PaperHit>,
    pub n_papers: usize,
    /// Whether `n_papers` and `facets` are of a sample; see [`super::sample`].
    pub is_estimate: bool,
    pub facets: Facets,
}

/// Collects the best `limit` papers.
#[derive(Debug, Clone)]
pub(super) struct PaperCollector {
    pub limit: usize,
    pub order: SortOrder,
    pub has_facets: bool,
    /// Papers that bear a degree of secrecy are as if they were not there.
    pub hides_secret: bool,
    /// Only one run of pages in so many is looked at; 1 for all.
    pub one_run_in: u64,
    /// Papers hidden from readers that this state of the index does not know as
    /// such: also as if they were not there.
    pub newly_hidden: Arc<HashSet<i64>>,
}

impl Collector for PaperCollector {
    type Fruit = PaperHits;
    type Child = SegmentPapers;

    fn for_segment(
        &self,
        segment_ord: SegmentOrdinal,
        segment: &SegmentReader,
    ) -> tantivy::Result<SegmentPapers> {
        let column = |name| segment.fast_fields().column_first_or_default(name);
        Ok(SegmentPapers {
            segment_ord,
            document_ids: column(DOCUMENT_ID)?,
            page_numbers: column(PAGE_NUMBER)?,
            fingerprints: column(FINGERPRINT)?,
            days: column(ISSUED)?,
            facets: match self.has_facets {
                true => Some(SegmentFacets::open(segment)?),
                false => None,
            },
            is_secret: match self.hides_secret {
                true => Some(column(IS_SECRET)?),
                false => None,
            },
            newly_hidden: Arc::clone(&self.newly_hidden),
            current: None,
            best: BinaryHeap::new(),
            limit: self.limit,
            order: self.order,
            n_papers: 0,
        })
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn collect_segment(
        &self,
        weight: &dyn Weight,
        segment_ord: SegmentOrdinal,
        segment: &SegmentReader,
    ) -> tantivy::Result<tantivy::Result<PaperHits>> {
        let mut papers = self.for_segment(segment_ord, segment)?;
        if self.one_run_in <= 1 {
            weight.for_each(segment, &mut |doc, score| {
                if !segment.is_deleted(doc) {
                    papers.collect(doc, score);
                }
            })?;
            return Ok(papers.harvest());
        }
        let mut pages = weight.scorer(segment, 1.0)?;
        // The first run of every segment is looked at, however short it is.
        let mut first_run = self.one_run_in / 2;
        for run in runs(segment.max_doc(), self.one_run_in, &mut first_run) {
            if pages.doc() < run.start {
                pages.seek(run.start);
            }
            while pages.doc() < run.end {
                if !segment.is_deleted(pages.doc()) {
                    papers.collect(pages.doc(), pages.score());
                }
                pages.advance();
            }
        }
        Ok(papers.harvest())
    }

    fn merge_fruits(
        &self,
        segments: Vec<tantivy::Result<PaperHits>>,
    ) -> tantivy::Result<PaperHits> {
        let mut all = PaperHits::default();
        for segment in segments {
            let mut segment = segment?;
            all.n_papers += segment.n_papers;
            all.best.append(&mut segment.best);
            all.facets.add(segment.facets);
        }
        all.best.sort_by(|a, b| a.rank(b, self.order));
        all.best.truncate(self.limit);
        Ok(all)
    }
}

/// The papers of one segment.
pub(super) struct SegmentPapers {
    segment_ord: SegmentOrdinal,
    document_ids: Arc<dyn ColumnValues<u64>>,
    page_numbers: Arc<dyn ColumnValues<u64>>,
    fingerprints: Arc<dyn ColumnValues<u64>>,
    days: Arc<dyn ColumnValues<u64>>,
    facets: Option<SegmentFacets>,
    /// 1 for papers to be passed over.
    is_secret: Option<Arc<dyn ColumnValues<u64>>>,
    newly_hidden: Arc<HashSet<i64>>,
    /// With the page of it that was seen last.
    current: Option<(PaperHit, DocId)>,
    /// The worst on top, to be thrown out first.
    best: BinaryHeap<WorstFirst>,
    limit: usize,
    order: SortOrder,
    n_papers: usize,
}

/// What the newest paper is worth above one thirty years old: less than any word
/// of the query, enough to order papers that answer alike.
const FRESHNESS: f32 = 0.3;
const FRESH_YEARS: std::ops::Range<f32> = 1996.0..2026.0;

/// The worth of a day of issue, from 0 to [`FRESHNESS`].
fn freshness(issued: u64) -> f32 {
    let year = (issued / 10_000) as f32 + (issued / 100 % 100) as f32 / 12.0;
    let age = (year - FRESH_YEARS.start) / (FRESH_YEARS.end - FRESH_YEARS.start);
    FRESHNESS * age.clamp(0.0, 1.0)
}

impl SegmentPapers {
    fn close(&mut self) {
        let Some((mut paper, doc)) = self.current.take() else {
            return;
        };
        self.n_papers += 1;
        paper.issued = self.days.get_val(doc);
        if let Some(facets) = &mut self.facets {
            facets.count(doc, paper.issued);
        }
        paper.score += freshness(paper.issued);
        let is_full = self.best.len() >= self.limit;
        let candidate = WorstFirst(paper, self.order);
        if is_full && self.best.peek().is_none_or(|worst| *worst <= candidate) {
            return;
        }
        if is_full {
            self.best.pop();
        }
        self.best.push(candidate);
    }
}

impl SegmentCollector for SegmentPapers {
    type Fruit = tantivy::Result<PaperHits>;

    fn collect(&mut self, doc: DocId, score: Score) {
        if let Some(is_secret) = &self.is_secret
            && is_secret.get_val(doc) != 0
        {
            return;
        }
        let document_id = self.document_ids.get_val(doc).cast_signed();
        if self.newly_hidden.contains(&document_id) {
            return;
        }
        match &mut self.current {
            Some((paper, last)) if paper.document_id == document_id => {
                paper.n_pages += 1;
                *last = doc;
                if score <= paper.score {
                    return;
                }
                paper.score = score;
                paper.address.doc_id = doc;
            }
            _ => {
                self.close();
                let paper = PaperHit {
                    document_id,
                    page_number: 0,
                    address: DocAddress::new(self.segment_ord, doc),
                    score,
                    n_pages: 1,
                    fingerprint: 0,
                    issued: 0,
                };
                self.current = Some((paper, doc));
            }
        }
    }

    fn harvest(mut self) -> tantivy::Result<PaperHits> {
        self.close();
        let mut best = Vec::with_capacity(self.best.len());
        for WorstFirst(mut paper, _) in self.best {
            // The page is looked up when the paper is among the best.
            let doc = paper.address.doc_id;
            let page_number = self.page_numbers.get_val(doc);
            paper.page_number = u32::try_from(page_number).unwrap_or(u32::MAX);
            paper.fingerprint = self.fingerprints.get_val(doc);
            best.push(paper);
        }
        Ok(PaperHits {
            best,
            n_papers: self.n_papers,
            is_estimate: false,
            facets: match self.facets {
                Some(facets) => facets.finish(MAX_SEGMENT_VALUES)?,
                None => Facets::default(),
            },
        })
    }
}

/// Orders papers so that the greatest is the worst.
struct WorstFirst(PaperHit, SortOrder);

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
        self.0.rank(&other.0, self.1)
    }
}
