//! Documents, their pages, records and references.

use crate::archive::{CitedPaper, CitingPaper, Document, PageState};
use crate::restore::RestoredPage;
use crate::server::error::ApiError;
use crate::server::params::Params;
use crate::server::shared::{Shared, json};
use crate::server::{ApiResult, App};
use axum::extract::{Path, RawQuery, State};
use serde::Serialize;

/// The number of a document in an address.
pub(in crate::server) fn document_id(text: &str) -> Result<i64, ApiError> {
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse()
        .ok()
        .filter(|_| is_plain)
        .ok_or_else(|| ApiError::not_found("documents are known by whole numbers"))
}

#[derive(Serialize)]
struct DocumentPage {
    documents: Vec<Document>,
    next_cursor: Option<String>,
}

pub(in crate::server) async fn list(app: State<App>, RawQuery(query): RawQuery) -> ApiResult {
    let params = Params::parse(query.as_deref(), &["after", "limit"])?;
    let after = params.number("after", (0, usize::MAX >> 1), 0)?;
    let limit = params.number("limit", (1, 200), 50)?;
    json(app, move |shared| {
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        let documents = shared
            .archive
            .documents_after(after, u32::try_from(limit).unwrap_or(u32::MAX))?;
        let next = documents.last().filter(|_| documents.len() == limit);
        Ok(DocumentPage {
            next_cursor: next.map(|last| last.document_id.to_string()),
            documents,
        })
    })
    .await
}

#[derive(Serialize)]
struct Card {
    document: Document,
    pages: Vec<PageCard>,
}

/// A page without its text.
#[derive(Serialize)]
struct PageCard {
    page: u32,
    state: PageState,
    word_count: Option<u32>,
    mean_confidence: Option<f64>,
}

pub(in crate::server) async fn document(
    app: State<App>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> ApiResult {
    let document_id = document_id(&id)?;
    Params::parse(query.as_deref(), &[])?;
    json(app, move |shared| {
        let document = shared.archive.document(document_id)?;
        let rows = shared.archive.page_rows(document_id)?;
        let card = |row: crate::archive::PageRow| PageCard {
            page: row.page_number,
            state: row.state,
            word_count: row.word_count,
            mean_confidence: row.mean_confidence,
        };
        Ok(Card {
            document,
            pages: rows.into_iter().map(card).collect(),
        })
    })
    .await
}

/// Answers with something of a document that must be there; takes no parameters.
async fn of_document<T: Serialize + Send + 'static>(
    app: State<App>,
    id: &str,
    query: Option<&str>,
    answer: impl FnOnce(&Shared, i64) -> Result<T, ApiError> + Send + 'static,
) -> ApiResult {
    let document_id = document_id(id)?;
    Params::parse(query, &[])?;
    json(app, move |shared| {
        shared.archive.document(document_id)?;
        answer(shared, document_id)
    })
    .await
}

pub(in crate::server) async fn record(
    app: State<App>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> ApiResult {
    of_document(app, &id, query.as_deref(), |shared, document_id| {
        shared
            .archive
            .record(document_id)?
            .ok_or_else(|| ApiError::not_found("this document was not read to its end"))
    })
    .await
}

#[derive(Serialize)]
struct References {
    cites: Vec<CitedPaper>,
    cited_by: Vec<CitingPaper>,
}

pub(in crate::server) async fn references(
    app: State<App>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> ApiResult {
    of_document(app, &id, query.as_deref(), |shared, document_id| {
        Ok(References {
            cites: cites_others(shared.archive.cited_by(document_id)?),
            cited_by: shared.archive.citing(document_id)?,
        })
    })
    .await
}

#[derive(Serialize)]
struct PageText {
    page: u32,
    text: String,
    raw_text: String,
    /// With boxes in pixels of the page as it was read.
    words: RestoredPage,
}

pub(in crate::server) async fn page(
    app: State<App>,
    Path((id, page)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> ApiResult {
    let document_id = document_id(&id)?;
    let no_such = || ApiError::not_found("this document has no such page that could be read");
    let page_number: u32 = page.parse().map_err(|_| no_such())?;
    Params::parse(query.as_deref(), &[])?;
    json(app, move |shared| {
        shared.archive.document(document_id)?;
        let words = shared.archive.page(document_id, page_number)?;
        let words = words.ok_or_else(no_such)?;
        let raw_lines = words.lines.iter().map(|line| line.raw_text());
        Ok(PageText {
            page: page_number,
            text: words.text(),
            raw_text: raw_lines.collect::<Vec<_>>().join("\n"),
            words,
        })
    })
    .await
}

/// Without the mentions of the paper itself.
fn cites_others(mut cites: Vec<CitedPaper>) -> Vec<CitedPaper> {
    cites.retain(|paper| !paper.is_itself);
    cites
}
