//! One page of a PDF: deciding how its picture is made, and making it.

use super::guard;
use super::picture;
use super::render::{self, PixelWindow};
use super::survey::{Item, PlacedPicture, Survey, survey};
use crate::scan::codec::PictureError;
use crate::scan::raster::{Orientation, PixelKind, Raster};
use crate::scan::source::{DrawnSize, ReadPage};
use crate::scan::{Limits, PageSource, ScanError};
use hayro::hayro_interpret::{InterpreterSettings, InterpreterWarning, RenderContent};
use hayro::hayro_syntax::object::Stream;
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::Rect;
use hayro::vello_cpu::Pixmap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Pictures must cover this part of the page to be taken for its scan.
const MIN_SCAN_COVERAGE: f64 = 0.35;
/// Pictures coarser than this are drawn like any other graphic.
const MIN_SCAN_DPI: f64 = 60.0;
/// Resolutions of strips of one scan differ less than this.
const SAME_SCALE_TOLERANCE: f64 = 0.03;
/// Largest part of the page that overlays may take before all of it is drawn.
const MAX_OVERLAY_PART: f64 = 0.4;
/// Largest part of the page that may be shown beside the scan; more is a page
/// with a picture on it.
const MAX_PART_BESIDE: f64 = 0.02;
/// A drawn page is never finer than this, however fine its pictures.
const MAX_RENDER_DPI: f64 = 600.0;
/// Drawing takes about ten bytes a pixel.
const MAX_RENDER_PIXELS: f64 = 36_000_000.0;

pub(super) fn read(
    page: &Page<'_>,
    page_number: u32,
    limits: &Limits,
) -> Result<ReadPage, ScanError> {
    let has_failed_pictures = Arc::new(AtomicBool::new(false));
    let settings = interpreter_settings(&has_failed_pictures);
    let what = format!("page {page_number}");
    let pictures = guard::weigh(page, limits).map_err(|error| error.on(&what))?;
    let paper = Paper::of(page);
    let seen = survey(page, &settings);
    if seen.items.is_empty() {
        let (scale, _) = paper.render_scale(f64::from(limits.render_dpi), limits);
        let (width_px, height_px) = paper.pixels(scale);
        return Ok(ReadPage {
            raster: Raster::white(width_px, height_px, PixelKind::Bilevel),
            resolution_dpi: paper.resolution(width_px, height_px),
            source: PageSource::Blank,
        });
    }
    let mut native_dpi = 0.0;
    if let Some(scan) = Scan::find(&seen, &paper) {
        native_dpi = scan.dpi(&paper);
        match scan.read(page, &paper, &settings, limits) {
            Ok(Some(mut read)) => {
                read.raster.is_incomplete |= has_failed_pictures.load(Relaxed);
                return Ok(read);
            }
            Ok(None) | Err(PictureError::Unsupported(_)) => {}
            Err(error) => return Err(error.on(format!("the picture on {what}"))),
        }
    }
    pictures
        .check_drawable(limits)
        .map_err(|error| error.on(&what))?;
    let mut drawn = render_whole(page, &paper, native_dpi, &settings, limits);
    if has_failed_pictures.load(Relaxed) {
        if drawn.raster.is_white() {
            let detail = "none of its pictures can be decoded";
            return Err(ScanError::damaged(what, detail));
        }
        drawn.raster.is_incomplete = true;
    }
    Ok(drawn)
}

/// How large a page is drawn that has no scan.
pub(super) fn drawn_size(page: &Page<'_>, limits: &Limits) -> DrawnSize {
    let paper = Paper::of(page);
    let (scale, _) = paper.render_scale(f64::from(limits.render_dpi), limits);
    let (width_px, height_px) = paper.pixels(scale);
    DrawnSize {
        width_px,
        height_px,
        resolution_dpi: paper.resolution(width_px, height_px),
    }
}

/// Settings that take note of pictures that fail; the interpreter leaves them
/// out without an error.
fn interpreter_settings(has_failed_pictures: &Arc<AtomicBool>) -> InterpreterSettings {
    let note = Arc::clone(has_failed_pictures);
    InterpreterSettings {
        warning_sink: Arc::new(move |warning| {
            if matches!(warning, InterpreterWarning::ImageDecodeFailure) {
                note.store(true, Relaxed);
            }
        }),
        ..InterpreterSettings::default()
    }
}

