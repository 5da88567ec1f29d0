//! A PDF built round page images: for sources that are none, and for PDFs whose
//! objects cannot be taken over.
//!
//! Pages are written one at a time, so that a document of any length takes the
//! memory of one page. JPEG data and whole PNG data stay as they are; bilevel
//! pictures are packed by Group 4, others by Flate with PNG's prediction.
//! Nothing is lost in any of them. Where colours are known, the copy is PDF/A-2b.

use super::font::{HiddenFonts, flate_stream};
use super::job::{CopyHead, CopyKind, CopyPage, CopySummary};
use super::shapes::Shape;
use super::{archival, metadata, signatures, text};
use crate::scan::{
    PageImage, PdfPagePlace, Pixels, SourceDocument, StoredCoding, StoredColor, StoredPicture,
};
use fax::encoder::Encoder;
use fax::{Color, VecWriter};
use lopdf::{Dictionary, Object, ObjectId, Stream, Writer, dictionary};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// A4, for pages whose picture cannot be made.
const BLANK_PT: (f64, f64) = (595.0, 842.0);
/// The longest side that readers accept (ISO 32000-1, annex C).
const LONGEST_SIDE_PT: f64 = 14_400.0;

/// Writes a copy of `source` with the words of `pages`.
///
/// # Errors
/// When `output` fails.
pub(super) fn write(
    source: &SourceDocument,
    pages: &BTreeMap<u32, CopyPage>,
    head: &CopyHead,
    output: &mut dyn Write,
) -> io::Result<CopySummary> {
    let mut pdf = PdfWriter::new(output)?;
    let fonts = HiddenFonts::for_texts(super::texts(pages.values()));
    // Which shapes of font there are is known behind the last page.
    let font_list = pdf.new_id();
    let mut shapes = BTreeSet::new();
    let tree = pdf.new_id();
    let mut lost_pages = Vec::new();
    let mut has_known_colors = true;
    let mut kids: Vec<(u32, ObjectId)> = Vec::new();
    for page_number in super::wanted_pages(source.page_count(), head) {
        let read = pages.get(&page_number);
        let picture = match picture(source, page_number, read) {
            Ok(picture) => {
                has_known_colors &= !picture.is_cmyk();
                Some(picture)
            }
            Err(reason) => {
                lost_pages.push((page_number, reason));
                None
            }
        };
        let place = Place { font_list, tree };
        let page = write_page(&mut pdf, picture, read, &fonts, &mut shapes, place)?;
        kids.push((page_number, page));
    }
    let (objects, font_ids) = fonts.objects(&shapes, &mut || pdf.new_id());
    for (id, object) in &objects {
        pdf.write(*id, object)?;
    }
    let named = font_ids
        .iter()
        .map(|(shape, id)| (fonts.name(*shape), Object::from(*id)));
    pdf.write(font_list, &Dictionary::from_iter(named).into())?;
    let page_object = |page_number: u32| {
        let kid = kids.iter().find(|(number, _)| *number == page_number)?;
        Some(kid.1)
    };
    let outlines = metadata::outlines(&head.bookmarks, page_object, &mut || pdf.new_id());
    let outlines_id = outlines.first().map(|(id, _)| *id);
    for (id, object) in &outlines {
        pdf.write(*id, object)?;
    }
    let kid_objects: Vec<Object> = kids.iter().map(|(_, id)| (*id).into()).collect();
    let count = kids.len() as i64;
    let pages_node = dictionary! { "Type" => "Pages", "Kids" => kid_objects, "Count" => count };
    pdf.write(tree, &pages_node.into())?;
    // What an image lacks, a profile of its four inks, cannot be added to it.
    let is_archival = has_known_colors && lost_pages.is_empty();
    let was_signed = signatures::may_be_in(source.bytes());
    let xmp = pdf.add(&metadata::xmp(&head.description, was_signed, is_archival))?;
    let mut catalog = dictionary! {
        "Type" => "Catalog", "Pages" => tree, "Metadata" => xmp,
        "Lang" => Object::string_literal("vi"),
    };
    if is_archival {
        let profile = pdf.add(&archival::profile_object())?;
        let intent = archival::output_intent(profile);
        catalog.set("OutputIntents", vec![intent.into()]);
    }
    if let Some(id) = outlines_id {
        catalog.set("Outlines", id);
    }
    let root = pdf.add(&catalog.into())?;
    let mut info = Dictionary::new();
    metadata::describe(&mut info, &head.description, was_signed);
    let info = pdf.add(&info.into())?;
    pdf.finish(root, info, &head.description.source_sha256)?;
    Ok(CopySummary {
        kind: CopyKind::Built,
        page_count: kids.len() as u32,
        was_signed,
        lost_pages,
    })
}

