//! The messages between parent and child, and their framing.
//!
//! A message is its length (four bytes, little-endian) and that many bytes of
//! JSON, over a pair of connected Unix sockets; a file to be read travels as an
//! open descriptor beside the message.

use super::limit::Allowance;
use super::picture::PictureSize;
use crate::ocr::PageReading;
use crate::scan::{PageSource, TextLayerDecision};
use rustix::io::Errno;
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::mem::MaybeUninit;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;

/// A page has some ten thousand words at the very most; a child that sends
/// more than this is not believed.
const LONGEST_MESSAGE_BYTES: u32 = 64 * 1024 * 1024;

/// What the parent asks.
#[derive(Debug, Serialize, Deserialize)]
pub enum Request {
    /// Take this file; its descriptor comes with the message.
    Open,
    /// Read one page (1-based) of the file taken last.
    ReadPage { page_number: u32 },
    /// Draw one page (1-based) of the file taken last for people to look at.
    DrawPage { page_number: u32, width_px: u32 },
}

/// What the child answers.
#[derive(Debug, Serialize, Deserialize)]
pub enum Reply {
    /// First word of a child that has loaded Tesseract and confined itself.
    Ready,
    /// First word of a child that cannot work at all.
    CannotStart {
        message: String,
    },
    Opened(OpenedDocument),
    Page(Box<PageWork>),
    /// A page drawn; the JPEG follows as a message of its own.
    Picture(PictureSize),
    /// This file or page cannot be read; the child can go on with another.
    Failed {
        kind: String,
        message: String,
    },
}

/// What is known of a file once it is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenedDocument {
    /// `pdf`, `tiff`, `png` or `jpeg`.
    pub media_kind: String,
    pub page_count: u32,
}

/// A page that was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PageWork {
    /// From the page's text or its picture, as `text_layer` says.
    pub reading: PageReading,
    pub source: PageSource,
    pub text_layer: TextLayerDecision,
    /// What an earlier recogniser read, where the page has that and `reading`
    /// is a new reading of the picture; in pixels of the same picture.
    pub earlier_reading: Option<PageReading>,
    pub timings: PageTimings,
}

/// How long the steps of one page took, in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageTimings {
    pub text_layer_ms: u32,
    pub decode_ms: u32,
    pub clean_up_ms: u32,
    pub recognise_ms: u32,
}

/// Sends a message, and an open file with it if there is one.
pub fn send(
    socket: &UnixStream,
    message: &impl Serialize,
    file: Option<BorrowedFd<'_>>,
) -> io::Result<()> {
    send_bytes(socket, &serde_json::to_vec(message)?, file)
}

/// Sends bytes that are no JSON.
pub fn send_bytes(
    socket: &UnixStream,
    body: &[u8],
    file: Option<BorrowedFd<'_>>,
) -> io::Result<()> {
    let length = u32::try_from(body.len()).map_err(|_| io::Error::other("message too long"))?;
    let head = length.to_le_bytes();
    match file {
        None => (&*socket).write_all(&head)?,
        Some(file) => {
            let files = [file];
            let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
            let mut control = SendAncillaryBuffer::new(&mut space);
            control.push(SendAncillaryMessage::ScmRights(&files));
            let sent = sendmsg(
                socket,
                &[IoSlice::new(&head)],
                &mut control,
                SendFlags::NOSIGNAL,
            )?;
            (&*socket).write_all(&head[sent..])?;
        }
    }
    (&*socket).write_all(body)
}

/// Receives a message and the open file that came with it. `None` when the
/// other side has closed the connection.
///
/// # Errors
/// [`io::ErrorKind::TimedOut`], with the limit that was exceeded, when the whole
/// message is not there before the `allowance` of who sends it is used up, however
/// many pieces of it came before.
pub fn receive<T: DeserializeOwned>(
    socket: &UnixStream,
    allowance: Option<&Allowance>,
) -> io::Result<Option<(T, Option<OwnedFd>)>> {
    match receive_bytes(socket, allowance)? {
        Some((body, file)) => Ok(Some((serde_json::from_slice(&body)?, file))),
        None => Ok(None),
    }
}

/// As [`receive`], what [`send_bytes`] sent.
pub fn receive_bytes(
    socket: &UnixStream,
    allowance: Option<&Allowance>,
) -> io::Result<Option<(Vec<u8>, Option<OwnedFd>)>> {
    let socket = TimedSocket { socket, allowance };
    let mut head = [0; 4];
    let mut file = None;
    let mut filled = 0;
    while filled < head.len() {
        let (count, received) = socket.receive_some(&mut head[filled..])?;
        if count == 0 {
            return if filled == 0 {
                Ok(None)
            } else {
                Err(io::ErrorKind::UnexpectedEof.into())
            };
        }
        filled += count;
        file = file.or(received);
    }
    let length = u32::from_le_bytes(head);
    if length > LONGEST_MESSAGE_BYTES {
        return Err(io::Error::other(
            "the message is longer than any page can be",
        ));
    }
    // Grows with what really comes, not with what was announced.
    let mut body = Vec::new();
    socket.take(u64::from(length)).read_to_end(&mut body)?;
    if body.len() < length as usize {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some((body, file)))
}

