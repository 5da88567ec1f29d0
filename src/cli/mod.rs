//! The command line: one file a subcommand. Data goes to stdout, words for
//! people to stderr; exit codes are in [`ExitStatus`].

mod exit;
mod output;

pub use exit::{ExitStatus, Failure};
