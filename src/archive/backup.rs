//! A whole copy of an archive, made while others write into it, and the way back.
//!
//! ```text
//! backup/
//!   catalogue.sqlite   as it stood at one moment
//!   access.sqlite      who may use the archive over the network, where it has that
//!   originals/ab/cd…   as in the archive
//!   SHA256SUMS         all of these; `sha256sum -c SHA256SUMS` checks them too
//! ```
//!
//! Decisions:
//! * The catalogue first, in one read transaction of SQLite, then the originals
//!   it names: an original is on disk before its row and is never removed, so
//!   that whatever an import adds meanwhile, each row finds its original.
//! * `SHA256SUMS` is written last and by a rename. A folder that has it is a
//!   whole backup; in one that has not (a full disk, a power cut) the same
//!   command goes on and copies only what is not there whole.
//! * An original that is lost or changed does not stop the backup of the others;
//!   it is told.
//! * The index is left out: it is built anew from the catalogue.

use super::verify::{Damage, DamageKind};
use super::{Archive, ArchiveError, catalogue, originals};
use rusqlite::{Connection, OpenFlags};
use serde::Serialize;
use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Ends a backup: a line for each file, as `sha256sum` writes it.
const SUMS_NAME: &str = "SHA256SUMS";
/// Stands in a folder while it is being filled.
const UNFINISHED_NAME: &str = "unfinished";
/// A file whose bytes are not all there yet.
const PART_NAME: &str = "part";
const ORIGINALS_NAME: &str = "originals";
/// Databases of an archive; the second one is there when it has users.
const DATABASES: [&str; 2] = [catalogue::FILE_NAME, crate::access::FILE_NAME];

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BackupReport {
    pub n_documents: u64,
    /// Of originals and catalogue.
    pub byte_length: u64,
    /// Originals that are not in it, with the reason.
    pub damage: Vec<Damage>,
}

/// What was brought back from a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RestoreReport {
    pub n_originals: u64,
    pub byte_length: u64,
    /// Files of the backup that are lost or changed, and were left out.
    pub damaged_files: Vec<String>,
}

/// What came of copying a file whose hash is known.
enum Copied {
    Whole(u64),
    Missing,
    Changed,
}

impl Archive {
    /// Copies the archive into the folder `target`, which is empty, not there
    /// yet, or holds a backup that was interrupted. With `is_linked`, originals
    /// become second names of the same files where the file system allows it.
    /// `on_progress` gets the number of originals done and of all.
    ///
    /// # Errors
    /// [`ArchiveError::TargetInUse`], [`ArchiveError::TargetInside`],
    /// [`ArchiveError::TargetBeingFilled`],
    /// [`ArchiveError::DiskFull`], or what the file system or SQLite says.
    pub fn back_up(
        &self,
        target: &Path,
        is_linked: bool,
        mut on_progress: impl FnMut(u64, u64),
    ) -> Result<BackupReport, ArchiveError> {
        if is_inside(target, &self.dir) {
            return Err(ArchiveError::TargetInside {
                dir: target.to_owned(),
            });
        }
        let folder = Filling::start(target)?;
        let mut sums = Vec::new();
        let mut byte_length = 0;
        for name in DATABASES {
            let database = self.dir.join(name);
            if database.is_file() {
                let copy = folder.snapshot(&database, name)?;
                let (sha256, length) = originals::hash_of(&copy, &mut open(&copy)?)?;
                sums.push(sum_line(&sha256, name));
                byte_length += length;
            }
        }
        let documents = documents_of(&target.join(catalogue::FILE_NAME))
            .map_err(|source| ArchiveError::catalogue(target, "reading the copy", source))?;
        let mut damage = Vec::new();
        let n_documents = documents.len() as u64;
        for ((document_id, sha256), n_done) in documents.into_iter().zip(1..) {
            let source = self.original_path(&sha256);
            let copied = folder.take_original(&source, &sha256, is_linked)?;
            let damaged = |kind, what| Damage::of_document(document_id, kind, what);
            match copied {
                Copied::Whole(length) => {
                    sums.push(sum_line(&sha256, &original_name(&sha256)));
                    byte_length += length;
                }
                Copied::Missing => damage.push(damaged(
                    DamageKind::OriginalMissing,
                    format!("{} is gone", source.display()),
                )),
                Copied::Changed => damage.push(damaged(
                    DamageKind::OriginalChanged,
                    format!("{} has not the bytes that were taken in", source.display()),
                )),
            }
            on_progress(n_done, n_documents);
        }
        folder.write_file(SUMS_NAME, sums.concat().as_bytes())?;
        folder.finish()?;
        Ok(BackupReport {
            n_documents,
            byte_length,
            damage,
        })
    }
}