/// Objects that every page refers to.
#[derive(Clone, Copy)]
struct Place {
    font_list: ObjectId,
    tree: ObjectId,
}

fn write_page(
    pdf: &mut PdfWriter<'_>,
    picture: Option<Picture>,
    read: Option<&CopyPage>,
    fonts: &HiddenFonts,
    shapes: &mut BTreeSet<Shape>,
    place_in_file: Place,
) -> io::Result<ObjectId> {
    let (width_pt, height_pt) = picture.as_ref().map_or(BLANK_PT, |picture| picture.size_pt);
    let place = PdfPagePlace::of_image(width_pt, height_pt);
    let mut content = read
        .and_then(|read| text::content(read, &place, fonts, shapes))
        .map(|(content, _)| content)
        .unwrap_or_default();
    let mut resources = dictionary! { "Font" => place_in_file.font_list };
    if let Some(picture) = picture {
        content.extend_from_slice(picture.shown().as_bytes());
        let id = pdf.add(&picture.stream.into())?;
        resources.set("XObject", dictionary! { "Im" => id });
    }
    let content = pdf.add(&flate_stream(Dictionary::new(), &content))?;
    let side = |value: f64| Object::Real((value * 1000.0).round() as f32 / 1000.0);
    pdf.add(
        &dictionary! {
            "Type" => "Page", "Parent" => place_in_file.tree,
            "MediaBox" => vec![0.into(), 0.into(), side(width_pt), side(height_pt)],
            "Resources" => resources, "Contents" => content,
        }
        .into(),
    )
}

/// The picture of a page as an object, and how it is laid on the page.
struct Picture {
    stream: Stream,
    size_pt: (f64, f64),
    is_mirrored: bool,
    quarter_turns: u8,
}

impl Picture {
    fn is_cmyk(&self) -> bool {
        let color = self.stream.dict.get(b"ColorSpace");
        color
            .and_then(Object::as_name)
            .is_ok_and(|name| name == b"DeviceCMYK")
    }

    /// The operators that show it over the whole page.
    fn shown(&self) -> String {
        let (width, height) = self.size_pt;
        // From the unit square of the stored picture to that of the upright one.
        let mirror = |[a, b, c, d, e, f]: [f64; 6]| {
            if self.is_mirrored {
                [-a, -b, c, d, e + a, f + b]
            } else {
                [a, b, c, d, e, f]
            }
        };
        let unit = mirror(match self.quarter_turns % 4 {
            0 => [1.0, 0.0, 0.0, 1.0, 0.0, 0.0],
            1 => [0.0, -1.0, 1.0, 0.0, 0.0, 1.0],
            2 => [-1.0, 0.0, 0.0, -1.0, 1.0, 1.0],
            _ => [0.0, 1.0, -1.0, 0.0, 1.0, 0.0],
        });
        let mut shown = String::from("q");
        for (index, value) in unit.into_iter().enumerate() {
            let side = if index % 2 == 0 { width } else { height };
            shown.push(' ');
            text::push_number(&mut shown, value * side, 4);
        }
        shown.push_str(" cm /Im Do Q\n");
        shown
    }
}

/// The picture of a page, in its stored coding where a PDF can hold it; else the
/// reason why there is none.
fn picture(
    source: &SourceDocument,
    page_number: u32,
    read: Option<&CopyPage>,
) -> Result<Picture, String> {
    if let Some(read) = read
        && let Some(stored) = source.stored_picture()
    {
        let size_pt = size_pt(read.width_px, read.height_px, read.resolution_dpi);
        return Ok(as_stored(stored, size_pt));
    }
    let image = source
        .page_image(page_number)
        .map_err(|error| error.to_string())?;
    // The place of a PDF's page is told by the page itself.
    let size_pt = source.pdf_page_place(page_number).map_or_else(
        || size_pt(image.width_px, image.height_px, image.resolution_dpi),
        |place| bounded(place.width_pt, place.height_pt),
    );
    Ok(Picture {
        stream: coded_anew(&image).map_err(|error| error.to_string())?,
        size_pt,
        is_mirrored: false,
        quarter_turns: 0,
    })
}

fn size_pt(width_px: u32, height_px: u32, resolution_dpi: u32) -> (f64, f64) {
    let points = |pixels: u32| f64::from(pixels) / f64::from(resolution_dpi.max(1)) * 72.0;
    bounded(points(width_px), points(height_px))
}

fn bounded(width_pt: f64, height_pt: f64) -> (f64, f64) {
    let shrink = (LONGEST_SIDE_PT / width_pt.max(height_pt)).min(1.0);
    let side = |points: f64| (points * shrink).max(1.0);
    (side(width_pt), side(height_pt))
}

