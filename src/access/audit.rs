//! The log: who looked at what, who changed what.

use super::{AccessError, AccessStore, now_text};
use rusqlite::params;
use serde::Serialize;

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

    /// At most `limit` entries with numbers below `before`, latest first.
    pub fn audit_log(&self, before: i64, limit: u32) -> Result<Vec<AuditEntry>, AccessError> {
        self.read("reading the log", |connection| {
            connection
                .prepare_cached(
                    "SELECT entry_id, happened_at, user_name, action, document_id, detail, address
                     FROM audit_log WHERE entry_id < ?1 ORDER BY entry_id DESC LIMIT ?2",
                )?
                .query_map(params![before, limit], |row| {
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
