//! What an archivist looks after beside words: files and pages that could not be
//! read, and papers that were scanned twice.

use super::{DUPLICATES, FAILURES, frame};
use crate::archive::{Document, Failure};
use crate::index::{DuplicateGroup, DuplicatePaper};
use crate::server::jobs::name_of;
use crate::server::shared::in_work;
use crate::server::web::language::day;
use crate::server::web::layout::page;
use crate::server::web::moment::moment;
use crate::server::web::reasons;
use crate::server::web::users::who;
use crate::server::web::visit::Visit;
use crate::server::{ApiResult, App};
use axum::extract::State;
use axum::http::StatusCode;
use maud::{Markup, html};
use std::path::Path;

/// Lines of one page; what is further down can be had with `vanthu failures`.
const MAX_LINES: usize = 500;

/// A failure, with who sent the file where somebody did.
struct Trouble {
    failure: Failure,
    sender: Option<String>,
}

pub(in crate::server::web) async fn failures(State(app): State<App>, visit: Visit) -> ApiResult {
    let (troubles, n_all) = in_work(&app, |shared| {
        let failures = shared.archive.failures()?;
        let n_all = failures.len();
        let mut troubles = Vec::new();
        for failure in failures.into_iter().take(MAX_LINES) {
            let sender = shared.access.store.sender_of(&failure.source_path);
            troubles.push(Trouble {
                sender: sender.unwrap_or_default(),
                failure,
            });
        }
        Ok((troubles, n_all))
    })
    .await?;
    let title = visit.say("Không đọc được", "Could not be read");
    let labels = [
        visit.say("Tệp", "File"),
        visit.say("Trang", "Page"),
        visit.say("Vì sao", "Why"),
        visit.say("Cần làm", "What to do"),
        visit.say("Thời gian", "When"),
    ];
    let body = html! {
        h1 { (title) }
        @if troubles.is_empty() {
            p.empty { (visit.say("Mọi tệp và trang đều đọc được.", "All files and pages were read.")) }
        } @else {
            @if n_all > troubles.len() {
                p.notes {
                    (visit.say(
                        format!("Có {n_all} mục; đây là {MAX_LINES} mục đầu."),
                        format!("There are {n_all}; these are the first {MAX_LINES}."),
                    ))
                }
            }
            div.scrolled tabindex="0" role="region" aria-label=(title) {
                table.rows-as-cards {
                    thead { tr { @for label in labels { th scope="col" { (label) } } } }
                    tbody {
                        @for trouble in &troubles { (trouble_row(&visit, trouble, &labels)) }
                    }
                }
            }
        }
    };
    Ok(page(&visit, StatusCode::OK, &frame(title), &body))
}

fn trouble_row(visit: &Visit, trouble: &Trouble, labels: &[&str; 5]) -> Markup {
    let failure = &trouble.failure;
    let name = name_of(Path::new(&failure.source_path));
    html! {
        tr {
            td data-label=(labels[0]) {
                @match failure.document_id {
                    Some(id) => a href=(format!("/van-ban/{id}?trang={}", failure.page_number.unwrap_or(1))) { (name) },
                    None => (name),
                }
                " " span.quiet { (source(visit, &failure.source_path, trouble.sender.as_deref())) }
            }
            td data-label=(labels[1]) {
                @match failure.page_number {
                    Some(number) => (number),
                    None => (visit.say("cả tệp", "all")),
                }
            }
            td data-label=(labels[2]) { (reasons::reason(visit.language, failure)) }
            td data-label=(labels[3]) { (reasons::advice(visit.language, failure)) }
            td data-label=(labels[4]) { (moment(&failure.failed_at)) }
        }
    }
}

/// Where a file came from: who sent it, or its folder on the server's machine.
fn source(visit: &Visit, path: &str, sender: Option<&str>) -> String {
    match sender {
        Some(sender) => {
            let sender = who(visit, sender);
            visit.say(format!("tải lên bởi {sender}"), format!("sent by {sender}"))
        }
        None => {
            let folder = Path::new(path).parent();
            folder.map_or_else(String::new, |folder| folder.to_string_lossy().into_owned())
        }
    }
}

pub(in crate::server::web) async fn duplicates(State(app): State<App>, visit: Visit) -> ApiResult {
    let groups = in_work(&app, |shared| {
        shared.with_index(|index| index.duplicates(&shared.archive))
    })
    .await?;
    let title = visit.say("Có thể quét trùng", "Perhaps scanned twice");
    let body = html! {
        h1 { (title) }
        @if groups.is_empty() {
            p.empty { (visit.say("Không thấy văn bản nào quét trùng.", "No paper seems to be there twice.")) }
        } @else {
            p.hint {
                (visit.say(
                    "Mỗi nhóm gồm các văn bản có chữ gần giống hệt nhau, số và ngày không khác nhau. Không bản nào bị xóa.",
                    "The papers of a group have nearly the same text, and neither number nor day tells them apart. Nothing is removed.",
                ))
            }
            (same_papers(&visit, &groups))
        }
    };
    Ok(page(&visit, StatusCode::OK, &frame(title), &body))
}

/// Groups of papers that seem to be one.
pub(in crate::server::web) fn same_papers(visit: &Visit, groups: &[DuplicateGroup]) -> Markup {
    html! {
        ul.plain-list {
            @for group in groups.iter().take(MAX_LINES) {
                li {
                    ul.same-group {
                        @for paper in &group.papers { li { (same_paper(visit, paper)) } }
                    }
                }
            }
        }
    }
}

fn same_paper(visit: &Visit, paper: &DuplicatePaper) -> Markup {
    let name = name_of(Path::new(&paper.source_path));
    html! {
        a href=(format!("/van-ban/{}", paper.document_id)) {
            (paper.number.as_deref().unwrap_or(&name))
        }
        @if let Some(issued) = &paper.issued { ", " (day(issued)) }
        @if let Some(subject) = &paper.subject { " · " (subject) }
        " " span.quiet {
            @if let Some(count) = paper.page_count {
                (count) " " (visit.say("trang", "pages")) " · "
            }
            (name)
        }
    }
}

/// A paper by its number and subject, or by its file's name.
pub(in crate::server::web) fn paper_link(visit: &Visit, paper: &Document) -> Markup {
    let fields = &paper.fields;
    html! {
        a href=(format!("/van-ban/{}", paper.document_id)) {
            (fields.number.as_deref().unwrap_or(&paper.file_name))
        }
        @if let Some(subject) = &fields.subject { " " span.quiet { (subject) } }
        @if fields.number.is_none() && fields.subject.is_some() {
            " " span.quiet { "(" (visit.say("không đọc được số", "without number")) ")" }
        }
    }
}

/// The way to both lists.
pub(in crate::server::web) fn links(visit: &Visit) -> Markup {
    html! {
        p {
            a href=(FAILURES) { (visit.say("Tệp và trang không đọc được", "Files and pages not read")) }
            " · "
            a href=(DUPLICATES) { (visit.say("Văn bản có thể quét trùng", "Papers perhaps scanned twice")) }
        }
    }
}
