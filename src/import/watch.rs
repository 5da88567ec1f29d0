//! A folder that files arrive in.
//!
//! The folder is looked at again and again, since nobody tells of changes on a
//! network share. A file is complete when its size, its time of change and its
//! identity have stayed the same for a while: a copy under way grows, and one
//! that is renamed into the folder or put in another's place is new. What was
//! given once is given again only when it has changed since.

use super::Discovery;
use super::discover::{discover, reason};
use super::stamp::Stamp;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// An empty file is one that somebody is about to fill; it is waited for so many
/// times longer.
const PATIENCE_WITH_EMPTY_FILES: u32 = 10;

/// What is known of a folder that is watched.
pub struct Watch {
    folder: PathBuf,
    archive_dir: PathBuf,
    settle: Duration,
    files: HashMap<PathBuf, Seen>,
    /// Paths whose trouble was told already.
    told: HashSet<PathBuf>,
}

struct Seen {
    stamp: Stamp,
    since: Instant,
    is_given: bool,
}

impl Watch {
    /// Watches `folder`; a file is complete when it has not changed for `settle`.
    pub fn new(folder: &Path, archive_dir: &Path, settle: Duration) -> Self {
        Self {
            folder: folder.to_owned(),
            archive_dir: archive_dir.to_owned(),
            settle,
            files: HashMap::new(),
            told: HashSet::new(),
        }
    }

    /// Looks at the folder: files that are complete and were not given yet, and
    /// trouble that was not told yet. A folder that is gone for a while, such as a
    /// share that is not connected, is told once and looked for again.
    pub fn look(&mut self, now: Instant) -> Discovery {
        let found = discover(std::slice::from_ref(&self.folder), &self.archive_dir);
        let mut complete = Discovery {
            n_passed_over: found.n_passed_over,
            ..Discovery::default()
        };
        let mut unusable = found.unusable;
        let root = self.folder.canonicalize();
        let mut is_there = HashSet::new();
        for path in found.files {
            match stamp_inside(&path, root.as_deref().ok()) {
                // It has vanished between two looks of ours.
                Ok(None) => continue,
                Ok(Some(stamp)) => {
                    if self.is_complete(&path, stamp, now) {
                        complete.files.push(path.clone());
                        complete.seen.insert(path.clone(), stamp);
                    }
                }
                Err(why) => unusable.push((path.clone(), why)),
            }
            is_there.insert(path);
        }
        self.files.retain(|path, _| is_there.contains(path));
        let in_trouble: HashSet<PathBuf> = unusable.iter().map(|(path, _)| path.clone()).collect();
        self.told.retain(|path| in_trouble.contains(path));
        for (path, why) in unusable {
            if self.told.insert(path.clone()) {
                complete.unusable.push((path, why));
            }
        }
        complete
    }

    fn is_complete(&mut self, path: &Path, stamp: Stamp, now: Instant) -> bool {
        let seen = self.files.entry(path.to_owned()).or_insert(Seen {
            stamp,
            since: now,
            is_given: false,
        });
        if seen.stamp != stamp {
            *seen = Seen {
                stamp,
                since: now,
                is_given: false,
            };
        }
        let settle = match stamp.byte_length {
            0 => self.settle * PATIENCE_WITH_EMPTY_FILES,
            _ => self.settle,
        };
        let is_new = !seen.is_given && now.duration_since(seen.since) >= settle;
        seen.is_given |= is_new;
        is_new
    }
}

/// The state of a file of the folder `root`; `None` when it is gone. A link that
/// leads out of the folder is refused: whoever may write into it could have any
/// file of this machine imported.
fn stamp_inside(path: &Path, root: Option<&Path>) -> Result<Option<Stamp>, String> {
    let (real, metadata) = match path.canonicalize().and_then(|real| {
        let metadata = real.metadata()?;
        Ok((real, metadata))
    }) {
        Ok(found) => found,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(reason(&error)),
    };
    if root.is_some_and(|root| !real.starts_with(root)) {
        return Err("it is a link that leads out of the watched folder".to_owned());
    }
    Ok(Some(Stamp::of(&metadata)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    const SETTLE: Duration = Duration::from_secs(3);

    fn watch(folder: &Path) -> Watch {
        Watch::new(folder, Path::new("/nowhere"), SETTLE)
    }

    #[test]
    fn a_file_is_given_once_when_it_has_stopped_growing() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.pdf");
        let mut watch = watch(dir.path());
        let start = Instant::now();
        fs::write(&file, "half").unwrap();
        assert!(watch.look(start).files.is_empty());
        fs::write(&file, "half and half").unwrap();
        assert!(watch.look(start + SETTLE).files.is_empty());
        assert_eq!(
            watch.look(start + 2 * SETTLE).files,
            std::slice::from_ref(&file)
        );
        assert!(watch.look(start + 3 * SETTLE).files.is_empty());
    }

    #[test]
    fn replaced_and_renamed_files_are_new_and_vanished_ones_forgotten() {
        let dir = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir_in(dir.path().parent().unwrap()).unwrap();
        let file = dir.path().join("a.pdf");
        let mut watch = watch(dir.path());
        let start = Instant::now();
        fs::write(&file, "first").unwrap();
        watch.look(start);
        assert_eq!(watch.look(start + SETTLE).files.len(), 1);
        // As long as the first, and another file.
        let other = outside.path().join("b.pdf");
        fs::write(&other, "other").unwrap();
        fs::rename(&other, &file).unwrap();
        assert!(watch.look(start + 2 * SETTLE).files.is_empty());
        assert_eq!(
            watch.look(start + 3 * SETTLE).files,
            std::slice::from_ref(&file)
        );
        fs::remove_file(&file).unwrap();
        assert_eq!(watch.look(start + 4 * SETTLE), Discovery::default());
        assert!(watch.files.is_empty());
    }

    #[test]
    fn an_empty_file_is_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a.pdf"), "").unwrap();
        let mut watch = watch(dir.path());
        let start = Instant::now();
        watch.look(start);
        assert!(watch.look(start + SETTLE).files.is_empty());
        let patience = SETTLE * PATIENCE_WITH_EMPTY_FILES;
        assert_eq!(watch.look(start + patience).files.len(), 1);
    }

    #[test]
    fn links_out_of_the_folder_are_refused_and_told_once() {
        let dir = tempfile::tempdir().unwrap();
        let (inside, secret) = (dir.path().join("in"), dir.path().join("secret.pdf"));
        fs::create_dir(&inside).unwrap();
        fs::write(&secret, "x").unwrap();
        fs::write(inside.join("a.pdf"), "x").unwrap();
        symlink(&secret, inside.join("out.pdf")).unwrap();
        symlink(inside.join("a.pdf"), inside.join("within.pdf")).unwrap();
        let mut watch = watch(&inside);
        let start = Instant::now();
        let first = watch.look(start);
        assert_eq!(first.unusable.len(), 1, "{first:?}");
        assert_eq!(first.unusable[0].0, inside.join("out.pdf"));
        let second = watch.look(start + SETTLE);
        assert!(second.unusable.is_empty());
        assert_eq!(
            second.files,
            [inside.join("a.pdf"), inside.join("within.pdf")]
        );
    }
}
