//! The restorer: model, lexicon and channels together, and text through them.

use super::channel::{Channel, Unseen};
use super::decode::{Chosen, decode};
use super::kind::{self, InputKind};
use super::lattice::{Lattice, Written};
use super::lexicon::Lexicon;
use super::model::{Model, ModelError};
use super::readings::{Reader, Token, Treatment};
use super::{RestoredLine, RestoredPage, RestoredWord};
use crate::ocr::PageReading;
use crate::vietnamese::{normalize, unify_tone};
use std::path::Path;
use std::sync::Arc;

/// The model that is part of the program.
static EMBEDDED_MODEL: &[u8] = include_bytes!("../../dictionaries/vietnamese.model");
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
    parts: Arc<Parts>,
}

#[derive(Clone)]
struct Parts {
    model: Model,
    lexicon: Lexicon,
    garbled: Channel,
    read: Channel,
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
        let table = |name: &str, text, unseen| {
            Channel::parse(text, unseen).map_err(|_| ModelError::Damaged {
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
        let lexicon = Lexicon::new(&model.words);
        Ok(Self {
            parts: Arc::new(Parts {
                model,
                lexicon,
                garbled,
                read,
            }),
        })
    }

    /// Adds an office's own words, one word or phrase a line, spelled as they are
    /// printed; lines that begin with `#` are skipped. They take effect at once:
    /// a word is known, a phrase makes its words likely behind one another.
    ///
    /// # Errors
    /// Fails at a line that holds no word, or when there are too many words.
    pub fn with_user_dictionary(self, words: &str) -> Result<Self, ModelError> {
        let mut parts = Arc::unwrap_or_clone(self.parts);
        parts.model.add_user_words(words)?;
        parts.lexicon = Lexicon::new(&parts.model.words);
        Ok(Self {
            parts: Arc::new(parts),
        })
    }

    /// Restores plain text and keeps its lines and the spaces in them.
    pub fn restore_text(&self, text: &str, kind: InputKind) -> String {
        let lines: Vec<&str> = text.split('\n').collect();
        let restored = self.restore_lines(&lines, kind);
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
                    })
                    .collect(),
            })
            .collect::<Vec<_>>();
        RestoredPage {
            page_number: reading.page_number,
            width_px: reading.width_px,
            height_px: reading.height_px,
            resolution_dpi: reading.resolution_dpi,
            lines: self.restore(&lines, kind),
        }
    }

    /// Restores plain text; context runs across lines. Each line gives one
    /// line, an empty one an empty one.
    pub fn restore_lines(&self, lines: &[&str], kind: InputKind) -> Vec<RestoredLine> {
        let lines = lines
            .iter()
            .map(|line| SourceLine {
                block_index: 0,
                tokens: line
                    .split_whitespace()
                    .map(|raw| SourceToken {
                        raw,
                        confidence: 1.0,
                        alternatives: Vec::new(),
                        bounding_box: None,
                    })
                    .collect(),
            })
            .collect::<Vec<_>>();
        self.restore(&lines, kind)
    }

    fn restore(&self, lines: &[SourceLine], kind: InputKind) -> Vec<RestoredLine> {
        let parts = &*self.parts;
        let texts: Vec<String> = lines
            .iter()
            .map(|line| {
                let words: Vec<&str> = line.tokens.iter().map(|token| token.raw).collect();
                normalize(&words.join(" "))
            })
            .collect();
        let treatments = kind::treatments(&texts, kind, &parts.model.words);
        let mut reader = Reader::new(&parts.model, &parts.lexicon, &parts.garbled, &parts.read);
        reader.weigh_noise(
            texts
                .iter()
                .zip(&treatments)
                .filter(|(_, treatment)| **treatment == Treatment::Read)
                .map(|(text, _)| text.as_str()),
        );
        let mut restored: Vec<RestoredLine> = Vec::with_capacity(lines.len());
        let mut start = 0;
        while start < lines.len() {
            let block_index = lines[start].block_index;
            let len = lines[start..]
                .iter()
                .take_while(|line| line.block_index == block_index)
                .count();
            let block = start..start + len;
            restored.extend(self.restore_block(
                &lines[block.clone()],
                &texts[block.clone()],
                &treatments[block],
                &mut reader,
            ));
            start += len;
        }
        restored
    }

    fn restore_block(
        &self,
        lines: &[SourceLine],
        texts: &[String],
        treatments: &[Treatment],
        reader: &mut Reader,
    ) -> Vec<RestoredLine> {
        let tokens: Vec<Token> = lines
            .iter()
            .enumerate()
            .flat_map(|(line_idx, line)| {
                line.tokens.iter().map(move |token| Token {
                    raw: token.raw,
                    text: normalize(token.raw),
                    line_idx,
                    confidence: token.confidence,
                    alternatives: token.alternatives.clone(),
                })
            })
            .collect();
        let lattice = reader.lattice(
            &tokens,
            |line_idx| treatments[line_idx],
            |line_idx| ends_sentence(texts, line_idx),
        );
        let n_grams = self.parts.model.n_grams();
        let chosen = decode(&n_grams, &lattice);
        let boxes: Vec<_> = lines
            .iter()
            .flat_map(|line| line.tokens.iter().map(|token| token.bounding_box))
            .collect();
        let mut restored: Vec<RestoredLine> = lines
            .iter()
            .map(|line| RestoredLine {
                block_index: line.block_index,
                words: Vec::with_capacity(line.tokens.len()),
            })
            .collect();
        for (line_idx, word) in self.write(&tokens, &boxes, &lattice, &chosen) {
            restored[line_idx].words.push(word);
        }
        restored
    }

    /// The words of all tokens, with the index of their line.
    fn write(
        &self,
        tokens: &[Token],
        boxes: &[Option<crate::geometry::BoundingBox>],
        lattice: &Lattice,
        chosen: &[Chosen],
    ) -> Vec<(usize, RestoredWord)> {
        let mut written = Vec::with_capacity(tokens.len());
        let mut steps = chosen.iter().peekable();
        let mut token_idx = 0;
        while token_idx < tokens.len() {
            let first = &tokens[token_idx];
            let mut pen = Pen::new(first);
            let mut last_idx = token_idx;
            let mut bounding_box = boxes[token_idx];
            while let Some(step) =
                steps.next_if(|step| lattice.atoms[step.atom_idx].token_idx <= last_idx)
            {
                let atom = &lattice.atoms[step.atom_idx];
                let token = &tokens[last_idx];
                pen.copy_up_to(token, atom.range.start);
                let read = &token.text[atom.range.clone()];
                if step.edge.n_atoms == 2 && step.atom_idx + 1 < lattice.atoms.len() {
                    let next = &lattice.atoms[step.atom_idx + 1];
                    pen.put(&self.written(step, read), step.posterior);
                    last_idx = next.token_idx;
                    pen.go_on_with(&tokens[last_idx], next.range.end);
                    bounding_box = match (bounding_box, boxes[last_idx]) {
                        (Some(a), Some(b)) => Some(a.union(&b)),
                        (a, b) => a.or(b),
                    };
                    continue;
                }
                if let Written::Two(pattern, at) = step.edge.written {
                    let [first, second] = step.edge.symbols.map(|symbol| {
                        symbol.map_or("", |symbol| self.parts.model.words.text(symbol))
                    });
                    pen.put(&pattern.apply(first), step.posterior);
                    let share = pen.cut(token, atom.range.start + at);
                    written.push((token.line_idx, share.into_word(bounding_box)));
                    let second_pattern = match pattern {
                        crate::vietnamese::CasePattern::Upper => pattern,
                        _ => crate::vietnamese::CasePattern::Lower,
                    };
                    pen.put(&second_pattern.apply(second), step.posterior);
                } else {
                    pen.put(&self.written(step, read), step.posterior);
                }
                pen.at = atom.range.end;
            }
            pen.copy_up_to(&tokens[last_idx], tokens[last_idx].text.len());
            written.push((first.line_idx, pen.into_word(bounding_box)));
            token_idx = last_idx + 1;
        }
        written
    }

    /// What a step writes in place of `read`.
    fn written(&self, step: &Chosen, read: &str) -> String {
        let text = step.edge.symbols[0].map_or("", |symbol| self.parts.model.words.text(symbol));
        match step.edge.written {
            Written::AsRead | Written::Two(..) => read.to_owned(),
            Written::Word(pattern) => {
                let word = pattern.apply(text);
                // The spelling of the tone is the document's own.
                if unify_tone(read) == word {
                    read.to_owned()
                } else {
                    word
                }
            }
            Written::Marked => read
                .chars()
                .zip(text.chars())
                .flat_map(|(read, letter)| {
                    let upper = read.is_uppercase().then(|| letter.to_uppercase());
                    let lower = (!read.is_uppercase()).then_some(letter);
                    upper.into_iter().flatten().chain(lower)
                })
                .collect(),
        }
    }
}

