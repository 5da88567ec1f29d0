//! Programs that ask in a user's name: `Authorization: Bearer …`.

use super::user::{execute, known_from};
use super::{AccessError, AccessStore, KnownUser, Token, UserName, now_s};
use rusqlite::{OptionalExtension, params};
use serde::Serialize;
use std::time::Duration;

/// A token of a program, without what only the program knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BearerToken {
    #[serde(rename = "id")]
    pub token_id: i64,
    pub user: String,
    /// What it is for.
    pub label: String,
    /// Seconds since 1970.
    pub expires_at: i64,
}

impl AccessStore {
    /// Makes a token for a program that asks in a user's name; told once, here.
    ///
    /// # Errors
    /// [`AccessError::UnknownUser`]
    pub fn add_bearer(
        &self,
        name: &UserName,
        label: &str,
        lasts: Duration,
    ) -> Result<Token, AccessError> {
        let token = Token::random()?;
        let now = now_s();
        let n_added = self.write("making a token", |transaction| {
            execute(
                transaction,
                "INSERT INTO tokens (token_hash, user_id, label, created_at, expires_at)
                 SELECT ?1, user_id, ?3, ?4, ?5 FROM users
                 WHERE name = ?2 AND NOT is_disabled",
                params![
                    token.hash(),
                    name.as_str(),
                    label,
                    now,
                    now.saturating_add(i64::try_from(lasts.as_secs()).unwrap_or(i64::MAX))
                ],
            )
        })?;
        match n_added {
            0 => Err(AccessError::UnknownUser {
                name: name.as_str().to_owned(),
            }),
            _ => Ok(token),
        }
    }

    /// The user in whose name a program asks.
    pub fn bearer_user(&self, token: &Token) -> Result<Option<KnownUser>, AccessError> {
        self.read("looking for a token", |connection| {
            connection
                .prepare_cached(
                    "SELECT user_id, name, role FROM tokens JOIN users USING (user_id)
                     WHERE token_hash = ?1 AND NOT is_disabled AND expires_at > ?2",
                )?
                .query_row(params![token.hash(), now_s()], known_from)
                .optional()
        })
    }

    /// The tokens that are not over.
    pub fn bearers(&self) -> Result<Vec<BearerToken>, AccessError> {
        self.read("listing tokens", |connection| {
            connection
                .prepare_cached(
                    "SELECT token_id, name, label, expires_at
                     FROM tokens JOIN users USING (user_id)
                     WHERE expires_at > ?1 ORDER BY token_id",
                )?
                .query_map([now_s()], |row| {
                    Ok(BearerToken {
                        token_id: row.get(0)?,
                        user: row.get(1)?,
                        label: row.get(2)?,
                        expires_at: row.get(3)?,
                    })
                })?
                .collect()
        })
    }

    /// Takes a token back; tells whether there was one.
    pub fn remove_bearer(&self, token_id: i64) -> Result<bool, AccessError> {
        let n_removed = self.write("taking a token back", |transaction| {
            execute(
                transaction,
                "DELETE FROM tokens WHERE token_id = ?1",
                [token_id],
            )
        })?;
        Ok(n_removed > 0)
    }
}
