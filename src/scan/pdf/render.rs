//! Drawing a page, or a part of it, with hayro.

use crate::scan::raster::{PixelKind, Raster};
use hayro::hayro_interpret::{InterpreterSettings, TransformExt};
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::Affine;
use hayro::vello_cpu::color::palette::css::{TRANSPARENT, WHITE};
use hayro::vello_cpu::{Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit};
use hayro::{RenderCache, RenderSettings, render_into};

/// A colour whose channels differ less is grey.
const GRAY_TOLERANCE: u8 = 10;

/// A part of the page in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PixelWindow {
    pub(super) left: u16,
    pub(super) top: u16,
    pub(super) width: u16,
    pub(super) height: u16,
}

/// Draws the `window` of a page at a scale of pixels a point.
pub(super) fn draw(
    page: &Page<'_>,
    settings: &InterpreterSettings,
    (scale_x, scale_y): (f64, f64),
    window: PixelWindow,
    is_transparent: bool,
) -> Pixmap {
    let mut context = RenderContext::new(window.width, window.height);
    let transform = Affine::translate((-f64::from(window.left), -f64::from(window.top)))
        * Affine::scale_non_uniform(scale_x, scale_y)
        * page.initial_transform(true).to_kurbo();
    render_into(
        page,
        &RenderCache::new(),
        settings,
        &RenderSettings::default(),
        &mut context,
        transform,
    );
    context.flush();
    let mut pixmap = Pixmap::new(window.width, window.height);
    let background = if is_transparent { TRANSPARENT } else { WHITE };
    context.render_with(
        &mut pixmap,
        &mut Resources::default(),
        RasterizerSettings {
            target_init: TargetInit::Clear(background),
            ..Default::default()
        },
    );
    pixmap
}

/// An opaque pixmap as a raster, grey where it has no colour.
pub(super) fn to_raster(pixmap: &Pixmap) -> Raster {
    let (width_px, height_px) = (u32::from(pixmap.width()), u32::from(pixmap.height()));
    let data = pixmap.data();
    let is_gray = data.iter().all(|pixel| {
        let highest = pixel.r.max(pixel.g).max(pixel.b);
        highest - pixel.r.min(pixel.g).min(pixel.b) < GRAY_TOLERANCE
    });
    let (kind, bytes) = if is_gray {
        (PixelKind::Gray, data.iter().map(|pixel| pixel.g).collect())
    } else {
        let rgb = data.iter().flat_map(|pixel| [pixel.r, pixel.g, pixel.b]);
        (PixelKind::Rgb, rgb.collect())
    };
    Raster::from_bytes(width_px, height_px, kind, bytes)
}
