//! Weighing what a page refers to before it is interpreted: the interpreter
//! unpacks streams and pictures without a bound of its own.

use super::filters::OpenedStream;
use super::picture;
use crate::scan::Limits;
use crate::scan::codec::PictureError;
use hayro::hayro_syntax::object::{Dict, MaybeRef, Object, ObjectIdentifier, Stream};
use hayro::hayro_syntax::page::Page;
use std::collections::HashSet;
use std::io::{self, Read};

/// A page that refers to more objects is not weighed further.
const MAX_OBJECTS: usize = 5_000;
/// Deflate packs at most about a thousandfold (RFC 1951: 258 bytes in two bits).
const MAX_PACKING: usize = 1_032;
/// A larger picture is not handed to the rasteriser, which holds it whole.
const MAX_DRAWN_PIXELS: u64 = 160_000_000;
/// Keys that lead out of the page.
const OUTWARD_KEYS: &[&[u8]] = &[
    b"Parent",
    b"P",
    b"Popup",
    b"Dest",
    b"A",
    b"AA",
    b"B",
    b"StructParent",
    b"Metadata",
];

/// The pictures that a page refers to, whether it shows them or not.
pub(super) struct Pictures<'a>(Vec<Stream<'a>>);

/// Goes through everything that the page refers to and fails where a stream
/// that is no picture unpacks beyond the limit.
pub(super) fn weigh<'a>(page: &Page<'a>, limits: &Limits) -> Result<Pictures<'a>, PictureError> {
    let mut pictures = Vec::new();
    let mut seen = HashSet::new();
    let mut pending = vec![Object::Dict(page.raw().clone())];
    // Resources may be inherited.
    let resources = page.resources();
    pending.extend(
        [
            &resources.x_objects,
            &resources.patterns,
            &resources.fonts,
            &resources.ext_g_states,
        ]
        .map(|dict| Object::Dict(dict.clone())),
    );
    let mut visited = 0;
    while let Some(object) = pending.pop() {
        visited += 1;
        if visited > MAX_OBJECTS {
            break;
        }
        match object {
            Object::Dict(dict) => push_entries(&dict, &mut pending, &mut seen),
            Object::Array(array) => {
                for item in array.raw_iter().take(MAX_OBJECTS) {
                    match item {
                        MaybeRef::Ref(reference) => {
                            let id = ObjectIdentifier::from(reference);
                            if seen.insert(id) {
                                pending.extend(page.xref().get::<Object<'a>>(id));
                            }
                        }
                        MaybeRef::NotRef(object) if is_container(&object) => pending.push(object),
                        MaybeRef::NotRef(_) => {}
                    }
                }
            }
            Object::Stream(stream) => {
                push_entries(stream.dict(), &mut pending, &mut seen);
                if picture::is_picture(stream.dict()) {
                    pictures.push(stream);
                } else {
                    check_unpacked(&stream, limits.max_stream_bytes)?;
                }
            }
            _ => {}
        }
    }
    Ok(Pictures(pictures))
}

fn is_container(object: &Object<'_>) -> bool {
    matches!(
        object,
        Object::Dict(_) | Object::Array(_) | Object::Stream(_)
    )
}

fn push_entries<'a>(
    dict: &Dict<'a>,
    pending: &mut Vec<Object<'a>>,
    seen: &mut HashSet<ObjectIdentifier>,
) {
    for key in dict.keys() {
        if OUTWARD_KEYS.contains(&key.as_ref()) {
            continue;
        }
        let is_new = dict
            .get_ref(key.as_ref())
            .is_none_or(|reference| seen.insert(reference.into()));
        if is_new && let Some(object) = dict.get::<Object<'a>>(key.as_ref()).filter(is_container) {
            pending.push(object);
        }
    }
}

/// Fails where a stream unpacks to more than `max_bytes`.
fn check_unpacked(stream: &Stream<'_>, max_bytes: usize) -> Result<(), PictureError> {
    let packed_bytes = stream.raw_data().len();
    let filters = stream.filters().len();
    let could_exceed = match filters {
        0 => false,
        1 => packed_bytes.saturating_mul(MAX_PACKING) > max_bytes,
        _ => true,
    };
    if !could_exceed {
        return Ok(());
    }
    // A stream with filters of an unknown kind is not unpacked by anyone.
    let Ok(opened) = OpenedStream::new(stream) else {
        return Ok(());
    };
    let mut reader = opened.into_reader().take(max_bytes as u64 + 1);
    let unpacked = io::copy(&mut reader, &mut io::sink()).unwrap_or(0);
    if unpacked > max_bytes as u64 {
        return Err(PictureError::TooLarge(format!(
            "a part of it unpacks to more than {} MB",
            max_bytes / (1024 * 1024)
        )));
    }
    Ok(())
}

impl Pictures<'_> {
    /// Fails where drawing the page would mean holding a picture that is too
    /// large.
    pub(super) fn check_drawable(&self, limits: &Limits) -> Result<(), PictureError> {
        for stream in &self.0 {
            let side = |key: &[u8]| u64::from(stream.dict().get::<u32>(key).unwrap_or(0));
            let (width, height) = (side(b"Width"), side(b"Height"));
            if width.saturating_mul(height) > MAX_DRAWN_PIXELS {
                return Err(PictureError::TooLarge(format!(
                    "a picture of {width} × {height} pixels among other content"
                )));
            }
            check_unpacked(stream, limits.max_stream_bytes.saturating_mul(3))?;
        }
        Ok(())
    }
}
