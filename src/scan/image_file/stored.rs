//! The picture of a JPEG or PNG file in its stored coding, for those who put it
//! into a PDF as it is.

use super::exif;
use crate::scan::raster::Orientation;

/// A picture that a PDF can hold without coding it anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPicture {
    pub width_px: u32,
    pub height_px: u32,
    pub bits_per_sample: u8,
    pub color: StoredColor,
    pub coding: StoredCoding,
    pub data: Vec<u8>,
    /// What shows it upright: mirrored left to right first, then turned
    /// clockwise by so many right angles.
    pub is_mirrored: bool,
    pub quarter_turns: u8,
}

/// What the samples of a stored picture mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoredColor {
    Gray,
    Rgb,
    /// Stored inverted, as Adobe's programs do.
    InvertedCmyk,
    /// Red, green and blue of each entry.
    Palette(Vec<u8>),
}

/// How a stored picture is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoredCoding {
    Jpeg,
    /// Flate with PNG's prediction, row by row.
    PngFlate,
}

/// The picture of a JPEG file, where PDF knows its kind: baseline or progressive,
/// eight bits a sample (ISO 32000-1, 7.4.8).
pub(crate) fn jpeg(bytes: &[u8]) -> Option<StoredPicture> {
    let mut orientation = Orientation::UPRIGHT;
    let mut frame = None;
    let mut at = 2;
    loop {
        if *bytes.get(at)? != 0xFF {
            return None;
        }
        let marker = *bytes.get(at + 1)?;
        match marker {
            // Filling.
            0xFF => {
                at += 1;
                continue;
            }
            // Pixels begin.
            0xDA => break,
            0x01 | 0xD0..=0xD9 => {
                at += 2;
                continue;
            }
            _ => {}
        }
        let length = usize::from(u16::from_be_bytes([
            *bytes.get(at + 2)?,
            *bytes.get(at + 3)?,
        ]));
        let segment = bytes.get(at + 4..at + 2 + length.max(2))?;
        match marker {
            0xC0..=0xC2 if frame.is_none() => {
                let [precision, h1, h2, w1, w2, components, ..] = *segment else {
                    return None;
                };
                let height = u16::from_be_bytes([h1, h2]);
                let width = u16::from_be_bytes([w1, w2]);
                frame = Some((precision, width, height, components));
            }
            0xE1 if segment.starts_with(b"Exif\0\0") => {
                orientation = exif::read(segment).orientation;
            }
            _ => {}
        }
        at += 2 + length.max(2);
    }
    let (precision, width, height, components) = frame?;
    let color = match components {
        1 => StoredColor::Gray,
        3 => StoredColor::Rgb,
        4 => StoredColor::InvertedCmyk,
        _ => return None,
    };
    (precision == 8 && width > 0 && height > 0).then(|| StoredPicture {
        width_px: width.into(),
        height_px: height.into(),
        bits_per_sample: 8,
        color,
        coding: StoredCoding::Jpeg,
        data: bytes.to_vec(),
        is_mirrored: orientation.mirrored,
        quarter_turns: orientation.quarter_turns,
    })
}

/// The picture of a PNG file that is whole, opaque and not interlaced.
pub(crate) fn png(bytes: &[u8]) -> Option<StoredPicture> {
    const SIGNATURE_BYTES: usize = 8;
    let mut at = SIGNATURE_BYTES;
    let mut header: Option<[u8; 13]> = None;
    let mut palette = Vec::new();
    let mut data = Vec::new();
    loop {
        let length = u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize;
        let kind = bytes.get(at + 4..at + 8)?;
        let body_at = at + 8;
        let chunk = bytes.get(body_at..body_at.checked_add(length)?)?;
        match kind {
            b"IHDR" => header = Some(chunk.try_into().ok()?),
            b"PLTE" => palette = chunk.to_vec(),
            b"IDAT" => data.extend_from_slice(chunk),
            b"tRNS" | b"eXIf" => return None,
            b"IEND" => break,
            _ => {}
        }
        // The check sum of four bytes follows.
        at = body_at + length + 4;
    }
    let [
        w1,
        w2,
        w3,
        w4,
        h1,
        h2,
        h3,
        h4,
        bits,
        color,
        compression,
        filter,
        interlace,
    ] = header?;
    if (compression, filter, interlace) != (0, 0, 0) || data.is_empty() {
        return None;
    }
    let color = match (color, bits) {
        (0, 1 | 2 | 4 | 8 | 16) => StoredColor::Gray,
        (2, 8 | 16) => StoredColor::Rgb,
        (3, 1 | 2 | 4 | 8) if !palette.is_empty() && palette.len() <= 768 => {
            StoredColor::Palette(palette)
        }
        _ => return None,
    };
    Some(StoredPicture {
        width_px: u32::from_be_bytes([w1, w2, w3, w4]),
        height_px: u32::from_be_bytes([h1, h2, h3, h4]),
        bits_per_sample: bits,
        color,
        coding: StoredCoding::PngFlate,
        data,
        is_mirrored: false,
        quarter_turns: 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_png_of_grey_is_taken_as_it_is() {
        let mut bytes = Vec::new();
        let mut encoder = ::png::Encoder::new(&mut bytes, 3, 2);
        encoder.set_color(::png::ColorType::Grayscale);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&[0, 1, 2, 3, 4, 5]).unwrap();
        writer.finish().unwrap();
        let stored = png(&bytes).unwrap();
        assert_eq!((stored.width_px, stored.height_px), (3, 2));
        assert_eq!(stored.color, StoredColor::Gray);
        // Broken off, it is decoded instead.
        assert_eq!(png(&bytes[..bytes.len() - 12]), None);
    }

    #[test]
    fn a_jpeg_tells_its_size_and_orientation() {
        let mut bytes = vec![0xFF, 0xD8];
        // EXIF: little-endian TIFF with one entry, orientation 6.
        let exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
        bytes.extend([0xFF, 0xE1, 0, exif.len() as u8 + 2]);
        bytes.extend_from_slice(exif);
        bytes.extend([0xFF, 0xC0, 0, 11, 8, 0, 20, 0, 10, 1, 1, 0x11, 0]);
        bytes.extend([0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0]);
        let stored = jpeg(&bytes).unwrap();
        assert_eq!((stored.width_px, stored.height_px), (10, 20));
        assert_eq!((stored.is_mirrored, stored.quarter_turns), (false, 1));
        assert_eq!(stored.data, bytes);
    }

    proptest! {
        #[test]
        fn any_bytes_are_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            let _ = jpeg(&bytes);
            let _ = png(&bytes);
        }
    }
}
