//! Tables whose cells are parted by ruling lines: the words of each cell, the
//! headings of each column, and the rows.

use super::grid::{
    CellWords, Grid, cell_text, has_figures, in_reading_order, is_figure, is_ordinal,
};
use super::merged;
use super::rows::{PlacedWord, VisualRow, middle_height, visual_rows};
use super::rules::{Lattice, lattices};
use crate::extract::document::TextPage;
use crate::extract::record::MergedCell;
use std::collections::HashSet;

/// Between the headings of a column that stand above each other.
const BELOW: &str = " – ";

/// At least so many rows hold words in two of their cells; else it is a box, a
/// form to be filled in, or a frame.
const LEAST_ROWS: usize = 2;

/// A row, and which row of the lattice it comes from.
struct Row<'a> {
    lattice_row: usize,
    cells: CellWords<'a>,
}

/// The tables that the ruling lines of a page make; not those that hold a line
/// for which `is_letterhead`.
pub(super) fn grids<'a>(
    page: &TextPage,
    words: &[PlacedWord<'a>],
    is_letterhead: &[bool],
) -> Vec<Grid<'a>> {
    let Some(height) = middle_height(words) else {
        return Vec::new();
    };
    let mut taken: HashSet<(usize, usize)> = HashSet::new();
    let mut found = Vec::new();
    for lattice in lattices(&page.ruling_lines, height) {
        // A table inside a cell of another one belongs to that cell.
        let free = words
            .iter()
            .filter(|word| !taken.contains(&(word.line_index, word.word_index)));
        let Some(cells) = words_in_cells(&lattice, free, is_letterhead) else {
            continue;
        };
        if let Some(grid) = grid(&lattice, cells) {
            taken.extend(grid.words());
            found.push(grid);
        }
    }
    found
}

/// The words of each cell of a lattice, row by row; `None` where a letterhead
/// stands in them.
fn words_in_cells<'a, 'b>(
    lattice: &Lattice,
    words: impl Iterator<Item = &'b PlacedWord<'a>>,
    is_letterhead: &[bool],
) -> Option<Vec<CellWords<'a>>>
where
    'a: 'b,
{
    let mut cells: Vec<CellWords<'a>> =
        vec![vec![Vec::new(); lattice.n_columns()]; lattice.n_rows()];
    for word in words {
        let Some((row, column)) = lattice.cell_of(word.place) else {
            continue;
        };
        if is_letterhead[word.line_index] {
            return None;
        }
        cells[row][column].push(*word);
    }
    Some(cells)
}

fn grid<'a>(lattice: &Lattice, cells: Vec<CellWords<'a>>) -> Option<Grid<'a>> {
    let mut rows: Vec<Row<'a>> = Vec::new();
    for (lattice_row, cells) in cells.into_iter().enumerate() {
        let parted = parted_rows(lattice, lattice_row, &cells);
        let whole = || vec![cells.into_iter().map(in_reading_order).collect()];
        rows.extend(
            parted
                .unwrap_or_else(whole)
                .into_iter()
                .filter(|cells: &CellWords<'_>| cells.iter().any(|cell| !cell.is_empty()))
                .map(|cells| Row { lattice_row, cells }),
        );
    }
    let n_full = rows.iter().filter(|row| filled(&row.cells) >= 2).count();
    if n_full < LEAST_ROWS {
        return None;
    }
    let heading_rows = heading_rows(lattice, &rows);
    let body = rows.split_off(heading_rows);
    let (head, headings) = heading(lattice, &rows);
    Some(Grid {
        head,
        headings,
        merged: merged_cells(lattice, &body),
        body: body.into_iter().map(|row| row.cells).collect(),
    })
}

