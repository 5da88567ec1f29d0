//! The fields of a paper, set by hand.

use super::{frame, note, told};
use crate::archive::{Document, RecordField};
use crate::review::correct_field;
use crate::server::access::{CheckedForm, REVIEW};
use crate::server::api::document_id;
use crate::server::error::ApiError;
use crate::server::shared::{in_work, index_soon};
use crate::server::web::history::subject_name;
use crate::server::web::language::day;
use crate::server::web::layout::page;
use crate::server::web::login::{form_token, refusal};
use crate::server::web::visit::Visit;
use crate::server::{ApiResult, App};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

/// As wide as on the paper's own page, so that a browser has it already.
const PICTURE_WIDTH_PX: u32 = 1_400;

pub(in crate::server::web) async fn card(
    State(app): State<App>,
    Path(id): Path<String>,
    visit: Visit,
) -> ApiResult {
    card_page(app, &visit, document_id(&id)?, None).await
}

async fn card_page(app: App, visit: &Visit, id: i64, told: Option<String>) -> ApiResult {
    let (document, record) = in_work(&app, move |shared| {
        let document = shared.archive.document(id)?;
        let record = shared.archive.record(id)?;
        Ok((document, record.unwrap_or_default()))
    })
    .await?;
    let title = visit.say("Sửa thông tin văn bản", "Set the paper's fields");
    let token = form_token(visit.visitor()?);
    let status = match told {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let set: Vec<&str> = record["document"]["corrected_fields"]
        .as_array()
        .map(|names| names.iter().filter_map(serde_json::Value::as_str).collect())
        .unwrap_or_default();
    let body = html! {
        h1 { (title) }
        p {
            a href=(format!("/van-ban/{id}")) {
                (document.fields.number.as_deref().unwrap_or(&document.file_name))
            }
            " · "
            a href=(format!("/van-ban/{id}/lich-su")) { (visit.say("Lịch sử", "History")) }
        }
        (refusal(told.as_deref()))
        div.card-and-paper {
            div.card-forms {
                @for field in RecordField::ALL {
                    @let value = value_of(&document, field);
                    @let is_doubtful = match field {
                        RecordField::Number => document.fields.number_doubtful,
                        RecordField::Issued => document.fields.issued_doubtful,
                        _ => false,
                    };
                    form method="post" action=(format!("{REVIEW}/{id}")) {
                        (token)
                        input type="hidden" name="muc" value=(field.as_str());
                        label for=(field.as_str()) {
                            (subject_name(visit, field)) " "
                            @if is_doubtful { span.doubt { (visit.say("cần xem lại", "in doubt")) } }
                            @if set.contains(&field.as_str()) {
                                span.set-by-hand { (visit.say("đã sửa tay", "set by hand")) }
                            }
                        }
                        div.review-field {
                            input #(field.as_str()) type="text" name="gia_tri" value=(value)
                                maxlength="2000" autocomplete="off" autofocus[is_doubtful];
                            button.plain type="submit" { (visit.say("Nhận", "Accept")) }
                        }
                    }
                }
            }
            (pictures(visit, &document))
        }
        p.hint {
            (visit.say(
                "Để trống: trên giấy không có. Nhận giá trị đang có cũng là xác nhận nó đúng.",
                "Leave empty what the paper does not show. Accepting a value as it is says that it is right.",
            ))
        }
    };
    Ok(page(visit, status, &frame(title), &body))
}

/// The pages that the fields are printed on: the first, and the last with the
/// signature.
fn pictures(visit: &Visit, document: &Document) -> Markup {
    let last = document.page_count.unwrap_or(1).max(1);
    let pages = [1, last];
    let shown = if last == 1 { &pages[..1] } else { &pages[..] };
    html! {
        div.card-pictures {
            @for number in shown {
                a href=(format!("/van-ban/{}?trang={number}", document.document_id)) {
                    img loading="lazy"
                        src=(format!("/api/documents/{}/pages/{number}/image?width={PICTURE_WIDTH_PX}", document.document_id))
                        alt=(visit.say(format!("Ảnh trang {number}"), format!("Picture of page {number}")));
                }
            }
        }
    }
}

fn value_of(document: &Document, field: RecordField) -> String {
    let fields = &document.fields;
    let value = match field {
        RecordField::Type => &fields.document_type,
        RecordField::Number => &fields.number,
        RecordField::Issuer => &fields.issuer,
        RecordField::IssuerParent => &fields.issuer_parent,
        RecordField::Place => &fields.place,
        RecordField::Issued => {
            return fields.issued.as_deref().map(day).unwrap_or_default();
        }
        RecordField::Subject => &fields.subject,
        RecordField::Secrecy => &fields.secrecy,
        RecordField::SignerAuthority => &fields.signer_authority,
        RecordField::SignerPosition => &fields.signer_position,
        RecordField::SignerName => &fields.signer_name,
    };
    value.clone().unwrap_or_default()
}

pub(in crate::server::web) async fn set_field(
    State(app): State<App>,
    Path(id): Path<String>,
    visit: Visit,
    form: CheckedForm,
) -> ApiResult {
    let id = document_id(&id)?;
    let field = RecordField::from_name(form.text("muc"))
        .ok_or_else(|| ApiError::bad_request("wrong_form", "the form names no field"))?;
    let value = form.text("gia_tri").to_owned();
    let visitor = form.visitor;
    let done = in_work(&app, move |shared| {
        let made_by = visitor.name().to_owned();
        match correct_field(&shared.archive, id, field, &value, &made_by) {
            Ok(correction) => {
                note(shared, &visitor, id, &correction);
                Ok(Ok(()))
            }
            Err(error) => Ok(Err(error)),
        }
    })
    .await?;
    match done {
        Ok(()) => {
            index_soon(&app);
            Ok(Redirect::to(&format!("{REVIEW}/{id}")).into_response())
        }
        Err(error) => {
            let told = told(visit.language, error)?;
            card_page(app, &visit, id, Some(told)).await
        }
    }
}
