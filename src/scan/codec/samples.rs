//! Uncompressed samples of 1 to 16 bits, as PDF and TIFF store them.

use crate::scan::raster::{PixelKind, cmyk_to_rgb};

/// What the samples of a row mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SampleMeaning {
    Gray,
    Rgb,
    Cmyk,
    Palette(Vec<[u8; 3]>),
}

impl SampleMeaning {
    /// Samples that make up a colour.
    pub(crate) fn components(&self) -> usize {
        match self {
            Self::Gray | Self::Palette(_) => 1,
            Self::Rgb => 3,
            Self::Cmyk => 4,
        }
    }
}

/// Turns rows of packed samples into rows of pixels.
pub(crate) struct RowConverter {
    width_px: u32,
    bits: u32,
    /// Samples stored for each pixel; those beyond the meaning's are skipped.
    channels: usize,
    meaning: SampleMeaning,
    /// For each colour component the brightness that a sample (its upper eight
    /// bits where it has sixteen) stands for.
    maps: Vec<[u8; 256]>,
    kind: PixelKind,
    /// XORed onto bilevel rows that can be taken over byte by byte.
    bilevel_inversion: Option<u8>,
    /// Rows need no change at all.
    is_plain: bool,
    row: Vec<u8>,
}

impl RowConverter {
    /// `decode` gives for each component the values (0 to 1) of the lowest and
    /// the highest sample; without it they are 0 and 1.
    pub(crate) fn new(
        width_px: u32,
        bits: u32,
        channels: usize,
        meaning: SampleMeaning,
        decode: Option<&[(f32, f32)]>,
    ) -> Self {
        let maps: Vec<[u8; 256]> = (0..meaning.components())
            .map(|component| {
                let range = decode.and_then(|decode| decode.get(component)).copied();
                sample_map(bits, range, matches!(meaning, SampleMeaning::Palette(_)))
            })
            .collect();
        let (kind, bilevel_inversion) = kind_of(&meaning, bits, channels, &maps);
        let is_plain = bits == 8
            && matches!(meaning, SampleMeaning::Gray | SampleMeaning::Rgb)
            && channels == meaning.components()
            && maps.iter().all(|map| {
                map.iter()
                    .enumerate()
                    .all(|(index, value)| index == usize::from(*value))
            });
        Self {
            width_px,
            bits,
            channels,
            meaning,
            maps,
            kind,
            bilevel_inversion,
            is_plain,
            row: Vec::new(),
        }
    }

    /// The kind of pixels that come out.
    pub(crate) fn kind(&self) -> PixelKind {
        self.kind
    }

    /// Bytes of one stored row.
    pub(crate) fn stored_row_bytes(&self) -> u64 {
        (u64::from(self.width_px) * u64::from(self.bits) * self.channels as u64).div_ceil(8)
    }

    /// One row of pixels from one stored row.
    pub(crate) fn convert<'r>(&'r mut self, stored: &'r [u8]) -> &'r [u8] {
        if self.is_plain {
            return stored;
        }
        self.row.clear();
        if let Some(inversion) = self.bilevel_inversion {
            self.row.extend(stored.iter().map(|byte| byte ^ inversion));
            return &self.row;
        }
        let width = self.width_px as usize;
        self.row.reserve(self.kind.row_bytes(self.width_px));
        for x in 0..width {
            let sample = |component: usize| {
                let index = x * self.channels + component;
                self.maps[component][usize::from(sample_at(stored, self.bits, index))]
            };
            let rgb = match &self.meaning {
                SampleMeaning::Gray => [sample(0); 3],
                SampleMeaning::Rgb => [sample(0), sample(1), sample(2)],
                SampleMeaning::Cmyk => cmyk_to_rgb([sample(0), sample(1), sample(2), sample(3)]),
                SampleMeaning::Palette(colors) => colors
                    .get(usize::from(sample(0)))
                    .copied()
                    .unwrap_or_default(),
            };
            match self.kind {
                PixelKind::Rgb => self.row.extend(rgb),
                PixelKind::Gray | PixelKind::Bilevel => self.row.push(rgb[0]),
            }
        }
        &self.row
    }
}

/// The sample at `index`, its upper eight bits where it has sixteen; missing
/// samples are 0.
fn sample_at(stored: &[u8], bits: u32, index: usize) -> u8 {
    match bits {
        8 => stored.get(index).copied().unwrap_or(0),
        16 => stored.get(index * 2).copied().unwrap_or(0),
        _ => {
            let bits = bits as usize;
            let position = index * bits;
            let byte = stored.get(position / 8).copied().unwrap_or(0);
            byte >> (8 - bits - position % 8) & ((1 << bits) - 1)
        }
    }
}

/// The brightness (or the palette index) for each possible sample.
fn sample_map(bits: u32, range: Option<(f32, f32)>, is_index: bool) -> [u8; 256] {
    let highest = (1_u32 << bits.min(8)) - 1;
    let (low, high) = range.unwrap_or(if is_index {
        (0.0, highest as f32)
    } else {
        (0.0, 1.0)
    });
    let scale = if is_index { 1.0 } else { 255.0 };
    std::array::from_fn(|sample| {
        let part = (sample as f32 / highest as f32).min(1.0);
        // The cast saturates and turns "not a number" into 0.
        ((low + part * (high - low)) * scale + 0.5) as u8
    })
}

/// The smallest kind that holds the pixels, and how to take bilevel bytes over.
fn kind_of(
    meaning: &SampleMeaning,
    bits: u32,
    channels: usize,
    maps: &[[u8; 256]],
) -> (PixelKind, Option<u8>) {
    let one_bit = bits == 1 && channels == 1;
    let two_levels = |zero: u8, one: u8| match (zero, one) {
        (0, 255) => Some(0xFF),
        (255, 0) => Some(0),
        _ => None,
    };
    match meaning {
        SampleMeaning::Gray => match two_levels(maps[0][0], maps[0][1]).filter(|_| one_bit) {
            Some(inversion) => (PixelKind::Bilevel, Some(inversion)),
            None => (PixelKind::Gray, None),
        },
        SampleMeaning::Palette(colors) => {
            let used = &colors[..colors.len().min(1 << bits.min(8))];
            if !used.iter().all(|[r, g, b]| r == g && g == b) {
                return (PixelKind::Rgb, None);
            }
            let level = |sample: usize| {
                let index = usize::from(maps[0][sample]);
                colors.get(index).map_or(0, |color| color[0])
            };
            match two_levels(level(0), level(1)).filter(|_| one_bit) {
                Some(inversion) => (PixelKind::Bilevel, Some(inversion)),
                None => (PixelKind::Gray, None),
            }
        }
        SampleMeaning::Rgb | SampleMeaning::Cmyk => (PixelKind::Rgb, None),
    }
}

/// Lays a row over white, its last channel being alpha. Of sixteen-bit samples,
/// upper byte first, only that byte counts afterwards.
pub(crate) fn lay_over_white(row: &mut [u8], channels: usize, is_wide: bool) {
    let sample_bytes = if is_wide { 2 } else { 1 };
    for pixel in row.chunks_exact_mut(channels * sample_bytes) {
        let alpha = pixel[(channels - 1) * sample_bytes];
        for sample in pixel.iter_mut().step_by(sample_bytes) {
            *sample = over_white(*sample, alpha);
        }
    }
}

/// A sample over white paper; alpha 255 hides the paper.
pub(crate) fn over_white(sample: u8, alpha: u8) -> u8 {
    let (sample, alpha) = (u16::from(sample), u16::from(alpha));
    ((sample * alpha + 255 * (255 - alpha)) / 255) as u8
}