/// Writes one word.
struct Pen {
    raw: String,
    text: String,
    /// How far the token's normal text is written.
    at: usize,
    raw_at: usize,
    confidence: f32,
    is_token_certain: bool,
}

impl Pen {
    fn new(token: &Token) -> Self {
        Self {
            raw: token.raw.to_owned(),
            text: String::new(),
            at: 0,
            raw_at: 0,
            confidence: token.confidence,
            is_token_certain: true,
        }
    }

    fn copy_up_to(&mut self, token: &Token, end: usize) {
        if self.at < end {
            self.text.push_str(&token.text[self.at..end]);
            self.at = end;
        }
    }

    fn put(&mut self, text: &str, posterior: f32) {
        self.text.push_str(text);
        // What the decoder weighed replaces what the recogniser said.
        if posterior < 1.0 {
            self.confidence = if self.is_token_certain {
                posterior
            } else {
                self.confidence.min(posterior)
            };
            self.is_token_certain = false;
        }
    }

    fn go_on_with(&mut self, token: &Token, at: usize) {
        self.raw.push(' ');
        self.raw.push_str(token.raw);
        self.at = at;
    }

    /// Ends the first word of two inside `token`, whose share ends at `end`.
    fn cut(&mut self, token: &Token, end: usize) -> Self {
        let source = if token.raw.len() == token.text.len() {
            token.raw
        } else {
            &token.text
        };
        let share = source.get(self.raw_at..end).unwrap_or(source);
        let rest = source.get(end..).unwrap_or("");
        let first = Self {
            raw: share.to_owned(),
            text: std::mem::take(&mut self.text),
            at: end,
            raw_at: end,
            confidence: self.confidence,
            is_token_certain: self.is_token_certain,
        };
        self.raw = rest.to_owned();
        self.raw_at = end;
        first
    }

    fn into_word(self, bounding_box: Option<crate::geometry::BoundingBox>) -> RestoredWord {
        RestoredWord {
            raw: self.raw,
            text: self.text,
            confidence: self.confidence,
            bounding_box,
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
