//! The restorer: model, lexicon and channels together, and text through them.

use super::candidates::CandidateMemory;
use super::certainty::share_right;
use super::channel::{Channel, Unseen};
use super::decode::{Certainty, MAX_ABREAST, Task, Workspace, decode};
use super::kind::{self, InputKind};
use super::lattice::Lattice;
use super::lexicon::Lexicon;
use super::line_marks;
use super::model::{Context, Model, ModelError};
use super::readings::{Manner, Reader, Token, Treatment, WordCounts};
use super::settle;
use super::specks;
use super::surroundings;
use super::writing::write;
use super::{RestoredLine, RestoredPage};
use crate::ocr::PageReading;
use crate::vietnamese::{normalize, normalized};
use std::borrow::Cow;
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// The model that is part of the program.
pub(super) static EMBEDDED_MODEL: &[u8] = include_bytes!("../../dictionaries/vietnamese.model");
static GARBLED_CONFUSIONS: &str = include_str!("../../dictionaries/confusions-garbled.tsv");
static READ_CONFUSIONS: &str = include_str!("../../dictionaries/confusions-read.tsv");

/// Restores diacritics and repairs what a recogniser misread.
///
/// It holds the model, is cheap to clone and can be shared between threads.
///
/// ```
/// use vanthu::restore::{InputKind, Restorer};
///
/// let restorer = Restorer::embedded()?;
/// let lines = restorer.restore_lines(&["cai cach hanh chinh"], InputKind::Bare);
/// assert_eq!(lines[0].text(), "cải cách hành chính");
/// # Ok::<(), vanthu::restore::ModelError>(())
/// ```
#[derive(Clone)]
pub struct Restorer {
    tools: Arc<Tools>,
}

struct Tools {
    model: Model,
    lexicon: Lexicon,
    garbled: Channel,
    read: Channel,
    /// Lent to whoever restores, one each.
    memories: Mutex<Vec<(CandidateMemory, Workspace)>>,
}

/// What a line brings along.
struct SourceLine<'a> {
    block_index: u32,
    tokens: Vec<SourceToken<'a>>,
}

struct SourceToken<'a> {
    raw: &'a str,
    confidence: f32,
    alternatives: Vec<(String, f32)>,
    bounding_box: Option<crate::geometry::BoundingBox>,
    is_open: bool,
}

impl<'a> SourceLine<'a> {
    /// A line of plain text.
    fn of(line: &'a str) -> Self {
        Self::again(line, std::iter::repeat(true))
    }

    /// A line of plain text of which some words may change.
    fn again(line: &'a str, are_open: impl IntoIterator<Item = bool>) -> Self {
        let are_open = are_open.into_iter().chain(std::iter::repeat(false));
        let tokens = line.split_whitespace().zip(are_open);
        Self {
            block_index: 0,
            tokens: tokens
                .map(|(raw, is_open)| SourceToken {
                    raw,
                    confidence: 1.0,
                    alternatives: Vec::new(),
                    bounding_box: None,
                    is_open,
                })
                .collect(),
        }
    }

    /// Its words in the normal form, parted by one space.
    fn text(&self) -> String {
        let mut text =
            String::with_capacity(self.tokens.iter().map(|token| token.raw.len() + 1).sum());
        for (token_idx, token) in self.tokens.iter().enumerate() {
            if token_idx > 0 {
                text.push(' ');
            }
            text.push_str(token.raw);
        }
        match normalized(&text) {
            Cow::Owned(normal) => normal,
            Cow::Borrowed(_) => text,
        }
    }
}

impl Restorer {
    /// The model shipped with the program.
    ///
    /// # Errors
    /// Fails only when the program was built with a file that is no model.
    pub fn embedded() -> Result<Self, ModelError> {
        Self::with_model(Model::embedded(EMBEDDED_MODEL)?)
    }

    /// Another model, built by `vanthu train`. The file is mapped into memory:
    /// it must not be truncated while it is in use.
    ///
    /// # Errors
    /// Fails when the file cannot be read, is no model, or is damaged.
    pub fn open(path: &Path) -> Result<Self, ModelError> {
        Self::with_model(Model::open(path)?)
    }

