//! The honest account of an import: file by file what came of it, what failed
//! and what needs a look, for Monday morning.
//!
//! It is made from the catalogue when the import has ended, so that it tells what
//! is there and not what was tried.

mod csv;
mod html;

use super::{Discovery, ImportReport};
use crate::archive::{self, Archive, ArchiveError, DocumentState, Failure, Review, ReviewReason};
use crate::index::{DuplicateGroup, PaperGroups};
use crate::worker::{Document, WorkerPool, WorkerSettings};
use std::collections::HashSet;
use std::fs::{self, File};
use std::io;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

/// Width of the pictures of pages: the layout and the stamps can be told.
const THUMBNAIL_WIDTH_PX: u32 = 220;
/// Pictures in one report; a bad weekend must not make a file that no browser
/// opens. All pages are listed all the same.
const MAX_THUMBNAILS: usize = 300;

/// What came of the files of an import.
pub struct RunReport {
    counts: ImportReport,
    /// Of the report, UTC.
    made_at: String,
    files: Vec<FileOutcome>,
    duplicates: Vec<DuplicateGroup>,
}

/// What came of one file.
struct FileOutcome {
    path: PathBuf,
    document_id: Option<i64>,
    /// `None` for a file that never became a document.
    state: Option<DocumentState>,
    number: Option<String>,
    issued: Option<String>,
    subject: Option<String>,
    page_count: Option<u32>,
    /// The pages that it has of its file, where the file was a stack of papers.
    pages_in_file: Option<RangeInclusive<u32>>,
    /// Why the whole file failed; `None` too for one that was not looked at yet.
    failure: Option<Reason>,
    /// Pages that failed or need a look, and doubts about the paper as a whole.
    remarks: Vec<Remark>,
}

/// Something about a file that somebody should know.
struct Remark {
    /// 1-based; `None` when it is about the paper as a whole.
    page_number: Option<u32>,
    is_failure: bool,
    reason: Reason,
    /// JPEG.
    thumbnail: Option<Vec<u8>>,
}

/// Why something failed or needs a look.
struct Reason {
    /// For programs, and for those who mend them.
    english: String,
    /// For a records clerk.
    vietnamese: String,
}

impl Reason {
    /// Of a failure, by its kind and message.
    fn of_failure(kind: &str, message: String) -> Self {
        let (reason, advice) = (archive::reason(kind), archive::advice(kind));
        Self {
            english: message,
            vietnamese: format!("{}. {}", reason.vietnamese, advice.vietnamese),
        }
    }
}

impl From<Failure> for Reason {
    fn from(failure: Failure) -> Self {
        Self::of_failure(&failure.kind, failure.message)
    }
}

impl From<&Review> for Reason {
    fn from(review: &Review) -> Self {
        let joined = |say: fn(&ReviewReason) -> String| {
            let reasons: Vec<String> = review.reasons.iter().map(say).collect();
            reasons.join("; ")
        };
        Self {
            english: joined(ReviewReason::to_string),
            vietnamese: joined(ReviewReason::vietnamese),
        }
    }
}

/// Why a report could not be written.
#[derive(Debug, thiserror::Error)]
pub enum RunReportError {
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error("the report {} cannot be written: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("{}: a report ends in .html or .csv, or is a folder for both", path.display())]
    Name { path: PathBuf },
}

impl RunReport {
    /// Collects what came of the files in `found`. Only their documents are
    /// looked at; `known` are the papers of the archive so far, to which it adds
    /// those that are new, so that a watch compares each paper once. Pictures are
    /// made by page workers: pages are never parsed in this process.
    ///
    /// # Errors
    /// What the catalogue says.
    pub fn collect(
        archive: &Archive,
        found: &Discovery,
        counts: ImportReport,
        known: &mut PaperGroups,
    ) -> Result<Self, ArchiveError> {
        let mut files = Vec::new();
        let mut seen = HashSet::new();
        for path in &found.files {
            for mut outcome in outcomes_of(archive, path)? {
                // A copy has its say once.
                if outcome.document_id.is_some_and(|id| !seen.insert(id)) {
                    outcome.remarks.clear();
                }
                files.push(outcome);
            }
        }
        for (path, reason) in &found.unusable {
            let reason = Reason::of_failure("unreadable", reason.clone());
            files.push(FileOutcome::without_document(path, Some(reason)));
        }
        add_thumbnails(archive, &mut files)?;
        known.update(archive)?;
        Ok(Self {
            counts,
            made_at: crate::archive::now(),
            files,
            duplicates: known.duplicates_among(&seen),
        })
    }

