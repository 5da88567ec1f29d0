//! Tables, streamed: a row is made when the one before has gone out.

use crate::archive::Archive;
use crate::export::{self, ExportError, PaperFilter, TableFormat};
use crate::server::error::ApiError;
use crate::server::params::Params;
use crate::server::{ApiResult, App};
use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderValue, Response, header};
use futures_core::Stream;
use std::io::{self, BufWriter, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::sync::mpsc;

type Table = fn(&Archive, &PaperFilter, TableFormat, &mut dyn Write) -> Result<usize, ExportError>;

/// Pieces that may wait for a slow reader.
const MAX_WAITING: usize = 8;
const PIECE_BYTES: usize = 64 * 1024;

pub(in crate::server) async fn targets(app: State<App>, RawQuery(query): RawQuery) -> ApiResult {
    table(app, query, "targets", export::targets).await
}

pub(in crate::server) async fn export(app: State<App>, RawQuery(query): RawQuery) -> ApiResult {
    table(app, query, "papers", export::papers).await
}

const FORMATS: [(&str, TableFormat); 3] = [
    ("json", TableFormat::Json),
    ("csv", TableFormat::Csv),
    ("parquet", TableFormat::Parquet),
];

async fn table(
    State(app): State<App>,
    query: Option<String>,
    name: &'static str,
    table: Table,
) -> ApiResult {
    let params = Params::parse(
        query.as_deref(),
        &["format", "type", "issuer", "from", "to"],
    )?;
    let format = params.choice("format", &FORMATS)?;
    let filter = PaperFilter {
        document_type: params.text("type"),
        issuer: params.text("issuer"),
        issued: params.days()?,
    };
    let permit = Arc::clone(&app.exports)
        .acquire_owned()
        .await
        .map_err(|error| ApiError::internal(&error))?;
    let (sender, receiver) = mpsc::channel(MAX_WAITING);
    tokio::task::spawn_blocking(move || {
        let _permit = permit;
        let mut output = BufWriter::with_capacity(PIECE_BYTES, Pieces(sender.clone()));
        if let Err(error) = table(&app.archive, &filter, format, &mut output) {
            // The reader sees a broken answer, not a short one.
            let _ = sender.blocking_send(Err(io::Error::other(error)));
        }
    });
    let mut response = Response::new(Body::from_stream(Received(receiver)));
    let headers = response.headers_mut();
    let media_type = HeaderValue::from_static(format.media_type());
    headers.insert(header::CONTENT_TYPE, media_type);
    let extension = FORMATS
        .iter()
        .find(|(_, it)| *it == format)
        .map_or("", |(name, _)| name);
    let disposition = format!("attachment; filename=\"{name}.{extension}\"");
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
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
