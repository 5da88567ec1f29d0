//! CCITT Group 3 and 4 (ITU-T T.4 and T.6), as the filter CCITTFaxDecode and
//! as TIFF compression.

use super::PictureError;
use crate::scan::Limits;
use crate::scan::raster::{PixelKind, Raster, RowCollector};
use hayro_ccitt::{DecodeSettings, Decoder, DecoderContext, EncodingMode};

/// How the data are coded and what the bits mean.
#[derive(Debug, Clone)]
pub(crate) struct FaxOptions {
    pub(crate) encoding: EncodingMode,
    pub(crate) columns_px: u32,
    /// Rows that are believed to be there; 0 when unknown.
    pub(crate) rows_px: u32,
    pub(crate) end_of_block: bool,
    pub(crate) end_of_line: bool,
    pub(crate) byte_aligned: bool,
    /// Whether what the code calls black is shown white.
    pub(crate) inverted: bool,
}

/// Decodes fax data into a page; what is missing at the end is white.
pub(crate) fn decode(
    bytes: &[u8],
    options: &FaxOptions,
    limits: &Limits,
) -> Result<Raster, PictureError> {
    let rows_px = match options.rows_px {
        0 => count_rows(bytes, options),
        rows => rows,
    };
    let rows = RowCollector::new(options.columns_px, rows_px, PixelKind::Bilevel, limits)?;
    let mut sink = Sink::new(rows, options);
    decode_into(bytes, options, rows_px, &mut sink);
    if sink.rows.is_empty() {
        return Err(PictureError::Damaged("its fax data are broken".to_owned()));
    }
    Ok(sink.rows.finish())
}

/// Rows decoded one after another into a picture that several pieces of data
/// (the strips of a TIFF) make up.
pub(crate) fn decode_onto(rows: RowCollector, bytes: &[u8], options: &FaxOptions) -> RowCollector {
    let mut sink = Sink::new(rows, options);
    decode_into(bytes, options, options.rows_px, &mut sink);
    sink.rows
}

fn decode_into(bytes: &[u8], options: &FaxOptions, rows: u32, sink: &mut impl Decoder) {
    let settings = DecodeSettings {
        columns: options.columns_px,
        rows,
        end_of_block: options.end_of_block,
        end_of_line: options.end_of_line,
        rows_are_byte_aligned: options.byte_aligned,
        encoding: options.encoding,
        strict: false,
    };
    // An error ends the data; the rows before it have been taken.
    let _rest = hayro_ccitt::decode(bytes, sink, &mut DecoderContext::new(settings));
}

fn count_rows(bytes: &[u8], options: &FaxOptions) -> u32 {
    struct Counter(u32);
    impl Decoder for Counter {
        fn push_row(&mut self, _changes: &[u32]) {
            self.0 = self.0.saturating_add(1);
        }
    }
    let mut counter = Counter(0);
    decode_into(bytes, options, 0, &mut counter);
    counter.0
}

struct Sink {
    rows: RowCollector,
    columns_px: u32,
    row: Vec<u8>,
    background: u8,
}

impl Sink {
    fn new(rows: RowCollector, options: &FaxOptions) -> Self {
        Self {
            rows,
            columns_px: options.columns_px,
            row: vec![0; PixelKind::Bilevel.row_bytes(options.columns_px)],
            background: if options.inverted { 0xFF } else { 0 },
        }
    }
}

impl Decoder for Sink {
    fn push_row(&mut self, changes: &[u32]) {
        if self.rows.is_full() {
            return;
        }
        self.row.fill(self.background);
        for span in changes.chunks(2) {
            let end = span.get(1).copied().unwrap_or(self.columns_px);
            flip_bits(
                &mut self.row,
                span[0] as usize,
                end.min(self.columns_px) as usize,
            );
        }
        self.rows.push_row(&self.row);
    }
}

/// Inverts the bits from `start` up to `end`.
fn flip_bits(row: &mut [u8], start: usize, end: usize) {
    if start >= end {
        return;
    }
    let (first, last) = (start / 8, (end - 1) / 8);
    let first_mask = 0xFF_u8 >> (start % 8);
    let last_mask = 0xFF_u8 << (7 - (end - 1) % 8);
    if first == last {
        row[first] ^= first_mask & last_mask;
    } else {
        row[first] ^= first_mask;
        for byte in &mut row[first + 1..last] {
            *byte ^= 0xFF;
        }
        row[last] ^= last_mask;
    }
}
