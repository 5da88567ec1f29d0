//! For administrators: the users, and the log of who did what.

use super::language::day;
use super::layout::{Frame, Section, page};
use super::login::{form_token, refusal, weak_password};
use super::visit::{Visit, address};
use crate::access::{AccessError, AccessStore, AuditEntry, Role, User, UserName};
use crate::server::access::{CheckedForm, LOG, USERS};
use crate::server::error::ApiError;
use crate::server::{ApiResult, App};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

/// Entries on one page of the log.
const ENTRIES_ON_A_PAGE: u32 = 100;

pub(super) fn role_name(visit: &Visit, role: Role) -> &'static str {
    match role {
        Role::Reader => visit.say("Người đọc", "Reader"),
        Role::Archivist => visit.say("Văn thư, lưu trữ", "Archivist"),
        Role::Administrator => visit.say("Quản trị", "Administrator"),
    }
}

/// Asks the list of users on a thread that may wait.
async fn ask<T: Send + 'static>(
    app: &App,
    work: impl FnOnce(&AccessStore) -> Result<T, AccessError> + Send + 'static,
) -> Result<Result<T, AccessError>, ApiError> {
    let access = app.access.clone();
    tokio::task::spawn_blocking(move || work(&access.store))
        .await
        .map_err(|error| ApiError::internal(&error))
}

pub(super) async fn list(State(app): State<App>, visit: Visit) -> ApiResult {
    users_page(&app, &visit, StatusCode::OK, None).await
}

pub(super) async fn change(State(app): State<App>, visit: Visit, form: CheckedForm) -> ApiResult {
    let action = form.text("viec").to_owned();
    let (name, password) = (
        form.text("ten").to_owned(),
        form.text("mat_khau").to_owned(),
    );
    let role = Role::from_word(form.text("vai_tro"));
    let detail = format!("{action} {name} {}", role.map_or("", Role::as_str));
    let done = ask(&app, move |store| {
        let name = UserName::parse(&name)?;
        // Else nobody could add the second.
        if role != Some(Role::Administrator) && !store.has_users()? {
            return Err(AccessError::LastAdministrator {
                name: name.as_str().to_owned(),
            });
        }
        match (action.as_str(), role) {
            ("them", Some(role)) => store.add_user(&name, role, &password),
            ("vai-tro", Some(role)) => store.set_role(&name, role),
            ("mat-khau", _) => store.set_password(&name, &password),
            ("khoa", _) => store.set_disabled(&name, true),
            ("mo", _) => store.set_disabled(&name, false),
            _ => Err(AccessError::UnknownUser {
                name: name.as_str().to_owned(),
            }),
        }
    })
    .await?;
    let told = match done {
        Ok(()) => {
            app.access
                .note(&form.visitor, "change user", None, Some(detail));
            return Ok(Redirect::to(USERS).into_response());
        }
        Err(AccessError::WeakPassword) => weak_password(&visit),
        Err(AccessError::WrongName) => visit.say(
            "Tên gồm 1–64 chữ cái không dấu, chữ số, dấu chấm, gạch nối; bắt đầu bằng chữ cái.",
            "A name has 1–64 plain letters, digits, dots or hyphens, and begins with a letter.",
        ),
        Err(AccessError::NameTaken { .. }) => {
            visit.say("Tên này đã có người dùng.", "That name is taken.")
        }
        Err(AccessError::UnknownUser { .. }) => {
            visit.say("Không có người dùng này.", "There is no such user.")
        }
        Err(AccessError::LastAdministrator { .. }) => visit.say(
            "Phải luôn có ít nhất một người quản trị; hãy giao quyền quản trị cho người khác trước.",
            "There must always be an administrator; make somebody else one first.",
        ),
        Err(error) => return Err(ApiError::internal(&error)),
    };
    users_page(&app, &visit, StatusCode::UNPROCESSABLE_ENTITY, Some(told)).await
}

async fn users_page(app: &App, visit: &Visit, status: StatusCode, told: Option<&str>) -> ApiResult {
    let users = ask(app, AccessStore::users).await?;
    let users = users.map_err(|error| ApiError::internal(&error))?;
    let token = form_token(visit.visitor()?);
    let title = visit.say("Người dùng", "Users");
    let body = html! {
        h1 { (title) }
        (refusal(told))
        @if users.is_empty() {
            p.empty {
                (visit.say(
                    "Chưa có người dùng: kho chỉ mở trên chính máy này và không hỏi ai là ai. Thêm người quản trị đầu tiên thì từ đó mọi người phải đăng nhập.",
                    "There are no users: the archive is open on this machine only, to everybody. Once the first administrator is added, everybody logs in.",
                ))
            }
        } @else {
            div.scrolled tabindex="0" role="region" aria-label=(title) {
                table {
                    thead { tr {
                        th scope="col" { (visit.say("Tên", "Name")) }
                        th scope="col" { (visit.say("Vai trò", "Role")) }
                        th scope="col" { (visit.say("Mật khẩu mới", "New password")) }
                        th scope="col" { (visit.say("Tình trạng", "State")) }
                    } }
                    tbody { @for user in &users { (row(visit, &token, user)) } }
                }
            }
        }
        section.narrow {
            h2 { (visit.say("Thêm người dùng", "Add a user")) }
            form.stacked method="post" action=(USERS) {
                (token)
                input type="hidden" name="viec" value="them";
                label for="ten" { (visit.say("Tên", "Name")) }
                input #ten type="text" name="ten" required maxlength="64" autocomplete="off"
                    autocapitalize="off" spellcheck="false";
                label for="vai-tro" { (visit.say("Vai trò", "Role")) }
                (role_choice(visit, "vai-tro", if users.is_empty() { Role::Administrator } else { Role::Reader }))
                label for="mat-khau" { (visit.say("Mật khẩu", "Password")) }
                input #mat-khau type="password" name="mat_khau" required minlength="10"
                    autocomplete="new-password";
                button type="submit" { (visit.say("Thêm", "Add")) }
            }
        }
    };
    Ok(page(visit, status, &frame(title, Section::Users), &body))
}

