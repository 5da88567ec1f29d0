//! Undoing the stream filters of PDF piece by piece: a stream is read like a
//! file, so that nothing unpacks further than it is wanted.
//!
//! Errors inside a stream end it: what came before is used, as viewers do.

use crate::scan::codec::PictureError;
use hayro::hayro_syntax::object::{Array, Dict, Name, Object, Stream};
use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Cursor, Read};

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
    Ok(match name {
        b"FlateDecode" | b"Fl" => with_predictor(inflate(input), parameters)?,
        b"LZWDecode" | b"LZW" => {
            let early_change = parameters.get::<i32>(b"EarlyChange").unwrap_or(1) != 0;
            with_predictor(Lzw::new(input, early_change), parameters)?
        }
        b"RunLengthDecode" | b"RL" => Box::new(BufReader::new(Stepwise::new(input, RunLength))),
        b"ASCIIHexDecode" | b"AHx" => Box::new(BufReader::new(Stepwise::new(input, AsciiHex))),
        b"ASCII85Decode" | b"A85" => Box::new(BufReader::new(Stepwise::new(input, Ascii85))),
        _ => return Err(PictureError::Unsupported("an unknown filter")),
    })
}

/// Ends where an error stands.
struct Lenient<R>(R);

impl<R: Read> Read for Lenient<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        Ok(self.0.read(buffer).unwrap_or(0))
    }
}

/// Inflates without looking at the check sum, which broken writers get wrong.
fn inflate<'a>(mut input: Box<dyn BufRead + 'a>) -> impl Read + 'a {
    let has_header = input
        .fill_buf()
        .is_ok_and(|bytes| bytes.first().is_some_and(|byte| byte & 0x0F == 8));
    if has_header {
        input.consume(1);
        if input.fill_buf().is_ok_and(|bytes| !bytes.is_empty()) {
            input.consume(1);
        }
    }
    Lenient(flate2::bufread::DeflateDecoder::new(input))
}

struct Lzw<'a> {
    input: Box<dyn BufRead + 'a>,
    decoder: weezl::decode::Decoder,
    ended: bool,
}

impl<'a> Lzw<'a> {
    fn new(input: Box<dyn BufRead + 'a>, early_change: bool) -> Self {
        let decoder = if early_change {
            weezl::decode::Decoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8)
        } else {
            weezl::decode::Decoder::new(weezl::BitOrder::Msb, 8)
        };
        Self {
            input,
            decoder,
            ended: false,
        }
    }
}

impl Read for Lzw<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !self.ended && !buffer.is_empty() {
            let bytes = self.input.fill_buf()?;
            let at_end = bytes.is_empty();
            let result = self.decoder.decode_bytes(bytes, buffer);
            self.input.consume(result.consumed_in);
            self.ended = match result.status {
                Ok(weezl::LzwStatus::Ok) => false,
                Ok(weezl::LzwStatus::NoProgress) => at_end,
                Ok(weezl::LzwStatus::Done) | Err(_) => true,
            };
            if result.consumed_out > 0 {
                return Ok(result.consumed_out);
            }
        }
        Ok(0)
    }
}

/// A decoder that takes a little input and gives a little output.
trait Step {
    /// Decodes the next piece onto `output`; false at the end.
    fn step(&mut self, input: &mut dyn BufRead, output: &mut Vec<u8>) -> io::Result<bool>;
}

struct Stepwise<I, S> {
    input: I,
    decoder: S,
    pending: Vec<u8>,
    position: usize,
    ended: bool,
}

impl<I, S> Stepwise<I, S> {
    fn new(input: I, decoder: S) -> Self {
        Self {
            input,
            decoder,
            pending: Vec::new(),
            position: 0,
            ended: false,
        }
    }
}

impl<I: BufRead, S: Step> Read for Stepwise<I, S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.position == self.pending.len() {
            if self.ended {
                return Ok(0);
            }
            self.pending.clear();
            self.position = 0;
            self.ended = !self.decoder.step(&mut self.input, &mut self.pending)?;
        }
        let available = &self.pending[self.position..];
        let count = available.len().min(buffer.len());
        buffer[..count].copy_from_slice(&available[..count]);
        self.position += count;
        Ok(count)
    }
}

fn next_byte(input: &mut dyn BufRead) -> io::Result<Option<u8>> {
    let byte = input.fill_buf()?.first().copied();
    input.consume(usize::from(byte.is_some()));
    Ok(byte)
}

/// PDF 1.7, 7.4.5.
struct RunLength;

impl Step for RunLength {
    fn step(&mut self, input: &mut dyn BufRead, output: &mut Vec<u8>) -> io::Result<bool> {
        match next_byte(input)? {
            None | Some(128) => Ok(false),
            Some(length @ 0..128) => {
                let wanted = u64::from(length) + 1;
                let copied = input.take(wanted).read_to_end(output)?;
                Ok(copied as u64 == wanted)
            }
            Some(length) => {
                let Some(byte) = next_byte(input)? else {
                    return Ok(false);
                };
                output.extend(std::iter::repeat_n(byte, 257 - usize::from(length)));
                Ok(true)
            }
        }
    }
}

/// PDF 1.7, 7.4.2.
struct AsciiHex;

impl Step for AsciiHex {
    fn step(&mut self, input: &mut dyn BufRead, output: &mut Vec<u8>) -> io::Result<bool> {
        let mut value = 0;
        let mut digits = 0;
        while digits < 2 {
            match next_byte(input)? {
                None | Some(b'>') => {
                    if digits == 1 {
                        output.push(value << 4);
                    }
                    return Ok(false);
                }
                Some(byte) => {
                    if let Some(digit) = char::from(byte).to_digit(16) {
                        value = value << 4 | digit as u8;
                        digits += 1;
                    }
                }
            }
        }
        output.push(value);
        Ok(true)
    }
}

/// PDF 1.7, 7.4.3.
struct Ascii85;

impl Step for Ascii85 {
    fn step(&mut self, input: &mut dyn BufRead, output: &mut Vec<u8>) -> io::Result<bool> {
        let mut value: u32 = 0;
        let mut digits = 0;
        while digits < 5 {
            match next_byte(input)? {
                Some(b'z') if digits == 0 => {
                    output.extend([0; 4]);
                    return Ok(true);
                }
                Some(byte @ b'!'..=b'u') => {
                    value = value.wrapping_mul(85).wrapping_add(u32::from(byte - b'!'));
                    digits += 1;
                }
                None | Some(b'~') => {
                    if digits > 1 {
                        for _ in digits..5 {
                            value = value.wrapping_mul(85).wrapping_add(84);
                        }
                        output.extend(&value.to_be_bytes()[..digits - 1]);
                    }
                    return Ok(false);
                }
                Some(_) => {}
            }
        }
        output.extend(value.to_be_bytes());
        Ok(true)
    }
}

fn with_predictor<'a>(
    input: impl Read + 'a,
    parameters: &Dict<'_>,
) -> Result<Box<dyn BufRead + 'a>, PictureError> {
    let input = BufReader::new(input);
    let predictor = parameters.get::<u32>(b"Predictor").unwrap_or(1);
    if predictor < 2 {
        return Ok(Box::new(input));
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
    Ok(Box::new(BufReader::new(Stepwise::new(input, predictor))))
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
