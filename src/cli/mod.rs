//! The command line: one file a subcommand. Data goes to stdout, words for
//! people to stderr; exit codes are in [`ExitStatus`].

pub mod archive_arg;
mod exit;
pub mod failures;
mod for_people;
pub mod format_arg;
mod output;
pub mod reindex;
pub mod search;
pub mod show;
pub mod stats;
pub mod verify;

pub use exit::{ExitStatus, Failure};
