//! Searchable PDFs: of one file (`vanthu ocr --format pdf`) and of an archive's
//! papers (`vanthu export --format pdf`).

use super::{ExitStatus, Failure, output, whole_file};
use crate::archive::{Archive, Document};
use crate::export::PaperFilter;
use crate::export::pdf::{
    self, CopyError, CopyHead, CopyKind, CopyPage, CopySettings, CopySummary, OpenCopy, PaperNames,
};
use crate::extract::{DocumentText, try_extract};
use crate::import::{self, DocumentPages, PageRange, ReadSettings};
use crate::restore::RestoredPage;
use anyhow::Context;
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::fs::File;
use std::io::{self, IsTerminal, Read, Seek};
use std::path::{Path, PathBuf};

/// What is asked of one file.
pub struct FileCopy<'a> {
    pub file: &'a Path,
    pub range: Option<&'a PageRange>,
    pub is_raw: bool,
    pub output: Option<&'a Path>,
}

/// Reads a file and writes its searchable copy; gives what was read.
pub fn of_file(wanted: &FileCopy<'_>, settings: &ReadSettings) -> Result<DocumentPages, Failure> {
    if wanted.output.is_none() && io::stdout().is_terminal() {
        return Err(Failure::new(
            ExitStatus::Usage,
            anyhow::anyhow!("a PDF is no text; name a file with --output"),
        ));
    }
    // Before the long reading: whether there can be a copy at all.
    let mut file = import::open_scan(wanted.file)?;
    let told = |error: CopyError| failure(error, wanted.file);
    let copy_settings = CopySettings {
        memory_bytes: settings.worker.memory_bytes,
        ..CopySettings::default()
    };
    let copy =
        OpenCopy::open(file.try_clone().map_err(Failure::system)?, copy_settings).map_err(told)?;
    let document = import::read_document(wanted.file, wanted.range, settings)?;
    let read = || {
        document
            .pages
            .iter()
            .filter_map(|page| page.outcome.as_ref().ok())
    };
    let restored: Vec<RestoredPage> = read().map(|page| page.restored.clone()).collect();
    let pages: Vec<CopyPage> = read()
        .map(|page| {
            if wanted.is_raw {
                CopyPage::as_read(&page.reading, &page.text_layer)
            } else {
                CopyPage::restored(&page.restored, &page.text_layer)
            }
        })
        .collect();
    let record = try_extract(&DocumentText::from_restored(&restored))
        .with_context(|| format!("{}", wanted.file.display()))
        .map_err(Failure::system)?;
    let sha256 = sha256(&mut file).map_err(Failure::input)?;
    let description = pdf::describe(PaperNames::from(&record.document), wanted.file, sha256);
    let head = CopyHead {
        bookmarks: pdf::bookmarks(&description.title, &restored, Some(&record)),
        description,
        only_pages: wanted
            .range
            .map(|_| document.pages.iter().map(|page| page.page_number).collect()),
    };
    let summary = match wanted.output {
        Some(path) => whole_file::write(path, |target| {
            copy.write(&head, &pages, target).map_err(told)
        })?,
        None => {
            let mut target = tempfile::tempfile().map_err(Failure::system)?;
            let summary = copy.write(&head, &pages, &mut target).map_err(told)?;
            target.rewind().map_err(Failure::system)?;
            let copied = io::copy(&mut target, &mut io::stdout().lock());
            output::tolerate_closed_pipe(copied.map(|_| ()))?;
            summary
        }
    };
    tell(wanted.file, &summary);
    Ok(document)
}

/// Tells what the person may not expect of a copy.
fn tell(file: &Path, summary: &CopySummary) {
    let name = file.display();
    if summary.was_signed {
        output::tell(&format!(
            "vanthu: {name}: it is digitally signed; the signature holds for the original only, \
             and the searchable copy has none"
        ));
    }
    for (page_number, reason) in &summary.lost_pages {
        output::tell(&format!(
            "vanthu: {name}: page {page_number} is blank in the searchable copy: {reason}"
        ));
    }
}

fn failure(error: CopyError, file: &Path) -> Failure {
    let status = match error {
        CopyError::Refused { .. } | CopyError::Lost { .. } => ExitStatus::Input,
        CopyError::CannotStart { .. } | CopyError::Write(_) => ExitStatus::System,
    };
    Failure::new(
        status,
        anyhow::Error::new(error).context(file.display().to_string()),
    )
}

fn sha256(file: &mut File) -> io::Result<String> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 256 * 1024];
    file.rewind()?;
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            n_bytes => hasher.update(&buffer[..n_bytes]),
        }
    }
    let digits: Vec<String> = hasher
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok(digits.concat())
}

