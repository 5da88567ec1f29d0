//! PDFs built here, read through the public door.

use crate::scan::{Limits, PageImage, PageSource, Pixels, ScanError, SourceDocument};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};
use proptest::prelude::*;
use std::io::Write;

/// A PDF under construction, with one page at a time.
struct Builder {
    document: Document,
    pages: ObjectId,
    kids: Vec<Object>,
}

impl Builder {
    fn new() -> Self {
        let mut document = Document::with_version("1.5");
        let pages = document.new_object_id();
        Self {
            document,
            pages,
            kids: Vec::new(),
        }
    }

    fn picture(&mut self, dict: Dictionary, data: Vec<u8>) -> ObjectId {
        let mut dict = dict;
        dict.set("Type", "XObject");
        dict.set("Subtype", "Image");
        self.document
            .add_object(Stream::new(dict, data).with_compression(false))
    }

    /// A page of 100 × 200 points.
    fn page(&mut self, content: &str, pictures: &[ObjectId], more: Dictionary) -> &mut Self {
        let mut objects = Dictionary::new();
        for (index, id) in pictures.iter().enumerate() {
            objects.set(format!("Im{index}"), *id);
        }
        let content = Stream::new(Dictionary::new(), content.as_bytes().to_vec());
        let content = self.document.add_object(content);
        let mut page = dictionary! {
            "Type" => "Page",
            "Parent" => self.pages,
            "MediaBox" => vec![0.into(), 0.into(), 100.into(), 200.into()],
            "Resources" => dictionary! { "XObject" => objects },
            "Contents" => content,
        };
        page.extend(&more);
        let id = self.document.add_object(page);
        self.kids.push(id.into());
        self
    }

    fn finish(mut self) -> Vec<u8> {
        let count = self.kids.len() as i64;
        let pages = dictionary! { "Type" => "Pages", "Kids" => self.kids, "Count" => count };
        self.document.objects.insert(self.pages, pages.into());
        let catalog = dictionary! { "Type" => "Catalog", "Pages" => self.pages };
        let catalog = self.document.add_object(catalog);
        self.document.trailer.set("Root", catalog);
        let mut bytes = Vec::new();
        self.document.save_to(&mut bytes).expect("saving to memory");
        bytes
    }
}

fn flate(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(data).expect("writing to memory");
    encoder.finish().expect("writing to memory")
}

fn gray(width: i64, height: i64) -> Dictionary {
    dictionary! {
        "Width" => width, "Height" => height, "BitsPerComponent" => 8,
        "ColorSpace" => "DeviceGray", "Filter" => "FlateDecode",
    }
}

/// 200 × 400 pixels: a page at 144 dpi, darker to the right and the bottom.
fn gradient() -> Vec<u8> {
    (0..400_u32)
        .flat_map(|y| (0..200_u32).map(move |x| (255 - x / 4 - y / 4) as u8))
        .collect()
}

const FULL_PAGE: &str = "q 100 0 0 200 0 0 cm /Im0 Do Q";

fn scan_page() -> Builder {
    let mut builder = Builder::new();
    let picture = builder.picture(gray(200, 400), flate(&gradient()));
    builder.page(FULL_PAGE, &[picture], Dictionary::new());
    builder
}

fn read(bytes: Vec<u8>) -> Result<PageImage, ScanError> {
    SourceDocument::open(bytes, Limits::default())?.page_image(1)
}

fn gray_pixels(page: &PageImage) -> &[u8] {
    match &page.pixels {
        Pixels::Gray(bytes) => bytes,
        other => panic!("not grey: {other:?}"),
    }
}

#[test]
fn a_full_page_picture_is_taken_out_as_it_is() {
    let page = read(scan_page().finish()).expect("a readable page");
    assert_eq!((page.width_px, page.height_px), (200, 400));
    assert_eq!(page.resolution_dpi, 144);
    assert_eq!(page.source, PageSource::EmbeddedImage);
    assert!(!page.is_incomplete);
    assert_eq!(gray_pixels(&page), gradient());
}

#[test]
fn rotate_turns_the_picture_upright() {
    let mut builder = Builder::new();
    let picture = builder.picture(gray(200, 400), flate(&gradient()));
    builder.page(FULL_PAGE, &[picture], dictionary! { "Rotate" => 90 });
    let page = read(builder.finish()).expect("a readable page");
    assert_eq!((page.width_px, page.height_px), (400, 200));
    assert_eq!(page.source, PageSource::EmbeddedImage);
    // Turned clockwise, the stored lower left corner comes to the upper left.
    assert_eq!(gray_pixels(&page)[0], gradient()[399 * 200]);
}

