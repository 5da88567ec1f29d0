//! Putting pictures onto a page.

use super::{PixelKind, Raster, luminance};

impl Raster {
    /// Copies `picture` onto this one with its corner at (`left`, `top`); what
    /// lies outside is cut off. The picture's kind must not hold more than this
    /// raster's; pixels of another kind are converted.
    pub(crate) fn paste(&mut self, picture: &Self, left: i64, top: i64) {
        self.is_incomplete |= picture.is_incomplete;
        let kind = self.kind();
        let (width, height) = (i64::from(self.width_px), i64::from(self.height_px));
        let first_x = left.clamp(0, width);
        let last_x = left
            .saturating_add(i64::from(picture.width_px))
            .clamp(0, width);
        let first_y = top.clamp(0, height);
        let last_y = top
            .saturating_add(i64::from(picture.height_px))
            .clamp(0, height);
        if first_x >= last_x || first_y >= last_y {
            return;
        }
        let columns = (last_x - first_x) as usize;
        let from_x = (first_x - left) as usize;
        let to_x = first_x as usize;
        let stride = kind.row_bytes(self.width_px);
        let picture_stride = picture.kind().row_bytes(picture.width_px);
        for y in first_y..last_y {
            let from = &picture.bytes()[(y - top) as usize * picture_stride..][..picture_stride];
            let to = &mut self.bytes_mut()[y as usize * stride..][..stride];
            match (picture.kind(), kind) {
                (PixelKind::Bilevel, PixelKind::Bilevel) => {
                    for x in 0..columns {
                        let bit = from[(from_x + x) / 8] >> (7 - (from_x + x) % 8) & 1;
                        let shift = 7 - (to_x + x) % 8;
                        let byte = &mut to[(to_x + x) / 8];
                        *byte = *byte & !(1 << shift) | bit << shift;
                    }
                }
                (PixelKind::Gray, PixelKind::Gray) => {
                    to[to_x..to_x + columns].copy_from_slice(&from[from_x..from_x + columns]);
                }
                (PixelKind::Rgb, PixelKind::Rgb) => {
                    to[to_x * 3..(to_x + columns) * 3]
                        .copy_from_slice(&from[from_x * 3..(from_x + columns) * 3]);
                }
                (_, PixelKind::Gray) => {
                    for x in 0..columns {
                        to[to_x + x] = gray_at(from, picture.kind(), from_x + x);
                    }
                }
                (_, PixelKind::Rgb) => {
                    for x in 0..columns {
                        let gray = gray_at(from, picture.kind(), from_x + x);
                        to[(to_x + x) * 3..(to_x + x) * 3 + 3].fill(gray);
                    }
                }
                (_, PixelKind::Bilevel) => {
                    for x in 0..columns {
                        let dark = gray_at(from, picture.kind(), from_x + x) < 128;
                        let shift = 7 - (to_x + x) % 8;
                        let byte = &mut to[(to_x + x) / 8];
                        *byte = *byte & !(1 << shift) | u8::from(dark) << shift;
                    }
                }
            }
        }
    }

    /// The picture scaled to this size by taking the nearest pixel.
    pub(crate) fn resized(&self, width_px: u32, height_px: u32) -> Self {
        let kind = self.kind();
        let mut resized = Self::white(width_px, height_px, kind);
        resized.is_incomplete = self.is_incomplete;
        let stride = kind.row_bytes(self.width_px);
        let new_stride = kind.row_bytes(width_px);
        let nearest = |index: usize, from: u32, to: u32| {
            (index as u64 * 2 + 1) as usize * from as usize / (2 * to as usize)
        };
        let columns: Vec<usize> = (0..width_px as usize)
            .map(|x| nearest(x, self.width_px, width_px))
            .collect();
        for y in 0..height_px as usize {
            let from = &self.bytes()[nearest(y, self.height_px, height_px) * stride..][..stride];
            let to = &mut resized.bytes_mut()[y * new_stride..][..new_stride];
            for (x, from_x) in columns.iter().copied().enumerate() {
                match kind {
                    PixelKind::Bilevel => {
                        to[x / 8] |= (from[from_x / 8] >> (7 - from_x % 8) & 1) << (7 - x % 8);
                    }
                    PixelKind::Gray => to[x] = from[from_x],
                    PixelKind::Rgb => {
                        to[x * 3..x * 3 + 3].copy_from_slice(&from[from_x * 3..from_x * 3 + 3]);
                    }
                }
            }
        }
        resized
    }
}

/// The grey value of a pixel in a row; 0 = black.
fn gray_at(row: &[u8], kind: PixelKind, x: usize) -> u8 {
    match kind {
        PixelKind::Bilevel if row[x / 8] >> (7 - x % 8) & 1 == 1 => 0,
        PixelKind::Bilevel => 255,
        PixelKind::Gray => row[x],
        PixelKind::Rgb => luminance(row[x * 3], row[x * 3 + 1], row[x * 3 + 2]),
    }
}
