//! Any text gives a record, and the record serialises and comes back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vanthu::extract::{DocumentText, Record, extract};

fuzz_target!(|text: &str| {
    let record = extract(&DocumentText::from_plain_text(text));
    let json = serde_json::to_string(&record).expect("a record serialises");
    let back: Record = serde_json::from_str(&json).expect("its JSON is a record");
    assert_eq!(back, record);
});
