//! `vanthu failures`: what could not be read, and why.

use super::archive_arg::ArchiveArg;
use super::for_people::printable;
use super::format_arg::{FormatArg, OutputFormat};
use super::{ExitStatus, Failure, output};
use crate::archive;
use std::fmt::Write;

/// List files, documents and pages that could not be read, with reasons
#[derive(Debug, clap::Args)]
pub struct FailuresArgs {
    #[command(flatten)]
    archive: ArchiveArg,
    #[command(flatten)]
    format: FormatArg,
}

pub fn run(args: &FailuresArgs) -> Result<ExitStatus, Failure> {
    let failures = args.archive.open()?.failures()?;
    match args.format.format {
        OutputFormat::Json => output::print_json(&failures)?,
        OutputFormat::Text => output::print(&text(&failures))?,
    }
    Ok(ExitStatus::Success)
}

fn text(failures: &[archive::Failure]) -> String {
    if failures.is_empty() {
        return "nothing failed\n".to_owned();
    }
    let mut text = String::new();
    for failure in failures {
        let place = match (failure.document_id, failure.page_number) {
            (Some(document_id), Some(page_number)) => {
                format!(" (document {document_id}, page {page_number})")
            }
            (Some(document_id), None) => format!(" (document {document_id})"),
            (None, _) => String::new(),
        };
        let _ = writeln!(
            text,
            "{}{place}: {}",
            printable(&failure.source_path),
            printable(&failure.message)
        );
    }
    text
}
