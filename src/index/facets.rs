//! How many of the papers found share a type, an issuer, a year, a signer.

use super::sample::rounded;
use super::schema::{ISSUER_FACET, SIGNER_FACET, TYPE_FACET};
use crate::archive::Count;
use rustc_hash::FxHashMap;
use serde::Serialize;
use tantivy::columnar::StrColumn;
use tantivy::{DocId, SegmentReader};

/// Values listed of each facet; an archive of a province has thousands of signers.
const MAX_VALUES: usize = 50;

/// Values that one segment of the index reports of each facet. Where more are
/// found, the counts of rare ones are of those segments that report them.
pub(super) const MAX_SEGMENT_VALUES: usize = 500;

/// Counts by value, as printed; papers that show none are under `None`.
type Counts = FxHashMap<Option<String>, u64>;

/// Counts of the papers found.
#[derive(Debug, Default)]
pub(super) struct Facets {
    types: Counts,
    issuers: Counts,
    signers: Counts,
    /// By year of issue; 0 for papers without a day.
    years: FxHashMap<u64, u64>,
}

/// The counts as they are answered: the most frequent values first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FacetCounts {
    pub types: Vec<Count>,
    pub issuers: Vec<Count>,
    /// Latest first.
    pub years: Vec<Count>,
    pub signers: Vec<Count>,
}

impl Facets {
    /// Adds the counts of another segment.
    pub(super) fn add(&mut self, other: Self) {
        for (counts, others) in [
            (&mut self.types, other.types),
            (&mut self.issuers, other.issuers),
            (&mut self.signers, other.signers),
        ] {
            for (value, n_papers) in others {
                *counts.entry(value).or_default() += n_papers;
            }
        }
        for (year, n_papers) in other.years {
            *self.years.entry(year).or_default() += n_papers;
        }
    }

    /// The counts of a sample as estimates of all.
    pub(super) fn scaled(mut self, scale: f64) -> Self {
        let counts = [&mut self.types, &mut self.issuers, &mut self.signers];
        let n_papers = counts.into_iter().flat_map(FxHashMap::values_mut);
        for n_papers in n_papers.chain(self.years.values_mut()) {
            *n_papers = rounded(*n_papers as f64 * scale);
        }
        self
    }

    pub(super) fn counts(self) -> FacetCounts {
        let mut years: Vec<(u64, u64)> = self.years.into_iter().collect();
        years.sort_unstable_by(|a, b| b.cmp(a));
        FacetCounts {
            types: most_frequent(self.types),
            issuers: most_frequent(self.issuers),
            signers: most_frequent(self.signers),
            years: years
                .into_iter()
                .map(|(year, n_documents)| Count {
                    value: (year > 0).then(|| year.to_string()),
                    n_documents,
                })
                .take(MAX_VALUES)
                .collect(),
        }
    }
}

fn most_frequent(counts: Counts) -> Vec<Count> {
    let mut counts: Vec<Count> = counts
        .into_iter()
        .map(|(value, n_documents)| Count { value, n_documents })
        .collect();
    let by_frequency = |a: &Count, b: &Count| {
        b.n_documents
            .cmp(&a.n_documents)
            .then_with(|| a.value.cmp(&b.value))
    };
    if counts.len() > MAX_VALUES {
        counts.select_nth_unstable_by(MAX_VALUES, by_frequency);
        counts.truncate(MAX_VALUES);
    }
    counts.sort_unstable_by(by_frequency);
    counts
}

/// Counts the papers of one segment, by the numbers its columns give values.
pub(super) struct SegmentFacets {
    types: ColumnCounts,
    issuers: ColumnCounts,
    signers: ColumnCounts,
    years: FxHashMap<u64, u64>,
}

impl SegmentFacets {
    pub(super) fn open(segment: &SegmentReader) -> tantivy::Result<Self> {
        Ok(Self {
            types: ColumnCounts::open(segment, TYPE_FACET)?,
            issuers: ColumnCounts::open(segment, ISSUER_FACET)?,
            signers: ColumnCounts::open(segment, SIGNER_FACET)?,
            years: FxHashMap::default(),
        })
    }

    /// Counts a paper by one of its pages.
    pub(super) fn count(&mut self, doc: DocId, issued: u64) {
        self.types.count(doc);
        self.issuers.count(doc);
        self.signers.count(doc);
        *self.years.entry(issued / 10_000).or_default() += 1;
    }

    /// The most frequent values, at most `most` of each facet.
    pub(super) fn finish(self, most: usize) -> tantivy::Result<Facets> {
        Ok(Facets {
            types: self.types.finish(most)?,
            issuers: self.issuers.finish(most)?,
            signers: self.signers.finish(most)?,
            years: self.years,
        })
    }
}

struct ColumnCounts {
    /// `None` when no paper of the segment has a value.
    column: Option<StrColumn>,
    /// By number of the value.
    by_ordinal: Vec<u32>,
    n_without: u64,
}

impl ColumnCounts {
    fn open(segment: &SegmentReader, name: &str) -> tantivy::Result<Self> {
        let column = segment.fast_fields().str(name)?;
        let n_values = column.as_ref().map_or(0, |column| column.num_terms());
        Ok(Self {
            column,
            by_ordinal: vec![0; n_values],
            n_without: 0,
        })
    }

    fn count(&mut self, doc: DocId) {
        let ordinal = self
            .column
            .as_ref()
            .and_then(|column| column.ords().first(doc))
            .and_then(|ordinal| self.by_ordinal.get_mut(usize::try_from(ordinal).ok()?));
        match ordinal {
            Some(count) => *count += 1,
            None => self.n_without += 1,
        }
    }

    fn finish(self, most: usize) -> tantivy::Result<Counts> {
        let mut counts = Counts::default();
        if self.n_without > 0 {
            counts.insert(None, self.n_without);
        }
        let Some(column) = self.column else {
            return Ok(counts);
        };
        let mut found: Vec<(u32, u64)> = self.by_ordinal.iter().copied().zip(0u64..).collect();
        found.retain(|(n_papers, _)| *n_papers > 0);
        if found.len() > most {
            found.select_nth_unstable_by(most, |a, b| b.cmp(a));
            found.truncate(most);
        }
        // In their order, since a value is read on from the one before it; each
        // alone would unpack its block from the start.
        found.sort_unstable_by_key(|(_, ordinal)| *ordinal);
        let ordinals: Vec<u64> = found.iter().map(|(_, ordinal)| *ordinal).collect();
        let mut n_papers = found.iter().map(|(n_papers, _)| u64::from(*n_papers));
        column
            .dictionary()
            .sorted_ords_to_term_cb(&ordinals, |value| {
                let value = String::from_utf8_lossy(value).into_owned();
                counts.insert(Some(value), n_papers.next().unwrap_or(0));
            })?;
        Ok(counts)
    }
}
