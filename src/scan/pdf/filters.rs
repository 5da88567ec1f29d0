//! Undoing the stream filters of PDF up to the coding of the pixels.

use crate::scan::codec::PictureError;
use crate::scan::codec::unpack::{self, Packing, Step, next_byte};
use hayro::hayro_syntax::object::{Array, Dict, Name, Object, Stream};
use std::borrow::Cow;
use std::io::{self, BufRead, Cursor, Read};

/// More filters than this in a row are an attack.
const MAX_FILTERS: usize = 8;
/// Longest row a predictor may keep.
const MAX_PREDICTOR_ROW_BYTES: usize = 64 * 1024 * 1024;

/// How the pixels of a picture are coded once the general filters are undone.
pub(super) enum PictureCoding<'a> {
    /// Packed samples.
    Samples,
    Jpeg {
        parameters: Dict<'a>,
    },
    Ccitt {
        parameters: Dict<'a>,
    },
    Jbig2 {
        parameters: Dict<'a>,
    },
    Jpeg2000,
}

/// A stream opened up to its picture coding.
pub(super) struct OpenedStream<'a> {
    pub(super) coding: PictureCoding<'a>,
    content: Content<'a>,
}

enum Content<'a> {
    Whole(Cow<'a, [u8]>),
    Piecewise(Box<dyn BufRead + 'a>),
}

impl<'a> OpenedStream<'a> {
    pub(super) fn new(stream: &Stream<'a>) -> Result<Self, PictureError> {
        let filters = filters_of(stream.dict())?;
        let mut content = Content::Whole(stream.raw_data());
        let mut coding = PictureCoding::Samples;
        let last = filters.len().saturating_sub(1);
        for (index, (name, parameters)) in filters.into_iter().enumerate() {
            let picture_coding = match name.as_ref() {
                b"DCTDecode" | b"DCT" => Some(PictureCoding::Jpeg { parameters }),
                b"CCITTFaxDecode" | b"CCF" => Some(PictureCoding::Ccitt { parameters }),
                b"JBIG2Decode" => Some(PictureCoding::Jbig2 { parameters }),
                b"JPXDecode" => Some(PictureCoding::Jpeg2000),
                b"Crypt" => continue,
                other => {
                    content = Content::Piecewise(undo(other, &parameters, content.reader())?);
                    None
                }
            };
            if let Some(picture_coding) = picture_coding {
                if index != last {
                    return Err(PictureError::Unsupported("a filter after a picture filter"));
                }
                coding = picture_coding;
            }
        }
        Ok(Self { coding, content })
    }

    /// The content as a reader.
    pub(super) fn into_reader(self) -> Box<dyn BufRead + 'a> {
        self.content.reader()
    }

    /// The whole content; fails beyond `max_bytes`.
    pub(super) fn into_bytes(self, max_bytes: usize) -> Result<Cow<'a, [u8]>, PictureError> {
        match self.content {
            Content::Whole(bytes) => Ok(bytes),
            Content::Piecewise(reader) => {
                let mut bytes = Vec::new();
                let limit = max_bytes as u64;
                reader
                    .take(limit + 1)
                    .read_to_end(&mut bytes)
                    .map_err(|error| PictureError::Damaged(error.to_string()))?;
                if bytes.len() > max_bytes {
                    return Err(PictureError::TooLarge(format!(
                        "it unpacks to more than {} MB",
                        max_bytes / (1024 * 1024)
                    )));
                }
                Ok(Cow::Owned(bytes))
            }
        }
    }
}

impl<'a> Content<'a> {
    fn reader(self) -> Box<dyn BufRead + 'a> {
        match self {
            Self::Whole(bytes) => Box::new(Cursor::new(bytes)),
            Self::Piecewise(reader) => reader,
        }
    }
}

