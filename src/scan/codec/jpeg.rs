//! JPEG, as a file and as the filter DCTDecode.

use super::PictureError;
use crate::scan::Limits;
use crate::scan::raster::{PixelKind, Raster, RowCollector, cmyk_to_rgb};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// Most decoded bytes held at once; a picture beyond it is decoded in grey, a
/// grey picture beyond it not at all.
const MAX_DECODED_BYTES: usize = 400 * 1024 * 1024;

/// What stands outside the JPEG data and changes their meaning.
#[derive(Debug, Clone, Default)]
pub(crate) struct JpegOptions {
    /// The value of `ColorTransform` in a PDF.
    pub(crate) color_transform: Option<i32>,
    /// A table for each component that its samples pass through.
    pub(crate) sample_maps: Option<Vec<[u8; 256]>>,
    /// Whether four-component samples are stored inverted, as Adobe's programs do
    /// in files of their own. A PDF says so by its `Decode` array instead.
    pub(crate) inverted_cmyk: bool,
}

/// A decoded JPEG and what its header tells.
pub(crate) struct DecodedJpeg {
    pub(crate) raster: Raster,
    /// By how much it was scaled down.
    pub(crate) factor: u32,
    pub(crate) exif: Option<Vec<u8>>,
    /// Pixels an inch across and down, from the JFIF header.
    pub(crate) density_dpi: Option<(u32, u32)>,
}

/// Decodes a JPEG. Data that break off give the rows that came, the rest grey.
pub(crate) fn decode(
    bytes: &[u8],
    options: &JpegOptions,
    limits: &Limits,
) -> Result<DecodedJpeg, PictureError> {
    let settings = DecoderOptions::default()
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX));
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), settings);
    decoder.decode_headers().map_err(damaged)?;
    let (Some(info), Some(stored)) = (decoder.info(), decoder.input_colorspace()) else {
        return Err(PictureError::Damaged("its header is missing".to_owned()));
    };
    let (width, height) = (usize::from(info.width), usize::from(info.height));
    if width == 0 || height == 0 {
        return Err(PictureError::Damaged(
            "it has no width or height".to_owned(),
        ));
    }
    let pixels = width * height;
    let mut wanted = match stored {
        ColorSpace::Luma | ColorSpace::LumaA => ColorSpace::Luma,
        ColorSpace::CMYK if info.components == 4 => ColorSpace::CMYK,
        ColorSpace::YCCK => ColorSpace::YCCK,
        ColorSpace::YCbCr if options.color_transform == Some(0) => ColorSpace::YCbCr,
        _ => ColorSpace::RGB,
    };
    if pixels * wanted.num_components() > MAX_DECODED_BYTES
        && matches!(stored, ColorSpace::YCbCr | ColorSpace::RGB)
    {
        wanted = ColorSpace::Luma;
    }
    if pixels * wanted.num_components() > MAX_DECODED_BYTES {
        return Err(PictureError::TooLarge(format!("{width} × {height} pixels")));
    }
    decoder.set_options(settings.jpeg_set_out_colorspace(wanted));
    let mut samples = if wanted == ColorSpace::RGB && has_a_scan_for_each_component(bytes) {
        decode_component_scans(bytes)?
    } else {
        decoder.decode().map_err(damaged)?
    };
    let exif = decoder.exif().cloned();
    let density_dpi = density(&info);
    let kind = match wanted {
        ColorSpace::Luma => PixelKind::Gray,
        _ => PixelKind::Rgb,
    };
    if wanted == ColorSpace::YCCK {
        ycck_to_cmyk(&mut samples);
    }
    if let Some(maps) = &options.sample_maps
        && maps.len() == wanted.num_components()
    {
        for pixel in samples.chunks_exact_mut(maps.len()) {
            for (sample, map) in pixel.iter_mut().zip(maps) {
                *sample = map[usize::from(*sample)];
            }
        }
    }
    if wanted.num_components() == 4 {
        samples = cmyk_samples_to_rgb(samples, options.inverted_cmyk);
    }
    let (width_px, height_px) = (u32::from(info.width), u32::from(info.height));
    samples.resize(kind.row_bytes(width_px) * height, kind.white());
    let factor = limits.reduction_factor(width_px, height_px);
    let mut raster = if factor == 1 {
        Raster::from_bytes(width_px, height_px, kind, samples)
    } else {
        let mut rows = RowCollector::new(width_px, height_px, kind, limits)?;
        for row in samples.chunks_exact(kind.row_bytes(width_px)) {
            rows.push_row(row);
        }
        rows.finish()
    };
    raster.is_incomplete |= !ends_properly(bytes);
    Ok(DecodedJpeg {
        raster,
        factor,
        exif,
        density_dpi,
    })
}