    fn with_model(model: Model) -> Result<Self, ModelError> {
        let lexicon = Lexicon::new(&model.words);
        let table = |name: &str, text, unseen| {
            Channel::parse(text, unseen, &lexicon).map_err(|_| ModelError::Damaged {
                name: name.to_owned(),
                reason: "a row of its table cannot be read",
            })
        };
        let garbled = table(
            "the table of garbled letters",
            GARBLED_CONFUSIONS,
            UNSEEN_GARBLED,
        )?;
        let read = table("the table of misread letters", READ_CONFUSIONS, UNSEEN_READ)?;
        Ok(Self {
            tools: Arc::new(Tools {
                model,
                lexicon,
                garbled,
                read,
                memories: Mutex::default(),
            }),
        })
    }

    pub(super) fn model(&self) -> &Model {
        &self.tools.model
    }

    /// Adds an office's own words, one word or phrase a line, spelled as they are
    /// printed; lines that begin with `#` are skipped. They take effect at once:
    /// a word is known, a phrase makes its words likely behind one another.
    ///
    /// # Errors
    /// Fails at a line that holds no word, or when there are too many words.
    pub fn with_user_dictionary(self, words: &str) -> Result<Self, ModelError> {
        let mut model = self.tools.model.clone();
        model.add_user_words(words)?;
        Self::with_model(model)
    }

    /// Restores plain text and keeps its lines and the spaces in them.
    pub fn restore_text(&self, text: &str, kind: InputKind) -> String {
        let lines: Vec<&str> = text.split('\n').collect();
        let restored = self.settled(&lines, kind, Certainty::Unasked);
        let mut out = String::with_capacity(text.len() + text.len() / 4);
        for (line_idx, (line, restored)) in lines.iter().zip(&restored).enumerate() {
            if line_idx > 0 {
                out.push('\n');
            }
            out.push_str(&spaced_like(line, restored));
        }
        out
    }

    /// Restores one page. Context runs from line to line inside a block, never
    /// from one block into another.
    pub fn restore_page(&self, reading: &PageReading, kind: InputKind) -> RestoredPage {
        let lines = reading
            .lines
            .iter()
            .map(|line| SourceLine {
                block_index: line.block_index,
                tokens: line
                    .words
                    .iter()
                    .map(|word| SourceToken {
                        raw: &word.text,
                        confidence: word.confidence.clamp(0.0, 1.0),
                        alternatives: word
                            .alternatives
                            .iter()
                            .map(|other| (normalize(&other.text), other.confidence))
                            .collect(),
                        bounding_box: Some(word.bounding_box),
                        is_open: true,
                    })
                    .collect(),
            })
            .collect::<Vec<_>>();
        let texts: Vec<String> = lines.iter().map(SourceLine::text).collect();
        let treatments = kind::treatments(&texts, kind, &self.tools.model.words);
        let mut restored = self.lend(|desk| {
            let mut counts = vec![None; texts.len()];
            let manner = desk.manner(&texts, &treatments, kind, &mut counts);
            let repairs = repairs(&texts, &treatments, manner);
            let source = Source::of(&texts, &treatments, &repairs);
            self.restore(&lines, source, manner, Certainty::Weighed, desk)
        });
        if matches!(kind, InputKind::Read) {
            for word in restored.iter_mut().flat_map(|line| &mut line.words) {
                word.confidence = share_right(word.confidence);
            }
        }
        RestoredPage {
            page_number: reading.page_number,
            width_px: reading.width_px,
            height_px: reading.height_px,
            resolution_dpi: reading.resolution_dpi,
            notes: reading.notes.clone(),
            lines: restored,
        }
    }

    /// Restores plain text; context runs across lines. Each line gives one
    /// line, an empty one an empty one. Restoring what it gives changes nothing.
    pub fn restore_lines(&self, lines: &[&str], kind: InputKind) -> Vec<RestoredLine> {
        self.settled(lines, kind, Certainty::Weighed)
    }

