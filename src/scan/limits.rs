//! Bounds that hold whatever a file claims.

/// How much of a file is believed and how large a page image may become.
///
/// A page beyond [`Limits::max_page_pixels`] is not refused: it is scaled down
/// by a whole factor while it is decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Most pixels of one page image. The default holds an A3 sheet at 600 dpi
    /// scaled to 540, or an A4 sheet at 700 dpi.
    pub max_page_pixels: u64,
    /// Longest side of a page image; Tesseract cannot take more than 32,767.
    pub max_side_px: u32,
    /// Pages beyond this number are not offered.
    pub max_pages: u32,
    /// Resolution at which a page that is not one scan is drawn.
    pub render_dpi: u32,
    /// Most bytes that one compressed stream or one row of pixels may unpack
    /// to in memory. Pictures are unpacked row by row and may hold more.
    pub max_stream_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_page_pixels: 50_000_000,
            max_side_px: 32_000,
            max_pages: 20_000,
            render_dpi: 300,
            max_stream_bytes: 192 * 1024 * 1024,
        }
    }
}

impl Limits {
    /// The smallest whole factor by which a picture must be scaled down to keep
    /// within the limits.
    pub(crate) fn reduction_factor(&self, width_px: u32, height_px: u32) -> u32 {
        let fits = |factor: u32| {
            let (width, height) = (width_px.div_ceil(factor), height_px.div_ceil(factor));
            u64::from(width) * u64::from(height) <= self.max_page_pixels.max(1)
                && width.max(height) <= self.max_side_px.max(1)
        };
        let area = u64::from(width_px) * u64::from(height_px);
        let by_area = (area / self.max_page_pixels.max(1)).isqrt();
        let by_side = u64::from(width_px.max(height_px) / self.max_side_px.max(1));
        let mut factor = u32::try_from(by_area.max(by_side).max(1)).unwrap_or(u32::MAX);
        while !fits(factor) && factor < u32::MAX {
            factor += 1;
        }
        factor
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ordinary_pages_are_not_scaled() {
        assert_eq!(Limits::default().reduction_factor(2480, 3508), 1);
        assert_eq!(Limits::default().reduction_factor(4960, 7016), 1);
    }

    #[test]
    fn a_huge_page_is_scaled_by_the_smallest_factor() {
        assert_eq!(Limits::default().reduction_factor(35_000, 35_000), 5);
    }

    proptest! {
        #[test]
        fn the_factor_always_brings_a_picture_within_the_limits(
            width in 1_u32.., height in 1_u32..
        ) {
            let limits = Limits::default();
            let factor = limits.reduction_factor(width, height);
            let area = u64::from(width.div_ceil(factor)) * u64::from(height.div_ceil(factor));
            prop_assert!(area <= limits.max_page_pixels);
        }
    }
}
