//! Fonts without outlines, for text that is found but not seen.
//!
//! Glyphs have the widths of print and no outline. A code has one byte, so that
//! text packs well: ASCII stands for itself, the other characters of the document
//! have the codes that are left, the rarest of very many two bytes. `ToUnicode`
//! leads back to them, so that any character can be copied and searched for
//! (ISO 32000-1, 9.7.5 and 9.10.3).

use super::advances::advance;
use super::font_program::{UNITS_PER_EM, checksum, true_type};
use super::shapes::Shape;
use lopdf::{Dictionary, Object, ObjectId, Stream, dictionary};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

const BASE_FONT: &str = "VanthuHidden";
/// The first byte of codes of two; smaller ones are codes by themselves.
const FIRST_OF_TWO: u16 = 0xE0;
/// ASCII that is printed, by itself.
const ASCII: std::ops::RangeInclusive<u16> = 0x20..=0x7E;
/// Codes of two bytes from `0xE000` on.
const MAX_OF_TWO: usize = 0x2000;
/// Most entries of one block of a CMap (Adobe Technical Note 5014).
const MAX_BLOCK: usize = 100;

/// The characters of one document with their codes, and a font for each shape.
#[derive(Debug, Clone, Default)]
pub(super) struct HiddenFonts {
    /// Without those of ASCII.
    codes: BTreeMap<char, u16>,
    /// Tells these fonts from those of another copy, should a file have both.
    series: u8,
}

impl HiddenFonts {
    /// Fonts for these texts. Of more than some eight thousand characters the
    /// rarest have no code.
    pub(super) fn for_texts<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut counts: BTreeMap<char, usize> = BTreeMap::new();
        let others = texts
            .flat_map(str::chars)
            .filter(|character| !character.is_ascii() && !character.is_control());
        for character in others {
            *counts.entry(character).or_default() += 1;
        }
        let of_one: Vec<u16> = (0x7F..FIRST_OF_TWO)
            .chain(1..0x20)
            .filter(|code| !matches!(code, 0x0A | 0x0D))
            .collect();
        let mut by_count: Vec<(char, usize)> = counts.into_iter().collect();
        by_count.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let characters: Vec<char> = by_count.into_iter().map(|(letter, _)| letter).collect();
        let (frequent, rare) = characters.split_at(of_one.len().min(characters.len()));
        let sorted = |letters: &[char]| letters.iter().copied().collect::<BTreeSet<char>>();
        let all: String = characters.iter().collect();
        Self {
            codes: sorted(frequent)
                .into_iter()
                .zip(of_one)
                .chain(
                    sorted(&rare[..rare.len().min(MAX_OF_TWO)])
                        .into_iter()
                        .zip(FIRST_OF_TWO << 8..),
                )
                .collect(),
            series: checksum(all.as_bytes()) as u8,
        }
    }

    /// The code of a character; `None` for control characters.
    pub(super) fn code(&self, character: char) -> Option<u16> {
        match character {
            ' '..='~' => Some(character as u16),
            _ => self.codes.get(&character).copied(),
        }
    }

    /// Writes a code into the string of a content stream, escaped where it must be.
    pub(super) fn push_code(out: &mut Vec<u8>, code: u16) {
        let bytes = code.to_be_bytes();
        for &byte in &bytes[2 - n_bytes(code)..] {
            match byte {
                b'(' | b')' | b'\\' => out.extend([b'\\', byte]),
                // A bare carriage return would be read as a line feed.
                b'\r' => out.extend(b"\\r"),
                _ => out.push(byte),
            }
        }
    }

    /// The name of a font among a page's resources.
    pub(super) fn name(&self, shape: Shape) -> String {
        format!("V{:x}.{}.{}", self.series, shape.ascent, shape.descent)
    }

    /// All characters with their codes, ascending by code.
    fn by_code(&self) -> BTreeMap<u16, char> {
        ASCII
            .filter_map(|code| Some((code, char::from_u32(u32::from(code))?)))
            .chain(
                self.codes
                    .iter()
                    .map(|(character, code)| (*code, *character)),
            )
            .collect()
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
        let [program, encoding, to_unicode, glyph_map, widths]: [ObjectId; 5] =
            std::array::from_fn(|_| new_id());
        let characters = self.by_code();
        let distinct: BTreeSet<u16> = characters.values().map(|c| advance(*c)).collect();
        let distinct: Vec<u16> = distinct.into_iter().collect();
        let font_program = true_type(&distinct);
        let program_length = font_program.len() as i64;
        let mut objects = vec![
            (
                program,
                flate_stream(dictionary! { "Length1" => program_length }, &font_program),
            ),
            (
                encoding,
                flate_stream(encoding_dict(), encoding_cmap().as_bytes()),
            ),
            (
                to_unicode,
                flate_stream(Dictionary::new(), to_unicode_cmap(&characters).as_bytes()),
            ),
            (
                glyph_map,
                flate_stream(Dictionary::new(), &glyph_map_of(&characters, &distinct)),
            ),
            (widths, widths_of(&characters).into()),
        ];
        let mut fonts = BTreeMap::new();
        for shape in shapes {
            let [font, descriptor]: [ObjectId; 2] = std::array::from_fn(|_| new_id());
            fonts.insert(*shape, font);
            let descendant = dictionary! {
                "Type" => "Font", "Subtype" => "CIDFontType2", "BaseFont" => BASE_FONT,
                "CIDSystemInfo" => system_info(),
                "FontDescriptor" => descriptor, "W" => widths,
                "CIDToGIDMap" => glyph_map,
            };
            objects.push((
                font,
                dictionary! {
                    "Type" => "Font", "Subtype" => "Type0", "BaseFont" => BASE_FONT,
                    "Encoding" => encoding,
                    "DescendantFonts" => vec![descendant.into()],
                    "ToUnicode" => to_unicode,
                }
                .into(),
            ));
            objects.push((descriptor, descriptor_of(*shape, program, &distinct).into()));
        }
        (objects, fonts)
    }
}

