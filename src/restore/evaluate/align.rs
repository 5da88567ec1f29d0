//! Which item of one text stands for which of another.

/// The least edits from one sequence to another.
pub(super) struct Alignment {
    pub edits: usize,
    /// What stands in the place of each item of the truth.
    pub partner: Vec<Option<usize>>,
}

/// Longer sequences are cut where both agree, so that time grows with their
/// length alone. The edits may then be a few more than the least.
const MAX_ITEMS: usize = 4096;
/// Items in a row that are equal where a sequence is cut.
const N_AGREEING: usize = 8;

/// Aligns `other` with `truth`.
pub(super) fn align<T: PartialEq>(truth: &[T], other: &[T]) -> Alignment {
    let mut alignment = Alignment {
        edits: 0,
        partner: Vec::with_capacity(truth.len()),
    };
    let (mut truth_at, mut other_at) = (0, 0);
    while truth_at < truth.len() || other_at < other.len() {
        let (truth_rest, other_rest) = (&truth[truth_at..], &other[other_at..]);
        let (truth_len, other_len) = cut(truth_rest, other_rest);
        align_part(
            &truth_rest[..truth_len],
            &other_rest[..other_len],
            other_at,
            &mut alignment,
        );
        truth_at += truth_len;
        other_at += other_len;
    }
    alignment
}

/// How much of both sequences to align at once.
fn cut<T: PartialEq>(truth: &[T], other: &[T]) -> (usize, usize) {
    if truth.len().max(other.len()) <= MAX_ITEMS {
        return (truth.len(), other.len());
    }
    // Where a run of the one stands in the other, not far from its own place.
    let half = MAX_ITEMS / 2;
    for truth_at in half..MAX_ITEMS {
        let Some(run) = truth.get(truth_at..truth_at + N_AGREEING) else {
            break;
        };
        let near = (0..half).flat_map(|off| [truth_at + off, truth_at.saturating_sub(off)]);
        let found = near
            .filter(|&at| at <= MAX_ITEMS + half)
            .find(|&at| other.get(at..at + N_AGREEING) == Some(run));
        if let Some(other_at) = found {
            return (truth_at, other_at);
        }
        // A search that fails at once will fail on: try few places.
        if truth_at >= half + N_AGREEING * 8 {
            break;
        }
    }
    (truth.len().min(MAX_ITEMS), other.len().min(MAX_ITEMS))
}

/// A step back through the table of costs.
#[derive(Clone, Copy, PartialEq)]
enum Step {
    Kept,
    Lost,
    Added,
}

