//! `vanthu duplicates`: papers that are in the archive twice.

use super::archive_arg::ArchiveArg;
use super::for_people::{day, printable};
use super::format_arg::{FormatArg, OutputFormat};
use super::{ExitStatus, Failure, output};
use crate::index::{self, DuplicateGroup};
use serde::Serialize;
use std::fmt::Write;

/// List papers that were scanned twice, and files that came under several paths
///
/// A paper scanned twice is told by nearly the same text; papers of different
/// numbers or days are different papers however alike their text is. Nothing is
/// removed.
#[derive(Debug, clap::Args)]
pub struct DuplicatesArgs {
    #[command(flatten)]
    archive: ArchiveArg,
    #[command(flatten)]
    format: FormatArg,
}

/// What is there twice.
#[derive(Debug, Serialize)]
struct Report {
    /// Documents that seem to be the same paper.
    scanned_again: Vec<DuplicateGroup>,
    /// Documents whose very bytes were seen under several paths; they are in the
    /// archive once.
    same_bytes: Vec<Copies>,
}

#[derive(Debug, Serialize)]
struct Copies {
    document_id: i64,
    paths: Vec<String>,
}

pub fn run(args: &DuplicatesArgs) -> Result<ExitStatus, Failure> {
    let archive = args.archive.open()?;
    let copies = archive.documents_with_copies()?.into_iter();
    let report = Report {
        scanned_again: index::duplicates(&archive)?,
        same_bytes: copies
            .map(|(document_id, paths)| Copies { document_id, paths })
            .collect(),
    };
    match args.format.format {
        OutputFormat::Json => output::print_json(&report)?,
        OutputFormat::Text => output::print(&text(&report))?,
    }
    Ok(ExitStatus::Success)
}

fn text(report: &Report) -> String {
    let mut text = String::new();
    for group in &report.scanned_again {
        let _ = writeln!(text, "scanned {} times:", group.papers.len());
        for paper in &group.papers {
            let issued = paper.issued.as_deref().map(day);
            let known: Vec<&str> = [paper.number.as_deref(), issued.as_deref()]
                .into_iter()
                .flatten()
                .collect();
            let _ = writeln!(
                text,
                "    document {} ({}): {}",
                paper.document_id,
                printable(&known.join(", ")),
                printable(&paper.source_path)
            );
        }
    }
    for copies in &report.same_bytes {
        let document_id = copies.document_id;
        let _ = writeln!(text, "the same bytes, document {document_id}:");
        for path in &copies.paths {
            let _ = writeln!(text, "    {}", printable(path));
        }
    }
    if text.is_empty() {
        text.push_str("nothing is there twice\n");
    }
    text
}
