//! The page while it becomes a scan: an RGB image in which ink takes light away.

use crate::typeset::Print;

/// An RGB image, one `f32` in `0.0..=1.0` a channel (1 is white).
#[derive(Clone)]
pub struct Raster {
    pub width: usize,
    pub height: usize,
    pub pixels: Vec<[f32; 3]>,
}

/// How much of an ink lies on each pixel, `0.0..=1.0`.
pub struct Mask {
    pub width: usize,
    pub height: usize,
    pub cover: Vec<f32>,
}

impl Raster {
    /// A white page.
    pub fn white(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            pixels: vec![[1.0; 3]; width * height],
        }
    }

    /// A printed page on white paper.
    pub fn from_print(print: &Print) -> Self {
        let pixels = print.rgba.chunks_exact(4).map(|p| {
            let alpha = f32::from(p[3]) / 255.0;
            [0, 1, 2].map(|c| 1.0 - alpha * (1.0 - f32::from(p[c]) / 255.0))
        });
        Self {
            width: print.width,
            height: print.height,
            pixels: pixels.collect(),
        }
    }

    /// Lays ink of `colour` over one pixel. Inks multiply: blue under red is dark.
    pub fn ink(&mut self, x: i64, y: i64, colour: [f32; 3], cover: f32) {
        if x < 0 || y < 0 || x >= self.width as i64 || y >= self.height as i64 {
            return;
        }
        let pixel = &mut self.pixels[y as usize * self.width + x as usize];
        for (channel, c) in pixel.iter_mut().zip(colour) {
            *channel *= 1.0 - cover * (1.0 - c);
        }
    }

    /// The colour between pixels, white outside the page.
    pub fn sample(&self, x: f32, y: f32) -> [f32; 3] {
        let (x0, y0) = (libm::floorf(x), libm::floorf(y));
        let (tx, ty) = (x - x0, y - y0);
        let pixel = |dx: f32, dy: f32| {
            let (px, py) = (x0 + dx, y0 + dy);
            if px < 0.0 || py < 0.0 || px >= self.width as f32 || py >= self.height as f32 {
                [1.0; 3]
            } else {
                self.pixels[py as usize * self.width + px as usize]
            }
        };
        let (a, b, c, d) = (
            pixel(0.0, 0.0),
            pixel(1.0, 0.0),
            pixel(0.0, 1.0),
            pixel(1.0, 1.0),
        );
        [0, 1, 2].map(|i| {
            let top = a[i] + (b[i] - a[i]) * tx;
            let bottom = c[i] + (d[i] - c[i]) * tx;
            top + (bottom - top) * ty
        })
    }

    /// Turned by a quarter against the clock, as it lies in a file whose `/Rotate` is 90.
    pub fn quarter_turn(&self) -> Self {
        let mut turned = Self::white(self.height, self.width);
        for y in 0..self.height {
            for x in 0..self.width {
                turned.pixels[(self.width - 1 - x) * self.height + y] =
                    self.pixels[y * self.width + x];
            }
        }
        turned
    }

    /// Rows `from..to` as an image of their own.
    pub fn rows(&self, from: usize, to: usize) -> Self {
        let pixels = self.pixels[from * self.width..to * self.width].to_vec();
        Self {
            width: self.width,
            height: to - from,
            pixels,
        }
    }

    /// Three bytes a pixel.
    pub fn rgb(&self) -> Vec<u8> {
        self.pixels.iter().flat_map(|p| p.map(byte)).collect()
    }

    /// One byte a pixel.
    pub fn grey(&self) -> Vec<u8> {
        self.pixels.iter().map(|p| byte(light(p))).collect()
    }

    /// Four bits a pixel, rows padded to whole bytes.
    pub fn grey4(&self) -> Vec<u8> {
        let nibble = |p: &[f32; 3]| ((light(p).clamp(0.0, 1.0) * 15.0) + 0.5) as u8;
        let row = |row: &[[f32; 3]]| -> Vec<u8> {
            row.chunks(2)
                .map(|two| nibble(&two[0]) << 4 | two.get(1).map_or(15, nibble))
                .collect()
        };
        self.pixels.chunks(self.width).flat_map(row).collect()
    }

    /// `true` where a bilevel scanner sees black.
    pub fn black(&self, threshold: f32) -> Vec<bool> {
        self.pixels.iter().map(|p| light(p) < threshold).collect()
    }
}

impl Mask {
    /// How dark a drawing on clear ground is at each pixel.
    pub fn from_alpha(print: &Print) -> Self {
        let cover = print
            .rgba
            .chunks_exact(4)
            .map(|p| f32::from(p[3]) / 255.0)
            .collect();
        Self {
            width: print.width,
            height: print.height,
            cover,
        }
    }

    /// The cover between pixels, none outside.
    pub fn sample(&self, x: f32, y: f32) -> f32 {
        let (x0, y0) = (libm::floorf(x), libm::floorf(y));
        let (tx, ty) = (x - x0, y - y0);
        let at = |dx: f32, dy: f32| {
            let (px, py) = (x0 + dx, y0 + dy);
            let inside =
                px >= 0.0 && py >= 0.0 && px < self.width as f32 && py < self.height as f32;
            if inside {
                self.cover[py as usize * self.width + px as usize]
            } else {
                0.0
            }
        };
        let top = at(0.0, 0.0) + (at(1.0, 0.0) - at(0.0, 0.0)) * tx;
        let bottom = at(0.0, 1.0) + (at(1.0, 1.0) - at(0.0, 1.0)) * tx;
        top + (bottom - top) * ty
    }
}

/// Brightness as an eye or a grey scanner sees it.
pub fn light(p: &[f32; 3]) -> f32 {
    0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2]
}

/// A channel as a byte.
pub fn byte(value: f32) -> u8 {
    (value.clamp(0.0, 1.0) * 255.0 + 0.5) as u8
}
