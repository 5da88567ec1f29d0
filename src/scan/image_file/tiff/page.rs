//! One page of a TIFF: its strips or tiles put together.

use super::directory::{Directory, TiffBytes};
use crate::scan::codec::PictureError;
use crate::scan::codec::fax::{self, FaxOptions};
use crate::scan::codec::jpeg::{self, JpegOptions};
use crate::scan::codec::samples::{RowConverter, SampleMeaning, lay_over_white};
use crate::scan::codec::unpack;
use crate::scan::raster::{Orientation, PixelKind, RowCollector};
use crate::scan::source::ReadPage;
use crate::scan::{Limits, PageSource, resolution};
use hayro_ccitt::EncodingMode;
use std::borrow::Cow;
use std::io::Read;

/// The tags of TIFF 6.0 that are needed.
mod tag {
    pub(super) const WIDTH: u16 = 256;
    pub(super) const HEIGHT: u16 = 257;
    pub(super) const BITS_PER_SAMPLE: u16 = 258;
    pub(super) const COMPRESSION: u16 = 259;
    pub(super) const PHOTOMETRIC: u16 = 262;
    pub(super) const FILL_ORDER: u16 = 266;
    pub(super) const STRIP_OFFSETS: u16 = 273;
    pub(super) const ORIENTATION: u16 = 274;
    pub(super) const SAMPLES_PER_PIXEL: u16 = 277;
    pub(super) const ROWS_PER_STRIP: u16 = 278;
    pub(super) const STRIP_BYTE_COUNTS: u16 = 279;
    pub(super) const PLANAR_CONFIGURATION: u16 = 284;
    pub(super) const T4_OPTIONS: u16 = 292;
    pub(super) const PREDICTOR: u16 = 317;
    pub(super) const COLOR_MAP: u16 = 320;
    pub(super) const TILE_WIDTH: u16 = 322;
    pub(super) const TILE_HEIGHT: u16 = 323;
    pub(super) const TILE_OFFSETS: u16 = 324;
    pub(super) const TILE_BYTE_COUNTS: u16 = 325;
    pub(super) const EXTRA_SAMPLES: u16 = 338;
    pub(super) const JPEG_TABLES: u16 = 347;
}

/// Tag 262.
mod photometric {
    pub(super) const WHITE_IS_ZERO: u32 = 0;
    pub(super) const BLACK_IS_ZERO: u32 = 1;
    pub(super) const RGB: u32 = 2;
    pub(super) const PALETTE: u32 = 3;
    pub(super) const CMYK: u32 = 5;
    pub(super) const YCBCR: u32 = 6;
}

/// Tag 259.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Compression {
    Fax(EncodingMode, FaxRows),
    Jpeg,
    Packed(unpack::Packing),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FaxRows {
    Continuous,
    ByteAligned,
}

pub(super) fn read(
    bytes: &[u8],
    data: &TiffBytes<'_>,
    directory: &Directory<'_>,
    limits: &Limits,
) -> Result<ReadPage, PictureError> {
    let layout = Layout::read(directory)?;
    let rows = match layout.compression {
        Compression::Fax(encoding, rows) => {
            layout.read_fax(bytes, directory, encoding, rows, limits)?
        }
        Compression::Jpeg => layout.read_jpeg(bytes, directory, limits)?,
        Compression::Packed(packing) => {
            layout.read_packed(bytes, directory, packing, data.is_little_endian(), limits)?
        }
    };
    if rows.is_empty() {
        return Err(PictureError::Damaged("it holds no pixels".to_owned()));
    }
    let factor = rows.factor();
    let raster = rows.finish();
    let told = directory
        .resolution_dpi()
        .map(|(x, y)| (x / f64::from(factor), y / f64::from(factor)));
    Ok(ReadPage {
        resolution_dpi: resolution::of_file((raster.width_px, raster.height_px), told),
        raster: raster.upright(Orientation::from_exif(
            directory.number(tag::ORIENTATION).unwrap_or(1),
        )),
        source: PageSource::of_stored(factor),
    })
}

/// How the pixels of a page are laid out in the file.
struct Layout {
    width_px: u32,
    height_px: u32,
    bits: u32,
    channels: usize,
    photometric: u32,
    compression: Compression,
    is_bit_reversed: bool,
    /// Differences to the pixel on the left are stored.
    has_predictor: bool,
    chunk_width_px: u32,
    chunk_height_px: u32,
    is_tiled: bool,
}

