//! Inputs made to be hard: each gives a sensible page or a clear reason, in
//! bounded time and memory. All are made here.

mod common;

use common::{sample, vanthu};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use image::GrayImage;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};
use predicates::str::contains;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::{Duration, Instant};

/// No page may take longer, even where the machine is busy and nothing optimised.
const LONGEST: Duration = Duration::from_secs(110);

fn read(file: &Path) -> Output {
    let start = Instant::now();
    let output = vanthu().arg("ocr").arg(file).output().unwrap();
    assert!(start.elapsed() < LONGEST, "{:?}", start.elapsed());
    output
}

/// The words of a file that is to be read without complaint.
fn words(file: &Path) -> usize {
    let output = read(file);
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{told}");
    String::from_utf8_lossy(&output.stdout)
        .split_whitespace()
        .count()
}

fn flate(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

/// A letter that is read well, in grey.
fn letter() -> GrayImage {
    image::open(sample("08")).unwrap().into_luma8()
}

/// A PDF of one A4 page.
fn pdf(
    folder: &Path,
    content: &str,
    resources: impl FnOnce(&mut Document) -> Dictionary,
) -> PathBuf {
    let mut document = Document::with_version("1.7");
    let resources = resources(&mut document);
    let tree = document.new_object_id();
    let content = document.add_object(Stream::new(Dictionary::new(), content.as_bytes().to_vec()));
    let page = document.add_object(dictionary! {
        "Type" => "Page", "Parent" => tree, "Resources" => resources, "Contents" => content,
        "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
    });
    let node = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
    document.objects.insert(tree, node.into());
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    let file = folder.join("page.pdf");
    document.save(&file).unwrap();
    file
}

const WHOLE_PAGE: &str = "q 595 0 0 842 0 0 cm /Im Do Q";

/// A PDF whose page is one picture of the letter's size.
fn scan(
    folder: &Path,
    color: impl FnOnce(&mut Document) -> Object,
    bits: i64,
    data: &[u8],
) -> PathBuf {
    let (width, height) = letter().dimensions();
    pdf(folder, WHOLE_PAGE, |document| {
        let color = color(document);
        let picture = picture(document, (width, height), color, bits, data);
        dictionary! { "XObject" => dictionary! { "Im" => picture } }
    })
}

fn picture(
    document: &mut Document,
    (width, height): (u32, u32),
    color: Object,
    bits: i64,
    data: &[u8],
) -> ObjectId {
    let dict = dictionary! {
        "Type" => "XObject", "Subtype" => "Image", "Width" => i64::from(width),
        "Height" => i64::from(height), "BitsPerComponent" => bits, "ColorSpace" => color,
        "Filter" => "FlateDecode",
    };
    document.add_object(Stream::new(dict, flate(data)).with_compression(false))
}

#[test]
fn a_picture_of_one_pixel_is_a_page_without_words() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("dot.png");
    GrayImage::new(1, 1).save(&file).unwrap();
    assert_eq!(words(&file), 0);
}

#[test]
fn a_picture_as_large_as_a_house_is_scaled_down() {
    const SIDE: u32 = 60_000;
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("house.png");
    let mut encoder = png::Encoder::new(fs::File::create(&file).unwrap(), SIDE, SIDE);
    encoder.set_depth(png::BitDepth::One);
    encoder.set_compression(png::Compression::Fastest);
    let mut writer = encoder.write_header().unwrap();
    let mut rows = writer.stream_writer().unwrap();
    let white = vec![0xFF; SIDE as usize / 8];
    for _ in 0..SIDE {
        rows.write_all(&white).unwrap();
    }
    rows.finish().unwrap();
    writer.finish().unwrap();
    assert_eq!(words(&file), 0);
}

#[test]
fn a_bilevel_page_of_a_thousand_megapixels_is_scaled_down() {
    const SIDE: u32 = 35_000;
    let dir = tempfile::tempdir().unwrap();
    let white = vec![0xFF; SIDE as usize / 8 * SIDE as usize];
    let file = pdf(dir.path(), WHOLE_PAGE, |document| {
        let picture = picture(document, (SIDE, SIDE), "DeviceGray".into(), 1, &white);
        dictionary! { "XObject" => dictionary! { "Im" => picture } }
    });
    assert_eq!(words(&file), 0);
}

