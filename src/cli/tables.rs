//! `vanthu targets` and `vanthu export`: the archive as tables.

use super::archive_arg::ArchiveArg;
use super::search::parse_day;
use super::{ExitStatus, Failure, output};
use crate::archive::Archive;
use crate::export::{self, ExportError, PaperFilter, TableFormat};
use crate::index::DayRange;
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;

/// Which papers go into the table, and where it goes.
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
    /// How the table is written
    #[arg(long, value_enum, default_value_t = TableFormat::Csv)]
    format: TableFormat,
    /// File to write, instead of stdout
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
}

/// Write the register of all papers as a table
#[derive(Debug, clap::Args)]
pub struct ExportArgs {
    #[command(flatten)]
    table: TableArgs,
}

pub fn run_targets(args: &TargetsArgs) -> Result<ExitStatus, Failure> {
    args.table.write(export::targets)
}

pub fn run_export(args: &ExportArgs) -> Result<ExitStatus, Failure> {
    args.table.write(export::papers)
}

type Table = fn(&Archive, &PaperFilter, TableFormat, &mut dyn Write) -> Result<usize, ExportError>;

impl TableArgs {
    fn write(&self, table: Table) -> Result<ExitStatus, Failure> {
        let archive = self.archive.open()?;
        let filter = PaperFilter {
            document_type: self.document_type.clone(),
            issuer: self.issuer.clone(),
            issued: DayRange::from_ends(self.from, self.to),
        };
        let is_binary = self.format == TableFormat::Parquet;
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
                table(&archive, &filter, self.format, &mut BufWriter::new(file))
            }
            None => {
                let mut stdout = BufWriter::new(io::stdout().lock());
                table(&archive, &filter, self.format, &mut stdout)
            }
        };
        match written {
            Ok(n_rows) => {
                if self.output.is_some() {
                    output::tell(&format!("{n_rows} rows written"));
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
