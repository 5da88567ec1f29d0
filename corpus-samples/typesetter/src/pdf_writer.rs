//! Image-only PDF files, without dates or identifiers, so that the same pages are the same bytes.

use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref};

use crate::coding::{Coded, deflate};
use crate::recipe::Coding;

/// One page: its image strips from top to bottom, and stamps laid over them.
pub struct PdfPage {
    pub strips: Vec<Coded>,
    pub overlays: Vec<Overlay>,
    /// Stored a quarter turn against the clock, shown upright by `/Rotate 90`.
    pub rotated: bool,
}

/// A stamp as an image of its own: one ink, its cover as a soft mask.
pub struct Overlay {
    pub width: usize,
    pub height: usize,
    pub colour: [u8; 3],
    pub cover: Vec<u8>,
    /// Centre in points from the top left, and turn in degrees clockwise.
    pub x: f64,
    pub y: f64,
    pub turn: f64,
}

/// Hands out object numbers.
struct Numbers(i32);

impl Numbers {
    fn next(&mut self) -> Ref {
        self.0 += 1;
        Ref::new(self.0)
    }
}

/// Writes the pages, whose images have `dpi` pixels an inch, as a PDF file.
pub fn write(pages: &[PdfPage], dpi: u32) -> Vec<u8> {
    let mut pdf = Pdf::new();
    pdf.set_version(1, 5);
    let mut numbers = Numbers(0);
    let (catalog, tree) = (numbers.next(), numbers.next());
    let ids: Vec<Ref> = pages.iter().map(|_| numbers.next()).collect();
    pdf.catalog(catalog).pages(tree);
    pdf.pages(tree)
        .kids(ids.iter().copied())
        .count(ids.len() as i32);
    for (page, id) in pages.iter().zip(ids) {
        write_page(&mut pdf, &mut numbers, page, id, tree, dpi);
    }
    pdf.finish()
}

fn write_page(pdf: &mut Pdf, numbers: &mut Numbers, page: &PdfPage, id: Ref, tree: Ref, dpi: u32) {
    let points = |pixels: usize| pixels as f32 * 72.0 / dpi as f32;
    let width = points(page.strips.iter().map(|s| s.width).max().unwrap_or(0));
    let height = points(page.strips.iter().map(|s| s.height).sum());
    let mut content = Content::new();
    let mut images: Vec<(String, Ref)> = Vec::new();
    let mut top = height;
    for strip in &page.strips {
        let (name, image) = (format!("Im{}", images.len()), numbers.next());
        write_image(pdf, image, strip);
        let (w, h) = (points(strip.width), points(strip.height));
        top -= h;
        place(&mut content, &name, [w, 0.0, 0.0, h, 0.0, top]);
        images.push((name, image));
    }
    for overlay in &page.overlays {
        let (name, image, mask) = (
            format!("Im{}", images.len()),
            numbers.next(),
            numbers.next(),
        );
        write_overlay(pdf, image, mask, overlay);
        let (w, h) = (points(overlay.width), points(overlay.height));
        let angle = -overlay.turn as f32 * std::f32::consts::PI / 180.0;
        let (sin, cos) = (libm::sinf(angle), libm::cosf(angle));
        let x = overlay.x as f32 - (w * cos - h * sin) / 2.0;
        let y = height - overlay.y as f32 - (w * sin + h * cos) / 2.0;
        place(
            &mut content,
            &name,
            [w * cos, w * sin, -h * sin, h * cos, x, y],
        );
        images.push((name, image));
    }
    let stream = numbers.next();
    pdf.stream(stream, &content.finish());
    let mut dictionary = pdf.page(id);
    dictionary
        .parent(tree)
        .media_box(Rect::new(0.0, 0.0, width, height))
        .contents(stream);
    if page.rotated {
        dictionary.rotate(90);
    }
    let mut resources = dictionary.resources();
    let mut x_objects = resources.x_objects();
    for (name, image) in &images {
        x_objects.pair(Name(name.as_bytes()), *image);
    }
}

fn place(content: &mut Content, name: &str, matrix: [f32; 6]) {
    content.save_state();
    content.transform(matrix);
    content.x_object(Name(name.as_bytes()));
    content.restore_state();
}

fn write_image(pdf: &mut Pdf, id: Ref, image: &Coded) {
    let (filter, bits) = match image.coding {
        Coding::ColourJpeg | Coding::GreyJpeg => (Filter::DctDecode, 8),
        Coding::G4 => (Filter::CcittFaxDecode, 1),
        Coding::Flate1 => (Filter::FlateDecode, 1),
        Coding::Flate4 => (Filter::FlateDecode, 4),
    };
    let mut object = pdf.image_xobject(id, &image.bytes);
    object.filter(filter);
    if image.coding == Coding::G4 {
        object
            .decode_parms()
            .k(-1)
            .columns(image.width as i32)
            .rows(image.height as i32);
    }
    object
        .width(image.width as i32)
        .height(image.height as i32)
        .bits_per_component(bits);
    if image.coding == Coding::ColourJpeg {
        object.color_space().device_rgb();
    } else {
        object.color_space().device_gray();
    }
}

fn write_overlay(pdf: &mut Pdf, id: Ref, mask: Ref, overlay: &Overlay) {
    let colour: Vec<u8> = overlay.colour.repeat(overlay.width * overlay.height);
    let colour = deflate(&colour);
    let mut object = pdf.image_xobject(id, &colour);
    object.filter(Filter::FlateDecode);
    object
        .width(overlay.width as i32)
        .height(overlay.height as i32)
        .bits_per_component(8);
    object.color_space().device_rgb();
    object.s_mask(mask);
    object.finish();
    let cover = deflate(&overlay.cover);
    let mut object = pdf.image_xobject(mask, &cover);
    object.filter(Filter::FlateDecode);
    object
        .width(overlay.width as i32)
        .height(overlay.height as i32)
        .bits_per_component(8);
    object.color_space().device_gray();
}
