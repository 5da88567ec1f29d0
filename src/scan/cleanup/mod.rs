//! Page clean-up: what is done to a page image before it is read.
//!
//! Scale and skew are set right here; boxes found on the cleaned page are led
//! back to the page image by [`PreparedPage::to_source`], so that nobody after
//! this stage needs to know of it. `docs/measurements.md` has the table of what
//! each step brings.

mod leptonica;
mod ruling;
mod shrink;
mod soften;
mod specks;

pub use leptonica::Pix;
pub use ruling::MOST_LINES;

use super::{Limits, PageImage, PageSource};
use crate::geometry::BoundingBox;

/// How a page is cleaned up before it is read.
#[derive(Debug, Clone, Copy)]
pub struct CleanupSettings {
    /// Pages are brought to this resolution, in pixels an inch.
    pub reading_dpi: u32,
    /// Whether crooked pages are set straight.
    pub deskew: bool,
}

impl Default for CleanupSettings {
    /// 200 dpi: print of 13-14 points is then 25-30 pixels high, what Tesseract's
    /// network was trained on; 300 dpi reads no better and costs a fifth more time.
    fn default() -> Self {
        Self {
            reading_dpi: 200,
            deskew: true,
        }
    }
}

/// Below this skew, in degrees, turning a page blurs more than it straightens:
/// on scans turned from 0.1 degrees on, more words were lost than won.
const SMALLEST_SKEW_DEGREES: f32 = 0.3;
/// Leptonica's own advice: below 3 the angle is a guess.
const SKEW_CONFIDENCE: f32 = 3.0;
/// Resolutions within this share of the wanted one are left alone.
const SCALE_TOLERANCE: f32 = 0.12;

/// What is darker than paper by so many levels of 255 is ink; the back of a sheet
/// shows through fainter.
const LEVELS_OF_INK: u8 = 64;
/// A page with a smaller share of ink shows nothing: one line of print has as much.
const INK_OF_BLANK_PAGE: f32 = 0.0015;

/// No page is made narrower or lower than this; no letter has room on less.
const SMALLEST_SIDE_PX: f32 = 8.0;

/// A page ready to be read.
pub struct PreparedPage {
    /// 1-based number of the page in its file.
    pub page_number: u32,
    /// Size and resolution of the page image it was made from.
    pub source_width_px: u32,
    pub source_height_px: u32,
    pub source_resolution_dpi: u32,
    pub image: Pix,
    /// The same without coloured ink, for a second look under stamps, seals and
    /// signatures. The first look is at all ink: names and positions are often
    /// stamped in red.
    pub without_colour: Option<Pix>,
    /// The stored picture breaks off: see [`PageImage::is_incomplete`].
    pub is_incomplete: bool,
    /// The page shows next to no ink.
    pub is_blank: bool,
    /// Pixels of `image` for one pixel of the page image.
    scale: f32,
    /// By how much `image` was turned clockwise.
    turned_degrees: f32,
    /// By how many right angles it was turned clockwise after that.
    quarter_turns: u8,
}

/// Memory ran out while a page was cleaned up, or the page has no pixels.
#[derive(Debug, thiserror::Error)]
#[error("page {page_number}: not enough memory for its image of {width_px} x {height_px} pixels")]
pub struct CleanupError {
    pub page_number: u32,
    pub width_px: u32,
    pub height_px: u32,
}

/// Brings a page image to the reading resolution and sets it straight.
///
/// # Errors
/// When memory runs out, or the image has no pixels.
pub fn prepare(page: &PageImage, settings: CleanupSettings) -> Result<PreparedPage, CleanupError> {
    let failed = || CleanupError {
        page_number: page.page_number,
        width_px: page.width_px,
        height_px: page.height_px,
    };
    let mut image = Pix::from_page(page).ok_or_else(failed)?;
    if image.depth() == 1 {
        specks::take_out(&mut image, page.resolution_dpi);
    }
    let skew_degrees = if settings.deskew {
        skew_worth_turning(&image)
    } else {
        None
    };
    let scale = reading_scale(page, settings.reading_dpi);
    let set_right = |image: Pix| set_right(image, scale, skew_degrees);
    let mut image = set_right(image).ok_or_else(failed)?;
    let without_colour = Pix::from_page_without_colour(page).and_then(set_right);
    image.set_resolution_dpi((page.resolution_dpi as f32 * scale).round() as u32);
    let shows_nothing = page.source == PageSource::Blank;
    let is_blank =
        shows_nothing || image.depth() == 8 && image.dark_share(LEVELS_OF_INK) < INK_OF_BLANK_PAGE;
    Ok(PreparedPage {
        page_number: page.page_number,
        source_width_px: page.width_px,
        source_height_px: page.height_px,
        source_resolution_dpi: page.resolution_dpi,
        image,
        without_colour,
        is_incomplete: page.is_incomplete,
        is_blank: is_blank && !page.is_incomplete,
        scale,
        turned_degrees: skew_degrees.unwrap_or(0.0),
        quarter_turns: 0,
    })
}

