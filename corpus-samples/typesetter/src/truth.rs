//! The truth beside a scan: the text of each page in blocks, and the stretches of words that the
//! record speaks of.
//!
//! Both are read from the laid-out pages, so that they hold the words and line breaks that are
//! really printed. What the record says about them (type, number, value ...) stands in the
//! document's source as marks round the printed words.

use serde_json::Value as Json;

use crate::Result;
use crate::record::record;
use crate::typeset::{Event, TypesetPage};

/// Baselines closer than this (points) are one printed line.
const SAME_LINE: f64 = 3.0;
/// A gap wider than this share of the font size parts two words.
const WORD_GAP: f64 = 0.12;

/// The truth of one document.
pub struct Truth {
    /// `page-N.txt`, in order.
    pub pages: Vec<String>,
    /// `record.json`.
    pub record: String,
}

/// Reads the truth of a document off its pages. `stamp_lines` gives the words of a stamp.
pub fn read(pages: &[TypesetPage], stamp_lines: impl Fn(&str) -> Vec<String>) -> Result<Truth> {
    let mut reader = Reader::default();
    for page in pages {
        reader.page(page, &stamp_lines)?;
    }
    if let Some(open) = reader.open.first() {
        return Err(format!("a stretch of kind {} is never closed", open.kind).into());
    }
    let texts: Vec<String> = reader
        .pages
        .iter()
        .map(|blocks| page_text(blocks))
        .collect();
    let record = record(&reader)?;
    Ok(Truth {
        pages: texts,
        record: serde_json::to_string_pretty(&record)? + "\n",
    })
}

/// Printed or handwritten words at a place.
pub struct Piece {
    x: f64,
    y: f64,
    right: f64,
    size: f64,
    text: String,
    cell: Option<(u64, u64)>,
}

/// A block of one page.
pub struct Block {
    pub name: String,
    pub pieces: Vec<Piece>,
}

/// A marked stretch that is being read, or was.
pub struct Stretch {
    pub kind: String,
    pub data: Json,
    /// The block it stands in: page numbers between its lines are not its words.
    block: Option<usize>,
    /// The page it begins on.
    pub page: Option<usize>,
    pub text: String,
    /// Where its last words were: page, baseline, right end.
    last: (usize, f64, f64),
}

/// A block that is being read; it may run over several pages.
struct OpenBlock {
    id: usize,
    name: String,
    /// Its index among the blocks of the present page, once it has words there.
    slot: Option<usize>,
}

/// What was read so far.
#[derive(Default)]
pub struct Reader {
    pub pages: Vec<Vec<Block>>,
    /// The blocks that are open, the innermost last.
    blocks: Vec<OpenBlock>,
    block_count: usize,
    cells: Vec<(u64, u64)>,
    open: Vec<Stretch>,
    /// The stretches that are closed, in order.
    pub done: Vec<Stretch>,
    /// What the source says of the document itself.
    pub record: Option<Json>,
}

impl Reader {
    fn page(
        &mut self,
        page: &TypesetPage,
        stamp_lines: &impl Fn(&str) -> Vec<String>,
    ) -> Result<()> {
        self.pages.push(Vec::new());
        for block in &mut self.blocks {
            block.slot = None;
        }
        let mut stamps = Vec::new();
        for event in &page.events {
            match event {
                Event::Text {
                    x,
                    y,
                    width,
                    size,
                    text,
                } => {
                    self.words(*x, *y, x + width, *size, text.clone())?;
                }
                Event::Hand(hand) => {
                    self.words(
                        hand.x,
                        hand.y,
                        hand.x + hand.room,
                        hand.size,
                        format!("⟦{}⟧", hand.text),
                    )?;
                }
                Event::Open { kind, data } => self.begin(kind, data)?,
                Event::Close { kind } => self.end(kind)?,
                Event::Stamp { key, .. } => stamps.push(stamp_lines(key)),
                Event::Record(data) => self.record = Some(data.clone()),
                Event::Scribble { .. } | Event::StampPage(_) => {}
            }
        }
        for lines in stamps {
            let pieces = lines
                .into_iter()
                .enumerate()
                .map(|(i, text)| Piece {
                    x: 0.0,
                    y: i as f64 * 20.0,
                    right: 0.0,
                    size: 10.0,
                    text,
                    cell: None,
                })
                .collect();
            self.pages.last_mut().expect("a page is open").push(Block {
                name: "stamp".into(),
                pieces,
            });
        }
        Ok(())
    }

    fn begin(&mut self, kind: &str, data: &Json) -> Result<()> {
        match kind {
            "block" => {
                let name = data["name"].as_str().ok_or("a block without a name")?;
                self.block_count += 1;
                self.blocks.push(OpenBlock {
                    id: self.block_count,
                    name: name.to_owned(),
                    slot: None,
                });
            }
            "cell" => {
                let at = |key: &str| data[key].as_u64().ok_or("a cell without a place");
                self.cells.push((at("row")?, at("column")?));
            }
            _ => self.open.push(Stretch {
                kind: kind.to_owned(),
                data: data.clone(),
                block: self.blocks.last().map(|b| b.id),
                page: None,
                text: String::new(),
                last: (0, 0.0, 0.0),
            }),
        }
        Ok(())
    }

