//! The one kind of error; as the API tells it, JSON.

use crate::archive::ArchiveError;
use crate::index::IndexError;
use axum::body::Body;
use axum::http::{Response, StatusCode, header};
use axum::response::IntoResponse;
use serde::Serialize;

/// Why a request was not answered: `{"error": {"code": …, "message": …}}`.
#[derive(Debug)]
pub(super) struct ApiError {
    pub status: StatusCode,
    /// Short and stable, for programs.
    pub code: &'static str,
    /// For people.
    pub message: String,
}

#[derive(Serialize)]
struct Envelope<'a> {
    error: Inner<'a>,
}

#[derive(Serialize)]
struct Inner<'a> {
    code: &'a str,
    message: &'a str,
}

impl ApiError {
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
        }
    }

    /// A request that is wrong in itself.
    pub fn bad_request(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", message)
    }

    /// Something here failed; what, is logged and not told.
    pub fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "a request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "the archive could not be read; the log says why",
        )
    }
}

impl From<ArchiveError> for ApiError {
    fn from(error: ArchiveError) -> Self {
        match error {
            ArchiveError::UnknownDocument { .. } => Self::not_found(error.to_string()),
            error => Self::internal(&error),
        }
    }
}

impl From<IndexError> for ApiError {
    fn from(error: IndexError) -> Self {
        match error {
            IndexError::Archive(error) => error.into(),
            error if error.is_mended_by_rebuild() => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "index_unavailable",
                "the search index is being built anew; try again in a while",
            ),
            error => Self::internal(&error),
        }
    }
}

/// Marks an answer as an error of ours, for who shows it in another shape.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    pub code: &'static str,
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response<Body> {
        let envelope = Envelope {
            error: Inner {
                code: self.code,
                message: &self.message,
            },
        };
        let mut response = json_response(self.status, &envelope);
        response.extensions_mut().insert(Told { code: self.code });
        response
    }
}

/// A value as an answer.
pub(super) fn json_response(status: StatusCode, value: &impl Serialize) -> Response<Body> {
    let body = serde_json::to_vec(value).unwrap_or_else(|_| b"null".to_vec());
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let json = header::HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}
