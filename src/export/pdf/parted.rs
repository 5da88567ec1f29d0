//! Leaving only some pages of a file, and nothing of the others.
//!
//! A stack scanned as one file holds several papers, of which one may be secret.
//! Pages often share their resources, and annotations lead from page to page: what
//! is left out must not be reached by such ways.

use super::old_text;
use super::taken_over::{CalledObjects, MAX_FORM_DEPTH, TakenOver, named};
use lopdf::{Dictionary, Object, ObjectId, dictionary};
use std::collections::{HashMap, HashSet};

/// Entries that a page inherits from its tree (ISO 32000-1, table 30).
const INHERITED: [&[u8]; 4] = [b"Resources", b"MediaBox", b"CropBox", b"Rotate"];
/// Entries that a page needs to look as it does.
const KEPT: [&[u8]; 11] = [
    b"Type",
    b"Contents",
    b"Resources",
    b"MediaBox",
    b"CropBox",
    b"BleedBox",
    b"TrimBox",
    b"ArtBox",
    b"Rotate",
    b"UserUnit",
    b"Group",
];
/// Entries of an annotation by which it leads elsewhere.
const LEADING: [&[u8]; 8] = [
    b"P",
    b"Parent",
    b"A",
    b"AA",
    b"Dest",
    b"Popup",
    b"IRT",
    b"StructParent",
];
/// What a catalogue may say of a file of which only a part is there.
const KEPT_IN_CATALOG: [&[u8]; 6] = [
    b"Type",
    b"Pages",
    b"Version",
    b"Extensions",
    b"OCProperties",
    b"OutputIntents",
];

impl TakenOver {
    /// Leaves only the pages `wanted` (1-based), in a tree of one level. `false` where
    /// something that only the others show would stay.
    pub(super) fn keep_only(&mut self, wanted: &[u32]) -> bool {
        let is_wanted = |idx: usize| wanted.contains(&(idx as u32 + 1));
        let mut shown = HashSet::new();
        let mut foreign = HashSet::new();
        for idx in 0..self.places.len() {
            let page = self.places[idx].object;
            let Some(drawn) = self.drawn_on(page) else {
                return false;
            };
            if is_wanted(idx) {
                shown.extend(drawn);
            } else {
                foreign.insert(page);
                foreign.extend(drawn);
            }
        }
        foreign.retain(|id| !shown.contains(id));
        let pages: Vec<ObjectId> = wanted
            .iter()
            .map(|page_number| self.places[*page_number as usize - 1].object)
            .collect();
        self.replace_tree(&pages, &shown);
        self.document.prune_objects();
        foreign
            .iter()
            .all(|id| !self.document.objects.contains_key(id))
    }

    /// The streams of a page's content, and the pictures and forms that it calls.
    /// `None` where its content cannot be unpacked.
    fn drawn_on(&self, page: ObjectId) -> Option<HashSet<ObjectId>> {
        let mut content = Vec::new();
        let mut drawn = HashSet::new();
        for id in self.contents_of(page) {
            content.extend(self.stream_content(id).ok()?);
            content.push(b'\n');
            drawn.insert(id);
        }
        self.add_called(&content, &self.resources_of(page), &mut drawn, 0)?;
        Some(drawn)
    }

    fn add_called(
        &self,
        content: &[u8],
        resources: &Dictionary,
        drawn: &mut HashSet<ObjectId>,
        depth: usize,
    ) -> Option<()> {
        let called = CalledObjects {
            document: &self.document,
            objects: named(&self.document, resources, b"XObject"),
        };
        let found = old_text::clean(content, 0, None, &called);
        for (id, _) in called.resolve(&found.calls) {
            let Ok(Object::Stream(stream)) = self.document.get_object(id) else {
                continue;
            };
            let is_form =
                stream.dict.get(b"Subtype").and_then(Object::as_name).ok() == Some(b"Form");
            if !drawn.insert(id) || !is_form {
                continue;
            }
            if depth >= MAX_FORM_DEPTH {
                return None;
            }
            let own = self.document.get_dict_in_dict(&stream.dict, b"Resources");
            let content = self.stream_content(id).ok()?;
            self.add_called(&content, own.unwrap_or(resources), drawn, depth + 1)?;
        }
        Some(())
    }

