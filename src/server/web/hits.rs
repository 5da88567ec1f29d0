//! The papers found, as a list.

use super::language::day;
use super::visit::{Visit, address};
use crate::index::{Hit, SnippetPart};
use maud::{Markup, html};

/// The parameter of a paper's address that says what was searched for, as the
/// address of the results: the way back.
pub(super) const SEARCHED: &str = "tim";

/// The address of a paper, at a page.
pub(super) fn paper_address(document_id: i64, page: Option<u32>) -> String {
    found_address(document_id, page, &FoundBy::default())
}

/// A search that leads to papers.
#[derive(Debug, Default)]
pub(super) struct FoundBy {
    /// Its words are marked in the papers.
    query: Option<String>,
    /// What stands behind the address of the results.
    search: Option<String>,
}

impl FoundBy {
    /// The search that `visit` shows the results of.
    pub fn of(visit: &Visit) -> Self {
        let search = visit.here_with(&[("lang", None)]);
        let (_, search) = search.split_once('?').unwrap_or_default();
        Self {
            query: visit.param("q").map(str::to_owned),
            search: (!search.is_empty()).then(|| search.to_owned()),
        }
    }
}

/// The address of a paper that was found, at a page, with the words of the query
/// marked and the way back.
fn found_address(document_id: i64, page: Option<u32>, found_by: &FoundBy) -> String {
    let page = page.filter(|page| *page > 1).map(|page| page.to_string());
    let params = [
        ("trang", page.as_deref()),
        ("q", found_by.query.as_deref()),
        (SEARCHED, found_by.search.as_deref()),
    ];
    address(
        &format!("/van-ban/{document_id}"),
        params
            .iter()
            .filter_map(|(name, value)| value.map(|value| (*name, value))),
    )
}

/// What narrows a search to a value that was counted; an agency is named whole,
/// since words of its name would find others too.
pub(super) fn narrowing(name: &str, value: &str) -> String {
    match name {
        "coquan" => format!("\"{value}\""),
        _ => value.to_owned(),
    }
}

/// What a paper is called where it has no subject.
pub(super) fn title<'a>(subject: Option<&'a str>, file_name: &'a str) -> &'a str {
    subject.unwrap_or(file_name)
}

/// What was read with less certainty is shown as doubtful.
pub(super) const DOUBTED_BELOW: f64 = 0.6;

/// The mark beside what was read with little certainty.
pub(super) fn doubt(visit: &Visit, is_doubtful: bool) -> Markup {
    html! {
        @if is_doubtful {
            " "
            span.doubt title=(visit.say(
                "Viết tay hoặc đọc chưa chắc, cần kiểm tra",
                "Handwritten or read with little certainty; check it",
            )) {
                (visit.say("cần kiểm tra", "to be checked"))
            }
        }
    }
}

/// A paper's number; where only what stands behind it was read, that: `…/SYT-NVY`.
pub(super) fn number(
    visit: &Visit,
    number: Option<&str>,
    sign: Option<&str>,
    is_doubtful: bool,
) -> Markup {
    html! {
        @match (number, sign) {
            (Some(number), _) => span.number { (number) (doubt(visit, is_doubtful)) },
            (None, Some(sign)) => span.number { "…/" (sign) (doubt(visit, true)) },
            (None, None) => {},
        }
    }
}

/// A paper's day of issue, or the month or year where the day was not read.
pub(super) fn issued(
    visit: &Visit,
    issued: Option<&str>,
    partial: Option<&str>,
    is_doubtful: bool,
) -> Markup {
    html! {
        @match (issued, partial) {
            (Some(issued), _) => span.issued {
                time datetime=(issued) { (day(issued)) } (doubt(visit, is_doubtful))
            },
            (None, Some(partial)) => span.issued {
                time datetime=(partial) { (day(partial)) } (doubt(visit, true))
            },
            (None, None) => {},
        }
    }
}

/// A list of papers, numbered from `first` (1-based).
pub(super) fn hit_list(visit: &Visit, hits: &[Hit], first: usize, found_by: &FoundBy) -> Markup {
    html! {
        ol.hits start=(first) {
            @for hit in hits { li { (hit_item(visit, hit, found_by)) } }
        }
    }
}

fn hit_item(visit: &Visit, hit: &Hit, found_by: &FoundBy) -> Markup {
    html! {
        article.hit {
            p.hit-head {
                @if let Some(kind) = &hit.document_type { span.kind { (kind) } }
                (number(visit, hit.number.as_deref(), hit.sign.as_deref(), hit.number_doubtful))
                (issued(visit, hit.issued.as_deref(), hit.issued_partial.as_deref(), hit.issued_doubtful))
            }
            h3.hit-title {
                a href=(found_address(hit.document_id, hit.page_number, found_by)) {
                    (title(hit.subject.as_deref(), &hit.file_name))
                }
            }
            @if let Some(issuer) = &hit.issuer { p.hit-issuer { (issuer) } }
            (snippet(&hit.snippet))
            p.hit-foot {
                @if let Some(page) = hit.page_number {
                    (visit.say("trang ", "page ")) (page)
                    @if hit.matching_pages > 1 {
                        @let others = hit.matching_pages - 1;
                        (visit.say(
                            format!(" và {others} trang khác"),
                            format!(" and {others} more"),
                        ))
                    }
                }
                @if !hit.same_as.is_empty() {
                    details.same-papers {
                        summary {
                            @let count = hit.same_as.len();
                            (visit.say(
                                format!("{count} bản gần giống"),
                                format!("{count} near-identical"),
                            ))
                        }
                        ul {
                            @for other in &hit.same_as {
                                li {
                                    a href=(found_address(*other, None, found_by)) {
                                        (visit.say("văn bản ", "paper ")) (other)
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn snippet(parts: &[SnippetPart]) -> Markup {
    html! {
        @if !parts.is_empty() {
            p.snippet {
                @for part in parts {
                    @if part.is_marked { mark { (part.text) } } @else { (part.text) }
                }
            }
        }
    }
}
