//! The targets found, as a table and in groups.

use super::figure::{comparable, figure};
use crate::archive::RegisteredTarget;
use crate::server::web::document::item_address;
use crate::server::web::hits::{DOUBTED_BELOW, doubt, issued};
use crate::server::web::language::day;
use crate::server::web::visit::Visit;
use crate::vietnamese::collation_key;
use maud::{Markup, html};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// Rows on one page of the table, and of one group.
const ROWS_ON_A_PAGE: usize = 50;

/// The orders a table can be in: what the address says and the heading.
const ORDERS: [(&str, &str, &str); 5] = [
    ("ngay", "Ngày", "Day"),
    ("coquan", "Cơ quan", "Issuer"),
    ("chitieu", "Chỉ tiêu", "Indicator"),
    ("giatri", "Giá trị", "Value"),
    ("vanban", "Văn bản", "Paper"),
];

/// How the table is ordered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Order<'a> {
    code: &'a str,
    is_reversed: bool,
}

impl<'a> Order<'a> {
    pub(super) fn of(visit: &'a Visit) -> Self {
        Self {
            code: visit.param("xep").unwrap_or("ngay"),
            is_reversed: visit.param("chieu") == Some("nguoc"),
        }
    }

    /// Days begin with the latest.
    fn is_descending(self) -> bool {
        (self.code == "ngay") != self.is_reversed
    }

    pub(super) fn sort(self, targets: &mut [RegisteredTarget]) {
        let name = |text: &Option<String>| collation_key(text.as_deref().unwrap_or_default());
        match self.code {
            "coquan" => targets.sort_by_cached_key(|target| name(&target.issuer)),
            "chitieu" => targets.sort_by_cached_key(|target| name(&target.indicator)),
            "vanban" => targets.sort_by_cached_key(|target| name(&target.document_number)),
            "giatri" => targets.sort_by(|a, b| {
                let ((unit, value), (other_unit, other_value)) = (comparable(a), comparable(b));
                match unit.cmp(&other_unit) {
                    Ordering::Equal => value.total_cmp(&other_value),
                    other => other,
                }
            }),
            _ => targets.sort_by(|a, b| day_of(b).cmp(&day_of(a))),
        }
        if self.is_reversed {
            targets.reverse();
        }
    }
}

fn day_of(target: &RegisteredTarget) -> Option<&String> {
    target.issued.as_ref().or(target.issued_partial.as_ref())
}

pub(super) fn table(visit: &Visit, found: &[RegisteredTarget]) -> Markup {
    let n_pages = found.len().div_ceil(ROWS_ON_A_PAGE);
    let here = visit.number("trang").min(n_pages.max(1));
    let shown = found
        .iter()
        .skip((here - 1) * ROWS_ON_A_PAGE)
        .take(ROWS_ON_A_PAGE);
    let order = Order::of(visit);
    html! {
        div.table-frame tabindex="0" role="group" aria-label=(visit.say("Bảng chỉ tiêu", "Table of targets")) {
            table.targets {
                caption.visually-hidden { (visit.say("Chỉ tiêu và kết quả", "Targets and results")) }
                thead {
                    tr {
                        @for (code, vietnamese, english) in ORDERS {
                            @let is_order = order.code == code;
                            @let is_descending = order.is_descending();
                            th scope="col" aria-sort=[is_order.then_some(if is_descending { "descending" } else { "ascending" })] {
                                a href=(visit.here_with(&[
                                    ("xep", Some(code)),
                                    ("chieu", (is_order && !order.is_reversed).then_some("nguoc")),
                                    ("trang", None),
                                ])) {
                                    (visit.say(vietnamese, english))
                                    @if is_order { " " (if is_descending { "↓" } else { "↑" }) }
                                }
                            }
                        }
                    }
                }
                tbody { @for target in shown { (row(visit, target)) } }
            }
        }
        @if n_pages > 1 {
            nav.paging aria-label=(visit.say("Trang của bảng", "Pages of the table")) {
                @if here > 1 {
                    a rel="prev" href=(visit.here_with(&[("trang", Some(&(here - 1).to_string()))])) {
                        "← " (visit.say("Trang trước", "Previous"))
                    }
                }
                span { (here) " / " (n_pages) }
                @if here < n_pages {
                    a rel="next" href=(visit.here_with(&[("trang", Some(&(here + 1).to_string()))])) {
                        (visit.say("Trang sau", "Next")) " →"
                    }
                }
            }
        }
    }
}

fn row(visit: &Visit, target: &RegisteredTarget) -> Markup {
    let label = |column: usize| {
        let (_, vietnamese, english) = ORDERS[column];
        visit.say(vietnamese, english)
    };
    html! {
        tr {
            td data-label=(label(0)) {
                (issued(visit, target.issued.as_deref(), target.issued_partial.as_deref(), target.issued_doubtful))
            }
            td data-label=(label(1)) { (target.issuer.as_deref().unwrap_or("–")) }
            th scope="row" data-label=(label(2)) {
                (target.indicator.as_deref().unwrap_or("–"))
                " " (kind_tag(visit, target))
                (terms(visit, target))
            }
            td.figure data-label=(label(3)) {
                (figure(visit, target))
                (doubt(visit, is_doubtful(target)))
                @if let Some(text) = printed(target) { div.quiet { (text) } }
            }
            td data-label=(label(4)) {
                (paper(visit, target))
            }
        }
    }
}

