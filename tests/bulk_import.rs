//! Bulk work with the real program: lists, patterns, tables of places, a watched
//! folder, copies of the archive.

mod common;

use common::{json, sample, stack, vanthu};
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::{Duration, Instant};
use vanthu::archive::{Archive, ArchiveError};

/// One-page papers, quick to read.
const SHORT: [&str; 2] = ["08", "12"];

fn scans(dir: &Path) -> PathBuf {
    let scans = dir.join("scans");
    fs::create_dir(&scans).unwrap();
    for id in SHORT {
        let scan = sample(id);
        fs::copy(&scan, scans.join(scan.file_name().unwrap())).unwrap();
    }
    scans
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn lists_patterns_and_tables_of_places_lead_into_the_archive_and_out_again() {
    let dir = tempfile::tempdir().unwrap();
    let scans = scans(dir.path());
    let files = files_in(&scans);
    let archive = dir.path().join("archive");
    let name = files[0].file_name().unwrap().to_str().unwrap();
    let manifest = dir.path().join("kho.csv");
    fs::write(
        &manifest,
        format!("\u{feff}Tệp;Phông;Mục lục;Hộp số;Hồ sơ;Tờ\n{name};Phòng Tư pháp;1;12A;45;3-5\nkhông có.pdf;x;;;;\n"),
    )
    .unwrap();

    // The first file by a list that ends paths in zero bytes, with its place.
    let output = vanthu()
        .args(["import", "-", "--null", "--format", "json", "--archive"])
        .arg(&archive)
        .arg("--manifest")
        .arg(&manifest)
        .write_stdin(format!("{}\0", files[0].display()))
        .output()
        .unwrap();
    // A row without a file is told, and is no full success.
    assert_eq!(output.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["n_documents_read"], 1);
    assert_eq!(report["manifest"]["n_matched"], 1);
    assert_eq!(report["manifest"]["unmatched"][0]["file"], "không có.pdf");
    // All files by a pattern that the shell did not see.
    let pattern = scans.join("[01]*.*");
    let (report, code) = json(&["import", text(&pattern), "--archive", text(&archive)]);
    assert_eq!((code, &report["n_known"]), (0, &1.into()));
    assert_eq!(report["n_documents_read"], 1);

    let (card, _) = json(&["show", "1", "--archive", text(&archive)]);
    assert_eq!(card["place_in_store"]["box"], "12A");
    assert_eq!(card["place_in_store"]["sheet"], "3-5");
    let export = |filter: &[&str]| {
        let output = vanthu()
            .args(["export", "--archive", text(&archive)])
            .args(filter)
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(export(&[]).lines().count(), 3);
    let found = export(&["--fonds", "phong tu phap", "--box", "12a"]);
    assert_eq!(found.lines().count(), 2, "{found}");
    assert!(found.contains("Phòng Tư pháp,1,12A,45,3-5"), "{found}");
    assert_eq!(export(&["--dossier", "46"]).lines().count(), 1);
}

#[test]
fn a_paper_scanned_again_and_a_file_under_two_paths_are_told_and_kept() {
    let dir = tempfile::tempdir().unwrap();
    let (scans, archive) = (scans(dir.path()), dir.path().join("archive"));
    let files = files_in(&scans);
    fs::copy(&files[1], scans.join("copy.tif")).unwrap();
    let mut again = fs::read(&files[1]).unwrap();
    again.extend_from_slice(b"again");
    fs::write(scans.join("again.tif"), again).unwrap();
    let report = dir.path().join("report.html");
    let table = dir.path().join("report.csv");
    let arguments = ["import", text(&scans), "--archive", text(&archive)];
    let reports = ["--report", text(&report), "--report", text(&table)];
    assert_eq!(json(&[&arguments[..], &reports[..]].concat()).1, 0);

    let (found, code) = json(&["duplicates", "--archive", text(&archive)]);
    assert_eq!(code, 0);
    let papers = found["scanned_again"][0]["papers"].as_array().unwrap();
    assert_eq!(papers.len(), 2, "{found}");
    assert_eq!(found["scanned_again"].as_array().unwrap().len(), 1);
    let paths = found["same_bytes"][0]["paths"].as_array().unwrap();
    assert_eq!(paths.len(), 2, "{found}");
    assert_eq!(n_documents(&archive), 3);

    let html = fs::read_to_string(&report).unwrap();
    assert!(html.contains("Có thể là cùng một văn bản"), "{html}");
    assert!(!html.contains("://"), "nothing is fetched from elsewhere");
    let table = fs::read_to_string(&table).unwrap();
    assert_eq!(table.lines().count(), 5, "{table}");
}

#[test]
fn a_stack_scanned_as_one_file_is_proposed_and_then_split_without_reading_it_again() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("chồng.pdf");
    fs::write(&file, stack(&["06", "19"])).unwrap();
    let archive = dir.path().join("archive");
    let archive = text(&archive);
    let (report, code) = json(&["import", text(&file), "--archive", archive]);
    assert_eq!((code, &report["n_stacks_proposed"]), (0, &1.into()));
    let (stack, _) = json(&["show", "1", "--archive", archive]);
    let page_count = stack["document"]["page_count"].as_u64().unwrap();
    let second = stack["proposed_papers"][1].as_u64().unwrap();
    assert_eq!(stack["proposed_papers"].as_array().unwrap().len(), 2);
    let (reviews, _) = json(&["failures", "--review", "--archive", archive]);
    assert!(reviews.to_string().contains("2 papers"), "{reviews}");

    let csv = dir.path().join("report.csv");
    let arguments = ["import", text(&file), "--split", "--archive", archive];
    let (report, code) = json(&[&arguments[..], &["--report", text(&csv)]].concat());
    assert_eq!((code, &report["n_stacks_split"]), (0, &1.into()));
    assert_eq!(report["n_pages_read"], 0);
    let (stack, _) = json(&["show", "1", "--archive", archive]);
    assert_eq!(stack["document"]["state"], "split");
    assert_eq!(stack["parts"], serde_json::json!([2, 3]));
    let (part, _) = json(&["show", "3", "--archive", archive]);
    assert_eq!(part["document"]["sha256"], stack["document"]["sha256"]);
    assert_eq!(part["document"]["part_of"], 1);
    assert_eq!(
        part["pages_in_file"],
        serde_json::json!([second, page_count])
    );
    assert_eq!(part["pages"][0]["page_number"], 1);
    // A row a paper, with its pages in the file.
    let table = fs::read_to_string(csv).unwrap();
    assert_eq!(table.lines().count(), 3, "{table}");
    assert!(table.contains(&format!("{second}-{page_count}")), "{table}");

    // Once more, nothing is to be done; all is whole, and the papers are found,
    // not the stack.
    let (report, _) = json(&arguments);
    assert_eq!(
        (&report["n_known"], &report["n_stacks_split"]),
        (&1.into(), &0.into())
    );
    let (verified, code) = json(&["verify", "--archive", archive]);
    assert_eq!((code, &verified["damage"]), (0, &serde_json::json!([])));
    let (answer, _) = json(&["search", "khen thưởng", "--archive", archive]);
    assert_eq!(answer["hits"][0]["id"], 3, "{answer}");
    let (answer, _) = json(&["search", "cộng hòa", "--archive", archive]);
    assert_eq!(answer["total"], 2, "{answer}");

    // The copy of a paper has its pages and no picture of another's.
    let copies = dir.path().join("copies");
    vanthu()
        .args(["export", "--format", "pdf", "--archive", archive, "-o"])
        .arg(&copies)
        .assert()
        .success();
    let copied: Vec<(usize, u64)> = files_in(&copies)
        .iter()
        .map(|copy| {
            let pages = lopdf::Document::load(copy).unwrap().get_pages().len();
            (pages, copy.metadata().unwrap().len())
        })
        .collect();
    let whole = file.metadata().unwrap().len();
    assert_eq!(copied.len(), 2);
    let n_pages: usize = copied.iter().map(|(pages, _)| pages).sum();
    assert_eq!(n_pages as u64, page_count);
    let n_bytes: u64 = copied.iter().map(|(_, bytes)| bytes).sum();
    assert!(n_bytes < whole + whole / 5, "{copied:?} of {whole}");
}

#[test]
fn a_stack_is_split_while_it_is_imported_when_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("stack.pdf");
    fs::write(&file, stack(&["18", "19"])).unwrap();
    let archive = dir.path().join("archive");
    let (report, _) = json(&[
        "import",
        text(&file),
        "--split",
        "--archive",
        text(&archive),
    ]);
    assert_eq!(report["n_stacks_split"], 1);
    assert_eq!(report["n_documents_read"], 2);
    let (verified, code) = json(&["verify", "--archive", text(&archive)]);
    assert_eq!((code, &verified["damage"]), (0, &serde_json::json!([])));
}

