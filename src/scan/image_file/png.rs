//! A PNG file: one page (an animation's first picture).

use super::exif;
use crate::scan::codec::PictureError;
use crate::scan::codec::samples::{RowConverter, SampleMeaning, lay_over_white, over_white};
use crate::scan::raster::RowCollector;
use crate::scan::source::{ReadPage, SourceBytes};
use crate::scan::{Limits, PageSource, ScanError, resolution};
use png::{BitDepth, ColorType, Decoder, Transformations, Unit};
use std::io::Cursor;

/// Largest picture that is interlaced: such cannot be decoded row by row.
const MAX_INTERLACED_BYTES: usize = 400 * 1024 * 1024;

/// A PNG file.
pub(crate) struct PngFile {
    bytes: SourceBytes,
}

impl PngFile {
    pub(crate) fn new(bytes: SourceBytes) -> Self {
        Self { bytes }
    }

    pub(crate) fn read(&self, limits: &Limits) -> Result<ReadPage, ScanError> {
        decode(self.bytes.as_ref(), limits).map_err(|error| error.on("the PNG file"))
    }
}

fn decode(bytes: &[u8], limits: &Limits) -> Result<ReadPage, PictureError> {
    let mut decoder = Decoder::new_with_limits(
        Cursor::new(bytes),
        png::Limits {
            bytes: limits.max_stream_bytes,
        },
    );
    decoder.set_transformations(Transformations::IDENTITY);
    decoder.ignore_checksums(true);
    let mut reader = decoder.read_info().map_err(damaged)?;
    let info = reader.info();
    let (width_px, height_px) = (info.width, info.height);
    let depth = info.bit_depth;
    let color = info.color_type;
    let is_interlaced = info.interlaced;
    let told = info.pixel_dims.and_then(|dims| match dims.unit {
        Unit::Meter => Some((f64::from(dims.xppu) * 0.0254, f64::from(dims.yppu) * 0.0254)),
        Unit::Unspecified => None,
    });
    let hints = info
        .exif_metadata
        .as_deref()
        .map(exif::read)
        .unwrap_or_default();
    let palette = Palette::of(info);
    let bits = match depth {
        BitDepth::One => 1,
        BitDepth::Two => 2,
        BitDepth::Four => 4,
        BitDepth::Eight => 8,
        BitDepth::Sixteen => 16,
    };
    let meaning = match color {
        ColorType::Grayscale | ColorType::GrayscaleAlpha => SampleMeaning::Gray,
        ColorType::Rgb | ColorType::Rgba => SampleMeaning::Rgb,
        ColorType::Indexed => SampleMeaning::Palette(palette.colors),
    };
    let has_alpha = matches!(color, ColorType::GrayscaleAlpha | ColorType::Rgba);
    let channels = color.samples();
    let mut converter = RowConverter::new(width_px, bits, channels, meaning, None);
    let mut rows = RowCollector::new(width_px, height_px, converter.kind(), limits)?;
    let factor = rows.factor();
    let mut push = |stored: &[u8]| {
        if has_alpha {
            let mut opaque = stored.to_vec();
            lay_over_white(&mut opaque, channels, bits == 16);
            rows.push_row(converter.convert(&opaque));
        } else {
            rows.push_row(converter.convert(stored));
        }
    };
    if is_interlaced {
        let size = reader
            .output_buffer_size()
            .filter(|size| *size <= MAX_INTERLACED_BYTES)
            .ok_or_else(|| {
                PictureError::TooLarge(format!("{width_px} × {height_px} pixels, interlaced"))
            })?;
        let mut whole = vec![0; size];
        // What broke off keeps the rows that came.
        let _rest = reader.next_frame(&mut whole);
        let row_bytes = reader.output_line_size(width_px).unwrap_or(size).max(1);
        whole.chunks(row_bytes).for_each(&mut push);
    } else {
        while let Ok(Some(row)) = reader.next_row() {
            push(row.data());
        }
    }
    if rows.is_empty() {
        return Err(PictureError::Damaged("PNG: it holds no pixels".to_owned()));
    }
    let raster = rows.finish();
    let told = told
        .or(hints.resolution_dpi)
        .map(|(x, y)| (x / f64::from(factor), y / f64::from(factor)));
    Ok(ReadPage {
        resolution_dpi: resolution::of_file((raster.width_px, raster.height_px), told),
        raster: raster.upright(hints.orientation),
        source: PageSource::of_stored(factor),
    })
}

fn damaged(error: impl std::fmt::Display) -> PictureError {
    PictureError::Damaged(format!("PNG: {error}"))
}

/// A palette with its transparency laid over white.
struct Palette {
    colors: Vec<[u8; 3]>,
}

impl Palette {
    fn of(info: &png::Info<'_>) -> Self {
        let stored = info.palette.as_deref().unwrap_or_default();
        let alphas = info.trns.as_deref().unwrap_or_default();
        let colors = stored.as_chunks::<3>().0.iter().enumerate();
        Self {
            colors: colors
                .map(|(index, color)| {
                    let alpha = alphas.get(index).copied().unwrap_or(255);
                    color.map(|sample| over_white(sample, alpha))
                })
                .collect(),
        }
    }
}
