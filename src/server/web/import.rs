//! The import page: files in, progress, what could not be read and why.

use super::language::Language;
use super::layout::{Frame, Section, page};
use super::login::{form_token, refusal};
use super::upload::{MAX_FILES, MAX_UPLOAD_BYTES, receive};
use super::visit::{Visit, address};
use crate::archive::Failure;
use crate::import::{Discovery, ImportReport};
use crate::server::access::{IMPORT, Visitor, too_large};
use crate::server::error::ApiError;
use crate::server::jobs::{self, Job, JobState};
use crate::server::{ApiResult, App};
use axum::extract::multipart::Multipart;
use axum::extract::{FromRequest, Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};
use std::path::Path as FilePath;

/// Names of refused files that are told.
const MAX_TOLD: usize = 20;

fn frame(title: &str) -> Frame<'_> {
    Frame {
        title,
        section: Some(Section::Import),
        has_search: false,
    }
}

fn imports_off() -> ApiError {
    ApiError::new(
        StatusCode::FORBIDDEN,
        "imports_off",
        "this server was started without imports",
    )
}

pub(super) async fn import(State(app): State<App>, visit: Visit) -> ApiResult {
    import_page(&app, &visit, StatusCode::OK, None)
}

fn import_page(app: &App, visit: &Visit, status: StatusCode, told: Option<&str>) -> ApiResult {
    let title = visit.say("Nhập văn bản", "Import papers");
    let mut jobs = app.jobs.all();
    jobs.reverse();
    let body = html! {
        h1 { (title) }
        (refusal(told))
        @if app.settings.import.is_none() {
            p.empty {
                (visit.say(
                    "Máy chủ này được khởi động ở chế độ chỉ đọc, không nhập văn bản.",
                    "This server was started to read only; nothing is imported.",
                ))
            }
        } @else {
            form.drop-zone method="post" action=(IMPORT) enctype="multipart/form-data" data-drop {
                (form_token(visit.visitor()?))
                label for="tep" { (visit.say("Chọn hoặc kéo tệp vào đây", "Choose files or drop them here")) }
                input #tep type="file" name="tep" multiple required
                    accept=".pdf,.tif,.tiff,.png,.jpg,.jpeg";
                button type="submit" { (visit.say("Nhập", "Import")) }
                p.hint {
                    (visit.say(
                        format!("PDF, TIFF, PNG, JPEG; tối đa {MAX_FILES} tệp, tổng cộng {} GB mỗi lần. Bản gốc được giữ nguyên từng byte.", MAX_UPLOAD_BYTES >> 30),
                        format!("PDF, TIFF, PNG, JPEG; at most {MAX_FILES} files, {} GB together. Originals are kept byte for byte.", MAX_UPLOAD_BYTES >> 30),
                    ))
                }
            }
        }
        @if !jobs.is_empty() {
            h2 { (visit.say("Các lần nhập", "Imports")) }
            ul.plain-list {
                @for job in &jobs {
                    li {
                        a href=(format!("{IMPORT}/{}", job.id)) {
                            (visit.say("Lần nhập số ", "Import ")) (job.id)
                        }
                        " " span.quiet { (state_name(visit, job.state)) }
                    }
                }
            }
        }
    };
    Ok(page(visit, status, &frame(title), &body))
}

fn state_name(visit: &Visit, state: JobState) -> &'static str {
    match state {
        JobState::Running => visit.say("đang chạy", "running"),
        JobState::Finished => visit.say("đã xong", "finished"),
        JobState::Failed => visit.say("dừng vì lỗi", "stopped by an error"),
    }
}

pub(super) async fn upload(State(app): State<App>, visit: Visit, request: Request) -> ApiResult {
    let settings = app.settings.import.clone().ok_or_else(imports_off)?;
    let (parts, body) = request.into_parts();
    let visitor = Visitor::of(&parts).ok_or_else(imports_off)?;
    // What is too large by its own word is not taken in at all.
    let length = parts.headers.get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > MAX_UPLOAD_BYTES) {
        return Err(too_large("the files are too large together"));
    }
    let _turn = app
        .uploads
        .try_acquire()
        .map_err(|_| ApiError::new(StatusCode::CONFLICT, "busy", "others are sending files"))?;
    let form = Multipart::from_request(Request::from_parts(parts, body), &())
        .await
        .map_err(|error| ApiError::bad_request("wrong_upload", error.to_string()))?;
    let uploaded = receive(&visitor, app.archive.dir(), form).await?;
    if uploaded.files.is_empty() {
        let told = match uploaded.refused.is_empty() {
            true => visit.say("Chưa chọn tệp nào.", "No files were chosen."),
            false => visit.say(
                "Không tệp nào là PDF, TIFF, PNG hoặc JPEG.",
                "None of the files is a PDF, TIFF, PNG or JPEG.",
            ),
        };
        return import_page(&app, &visit, StatusCode::UNPROCESSABLE_ENTITY, Some(told));
    }
    let names = uploaded
        .files
        .iter()
        .map(|path| name_of(path).into())
        .collect();
    let found = Discovery {
        files: uploaded.files,
        ..Discovery::default()
    };
    let n_files = found.files.len();
    let job = match jobs::start(&app, settings, names, found, Some(uploaded.staging)) {
        Ok(job) => job,
        Err(error) if error.status == StatusCode::CONFLICT => {
            let told = visit.say(
                "Đang có một lần nhập khác chạy. Xin đợi nó xong rồi nhập lại.",
                "Another import is running. Wait for its end, then import again.",
            );
            return import_page(&app, &visit, StatusCode::CONFLICT, Some(told));
        }
        Err(error) => return Err(error),
    };
    app.access
        .note(&visitor, "import", None, Some(format!("{n_files} files")));
    let mut refused = uploaded.refused;
    refused.truncate(MAX_TOLD);
    let refused: Vec<(&str, &str)> = refused.iter().map(|name| ("bo", name.as_str())).collect();
    let target = address(&format!("{IMPORT}/{}", job.id), refused);
    Ok(Redirect::to(&target).into_response())
}

