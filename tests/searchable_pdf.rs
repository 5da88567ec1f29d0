//! Searchable copies, end to end: the samples read, copied and opened again.

mod common;

use common::{json, sample, vanthu};
use lopdf::{Dictionary, Document, Object, ObjectId, dictionary};
use predicates::str::contains;
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Makes the searchable copy of a scan.
fn copy_of(scan: &Path, folder: &Path, more: &[&str]) -> PathBuf {
    let copy = folder.join("copy.pdf");
    vanthu()
        .arg("ocr")
        .arg(scan)
        .args(["--format", "pdf", "-o"])
        .arg(&copy)
        .args(more)
        .assert()
        .code(0);
    copy
}

/// What is hidden on a page, words parted by spaces, lines by their own text:
/// each shown string led through the `ToUnicode` map of its font.
fn hidden_text(document: &Document, page: ObjectId) -> String {
    let fonts = document.get_page_fonts(page).unwrap();
    let maps: HashMap<Vec<u8>, HashMap<u16, String>> = fonts
        .iter()
        .filter(|(_, font)| font.has(b"ToUnicode"))
        .map(|(name, font)| (name.clone(), to_unicode(document, font)))
        .collect();
    let content = document.get_page_content(page);
    let mut text = String::new();
    let mut map = None;
    for operation in lopdf::content::Content::decode(&content)
        .unwrap()
        .operations
    {
        match operation.operator.as_str() {
            "Tf" => map = maps.get(operation.operands[0].as_name().unwrap()),
            "Tj" | "TJ" => {
                let shown = &operation.operands[0];
                let parts = shown.as_array().cloned().unwrap_or(vec![shown.clone()]);
                for codes in parts.iter().filter_map(|part| part.as_str().ok()) {
                    let mut bytes = codes.iter().map(|byte| u16::from(*byte));
                    while let Some(first) = bytes.next() {
                        // Codes from 0xE000 on have two bytes.
                        let code = match first {
                            0xE0.. => first << 8 | bytes.next().unwrap(),
                            _ => first,
                        };
                        text.push_str(&map.unwrap()[&code]);
                    }
                }
                text.push_str(if text.ends_with(' ') { "" } else { "\n" });
            }
            _ => {}
        }
    }
    text
}

fn to_unicode(document: &Document, font: &Dictionary) -> HashMap<u16, String> {
    let map = font.get_deref(b"ToUnicode", document).unwrap();
    let map = String::from_utf8(map.as_stream().unwrap().decompressed_content().unwrap()).unwrap();
    let unit = |digits: &str| u16::from_str_radix(digits, 16).unwrap();
    let ranges = map.lines().filter_map(|line| {
        let (first, rest) = line.strip_prefix('<')?.split_once("> <")?;
        let (last, texts) = rest.split_once("> ")?;
        Some((unit(first)..=unit(last), texts))
    });
    ranges
        .flat_map(|(codes, texts)| {
            let texts: Vec<String> = texts
                .split(['<', '>', '[', ']'])
                .filter(|text| !text.is_empty())
                .map(|text| {
                    let digits = text.as_bytes().chunks(4);
                    let units = digits.map(|digits| unit(std::str::from_utf8(digits).unwrap()));
                    String::from_utf16(&units.collect::<Vec<u16>>()).unwrap()
                })
                .collect();
            let first = *codes.start();
            codes.map(move |code| {
                // One text for a range is that of its first code.
                let text = texts.get(usize::from(code - first)).cloned();
                let ascii = || char::from_u32(u32::from(code)).unwrap().to_string();
                (code, text.unwrap_or_else(ascii))
            })
        })
        .collect()
}

fn pages(document: &Document) -> Vec<ObjectId> {
    document.get_pages().into_values().collect()
}

/// The stored bytes of all pictures, in their order.
fn pictures(document: &Document) -> Vec<Vec<u8>> {
    document
        .objects
        .values()
        .filter_map(|object| object.as_stream().ok())
        .filter(|stream| {
            stream.dict.get(b"Subtype").and_then(Object::as_name).ok() == Some(b"Image")
        })
        .map(|stream| stream.content.clone())
        .collect()
}

fn title(document: &Document) -> String {
    let info = document.trailer.get_deref(b"Info", document).unwrap();
    let title = info.as_dict().unwrap().get(b"Title").unwrap();
    lopdf::decode_text_string(title).unwrap()
}

