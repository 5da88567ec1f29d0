//! The child that takes a source apart and writes its copy: confined as the
//! page workers are, for it parses the same untrusted bytes.

use super::built;
use super::job::{CopyHead, CopyPage, CopyReply, CopyRequest, CopySummary};
use super::taken_over::{Refusal, TakenOver};
use crate::scan::{Limits, ScanError, SourceDocument, SourceKind};
use crate::worker::{WorkLimit, confine, protocol};
use memmap2::Mmap;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Bytes of the copy sent at once.
const PIECE_BYTES: usize = 1 << 20;

/// How a copy child is set up.
#[derive(Debug, Clone, Copy)]
pub struct CopyChildSettings {
    /// Bound of its address space.
    pub memory_bytes: u64,
    /// The longest that opening or writing a copy may take.
    pub limit: WorkLimit,
    /// Whether the objects of a PDF are taken over where they can be.
    pub takes_over: bool,
}

/// Serves the parent at the other end of stdin: one copy.
///
/// # Errors
/// When stdin is not a socket or the connection breaks in the middle.
pub fn run(settings: &CopyChildSettings) -> io::Result<()> {
    // Panics are caught and become reasons; nobody reads stderr.
    std::panic::set_hook(Box::new(|_| {}));
    let socket = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    if let Err(error) = confine::confine(settings.memory_bytes) {
        let message = error.to_string();
        return protocol::send(&socket, &CopyReply::CannotStart { message }, None);
    }
    protocol::send(&socket, &CopyReply::Ready, None)?;
    let mut opened = None;
    let mut pages = BTreeMap::new();
    while let Some((request, file)) = protocol::receive::<CopyRequest>(&socket, None)? {
        confine::set_alarms(Some(settings.limit));
        let reply = match request {
            CopyRequest::Open => match fenced(|| open(file, settings.takes_over)) {
                Ok(original) => {
                    opened = Some(original);
                    CopyReply::Opened
                }
                Err(failure) => failure.into(),
            },
            CopyRequest::Page(page) => {
                pages.insert(page.page_number, *page);
                confine::set_alarms(None);
                continue;
            }
            CopyRequest::Write(head) => match opened.take() {
                Some(original) => match fenced(|| write(original, &pages, &head, &socket)) {
                    Ok(summary) => CopyReply::Written(summary),
                    Err(failure) => failure.into(),
                },
                None => Failure::new("protocol", "no file is open").into(),
            },
        };
        protocol::send(&socket, &reply, None)?;
        // Waiting for pages to be read may take as long as it likes.
        confine::set_alarms(None);
    }
    Ok(())
}

/// An opened source, and its objects where they can be taken over.
struct Original {
    source: SourceDocument,
    objects: Option<TakenOver>,
}

struct Failure {
    kind: String,
    message: String,
}

impl Failure {
    fn new(kind: &str, message: &str) -> Self {
        Self {
            kind: kind.to_owned(),
            message: message.to_owned(),
        }
    }
}

impl From<Failure> for CopyReply {
    fn from(failure: Failure) -> Self {
        Self::Failed {
            kind: failure.kind,
            message: failure.message,
        }
    }
}

impl From<ScanError> for Failure {
    fn from(error: ScanError) -> Self {
        Self::new(error.kind(), &error.to_string())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::new("cannot_write", &error.to_string())
    }
}

/// A panic of a parser becomes a failure.
fn fenced<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(Failure::new("decoder_failed", "its structure is broken")))
}

fn open(file: Option<OwnedFd>, takes_over: bool) -> Result<Original, Failure> {
    let file = File::from(file.ok_or_else(|| Failure::new("protocol", "no file came"))?);
    let source = if file.metadata()?.len() == 0 {
        SourceDocument::open(Vec::new(), Limits::default())?
    } else {
        // Safety: should somebody shorten the file meanwhile, this child dies of
        // SIGBUS, which costs one copy.
        let mapped = unsafe { Mmap::map(&file) }?;
        SourceDocument::open(mapped, Limits::default())?
    };
    if source.kind() != SourceKind::Pdf {
        return Ok(Original {
            source,
            objects: None,
        });
    }
    let opened = if takes_over {
        // What a parser cannot bear can still be drawn.
        catch_unwind(AssertUnwindSafe(|| TakenOver::open(&source)))
            .unwrap_or(Err(Refusal::NotTrusted))
    } else if TakenOver::is_encrypted(&source) {
        Err(Refusal::Encrypted)
    } else {
        Err(Refusal::NotTrusted)
    };
    match opened {
        Ok(objects) => Ok(Original {
            source,
            objects: Some(objects),
        }),
        Err(Refusal::NotTrusted) => Ok(Original {
            source,
            objects: None,
        }),
        Err(Refusal::Encrypted) => Err(Failure::new(
            "encrypted",
            "it is encrypted, and a copy would lift the protection that its owner \
             gave it; ask for a file without it",
        )),
    }
}

fn write(
    original: Original,
    pages: &BTreeMap<u32, CopyPage>,
    head: &CopyHead,
    socket: &UnixStream,
) -> Result<CopySummary, Failure> {
    let mut output = Pieces {
        socket,
        filled: Vec::with_capacity(PIECE_BYTES),
    };
    let Original { source, objects } = original;
    if let Some(objects) = objects
        && let Some((bytes, summary)) = objects.write(pages, head)?
    {
        let copy = SourceDocument::open(bytes, Limits::default())?;
        if copy.page_count() == summary.page_count {
            output.write_all(copy.bytes())?;
            output.flush()?;
            return Ok(summary);
        }
    }
    let summary = built::write(&source, pages, head, &mut output)?;
    output.flush()?;
    Ok(summary)
}

/// Sends what is written to the parent, piece by piece.
struct Pieces<'a> {
    socket: &'a UnixStream,
    filled: Vec<u8>,
}

impl Write for Pieces<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n_bytes = bytes.len().min(PIECE_BYTES - self.filled.len());
        self.filled.extend_from_slice(&bytes[..n_bytes]);
        if self.filled.len() == PIECE_BYTES {
            self.flush()?;
        }
        Ok(n_bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        if !self.filled.is_empty() {
            protocol::send(self.socket, &CopyReply::Piece, None)?;
            protocol::send_bytes(self.socket, &self.filled, None)?;
            self.filled.clear();
        }
        Ok(())
    }
}
