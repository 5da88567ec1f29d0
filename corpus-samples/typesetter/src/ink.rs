//! What people add to the print: numbers and days written with a pen, signatures, stamps.

use crate::random::{Hills, Random};
use crate::raster::{Mask, Raster};
use crate::typeset::Handwriting;

/// Blue of a ball pen.
pub const PEN_BLUE: [f32; 3] = [0.13, 0.20, 0.58];
/// Black of a gel pen.
pub const PEN_BLACK: [f32; 3] = [0.12, 0.12, 0.14];

type Stroke = &'static [(f32, f32)];

/// The strokes of a character in a box one unit high: x from 0, y upward from the baseline.
fn strokes(character: char) -> &'static [Stroke] {
    match character {
        '0' => &[&[
            (0.34, 0.96),
            (0.10, 0.72),
            (0.08, 0.30),
            (0.30, 0.02),
            (0.52, 0.28),
            (0.54, 0.70),
            (0.32, 0.95),
            (0.24, 0.90),
        ]],
        '1' => &[&[(0.10, 0.70), (0.34, 0.98), (0.30, 0.50), (0.26, 0.0)]],
        '2' => &[&[
            (0.08, 0.76),
            (0.26, 0.98),
            (0.48, 0.80),
            (0.36, 0.44),
            (0.06, 0.04),
            (0.28, 0.08),
            (0.58, 0.02),
        ]],
        '3' => &[&[
            (0.10, 0.90),
            (0.36, 0.98),
            (0.48, 0.76),
            (0.24, 0.54),
            (0.50, 0.36),
            (0.42, 0.06),
            (0.06, 0.06),
        ]],
        '4' => &[
            &[
                (0.36, 0.98),
                (0.20, 0.62),
                (0.06, 0.34),
                (0.34, 0.36),
                (0.60, 0.38),
            ],
            &[(0.46, 0.62), (0.42, 0.30), (0.38, -0.06)],
        ],
        '5' => &[
            &[
                (0.18, 0.94),
                (0.14, 0.72),
                (0.10, 0.54),
                (0.38, 0.58),
                (0.50, 0.32),
                (0.34, 0.04),
                (0.04, 0.06),
            ],
            &[(0.18, 0.94), (0.36, 0.94), (0.56, 0.98)],
        ],
        '6' => &[&[
            (0.46, 0.96),
            (0.22, 0.74),
            (0.08, 0.34),
            (0.24, 0.02),
            (0.48, 0.16),
            (0.44, 0.42),
            (0.24, 0.44),
            (0.10, 0.26),
        ]],
        '7' => &[
            &[
                (0.06, 0.90),
                (0.30, 0.92),
                (0.56, 0.96),
                (0.38, 0.50),
                (0.24, -0.02),
            ],
            &[(0.18, 0.46), (0.36, 0.48), (0.52, 0.50)],
        ],
        '8' => &[&[
            (0.48, 0.88),
            (0.24, 0.98),
            (0.12, 0.76),
            (0.36, 0.52),
            (0.48, 0.22),
            (0.24, 0.0),
            (0.10, 0.22),
            (0.32, 0.52),
            (0.50, 0.80),
            (0.40, 0.94),
        ]],
        '9' => &[&[
            (0.48, 0.80),
            (0.26, 0.97),
            (0.10, 0.72),
            (0.28, 0.52),
            (0.48, 0.74),
            (0.46, 0.40),
            (0.36, -0.04),
        ]],
        '/' => &[&[(0.50, 1.05), (0.28, 0.50), (0.06, -0.10)]],
        _ => &[],
    }
}

/// Writes digits with a pen at a place of the page.
pub fn write(
    page: &mut Raster,
    hand: &Handwriting,
    dpi: u32,
    colour: [f32; 3],
    random: &mut Random,
) {
    let scale = dpi as f32 / 72.0;
    let size = hand.size as f32 * scale * 0.92;
    let count = hand.text.chars().count() as f32;
    let slack = (hand.room as f32 * scale - count * size * 0.52).max(0.0);
    let mut x = hand.x as f32 * scale + slack * 0.4;
    let slant = random.range(0.05, 0.24);
    let climb = random.range(-0.03, 0.05);
    let mut y = hand.y as f32 * scale - size * random.range(-0.04, 0.08);
    for character in hand.text.chars() {
        let tall = size * random.range(0.92, 1.12);
        let wide = size * random.range(0.80, 0.98);
        for stroke in strokes(character) {
            let shaken: Vec<(f32, f32)> = stroke
                .iter()
                .map(|(u, v)| {
                    let u = u + random.normal() * 0.022;
                    let v = v + random.normal() * 0.022;
                    (x + (u + v * slant) * wide, y - v * tall)
                })
                .collect();
            draw(page, &shaken, 0.42 * scale, colour, random);
        }
        x += size * random.range(0.48, 0.58);
        y -= size * climb;
    }
}

