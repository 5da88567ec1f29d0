//! Papers like one that is there.

use super::IndexError;
use super::answer::Hit;
use super::group::{PaperCollector, SortOrder};
use super::guard::guarded;
use super::search::{SearchIndex, hit};
use super::tokenizer::pair;
use super::words::{folded, word_ranges};
use crate::archive::{Archive, ArchiveError};
use std::collections::HashMap;
use std::sync::Arc;
use tantivy::Term;
use tantivy::query::{BooleanQuery, BoostQuery, Query, TermQuery};
use tantivy::schema::IndexRecordOption;

/// Pairs of words that a paper is known by.
const MAX_PAIRS: usize = 24;
/// Pairs of a long paper that are weighed, the most frequent in it.
const MAX_WEIGHED: usize = 400;
/// The subject says best what a paper is about.
const SUBJECT_WEIGHT: u32 = 4;
/// What stands in one paper only leads to no other.
const MIN_PAGES: u64 = 2;
/// Pages of a paper that are read to know it: its first ones say what it is about.
const MAX_READ_PAGES: u32 = 20;
/// Pages looked at for one paper. In a large archive the most telling pairs alone
/// stand on more; the rarer ones among them are then looked for.
const MAX_LOOKED_AT: u64 = 50_000;

impl SearchIndex {
    /// Papers that share the most telling pairs of neighbouring words with one,
    /// best first; at most `limit`.
    ///
    /// # Errors
    /// As [`SearchIndex::search`].
    pub fn similar(
        &self,
        archive: &Archive,
        document_id: i64,
        limit: usize,
    ) -> Result<Vec<Hit>, IndexError> {
        let newly_hidden = Arc::new(archive.newly_hidden()?);
        let document = archive.document(document_id)?;
        let mut counts: HashMap<String, u32> = HashMap::new();
        if let Some(subject) = &document.fields.subject {
            count_pairs(subject, SUBJECT_WEIGHT, &mut counts);
        }
        for page_number in 1..=document.page_count.unwrap_or(0).min(MAX_READ_PAGES) {
            if let Some(text) = archive.page_text(document_id, page_number)? {
                count_pairs(&text, 1, &mut counts);
            }
        }
        let mut counts: Vec<(String, u32)> = counts.into_iter().collect();
        counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        counts.truncate(MAX_WEIGHED);
        let found = guarded(self.index_dir(), || {
            let searcher = self.searcher();
            let n_pages = searcher.num_docs() as f32;
            let mut weighed = Vec::new();
            for (pair, count) in counts {
                let term = Term::from_field_text(self.fields().pairs, &pair);
                let frequency = searcher.doc_freq(&term)?;
                if frequency >= MIN_PAGES {
                    let rarity = (n_pages / frequency as f32).ln_1p();
                    weighed.push((rarity * (1.0 + (count as f32).ln()), frequency, term));
                }
            }
            weighed.sort_by(|a, b| b.0.total_cmp(&a.0));
            let mut n_looked_at = 0;
            weighed.retain(|(_, frequency, _)| {
                let is_taken = n_looked_at + frequency <= MAX_LOOKED_AT;
                n_looked_at += if is_taken { *frequency } else { 0 };
                is_taken
            });
            weighed.truncate(MAX_PAIRS);
            let clauses = weighed.into_iter().map(|(weight, _, term)| {
                let pair = TermQuery::new(term, IndexRecordOption::Basic);
                Box::new(BoostQuery::new(Box::new(pair), weight)) as Box<dyn Query>
            });
            let collector = PaperCollector {
                limit: limit + 1,
                order: SortOrder::Relevance,
                has_facets: false,
                hides_secret: archive.hides_secret(),
                one_run_in: 1,
                newly_hidden,
            };
            searcher.search(&BooleanQuery::union(clauses.collect()), &collector)
        })?;
        let mut hits = Vec::new();
        for paper in found.best {
            if paper.document_id == document_id || hits.len() == limit {
                continue;
            }
            match hit(archive, &[paper], &[]) {
                Ok(hit) => hits.push(hit),
                Err(ArchiveError::UnknownDocument { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(hits)
    }
}

fn count_pairs(text: &str, weight: u32, counts: &mut HashMap<String, u32>) {
    let words: Vec<String> = word_ranges(text)
        .map(|range| folded(&text[range]))
        .collect();
    for neighbours in words.windows(2) {
        let has_letters = neighbours
            .iter()
            .all(|word| word.starts_with(|letter: char| letter.is_alphabetic()));
        if has_letters {
            *counts
                .entry(pair(&neighbours[0], &neighbours[1]))
                .or_default() += weight;
        }
    }
}
