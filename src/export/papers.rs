//! The table of papers: a row a paper, as a register has it.

use super::{Cell, Column, ColumnKind, ExportError, PaperFilter, TableFormat, write_table};
use crate::archive::{Archive, ArchivePlace, Document};
use std::io::Write;

const fn text(name: &'static str) -> Column {
    Column {
        name,
        kind: ColumnKind::Text,
    }
}

const fn integer(name: &'static str) -> Column {
    Column {
        name,
        kind: ColumnKind::Integer,
    }
}

const COLUMNS: [Column; 22] = [
    integer("document_id"),
    text("number"),
    text("sign"),
    integer("number_doubtful"),
    text("type"),
    text("issued"),
    text("issued_partial"),
    integer("issued_doubtful"),
    text("issuer"),
    text("issuer_parent"),
    text("place"),
    text("subject"),
    text("signer_position"),
    text("signer_name"),
    integer("page_count"),
    text("file_name"),
    text("sha256"),
    text("fonds"),
    text("register"),
    text("box"),
    text("dossier"),
    text("sheet"),
];

/// Writes the papers of an archive; gives the number of rows.
///
/// # Errors
/// What the catalogue or `output` refuses.
pub fn papers(
    archive: &Archive,
    filter: &PaperFilter,
    format: TableFormat,
    output: &mut dyn Write,
) -> Result<usize, ExportError> {
    write_table(
        archive,
        filter,
        format,
        &COLUMNS,
        output,
        |archive, document| {
            let place = archive.place(document.document_id)?;
            Ok(vec![row(document, &place.unwrap_or_default())])
        },
    )
}

fn row(document: &Document, place: &ArchivePlace) -> Vec<Cell> {
    let fields = &document.fields;
    let text = |value: &Option<String>| Cell::text(value.as_deref());
    vec![
        Cell::Integer(document.document_id),
        text(&fields.number),
        text(&fields.sign),
        Cell::Integer(fields.number_doubtful.into()),
        text(&fields.document_type),
        text(&fields.issued),
        text(&fields.issued_partial),
        Cell::Integer(fields.issued_doubtful.into()),
        text(&fields.issuer),
        text(&fields.issuer_parent),
        text(&fields.place),
        text(&fields.subject),
        text(&fields.signer_position),
        text(&fields.signer_name),
        document
            .page_count
            .map_or(Cell::None, |count| Cell::Integer(count.into())),
        Cell::Text(document.file_name.clone()),
        Cell::Text(document.sha256.clone()),
        text(&place.fonds),
        text(&place.register),
        text(&place.box_number),
        text(&place.dossier),
        text(&place.sheet),
    ]
}
