//! Telling what text pages had and what became of it.

use super::output;
use crate::import::DocumentPages;
use crate::scan::{TextLayerDecision, TextLayerFinding};
use std::path::Path;

/// One line on stderr for each run of pages that fared alike. Pages without any
/// text, which every scan has, are not told of.
pub fn tell(file: &Path, document: &DocumentPages) {
    for line in lines(document) {
        output::tell(&format!("vanthu: {}: {line}", file.display()));
    }
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
