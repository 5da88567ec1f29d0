//! The best of very many papers, without looking at them all.
//!
//! Up to [`MOST_LOOKED_AT`] pages every page found is scored, and papers and
//! their kinds are counted exactly. Beyond that they are counted by a sample
//! ([`super::sample`]), and the pages are ranked level by level: those that have
//! everything a query rewards and have its words in their heading, then those
//! that have less and less of it, then all. Each level is a short list beside the
//! next, and the first ones mostly fill the page of results that was asked for.

use super::group::{PaperCollector, PaperHit, PaperHits, SortOrder};
use super::query::Plan;
use super::sample;
use super::schema::DOCUMENT_ID;
use std::collections::HashSet;
use tantivy::query::{EnableScoring, Query};
use tantivy::{DocId, DocSet, Searcher};

/// Scoring and counting so many takes some four milliseconds.
pub(super) const MOST_LOOKED_AT: u64 = 20_000;

/// Pages scored in the end, where few have what a query rewards: beyond that a
/// part of the pages is ranked, which are as good as the others. Some thirty
/// milliseconds.
const MOST_SCORED: u64 = 200_000;

/// The papers that a plan finds, best first. With more than `most_looked_at`
/// pages they are counted and ranked by parts.
pub(super) fn ranked(
    searcher: &Searcher,
    plan: &Plan,
    collector: &PaperCollector,
    most_looked_at: u64,
) -> tantivy::Result<PaperHits> {
    let all = || searcher.search(&plan.query, collector);
    let is_few = searcher.num_docs() <= most_looked_at
        || sample::most_pages(searcher, &*plan.matching)? <= most_looked_at;
    if is_few {
        return all();
    }
    let estimate = sample::estimate(
        searcher,
        &*plan.matching,
        collector.has_facets,
        collector.hides_secret,
    )?;
    if estimate.n_papers <= most_looked_at {
        return all();
    }
    let collector = PaperCollector {
        has_facets: false,
        ..collector.clone()
    };
    let mut best: Vec<PaperHit> = Vec::new();
    let mut listed: HashSet<i64> = HashSet::new();
    let levels = match collector.order {
        SortOrder::Relevance => plan.levels.as_slice(),
        SortOrder::Newest | SortOrder::Oldest => &[],
    };
    let of_all = PaperCollector {
        one_run_in: match collector.order {
            SortOrder::Relevance => estimate.n_pages.div_ceil(MOST_SCORED).max(1),
            SortOrder::Newest | SortOrder::Oldest => 1,
        },
        ..collector.clone()
    };
    let levels = levels.iter().map(|level| (level, &collector));
    for (level, collector) in levels.chain([(&plan.query, &of_all)]) {
        let found = searcher.search(level, collector)?;
        best.extend(
            found
                .best
                .into_iter()
                .filter(|paper| listed.insert(paper.document_id)),
        );
        if best.len() >= collector.limit {
            break;
        }
    }
    best.truncate(collector.limit);
    count_pages(searcher, &*plan.matching, &mut best)?;
    Ok(PaperHits {
        best,
        n_papers: usize::try_from(estimate.n_papers).unwrap_or(usize::MAX),
        is_estimate: true,
        facets: estimate.facets,
    })
}

/// Counts the pages of each paper that are found; a level holds only some.
fn count_pages(
    searcher: &Searcher,
    matching: &dyn Query,
    papers: &mut [PaperHit],
) -> tantivy::Result<()> {
    let weight = matching.weight(EnableScoring::disabled_from_searcher(searcher))?;
    let mut in_order: Vec<&mut PaperHit> = papers.iter_mut().collect();
    in_order.sort_by_key(|paper| paper.address);
    for of_segment in in_order.chunk_by_mut(|a, b| a.address.segment_ord == b.address.segment_ord) {
        let Some(first) = of_segment.first() else {
            continue;
        };
        let segment = searcher.segment_reader(first.address.segment_ord);
        let document_ids = segment
            .fast_fields()
            .column_first_or_default::<u64>(DOCUMENT_ID)?;
        let mut pages = weight.scorer(segment, 1.0)?;
        for paper in of_segment {
            let is_of_paper =
                |page: DocId| document_ids.get_val(page).cast_signed() == paper.document_id;
            let mut start = paper.address.doc_id;
            while start > 0 && is_of_paper(start - 1) {
                start -= 1;
            }
            if pages.doc() < start {
                pages.seek(start);
            }
            let mut n_pages = 0;
            while pages.doc() < segment.max_doc() && is_of_paper(pages.doc()) {
                n_pages += u32::from(!segment.is_deleted(pages.doc()));
                pages.advance();
            }
            paper.n_pages = n_pages;
        }
    }
    Ok(())
}
