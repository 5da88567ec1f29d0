//! What a form sends: bounded in size and time, and only from a page of ours.

use super::visitor::Visitor;
use crate::server::error::ApiError;
use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use std::time::Duration;
use tokio::time::timeout;

/// The field that shows that a form is of a page of ours.
pub(in crate::server) const FORM_TOKEN: &str = "csrf";

/// The fields of a form, at most.
const MAX_FORM_BYTES: usize = 64 * 1024;
/// A form is sent in one go.
const FORM_TIME: Duration = Duration::from_secs(20);

/// The fields of a form that one of our pages sent.
#[derive(Debug)]
pub(in crate::server) struct CheckedForm {
    pub visitor: Visitor,
    fields: Vec<(String, String)>,
}

impl CheckedForm {
    /// All fields as they were sent.
    pub fn fields(&self) -> &[(String, String)] {
        &self.fields
    }

    /// Whether a field was sent at all.
    pub fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(known, _)| known == name)
    }

    /// A field; empty where it is not there.
    pub fn text(&self, name: &str) -> &str {
        let mut fields = self.fields.iter();
        fields
            .find(|(known, _)| known == name)
            .map_or("", |(_, value)| value)
    }
}

#[axum::async_trait]
impl<S: Send + Sync> FromRequest<S> for CheckedForm {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let visitor = Visitor::of(&parts).ok_or_else(foreign_form)?;
        let kind = parts.headers.get(header::CONTENT_TYPE);
        let is_form = kind
            .and_then(|kind| kind.to_str().ok())
            .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
        if !is_form {
            return Err(ApiError::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "wrong_body",
                "a form is expected here",
            ));
        }
        let bytes = bounded_bytes(body).await?;
        let fields: Vec<(String, String)> = form_urlencoded::parse(&bytes).into_owned().collect();
        let form = Self { visitor, fields };
        check_token(&form.visitor, form.text(FORM_TOKEN))?;
        Ok(form)
    }
}

async fn bounded_bytes(body: Body) -> Result<axum::body::Bytes, ApiError> {
    match timeout(FORM_TIME, axum::body::to_bytes(body, MAX_FORM_BYTES)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(_)) => Err(too_large("a form is smaller")),
        Err(_) => Err(too_slow()),
    }
}

/// Refuses what does not carry the token of the visitor's own forms.
pub(in crate::server) fn check_token(visitor: &Visitor, sent: &str) -> Result<(), ApiError> {
    match visitor.form_token().is(sent) {
        true => Ok(()),
        false => Err(foreign_form()),
    }
}

fn foreign_form() -> ApiError {
    ApiError::new(
        StatusCode::FORBIDDEN,
        "foreign_form",
        "this was not sent by a page of this server, or the page is too old; open it again",
    )
}

pub(in crate::server) fn too_large(message: &str) -> ApiError {
    ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", message)
}

pub(in crate::server) fn too_slow() -> ApiError {
    ApiError::new(
        StatusCode::REQUEST_TIMEOUT,
        "too_slow",
        "the request took too long to be sent",
    )
}
