//! `vanthu stats`: figures about an archive.

use super::archive_arg::ArchiveArg;
use super::for_people::{day, printable, size};
use super::format_arg::{FormatArg, OutputFormat};
use super::{ExitStatus, Failure, output};
use crate::archive::{Count, Stats};
use crate::index::{IndexError, SearchIndex};
use serde::Serialize;
use std::fmt::Write;

/// Show figures about the archive
#[derive(Debug, clap::Args)]
pub struct StatsArgs {
    #[command(flatten)]
    archive: ArchiveArg,
    #[command(flatten)]
    format: FormatArg,
}

#[derive(Debug, Serialize)]
struct Report {
    #[serde(flatten)]
    stats: Stats,
    /// `null` where the index cannot be used.
    n_pages_indexed: Option<u64>,
}

/// Lines of each list that people get; JSON has all.
const MAX_LINES: usize = 15;

pub fn run(args: &StatsArgs) -> Result<ExitStatus, Failure> {
    let archive = args.archive.open()?;
    let n_pages_indexed = match SearchIndex::open(&archive) {
        Ok(index) => Some(index.n_pages()),
        Err(IndexError::Missing { .. }) => None,
        Err(error) if error.is_mended_by_rebuild() => {
            eprintln!("vanthu: {error}");
            None
        }
        Err(error) => return Err(error.into()),
    };
    let report = Report {
        stats: archive.stats()?,
        n_pages_indexed,
    };
    match args.format.format {
        OutputFormat::Json => output::print_json(&report)?,
        OutputFormat::Text => output::print(&text(&report))?,
    }
    Ok(ExitStatus::Success)
}

fn text(report: &Report) -> String {
    let stats = &report.stats;
    let mut text = String::new();
    let mut line = |name: &str, value: String| {
        let _ = writeln!(text, "{name:<22}{value}");
    };
    line("documents", stats.n_documents.to_string());
    line("  read", stats.n_read.to_string());
    line("  unfinished", stats.n_unfinished.to_string());
    line("  failed", stats.n_failed.to_string());
    line("files not taken in", stats.n_failed_sources.to_string());
    line("pages read", stats.n_pages_done.to_string());
    line("pages failed", stats.n_pages_failed.to_string());
    line("words", stats.n_words.to_string());
    if let Some(confidence) = stats.mean_confidence {
        line("mean certainty", format!("{:.1} %", confidence * 100.0));
    }
    if let (Some(first), Some(last)) = (&stats.earliest_issued, &stats.latest_issued) {
        line("issued", format!("{} to {}", day(first), day(last)));
    }
    line("originals", size(stats.originals_bytes));
    line("catalogue", size(stats.catalogue_bytes));
    match report.n_pages_indexed {
        Some(n_pages) => line("pages in the index", n_pages.to_string()),
        None => line("pages in the index", "no index".to_owned()),
    }
    if stats.n_to_index > 0 {
        line("documents to index", stats.n_to_index.to_string());
    }
    if !stats.text_layers.is_empty() {
        text.push_str("\ntext that pages had\n");
        for count in &stats.text_layers {
            let _ = writeln!(text, "{:>8}  {}", count.n_pages, count.decision);
        }
    }
    for (title, counts) in [
        ("types", &stats.types),
        ("years of issue", &stats.years),
        ("issuers", &stats.issuers),
    ] {
        push_counts(&mut text, title, counts);
    }
    text
}

fn push_counts(text: &mut String, title: &str, counts: &[Count]) {
    if counts.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{title}");
    for count in counts.iter().take(MAX_LINES) {
        let value = count.value.as_deref().unwrap_or("(not found)");
        let _ = writeln!(text, "{:>8}  {}", count.n_documents, printable(value));
    }
    if counts.len() > MAX_LINES {
        let _ = writeln!(text, "{:>8}  and {} more", "", counts.len() - MAX_LINES);
    }
}
