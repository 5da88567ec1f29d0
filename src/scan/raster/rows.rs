//! Collecting the rows of a picture into a bounded raster, scaled down on the
//! way where it would be too large. Memory follows the rows that really came,
//! up to the bound, never what a header claims.

use super::{PixelKind, Raster};
use crate::scan::Limits;
use crate::scan::codec::PictureError;

/// Takes rows top to bottom and averages blocks of `factor` × `factor` pixels.
pub(crate) struct RowCollector {
    width_px: u32,
    height_px: u32,
    kind: PixelKind,
    factor: u32,
    rows_seen: u32,
    is_padded: bool,
    bytes: Vec<u8>,
    /// Sums of the samples of the current block row; unused at factor 1.
    sums: Vec<u32>,
}

impl RowCollector {
    /// A collector for a picture said to be of this size.
    pub(crate) fn new(
        width_px: u32,
        height_px: u32,
        kind: PixelKind,
        limits: &Limits,
    ) -> Result<Self, PictureError> {
        if width_px == 0 || height_px == 0 {
            return Err(PictureError::Damaged(
                "it has no width or height".to_owned(),
            ));
        }
        if kind.row_bytes(width_px) > limits.max_stream_bytes {
            return Err(PictureError::TooLarge(format!("{width_px} pixels wide")));
        }
        let factor = limits.reduction_factor(width_px, height_px);
        let sums = if factor == 1 {
            0
        } else {
            width_px.div_ceil(factor) as usize * Self::channels(kind)
        };
        Ok(Self {
            width_px,
            height_px,
            kind,
            factor,
            rows_seen: 0,
            is_padded: false,
            bytes: Vec::new(),
            sums: vec![0; sums],
        })
    }

    fn channels(kind: PixelKind) -> usize {
        if kind == PixelKind::Rgb { 3 } else { 1 }
    }

    /// The kind the finished raster has: scaled-down bilevel pages turn grey.
    fn output_kind(&self) -> PixelKind {
        match self.kind {
            PixelKind::Bilevel if self.factor > 1 => PixelKind::Gray,
            kind => kind,
        }
    }

    /// Whether all announced rows are there.
    pub(crate) fn is_full(&self) -> bool {
        self.rows_seen >= self.height_px
    }

    /// By how much the picture is scaled down.
    pub(crate) fn factor(&self) -> u32 {
        self.factor
    }

    /// Adds one row; a row that is too short ends white, one too many is dropped.
    pub(crate) fn push_row(&mut self, row: &[u8]) {
        if self.is_full() {
            return;
        }
        self.rows_seen += 1;
        let row_bytes = self.kind.row_bytes(self.width_px);
        let row = &row[..row.len().min(row_bytes)];
        if self.factor == 1 {
            self.append_as_is(row, row_bytes);
            return;
        }
        match self.kind {
            PixelKind::Bilevel => self.add_bilevel(row),
            PixelKind::Gray => self.add_samples::<1>(row),
            PixelKind::Rgb => self.add_samples::<3>(row),
        }
        if self.rows_seen.is_multiple_of(self.factor) || self.is_full() {
            self.finish_block_row();
        }
    }

    /// Adds white rows until `row_count` rows are there.
    pub(crate) fn pad_to(&mut self, row_count: u32) {
        while self.rows_seen < row_count.min(self.height_px) {
            self.is_padded = true;
            self.push_row(&[]);
        }
    }

    fn append_as_is(&mut self, row: &[u8], row_bytes: usize) {
        self.bytes.extend_from_slice(row);
        let padding = row_bytes - row.len();
        self.bytes
            .extend(std::iter::repeat_n(self.kind.white(), padding));
        let spare_bits = self.width_px % 8;
        if self.kind == PixelKind::Bilevel
            && spare_bits != 0
            && let Some(last) = self.bytes.last_mut()
        {
            *last &= 0xFF << (8 - spare_bits);
        }
    }

    /// Sums blackness, so that missing pixels count as white.
    fn add_bilevel(&mut self, row: &[u8]) {
        for (index, byte) in row.iter().enumerate().filter(|(_, byte)| **byte != 0) {
            for bit in 0..8 {
                let x = index as u32 * 8 + bit;
                if byte & (0x80 >> bit) != 0 && x < self.width_px {
                    self.sums[(x / self.factor) as usize] += 255;
                }
            }
        }
    }

    fn add_samples<const CHANNELS: usize>(&mut self, row: &[u8]) {
        let block_bytes = self.factor as usize * CHANNELS;
        let blocks = row.chunks(block_bytes);
        for (block, sums) in blocks.zip(self.sums.chunks_exact_mut(CHANNELS)) {
            for pixel in block.chunks_exact(CHANNELS) {
                for (sample, sum) in pixel.iter().zip(sums.iter_mut()) {
                    *sum += u32::from(255 - sample);
                }
            }
        }
    }

    fn finish_block_row(&mut self) {
        let rows = match self.rows_seen % self.factor {
            0 => self.factor,
            rest => rest,
        };
        let channels = Self::channels(self.kind);
        for (index, sum) in self.sums.iter_mut().enumerate() {
            let first_column = (index / channels) as u32 * self.factor;
            let columns = self.factor.min(self.width_px - first_column);
            let darkness = u64::from(*sum) / (u64::from(columns) * u64::from(rows));
            self.bytes.push(255 - darkness.min(255) as u8);
            *sum = 0;
        }
    }

    /// The picture; rows that never came are white.
    pub(crate) fn finish(mut self) -> Raster {
        if self.factor > 1 && !self.is_full() && !self.rows_seen.is_multiple_of(self.factor) {
            self.finish_block_row();
        }
        let is_incomplete = self.is_padded || !self.is_full();
        let kind = self.output_kind();
        let width_px = self.width_px.div_ceil(self.factor);
        let height_px = self.height_px.div_ceil(self.factor);
        let length = kind.row_bytes(width_px) * height_px as usize;
        self.bytes.resize(length, kind.white());
        let mut raster = Raster::from_bytes(width_px, height_px, kind, self.bytes);
        raster.is_incomplete = is_incomplete;
        raster
    }

    /// Whether any row came at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows_seen == 0
    }
}
