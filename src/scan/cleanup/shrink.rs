//! Making an image smaller: each new pixel is the mean of the area that it covers,
//! parts of pixels by their share.
//!
//! Rows are summed up as they come, so that the columns, which compilers cannot
//! make vector instructions of, are gone through once a new row.

/// How one new row or column is made up of old ones.
struct Span {
    first: usize,
    /// The shares of `first` and those behind it; they add up to 1.
    shares: Vec<f32>,
}

/// The spans of `n_new` pixels over `n_old`.
fn spans(n_old: usize, n_new: usize) -> Vec<Span> {
    let ratio = n_old as f64 / n_new as f64;
    let spans = (0..n_new).map(|new| {
        let (from, to) = (new as f64 * ratio, (new + 1) as f64 * ratio);
        let first = (from as usize).min(n_old - 1);
        let end = (to.ceil() as usize).clamp(first + 1, n_old);
        let shares = (first..end).map(|old| {
            let covered = to.min((old + 1) as f64) - from.max(old as f64);
            (covered.max(0.0) / ratio) as f32
        });
        Span {
            first,
            shares: shares.collect(),
        }
    });
    spans.collect()
}

/// Makes an image of grey rows smaller, sides told as (width, height). `read_row`
/// is asked for each old row once, from the top down; `write_row` gets the new rows
/// in order. No side may be longer than it was.
pub(super) fn shrink(
    (old_width, old_height): (usize, usize),
    (new_width, new_height): (usize, usize),
    mut read_row: impl FnMut(usize, &mut [u8]),
    mut write_row: impl FnMut(usize, &[u8]),
) {
    debug_assert!(new_width <= old_width && new_height <= old_height);
    if new_width == 0 || new_height == 0 {
        return;
    }
    let columns = spans(old_width, new_width);
    let mut old_row = vec![0; old_width];
    let mut n_read = 0;
    let mut sums = vec![0.0; old_width];
    let mut new_row = vec![0; new_width];
    for (y, rows) in spans(old_height, new_height).iter().enumerate() {
        sums.fill(0.0);
        for (row, &share) in (rows.first..).zip(&rows.shares) {
            // The last row of a span may be the first of the next one.
            if row == n_read {
                read_row(row, &mut old_row);
                n_read += 1;
            }
            for (sum, &level) in sums.iter_mut().zip(&old_row) {
                *sum += share * f32::from(level);
            }
        }
        for (level, column) in new_row.iter_mut().zip(&columns) {
            let covered = sums[column.first..].iter().zip(&column.shares);
            let mean: f32 = covered.map(|(sum, share)| sum * share).sum();
            *level = (mean + 0.5) as u8;
        }
        write_row(y, &new_row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shrunk(old: (usize, usize), new: (usize, usize), image: &[u8]) -> Vec<u8> {
        let mut smaller = Vec::new();
        let mut next_row = 0;
        shrink(
            old,
            new,
            |y, row| {
                assert_eq!(y, next_row, "rows are read once and in order");
                next_row += 1;
                row.copy_from_slice(&image[y * old.0..][..old.0]);
            },
            |_, row| smaller.extend_from_slice(row),
        );
        smaller
    }

    #[test]
    fn whole_factors_give_means() {
        let image = [0, 100, 255, 255, 50, 50, 255, 0];
        assert_eq!(shrunk((4, 2), (2, 1), &image), [50, 191]);
        assert_eq!(shrunk((4, 2), (1, 1), &image), [121]);
        assert_eq!(shrunk((4, 2), (4, 2), &image), image);
    }

    #[test]
    fn parts_of_pixels_count_by_their_share() {
        // Three pixels to two: the middle one belongs to both by half.
        assert_eq!(shrunk((3, 1), (2, 1), &[0, 90, 240]), [30, 190]);
        assert_eq!(shrunk((1, 3), (1, 2), &[0, 90, 240]), [30, 190]);
    }

    #[test]
    fn ink_and_paper_keep_their_level_and_their_sum() {
        for (old, new) in [
            ((2_473, 40), (1_600, 26)),
            ((7, 7), (3, 2)),
            ((1, 5), (1, 1)),
            ((9_000, 3), (8, 1)),
        ] {
            for level in [0, 1, 254, 255] {
                let image = vec![level; old.0 * old.1];
                let smaller = shrunk(old, new, &image);
                assert_eq!(smaller, vec![level; new.0 * new.1], "{old:?} to {new:?}");
            }
            let image: Vec<u8> = (0..old.0 * old.1).map(|at| (at * 37 % 256) as u8).collect();
            let mean = |image: &[u8]| {
                image.iter().map(|&level| f64::from(level)).sum::<f64>() / image.len() as f64
            };
            let difference = mean(&image) - mean(&shrunk(old, new, &image));
            assert!(difference.abs() < 0.6, "{old:?} to {new:?}: {difference}");
        }
    }
}
