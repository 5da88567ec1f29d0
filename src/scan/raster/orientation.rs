//! Turning and mirroring a raster upright.

use super::{PixelKind, Raster};

/// What must be done to a stored picture to show it upright: first mirrored
/// left to right, then turned clockwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Orientation {
    pub(crate) mirrored: bool,
    pub(crate) quarter_turns: u8,
}

impl Orientation {
    pub(crate) const UPRIGHT: Self = Self {
        mirrored: false,
        quarter_turns: 0,
    };

    /// From the value of the EXIF and TIFF tag 274 (TIFF 6.0, "Orientation").
    pub(crate) fn from_exif(value: u32) -> Self {
        let (mirrored, quarter_turns) = match value {
            2 => (true, 0),
            3 => (false, 2),
            4 => (true, 2),
            5 => (true, 3),
            6 => (false, 1),
            7 => (true, 1),
            8 => (false, 3),
            _ => (false, 0),
        };
        Self {
            mirrored,
            quarter_turns,
        }
    }

    /// Whether width and height change places.
    pub(crate) fn swaps_sides(self) -> bool {
        self.quarter_turns % 2 == 1
    }

    /// Where the pixel at (`x`, `y`) of the upright picture stands in the stored
    /// one of `width` × `height` pixels.
    fn source_of(self, x: usize, y: usize, width: usize, height: usize) -> (usize, usize) {
        let (stored_x, stored_y) = match self.quarter_turns % 4 {
            0 => (x, y),
            1 => (y, height - 1 - x),
            2 => (width - 1 - x, height - 1 - y),
            _ => (width - 1 - y, x),
        };
        if self.mirrored {
            (width - 1 - stored_x, stored_y)
        } else {
            (stored_x, stored_y)
        }
    }
}

impl Raster {
    /// The picture turned upright; nothing is copied where it already is.
    pub(crate) fn upright(self, orientation: Orientation) -> Self {
        if orientation == Orientation::UPRIGHT {
            return self;
        }
        let (width, height) = (self.width_px as usize, self.height_px as usize);
        let (new_width, new_height) = if orientation.swaps_sides() {
            (height, width)
        } else {
            (width, height)
        };
        let kind = self.kind();
        let mut turned = Self::white(new_width as u32, new_height as u32, kind);
        turned.is_incomplete = self.is_incomplete;
        let stride = kind.row_bytes(self.width_px);
        let new_stride = kind.row_bytes(turned.width_px);
        let source = self.bytes();
        for (y, row) in turned
            .bytes_mut()
            .chunks_exact_mut(new_stride.max(1))
            .enumerate()
        {
            for x in 0..new_width {
                let (from_x, from_y) = orientation.source_of(x, y, width, height);
                let line = from_y * stride;
                match kind {
                    PixelKind::Bilevel => {
                        let bit = source[line + from_x / 8] >> (7 - from_x % 8) & 1;
                        row[x / 8] |= bit << (7 - x % 8);
                    }
                    PixelKind::Gray => row[x] = source[line + from_x],
                    PixelKind::Rgb => {
                        let from = line + from_x * 3;
                        row[x * 3..x * 3 + 3].copy_from_slice(&source[from..from + 3]);
                    }
                }
            }
        }
        turned
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::Pixels;

    /// 1 2
    /// 3 4
    /// 5 6
    fn gray() -> Raster {
        Raster::from_bytes(2, 3, PixelKind::Gray, vec![1, 2, 3, 4, 5, 6])
    }

    #[test]
    fn exif_orientations_come_upright() {
        let upright = |value| gray().upright(Orientation::from_exif(value)).pixels;
        assert_eq!(upright(1), Pixels::Gray(vec![1, 2, 3, 4, 5, 6]));
        assert_eq!(upright(2), Pixels::Gray(vec![2, 1, 4, 3, 6, 5]));
        assert_eq!(upright(3), Pixels::Gray(vec![6, 5, 4, 3, 2, 1]));
        assert_eq!(upright(4), Pixels::Gray(vec![5, 6, 3, 4, 1, 2]));
        assert_eq!(upright(5), Pixels::Gray(vec![1, 3, 5, 2, 4, 6]));
        assert_eq!(upright(6), Pixels::Gray(vec![5, 3, 1, 6, 4, 2]));
        assert_eq!(upright(7), Pixels::Gray(vec![6, 4, 2, 5, 3, 1]));
        assert_eq!(upright(8), Pixels::Gray(vec![2, 4, 6, 1, 3, 5]));
    }

    #[test]
    fn bilevel_turns_like_grey() {
        let raster = Raster::from_bytes(3, 2, PixelKind::Bilevel, vec![0b1000_0000, 0b0010_0000]);
        let turned = raster.upright(Orientation::from_exif(6));
        assert_eq!((turned.width_px, turned.height_px), (2, 3));
        assert_eq!(
            turned.pixels,
            Pixels::Bilevel(vec![0b0100_0000, 0, 0b1000_0000])
        );
    }
}
