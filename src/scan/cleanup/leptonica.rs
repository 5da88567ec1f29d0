//! The few functions of Leptonica that page clean-up needs, made safe.
//!
//! Tesseract already brings Leptonica along; `tesseract-rs` takes its images
//! but has no functions of its own for them. Only what is used is declared.

use super::shrink::shrink;
use super::soften::soften;
use crate::geometry::BoundingBox;
use crate::scan::{PageImage, Pixels};
use std::ffi::c_void;
use std::ptr::NonNull;

#[repr(C)]
struct RawPix {
    _opaque: [u8; 0],
}

#[repr(C)]
struct RawBoxes {
    _opaque: [u8; 0],
}

/// Leptonica's `BOX`, whose fields are public.
#[repr(C)]
struct RawBox {
    left_px: i32,
    top_px: i32,
    width_px: i32,
    height_px: i32,
    refcount: u32,
}

impl RawBox {
    /// `None` where the box lies farther off than Leptonica counts.
    fn of(rectangle: BoundingBox) -> Option<Self> {
        Some(Self {
            left_px: i32::try_from(rectangle.left_px).ok()?,
            top_px: i32::try_from(rectangle.top_px).ok()?,
            width_px: i32::try_from(rectangle.width_px()).ok()?,
            height_px: i32::try_from(rectangle.height_px()).ok()?,
            refcount: 1,
        })
    }
}

unsafe extern "C" {
    fn pixCreateNoInit(width: i32, height: i32, depth: i32) -> *mut RawPix;
    fn pixDestroy(pix: *mut *mut RawPix);
    fn pixGetData(pix: *mut RawPix) -> *mut u32;
    fn pixGetWpl(pix: *mut RawPix) -> i32;
    fn pixGetWidth(pix: *mut RawPix) -> i32;
    fn pixGetHeight(pix: *mut RawPix) -> i32;
    fn pixGetDepth(pix: *mut RawPix) -> i32;
    fn pixSetResolution(pix: *mut RawPix, x_dpi: i32, y_dpi: i32) -> i32;
    fn pixThresholdToBinary(pix: *mut RawPix, threshold: i32) -> *mut RawPix;
    fn pixFindSkew(pix: *mut RawPix, angle_degrees: *mut f32, confidence: *mut f32) -> i32;
    fn pixRotate(
        pix: *mut RawPix,
        angle_radians: f32,
        method: i32,
        incolor: i32,
        width: i32,
        height: i32,
    ) -> *mut RawPix;
    fn pixRotateOrth(pix: *mut RawPix, quarter_turns: i32) -> *mut RawPix;
    fn pixScale(pix: *mut RawPix, x_scale: f32, y_scale: f32) -> *mut RawPix;
    fn pixClipRectangle(
        pix: *mut RawPix,
        rectangle: *const RawBox,
        rectangle_inside: *mut *mut RawBox,
    ) -> *mut RawPix;
    fn pixConvertTo1(pix: *mut RawPix, threshold: i32) -> *mut RawPix;
    fn pixConvertTo8(pix: *mut RawPix, colormap: i32) -> *mut RawPix;
    fn pixOpenCompBrick(
        target: *mut RawPix,
        pix: *mut RawPix,
        width: i32,
        height: i32,
    ) -> *mut RawPix;
    fn pixConnCompBB(pix: *mut RawPix, connectivity: i32) -> *mut RawBoxes;
    fn boxaGetCount(boxes: *mut RawBoxes) -> i32;
    fn boxaGetBoxGeometry(
        boxes: *mut RawBoxes,
        index: i32,
        left: *mut i32,
        top: *mut i32,
        width: *mut i32,
        height: *mut i32,
    ) -> i32;
    fn boxaDestroy(boxes: *mut *mut RawBoxes);
    fn pixClearInRect(pix: *mut RawPix, rectangle: *const RawBox) -> i32;
    fn setMsgSeverity(severity: i32) -> i32;
}

/// `L_ROTATE_AREA_MAP`: each target pixel is the weighted mean of its sources.
const ROTATE_AREA_MAP: i32 = 1;
/// `L_BRING_IN_WHITE`: corners that turn into view are paper.
const BRING_IN_WHITE: i32 = 1;
/// `L_SEVERITY_NONE`: Leptonica would write its complaints to stderr.
const SEVERITY_NONE: i32 = 6;

/// Points that touch at a corner belong together.
const EIGHT_NEIGHBOURS: i32 = 8;

