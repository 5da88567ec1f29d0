//! The page for people: search, documents, targets, figures.
//!
//! ```text
//! GET /                     search; with nothing asked, the way in
//! GET /van-ban/ID           a paper: ?trang=N, q= marks words, tu=LINE.WORD, muc=targets.3
//! GET /chi-tieu             targets and results
//! GET /thong-ke             figures about the archive
//! GET /huong-dan            how to ask
//! GET /van-ban/ID/lich-su   who corrected what of a paper
//! GET /ra-soat[/ID[/N]]     what is to be looked at; POST decides
//! GET /ra-soat/hong /trung  what could not be read; papers scanned twice
//! GET /nhap[/N]             imports; POST takes files in, or tries again
//! GET /dang-nhap /mat-khau  logging in, one's own password; POST /dang-xuat
//! GET /nguoi-dung /nhat-ky  users, and the log of who did what
//! GET /assets/V/NAME        style sheet, scripts and pictures of the page
//! ```
//!
//! Decisions:
//! * **Made on the server.** Every page is whole without scripts; scripts only
//!   make it handier (suggestions while typing).
//! * **Escaped by the template.** [`maud`] escapes everything that is put into a
//!   page; `PreEscaped` is for pictures of our own only.
//! * **Both languages side by side** in the code ([`Language::say`]): a text
//!   without its translation does not compile.
//! * **Addresses can be kept.** What a page shows stands in its address, never in
//!   a session: a query, a filter, a page of a paper, a word on it.

mod assets;
mod chart;
mod document;
mod errors;
mod facets;
mod help;
mod history;
mod hits;
mod import;
pub(super) mod language;
pub(super) mod layout;
mod log;
mod login;
mod moment;
mod notes;
mod reasons;
mod review;
mod search;
mod statistics;
mod targets;
mod upload;
mod users;
pub(super) mod visit;

pub(super) use errors::errors_as_pages;

use super::{App, access, method_not_allowed, only_get};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::routing::{MethodRouter, get, post};

/// The routes of the pages.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/", only_get(search::search))
        .route("/van-ban/:id", only_get(document::document))
        .route("/chi-tieu", only_get(targets::targets))
        .route("/thong-ke", only_get(statistics::statistics))
        .route("/huong-dan", only_get(help::help))
        .route("/van-ban/:id/lich-su", only_get(history::history))
        .route(access::LOGIN, get_and_post(login::login, login::log_in))
        .route(access::LOGOUT, only_post(login::log_out))
        .route(
            access::PASSWORD,
            get_and_post(login::own_password, login::set_own_password),
        )
        .route(access::USERS, get_and_post(users::list, users::change))
        .route(access::LOG, only_get(log::log))
        .route(access::REVIEW, only_get(review::overview))
        .route(review::FAILURES, only_get(review::failures))
        .route(review::DUPLICATES, only_get(review::duplicates))
        .route("/ra-soat/:id", get_and_post(review::card, review::set_card))
        .route(
            "/ra-soat/:id/:page",
            get_and_post(review::word, review::decide),
        )
        .route(
            access::IMPORT,
            // The upload counts its bytes itself.
            get_and_post(import::import, import::upload).layer(DefaultBodyLimit::disable()),
        )
        .route("/nhap/:id", get_and_post(import::job, import::again))
        .route("/assets/:version/:name", only_get(assets::asset))
}

fn get_and_post<G, P, T, U>(shown: G, sent: P) -> MethodRouter<App>
where
    G: Handler<T, App>,
    P: Handler<U, App>,
    T: 'static,
    U: 'static,
{
    get(shown)
        .post(sent)
        .fallback(|| async { method_not_allowed("GET, HEAD, POST") })
}

fn only_post<P, U>(sent: P) -> MethodRouter<App>
where
    P: Handler<U, App>,
    U: 'static,
{
    post(sent).fallback(|| async { method_not_allowed("POST") })
}
