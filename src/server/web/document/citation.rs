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
    match (&fields.document_type, &fields.number) {
        (Some(kind), Some(number)) => parts.push(format!("{} số {number}", capitalised(kind))),
        (Some(kind), None) => parts.push(capitalised(kind)),
        (None, Some(number)) => parts.push(format!("Văn bản số {number}")),
        (None, None) => parts.push(format!("Tệp {file_name}")),
    }
    if let Some(issued) = &fields.issued {
        parts.push(format!("ngày {}", day(issued)));
    }
    if let Some(issuer) = &fields.issuer {
        parts.push(format!("của {issuer}"));
    }
    if let Some(subject) = &fields.subject {
        let about = subject.to_lowercase();
        let has_about = about.starts_with("về ") || about.starts_with("v/v");
        parts.push(match has_about {
            true => subject.clone(),
            false => format!("về {subject}"),
        });
    }
    parts.join(" ")
}

/// Copies the citation, with the page that is open.
pub(super) fn button(visit: &Visit, opened: &Opened) -> Markup {
    let citation = citation(&opened.document.fields, &opened.document.file_name);
    let with_page = format!("{citation}, trang {}", opened.page_number);
    html! {
        button.plain type="button" data-copy=(with_page)
            data-copied=(visit.say("Đã chép", "Copied")) title=(with_page) {
            (visit.say("Chép trích dẫn", "Copy citation"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            "Kế hoạch số 12/KH-VPX ngày 05/03/2023 của Văn phòng huyện Đông An về Kiểm tra văn thư"
        );
        fields.subject = Some("V/v kiểm tra".to_owned());
        fields.number = None;
        fields.issued = None;
        assert_eq!(
            citation(&fields, "a.pdf"),
            "Kế hoạch của Văn phòng huyện Đông An V/v kiểm tra"
        );
        let nothing = RegisteredFields::default();
        assert_eq!(citation(&nothing, "a.pdf"), "Tệp a.pdf");
    }
}
