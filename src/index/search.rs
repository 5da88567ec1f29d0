//! Answering queries.

use super::IndexError;
use super::group::{PaperCollector, PaperHit, PaperHits};
use super::guard::guarded;
use super::indexer::held_revisions;
use super::query::{DayRange, Filters, Plan, Planner, QueryNote, Strictness, parse};
use super::schema::Fields;
use super::snippet::{SnippetPart, snippet};
use super::store::{self, Build};
use crate::archive::{Archive, ArchiveError};
use serde::Serialize;
use std::collections::HashMap;
use std::path::PathBuf;
use tantivy::{Index, IndexReader, ReloadPolicy};

/// Hits on one page of results, at most.
pub const MAX_LIMIT: usize = 200;
/// Results are listed up to here; whoever looks further narrows the query.
const MAX_LISTED: usize = 10_000;

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchRequest {
    /// As typed; see the query language in `docs/archive.md`.
    pub query: String,
    /// Only papers of that type (or its abbreviation), with or without marks.
    pub document_type: Option<String>,
    /// Only papers whose issuer or its parent has these words.
    pub issuer: Option<String>,
    /// Only papers issued then.
    pub issued: Option<DayRange>,
    /// Hits on one page of results, 1 to [`MAX_LIMIT`].
    pub limit: usize,
    /// 1-based page of results.
    pub result_page: usize,
}

impl SearchRequest {
    /// The first ten hits of a query.
    pub fn new(query: impl Into<String>) -> Self {
        Self {
            query: query.into(),
            document_type: None,
            issuer: None,
            issued: None,
            limit: 10,
            result_page: 1,
        }
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SearchAnswer {
    /// The query as typed.
    pub query: String,
    /// Where it was read otherwise than as typed.
    pub notes: Vec<QueryNote>,
    /// Papers found in all.
    pub total: usize,
    pub limit: usize,
    /// 1-based.
    pub result_page: usize,
    /// Best first.
    pub hits: Vec<Hit>,
}

/// A paper that was found, with its best page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hit {
    #[serde(rename = "id")]
    pub document_id: i64,
    pub number: Option<String>,
    /// The number is handwritten or was read with little certainty.
    pub number_doubtful: bool,
    #[serde(rename = "type")]
    pub document_type: Option<String>,
    pub subject: Option<String>,
    pub issuer: Option<String>,
    /// Day of issue, ISO 8601.
    pub issued: Option<String>,
    /// As of the number.
    pub issued_doubtful: bool,
    pub signer: Option<String>,
    pub file_name: String,
    /// 1-based; `None` when no page of the paper could be read.
    #[serde(rename = "page")]
    pub page_number: Option<u32>,
    /// Pages of the paper that were found.
    pub matching_pages: u32,
    /// Comparable within one answer only.
    pub score: f32,
    /// From the restored text of that page.
    pub snippet: Vec<SnippetPart>,
}

/// An open index. Can be shared between threads; see [`SearchIndex::refresh`].
pub struct SearchIndex {
    index_dir: PathBuf,
    build_name: String,
    index: Index,
    reader: IndexReader,
    fields: Fields,
}

impl std::fmt::Debug for SearchIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SearchIndex")
            .field("index_dir", &self.index_dir)
            .field("build_name", &self.build_name)
            .finish_non_exhaustive()
    }
}

impl SearchIndex {
    /// Opens the index of an archive for searching.
    ///
    /// # Errors
    /// [`IndexError::Missing`], [`IndexError::OtherFormat`] and
    /// [`IndexError::Damaged`] are mended by [`super::rebuild`].
    pub fn open(archive: &Archive) -> Result<Self, IndexError> {
        let index_dir = archive.index_dir();
        let Build {
            index,
            fields,
            name,
        } = store::open(&index_dir)?;
        let reader = guarded(&index_dir, || {
            index
                .reader_builder()
                .reload_policy(ReloadPolicy::Manual)
                .try_into()
        })?;
        Ok(Self {
            index_dir,
            build_name: name,
            index,
            reader,
            fields,
        })
    }

    /// Makes what was committed since visible, also after a rebuild. Cheap when
    /// nothing has changed.
    pub fn refresh(&mut self, archive: &Archive) -> Result<(), IndexError> {
        if store::current_build(&self.index_dir)? != self.build_name {
            *self = Self::open(archive)?;
            return Ok(());
        }
        guarded(&self.index_dir, || self.reader.reload())
    }

    /// The number of pages in the index.
    pub fn n_pages(&self) -> u64 {
        self.reader.searcher().num_docs()
    }

    /// Answers a query. There is no wrong query: what cannot be understood is
    /// read as well as it can be, and a note says how.
    ///
    /// # Errors
    /// [`IndexError::Damaged`], or what the catalogue refuses.
    pub fn search(
        &self,
        archive: &Archive,
        request: &SearchRequest,
    ) -> Result<SearchAnswer, IndexError> {
        let found = guarded(&self.index_dir, || self.find(request))?;
        answer(archive, request, found)
    }

