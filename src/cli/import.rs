//! `vanthu import`: folders of scans into the archive.

use super::archive_arg::ArchiveArg;
use super::for_people::printable;
use super::format_arg::{FormatArg, OutputFormat};
use super::progress::{ProgressDisplay, ProgressMode};
use super::reading_args::ReadingArgs;
use super::{ExitStatus, Failure, interrupt, output};
use crate::access::AccessStore;
use crate::archive::{Archive, ArchiveError};
use crate::import::{
    self, Discovery, ImportError, ImportReport, ImportSettings, Manifest, PathEnd, RunReport, Watch,
};
use crate::index::PaperGroups;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

/// Bring scans into the archive: read, restore, register and index them
///
/// Folders are searched for PDF, TIFF, PNG and JPEG files. The originals are
/// copied into the archive and never changed. A file that is in the archive
/// already is passed over; an import that was interrupted goes on where it
/// stopped when the same command is given again. Ctrl-C lets the pages in work
/// be read to their end; a second one ends at once. Nothing is lost either way.
#[derive(Debug, clap::Args)]
pub struct ImportArgs {
    /// Files, folders and patterns ("scans/2023-*/*.pdf", in quotes); - reads a
    /// list of them from stdin, one a line
    #[arg(required_unless_present = "watch", value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Paths of the list on stdin end in zero bytes, as `find -print0` writes them
    #[arg(long)]
    null: bool,
    /// Watch this folder for ever and import each file that arrives in it, once
    /// it has stopped growing
    ///
    /// The folder is looked at again and again, so that network shares can be
    /// watched too. Links that lead out of it are refused. Ctrl-C or SIGTERM ends
    /// it.
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["paths", "null"])]
    watch: Option<PathBuf>,
    /// Seconds for which a watched file must not have changed
    #[arg(long, value_name = "S", default_value_t = 5, requires = "watch", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    settle: u64,
    /// Table (CSV) that tells where in the store each paper stands: tệp (file),
    /// phông (fonds), mục lục (register), hộp (box), hồ sơ (dossier), tờ (sheet)
    ///
    /// Commas or semicolons, UTF-8, a heading with the names of the columns in
    /// Vietnamese, with or without marks, or in English. A file is named by its
    /// path from the table's folder on, or by its name alone. Rows whose file is
    /// not among those imported are listed at the end.
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    /// Write an account of this import, file by file, with pictures of pages that
    /// failed or need a look: FILE.html, FILE.csv, or a folder for both; may be
    /// given twice
    #[arg(long = "report", value_name = "FILE")]
    reports: Vec<PathBuf>,
    #[command(flatten)]
    archive: ArchiveArg,
    #[command(flatten)]
    reading: ReadingArgs,
    /// Try documents and pages again that failed at an earlier import
    #[arg(long)]
    retry_failed: bool,
    /// Make a document of each paper of a file that holds several, scanned one
    /// after the other
    ///
    /// A paper begins at each new letterhead. Without this option such files are
    /// only named, at the end and by `vanthu failures --review`; imported again
    /// with it, they are split without being read again. The original stays one
    /// file.
    #[arg(long)]
    split: bool,
    /// How progress is shown on stderr
    #[arg(long, value_enum, default_value_t)]
    progress: ProgressMode,
    #[command(flatten)]
    format: FormatArg,
}

/// How often a watched folder is looked at, in parts of the time that a file
/// must not have changed.
const LOOKS_A_SETTLING: u32 = 5;
/// How soon it is noticed that this process is asked to end.
const SIGNAL_CHECK: Duration = Duration::from_millis(100);

