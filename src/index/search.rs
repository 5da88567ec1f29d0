//! An open index, and the way from a query to the papers found.

use super::IndexError;
use super::answer::{Hit, SearchAnswer, SearchRequest};
use super::fingerprint::is_near;
use super::group::{PaperCollector, PaperHit, PaperHits};
use super::guard::guarded;
use super::indexer::held_revisions;
use super::levels::{MOST_LOOKED_AT, ranked};
use super::query::{
    DaysInWords, Filters, InputMethod, Item, Plan, Planner, QueryNote, Strictness, parse_with,
    respelled, words_text,
};
use super::schema::{DOCUMENT_ID, Fields, PAGE_NUMBER};
use super::snippet::{Mark, SnippetPart, marked_ranges, snippet};
use super::store::{self, Build};
use crate::archive::{Archive, ArchiveError};
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tantivy::{DocAddress, Index, IndexReader, ReloadPolicy, Searcher};

/// A query that finds so few papers as it was typed may have been meant otherwise.
const FEW_PAPERS: usize = 2;

/// Papers looked at beyond those listed, for near-identical ones.
const GROUPED_AHEAD: usize = 40;

/// An open index. Can be shared between threads; see [`SearchIndex::refresh`].
pub struct SearchIndex {
    index_dir: PathBuf,
    build_name: String,
    pub(super) index: Index,
    reader: IndexReader,
    fields: Fields,
    /// See [`super::levels`].
    pub(super) most_looked_at: u64,
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
            most_looked_at: MOST_LOOKED_AT,
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

    /// Whether a refresh would change nothing: no commit and no rebuild since.
    pub fn is_current(&self, archive: &Archive) -> Result<bool, IndexError> {
        if store::current_build(&archive.index_dir())? != self.build_name {
            return Ok(false);
        }
        let committed = guarded(&self.index_dir, || self.index.searchable_segment_ids())?;
        let searcher = self.reader.searcher();
        let is_seen = |id| {
            let mut readers = searcher.segment_readers().iter();
            readers.any(|reader| reader.segment_id() == id)
        };
        Ok(committed.len() == searcher.segment_readers().len()
            && committed.into_iter().all(is_seen))
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
        let newly_hidden = Arc::new(archive.newly_hidden()?);
        let found = guarded(&self.index_dir, || {
            self.find(request, archive.hides_secret(), Arc::clone(&newly_hidden))
        })?;
        answer(archive, request, found)
    }

    /// Where a query's words stand in a text: ranges of its bytes, a word each.
    /// The query is read as [`Self::search`] reads it.
    ///
    /// # Errors
    /// [`IndexError::Damaged`].
    pub fn marked_words(&self, query: &str, text: &str) -> Result<Vec<Range<usize>>, IndexError> {
        let mut request = SearchRequest::new(query);
        request.limit = 1;
        let found = guarded(&self.index_dir, || {
            self.find(&request, false, Arc::default())
        })?;
        Ok(marked_ranges(text, &found.plan.marks))
    }

    fn find(
        &self,
        request: &SearchRequest,
        hides_secret: bool,
        newly_hidden: Arc<HashSet<i64>>,
    ) -> tantivy::Result<Found> {
        let searcher = self.reader.searcher();
        let run = Run {
            planner: Planner {
                searcher: &searcher,
                fields: self.fields,
            },
            filters: Filters {
                document_type: request.document_type.clone(),
                issuer: request.issuer.clone(),
                signer: request.signer.clone(),
                issued: request.issued,
            },
            collector: PaperCollector {
                limit: request.listed().end + GROUPED_AHEAD,
                order: request.order,
                has_facets: request.has_facets,
                hides_secret,
                one_run_in: 1,
                newly_hidden,
            },
            most_looked_at: self.most_looked_at,
        };
        let parsed = parse_with(&request.query, DaysInWords::OfIssue);
        let as_typed = run.with(&parsed.items, Strictness::All, parsed.notes)?;
        if as_typed.plan.is_empty {
            return Ok(as_typed.noting(QueryNote::Empty));
        }
        if as_typed.hits.n_papers > FEW_PAPERS {
            return Ok(as_typed);
        }
        if let Some(found) = run.as_keystrokes(&parsed.items, &as_typed)? {
            return Ok(found);
        }
        if as_typed.hits.n_papers > 0 {
            return Ok(as_typed);
        }
        run.otherwise(request, &parsed.items, as_typed)
    }

    pub(super) fn index_dir(&self) -> &Path {
        &self.index_dir
    }

    pub(super) fn searcher(&self) -> Searcher {
        self.reader.searcher()
    }