    /// A tree of the pages alone, each with resources of its own.
    fn replace_tree(&mut self, pages: &[ObjectId], shown: &HashSet<ObjectId>) {
        let tree = self.document.new_object_id();
        for &page in pages {
            let inherited: HashMap<&[u8], Object> = INHERITED
                .iter()
                .filter_map(|key| {
                    let holder = self.holder_of(page, key)?;
                    let value = self.document.get_dictionary(holder).ok()?.get(key).ok()?;
                    Some((*key, value.clone()))
                })
                .collect();
            let annotations = self.annotations_alone(page);
            let resources = self.resources_alone(page, shown);
            let Ok(dict) = self.document.get_dictionary_mut(page) else {
                continue;
            };
            let old = std::mem::take(dict);
            for (key, value) in old {
                if KEPT.contains(&key.as_slice()) {
                    dict.set(key, value);
                }
            }
            for (key, value) in inherited {
                dict.set(key, value);
            }
            dict.set("Resources", resources);
            dict.set("Parent", tree);
            if !annotations.is_empty() {
                dict.set("Annots", annotations);
            }
        }
        let kids: Vec<Object> = pages.iter().copied().map(Object::from).collect();
        let count = kids.len() as i64;
        let node = dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count };
        self.document.objects.insert(tree, node.into());
        if let Ok(catalog) = self.document.catalog_mut() {
            let old = std::mem::take(catalog);
            for (key, value) in old {
                if KEPT_IN_CATALOG.contains(&key.as_slice()) {
                    catalog.set(key, value);
                }
            }
            catalog.set("Pages", tree);
        }
    }

    /// The resources of a page, of pictures and forms only those that are `shown`.
    fn resources_alone(&self, page: ObjectId, shown: &HashSet<ObjectId>) -> Dictionary {
        let mut resources = self.resources_of(page);
        if let Ok(called) = self.document.get_dict_in_dict(&resources, b"XObject") {
            let mut own = called.clone();
            for (name, id) in named(&self.document, &resources, b"XObject") {
                if !shown.contains(&id) {
                    own.remove(&name);
                }
            }
            resources.set("XObject", own);
        }
        resources
    }

    /// What is stuck on a page, leading nowhere: stamps and notes, no links.
    fn annotations_alone(&self, page: ObjectId) -> Vec<Object> {
        let Ok(dict) = self.document.get_dictionary(page) else {
            return Vec::new();
        };
        let list = match dict.get(b"Annots") {
            Ok(Object::Reference(id)) => self.document.get_object(*id).ok(),
            other => other.ok(),
        };
        let Some(Object::Array(list)) = list else {
            return Vec::new();
        };
        let annotations = list.iter().filter_map(|item| match item {
            Object::Reference(id) => self.document.get_dictionary(*id).ok(),
            other => other.as_dict().ok(),
        });
        annotations
            .filter(|it| {
                let kind = it.get(b"Subtype").and_then(Object::as_name).unwrap_or(b"");
                !matches!(kind, b"Link" | b"Widget" | b"Popup")
            })
            .map(|annotation| {
                let mut alone = annotation.clone();
                for key in LEADING {
                    alone.remove(key);
                }
                Object::from(alone)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::PdfPagePlace;
    use lopdf::{Document, Stream};

    /// Two pages with one dictionary of resources that names the pictures of both, each
    /// page linked to the other; and the pictures.
    fn stack(first_calls: &str) -> (TakenOver, [ObjectId; 2]) {
        let mut document = Document::with_version("1.7");
        let picture =
            |kind: &str, data: &[u8]| Stream::new(dictionary! { "Subtype" => kind }, data.to_vec());
        let pictures = [b"one", b"two"].map(|data| document.add_object(picture("Image", data)));
        let form = document.add_object(picture("Form", b"/One Do"));
        let resources = document.add_object(dictionary! {
            "XObject" => dictionary! {
                "One" => pictures[0], "Two" => pictures[1], "Form" => form,
            },
        });
        if let Ok(Object::Stream(form)) = document.get_object_mut(form) {
            form.dict.set("Resources", resources);
        }
        let tree = document.new_object_id();
        let pages = [first_calls, "/Two Do"].map(|content| {
            let content =
                document.add_object(Stream::new(Dictionary::new(), content.as_bytes().to_vec()));
            document.add_object(dictionary! {
                "Type" => "Page", "Parent" => tree, "Contents" => content,
                "Resources" => resources,
            })
        });
        for (page, other) in [(pages[0], pages[1]), (pages[1], pages[0])] {
            let link = document.add_object(dictionary! {
                "Subtype" => "Link", "Dest" => vec![other.into(), "Fit".into()],
            });
            let stamp = dictionary! { "Subtype" => "Stamp", "P" => other };
            let page = document.get_dictionary_mut(page).unwrap();
            page.set("Annots", vec![link.into(), stamp.into()]);
            page.set("B", vec![other.into()]);
        }
        let kids: Vec<Object> = pages.map(Object::from).to_vec();
        let node = dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => 2 };
        document.objects.insert(tree, node.into());
        let catalog = document.add_object(dictionary! {
            "Type" => "Catalog", "Pages" => tree, "OpenAction" => vec![pages[1].into()],
        });
        document.trailer.set("Root", catalog);
        let places = pages.map(|object| PdfPagePlace {
            object,
            ..PdfPagePlace::of_image(100.0, 100.0)
        });
        let places = places.to_vec();
        (TakenOver { document, places }, pictures)
    }

    #[test]
    fn nothing_of_the_other_pages_stays() {
        let (mut stack, [own, foreign]) = stack("/One Do");
        let other = stack.places[1].object;
        assert!(stack.keep_only(&[1]));
        let document = &stack.document;
        assert!(document.objects.contains_key(&own));
        assert!(!document.objects.contains_key(&foreign));
        assert!(!document.objects.contains_key(&other));
        assert_eq!(document.get_pages().len(), 1);
        let page = document.get_dictionary(stack.places[0].object).unwrap();
        let annotations = page.get(b"Annots").unwrap().as_array().unwrap();
        let [Object::Dictionary(stamp)] = &annotations[..] else {
            panic!("{annotations:?}");
        };
        assert!(stamp.has(b"Subtype") && !stamp.has(b"P"));
    }

    #[test]
    fn what_cannot_be_parted_is_refused() {
        // A form of this page names the picture of the other.
        let (mut stack, _) = stack("/Form Do");
        assert!(!stack.keep_only(&[1]));
    }
}
