//! Charts, drawn on the server. Each stands beside a table with the same figures,
//! for those who do not see it; colours come from the style sheet.

use super::visit::Visit;
use maud::{Markup, html};

/// A point of a line.
pub(super) struct Point {
    /// Place from left to right: years, with the day as a fraction.
    pub x: f64,
    pub y: f64,
    /// What is measured; results of one thing are joined by a line.
    pub indicator: String,
    pub label: String,
    /// Where the point leads.
    pub address: String,
    /// Goals are drawn hollow, results full.
    pub is_goal: bool,
}

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 260.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 34.0;

/// Values over time: points at their day, and a line through the results where
/// they are all of one thing.
pub(super) fn over_time(visit: &Visit, title: &str, unit: &str, points: &[Point]) -> Markup {
    let bounds = |values: &mut dyn Iterator<Item = f64>| {
        values.fold((f64::MAX, f64::MIN), |(low, high), it| {
            (low.min(it), high.max(it))
        })
    };
    let (first, last) = bounds(&mut points.iter().map(|point| point.x));
    let (first, last) = (first.floor(), last.floor() + 1.0);
    let (low, high) = bounds(&mut points.iter().map(|point| point.y));
    let steps = steps(low.min(0.0), high);
    let (low, high) = match (steps.first(), steps.last()) {
        (Some(low), Some(high)) if high > low => (*low, *high),
        _ => (low, low + 1.0),
    };
    let x = |value: f64| LEFT + (value - first) / (last - first) * (WIDTH - LEFT - RIGHT);
    let y = |value: f64| HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - TOP - BOTTOM);
    let mut results = points.iter().filter(|point| !point.is_goal);
    let first_result = results.clone().next();
    let is_one_thing =
        results.all(|point| first_result.is_some_and(|first| first.indicator == point.indicator));
    let line: String = points
        .iter()
        .filter(|point| is_one_thing && !point.is_goal)
        .map(|point| format!("{:.1},{:.1} ", x(point.x), y(point.y)))
        .collect();
    let years = year_marks(first as i64, last as i64);
    html! {
        svg.chart viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="group" aria-label=(title) {
            @for step in &steps {
                line.grid x1=(LEFT) x2=(WIDTH - RIGHT) y1=(rounded(y(*step))) y2=(rounded(y(*step))) {}
                text.axis x=(LEFT - 8.0) y=(rounded(y(*step) + 4.0)) text-anchor="end" {
                    (visit.language.number(*step, 2)) (unit_mark(unit))
                }
            }
            @for year in years {
                text.axis x=(rounded(x(year as f64 + 0.5))) y=(HEIGHT - 10.0) text-anchor="middle" { (year) }
            }
            polyline.line points=(line.trim()) {}
            @for point in points {
                a href=(point.address) aria-label=(point.label) {
                    circle.dot.goal[point.is_goal] cx=(rounded(x(point.x))) cy=(rounded(y(point.y))) r="5" {
                        title { (point.label) }
                    }
                }
            }
        }
    }
}

/// Bars from left to right, a value each; the figure stands beside its bar.
pub(super) fn bars<'a>(
    visit: &Visit,
    caption: &str,
    counted: &str,
    values: impl IntoIterator<Item = (&'a str, u64, String)>,
) -> Markup {
    let values: Vec<(&str, u64, String)> = values.into_iter().collect();
    let most = values
        .iter()
        .map(|(_, count, _)| *count)
        .max()
        .unwrap_or(1)
        .max(1);
    html! {
        table.bars {
            caption { (caption) }
            thead.visually-hidden {
                tr {
                    th scope="col" { (caption) }
                    th scope="col" { (counted) }
                }
            }
            tbody {
                @for (name, count, address) in &values {
                    tr {
                        th scope="row" {
                            @if address.is_empty() { (name) } @else { a href=(address) { (name) } }
                        }
                        td {
                            svg.bar viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" {
                                rect width=(rounded(*count as f64 / most as f64 * 100.0)) height="10" {}
                            }
                            span.bar-count { (visit.language.count(*count)) }
                        }
                    }
                }
            }
        }
    }
}

fn unit_mark(unit: &str) -> &str {
    match unit {
        "%" => "%",
        _ => "",
    }
}

fn rounded(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// Four to eight round values that hold all from `low` to `high`.
fn steps(low: f64, high: f64) -> Vec<f64> {
    let span = (high - low).max(1e-9);
    let rough = span / 4.0;
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .map(|it| it * power)
        .find(|step| *step >= rough)
        .unwrap_or(10.0 * power);
    let first = (low / step).floor() as i64;
    let last = (high / step).ceil() as i64;
    (first..=last.max(first + 1).min(first + 12))
        .map(|it| it as f64 * step)
        .collect()
}

/// The years to be named below, not more than ten.
fn year_marks(first: i64, last: i64) -> Vec<i64> {
    let every = ((last - first) / 10 + 1).max(1);
    (first..last)
        .step_by(usize::try_from(every).unwrap_or(1))
        .take(50)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn steps_are_round_and_hold_the_values() {
        assert_eq!(steps(0.0, 100.0), [0.0, 25.0, 50.0, 75.0, 100.0]);
        assert_eq!(steps(0.0, 7.0), [0.0, 2.0, 4.0, 6.0, 8.0]);
    }

    proptest! {
        #[test]
        fn any_values_have_few_steps_round_them(low in -1e9..0.0f64, span in 0.0..1e9f64) {
            let high = low + span;
            let steps = steps(low, high);
            prop_assert!((2..=13).contains(&steps.len()));
            prop_assert!(steps[0] <= low + 1e-3);
            prop_assert!(*steps.last().unwrap() >= high - span * 1e-6 - 1e-3);
        }
    }
}