#[test]
fn a_report_shows_what_failed_and_lets_no_file_name_into_its_markup() {
    let dir = tempfile::tempdir().unwrap();
    let (scans, archive) = (scans(dir.path()), dir.path().join("archive"));
    fs::write(scans.join("<b>hỏng.pdf"), "x").unwrap();
    let reports = dir.path().join("reports");
    let arguments = ["import", text(&scans), "--archive", text(&archive)];
    let (_, code) = json(&[&arguments[..], &["--report", text(&reports)]].concat());
    assert_eq!(code, 1);
    let files = files_in(&reports);
    assert_eq!(files.len(), 2, "{files:?}");
    let html = fs::read_to_string(&files[1]).unwrap();
    assert!(html.contains("&lt;b&gt;hỏng.pdf"), "{html}");
    assert!(!html.contains("<b>"), "{html}");
    // People read the page, programs and those who mend them the table.
    assert!(
        html.contains("không phải PDF, TIFF, PNG hoặc JPEG. Xuất ra PDF"),
        "{html}"
    );
    assert!(!html.contains("export the document"), "{html}");
    let table = fs::read_to_string(&files[0]).unwrap();
    assert!(table.contains("<b>hỏng.pdf"), "{table}");
    assert!(table.contains("export the document as PDF"), "{table}");
}

