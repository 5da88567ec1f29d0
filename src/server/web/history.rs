//! What people decided about a paper: who, when, what.

use super::layout::{Frame, page};
use super::users::moment;
use super::visit::Visit;
use crate::archive::{Correction, CorrectionSubject, RecordField};
use crate::server::api::document_id;
use crate::server::shared::in_work;
use crate::server::{ApiResult, App};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use maud::{Markup, html};

/// The name of a field on a registry card.
pub(super) fn subject_name(visit: &Visit, field: RecordField) -> &'static str {
    match field {
        RecordField::Type => visit.say("Loại văn bản", "Type"),
        RecordField::Number => visit.say("Số, ký hiệu", "Number"),
        RecordField::Issuer => visit.say("Cơ quan ban hành", "Issuer"),
        RecordField::IssuerParent => visit.say("Cơ quan chủ quản", "Parent of the issuer"),
        RecordField::Place => visit.say("Địa danh", "Place"),
        RecordField::Issued => visit.say("Ngày ban hành", "Day of issue"),
        RecordField::Subject => visit.say("Trích yếu", "Subject"),
        RecordField::Secrecy => visit.say("Độ mật", "Degree of secrecy"),
        RecordField::SignerAuthority => visit.say("Quyền hạn ký", "Authority to sign"),
        RecordField::SignerPosition => visit.say("Chức vụ người ký", "Position of the signer"),
        RecordField::SignerName => visit.say("Người ký", "Signer"),
    }
}

pub(super) async fn history(
    State(app): State<App>,
    Path(id): Path<String>,
    visit: Visit,
) -> ApiResult {
    let id = document_id(&id)?;
    let (document, corrections, unplaced) = in_work(&app, move |shared| {
        let document = shared.archive.document(id)?;
        let mut corrections = shared.archive.corrections(id)?;
        corrections.reverse();
        let unplaced = shared.archive.unplaced_corrections(id)?;
        let unplaced: Vec<i64> = unplaced.iter().map(|it| it.correction_id).collect();
        Ok((document, corrections, unplaced))
    })
    .await?;
    let title = visit.say("Lịch sử sửa", "History of corrections");
    let frame = Frame {
        title,
        section: None,
        has_search: true,
    };
    let body = html! {
        h1 { (title) }
        p {
            a href=(format!("/van-ban/{id}")) {
                (document.fields.number.as_deref().unwrap_or(&document.file_name))
            }
        }
        @if corrections.is_empty() {
            p.empty { (visit.say("Chưa ai sửa gì ở văn bản này.", "Nobody has corrected this paper.")) }
        } @else {
            div.scrolled tabindex="0" role="region" aria-label=(title) {
                table {
                    thead { tr {
                        th scope="col" { (visit.say("Lúc (UTC)", "When (UTC)")) }
                        th scope="col" { (visit.say("Ai", "Who")) }
                        th scope="col" { (visit.say("Chỗ", "Where")) }
                        th scope="col" { (visit.say("Trước", "Before")) }
                        th scope="col" { (visit.say("Sau", "After")) }
                    } }
                    tbody {
                        @for correction in &corrections {
                            (row(&visit, correction, unplaced.contains(&correction.correction_id)))
                        }
                    }
                }
            }
        }
    };
    Ok(page(&visit, StatusCode::OK, &frame, &body))
}

fn row(visit: &Visit, correction: &Correction, is_unplaced: bool) -> Markup {
    let shown = |text: &Option<String>| match text.as_deref() {
        None | Some("") => "–".to_owned(),
        Some(text) => text.to_owned(),
    };
    html! {
        tr {
            td { (moment(&correction.made_at)) }
            td { (correction.made_by) }
            td {
                @match &correction.subject {
                    CorrectionSubject::Field(field) => (subject_name(visit, *field)),
                    CorrectionSubject::Word(anchor) => {
                        a href=(format!("/van-ban/{}?trang={}", correction.document_id, anchor.page_number)) {
                            (visit.say("trang ", "page ")) (anchor.page_number)
                        }
                    }
                }
                @if is_unplaced {
                    " " span.doubt {
                        (visit.say("không còn chữ này ở lần đọc mới", "not found in the new reading"))
                    }
                }
            }
            td { (shown(&correction.old_text)) }
            td {
                @if correction.is_acceptance() {
                    (visit.say("nhận là đúng", "found right"))
                } @else { (shown(&correction.new_text)) }
            }
        }
    }
}
