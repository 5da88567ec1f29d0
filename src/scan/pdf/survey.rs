//! What a page draws, without drawing it: the interpreter's drawing calls with
//! their places, in points of the upright page, y downwards.

use hayro::hayro_interpret::font::GlyphRun;
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps,
    InterpreterCache, InterpreterSettings, Paint, RenderContent, SoftMask, TransformExt,
    interpret_page,
};
use hayro::hayro_syntax::object::ObjectIdentifier;
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::{Affine, BezPath, Point, Rect, Shape};

/// A page with more drawing calls is drawn as a whole, not taken apart.
const MAX_ITEMS: usize = 20_000;

/// One thing that a page shows.
#[derive(Debug, Clone)]
pub(super) struct Item {
    /// The part that can be seen, in points.
    pub(super) bounds: Rect,
    pub(super) from_annotation: bool,
    pub(super) picture: Option<PlacedPicture>,
}

/// A picture and where it stands, drawn as it is: not clipped to a shape, not
/// masked, not blended.
#[derive(Debug, Clone, Copy)]
pub(super) struct PlacedPicture {
    pub(super) object: ObjectIdentifier,
    /// From pixels as the dictionary counts them to points.
    pub(super) transform: Affine,
    pub(super) width_px: u32,
    pub(super) height_px: u32,
    /// The whole picture, in points.
    pub(super) frame: Rect,
}

/// All that a page shows, bottom to top.
#[derive(Debug, Default)]
pub(super) struct Survey {
    pub(super) items: Vec<Item>,
    /// There was more than is listed.
    pub(super) is_crowded: bool,
}

/// Goes through the page's content and its annotations.
pub(super) fn survey(page: &Page<'_>, settings: &InterpreterSettings) -> Survey {
    let (width, height) = page.render_dimensions();
    let area = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
    let transform = page.initial_transform(true).to_kurbo();
    let mut surveyor = Surveyor {
        survey: Survey::default(),
        area,
        clips: Vec::new(),
        groups: Vec::new(),
        from_annotation: false,
    };
    let cache = InterpreterCache::new();
    for content in [RenderContent::PAGE, RenderContent::ANNOTATIONS] {
        let settings = InterpreterSettings {
            render_content: content,
            ..settings.clone()
        };
        surveyor.from_annotation = content == RenderContent::ANNOTATIONS;
        surveyor.clips.clear();
        surveyor.groups.clear();
        let mut context = Context::new(transform, area, &cache, page.xref(), settings);
        interpret_page(page, &mut context, &mut surveyor);
    }
    surveyor.survey
}

struct Surveyor {
    survey: Survey,
    area: Rect,
    clips: Vec<Clip>,
    groups: Vec<Group>,
    from_annotation: bool,
}

#[derive(Clone, Copy)]
struct Clip {
    bounds: Rect,
    is_rectangle: bool,
}

#[derive(Clone, Copy)]
enum Group {
    Plain,
    Invisible,
    Special,
}

impl Surveyor {
    fn clip(&self) -> Clip {
        self.clips.last().copied().unwrap_or(Clip {
            bounds: self.area,
            is_rectangle: true,
        })
    }

    fn push_clip(&mut self, bounds: Rect, is_rectangle: bool) {
        let outer = self.clip();
        self.clips.push(Clip {
            bounds: outer.bounds.intersect(bounds),
            is_rectangle: outer.is_rectangle && is_rectangle,
        });
    }

    fn add(&mut self, bounds: Rect, picture: Option<PlacedPicture>) {
        if self
            .groups
            .iter()
            .any(|group| matches!(group, Group::Invisible))
        {
            return;
        }
        let bounds = self.clip().bounds.intersect(bounds);
        if !(bounds.is_finite() && bounds.width() > 0.0 && bounds.height() > 0.0) {
            return;
        }
        if self.survey.items.len() >= MAX_ITEMS {
            self.survey.is_crowded = true;
            return;
        }
        self.survey.items.push(Item {
            bounds,
            from_annotation: self.from_annotation,
            picture,
        });
    }
}

fn is_invisible(paint: &Paint<'_>) -> bool {
    match paint {
        Paint::Color(color) => color.to_rgba().components()[3] <= 0.0,
        Paint::Pattern(_) => false,
    }
}

