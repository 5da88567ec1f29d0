//! What a paper cites and what cites it, as a list.

use super::{Opened, capitalised, card::place, graph};
use crate::archive::{CitedPaper, CitingPaper};
use crate::server::web::hits::paper_address;
use crate::server::web::language::day;
use crate::server::web::visit::{Visit, address};
use maud::{Markup, html};

pub(super) fn references(visit: &Visit, opened: &Opened) -> Markup {
    let cites = once_each(&opened.cites);
    html! {
        @if cites.is_empty() && opened.cited_by.is_empty() {
            p.missing {
                (visit.say(
                    "Không thấy viện dẫn văn bản nào, và không văn bản nào trong kho viện dẫn văn bản này.",
                    "It cites no paper, and no paper of the archive cites it.",
                ))
            }
        } @else {
            (graph::graph(visit, opened, &cites))
        }
        @if !cites.is_empty() {
            h3 { (visit.say("Văn bản này viện dẫn", "This paper cites")) }
            ul.references {
                @for (index, paper) in &cites { li { (cited(visit, *index, paper)) } }
            }
        }
        @if !opened.cited_by.is_empty() {
            h3 { (visit.say("Được viện dẫn trong", "Cited by")) }
            ul.references {
                @for paper in &opened.cited_by { li { (citing(visit, paper)) } }
            }
        }
    }
}

/// Each other paper that is cited, where it is cited first, with its place in the record.
fn once_each(cites: &[CitedPaper]) -> Vec<(usize, &CitedPaper)> {
    let mut once: Vec<(usize, &CitedPaper)> = Vec::new();
    let others = cites
        .iter()
        .enumerate()
        .filter(|(_, paper)| !paper.is_itself);
    for (index, paper) in others {
        let is_known = once.iter().any(|(_, known)| {
            known.number_key.is_some()
                && known.number_key == paper.number_key
                && known.date == paper.date
        });
        if !is_known {
            once.push((index, paper));
        }
    }
    once
}

/// The name of a paper by type and number, or what there is of it.
pub(super) fn name_of(kind: Option<&str>, number: Option<&str>, otherwise: Option<&str>) -> String {
    match (kind, number) {
        (Some(kind), Some(number)) => format!("{} {number}", capitalised(kind)),
        (None, Some(number)) => number.to_owned(),
        (kind, None) => otherwise
            .map(str::to_owned)
            .or_else(|| kind.map(capitalised))
            .unwrap_or_else(|| "?".to_owned()),
    }
}

fn cited(visit: &Visit, index: usize, paper: &CitedPaper) -> Markup {
    let name = name_of(
        paper.document_type.as_deref(),
        paper.number.as_deref(),
        paper.text.as_deref(),
    );
    html! {
        @match paper.archived_as {
            Some(id) => a href=(paper_address(id, None)) { strong { (name) } },
            None => strong { (name) },
        }
        @if let Some(date) = &paper.date { ", " (day(date)) }
        @if let Some(issuer) = &paper.issuer { ", " (issuer) }
        @if paper.archived_as.is_none() {
            " "
            span.tag { (visit.say("không có trong kho", "not in the archive")) }
        }
        @if let Some(page) = paper.page_number {
            " " (place(visit, page.into(), "references", index))
        }
        @if let Some(number) = &paper.number {
            " "
            a.place href=(address("/", [("q", format!("dẫn:{number}").as_str())])) {
                (visit.say("văn bản khác cùng dẫn", "who else cites it"))
            }
        }
    }
}

fn citing(visit: &Visit, paper: &CitingPaper) -> Markup {
    let name = name_of(
        paper.document_type.as_deref(),
        paper.number.as_deref(),
        paper.subject.as_deref(),
    );
    html! {
        a href=(paper_address(paper.document_id, paper.page_number)) { strong { (name) } }
        @if let Some(issued) = &paper.issued { ", " (day(issued)) }
        @if paper.number.is_some() && let Some(subject) = &paper.subject { " · " (subject) }
        @if let Some(page) = paper.page_number {
            " " span.place { (visit.say("tr. ", "p. ")) (page) }
        }
    }
}
