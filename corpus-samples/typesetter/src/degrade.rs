//! What paper, copier and scanner do to a page. Every step is seeded.

use crate::random::{Hills, Random};
use crate::raster::Raster;
use crate::recipe::Dirt;

/// Makes a clean, inked page look scanned. `behind` is the page on the back of the sheet.
pub fn scan(
    page: &Raster,
    behind: Option<&Raster>,
    dirt: &Dirt,
    dpi: u32,
    random: &mut Random,
) -> Raster {
    let mut page = page.clone();
    if dirt.faint > 0.0 {
        fade(&mut page, dirt.faint, dpi, random);
    }
    if let Some(back) = behind.filter(|_| dirt.show_through > 0.0) {
        show_through(&mut page, back, dirt.show_through);
    }
    let mut page = turn(
        &page,
        dirt.skew + random.range(-0.15, 0.15) * dirt.skew.abs(),
        random,
    );
    if dirt.blur > 0.0 {
        blur(&mut page, dirt.blur);
    }
    paper(&mut page, dirt, random);
    if dirt.fold {
        fold(&mut page, random);
    }
    if dirt.edge > 0.0 {
        edge(&mut page, dirt.edge, dpi, random);
    }
    specks(&mut page, dirt.specks, dpi, random);
    if dirt.noise > 0.0 {
        for pixel in &mut page.pixels {
            let shift = random.normal() * dirt.noise;
            pixel.iter_mut().for_each(|c| *c += shift);
        }
    }
    page
}

/// Print that runs out of toner: lighter everywhere, lightest in patches.
fn fade(page: &mut Raster, amount: f32, dpi: u32, random: &mut Random) {
    let patches = Hills::new(random, page.width, page.height, dpi as f32 * 1.4);
    let grain = Hills::new(random, page.width, page.height, dpi as f32 / 110.0);
    for y in 0..page.height {
        for x in 0..page.width {
            let kept =
                1.0 - amount * (0.45 + 0.55 * patches.at(x, y) + 0.5 * (grain.at(x, y) - 0.5));
            let pixel = &mut page.pixels[y * page.width + x];
            pixel
                .iter_mut()
                .for_each(|c| *c = 1.0 - (1.0 - *c) * kept.clamp(0.0, 1.0));
        }
    }
}

/// The back of the sheet, mirrored and soft, through thin paper.
fn show_through(page: &mut Raster, back: &Raster, amount: f32) {
    let mut soft = back.clone();
    blur(&mut soft, 1.6);
    for y in 0..page.height.min(soft.height) {
        for x in 0..page.width.min(soft.width) {
            let ghost = soft.pixels[y * soft.width + (soft.width - 1 - x)];
            page.ink(x as i64, y as i64, ghost, amount);
        }
    }
}

/// Paper laid askew on the glass: a small turn and a small shift.
fn turn(page: &Raster, degrees: f32, random: &mut Random) -> Raster {
    let angle = degrees * std::f32::consts::PI / 180.0;
    let (sin, cos) = (libm::sinf(angle), libm::cosf(angle));
    let (cx, cy) = (page.width as f32 / 2.0, page.height as f32 / 2.0);
    let (sx, sy) = (random.range(-4.0, 4.0), random.range(-4.0, 4.0));
    let mut turned = Raster::white(page.width, page.height);
    for y in 0..page.height {
        for x in 0..page.width {
            let (dx, dy) = (x as f32 - cx + sx, y as f32 - cy + sy);
            turned.pixels[y * page.width + x] =
                page.sample(cx + dx * cos - dy * sin, cy + dx * sin + dy * cos);
        }
    }
    turned
}

/// Soft optics: a small binomial blur, mixed with the sharp page by `amount` (above 1: twice).
fn blur(page: &mut Raster, amount: f32) {
    let mut left = amount;
    while left > 0.0 {
        let share = left.min(1.0);
        for horizontal in [true, false] {
            let sharp = page.clone();
            for y in 0..page.height {
                for x in 0..page.width {
                    let (before, after) = if horizontal {
                        (
                            y * page.width + x.saturating_sub(1),
                            y * page.width + (x + 1).min(page.width - 1),
                        )
                    } else {
                        (
                            y.saturating_sub(1) * page.width + x,
                            (y + 1).min(page.height - 1) * page.width + x,
                        )
                    };
                    let here = y * page.width + x;
                    for c in 0..3 {
                        let mean = 0.25 * sharp.pixels[before][c]
                            + 0.5 * sharp.pixels[here][c]
                            + 0.25 * sharp.pixels[after][c];
                        page.pixels[here][c] += (mean - sharp.pixels[here][c]) * share;
                    }
                }
            }
        }
        left -= 1.0;
    }
}

/// The sheet's own colour and the lamp's uneven light.
fn paper(page: &mut Raster, dirt: &Dirt, random: &mut Random) {
    let lamp = Hills::new(random, page.width, page.height, page.width as f32 / 2.5);
    for y in 0..page.height {
        for x in 0..page.width {
            let shade = 1.0 - dirt.shade * lamp.at(x, y);
            let pixel = &mut page.pixels[y * page.width + x];
            for (channel, paper) in pixel.iter_mut().zip(dirt.paper) {
                *channel = (0.05 + 0.95 * *channel) * paper * shade;
            }
        }
    }
}

/// The crease of a letter folded in half.
fn fold(page: &mut Raster, random: &mut Random) {
    let at = page.height as f32 * random.range(0.46, 0.54);
    let lean = random.range(-0.004, 0.004);
    for x in 0..page.width {
        let middle = at + lean * x as f32;
        for y in (middle as usize).saturating_sub(6)..(middle as usize + 6).min(page.height) {
            let near = 1.0 - (y as f32 - middle).abs() / 6.0;
            let dark = 0.16 * near.max(0.0) * random.range(0.6, 1.0);
            page.ink(x as i64, y as i64, [0.0; 3], dark);
        }
    }
}

/// The dark strip where the lid did not close, along the left or the right side.
fn edge(page: &mut Raster, amount: f32, dpi: u32, random: &mut Random) {
    let wide = dpi as f32 * 0.16 * amount;
    let on_left = random.unit() < 0.5;
    let waves = Hills::new(random, page.height, 1, dpi as f32);
    for y in 0..page.height {
        let reach = wide * (0.4 + waves.at(y, 0));
        for step in 0..reach as usize {
            let dark = 1.0 - step as f32 / reach;
            let x = if on_left { step } else { page.width - 1 - step };
            page.ink(x as i64, y as i64, [0.0; 3], (dark * 1.3).min(0.9));
        }
    }
}

/// Dust and toner: mostly points, a few blots and hairs. `count` is for a page of A4.
fn specks(page: &mut Raster, count: u32, dpi: u32, random: &mut Random) {
    for _ in 0..count {
        let (cx, cy) = (
            random.unit() * page.width as f32,
            random.unit() * page.height as f32,
        );
        let chance = random.unit();
        let radius = dpi as f32 / 300.0
            * if chance > 0.985 {
                4.5
            } else {
                0.5 + chance * chance * 1.6
            };
        let dark = random.range(0.4, 0.95);
        let reach = radius as i64 + 1;
        for y in -reach..=reach {
            for x in -reach..=reach {
                let far = libm::hypotf(x as f32, y as f32) * random.range(0.85, 1.3);
                let cover = (radius + 0.5 - far).clamp(0.0, 1.0) * dark;
                page.ink(cx as i64 + x, cy as i64 + y, [0.05; 3], cover);
            }
        }
    }
}