    fn settled(&self, lines: &[&str], kind: InputKind, certainty: Certainty) -> Vec<RestoredLine> {
        let words = &self.tools.model.words;
        let lines: Vec<SourceLine> = lines.iter().map(|line| SourceLine::of(line)).collect();
        let mut texts: Vec<String> = lines.iter().map(SourceLine::text).collect();
        let treatments = kind::treatments(&texts, kind, words);
        self.lend(|desk| {
            let mut counts = vec![None; texts.len()];
            let mut manner = desk.manner(&texts, &treatments, kind, &mut counts);
            let found = repairs(&texts, &treatments, manner);
            let source = Source::of(&texts, &treatments, &found);
            let mut restored = self.restore(&lines, source, manner, certainty, desk);
            // Bare text is settled at once: marks that were put stay.
            if kind == InputKind::Bare {
                return restored;
            }
            // A text of unknown origin that was taken for what a reader of Vietnamese
            // read is cleaner now, which asks for more caution and changes no more.
            let stays_in_manner = kind == InputKind::Auto
                && !treatments
                    .iter()
                    .any(|treatment| matches!(treatment, Treatment::Bare | Treatment::Garbled));
            let mut treatments_before = treatments;
            let mut open = settle::open_words(&restored);
            for _ in 0..settle::MAX_TIMES {
                if open.is_empty() {
                    break;
                }
                for (line_idx, line) in restored.iter().enumerate() {
                    let text = line.text();
                    if text != texts[line_idx] {
                        texts[line_idx] = text;
                        counts[line_idx] = None;
                    }
                }
                let treatments = kind::treatments(&texts, kind, words);
                let manner_before = manner;
                if !stays_in_manner {
                    manner = desk.manner(&texts, &treatments, kind, &mut counts);
                }
                let is_weighed_anew = manner != manner_before;
                for line_idx in 0..restored.len() {
                    if is_weighed_anew || treatments[line_idx] != treatments_before[line_idx] {
                        open.open_line(line_idx);
                    }
                }
                // What lines tell of each other is told by all of them.
                let found = repairs(&texts, &treatments, manner);
                for &(line_idx, token_idx) in found.keys() {
                    open.open_word(line_idx, token_idx);
                }
                let source = Source::of(&texts, &treatments, &found);
                let mut again = Vec::new();
                for group in open.groups() {
                    let lines: Vec<SourceLine> = group
                        .clone()
                        .map(|line_idx| SourceLine::again(&texts[line_idx], open.of_line(line_idx)))
                        .collect();
                    let restored =
                        self.restore(&lines, source.part(group.clone()), manner, certainty, desk);
                    again.extend(group.zip(restored));
                }
                treatments_before = treatments;
                open = settle::follow(&mut restored, again);
            }
            restored
        })
    }

    /// Restores `lines`, of which `source` tells.
    fn restore(
        &self,
        lines: &[SourceLine],
        source: Source,
        manner: Manner,
        certainty: Certainty,
        desk: &mut Desk,
    ) -> Vec<RestoredLine> {
        let mut reader = desk.reader(manner);
        let workspace = &mut desk.workspace;
        let mut restored: Vec<RestoredLine> = lines
            .iter()
            .map(|line| RestoredLine {
                block_index: line.block_index,
                words: Vec::with_capacity(line.tokens.len()),
            })
            .collect();
        let texts = source.texts;
        let mut parts = Parts {
            context: None,
            is_at_boundary: true,
            line_before: None,
            filled: Vec::with_capacity(MAX_ABREAST),
            spare: Vec::new(),
            certainty,
        };
        let mut tokens: Vec<Token> = Vec::new();
        for (line_idx, line) in lines.iter().enumerate() {
            let is_among_capitals = is_in_capitals(&texts[line_idx]);
            let ends_block = lines
                .get(line_idx + 1)
                .is_none_or(|next| next.block_index != line.block_index);
            for (token_idx, token) in line.tokens.iter().enumerate() {
                let mut text = normalized(token.raw);
                let mut confidence = token.confidence;
                if let Some(repaired) = source.repair(line_idx, token_idx)
                    && token.is_open
                {
                    text = repaired.into();
                    confidence *= specks::CERTAINTY_OF_MENDED;
                }
                tokens.push(Token {
                    raw: token.raw,
                    text,
                    line_idx,
                    is_among_capitals,
                    confidence,
                    alternatives: &token.alternatives,
                    bounding_box: token.bounding_box,
                    is_open: token.is_open,
                });
                let ends_line = token_idx + 1 == line.tokens.len();
                let n_tokens = tokens.len();
                if n_tokens >= MAX_TOKENS
                    || n_tokens >= MIN_TOKENS
                        && if ends_line {
                            ends_sentence(texts, line_idx)
                        } else {
                            token.raw.ends_with(['.', ';'])
                        }
                {
                    let part = std::mem::take(&mut tokens);
                    parts.push(part, &mut reader, workspace, source, &mut restored);
                }
            }
            if ends_block {
                let part = std::mem::take(&mut tokens);
                parts.push(part, &mut reader, workspace, source, &mut restored);
                parts.end_block();
            }
        }
        parts.restore(&reader, workspace, &mut restored);
        desk.memory = reader.into_memory();
        restored
    }

