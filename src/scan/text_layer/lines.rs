//! From characters and their places to words and lines.
//!
//! A PDF knows neither words nor lines: blanks may be drawn or left out, a line
//! may be drawn in pieces and in any order. Characters drawn one behind another
//! are pieces; pieces on one height are a line; a blank or a gap parts words.

use super::content::{Glyph, PageContent};
use hayro::kurbo::{Point, Rect};
use std::collections::HashMap;

/// Pieces go on while the next character stands this close behind, in ems.
/// Marks of legacy encodings and kerning step back.
const MAX_STEP_BACK_EM: f64 = 0.35;
const MAX_STEP_EM: f64 = 1.2;
/// Two pieces are on one line when their bodies overlap by this part.
const MIN_OVERLAP: f64 = 0.35;
/// Height of capitals, in ems: the body of a line.
const BODY_EM: f64 = 0.7;
/// What a word takes above and below its baseline, in ems.
const ASCENT_EM: f64 = 0.75;
const DESCENT_EM: f64 = 0.21;
/// A gap this wide parts words where no blank is drawn, in ems.
const GAP_EM: f64 = 0.17;
/// A blank parts words unless it was drawn over, in ems.
const GAP_OF_BLANK_EM: f64 = 0.03;
/// The same character this close is drawn twice to look bold, in ems.
const DOUBLE_EM: f64 = 0.1;
/// Lines further apart than this, in line heights, are of two blocks.
const BLOCK_GAP: f64 = 1.0;

/// A word: characters by index into [`PageContent::glyphs`].
#[derive(Debug, Clone)]
pub(super) struct PlacedWord {
    pub(super) glyphs: Vec<usize>,
    /// In points of the upright page.
    pub(super) frame: Rect,
}

/// A line: words from left to right, as the text stands.
#[derive(Debug, Clone)]
pub(super) struct PlacedLine {
    pub(super) words: Vec<PlacedWord>,
    /// Lines of one block share a number.
    pub(super) block: usize,
}

/// The way the letters stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    Upright,
    /// Letters lie on their right side: read downwards.
    Right,
    Over,
    /// Letters lie on their left side: read upwards.
    Left,
}

impl Turn {
    const ALL: [Self; 4] = [Self::Upright, Self::Right, Self::Over, Self::Left];

    fn of(glyph: &Glyph) -> Self {
        let up = glyph.up;
        if up.y.abs() >= up.x.abs() {
            if up.y <= 0.0 {
                Self::Upright
            } else {
                Self::Over
            }
        } else if up.x > 0.0 {
            Self::Right
        } else {
            Self::Left
        }
    }

    /// Along the line and down across it.
    fn to_text(self, point: Point) -> (f64, f64) {
        match self {
            Self::Upright => (point.x, point.y),
            Self::Right => (point.y, -point.x),
            Self::Over => (-point.x, -point.y),
            Self::Left => (-point.y, point.x),
        }
    }

    fn to_page(self, along: f64, down: f64) -> Point {
        match self {
            Self::Upright => Point::new(along, down),
            Self::Right => Point::new(-down, along),
            Self::Over => Point::new(-along, -down),
            Self::Left => Point::new(down, -along),
        }
    }
}

/// A character in the frame of its line.
#[derive(Debug, Clone, Copy)]
struct Placed {
    index: usize,
    start: f64,
    end: f64,
    baseline: f64,
    size: f64,
    is_blank: bool,
}

/// Characters drawn one behind another.
struct Piece {
    chars: Vec<Placed>,
    end: f64,
    baseline: f64,
    size: f64,
}

/// Lines of the characters that `is_wanted`, within `area`.
pub(super) fn lines(
    content: &PageContent,
    area: Rect,
    is_wanted: impl Fn(&Glyph) -> bool,
) -> Vec<PlacedLine> {
    let mut all = Vec::new();
    let mut block = 0;
    for turn in Turn::ALL {
        let pieces = pieces(content, area, turn, &is_wanted);
        let mut reached: Option<(f64, f64)> = None;
        for line in group(pieces) {
            let baseline = line.baseline;
            if let Some((before, size)) = reached
                && baseline - before > (1.0 + BLOCK_GAP) * size.max(line.size)
            {
                block += 1;
            }
            reached = Some((baseline, line.size));
            let words = words(line, turn);
            if !words.is_empty() {
                all.push(PlacedLine { words, block });
            }
        }
        block += 1;
    }
    all
}

