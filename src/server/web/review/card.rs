//! The fields of a paper, set by hand: one form, of which what was changed is
//! stored.

use super::{frame, note, told};
use crate::archive::{ArchivePlace, Document, RecordField};
use crate::review::{ReviewError, check_field, correct_field};
use crate::server::access::{CheckedForm, REVIEW};
use crate::server::api::document_id;
use crate::server::error::ApiError;
use crate::server::shared::{Shared, in_work, index_soon};
use crate::server::web::history::{place_text, subject_name};
use crate::server::web::language::{Language, day};
use crate::server::web::layout::page;
use crate::server::web::login::{form_token, refusal, success};
use crate::server::web::visit::{Visit, address};
use crate::server::{ApiResult, App};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

/// As wide as on the paper's own page, so that a browser has it already.
const PICTURE_WIDTH_PX: u32 = 1_400;
/// How the log names the place in the store.
pub(in crate::server::web) const STORE: &str = "store";
/// Letters of a part of a place in the store.
const MAX_PLACE_LETTERS: usize = 200;

/// What the form showed of a field, so that only what a person changed is stored.
fn shown_name(name: &str) -> String {
    format!("truoc-{name}")
}

/// The parts of a place in the store: their names in the form, and for people.
fn place_parts(
    visit: &Visit,
    place: &ArchivePlace,
) -> [(&'static str, &'static str, Option<String>); 5] {
    let part = |part: &Option<String>| part.clone();
    [
        ("phong", visit.say("Phông", "Fonds"), part(&place.fonds)),
        (
            "muc-luc",
            visit.say("Mục lục", "Register"),
            part(&place.register),
        ),
        ("hop", visit.say("Hộp", "Box"), part(&place.box_number)),
        ("ho-so", visit.say("Hồ sơ", "Dossier"), part(&place.dossier)),
        ("to", visit.say("Tờ", "Sheet"), part(&place.sheet)),
    ]
}

/// What was typed and could not be stored, and why.
#[derive(Default)]
struct Rejected {
    typed: Vec<(String, String)>,
    wrong: Vec<(RecordField, String)>,
    told: Vec<String>,
}

