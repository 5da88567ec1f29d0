//! `vanthu copy-worker`: the child that makes a searchable copy; people do not
//! call it.

use super::{ExitStatus, Failure};
use crate::export::pdf::{self, CopyChildSettings};
use crate::worker::WorkLimit;
use std::time::Duration;

/// Make a searchable copy for a parent process, connected at stdin
#[derive(Debug, clap::Args)]
pub struct CopyWorkerArgs {
    #[arg(long)]
    memory_bytes: u64,
    #[arg(long)]
    timeout_s: u64,
    /// Build the copy round page images even where objects can be taken over
    #[arg(long)]
    from_images: bool,
}

pub fn run(args: &CopyWorkerArgs) -> Result<ExitStatus, Failure> {
    pdf::run_child(&CopyChildSettings {
        memory_bytes: args.memory_bytes,
        limit: WorkLimit::of_processor(Duration::from_secs(args.timeout_s)),
        takes_over: !args.from_images,
    })
    .map_err(Failure::system)?;
    Ok(ExitStatus::Success)
}
