//! `vanthu ocr`: reads one file, without an archive.

use super::reading_args::ReadingArgs;
use super::searchable_pdf::{self, FileCopy};
use super::{ExitStatus, Failure, hocr, output, text_layers, whole_file};
use crate::import::{self, DocumentPages, PageRange};
use crate::ocr::PageReading;
use crate::restore::RestoredPage;
use crate::scan::TextLayerDecision;
use serde::Serialize;
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

/// Read one file and print its text
///
/// Text: a printed line a line, pages parted by a form feed. What could not be
/// read is told on stderr; the exit code is then 1.
#[derive(Debug, clap::Args)]
pub struct OcrArgs {
    /// A PDF, TIFF, PNG or JPEG file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Print what the recogniser read, not restored
    #[arg(long)]
    raw: bool,
    /// How the result is written
    #[arg(long, value_enum, default_value_t)]
    format: OcrFormat,
    /// Only these pages: 3, 1-3 or 1-3,7
    #[arg(long, value_name = "PAGES")]
    pages: Option<PageRange>,
    /// Write to this file, not to stdout
    #[arg(long, short, value_name = "OUT")]
    output: Option<PathBuf>,
    #[command(flatten)]
    reading: ReadingArgs,
}

/// How the text of a file is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum OcrFormat {
    /// Plain text
    #[default]
    Text,
    /// Pages, lines and words with boxes and certainty
    Json,
    /// hOCR: HTML with boxes
    Hocr,
    /// The pages as they are, with the text hidden over them: a searchable PDF
    Pdf,
}

pub fn run(args: &OcrArgs) -> Result<ExitStatus, Failure> {
    if let Some(path) = &args.output {
        whole_file::check_target(path, &args.file)?;
    }
    let settings = args.reading.settings()?;
    let document = if args.format == OcrFormat::Pdf {
        let wanted = FileCopy {
            file: &args.file,
            range: args.pages.as_ref(),
            is_raw: args.raw,
            output: args.output.as_deref(),
        };
        searchable_pdf::of_file(&wanted, &settings)?
    } else {
        let document = import::read_document(&args.file, args.pages.as_ref(), &settings)?;
        write_text(args, &document)?;
        document
    };
    text_layers::tell(&args.file, &document);
    let mut status = ExitStatus::Success;
    for page in &document.pages {
        if let Err(error) = &page.outcome {
            output::tell(&format!("vanthu: {}: {error}", args.file.display()));
            status = ExitStatus::Incomplete;
        }
    }
    Ok(status)
}

fn write_text(args: &OcrArgs, document: &DocumentPages) -> Result<(), Failure> {
    let text = match args.format {
        OcrFormat::Json => json(document, args.raw)?,
        OcrFormat::Hocr => hocr::document(&args.file, document, args.raw),
        OcrFormat::Text | OcrFormat::Pdf => plain_text(document, args.raw),
    };
    match &args.output {
        Some(path) => whole_file::write(path, |file: &mut File| {
            writeln!(file, "{text}").map_err(Failure::system)
        }),
        None => output::print(&text),
    }
}

fn plain_text(document: &DocumentPages, is_raw: bool) -> String {
    let pages: Vec<String> = document
        .pages
        .iter()
        .map(|page| match &page.outcome {
            Ok(page) if is_raw => raw_text(&page.reading),
            Ok(page) => page.restored.text(),
            Err(_) => String::new(),
        })
        .collect();
    pages.join("\n\u{c}")
}

fn raw_text(reading: &PageReading) -> String {
    let lines: Vec<String> = reading.lines.iter().map(crate::ocr::Line::text).collect();
    lines.join("\n")
}

#[derive(Serialize)]
struct JsonDocument<'a> {
    page_count: u32,
    pages: Vec<JsonPage<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum JsonPage<'a> {
    Read(JsonReadPage<'a>),
    Failed { page_number: u32, error: String },
}

#[derive(Serialize)]
struct JsonReadPage<'a> {
    #[serde(flatten)]
    words: JsonWords<'a>,
    text_layer: &'a TextLayerDecision,
}

#[derive(Serialize)]
#[serde(untagged)]
enum JsonWords<'a> {
    Raw(&'a PageReading),
    Restored(&'a RestoredPage),
}

fn json(document: &DocumentPages, is_raw: bool) -> Result<String, Failure> {
    let pages = document
        .pages
        .iter()
        .map(|page| match &page.outcome {
            Ok(read) => JsonPage::Read(JsonReadPage {
                words: if is_raw {
                    JsonWords::Raw(&read.reading)
                } else {
                    JsonWords::Restored(&read.restored)
                },
                text_layer: &read.text_layer,
            }),
            Err(error) => JsonPage::Failed {
                page_number: page.page_number,
                error: error.to_string(),
            },
        })
        .collect();
    let document = JsonDocument {
        page_count: document.page_count,
        pages,
    };
    serde_json::to_string_pretty(&document).map_err(Failure::system)
}
