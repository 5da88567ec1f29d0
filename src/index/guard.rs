//! Reading a tantivy index that may be damaged.

use super::IndexError;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// Runs `read` against the index in `index_dir`. The index is read through
/// memory maps whose checksums are not looked at every time, and flipped bytes
/// send tantivy out of bounds: a panic there is damage, not the end of the
/// program.
///
/// What `read` borrows is only read, or thrown away after an error; it cannot be
/// left half changed.
pub(super) fn guarded<T>(
    index_dir: &Path,
    read: impl FnOnce() -> tantivy::Result<T>,
) -> Result<T, IndexError> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(result) => result.map_err(|error| IndexError::tantivy(index_dir, &error)),
        Err(_) => Err(IndexError::Damaged {
            dir: index_dir.to_owned(),
            detail: "reading it ended in a panic".to_owned(),
        }),
    }
}
