//! `vanthu show`: one document of the archive.

use super::archive_arg::ArchiveArg;
use super::for_people::{day, doubted, moment, printable};
use super::format_arg::{FormatArg, OutputFormat};
use super::{ExitStatus, Failure, output};
use crate::archive::{self, Archive, ArchivePlace, Document, DocumentState, PageRow, PageState};
use serde::Serialize;
use serde_json::Value;
use std::fmt::Write;
use std::path::PathBuf;

/// Show a document of the archive: its card and its text
#[derive(Debug, clap::Args)]
pub struct ShowArgs {
    /// Number of the document, as `vanthu search` gives it
    #[arg(value_name = "ID")]
    document_id: i64,
    #[command(flatten)]
    archive: ArchiveArg,
    /// Only the text of this page; with --format json its words and their boxes
    #[arg(long = "page", value_name = "N", conflicts_with = "record")]
    page_number: Option<u32>,
    /// The text as it was read, before it was restored
    #[arg(long, conflicts_with = "record")]
    raw: bool,
    /// Only the record, JSON
    #[arg(long)]
    record: bool,
    #[command(flatten)]
    format: FormatArg,
}

/// A document with all that belongs to it.
#[derive(Debug, Serialize)]
struct Card {
    document: Document,
    original: PathBuf,
    sources: Vec<String>,
    /// The pages of the original that it has, where it is one paper of a stack.
    #[serde(skip_serializing_if = "Option::is_none")]
    pages_in_file: Option<(u32, u32)>,
    /// The documents that were made of it, where it is a stack.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parts: Vec<i64>,
    /// With which pages papers seem to begin, where it seems to be a stack.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    proposed_papers: Vec<u32>,
    /// Where the paper original stands, where that was told.
    place_in_store: Option<ArchivePlace>,
    failures: Vec<archive::Failure>,
    record: Option<Value>,
    pages: Vec<PageRow>,
}

#[derive(Debug, thiserror::Error)]
enum ShowError {
    #[error("document {document_id} has no page {page_number}; it has {n_pages}")]
    NoSuchPage {
        document_id: i64,
        page_number: u32,
        n_pages: usize,
    },
    #[error("document {document_id} has no record; it was not read to its end")]
    NoRecord { document_id: i64 },
    #[error(
        "page {page_number} of document {document_id} could not be read; `vanthu failures` says why"
    )]
    FailedPage { document_id: i64, page_number: u32 },
}

pub fn run(args: &ShowArgs) -> Result<ExitStatus, Failure> {
    let archive = args.archive.open()?;
    let card = card(&archive, args.document_id)?;
    if args.record {
        let record = card.record.ok_or(ShowError::NoRecord {
            document_id: args.document_id,
        });
        output::print_json(&record.map_err(Failure::input)?)?;
    } else if let Some(page_number) = args.page_number {
        show_page(&archive, args, &card, page_number)?;
    } else {
        match args.format.format {
            OutputFormat::Json => output::print_json(&card)?,
            OutputFormat::Text => output::print(&text(&card, args.raw))?,
        }
    }
    Ok(ExitStatus::Success)
}

fn card(archive: &Archive, document_id: i64) -> Result<Card, Failure> {
    let document = archive.document(document_id)?;
    Ok(Card {
        original: archive.original_path(&document.sha256),
        sources: archive.sources(document_id)?,
        pages_in_file: document
            .pages_in_file()
            .map(|pages| (*pages.start(), *pages.end())),
        parts: archive
            .parts_of(document_id)?
            .iter()
            .map(|part| part.document_id)
            .collect(),
        proposed_papers: archive.proposed_papers(document_id)?,
        place_in_store: archive.place(document_id)?,
        failures: archive.failures_of(document_id)?,
        record: archive.record(document_id)?,
        pages: archive.page_rows(document_id)?,
        document,
    })
}

