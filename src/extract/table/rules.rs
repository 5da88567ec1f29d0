//! From the ruling lines of a page to lattices: the rows and columns that lines
//! which cross each other make, and which of their cells no line parts.

use crate::geometry::{BoundingBox, RulingLine};

/// Lines nearer to each other than so many word heights are one border.
const SAME_BORDER_HEIGHTS: f32 = 0.45;
/// Gaps in a line of fewer word heights are faults of print or scan.
const GAP_HEIGHTS: f32 = 1.5;
/// Lines that end so many word heights before another one meet it.
const MEETING_HEIGHTS: f32 = 0.6;
/// A table that reaches further than so many word heights beyond its last line
/// is open on that side.
const OPEN_SIDE_HEIGHTS: f32 = 1.5;
/// A border is drawn where lines take so much of a cell's side.
const DRAWN_SHARE: f32 = 0.6;
/// More borders than these are a grid for graphs or a hatched picture.
const MOST_COLUMNS: usize = 80;
const MOST_ROWS: usize = 400;

/// A line after the page was set straight: where it stands across its direction,
/// and from where to where it runs.
#[derive(Debug, Clone, Copy)]
struct Rule {
    at: f32,
    from: f32,
    to: f32,
}

impl Rule {
    fn length(&self) -> f32 {
        self.to - self.from
    }
}

/// Rows and columns between ruling lines.
#[derive(Debug)]
pub(super) struct Lattice {
    /// By how much level lines of the page fall, for one pixel to the right.
    slope: f32,
    /// The borders of the columns, from left to right, and of the rows, from top
    /// to bottom.
    column_borders: Vec<f32>,
    row_borders: Vec<f32>,
    /// The first cell (row by row) of the cells that each cell is one with.
    first_of: Vec<usize>,
}

impl Lattice {
    pub(super) fn n_rows(&self) -> usize {
        self.row_borders.len() - 1
    }

    pub(super) fn n_columns(&self) -> usize {
        self.column_borders.len() - 1
    }

    fn area(&self) -> f32 {
        let extent = |borders: &[f32]| borders[borders.len() - 1] - borders[0];
        extent(&self.column_borders) * extent(&self.row_borders)
    }

    /// The first of the cells that hold the middle of a box.
    pub(super) fn cell_of(&self, place: BoundingBox) -> Option<(usize, usize)> {
        let (x, y) = straightened(place.center_x_px(), place.center_y_px(), self.slope);
        let between = |borders: &[f32], at: f32| {
            let index = borders.partition_point(|border| *border <= at);
            (index > 0 && index < borders.len()).then(|| index - 1)
        };
        let row = between(&self.row_borders, y)?;
        let column = between(&self.column_borders, x)?;
        Some(self.first_of(row, column))
    }

    /// The first cell of those that a cell is one with.
    pub(super) fn first_of(&self, row: usize, column: usize) -> (usize, usize) {
        let first = self.first_of[row * self.n_columns() + column];
        (first / self.n_columns(), first % self.n_columns())
    }

    /// How many rows and columns the cell takes that begins here.
    pub(super) fn span_of(&self, row: usize, column: usize) -> (usize, usize) {
        let is_same = |(other_row, other_column): (usize, usize)| {
            self.first_of(other_row, other_column) == (row, column)
        };
        let below = (row..self.n_rows()).take_while(|other| is_same((*other, column)));
        let beside = (column..self.n_columns()).take_while(|other| is_same((row, *other)));
        (below.count(), beside.count())
    }
}

/// A point of the page with its level lines made level.
fn straightened(x_px: u32, y_px: u32, slope: f32) -> (f32, f32) {
    let (x, y) = (x_px as f32, y_px as f32);
    (x + slope * y, y - slope * x)
}

/// The lattices on a page whose words are `height` pixels high, the largest
/// first.
pub(super) fn lattices(lines: &[RulingLine], height: f32) -> Vec<Lattice> {
    let slope = slope(lines);
    let (mut level, mut upright) = (Vec::new(), Vec::new());
    for line in lines {
        let from = straightened(line.from_x_px, line.from_y_px, slope);
        let to = straightened(line.to_x_px, line.to_y_px, slope);
        if line.is_level() {
            level.push(rule((from.1 + to.1) / 2.0, from.0, to.0));
        } else {
            upright.push(rule((from.0 + to.0) / 2.0, from.1, to.1));
        }
    }
    let (level, upright) = (joined(level, height), joined(upright, height));
    let mut found: Vec<Lattice> = connected(&level, &upright, MEETING_HEIGHTS * height)
        .into_iter()
        .filter_map(|(level, upright)| lattice(&level, &upright, height, slope))
        .collect();
    found.sort_by(|a, b| b.area().total_cmp(&a.area()));
    found
}

