//! The targets of all papers: a table to filter, sort and group, an indicator
//! over time, the whole as a file.

use super::chart::{Point, over_time};
use super::document::item_address;
use super::language::day;
use super::layout::{Frame, Section, page};
use super::visit::{Visit, address};
use crate::archive::RegisteredTarget;
use crate::export::{PaperFilter, TargetFilter, TargetKind};
use crate::index::DayRange;
use crate::server::shared::in_work;
use crate::server::{ApiResult, App};
use crate::vietnamese::{fold, normalize};
use axum::extract::State;
use axum::http::StatusCode;
use maud::{Markup, html};
use serde_json::Value;
use std::collections::BTreeMap;

/// Rows on one page of the table.
const ROWS_ON_A_PAGE: usize = 50;
/// Targets looked at; whoever has more narrows the table or takes the file.
const MAX_TARGETS: usize = 20_000;
/// Points drawn at most.
const MAX_POINTS: usize = 200;

/// The orders a table can be in: what the address says and the heading.
const ORDERS: [(&str, &str, &str); 5] = [
    ("ngay", "Ngày", "Day"),
    ("coquan", "Cơ quan", "Issuer"),
    ("chitieu", "Chỉ tiêu", "Indicator"),
    ("giatri", "Giá trị", "Value"),
    ("vanban", "Văn bản", "Paper"),
];

/// What the table is narrowed to; the files of the table likewise.
fn wanted(visit: &Visit) -> TargetFilter {
    let text = |name: &str| visit.param(name).map(str::to_owned);
    TargetFilter {
        papers: PaperFilter {
            issuer: text("coquan"),
            issued: visit.param("nam").and_then(DayRange::parse),
            ..PaperFilter::default()
        },
        indicator: text("chitieu"),
        unit: text("donvi"),
        kind: kind(visit),
    }
}

fn kind(visit: &Visit) -> Option<TargetKind> {
    match visit.param("loai")? {
        "muctieu" => Some(TargetKind::Target),
        "ketqua" => Some(TargetKind::Result),
        _ => None,
    }
}

pub(super) async fn targets(State(app): State<App>, visit: Visit) -> ApiResult {
    let wanted = wanted(&visit);
    let mut found = in_work(&app, move |shared| {
        Ok(shared
            .archive
            .targets(MAX_TARGETS, |target| wanted.admits(target))?)
    })
    .await?;
    sort(
        &mut found,
        visit.param("xep").unwrap_or("ngay"),
        visit.param("chieu") == Some("nguoc"),
    );
    let title = visit.say("Chỉ tiêu và kết quả", "Targets and results");
    let frame = Frame {
        title,
        section: Some(Section::Targets),
        has_search: true,
    };
    let body = body(&visit, title, &found);
    Ok(page(&visit, StatusCode::OK, &frame, &body))
}

fn sort(targets: &mut [RegisteredTarget], order: &str, is_reversed: bool) {
    targets.sort_by(|a, b| match order {
        "coquan" => a.issuer.cmp(&b.issuer),
        "chitieu" => a.indicator.cmp(&b.indicator),
        "giatri" => a
            .value
            .unwrap_or(f64::MIN)
            .total_cmp(&b.value.unwrap_or(f64::MIN)),
        "vanban" => a.document_number.cmp(&b.document_number),
        // The latest first.
        _ => b.issued.cmp(&a.issued),
    });
    if is_reversed {
        targets.reverse();
    }
}

fn body(visit: &Visit, title: &str, found: &[RegisteredTarget]) -> Markup {
    let count = visit.language.count(found.len() as u64);
    let group = visit.param("nhom");
    html! {
        h1 { (title) }
        (filters(visit))
        div.results-head {
            h2 {
                (visit.say(format!("{count} mục"), format!("{count} found")))
                @if found.len() >= MAX_TARGETS {
                    " " span.tag { (visit.say("chỉ xét chừng này", "only so many looked at")) }
                }
            }
            (downloads(visit))
        }
        @if found.is_empty() {
            section.empty {
                p {
                    (visit.say(
                        "Không có chỉ tiêu nào như vậy. Thử ít từ hơn hoặc bỏ bớt điều kiện.",
                        "There is no such target. Try fewer words or fewer conditions.",
                    ))
                }
            }
        } @else {
            (chart(visit, found))
            @match group {
                Some("coquan") => (groups(visit, found, "coquan", |it| it.issuer.clone())),
                Some("nam") => (groups(visit, found, "nam", year_of)),
                _ => (table(visit, found)),
            }
        }
    }
}

fn year_of(target: &RegisteredTarget) -> Option<String> {
    target.issued.as_deref()?.get(..4).map(str::to_owned)
}