#[test]
fn a_picture_drawn_upside_down_or_mirrored_comes_upright() {
    for (matrix, corner) in [
        ("-100 0 0 -200 100 200", 399 * 200 + 199),
        ("-100 0 0 200 100 0", 199),
        ("100 0 0 -200 0 200", 399 * 200),
    ] {
        let mut builder = Builder::new();
        let picture = builder.picture(gray(200, 400), flate(&gradient()));
        let content = format!("q {matrix} cm /Im0 Do Q");
        builder.page(&content, &[picture], Dictionary::new());
        let page = read(builder.finish()).expect("a readable page");
        assert_eq!(page.source, PageSource::EmbeddedImage, "{matrix}");
        assert_eq!(gray_pixels(&page)[0], gradient()[corner], "{matrix}");
    }
}

#[test]
fn strips_are_joined_without_a_seam() {
    let all = gradient();
    let (top, bottom) = all.split_at(200 * 150);
    let mut builder = Builder::new();
    let top = builder.picture(gray(200, 150), flate(top));
    let bottom = builder.picture(gray(200, 250), flate(bottom));
    builder.page(
        "q 100 0 0 75 0 125 cm /Im0 Do Q q 100 0 0 125 0 0 cm /Im1 Do Q",
        &[top, bottom],
        Dictionary::new(),
    );
    let page = read(builder.finish()).expect("a readable page");
    assert_eq!(page.source, PageSource::Composed);
    assert_eq!(gray_pixels(&page), all);
}

#[test]
fn a_picture_smaller_than_the_page_keeps_its_place_on_white_paper() {
    let mut builder = Builder::new();
    let picture = builder.picture(gray(200, 200), flate(&[0; 200 * 200]));
    builder.page(
        "q 100 0 0 100 0 50 cm /Im0 Do Q",
        &[picture],
        Dictionary::new(),
    );
    let page = read(builder.finish()).expect("a readable page");
    assert_eq!((page.width_px, page.height_px), (200, 400));
    let rows: Vec<u8> = gray_pixels(&page).iter().step_by(200).copied().collect();
    assert_eq!(rows.iter().position(|row| *row == 0), Some(100));
    assert_eq!(rows.iter().rposition(|row| *row == 0), Some(299));
}

#[test]
fn a_seal_with_a_soft_mask_lies_over_the_scan() {
    let mut builder = Builder::new();
    let scan = builder.picture(gray(200, 400), flate(&[200; 200 * 400]));
    let mask = (0..20 * 20).map(|index| if index % 20 < 10 { 255 } else { 0 });
    let mask = builder.picture(gray(20, 20), flate(&mask.collect::<Vec<u8>>()));
    let red = [255, 0, 0].repeat(20 * 20);
    let seal = dictionary! {
        "Width" => 20, "Height" => 20, "BitsPerComponent" => 8,
        "ColorSpace" => "DeviceRGB", "Filter" => "FlateDecode", "SMask" => mask,
    };
    let seal = builder.picture(seal, flate(&red));
    builder.page(
        "q 100 0 0 200 0 0 cm /Im0 Do Q q 20 0 0 20 40 160 cm /Im1 Do Q",
        &[scan, seal],
        Dictionary::new(),
    );
    let page = read(builder.finish()).expect("a readable page");
    assert_eq!(page.source, PageSource::Composed);
    assert_eq!((page.width_px, page.height_px), (200, 400));
    let Pixels::Rgb(bytes) = &page.pixels else {
        panic!("the seal's colour is lost");
    };
    let at = |x: usize, y: usize| &bytes[(y * 200 + x) * 3..][..3];
    assert_eq!(at(10, 10), [200, 200, 200]);
    assert_eq!(at(90, 60), [255, 0, 0]);
    // Where the mask is clear the scan shows through.
    assert_eq!(at(112, 60), [200, 200, 200]);
}

#[test]
fn vector_content_is_drawn() {
    let mut builder = Builder::new();
    builder.page("0 0 50 200 re f", &[], Dictionary::new());
    let page = read(builder.finish()).expect("a readable page");
    assert_eq!(page.source, PageSource::Rendered);
    assert_eq!(page.resolution_dpi, 300);
    let row = &gray_pixels(&page)[..page.width_px as usize];
    assert_eq!((row[0], row[row.len() - 1]), (0, 255));
}

#[test]
fn a_page_with_a_picture_on_it_is_drawn_finer_than_the_picture() {
    let mut builder = Builder::new();
    let picture = builder.picture(gray(100, 100), flate(&[128; 100 * 100]));
    builder.page(
        "q 100 0 0 100 0 0 cm /Im0 Do Q 10 150 40 10 re 10 170 40 10 re f",
        &[picture],
        Dictionary::new(),
    );
    let page = read(builder.finish()).expect("a readable page");
    assert_eq!(page.source, PageSource::Rendered);
    assert_eq!(page.resolution_dpi, 300);
}

