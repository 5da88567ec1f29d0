//! The targets of all papers: a table to filter, sort and group ([`table`]), an
//! indicator over time ([`over_time`]), the whole as a file.

mod figure;
mod over_time;
mod table;

pub(super) use figure::quantity;

use self::over_time::over_time;
use self::table::{Grouping, Order, groups, table};
use super::layout::{Frame, Section, page};
use super::visit::{Visit, address};
use crate::archive::RegisteredTarget;
use crate::export::{PaperFilter, TargetFilter, TargetKind};
use crate::index::DayRange;
use crate::server::shared::in_work;
use crate::server::{ApiResult, App};
use axum::extract::State;
use axum::http::StatusCode;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// Targets looked at; whoever has more narrows the table or takes the file.
const MAX_TARGETS: usize = 20_000;

/// What the table can be taken home as.
const FILES: [(&str, &str); 4] = [
    ("csv-excel", "Excel (CSV)"),
    ("csv", "CSV"),
    ("json", "JSON"),
    ("parquet", "Parquet"),
];

/// What the table is narrowed to; the files of the table likewise.
fn wanted(visit: &Visit) -> TargetFilter {
    let text = |name: &str| visit.param(name).map(str::to_owned);
    TargetFilter {
        papers: PaperFilter {
            issuer: text("coquan"),
            issued: visit.param("nam").and_then(DayRange::parse_span),
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
    Order::of(&visit).sort(&mut found);
    let title = visit.say("Chỉ tiêu và kết quả", "Targets and results");
    let frame = Frame {
        title,
        section: Some(Section::Targets),
        has_search: true,
    };
    let body = body(&visit, title, &found);
    Ok(page(&visit, StatusCode::OK, &frame, &body))
}

fn body(visit: &Visit, title: &str, found: &[RegisteredTarget]) -> Markup {
    let count = visit.language.count(found.len() as u64);
    let group = visit.param("nhom");
    html! {
        h1 { (title) }
        (filters(visit, found))
        @if let Some(year) = visit.param("nam") && DayRange::parse_span(year).is_none() {
            p.notes role="status" {
                (visit.say(
                    format!("“{year}” không phải là năm nên không được dùng để lọc; hãy gõ như 2022, 2021-2023 hoặc 3/2022."),
                    format!("“{year}” is no year and narrows nothing; type it like 2022, 2021-2023 or 3/2022."),
                ))
            }
        }
        div.results-head {
            h2 {
                (visit.say(format!("{count} mục"), format!("{count} found")))
                @if found.len() >= MAX_TARGETS {
                    " " span.tag { (visit.say("chỉ xét chừng này", "only so many looked at")) }
                }
            }
            (downloads(visit))
        }
        p.hint {
            (visit.say(
                "Số liệu do máy trích từ bản quét: đối chiếu với trang gốc trước khi dùng. ",
                "Figures are taken from scans by machine: check them on their page before use. ",
            ))
            a href="/huong-dan#chi-tieu" { (visit.say("Cách hiểu bảng này", "How to read this table")) }
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
            (over_time(visit, found))
            @match group {
                Some("coquan") => (groups(visit, found, Grouping::Issuer)),
                Some("nam") => (groups(visit, found, Grouping::Year)),
                _ => (table(visit, found)),
            }
        }
    }
}

fn filters(visit: &Visit, found: &[RegisteredTarget]) -> Markup {
    let mut units: BTreeMap<&str, usize> = BTreeMap::new();
    for unit in found.iter().filter_map(|target| target.unit.as_deref()) {
        *units.entry(unit).or_default() += 1;
    }
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
                input type="text" name="nam" value=(value("nam")) placeholder="2021-2023";
            }
            label {
                (visit.say("Đơn vị", "Unit"))
                input type="text" name="donvi" value=(value("donvi")) placeholder="%" list="cac-don-vi";
                datalist #cac-don-vi {
                    @for (unit, count) in &units { option value=(unit) { (unit) " (" (count) ")" } }
                }
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
    let days = visit.param("nam").and_then(DayRange::parse_span);
    let (from, to) = match days {
        Some(days) => (days.first_day(), days.last_day()),
        None => (None, None),
    };
    html! {
        p.downloads {
            (visit.say("Tải bảng: ", "Download: "))
            @for (format, label) in FILES {
                @let params = [
                    ("format", Some(format)),
                    ("indicator", visit.param("chitieu")),
                    ("issuer", visit.param("coquan")),
                    ("from", from.as_deref()),
                    ("to", to.as_deref()),
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
