//! Which files a path on the command line stands for.

use super::stamp::Stamp;
use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// Endings of files that may hold scans; in a folder, others are passed over.
const EXTENSIONS: [&str; 7] = ["pdf", "tif", "tiff", "png", "jpg", "jpeg", "jpe"];

/// What was found under the given paths.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Discovery {
    /// Files to import, sorted within each given path, none twice.
    pub files: Vec<PathBuf>,
    /// Paths that are not there or folders that cannot be read, with the reason.
    pub unusable: Vec<(PathBuf, String)>,
    /// Files in folders that have no ending of a scan, such as `notes.txt`, or
    /// are no files, such as a pipe.
    pub n_passed_over: usize,
    /// How files of a watched folder looked when they were complete and inside it.
    /// What has changed since is passed over: it is looked at again.
    pub(super) seen: HashMap<PathBuf, Stamp>,
}

impl Discovery {
    /// These files, whatever their endings.
    pub fn of(files: Vec<PathBuf>) -> Self {
        Self {
            files,
            ..Self::default()
        }
    }

    /// Adds what was found later.
    pub fn add(&mut self, later: Self) {
        for file in later.files {
            if !self.files.contains(&file) {
                self.files.push(file);
            }
        }
        self.unusable.extend(later.unusable);
        self.n_passed_over = later.n_passed_over;
        self.seen.extend(later.seen);
    }
}

