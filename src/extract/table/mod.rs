//! Tables: on scans found by their ruling lines, where they have them, else by
//! the alignment of their words; in text by the bars between their cells.
//!
//! A recogniser reads a table line by line across its cells, or cell by cell in
//! any order. Here the words are put into visual rows and columns again, and
//! the rows into the document's text, one line a row with " | " between its
//! cells: so that what is read in the text (targets, dates) knows its cell, its
//! row and its column.

mod columns;
mod grid;
mod rows;
mod ruled;
mod rules;

use super::document::{DocumentText, TextLine, TextPage, TextWord};
use super::layout::{LINE_LIMIT, Piece, PieceKind, pieces};
use super::recipients::is_recipients_head;
use super::record::Table;
use crate::geometry::BoundingBox;
use columns::Columns;
use grid::{Grid, cell_text, has_figures, is_ordinal};
use rows::{PlacedWord, VisualRow, visual_rows, words_of};
use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

/// A table has at least so many columns and visual rows; fewer are lists or the
/// two cells of a letterhead.
const LEAST_COLUMNS: usize = 3;
const LEAST_ROWS: usize = 3;

/// A line of text that takes this share of the width of the page's text belongs
/// to no table, where no wide gap parts it.
const TEXT_LINE_SHARE: f32 = 0.6;

/// White space higher than so many line heights parts tables.
const PARTING_HEIGHTS: f32 = 4.0;

/// Headings take at most so many visual rows.
const MOST_HEADING_ROWS: usize = 6;

/// Between the cells of a row.
const BAR: &str = " | ";

/// The tables of a document, and its text with their rows put together.
pub(super) fn with_rows(document: &DocumentText) -> (Cow<'_, DocumentText>, Vec<Table>) {
    let mut tables = Vec::new();
    let mut changed: Option<DocumentText> = None;
    for (page_index, page) in document.pages.iter().enumerate() {
        let found = grids(page);
        if found.is_empty() {
            tables.extend(barred(page));
            continue;
        }
        let lines = replaced(page, &found);
        changed.get_or_insert_with(|| document.clone()).pages[page_index].lines = lines;
        tables.extend(found.into_iter().map(|grid| grid.table(page)));
    }
    match changed {
        Some(changed) => (Cow::Owned(changed), tables),
        None => (Cow::Borrowed(document), tables),
    }
}

/// The tables of a scanned page, from top to bottom.
fn grids(page: &TextPage) -> Vec<Grid<'_>> {
    let words = words_of(page);
    // Words of a plain text have no place, and what opens a document takes longer
    // to find than all the rest of it.
    if words.is_empty() {
        return Vec::new();
    }
    let mut found = ruled::grids(page, &words, &title_lines(page));
    let taken: HashSet<(usize, usize)> = found.iter().flat_map(Grid::words).collect();
    let left = words
        .into_iter()
        .filter(|word| !taken.contains(&(word.line_index, word.word_index)))
        .collect();
    found.extend(aligned(page, left));
    found.sort_by_key(Grid::top_px);
    found
}

/// Tables that the alignment of words makes.
fn aligned<'a>(page: &TextPage, words: Vec<PlacedWord<'a>>) -> Vec<Grid<'a>> {
    let rows = visual_rows(words);
    let Some(extent) = BoundingBox::enclosing(rows.iter().map(|row| row.place)) else {
        return Vec::new();
    };
    let text_width = extent.width_px() as f32;
    let is_outside: Vec<bool> = outside(page, &rows);
    let is_wide = |row: &VisualRow<'_>| {
        row.cells == 1 && row.place.width_px() as f32 > TEXT_LINE_SHARE * text_width
    };
    let mut found = Vec::new();
    let mut start = 0;
    while start < rows.len() {
        let is_text = |index: usize| {
            // One line whose cells nearly touch, between two of several cells,
            // is a row of the table.
            let is_row = index > 0
                && rows[index - 1].cells > 1
                && rows.get(index + 1).is_some_and(|next| next.cells > 1);
            is_outside[index] || is_wide(&rows[index]) && !is_row
        };
        if is_text(start) {
            start += 1;
            continue;
        }
        let mut end = start + 1;
        while end < rows.len() && !is_text(end) {
            let space = rows[end].place.top_px as f32 - rows[end - 1].place.bottom_px as f32;
            if space > PARTING_HEIGHTS * rows[end].height {
                break;
            }
            end += 1;
        }
        found.extend(grid(&rows[start..end]));
        start = end;
    }
    found
}