/// Ink is at least so much darker than the paper, in grey values of 255, whatever
/// parts the page best; a faint line is brighter than print.
const FAINT_INK: i32 = 70;
/// Nothing is ink that is not at least so much darker.
const FAINTEST_INK: i32 = 25;

/// Along which direction ink runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunDirection {
    Across,
    Down,
}

/// An image owned by Leptonica: 1 bit (1 = black) or 8 bits (0 = black) a pixel.
pub struct Pix {
    raw: NonNull<RawPix>,
}

// A Pix is a plain block of memory without ties to a thread.
unsafe impl Send for Pix {}

impl Pix {
    /// Copies a page image over; colour becomes grey on the way. `None` when
    /// memory runs out or the page is empty.
    pub fn from_page(page: &PageImage) -> Option<Self> {
        unsafe { setMsgSeverity(SEVERITY_NONE) };
        let depth = match page.pixels {
            Pixels::Bilevel(_) => 1,
            Pixels::Gray(_) | Pixels::Rgb(_) => 8,
        };
        let mut pix = Self::without_pixels(page.width_px, page.height_px, depth)?;
        match &page.pixels {
            Pixels::Bilevel(bytes) => {
                let stride = page.width_px.div_ceil(8) as usize;
                pix.fill_rows(bytes, stride, |row, words| {
                    for (word, chunk) in words.iter_mut().zip(row.chunks(4)) {
                        let mut four = [0; 4];
                        four[..chunk.len()].copy_from_slice(chunk);
                        *word = u32::from_be_bytes(four);
                    }
                });
            }
            Pixels::Gray(bytes) => {
                pix.fill_rows(bytes, page.width_px as usize, pack_bytes);
            }
            Pixels::Rgb(bytes) => pix.fill_from_rgb(bytes, ink_gray),
        }
        Some(pix)
    }

    /// The same in grey with coloured ink (stamps, seals, signatures) turned to
    /// paper as far as black print does not lie under it; `None` where the page
    /// has next to no coloured ink.
    pub fn from_page_without_colour(page: &PageImage) -> Option<Self> {
        let Pixels::Rgb(bytes) = &page.pixels else {
            return None;
        };
        let n_coloured = bytes
            .chunks_exact(3)
            .step_by(PIXELS_LOOKED_AT)
            .filter(|rgb| is_coloured_ink(rgb))
            .count();
        if n_coloured * 3 * PIXELS_LOOKED_AT < (bytes.len() as f32 * LEAST_COLOURED_SHARE) as usize
        {
            return None;
        }
        let mut pix = Self::without_pixels(page.width_px, page.height_px, 8)?;
        pix.fill_from_rgb(bytes, |rgb| {
            if is_coloured_ink(rgb) {
                // Through its own colour, ink is as bright as paper.
                rgb[0].max(rgb[1]).max(rgb[2])
            } else {
                ink_gray(rgb)
            }
        });
        Some(pix)
    }

    /// How much ink there is: darkness summed up over an 8-bit image.
    pub fn ink(&self) -> u64 {
        let histogram = self.gray_histogram();
        let darkness = (0_u64..256).rev();
        histogram
            .iter()
            .zip(darkness)
            .map(|(n, dark)| n * dark)
            .sum()
    }

    /// The share of the pixels that are darker by `by` levels of 255 than the paper,
    /// which is the commonest level; of an 8-bit image.
    pub fn dark_share(&self, by: u8) -> f32 {
        let histogram = self.gray_histogram();
        let total: u64 = histogram.iter().sum();
        let paper = (0..256).max_by_key(|&level| histogram[level]).unwrap_or(0);
        let dark: u64 = histogram[..paper.saturating_sub(usize::from(by))]
            .iter()
            .sum();
        dark as f32 / total.max(1) as f32
    }

    /// Width and pixels of the image in grey, row by row without padding, 0 = black;
    /// for small parts of a page.
    pub fn gray_bytes(&self) -> (usize, Vec<u8>) {
        let (width, height) = (self.width_px() as usize, self.height_px() as usize);
        let mut bytes = vec![0; width * height];
        for (y, row) in bytes.chunks_mut(width.max(1)).enumerate() {
            self.gray_row(y, row);
        }
        (width, bytes)
    }

    /// An image whose pixels are not set yet; `None` when memory runs out or there
    /// would be none.
    fn without_pixels(width_px: u32, height_px: u32, depth: i32) -> Option<Self> {
        let (width, height) = (
            i32::try_from(width_px).ok()?,
            i32::try_from(height_px).ok()?,
        );
        Self::own(unsafe { pixCreateNoInit(width, height, depth) })
    }

