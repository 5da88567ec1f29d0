//! How a query was read, told to a person.

use super::language::Language;
use super::visit::{Visit, address};
use crate::index::QueryNote;
use maud::{Markup, html};

/// Whether a note is of no use to a person on this page.
fn is_hidden(note: &QueryNote) -> bool {
    matches!(note, QueryNote::Empty)
}

/// The notes of an answer; nothing where there are none.
pub(super) fn notes(visit: &Visit, notes: &[QueryNote]) -> Markup {
    let shown: Vec<&QueryNote> = notes.iter().filter(|note| !is_hidden(note)).collect();
    html! {
        @if !shown.is_empty() {
            ul.notes role="status" {
                @for note in shown { li { (note_text(visit, note)) } }
            }
        }
    }
}

fn note_text(visit: &Visit, note: &QueryNote) -> Markup {
    let search_for = |words: &str| address("/", [("q", words)]);
    let text = match note {
        QueryNote::Respelled { words } => {
            return html! {
                (visit.say(
                    "Không văn bản nào có các từ đã gõ. Đã tìm: ",
                    "No paper has the words as typed. Looked for: ",
                ))
                a href=(search_for(words)) { strong { (words) } }
            };
        }
        QueryNote::ReadAsTyped { method, words } => {
            return html! {
                (visit.say("Đọc theo kiểu gõ ", "Read as keystrokes of ")) (method.name()) ": "
                a href=(search_for(words)) { strong { (words) } }
            };
        }
        QueryNote::OtherNames { names } => {
            return html! {
                (visit.say(
                    "Tìm cả theo tên trước đây và sau này: ",
                    "Also found under earlier and later names: ",
                ))
                @for (index, name) in names.iter().enumerate() {
                    @if index > 0 { ", " }
                    strong { (name) }
                }
            };
        }
        QueryNote::ReadAsDays { words } => {
            return html! {
                "“" (words) "” "
                (visit.say("được hiểu là ngày ban hành", "was read as the day of issue"))
            };
        }
        QueryNote::Empty => visit.say("Chưa gõ gì để tìm.", "Nothing was typed.").to_owned(),
        QueryNote::TooLong { .. } => match visit.language {
            Language::Vietnamese => {
                "Câu tìm quá dài; chỉ đọc phần đầu.".to_owned()
            }
            Language::English => {
                "The query is too long; its beginning was read.".to_owned()
            }
        },
        QueryNote::TooManyWords => visit
            .say(
                "Câu tìm có quá nhiều từ; các từ cuối bị bỏ qua.",
                "The query has too many words; the last were left out.",
            )
            .to_owned(),
        QueryNote::PhraseTooLong => visit
            .say(
                "Cụm từ quá dài; chỉ tìm phần đầu.",
                "A phrase is too long; its beginning was looked for.",
            )
            .to_owned(),
        QueryNote::UnclosedQuote => visit
            .say(
                "Dấu ngoặc kép chưa đóng, đã bỏ qua.",
                "A quotation mark is not closed and was left out.",
            )
            .to_owned(),
        QueryNote::FieldWithoutValue => visit
            .say(
                "Có trường chưa ghi giá trị, đã bỏ qua.",
                "A field has no value and was left out.",
            )
            .to_owned(),
        QueryNote::NotADay => visit
            .say(
                "Không hiểu ngày đã gõ, đã bỏ qua. Có thể gõ 2023, 3/2023, 02/3/2023 hoặc 2021..2023.",
                "A date was not understood and left out; 2023, 3/2023, 02/3/2023 and 2021..2023 are.",
            )
            .to_owned(),
        QueryNote::PrefixWithoutWord => visit
            .say(
                "Dấu * phải đứng sau phần đầu của một từ.",
                "* needs the beginning of a word before it.",
            )
            .to_owned(),
        QueryNote::PrefixTooShort => visit
            .say(
                "Trước dấu * cần ít nhất hai chữ cái.",
                "* needs at least two letters before it.",
            )
            .to_owned(),
        QueryNote::OrWithoutWords => visit
            .say("OR cần từ ở cả hai bên.", "OR needs a word on each side.")
            .to_owned(),
        QueryNote::NearWithoutWords => visit
            .say("NEAR cần từ ở cả hai bên.", "NEAR needs words on each side.")
            .to_owned(),
        QueryNote::PhraseLoosened => visit
            .say(
                "Không trang nào có đúng cụm từ này; các trang dưới đây có đủ các từ.",
                "No page has the phrase; these pages have its words.",
            )
            .to_owned(),
        QueryNote::WordsLeftOut { n_found, n_words } => match visit.language {
            Language::Vietnamese => format!(
                "Không trang nào có đủ các từ; các trang dưới đây có ít nhất {n_found} trong {n_words}."
            ),
            Language::English => format!(
                "No page has all words; these pages have at least {n_found} of {n_words}."
            ),
        },
        QueryNote::IndexOutOfStep => visit
            .say(
                "Chỉ mục không khớp với kho; xin báo người quản trị chạy “vanthu reindex”.",
                "The index does not fit the archive; `vanthu reindex` mends it.",
            )
            .to_owned(),
    };
    html! { (text) }
}
