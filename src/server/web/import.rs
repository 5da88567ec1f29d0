//! The import page: files in, progress, what could not be read and why.

use super::layout::{Frame, Section, page};
use super::login::{form_token, refusal};
use super::moment::moment;
use super::reasons;
use super::review::{paper_link, same_papers};
use super::upload::{MAX_FILES, MAX_UPLOAD_BYTES, receive};
use super::users::who;
use super::visit::{Visit, address};
use crate::archive::{Document, DocumentState, Failure};
use crate::index::DuplicateGroup;
use crate::server::access::{CheckedForm, IMPORT, Visitor, too_large};
use crate::server::error::ApiError;
use crate::server::jobs::{self, Job, JobState};
use crate::server::shared::{Shared, in_work};
use crate::server::{ApiResult, App};
use axum::extract::multipart::Multipart;
use axum::extract::{FromRequest, Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};
use serde_json::Value;
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
                        " " span.quiet { (moment(&job.begun_at)) " · " (who(visit, &job.user_name)) }
                        " " span.tag { (state_name(visit, job.state)) }
                        " " span.quiet { (named(visit, &job.paths)) }
                    }
                }
            }
        }
    };
    Ok(page(visit, status, &frame(title), &body))
}

/// The first of some files, and how many more there are.
fn named(visit: &Visit, paths: &[String]) -> String {
    match paths {
        [] => String::new(),
        [only] => only.clone(),
        [first, others @ ..] => {
            let n = others.len();
            let more = visit.say(format!(" và {n} tệp khác"), format!(" and {n} more"));
            format!("{first}{more}")
        }
    }
}

fn state_name(visit: &Visit, state: JobState) -> &'static str {
    match state {
        JobState::Waiting => visit.say("đang chờ", "waiting"),
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
    let (files, staging) = (uploaded.files, uploaded.staging);
    let job = jobs::start_sent(&app, settings, &visitor, files, staging)?;
    let mut refused = uploaded.refused;
    refused.truncate(MAX_TOLD);
    let refused: Vec<(&str, &str)> = refused.iter().map(|name| ("bo", name.as_str())).collect();
    let target = address(&format!("{IMPORT}/{}", job.id), refused);
    Ok(Redirect::to(&target).into_response())
}

/// Does a stopped import again.
pub(super) async fn again(
    State(app): State<App>,
    Path(id): Path<String>,
    form: CheckedForm,
) -> ApiResult {
    let settings = app.settings.import.clone().ok_or_else(imports_off)?;
    let id = id.parse().map_err(|_| no_such_import())?;
    jobs::start_again(&app, settings, &form.visitor, id)?;
    Ok(Redirect::to(&format!("{IMPORT}/{id}")).into_response())
}

fn no_such_import() -> ApiError {
    ApiError::not_found("there is no such import")
}

/// What came of an import: its papers, what could not be read, and papers that
/// were there already.
struct Outcome {
    papers: Vec<Document>,
    failures: Vec<Failure>,
    same: Vec<DuplicateGroup>,
}

fn outcome(shared: &Shared, job: &Job) -> Result<Outcome, ApiError> {
    let papers = match job.sent_to() {
        Some(sent_to) => shared.archive.documents_under(&sent_to)?,
        None => Vec::new(),
    };
    let is_of_job = |id: i64| papers.iter().any(|paper| paper.document_id == id);
    let mut same = match (job.state, papers.is_empty()) {
        // The index is whole when the import has ended.
        (JobState::Finished, false) => shared
            .with_index(|index| index.duplicates(&shared.archive))
            .unwrap_or_default(),
        _ => Vec::new(),
    };
    same.retain(|group| {
        group
            .papers
            .iter()
            .any(|paper| is_of_job(paper.document_id))
    });
    Ok(Outcome {
        failures: jobs::failures_of(shared, job)?,
        same,
        papers,
    })
}

pub(super) async fn job(State(app): State<App>, Path(id): Path<String>, visit: Visit) -> ApiResult {
    let job = id.parse().ok().and_then(|id| app.jobs.job(id));
    let job = job.ok_or_else(no_such_import)?;
    let asked = job.clone();
    let outcome = in_work(&app, move |shared| outcome(shared, &asked)).await?;
    let title = visit.say(
        format!("Lần nhập số {}", job.id),
        format!("Import {}", job.id),
    );
    let body = html! {
        h1 { (title) }
        p.quiet { (moment(&job.begun_at)) " · " (who(&visit, &job.user_name)) " · " (named(&visit, &job.paths)) }
        p role="status" { (progress_text(&visit, &job)) }
        @if job.state == JobState::Running {
            progress max=(job.progress.n_pages.max(1)) value=(job.progress.n_pages_done)
                aria-label=(visit.say("Tiến độ", "Progress")) {}
        }
        @if job.state.is_open() {
            p.hint {
                (visit.say(
                    "Trang này tự cập nhật. Có thể đóng trang hoặc làm việc khác: các tệp đã gửi được giữ trên máy chủ.",
                    "This page renews itself. You can close it and do something else: what was sent is kept on the server.",
                ))
            }
        }
        @if let Some(name) = visit.param("bo") {
            p.notes {
                (visit.say("Bỏ qua vì không phải PDF, TIFF, PNG, JPEG: ", "Left out, no PDF, TIFF, PNG or JPEG: "))
                (name)
            }
        }
        @if let Some(report) = &job.report { (summary(&visit, report)) }
        @if let Some(problem) = job.problem {
            p.refusal role="alert" { (reasons::stopped(visit.language, problem)) }
            (sent_files(&visit, &app, &job)?)
        }
        (found(&visit, &outcome))
        p {
            a.button href="/" { (visit.say("Tìm trong kho", "Search the archive")) }
            " "
            a.button.plain href=(IMPORT) { (visit.say("Nhập tiếp", "Import more")) }
        }
    };
    let mut response = page(&visit, StatusCode::OK, &frame(&title), &body);
    if job.state.is_open() {
        let seconds = HeaderValue::from_static("2");
        response.headers_mut().insert("refresh", seconds);
    }
    Ok(response)
}

