//! Where the index lies, and which of its builds is the one in use.
//!
//! ```text
//! index/current     {"format":1,"build":"000002"}
//! index/000002/     a tantivy index
//! ```
//!
//! A rebuild goes into a folder of its own and `current` is then replaced by
//! renaming: a search sees the old build or the new one, never a half. A search
//! that has the old one open keeps it until it is done.

use super::IndexError;
use super::guard::guarded;
use super::schema::{self, FORMAT_VERSION, Fields};
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tantivy::directory::MmapDirectory;
use tantivy::{Index, IndexSettings};

const CURRENT: &str = "current";

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Current {
    format: u32,
    build: String,
}

/// An open build.
pub(super) struct Build {
    pub(super) index: Index,
    pub(super) fields: Fields,
    pub(super) name: String,
}

/// Opens the build in use.
///
/// # Errors
/// [`IndexError::Missing`], [`IndexError::OtherFormat`], [`IndexError::Damaged`].
pub(super) fn open(index_dir: &Path) -> Result<Build, IndexError> {
    let current = read_current(index_dir)?;
    let damaged = |detail: String| IndexError::Damaged {
        dir: index_dir.to_owned(),
        detail,
    };
    let dir = index_dir.join(&current.build);
    if !dir.is_dir() {
        return Err(damaged(format!("{} is gone", dir.display())));
    }
    let (expected, fields) = schema::schema();
    let mut index = guarded(index_dir, || Index::open_in_dir(&dir))?;
    if index.schema() != expected {
        return Err(damaged("its fields are others".to_owned()));
    }
    index.set_tokenizers(schema::tokenizers());
    Ok(Build {
        index,
        fields,
        name: current.build,
    })
}

/// The name of the build in use; cheap, for noticing a rebuild.
pub(super) fn current_build(index_dir: &Path) -> Result<String, IndexError> {
    Ok(read_current(index_dir)?.build)
}

/// Makes an empty build beside the one in use. The caller has the archive's
/// writing lock.
pub(super) fn create(index_dir: &Path) -> Result<Build, IndexError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| IndexError::file(index_dir, "making the search index", &path, source)
    };
    fs::create_dir_all(index_dir).map_err(failed(index_dir))?;
    // Above every number that is there, so that a build is never mixed with
    // what a killed one left.
    let last = builds(index_dir)
        .map_err(failed(index_dir))?
        .into_iter()
        .filter_map(|name| name.parse::<u32>().ok())
        .max();
    let name = format!("{:06}", last.map_or(1, |number| number.saturating_add(1)));
    let dir = index_dir.join(&name);
    fs::create_dir(&dir).map_err(failed(&dir))?;
    let (schema, fields) = schema::schema();
    let index = MmapDirectory::open(&dir)
        .map_err(tantivy::TantivyError::from)
        .and_then(|directory| Index::create(directory, schema, IndexSettings::default()));
    let mut index = index.map_err(|error| IndexError::tantivy(index_dir, &error))?;
    index.set_tokenizers(schema::tokenizers());
    Ok(Build {
        index,
        fields,
        name,
    })
}

/// Makes a build the one in use and removes all others.
pub(super) fn put_in_use(index_dir: &Path, build: &str) -> Result<(), IndexError> {
    let path = index_dir.join(CURRENT);
    let failed =
        |source| IndexError::file(index_dir, "putting the search index in use", &path, source);
    let current = Current {
        format: FORMAT_VERSION,
        build: build.to_owned(),
    };
    let incoming = index_dir.join("current.new");
    let write = || {
        let mut file = File::create(&incoming)?;
        file.write_all(serde_json::to_string(&current)?.as_bytes())?;
        file.sync_all()?;
        fs::rename(&incoming, &path)?;
        sync_folder(index_dir)
    };
    write().map_err(failed)?;
    remove_other_builds(index_dir, build);
    Ok(())
}

/// Removes what a rebuild has replaced or a killed one left. What cannot be
/// removed is in nobody's way, and is tried again the next time.
pub(super) fn remove_other_builds(index_dir: &Path, build: &str) {
    for name in builds(index_dir).unwrap_or_default() {
        if name != build
            && let Err(error) = fs::remove_dir_all(index_dir.join(&name))
        {
            tracing::warn!(%error, build = name, "an old build of the search index stays");
        }
    }
}

/// Names of the folders that are builds.
fn builds(index_dir: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(index_dir)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if is_build_name(&name) && entry.file_type()?.is_dir() {
            names.push(name);
        }
    }
    Ok(names)
}

/// Only these are ever opened or removed, whatever `current` says.
fn is_build_name(name: &str) -> bool {
    name.len() >= 6 && name.bytes().all(|byte| byte.is_ascii_digit())
}

fn read_current(index_dir: &Path) -> Result<Current, IndexError> {
    let path: PathBuf = index_dir.join(CURRENT);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(IndexError::Missing {
                dir: index_dir.to_owned(),
            });
        }
        Err(error) if error.kind() == io::ErrorKind::InvalidData => String::new(),
        Err(source) => {
            return Err(IndexError::file(
                index_dir,
                "opening the search index",
                &path,
                source,
            ));
        }
    };
    let damaged = |detail: String| IndexError::Damaged {
        dir: index_dir.to_owned(),
        detail,
    };
    let current: Current = serde_json::from_str(&text)
        .map_err(|error| damaged(format!("{}: {error}", path.display())))?;
    if current.format != FORMAT_VERSION {
        return Err(IndexError::OtherFormat {
            dir: index_dir.to_owned(),
            found: current.format,
            expected: FORMAT_VERSION,
        });
    }
    if !is_build_name(&current.build) {
        return Err(damaged(format!(
            "{} names no build: {:?}",
            path.display(),
            current.build
        )));
    }
    Ok(current)
}

/// Makes a rename durable. Only Unix can, and needs it.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
