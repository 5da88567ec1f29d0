//! Tables, streamed: a row is made when the one before has gone out.

use crate::archive::Archive;
use crate::export::{self, ExportError, PaperFilter, TableFormat};
use crate::server::error::ApiError;
use crate::server::params::Params;
use crate::server::stream::streamed;
use crate::server::{ApiResult, App};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderValue, Response, header};
use std::io::{self, Write};
use std::sync::Arc;

type Table = fn(&Archive, &PaperFilter, TableFormat, &mut dyn Write) -> Result<usize, ExportError>;

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
        ..PaperFilter::default()
    };
    let permit = Arc::clone(&app.exports)
        .acquire_owned()
        .await
        .map_err(|error| ApiError::internal(&error))?;
    let body = streamed(move |output| {
        let _permit = permit;
        table(&app.archive, &filter, format, output)
            .map(drop)
            .map_err(io::Error::other)
    });
    let mut response = Response::new(body);
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