/// Which lines of a page hold a piece of one of these kinds.
fn lines_with(page: &TextPage, is_wanted: impl Fn(&PieceKind) -> bool) -> Vec<bool> {
    let holds = |(line_index, line): (usize, &TextLine)| {
        let mut parts: Vec<Piece<'_>> = Vec::new();
        pieces(line, line_index, &mut parts);
        parts.iter().any(|piece| is_wanted(&piece.kind))
    };
    page.lines.iter().enumerate().map(holds).collect()
}

/// Lines that open a document, and that no table holds.
fn title_lines(page: &TextPage) -> Vec<bool> {
    lines_with(page, |kind| {
        matches!(
            kind,
            PieceKind::NationalTitle | PieceKind::PartyTitle | PieceKind::Motto
        )
    })
}

/// Rows of letterheads, and of the end from "Nơi nhận" on: two cells side by
/// side, but no table.
fn outside(page: &TextPage, rows: &[VisualRow<'_>]) -> Vec<bool> {
    let is_anchor = lines_with(page, |kind| {
        matches!(
            kind,
            PieceKind::NationalTitle
                | PieceKind::PartyTitle
                | PieceKind::Motto
                | PieceKind::Number
                | PieceKind::PlaceDate
        )
    });
    let ends_at = page
        .lines
        .iter()
        .find(|line| is_recipients_head(&line.text) && line.bounding_box.is_some())
        .and_then(|line| line.bounding_box)
        .map(|place| place.top_px);
    let last_anchor = rows
        .iter()
        .rposition(|row| row.words.iter().any(|word| is_anchor[word.line_index]));
    rows.iter()
        .enumerate()
        .map(|(index, row)| {
            last_anchor.is_some_and(|last| index <= last)
                || ends_at.is_some_and(|top| row.place.bottom_px > top)
        })
        .collect()
}

/// The table that a run of visual rows is, if it is one.
fn grid<'a>(rows: &[VisualRow<'a>]) -> Option<Grid<'a>> {
    // Lines above and below the aligned rows are headings of the text.
    let first = rows.iter().position(|row| row.cells >= 2)?;
    let last = rows.iter().rposition(|row| row.cells >= 2)?;
    let rows = &rows[first..=last];
    if rows.len() < LEAST_ROWS {
        return None;
    }
    let columns = Columns::find(rows)?;
    if columns.len() < LEAST_COLUMNS {
        return None;
    }
    let cells: Vec<Vec<Vec<PlacedWord<'a>>>> = rows.iter().map(|row| columns.cells(row)).collect();
    let full = cells
        .iter()
        .filter(|row| row.iter().filter(|cell| !cell.is_empty()).count() >= LEAST_COLUMNS)
        .count();
    if full < LEAST_ROWS || full * 3 < cells.len() {
        return None;
    }
    Some(merged(cells, rows))
}

