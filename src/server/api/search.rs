//! Search, suggestions, similar papers.

use super::documents::document_id;
use crate::index::{FacetCounts, Hit, MAX_LIMIT, QueryNote, SearchRequest, SortOrder};
use crate::server::params::Params;
use crate::server::{ApiResult, App, shared::json};
use axum::extract::{Path, RawQuery, State};
use serde::Serialize;

#[derive(Serialize)]
struct SearchPage {
    query: String,
    notes: Vec<QueryNote>,
    total: usize,
    is_estimate: bool,
    hits: Vec<Hit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    facets: Option<FacetCounts>,
    /// `None` on the last page of results.
    next_cursor: Option<String>,
}

const ORDERS: [(&str, SortOrder); 3] = [
    ("relevance", SortOrder::Relevance),
    ("newest", SortOrder::Newest),
    ("oldest", SortOrder::Oldest),
];

pub(in crate::server) async fn search(app: State<App>, RawQuery(query): RawQuery) -> ApiResult {
    let params = Params::parse(
        query.as_deref(),
        &[
            "q", "type", "issuer", "signer", "from", "to", "sort", "facets", "limit", "cursor",
        ],
    )?;
    let request = SearchRequest {
        query: params.required_text("q")?,
        document_type: params.text("type"),
        issuer: params.text("issuer"),
        signer: params.text("signer"),
        issued: params.days()?,
        order: params.choice("sort", &ORDERS)?,
        has_facets: params.flag("facets")?,
        limit: params.number("limit", (1, MAX_LIMIT), 10)?,
        result_page: params.cursor()?,
    };
    json(app, move |shared| {
        let answer = shared.with_index(|index| index.search(&shared.archive, &request))?;
        let is_last = answer.hits.len() < request.limit || !answer.has_more;
        Ok(SearchPage {
            query: answer.query,
            notes: answer.notes,
            total: answer.total,
            is_estimate: answer.is_estimate,
            hits: answer.hits,
            facets: answer.facets,
            next_cursor: (!is_last).then(|| params.cursor_at(request.result_page + 1)),
        })
    })
    .await
}

#[derive(Serialize)]
struct Suggestions {
    suggestions: Vec<crate::index::Suggestion>,
}

pub(in crate::server) async fn suggest(app: State<App>, RawQuery(query): RawQuery) -> ApiResult {
    let params = Params::parse(query.as_deref(), &["q", "limit"])?;
    let typed = params.required_text("q")?;
    let limit = params.number("limit", (1, 20), 8)?;
    json(app, move |shared| {
        let suggestions =
            shared.with_index(|index| index.suggest(&shared.archive, &typed, limit))?;
        Ok(Suggestions { suggestions })
    })
    .await
}

#[derive(Serialize)]
struct Similar {
    hits: Vec<Hit>,
}

pub(in crate::server) async fn similar(
    app: State<App>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> ApiResult {
    let document_id = document_id(&id)?;
    let params = Params::parse(query.as_deref(), &["limit"])?;
    let limit = params.number("limit", (1, 50), 10)?;
    json(app, move |shared| {
        shared.archive.document(document_id)?;
        let hits = shared.with_index(|index| index.similar(&shared.archive, document_id, limit))?;
        Ok(Similar { hits })
    })
    .await
}
