//! What the end-to-end tests share: the program, the samples, a place to work.

// Each test file uses its own share of this.
#![allow(dead_code)]

pub mod browser;
pub mod people;
pub mod web;

use assert_cmd::Command;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The program under test, without the caller's settings.
pub fn vanthu() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vanthu"));
    command
        .env_remove("VANTHU_ARCHIVE")
        .env_remove("VANTHU_LOG");
    command
}

/// The folder of sample documents.
pub fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus-samples")
}

/// The scan of a sample whose id begins so.
pub fn sample(id_start: &str) -> PathBuf {
    let folder = samples().join("scans");
    std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| {
            path.file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .starts_with(id_start)
        })
        .unwrap_or_else(|| panic!("no sample {id_start} in {}", folder.display()))
}

/// Runs the program with `--format json`; what it printed, and its exit code.
pub fn json(arguments: &[&str]) -> (Value, i32) {
    let output = vanthu()
        .args(arguments)
        .args(["--format", "json"])
        .output()
        .unwrap();
    let code = output.status.code().unwrap();
    let value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!(
            "{arguments:?} printed no JSON ({error}), code {code}: {}",
            String::from_utf8_lossy(&output.stderr)
        )
    });
    (value, code)
}

/// A PDF of the pages of several sample PDFs, one after the other: a stack that
/// was scanned as one file.
pub fn stack(id_starts: &[&str]) -> Vec<u8> {
    let mut whole = lopdf::Document::with_version("1.5");
    let mut kids = Vec::new();
    let root = whole.new_object_id();
    for id_start in id_starts {
        let mut document = lopdf::Document::load(sample(id_start)).unwrap();
        document.renumber_objects_with(whole.max_id + 1);
        whole.max_id = document.max_id;
        for page in document.get_pages().into_values() {
            let inherited = [&b"MediaBox"[..], b"Resources", b"Rotate"];
            let mut dictionary = document.get_dictionary(page).unwrap().clone();
            let mut above = dictionary
                .get(b"Parent")
                .and_then(lopdf::Object::as_reference);
            while let Ok(parent) = above.and_then(|id| document.get_dictionary(id)) {
                for name in inherited {
                    if let (false, Ok(value)) = (dictionary.has(name), parent.get(name)) {
                        dictionary.set(name, value.clone());
                    }
                }
                above = parent.get(b"Parent").and_then(lopdf::Object::as_reference);
            }
            dictionary.set("Parent", root);
            document.set_object(page, dictionary);
            kids.push(lopdf::Object::Reference(page));
        }
        whole.objects.extend(document.objects);
    }
    let n_pages = i64::try_from(kids.len()).unwrap();
    whole.set_object(
        root,
        lopdf::dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => n_pages },
    );
    let catalog = whole.add_object(lopdf::dictionary! { "Type" => "Catalog", "Pages" => root });
    whole.trailer.set("Root", catalog);
    whole.prune_objects();
    let mut bytes = Vec::new();
    whole.save_to(&mut bytes).unwrap();
    bytes
}
