//! The table of targets and reported results, each with its source page.

use super::{Cell, Column, ColumnKind, ExportError, PaperFilter, TableFormat, write_table};
use crate::archive::{Archive, ArchiveError, Document};
use serde_json::Value;
use std::io::Write;

const fn column(name: &'static str, kind: ColumnKind) -> Column {
    Column { name, kind }
}

const COLUMNS: [Column; 13] = [
    column("document_id", ColumnKind::Integer),
    column("number", ColumnKind::Text),
    column("type", ColumnKind::Text),
    column("issuer", ColumnKind::Text),
    column("issued", ColumnKind::Text),
    column("kind", ColumnKind::Text),
    column("indicator", ColumnKind::Text),
    column("comparator", ColumnKind::Text),
    column("value", ColumnKind::Number),
    column("value_to", ColumnKind::Number),
    column("unit", ColumnKind::Text),
    column("text", ColumnKind::Text),
    column("page", ColumnKind::Integer),
];

/// Writes the targets of the papers of an archive; gives the number of rows.
///
/// # Errors
/// What the catalogue or `output` refuses.
pub fn targets(
    archive: &Archive,
    filter: &PaperFilter,
    format: TableFormat,
    output: &mut dyn Write,
) -> Result<usize, ExportError> {
    write_table(archive, filter, format, &COLUMNS, output, rows)
}

fn rows(archive: &Archive, document: &Document) -> Result<Vec<Vec<Cell>>, ArchiveError> {
    let record = archive.record(document.document_id)?.unwrap_or_default();
    let targets = record["targets"].as_array().map_or(&[][..], Vec::as_slice);
    Ok(targets.iter().map(|target| row(document, target)).collect())
}

fn row(document: &Document, target: &Value) -> Vec<Cell> {
    let fields = &document.fields;
    let of_paper = |value: &Option<String>| Cell::text(value.as_deref());
    let text = |name: &str| Cell::text(target[name].as_str());
    let number = |name: &str| target[name].as_f64().map_or(Cell::None, Cell::Number);
    vec![
        Cell::Integer(document.document_id),
        of_paper(&fields.number),
        of_paper(&fields.document_type),
        of_paper(&fields.issuer),
        of_paper(&fields.issued),
        text("kind"),
        text("indicator"),
        text("comparator"),
        number("value"),
        number("value_to"),
        text("unit"),
        text("text"),
        target["page"].as_i64().map_or(Cell::None, Cell::Integer),
    ]
}