/// The sheet that a page stands for.
struct Paper {
    width_pt: f64,
    height_pt: f64,
    /// Inches a point: 1/72 unless the page says otherwise.
    inches_per_point: f64,
}

impl Paper {
    fn of(page: &Page<'_>) -> Self {
        let (width, height) = page.render_dimensions();
        let user_unit = page
            .raw()
            .get::<f64>(b"UserUnit")
            .filter(|unit| (0.01..=1000.0).contains(unit))
            .unwrap_or(1.0);
        Self {
            width_pt: f64::from(width).clamp(1.0, 1e6),
            height_pt: f64::from(height).clamp(1.0, 1e6),
            inches_per_point: user_unit / 72.0,
        }
    }

    fn area(&self) -> Rect {
        Rect::new(0.0, 0.0, self.width_pt, self.height_pt)
    }

    fn pixels(&self, scale: f64) -> (u32, u32) {
        let side = |points: f64| (points * scale).round().clamp(1.0, 65_535.0) as u32;
        (side(self.width_pt), side(self.height_pt))
    }

    /// Pixels a point for drawing at a resolution, within the limits, and
    /// whether they held it down.
    fn render_scale(&self, dpi: f64, limits: &Limits) -> (f64, bool) {
        let wanted = dpi * self.inches_per_point;
        let pixels = (limits.max_page_pixels as f64).min(MAX_RENDER_PIXELS);
        let by_area = (pixels / (self.width_pt * self.height_pt)).sqrt();
        let by_side = f64::from(limits.max_side_px) / self.width_pt.max(self.height_pt);
        let scale = wanted.min(by_area).min(by_side);
        (scale, scale < wanted)
    }

    /// The resolution of a picture of the whole sheet.
    fn resolution(&self, width_px: u32, height_px: u32) -> u32 {
        crate::scan::resolution::of_sheet(
            (width_px, height_px),
            (
                self.width_pt * self.inches_per_point,
                self.height_pt * self.inches_per_point,
            ),
        )
    }
}

fn render_whole(
    page: &Page<'_>,
    paper: &Paper,
    native_dpi: f64,
    settings: &InterpreterSettings,
    limits: &Limits,
) -> ReadPage {
    let dpi = f64::from(limits.render_dpi).max(native_dpi.min(MAX_RENDER_DPI));
    let (scale, _) = paper.render_scale(dpi, limits);
    let (width_px, height_px) = paper.pixels(scale);
    let window = PixelWindow {
        left: 0,
        top: 0,
        width: width_px as u16,
        height: height_px as u16,
    };
    let scales = (
        f64::from(width_px) / paper.width_pt,
        f64::from(height_px) / paper.height_pt,
    );
    let raster = render::to_raster(&render::draw(page, settings, scales, window, false));
    ReadPage {
        raster,
        resolution_dpi: paper.resolution(width_px, height_px),
        source: PageSource::Rendered,
    }
}

/// The pictures that make up a scanned page, and what lies on top of them.
struct Scan<'s> {
    main: PlacedPicture,
    pictures: Vec<PlacedPicture>,
    overlays: Vec<&'s Item>,
}

