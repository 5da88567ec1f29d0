//! A paper: its pages with the words looked for, its record, what it cites and
//! what cites it.

mod card;
mod citation;
mod graph;
mod paragraphs;
mod references;
mod viewer;
mod words;

pub(super) use card::item_address;

use super::facets::FILTERS;
use super::hits::{FoundBy, SEARCHED, hit_list, title};
use super::layout::{Frame, page};
use super::reasons;
use super::visit::{Visit, address};
use crate::access::Role;
use crate::archive::{
    ArchivePlace, CitedPaper, CitingPaper, Document, DocumentState, Failure, PageRow,
};
use crate::index::Hit;
use crate::restore::RestoredPage;
use crate::server::access::REVIEW;
use crate::server::api::document_id;
use crate::server::shared::{Shared, in_work};
use crate::server::{ApiResult, App, error::ApiError};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use maud::{Markup, html};
use serde_json::Value;
use std::ops::Range;

/// Similar papers shown.
const MAX_SIMILAR: usize = 5;

/// All that a page of a paper shows.
struct Opened {
    document: Document,
    pages: Vec<PageRow>,
    failures: Vec<Failure>,
    record: Option<Value>,
    place: ArchivePlace,
    cites: Vec<CitedPaper>,
    cited_by: Vec<CitingPaper>,
    similar: Vec<Hit>,
    /// The page that is open, 1-based.
    page_number: u32,
    words: Option<RestoredPage>,
    /// Where the words of the query stand, as bytes of the page's text.
    marked: Vec<Range<usize>>,
}

pub(super) async fn document(
    State(app): State<App>,
    Path(id): Path<String>,
    visit: Visit,
) -> ApiResult {
    let document_id = document_id(&id)?;
    let asked_page = u32::try_from(visit.number("trang")).unwrap_or(u32::MAX);
    let query = visit.param("q").map(str::to_owned);
    let opened = in_work(&app, move |shared| {
        open(shared, document_id, asked_page, query.as_deref())
    })
    .await?;
    let name = opened.name(&visit);
    let frame = Frame {
        title: &name,
        section: None,
        has_search: true,
    };
    let body = body(&visit, &opened);
    Ok(page(&visit, StatusCode::OK, &frame, &body))
}

fn open(
    shared: &Shared,
    document_id: i64,
    asked_page: u32,
    query: Option<&str>,
) -> Result<Opened, ApiError> {
    let archive = &shared.archive;
    let document = archive.document(document_id)?;
    let pages = archive.page_rows(document_id)?;
    let page_number = asked_page.clamp(1, document.page_count.unwrap_or(1).max(1));
    let words = archive.page(document_id, page_number)?;
    // A paper can be looked at while the index is being built.
    let marked = match (query, &words) {
        (Some(query), Some(words)) => shared
            .with_index(|index| index.marked_words(query, &words.text()))
            .unwrap_or_default(),
        _ => Vec::new(),
    };
    let similar = shared
        .with_index(|index| index.similar(archive, document_id, MAX_SIMILAR))
        .unwrap_or_default();
    Ok(Opened {
        pages,
        failures: archive.failures_of(document_id)?,
        record: archive.record(document_id)?,
        place: archive.place(document_id)?.unwrap_or_default(),
        cites: archive.cited_by(document_id)?,
        cited_by: archive.citing(document_id)?,
        similar,
        page_number,
        words,
        marked,
        document,
    })
}

impl Opened {
    /// What the paper is called: its type and number, or its subject.
    fn name(&self, visit: &Visit) -> String {
        let fields = &self.document.fields;
        match (&fields.document_type, &fields.number) {
            (Some(kind), Some(number)) => format!("{} {number}", capitalised(kind)),
            (_, Some(number)) => number.clone(),
            (Some(kind), None) => format!(
                "{} {}",
                capitalised(kind),
                visit.say("không đọc được số", "without number")
            ),
            (None, None) => self.document.file_name.clone(),
        }
    }

    fn page_count(&self) -> u32 {
        self.document.page_count.unwrap_or(1).max(1)
    }
}