#[test]
fn two_gigabytes_of_zeros_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("zeros.pdf");
    // Holes take no room on the disk.
    fs::File::create(&file).unwrap().set_len(2 << 30).unwrap();
    let output = read(&file);
    assert_eq!(output.status.code(), Some(3));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(
        told.contains("zeros") || told.contains("--worker-memory"),
        "{told}"
    );
}

#[test]
fn object_streams_of_garbage_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("garbage.pdf");
    let mut bytes = b"%PDF-1.7\n".to_vec();
    // Each says that it holds the next one, and a thousand objects more.
    for number in 1..200 {
        let garbage = flate(
            format!("{} 0 <</Type/ObjStm/N 1000/First 9>> ] >> (", number + 1)
                .repeat(50)
                .as_bytes(),
        );
        bytes.extend(
            format!(
                "{number} 0 obj <</Type/ObjStm/N 1000/First 20/Extends {} 0 R/Filter/FlateDecode\
                 /Length {}>> stream\n",
                number + 1,
                garbage.len()
            )
            .bytes(),
        );
        bytes.extend(garbage);
        bytes.extend(b"\nendstream endobj\n");
    }
    bytes.extend(b"trailer <</Root 1500 0 R/Size 2000>>\nstartxref\n9\n%%EOF");
    fs::write(&file, bytes).unwrap();
    let output = read(&file);
    assert_eq!(output.status.code(), Some(3));
    assert!(!output.stderr.is_empty());
}

#[test]
fn a_page_of_forty_small_pictures_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let letter = letter();
    let (width, height) = letter.dimensions();
    let strip = height / 40;
    let mut content = String::new();
    let rows: Vec<(String, Vec<u8>)> = (0..40)
        .map(|index| {
            let name = format!("Im{index}");
            let down = f64::from((index + 1) * strip) / f64::from(height) * 842.0;
            let tall = f64::from(strip) / f64::from(height) * 842.0;
            content.push_str(&format!(
                "q 595 0 0 {tall} 0 {} cm /{name} Do Q\n",
                842.0 - down
            ));
            let from = (index * strip * width) as usize;
            (
                name,
                letter.as_raw()[from..from + (strip * width) as usize].to_vec(),
            )
        })
        .collect();
    let file = pdf(dir.path(), &content, |document| {
        let mut named = Dictionary::new();
        for (name, data) in &rows {
            named.set(
                name.as_str(),
                picture(document, (width, strip), "DeviceGray".into(), 8, data),
            );
        }
        dictionary! { "XObject" => named }
    });
    assert!(words(&file) > 100);
}

#[test]
fn inks_of_print_are_read() {
    let dir = tempfile::tempdir().unwrap();
    let inks: Vec<u8> = letter()
        .pixels()
        .flat_map(|pixel| [0, 0, 0, 255 - pixel.0[0]])
        .collect();
    let file = scan(dir.path(), |_| "DeviceCMYK".into(), 8, &inks);
    assert!(words(&file) > 100);
}

#[test]
fn sixteen_bits_and_a_profile_that_lies_are_read() {
    let dir = tempfile::tempdir().unwrap();
    let deep: Vec<u8> = letter()
        .pixels()
        .flat_map(|pixel| [pixel.0[0], 7])
        .collect();
    let lies = |document: &mut Document| {
        // A profile of three colours, by its entry of one, and in truth of none.
        let dict = dictionary! { "N" => 1, "Alternate" => "DeviceGray" };
        let profile = document.add_object(Stream::new(dict, b"RGB no profile at all".to_vec()));
        vec!["ICCBased".into(), profile.into()].into()
    };
    let file = scan(dir.path(), lies, 16, &deep);
    assert!(words(&file) > 100);
}

#[test]
fn a_jpeg_cut_in_the_middle_gives_its_upper_half_and_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let whole = dir.path().join("whole.jpg");
    letter().save(&whole).unwrap();
    let bytes = fs::read(&whole).unwrap();
    let cut = dir.path().join("cut.jpg");
    fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
    let output = read(&cut);
    assert!(String::from_utf8_lossy(&output.stderr).contains("breaks off"));
    assert!(matches!(output.status.code(), Some(0 | 1)));
    let n_words = String::from_utf8_lossy(&output.stdout)
        .split_whitespace()
        .count();
    assert!(n_words > 20, "{n_words}");
    vanthu()
        .args(["ocr", "--format", "json"])
        .arg(&cut)
        .assert()
        .stdout(contains("\"is_incomplete\": true"));
    let archive = dir.path().join("archive");
    vanthu()
        .arg("import")
        .arg(&cut)
        .arg("--archive")
        .arg(&archive)
        .assert()
        .success();
    vanthu()
        .args(["failures", "--review", "--archive"])
        .arg(&archive)
        .assert()
        .stdout(contains("breaks off"));
}

