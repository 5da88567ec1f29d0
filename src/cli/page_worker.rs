//! `vanthu page-worker`: the child that reads pages; people do not call it.

use super::reading_args::TextLayerArg;
use super::{ExitStatus, Failure};
use crate::scan::cleanup::CleanupSettings;
use crate::worker::{self, WorkLimit, WorkerSettings};
use std::time::Duration;

/// Read pages for a parent process, connected at stdin
#[derive(Debug, clap::Args)]
pub struct PageWorkerArgs {
    #[arg(long)]
    language: String,
    #[arg(long)]
    memory_bytes: u64,
    #[arg(long)]
    page_timeout_s: u64,
    #[arg(long)]
    reading_dpi: u32,
    #[arg(long, value_enum)]
    text_layer: TextLayerArg,
    #[arg(long)]
    only_draws: bool,
}

pub fn run(args: &PageWorkerArgs) -> Result<ExitStatus, Failure> {
    let settings = WorkerSettings {
        language: args.language.clone(),
        memory_bytes: args.memory_bytes,
        page_limit: WorkLimit::of_processor(Duration::from_secs(args.page_timeout_s)),
        cleanup: CleanupSettings {
            reading_dpi: args.reading_dpi,
            ..CleanupSettings::default()
        },
        text_layer: args.text_layer.into(),
        only_draws: args.only_draws,
        ..WorkerSettings::default()
    };
    worker::run_child(&settings).map_err(Failure::system)?;
    Ok(ExitStatus::Success)
}
