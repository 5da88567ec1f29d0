//! `vanthu evaluate`: measures restoration against a text that is right.

use super::output::{print, print_json};
use super::restore::{Input, ModelArgs};
use super::{ExitStatus, Failure};
use crate::restore::Restorer;
use crate::restore::evaluate::Measures;
use crate::vietnamese::{fold, normalize};
use anyhow::{Context, anyhow};
use serde::Serialize;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Measure restoration against texts that are right
///
/// Without `--strip` or `--noisy` the right text itself is restored, which
/// shows the false corrections. Of a folder all files `*.txt` are taken; where
/// NAME.truth.txt stands beside NAME.txt, the one is what the other should be.
/// Lines `#block …` and the brackets ⟦ ⟧ of ground truth are left out.
#[derive(Debug, clap::Args)]
pub struct EvaluateArgs {
    /// The text as it should be, UTF-8, or a folder of such texts
    truth: PathBuf,
    /// Restore the text without its marks
    #[arg(long, conflicts_with = "noisy")]
    strip: bool,
    /// Restore this text, line for line the same as the right one; of a folder the
    /// files of the same names
    #[arg(long, value_name = "PATH")]
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
    texts: usize,
    syllables: usize,
    syllable_accuracy: f64,
    words: usize,
    word_error_rate_before: f64,
    word_error_rate: f64,
    letter_error_rate: f64,
    false_corrections: usize,
    numbers: usize,
    altered_numbers: Vec<AlteredNumber<'a>>,
    confusions: Vec<Confusion<'a>>,
}

#[derive(Serialize)]
struct AlteredNumber<'a> {
    before: &'a str,
    after: &'a str,
}

#[derive(Serialize)]
struct Confusion<'a> {
    truth: &'a str,
    restored: &'a str,
    count: usize,
}

/// Lines restored at a time, as context for each other.
const LINES_PER_CHUNK: usize = 500;

/// A text as it should be, and what to restore where it is another.
struct Pair {
    truth: PathBuf,
    noisy: Option<PathBuf>,
}

/// Runs `vanthu evaluate`.
pub fn run(args: &EvaluateArgs) -> Result<ExitStatus, Failure> {
    let pairs = pairs(args)?;
    let restorer = args.model.load()?;
    let mut measures = Measures::default();
    for pair in &pairs {
        measure(pair, args, &restorer, &mut measures)?;
    }
    let altered = measures.altered_numbers.iter();
    let report = Report {
        texts: pairs.len(),
        syllables: measures.n_syllables,
        syllable_accuracy: measures.syllable_accuracy(),
        words: measures.n_words,
        word_error_rate_before: measures.noisy_word_error_rate(),
        word_error_rate: measures.word_error_rate(),
        letter_error_rate: measures.letter_error_rate(),
        false_corrections: measures.false_corrections,
        numbers: measures.n_numbers,
        altered_numbers: altered
            .map(|(before, after)| AlteredNumber { before, after })
            .collect(),
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
         false corrections   {}\n\
         numbers altered     {} of {}\n",
        percent(report.syllable_accuracy),
        report.syllables,
        percent(report.word_error_rate),
        percent(report.word_error_rate_before),
        report.words,
        percent(report.letter_error_rate),
        report.false_corrections,
        report.altered_numbers.len(),
        report.numbers,
    );
    // Writing to a string does not fail.
    for number in &report.altered_numbers {
        let _ = writeln!(text, "  altered: {} → {}", number.before, number.after);
    }
    for confusion in &report.confusions {
        let _ = writeln!(
            text,
            "{:>7} × {} → {}",
            confusion.count, confusion.truth, confusion.restored
        );
    }
    text
}

/// The texts to measure, by name.
fn pairs(args: &EvaluateArgs) -> Result<Vec<Pair>, Failure> {
    if !args.truth.is_dir() {
        return Ok(vec![Pair {
            truth: args.truth.clone(),
            noisy: args.noisy.clone(),
        }]);
    }
    let mut texts: Vec<PathBuf> = Vec::new();
    for entry in walkdir::WalkDir::new(&args.truth).sort_by_file_name() {
        let entry = entry
            .with_context(|| format!("{} cannot be read", args.truth.display()))
            .map_err(Failure::input)?;
        let is_text = entry.path().extension().is_some_and(|end| end == "txt");
        if entry.file_type().is_file() && is_text {
            texts.push(entry.into_path());
        }
    }
    let mut pairs: Vec<Pair> = Vec::new();
    if let Some(noisy) = &args.noisy {
        for truth in texts {
            // Everything found stands below the folder.
            let name = truth.strip_prefix(&args.truth).unwrap_or(&truth);
            let noisy = Some(noisy.join(name));
            pairs.push(Pair { truth, noisy });
        }
    } else {
        let noise_of = |truth: &Path| {
            let name = truth.to_str()?.strip_suffix(TRUTH_SUFFIX)?;
            let noisy = PathBuf::from(format!("{name}.txt"));
            texts.contains(&noisy).then_some(noisy)
        };
        let noises: Vec<PathBuf> = texts.iter().filter_map(|truth| noise_of(truth)).collect();
        for truth in &texts {
            if !noises.contains(truth) {
                pairs.push(Pair {
                    truth: truth.clone(),
                    noisy: noise_of(truth).filter(|_| !args.strip),
                });
            }
        }
    }
    if pairs.is_empty() {
        return Err(Failure::input(anyhow!(
            "{} holds no file that ends with .txt",
            args.truth.display()
        )));
    }
    Ok(pairs)
}

/// Beside NAME.txt, what it should be.
const TRUTH_SUFFIX: &str = ".truth.txt";

fn measure(
    pair: &Pair,
    args: &EvaluateArgs,
    restorer: &Restorer,
    measures: &mut Measures,
) -> Result<(), Failure> {
    let truth = read(&pair.truth)?;
    let noisy = match &pair.noisy {
        Some(path) => read(path)?,
        None if args.strip => fold(&normalize(&truth)),
        None => truth.clone(),
    };
    let truth_lines = lines_of(&truth);
    let noisy_lines = lines_of(&noisy);
    if noisy_lines.len() != truth_lines.len() {
        return Err(Failure::input(anyhow!(
            "{} has {} lines and the noisy text {}; they must correspond line for line",
            pair.truth.display(),
            truth_lines.len(),
            noisy_lines.len()
        )));
    }
    for (truths, noisies) in truth_lines
        .chunks(LINES_PER_CHUNK)
        .zip(noisy_lines.chunks(LINES_PER_CHUNK))
    {
        let restored = restorer.restore_lines(noisies, args.input.into());
        for ((truth, noisy), restored) in truths.iter().zip(noisies).zip(&restored) {
            measures.add(truth, noisy, &restored.text());
        }
    }
    Ok(())
}

/// The lines of a text, without empty ones at its end.
fn lines_of(text: &str) -> Vec<&str> {
    text.trim_end().lines().collect()
}

/// A text without the marks of ground truth.
fn read(path: &Path) -> Result<String, Failure> {
    let bytes = std::fs::read(path)
        .with_context(|| format!("{} cannot be read", path.display()))
        .map_err(Failure::input)?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::input(anyhow!("{} is not UTF-8 at byte {at}", path.display()))
    })?;
    if !text.contains(['⟦', '⟧']) && !text.contains("#block ") {
        return Ok(text);
    }
    let printed: Vec<String> = text
        .lines()
        .filter(|line| !line.starts_with("#block "))
        .map(|line| line.replace(['⟦', '⟧'], ""))
        .collect();
    Ok(printed.join("\n"))
}
