//! A copy that takes over all objects of a PDF and adds the text.
//!
//! The page tree is the one that the pages were read by: page objects are looked
//! up by their numbers, and every stream is compared with what the reader of
//! pages sees under that number. Where the two parsers differ, the copy is built
//! from page images instead.

use super::font::{HiddenFonts, flate_stream};
use super::job::{CopyHead, CopyKind, CopyPage, CopySummary, PageText};
use super::old_text::{self, Called, PageArea};
use super::silent::SilentFonts;
use super::{metadata, signatures, text};
use crate::scan::{PdfPagePlace, SourceDocument};
use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId, SaveOptions};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io;

/// Most bytes that a stream of the structure or of a page's content may unpack to.
const MAX_STREAM_BYTES: usize = 192 << 20;
/// Ancestors of a page that are asked for what it inherits.
const MAX_TREE_DEPTH: usize = 64;
/// Forms called by forms are looked at down to this depth.
pub(super) const MAX_FORM_DEPTH: usize = 6;

/// Why a PDF cannot be taken over.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Only with its owner's leave.
    Encrypted,
    /// The page images can be copied, the objects not.
    NotTrusted,
}

/// A PDF whose objects are ready to be copied.
pub(super) struct TakenOver {
    pub(super) document: Document,
    pub(super) places: Vec<PdfPagePlace>,
}

impl TakenOver {
    /// Loads all objects and makes sure that they are those the pages are read from.
    ///
    /// # Errors
    /// [`Refusal`].
    pub(super) fn open(source: &SourceDocument) -> Result<Self, Refusal> {
        let options = LoadOptions {
            max_decompressed_size: Some(MAX_STREAM_BYTES),
            ..LoadOptions::default()
        };
        let document = Document::load_mem_with_options(source.bytes(), options)
            .map_err(|_| Refusal::NotTrusted)?;
        if document.was_encrypted() || document.trailer.has(b"Encrypt") {
            return Err(Refusal::Encrypted);
        }
        let places: Option<Vec<PdfPagePlace>> = (1..=source.page_count())
            .map(|page_number| source.pdf_page_place(page_number))
            .collect();
        let places = places.ok_or(Refusal::NotTrusted)?;
        let mut opened = Self { document, places };
        if !opened.has_all_pages() || !opened.agrees_with(source) {
            return Err(Refusal::NotTrusted);
        }
        Ok(opened)
    }

    /// Whether a PDF is encrypted, told without loading its objects. Where its
    /// beginnings cannot be read, any sign of it counts.
    pub(super) fn is_encrypted(source: &SourceDocument) -> bool {
        match Document::load_metadata_mem(source.bytes()) {
            Ok(metadata) => metadata.encrypted,
            Err(_) => source.bytes().windows(8).any(|it| it == b"/Encrypt"),
        }
    }

    /// Whether each page is an object of its own.
    fn has_all_pages(&self) -> bool {
        let mut seen = HashSet::new();
        self.places.iter().all(|place| {
            let is_page = self
                .document
                .get_dictionary(place.object)
                .is_ok_and(|dict| !dict.has(b"Kids") && !dict.has_type(b"Pages"));
            is_page && seen.insert(place.object)
        })
    }

    /// Whether nothing that pages are made of is missing or different.
    fn agrees_with(&mut self, source: &SourceDocument) -> bool {
        self.document.prune_objects();
        let mut referenced: Vec<ObjectId> = self.document.traverse_objects(|_| {});
        referenced.sort_unstable();
        referenced.dedup();
        referenced
            .into_iter()
            .all(|id| match self.document.objects.get(&id) {
                None => !source.has_pdf_object(id),
                Some(Object::Stream(stream)) => source
                    .raw_pdf_stream(id)
                    .is_none_or(|raw| is_same_data(&raw, &stream.content)),
                Some(_) => true,
            })
    }

