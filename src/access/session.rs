//! Browsers that have logged in.

use super::user::{execute, known_from};
use super::{AccessError, AccessStore, KnownUser, Token, now_s};
use rusqlite::{OptionalExtension, params};
use std::time::Duration;

/// A session that nobody uses for so long is over: a working day.
pub const MAX_IDLE: Duration = Duration::from_secs(8 * 3600);
/// No session is longer, however much it is used.
pub const MAX_SESSION: Duration = Duration::from_secs(24 * 3600);
/// The last use is noted to this precision; a write at every request would be
/// more work than the request.
const NOTED_EVERY: Duration = Duration::from_secs(60);
/// Browsers in which one person is logged in; the oldest is logged out.
const MAX_SESSIONS_OF_USER: i64 = 20;

fn seconds(duration: Duration) -> i64 {
    duration.as_secs().cast_signed()
}

impl AccessStore {
    /// Begins a session, always under a new token: one that the browser came
    /// with may have been put there by somebody else.
    pub fn begin_session(&self, user: &KnownUser) -> Result<Token, AccessError> {
        let token = Token::random()?;
        let now = now_s();
        self.write("beginning a session", |transaction| {
            execute(
                transaction,
                "DELETE FROM sessions WHERE created_at < ?1 OR last_used_at < ?2",
                [now - seconds(MAX_SESSION), now - seconds(MAX_IDLE)],
            )?;
            execute(
                transaction,
                "INSERT INTO sessions (token_hash, user_id, created_at, last_used_at)
                 VALUES (?1, ?2, ?3, ?3)",
                params![token.hash(), user.user_id, now],
            )?;
            execute(
                transaction,
                "DELETE FROM sessions WHERE user_id = ?1 AND token_hash NOT IN
                     (SELECT token_hash FROM sessions WHERE user_id = ?1
                      ORDER BY created_at DESC, last_used_at DESC LIMIT ?2)",
                params![user.user_id, MAX_SESSIONS_OF_USER],
            )
        })?;
        Ok(token)
    }

    /// The user of a session that is not over.
    pub fn session_user(&self, token: &Token) -> Result<Option<KnownUser>, AccessError> {
        self.session_user_at(token, now_s())
    }

    pub(super) fn session_user_at(
        &self,
        token: &Token,
        now: i64,
    ) -> Result<Option<KnownUser>, AccessError> {
        let hash = token.hash();
        let found = self.read("looking for a session", |connection| {
            connection
                .prepare_cached(
                    "SELECT user_id, name, role, last_used_at
                     FROM sessions JOIN users USING (user_id)
                     WHERE token_hash = ?1 AND NOT is_disabled
                       AND sessions.created_at >= ?2 AND last_used_at >= ?3",
                )?
                .query_row(
                    params![hash, now - seconds(MAX_SESSION), now - seconds(MAX_IDLE)],
                    |row| Ok((known_from(row)?, row.get::<_, i64>("last_used_at")?)),
                )
                .optional()
        })?;
        let Some((user, last_used_at)) = found else {
            return Ok(None);
        };
        if now - last_used_at >= seconds(NOTED_EVERY) {
            self.write("noting a session's use", |transaction| {
                execute(
                    transaction,
                    "UPDATE sessions SET last_used_at = ?2 WHERE token_hash = ?1",
                    params![hash, now],
                )
            })?;
        }
        Ok(Some(user))
    }

    /// Ends a session; one that is over stays so.
    pub fn end_session(&self, token: &Token) -> Result<(), AccessError> {
        self.write("ending a session", |transaction| {
            execute(
                transaction,
                "DELETE FROM sessions WHERE token_hash = ?1",
                [token.hash()],
            )
        })?;
        Ok(())
    }
}
