//! Search in a large archive, against SQLite's FTS5 over the same pages and
//! queries in the same run.
//!
//! ```text
//! xzcat TEXTS.xz | cargo bench --bench search_scale -- FOLDER N_PAGES [while-indexing]
//! ```
//! FOLDER takes some 10 kB a page; one that an earlier run has filled is searched
//! again without being written anew. The text on stdin is cut into pages, over and
//! over when it is too short, and each page becomes a paper with fields of its own.
//! Prints tab-separated figures: indexing, size, memory, a warm open, and of 1,000
//! mixed queries with facets and snippets the median, the 99th percentile, and the
//! processor time of one, as of papers like 200 others; the medians of the ten ways
//! of asking beside each other; FTS5 is asked the first hundred. With
//! `while-indexing` also while the index is written anew.

use rusqlite::{Connection, params};
use std::fs;
use std::io::{BufRead, stdin};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;
use vanthu::archive::Archive;
use vanthu::index::{SearchIndex, SearchRequest, rebuild};
use vanthu::vietnamese::fold;

/// A printed page has some three hundred words.
const PAGE_BYTES: usize = 2_400;
const N_QUERIES: usize = 1_000;
/// Of them those that FTS5 is asked as well.
const N_FTS5_QUERIES: usize = 100;
/// Ways of asking.
const N_WAYS: usize = 10;

const TYPES: [(&str, &str); 8] = [
    ("quyết định", "QĐ"),
    ("kế hoạch", "KH"),
    ("báo cáo", "BC"),
    ("thông báo", "TB"),
    ("tờ trình", "TTr"),
    ("chỉ thị", "CT"),
    ("giấy mời", "GM"),
    ("hướng dẫn", "HD"),
];

/// Numbers that look random and are the same every time (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|it| it != "--bench");
    let usage = "FOLDER and N_PAGES, and text on stdin";
    let dir = PathBuf::from(arguments.next().expect(usage));
    let n_pages: usize = arguments
        .next()
        .and_then(|it| it.parse().ok())
        .expect(usage);
    let is_while_indexing = arguments.next().as_deref() == Some("while-indexing");
    match dir.exists() {
        true => println!("reused\t{}", dir.display()),
        false => write_archive(&dir, n_pages),
    }
    let archive = Archive::open(&dir).expect("an archive");

    let start = Instant::now();
    let index = SearchIndex::open(&archive).expect("an index");
    println!("open_ms\t{:.1}", start.elapsed().as_secs_f64() * 1e3);

    let queries = queries(&archive, n_pages);
    let search = |query: &Query| {
        let mut request = SearchRequest::new(query.typed.as_str());
        request.has_facets = true;
        index
            .search(&archive, &request)
            .expect("an answer")
            .hits
            .len()
    };
    // The first round warms up.
    timed(&queries, search);
    report("vanthu", &timed(&queries, search));
    report_ways("vanthu", &timed(&queries, search));

    let mut dice = Dice(0xbeef);
    let ids: Vec<i64> = (0..200).map(|_| 1 + dice.below(n_pages) as i64).collect();
    let similar = |id: &i64| index.similar(&archive, *id, 10).expect("an answer").len();
    timed(&ids, similar);
    report("vanthu_similar", &timed(&ids, similar));

    let fts = fts5(&dir, &archive);
    let sqlite = |query: &Query| {
        fts.prepare_cached(
            "SELECT rowid, snippet(fts, 0, '[', ']', ' … ', 40) FROM fts
             WHERE fts MATCH ?1 ORDER BY rank LIMIT 10",
        )
        .and_then(|mut select| {
            let rows = select.query_map([&query.fts], |row| row.get::<_, i64>(0))?;
            Ok(rows.count())
        })
        .expect("an answer of FTS5")
    };
    // A tenth of the queries: among a million pages each takes a second.
    report("vanthu_same", &timed(&queries[..N_FTS5_QUERIES], search));
    report("fts5", &timed(&queries[..N_FTS5_QUERIES], sqlite));

    if !is_while_indexing {
        return;
    }
    let is_done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            rebuild(&archive, |_, _| {}).expect("an index");
            is_done.store(true, Ordering::Relaxed);
        });
        let mut times = Times::default();
        while !is_done.load(Ordering::Relaxed) && times.wall_ms.len() < 4 * N_QUERIES {
            times.wall_ms.extend(timed(&queries[..50], search).wall_ms);
        }
        report("vanthu_while_indexing", &times);
    });
}