    /// Writes the report: a file that ends in `.html` or `.csv`, or both into a
    /// folder.
    ///
    /// # Errors
    /// [`RunReportError::Name`] for other names; else what the file system says.
    pub fn write(&self, target: &Path) -> Result<(), RunReportError> {
        let extension = target.extension().and_then(|ending| ending.to_str());
        match extension {
            Some("html" | "htm") => write_file(target, &html::page(self)),
            Some("csv") => write_file(target, &csv::table(self)),
            Some(_) if !target.is_dir() => Err(RunReportError::Name {
                path: target.to_owned(),
            }),
            _ => {
                fs::create_dir_all(target).map_err(|source| RunReportError::Write {
                    path: target.to_owned(),
                    source,
                })?;
                // One pair a run: a watch makes many.
                let stem = format!("import-{}", self.made_at.replace(':', ""));
                write_file(&target.join(format!("{stem}.csv")), &csv::table(self))?;
                write_file(&target.join(format!("{stem}.html")), &html::page(self))
            }
        }
    }
}

fn write_file(path: &Path, text: &str) -> Result<(), RunReportError> {
    fs::write(path, text).map_err(|source| RunReportError::Write {
        path: path.to_owned(),
        source,
    })
}

impl FileOutcome {
    fn without_document(path: &Path, failure: Option<Reason>) -> Self {
        Self {
            path: path.to_owned(),
            document_id: None,
            state: None,
            number: None,
            issued: None,
            subject: None,
            page_count: None,
            pages_in_file: None,
            failure,
            remarks: Vec::new(),
        }
    }
}

/// What came of a file: one outcome, or one for each paper of a stack.
fn outcomes_of(archive: &Archive, path: &Path) -> Result<Vec<FileOutcome>, ArchiveError> {
    let source = path.to_string_lossy();
    let Some(document_id) = archive.document_at(&source)? else {
        let failure = archive.failure_of_source(&source)?;
        let outcome = FileOutcome::without_document(path, failure.map(Reason::from));
        return Ok(vec![outcome]);
    };
    let document = archive.document(document_id)?;
    if document.state == DocumentState::Split {
        let parts = archive.parts_of(document_id)?.into_iter();
        return parts.map(|part| outcome_of(archive, path, part)).collect();
    }
    Ok(vec![outcome_of(archive, path, document)?])
}

fn outcome_of(
    archive: &Archive,
    path: &Path,
    document: archive::Document,
) -> Result<FileOutcome, ArchiveError> {
    let document_id = document.document_id;
    let mut failure = None;
    let mut remarks = Vec::new();
    for failed in archive.failures_of(document_id)? {
        match failed.page_number {
            None => failure = Some(failed.into()),
            page_number => remarks.push(Remark {
                page_number,
                is_failure: true,
                reason: failed.into(),
                thumbnail: None,
            }),
        }
    }
    for review in archive.reviews_of(document_id)? {
        remarks.push(Remark {
            page_number: review.page_number,
            is_failure: false,
            reason: Reason::from(&review),
            thumbnail: None,
        });
    }
    remarks.sort_by_key(|remark| remark.page_number);
    Ok(FileOutcome {
        path: path.to_owned(),
        document_id: Some(document_id),
        pages_in_file: document.pages_in_file(),
        state: Some(document.state),
        number: document.fields.number,
        issued: document.fields.issued,
        subject: document.fields.subject,
        page_count: document.page_count,
        failure,
        remarks,
    })
}

/// Pictures of the pages that are named. A page whose picture cannot be made
/// goes without one.
fn add_thumbnails(archive: &Archive, files: &mut [FileOutcome]) -> Result<(), ArchiveError> {
    let mut n_left = MAX_THUMBNAILS;
    let pool = WorkerPool::new(WorkerSettings::drawing());
    for file in files {
        let Some(document_id) = file.document_id else {
            continue;
        };
        let pages = file.remarks.iter_mut().filter_map(|remark| {
            let page_number = remark.page_number?;
            Some((page_number, remark))
        });
        let first_page = file
            .pages_in_file
            .as_ref()
            .map_or(1, |pages| *pages.start());
        let mut opened: Option<Document> = None;
        for (page_number, remark) in pages.take(n_left) {
            if opened.is_none() {
                let sha256 = archive.document(document_id)?.sha256;
                let original = File::open(archive.original_path(&sha256)).ok();
                opened = original.map(|original| pool.hold(original));
            }
            let Some(document) = &opened else { break };
            n_left -= 1;
            let page_in_file = page_number + first_page - 1;
            let picture = pool.draw_page(document, page_in_file, THUMBNAIL_WIDTH_PX);
            remark.thumbnail = picture.ok().map(|picture| picture.jpeg);
        }
    }
    Ok(())
}

/// A word for what came of a file, stable for programs.
fn outcome_word(file: &FileOutcome) -> &'static str {
    let has_failed_pages = file.remarks.iter().any(|remark| remark.is_failure);
    match file.state {
        Some(DocumentState::Read) if has_failed_pages => "incomplete",
        Some(DocumentState::Read) => "read",
        Some(DocumentState::Registered) => "unfinished",
        None if file.failure.is_none() => "unfinished",
        Some(DocumentState::Split) => "split",
        Some(DocumentState::Failed) | None => "failed",
    }
}
