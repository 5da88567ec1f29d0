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
    let was_signed = !fields.is_empty();
    add_widgets(document, &mut fields);
    for object in document.objects.values_mut() {
        let Ok(dict) = object.as_dict_mut() else {
            continue;
        };
        // Lists of fields, of a form or of a field with several widgets.
        for key in [&b"Fields"[..], b"Kids"] {
            if let Ok(Object::Array(list)) = dict.get_mut(key) {
                retain_others(list, &fields);
            }
        }
        if let Ok(Object::Dictionary(form)) = dict.get_mut(b"AcroForm")
            && let Ok(Object::Array(list)) = form.get_mut(b"Fields")
        {
            retain_others(list, &fields);
        }
    }
    let mut shown = HashSet::new();
    for id in &fields {
        if let Some(Object::Dictionary(widget)) = document.objects.get_mut(id)
            && become_stamp(widget)
        {
            shown.insert(*id);
        }
    }
    let unseen: HashSet<ObjectId> = fields.difference(&shown).copied().collect();
    drop_annotations(document, &unseen);
    was_signed | strip_catalog(document)
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

/// Takes annotations that show nothing off their pages.
fn drop_annotations(document: &mut Document, unseen: &HashSet<ObjectId>) {
    if unseen.is_empty() {
        return;
    }
    let mut lists = Vec::new();
    for object in document.objects.values_mut() {
        let Ok(dict) = object.as_dict_mut() else {
            continue;
        };
        match dict.get_mut(b"Annots") {
            Ok(Object::Array(list)) => retain_others(list, unseen),
            Ok(Object::Reference(id)) => lists.push(*id),
            _ => {}
        }
    }
    for id in lists {
        if let Some(Object::Array(list)) = document.objects.get_mut(&id) {
            retain_others(list, unseen);
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
    let is_empty_form = form_dict.is_some_and(|form| {
        form.remove(b"SigFlags");
        form.get(b"Fields")
            .and_then(Object::as_array)
            .is_ok_and(Vec::is_empty)
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
        assert!(!document.catalog().unwrap().has(b"Perms"));
    }
}
