//! For administrators: the users.

use super::layout::{Frame, Section, page};
use super::login::{form_token, refusal, success, weak_password};
use super::visit::{Visit, address};
use crate::access::{AccessError, AccessStore, LOCAL_NAME, Role, User, UserName};
use crate::server::access::{CheckedForm, USERS};
use crate::server::error::ApiError;
use crate::server::{ApiResult, App};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

pub(super) fn role_name(visit: &Visit, role: Role) -> &'static str {
    match role {
        Role::Reader => visit.say("Người đọc", "Reader"),
        Role::Archivist => visit.say("Văn thư, lưu trữ", "Archivist"),
        Role::Administrator => visit.say("Quản trị", "Administrator"),
    }
}

/// Who did something, as people read it.
pub(super) fn who<'a>(visit: &Visit, name: &'a str) -> &'a str {
    match name {
        LOCAL_NAME => visit.say("máy chủ", "the server's machine"),
        name => name,
    }
}

/// Asks the list of users on a thread that may wait.
pub(super) async fn ask<T: Send + 'static>(
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
    let (noted, sent) = (Noted::of(&action, &name, role), action.clone());
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
            if let Some(Noted { action, detail }) = noted {
                app.access.note(&form.visitor, action, None, Some(detail));
            }
            let name = form.text("ten").trim();
            let told = address(USERS, [("xong", sent.as_str()), ("ten", name)]);
            return Ok(Redirect::to(&told).into_response());
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

/// What the log says of a change.
struct Noted {
    action: &'static str,
    detail: String,
}

impl Noted {
    fn of(action: &str, name: &str, role: Option<Role>) -> Option<Self> {
        let action = match action {
            "them" => "add user",
            "vai-tro" => "set role",
            "mat-khau" => "set password",
            "khoa" => "disable user",
            "mo" => "enable user",
            _ => return None,
        };
        let name = name.trim().to_lowercase();
        let detail = match role {
            Some(role) => format!("{name} {}", role.as_str()),
            None => name,
        };
        Some(Self { action, detail })
    }
}

/// What was done just now. The address says it; only names of users are said
/// again from it.
fn done(visit: &Visit) -> Option<String> {
    let name = UserName::parse(visit.param("ten")?).ok()?;
    let name = name.as_str();
    Some(match visit.param("xong")? {
        "them" => visit.say(
            format!("Đã thêm người dùng {name}."),
            format!("{name} is added."),
        ),
        "vai-tro" => visit.say(
            format!("Đã đổi vai trò của {name}."),
            format!("{name} has another role."),
        ),
        "mat-khau" => visit.say(
            format!("Đã đặt mật khẩu mới cho {name}; các phiên đang mở của {name} đã kết thúc."),
            format!("{name} has a new password; open sessions of {name} are ended."),
        ),
        "khoa" => visit.say(format!("Đã khóa {name}."), format!("{name} is disabled.")),
        "mo" => visit.say(format!("Đã mở lại {name}."), format!("{name} is enabled.")),
        _ => return None,
    })
}

async fn users_page(app: &App, visit: &Visit, status: StatusCode, told: Option<&str>) -> ApiResult {
    let users = ask(app, AccessStore::users).await?;
    let users = users.map_err(|error| ApiError::internal(&error))?;
    let token = form_token(visit.visitor()?);
    let title = visit.say("Người dùng", "Users");
    let body = html! {
        h1 { (title) }
        (refusal(told))
        @if told.is_none() && let Some(done) = done(visit) { (success(&done)) }
        @if users.is_empty() {
            p.empty {
                (visit.say(
                    "Chưa có người dùng: kho chỉ mở trên chính máy này và không hỏi ai là ai. Thêm người quản trị đầu tiên thì từ đó mọi người phải đăng nhập.",
                    "There are no users: the archive is open on this machine only, to everybody. Once the first administrator is added, everybody logs in.",
                ))
            }
        } @else {
            div.scrolled tabindex="0" role="region" aria-label=(title) {
                table.rows-as-cards {
                    thead { tr { @for label in labels(visit) { th scope="col" { (label) } } } }
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
    let [_, role_label, password_label, state_label] = labels(visit);
    html! {
        tr {
            th scope="row" { (user.name) }
            td data-label=(role_label) {
                (form("vai-tro", html! {
                    label.visually-hidden for=(role_id) { (visit.say("Vai trò", "Role")) }
                    (role_choice(visit, &role_id, user.role))
                    button.plain type="submit" { (visit.say("Đổi", "Change")) }
                }))
            }
            td data-label=(password_label) {
                (form("mat-khau", html! {
                    label.visually-hidden for=(password_id) { (visit.say("Mật khẩu mới", "New password")) }
                    input #(password_id) type="password" name="mat_khau" required minlength="10"
                        autocomplete="new-password";
                    button.plain type="submit" { (visit.say("Đặt", "Set")) }
                }))
            }
            td data-label=(state_label) {
                @if user.is_disabled {
                    span.doubt { (visit.say("Đã khóa", "Disabled")) } " "
                    (form("mo", html! { button.plain type="submit" { (visit.say("Mở lại", "Enable")) } }))
                } @else {
                    (visit.say("Đang dùng", "In use")) " "
                    (form("khoa", html! { button.plain type="submit" { (visit.say("Khóa", "Disable")) } }))
                }
            }
        }
    }
}

/// The columns of the list.
fn labels(visit: &Visit) -> [&'static str; 4] {
    [
        visit.say("Tên", "Name"),
        visit.say("Vai trò", "Role"),
        visit.say("Mật khẩu mới", "New password"),
        visit.say("Tình trạng", "State"),
    ]
}

fn frame(title: &str, section: Section) -> Frame<'_> {
    Frame {
        title,
        section: Some(section),
        has_search: false,
    }
}
