//! The record of a paper as a registry card.

use super::{Opened, capitalised};
use crate::server::web::history::place_text;
use crate::server::web::hits::{self, DOUBTED_BELOW, doubt, paper_address};
use crate::server::web::language::{bytes, day};
use crate::server::web::targets::quantity;
use crate::server::web::visit::{Visit, address};
use maud::{Markup, html};
use serde_json::Value;

/// The few fields a paper is known by, on one line.
pub(super) fn summary(visit: &Visit, opened: &Opened) -> Markup {
    let fields = &opened.document.fields;
    let head = opened.record.as_ref().map(|record| &record["document"]);
    let stamp = |name: &str| head.and_then(|head| head[name].as_str());
    html! {
        p.hit-head {
            @if let Some(kind) = &fields.document_type { span.kind { (kind) } }
            (hits::number(visit, fields.number.as_deref(), fields.sign.as_deref(), fields.number_doubtful))
            (hits::issued(visit, fields.issued.as_deref(), fields.issued_partial.as_deref(), fields.issued_doubtful))
            @if let Some(issuer) = &fields.issuer {
                a href=(address("/", [("coquan", hits::narrowing("coquan", issuer).as_str())])) { (issuer) }
            }
            @if let Some(signer) = &fields.signer_name { span { (signer) } }
            @for name in ["urgency", "secrecy"] {
                @if let Some(stamp) = stamp(name) { strong.stamp { (stamp) } }
            }
        }
    }
}

/// The whole card; fields the paper does not show are told as such where an
/// office would ask for them, and left out elsewhere.
pub(super) fn card(visit: &Visit, opened: &Opened) -> Markup {
    let document = &opened.document;
    let fields = &document.fields;
    let record = opened.record.as_ref().unwrap_or(&Value::Null);
    let head = &record["document"];
    html! {
        dl.fields {
            (field(visit, visit.say("Số, ký hiệu", "Number"), (fields.number.is_some() || fields.sign.is_some()).then(|| {
                hits::number(visit, fields.number.as_deref(), fields.sign.as_deref(), fields.number_doubtful)
            })))
            (field(visit, visit.say("Ngày ban hành", "Day of issue"), (fields.issued.is_some() || fields.issued_partial.is_some()).then(|| {
                hits::issued(visit, fields.issued.as_deref(), fields.issued_partial.as_deref(), fields.issued_doubtful)
            })))
            (field(visit, visit.say("Loại văn bản", "Type"),
                fields.document_type.as_deref().map(|kind| html! { (capitalised(kind)) })))
            (field(visit, visit.say("Cơ quan ban hành", "Issuer"), plain(fields.issuer.as_deref())))
            (optional(visit.say("Cơ quan chủ quản", "Parent body"), plain(fields.issuer_parent.as_deref())))
            (optional(visit.say("Địa danh", "Place"), plain(fields.place.as_deref())))
            (field(visit, visit.say("Trích yếu", "Subject"), plain(fields.subject.as_deref())))
            (field(visit, visit.say("Người ký", "Signer"), signer(visit, opened)))
            (optional(visit.say("Độ khẩn", "Urgency"), plain(head["urgency"].as_str())))
            (optional(visit.say("Độ mật", "Secrecy"), plain(head["secrecy"].as_str())))
            (optional(visit.say("Kính gửi", "To"), list(&head["addressees"])))
            (optional(visit.say("Nơi nhận", "Copies to"), list(&head["recipients"])))
            (optional(visit.say("Thời hạn", "Deadlines"), items(visit, record, "deadlines", |item| {
                let value = item["value"].as_str().map(day);
                html! {
                    (item["text"].as_str().unwrap_or_default())
                    @if let Some(value) = value { " → " strong { (value) } }
                }
            })))
            (optional(visit.say("Thời hạn định kỳ", "Recurring"), items(visit, record, "recurring_deadlines", text)))
            (optional(visit.say("Giai đoạn", "Periods"), items(visit, record, "periods", |item| html! {
                (item["text"].as_str().unwrap_or_default())
            })))
            (optional(visit.say("Chỉ tiêu", "Targets"), targets(visit, record, "target")))
            (optional(visit.say("Kết quả", "Results"), targets(visit, record, "result")))
            (optional(visit.say("Số liệu không khớp", "Inconsistent figures"), items(visit, record, "inconsistencies", text)))
            (optional(visit.say("Tệp gốc", "Original file"), Some(html! {
                (document.file_name) " · " (bytes(visit.language, document.byte_length))
                " · "
                @if let Some(pages) = document.pages_in_file() {
                    (visit.say("trang ", "pages ")) (pages.start()) "–" (pages.end())
                    (visit.say(" của tệp", " of the file"))
                } @else {
                    (opened.page_count()) (visit.say(" trang", " pages"))
                }
            })))
            (optional(visit.say("Nơi lưu", "Kept at"), (!opened.place.is_empty()).then(|| html! {
                (place_text(visit.language, &opened.place))
            })))
            (optional(visit.say("Nhập vào kho", "Imported"), document.imported_at.get(..10).map(|it| html! { (day(it)) })))
            (optional("SHA-256", Some(html! { code.hash { (document.sha256) } })))
        }
    }
}

