//! Building the language model from plain text.
//!
//! The way: read texts into symbols (`corpus`), count n-grams by sorting
//! (`grams`), smooth (`smooth`), drop what says least (`prune`, `groups`), learn what the
//! words on both sides tell (`window`), write one file (`write`). Everything is sorted or in order of input, so that the same texts
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
mod groups;
mod prune;
mod smooth;
mod window;
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
            max_bytes: 32_000_000,
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
    progress("counting n-grams; learning the network beside it");
    let (window, counts) = rayon::join(
        || window::learn(&corpus),
        || grams::count(&corpus.sources, corpus.words.len(), order),
    );
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
    let max_bytes = options.max_bytes.saturating_sub(window.bytes.len());
    let pruned = prune::prune(&smoothed, &counts, &weights, &corpus, max_bytes);
    let bytes = write::encode(&corpus, &pruned, &window);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::restore::model::Model;
    use crate::restore::{InputKind, Restorer};
    use std::fmt::Write;

    /// Sentences of an invented office, some 20,000 words.
    fn text() -> String {
        let parts = [
            ["Các sở", "Phòng tổ chức", "Ban quản lý", "Văn phòng"],
            ["báo cáo", "rà soát", "tổng hợp", "hoàn thành"],
            ["kết quả", "tiến độ", "hồ sơ", "kế hoạch"],
            ["đúng hạn", "hằng quý", "trong tháng", "theo quy định"],
        ];
        let mut text = String::new();
        for number in 0..2500usize {
            let part =
                |idx: usize| parts[idx][(number / 4usize.pow(idx as u32) + number * idx) % 4];
            // Writing to a string does not fail.
            let _ = writeln!(text, "{} {} {}, {}.", part(0), part(1), part(2), part(3));
        }
        text
    }

    fn options() -> TrainingOptions {
        TrainingOptions {
            max_bytes: 1 << 20,
            ..TrainingOptions::default()
        }
    }

    #[test]
    fn the_same_text_gives_the_same_model_and_it_restores() {
        let folder = tempfile::tempdir().expect("a folder");
        let source = folder.path().join("text.txt");
        std::fs::write(&source, text()).expect("a file");
        let texts = [source.clone(), source];
        let models = ["a.model", "b.model"].map(|name| folder.path().join(name));
        for model in &models {
            let report = train(&texts, model, &options(), &mut |_| {}).expect("a model");
            assert_eq!(report.weights.len(), 2);
            assert!(report.held_out_bits > 0.0 && report.held_out_bits < 4.0);
        }
        let [first, second] = models
            .each_ref()
            .map(|path| std::fs::read(path).expect("a file"));
        assert!(first == second, "the bytes differ");
        let restorer = Restorer::open(&models[0]).expect("a model");
        assert_eq!(
            restorer.restore_text("Phong to chuc bao cao tien do dung han", InputKind::Bare),
            "Phòng tổ chức báo cáo tiến độ đúng hạn"
        );
        let model = Model::open(&models[0]).expect("a model");
        let n_grams = model.n_grams();
        for words in [
            &["phòng"][..],
            &["phòng", "tổ"],
            &["báo", "cáo", "kết"],
            &["hạn"],
        ] {
            let context = words.iter().fold(n_grams.beginning(), |context, word| {
                n_grams
                    .extend(&context, model.words.find(word).expect("a word"))
                    .1
            });
            let n_symbols = FIRST_WORD + model.words.iter().count() as u16;
            let sum: f32 = (0..n_symbols)
                .map(|symbol| n_grams.extend(&context, symbol).0.exp())
                .sum();
            assert!(
                (0.9..1.1).contains(&sum),
                "behind {words:?} all sum to {sum}"
            );
        }
    }

    #[test]
    fn what_cannot_be_trained_from_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let source = folder.path().join("text.txt");
        let output = folder.path().join("out.model");
        let fails_with = |content: &[u8], options: &TrainingOptions| {
            std::fs::write(&source, content).expect("a file");
            let texts = std::slice::from_ref(&source);
            train(texts, &output, options, &mut |_| {}).expect_err("no model")
        };
        assert!(matches!(
            fails_with(b"qua it", &options()),
            TrainingError::TooLittle { .. }
        ));
        assert!(matches!(
            fails_with(b"one\n\xff\n", &options()),
            TrainingError::Corpus(CorpusError::NotUtf8 { line_number: 2, .. })
        ));
        let order = TrainingOptions {
            order: 5,
            ..options()
        };
        assert!(matches!(
            fails_with(b"", &order),
            TrainingError::Order { order: 5 }
        ));
        let weights = TrainingOptions {
            weights: vec![1.0, 1.0],
            ..options()
        };
        assert!(matches!(
            fails_with(b"", &weights),
            TrainingError::Weights { .. }
        ));
        assert!(!output.exists());
    }
}