impl<'s> Scan<'s> {
    /// Finds the scan among what the page shows.
    fn find(seen: &'s Survey, paper: &Paper) -> Option<Self> {
        if seen.is_crowded {
            return None;
        }
        let usable = |item: &Item| {
            item.picture
                .filter(|picture| is_axis_aligned(picture) && !is_cut(item, picture, paper))
        };
        let main = seen
            .items
            .iter()
            .filter_map(|item| usable(item).map(|picture| (picture, item.bounds.area())))
            .max_by(|(_, a), (_, b)| a.total_cmp(b))
            .map(|(picture, _)| picture)?;
        let belongs = |picture: &PlacedPicture| {
            let (x, y) = pixels_per_point(picture);
            let (main_x, main_y) = pixels_per_point(&main);
            let close = |a: f64, b: f64| (a / b - 1.0).abs() < SAME_SCALE_TOLERANCE;
            close(x, main_x) && close(y, main_y)
        };
        let mut scan = Self {
            main,
            pictures: Vec::new(),
            overlays: Vec::new(),
        };
        let mut coverage = 0.0;
        for item in &seen.items {
            match usable(item).filter(|picture| belongs(picture) && !item.from_annotation) {
                Some(picture) => {
                    // What lies wholly under a picture is not seen.
                    scan.overlays
                        .retain(|below| !covers(&item.bounds, &below.bounds));
                    coverage += item.bounds.area();
                    scan.pictures.push(picture);
                }
                None => scan.overlays.push(item),
            }
        }
        let beside: f64 = scan
            .overlays
            .iter()
            .map(|item| scan.part_beside(item))
            .sum();
        let sheet = paper.area().area();
        let is_scan = coverage >= MIN_SCAN_COVERAGE * sheet
            && beside <= MAX_PART_BESIDE * sheet
            && scan.dpi(paper) >= MIN_SCAN_DPI;
        is_scan.then_some(scan)
    }

    /// The area of an item that does not lie on the scan's pictures.
    fn part_beside(&self, item: &Item) -> f64 {
        let on_scan: f64 = self
            .pictures
            .iter()
            .map(|picture| picture.frame.intersect(item.bounds))
            .map(|common| common.width().max(0.0) * common.height().max(0.0))
            .sum();
        (item.bounds.area() - on_scan).max(0.0)
    }

    fn dpi(&self, paper: &Paper) -> f64 {
        let (x, y) = pixels_per_point(&self.main);
        (x * y).sqrt() / paper.inches_per_point
    }

    /// Whether a sheet in the picture's resolution keeps within the limits.
    fn fits_unscaled(&self, paper: &Paper, limits: &Limits) -> bool {
        let factor = limits.reduction_factor(self.main.width_px, self.main.height_px);
        let (x, y) = pixels_per_point(&self.main);
        let (width, height) = paper.pixels_at(x / f64::from(factor), y / f64::from(factor));
        limits.reduction_factor(width, height) == 1
    }

    /// The page from its pictures; `None` when it had better be drawn.
    fn read(
        &self,
        page: &Page<'_>,
        paper: &Paper,
        settings: &InterpreterSettings,
        limits: &Limits,
    ) -> Result<Option<ReadPage>, PictureError> {
        let patches = Patch::cover(&self.overlays);
        let patched: f64 = patches.iter().map(|patch| patch.bounds.area()).sum();
        if patched > MAX_OVERLAY_PART * paper.area().area() {
            return Ok(None);
        }
        let (mut raster, mut source) = match self.pictures.as_slice() {
            [only] if self.fits_unscaled(paper, limits) => {
                let picture = decode(page, only, limits)?;
                let is_reduced = limits.reduction_factor(only.width_px, only.height_px) > 1;
                let (raster, source) = place_one(picture, only, paper, limits)?;
                let reduced = PageSource::Rendered;
                (raster, if is_reduced { reduced } else { source })
            }
            several => (
                compose(page, several, &self.main, paper, limits)?,
                PageSource::Composed,
            ),
        };
        for patch in &patches {
            raster = patch.apply(raster, page, paper, settings);
            source = PageSource::Composed;
        }
        Ok(Some(ReadPage {
            resolution_dpi: paper.resolution(raster.width_px, raster.height_px),
            raster,
            source,
        }))
    }
}

fn covers(outer: &Rect, inner: &Rect) -> bool {
    outer.inflate(1.0, 1.0).contains_rect(*inner)
}

/// Whether a clip hides part of the picture that the page would show.
fn is_cut(item: &Item, picture: &PlacedPicture, paper: &Paper) -> bool {
    let on_page = picture.frame.intersect(paper.area());
    !covers(&item.bounds, &on_page)
}

fn is_axis_aligned(picture: &PlacedPicture) -> bool {
    let [a, b, c, d, ..] = picture.transform.as_coeffs();
    // A slant of less than half a pixel over the whole side.
    let (width, height) = (f64::from(picture.width_px), f64::from(picture.height_px));
    let straight = |along: f64, across: f64, length: f64| {
        along != 0.0 && (across / along).abs() * length < 0.5
    };
    straight(a, b, width) && straight(d, c, height)
        || straight(b, a, width) && straight(c, d, height)
}