/// Joins visual rows that are the lines of one row.
fn merged<'a>(cells: Vec<Vec<Vec<PlacedWord<'a>>>>, rows: &[VisualRow<'a>]) -> Grid<'a> {
    let columns = cells.first().map_or(0, Vec::len);
    let numbered = cells.iter().filter(|row| is_ordinal(&row[0])).count();
    let is_numbered = numbered >= 2;
    let filled = |row: &[Vec<PlacedWord<'_>>]| row.iter().filter(|cell| !cell.is_empty()).count();
    // A row of its own: numbered, or (a total) with figures in half its cells.
    let opens: Vec<bool> = cells
        .iter()
        .map(|row| {
            let is_full = filled(row) * 2 >= columns;
            if is_numbered {
                is_ordinal(&row[0]) || is_full && has_figures(row)
            } else {
                is_full || filled(row) >= 2 && has_figures(row)
            }
        })
        .collect();
    let first_body = if is_numbered {
        opens.iter().position(|opens| *opens).unwrap_or(0)
    } else {
        // The rows above the first one with figures; without any figures
        // nothing tells headings from rows.
        cells
            .iter()
            .position(|row| has_figures(row))
            .filter(|first| *first <= MOST_HEADING_ROWS)
            .unwrap_or(0)
    };
    // The row each visual row belongs to: the headings, itself, or the nearer of
    // the rows above and below.
    let owner = |index: usize| -> usize {
        if index < first_body {
            return 0;
        }
        if opens[index] {
            return index;
        }
        let above = (first_body..index).rev().find(|other| opens[*other]);
        let below = (index + 1..cells.len()).find(|other| opens[*other]);
        let space = |other: usize| {
            let (a, b) = (rows[index].place, rows[other].place);
            a.center_y_px().abs_diff(b.center_y_px())
        };
        match (above, below) {
            (Some(above), Some(below)) if space(below) < space(above) => below,
            (Some(above), _) => above,
            (None, Some(below)) => below,
            (None, None) => index,
        }
    };
    let owners: Vec<usize> = (0..cells.len()).map(owner).collect();
    let mut rows: Vec<(usize, Vec<Vec<PlacedWord<'a>>>)> = Vec::new();
    for (owner, row) in owners.into_iter().zip(cells) {
        match rows.iter_mut().find(|(known, _)| *known == owner) {
            Some((_, whole)) => {
                for (cell, more) in whole.iter_mut().zip(row) {
                    cell.extend(more);
                }
            }
            None => rows.push((owner, row)),
        }
    }
    let mut rows: Vec<Vec<Vec<PlacedWord<'a>>>> = rows
        .into_iter()
        .map(|(_, row)| row.into_iter().map(grid::in_reading_order).collect())
        .collect();
    let body = rows.split_off(usize::from(first_body > 0));
    let heading = rows.pop();
    Grid {
        headings: heading
            .iter()
            .flatten()
            .map(|cell| cell_text(cell))
            .collect(),
        head: heading.into_iter().collect(),
        body,
        merged: Vec::new(),
    }
}

/// The lines of a page with the rows of its tables in place of the lines they
/// were read in; what else those lines hold keeps its place.
fn replaced(page: &TextPage, grids: &[Grid<'_>]) -> Vec<TextLine> {
    let mut grid_of: Vec<Option<usize>> = vec![None; page.lines.len()];
    let mut taken: HashSet<(usize, usize)> = HashSet::new();
    for (grid_index, grid) in grids.iter().enumerate() {
        for (line_index, word_index) in grid.words() {
            grid_of[line_index].get_or_insert(grid_index);
            taken.insert((line_index, word_index));
        }
    }
    let mut lines = Vec::with_capacity(page.lines.len());
    let mut written = vec![false; grids.len()];
    for (line_index, (line, grid_index)) in page.lines.iter().zip(grid_of).enumerate() {
        let Some(grid_index) = grid_index else {
            lines.push(line.clone());
            continue;
        };
        if !written[grid_index] {
            written[grid_index] = true;
            let grid = &grids[grid_index];
            let rows = grid.head.iter().chain(&grid.body);
            lines.extend(rows.map(|row| row_line(row, line)));
        }
        let left = |word_index: &usize| !taken.contains(&(line_index, *word_index));
        lines.extend(part_of_line(line, left));
    }
    lines
}

/// The words of a line that `is_wanted`, as a line; `None` where they are specks.
fn part_of_line(line: &TextLine, is_wanted: impl Fn(&usize) -> bool) -> Option<TextLine> {
    let mut text = String::new();
    let mut words = Vec::new();
    for word_index in (0..line.words.len()).filter(is_wanted) {
        let word = &line.words[word_index];
        let printed = line.text.get(word.span.clone())?;
        if !text.is_empty() {
            text.push(' ');
        }
        let start = text.len();
        text.push_str(printed);
        words.push(TextWord {
            span: start..text.len(),
            ..word.clone()
        });
    }
    text.contains(char::is_alphanumeric).then(|| TextLine {
        bounding_box: BoundingBox::enclosing(words.iter().filter_map(|word| word.bounding_box)),
        text,
        words,
        ..line.clone()
    })
}

/// A row as a line of text whose words keep their places.
fn row_line(row: &[Vec<PlacedWord<'_>>], like: &TextLine) -> TextLine {
    let mut text = String::new();
    let mut words = Vec::new();
    for (index, cell) in row.iter().enumerate() {
        if index > 0 {
            text.push_str(BAR);
        }
        for (position, word) in cell.iter().enumerate() {
            if position > 0 {
                text.push(' ');
            }
            let start = text.len();
            text.push_str(word.text);
            words.push(TextWord {
                span: start..text.len(),
                bounding_box: Some(word.place),
                confidence: word.confidence,
            });
        }
    }
    TextLine {
        bounding_box: BoundingBox::enclosing(words.iter().filter_map(|word| word.bounding_box)),
        text,
        line_number: like.line_number,
        block_index: like.block_index,
        words,
    }
}

/// Tables of a text: runs of lines with the same number of bars.
fn barred(page: &TextPage) -> Vec<Table> {
    let bars = |line: &TextLine| match line.text.len() <= LINE_LIMIT {
        true => line.text.matches('|').count(),
        false => 0,
    };
    let mut found = Vec::new();
    let mut start = 0;
    while start < page.lines.len() {
        let count = bars(&page.lines[start]);
        let end = page.lines[start..]
            .iter()
            .position(|line| bars(line) != count)
            .map_or(page.lines.len(), |offset| start + offset);
        if count + 1 >= LEAST_COLUMNS && end - start >= 2 {
            found.push(barred_table(page, start..end));
        }
        start = end;
    }
    found
}

fn barred_table(page: &TextPage, lines: Range<usize>) -> Table {
    let first = &page.lines[lines.start];
    let mut rows: Vec<Vec<String>> = page.lines[lines]
        .iter()
        .map(|line| {
            let cells = line.text.split('|');
            cells.map(|cell| cell.trim().to_owned()).collect()
        })
        .collect();
    let has_figures = |row: &[String]| {
        let with_digits = row
            .iter()
            .filter(|cell| cell.contains(|c: char| c.is_ascii_digit()));
        with_digits.count() * 2 >= row.len()
    };
    let headings = match rows.first() {
        Some(row) if !has_figures(row) => rows.remove(0),
        _ => Vec::new(),
    };
    Table {
        page: page.page_number,
        line: page.width_px.eq(&0).then_some(first.line_number),
        bounding_box: first.bounding_box,
        headings,
        rows,
        merged_cells: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::restore::{RestoredLine, RestoredPage, RestoredWord};
    use proptest::prelude::*;

    /// Words at (left, top); a letter is 10 px wide, a line 20 px high.
    fn page(lines: &[&[(&str, u32, u32)]]) -> DocumentText {
        let lines = lines.iter().map(|line| RestoredLine {
            block_index: 0,
            words: line
                .iter()
                .map(|(text, left, top)| RestoredWord {
                    raw: (*text).into(),
                    text: (*text).into(),
                    confidence: 0.9,
                    bounding_box: Some(BoundingBox::new(
                        *left,
                        *top,
                        left + 10 * text.chars().count() as u32,
                        top + 20,
                    )),
                })
                .collect(),
        });
        DocumentText::from_restored(&[RestoredPage {
            page_number: 1,
            width_px: 1000,
            height_px: 1400,
            resolution_dpi: 100,
            notes: Default::default(),
            lines: lines.collect(),
        }])
    }

    const TEXT: &[(&str, u32, u32)] = &[
        ("Kết", 50, 60),
        ("quả", 90, 60),
        ("thu", 130, 60),
        ("của", 170, 60),
        ("các", 210, 60),
        ("xã", 250, 60),
        ("trong", 280, 60),
        ("quý", 340, 60),
        ("như", 380, 60),
        ("bảng", 420, 60),
        ("dưới", 470, 60),
        ("đây", 520, 60),
        ("của", 560, 60),
        ("huyện", 600, 60),
        ("này:", 660, 60),
    ];

    #[test]
    fn rows_and_columns_are_found_by_alignment() {
        let document = page(&[
            TEXT,
            &[
                ("TT", 50, 100),
                ("Khoản", 120, 100),
                ("Dự", 400, 100),
                ("toán", 430, 100),
                ("Tỷ", 600, 100),
                ("lệ", 630, 100),
            ],
            &[
                ("1", 50, 140),
                ("Phí", 120, 140),
                ("chợ", 160, 140),
                ("1.200", 410, 140),
                ("|", 580, 140),
                ("85,5%", 600, 140),
            ],
            &[("và", 120, 165), ("bến", 150, 165)],
            &[
                ("2", 50, 200),
                ("Lệ", 120, 200),
                ("phí", 150, 200),
                ("300|", 420, 200),
                ("70%", 600, 200),
            ],
            &[("Tổng", 120, 240), ("1.500", 410, 240), ("82%", 600, 240)],
        ]);
        let (text, tables) = with_rows(&document);
        assert_eq!(tables.len(), 1);
        assert_eq!(tables[0].headings, ["TT", "Khoản", "Dự toán", "Tỷ lệ"]);
        assert_eq!(
            tables[0].rows,
            [
                vec!["1", "Phí chợ và bến", "1.200", "85,5%"],
                vec!["2", "Lệ phí", "300", "70%"],
                vec!["", "Tổng", "1.500", "82%"],
            ]
        );
        let line = &text.pages[0].lines[2];
        assert_eq!(line.text, "1 | Phí chợ và bến | 1.200 | 85,5%");
        assert!(
            line.words
                .iter()
                .all(|word| line.text.get(word.span.clone()).is_some())
        );
    }

    #[test]
    fn text_and_letterheads_are_no_tables() {
        let document = page(&[
            &[
                ("UBND", 50, 20),
                ("XÃ", 100, 20),
                ("CỘNG", 500, 20),
                ("HÒA", 550, 20),
                ("XÃ", 590, 20),
                ("HỘI", 620, 20),
                ("CHỦ", 660, 20),
                ("NGHĨA", 700, 20),
                ("VIỆT", 760, 20),
                ("NAM", 810, 20),
            ],
            &[
                ("Số:", 50, 60),
                ("5/UBND", 90, 60),
                ("Mẫu,", 500, 60),
                ("ngày", 550, 60),
                ("5", 600, 60),
                ("tháng", 620, 60),
                ("6", 680, 60),
                ("năm", 700, 60),
                ("2020", 740, 60),
            ],
            TEXT,
            TEXT,
            TEXT,
        ]);
        let (text, tables) = with_rows(&document);
        assert!(tables.is_empty());
        assert!(matches!(text, Cow::Borrowed(_)));
    }

    #[test]
    fn bars_part_the_cells_of_a_text() {
        let document =
            DocumentText::from_plain_text("TT | Xã | Đạt\n1 | Mẫu | 5%\n2 | Thử | 7%\nHết.\n");
        let (_, tables) = with_rows(&document);
        assert_eq!(tables.len(), 1);
        assert_eq!(tables[0].line, Some(1));
        assert_eq!(tables[0].headings, ["TT", "Xã", "Đạt"]);
        assert_eq!(tables[0].rows[1], ["2", "Thử", "7%"]);
    }

    proptest! {
        /// Wherever words stand: every row has a cell a column, and every word of
        /// the text keeps its letters and its place.
        #[test]
        fn rows_have_as_many_cells(
            places in prop::collection::vec((0_u32..60, 0_u32..30, 0_usize..5), 0..120),
        ) {
            let texts = ["12", "Xã Mẫu", "|", "85,5%|", "TT"];
            let words: Vec<(&str, u32, u32)> = places
                .iter()
                .map(|(x, y, text)| (texts[*text], x * 15, y * 25))
                .collect();
            let lines: Vec<&[(&str, u32, u32)]> = words.chunks(3).collect();
            let document = page(&lines);
            let (text, tables) = with_rows(&document);
            for table in &tables {
                let columns = table.rows.first().map_or(0, Vec::len);
                prop_assert!(columns >= LEAST_COLUMNS);
                prop_assert!(table.rows.iter().all(|row| row.len() == columns));
                prop_assert!(table.headings.is_empty() || table.headings.len() == columns);
            }
            for line in &text.pages[0].lines {
                for word in &line.words {
                    prop_assert!(line.text.get(word.span.clone()).is_some());
                    prop_assert!(word.bounding_box.is_some());
                }
            }
        }
    }
}