/// How many bytes a code has.
fn n_bytes(code: u16) -> usize {
    if code < FIRST_OF_TWO { 1 } else { 2 }
}

const ENCODING: &str = "VanthuBytes";
const CMAP_END: &str = "endcmap CMapName currentdict /CMap defineresource pop end end\n";

/// A CMap up to its codes, which are those of all fonts here.
fn cmap_head(name: &str) -> String {
    format!(
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n\
         /CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>> def\n\
         /CMapName {name} def /CMapType 1 def\n\
         2 begincodespacerange <00> <DF> <E000> <FFFF> endcodespacerange\n"
    )
}

/// The CMap from codes to glyphs' numbers, which are the same.
fn encoding_cmap() -> String {
    let mut cmap = cmap_head(&format!("/{ENCODING}"));
    cmap.push_str("2 begincidrange <00> <DF> 0 <E000> <FFFF> 57344 endcidrange\n");
    cmap.push_str(CMAP_END);
    cmap
}

/// The CMap from codes to characters.
fn to_unicode_cmap(characters: &BTreeMap<u16, char>) -> String {
    let mut cmap = cmap_head("/Adobe-Identity-UCS");
    for block in runs(characters).chunks(MAX_BLOCK) {
        let _ = writeln!(cmap, "{} beginbfrange", block.len());
        for (first, characters) in block {
            let last = first + (characters.len() as u16 - 1);
            let digits = 2 * n_bytes(*first);
            let _ = write!(cmap, "<{first:0digits$X}> <{last:0digits$X}> ");
            if *first == *ASCII.start() {
                cmap.push_str("<0020>\n");
                continue;
            }
            cmap.push('[');
            for character in characters {
                cmap.push('<');
                for unit in character.encode_utf16(&mut [0; 2]) {
                    let _ = write!(cmap, "{unit:04X}");
                }
                cmap.push('>');
            }
            cmap.push_str("]\n");
        }
        cmap.push_str("endbfrange\n");
    }
    cmap.push_str(CMAP_END);
    cmap
}

fn encoding_dict() -> Dictionary {
    dictionary! {
        "Type" => "CMap", "CMapName" => ENCODING, "CIDSystemInfo" => system_info(),
    }
}

fn system_info() -> Dictionary {
    dictionary! {
        "Registry" => Object::string_literal("Adobe"),
        "Ordering" => Object::string_literal("Identity"),
        "Supplement" => 0,
    }
}

/// Characters whose codes follow one another, with the first of them. ASCII stands by
/// itself, and the last byte of the codes of a run is all that differs.
fn runs(characters: &BTreeMap<u16, char>) -> Vec<(u16, Vec<char>)> {
    let mut runs: Vec<(u16, Vec<char>)> = Vec::new();
    for (code, character) in characters {
        match runs.last_mut() {
            Some((first, run))
                if usize::from(*first) + run.len() == usize::from(*code)
                    && *first >> 8 == *code >> 8
                    && ASCII.contains(&*first) == ASCII.contains(code) =>
            {
                run.push(*character);
            }
            _ => runs.push((*code, vec![*character])),
        }
    }
    runs
}

