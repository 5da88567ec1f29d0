//! The archive as its users see it: real files, real SQLite.

use super::*;
use crate::geometry::BoundingBox;
use crate::restore::{RestoredLine, RestoredPage, RestoredWord};
use serde_json::json;
use std::fs::File;
use std::io::Write;
use std::thread;
use tempfile::TempDir;

/// A page with one line of words, some of them restored.
fn page(page_number: u32, words: &[(&str, &str)]) -> PageOutcome {
    let words = words
        .iter()
        .map(|(raw, text)| RestoredWord {
            raw: (*raw).to_owned(),
            text: (*text).to_owned(),
            confidence: 0.5,
            bounding_box: Some(BoundingBox::new(10, 20, 30, 40)),
        })
        .collect();
    PageOutcome::Done(DonePage {
        page: RestoredPage {
            page_number,
            width_px: 1654,
            height_px: 2339,
            resolution_dpi: 200,
            notes: Default::default(),
            lines: vec![RestoredLine {
                block_index: 0,
                words,
            }],
        },
        text_layer: None,
        read_by: "a test".to_owned(),
        duration_ms: 12,
    })
}

fn failed_page(page_number: u32) -> PageOutcome {
    PageOutcome::Failed(FailedPage {
        page_number,
        kind: "timeout".to_owned(),
        message: "the page took longer than 120 s".to_owned(),
        duration_ms: 120_000,
    })
}

struct Fixture {
    dir: TempDir,
}

impl Fixture {
    fn new() -> Self {
        Self {
            dir: TempDir::new().unwrap(),
        }
    }

    fn archive_dir(&self) -> PathBuf {
        self.dir.path().join("archive")
    }

    fn archive(&self) -> Archive {
        Archive::open_or_create(&self.archive_dir()).unwrap()
    }

    fn source(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.dir.path().join(name);
        File::create(&path).unwrap().write_all(bytes).unwrap();
        path
    }

    fn register(&self, archive: &Archive, name: &str, bytes: &[u8]) -> Registration {
        let path = self.source(name, bytes);
        archive
            .register(&path, &mut File::open(&path).unwrap())
            .unwrap()
    }

    fn count_incoming(&self) -> usize {
        fs::read_dir(self.archive_dir().join("incoming"))
            .unwrap()
            .count()
    }
}

#[test]
fn the_same_bytes_are_one_document_with_two_sources() {
    let fixture = Fixture::new();
    let archive = fixture.archive();
    let first = fixture.register(&archive, "b.pdf", b"the same bytes");
    let second = fixture.register(&archive, "a.pdf", b"the same bytes");
    let other = fixture.register(&archive, "c.pdf", b"other bytes!!!");
    assert_eq!(first.status, RegistrationStatus::New);
    assert_eq!(second.status, RegistrationStatus::Unfinished);
    assert_eq!(first.document_id, second.document_id);
    assert_eq!(other.document_id, first.document_id + 1);
    assert_eq!(other.byte_length, 14);
    let names: Vec<String> = archive
        .sources(first.document_id)
        .unwrap()
        .iter()
        .map(|path| path.rsplit('/').next().unwrap().to_owned())
        .collect();
    assert_eq!(names, ["b.pdf", "a.pdf"]);
    // Once more under the same path: no third source.
    fixture.register(&archive, "a.pdf", b"the same bytes");
    assert_eq!(archive.sources(first.document_id).unwrap().len(), 2);
    assert_eq!(fixture.count_incoming(), 0);
}

