//! Text that people give by mistake to `restore`, `extract` and `evaluate`: each
//! comes through, or gets a reason with its place and a code.

mod common;

use common::vanthu;
use predicates::prelude::*;
use predicates::str::contains;
use std::fs;
use std::path::PathBuf;

/// A folder with one file of these bytes.
fn file_of(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("text.txt");
    fs::write(&path, bytes).unwrap();
    (folder, path)
}

/// What `vanthu restore` makes of a text.
fn restored(kind: &str, text: &str) -> String {
    let output = vanthu()
        .args(["restore", "--input", kind])
        .write_stdin(text)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
    String::from_utf8(output.stdout).unwrap()
}

const KINDS: [&str; 4] = ["bare", "garbled", "read", "auto"];

#[test]
fn bytes_that_are_no_utf8_are_named_by_their_place() {
    let (_folder, path) = file_of(b"Kinh gui\xff cac don vi\n");
    for command in ["restore", "extract", "evaluate"] {
        vanthu()
            .arg(command)
            .arg(&path)
            .assert()
            .code(3)
            .stdout("")
            .stderr(contains("byte 8").and(contains("text.txt")));
    }
    // What came before whole is not lost.
    let mut stream = "cai cach hanh chinh\n".repeat(20_000).into_bytes();
    let at = stream.len() - 7;
    stream[at] = 0xc3;
    vanthu()
        .args(["restore", "--input", "bare"])
        .write_stdin(stream)
        .assert()
        .code(3)
        .stdout(predicate::str::starts_with("cải cách hành chính\n"))
        .stderr(contains(format!("stdin is not UTF-8 at byte {at}")));
}

#[test]
fn nothing_gives_nothing() {
    vanthu()
        .arg("restore")
        .write_stdin("")
        .assert()
        .code(0)
        .stdout("");
    let (_folder, path) = file_of(b"");
    vanthu()
        .arg("extract")
        .arg(&path)
        .assert()
        .code(3)
        .stderr(contains("is empty"));
    vanthu().arg("evaluate").arg(&path).assert().code(0);
}

#[test]
fn signs_that_no_text_has_come_through() {
    let text =
        "cac\u{0} don vi \u{378}\u{10ffff} \u{fffe}\u{0}\u{301} a\u{301}\u{302}\u{301}\u{1}\n";
    for kind in KINDS {
        let restored = restored(kind, text);
        for sign in ['\u{0}', '\u{378}', '\u{10ffff}', '\u{fffe}', '\u{1}'] {
            let count = |text: &str| text.matches(sign).count();
            assert_eq!(count(&restored), count(text), "{sign:?} as {kind}");
        }
        assert_eq!(restored.lines().count(), 1);
    }
    let (_folder, path) = file_of(text.as_bytes());
    let record = vanthu()
        .args(["extract", "--format", "json"])
        .arg(&path)
        .assert()
        .code(0);
    let record: serde_json::Value = serde_json::from_slice(&record.get_output().stdout).unwrap();
    assert_eq!(record["references"], serde_json::json!([]));
}

/// Paragraphs in other languages and scripts, between them one in Vietnamese.
const OTHER_LANGUAGES: &str = "\
The committee shall report to the board of directors every year on its work.
Each member may adopt rules of its own, provided that these are consistent with the treaty.

Le ministre a signé le décret relatif à la protection des données personnelles.

本公司的年度报告已经公布，详情请参阅第12页。董事会认为今年的业绩令人满意。

Министр подписал приказ о защите персональных данных в 2021 году.

Các cơ quan, đơn vị triển khai thực hiện nghiêm túc Kế hoạch này.
";

#[test]
fn other_languages_come_out_as_they_went_in() {
    assert_eq!(restored("auto", OTHER_LANGUAGES), OTHER_LANGUAGES);
    assert_eq!(restored("read", OTHER_LANGUAGES), OTHER_LANGUAGES);
    // So does a text of which nothing is Vietnamese.
    let (foreign, _) = OTHER_LANGUAGES.split_once("Các cơ quan").unwrap();
    assert_eq!(restored("auto", foreign), foreign);
}

