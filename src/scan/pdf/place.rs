//! Where a page stands in its file and how its picture lies on it, for those
//! who write a copy of the file.

use hayro::hayro_interpret::TransformExt;
use hayro::hayro_syntax::page::Page;

/// A page's object and user space.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PdfPagePlace {
    /// Number and generation of the page's object; 0 where it has none.
    pub object: (u32, u16),
    /// Size of the upright page as shown, in units of its user space.
    pub width_pt: f64,
    pub height_pt: f64,
    /// Leads from the upright page (origin at its top left, y downwards) to the
    /// page's user space: the six numbers of a PDF matrix.
    pub to_user_space: [f64; 6],
}

impl PdfPagePlace {
    pub(super) fn of(page: &Page<'_>) -> Self {
        let (width, height) = page.render_dimensions();
        let object = page.raw().obj_id().and_then(|id| {
            let generation = u16::try_from(id.gen_number).ok()?;
            Some((id.obj_number, generation))
        });
        Self {
            object: object.unwrap_or_default(),
            width_pt: f64::from(width),
            height_pt: f64::from(height),
            to_user_space: page
                .initial_transform(true)
                .to_kurbo()
                .inverse()
                .as_coeffs(),
        }
    }

    /// A page made for a picture, upright and without borders.
    pub fn of_image(width_pt: f64, height_pt: f64) -> Self {
        Self {
            object: (0, 0),
            width_pt,
            height_pt,
            to_user_space: [1.0, 0.0, 0.0, -1.0, 0.0, height_pt],
        }
    }
}
