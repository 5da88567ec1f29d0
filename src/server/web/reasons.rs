//! Why something could not be read, and what to do about it, in the language of
//! the page.

use super::language::Language;
use crate::archive::Failure;
use crate::server::jobs::Problem;

/// Why a file or page was not read.
pub(super) fn reason(language: Language, failure: &Failure) -> &'static str {
    let words = failure.reason();
    language.say(words.vietnamese, words.english)
}

/// What somebody can do about it.
pub(super) fn advice(language: Language, failure: &Failure) -> &'static str {
    let words = failure.advice();
    language.say(words.vietnamese, words.english)
}

/// Why a whole import stopped, and what to do.
pub(super) fn stopped(language: Language, problem: Problem) -> &'static str {
    let (vietnamese, english) = match problem {
        Problem::Archive => (
            "Không ghi được vào kho; có thể ổ đĩa đã đầy. Xin báo người quản trị.",
            "The archive cannot be written; the disk may be full. Tell the administrator.",
        ),
        Problem::Index => (
            "Chỉ mục tìm kiếm gặp lỗi. Xin báo người quản trị.",
            "The search index failed. Tell the administrator.",
        ),
        Problem::Workers => (
            "Máy chủ không chạy được chương trình đọc trang. Xin báo người quản trị.",
            "The server cannot start the readers of pages. Tell the administrator.",
        ),
        Problem::Interrupted => (
            "Máy chủ đã tắt trước khi nhập xong. Xin nhập lại.",
            "The server ended before the import was done. Import again.",
        ),
        Problem::Lost => (
            "Một số tệp đã gửi không còn trên máy chủ. Xin gửi lại.",
            "Some of the files that were sent are no longer on the server. Send them again.",
        ),
        Problem::Program => (
            "Chương trình gặp lỗi. Xin báo người quản trị.",
            "The program failed. Tell the administrator.",
        ),
    };
    language.say(vietnamese, english)
}
