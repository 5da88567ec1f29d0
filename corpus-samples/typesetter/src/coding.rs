//! Page images as bytes: JPEG, CCITT group 4, deflate.

use fax::{Color, VecWriter, encoder::Encoder as FaxEncoder};
use jpeg_encoder::{ColorType, Encoder as JpegEncoder, PixelDensity, SamplingFactor};
use miniz_oxide::deflate::compress_to_vec_zlib;

use crate::Result;
use crate::raster::Raster;
use crate::recipe::Coding;

/// A coded page image.
pub struct Coded {
    pub width: usize,
    pub height: usize,
    pub coding: Coding,
    pub bytes: Vec<u8>,
}

impl Coded {
    /// Codes a page. `quality` is for JPEG, `threshold` for bilevel pages.
    pub fn new(
        page: &Raster,
        coding: Coding,
        quality: u8,
        threshold: f32,
        dpi: u32,
    ) -> Result<Self> {
        let bytes = match coding {
            Coding::ColourJpeg => jpeg(page, &page.rgb(), ColorType::Rgb, quality, dpi)?,
            Coding::GreyJpeg => jpeg(page, &page.grey(), ColorType::Luma, quality, dpi)?,
            Coding::G4 => group4(page.width, &page.black(threshold)),
            Coding::Flate1 => deflate(&bits(page.width, &page.black(threshold))),
            Coding::Flate4 => deflate(&page.grey4()),
        };
        Ok(Self {
            width: page.width,
            height: page.height,
            coding,
            bytes,
        })
    }
}

/// Deflate in a zlib wrapper.
pub fn deflate(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec_zlib(bytes, 9)
}

fn jpeg(
    page: &Raster,
    samples: &[u8],
    colour: ColorType,
    quality: u8,
    dpi: u32,
) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new(&mut bytes, quality);
    encoder.set_density(PixelDensity::dpi(u16::try_from(dpi)?));
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.set_optimized_huffman_tables(true);
    encoder.encode(
        samples,
        u16::try_from(page.width)?,
        u16::try_from(page.height)?,
        colour,
    )?;
    Ok(bytes)
}

fn group4(width: usize, black: &[bool]) -> Vec<u8> {
    let mut encoder = FaxEncoder::new(VecWriter::new());
    for row in black.chunks(width) {
        let dots = row
            .iter()
            .map(|b| if *b { Color::Black } else { Color::White });
        let Ok(()) = encoder.encode_line(dots, width as u32);
    }
    let Ok(writer) = encoder.finish();
    writer.finish()
}

/// One bit a pixel, white is 1, rows padded to whole bytes.
fn bits(width: usize, black: &[bool]) -> Vec<u8> {
    let pack = |eight: &[bool]| {
        eight.iter().enumerate().fold(
            0xff_u8,
            |byte, (i, b)| if *b { byte & !(0x80 >> i) } else { byte },
        )
    };
    black
        .chunks(width)
        .flat_map(|row| row.chunks(8).map(pack))
        .collect()
}