    /// Lends a desk to `work`.
    fn lend<T>(&self, work: impl FnOnce(&mut Desk) -> T) -> T {
        let (memory, workspace) = self.memories().pop().unwrap_or_default();
        let mut desk = Desk {
            tools: &self.tools,
            memory,
            workspace,
        };
        let result = work(&mut desk);
        self.memories().push((desk.memory, desk.workspace));
        result
    }

    fn memories(&self) -> std::sync::MutexGuard<'_, Vec<(CandidateMemory, Workspace)>> {
        // A panic elsewhere leaves the memories whole: they are only lent.
        self.tools
            .memories
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// What one who restores works with: the model, and what was learnt and is kept
/// from text to text.
struct Desk<'m> {
    tools: &'m Tools,
    memory: CandidateMemory,
    workspace: Workspace,
}

impl<'m> Desk<'m> {
    /// A reader; it takes the memory with it.
    fn reader(&mut self, manner: Manner) -> Reader<'m> {
        let tools = self.tools;
        let memory = std::mem::take(&mut self.memory);
        Reader::new(
            &tools.model,
            &tools.lexicon,
            &tools.garbled,
            &tools.read,
            memory,
            manner,
        )
    }

    /// How lines are to be weighed, by what all of them are like; `counts` keeps what
    /// was counted of a line until it changes.
    fn manner(
        &self,
        texts: &[String],
        treatments: &[Treatment],
        kind: InputKind,
        counts: &mut [Option<WordCounts>],
    ) -> Manner {
        let read = texts
            .iter()
            .zip(counts)
            .zip(treatments)
            .filter(|(_, treatment)| **treatment == Treatment::Read)
            .map(|((text, counts), _)| {
                *counts.get_or_insert_with(|| WordCounts::of(&self.tools.model, text))
            });
        let all = texts.iter().map(String::as_str);
        Manner::of(all, read, kind == InputKind::Auto)
    }
}

/// What is known of lines, by line.
#[derive(Clone, Copy)]
struct Source<'t> {
    treatments: &'t [Treatment],
    texts: &'t [String],
    /// Of the whole text, of which the first line here has the number `first_line_idx`.
    repairs: &'t line_marks::Repairs,
    first_line_idx: usize,
}

impl<'t> Source<'t> {
    fn of(
        texts: &'t [String],
        treatments: &'t [Treatment],
        repairs: &'t line_marks::Repairs,
    ) -> Self {
        Self {
            treatments,
            texts,
            repairs,
            first_line_idx: 0,
        }
    }

    /// What is known of some of the lines.
    fn part(self, lines: Range<usize>) -> Self {
        Self {
            treatments: &self.treatments[lines.clone()],
            first_line_idx: self.first_line_idx + lines.start,
            texts: &self.texts[lines],
            ..self
        }
    }

    /// What the lines beside it tell of a token.
    fn repair(self, line_idx: usize, token_idx: usize) -> Option<&'t str> {
        let place = (self.first_line_idx + line_idx, token_idx);
        self.repairs.get(&place).map(String::as_str)
    }
}

/// What lines tell of each other, where a recogniser is known to have read them.
fn repairs(texts: &[String], treatments: &[Treatment], manner: Manner) -> line_marks::Repairs {
    if manner.is_of_unknown_origin {
        return line_marks::Repairs::default();
    }
    line_marks::repairs(texts, |line_idx| treatments[line_idx] == Treatment::Read)
}

/// Part of a block: so that the work's memory does not grow with the block.
struct Part<'t> {
    tokens: Vec<Token<'t>>,
    lattice: Lattice,
    begins_block: bool,
}

/// Parts that are restored abreast, and what stood before them.
struct Parts<'t> {
    /// Behind the last part restored; none before the first, which begins a block.
    context: Option<Context>,
    is_at_boundary: bool,
    line_before: Option<usize>,
    filled: Vec<Part<'t>>,
    spare: Vec<Lattice>,
    certainty: Certainty,
}

/// A part ends with a sentence, when it has so many tokens; or anywhere.
const MIN_TOKENS: usize = 400;
const MAX_TOKENS: usize = 1600;

