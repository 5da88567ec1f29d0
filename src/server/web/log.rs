//! For administrators: the log of who did what.

use super::history::{shown_value, subject_name};
use super::language::Language;
use super::layout::{Frame, Section, page};
use super::moment::{day_in_utc, moment};
use super::review::STORE;
use super::users::{ask, role_name, who};
use super::visit::Visit;
use crate::access::{AuditEntry, AuditFilter, Role};
use crate::archive::{ArchiveError, RecordField};
use crate::server::access::LOG;
use crate::server::error::ApiError;
use crate::server::shared::in_work;
use crate::server::{ApiResult, App};
use axum::extract::State;
use axum::http::StatusCode;
use maud::{Markup, html};
use std::collections::HashMap;

/// Entries on one page.
const ENTRIES_ON_A_PAGE: u32 = 100;

/// Kinds of work: the parameter's value, the names, and the actions of it.
const KINDS: [(&str, &str, &str, &[&str]); 7] = [
    (
        "vao-ra",
        "Đăng nhập, đăng xuất",
        "Logging in and out",
        &["log in", "failed log in", "log out", "change password"],
    ),
    ("xem", "Xem", "Views", &["view"]),
    ("tai", "Tải về", "Downloads", &["download"]),
    ("sua", "Sửa", "Corrections", &["correct"]),
    ("nhap", "Nhập", "Imports", &["import", "failed import"]),
    (
        "nguoi-dung",
        "Người dùng",
        "Users",
        &[
            "add user",
            "remove user",
            "set role",
            "set password",
            "disable user",
            "enable user",
            "add token",
            "revoke token",
        ],
    ),
    ("tu-choi", "Bị từ chối", "Refusals", &["refused"]),
];

/// What is asked of the log.
struct Asked {
    filter: AuditFilter,
    /// A day that is none.
    wrong_day: Option<String>,
}

fn asked(visit: &Visit) -> Asked {
    let kind = visit.param("viec");
    let kind = kind.and_then(|kind| KINDS.iter().find(|(code, ..)| *code == kind));
    let day = visit.param("ngay");
    let range = day.and_then(day_in_utc);
    let (from, to) = range.clone().unzip();
    Asked {
        filter: AuditFilter {
            before: visit.param("truoc").and_then(|before| before.parse().ok()),
            user_name: visit.param("ai").map(str::to_owned),
            actions: kind.map(|(.., actions)| actions.to_vec()),
            from,
            to,
        },
        wrong_day: day.filter(|_| range.is_none()).map(str::to_owned),
    }
}

