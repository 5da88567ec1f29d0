//! Files that were sent, in the archive's `uploads`: a folder an upload, in it a folder
//! a file.

use super::job::{Job, JobState, UPLOAD_PREFIX, UPLOADS};
use super::name_of;
use crate::server::shared::Shared;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// An upload that no import knows of is given up after this time: none takes so long.
const BROKEN_OFF: Duration = Duration::from_secs(24 * 3600);

/// The files of an upload in the order they were sent: a folder each, by number.
pub(super) fn sent_files(staging: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = |dir: &Path| -> io::Result<Vec<PathBuf>> {
        let entries = std::fs::read_dir(dir)?;
        entries.map(|entry| Ok(entry?.path())).collect()
    };
    let mut folders = entries(staging)?;
    folders.sort_by_key(|folder| name_of(folder).parse::<u32>().unwrap_or(u32::MAX));
    let mut files = Vec::new();
    for folder in folders {
        files.extend(entries(&folder)?);
    }
    Ok(files)
}

/// Whether the archive has each of some files, with its bytes.
pub(super) fn has_all(shared: &Shared, files: &[PathBuf]) -> bool {
    files.iter().all(|file| {
        let document = shared.archive.document_at(&file.to_string_lossy());
        matches!(document, Ok(Some(_)))
    })
}

/// Clears away what nobody will read any more: uploads that broke off, and folders whose
/// files were read just before the server ended. What stopped stays for its page.
pub(super) fn sweep(app: &Shared) {
    let uploads = app.archive.dir().join(UPLOADS);
    let entries = std::fs::read_dir(uploads).into_iter().flatten().flatten();
    for folder in entries.map(|entry| entry.path()) {
        let name = name_of(&folder);
        let is_done_with = match app.access.store.import_of(&name) {
            Ok(Some(import)) => {
                let is_read = Job::of_kept(import).state == JobState::Finished;
                is_read && sent_files(&folder).is_ok_and(|files| has_all(app, &files))
            }
            // Another server of this archive may be taking it in.
            Ok(None) => name.starts_with(UPLOAD_PREFIX) && is_older_than(&folder, BROKEN_OFF),
            Err(_) => false,
        };
        if is_done_with && let Err(error) = std::fs::remove_dir_all(&folder) {
            tracing::warn!(%error, folder = %folder.display(), "sent files could not be cleared away");
        }
    }
}

fn is_older_than(folder: &Path, age: Duration) -> bool {
    let modified = folder.metadata().and_then(|metadata| metadata.modified());
    modified.is_ok_and(|modified| modified.elapsed().is_ok_and(|elapsed| elapsed > age))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read_in_the_order_they_were_sent() {
        let staging = tempfile::tempdir().unwrap();
        for (number, name) in [(10, "mười.pdf"), (2, "hai.pdf"), (1, "một.pdf")] {
            let folder = staging.path().join(number.to_string());
            std::fs::create_dir(&folder).unwrap();
            std::fs::write(folder.join(name), "x").unwrap();
        }
        // What was refused left its folder.
        std::fs::create_dir(staging.path().join("3")).unwrap();
        let names: Vec<String> = sent_files(staging.path())
            .unwrap()
            .iter()
            .map(|it| name_of(it))
            .collect();
        assert_eq!(names, ["một.pdf", "hai.pdf", "mười.pdf"]);
    }
}
