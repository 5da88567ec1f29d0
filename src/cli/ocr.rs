//! `vanthu ocr`: reads one file, without an archive.

use super::reading_args::ReadingArgs;
use super::{ExitStatus, Failure, hocr, output, text_layers};
use crate::import::{self, DocumentPages, PageRange};
use crate::ocr::PageReading;
use crate::restore::RestoredPage;
use crate::scan::TextLayerDecision;
use serde::Serialize;
use std::fs::Permissions;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

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
}

pub fn run(args: &OcrArgs) -> Result<ExitStatus, Failure> {
    if let Some(path) = &args.output {
        check_target(path, &args.file)?;
    }
    let settings = args.reading.settings()?;
    let document = import::read_document(&args.file, args.pages.as_ref(), &settings)?;
    let result = match args.format {
        OcrFormat::Text => plain_text(&document, args.raw),
        OcrFormat::Json => json(&document, args.raw)?,
        OcrFormat::Hocr => hocr::document(&args.file, &document, args.raw),
    };
    match &args.output {
        Some(path) => write_whole(path, &result)?,
        None => output::print(&result)?,
    }
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

/// Finds out before the long reading that its result can be written.
fn check_target(target: &Path, input: &Path) -> Result<(), Failure> {
    let wrong = |why: &str| {
        let message = format!("cannot write {}: {why}", target.display());
        Failure::new(ExitStatus::Usage, anyhow::anyhow!(message))
    };
    if target.is_dir() {
        return Err(wrong("it is a folder; name a file in it"));
    }
    if !folder_of(target).is_dir() {
        return Err(wrong("there is no such folder; make it first"));
    }
    let is_input = target
        .canonicalize()
        .is_ok_and(|target| input.canonicalize().is_ok_and(|input| input == target));
    if is_input {
        return Err(wrong("it is the scan itself"));
    }
    Ok(())
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Writes beside the target and renames, so that no half-written file is left.
/// A link, a device or a pipe stays what it is and is written through.
fn write_whole(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error: std::io::Error| {
        Failure::system(
            anyhow::Error::new(error).context(format!("cannot write {}", path.display())),
        )
    };
    let text = format!("{text}\n");
    let existing = path.metadata().ok();
    if existing.as_ref().is_some_and(|there| !there.is_file()) {
        return std::fs::write(path, text).map_err(failed);
    }
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    // New files get the rights that any program would give them.
    let permissions = existing.map_or_else(
        || Permissions::from_mode(0o666),
        |there| there.permissions(),
    );
    let mut file = tempfile::Builder::new()
        .permissions(permissions)
        .tempfile_in(folder_of(&path))
        .map_err(failed)?;
    file.write_all(text.as_bytes())
        .and_then(|()| file.as_file().sync_all())
        .map_err(failed)?;
    file.persist(&path).map_err(|error| failed(error.error))?;
    Ok(())
}