impl Layout {
    fn read(directory: &Directory<'_>) -> Result<Self, PictureError> {
        let side = |tag| {
            directory
                .number(tag)
                .filter(|side| *side > 0)
                .ok_or_else(|| PictureError::Damaged("it has no width or height".to_owned()))
        };
        let (width_px, height_px) = (side(tag::WIDTH)?, side(tag::HEIGHT)?);
        let channels = directory.number(tag::SAMPLES_PER_PIXEL).unwrap_or(1).max(1);
        if channels > 1 && directory.number(tag::PLANAR_CONFIGURATION) == Some(2) {
            return Err(PictureError::Unsupported("separate colour planes"));
        }
        if channels > 8 {
            return Err(PictureError::Unsupported("many colour channels"));
        }
        let bits = directory.number(tag::BITS_PER_SAMPLE).unwrap_or(1);
        if !matches!(bits, 1 | 2 | 4 | 8 | 16) {
            return Err(PictureError::Unsupported(
                "an unusual number of bits a sample",
            ));
        }
        let is_tiled = directory.number(tag::TILE_WIDTH).is_some();
        let (chunk_width_px, chunk_height_px) = if is_tiled {
            (side(tag::TILE_WIDTH)?, side(tag::TILE_HEIGHT)?)
        } else {
            let rows = directory.number(tag::ROWS_PER_STRIP).unwrap_or(height_px);
            (width_px, rows.clamp(1, height_px))
        };
        let is_two_dimensional = directory.number(tag::T4_OPTIONS).unwrap_or(0) & 1 == 1;
        let compression = match directory.number(tag::COMPRESSION).unwrap_or(1) {
            1 => Compression::Packed(unpack::Packing::None),
            2 => Compression::Fax(EncodingMode::Group3_1D, FaxRows::ByteAligned),
            3 if is_two_dimensional => {
                Compression::Fax(EncodingMode::Group3_2D, FaxRows::Continuous)
            }
            3 => Compression::Fax(EncodingMode::Group3_1D, FaxRows::Continuous),
            4 => Compression::Fax(EncodingMode::Group4, FaxRows::Continuous),
            5 => Compression::Packed(unpack::Packing::Lzw { early_change: true }),
            7 => Compression::Jpeg,
            8 | 32946 => Compression::Packed(unpack::Packing::Deflate),
            32773 => Compression::Packed(unpack::Packing::PackBits),
            _ => return Err(PictureError::Unsupported("an unusual compression")),
        };
        Ok(Self {
            width_px,
            height_px,
            bits,
            channels: channels as usize,
            photometric: directory
                .number(tag::PHOTOMETRIC)
                .unwrap_or(photometric::WHITE_IS_ZERO),
            compression,
            is_bit_reversed: directory.number(tag::FILL_ORDER) == Some(2),
            has_predictor: directory.number(tag::PREDICTOR) == Some(2),
            chunk_width_px,
            chunk_height_px,
            is_tiled,
        })
    }

    fn chunks_across(&self) -> u32 {
        self.width_px.div_ceil(self.chunk_width_px)
    }

    /// The bytes of each strip or tile, in order; what lies outside the file is
    /// cut off.
    fn chunks<'b>(&self, bytes: &'b [u8], directory: &Directory<'_>) -> Vec<&'b [u8]> {
        let (offsets, counts) = if self.is_tiled {
            (tag::TILE_OFFSETS, tag::TILE_BYTE_COUNTS)
        } else {
            (tag::STRIP_OFFSETS, tag::STRIP_BYTE_COUNTS)
        };
        let counts = directory.numbers(counts);
        directory
            .numbers(offsets)
            .into_iter()
            .enumerate()
            .map(|(index, offset)| {
                let start = usize::try_from(offset).unwrap_or(usize::MAX);
                let rest = bytes.get(start..).unwrap_or_default();
                let length = counts.get(index).copied().filter(|count| *count > 0);
                let length = length.and_then(|length| usize::try_from(length).ok());
                &rest[..rest.len().min(length.unwrap_or(rest.len()))]
            })
            .collect()
    }