fn filled(cells: &[Vec<PlacedWord<'_>>]) -> usize {
    cells.iter().filter(|cell| !cell.is_empty()).count()
}

/// The rows that stand in one row of a lattice, where lines part the columns
/// only: told by their numbers, or by figures in most of their lines.
fn parted_rows<'a>(
    lattice: &Lattice,
    lattice_row: usize,
    cells: &[Vec<PlacedWord<'a>>],
) -> Option<Vec<CellWords<'a>>> {
    let columns = || (0..lattice.n_columns()).filter(|column| !cells[*column].is_empty());
    if columns().count() < 2 || columns().any(|column| lattice.span_of(lattice_row, column).0 > 1) {
        return None;
    }
    let visual: Vec<VisualRow<'a>> = visual_rows(cells.concat());
    if visual.len() < 2 {
        return None;
    }
    let by_column: Vec<CellWords<'a>> = visual
        .iter()
        .map(|row| {
            let mut parts: CellWords<'a> = vec![Vec::new(); lattice.n_columns()];
            for word in &row.words {
                if let Some((_, column)) = lattice.cell_of(word.place) {
                    parts[column].push(*word);
                }
            }
            parts
        })
        .collect();
    let n_numbered = by_column.iter().filter(|row| is_ordinal(&row[0])).count();
    let n_figures = by_column
        .iter()
        .filter(|row| row.iter().skip(1).filter(|cell| is_figure(cell)).count() >= 2)
        .count();
    let is_parted = n_numbered >= 2 || n_figures >= 2 && n_figures * 3 >= by_column.len() * 2;
    is_parted.then(|| {
        let Grid { head, body, .. } = merged(by_column, &visual);
        head.into_iter().chain(body).collect()
    })
}

/// How many of the first rows are headings.
fn heading_rows(lattice: &Lattice, rows: &[Row<'_>]) -> usize {
    let opens_body = |row: &Row<'_>| {
        !is_column_numbers(&row.cells) && (is_ordinal(&row.cells[0]) || has_figures(&row.cells))
    };
    let covers = |row: &Row<'_>| {
        (0..lattice.n_columns()).all(|column| {
            let (first_row, first) = lattice.first_of(row.lattice_row, column);
            first_row < row.lattice_row || !row.cells[first].is_empty()
        })
    };
    let Some(first) = rows.first() else { return 0 };
    let is_first_body = opens_body(first);
    let is_heading = match rows.iter().position(opens_body) {
        Some(position) => position > 0,
        // Without figures only a first row that names every column is one.
        None => covers(first),
    };
    if is_first_body || !is_heading {
        return 0;
    }
    // Headings go on as far as the first row's cells reach down, and below
    // those of them that reach over several columns.
    let mut end_row = first.lattice_row + 1;
    let mut row = first.lattice_row;
    while row < end_row.min(lattice.n_rows()) {
        for column in 0..lattice.n_columns() {
            if lattice.first_of(row, column) == (row, column) {
                let (row_span, column_span) = lattice.span_of(row, column);
                let below = usize::from(column_span > 1);
                end_row = end_row.max(row + row_span + below);
            }
        }
        row += 1;
    }
    let mut n_rows = rows
        .iter()
        .position(|row| row.lattice_row >= end_row)
        .unwrap_or(rows.len());
    // A heading that reaches over several columns has others below it, not
    // values.
    if let Some(position) = rows[..n_rows].iter().skip(1).position(opens_body) {
        n_rows = position + 1;
    }
    if rows
        .get(n_rows)
        .is_some_and(|row| is_column_numbers(&row.cells))
    {
        n_rows += 1;
    }
    // A table of headings alone is a table without.
    if n_rows < rows.len() { n_rows } else { 0 }
}

/// "(1) | (2) | (3)", "A | B | 1 | 2": the row below the headings that numbers
/// the columns.
fn is_column_numbers(cells: &[Vec<PlacedWord<'_>>]) -> bool {
    let mut last = 0_u32;
    let mut n_numbers = 0;
    let is_number = |cell: &Vec<PlacedWord<'_>>| {
        let text = cell_text(cell);
        let core = text.trim_matches(|c: char| !c.is_alphanumeric());
        match core.parse::<u32>() {
            Ok(number) => {
                n_numbers += 1;
                let follows = number == last + 1 || last == 0 && number <= 3;
                last = number;
                follows
            }
            Err(_) => n_numbers == 0 && core.len() == 1,
        }
    };
    filled(cells) >= 3
        && cells.iter().filter(|cell| !cell.is_empty()).all(is_number)
        && n_numbers >= 2
}

