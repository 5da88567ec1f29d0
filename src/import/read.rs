//! One file to restored pages: reading without an archive.

use super::discover;
use crate::ocr::{PageReading, Tesseract};
use crate::restore::{InputKind, RestoredPage, Restorer};
use crate::scan::{TextLayerDecision, TextLayerFinding, TextLayerOutcome};
use crate::worker::{Document, PageWork, WorkError, WorkerPool, WorkerSettings};
use rayon::prelude::*;
use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// How files are read.
#[derive(Clone)]
pub struct ReadSettings {
    /// Page workers at a time; at least 1.
    pub n_jobs: usize,
    pub worker: WorkerSettings,
    pub restorer: Restorer,
}

impl ReadSettings {
    /// What did the reading, for the catalogue.
    pub(super) fn read_by(&self, outcome: TextLayerOutcome) -> String {
        match outcome {
            TextLayerOutcome::Taken | TextLayerOutcome::Repaired => "text layer".to_owned(),
            TextLayerOutcome::ReadFromPicture => format!(
                "tesseract {} {}",
                Tesseract::version(),
                self.worker.language
            ),
        }
    }
}

/// Page numbers such as `1-3,7`; 1-based.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRange {
    /// First and last page of each part.
    parts: Vec<(u32, u32)>,
}

impl PageRange {
    pub fn contains(&self, page_number: u32) -> bool {
        self.parts
            .iter()
            .any(|(first, last)| (*first..=*last).contains(&page_number))
    }
}

impl FromStr for PageRange {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("\"{text}\" is no list of pages; 3, 1-3 and 1-3,7 are");
        let number = |digits: &str| digits.trim().parse().ok().filter(|number| *number > 0);
        let parts: Option<Vec<(u32, u32)>> = text
            .split(',')
            .map(|part| match part.split_once('-') {
                Some((first, last)) => Some((number(first)?, number(last)?)),
                None => number(part).map(|page| (page, page)),
            })
            .collect();
        let parts = parts.ok_or_else(wrong)?;
        if parts.iter().any(|(first, last)| first > last) {
            return Err(wrong());
        }
        Ok(Self { parts })
    }
}

/// What was read of a file.
#[derive(Debug, Clone)]
pub struct DocumentPages {
    pub page_count: u32,
    /// In order of their numbers.
    pub pages: Vec<PageResult>,
}

/// What came of one page.
#[derive(Debug, Clone)]
pub struct PageResult {
    /// 1-based.
    pub page_number: u32,
    pub outcome: Result<ReadPage, WorkError>,
}

/// A page that was read.
#[derive(Debug, Clone)]
pub struct ReadPage {
    /// What was read, or stood in the page's text.
    pub reading: PageReading,
    /// What is meant.
    pub restored: RestoredPage,
    /// What text the page had and what became of it.
    pub text_layer: TextLayerDecision,
}

/// Why a file could not be read at all.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("{}: {reason}", path.display())]
    Unreadable { path: PathBuf, reason: String },
    #[error("{}", path.display())]
    Work {
        path: PathBuf,
        #[source]
        source: WorkError,
    },
    #[error("{}: it has no page {wanted}; it has {page_count}", path.display())]
    NoSuchPage {
        path: PathBuf,
        wanted: String,
        page_count: u32,
    },
}

/// Reads a file, all pages or those in `range`, in parallel.
///
/// # Errors
/// When the file cannot be opened or is no document, or no worker can be started.
pub fn read_document(
    path: &Path,
    range: Option<&PageRange>,
    settings: &ReadSettings,
) -> Result<DocumentPages, ReadError> {
    let file = open_scan(path)?;
    let work_error = |source| ReadError::Work {
        path: path.to_owned(),
        source,
    };
    let pool = WorkerPool::new(settings.worker.clone());
    let (document, opened) = pool.open(file).map_err(work_error)?;
    let wanted: Vec<u32> = (1..=opened.page_count)
        .filter(|page_number| range.is_none_or(|range| range.contains(*page_number)))
        .collect();
    if wanted.is_empty() {
        return Err(ReadError::NoSuchPage {
            path: path.to_owned(),
            wanted: range
                .map(|range| range.parts[0].0.to_string())
                .unwrap_or_default(),
            page_count: opened.page_count,
        });
    }
    let threads = rayon::ThreadPoolBuilder::new()
        .num_threads(settings.n_jobs.clamp(1, wanted.len()))
        .build()
        .map_err(|error| {
            work_error(WorkError::CannotStart {
                message: error.to_string(),
            })
        })?;
    let pages: Vec<_> = threads.install(|| {
        wanted
            .into_par_iter()
            .with_max_len(1)
            .map(|page_number| PageResult {
                page_number,
                outcome: read_page(&pool, &document, page_number, &settings.restorer),
            })
            .collect()
    });
    for page in &pages {
        if let Err(error @ WorkError::CannotStart { .. }) = &page.outcome {
            return Err(work_error(error.clone()));
        }
    }
    Ok(DocumentPages {
        page_count: opened.page_count,
        pages,
    })
}