/// A socket that is read from until the other side's allowance is used up. The
/// system's own time limit holds for one read: a child that sends byte by byte
/// would never reach it.
struct TimedSocket<'a> {
    socket: &'a UnixStream,
    allowance: Option<&'a Allowance>,
}

impl TimedSocket<'_> {
    /// Lets the next read wait until the allowance is to be looked at again.
    fn set_next_wait(&self) -> io::Result<()> {
        match self.allowance {
            Some(allowance) => self.socket.set_read_timeout(Some(allowance.next_wait()?)),
            None => Ok(()),
        }
    }

    fn receive_some(&self, buffer: &mut [u8]) -> io::Result<(usize, Option<OwnedFd>)> {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut control = RecvAncillaryBuffer::new(&mut space);
        let received = loop {
            self.set_next_wait()?;
            match recvmsg(
                self.socket,
                &mut [IoSliceMut::new(buffer)],
                &mut control,
                RecvFlags::CMSG_CLOEXEC,
            ) {
                // Nothing came meanwhile.
                Err(Errno::INTR | Errno::AGAIN) => {}
                other => break other?,
            }
        };
        let file = control.drain().find_map(|message| match message {
            RecvAncillaryMessage::ScmRights(mut files) => files.next(),
            _ => None,
        });
        Ok((received.bytes, file))
    }
}

impl Read for TimedSocket<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut socket = self.socket;
        loop {
            self.set_next_wait()?;
            match socket.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                other => return other,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worker::limit::{Exceeded, WorkLimit};
    use std::fs::File;
    use std::io::Seek;
    use std::os::fd::AsFd;
    use std::time::{Duration, Instant};

    #[test]
    fn a_message_and_its_file_arrive() {
        let (here, there) = UnixStream::pair().unwrap();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"paper").unwrap();
        file.rewind().unwrap();
        send(&here, &Request::Open, Some(file.as_fd())).unwrap();
        send(&here, &Request::ReadPage { page_number: 7 }, None).unwrap();
        let (first, received) = receive::<Request>(&there, None).unwrap().unwrap();
        assert!(matches!(first, Request::Open));
        let mut text = String::new();
        File::from(received.unwrap())
            .read_to_string(&mut text)
            .unwrap();
        assert_eq!(text, "paper");
        let (second, none) = receive::<Request>(&there, None).unwrap().unwrap();
        assert!(matches!(second, Request::ReadPage { page_number: 7 }));
        assert!(none.is_none());
    }

    #[test]
    fn a_closed_connection_is_the_end_and_a_torn_message_an_error() {
        let (here, there) = UnixStream::pair().unwrap();
        drop(here);
        assert!(receive::<Request>(&there, None).unwrap().is_none());
        let (here, there) = UnixStream::pair().unwrap();
        (&here).write_all(&[9, 0, 0, 0, b'"']).unwrap();
        drop(here);
        assert!(receive::<Request>(&there, None).is_err());
    }

    #[test]
    fn an_absurd_length_is_refused_without_reserving_it() {
        let (here, there) = UnixStream::pair().unwrap();
        (&here).write_all(&u32::MAX.to_le_bytes()).unwrap();
        assert!(receive::<Request>(&there, None).is_err());
    }

    #[test]
    fn a_message_that_dribbles_in_is_given_up_in_time() {
        let (here, there) = UnixStream::pair().unwrap();
        let sender = std::thread::spawn(move || {
            let mut sent = (&here).write_all(&1_000_000_u32.to_le_bytes());
            while sent.is_ok() {
                std::thread::sleep(Duration::from_millis(5));
                sent = (&here).write_all(b" ");
            }
        });
        let start = Instant::now();
        let limit = WorkLimit {
            processor: Duration::from_secs(600),
            clock: Duration::from_millis(100),
        };
        let allowance = Allowance::begin(std::process::id(), limit);
        let error = receive::<Request>(&there, Some(&allowance)).unwrap_err();
        assert_eq!(Exceeded::of(&error), Some(Exceeded::Clock));
        assert!(start.elapsed() < Duration::from_secs(2));
        drop(there);
        sender.join().unwrap();
    }
}