/// Stored pixels a point, across and down the upright page.
fn pixels_per_point(picture: &PlacedPicture) -> (f64, f64) {
    let [a, b, c, d, ..] = picture.transform.as_coeffs();
    if a.abs() > b.abs() {
        (1.0 / a.abs(), 1.0 / d.abs())
    } else {
        (1.0 / c.abs(), 1.0 / b.abs())
    }
}

/// How the stored picture must be turned to stand as it does on the page.
fn orientation(picture: &PlacedPicture) -> Orientation {
    let [a, b, c, d, ..] = picture.transform.as_coeffs();
    let (mirrored, quarter_turns) = if a.abs() > b.abs() {
        match (a > 0.0, d > 0.0) {
            (true, true) => (false, 0),
            (false, true) => (true, 0),
            (false, false) => (false, 2),
            (true, false) => (true, 2),
        }
    } else {
        match (b > 0.0, c > 0.0) {
            (true, false) => (false, 1),
            (false, true) => (false, 3),
            (true, true) => (true, 3),
            (false, false) => (true, 1),
        }
    };
    Orientation {
        mirrored,
        quarter_turns,
    }
}

fn decode(
    page: &Page<'_>,
    placed: &PlacedPicture,
    limits: &Limits,
) -> Result<Raster, PictureError> {
    let stream: Stream<'_> = page
        .xref()
        .get(placed.object)
        .ok_or_else(|| PictureError::Damaged("it is missing from the file".to_owned()))?;
    Ok(picture::decode(&stream, limits)?.upright(orientation(placed)))
}

/// One picture on the sheet: as it is where it fills the sheet, else with white
/// paper round it or cut at the sheet's edge.
fn place_one(
    picture: Raster,
    placed: &PlacedPicture,
    paper: &Paper,
    limits: &Limits,
) -> Result<(Raster, PageSource), PictureError> {
    let frame = placed.frame;
    let scale_x = f64::from(picture.width_px) / frame.width();
    let scale_y = f64::from(picture.height_px) / frame.height();
    let width_px = (paper.width_pt * scale_x).round();
    let height_px = (paper.height_pt * scale_y).round();
    let left = (frame.x0 * scale_x).round();
    let top = (frame.y0 * scale_y).round();
    // Page boxes are rounded to points or tenths of them.
    let slack_x = (scale_x * 1.5).max(2.0);
    let slack_y = (scale_y * 1.5).max(2.0);
    let fills = left.abs() <= slack_x
        && top.abs() <= slack_y
        && (width_px - f64::from(picture.width_px)).abs() <= slack_x
        && (height_px - f64::from(picture.height_px)).abs() <= slack_y;
    if fills {
        return Ok((picture, PageSource::EmbeddedImage));
    }
    let (width_px, height_px) = (width_px.max(1.0) as u32, height_px.max(1.0) as u32);
    if limits.reduction_factor(width_px, height_px) > 1 {
        // The dictionary lied about the picture's size.
        return Err(PictureError::Unsupported(
            "a picture of another size than said",
        ));
    }
    let mut sheet = Raster::white(width_px, height_px, picture.kind());
    sheet.paste(&picture, left as i64, top as i64);
    Ok((sheet, PageSource::Composed))
}