/// Whether a character is one that only takes room.
pub(super) fn is_blank(content: &PageContent, glyph: &Glyph) -> bool {
    match &glyph.text {
        Some(text) => text
            .chars()
            .all(|letter| letter.is_whitespace() || letter.is_control() || letter == '\u{feff}'),
        None => glyph.code == 32 && content.fonts[glyph.font].is_simple,
    }
}

fn pieces(
    content: &PageContent,
    area: Rect,
    turn: Turn,
    is_wanted: &impl Fn(&Glyph) -> bool,
) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut drawn = Drawn::default();
    for (index, glyph) in content.glyphs.iter().enumerate() {
        let middle = glyph.origin + glyph.advance * 0.5 + glyph.up * 0.2;
        if Turn::of(glyph) != turn || !area.contains(middle) || !is_wanted(glyph) {
            continue;
        }
        let (start, baseline) = turn.to_text(glyph.origin);
        let (end, _) = turn.to_text(glyph.origin + glyph.advance);
        let size = glyph.up.hypot();
        let placed = Placed {
            index,
            start: start.min(end),
            end: end.max(start),
            baseline,
            size,
            is_blank: is_blank(content, glyph),
        };
        if !placed.is_blank && drawn.has_or_add(content, &placed) {
            continue;
        }
        match pieces.last_mut() {
            Some(piece) if piece.goes_on_with(&placed) => piece.push(placed),
            _ => pieces.push(Piece {
                end: placed.end,
                baseline,
                size,
                chars: vec![placed],
            }),
        }
    }
    pieces.retain(|piece| piece.chars.iter().any(|placed| !placed.is_blank));
    pieces
}

/// Where characters were drawn, by cells of the page.
#[derive(Default)]
struct Drawn(HashMap<(i64, i64), Vec<Placed>>);

impl Drawn {
    const CELL_PT: f64 = 2.0;

    /// Whether the same character was drawn at this place before.
    fn has_or_add(&mut self, content: &PageContent, placed: &Placed) -> bool {
        let column = (placed.start / Self::CELL_PT).floor() as i64;
        let row = (placed.baseline / Self::CELL_PT).floor() as i64;
        let is_same = |other: &Placed| {
            let (glyph, other_glyph) =
                (&content.glyphs[placed.index], &content.glyphs[other.index]);
            (other.start - placed.start).abs() < DOUBLE_EM * placed.size
                && (other.baseline - placed.baseline).abs() < DOUBLE_EM * placed.size
                && glyph.text == other_glyph.text
                && (glyph.text.is_some() || glyph.code == other_glyph.code)
        };
        // Marks without a width may well stand twice at one place.
        let has = placed.end > placed.start
            && (column - 1..=column + 1)
                .flat_map(|column| (row - 1..=row + 1).map(move |row| (column, row)))
                .filter_map(|cell| self.0.get(&cell))
                .flatten()
                .any(is_same);
        if !has {
            // Very many in one cell is no text; looking at all would take long.
            const MOST_IN_CELL: usize = 32;
            let cell = self.0.entry((column, row)).or_default();
            if cell.len() < MOST_IN_CELL {
                cell.push(*placed);
            }
        }
        has
    }
}

impl Piece {
    fn goes_on_with(&self, next: &Placed) -> bool {
        let em = self.size.max(next.size);
        let step = next.start - self.end;
        (next.baseline - self.baseline).abs() < 0.1 * em
            && (next.size / self.size - 1.0).abs() < 0.2
            && (-MAX_STEP_BACK_EM * em..MAX_STEP_EM * em).contains(&step)
    }

    fn push(&mut self, placed: Placed) {
        self.end = self.end.max(placed.end);
        self.chars.push(placed);
    }
}

/// Pieces on one height.
struct Row {
    pieces: Vec<Piece>,
    baseline: f64,
    size: f64,
}

impl Row {
    /// The part of the smaller body that both share.
    fn overlap(&self, piece: &Piece) -> f64 {
        let top = (self.baseline - BODY_EM * self.size).max(piece.baseline - BODY_EM * piece.size);
        let bottom = self.baseline.min(piece.baseline);
        (bottom - top) / (BODY_EM * self.size.min(piece.size))
    }

    /// The tallest piece says where the line is.
    fn add(&mut self, piece: Piece) {
        if piece.size > self.size {
            self.size = piece.size;
            self.baseline = piece.baseline;
        }
        self.pieces.push(piece);
    }
}

