//! `vanthu restore`: repairs text from a file or stdin, line for line.

use super::output::tolerate_closed_pipe;
use super::{ExitStatus, Failure};
use crate::restore::{InputKind, Restorer};
use anyhow::{Context, anyhow};
use clap::ValueEnum;
use rayon::prelude::*;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::PathBuf;

/// Restore diacritics and repair misread words
#[derive(Debug, clap::Args)]
pub struct RestoreArgs {
    /// Text to restore, UTF-8; stdin when absent or `-`
    file: Option<PathBuf>,
    /// What the text is: without marks, read by a recogniser that knows no
    /// Vietnamese, read by one that does, or to be told line by line
    #[arg(long, value_enum, default_value_t = Input::Auto)]
    input: Input,
    /// Text line for line, or one JSON object a line with every word, its
    /// reading and its certainty
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    model: ModelArgs,
}

/// Which model to use.
#[derive(Debug, clap::Args)]
pub struct ModelArgs {
    /// A model built by `vanthu train`, in place of the one in the program
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// Own words and phrases, one a line
    #[arg(long, value_name = "FILE")]
    user_dictionary: Option<PathBuf>,
}

impl ModelArgs {
    /// Loads the model and the user's words.
    pub fn load(&self) -> Result<Restorer, Failure> {
        let restorer = match &self.model {
            Some(path) => Restorer::open(path),
            None => Restorer::embedded(),
        }
        .map_err(Failure::input)?;
        let Some(path) = &self.user_dictionary else {
            return Ok(restorer);
        };
        let words = std::fs::read_to_string(path)
            .with_context(|| format!("the user dictionary {} cannot be read", path.display()))
            .map_err(Failure::input)?;
        restorer
            .with_user_dictionary(&words)
            .with_context(|| format!("the user dictionary {} cannot be used", path.display()))
            .map_err(Failure::input)
    }
}

/// The kind of the input, as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Input {
    Bare,
    Garbled,
    Read,
    Auto,
}

