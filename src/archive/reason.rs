//! Why something could not be read and what to do about it, for a records clerk,
//! in both languages: the kinds of failures are few and stable, their messages
//! are for programs.

use super::Failure;

/// The same in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words {
    pub vietnamese: &'static str,
    pub english: &'static str,
}

const fn words(vietnamese: &'static str, english: &'static str) -> Words {
    Words {
        vietnamese,
        english,
    }
}

impl Failure {
    /// Why the file or page was not read.
    pub fn reason(&self) -> Words {
        reason(&self.kind)
    }

    /// What somebody can do about it.
    pub fn advice(&self) -> Words {
        advice(&self.kind)
    }
}

/// What somebody can do about a failure of that kind.
pub fn advice(kind: &str) -> Words {
    match kind {
        "encrypted" => words(
            "Lưu một bản không có mật khẩu rồi nhập bản đó.",
            "Save a copy without the password and import that.",
        ),
        "empty" | "damaged" | "no_pages" | "no_such_page" => words(
            "Chép lại tệp từ nguồn, hoặc quét lại văn bản giấy, rồi nhập lại.",
            "Copy the file again from its source, or scan the paper again, and import it.",
        ),
        "unknown_format" => words(
            "Xuất ra PDF hoặc quét lại văn bản giấy rồi nhập lại.",
            "Save it as PDF, or scan the paper, and import that.",
        ),
        "too_large" | "out_of_memory" | "timed_out" | "timeout" => words(
            "Quét lại ở 300 dpi rồi nhập lại.",
            "Scan it again at 300 dpi and import that.",
        ),
        "unsupported" | "crashed" | "decoder_failed" | "protocol" | "picture" => words(
            "Lưu lại bằng chương trình khác thành PDF thường, hoặc quét lại, rồi nhập lại.",
            "Save it as an ordinary PDF with another program, or scan it, and import that.",
        ),
        "unreadable" => words(
            "Kiểm tra tệp còn ở chỗ cũ và chương trình được quyền đọc, rồi nhập lại.",
            "See that the file is still there and may be read, and import it again.",
        ),
        _ => words(
            "Thử nhập lại; nếu vẫn lỗi, xin báo người quản trị.",
            "Import it again; where that fails too, tell the administrator.",
        ),
    }
}

/// Why a file or page was not read, by the kind of its failure.
pub fn reason(kind: &str) -> Words {
    match kind {
        "encrypted" => words("tệp có mật khẩu", "the file is locked with a password"),
        "empty" => words("tệp rỗng", "the file is empty"),
        "unknown_format" => words(
            "không phải PDF, TIFF, PNG hoặc JPEG",
            "it is no PDF, TIFF, PNG or JPEG",
        ),
        "unsupported" => words(
            "tệp dùng một cách nén hoặc mã hóa chưa đọc được",
            "the file is packed or encoded in a way that cannot be read",
        ),
        "no_pages" | "no_such_page" => words("tệp không có trang nào", "the file has no pages"),
        "damaged" => words(
            "tệp hỏng hoặc thiếu dữ liệu",
            "the file is damaged or cut short",
        ),
        "too_large" | "out_of_memory" => {
            words("trang hoặc tệp quá lớn", "the page or file is too large")
        }
        "timed_out" | "timeout" => words(
            "đọc quá lâu nên đã dừng",
            "reading took too long and was given up",
        ),
        "crashed" | "decoder_failed" | "protocol" => words(
            "chương trình đọc bị dừng đột ngột ở đây; tệp có thể hỏng",
            "the reader stopped here; the file may be damaged",
        ),
        "unreadable" => words("không mở được tệp", "the file cannot be opened"),
        "recogniser" => words(
            "chương trình nhận dạng chữ gặp lỗi",
            "the recogniser of letters failed",
        ),
        "picture" => words("không vẽ được trang", "the page cannot be drawn"),
        "internal" => words(
            "gặp lỗi của chính chương trình",
            "a defect of the program itself",
        ),
        _ => words("không đọc được", "it cannot be read"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::ScanError;

    #[test]
    fn what_scans_fail_with_has_its_own_words() {
        let damaged = ScanError::Damaged {
            what: String::new(),
            detail: String::new(),
        };
        let kinds = [ScanError::Empty, ScanError::Encrypted, damaged].map(|it| it.kind());
        for kind in kinds
            .into_iter()
            .chain(["timed_out", "crashed", "unreadable"])
        {
            assert_ne!(reason(kind), reason("of tomorrow"), "{kind}");
        }
    }
}
