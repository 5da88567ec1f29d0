//! The page for people: search, documents, targets, figures.
//!
//! ```text
//! GET /                     search; with nothing asked, the way in
//! GET /van-ban/ID           a paper: ?trang=N, q= marks words, tu=LINE.WORD, muc=targets.3
//! GET /chi-tieu             targets and results
//! GET /thong-ke             figures about the archive
//! GET /huong-dan            how to ask
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
mod hits;
pub(super) mod language;
pub(super) mod layout;
mod notes;
mod search;
mod statistics;
mod targets;
pub(super) mod visit;

pub(super) use errors::errors_as_pages;

use super::{App, only_get};
use axum::Router;

/// The routes of the pages.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/", only_get(search::search))
        .route("/van-ban/:id", only_get(document::document))
        .route("/chi-tieu", only_get(targets::targets))
        .route("/thong-ke", only_get(statistics::statistics))
        .route("/huong-dan", only_get(help::help))
        .route("/assets/:version/:name", only_get(assets::asset))
}
