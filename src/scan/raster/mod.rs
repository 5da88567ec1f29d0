//! Pixels in memory: collecting rows within bounds, turning, putting together.

mod canvas;
mod color;
mod orientation;
mod overlay;
mod rows;

pub(crate) use color::{cmyk_to_rgb, luminance};
pub(crate) use orientation::Orientation;
pub(crate) use rows::RowCollector;

use super::Pixels;

/// A picture without page number or resolution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Raster {
    pub(crate) width_px: u32,
    pub(crate) height_px: u32,
    pub(crate) pixels: Pixels,
    /// Data broke off or could not be decoded.
    pub(crate) is_incomplete: bool,
}

/// How a pixel is stored; ordered by what it can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PixelKind {
    Bilevel,
    Gray,
    Rgb,
}

impl PixelKind {
    /// Bytes of one row, padding included.
    pub(crate) fn row_bytes(self, width_px: u32) -> usize {
        match self {
            Self::Bilevel => width_px.div_ceil(8) as usize,
            Self::Gray => width_px as usize,
            Self::Rgb => width_px as usize * 3,
        }
    }

    /// The byte that fills white paper.
    pub(crate) fn white(self) -> u8 {
        match self {
            Self::Bilevel => 0,
            Self::Gray | Self::Rgb => 255,
        }
    }

    fn wrap(self, bytes: Vec<u8>) -> Pixels {
        match self {
            Self::Bilevel => Pixels::Bilevel(bytes),
            Self::Gray => Pixels::Gray(bytes),
            Self::Rgb => Pixels::Rgb(bytes),
        }
    }
}

impl Raster {
    /// White paper.
    pub(crate) fn white(width_px: u32, height_px: u32, kind: PixelKind) -> Self {
        let length = kind.row_bytes(width_px) * height_px as usize;
        Self::from_bytes(width_px, height_px, kind, vec![kind.white(); length])
    }

    pub(crate) fn from_bytes(
        width_px: u32,
        height_px: u32,
        kind: PixelKind,
        bytes: Vec<u8>,
    ) -> Self {
        Self {
            width_px,
            height_px,
            pixels: kind.wrap(bytes),
            is_incomplete: false,
        }
    }

    /// Whether there is nothing on the paper.
    pub(crate) fn is_white(&self) -> bool {
        let white = self.kind().white();
        self.bytes().iter().all(|byte| *byte == white)
    }

    pub(crate) fn kind(&self) -> PixelKind {
        match self.pixels {
            Pixels::Bilevel(_) => PixelKind::Bilevel,
            Pixels::Gray(_) => PixelKind::Gray,
            Pixels::Rgb(_) => PixelKind::Rgb,
        }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        match &self.pixels {
            Pixels::Bilevel(bytes) | Pixels::Gray(bytes) | Pixels::Rgb(bytes) => bytes,
        }
    }

    fn bytes_mut(&mut self) -> &mut [u8] {
        match &mut self.pixels {
            Pixels::Bilevel(bytes) | Pixels::Gray(bytes) | Pixels::Rgb(bytes) => bytes,
        }
    }

    /// The same picture stored in a kind that holds at least as much.
    pub(crate) fn promoted(self, kind: PixelKind) -> Self {
        if kind <= self.kind() {
            return self;
        }
        let mut canvas = Self::white(self.width_px, self.height_px, kind);
        canvas.is_incomplete = self.is_incomplete;
        canvas.paste(&self, 0, 0);
        canvas
    }
}
