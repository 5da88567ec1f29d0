//! Specks: dust and dirt that a bilevel scan made points of ink.
//!
//! On a clean page a point that small is the dot of a thin "i" or of a leader, so
//! specks are taken out only where there are too many of them to be print, and only
//! away from letters: beside one a point is a full stop or a mark. On print that is
//! broken into pieces none are taken out: there the points are parts of letters.

use super::leptonica::Pix;
use crate::geometry::BoundingBox;

/// Lengths below are pixels at this resolution.
const BASE_DPI: f32 = 200.0;
/// What is no larger than this each way is counted as a point that print has next
/// to none of.
const POINT_PX: f32 = 2.0;
/// Letters of 8 to 14 points, with and without their marks.
const LETTER_PX: std::ops::RangeInclusive<f32> = 10.0..=40.0;
/// Points a letter from which on a page is speckled: clean print has up to 0.14,
/// badly speckled pages 0.2 to 7.
const POINTS_A_LETTER: f32 = 0.16;
/// Points a letter that stand beside letters, beyond those that fall there by
/// chance, from which on print is broken: 2 or more then, else 0.5 at most.
const PIECES_A_LETTER: f32 = 1.0;
/// On fewer letters no share is told.
const LEAST_LETTERS: usize = 50;
/// The largest speck each way.
const LARGEST_SPECK_PX: f32 = 3.0;
/// What is larger than a speck and no larger than this each way may be a letter or
/// letters that touch, and what is as near to its box as `REACH_PX` stands beside it.
const LARGEST_PRINT_PX: f32 = 60.0;
const REACH_PX: f32 = 4.0;

/// Takes the specks out of a bilevel page if it is a speckled one.
pub(super) fn take_out(image: &mut Pix, resolution_dpi: u32) {
    let components = image.component_boxes();
    let scale = resolution_dpi.max(1) as f32 / BASE_DPI;
    let size_px = (image.width_px(), image.height_px());
    for speck in specks(&components, size_px, scale) {
        image.clear(speck);
    }
}

/// The specks among the pieces of ink of a page of `scale` pixels to a pixel of the
/// base resolution.
fn specks(components: &[BoundingBox], size_px: (u32, u32), scale: f32) -> Vec<BoundingBox> {
    let side_px = |at: &BoundingBox| at.width_px().max(at.height_px()) as f32 / scale;
    let is_letter_sized = |px: u32| LETTER_PX.contains(&(px as f32 / scale));
    let n_letters = components
        .iter()
        .filter(|at| is_letter_sized(at.width_px()) && is_letter_sized(at.height_px()))
        .count();
    let points = || components.iter().filter(|at| side_px(at) <= POINT_PX);
    let (letters, n_points) = (n_letters as f32, points().count());
    if n_letters < LEAST_LETTERS || (n_points as f32) < POINTS_A_LETTER * letters {
        return Vec::new();
    }
    let mut print = PrintedAreas::new(size_px, scale);
    for at in components {
        if side_px(at) > LARGEST_SPECK_PX && side_px(at) <= LARGEST_PRINT_PX {
            print.add(at);
        }
    }
    let n_beside = points().filter(|at| print.holds(at)).count();
    let share = print.share();
    let n_by_chance = (n_points - n_beside) as f32 * share / (1.0 - share).max(0.01);
    if n_beside as f32 - n_by_chance >= PIECES_A_LETTER * letters {
        return Vec::new();
    }
    components
        .iter()
        .filter(|at| side_px(at) <= LARGEST_SPECK_PX && !print.holds(at))
        .copied()
        .collect()
}

/// Where letters stand, in cells as wide as letters reach.
struct PrintedAreas {
    cell_px: f32,
    n_columns: usize,
    is_print: Vec<bool>,
}

impl PrintedAreas {
    fn new((width_px, height_px): (u32, u32), scale: f32) -> Self {
        let cell_px = (REACH_PX * scale).max(1.0);
        let n_cells = |px: u32| (px as f32 / cell_px) as usize + 1;
        Self {
            cell_px,
            n_columns: n_cells(width_px),
            is_print: vec![false; n_cells(width_px) * n_cells(height_px)],
        }
    }