fn filters_of<'a>(dict: &Dict<'a>) -> Result<Vec<(Name<'a>, Dict<'a>)>, PictureError> {
    let filter = dict
        .get::<Object<'a>>(b"Filter")
        .or_else(|| dict.get::<Object<'a>>(b"F"));
    let parameters = dict
        .get::<Object<'a>>(b"DecodeParms")
        .or_else(|| dict.get::<Object<'a>>(b"DP"));
    let filters = match filter {
        None => Vec::new(),
        Some(Object::Name(name)) => {
            let parameters = match parameters {
                Some(Object::Dict(dict)) => dict,
                Some(Object::Array(array)) => array.iter::<Dict<'a>>().next().unwrap_or_default(),
                _ => Dict::empty(),
            };
            vec![(name, parameters)]
        }
        Some(Object::Array(names)) => {
            let parameters = parameters.and_then(Object::into_array);
            let mut each = parameters.as_ref().map(Array::iter::<Object<'a>>);
            names
                .iter::<Name<'a>>()
                .take(MAX_FILTERS + 1)
                .map(|name| {
                    let parameters = each
                        .as_mut()
                        .and_then(Iterator::next)
                        .and_then(Object::into_dict);
                    (name, parameters.unwrap_or_default())
                })
                .collect()
        }
        Some(_) => return Err(PictureError::Damaged("its filter has no name".to_owned())),
    };
    if filters.len() > MAX_FILTERS {
        return Err(PictureError::Unsupported("a long chain of filters"));
    }
    Ok(filters)
}

fn undo<'a>(
    name: &[u8],
    parameters: &Dict<'_>,
    input: Box<dyn BufRead + 'a>,
) -> Result<Box<dyn BufRead + 'a>, PictureError> {
    let packing = match name {
        b"FlateDecode" | b"Fl" => Packing::Deflate,
        b"LZWDecode" | b"LZW" => Packing::Lzw {
            early_change: parameters.get::<i32>(b"EarlyChange").unwrap_or(1) != 0,
        },
        b"RunLengthDecode" | b"RL" => Packing::RunLength,
        b"ASCIIHexDecode" | b"AHx" => Packing::AsciiHex,
        b"ASCII85Decode" | b"A85" => Packing::Ascii85,
        _ => return Err(PictureError::Unsupported("an unknown filter")),
    };
    let unpacked = unpack::reader(packing, input);
    match packing {
        Packing::Deflate | Packing::Lzw { .. } => with_predictor(unpacked, parameters),
        _ => Ok(unpacked),
    }
}

fn with_predictor<'a>(
    input: Box<dyn BufRead + 'a>,
    parameters: &Dict<'_>,
) -> Result<Box<dyn BufRead + 'a>, PictureError> {
    let predictor = parameters.get::<u32>(b"Predictor").unwrap_or(1);
    if predictor < 2 {
        return Ok(input);
    }
    let colors = parameters.get::<u32>(b"Colors").unwrap_or(1).clamp(1, 32) as usize;
    let bits = parameters.get::<u32>(b"BitsPerComponent").unwrap_or(8);
    let columns = parameters.get::<u32>(b"Columns").unwrap_or(1).max(1) as usize;
    if !matches!(bits, 1 | 2 | 4 | 8 | 16) {
        return Err(PictureError::Damaged(format!("{bits} bits a component")));
    }
    let row_bytes = (colors * bits as usize).saturating_mul(columns).div_ceil(8);
    if row_bytes > MAX_PREDICTOR_ROW_BYTES {
        return Err(PictureError::TooLarge(format!("{columns} pixels wide")));
    }
    if predictor == 2 && bits != 8 {
        return Err(PictureError::Unsupported(
            "a TIFF predictor on other than 8 bits",
        ));
    }
    let predictor = Predictor {
        is_png: predictor >= 10,
        row_bytes,
        pixel_bytes: (colors * bits as usize).div_ceil(8),
        previous: vec![0; row_bytes],
    };
    Ok(unpack::stepwise(input, predictor))
}

/// PDF 1.7, 7.4.4.4: rows stored as differences.
struct Predictor {
    is_png: bool,
    row_bytes: usize,
    pixel_bytes: usize,
    previous: Vec<u8>,
}

impl Step for Predictor {
    fn step(&mut self, input: &mut dyn BufRead, output: &mut Vec<u8>) -> io::Result<bool> {
        let filter = if self.is_png {
            match next_byte(input)? {
                Some(filter) => filter,
                None => return Ok(false),
            }
        } else {
            1
        };
        output.reserve(self.row_bytes);
        let read = input.take(self.row_bytes as u64).read_to_end(output)?;
        if read == 0 {
            return Ok(false);
        }
        output.resize(self.row_bytes, 0);
        let row = output.as_mut_slice();
        let step = self.pixel_bytes;
        for index in 0..row.len() {
            let left = if index >= step { row[index - step] } else { 0 };
            let above = self.previous[index];
            let above_left = if index >= step {
                self.previous[index - step]
            } else {
                0
            };
            let predicted = match filter {
                1 => left,
                2 => above,
                3 => ((u16::from(left) + u16::from(above)) / 2) as u8,
                4 => paeth(left, above, above_left),
                _ => 0,
            };
            row[index] = row[index].wrapping_add(predicted);
        }
        self.previous.copy_from_slice(row);
        Ok(read == self.row_bytes)
    }
}

/// The Paeth predictor (PNG specification, 9.4).
fn paeth(left: u8, above: u8, above_left: u8) -> u8 {
    let (a, b, c) = (i16::from(left), i16::from(above), i16::from(above_left));
    let estimate = a + b - c;
    let (to_a, to_b, to_c) = (
        (estimate - a).abs(),
        (estimate - b).abs(),
        (estimate - c).abs(),
    );
    if to_a <= to_b && to_a <= to_c {
        left
    } else if to_b <= to_c {
        above
    } else {
        above_left
    }
}
