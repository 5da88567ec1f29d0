//! Taking digital signatures out of a copy.
//!
//! A signature holds for the bytes it was made over, which the copy has not. So
//! that no reader shows it as broken, or worse as valid, its field goes; what it
//! shows on the page stays, as a stamp.

use lopdf::{Dictionary, Document, Object, ObjectId};
use std::collections::HashSet;

/// Entries of a form field that a stamp has no use for.
const FIELD_ENTRIES: [&[u8]; 17] = [
    b"FT", b"V", b"DV", b"Parent", b"T", b"TU", b"TM", b"Ff", b"Kids", b"MK", b"DA", b"DR", b"Q",
    b"A", b"AA", b"Lock", b"SV",
];

/// Takes all signatures out; gives whether there were any.
pub(super) fn remove(document: &mut Document) -> bool {
    let mut fields = signature_fields(document);
    // An empty field is a place to sign, no signature.
    let was_signed = fields
        .iter()
        .any(|id| document.get_dictionary(*id).is_ok_and(|it| it.has(b"V")));
    add_widgets(document, &mut fields);
    drop_from_lists(document, &[b"Fields", b"Kids"], &fields);
    let mut shown = HashSet::new();
    for id in &fields {
        if let Some(Object::Dictionary(widget)) = document.objects.get_mut(id)
            && become_stamp(widget)
        {
            shown.insert(*id);
        }
    }
    let unseen: HashSet<ObjectId> = fields.difference(&shown).copied().collect();
    drop_from_lists(document, &[b"Annots"], &unseen);
    was_signed | strip_catalog(document)
}

/// Whether the bytes of a PDF name what a signature was made over (ISO 32000-1, 12.8.1):
/// this stands in the open, whatever else of the file can be parsed.
pub(super) fn may_be_in(pdf: &[u8]) -> bool {
    const BYTE_RANGE: &[u8] = b"/ByteRange";
    pdf.starts_with(b"%PDF") && pdf.windows(BYTE_RANGE.len()).any(|it| it == BYTE_RANGE)
}

fn is_signature(dict: &Dictionary) -> bool {
    dict.get(b"FT")
        .and_then(Object::as_name)
        .is_ok_and(|name| name == b"Sig")
}

fn signature_fields(document: &Document) -> HashSet<ObjectId> {
    document
        .objects
        .iter()
        .filter(|(_, object)| object.as_dict().is_ok_and(is_signature))
        .map(|(id, _)| *id)
        .collect()
}

/// Adds the widgets that belong to a signature field without being it.
fn add_widgets(document: &Document, fields: &mut HashSet<ObjectId>) {
    let parents = |dict: &Dictionary| dict.get(b"Parent").and_then(Object::as_reference).ok();
    let widgets: Vec<ObjectId> = document
        .objects
        .iter()
        .filter(|(_, object)| {
            object.as_dict().is_ok_and(|dict| {
                !dict.has(b"FT") && parents(dict).is_some_and(|parent| fields.contains(&parent))
            })
        })
        .map(|(id, _)| *id)
        .collect();
    fields.extend(widgets);
}

fn retain_others(list: &mut Vec<Object>, fields: &HashSet<ObjectId>) {
    list.retain(|item| item.as_reference().map_or(true, |id| !fields.contains(&id)));
}

/// Makes a stamp of a widget; `false` where it shows nothing.
fn become_stamp(widget: &mut Dictionary) -> bool {
    let is_widget = widget
        .get(b"Subtype")
        .and_then(Object::as_name)
        .is_ok_and(|name| name == b"Widget");
    if !is_widget || !widget.has(b"AP") {
        return false;
    }
    for key in FIELD_ENTRIES {
        widget.remove(key);
    }
    widget.set("Subtype", "Stamp");
    true
}

/// Takes references to `gone` out of the lists under `keys`, of fields or annotations,
/// wherever they stand: in the dictionary, as an object of its own, in a form that is
/// part of the catalogue.
fn drop_from_lists(document: &mut Document, keys: &[&[u8]], gone: &HashSet<ObjectId>) {
    if gone.is_empty() {
        return;
    }
    let mut lists = Vec::new();
    let mut drop_from = |dict: &mut Dictionary| {
        for key in keys {
            match dict.get_mut(key) {
                Ok(Object::Array(list)) => retain_others(list, gone),
                Ok(Object::Reference(id)) => lists.push(*id),
                _ => {}
            }
        }
    };
    for object in document.objects.values_mut() {
        let Ok(dict) = object.as_dict_mut() else {
            continue;
        };
        drop_from(dict);
        if let Ok(Object::Dictionary(form)) = dict.get_mut(b"AcroForm") {
            drop_from(form);
        }
    }
    for id in lists {
        if let Some(Object::Array(list)) = document.objects.get_mut(&id) {
            retain_others(list, gone);
        }
    }
}

