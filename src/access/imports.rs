//! Imports that were asked for over HTTP: what was sent by whom, and what became
//! of it.

use super::{AccessError, AccessStore, now_text};
use rusqlite::{OptionalExtension, Row, params};
use serde_json::Value;

/// An import as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptImport {
    pub import_id: i64,
    /// UTC, ISO 8601.
    pub begun_at: String,
    /// `None` while its files are still to be read.
    pub ended_at: Option<String>,
    pub user_name: String,
    /// Names of files that were sent, or paths of the server's machine.
    pub paths: Vec<String>,
    /// The folder with files that were sent, by its name in `uploads`.
    pub staging: Option<String>,
    /// What came of it, at the end.
    pub report: Option<Value>,
    pub stopped: Option<StoppedImport>,
}

/// Why an import stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoppedImport {
    /// Short and stable: `index`, `workers`.
    pub problem: String,
    /// In words, for programs and the server's own log.
    pub message: String,
}

const COLUMNS: &str =
    "import_id, begun_at, ended_at, user_name, paths, staging, report, problem, message";

fn kept(row: &Row<'_>) -> rusqlite::Result<KeptImport> {
    let paths: String = row.get(4)?;
    let report: Option<String> = row.get(6)?;
    let problem: Option<String> = row.get(7)?;
    let message: Option<String> = row.get(8)?;
    Ok(KeptImport {
        import_id: row.get(0)?,
        begun_at: row.get(1)?,
        ended_at: row.get(2)?,
        user_name: row.get(3)?,
        // Written by this program; what is no list any more names no file.
        paths: serde_json::from_str(&paths).unwrap_or_default(),
        staging: row.get(5)?,
        report: report.and_then(|report| serde_json::from_str(&report).ok()),
        stopped: problem.map(|problem| StoppedImport {
            problem,
            message: message.unwrap_or_default(),
        }),
    })
}

impl AccessStore {
    /// Keeps an import that is to be done; gives its number.
    pub fn add_import(
        &self,
        user_name: &str,
        paths: &[String],
        staging: Option<&str>,
    ) -> Result<i64, AccessError> {
        let paths = Value::from(paths.to_vec()).to_string();
        self.read("keeping an import", |connection| {
            connection
                .prepare_cached(
                    "INSERT INTO imports (begun_at, user_name, paths, staging)
                     VALUES (?1, ?2, ?3, ?4)",
                )?
                .insert(params![now_text(), user_name, paths, staging])
        })
    }

    /// Notes what came of an import: its report, or why it stopped.
    pub fn end_import(
        &self,
        import_id: i64,
        ended: Result<&Value, &StoppedImport>,
    ) -> Result<(), AccessError> {
        let report = ended.ok().map(Value::to_string);
        let stopped = ended.err();
        self.read("keeping an import", |connection| {
            connection
                .prepare_cached(
                    "UPDATE imports SET ended_at = ?2, report = ?3, problem = ?4, message = ?5
                     WHERE import_id = ?1",
                )?
                .execute(params![
                    import_id,
                    now_text(),
                    report,
                    stopped.map(|it| it.problem.as_str()),
                    stopped.map(|it| it.message.as_str()),
                ])
        })?;
        Ok(())
    }

    /// An import that stopped is to be done again.
    pub fn reopen_import(&self, import_id: i64) -> Result<(), AccessError> {
        self.read("keeping an import", |connection| {
            connection
                .prepare_cached(
                    "UPDATE imports SET ended_at = NULL, problem = NULL, message = NULL
                     WHERE import_id = ?1 AND report IS NULL",
                )?
                .execute([import_id])
        })?;
        Ok(())
    }

    /// The latest imports, at most `limit`, oldest first.
    pub fn imports(&self, limit: u32) -> Result<Vec<KeptImport>, AccessError> {
        self.read("listing imports", |connection| {
            let mut imports: Vec<KeptImport> = connection
                .prepare_cached(&format!(
                    "SELECT {COLUMNS} FROM imports ORDER BY import_id DESC LIMIT ?1"
                ))?
                .query_map([limit], kept)?
                .collect::<rusqlite::Result<_>>()?;
            imports.reverse();
            Ok(imports)
        })
    }

