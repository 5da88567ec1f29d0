//! An import that is killed again and again ends like one that never was.

mod common;

use common::{sample, vanthu};
use rusqlite::Connection;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const N_KILLS: u32 = 20;

/// A few short papers of different kinds, so that a run has many stages to be
/// killed in and twenty runs stay affordable.
const SAMPLES: [&str; 4] = ["08", "12", "16", "18"];

fn start_import(scans: &Path, archive: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_vanthu"))
        .args(["import", "--progress", "none", "--archive"])
        .arg(archive)
        .arg(scans)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn import_to_the_end(scans: &Path, archive: &Path) -> Duration {
    let start = Instant::now();
    let output = start_import(scans, archive).wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "{:?}: {}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    start.elapsed()
}

/// Everything in the catalogue that does not tell of the time it was written.
fn catalogue(archive: &Path) -> Vec<String> {
    let connection = Connection::open(archive.join("catalogue.sqlite")).unwrap();
    let queries = [
        "SELECT document_id || '|' || sha256 || '|' || state || '|' || page_count || '|' || ifnull(number, '')
             || '|' || ifnull(issued, '') || '|' || ifnull(subject, '') FROM documents ORDER BY document_id",
        "SELECT document_id || '|' || page_number || '|' || state || '|' || text || '|' || raw_text
             FROM pages ORDER BY document_id, page_number",
        "SELECT document_id || '|' || json FROM records ORDER BY document_id",
        "SELECT ifnull(document_id, '') || '|' || ifnull(page_number, '') || '|' || kind FROM failures ORDER BY 1",
        "SELECT document_id || '|' || path FROM sources ORDER BY 1",
    ];
    queries
        .iter()
        .flat_map(|query| {
            let mut statement = connection.prepare(query).unwrap();
            let rows: Vec<String> = statement
                .query_map([], |row| row.get(0))
                .unwrap()
                .map(Result::unwrap)
                .collect();
            rows
        })
        .collect()
}

fn answers(archive: &Path) -> Vec<String> {
    [
        "ke hoach",
        "\"ủy ban nhân dân\"",
        "tỷ lệ OR kiểm tra",
        "2025",
        "-họp quyết định",
    ]
    .iter()
    .map(|query| {
        let output = vanthu()
            .args(["search", "--format", "json", "--archive"])
            .arg(archive)
            .args(["--", query])
            .output()
            .unwrap();
        assert!(output.status.success());
        let mut answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        // The time the search took differs from run to run.
        if let Some(fields) = answer.as_object_mut() {
            fields.retain(|name, _| !name.contains("ms"));
        }
        answer.to_string()
    })
    .collect()
}

/// The same sequence of waits in every run of the test (a linear congruential
/// generator), spread over the time an undisturbed import takes.
fn waits(longest: Duration) -> impl Iterator<Item = Duration> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    std::iter::repeat_with(move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        longest.mul_f64((state >> 40) as f64 / (1_u64 << 24) as f64)
    })
}

#[test]
fn an_import_killed_twenty_times_ends_like_one_never_killed() {
    let dir = tempfile::tempdir().unwrap();
    let scans = dir.path().join("scans");
    fs::create_dir(&scans).unwrap();
    for id in SAMPLES {
        let scan = sample(id);
        fs::copy(&scan, scans.join(scan.file_name().unwrap())).unwrap();
    }
    let undisturbed = dir.path().join("undisturbed");
    let duration = import_to_the_end(&scans, &undisturbed);

    let killed = dir.path().join("killed");
    let mut n_killed = 0;
    // Waits are short against the whole, or a first run would leave nothing to
    // be killed in: at most a third of it.
    for wait in waits(duration / 3).take(N_KILLS as usize) {
        let mut child = start_import(&scans, &killed);
        std::thread::sleep(wait);
        child.kill().unwrap();
        let status = child.wait().unwrap();
        n_killed += u32::from(!status.success());
    }
    import_to_the_end(&scans, &killed);

    assert!(
        n_killed >= N_KILLS / 2,
        "only {n_killed} of {N_KILLS} runs were killed before they ended"
    );
    assert_eq!(catalogue(&killed), catalogue(&undisturbed));
    assert_eq!(answers(&killed), answers(&undisturbed));
    vanthu()
        .args(["verify", "--archive"])
        .arg(&killed)
        .assert()
        .success();
}