#[test]
fn paper_that_is_transparent_is_read_as_white() {
    let dir = tempfile::tempdir().unwrap();
    let letter = letter();
    let clear = image::RgbaImage::from_fn(letter.width(), letter.height(), |x, y| {
        image::Rgba([0, 0, 0, 255 - letter.get_pixel(x, y).0[0]])
    });
    let file = dir.path().join("clear.png");
    clear.save(&file).unwrap();
    assert!(words(&file) > 100);
}

#[test]
fn a_page_is_read_whichever_side_it_lies_on() {
    let dir = tempfile::tempdir().unwrap();
    let letter = letter();
    let sides = [
        ("left.png", image::imageops::rotate270(&letter)),
        ("right.png", image::imageops::rotate90(&letter)),
        ("head.png", image::imageops::rotate180(&letter)),
    ];
    for (name, turned) in sides {
        let file = dir.path().join(name);
        turned.save(&file).unwrap();
        assert!(words(&file) > 100, "{name}");
    }
}

#[test]
fn text_that_is_there_is_read_again_from_the_picture_on_demand() {
    let dir = tempfile::tempdir().unwrap();
    let content = "BT /F 16 Tf 72 700 Td (Bao cao tuan) Tj 0 -24 Td (Ke hoach thang) Tj ET";
    let file = pdf(dir.path(), content, |document| {
        let font = document.add_object(dictionary! {
            "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica",
        });
        dictionary! { "Font" => dictionary! { "F" => font } }
    });
    let outcome = |mode: &str, wanted: &str| {
        vanthu()
            .args(["ocr", "--format", "json", "--text-layer", mode])
            .arg(&file)
            .assert()
            .code(0)
            .stdout(contains(wanted));
    };
    outcome("auto", "\"outcome\": \"taken\"");
    outcome("redo", "\"outcome\": \"read_from_picture\"");
}

#[test]
fn a_font_without_widths_gives_its_words() {
    let dir = tempfile::tempdir().unwrap();
    let content = "BT /F 14 Tf 72 700 Td (Bao cao tuan) Tj 0 -20 Td (Ke hoach thang) Tj ET";
    let file = pdf(dir.path(), content, |document| {
        let font = document.add_object(dictionary! {
            "Type" => "Font", "Subtype" => "TrueType", "BaseFont" => "NoSuchFont",
            "FirstChar" => 32, "LastChar" => 126,
        });
        dictionary! { "Font" => dictionary! { "F" => font } }
    });
    vanthu()
        .arg("ocr")
        .arg(&file)
        .assert()
        .code(0)
        .stdout(contains("Bao cao tuan"));
}

#[test]
fn letters_drawn_as_curves_are_read_from_the_picture() {
    let dir = tempfile::tempdir().unwrap();
    // "HELLO" of bars, eight times.
    let bars: [&[[i32; 4]]; 5] = [
        &[[0, 0, 3, 20], [9, 0, 3, 20], [0, 9, 12, 3]],
        &[[0, 0, 3, 20], [0, 0, 11, 3], [0, 9, 9, 3], [0, 17, 11, 3]],
        &[[0, 0, 3, 20], [0, 0, 11, 3]],
        &[[0, 0, 3, 20], [0, 0, 11, 3]],
        &[[0, 0, 3, 20], [10, 0, 3, 20], [0, 0, 13, 3], [0, 17, 13, 3]],
    ];
    let mut content = String::new();
    for row in 0..8 {
        for (index, letter) in bars.iter().enumerate() {
            for [x, y, width, height] in *letter {
                let (x, y) = (80 + index as i32 * 18 + x, 760 - row * 50 + y);
                content.push_str(&format!("{x} {y} {width} {height} re f\n"));
            }
        }
    }
    let file = pdf(dir.path(), &content, |_| Dictionary::new());
    assert!(words(&file) > 0);
}
