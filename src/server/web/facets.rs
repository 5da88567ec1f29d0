//! How the papers found are spread, as links that narrow the answer.

use super::hits::narrowing;
use super::visit::Visit;
use crate::archive::Count;
use crate::index::{DayRange, FacetCounts, in_quotes};
use maud::{Markup, html};

/// Values shown at first; the rest unfolds.
const FIRST_VALUES: usize = 6;

/// The parameters of the address that narrow an answer, and what they are called.
pub(super) const FILTERS: [(&str, &str, &str); 6] = [
    ("loai", "Loại văn bản", "Type"),
    ("coquan", "Cơ quan ban hành", "Issuer"),
    ("nam", "Năm ban hành", "Year"),
    ("nguoiky", "Người ký", "Signer"),
    ("tu", "Từ ngày", "From"),
    ("den", "Đến ngày", "To"),
];

/// The groups of counts.
pub(super) fn facets(visit: &Visit, counts: &FacetCounts) -> Markup {
    let groups = [
        &counts.types,
        &counts.issuers,
        &counts.years,
        &counts.signers,
    ];
    html! {
        aside.facets aria-label=(visit.say("Lọc kết quả", "Narrow the results")) {
            details.facet-fold open data-fold-narrow {
                summary { (visit.say("Lọc kết quả", "Narrow the results")) }
                @for ((name, vietnamese, english), counts) in FILTERS.into_iter().zip(groups) {
                    (group(visit, name, visit.say(vietnamese, english), counts))
                }
                (days(visit))
            }
        }
    }
}

fn group(visit: &Visit, name: &str, label: &str, counts: &[Count]) -> Markup {
    let mut known: Vec<&Count> = counts.iter().filter(|it| it.value.is_some()).collect();
    if name == "nam" {
        known.sort_by(|a, b| b.value.cmp(&a.value));
    }
    let (first, rest) = known.split_at(known.len().min(FIRST_VALUES));
    html! {
        @if !known.is_empty() {
            section.facet {
                h2 { (label) }
                (values(visit, name, first))
                @if !rest.is_empty() {
                    details {
                        summary {
                            (visit.say(
                                format!("Thêm {} mục", rest.len()),
                                format!("{} more", rest.len()),
                            ))
                        }
                        (values(visit, name, rest))
                    }
                }
            }
        }
    }
}

fn values(visit: &Visit, name: &str, counts: &[&Count]) -> Markup {
    html! {
        ul {
            @for count in counts {
                @let value = count.value.as_deref().unwrap_or_default();
                @let narrowing = narrowing(name, value);
                @let is_chosen = visit.param(name) == Some(narrowing.as_str());
                li {
                    a href=(visit.here_with(&[(name, (!is_chosen).then_some(narrowing.as_str())), ("trang", None)]))
                        aria-current=[is_chosen.then_some("true")] {
                        span.facet-value { (value) }
                        span.facet-count { (visit.language.count(count.n_documents)) }
                    }
                }
            }
        }
    }
}

/// Days of issue, typed; the rest of the address goes along.
fn days(visit: &Visit) -> Markup {
    html! {
        section.facet {
            h2 { (visit.say("Ngày ban hành", "Day of issue")) }
            form.day-form action="/" method="get" {
                @for name in ["q", "loai", "coquan", "nam", "nguoiky", "xep"] {
                    @if let Some(value) = visit.param(name) {
                        input type="hidden" name=(name) value=(value);
                    }
                }
                @for (name, vietnamese, english) in &FILTERS[4..] {
                    label {
                        (visit.say(*vietnamese, *english))
                        input type="text" name=(name) inputmode="numeric"
                            placeholder=(visit.say("ví dụ 3/2022", "e.g. 3/2022")) value=(visit.param(name).unwrap_or_default());
                    }
                }
                button type="submit" { (visit.say("Lọc", "Filter")) }
            }
        }
    }
}

/// What the answer is narrowed by, each to be taken away.
pub(super) fn chosen(visit: &Visit) -> Markup {
    let chosen = FILTERS
        .into_iter()
        .filter_map(|(name, vietnamese, english)| {
            let value = visit.param(name)?;
            let is_day = ["nam", "tu", "den"].contains(&name);
            let narrows = !is_day || DayRange::parse(value).is_some();
            let shown = in_quotes(value).unwrap_or(value);
            narrows.then(|| (name, visit.say(vietnamese, english), shown))
        });
    html! {
        ul.chosen {
            @for (name, label, value) in chosen {
                li {
                    a href=(visit.here_with(&[(name, None), ("trang", None)]))
                        aria-label=(visit.say(
                            format!("Bỏ lọc {label}: {value}"),
                            format!("Remove filter {label}: {value}"),
                        )) {
                        span.chosen-label { (label) ": " } (value) span.cross aria-hidden="true" { "×" }
                    }
                }
            }
        }
    }
}
