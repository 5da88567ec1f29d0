//! `vanthu verify`: checks that an archive is whole.

use super::archive_arg::ArchiveArg;
use super::for_people::printable;
use super::format_arg::{FormatArg, OutputFormat};
use super::reindex::progress_bar;
use super::{ExitStatus, Failure, output};
use crate::archive::Damage;
use crate::index;
use serde::Serialize;
use std::fmt::Write;

/// Check that the archive is whole
///
/// Every original is hashed again, every row of the catalogue is held against
/// the others, the search index against the catalogue. Exit code 1 when
/// something is damaged.
#[derive(Debug, clap::Args)]
pub struct VerifyArgs {
    #[command(flatten)]
    archive: ArchiveArg,
    #[command(flatten)]
    format: FormatArg,
}

/// What was checked and found.
#[derive(Debug, Serialize)]
struct Report {
    n_documents: u64,
    is_whole: bool,
    damage: Vec<Damage>,
}

pub fn run(args: &VerifyArgs) -> Result<ExitStatus, Failure> {
    let archive = args.archive.open()?;
    let bar = progress_bar("papers checked");
    let mut n_documents = 0;
    let mut damage = archive.verify(|n_checked, n_all| {
        n_documents = n_checked;
        bar.set_length(n_all);
        bar.set_position(n_checked);
    })?;
    bar.finish_and_clear();
    damage.extend(index::verify(&archive)?);
    let report = Report {
        n_documents,
        is_whole: damage.iter().all(Damage::is_harmless),
        damage,
    };
    match args.format.format {
        OutputFormat::Json => output::print_json(&report)?,
        OutputFormat::Text => output::print(&text(&report))?,
    }
    Ok(match report.is_whole {
        true => ExitStatus::Success,
        false => ExitStatus::Incomplete,
    })
}

fn text(report: &Report) -> String {
    let mut text = String::new();
    for damage in &report.damage {
        let place = match damage.document_id {
            Some(document_id) => format!("document {document_id}: "),
            None => String::new(),
        };
        let remark = if damage.is_harmless() {
            " (harmless)"
        } else {
            ""
        };
        let _ = writeln!(text, "{place}{}{remark}", printable(&damage.detail));
    }
    let outcome = if report.is_whole { "whole" } else { "damaged" };
    let _ = writeln!(
        text,
        "{} papers checked, the archive is {outcome}",
        report.n_documents
    );
    text
}
