//! Apache Parquet: one page a column and row group, values plain, pages packed
//! with zstd.
//!
//! The format's own crate would bring a dozen others for what is a flat table of
//! three kinds. Layout and numbers are those of the Apache Parquet format, with
//! version 1 pages; metadata is Thrift's compact protocol.

use super::{Cell, Column, ColumnKind, TableWriter};
use std::io::{self, Write};

const MAGIC: &[u8; 4] = b"PAR1";
/// Rows held before they are written.
const ROWS_IN_GROUP: usize = 10_000;

// Numbers of the format's enumerations.
const PLAIN: i64 = 0;
const RLE: i64 = 3;
const ZSTD: i64 = 6;
const DATA_PAGE: i64 = 0;
const OPTIONAL: i64 = 1;
const UTF8: i64 = 0;

const ZSTD_LEVEL: i32 = 3;

/// The number of a column's physical type.
fn physical_type(kind: ColumnKind) -> i64 {
    match kind {
        ColumnKind::Integer => 2,
        ColumnKind::Number => 5,
        ColumnKind::Text => 6,
    }
}

/// Values of one column of the row group that is being filled.
#[derive(Default)]
struct Pending {
    /// Whether each row has a value.
    is_there: Vec<bool>,
    plain: Vec<u8>,
}

impl Pending {
    fn push(&mut self, cell: &Cell) {
        self.is_there.push(*cell != Cell::None);
        match cell {
            Cell::None => {}
            Cell::Integer(value) => self.plain.extend(value.to_le_bytes()),
            Cell::Number(value) => self.plain.extend(value.to_le_bytes()),
            Cell::Text(text) => {
                let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
                self.plain.extend(length.to_le_bytes());
                self.plain.extend(&text.as_bytes()[..length as usize]);
            }
        }
    }

    /// The page's bytes: which rows have a value, then the values.
    fn page(&self) -> Vec<u8> {
        let mut levels = Vec::new();
        for run in self.is_there.chunk_by(|a, b| a == b) {
            push_varint(&mut levels, (run.len() as u64) << 1);
            levels.push(run[0].into());
        }
        let length = u32::try_from(levels.len()).unwrap_or(u32::MAX);
        let mut page = length.to_le_bytes().to_vec();
        page.extend(levels);
        page.extend(&self.plain);
        page
    }
}

/// A column of a row group, written.
struct Chunk {
    offset: i64,
    plain_bytes: i64,
    packed_bytes: i64,
}

struct RowGroup {
    chunks: Vec<Chunk>,
    n_rows: i64,
}

pub(super) struct ParquetWriter<'a> {
    columns: &'static [Column],
    output: &'a mut dyn Write,
    position: i64,
    pending: Vec<Pending>,
    groups: Vec<RowGroup>,
}

impl<'a> ParquetWriter<'a> {
    pub fn new(columns: &'static [Column], output: &'a mut dyn Write) -> io::Result<Self> {
        output.write_all(MAGIC)?;
        Ok(Self {
            columns,
            output,
            position: MAGIC.len() as i64,
            pending: columns.iter().map(|_| Pending::default()).collect(),
            groups: Vec::new(),
        })
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.output.write_all(bytes)?;
        self.position += bytes.len() as i64;
        Ok(())
    }

    fn n_pending(&self) -> usize {
        self.pending
            .first()
            .map_or(0, |column| column.is_there.len())
    }

    fn write_group(&mut self) -> io::Result<()> {
        let n_rows = self.n_pending() as i64;
        let mut chunks = Vec::with_capacity(self.columns.len());
        for column in std::mem::take(&mut self.pending) {
            let page = column.page();
            let packed = zstd::bulk::compress(&page, ZSTD_LEVEL)?;
            let mut header = Thrift::default();
            header.integer(1, DATA_PAGE, I32);
            header.integer(2, page.len() as i64, I32);
            header.integer(3, packed.len() as i64, I32);
            header.structure(5, |page| {
                page.integer(1, n_rows, I32);
                page.integer(2, PLAIN, I32);
                page.integer(3, RLE, I32);
                page.integer(4, RLE, I32);
            });
            let header = header.finish();
            chunks.push(Chunk {
                offset: self.position,
                plain_bytes: (header.len() + page.len()) as i64,
                packed_bytes: (header.len() + packed.len()) as i64,
            });
            self.write(&header)?;
            self.write(&packed)?;
        }
        self.pending = self.columns.iter().map(|_| Pending::default()).collect();
        self.groups.push(RowGroup { chunks, n_rows });
        Ok(())
    }