#[test]
fn a_line_without_an_end_is_restored_in_pieces() {
    let line = "thuc hien cai cach hanh chinh ".repeat(20_000);
    let restored_line = restored("bare", &line);
    assert_eq!(restored_line.lines().count(), 1);
    assert_eq!(restored_line.matches("cải cách hành chính").count(), 20_000);
    // Nor does it need spaces.
    let letters = "ế".repeat(300_000);
    for kind in ["read", "auto"] {
        assert_eq!(restored(kind, &letters), letters);
    }
    let letters = "a".repeat(300_000);
    for kind in KINDS {
        assert_eq!(restored(kind, &letters), letters);
    }
    let (_folder, path) = file_of(line.as_bytes());
    vanthu().arg("extract").arg(&path).assert().code(0);
}

#[test]
fn a_model_that_is_none_is_told_from_a_damaged_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.model");
    let mut bytes = fs::read("dictionaries/vietnamese.model").unwrap();
    let is_refused = |bytes: &[u8], reason: &str| {
        fs::write(&path, bytes).unwrap();
        vanthu()
            .args(["restore", "--model"])
            .arg(&path)
            .write_stdin("cai cach\n")
            .assert()
            .code(3)
            .stdout("")
            .stderr(contains("own.model").and(contains(reason)));
    };
    is_refused(b"", "no model of vanthu");
    is_refused(
        "{\"vocab\": []}".repeat(100).as_bytes(),
        "no model of vanthu",
    );
    is_refused(&bytes[..bytes.len() / 2], "its length");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x10;
    is_refused(&bytes, "its checksum");
    bytes[8] = 77;
    is_refused(&bytes, "version 77");
}

#[test]
fn folders_of_pairs_are_measured_together() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("one.truth.txt", "Số: 12/QĐ-UBND về cải cách hành chính\n");
    // An empty line at the end is no line of text.
    write("one.txt", "S6: 12/QD-UBND vé cai cach hanh chinh\n\n");
    write(
        "two.txt",
        "#block body\nnâng cao trách nhiệm ngày ⟦15⟧ tháng 3\n",
    );
    write("notes.md", "not measured");
    let measured = |arguments: &[&str]| -> serde_json::Value {
        let output = vanthu()
            .args(["evaluate", "--format", "json"])
            .args(arguments)
            .arg(folder.path())
            .assert()
            .code(0);
        serde_json::from_slice(&output.get_output().stdout).unwrap()
    };
    let report = measured(&["--input", "garbled"]);
    assert_eq!(report["texts"], 2);
    assert_eq!(report["words"], 15);
    assert_eq!(report["numbers"], 3);
    assert_eq!(report["altered_numbers"], serde_json::json!([]));
    assert!(report["word_error_rate_before"].as_f64() > report["word_error_rate"].as_f64());
    let report = measured(&["--strip", "--input", "bare"]);
    assert_eq!(report["texts"], 2);
    assert_eq!(report["syllable_accuracy"], 1.0);
    // A missing partner is told.
    let other = tempfile::tempdir().unwrap();
    vanthu()
        .arg("evaluate")
        .arg(folder.path())
        .arg("--noisy")
        .arg(other.path())
        .assert()
        .code(3)
        .stderr(contains("one.truth.txt"));
    vanthu()
        .arg("evaluate")
        .arg(other.path())
        .assert()
        .code(3)
        .stderr(contains("no file that ends with .txt"));
}

#[test]
fn lines_that_do_not_correspond_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let (truth, noisy) = (folder.path().join("a.txt"), folder.path().join("b.txt"));
    fs::write(&truth, "một\nhai\n").unwrap();
    fs::write(&noisy, "mot\nhai\nba\n").unwrap();
    vanthu()
        .arg("evaluate")
        .arg(&truth)
        .arg("--noisy")
        .arg(&noisy)
        .assert()
        .code(3)
        .stderr(contains("2 lines").and(contains("3")));
}
