//! From the decoder's certainty of a word to how often such words are right.

/// Certainty before, and share of words that were right: fitted by isotonic
/// regression to the 11,700 words of the sample scans. Tesseract never says more
/// than 0.97 of a word that it is quite sure of, and too much of doubtful ones; the
/// decoder is too sure where no other reading is near.
const SHARE_RIGHT: [(f32, f32); 12] = [
    (0.0, 0.05),
    (0.25, 0.15),
    (0.5, 0.385),
    (0.65, 0.555),
    (0.78, 0.65),
    (0.84, 0.8),
    (0.88, 0.865),
    (0.92, 0.93),
    (0.93, 0.965),
    (0.955, 0.975),
    (0.962, 0.994),
    (1.0, 0.996),
];

/// The probability that a word read from a scan is right.
pub(super) fn share_right(certainty: f32) -> f32 {
    let above = SHARE_RIGHT
        .iter()
        .position(|&(known, _)| certainty <= known)
        .unwrap_or(SHARE_RIGHT.len() - 1)
        .max(1);
    let ((x0, y0), (x1, y1)) = (SHARE_RIGHT[above - 1], SHARE_RIGHT[above]);
    (y0 + (y1 - y0) * (certainty - x0) / (x1 - x0)).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::share_right;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn surer_stays_surer(a in 0f32..=1.0, b in 0f32..=1.0) {
            let (less, more) = (a.min(b), a.max(b));
            prop_assert!(share_right(less) <= share_right(more));
            prop_assert!((0.0..=1.0).contains(&share_right(a)));
        }
    }

    #[test]
    fn the_ends_are_met() {
        assert_eq!(share_right(0.0), 0.05);
        assert_eq!(share_right(1.0), 0.996);
        assert!(share_right(0.965) > 0.985);
    }
}
