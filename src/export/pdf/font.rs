//! Fonts without outlines, for text that is found but not seen.
//!
//! One glyph stands for every character; it is half an em wide and has no
//! outline. Codes are the distinct characters of the document in the order of
//! Unicode, two bytes each (Identity-H); `ToUnicode` leads back to them, so that
//! any character can be copied and searched for (ISO 32000-1, 9.10.3).

use super::lines::Shape;
use lopdf::{Dictionary, Object, ObjectId, Stream, dictionary};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

const BASE_FONT: &str = "VanthuHidden";
/// Width of every glyph, in thousandths of the font's size.
pub(super) const GLYPH_WIDTH: i64 = 500;
const UNITS_PER_EM: i64 = 1000;
/// Codes have two bytes; code 0 stays unused.
const MAX_CODES: usize = 65_535;
/// Most entries of one block of a CMap (Adobe Technical Note 5014).
const MAX_BLOCK: usize = 100;

/// The characters of one document with their codes, and a font for each shape.
#[derive(Debug, Clone, Default)]
pub(super) struct HiddenFonts {
    /// Ascending; the code of a character is its place, counted from 1.
    characters: Vec<char>,
    /// Tells these fonts from those of another copy, should a file have both.
    series: u16,
}

impl HiddenFonts {
    /// Fonts for these texts and for the space.
    pub(super) fn for_texts<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut characters: BTreeSet<char> = texts.flat_map(str::chars).collect();
        characters.insert(' ');
        let characters: Vec<char> = characters
            .into_iter()
            .filter(|character| !character.is_control())
            .take(MAX_CODES)
            .collect();
        let all: String = characters.iter().collect();
        Self {
            series: checksum(all.as_bytes()) as u16,
            characters,
        }
    }

    /// The code of a character; `None` for control characters.
    pub(super) fn code(&self, character: char) -> Option<u16> {
        let index = self.characters.binary_search(&character).ok()?;
        u16::try_from(index + 1).ok()
    }

    /// The name of a font among a page's resources.
    pub(super) fn name(&self, shape: Shape) -> String {
        format!("V{:x}.{}.{}", self.series, shape.ascent, shape.descent)
    }

    /// The fonts of these shapes and what belongs to them; beside it the number
    /// of each shape's font.
    pub(super) fn objects(
        &self,
        shapes: &BTreeSet<Shape>,
        new_id: &mut dyn FnMut() -> ObjectId,
    ) -> (Vec<(ObjectId, Object)>, BTreeMap<Shape, ObjectId>) {
        if shapes.is_empty() {
            return Default::default();
        }
        let [program, to_unicode, glyph_map]: [ObjectId; 3] = std::array::from_fn(|_| new_id());
        let font_program = true_type_program();
        let program_length = font_program.len() as i64;
        // Every code shows glyph 1.
        let glyphs = [0, 1].repeat(self.characters.len() + 1);
        let mut objects = vec![
            (
                program,
                flate_stream(dictionary! { "Length1" => program_length }, &font_program),
            ),
            (
                to_unicode,
                flate_stream(Dictionary::new(), self.to_unicode().as_bytes()),
            ),
            (glyph_map, flate_stream(Dictionary::new(), &glyphs)),
        ];
        let mut fonts = BTreeMap::new();
        for shape in shapes {
            let [font, descriptor]: [ObjectId; 2] = std::array::from_fn(|_| new_id());
            fonts.insert(*shape, font);
            let descendant = dictionary! {
                "Type" => "Font", "Subtype" => "CIDFontType2", "BaseFont" => BASE_FONT,
                "CIDSystemInfo" => dictionary! {
                    "Registry" => Object::string_literal("Adobe"),
                    "Ordering" => Object::string_literal("Identity"),
                    "Supplement" => 0,
                },
                "FontDescriptor" => descriptor, "DW" => GLYPH_WIDTH,
                "CIDToGIDMap" => glyph_map,
            };
            objects.push((
                font,
                dictionary! {
                    "Type" => "Font", "Subtype" => "Type0", "BaseFont" => BASE_FONT,
                    "Encoding" => "Identity-H",
                    "DescendantFonts" => vec![descendant.into()],
                    "ToUnicode" => to_unicode,
                }
                .into(),
            ));
            objects.push((descriptor, descriptor_of(*shape, program).into()));
        }
        (objects, fonts)
    }

    /// The CMap from codes to characters.
    fn to_unicode(&self) -> String {
        let mut cmap = String::from(
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n\
             /CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n\
             /CMapName /Adobe-Identity-UCS def /CMapType 2 def\n\
             1 begincodespacerange <0000> <FFFF> endcodespacerange\n",
        );
        let entries: Vec<String> = self
            .characters
            .iter()
            .zip(1_u16..)
            .map(|(character, code)| {
                let mut entry = format!("<{code:04X}> <");
                for unit in character.encode_utf16(&mut [0; 2]) {
                    let _ = write!(entry, "{unit:04X}");
                }
                entry.push('>');
                entry
            })
            .collect();
        for block in entries.chunks(MAX_BLOCK) {
            let _ = writeln!(cmap, "{} beginbfchar", block.len());
            cmap.push_str(&block.join("\n"));
            cmap.push_str("\nendbfchar\n");
        }
        cmap.push_str("endcmap CMapName currentdict /CMap defineresource pop end end\n");
        cmap
    }
}