/// Scales an image and turns it about its middle. Bilevel print gets soft edges,
/// unless enlarging it makes them soft.
fn set_right(mut image: Pix, scale: f32, turn_degrees: Option<f32>) -> Option<Pix> {
    if image.depth() == 1 && scale <= 1.0 {
        image = image.softened()?;
    }
    if scale != 1.0 {
        image = image.scaled(scale)?;
    }
    match turn_degrees {
        Some(degrees) => image.rotated(degrees),
        None => Some(image),
    }
}

/// By how much a page is enlarged. Whatever resolution it claims, the result
/// keeps within the limits of a page image and does not shrink to nothing.
fn reading_scale(page: &PageImage, reading_dpi: u32) -> f32 {
    let wanted = reading_dpi as f32 / page.resolution_dpi.max(1) as f32;
    if (wanted - 1.0).abs() <= SCALE_TOLERANCE {
        return 1.0;
    }
    let (width, height) = (page.width_px.max(1) as f32, page.height_px.max(1) as f32);
    let limits = Limits::default();
    let largest_by_area = (limits.max_page_pixels as f32 / (width * height)).sqrt();
    let largest_by_side = limits.max_side_px as f32 / width.max(height);
    let smallest = (SMALLEST_SIDE_PX / width.min(height)).min(1.0);
    wanted
        .max(smallest)
        .min(largest_by_area)
        .min(largest_by_side)
}

fn skew_worth_turning(image: &Pix) -> Option<f32> {
    let (degrees, confidence) = image.skew()?;
    (degrees.abs() >= SMALLEST_SKEW_DEGREES && confidence >= SKEW_CONFIDENCE).then_some(degrees)
}

impl PreparedPage {
    /// The page turned clockwise by so many right angles, for papers that were
    /// scanned sideways or upside down. `None` when memory runs out.
    pub fn quarter_turned(&self, quarter_turns: u8) -> Option<Self> {
        let without_colour = self.without_colour.as_ref();
        Some(Self {
            image: self.image.quarter_turned(quarter_turns)?,
            without_colour: without_colour.and_then(|image| image.quarter_turned(quarter_turns)),
            quarter_turns: (self.quarter_turns + quarter_turns) % 4,
            ..*self
        })
    }

    /// Pixels of `image` an inch of paper.
    pub fn resolution_dpi(&self) -> u32 {
        (self.source_resolution_dpi as f32 * self.scale).round() as u32
    }

    /// A box on the image as it was before its quarter turns, and that image's size.
    fn before_quarter_turns(&self, found: BoundingBox) -> (BoundingBox, (u32, u32)) {
        let (width_px, height_px) = match self.quarter_turns {
            1 | 3 => (self.image.height_px(), self.image.width_px()),
            _ => (self.image.width_px(), self.image.height_px()),
        };
        let from_right = |x_px: u32| width_px.saturating_sub(x_px);
        let from_bottom = |y_px: u32| height_px.saturating_sub(y_px);
        let BoundingBox {
            left_px,
            top_px,
            right_px,
            bottom_px,
        } = found;
        let before = match self.quarter_turns {
            1 => BoundingBox::new(
                top_px,
                from_bottom(right_px),
                bottom_px,
                from_bottom(left_px),
            ),
            2 => BoundingBox::new(
                from_right(right_px),
                from_bottom(bottom_px),
                from_right(left_px),
                from_bottom(top_px),
            ),
            3 => BoundingBox::new(from_right(bottom_px), left_px, from_right(top_px), right_px),
            _ => found,
        };
        (before, (width_px, height_px))
    }