/// Makes an archive in the folder `target`, which is empty or not there yet,
/// from the backup in `backup`. Every file is held against its sum while it is
/// copied. `on_progress` gets the number of files done and of all.
///
/// # Errors
/// [`ArchiveError::NotABackup`], [`ArchiveError::BackupDamaged`],
/// [`ArchiveError::TargetInUse`], [`ArchiveError::TargetBeingFilled`],
/// [`ArchiveError::DiskFull`], or what the file system says. A lost or changed
/// original is no error: it is told.
pub fn restore_archive(
    backup: &Path,
    target: &Path,
    mut on_progress: impl FnMut(u64, u64),
) -> Result<RestoreReport, ArchiveError> {
    let sums_path = backup.join(SUMS_NAME);
    let sums = match fs::read_to_string(&sums_path) {
        Ok(sums) => sums,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(ArchiveError::NotABackup {
                dir: backup.to_owned(),
            });
        }
        Err(source) => return Err(ArchiveError::file(backup, "reading", &sums_path, source)),
    };
    let mut files = Vec::new();
    for line in sums.lines() {
        files.push(
            parse_sum_line(line).ok_or_else(|| ArchiveError::BackupDamaged {
                path: sums_path.clone(),
                detail: "it has a line that names no file of a backup".to_owned(),
            })?,
        );
    }
    // The catalogue last: without it, a folder is no archive.
    files.sort_by_key(|file| file.name == catalogue::FILE_NAME);
    if files
        .last()
        .is_none_or(|file| file.name != catalogue::FILE_NAME)
    {
        return Err(ArchiveError::BackupDamaged {
            path: sums_path,
            detail: "it names no catalogue".to_owned(),
        });
    }
    let folder = Filling::start(target)?;
    let n_files = files.len() as u64;
    let mut report = RestoreReport {
        n_originals: 0,
        byte_length: 0,
        damaged_files: Vec::new(),
    };
    for (file, n_done) in files.into_iter().zip(1..) {
        let source = backup.join(&file.name);
        let is_original = !DATABASES.contains(&file.name.as_str());
        let copied = if is_original {
            folder.take_original(&source, &file.sha256, false)?
        } else {
            folder.take(&source, &file.sha256, &target.join(&file.name))?
        };
        match copied {
            Copied::Whole(length) => {
                report.byte_length += length;
                report.n_originals += u64::from(is_original);
            }
            Copied::Missing | Copied::Changed if is_original => {
                report.damaged_files.push(file.name);
            }
            Copied::Missing | Copied::Changed => {
                return Err(ArchiveError::BackupDamaged {
                    path: source,
                    detail: "it has not the bytes that were backed up".to_owned(),
                });
            }
        }
        on_progress(n_done, n_files);
    }
    folder.finish()?;
    // Says so now, not later, when the backup was made by a newer program.
    Archive::open(target)?;
    Ok(report)
}

/// A folder that is being filled, with the mark that tells so.
struct Filling<'a> {
    dir: &'a Path,
    /// Held locked, so that no other process fills the folder meanwhile.
    _mark: File,
}

