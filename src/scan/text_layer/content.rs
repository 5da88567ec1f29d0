//! The text that a page of a PDF shows or hides: every character with its font,
//! code and place, in the order it is drawn.
//!
//! hayro's drawing interface gives glyphs but not the names of most fonts, which
//! is what tells legacy encodings. So the operators of text (ISO 32000-1, 9) are
//! followed here; fonts, codes and widths are hayro's.

use hayro::hayro_interpret::{InterpreterSettings, TransformExt};
use hayro::hayro_syntax::content::TypedIter;
use hayro::hayro_syntax::content::ops::TypedInstruction;
use hayro::hayro_syntax::object::{
    self, Array, Dict, Name, Number, Object, ObjectIdentifier, Stream,
};
use hayro::hayro_syntax::page::{Page, Resources};
use hayro::kurbo::{Affine, Point, Rect, Vec2};
use hayro_font::hayro_cmap::BfString;
use hayro_font::{Font, FontCache, FontGlyph};
use std::collections::HashMap;

/// A page with more characters is not a page of text.
const MAX_GLYPHS: usize = 200_000;
/// Forms may call one another: a bound for all operators together.
const MAX_OPERATORS: usize = 3_000_000;
const MAX_DEPTH: usize = 12;
const MAX_SAVED_STATES: usize = 512;
const MAX_ANNOTATIONS: usize = 1_000;
const MAX_PICTURES: usize = 20_000;
/// Text under a picture is hidden where the picture takes this part of the page:
/// a scan does, a drawing laid over a line of text may have clear parts.
const MIN_COVERING_PART: f64 = 0.2;
const MAX_COVERING_PICTURES: usize = 100;
/// Text is measured in thousandths of the size of its font.
const UNITS_PER_EM: f64 = 1000.0;
/// Annotation flags (ISO 32000-1, 12.5.3): hidden, not to be viewed.
const HIDDEN_FLAGS: u32 = 1 << 1 | 1 << 5;
/// Text rendering modes (ISO 32000-1, 9.3.6): neither filled nor stroked.
const INVISIBLE: i64 = 3;
const CLIP_ONLY: i64 = 7;

/// A font as the page names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PageFont {
    /// `BaseFont`, subset tag included; empty where there is none.
    pub(super) name: String,
    /// Codes are single bytes.
    pub(super) is_simple: bool,
}

/// One shown character code.
#[derive(Debug, Clone)]
pub(super) struct Glyph {
    /// What it means by the font; `None` where the font does not tell.
    pub(super) text: Option<String>,
    pub(super) code: u32,
    /// Index into [`PageContent::fonts`].
    pub(super) font: usize,
    /// The origin on the baseline, in points of the upright page, y downwards.
    pub(super) origin: Point,
    /// From the origin to the next one.
    pub(super) advance: Vec2,
    /// From the baseline to a height of one em.
    pub(super) up: Vec2,
    /// Neither hidden by its mode nor covered by a picture drawn later.
    pub(super) is_visible: bool,
}

/// What stands on a page, as far as text is concerned.
#[derive(Debug, Default)]
pub(super) struct PageContent {
    pub(super) fonts: Vec<PageFont>,
    pub(super) glyphs: Vec<Glyph>,
    /// Where pictures stand, in points of the upright page.
    pub(super) pictures: Vec<Rect>,
    /// Filled shapes that are no rectangles: drawings, or letters as curves.
    pub(super) n_curved_shapes: usize,
}

/// Goes through a page's content and its annotations.
pub(super) fn gather(page: &Page<'_>) -> PageContent {
    let mut reader = Reader {
        content: PageContent::default(),
        page,
        settings: InterpreterSettings::default(),
        cache: FontCache::new(),
        fonts: HashMap::new(),
        resolved: Vec::new(),
        operators_left: MAX_OPERATORS,
        n_covering_pictures: 0,
    };
    let state = State::new(page.initial_transform(true).to_kurbo());
    reader.run(page.typed_operations(), page.resources(), state, 0);
    if let Some(annotations) = page.raw().get::<Array<'_>>(b"Annots") {
        for annotation in annotations.iter::<Dict<'_>>().take(MAX_ANNOTATIONS) {
            reader.show_annotation(&annotation);
        }
    }
    reader.content
}

