//! What the threads of an import do next.

use super::batch::OpenDocument;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// One step of work.
pub(super) enum Task {
    /// Register a file and find its pages; ends with [`Queue::file_opened`].
    File(PathBuf),
    /// Read a page (1-based).
    Page(Arc<OpenDocument>, u32),
}

/// Files in their order, and the pages of those that are open. One file is
/// opened at a time, while pages are still there for the other threads.
pub(super) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
    n_threads: usize,
}

struct State {
    files: std::vec::IntoIter<PathBuf>,
    pages: VecDeque<(Arc<OpenDocument>, u32)>,
    is_opening: bool,
    is_stopped: bool,
}

impl Queue {
    pub fn new(files: Vec<PathBuf>, n_threads: usize) -> Self {
        Self {
            state: Mutex::new(State {
                files: files.into_iter(),
                pages: VecDeque::new(),
                is_opening: false,
                is_stopped: false,
            }),
            changed: Condvar::new(),
            n_threads,
        }
    }

    /// The next step; waits while a file is being opened that may bring pages.
    /// `None` when all is done or the import was stopped.
    pub fn next(&self) -> Option<Task> {
        let mut state = self.lock();
        loop {
            if state.is_stopped {
                return None;
            }
            let pages_run_low = state.pages.len() < self.n_threads;
            if pages_run_low
                && !state.is_opening
                && let Some(file) = state.files.next()
            {
                state.is_opening = true;
                return Some(Task::File(file));
            }
            if let Some((document, page_number)) = state.pages.pop_front() {
                return Some(Task::Page(document, page_number));
            }
            if !state.is_opening {
                return None;
            }
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Ends a [`Task::File`] with the pages that are to be read.
    pub fn file_opened(&self, pages: impl IntoIterator<Item = (Arc<OpenDocument>, u32)>) {
        let mut state = self.lock();
        state.pages.extend(pages);
        state.is_opening = false;
        self.changed.notify_all();
    }

    /// Lets every thread end after its present step.
    pub fn stop(&self) {
        self.lock().is_stopped = true;
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
