//! The title of a copy and its list of contents, from what was read.

use super::job::{Bookmark, CopyDescription};
use crate::archive::RegisteredFields;
use crate::extract::{DocumentFields, Record};
use crate::restore::RestoredPage;
use crate::vietnamese::fold;
use std::path::Path;

/// Lines at the top of a page among which the head of an annex stands; a scan
/// may have stamps above it.
const HEAD_LINES: usize = 6;
/// "PHỤ LỤC SỐ 01A" and the like; a sentence that speaks of an annex is longer.
const MAX_HEAD_WORDS: usize = 6;

/// What names a paper; `None` is what it does not show.
#[derive(Debug, Clone, Copy, Default)]
pub struct PaperNames<'a> {
    pub document_type: Option<&'a str>,
    pub number: Option<&'a str>,
    pub issuer: Option<&'a str>,
    /// ISO 8601.
    pub issued: Option<&'a str>,
    pub subject: Option<&'a str>,
}

impl<'a> From<&'a RegisteredFields> for PaperNames<'a> {
    fn from(fields: &'a RegisteredFields) -> Self {
        Self {
            document_type: fields.document_type.as_deref(),
            number: fields.number.as_deref(),
            issuer: fields.issuer.as_deref(),
            issued: fields.issued.as_deref(),
            subject: fields.subject.as_deref(),
        }
    }
}

impl<'a> From<&'a DocumentFields> for PaperNames<'a> {
    fn from(fields: &'a DocumentFields) -> Self {
        Self {
            document_type: fields.document_type.as_deref(),
            number: fields.number.as_deref(),
            issuer: fields.issuer.as_deref(),
            issued: fields.issued.as_deref(),
            subject: fields.subject.as_deref(),
        }
    }
}

/// A copy's description; a paper without names is called by its file name.
pub fn describe(paper: PaperNames<'_>, file: &Path, source_sha256: String) -> CopyDescription {
    let issued = paper.issued.map(|day| {
        // ISO 8601 as people here write it.
        let parts: Vec<&str> = day.split('-').rev().collect();
        parts.join("/")
    });
    let subject = paper.subject.or(paper.document_type).map(str::to_owned);
    let number = paper.number.map(|number| format!("số {number}"));
    let issuer = paper.issuer.map(str::to_owned);
    let parts: Vec<String> = [subject, number, issuer.clone(), issued]
        .into_iter()
        .flatten()
        .collect();
    let title = if parts.is_empty() {
        let name = file.file_stem().unwrap_or_default();
        name.to_string_lossy().into_owned()
    } else {
        parts.join(" – ")
    };
    CopyDescription {
        title,
        issuer,
        number: paper.number.map(str::to_owned),
        issued: paper.issued.map(str::to_owned),
        source_sha256,
    }
}

/// Where annexes and attached papers begin, after the paper itself; empty where
/// there is nothing but the paper.
pub fn bookmarks(title: &str, pages: &[RestoredPage], record: Option<&Record>) -> Vec<Bookmark> {
    let mut found: Vec<Bookmark> = Vec::new();
    for page in pages {
        let heads = page.lines.iter().take(HEAD_LINES).map(|line| line.text());
        if let Some(head) = heads.into_iter().find(|line| is_annex_head(line)) {
            found.push(Bookmark {
                title: head,
                page_number: page.page_number,
            });
        }
    }
    for attached in record.map_or(&[][..], |record| &record.attached_documents) {
        if found
            .iter()
            .all(|bookmark| bookmark.page_number != attached.page)
        {
            let parts = [&attached.document_type, &attached.number, &attached.subject];
            let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
            if !parts.is_empty() {
                found.push(Bookmark {
                    title: parts.join(" "),
                    page_number: attached.page,
                });
            }
        }
    }
    found.sort_by_key(|bookmark| bookmark.page_number);
    let first_page = pages.first().map_or(1, |page| page.page_number);
    if found
        .iter()
        .any(|bookmark| bookmark.page_number > first_page)
    {
        found.insert(
            0,
            Bookmark {
                title: title.to_owned(),
                page_number: first_page,
            },
        );
        found
    } else {
        Vec::new()
    }
}

/// "PHỤ LỤC I", "Phụ lục số 02", on a line of its own.
fn is_annex_head(line: &str) -> bool {
    let folded = fold(line).to_lowercase();
    let words: Vec<&str> = folded.split_whitespace().collect();
    let [first, second, ..] = words[..] else {
        return false;
    };
    let second = second.trim_end_matches([':', '.']);
    first == "phu"
        && second == "luc"
        && words.len() <= MAX_HEAD_WORDS
        && !line.ends_with([';', ','])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::restore::{RestoredLine, RestoredWord};

    fn page(page_number: u32, lines: &[&str]) -> RestoredPage {
        let word = |text: &str| RestoredWord {
            raw: text.to_owned(),
            text: text.to_owned(),
            confidence: 1.0,
            bounding_box: None,
        };
        RestoredPage {
            page_number,
            width_px: 100,
            height_px: 100,
            resolution_dpi: 100,
            notes: Default::default(),
            lines: lines
                .iter()
                .map(|line| RestoredLine {
                    block_index: 0,
                    words: line.split(' ').map(word).collect(),
                })
                .collect(),
        }
    }

    #[test]
    fn annexes_are_listed_behind_the_paper() {
        let pages = [
            page(1, &["KẾ HOẠCH", "Tiêm chủng mở rộng"]),
            page(2, &["phụ lục I kèm theo quy định chi tiết về việc này,"]),
            page(3, &["PHỤ LỤC SỐ 01", "Danh sách"]),
        ];
        let found = bookmarks("Kế hoạch", &pages, None);
        let listed: Vec<(&str, u32)> = found
            .iter()
            .map(|bookmark| (bookmark.title.as_str(), bookmark.page_number))
            .collect();
        assert_eq!(listed, [("Kế hoạch", 1), ("PHỤ LỤC SỐ 01", 3)]);
        assert!(bookmarks("Kế hoạch", &pages[..2], None).is_empty());
    }

    #[test]
    fn the_title_says_what_the_paper_is() {
        let paper = PaperNames {
            number: Some("12/KH-SYT"),
            issued: Some("2024-03-05"),
            subject: Some("Tiêm chủng mở rộng"),
            issuer: Some("Sở Y tế"),
            ..PaperNames::default()
        };
        let about = describe(paper, Path::new("a/scan7.pdf"), String::new());
        assert_eq!(
            about.title,
            "Tiêm chủng mở rộng – số 12/KH-SYT – Sở Y tế – 05/03/2024"
        );
        let about = describe(
            PaperNames::default(),
            Path::new("a/scan7.pdf"),
            String::new(),
        );
        assert_eq!(about.title, "scan7");
    }
}