/// Opens a file that is to be read.
///
/// # Errors
/// Where it is missing, may not be read or is no regular file.
pub fn open_scan(path: &Path) -> Result<File, ReadError> {
    open_file(path).map_err(|reason| ReadError::Unreadable {
        path: path.to_owned(),
        reason,
    })
}

fn read_page(
    pool: &WorkerPool,
    document: &Document,
    page_number: u32,
    restorer: &Restorer,
) -> Result<ReadPage, WorkError> {
    restore(restorer, pool.read_page(document, page_number)?)
}

/// Restores a page. Should its text meet a defect of the restorer, a panic,
/// that costs the page: no page may keep all others from being read.
pub(super) fn restore(restorer: &Restorer, work: PageWork) -> Result<ReadPage, WorkError> {
    let page_number = work.reading.page_number;
    let restored = catch_unwind(AssertUnwindSafe(|| choose(restorer, work)));
    restored.map_err(|_| WorkError::Unreadable {
        kind: "internal".to_owned(),
        message: format!(
            "page {page_number} was read, but its text met an error in vanthu itself; please \
             report it"
        ),
    })
}

/// Good text stays as it is, a reading is restored, and of the readings of an
/// earlier recogniser and of ours the one is taken that reads better.
fn choose(restorer: &Restorer, work: PageWork) -> ReadPage {
    let PageWork {
        reading,
        mut text_layer,
        earlier_reading,
        ..
    } = work;
    let is_taken = text_layer.outcome == TextLayerOutcome::Taken;
    if is_taken && text_layer.finding != TextLayerFinding::OcrLayer {
        return ReadPage {
            restored: RestoredPage::as_it_stands(&reading),
            reading,
            text_layer,
        };
    }
    if is_taken {
        text_layer.outcome = TextLayerOutcome::Repaired;
        return ReadPage {
            restored: repair(restorer, &reading),
            reading,
            text_layer,
        };
    }
    let restored = restorer.restore_page(&reading, InputKind::Read);
    if let Some(mut earlier) = earlier_reading {
        earlier.notes.clone_from(&reading.notes);
        let repaired = repair(restorer, &earlier);
        if legibility(restorer, &repaired) > legibility(restorer, &restored) {
            text_layer.outcome = TextLayerOutcome::Repaired;
            return ReadPage {
                restored: repaired,
                reading: earlier,
                text_layer,
            };
        }
    }
    ReadPage {
        restored,
        reading,
        text_layer,
    }
}

/// Repairs what an earlier recogniser read. Whether it knew Vietnamese is told
/// by which treatment makes the page read better.
fn repair(restorer: &Restorer, earlier: &PageReading) -> RestoredPage {
    let as_read = restorer.restore_page(earlier, InputKind::Read);
    let as_garbled = restorer.restore_page(earlier, InputKind::Garbled);
    if legibility(restorer, &as_garbled) > legibility(restorer, &as_read) {
        as_garbled
    } else {
        as_read
    }
}

fn legibility(restorer: &Restorer, page: &RestoredPage) -> f32 {
    restorer.legibility(page.text().lines())
}

/// Opens a regular file for reading; a device or a pipe is refused, since
/// reading it might never end. The reason is told in words for a records clerk.
pub(super) fn open_file(path: &Path) -> Result<File, String> {
    let told = |error: std::io::Error| discover::reason(&error);
    // Whoever opens a pipe would wait for its other end.
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NONBLOCK)
        .open(path)
        .map_err(told)?;
    let metadata = file.metadata().map_err(told)?;
    if metadata.is_dir() {
        return Err("it is a folder, not a file".to_owned());
    }
    if !metadata.is_file() {
        return Err("it is not a regular file".to_owned());
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_lists_are_understood() {
        let range: PageRange = "1-3, 7".parse().unwrap();
        let inside: Vec<u32> = (0..10).filter(|page| range.contains(*page)).collect();
        assert_eq!(inside, [1, 2, 3, 7]);
    }

    #[test]
    fn what_is_no_page_list_is_refused() {
        for text in ["", "0", "3-1", "a", "1-", "-2", "1,,2"] {
            assert!(text.parse::<PageRange>().is_err(), "{text}");
        }
    }
}