impl Rejected {
    fn typed(&self, name: &str) -> Option<&str> {
        let mut typed = self.typed.iter();
        typed
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    fn why(&self, field: RecordField) -> Option<&str> {
        let mut wrong = self.wrong.iter();
        wrong
            .find(|(known, _)| *known == field)
            .map(|(_, why)| why.as_str())
    }
}

pub(in crate::server::web) async fn card(
    State(app): State<App>,
    Path(id): Path<String>,
    visit: Visit,
) -> ApiResult {
    card_page(app, &visit, document_id(&id)?, &Rejected::default()).await
}

async fn card_page(app: App, visit: &Visit, id: i64, rejected: &Rejected) -> ApiResult {
    let (document, record, place) = in_work(&app, move |shared| {
        let document = shared.archive.document(id)?;
        let record = shared.archive.record(id)?;
        let place = shared.archive.place(id)?.unwrap_or_default();
        Ok((document, record.unwrap_or_default(), place))
    })
    .await?;
    let title = visit.say("Sửa thông tin văn bản", "Set the paper's fields");
    let is_rejected = !rejected.told.is_empty() || !rejected.wrong.is_empty();
    let status = match is_rejected {
        true => StatusCode::UNPROCESSABLE_ENTITY,
        false => StatusCode::OK,
    };
    let set: Vec<&str> = record["document"]["corrected_fields"]
        .as_array()
        .map(|names| names.iter().filter_map(serde_json::Value::as_str).collect())
        .unwrap_or_default();
    let first_doubt = RecordField::ALL
        .into_iter()
        .find(|field| is_doubtful(&document, *field));
    let save = html! {
        button type="submit" { (visit.say("Lưu tất cả", "Save all")) }
    };
    let body = html! {
        h1 { (title) }
        p {
            a href=(format!("/van-ban/{id}")) {
                (document.fields.number.as_deref().unwrap_or(&document.file_name))
            }
            " · "
            a href=(format!("/van-ban/{id}/lich-su")) { (visit.say("Lịch sử", "History")) }
        }
        @if is_rejected {
            (refusal(Some(visit.say("Chưa lưu gì. Xin xem lại các mục sau.", "Nothing is stored yet. Look at these again."))))
            ul { @for told in &rejected.told { li { (told) } }
                @for (field, why) in &rejected.wrong { li { (subject_name(visit, *field)) ": " (why) } } }
        } @else if let Some(count) = visit.param("luu").and_then(|count| count.parse::<u64>().ok()) {
            (success(&match count {
                0 => visit.say("Không có gì thay đổi.", "Nothing was changed.").to_owned(),
                count => visit.say(format!("Đã lưu {count} mục."), format!("{count} stored.")),
            }))
        }
        div.card-and-paper {
            form.card-forms method="post" action=(format!("{REVIEW}/{id}")) {
                (form_token(visit.visitor()?))
                // The first button: what Enter means in any of the fields.
                div.card-save { (save) }
                @for field in RecordField::ALL {
                    (field_row(visit, &document, field, rejected, Row {
                        is_set: set.contains(&field.as_str()),
                        is_first_doubt: first_doubt == Some(field),
                    }))
                }
                fieldset.card-place {
                    legend { (visit.say("Nơi lưu bản giấy", "Where the paper is kept")) }
                    @for (name, label, value) in place_parts(visit, &place) {
                        @let value = value.unwrap_or_default();
                        div {
                            label for=(name) { (label) }
                            input type="hidden" name=(shown_name(name)) value=(value);
                            input #(name) type="text" name=(name) maxlength=(MAX_PLACE_LETTERS)
                                autocomplete="off" value=(rejected.typed(name).unwrap_or(&value));
                        }
                    }
                }
                div.card-save { (save) }
                p.hint {
                    (visit.say(
                        "Để trống: trên giấy không có. Chỉ những mục đã sửa được lưu. “Đúng” xác nhận giá trị đang có.",
                        "Leave empty what the paper does not show. Only what was changed is stored. “Right” says that a value is right as it is.",
                    ))
                }
            }
            (pictures(visit, &document))
        }
    };
    Ok(page(visit, status, &frame(title), &body))
}

fn is_doubtful(document: &Document, field: RecordField) -> bool {
    match field {
        RecordField::Number => document.fields.number_doubtful,
        RecordField::Issued => document.fields.issued_doubtful,
        _ => false,
    }
}

struct Row {
    /// Somebody has set it.
    is_set: bool,
    is_first_doubt: bool,
}

fn field_row(
    visit: &Visit,
    document: &Document,
    field: RecordField,
    rejected: &Rejected,
    row: Row,
) -> Markup {
    let name = field.as_str();
    let shown = value_of(document, field);
    let value = rejected.typed(name).unwrap_or(&shown);
    let is_doubtful = is_doubtful(document, field);
    let why = rejected.why(field);
    let why_id = format!("{name}-sai");
    html! {
        div {
            label for=(name) {
                (subject_name(visit, field)) " "
                @if is_doubtful { span.doubt { (visit.say("cần xem lại", "in doubt")) } }
                @if row.is_set {
                    span.set-by-hand { (visit.say("đã sửa tay", "set by hand")) }
                }
            }
            input type="hidden" name=(shown_name(name)) value=(shown);
            div.review-field {
                @if field == RecordField::Secrecy {
                    (secrecy_choice(visit, value))
                } @else {
                    input #(name) type="text" name=(name) value=(value)
                        maxlength="2000" autocomplete="off" autofocus[row.is_first_doubt]
                        aria-invalid=[why.map(|_| "true")] aria-describedby=[why.map(|_| &why_id)];
                }
                @if is_doubtful {
                    button.plain type="submit" name="nhan" value=(name)
                        aria-label=(format!("{}: {}", subject_name(visit, field), visit.say("đúng như đang có", "right as it is"))) {
                        (visit.say("Đúng", "Right"))
                    }
                }
            }
            @if let Some(why) = why { p.field-error #(why_id) { (why) } }
            @if field == RecordField::Secrecy {
                p.hint #do-mat-la {
                    (visit.say(
                        "Văn bản có độ mật thì người đọc không thấy nữa, ngay khi lưu.",
                        "Readers no longer see a paper with a degree of secrecy, as soon as it is stored.",
                    ))
                }
            }
        }
    }
}

fn secrecy_choice(visit: &Visit, value: &str) -> Markup {
    let degrees = [
        ("", visit.say("Không", "None")),
        ("MẬT", "Mật"),
        ("TỐI MẬT", "Tối mật"),
        ("TUYỆT MẬT", "Tuyệt mật"),
    ];
    let is_known = degrees.iter().any(|(degree, _)| *degree == value);
    html! {
        select #(RecordField::Secrecy.as_str()) name=(RecordField::Secrecy.as_str())
            aria-describedby="do-mat-la" {
            @for (degree, name) in degrees {
                option value=(degree) selected[degree == value] { (name) }
            }
            @if !is_known { option value=(value) selected { (value) } }
        }
    }
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

/// Whether a person changed a field of the form; fields that were not sent were
/// not.
fn is_changed(form: &CheckedForm, name: &str) -> bool {
    form.has(name) && form.text(name).trim() != form.text(&shown_name(name)).trim()
}

pub(in crate::server::web) async fn set_card(
    State(app): State<App>,
    Path(id): Path<String>,
    visit: Visit,
    form: CheckedForm,
) -> ApiResult {
    let id = document_id(&id)?;
    let confirmed = form.text("nhan").to_owned();
    let changes: Vec<(RecordField, String)> = RecordField::ALL
        .into_iter()
        .filter(|field| is_changed(&form, field.as_str()) || field.as_str() == confirmed)
        .map(|field| (field, form.text(field.as_str()).to_owned()))
        .collect();
    let mut rejected = Rejected::default();
    for (field, value) in &changes {
        if let Err(error) = check_field(*field, value) {
            rejected.wrong.push((*field, told(visit.language, error)?));
        }
    }
    let place = changed_place(&visit, &form);
    if !rejected.wrong.is_empty() {
        rejected.typed = form.fields().to_vec();
        return card_page(app, &visit, id, &rejected).await;
    }
    let visitor = form.visitor.clone();
    let stored = in_work(&app, move |shared| {
        let mut n_stored = 0;
        for (field, value) in changes {
            match correct_field(&shared.archive, id, field, &value, visitor.name()) {
                Ok(correction) => note(shared, &visitor, id, &correction),
                Err(error) => return Ok(Err(error)),
            }
            n_stored += 1;
        }
        if let Some(changed) = place {
            n_stored += store_place(shared, &visitor, id, changed)?;
        }
        Ok(Ok::<_, ReviewError>(n_stored))
    })
    .await?;
    match stored {
        Ok(n_stored) => {
            index_soon(&app);
            let count = n_stored.to_string();
            let target = address(&format!("{REVIEW}/{id}"), [("luu", count.as_str())]);
            Ok(Redirect::to(&target).into_response())
        }
        Err(error) => {
            rejected.told.push(told(visit.language, error)?);
            rejected.typed = form.fields().to_vec();
            card_page(app, &visit, id, &rejected).await
        }
    }
}

/// The parts of a place that a person changed, by their names in the form.
fn changed_place(visit: &Visit, form: &CheckedForm) -> Option<Vec<(&'static str, Option<String>)>> {
    let parts = place_parts(visit, &ArchivePlace::default());
    let changed: Vec<(&'static str, Option<String>)> = parts
        .into_iter()
        .filter(|(name, ..)| is_changed(form, name))
        .map(|(name, ..)| {
            let words: Vec<&str> = form.text(name).split_whitespace().collect();
            let typed = words.join(" ");
            let letters = typed.chars().filter(|it| !it.is_control());
            let value: String = letters.take(MAX_PLACE_LETTERS).collect();
            (name, (!value.is_empty()).then_some(value))
        })
        .collect();
    (!changed.is_empty()).then_some(changed)
}

/// Stores what was changed of a place; the other parts stay. Gives how many.
fn store_place(
    shared: &Shared,
    visitor: &crate::server::access::Visitor,
    id: i64,
    changed: Vec<(&'static str, Option<String>)>,
) -> Result<usize, ApiError> {
    // There must be such a paper.
    shared.archive.document(id)?;
    let old = shared.archive.place(id)?.unwrap_or_default();
    let mut place = old.clone();
    let n_changed = changed.len();
    for (name, value) in changed {
        let part = match name {
            "phong" => &mut place.fonds,
            "muc-luc" => &mut place.register,
            "hop" => &mut place.box_number,
            "ho-so" => &mut place.dossier,
            _ => &mut place.sheet,
        };
        *part = value;
    }
    shared.archive.set_place(id, &place)?;
    let told = |place: &ArchivePlace| place_text(Language::Vietnamese, place);
    let detail = format!("{STORE}: {} → {}", told(&old), told(&place));
    shared
        .access
        .note(visitor, "correct", Some(id), Some(detail));
    Ok(n_changed)
}
