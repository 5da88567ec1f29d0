//! Originals, their searchable copies, and pictures of their pages. All come from outside: a browser is
//! told to show nothing of them but a picture, and to run nothing.

use super::documents::document_id;
use crate::archive::Document;
use crate::export::pdf::{CopyError, CopySettings, OpenCopy, copy_contents};
use crate::server::error::ApiError;
use crate::server::params::Params;
use crate::server::pictures::known_page;
use crate::server::shared::{Shared, in_work};
use crate::server::stream::streamed;
use crate::server::{ApiResult, App};
use crate::worker::MAX_WIDTH_PX;
use crate::worker::WorkLimit;
use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use std::fs::File;
use std::io::{self, Seek};
use std::time::Duration;

/// How wide a page is drawn where nobody says.
const DEFAULT_WIDTH_PX: usize = 1_200;
const LEAST_WIDTH_PX: usize = 40;

/// Whatever the bytes are: nothing in them may load, run or act.
const NOTHING_ALLOWED: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

pub(in crate::server) async fn page_image(
    State(app): State<App>,
    Path((id, page)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> ApiResult {
    let document_id = document_id(&id)?;
    let page_number: u32 = page
        .parse()
        .map_err(|_| ApiError::not_found("this document has no such page"))?;
    let params = Params::parse(query.as_deref(), &["width"])?;
    let widths = (LEAST_WIDTH_PX, MAX_WIDTH_PX as usize);
    let width_px = params.number("width", widths, DEFAULT_WIDTH_PX)?;
    let width_px = u32::try_from(width_px).unwrap_or(MAX_WIDTH_PX);
    let (document, original) = in_work(&app, move |shared| {
        known_page(&shared.archive, document_id, page_number)
    })
    .await?;
    // An original never changes, so that its picture need not be drawn to know it.
    let page_in_file = document.page_in_file(page_number);
    let tag = format!("\"{}-{page_in_file}-{width_px}\"", &document.sha256[..16]);
    if headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|it| it == tag.as_str())
    {
        return Ok(with_headers(StatusCode::NOT_MODIFIED, Body::empty(), &tag));
    }
    let _turn = app
        .pictures
        .drawing
        .acquire()
        .await
        .map_err(|error| ApiError::internal(&error))?;
    let shared = std::sync::Arc::clone(&app);
    let picture = tokio::task::spawn_blocking(move || {
        shared
            .pictures
            .page(&document, &original, page_number, width_px)
    })
    .await
    .map_err(|error| ApiError::internal(&error))??;
    let body = Body::from(picture.jpeg.clone());
    let mut response = with_headers(StatusCode::OK, body, &tag);
    let jpeg = HeaderValue::from_static("image/jpeg");
    response.headers_mut().insert(header::CONTENT_TYPE, jpeg);
    Ok(response)
}

/// A browser may keep the picture and asks each time whether it may show it.
fn with_headers(status: StatusCode, body: Body, tag: &str) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let values = [
        (header::CACHE_CONTROL, "private, no-cache"),
        (header::CONTENT_SECURITY_POLICY, NOTHING_ALLOWED),
        (header::ETAG, tag),
    ];
    insert(&mut response, &values);
    response
}

fn insert(response: &mut Response<Body>, values: &[(HeaderName, &str)]) {
    for (name, value) in values {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name.clone(), value);
        }
    }
}

