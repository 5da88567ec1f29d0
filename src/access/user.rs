//! Users: names, roles, passwords.

use super::{AccessError, AccessStore, Role, now_text, password};
use rusqlite::{OptionalExtension, Row, Transaction, params};
use serde::Serialize;

/// A user's name: lower case, without spaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserName(String);

impl UserName {
    /// # Errors
    /// [`AccessError::WrongName`]
    pub fn parse(text: &str) -> Result<Self, AccessError> {
        let name = text.trim().to_lowercase();
        let is_right = name.len() <= 64
            && name.starts_with(|first: char| first.is_ascii_lowercase())
            && name
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_'));
        // Work done without users is signed so.
        let is_free = name != LOCAL_NAME;
        (is_right && is_free)
            .then_some(Self(name))
            .ok_or(AccessError::WrongName)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Who works without users, on the machine of the archive.
pub(crate) const LOCAL_NAME: &str = "local";

/// A user as the list has them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct User {
    pub name: String,
    pub role: Role,
    pub is_disabled: bool,
    /// UTC, ISO 8601.
    pub created_at: String,
}

/// A user who has shown who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownUser {
    pub(super) user_id: i64,
    pub name: String,
    pub role: Role,
}

pub(super) fn known_from(row: &Row<'_>) -> rusqlite::Result<KnownUser> {
    Ok(KnownUser {
        user_id: row.get("user_id")?,
        name: row.get("name")?,
        role: row.get("role")?,
    })
}

impl AccessStore {
    /// Whether there are users; disabled ones count, so that an archive never
    /// becomes open by disabling the last one.
    pub fn has_users(&self) -> Result<bool, AccessError> {
        self.read("looking for users", |connection| {
            connection
                .prepare_cached("SELECT EXISTS (SELECT 1 FROM users)")?
                .query_row([], |row| row.get(0))
        })
    }

    /// Whether somebody who looks after the users can log in.
    pub fn has_administrator(&self) -> Result<bool, AccessError> {
        self.read("looking for users", |connection| {
            connection
                .prepare_cached(HAS_ADMINISTRATOR)?
                .query_row([], |row| row.get(0))
        })
    }

    /// All users, by name.
    pub fn users(&self) -> Result<Vec<User>, AccessError> {
        self.read("listing users", |connection| {
            connection
                .prepare_cached(
                    "SELECT name, role, is_disabled, created_at FROM users ORDER BY name",
                )?
                .query_map([], |row| {
                    Ok(User {
                        name: row.get(0)?,
                        role: row.get(1)?,
                        is_disabled: row.get(2)?,
                        created_at: row.get(3)?,
                    })
                })?
                .collect()
        })
    }

    /// Adds a user.
    ///
    /// # Errors
    /// [`AccessError::NameTaken`], [`AccessError::WeakPassword`]
    pub fn add_user(&self, name: &UserName, role: Role, password: &str) -> Result<(), AccessError> {
        let hash = password::hash(name.as_str(), password)?;
        let n_added = self.write("adding a user", |transaction| {
            execute(
                transaction,
                "INSERT OR IGNORE INTO users (name, role, password_hash, created_at)
                 VALUES (?1, ?2, ?3, ?4)",
                params![name.as_str(), role, hash, now_text()],
            )
        })?;
        match n_added {
            0 => Err(AccessError::NameTaken {
                name: name.as_str().to_owned(),
            }),
            _ => Ok(()),
        }
    }

    /// Takes a user off the list, with their sessions and tokens.
    ///
    /// # Errors
    /// [`AccessError::UnknownUser`], [`AccessError::LastAdministrator`]
    pub fn remove_user(&self, name: &UserName) -> Result<(), AccessError> {
        self.change(name, "removing a user", |transaction| {
            execute(
                transaction,
                "DELETE FROM users WHERE name = ?1",
                [name.as_str()],
            )
        })
    }

    /// Gives a user another role.
    ///
    /// # Errors
    /// [`AccessError::UnknownUser`], [`AccessError::LastAdministrator`]
    pub fn set_role(&self, name: &UserName, role: Role) -> Result<(), AccessError> {
        self.change(name, "changing a role", |transaction| {
            execute(
                transaction,
                "UPDATE users SET role = ?2 WHERE name = ?1",
                params![name.as_str(), role],
            )
        })
    }

