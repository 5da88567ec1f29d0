//! `vanthu targets` and `vanthu export`: the archive as tables, and its papers as
//! searchable PDFs.

use super::archive_arg::ArchiveArg;
use super::search::parse_day;
use super::{ExitStatus, Failure, output, searchable_pdf};
use crate::archive::{Archive, ArchivePlace};
use crate::export::{self, ExportError, PaperFilter, TableFormat, TargetFilter, TargetKind};
use crate::index::DayRange;
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;

/// Which papers are wanted, and where they go.
#[derive(Debug, clap::Args)]
struct TableArgs {
    #[command(flatten)]
    archive: ArchiveArg,
    /// Only papers of this type or its abbreviation: "quyết định", QĐ
    #[arg(long = "type", value_name = "TYPE")]
    document_type: Option<String>,
    /// Only papers whose issuer has these words
    #[arg(long, value_name = "WORDS")]
    issuer: Option<String>,
    /// Only papers issued since: 2021, 3/2021, 02/3/2021
    #[arg(long, value_name = "DAY", value_parser = parse_day)]
    from: Option<DayRange>,
    /// Only papers issued until
    #[arg(long, value_name = "DAY", value_parser = parse_day)]
    to: Option<DayRange>,
    /// Only papers of this fonds (phông), as the import's manifest names it
    #[arg(long, value_name = "NAME")]
    fonds: Option<String>,
    /// Only papers of this register (mục lục)
    #[arg(long, value_name = "NAME")]
    register: Option<String>,
    /// Only papers of this box (hộp)
    #[arg(long = "box", value_name = "NAME")]
    box_number: Option<String>,
    /// Only papers of this dossier (hồ sơ)
    #[arg(long, value_name = "NAME")]
    dossier: Option<String>,
    /// File to write, instead of stdout; for searchable PDFs the folder
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Write the targets and reported results of all papers as a table
///
/// A row is one target with its indicator, comparator, value, unit and source
/// page.
#[derive(Debug, clap::Args)]
pub struct TargetsArgs {
    #[command(flatten)]
    table: TableArgs,
    /// Only targets whose indicator has these words, with or without marks
    #[arg(long, value_name = "WORDS")]
    indicator: Option<String>,
    /// Only targets of this unit: %, "hồ sơ"
    #[arg(long, value_name = "UNIT")]
    unit: Option<String>,
    /// Only what is to be reached, or only what was
    #[arg(long, value_enum, value_name = "KIND")]
    kind: Option<TargetKind>,
    /// How the table is written
    #[arg(long, value_enum, default_value_t = TableFormat::Csv)]
    format: TableFormat,
}

/// Write the register of all papers as a table, or the papers as searchable PDFs
///
/// Searchable PDFs (`--format pdf`) go into the folder that `--output` names, one
/// a paper, named by its date and number. Files that are there already are left
/// as they are.
#[derive(Debug, clap::Args)]
pub struct ExportArgs {
    #[command(flatten)]
    table: TableArgs,
    /// How the papers are written
    #[arg(long, value_enum, default_value_t = ExportFormat::Csv)]
    format: ExportFormat,
}

/// How papers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum ExportFormat {
    /// Comma-separated, RFC 4180, UTF-8, with a heading
    Csv,
    /// As a Vietnamese Excel opens it: semicolons, decimal commas, a byte order mark
    CsvExcel,
    /// An array of objects
    Json,
    /// Apache Parquet
    Parquet,
    /// A searchable PDF a paper
    Pdf,
}

pub fn run_targets(args: &TargetsArgs) -> Result<ExitStatus, Failure> {
    let filter = TargetFilter {
        papers: args.table.filter(),
        indicator: args.indicator.clone(),
        unit: args.unit.clone(),
        kind: args.kind,
    };
    args.table.write(args.format, |archive, format, output| {
        export::targets(archive, &filter, format, output)
    })
}

pub fn run_export(args: &ExportArgs) -> Result<ExitStatus, Failure> {
    let format = match args.format {
        ExportFormat::Csv => TableFormat::Csv,
        ExportFormat::CsvExcel => TableFormat::CsvExcel,
        ExportFormat::Json => TableFormat::Json,
        ExportFormat::Parquet => TableFormat::Parquet,
        ExportFormat::Pdf => return args.table.write_copies(),
    };
    let filter = args.table.filter();
    args.table.write(format, |archive, format, output| {
        export::papers(archive, &filter, format, output)
    })
}

impl TableArgs {
    fn filter(&self) -> PaperFilter {
        PaperFilter {
            document_type: self.document_type.clone(),
            issuer: self.issuer.clone(),
            issued: DayRange::from_ends(self.from, self.to),
            place: ArchivePlace {
                fonds: self.fonds.clone(),
                register: self.register.clone(),
                box_number: self.box_number.clone(),
                dossier: self.dossier.clone(),
                sheet: None,
            },
        }
    }

    fn write_copies(&self) -> Result<ExitStatus, Failure> {
        let Some(folder) = &self.output else {
            return Err(Failure::new(
                ExitStatus::Usage,
                anyhow::anyhow!("searchable PDFs are files; name a folder with --output"),
            ));
        };
        searchable_pdf::of_archive(&self.archive.open()?, &self.filter(), folder)
    }

    fn write(
        &self,
        format: TableFormat,
        table: impl FnOnce(&Archive, TableFormat, &mut dyn Write) -> Result<usize, ExportError>,
    ) -> Result<ExitStatus, Failure> {
        let archive = self.archive.open()?;
        let is_binary = format == TableFormat::Parquet;
        if is_binary && self.output.is_none() && io::stdout().is_terminal() {
            return Err(Failure::new(
                ExitStatus::Usage,
                anyhow::anyhow!("Parquet is no text; name a file with --output"),
            ));
        }
        let written = match &self.output {
            Some(path) => {
                let file = File::create(path).map_err(|error| {
                    Failure::system(anyhow::anyhow!("{}: {error}", path.display()))
                })?;
                table(&archive, format, &mut BufWriter::new(file))
            }
            None => {
                let mut stdout = BufWriter::new(io::stdout().lock());
                table(&archive, format, &mut stdout)
            }
        };
        match written {
            Ok(n_rows) => {
                if self.output.is_some() || n_rows == 0 {
                    output::tell(&match n_rows {
                        0 => "no row: nothing in the archive is as these options ask".to_owned(),
                        1 => "1 row written".to_owned(),
                        _ => format!("{n_rows} rows written"),
                    });
                }
                Ok(ExitStatus::Success)
            }
            Err(ExportError::Archive(error)) => Err(error.into()),
            Err(ExportError::Write(error)) => {
                output::tolerate_closed_pipe(Err(error))?;
                Ok(ExitStatus::Success)
            }
        }
    }
}
