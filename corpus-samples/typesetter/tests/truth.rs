//! The committed samples agree with themselves: every record entry stands on its page, with the
//! value that its words say, and every scan has its truth.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;
use serde_json::Value as Json;

/// The whole folder may not grow beyond this.
const MOST_BYTES: u64 = 12 * 1024 * 1024;

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("lies inside corpus-samples")
        .to_owned()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the folder is there")
        .map(|e| e.expect("readable").path())
        .collect();
    paths.sort();
    paths
}

fn stem(path: &Path) -> String {
    path.file_stem()
        .expect("a name")
        .to_string_lossy()
        .into_owned()
}

/// A sample's record and the words of its pages, line breaks and marks of handwriting removed.
struct Sample {
    id: String,
    record: Json,
    pages: Vec<String>,
}

fn all() -> Vec<Sample> {
    let read = |folder: &PathBuf| {
        let record = fs::read_to_string(folder.join("record.json")).expect("a record");
        let pages = (1..)
            .map_while(|n| fs::read_to_string(folder.join(format!("page-{n}.txt"))).ok())
            .map(|text| words(&text))
            .collect();
        Sample {
            id: stem(folder),
            record: serde_json::from_str(&record).expect("JSON"),
            pages,
        }
    };
    entries(&samples().join("truth")).iter().map(read).collect()
}

/// Words without line breaks, without `#block` lines, and without breaks inside numbers.
fn words(text: &str) -> String {
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with("#block"))
        .collect();
    let joined = lines.join(" ").replace(" | ", " ").replace(['⟦', '⟧'], "");
    squeeze(&joined)
}

/// Text without white space: what is broken over lines is found as well.
fn squeeze(text: &str) -> String {
    text.split_whitespace().collect()
}

fn list<'a>(sample: &'a Sample, kind: &str) -> impl Iterator<Item = &'a Json> {
    sample.record[kind].as_array().expect("a list").iter()
}

fn text<'a>(entry: &'a Json, key: &str) -> &'a str {
    entry[key].as_str().unwrap_or_default()
}

#[test]
fn every_scan_has_its_truth() {
    let scans: BTreeSet<String> = entries(&samples().join("scans"))
        .iter()
        .map(|p| stem(p))
        .collect();
    let truths: BTreeSet<String> = entries(&samples().join("truth"))
        .iter()
        .map(|p| stem(p))
        .collect();
    assert_eq!(scans, truths);
    assert!(scans.len() >= 16);
}

#[test]
fn scans_are_small_enough_for_the_repository() {
    let size = |p: &PathBuf| fs::metadata(p).expect("readable").len();
    let total: u64 = entries(&samples().join("scans")).iter().map(size).sum();
    assert!(total <= MOST_BYTES, "{total} bytes");
}

#[test]
fn entries_stand_on_their_pages() {
    for sample in all() {
        for kind in [
            "references",
            "dates",
            "periods",
            "deadlines",
            "percentages",
            "targets",
        ] {
            for entry in list(&sample, kind) {
                let page = entry["page"].as_u64().expect("a page") as usize;
                // An entry may run over to the next page.
                let here: String = sample.pages[page - 1..]
                    .iter()
                    .take(2)
                    .map(String::as_str)
                    .collect();
                let wanted = squeeze(text(entry, "text"));
                assert!(!wanted.is_empty(), "{}: {entry}", sample.id);
                assert!(
                    here.contains(&wanted),
                    "{}: not on page {page}: {entry}",
                    sample.id
                );
            }
        }
    }
}

#[test]
fn references_say_their_numbers() {
    for sample in all() {
        let own = text(&sample.record["document"], "number");
        for reference in list(&sample, "references") {
            let number = text(reference, "number");
            assert!(
                squeeze(text(reference, "text")).contains(number),
                "{}: {reference}",
                sample.id
            );
            assert_ne!(
                number, own,
                "{}: a document does not cite itself",
                sample.id
            );
        }
    }
}

#[test]
fn dates_and_deadlines_have_the_values_they_say() {
    let long = Regex::new(r"(\d{1,2}) tháng (\d{1,2}) năm (\d{4})").expect("well formed");
    let short = Regex::new(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})").expect("well formed");
    for sample in all() {
        for entry in list(&sample, "dates").chain(list(&sample, "deadlines")) {
            let words = text(entry, "text");
            let said = long
                .captures(words)
                .or_else(|| short.captures(words))
                .expect("a full date");
            let value = format!("{}-{:0>2}-{:0>2}", &said[3], &said[2], &said[1]);
            assert_eq!(value, text(entry, "value"), "{}: {entry}", sample.id);
        }
    }
}

#[test]
fn dates_inside_references_and_deadlines_are_dates() {
    for sample in all() {
        let dates: BTreeSet<&str> = list(&sample, "dates").map(|d| text(d, "value")).collect();
        let cited = list(&sample, "references").map(|r| text(r, "date"));
        let due = list(&sample, "deadlines").map(|d| text(d, "value"));
        for date in cited.chain(due).filter(|d| !d.is_empty()) {
            assert!(dates.contains(date), "{}: {date}", sample.id);
        }
        assert!(
            dates.contains(text(&sample.record["document"], "issued")),
            "{}",
            sample.id
        );
    }
}

#[test]
fn targets_have_the_values_they_say() {
    let figure = Regex::new(r"\d+(?:\.\d{3})*(?:,\d+)?").expect("well formed");
    let factors = [1.0, 1e3, 1e6, 1e9];
    for sample in all() {
        for target in list(&sample, "targets") {
            let words = text(target, "text");
            let said: Vec<f64> = figure
                .find_iter(words)
                .map(|m| {
                    m.as_str()
                        .replace('.', "")
                        .replace(',', ".")
                        .parse()
                        .expect("a number")
                })
                .collect();
            let is_said = |value: f64| {
                said.iter().any(|s| {
                    factors
                        .iter()
                        .any(|f| (s * f - value).abs() < 1e-6 * value.max(1.0))
                })
            };
            for key in ["value", "value_to"] {
                if let Some(value) = target[key].as_f64() {
                    assert!(is_said(value), "{}: {target}", sample.id);
                }
            }
            assert!(matches!(
                text(target, "comparator"),
                ">=" | "<=" | ">" | "<" | "=" | "range"
            ));
            assert!(matches!(text(target, "kind"), "target" | "result"));
        }
    }
}

#[test]
fn the_head_of_the_record_is_printed() {
    for sample in all() {
        let document = &sample.record["document"];
        let all_pages: String = sample.pages.concat();
        if let Some(number) = document["number"].as_str() {
            assert!(all_pages.contains(number), "{}: {number}", sample.id);
        }
        let signer = &document["signer"];
        let names = document["recipients"].as_array().into_iter().flatten();
        let names = names.chain(document["addressees"].as_array().into_iter().flatten());
        for words in names.chain([&signer["name"], &signer["position"]]) {
            let words = words.as_str().expect("text");
            assert!(
                all_pages.contains(&squeeze(words)),
                "{}: {words}",
                sample.id
            );
        }
    }
}