impl<'t> Parts<'t> {
    /// Takes in one more part of a block; restores the parts gathered where there are
    /// enough.
    fn push(
        &mut self,
        tokens: Vec<Token<'t>>,
        reader: &mut Reader,
        workspace: &mut Workspace,
        source: Source,
        restored: &mut [RestoredLine],
    ) {
        if tokens.is_empty() {
            return;
        }
        let Source {
            treatments, texts, ..
        } = source;
        let is_read_text = !reader.manner().is_of_unknown_origin;
        let tokens = specks::mend(reader.model, tokens, is_read_text, |line_idx| {
            treatments[line_idx]
        });
        let mut lattice = self.spare.pop().unwrap_or_default();
        lattice.begin(self.is_at_boundary);
        reader.fill(
            &mut lattice,
            &tokens,
            self.line_before,
            |line_idx| treatments[line_idx],
            |line_idx| ends_sentence(texts, line_idx),
        );
        surroundings::weigh(reader.model, &mut lattice);
        let begins_block = self.line_before.is_none();
        self.is_at_boundary = lattice.is_at_boundary();
        self.line_before = tokens.last().map(|token| token.line_idx);
        self.filled.push(Part {
            tokens,
            lattice,
            begins_block,
        });
        if self.filled.len() == MAX_ABREAST {
            self.restore(reader, workspace, restored);
        }
    }

    /// What follows is another block.
    fn end_block(&mut self) {
        self.is_at_boundary = true;
        self.line_before = None;
    }

    /// Restores the parts gathered and lets go of them.
    fn restore(
        &mut self,
        reader: &Reader,
        workspace: &mut Workspace,
        restored: &mut [RestoredLine],
    ) {
        let n_grams = reader.model.n_grams();
        let tasks: Vec<Task> = self
            .filled
            .iter()
            .enumerate()
            .map(|(part_idx, part)| Task {
                lattice: &part.lattice,
                before: match part_idx {
                    _ if part.begins_block => Some(n_grams.beginning()),
                    0 => self.context,
                    _ => None,
                },
            })
            .collect();
        let decoded = decode(&n_grams, &tasks, self.certainty, workspace);
        for (part, (chosen, behind)) in self.filled.drain(..).zip(decoded) {
            let words = &reader.model.words;
            for (line_idx, word) in write(words, &part.tokens, &part.lattice, &chosen) {
                restored[line_idx].words.push(word);
            }
            self.context = Some(behind);
            self.spare.push(part.lattice);
        }
    }
}

/// What the tables do not list. Of recognisers without Vietnamese anything is to
/// be expected; one with Vietnamese rarely takes a letter for another.
const UNSEEN_GARBLED: Unseen = Unseen {
    ln_marks: -4.5,
    ln_letter: -8.0,
    ln_added: -7.0,
    ln_speck: -4.5,
};
const UNSEEN_READ: Unseen = Unseen {
    ln_marks: -7.5,
    ln_letter: -10.0,
    ln_added: -10.0,
    ln_speck: -8.0,
};

/// Whether most letters of a line are capitals.
fn is_in_capitals(text: &str) -> bool {
    let n_upper = text.chars().filter(|letter| letter.is_uppercase()).count();
    let n_lower = text.chars().filter(|letter| letter.is_lowercase()).count();
    n_upper > n_lower
}

/// Whether the context is cut behind a line: it ends with a full stop or the
/// like, it is empty, or it is much shorter than the line after it and that one
/// begins with a capital, as headings and the last lines of paragraphs are.
fn ends_sentence(texts: &[String], line_idx: usize) -> bool {
    let line = texts[line_idx].trim_end();
    let next = texts.get(line_idx + 1).map_or("", |next| next.trim_start());
    if line.is_empty() || next.is_empty() || line.ends_with(['.', ';', ':', '!', '?']) {
        return true;
    }
    let begins_anew = next
        .chars()
        .find(|letter| letter.is_alphanumeric())
        .is_some_and(|letter| letter.is_uppercase() || letter.is_numeric())
        || next.starts_with(['-', '+', '*', '•']);
    begins_anew && line.chars().count() < 60
}

/// The restored line with the white space of `line`.
fn spaced_like(line: &str, restored: &RestoredLine) -> String {
    let mut out = String::with_capacity(line.len() + line.len() / 4);
    let mut rest = line;
    for (word_idx, word) in restored.words.iter().enumerate() {
        // A further part of a word whose raw text went to the first.
        if word.raw.is_empty() {
            if !word.text.is_empty() {
                out.push(' ');
                out.push_str(&word.text);
            }
            continue;
        }
        let begun = rest.trim_start();
        let space = &rest[..rest.len() - begun.len()];
        out.push_str(space);
        if space.is_empty() && word_idx > 0 {
            out.push(' ');
        }
        out.push_str(&word.text);
        rest = begun;
        for part in word.raw.split(' ') {
            match rest.trim_start().strip_prefix(part) {
                Some(behind) => rest = behind,
                // The shares of a word in another normal form than NFC.
                None => return restored.text(),
            }
        }
    }
    out.push_str(rest);
    out
}
