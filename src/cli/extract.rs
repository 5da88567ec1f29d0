//! `vanthu extract`: the record of one document, without an archive.

use super::format_arg::{FormatArg, OutputFormat};
use super::reading_args::ReadingArgs;
use super::{ExitStatus, Failure, output, registry_card, text_layers};
use crate::extract::{DocumentText, try_extract};
use crate::import;
use crate::restore::RestoredPage;
use crate::scan::SourceKind;
use anyhow::{Context, anyhow};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// First bytes that tell a scan from a text file.
const KIND_BYTES: u64 = 1024;

/// Text files beyond this size are refused: no document is that long.
const MAX_TEXT_BYTES: u64 = 256 << 20;

/// Print the record of one document
///
/// Number, date, issuer, subject, addressees, recipients, signer, cited
/// documents, dates, periods, deadlines, percentages and targets. A text file
/// is taken as it is: pages parted by a form feed.
#[derive(Debug, clap::Args)]
pub struct ExtractArgs {
    /// A PDF, TIFF, PNG or JPEG file, or a text file in UTF-8
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    format: FormatArg,
    #[command(flatten)]
    reading: ReadingArgs,
}

/// Runs `vanthu extract`.
pub fn run(args: &ExtractArgs) -> Result<ExitStatus, Failure> {
    let (document, status) = if is_scan(&args.file)? {
        read_scan(args)?
    } else {
        let text = read_text(&args.file)?;
        (DocumentText::from_plain_text(&text), ExitStatus::Success)
    };
    let record = try_extract(&document)
        .with_context(|| format!("{}", args.file.display()))
        .map_err(Failure::system)?;
    match args.format.format {
        OutputFormat::Json => output::print_json(&record)?,
        OutputFormat::Text => output::print(&registry_card::card(&record))?,
    }
    Ok(status)
}

/// Whether the first bytes are those of a PDF or an image, whatever the name says.
fn is_scan(path: &Path) -> Result<bool, Failure> {
    let mut first_bytes = Vec::new();
    open(path)?
        .take(KIND_BYTES)
        .read_to_end(&mut first_bytes)
        .with_context(|| format!("{} cannot be read", path.display()))
        .map_err(Failure::input)?;
    Ok(SourceKind::detect(&first_bytes).is_some())
}

fn open(path: &Path) -> Result<File, Failure> {
    File::open(path)
        .with_context(|| format!("{} cannot be opened", path.display()))
        .map_err(Failure::input)
}

/// Reads and restores a scan; a page that failed is told and left out.
fn read_scan(args: &ExtractArgs) -> Result<(DocumentText, ExitStatus), Failure> {
    let settings = args.reading.settings()?;
    let document = import::read_document(&args.file, None, &settings)?;
    text_layers::tell(&args.file, &document);
    let mut status = ExitStatus::Success;
    let mut pages: Vec<RestoredPage> = Vec::new();
    for page in document.pages {
        match page.outcome {
            Ok(read) => pages.push(read.restored),
            Err(error) => {
                eprintln!("vanthu: {}: {error}", args.file.display());
                status = ExitStatus::Incomplete;
            }
        }
    }
    Ok((DocumentText::from_restored(&pages), status))
}

fn read_text(path: &Path) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    open(path)?
        .take(MAX_TEXT_BYTES + 1)
        .read_to_end(&mut bytes)
        .with_context(|| format!("{} cannot be read", path.display()))
        .map_err(Failure::input)?;
    let name = path.display();
    if bytes.is_empty() {
        return Err(Failure::input(anyhow!("{name} is empty")));
    }
    if bytes.len() as u64 > MAX_TEXT_BYTES {
        return Err(Failure::input(anyhow!(
            "{name} is a text file of more than {} MiB; split it into its documents",
            MAX_TEXT_BYTES >> 20
        )));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::input(anyhow!(
            "{name} is neither a PDF, TIFF, PNG or JPEG file nor text in UTF-8: byte {at} is wrong"
        ))
    })
}
