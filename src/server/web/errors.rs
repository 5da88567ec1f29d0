//! Errors as a person sees them: a page that says what happened and where to go.

use super::layout::{Frame, page, search_field};
use super::visit::{Visit, chosen_language, language_cookie};
use crate::access::Role;
use crate::server::error::Told;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::middleware::Next;
use maud::html;

/// Addresses that programs ask; their errors stay JSON.
const API: &str = "/api/";

/// Shows the errors of pages as pages, and keeps a language that was chosen.
pub(in crate::server) async fn errors_as_pages(request: Request, next: Next) -> Response<Body> {
    if request.uri().path().starts_with(API) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let visit = Visit::of(&parts);
    let chosen = chosen_language(parts.uri.query());
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if let Some(told) = response.extensions().get::<Told>().copied() {
        let headers = response.headers().clone();
        response = error_page(&visit, response.status(), &told);
        for name in [header::ALLOW, header::RETRY_AFTER] {
            if let Some(value) = headers.get(&name) {
                response.headers_mut().insert(name, value.clone());
            }
        }
    }
    if let Some(language) = chosen
        && let Ok(cookie) = HeaderValue::from_str(&language_cookie(language))
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

fn error_page(visit: &Visit, status: StatusCode, told: &Told) -> Response<Body> {
    let (title, what) = match (status, told.code) {
        (StatusCode::NOT_FOUND, _) => visit.say(
            (
                "Không tìm thấy trang này",
                "Địa chỉ sai, hoặc văn bản không có trong kho lưu trữ.",
            ),
            (
                "There is no such page",
                "The address is wrong, or the archive does not have this paper.",
            ),
        ),
        (_, "index_unavailable") => visit.say(
            (
                "Đang lập lại chỉ mục",
                "Chỉ mục tìm kiếm đang được lập lại. Xin thử lại sau ít phút.",
            ),
            (
                "The index is being built",
                "The search index is being built anew. Try again in a few minutes.",
            ),
        ),
        (StatusCode::FORBIDDEN, "not_allowed") => visit.say(
            (
                "Không đủ quyền",
                "Vai trò của bạn không làm được việc này. Người quản trị có thể đổi vai trò.",
            ),
            (
                "Not for your role",
                "Your role does not allow this. An administrator can give you another.",
            ),
        ),
        (StatusCode::FORBIDDEN, "foreign_form") => visit.say(
            (
                "Trang đã quá cũ",
                "Biểu mẫu này không còn hiệu lực. Hãy mở lại trang rồi gửi lại.",
            ),
            (
                "The page is too old",
                "This form is no longer valid. Open the page again, then send it again.",
            ),
        ),
        (StatusCode::FORBIDDEN, "imports_off") => visit.say(
            (
                "Không nhập văn bản ở đây",
                "Máy chủ này được khởi động ở chế độ chỉ đọc.",
            ),
            (
                "Nothing is imported here",
                "This server was started to read only.",
            ),
        ),
        (StatusCode::PAYLOAD_TOO_LARGE, _) => visit.say(
            ("Quá lớn", "Những gì đã gửi vượt quá giới hạn. Hãy gửi ít tệp hơn mỗi lần."),
            ("Too large", "What was sent is beyond the limit. Send fewer files at once."),
        ),
        (StatusCode::REQUEST_TIMEOUT, _) => visit.say(
            ("Gửi quá lâu", "Đường truyền quá chậm hoặc đã ngắt. Hãy thử lại."),
            ("Sent too slowly", "The connection was too slow or broke. Try again."),
        ),
        (StatusCode::CONFLICT, _) => visit.say(
            ("Đang bận", "Người khác đang làm việc này. Xin đợi rồi thử lại."),
            ("Busy", "Somebody else is doing this just now. Wait, then try again."),
        ),
        (StatusCode::FORBIDDEN, _) => visit.say(
            (
                "Không được phép",
                "Yêu cầu này bị từ chối. Hãy mở trang từ chính máy chủ này.",
            ),
            (
                "Not allowed",
                "This request was refused. Open the page from this server itself.",
            ),
        ),
        (status, _) if status.is_server_error() => visit.say(
            (
                "Có lỗi trên máy chủ",
                "Không đọc được kho lưu trữ. Nhật ký máy chủ ghi rõ nguyên nhân; xin báo người quản trị.",
            ),
            (
                "Something failed here",
                "The archive could not be read. The server's log says why; tell the administrator.",
            ),
        ),
        _ => visit.say(
            (
                "Yêu cầu không đọc được",
                "Trình duyệt đã gửi một yêu cầu không hiểu được.",
            ),
            (
                "The request cannot be read",
                "The browser sent a request that was not understood.",
            ),
        ),
    };
    let frame = Frame {
        title,
        section: None,
        has_search: false,
    };
    let body = html! {
        section.message-page {
            p.message-code aria-hidden="true" { (status.as_u16()) }
            h1 { (title) }
            p { (what) }
            @if told.code != "foreign_origin" && visit.may(Role::Reader) {
                form role="search" action="/" method="get" {
                    (search_field(visit, "tim-lai", ""))
                }
            }
            p { a href="/" { (visit.say("Về trang tìm kiếm", "Back to the search")) } }
        }
    };
    page(visit, status, &frame, &body)
}
