//! Comma-separated values, RFC 4180.

use super::{Cell, Column, TableWriter};
use std::io::{self, Write};

/// How values are parted and written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dialect {
    separator: char,
    decimal_mark: char,
    /// Tells Excel that the file is UTF-8.
    has_byte_order_mark: bool,
}

/// RFC 4180.
pub(super) const PLAIN: Dialect = Dialect {
    separator: ',',
    decimal_mark: '.',
    has_byte_order_mark: false,
};

/// What Excel takes apart where the system is set to Vietnamese.
pub(super) const EXCEL: Dialect = Dialect {
    separator: ';',
    decimal_mark: ',',
    has_byte_order_mark: true,
};

pub(super) struct CsvWriter<'a> {
    dialect: Dialect,
    output: &'a mut dyn Write,
}

impl<'a> CsvWriter<'a> {
    pub fn new(
        dialect: Dialect,
        columns: &[Column],
        output: &'a mut dyn Write,
    ) -> io::Result<Self> {
        if dialect.has_byte_order_mark {
            write!(output, "\u{feff}")?;
        }
        let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
        let separator = dialect.separator.to_string();
        write!(output, "{}\r\n", names.join(&separator))?;
        Ok(Self { dialect, output })
    }
}

impl TableWriter for CsvWriter<'_> {
    fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        let Dialect {
            separator,
            decimal_mark,
            ..
        } = self.dialect;
        for (cell_idx, cell) in cells.iter().enumerate() {
            if cell_idx > 0 {
                write!(self.output, "{separator}")?;
            }
            match cell {
                Cell::None => {}
                Cell::Integer(value) => write!(self.output, "{value}")?,
                Cell::Number(value) => {
                    let number = value.to_string();
                    match decimal_mark {
                        '.' => write!(self.output, "{number}")?,
                        mark => write!(self.output, "{}", number.replace('.', &mark.to_string()))?,
                    }
                }
                Cell::Text(text) => write!(self.output, "{}", quoted_between(text, separator))?,
            }
        }
        self.output.write_all(b"\r\n")
    }

    fn finish(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}

/// In quotes where needed, between commas. Text that a spreadsheet would run as a
/// formula gets an apostrophe before it: it comes from scans that anyone may have
/// made. A comparator by itself is no formula.
pub(crate) fn quoted(text: &str) -> String {
    quoted_between(text, ',')
}

fn quoted_between(text: &str, separator: char) -> String {
    let is_formula = text.len() > 1 && text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = match is_formula {
        true => format!("'{text}"),
        false => text.to_owned(),
    };
    if text.contains([separator, '"', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}