#[test]
fn a_scanned_pdf_is_found_by_its_words_and_its_pictures_are_as_they_were() {
    let dir = tempfile::tempdir().unwrap();
    let scan = sample("09");
    let before = fs::read(&scan).unwrap();
    let copy = Document::load(copy_of(&scan, dir.path(), &[])).unwrap();
    assert_eq!(fs::read(&scan).unwrap(), before, "the original was changed");
    let (read, _) = json(&["ocr", scan.to_str().unwrap()]);
    let page = pages(&copy)[0];
    let hidden = hidden_text(&copy, page);
    for line in read["pages"][0]["lines"].as_array().unwrap() {
        let words: Vec<&str> = line["words"]
            .as_array()
            .unwrap()
            .iter()
            .map(|word| word["text"].as_str().unwrap())
            .filter(|word| !word.is_empty())
            .collect();
        assert!(hidden.contains(&words.join(" ")), "{words:?} in {hidden}");
    }
    let original = Document::load(&scan).unwrap();
    let mut kept = pictures(&copy);
    let mut stored = pictures(&original);
    kept.sort();
    stored.sort();
    assert_eq!(kept, stored);
    assert!(title(&copy).contains("12/CĐ-UBND"), "{}", title(&copy));
    let metadata = copy
        .catalog()
        .unwrap()
        .get_deref(b"Metadata", &copy)
        .unwrap();
    let xmp = metadata
        .as_stream()
        .unwrap()
        .decompressed_content()
        .unwrap();
    let xmp = String::from_utf8(xmp).unwrap();
    assert!(
        xmp.contains("urn:sha256:") && xmp.contains("12/CĐ-UBND"),
        "{xmp}"
    );
}

#[test]
fn the_copy_of_a_copy_has_its_text_once() {
    let dir = tempfile::tempdir().unwrap();
    let first = copy_of(&sample("09"), dir.path(), &["--pages", "1"]);
    let once = Document::load(&first).unwrap();
    let again = dir.path().join("again");
    fs::create_dir(&again).unwrap();
    let redone = copy_of(&first, &again, &["--text-layer", "redo"]);
    let twice = Document::load(redone).unwrap();
    let thrice = Document::load(copy_of(&first, &again, &[])).unwrap();
    let words = |document: &Document| {
        hidden_text(document, pages(document)[0])
            .split_whitespace()
            .count()
    };
    assert!(words(&thrice).abs_diff(words(&once)) * 50 < words(&once));
    assert!(words(&twice).abs_diff(words(&once)) * 50 < words(&once));
}

#[test]
fn only_the_pages_asked_for_are_in_the_copy() {
    let dir = tempfile::tempdir().unwrap();
    let scan = sample("18");
    let all = Document::load(&scan).unwrap().get_pages().len();
    assert!(all > 1, "a sample of one page tells nothing");
    let copy = Document::load(copy_of(&scan, dir.path(), &["--pages", "2"])).unwrap();
    assert_eq!(copy.get_pages().len(), 1);
    assert!(!hidden_text(&copy, pages(&copy)[0]).is_empty());
}

#[test]
fn a_picture_becomes_a_pdf_that_holds_it() {
    let dir = tempfile::tempdir().unwrap();
    let copy = Document::load(copy_of(&sample("08"), dir.path(), &[])).unwrap();
    assert_eq!(pages(&copy).len(), 1);
    assert!(
        hidden_text(&copy, pages(&copy)[0])
            .split_whitespace()
            .count()
            > 20
    );
    assert_eq!(pictures(&copy).len(), 1);
    // What PDF/A-2b asks for beside the page: the claim in XMP that can be read
    // as it stands, and nothing else said there than in the dictionary; a meaning
    // of device colours; an identifier; embedded fonts.
    let catalog = copy.catalog().unwrap();
    let xmp = catalog.get_deref(b"Metadata", &copy).unwrap();
    let xmp = xmp.as_stream().unwrap();
    assert!(!xmp.dict.has(b"Filter"));
    let xmp = String::from_utf8(xmp.content.clone()).unwrap();
    assert!(xmp.contains(">2</pdfaid:part>") && xmp.contains(">B</pdfaid:conformance>"));
    assert!(xmp.contains(&title(&copy)), "{xmp}");
    let intents = catalog.get(b"OutputIntents").unwrap().as_array().unwrap();
    let intent = intents[0].as_dict().unwrap();
    assert_eq!(intent.get(b"S").unwrap().as_name().unwrap(), b"GTS_PDFA1");
    let profile = intent.get_deref(b"DestOutputProfile", &copy).unwrap();
    let profile = profile.as_stream().unwrap();
    assert_eq!(profile.dict.get(b"N").unwrap().as_i64().unwrap(), 3);
    assert_eq!(&profile.decompressed_content().unwrap()[36..40], b"acsp");
    assert_eq!(
        copy.trailer.get(b"ID").unwrap().as_array().unwrap().len(),
        2
    );
    let fonts = copy
        .objects
        .values()
        .filter_map(|object| object.as_dict().ok());
    let descriptors: Vec<&Dictionary> = fonts
        .filter(|dict| dict.has_type(b"FontDescriptor"))
        .collect();
    assert!(!descriptors.is_empty());
    assert!(descriptors.iter().all(|dict| dict.has(b"FontFile2")));
}