fn filters(visit: &Visit) -> Markup {
    let value = |name: &str| visit.param(name).unwrap_or_default();
    let options = |name: &str, options: &[(&str, &str)]| {
        html! {
            select name=(name) {
                @for (option, label) in options {
                    option value=(option) selected[value(name) == *option] { (label) }
                }
            }
        }
    };
    html! {
        form.filters action="/chi-tieu" method="get" {
            label.wide {
                (visit.say("Chỉ tiêu có các từ", "Indicator has the words"))
                input type="text" name="chitieu" value=(value("chitieu"))
                    placeholder=(visit.say("ví dụ: giải quyết đúng hạn", "for example: đúng hạn"));
            }
            label {
                (visit.say("Cơ quan", "Issuer"))
                input type="text" name="coquan" value=(value("coquan"));
            }
            label {
                (visit.say("Năm", "Year"))
                input type="text" name="nam" inputmode="numeric" value=(value("nam")) placeholder="2022";
            }
            label {
                (visit.say("Đơn vị", "Unit"))
                input type="text" name="donvi" value=(value("donvi")) placeholder="%";
            }
            label {
                (visit.say("Loại", "Kind"))
                (options("loai", &[
                    ("", visit.say("tất cả", "all")),
                    ("muctieu", visit.say("chỉ tiêu", "targets")),
                    ("ketqua", visit.say("kết quả", "results")),
                ]))
            }
            label {
                (visit.say("Nhóm theo", "Group by"))
                (options("nhom", &[
                    ("", visit.say("không nhóm", "nothing")),
                    ("coquan", visit.say("cơ quan", "issuer")),
                    ("nam", visit.say("năm", "year")),
                ]))
            }
            button type="submit" { (visit.say("Lọc", "Filter")) }
        }
    }
}

/// The whole table as a file, narrowed as it is.
fn downloads(visit: &Visit) -> Markup {
    let kind = kind(visit).map(|kind| match kind {
        TargetKind::Target => "target",
        TargetKind::Result => "result",
    });
    let year = visit
        .param("nam")
        .filter(|year| DayRange::parse(year).is_some());
    html! {
        p.downloads {
            (visit.say("Tải bảng: ", "Download: "))
            @for (format, label) in [("csv", "CSV"), ("json", "JSON"), ("parquet", "Parquet")] {
                @let params = [
                    ("format", Some(format)),
                    ("indicator", visit.param("chitieu")),
                    ("issuer", visit.param("coquan")),
                    ("from", year),
                    ("to", year),
                    ("unit", visit.param("donvi")),
                    ("kind", kind),
                ];
                a href=(address("/api/targets", params.iter().filter_map(|(name, value)| Some((*name, (*value)?))))) {
                    (label)
                }
                " "
            }
        }
    }
}

