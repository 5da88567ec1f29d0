//! One writer an archive: the lock file.
//!
//! The lock is the operating system's (`flock` on Unix), not the presence of
//! the file: it ends with the process, however that ends, and no stale lock is
//! ever left to be removed by hand.

use super::ArchiveError;
use super::clock::now;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

pub(super) const FILE_NAME: &str = "lock";

/// A holder's line is short; a foreign file of that name may not be.
const MAX_HOLDER_BYTES: u64 = 200;

/// The right to write into an archive; given back when dropped.
#[derive(Debug)]
pub struct WriteLock {
    file: File,
}

impl WriteLock {
    pub(super) fn acquire(dir: &Path) -> Result<Self, ArchiveError> {
        let path = dir.join(FILE_NAME);
        let failed = |source| ArchiveError::file(dir, "locking the archive", &path, source);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(ArchiveError::Locked {
                    dir: dir.to_owned(),
                    holder: holder(&mut file),
                });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        let line = format!("process {} since {}\n", std::process::id(), now());
        file.set_len(0)
            .and_then(|()| file.write_all(line.as_bytes()))
            .map_err(failed)?;
        Ok(Self { file })
    }
}

impl Drop for WriteLock {
    fn drop(&mut self) {
        // An emptied file tells that nobody writes; the lock itself goes with
        // the file, so a failure here changes nothing.
        let _ = self.file.set_len(0);
        let _ = self.file.unlock();
    }
}

/// Who wrote the lock file, in words.
fn holder(file: &mut File) -> String {
    let mut text = String::new();
    let read = file
        .seek(SeekFrom::Start(0))
        .and_then(|_| file.take(MAX_HOLDER_BYTES).read_to_string(&mut text));
    match text.trim() {
        line if read.is_ok() && line.starts_with("process ") => line.to_owned(),
        _ => "another process".to_owned(),
    }
}
