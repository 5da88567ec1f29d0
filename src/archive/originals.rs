//! The originals, byte for byte, each under its SHA-256.
//!
//! `originals/ab/cdef…`: a folder for the first two hex digits, a file for the
//! other 62, read-only. A file is written beside (`incoming/`), synced and
//! renamed, so that whatever stands under a hash is whole. What a killed import
//! leaves in `incoming/` is swept by the next one.

use super::ArchiveError;
use sha2::{Digest, Sha256};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

const COPY_BUFFER_BYTES: usize = 256 * 1024;

/// The store of originals inside one archive.
#[derive(Debug)]
pub(super) struct Originals {
    archive_dir: PathBuf,
    n_incoming: AtomicU64,
}

/// A copy that has no name yet. Removed when dropped without being kept.
#[derive(Debug)]
pub(super) struct IncomingCopy {
    path: PathBuf,
    pub(super) sha256: String,
    pub(super) byte_length: u64,
}

impl Drop for IncomingCopy {
    fn drop(&mut self) {
        // After `keep` there is nothing under that name.
        let _ = fs::remove_file(&self.path);
    }
}

impl Originals {
    pub(super) fn new(archive_dir: &Path) -> Self {
        Self {
            archive_dir: archive_dir.to_owned(),
            n_incoming: AtomicU64::new(0),
        }
    }

    fn incoming_dir(&self) -> PathBuf {
        self.archive_dir.join("incoming")
    }

    fn root(&self) -> PathBuf {
        self.archive_dir.join("originals")
    }

    pub(super) fn create_folders(&self) -> Result<(), ArchiveError> {
        for dir in [self.incoming_dir(), self.root()] {
            fs::create_dir_all(&dir)
                .map_err(|source| self.failed("making a folder", &dir, source))?;
        }
        Ok(())
    }

    /// Where the original of that hash stands, or will.
    pub(super) fn path_of(&self, sha256: &str) -> PathBuf {
        let (folder, name) = sha256.split_at_checked(2).unwrap_or(("", sha256));
        self.root().join(folder).join(name)
    }

    /// Copies what is left to read of `source` into the archive and hashes it
    /// on the way. `source_path` is for messages only.
    pub(super) fn take_in(
        &self,
        source_path: &Path,
        source: &mut File,
    ) -> Result<IncomingCopy, ArchiveError> {
        let serial = self.n_incoming.fetch_add(1, Ordering::Relaxed);
        let path = self
            .incoming_dir()
            .join(format!("{}-{serial}", std::process::id()));
        let mut target = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(&path)
            .map_err(|source| self.failed("copying an original", &path, source))?;
        // From here on the copy is removed on every way out.
        let mut copy = IncomingCopy {
            path,
            sha256: String::new(),
            byte_length: 0,
        };
        let written = copy_and_hash(source_path, source, &mut target, |source| {
            self.failed("copying an original", &copy.path, source)
        })?;
        (copy.sha256, copy.byte_length) = written;
        target
            .sync_all()
            .map_err(|source| self.failed("writing an original to disk", &copy.path, source))?;
        Ok(copy)
    }

    /// Gives a copy its name. One that is there already has the same bytes or
    /// is damaged: the fresh copy takes its place either way.
    pub(super) fn keep(&self, copy: &IncomingCopy) -> Result<PathBuf, ArchiveError> {
        let target = self.path_of(&copy.sha256);
        let folder = target.parent().unwrap_or(&self.archive_dir).to_owned();
        let failed = |source| self.failed("keeping an original", &target, source);
        fs::create_dir_all(&folder).map_err(failed)?;
        set_read_only(&copy.path).map_err(failed)?;
        fs::rename(&copy.path, &target).map_err(failed)?;
        // The rename is on disk before the row that speaks of it is written.
        sync_folder(&folder).map_err(failed)?;
        sync_folder(&self.root()).map_err(failed)?;
        Ok(target)
    }

