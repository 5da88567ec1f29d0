//! The threads that work through the queue into the archive.

use super::Discovery;
use super::manifest::Manifest;
use super::queue::{Queue, Task};
use super::read::{self, ReadSettings};
use super::record::{record_of, registered_fields};
use super::report::{ImportEvent, ImportReport};
use super::stack;
use super::stamp::Stamp;
use crate::archive::{
    Archive, ArchiveError, DocumentState, DonePage, FailedPage, PageOutcome, PaperOfStack,
    Registration, RegistrationStatus,
};
use crate::extract::Record;
use crate::index::{IndexError, Indexer};
use crate::worker::{Document, WorkError, WorkerPool};
use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How an import goes about it.
#[derive(Clone)]
pub struct ImportSettings {
    pub read: ReadSettings,
    /// Whether documents that failed at an earlier import are tried again.
    pub retry_failed: bool,
    /// Whether a file that holds several papers becomes a document a paper; else
    /// it is only proposed.
    pub splits_stacks: bool,
    /// Where in the store the papers stand, by their files.
    pub manifest: Option<Arc<Manifest>>,
    /// Once it is set, pages in work are read to their end and no further ones
    /// are begun.
    pub stop: Arc<AtomicBool>,
}

/// Why an import had to stop. What was done before is kept.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error(transparent)]
    Index(#[from] IndexError),
    #[error(transparent)]
    Work(#[from] WorkError),
    #[error("the threads of the import cannot be started: {0}")]
    Threads(String),
    #[error("the record of document {document_id} cannot be written as JSON")]
    Record {
        document_id: i64,
        source: serde_json::Error,
    },
}

/// Searches see what is imported at least this often.
const COMMIT_EVERY: Duration = Duration::from_secs(30);

/// A registered document whose pages are being read.
pub(super) struct OpenDocument {
    document_id: i64,
    file: Document,
    /// Pages without an outcome.
    n_pages_left: AtomicU32,
}

/// One import, shared by its threads.
struct Batch<'a> {
    archive: &'a Archive,
    settings: &'a ImportSettings,
    pool: WorkerPool,
    queue: Queue,
    seen: HashMap<PathBuf, Stamp>,
    indexing: Mutex<Indexing>,
    report: Mutex<ImportReport>,
    error: Mutex<Option<ImportError>>,
    /// Documents that a file of this import has led to.
    met_documents: Mutex<HashSet<i64>>,
    on_event: &'a (dyn Fn(ImportEvent) + Sync),
}

struct Indexing {
    indexer: Indexer,
    last_commit: Instant,
}

/// Brings the files that were found into the archive and its index. Takes the
/// archive's writing lock; `on_event` is called from all threads.
///
/// # Errors
/// When the archive, the index or the page workers fail altogether. A file or
/// page that cannot be read is no error: it is noted in the catalogue.
pub fn import(
    archive: &Archive,
    found: Discovery,
    settings: &ImportSettings,
    on_event: &(dyn Fn(ImportEvent) + Sync),
) -> Result<ImportReport, ImportError> {
    let start = Instant::now();
    let _lock = archive.lock_for_writing()?;
    let pool = WorkerPool::new(settings.read.worker.clone());
    pool.check()?;
    let (indexer, note) = Indexer::open(archive)?;
    note.into_iter().map(ImportEvent::Note).for_each(on_event);
    let n_threads = settings.read.n_jobs.max(1);
    let n_files = found.files.len() + found.unusable.len();
    if let Some(manifest) = &settings.manifest {
        manifest.expect(&found.files);
    }
    on_event(ImportEvent::Started { n_files });
    let batch = Batch {
        archive,
        settings,
        pool,
        queue: Queue::new(found.files, n_threads),
        seen: found.seen,
        indexing: Mutex::new(Indexing {
            indexer,
            last_commit: start,
        }),
        report: Mutex::new(ImportReport {
            n_files,
            n_passed_over: found.n_passed_over,
            ..ImportReport::default()
        }),
        error: Mutex::new(None),
        met_documents: Mutex::new(HashSet::new()),
        on_event,
    };
    batch.index_what_is_pending(&mut lock(&batch.indexing))?;
    for (path, reason) in &found.unusable {
        batch.fail_file(path, "unreadable", reason)?;
    }
    let threads = rayon::ThreadPoolBuilder::new()
        .num_threads(n_threads)
        .build()
        .map_err(|error| ImportError::Threads(error.to_string()))?;
    threads.broadcast(|_| batch.work());
    batch.end(start)
}

