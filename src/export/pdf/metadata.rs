//! What a copy says of itself: the information dictionary, XMP and bookmarks.

use super::font::flate_stream;
use super::job::{Bookmark, CopyDescription};
use lopdf::{Dictionary, Object, ObjectId, Stream, dictionary, text_string};
use std::fmt::Write;

/// The program's name as producer.
fn producer() -> String {
    format!("vanthu {}", env!("CARGO_PKG_VERSION"))
}

/// What the copy is, for people: in the language of those who read the papers.
fn statement(was_signed: bool) -> &'static str {
    if was_signed {
        "Bản sao có lớp chữ để tìm kiếm; chữ ký số chỉ có giá trị ở bản gốc"
    } else {
        "Bản sao có lớp chữ để tìm kiếm"
    }
}

/// Sets the entries of an information dictionary; others stay.
pub(super) fn describe(info: &mut Dictionary, about: &CopyDescription, was_signed: bool) {
    info.set("Title", text_string(&about.title));
    if let Some(issuer) = &about.issuer {
        info.set("Author", text_string(issuer));
    }
    info.set("Keywords", text_string(statement(was_signed)));
    info.set("Producer", text_string(&producer()));
    // It would be that of the original's last change.
    info.remove(b"ModDate");
}

/// The XMP packet (ISO 16684-1) as a stream. What the original claimed there,
/// such as PDF/A, need not hold for the copy and is not taken over; `is_archival`
/// claims PDF/A-2b for a copy that was built so.
pub(super) fn xmp(about: &CopyDescription, was_signed: bool, is_archival: bool) -> Object {
    let mut xmp = String::from(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\
         <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n\
         <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\">\n",
    );
    let alternative = |text: &str| {
        let text = escape(text);
        format!("<rdf:Alt><rdf:li xml:lang=\"x-default\">{text}</rdf:li></rdf:Alt>")
    };
    let list = |text: &str| format!("<rdf:Seq><rdf:li>{}</rdf:li></rdf:Seq>", escape(text));
    let mut entry = |name: &str, content: Option<String>| {
        if let Some(content) = content {
            let _ = writeln!(xmp, "<{name}>{content}</{name}>");
        }
    };
    entry("dc:title", Some(alternative(&about.title)));
    entry("dc:creator", about.issuer.as_deref().map(list));
    entry("dc:date", about.issued.as_deref().map(list));
    entry("dc:identifier", about.number.as_deref().map(escape));
    entry("dc:description", Some(alternative(statement(was_signed))));
    entry(
        "dc:language",
        Some("<rdf:Bag><rdf:li>vi</rdf:li></rdf:Bag>".to_owned()),
    );
    entry(
        "dc:source",
        Some(format!("urn:sha256:{}", escape(&about.source_sha256))),
    );
    entry("pdf:Keywords", Some(escape(statement(was_signed))));
    entry("pdf:Producer", Some(escape(&producer())));
    if is_archival {
        xmp.push_str(
            "<pdfaid:part xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\">2</pdfaid:part>\n\
             <pdfaid:conformance xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\">B\
             </pdfaid:conformance>\n",
        );
    }
    xmp.push_str("</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>");
    let dict = dictionary! { "Type" => "Metadata", "Subtype" => "XML" };
    if is_archival {
        // So that programs that know nothing of PDF find the claim.
        return Stream::new(dict, xmp.into_bytes())
            .with_compression(false)
            .into();
    }
    flate_stream(dict, xmp.as_bytes())
}

/// XML text; characters that XML 1.0 does not have are left out.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\u{fffe}' | '\u{ffff}' => {}
            _ if character.is_control() => escaped.push(' '),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// The list of contents; its first object is the root. Empty where no bookmark
/// leads to a page of the copy.
pub(super) fn outlines(
    bookmarks: &[Bookmark],
    page_object: impl Fn(u32) -> Option<ObjectId>,
    new_id: &mut dyn FnMut() -> ObjectId,
) -> Vec<(ObjectId, Object)> {
    let entries: Vec<(&Bookmark, ObjectId)> = bookmarks
        .iter()
        .filter_map(|bookmark| Some((bookmark, page_object(bookmark.page_number)?)))
        .collect();
    if entries.is_empty() {
        return Vec::new();
    }
    let root = new_id();
    let ids: Vec<ObjectId> = entries.iter().map(|_| new_id()).collect();
    let count = entries.len() as i64;
    let mut objects = vec![(
        root,
        dictionary! {
            "Type" => "Outlines", "First" => ids[0], "Last" => ids[ids.len() - 1],
            "Count" => count,
        }
        .into(),
    )];
    for (index, (bookmark, page)) in entries.iter().enumerate() {
        let mut item = dictionary! {
            "Title" => text_string(&bookmark.title), "Parent" => root,
            "Dest" => vec![(*page).into(), "Fit".into()],
        };
        if let Some(previous) = index.checked_sub(1) {
            item.set("Prev", ids[previous]);
        }
        if let Some(next) = ids.get(index + 1) {
            item.set("Next", *next);
        }
        objects.push((ids[index], item.into()));
    }
    objects
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_agencies_are_escaped() {
        assert_eq!(escape("Sở <A & B>\u{0}"), "Sở &lt;A &amp; B&gt; ");
    }

    #[test]
    fn bookmarks_to_pages_that_are_not_there_are_left_out() {
        let bookmark = |page_number| Bookmark {
            title: "Phụ lục".to_owned(),
            page_number,
        };
        let mut last = 100;
        let mut new_id = || {
            last += 1;
            (last, 0)
        };
        let page = |number: u32| (number == 2).then_some((7, 0));
        let objects = outlines(&[bookmark(2), bookmark(9)], page, &mut new_id);
        assert_eq!(objects.len(), 2);
        assert!(outlines(&[bookmark(9)], page, &mut new_id).is_empty());
    }
}
