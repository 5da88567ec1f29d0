//! A damaged index is noticed, said, and built anew.

use super::*;
use std::path::Path;

/// The files of the build in use that end so; all for an empty end.
fn files_of(index_dir: &Path, end: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(index_dir.join("000001")).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.to_string_lossy().ends_with(end));
    paths.sort();
    paths
}

/// Replaces a file: one that is mapped must not shrink under its reader.
fn put(path: &Path, bytes: &[u8]) {
    fs::remove_file(path).unwrap();
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_missing_damaged_or_foreign_index_is_noticed_and_built_anew() {
    type Harm = fn(&std::path::Path);
    let cases: [(&str, Harm); 7] = [
        ("gone", |dir| fs::remove_dir_all(dir).unwrap()),
        ("build gone", |dir| {
            fs::remove_dir_all(dir.join("000001")).unwrap();
        }),
        ("current garbled", |dir| {
            fs::write(dir.join("current"), b"\xff\xfe{").unwrap();
        }),
        ("other format", |dir| {
            fs::write(dir.join("current"), r#"{"format":99,"build":"000001"}"#).unwrap();
        }),
        ("a file of a segment gone", |dir| {
            fs::remove_file(files_of(dir, "idx").remove(0)).unwrap();
        }),
        ("list of segments cut off", |dir| {
            fs::write(dir.join("000001/meta.json"), b"{\"segments\": [").unwrap();
        }),
        ("files cut off", |dir| {
            for path in files_of(dir, "") {
                let bytes = fs::read(&path).unwrap();
                put(&path, &bytes[..bytes.len() / 2]);
            }
        }),
    ];
    for (name, harm) in cases {
        let fixture = Fixture::indexed();
        harm(&fixture.index_dir());
        let error = SearchIndex::open(&fixture.archive).map(|_| ()).unwrap_err();
        assert!(error.is_mended_by_rebuild(), "{name}: {error}");
        assert!(
            error.to_string().contains("vanthu reindex"),
            "{name}: {error}"
        );
        assert!(!verify(&fixture.archive).unwrap().is_empty(), "{name}");
        let (report, note) = update(&fixture.archive, |_, _| {}).unwrap();
        assert_eq!(report.n_documents, 6, "{name}");
        assert_eq!(note.is_some(), name != "gone", "{name}: {note:?}");
        assert_eq!(fixture.find("\"một cửa\"").len(), 1, "{name}");
        assert_eq!(verify(&fixture.archive).unwrap(), [], "{name}");
    }
}

/// Searches that read every kind of file; a wrong answer or an error, never the
/// end of the process.
fn search_what_can_be(fixture: &Fixture) {
    for query in [
        "cải cách",
        "\"một cửa\"",
        "ch*",
        "ngày:2023",
        "an OR bình -sở",
    ] {
        if let Ok(index) = SearchIndex::open(&fixture.archive) {
            let mut request = SearchRequest::new(query);
            request.has_facets = true;
            let _ = index.search(&fixture.archive, &request);
            let _ = index.suggest(&fixture.archive, query, 5);
            let _ = index.similar(&fixture.archive, 1, 5);
        }
    }
}

#[test]
fn changed_bytes_are_found_by_verify_and_searching_survives_them() {
    let fixture = Fixture::indexed();
    let mut n_harmed = 0;
    for end in [".idx", ".pos", ".term", ".fast"] {
        for path in files_of(&fixture.index_dir(), end) {
            let mut bytes = fs::read(&path).unwrap();
            for byte in bytes.iter_mut().take(40) {
                *byte ^= 0x55;
            }
            put(&path, &bytes);
            n_harmed += 1;
        }
    }
    assert!(n_harmed >= 4);
    let damage = verify(&fixture.archive).unwrap();
    assert!(!damage.is_empty());
    assert!(damage.iter().all(|it| it.kind == DamageKind::Index));
    search_what_can_be(&fixture);
    rebuild(&fixture.archive, |_, _| {}).unwrap();
    assert_eq!(verify(&fixture.archive).unwrap(), []);
}

#[test]
fn one_flipped_bit_anywhere_is_found_by_verify_and_searching_survives_it() {
    let fixture = Fixture::indexed();
    for path in files_of(&fixture.index_dir(), "") {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let is_of_segment = [".idx", ".pos", ".term", ".fast", ".fieldnorm"]
            .iter()
            .any(|end| name.ends_with(end));
        if !is_of_segment {
            continue;
        }
        let whole = fs::read(&path).unwrap();
        for place in [0, whole.len() / 3, whole.len() / 2, whole.len() * 4 / 5] {
            let mut bytes = whole.clone();
            bytes[place] ^= 0x10;
            put(&path, &bytes);
            let damage = verify(&fixture.archive).unwrap();
            assert!(!damage.is_empty(), "bit of byte {place} of {name}");
            search_what_can_be(&fixture);
        }
        put(&path, &whole);
    }
    assert_eq!(verify(&fixture.archive).unwrap(), []);
}
