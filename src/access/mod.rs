//! Who may use an archive over the network: users, their roles, passwords,
//! sessions and tokens, and the log of what they did.
//!
//! | file | subject |
//! |---|---|
//! | `role` | what a reader, an archivist, an administrator may do |
//! | `user` | names and who they are |
//! | `password` | Argon2id, and what a password must be |
//! | `token` | random tokens, and their hashes, which alone are kept |
//! | `session` | browsers that have logged in |
//! | `bearer` | programs that ask in a user's name |
//! | `audit` | who looked at what, who changed what |
//! | `imports` | what was sent to be imported, and what became of it |
//!
//! Decisions:
//! * A file of its own beside the catalogue (`access.sqlite`, readable by its
//!   owner only): the catalogue can be copied or handed on without secrets.
//! * Passwords are kept as Argon2id, sessions and tokens as SHA-256 (they are
//!   256 random bits, for which a slow hash adds nothing).
//! * A role is looked up at every request: who is disabled or gets another role
//!   has it at once.

mod audit;
mod bearer;
mod error;
mod imports;
mod password;
mod role;
mod session;
#[cfg(test)]
mod tests;
mod token;
mod user;

pub use audit::{AuditEntry, AuditFilter, NewAuditEntry};
pub use bearer::BearerToken;
pub use error::AccessError;
pub use imports::{KeptImport, StoppedImport};
pub use password::{MAX_PASSWORD_BYTES, MIN_PASSWORD_LETTERS};
pub use role::Role;
pub use session::{MAX_IDLE, MAX_SESSION};
pub use token::Token;
pub(crate) use user::LOCAL_NAME;
pub use user::{KnownUser, User, UserName};

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

pub(crate) const FILE_NAME: &str = "access.sqlite";
const SCHEMA_VERSION: i64 = 2;
/// Marks the file as ours ("vtac"), kept in `application_id`.
const APPLICATION_ID: i32 = 0x7674_6163;
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// The users of one archive. Can be shared between threads.
#[derive(Debug)]
pub struct AccessStore {
    path: PathBuf,
    connection: Mutex<Connection>,
}

impl AccessStore {
    /// Opens the users of the archive in `archive_dir`; an archive without any
    /// gets an empty list.
    ///
    /// # Errors
    /// What SQLite or the file system refuses, or a file of another program or
    /// of a later version.
    pub fn open_or_create(archive_dir: &Path) -> Result<Self, AccessError> {
        let path = archive_dir.join(FILE_NAME);
        create_private(&path)?;
        let failed = |source| AccessError::Store {
            action: "opening it",
            source,
        };
        let mut connection = Connection::open_with_flags(
            &path,
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )
        .map_err(failed)?;
        connection.busy_timeout(BUSY_TIMEOUT).map_err(failed)?;
        let found: i64 = connection
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .map_err(failed)?;
        let application_id: i32 = connection
            .pragma_query_value(None, "application_id", |row| row.get(0))
            .map_err(failed)?;
        if found > SCHEMA_VERSION || (found > 0 && application_id != APPLICATION_ID) {
            return Err(AccessError::NotOurs { path });
        }
        set_up(&mut connection, found).map_err(failed)?;
        Ok(Self {
            path,
            connection: Mutex::new(connection),
        })
    }

    /// As [`Self::open_or_create`]; `None` for an archive that was never served and
    /// has no users.
    ///
    /// # Errors
    /// As [`Self::open_or_create`].
    pub fn open_if_there(archive_dir: &Path) -> Result<Option<Self>, AccessError> {
        match archive_dir.join(FILE_NAME).is_file() {
            true => Self::open_or_create(archive_dir).map(Some),
            false => Ok(None),
        }
    }

    /// Where the users are kept.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A panic in another thread has rolled its transaction back, so that the
    /// connection behind a poisoned mutex is sound.
    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn read<T>(
        &self,
        action: &'static str,
        ask: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, AccessError> {
        ask(&self.connection()).map_err(|source| AccessError::Store { action, source })
    }

    /// Runs `change` in one transaction; rolled back on any error.
    fn write<T>(
        &self,
        action: &'static str,
        change: impl FnOnce(&Transaction<'_>) -> Result<T, AccessError>,
    ) -> Result<T, AccessError> {
        let failed = |source| AccessError::Store { action, source };
        let mut connection = self.connection();
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(failed)?;
        let result = change(&transaction)?;
        transaction.commit().map_err(failed)?;
        Ok(result)
    }
}

/// Makes the file where there is none, for its owner's eyes only; the files that
/// SQLite puts beside it take over these rights.
fn create_private(path: &Path) -> Result<(), AccessError> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options
        .open(path)
        .map(drop)
        .map_err(|source| AccessError::File {
            path: path.to_owned(),
            source,
        })
}

fn set_up(connection: &mut Connection, found: i64) -> rusqlite::Result<()> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    if found == SCHEMA_VERSION {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Looked at again: another process may have been quicker.
    let found: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found == 0 {
        transaction.execute_batch(include_str!("schema.sql"))?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    }
    if found < 2 {
        transaction.execute_batch(include_str!("schema_2.sql"))?;
    }
    transaction.pragma_update(None, "user_version", found.max(SCHEMA_VERSION))?;
    transaction.commit()
}

/// Seconds since 1970.
fn now_s() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs().cast_signed())
}

/// Now, UTC, to the second, ISO 8601.
pub(crate) fn now_text() -> String {
    let now = OffsetDateTime::now_utc();
    let now = now.replace_nanosecond(0).unwrap_or(now);
    now.format(&Rfc3339).unwrap_or_else(|_| now.to_string())
}
