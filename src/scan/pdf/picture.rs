//! Decoding one picture of a PDF (an image XObject).

use super::color;
use super::filters::{OpenedStream, PictureCoding};
use crate::scan::Limits;
use crate::scan::codec::fax::{self, FaxOptions};
use crate::scan::codec::jpeg::{self, JpegOptions};
use crate::scan::codec::samples::{RowConverter, SampleMeaning};
use crate::scan::codec::{PictureError, jbig2, jpeg2000};
use crate::scan::raster::{Raster, RowCollector};
use hayro::hayro_syntax::object::{Array, Dict, Name, Object, Stream};
use hayro_ccitt::EncodingMode;
use std::io::{BufRead, Read};

/// Whether the picture hides nothing and is hidden nowhere: no mask of its own.
pub(super) fn is_opaque(dict: &Dict<'_>) -> bool {
    let has_mask = |key: &[u8]| dict.contains_key(key) && dict.get::<Object<'_>>(key).is_some();
    !has_mask(b"SMask") && !has_mask(b"Mask") && dict.get::<i32>(b"SMaskInData").unwrap_or(0) == 0
}

/// Whether a stream is a picture.
pub(super) fn is_picture(dict: &Dict<'_>) -> bool {
    dict.get::<Name<'_>>(b"Subtype")
        .is_some_and(|name| name.as_ref() == b"Image")
}

/// Whether the picture is a stencil that paints with the current colour.
pub(super) fn is_stencil(dict: &Dict<'_>) -> bool {
    dict.get::<bool>(b"ImageMask").unwrap_or(false)
}

/// Decodes the picture in its own resolution, or scaled down to the limits.
/// A stencil is taken to paint black on white.
pub(super) fn decode(stream: &Stream<'_>, limits: &Limits) -> Result<Raster, PictureError> {
    let dict = stream.dict();
    let opened = OpenedStream::new(stream)?;
    let decode: Option<Vec<(f32, f32)>> = dict
        .get::<Array<'_>>(b"Decode")
        .map(|array| array.iter::<(f32, f32)>().take(32).collect());
    let meaning = if is_stencil(dict) {
        Some(SampleMeaning::Gray)
    } else {
        dict.get::<Object<'_>>(b"ColorSpace")
            .map(color::read)
            .transpose()?
    };
    let decode = decode.as_deref();
    match &opened.coding {
        PictureCoding::Samples => {
            let bits = if is_stencil(dict) {
                1
            } else {
                dict.get::<u32>(b"BitsPerComponent").unwrap_or(8)
            };
            let meaning = meaning.unwrap_or(SampleMeaning::Gray);
            let size = (side(dict, b"Width")?, side(dict, b"Height")?);
            decode_samples(opened.into_reader(), size, bits, meaning, decode, limits)
        }
        PictureCoding::Jpeg { parameters } => {
            let options = JpegOptions {
                color_transform: parameters.get::<i32>(b"ColorTransform"),
                sample_maps: decode.and_then(sample_maps),
                inverted_cmyk: false,
            };
            if matches!(meaning, Some(SampleMeaning::Palette(_))) {
                return Err(PictureError::Unsupported("a palette on a JPEG picture"));
            }
            let bytes = opened.into_bytes(limits.max_stream_bytes)?;
            Ok(jpeg::decode(&bytes, &options, limits)?.raster)
        }
        PictureCoding::Ccitt { parameters } => {
            let options = fax_options(parameters, dict, shows_inverted(meaning, decode)?);
            let bytes = opened.into_bytes(limits.max_stream_bytes)?;
            fax::decode(&bytes, &options, limits)
        }
        PictureCoding::Jbig2 { parameters } => {
            // A JBIG2 pixel of 1 is black; the filter gives it out as 0.
            let inverted = shows_inverted(meaning, decode)?;
            let globals = parameters
                .get::<Stream<'_>>(b"JBIG2Globals")
                .map(|stream| OpenedStream::new(&stream)?.into_bytes(limits.max_stream_bytes))
                .transpose()?;
            let bytes = opened.into_bytes(limits.max_stream_bytes)?;
            jbig2::decode(&bytes, globals.as_deref(), inverted, limits)
        }
        PictureCoding::Jpeg2000 => {
            if decode.is_some() || matches!(meaning, Some(SampleMeaning::Palette(_))) {
                return Err(PictureError::Unsupported(
                    "a palette on a JPEG 2000 picture",
                ));
            }
            let bytes = opened.into_bytes(limits.max_stream_bytes)?;
            jpeg2000::decode(&bytes, limits)
        }
    }
}

