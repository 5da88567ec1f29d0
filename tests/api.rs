//! The JSON API as programs see it: every answer against the description that
//! is served, wrong requests, many readers at once.

mod common;

use common::web::{Answer, Site};
use serde_json::{Value, json};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{OnceLock, mpsc};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use vanthu::access::{AccessStore, Role, UserName};
use vanthu::archive::{Archive, DonePage, PageOutcome, RegisteredFields};
use vanthu::index::{Indexer, rebuild};
use vanthu::restore::{RestoredLine, RestoredPage, RestoredWord};
use vanthu::server::{OPENAPI, ServerSettings, serve};
use vanthu::worker::WorkerSettings;

fn page(page_number: u32, text: &str) -> PageOutcome {
    let word = |text: &str| RestoredWord {
        raw: text.to_owned(),
        text: text.to_owned(),
        confidence: 0.9,
        bounding_box: None,
    };
    let line = |line: &str| RestoredLine {
        block_index: 0,
        words: line.split_whitespace().map(word).collect(),
    };
    PageOutcome::Done(DonePage {
        page: RestoredPage {
            page_number,
            width_px: 0,
            height_px: 0,
            resolution_dpi: 0,
            notes: Default::default(),
            lines: text.lines().map(line).collect(),
        },
        text_layer: None,
        read_by: "a test".to_owned(),
        duration_ms: 1,
    })
}

/// A paper of one page that cites the one before it.
fn add(archive: &Archive, dir: &Path, number: i64) -> i64 {
    let path = dir.join("source.pdf");
    fs::write(&path, format!("paper {number}")).unwrap();
    let document_id = archive
        .register(&path, &mut File::open(&path).unwrap())
        .unwrap()
        .document_id;
    archive
        .set_page_count(document_id, 1, "application/pdf")
        .unwrap();
    let text = format!("KẾ HOẠCH\nKiểm tra công tác văn thư đợt {number} tại các phòng, ban");
    archive.store_page(document_id, &page(1, &text)).unwrap();
    let fields = RegisteredFields {
        document_type: Some("kế hoạch".to_owned()),
        number: Some(format!("{number}/KH-VPX")),
        issuer: Some("Văn phòng huyện Đông An".to_owned()),
        issued: Some(format!("2023-{:02}-05", 1 + (number - 1) % 12)),
        subject: Some(format!("Kiểm tra công tác văn thư đợt {number}")),
        ..RegisteredFields::default()
    };
    let record = json!({
        "references": [{"text": "Kế hoạch", "number": format!("{}/KH-VPX", number - 1), "page": 1}],
        "targets": [{"indicator": "hồ sơ được kiểm tra", "comparator": ">=", "value": 80 + number,
                     "value_to": null, "unit": "%", "kind": "target", "text": "tối thiểu", "page": 1}],
    });
    archive
        .finish_document(document_id, &fields, &record)
        .unwrap();
    document_id
}

/// Twelve papers of which each cites the one before it.
fn fill(archive: &Archive, dir: &Path) {
    for number in 1..=12 {
        add(archive, dir, number);
    }
}

/// Serves the archive in a folder as long as the tests run.
fn served(archive_dir: PathBuf) -> Site {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let archive = Archive::open(&archive_dir).unwrap();
        let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
        let settings = ServerSettings {
            has_pages: false,
            drawing: WorkerSettings {
                program: env!("CARGO_BIN_EXE_vanthu").into(),
                ..WorkerSettings::drawing()
            },
            ..ServerSettings::default()
        };
        serve(archive, any_port, settings, |address| {
            sender.send(address).unwrap()
        })
        .unwrap();
    });
    Site {
        address: receiver.recv().unwrap(),
    }
}

/// An archive of the twelve papers, not indexed.
fn filled() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let archive = Archive::open_or_create(&dir.path().join("archive")).unwrap();
    fill(&archive, dir.path());
    dir
}

/// One server for all tests that only read; its index is built when it is first
/// asked.
fn server() -> SocketAddr {
    static SERVER: OnceLock<(TempDir, Site)> = OnceLock::new();
    let (_, site) = SERVER.get_or_init(|| {
        let dir = filled();
        let site = served(dir.path().join("archive"));
        (dir, site)
    });
    site.address
}

fn request(method: &str, path: &str, headers: &str, body: &str) -> Answer {
    Site { address: server() }.request(method, path, headers, body)
}

fn get(path: &str) -> Answer {
    request("GET", path, "", "")
}