pub(super) async fn log(State(app): State<App>, visit: Visit) -> ApiResult {
    let Asked { filter, wrong_day } = asked(&visit);
    let found = ask(&app, move |store| {
        Ok((
            store.audit_log(&filter, ENTRIES_ON_A_PAGE)?,
            store.names_in_log()?,
        ))
    })
    .await?;
    let (entries, names) = found.map_err(|error| ApiError::internal(&error))?;
    let ids: Vec<i64> = entries.iter().filter_map(|it| it.document_id).collect();
    let papers = in_work(&app, move |shared| {
        let mut papers: HashMap<i64, String> = HashMap::new();
        for id in ids {
            match shared.archive.document(id) {
                Ok(it) => drop(papers.insert(id, it.fields.number.unwrap_or(it.file_name))),
                // Somebody asked for a paper that never was.
                Err(ArchiveError::UnknownDocument { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(papers)
    })
    .await?;
    let title = visit.say("Nhật ký", "Log");
    let body = html! {
        h1 { (title) }
        (filters(&visit, &names))
        @if let Some(day) = &wrong_day {
            p.notes role="status" {
                (visit.say(
                    format!("“{day}” không phải là ngày nên không được dùng để lọc."),
                    format!("“{day}” is no day and narrows nothing."),
                ))
            }
        }
        @if entries.is_empty() {
            p.empty { (visit.say("Không có mục nào.", "There are no entries.")) }
        } @else {
            (table(&visit, title, &entries, &papers))
        }
        @if entries.len() == ENTRIES_ON_A_PAGE as usize {
            @if let Some(last) = entries.last() {
                p.paging {
                    a href=(visit.here_with(&[("truoc", Some(last.entry_id.to_string().as_str()))])) {
                        (visit.say("Cũ hơn", "Earlier"))
                    }
                }
            }
        }
    };
    let frame = Frame {
        title,
        section: Some(Section::Log),
        has_search: false,
    };
    Ok(page(&visit, StatusCode::OK, &frame, &body))
}

fn filters(visit: &Visit, names: &[String]) -> Markup {
    let all = visit.say("Tất cả", "All");
    let is_narrowed = ["ai", "viec", "ngay", "truoc"]
        .iter()
        .any(|it| visit.param(it).is_some());
    html! {
        form.log-filters action=(LOG) method="get" {
            div {
                label for="ai" { (visit.say("Ai", "Who")) }
                select #ai name="ai" {
                    option value="" { (all) }
                    @for name in names {
                        option value=(name) selected[visit.param("ai") == Some(name)] { (who(visit, name)) }
                    }
                }
            }
            div {
                label for="viec" { (visit.say("Việc", "What")) }
                select #viec name="viec" {
                    option value="" { (all) }
                    @for (code, vietnamese, english, _) in KINDS {
                        option value=(code) selected[visit.param("viec") == Some(code)] {
                            (visit.say(vietnamese, english))
                        }
                    }
                }
            }
            div {
                label for="ngay" { (visit.say("Ngày", "Day")) }
                input #ngay type="date" name="ngay" value=(visit.param("ngay").unwrap_or_default());
            }
            button type="submit" { (visit.say("Lọc", "Filter")) }
            @if is_narrowed { a href=(LOG) { (visit.say("Bỏ lọc", "Show all")) } }
        }
    }
}

fn table(
    visit: &Visit,
    title: &str,
    entries: &[AuditEntry],
    papers: &HashMap<i64, String>,
) -> Markup {
    let labels = [
        visit.say("Thời gian", "When"),
        visit.say("Ai", "Who"),
        visit.say("Việc", "What"),
        visit.say("Văn bản", "Paper"),
        visit.say("Chi tiết", "Detail"),
        visit.say("Máy", "Machine"),
    ];
    html! {
        div.scrolled tabindex="0" role="region" aria-label=(title) {
            table.rows-as-cards {
                thead { tr { @for label in labels { th scope="col" { (label) } } } }
                tbody {
                    @for entry in entries {
                        tr {
                            td data-label=(labels[0]) { (moment(&entry.happened_at)) }
                            td data-label=(labels[1]) {
                                (entry.user_name.as_deref().map_or("–", |name| who(visit, name)))
                            }
                            td data-label=(labels[2]) { (action_name(visit, &entry.action)) }
                            td data-label=(labels[3]) {
                                @if let Some(id) = entry.document_id {
                                    @match papers.get(&id) {
                                        Some(name) => a href=(format!("/van-ban/{id}")) { (name) },
                                        None => (id),
                                    }
                                }
                            }
                            td data-label=(labels[4]) { (detail(visit, entry)) }
                            td data-label=(labels[5]) { (entry.address.as_deref().unwrap_or_default()) }
                        }
                    }
                }
            }
        }
    }
}

fn action_name<'a>(visit: &Visit, action: &'a str) -> &'a str {
    match action {
        "log in" => visit.say("Đăng nhập", "Log in"),
        "failed log in" => visit.say("Đăng nhập sai", "Failed log in"),
        "log out" => visit.say("Đăng xuất", "Log out"),
        "change password" => visit.say("Đổi mật khẩu của mình", "Change own password"),
        "add user" => visit.say("Thêm người dùng", "Add user"),
        "remove user" => visit.say("Xóa người dùng", "Remove user"),
        "set role" => visit.say("Đổi vai trò", "Change role"),
        "set password" => visit.say("Đặt lại mật khẩu", "Set password"),
        "disable user" => visit.say("Khóa", "Disable"),
        "enable user" => visit.say("Mở lại", "Enable"),
        "add token" => visit.say("Cấp mã truy cập", "Make a token"),
        "revoke token" => visit.say("Thu mã truy cập", "Take a token back"),
        "view" => visit.say("Xem", "View"),
        "download" => visit.say("Tải về", "Download"),
        "correct" => visit.say("Sửa", "Correct"),
        "import" => visit.say("Nhập", "Import"),
        "failed import" => visit.say("Nhập bị dừng", "Import stopped"),
        "refused" => visit.say("Bị từ chối", "Refused"),
        other => other,
    }
}

/// The detail of an entry in words. Entries are kept in stable words, since both
/// languages read them.
fn detail(visit: &Visit, entry: &AuditEntry) -> String {
    let detail = entry.detail.as_deref().unwrap_or_default();
    let told = match entry.action.as_str() {
        "correct" => correction(visit, detail),
        "import" | "failed import" => files(visit.language, detail),
        "add user" | "set role" => user_and_role(visit, detail),
        _ => None,
    };
    told.unwrap_or_else(|| detail.to_owned())
}

/// `issued: 2024-04-03 → 2024-04-09`, `page 3: hoá → hóa`.
fn correction(visit: &Visit, detail: &str) -> Option<String> {
    let (subject, change) = detail.split_once(": ")?;
    let (old, new) = change.split_once(" → ")?;
    let (subject, old, new) = match RecordField::from_name(subject) {
        None if subject == STORE => (
            visit.say("Nơi lưu", "Kept at").to_owned(),
            old.to_owned(),
            new.to_owned(),
        ),
        Some(field) => (
            subject_name(visit, field).to_owned(),
            shown_value(field, old),
            shown_value(field, new),
        ),
        None => {
            let number: u32 = subject.strip_prefix("page ")?.parse().ok()?;
            let place = visit.say("trang", "page");
            (format!("{place} {number}"), old.to_owned(), new.to_owned())
        }
    };
    Some(match old == new {
        true => {
            let accepted = visit.say("nhận là đúng", "found right");
            format!("{subject}: {old} ({accepted})")
        }
        false => format!("{subject}: {old} → {new}"),
    })
}

/// `2 7`: two files, the seventh import; `2` of the command line.
fn files(language: Language, detail: &str) -> Option<String> {
    let (count, import) = match detail.split_once(' ') {
        Some((count, import)) => (count, Some(import.parse::<u64>().ok()?)),
        None => (detail, None),
    };
    let count: u64 = count.parse().ok()?;
    Some(match import {
        Some(import) => language.say(
            format!("{count} tệp, lần nhập số {import}"),
            format!("{count} files, import {import}"),
        ),
        None => language.say(
            format!("{count} tệp, bằng dòng lệnh"),
            format!("{count} files, by command"),
        ),
    })
}

fn user_and_role(visit: &Visit, detail: &str) -> Option<String> {
    let (name, role) = detail.split_once(' ')?;
    let role = Role::from_word(role)?;
    Some(format!("{name}: {}", role_name(visit, role)))
}
