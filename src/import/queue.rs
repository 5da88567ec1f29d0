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

    /// Held by a thread while it works: should it panic, the others do not wait
    /// for ever for the file that it was opening.
    pub fn stop_on_panic(&self) -> StopOnPanic<'_> {
        StopOnPanic(self)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Stops the queue when it is dropped by a panic.
pub(super) struct StopOnPanic<'a>(&'a Queue);

impl Drop for StopOnPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.stop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(n_files: usize) -> Queue {
        Queue::new(vec![PathBuf::from("a.pdf"); n_files], 2)
    }

    #[test]
    fn others_wait_while_a_file_is_opened_and_end_when_it_brings_nothing() {
        let queue = queue(1);
        assert!(matches!(queue.next(), Some(Task::File(_))));
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| queue.next().is_none());
            queue.file_opened([]);
            assert!(waiting.join().unwrap());
        });
    }

    #[test]
    fn a_thread_that_panics_over_a_file_does_not_leave_the_others_waiting() {
        let queue = queue(2);
        std::thread::scope(|scope| {
            let panicking = scope.spawn(|| {
                let _guard = queue.stop_on_panic();
                assert!(matches!(queue.next(), Some(Task::File(_))));
                std::panic::resume_unwind(Box::new("the file was too much"));
            });
            assert!(panicking.join().is_err());
            assert!(queue.next().is_none());
        });
    }

    #[test]
    fn a_stopped_queue_gives_nothing_more() {
        let queue = queue(3);
        queue.stop();
        assert!(queue.next().is_none());
    }
}