    /// The copy's bytes; `None` where the pages that are wanted cannot be parted from
    /// the others.
    ///
    /// # Errors
    /// When memory or the writer fail.
    pub(super) fn write(
        mut self,
        pages: &BTreeMap<u32, CopyPage>,
        head: &CopyHead,
    ) -> io::Result<Option<(Vec<u8>, CopySummary)>> {
        let was_signed = signatures::remove(&mut self.document);
        let fonts = HiddenFonts::for_texts(super::texts(pages.values()));
        let mut texts = Vec::new();
        let mut all_shapes = BTreeSet::new();
        let wanted = super::wanted_pages(self.places.len() as u32, head);
        let mut cleaned_forms = HashSet::new();
        let mut silent = SilentFonts::default();
        for page in wanted.iter().filter_map(|number| pages.get(number)) {
            let place = self.places[page.page_number as usize - 1];
            match page.text {
                PageText::Keep => continue,
                PageText::Replace => {}
                PageText::Silence => {
                    let resources = self.resources_of(place.object);
                    let resources = silent.resources(&mut self.document, resources);
                    if let Ok(dict) = self.document.get_dictionary_mut(place.object) {
                        dict.set("Resources", resources);
                    }
                }
            }
            self.clean_page(place, &mut cleaned_forms);
            if let Some((content, shapes)) = text::content(page, &place, &fonts, &mut all_shapes) {
                self.add_text(place.object, &content);
                texts.push((place.object, shapes));
            }
        }
        let (objects, font_ids) = fonts.objects(&all_shapes, &mut || self.document.new_object_id());
        self.document.objects.extend(objects);
        for (page, shapes) in texts {
            let named = shapes
                .into_iter()
                .filter_map(|shape| Some((fonts.name(shape), *font_ids.get(&shape)?)));
            self.add_fonts(page, named);
        }
        if head.only_pages.is_some() && !self.keep_only(&wanted) {
            return Ok(None);
        }
        self.describe(head, was_signed);
        self.document.prune_objects();
        let mut bytes = Vec::new();
        let options = SaveOptions::builder()
            .use_object_streams(true)
            .use_xref_streams(true)
            .max_objects_per_stream(200)
            .compression_level(9)
            .build();
        self.document.save_with_options(&mut bytes, options)?;
        let summary = CopySummary {
            kind: CopyKind::TakenOver,
            page_count: wanted.len() as u32,
            was_signed,
            lost_pages: Vec::new(),
        };
        Ok(Some((bytes, summary)))
    }

    /// The object of a page or its nearest ancestor that has an entry of its own.
    pub(super) fn holder_of(&self, page: ObjectId, key: &[u8]) -> Option<ObjectId> {
        let mut at = page;
        for _ in 0..MAX_TREE_DEPTH {
            let dict = self.document.get_dictionary(at).ok()?;
            if dict.has(key) {
                return Some(at);
            }
            at = dict.get(b"Parent").and_then(Object::as_reference).ok()?;
        }
        None
    }

    /// What a page can name: its own or inherited resources.
    pub(super) fn resources_of(&self, page: ObjectId) -> Dictionary {
        self.holder_of(page, b"Resources")
            .and_then(|holder| self.document.get_dictionary(holder).ok())
            .and_then(|dict| self.document.get_dict_in_dict(dict, b"Resources").ok())
            .cloned()
            .unwrap_or_default()
    }

    /// Lays a stream of hidden text under the page's content: there the graphics
    /// state is still as the page begins, whatever its content does to it.
    fn add_text(&mut self, page: ObjectId, content: &[u8]) {
        let stream = self
            .document
            .add_object(flate_stream(Dictionary::new(), content));
        let mut contents = vec![stream.into()];
        contents.extend(self.contents_of(page).into_iter().map(Object::from));
        if let Ok(dict) = self.document.get_dictionary_mut(page) {
            dict.set("Contents", contents);
        }
    }

    pub(super) fn contents_of(&self, page: ObjectId) -> Vec<ObjectId> {
        let Ok(dict) = self.document.get_dictionary(page) else {
            return Vec::new();
        };
        let list = match dict.get(b"Contents") {
            Ok(Object::Reference(id)) => match self.document.get_object(*id) {
                Ok(Object::Array(list)) => list.clone(),
                _ => return vec![*id],
            },
            Ok(Object::Array(list)) => list.clone(),
            _ => Vec::new(),
        };
        list.iter()
            .filter_map(|item| item.as_reference().ok())
            .collect()
    }