/// What became of the files of an import that stopped.
fn sent_files(visit: &Visit, app: &App, job: &Job) -> Result<Markup, ApiError> {
    Ok(html! {
        @if job.can_be_done_again(app.archive.dir()) {
            form method="post" action=(format!("{IMPORT}/{}", job.id)) {
                (form_token(visit.visitor()?))
                p {
                    (visit.say(
                        "Các tệp đã gửi vẫn còn trên máy chủ, không cần gửi lại. ",
                        "The files that were sent are still on the server; they need not be sent again. ",
                    ))
                    button type="submit" { (visit.say("Thử lại", "Try again")) }
                }
            }
        } @else {
            p {
                (visit.say(
                    "Các tệp của lần nhập này không còn trên máy chủ; xin nhập lại.",
                    "The files of this import are no longer on the server; import them again.",
                ))
            }
        }
    })
}

fn found(visit: &Visit, outcome: &Outcome) -> Markup {
    html! {
        @if !outcome.papers.is_empty() {
            h2 { (visit.say("Văn bản của lần nhập này", "Papers of this import")) }
            ul.plain-list {
                @for paper in &outcome.papers {
                    li {
                        (paper_link(visit, paper)) " "
                        @match paper.state {
                            DocumentState::Read => {}
                            DocumentState::Split => span.tag { (visit.say("đã tách thành nhiều văn bản", "split into several papers")) },
                            DocumentState::Registered => span.tag { (visit.say("đang đọc", "being read")) },
                            DocumentState::Failed => span.tag.doubt { (visit.say("không đọc được", "not read")) },
                        }
                    }
                }
            }
        }
        @if !outcome.same.is_empty() {
            h2 { (visit.say("Có thể đã có trong kho", "Perhaps there already")) }
            p.hint {
                (visit.say(
                    "Các văn bản sau gần giống hệt nhau, có lẽ là một văn bản được quét nhiều lần. Không bản nào bị xóa.",
                    "These are nearly the same, perhaps one paper scanned several times. Nothing is removed.",
                ))
            }
            (same_papers(visit, &outcome.same))
        }
        @if !outcome.failures.is_empty() {
            h2 { (visit.say("Không đọc được", "Could not be read")) }
            ul.plain-list {
                @for failure in &outcome.failures { (failure_line(visit, failure)) }
            }
        }
    }
}

fn progress_text(visit: &Visit, job: &Job) -> String {
    let progress = &job.progress;
    match job.state {
        JobState::Waiting => visit
            .say(
                "Đang chờ lần nhập khác xong, rồi sẽ tự chạy.",
                "Waiting for another import to end; it then goes on by itself.",
            )
            .to_owned(),
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

fn summary(visit: &Visit, report: &Value) -> Markup {
    let count = |name: &str| report[name].as_u64().unwrap_or_default();
    let rows = [
        (
            visit.say("Văn bản mới", "New papers"),
            count("n_documents_read"),
        ),
        (
            visit.say("Đã có trong kho", "Known already"),
            count("n_known"),
        ),
        (
            visit.say("Trang đọc được", "Pages read"),
            count("n_pages_read"),
        ),
        (
            visit.say("Trang không đọc được", "Pages not read"),
            count("n_pages_failed"),
        ),
        (
            visit.say("Tệp không đọc được", "Files not read"),
            count("n_failed") + count("n_failed_before"),
        ),
    ];
    html! {
        dl.figures {
            @for (name, count) in rows {
                div { dt { (name) } dd { (visit.language.count(count)) } }
            }
        }
    }
}

fn failure_line(visit: &Visit, failure: &Failure) -> Markup {
    html! {
        li {
            strong { (jobs::name_of(FilePath::new(&failure.source_path))) }
            @if let Some(number) = failure.page_number {
                ", " (visit.say("trang", "page")) " " (number)
            }
            ": " (reasons::reason(visit.language, failure)) ". "
            span.quiet { (reasons::advice(visit.language, failure)) }
        }
    }
}