/// The graphics state, as far as it places text.
#[derive(Debug, Clone)]
struct State {
    transform: Affine,
    font: Option<usize>,
    font_size: f64,
    char_space: f64,
    word_space: f64,
    /// 1 for 100 %.
    horizontal_scale: f64,
    leading: f64,
    rise: f64,
    mode: i64,
    text_matrix: Affine,
    line_matrix: Affine,
}

impl State {
    fn new(transform: Affine) -> Self {
        Self {
            transform,
            font: None,
            font_size: 0.0,
            char_space: 0.0,
            word_space: 0.0,
            horizontal_scale: 1.0,
            leading: 0.0,
            rise: 0.0,
            mode: 0,
            text_matrix: Affine::IDENTITY,
            line_matrix: Affine::IDENTITY,
        }
    }

    fn next_line(&mut self, x: f64, y: f64) {
        self.line_matrix *= Affine::translate((x, y));
        self.text_matrix = self.line_matrix;
    }

    fn is_invisible(&self) -> bool {
        matches!(self.mode, INVISIBLE | CLIP_ONLY)
    }
}

struct Reader<'p, 'a> {
    content: PageContent,
    page: &'p Page<'a>,
    settings: InterpreterSettings,
    cache: FontCache<'a>,
    /// Fonts met so far, by object; those without an object are met anew.
    fonts: HashMap<ObjectIdentifier, usize>,
    /// In the order of [`PageContent::fonts`].
    resolved: Vec<Option<Font<'a>>>,
    operators_left: usize,
    n_covering_pictures: usize,
}