fn rule(at: f32, from: f32, to: f32) -> Rule {
    Rule {
        at,
        from: from.min(to),
        to: from.max(to),
    }
}

/// Lines whose pieces were put together again.
fn joined(mut pieces: Vec<Rule>, height: f32) -> Vec<Rule> {
    pieces.sort_by(|a, b| a.at.total_cmp(&b.at));
    let mut whole: Vec<Rule> = Vec::with_capacity(pieces.len());
    for line in pieces.chunk_by_mut(|piece, next| is_same_border(piece, next, height)) {
        line.sort_by(|a, b| a.from.total_cmp(&b.from));
        let begun = whole.len();
        for piece in line {
            match whole[begun..].last_mut() {
                Some(last) if piece.from - last.to <= GAP_HEIGHTS * height => {
                    let lengths = last.length() + piece.length();
                    if lengths > 0.0 {
                        last.at += (piece.at - last.at) * piece.length() / lengths;
                    }
                    last.to = last.to.max(piece.to);
                }
                _ => whole.push(*piece),
            }
        }
    }
    whole
}

/// Whether two lines, the upper or left one first, are one border.
fn is_same_border(line: &Rule, next: &Rule, height: f32) -> bool {
    next.at - line.at <= SAME_BORDER_HEIGHTS * height
}

/// How level lines fall, long ones counting more.
fn slope(lines: &[RulingLine]) -> f32 {
    let (mut across, mut down) = (0.0, 0.0);
    for line in lines.iter().filter(|line| line.is_level()) {
        across += line.to_x_px as f32 - line.from_x_px as f32;
        down += line.to_y_px as f32 - line.from_y_px as f32;
    }
    if across > 0.0 { down / across } else { 0.0 }
}

/// Lines that meet, directly or through others: level and upright ones.
fn connected(level: &[Rule], upright: &[Rule], reach: f32) -> Vec<(Vec<Rule>, Vec<Rule>)> {
    let mut sets = Sets::new(level.len() + upright.len());
    let holds = |rule: &Rule, at: f32| (rule.from - reach..=rule.to + reach).contains(&at);
    for (index, across) in level.iter().enumerate() {
        for (other, down) in upright.iter().enumerate() {
            if holds(across, down.at) && holds(down, across.at) {
                sets.join(index, level.len() + other);
            }
        }
    }
    let mut groups: Vec<(Vec<Rule>, Vec<Rule>)> = vec![Default::default(); sets.len()];
    for (index, rule) in level.iter().enumerate() {
        groups[sets.first_of(index)].0.push(*rule);
    }
    for (index, rule) in upright.iter().enumerate() {
        groups[sets.first_of(level.len() + index)].1.push(*rule);
    }
    groups.retain(|(level, upright)| !level.is_empty() && !upright.is_empty());
    groups
}

fn lattice(level: &[Rule], upright: &[Rule], height: f32, slope: f32) -> Option<Lattice> {
    let mut columns = borders(upright, level, height);
    let mut rows = borders(level, upright, height);
    // Lines of handwriting and of letters that cross a rule border no cell.
    keep_drawn(&mut columns, &rows);
    keep_drawn(&mut rows, &columns);
    let (n_rows, n_columns) = (
        rows.len().saturating_sub(1),
        columns.len().saturating_sub(1),
    );
    let is_table = n_columns >= 2 && n_rows >= 2 || n_columns >= 3 && n_rows >= 1;
    if !is_table || n_rows > MOST_ROWS || n_columns > MOST_COLUMNS {
        return None;
    }
    let mut cells = Sets::new(n_rows * n_columns);
    for row in 0..n_rows {
        let (top, bottom) = (rows[row].at, rows[row + 1].at);
        for column in 0..n_columns {
            let (left, right) = (columns[column].at, columns[column + 1].at);
            let cell = row * n_columns + column;
            if column + 1 < n_columns && !columns[column + 1].is_drawn(top, bottom) {
                cells.join(cell, cell + 1);
            }
            if row + 1 < n_rows && !rows[row + 1].is_drawn(left, right) {
                cells.join(cell, cell + n_columns);
            }
        }
    }
    Some(Lattice {
        slope,
        column_borders: columns.iter().map(|border| border.at).collect(),
        row_borders: rows.iter().map(|border| border.at).collect(),
        first_of: (0..n_rows * n_columns)
            .map(|cell| cells.first_of(cell))
            .collect(),
    })
}

/// A border of a column or a row: the pieces it is drawn with.
#[derive(Debug)]
struct Border {
    at: f32,
    /// From where to where it is drawn, in order, without overlap.
    pieces: Vec<(f32, f32)>,
}