    fn find(&self, request: &SearchRequest) -> tantivy::Result<Found> {
        let parsed = parse(&request.query);
        let mut notes = parsed.notes;
        let searcher = self.reader.searcher();
        let planner = Planner {
            searcher: &searcher,
            fields: self.fields,
        };
        let filters = Filters {
            document_type: request.document_type.clone(),
            issuer: request.issuer.clone(),
            issued: request.issued,
        };
        let plan = |strictness| planner.plan(&parsed.items, &filters, strictness);
        let run = |plan: &Plan| {
            searcher.search(
                &plan.query,
                &PaperCollector {
                    limit: listed(request).end,
                },
            )
        };
        let strict = plan(Strictness::All)?;
        if strict.is_empty {
            notes.push(QueryNote::Empty);
            return Ok(Found {
                hits: PaperHits::default(),
                plan: strict,
                notes,
            });
        }
        let hits = run(&strict)?;
        if hits.n_papers > 0 {
            return Ok(Found {
                hits,
                plan: strict,
                notes,
            });
        }
        if strict.has_phrases {
            let loose = plan(Strictness::LoosePhrases)?;
            let hits = run(&loose)?;
            if hits.n_papers > 0 {
                notes.push(QueryNote::PhraseLoosened);
                return Ok(Found {
                    hits,
                    plan: loose,
                    notes,
                });
            }
        }
        let n_items = plan(Strictness::LoosePhrases)?.n_loose_items;
        for minimum in (n_items.div_ceil(2).max(1)..n_items).rev() {
            let loose = plan(Strictness::AtLeast(minimum))?;
            let hits = run(&loose)?;
            if hits.n_papers > 0 {
                notes.push(QueryNote::WordsLeftOut {
                    n_found: minimum,
                    n_words: n_items,
                });
                return Ok(Found {
                    hits,
                    plan: loose,
                    notes,
                });
            }
        }
        Ok(Found {
            hits,
            plan: strict,
            notes,
        })
    }

    /// The reading the index holds of each document.
    pub(super) fn held_revisions(&self) -> Result<HashMap<i64, i64>, IndexError> {
        guarded(&self.index_dir, || held_revisions(&self.index))
    }

    /// Files whose checksum is wrong.
    pub(super) fn damaged_files(&self) -> Result<Vec<PathBuf>, IndexError> {
        let damaged = guarded(&self.index_dir, || self.index.validate_checksum())?;
        let mut damaged: Vec<PathBuf> = damaged.into_iter().collect();
        damaged.sort();
        Ok(damaged)
    }
}

/// Papers and what they were found by.
struct Found {
    hits: PaperHits,
    plan: Plan,
    notes: Vec<QueryNote>,
}

/// The ranks that a request asks for, 0-based.
fn listed(request: &SearchRequest) -> std::ops::Range<usize> {
    let limit = request.limit.clamp(1, MAX_LIMIT);
    let start = request.result_page.saturating_sub(1).saturating_mul(limit);
    let start = start.min(MAX_LISTED);
    start..(start + limit).min(MAX_LISTED)
}

/// Fills the hits from the catalogue.
fn answer(
    archive: &Archive,
    request: &SearchRequest,
    found: Found,
) -> Result<SearchAnswer, IndexError> {
    let Found {
        hits: papers,
        plan,
        mut notes,
    } = found;
    let listed = listed(request);
    let mut hits = Vec::new();
    let mut n_unknown = 0;
    for paper in papers.best.iter().skip(listed.start) {
        match hit(archive, paper, &plan) {
            Ok(hit) => hits.push(hit),
            Err(ArchiveError::UnknownDocument { .. }) => n_unknown += 1,
            Err(error) => return Err(error.into()),
        }
    }
    if n_unknown > 0 {
        notes.push(QueryNote::IndexOutOfStep);
    }
    Ok(SearchAnswer {
        query: request.query.clone(),
        notes,
        total: papers.n_papers,
        limit: listed.len(),
        result_page: request.result_page.max(1),
        hits,
    })
}

fn hit(archive: &Archive, paper: &PaperHit, plan: &Plan) -> Result<Hit, ArchiveError> {
    let document = archive.document(paper.document_id)?;
    let text = archive
        .page_text(paper.document_id, paper.page_number)?
        .unwrap_or_default();
    let fields = document.fields;
    Ok(Hit {
        document_id: paper.document_id,
        number: fields.number,
        number_doubtful: fields.number_doubtful,
        document_type: fields.document_type,
        subject: fields.subject,
        issuer: fields.issuer,
        issued: fields.issued,
        issued_doubtful: fields.issued_doubtful,
        signer: fields.signer_name,
        file_name: document.file_name,
        page_number: (paper.page_number > 0).then_some(paper.page_number),
        matching_pages: paper.n_pages,
        score: paper.score,
        snippet: snippet(&text, &plan.marks),
    })
}
