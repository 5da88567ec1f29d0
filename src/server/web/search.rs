//! The search page; with nothing asked, the way into the archive.

use super::facets::{FILTERS, chosen, facets};
use super::hits::{FoundBy, hit_list, narrowing};
use super::language::bytes;
use super::layout::{Frame, Section, page, search_field};
use super::notes::notes;
use super::visit::{Visit, address};
use crate::archive::Stats;
use crate::index::{DayRange, SearchAnswer, SearchRequest, SortOrder};
use crate::server::shared::in_work;
use crate::server::{ApiResult, App};
use axum::extract::State;
use axum::http::StatusCode;
use maud::{Markup, html};

/// Hits on one page of results.
const HITS_ON_A_PAGE: usize = 20;

const ORDERS: [(&str, SortOrder, &str, &str); 3] = [
    ("hop", SortOrder::Relevance, "Phù hợp nhất", "Best match"),
    ("moi", SortOrder::Newest, "Mới nhất", "Newest"),
    ("cu", SortOrder::Oldest, "Cũ nhất", "Oldest"),
];

pub(super) async fn search(State(app): State<App>, visit: Visit) -> ApiResult {
    let has_question =
        visit.param("q").is_some() || FILTERS.iter().any(|(name, ..)| visit.param(name).is_some());
    if !has_question {
        let stats = in_work(&app, |shared| Ok(shared.archive.stats()?)).await?;
        return Ok(front_page(&visit, &stats));
    }
    let (request, wrong_days) = request_of(&visit);
    let order = request.order;
    let answer = in_work(&app, move |shared| {
        shared.with_index(|index| index.search(&shared.archive, &request))
    })
    .await?;
    let title = match visit.param("q") {
        Some(query) => shortened(query),
        None => visit.say("Kết quả lọc", "Filtered papers").to_owned(),
    };
    let frame = Frame {
        title: &title,
        section: Some(Section::Search),
        has_search: false,
    };
    let body = results(&visit, &answer, order, &wrong_days);
    Ok(page(&visit, StatusCode::OK, &frame, &body))
}

/// Letters of a query that the title of the window has room for.
const MAX_TITLE_CHARS: usize = 60;

fn shortened(query: &str) -> String {
    match query.char_indices().nth(MAX_TITLE_CHARS) {
        Some((end, _)) => format!("{}…", &query[..end]),
        None => query.to_owned(),
    }
}

/// What the address asks for, and what is wrong with the days in it.
fn request_of(visit: &Visit) -> (SearchRequest, Vec<WrongDays>) {
    let owned = |name: &str| visit.param(name).map(str::to_owned);
    let mut wrong_days = Vec::new();
    let mut day = |name: &str| {
        let text = visit.param(name)?;
        let days = DayRange::parse(text);
        if days.is_none() {
            wrong_days.push(WrongDays::NoDay(text.to_owned()));
        }
        days
    };
    let year = day("nam");
    let (from, to) = (day("tu"), day("den"));
    if let (Some(from), Some(to)) = (from, to)
        && from.first > to.last
    {
        wrong_days.push(WrongDays::Backwards);
    }
    let between = DayRange::from_ends(from, to);
    let issued = match (year, between) {
        (Some(year), Some(between)) => Some(year.intersection(between)),
        (year, between) => year.or(between),
    };
    let order = ORDERS
        .iter()
        .find(|(code, ..)| visit.param("xep") == Some(code));
    let request = SearchRequest {
        document_type: owned("loai"),
        issuer: owned("coquan"),
        signer: owned("nguoiky"),
        issued,
        order: order.map(|(_, order, ..)| *order).unwrap_or_default(),
        has_facets: true,
        limit: HITS_ON_A_PAGE,
        result_page: visit.number("trang"),
        ..SearchRequest::new(visit.param("q").unwrap_or_default())
    };
    (request, wrong_days)
}

/// What is wrong with the days of an address.
enum WrongDays {
    NoDay(String),
    /// The first lies behind the last.
    Backwards,
}

