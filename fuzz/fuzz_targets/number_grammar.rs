//! What is read as a document number is read back the same, and its key is
//! its own key.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vanthu::extract::{NumberAndSign, number_key};

fuzz_target!(|text: &str| {
    let key = number_key(text);
    assert_eq!(number_key(&key), key);
    if let Some(number) = NumberAndSign::parse(text) {
        let printed = number.to_string();
        assert_eq!(NumberAndSign::parse(&printed), Some(number), "{printed}");
    }
});
