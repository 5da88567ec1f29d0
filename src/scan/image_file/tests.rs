//! Picture files built here, read through the public door.

use crate::scan::{Limits, PageImage, Pixels, ScanError, SourceDocument};
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageFormat, Luma, Rgb, RgbImage, Rgba, RgbaImage};
use proptest::prelude::*;
use std::io::Cursor;

fn read(bytes: Vec<u8>) -> Result<PageImage, ScanError> {
    SourceDocument::open(bytes, Limits::default())?.page_image(1)
}

fn encode(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let picture: DynamicImage = picture.into();
    picture
        .write_to(&mut bytes, format)
        .expect("writing to memory");
    bytes.into_inner()
}

/// Dark on the left, light on the right, reddish.
fn colors() -> RgbImage {
    RgbImage::from_fn(64, 48, |x, y| {
        Rgb([(x * 4) as u8, (x * 3) as u8, (y * 2) as u8])
    })
}

/// The tags of a page, each with one value, and the bytes of its only strip.
type TiffPage<'a> = (&'a [(u16, u32)], &'a [u8]);

/// A TIFF with little-endian directories put together by hand.
fn tiff(pages: &[TiffPage<'_>]) -> Vec<u8> {
    let mut bytes = b"II*\0\0\0\0\0".to_vec();
    let mut pointer = 4;
    for (tags, strip) in pages {
        let strip_offset = bytes.len() as u32;
        bytes.extend_from_slice(strip);
        let directory = bytes.len() as u32;
        bytes[pointer..pointer + 4].copy_from_slice(&directory.to_le_bytes());
        let mut tags = tags.to_vec();
        tags.extend([(273, strip_offset), (279, strip.len() as u32)]);
        tags.sort_unstable();
        bytes.extend((tags.len() as u16).to_le_bytes());
        for (tag, value) in tags {
            bytes.extend(tag.to_le_bytes());
            bytes.extend(4_u16.to_le_bytes());
            bytes.extend(1_u32.to_le_bytes());
            bytes.extend(value.to_le_bytes());
        }
        pointer = bytes.len();
        bytes.extend([0; 4]);
    }
    bytes
}

#[test]
fn png_keeps_its_colours() {
    let page = read(encode(colors(), ImageFormat::Png)).expect("a readable file");
    assert_eq!(page.pixels, Pixels::Rgb(colors().into_raw()));
}

#[test]
fn png_of_sixteen_bits_becomes_eight() {
    let wide = image::ImageBuffer::from_fn(3, 1, |x, _| Luma([(x * 0x1234) as u16]));
    let bytes = encode(DynamicImage::ImageLuma16(wide), ImageFormat::Png);
    let page = read(bytes).expect("a readable file");
    assert_eq!(page.pixels, Pixels::Gray(vec![0x00, 0x12, 0x24]));
}

#[test]
fn transparent_paper_is_white() {
    let picture = RgbaImage::from_fn(2, 1, |x, _| {
        Rgba([10, 20, 30, if x == 0 { 0 } else { 255 }])
    });
    let page = read(encode(picture, ImageFormat::Png)).expect("a readable file");
    assert_eq!(page.pixels, Pixels::Rgb(vec![255, 255, 255, 10, 20, 30]));
}

#[test]
fn a_cut_png_gives_the_rows_that_came() {
    let bytes = encode(colors(), ImageFormat::Png);
    let page = read(bytes[..bytes.len() / 2].to_vec()).expect("a readable part");
    assert!(page.is_incomplete);
    let Pixels::Rgb(pixels) = page.pixels else {
        panic!("colour is lost");
    };
    assert_eq!(pixels[..64 * 3], colors().into_raw()[..64 * 3]);
    assert!(pixels.ends_with(&[255; 64 * 3]));
}

/// A JPEG with an EXIF orientation of 6 (to be turned a quarter clockwise).
fn jpeg_lying_on_its_side() -> Vec<u8> {
    let plain = encode(colors(), ImageFormat::Jpeg);
    let exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    let mut bytes = plain[..2].to_vec();
    bytes.extend([0xFF, 0xE1]);
    bytes.extend((exif.len() as u16 + 2).to_be_bytes());
    bytes.extend_from_slice(exif);
    bytes.extend_from_slice(&plain[2..]);
    bytes
}

#[test]
fn exif_turns_a_jpeg_upright() {
    let page = read(jpeg_lying_on_its_side()).expect("a readable file");
    assert_eq!((page.width_px, page.height_px), (48, 64));
    let Pixels::Rgb(pixels) = page.pixels else {
        panic!("colour is lost");
    };
    // The dark left side has come to the top.
    assert!(pixels[0] < 20 && pixels[63 * 48 * 3] > 230);
}

#[test]
fn a_cut_jpeg_is_marked() {
    let mut bytes = Vec::new();
    let noise = RgbImage::from_fn(200, 200, |x, y| {
        Rgb([
            (x * y % 251) as u8,
            (x * 7 + y * 13) as u8,
            ((x * 31) ^ (y * 17)) as u8,
        ])
    });
    JpegEncoder::new_with_quality(&mut bytes, 95)
        .encode_image(&noise)
        .expect("writing to memory");
    assert!(!read(bytes.clone()).expect("a readable file").is_incomplete);
    bytes.truncate(bytes.len() * 2 / 3);
    assert!(read(bytes).expect("a readable part").is_incomplete);
}

#[test]
fn tiff_pages_are_told_apart_and_thumbnails_left_out() {
    let page = |width, bits| [(256, width), (257, 1), (258, bits), (262, 1), (277, 1)];
    let thumbnail = [(254, 1), (256, 1), (257, 1), (258, 8), (262, 1)];
    let bytes = tiff(&[
        (&page(3, 8), &[1, 2, 3]),
        (&thumbnail, &[9]),
        (&page(8, 1), &[0b0000_1111]),
    ]);
    let document = SourceDocument::open(bytes, Limits::default()).expect("a readable file");
    assert_eq!(document.page_count(), 2);
    let pixels = |number| document.page_image(number).expect("a readable page").pixels;
    assert_eq!(pixels(1), Pixels::Gray(vec![1, 2, 3]));
    assert_eq!(pixels(2), Pixels::Bilevel(vec![0b1111_0000]));
}

#[test]
fn tiff_says_whether_white_is_zero() {
    for (photometric, expected) in [(0, 0b0000_1111), (1, 0b1111_0000)] {
        let tags = [(256, 8), (257, 1), (258, 1), (262, photometric)];
        let page = read(tiff(&[(&tags, &[0b0000_1111])])).expect("a readable file");
        assert_eq!(page.pixels, Pixels::Bilevel(vec![expected]));
    }
}

#[test]
fn tiff_fax_is_read() {
    // Group 4: one row of eight white pixels (V0), then the end of the block.
    let tags = [(256, 8), (257, 1), (258, 1), (259, 4), (262, 0)];
    let data = [0b1000_0000, 0b0000_1000, 0b0000_0001];
    let page = read(tiff(&[(&tags, &data)])).expect("a readable file");
    assert_eq!(page.pixels, Pixels::Bilevel(vec![0]));
}

/// 20 × 2 pixels in two tiles of 16 × 16, the second cut at the page's edge.
fn tiled_tiff() -> Vec<u8> {
    let tile = |value: u8| [value; 16 * 16];
    let mut bytes = b"II*\0".to_vec();
    bytes.extend(520_u32.to_le_bytes());
    bytes.extend(tile(10));
    bytes.extend(tile(20));
    let short = 3_u16;
    // Two short values fit into an entry side by side.
    let entries: [(u16, u32, [u16; 2]); 9] = [
        (256, 1, [20, 0]),
        (257, 1, [2, 0]),
        (258, 1, [8, 0]),
        (259, 1, [1, 0]),
        (262, 1, [1, 0]),
        (322, 1, [16, 0]),
        (323, 1, [16, 0]),
        (324, 2, [8, 264]),
        (325, 2, [256, 256]),
    ];
    bytes.extend((entries.len() as u16).to_le_bytes());
    for (tag, count, values) in entries {
        bytes.extend(tag.to_le_bytes());
        bytes.extend(short.to_le_bytes());
        bytes.extend(count.to_le_bytes());
        bytes.extend(values.map(u16::to_le_bytes).concat());
    }
    bytes.extend([0; 4]);
    bytes
}

#[test]
fn tiles_stand_side_by_side() {
    let page = read(tiled_tiff()).expect("a readable file");
    let row = [[10; 16].as_slice(), &[20; 4]].concat();
    assert_eq!(page.pixels, Pixels::Gray(row.repeat(2)));
}

#[test]
fn a_tiff_whose_directories_run_in_a_circle_ends() {
    let tags = [(256, 1), (257, 1), (258, 8), (262, 1)];
    let mut bytes = tiff(&[(&tags, &[7]), (&tags, &[8])]);
    let first = bytes[4..8].to_vec();
    let end = bytes.len();
    bytes[end - 4..].copy_from_slice(&first);
    let document = SourceDocument::open(bytes, Limits::default()).expect("a readable file");
    assert_eq!(document.page_count(), 2);
}

#[test]
fn a_tiff_that_claims_a_huge_page_costs_no_memory() {
    let tags = [(256, 60_000), (257, 60_000), (258, 8), (262, 1), (278, 1)];
    let page = read(tiff(&[(&tags, &[0; 100])]));
    let error = page.expect_err("nothing of it is there");
    assert_eq!(error.kind(), "damaged");
}

#[test]
fn a_resolution_told_is_believed() {
    // 300/1 stands where the strip is read from, at offset 8.
    let tags = [(256, 8), (257, 1), (258, 8), (262, 1)];
    let mut bytes = tiff(&[(&tags, &[44, 1, 0, 0, 1, 0, 0, 0])]);
    let directory = bytes[4..8].to_vec();
    let start = u32::from_le_bytes([directory[0], directory[1], directory[2], directory[3]]);
    let start = start as usize;
    let count = bytes[start];
    bytes[start] = count + 2;
    let end = bytes.len() - 4;
    let mut entries = Vec::new();
    for tag in [282_u16, 283] {
        entries.extend(tag.to_le_bytes());
        entries.extend(5_u16.to_le_bytes());
        entries.extend(1_u32.to_le_bytes());
        entries.extend(8_u32.to_le_bytes());
    }
    bytes.splice(end..end, entries);
    assert_eq!(read(bytes).expect("a readable file").resolution_dpi, 300);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]
    #[test]
    fn changed_bytes_never_panic(
        which in 0_usize..5,
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
        cut in any::<prop::sample::Index>(),
    ) {
        let tags = [(256, 64), (257, 4), (258, 8), (262, 1), (259, 5)];
        let mut bytes = match which {
            0 => encode(colors(), ImageFormat::Png),
            1 => jpeg_lying_on_its_side(),
            2 => encode(colors(), ImageFormat::Tiff),
            3 => tiled_tiff(),
            _ => tiff(&[(&tags, &[0x80, 0x0B, 0x60, 0x50, 0x22, 0x0C, 0x0C, 0x85, 0x01])]),
        };
        for (place, byte) in &changes {
            // The first bytes tell the kind and stay.
            let place = 4 + place.index(bytes.len() - 4);
            bytes[place] = *byte;
        }
        let length = bytes.len();
        bytes.truncate(length - cut.index(length - 8));
        if let Ok(page) = read(bytes) {
            let pixels = u64::from(page.width_px) * u64::from(page.height_px);
            prop_assert!(pixels <= Limits::default().max_page_pixels);
        }
    }
}
