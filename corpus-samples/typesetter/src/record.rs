//! The record of a document: what its source says of it and of stretches of its words.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value as Json, json};

use crate::Result;
use crate::truth::{Block, Reader, Stretch, block_lines};

/// The record: fields given by hand, stretches read off the page, and the dates and
/// percentages, whose shapes leave no doubt.
pub fn record(reader: &Reader) -> Result<Json> {
    let mut document = Map::new();
    let given = reader
        .record
        .as_ref()
        .and_then(Json::as_object)
        .ok_or("a document without a record")?;
    document.extend(given.clone());
    document.insert("addressees".into(), names(reader, "addressee"));
    document.insert("recipients".into(), names(reader, "recipient"));
    let one = |kind: &str| {
        names(reader, kind)
            .as_array()
            .and_then(|a| a.last().cloned())
    };
    let authority: Vec<String> = reader
        .done
        .iter()
        .filter(|s| s.kind == "authority")
        .map(words_of)
        .collect();
    document.insert(
        "signer".into(),
        json!({
            "authority": if authority.is_empty() { Json::Null } else { authority.join(" / ").into() },
            "position": one("position"),
            "name": one("name"),
        }),
    );
    let (dates, percentages) = plain_entities(&reader.pages);
    Ok(json!({
        "document": document,
        "references": stretches(reader, "reference"),
        "dates": dates,
        "periods": stretches(reader, "period"),
        "deadlines": stretches(reader, "deadline"),
        "percentages": percentages,
        "targets": stretches(reader, "target"),
    }))
}

fn words_of(stretch: &Stretch) -> String {
    let text = stretch.text.replace(['⟦', '⟧'], "");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn names(reader: &Reader, kind: &str) -> Json {
    reader
        .done
        .iter()
        .filter(|s| s.kind == kind)
        .map(|s| Json::from(words_of(s)))
        .collect()
}

/// The stretches of a kind, in order: their words, what the source says of them, their page.
fn stretches(reader: &Reader, kind: &str) -> Json {
    let entry = |stretch: &Stretch| {
        let mut entry = Map::new();
        entry.insert("text".into(), words_of(stretch).into());
        entry.extend(stretch.data.as_object().cloned().unwrap_or_default());
        entry.insert("page".into(), stretch.page.into());
        Json::Object(entry)
    };
    reader
        .done
        .iter()
        .filter(|s| s.kind == kind)
        .map(entry)
        .collect()
}

static DATE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x) [Nn]gày \s (?<d>\d{1,2}) \s tháng \s (?<m>\d{1,2}) \s năm \s (?<y>\d{4})
             | (?:[Nn]gày\s)? \b(?<d2>\d{1,2}) [/.-] (?<m2>\d{1,2}) [/.-] (?<y2>\d{4})\b",
    )
    .expect("the pattern is well formed")
});
static PERCENT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\d+(?:,\d+)?\s?%").expect("the pattern is well formed"));

/// Every full date and every percentage outside stamps, each with the page it begins on.
fn plain_entities(pages: &[Vec<Block>]) -> (Vec<Json>, Vec<Json>) {
    let mut text = String::new();
    let mut starts = Vec::new();
    for blocks in pages {
        starts.push(text.len());
        for block in blocks
            .iter()
            .filter(|b| b.name != "stamp" && b.name != "footer")
        {
            for line in block_lines(&block.pieces) {
                text.push_str(&line.replace(['⟦', '⟧'], ""));
                text.push(' ');
            }
        }
    }
    let page = |at: usize| starts.iter().filter(|start| **start <= at).count();
    let dates = DATE
        .captures_iter(&text)
        .map(|found| {
            let whole = found.get(0).expect("a match has a whole");
            let part =
                |a: &str, b: &str| found.name(a).or(found.name(b)).map_or("", |m| m.as_str());
            let value = format!(
                "{}-{:0>2}-{:0>2}",
                part("y", "y2"),
                part("m", "m2"),
                part("d", "d2")
            );
            json!({"text": whole.as_str(), "value": value, "page": page(whole.start())})
        })
        .collect();
    let percentages = PERCENT
        .find_iter(&text)
        .map(|found| {
            let digits = found
                .as_str()
                .trim_end_matches('%')
                .trim_end()
                .replace(',', ".");
            let value: f64 = digits.parse().expect("the pattern only passes numbers");
            json!({"text": found.as_str(), "value": value, "page": page(found.start())})
        })
        .collect();
    (dates, percentages)
}
