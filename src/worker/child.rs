//! The loop in the child: open a file, read its pages, until the parent hangs up.

use super::confine;
use super::picture::{self, PagePicture};
use super::process::WorkerSettings;
use super::protocol::{self, OpenedDocument, PageTimings, PageWork, Reply, Request};
use crate::ocr::{self, OcrEngine, Tesseract};
use crate::restore::Plausibility;
use crate::scan::{
    DrawnSize, Limits, PageSource, ScanError, SourceDocument, SourceKind, TextLayer,
    TextLayerDecision, TextLayerFinding, TextLayerMode, TextLayerOutcome, cleanup,
};
use memmap2::Mmap;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::time::Instant;

/// Serves the parent at the other end of stdin until it hangs up.
///
/// # Errors
/// When stdin is not a socket or the connection breaks in the middle.
pub fn run(settings: &WorkerSettings) -> io::Result<()> {
    // Panics of decoders are caught and become reasons; nobody reads stderr.
    std::panic::set_hook(Box::new(|_| {}));
    keep_memory();
    // Ctrl-C in a terminal goes to all processes in it. The parent decides what
    // becomes of the page in work; when it ends, so does the connection.
    // Safety: no handler of ours runs.
    unsafe { libc::signal(libc::SIGINT, libc::SIG_IGN) };
    let socket = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    let mut engine = match start(settings) {
        Ok(engine) => engine,
        Err(message) => return protocol::send(&socket, &Reply::CannotStart { message }, None),
    };
    protocol::send(&socket, &Reply::Ready, None)?;
    let mut open_document = None;
    loop {
        // Waiting for work may take as long as it likes.
        confine::set_alarms(None);
        let Some((request, file)) = protocol::receive::<Request>(&socket, None)? else {
            return Ok(());
        };
        confine::set_alarms(Some(settings.page_limit));
        let reply = match request {
            Request::Open => {
                open_document = None;
                match open(file) {
                    Ok(document) => {
                        let opened = OpenedDocument {
                            media_kind: media_kind(document.kind()).to_owned(),
                            page_count: document.page_count(),
                        };
                        open_document = Some(document);
                        Reply::Opened(opened)
                    }
                    Err(reply) => reply,
                }
            }
            Request::ReadPage { page_number } => match (&open_document, &mut engine) {
                (Some(document), Some(engine)) => {
                    read_page(document, page_number, settings, engine)
                }
                _ => out_of_turn(),
            },
            Request::DrawPage {
                page_number,
                width_px,
            } => match &open_document {
                Some(document) => match draw_page(document, page_number, width_px) {
                    Ok(picture) => {
                        protocol::send(&socket, &Reply::Picture(picture.size), None)?;
                        protocol::send_bytes(&socket, &picture.jpeg, None)?;
                        continue;
                    }
                    Err(reply) => reply,
                },
                None => out_of_turn(),
            },
        };
        protocol::send(&socket, &reply, None)?;
    }
}

fn out_of_turn() -> Reply {
    Reply::Failed {
        kind: "protocol".to_owned(),
        message: "this was asked out of turn".to_owned(),
    }
}

/// Pictures of this size are taken and given back many times a page. The
/// allocator's way for large ones asks the system each time, which clears every
/// page of memory anew: a thirtieth of the time of reading.
const KEPT_BYTES: libc::c_int = 32 << 20;

/// Lets the allocator keep what it was given back. A worker's memory stays at
/// its highest point, which is bounded, instead of coming back to it.
fn keep_memory() {
    // Safety: this process has one thread yet.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, KEPT_BYTES);
        libc::mallopt(libc::M_TRIM_THRESHOLD, 4 * KEPT_BYTES);
    }
}

/// The recogniser, where pages are to be read, and then no more rights.
fn start(settings: &WorkerSettings) -> Result<Option<Tesseract>, String> {
    let engine = match settings.only_draws {
        true => None,
        false => {
            let judge = Plausibility::embedded().map_err(|error| error.to_string())?;
            let engine = Tesseract::load(&settings.language).map_err(|error| error.to_string())?;
            Some(engine.reading_twice(judge))
        }
    };
    confine::confine(settings.memory_bytes).map_err(|error| {
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
        format!(
            "a page worker cannot be confined: {error}{}",
            cause.unwrap_or_default()
        )
    })?;
    Ok(engine)
}

/// The bytes of a file, mapped, not read: a large file costs what is looked at.
struct MappedFile(Option<Mmap>);

impl AsRef<[u8]> for MappedFile {
    fn as_ref(&self) -> &[u8] {
        self.0.as_deref().unwrap_or_default()
    }
}

