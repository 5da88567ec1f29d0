//! Where one paper ends and the next begins in a stack that was scanned as one
//! file.
//!
//! A paper begins with a letterhead of its own: the national title or the
//! Party's at the top of a page, the agency, number and sign (Decree 30/2020,
//! Appendix I). Three things have one and are no paper of their own: what is
//! issued under another paper ("Ban hành kèm theo Quyết định số …"), a blank form
//! in an annex, and a second copy of the same paper. Pages without a letterhead
//! belong to the paper before them.

use super::record::record_of;
use crate::archive::{Correction, CorrectionSubject, number_key};
use crate::extract::{DocumentFields, ExtractDefect, Record};
use crate::restore::RestoredPage;
use crate::vietnamese::fold;
use std::ops::RangeInclusive;

/// The title of a letterhead stands among the first lines of its page: above it
/// are at most an agency of two or three lines and a stamp of receipt.
const TITLE_LINES: usize = 12;
/// Where a paper says that it is issued under another one: behind its own title,
/// before its text.
const HEAD_LINES: usize = 25;

/// The titles of Decree 30/2020 and of Party papers, letters only.
const TITLES: [&str; 4] = [
    "conghoaxahoichunghia",
    "doclaptudo",
    "tudohanhphuc",
    "dangcongsanvietnam",
];
/// How a page of an annex begins.
const ANNEX_HEADS: [&str; 4] = ["phu luc", "mau so", "bieu so", "bieu mau"];

/// The numbers of the pages with which the papers of a file begin, ascending;
/// only the first page's for a file of one paper.
///
/// # Errors
/// [`ExtractDefect`] where a text met a defect of the program.
pub(super) fn first_pages(
    pages: &[RestoredPage],
    record: &Record,
) -> Result<Vec<u32>, ExtractDefect> {
    let heads: Vec<u32> = record
        .attached_documents
        .iter()
        .map(|head| head.page)
        .filter(|head| {
            let page = pages.iter().find(|page| page.page_number == *head);
            *head > 1 && page.is_some_and(begins_a_paper)
        })
        .collect();
    let mut first_pages = vec![1];
    let mut before = record.document.clone();
    for (index, &head) in heads.iter().enumerate() {
        let next = heads.get(index + 1).copied().unwrap_or(u32::MAX);
        let own = record_of(&pages_of(pages, head, next - 1), &[])?.document;
        if is_filled_in(&own) && !is_same_paper(&own, &before) {
            first_pages.push(head);
            before = own;
        }
    }
    Ok(first_pages)
}

/// The pages from one to another, numbered from 1.
fn pages_of(pages: &[RestoredPage], first: u32, last: u32) -> Vec<RestoredPage> {
    pages
        .iter()
        .filter(|page| (first..=last).contains(&page.page_number))
        .map(|page| RestoredPage {
            page_number: page.page_number - first + 1,
            ..page.clone()
        })
        .collect()
}

/// The papers of a stack of `page_count` pages that begin on `first_pages`, each
/// with its own record. What people decided about fields is about the first one.
///
/// # Errors
/// [`ExtractDefect`] where a text met a defect of the program.
pub(super) fn papers(
    pages: &[RestoredPage],
    corrections: &[Correction],
    first_pages: &[u32],
    page_count: u32,
) -> Result<Vec<(RangeInclusive<u32>, Record)>, ExtractDefect> {
    let ends = first_pages.iter().skip(1).map(|next| next - 1);
    let mut papers = Vec::with_capacity(first_pages.len());
    for (&first, last) in first_pages.iter().zip(ends.chain([page_count])) {
        let about_fields: Vec<Correction> = corrections
            .iter()
            .filter(|correction| {
                first == 1 && matches!(correction.subject, CorrectionSubject::Field(_))
            })
            .cloned()
            .collect();
        let record = record_of(&pages_of(pages, first, last), &about_fields)?;
        papers.push((first..=last, record));
    }
    Ok(papers)
}

fn begins_a_paper(page: &RestoredPage) -> bool {
    let lines = page.lines.iter().take(HEAD_LINES);
    let lines: Vec<String> = lines
        .map(|line| fold(&line.text()).to_lowercase())
        .collect();
    let has_title = lines.iter().take(TITLE_LINES).any(|line| {
        let letters: String = line.chars().filter(|c| c.is_alphabetic()).collect();
        TITLES.iter().any(|title| letters.contains(title))
    });
    let is_annex = lines.iter().take(TITLE_LINES).any(|line| {
        let line = line.trim_start_matches(|c: char| !c.is_alphanumeric());
        ANNEX_HEADS.iter().any(|head| line.starts_with(head))
    });
    has_title && !is_annex && !lines.iter().any(|line| is_issued_under(line))
}

/// "(Ban hành kèm theo Quyết định số …", "Kèm theo Công văn số …": at the
/// beginning of a line, since a letter may say in its text what it encloses.
fn is_issued_under(line: &str) -> bool {
    let line = line.trim_start_matches(|c: char| !c.is_alphanumeric());
    ["kem theo", "ban hanh kem theo", "duoc ban hanh kem theo"]
        .iter()
        .any(|beginning| line.starts_with(beginning))
}

