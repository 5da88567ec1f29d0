//! An indicator over time.

use super::figure::figure;
use super::table::place;
use crate::archive::RegisteredTarget;
use crate::server::web::chart::{self, Point};
use crate::server::web::language::day;
use crate::server::web::visit::Visit;
use crate::vietnamese::fold_phrase;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// Points drawn at most.
const MAX_POINTS: usize = 200;

/// An indicator over time, once words narrow the table to figures of one unit.
pub(super) fn over_time(visit: &Visit, found: &[RegisteredTarget]) -> Markup {
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
            let issued = target
                .issued
                .as_deref()
                .or(target.issued_partial.as_deref())?;
            Some(Point {
                x: year_fraction(issued)?,
                y: target.value?,
                // Two spellings of an indicator are one line of the chart.
                indicator: fold_phrase(target.indicator.as_deref().unwrap_or_default()),
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
    let name = format!(
        "{}: {title} ({unit})",
        visit.param("chitieu").unwrap_or_default()
    );
    let (n_drawn, n_found) = (points.len(), found.len());
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
                (chart::over_time(visit, &name, unit, &points))
                @if n_drawn < n_found {
                    p.hint {
                        (visit.say(
                            format!("{n_drawn} trên {n_found} mục có trên biểu đồ; các mục khác không rõ ngày hoặc có đơn vị khác."),
                            format!("{n_drawn} of {n_found} are drawn; the others have no day or another unit."),
                        ))
                    }
                }
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
