//! A JSON array of objects, a row a line.

use super::{Cell, Column, TableWriter};
use serde_json::{Map, Value};
use std::io::{self, Write};

pub(super) struct JsonWriter<'a> {
    columns: &'static [Column],
    output: &'a mut dyn Write,
    n_rows: usize,
}

impl<'a> JsonWriter<'a> {
    pub fn new(columns: &'static [Column], output: &'a mut dyn Write) -> io::Result<Self> {
        output.write_all(b"[")?;
        Ok(Self {
            columns,
            output,
            n_rows: 0,
        })
    }
}

impl TableWriter for JsonWriter<'_> {
    fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        let object: Map<String, Value> = self
            .columns
            .iter()
            .zip(cells)
            .map(|(column, cell)| {
                let value = match cell {
                    Cell::None => Value::Null,
                    Cell::Integer(value) => Value::from(*value),
                    Cell::Number(value) => Value::from(*value),
                    Cell::Text(text) => Value::from(text.as_str()),
                };
                (column.name.to_owned(), value)
            })
            .collect();
        let separator = if self.n_rows == 0 { "\n" } else { ",\n" };
        self.n_rows += 1;
        write!(self.output, "{separator}{}", Value::Object(object))
    }

    fn finish(&mut self) -> io::Result<()> {
        self.output.write_all(b"\n]\n")?;
        self.output.flush()
    }
}