    /// The words of a row, top row 0: pixels lie in them from the highest bits down.
    fn row(&self, y: usize) -> &[u32] {
        assert!(y < self.height_px() as usize);
        // Safety: Leptonica allocated as many rows of so many words.
        unsafe {
            let words_per_line = pixGetWpl(self.raw.as_ptr()) as usize;
            let first = pixGetData(self.raw.as_ptr()).add(y * words_per_line);
            std::slice::from_raw_parts(first, words_per_line)
        }
    }

    /// Copies a row out in grey, 0 = black.
    fn gray_row(&self, y: usize, row: &mut [u8]) {
        match self.depth() {
            1 => unpack_bits(self.row(y), row),
            _ => unpack_bytes(self.row(y), row),
        }
    }

    fn row_mut(&mut self, y: usize) -> &mut [u32] {
        assert!(y < self.height_px() as usize);
        // Safety: as in `row`, and nobody else has this image.
        unsafe {
            let words_per_line = pixGetWpl(self.raw.as_ptr()) as usize;
            let first = pixGetData(self.raw.as_ptr()).add(y * words_per_line);
            std::slice::from_raw_parts_mut(first, words_per_line)
        }
    }

    /// Grey levels from rows of red, green and blue.
    fn fill_from_rgb(&mut self, bytes: &[u8], level: impl Fn(&[u8]) -> u8) {
        let stride = self.width_px() as usize * 3;
        self.fill_rows(bytes, stride, |row, words| {
            for (word, chunk) in words.iter_mut().zip(row.chunks(12)) {
                let mut four = [0xff; 4];
                for (byte, rgb) in four.iter_mut().zip(chunk.chunks_exact(3)) {
                    *byte = level(rgb);
                }
                *word = u32::from_be_bytes(four);
            }
        });
    }

    fn fill_rows(&mut self, bytes: &[u8], stride: usize, fill: impl Fn(&[u8], &mut [u32])) {
        let white = if self.depth() == 1 { 0 } else { u32::MAX };
        let mut rows = bytes.chunks(stride.max(1));
        for y in 0..self.height_px() as usize {
            let line = self.row_mut(y);
            // pixCreateNoInit leaves garbage; a short image ends in white paper.
            line.fill(white);
            if let Some(row) = rows.next() {
                fill(row, line);
            }
        }
    }

    pub fn width_px(&self) -> u32 {
        unsafe { pixGetWidth(self.raw.as_ptr()) }.max(0) as u32
    }

    pub fn height_px(&self) -> u32 {
        unsafe { pixGetHeight(self.raw.as_ptr()) }.max(0) as u32
    }

    /// Bits a pixel: 1 or 8.
    pub fn depth(&self) -> u32 {
        unsafe { pixGetDepth(self.raw.as_ptr()) }.max(0) as u32
    }

    /// Notes the resolution inside the image, where Tesseract looks for it.
    pub fn set_resolution_dpi(&mut self, dpi: u32) {
        let dpi = i32::try_from(dpi).unwrap_or(i32::MAX);
        unsafe { pixSetResolution(self.raw.as_ptr(), dpi, dpi) };
    }

    /// How far the text lines are from level: degrees (clockwise positive, as
    /// [`Pix::rotated`] takes them to set it right) and Leptonica's confidence,
    /// a ratio above about 3 for pages of text. `None` when there is no text to
    /// judge by.
    pub fn skew(&self) -> Option<(f32, f32)> {
        let (mut angle_degrees, mut confidence) = (0.0, 0.0);
        let failed = unsafe {
            if self.depth() == 1 {
                pixFindSkew(self.raw.as_ptr(), &mut angle_degrees, &mut confidence)
            } else {
                let binary = Self::own(pixThresholdToBinary(
                    self.raw.as_ptr(),
                    self.otsu_threshold(),
                ))?;
                pixFindSkew(binary.raw.as_ptr(), &mut angle_degrees, &mut confidence)
            }
        };
        (failed == 0).then_some((angle_degrees, confidence))
    }

    /// The grey value that parts ink from paper best (Otsu 1979) on an 8-bit image.
    fn otsu_threshold(&self) -> i32 {
        let histogram = self.gray_histogram();
        let total: u64 = histogram.iter().sum();
        let sum_all: f64 = histogram
            .iter()
            .enumerate()
            .map(|(v, n)| v as f64 * *n as f64)
            .sum();
        let (mut below, mut sum_below) = (0_u64, 0.0);
        let (mut best, mut best_variance) = (128, -1.0);
        for (value, count) in histogram.iter().enumerate() {
            below += count;
            sum_below += value as f64 * *count as f64;
            let above = total - below;
            if below == 0 || above == 0 {
                continue;
            }
            let difference = sum_below / below as f64 - (sum_all - sum_below) / above as f64;
            let variance = below as f64 * above as f64 * difference * difference;
            if variance > best_variance {
                best_variance = variance;
                best = value as i32 + 1;
            }
        }
        best
    }