impl WrongDays {
    fn told(&self, visit: &Visit) -> String {
        match self {
            Self::NoDay(day) => visit.say(
                format!("“{day}” không phải là ngày nên không được dùng để lọc; hãy gõ như 02/03/2023, 3/2023 hoặc 2023."),
                format!("“{day}” is no day and narrows nothing; type it like 02/03/2023, 3/2023 or 2023."),
            ),
            Self::Backwards => visit.say(
                "Từ ngày nằm sau Đến ngày, nên không có văn bản nào.",
                "The first day lies behind the last, so there is no paper.",
            ).to_owned(),
        }
    }
}

/// The form, with what the answer is narrowed by going along.
fn search_form(visit: &Visit) -> Markup {
    html! {
        form.main-search role="search" action="/" method="get" {
            (search_field(visit, "tim", visit.param("q").unwrap_or_default()))
            @if let Some(order) = visit.param("xep") {
                input type="hidden" name="xep" value=(order);
            }
        }
    }
}

fn results(
    visit: &Visit,
    answer: &SearchAnswer,
    order: SortOrder,
    wrong_days: &[WrongDays],
) -> Markup {
    let first = (answer.result_page - 1).saturating_mul(answer.limit) + 1;
    let count = visit.language.count(answer.total as u64);
    html! {
        h1.visually-hidden { (visit.say("Kết quả tìm kiếm", "Search results")) }
        p.print-only {
            (visit.say("Câu tìm: ", "Searched for: ")) (visit.param("q").unwrap_or("–"))
        }
        (search_form(visit))
        @if !wrong_days.is_empty() {
            ul.notes role="status" {
                @for wrong in wrong_days { li { (wrong.told(visit)) } }
            }
        }
        (notes(visit, &answer.notes))
        (chosen(visit))
        @if answer.hits.is_empty() && answer.total == 0 {
            (nothing_found(visit))
        } @else {
            div.with-sidebar {
                section.results aria-labelledby="so-ket-qua" {
                    div.results-head {
                        h2 #so-ket-qua {
                            @if answer.is_estimate { (visit.say("khoảng ", "about ")) }
                            (visit.say(
                                format!("{count} văn bản"),
                                format!("{count} {}", plural(answer.total, "paper", "papers")),
                            ))
                        }
                        (orders(visit, order))
                    }
                    @if answer.hits.is_empty() {
                        p { (visit.say("Không còn kết quả nào nữa.", "There are no more results.")) }
                    }
                    (hit_list(visit, &answer.hits, first, &FoundBy::of(visit)))
                    (paging(visit, answer))
                }
                @if let Some(counts) = &answer.facets { (facets(visit, counts)) }
            }
        }
    }
}

fn plural(count: usize, one: &'static str, many: &'static str) -> &'static str {
    match count {
        1 => one,
        _ => many,
    }
}

fn orders(visit: &Visit, chosen: SortOrder) -> Markup {
    html! {
        nav.orders aria-label=(visit.say("Sắp xếp", "Order")) {
            @for (code, order, vietnamese, english) in ORDERS {
                a href=(visit.here_with(&[("xep", Some(code)), ("trang", None)]))
                    aria-current=[(order == chosen).then_some("true")] {
                    (visit.say(vietnamese, english))
                }
            }
        }
    }
}

fn paging(visit: &Visit, answer: &SearchAnswer) -> Markup {
    let to = |page: usize| visit.here_with(&[("trang", Some(&page.to_string()))]);
    let here = answer.result_page;
    let last = answer.total.div_ceil(answer.limit.max(1)).max(1);
    html! {
        @if here > 1 || answer.has_more {
            nav.paging aria-label=(visit.say("Trang kết quả", "Pages of results")) {
                @if here > 1 {
                    a rel="prev" href=(to((here - 1).min(last))) { "← " (visit.say("Trang trước", "Previous")) }
                }
                span aria-current="page" { (visit.say("Trang ", "Page ")) (here) }
                @if answer.has_more {
                    a rel="next" href=(to(here + 1)) { (visit.say("Trang sau", "Next")) " →" }
                }
            }
        }
    }
}

