//! What people give by mistake: each gets a reason, a code, and nothing is lost.

mod common;

use common::{json, sample, vanthu};
use predicates::str::contains;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

fn import(archive: &Path, path: &Path) -> assert_cmd::assert::Assert {
    vanthu()
        .args(["import", "--progress", "none", "--archive"])
        .arg(archive)
        .arg(path)
        .assert()
}

/// Imports one file beside a good one; the bad one is told with `reason`, the
/// good one is in the archive.
fn is_told(name: &str, bytes: &[u8], reason: &str) {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("in");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join(name), bytes).unwrap();
    fs::copy(sample("08"), folder.join("good.png")).unwrap();
    let archive = dir.path().join("archive");
    import(&archive, &folder)
        .code(1)
        .stderr(contains(name))
        .stderr(contains(reason));
    let (failures, _) = json(&["failures", "--archive", archive.to_str().unwrap()]);
    assert!(failures.to_string().contains(reason), "{failures}");
    let (stats, _) = json(&["stats", "--archive", archive.to_str().unwrap()]);
    assert!(stats.to_string().contains('1'), "{stats}");
    assert_eq!(
        fs::read(folder.join(name)).unwrap(),
        bytes,
        "the input was changed"
    );
    // Read alone, it is an unusable input.
    vanthu()
        .arg("ocr")
        .arg(folder.join(name))
        .assert()
        .code(3)
        .stderr(contains(name))
        .stderr(contains(reason));
}

#[test]
fn a_missing_path() {
    let dir = tempfile::tempdir().unwrap();
    import(&dir.path().join("archive"), &dir.path().join("nothing.pdf"))
        .code(3)
        .stderr(contains("nothing.pdf"))
        .stderr(contains("no such file"));
    assert!(
        !dir.path().join("archive").exists(),
        "an archive was made for nothing"
    );
}

#[test]
fn an_empty_file() {
    is_told("empty.pdf", b"", "is empty");
}

#[test]
fn a_text_file_named_pdf() {
    is_told(
        "letter.pdf",
        "Kính gửi: Các đơn vị\n".as_bytes(),
        "not a PDF",
    );
}

#[test]
fn a_pdf_without_pages() {
    let mut document = lopdf::Document::with_version("1.5");
    let pages = document.add_object(lopdf::dictionary! { "Type" => "Pages", "Kids" => Vec::<lopdf::Object>::new(), "Count" => 0 });
    let catalog = document.add_object(lopdf::dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    is_told("no-pages.pdf", &bytes, "no pages");
}

#[test]
fn a_truncated_pdf_gives_what_is_left_of_it_or_a_reason() {
    let bytes = fs::read(sample("18")).unwrap();
    is_told("cut.pdf", &bytes[..bytes.len() / 3], "breaks off");
    // Cut near its end, only the table of contents of the file is lost.
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("cut.pdf");
    fs::write(&file, &bytes[..bytes.len() - 200]).unwrap();
    vanthu()
        .arg("ocr")
        .args(["--pages", "1"])
        .arg(&file)
        .assert()
        .code(0)
        .stdout(contains("\n"));
}

#[test]
fn a_file_without_the_right_to_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("secret.pdf");
    fs::write(&file, "x").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::File::open(&file).is_ok() {
        // Root may read everything; there is nothing to see then.
        return;
    }
    vanthu()
        .arg("ocr")
        .arg(&file)
        .assert()
        .code(3)
        .stderr(contains("no right to read"));
}

#[test]
fn a_folder_where_a_file_is_wanted() {
    let dir = tempfile::tempdir().unwrap();
    vanthu()
        .arg("ocr")
        .arg(dir.path())
        .assert()
        .code(3)
        .stderr(contains("folder"));
}

#[test]
fn an_archive_of_a_newer_version_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let archive = dir.path().join("archive");
    import(&archive, &sample("08")).code(0);
    let catalogue = rusqlite::Connection::open(archive.join("catalogue.sqlite")).unwrap();
    catalogue
        .pragma_update(None, "user_version", 9_999)
        .unwrap();
    drop(catalogue);
    import(&archive, &sample("08"))
        .code(4)
        .stderr(contains("newer vanthu"));
    vanthu()
        .args(["search", "họp", "--archive"])
        .arg(&archive)
        .assert()
        .code(4);
}

#[test]
fn a_second_import_into_the_same_archive_says_who_holds_it() {
    let dir = tempfile::tempdir().unwrap();
    let archive = dir.path().join("archive");
    let mut first = Command::new(env!("CARGO_BIN_EXE_vanthu"))
        .args(["import", "--progress", "none", "--jobs", "1", "--archive"])
        .arg(&archive)
        .arg(common::samples().join("scans"))
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    while !archive.join("originals").exists()
        || fs::read_dir(archive.join("originals"))
            .unwrap()
            .next()
            .is_none()
    {
        assert!(
            first.try_wait().unwrap().is_none(),
            "the first import ended early"
        );
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    import(&archive, &sample("08"))
        .code(4)
        .stderr(contains(first.id().to_string()));
    first.kill().unwrap();
    first.wait().unwrap();
}

#[test]
fn searching_without_an_archive_says_how_to_make_one() {
    let dir = tempfile::tempdir().unwrap();
    vanthu()
        .args(["search", "họp", "--archive"])
        .arg(dir.path().join("none"))
        .assert()
        .code(4)
        .stderr(contains("vanthu import"));
}

#[test]
fn an_output_that_cannot_be_written_is_told_before_anything_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let scan = dir.path().join("scan.png");
    fs::copy(sample("08"), &scan).unwrap();
    let before = fs::read(&scan).unwrap();
    for (target, reason) in [
        (dir.path().join("none/out.txt"), "no such folder"),
        (dir.path().to_owned(), "a folder"),
        (scan.clone(), "the scan itself"),
    ] {
        vanthu()
            .arg("ocr")
            .arg(&scan)
            .arg("-o")
            .arg(&target)
            .assert()
            .code(2)
            .stderr(contains(reason));
    }
    assert_eq!(fs::read(&scan).unwrap(), before);
}

#[test]
fn nobody_listening_on_stderr_is_no_crash() {
    let dir = tempfile::tempdir().unwrap();
    let empty = dir.path().join("empty.pdf");
    fs::write(&empty, "").unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_vanthu"))
        .args(["import", "--archive"])
        .arg(dir.path().join("archive"))
        .arg(&empty)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

#[test]
fn a_file_too_large_for_a_worker_is_told_from_a_damaged_one() {
    let dir = tempfile::tempdir().unwrap();
    let huge = dir.path().join("huge.pdf");
    fs::write(&huge, "%PDF-1.7\n").unwrap();
    // Holes take no room on the disk.
    let file = fs::OpenOptions::new().write(true).open(&huge).unwrap();
    file.set_len(3 << 30).unwrap();
    vanthu()
        .arg("ocr")
        .arg(&huge)
        .assert()
        .code(3)
        .stderr(contains("--worker-memory"));
}
