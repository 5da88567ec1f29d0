//! The log: who looked at what, who changed what.

use super::{AccessError, AccessStore, LOCAL_NAME, now_text};
use rusqlite::params;
use serde::Serialize;
use serde_json::Value;
use std::path::Path;

/// Something that happened, to be noted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewAuditEntry {
    /// `None` before somebody is known.
    pub user_name: Option<String>,
    /// Short and stable: `log in`, `view`, `correct`.
    pub action: &'static str,
    pub document_id: Option<i64>,
    pub detail: Option<String>,
    /// Of the other machine.
    pub address: Option<String>,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditEntry {
    #[serde(rename = "id")]
    pub entry_id: i64,
    /// UTC, ISO 8601.
    pub happened_at: String,
    pub user_name: Option<String>,
    pub action: String,
    pub document_id: Option<i64>,
    pub detail: Option<String>,
    pub address: Option<String>,
}

/// Which entries of the log are wanted; all where nothing is said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Entries with lower numbers only.
    pub before: Option<i64>,
    pub user_name: Option<String>,
    pub actions: Option<Vec<&'static str>>,
    /// From this moment on, UTC, ISO 8601.
    pub from: Option<String>,
    /// Before this moment.
    pub to: Option<String>,
}

/// Bytes that are kept of what somebody sent.
const MAX_DETAIL_BYTES: usize = 300;

impl AccessStore {
    /// Adds to the log.
    pub fn note(&self, entry: &NewAuditEntry) -> Result<(), AccessError> {
        let detail = entry.detail.as_deref().map(|detail| {
            let end = (0..=detail.len().min(MAX_DETAIL_BYTES))
                .rev()
                .find(|&end| detail.is_char_boundary(end));
            &detail[..end.unwrap_or(0)]
        });
        self.read("adding to the log", |connection| {
            connection
                .prepare_cached(
                    "INSERT INTO audit_log
                         (happened_at, user_name, action, document_id, detail, address)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                )?
                .execute(params![
                    now_text(),
                    entry.user_name,
                    entry.action,
                    entry.document_id,
                    detail,
                    entry.address
                ])
        })?;
        Ok(())
    }

    /// Adds what was done on the archive's own machine, by a command.
    pub fn note_here(&self, action: &'static str, detail: &str) -> Result<(), AccessError> {
        self.note(&NewAuditEntry {
            user_name: Some(LOCAL_NAME.to_owned()),
            action,
            detail: Some(detail.to_owned()),
            ..NewAuditEntry::default()
        })
    }

    /// As [`Self::note_here`], for commands that work without users: an archive
    /// that was never served has no log.
    ///
    /// # Errors
    /// As [`AccessStore::open_or_create`].
    pub fn note_command(
        archive_dir: &Path,
        action: &'static str,
        detail: &str,
    ) -> Result<(), AccessError> {
        match Self::open_if_there(archive_dir)? {
            Some(store) => store.note_here(action, detail),
            None => Ok(()),
        }
    }

    /// The names that stand in the log.
    pub fn names_in_log(&self) -> Result<Vec<String>, AccessError> {
        self.read("reading the log", |connection| {
            connection
                .prepare_cached(
                    "SELECT DISTINCT user_name FROM audit_log
                     WHERE user_name IS NOT NULL ORDER BY user_name",
                )?
                .query_map([], |row| row.get(0))?
                .collect()
        })
    }

    /// At most `limit` entries, latest first.
    pub fn audit_log(
        &self,
        filter: &AuditFilter,
        limit: u32,
    ) -> Result<Vec<AuditEntry>, AccessError> {
        let actions = filter.actions.as_ref();
        let actions = actions.map(|actions| Value::from(actions.clone()).to_string());
        let values = params![
            filter.before.unwrap_or(i64::MAX),
            limit,
            filter.user_name,
            actions,
            filter.from,
            filter.to
        ];
        self.read("reading the log", |connection| {
            connection
                .prepare_cached(
                    "SELECT entry_id, happened_at, user_name, action, document_id, detail, address
                     FROM audit_log
                     WHERE entry_id < ?1
                       AND (?3 IS NULL OR user_name = ?3)
                       AND (?4 IS NULL OR action IN (SELECT value FROM json_each(?4)))
                       AND (?5 IS NULL OR happened_at >= ?5)
                       AND (?6 IS NULL OR happened_at < ?6)
                     ORDER BY entry_id DESC LIMIT ?2",
                )?
                .query_map(values, |row| {
                    Ok(AuditEntry {
                        entry_id: row.get(0)?,
                        happened_at: row.get(1)?,
                        user_name: row.get(2)?,
                        action: row.get(3)?,
                        document_id: row.get(4)?,
                        detail: row.get(5)?,
                        address: row.get(6)?,
                    })
                })?
                .collect()
        })
    }
}