fn image_dict(width_px: u32, height_px: u32, bits: u8, color: impl Into<Object>) -> Dictionary {
    dictionary! {
        "Type" => "XObject", "Subtype" => "Image",
        "Width" => i64::from(width_px), "Height" => i64::from(height_px),
        "BitsPerComponent" => i64::from(bits), "ColorSpace" => color.into(),
    }
}

fn as_stored(stored: StoredPicture, size_pt: (f64, f64)) -> Picture {
    let (width, height, bits) = (stored.width_px, stored.height_px, stored.bits_per_sample);
    let (color, n_colors): (Object, i64) = match &stored.color {
        StoredColor::Gray => ("DeviceGray".into(), 1),
        StoredColor::Rgb => ("DeviceRGB".into(), 3),
        StoredColor::InvertedCmyk => ("DeviceCMYK".into(), 4),
        StoredColor::Palette(colors) => {
            let last = (colors.len() / 3).saturating_sub(1) as i64;
            let table = Object::String(colors.clone(), lopdf::StringFormat::Hexadecimal);
            let space = vec!["Indexed".into(), "DeviceRGB".into(), last.into(), table];
            (space.into(), 1)
        }
    };
    let mut dict = image_dict(width, height, bits, color);
    if stored.color == StoredColor::InvertedCmyk {
        dict.set(
            "Decode",
            [1, 0]
                .repeat(4)
                .into_iter()
                .map(Object::from)
                .collect::<Vec<_>>(),
        );
    }
    match stored.coding {
        StoredCoding::Jpeg => dict.set("Filter", "DCTDecode"),
        StoredCoding::PngFlate => {
            dict.set("Filter", "FlateDecode");
            dict.set(
                "DecodeParms",
                dictionary! {
                    "Predictor" => 15, "Colors" => n_colors,
                    "BitsPerComponent" => i64::from(bits), "Columns" => i64::from(width),
                },
            );
        }
    }
    Picture {
        stream: Stream::new(dict, stored.data).with_compression(false),
        size_pt,
        is_mirrored: stored.is_mirrored,
        quarter_turns: stored.quarter_turns,
    }
}

/// A page image in a coding that loses nothing.
fn coded_anew(image: &PageImage) -> Result<Stream, png::EncodingError> {
    let (width, height) = (image.width_px, image.height_px);
    let (samples, color, png_color, n_colors) = match &image.pixels {
        Pixels::Bilevel(bits) => {
            let mut dict = image_dict(width, height, 1, "DeviceGray");
            dict.set("Filter", "CCITTFaxDecode");
            dict.set(
                "DecodeParms",
                dictionary! {
                    "K" => -1, "Columns" => i64::from(width), "Rows" => i64::from(height),
                },
            );
            let data = group_4(bits, width, height);
            return Ok(Stream::new(dict, data).with_compression(false));
        }
        Pixels::Gray(samples) => (samples, "DeviceGray", png::ColorType::Grayscale, 1),
        Pixels::Rgb(samples) => (samples, "DeviceRGB", png::ColorType::Rgb, 3),
    };
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png_color);
    encoder.set_compression(png::Compression::Balanced);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(samples)?;
    writer.finish()?;
    let mut dict = image_dict(width, height, 8, color);
    dict.set("Filter", "FlateDecode");
    dict.set(
        "DecodeParms",
        dictionary! {
            "Predictor" => 15, "Colors" => n_colors, "BitsPerComponent" => 8,
            "Columns" => i64::from(width),
        },
    );
    let data = crate::scan::stored_png(&file).map(|stored| stored.data);
    Ok(Stream::new(dict, data.unwrap_or_default()).with_compression(false))
}

/// Rows of bits (1 = black) packed by Group 4 (ITU-T T.6).
fn group_4(bits: &[u8], width_px: u32, height_px: u32) -> Vec<u8> {
    let row_bytes = width_px.div_ceil(8) as usize;
    let mut encoder = Encoder::new(VecWriter::new());
    let width = u16::try_from(width_px).unwrap_or(u16::MAX);
    for row in bits.chunks_exact(row_bytes.max(1)).take(height_px as usize) {
        let pixels = (0..usize::from(width)).map(|x| {
            if row[x / 8] >> (7 - x % 8) & 1 == 1 {
                Color::Black
            } else {
                Color::White
            }
        });
        let Ok(()) = encoder.encode_line(pixels, width);
    }
    let Ok(writer) = encoder.finish();
    writer.finish()
}

/// Writes objects as they come and remembers where they stand.
struct PdfWriter<'a> {
    output: &'a mut dyn Write,
    position: u64,
    /// Where object number 1 and those after it begin; 0 where not written yet.
    offsets: Vec<u64>,
}