/// The way back to what was searched for. Only parameters of a search are taken
/// over, whatever the address says.
fn results_address(visit: &Visit) -> Option<String> {
    let Some(search) = visit.param(SEARCHED) else {
        return visit.param("q").map(|query| address("/", [("q", query)]));
    };
    let params: Vec<(String, String)> = form_urlencoded::parse(search.as_bytes())
        .filter(|(name, _)| {
            let is_filter = FILTERS.iter().any(|(filter, ..)| name == filter);
            is_filter || ["q", "xep", "trang"].contains(&name.as_ref())
        })
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    let params = params
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    Some(address("/", params))
}

/// With a capital at the beginning.
fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

fn body(visit: &Visit, opened: &Opened) -> Markup {
    let document = &opened.document;
    let fields = &document.fields;
    let is_failed = document.state == DocumentState::Failed;
    let heading = title(fields.subject.as_deref(), &document.file_name);
    html! {
        @if let Some(results) = results_address(visit) {
            p.back {
                a href=(results) {
                    "← " (visit.say("Kết quả tìm", "Results"))
                    @if let Some(query) = visit.param("q") { ": " (query) }
                }
            }
        }
        header.paper-head {
            h1 { (heading) }
            (card::summary(visit, opened))
            div.actions {
                a.button href={ "/api/documents/" (document.document_id) "/original" } {
                    (visit.say("Tải bản gốc", "Download original"))
                }
                @if !is_failed {
                    a.button.plain href={ "/api/documents/" (document.document_id) "/searchable" } {
                        (visit.say("PDF tìm kiếm được", "Searchable PDF"))
                    }
                    (citation::button(visit, opened))
                    (more_actions(visit, opened))
                }
            }
        }
        @if visit.number("trang") > opened.page_count() as usize {
            p.notes role="status" {
                (visit.say(
                    format!("Văn bản chỉ có {} trang; đây là trang cuối.", opened.page_count()),
                    format!("The paper has only {} pages; this is the last.", opened.page_count()),
                ))
            }
        }
        @if is_failed { (unread(visit, &opened.failures)) }
        @else { (viewer::viewer(visit, opened)) }
        @if !is_failed {
            div.paper-parts {
                section #ho-so.card aria-labelledby="ho-so-dau" {
                    h2 #ho-so-dau { (visit.say("Thẻ đăng ký văn bản", "Registry card")) }
                    (card::card(visit, opened))
                }
                section #vien-dan.card aria-labelledby="vien-dan-dau" {
                    h2 #vien-dan-dau { (visit.say("Viện dẫn", "References")) }
                    (references::references(visit, opened))
                }
                @if !opened.similar.is_empty() {
                    section #tuong-tu.card aria-labelledby="tuong-tu-dau" {
                        h2 #tuong-tu-dau { (visit.say("Văn bản tương tự", "Similar papers")) }
                        (hit_list(visit, &opened.similar, 1, &FoundBy::default()))
                    }
                }
            }
        }
    }
}

/// Why a paper could not be read, and what to do about it.
fn unread(visit: &Visit, failures: &[Failure]) -> Markup {
    html! {
        section.empty {
            h2 { (visit.say("Không đọc được văn bản này", "This paper could not be read")) }
            ul {
                @for failure in failures {
                    li {
                        @if let Some(number) = failure.page_number {
                            (visit.say("Trang ", "Page ")) (number) ": "
                        }
                        (capitalised(reasons::reason(visit.language, failure))) ". "
                        (reasons::advice(visit.language, failure))
                    }
                }
            }
        }
    }
}

/// What is done less often; on a narrow window it is folded.
fn more_actions(visit: &Visit, opened: &Opened) -> Markup {
    let document = &opened.document;
    html! {
        details.more-actions open data-fold-narrow {
            summary { (visit.say("Thêm", "More")) }
            div.actions {
                a.button.plain href="#ho-so" { (visit.say("Thẻ đăng ký", "Record")) }
                a.button.plain href="#vien-dan" { (visit.say("Viện dẫn", "References")) }
                a.button.plain href={ "/van-ban/" (document.document_id) "/lich-su" } {
                    (visit.say("Lịch sử", "History"))
                }
                @if visit.may(Role::Archivist) {
                    a.button.plain href={ (REVIEW) "/" (document.document_id) } {
                        (visit.say("Sửa thông tin", "Set fields"))
                    }
                    a.button.plain
                        href={ (REVIEW) "/" (document.document_id) "/" (opened.page_number) } {
                        (visit.say("Rà soát trang này", "Review this page"))
                    }
                }
            }
        }
    }
}
