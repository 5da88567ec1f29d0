//! `vanthu import`: folders of scans into the archive.

use super::archive_arg::ArchiveArg;
use super::format_arg::{FormatArg, OutputFormat};
use super::progress::{ProgressDisplay, ProgressMode};
use super::reading_args::ReadingArgs;
use super::{ExitStatus, Failure, output};
use crate::import::{self, Discovery, ImportReport, ImportSettings};
use std::path::PathBuf;

/// Bring scans into the archive: read, restore, register and index them
///
/// Folders are searched for PDF, TIFF, PNG and JPEG files. The originals are
/// copied into the archive and never changed. A file that is in the archive
/// already is passed over; an import that was interrupted goes on where it
/// stopped when the same command is given again.
#[derive(Debug, clap::Args)]
pub struct ImportArgs {
    /// Files and folders
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    archive: ArchiveArg,
    #[command(flatten)]
    reading: ReadingArgs,
    /// Try documents again that failed at an earlier import
    #[arg(long)]
    retry_failed: bool,
    /// How progress is shown on stderr
    #[arg(long, value_enum, default_value_t)]
    progress: ProgressMode,
    #[command(flatten)]
    format: FormatArg,
}

pub fn run(args: &ImportArgs) -> Result<ExitStatus, Failure> {
    let found = import::discover(&args.paths, args.archive.dir());
    if found.files.is_empty() {
        return Err(nothing_to_import(&found));
    }
    let settings = ImportSettings {
        read: args.reading.settings()?,
        retry_failed: args.retry_failed,
    };
    let archive = args.archive.open_or_create()?;
    let display = ProgressDisplay::new(args.progress);
    let report = import::import(&archive, found, &settings, &|event| display.show(&event));
    display.finish();
    let report = report?;
    match args.format.format {
        OutputFormat::Json => output::print_json(&report)?,
        OutputFormat::Text => output::print(&text(&report, args))?,
    }
    Ok(if report.is_complete() {
        ExitStatus::Success
    } else {
        ExitStatus::Incomplete
    })
}

fn nothing_to_import(found: &Discovery) -> Failure {
    let reasons: Vec<String> = found
        .unusable
        .iter()
        .map(|(path, reason)| format!("{}: {reason}", path.display()))
        .collect();
    let message = if reasons.is_empty() {
        "no PDF, TIFF, PNG or JPEG file was found under the given paths".to_owned()
    } else {
        reasons.join("; ")
    };
    Failure::input(anyhow::anyhow!(message))
}

/// The end of an import, for people.
fn text(report: &ImportReport, args: &ImportArgs) -> String {
    let mut lines = vec![format!(
        "{} documents read, {} pages in {:.1} s ({:.2} pages a second)",
        report.n_documents_read, report.n_pages_read, report.duration_s, report.pages_per_second
    )];
    let mut add = |n: usize, words: &str| {
        if n > 0 {
            lines.push(format!("{n} {words}"));
        }
    };
    add(report.n_known, "files were in the archive already");
    add(
        report.n_passed_over,
        "files passed over: not PDF, TIFF, PNG or JPEG",
    );
    add(report.n_failed, "files failed");
    add(
        report.n_failed_before,
        "files failed at an earlier import (--retry-failed tries them again)",
    );
    add(report.n_pages_failed, "pages failed");
    if !report.is_complete() {
        lines.push(format!(
            "reasons: vanthu failures --archive {}",
            args.archive.dir().display()
        ));
    }
    lines.join("\n")
}
