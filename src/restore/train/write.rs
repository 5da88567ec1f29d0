//! Writing the model file; [`crate::restore::model::layout`] describes it.

use super::corpus::{Corpus, WordEntry};
use super::grams::{context, last};
use super::prune::Pruned;
use super::window::Learnt;
use crate::restore::model::layout::{self, Header};
use std::io::{self, Write};
use std::path::Path;

/// Symbol and probability.
pub(super) const BYTES_PER_GRAM: usize = 3;
/// Of 64 n-grams: which have longer ones, and how many before.
pub(super) const BYTES_PER_MARKS: usize = 12;
/// Back-off and where the longer n-grams begin.
pub(super) const BYTES_PER_PARENT: usize = 4;

/// What the file needs beside its n-grams.
pub(super) fn fixed_bytes(corpus: &Corpus) -> usize {
    let texts: usize = corpus.words.iter().map(|word| word.text.len() + 3).sum();
    layout::HEADER_LEN + texts + (corpus.words.len() + 8) * 12
}

pub(super) fn encode(corpus: &Corpus, model: &Pruned, window: &Learnt) -> Vec<u8> {
    let mut body = Vec::new();
    for word in &corpus.words {
        // Words are at most 30 letters long, none of more than four bytes.
        body.push(word.text.len() as u8);
    }
    for word in &corpus.words {
        body.extend_from_slice(word.text.as_bytes());
    }
    for word in &corpus.words {
        body.extend(case_shares(word));
    }
    for probability in &model.ln_unigrams {
        body.extend(probability.to_le_bytes());
    }
    for backoff in &model.ln_unigram_backoffs {
        body.extend(backoff.to_le_bytes());
    }
    write_unigram_starts(&mut body, model);
    let mut n_parents = [0; layout::MAX_LEVELS];
    for (level_idx, n_parents) in n_parents.iter_mut().enumerate().take(model.levels.len()) {
        *n_parents = write_level(&mut body, model, level_idx);
    }
    let mut n_grams = [0; layout::MAX_LEVELS];
    for (n_grams, level) in n_grams.iter_mut().zip(&model.levels) {
        *n_grams = level.keys.len() as u32;
    }
    body.extend_from_slice(&window.bytes);
    let header = Header {
        n_words: corpus.words.len() as u32,
        n_levels: model.levels.len() as u32,
        n_grams,
        n_parents,
        n_window_rows: window.n_rows as u32,
        body_len: body.len() as u64,
        checksum: layout::checksum(&body),
    };
    let mut bytes = header.to_bytes().to_vec();
    bytes.append(&mut body);
    bytes
}

/// How often a word stands with a capital, and in capitals, in 255ths.
fn case_shares(word: &WordEntry) -> [u8; 2] {
    let n_all = word.n_lower + word.n_title + word.n_upper;
    let share = |count: u32| {
        // A third of a count for the cases not seen.
        let share = (f64::from(count) + 0.33) / (f64::from(n_all) + 1.0);
        (share * 255.0).round() as u8
    };
    [share(word.n_title), share(word.n_upper)]
}

fn write_unigram_starts(body: &mut Vec<u8>, model: &Pruned) {
    let bigrams = &model.levels[0].keys;
    for symbol in 0..=model.ln_unigrams.len() as u64 {
        let start = bigrams.partition_point(|&key| context(key) < symbol);
        body.extend((start as u32).to_le_bytes());
    }
}

/// Returns how many n-grams of the level have longer ones.
fn write_level(body: &mut Vec<u8>, model: &Pruned, level_idx: usize) -> u32 {
    let level = &model.levels[level_idx];
    for &key in &level.keys {
        body.extend(last(key).to_le_bytes());
    }
    for &probability in &level.ln_probabilities {
        body.push(layout::quantize_probability(probability));
    }
    let Some(longer) = model.levels.get(level_idx + 1) else {
        return 0;
    };
    // Contexts of the longer level are n-grams of this one, in the same order.
    let mut parents: Vec<(usize, usize)> = Vec::new();
    let mut gram_idx = 0;
    for (longer_idx, &key) in longer.keys.iter().enumerate() {
        if longer_idx > 0 && context(longer.keys[longer_idx - 1]) == context(key) {
            continue;
        }
        gram_idx += level.keys[gram_idx..].partition_point(|&own| own < context(key));
        parents.push((gram_idx, longer_idx));
    }
    let mut marks = vec![0u64; level.keys.len().div_ceil(64)];
    for &(gram_idx, _) in &parents {
        marks[gram_idx / 64] |= 1 << (gram_idx % 64);
    }
    let mut n_before = 0u32;
    for mark in marks {
        body.extend(mark.to_le_bytes());
        body.extend(n_before.to_le_bytes());
        n_before += mark.count_ones();
    }
    for &(gram_idx, _) in &parents {
        body.push(layout::quantize_backoff(level.ln_backoffs[gram_idx]));
    }
    let end = longer.keys.len();
    for start in parents.iter().map(|&(_, start)| start).chain([end]) {
        body.extend_from_slice(&(start as u32).to_le_bytes()[..3]);
    }
    parents.len() as u32
}

/// Puts the file in its place whole or not at all.
pub(super) fn replace(output: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut part = output.as_os_str().to_owned();
    part.push(".part");
    let part = Path::new(&part);
    let mut file = std::fs::File::create(part)?;
    let written = file
        .write_all(bytes)
        .and_then(|()| file.sync_all())
        .and_then(|()| std::fs::rename(part, output));
    if written.is_err() {
        // The first error is the one to tell.
        let _ = std::fs::remove_file(part);
    }
    written
}