    fn end(&mut self, kind: &str) -> Result<()> {
        let closed = match kind {
            "block" => self.blocks.pop().is_some(),
            "cell" => self.cells.pop().is_some(),
            _ => {
                let at = self.open.iter().rposition(|s| s.kind == kind);
                at.map(|i| self.done.push(self.open.remove(i))).is_some()
            }
        };
        if closed {
            Ok(())
        } else {
            Err(format!("a stretch of kind {kind} ends that never began").into())
        }
    }

    fn words(&mut self, x: f64, y: f64, right: f64, size: f64, text: String) -> Result<()> {
        let number = self.pages.len();
        let page = self.pages.last_mut().expect("a page is open");
        let block = self
            .blocks
            .last_mut()
            .ok_or_else(|| format!("words outside any block: {text}"))?;
        let id = Some(block.id);
        for stretch in self.open.iter_mut().filter(|s| s.block == id) {
            let (page, line, end) = stretch.last;
            let new_line =
                stretch.page.is_some() && (page != number || (line - y).abs() > SAME_LINE);
            join(
                &mut stretch.text,
                &text,
                new_line,
                x - end > WORD_GAP * size,
            );
            stretch.page.get_or_insert(number);
            stretch.last = (number, y, right);
        }
        let slot = *block.slot.get_or_insert_with(|| {
            page.push(Block {
                name: block.name.clone(),
                pieces: Vec::new(),
            });
            page.len() - 1
        });
        page[slot].pieces.push(Piece {
            x,
            y,
            right,
            size,
            text,
            cell: self.cells.last().copied(),
        });
        Ok(())
    }
}

/// Appends words to a text: a new line is a space, unless the line ends inside a number's sign.
fn join(text: &mut String, more: &str, new_line: bool, gap: bool) {
    let more = if new_line { more.trim_start() } else { more };
    if new_line {
        text.truncate(text.trim_end().len());
    }
    let mut tail = text.chars().rev();
    let inside_sign = new_line
        && matches!(tail.next(), Some('-' | '/'))
        && tail.next().is_some_and(char::is_alphanumeric);
    let parted = text.is_empty() || text.ends_with(' ') || more.starts_with(' ');
    let apart = if new_line { !inside_sign } else { gap };
    if apart && !parted {
        text.push(' ');
    }
    text.push_str(more);
}

/// The pieces of a block as printed lines. The cells of a table's row become one line.
pub fn block_lines(pieces: &[Piece]) -> Vec<String> {
    let mut rows: Vec<(Option<u64>, Vec<&Piece>)> = Vec::new();
    for piece in pieces {
        let row = piece.cell.map(|c| c.0);
        match rows.iter_mut().find(|(key, _)| *key == row) {
            Some((_, row)) => row.push(piece),
            None => rows.push((row, vec![piece])),
        }
    }
    let mut lines = Vec::new();
    for (row, pieces) in rows {
        if row.is_none() {
            lines.extend(text_lines(&pieces));
            continue;
        }
        let mut cells: Vec<u64> = pieces.iter().filter_map(|p| p.cell.map(|c| c.1)).collect();
        cells.sort_unstable();
        cells.dedup();
        let cell_text = |column: u64| {
            let own: Vec<&Piece> = pieces
                .iter()
                .copied()
                .filter(|p| p.cell.is_some_and(|c| c.1 == column))
                .collect();
            let mut text = String::new();
            for line in text_lines(&own) {
                join(&mut text, &line, true, false);
            }
            text.trim().to_owned()
        };
        lines.push(
            cells
                .into_iter()
                .map(cell_text)
                .collect::<Vec<_>>()
                .join(" | "),
        );
    }
    lines
}

fn text_lines(pieces: &[&Piece]) -> Vec<String> {
    let mut lines: Vec<Vec<&Piece>> = Vec::new();
    for piece in pieces {
        match lines
            .iter_mut()
            .find(|line| (line[0].y - piece.y).abs() <= SAME_LINE)
        {
            Some(line) => line.push(piece),
            None => lines.push(vec![piece]),
        }
    }
    lines.sort_by(|a, b| a[0].y.total_cmp(&b[0].y));
    lines
        .into_iter()
        .map(|mut line| {
            line.sort_by(|a, b| a.x.total_cmp(&b.x));
            let mut text = String::new();
            let mut end = f64::NEG_INFINITY;
            for piece in line {
                join(
                    &mut text,
                    &piece.text,
                    false,
                    piece.x - end > WORD_GAP * piece.size,
                );
                end = piece.right;
            }
            text.trim().to_owned()
        })
        .filter(|line| !line.is_empty())
        .collect()
}

fn page_text(blocks: &[Block]) -> String {
    let mut text = String::new();
    for block in blocks {
        text.push_str("#block ");
        text.push_str(&block.name);
        text.push('\n');
        for line in block_lines(&block.pieces) {
            text.push_str(&line);
            text.push('\n');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::join;

    fn joined(parts: &[&str]) -> String {
        let mut text = String::new();
        parts
            .iter()
            .for_each(|part| join(&mut text, part, true, false));
        text
    }

    #[test]
    fn a_new_line_is_a_space() {
        assert_eq!(joined(&["Ủy ban ", "nhân dân"]), "Ủy ban nhân dân");
    }

    #[test]
    fn a_number_broken_after_its_hyphen_or_slash_is_one_number() {
        assert_eq!(joined(&["số 08-", "KH/", "HU"]), "số 08-KH/HU");
    }

    #[test]
    fn a_dash_between_words_keeps_its_spaces() {
        assert_eq!(joined(&["2021 -", "2025"]), "2021 - 2025");
    }
}
