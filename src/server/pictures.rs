//! Pictures of pages, drawn by confined workers and kept for a while.
//!
//! Pages of originals are drawn when somebody looks at them, never before. What
//! was drawn is kept in memory, bounded; so are the open files of the papers
//! that are being leafed through, since a worker that has a file open draws its
//! next page at once.

use super::error::ApiError;
use crate::archive::{ArchiveError, Document};
use crate::worker::{self, PagePicture, WorkError, WorkerPool, WorkerSettings};
use axum::http::StatusCode;
use std::collections::VecDeque;
use std::fs::File;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Pictures kept, all together.
const MAX_KEPT_BYTES: usize = 64 << 20;
/// Papers whose files are kept open.
const MAX_OPEN: usize = 8;
/// Pages drawn at one time: each takes a core and the memory of one page.
const MAX_DRAWING: usize = 2;

/// Which page of which original, how wide.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Key {
    sha256: String,
    page_number: u32,
    width_px: u32,
}

/// The pictures of the pages of an archive.
pub(in crate::server) struct Pictures {
    pool: WorkerPool,
    /// Latest used last.
    kept: Mutex<VecDeque<(Key, Arc<PagePicture>)>>,
    /// By SHA-256, latest used last.
    open: Mutex<VecDeque<(String, Arc<worker::Document>)>>,
    pub drawing: tokio::sync::Semaphore,
}

impl Pictures {
    pub fn new(settings: WorkerSettings) -> Self {
        Self {
            pool: WorkerPool::new(settings),
            kept: Mutex::new(VecDeque::new()),
            open: Mutex::new(VecDeque::new()),
            drawing: tokio::sync::Semaphore::new(MAX_DRAWING),
        }
    }

    /// The picture of a page (1-based), at most `width_px` wide. Blocks while it
    /// is drawn.
    pub fn page(
        &self,
        document: &Document,
        original: &Path,
        page_number: u32,
        width_px: u32,
    ) -> Result<Arc<PagePicture>, ApiError> {
        let page_number = document.page_in_file(page_number);
        let key = Key {
            sha256: document.sha256.clone(),
            page_number,
            width_px,
        };
        if let Some(picture) = self.kept_picture(&key) {
            return Ok(picture);
        }
        let file = self.opened(&document.sha256, original)?;
        let picture = self
            .pool
            .draw_page(&file, page_number, width_px)
            .map_err(cannot_draw)?;
        let picture = Arc::new(picture);
        self.keep(key, Arc::clone(&picture));
        Ok(picture)
    }

    /// A picture that is there already.
    fn kept_picture(&self, key: &Key) -> Option<Arc<PagePicture>> {
        let mut kept = locked(&self.kept);
        let at = kept.iter().position(|(known, _)| known == key)?;
        let found = kept.remove(at)?;
        let picture = Arc::clone(&found.1);
        kept.push_back(found);
        Some(picture)
    }

    fn keep(&self, key: Key, picture: Arc<PagePicture>) {
        let mut kept = locked(&self.kept);
        kept.push_back((key, picture));
        let mut n_bytes: usize = kept.iter().map(|(_, picture)| picture.jpeg.len()).sum();
        while n_bytes > MAX_KEPT_BYTES {
            match kept.pop_front() {
                Some((_, oldest)) => n_bytes -= oldest.jpeg.len(),
                None => return,
            }
        }
    }

    fn opened(&self, sha256: &str, original: &Path) -> Result<Arc<worker::Document>, ApiError> {
        let mut open = locked(&self.open);
        if let Some(at) = open.iter().position(|(known, _)| known == sha256)
            && let Some(found) = open.remove(at)
        {
            let file = Arc::clone(&found.1);
            open.push_back(found);
            return Ok(file);
        }
        let file = File::open(original).map_err(|error| ApiError::internal(&error))?;
        let file = Arc::new(self.pool.hold(file));
        open.push_back((sha256.to_owned(), Arc::clone(&file)));
        if open.len() > MAX_OPEN {
            open.pop_front();
        }
        Ok(file)
    }
}

fn cannot_draw(error: WorkError) -> ApiError {
    match error {
        WorkError::CannotStart { .. } => ApiError::internal(&error),
        error => ApiError::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "page_not_drawn",
            error.to_string(),
        ),
    }
}

/// Nothing is left half done behind a poisoned lock.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where the original stands, when the page can be in it.
pub(in crate::server) fn known_page(
    archive: &crate::archive::Archive,
    document_id: i64,
    page_number: u32,
) -> Result<(Document, std::path::PathBuf), ApiError> {
    let document = archive.document(document_id).map_err(|error| match error {
        ArchiveError::UnknownDocument { .. } => ApiError::not_found(error.to_string()),
        error => ApiError::internal(&error),
    })?;
    let is_known = document
        .page_count
        .is_some_and(|count| (1..=count).contains(&page_number));
    if !is_known {
        return Err(ApiError::not_found("this document has no such page"));
    }
    let original = archive.original_path(&document.sha256);
    Ok((document, original))
}
