//! Soft edges for bilevel print: a Gaussian over five pixels each way, row by row.
//!
//! In integers of sixteen bits compilers turn these loops into vector instructions,
//! and no copy of the page is made.

/// Weights of a pixel and of those one and two away, in 256ths: a Gaussian of a
/// standard deviation of 0.7 pixels.
const WEIGHTS: [u16; 3] = [146, 53, 2];
/// Rows and pixels on either side that have weight.
const REACH: usize = 2;
const N_ROWS: usize = 2 * REACH + 1;

/// Softens an image of grey rows. `read_row` fills a row of the given number, top
/// row 0; `write_row` gets each softened row in order. Beyond the edges the
/// outermost pixels go on.
pub(super) fn soften(
    width: usize,
    height: usize,
    mut read_row: impl FnMut(usize, &mut [u8]),
    mut write_row: impl FnMut(usize, &[u8]),
) {
    if width == 0 || height == 0 {
        return;
    }
    let mut padded = vec![0; width + 2 * REACH];
    let mut soft_across = vec![vec![0; width]; N_ROWS];
    let mut softened = vec![0; width];
    let mut n_read = 0;
    for y in 0..height {
        while n_read < (y + REACH + 1).min(height) {
            read_row(n_read, &mut padded[REACH..REACH + width]);
            let (first, last) = (padded[REACH], padded[REACH + width - 1]);
            padded[..REACH].fill(first);
            padded[REACH + width..].fill(last);
            let shifted = std::array::from_fn(|shift| &padded[shift..shift + width]);
            weigh(shifted, &mut soft_across[n_read % N_ROWS]);
            n_read += 1;
        }
        let around = std::array::from_fn(|shift| {
            let row = (y + shift).saturating_sub(REACH).min(height - 1);
            soft_across[row % N_ROWS].as_slice()
        });
        weigh(around, &mut softened);
        write_row(y, &softened);
    }
}

/// The weighted mean of five rows, pixel by pixel.
fn weigh(rows: [&[u8]; N_ROWS], mean: &mut [u8]) {
    let [far_before, before, here, behind, far_behind] = rows;
    let [weight, weight_near, weight_far] = WEIGHTS;
    let near = before.iter().zip(behind);
    let far = far_before.iter().zip(far_behind);
    for (((mean, &here), near), far) in mean.iter_mut().zip(here).zip(near).zip(far) {
        let sum = weight * u16::from(here)
            + weight_near * (u16::from(*near.0) + u16::from(*near.1))
            + weight_far * (u16::from(*far.0) + u16::from(*far.1));
        // The weights add up to 256, so that even white stays within 16 bits.
        *mean = ((sum + 128) >> 8) as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn softened(width: usize, image: &[u8]) -> Vec<u8> {
        let mut soft = Vec::new();
        soften(
            width,
            image.len() / width,
            |y, row| row.copy_from_slice(&image[y * width..][..width]),
            |_, row| soft.extend_from_slice(row),
        );
        soft
    }

    #[test]
    fn plain_paper_and_plain_ink_stay_as_they_are() {
        for level in [0, 1, 254, 255] {
            for (width, height) in [(1, 1), (1, 9), (9, 1), (2, 3), (70, 40)] {
                let image = vec![level; width * height];
                assert_eq!(softened(width, &image), image, "{width} x {height}");
            }
        }
    }

    #[test]
    fn a_point_spreads_alike_to_all_sides() {
        let mut image = vec![255; 49];
        image[24] = 0;
        let soft = softened(7, &image);
        let ink = |x: usize, y: usize| 255 - soft[y * 7 + x];
        assert_eq!(ink(3, 3), 83, "0.57 squared of 255");
        for (x, y) in [(2, 3), (4, 3), (3, 2), (3, 4)] {
            assert_eq!(ink(x, y), 30, "0.57 times 0.205 of 255");
        }
        for (x, y) in [(0, 3), (3, 0), (6, 6), (3, 6)] {
            assert_eq!(ink(x, y), 0);
        }
    }

    #[test]
    fn an_edge_keeps_its_place() {
        let image: Vec<u8> = (0..20 * 8)
            .map(|at| if at % 20 < 10 { 0 } else { 255 })
            .collect();
        let soft = softened(20, &image);
        for row in soft.chunks(20) {
            assert!(row.windows(2).all(|pair| pair[0] <= pair[1]), "{row:?}");
            assert!(
                row[9] < 128 && row[10] > 128 && row[7] == 0 && row[12] == 255,
                "{row:?}"
            );
        }
    }
}
