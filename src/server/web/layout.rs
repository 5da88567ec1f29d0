//! The frame around every page.

use super::assets::asset_path;
use super::login::form_token;
use super::visit::Visit;
use crate::access::Role;
use crate::server::access::{IMPORT, LOG, LOGOUT, PASSWORD, REVIEW, USERS, Who};
use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// A part of the site that can be gone to from everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) enum Section {
    Search,
    Targets,
    Statistics,
    Review,
    Import,
    Users,
    Log,
    Help,
}

/// In the order they are shown, to those who have the role.
const SECTIONS: [(Section, Role, &str, &str, &str); 8] = [
    (Section::Search, Role::Reader, "/", "Tìm kiếm", "Search"),
    (
        Section::Targets,
        Role::Reader,
        "/chi-tieu",
        "Chỉ tiêu",
        "Targets",
    ),
    (
        Section::Statistics,
        Role::Reader,
        "/thong-ke",
        "Thống kê",
        "Statistics",
    ),
    (
        Section::Review,
        Role::Archivist,
        REVIEW,
        "Rà soát",
        "Review",
    ),
    (Section::Import, Role::Archivist, IMPORT, "Nhập", "Import"),
    (
        Section::Users,
        Role::Administrator,
        USERS,
        "Người dùng",
        "Users",
    ),
    (Section::Log, Role::Administrator, LOG, "Nhật ký", "Log"),
    (
        Section::Help,
        Role::Reader,
        "/huong-dan",
        "Hướng dẫn",
        "Help",
    ),
];

/// What a page says about itself.
pub(in crate::server) struct Frame<'a> {
    /// Of the window; the name of the site is added.
    pub title: &'a str,
    pub section: Option<Section>,
    /// Whether a search field stands in the head of the page.
    pub has_search: bool,
}

/// A whole page as an answer.
pub(in crate::server) fn page(
    visit: &Visit,
    status: StatusCode,
    frame: &Frame<'_>,
    body: &Markup,
) -> Response<Body> {
    let markup = html! {
        (DOCTYPE)
        html lang=(visit.language.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (frame.title) " · Văn thư" }
                link rel="icon" type="image/svg+xml" href=(asset_path("icon.svg"));
                link rel="stylesheet" href=(asset_path("vanthu.css"));
                script src=(asset_path("vanthu.js")) defer {}
            }
            body {
                a.skip-link href="#noi-dung" {
                    (visit.say("Đến nội dung chính", "Skip to content"))
                }
                (header_of(visit, frame))
                main #noi-dung tabindex="-1" { (body) }
                footer.site-footer {
                    p {
                        (visit.say(
                            "vanthu · bản gốc được giữ nguyên từng byte",
                            "vanthu · originals are kept byte for byte",
                        ))
                    }
                }
            }
        }
    };
    let mut response = Response::new(Body::from(markup.into_string()));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

fn header_of(visit: &Visit, frame: &Frame<'_>) -> Markup {
    let other = visit.language.other();
    html! {
        header.site-header {
            a.brand href="/" aria-label=(visit.say("Văn thư, trang đầu", "Văn thư, home")) {
                (PreEscaped(include_str!("assets/icon.svg")))
                span { "Văn thư" }
            }
            @if frame.has_search && visit.may(Role::Reader) {
                form.header-search role="search" action="/" method="get" {
                    (search_field(visit, "tim-nhanh", visit.param("q").unwrap_or_default()))
                }
            }
            nav.site-nav aria-label=(visit.say("Các phần", "Sections")) {
                ul {
                    @for (section, role, path, vietnamese, english) in SECTIONS {
                        @if visit.may(role) {
                            li {
                                a href=(path)
                                    aria-current=[(frame.section == Some(section)).then_some("page")] {
                                    (visit.say(vietnamese, english))
                                }
                            }
                        }
                    }
                }
            }
            (account(visit))
            a.language href=(visit.here_with(&[("lang", Some(other.code()))]))
                lang=(other.code()) hreflang=(other.code()) {
                (other.say("Tiếng Việt", "English"))
            }
        }
    }
}

/// Who is logged in, and the way out.
fn account(visit: &Visit) -> Markup {
    let user = visit.visitor().ok().and_then(|visitor| match &visitor.who {
        Who::User(user) => Some((visitor, user)),
        Who::Local | Who::Nobody => None,
    });
    html! {
        @if let Some((visitor, user)) = user {
            div.account {
                a href=(PASSWORD) title=(visit.say("Đổi mật khẩu", "Change password")) { (user.name) }
                form method="post" action=(LOGOUT) {
                    (form_token(visitor))
                    button.plain type="submit" { (visit.say("Đăng xuất", "Log out")) }
                }
            }
        }
    }
}

/// The field a query is typed into, with suggestions.
pub(in crate::server) fn search_field(visit: &Visit, id: &str, query: &str) -> Markup {
    let list_id = format!("{id}-goi-y");
    html! {
        div.search-field {
            label.visually-hidden for=(id) {
                (visit.say("Nội dung cần tìm", "What to look for"))
            }
            input #(id) type="search" name="q" value=(query) maxlength="2000"
                placeholder=(visit.say("Có dấu hoặc không dấu", "With or without marks"))
                autocomplete="off" autocapitalize="off" spellcheck="false"
                enterkeyhint="search"
                role="combobox" aria-autocomplete="list" aria-expanded="false"
                aria-controls=(list_id) data-suggest;
            ul.suggestions #(list_id) role="listbox" hidden
                aria-label=(visit.say("Gợi ý", "Suggestions")) {}
            button type="submit" { (visit.say("Tìm", "Search")) }
        }
    }
}