/// Fills an archive and its index, and prints what that costs.
fn write_archive(dir: &Path, n_pages: usize) {
    drop(Archive::open_or_create(dir).expect("an archive"));
    let n_bytes = fill_catalogue(dir, n_pages);
    println!("pages\t{n_pages}\ntext_mb\t{:.1}", n_bytes as f64 / 1e6);

    let archive = Archive::open(dir).expect("an archive");
    let start = Instant::now();
    rebuild(&archive, |_, _| {}).expect("an index");
    let seconds = start.elapsed().as_secs_f64();
    println!("indexing_s\t{seconds:.1}");
    println!(
        "indexing_mb_a_second\t{:.2}",
        n_bytes as f64 / 1e6 / seconds
    );
    println!(
        "index_mb\t{:.1}",
        folder_bytes(&archive.index_dir()) as f64 / 1e6
    );
    println!("peak_memory_mb\t{:.0}", status_kib("VmHWM:") / 1e3);
}

/// Writes papers straight into the tables: an import would read scans. Gives the
/// bytes of text.
fn fill_catalogue(dir: &Path, n_pages: usize) -> usize {
    let mut connection = Connection::open(dir.join("catalogue.sqlite")).expect("a catalogue");
    let lines: Vec<String> = stdin().lock().lines().map_while(Result::ok).collect();
    assert!(!lines.is_empty(), "text on stdin");
    let mut lines = lines.iter().cycle();
    let mut dice = Dice(0x5eed);
    let transaction = connection.transaction().expect("a transaction");
    let mut n_bytes = 0;
    {
        let mut document = transaction
            .prepare(
                "INSERT INTO documents (document_id, sha256, byte_length, file_name, source_path,
                     page_count, state, imported_at, revision, type, number, number_key, issuer,
                     issued, subject, signer_name)
                 VALUES (?1, ?2, 1, 'page.pdf', 'page.pdf', 1, 'read', '', 1, ?3, ?4, ?4, ?5, ?6, ?7, ?8)",
            )
            .expect("a statement");
        let mut page = transaction
            .prepare(
                "INSERT INTO pages (document_id, page_number, state, text, finished_at)
                 VALUES (?1, 1, 'done', ?2, '')",
            )
            .expect("a statement");
        for id in 1..=n_pages {
            let mut text = String::new();
            while text.len() < PAGE_BYTES {
                text.push_str(lines.next().expect("cycled"));
                text.push('\n');
            }
            n_bytes += text.len();
            let (name, short) = TYPES[dice.below(TYPES.len())];
            let office = dice.below(300);
            let words: Vec<&str> = text.split_whitespace().take(14).collect();
            document
                .execute(params![
                    id as i64,
                    format!("{id:064x}"),
                    name,
                    format!("{}/{short}-VP{office}", 1 + id % 4_000),
                    format!("Văn phòng đơn vị số {office}"),
                    format!(
                        "{}-{:02}-{:02}",
                        2005 + dice.below(21),
                        1 + dice.below(12),
                        1 + dice.below(28)
                    ),
                    words.join(" "),
                    format!("Nguyễn Văn {}", dice.below(2_000)),
                ])
                .expect("a row");
            page.execute(params![id as i64, text]).expect("a row");
        }
    }
    transaction.commit().expect("a commit");
    n_bytes
}

/// The same query for both engines.
struct Query {
    typed: String,
    /// In FTS5's language, folded.
    fts: String,
}

/// Words that stand together on some page, typed in ten ways.
fn queries(archive: &Archive, n_pages: usize) -> Vec<Query> {
    let mut dice = Dice(0xfeed);
    let mut queries = Vec::with_capacity(N_QUERIES);
    while queries.len() < N_QUERIES {
        let id = 1 + dice.below(n_pages) as i64;
        let text = archive
            .page_text(id, 1)
            .expect("a page")
            .unwrap_or_default();
        let words: Vec<&str> = text
            .split_whitespace()
            .filter(|word| word.chars().all(char::is_alphabetic) && word.chars().count() > 1)
            .collect();
        if words.len() < 20 {
            continue;
        }
        let start = dice.below(words.len() - 6);
        let n_words = 2 + dice.below(3);
        let marked = words[start..start + n_words].join(" ").to_lowercase();
        let bare = fold(&marked);
        let (name, short) = TYPES[dice.below(TYPES.len())];
        let all = |text: &str| {
            let words: Vec<String> = text.split(' ').map(|word| format!("\"{word}\"")).collect();
            words.join(" AND ")
        };
        let (typed, fts) = match queries.len() % N_WAYS {
            0..=3 => (bare.clone(), all(&bare)),
            4 | 5 => (marked.clone(), all(&bare)),
            6 => (format!("\"{marked}\""), format!("\"{bare}\"")),
            7 => (
                format!("loại:{short} {bare}"),
                format!("{} AND \"{}\"", all(&bare), fold(name)),
            ),
            8 => {
                let number = format!(
                    "{} {} vp{}",
                    1 + dice.below(4_000),
                    fold(short),
                    dice.below(300)
                );
                (
                    number.replacen(' ', "/", 1).replacen(' ', "-", 1),
                    format!("\"{}\"", number.to_lowercase()),
                )
            }
            _ => {
                let beginning: String = bare.chars().take(bare.chars().count() - 1).collect();
                (
                    format!("{beginning}* từ 2010 đến 2020"),
                    format!("{}*", all(beginning.trim())),
                )
            }
        };
        queries.push(Query { typed, fts });
    }
    queries
}