#[test]
fn a_table_that_names_no_columns_is_refused_before_anything_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let manifest = dir.path().join("kho.csv");
    fs::write(&manifest, "a.pdf,1\n").unwrap();
    let output = vanthu()
        .args(["import", ".", "--manifest", text(&manifest), "--archive"])
        .arg(dir.path().join("archive"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).contains("phông"));
    assert!(!dir.path().join("archive").exists());
}

/// Ends a watch that a failed test leaves.
struct Watching(Child);

impl Watching {
    /// Watches a folder by `command`, which is the program or what starts it.
    fn start(command: &mut Command, settle: &str, incoming: &Path, archive: &Path) -> Self {
        let child = command
            .args(["import", "--settle", settle, "--watch"])
            .arg(incoming)
            .arg("--archive")
            .arg(archive)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn();
        Self(child.unwrap())
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn n_documents(archive: &Path) -> i64 {
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
    rusqlite::Connection::open_with_flags(archive.join("catalogue.sqlite"), flags)
        .and_then(|catalogue| {
            let query = "SELECT count(*) FROM documents WHERE state = 'read'";
            catalogue.query_row(query, [], |row| row.get(0))
        })
        .unwrap_or(0)
}

fn wait_for_documents(archive: &Path, n_expected: i64) {
    let start = Instant::now();
    while n_documents(archive) < n_expected {
        let waited = start.elapsed();
        assert!(waited < Duration::from_secs(300), "{n_expected} documents");
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn a_watched_folder_is_imported_file_by_file_until_the_watch_is_ended() {
    let dir = tempfile::tempdir().unwrap();
    let (incoming, archive) = (dir.path().join("incoming"), dir.path().join("archive"));
    fs::create_dir(&incoming).unwrap();
    let outside = dir.path().join("outside.pdf");
    fs::copy(sample(SHORT[1]), &outside).unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_vanthu"));
    let mut watching = Watching::start(&mut program, "3", &incoming, &archive);
    // A file that grows slowly, one that vanishes again, a link to elsewhere.
    let scan = fs::read(sample(SHORT[0])).unwrap();
    let slow = incoming.join("slow.pdf");
    for n_tenths in 1..=10 {
        fs::write(&slow, &scan[..scan.len() * n_tenths / 10]).unwrap();
        std::thread::sleep(Duration::from_millis(100));
        let fleeting = incoming.join("fleeting.pdf");
        fs::write(&fleeting, "x").unwrap();
        fs::remove_file(&fleeting).unwrap();
    }
    std::os::unix::fs::symlink(&outside, incoming.join("link.pdf")).unwrap();
    wait_for_documents(&archive, 1);
    // Another paper takes its place by a rename.
    fs::rename(&outside, &slow).unwrap();
    wait_for_documents(&archive, 2);

    // Safety: a signal to a child of ours.
    unsafe { libc::kill(watching.0.id() as libc::pid_t, libc::SIGTERM) };
    let mut said = String::new();
    std::io::Read::read_to_string(&mut watching.0.stderr.take().unwrap(), &mut said).unwrap();
    let status = watching.0.wait().unwrap();
    assert!(status.success(), "{status:?}: {said}");
    assert!(said.contains("leads out of the watched folder"), "{said}");
    assert_eq!(n_documents(&archive), 2);
    // Nothing was taken half.
    let (verified, code) = json(&["verify", "--archive", text(&archive)]);
    assert_eq!((code, &verified["n_documents"]), (0, &2.into()));
}

#[test]
fn what_takes_the_place_of_a_watched_file_is_not_taken_for_it() {
    let dir = tempfile::tempdir().unwrap();
    let (incoming, archive) = (dir.path().join("incoming"), dir.path().join("archive"));
    fs::create_dir(&incoming).unwrap();
    let outside = dir.path().join("outside.pdf");
    fs::copy(sample(SHORT[1]), &outside).unwrap();
    let swapped = incoming.join("swapped.pdf");
    fs::copy(sample(SHORT[0]), &swapped).unwrap();
    // Another import writes: what has settled waits for it.
    let writing = Archive::open_or_create(&archive).unwrap();
    let lock = writing.lock_for_writing().unwrap();
    // A message that never comes must not be waited for.
    let mut program = Command::new("timeout");
    program.args(["--foreground", "120", env!("CARGO_BIN_EXE_vanthu")]);
    let mut watching = Watching::start(&mut program, "1", &incoming, &archive);
    let mut said = BufReader::new(watching.0.stderr.take().unwrap()).lines();
    let mut wait_for = |all: &[&str]| {
        let mut left = all.to_vec();
        while !left.is_empty() {
            let line = said.next().expect("the watch goes on").unwrap();
            left.retain(|words| !line.contains(words));
        }
    };
    wait_for(&["process"]);
    fs::remove_file(&swapped).unwrap();
    std::os::unix::fs::symlink(&outside, &swapped).unwrap();
    drop(lock);
    wait_for(&[
        "has changed since it was seen",
        "leads out of the watched folder",
    ]);
    // Safety: a signal to a child of ours.
    unsafe { libc::kill(watching.0.id() as libc::pid_t, libc::SIGTERM) };
    assert!(watching.0.wait().unwrap().success());
    assert_eq!(n_documents(&archive), 0);
}

#[test]
fn an_import_that_is_asked_to_stop_ends_in_order_and_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let (scans, archive) = (scans(dir.path()), dir.path().join("archive"));
    let child = Command::new(env!("CARGO_BIN_EXE_vanthu"))
        .args(["import", "--jobs", "1", "--format", "json", "--archive"])
        .arg(&archive)
        .arg(&scans)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while !archive.join("lock").exists() {
        std::thread::sleep(Duration::from_millis(10));
    }
    // Safety: as above.
    unsafe { libc::kill(child.id() as libc::pid_t, libc::SIGINT) };
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["is_interrupted"], true);
    let (report, code) = json(&["import", text(&scans), "--archive", text(&archive)]);
    assert_eq!((code, &report["is_interrupted"]), (0, &false.into()));
    assert_eq!(n_documents(&archive), SHORT.len() as i64);
}

/// A paper of several pages and a short one, one page of the first read and the
/// second in work; what tells of it.
fn import_in_its_second_page(
    dir: &Path,
    arguments: &[&str],
) -> (Child, std::io::Lines<BufReader<ChildStderr>>) {
    let (scans, archive) = (dir.join("scans"), dir.join("archive"));
    fs::create_dir(&scans).unwrap();
    for id in ["05", "08"] {
        let scan = sample(id);
        fs::copy(&scan, scans.join(scan.file_name().unwrap())).unwrap();
    }
    let mut child = Command::new(env!("CARGO_BIN_EXE_vanthu"))
        .args(["import", "--jobs", "1", "--archive"])
        .args([&archive, &scans])
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let stderr = BufReader::new(child.stderr.take().unwrap());
    let catalogue = archive.join("catalogue.sqlite");
    let n_pages = || {
        let connection = rusqlite::Connection::open(&catalogue).ok()?;
        let count = "SELECT count(*) FROM pages";
        connection
            .query_row(count, [], |row| row.get::<_, i64>(0))
            .ok()
    };
    while !catalogue.exists() || n_pages() != Some(1) {
        assert!(child.try_wait().unwrap().is_none(), "ended before its time");
        std::thread::sleep(Duration::from_millis(20));
    }
    (child, stderr.lines())
}

fn interrupt(child: &Child) {
    // Safety: a signal to a child of ours.
    unsafe { libc::kill(child.id() as libc::pid_t, libc::SIGINT) };
}

#[test]
fn an_interrupted_import_says_so_at_once_and_what_it_did_not_reach_is_not_missing() {
    let dir = tempfile::tempdir().unwrap();
    let manifest = dir.path().join("kho.csv");
    let names = ["05", "08"].map(|id| {
        let scan = sample(id);
        scan.file_name().unwrap().to_str().unwrap().to_owned()
    });
    let rows = format!("tệp,hộp\n{},1\n{},2\nkhông có.pdf,3\n", names[0], names[1]);
    fs::write(&manifest, rows).unwrap();
    let report = dir.path().join("report.html");
    let (mut child, mut told) = import_in_its_second_page(
        dir.path(),
        &["--manifest", text(&manifest), "--report", text(&report)],
    );
    interrupt(&child);
    let line = told.next().unwrap().unwrap();
    assert!(
        child.try_wait().unwrap().is_none(),
        "told at its end: {line}"
    );
    assert!(
        line.contains("pages in work are read to their end"),
        "{line}"
    );
    assert!(line.contains("Ctrl-C again ends at once"), "{line}");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(
        printed.contains("1 rows of the manifest matched"),
        "{printed}"
    );
    assert!(
        printed.contains("1 rows of the manifest are of files that were not reached"),
        "{printed}"
    );
    assert!(
        printed.contains("line 4 of the manifest: không có.pdf"),
        "{printed}"
    );
    assert!(!printed.contains(&names[1]), "{printed}");
    let html = fs::read_to_string(&report).unwrap();
    assert!(html.contains("1 dòng có tệp nhưng chưa nhập tới"), "{html}");
    assert!(
        html.contains("chưa xong") && !html.contains(">hỏng"),
        "{html}"
    );
}

#[test]
fn a_second_interruption_ends_the_import_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let (mut child, told) = import_in_its_second_page(dir.path(), &["--progress", "json"]);
    interrupt(&child);
    let stopping = told
        .map(|line| serde_json::from_str::<serde_json::Value>(&line.unwrap()).unwrap())
        .find(|counts| counts["is_stopping"] == true);
    assert!(stopping.is_some());
    assert!(child.try_wait().unwrap().is_none());
    interrupt(&child);
    let status = child.wait().unwrap();
    assert_eq!(status.signal(), Some(libc::SIGINT));
}

#[test]
fn a_backup_made_during_an_import_comes_back_whole() {
    let dir = tempfile::tempdir().unwrap();
    let (scans, archive) = (scans(dir.path()), dir.path().join("archive"));
    let first = &files_in(&scans)[0];
    assert_eq!(
        json(&["import", text(first), "--archive", text(&archive)]).1,
        0
    );
    let mut import = Command::new(env!("CARGO_BIN_EXE_vanthu"))
        .args(["import", "--progress", "none", "--archive"])
        .arg(&archive)
        .arg(&scans)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let (backup, restored) = (dir.path().join("backup"), dir.path().join("restored"));
    let (report, code) = json(&["backup", text(&backup), "--archive", text(&archive)]);
    assert_eq!(code, 0, "{report}");
    assert!(import.wait().unwrap().success());

    let sums = Command::new("sha256sum")
        .args(["--check", "--quiet", "--strict", "SHA256SUMS"])
        .current_dir(&backup)
        .status();
    assert!(sums.unwrap().success());
    let (report, code) = json(&["restore-archive", text(&backup), text(&restored)]);
    assert_eq!(code, 0, "{report}");
    // The index is built anew by whoever asks first.
    let (found, code) = json(&[
        "search",
        "kế hoạch OR quyết định",
        "--archive",
        text(&restored),
    ]);
    assert_eq!(code, 0, "{found}");
    let (verified, code) = json(&["verify", "--archive", text(&restored)]);
    assert_eq!(code, 0, "{verified}");
    // The same import finds what it has and brings what came after the backup.
    assert_eq!(
        json(&["import", text(&scans), "--archive", text(&restored)]).1,
        0
    );
    assert_eq!(n_documents(&restored), SHORT.len() as i64);

    // Neither command mixes its files with others.
    let (_, code) = run(&["backup", text(&backup), "--archive", text(&archive)]);
    assert_eq!(code, 4);
    let (_, code) = run(&["restore-archive", text(&backup), text(&archive)]);
    assert_eq!(code, 4);
    let inside = archive.join("backup");
    let (said, code) = run(&["backup", text(&inside), "--archive", text(&archive)]);
    assert_eq!(code, 4, "{said}");
    assert!(!inside.exists());
}

/// What was said on stderr, and the exit code.
fn run(arguments: &[&str]) -> (String, i32) {
    let output = vanthu().args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (said, output.status.code().unwrap())
}

#[test]
fn two_backups_do_not_fill_one_folder() {
    let dir = tempfile::tempdir().unwrap();
    let archive = Archive::open_or_create(&dir.path().join("archive")).unwrap();
    let target = dir.path().join("backup");
    // As the first one is under way.
    fs::create_dir(&target).unwrap();
    let mark = fs::File::create(target.join("unfinished")).unwrap();
    mark.try_lock().unwrap();
    let refused = archive.back_up(&target, false, |_, _| {});
    assert!(
        matches!(refused, Err(ArchiveError::TargetBeingFilled { .. })),
        "{refused:?}"
    );
    drop(mark);
    archive.back_up(&target, false, |_, _| {}).unwrap();
    assert!(!target.join("unfinished").exists());
}

#[test]
fn damage_is_told_by_backup_and_by_the_way_back_and_the_rest_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let (scans, archive) = (scans(dir.path()), dir.path().join("archive"));
    assert_eq!(
        json(&["import", text(&scans), "--archive", text(&archive)]).1,
        0
    );
    let originals: Vec<PathBuf> = files_in(&archive.join("originals"))
        .iter()
        .flat_map(|folder| files_in(folder))
        .collect();
    let linked = dir.path().join("linked");
    let (report, code) = json(&[
        "backup",
        "--link",
        text(&linked),
        "--archive",
        text(&archive),
    ]);
    assert_eq!((code, &report["n_documents"]), (0, &2.into()));
    let link = linked.join(originals[0].strip_prefix(&archive).unwrap());
    assert_eq!(
        fs::metadata(&link).unwrap().ino(),
        fs::metadata(&originals[0]).unwrap().ino()
    );
    fs::remove_dir_all(&linked).unwrap();