impl Batch<'_> {
    /// The life of a thread.
    fn work(&self) {
        let _guard = self.queue.stop_on_panic();
        while let Some(task) = self.queue.next() {
            if self.settings.stop.load(Ordering::Relaxed) {
                lock(&self.report).is_interrupted = true;
                self.queue.stop();
                return;
            }
            let done = match task {
                Task::File(path) => {
                    let pages = self.open_file(&path);
                    let (pages, done) = match pages {
                        Ok(pages) => (pages, Ok(())),
                        Err(error) => (Vec::new(), Err(error)),
                    };
                    self.queue.file_opened(pages);
                    done
                }
                Task::Page(document, page_number) => self.read_page(&document, page_number),
            };
            if let Err(error) = done {
                lock(&self.error).get_or_insert(error);
                self.queue.stop();
            }
        }
    }

    /// Registers a file; gives the pages of it that are to be read.
    fn open_file(&self, path: &Path) -> Result<Vec<(Arc<OpenDocument>, u32)>, ImportError> {
        let manifest = self.settings.manifest.as_ref();
        let place = manifest.and_then(|manifest| manifest.place_of(path));
        let seen = self.seen.get(path);
        let mut file = match read::open_file(path) {
            Ok(file) => file,
            Err(_) if seen.is_some() && !path.exists() => return Ok(self.pass_over_changed(path)),
            Err(reason) => {
                self.fail_file(path, "unreadable", &reason)?;
                return Ok(Vec::new());
            }
        };
        // The very file that was seen, not another that took its place or its rest.
        if let Some(seen) = seen
            && file.metadata().is_ok_and(|it| Stamp::of(&it) != *seen)
        {
            return Ok(self.pass_over_changed(path));
        }
        let registration = match self.archive.register(path, &mut file) {
            Ok(registration) => registration,
            Err(ArchiveError::UnreadableSource { source, .. }) => {
                let reason = super::discover::reason(&source);
                self.fail_file(path, "unreadable", &reason)?;
                return Ok(Vec::new());
            }
            Err(error) => return Err(error.into()),
        };
        if let Some(place) = place {
            self.archive.set_place(registration.document_id, place)?;
        }
        // A second copy of a file must not be read while the first one is.
        let is_copy = !lock(&self.met_documents).insert(registration.document_id);
        match registration.status {
            _ if is_copy => Ok(self.pass_over_known()),
            RegistrationStatus::AlreadyDone => {
                if self.settings.splits_stacks {
                    self.split_known(registration.document_id)?;
                }
                Ok(self.pass_over_known())
            }
            RegistrationStatus::FailedBefore | RegistrationStatus::PagesFailedBefore
                if !self.settings.retry_failed =>
            {
                lock(&self.report).n_failed_before += 1;
                (self.on_event)(ImportEvent::FileSettled);
                Ok(Vec::new())
            }
            RegistrationStatus::PagesFailedBefore => {
                self.archive.reopen_failed_pages(registration.document_id)?;
                self.open_document(path, &registration)
            }
            RegistrationStatus::New
            | RegistrationStatus::Unfinished
            | RegistrationStatus::FailedBefore => self.open_document(path, &registration),
        }
    }

    fn pass_over_known(&self) -> Vec<(Arc<OpenDocument>, u32)> {
        lock(&self.report).n_known += 1;
        (self.on_event)(ImportEvent::FileSettled);
        Vec::new()
    }

    /// A file of a watched folder that is another than the one that was complete.
    fn pass_over_changed(&self, path: &Path) -> Vec<(Arc<OpenDocument>, u32)> {
        (self.on_event)(ImportEvent::Note(format!(
            "{}: it has changed since it was seen, and is looked at again",
            path.display()
        )));
        (self.on_event)(ImportEvent::FileSettled);
        Vec::new()
    }

    fn open_document(
        &self,
        path: &Path,
        registration: &Registration,
    ) -> Result<Vec<(Arc<OpenDocument>, u32)>, ImportError> {
        let document_id = registration.document_id;
        // From here on the kept original is read: it cannot change any more.
        let original =
            File::open(&registration.original_path).map_err(|source| ArchiveError::File {
                action: "opening an original",
                path: registration.original_path.clone(),
                source,
            })?;
        let (file, opened) = match self.pool.open(original) {
            Ok(opened) => opened,
            Err(error @ WorkError::CannotStart { .. }) => return Err(error.into()),
            Err(error) => {
                let message = error.to_string();
                self.archive
                    .fail_document(document_id, error.kind(), &message)?;
                self.count_failed_file(path, message);
                return Ok(Vec::new());
            }
        };
        self.archive
            .set_page_count(document_id, opened.page_count, &opened.media_kind)?;
        let before = self.archive.done_pages(document_id)?;
        let left: Vec<u32> = (1..=opened.page_count)
            .filter(|page_number| !before.contains(page_number))
            .collect();
        (self.on_event)(ImportEvent::FileOpened {
            n_pages: left.len() as u32,
            n_pages_before: before.len() as u32,
        });
        let document = Arc::new(OpenDocument {
            document_id,
            file,
            n_pages_left: AtomicU32::new(left.len() as u32),
        });
        if left.is_empty() {
            self.finish_document(document_id)?;
        }
        Ok(left
            .into_iter()
            .map(|page_number| (Arc::clone(&document), page_number))
            .collect())
    }

    /// Notes a file that never became a document.
    fn fail_file(&self, path: &Path, kind: &str, reason: &str) -> Result<(), ImportError> {
        self.archive.fail_source(path, kind, reason)?;
        self.count_failed_file(path, reason.to_owned());
        Ok(())
    }

    fn count_failed_file(&self, path: &Path, message: String) {
        lock(&self.report).n_failed += 1;
        (self.on_event)(ImportEvent::FileFailed {
            path: PathBuf::from(path),
            message,
        });
    }

    fn read_page(&self, document: &OpenDocument, page_number: u32) -> Result<(), ImportError> {
        let start = Instant::now();
        let restorer = &self.settings.read.restorer;
        let work = self
            .pool
            .read_page(&document.file, page_number)
            .and_then(|work| read::restore(restorer, work));
        let outcome = match work {
            Ok(read) => PageOutcome::Done(DonePage {
                page: read.restored,
                read_by: self.settings.read.read_by(read.text_layer.outcome),
                text_layer: Some(read.text_layer),
                duration_ms: milliseconds_since(start),
            }),
            Err(error @ WorkError::CannotStart { .. }) => return Err(error.into()),
            Err(error) => PageOutcome::Failed(FailedPage {
                page_number,
                kind: error.kind().to_owned(),
                message: error.to_string(),
                duration_ms: milliseconds_since(start),
            }),
        };
        self.archive.store_page(document.document_id, &outcome)?;
        let is_failed = matches!(outcome, PageOutcome::Failed(_));
        {
            let mut report = lock(&self.report);
            report.n_pages_read += usize::from(!is_failed);
            report.n_pages_failed += usize::from(is_failed);
        }
        (self.on_event)(ImportEvent::PageDone { is_failed });
        if document.n_pages_left.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.finish_document(document.document_id)?;
        }
        Ok(())
    }

    /// All pages have an outcome: record and index.
    fn finish_document(&self, document_id: i64) -> Result<(), ImportError> {
        let pages = self.archive.pages(document_id)?;
        let corrections = self.archive.corrections(document_id)?;
        let found = record_of(&pages, &corrections)
            .and_then(|record| Ok((stack::first_pages(&pages, &record)?, record)));
        let (first_pages, record) = match found {
            Ok(found) => found,
            Err(defect) => return self.fail_read_document(document_id, &defect.to_string()),
        };
        let mut documents = vec![document_id];
        if first_pages.len() > 1 && self.settings.splits_stacks {
            documents = self.split(document_id, &first_pages)?;
        } else {
            // In this order: killed in between, the document is finished again.
            self.archive.propose_papers(document_id, &first_pages)?;
            let json = record_json(document_id, &record)?;
            self.archive
                .finish_document(document_id, &registered_fields(&record), &json)?;
            lock(&self.report).n_stacks_proposed += usize::from(first_pages.len() > 1);
        }
        lock(&self.report).n_documents_read += documents.len();
        (self.on_event)(ImportEvent::FileDone);
        self.index(&documents)
    }

    /// Splits a document that an earlier import has read, if it is a stack.
    fn split_known(&self, document_id: i64) -> Result<(), ImportError> {
        if self.archive.document(document_id)?.state != DocumentState::Read {
            return Ok(());
        }
        let pages = self.archive.pages(document_id)?;
        // A defect that the import of it would have met.
        let found = record_of(&pages, &[]).and_then(|record| stack::first_pages(&pages, &record));
        let Ok(first_pages) = found else {
            return Ok(());
        };
        if first_pages.len() > 1 {
            let mut documents = self.split(document_id, &first_pages)?;
            documents.push(document_id);
            self.index(&documents)?;
        }
        Ok(())
    }

    /// Makes a document of each paper of a stack; gives their numbers.
    fn split(&self, document_id: i64, first_pages: &[u32]) -> Result<Vec<i64>, ImportError> {
        loop {
            let stack = self.archive.document(document_id)?;
            let page_count = stack.page_count.unwrap_or(0);
            let pages = self.archive.pages(document_id)?;
            let corrections = self.archive.corrections(document_id)?;
            let papers = match stack::papers(&pages, &corrections, first_pages, page_count) {
                Ok(papers) => papers,
                Err(defect) => {
                    self.fail_read_document(document_id, &defect.to_string())?;
                    return Ok(Vec::new());
                }
            };
            let mut of_stack = Vec::with_capacity(papers.len());
            for (pages, record) in papers {
                of_stack.push(PaperOfStack {
                    pages,
                    fields: registered_fields(&record),
                    record: record_json(document_id, &record)?,
                });
            }
            match self.archive.split(document_id, stack.revision, &of_stack) {
                Ok(documents) => {
                    lock(&self.report).n_stacks_split += 1;
                    return Ok(documents);
                }
                // Somebody corrected a word of it meanwhile.
                Err(ArchiveError::ChangedMeanwhile { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn index(&self, documents: &[i64]) -> Result<(), ImportError> {
        let mut indexing = lock(&self.indexing);
        for document_id in documents {
            indexing
                .indexer
                .add_or_replace(self.archive, *document_id)?;
        }
        if indexing.last_commit.elapsed() >= COMMIT_EVERY {
            self.index_what_is_pending(&mut indexing)?;
            indexing.indexer.commit(self.archive)?;
            indexing.last_commit = Instant::now();
        }
        Ok(())
    }

    /// Notes a document whose pages were read and whose record met a defect.
    fn fail_read_document(&self, document_id: i64, message: &str) -> Result<(), ImportError> {
        self.archive
            .fail_document(document_id, "internal", message)?;
        let document = self.archive.document(document_id)?;
        self.count_failed_file(Path::new(&document.source_path), message.to_owned());
        Ok(())
    }

    /// Also what people correct while an import runs, since it holds the index.
    fn index_what_is_pending(&self, indexing: &mut Indexing) -> Result<(), ImportError> {
        for pending in self.archive.documents_to_index()? {
            indexing
                .indexer
                .add_or_replace(self.archive, pending.document_id)?;
        }
        Ok(())
    }

    fn end(self, start: Instant) -> Result<ImportReport, ImportError> {
        let error = lock(&self.error).take();
        // Also after an error: what was finished is to be found.
        let pending = self.index_what_is_pending(&mut lock(&self.indexing));
        let indexing = self
            .indexing
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let indexed = indexing.indexer.finish(self.archive);
        if let Some(error) = error {
            return Err(error);
        }
        pending?;
        indexed?;
        let mut report = self
            .report
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(manifest) = &self.settings.manifest {
            report.manifest = Some(manifest.report());
        }
        report.duration_s = start.elapsed().as_secs_f64();
        report.pages_per_second = report.n_pages_read as f64 / report.duration_s.max(0.001);
        Ok(report)
    }
}

fn record_json(document_id: i64, record: &Record) -> Result<serde_json::Value, ImportError> {
    serde_json::to_value(record).map_err(|source| ImportError::Record {
        document_id,
        source,
    })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn milliseconds_since(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX)
}