impl<'a> PdfWriter<'a> {
    fn new(output: &'a mut dyn Write) -> io::Result<Self> {
        let mut writer = Self {
            output,
            position: 0,
            offsets: Vec::new(),
        };
        writer.put(b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n")?;
        Ok(writer)
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.output.write_all(bytes)?;
        self.position += bytes.len() as u64;
        Ok(())
    }

    fn new_id(&mut self) -> ObjectId {
        self.offsets.push(0);
        (self.offsets.len() as u32, 0)
    }

    fn write(&mut self, id: ObjectId, object: &Object) -> io::Result<()> {
        self.offsets[id.0 as usize - 1] = self.position;
        let mut bytes = format!("{} 0 obj\n", id.0).into_bytes();
        Writer::write_object(&mut bytes, object)?;
        bytes.extend_from_slice(b"\nendobj\n");
        self.put(&bytes)
    }

    fn add(&mut self, object: &Object) -> io::Result<ObjectId> {
        let id = self.new_id();
        self.write(id, object)?;
        Ok(id)
    }

    /// `source` is what tells the copy from those of other files.
    fn finish(mut self, root: ObjectId, info: ObjectId, source: &str) -> io::Result<()> {
        let size = self.offsets.len() + 1;
        let start = self.position;
        let mut table = format!("xref\n0 {size}\n0000000000 65535 f \n");
        for offset in &self.offsets {
            table.push_str(&format!("{offset:010} 00000 n \n"));
        }
        let digest = Sha256::digest(format!("{source} {start}"));
        let id: String = digest
            .iter()
            .take(16)
            .map(|byte| format!("{byte:02X}"))
            .collect();
        table.push_str(&format!(
            "trailer\n<</Size {size}/Root {} 0 R/Info {} 0 R/ID[<{id}><{id}>]>>\n\
             startxref\n{start}\n%%EOF\n",
            root.0, info.0
        ));
        self.put(table.as_bytes())?;
        self.output.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    struct Collected {
        width: u32,
        black: Vec<bool>,
    }

    impl hayro_ccitt::Decoder for Collected {
        fn push_row(&mut self, changes: &[u32]) {
            let is_black = |x: &u32| changes.iter().filter(|change| *change <= x).count() % 2 == 1;
            self.black.extend((0..self.width).map(|x| is_black(&x)));
        }
    }

    proptest! {
        #[test]
        fn group_4_loses_nothing(
            width in 1_u32..70, rows in prop::collection::vec(any::<u64>(), 1..20),
        ) {
            let row_bytes = width.div_ceil(8) as usize;
            let mut bits = Vec::new();
            for row in &rows {
                let mut line: Vec<u8> = row.to_be_bytes().repeat(2)[..row_bytes].to_vec();
                // Padding is white.
                if width % 8 != 0 {
                    line[row_bytes - 1] &= 0xFF << (8 - width % 8);
                }
                bits.extend(line);
            }
            let packed = group_4(&bits, width, rows.len() as u32);
            let settings = hayro_ccitt::DecodeSettings {
                columns: width,
                rows: rows.len() as u32,
                end_of_block: true,
                end_of_line: false,
                rows_are_byte_aligned: false,
                encoding: hayro_ccitt::EncodingMode::Group4,
                strict: true,
            };
            let mut found = Collected { width, black: Vec::new() };
            let mut context = hayro_ccitt::DecoderContext::new(settings);
            hayro_ccitt::decode(&packed, &mut found, &mut context).unwrap();
            let wanted: Vec<bool> = bits
                .chunks(row_bytes)
                .flat_map(|row| (0..width as usize).map(|x| row[x / 8] >> (7 - x % 8) & 1 == 1))
                .collect();
            prop_assert_eq!(found.black, wanted);
        }
    }

    #[test]
    fn turned_pictures_fill_the_page() {
        for (is_mirrored, quarter_turns) in [(false, 0), (true, 1), (false, 2), (true, 3)] {
            let picture = Picture {
                stream: Stream::new(Dictionary::new(), Vec::new()),
                size_pt: (100.0, 200.0),
                is_mirrored,
                quarter_turns,
            };
            let shown = picture.shown();
            let numbers: Vec<f64> = shown
                .split(' ')
                .filter_map(|word| word.parse().ok())
                .collect();
            let [a, b, c, d, e, f] = numbers[..] else {
                panic!("{shown}");
            };
            let xs = [e, e + a, e + c, e + a + c];
            let ys = [f, f + b, f + d, f + b + d];
            let least = |values: [f64; 4]| values.into_iter().fold(f64::MAX, f64::min);
            let most = |values: [f64; 4]| values.into_iter().fold(f64::MIN, f64::max);
            assert_eq!((least(xs), most(xs)), (0.0, 100.0), "{shown}");
            assert_eq!((least(ys), most(ys)), (0.0, 200.0), "{shown}");
        }
    }
}
