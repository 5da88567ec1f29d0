//! How many papers are found when they are very many: by a sample.
//!
//! A query of frequent words finds hundreds of thousands of pages in an archive
//! of a million, and nobody reads to the end of that list. What people want of
//! it is the first ones, whether there are many, and of what kinds; for the
//! latter two it is enough to look at a part of the index. Runs of pages at even
//! distances are looked at, so that every time of import has its share. Papers
//! belong to the run that holds their first page, whereby long papers are not
//! counted more often than short ones.

use super::facets::{Facets, SegmentFacets};

use super::schema::{DOCUMENT_ID, IS_SECRET, ISSUED};
use std::ops::Range;
use tantivy::columnar::ColumnValues;
use tantivy::query::{EnableScoring, Query, Weight};
use tantivy::{DocId, DocSet, Searcher, SegmentReader, TERMINATED};

/// Pages in a run. The index unpacks its lists 128 pages at a time; shorter runs
/// would be no cheaper, longer ones of more alike papers.
const RUN_PAGES: DocId = 128;

/// Pages looked at in all. Where one page in thirty is found, the share is then
/// known to a fortieth of itself.
const MAX_SAMPLED_PAGES: u64 = 65_536;

/// Values that a segment reports of each facet: of those that are rarer in the
/// sample nothing can be said.
const MAX_SEGMENT_VALUES: usize = 100;

/// What a sample says of all papers found.
#[derive(Debug, Default)]
pub(super) struct Estimate {
    pub n_papers: u64,
    /// Pages of them.
    pub n_pages: u64,
    pub facets: Facets,
}

/// About so many pages can be found at most; often far fewer are.
pub(super) fn most_pages(searcher: &Searcher, query: &dyn Query) -> tantivy::Result<u64> {
    let weight = query.weight(EnableScoring::disabled_from_searcher(searcher))?;
    let mut n_pages = 0;
    for segment in searcher.segment_readers() {
        let pages = weight.scorer(segment, 1.0)?;
        // A union has read on, and tells of what is left.
        n_pages += pages.cost().max((pages.doc() != TERMINATED).into());
    }
    Ok(n_pages)
}

/// Estimates what `query` finds.
pub(super) fn estimate(
    searcher: &Searcher,
    query: &dyn Query,
    has_facets: bool,
    hides_secret: bool,
) -> tantivy::Result<Estimate> {
    let pages = |segment: &SegmentReader| u64::from(segment.max_doc());
    let n_pages: u64 = searcher.segment_readers().iter().map(pages).sum();
    let stride = n_pages.div_ceil(MAX_SAMPLED_PAGES).max(1);
    estimate_one_in(stride, searcher, query, has_facets, hides_secret)
}

/// As [`estimate`], from one run in `stride`.
pub(super) fn estimate_one_in(
    stride: u64,
    searcher: &Searcher,
    query: &dyn Query,
    has_facets: bool,
    hides_secret: bool,
) -> tantivy::Result<Estimate> {
    let weight = query.weight(EnableScoring::disabled_from_searcher(searcher))?;
    let mut sample = Sample {
        stride,
        has_facets,
        hides_secret,
        run_idx: 0,
        n_all_pages: 0,
        n_sampled_pages: 0,
        n_papers: 0,
        n_found_pages: 0,
        facets: Facets::default(),
    };
    for segment in searcher.segment_readers() {
        sample.look_at(segment, &*weight)?;
    }
    let scale = sample.n_all_pages as f64 / (sample.n_sampled_pages as f64).max(1.0);
    Ok(Estimate {
        n_papers: rounded(sample.n_papers as f64 * scale),
        n_pages: rounded(sample.n_found_pages as f64 * scale),
        facets: sample.facets.scaled(scale),
    })
}

/// An estimate to two digits: more would seem exact.
pub(super) fn rounded(estimate: f64) -> u64 {
    let mut unit = 1.0;
    while estimate / unit >= 100.0 {
        unit *= 10.0;
    }
    ((estimate / unit).round() * unit) as u64
}

struct Sample {
    stride: u64,
    has_facets: bool,
    hides_secret: bool,
    /// Counted through all segments, so that small ones have their share.
    run_idx: u64,
    n_all_pages: u64,
    n_sampled_pages: u64,
    n_papers: u64,
    n_found_pages: u64,
    facets: Facets,
}

impl Sample {
    fn look_at(&mut self, segment: &SegmentReader, weight: &dyn Weight) -> tantivy::Result<()> {
        let column = |name| segment.fast_fields().column_first_or_default::<u64>(name);
        let document_ids = column(DOCUMENT_ID)?;
        let days = column(ISSUED)?;
        let is_secret = match self.hides_secret {
            true => Some(column(IS_SECRET)?),
            false => None,
        };
        let mut facets = match self.has_facets {
            true => Some(SegmentFacets::open(segment)?),
            false => None,
        };
        let mut pages = weight.scorer(segment, 1.0)?;
        let n_pages = segment.max_doc();
        self.n_all_pages += u64::from(n_pages);
        for Range { start, end } in runs(n_pages, self.stride, &mut self.run_idx) {
            self.n_sampled_pages += u64::from(end - start);
            let end = behind_paper(&*document_ids, end, n_pages);
            let start = behind_paper(&*document_ids, start, n_pages);
            if pages.doc() < start {
                pages.seek(start);
            }
            let mut last = None;
            while pages.doc() < end {
                let page = pages.doc();
                pages.advance();
                let is_passed_over = segment.is_deleted(page)
                    || is_secret.as_ref().is_some_and(|it| it.get_val(page) != 0);
                if is_passed_over {
                    continue;
                }
                self.n_found_pages += 1;
                let document_id = document_ids.get_val(page);
                if last == Some(document_id) {
                    continue;
                }
                last = Some(document_id);
                self.n_papers += 1;
                if let Some(facets) = &mut facets {
                    facets.count(page, days.get_val(page));
                }
            }
        }
        if let Some(facets) = facets {
            self.facets.add(facets.finish(MAX_SEGMENT_VALUES)?);
        }
        Ok(())
    }
}

/// One run of pages in `stride`; `run_idx` counts them through all segments.
pub(super) fn runs(
    n_pages: DocId,
    stride: u64,
    run_idx: &mut u64,
) -> impl Iterator<Item = Range<DocId>> {
    let first_idx = *run_idx;
    let n_runs = u64::from(n_pages.div_ceil(RUN_PAGES));
    *run_idx += n_runs;
    let is_taken = move |run: &u64| (first_idx + run) % stride == stride / 2;
    (0..n_runs).filter(is_taken).map(move |run| {
        // Below `n_pages`, and a page number.
        let start = DocId::try_from(run)
            .unwrap_or(DocId::MAX)
            .saturating_mul(RUN_PAGES);
        start..start.saturating_add(RUN_PAGES).min(n_pages)
    })
}

/// The first page from `page` on that begins a paper.
fn behind_paper(document_ids: &dyn ColumnValues<u64>, page: DocId, n_pages: DocId) -> DocId {
    let Some(before) = page.checked_sub(1) else {
        return page;
    };
    let document_id = document_ids.get_val(before);
    (page..n_pages)
        .find(|&page| document_ids.get_val(page) != document_id)
        .unwrap_or(n_pages)
}

#[cfg(test)]
mod tests {
    use super::rounded;

    #[test]
    fn estimates_have_two_digits() {
        let cases = [(0.0, 0), (7.4, 7), (99.6, 100), (412_345.0, 410_000)];
        for (estimate, expected) in cases {
            assert_eq!(rounded(estimate), expected, "{estimate}");
        }
    }
}
