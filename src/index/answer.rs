//! What a search is asked and what it answers.

use super::facets::FacetCounts;
use super::group::SortOrder;
use super::query::{DayRange, QueryNote};
use super::snippet::SnippetPart;
use serde::Serialize;

/// Hits on one page of results, at most.
pub const MAX_LIMIT: usize = 200;
/// Results are listed up to here; whoever looks further narrows the query.
const MAX_LISTED: usize = 10_000;

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchRequest {
    /// As typed; see the query language in `docs/search.md`.
    pub query: String,
    /// Only papers of that type (or its abbreviation), with or without marks.
    pub document_type: Option<String>,
    /// Only papers whose issuer or its parent has these words; in quotation marks
    /// the whole name of the issuer.
    pub issuer: Option<String>,
    /// Only papers signed by someone whose name or position has these words.
    pub signer: Option<String>,
    /// Only papers issued then.
    pub issued: Option<DayRange>,
    pub order: SortOrder,
    /// Whether to count the papers found by type, issuer, year and signer.
    pub has_facets: bool,
    /// Hits on one page of results, 1 to [`MAX_LIMIT`].
    pub limit: usize,
    /// 1-based page of results.
    pub result_page: usize,
}

impl SearchRequest {
    /// The first ten hits of a query.
    pub fn new(query: impl Into<String>) -> Self {
        Self {
            query: query.into(),
            document_type: None,
            issuer: None,
            signer: None,
            issued: None,
            order: SortOrder::default(),
            has_facets: false,
            limit: 10,
            result_page: 1,
        }
    }

    /// The ranks that are asked for, 0-based.
    pub(super) fn listed(&self) -> std::ops::Range<usize> {
        let limit = self.limit.clamp(1, MAX_LIMIT);
        let start = self.result_page.saturating_sub(1).saturating_mul(limit);
        let start = start.min(MAX_LISTED);
        start..(start + limit).min(MAX_LISTED)
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SearchAnswer {
    /// The query as typed.
    pub query: String,
    /// Where it was read otherwise than as typed.
    pub notes: Vec<QueryNote>,
    /// Papers found in all.
    pub total: usize,
    /// Whether `total` and `facets` are estimates, to two digits: where very
    /// many papers are found they are counted in a part of the index.
    pub is_estimate: bool,
    pub limit: usize,
    /// 1-based.
    pub result_page: usize,
    /// Whether there is another page of results.
    pub has_more: bool,
    /// In the order asked for.
    pub hits: Vec<Hit>,
    /// Of all papers found, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facets: Option<FacetCounts>,
}

/// A paper that was found, with its best page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hit {
    #[serde(rename = "id")]
    pub document_id: i64,
    pub number: Option<String>,
    /// What stands behind the number, also where that was not read: `UBND-VX`.
    pub sign: Option<String>,
    /// The number is handwritten or was read with little certainty.
    pub number_doubtful: bool,
    #[serde(rename = "type")]
    pub document_type: Option<String>,
    pub subject: Option<String>,
    pub issuer: Option<String>,
    /// Day of issue, ISO 8601.
    pub issued: Option<String>,
    /// Month or year of issue where the day was not read: `2023-03`.
    pub issued_partial: Option<String>,
    /// As of the number.
    pub issued_doubtful: bool,
    pub signer: Option<String>,
    pub file_name: String,
    /// 1-based; `None` when no page of the paper could be read.
    #[serde(rename = "page")]
    pub page_number: Option<u32>,
    /// Pages of the paper that were found.
    pub matching_pages: u32,
    /// Comparable within one answer only.
    pub score: f32,
    /// From the restored text of that page.
    pub snippet: Vec<SnippetPart>,
    /// Near-identical papers that were found too and are not listed themselves.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub same_as: Vec<i64>,
}
