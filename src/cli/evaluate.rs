//! `vanthu evaluate`: measures restoration against a text that is right.

use super::output::{print, print_json};
use super::restore::{Input, ModelArgs};
use super::{ExitStatus, Failure};
use crate::restore::evaluate::Measures;
use crate::vietnamese::{fold, normalize};
use anyhow::{Context, anyhow};
use serde::Serialize;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Measure restoration against a text that is right
///
/// Without `--strip` or `--noisy` the right text itself is restored, which
/// shows the false corrections.
#[derive(Debug, clap::Args)]
pub struct EvaluateArgs {
    /// The text as it should be, UTF-8
    truth: PathBuf,
    /// Restore the text without its marks
    #[arg(long, conflicts_with = "noisy")]
    strip: bool,
    /// Restore this text, line for line the same as the right one
    #[arg(long, value_name = "FILE")]
    noisy: Option<PathBuf>,
    /// What the text to restore is
    #[arg(long, value_enum, default_value_t = Input::Auto)]
    input: Input,
    /// How many of the most frequent confusions to show
    #[arg(long, default_value_t = 10, value_name = "N")]
    confusions: usize,
    /// Text for people, or JSON
    #[arg(long, default_value = "text", value_parser = ["text", "json"])]
    format: String,
    #[command(flatten)]
    model: ModelArgs,
}

#[derive(Serialize)]
struct Report<'a> {
    syllables: usize,
    syllable_accuracy: f64,
    words: usize,
    word_error_rate_before: f64,
    word_error_rate: f64,
    letter_error_rate: f64,
    false_corrections: usize,
    confusions: Vec<Confusion<'a>>,
}

#[derive(Serialize)]
struct Confusion<'a> {
    truth: &'a str,
    restored: &'a str,
    count: usize,
}

/// Lines restored at a time, as context for each other.
const LINES_PER_CHUNK: usize = 500;

/// Runs `vanthu evaluate`.
pub fn run(args: &EvaluateArgs) -> Result<ExitStatus, Failure> {
    let restorer = args.model.load()?;
    let truth = read(&args.truth)?;
    let truth_lines: Vec<&str> = truth.lines().collect();
    let noisy = match &args.noisy {
        Some(path) => read(path)?,
        None if args.strip => fold(&normalize(&truth)),
        None => truth.clone(),
    };
    let noisy_lines: Vec<&str> = noisy.lines().collect();
    if noisy_lines.len() != truth_lines.len() {
        return Err(Failure::input(anyhow!(
            "{} has {} lines and the noisy text {}; they must correspond line for line",
            args.truth.display(),
            truth_lines.len(),
            noisy_lines.len()
        )));
    }
    let mut measures = Measures::default();
    for (truths, noisies) in truth_lines
        .chunks(LINES_PER_CHUNK)
        .zip(noisy_lines.chunks(LINES_PER_CHUNK))
    {
        let restored = restorer.restore_lines(noisies, args.input.into());
        for ((truth, noisy), restored) in truths.iter().zip(noisies).zip(&restored) {
            measures.add(truth, noisy, &restored.text());
        }
    }
    let report = Report {
        syllables: measures.n_syllables,
        syllable_accuracy: measures.syllable_accuracy(),
        words: measures.n_words,
        word_error_rate_before: measures.noisy_word_error_rate(),
        word_error_rate: measures.word_error_rate(),
        letter_error_rate: measures.letter_error_rate(),
        false_corrections: measures.false_corrections,
        confusions: measures
            .top_confusions(args.confusions)
            .into_iter()
            .map(|(truth, restored, count)| Confusion {
                truth,
                restored,
                count,
            })
            .collect(),
    };
    if args.format == "json" {
        print_json(&report)?;
    } else {
        print(&in_words(&report))?;
    }
    Ok(ExitStatus::Success)
}

fn in_words(report: &Report) -> String {
    let percent = |share: f64| share * 100.0;
    let mut text = format!(
        "syllables right     {:.3} % of {}\n\
         word error rate     {:.3} % (before {:.3} %) of {} words\n\
         letter error rate   {:.3} %\n\
         false corrections   {}\n",
        percent(report.syllable_accuracy),
        report.syllables,
        percent(report.word_error_rate),
        percent(report.word_error_rate_before),
        report.words,
        percent(report.letter_error_rate),
        report.false_corrections,
    );
    for confusion in &report.confusions {
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "{:>7} × {} → {}",
            confusion.count, confusion.truth, confusion.restored
        );
    }
    text
}

fn read(path: &Path) -> Result<String, Failure> {
    let bytes = std::fs::read(path)
        .with_context(|| format!("{} cannot be read", path.display()))
        .map_err(Failure::input)?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::input(anyhow!("{} is not UTF-8 at byte {at}", path.display()))
    })
}
