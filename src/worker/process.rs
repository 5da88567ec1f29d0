//! One page worker, seen from the parent.

use super::belief;
use super::limit::{Allowance, Exceeded, WorkLimit};
use super::picture::PagePicture;
use super::protocol::{self, OpenedDocument, PageWork, Reply, Request};
use crate::scan::TextLayerMode;
use crate::scan::cleanup::CleanupSettings;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How page workers are set up.
#[derive(Debug, Clone)]
pub struct WorkerSettings {
    /// The program whose hidden subcommand `page-worker` is a worker.
    pub program: PathBuf,
    /// Tesseract's language, such as `vie`.
    pub language: String,
    /// Bound of a worker's address space, in bytes.
    pub memory_bytes: u64,
    /// The longest one page, or opening one file, may take.
    pub page_limit: WorkLimit,
    pub cleanup: CleanupSettings,
    /// What becomes of text that a page already has.
    pub text_layer: TextLayerMode,
    /// Whether pages are only drawn for people, never read.
    pub only_draws: bool,
}

impl WorkerSettings {
    /// Workers that draw pages: without Tesseract, and a person waits.
    pub fn drawing() -> Self {
        Self {
            only_draws: true,
            page_limit: WorkLimit {
                processor: Duration::from_secs(30),
                clock: Duration::from_secs(60),
            },
            ..Self::default()
        }
    }
}

impl Default for WorkerSettings {
    /// This program, Vietnamese, 2 GiB and two minutes of the processor a page: ten
    /// times what the most crowded page of A3 was seen to need.
    fn default() -> Self {
        Self {
            program: std::env::current_exe().unwrap_or_else(|_| PathBuf::from("vanthu")),
            language: "vie".to_owned(),
            memory_bytes: 2 << 30,
            page_limit: WorkLimit::of_processor(Duration::from_secs(120)),
            cleanup: CleanupSettings::default(),
            text_layer: TextLayerMode::default(),
            only_draws: false,
        }
    }
}

/// Why a file or page was not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorkError {
    /// The file or page itself is at fault; `kind` is a stable name of the reason.
    #[error("{message}")]
    Unreadable { kind: String, message: String },
    /// The worker died over it, twice.
    #[error(
        "{what} made the reader crash ({how}); save it again with another program or scan it anew"
    )]
    Crashed { what: String, how: String },
    /// The worker took too long over it.
    #[error("{what} {} and was given up; {}", limit.told(*exceeded), advice(*exceeded))]
    TimedOut {
        what: String,
        limit: WorkLimit,
        exceeded: Exceeded,
    },
    /// No worker can be started: nothing at all can be read.
    #[error("no page worker can be started: {message}")]
    CannotStart { message: String },
}

impl WorkError {
    /// A stable name of the reason, for machines.
    pub fn kind(&self) -> &str {
        match self {
            Self::Unreadable { kind, .. } => kind,
            Self::Crashed { .. } => "crashed",
            Self::TimedOut { .. } => "timed_out",
            Self::CannotStart { .. } => "cannot_start",
        }
    }
}

fn advice(exceeded: Exceeded) -> &'static str {
    match exceeded {
        Exceeded::Processor => "scan it again at 300 dpi",
        Exceeded::Clock => "the machine is overloaded, or a disk does not answer",
    }
}

/// Loading Tesseract takes a fifth of a second; from a slow network disk, much
/// longer.
const START_LIMIT: WorkLimit = WorkLimit::of_processor(Duration::from_secs(60));
/// A child that is killed from outside while it loads (a system short of memory
/// kills whom it likes) says nothing about the next one.
const START_TRIES: u32 = 5;

/// A dying child closes its files before its end can be told; on a machine under
/// heavy load, long before.
const END_TIMEOUT: Duration = Duration::from_secs(5);

/// How a child ended that somebody else ended.
pub(super) const KILLED: &str = "it was killed";

/// A running worker. Dropping it ends the child.
pub struct Worker {
    child: Child,
    socket: UnixStream,
    limit: WorkLimit,
    /// Which document is open in the child, by the pool's numbering.
    pub open_document: Option<u64>,
}

