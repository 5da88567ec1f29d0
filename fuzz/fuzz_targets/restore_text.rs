//! Restoration keeps the lines of any text and every digit in them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use vanthu::restore::{InputKind, Restorer};

static RESTORER: LazyLock<Restorer> =
    LazyLock::new(|| Restorer::embedded().expect("the model is part of the program"));

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fuzz_target!(|text: &str| {
    for kind in [InputKind::Bare, InputKind::Read, InputKind::Garbled] {
        let restored = RESTORER.restore_text(text, kind);
        assert_eq!(restored.matches('\n').count(), text.matches('\n').count());
        if matches!(kind, InputKind::Bare) {
            assert_eq!(digits(&restored), digits(text));
        }
    }
});