    /// The import of the files that were sent into the folder `staging`.
    pub fn import_of(&self, staging: &str) -> Result<Option<KeptImport>, AccessError> {
        self.read("looking for an import", |connection| {
            connection
                .prepare_cached(&format!("SELECT {COLUMNS} FROM imports WHERE staging = ?1"))?
                .query_row([staging], kept)
                .optional()
        })
    }

    /// Who sent the file that was found at `source_path`; `None` for a file that
    /// was imported by its path.
    pub fn sender_of(&self, source_path: &str) -> Result<Option<String>, AccessError> {
        let Some(staging) = staging_of(source_path) else {
            return Ok(None);
        };
        self.read("looking for an import", |connection| {
            connection
                .prepare_cached("SELECT user_name FROM imports WHERE staging = ?1")?
                .query_row([staging], |row| row.get(0))
                .optional()
        })
    }
}

/// The folder of uploads that a path of the archive's own leads into:
/// `…/uploads/upload-x3f/1/scan.pdf` is in `upload-x3f`.
fn staging_of(source_path: &str) -> Option<&str> {
    let (_, below) = source_path.rsplit_once("/uploads/")?;
    let (staging, _) = below.split_once('/')?;
    staging.starts_with("upload-").then_some(staging)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_import_is_kept_until_its_files_are_read() {
        let dir = tempfile::tempdir().unwrap();
        let store = AccessStore::open_or_create(dir.path()).unwrap();
        let names = ["một.pdf".to_owned(), "hai.tif".to_owned()];
        let first = store.add_import("an", &names, Some("upload-x3f")).unwrap();
        let second = store.add_import("mai", &names, None).unwrap();
        let stopped = StoppedImport {
            problem: "workers".to_owned(),
            message: "no page worker can be started".to_owned(),
        };
        store.end_import(first, Err(&stopped)).unwrap();
        store
            .end_import(second, Ok(&json!({"n_files": 2})))
            .unwrap();
        let store = AccessStore::open_or_create(dir.path()).unwrap();
        let kept = store.imports(9).unwrap();
        assert_eq!(kept.len(), 2);
        assert_eq!(kept[0].paths, names);
        assert_eq!(kept[0].stopped.as_ref(), Some(&stopped));
        assert_eq!(kept[1].report, Some(json!({"n_files": 2})));
        // What stopped can be done again; what was done cannot.
        store.reopen_import(first).unwrap();
        store.reopen_import(second).unwrap();
        let kept = store.imports(9).unwrap();
        assert_eq!((&kept[0].ended_at, &kept[0].stopped), (&None, &None));
        assert!(kept[1].ended_at.is_some());
        assert_eq!(store.imports(1).unwrap()[0].import_id, second);
        let sender = |path: &str| store.sender_of(path).unwrap();
        let sent = "/kho/uploads/upload-x3f/1/một.pdf";
        assert_eq!(sender(sent).as_deref(), Some("an"));
        for other in ["/kho/một.pdf", "/kho/uploads/upload-x3f", "/uploads/a/b"] {
            assert_eq!(sender(other), None, "{other}");
        }
    }

    #[test]
    fn a_list_of_users_of_the_first_version_is_brought_up_to_date() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(super::super::FILE_NAME);
        let old = rusqlite::Connection::open(&path).unwrap();
        old.execute_batch(include_str!("schema.sql")).unwrap();
        old.pragma_update(None, "application_id", super::super::APPLICATION_ID)
            .unwrap();
        old.pragma_update(None, "user_version", 1).unwrap();
        drop(old);
        let store = AccessStore::open_or_create(dir.path()).unwrap();
        assert!(store.add_import("an", &[], None).is_ok());
    }
}
