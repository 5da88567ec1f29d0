//! How to ask: the query language on one page, each example a link.

use super::layout::{Frame, Section, page};
use super::visit::{Visit, address};
use crate::server::ApiResult;
use axum::http::StatusCode;
use maud::{Markup, html};

/// What can be typed, what it means in Vietnamese and in English.
const EXAMPLES: [(&str, &str, &str); 15] = [
    (
        "cải cách hành chính",
        "Mọi trang có đủ các từ; gõ có dấu thì trang đúng dấu đứng trước",
        "All pages with these words; typed with marks, exact ones first",
    ),
    (
        "cai cach hanh chinh",
        "Gõ không dấu cũng tìm được",
        "Found without marks, too",
    ),
    (
        "cair cachs hanhf chinhs",
        "Quên bật bộ gõ: hiểu cả phím Telex và VNI",
        "Keystrokes of Telex and VNI are understood",
    ),
    (
        "CCHC",
        "Từ viết tắt và nghĩa đầy đủ của nó",
        "An abbreviation and what it stands for",
    ),
    (
        "\"một cửa liên thông\"",
        "Các từ đứng liền nhau, đúng thứ tự",
        "These words side by side",
    ),
    (
        "hồ NEAR đập",
        "Hai từ đứng gần nhau; NEAR/3 là cách nhiều nhất ba từ",
        "Words near each other; NEAR/3 is three words at most",
    ),
    ("kế hoạch -tiêm", "Không có từ này", "Without that word"),
    ("tiêm OR chủng", "Một trong hai", "One of the two"),
    ("chuy*", "Từ bắt đầu như vậy", "Words that begin so"),
    (
        "749/qd-ttg",
        "Văn bản có số này, rồi các văn bản viện dẫn nó",
        "The paper of that number, then those that cite it",
    ),
    ("loại:\"báo cáo\"", "Theo loại văn bản", "By type"),
    (
        "cơ quan:sở y tế",
        "Theo cơ quan ban hành; tên trước đây và sau này cũng được tìm",
        "By issuer; earlier and later names are looked for, too",
    ),
    (
        "người ký:\"Phó Chủ tịch\"",
        "Theo họ tên hoặc chức vụ người ký",
        "By name or position of the signer",
    ),
    (
        "dẫn:749/QĐ-TTg",
        "Các văn bản viện dẫn văn bản này",
        "Papers that cite that one",
    ),
    (
        "từ tháng 3 đến tháng 6 năm 2022",
        "Theo ngày ban hành; cũng gõ được ngày:2021..2023, quý I/2022, trước 2020",
        "By day of issue; also ngày:2021..2023, quý I/2022, trước 2020",
    ),
];

pub(super) async fn help(visit: Visit) -> ApiResult {
    let title = visit.say("Cách gõ câu tìm", "How to ask");
    let frame = Frame {
        title,
        section: Some(Section::Help),
        has_search: true,
    };
    let body = html! {
        article.prose {
            h1 { (title) }
            p {
                (visit.say(
                    "Không có câu tìm sai: điều gì không hiểu được thì đọc như từ thường, và trang kết quả ghi rõ đã hiểu thế nào.",
                    "There are no wrong queries: what is not understood is read as plain words, and the answer says how it was read.",
                ))
            }
            table {
                thead {
                    tr {
                        th scope="col" { (visit.say("Gõ", "Typed")) }
                        th scope="col" { (visit.say("Nghĩa là", "Means")) }
                    }
                }
                tbody {
                    @for (query, vietnamese, english) in EXAMPLES {
                        tr {
                            td { a.query href=(address("/", [("q", query)])) { (query) } }
                            td { (visit.say(vietnamese, english)) }
                        }
                    }
                }
            }
            (trust(&visit))
            h2 { (visit.say("Bàn phím", "Keyboard")) }
            dl.keys {
                div {
                    dt { kbd { "/" } }
                    dd { (visit.say("đến ô tìm kiếm", "to the search field")) }
                }
                div {
                    dt { kbd { "↑" } " " kbd { "↓" } " " kbd { "Enter" } }
                    dd { (visit.say("chọn gợi ý", "choose a suggestion")) }
                }
                div {
                    dt { kbd { "←" } " " kbd { "→" } }
                    dd { (visit.say("trang trước, trang sau của văn bản", "page back and forth in a paper")) }
                }
                div {
                    dt { kbd { "Esc" } }
                    dd { (visit.say("đóng gợi ý", "close the suggestions")) }
                }
            }
        }
    };
    Ok(page(&visit, StatusCode::OK, &frame, &body))
}

/// What the tables of figures hold, and how far they can be relied on.
fn trust(visit: &Visit) -> Markup {
    html! {
        h2 #chi-tieu { (visit.say("Chỉ tiêu, kết quả và mức độ tin cậy", "Targets, results, and how far to trust them")) }
        dl.terms {
            dt { (visit.say("Chỉ tiêu", "Target")) }
            dd {
                (visit.say(
                    "Con số phải đạt: tối thiểu, phấn đấu, hoàn thành, không quá, từ … trở lên.",
                    "A figure to be reached: at least, strive for, complete, no more than.",
                ))
            }
            dt { (visit.say("Kết quả", "Result")) }
            dd {
                (visit.say(
                    "Con số đã đạt, như văn bản báo cáo: đạt, đã tiếp nhận, đã giải quyết.",
                    "A figure that was reached, as the paper reports it.",
                ))
            }
            dt { (visit.say("Cần kiểm tra", "To be checked")) }
            dd {
                (visit.say(
                    "Số viết tay, hoặc chữ máy đọc chưa chắc. Xem trang gốc trước khi dùng; người lưu trữ sửa được ở phần Rà soát.",
                    "Handwritten, or read with little certainty. Look at the page before you use it; archivists correct it in the review.",
                ))
            }
            dt { (visit.say("Độ chắc chắn", "Certainty")) }
            dd {
                (visit.say(
                    "Máy tự ước lượng khả năng đọc đúng của từng chữ; của một trang là trung bình các chữ.",
                    "How likely a word was read right, by the machine's own estimate; of a page the mean of its words.",
                ))
            }
            dt { (visit.say("Không rõ", "Unknown")) }
            dd {
                (visit.say(
                    "Văn bản không ghi, hoặc máy không đọc được. Văn bản chỉ đọc được tháng và năm vẫn được tính theo tháng, năm ấy.",
                    "The paper does not say it, or it could not be read. A paper of which only month and year were read is counted there.",
                ))
            }
        }
        p {
            (visit.say(
                "Mọi con số do máy trích từ bản quét và có thể sai, nhất là số trong bảng. Mỗi mục dẫn đến đúng chỗ trên trang: hãy đối chiếu trước khi dùng.",
                "All figures are taken from scans by machine and may be wrong, above all those of tables. Each leads to its place on the page: compare before use.",
            ))
        }
    }
}
