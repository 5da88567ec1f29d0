//! Any bytes are opened or refused with a reason; a page that opens is a
//! picture within the limits or a reason.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vanthu::scan::{Limits, SourceDocument};

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits {
        max_page_pixels: 1_000_000,
        max_stream_bytes: 4 << 20,
        ..Limits::default()
    };
    let Ok(document) = SourceDocument::open(bytes.to_vec(), limits.clone()) else {
        return;
    };
    for page_number in 1..=document.page_count().min(3) {
        // A refused page is a result with a reason.
        let _ = document.page_image(page_number);
    }
});