fn damaged(error: impl std::fmt::Debug) -> PictureError {
    PictureError::Damaged(format!("JPEG: {error:?}"))
}

/// Whether a sequential JPEG brings its colour components one after the other
/// (ITU-T T.81, A.2.2: non-interleaved) instead of block by block. `zune-jpeg`
/// 0.5 gives stripes of wrong colour for these where colour is subsampled.
fn has_a_scan_for_each_component(bytes: &[u8]) -> bool {
    const SEQUENTIAL_FRAMES: [u8; 2] = [0xC0, 0xC1];
    const START_OF_SCAN: u8 = 0xDA;
    let mut n_frame_components = None;
    let mut at = 2;
    while let [0xFF, marker, high, low, segment @ ..] = bytes.get(at..).unwrap_or_default() {
        if SEQUENTIAL_FRAMES.contains(marker) {
            n_frame_components = segment.get(5).copied();
        }
        if *marker == START_OF_SCAN {
            return n_frame_components
                .is_some_and(|n_components| segment.first() < Some(&n_components));
        }
        at += 2 + usize::from(u16::from_be_bytes([*high, *low]));
    }
    false
}

/// Decodes to RGB with the slower decoder that takes the components one by one.
fn decode_component_scans(bytes: &[u8]) -> Result<Vec<u8>, PictureError> {
    let mut decoder = jpeg_decoder::Decoder::new(bytes);
    decoder.set_max_decoding_buffer_size(MAX_DECODED_BYTES);
    let samples = decoder.decode().map_err(damaged)?;
    match decoder.info() {
        Some(info) if info.pixel_format == jpeg_decoder::PixelFormat::RGB24 => Ok(samples),
        _ => Err(PictureError::Damaged(
            "JPEG: its colours contradict its header".to_owned(),
        )),
    }
}

/// Whether an end marker stands near the end; the decoder fills up what is
/// missing without saying so.
fn ends_properly(bytes: &[u8]) -> bool {
    const WINDOW_BYTES: usize = 4096;
    bytes[bytes.len().saturating_sub(WINDOW_BYTES)..]
        .windows(2)
        .any(|pair| pair == [0xFF, 0xD9])
}

fn density(info: &zune_jpeg::ImageInfo) -> Option<(u32, u32)> {
    let (x, y) = (u32::from(info.x_density), u32::from(info.y_density));
    match info.pixel_density {
        // JFIF: 1 = dots an inch, 2 = dots a centimetre.
        1 if x > 0 && y > 0 => Some((x, y)),
        2 if x > 0 && y > 0 => Some((x * 254 / 100, y * 254 / 100)),
        _ => None,
    }
}

/// Rec. 601 with the ink inverted, as libjpeg does it.
fn ycck_to_cmyk(samples: &mut [u8]) {
    for pixel in samples.chunks_exact_mut(4) {
        let (y, cb, cr) = (
            f32::from(pixel[0]),
            f32::from(pixel[1]) - 128.0,
            f32::from(pixel[2]) - 128.0,
        );
        pixel[0] = (255.5 - (y + 1.402 * cr)) as u8;
        pixel[1] = (255.5 - (y - 0.344_14 * cb - 0.714_14 * cr)) as u8;
        pixel[2] = (255.5 - (y + 1.772 * cb)) as u8;
    }
}

fn cmyk_samples_to_rgb(mut samples: Vec<u8>, inverted: bool) -> Vec<u8> {
    let pixels = samples.len() / 4;
    for index in 0..pixels {
        let from = index * 4;
        let mut inks = [
            samples[from],
            samples[from + 1],
            samples[from + 2],
            samples[from + 3],
        ];
        if inverted {
            inks = inks.map(|ink| 255 - ink);
        }
        samples[index * 3..index * 3 + 3].copy_from_slice(&cmyk_to_rgb(inks));
    }
    samples.truncate(pixels * 3);
    samples
}