/// The document, or what to answer instead.
fn open(file: Option<OwnedFd>) -> Result<SourceDocument, Reply> {
    let unreadable = |error: io::Error| {
        failed(&ScanError::Damaged {
            what: "the file".to_owned(),
            detail: error.to_string(),
        })
    };
    let file = File::from(file.ok_or_else(|| unreadable(io::ErrorKind::NotFound.into()))?);
    let length = file.metadata().map_err(unreadable)?.len();
    // An empty file cannot be mapped.
    let mapped = if length == 0 {
        MappedFile(None)
    } else {
        // Safety: should somebody shorten the file meanwhile, this child dies of
        // SIGBUS, which costs one page. Originals in the archive are read-only.
        let mapped = unsafe { Mmap::map(&file) }.map_err(|error| match error.kind() {
            io::ErrorKind::OutOfMemory => Reply::Failed {
                kind: "too_large".to_owned(),
                message: format!(
                    "the file is too large for a page worker ({} MiB); give the workers more \
                     memory (--worker-memory) or split the file",
                    length >> 20
                ),
            },
            _ => unreadable(error),
        })?;
        MappedFile(Some(mapped))
    };
    SourceDocument::open(mapped, Limits::default()).map_err(|error| failed(&error))
}

fn read_page(
    document: &SourceDocument,
    page_number: u32,
    settings: &WorkerSettings,
    engine: &mut dyn OcrEngine,
) -> Reply {
    let start = Instant::now();
    let layer = match settings.text_layer {
        TextLayerMode::Redo => TextLayer::default(),
        TextLayerMode::Auto | TextLayerMode::Keep => document.text_layer(page_number),
    };
    let text_layer_ms = milliseconds_since(start);
    let is_kept = settings.text_layer == TextLayerMode::Keep && !layer.lines.is_empty();
    if (layer.finding.is_good() || is_kept)
        && let Some(size) = document.drawn_size(page_number)
    {
        return Reply::Page(Box::new(take_text(layer, page_number, size, text_layer_ms)));
    }
    let start = Instant::now();
    let image = match document.page_image(page_number) {
        Ok(image) => image,
        Err(error) => return failed(&error),
    };
    let decode_ms = milliseconds_since(start);
    let start = Instant::now();
    let source = image.source;
    let prepared = match cleanup::prepare(&image, settings.cleanup) {
        Ok(prepared) => prepared,
        Err(error) => {
            return Reply::Failed {
                kind: "out_of_memory".to_owned(),
                message: error.to_string(),
            };
        }
    };
    // The picture as it was decoded is not needed while its copy is read.
    drop(image);
    let clean_up_ms = milliseconds_since(start);
    let start = Instant::now();
    match engine.read(&prepared) {
        Ok(reading) => Reply::Page(Box::new(PageWork {
            earlier_reading: (layer.finding == TextLayerFinding::OcrLayer).then(|| {
                let size_px = (reading.width_px, reading.height_px);
                ocr::reading_of_text_layer(&layer, page_number, size_px, reading.resolution_dpi)
            }),
            reading,
            source,
            text_layer: TextLayerDecision {
                finding: layer.finding,
                encodings: Vec::new(),
                outcome: TextLayerOutcome::ReadFromPicture,
            },
            timings: PageTimings {
                text_layer_ms,
                decode_ms,
                clean_up_ms,
                recognise_ms: milliseconds_since(start),
            },
        })),
        Err(error) => Reply::Failed {
            kind: "recogniser".to_owned(),
            message: error.to_string(),
        },
    }
}

fn draw_page(
    document: &SourceDocument,
    page_number: u32,
    width_px: u32,
) -> Result<PagePicture, Reply> {
    let image = document
        .page_image(page_number)
        .map_err(|error| failed(&error))?;
    picture::draw(&image, width_px).map_err(|error| Reply::Failed {
        kind: "picture".to_owned(),
        message: error.to_string(),
    })
}

/// A page whose words are those of its text; its picture is never made.
fn take_text(layer: TextLayer, page_number: u32, size: DrawnSize, text_layer_ms: u32) -> PageWork {
    let size_px = (size.width_px, size.height_px);
    PageWork {
        reading: ocr::reading_of_text_layer(&layer, page_number, size_px, size.resolution_dpi),
        source: PageSource::Rendered,
        text_layer: TextLayerDecision {
            finding: layer.finding,
            encodings: layer.encodings,
            outcome: TextLayerOutcome::Taken,
        },
        earlier_reading: None,
        timings: PageTimings {
            text_layer_ms,
            ..PageTimings::default()
        },
    }
}

fn failed(error: &ScanError) -> Reply {
    Reply::Failed {
        kind: error.kind().to_owned(),
        message: error.to_string(),
    }
}

fn media_kind(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::Pdf => "pdf",
        SourceKind::Tiff => "tiff",
        SourceKind::Png => "png",
        SourceKind::Jpeg => "jpeg",
    }
}

fn milliseconds_since(start: Instant) -> u32 {
    u32::try_from(start.elapsed().as_millis()).unwrap_or(u32::MAX)
}
