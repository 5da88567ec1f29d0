//! Writing the index: adding what the catalogue has, and building it anew.
//!
//! All pages of a paper go in as one batch of one writing thread, so that they
//! stand beside each other in one segment; merging keeps that. Grouping hits by
//! paper ([`super::group`]) rests on it.
//!
//! The order of a commit is: catalogue to disk, index to disk, note in the
//! catalogue. Killed between the last two, the note is missing and the paper is
//! offered again; since the index knows which reading it holds (`revision`), it
//! is then only noted, not written twice. Deleted pages would otherwise still
//! count in the word statistics until a merge, and the ranking of an interrupted
//! import would differ from that of one that ran through.

use super::IndexError;
use super::fingerprint::fingerprint;
use super::guard::guarded;
use super::schema::{DOCUMENT_ID, Fields, PaperExtras, REVISION};
use super::store::{self, Build};
use crate::archive::{Archive, DocumentState, PendingDocument};
use std::collections::HashMap;
use std::path::PathBuf;
use tantivy::indexer::{LogMergePolicy, UserOperation};
use tantivy::{Index, IndexWriter, ReloadPolicy, TantivyDocument};

/// Memory of the writing thread before it writes a segment out. Papers come
/// from OCR, a few pages a second: more would only be held longer.
const WRITER_MEMORY_BYTES: usize = 64 * 1024 * 1024;

/// Text that may wait for a commit. tantivy queues up to ten thousand documents
/// for its writing thread, and each carries its text once a field.
const MAX_WAITING_BYTES: usize = 32 * 1024 * 1024;

/// A segment in which more than this share is deleted is written anew.
const MAX_DELETED_SHARE: f32 = 0.2;

/// Adds documents to the index. The caller has the archive's writing lock.
pub struct Indexer {
    index_dir: PathBuf,
    build_name: String,
    fields: Fields,
    writer: IndexWriter,
    /// The reading the index holds of each document.
    revisions: HashMap<i64, i64>,
    /// Added and not committed.
    uncommitted: Vec<PendingDocument>,
    /// Their text.
    waiting_bytes: usize,
}

impl std::fmt::Debug for Indexer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Indexer")
            .field("index_dir", &self.index_dir)
            .field("build_name", &self.build_name)
            .finish_non_exhaustive()
    }
}

/// What an update of the index did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct IndexReport {
    pub n_documents: usize,
}

impl Indexer {
    /// Opens the archive's index for writing. One that is missing, damaged or
    /// of another format is replaced by an empty one, and every document is
    /// then to be indexed again; the second value says so, in words for people.
    ///
    /// # Errors
    /// What the file system or the catalogue refuses.
    pub fn open(archive: &Archive) -> Result<(Self, Option<String>), IndexError> {
        let index_dir = archive.index_dir();
        let opened = store::open(&index_dir).and_then(|build| Self::with_build(archive, build));
        let reason = match opened {
            Ok(indexer) => {
                store::remove_other_builds(&index_dir, &indexer.build_name);
                return Ok((indexer, None));
            }
            Err(error) if error.is_mended_by_rebuild() => error,
            Err(error) => return Err(error),
        };
        // In this order: a process killed in between finds the index as it was
        // and replaces it again.
        archive.mark_none_indexed()?;
        let build = store::create(&index_dir)?;
        store::put_in_use(&index_dir, &build.name)?;
        let note = match reason {
            IndexError::Missing { .. } => None,
            reason => Some(reason.to_string()),
        };
        Ok((Self::with_build(archive, build)?, note))
    }

    fn with_build(archive: &Archive, build: Build) -> Result<Self, IndexError> {
        let index_dir = archive.index_dir();
        let (revisions, writer) = guarded(&index_dir, || {
            let revisions = held_revisions(&build.index)?;
            let writer = build
                .index
                .writer_with_num_threads(1, WRITER_MEMORY_BYTES)?;
            Ok((revisions, writer))
        })?;
        let mut merging = LogMergePolicy::default();
        merging.set_del_docs_ratio_before_merge(MAX_DELETED_SHARE);
        writer.set_merge_policy(Box::new(merging));
        Ok(Self {
            index_dir,
            build_name: build.name,
            fields: build.fields,
            writer,
            revisions,
            uncommitted: Vec::new(),
            waiting_bytes: 0,
        })
    }

    /// Brings the pages of a document into the index, in place of an earlier
    /// reading. Seen by searches after [`Self::commit`], which it calls itself
    /// when much is waiting.
    pub fn add_or_replace(
        &mut self,
        archive: &Archive,
        document_id: i64,
    ) -> Result<(), IndexError> {
        self.write(archive, document_id)?;
        if self.waiting_bytes >= MAX_WAITING_BYTES {
            self.commit(archive)?;
        }
        Ok(())
    }

