//! All page workers of a process, and the further tries of a page.

use super::picture::PagePicture;
use super::process::{KILLED, Lost, WorkError, Worker, WorkerSettings};
use super::protocol::{OpenedDocument, PageWork};
use std::fs::File;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// How often a page is tried over which a worker dies or hangs.
const TRIES: u32 = 2;
/// The same where workers are killed from outside, which is hardly the page's
/// doing: it would be noted as damaged for ever.
const TRIES_WHEN_KILLED: u32 = 4;

/// Children ready for work. Any number of threads may ask at once; each gets a
/// child of its own, kept for the next question.
pub struct WorkerPool {
    settings: WorkerSettings,
    idle: Mutex<Vec<Worker>>,
    next_document: AtomicU64,
}

/// A file that workers read pages of.
pub struct Document {
    file: File,
    /// Tells a worker that still has this file open from others.
    key: u64,
}

impl WorkerPool {
    pub fn new(settings: WorkerSettings) -> Self {
        Self {
            settings,
            idle: Mutex::new(Vec::new()),
            next_document: AtomicU64::new(0),
        }
    }

    /// Makes sure that a worker can be started at all, and keeps it.
    ///
    /// # Errors
    /// [`WorkError::CannotStart`] when not: Tesseract or its data is missing.
    pub fn check(&self) -> Result<(), WorkError> {
        let worker = Worker::start(&self.settings)?;
        self.put_back(worker);
        Ok(())
    }

    /// Opens a file and finds out how many pages it has.
    ///
    /// # Errors
    /// [`WorkError`], after further tries where a worker died.
    pub fn open(&self, file: File) -> Result<(Document, OpenedDocument), WorkError> {
        let document = self.hold(file);
        let opened = self.with_worker("the file", &document, |worker| {
            worker.open(document.key, &document.file)
        })?;
        Ok((document, opened))
    }

    /// A file that is opened by a worker when the first page is asked for.
    pub fn hold(&self, file: File) -> Document {
        Document {
            file,
            key: self.next_document.fetch_add(1, Ordering::Relaxed),
        }
    }

    /// Reads one page (1-based).
    ///
    /// # Errors
    /// [`WorkError`], after further tries where a worker died or hung.
    pub fn read_page(&self, document: &Document, page_number: u32) -> Result<PageWork, WorkError> {
        self.with_worker(&format!("page {page_number}"), document, |worker| {
            if worker.open_document != Some(document.key)
                && let Err(error) = worker.open(document.key, &document.file)?
            {
                return Ok(Err(error));
            }
            worker.read_page(page_number)
        })
    }

    /// Draws one page (1-based) for people, at most `width_px` wide.
    ///
    /// # Errors
    /// [`WorkError`], after further tries where a worker died or hung.
    pub fn draw_page(
        &self,
        document: &Document,
        page_number: u32,
        width_px: u32,
    ) -> Result<PagePicture, WorkError> {
        self.with_worker(&format!("page {page_number}"), document, |worker| {
            if worker.open_document != Some(document.key)
                && let Err(error) = worker.open(document.key, &document.file)?
            {
                return Ok(Err(error));
            }
            worker.draw_page(page_number, width_px)
        })
    }

    /// Lets a worker do `work`; should it be lost over it, another one tries
    /// again.
    fn with_worker<T>(
        &self,
        what: &str,
        document: &Document,
        work: impl Fn(&mut Worker) -> Result<Result<T, WorkError>, Lost>,
    ) -> Result<T, WorkError> {
        let mut n_lost = 0;
        loop {
            let mut worker = self.take(document.key)?;
            match work(&mut worker) {
                Ok(answer) => {
                    self.put_back(worker);
                    return answer;
                }
                Err(lost) => {
                    n_lost += 1;
                    let tries = match lost {
                        Lost::Killed => TRIES_WHEN_KILLED,
                        Lost::Died(_) | Lost::TimedOut(_) => TRIES,
                    };
                    let error = self.lost(what, lost);
                    if n_lost >= tries {
                        return Err(error);
                    }
                    tracing::warn!("{error}; trying again");
                }
            }
        }
    }

    fn lost(&self, what: &str, lost: Lost) -> WorkError {
        let what = what.to_owned();
        match lost {
            Lost::TimedOut(exceeded) => WorkError::TimedOut {
                what,
                limit: self.settings.page_limit,
                exceeded,
            },
            Lost::Died(how) => WorkError::Crashed { what, how },
            Lost::Killed => WorkError::Crashed {
                what,
                how: KILLED.to_owned(),
            },
        }
    }

    /// An idle worker, if possible one that has the document open; else a new one.
    fn take(&self, document_key: u64) -> Result<Worker, WorkError> {
        {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            let at = idle
                .iter()
                .position(|worker| worker.open_document == Some(document_key))
                .or(idle.len().checked_sub(1));
            if let Some(at) = at {
                return Ok(idle.swap_remove(at));
            }
        }
        Worker::start(&self.settings)
    }

    fn put_back(&self, worker: Worker) {
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(worker);
    }
}
