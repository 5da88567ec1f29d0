//! Opening the catalogue: connection settings, schema and its version.
//!
//! Durability: WAL with `synchronous = NORMAL`. A commit survives the death of
//! the process at any moment, SIGKILL included, because it lies in the page
//! cache of the system. A power cut may take the last commits (those since the
//! last checkpoint) but never leaves half of one: the catalogue then stands
//! where it stood some seconds earlier, and the import reads those pages again.
//! Nothing else contradicts it: originals are synced to disk before their row
//! is written, so that a lost row leaves only a file that the next import takes
//! up again, and the index is committed after a checkpoint only
//! ([`super::Archive::sync_to_disk`]), so that it never knows a document that
//! the catalogue can still forget.

use super::ArchiveError;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::time::Duration;

/// The version of the schema in `schema.sql`, kept in `user_version`.
pub const SCHEMA_VERSION: i64 = 7;

/// The version of the views in `record_views.sql`, which tell it themselves.
const VIEWS_VERSION: i64 = 4;

/// Marks an SQLite file as a catalogue of ours ("vthu"), kept in `application_id`.
const APPLICATION_ID: i32 = 0x7674_6875;

/// How long a statement waits for another process to finish its transaction.
/// Ours last milliseconds; an SQL user may hold one for longer.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(20);

pub(super) const FILE_NAME: &str = "catalogue.sqlite";

/// Opens the catalogue of the archive in `dir`, making it when `may_create`.
pub(super) fn open(dir: &Path, may_create: bool) -> Result<Connection, ArchiveError> {
    let path = dir.join(FILE_NAME);
    let failed = |action| move |source| ArchiveError::catalogue(dir, action, source);
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if may_create {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let mut connection = Connection::open_with_flags(&path, flags).map_err(failed("opening it"))?;
    connection
        .busy_timeout(BUSY_TIMEOUT)
        .map_err(failed("opening it"))?;
    // Looked at before anything is changed: WAL mode is written into the file.
    let found_version = check_identity(&connection, dir, &path)?;
    let set_up = |connection: &Connection| {
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        // Text and blobs from outside never call functions through the schema.
        connection.pragma_update(None, "trusted_schema", false)
    };
    set_up(&connection).map_err(failed("setting it up"))?;
    // Else a search would wait for the transactions of an import.
    if found_version == 0 {
        create_schema(&mut connection).map_err(failed("making its tables"))?;
    } else if found_version < SCHEMA_VERSION {
        bring_up_to_date(&mut connection).map_err(failed("bringing its tables up to date"))?;
    }
    renew_views(&mut connection).map_err(failed("renewing its views"))?;
    Ok(connection)
}

/// The version of the schema; 0 for a file without tables.
fn check_identity(connection: &Connection, dir: &Path, path: &Path) -> Result<i64, ArchiveError> {
    let failed = |source| ArchiveError::catalogue(dir, "reading its version", source);
    let found: i64 = connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(failed)?;
    let application_id: i32 = connection
        .pragma_query_value(None, "application_id", |row| row.get(0))
        .map_err(failed)?;
    let n_tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(failed)?;
    if application_id != APPLICATION_ID && (n_tables > 0 || application_id != 0) {
        return Err(ArchiveError::Foreign {
            path: path.to_owned(),
        });
    }
    if found > SCHEMA_VERSION {
        return Err(ArchiveError::NewerSchema {
            dir: dir.to_owned(),
            found,
            known: SCHEMA_VERSION,
        });
    }
    Ok(found)
}

/// Puts the views of this program in place of those of another version. They
/// hold nothing, so that they are no part of the schema's version; an archive
/// made before them is read and written as before.
fn renew_views(connection: &mut Connection) -> rusqlite::Result<()> {
    // Asked without a transaction, which would wait for those of an import.
    if views_version(connection)? == VIEWS_VERSION {
        return Ok(());
    }
    let transaction =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    // Another process may have been quicker.
    if views_version(&transaction)? != VIEWS_VERSION {
        transaction.execute_batch(include_str!("record_views.sql"))?;
    }
    transaction.commit()
}

/// 1 for the views of archives that name no version.
fn views_version(connection: &Connection) -> rusqlite::Result<i64> {
    let is_named: bool = connection.query_row(
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'view' AND name = 'record_views')",
        [],
        |row| row.get(0),
    )?;
    if !is_named {
        return Ok(1);
    }
    connection.query_row("SELECT version FROM record_views", [], |row| row.get(0))
}

/// Adds what later versions of the schema have, one version after the other.
fn bring_up_to_date(connection: &mut Connection) -> rusqlite::Result<()> {
    const STEPS: [(i64, &str); 6] = [
        (2, "ALTER TABLE pages ADD COLUMN text_layer TEXT"),
        (3, include_str!("schema_3.sql")),
        (
            4,
            "CREATE TABLE archive_places (
                 document_id INTEGER PRIMARY KEY REFERENCES documents ON DELETE CASCADE,
                 fonds       TEXT,
                 register    TEXT,
                 box         TEXT,
                 dossier     TEXT,
                 sheet       TEXT
             ) STRICT",
        ),
        (
            5,
            "ALTER TABLE documents ADD COLUMN sign TEXT;
             ALTER TABLE documents ADD COLUMN issued_partial TEXT;
             UPDATE documents SET (sign, issued_partial) =
                 (SELECT json ->> '$.document.sign', json ->> '$.document.issued_partial'
                  FROM records WHERE records.document_id = documents.document_id)",
        ),
        (6, include_str!("schema_6.sql")),
        // Marks without a letter are no longer among them: counted anew.
        (
            7,
            "UPDATE pages SET doubted_words = NULL WHERE doubted_words > 0",
        ),
    ];
    // A table that others refer to is made anew; both settings are kept outside
    // of transactions only.
    connection.pragma_update(None, "foreign_keys", false)?;
    connection.pragma_update(None, "legacy_alter_table", true)?;
    let transaction =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    // Looked at again: another process may have been quicker.
    let version: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    for (to_version, statement) in STEPS {
        if version < to_version {
            transaction.execute_batch(statement)?;
        }
    }
    transaction.pragma_update(None, "user_version", version.max(SCHEMA_VERSION))?;
    transaction.commit()?;
    connection.pragma_update(None, "legacy_alter_table", false)?;
    connection.pragma_update(None, "foreign_keys", true)
}

/// Makes the tables where there are none. In one transaction: a process killed
/// here leaves an empty file, which the next one fills.
fn create_schema(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let version: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version == 0 {
        transaction.execute_batch(include_str!("schema.sql"))?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    }
    transaction.commit()
}