/// The width of each character by its code: runs of codes with their widths.
fn widths_of(characters: &BTreeMap<u16, char>) -> Vec<Object> {
    let width = |character: &char| Object::from(i64::from(advance(*character)));
    runs(characters)
        .iter()
        .flat_map(|(first, run)| {
            let widths: Vec<Object> = run.iter().map(width).collect();
            [i64::from(*first).into(), widths.into()]
        })
        .collect()
}

/// The glyph of each code, two bytes each: those of one width have one glyph.
fn glyph_map_of(characters: &BTreeMap<u16, char>, widths: &[u16]) -> Vec<u8> {
    let last = characters.keys().next_back().copied().unwrap_or(0);
    (0..=last)
        .flat_map(|code| {
            let width = characters.get(&code).map(|c| advance(*c));
            let glyph = width.and_then(|width| widths.binary_search(&width).ok());
            glyph.map_or(0, |index| index as u16 + 1).to_be_bytes()
        })
        .collect()
}

/// Readers measure a word's box by ascent and descent.
fn descriptor_of(shape: Shape, program: ObjectId, widths: &[u16]) -> Dictionary {
    let reach = |parts: u8| i64::from(parts) * i64::from(UNITS_PER_EM) / i64::from(Shape::PARTS);
    let ascent = reach(shape.ascent);
    // A descent of 0 is taken for a mistake and replaced by a usual one.
    let descent = -reach(shape.descent).max(1);
    let widest = widths.last().map_or(0, |width| i64::from(*width));
    dictionary! {
        "Type" => "FontDescriptor", "FontName" => BASE_FONT,
        // Symbolic.
        "Flags" => 4,
        "FontBBox" => vec![0.into(), descent.into(), widest.into(), ascent.into()],
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What a reader makes of codes by a CMap: ranges as written above.
    fn decode(cmap: &str, codes: &[u16]) -> String {
        let number = |text: &str| u16::from_str_radix(text, 16).unwrap();
        let mut units = Vec::new();
        for code in codes {
            let (first, of_run) = cmap
                .lines()
                .filter_map(|line| {
                    let (first, rest) = line.strip_prefix('<')?.split_once("> <")?;
                    let (last, of_run) = rest.split_once("> ")?;
                    Some((number(first)..=number(last), of_run))
                })
                .find(|(range, _)| range.contains(code))
                .map(|(range, of_run)| (*range.start(), of_run))
                .unwrap();
            if first == *ASCII.start() {
                units.push(*code);
                continue;
            }
            let entry = of_run
                .split('<')
                .nth(usize::from(code - first) + 1)
                .unwrap();
            let digits = entry.trim_end_matches(['>', ']']).as_bytes();
            units.extend(
                digits
                    .chunks(4)
                    .map(|unit| number(std::str::from_utf8(unit).unwrap())),
            );
        }
        String::from_utf16(&units).unwrap()
    }

    proptest! {
        #[test]
        fn any_word_comes_back_through_the_map(words in prop::collection::vec("\\PC{1,12}", 1..6)) {
            let font = HiddenFonts::for_texts(words.iter().map(String::as_str));
            let cmap = to_unicode_cmap(&font.by_code());
            for word in &words {
                let codes: Vec<u16> = word.chars().filter_map(|c| font.code(c)).collect();
                prop_assert_eq!(&decode(&cmap, &codes), word);
            }
        }
    }

    #[test]
    fn the_rarest_of_many_characters_have_two_bytes() {
        let many: String = ('一'..='龥').take(300).collect();
        let text = format!("ế{many}ế");
        let font = HiddenFonts::for_texts([text.as_str()].into_iter());
        let length = |character: char| {
            let mut bytes = Vec::new();
            HiddenFonts::push_code(&mut bytes, font.code(character).unwrap());
            bytes.len()
        };
        assert_eq!((length('a'), length('ế')), (1, 1));
        let n_bytes: usize = many.chars().map(length).sum();
        assert!(n_bytes > 450, "{n_bytes}");
        let codes: BTreeSet<u16> = text.chars().filter_map(|c| font.code(c)).collect();
        assert_eq!(codes.len(), 301);
        let widths = widths_of(&font.by_code());
        assert!(
            widths.len() >= 4,
            "ASCII and others, and those of two bytes"
        );
    }

    #[test]
    fn control_characters_have_no_code() {
        let font = HiddenFonts::for_texts(["a\u{7}\n\u{85}"].into_iter());
        assert_eq!((font.code('\u{7}'), font.code('\u{85}')), (None, None));
        assert!(font.code('a').is_some() && font.code(' ').is_some());
    }
}