/// What of a value does not fit a schema of the description: types, fields,
/// choices; what the description uses of JSON Schema.
fn misfits(value: &Value, schema: &Value, place: &str, found: &mut Vec<String>) {
    let description: Value = serde_json::from_str(OPENAPI).unwrap();
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next().unwrap();
        return misfits(
            value,
            &description["components"]["schemas"][name],
            place,
            found,
        );
    }
    let is_of = |kind: &str| match kind {
        "null" => value.is_null(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("unknown type {other}"),
    };
    let fits = match &schema["type"] {
        Value::String(kind) => is_of(kind),
        Value::Array(kinds) => kinds.iter().any(|kind| is_of(kind.as_str().unwrap())),
        _ => true,
    };
    if !fits
        || schema["enum"]
            .as_array()
            .is_some_and(|choices| !choices.contains(value))
    {
        found.push(format!("{place}: {value} is no {schema}"));
    }
    if let (Some(fields), Some(properties)) = (value.as_object(), schema["properties"].as_object())
    {
        for required in schema["required"].as_array().into_iter().flatten() {
            if !fields.contains_key(required.as_str().unwrap()) {
                found.push(format!("{place} lacks {required}"));
            }
        }
        for (name, field) in fields {
            match properties.get(name) {
                Some(schema) => misfits(field, schema, &format!("{place}.{name}"), found),
                None => found.push(format!("{place} has {name}, which is not described")),
            }
        }
    }
    for item in value.as_array().into_iter().flatten() {
        misfits(item, &schema["items"], &format!("{place}[]"), found);
    }
}

