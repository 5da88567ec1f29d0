//! `vanthu failures`: what could not be read or needs a look, and why.

use super::archive_arg::ArchiveArg;
use super::for_people::printable;
use super::format_arg::{FormatArg, OutputFormat};
use super::{ExitStatus, Failure, output};
use crate::archive::{self, Review};
use std::fmt::Write;

/// List files, documents and pages that could not be read, with reasons
#[derive(Debug, clap::Args)]
pub struct FailuresArgs {
    /// List what was read but needs a look instead: pages read with little
    /// certainty, numbers and dates that are handwritten or doubtful
    #[arg(long)]
    review: bool,
    #[command(flatten)]
    archive: ArchiveArg,
    #[command(flatten)]
    format: FormatArg,
}

pub fn run(args: &FailuresArgs) -> Result<ExitStatus, Failure> {
    let archive = args.archive.open()?;
    if args.review {
        let reviews = archive.reviews()?;
        match args.format.format {
            OutputFormat::Json => output::print_json(&reviews)?,
            OutputFormat::Text => output::print(&text_of_reviews(&reviews))?,
        }
        return Ok(ExitStatus::Success);
    }
    let failures = archive.failures()?;
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
        let place = place(failure.document_id, failure.page_number);
        let _ = writeln!(
            text,
            "{}{place}: {}",
            printable(&failure.source_path),
            printable(&failure.message)
        );
    }
    text
}

fn text_of_reviews(reviews: &[Review]) -> String {
    if reviews.is_empty() {
        return "nothing needs a look\n".to_owned();
    }
    let mut text = String::new();
    for review in reviews {
        let _ = writeln!(
            text,
            "{}{}: {}",
            printable(&review.source_path),
            place(Some(review.document_id), review.page_number),
            reasons(review)
        );
        if let Some(line) = &review.lowest_line {
            let _ = writeln!(
                text,
                "    worst line ({:.0} %): {}",
                100.0 * line.confidence,
                printable(&line.text)
            );
        }
    }
    text
}

fn reasons(review: &Review) -> String {
    let reasons: Vec<String> = review.reasons.iter().map(ToString::to_string).collect();
    reasons.join("; ")
}

/// Where in the archive, for people.
fn place(document_id: Option<i64>, page_number: Option<u32>) -> String {
    match (document_id, page_number) {
        (Some(document_id), Some(page_number)) => {
            format!(" (document {document_id}, page {page_number})")
        }
        (Some(document_id), None) => format!(" (document {document_id})"),
        (None, _) => String::new(),
    }
}
