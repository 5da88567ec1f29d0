//! Whom a cited document is from, in the authority list: by the issuer that the
//! text names, else by the sign of its number ("NĐ-CP", "TT-BNV"). What the text
//! says stays as printed; the entry of the list stands beside.
//!
//! "UBND tỉnh", "Sở Tài chính" mean the province, the district of the paper
//! that says so: they are looked up with its issuer's units behind them.

use super::issuer::authority;
use super::names::unit_of;
use super::record::{AuthorityLink, DocumentFields, Reference};
use std::collections::HashMap;

/// Words that end a name without its unit.
const LEVELS: [&str; 9] = [
    "tỉnh",
    "thành phố",
    "huyện",
    "thị xã",
    "quận",
    "xã",
    "phường",
    "thị trấn",
    "đặc khu",
];

/// What is looked up for a reference.
#[derive(PartialEq, Eq, Hash)]
struct Sought {
    name: String,
    /// ISO 8601 date, or a year.
    date: Option<String>,
    /// Whether the text names the issuer.
    is_printed: bool,
}

/// Links the references of a document that `paper` tells of.
pub(super) fn link(references: &mut [Reference], paper: &DocumentFields) {
    let units: Vec<&str> = [&paper.issuer, &paper.issuer_parent]
        .into_iter()
        .filter_map(|name| unit_of(name.as_deref()?))
        .collect();
    let issue_date = paper.issued.as_deref().or(paper.issued_partial.as_deref());
    // Ten thousand references to a few papers are looked up once each.
    let mut known: HashMap<Sought, Option<AuthorityLink>> = HashMap::new();
    for reference in references {
        let date = reference
            .date
            .clone()
            .or_else(|| year_in(&reference.number).map(str::to_owned))
            .or_else(|| issue_date.map(str::to_owned));
        // Which province's "QĐ-UBND" it is, the sign alone does not tell.
        let (name, units) = match (&reference.issuer, body_of(reference)) {
            (Some(issuer), _) => (issuer.clone(), units.as_slice()),
            (None, Some(body)) => (body.to_owned(), &[][..]),
            (None, None) => continue,
        };
        reference.issuer_authority = known
            .entry(Sought {
                name,
                date,
                is_printed: reference.issuer.is_some(),
            })
            .or_insert_with_key(|sought| found(&sought.name, sought.date.as_deref(), units))
            .clone();
    }
}

/// The body that the sign of a number names: "BNV" of "15/BNV-VP", a letter, and
/// of "3/2019/TT-BNV". `None` for joint papers, and for those of the Party's
/// centre, whose sign several bodies share.
fn body_of(reference: &Reference) -> Option<&str> {
    let sign = reference.number.rsplit('/').next()?;
    if sign.contains("TTLT") || sign.contains("CTPH") || sign == "TW" {
        return None;
    }
    let mut segments = sign.split('-');
    let body = match reference.document_type.as_deref() {
        Some("công văn") => segments.next(),
        _ => segments.next_back(),
    };
    // "QH14" is the Assembly of the fourteenth term.
    let body = body?.trim_end_matches(|c: char| c.is_ascii_digit());
    (body.len() > 1).then_some(body)
}

/// The year of "61/2018/NĐ-CP".
fn year_in(number: &str) -> Option<&str> {
    let year = number.split('/').nth(1)?;
    let is_year = year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit());
    is_year.then_some(year)
}

fn found(name: &str, date: Option<&str>, units: &[&str]) -> Option<AuthorityLink> {
    if let Some(link) = authority(Some(name), date) {
        return Some(link);
    }
    let level = LEVELS.iter().find(|level| {
        name.strip_suffix(**level)
            .is_some_and(|rest| rest.ends_with(' '))
    });
    match level {
        Some(level) => {
            let unit = units.iter().find(|unit| {
                unit.strip_prefix(level)
                    .is_some_and(|rest| rest.starts_with(' '))
            })?;
            let whole = name.strip_suffix(level)?.trim_end();
            authority(Some(&format!("{whole} {unit}")), date)
        }
        None => units
            .iter()
            .find_map(|unit| authority(Some(&format!("{name} {unit}")), date)),
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::{DocumentText, extract};

    /// The entries that the references of a letter of Sở Y tế tỉnh Đồng Nai lead
    /// to, by number.
    fn links(body: &str) -> Vec<(String, Option<String>)> {
        let text = format!(
            "UBND TỈNH ĐỒNG NAI\nSỞ Y TẾ\nSố: 15/SYT-VP\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n\
             Đồng Nai, ngày 05 tháng 3 năm 2024\nKính gửi: Các phòng.\n{body}\n"
        );
        let record = extract(&DocumentText::from_plain_text(&text));
        let links = record.references.into_iter().map(|reference| {
            let name = reference.issuer_authority.map(|link| link.name);
            (reference.number, name)
        });
        links.collect()
    }

    #[track_caller]
    fn check(body: &str, number: &str, name: Option<&str>) {
        let expected = (number.to_owned(), name.map(str::to_owned));
        assert_eq!(links(body), [expected], "{body}");
    }

    #[test]
    fn an_issuer_that_is_named_is_linked() {
        check(
            "Căn cứ Thông tư số 7/2020/TT-BYT ngày 12/5/2020 của Bộ trưởng Bộ Y tế.",
            "7/2020/TT-BYT",
            Some("Bộ Y tế"),
        );
    }

    #[test]
    fn a_sign_tells_the_body() {
        check(
            "Thực hiện Nghị định số 61/2018/NĐ-CP.",
            "61/2018/NĐ-CP",
            Some("Chính phủ"),
        );
        check(
            "Căn cứ Luật số 45/2019/QH14.",
            "45/2019/QH14",
            Some("Quốc hội"),
        );
        check(
            "Thực hiện Thông tư số 3/2019/TT-BNV.",
            "3/2019/TT-BNV",
            Some("Bộ Nội vụ"),
        );
    }

    #[test]
    fn a_name_without_a_unit_is_of_the_papers_own() {
        check(
            "Thực hiện Kế hoạch số 15/KH-UBND ngày 10/01/2024 của UBND tỉnh.",
            "15/KH-UBND",
            Some("Ủy ban nhân dân tỉnh Đồng Nai"),
        );
        check(
            "Theo Công văn số 88/STC-NS ngày 02/02/2024 của Sở Tài chính.",
            "88/STC-NS",
            Some("Sở Tài chính tỉnh Đồng Nai"),
        );
    }

    #[test]
    fn what_the_list_does_not_know_is_not_linked() {
        check(
            "Theo Công văn số 88/CTM-KT ngày 02/02/2024 của Công ty Mẫu.",
            "88/CTM-KT",
            None,
        );
        // A province's, or a district's.
        check("Thực hiện Quyết định số 15/QĐ-UBND.", "15/QĐ-UBND", None);
        // A district's committee, and the paper is of no district.
        check(
            "Thực hiện Kế hoạch số 15/KH-UBND ngày 10/01/2024 của UBND huyện.",
            "15/KH-UBND",
            None,
        );
    }
}