#[test]
fn text_in_a_standard_font_that_is_not_embedded_is_drawn() {
    let mut builder = Builder::new();
    let font = builder.document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica",
    });
    builder.page(
        "BT /F1 40 Tf 10 100 Td (HH) Tj ET",
        &[],
        dictionary! { "Resources" => dictionary! { "Font" => dictionary! { "F1" => font } } },
    );
    let page = read(builder.finish()).expect("a readable page");
    assert!(gray_pixels(&page).contains(&0));
}

#[test]
fn pages_that_show_nothing_are_white() {
    let mut builder = Builder::new();
    builder.page("", &[], Dictionary::new());
    let page = read(builder.finish()).expect("a readable page");
    assert_eq!(page.source, PageSource::Blank);
    let Pixels::Bilevel(bytes) = &page.pixels else {
        panic!("a blank page needs no grey");
    };
    assert!(bytes.iter().all(|byte| *byte == 0));
}

#[test]
fn bilevel_pictures_stay_bilevel_whatever_their_polarity() {
    let data = flate(&[0b1111_0000; 25 * 400]);
    for (decode, expected) in [(vec![0, 1], 0b0000_1111), (vec![1, 0], 0b1111_0000)] {
        let mut builder = Builder::new();
        let dict = dictionary! {
            "Width" => 200, "Height" => 400, "BitsPerComponent" => 1,
            "ColorSpace" => "DeviceGray", "Filter" => "FlateDecode",
            "Decode" => decode.into_iter().map(Object::from).collect::<Vec<_>>(),
        };
        let picture = builder.picture(dict, data.clone());
        builder.page(FULL_PAGE, &[picture], Dictionary::new());
        let page = read(builder.finish()).expect("a readable page");
        assert_eq!(page.pixels, Pixels::Bilevel(vec![expected; 25 * 400]));
    }
}

#[test]
fn chained_filters_and_predictors_are_undone() {
    let mut rows = Vec::new();
    for row in gradient().chunks(200) {
        rows.push(1); // PNG "Sub": differences to the left
        let left = std::iter::once(&0).chain(row);
        rows.extend(
            row.iter()
                .zip(left)
                .map(|(here, left)| here.wrapping_sub(*left)),
        );
    }
    let hex: String = flate(&rows)
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect();
    let mut builder = Builder::new();
    let mut dict = gray(200, 400);
    dict.set(
        "Filter",
        vec!["ASCIIHexDecode".into(), "FlateDecode".into()],
    );
    let parameters = dictionary! { "Predictor" => 15, "Columns" => 200, "Colors" => 1 };
    dict.set("DecodeParms", vec![Object::Null, parameters.into()]);
    let picture = builder.picture(dict, format!("{hex}>").into_bytes());
    builder.page(FULL_PAGE, &[picture], Dictionary::new());
    let page = read(builder.finish()).expect("a readable page");
    assert_eq!(gray_pixels(&page), gradient());
}

#[test]
fn a_width_that_lies_costs_no_memory() {
    for (width, height) in [(200, 60_000), (60_000, 60_000), (4_000_000_000, 1)] {
        let mut builder = Builder::new();
        let picture = builder.picture(gray(width, height), flate(&gradient()));
        builder.page(FULL_PAGE, &[picture], Dictionary::new());
        match read(builder.finish()) {
            Ok(page) => {
                let pixels = u64::from(page.width_px) * u64::from(page.height_px);
                assert!(pixels <= Limits::default().max_page_pixels);
                assert!(page.is_incomplete);
            }
            Err(error) => assert!(["too_large", "damaged"].contains(&error.kind()), "{error}"),
        }
    }
}

/// Many megabytes of zeros in a few kilobytes: deflated twice.
fn bomb() -> Vec<u8> {
    let zeros = flate(&vec![0; 16 * 1024 * 1024]);
    flate(&zeros.repeat(64))
}

#[test]
fn a_picture_that_unpacks_without_end_is_cut_at_its_size() {
    let zeros = flate(&vec![0; 64 * 1024 * 1024]);
    let mut builder = Builder::new();
    let picture = builder.picture(gray(200, 400), zeros);
    builder.page(FULL_PAGE, &[picture], Dictionary::new());
    let page = read(builder.finish()).expect("a readable page");
    assert_eq!(gray_pixels(&page), [0; 200 * 400]);
}