    /// Removes what a killed import left half copied; gives the number of files.
    pub(super) fn sweep_incoming(&self) -> Result<usize, ArchiveError> {
        let dir = self.incoming_dir();
        let failed = |source| self.failed("clearing unfinished copies", &dir, source);
        let mut n_removed = 0;
        for entry in fs::read_dir(&dir).map_err(failed)? {
            fs::remove_file(entry.map_err(failed)?.path()).map_err(failed)?;
            n_removed += 1;
        }
        Ok(n_removed)
    }

    /// Hex hashes of all files in the store, in no order. Names that are no
    /// hash are given as paths.
    pub(super) fn list(&self) -> Result<(Vec<String>, Vec<PathBuf>), ArchiveError> {
        let mut hashes = Vec::new();
        let mut strangers = Vec::new();
        for entry in walkdir::WalkDir::new(self.root()).min_depth(1) {
            let entry = entry.map_err(|error| {
                let path = error.path().unwrap_or(&self.root()).to_owned();
                let source = error
                    .into_io_error()
                    .unwrap_or_else(|| io::Error::other("a folder holds itself"));
                self.failed("listing the originals", &path, source)
            })?;
            if entry.file_type().is_dir() && entry.depth() == 1 {
                continue;
            }
            let folder = entry.path().parent().and_then(Path::file_name);
            let folder = folder.unwrap_or_default().to_string_lossy();
            let hash = format!("{folder}{}", entry.file_name().to_string_lossy());
            let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
            if entry.file_type().is_file() && entry.depth() == 2 && is_hash {
                hashes.push(hash);
            } else {
                strangers.push(entry.into_path());
            }
        }
        Ok((hashes, strangers))
    }

    fn failed(&self, action: &'static str, path: &Path, source: io::Error) -> ArchiveError {
        ArchiveError::file(&self.archive_dir, action, path, source)
    }
}

/// Copies what is left to read of `source`; gives SHA-256 (64 hex digits) and
/// length. `failed` makes the error when `target` refuses.
pub(super) fn copy_and_hash(
    source_path: &Path,
    source: &mut File,
    target: &mut File,
    failed: impl Fn(io::Error) -> ArchiveError,
) -> Result<(String, u64), ArchiveError> {
    let mut hasher = Sha256::new();
    let byte_length = for_each_chunk(source_path, source, |chunk| {
        hasher.update(chunk);
        target.write_all(chunk).map_err(&failed)
    })?;
    Ok((hex(&hasher.finalize()), byte_length))
}

/// SHA-256 (64 hex digits) and length of what is left to read of `source`.
pub(super) fn hash_of(path: &Path, source: &mut File) -> Result<(String, u64), ArchiveError> {
    let mut hasher = Sha256::new();
    let byte_length = for_each_chunk(path, source, |chunk| {
        hasher.update(chunk);
        Ok(())
    })?;
    Ok((hex(&hasher.finalize()), byte_length))
}

/// Puts the reading position back to the start.
pub(super) fn rewind(path: &Path, source: &mut File) -> Result<(), ArchiveError> {
    match source.seek(SeekFrom::Start(0)) {
        Ok(_) => Ok(()),
        Err(error) => Err(unreadable(path, error)),
    }
}

fn for_each_chunk(
    path: &Path,
    source: &mut File,
    mut use_chunk: impl FnMut(&[u8]) -> Result<(), ArchiveError>,
) -> Result<u64, ArchiveError> {
    let mut buffer = vec![0; COPY_BUFFER_BYTES];
    let mut byte_length = 0;
    loop {
        match source.read(&mut buffer) {
            Ok(0) => return Ok(byte_length),
            Ok(n_bytes) => {
                use_chunk(&buffer[..n_bytes])?;
                byte_length += n_bytes as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(unreadable(path, error)),
        }
    }
}

fn unreadable(path: &Path, source: io::Error) -> ArchiveError {
    ArchiveError::UnreadableSource {
        path: path.to_owned(),
        source,
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

pub(super) fn set_read_only(path: &Path) -> io::Result<()> {
    let mut permissions = fs::metadata(path)?.permissions();
    permissions.set_readonly(true);
    fs::set_permissions(path, permissions)
}

/// Makes renames in a folder durable. Only Unix can, and needs it.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
