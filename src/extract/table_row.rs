//! Rows of tables in running text: cells parted by "|", as ruled lines come
//! out of a recogniser and as text files print them. A value that stands
//! alone in its cell is said of the headings of its row and its column.

use super::flat::{FlatText, ceil_border, collapse, floor_border};
use super::fold::fold;
use super::layout::LINE_LIMIT;
use super::record::TargetKind;

/// A heading of columns is looked for in so many bytes above a row.
const TABLE_REACH: usize = 3000;

/// The line that holds a position, where it has at least two "|".
struct Row<'a> {
    line: &'a str,
    start: usize,
}

fn row_at(text: &str, position: usize) -> Option<Row<'_>> {
    let from = floor_border(text, position.saturating_sub(LINE_LIMIT));
    let to = ceil_border(text, position + LINE_LIMIT);
    let start = match text[from..position].rfind('\n') {
        Some(index) => from + index + 1,
        None if from == 0 => 0,
        None => return None,
    };
    let end = text[position..to]
        .find('\n')
        .map_or(to, |index| position + index);
    let line = &text[start..end];
    (line.matches('|').count() >= 2).then_some(Row { line, start })
}

fn letters(cell: &str) -> usize {
    cell.chars().filter(|c| c.is_alphabetic()).count()
}

fn cells(line: &str) -> Vec<&str> {
    line.split('|').map(str::trim).collect()
}

/// Where the cell that holds a position begins; `None` outside tables.
pub(super) fn cell_start(text: &str, position: usize) -> Option<usize> {
    let row = row_at(text, position)?;
    let bar = text[row.start..position].rfind('|');
    Some(bar.map_or(row.start, |bar| row.start + bar + 1))
}

/// Headings of row and column of a value that stands alone in its cell:
/// "Lệ phí trước bạ – So với dự toán".
pub(super) fn headings(flat: &FlatText<'_>, position: usize) -> Option<String> {
    let text = flat.text.as_str();
    let row = row_at(text, position)?;
    let column = text[row.start..position].matches('|').count();
    let row_cells = cells(row.line);
    if letters(row_cells.get(column)?) > 4 {
        return None;
    }
    let (row_column, row_heading) = row_cells[..column]
        .iter()
        .enumerate()
        .find(|(_, cell)| letters(cell) >= 3)?;
    let column_heading = column_heading(text, row.start, column, row_cells.len())
        .filter(|_| row_column < column)
        .filter(|heading| letters(heading) >= 3);
    let name = match column_heading {
        Some(heading) => format!("{row_heading} – {heading}"),
        None => (*row_heading).to_owned(),
    };
    Some(collapse(&name))
}

/// Whether the heading of a value's column tells goals from achievements.
pub(super) fn column_kind(text: &str, position: usize) -> Option<TargetKind> {
    let row = row_at(text, position)?;
    let column = text[row.start..position].matches('|').count();
    let heading = fold(column_heading(
        text,
        row.start,
        column,
        cells(row.line).len(),
    )?);
    let names = |words: &[&str]| words.iter().any(|word| heading.contains(word));
    // A share of the whole is how things stand.
    if names(&[
        "ty trong",
        "co cau",
        "thanh tich",
        "ket qua",
        "thuc hien",
        "da dat",
        "dat duoc",
        "uoc dat",
    ]) {
        Some(TargetKind::Result)
    } else if names(&["chi tieu", "muc tieu", "ke hoach", "phan dau"]) {
        Some(TargetKind::Target)
    } else {
        None
    }
}

/// The cell of the table's first row above, where that row has as many cells.
fn column_heading(text: &str, row_start: usize, column: usize, count: usize) -> Option<&str> {
    let from = floor_border(text, row_start.saturating_sub(TABLE_REACH));
    let above = text[from..row_start].trim_end_matches('\n');
    let first = above
        .lines()
        .rev()
        .take_while(|line| line.contains('|'))
        .last()?;
    let heading = cells(first);
    // Figures in it: a row of values, not of names.
    let is_heading = heading.len() == count
        && heading
            .iter()
            .filter(|cell| cell.contains(|c: char| c.is_ascii_digit()))
            .count()
            * 2
            < count;
    is_heading.then(|| heading[column])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::document::DocumentText;

    const TABLE: &str = "STT | Khoản thu | Dự toán | Tỷ lệ đạt\n\
        1 | Phí chợ | 1.200 | 85,5%\n2 | Lệ phí bến bãi | 300 | đạt tỷ lệ 70%\n";

    fn headings_of(value: &str) -> Option<String> {
        let document = DocumentText::from_plain_text(TABLE);
        let flat = FlatText::new(&document, |_, _| true);
        headings(&flat, flat.text.find(value)?)
    }

    #[test]
    fn a_value_alone_in_its_cell_has_two_headings() {
        assert_eq!(headings_of("85,5").as_deref(), Some("Phí chợ – Tỷ lệ đạt"));
        assert_eq!(
            headings_of("300").as_deref(),
            Some("Lệ phí bến bãi – Dự toán")
        );
    }

    #[test]
    fn a_cell_with_words_is_a_sentence_of_its_own() {
        assert_eq!(headings_of("70%"), None);
        let start = cell_start(TABLE, TABLE.find("70%").unwrap_or_default());
        assert_eq!(
            start.map(|start| TABLE[start..].trim_start().starts_with("đạt")),
            Some(true)
        );
        assert_eq!(cell_start("tỷ lệ đạt 70%", 16), None);
    }
}