/// Readers measure a word's box by ascent and descent.
fn descriptor_of(shape: Shape, program: ObjectId) -> Dictionary {
    let reach = |parts: u8| i64::from(parts) * UNITS_PER_EM / i64::from(Shape::PARTS);
    let ascent = reach(shape.ascent);
    // A descent of 0 is taken for a mistake and replaced by a usual one.
    let descent = -reach(shape.descent).max(1);
    dictionary! {
        "Type" => "FontDescriptor", "FontName" => BASE_FONT,
        // Symbolic, all glyphs alike in width.
        "Flags" => 5,
        "FontBBox" => vec![0.into(), descent.into(), GLYPH_WIDTH.into(), ascent.into()],
        "ItalicAngle" => 0, "Ascent" => ascent, "Descent" => descent,
        "CapHeight" => ascent, "StemV" => 80, "FontFile2" => program,
    }
}

/// A stream packed with Flate.
pub(super) fn flate_stream(mut dict: Dictionary, content: &[u8]) -> Object {
    dict.set("Filter", "FlateDecode");
    Stream::new(dict, super::deflate(content))
        .with_compression(false)
        .into()
}

/// The least TrueType font that readers accept (OpenType 1.9): glyph 0 and
/// glyph 1, both without outline, both half an em wide.
fn true_type_program() -> Vec<u8> {
    let words = |values: &[u16]| -> Vec<u8> {
        values
            .iter()
            .flat_map(|value| value.to_be_bytes())
            .collect()
    };
    let width = GLYPH_WIDTH as u16;
    let size = UNITS_PER_EM as u16;
    // One contour of one point at the origin: nothing to draw, yet a glyph.
    let mut glyph = words(&[1, 0, 0, 0, 0, 0, 0]);
    glyph.extend_from_slice(&[0x31, 0]);
    let glyph_half_length = (glyph.len() / 2) as u16;
    let mut head = words(&[1, 0, 1, 0, 0, 0, 0x5F0F, 0x3CF5, 0, size]);
    head.extend_from_slice(&[0; 16]);
    head.extend(words(&[0, 0, width, size, 0, 8, 2, 0, 0]));
    let tables: [(&[u8; 4], Vec<u8>); 6] = [
        (b"glyf", glyph),
        (b"head", head),
        (
            b"hhea",
            words(&[1, 0, size, 0, 0, width, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2]),
        ),
        (b"hmtx", words(&[width, 0, width, 0])),
        (b"loca", words(&[0, 0, glyph_half_length])),
        (
            b"maxp",
            words(&[1, 0, 2, 1, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0]),
        ),
    ];
    let n_tables = tables.len() as u16;
    // The largest power of two not above the number of tables is 4.
    let mut font = words(&[1, 0, n_tables, 64, 2, n_tables * 16 - 64]);
    let body_at = font.len() + tables.len() * 16;
    let mut body = Vec::new();
    let mut head_at = 0;
    for (tag, table) in &tables {
        let offset = body_at + body.len();
        if *tag == b"head" {
            head_at = offset;
        }
        font.extend_from_slice(*tag);
        font.extend(checksum(table).to_be_bytes());
        font.extend((offset as u32).to_be_bytes());
        font.extend((table.len() as u32).to_be_bytes());
        body.extend_from_slice(table);
        body.resize(body.len().next_multiple_of(4), 0);
    }
    font.extend(body);
    let adjustment = 0xB1B0_AFBA_u32.wrapping_sub(checksum(&font));
    font[head_at + 8..head_at + 12].copy_from_slice(&adjustment.to_be_bytes());
    font
}

/// The sum of a table's 32-bit words, the last one filled up with zeros.
fn checksum(table: &[u8]) -> u32 {
    table
        .chunks(4)
        .map(|chunk| {
            let mut word = [0; 4];
            word[..chunk.len()].copy_from_slice(chunk);
            u32::from_be_bytes(word)
        })
        .fold(0, u32::wrapping_add)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What a reader makes of codes by a CMap: entries as written above.
    fn decode(cmap: &str, codes: &[u16]) -> String {
        let hex = |text: &str| -> Vec<u16> {
            let digits = text.trim_matches(['<', '>']);
            digits
                .as_bytes()
                .chunks(4)
                .map(|unit| u16::from_str_radix(std::str::from_utf8(unit).unwrap(), 16).unwrap())
                .collect()
        };
        let mut units = Vec::new();
        for code in codes {
            let entry = cmap
                .lines()
                .filter(|line| line.starts_with('<'))
                .filter_map(|line| line.split_once("> <"))
                .find(|(from, _)| hex(from) == [*code])
                .unwrap();
            units.extend(hex(entry.1));
        }
        String::from_utf16(&units).unwrap()
    }

    proptest! {
        #[test]
        fn any_word_comes_back_through_the_map(words in prop::collection::vec("\\PC{1,12}", 1..6)) {
            let font = HiddenFonts::for_texts(words.iter().map(String::as_str));
            let cmap = font.to_unicode();
            for word in &words {
                let codes: Vec<u16> = word.chars().filter_map(|c| font.code(c)).collect();
                prop_assert_eq!(&decode(&cmap, &codes), word);
            }
        }
    }

    #[test]
    fn control_characters_have_no_code() {
        let font = HiddenFonts::for_texts(["a\u{7}\n"].into_iter());
        assert_eq!(font.code('\u{7}'), None);
        assert!(font.code('a').is_some() && font.code(' ').is_some());
    }

    #[test]
    fn the_font_program_is_whole() {
        let font = true_type_program();
        assert_eq!(checksum(&font), 0xB1B0_AFBA);
        let word = |at: usize| u32::from_be_bytes(font[at..at + 4].try_into().unwrap()) as usize;
        for index in 0..6 {
            let entry = 12 + 16 * index;
            let (offset, length) = (word(entry + 8), word(entry + 12));
            assert!(offset + length <= font.len() && offset % 4 == 0);
        }
    }
}
