//! How long a search takes in a warm process.
//!
//! ```text
//! cargo bench --bench search_latency -- ARCHIVE [QUERY...]
//! ```
//! Runs each query a hundred times and prints median, 99th percentile and the
//! longest time in milliseconds, snippets and counts included.

use std::path::Path;
use std::time::Instant;
use vanthu::archive::Archive;
use vanthu::index::{SearchIndex, SearchRequest};

const ROUNDS: usize = 100;
const QUERIES: [&str; 8] = [
    "cai cach hanh chinh",
    "\"ủy ban nhân dân\"",
    "ke hoach kiem tra 2017",
    "quyết định OR thông báo",
    "02/CT-UBND",
    "loại:\"công văn\" báo cáo -họp",
    "ngày:2017..2018 y tế",
    "tập huấ*",
];

fn main() {
    let mut arguments = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench");
    let dir = arguments.next().expect("the folder of an archive");
    let mut queries: Vec<String> = arguments.collect();
    if queries.is_empty() {
        queries = QUERIES.map(str::to_owned).to_vec();
    }
    let archive = Archive::open(Path::new(&dir)).expect("an archive");
    let index = SearchIndex::open(&archive).expect("an index");
    let mut times_ms = Vec::new();
    let mut n_found = 0;
    for round in 0..=ROUNDS {
        for query in &queries {
            let start = Instant::now();
            let answer = index
                .search(&archive, &SearchRequest::new(query.as_str()))
                .expect("an answer");
            // The first round warms up.
            if round > 0 {
                times_ms.push(start.elapsed().as_secs_f64() * 1000.0);
                n_found += answer.hits.len();
            }
        }
    }
    assert!(n_found > 0, "the queries find nothing in this archive");
    times_ms.sort_by(f64::total_cmp);
    let at = |share: f64| times_ms[((times_ms.len() - 1) as f64 * share) as usize];
    println!("pages\t{}", index.n_pages());
    println!("searches\t{}", times_ms.len());
    println!("median_ms\t{:.2}", at(0.5));
    println!("p99_ms\t{:.2}", at(0.99));
    println!("longest_ms\t{:.2}", at(1.0));
}