#[test]
fn page_content_that_unpacks_without_end_is_refused() {
    let limits = Limits {
        max_stream_bytes: 1024 * 1024,
        ..Limits::default()
    };
    let mut builder = Builder::new();
    let spaces = flate(&vec![b' '; 4 * 1024 * 1024]);
    let content = Stream::new(dictionary! { "Filter" => "FlateDecode" }, spaces);
    let content = builder.document.add_object(content.with_compression(false));
    builder.page("", &[], dictionary! { "Contents" => content });
    let document = SourceDocument::open(builder.finish(), limits).expect("a readable file");
    let error = document.page_image(1).expect_err("a bomb");
    assert_eq!(error.kind(), "too_large");
}

#[test]
fn a_bomb_inside_a_bomb_is_refused_or_cut() {
    let mut builder = Builder::new();
    let mut dict = gray(200, 400);
    dict.set("Filter", vec!["FlateDecode".into(), "FlateDecode".into()]);
    let picture = builder.picture(dict, bomb());
    builder.page(FULL_PAGE, &[picture], Dictionary::new());
    let page = read(builder.finish()).expect("a readable page");
    assert_eq!((page.width_px, page.height_px), (200, 400));
}

#[test]
fn a_huge_picture_is_scaled_down_while_it_is_read() {
    let limits = Limits {
        max_page_pixels: 20_000,
        ..Limits::default()
    };
    let document = SourceDocument::open(scan_page().finish(), limits).expect("a readable file");
    let page = document.page_image(1).expect("a readable page");
    assert_eq!((page.width_px, page.height_px), (100, 200));
    assert_eq!(page.source, PageSource::Rendered);
    assert_eq!(page.resolution_dpi, 72);
}

#[test]
fn a_sheet_round_a_small_picture_keeps_within_the_limits() {
    let limits = Limits {
        max_page_pixels: 30_000,
        ..Limits::default()
    };
    let mut builder = Builder::new();
    // 200 × 144 pixels over the upper part of the sheet: 200 × 400 as a whole.
    let picture = builder.picture(gray(200, 144), flate(&gradient()));
    builder.page(
        "q 100 0 0 72 0 128 cm /Im0 Do Q",
        &[picture],
        Dictionary::new(),
    );
    let document = SourceDocument::open(builder.finish(), limits).expect("a readable file");
    let page = document.page_image(1).expect("a readable page");
    assert_eq!((page.width_px, page.height_px), (100, 200));
}

#[test]
fn a_file_that_lost_its_first_line_is_repaired() {
    let whole = scan_page().finish();
    let page = read(whole[9..].to_vec()).expect("a readable page");
    assert_eq!(gray_pixels(&page), gradient());
}

#[test]
fn a_file_without_pages_says_so() {
    let error = read(Builder::new().finish()).expect_err("no pages");
    assert_eq!(error.kind(), "no_pages");
}

#[test]
fn a_page_tree_that_contains_itself_ends() {
    let mut builder = scan_page();
    builder.kids.push(builder.pages.into());
    let page = read(builder.finish()).expect("a readable page");
    assert_eq!(page.width_px, 200);
}

#[test]
fn an_empty_password_opens_a_locked_file_and_another_does_not() {
    for (password, expected) in [("", None), ("secret", Some("encrypted"))] {
        let mut document = Document::load_mem(&scan_page().finish()).expect("our own file");
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
            user_password: password,
            key_length: 128,
            permissions: lopdf::Permissions::all(),
        };
        let state = lopdf::EncryptionState::try_from(version).expect("a cipher");
        document.encrypt(&state).expect("an unencrypted file");
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).expect("saving to memory");
        let result = read(bytes);
        match expected {
            None => assert_eq!(gray_pixels(&result.expect("a readable page")), gradient()),
            Some(kind) => assert_eq!(result.expect_err("a locked file").kind(), kind),
        }
    }
}

#[test]
fn a_file_cut_anywhere_gives_its_page_or_a_reason() {
    let whole = scan_page().finish();
    for tenth in 0..10 {
        let bytes = whole[..whole.len() * tenth / 10].to_vec();
        match read(bytes) {
            Ok(page) => assert!(page.width_px > 0),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
    // The picture stands before the page list, so the end is what matters.
    let repaired = read(whole[..whole.len() - 30].to_vec());
    assert!(repaired.is_ok(), "{repaired:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn changed_bytes_never_panic(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = scan_page().finish();
        for (place, byte) in &changes {
            let place = place.index(bytes.len());
            bytes[place] = *byte;
        }
        let length = bytes.len();
        bytes.truncate(length - cut.index(length) / 8);
        if let Ok(page) = read(bytes) {
            let pixels = u64::from(page.width_px) * u64::from(page.height_px);
            prop_assert!(pixels <= Limits::default().max_page_pixels);
        }
    }
}