#[test]
fn an_encrypted_pdf_is_refused_before_it_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let locked = dir.path().join("locked.pdf");
    let mut document = Document::load(sample("09")).unwrap();
    document.trailer.set(
        "ID",
        vec![
            Object::string_literal("0123456789abcdef"),
            Object::string_literal("0123456789abcdef"),
        ],
    );
    let version = lopdf::EncryptionVersion::V2 {
        document: &document,
        owner_password: "owner",
        user_password: "",
        key_length: 128,
        permissions: lopdf::Permissions::PRINTABLE,
    };
    let state = lopdf::EncryptionState::try_from(version).unwrap();
    document.encrypt(&state).unwrap();
    document.save(&locked).unwrap();
    let copy = dir.path().join("copy.pdf");
    vanthu()
        .arg("ocr")
        .arg(&locked)
        .args(["--format", "pdf", "-o"])
        .arg(&copy)
        .assert()
        .code(3)
        .stderr(contains("encrypted"));
    assert!(!copy.exists());
}

#[test]
fn a_pdf_of_broken_structure_is_built_from_its_page_images() {
    let dir = tempfile::tempdir().unwrap();
    let cut = dir.path().join("cut.pdf");
    // Two pages that are one object: added to once, the text would be shown twice.
    let mut document = Document::load(sample("09")).unwrap();
    let page = pages(&document)[0];
    let tree = document
        .catalog()
        .unwrap()
        .get(b"Pages")
        .unwrap()
        .as_reference()
        .unwrap();
    let node = dictionary! {
        "Type" => "Pages", "Kids" => vec![page.into(), page.into()], "Count" => 2,
    };
    let mut whole = document.get_dictionary(tree).unwrap().clone();
    for (key, value) in &node {
        whole.set(key.clone(), value.clone());
    }
    document.objects.insert(tree, whole.into());
    document.save(&cut).unwrap();
    let copy = Document::load(copy_of(&cut, dir.path(), &[])).unwrap();
    assert_eq!(pages(&copy).len(), 2);
    for page in pages(&copy) {
        assert!(hidden_text(&copy, page).split_whitespace().count() > 20);
    }
}

#[test]
fn an_archive_gives_a_copy_of_each_paper_and_overwrites_none() {
    let dir = tempfile::tempdir().unwrap();
    let archive = dir.path().join("archive");
    vanthu()
        .args(["import", "--progress", "none", "--archive"])
        .arg(&archive)
        .arg(sample("08"))
        .arg(sample("09"))
        .assert()
        .code(0);
    let folder = dir.path().join("copies");
    let export = || {
        let mut command = vanthu();
        command
            .args(["export", "--format", "pdf", "--archive"])
            .arg(&archive)
            .arg("-o")
            .arg(&folder);
        command
    };
    export()
        .assert()
        .code(0)
        .stderr(contains("2 searchable PDFs written"));
    let names: Vec<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(
        names.iter().any(|name| name == "2022-09-26 12-CĐ-UBND.pdf"),
        "{names:?}"
    );
    fs::write(folder.join(&names[0]), "mine").unwrap();
    export()
        .assert()
        .code(0)
        .stderr(contains("2 were there already"));
    assert_eq!(fs::read(folder.join(&names[0])).unwrap(), b"mine");
    // Without a folder there is nowhere to put them.
    vanthu()
        .args(["export", "--format", "pdf", "--archive"])
        .arg(&archive)
        .assert()
        .code(2)
        .stderr(contains("--output"));
}

#[test]
fn a_copy_can_be_piped() {
    let output = vanthu()
        .arg("ocr")
        .arg(sample("08"))
        .args(["--format", "pdf"])
        .output()
        .unwrap();
    assert!(output.status.success());
    assert!(output.stdout.starts_with(b"%PDF-"));
    Document::load_mem(&output.stdout).unwrap();
}