pub fn run(args: &ImportArgs) -> Result<ExitStatus, Failure> {
    let settings = ImportSettings {
        read: args.reading.settings()?,
        retry_failed: args.retry_failed,
        splits_stacks: args.split,
        manifest: args.manifest.as_deref().map(read_manifest).transpose()?,
        stop: interrupt::stop_flag(),
    };
    if let Some(folder) = &args.watch {
        return watch(args, folder, &settings);
    }
    let found = import::discover(&listed_paths(args)?, args.archive.dir());
    if found.files.is_empty() {
        return Err(nothing_to_import(&found));
    }
    let archive = args.archive.open_or_create()?;
    import_once(
        args,
        &archive,
        found,
        &settings,
        &mut PaperGroups::default(),
    )
}

fn import_once(
    args: &ImportArgs,
    archive: &Archive,
    found: Discovery,
    settings: &ImportSettings,
    known: &mut PaperGroups,
) -> Result<ExitStatus, Failure> {
    let display = ProgressDisplay::new(args.progress);
    let looked_at = found.clone();
    let report = std::thread::scope(|scope| {
        // Closed when the import has ended, however it does.
        let (_is_running, has_ended) = mpsc::channel::<()>();
        scope.spawn(|| tell_of_stop(has_ended, &settings.stop, &display));
        import::import(archive, found, settings, &|event| display.show(&event))
    });
    display.finish();
    note(archive, looked_at.files.len(), &report);
    let report = report?;
    if !args.reports.is_empty() {
        let account = RunReport::collect(archive, &looked_at, report.clone(), known)?;
        for target in &args.reports {
            account.write(target).map_err(Failure::system)?;
        }
    }
    match args.format.format {
        OutputFormat::Json => output::print_json(&report)?,
        OutputFormat::Text => output::print(&text(&report, args))?,
    }
    Ok(if report.is_complete() {
        ExitStatus::Success
    } else {
        ExitStatus::Incomplete
    })
}

/// Says at once when an import is asked to end: it is silent else, until the pages
/// in work are read.
fn tell_of_stop(has_ended: mpsc::Receiver<()>, stop: &AtomicBool, display: &ProgressDisplay) {
    while let Err(RecvTimeoutError::Timeout) = has_ended.recv_timeout(SIGNAL_CHECK) {
        if stop.load(Ordering::Relaxed) {
            display.stopping();
            return;
        }
    }
}

/// Notes an import in the log of who did what, where there is one. Waiting for
/// another import is none.
fn note(archive: &Archive, n_files: usize, report: &Result<ImportReport, ImportError>) {
    let action = match report {
        Ok(_) => "import",
        Err(ImportError::Archive(ArchiveError::Locked { .. })) => return,
        Err(_) => "failed import",
    };
    if let Err(error) = AccessStore::note_command(archive.dir(), action, &n_files.to_string()) {
        output::tell(&format!("vanthu: the log could not be written: {error}"));
    }
}

/// Imports what arrives in a folder until the process is asked to end.
fn watch(
    args: &ImportArgs,
    folder: &Path,
    settings: &ImportSettings,
) -> Result<ExitStatus, Failure> {
    if !folder.is_dir() {
        return Err(Failure::input(anyhow::anyhow!(
            "{}: there is no such folder to watch",
            folder.display()
        )));
    }
    let archive = args.archive.open_or_create()?;
    let settle = Duration::from_secs(args.settle);
    let mut watch = Watch::new(folder, args.archive.dir(), settle);
    let mut waiting = Discovery::default();
    let mut known = PaperGroups::default();
    output::tell(&format!(
        "vanthu: watching {}; Ctrl-C ends it",
        folder.display()
    ));
    while !settings.stop.load(Ordering::Relaxed) {
        let arrived = watch.look(Instant::now());
        waiting.add(arrived);
        if !waiting.files.is_empty() || !waiting.unusable.is_empty() {
            match import_once(args, &archive, waiting.clone(), settings, &mut known) {
                Ok(_) => waiting = Discovery::default(),
                // Another import writes: what waits is tried again.
                Err(failure) if is_locked(&failure) => output::tell(&format!("vanthu: {failure}")),
                Err(failure) => return Err(failure),
            }
        }
        let next_look = Instant::now() + settle / LOOKS_A_SETTLING;
        while Instant::now() < next_look && !settings.stop.load(Ordering::Relaxed) {
            std::thread::sleep(SIGNAL_CHECK);
        }
    }
    Ok(ExitStatus::Success)
}