/// Finds the files to import. A file named itself is always taken, whatever its
/// ending; in a folder (searched to any depth, links to folders not followed)
/// only files that have the ending of a scan. A path that is not there and has
/// `*`, `?` or `[…]` in it, such as `scans/2023-*/*.pdf`, stands for all that
/// match; `**` for folders to any depth. `archive_dir` is never searched.
pub fn discover(paths: &[PathBuf], archive_dir: &Path) -> Discovery {
    let mut search = Search {
        archive_dir: archive_dir.canonicalize().ok(),
        searched: Vec::new(),
        found: Discovery::default(),
    };
    let mut named = HashSet::new();
    for path in paths.iter().filter(|path| named.insert(*path)) {
        match path.metadata() {
            Ok(metadata) if metadata.is_dir() => search.folder(path),
            Ok(_) => search.found.files.push(path.clone()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && is_pattern(path) => {
                search.pattern(path);
            }
            Err(error) => search.found.unusable.push((path.clone(), reason(&error))),
        }
    }
    let mut found = search.found;
    let mut seen = HashSet::new();
    found.files.retain(|file| seen.insert(file.clone()));
    found
}

fn is_pattern(path: &Path) -> bool {
    path.to_str()
        .is_some_and(|text| text.contains(['*', '?', '[']))
}

/// What was found so far, and where.
struct Search {
    archive_dir: Option<PathBuf>,
    /// Folders that were gone through, by their real paths.
    searched: Vec<PathBuf>,
    found: Discovery,
}

impl Search {
    fn pattern(&mut self, pattern: &Path) {
        let found = match glob::glob(&pattern.to_string_lossy()) {
            Ok(found) => found,
            Err(error) => {
                let reason = format!("it is no pattern: {}", error.msg);
                self.found.unusable.push((pattern.to_owned(), reason));
                return;
            }
        };
        let mut n_found = 0;
        // In the order of their names.
        for path in found {
            n_found += 1;
            match path {
                Ok(path) if path.is_dir() => self.folder(&path),
                Ok(path) => self.found.files.push(path),
                Err(error) => {
                    let path = error.path().to_owned();
                    self.found.unusable.push((path, reason(error.error())));
                }
            }
        }
        if n_found == 0 {
            let reason = "no file matches this pattern".to_owned();
            self.found.unusable.push((pattern.to_owned(), reason));
        }
    }

    /// Goes through a folder, once however many ways it is named in.
    fn folder(&mut self, folder: &Path) {
        let place = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        if self
            .searched
            .iter()
            .any(|searched| place.starts_with(searched))
        {
            return;
        }
        let archive_dir = self.archive_dir.as_deref();
        let is_archive = |path: &Path| {
            archive_dir.is_some() && path.canonicalize().ok().as_deref() == archive_dir
        };
        let entries = WalkDir::new(folder)
            .sort_by_file_name()
            .into_iter()
            .filter_entry(|entry| !(entry.file_type().is_dir() && is_archive(entry.path())));
        for entry in entries {
            match entry {
                Ok(entry) if entry.file_type().is_dir() => {}
                Ok(entry) if !has_scan_extension(entry.path()) => self.found.n_passed_over += 1,
                // Asked of the path, so that a link stands for the file it leads to.
                Ok(entry) => match entry.path().metadata() {
                    Ok(metadata) if metadata.is_file() => self.found.files.push(entry.into_path()),
                    Ok(_) => self.found.n_passed_over += 1,
                    Err(error) => self
                        .found
                        .unusable
                        .push((entry.into_path(), reason(&error))),
                },
                Err(error) => {
                    let path = error.path().unwrap_or(folder).to_owned();
                    let reason = error.io_error().map_or_else(|| error.to_string(), reason);
                    self.found.unusable.push((path, reason));
                }
            }
        }
        self.searched.push(place);
    }
}

fn has_scan_extension(path: &Path) -> bool {
    path.extension()
        .and_then(OsStr::to_str)
        .is_some_and(|extension| EXTENSIONS.contains(&extension.to_ascii_lowercase().as_str()))
}

/// An error of the file system in words for a records clerk.
pub(super) fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => {
            "there is no such file or folder; check the path".to_owned()
        }
        std::io::ErrorKind::PermissionDenied => {
            "you have no right to read it; ask its owner for the right".to_owned()
        }
        std::io::ErrorKind::IsADirectory => "it is a folder, not a file".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_folder_gives_its_scans_in_order_and_counts_the_rest() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("sub")).unwrap();
        for name in ["b.PDF", "a.tif", "notes.txt", "sub/c.jpeg"] {
            fs::write(dir.path().join(name), "x").unwrap();
        }
        let found = discover(&[dir.path().to_owned()], Path::new("/nowhere"));
        let names: Vec<_> = found
            .files
            .iter()
            .map(|file| file.strip_prefix(dir.path()).unwrap().to_str().unwrap())
            .collect();
        assert_eq!(names, ["a.tif", "b.PDF", "sub/c.jpeg"]);
        assert_eq!(found.n_passed_over, 1);
    }

    #[test]
    fn a_file_named_itself_is_taken_once_whatever_its_ending() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("scan.bin");
        fs::write(&file, "x").unwrap();
        let found = discover(&[file.clone(), file.clone()], Path::new("/nowhere"));
        assert_eq!(found.files, [file]);
    }

    #[test]
    fn what_is_named_in_several_ways_is_searched_once() {
        let dir = tempfile::tempdir().unwrap();
        let (folder, missing) = (dir.path().to_owned(), dir.path().join("missing"));
        fs::create_dir(folder.join("sub")).unwrap();
        for name in ["a.tif", "notes.txt", "sub/b.pdf", "sub/notes.txt"] {
            fs::write(folder.join(name), "x").unwrap();
        }
        let paths = [
            folder.clone(),
            folder.join("sub/.."),
            folder.join("sub"),
            folder.clone(),
            missing.clone(),
            missing.clone(),
        ];
        let found = discover(&paths, Path::new("/nowhere"));
        assert_eq!(
            found.files,
            [folder.join("a.tif"), folder.join("sub/b.pdf")]
        );
        assert_eq!(found.n_passed_over, 2);
        assert_eq!(found.unusable.len(), 1);
        let found = discover(
            &[folder.join("s*"), folder.join("sub")],
            Path::new("/nowhere"),
        );
        assert_eq!(found.files, [folder.join("sub/b.pdf")]);
        assert_eq!(found.n_passed_over, 1);
        // The part first and then the whole: all of the whole is found.
        let found = discover(&[folder.join("sub"), folder.clone()], Path::new("/nowhere"));
        assert_eq!(
            found.files,
            [folder.join("sub/b.pdf"), folder.join("a.tif")]
        );
    }

    #[test]
    fn a_missing_path_is_told_and_the_archive_is_not_searched() {
        let dir = tempfile::tempdir().unwrap();
        let archive = dir.path().join("archive");
        fs::create_dir(&archive).unwrap();
        fs::write(archive.join("original.pdf"), "x").unwrap();
        let missing = dir.path().join("missing.pdf");
        let found = discover(&[dir.path().to_owned(), missing.clone()], &archive);
        assert!(found.files.is_empty());
        assert_eq!(found.unusable.len(), 1);
        assert_eq!(found.unusable[0].0, missing);
    }

    #[test]
    fn a_pattern_stands_for_what_matches_and_a_file_of_that_name_for_itself() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["a-1.pdf", "a-2.pdf", "b-1.pdf", "[x].pdf"] {
            fs::write(dir.path().join(name), "x").unwrap();
        }
        let found = |name: &str| discover(&[dir.path().join(name)], Path::new("/nowhere"));
        let files = ["a-1.pdf", "a-2.pdf"].map(|name| dir.path().join(name));
        assert_eq!(found("a-*.pdf").files, files);
        assert_eq!(found("[x].pdf").files, [dir.path().join("[x].pdf")]);
        assert_eq!(found("c-*.pdf").unusable.len(), 1);
        assert_eq!(found("a-[.pdf").unusable.len(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn links_to_files_are_taken_those_to_folders_are_not() {
        use std::os::unix::fs::symlink;
        let dir = tempfile::tempdir().unwrap();
        let (inside, outside) = (dir.path().join("in"), dir.path().join("out"));
        fs::create_dir_all(&inside).unwrap();
        fs::create_dir_all(&outside).unwrap();
        fs::write(outside.join("scan"), "x").unwrap();
        symlink(outside.join("scan"), inside.join("a.pdf")).unwrap();
        symlink(outside.join("gone"), inside.join("b.pdf")).unwrap();
        symlink(&inside, inside.join("round")).unwrap();
        let found = discover(std::slice::from_ref(&inside), Path::new("/nowhere"));
        assert_eq!(found.files, [inside.join("a.pdf")]);
        assert_eq!(found.unusable.len(), 1, "{found:?}");
        assert_eq!(found.unusable[0].0, inside.join("b.pdf"));
    }
}
