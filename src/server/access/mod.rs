//! Who may ask what.
//!
//! ```text
//! request ─▶ identify ─▶ admit ─▶ one of two routers: the whole archive, or
//!            who asks    may they   the archive as readers see it
//! ```
//!
//! Decisions:
//! * **Two routers over two archives.** Readers' requests are answered by
//!   handlers that hold no way to a secret paper at all
//!   ([`crate::archive::Archive::open_for_readers`]); no handler has to think of
//!   it. A secret paper's address answers as one that never was: 404.
//! * **Without users**, an archive is served to its own machine only, and whoever
//!   sits there may do everything. Once a server has seen users, everybody logs
//!   in until it ends, also when the last user is removed.
//! * **Forms** carry a token that follows from the browser's cookie, and come
//!   from a page of ours by their `Origin`; logging in gives the browser another
//!   cookie, so that nobody can have chosen it.

mod audit;
mod form;
mod gate;
mod limiter;
mod policy;
mod visitor;

pub(super) use form::{CheckedForm, FORM_TOKEN, check_token, too_large, too_slow};
pub(super) use gate::{Gate, admit, dispatch, identify};
pub(super) use visitor::{Visitor, Who};

use crate::access::{AccessError, AccessStore, KnownUser, NewAuditEntry, Token};
use limiter::LoginLimiter;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;

pub(super) const LOGIN: &str = "/dang-nhap";
pub(super) const LOGOUT: &str = "/dang-xuat";
pub(super) const PASSWORD: &str = "/mat-khau";
pub(super) const USERS: &str = "/nguoi-dung";
pub(super) const LOG: &str = "/nhat-ky";
pub(super) const REVIEW: &str = "/ra-soat";
pub(super) const IMPORT: &str = "/nhap";

/// Passwords hashed at one time: each takes 19 MiB and a core.
const MAX_HASHING: usize = 2;
/// How long a login waits for its turn.
const MAX_HASHING_WAIT: Duration = Duration::from_secs(5);

/// The users of the archive that is served.
#[derive(Debug)]
pub(super) struct Access {
    pub store: AccessStore,
    /// Set once there are users, or where the server can be reached by others.
    is_login_required: AtomicBool,
    limiter: LoginLimiter,
    hashing: Semaphore,
}

/// Why nobody was let in.
#[derive(Debug)]
pub(super) enum LoginRefusal {
    Wrong,
    /// Tried too often; when to come again.
    Wait(Duration),
    /// Others log in just now.
    Busy,
    Failed(AccessError),
}

impl Access {
    /// The users of the archive in `archive_dir`. Where the server listens to
    /// others, everybody logs in from the start.
    pub fn open(archive_dir: &Path, is_reached_by_others: bool) -> Result<Self, AccessError> {
        let store = AccessStore::open_or_create(archive_dir)?;
        let is_login_required = is_reached_by_others || store.has_users()?;
        Ok(Self {
            store,
            is_login_required: AtomicBool::new(is_login_required),
            limiter: LoginLimiter::default(),
            hashing: Semaphore::new(MAX_HASHING),
        })
    }

    /// Whether one has to log in.
    pub fn requires_login(&self) -> Result<bool, AccessError> {
        if self.is_login_required.load(Ordering::Acquire) {
            return Ok(true);
        }
        let has_users = self.store.has_users()?;
        if has_users {
            self.is_login_required.store(true, Ordering::Release);
        }
        Ok(has_users)
    }

    /// Lets somebody in who knows the password, under a new token.
    pub async fn log_in(
        self: &std::sync::Arc<Self>,
        visitor: &Visitor,
        name: &str,
        password: &str,
    ) -> Result<(KnownUser, Token), LoginRefusal> {
        let known = self.check_password(visitor, name, password).await?;
        let (access, old) = (std::sync::Arc::clone(self), visitor.token.clone());
        let begun = tokio::task::spawn_blocking(move || {
            access.store.end_session(&old)?;
            let token = access.store.begin_session(&known)?;
            Ok((known, token))
        });
        match begun.await {
            Ok(begun) => begun.map_err(LoginRefusal::Failed),
            Err(_) => Err(LoginRefusal::Busy),
        }
    }

    /// The user who knows the password; how often is bounded.
    pub async fn check_password(
        self: &std::sync::Arc<Self>,
        visitor: &Visitor,
        name: &str,
        password: &str,
    ) -> Result<KnownUser, LoginRefusal> {
        self.limiter
            .try_once(name, visitor.address)
            .map_err(LoginRefusal::Wait)?;
        let turn = tokio::time::timeout(MAX_HASHING_WAIT, self.hashing.acquire()).await;
        let Ok(Ok(_turn)) = turn else {
            return Err(LoginRefusal::Busy);
        };
        let access = std::sync::Arc::clone(self);
        let (owned_name, password) = (name.to_owned(), password.to_owned());
        let checked = tokio::task::spawn_blocking(move || {
            access.store.check_password(&owned_name, &password)
        });
        match checked.await {
            Ok(Ok(Some(user))) => {
                self.limiter.succeeded(name, visitor.address);
                Ok(user)
            }
            Ok(Ok(None)) => Err(LoginRefusal::Wrong),
            Ok(Err(error)) => Err(LoginRefusal::Failed(error)),
            Err(_) => Err(LoginRefusal::Busy),
        }
    }

    /// Adds to the log what a visitor did. A log that cannot be written is told
    /// to the server's own, and does not keep people from their work.
    pub fn note(
        &self,
        visitor: &Visitor,
        action: &'static str,
        document_id: Option<i64>,
        detail: Option<String>,
    ) {
        self.note_entry(&NewAuditEntry {
            user_name: Some(visitor.name().to_owned()).filter(|name| !name.is_empty()),
            action,
            document_id,
            detail,
            address: visitor.address.map(|address| address.to_string()),
        });
    }

    /// As [`Self::note`], for what goes on when nobody asks any more.
    pub fn note_entry(&self, entry: &NewAuditEntry) {
        if let Err(error) = self.store.note(entry) {
            tracing::error!(%error, "the log of who did what could not be written");
        }
    }
}