fn kind_tag(visit: &Visit, target: &RegisteredTarget) -> Markup {
    let is_goal = target.kind.as_deref() == Some("target");
    html! {
        span.tag.goal-tag[is_goal] {
            @if is_goal { (visit.say("chỉ tiêu", "target")) } @else { (visit.say("kết quả", "result")) }
        }
    }
}

fn is_doubtful(target: &RegisteredTarget) -> bool {
    target.confidence.is_some_and(|it| it < DOUBTED_BELOW)
}

/// The words of the paper where the figure alone says less: a change, whose
/// direction they tell.
fn printed(target: &RegisteredTarget) -> Option<&str> {
    target.text.as_deref().filter(|_| target.is_change)
}

/// The paper of a target: its number, or its type and subject.
fn paper(visit: &Visit, target: &RegisteredTarget) -> Markup {
    let name = target.document_number.as_deref();
    let name = name.or(target.document_type.as_deref());
    html! {
        a.paper-number href=(place(target)) { (name.unwrap_or(&target.file_name)) }
        (doubt(visit, target.number_doubtful))
        @if let Some(page) = target.page_number { span.place { (visit.say(" tr. ", " p. ")) (page) } }
        @if target.document_number.is_none() && let Some(subject) = &target.subject {
            div.quiet.short-subject { (subject) }
        }
    }
}

/// Who is to reach a target, until when, and what time it is of.
fn terms(visit: &Visit, target: &RegisteredTarget) -> Markup {
    let until = target
        .until
        .as_deref()
        .map(day)
        .map(|until| visit.say(format!("đến {until}"), format!("until {until}")));
    let holds_for = target.holds_for.as_deref().map(|time| {
        let time: Vec<String> = time.split('/').map(day).collect();
        time.join(" – ")
    });
    let terms: Vec<String> = [target.who.clone(), until, holds_for]
        .into_iter()
        .flatten()
        .collect();
    html! { @if !terms.is_empty() { div.quiet { (terms.join(" · ")) } } }
}

/// Where a target stands, marked.
pub(super) fn place(target: &RegisteredTarget) -> String {
    let page = target.page_number.unwrap_or(1).into();
    item_address(
        target.document_id,
        page,
        "targets",
        target.item_index as usize,
    )
}

/// What targets are put together by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grouping {
    Issuer,
    Year,
}

impl Grouping {
    fn of(self, target: &RegisteredTarget) -> Option<String> {
        match self {
            Self::Issuer => target.issuer.clone(),
            Self::Year => {
                let issued = target.issued.as_ref().or(target.issued_partial.as_ref());
                issued?.get(..4).map(str::to_owned)
            }
        }
    }

    /// What narrows the table to the group of `value`.
    fn narrowed(self, value: &str) -> (&'static str, String) {
        match self {
            Self::Issuer => ("coquan", format!("\"{value}\"")),
            Self::Year => ("nam", value.to_owned()),
        }
    }
}

/// Groups under headings, the latest year or the first name first; what belongs
/// to none comes last.
pub(super) fn groups(visit: &Visit, found: &[RegisteredTarget], grouping: Grouping) -> Markup {
    let mut by_value: BTreeMap<Option<String>, Vec<&RegisteredTarget>> = BTreeMap::new();
    for target in found {
        by_value
            .entry(grouping.of(target))
            .or_default()
            .push(target);
    }
    let mut groups: Vec<_> = by_value.into_iter().collect();
    match grouping {
        Grouping::Year => groups.sort_by(|(a, _), (b, _)| b.cmp(a)),
        Grouping::Issuer => groups.sort_by_cached_key(|(issuer, _)| {
            (issuer.is_none(), issuer.as_deref().map(collation_key))
        }),
    }
    html! {
        @for (value, targets) in &groups {
            details.group open[groups.len() <= 8] {
                summary {
                    strong { (value.as_deref().unwrap_or(visit.say("không rõ", "unknown"))) }
                    " " span.facet-count { (visit.language.count(targets.len() as u64)) }
                }
                ul {
                    @for target in targets.iter().take(ROWS_ON_A_PAGE) {
                        li {
                            (target.indicator.as_deref().unwrap_or("–")) ": "
                            a href=(place(target)) { strong { (figure(visit, target)) } }
                            (doubt(visit, is_doubtful(target)))
                            " " (kind_tag(visit, target))
                            @if grouping != Grouping::Issuer && let Some(issuer) = &target.issuer {
                                " · " (issuer)
                            }
                            @if let Some(number) = &target.document_number { " · " (number) }
                            @if grouping != Grouping::Year && let Some(issued) = &target.issued {
                                " · " (day(issued))
                            }
                        }
                    }
                    @if targets.len() > ROWS_ON_A_PAGE {
                        @let more = targets.len() - ROWS_ON_A_PAGE;
                        li {
                            (visit.say(format!("còn {more} mục: "), format!("{more} more: ")))
                            @match value {
                                Some(value) => {
                                    @let (name, narrowed) = grouping.narrowed(value);
                                    a href=(visit.here_with(&[(name, Some(&narrowed)), ("nhom", None)])) {
                                        (visit.say("xem tất cả", "see all"))
                                    }
                                }
                                None => a href=(visit.here_with(&[("nhom", None)])) {
                                    (visit.say("xem bảng không nhóm", "see the table without groups"))
                                },
                            }
                        }
                    }
                }
            }
        }
    }
}