fn check(path: &str, described: &str) {
    let answer = get(path);
    let description: Value = serde_json::from_str(OPENAPI).unwrap();
    let responses = &description["paths"][described]["get"]["responses"];
    let schema = &responses[answer.status.to_string()]["content"]["application/json"]["schema"];
    assert!(
        !schema.is_null(),
        "{path}: {} is not described",
        answer.status
    );
    let mut found = Vec::new();
    misfits(&answer.json(), schema, path, &mut found);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn every_address_answers_as_described() {
    let description: Value = serde_json::from_str(OPENAPI).unwrap();
    assert_eq!(get("/api/openapi.json").json(), description);
    for described in description["paths"].as_object().unwrap().keys() {
        let path = described.replace("{id}", "2").replace("{page}", "1");
        let query = match described.as_str() {
            "/api/search" => "?q=van%20thu&facets=true",
            "/api/suggest" => "?q=kiem%20t",
            _ => "",
        };
        let expected = match described.as_str() {
            // No import was asked for.
            "/api/imports/{id}" => 404,
            // The originals here are no scans.
            "/api/documents/{id}/pages/{page}/image" | "/api/documents/{id}/searchable" => 422,
            _ => 200,
        };
        assert_eq!(
            get(&format!("{path}{query}")).status,
            expected,
            "{described}"
        );
        if described != "/api/documents/{id}/original" {
            check(&format!("{path}{query}"), described);
        }
        check(&path.replace("/2", "/99"), described);
        check(&format!("{path}?unknown=1"), described);
    }
}

#[test]
fn a_search_goes_on_behind_its_cursor() {
    let mut ids = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = get(&format!(
            "/api/search?q=van+thu&limit=5&sort=newest{cursor}"
        ))
        .json();
        let hits = page["hits"].as_array().unwrap();
        ids.extend(hits.iter().map(|hit| hit["id"].as_i64().unwrap()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(ids, (1..=12).rev().collect::<Vec<i64>>());
    let other = get(&format!("/api/search?q=khac&limit=5&sort=newest{cursor}"));
    assert_eq!(
        (other.status, &other.json()["error"]["code"]),
        (404, &json!("wrong_cursor"))
    );
}

#[test]
fn references_go_both_ways_and_similar_papers_are_others() {
    let references = get("/api/documents/2/references").json();
    assert_eq!(references["cites"][0]["archived_as"], 1);
    assert_eq!(references["cited_by"][0]["id"], 3);
    // The paper before the first is not in the archive.
    let first = get("/api/documents/1/references").json();
    assert_eq!(first["cites"][0]["archived_as"], Value::Null);
    let similar = get("/api/documents/2/similar?limit=3").json();
    let hits = similar["hits"].as_array().unwrap();
    assert_eq!(hits.len(), 3);
    assert!(hits.iter().all(|hit| hit["id"] != 2));
}

#[test]
fn suggestions_finish_words_with_their_marks() {
    let suggestions = get("/api/suggest?q=cong+ta").json();
    assert_eq!(suggestions["suggestions"][0]["query"], "công tác");
}

#[test]
fn tables_come_in_every_format() {
    let json = get("/api/targets").json();
    assert_eq!(json.as_array().unwrap().len(), 12);
    assert_eq!(json[0]["value"], 81.0);
    let csv = get("/api/export?format=csv&from=2023-06&to=2023-07");
    assert_eq!(String::from_utf8(csv.body).unwrap().lines().count(), 3);
    assert!(csv.head.contains("content-type: text/csv"), "{}", csv.head);
    let n_targets = |filter: &str| {
        let json = get(&format!("/api/targets?{filter}")).json();
        json.as_array().unwrap().len()
    };
    assert_eq!(n_targets("indicator=ho+so&kind=target&unit=%25"), 12);
    assert_eq!(n_targets("indicator=hồ+sơ&issuer=khong+co"), 0);
    for without in ["indicator=ho+so+moi", "kind=result", "unit=xã"] {
        assert_eq!(n_targets(without), 0, "{without}");
    }
    let parquet = get("/api/targets?format=parquet");
    assert!(parquet.body.starts_with(b"PAR1") && parquet.body.ends_with(b"PAR1"));
}

#[test]
fn wrong_requests_are_told_what_is_wrong() {
    let long_query = format!("/api/search?q={}", "a%20".repeat(2_000));
    for (path, status) in [
        ("/api/search", 400),
        ("/api/search?q=a&limit=0", 400),
        ("/api/search?q=a&limit=nhieu", 400),
        ("/api/search?q=a&sort=up", 400),
        ("/api/search?q=a&from=31/2/2023", 400),
        ("/api/search?q=a&facets=maybe", 400),
        ("/api/targets?kind=both", 400),
        ("/api/search?q=a&q=b", 400),
        ("/api/search?q=a&cursor=c1-2-zz", 404),
        ("/api/search?q=%ff%fe", 400),
        ("/api/documents/0", 404),
        ("/api/documents/-1", 404),
        ("/api/documents/99999999999999999999", 404),
        ("/api/documents/2/pages/0", 404),
        ("/api/documents/2/pages/x", 404),
        ("/api/documents/%ff", 400),
        ("/api/nothing", 404),
        ("/", 404),
        ("/api/search?q=", 200),
        ("/api/search?q=%22van%20thu", 200),
        ("/api/search?q=*", 200),
        ("/api/search?q=%01%02", 200),
        (&long_query, 200),
    ] {
        let answer = get(path);
        assert_eq!(answer.status, status, "{path}");
        if status != 200 {
            let error = answer.json();
            assert!(error["error"]["code"].is_string(), "{path}: {error}");
            assert!(error["error"]["message"].is_string(), "{path}: {error}");
        }
    }
    let answer = request("DELETE", "/api/documents/2", "", "");
    assert_eq!(answer.status, 405);
    assert!(answer.head.contains("allow: get"), "{}", answer.head);
    assert_eq!(answer.json()["error"]["code"], "method_not_allowed");
    let answer = request("POST", "/api/imports", "", "{\"paths\": [\"/nowhere\"]}");
    assert_eq!(
        (answer.status, &answer.json()["error"]["code"]),
        (403, &json!("imports_off"))
    );
}

#[test]
fn only_this_machine_is_answered() {
    let address = server();
    let mut stream = TcpStream::connect(address).unwrap();
    let foreign = "GET /api/documents HTTP/1.0\r\nHost: example.org\r\n\r\n";
    stream.write_all(foreign.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.0 403"), "{answer}");
    let answer = request(
        "POST",
        "/api/imports",
        "Origin: http://example.org\r\n",
        "{}",
    );
    assert_eq!(answer.json()["error"]["code"], "foreign_origin");
    let dir = tempfile::tempdir().unwrap();
    let archive = Archive::open_or_create(&dir.path().join("archive")).unwrap();
    let everywhere = SocketAddr::from(([0, 0, 0, 0], 0));
    let served = serve(archive, everywhere, ServerSettings::default(), |_| {});
    assert!(served.unwrap_err().to_string().contains("127.0.0.1"));
}

/// Two hundred readers, each asking `n_rounds` times; what they were not
/// answered well.
fn read_by_two_hundred(site: &Site, n_rounds: usize) -> Vec<(u16, &'static str)> {
    const PATHS: [&str; 5] = [
        "/api/search?q=van+thu&facets=true",
        "/api/documents/3/pages/1",
        "/api/targets?format=csv",
        "/api/suggest?q=kiem",
        "/api/documents/2/similar",
    ];
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..200)
            .map(|reader| {
                scope.spawn(move || -> Vec<(u16, &'static str)> {
                    (0..n_rounds)
                        .map(|round| PATHS[(reader + round) % PATHS.len()])
                        .map(|path| (site.get(path).status, path))
                        .collect()
                })
            })
            .collect();
        let answers = readers.into_iter().flat_map(|it| it.join().unwrap());
        answers.filter(|(status, _)| *status != 200).collect()
    })
}

#[test]
fn two_hundred_readers_at_once_are_all_answered() {
    let site = Site { address: server() };
    assert_eq!(get("/api/search?q=van+thu").status, 200);
    assert_eq!(read_by_two_hundred(&site, 1), []);
}

#[test]
fn two_hundred_readers_are_answered_while_papers_come_in() {
    let dir = filled();
    let archive_dir = dir.path().join("archive");
    rebuild(&Archive::open(&archive_dir).unwrap(), |_, _| {}).unwrap();
    let site = served(archive_dir.clone());
    let is_over = AtomicBool::new(false);
    let n_added = std::thread::scope(|scope| {
        // As an import does, from another process.
        let writer = scope.spawn(|| {
            let archive = Archive::open(&archive_dir).unwrap();
            let _lock = archive.lock_for_writing().unwrap();
            let (mut indexer, note) = Indexer::open(&archive).unwrap();
            assert_eq!(note, None);
            let mut n_added = 0;
            while n_added == 0 || !is_over.load(Ordering::Acquire) {
                n_added += 1;
                let document_id = add(&archive, dir.path(), 12 + n_added);
                indexer.add_or_replace(&archive, document_id).unwrap();
                indexer.commit(&archive).unwrap();
            }
            indexer.finish(&archive).unwrap();
            n_added
        });
        let wrong = read_by_two_hundred(&site, 5);
        is_over.store(true, Ordering::Release);
        assert_eq!(wrong, []);
        writer.join().unwrap()
    });
    let found = site.get("/api/search?q=van+thu").json();
    assert_eq!(found["total"], 12 + n_added);
}

#[test]
fn a_damaged_index_is_built_anew_by_who_asks_first() {
    type Harm = fn(&Path);
    let harms: [(&str, Harm); 4] = [
        ("no current build", |index| {
            fs::remove_file(index.join("current")).unwrap()
        }),
        ("other format", |index| {
            fs::write(index.join("current"), r#"{"format":1,"build":"000001"}"#).unwrap();
        }),
        ("build gone", |index| {
            fs::remove_dir_all(index.join("000001")).unwrap()
        }),
        ("postings garbled", |index| {
            for entry in fs::read_dir(index.join("000001")).unwrap() {
                let path = entry.unwrap().path();
                if path
                    .extension()
                    .is_some_and(|it| it == "term" || it == "idx")
                {
                    let length = fs::read(&path).unwrap().len();
                    fs::remove_file(&path).unwrap();
                    fs::write(&path, vec![0xa5; length]).unwrap();
                }
            }
        }),
    ];
    for (name, harm) in harms {
        let dir = filled();
        let archive_dir = dir.path().join("archive");
        let archive = Archive::open(&archive_dir).unwrap();
        rebuild(&archive, |_, _| {}).unwrap();
        harm(&archive.index_dir());
        let site = served(archive_dir);
        let start = Instant::now();
        // Who asks meanwhile is told to come again.
        let answer = loop {
            let answer = site.get("/api/search?q=van+thu");
            if answer.status != 503 || start.elapsed() > Duration::from_secs(60) {
                break answer;
            }
        };
        assert_eq!(answer.status, 200, "{name}: {}", answer.text());
        assert_eq!(answer.json()["total"], 12, "{name}");
        assert_eq!(vanthu::index::verify(&archive).unwrap(), [], "{name}");
    }
}

#[test]
fn an_address_of_a_hundred_kilobytes_is_refused() {
    let answer = get(&format!("/api/search?q={}", "a".repeat(100_000)));
    assert!((400..500).contains(&answer.status), "{}", answer.status);
}

#[test]
fn who_must_log_in_is_told_as_described() {
    let dir = filled();
    let archive_dir = dir.path().join("archive");
    let name = UserName::parse("an.nguyen").unwrap();
    AccessStore::open_or_create(&archive_dir)
        .and_then(|users| users.add_user(&name, Role::Administrator, "một mật khẩu đủ dài"))
        .unwrap();
    let site = served(archive_dir);
    let description: Value = serde_json::from_str(OPENAPI).unwrap();
    for (described, operations) in description["paths"].as_object().unwrap() {
        let path = described.replace("{id}", "2").replace("{page}", "1");
        let answer = site.get(&format!("{path}?q=a"));
        assert_eq!(answer.status, 401, "{path}");
        let schema =
            &operations["get"]["responses"]["401"]["content"]["application/json"]["schema"];
        let mut found = Vec::new();
        misfits(&answer.json(), schema, &path, &mut found);
        assert!(!schema.is_null() && found.is_empty(), "{path}: {found:#?}");
    }
}