/// Rows from top to bottom.
fn group(mut pieces: Vec<Piece>) -> Vec<Row> {
    /// A piece can only belong to one of the rows above it that were begun last.
    const N_ROWS_BACK: usize = 6;
    pieces.sort_by(|a, b| a.baseline.total_cmp(&b.baseline));
    let mut rows: Vec<Row> = Vec::new();
    for piece in pieces {
        let first = rows.len().saturating_sub(N_ROWS_BACK);
        let best = rows[first..]
            .iter_mut()
            .map(|row| (row.overlap(&piece), row))
            .filter(|(overlap, _)| *overlap >= MIN_OVERLAP)
            .max_by(|(a, _), (b, _)| a.total_cmp(b));
        match best {
            Some((_, row)) => row.add(piece),
            None => rows.push(Row {
                baseline: piece.baseline,
                size: piece.size,
                pieces: vec![piece],
            }),
        }
    }
    rows.sort_by(|a, b| a.baseline.total_cmp(&b.baseline));
    rows
}

/// Characters of a piece between blanks.
struct Chunk<'p> {
    chars: &'p [Placed],
    start: f64,
    end: f64,
    /// Where the nearest blanks before and behind begin and end.
    blank_before: Option<f64>,
    blank_behind: Option<f64>,
}

/// Pieces cut at their blanks: programs that fill in a number or a day later draw
/// it over the blanks that were left for it.
fn chunks(row: &Row) -> Vec<Chunk<'_>> {
    let mut chunks: Vec<Chunk<'_>> = Vec::new();
    for piece in &row.pieces {
        let mut blank_before = None;
        let mut is_first = true;
        for run in piece.chars.chunk_by(|a, b| a.is_blank == b.is_blank) {
            let start = run
                .iter()
                .fold(f64::INFINITY, |start, c| start.min(c.start));
            let end = run.iter().fold(f64::NEG_INFINITY, |end, c| end.max(c.end));
            if run[0].is_blank {
                if !is_first && let Some(chunk) = chunks.last_mut() {
                    chunk.blank_behind = Some(run[0].end);
                }
                blank_before = run.last().map(|last| last.start);
                continue;
            }
            is_first = false;
            chunks.push(Chunk {
                chars: run,
                start,
                end,
                blank_before: blank_before.take(),
                blank_behind: None,
            });
        }
    }
    chunks.sort_by(|a, b| a.start.total_cmp(&b.start));
    chunks
}

/// Whether a blank of this edge lies between the two, with nothing drawn on it.
fn has_blank_between(before: &Chunk<'_>, behind: &Chunk<'_>, em: f64) -> bool {
    let slack = DOUBLE_EM * em;
    behind
        .blank_before
        .is_some_and(|start| start >= before.end - slack)
        || before
            .blank_behind
            .is_some_and(|end| end <= behind.start + slack)
}

fn words(row: Row, turn: Turn) -> Vec<PlacedWord> {
    let mut words = Vec::new();
    let mut current: Vec<Placed> = Vec::new();
    let mut reached = f64::NEG_INFINITY;
    let mut before: Option<&Chunk<'_>> = None;
    let chunks = chunks(&row);
    for chunk in &chunks {
        let mut has_blank = before.is_some_and(|before| has_blank_between(before, chunk, row.size));
        for placed in chunk.chars {
            let gap = placed.start - reached;
            let em = current
                .last()
                .map_or(placed.size, |last| last.size.min(placed.size));
            let parts = gap > GAP_EM * em || has_blank && gap > GAP_OF_BLANK_EM * em;
            if parts && !current.is_empty() {
                words.push(word(&current, turn));
                current.clear();
            }
            has_blank = false;
            reached = reached.max(placed.end);
            current.push(*placed);
        }
        before = Some(chunk);
    }
    if !current.is_empty() {
        words.push(word(&current, turn));
    }
    words
}

fn word(chars: &[Placed], turn: Turn) -> PlacedWord {
    let mut frame: Option<Rect> = None;
    for placed in chars {
        let top = turn.to_page(placed.start, placed.baseline - ASCENT_EM * placed.size);
        let bottom = turn.to_page(placed.end, placed.baseline + DESCENT_EM * placed.size);
        let own = Rect::from_points(top, bottom);
        frame = Some(frame.map_or(own, |frame| frame.union(own)));
    }
    PlacedWord {
        glyphs: chars.iter().map(|placed| placed.index).collect(),
        frame: frame.unwrap_or(Rect::ZERO),
    }
}