    pub(super) fn fields(&self) -> Fields {
        self.fields
    }

    /// Which page of which document stands at a place of the index.
    pub(super) fn page_at(
        &self,
        searcher: &Searcher,
        address: DocAddress,
    ) -> tantivy::Result<(i64, u32)> {
        let columns = searcher.segment_reader(address.segment_ord).fast_fields();
        let value = |name: &str| -> tantivy::Result<u64> {
            let column = columns.column_first_or_default::<u64>(name)?;
            Ok(column.get_val(address.doc_id))
        };
        let page_number = u32::try_from(value(PAGE_NUMBER)?).unwrap_or(u32::MAX);
        Ok((value(DOCUMENT_ID)?.cast_signed(), page_number))
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

/// A query being tried in one reading after another.
struct Run<'a> {
    planner: Planner<'a>,
    filters: Filters,
    collector: PaperCollector,
    most_looked_at: u64,
}

impl Run<'_> {
    fn searcher(&self) -> &Searcher {
        self.planner.searcher
    }

    fn with(
        &self,
        items: &[Item],
        strictness: Strictness,
        notes: Vec<QueryNote>,
    ) -> tantivy::Result<Found> {
        let plan = self.planner.plan(items, &self.filters, strictness)?;
        let hits = match plan.is_empty {
            true => PaperHits::default(),
            false => ranked(self.searcher(), &plan, &self.collector, self.most_looked_at)?,
        };
        Ok(Found { hits, plan, notes })
    }

    /// The query as keystrokes of Telex or VNI, when they make syllables of it
    /// that find more than the plain words did.
    fn as_keystrokes(&self, items: &[Item], plain: &Found) -> tantivy::Result<Option<Found>> {
        for method in InputMethod::ALL {
            let Some(decoded) = method.decoded(items) else {
                continue;
            };
            let found = self.with(&decoded, Strictness::All, plain.notes.clone())?;
            if found.hits.n_papers > plain.hits.n_papers {
                let words = words_text(&decoded);
                return Ok(Some(found.noting(QueryNote::ReadAsTyped { method, words })));
            }
        }
        Ok(None)
    }

    /// A query that finds nothing as it was typed: days as words, misspelled
    /// words mended, phrases loosened, and then words left out, as few as can be.
    fn otherwise(
        &self,
        request: &SearchRequest,
        items: &[Item],
        as_typed: Found,
    ) -> tantivy::Result<Found> {
        let as_words = parse_with(&request.query, DaysInWords::OnlyWords);
        if as_words.items != items {
            let found = self.with(&as_words.items, Strictness::All, as_words.notes)?;
            if found.hits.n_papers > 0 {
                return Ok(found);
            }
        }
        let notes = || as_typed.notes.clone();
        if as_typed.plan.has_phrases {
            let found = self.with(items, Strictness::LoosePhrases, notes())?;
            if found.hits.n_papers > 0 {
                return Ok(found.noting(QueryNote::PhraseLoosened));
            }
        }
        let respelled = respelled(
            self.searcher(),
            self.planner.fields,
            items,
            self.collector.hides_secret,
        )?;
        let mut readings = vec![(items.to_vec(), notes())];
        if let Some((items, words)) = respelled {
            let found = self.with(&items, Strictness::All, notes())?;
            let mut notes = notes();
            notes.push(QueryNote::Respelled { words });
            if found.hits.n_papers > 0 {
                return Ok(Found { notes, ..found });
            }
            readings.insert(0, (items, notes));
        }
        // Keystrokes that were not found together are better than none of them.
        for method in InputMethod::ALL {
            if let Some(decoded) = method.decoded(items) {
                let words = words_text(&decoded);
                let mut notes = notes();
                notes.push(QueryNote::ReadAsTyped { method, words });
                readings.push((decoded, notes));
            }
        }
        for (items, notes) in readings {
            let n_items = self
                .planner
                .plan(&items, &self.filters, Strictness::AtLeast(1))?
                .n_loose_items;
            for minimum in (n_items.div_ceil(2).max(1)..n_items).rev() {
                let found = self.with(&items, Strictness::AtLeast(minimum), notes.clone())?;
                if found.hits.n_papers > 0 {
                    return Ok(found.noting(QueryNote::WordsLeftOut {
                        n_found: minimum,
                        n_words: n_items,
                    }));
                }
            }
        }
        Ok(as_typed)
    }
}

/// Papers and what they were found by.
struct Found {
    hits: PaperHits,
    plan: Plan,
    notes: Vec<QueryNote>,
}