impl<'a> Device<'a> for Surveyor {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        let border = match mode {
            DrawMode::Invisible => return,
            DrawMode::Fill(_) => 0.0,
            DrawMode::Stroke(stroke) | DrawMode::FillAndStroke(_, stroke) => {
                f64::from(stroke.line_width)
            }
        };
        if is_invisible(&props.paint) || path.elements().is_empty() {
            return;
        }
        let bounds = props
            .transform
            .transform_rect_bbox(path.bounding_box().inflate(border, border));
        // Hairlines have no width of their own.
        self.add(bounds.inflate(0.5, 0.5), None);
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        let is_rectangle = is_upright_rectangle(&clip.path);
        self.push_clip(clip.path.bounding_box(), is_rectangle);
    }

    fn push_transparency_group(
        &mut self,
        opacity: f32,
        mask: Option<SoftMask<'a>>,
        blend_mode: BlendMode,
    ) {
        self.groups.push(if opacity <= 0.0 {
            Group::Invisible
        } else if opacity > 0.99 && mask.is_none() && blend_mode == BlendMode::Normal {
            Group::Plain
        } else {
            Group::Special
        });
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        if matches!(mode, DrawMode::Invisible) || is_invisible(&props.paint) {
            return;
        }
        for glyph in run.glyphs() {
            // Glyph space has 1,000 units an em; ink stays within the em round
            // the origin, but for the odd flourish.
            let em = Rect::new(-300.0, -500.0, 1200.0, 1200.0);
            let transform = props.transform * glyph.transform();
            self.add(transform.transform_rect_bbox(em), None);
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        let (width_px, height_px) = (image.width(), image.height());
        let stored = Rect::new(0.0, 0.0, f64::from(width_px), f64::from(height_px));
        let frame = props.transform.transform_rect_bbox(stored);
        let dict = match &image {
            Image::Stencil(stencil) => stencil.stream().dict(),
            Image::Raster(raster) => raster.stream().dict(),
        };
        let clip = self.clip();
        let is_plain = clip.is_rectangle
            && self
                .groups
                .iter()
                .all(|group| matches!(group, Group::Plain))
            && props.soft_mask.is_none()
            && props.blend_mode == BlendMode::Normal
            && super::picture::is_opaque(dict)
            && paints_black(&image);
        let picture = dict
            .obj_id()
            .filter(|_| is_plain)
            .map(|object| PlacedPicture {
                object,
                transform: props.transform,
                width_px,
                height_px,
                frame,
            });
        self.add(frame, picture);
    }

    fn pop_clip(&mut self) {
        self.clips.pop();
    }

    fn pop_transparency_group(&mut self) {
        self.groups.pop();
    }
}

/// Whether a picture that is a stencil paints (nearly) black; other pictures
/// pass. The colour is only given out together with the decoded stencil, so
/// large ones are not asked.
fn paints_black(image: &Image<'_, '_>) -> bool {
    const MAX_PIXELS: u64 = 40_000_000;
    let Image::Stencil(stencil) = image else {
        return true;
    };
    if u64::from(stencil.width()) * u64::from(stencil.height()) > MAX_PIXELS {
        return true;
    }
    let mut is_black = false;
    stencil.with_stencil(
        |_, paint| {
            is_black = match paint {
                Paint::Color(color) => {
                    let [red, green, blue, alpha] = color.to_rgba().components();
                    red.max(green).max(blue) < 0.3 && alpha > 0.99
                }
                Paint::Pattern(_) => false,
            };
        },
        None,
    );
    is_black
}

/// Whether a clip is a rectangle with upright sides.
fn is_upright_rectangle(path: &BezPath) -> bool {
    let bounds = path.bounding_box();
    let is_corner = |point: Point| {
        let near = |a: f64, b: f64| (a - b).abs() < 0.01;
        (near(point.x, bounds.x0) || near(point.x, bounds.x1))
            && (near(point.y, bounds.y0) || near(point.y, bounds.y1))
    };
    path.segments().count() <= 5
        && path.segments().all(|segment| match segment {
            hayro::kurbo::PathSeg::Line(line) => is_corner(line.p0) && is_corner(line.p1),
            _ => false,
        })
}