    /// Lets a user in no more, or again. Sessions and tokens of a disabled user
    /// are gone.
    ///
    /// # Errors
    /// [`AccessError::UnknownUser`], [`AccessError::LastAdministrator`]
    pub fn set_disabled(&self, name: &UserName, is_disabled: bool) -> Result<(), AccessError> {
        self.change(name, "disabling a user", |transaction| {
            if is_disabled {
                end_sessions(transaction, name)?;
                execute(
                    transaction,
                    "DELETE FROM tokens WHERE user_id IN
                         (SELECT user_id FROM users WHERE name = ?1)",
                    [name.as_str()],
                )?;
            }
            execute(
                transaction,
                "UPDATE users SET is_disabled = ?2 WHERE name = ?1",
                params![name.as_str(), is_disabled],
            )
        })
    }

    /// Gives a user a new password and ends their sessions: whoever knew the old
    /// one is out.
    ///
    /// # Errors
    /// [`AccessError::UnknownUser`], [`AccessError::WeakPassword`]
    pub fn set_password(&self, name: &UserName, password: &str) -> Result<(), AccessError> {
        let hash = password::hash(name.as_str(), password)?;
        self.change(name, "changing a password", |transaction| {
            end_sessions(transaction, name)?;
            execute(
                transaction,
                "UPDATE users SET password_hash = ?2 WHERE name = ?1",
                params![name.as_str(), hash],
            )
        })
    }

    /// The user of that name, when the password is theirs. Slow on purpose; the
    /// caller bounds how often it is asked.
    pub fn check_password(
        &self,
        name: &str,
        password: &str,
    ) -> Result<Option<KnownUser>, AccessError> {
        // What is no name is nobody's; the password is hashed all the same.
        let name = UserName::parse(name).ok();
        let found = match &name {
            None => None,
            Some(name) => self.read("looking for a user", |connection| {
                connection
                    .prepare_cached(
                        "SELECT user_id, name, role, password_hash FROM users
                         WHERE name = ?1 AND NOT is_disabled",
                    )?
                    .query_row([name.as_str()], |row| {
                        Ok((known_from(row)?, row.get::<_, String>("password_hash")?))
                    })
                    .optional()
            })?,
        };
        let hash = found.as_ref().map(|(_, hash)| hash.as_str());
        let is_right = password::is_right(password, hash);
        Ok(found.map(|(user, _)| user).filter(|_| is_right))
    }

    /// Changes one user; undone where it would leave users and no administrator.
    fn change(
        &self,
        name: &UserName,
        action: &'static str,
        change: impl FnOnce(&Transaction<'_>) -> Result<usize, AccessError>,
    ) -> Result<(), AccessError> {
        self.write(action, |transaction| {
            let had_administrator = has_administrator(transaction)?;
            if change(transaction)? == 0 {
                return Err(AccessError::UnknownUser {
                    name: name.as_str().to_owned(),
                });
            }
            let is_empty = !exists(transaction, "SELECT EXISTS (SELECT 1 FROM users)")?;
            if had_administrator && !is_empty && !has_administrator(transaction)? {
                return Err(AccessError::LastAdministrator {
                    name: name.as_str().to_owned(),
                });
            }
            Ok(())
        })
    }
}

const HAS_ADMINISTRATOR: &str =
    "SELECT EXISTS (SELECT 1 FROM users WHERE role = 'administrator' AND NOT is_disabled)";

fn has_administrator(transaction: &Transaction<'_>) -> Result<bool, AccessError> {
    exists(transaction, HAS_ADMINISTRATOR)
}

fn exists(transaction: &Transaction<'_>, sql: &'static str) -> Result<bool, AccessError> {
    transaction
        .query_row(sql, [], |row| row.get(0))
        .map_err(|source| AccessError::Store {
            action: "looking for users",
            source,
        })
}

fn end_sessions(transaction: &Transaction<'_>, name: &UserName) -> Result<usize, AccessError> {
    execute(
        transaction,
        "DELETE FROM sessions WHERE user_id IN (SELECT user_id FROM users WHERE name = ?1)",
        [name.as_str()],
    )
}

pub(super) fn execute(
    transaction: &Transaction<'_>,
    sql: &'static str,
    values: impl rusqlite::Params,
) -> Result<usize, AccessError> {
    transaction
        .execute(sql, values)
        .map_err(|source| AccessError::Store {
            action: "changing it",
            source,
        })
}
