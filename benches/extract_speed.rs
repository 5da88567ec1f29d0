//! Megabytes of text a second that extraction takes in on one core.
//!
//! ```text
//! cargo bench --bench extract_speed -- FILE...
//! ```
//!
//! The time is that of the processor (`/proc/thread-self/schedstat`), so that
//! other programs do not count; it begins with the text in memory and ends with
//! the record. Each file is taken as it is and as one single line.

use std::time::Duration;
use vanthu::extract::{DocumentText, Record, extract, extract_plain_items};

fn main() {
    let files = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with("--"));
    for path in files {
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) => {
                eprintln!("{path}: {error}");
                std::process::exit(2);
            }
        };
        let line = text.replace('\n', " ");
        println!("{path}");
        for (name, text) in [("as it is", &text), ("one line", &line)] {
            let plain = speed(text, extract_plain_items);
            let all = speed(text, extract);
            println!("  {name}: plain grammars {plain:.1} MB/s, everything {all:.1} MB/s");
        }
    }
}

/// The best of three runs.
fn speed(text: &str, read: fn(&DocumentText) -> Record) -> f64 {
    let best = (0..3)
        .map(|_| {
            let start = processor_time();
            let record = read(&DocumentText::from_plain_text(text));
            let taken = processor_time() - start;
            drop(std::hint::black_box(record));
            taken
        })
        .min()
        .unwrap_or_default();
    text.len() as f64 / 1e6 / best.as_secs_f64().max(1e-9)
}

/// What this thread has taken of a processor, by its first figure.
fn processor_time() -> Duration {
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|line| line.split(' ').next()?.parse().ok())
        .map_or(Duration::ZERO, Duration::from_nanos)
}