    fn in_bit_order<'b>(&self, chunk: &'b [u8]) -> Cow<'b, [u8]> {
        if self.is_bit_reversed {
            chunk.iter().map(|byte| byte.reverse_bits()).collect()
        } else {
            Cow::Borrowed(chunk)
        }
    }

    fn read_fax(
        &self,
        bytes: &[u8],
        directory: &Directory<'_>,
        encoding: EncodingMode,
        fax_rows: FaxRows,
        limits: &Limits,
    ) -> Result<RowCollector, PictureError> {
        if self.is_tiled || self.bits != 1 || self.channels != 1 {
            return Err(PictureError::Unsupported(
                "fax compression of other than strips",
            ));
        }
        let mut rows =
            RowCollector::new(self.width_px, self.height_px, PixelKind::Bilevel, limits)?;
        for (index, chunk) in self.chunks(bytes, directory).into_iter().enumerate() {
            if rows.is_full() {
                break;
            }
            rows.pad_to((index as u32).saturating_mul(self.chunk_height_px));
            let options = FaxOptions {
                encoding,
                columns_px: self.width_px,
                rows_px: self.chunk_height_px,
                end_of_block: fax_rows == FaxRows::Continuous,
                end_of_line: false,
                byte_aligned: fax_rows == FaxRows::ByteAligned,
                // Fax white is stored as 0.
                inverted: self.photometric == photometric::BLACK_IS_ZERO,
            };
            rows = fax::decode_onto(rows, &self.in_bit_order(chunk), &options);
        }
        Ok(rows)
    }

    fn read_jpeg(
        &self,
        bytes: &[u8],
        directory: &Directory<'_>,
        limits: &Limits,
    ) -> Result<RowCollector, PictureError> {
        let kind = match self.channels {
            1 => PixelKind::Gray,
            _ => PixelKind::Rgb,
        };
        let options = JpegOptions {
            color_transform: (self.photometric == photometric::RGB).then_some(0),
            ..JpegOptions::default()
        };
        // The page as a whole is scaled down, not its pieces.
        let unscaled = Limits {
            max_page_pixels: u64::MAX,
            max_side_px: u32::MAX,
            ..limits.clone()
        };
        let tables = directory.bytes(tag::JPEG_TABLES);
        self.assemble(bytes, directory, kind, limits, |chunk, give| {
            let whole = with_tables(chunk, tables);
            let raster = jpeg::decode(&whole, &options, &unscaled)?.raster;
            let raster = raster.promoted(kind);
            if raster.kind() != kind {
                return Err(PictureError::Damaged("its colours change".to_owned()));
            }
            let stride = kind.row_bytes(raster.width_px);
            for row in raster.bytes().chunks_exact(stride.max(1)) {
                give(row);
            }
            Ok(())
        })
    }

    fn read_packed(
        &self,
        bytes: &[u8],
        directory: &Directory<'_>,
        packing: unpack::Packing,
        is_little_endian: bool,
        limits: &Limits,
    ) -> Result<RowCollector, PictureError> {
        let meaning = self.meaning(directory)?;
        let colors = meaning.components();
        if self.channels < colors {
            return Err(PictureError::Damaged("colours are missing".to_owned()));
        }
        if self.has_predictor && !matches!(self.bits, 8 | 16) {
            return Err(PictureError::Unsupported("a predictor on packed samples"));
        }
        // 1 = alpha already multiplied in, 2 = alpha; other extra samples say nothing.
        let has_alpha = self.channels == colors + 1
            && !matches!(meaning, SampleMeaning::Palette(_))
            && self.bits >= 8
            && matches!(directory.number(tag::EXTRA_SAMPLES), Some(1 | 2));
        let inverted = [(1.0, 0.0)];
        let decode = (self.photometric == photometric::WHITE_IS_ZERO).then_some(&inverted[..]);
        let mut converter = RowConverter::new(
            self.chunk_width_px,
            self.bits,
            self.channels,
            meaning,
            decode,
        );
        let kind = converter.kind();
        let stored_bytes = converter.stored_row_bytes();
        if stored_bytes > limits.max_stream_bytes as u64 {
            return Err(PictureError::TooLarge(format!(
                "{} pixels wide",
                self.chunk_width_px
            )));
        }
        let is_wide = self.bits == 16;
        self.assemble(bytes, directory, kind, limits, |chunk, give| {
            let chunk = self.in_bit_order(chunk);
            let mut reader = unpack::reader(packing, Box::new(std::io::Cursor::new(chunk)));
            let mut stored = Vec::new();
            for _ in 0..self.chunk_height_px.min(self.height_px) {
                stored.clear();
                let read = reader.by_ref().take(stored_bytes).read_to_end(&mut stored);
                if !read.is_ok_and(|read| read as u64 == stored_bytes) {
                    break;
                }
                if is_wide && is_little_endian {
                    stored
                        .as_chunks_mut::<2>()
                        .0
                        .iter_mut()
                        .for_each(|pair| pair.reverse());
                }
                if self.has_predictor {
                    add_left(&mut stored, self.channels, is_wide);
                }
                if has_alpha {
                    lay_over_white(&mut stored, self.channels, is_wide);
                }
                give(converter.convert(&stored));
            }
            Ok(())
        })
    }

    /// Decodes the strips one after another, or the tiles one line at a time, and
    /// puts them together. A piece that is broken stays white.
    ///
    /// `decode` gives the rows of a piece one by one.
    fn assemble(
        &self,
        bytes: &[u8],
        directory: &Directory<'_>,
        kind: PixelKind,
        limits: &Limits,
        mut decode: impl FnMut(&[u8], &mut dyn FnMut(&[u8])) -> Result<(), PictureError>,
    ) -> Result<RowCollector, PictureError> {
        let mut rows = RowCollector::new(self.width_px, self.height_px, kind, limits)?;
        let across = self.chunks_across() as usize;
        let part_bytes = kind.row_bytes(self.chunk_width_px);
        let line_bytes = part_bytes as u64 * across as u64 * u64::from(self.chunk_height_px);
        if across > 1 && line_bytes > 2 * limits.max_stream_bytes as u64 {
            return Err(PictureError::TooLarge(format!(
                "tiles of {} × {} pixels",
                self.chunk_width_px, self.chunk_height_px
            )));
        }
        if kind == PixelKind::Bilevel && across > 1 && !self.chunk_width_px.is_multiple_of(8) {
            return Err(PictureError::Unsupported("tiles of an unusual width"));
        }
        let mut first_error = None;
        let chunks = self.chunks(bytes, directory);
        for (index, line) in chunks.chunks(across).enumerate() {
            if rows.is_full() {
                break;
            }
            rows.pad_to((index as u32).saturating_mul(self.chunk_height_px));
            if let [strip] = line {
                if let Err(error) = decode(strip, &mut |row| rows.push_row(row)) {
                    first_error.get_or_insert(error);
                }
                continue;
            }
            let mut parts: Vec<Vec<u8>> = Vec::with_capacity(line.len());
            for tile in line {
                let mut part = Vec::new();
                let taken = decode(tile, &mut |row| {
                    let end = part.len() + part_bytes;
                    part.extend_from_slice(&row[..row.len().min(part_bytes)]);
                    part.resize(end, kind.white());
                });
                if let Err(error) = taken {
                    first_error.get_or_insert(error);
                }
                parts.push(part);
            }
            let longest = parts.iter().map(Vec::len).max().unwrap_or(0);
            let mut row = Vec::with_capacity(part_bytes * parts.len());
            for start in (0..longest).step_by(part_bytes.max(1)) {
                row.clear();
                for part in &parts {
                    match part.get(start..start + part_bytes) {
                        Some(pixels) => row.extend_from_slice(pixels),
                        None => row.resize(row.len() + part_bytes, kind.white()),
                    }
                }
                rows.push_row(&row);
            }
        }
        match first_error {
            Some(error) if rows.is_empty() => Err(error),
            _ => Ok(rows),
        }
    }

    fn meaning(&self, directory: &Directory<'_>) -> Result<SampleMeaning, PictureError> {
        match self.photometric {
            photometric::WHITE_IS_ZERO | photometric::BLACK_IS_ZERO => Ok(SampleMeaning::Gray),
            photometric::RGB => Ok(SampleMeaning::Rgb),
            photometric::CMYK => Ok(SampleMeaning::Cmyk),
            photometric::PALETTE if self.bits <= 8 => {
                // All reds, then all greens, then all blues, 16 bits each.
                let map = directory.numbers(tag::COLOR_MAP);
                let length = 1 << self.bits;
                let sample = |index: usize| map.get(index).map_or(0, |value| (value >> 8) as u8);
                Ok(SampleMeaning::Palette(
                    (0..length)
                        .map(|color| {
                            [
                                sample(color),
                                sample(length + color),
                                sample(2 * length + color),
                            ]
                        })
                        .collect(),
                ))
            }
            photometric::YCBCR => Err(PictureError::Unsupported("uncompressed YCbCr colours")),
            _ => Err(PictureError::Unsupported("an unusual colour space")),
        }
    }
}

