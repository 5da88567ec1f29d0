//! A disk that fills up in the middle of an import: said, nothing half-written,
//! and the import goes on when there is room again.

mod common;

use common::samples;
use std::process::Command;

/// Mounts a small disk of its own in a namespace of its own, imports into it,
/// makes it larger, imports again. Prints the exit codes.
const SCRIPT: &str = r#"
set -u
mount -t tmpfs -o size=3m disk "$DISK" || exit 99
"$VANTHU" import "$SCANS" --archive "$DISK/archive" --progress none >&2; echo "first $?"
mount -o remount,size=200m "$DISK" || exit 99
"$VANTHU" import "$SCANS" --archive "$DISK/archive" --progress none >&2; echo "second $?"
"$VANTHU" verify --archive "$DISK/archive" >&2; echo "verify $?"
"$VANTHU" search --archive "$DISK/archive" --format json "kế hoạch" | grep -c document_id
"#;

#[test]
fn an_import_onto_a_full_disk_says_so_and_goes_on_later() {
    let may_mount = Command::new("unshare").args(["-rm", "true"]).status();
    if !may_mount.is_ok_and(|status| status.success()) {
        eprintln!("skipped: this system lets nobody mount a disk of his own");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let output = Command::new("unshare")
        .args(["-rm", "sh", "-c", SCRIPT])
        .env("DISK", dir.path())
        .env("SCANS", samples().join("scans"))
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
}