    /// Marks a letter and what is within its reach.
    fn add(&mut self, letter: &BoundingBox) {
        let reach_px = self.cell_px;
        let cell = |px: f32| (px.max(0.0) / reach_px) as usize;
        let n_rows = self.is_print.len() / self.n_columns;
        let columns = cell(letter.left_px as f32 - reach_px)
            ..(cell(letter.right_px as f32 + reach_px) + 1).min(self.n_columns);
        let rows = cell(letter.top_px as f32 - reach_px)
            ..(cell(letter.bottom_px as f32 + reach_px) + 1).min(n_rows);
        for row in rows {
            self.is_print[row * self.n_columns..][columns.clone()].fill(true);
        }
    }

    fn holds(&self, point: &BoundingBox) -> bool {
        let cell = |px: u32| (px as f32 / self.cell_px) as usize;
        let at = cell(point.center_y_px()) * self.n_columns + cell(point.center_x_px());
        self.is_print.get(at).copied().unwrap_or(false)
    }

    /// Of the page.
    fn share(&self) -> f32 {
        let n_print = self.is_print.iter().filter(|is_print| **is_print).count();
        n_print as f32 / self.is_print.len().max(1) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE_PX: (u32, u32) = (1_600, 2_200);

    /// 300 letters of 12 x 18 pixels, ten lines of thirty.
    fn letters() -> Vec<BoundingBox> {
        let letter = |n: u32| square(100 + n % 30 * 40, 100 + n / 30 * 100, 12, 18);
        (0..300).map(letter).collect()
    }

    fn square(left: u32, top: u32, width_px: u32, height_px: u32) -> BoundingBox {
        BoundingBox::new(left, top, left + width_px, top + height_px)
    }

    /// Points so many pixels right of letters, on their baseline.
    fn beside_letters(n_points: usize, away_px: u32, side_px: u32) -> Vec<BoundingBox> {
        let beside = |at: BoundingBox| {
            square(
                at.right_px + away_px,
                at.bottom_px - side_px,
                side_px,
                side_px,
            )
        };
        letters()
            .into_iter()
            .cycle()
            .take(n_points)
            .map(beside)
            .collect()
    }

    fn between_lines(n_points: u32, side_px: u32) -> Vec<BoundingBox> {
        let point = |n: u32| square(100 + n % 60 * 20, 160 + n / 60 * 100, side_px, side_px);
        (0..n_points).map(point).collect()
    }

    fn found(points: &[&[BoundingBox]], scale: f32) -> usize {
        let mut components = letters();
        points
            .iter()
            .for_each(|points| components.extend_from_slice(points));
        let larger = |px: u32| (px as f32 * scale) as u32;
        let components: Vec<BoundingBox> = components
            .iter()
            .map(|at| {
                let (left, top) = (larger(at.left_px), larger(at.top_px));
                square(left, top, larger(at.width_px()), larger(at.height_px()))
            })
            .collect();
        specks(&components, (larger(SIZE_PX.0), larger(SIZE_PX.1)), scale).len()
    }

    #[test]
    fn points_between_lines_are_specks_where_there_are_many() {
        for scale in [1.0, 1.5, 2.0] {
            assert_eq!(found(&[&between_lines(60, 2)], scale), 60, "{scale}");
            assert_eq!(found(&[&between_lines(40, 2)], scale), 0, "{scale}");
        }
    }

    #[test]
    fn larger_specks_go_with_the_points_and_still_larger_ones_stay() {
        let points = between_lines(60, 2);
        let larger: Vec<BoundingBox> = (0..20).map(|n| square(110 + n * 20, 1_400, 3, 3)).collect();
        let dots: Vec<BoundingBox> = (0..20).map(|n| square(110 + n * 20, 1_500, 4, 4)).collect();
        assert_eq!(found(&[&points, &larger, &dots], 1.0), 80);
    }

    #[test]
    fn full_stops_stay_on_a_speckled_page() {
        let stops = beside_letters(100, 2, 3);
        assert_eq!(found(&[&between_lines(60, 2), &stops], 1.0), 60);
    }

    #[test]
    fn nothing_goes_from_broken_print() {
        let mut pieces = beside_letters(300, 1, 2);
        pieces.extend(beside_letters(300, 3, 2));
        assert_eq!(found(&[&between_lines(60, 2), &pieces], 1.0), 0);
    }

    #[test]
    fn a_few_letters_tell_nothing() {
        let mut components = between_lines(300, 2);
        components.extend_from_slice(&letters()[..40]);
        assert!(specks(&components, SIZE_PX, 1.0).is_empty());
    }
}