impl From<Input> for InputKind {
    fn from(input: Input) -> Self {
        match input {
            Input::Bare => Self::Bare,
            Input::Garbled => Self::Garbled,
            Input::Read => Self::Read,
            Input::Auto => Self::Auto,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// Text is restored in chunks of this size, in bytes: long enough for the
/// context, short enough that a few a core stay small.
const CHUNK_BYTES: usize = 64 << 10;
/// Chunks that are restored at a time, for each core.
const CHUNKS_PER_CORE: usize = 2;

/// Runs `vanthu restore`.
pub fn run(args: &RestoreArgs) -> Result<ExitStatus, Failure> {
    let restorer = args.model.load()?;
    let (name, reader): (String, Box<dyn BufRead>) = match &args.file {
        Some(path) if path.as_os_str() != "-" => {
            let name = path.display().to_string();
            let file = File::open(path)
                .with_context(|| format!("{name} cannot be opened"))
                .map_err(Failure::input)?;
            (name, Box::new(BufReader::new(file)))
        }
        _ => ("stdin".to_owned(), Box::new(io::stdin().lock())),
    };
    let mut chunks = Chunks::new(reader);
    let n_chunks = rayon::current_num_threads() * CHUNKS_PER_CORE;
    let mut stdout = io::BufWriter::new(io::stdout().lock());
    loop {
        let mut batch = Vec::with_capacity(n_chunks);
        let mut problem = None;
        while batch.len() < n_chunks {
            match chunks.next_chunk(&name) {
                Ok(Some(chunk)) => batch.push(chunk),
                Ok(None) => break,
                Err(failure) => {
                    problem = Some(failure);
                    break;
                }
            }
        }
        let is_last = batch.len() < n_chunks;
        let restored: Vec<Result<String, Failure>> = batch
            .par_iter()
            .map(|chunk| restore_chunk(&restorer, chunk, args))
            .collect();
        for text in restored {
            if let Err(error) = stdout.write_all(text?.as_bytes()) {
                tolerate_closed_pipe(Err(error))?;
                return Ok(ExitStatus::Success);
            }
        }
        if is_last {
            tolerate_closed_pipe(stdout.flush())?;
            return problem.map_or(Ok(ExitStatus::Success), Err);
        }
    }
}

fn restore_chunk(restorer: &Restorer, chunk: &str, args: &RestoreArgs) -> Result<String, Failure> {
    if args.format == Format::Text {
        return Ok(restorer.restore_text(chunk, args.input.into()));
    }
    let lines: Vec<&str> = chunk.lines().collect();
    let mut out = String::new();
    for line in restorer.restore_lines(&lines, args.input.into()) {
        out.push_str(&serde_json::to_string(&line).map_err(Failure::system)?);
        out.push('\n');
    }
    Ok(out)
}

/// Cuts a stream into chunks that end with a line, or, where a line is longer
/// than a chunk, behind a space or at worst behind a letter.
struct Chunks {
    reader: Box<dyn BufRead>,
    /// Read but not handed out.
    pending: Vec<u8>,
    /// Bytes handed out so far.
    position: usize,
    is_at_end: bool,
}

impl Chunks {
    fn new(reader: Box<dyn BufRead>) -> Self {
        Self {
            reader,
            pending: Vec::new(),
            position: 0,
            is_at_end: false,
        }
    }

    fn next_chunk(&mut self, name: &str) -> Result<Option<String>, Failure> {
        while !self.is_at_end && self.pending.len() < CHUNK_BYTES {
            let bytes = self
                .reader
                .fill_buf()
                .with_context(|| format!("{name} cannot be read"))
                .map_err(Failure::input)?;
            let n_bytes = bytes.len().min(CHUNK_BYTES);
            self.pending.extend_from_slice(&bytes[..n_bytes]);
            self.reader.consume(n_bytes);
            self.is_at_end = n_bytes == 0;
        }
        if self.pending.is_empty() {
            return Ok(None);
        }
        let end = if self.is_at_end {
            self.pending.len()
        } else {
            cut(&self.pending)
        };
        let rest = self.pending.split_off(end);
        let chunk = std::mem::replace(&mut self.pending, rest);
        let position = self.position;
        self.position += chunk.len();
        match String::from_utf8(chunk) {
            Ok(text) => Ok(Some(text)),
            Err(error) => {
                // Nothing behind it is read any more.
                self.pending.clear();
                self.is_at_end = true;
                let at = position + error.utf8_error().valid_up_to();
                Err(Failure::input(anyhow!(
                    "{name} is not UTF-8 at byte {at}; convert it first, for example with `iconv -t UTF-8`"
                )))
            }
        }
    }
}

fn cut(bytes: &[u8]) -> usize {
    let behind = |wanted: fn(&u8) -> bool| bytes.iter().rposition(wanted).map(|at| at + 1);
    behind(|&byte| byte == b'\n')
        .or_else(|| behind(u8::is_ascii_whitespace))
        // A byte that begins a letter ends the one before it.
        .or_else(|| bytes.iter().rposition(|&byte| byte & 0xc0 != 0x80))
        .filter(|&end| end > 0)
        .unwrap_or(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunks_of(bytes: &[u8]) -> Result<Vec<String>, Failure> {
        let mut chunks = Chunks::new(Box::new(io::Cursor::new(bytes.to_vec())));
        let mut all = Vec::new();
        while let Some(chunk) = chunks.next_chunk("a test")? {
            all.push(chunk);
        }
        Ok(all)
    }

    #[test]
    fn chunks_rebuild_the_stream() {
        let long_line = "tiếng việt ".repeat(50_000);
        let no_space = "ế".repeat(200_000);
        let lines = "một dòng\n".repeat(40_000);
        for text in ["", "a", "a\n", &long_line, &no_space, &lines] {
            let chunks = chunks_of(text.as_bytes()).unwrap_or_default();
            assert_eq!(chunks.concat(), *text);
            assert!(chunks.iter().all(|chunk| chunk.len() < 2 * CHUNK_BYTES));
        }
    }

    #[test]
    fn a_byte_that_is_no_utf8_is_named() {
        let mut bytes = "đ\n".repeat(100_000).into_bytes();
        bytes[200_003] = 0xff;
        let failure = chunks_of(&bytes).expect_err("not UTF-8");
        assert_eq!(failure.status, ExitStatus::Input);
        assert!(failure.to_string().contains("byte 200003"), "{failure}");
    }
}
