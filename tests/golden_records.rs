//! The records of the sample documents, read from the true text of their
//! pages, against the records that were written with them
//! (`corpus-samples/truth`). The floors are what must never be lost again;
//! the figures are printed with `--nocapture`.

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use unicode_normalization::UnicodeNormalization;
use vanthu::extract::{DocumentText, extract, number_key};

/// Right, wanted and found items of one kind.
#[derive(Default, Clone, Copy)]
struct Score {
    right: usize,
    wanted: usize,
    found: usize,
}

impl Score {
    fn f1(self) -> f64 {
        let sum = self.wanted + self.found;
        if sum == 0 {
            return 1.0;
        }
        2.0 * self.right as f64 / sum as f64
    }
}

type Scores = BTreeMap<&'static str, Score>;

fn samples() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus-samples/truth");
    let mut samples: Vec<PathBuf> = fs::read_dir(root)
        .expect("the samples lie beside the sources")
        .map(|entry| entry.expect("the folder can be listed").path())
        .filter(|path| path.join("record.json").is_file())
        .collect();
    samples.sort();
    samples
}

/// The pages as plain text: without the lines that name blocks and without the
/// brackets round handwriting.
fn page_texts(sample: &Path) -> String {
    let mut pages = Vec::new();
    while let Ok(page) = fs::read_to_string(sample.join(format!("page-{}.txt", pages.len() + 1))) {
        let lines: Vec<&str> = page
            .lines()
            .filter(|line| !line.starts_with("#block"))
            .collect();
        pages.push(lines.join("\n").replace(['⟦', '⟧'], ""));
    }
    pages.join("\n\u{c}")
}

fn items<'a>(record: &'a Value, kind: &str) -> impl Iterator<Item = &'a Value> {
    record[kind].as_array().into_iter().flatten()
}

/// What counts of the items of a kind: their values, not their wording.
fn keys(record: &Value, kind: &str, fields: &[&str]) -> Vec<String> {
    items(record, kind).map(|item| key(item, fields)).collect()
}

/// Sums of money as đồng and counts as single pieces: "850 triệu đồng" is said
/// in either way.
fn unified(mut item: Value) -> Value {
    let unit = item["unit"].as_str().unwrap_or_default().to_owned();
    let factors = [
        ("nghìn tỷ ", 1e12),
        ("tỷ ", 1e9),
        ("triệu ", 1e6),
        ("nghìn ", 1e3),
    ];
    if let Some((word, factor)) = factors.iter().find(|(word, _)| unit.starts_with(word)) {
        item["unit"] = unit[word.len()..].into();
        for field in ["value", "value_to"] {
            if let Some(value) = item[field].as_f64() {
                item[field] = (value * factor).round().into();
            }
        }
    }
    item
}

/// Names as printed differ from the list's in the place of a tone (uỷ, ủy), in
/// UBND and in case.
fn same_name(a: Option<&Value>, b: Option<&Value>) -> bool {
    let letters = |value: Option<&Value>| {
        let text = value.and_then(Value::as_str)?.to_lowercase();
        let words = text
            .replace("ủy ban nhân dân", "ubnd")
            .replace("uỷ ban nhân dân", "ubnd")
            .replace(" / ", " ");
        Some(
            words
                .split(' ')
                .map(|word| {
                    let mut all: Vec<char> = word.nfd().collect();
                    all.sort_unstable();
                    all
                })
                .collect::<Vec<_>>(),
        )
    };
    letters(a) == letters(b)
}

fn key(item: &Value, fields: &[&str]) -> String {
    let item = unified(item.clone());
    let parts: Vec<String> = fields
        .iter()
        .map(|field| match (&item[*field], *field) {
            (Value::String(number), "number") => number_key(number),
            (Value::String(text), _) => text.to_lowercase(),
            (Value::Number(number), _) => number.as_f64().unwrap_or_default().to_string(),
            _ => "-".to_owned(),
        })
        .collect();
    parts.join(" ")
}

/// Compares two lists in which an item may come several times; what is neither
/// right nor wrong (`indifferent`) is left out.
fn compare(
    name: &str,
    kind: &'static str,
    wanted: Vec<String>,
    mut found: Vec<String>,
    mut indifferent: Vec<String>,
    scores: &mut Scores,
) {
    let score = scores.entry(kind).or_default();
    score.wanted += wanted.len();
    for item in &wanted {
        if let Some(index) = found.iter().position(|other| other == item) {
            found.swap_remove(index);
            score.right += 1;
            score.found += 1;
        } else {
            println!("{name}: {kind}: missing {item}");
        }
    }
    for item in found {
        if let Some(index) = indifferent.iter().position(|other| *other == item) {
            indifferent.swap_remove(index);
        } else {
            println!("{name}: {kind}: not wanted {item}");
            score.found += 1;
        }
    }
}