/// Takes out what the catalogue says of signatures; gives whether it said any.
fn strip_catalog(document: &mut Document) -> bool {
    let form = document
        .catalog()
        .ok()
        .and_then(|catalog| catalog.get(b"AcroForm").ok())
        .cloned();
    let form_dict = match form {
        Some(Object::Reference(id)) => document
            .objects
            .get_mut(&id)
            .and_then(|object| object.as_dict_mut().ok()),
        Some(Object::Dictionary(_)) => document
            .catalog_mut()
            .ok()
            .and_then(|catalog| catalog.get_mut(b"AcroForm").ok())
            .and_then(|form| form.as_dict_mut().ok()),
        _ => None,
    };
    let fields = form_dict.and_then(|form| {
        form.remove(b"SigFlags");
        form.get(b"Fields").ok().cloned()
    });
    let is_empty = |list: &Object| list.as_array().is_ok_and(Vec::is_empty);
    let is_empty_form = fields.is_some_and(|fields| match fields {
        Object::Reference(id) => document.get_object(id).is_ok_and(is_empty),
        list => is_empty(&list),
    });
    let Ok(catalog) = document.catalog_mut() else {
        return false;
    };
    if is_empty_form {
        catalog.remove(b"AcroForm");
    }
    // Permissions given by a certifying signature; data to check old ones by.
    let had_permissions = catalog.remove(b"Perms").is_some();
    catalog.remove(b"DSS");
    had_permissions
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::dictionary;

    #[test]
    fn a_signature_becomes_a_stamp_and_other_fields_stay() {
        let mut document = Document::with_version("1.7");
        let shape = document.add_object(dictionary! {});
        let value = document.add_object(dictionary! { "Type" => "Sig" });
        let signature = document.add_object(dictionary! {
            "Subtype" => "Widget", "FT" => "Sig", "V" => value, "T" => Object::string_literal("S"),
            "AP" => dictionary! { "N" => shape },
        });
        let unseen = document.add_object(dictionary! { "Subtype" => "Widget", "FT" => "Sig" });
        let list = document.add_object(vec![signature.into(), unseen.into(), Object::Null]);
        let group =
            document.add_object(dictionary! { "T" => Object::string_literal("G"), "Kids" => list });
        let entry = document.add_object(dictionary! { "Subtype" => "Widget", "FT" => "Tx" });
        let page = document.add_object(dictionary! {
            "Type" => "Page", "Annots" => vec![signature.into(), unseen.into(), entry.into()],
        });
        let form = document.add_object(dictionary! {
            "Fields" => vec![signature.into(), unseen.into(), entry.into()], "SigFlags" => 3,
        });
        let catalog = document.add_object(dictionary! {
            "Type" => "Catalog", "AcroForm" => form,
            "Perms" => dictionary! { "DocMDP" => value },
        });
        document.trailer.set("Root", catalog);
        assert!(remove(&mut document));
        let stamp = document.get_dictionary(signature).unwrap();
        assert_eq!(stamp.get(b"Subtype").unwrap().as_name().unwrap(), b"Stamp");
        assert!(!stamp.has(b"V") && stamp.has(b"AP"));
        let page = document.get_dictionary(page).unwrap();
        let shown = page.get(b"Annots").unwrap().as_array().unwrap();
        assert_eq!(*shown, [signature.into(), Object::from(entry)]);
        let form = document.get_dictionary(form).unwrap();
        assert_eq!(
            *form.get(b"Fields").unwrap().as_array().unwrap(),
            [Object::from(entry)]
        );
        assert!(!form.has(b"SigFlags"));
        let kids = document
            .get_dictionary(group)
            .unwrap()
            .get(b"Kids")
            .unwrap();
        let kids = document.get_object(kids.as_reference().unwrap()).unwrap();
        assert_eq!(*kids.as_array().unwrap(), [Object::Null]);
        assert!(!document.catalog().unwrap().has(b"Perms"));
    }
    #[test]
    fn a_place_to_sign_is_no_signature() {
        let mut document = Document::with_version("1.7");
        let field = document.add_object(dictionary! { "Subtype" => "Widget", "FT" => "Sig" });
        let fields = document.add_object(vec![Object::from(field)]);
        let catalog = document.add_object(dictionary! {
            "Type" => "Catalog", "AcroForm" => dictionary! { "Fields" => fields, "SigFlags" => 1 },
        });
        document.trailer.set("Root", catalog);
        assert!(!remove(&mut document));
        assert!(!document.catalog().unwrap().has(b"AcroForm"));
    }
}
