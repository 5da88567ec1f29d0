//! Page clean-up: what is done to a page image before it is read.
//!
//! Scale and skew are set right here; boxes found on the cleaned page are led
//! back to the page image by [`PreparedPage::to_source`], so that nobody after
//! this stage needs to know of it. `docs/measurements.md` has the table of what
//! each step brings.

mod leptonica;

pub use leptonica::Pix;

use super::PageImage;
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

/// A page ready to be read.
pub struct PreparedPage {
    /// 1-based number of the page in its file.
    pub page_number: u32,
    /// Size and resolution of the page image it was made from.
    pub source_width_px: u32,
    pub source_height_px: u32,
    pub source_resolution_dpi: u32,
    pub image: Pix,
    /// Pixels of `image` for one pixel of the page image.
    scale: f32,
    /// By how much `image` was turned clockwise.
    turned_degrees: f32,
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
    let skew_degrees = if settings.deskew {
        skew_worth_turning(&image)
    } else {
        None
    };
    let mut scale = settings.reading_dpi as f32 / page.resolution_dpi.max(1) as f32;
    if (scale - 1.0).abs() <= SCALE_TOLERANCE {
        scale = 1.0;
    } else {
        image = image.scaled(scale).ok_or_else(failed)?;
    }
    if let Some(degrees) = skew_degrees {
        image = image.rotated(degrees).ok_or_else(failed)?;
    }
    image.set_resolution_dpi((page.resolution_dpi as f32 * scale).round() as u32);
    Ok(PreparedPage {
        page_number: page.page_number,
        source_width_px: page.width_px,
        source_height_px: page.height_px,
        source_resolution_dpi: page.resolution_dpi,
        image,
        scale,
        turned_degrees: skew_degrees.unwrap_or(0.0),
    })
}

fn skew_worth_turning(image: &Pix) -> Option<f32> {
    let (degrees, confidence) = image.skew()?;
    (degrees.abs() >= SMALLEST_SKEW_DEGREES && confidence >= SKEW_CONFIDENCE).then_some(degrees)
}

impl PreparedPage {
    /// The place on the page image of a box found on the prepared image.
    pub fn to_source(&self, found: BoundingBox) -> BoundingBox {
        // The box keeps its size and its middle is turned back: the box round a
        // turned box would grow into the neighbouring lines.
        let (sin, cos) = self.turned_degrees.to_radians().sin_cos();
        let middle_x = self.image.width_px() as f32 / 2.0;
        let middle_y = self.image.height_px() as f32 / 2.0;
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
