//! A copy seen from the parent: starting the child, telling it the pages, and
//! taking the bytes back.

use super::job::{CopyHead, CopyPage, CopyReply, CopyRequest, CopySummary};
use crate::worker::limit::{Allowance, Exceeded};
use crate::worker::{WorkLimit, belief, protocol};
use std::fs::File;
use std::io::{self, Seek, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A copy larger than this is no copy of anything.
const MAX_COPY_BYTES: u64 = 16 << 30;

/// How copies are made.
#[derive(Debug, Clone)]
pub struct CopySettings {
    /// The program whose hidden subcommand `copy-worker` makes copies.
    pub program: PathBuf,
    /// Bound of the child's address space, in bytes.
    pub memory_bytes: u64,
    /// The longest that opening a file or writing its copy may take.
    pub limit: WorkLimit,
}

impl Default for CopySettings {
    fn default() -> Self {
        Self {
            program: std::env::current_exe().unwrap_or_else(|_| PathBuf::from("vanthu")),
            memory_bytes: 2 << 30,
            limit: WorkLimit::of_processor(Duration::from_secs(600)),
        }
    }
}

/// Why there is no copy.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The file cannot be copied; `kind` is a stable name of the reason.
    #[error("{message}")]
    Refused { kind: String, message: String },
    #[error("the program that makes searchable copies cannot be started: {message}")]
    CannotStart { message: String },
    #[error("its searchable copy could not be made ({how})")]
    Lost { how: String },
    #[error("the searchable copy cannot be written")]
    Write(#[from] io::Error),
}

/// A source that can be copied once its pages are read.
pub struct OpenCopy {
    child: CopyChild,
    file: File,
    settings: CopySettings,
}

impl OpenCopy {
    /// Makes sure that a file can be copied.
    ///
    /// # Errors
    /// [`CopyError::Refused`] for an encrypted file and for what is no document.
    pub fn open(file: File, settings: CopySettings) -> Result<Self, CopyError> {
        let child = CopyChild::open(&file, &settings, true).or_else(|error| match error {
            // The objects were too much for it; the page images need not be.
            CopyError::Lost { .. } => CopyChild::open(&file, &settings, false),
            other => Err(other),
        })?;
        Ok(Self {
            child,
            file,
            settings,
        })
    }

    /// Writes the copy into `output`, an empty file.
    ///
    /// # Errors
    /// When the copy cannot be made, by objects or by page images, or `output`
    /// cannot be written.
    pub fn write(
        mut self,
        head: &CopyHead,
        pages: &[CopyPage],
        output: &mut File,
    ) -> Result<CopySummary, CopyError> {
        match self.child.write(head, pages, output) {
            Err(CopyError::Lost { .. } | CopyError::Refused { .. }) => {
                output.set_len(0)?;
                output.rewind()?;
                CopyChild::open(&self.file, &self.settings, false)?.write(head, pages, output)
            }
            other => other,
        }
    }
}

struct CopyChild {
    child: Child,
    socket: UnixStream,
    limit: WorkLimit,
}

impl CopyChild {
    fn open(file: &File, settings: &CopySettings, takes_over: bool) -> Result<Self, CopyError> {
        let cannot_start = |message: String| CopyError::CannotStart { message };
        let (ours, theirs) = UnixStream::pair().map_err(|error| cannot_start(error.to_string()))?;
        let child = Command::new(&settings.program)
            .arg("copy-worker")
            .arg("--memory-bytes")
            .arg(settings.memory_bytes.to_string())
            .arg("--timeout-s")
            .arg(settings.limit.processor.as_secs().to_string())
            .args((!takes_over).then_some("--from-images"))
            .env("RUST_BACKTRACE", "0")
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| cannot_start(format!("{}: {error}", settings.program.display())))?;
        // One that stands still takes nothing either.
        ours.set_write_timeout(Some(settings.limit.clock))
            .map_err(|error| cannot_start(error.to_string()))?;
        let mut child = Self {
            child,
            socket: ours,
            limit: settings.limit,
        };
        let allowance = child.allowance();
        match child.answer(&allowance)? {
            CopyReply::Ready => {}
            CopyReply::CannotStart { message } => return Err(cannot_start(belief::tame(&message))),
            _ => return Err(out_of_turn()),
        }
        child.tell(&CopyRequest::Open, Some(file))?;
        match child.answer(&allowance)? {
            CopyReply::Opened => Ok(child),
            CopyReply::Failed { kind, message } => Err(refused(&kind, &message)),
            _ => Err(out_of_turn()),
        }
    }

    fn write(
        &mut self,
        head: &CopyHead,
        pages: &[CopyPage],
        output: &mut File,
    ) -> Result<CopySummary, CopyError> {
        for page in pages {
            self.tell(&CopyRequest::Page(Box::new(page.clone())), None)?;
        }
        self.tell(&CopyRequest::Write(head.clone()), None)?;
        let allowance = self.allowance();
        let mut n_bytes = 0;
        loop {
            match self.answer(&allowance)? {
                CopyReply::Piece => {
                    let piece = self.piece(&allowance)?;
                    n_bytes += piece.len() as u64;
                    if n_bytes > MAX_COPY_BYTES {
                        return Err(out_of_turn());
                    }
                    output.write_all(&piece)?;
                }
                CopyReply::Written(mut summary) => {
                    output.flush()?;
                    for (_, reason) in &mut summary.lost_pages {
                        *reason = belief::tame(reason);
                    }
                    return Ok(summary);
                }
                CopyReply::Failed { kind, message } => return Err(refused(&kind, &message)),
                _ => return Err(out_of_turn()),
            }
        }
    }

    /// For what it is asked next.
    fn allowance(&self) -> Allowance {
        Allowance::begin(self.child.id(), self.limit)
    }

    fn tell(&mut self, request: &CopyRequest, file: Option<&File>) -> Result<(), CopyError> {
        protocol::send(&self.socket, request, file.map(AsFd::as_fd))
            .map_err(|error| self.lost(&error))
    }

    fn answer(&mut self, allowance: &Allowance) -> Result<CopyReply, CopyError> {
        match protocol::receive::<CopyReply>(&self.socket, Some(allowance)) {
            Ok(Some((reply, _))) => Ok(reply),
            Ok(None) => Err(CopyError::Lost {
                how: "it needed more memory than allowed, or gave up".to_owned(),
            }),
            Err(error) => Err(self.lost(&error)),
        }
    }

    fn piece(&mut self, allowance: &Allowance) -> Result<Vec<u8>, CopyError> {
        match protocol::receive_bytes(&self.socket, Some(allowance)) {
            Ok(Some((bytes, _))) => Ok(bytes),
            Ok(None) => Err(out_of_turn()),
            Err(error) => Err(self.lost(&error)),
        }
    }

    fn lost(&self, error: &io::Error) -> CopyError {
        let how = match Exceeded::of(error) {
            Some(exceeded) => format!("it {}", self.limit.told(exceeded)),
            None => error.to_string(),
        };
        CopyError::Lost { how }
    }
}

impl Drop for CopyChild {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn refused(kind: &str, message: &str) -> CopyError {
    CopyError::Refused {
        kind: belief::tame(kind),
        message: belief::tame(message),
    }
}

fn out_of_turn() -> CopyError {
    CopyError::Lost {
        how: "it gave an answer that cannot be".to_owned(),
    }
}
