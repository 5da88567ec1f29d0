//! A page as a picture for people: scaled to the width that is looked at, as JPEG.
//!
//! Made in the child, since the page is decoded there; the parent passes the
//! bytes on to a browser without looking into them.

use crate::scan::{PageImage, Pixels};
use jpeg_encoder::{ColorType, Encoder, EncodingError};
use serde::{Deserialize, Serialize};

/// Print stays clean at this quality.
const JPEG_QUALITY: u8 = 80;

/// No page is drawn wider than this, nor higher than four times that.
pub const MAX_WIDTH_PX: u32 = 2_400;
const MAX_HEIGHT_PX: u32 = 4 * MAX_WIDTH_PX;

/// A page drawn for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PagePicture {
    pub size: PictureSize,
    pub jpeg: Vec<u8>,
}

/// How large the picture is, and how large the page image that the boxes of
/// words speak of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureSize {
    pub width_px: u32,
    pub height_px: u32,
    pub page_width_px: u32,
    pub page_height_px: u32,
}

/// Scales a page down to `width_px`, never up, and encodes it.
///
/// # Errors
/// When the page has no pixels or the encoder refuses it.
pub fn draw(page: &PageImage, width_px: u32) -> Result<PagePicture, EncodingError> {
    let (page_width, page_height) = (page.width_px, page.height_px);
    let scale = (f64::from(width_px.clamp(1, MAX_WIDTH_PX)) / f64::from(page_width.max(1)))
        .min(f64::from(MAX_HEIGHT_PX) / f64::from(page_height.max(1)))
        .min(1.0);
    let side = |pixels: u32| ((f64::from(pixels) * scale).round() as u32).clamp(1, 65_535);
    let size = PictureSize {
        width_px: side(page_width),
        height_px: side(page_height),
        page_width_px: page_width,
        page_height_px: page_height,
    };
    let (samples, color) = match &page.pixels {
        Pixels::Bilevel(bytes) => {
            let stride = page_width.div_ceil(8) as usize;
            let sample = |column: usize, row: usize| {
                let byte = bytes.get(row * stride + column / 8).copied().unwrap_or(0);
                [if byte & (0x80 >> (column % 8)) == 0 {
                    255
                } else {
                    0
                }]
            };
            (averaged(size, sample), ColorType::Luma)
        }
        Pixels::Gray(bytes) => {
            let stride = page_width as usize;
            let sample = |column: usize, row: usize| {
                [bytes.get(row * stride + column).copied().unwrap_or(255)]
            };
            (averaged(size, sample), ColorType::Luma)
        }
        Pixels::Rgb(bytes) => {
            let stride = page_width as usize * 3;
            let sample = |column: usize, row: usize| {
                let at = row * stride + column * 3;
                match bytes.get(at..at + 3) {
                    Some(&[red, green, blue]) => [red, green, blue],
                    _ => [255; 3],
                }
            };
            (averaged(size, sample), ColorType::Rgb)
        }
    };
    let mut jpeg = Vec::new();
    // Both sides are at most 65,535, what JPEG can say.
    let (width, height) = (size.width_px as u16, size.height_px as u16);
    Encoder::new(&mut jpeg, JPEG_QUALITY).encode(&samples, width, height, color)?;
    Ok(PagePicture { size, jpeg })
}

/// Every sample is the mean of the pixels it stands for: thin strokes turn grey
/// instead of breaking up.
fn averaged<const N: usize>(
    size: PictureSize,
    sample: impl Fn(usize, usize) -> [u8; N],
) -> Vec<u8> {
    let starts = |n_here: u32, n_there: u32| -> Vec<usize> {
        let (here, there) = (u64::from(n_here), u64::from(n_there));
        (0..=here).map(|at| (at * there / here) as usize).collect()
    };
    let columns = starts(size.width_px, size.page_width_px);
    let rows = starts(size.height_px, size.page_height_px);
    let mut samples = Vec::with_capacity(size.width_px as usize * size.height_px as usize * N);
    for row_range in rows.windows(2) {
        for column_range in columns.windows(2) {
            let mut sums = [0u32; N];
            for row in row_range[0]..row_range[1].max(row_range[0] + 1) {
                for column in column_range[0]..column_range[1].max(column_range[0] + 1) {
                    for (sum, value) in sums.iter_mut().zip(sample(column, row)) {
                        *sum += u32::from(value);
                    }
                }
            }
            let n_rows = (row_range[1] - row_range[0]).max(1) as u32;
            let n_columns = (column_range[1] - column_range[0]).max(1) as u32;
            samples.extend(sums.map(|sum| (sum / (n_rows * n_columns)) as u8));
        }
    }
    samples
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::PageSource;

    fn page(width_px: u32, height_px: u32, pixels: Pixels) -> PageImage {
        PageImage {
            page_number: 1,
            width_px,
            height_px,
            resolution_dpi: 300,
            pixels,
            source: PageSource::EmbeddedImage,
            is_incomplete: false,
        }
    }

    fn decoded(jpeg: &[u8]) -> image::DynamicImage {
        image::load_from_memory_with_format(jpeg, image::ImageFormat::Jpeg).unwrap()
    }

    #[test]
    fn a_page_is_scaled_down_and_never_up() {
        let gray = page(400, 600, Pixels::Gray(vec![200; 400 * 600]));
        let small = draw(&gray, 100).unwrap();
        assert_eq!((small.size.width_px, small.size.height_px), (100, 150));
        assert_eq!(small.size.page_width_px, 400);
        let picture = decoded(&small.jpeg).to_luma8();
        assert_eq!(picture.dimensions(), (100, 150));
        assert!(picture.pixels().all(|pixel| pixel.0[0].abs_diff(200) <= 2));
        assert_eq!(draw(&gray, 5_000).unwrap().size.width_px, 400);
    }

    #[test]
    fn black_stays_where_it_was_in_every_kind_of_picture() {
        // The left half is black.
        let bilevel: Vec<u8> = [0xff, 0x00].repeat(16);
        let gray: Vec<u8> = [[0; 8], [255; 8]].concat().repeat(16);
        let rgb: Vec<u8> = [[0; 24], [255; 24]].concat().repeat(16);
        for pixels in [
            Pixels::Bilevel(bilevel),
            Pixels::Gray(gray),
            Pixels::Rgb(rgb),
        ] {
            let picture = draw(&page(16, 16, pixels), 8).unwrap();
            let picture = decoded(&picture.jpeg).to_luma8();
            assert!(picture.get_pixel(1, 4).0[0] < 40);
            assert!(picture.get_pixel(6, 4).0[0] > 215);
        }
    }

    #[test]
    fn a_page_that_is_shorter_than_it_says_is_drawn_white_there() {
        let short = page(64, 64, Pixels::Gray(vec![0; 64]));
        let picture = decoded(&draw(&short, 64).unwrap().jpeg).to_luma8();
        assert!(picture.get_pixel(30, 60).0[0] > 230);
        let narrow = page(1, 60_000, Pixels::Gray(vec![9; 60_000]));
        assert!(draw(&narrow, 100).unwrap().size.height_px <= MAX_HEIGHT_PX);
    }
}
