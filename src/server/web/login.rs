//! Logging in and out, and one's own password.

use super::layout::{Frame, page};
use super::visit::Visit;
use crate::access::{MAX_PASSWORD_BYTES, MIN_PASSWORD_LETTERS, UserName};
use crate::server::access::{CheckedForm, FORM_TOKEN, LOGIN, LoginRefusal, PASSWORD, Visitor, Who};
use crate::server::error::ApiError;
use crate::server::{ApiResult, App};
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

/// The field that shows that a form is ours; stands in every form that is posted.
pub(in crate::server) fn form_token(visitor: &Visitor) -> Markup {
    html! { input type="hidden" name=(FORM_TOKEN) value=(visitor.form_token().as_str()); }
}

pub(super) async fn login(visit: Visit) -> ApiResult {
    if matches!(visit.visitor()?.who, Who::User(_) | Who::Local) {
        return Ok(Redirect::to("/").into_response());
    }
    let target = visit.param("toi").unwrap_or_default().to_owned();
    login_page(&visit, StatusCode::OK, "", &target, None)
}

pub(super) async fn log_in(State(app): State<App>, visit: Visit, form: CheckedForm) -> ApiResult {
    let (name, target) = (form.text("ten").trim(), form.text("toi"));
    let entered = app
        .access
        .log_in(&form.visitor, name, form.text("mat_khau"))
        .await;
    let (status, told, wait) = match entered {
        Ok((user, token)) => {
            let mut visitor = form.visitor.clone();
            visitor.who = Who::User(user);
            app.access.note(&visitor, "log in", None, None);
            let mut response = Redirect::to(own_address(target)).into_response();
            let cookie = form.visitor.cookie_for(&token);
            response.headers_mut().append(header::SET_COOKIE, cookie);
            return Ok(response);
        }
        Err(LoginRefusal::Wrong) => (
            StatusCode::UNAUTHORIZED,
            visit.say(
                "Tên hoặc mật khẩu không đúng.",
                "The name or the password is wrong.",
            ),
            None,
        ),
        Err(LoginRefusal::Wait(wait)) => (
            StatusCode::TOO_MANY_REQUESTS,
            visit.say(
                "Đã thử sai quá nhiều lần. Xin đợi ít phút rồi thử lại.",
                "Tried too often. Wait a few minutes, then try again.",
            ),
            Some(wait),
        ),
        Err(LoginRefusal::Busy) => (
            StatusCode::SERVICE_UNAVAILABLE,
            visit.say(
                "Máy chủ đang bận. Xin thử lại sau ít giây.",
                "The server is busy. Try again in a few seconds.",
            ),
            Some(std::time::Duration::from_secs(5)),
        ),
        Err(LoginRefusal::Failed(error)) => return Err(ApiError::internal(&error)),
    };
    // Refusals for trying too often are not noted: they would fill the log.
    if status == StatusCode::UNAUTHORIZED {
        app.access
            .note(&form.visitor, "failed log in", None, Some(name.to_owned()));
    }
    let mut response = login_page(&visit, status, name, target, Some(told))?;
    if let Some(wait) = wait {
        let seconds = HeaderValue::from(wait.as_secs() + 1);
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    Ok(response)
}

pub(super) async fn log_out(State(app): State<App>, form: CheckedForm) -> ApiResult {
    let visitor = form.visitor;
    let token = visitor.token.clone();
    let access = app.access.clone();
    access.note(&visitor, "log out", None, None);
    tokio::task::spawn_blocking(move || access.store.end_session(&token))
        .await
        .map_err(|error| ApiError::internal(&error))?
        .map_err(|error| ApiError::internal(&error))?;
    Ok(Redirect::to(LOGIN).into_response())
}

/// An address of this server only: nobody is sent elsewhere by a link to the
/// login page.
fn own_address(target: &str) -> &str {
    let is_own = target.starts_with('/')
        && !target.starts_with("//")
        && !target.contains(['\\', '\r', '\n', '\t'])
        && target.is_ascii();
    if is_own { target } else { "/" }
}

fn login_page(
    visit: &Visit,
    status: StatusCode,
    name: &str,
    target: &str,
    told: Option<&str>,
) -> ApiResult {
    let title = visit.say("Đăng nhập", "Log in");
    let body = html! {
        section.narrow {
            h1 { (title) }
            (refusal(told))
            form.stacked method="post" action=(LOGIN) {
                (form_token(visit.visitor()?))
                input type="hidden" name="toi" value=(target);
                label for="ten" { (visit.say("Tên người dùng", "Name")) }
                input #ten type="text" name="ten" value=(name) required maxlength="64"
                    autocomplete="username" autocapitalize="off" spellcheck="false"
                    autofocus[name.is_empty()];
                label for="mat-khau" { (visit.say("Mật khẩu", "Password")) }
                input #mat-khau type="password" name="mat_khau" required
                    maxlength=(MAX_PASSWORD_BYTES) autocomplete="current-password"
                    autofocus[!name.is_empty()];
                button type="submit" { (title) }
            }
            p.hint {
                (visit.say(
                    "Quên mật khẩu? Người quản trị đặt lại được ở trang Người dùng; trên chính máy chủ thì bằng lệnh ",
                    "Forgot it? An administrator can set another on the page Users; on the server's machine, use ",
                ))
                code { "vanthu user password " (visit.say("TÊN", "NAME")) } "."
            }
        }
    };
    Ok(page(visit, status, &frame(title), &body))
}

/// What was done, read out by screen readers.
pub(super) fn success(told: &str) -> Markup {
    html! { p.success role="status" { (told) } }
}

/// What went wrong, read out by screen readers.
pub(super) fn refusal(told: Option<&str>) -> Markup {
    html! {
        @if let Some(told) = told { p.refusal role="alert" { (told) } }
    }
}

fn frame(title: &str) -> Frame<'_> {
    Frame {
        title,
        section: None,
        has_search: false,
    }
}

