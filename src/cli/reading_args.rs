//! Options of every command that reads scans.

use super::Failure;
use super::restore::ModelArgs;
use crate::import::ReadSettings;
use crate::scan::TextLayerMode;
use crate::scan::cleanup::CleanupSettings;
use crate::worker::{WorkLimit, WorkerSettings};
use std::time::Duration;

/// How scans are read.
#[derive(Debug, clap::Args)]
pub struct ReadingArgs {
    /// Pages read at a time [default: one a processor core]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Most seconds of the processor for one page
    ///
    /// By the clock a page may take five times as long, so that a busy machine
    /// costs no pages.
    #[arg(long, value_name = "S", default_value_t = 120, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    page_timeout: u64,
    /// Most memory of one page worker, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 2048, value_parser = clap::value_parser!(u64).range(256..=1_048_576))]
    worker_memory: u64,
    /// Resolution that pages are brought to before they are read, in dots an inch
    #[arg(long, value_name = "DPI", default_value_t = CleanupSettings::default().reading_dpi, value_parser = clap::value_parser!(u32).range(70..=600))]
    reading_dpi: u32,
    /// What becomes of text that the pages of a PDF already have
    #[arg(long, value_enum, default_value_t)]
    text_layer: TextLayerArg,
    #[command(flatten)]
    model: ModelArgs,
}

/// What becomes of text that a page already has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum TextLayerArg {
    /// Take it where it is good, read the picture where it is not
    #[default]
    Auto,
    /// Take it wherever there is any
    Keep,
    /// Read every page from its picture
    Redo,
}

impl From<TextLayerArg> for TextLayerMode {
    fn from(arg: TextLayerArg) -> Self {
        match arg {
            TextLayerArg::Auto => Self::Auto,
            TextLayerArg::Keep => Self::Keep,
            TextLayerArg::Redo => Self::Redo,
        }
    }
}

impl ReadingArgs {
    /// What the options mean.
    ///
    /// # Errors
    /// When the model or the user dictionary cannot be used.
    pub fn settings(&self) -> Result<ReadSettings, Failure> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(ReadSettings {
            n_jobs: self.jobs.map_or(cores, usize::from),
            worker: WorkerSettings {
                memory_bytes: self.worker_memory << 20,
                page_limit: WorkLimit::of_processor(Duration::from_secs(self.page_timeout)),
                cleanup: CleanupSettings {
                    reading_dpi: self.reading_dpi,
                    ..CleanupSettings::default()
                },
                text_layer: self.text_layer.into(),
                ..WorkerSettings::default()
            },
            restorer: self.model.load()?,
        })
    }
}