impl Border {
    fn new(rules: &[Rule]) -> Self {
        let whole: f32 = rules.iter().map(Rule::length).sum();
        let weighted: f32 = rules.iter().map(|rule| rule.at * rule.length()).sum();
        let mut pieces: Vec<(f32, f32)> = rules.iter().map(|rule| (rule.from, rule.to)).collect();
        pieces.sort_by(|a, b| a.0.total_cmp(&b.0));
        pieces.dedup_by(|next, piece| {
            let overlap = next.0 <= piece.1;
            if overlap {
                piece.1 = piece.1.max(next.1);
            }
            overlap
        });
        Self {
            at: if whole > 0.0 {
                weighted / whole
            } else {
                rules[0].at
            },
            pieces,
        }
    }

    /// Whether it is there between two borders that cross it.
    fn is_drawn(&self, from: f32, to: f32) -> bool {
        let drawn: f32 = self
            .pieces
            .iter()
            .map(|piece| (piece.1.min(to) - piece.0.max(from)).max(0.0))
            .sum();
        drawn >= DRAWN_SHARE * (to - from)
    }
}

/// The borders that lines make, in order; `crossing` lines that reach beyond
/// the first or the last one tell that the table is open there.
fn borders(lines: &[Rule], crossing: &[Rule], height: f32) -> Vec<Border> {
    let mut sorted = lines.to_vec();
    sorted.sort_by(|a, b| a.at.total_cmp(&b.at));
    let mut borders: Vec<Border> = sorted
        .chunk_by(|line, next| is_same_border(line, next, height))
        .map(Border::new)
        .collect();
    let open = |at: f32| Border {
        at,
        pieces: Vec::new(),
    };
    let first = crossing.iter().map(|rule| rule.from).reduce(f32::min);
    let last = crossing.iter().map(|rule| rule.to).reduce(f32::max);
    if let (Some(first), Some(border)) = (first, borders.first())
        && first < border.at - OPEN_SIDE_HEIGHTS * height
    {
        borders.insert(0, open(first));
    }
    if let (Some(last), Some(border)) = (last, borders.last())
        && last > border.at + OPEN_SIDE_HEIGHTS * height
    {
        borders.push(open(last));
    }
    borders
}

/// Leaves out inner borders that part no two cells.
fn keep_drawn(borders: &mut Vec<Border>, crossing: &[Border]) {
    let last = borders.len().saturating_sub(1);
    let mut index = 0;
    borders.retain(|border| {
        let is_outer = index == 0 || index == last;
        index += 1;
        is_outer
            || crossing
                .windows(2)
                .any(|pair| border.is_drawn(pair[0].at, pair[1].at))
    });
}

/// Sets of things that were joined; each is known by its first member.
struct Sets {
    parent: Vec<usize>,
}

impl Sets {
    fn new(count: usize) -> Self {
        Self {
            parent: (0..count).collect(),
        }
    }

    fn len(&self) -> usize {
        self.parent.len()
    }

    fn first_of(&mut self, mut member: usize) -> usize {
        while self.parent[member] != member {
            self.parent[member] = self.parent[self.parent[member]];
            member = self.parent[member];
        }
        member
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.first_of(a), self.first_of(b));
        self.parent[a.max(b)] = a.min(b);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HEIGHT: f32 = 20.0;

    fn level(y: u32, from: u32, to: u32) -> RulingLine {
        RulingLine {
            from_x_px: from,
            from_y_px: y,
            to_x_px: to,
            to_y_px: y,
        }
    }

    fn upright(x: u32, from: u32, to: u32) -> RulingLine {
        RulingLine {
            from_x_px: x,
            from_y_px: from,
            to_x_px: x,
            to_y_px: to,
        }
    }

    fn only(lines: &[RulingLine]) -> Lattice {
        let mut found = lattices(lines, HEIGHT);
        assert_eq!(found.len(), 1, "{found:?}");
        found.remove(0)
    }

    fn cell_at(lattice: &Lattice, x: u32, y: u32) -> Option<(usize, usize)> {
        lattice.cell_of(BoundingBox::new(x - 5, y - 5, x + 5, y + 5))
    }

    #[test]
    fn cells_without_a_border_between_them_are_one() {
        // Two rows of three columns; the first row's last two cells are one, and
        // the first column is one cell down both rows.
        let lattice = only(&[
            level(100, 100, 700),
            level(200, 300, 700),
            level(300, 100, 700),
            upright(100, 100, 300),
            upright(300, 100, 300),
            upright(500, 200, 300),
            upright(700, 100, 300),
        ]);
        assert_eq!((lattice.n_rows(), lattice.n_columns()), (2, 3));
        assert_eq!(cell_at(&lattice, 200, 250), Some((0, 0)));
        assert_eq!(lattice.span_of(0, 0), (2, 1));
        assert_eq!(cell_at(&lattice, 600, 150), Some((0, 1)));
        assert_eq!(lattice.span_of(0, 1), (1, 2));
        assert_eq!(cell_at(&lattice, 600, 250), Some((1, 2)));
        assert_eq!(cell_at(&lattice, 50, 150), None);
    }