    /// Names fonts among the page's resources. Where other pages share these, they
    /// can name them as well, which changes nothing.
    fn add_fonts(&mut self, page: ObjectId, named: impl Iterator<Item = (String, ObjectId)>) {
        let mut resources = self.resources_of(page);
        let shared = resources.get(b"Font").and_then(Object::as_reference).ok();
        let mut fonts = self
            .document
            .get_dict_in_dict(&resources, b"Font")
            .cloned()
            .unwrap_or_default();
        for (name, id) in named {
            fonts.set(name, id);
        }
        if let Some(id) = shared {
            self.document.objects.insert(id, fonts.into());
            return;
        }
        resources.set("Font", fonts);
        let holder = self.holder_of(page, b"Resources").unwrap_or(page);
        let Ok(dict) = self.document.get_dictionary_mut(holder) else {
            return;
        };
        match dict.get(b"Resources") {
            Ok(Object::Reference(id)) => {
                let id = *id;
                self.document.objects.insert(id, resources.into());
            }
            _ => dict.set("Resources", resources),
        }
    }

    /// Takes the text that an earlier recogniser hid out of a page and the forms
    /// that it calls.
    fn clean_page(&mut self, place: PdfPagePlace, cleaned: &mut HashSet<ObjectId>) {
        let mut content = Vec::new();
        for id in self.contents_of(place.object) {
            let Ok(part) = self.stream_content(id) else {
                // What cannot be unpacked cannot be cleaned.
                return;
            };
            content.extend_from_slice(&part);
            content.push(b'\n');
        }
        let resources = self.resources_of(place.object);
        let called = CalledObjects {
            document: &self.document,
            objects: named(&self.document, &resources, b"XObject"),
        };
        let found = old_text::clean(&content, 0, Some(area_of(&place)), &called);
        let calls = called.resolve(&found.calls);
        if let Some(content) = found.content {
            let stream = self
                .document
                .add_object(flate_stream(Dictionary::new(), &content));
            if let Ok(dict) = self.document.get_dictionary_mut(place.object) {
                dict.set("Contents", stream);
            }
        }
        for (form, mode) in calls {
            self.clean_form(form, mode, &resources, cleaned, 0);
        }
    }

    fn clean_form(
        &mut self,
        form: ObjectId,
        mode: i64,
        outer: &Dictionary,
        cleaned: &mut HashSet<ObjectId>,
        depth: usize,
    ) {
        if depth >= MAX_FORM_DEPTH || !cleaned.insert(form) {
            return;
        }
        let Ok(Object::Stream(stream)) = self.document.get_object(form) else {
            return;
        };
        if stream.dict.get(b"Subtype").and_then(Object::as_name).ok() != Some(b"Form") {
            return;
        }
        let own = self
            .document
            .get_dict_in_dict(&stream.dict, b"Resources")
            .ok();
        let resources = own.unwrap_or(outer).clone();
        let Ok(content) = self.stream_content(form) else {
            return;
        };
        let called = CalledObjects {
            document: &self.document,
            objects: named(&self.document, &resources, b"XObject"),
        };
        let found = old_text::clean(&content, mode, None, &called);
        let calls = called.resolve(&found.calls);
        if let Some(content) = found.content
            && let Some(Object::Stream(stream)) = self.document.objects.get_mut(&form)
        {
            stream.dict.remove(b"DecodeParms");
            stream.dict.set("Filter", "FlateDecode");
            stream.set_content(super::deflate(&content));
        }
        for (inner, mode) in calls {
            self.clean_form(inner, mode, &resources, cleaned, depth + 1);
        }
    }

    pub(super) fn stream_content(&self, id: ObjectId) -> lopdf::Result<Vec<u8>> {
        let stream = self.document.get_object(id)?.as_stream()?;
        stream.get_plain_content_with_limit(MAX_STREAM_BYTES)
    }