/// Writes a searchable copy of every wanted paper of an archive into a folder.
/// Files that are there already are left alone, and told of.
pub fn of_archive(
    archive: &Archive,
    filter: &PaperFilter,
    folder: &Path,
) -> Result<ExitStatus, Failure> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))
        .map_err(Failure::system)?;
    let mut names = FileNames::default();
    let (mut n_written, mut n_there, mut n_failed) = (0_usize, 0_usize, 0_usize);
    for document in archive.documents() {
        let document = document?;
        // Of all papers, wanted or not: another run into the same folder gives each
        // the same name, and no paper that of another.
        let path = folder.join(names.name(&document));
        if !filter.admits_in(archive, &document)? {
            continue;
        }
        if path.symlink_metadata().is_ok() {
            n_there += 1;
            continue;
        }
        match copy_document(archive, &document, &path) {
            Ok(summary) => {
                n_written += 1;
                tracing::info!("{} written", path.display());
                if summary.kind == CopyKind::Built {
                    tracing::info!("{} was built from page images", path.display());
                }
                tell(&path, &summary);
            }
            // The folder or the disk: the next paper would fare no better.
            Err(failure) if failure.status == ExitStatus::System => return Err(failure),
            Err(failure) => {
                n_failed += 1;
                output::tell(&format!(
                    "vanthu: document {}: {failure}",
                    document.document_id
                ));
            }
        }
    }
    let mut told = format!("{n_written} searchable PDFs written");
    if n_there > 0 {
        told.push_str(&format!(
            ", {n_there} were there already and are left as they are"
        ));
    }
    if n_failed > 0 {
        told.push_str(&format!(", {n_failed} could not be made"));
    }
    output::tell(&told);
    Ok(if n_failed > 0 {
        ExitStatus::Incomplete
    } else {
        ExitStatus::Success
    })
}

fn copy_document(
    archive: &Archive,
    document: &Document,
    path: &Path,
) -> Result<CopySummary, Failure> {
    let original = archive.original_path(&document.sha256);
    let name = Path::new(&document.file_name);
    let told = |error: CopyError| failure(error, name);
    let file = import::open_scan(&original)?;
    let copy = OpenCopy::open(file, CopySettings::default()).map_err(told)?;
    let (head, pages) = pdf::copy_contents(archive, document)?;
    whole_file::write(path, |target| {
        copy.write(&head, &pages, target).map_err(told)
    })
}

/// Longest name of a file without its ending, in bytes: file systems allow 255.
const LONGEST_NAME_BYTES: usize = 150;

/// Names of the files of an archive's papers, each given once.
#[derive(Default)]
struct FileNames {
    given: HashSet<String>,
}

impl FileNames {
    /// `2023-03-22 1347-SYT-VP.pdf`, or the name the scan came under.
    fn name(&mut self, document: &Document) -> PathBuf {
        let fields = &document.fields;
        let stem = match (&fields.issued, &fields.number) {
            (Some(issued), Some(number)) => format!("{issued} {number}"),
            (None, Some(number)) => number.clone(),
            (_, None) => {
                let stem = Path::new(&document.file_name)
                    .file_stem()
                    .unwrap_or_default();
                stem.to_string_lossy().into_owned()
            }
        };
        let mut name = as_file_name(&stem);
        // File systems that do not tell cases apart are met on memory sticks.
        if !self.given.insert(name.to_lowercase()) {
            name = format!("{name} (document {})", document.document_id);
            self.given.insert(name.to_lowercase());
        }
        PathBuf::from(format!("{name}.pdf"))
    }
}

/// A name that every file system takes.
fn as_file_name(stem: &str) -> String {
    let mut name: String = stem
        .chars()
        .map(|letter| match letter {
            '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '-',
            _ if letter.is_control() => ' ',
            _ => letter,
        })
        .collect();
    while name.len() > LONGEST_NAME_BYTES {
        name.pop();
    }
    let name = name.trim_matches(|letter: char| letter == '.' || letter.is_whitespace());
    if name.is_empty() {
        "document".to_owned()
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_by_every_file_system() {
        assert_eq!(
            as_file_name("2023-03-22 1347/SYT-VP"),
            "2023-03-22 1347-SYT-VP"
        );
        assert_eq!(as_file_name("../.."), "-");
        assert_eq!(as_file_name(" \u{0}. "), "document");
        assert!(as_file_name(&"ồ".repeat(300)).len() <= LONGEST_NAME_BYTES);
    }
}
