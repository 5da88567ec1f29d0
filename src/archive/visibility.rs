//! The archive as readers see it: without papers that bear a degree of secrecy.
//!
//! Not every query has to think of it: on the connection of a reader's archive,
//! every table and view that speaks of documents is covered by a temporary view
//! of the same name that leaves secret papers out. A query that is written
//! tomorrow sees no more than those of today.

use super::{Archive, ArchiveError};
use rusqlite::Connection;
use std::collections::HashSet;
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

    /// Papers that are left out here and that the index may still show: it has not
    /// taken in yet that they bear a degree of secrecy or are being read again.
    /// Empty for an archive that leaves nothing out.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn newly_hidden(&self) -> Result<HashSet<i64>, ArchiveError> {
        if !self.hides_secret {
            return Ok(HashSet::new());
        }
        // The first condition is that of an index of the catalogue.
        self.connection()
            .prepare_cached(
                "SELECT document_id FROM main.documents
                 WHERE ((state = 'read' AND indexed_revision IS NULL)
                        OR indexed_revision <> revision)
                   AND (secrecy IS NOT NULL OR state <> 'read')",
            )
            .and_then(|mut query| query.query_map([], |row| row.get(0))?.collect())
            .map_err(self.failed("looking for hidden papers"))
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