impl<'a> Reader<'_, 'a> {
    fn run(
        &mut self,
        mut operators: TypedIter<'_>,
        resources: &Resources<'a>,
        mut state: State,
        depth: usize,
    ) {
        let mut saved: Vec<State> = Vec::new();
        let mut names: HashMap<Vec<u8>, Option<usize>> = HashMap::new();
        let mut is_curved = false;
        while let Some(operator) = operators.next() {
            if self.operators_left == 0 || self.content.glyphs.len() >= MAX_GLYPHS {
                return;
            }
            self.operators_left -= 1;
            match operator {
                TypedInstruction::SaveState(_) if saved.len() < MAX_SAVED_STATES => {
                    saved.push(state.clone());
                }
                TypedInstruction::RestoreState(_) => {
                    if let Some(before) = saved.pop() {
                        state = before;
                    }
                }
                TypedInstruction::Transform(t) => {
                    state.transform *= affine([&t.0, &t.1, &t.2, &t.3, &t.4, &t.5]);
                }
                TypedInstruction::BeginText(_) => {
                    state.text_matrix = Affine::IDENTITY;
                    state.line_matrix = Affine::IDENTITY;
                }
                TypedInstruction::CharacterSpacing(value) => state.char_space = value.0.as_f64(),
                TypedInstruction::WordSpacing(value) => state.word_space = value.0.as_f64(),
                TypedInstruction::HorizontalScaling(value) => {
                    state.horizontal_scale = value.0.as_f64() / 100.0;
                }
                TypedInstruction::TextLeading(value) => state.leading = value.0.as_f64(),
                TypedInstruction::TextRise(value) => state.rise = value.0.as_f64(),
                TypedInstruction::TextRenderingMode(value) => state.mode = value.0.as_i64(),
                TypedInstruction::TextFont(font) => {
                    let key = font.0.as_ref().to_vec();
                    state.font = *names
                        .entry(key)
                        .or_insert_with(|| self.font(resources, font.0));
                    state.font_size = font.1.as_f64();
                }
                TypedInstruction::NextLine(by) => state.next_line(by.0.as_f64(), by.1.as_f64()),
                TypedInstruction::NextLineAndSetLeading(by) => {
                    state.leading = -by.1.as_f64();
                    state.next_line(by.0.as_f64(), by.1.as_f64());
                }
                TypedInstruction::SetTextMatrix(t) => {
                    state.text_matrix = affine([&t.0, &t.1, &t.2, &t.3, &t.4, &t.5]);
                    state.line_matrix = state.text_matrix;
                }
                TypedInstruction::NextLineUsingLeading(_) => state.next_line(0.0, -state.leading),
                TypedInstruction::ShowText(text) => self.show(text.0, &mut state),
                TypedInstruction::NextLineAndShowText(text) => {
                    state.next_line(0.0, -state.leading);
                    self.show(text.0, &mut state);
                }
                TypedInstruction::ShowTextWithParameters(text) => {
                    state.word_space = text.0.as_f64();
                    state.char_space = text.1.as_f64();
                    state.next_line(0.0, -state.leading);
                    self.show(text.2, &mut state);
                }
                TypedInstruction::ShowTexts(parts) => {
                    for part in parts.0.iter::<Object<'_>>() {
                        match part {
                            Object::String(text) => self.show(&text, &mut state),
                            Object::Number(by) => {
                                let x = -by.as_f64() / UNITS_PER_EM
                                    * state.font_size
                                    * state.horizontal_scale;
                                state.text_matrix *= Affine::translate((x, 0.0));
                            }
                            _ => {}
                        }
                    }
                }
                TypedInstruction::SetGraphicsState(name) => {
                    self.set_graphics_state(resources, name.0, &mut state);
                }
                TypedInstruction::XObject(name) => {
                    if let Some(stream) = resources.get_x_object(name.0) {
                        self.show_object(&stream, resources, &state, depth);
                    }
                }
                TypedInstruction::InlineImage(image) => self.show_picture(image.0, &state),
                TypedInstruction::CubicTo(_)
                | TypedInstruction::CubicStartTo(_)
                | TypedInstruction::CubicEndTo(_) => is_curved = true,
                TypedInstruction::FillPathNonZero(_)
                | TypedInstruction::FillPathNonZeroCompatibility(_)
                | TypedInstruction::FillPathEvenOdd(_)
                | TypedInstruction::FillAndStrokeNonZero(_)
                | TypedInstruction::FillAndStrokeEvenOdd(_)
                | TypedInstruction::CloseFillAndStrokeNonZero(_)
                | TypedInstruction::CloseFillAndStrokeEvenOdd(_) => {
                    self.content.n_curved_shapes += usize::from(is_curved);
                    is_curved = false;
                }
                TypedInstruction::StrokePath(_)
                | TypedInstruction::CloseAndStrokePath(_)
                | TypedInstruction::EndPath(_) => is_curved = false,
                _ => {}
            }
        }
    }

    fn font(&mut self, resources: &Resources<'a>, name: &Name<'_>) -> Option<usize> {
        let dict = resources.get_font(name)?;
        self.font_of(&dict)
    }

    fn font_of(&mut self, dict: &Dict<'a>) -> Option<usize> {
        if let Some(&known) = dict.obj_id().and_then(|id| self.fonts.get(&id)) {
            return Some(known);
        }
        let index = self.content.fonts.len();
        let subtype = dict.get::<Name<'_>>(b"Subtype")?;
        self.content.fonts.push(PageFont {
            name: dict
                .get::<Name<'_>>(b"BaseFont")
                .map(|name| name.as_str().to_owned())
                .unwrap_or_default(),
            is_simple: subtype.as_ref() != b"Type0",
        });
        self.resolved.push(self.cache.font(
            dict,
            &self.settings.font_resolver,
            &self.settings.cmap_resolver,
        ));
        if let Some(id) = dict.obj_id() {
            self.fonts.insert(id, index);
        }
        Some(index)
    }

    /// A graphics state may set the font.
    fn set_graphics_state(
        &mut self,
        resources: &Resources<'a>,
        name: &Name<'_>,
        state: &mut State,
    ) {
        let set = resources
            .get_ext_g_state(name)
            .and_then(|dict| dict.get::<Array<'a>>(b"Font"));
        let Some(set) = set else {
            return;
        };
        let font = set.iter::<Object<'a>>().next();
        let size = set.iter::<Object<'a>>().nth(1);
        if let (Some(Object::Dict(font)), Some(Object::Number(size))) = (font, size) {
            state.font = self.font_of(&font);
            state.font_size = size.as_f64();
        }
    }

    fn show(&mut self, text: &object::String<'_>, state: &mut State) {
        let Some(index) = state.font else {
            return;
        };
        let Some(font) = self.resolved[index].clone() else {
            return;
        };
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() && self.content.glyphs.len() < MAX_GLYPHS {
            let (code, length) = font.read_code(bytes, at);
            at += length.max(1);
            let advance = font.code_advance(code);
            let is_blank_code = code == 32 && length == 1;
            let spacing = state.char_space + if is_blank_code { state.word_space } else { 0.0 };
            let (x, y) = if font.is_horizontal() {
                let x = advance.x / UNITS_PER_EM * state.font_size + spacing;
                (x * state.horizontal_scale, 0.0)
            } else {
                (0.0, advance.y / UNITS_PER_EM * state.font_size + spacing)
            };
            let to_page =
                state.transform * state.text_matrix * Affine::translate((0.0, state.rise));
            let origin = to_page * Point::ZERO;
            let glyph = Glyph {
                text: unicode(&font, code),
                code,
                font: index,
                origin,
                // Space between letters is no part of the letter.
                advance: to_page
                    * Point::new(
                        advance.x / UNITS_PER_EM * state.font_size * state.horizontal_scale,
                        y,
                    )
                    - origin,
                up: to_page * Point::new(0.0, state.font_size) - origin,
                is_visible: !state.is_invisible(),
            };
            if glyph.is_placed() {
                self.content.glyphs.push(glyph);
            }
            state.text_matrix *= Affine::translate((x, y));
        }
    }

    fn show_object(
        &mut self,
        stream: &Stream<'a>,
        resources: &Resources<'a>,
        state: &State,
        depth: usize,
    ) {
        let dict = stream.dict();
        match dict
            .get::<Name<'_>>(b"Subtype")
            .as_ref()
            .map(|name| name.as_ref().to_vec())
        {
            Some(kind) if kind == b"Image" => self.show_picture(stream, state),
            Some(kind) if kind == b"Form" => self.show_form(stream, resources, state, depth),
            _ => {}
        }
    }

    fn show_form(
        &mut self,
        form: &Stream<'a>,
        resources: &Resources<'a>,
        state: &State,
        depth: usize,
    ) {
        if depth >= MAX_DEPTH {
            return;
        }
        let Ok(data) = form.decoded_data() else {
            return;
        };
        let own = form
            .dict()
            .get::<Dict<'a>>(b"Resources")
            .map(Resources::new);
        let mut inner = state.clone();
        inner.transform *= matrix_of(form.dict());
        self.run(
            TypedIter::new(data.as_ref()),
            own.as_ref().unwrap_or(resources),
            inner,
            depth + 1,
        );
    }

    /// A picture takes the unit square; text drawn before is seen no more.
    fn show_picture(&mut self, picture: &Stream<'_>, state: &State) {
        let frame = state
            .transform
            .transform_rect_bbox(Rect::new(0.0, 0.0, 1.0, 1.0));
        if !frame.is_finite() || self.content.pictures.len() >= MAX_PICTURES {
            return;
        }
        self.content.pictures.push(frame);
        let (width, height) = self.page.render_dimensions();
        let sheet = f64::from(width) * f64::from(height);
        if frame.area() < MIN_COVERING_PART * sheet
            || !is_opaque(picture.dict())
            || self.n_covering_pictures >= MAX_COVERING_PICTURES
        {
            return;
        }
        self.n_covering_pictures += 1;
        for glyph in &mut self.content.glyphs {
            let middle = glyph.origin + glyph.advance * 0.5 + glyph.up * 0.3;
            glyph.is_visible &= !frame.contains(middle);
        }
    }

    /// Lays an annotation's appearance into its rectangle (ISO 32000-1, 12.5.5).
    fn show_annotation(&mut self, annotation: &Dict<'a>) {
        if annotation.get::<u32>(b"F").unwrap_or(0) & HIDDEN_FLAGS != 0 {
            return;
        }
        let (Some(form), Some(place)) = (
            appearance(annotation),
            annotation.get::<hayro::hayro_syntax::object::Rect>(b"Rect"),
        ) else {
            return;
        };
        let place = Rect::new(place.x0, place.y0, place.x1, place.y1).abs();
        let Some([x0, y0, x1, y1]) = form.dict().get::<[f64; 4]>(b"BBox") else {
            return;
        };
        let drawn = matrix_of(form.dict()).transform_rect_bbox(Rect::new(x0, y0, x1, y1).abs());
        if !(drawn.width() > 0.0 && drawn.height() > 0.0) {
            return;
        }
        let (sx, sy) = (
            place.width() / drawn.width(),
            place.height() / drawn.height(),
        );
        let fit = Affine::new([
            sx,
            0.0,
            0.0,
            sy,
            place.x0 - sx * drawn.x0,
            place.y0 - sy * drawn.y0,
        ]);
        let state = State::new(self.page.initial_transform(true).to_kurbo() * fit);
        self.show_form(&form, self.page.resources(), &state, 0);
    }
}

