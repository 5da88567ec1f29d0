//! `vanthu reindex`: builds the search index anew from the catalogue.

use super::archive_arg::ArchiveArg;
use super::{ExitStatus, Failure};
use crate::archive::Archive;
use crate::index::{self, IndexReport};
use indicatif::{ProgressBar, ProgressStyle};

/// Build the search index anew from the catalogue
///
/// The index in use answers until the new one is whole and takes its place.
#[derive(Debug, clap::Args)]
pub struct ReindexArgs {
    #[command(flatten)]
    archive: ArchiveArg,
}

pub fn run(args: &ReindexArgs) -> Result<ExitStatus, Failure> {
    let archive = args.archive.open()?;
    let report = rebuild_index(&archive)?;
    eprintln!(
        "vanthu: {} papers are in the search index",
        report.n_documents
    );
    Ok(ExitStatus::Success)
}

/// Rebuilds the index under the archive's writing lock, with a progress bar
/// where stderr is a terminal.
pub(super) fn rebuild_index(archive: &Archive) -> Result<IndexReport, Failure> {
    let _lock = archive.lock_for_writing()?;
    let bar = progress_bar("papers indexed");
    let report = index::rebuild(archive, |n_done, n_all| {
        bar.set_length(n_all as u64);
        bar.set_position(n_done as u64);
    })?;
    bar.finish_and_clear();
    Ok(report)
}

/// A bar on stderr; nothing where that is no terminal.
pub(super) fn progress_bar(what: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(0).with_message(what);
    match ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}, {eta} left") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