fn nothing_found(visit: &Visit) -> Markup {
    let is_narrowed = FILTERS.iter().any(|(name, ..)| visit.param(name).is_some());
    let without: Vec<(&str, Option<&str>)> =
        FILTERS.iter().map(|(name, ..)| (*name, None)).collect();
    html! {
        section.empty {
            h2 { (visit.say("Không tìm thấy văn bản nào", "No paper was found")) }
            ul {
                @if is_narrowed && visit.param("q").is_some() {
                    li {
                        a href=(visit.here_with(&without)) {
                            (visit.say("Bỏ tất cả điều kiện lọc", "Take all filters away"))
                        }
                    }
                }
                li {
                    (visit.say(
                        "Thử ít từ hơn, hoặc gõ không dấu: “cai cach hanh chinh”.",
                        "Try fewer words, or type without marks: “cai cach hanh chinh”.",
                    ))
                }
                li {
                    (visit.say(
                        "Tìm theo số: chỉ cần phần đầu, “749/qd”.",
                        "Look for a number by its beginning: “749/qd”.",
                    ))
                }
                li {
                    a href="/huong-dan" {
                        (visit.say("Cách gõ câu tìm", "How to ask"))
                    }
                }
            }
        }
    }
}

/// Values of a count shown on the front page.
const FRONT_VALUES: usize = 8;

fn front_page(visit: &Visit, stats: &Stats) -> axum::http::Response<axum::body::Body> {
    let language = visit.language;
    let frame = Frame {
        title: visit.say("Tìm văn bản", "Find papers"),
        section: Some(Section::Search),
        has_search: false,
    };
    let groups = [
        ("loai", visit.say("Loại văn bản", "Types"), &stats.types),
        (
            "coquan",
            visit.say("Cơ quan ban hành", "Issuers"),
            &stats.issuers,
        ),
        ("nam", visit.say("Năm ban hành", "Years"), &stats.years),
    ];
    let body = html! {
        section.front {
            h1 { (visit.say("Tìm trong kho văn bản", "Search the archive")) }
            (search_form(visit))
            p.front-examples {
                (visit.say("Ví dụ: ", "For example: "))
                @for (index, example) in ["cải cách hành chính", "749/qd-ttg", "loại:\"báo cáo\"", "ngày:2022"]
                    .into_iter()
                    .enumerate() {
                    @if index > 0 { " · " }
                    a href=(address("/", [("q", example)])) { (example) }
                }
            }
            @if stats.n_documents == 0 {
                section.empty {
                    h2 { (visit.say("Kho chưa có văn bản nào", "The archive is empty")) }
                    p {
                        (visit.say(
                            "Đưa bản quét vào kho bằng lệnh: ",
                            "Bring scans in with: ",
                        ))
                        code { "vanthu import " (visit.say("THƯ-MỤC", "FOLDER")) }
                    }
                }
            } @else {
                p.front-figures {
                    strong { (language.count(stats.n_read)) }
                    (visit.say(" văn bản · ", " papers · "))
                    strong { (language.count(stats.n_pages_done)) }
                    (visit.say(" trang · ", " pages · "))
                    strong { (language.count(stats.n_words)) }
                    (visit.say(" từ · bản gốc ", " words · originals "))
                    strong { (bytes(language, stats.originals_bytes)) }
                }
                div.front-groups {
                    @for (name, label, counts) in groups {
                        section.facet {
                            h2 { (label) }
                            ul {
                                @for count in counts.iter().filter(|it| it.value.is_some()).take(FRONT_VALUES) {
                                    @let value = count.value.as_deref().unwrap_or_default();
                                    li {
                                        a href=(address("/", [(name, narrowing(name, value).as_str())])) {
                                            span.facet-value { (value) }
                                            span.facet-count { (language.count(count.n_documents)) }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    };
    page(visit, StatusCode::OK, &frame, &body)
}