/// Pages with their fields, folded, in FTS5.
fn fts5(dir: &Path, archive: &Archive) -> Connection {
    let path = dir.join("fts5.sqlite");
    let is_filled = path.exists();
    let connection = Connection::open(path).expect("a database");
    if is_filled {
        return connection;
    }
    let start = Instant::now();
    connection
        .execute_batch(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -200000;
             CREATE VIRTUAL TABLE fts USING fts5(text, tokenize = 'unicode61 remove_diacritics 2');
             BEGIN;",
        )
        .expect("a table of FTS5");
    for document in archive.documents() {
        let document = document.expect("a document");
        let text = archive.page_text(document.document_id, 1).expect("a page");
        let fields = &document.fields;
        let heading = [
            &fields.number,
            &fields.document_type,
            &fields.issuer,
            &fields.subject,
        ];
        let heading: Vec<&str> = heading.into_iter().flatten().map(String::as_str).collect();
        let text = fold(&format!(
            "{}\n{}",
            heading.join("\n"),
            text.unwrap_or_default()
        ));
        connection
            .prepare_cached("INSERT INTO fts (rowid, text) VALUES (?1, ?2)")
            .and_then(|mut insert| insert.execute(params![document.document_id, text]))
            .expect("a row");
    }
    connection.execute_batch("COMMIT").expect("a commit");
    println!("fts5_indexing_s\t{:.1}", start.elapsed().as_secs_f64());
    connection
}

/// What queries took.
#[derive(Default)]
struct Times {
    /// Of each.
    wall_ms: Vec<f64>,
    /// Of all together; 0 when others worked too.
    processor_ms: f64,
}

fn timed<T>(queries: &[T], ask: impl Fn(&T) -> usize) -> Times {
    let time = |query| {
        let start = Instant::now();
        ask(query);
        start.elapsed().as_secs_f64() * 1e3
    };
    let before_ms = processor_ms();
    let wall_ms = queries.iter().map(time).collect();
    Times {
        wall_ms,
        processor_ms: processor_ms() - before_ms,
    }
}

fn report(name: &str, times: &Times) {
    let n_queries = times.wall_ms.len();
    println!("{name}_queries\t{n_queries}");
    println!("{name}_median_ms\t{:.2}", quantile(&times.wall_ms, 0.5));
    println!("{name}_p99_ms\t{:.2}", quantile(&times.wall_ms, 0.99));
    println!("{name}_longest_ms\t{:.2}", quantile(&times.wall_ms, 1.0));
    if times.processor_ms > 0.0 {
        let each_ms = times.processor_ms / n_queries as f64;
        println!("{name}_processor_ms_a_query\t{each_ms:.2}");
    }
}

/// Median and longest of each way of asking in [`queries`].
fn report_ways(name: &str, times: &Times) {
    for way in 0..N_WAYS {
        let of_way: Vec<f64> = times
            .wall_ms
            .iter()
            .copied()
            .skip(way)
            .step_by(N_WAYS)
            .collect();
        println!(
            "{name}_way_{way}_median_longest_ms\t{:.2}\t{:.2}",
            quantile(&of_way, 0.5),
            quantile(&of_way, 1.0)
        );
    }
}

fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[((sorted.len() - 1) as f64 * share) as usize]
}

/// Processor time of this process so far, from /proc/self/stat, whose unit is
/// the hundredth of a second; 0 where there is none.
fn processor_ms() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let behind_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = behind_name.split_whitespace().skip(11).take(2);
    ticks.filter_map(|it| it.parse::<f64>().ok()).sum::<f64>() * 10.0
}

fn folder_bytes(dir: &Path) -> u64 {
    let entries = fs::read_dir(dir).expect("a folder").flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => folder_bytes(&entry.path()),
            Ok(metadata) => metadata.len(),
            Err(_) => 0,
        })
        .sum()
}

/// A line of /proc/self/status, in KiB; 0 where there is none.
fn status_kib(name: &str) -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.trim().split(' ').next()?.parse().ok())
        .unwrap_or(0.0)
}