impl<'a> Filling<'a> {
    fn start(dir: &'a Path) -> Result<Self, ArchiveError> {
        let failed = |source| ArchiveError::file(dir, "making a folder", dir, source);
        let mark = dir.join(UNFINISHED_NAME);
        let is_used = dir.exists() && fs::read_dir(dir).map_err(failed)?.next().is_some();
        if is_used && !mark.is_file() {
            return Err(ArchiveError::TargetInUse {
                dir: dir.to_owned(),
            });
        }
        fs::create_dir_all(dir).map_err(failed)?;
        let marked = |source| ArchiveError::file(dir, "copying an archive", &mark, source);
        let held = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&mark)
            .map_err(marked)?;
        match held.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(ArchiveError::TargetBeingFilled {
                    dir: dir.to_owned(),
                });
            }
            Err(TryLockError::Error(source)) => return Err(marked(source)),
        }
        held.sync_all().map_err(marked)?;
        let filling = Self { dir, _mark: held };
        // Behind the mark: a folder with originals alone would be taken for used.
        fs::create_dir_all(dir.join(ORIGINALS_NAME)).map_err(failed)?;
        Ok(filling)
    }

    fn failed(&self, path: &Path, source: io::Error) -> ArchiveError {
        ArchiveError::file(self.dir, "copying an archive", path, source)
    }

    /// Copies a database as it stands at one moment, whoever writes into it.
    fn snapshot(&self, database: &Path, name: &str) -> Result<PathBuf, ArchiveError> {
        let copy = self.dir.join(name);
        if copy.exists() {
            fs::remove_file(&copy).map_err(|source| self.failed(&copy, source))?;
        }
        let vacuum = || {
            let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let connection = Connection::open_with_flags(database, flags)?;
            connection.busy_timeout(catalogue::BUSY_TIMEOUT)?;
            connection.execute("VACUUM INTO ?1", [copy.to_string_lossy()])?;
            // One file, without a log beside it.
            Connection::open(&copy)?.pragma_update(None, "journal_mode", "DELETE")
        };
        // A full disk is that of the copy, damage that of the archive.
        vacuum().map_err(|source| {
            let dir = match source.sqlite_error_code() {
                Some(rusqlite::ErrorCode::DiskFull) => self.dir,
                _ => database.parent().unwrap_or(self.dir),
            };
            ArchiveError::catalogue(dir, "copying it", source)
        })?;
        open(&copy)?
            .sync_all()
            .map_err(|source| self.failed(&copy, source))?;
        Ok(copy)
    }

    fn take_original(
        &self,
        source: &Path,
        sha256: &str,
        is_linked: bool,
    ) -> Result<Copied, ArchiveError> {
        let target = self.dir.join(original_name(sha256));
        let folder = target.parent().unwrap_or(self.dir);
        fs::create_dir_all(folder).map_err(|source| self.failed(folder, source))?;
        if let Ok(mut there) = File::open(&target)
            && let (found, length) = originals::hash_of(&target, &mut there)?
            && found == sha256
        {
            return Ok(Copied::Whole(length));
        }
        if is_linked
            && let Ok(mut opened) = File::open(source)
            && let (found, length) = originals::hash_of(source, &mut opened)?
            && found == sha256
            && fs::hard_link(source, &target).is_ok()
        {
            return Ok(Copied::Whole(length));
        }
        let copied = self.take(source, sha256, &target)?;
        if matches!(copied, Copied::Whole(_)) {
            originals::set_read_only(&target).map_err(|source| self.failed(&target, source))?;
        }
        Ok(copied)
    }

    /// Copies a file beside its place, and gives it its name when it is whole.
    fn take(&self, source: &Path, sha256: &str, target: &Path) -> Result<Copied, ArchiveError> {
        let mut opened = match File::open(source) {
            Ok(opened) => opened,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Copied::Missing),
            Err(error) => return Err(self.failed(source, error)),
        };
        let part = self.dir.join(PART_NAME);
        let failed = |error| self.failed(target, error);
        let mut copy = File::create(&part).map_err(failed)?;
        let written = originals::copy_and_hash(source, &mut opened, &mut copy, failed);
        let length = match written {
            Ok((found, length)) if found == sha256 => length,
            // A disk that cannot give a file back is damage, not the end.
            Ok(_) | Err(ArchiveError::UnreadableSource { .. }) => {
                fs::remove_file(&part).map_err(failed)?;
                return Ok(Copied::Changed);
            }
            Err(error) => {
                // Room for whoever wrote into this disk beside us.
                let _ = fs::remove_file(&part);
                return Err(error);
            }
        };
        copy.sync_all().map_err(failed)?;
        fs::rename(&part, target).map_err(failed)?;
        Ok(Copied::Whole(length))
    }

    /// Writes a file under its name when its bytes are on disk.
    fn write_file(&self, name: &str, bytes: &[u8]) -> Result<(), ArchiveError> {
        let (part, target) = (self.dir.join(PART_NAME), self.dir.join(name));
        File::create(&part)
            .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
            .and_then(|()| fs::rename(&part, &target))
            .map_err(|source| self.failed(&target, source))
    }

    /// Brings all names onto the disk, then takes the mark away.
    fn finish(self) -> Result<(), ArchiveError> {
        let sync = || {
            let root = self.dir.join(ORIGINALS_NAME);
            for entry in fs::read_dir(&root)? {
                originals::sync_folder(&entry?.path())?;
            }
            originals::sync_folder(&root)?;
            originals::sync_folder(self.dir)?;
            fs::remove_file(self.dir.join(UNFINISHED_NAME))?;
            originals::sync_folder(self.dir)
        };
        sync().map_err(|source| self.failed(self.dir, source))
    }
}