/// How a conversation with a worker ended before its answer came.
#[derive(Debug)]
pub enum Lost {
    TimedOut(Exceeded),
    /// It ended over what it was asked.
    Died(String),
    /// Somebody else ended it: a person, or a system short of memory.
    Killed,
}

impl Worker {
    /// Starts a child and waits until it is ready; one that is killed meanwhile
    /// is followed by another.
    ///
    /// # Errors
    /// [`WorkError::CannotStart`] with the reason, such as Tesseract's data missing.
    pub fn start(settings: &WorkerSettings) -> Result<Self, WorkError> {
        for _ in 1..START_TRIES {
            if let Some(worker) = Self::start_once(settings)? {
                return Ok(worker);
            }
        }
        Self::start_once(settings)?.ok_or_else(|| WorkError::CannotStart {
            message: KILLED.to_owned(),
        })
    }

    /// `None` for a child that was killed before it was ready.
    fn start_once(settings: &WorkerSettings) -> Result<Option<Self>, WorkError> {
        let cannot_start = |message: String| WorkError::CannotStart { message };
        let (ours, theirs) = UnixStream::pair().map_err(|error| cannot_start(error.to_string()))?;
        let child = Command::new(&settings.program)
            .arg("page-worker")
            .arg("--language")
            .arg(&settings.language)
            .arg("--memory-bytes")
            .arg(settings.memory_bytes.to_string())
            .arg("--page-timeout-s")
            .arg(settings.page_limit.processor.as_secs().to_string())
            .arg("--reading-dpi")
            .arg(settings.cleanup.reading_dpi.to_string())
            .arg("--text-layer")
            .arg(settings.text_layer.name())
            .args(settings.only_draws.then_some("--only-draws"))
            // Several workers with several threads each are many times slower.
            .env("OMP_THREAD_LIMIT", "1")
            // Working out where a panic came from takes memory that a worker
            // which ran out of it has not.
            .env("RUST_BACKTRACE", "0")
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| cannot_start(format!("{}: {error}", settings.program.display())))?;
        // One that stands still takes nothing either.
        ours.set_write_timeout(Some(settings.page_limit.clock))
            .map_err(|error| cannot_start(error.to_string()))?;
        let mut worker = Self {
            child,
            socket: ours,
            limit: settings.page_limit,
            open_document: None,
        };
        match worker.answer(START_LIMIT) {
            Ok(Reply::Ready) => Ok(Some(worker)),
            Err(Lost::Killed) => Ok(None),
            Ok(Reply::CannotStart { message }) => Err(cannot_start(message)),
            Ok(_) => Err(cannot_start("it answered out of turn".to_owned())),
            Err(Lost::TimedOut(exceeded)) => Err(cannot_start(format!(
                "to get ready it {}",
                START_LIMIT.told(exceeded)
            ))),
            Err(Lost::Died(how)) => Err(cannot_start(how)),
        }
    }

    /// Hands a file over, which is `document_key` by the pool's numbering.
    ///
    /// # Errors
    /// [`Lost`] when the child is gone; it cannot be used any more.
    pub fn open(
        &mut self,
        document_key: u64,
        file: &impl AsFd,
    ) -> Result<Result<OpenedDocument, WorkError>, Lost> {
        self.open_document = None;
        match self.ask(&Request::Open, Some(file))? {
            Reply::Opened(opened) if belief::is_document(&opened) => {
                self.open_document = Some(document_key);
                Ok(Ok(opened))
            }
            Reply::Failed { kind, message } => Ok(Err(unreadable(&kind, &message))),
            _ => Err(self.died("it gave an answer that cannot be")),
        }
    }

    /// Has one page of the open file read.
    ///
    /// # Errors
    /// [`Lost`] when the child is gone; it cannot be used any more.
    pub fn read_page(&mut self, page_number: u32) -> Result<Result<PageWork, WorkError>, Lost> {
        match self.ask(&Request::ReadPage { page_number }, None::<&OwnedFd>)? {
            Reply::Page(work) if belief::is_work(&work, page_number) => Ok(Ok(*work)),
            Reply::Failed { kind, message } => Ok(Err(unreadable(&kind, &message))),
            _ => Err(self.died("it gave an answer that cannot be")),
        }
    }

    /// Has one page of the open file drawn, at most `width_px` wide.
    ///
    /// # Errors
    /// [`Lost`] when the child is gone; it cannot be used any more.
    pub fn draw_page(
        &mut self,
        page_number: u32,
        width_px: u32,
    ) -> Result<Result<PagePicture, WorkError>, Lost> {
        let request = Request::DrawPage {
            page_number,
            width_px,
        };
        let size = match self.ask(&request, None::<&OwnedFd>)? {
            Reply::Picture(size) => size,
            Reply::Failed { kind, message } => return Ok(Err(unreadable(&kind, &message))),
            _ => return Err(self.died("it gave an answer that cannot be")),
        };
        let allowance = Allowance::begin(self.child.id(), self.limit);
        match protocol::receive_bytes(&self.socket, Some(&allowance)) {
            Ok(Some((jpeg, _))) if belief::is_picture(size, &jpeg, width_px) => {
                Ok(Ok(PagePicture { size, jpeg }))
            }
            Err(error) => match Exceeded::of(&error) {
                Some(exceeded) => Err(Lost::TimedOut(exceeded)),
                None => Err(self.broke_off(&error)),
            },
            Ok(_) => Err(self.died("it gave a picture that cannot be")),
        }
    }

    fn ask(&mut self, request: &Request, file: Option<&impl AsFd>) -> Result<Reply, Lost> {
        match protocol::send(&self.socket, request, file.map(AsFd::as_fd)) {
            Ok(()) => self.answer(self.limit),
            Err(error) => Err(self.broke_off(&error)),
        }
    }

    fn answer(&mut self, limit: WorkLimit) -> Result<Reply, Lost> {
        let allowance = Allowance::begin(self.child.id(), limit);
        match protocol::receive::<Reply>(&self.socket, Some(&allowance)) {
            Ok(Some((reply, _))) => Ok(reply),
            Ok(None) => Err(self.ended("it ended without an answer")),
            Err(error) => match Exceeded::of(&error) {
                Some(exceeded) => Err(Lost::TimedOut(exceeded)),
                None => Err(self.broke_off(&error)),
            },
        }
    }

    fn broke_off(&mut self, error: &io::Error) -> Lost {
        match error.kind() {
            io::ErrorKind::BrokenPipe
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::UnexpectedEof => self.ended(&error.to_string()),
            // It talks nonsense, and is not waited for.
            _ => self.died(&error.to_string()),
        }
    }

    /// How a child ended whose end of the socket is closed.
    fn ended(&mut self, otherwise: &str) -> Lost {
        let deadline = Instant::now() + END_TIMEOUT;
        while Instant::now() < deadline && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(5));
        }
        self.died(otherwise)
    }

    fn died(&mut self, otherwise: &str) -> Lost {
        let status = self.child.try_wait().ok().flatten();
        if status.is_none() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
        match status {
            Some(status) if status.signal() == Some(libc::SIGKILL) => Lost::Killed,
            Some(status) => Lost::Died(describe_end(status)),
            None => Lost::Died(otherwise.to_owned()),
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // An idle child would end by itself; a hanging one would not.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn unreadable(kind: &str, message: &str) -> WorkError {
    WorkError::Unreadable {
        kind: belief::tame(kind),
        message: belief::tame(message),
    }
}

fn describe_end(status: ExitStatus) -> String {
    match status.signal() {
        Some(libc::SIGABRT) => {
            "it needed more memory than a worker may have, or gave up".to_owned()
        }
        Some(libc::SIGSEGV | libc::SIGBUS) => "invalid memory access".to_owned(),
        Some(libc::SIGFPE | libc::SIGILL) => "invalid operation".to_owned(),
        Some(signal) => format!("signal {signal}"),
        None => format!("exit code {}", status.code().unwrap_or(-1)),
    }
}