pub(super) async fn own_password(visit: Visit) -> ApiResult {
    password_page(&visit, StatusCode::OK, None)
}

pub(super) async fn set_own_password(
    State(app): State<App>,
    visit: Visit,
    form: CheckedForm,
) -> ApiResult {
    let Who::User(user) = form.visitor.who.clone() else {
        return Err(ApiError::not_found("there are no users"));
    };
    let known = app
        .access
        .check_password(&form.visitor, &user.name, form.text("cu"))
        .await;
    let told = match known {
        Err(LoginRefusal::Failed(error)) => return Err(ApiError::internal(&error)),
        Err(LoginRefusal::Wrong) => visit.say(
            "Mật khẩu hiện tại không đúng.",
            "The present password is wrong.",
        ),
        Err(_) => visit.say(
            "Đã thử quá nhiều lần. Xin đợi ít phút rồi thử lại.",
            "Tried too often. Wait a few minutes, then try again.",
        ),
        Ok(_) if form.text("moi") != form.text("lai") => visit.say(
            "Hai lần gõ mật khẩu mới không giống nhau.",
            "The two new passwords are not the same.",
        ),
        Ok(user) => {
            let access = app.access.clone();
            let (name, password) = (user.name.clone(), form.text("moi").to_owned());
            let changed = tokio::task::spawn_blocking(move || {
                let name = UserName::parse(&name)?;
                access.store.set_password(&name, &password)?;
                // All sessions ended, this browser's begins anew.
                access.store.begin_session(&user)
            });
            match changed.await.map_err(|error| ApiError::internal(&error))? {
                Ok(token) => {
                    app.access
                        .note(&form.visitor, "change password", None, None);
                    let told = format!("{PASSWORD}?xong=1");
                    let mut response = Redirect::to(&told).into_response();
                    let cookie = form.visitor.cookie_for(&token);
                    response.headers_mut().append(header::SET_COOKIE, cookie);
                    return Ok(response);
                }
                Err(crate::access::AccessError::WeakPassword) => weak_password(&visit),
                Err(error) => return Err(ApiError::internal(&error)),
            }
        }
    };
    password_page(&visit, StatusCode::UNPROCESSABLE_ENTITY, Some(told))
}

pub(super) fn weak_password(visit: &Visit) -> &'static str {
    visit.say(
        "Mật khẩu phải có ít nhất 10 ký tự và không được trùng tên người dùng.",
        "A password has at least 10 letters and is not the user's name.",
    )
}

fn password_page(visit: &Visit, status: StatusCode, told: Option<&str>) -> ApiResult {
    let title = visit.say("Đổi mật khẩu", "Change password");
    let field = |id: &str, label: &str, kind: &str| {
        html! {
            label for=(id) { (label) }
            input #(id) type="password" name=(id) required maxlength=(MAX_PASSWORD_BYTES)
                autocomplete=(kind);
        }
    };
    let body = html! {
        section.narrow {
            h1 { (title) }
            (refusal(told))
            @if told.is_none() && visit.param("xong").is_some() {
                (success(visit.say("Đã đổi mật khẩu.", "The password is changed.")))
            }
            form.stacked method="post" action=(PASSWORD) {
                (form_token(visit.visitor()?))
                (field("cu", visit.say("Mật khẩu hiện tại", "Present password"), "current-password"))
                (field("moi", visit.say("Mật khẩu mới", "New password"), "new-password"))
                (field("lai", visit.say("Mật khẩu mới, lần nữa", "New password, once more"), "new-password"))
                button type="submit" { (title) }
            }
            p.hint {
                (visit.say(
                    format!("Ít nhất {MIN_PASSWORD_LETTERS} ký tự. Các trình duyệt khác đang đăng nhập sẽ bị đăng xuất."),
                    format!("At least {MIN_PASSWORD_LETTERS} letters. Other browsers are logged out."),
                ))
            }
        }
    };
    Ok(page(visit, status, &frame(title), &body))
}

#[cfg(test)]
mod tests {
    use super::own_address;

    #[test]
    fn nobody_is_sent_elsewhere() {
        for own in ["/", "/van-ban/3?q=a", "/?q=%C4%91"] {
            assert_eq!(own_address(own), own);
        }
        for foreign in [
            "",
            "//example.org",
            "https://example.org",
            "/\\example.org",
            "/a\r\nSet-Cookie: x",
            "javascript:alert(1)",
        ] {
            assert_eq!(own_address(foreign), "/", "{foreign}");
        }
    }
}
