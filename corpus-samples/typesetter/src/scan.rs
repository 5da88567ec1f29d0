//! From laid-out pages to the file a scanner would have saved.

use std::collections::BTreeMap;

use crate::Result;
use crate::coding::Coded;
use crate::degrade;
use crate::ink::{self, PEN_BLACK, PEN_BLUE, Press as StampPress};
use crate::pdf_writer::{self, Overlay, PdfPage};
use crate::random::Random;
use crate::raster::{Mask, Raster, byte};
use crate::recipe::{Container, Pen, Recipe};
use crate::tiff_writer;
use crate::typeset::{Event, Handwriting, TypesetPage, typeset};
use crate::world::Press;

/// The rubber stamps of `stamps.typ`, by key.
pub struct Stamps(BTreeMap<String, Stamp>);

struct Stamp {
    page: TypesetPage,
    lines: Vec<String>,
}

impl Stamps {
    /// Sets `stamps.typ`.
    pub fn load(press: &Press) -> Result<Self> {
        let mut stamps = BTreeMap::new();
        for page in typeset(press, "stamps.typ")? {
            let head = page.events.iter().find_map(|event| match event {
                Event::StampPage(data) => Some(data),
                _ => None,
            });
            let head = head.ok_or("a page of stamps.typ without a key")?;
            let key = head["key"]
                .as_str()
                .ok_or("a stamp's key is text")?
                .to_owned();
            let lines = serde_json::from_value(head["lines"].clone())?;
            stamps.insert(key, Stamp { page, lines });
        }
        Ok(Self(stamps))
    }

    /// The words of a stamp; none for a key that is not known.
    pub fn lines(&self, key: &str) -> Vec<String> {
        self.0
            .get(key)
            .map(|stamp| stamp.lines.clone())
            .unwrap_or_default()
    }

    fn get(&self, key: &str) -> Result<&Stamp> {
        self.0
            .get(key)
            .ok_or_else(|| format!("no stamp {key:?} in stamps.typ").into())
    }
}

/// A scanned page, and the stamps that are kept apart from its image.
struct Scanned {
    raster: Raster,
    overlays: Vec<Overlay>,
}

/// Scans the pages as the recipe says and returns the bytes of the file.
pub fn scan(pages: &[TypesetPage], stamps: &Stamps, recipe: &Recipe) -> Result<Vec<u8>> {
    let mut inked = Vec::new();
    for (index, page) in pages.iter().enumerate() {
        inked.push(ink_page(page, stamps, recipe, index as u64)?);
    }
    let scanned: Vec<Raster> = (0..inked.len())
        .map(|index| {
            let mut random = Random::new(recipe.seed, 1000 + index as u64);
            // Sheets are printed on both sides: pages 1 and 2, 3 and 4 share one.
            let behind = inked.get(index ^ 1).map(|page| &page.raster);
            degrade::scan(
                &inked[index].raster,
                behind,
                &recipe.dirt,
                recipe.dpi,
                &mut random,
            )
        })
        .collect();
    let code = |page: &Raster| {
        Coded::new(
            page,
            recipe.coding,
            recipe.quality,
            recipe.threshold,
            recipe.dpi,
        )
    };
    match recipe.container {
        Container::Pdf => {
            let mut files = Vec::new();
            for (index, (raster, inked)) in scanned.iter().zip(inked).enumerate() {
                let rotated = recipe.rotated.contains(&(index + 1));
                let lying = rotated.then(|| raster.quarter_turn());
                let raster = lying.as_ref().unwrap_or(raster);
                let cut = if recipe.strips {
                    raster.height * 11 / 20
                } else {
                    raster.height
                };
                let mut strips = vec![code(&raster.rows(0, cut))?];
                if recipe.strips {
                    strips.push(code(&raster.rows(cut, raster.height))?);
                }
                files.push(PdfPage {
                    strips,
                    overlays: inked.overlays,
                    rotated,
                });
            }
            Ok(pdf_writer::write(&files, recipe.dpi))
        }
        Container::Tiff => {
            let coded = scanned.iter().map(code).collect::<Result<Vec<_>>>()?;
            Ok(tiff_writer::write(&coded, recipe.dpi))
        }
        Container::Png => png(single(&scanned, recipe)?, recipe.dpi),
        Container::Jpeg => Ok(code(single(&scanned, recipe)?)?.bytes),
    }
}

fn single<'a>(pages: &'a [Raster], recipe: &Recipe) -> Result<&'a Raster> {
    match pages {
        [page] => Ok(page),
        _ => Err(format!(
            "{}: this container holds one page, not {}",
            recipe.id,
            pages.len()
        )
        .into()),
    }
}

/// A PNG of sixteen greys that knows its resolution.
fn png(page: &Raster, dpi: u32) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, page.width as u32, page.height as u32);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Four);
    let per_metre = (f64::from(dpi) / 0.0254).round() as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: per_metre,
        yppu: per_metre,
        unit: png::Unit::Meter,
    }));
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&page.grey4())?;
    writer.finish()?;
    Ok(bytes)
}

/// Print, pen and stamps on clean paper.
fn ink_page(page: &TypesetPage, stamps: &Stamps, recipe: &Recipe, index: u64) -> Result<Scanned> {
    let dpi = recipe.dpi;
    let mut raster = Raster::from_print(&page.draw(dpi));
    let mut overlays = Vec::new();
    let mut random = Random::new(recipe.seed, index);
    let pen = match recipe.pen {
        Pen::Blue => PEN_BLUE,
        Pen::Black => PEN_BLACK,
    };
    for event in &page.events {
        match event {
            Event::Hand(hand) => ink::write(&mut raster, hand, dpi, pen, &mut random),
            Event::Scribble { x, y, seed } => ink::sign(&mut raster, *x, *y, *seed, dpi, pen),
            _ => {}
        }
    }
    for event in &page.events {
        let Event::Stamp {
            x,
            y,
            key,
            turn,
            faint,
        } = event
        else {
            continue;
        };
        let stamp = stamps.get(key)?;
        let print = stamp.page.draw(dpi);
        let (mask, colour) = (Mask::from_alpha(&print), ink_colour(&print.rgba));
        if recipe.stamps_apart {
            overlays.push(Overlay {
                width: mask.width,
                height: mask.height,
                colour: colour.map(byte),
                cover: mask.cover.iter().map(|c| byte(c * 0.85)).collect(),
                x: *x,
                y: *y,
                turn: *turn,
            });
            continue;
        }
        let press = StampPress {
            x: *x,
            y: *y,
            turn: *turn,
            strength: *faint as f32,
            colour,
            dpi,
        };
        press.down(&mut raster, &mask, &mut random);
        let (half_width, half_height) = (mask.width as f64 / 2.0, mask.height as f64 / 2.0);
        let points = 72.0 / f64::from(dpi);
        for event in &stamp.page.events {
            if let Event::Hand(hand) = event {
                let at = Handwriting {
                    x: x + hand.x - half_width * points,
                    y: y + hand.y - half_height * points,
                    ..hand.clone()
                };
                ink::write(&mut raster, &at, dpi, pen, &mut random);
            }
        }
    }
    Ok(Scanned { raster, overlays })
}

/// The colour of a drawing's opaque pixels.
fn ink_colour(rgba: &[u8]) -> [f32; 3] {
    let opaque = rgba.chunks_exact(4).find(|p| p[3] == 255);
    opaque.map_or([0.0; 3], |p| [0, 1, 2].map(|c| f32::from(p[c]) / 255.0))
}