fn role_choice(visit: &Visit, id: &str, chosen: Role) -> Markup {
    html! {
        select #(id) name="vai_tro" {
            @for role in Role::ALL {
                option value=(role.as_str()) selected[role == chosen] { (role_name(visit, role)) }
            }
        }
    }
}

fn row(visit: &Visit, token: &Markup, user: &User) -> Markup {
    let form = |action: &str, inside: Markup| {
        html! {
            form.inline method="post" action=(USERS) {
                (token)
                input type="hidden" name="viec" value=(action);
                input type="hidden" name="ten" value=(user.name);
                (inside)
            }
        }
    };
    let role_id = format!("vai-tro-{}", user.name);
    let password_id = format!("mat-khau-{}", user.name);
    html! {
        tr {
            th scope="row" { (user.name) }
            td {
                (form("vai-tro", html! {
                    label.visually-hidden for=(role_id) { (visit.say("Vai trò", "Role")) }
                    (role_choice(visit, &role_id, user.role))
                    button.plain type="submit" { (visit.say("Đổi", "Change")) }
                }))
            }
            td {
                (form("mat-khau", html! {
                    label.visually-hidden for=(password_id) { (visit.say("Mật khẩu mới", "New password")) }
                    input #(password_id) type="password" name="mat_khau" required minlength="10"
                        autocomplete="new-password";
                    button.plain type="submit" { (visit.say("Đặt", "Set")) }
                }))
            }
            td {
                @if user.is_disabled {
                    span.doubt { (visit.say("Đã khóa", "Disabled")) } " "
                    (form("mo", html! { button.plain type="submit" { (visit.say("Mở lại", "Enable")) } }))
                } @else {
                    (form("khoa", html! { button.plain type="submit" { (visit.say("Khóa", "Disable")) } }))
                }
            }
        }
    }
}

fn frame(title: &str, section: Section) -> Frame<'_> {
    Frame {
        title,
        section: Some(section),
        has_search: false,
    }
}

pub(super) async fn log(State(app): State<App>, visit: Visit) -> ApiResult {
    let before = visit
        .param("truoc")
        .and_then(|before| before.parse().ok())
        .unwrap_or(i64::MAX);
    let entries = ask(&app, move |store| {
        store.audit_log(before, ENTRIES_ON_A_PAGE)
    })
    .await?;
    let entries = entries.map_err(|error| ApiError::internal(&error))?;
    let title = visit.say("Nhật ký", "Log");
    let body = html! {
        h1 { (title) }
        @if entries.is_empty() {
            p.empty { (visit.say("Chưa ghi gì.", "Nothing is noted yet.")) }
        } @else {
            div.scrolled tabindex="0" role="region" aria-label=(title) {
                table {
                    thead { tr {
                        th scope="col" { (visit.say("Lúc (UTC)", "When (UTC)")) }
                        th scope="col" { (visit.say("Ai", "Who")) }
                        th scope="col" { (visit.say("Việc", "What")) }
                        th scope="col" { (visit.say("Văn bản", "Paper")) }
                        th scope="col" { (visit.say("Chi tiết", "Detail")) }
                        th scope="col" { (visit.say("Máy", "Machine")) }
                    } }
                    tbody { @for entry in &entries { (log_row(&visit, entry)) } }
                }
            }
        }
        @if entries.len() == ENTRIES_ON_A_PAGE as usize {
            @if let Some(last) = entries.last() {
                p.paging {
                    a href=(address(LOG, [("truoc", last.entry_id.to_string().as_str())])) {
                        (visit.say("Cũ hơn", "Earlier"))
                    }
                }
            }
        }
    };
    Ok(page(
        &visit,
        StatusCode::OK,
        &frame(title, Section::Log),
        &body,
    ))
}

fn log_row(visit: &Visit, entry: &AuditEntry) -> Markup {
    html! {
        tr {
            td { (moment(&entry.happened_at)) }
            td { (entry.user_name.as_deref().unwrap_or("–")) }
            td { (action_name(visit, &entry.action)) }
            td {
                @if let Some(id) = entry.document_id { a href=(format!("/van-ban/{id}")) { (id) } }
            }
            td { (entry.detail.as_deref().unwrap_or_default()) }
            td { (entry.address.as_deref().unwrap_or_default()) }
        }
    }
}

fn action_name<'a>(visit: &Visit, action: &'a str) -> &'a str {
    match action {
        "log in" => visit.say("Đăng nhập", "Log in"),
        "failed log in" => visit.say("Đăng nhập sai", "Failed log in"),
        "log out" => visit.say("Đăng xuất", "Log out"),
        "change password" => visit.say("Đổi mật khẩu", "Change password"),
        "change user" => visit.say("Sửa người dùng", "Change user"),
        "view" => visit.say("Xem", "View"),
        "download" => visit.say("Tải về", "Download"),
        "correct" => visit.say("Sửa", "Correct"),
        "import" => visit.say("Nhập", "Import"),
        other => other,
    }
}

/// `2024-03-01T08:30:00Z` as offices write it.
pub(super) fn moment(iso: &str) -> String {
    match iso.split_once('T') {
        Some((date, time)) => {
            let time = time.trim_end_matches('Z');
            format!("{} {}", day(date), time.get(..5).unwrap_or(time))
        }
        None => iso.to_owned(),
    }
}
