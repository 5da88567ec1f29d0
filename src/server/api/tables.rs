//! Tables, streamed: a row is made when the one before has gone out.

use crate::archive::Archive;
use crate::export::{self, ExportError, PaperFilter, TableFormat, TargetFilter, TargetKind};
use crate::server::error::ApiError;
use crate::server::params::Params;
use crate::server::stream::streamed;
use crate::server::{ApiResult, App};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderValue, Response, header};
use std::io::{self, Write};
use std::sync::Arc;

const PAPER_PARAMETERS: [&str; 5] = ["format", "type", "issuer", "from", "to"];

pub(in crate::server) async fn targets(
    State(app): State<App>,
    RawQuery(query): RawQuery,
) -> ApiResult {
    let mut known = PAPER_PARAMETERS.to_vec();
    known.extend(["indicator", "unit", "kind"]);
    let params = Params::parse(query.as_deref(), &known)?;
    let kinds = [
        ("target", TargetKind::Target),
        ("result", TargetKind::Result),
    ];
    let kind = params.text("kind").map(|_| params.choice("kind", &kinds));
    let filter = TargetFilter {
        papers: papers_wanted(&params)?,
        indicator: params.text("indicator"),
        unit: params.text("unit"),
        kind: kind.transpose()?,
    };
    table(app, &params, "targets", move |archive, format, output| {
        export::targets(archive, &filter, format, output)
    })
    .await
}

pub(in crate::server) async fn export(
    State(app): State<App>,
    RawQuery(query): RawQuery,
) -> ApiResult {
    let params = Params::parse(query.as_deref(), &PAPER_PARAMETERS)?;
    let filter = papers_wanted(&params)?;
    table(app, &params, "papers", move |archive, format, output| {
        export::papers(archive, &filter, format, output)
    })
    .await
}

fn papers_wanted(params: &Params) -> Result<PaperFilter, ApiError> {
    Ok(PaperFilter {
        document_type: params.text("type"),
        issuer: params.text("issuer"),
        issued: params.days()?,
        ..PaperFilter::default()
    })
}

const FORMATS: [(&str, TableFormat); 4] = [
    ("json", TableFormat::Json),
    ("csv", TableFormat::Csv),
    ("csv-excel", TableFormat::CsvExcel),
    ("parquet", TableFormat::Parquet),
];

async fn table(
    app: App,
    params: &Params,
    name: &'static str,
    write: impl FnOnce(&Archive, TableFormat, &mut dyn Write) -> Result<usize, ExportError>
    + Send
    + 'static,
) -> ApiResult {
    let format = params.choice("format", &FORMATS)?;
    let permit = Arc::clone(&app.exports)
        .acquire_owned()
        .await
        .map_err(|error| ApiError::internal(&error))?;
    let body = streamed(move |output| {
        let _permit = permit;
        write(&app.archive, format, output)
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
        .map_or("", |(name, _)| name.strip_suffix("-excel").unwrap_or(name));
    let disposition = format!("attachment; filename=\"{name}.{extension}\"");
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
}