impl Glyph {
    fn is_placed(&self) -> bool {
        let bound = 1e6;
        self.origin.to_vec2().hypot() < bound
            && self.advance.hypot() < bound
            && self.up.hypot() < bound
            && self.up.hypot() > 0.01
    }
}

/// Whether a picture hides all that lies under it. Inline pictures have short
/// names (ISO 32000-1, 8.9.7).
fn is_opaque(picture: &Dict<'_>) -> bool {
    let is_stencil = |key: &[u8]| picture.get::<bool>(key).unwrap_or(false);
    !picture.contains_key(b"SMask")
        && !picture.contains_key(b"Mask")
        && !is_stencil(b"ImageMask")
        && !is_stencil(b"IM")
}

fn affine(coefficients: [&Number; 6]) -> Affine {
    Affine::new(coefficients.map(|value| value.as_f64()))
}

fn matrix_of(dict: &Dict<'_>) -> Affine {
    Affine::new(
        dict.get::<[f64; 6]>(b"Matrix")
            .unwrap_or([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]),
    )
}

fn appearance<'a>(annotation: &Dict<'a>) -> Option<Stream<'a>> {
    match annotation.get::<Dict<'a>>(b"AP")?.get::<Object<'a>>(b"N")? {
        Object::Stream(form) => Some(form),
        Object::Dict(states) => {
            let state = annotation.get::<Name<'a>>(b"AS")?;
            states.get::<Stream<'a>>(state)
        }
        _ => None,
    }
}

fn unicode(font: &Font<'_>, code: u32) -> Option<String> {
    let found = match font.glyph(font.map_code(code), code) {
        FontGlyph::Outline(glyph) => glyph.as_unicode(),
        FontGlyph::Type3(glyph) => glyph.as_unicode(),
    };
    found.map(|text| match text {
        BfString::Char(letter) => letter.to_string(),
        BfString::String(text) => text,
    })
}