fn show_page(
    archive: &Archive,
    args: &ShowArgs,
    card: &Card,
    page_number: u32,
) -> Result<(), Failure> {
    let document_id = args.document_id;
    let row = card.pages.iter().find(|row| row.page_number == page_number);
    let row = row.ok_or(ShowError::NoSuchPage {
        document_id,
        page_number,
        n_pages: card.pages.len(),
    });
    let row = row.map_err(Failure::input)?;
    if row.state == PageState::Failed {
        return Err(Failure::input(ShowError::FailedPage {
            document_id,
            page_number,
        }));
    }
    match args.format.format {
        OutputFormat::Json => output::print_json(&archive.page(document_id, page_number)?),
        OutputFormat::Text => output::print(&printable(page_text(row, args.raw))),
    }
}

/// "1, 3, 4"; `None` for nothing.
fn listed<T: ToString>(numbers: &[T]) -> Option<String> {
    let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    (!numbers.is_empty()).then(|| numbers.join(", "))
}

fn page_text(row: &PageRow, is_raw: bool) -> &str {
    if is_raw { &row.raw_text } else { &row.text }
}

fn text(card: &Card, is_raw: bool) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
            let _ = writeln!(text, "{name:<14}{}", printable(&value));
        }
    };
    let Document {
        fields,
        state,
        page_count,
        ..
    } = &card.document;
    line("document", Some(card.document.document_id.to_string()));
    let number = fields.number.as_deref();
    line(
        "number",
        number.map(|number| doubted(number, fields.number_doubtful)),
    );
    line("type", fields.document_type.clone());
    line("issuer", fields.issuer.clone());
    line("parent", fields.issuer_parent.clone());
    let issued = fields.issued.as_deref();
    let issued = issued.map(|issued| doubted(&day(issued), fields.issued_doubtful));
    line("issued", issued);
    line("place", fields.place.clone());
    line("subject", fields.subject.clone());
    let signer = [
        &fields.signer_authority,
        &fields.signer_position,
        &fields.signer_name,
    ];
    let signer: Vec<&str> = signer.into_iter().flatten().map(String::as_str).collect();
    line("signed", (!signer.is_empty()).then(|| signer.join(", ")));
    let state = match state {
        DocumentState::Registered => "not read to its end",
        DocumentState::Read => "read",
        DocumentState::Failed => "could not be read",
        DocumentState::Split => "a stack, split into its papers",
    };
    line("state", Some(state.to_owned()));
    line("pages", page_count.map(|n_pages| n_pages.to_string()));
    if let (Some(stack), Some((first, last))) = (card.document.part_of, card.pages_in_file) {
        line(
            "part of",
            Some(format!(
                "document {stack}, pages {first} to {last} of the original"
            )),
        );
    }
    line(
        "papers",
        listed(&card.parts).map(|parts| format!("documents {parts}")),
    );
    line(
        "may hold",
        listed(&card.proposed_papers).map(|pages| {
            format!(
                "several papers, beginning on pages {pages}; `vanthu import --split` parts them"
            )
        }),
    );
    line("imported", Some(moment(&card.document.imported_at)));
    for source in &card.sources {
        line("source", Some(source.clone()));
    }
    if let Some(place) = &card.place_in_store {
        line("fonds", place.fonds.clone());
        line("register", place.register.clone());
        line("box", place.box_number.clone());
        line("dossier", place.dossier.clone());
        line("sheet", place.sheet.clone());
    }
    line("original", Some(card.original.display().to_string()));
    for failure in &card.failures {
        let place = match failure.page_number {
            Some(page_number) => format!("page {page_number}: "),
            None => String::new(),
        };
        line("failed", Some(format!("{place}{}", failure.message)));
    }
    for row in &card.pages {
        let had = row.text_layer.as_ref();
        let had = had.map_or_else(String::new, |decision| format!(" ({decision})"));
        let _ = writeln!(text, "\n--- page {}{had} ---", row.page_number);
        if row.state == PageState::Done {
            let _ = writeln!(text, "{}", printable(page_text(row, is_raw)));
        }
    }
    text
}
