//! The report as a table: a row a file.

use super::{FileOutcome, RunReport, outcome_word};
use std::fmt::Write;

const HEADING: &str = "file,outcome,document_id,number,issued,subject,pages,pages_in_file,failed_pages,doubtful_pages,reason,same_paper_as";

pub(super) fn table(report: &RunReport) -> String {
    let mut table = format!("{HEADING}\r\n");
    for file in &report.files {
        let id = file.document_id;
        let pages = |is_failure: bool| -> String {
            let pages: Vec<String> = file
                .remarks
                .iter()
                .filter(|remark| remark.is_failure == is_failure)
                .filter_map(|remark| remark.page_number)
                .map(|page_number| page_number.to_string())
                .collect();
            pages.join(" ")
        };
        let cells = [
            file.path.to_string_lossy().into_owned(),
            outcome_word(file).to_owned(),
            id.map(|id| id.to_string()).unwrap_or_default(),
            file.number.clone().unwrap_or_default(),
            file.issued.clone().unwrap_or_default(),
            file.subject.clone().unwrap_or_default(),
            file.page_count.map(|n| n.to_string()).unwrap_or_default(),
            file.pages_in_file
                .as_ref()
                .map(|pages| format!("{}-{}", pages.start(), pages.end()))
                .unwrap_or_default(),
            pages(true),
            pages(false),
            reasons(file),
            same_papers(report, id),
        ];
        let cells: Vec<String> = cells
            .iter()
            .map(|cell| crate::export::quoted(cell))
            .collect();
        let _ = write!(table, "{}\r\n", cells.join(","));
    }
    table
}

fn reasons(file: &FileOutcome) -> String {
    let remarks = file.remarks.iter().map(|remark| match remark.page_number {
        Some(page_number) => format!("page {page_number}: {}", remark.reason.english),
        None => remark.reason.english.clone(),
    });
    let failure = file.failure.iter().map(|reason| reason.english.clone());
    let reasons: Vec<String> = failure.chain(remarks).collect();
    reasons.join("; ")
}

fn same_papers(report: &RunReport, id: Option<i64>) -> String {
    let groups = report.duplicates.iter();
    let ids: Vec<String> = groups
        .map(|group| group.papers.iter().map(|paper| paper.document_id))
        .filter(|ids| ids.clone().any(|other| Some(other) == id))
        .flatten()
        .filter(|other| Some(*other) != id)
        .map(|other| other.to_string())
        .collect();
    ids.join(" ")
}
