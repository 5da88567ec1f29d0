//! Fonts whose codes mean other letters to a program than to the eye, made
//! silent: the page looks the same, and a search does not find garble in it.
//!
//! Their map to Unicode (`ToUnicode`, which drawing does not look at where the
//! font is embedded) is replaced by one that makes a space of every code. Pages
//! that share such a font and are kept as they are keep its map as well.

use super::font::flate_stream;
use lopdf::{Dictionary, Document, Object, ObjectId};
use std::collections::HashMap;

/// The silent doubles of a document's fonts.
#[derive(Debug, Default)]
pub(super) struct SilentFonts {
    doubles: HashMap<ObjectId, ObjectId>,
    /// Maps for codes of one and of two bytes.
    maps: [Option<ObjectId>; 2],
}

impl SilentFonts {
    /// Resources whose embedded fonts are silent.
    pub(super) fn resources(
        &mut self,
        document: &mut Document,
        mut resources: Dictionary,
    ) -> Dictionary {
        let Ok(mut fonts) = document.get_dict_in_dict(&resources, b"Font").cloned() else {
            return resources;
        };
        for (_, font) in fonts.iter_mut() {
            if let Ok(id) = font.as_reference()
                && let Some(double) = self.double(document, id)
            {
                *font = double.into();
            }
        }
        resources.set("Font", fonts);
        resources
    }

    fn double(&mut self, document: &mut Document, font: ObjectId) -> Option<ObjectId> {
        if let Some(double) = self.doubles.get(&font) {
            return Some(*double);
        }
        let mut dict = document.get_dictionary(font).ok()?.clone();
        if !is_embedded(document, &dict) {
            return None;
        }
        let is_composite = subtype(&dict) == Some(b"Type0");
        let map = self.map(document, is_composite);
        dict.set("ToUnicode", map);
        let double = document.add_object(dict);
        self.doubles.insert(font, double);
        Some(double)
    }

    fn map(&mut self, document: &mut Document, is_composite: bool) -> ObjectId {
        *self.maps[usize::from(is_composite)].get_or_insert_with(|| {
            document.add_object(flate_stream(
                Dictionary::new(),
                spaces(is_composite).as_bytes(),
            ))
        })
    }
}

fn subtype(dict: &Dictionary) -> Option<&[u8]> {
    dict.get(b"Subtype").and_then(Object::as_name).ok()
}

/// Whether the letters' shapes come with the file.
fn is_embedded(document: &Document, font: &Dictionary) -> bool {
    if subtype(font) == Some(b"Type3") {
        return true;
    }
    let descendant = font
        .get_deref(b"DescendantFonts", document)
        .and_then(Object::as_array)
        .ok()
        .and_then(|list| list.first())
        .and_then(|object| document.dereference(object).ok())
        .and_then(|(_, object)| object.as_dict().ok());
    document
        .get_dict_in_dict(descendant.unwrap_or(font), b"FontDescriptor")
        .is_ok_and(|descriptor| {
            [&b"FontFile"[..], b"FontFile2", b"FontFile3"]
                .iter()
                .any(|key| descriptor.has(key))
        })
}

/// A CMap that makes a space of every code.
fn spaces(is_composite: bool) -> String {
    let digits = if is_composite { 4 } else { 2 };
    let last = if is_composite { 0xFFFF } else { 0xFF };
    let mut cmap = format!(
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n\
         /CMapName /VanthuSilent def /CMapType 2 def\n\
         1 begincodespacerange <{:0digits$X}> <{last:0digits$X}> endcodespacerange\n",
        0
    );
    let row = "<0020>".repeat(256);
    // A range may not go beyond the last byte of its codes.
    for first in (0..=last).step_by(256) {
        let end = first + 255;
        cmap.push_str(&format!(
            "1 beginbfrange <{first:0digits$X}> <{end:0digits$X}> [{row}] endbfrange\n"
        ));
    }
    cmap.push_str("endcmap CMapName currentdict /CMap defineresource pop end end\n");
    cmap
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::dictionary;

    #[test]
    fn embedded_fonts_get_a_double_and_others_stay() {
        let mut document = Document::with_version("1.7");
        let program = document.add_object(dictionary! {});
        let descriptor = document.add_object(dictionary! { "FontFile2" => program });
        let embedded = document.add_object(dictionary! {
            "Subtype" => "TrueType", "FontDescriptor" => descriptor,
        });
        let standard = document.add_object(dictionary! { "Subtype" => "Type1" });
        let resources = dictionary! {
            "Font" => dictionary! { "A" => embedded, "B" => standard, "C" => embedded },
        };
        let mut silent = SilentFonts::default();
        let resources = silent.resources(&mut document, resources);
        let fonts = resources.get(b"Font").unwrap().as_dict().unwrap();
        let font = |name: &[u8]| fonts.get(name).unwrap().as_reference().unwrap();
        assert_ne!(font(b"A"), embedded);
        assert_eq!(font(b"A"), font(b"C"));
        assert_eq!(font(b"B"), standard);
        assert!(!document.get_dictionary(embedded).unwrap().has(b"ToUnicode"));
        assert!(
            document
                .get_dictionary(font(b"A"))
                .unwrap()
                .has(b"ToUnicode")
        );
    }

    #[test]
    fn the_map_covers_every_code() {
        assert!(spaces(false).contains("<00> <FF> [<0020>"));
        assert_eq!(spaces(true).matches("beginbfrange").count(), 256);
    }
}
