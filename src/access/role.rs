//! What people may do.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::Serialize;

/// What somebody may do; each may do what the one before may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Finds, reads and exports papers that are not secret
    Reader,
    /// Sees secret papers too, imports, and corrects what was read
    Archivist,
    /// Looks after users and sees the log
    Administrator,
}

impl Role {
    pub const ALL: [Self; 3] = [Self::Reader, Self::Archivist, Self::Administrator];

    /// The word for it in lists and addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Archivist => "archivist",
            Self::Administrator => "administrator",
        }
    }

    /// The role of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }

    /// Whether papers with a degree of secrecy are shown (Law on Protection of
    /// State Secrets 2018, article 8: mật, tối mật, tuyệt mật).
    pub fn sees_secret_papers(self) -> bool {
        self >= Self::Archivist
    }
}

impl ToSql for Role {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.as_str().into())
    }
}

impl FromSql for Role {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Self::from_word(value.as_str()?).ok_or(FromSqlError::InvalidType)
    }
}