/// A line of `SHA256SUMS`.
struct SumLine {
    sha256: String,
    /// Relative to the backup.
    name: String,
}

fn sum_line(sha256: &str, name: &str) -> String {
    format!("{sha256}  {name}\n")
}

/// `None` for anything that a backup does not write: a name is never believed
/// to lead out of the folder.
fn parse_sum_line(line: &str) -> Option<SumLine> {
    let (sha256, name) = line.split_once("  ")?;
    let is_hash = sha256.len() == 64
        && sha256
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let is_known = is_hash && (DATABASES.contains(&name) || name == original_name(sha256));
    is_known.then(|| SumLine {
        sha256: sha256.to_owned(),
        name: name.to_owned(),
    })
}

fn original_name(sha256: &str) -> String {
    let (folder, name) = sha256.split_at_checked(2).unwrap_or(("", sha256));
    format!("{ORIGINALS_NAME}/{folder}/{name}")
}

/// Number and hash of every document, each hash once.
fn documents_of(catalogue: &Path) -> rusqlite::Result<Vec<(i64, String)>> {
    let connection = Connection::open_with_flags(catalogue, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut query = connection.prepare(
        "SELECT document_id, sha256 FROM documents WHERE part_of IS NULL ORDER BY document_id",
    )?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let documents: BTreeSet<(i64, String)> = rows.collect::<rusqlite::Result<_>>()?;
    Ok(documents.into_iter().collect())
}

fn open(path: &Path) -> Result<File, ArchiveError> {
    File::open(path).map_err(|source| ArchiveError::UnreadableSource {
        path: path.to_owned(),
        source,
    })
}

/// Whether a path, there already or not yet, leads into a folder.
fn is_inside(path: &Path, folder: &Path) -> bool {
    let Ok(folder) = folder.canonicalize() else {
        return false;
    };
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let there = path.ancestors().find_map(|part| part.canonicalize().ok());
    there.is_some_and(|there| there.starts_with(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_lead_elsewhere_are_not_believed() {
        let sha256 = "0f".repeat(32);
        let own = sum_line(&sha256, &original_name(&sha256));
        assert!(parse_sum_line(own.trim_end()).is_some());
        for name in [
            "../catalogue.sqlite",
            "/etc/passwd",
            "originals/0f/0f",
            "lock",
        ] {
            let line = sum_line(&sha256, name);
            assert!(parse_sum_line(line.trim_end()).is_none(), "{name}");
        }
        assert!(parse_sum_line("0f  catalogue.sqlite").is_none());
    }
}