    /// The place on the page image of a box found on the prepared image.
    pub fn to_source(&self, found: BoundingBox) -> BoundingBox {
        let (found, (width_px, height_px)) = self.before_quarter_turns(found);
        // The box keeps its size and its middle is turned back: the box round a
        // turned box would grow into the neighbouring lines.
        let (sin, cos) = self.turned_degrees.to_radians().sin_cos();
        let middle_x = width_px as f32 / 2.0;
        let middle_y = height_px as f32 / 2.0;
        let half_width = found.width_px() as f32 / 2.0;
        let half_height = found.height_px() as f32 / 2.0;
        let x = found.left_px as f32 + half_width - middle_x;
        let y = found.top_px as f32 + half_height - middle_y;
        let source_x = (middle_x + x * cos + y * sin) / self.scale;
        let source_y = (middle_y - x * sin + y * cos) / self.scale;
        let clamp = |value: f32, limit_px: u32| (value.round().max(0.0) as u32).min(limit_px);
        BoundingBox::new(
            clamp(source_x - half_width / self.scale, self.source_width_px),
            clamp(source_y - half_height / self.scale, self.source_height_px),
            clamp(source_x + half_width / self.scale, self.source_width_px),
            clamp(source_y + half_height / self.scale, self.source_height_px),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::Pixels;

    const SETTINGS: CleanupSettings = CleanupSettings {
        reading_dpi: 200,
        deskew: true,
    };

    fn page(
        (width_px, height_px): (u32, u32),
        resolution_dpi: u32,
        gray: impl Fn(u32, u32) -> u8,
    ) -> PageImage {
        let rows = 0..height_px;
        let pixels = rows.flat_map(|y| (0..width_px).map(move |x| (x, y)));
        PageImage {
            page_number: 1,
            width_px,
            height_px,
            resolution_dpi,
            pixels: Pixels::Gray(pixels.map(|(x, y)| gray(x, y)).collect()),
            source: PageSource::EmbeddedImage,
            is_incomplete: false,
        }
    }

    #[test]
    fn an_absurd_resolution_does_not_blow_a_page_up() {
        for (size_px, resolution_dpi) in [
            ((4_000, 6_000), 20),
            ((31_000, 100), 150),
            ((100, 31_000), 0),
        ] {
            let page = page(size_px, resolution_dpi, |_, _| 255);
            let prepared = prepare(&page, SETTINGS).unwrap();
            let (width_px, height_px) = (prepared.image.width_px(), prepared.image.height_px());
            let limits = Limits::default();
            assert!(width_px.max(height_px) <= limits.max_side_px, "{size_px:?}");
            // Whole pixels may round a side up.
            let n_pixels = u64::from(width_px - 1) * u64::from(height_px - 1);
            assert!(n_pixels <= limits.max_page_pixels, "{size_px:?}");
        }
    }

    #[test]
    fn a_page_with_a_line_of_print_is_not_blank_and_a_broken_one_never() {
        // 60 letters of 20 x 25 pixels, a third of each ink, on A4 at 200 dpi.
        let is_print = |x: u32, y: u32| {
            (300..1_500).contains(&x) && (900..925).contains(&y) && x.is_multiple_of(3)
        };
        let print = page(
            (1_654, 2_339),
            200,
            |x, y| if is_print(x, y) { 20 } else { 240 },
        );
        assert!(!prepare(&print, SETTINGS).unwrap().is_blank);
        let shown_through = page(
            (1_654, 2_339),
            200,
            |x, y| if is_print(x, y) { 200 } else { 240 },
        );
        assert!(prepare(&shown_through, SETTINGS).unwrap().is_blank);
        let broken = PageImage {
            is_incomplete: true,
            ..shown_through
        };
        let prepared = prepare(&broken, SETTINGS).unwrap();
        assert!(prepared.is_incomplete && !prepared.is_blank);
    }

    #[test]
    fn specks_go_from_speckled_bilevel_pages_and_dots_stay_on_others() {
        const WIDTH_PX: u32 = 1_600;
        /// 300 letters of 12 x 18 pixels, and points of 2 and 3 pixels between the lines.
        fn bilevel(n_points: u32) -> PageImage {
            let stride = WIDTH_PX / 8;
            let mut bits = vec![0_u8; (stride * 2_200) as usize];
            let mut ink = |left: u32, top: u32, width_px: u32, height_px: u32| {
                for y in top..top + height_px {
                    for x in left..left + width_px {
                        bits[(y * stride + x / 8) as usize] |= 0x80 >> (x % 8);
                    }
                }
            };
            for letter in 0..300 {
                ink(100 + letter % 30 * 40, 100 + letter / 30 * 100, 12, 18);
            }
            for point in 0..n_points {
                ink(100 + point % 60 * 20, 150 + point / 60 * 100, 3, 3);
            }
            for point in 0..n_points {
                ink(110 + point % 60 * 20, 170 + point / 60 * 100, 2, 2);
            }
            PageImage {
                page_number: 1,
                width_px: WIDTH_PX,
                height_px: 2_200,
                resolution_dpi: 200,
                pixels: Pixels::Bilevel(bits),
                source: PageSource::EmbeddedImage,
                is_incomplete: false,
            }
        }
        let ink = |n_points| prepare(&bilevel(n_points), SETTINGS).unwrap().image.ink();
        let clean = ink(0);
        assert_eq!(ink(60), clean, "one speck to five letters");
        assert_eq!(ink(300), clean);
        assert!(ink(40) > clean, "two points to fifteen letters may be dots");
    }

    #[test]
    fn a_page_of_a_few_pixels_is_still_a_page() {
        for size_px in [(1, 1), (1, 1_000), (1_000, 1), (3, 3)] {
            for resolution_dpi in [40, 200, 1_200, u32::MAX] {
                let page = page(size_px, resolution_dpi, |_, _| 0);
                assert!(
                    prepare(&page, SETTINGS).is_ok(),
                    "{size_px:?} {resolution_dpi}"
                );
            }
        }
    }

    #[test]
    fn boxes_on_a_straightened_page_lead_back_to_their_ink() {
        // Thin lines that fall by 3 degrees to the right, at half the reading resolution.
        let slope = 3.0_f32.to_radians().tan();
        let is_ink = |x: f32, y: f32| (y - x * slope).rem_euclid(40.0) < 8.0;
        let page = page((800, 1_000), 100, |x, y| {
            if is_ink(x as f32, y as f32) { 0 } else { 255 }
        });
        let prepared = prepare(&page, SETTINGS).unwrap();
        assert!(
            (prepared.turned_degrees.abs() - 3.0).abs() < 0.3,
            "turned by {}",
            prepared.turned_degrees
        );
        assert_eq!(prepared.scale, 2.0);
        let middle = 4.0 + 400.0 * slope;
        // The line through the middle of the page is level now; its two ends
        // stood at different heights.
        let level_px = (2.0 * (middle + 40.0 * 10.0)) as u32;
        for x_px in [200, 800, 1_400] {
            let at = prepared.to_source(BoundingBox::new(
                x_px,
                level_px - 4,
                x_px + 20,
                level_px + 4,
            ));
            assert!(
                is_ink(at.center_x_px() as f32, at.center_y_px() as f32),
                "{at:?} is beside the line"
            );
        }
    }

    #[test]
    fn boxes_on_a_quarter_turned_page_lead_back_to_their_ink() {
        let ink = BoundingBox::new(40, 60, 90, 80);
        let page = page((300, 400), 200, |x, y| {
            let is_inside = (40..90).contains(&x) && (60..80).contains(&y);
            if is_inside { 0 } else { 255 }
        });
        let prepared = prepare(&page, SETTINGS).unwrap();
        for (quarter_turns, on_turned) in [
            (0, ink),
            (1, BoundingBox::new(320, 40, 340, 90)),
            (2, BoundingBox::new(210, 320, 260, 340)),
            (3, BoundingBox::new(60, 210, 80, 260)),
        ] {
            let turned = prepared.quarter_turned(quarter_turns).unwrap();
            let found = turned.image.cropped(on_turned).unwrap();
            assert!(found.ink() > 0, "no ink after {quarter_turns} turns");
            assert_eq!(turned.to_source(on_turned), ink, "{quarter_turns} turns");
        }
    }

    #[test]
    fn a_red_stamp_is_taken_off_and_black_print_under_it_stays() {
        let (width_px, height_px) = (400, 400);
        let pixels =
            (0..width_px * height_px).flat_map(|at| match (at % width_px, at / width_px) {
                (100..200, 120..140) => [20, 20, 20],
                (50..250, 100..160) => [220, 60, 70],
                _ => [250, 248, 240],
            });
        let page = PageImage {
            pixels: Pixels::Rgb(pixels.collect()),
            ..page((width_px, height_px), 200, |_, _| 255)
        };
        let prepared = prepare(&page, SETTINGS).unwrap();
        let plain = prepared.without_colour.as_ref().expect("there is colour");
        let print = BoundingBox::new(100, 120, 200, 140);
        let stamp = BoundingBox::new(52, 102, 96, 158);
        let ink = |image: &Pix, at| image.cropped(at).unwrap().ink();
        assert_eq!(ink(plain, print), ink(&prepared.image, print));
        assert!(ink(plain, stamp) * 3 < ink(&prepared.image, stamp));
        let black = page_without_colour();
        assert!(prepare(&black, SETTINGS).unwrap().without_colour.is_none());
    }

    fn page_without_colour() -> PageImage {
        let yellowed = [245, 238, 215];
        PageImage {
            pixels: Pixels::Rgb(yellowed.repeat(400 * 400)),
            ..page((400, 400), 200, |_, _| 255)
        }
    }

    #[test]
    fn boxes_never_leave_the_page() {
        let page = page((300, 200), 100, |_, _| 255);
        let mut prepared = prepare(&page, SETTINGS).unwrap();
        prepared.turned_degrees = 20.0;
        for corner in [(0, 0), (599, 0), (0, 399), (599, 399), (u32::MAX / 4, 7)] {
            let (x, y) = corner;
            let at = prepared.to_source(BoundingBox::new(x, y, x + 1, y + 1));
            assert!(at.right_px <= 300 && at.bottom_px <= 200, "{at:?}");
        }
    }
}