    fn gray_histogram(&self) -> [u64; 256] {
        let mut histogram = [0; 256];
        let (width, height) = (self.width_px() as usize, self.height_px() as usize);
        // Every fourth row is plenty to judge a page by.
        for y in (0..height).step_by(4) {
            for word in &self.row(y)[..width / 4] {
                for byte in word.to_be_bytes() {
                    histogram[byte as usize] += 1;
                }
            }
        }
        histogram
    }

    /// The image turned by `angle_degrees` clockwise about its middle, same
    /// size, white where nothing was. Bilevel images come back in grey, so that
    /// turned edges stay smooth.
    pub fn rotated(&self, angle_degrees: f32) -> Option<Self> {
        let gray;
        let source = if self.depth() == 1 {
            gray = self.to_gray()?;
            &gray
        } else {
            self
        };
        Self::own(unsafe {
            pixRotate(
                source.raw.as_ptr(),
                angle_degrees.to_radians(),
                ROTATE_AREA_MAP,
                BRING_IN_WHITE,
                0,
                0,
            )
        })
    }

    /// The image turned clockwise by so many right angles.
    pub fn quarter_turned(&self, quarter_turns: u8) -> Option<Self> {
        Self::own(unsafe { pixRotateOrth(self.raw.as_ptr(), i32::from(quarter_turns % 4)) })
    }

    /// The image in 8 bits a pixel.
    pub fn to_gray(&self) -> Option<Self> {
        Self::own(unsafe { pixConvertTo8(self.raw.as_ptr(), 0) })
    }

    /// The image larger or smaller by `scale`, in grey where it shrinks.
    pub fn scaled(&self, scale: f32) -> Option<Self> {
        if scale >= 1.0 {
            return Self::own(unsafe { pixScale(self.raw.as_ptr(), scale, scale) });
        }
        let (width_px, height_px) = (self.width_px(), self.height_px());
        let shorter_px = |side_px: u32| ((side_px as f32 * scale).round() as u32).max(1);
        let (new_width_px, new_height_px) = (shorter_px(width_px), shorter_px(height_px));
        let mut smaller = Self::without_pixels(new_width_px, new_height_px, 8)?;
        shrink(
            (width_px as usize, height_px as usize),
            (new_width_px as usize, new_height_px as usize),
            |y, row| self.gray_row(y, row),
            |y, row| pack_bytes(row, smaller.row_mut(y)),
        );
        Some(smaller)
    }

    /// A bilevel image in grey with soft edges, 8 bits a pixel: the recogniser
    /// scales lines to its own height, which frays hard edges.
    pub fn softened(&self) -> Option<Self> {
        let (width_px, height_px) = (self.width_px(), self.height_px());
        let mut soft = Self::without_pixels(width_px, height_px, 8)?;
        soften(
            width_px as usize,
            height_px as usize,
            |y, row| self.gray_row(y, row),
            |y, row| pack_bytes(row, soft.row_mut(y)),
        );
        Some(soft)
    }

    /// The part of the image inside a box; `None` where the box lies outside.
    pub fn cropped(&self, inside: BoundingBox) -> Option<Self> {
        let rectangle = RawBox::of(inside)?;
        // Leptonica only reads the rectangle.
        Self::own(unsafe {
            pixClipRectangle(
                self.raw.as_ptr(),
                &raw const rectangle,
                std::ptr::null_mut(),
            )
        })
    }

    /// The image in ink and paper, 1 bit a pixel. Faint lines count as ink: what
    /// is clearly darker than the paper.
    pub fn to_ink(&self) -> Option<Self> {
        if self.depth() == 1 {
            return Self::own(unsafe { pixConvertTo1(self.raw.as_ptr(), 128) });
        }
        let histogram = self.gray_histogram();
        let paper = (0..).zip(histogram).max_by_key(|(_, n)| *n);
        let paper = paper.map_or(255, |(value, _)| value);
        let threshold = self
            .otsu_threshold()
            .max(paper - FAINT_INK)
            .min(paper - FAINTEST_INK)
            .max(1);
        Self::own(unsafe { pixThresholdToBinary(self.raw.as_ptr(), threshold) })
    }

