//! Why something could not be read, and what to do about it, for a records clerk:
//! the kinds of failures are few and stable, their messages are for programs.

use super::language::Language;
use crate::archive::Failure;
use crate::server::jobs::Problem;

/// Why a file or page was not read.
pub(super) fn reason(language: Language, failure: &Failure) -> &'static str {
    let (vietnamese, english) = match failure.kind.as_str() {
        "encrypted" => ("tệp có mật khẩu", "the file is locked with a password"),
        "empty" => ("tệp rỗng", "the file is empty"),
        "unknown_format" => (
            "không phải PDF, TIFF, PNG hoặc JPEG",
            "it is no PDF, TIFF, PNG or JPEG",
        ),
        "unsupported" => (
            "tệp dùng một cách nén hoặc mã hóa chưa đọc được",
            "the file is packed or encoded in a way that cannot be read",
        ),
        "no_pages" | "no_such_page" => ("tệp không có trang nào", "the file has no pages"),
        "damaged" => (
            "tệp hỏng hoặc thiếu dữ liệu",
            "the file is damaged or cut short",
        ),
        "too_large" | "out_of_memory" => {
            ("trang hoặc tệp quá lớn", "the page or file is too large")
        }
        "timed_out" | "timeout" => (
            "đọc quá lâu nên đã dừng",
            "reading took too long and was given up",
        ),
        "crashed" | "decoder_failed" | "protocol" => (
            "chương trình đọc bị dừng đột ngột ở đây; tệp có thể hỏng",
            "the reader stopped here; the file may be damaged",
        ),
        "unreadable" => (
            "không mở được tệp trên máy chủ",
            "the file cannot be opened on the server",
        ),
        "recogniser" => (
            "chương trình nhận dạng chữ gặp lỗi",
            "the recogniser of letters failed",
        ),
        "picture" => ("không vẽ được trang", "the page cannot be drawn"),
        "internal" => (
            "gặp lỗi của chính chương trình",
            "a defect of the program itself",
        ),
        _ => ("không đọc được", "it cannot be read"),
    };
    language.say(vietnamese, english)
}

/// What somebody can do about it.
pub(super) fn advice(language: Language, failure: &Failure) -> &'static str {
    let (vietnamese, english) = match failure.kind.as_str() {
        "encrypted" => (
            "Lưu một bản không có mật khẩu rồi nhập bản đó.",
            "Save a copy without the password and import that.",
        ),
        "empty" | "damaged" | "no_pages" | "no_such_page" => (
            "Chép lại tệp từ nguồn, hoặc quét lại văn bản giấy, rồi nhập lại.",
            "Copy the file again from its source, or scan the paper again, and import it.",
        ),
        "unknown_format" => (
            "Xuất ra PDF hoặc quét lại văn bản giấy rồi nhập lại.",
            "Save it as PDF, or scan the paper, and import that.",
        ),
        "too_large" | "out_of_memory" | "timed_out" | "timeout" => (
            "Quét lại ở 300 dpi rồi nhập lại.",
            "Scan it again at 300 dpi and import that.",
        ),
        "unsupported" | "crashed" | "decoder_failed" | "protocol" | "picture" => (
            "Lưu lại bằng chương trình khác thành PDF thường, hoặc quét lại, rồi nhập lại.",
            "Save it as an ordinary PDF with another program, or scan it, and import that.",
        ),
        "unreadable" => (
            "Kiểm tra tệp còn ở chỗ cũ và máy chủ được quyền đọc, rồi nhập lại.",
            "See that the file is still there and may be read, and import it again.",
        ),
        _ => (
            "Thử nhập lại; nếu vẫn lỗi, xin báo người quản trị.",
            "Import it again; where that fails too, tell the administrator.",
        ),
    };
    language.say(vietnamese, english)
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
        Problem::Program => (
            "Chương trình gặp lỗi. Xin báo người quản trị.",
            "The program failed. Tell the administrator.",
        ),
    };
    language.say(vietnamese, english)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::ScanError;

    fn failure(kind: &str) -> Failure {
        Failure {
            document_id: None,
            page_number: None,
            source_path: String::new(),
            kind: kind.to_owned(),
            message: "in English, with /a/path".to_owned(),
            failed_at: String::new(),
        }
    }

    #[test]
    fn what_scans_fail_with_has_its_own_words() {
        let damaged = ScanError::Damaged {
            what: String::new(),
            detail: String::new(),
        };
        let kinds = [ScanError::Empty, ScanError::Encrypted, damaged].map(|it| it.kind());
        let unknown = reason(Language::Vietnamese, &failure("of tomorrow"));
        for kind in kinds
            .into_iter()
            .chain(["timed_out", "crashed", "unreadable"])
        {
            let told = reason(Language::Vietnamese, &failure(kind));
            assert_ne!(told, unknown, "{kind}");
            assert!(!told.contains('/'), "{told}");
        }
    }
}