/// The headings as they go into the text, and one a column. What reaches over
/// several columns is said of each of them.
fn heading<'a>(lattice: &Lattice, rows: &[Row<'a>]) -> (Vec<CellWords<'a>>, Vec<String>) {
    if rows.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let n_columns = lattice.n_columns();
    let mut line: CellWords<'a> = vec![Vec::new(); n_columns];
    let mut headings = vec![String::new(); n_columns];
    let (numbers, named): (Vec<_>, Vec<_>) =
        rows.iter().partition(|row| is_column_numbers(&row.cells));
    for row in named {
        for column in 0..n_columns {
            let (first_row, first) = lattice.first_of(row.lattice_row, column);
            // Said once, in the row in which it begins.
            let cell = &row.cells[first];
            if first_row != row.lattice_row || cell.is_empty() {
                continue;
            }
            if !headings[column].is_empty() {
                headings[column].push_str(BELOW);
            }
            headings[column].push_str(&cell_text(cell));
            // A number or date is written into the text once.
            let is_repeated = first != column;
            line[column].extend(
                cell.iter().filter(|word| {
                    !is_repeated || !word.text.contains(|c: char| c.is_ascii_digit())
                }),
            );
        }
    }
    let numbers = numbers.into_iter().map(|row| row.cells.clone());
    let head = std::iter::once(line).chain(numbers).collect();
    (head, headings)
}