    #[test]
    fn an_open_table_ends_where_its_lines_end() {
        let lattice = only(&[
            level(100, 100, 700),
            level(200, 100, 700),
            level(300, 100, 700),
            upright(400, 100, 400),
        ]);
        assert_eq!((lattice.n_rows(), lattice.n_columns()), (3, 2));
        assert_eq!(cell_at(&lattice, 200, 350), Some((2, 0)));
    }

    #[test]
    fn frames_underlines_and_stray_strokes_make_no_table() {
        let frame = [
            level(100, 100, 700),
            level(104, 100, 700),
            level(900, 100, 700),
            upright(100, 100, 900),
            upright(700, 100, 900),
            upright(705, 100, 900),
        ];
        assert!(lattices(&frame, HEIGHT).is_empty());
        assert!(lattices(&[level(100, 100, 700), level(140, 300, 500)], HEIGHT).is_empty());
        assert!(lattices(&[], HEIGHT).is_empty());
        let with_stroke = [
            level(100, 100, 700),
            level(200, 100, 700),
            level(300, 100, 700),
            upright(100, 100, 300),
            upright(400, 100, 300),
            upright(550, 170, 215),
            upright(700, 100, 300),
        ];
        assert_eq!(only(&with_stroke).n_columns(), 2);
    }

    proptest! {
        /// Every cell of a full grid is found again, however crooked the page,
        /// with lines broken and not quite where they belong.
        #[test]
        fn the_cells_of_a_grid_are_found_again(
            widths in prop::collection::vec(60_u32..300, 2..7),
            heights in prop::collection::vec(40_u32..120, 2..9),
            fall in -0.005_f32..0.005,
            shifts in prop::collection::vec(0_u32..4, 32),
        ) {
            let places = |sizes: &[u32]| -> Vec<u32> {
                let mut at = 300;
                let mut places = vec![at];
                for size in sizes {
                    at += size;
                    places.push(at);
                }
                places
            };
            let (xs, ys) = (places(&widths), places(&heights));
            let place = |x: u32, y: u32| {
                let (x, y) = (x as f32, y as f32);
                ((x - fall * y).round() as u32, (y + fall * x).round() as u32)
            };
            let line = |from: (u32, u32), to: (u32, u32)| {
                let (from, to) = (place(from.0, from.1), place(to.0, to.1));
                RulingLine { from_x_px: from.0, from_y_px: from.1, to_x_px: to.0, to_y_px: to.1 }
            };
            let mut lines = Vec::new();
            for (index, y) in ys.iter().enumerate() {
                let y = y + shifts[index];
                // In two pieces with a gap between them.
                let (left, right) = (xs[0], xs[xs.len() - 1]);
                let middle = (left + right) / 2;
                lines.push(line((left, y), (middle - 6, y)));
                lines.push(line((middle + 6, y), (right, y)));
            }
            for (index, x) in xs.iter().enumerate() {
                let x = x + shifts[16 + index];
                lines.push(line((x, ys[0]), (x, ys[ys.len() - 1])));
            }
            let found = lattices(&lines, HEIGHT);
            prop_assert_eq!(found.len(), 1);
            prop_assert_eq!(found[0].n_rows(), heights.len());
            prop_assert_eq!(found[0].n_columns(), widths.len());
            for (row, y) in ys.windows(2).map(|pair| (pair[0] + pair[1]) / 2).enumerate() {
                for (column, x) in xs.windows(2).map(|pair| (pair[0] + pair[1]) / 2).enumerate() {
                    let (x, y) = place(x, y);
                    prop_assert_eq!(cell_at(&found[0], x, y), Some((row, column)));
                    prop_assert_eq!(found[0].span_of(row, column), (1, 1));
                }
            }
        }

        /// Any lines at all give lattices whose cells are in their borders.
        #[test]
        fn any_lines_are_borne(
            lines in prop::collection::vec((0_u32..2000, 0_u32..2000, 0_u32..2000, 0_u32..2000), 0..60),
        ) {
            let lines: Vec<RulingLine> = lines
                .into_iter()
                .map(|(from_x_px, from_y_px, to_x_px, to_y_px)| RulingLine {
                    from_x_px, from_y_px, to_x_px, to_y_px,
                })
                .collect();
            for lattice in lattices(&lines, HEIGHT) {
                for row in 0..lattice.n_rows() {
                    for column in 0..lattice.n_columns() {
                        let first = lattice.first_of(row, column);
                        prop_assert!(first <= (row, column));
                        prop_assert_eq!(lattice.first_of(first.0, first.1), first);
                    }
                }
            }
        }
    }
}