/// A JPEG piece with the tables that all pieces share put in front of it
/// (TIFF technical note 2).
fn with_tables<'b>(chunk: &'b [u8], tables: Option<&[u8]>) -> Cow<'b, [u8]> {
    const START: &[u8] = b"\xFF\xD8";
    const END: &[u8] = b"\xFF\xD9";
    match (tables, chunk.strip_prefix(START)) {
        (Some(tables), Some(body)) => {
            let mut whole = tables.strip_suffix(END).unwrap_or(tables).to_vec();
            whole.extend_from_slice(body);
            Cow::Owned(whole)
        }
        _ => Cow::Borrowed(chunk),
    }
}

/// Undoes the horizontal predictor (TIFF 6.0, section 14); sixteen-bit samples
/// have their upper byte first.
fn add_left(row: &mut [u8], channels: usize, is_wide: bool) {
    if is_wide {
        let samples = row.as_chunks_mut::<2>().0;
        for index in channels..samples.len() {
            let left = u16::from_be_bytes(samples[index - channels]);
            let sum = u16::from_be_bytes(samples[index]).wrapping_add(left);
            samples[index] = sum.to_be_bytes();
        }
    } else {
        for index in channels..row.len() {
            row[index] = row[index].wrapping_add(row[index - channels]);
        }
    }
}