/// Blank forms have an agency and a sign, but nothing of what is filled in when
/// a paper is issued: number, day, signer. Numbers and days are written by hand
/// and often lost; the month is printed.
fn is_filled_in(paper: &DocumentFields) -> bool {
    let has_month = |partial: &String| partial.contains('-');
    paper.issuer.is_some()
        && (paper.number.is_some()
            || paper.issued.is_some()
            || paper.issued_partial.as_ref().is_some_and(has_month)
            || paper.sign.is_some() && paper.signer.name.is_some())
}

fn is_same_paper(paper: &DocumentFields, before: &DocumentFields) -> bool {
    let same_number = match (&paper.number, &before.number) {
        (Some(own), Some(other)) => number_key(own) == number_key(other),
        _ => false,
    };
    let may_be_of_one_day =
        paper.issued.is_none() || before.issued.is_none() || paper.issued == before.issued;
    same_number && may_be_of_one_day
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::restore::{RestoredLine, RestoredWord};

    const HEAD: [&str; 5] = [
        "SỞ Y TẾ TỈNH LONG THẠNH",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 15/SYT-VP",
        "Long Thạnh, ngày 05 tháng 3 năm 2024",
    ];

    fn page(page_number: u32, lines: &[&str]) -> RestoredPage {
        let word = |text: &str| RestoredWord {
            raw: text.to_owned(),
            text: text.to_owned(),
            confidence: 1.0,
            bounding_box: None,
        };
        RestoredPage {
            page_number,
            width_px: 0,
            height_px: 0,
            resolution_dpi: 0,
            notes: Default::default(),
            lines: lines
                .iter()
                .enumerate()
                .map(|(index, line)| RestoredLine {
                    block_index: index as u32,
                    words: line.split(' ').map(word).collect(),
                })
                .collect(),
        }
    }

    /// A page that begins with the letterhead, under the number given, and goes
    /// on with `lines`.
    fn letter(page_number: u32, number: &str, lines: &[&str]) -> RestoredPage {
        let number = format!("Số: {number}");
        let mut all = HEAD.to_vec();
        all[3] = &number;
        all.extend(lines);
        page(page_number, &all)
    }

    fn found(pages: &[RestoredPage]) -> Vec<u32> {
        first_pages(pages, &record_of(pages, &[]).unwrap()).unwrap()
    }

    #[test]
    fn a_paper_begins_at_each_new_letterhead() {
        let text = ["V/v kiểm tra vệ sinh", "Kính gửi: Các phòng chuyên môn."];
        let pages = [
            letter(1, "15/SYT-VP", &text),
            page(2, &["Nơi nhận:", "- Như trên;", "- Lưu: VT."]),
            letter(3, "27/SYT-VP", &text),
        ];
        assert_eq!(found(&pages), [1, 3]);
        assert_eq!(found(&pages[..2]), [1]);
    }

    #[test]
    fn what_is_issued_under_a_paper_belongs_to_it() {
        let under = [
            "QUY CHẾ",
            "(Ban hành kèm theo Quyết định số 15/QĐ-SYT ngày 05/3/2024)",
        ];
        let pages = [
            letter(1, "15/QĐ-SYT", &["QUYẾT ĐỊNH", "Ban hành quy chế"]),
            letter(2, "16/QĐ-SYT", &under),
        ];
        assert_eq!(found(&pages), [1]);
    }

    #[test]
    fn blank_forms_and_second_copies_are_no_papers() {
        let first = letter(1, "15/SYT-VP", &["V/v báo cáo"]);
        let mut form = HEAD.to_vec();
        form[3] = "Số: …/BC-…";
        form[4] = "…, ngày … tháng … năm …";
        let mut headed = vec!["Mẫu số 01"];
        headed.extend(HEAD);
        let forms = [
            page(2, &form),
            page(2, &headed),
            letter(2, "15/SYT-VP", &["V/v báo cáo"]),
        ];
        for second in forms {
            assert_eq!(found(&[first.clone(), second]), [1]);
        }
    }

    #[test]
    fn each_paper_has_its_own_record_and_pages_from_1() {
        let pages = [
            letter(1, "15/SYT-VP", &["V/v kiểm tra"]),
            letter(2, "27/SYT-VP", &["V/v báo cáo trước ngày 10/4/2024"]),
            page(3, &["tỷ lệ đạt 83,30%"]),
        ];
        let papers = papers(&pages, &[], &[1, 2], 3).unwrap();
        assert_eq!(papers.len(), 2);
        let (pages_of_second, second) = &papers[1];
        assert_eq!(*pages_of_second, 2..=3);
        assert_eq!(second.document.number.as_deref(), Some("27/SYT-VP"));
        assert_eq!(second.percentages[0].occurrence.page, 2);
    }
}