fn is_locked(failure: &Failure) -> bool {
    let locked = |error: &ArchiveError| matches!(error, ArchiveError::Locked { .. });
    failure.error.downcast_ref().is_some_and(locked)
}

/// The paths of the command line, with those of the list on stdin where `-` asks
/// for it.
fn listed_paths(args: &ImportArgs) -> Result<Vec<PathBuf>, Failure> {
    let mut paths = Vec::new();
    for path in &args.paths {
        if path.as_os_str() == "-" {
            let mut list = Vec::new();
            io::stdin()
                .read_to_end(&mut list)
                .map_err(|error| Failure::input(anyhow::anyhow!("stdin: {error}")))?;
            let end = match args.null {
                true => PathEnd::Null,
                false => PathEnd::Line,
            };
            paths.extend(import::paths_of_list(&list, end));
        } else {
            paths.push(path.clone());
        }
    }
    Ok(paths)
}

fn read_manifest(path: &Path) -> Result<Arc<Manifest>, Failure> {
    let told = |error: &dyn std::fmt::Display| {
        Failure::input(anyhow::anyhow!("{}: {error}", path.display()))
    };
    let bytes = fs::read(path).map_err(|error| told(&error))?;
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let manifest = Manifest::parse(&bytes, folder).map_err(|error| told(&error))?;
    Ok(Arc::new(manifest))
}

fn nothing_to_import(found: &Discovery) -> Failure {
    let reasons: Vec<String> = found
        .unusable
        .iter()
        .map(|(path, reason)| format!("{}: {reason}", path.display()))
        .collect();
    let message = if reasons.is_empty() {
        "no PDF, TIFF, PNG or JPEG file was found under the given paths".to_owned()
    } else {
        reasons.join("; ")
    };
    Failure::input(anyhow::anyhow!(message))
}

/// The end of an import, for people.
fn text(report: &ImportReport, args: &ImportArgs) -> String {
    let mut lines = vec![format!(
        "{} documents read, {} pages in {:.1} s ({:.2} pages a second)",
        report.n_documents_read, report.n_pages_read, report.duration_s, report.pages_per_second
    )];
    let mut add = |n: usize, words: &str| {
        if n > 0 {
            lines.push(format!("{n} {words}"));
        }
    };
    add(report.n_known, "files were in the archive already");
    add(
        report.n_passed_over,
        "files passed over: not PDF, TIFF, PNG or JPEG",
    );
    add(report.n_failed, "files failed");
    add(
        report.n_failed_before,
        "files failed at an earlier import, or pages of them did (--retry-failed tries them again)",
    );
    add(report.n_pages_failed, "pages failed");
    add(
        report.n_stacks_split,
        "files held several papers and were split into them",
    );
    add(
        report.n_stacks_proposed,
        "files seem to hold several papers (`vanthu failures --review` names them, --split \
         makes a document of each)",
    );
    if let Some(manifest) = &report.manifest {
        add(manifest.n_matched, "rows of the manifest matched");
        add(
            manifest.n_not_reached,
            "rows of the manifest are of files that were not reached",
        );
        for row in &manifest.unmatched {
            lines.push(format!(
                "line {} of the manifest: {} was not among the files",
                row.line_number,
                printable(&row.file)
            ));
        }
    }
    if report.is_interrupted {
        lines.push("interrupted; the same command goes on".to_owned());
    }
    if report.n_failed + report.n_failed_before + report.n_pages_failed == 0 {
        return lines.join("\n");
    }
    lines.push(format!(
        "reasons: vanthu failures --archive {}",
        args.archive.dir().display()
    ));
    lines.join("\n")
}
