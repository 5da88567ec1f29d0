//! The pages: thumbnails, the picture with the words marked, the text beside it.

use super::Opened;
use super::words::PageWords;
use crate::access::Role;
use crate::archive::PageState;
use crate::geometry::BoundingBox;
use crate::server::web::reasons;
use crate::server::web::visit::Visit;
use maud::{Markup, html};
use serde_json::Value;

/// How wide the picture of the page is drawn: sharp on a screen of twice the
/// density, and print of 8 points can be read.
const PICTURE_WIDTH_PX: u32 = 1_400;
/// Drawn for who wants to see single strokes.
const LARGE_WIDTH_PX: u32 = 2_400;
/// Thumbnails are shown half as wide.
const THUMBNAIL_WIDTH_PX: u32 = 180;

pub(super) fn viewer(visit: &Visit, opened: &Opened) -> Markup {
    let id = opened.document.document_id;
    let here = opened.page_number;
    let count = opened.page_count();
    let mut words = opened
        .words
        .as_ref()
        .map(|page| PageWords::new(page, &opened.marked));
    if let (Some(words), Some(name)) = (&mut words, visit.param("tu")) {
        words.mark(name);
    }
    // Large, the picture takes the width of the window and the text stands below.
    let is_enlarged = visit.param("xem") == Some("lon");
    let may_correct = visit.may(Role::Archivist);
    let item_boxes = visit
        .param("muc")
        .and_then(|name| item_boxes(opened.record.as_ref()?, name, here))
        .unwrap_or_default();
    if let Some(words) = &mut words {
        words.mark_item(&item_boxes);
    }
    let to = |page: u32| {
        visit.here_with(&[
            ("trang", Some(&page.to_string())),
            ("tu", None),
            ("muc", None),
        ])
    };
    html! {
        section.viewer.enlarged[is_enlarged] #trang aria-label=(visit.say("Các trang", "Pages")) {
            @if count > 1 {
                nav.thumbnails aria-label=(visit.say("Trang thu nhỏ", "Thumbnails")) tabindex="0" {
                    ol {
                        @for page in 1..=count {
                            li {
                                a href={ (to(page)) "#trang" }
                                    aria-current=[(page == here).then_some("page")]
                                    aria-label=(visit.say(format!("Trang {page}"), format!("Page {page}"))) {
                                    img src={ "/api/documents/" (id) "/pages/" (page) "/image?width=" (THUMBNAIL_WIDTH_PX) }
                                        alt="" loading="lazy" width="90" height="127";
                                    span aria-hidden="true" { (page) }
                                }
                            }
                        }
                    }
                }
            }
            div.page-picture {
                div.page-bar {
                    @if here > 1 {
                        a rel="prev" href={ (to(here - 1)) "#trang" }
                            aria-label=(visit.say("Trang trước", "Previous page")) { "←" }
                    }
                    span { (visit.say("Trang ", "Page ")) (here) " / " (count) }
                    @if here < count {
                        a rel="next" href={ (to(here + 1)) "#trang" }
                            aria-label=(visit.say("Trang sau", "Next page")) { "→" }
                    }
                    @if let Some(words) = &words {
                        @if words.n_marked() > 0 {
                            span.marked-count {
                                (visit.say(
                                    format!("{} từ được đánh dấu", words.n_marked()),
                                    format!("{} words marked", words.n_marked()),
                                ))
                            }
                        } @else if visit.param("q").is_some() {
                            span.marked-count {
                                (visit.say(
                                    "Trang này không có từ đang tìm",
                                    "No word looked for on this page",
                                ))
                            }
                        }
                    }
                    a.full-picture href={ (visit.here_with(&[("xem", (!is_enlarged).then_some("lon"))])) "#trang" } {
                        @if is_enlarged { (visit.say("Thu nhỏ ảnh", "Smaller picture")) }
                        @else { (visit.say("Phóng to ảnh", "Larger picture")) }
                    }
                }
                div.picture-frame tabindex=[is_enlarged.then_some("0")] role=[is_enlarged.then_some("group")]
                    aria-label=[is_enlarged.then(|| visit.say("Ảnh phóng to", "Large picture"))] {
                figure.picture data-picture {
                    img src={ "/api/documents/" (id) "/pages/" (here) "/image?width=" (if is_enlarged { LARGE_WIDTH_PX } else { PICTURE_WIDTH_PX }) }
                        alt=(visit.say(format!("Ảnh trang {here}"), format!("Picture of page {here}")))
                        width=[opened.words.as_ref().map(|page| page.width_px).filter(|it| *it > 0)]
                        height=[opened.words.as_ref().map(|page| page.height_px).filter(|it| *it > 0)];
                    @if let Some(words) = &words { (words.overlay(visit, &item_boxes)) }
                }
                }
            }
            div.page-words {
                h2 { (visit.say("Nội dung trang", "Text of the page")) }
                @match &words {
                    Some(words) => {
                        p.legend {
                            ins.changed { (visit.say("từ được phục hồi", "restored word")) }
                            " "
                            span.doubtful { (visit.say("đọc chưa chắc", "uncertain")) }
                            " · "
                            (visit.say(
                                "bấm vào một chữ để thấy nó trên ảnh; địa chỉ trang khi đó dẫn đến chữ ấy",
                                "click a word to see it on the picture; the address then leads to that word",
                            ))
                        }
                        @if may_correct {
                            p.hint {
                                (visit.say(
                                    "Bấm vào chữ gạch chân, hoặc bấm đúp vào bất kỳ chữ nào, để sửa.",
                                    "Click an underlined word, or double-click any word, to correct it.",
                                ))
                            }
                        }
                        (words.text(visit, may_correct.then_some(id)))
                    }
                    None => { (unread(visit, opened)) }
                }
            }
        }
    }
}

/// Why a page has no words.
fn unread(visit: &Visit, opened: &Opened) -> Markup {
    let here = opened.page_number;
    let row = opened.pages.iter().find(|row| row.page_number == here);
    let failure = opened
        .failures
        .iter()
        .find(|failure| failure.page_number.is_none_or(|page| page == here));
    html! {
        div.empty {
            p {
                @if row.is_some_and(|row| row.state == PageState::Failed) || failure.is_some() {
                    (visit.say("Không đọc được trang này.", "This page could not be read."))
                } @else {
                    (visit.say("Trang này chưa được đọc.", "This page has not been read yet."))
                }
            }
            @if let Some(failure) = failure { p.reason { (reasons::reason(visit.language, failure)) ". " (reasons::advice(visit.language, failure)) } }
        }
    }
}

/// The boxes of an item of the record on a page, as an address names it:
/// `targets.3`, counted from 0.
fn item_boxes(record: &Value, name: &str, page: u32) -> Option<Vec<BoundingBox>> {
    let (list, index) = name.split_once('.')?;
    let item = record.get(list)?.get(index.parse::<usize>().ok()?)?;
    if item["page"].as_u64() != Some(u64::from(page)) {
        return None;
    }
    serde_json::from_value(item["boxes"].clone()).ok()
}
