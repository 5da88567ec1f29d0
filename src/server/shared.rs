//! What all requests share: the archive, its index, and the turn to work.

use super::access::Access;
use super::error::{ApiError, json_response};
use super::jobs::ImportJobs;
use super::pictures::Pictures;
use super::{ApiResult, App, ServerSettings};
use crate::archive::{Archive, ArchiveError};
use crate::index::{IndexError, SearchIndex, rebuild, update};
use axum::extract::State;
use axum::http::StatusCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Requests in work at one time.
const MAX_IN_WORK: usize = 16;
/// Tables streamed at one time.
const MAX_EXPORTS: usize = 8;

/// Uploads taken in at one time.
const MAX_UPLOADS: usize = 4;

/// What all requests share.
pub(in crate::server) struct Shared {
    pub archive: Archive,
    pub settings: ServerSettings,
    pub access: Arc<Access>,
    pub jobs: ImportJobs,
    pub pictures: Pictures,
    pub uploads: Semaphore,
    /// The whole archive, where this is the one that readers see.
    whole: Option<App>,
    /// Corrections whose papers the index is to take in.
    n_to_index: AtomicUsize,
    /// Tables being streamed; apart, since a reader may be slow.
    pub exports: Arc<Semaphore>,
    index: RwLock<Option<SearchIndex>>,
    /// Held while the index is being opened or built anew.
    mending: Mutex<()>,
    in_work: Semaphore,
}

/// Does blocking work for a request, when its turn has come.
pub(in crate::server) async fn in_work<T: Send + 'static>(
    app: &App,
    work: impl FnOnce(&Shared) -> Result<T, ApiError> + Send + 'static,
) -> Result<T, ApiError> {
    let shared = Arc::clone(app);
    let _permit = app
        .in_work
        .acquire()
        .await
        .map_err(|error| ApiError::internal(&error))?;
    tokio::task::spawn_blocking(move || work(&shared))
        .await
        .map_err(|error| ApiError::internal(&error))?
}

/// How long to wait for an import that holds the index.
const INDEX_PAUSE: Duration = Duration::from_millis(500);

/// Lets the index take in what was corrected, in the background: at once, or
/// when an import that holds the index has ended. Many corrections in a row are
/// taken in together.
pub(in crate::server) fn index_soon(app: &App) {
    if app.n_to_index.fetch_add(1, Ordering::AcqRel) > 0 {
        return;
    }
    let app = Arc::clone(app);
    tokio::spawn(async move {
        loop {
            let n_before = app.n_to_index.load(Ordering::Acquire);
            let shared = Arc::clone(&app);
            let updated = tokio::task::spawn_blocking(move || update_index(&shared)).await;
            let is_done = match updated {
                Ok(Ok(())) => true,
                // The catalogue knows what is to be indexed; whoever writes next
                // sees to it.
                Ok(Err(ArchiveError::Locked { .. })) => false,
                Ok(Err(error)) => {
                    tracing::error!(%error, "the index could not take a correction in");
                    true
                }
                Err(_) => true,
            };
            let is_last = is_done
                && app
                    .n_to_index
                    .compare_exchange(n_before, 0, Ordering::AcqRel, Ordering::Acquire)
                    .is_ok();
            if is_last {
                return;
            }
            if !is_done {
                tokio::time::sleep(INDEX_PAUSE).await;
            }
        }
    });
}

fn update_index(shared: &Shared) -> Result<(), ArchiveError> {
    let _lock = shared.archive.lock_for_writing()?;
    match update(&shared.archive, |_, _| {}) {
        Err(IndexError::Archive(error)) => Err(error),
        Err(error) => {
            tracing::error!(%error, "the index could not take a correction in");
            Ok(())
        }
        Ok(_) => Ok(()),
    }
}

/// A JSON answer that blocking work gives.
pub(in crate::server) async fn json<T: serde::Serialize + Send + 'static>(
    State(app): State<App>,
    work: impl FnOnce(&Shared) -> Result<T, ApiError> + Send + 'static,
) -> ApiResult {
    let value = in_work(&app, work).await?;
    Ok(json_response(StatusCode::OK, &value))
}

impl Shared {
    pub fn new(archive: Archive, settings: ServerSettings, access: Arc<Access>) -> Self {
        Self {
            archive,
            pictures: Pictures::new(settings.drawing.clone()),
            settings,
            access,
            jobs: ImportJobs::default(),
            uploads: Semaphore::new(MAX_UPLOADS),
            whole: None,
            n_to_index: AtomicUsize::new(0),
            exports: Arc::new(Semaphore::new(MAX_EXPORTS)),
            index: RwLock::new(None),
            mending: Mutex::new(()),
            in_work: Semaphore::new(MAX_IN_WORK),
        }
    }

    /// The same archive as readers see it: `archive` hides what is secret.
    pub fn for_readers(archive: Archive, whole: &App) -> Self {
        Self {
            whole: Some(Arc::clone(whole)),
            ..Self::new(archive, whole.settings.clone(), Arc::clone(&whole.access))
        }
    }

    /// Lets `ask` look into the index, as it is now. A missing or damaged one is
    /// built anew, by the first who notices; others are told to come again.
    pub fn with_index<T>(
        &self,
        ask: impl Fn(&SearchIndex) -> Result<T, IndexError>,
    ) -> Result<T, ApiError> {
        self.refresh()?;
        let asked = {
            let index = self.index.read().unwrap_or_else(PoisonError::into_inner);
            match &*index {
                Some(index) => ask(index),
                None => return Err(self.mended_meanwhile()),
            }
        };
        match asked {
            Err(error) if error.is_mended_by_rebuild() => {
                self.mend(&error)?;
                let index = self.index.read().unwrap_or_else(PoisonError::into_inner);
                match &*index {
                    Some(index) => Ok(ask(index)?),
                    None => Err(self.mended_meanwhile()),
                }
            }
            asked => Ok(asked?),
        }
    }

    fn mended_meanwhile(&self) -> ApiError {
        IndexError::Missing {
            dir: self.archive.index_dir(),
        }
        .into()
    }

    /// Opens the index where it is not, and makes what was committed since seen.
    fn refresh(&self) -> Result<(), ApiError> {
        let is_current = {
            let index = self.index.read().unwrap_or_else(PoisonError::into_inner);
            match &*index {
                Some(index) => index.is_current(&self.archive).unwrap_or(false),
                None => false,
            }
        };
        if is_current {
            return Ok(());
        }
        let opened = {
            let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
            match &mut *index {
                Some(index) => index.refresh(&self.archive),
                None => SearchIndex::open(&self.archive).map(|opened| *index = Some(opened)),
            }
        };
        match opened {
            Err(error) if error.is_mended_by_rebuild() => self.mend(&error),
            opened => Ok(opened?),
        }
    }

    fn mend(&self, why: &IndexError) -> Result<(), ApiError> {
        let Ok(_mending) = self.mending.try_lock() else {
            return Err(self.mended_meanwhile());
        };
        if let Some(whole) = &self.whole {
            whole.mend(why)?;
            return self.reopen();
        }
        tracing::warn!(%why, "building the search index anew");
        let lock = self.archive.lock_for_writing();
        let Ok(_lock) = lock else {
            // An import is writing; it sees to the index itself.
            return Err(self.mended_meanwhile());
        };
        rebuild(&self.archive, |_, _| {})?;
        self.reopen()
    }

    fn reopen(&self) -> Result<(), ApiError> {
        let opened = SearchIndex::open(&self.archive)?;
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = Some(opened);
        Ok(())
    }
}
