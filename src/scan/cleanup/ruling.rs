//! Ruling lines: the borders of tables and the rules of forms, found on the
//! prepared image before it is read.
//!
//! A line is a run of ink longer than any stroke of a letter and hardly thicker
//! than one. Gaps are left as they are: who builds cells knows better which
//! pieces belong together.

use super::PreparedPage;
use super::leptonica::RunDirection;
use crate::geometry::{BoundingBox, RulingLine};

/// The shortest line, in inches: longer than the strokes of a title in 16-point
/// capitals, shorter than a row of a table.
const SHORTEST_INCHES: f32 = 0.22;
/// The thickest line, in inches; what is thicker is a bar, a border shadow or a
/// picture.
const THICKEST_INCHES: f32 = 0.05;
/// By how much a line may leave its direction, of its length: twice the skew
/// that is left alone (0.3 degrees).
const MOST_SLOPE: f32 = 0.011;

/// The most lines that are kept of a page, the longest ones: a form of a hundred
/// rows and twenty columns has a tenth.
pub const MOST_LINES: usize = 2_000;

impl PreparedPage {
    /// The ruling lines of the page, on the page image that the prepared one was
    /// made from. None where memory runs out: a page can be read without.
    pub fn ruling_lines(&self) -> Vec<RulingLine> {
        let dpi = self.source_resolution_dpi as f32 * self.scale;
        let shortest_px = (SHORTEST_INCHES * dpi).round().max(8.0) as u32;
        let thickest_px = (THICKEST_INCHES * dpi).round().max(3.0);
        let Some(ink) = self.image.to_ink() else {
            return Vec::new();
        };
        let mut lines: Vec<RulingLine> = Vec::new();
        for direction in [RunDirection::Across, RunDirection::Down] {
            let found = ink.long_runs(shortest_px, direction);
            lines.extend(found.into_iter().filter_map(|at| {
                let (length_px, thickness_px) = match direction {
                    RunDirection::Across => (at.width_px(), at.height_px()),
                    RunDirection::Down => (at.height_px(), at.width_px()),
                };
                let is_thin = thickness_px as f32 <= thickest_px + MOST_SLOPE * length_px as f32;
                (is_thin && length_px >= shortest_px).then(|| self.line_in(at, direction))
            }));
        }
        lines.sort_by_key(|line| {
            let length =
                line.from_x_px.abs_diff(line.to_x_px) + line.from_y_px.abs_diff(line.to_y_px);
            std::cmp::Reverse(length)
        });
        lines.truncate(MOST_LINES);
        lines
    }

    /// The line along the middle of a long thin box of the prepared image.
    fn line_in(&self, at: BoundingBox, direction: RunDirection) -> RulingLine {
        let end = |x_px: u32, y_px: u32| {
            let point = self.to_source(BoundingBox::new(x_px, y_px, x_px + 1, y_px + 1));
            (point.left_px, point.top_px)
        };
        let (from, to) = match direction {
            RunDirection::Across => (
                end(at.left_px, at.center_y_px()),
                end(at.right_px, at.center_y_px()),
            ),
            RunDirection::Down => (
                end(at.center_x_px(), at.top_px),
                end(at.center_x_px(), at.bottom_px),
            ),
        };
        RulingLine {
            from_x_px: from.0,
            from_y_px: from.1,
            to_x_px: to.0,
            to_y_px: to.1,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::geometry::RulingLine;
    use crate::scan::cleanup::{CleanupSettings, prepare};
    use crate::scan::{PageImage, PageSource, Pixels};

    const SIDE_PX: u32 = 800;

    /// A page of 200 dpi with ink where `is_ink` says.
    fn lines_of(is_ink: impl Fn(u32, u32) -> bool) -> Vec<RulingLine> {
        let pixels = (0..SIDE_PX * SIDE_PX).map(|at| {
            if is_ink(at % SIDE_PX, at / SIDE_PX) {
                40
            } else {
                245
            }
        });
        let page = PageImage {
            page_number: 1,
            width_px: SIDE_PX,
            height_px: SIDE_PX,
            resolution_dpi: 200,
            pixels: Pixels::Gray(pixels.collect()),
            source: PageSource::EmbeddedImage,
            is_incomplete: false,
        };
        let prepared = prepare(&page, CleanupSettings::default()).expect("the page is small");
        prepared.ruling_lines()
    }

    #[test]
    fn the_lines_of_a_table_are_found_and_strokes_of_letters_are_not() {
        let lines = lines_of(|x, y| {
            let is_level = matches!(y, 100..103 | 200..203) && (100..700).contains(&x);
            let is_upright = matches!(x, 100..103 | 400..402 | 700..703) && (100..203).contains(&y);
            // A row of letters: stems of 30 px, and bars of 20.
            let is_letter =
                (300..330).contains(&y) && x % 24 < 4 || (315..318).contains(&y) && x % 24 < 20;
            is_level || is_upright || is_letter
        });
        let level = lines.iter().filter(|line| line.is_level());
        let mut heights: Vec<u32> = level.map(|line| line.from_y_px).collect();
        heights.sort_unstable();
        assert_eq!(heights, [101, 201]);
        let upright = lines.iter().filter(|line| !line.is_level());
        let mut places: Vec<u32> = upright.map(|line| line.from_x_px).collect();
        places.sort_unstable();
        assert_eq!(places, [101, 401, 701]);
        for line in lines.iter().filter(|line| line.is_level()) {
            assert!(line.from_x_px.abs_diff(100) <= 2, "{line:?}");
            assert!(line.to_x_px.abs_diff(703) <= 2, "{line:?}");
        }
    }

    #[test]
    fn black_areas_and_empty_pages_have_no_lines() {
        assert!(lines_of(|x, y| (100..600).contains(&x) && (100..400).contains(&y)).is_empty());
        assert!(lines_of(|_, _| false).is_empty());
        assert!(lines_of(|_, _| true).is_empty());
    }

    #[test]
    fn a_line_on_a_crooked_page_leads_back_to_its_ink() {
        let slope = 2.0_f32.to_radians().tan();
        // Lines every 60 px, fallen by 2 degrees.
        let lines = lines_of(|x, y| (y as f32 - x as f32 * slope).rem_euclid(60.0) < 3.0);
        assert!(lines.len() >= 10, "{} lines", lines.len());
        for line in lines {
            let (width, height) = (
                f64::from(line.to_x_px) - f64::from(line.from_x_px),
                f64::from(line.to_y_px) - f64::from(line.from_y_px),
            );
            assert!(
                (height / width - f64::from(slope)).abs() < 0.012,
                "{line:?}"
            );
        }
    }
}
