//! General compressions undone piece by piece: a stream is read like a file, so
//! that nothing unpacks further than it is wanted.
//!
//! Errors inside a stream end it: what came before is used, as viewers do.

use std::io::{self, BufRead, BufReader, Read};

/// A compression of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    None,
    Deflate,
    Lzw {
        /// Whether codes grow one step early, as TIFF and most PDFs have it.
        early_change: bool,
    },
    /// Run lengths as in PDF 1.7, 7.4.5; 128 ends the data.
    RunLength,
    /// Run lengths as in TIFF 6.0, section 9; 128 says nothing.
    PackBits,
    AsciiHex,
    Ascii85,
}

/// The unpacked bytes of `input`.
pub(crate) fn reader<'a>(packing: Packing, input: Box<dyn BufRead + 'a>) -> Box<dyn BufRead + 'a> {
    match packing {
        Packing::None => input,
        Packing::Deflate => Box::new(BufReader::new(inflate(input))),
        Packing::Lzw { early_change } => Box::new(BufReader::new(Lzw::new(input, early_change))),
        Packing::RunLength => stepwise(input, RunLength { ends_at_128: true }),
        Packing::PackBits => stepwise(input, RunLength { ends_at_128: false }),
        Packing::AsciiHex => stepwise(input, AsciiHex),
        Packing::Ascii85 => stepwise(input, Ascii85),
    }
}

/// The output of a decoder that takes a little input and gives a little output.
pub(crate) fn stepwise<'a>(
    input: impl BufRead + 'a,
    decoder: impl Step + 'a,
) -> Box<dyn BufRead + 'a> {
    Box::new(BufReader::new(Stepwise::new(input, decoder)))
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
pub(crate) trait Step {
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

pub(crate) fn next_byte(input: &mut dyn BufRead) -> io::Result<Option<u8>> {
    let byte = input.fill_buf()?.first().copied();
    input.consume(usize::from(byte.is_some()));
    Ok(byte)
}

struct RunLength {
    ends_at_128: bool,
}

impl Step for RunLength {
    fn step(&mut self, input: &mut dyn BufRead, output: &mut Vec<u8>) -> io::Result<bool> {
        match next_byte(input)? {
            None => Ok(false),
            Some(128) => Ok(!self.ends_at_128),
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
