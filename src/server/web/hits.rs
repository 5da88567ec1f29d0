//! The papers found, as a list.

use super::language::day;
use super::visit::{Visit, address};
use crate::index::{Hit, SnippetPart};
use maud::{Markup, html};

/// The address of a paper, at a page, with the words of a query marked.
pub(super) fn paper_address(document_id: i64, page: Option<u32>, query: Option<&str>) -> String {
    let page = page.filter(|page| *page > 1).map(|page| page.to_string());
    let params = [("trang", page.as_deref()), ("q", query)];
    address(
        &format!("/van-ban/{document_id}"),
        params
            .iter()
            .filter_map(|(name, value)| value.map(|value| (*name, value))),
    )
}

/// What a paper is called where it has no subject.
pub(super) fn title<'a>(subject: Option<&'a str>, file_name: &'a str) -> &'a str {
    subject.unwrap_or(file_name)
}

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

/// A list of papers, numbered from `first` (1-based).
pub(super) fn hit_list(visit: &Visit, hits: &[Hit], first: usize, query: Option<&str>) -> Markup {
    html! {
        ol.hits start=(first) {
            @for hit in hits { li { (hit_item(visit, hit, query)) } }
        }
    }
}

fn hit_item(visit: &Visit, hit: &Hit, query: Option<&str>) -> Markup {
    html! {
        article.hit {
            p.hit-head {
                @if let Some(kind) = &hit.document_type { span.kind { (kind) } }
                @if let Some(number) = &hit.number {
                    span.number { (number) (doubt(visit, hit.number_doubtful)) }
                }
                @if let Some(issued) = &hit.issued {
                    time datetime=(issued) { (day(issued)) }
                    (doubt(visit, hit.issued_doubtful))
                }
            }
            h3.hit-title {
                a href=(paper_address(hit.document_id, hit.page_number, query)) {
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
                                    a href=(paper_address(*other, None, query)) {
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