    /// The places of runs of ink of at least `length_px` in one direction, runs
    /// that touch together, on a bilevel image.
    pub fn long_runs(&self, length_px: u32, direction: RunDirection) -> Vec<BoundingBox> {
        let length = i32::try_from(length_px).unwrap_or(i32::MAX);
        let (width, height) = match direction {
            RunDirection::Across => (length, 1),
            RunDirection::Down => (1, length),
        };
        let opened = Self::own(unsafe {
            pixOpenCompBrick(std::ptr::null_mut(), self.raw.as_ptr(), width, height)
        });
        opened.map_or_else(Vec::new, |opened| opened.component_boxes())
    }

    /// The boxes of the connected pieces of ink of a bilevel image; points that
    /// touch at a corner belong together. None when memory runs out.
    pub fn component_boxes(&self) -> Vec<BoundingBox> {
        let mut boxes = unsafe { pixConnCompBB(self.raw.as_ptr(), EIGHT_NEIGHBOURS) };
        if boxes.is_null() {
            return Vec::new();
        }
        let mut found = Vec::new();
        for index in 0..unsafe { boxaGetCount(boxes) } {
            let (mut left, mut top, mut width, mut height) = (0, 0, 0, 0);
            let failed = unsafe {
                boxaGetBoxGeometry(boxes, index, &mut left, &mut top, &mut width, &mut height)
            };
            if failed == 0 {
                let px = |value: i32| value.max(0) as u32;
                found.push(BoundingBox::new(
                    px(left),
                    px(top),
                    px(left + width),
                    px(top + height),
                ));
            }
        }
        unsafe { boxaDestroy(&mut boxes) };
        found
    }

    /// Turns what lies inside a box of a bilevel image to paper.
    pub fn clear(&mut self, inside: BoundingBox) {
        if let Some(rectangle) = RawBox::of(inside) {
            // Leptonica only reads the rectangle, and clips it to the image.
            unsafe { pixClearInRect(self.raw.as_ptr(), &raw const rectangle) };
        }
    }

    /// The pointer Tesseract takes; it makes a copy (a reference count) of its own.
    pub fn as_ptr(&self) -> *mut c_void {
        self.raw.as_ptr().cast()
    }

    fn own(raw: *mut RawPix) -> Option<Self> {
        NonNull::new(raw).map(|raw| Self { raw })
    }
}

impl Drop for Pix {
    fn drop(&mut self) {
        let mut raw = self.raw.as_ptr();
        unsafe { pixDestroy(&mut raw) };
    }
}

/// Bilevel pixels (1 = ink) as bytes (0 = ink).
fn unpack_bits(words: &[u32], bytes: &mut [u8]) {
    for (word, pixels) in words.iter().zip(bytes.chunks_mut(32)) {
        for (bit, pixel) in (0..32).rev().zip(pixels) {
            *pixel = if word >> bit & 1 == 1 { 0 } else { 255 };
        }
    }
}

fn unpack_bytes(words: &[u32], bytes: &mut [u8]) {
    for (word, pixels) in words.iter().zip(bytes.chunks_mut(4)) {
        let four = word.to_be_bytes();
        pixels.copy_from_slice(&four[..pixels.len()]);
    }
}

/// Bytes as Leptonica has them in words; a row ends in paper.
fn pack_bytes(bytes: &[u8], words: &mut [u32]) {
    for (word, chunk) in words.iter_mut().zip(bytes.chunks(4)) {
        let mut four = [0xff; 4];
        four[..chunk.len()].copy_from_slice(chunk);
        *word = u32::from_be_bytes(four);
    }
}

/// One in so many pixels is looked at to find out whether a page has colour.
const PIXELS_LOOKED_AT: usize = 7;
/// A page with less coloured ink, of all its pixels, has no stamp.
const LEAST_COLOURED_SHARE: f32 = 0.0005;
/// Differences between the strongest and the weakest of red, green and blue
/// below this are what scanners make of black, grey and yellowed paper.
const LEAST_SATURATION: u8 = 60;

fn is_coloured_ink(rgb: &[u8]) -> bool {
    let strongest = rgb[0].max(rgb[1]).max(rgb[2]);
    let weakest = rgb[0].min(rgb[1]).min(rgb[2]);
    strongest - weakest >= LEAST_SATURATION
}

/// How dark a coloured point is as ink of the printed text, 0 to 255.
fn ink_gray(rgb: &[u8]) -> u8 {
    // ITU-R BT.601 luma in integers.
    ((u32::from(rgb[0]) * 77 + u32::from(rgb[1]) * 150 + u32::from(rgb[2]) * 29) >> 8) as u8
}
