//! The archive as tables, for analysts: papers, and targets with their source page;
//! and its papers as searchable PDFs ([`pdf`]).
//!
//! Rows are made one document at a time and written as they come, so that an
//! archive of any size takes the memory of one document (of one row group in
//! Parquet).

mod csv;
mod json;
mod papers;
mod parquet;
pub mod pdf;
mod targets;
#[cfg(test)]
mod tests;
mod words;

pub(crate) use csv::quoted;
pub use papers::papers;
pub use targets::{TargetFilter, TargetKind, targets};

use crate::archive::{Archive, ArchiveError, ArchivePlace, Document, DocumentState};
use crate::index::{DayRange, spelled_out_type};
use crate::vietnamese::{fold, normalize};
use std::io::{self, Write};
use words::is_named;

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, clap::ValueEnum)]
pub enum TableFormat {
    /// Comma-separated, RFC 4180, UTF-8, with a heading
    Csv,
    /// As a Vietnamese Excel opens it: semicolons, decimal commas, a byte order mark
    CsvExcel,
    /// An array of objects
    Json,
    /// Apache Parquet
    Parquet,
}

impl TableFormat {
    /// The media type, for HTTP.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv | Self::CsvExcel => "text/csv; charset=utf-8",
            Self::Json => "application/json",
            Self::Parquet => "application/vnd.apache.parquet",
        }
    }
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ColumnKind {
    Integer,
    Number,
    Text,
}

/// A column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Column {
    name: &'static str,
    kind: ColumnKind,
}

/// One value; the kind is that of its column, or there is none.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    None,
    Integer(i64),
    Number(f64),
    Text(String),
}

impl Cell {
    fn text(value: Option<&str>) -> Self {
        value.map_or(Self::None, |value| Self::Text(value.to_owned()))
    }
}

/// Why a table could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error("the table cannot be written: {0}")]
    Write(#[from] io::Error),
}

/// Which papers go into a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PaperFilter {
    /// Only papers of that type (or its abbreviation), with or without marks.
    pub document_type: Option<String>,
    /// Only papers whose issuer or its parent has these words; an abbreviation
    /// stands for what it abbreviates, `"…"` is the whole name of the issuer.
    pub issuer: Option<String>,
    /// Only papers issued then.
    pub issued: Option<DayRange>,
    /// Only papers that stand there in the store: levels that are given must be
    /// the same, but for marks and capitals.
    pub place: ArchivePlace,
}

impl PaperFilter {
    /// Whether a document is among them.
    fn admits(&self, document: &Document) -> bool {
        let fields = &document.fields;
        let fields = [
            fields.document_type.as_ref(),
            fields.issuer.as_ref(),
            fields.issuer_parent.as_ref(),
            fields.issued.as_ref().or(fields.issued_partial.as_ref()),
        ];
        document.state == DocumentState::Read
            && self.admits_fields(fields.map(|field| field.map(String::as_str)))
    }

    /// Whether a paper of that type, of that issuer under that parent, issued on
    /// that day, or in that month or year (ISO 8601) is among them.
    fn admits_fields(&self, [document_type, issuer, parent, issued]: [Option<&str>; 4]) -> bool {
        let is_of_type = self.document_type.as_deref().is_none_or(|wanted| {
            folded(spelled_out_type(wanted)) == folded(document_type.unwrap_or_default())
        });
        let is_issued_then = self.issued.is_none_or(|days| {
            let days = days.with_partial();
            issued
                .and_then(DayRange::number_of)
                .is_some_and(|day| (days.first..=days.last).contains(&day))
        });
        is_of_type && is_issued_then && is_named(self.issuer.as_deref(), [issuer, parent])
    }

    /// Whether a document of that archive is wanted, its place in the store
    /// looked up where the filter names one.
    ///
    /// # Errors
    /// What the catalogue says.
    pub fn admits_in(&self, archive: &Archive, document: &Document) -> Result<bool, ArchiveError> {
        if !self.admits(document) {
            return Ok(false);
        }
        if self.place.is_empty() {
            return Ok(true);
        }
        let place = archive.place(document.document_id)?;
        Ok(self.admits_place(place.as_ref()))
    }

    fn admits_place(&self, place: Option<&ArchivePlace>) -> bool {
        let none = ArchivePlace::default();
        let (wanted, found) = (&self.place, place.unwrap_or(&none));
        [
            (&wanted.fonds, &found.fonds),
            (&wanted.register, &found.register),
            (&wanted.box_number, &found.box_number),
            (&wanted.dossier, &found.dossier),
            (&wanted.sheet, &found.sheet),
        ]
        .into_iter()
        .all(|(wanted, found)| {
            wanted.as_deref().is_none_or(|wanted| {
                found
                    .as_deref()
                    .is_some_and(|found| folded(found) == folded(wanted))
            })
        })
    }
}

fn folded(text: &str) -> String {
    fold(&normalize(text)).to_lowercase()
}

/// Takes rows of a table, in their order.
trait TableWriter {
    fn row(&mut self, cells: &[Cell]) -> io::Result<()>;
    /// Nothing may follow.
    fn finish(&mut self) -> io::Result<()>;
}

fn writer<'a>(
    format: TableFormat,
    columns: &'static [Column],
    output: &'a mut dyn Write,
) -> io::Result<Box<dyn TableWriter + 'a>> {
    Ok(match format {
        TableFormat::Csv => Box::new(csv::CsvWriter::new(csv::PLAIN, columns, output)?),
        TableFormat::CsvExcel => Box::new(csv::CsvWriter::new(csv::EXCEL, columns, output)?),
        TableFormat::Json => Box::new(json::JsonWriter::new(columns, output)?),
        TableFormat::Parquet => Box::new(parquet::ParquetWriter::new(columns, output)?),
    })
}

/// Writes the rows that `rows_of` makes of each document that is wanted; gives
/// their number.
fn write_table(
    archive: &Archive,
    filter: &PaperFilter,
    format: TableFormat,
    columns: &'static [Column],
    output: &mut dyn Write,
    rows_of: impl Fn(&Archive, &Document) -> Result<Vec<Vec<Cell>>, ArchiveError>,
) -> Result<usize, ExportError> {
    let mut writer = writer(format, columns, output)?;
    let mut n_rows = 0;
    for document in archive.documents() {
        let document = document?;
        if !filter.admits_in(archive, &document)? {
            continue;
        }
        for row in rows_of(archive, &document)? {
            writer.row(&row)?;
            n_rows += 1;
        }
    }
    writer.finish()?;
    Ok(n_rows)
}
