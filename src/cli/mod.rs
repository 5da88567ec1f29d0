//! The command line: one file a subcommand. Data goes to stdout, words for
//! people to stderr; exit codes are in [`ExitStatus`].

pub mod evaluate;
mod exit;
mod output;
pub mod restore;
pub mod train;

pub use exit::{ExitStatus, Failure};
