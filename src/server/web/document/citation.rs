//! A paper as it is cited in another: *Quyết định số 749/QĐ-TTg ngày 03/06/2020
//! của Thủ tướng Chính phủ*.

use super::{Opened, capitalised};
use crate::archive::RegisteredFields;
use crate::server::web::language::day;
use crate::server::web::visit::Visit;
use maud::{Markup, html};

/// The citation, in Vietnamese whatever the page speaks; what the paper does not
/// show is left out.
pub(super) fn citation(fields: &RegisteredFields, file_name: &str) -> String {
    let mut parts = Vec::new();
    let kind = fields.document_type.as_deref().map(capitalised);
    let kind = kind.unwrap_or_else(|| "Văn bản".to_owned());
    parts.push(match (&fields.number, &fields.sign) {
        (Some(number), _) if fields.number_doubtful => format!("{kind} số {number} {UNCHECKED}"),
        (Some(number), _) => format!("{kind} số {number}"),
        (None, Some(sign)) => format!("{kind} số …/{sign} {UNCHECKED}"),
        (None, None) if fields.document_type.is_some() => kind,
        (None, None) => format!("Tệp {file_name}"),
    });
    match (&fields.issued, &fields.issued_partial) {
        (Some(issued), _) if fields.issued_doubtful => {
            parts.push(format!("ngày {} {UNCHECKED}", day(issued)));
        }
        (Some(issued), _) => parts.push(format!("ngày {}", day(issued))),
        (None, Some(partial)) => parts.push(match partial.split_once('-') {
            Some((year, month)) => format!("tháng {} năm {year}", month.trim_start_matches('0')),
            None => format!("năm {partial}"),
        }),
        (None, None) => {}
    }
    if let Some(issuer) = &fields.issuer {
        parts.push(format!("của {issuer}"));
    }
    if let Some(subject) = &fields.subject {
        parts.push(about(subject));
    }
    parts.join(" ")
}

/// Stands behind what was written by hand or read with little certainty, so that
/// nobody hands it on unseen.
const UNCHECKED: &str = "[cần kiểm tra]";

/// The subject as the end of a sentence: *về việc kiểm tra*.
fn about(subject: &str) -> String {
    let subject = subject.trim_start_matches(|letter: char| !letter.is_alphanumeric());
    for opener in ["V/v ", "v/v ", "V/v: "] {
        if let Some(matter) = subject.strip_prefix(opener) {
            return format!("về việc {}", uncapitalised(matter));
        }
    }
    let matter = uncapitalised(subject);
    match matter.starts_with("về ") {
        true => matter,
        false => format!("về {matter}"),
    }
}

/// With a small letter at the beginning, but for abbreviations and names.
fn uncapitalised(text: &str) -> String {
    let mut words = text.split(' ');
    let starts_with_capital = |word: Option<&str>| {
        word.and_then(|word| word.chars().next())
            .is_some_and(char::is_uppercase)
    };
    let first = words.next().unwrap_or_default();
    let is_abbreviation = first.chars().nth(1).is_some_and(char::is_uppercase);
    if is_abbreviation || starts_with_capital(words.next()) {
        return text.to_owned();
    }
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// Copies the citation; shown where scripts run.
pub(super) fn button(visit: &Visit, opened: &Opened) -> Markup {
    let citation = citation(&opened.document.fields, &opened.document.file_name);
    html! {
        button.plain type="button" hidden data-copy=(citation)
            data-copied=(visit.say("Đã chép", "Copied")) title=(citation) {
            (visit.say("Chép trích dẫn", "Copy citation"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_ends_a_sentence() {
        for (subject, expected) in [
            ("V/v báo cáo định kỳ", "về việc báo cáo định kỳ"),
            ("Về việc tăng cường", "về việc tăng cường"),
            ("Kết quả thực hiện", "về kết quả thực hiện"),
            ("CCHC năm 2023", "về CCHC năm 2023"),
            ("Hà Nội mở rộng", "về Hà Nội mở rộng"),
        ] {
            assert_eq!(about(subject), expected);
        }
    }

    #[test]
    fn a_paper_is_cited_by_what_it_shows() {
        let mut fields = RegisteredFields {
            document_type: Some("kế hoạch".to_owned()),
            number: Some("12/KH-VPX".to_owned()),
            issued: Some("2023-03-05".to_owned()),
            issuer: Some("Văn phòng huyện Đông An".to_owned()),
            subject: Some("Kiểm tra văn thư".to_owned()),
            ..RegisteredFields::default()
        };
        assert_eq!(
            citation(&fields, "a.pdf"),
            "Kế hoạch số 12/KH-VPX ngày 05/03/2023 của Văn phòng huyện Đông An về kiểm tra văn thư"
        );
        fields.number_doubtful = true;
        assert!(
            citation(&fields, "a.pdf").starts_with("Kế hoạch số 12/KH-VPX [cần kiểm tra] ngày")
        );
        fields.subject = Some("‘V/v kiểm tra".to_owned());
        fields.number = None;
        fields.sign = Some("KH-VPX".to_owned());
        fields.issued = None;
        fields.issued_partial = Some("2023-03".to_owned());
        assert_eq!(
            citation(&fields, "a.pdf"),
            "Kế hoạch số …/KH-VPX [cần kiểm tra] tháng 3 năm 2023 của Văn phòng huyện Đông An về việc kiểm tra"
        );
        let nothing = RegisteredFields::default();
        assert_eq!(citation(&nothing, "a.pdf"), "Tệp a.pdf");
    }
}