fn signer(visit: &Visit, opened: &Opened) -> Option<Markup> {
    let fields = &opened.document.fields;
    let parts = [
        &fields.signer_authority,
        &fields.signer_position,
        &fields.signer_name,
    ];
    let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
    let record = opened.record.as_ref();
    let is_doubtful = record
        .and_then(|record| record["document"]["signer_doubtful"].as_bool())
        .unwrap_or(false);
    (!parts.is_empty()).then(|| html! { (parts.join(", ")) (doubt(visit, is_doubtful)) })
}

fn plain(value: Option<&str>) -> Option<Markup> {
    value.map(|value| html! { (value) })
}

fn text(item: &Value) -> Markup {
    html! { (item["text"].as_str().unwrap_or_default()) }
}

fn list(values: &Value) -> Option<Markup> {
    let values = values.as_array().filter(|values| !values.is_empty())?;
    Some(html! {
        ul { @for value in values { li { (value.as_str().unwrap_or_default()) } } }
    })
}

/// Figures that are to be reached, or that were.
fn targets(visit: &Visit, record: &Value, kind: &str) -> Option<Markup> {
    items_where(
        visit,
        record,
        "targets",
        |item| item["kind"] == kind,
        |item| {
            html! {
                (item["indicator"].as_str().unwrap_or_default()) ": "
                strong { (quantity(visit, item)) }
                (doubt(visit, item["confidence"].as_f64().is_some_and(|it| it < DOUBTED_BELOW)))
            }
        },
    )
}

/// Items of the record, each with a link to where it stands.
fn items(
    visit: &Visit,
    record: &Value,
    name: &str,
    show: impl Fn(&Value) -> Markup,
) -> Option<Markup> {
    items_where(visit, record, name, |_| true, show)
}

fn items_where(
    visit: &Visit,
    record: &Value,
    name: &str,
    is_wanted: impl Fn(&Value) -> bool,
    show: impl Fn(&Value) -> Markup,
) -> Option<Markup> {
    let items = record[name].as_array()?.iter().enumerate();
    let found: Vec<(usize, &Value)> = items.filter(|(_, item)| is_wanted(item)).collect();
    if found.is_empty() {
        return None;
    }
    Some(html! {
        ul {
            @for (index, item) in found {
                li {
                    (show(item))
                    @if let Some(page) = item["page"].as_u64() {
                        " " (place(visit, page, name, index))
                    }
                }
            }
        }
    })
}

/// Leads to an item of the record, on its page and marked there; the words that
/// are looked for stay marked.
pub(super) fn place(visit: &Visit, page: u64, list: &str, index: usize) -> Markup {
    let (number, item) = (page.to_string(), format!("{list}.{index}"));
    let address = visit.here_with(&[("trang", Some(&number)), ("muc", Some(&item)), ("tu", None)]);
    html! {
        a.place href={ (address) "#trang" } { (visit.say("tr. ", "p. ")) (page) }
    }
}

/// The address of an item of the record of any paper, as [`place`].
pub(in crate::server::web) fn item_address(id: i64, page: u64, list: &str, index: usize) -> String {
    let paper = paper_address(id, None);
    let (page, item) = (page.to_string(), format!("{list}.{index}"));
    let address = address(&paper, [("trang", page.as_str()), ("muc", item.as_str())]);
    format!("{address}#trang")
}

fn field(visit: &Visit, label: &str, value: Option<Markup>) -> Markup {
    html! {
        div {
            dt { (label) }
            dd {
                @match value {
                    Some(value) => (value),
                    None => span.missing { (visit.say("không đọc được trên văn bản", "not shown or not read")) },
                }
            }
        }
    }
}

fn optional(label: &str, value: Option<Markup>) -> Markup {
    html! {
        @if let Some(value) = value {
            div { dt { (label) } dd { (value) } }
        }
    }
}