fn side(dict: &Dict<'_>, key: &[u8]) -> Result<u32, PictureError> {
    dict.get::<u32>(key)
        .filter(|side| *side > 0)
        .ok_or_else(|| PictureError::Damaged("it has no width or height".to_owned()))
}

fn decode_samples(
    mut reader: Box<dyn BufRead + '_>,
    (width_px, height_px): (u32, u32),
    bits: u32,
    meaning: SampleMeaning,
    decode: Option<&[(f32, f32)]>,
    limits: &Limits,
) -> Result<Raster, PictureError> {
    if !matches!(bits, 1 | 2 | 4 | 8 | 16) {
        return Err(PictureError::Damaged(format!("{bits} bits a component")));
    }
    let channels = meaning.components();
    let mut converter = RowConverter::new(width_px, bits, channels, meaning, decode);
    let mut rows = RowCollector::new(width_px, height_px, converter.kind(), limits)?;
    let stored_bytes = converter.stored_row_bytes();
    if stored_bytes > limits.max_stream_bytes as u64 {
        return Err(PictureError::TooLarge(format!("{width_px} pixels wide")));
    }
    let mut stored = Vec::new();
    while !rows.is_full() {
        stored.clear();
        let read = reader
            .by_ref()
            .take(stored_bytes)
            .read_to_end(&mut stored)
            .map_err(|error| PictureError::Damaged(error.to_string()))?;
        if read as u64 == stored_bytes {
            rows.push_row(converter.convert(&stored));
        } else {
            break;
        }
    }
    if rows.is_empty() {
        return Err(PictureError::Damaged("its data are missing".to_owned()));
    }
    Ok(rows.finish())
}

/// The tables for a `Decode` array, or none where it changes nothing.
fn sample_maps(decode: &[(f32, f32)]) -> Option<Vec<[u8; 256]>> {
    if decode.iter().all(|range| *range == (0.0, 1.0)) {
        return None;
    }
    let map = |(low, high): &(f32, f32)| {
        std::array::from_fn(|sample| {
            ((low + sample as f32 / 255.0 * (high - low)) * 255.0 + 0.5) as u8
        })
    };
    Some(decode.iter().map(map).collect())
}

/// Whether a bilevel picture's black (the sample 0) is shown white.
fn shows_inverted(
    meaning: Option<SampleMeaning>,
    decode: Option<&[(f32, f32)]>,
) -> Result<bool, PictureError> {
    let reversed =
        decode.is_some_and(|decode| decode.first().is_some_and(|(low, high)| low > high));
    match meaning {
        None | Some(SampleMeaning::Gray) => Ok(reversed),
        Some(SampleMeaning::Palette(colors)) => match colors.as_slice() {
            [[0, 0, 0], [255, 255, 255], ..] => Ok(reversed),
            [[255, 255, 255], [0, 0, 0], ..] => Ok(!reversed),
            _ => Err(PictureError::Unsupported(
                "a coloured palette on a fax picture",
            )),
        },
        Some(_) => Err(PictureError::Unsupported("colours on a fax picture")),
    }
}

/// The parameters of CCITTFaxDecode (PDF 1.7, table 11).
fn fax_options(parameters: &Dict<'_>, picture: &Dict<'_>, inverted: bool) -> FaxOptions {
    let flag = |key: &[u8], default| parameters.get::<bool>(key).unwrap_or(default);
    let number = |key: &[u8]| parameters.get::<u32>(key);
    FaxOptions {
        encoding: match parameters.get::<i32>(b"K").unwrap_or(0) {
            ..0 => EncodingMode::Group4,
            0 => EncodingMode::Group3_1D,
            1.. => EncodingMode::Group3_2D,
        },
        columns_px: number(b"Columns").unwrap_or(1728),
        rows_px: picture
            .get::<u32>(b"Height")
            .or_else(|| number(b"Rows"))
            .unwrap_or(0),
        end_of_block: flag(b"EndOfBlock", true),
        end_of_line: flag(b"EndOfLine", false),
        byte_aligned: flag(b"EncodedByteAlign", false),
        // By default black pixels are given out as 0, which grey shows black.
        inverted: inverted != flag(b"BlackIs1", false),
    }
}