    // An interrupted backup goes on; what a power cut left half is copied again.
    let backup = dir.path().join("backup");
    let half = backup.join(originals[0].strip_prefix(&archive).unwrap());
    fs::create_dir_all(half.parent().unwrap()).unwrap();
    fs::write(backup.join("unfinished"), "").unwrap();
    fs::write(&half, "half").unwrap();
    let (said, code) = run(&[
        "restore-archive",
        text(&backup),
        text(&dir.path().join("x")),
    ]);
    assert_eq!(code, 4);
    assert!(said.contains("SHA256SUMS"), "{said}");
    assert_eq!(
        json(&["backup", text(&backup), "--archive", text(&archive)]).1,
        0
    );
    assert_eq!(fs::read(&half).unwrap(), fs::read(&originals[0]).unwrap());

    // A changed original in the backup is left out, one in the archive is told.
    for file in [&half, &originals[1]] {
        fs::set_permissions(file, fs::Permissions::from_mode(0o644)).unwrap();
        fs::write(file, "changed").unwrap();
    }
    let restored = dir.path().join("restored");
    let (report, code) = json(&["restore-archive", text(&backup), text(&restored)]);
    assert_eq!(code, 1, "{report}");
    assert_eq!(report["n_originals"], 1);
    assert_eq!(report["damaged_files"].as_array().unwrap().len(), 1);
    let (verified, code) = json(&["verify", "--archive", text(&restored)]);
    assert_eq!(code, 1);
    assert_eq!(verified["damage"][0]["kind"], "original_missing");
    let second = dir.path().join("second");
    let (report, code) = json(&["backup", text(&second), "--archive", text(&archive)]);
    assert_eq!(code, 1);
    assert_eq!(report["damage"][0]["kind"], "original_changed");
    // A changed catalogue ends the way back, and leaves no archive.
    let mut bytes = fs::read(backup.join("catalogue.sqlite")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(backup.join("catalogue.sqlite"), bytes).unwrap();
    let third = dir.path().join("third");
    let (said, code) = run(&["restore-archive", text(&backup), text(&third)]);
    assert_eq!(code, 4, "{said}");
    assert!(!third.join("catalogue.sqlite").exists());
}

#[test]
fn a_damaged_index_is_built_anew_by_the_next_import() {
    let dir = tempfile::tempdir().unwrap();
    let (scans, archive) = (scans(dir.path()), dir.path().join("archive"));
    assert_eq!(
        json(&["import", text(&scans), "--archive", text(&archive)]).1,
        0
    );
    for entry in walkdir(&archive.join("index")) {
        let length = fs::metadata(&entry).unwrap().len();
        fs::write(&entry, vec![0x5a; length as usize]).unwrap();
    }
    assert_eq!(json(&["verify", "--archive", text(&archive)]).1, 1);
    assert_eq!(
        json(&["import", text(&scans), "--archive", text(&archive)]).1,
        0
    );
    let (verified, code) = json(&["verify", "--archive", text(&archive)]);
    assert_eq!(code, 0, "{verified}");
}

/// All files under a folder.
fn walkdir(folder: &Path) -> Vec<PathBuf> {
    files_in(folder)
        .into_iter()
        .flat_map(|path| match path.is_dir() {
            true => walkdir(&path),
            false => vec![path],
        })
        .collect()
}