/// Several pictures of about the same resolution on one sheet.
fn compose(
    page: &Page<'_>,
    pictures: &[PlacedPicture],
    main: &PlacedPicture,
    paper: &Paper,
    limits: &Limits,
) -> Result<Raster, PictureError> {
    let (mut scale_x, mut scale_y) = pixels_per_point(main);
    let wanted = paper.pixels_at(scale_x, scale_y);
    let factor = limits.reduction_factor(wanted.0, wanted.1);
    scale_x /= f64::from(factor);
    scale_y /= f64::from(factor);
    let (width_px, height_px) = paper.pixels_at(scale_x, scale_y);
    let mut sheet: Option<Raster> = None;
    for placed in pictures {
        let mut picture = decode(page, placed, limits)?;
        let left = (placed.frame.x0 * scale_x).round();
        let top = (placed.frame.y0 * scale_y).round();
        // Measured from edge to edge, so that strips neither overlap nor gape.
        let side = |from: f64, to: f64| (to.round() - from).clamp(1.0, 65_535.0) as u32;
        let width = side(left, placed.frame.x1 * scale_x);
        let height = side(top, placed.frame.y1 * scale_y);
        let is_close = |a: u32, b: u32| a.abs_diff(b) <= 1;
        if !(is_close(picture.width_px, width) && is_close(picture.height_px, height)) {
            if u64::from(width) * u64::from(height) > limits.max_page_pixels {
                // Far larger than the sheet it stands on.
                return Err(PictureError::Unsupported("a picture beyond its page"));
            }
            picture = picture.resized(width, height);
        }
        let kind = picture.kind();
        let mut canvas = match sheet.take() {
            Some(canvas) => canvas.promoted(kind),
            None => Raster::white(width_px, height_px, kind),
        };
        canvas.paste(&picture, left as i64, top as i64);
        sheet = Some(canvas);
    }
    Ok(sheet.unwrap_or_else(|| Raster::white(width_px, height_px, PixelKind::Bilevel)))
}

impl Paper {
    fn pixels_at(&self, scale_x: f64, scale_y: f64) -> (u32, u32) {
        let side = |length: f64| length.round().clamp(1.0, 1e6) as u32;
        (
            side(self.width_pt * scale_x),
            side(self.height_pt * scale_y),
        )
    }
}

/// A part of the sheet with something on top of the scan.
#[derive(Debug, Clone, Copy)]
struct Patch {
    bounds: Rect,
    /// Everything in it comes from annotations, which can be drawn on their own.
    only_annotations: bool,
}

impl Patch {
    /// Few rectangles that hold all overlays.
    fn cover(overlays: &[&Item]) -> Vec<Self> {
        const GAP_PT: f64 = 6.0;
        let mut patches: Vec<Self> = Vec::new();
        for item in overlays {
            let mut patch = Self {
                bounds: item.bounds,
                only_annotations: item.from_annotation,
            };
            // A grown patch may touch further ones.
            while let Some(index) = patches
                .iter()
                .position(|other| other.bounds.inflate(GAP_PT, GAP_PT).overlaps(patch.bounds))
            {
                let other = patches.swap_remove(index);
                patch.bounds = patch.bounds.union(other.bounds);
                patch.only_annotations &= other.only_annotations;
            }
            patches.push(patch);
        }
        patches
    }

    /// Draws the patch and lays it over the scan.
    fn apply(
        &self,
        scan: Raster,
        page: &Page<'_>,
        paper: &Paper,
        settings: &InterpreterSettings,
    ) -> Raster {
        let scale_x = f64::from(scan.width_px) / paper.width_pt;
        let scale_y = f64::from(scan.height_px) / paper.height_pt;
        let limit = |value: f64, most: u32| value.clamp(0.0, f64::from(most)) as u32;
        let left = limit((self.bounds.x0 * scale_x).floor(), scan.width_px);
        let top = limit((self.bounds.y0 * scale_y).floor(), scan.height_px);
        let right = limit((self.bounds.x1 * scale_x).ceil(), scan.width_px);
        let bottom = limit((self.bounds.y1 * scale_y).ceil(), scan.height_px);
        if left >= right || top >= bottom {
            return scan;
        }
        let window = PixelWindow {
            left: left as u16,
            top: top as u16,
            width: (right - left) as u16,
            height: (bottom - top) as u16,
        };
        let settings = InterpreterSettings {
            render_content: if self.only_annotations {
                RenderContent::ANNOTATIONS
            } else {
                RenderContent::all()
            },
            ..settings.clone()
        };
        let drawn = render::draw(
            page,
            &settings,
            (scale_x, scale_y),
            window,
            self.only_annotations,
        );
        overlay(scan, &drawn, left, top)
    }
}

/// Lays a drawn patch over a scan, keeping the scan's kind where that loses
/// nothing.
fn overlay(scan: Raster, drawn: &Pixmap, left: u32, top: u32) -> Raster {
    scan.with_overlay(
        drawn
            .data()
            .iter()
            .map(|pixel| [pixel.r, pixel.g, pixel.b, pixel.a]),
        u32::from(drawn.width()),
        left,
        top,
    )
}