/// "2024 - 2027" without a word before it, or from a day to a day.
fn is_bare_span(period: &Value) -> bool {
    let text = period["text"].as_str().unwrap_or_default();
    text.starts_with(|c: char| c.is_ascii_digit()) && !text.contains("tháng")
        || text.contains("ngày")
        || text.contains('/')
}

fn compare_records(name: &str, truth: &Value, record: &Value, scores: &mut Scores) {
    for (kind, source, fields) in [
        ("references", "references", &["number"][..]),
        ("dates", "dates", &["value"]),
        ("periods", "periods", &["from", "to"]),
        ("deadlines", "deadlines", &["value"]),
        ("percentages", "percentages", &["value"]),
    ] {
        let wanted = keys(truth, source, fields);
        let found = keys(record, source, fields);
        // The samples' records name no spans of bare years in cells of tables
        // and none of days; finding them is not wrong.
        let indifferent: Vec<String> = items(record, source)
            .filter(|item| kind == "periods" && is_bare_span(item))
            .map(|item| key(item, fields))
            .collect();
        compare(name, kind, wanted, found, indifferent, scores);
    }
    let dated = |record: &Value| -> Vec<String> {
        items(record, "references")
            .filter(|reference| reference["date"].is_string())
            .map(|reference| key(reference, &["number", "date"]))
            .collect()
    };
    compare(
        name,
        "dated references",
        dated(truth),
        dated(record),
        Vec::new(),
        scores,
    );
    let target_fields = ["value", "value_to", "unit", "comparator", "kind"];
    let targets = |is_statistic: bool| -> Vec<String> {
        items(truth, "targets")
            .filter(|target| (target["statistic"] == true) == is_statistic)
            .map(|target| key(target, &target_fields))
            .collect()
    };
    compare(
        name,
        "targets",
        targets(false),
        keys(record, "targets", &target_fields),
        targets(true),
        scores,
    );
    for list in ["addressees", "recipients"] {
        let all = |record: &Value| -> Vec<String> {
            items(&record["document"], list)
                .filter_map(|item| item.as_str().map(str::to_owned))
                .collect()
        };
        compare(name, list, all(truth), all(record), Vec::new(), scores);
    }
    compare_fields(name, &truth["document"], &record["document"], scores);
}

fn compare_fields(name: &str, truth: &Value, record: &Value, scores: &mut Scores) {
    let fields = [
        "/type",
        "/number",
        "/issuer",
        "/issuer_parent",
        "/place",
        "/issued",
        "/subject",
        "/signer/authority",
        "/signer/position",
        "/signer/name",
    ];
    let score = scores.entry("fields").or_default();
    for field in fields {
        let (wanted, found) = (truth.pointer(field), record.pointer(field));
        score.wanted += 1;
        score.found += 1;
        if same_name(wanted, found) {
            score.right += 1;
        } else {
            println!("{name}: {field}: {wanted:?} was read as {found:?}");
        }
    }
}

#[test]
fn records_of_the_samples_keep_their_floors() {
    let samples = samples();
    assert!(samples.len() >= 19, "{} samples", samples.len());
    let mut scores = Scores::new();
    for sample in &samples {
        let truth = fs::read_to_string(sample.join("record.json")).expect("the record can be read");
        let truth: Value = serde_json::from_str(&truth).expect("the record is JSON");
        let record = extract(&DocumentText::from_plain_text(&page_texts(sample)));
        let record = serde_json::to_value(record).expect("a record serialises");
        let name = sample.file_name().unwrap_or_default().to_string_lossy();
        compare_records(&name, &truth, &record, &mut scores);
    }
    let floors = [
        ("references", 0.99),
        ("dated references", 0.99),
        ("dates", 0.99),
        ("periods", 0.96),
        ("deadlines", 0.96),
        ("percentages", 0.99),
        ("targets", 0.85),
        ("addressees", 0.99),
        ("recipients", 0.98),
        ("fields", 0.95),
    ];
    let mut lost = Vec::new();
    for (kind, floor) in floors {
        let score = scores.get(kind).copied().unwrap_or_default();
        println!(
            "{kind}: F1 {:.4} ({} of {}, {} found)",
            score.f1(),
            score.right,
            score.wanted,
            score.found
        );
        if score.wanted == 0 || score.f1() < floor {
            lost.push(format!("{kind}: {:.4} < {floor}", score.f1()));
        }
    }
    assert!(lost.is_empty(), "below the floor: {lost:?}");
}
