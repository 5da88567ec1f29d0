//! The words of the dictionary that begin as typed.

use std::collections::BTreeMap;
use tantivy::Searcher;
use tantivy::schema::Field;

/// Terms looked at in each segment: all that begin with three letters, and of
/// the thousands that begin with fewer those that are first by the alphabet.
const MAX_SEEN: usize = 4_096;

/// The most frequent terms of a field that begin so, at most `most` of them.
pub(super) fn frequent_terms(
    searcher: &Searcher,
    field: Field,
    beginning: &str,
    most: usize,
) -> tantivy::Result<Vec<String>> {
    let mut found: BTreeMap<Vec<u8>, u32> = BTreeMap::new();
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(field)?;
        let mut terms = index.terms().range().ge(beginning).into_stream()?;
        let mut n_seen = 0;
        while n_seen < MAX_SEEN && terms.advance() && terms.key().starts_with(beginning.as_bytes())
        {
            let frequency = found.entry(terms.key().to_vec()).or_default();
            *frequency = frequency.saturating_add(terms.value().doc_freq);
            n_seen += 1;
        }
    }
    let mut found: Vec<(Vec<u8>, u32)> = found.into_iter().collect();
    found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    found.truncate(most);
    let text = |(term, _): (Vec<u8>, u32)| String::from_utf8(term).ok();
    Ok(found.into_iter().filter_map(text).collect())
}
