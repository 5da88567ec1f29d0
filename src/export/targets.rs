//! The table of targets and reported results, each with its source page.

use super::words::has_words;
use super::{Cell, Column, ColumnKind, ExportError, PaperFilter, TableFormat, write_table};
use crate::archive::{Archive, RegisteredTarget};
use std::io::Write;

const fn column(name: &'static str, kind: ColumnKind) -> Column {
    Column { name, kind }
}

const COLUMNS: [Column; 24] = [
    column("document_id", ColumnKind::Integer),
    column("number", ColumnKind::Text),
    column("number_doubtful", ColumnKind::Integer),
    column("type", ColumnKind::Text),
    column("issuer", ColumnKind::Text),
    column("issued", ColumnKind::Text),
    column("issued_partial", ColumnKind::Text),
    column("issued_doubtful", ColumnKind::Integer),
    column("subject", ColumnKind::Text),
    column("kind", ColumnKind::Text),
    column("indicator", ColumnKind::Text),
    column("comparator", ColumnKind::Text),
    column("value", ColumnKind::Number),
    column("value_to", ColumnKind::Number),
    column("unit", ColumnKind::Text),
    column("out_of", ColumnKind::Number),
    column("is_change", ColumnKind::Integer),
    column("who", ColumnKind::Text),
    column("until", ColumnKind::Text),
    column("holds_for", ColumnKind::Text),
    column("text", ColumnKind::Text),
    column("page", ColumnKind::Integer),
    column("confidence", ColumnKind::Number),
    column("file_name", ColumnKind::Text),
];

/// Whether a figure is to be reached or was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, clap::ValueEnum)]
pub enum TargetKind {
    /// To be reached
    Target,
    /// Reached
    Result,
}

impl TargetKind {
    fn name(self) -> &'static str {
        match self {
            Self::Target => "target",
            Self::Result => "result",
        }
    }
}

/// Which targets go into a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TargetFilter {
    /// Only those of such papers.
    pub papers: PaperFilter,
    /// Only those whose indicator has these words; a word that is typed without
    /// marks may have any, `"…"` stand side by side.
    pub indicator: Option<String>,
    /// Only those whose unit has these words.
    pub unit: Option<String>,
    pub kind: Option<TargetKind>,
}

impl TargetFilter {
    /// Whether a target is among them, its paper's place in the store apart.
    pub fn admits(&self, target: &RegisteredTarget) -> bool {
        let paper = [
            target.document_type.as_ref(),
            target.issuer.as_ref(),
            target.issuer_parent.as_ref(),
            target.issued.as_ref().or(target.issued_partial.as_ref()),
        ];
        self.papers
            .admits_fields(paper.map(|field| field.map(String::as_str)))
            && self.admits_figure(target)
    }

    fn admits_figure(&self, target: &RegisteredTarget) -> bool {
        self.kind
            .is_none_or(|kind| target.kind.as_deref() == Some(kind.name()))
            && has_words(self.unit.as_deref(), [target.unit.as_deref()])
            && has_words(self.indicator.as_deref(), [target.indicator.as_deref()])
    }
}

/// Writes the targets of the papers of an archive; gives the number of rows.
///
/// # Errors
/// What the catalogue or `output` refuses.
pub fn targets(
    archive: &Archive,
    filter: &TargetFilter,
    format: TableFormat,
    output: &mut dyn Write,
) -> Result<usize, ExportError> {
    write_table(
        archive,
        &filter.papers,
        format,
        &COLUMNS,
        output,
        |archive, document| {
            let targets = archive.targets_of(document.document_id)?;
            let wanted = targets.iter().filter(|target| filter.admits_figure(target));
            Ok(wanted.map(row).collect())
        },
    )
}

fn row(target: &RegisteredTarget) -> Vec<Cell> {
    let text = |value: &Option<String>| Cell::text(value.as_deref());
    let number = |value: Option<f64>| value.map_or(Cell::None, Cell::Number);
    let page = target
        .page_number
        .map_or(Cell::None, |page| Cell::Integer(page.into()));
    vec![
        Cell::Integer(target.document_id),
        text(&target.document_number),
        Cell::Integer(target.number_doubtful.into()),
        text(&target.document_type),
        text(&target.issuer),
        text(&target.issued),
        text(&target.issued_partial),
        Cell::Integer(target.issued_doubtful.into()),
        text(&target.subject),
        text(&target.kind),
        text(&target.indicator),
        text(&target.comparator),
        number(target.value),
        number(target.value_to),
        text(&target.unit),
        number(target.out_of),
        Cell::Integer(target.is_change.into()),
        text(&target.who),
        text(&target.until),
        text(&target.holds_for),
        text(&target.text),
        page,
        number(target.confidence),
        Cell::Text(target.file_name.clone()),
    ]
}