    fn describe(&mut self, head: &CopyHead, was_signed: bool) {
        let info_id = self
            .document
            .trailer
            .get(b"Info")
            .and_then(Object::as_reference)
            .ok();
        let mut info = info_id
            .and_then(|id| self.document.get_dictionary(id).ok())
            .cloned()
            .unwrap_or_default();
        metadata::describe(&mut info, &head.description, was_signed);
        let info = self.document.add_object(info);
        self.document.trailer.set("Info", info);
        // Those of the original would make two files one.
        self.document.trailer.remove(b"ID");
        let xmp = self
            .document
            .add_object(metadata::xmp(&head.description, was_signed, false));
        let has_outlines = self
            .document
            .catalog()
            .and_then(|catalog| self.document.get_dict_in_dict(catalog, b"Outlines"))
            .is_ok_and(|outlines| outlines.has(b"First"));
        let outlines = if has_outlines {
            Vec::new()
        } else {
            let places = &self.places;
            let page_object = |page_number: u32| {
                let is_there = head
                    .only_pages
                    .as_ref()
                    .is_none_or(|pages| pages.contains(&page_number));
                let index = (page_number as usize).checked_sub(1)?;
                places
                    .get(index)
                    .filter(|_| is_there)
                    .map(|place| place.object)
            };
            let mut last = self.document.max_id;
            let made = metadata::outlines(&head.bookmarks, page_object, &mut || {
                last += 1;
                (last, 0)
            });
            self.document.max_id = last;
            made
        };
        let outlines_id = outlines.first().map(|(id, _)| *id);
        self.document.objects.extend(outlines);
        if let Ok(catalog) = self.document.catalog_mut() {
            catalog.set("Metadata", xmp);
            if !catalog.has(b"Lang") {
                catalog.set("Lang", Object::string_literal("vi"));
            }
            if let Some(id) = outlines_id {
                catalog.set("Outlines", id);
            }
        }
    }
}

/// What the names of a content stream stand for.
pub(super) struct CalledObjects<'a> {
    pub(super) document: &'a Document,
    pub(super) objects: HashMap<Vec<u8>, ObjectId>,
}

impl CalledObjects<'_> {
    pub(super) fn resolve(&self, calls: &[(Vec<u8>, i64)]) -> Vec<(ObjectId, i64)> {
        calls
            .iter()
            .filter_map(|(name, mode)| Some((*self.objects.get(name)?, *mode)))
            .collect()
    }
}

impl Called for CalledObjects<'_> {
    fn is_opaque_picture(&self, name: &[u8]) -> bool {
        let Some(Object::Stream(stream)) = self
            .objects
            .get(name)
            .and_then(|id| self.document.objects.get(id))
        else {
            return false;
        };
        let dict = &stream.dict;
        let is_picture = dict.get(b"Subtype").and_then(Object::as_name).ok() == Some(b"Image");
        let is_stencil = dict
            .get(b"ImageMask")
            .and_then(Object::as_bool)
            .unwrap_or(false);
        is_picture && !is_stencil && !dict.has(b"SMask") && !dict.has(b"Mask")
    }
}

/// The objects that a kind of resource names.
pub(super) fn named(
    document: &Document,
    resources: &Dictionary,
    kind: &[u8],
) -> HashMap<Vec<u8>, ObjectId> {
    document
        .get_dict_in_dict(resources, kind)
        .map(|names| {
            names
                .iter()
                .filter_map(|(name, object)| Some((name.clone(), object.as_reference().ok()?)))
                .collect()
        })
        .unwrap_or_default()
}

/// The part of user space that the page shows.
fn area_of(place: &PdfPagePlace) -> PageArea {
    let [a, b, c, d, e, f] = place.to_user_space;
    let corner = |x: f64, y: f64| (a * x + c * y + e, b * x + d * y + f);
    let (one, other) = (corner(0.0, 0.0), corner(place.width_pt, place.height_pt));
    [
        one.0.min(other.0),
        one.1.min(other.1),
        one.0.max(other.0),
        one.1.max(other.1),
    ]
}

/// Parsers differ in the line end before `endstream`.
fn is_same_data(one: &[u8], other: &[u8]) -> bool {
    const MAX_LINE_END_BYTES: usize = 2;
    let common = one.len().min(other.len());
    let longer = if one.len() > common { one } else { other };
    one[..common] == other[..common]
        && longer.len() - common <= MAX_LINE_END_BYTES
        && longer[common..].iter().all(u8::is_ascii_whitespace)
}
