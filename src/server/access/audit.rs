//! Which requests are noted in the log by themselves: looking at a paper, taking
//! something away, and reaching for what is not shown. What changes something is noted where it is done.

use axum::body::Body;
use axum::http::{Method, Response, StatusCode, Uri, header};

/// What was done, and with which document.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Noted {
    pub action: &'static str,
    pub document_id: Option<i64>,
    pub detail: String,
}

pub(super) fn noted(method: &Method, uri: &Uri, response: &Response<Body>) -> Option<Noted> {
    let document_id = document_of(uri.path());
    // Somebody reached for what their role does not show them: a part of the site,
    // or a paper that is not there for them.
    let status = response.status();
    let is_hidden = status == StatusCode::NOT_FOUND && document_id.is_some();
    if status == StatusCode::FORBIDDEN || is_hidden {
        return Some(Noted {
            action: "refused",
            document_id,
            detail: format!("{} {method} {}", status.as_u16(), uri.path()),
        });
    }
    if *method != Method::GET || !status.is_success() {
        return None;
    }
    let header = |name| {
        let value = response.headers().get(name);
        value.and_then(|value: &axum::http::HeaderValue| value.to_str().ok())
    };
    let is_download = header(header::CONTENT_DISPOSITION)
        .is_some_and(|disposition| disposition.starts_with("attachment"));
    // The pictures of a page come with the page.
    let is_picture = header(header::CONTENT_TYPE).is_some_and(|kind| kind.starts_with("image/"));
    let action = match (is_download, document_id) {
        (true, _) => "download",
        (false, Some(_)) if !is_picture => "view",
        _ => return None,
    };
    // Never with the words somebody searched for, which follow the path.
    Some(Noted {
        action,
        document_id,
        detail: uri.path().to_owned(),
    })
}

/// `/van-ban/7/…` and `/api/documents/7/…` are about document 7.
fn document_of(path: &str) -> Option<i64> {
    let rest = path
        .strip_prefix("/van-ban/")
        .or_else(|| path.strip_prefix("/api/documents/"))?;
    rest.split('/').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(path: &'static str, kind: &str, disposition: Option<&str>) -> Option<Noted> {
        let mut response = Response::builder().header(header::CONTENT_TYPE, kind);
        if let Some(disposition) = disposition {
            response = response.header(header::CONTENT_DISPOSITION, disposition);
        }
        let response = response.body(Body::empty()).unwrap();
        noted(&Method::GET, &Uri::from_static(path), &response)
    }

    #[test]
    fn looking_and_taking_away_are_noted() {
        let html = "text/html; charset=utf-8";
        let view = note("/van-ban/7/2?q=a", html, None).unwrap();
        assert_eq!((view.action, view.document_id), ("view", Some(7)));
        assert_eq!(view.detail, "/van-ban/7/2");
        let record = note("/api/documents/7/record", "application/json", None);
        assert_eq!(record.unwrap().document_id, Some(7));
        let table = note(
            "/api/export",
            "text/csv",
            Some("attachment; filename=\"a\""),
        );
        assert_eq!(table.unwrap().action, "download");
        let refused = |path: &'static str, status: u16| {
            let response = Response::builder().status(status);
            let response = response.body(Body::empty()).unwrap();
            noted(&Method::GET, &Uri::from_static(path), &response)
        };
        let hidden = refused("/van-ban/7?q=a", 404).unwrap();
        assert_eq!((hidden.action, hidden.document_id), ("refused", Some(7)));
        assert_eq!(hidden.detail, "404 GET /van-ban/7");
        assert_eq!(refused("/nhat-ky", 403).unwrap().action, "refused");
        assert_eq!(refused("/nowhere", 404), None);
        assert_eq!(note("/van-ban/7/2.png", "image/png", None), None);
        assert_eq!(note("/?q=a", html, None), None);
        assert_eq!(note("/api/documents", "application/json", None), None);
    }
}