#[test]
fn originals_are_kept_byte_for_byte_and_read_only() {
    let fixture = Fixture::new();
    let archive = fixture.archive();
    let bytes: Vec<u8> = (0..700_000u32).map(|i| ((i * 31) >> 3) as u8).collect();
    let registration = fixture.register(&archive, "scan.pdf", &bytes);
    assert_eq!(fs::read(&registration.original_path).unwrap(), bytes);
    let metadata = fs::metadata(&registration.original_path).unwrap();
    assert!(metadata.permissions().readonly());
    assert_eq!(registration.byte_length, 700_000);
    assert_eq!(
        archive.original_path(&registration.sha256),
        registration.original_path
    );
    // The well-known hash of nothing.
    let empty = fixture.register(&archive, "empty.pdf", b"");
    assert_eq!(
        empty.sha256,
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
}

#[test]
fn a_source_whose_reading_position_was_moved_is_taken_in_whole() {
    let fixture = Fixture::new();
    let archive = fixture.archive();
    let path = fixture.source("scan.pdf", b"0123456789");
    let mut file = File::open(&path).unwrap();
    std::io::Seek::seek(&mut file, std::io::SeekFrom::Start(4)).unwrap();
    let registration = archive.register(&path, &mut file).unwrap();
    assert_eq!(registration.byte_length, 10);
}

#[test]
fn a_document_goes_its_way() {
    let fixture = Fixture::new();
    let archive = fixture.archive();
    let id = fixture.register(&archive, "scan.pdf", b"bytes").document_id;
    assert!(matches!(
        archive.finish_document(id, &RegisteredFields::default(), &json!({})),
        Err(ArchiveError::PageCountUnknown { .. })
    ));
    archive.set_page_count(id, 3, "application/pdf").unwrap();
    archive
        .store_page(id, &page(1, &[("cai", "cải"), ("cách", "cách"), ("·", "")]))
        .unwrap();
    archive.store_page(id, &failed_page(3)).unwrap();
    assert_eq!(archive.done_pages(id).unwrap(), [1, 3]);
    assert!(matches!(
        archive.finish_document(id, &RegisteredFields::default(), &json!({})),
        Err(ArchiveError::PagesMissing {
            n_stored: 2,
            n_expected: 3,
            ..
        })
    ));
    archive.store_page(id, &page(2, &[])).unwrap();
    let fields = RegisteredFields {
        document_type: Some("chỉ thị".to_owned()),
        number: Some("02/CT–UBND".to_owned()),
        issued: Some("2023-03-02".to_owned()),
        ..RegisteredFields::default()
    };
    let record = json!({
        "document": {"number": "02/CT–UBND"},
        "references": [
            {"text": "Nghị định số 107/2020/NĐ-CP", "number": "107/2020/NĐ-CP", "page": 1},
            {"text": "Luật"},
        ],
        "percentages": [{"text": "96%", "value": 96.0, "page": 1}],
    });
    archive.finish_document(id, &fields, &record).unwrap();

    let document = archive.document(id).unwrap();
    assert_eq!(document.state, DocumentState::Read);
    assert_eq!(document.fields, fields);
    assert_eq!(document.number_key.as_deref(), Some("2/CT-UBND"));
    assert_eq!(document.page_count, Some(3));
    assert_eq!(document.media_type.as_deref(), Some("application/pdf"));
    assert_eq!(archive.record(id).unwrap(), Some(record));
    assert_eq!(
        archive.page_text(id, 1).unwrap().as_deref(),
        Some("cải cách")
    );
    assert_eq!(archive.page_text(id, 3).unwrap(), None);
    let rows = archive.page_rows(id).unwrap();
    assert_eq!(rows[0].raw_text, "cai cách ·");
    assert_eq!(rows[0].word_count, Some(2));
    assert_eq!(rows[0].mean_confidence, Some(0.5));
    assert_eq!(rows[1].mean_confidence, None);
    assert_eq!(rows[2].state, PageState::Failed);
    let PageOutcome::Done(first) = page(1, &[("cai", "cải"), ("cách", "cách"), ("·", "")])
    else {
        unreachable!()
    };
    assert_eq!(archive.pages(id).unwrap()[0], first.page);
    assert_eq!(archive.page(id, 1).unwrap(), Some(first.page));
    assert_eq!(archive.page(id, 3).unwrap(), None);

    let (number_key, percentage): (String, f64) = archive
        .connection()
        .query_row(
            "SELECT number_key, (SELECT value FROM percentages) FROM document_references
             WHERE item_index = 0",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    assert_eq!(number_key, "107/2020/ND-CP");
    assert_eq!(percentage, 96.0);

    // The same file again is recognised.
    let again = fixture.register(&archive, "scan.pdf", b"bytes");
    assert_eq!(again.status, RegistrationStatus::PagesFailedBefore);
    assert_eq!(archive.verify(|_, _| {}).unwrap(), []);
}

#[test]
fn the_views_of_the_record_can_be_read() {
    let fixture = Fixture::new();
    let archive = fixture.archive();
    let id = fixture.register(&archive, "scan.pdf", b"bytes").document_id;
    archive.set_page_count(id, 0, "application/pdf").unwrap();
    let record = json!({
        "document": {"addressees": ["Các sở"], "recipients": ["Như trên", "Lưu: VT"]},
        "dates": [{"text": "ngày 22/3/2023", "value": "2023-03-22", "page": 1}],
        "periods": [{"text": "giai đoạn 2021-2025", "from": "2021", "to": "2025", "page": 1}],
        "deadlines": [{"text": "trước ngày 10/4/2023", "value": "2023-04-10", "operator": "<", "page": 2}],
        "recurring_deadlines": [{"text": "ngày 20 hằng tháng", "day": 20, "every": "tháng", "page": 1}],
        "durations": [{"text": "trong 05 ngày", "amount": 5, "unit": "ngày", "page": 1}],
        "percentages": [{"text": "96%", "value": 96.0, "page": 1}],
        "targets": [{"indicator": "tỷ lệ", "comparator": ">=", "value": 96, "value_to": null,
                     "unit": "%", "kind": "target", "until": "2025", "text": "tối thiểu 96%", "page": 1}],
        "cited_laws": [{"text": "Luật Đất đai", "type": "luật", "name": "Luật Đất đai", "date": null, "page": 1}],
        "inconsistencies": [{"kind": "share", "stated": 90.0, "computed": 50.0, "text": "1/2 (90%)", "page": 1}],
    });
    let fields = RegisteredFields {
        number: Some("5/SYT-VP".to_owned()),
        ..RegisteredFields::default()
    };
    archive.finish_document(id, &fields, &record).unwrap();
    for view in [
        "dates",
        "periods",
        "deadlines",
        "recurring_deadlines",
        "durations",
        "percentages",
        "targets",
        "cited_laws",
        "inconsistencies",
    ] {
        let text: String = archive
            .connection()
            .query_row(&format!("SELECT text FROM {view}"), [], |row| row.get(0))
            .unwrap();
        assert_eq!(text, record[view][0]["text"].as_str().unwrap(), "{view}");
    }
    let target: (Option<f64>, i64, String, String) = archive
        .connection()
        .query_row(
            "SELECT value_to, is_change, until, document_number FROM target_register",
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
        )
        .unwrap();
    assert_eq!(target, (None, 0, "2025".to_owned(), "5/SYT-VP".to_owned()));
    let last: String = archive
        .connection()
        .query_row(
            "SELECT name FROM recipients WHERE item_index = 1",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(last, "Lưu: VT");
}

#[test]
fn an_archive_with_older_views_gets_those_of_this_program() {
    let fixture = Fixture::new();
    fixture
        .archive()
        .connection()
        .execute_batch(
            "DROP VIEW record_views; DROP VIEW target_register; DROP VIEW targets;
             CREATE VIEW targets AS SELECT document_id FROM records",
        )
        .unwrap();
    let archive = fixture.archive();
    let count: i64 = archive
        .connection()
        .query_row("SELECT count(until) FROM target_register", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(count, 0);
}

#[test]
fn failures_are_listed_and_taken_back_when_they_are_past() {
    let fixture = Fixture::new();
    let archive = fixture.archive();
    let gone = fixture.dir.path().join("gone.pdf");
    archive
        .fail_source(&gone, "missing", "no such file")
        .unwrap();
    archive
        .fail_source(&gone, "missing", "still no such file")
        .unwrap();
    let id = fixture.register(&archive, "scan.pdf", b"bytes").document_id;
    archive.store_page(id, &failed_page(1)).unwrap();
    archive
        .fail_document(id, "encrypted", "it has a password")
        .unwrap();
    let kinds = |archive: &Archive| -> Vec<(String, Option<u32>)> {
        let failures = archive.failures().unwrap();
        failures
            .into_iter()
            .map(|failure| (failure.kind, failure.page_number))
            .collect()
    };
    let expected = [
        ("missing".to_owned(), None),
        ("encrypted".to_owned(), None),
        ("timeout".to_owned(), Some(1)),
    ];
    assert_eq!(kinds(&archive), expected);
    assert_eq!(archive.failures().unwrap()[0].message, "still no such file");
    assert_eq!(
        fixture.register(&archive, "again.pdf", b"bytes").status,
        RegistrationStatus::FailedBefore
    );
    // The missing file appears, the page can be read now, the document too.
    fixture.register(&archive, "gone.pdf", b"more bytes");
    archive.set_page_count(id, 1, "application/pdf").unwrap();
    archive.store_page(id, &page(1, &[("a", "à")])).unwrap();
    archive
        .finish_document(id, &RegisteredFields::default(), &json!({}))
        .unwrap();
    assert_eq!(kinds(&archive), []);
    assert!(matches!(
        archive.fail_document(77, "a", "b"),
        Err(ArchiveError::UnknownDocument { document_id: 77 })
    ));
}

#[test]
fn a_document_of_which_a_page_failed_is_known_and_can_be_opened_again() {
    let fixture = Fixture::new();
    let archive = fixture.archive();
    let id = fixture.register(&archive, "scan.pdf", b"bytes").document_id;
    archive.set_page_count(id, 2, "application/pdf").unwrap();
    archive.store_page(id, &page(1, &[("a", "à")])).unwrap();
    archive.store_page(id, &failed_page(2)).unwrap();
    let finish = || archive.finish_document(id, &RegisteredFields::default(), &json!({}));
    finish().unwrap();
    let status = || fixture.register(&archive, "scan.pdf", b"bytes").status;
    assert_eq!(status(), RegistrationStatus::PagesFailedBefore);
    archive.reopen_failed_pages(id).unwrap();
    assert_eq!(status(), RegistrationStatus::Unfinished);
    assert_eq!(archive.done_pages(id).unwrap(), [1]);
    assert!(archive.failures().unwrap().is_empty());
    archive.store_page(id, &page(2, &[("b", "b")])).unwrap();
    finish().unwrap();
    assert_eq!(status(), RegistrationStatus::AlreadyDone);
}

#[test]
fn a_reading_stays_to_be_indexed_until_that_very_reading_is_indexed() {
    let fixture = Fixture::new();
    let archive = fixture.archive();
    let id = fixture.register(&archive, "scan.pdf", b"bytes").document_id;
    assert_eq!(archive.documents_to_index().unwrap(), []);
    archive.set_page_count(id, 0, "application/pdf").unwrap();
    let finish = || {
        archive
            .finish_document(id, &RegisteredFields::default(), &json!({}))
            .unwrap();
    };
    finish();
    let pending = archive.documents_to_index().unwrap();
    assert_eq!(pending.len(), 1);
    finish();
    archive.mark_indexed(&pending).unwrap();
    let pending = archive.documents_to_index().unwrap();
    assert_eq!(pending.len(), 1);
    archive.mark_indexed(&pending).unwrap();
    assert_eq!(archive.documents_to_index().unwrap(), []);
    archive.mark_none_indexed().unwrap();
    assert_eq!(archive.documents_to_index().unwrap().len(), 1);
}

#[test]
fn an_archive_of_a_newer_version_is_refused() {
    let fixture = Fixture::new();
    fixture
        .archive()
        .connection()
        .pragma_update(None, "user_version", SCHEMA_VERSION + 1)
        .unwrap();
    for opened in [
        Archive::open(&fixture.archive_dir()),
        Archive::open_or_create(&fixture.archive_dir()),
    ] {
        let error = opened.unwrap_err();
        assert!(matches!(error, ArchiveError::NewerSchema { .. }));
        assert!(error.to_string().contains("use a newer vanthu"), "{error}");
    }
}

#[test]
fn a_reader_does_not_wait_for_a_writer() {
    let fixture = Fixture::new();
    let archive = fixture.archive();
    let id = fixture.register(&archive, "a", b"a").document_id;
    let mut connection = archive.connection();
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .unwrap();
    transaction
        .execute("UPDATE documents SET subject = 'half done'", [])
        .unwrap();
    // With the writer in the middle of its transaction.
    let reader = Archive::open(&fixture.archive_dir()).unwrap();
    assert_eq!(reader.document(id).unwrap().fields.subject, None);
}

#[test]
fn what_is_no_archive_is_refused() {
    let fixture = Fixture::new();
    assert!(matches!(
        Archive::open(&fixture.archive_dir()),
        Err(ArchiveError::Missing { .. })
    ));
    fs::create_dir(fixture.archive_dir()).unwrap();
    let path = fixture.archive_dir().join("catalogue.sqlite");
    Connection::open(&path)
        .unwrap()
        .execute_batch("CREATE TABLE other_program (a)")
        .unwrap();
    assert!(matches!(
        Archive::open(&fixture.archive_dir()),
        Err(ArchiveError::Foreign { .. })
    ));
    fs::write(
        &path,
        b"not an SQLite file, but long enough to look like one".repeat(40),
    )
    .unwrap();
    assert!(matches!(
        Archive::open_or_create(&fixture.archive_dir()),
        Err(ArchiveError::Damaged { .. })
    ));
}

#[test]
fn a_second_writer_is_told_who_writes() {
    let fixture = Fixture::new();
    let archive = fixture.archive();
    let other = fixture.archive();
    let lock = archive.lock_for_writing().unwrap();
    let error = other.lock_for_writing().unwrap_err().to_string();
    let holder = format!("process {} since 2", std::process::id());
    assert!(error.contains(&holder), "{error}");
    drop(lock);
    other.lock_for_writing().unwrap();
}

#[test]
fn what_a_killed_import_left_is_swept_and_taken_up() {
    let fixture = Fixture::new();
    let archive = fixture.archive();
    // Killed while copying.
    fs::write(archive.dir().join("incoming/123-0"), b"half a co").unwrap();
    // Killed between the copy and its row.
    let path = fixture.source("scan.pdf", b"bytes");
    let copy = archive
        .originals
        .take_in(&path, &mut File::open(&path).unwrap())
        .unwrap();
    archive.originals.keep(&copy).unwrap();
    drop(copy);
    assert_eq!(fixture.count_incoming(), 1);
    let found: Vec<DamageKind> = archive
        .verify(|_, _| {})
        .unwrap()
        .iter()
        .map(|damage| damage.kind)
        .collect();
    assert_eq!(found, [DamageKind::OriginalUnregistered]);

    let archive = fixture.archive();
    let _lock = archive.lock_for_writing().unwrap();
    assert_eq!(fixture.count_incoming(), 0);
    let registration = fixture.register(&archive, "scan.pdf", b"bytes");
    assert_eq!(registration.status, RegistrationStatus::New);
    archive
        .set_page_count(registration.document_id, 2, "application/pdf")
        .unwrap();
    archive
        .store_page(registration.document_id, &page(1, &[]))
        .unwrap();
    drop(archive);

    // Killed between two pages.
    let archive = fixture.archive();
    let again = fixture.register(&archive, "scan.pdf", b"bytes");
    assert_eq!(again.status, RegistrationStatus::Unfinished);
    assert_eq!(again.document_id, registration.document_id);
    assert_eq!(archive.done_pages(again.document_id).unwrap(), [1]);
    assert_eq!(archive.verify(|_, _| {}).unwrap(), []);
}

#[test]
fn a_full_disk_rolls_back_and_says_so() {
    let fixture = Fixture::new();
    let archive = fixture.archive();
    let id = fixture.register(&archive, "scan.pdf", b"bytes").document_id;
    let set_limit = |n_pages: i64| {
        archive
            .connection()
            .query_row(
                &format!("PRAGMA max_page_count = {n_pages}"),
                [],
                |_| Ok(()),
            )
            .unwrap();
    };
    set_limit(1);
    let long = "từ ".repeat(100_000);
    let error = archive
        .store_pages(id, &[page(1, &[("a", "à")]), page(2, &[("b", &long)])])
        .unwrap_err();
    assert!(matches!(error, ArchiveError::DiskFull { .. }), "{error}");
    assert_eq!(archive.done_pages(id).unwrap(), [] as [u32; 0]);
    set_limit(1 << 30);
    archive.store_page(id, &page(2, &[("b", &long)])).unwrap();
    assert_eq!(archive.done_pages(id).unwrap(), [2]);
}

#[test]
fn damage_is_found() {
    let fixture = Fixture::new();
    let archive = fixture.archive();
    let mut ids = Vec::new();
    for name in ["a", "b", "c", "d"] {
        let registration = fixture.register(&archive, name, name.as_bytes());
        let id = registration.document_id;
        archive.set_page_count(id, 1, "application/pdf").unwrap();
        archive.store_page(id, &page(1, &[("x", name)])).unwrap();
        archive
            .finish_document(id, &RegisteredFields::default(), &json!({}))
            .unwrap();
        ids.push((id, registration.original_path));
    }
    fs::remove_file(&ids[0].1).unwrap();
    fs::remove_file(&ids[1].1).unwrap();
    fs::write(&ids[1].1, b"B").unwrap();
    archive
        .connection()
        .execute(
            "UPDATE page_words SET words = x'00' WHERE document_id = ?1",
            [ids[2].0],
        )
        .unwrap();
    archive
        .connection()
        .execute("DELETE FROM pages WHERE document_id = ?1", [ids[3].0])
        .unwrap();
    let mut n_calls = 0;
    let found: Vec<(DamageKind, Option<i64>)> = archive
        .verify(|_, _| n_calls += 1)
        .unwrap()
        .iter()
        .map(|damage| (damage.kind, damage.document_id))
        .collect();
    let expected = [
        (DamageKind::OriginalMissing, Some(ids[0].0)),
        (DamageKind::OriginalChanged, Some(ids[1].0)),
        (DamageKind::RowUnreadable, Some(ids[2].0)),
        (DamageKind::DocumentIncomplete, Some(ids[3].0)),
    ];
    assert_eq!(found, expected);
    assert_eq!(n_calls, 4);
    // A changed original is put right by importing the file again.
    let again = fixture.register(&archive, "a", b"a");
    assert_eq!(again.status, RegistrationStatus::AlreadyDone);
    assert!(ids[0].1.exists());
}

#[test]
fn workers_store_pages_at_the_same_time() {
    let fixture = Fixture::new();
    let archive = fixture.archive();
    let id = fixture.register(&archive, "scan.pdf", b"bytes").document_id;
    thread::scope(|scope| {
        for worker in 0..4u32 {
            let archive = &archive;
            scope.spawn(move || {
                for i in 0..10 {
                    archive
                        .store_page(id, &page(worker * 10 + i + 1, &[("a", "à")]))
                        .unwrap();
                }
            });
        }
    });
    let expected: Vec<u32> = (1..=40).collect();
    assert_eq!(archive.done_pages(id).unwrap(), expected);
}

#[test]
fn figures_add_up() {
    let fixture = Fixture::new();
    let archive = fixture.archive();
    for (name, issued) in [
        ("a", Some("2021-05-01")),
        ("b", Some("2023-01-02")),
        ("c", None),
    ] {
        let id = fixture
            .register(&archive, name, name.as_bytes())
            .document_id;
        archive.set_page_count(id, 1, "application/pdf").unwrap();
        archive
            .store_page(id, &page(1, &[("x", "y"), ("z", "z")]))
            .unwrap();
        let fields = RegisteredFields {
            issued: issued.map(str::to_owned),
            document_type: Some("kế hoạch".to_owned()),
            ..RegisteredFields::default()
        };
        archive.finish_document(id, &fields, &json!({})).unwrap();
    }
    let failed = fixture.register(&archive, "d", b"d").document_id;
    archive
        .fail_document(failed, "encrypted", "it has a password")
        .unwrap();
    fixture.register(&archive, "e", b"e");
    let stats = archive.stats().unwrap();
    assert_eq!(
        (
            stats.n_documents,
            stats.n_read,
            stats.n_failed,
            stats.n_unfinished
        ),
        (5, 3, 1, 1)
    );
    assert_eq!(
        (stats.n_pages_done, stats.n_words, stats.n_to_index),
        (3, 6, 3)
    );
    assert_eq!(stats.mean_confidence, Some(0.5));
    assert_eq!(stats.earliest_issued.as_deref(), Some("2021-05-01"));
    assert_eq!(stats.latest_issued.as_deref(), Some("2023-01-02"));
    assert_eq!(stats.types[0].n_documents, 3);
    assert_eq!(stats.years.len(), 3);
    assert_eq!(archive.documents().count(), 5);
}
