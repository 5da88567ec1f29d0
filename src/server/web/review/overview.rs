//! What is left to be looked at: papers whose number or day is in doubt, and
//! pages, worst first.

use super::trouble::links;
use super::word::{Decided, just_decided};
use super::{LISTED_PAGES, frame, place, progress};
use crate::archive::{Document, DoubtedPages};
use crate::server::access::REVIEW;
use crate::server::error::ApiError;
use crate::server::shared::{Shared, in_work};
use crate::server::web::layout::page;
use crate::server::web::visit::Visit;
use crate::server::{ApiResult, App};
use axum::extract::State;
use axum::http::StatusCode;
use maud::html;

const LISTED_CARDS: u32 = 50;
/// Pages of earlier versions that are counted while somebody waits.
const COUNTED_AT_ONCE: u32 = 200;

struct Queue {
    pages: DoubtedPages,
    cards: Vec<Document>,
    n_decided: u64,
    just: Option<Decided>,
}

fn queue(shared: &Shared, just: Option<&str>) -> Result<Queue, ApiError> {
    let archive = &shared.archive;
    archive.count_doubts(COUNTED_AT_ONCE)?;
    let cards = archive.doubtful_cards(LISTED_CARDS)?;
    let cards = cards.into_iter().map(|id| archive.document(id));
    Ok(Queue {
        pages: archive.doubted_pages(LISTED_PAGES)?,
        cards: cards.collect::<Result<_, _>>()?,
        n_decided: archive.n_corrections()?,
        just: Decided::find(shared, just)?,
    })
}

pub(in crate::server::web) async fn overview(State(app): State<App>, visit: Visit) -> ApiResult {
    let just = visit.param(Decided::PARAM).map(str::to_owned);
    let queue = in_work(&app, move |shared| queue(shared, just.as_deref())).await?;
    let title = visit.say("Rà soát", "Review");
    let count = |number| visit.language.count(number);
    let body = html! {
        h1 { (title) }
        @if let Some(just) = &queue.just { (just_decided(&visit, just)) }
        (progress(&visit, &queue.pages, queue.n_decided))
        (links(&visit))
        @if let Some(worst) = queue.pages.worst.first() {
            p {
                a.button href=(place(worst.document_id, worst.page_number, None)) autofocus {
                    (visit.say("Bắt đầu từ trang khó nhất", "Begin with the worst page"))
                }
            }
        } @else if queue.cards.is_empty() {
            p.empty { (visit.say("Không còn gì phải xem lại.", "Nothing is left to look at.")) }
        }
        @if !queue.cards.is_empty() {
            h2 { (visit.say("Số, ngày viết tay hoặc không chắc", "Numbers and days in doubt")) }
            ul.plain-list {
                @for card in &queue.cards {
                    li {
                        a href=(format!("{REVIEW}/{}", card.document_id)) {
                            (card.fields.number.as_deref().unwrap_or(&card.file_name))
                        }
                        @if card.fields.number_doubtful { " " span.doubt { (visit.say("số", "number")) } }
                        @if card.fields.issued_doubtful { " " span.doubt { (visit.say("ngày", "day")) } }
                        " " span.quiet { (card.fields.subject.as_deref().unwrap_or_default()) }
                    }
                }
            }
        }
        @if !queue.pages.worst.is_empty() {
            h2 { (visit.say("Trang cần xem, khó nhất trước", "Pages to look at, worst first")) }
            table {
                thead { tr {
                    th scope="col" { (visit.say("Văn bản", "Paper")) }
                    th scope="col" { (visit.say("Trang", "Page")) }
                    th scope="col" { (visit.say("Chữ không chắc", "Words in doubt")) }
                } }
                tbody {
                    @for it in &queue.pages.worst {
                        tr {
                            td {
                                a href=(place(it.document_id, it.page_number, None)) {
                                    (it.number.as_deref().unwrap_or(&it.file_name))
                                }
                            }
                            td { (it.page_number) }
                            td { (count(it.doubted_words.into())) " / " (count(it.word_count.into())) }
                        }
                    }
                }
            }
        }
    };
    Ok(page(&visit, StatusCode::OK, &frame(title), &body))
}