/// Cells of the body that reach over several of its rows or columns.
fn merged_cells(lattice: &Lattice, body: &[Row<'_>]) -> Vec<MergedCell> {
    let mut found = Vec::new();
    for (index, row) in body.iter().enumerate() {
        for (column, cell) in row.cells.iter().enumerate() {
            if cell.is_empty() {
                continue;
            }
            let (rows, column_span) = lattice.span_of(row.lattice_row, column);
            let end_row = row.lattice_row + rows;
            let is_covered = |other: &&Row<'_>| {
                other.lattice_row > row.lattice_row && other.lattice_row < end_row
            };
            let row_span = 1 + body[index + 1..].iter().take_while(is_covered).count();
            if row_span > 1 || column_span > 1 {
                found.push(MergedCell {
                    row: index,
                    column,
                    row_span,
                    column_span,
                });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::extract::document::DocumentText;
    use crate::extract::record::{MergedCell, Table};
    use crate::extract::table::with_rows;
    use crate::geometry::{BoundingBox, RulingLine};
    use crate::ocr::PageNotes;
    use crate::restore::{RestoredLine, RestoredPage, RestoredWord};
    use proptest::prelude::*;

    /// Borders of columns and of rows, in pixels.
    const COLUMNS: [u32; 5] = [50, 120, 400, 600, 800];
    const ROWS: [u32; 5] = [100, 140, 180, 240, 280];

    fn line(from: (u32, u32), to: (u32, u32)) -> RulingLine {
        RulingLine {
            from_x_px: from.0,
            from_y_px: from.1,
            to_x_px: to.0,
            to_y_px: to.1,
        }
    }

    /// A letter is 8 px wide, a line 20 px high; each text is one read line.
    fn page(texts: &[(&str, u32, u32)], ruling_lines: Vec<RulingLine>) -> DocumentText {
        let lines = texts.iter().map(|(text, left, top)| {
            let mut left = *left;
            let words = text.split(' ').map(|word| {
                let width = 8 * word.chars().count() as u32;
                let place = BoundingBox::new(left, *top, left + width, top + 20);
                left += width + 6;
                RestoredWord {
                    raw: word.into(),
                    text: word.into(),
                    confidence: 0.9,
                    bounding_box: Some(place),
                }
            });
            RestoredLine {
                block_index: 0,
                words: words.collect(),
            }
        });
        DocumentText::from_restored(&[RestoredPage {
            page_number: 1,
            width_px: 1000,
            height_px: 1400,
            resolution_dpi: 100,
            lines: lines.collect(),
            notes: PageNotes {
                ruling_lines,
                ..PageNotes::default()
            },
        }])
    }

    fn only_table(document: &DocumentText) -> Table {
        let (_, mut tables) = with_rows(document);
        assert_eq!(tables.len(), 1, "{tables:?}");
        tables.remove(0)
    }

    #[test]
    fn cells_hold_their_lines_and_headings_reach_over_columns() {
        // The first two columns' headings reach down two rows, the third one's
        // over two columns.
        let lines = vec![
            line((50, 100), (800, 100)),
            line((400, 140), (800, 140)),
            line((50, 180), (800, 180)),
            line((50, 240), (800, 240)),
            line((50, 280), (800, 280)),
            line((50, 100), (50, 280)),
            line((120, 100), (120, 280)),
            line((400, 100), (400, 280)),
            line((600, 140), (600, 280)),
            line((800, 100), (800, 280)),
        ];
        let document = page(
            &[
                ("Kết quả như sau:", 50, 60),
                ("TT Đơn vị", 100, 130),
                ("Số hộ", 550, 110),
                ("Kế hoạch Thực hiện", 520, 150),
                ("1", 80, 185),
                ("Các xã vùng cao", 130, 185),
                ("1.200", 450, 190),
                ("85,5%", 650, 190),
                ("và biên giới", 130, 212),
                ("2 Xã Mẫu", 106, 250),
                ("300 70%", 560, 250),
                ("Nơi khác không tính", 50, 300),
            ],
            lines,
        );
        let table = only_table(&document);
        assert_eq!(
            table.headings,
            ["TT", "Đơn vị", "Số hộ – Kế hoạch", "Số hộ – Thực hiện"]
        );
        assert_eq!(
            table.rows,
            [
                vec!["1", "Các xã vùng cao và biên giới", "1.200", "85,5%"],
                vec!["2", "Xã Mẫu", "300", "70%"],
            ]
        );
        let (text, _) = with_rows(&document);
        let lines: Vec<&str> = text.pages[0]
            .lines
            .iter()
            .map(|line| line.text.as_str())
            .collect();
        assert_eq!(lines[0], "Kết quả như sau:");
        assert_eq!(lines[2], "1 | Các xã vùng cao và biên giới | 1.200 | 85,5%");
        assert_eq!(lines.last(), Some(&"Nơi khác không tính"));
    }

    #[test]
    fn a_group_beside_several_rows_is_one_cell() {
        let mut lines: Vec<RulingLine> = COLUMNS[..4]
            .iter()
            .map(|x| line((*x, 100), (*x, 240)))
            .collect();
        lines.extend([
            line((50, 100), (600, 100)),
            line((50, 140), (600, 140)),
            line((120, 180), (600, 180)),
            line((50, 240), (600, 240)),
        ]);
        let document = page(
            &[
                ("Nhóm", 55, 110),
                ("Xã Tỷ lệ", 378, 110),
                ("Vùng", 55, 150),
                ("cao", 55, 190),
                ("Mẫu 85%", 368, 150),
                ("Thử 90%", 368, 200),
            ],
            lines,
        );
        let table = only_table(&document);
        assert_eq!(
            table.rows,
            [vec!["Vùng cao", "Mẫu", "85%"], vec!["", "Thử", "90%"]]
        );
        assert_eq!(
            table.merged_cells,
            [MergedCell {
                row: 0,
                column: 0,
                row_span: 2,
                column_span: 1,
            }]
        );
    }

    #[test]
    fn rows_that_no_line_parts_are_parted_by_their_numbers() {
        let mut lines: Vec<RulingLine> = COLUMNS[..4]
            .iter()
            .map(|x| line((*x, 100), (*x, 280)))
            .collect();
        lines.extend([100, 140, 280].map(|y| line((50, y), (600, y))));
        let document = page(
            &[
                ("TT Đơn vị", 100, 110),
                ("Tỷ lệ", 450, 110),
                ("1 Xã Mẫu", 106, 150),
                ("85%", 450, 150),
                ("2 Xã Thử", 106, 180),
                ("90%", 450, 180),
            ],
            lines,
        );
        let table = only_table(&document);
        assert_eq!(table.headings, ["TT", "Đơn vị", "Tỷ lệ"]);
        assert_eq!(
            table.rows,
            [vec!["1", "Xã Mẫu", "85%"], vec!["2", "Xã Thử", "90%"]]
        );
    }

    #[test]
    fn letterheads_and_empty_forms_are_no_tables() {
        let lines = || -> Vec<RulingLine> {
            let across = ROWS.iter().map(|y| line((50, *y), (800, *y)));
            let down = COLUMNS.iter().map(|x| line((*x, 100), (*x, 280)));
            across.chain(down).collect()
        };
        let letterhead = page(
            &[
                ("UBND XÃ MẪU", 130, 110),
                ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 410, 110),
                ("Số 5", 130, 150),
                ("Độc lập - Tự do - Hạnh phúc", 410, 150),
            ],
            lines(),
        );
        assert!(with_rows(&letterhead).1.is_empty());
        let form = page(&[("Họ tên", 130, 110)], lines());
        assert!(with_rows(&form).1.is_empty());
    }

    proptest! {
        /// The words of any filled grid come back in their cells, and no word is
        /// lost or told twice.
        #[test]
        fn a_filled_grid_comes_back(
            widths in prop::collection::vec(90_u32..200, 3..6),
            heights in prop::collection::vec(50_u32..100, 3..8),
            filled in prop::collection::vec(any::<bool>(), 48),
        ) {
            let places = |sizes: &[u32]| -> Vec<u32> {
                let mut at = 100;
                std::iter::once(100).chain(sizes.iter().map(|size| { at += size; at })).collect()
            };
            let (xs, ys) = (places(&widths), places(&heights));
            let (right, bottom) = (xs[xs.len() - 1], ys[ys.len() - 1]);
            let mut lines: Vec<RulingLine> =
                ys.iter().map(|y| line((100, *y), (right, *y))).collect();
            lines.extend(xs.iter().map(|x| line((*x, 100), (*x, bottom))));
            let mut texts: Vec<(String, u32, u32)> = Vec::new();
            let mut wanted: Vec<Vec<String>> = Vec::new();
            for row in 0..heights.len() {
                let mut cells = Vec::new();
                for column in 0..widths.len() {
                    // The first row names every column, so that it is a heading.
                    let is_filled = row == 0 || column < 2 || filled[row * 6 + column];
                    let text = match (is_filled, row) {
                        (false, _) => String::new(),
                        (true, 0) => format!("cột {}", ["a", "b", "c", "d", "e"][column]),
                        (true, _) => format!("xã {row}{column}"),
                    };
                    if is_filled {
                        texts.push((text.clone(), xs[column] + 8, ys[row] + 10));
                    }
                    cells.push(text);
                }
                wanted.push(cells);
            }
            let texts: Vec<(&str, u32, u32)> =
                texts.iter().map(|(text, x, y)| (text.as_str(), *x, *y)).collect();
            let document = page(&texts, lines);
            let (text, tables) = with_rows(&document);
            prop_assert_eq!(tables.len(), 1);
            prop_assert_eq!(&tables[0].headings, &wanted[0]);
            prop_assert_eq!(&tables[0].rows[..], &wanted[1..]);
            prop_assert!(tables[0].merged_cells.is_empty());
            let n_words = |document: &DocumentText| -> usize {
                document.pages[0].lines.iter().map(|line| line.words.len()).sum()
            };
            prop_assert_eq!(n_words(&text), n_words(&document));
        }
    }
}
