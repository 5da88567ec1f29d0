//! How many pixels an inch of paper a page image has.

/// Sides of an A4 sheet in inches (ISO 216: 210 × 297 mm).
const A4_INCHES: (f64, f64) = (210.0 / 25.4, 297.0 / 25.4);
/// Resolutions outside are not those of scanners.
const PLAUSIBLE_DPI: std::ops::RangeInclusive<f64> = 40.0..=1300.0;
/// No office scans sheets longer than A2 (594 mm) at less than this.
const LARGE_SHEET_INCHES: f64 = 600.0 / 25.4;
const LARGE_SHEET_MIN_DPI: f64 = 150.0;

/// The resolution of a picture of a sheet of the given size in inches. A size
/// that cannot be meant (a 300-dpi scan laid on a sheet of 72 dpi, as large as
/// a door) is replaced by A4.
pub(super) fn of_sheet(size_px: (u32, u32), size_inches: (f64, f64)) -> u32 {
    let across = f64::from(size_px.0) / size_inches.0;
    let down = f64::from(size_px.1) / size_inches.1;
    let dpi = (across * down).sqrt();
    let longest = size_inches.0.max(size_inches.1);
    let is_absurd =
        !PLAUSIBLE_DPI.contains(&dpi) || longest > LARGE_SHEET_INCHES && dpi < LARGE_SHEET_MIN_DPI;
    if is_absurd {
        of_a4(size_px)
    } else {
        dpi.round() as u32
    }
}

/// The resolution told by a picture file for the picture as stored, or
/// estimated where it tells none or an unlikely one.
pub(super) fn of_file(size_px: (u32, u32), told_dpi: Option<(f64, f64)>) -> u32 {
    match told_dpi {
        Some((x, y)) if x > 0.0 && y > 0.0 => of_sheet(
            size_px,
            (f64::from(size_px.0) / x, f64::from(size_px.1) / y),
        ),
        _ => of_a4(size_px),
    }
}

/// The resolution if the picture shows an A4 sheet, upright or lying.
fn of_a4((width_px, height_px): (u32, u32)) -> u32 {
    let short = f64::from(width_px.min(height_px)) / A4_INCHES.0;
    let long = f64::from(width_px.max(height_px)) / A4_INCHES.1;
    short.max(long).round().clamp(70.0, 1200.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sane_sheet_is_believed() {
        assert_eq!(of_sheet((2480, 3508), (8.27, 11.69)), 300);
        assert_eq!(of_sheet((620, 877), (8.27, 11.69)), 75);
    }

    #[test]
    fn a_scan_laid_at_72_points_an_inch_is_taken_for_a4() {
        assert_eq!(of_sheet((2547, 3510), (2547.0 / 72.0, 3510.0 / 72.0)), 308);
    }

    #[test]
    fn a_file_without_resolution_is_taken_for_a4() {
        assert_eq!(of_file((1654, 2339), None), 200);
        assert_eq!(of_file((2339, 1654), Some((0.0, 0.0))), 200);
    }
}
