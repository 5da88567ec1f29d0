//! Telling what text pages had, what became of it, and what is wrong with a page.

use super::output;
use crate::import::{DocumentPages, ReadPage};
use crate::scan::{TextLayerDecision, TextLayerFinding};
use std::path::Path;

/// One line on stderr for each run of pages that fared alike. Pages without any
/// text, which every scan has, are not told of.
pub fn tell(file: &Path, document: &DocumentPages) {
    for line in lines(document).into_iter().chain(defects(document)) {
        output::tell(&format!("vanthu: {}: {line}", file.display()));
    }
}

/// Pages that may have lost text with their picture.
fn defects(document: &DocumentPages) -> Vec<String> {
    let is_incomplete = |outcome: &ReadPage| outcome.reading.notes.is_incomplete;
    document
        .pages
        .iter()
        .filter(|page| page.outcome.as_ref().is_ok_and(is_incomplete))
        .map(|page| {
            format!(
                "page {}: its picture breaks off; text may be missing",
                page.page_number
            )
        })
        .collect()
}

fn lines(document: &DocumentPages) -> Vec<String> {
    let decisions: Vec<(u32, &TextLayerDecision)> = document
        .pages
        .iter()
        .filter_map(|page| Some((page.page_number, &page.outcome.as_ref().ok()?.text_layer)))
        .filter(|(_, decision)| decision.finding != TextLayerFinding::NoText)
        .collect();
    decisions
        .chunk_by(|(page, decision), (next, other)| page + 1 == *next && decision == other)
        .filter_map(|run| {
            let (first, decision) = run.first()?;
            let (last, _) = run.last()?;
            Some(if first == last {
                format!("page {first}: {decision}")
            } else {
                format!("pages {first}-{last}: {decision}")
            })
        })
        .collect()
}
