//! The one place where a defect of extraction, a panic, is kept to its
//! document.

use super::{DocumentText, Record, extract};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A text met an error in the program itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("its pages were read, but their text met an error in vanthu itself; please report it")]
pub struct ExtractDefect;

/// [`extract`], with a defect of the program as an error: no document may keep
/// all others from being registered.
///
/// # Errors
/// [`ExtractDefect`] where `extract` panicked; what the panic said has gone to
/// stderr.
pub fn try_extract(document: &DocumentText) -> Result<Record, ExtractDefect> {
    guarded(|| extract(document))
}

// What `work` borrows is only read: a panic leaves nothing half changed.
fn guarded(work: impl FnOnce() -> Record) -> Result<Record, ExtractDefect> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| ExtractDefect)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error() {
        assert_eq!(guarded(|| panic!("a defect")), Err(ExtractDefect));
        assert_eq!(guarded(Record::default), Ok(Record::default()));
    }
}
