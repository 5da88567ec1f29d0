//! A disk that fills up in the middle of an import, or of a backup: said, nothing
//! half-written, and both go on when there is room again.

mod common;

use common::sample;
use std::fs;
use std::process::Command;

/// A few short papers; their originals alone have 300 KB.
const SAMPLES: [&str; 4] = ["06", "12", "18", "19"];

/// Mounts a small disk of its own in a namespace of its own, imports into it,
/// makes it larger, imports again; then the same with a backup, from which an
/// archive is made. Prints the exit codes.
const SCRIPT: &str = r#"
set -u
mount -t tmpfs -o size=600k disk "$DISK" || exit 99
"$VANTHU" import "$SCANS" --archive "$DISK/archive" --progress none >&2; echo "first $?"
mount -o remount,size=50m "$DISK" || exit 99
"$VANTHU" import "$SCANS" --archive "$DISK/archive" --progress none >&2; echo "second $?"
"$VANTHU" verify --archive "$DISK/archive" >&2; echo "verify $?"
"$VANTHU" search --archive "$DISK/archive" --format json "kế hoạch" | grep -c document_id
mkdir "$DISK/small"
mount -t tmpfs -o size=400k disk "$DISK/small" || exit 99
"$VANTHU" backup "$DISK/small/backup" --archive "$DISK/archive" >&2; echo "small backup $?"
mount -o remount,size=50m "$DISK/small" || exit 99
"$VANTHU" backup "$DISK/small/backup" --archive "$DISK/archive" >&2; echo "large backup $?"
"$VANTHU" restore-archive "$DISK/small/backup" "$DISK/back" >&2; echo "restored $?"
"$VANTHU" search --archive "$DISK/back" "kế hoạch" >/dev/null 2>&1
"$VANTHU" verify --archive "$DISK/back" >&2; echo "verify restored $?"
"#;

#[test]
fn an_import_and_a_backup_onto_a_full_disk_say_so_and_go_on_later() {
    let may_mount = Command::new("unshare").args(["-rm", "true"]).status();
    if !may_mount.is_ok_and(|status| status.success()) {
        eprintln!("skipped: this system lets nobody mount a disk of his own");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (scans, disk) = (dir.path().join("scans"), dir.path().join("disk"));
    fs::create_dir(&scans).unwrap();
    fs::create_dir(&disk).unwrap();
    for id in SAMPLES {
        let scan = sample(id);
        fs::copy(&scan, scans.join(scan.file_name().unwrap())).unwrap();
    }
    let output = Command::new("unshare")
        .args(["-rm", "sh", "-c", SCRIPT])
        .env("DISK", &disk)
        .env("SCANS", &scans)
        .env("VANTHU", env!("CARGO_BIN_EXE_vanthu"))
        .output()
        .unwrap();
    let (told, said) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    if output.status.code() == Some(99) {
        eprintln!("skipped: {said}");
        return;
    }
    assert!(told.contains("first 5"), "{told}\n{said}");
    assert!(said.contains("is full"), "{said}");
    assert!(told.contains("second 0"), "{told}\n{said}");
    assert!(told.contains("verify 0"), "{told}\n{said}");
    assert!(told.contains("small backup 5"), "{told}\n{said}");
    assert!(told.contains("large backup 0"), "{told}\n{said}");
    assert!(told.contains("restored 0"), "{told}\n{said}");
    assert!(told.contains("verify restored 0"), "{told}\n{said}");
}
