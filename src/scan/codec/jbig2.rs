//! JBIG2 (ITU-T T.88), as the filter JBIG2Decode.

use super::PictureError;
use crate::scan::Limits;
use crate::scan::raster::{PixelKind, Raster, RowCollector};
use hayro_jbig2::{DecodeSettings, Decoder, File, Globals, Page};

/// Decodes an embedded JBIG2 page; `inverted` shows black as white.
pub(crate) fn decode(
    bytes: &[u8],
    globals: Option<&[u8]>,
    inverted: bool,
    limits: &Limits,
) -> Result<Raster, PictureError> {
    const FILE_MAGIC: &[u8] = b"\x97JB2\r\n\x1a\n";
    let settings = DecodeSettings::default();
    if bytes.starts_with(FILE_MAGIC) {
        // Not allowed inside a PDF, but seen.
        let file = File::new(bytes, &settings).map_err(damaged)?;
        let page = file
            .page(0)
            .ok_or_else(|| PictureError::Damaged("JBIG2: it has no page".to_owned()))?;
        return decode_page(&page, inverted, limits);
    }
    let globals = globals
        .map(|bytes| Globals::new(bytes, &settings))
        .transpose()
        .map_err(damaged)?;
    let page = Page::new_embedded(bytes, globals.as_ref(), &settings).map_err(damaged)?;
    decode_page(&page, inverted, limits)
}

fn damaged(error: impl std::fmt::Display) -> PictureError {
    PictureError::Damaged(format!("JBIG2: {error}"))
}

fn decode_page(page: &Page<'_>, inverted: bool, limits: &Limits) -> Result<Raster, PictureError> {
    let rows = RowCollector::new(page.width(), page.height(), PixelKind::Bilevel, limits)?;
    // The decoder keeps the whole page at one bit a pixel.
    let whole_bytes = PixelKind::Bilevel.row_bytes(page.width()) as u64 * u64::from(page.height());
    if whole_bytes > limits.max_stream_bytes as u64 {
        return Err(PictureError::TooLarge(format!(
            "{} × {} pixels",
            page.width(),
            page.height()
        )));
    }
    let mut sink = Sink {
        rows,
        row: Vec::with_capacity(PixelKind::Bilevel.row_bytes(page.width()) + 1),
        bits: 0,
        inversion: if inverted { 0xFF } else { 0 },
    };
    page.decode(&mut sink).map_err(damaged)?;
    Ok(sink.rows.finish())
}

struct Sink {
    rows: RowCollector,
    row: Vec<u8>,
    /// Pixels of the last byte of `row` that are set; 0 when it is complete.
    bits: u32,
    inversion: u8,
}

impl Decoder for Sink {
    fn push_pixel(&mut self, black: bool) {
        if self.bits == 0 {
            self.row.push(0);
        }
        if let Some(last) = self.row.last_mut() {
            *last |= u8::from(black) << (7 - self.bits);
        }
        self.bits = (self.bits + 1) % 8;
    }

    fn push_pixel_chunk(&mut self, black: bool, chunk_count: u32) {
        let byte = if black { 0xFF } else { 0 };
        self.row
            .extend(std::iter::repeat_n(byte, chunk_count as usize));
    }

    fn next_line(&mut self) {
        for byte in &mut self.row {
            *byte ^= self.inversion;
        }
        self.rows.push_row(&self.row);
        self.row.clear();
        self.bits = 0;
    }
}