/// Two spellings of an indicator are one line of the chart.
fn folded(indicator: &str) -> String {
    let folded = fold(&normalize(indicator)).to_lowercase();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn table(visit: &Visit, found: &[RegisteredTarget]) -> Markup {
    let n_pages = found.len().div_ceil(ROWS_ON_A_PAGE);
    let here = visit.number("trang").min(n_pages.max(1));
    let shown = found
        .iter()
        .skip((here - 1) * ROWS_ON_A_PAGE)
        .take(ROWS_ON_A_PAGE);
    let order = visit.param("xep").unwrap_or("ngay");
    let is_reversed = visit.param("chieu") == Some("nguoc");
    html! {
        div.table-frame tabindex="0" role="group" aria-label=(visit.say("Bảng chỉ tiêu", "Table of targets")) {
            table.targets {
                thead {
                    tr {
                        @for (code, vietnamese, english) in ORDERS {
                            @let is_order = order == code;
                            th scope="col" aria-sort=[is_order.then_some(if is_reversed { "descending" } else { "ascending" })] {
                                a href=(visit.here_with(&[
                                    ("xep", Some(code)),
                                    ("chieu", (is_order && !is_reversed).then_some("nguoc")),
                                    ("trang", None),
                                ])) {
                                    (visit.say(vietnamese, english))
                                    @if is_order { " " (if is_reversed { "↑" } else { "↓" }) }
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
    let place = place(target);
    let is_goal = target.kind.as_deref() == Some("target");
    html! {
        tr {
            td.nowrap { (target.issued.as_deref().map(day).unwrap_or_default()) }
            td { (target.issuer.as_deref().unwrap_or("–")) }
            td {
                (target.indicator.as_deref().unwrap_or("–"))
                " "
                span.tag.goal-tag[is_goal] {
                    @if is_goal { (visit.say("chỉ tiêu", "target")) } @else { (visit.say("kết quả", "result")) }
                }
                (terms(visit, target))
            }
            td.figure { (figure(visit, target)) }
            td {
                a href=(place) {
                    (target.document_number.as_deref()
                        .or(target.document_type.as_deref())
                        .unwrap_or(visit.say("văn bản", "paper")))
                }
                @if let Some(page) = target.page_number { span.place { (visit.say(" tr. ", " p. ")) (page) } }
            }
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
fn place(target: &RegisteredTarget) -> String {
    let page = target.page_number.unwrap_or(1).into();
    item_address(
        target.document_id,
        page,
        "targets",
        target.item_index as usize,
    )
}

fn groups(
    visit: &Visit,
    found: &[RegisteredTarget],
    name: &str,
    key: impl Fn(&RegisteredTarget) -> Option<String>,
) -> Markup {
    let mut groups: BTreeMap<Option<String>, Vec<&RegisteredTarget>> = BTreeMap::new();
    for target in found {
        groups.entry(key(target)).or_default().push(target);
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
                            @if name != "coquan" && let Some(issuer) = &target.issuer { " · " (issuer) }
                            @if name != "nam" && let Some(issued) = &target.issued { " · " (day(issued)) }
                        }
                    }
                    @if targets.len() > ROWS_ON_A_PAGE && let Some(value) = value {
                        li {
                            a href=(visit.here_with(&[(name, Some(value)), ("nhom", None)])) {
                                (visit.say("xem tất cả", "see all"))
                            }
                        }
                    }
                }
            }
        }
    }
}

/// An indicator over time, once words narrow the table to figures of one unit.
fn chart(visit: &Visit, found: &[RegisteredTarget]) -> Markup {
    if visit.param("chitieu").is_none() {
        return html! {
            p.hint {
                (visit.say(
                    "Gõ tên một chỉ tiêu để xem biểu đồ theo thời gian.",
                    "Type the name of an indicator to see it over time.",
                ))
            }
        };
    }
    let mut units: BTreeMap<&str, usize> = BTreeMap::new();
    for target in found {
        *units
            .entry(target.unit.as_deref().unwrap_or_default())
            .or_default() += 1;
    }
    let unit = units
        .into_iter()
        .max_by_key(|(_, count)| *count)
        .map_or("", |(unit, _)| unit);
    let mut points: Vec<Point> = found
        .iter()
        .filter(|target| target.unit.as_deref().unwrap_or_default() == unit)
        .filter_map(|target| {
            let issued = target.issued.as_deref()?;
            Some(Point {
                x: year_fraction(issued)?,
                y: target.value?,
                indicator: folded(target.indicator.as_deref().unwrap_or_default()),
                label: format!(
                    "{}: {} ({}, {})",
                    target.indicator.as_deref().unwrap_or_default(),
                    figure(visit, target),
                    target.issuer.as_deref().unwrap_or("–"),
                    day(issued)
                ),
                address: place(target),
                is_goal: target.kind.as_deref() == Some("target"),
            })
        })
        .take(MAX_POINTS)
        .collect();
    points.sort_by(|a, b| a.x.total_cmp(&b.x));
    let title = visit.say("Theo ngày ban hành", "By day of issue");
    html! {
        @if !points.is_empty() {
            figure.chart-frame {
                figcaption {
                    strong { (title) }
                    @if !unit.is_empty() { " (" (unit) ")" }
                    span.legend {
                        " ● " (visit.say("kết quả", "result")) "  ○ " (visit.say("chỉ tiêu", "target"))
                    }
                }
                (over_time(visit, title, unit, &points))
            }
        }
    }
}

/// A day as years: 2023-07-02 is about 2023.5.
fn year_fraction(iso: &str) -> Option<f64> {
    let number = |range: std::ops::Range<usize>| iso.get(range)?.parse::<f64>().ok();
    let year = number(0..4)?;
    let month = number(5..7).unwrap_or(7.0);
    let day = number(8..10).unwrap_or(1.0);
    Some(year + (month - 1.0) / 12.0 + (day - 1.0) / 372.0)
}

fn figure(visit: &Visit, target: &RegisteredTarget) -> String {
    written(
        visit,
        target.comparator.as_deref(),
        target.value,
        target.value_to,
        target.unit.as_deref(),
    )
}

/// The quantity of a target of a record.
pub(super) fn quantity(visit: &Visit, target: &Value) -> String {
    written(
        visit,
        target["comparator"].as_str(),
        target["value"].as_f64(),
        target["value_to"].as_f64(),
        target["unit"].as_str(),
    )
}

/// `≥ 96%`, `2.871/3.140 phương tiện`, `10–12 ngày`.
fn written(
    visit: &Visit,
    comparator: Option<&str>,
    value: Option<f64>,
    value_to: Option<f64>,
    unit: Option<&str>,
) -> String {
    let sign = match comparator {
        Some(">=") => "≥ ",
        Some("<=") => "≤ ",
        Some(">") => "> ",
        Some("<") => "< ",
        _ => "",
    };
    let number = |value: f64| visit.language.number(value, 3);
    let value = value.map(number).unwrap_or_else(|| "–".to_owned());
    let to = value_to
        .map(|to| format!("–{}", number(to)))
        .unwrap_or_default();
    let unit = match unit {
        Some("%") => "%".to_owned(),
        Some(unit) => format!(" {unit}"),
        None => String::new(),
    };
    format!("{sign}{value}{to}{unit}")
}
