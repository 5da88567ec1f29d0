//! What text the pages of PDFs have, and how long finding out takes.
//!
//! ```text
//! cargo bench --bench text_layers -- FILE...
//! ```
//!
//! One line for each run of pages that have the same; then milliseconds a page,
//! by the best of three rounds. Nothing is read from pictures.

use std::path::Path;
use std::time::{Duration, Instant};
use vanthu::scan::{Limits, SourceDocument, TextLayer};

const N_ROUNDS: usize = 3;

fn main() {
    let mut n_pages = 0_u32;
    let mut total = Duration::ZERO;
    for argument in std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
    {
        let path = Path::new(&argument);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let document = std::fs::read(path)
            .map_err(|error| error.to_string())
            .and_then(|bytes| {
                SourceDocument::open(bytes, Limits::default()).map_err(|error| error.to_string())
            });
        let document = match document {
            Ok(document) => document,
            Err(reason) => {
                println!("{name}: {reason}");
                continue;
            }
        };
        let mut layers = Vec::new();
        let mut best = Duration::MAX;
        for _ in 0..N_ROUNDS {
            let start = Instant::now();
            layers = (1..=document.page_count())
                .map(|page_number| document.text_layer(page_number))
                .collect();
            best = best.min(start.elapsed());
        }
        n_pages += document.page_count();
        total += best;
        let per_page_ms = best.as_secs_f64() * 1000.0 / f64::from(document.page_count());
        println!("{name}: {} ({per_page_ms:.1} ms a page)", runs(&layers));
    }
    if n_pages > 0 {
        let per_page_ms = total.as_secs_f64() * 1000.0 / f64::from(n_pages);
        println!("{n_pages} pages, {per_page_ms:.2} ms a page");
    }
}

/// "1-9 legacy (TCVN3), 10 unicode".
fn runs(layers: &[TextLayer]) -> String {
    let numbered: Vec<(usize, &TextLayer)> = (1..).zip(layers).collect();
    let same = |(_, a): &(usize, &TextLayer), (_, b): &(usize, &TextLayer)| {
        a.finding == b.finding && a.encodings == b.encodings
    };
    let parts: Vec<String> = numbered
        .chunk_by(same)
        .map(|run| {
            let (first, layer) = run[0];
            let last = run[run.len() - 1].0;
            let pages = if first == last {
                first.to_string()
            } else {
                format!("{first}-{last}")
            };
            let encodings: Vec<&str> = layer.encodings.iter().map(|code| code.name()).collect();
            let encodings = if encodings.is_empty() {
                String::new()
            } else {
                format!(" ({})", encodings.join(", "))
            };
            format!("{pages} {}{encodings}", layer.finding.name())
        })
        .collect();
    parts.join(", ")
}
