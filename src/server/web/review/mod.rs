//! The review queue: words that were read with doubt, one after the other, the
//! worst page first ([`word`]); the fields of a paper ([`card`]); the list of what
//! is left ([`overview`]); and what could not be read or is there twice
//! ([`trouble`]).

mod card;
mod overview;
mod trouble;
mod word;

pub(super) use card::{STORE, card, set_card};
pub(super) use overview::overview;
pub(super) use trouble::{duplicates, failures, links, paper_link, same_papers};
pub(super) use word::{correction_address, decide, word};

use super::language::Language;
use super::layout::{Frame, Section};
use super::visit::Visit;
use crate::archive::{Correction, CorrectionSubject, DoubtedPages};
use crate::review::ReviewError;
use crate::server::access::{REVIEW, Visitor};
use crate::server::error::ApiError;
use crate::server::shared::Shared;
use maud::{Markup, html};

/// What could not be read.
pub(super) const FAILURES: &str = "/ra-soat/hong";
/// What seems to be there twice.
pub(super) const DUPLICATES: &str = "/ra-soat/trung";

/// Pages of the queue that are looked up; the rest follows when these are done.
const LISTED_PAGES: u32 = 50;

fn frame(title: &str) -> Frame<'_> {
    Frame {
        title,
        section: Some(Section::Review),
        has_search: false,
    }
}

/// What went wrong, as people read it.
fn told(language: Language, error: ReviewError) -> Result<String, ApiError> {
    Ok(match error {
        ReviewError::Archive(error) => return Err(error.into()),
        ReviewError::OtherWord => language
            .say(
                "Chữ này vừa được người khác sửa hoặc trang vừa được đọc lại. Xin xem lại.",
                "Somebody else has just changed this word, or the page was read again. Look again.",
            )
            .to_owned(),
        ReviewError::WrongText(max) => language.say(
            format!("Nội dung dài quá {max} ký tự hoặc có ký tự không in được."),
            format!("The text has more than {max} letters, or some that cannot be printed."),
        ),
        ReviewError::WrongDay(day) => language.say(
            format!("“{day}” không phải là ngày; hãy gõ như 02/03/2023."),
            format!("“{day}” is no day; write it like 02/03/2023."),
        ),
        ReviewError::WrongSecrecy(degree) => language.say(
            format!("“{degree}” không phải là độ mật; chỉ có MẬT, TỐI MẬT, TUYỆT MẬT."),
            format!("“{degree}” is no degree of secrecy; they are MẬT, TỐI MẬT, TUYỆT MẬT."),
        ),
        ReviewError::NotRead => language
            .say(
                "Văn bản này chưa đọc xong.",
                "This paper is not read to its end.",
            )
            .to_owned(),
        error => return Err(ApiError::internal(&error)),
    })
}

fn progress(visit: &Visit, pages: &DoubtedPages, n_decided: u64) -> Markup {
    let count = |number| visit.language.count(number);
    html! {
        p.progress-line {
            (visit.say(
                format!(
                    "Còn {} chữ trên {} trang; đã quyết định {}.",
                    count(pages.n_words), count(pages.n_pages), count(n_decided)
                ),
                format!(
                    "{} words on {} pages are left; {} are decided.",
                    count(pages.n_words), count(pages.n_pages), count(n_decided)
                ),
            ))
        }
        progress max=(pages.n_words + n_decided) value=(n_decided)
            aria-label=(visit.say("Tiến độ", "Progress")) {}
    }
}

/// The address of a page in the queue, or of one word on it.
fn place(document_id: i64, page_number: u32, word_index: Option<u32>) -> String {
    match word_index {
        Some(word_index) => format!("{REVIEW}/{document_id}/{page_number}?tu={word_index}"),
        None => format!("{REVIEW}/{document_id}/{page_number}"),
    }
}

fn note(shared: &Shared, visitor: &Visitor, id: i64, correction: &Correction) {
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".to_owned());
    // In stable words; the log tells them in the reader's language.
    let subject = match &correction.subject {
        CorrectionSubject::Field(field) => field.as_str().to_owned(),
        CorrectionSubject::Word(anchor) => format!("page {}", anchor.page_number),
    };
    let detail = format!(
        "{subject}: {} → {}",
        text(&correction.old_text),
        text(&correction.new_text)
    );
    shared
        .access
        .note(visitor, "correct", Some(id), Some(detail));
}
