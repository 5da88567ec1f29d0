//! What was chosen, written out: each word with its raw text and its certainty.

use super::RestoredWord;
use super::decode::Chosen;
use super::lattice::{Lattice, Written};
use super::model::Words;
use super::readings::Token;
use crate::geometry::BoundingBox;
use crate::vietnamese::{CasePattern, unify_tone};
use std::borrow::Cow;
use unicode_normalization::char::is_combining_mark;

/// The words of all tokens, with the index of their line.
pub(super) fn write(
    words: &Words,
    tokens: &[Token],
    lattice: &Lattice,
    chosen: &[Chosen],
) -> Vec<(usize, RestoredWord)> {
    let mut all = Vec::with_capacity(tokens.len());
    let mut steps = chosen.iter().peekable();
    let mut token_idx = 0;
    while token_idx < tokens.len() {
        let first = &tokens[token_idx];
        let mut pen = Pen::new(first);
        let mut last_idx = token_idx;
        let mut bounding_box = first.bounding_box;
        while let Some(step) =
            steps.next_if(|step| lattice.atom(step.atom_idx).token_idx <= last_idx)
        {
            let atom = lattice.atom(step.atom_idx);
            let token = &tokens[last_idx];
            pen.copy_up_to(token, atom.range.start);
            let read = &token.text[atom.range.clone()];
            if step.edge.n_atoms == 2 && step.atom_idx + 1 < lattice.n_atoms() {
                let next = lattice.atom(step.atom_idx + 1);
                pen.put(&written(words, step, read), step.posterior);
                last_idx = next.token_idx;
                pen.go_on_with(&tokens[last_idx], next.range.end);
                bounding_box = match (bounding_box, tokens[last_idx].bounding_box) {
                    (Some(a), Some(b)) => Some(a.union(&b)),
                    (a, b) => a.or(b),
                };
                continue;
            }
            if let Written::Two(pattern, at) = step.edge.written {
                let [first, second] = step
                    .edge
                    .symbols
                    .map(|symbol| symbol.map_or("", |symbol| words.text(symbol)));
                pen.put(&pattern.apply(first), step.posterior);
                let share = pen.cut(token, atom.range.start + at);
                all.push((token.line_idx, share.into_word(bounding_box)));
                let second_pattern = match pattern {
                    CasePattern::Upper => pattern,
                    _ => CasePattern::Lower,
                };
                pen.put(&second_pattern.apply(second), step.posterior);
            } else {
                pen.put(&written(words, step, read), step.posterior);
            }
            pen.at = atom.range.end;
        }
        pen.copy_up_to(&tokens[last_idx], tokens[last_idx].text.len());
        all.push((first.line_idx, pen.into_word(bounding_box)));
        token_idx = last_idx + 1;
    }
    all
}

/// What a step writes in place of `read`.
fn written<'t>(words: &'t Words, step: &Chosen, read: &'t str) -> Cow<'t, str> {
    let text = step.edge.symbols[0].map_or("", |symbol| words.text(symbol));
    match step.edge.written {
        Written::AsRead | Written::Two(..) => read.into(),
        Written::Word(pattern) => {
            let word = pattern.apply(text);
            // The spelling of the tone is the document's own.
            if unify_tone(read) == word {
                read.into()
            } else {
                word.into()
            }
        }
        Written::Marked if read.bytes().all(|byte| byte.is_ascii_lowercase()) => text.into(),
        Written::Marked => {
            let mut read = read.chars();
            // A mark that no composed letter has stands for itself.
            let is_upper = |letter: char| {
                !is_combining_mark(letter) && read.next().is_some_and(char::is_uppercase)
            };
            in_case(text, is_upper).into()
        }
    }
}

/// `text`, those letters large of which `is_upper` says so.
fn in_case(text: &str, mut is_upper: impl FnMut(char) -> bool) -> String {
    let mut written = String::with_capacity(text.len());
    for letter in text.chars() {
        if is_upper(letter) {
            written.extend(letter.to_uppercase());
        } else {
            written.push(letter);
        }
    }
    written
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
            // Marks take some bytes more.
            text: String::with_capacity(token.text.len() + 8),
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

    fn into_word(self, bounding_box: Option<BoundingBox>) -> RestoredWord {
        RestoredWord {
            raw: self.raw,
            text: self.text,
            confidence: self.confidence,
            bounding_box,
        }
    }
}