pub(in crate::server) async fn original(
    State(app): State<App>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> ApiResult {
    let document_id = document_id(&id)?;
    Params::parse(query.as_deref(), &[])?;
    let (document, file) = in_work(&app, move |shared| {
        let document = shared.archive.document(document_id)?;
        let path = shared.archive.file_to_give(&document)?;
        let file = File::open(path).map_err(|error| ApiError::internal(&error))?;
        Ok((document, file))
    })
    .await?;
    let permit = std::sync::Arc::clone(&app.exports)
        .acquire_owned()
        .await
        .map_err(|error| ApiError::internal(&error))?;
    let mut response = Response::new(streamed(move |output| {
        let _permit = permit;
        io::copy(&mut io::BufReader::new(file), output).map(drop)
    }));
    let length = document.byte_length.to_string();
    let disposition = disposition(&document.file_name);
    let values = [
        (
            header::CONTENT_TYPE,
            media_type(document.media_type.as_deref()),
        ),
        (header::CONTENT_LENGTH, length.as_str()),
        (header::CONTENT_DISPOSITION, disposition.as_str()),
        (header::CONTENT_SECURITY_POLICY, NOTHING_ALLOWED),
    ];
    insert(&mut response, &values);
    Ok(response)
}

/// The searchable copy of a paper: made anew each time, since corrections change it.
pub(in crate::server) async fn searchable(
    State(app): State<App>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> ApiResult {
    let document_id = document_id(&id)?;
    Params::parse(query.as_deref(), &[])?;
    let _turn = app
        .pictures
        .drawing
        .acquire()
        .await
        .map_err(|error| ApiError::internal(&error))?;
    let (document, copy) = in_work(&app, move |shared| {
        let document = shared.archive.document(document_id)?;
        let copy = searchable_copy(shared, &document)?;
        Ok((document, copy))
    })
    .await?;
    let stem = document.file_name.rsplit_once('.');
    let stem = stem.map_or(document.file_name.as_str(), |(stem, _)| stem);
    let disposition = disposition(&match document.pages_in_file() {
        Some(pages) => format!("{stem} {}-{}.searchable.pdf", pages.start(), pages.end()),
        None => format!("{stem}.searchable.pdf"),
    });
    let mut response = Response::new(streamed(move |output| {
        io::copy(&mut io::BufReader::new(copy), output).map(drop)
    }));
    let values = [
        (header::CONTENT_TYPE, "application/pdf"),
        (header::CONTENT_DISPOSITION, disposition.as_str()),
        (header::CONTENT_SECURITY_POLICY, NOTHING_ALLOWED),
    ];
    insert(&mut response, &values);
    Ok(response)
}

/// How long a person may wait for a copy.
const COPY_LIMIT: WorkLimit = WorkLimit {
    processor: Duration::from_secs(120),
    clock: Duration::from_secs(240),
};

fn searchable_copy(shared: &Shared, document: &Document) -> Result<File, ApiError> {
    let settings = CopySettings {
        program: shared.settings.drawing.program.clone(),
        limit: COPY_LIMIT,
        ..CopySettings::default()
    };
    let original = shared.archive.original_path(&document.sha256);
    let original = File::open(original).map_err(|error| ApiError::internal(&error))?;
    let mut copy = tempfile::tempfile().map_err(|error| ApiError::internal(&error))?;
    let (head, pages) = copy_contents(&shared.archive, document)?;
    OpenCopy::open(original, settings)
        .and_then(|source| source.write(&head, &pages, &mut copy))
        .map_err(|error| match error {
            CopyError::Refused { .. } | CopyError::Lost { .. } => ApiError::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "no_copy",
                error.to_string(),
            ),
            error => ApiError::internal(&error),
        })?;
    copy.rewind().map_err(|error| ApiError::internal(&error))?;
    Ok(copy)
}

/// The media type of an original; the catalogue knows the kind of file.
fn media_type(kind: Option<&str>) -> &'static str {
    match kind {
        Some("pdf" | "application/pdf") => "application/pdf",
        Some("tiff" | "image/tiff") => "image/tiff",
        Some("png" | "image/png") => "image/png",
        Some("jpeg" | "image/jpeg") => "image/jpeg",
        _ => "application/octet-stream",
    }
}

/// To be saved under its own name (RFC 6266, RFC 5987), with a plain one for
/// programs that know only ASCII.
fn disposition(file_name: &str) -> String {
    let plain: String = file_name
        .chars()
        .map(|letter| match letter {
            ' '..='~' if !matches!(letter, '"' | '\\' | '%' | '/') => letter,
            _ => '_',
        })
        .collect();
    let mut encoded = String::new();
    for byte in file_name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            byte => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_cannot_leave_its_header() {
        assert_eq!(
            disposition("Công văn.pdf"),
            "attachment; filename=\"C_ng v_n.pdf\"; filename*=UTF-8''C%C3%B4ng%20v%C4%83n.pdf"
        );
        let hostile = disposition("a\"; b=\r\nX: y\\.pdf");
        assert!(HeaderValue::from_str(&hostile).is_ok(), "{hostile}");
        assert_eq!(hostile.matches('"').count(), 2);
    }
}
