//! Reading the lists: lines of tab-parted columns, `#` opens a remark, "-" is an
//! empty cell.

/// The rows of a list.
pub(super) fn rows(list: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    list.lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
        .map(|line| line.split('\t').map(str::trim).collect())
}

/// The cell of a column; `None` where it is empty.
pub(super) fn cell(row: &[&'static str], column: usize) -> Option<&'static str> {
    row.get(column).copied().filter(|cell| *cell != "-")
}

/// The parts of a cell, parted by semicolons.
pub(super) fn parts(cell: Option<&'static str>) -> Vec<&'static str> {
    cell.map(|cell| cell.split(';').map(str::trim).collect())
        .unwrap_or_default()
}

/// An identifier from a name: in small letters, words parted by hyphens, and the
/// day from which it holds. Marks stay: two communes of a district may differ in
/// them alone.
pub(super) fn identifier(name: &str, valid_from: Option<&str>) -> String {
    let lower = name.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric() && c != '.')
        .filter(|word| !word.is_empty())
        .collect();
    let slug = words.join("-");
    match valid_from {
        Some(day) => format!("{slug}@{day}"),
        None => slug,
    }
}
