//! `vanthu train`: builds a dictionary model from plain text.

use super::{ExitStatus, Failure};
use crate::restore::train::{self, TrainingError, TrainingOptions};
use std::path::PathBuf;

/// Build a dictionary model from plain text
///
/// Each text is one source, one sentence or paragraph a line, UTF-8; names that
/// end in `.xz` are unpacked. The same texts give the same file, byte for byte.
#[derive(Debug, clap::Args)]
pub struct TrainArgs {
    /// Plain texts to learn from
    #[arg(required = true, value_name = "TEXT")]
    texts: Vec<PathBuf>,
    /// Where to write the model
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    /// Longest run of words that is counted
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u8).range(2..=4))]
    order: u8,
    /// Size the model is pruned to, in MB (a million bytes)
    #[arg(long, default_value_t = 32, value_name = "MB", value_parser = clap::value_parser!(u16).range(1..=1024))]
    max_size: u16,
    /// Weight of each text, parted by commas; found by held-out likelihood when
    /// absent
    #[arg(long, value_delimiter = ',', value_name = "NUMBER")]
    weights: Vec<f64>,
}

/// Runs `vanthu train`.
pub fn run(args: &TrainArgs) -> Result<ExitStatus, Failure> {
    if args
        .weights
        .iter()
        .any(|weight| !weight.is_finite() || *weight <= 0.0)
    {
        return Err(Failure::new(
            ExitStatus::Usage,
            anyhow::anyhow!("a weight must be above zero"),
        ));
    }
    let options = TrainingOptions {
        order: usize::from(args.order),
        max_bytes: usize::from(args.max_size) * 1_000_000,
        weights: args.weights.clone(),
    };
    let report = train::train(&args.texts, &args.output, &options, &mut |step| {
        eprintln!("{step}");
    })
    .map_err(|error| match error {
        TrainingError::Write { .. } => Failure::system(error),
        TrainingError::Weights { .. } | TrainingError::Order { .. } => {
            Failure::new(ExitStatus::Usage, error)
        }
        TrainingError::Corpus(_) | TrainingError::TooLittle { .. } => Failure::input(error),
    })?;
    for ((text, n_symbols), weight) in args
        .texts
        .iter()
        .zip(&report.n_symbols_by_source)
        .zip(&report.weights)
    {
        eprintln!(
            "{}: {n_symbols} symbols, weight {weight:.2}",
            text.display()
        );
    }
    eprintln!(
        "{}: {} bytes, {} words, n-grams {:?}; {:.3} bits a symbol of held-out text before pruning",
        args.output.display(),
        report.n_bytes,
        report.n_words,
        report.n_grams_by_order,
        report.held_out_bits,
    );
    Ok(ExitStatus::Success)
}
