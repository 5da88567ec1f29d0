//! `vanthu duplicates`: papers that are in the archive twice.

use super::archive_arg::ArchiveArg;
use super::for_people::{day, printable};
use super::format_arg::{FormatArg, OutputFormat};
use super::{ExitStatus, Failure, output};
use crate::access::AccessStore;
use crate::index::{self, DuplicateGroup};
use serde::Serialize;
use std::fmt::Write;
use std::path::Path;

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

/// Who sent a file over HTTP, where it came so.
type Senders<'a> = &'a dyn Fn(&str) -> Option<String>;

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
        OutputFormat::Text => {
            let users = AccessStore::open_if_there(archive.dir())?;
            // Where nobody is known, the path tells where a file is from.
            let senders = |path: &str| users.as_ref()?.sender_of(path).unwrap_or_default();
            output::print(&text(&report, &senders))?;
        }
    }
    Ok(ExitStatus::Success)
}

/// Where a file came from: its path, or who sent it.
fn source(path: &str, senders: Senders<'_>) -> String {
    let name = Path::new(path).file_name().unwrap_or_default();
    match senders(path) {
        Some(sender) => format!("{}, sent by {sender}", printable(&name.to_string_lossy())),
        None => printable(path),
    }
}

fn text(report: &Report, senders: Senders<'_>) -> String {
    let mut text = String::new();
    for group in &report.scanned_again {
        let _ = writeln!(text, "scanned {} times:", group.papers.len());
        for paper in &group.papers {
            let issued = paper.issued.as_deref().map(day);
            let known: Vec<&str> = [
                paper.number.as_deref(),
                issued.as_deref(),
                paper.subject.as_deref(),
            ]
            .into_iter()
            .flatten()
            .collect();
            let known = match known.is_empty() {
                true => String::new(),
                false => format!(" ({})", printable(&known.join(", "))),
            };
            let _ = writeln!(
                text,
                "    document {}{known}: {}",
                paper.document_id,
                source(&paper.source_path, senders)
            );
        }
    }
    for copies in &report.same_bytes {
        let document_id = copies.document_id;
        let _ = writeln!(text, "the same bytes, document {document_id}:");
        for path in &copies.paths {
            let _ = writeln!(text, "    {}", source(path, senders));
        }
    }
    if text.is_empty() {
        text.push_str("nothing is there twice\n");
    }
    text
}
