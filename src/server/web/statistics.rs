//! Figures about the archive: how many papers of what kind, and how well read.

use super::chart::bars;
use super::hits::narrowing;
use super::language::{bytes, day};
use super::layout::{Frame, Section, page};
use super::review::links;
use super::visit::{Visit, address};
use crate::access::Role;
use crate::archive::{Count, Stats};
use crate::server::access::REVIEW;
use crate::server::shared::in_work;
use crate::server::{ApiResult, App};
use axum::extract::State;
use axum::http::StatusCode;
use maud::{Markup, html};

/// Bars of one chart.
const MAX_BARS: usize = 20;

pub(super) async fn statistics(State(app): State<App>, visit: Visit) -> ApiResult {
    let stats = in_work(&app, |shared| Ok(shared.archive.stats()?)).await?;
    let title = visit.say("Thống kê", "Statistics");
    let frame = Frame {
        title,
        section: Some(Section::Statistics),
        has_search: true,
    };
    let body = html! {
        h1 { (title) }
        (figures(&visit, &stats))
        div.charts {
            (chart(&visit, "nam", visit.say("Theo năm ban hành", "By year of issue"), &by_year(&stats.years)))
            (chart(&visit, "loai", visit.say("Theo loại văn bản", "By type"), &stats.types))
            (chart(&visit, "coquan", visit.say("Theo cơ quan ban hành", "By issuer"), &stats.issuers))
            (quality(&visit, &stats))
        }
    };
    Ok(page(&visit, StatusCode::OK, &frame, &body))
}

/// Years in their order, not by count.
fn by_year(counts: &[Count]) -> Vec<Count> {
    let mut years = counts.to_vec();
    years.sort_by(|a, b| b.value.cmp(&a.value));
    years
}

fn figures(visit: &Visit, stats: &Stats) -> Markup {
    let language = visit.language;
    let count = |number: u64| language.count(number);
    let period = match (&stats.earliest_issued, &stats.latest_issued) {
        (Some(first), Some(last)) => format!("{} – {}", day(first), day(last)),
        _ => "–".to_owned(),
    };
    let certainty = stats
        .mean_confidence
        .map(|mean| format!("{}%", language.number(mean * 100.0, 1)));
    let tiles = [
        (visit.say("văn bản", "papers"), count(stats.n_read)),
        (
            visit.say("trang đã đọc", "pages read"),
            count(stats.n_pages_done),
        ),
        (visit.say("từ", "words"), count(stats.n_words)),
        (
            visit.say("độ chắc chắn trung bình", "mean certainty"),
            certainty.unwrap_or_else(|| "–".to_owned()),
        ),
        (
            visit.say("trang không đọc được", "pages not read"),
            count(stats.n_pages_failed),
        ),
        (
            visit.say("văn bản hỏng", "papers not read"),
            count(stats.n_failed + stats.n_failed_sources),
        ),
        (
            visit.say("bản gốc", "originals"),
            bytes(language, stats.originals_bytes),
        ),
        (visit.say("ngày ban hành", "days of issue"), period),
    ];
    html! {
        dl.tiles {
            @for (label, value) in tiles {
                div { dt { (label) } dd { (value) } }
            }
        }
        @if visit.may(Role::Archivist) { (links(visit)) }
        @if stats.n_unfinished > 0 {
            p.notes {
                (visit.say(
                    format!("{} văn bản đang chờ đọc tiếp.", count(stats.n_unfinished)),
                    format!("{} papers are still to be read.", count(stats.n_unfinished)),
                ))
            }
        }
    }
}

fn chart(visit: &Visit, name: &str, caption: &str, counts: &[Count]) -> Markup {
    let unknown = visit.say("không rõ", "unknown");
    let values = counts.iter().take(MAX_BARS).map(|count| {
        let value = count.value.as_deref();
        let address = value.map(|value| address("/", [(name, narrowing(name, value).as_str())]));
        (
            value.unwrap_or(unknown),
            count.n_documents,
            address.unwrap_or_default(),
        )
    });
    html! { section.card { (bars(visit, caption, visit.say("Số văn bản", "Papers"), values)) } }
}

/// How well pages were read; whoever may mend them is led to the worst.
fn quality(visit: &Visit, stats: &Stats) -> Markup {
    let percent = |share: f64| visit.language.number(100.0 * share, 0);
    let mut above = None;
    let mut labels = Vec::with_capacity(stats.certainties.len() + 1);
    for count in &stats.certainties {
        let from = percent(count.at_least);
        labels.push(match above.replace(from.clone()) {
            None => visit.say(format!("từ {from}%"), format!("{from}% and more")),
            Some(above) if count.at_least == 0.0 => {
                visit.say(format!("dưới {above}%"), format!("below {above}%"))
            }
            Some(above) => format!("{from}–{above}%"),
        });
    }
    labels.push(
        visit
            .say("trang không có chữ", "pages without words")
            .to_owned(),
    );
    let counts = stats.certainties.iter().map(|count| count.n_pages);
    let counts = counts.chain([stats.n_pages_without_words]);
    let caption = visit.say(
        "Số trang theo độ chắc chắn khi đọc",
        "Pages by certainty of reading",
    );
    let values = labels.iter().zip(counts);
    html! {
        section.card {
            (bars(visit, caption, visit.say("Số trang", "Pages"), values.map(|(label, count)| (label.as_str(), count, String::new()))))
            @if visit.may(Role::Archivist) {
                p.hint {
                    a href=(REVIEW) { (visit.say("Rà soát các trang khó nhất", "Review the worst pages")) }
                }
            }
        }
    }
}