fn name_of(path: &FilePath) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

pub(super) async fn job(State(app): State<App>, Path(id): Path<String>, visit: Visit) -> ApiResult {
    let job = id.parse().ok().and_then(|id| app.jobs.job(id));
    let job = job.ok_or_else(|| ApiError::not_found("there is no such import"))?;
    let title = visit.say(
        format!("Lần nhập số {}", job.id),
        format!("Import {}", job.id),
    );
    let body = html! {
        h1 { (title) }
        p role="status" { (progress_text(&visit, &job)) }
        @if job.state == JobState::Running {
            progress max=(job.progress.n_pages.max(1)) value=(job.progress.n_pages_done)
                aria-label=(visit.say("Tiến độ", "Progress")) {}
            p.hint { (visit.say("Trang này tự cập nhật.", "This page renews itself.")) }
        }
        @if let Some(name) = visit.param("bo") {
            p.notes {
                (visit.say("Bỏ qua vì không phải PDF, TIFF, PNG, JPEG: ", "Left out, no PDF, TIFF, PNG or JPEG: "))
                (name)
            }
        }
        @if let Some(report) = &job.report { (summary(&visit, report)) }
        @if let Some(message) = &job.message {
            p.refusal role="alert" {
                (visit.say("Lần nhập phải dừng: ", "The import had to stop: ")) (message)
            }
        }
        @if !job.failures.is_empty() {
            h2 { (visit.say("Không đọc được", "Could not be read")) }
            ul.plain-list {
                @for failure in &job.failures { (failure_line(&visit, failure)) }
            }
        }
        p {
            a.button href="/" { (visit.say("Tìm trong kho", "Search the archive")) }
            " "
            a.button.plain href=(IMPORT) { (visit.say("Nhập tiếp", "Import more")) }
        }
    };
    let mut response = page(&visit, StatusCode::OK, &frame(&title), &body);
    if job.state == JobState::Running {
        let seconds = HeaderValue::from_static("2");
        response.headers_mut().insert("refresh", seconds);
    }
    Ok(response)
}

fn progress_text(visit: &Visit, job: &Job) -> String {
    let progress = &job.progress;
    match job.state {
        JobState::Running => visit.say(
            format!(
                "Đang đọc: {} / {} tệp, {} / {} trang.",
                progress.n_files_done, progress.n_files, progress.n_pages_done, progress.n_pages
            ),
            format!(
                "Reading: {} of {} files, {} of {} pages.",
                progress.n_files_done, progress.n_files, progress.n_pages_done, progress.n_pages
            ),
        ),
        state => {
            visit.say("Lần nhập này ", "This import is ").to_owned()
                + state_name(visit, state)
                + "."
        }
    }
}

fn summary(visit: &Visit, report: &ImportReport) -> Markup {
    let rows = [
        (
            visit.say("Văn bản mới", "New papers"),
            report.n_documents_read,
        ),
        (
            visit.say("Đã có trong kho", "Known already"),
            report.n_known,
        ),
        (
            visit.say("Trang đọc được", "Pages read"),
            report.n_pages_read,
        ),
        (
            visit.say("Trang không đọc được", "Pages not read"),
            report.n_pages_failed,
        ),
        (
            visit.say("Tệp không đọc được", "Files not read"),
            report.n_failed + report.n_failed_before,
        ),
    ];
    html! {
        dl.figures {
            @for (name, count) in rows {
                div { dt { (name) } dd { (visit.language.count(count as u64)) } }
            }
        }
    }
}

fn failure_line(visit: &Visit, failure: &Failure) -> Markup {
    html! {
        li {
            strong { (name_of(FilePath::new(&failure.source_path))) }
            @if let Some(number) = failure.page_number {
                ", " (visit.say("trang", "page")) " " (number)
            }
            ": " (reason(visit.language, failure))
        }
    }
}

/// The reason in words for a records clerk.
fn reason(language: Language, failure: &Failure) -> String {
    if language == Language::English {
        return failure.message.clone();
    }
    match failure.kind.as_str() {
        "encrypted" => "tệp có mật khẩu; hãy bỏ mật khẩu rồi nhập lại",
        "timed_out" | "timeout" => "đọc quá lâu nên đã dừng; có thể trang quá lớn hoặc hỏng",
        "crashed" => "chương trình đọc bị dừng đột ngột ở trang này; tệp có thể hỏng",
        "too_large" | "out_of_memory" => "trang hoặc tệp quá lớn",
        "unreadable" => "không mở được tệp",
        "empty" => "tệp rỗng",
        "unknown_kind" | "unsupported" => "không phải PDF, TIFF, PNG hoặc JPEG đọc được",
        "no_pages" => "tệp không có trang nào",
        "internal" => "gặp lỗi của chính chương trình; xin báo lại",
        _ => "tệp hỏng hoặc có cấu trúc không đọc được",
    }
    .to_owned()
}
