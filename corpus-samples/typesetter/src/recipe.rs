//! `samples.toml`: which documents there are and how each was scanned.

use serde::Deserialize;

/// The whole list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipes {
    pub sample: Vec<Recipe>,
}

/// How one document was scanned.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Name of the sample and of its source `documents/<id>.typ`.
    pub id: String,
    /// Seed of everything that is left to chance.
    pub seed: u64,
    pub dpi: u32,
    pub container: Container,
    pub coding: Coding,
    /// JPEG quality.
    #[serde(default = "default_quality")]
    pub quality: u8,
    #[serde(default)]
    pub pen: Pen,
    #[serde(default)]
    pub dirt: Dirt,
    /// Pages (1-based) that are stored lying on their side with `/Rotate 90`.
    #[serde(default)]
    pub rotated: Vec<usize>,
    /// Pages are two image strips instead of one image.
    #[serde(default)]
    pub strips: bool,
    /// Stamps are images of their own with a soft mask, laid over the page image.
    #[serde(default)]
    pub stamps_apart: bool,
    /// Brightness below which a bilevel scanner sees black.
    #[serde(default = "default_threshold")]
    pub threshold: f32,
}

fn default_quality() -> u8 {
    55
}

fn default_threshold() -> f32 {
    0.58
}

/// The file that holds the pages.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Container {
    Pdf,
    Tiff,
    Png,
    Jpeg,
}

/// How pages are coded in it.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Coding {
    ColourJpeg,
    GreyJpeg,
    /// CCITT group 4, bilevel.
    G4,
    /// Deflate, bilevel.
    Flate1,
    /// Deflate, sixteen greys.
    Flate4,
}

/// Which pen numbers, days and signatures are written with.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pen {
    #[default]
    Blue,
    Black,
}

/// What went wrong on the way. Everything is off unless it is named.
#[derive(Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Dirt {
    /// Degrees, clockwise.
    pub skew: f32,
    /// Number of specks on a page.
    pub specks: u32,
    /// Deviation of each pixel's brightness.
    pub noise: f32,
    /// Steps of softness.
    pub blur: f32,
    /// Share of the ink that is lost.
    pub faint: f32,
    /// Share of the back side that is seen.
    pub show_through: f32,
    /// Unevenness of the lamp.
    pub shade: f32,
    /// Dark strip at one side.
    pub edge: f32,
    /// A crease across the middle.
    pub fold: bool,
    /// Colour of the sheet.
    pub paper: [f32; 3],
}

impl Default for Dirt {
    fn default() -> Self {
        Self {
            skew: 0.0,
            specks: 0,
            noise: 0.0,
            blur: 0.0,
            faint: 0.0,
            show_through: 0.0,
            shade: 0.02,
            edge: 0.0,
            fold: false,
            paper: [0.985, 0.985, 0.98],
        }
    }
}
