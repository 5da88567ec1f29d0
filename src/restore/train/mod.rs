//! Building the language model from plain text.
//!
//! The way: read texts into symbols (`corpus`), count n-grams by sorting
//! (`grams`), smooth (`smooth`), drop what says least (`prune`), write one file
//! (`write`). Everything is sorted or in order of input, so that the same texts
//! give the same bytes.
//!
//! Smoothing is modified Kneser-Ney, interpolated, with the sources merged by
//! weighted discounted counts: each source has its own discounts, and its
//! weight multiplies what is left of its counts. For a context seen in one
//! source alone that source decides alone; a fixed interpolation of two models
//! would let the other dilute it. The weights are those under which text held
//! out from each source is most likely.

mod corpus;
mod grams;
mod prune;
mod smooth;
mod write;

pub use corpus::CorpusError;
pub(crate) use corpus::{BOUNDARY, FIRST_WORD, NUMBER, UNKNOWN};

use corpus::Corpus;
use std::path::{Path, PathBuf};

/// What to build.
#[derive(Debug, Clone)]
pub struct TrainingOptions {
    /// Longest n-gram, 2 to 4.
    pub order: usize,
    /// The file is pruned to at most this size, in bytes.
    pub max_bytes: usize,
    /// A weight for each text; found by held-out likelihood when empty.
    pub weights: Vec<f64>,
}

impl Default for TrainingOptions {
    fn default() -> Self {
        Self {
            order: 4,
            max_bytes: 28 << 20,
            weights: Vec::new(),
        }
    }
}

/// What was built, for the person who waits.
#[derive(Debug, Clone)]
pub struct TrainingReport {
    pub n_words: usize,
    pub n_symbols_by_source: Vec<usize>,
    pub weights: Vec<f64>,
    /// Bits for a symbol of the held-out text, before pruning.
    pub held_out_bits: f64,
    pub n_grams_by_order: Vec<usize>,
    pub n_bytes: usize,
}

/// Why training failed.
#[derive(Debug, thiserror::Error)]
pub enum TrainingError {
    #[error(transparent)]
    Corpus(#[from] CorpusError),
    #[error("the texts hold too little to learn from: {n_symbols} words, at least 1000 are needed")]
    TooLittle { n_symbols: usize },
    #[error("{n_weights} weights are given for {n_texts} texts; give one for each")]
    Weights { n_weights: usize, n_texts: usize },
    #[error("an order of {order} is not possible; choose 2, 3 or 4")]
    Order { order: usize },
    #[error("the model cannot be written to {path}")]
    Write {
        path: PathBuf,
        source: std::io::Error,
    },
}

/// Reads the texts, builds the model and writes it to `output`. `progress` is
/// told what is being done.
pub fn train(
    texts: &[PathBuf],
    output: &Path,
    options: &TrainingOptions,
    progress: &mut dyn FnMut(&str),
) -> Result<TrainingReport, TrainingError> {
    let order = options.order;
    if !(2..=4).contains(&order) {
        return Err(TrainingError::Order { order });
    }
    if !options.weights.is_empty() && options.weights.len() != texts.len() {
        return Err(TrainingError::Weights {
            n_weights: options.weights.len(),
            n_texts: texts.len(),
        });
    }
    let corpus = Corpus::read(texts, progress)?;
    let n_symbols: usize = corpus.sources.iter().map(Vec::len).sum();
    if n_symbols < 1000 {
        return Err(TrainingError::TooLittle { n_symbols });
    }
    progress("counting n-grams");
    let counts = grams::count(&corpus.sources, corpus.words.len(), order);
    let weights = if options.weights.is_empty() {
        progress("weighing the texts against each other");
        smooth::held_out_weights(&counts, &corpus.held_out)
    } else {
        options.weights.clone()
    };
    progress("smoothing");
    let smoothed = smooth::smooth(&counts, &weights);
    let held_out_bits = smoothed.bits_per_symbol(&corpus.held_out);
    progress("pruning");
    let pruned = prune::prune(&smoothed, &counts, &weights, &corpus, options.max_bytes);
    let bytes = write::encode(&corpus, &pruned);
    let n_bytes = bytes.len();
    write::replace(output, &bytes).map_err(|source| TrainingError::Write {
        path: output.to_owned(),
        source,
    })?;
    Ok(TrainingReport {
        n_words: corpus.words.len(),
        n_symbols_by_source: corpus.sources.iter().map(Vec::len).collect(),
        weights,
        held_out_bits,
        n_grams_by_order: pruned.levels.iter().map(|level| level.keys.len()).collect(),
        n_bytes,
    })
}
