//! What people decided about a paper: who, when, what.

use super::language::{Language, day};
use super::layout::{Frame, page};
use super::moment::moment;
use super::review::correction_address;
use super::users::who;
use super::visit::Visit;
use crate::access::Role;
use crate::archive::{ArchivePlace, Correction, CorrectionSubject, RecordField, WordAnchor};
use crate::review::word_at;
use crate::server::access::REVIEW;
use crate::server::api::document_id;
use crate::server::error::ApiError;
use crate::server::shared::{Shared, in_work};
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

/// A value of a field as offices write it.
pub(super) fn shown_value(field: RecordField, value: &str) -> String {
    match field {
        RecordField::Issued => day(value),
        _ => value.to_owned(),
    }
}

/// A place in the store in one line: the parts that are known, from the fonds to
/// the sheet.
pub(super) fn place_text(language: Language, place: &ArchivePlace) -> String {
    let parts = [
        (language.say("phông", "fonds"), &place.fonds),
        (language.say("mục lục", "register"), &place.register),
        (language.say("hộp", "box"), &place.box_number),
        (language.say("hồ sơ", "dossier"), &place.dossier),
        (language.say("tờ", "sheet"), &place.sheet),
    ];
    let known: Vec<String> = parts
        .iter()
        .filter_map(|(name, part)| part.as_ref().map(|part| format!("{name} {part}")))
        .collect();
    match known.is_empty() {
        true => "–".to_owned(),
        false => known.join(", "),
    }
}

/// A correction, and where it can be corrected again.
struct Line {
    correction: Correction,
    is_unplaced: bool,
    again: Option<String>,
}

fn lines(shared: &Shared, id: i64) -> Result<Vec<Line>, ApiError> {
    let unplaced = shared.archive.unplaced_corrections(id)?;
    let mut corrections = shared.archive.corrections(id)?;
    corrections.reverse();
    let mut lines = Vec::new();
    for correction in corrections {
        let again = match &correction.subject {
            CorrectionSubject::Field(_) => Some(format!("{REVIEW}/{id}")),
            CorrectionSubject::Word(anchor) => {
                is_at(shared, id, anchor, correction.new_text.as_deref())?
                    .then(|| correction_address((id, anchor.page_number), anchor.word_index))
            }
        };
        let is_unplaced = unplaced
            .iter()
            .any(|it| it.correction_id == correction.correction_id);
        lines.push(Line {
            correction,
            is_unplaced,
            again,
        });
    }
    Ok(lines)
}

/// Whether what was set still stands at its index; of several words, the first.
fn is_at(
    shared: &Shared,
    id: i64,
    anchor: &WordAnchor,
    text: Option<&str>,
) -> Result<bool, ApiError> {
    let first = text.unwrap_or_default().split_whitespace().next();
    let page = shared.archive.page(id, anchor.page_number)?;
    Ok(page
        .as_ref()
        .and_then(|page| word_at(page, anchor.word_index))
        .is_some_and(|it| it.word.text == first.unwrap_or_default()))
}

pub(super) async fn history(
    State(app): State<App>,
    Path(id): Path<String>,
    visit: Visit,
) -> ApiResult {
    let id = document_id(&id)?;
    let (document, lines) = in_work(&app, move |shared| {
        Ok((shared.archive.document(id)?, lines(shared, id)?))
    })
    .await?;
    let title = visit.say("Lịch sử sửa", "History of corrections");
    let frame = Frame {
        title,
        section: None,
        has_search: true,
    };
    let labels = [
        visit.say("Thời gian", "When"),
        visit.say("Người sửa", "Who"),
        visit.say("Vị trí", "Where"),
        visit.say("Trước", "Before"),
        visit.say("Sau", "After"),
    ];
    let body = html! {
        h1 { (title) }
        p {
            a href=(format!("/van-ban/{id}")) {
                (document.fields.number.as_deref().unwrap_or(&document.file_name))
            }
        }
        @if lines.is_empty() {
            p.empty { (visit.say("Chưa ai sửa gì ở văn bản này.", "Nobody has corrected this paper.")) }
        } @else {
            div.scrolled tabindex="0" role="region" aria-label=(title) {
                table.rows-as-cards {
                    thead { tr { @for label in labels { th scope="col" { (label) } } } }
                    tbody { @for line in &lines { (row(&visit, line, &labels)) } }
                }
            }
        }
    };
    Ok(page(&visit, StatusCode::OK, &frame, &body))
}

fn row(visit: &Visit, line: &Line, labels: &[&str; 5]) -> Markup {
    let correction = &line.correction;
    let shown = |text: &Option<String>| match (text.as_deref(), &correction.subject) {
        (None | Some(""), _) => "–".to_owned(),
        (Some(text), CorrectionSubject::Field(field)) => shown_value(*field, text),
        (Some(text), CorrectionSubject::Word(_)) => text.to_owned(),
    };
    html! {
        tr {
            td data-label=(labels[0]) { (moment(&correction.made_at)) }
            td data-label=(labels[1]) { (who(visit, &correction.made_by)) }
            td data-label=(labels[2]) {
                @match &correction.subject {
                    CorrectionSubject::Field(field) => (subject_name(visit, *field)),
                    CorrectionSubject::Word(anchor) => {
                        a href=(format!("/van-ban/{}?trang={}", correction.document_id, anchor.page_number)) {
                            (visit.say("trang ", "page ")) (anchor.page_number)
                        }
                    }
                }
                @if line.is_unplaced {
                    " " span.doubt {
                        (visit.say("không còn chữ này ở lần đọc mới", "not found in the new reading"))
                    }
                }
            }
            td data-label=(labels[3]) { (shown(&correction.old_text)) }
            td data-label=(labels[4]) {
                @if correction.is_acceptance() {
                    (visit.say("nhận là đúng", "found right"))
                } @else { (shown(&correction.new_text)) }
                @if visit.may(Role::Archivist) && let Some(again) = &line.again {
                    " " a href=(again) { (visit.say("Sửa lại", "Correct again")) }
                }
            }
        }
    }
}
