//! Writing results to a file the person names: all of it, or nothing.

use super::{ExitStatus, Failure};
use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, Seek};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Finds out before the long reading that its result can be written.
pub fn check_target(target: &Path, input: &Path) -> Result<(), Failure> {
    let wrong = |why: &str| {
        let message = format!("cannot write {}: {why}", target.display());
        Failure::new(ExitStatus::Usage, anyhow::anyhow!(message))
    };
    if target.is_dir() {
        return Err(wrong("it is a folder; name a file in it"));
    }
    if !folder_of(target).is_dir() {
        return Err(wrong("there is no such folder; make it first"));
    }
    let is_input = target
        .canonicalize()
        .is_ok_and(|target| input.canonicalize().is_ok_and(|input| input == target));
    if is_input {
        return Err(wrong("it is the scan itself"));
    }
    Ok(())
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Lets `fill` write a file beside the target and renames it, so that no
/// half-written file is left. A link, a device or a pipe stays what it is and is
/// written through.
pub fn write<T>(
    path: &Path,
    fill: impl FnOnce(&mut File) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let failed = |error: io::Error| {
        Failure::system(
            anyhow::Error::new(error).context(format!("cannot write {}", path.display())),
        )
    };
    let existing = path.metadata().ok();
    if existing.as_ref().is_some_and(|there| !there.is_file()) {
        let mut file = tempfile::tempfile().map_err(failed)?;
        let result = fill(&mut file)?;
        file.rewind().map_err(failed)?;
        let mut target = OpenOptions::new().write(true).open(path).map_err(failed)?;
        io::copy(&mut file, &mut target).map_err(failed)?;
        return Ok(result);
    }
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    // New files get the rights that any program would give them.
    let permissions = existing.map_or_else(
        || Permissions::from_mode(0o666),
        |there| there.permissions(),
    );
    let mut file = tempfile::Builder::new()
        .permissions(permissions)
        .tempfile_in(folder_of(&path))
        .map_err(failed)?;
    let result = fill(file.as_file_mut())?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(&path).map_err(|error| failed(error.error))?;
    Ok(result)
}
