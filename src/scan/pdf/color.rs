//! The colour spaces of pictures, reduced to what a recogniser needs. ICC
//! profiles are taken as the device space of as many components.

use crate::scan::codec::PictureError;
use crate::scan::codec::samples::SampleMeaning;
use crate::scan::raster::cmyk_to_rgb;
use hayro::hayro_syntax::object::{Array, Dict, Name, Object, Stream};
use std::io::Read;

/// A colour space nested deeper than this is an attack.
const MAX_DEPTH: u32 = 4;

/// The meaning of the samples in the colour space named or described by `object`.
pub(super) fn read(object: Object<'_>) -> Result<SampleMeaning, PictureError> {
    read_nested(object, 0)
}

fn read_nested(object: Object<'_>, depth: u32) -> Result<SampleMeaning, PictureError> {
    const UNSUPPORTED: PictureError = PictureError::Unsupported("a special colour space");
    if depth > MAX_DEPTH {
        return Err(UNSUPPORTED);
    }
    let array = match object {
        Object::Name(name) => return named(&name).ok_or(UNSUPPORTED),
        Object::Array(array) => array,
        _ => return Err(UNSUPPORTED),
    };
    let mut items = array.flex_iter();
    let family = items.next::<Name<'_>>().ok_or(UNSUPPORTED)?;
    match family.as_ref() {
        b"ICCBased" => {
            let profile = items.next::<Stream<'_>>().ok_or(UNSUPPORTED)?;
            match profile.dict().get::<u32>(b"N") {
                Some(1) => Ok(SampleMeaning::Gray),
                Some(3) if !is_lab(profile.dict()) => Ok(SampleMeaning::Rgb),
                Some(4) => Ok(SampleMeaning::Cmyk),
                _ => Err(UNSUPPORTED),
            }
        }
        b"Indexed" | b"I" => {
            let base = items.next::<Object<'_>>().ok_or(UNSUPPORTED)?;
            let base = read_nested(base, depth + 1)?;
            let last = items.next::<u32>().unwrap_or(255).min(255);
            let table = items.next::<Object<'_>>().ok_or(UNSUPPORTED)?;
            palette(&base, last as usize + 1, &palette_bytes(table)?)
        }
        _ => named(&family).ok_or(UNSUPPORTED),
    }
}

fn named(name: &Name<'_>) -> Option<SampleMeaning> {
    match name.as_ref() {
        b"DeviceGray" | b"G" | b"CalGray" => Some(SampleMeaning::Gray),
        b"DeviceRGB" | b"RGB" | b"CalRGB" => Some(SampleMeaning::Rgb),
        b"DeviceCMYK" | b"CMYK" => Some(SampleMeaning::Cmyk),
        _ => None,
    }
}

fn palette(
    base: &SampleMeaning,
    length: usize,
    table: &[u8],
) -> Result<SampleMeaning, PictureError> {
    let mut colors: Vec<[u8; 3]> = match base {
        SampleMeaning::Gray => table.iter().map(|gray| [*gray; 3]).collect(),
        SampleMeaning::Rgb => table.as_chunks::<3>().0.to_vec(),
        SampleMeaning::Cmyk => {
            let inks = table.as_chunks::<4>().0;
            inks.iter().map(|inks| cmyk_to_rgb(*inks)).collect()
        }
        SampleMeaning::Palette(_) => {
            return Err(PictureError::Unsupported("a palette of palettes"));
        }
    };
    colors.resize(length, [0; 3]);
    Ok(SampleMeaning::Palette(colors))
}

fn is_lab(profile: &Dict<'_>) -> bool {
    profile
        .get::<Array<'_>>(b"Alternate")
        .and_then(|array| array.flex_iter().next::<Name<'_>>())
        .is_some_and(|name| name.as_ref() == b"Lab")
}

fn palette_bytes(table: Object<'_>) -> Result<Vec<u8>, PictureError> {
    match table {
        Object::String(text) => Ok(text.as_bytes().to_vec()),
        Object::Stream(stream) => {
            // 256 colours of at most four components.
            let mut bytes = Vec::new();
            let reader = super::filters::OpenedStream::new(&stream)?.into_reader();
            reader
                .take(1024)
                .read_to_end(&mut bytes)
                .map_err(|error| PictureError::Damaged(error.to_string()))?;
            Ok(bytes)
        }
        _ => Err(PictureError::Damaged("its palette is missing".to_owned())),
    }
}
