//! Suggestions while a person types: numbers that begin so, words that follow,
//! and papers whose heading has the words.
//!
//! Every step looks at a bounded part of the index, whatever was typed.

use super::beginnings::frequent_terms;
use super::guard::guarded;
use super::search::SearchIndex;
use super::shown::first_shown;
use super::words::{folded, word_ranges};
use super::{IndexError, SearchRequest};
use crate::archive::Archive;
use serde::Serialize;
use tantivy::Term;

/// What is read of what was typed.
const MAX_TYPED_BYTES: usize = 200;
/// Words offered to go on with.
const MAX_WORDS: usize = 4;

/// What a suggestion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SuggestionKind {
    /// The query with its last word finished, or the next one added
    Words,
    /// A paper, by its number or subject
    Paper,
}

/// A query to go on with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    pub kind: SuggestionKind,
    /// To be searched when it is chosen.
    pub query: String,
    /// What to show beside it: a paper's subject.
    pub detail: Option<String>,
}

impl SearchIndex {
    /// What the person may be typing, likeliest first; at most `limit`.
    ///
    /// # Errors
    /// As [`SearchIndex::search`].
    pub fn suggest(
        &self,
        archive: &Archive,
        typed: &str,
        limit: usize,
    ) -> Result<Vec<Suggestion>, IndexError> {
        let end = (0..=typed.len().min(MAX_TYPED_BYTES))
            .rev()
            .find(|&end| typed.is_char_boundary(end));
        let typed = &typed[..end.unwrap_or(0)];
        let Some(last) = word_ranges(typed).last() else {
            return Ok(Vec::new());
        };
        let mut suggestions = Vec::new();
        for (document_id, page_number, words) in guarded(self.index_dir(), || {
            self.continuations(typed, last.start, archive.hides_secret())
        })? {
            let text = archive.page_text(document_id, page_number)?;
            let before = &typed[..last.start];
            if let Some(marked) = text.as_deref().and_then(|text| as_printed(text, &words)) {
                suggestions.push(Suggestion {
                    kind: SuggestionKind::Words,
                    query: continued(before, &words, marked),
                    detail: None,
                });
            }
        }
        suggestions.dedup();
        suggestions.truncate(MAX_WORDS.min(limit));
        let mut request = SearchRequest::new(format!("{typed}*"));
        request.limit = limit.max(1);
        for hit in self.search(archive, &request)?.hits {
            let Some(query) = hit.number.clone().or_else(|| hit.subject.clone()) else {
                continue;
            };
            let suggestion = Suggestion {
                kind: SuggestionKind::Paper,
                query,
                detail: hit.subject,
            };
            if suggestions.len() < limit && !suggestions.contains(&suggestion) {
                suggestions.push(suggestion);
            }
        }
        Ok(suggestions)
    }

    /// Frequent ways to finish the last word, with a page that has each: what
    /// stands beside the word before it comes first.
    fn continuations(
        &self,
        typed: &str,
        last_start: usize,
        hides_secret: bool,
    ) -> tantivy::Result<Vec<(i64, u32, Vec<String>)>> {
        let searcher = self.searcher();
        let fields = self.fields();
        let last = folded(&typed[last_start..]);
        let before = word_ranges(&typed[..last_start]).last();
        let found = match before {
            Some(range) => {
                let before = folded(&typed[range]);
                frequent_terms(
                    &searcher,
                    fields.pairs,
                    &format!("{before} {last}"),
                    MAX_WORDS,
                )?
            }
            None => frequent_terms(&searcher, fields.folded, &last, MAX_WORDS)?,
        };
        let field = match last_start {
            0 => fields.folded,
            _ => fields.pairs,
        };
        let mut continuations = Vec::new();
        for term in found {
            let term_in_field = Term::from_field_text(field, &term);
            let page = first_shown(&searcher, &term_in_field, hides_secret)?;
            if let Some(page) = page {
                let (document_id, page_number) = self.page_at(&searcher, page)?;
                let words = term.split(' ').map(str::to_owned).collect();
                continuations.push((document_id, page_number, words));
            }
        }
        Ok(continuations)
    }
}

/// The words as the page has them, with their marks; `None` when they only stand
/// in the fields of the paper.
fn as_printed<'a>(text: &'a str, words: &[String]) -> Option<Vec<&'a str>> {
    let ranges: Vec<_> = word_ranges(text).collect();
    let window = ranges.windows(words.len()).find(|window| {
        let mut pairs = window.iter().zip(words);
        pairs.all(|(range, word)| folded(&text[range.clone()]) == *word)
    })?;
    Some(window.iter().map(|range| &text[range.clone()]).collect())
}

/// What was typed before the last word, and the words as printed.
fn continued(before: &str, words: &[String], printed: Vec<&str>) -> String {
    let last = printed.last().copied().unwrap_or_default().to_lowercase();
    let before = before.trim_end();
    match (words.len(), before.rfind(char::is_whitespace)) {
        // The word before the last one is shown with its marks too.
        (2, place) => {
            let start = place.map_or("", |place| &before[..=place]);
            format!("{start}{} {last}", printed[0].to_lowercase())
        }
        _ => last,
    }
}
