//! Laying a drawn, partly transparent patch over a scan.

use super::{PixelKind, Raster, luminance};

/// A colour whose channels differ less is grey.
const GRAY_TOLERANCE: u8 = 24;

impl Raster {
    /// This picture with a patch over it: `patch` gives its pixels row by row as
    /// red, green, blue (multiplied by alpha) and alpha. The picture's kind
    /// changes only where the patch needs more.
    pub(crate) fn with_overlay(
        self,
        patch: impl ExactSizeIterator<Item = [u8; 4]> + Clone,
        patch_width_px: u32,
        left: u32,
        top: u32,
    ) -> Self {
        let needed = patch.clone().map(kind_needed).max();
        let mut canvas = self.promoted(needed.unwrap_or(PixelKind::Bilevel));
        let kind = canvas.kind();
        let stride = kind.row_bytes(canvas.width_px);
        let (width, height) = (canvas.width_px as usize, canvas.height_px as usize);
        let patch_width = patch_width_px.max(1) as usize;
        let bytes = canvas.bytes_mut();
        for (index, pixel) in patch.enumerate() {
            let x = left as usize + index % patch_width;
            let y = top as usize + index / patch_width;
            if pixel[3] == 0 || x >= width || y >= height {
                continue;
            }
            let [red, green, blue, alpha] = pixel;
            let gray = luminance(red, green, blue);
            let row = &mut bytes[y * stride..][..stride];
            match kind {
                PixelKind::Bilevel => {
                    let shift = 7 - x % 8;
                    let byte = &mut row[x / 8];
                    let below = if *byte >> shift & 1 == 1 { 0 } else { 255 };
                    let black = over(gray, alpha, below) < 128;
                    *byte = (*byte & !(1 << shift)) | (u8::from(black) << shift);
                }
                PixelKind::Gray => row[x] = over(gray, alpha, row[x]),
                PixelKind::Rgb => {
                    for (sample, color) in row[x * 3..].iter_mut().zip([red, green, blue]) {
                        *sample = over(color, alpha, *sample);
                    }
                }
            }
        }
        canvas
    }
}

/// What a pixel of the patch needs of the picture under it.
fn kind_needed([red, green, blue, alpha]: [u8; 4]) -> PixelKind {
    let highest = red.max(green).max(blue);
    let lowest = red.min(green).min(blue);
    if alpha == 0 {
        PixelKind::Bilevel
    } else if highest - lowest >= GRAY_TOLERANCE {
        PixelKind::Rgb
    } else if alpha == 255 && (highest < 32 || lowest > 223) {
        PixelKind::Bilevel
    } else {
        PixelKind::Gray
    }
}

/// A premultiplied sample over an opaque one.
fn over(sample: u8, alpha: u8, below: u8) -> u8 {
    let rest = u16::from(255 - alpha) * u16::from(below) / 255;
    (u16::from(sample) + rest).min(255) as u8
}
