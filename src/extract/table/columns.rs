//! The columns of a table: stretches of the width that most rows leave free part
//! them.

use super::rows::{PlacedWord, VisualRow};
use std::ops::Range;

/// The width is looked at in steps of so many pixels.
const STEP_PX: u32 = 2;

/// A free stretch narrower than so many word heights parts no columns.
const GUTTER_HEIGHTS: f32 = 0.5;

/// One row in so many may reach over a gutter (a heading over several columns).
const ROWS_PER_SPANNING: usize = 7;

/// Columns as ranges of pixels, without gaps between them.
#[derive(Debug)]
pub(super) struct Columns {
    ranges: Vec<Range<u32>>,
}

impl Columns {
    pub(super) fn find(rows: &[VisualRow<'_>]) -> Option<Self> {
        let left = rows.iter().map(|row| row.place.left_px).min()?;
        let right = rows.iter().map(|row| row.place.right_px).max()?;
        let height = rows.first()?.height;
        let steps = (right.saturating_sub(left) / STEP_PX + 1) as usize;
        // How many rows have ink at a step; the space between two words of a
        // cell is ink.
        let mut inked = vec![0_usize; steps];
        for row in rows {
            let mut is_inked = vec![false; steps];
            for run in row.words.chunk_by(|word, next| {
                let gap = next.place.left_px as f32 - word.place.right_px as f32;
                gap <= GUTTER_HEIGHTS * height
            }) {
                let (Some(first), Some(last)) = (run.first(), run.last()) else {
                    continue;
                };
                let from = first.place.left_px.saturating_sub(left) / STEP_PX;
                let to = last.place.right_px.saturating_sub(left) / STEP_PX;
                is_inked[from as usize..=(to as usize).min(steps - 1)].fill(true);
            }
            for (count, is_inked) in inked.iter_mut().zip(is_inked) {
                *count += usize::from(is_inked);
            }
        }
        let spanning = rows.len() / ROWS_PER_SPANNING;
        let mut gutters: Vec<Range<usize>> = Vec::new();
        for (step, _) in inked
            .iter()
            .enumerate()
            .filter(|(_, count)| **count <= spanning)
        {
            match gutters.last_mut() {
                Some(gutter) if gutter.end == step => gutter.end += 1,
                _ => gutters.push(step..step + 1),
            }
        }
        let mut ranges = Vec::new();
        let mut start = 0;
        for gutter in gutters {
            let width = (gutter.len() as u32 * STEP_PX) as f32;
            let is_inside = gutter.start > 0 && gutter.end < steps;
            if is_inside && width > GUTTER_HEIGHTS * height {
                let middle = left + (gutter.start + gutter.end) as u32 / 2 * STEP_PX;
                ranges.push(start..middle);
                start = middle;
            }
        }
        ranges.push(start..u32::MAX);
        Some(Self { ranges })
    }

    pub(super) fn len(&self) -> usize {
        self.ranges.len()
    }

    /// The words of a row by their columns.
    pub(super) fn cells<'a>(&self, row: &VisualRow<'a>) -> Vec<Vec<PlacedWord<'a>>> {
        let mut cells: Vec<Vec<PlacedWord<'a>>> = vec![Vec::new(); self.ranges.len()];
        for word in &row.words {
            let middle = word.place.center_x_px();
            if let Some(column) = self.ranges.iter().position(|range| range.contains(&middle)) {
                cells[column].push(*word);
            }
        }
        cells
    }
}