/// A signature of loops and a long tail about (`x`, `y`), in points.
pub fn sign(page: &mut Raster, x: f64, y: f64, seed: u64, dpi: u32, colour: [f32; 3]) {
    let scale = dpi as f32 / 72.0;
    let mut random = Random::new(seed, 77);
    let (x, y) = (x as f32 * scale, y as f32 * scale);
    let length = random.range(80.0, 125.0) * scale;
    let high = random.range(13.0, 21.0) * scale;
    let loops = random.range(3.2, 6.0);
    let rise = random.range(-0.16, 0.02);
    let (pitch, lean, start) = (
        random.range(0.45, 1.6),
        random.range(0.2, 0.9),
        random.range(0.0, 6.0),
    );
    let points: Vec<(f32, f32)> = (0..72)
        .map(|i| {
            let t = i as f32 / 71.0;
            let turn = t * loops * std::f32::consts::TAU;
            let sway = 1.0 - 0.8 * t;
            let px = x - length * 0.5 + length * t + libm::cosf(turn * pitch) * high * lean * sway;
            let wave = libm::sinf(turn + start) * high * sway * random.range(0.7, 1.15);
            (px, y + wave + rise * length * t)
        })
        .collect();
    draw(page, &points, 0.55 * scale, colour, &mut random);
    if random.unit() < 0.6 {
        let bow = random.range(-0.5, 0.5);
        let initial: Vec<(f32, f32)> = (0..7)
            .map(|i| {
                let t = i as f32 / 6.0;
                let bent = bow * libm::sinf(t * std::f32::consts::PI);
                (
                    x - length * (0.46 - bent),
                    y + high * (1.4 - 3.2 * t) + random.normal() * scale,
                )
            })
            .collect();
        draw(page, &initial, 0.62 * scale, colour, &mut random);
    }
    let (back, dip) = (random.range(0.5, 1.15), random.range(-0.9, 0.9));
    let tail: Vec<(f32, f32)> = (0..6)
        .map(|i| {
            let t = i as f32 / 5.0;
            (
                x + length * (0.55 - back * t),
                y + high * (0.9 + dip * libm::sinf(t * 4.0)),
            )
        })
        .collect();
    draw(page, &tail, 0.45 * scale, colour, &mut random);
}

/// How a stamp is pressed down: its centre in points, its turn in degrees.
pub struct Press {
    pub x: f64,
    pub y: f64,
    pub turn: f64,
    pub strength: f32,
    pub colour: [f32; 3],
    pub dpi: u32,
}

impl Press {
    /// Inks the page. The cushion was not evenly wet: hills of noise take ink away.
    pub fn down(&self, page: &mut Raster, mask: &Mask, random: &mut Random) {
        let scale = f64::from(self.dpi) / 72.0;
        let (cx, cy) = ((self.x * scale) as f32, (self.y * scale) as f32);
        let angle = self.turn as f32 * std::f32::consts::PI / 180.0;
        let (sin, cos) = (libm::sinf(angle), libm::cosf(angle));
        let wet = Hills::new(random, page.width, page.height, self.dpi as f32 / 9.0);
        let grain = Hills::new(random, page.width, page.height, self.dpi as f32 / 90.0);
        let reach = (mask.width.max(mask.height) as f32 * 0.75) as i64;
        for py in (cy as i64 - reach).max(0)..(cy as i64 + reach).min(page.height as i64) {
            for px in (cx as i64 - reach).max(0)..(cx as i64 + reach).min(page.width as i64) {
                let (dx, dy) = (px as f32 - cx, py as f32 - cy);
                let u = dx * cos + dy * sin + mask.width as f32 / 2.0;
                let v = dy * cos - dx * sin + mask.height as f32 / 2.0;
                let cover = mask.sample(u, v);
                if cover > 0.0 {
                    let (hx, hy) = (px as usize, py as usize);
                    let wetness = 0.72 + 0.5 * wet.at(hx, hy) - 0.35 * grain.at(hx, hy);
                    page.ink(
                        px,
                        py,
                        self.colour,
                        (cover * wetness * self.strength).clamp(0.0, 1.0),
                    );
                }
            }
        }
    }
}

/// Draws a smooth line through the points, thick where the pen is slow.
fn draw(
    page: &mut Raster,
    points: &[(f32, f32)],
    radius: f32,
    colour: [f32; 3],
    random: &mut Random,
) {
    let at = |i: usize| points[i.min(points.len() - 1)];
    let mut cover = Cover::default();
    for i in 0..points.len().saturating_sub(1) {
        let (p0, p1, p2, p3) = (at(i.saturating_sub(1)), at(i), at(i + 1), at(i + 2));
        let length = libm::hypotf(p2.0 - p1.0, p2.1 - p1.1);
        let steps = (length * 1.5) as usize + 2;
        let pressure = random.range(0.8, 1.25);
        for step in 0..steps {
            let t = step as f32 / steps as f32;
            let x = catmull_rom(p0.0, p1.0, p2.0, p3.0, t);
            let y = catmull_rom(p0.1, p1.1, p2.1, p3.1, t);
            cover.dot(x, y, radius * pressure);
        }
    }
    for ((x, y), amount) in cover.0 {
        page.ink(x, y, colour, amount * 0.92);
    }
}

/// A line's cover of each pixel it touches, so that crossing itself does not double the ink.
#[derive(Default)]
struct Cover(std::collections::BTreeMap<(i64, i64), f32>);

impl Cover {
    fn dot(&mut self, x: f32, y: f32, radius: f32) {
        let reach = radius as i64 + 2;
        for py in y as i64 - reach..=y as i64 + reach {
            for px in x as i64 - reach..=x as i64 + reach {
                let distance = libm::hypotf(px as f32 - x, py as f32 - y);
                let amount = (radius + 0.5 - distance).clamp(0.0, 1.0);
                if amount > 0.0 {
                    let known = self.0.entry((px, py)).or_default();
                    *known = known.max(amount);
                }
            }
        }
    }
}

fn catmull_rom(a: f32, b: f32, c: f32, d: f32, t: f32) -> f32 {
    0.5 * (2.0 * b
        + (c - a) * t
        + (2.0 * a - 5.0 * b + 4.0 * c - d) * t * t
        + (3.0 * b - a - 3.0 * c + d) * t * t * t)
}