/// Aligns within a band round the diagonal that is widened until the way found
/// is the shortest for certain.
fn align_part<T: PartialEq>(
    truth: &[T],
    other: &[T],
    other_offset: usize,
    alignment: &mut Alignment,
) {
    let n_before = truth.iter().zip(other).take_while(|(a, b)| a == b).count();
    alignment
        .partner
        .extend((0..n_before).map(|idx| Some(other_offset + idx)));
    let (truth, other) = (&truth[n_before..], &other[n_before..]);
    let other_offset = other_offset + n_before;
    let n_behind = truth
        .iter()
        .rev()
        .zip(other.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let truth = &truth[..truth.len() - n_behind];
    let other = &other[..other.len() - n_behind];
    let mut slack = 8;
    loop {
        let (edits, partner) = within_band(truth, other, slack);
        // A way that leaves the band has more than `slack` edits beyond those
        // that the lengths differ by.
        let is_shortest = edits <= slack + truth.len().abs_diff(other.len());
        if is_shortest || slack >= truth.len().max(other.len()) {
            alignment.edits += edits;
            let moved = |partner: Option<usize>| partner.map(|idx| other_offset + idx);
            alignment.partner.extend(partner.into_iter().map(moved));
            break;
        }
        slack *= 4;
    }
    let behind = other_offset + other.len();
    alignment
        .partner
        .extend((0..n_behind).map(|idx| Some(behind + idx)));
}

/// The least edits, and the partners, of ways that stray at most `slack` from
/// the diagonals between both ends.
fn within_band<T: PartialEq>(
    truth: &[T],
    other: &[T],
    slack: usize,
) -> (usize, Vec<Option<usize>>) {
    const FAR: u32 = u32::MAX / 2;
    let n_more = other.len().saturating_sub(truth.len());
    let n_fewer = truth.len().saturating_sub(other.len());
    // Column `at` of row `row` is item `row + at - reach` of the other.
    let reach = slack + n_fewer;
    let width = reach + slack + n_more + 1;
    let mut steps = vec![Step::Kept; (truth.len() + 1) * width];
    let mut costs = vec![FAR; width];
    let mut next = vec![FAR; width];
    for row in 0..=truth.len() {
        next.fill(FAR);
        for at in 0..width {
            let Some(column) = (row + at).checked_sub(reach) else {
                continue;
            };
            if column > other.len() {
                break;
            }
            let mut best = (if row + column == 0 { 0 } else { FAR }, Step::Kept);
            if row > 0 {
                if column > 0 {
                    let differs = u32::from(truth[row - 1] != other[column - 1]);
                    best = (costs[at] + differs, Step::Kept);
                }
                if let Some(&above) = costs.get(at + 1)
                    && above + 1 < best.0
                {
                    best = (above + 1, Step::Lost);
                }
            }
            if column > 0
                && let Some(before) = at.checked_sub(1)
                && next[before] + 1 < best.0
            {
                best = (next[before] + 1, Step::Added);
            }
            next[at] = best.0.min(FAR);
            steps[row * width + at] = best.1;
        }
        std::mem::swap(&mut costs, &mut next);
    }
    let mut partner = vec![None; truth.len()];
    let (mut row, mut column) = (truth.len(), other.len());
    let edits = costs[column + reach - row];
    while row > 0 || column > 0 {
        match steps[row * width + column + reach - row] {
            Step::Kept => {
                row -= 1;
                column -= 1;
                partner[row] = Some(column);
            }
            Step::Lost => row -= 1,
            Step::Added => column -= 1,
        }
    }
    (edits as usize, partner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn least_edits(truth: &[u8], other: &[u8]) -> usize {
        let mut costs: Vec<usize> = (0..=other.len()).collect();
        for (row, item) in truth.iter().enumerate() {
            let mut diagonal = std::mem::replace(&mut costs[0], row + 1);
            for (column, candidate) in other.iter().enumerate() {
                let replaced = diagonal + usize::from(item != candidate);
                diagonal = costs[column + 1];
                costs[column + 1] = replaced.min(diagonal + 1).min(costs[column] + 1);
            }
        }
        costs[other.len()]
    }

    proptest! {
        #[test]
        fn the_edits_are_the_least(truth in "[abc]{0,40}", other in "[abc]{0,40}") {
            let (truth, other) = (truth.as_bytes(), other.as_bytes());
            let alignment = align(truth, other);
            prop_assert_eq!(alignment.edits, least_edits(truth, other));
            prop_assert_eq!(alignment.partner.len(), truth.len());
            // Partners stand in order, and account for the edits.
            let pairs: Vec<(usize, usize)> = alignment
                .partner
                .iter()
                .enumerate()
                .filter_map(|(idx, partner)| Some((idx, (*partner)?)))
                .collect();
            prop_assert!(pairs.windows(2).all(|pair| pair[0].1 < pair[1].1));
            let n_replaced = pairs.iter().filter(|&&(a, b)| truth[a] != other[b]).count();
            let n_unpaired = truth.len() + other.len() - 2 * pairs.len();
            prop_assert_eq!(n_replaced + n_unpaired, alignment.edits);
        }
    }

    #[test]
    fn long_sequences_are_cut_where_they_agree() {
        let truth: Vec<usize> = (0..200_000).map(|idx| idx * idx % 9973).collect();
        let mut other = truth.clone();
        for at in [3, 5_000, 60_000, 199_990] {
            other[at] = 10_000;
        }
        other.remove(100_000);
        other.insert(150_000, 10_001);
        let alignment = align(&truth, &other);
        assert_eq!(alignment.edits, 6);
        assert_eq!(alignment.partner[100_000], None);
        assert_eq!(alignment.partner[120_000], Some(119_999));
        assert_eq!(alignment.partner[180_000], Some(180_000));
        // Nothing in common ends as well.
        let strange = vec![20_000; 30_000];
        assert_eq!(align(&truth[..30_000], &strange).edits, 30_000);
    }
}