    fn metadata(&self) -> Vec<u8> {
        let mut file = Thrift::default();
        file.integer(1, 1, I32);
        file.list(2, STRUCT, self.columns.len() + 1, |list| {
            list.element(|root| {
                root.text(4, "rows");
                root.integer(5, self.columns.len() as i64, I32);
            });
            for column in self.columns {
                list.element(|element| {
                    element.integer(1, physical_type(column.kind), I32);
                    element.integer(3, OPTIONAL, I32);
                    element.text(4, column.name);
                    if column.kind == ColumnKind::Text {
                        element.integer(6, UTF8, I32);
                    }
                });
            }
        });
        file.integer(3, self.groups.iter().map(|group| group.n_rows).sum(), I64);
        file.list(4, STRUCT, self.groups.len(), |list| {
            for group in &self.groups {
                list.element(|element| self.push_group(element, group));
            }
        });
        file.text(6, concat!("vanthu ", env!("CARGO_PKG_VERSION")));
        file.finish()
    }

    fn push_group(&self, element: &mut Thrift, group: &RowGroup) {
        element.list(1, STRUCT, group.chunks.len(), |list| {
            for (column, chunk) in self.columns.iter().zip(&group.chunks) {
                list.element(|element| {
                    element.integer(2, chunk.offset, I64);
                    element.structure(3, |meta| {
                        meta.integer(1, physical_type(column.kind), I32);
                        meta.list(2, I32, 2, |list| {
                            list.bytes
                                .extend([zigzag(PLAIN), zigzag(RLE)].map(|it| it as u8));
                        });
                        meta.list(3, BINARY, 1, |list| list.push_text(column.name));
                        meta.integer(4, ZSTD, I32);
                        meta.integer(5, group.n_rows, I64);
                        meta.integer(6, chunk.plain_bytes, I64);
                        meta.integer(7, chunk.packed_bytes, I64);
                        meta.integer(9, chunk.offset, I64);
                    });
                });
            }
        });
        let n_bytes = group.chunks.iter().map(|chunk| chunk.plain_bytes).sum();
        element.integer(2, n_bytes, I64);
        element.integer(3, group.n_rows, I64);
    }
}

impl TableWriter for ParquetWriter<'_> {
    fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        for (pending, cell) in self.pending.iter_mut().zip(cells) {
            pending.push(cell);
        }
        match self.n_pending() >= ROWS_IN_GROUP {
            true => self.write_group(),
            false => Ok(()),
        }
    }

    fn finish(&mut self) -> io::Result<()> {
        if self.n_pending() > 0 {
            self.write_group()?;
        }
        let metadata = self.metadata();
        self.write(&metadata)?;
        let length = u32::try_from(metadata.len()).map_err(io::Error::other)?;
        self.write(&length.to_le_bytes())?;
        self.write(MAGIC)?;
        self.output.flush()
    }
}

// Numbers of Thrift's compact types.
const I32: u8 = 5;
const I64: u8 = 6;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const STRUCT: u8 = 12;

/// A structure in Thrift's compact protocol, while it is written. Fields must
/// come in the order of their numbers.
#[derive(Default)]
struct Thrift {
    bytes: Vec<u8>,
    last_field: u8,
}

impl Thrift {
    fn field(&mut self, number: u8, kind: u8) {
        // No structure of the format has a gap of more than 15.
        self.bytes.push((number - self.last_field) << 4 | kind);
        self.last_field = number;
    }

    fn integer(&mut self, number: u8, value: i64, kind: u8) {
        self.field(number, kind);
        push_varint(&mut self.bytes, zigzag(value));
    }

    fn text(&mut self, number: u8, text: &str) {
        self.field(number, BINARY);
        self.push_text(text);
    }

    fn push_text(&mut self, text: &str) {
        push_varint(&mut self.bytes, text.len() as u64);
        self.bytes.extend(text.as_bytes());
    }

    fn structure(&mut self, number: u8, fill: impl FnOnce(&mut Self)) {
        self.field(number, STRUCT);
        self.element(fill);
    }

    /// A structure as an element of a list.
    fn element(&mut self, fill: impl FnOnce(&mut Self)) {
        let outer = std::mem::take(&mut self.last_field);
        fill(self);
        self.bytes.push(0);
        self.last_field = outer;
    }

    fn list(&mut self, number: u8, kind: u8, length: usize, fill: impl FnOnce(&mut Self)) {
        self.field(number, LIST);
        match u8::try_from(length) {
            Ok(short) if short < 15 => self.bytes.push(short << 4 | kind),
            _ => {
                self.bytes.push(0xf0 | kind);
                push_varint(&mut self.bytes, length as u64);
            }
        }
        fill(self);
    }

    fn finish(mut self) -> Vec<u8> {
        self.bytes.push(0);
        self.bytes
    }
}

fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)).cast_unsigned()
}

fn push_varint(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}
