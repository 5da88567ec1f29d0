//! Scans in, searchable archive out: the samples through the whole program,
//! with the real Tesseract.

mod common;

use common::{json, samples, vanthu};
use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

/// All samples imported once, for all tests of this file.
fn archive() -> &'static Path {
    static ARCHIVE: OnceLock<tempfile::TempDir> = OnceLock::new();
    ARCHIVE
        .get_or_init(|| {
            let dir = tempfile::tempdir().unwrap();
            vanthu()
                .args(["import", "--progress", "none", "--archive"])
                .arg(dir.path())
                .arg(samples().join("scans"))
                .assert()
                .success();
            dir
        })
        .path()
}

fn search(query: &str) -> Vec<serde_json::Value> {
    let (answer, code) = json(&["search", query, "--archive", archive().to_str().unwrap()]);
    assert_eq!(code, 0);
    answer["hits"].as_array().unwrap().clone()
}

fn bag(text: &str) -> HashMap<String, i32> {
    let mut bag = HashMap::new();
    for word in text.split_whitespace() {
        *bag.entry(vanthu::vietnamese::unify_tone(word)).or_default() += 1;
    }
    bag
}

/// The printed words of a page's truth: no block names, stamps or handwriting.
fn printed(truth: &str) -> String {
    let mut is_stamp = false;
    let mut words = Vec::new();
    for line in truth.lines() {
        if let Some(block) = line.strip_prefix("#block") {
            is_stamp = block.trim() == "stamp";
        } else if !is_stamp {
            words.extend(
                line.split_whitespace()
                    .filter(|word| !word.contains('⟦') && *word != "|"),
            );
        }
    }
    words.join(" ")
}

#[test]
fn the_samples_are_read_well() {
    let (mut n_words, mut n_found) = (0, 0);
    let catalogue = rusqlite::Connection::open(archive().join("catalogue.sqlite")).unwrap();
    for entry in fs::read_dir(samples().join("truth")).unwrap() {
        let truth_dir = entry.unwrap().path();
        let id = truth_dir.file_name().unwrap().to_str().unwrap().to_owned();
        let mut pages = catalogue
            .prepare(
                "SELECT page_number, text FROM pages JOIN documents USING (document_id)
                 WHERE file_name LIKE ?1 || '.%'",
            )
            .unwrap();
        let pages: HashMap<u32, String> = pages
            .query_map([&id], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        assert!(!pages.is_empty(), "{id} is not in the archive");
        for (page_number, text) in &pages {
            let truth = fs::read_to_string(truth_dir.join(format!("page-{page_number}.txt")))
                .unwrap_or_default();
            let found = bag(text);
            for (word, count) in bag(&printed(&truth)) {
                n_words += count;
                n_found += count.min(found.get(&word).copied().unwrap_or(0));
            }
        }
    }
    let share = f64::from(n_found) / f64::from(n_words);
    assert!(n_words > 10_000, "only {n_words} words of truth");
    assert!(
        share > 0.93,
        "only {:.1} % of {n_words} words were read right",
        share * 100.0
    );
}

#[test]
fn words_are_found_with_and_without_marks() {
    let with_marks = search("\"cải cách hành chính\"");
    let without = search("cai cach hanh chinh");
    assert!(!with_marks.is_empty());
    let ids = |hits: &[serde_json::Value]| -> Vec<i64> {
        hits.iter()
            .map(|hit| hit["document_id"].as_i64().or(hit["id"].as_i64()).unwrap())
            .collect()
    };
    let found = ids(&without);
    for id in ids(&with_marks) {
        assert!(found.contains(&id), "{id} is missing in {found:?}");
    }
}

#[test]
fn a_number_is_found_as_typed_or_written_otherwise() {
    for query in ["749/QĐ-TTg", "749/qd-ttg", "749/QD-TTG"] {
        assert!(!search(query).is_empty(), "{query}");
    }
}

#[test]
fn originals_are_kept_byte_for_byte_and_verified() {
    vanthu()
        .args(["verify", "--archive"])
        .arg(archive())
        .assert()
        .success();
    let (stats, _) = json(&["stats", "--archive", archive().to_str().unwrap()]);
    let n_samples = fs::read_dir(samples().join("scans")).unwrap().count();
    assert!(
        stats.to_string().contains(&n_samples.to_string()),
        "{stats}"
    );
}

#[test]
fn importing_again_reads_nothing() {
    let archive = archive();
    let output = vanthu()
        .args([
            "import",
            "--progress",
            "none",
            "--format",
            "json",
            "--archive",
        ])
        .arg(archive)
        .arg(samples().join("scans"))
        .output()
        .unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["n_pages_read"], 0, "{report}");
    assert_eq!(report["n_known"], report["n_files"], "{report}");
}

#[test]
fn copies_links_and_odd_names_are_one_document_read_once() {
    use std::os::unix::ffi::OsStrExt;
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("in");
    fs::create_dir(&folder).unwrap();
    let scan = common::sample("12");
    let names = [&b"1.tif"[..], b"2.tif", b"bao c\xe1o.tif"];
    for name in names {
        fs::copy(&scan, folder.join(std::ffi::OsStr::from_bytes(name))).unwrap();
    }
    std::os::unix::fs::symlink(&scan, folder.join("link.tif")).unwrap();
    // The archive may lie in the folder that is imported.
    let archive = folder.join("archive");
    for n_read in [1, 0] {
        let output = vanthu()
            .args(["import", "--progress", "none", "--jobs", "2"])
            .args(["--format", "json", "--archive"])
            .arg(&archive)
            .arg(&folder)
            .output()
            .unwrap();
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["n_files"], names.len() + 1, "{report}");
        assert_eq!(report["n_documents_read"], n_read, "{report}");
        assert_eq!(report["n_pages_read"], n_read * 2, "{report}");
        assert_eq!(report["n_known"], names.len() + 1 - n_read, "{report}");
    }
}
