//! JPEG 2000, as the filter JPXDecode.

use super::PictureError;
use super::samples::over_white;
use crate::scan::Limits;
use crate::scan::raster::{PixelKind, Raster, RowCollector, cmyk_to_rgb};
use hayro_jpeg2000::{ColorSpace, DecodeSettings, DecoderContext, Image};

/// The decoder keeps four bytes a sample.
const MAX_SAMPLES: u64 = 120_000_000;

/// Decodes a JPEG 2000 picture; alpha is laid over white.
pub(crate) fn decode(bytes: &[u8], limits: &Limits) -> Result<Raster, PictureError> {
    let size = Image::new(bytes, &DecodeSettings::default()).map_err(damaged)?;
    let factor = limits
        .reduction_factor(size.width(), size.height())
        .max(factor_for_memory(&size));
    let settings = DecodeSettings {
        target_resolution: (factor > 1).then(|| {
            (
                size.width().div_ceil(factor),
                size.height().div_ceil(factor),
            )
        }),
        ..DecodeSettings::default()
    };
    let image = Image::new(bytes, &settings).map_err(damaged)?;
    let (width_px, height_px) = (image.width(), image.height());
    let colors = usize::from(image.color_space().num_channels());
    let channels = colors + usize::from(image.has_alpha());
    let samples = u64::from(width_px) * u64::from(height_px) * channels as u64;
    if samples > MAX_SAMPLES {
        return Err(PictureError::TooLarge(format!(
            "{width_px} × {height_px} pixels"
        )));
    }
    let kind = match (image.color_space(), colors) {
        (ColorSpace::Gray | ColorSpace::Icc { .. }, 1) => PixelKind::Gray,
        (ColorSpace::RGB | ColorSpace::Icc { .. }, 3) => PixelKind::Rgb,
        (ColorSpace::CMYK | ColorSpace::Icc { .. }, 4) => PixelKind::Rgb,
        _ => return Err(PictureError::Unsupported("a special colour space")),
    };
    let mut context = DecoderContext::default();
    let samples = image.decode(&mut context).map_err(damaged)?.data_u8();
    let mut rows = RowCollector::new(width_px, height_px, kind, limits)?;
    let mut row = Vec::with_capacity(kind.row_bytes(width_px));
    for stored in samples.chunks_exact(channels * width_px as usize) {
        row.clear();
        for pixel in stored.chunks_exact(channels) {
            let alpha = if channels > colors {
                pixel[colors]
            } else {
                255
            };
            match colors {
                1 => row.push(over_white(pixel[0], alpha)),
                3 => row.extend(pixel[..3].iter().map(|sample| over_white(*sample, alpha))),
                _ => {
                    let rgb = cmyk_to_rgb([pixel[0], pixel[1], pixel[2], pixel[3]]);
                    row.extend(rgb.map(|sample| over_white(sample, alpha)));
                }
            }
        }
        rows.push_row(&row);
    }
    Ok(rows.finish())
}

fn factor_for_memory(image: &Image<'_>) -> u32 {
    let channels = u64::from(image.color_space().num_channels()) + u64::from(image.has_alpha());
    let samples = u64::from(image.width()) * u64::from(image.height()) * channels;
    u32::try_from(samples.div_ceil(MAX_SAMPLES).isqrt() + 1).map_or(u32::MAX, |factor| {
        if samples <= MAX_SAMPLES { 1 } else { factor }
    })
}

fn damaged(error: impl std::fmt::Display) -> PictureError {
    PictureError::Damaged(format!("JPEG 2000: {error}"))
}
