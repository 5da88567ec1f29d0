//! Answers that are written while they are sent: a piece is made when the one
//! before has gone out.

use axum::body::{Body, Bytes};
use futures_core::Stream;
use std::io::{self, BufWriter, Write};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::mpsc;

/// Pieces that may wait for a slow reader.
const MAX_WAITING: usize = 8;
const PIECE_BYTES: usize = 64 * 1024;

/// What `write` writes, on a thread of its own. When it fails the reader sees a
/// broken answer, not a short one.
pub(super) fn streamed(
    write: impl FnOnce(&mut dyn Write) -> io::Result<()> + Send + 'static,
) -> Body {
    let (sender, receiver) = mpsc::channel(MAX_WAITING);
    tokio::task::spawn_blocking(move || {
        let mut output = BufWriter::with_capacity(PIECE_BYTES, Pieces(sender.clone()));
        if let Err(error) = write(&mut output).and_then(|()| output.flush()) {
            let _ = sender.blocking_send(Err(error));
        }
    });
    Body::from_stream(Received(receiver))
}

/// Sends what is written to the reader, and waits while it is slow.
struct Pieces(mpsc::Sender<io::Result<Bytes>>);

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .blocking_send(Ok(Bytes::copy_from_slice(bytes)))
            .map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Received(mpsc::Receiver<io::Result<Bytes>>);

impl Stream for Received {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}
