//! `vanthu backup` and `vanthu restore-archive`: a whole copy, and the way back.

use super::archive_arg::ArchiveArg;
use super::for_people::{printable, size};
use super::format_arg::{FormatArg, OutputFormat};
use super::reindex::progress_bar;
use super::{ExitStatus, Failure, output};
use crate::archive::{self, BackupReport, RestoreReport};
use std::fmt::Write;
use std::path::PathBuf;

/// Copy the archive, whole, even while an import writes into it
///
/// The folder gets the catalogue as it stands now, every original, and a list
/// of their checksums, SHA256SUMS. Every original is checked on the way; one
/// that is lost or changed is named, and the exit code is then 1. A backup that
/// was interrupted goes on when the same command is given again. The search
/// index is not copied: it is built anew from the catalogue.
#[derive(Debug, clap::Args)]
pub struct BackupArgs {
    /// Folder for the copy, empty or not there yet
    #[arg(value_name = "TARGET")]
    target: PathBuf,
    #[command(flatten)]
    archive: ArchiveArg,
    /// Let the copy share the originals' files (hard links) where both lie on
    /// one disk: quick and small, a guard against deletion but not against a
    /// failing disk
    #[arg(long)]
    link: bool,
    #[command(flatten)]
    format: FormatArg,
}

/// Make an archive from a backup
///
/// Every file is checked against its checksum while it is copied. An original
/// that is lost or changed in the backup is left out and named, and the exit
/// code is then 1; a damaged catalogue ends the command.
#[derive(Debug, clap::Args)]
pub struct RestoreArchiveArgs {
    /// Folder that `vanthu backup` has made
    #[arg(value_name = "BACKUP")]
    backup: PathBuf,
    /// Folder for the archive, empty or not there yet
    #[arg(value_name = "TARGET")]
    target: PathBuf,
    #[command(flatten)]
    format: FormatArg,
}

pub fn run(args: &BackupArgs) -> Result<ExitStatus, Failure> {
    let archive = args.archive.open()?;
    let bar = progress_bar("originals copied");
    let report = archive.back_up(&args.target, args.link, |n_done, n_all| {
        bar.set_length(n_all);
        bar.set_position(n_done);
    })?;
    bar.finish_and_clear();
    match args.format.format {
        OutputFormat::Json => output::print_json(&report)?,
        OutputFormat::Text => output::print(&text(&report))?,
    }
    Ok(status(report.damage.is_empty()))
}

pub fn run_restore(args: &RestoreArchiveArgs) -> Result<ExitStatus, Failure> {
    let bar = progress_bar("files copied");
    let report = archive::restore_archive(&args.backup, &args.target, |n_done, n_all| {
        bar.set_length(n_all);
        bar.set_position(n_done);
    })?;
    bar.finish_and_clear();
    match args.format.format {
        OutputFormat::Json => output::print_json(&report)?,
        OutputFormat::Text => output::print(&text_of_restore(&report))?,
    }
    Ok(status(report.damaged_files.is_empty()))
}

fn status(is_whole: bool) -> ExitStatus {
    match is_whole {
        true => ExitStatus::Success,
        false => ExitStatus::Incomplete,
    }
}

fn text(report: &BackupReport) -> String {
    let mut text = String::new();
    for damage in &report.damage {
        let document_id = damage.document_id.unwrap_or_default();
        let detail = printable(&damage.detail);
        let _ = writeln!(text, "document {document_id}: {detail}");
    }
    let n_documents = report.n_documents;
    let size = size(report.byte_length);
    let _ = writeln!(text, "{n_documents} papers backed up, {size}");
    text
}

fn text_of_restore(report: &RestoreReport) -> String {
    let mut text = String::new();
    for name in &report.damaged_files {
        let _ = writeln!(text, "{name} is lost or changed in the backup");
    }
    let n_originals = report.n_originals;
    let size = size(report.byte_length);
    let _ = writeln!(text, "{n_originals} originals restored, {size}");
    text
}
