//! What no person means: a best reading, in bounded time, and never a panic.

use super::*;
use std::time::{Duration, Instant};

const FIELDS: [&str; 9] = [
    "số",
    "loại",
    "cơ quan",
    "trích yếu",
    "người ký",
    "dẫn",
    "ngày",
    "issuer",
    "date",
];

const VALUES: [&str; 34] = [
    "",
    " ",
    "\"",
    "\"\"",
    "*",
    "**",
    "a*",
    "-",
    "--",
    "OR",
    "NEAR",
    "NEAR/9",
    ":",
    "::",
    "0",
    "-1",
    "99999999999999999999",
    "31/2/2023",
    "2023-02-30",
    "2023..",
    "..",
    "..2023",
    "2025..2021",
    "1e309",
    "\u{0}",
    "\u{feff}",
    "\u{301}",
    "🦀",
    "số:số:",
    "(",
    "'; DROP TABLE documents; --",
    "null",
    "[1]",
    ">=",
];

fn answered(query: &str) -> SearchAnswer {
    let mut request = SearchRequest::new(query);
    request.has_facets = true;
    let start = Instant::now();
    let answer = common().answer(&request);
    // A few milliseconds of an optimised build, with much room.
    assert!(start.elapsed() < Duration::from_secs(10), "{query:.80}");
    answer
}

#[test]
fn every_field_with_every_wrong_value_has_an_answer() {
    for field in FIELDS {
        for value in VALUES {
            answered(&format!("{field}:{value}"));
            answered(&format!("cải {field}: {value} cách"));
            answered(&format!("-{field}:\"{value} OR {field}:{value}"));
        }
    }
}

#[test]
fn what_holds_no_word_finds_nothing_and_says_why() {
    for query in [
        "",
        " ",
        "*",
        "**",
        "* *",
        "-",
        "- -",
        "\"\"",
        "\"*\"",
        "OR",
        "NEAR",
        "\u{1}\u{2}",
        "ngày:",
    ] {
        let answer = answered(query);
        assert_eq!(answer.total, 0, "{query:?}");
        assert!(!answer.notes.is_empty(), "{query:?}");
    }
    // One letter is no beginning that could be looked for.
    assert!(has_note(&answered("c*"), "prefix_too_short"));
}

#[test]
fn a_hundred_kilobytes_are_read_to_a_bound() {
    for piece in [
        "cải cách ",
        "x",
        "\"",
        "\"a\" ",
        "OR ",
        "-",
        "-a ",
        "ngày:",
        "ch* ",
        "a NEAR b ",
        "1/2-",
        "số:",
    ] {
        let query = piece.repeat(100_000 / piece.len() + 1);
        let answer = answered(&query);
        assert!(
            has_note(&answer, "too_long"),
            "{piece:?}: {:?}",
            answer.notes
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_query_has_an_answer(query in "\\PC{0,60}|[\"a0số:/*OR |.ngày-]{0,40}") {
        let index = SearchIndex::open(&common().archive).unwrap();
        prop_assert!(index.search(&common().archive, &SearchRequest::new(query)).is_ok());
    }
}
