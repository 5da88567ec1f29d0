//! The archive as readers see it: without papers that bear a degree of secrecy.
//!
//! Not every query has to think of it: on the connection of a reader's archive,
//! every table and view that speaks of documents is covered by a temporary view
//! of the same name that leaves secret papers out. A query that is written
//! tomorrow sees no more than those of today.

use super::{Archive, ArchiveError};
use rusqlite::Connection;
use std::path::Path;

/// Papers that are not read to their end are left out too: a stamp may stand on
/// a page that is still to come.
const IS_SHOWN: &str = "shown.state = 'read' AND shown.secrecy IS NULL";

impl Archive {
    /// Opens an archive that is there, to be read by people who may not see
    /// secret papers: they are as if they were not there. Nothing can be written.
    ///
    /// # Errors
    /// As [`Archive::open`].
    pub fn open_for_readers(dir: &Path) -> Result<Self, ArchiveError> {
        let mut archive = Self::open(dir)?;
        archive.hides_secret = true;
        cover(&archive.connection()).map_err(archive.failed("covering secret papers"))?;
        Ok(archive)
    }

    /// Whether papers that bear a degree of secrecy are left out.
    pub fn hides_secret(&self) -> bool {
        self.hides_secret
    }
}

fn cover(connection: &Connection) -> rusqlite::Result<()> {
    let names: Vec<(String, bool)> = connection
        .prepare(
            "SELECT name, type = 'table' AND sql NOT LIKE '%WITHOUT ROWID%'
             FROM main.sqlite_schema
             WHERE type IN ('table', 'view') AND EXISTS
                 (SELECT 1 FROM pragma_table_info(sqlite_schema.name) AS columns
                  WHERE columns.name = 'document_id')",
        )?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (name, has_rowid) in names {
        let rowid = if has_rowid {
            "covered.rowid AS rowid, "
        } else {
            ""
        };
        let name = name.replace('"', "\"\"");
        connection.execute_batch(&format!(
            "CREATE TEMP VIEW \"{name}\" AS SELECT {rowid}covered.* FROM main.\"{name}\" AS covered
             WHERE EXISTS (SELECT 1 FROM main.documents AS shown
                           WHERE shown.document_id = covered.document_id AND {IS_SHOWN})"
        ))?;
    }
    connection.pragma_update(None, "query_only", true)
}
