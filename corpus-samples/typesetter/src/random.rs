//! Chance with a seed: the same seed gives the same scan on every machine.

/// SplitMix64 (Steele, Lea, Flood 2014): small, and good enough for dirt.
pub struct Random(u64);

impl Random {
    /// A generator for `seed`; `stream` keeps the uses of one seed apart.
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut random = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ stream.rotate_left(32));
        random.bits();
        random
    }

    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Evenly in `0.0..1.0`.
    pub fn unit(&mut self) -> f32 {
        (self.bits() >> 40) as f32 / (1u32 << 24) as f32
    }

    /// Evenly in `low..high`.
    pub fn range(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// Close to a normal distribution with mean 0 and deviation 1, in -3.46..3.46.
    pub fn normal(&mut self) -> f32 {
        (self.unit() + self.unit() + self.unit() + self.unit() - 2.0) * 1.732
    }
}

/// Smooth noise in `0.0..1.0` over the plane, with hills about `scale` pixels wide.
pub struct Hills {
    width: usize,
    scale: f32,
    heights: Vec<f32>,
}

impl Hills {
    /// Hills that cover `width` × `height` pixels.
    pub fn new(random: &mut Random, width: usize, height: usize, scale: f32) -> Self {
        let columns = (width as f32 / scale) as usize + 2;
        let rows = (height as f32 / scale) as usize + 2;
        let heights = (0..columns * rows).map(|_| random.unit()).collect();
        Self {
            width: columns,
            scale,
            heights,
        }
    }

    /// The height at a pixel.
    pub fn at(&self, x: usize, y: usize) -> f32 {
        let (fx, fy) = (x as f32 / self.scale, y as f32 / self.scale);
        let (cx, cy) = (fx as usize, fy as usize);
        let (tx, ty) = (smooth(fx - cx as f32), smooth(fy - cy as f32));
        let height = |dx: usize, dy: usize| self.heights[(cy + dy) * self.width + cx + dx];
        let top = height(0, 0) + (height(1, 0) - height(0, 0)) * tx;
        let bottom = height(0, 1) + (height(1, 1) - height(0, 1)) * tx;
        top + (bottom - top) * ty
    }
}

fn smooth(t: f32) -> f32 {
    t * t * (3.0 - 2.0 * t)
}