    fn write(&mut self, archive: &Archive, document_id: i64) -> Result<(), IndexError> {
        let document = archive.document(document_id)?;
        let held = self.revisions.get(&document_id);
        let pending = PendingDocument {
            document_id,
            revision: document.revision,
        };
        if held != Some(&document.revision) {
            let mut operations: Vec<UserOperation<TantivyDocument>> = Vec::new();
            if held.is_some() {
                let term = self.fields.document_term(document_id);
                operations.push(UserOperation::Delete(term));
            }
            if document.state == DocumentState::Read {
                let mut texts = archive.page_texts(document_id)?;
                if texts.is_empty() {
                    // A paper without a readable page is still found by its
                    // fields; page 0 is no page.
                    texts.push((0, String::new()));
                }
                let extras = PaperExtras {
                    cited_numbers: archive.cited_numbers(document_id)?,
                    fingerprint: fingerprint(texts.iter().map(|(_, text)| text.as_str())),
                };
                self.waiting_bytes += texts.iter().map(|(_, text)| text.len()).sum::<usize>();
                operations.extend(texts.into_iter().map(|(page_number, text)| {
                    UserOperation::Add(self.fields.page_document(
                        &document,
                        page_number,
                        &text,
                        &extras,
                    ))
                }));
            }
            self.writer
                .run(operations)
                .map_err(|error| self.failed(&error))?;
            self.revisions.insert(document_id, document.revision);
        }
        self.uncommitted.push(pending);
        Ok(())
    }

    /// Makes everything added so far durable and visible, and notes it in the
    /// catalogue.
    pub fn commit(&mut self, archive: &Archive) -> Result<(), IndexError> {
        if self.uncommitted.is_empty() {
            return Ok(());
        }
        self.flush(archive)?;
        archive.mark_indexed(&self.uncommitted)?;
        self.uncommitted.clear();
        Ok(())
    }

    /// Commits without a note in the catalogue.
    fn flush(&mut self, archive: &Archive) -> Result<(), IndexError> {
        archive.sync_to_disk()?;
        self.writer.commit().map_err(|error| self.failed(&error))?;
        self.waiting_bytes = 0;
        Ok(())
    }

    /// Commits, and waits for the merging of small segments.
    pub fn finish(mut self, archive: &Archive) -> Result<(), IndexError> {
        self.commit(archive)?;
        let index_dir = self.index_dir;
        self.writer
            .wait_merging_threads()
            .map_err(|error| IndexError::tantivy(&index_dir, &error))
    }

    fn failed(&self, error: &tantivy::TantivyError) -> IndexError {
        IndexError::tantivy(&self.index_dir, error)
    }
}

/// Brings everything into the index that the catalogue has and the index has
/// not. `on_progress` gets the number of documents done and of all. The second
/// value tells of an index that had to be built anew.
pub fn update(
    archive: &Archive,
    on_progress: impl FnMut(usize, usize),
) -> Result<(IndexReport, Option<String>), IndexError> {
    let (indexer, note) = Indexer::open(archive)?;
    let report = fill(archive, indexer, on_progress)?;
    Ok((report, note))
}

/// Builds the index anew from the catalogue, beside the one in use, and puts it
/// in its place when it is whole.
pub fn rebuild(
    archive: &Archive,
    mut on_progress: impl FnMut(usize, usize),
) -> Result<IndexReport, IndexError> {
    let index_dir = archive.index_dir();
    let build = store::create(&index_dir)?;
    let build_name = build.name.clone();
    let mut indexer = Indexer::with_build(archive, build)?;
    let n_all = usize::try_from(archive.n_read()?).unwrap_or(usize::MAX);
    let mut indexed = Vec::new();
    for document in archive.documents() {
        let document = document?;
        if document.state != DocumentState::Read {
            continue;
        }
        indexer.write(archive, document.document_id)?;
        indexed.append(&mut indexer.uncommitted);
        if indexer.waiting_bytes >= MAX_WAITING_BYTES {
            indexer.flush(archive)?;
        }
        on_progress(indexed.len(), n_all);
    }
    indexer.flush(archive)?;
    indexer.finish(archive)?;
    // Killed between these two, the catalogue may call documents indexed or to
    // be indexed wrongly; both are put right by their revisions.
    store::put_in_use(&index_dir, &build_name)?;
    archive.mark_indexed(&indexed)?;
    Ok(IndexReport {
        n_documents: indexed.len(),
    })
}

fn fill(
    archive: &Archive,
    mut indexer: Indexer,
    mut on_progress: impl FnMut(usize, usize),
) -> Result<IndexReport, IndexError> {
    let pending = archive.documents_to_index()?;
    for (n_before, document) in pending.iter().enumerate() {
        indexer.add_or_replace(archive, document.document_id)?;
        on_progress(n_before + 1, pending.len());
    }
    indexer.finish(archive)?;
    Ok(IndexReport {
        n_documents: pending.len(),
    })
}

/// The reading that an index holds of each document.
pub(super) fn held_revisions(index: &Index) -> tantivy::Result<HashMap<i64, i64>> {
    let reader = index
        .reader_builder()
        .reload_policy(ReloadPolicy::Manual)
        .try_into()?;
    let mut held = HashMap::new();
    for segment in reader.searcher().segment_readers() {
        let document_ids = segment
            .fast_fields()
            .column_first_or_default::<u64>(DOCUMENT_ID)?;
        let revisions = segment
            .fast_fields()
            .column_first_or_default::<u64>(REVISION)?;
        for doc in segment.doc_ids_alive() {
            let document_id = document_ids.get_val(doc).cast_signed();
            held.insert(document_id, revisions.get_val(doc).cast_signed());
        }
    }
    Ok(held)
}