impl Found {
    fn noting(mut self, note: QueryNote) -> Self {
        self.notes.push(note);
        self
    }
}

/// Papers that are near-identical to an earlier one, behind it. Papers of
/// different numbers are different papers, however alike their words.
fn grouped(archive: &Archive, papers: &[PaperHit]) -> Result<Vec<Vec<PaperHit>>, ArchiveError> {
    let mut groups: Vec<Vec<PaperHit>> = Vec::new();
    // `None` for a paper that the catalogue does not know.
    let mut numbers: HashMap<i64, Option<Option<String>>> = HashMap::new();
    for paper in papers {
        let mut place = None;
        for (group_idx, group) in groups.iter().enumerate() {
            if !is_near(group[0].fingerprint, paper.fingerprint) {
                continue;
            }
            let mut number = |document_id: i64| -> Result<Option<Option<String>>, ArchiveError> {
                if let Some(known) = numbers.get(&document_id) {
                    return Ok(known.clone());
                }
                let number = match archive.document(document_id) {
                    Ok(document) => Some(document.number_key),
                    Err(ArchiveError::UnknownDocument { .. }) => None,
                    Err(error) => return Err(error),
                };
                numbers.insert(document_id, number.clone());
                Ok(number)
            };
            let (one, other) = (number(group[0].document_id)?, number(paper.document_id)?);
            let is_same = match (one, other) {
                (Some(Some(one)), Some(Some(other))) => one == other,
                (Some(_), Some(_)) => true,
                _ => false,
            };
            if is_same {
                place = Some(group_idx);
                break;
            }
        }
        match place {
            Some(group_idx) => groups[group_idx].push(*paper),
            None => groups.push(vec![*paper]),
        }
    }
    Ok(groups)
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
    let listed = request.listed();
    let mut hits = Vec::new();
    let mut n_unknown = 0;
    let groups = grouped(archive, &papers.best)?;
    for group in groups.iter().skip(listed.start).take(listed.len()) {
        match hit(archive, group, &plan.marks) {
            Ok(hit) => hits.push(hit),
            Err(ArchiveError::UnknownDocument { .. }) => n_unknown += 1,
            Err(error) => return Err(error.into()),
        }
    }
    // To readers this would tell of a paper that was hidden this very moment.
    if n_unknown > 0 && !archive.hides_secret() {
        notes.push(QueryNote::IndexOutOfStep);
    }
    Ok(SearchAnswer {
        query: request.query.clone(),
        notes,
        total: papers.n_papers,
        is_estimate: papers.is_estimate,
        limit: listed.len(),
        result_page: request.result_page.max(1),
        has_more: groups.len() > listed.end,
        hits,
        facets: request.has_facets.then(|| papers.facets.counts()),
    })
}

/// The page that a paper is shown by: the one that was found, or the first where
/// only that one has what is looked for in print. A number or a name belongs to
/// the paper, so every page of it is found by it.
fn shown_page(
    archive: &Archive,
    paper: PaperHit,
    marks: &[Mark],
) -> Result<(u32, Vec<SnippetPart>), ArchiveError> {
    let of_page = |number: u32| -> Result<Vec<SnippetPart>, ArchiveError> {
        let text = archive.page_text(paper.document_id, number)?;
        Ok(snippet(&text.unwrap_or_default(), marks))
    };
    let has_marks = |parts: &[SnippetPart]| parts.iter().any(|part| part.is_marked);
    let found = of_page(paper.page_number)?;
    if paper.page_number > 1 && !has_marks(&found) {
        let first = of_page(1)?;
        if has_marks(&first) {
            return Ok((1, first));
        }
    }
    Ok((paper.page_number, found))
}

pub(super) fn hit(
    archive: &Archive,
    group: &[PaperHit],
    marks: &[Mark],
) -> Result<Hit, ArchiveError> {
    let paper = group[0];
    let document = archive.document(paper.document_id)?;
    let (page_number, snippet) = shown_page(archive, paper, marks)?;
    let fields = document.fields;
    Ok(Hit {
        document_id: paper.document_id,
        number: fields.number,
        sign: fields.sign,
        number_doubtful: fields.number_doubtful,
        document_type: fields.document_type,
        subject: fields.subject,
        issuer: fields.issuer,
        issued: fields.issued,
        issued_partial: fields.issued_partial,
        issued_doubtful: fields.issued_doubtful,
        signer: fields.signer_name,
        file_name: document.file_name,
        page_number: (page_number > 0).then_some(page_number),
        matching_pages: paper.n_pages,
        score: paper.score,
        snippet,
        same_as: group[1..].iter().map(|paper| paper.document_id).collect(),
    })
}
