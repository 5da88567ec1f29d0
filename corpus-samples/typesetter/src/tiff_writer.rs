//! Multi-page TIFF files of CCITT group 4 pages.

use crate::coding::Coded;

const SHORT: u16 = 3;
const LONG: u16 = 4;
const RATIONAL: u16 = 5;
/// Entries of every directory below.
const ENTRIES: u32 = 12;

/// Writes bilevel pages as one little-endian TIFF file.
pub fn write(pages: &[Coded], dpi: u32) -> Vec<u8> {
    let mut file = b"II*\0".to_vec();
    file.extend([0; 4]);
    // Where the offset of the next directory is to be written.
    let mut link = 4;
    for page in pages {
        let strip = file.len() as u32;
        file.extend(&page.bytes);
        if file.len() % 2 == 1 {
            file.push(0);
        }
        let resolution = file.len() as u32;
        file.extend(dpi.to_le_bytes());
        file.extend(1u32.to_le_bytes());
        let directory = file.len() as u32;
        file[link..link + 4].copy_from_slice(&directory.to_le_bytes());
        let entries: [(u16, u16, u32); ENTRIES as usize] = [
            (256, LONG, page.width as u32),
            (257, LONG, page.height as u32),
            (258, SHORT, 1),                 // bits a sample
            (259, SHORT, 4),                 // CCITT group 4
            (262, SHORT, 0),                 // white is zero
            (273, LONG, strip),              // where the strip is
            (277, SHORT, 1),                 // samples a pixel
            (278, LONG, page.height as u32), // rows a strip
            (279, LONG, page.bytes.len() as u32),
            (282, RATIONAL, resolution),
            (283, RATIONAL, resolution),
            (296, SHORT, 2), // inches
        ];
        file.extend((ENTRIES as u16).to_le_bytes());
        for (tag, kind, value) in entries {
            file.extend(tag.to_le_bytes());
            file.extend(kind.to_le_bytes());
            file.extend(1u32.to_le_bytes());
            file.extend(value.to_le_bytes());
        }
        link = file.len();
        file.extend([0; 4]);
    }
    file
}
