//! Comma-separated values, RFC 4180.

use super::{Cell, Column, TableWriter};
use std::io::{self, Write};

pub(super) struct CsvWriter<'a> {
    output: &'a mut dyn Write,
}

impl<'a> CsvWriter<'a> {
    pub fn new(columns: &[Column], output: &'a mut dyn Write) -> io::Result<Self> {
        let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
        write!(output, "{}\r\n", names.join(","))?;
        Ok(Self { output })
    }
}

impl TableWriter for CsvWriter<'_> {
    fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        for (cell_idx, cell) in cells.iter().enumerate() {
            if cell_idx > 0 {
                self.output.write_all(b",")?;
            }
            match cell {
                Cell::None => {}
                Cell::Integer(value) => write!(self.output, "{value}")?,
                Cell::Number(value) => write!(self.output, "{value}")?,
                Cell::Text(text) => self.output.write_all(quoted(text).as_bytes())?,
            }
        }
        self.output.write_all(b"\r\n")
    }

    fn finish(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}

/// In quotes where needed. Text that a spreadsheet would run as a formula gets
/// an apostrophe before it: it comes from scans that anyone may have made.
pub(crate) fn quoted(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = match is_formula {
        true => format!("'{text}"),
        false => text.to_owned(),
    };
    if text.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}
