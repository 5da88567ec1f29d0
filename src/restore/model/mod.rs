//! The model file as the decoder uses it: words, their case, n-grams, and the
//! network over a window of words.

pub(crate) mod layout;
mod ngrams;
mod prefetch;
mod user;
pub(crate) mod window;
mod words;

pub(crate) use ngrams::{Context, Following, Found, NGrams, PairMemory, Sought};
pub(crate) use window::WindowNet;
pub(crate) use words::{Symbol, Words};
pub(crate) mod symbols {
    pub(crate) use super::words::{BOUNDARY, NUMBER, UNKNOWN};
}

use layout::{Header, HeaderProblem};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use user::UserDictionary;
use window::{Shape, WindowLayout};

/// Why a model cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    #[error("the model {path} cannot be read")]
    Read {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{name} is no model of vanthu; build one with `vanthu train`")]
    Foreign { name: String },
    #[error(
        "{name} is a model of version {version}, which this program does not know; build it anew with `vanthu train`"
    )]
    Version { name: String, version: u32 },
    #[error("{name} is damaged: {reason}; fetch it again or build it anew with `vanthu train`")]
    Damaged { name: String, reason: &'static str },
    #[error("line {line_number} of the user dictionary cannot be used: {reason}")]
    UserDictionary {
        line_number: usize,
        reason: &'static str,
    },
}

/// Where the bytes of a model lie.
enum Bytes {
    Embedded(&'static [u8]),
    Mapped(memmap2::Mmap),
}

impl Bytes {
    fn as_slice(&self) -> &[u8] {
        match self {
            Self::Embedded(bytes) => bytes,
            Self::Mapped(map) => map,
        }
    }
}

/// A loaded model. Words are taken out of the file, n-grams are read in place.
#[derive(Clone)]
pub(crate) struct Model {
    bytes: Arc<Bytes>,
    layout: ngrams::Layout,
    window: Option<WindowLayout>,
    pub words: Words,
    index: Arc<ngrams::Index>,
    user: UserDictionary,
}

impl Model {
    /// The model that is part of the program. Its checksum was that of the
    /// file when the program was built; it is not summed again.
    pub fn embedded(bytes: &'static [u8]) -> Result<Self, ModelError> {
        Self::from_bytes(Bytes::Embedded(bytes), "the embedded model", false)
    }

    /// Maps a file into memory and checks its sum.
    pub fn open(path: &Path) -> Result<Self, ModelError> {
        let read_error = |source| ModelError::Read {
            path: path.to_owned(),
            source,
        };
        let file = std::fs::File::open(path).map_err(read_error)?;
        if file.metadata().map_err(read_error)?.len() < layout::HEADER_LEN as u64 {
            return Err(ModelError::Foreign {
                name: path.display().to_string(),
            });
        }
        // SAFETY: the map is read only; it is the caller's promise, as with every
        // memory-mapped database, that nobody truncates the file meanwhile.
        // `vanthu train` never does: it writes beside and renames.
        let map = unsafe { memmap2::Mmap::map(&file) }.map_err(read_error)?;
        Self::from_bytes(Bytes::Mapped(map), &path.display().to_string(), true)
    }

    fn from_bytes(bytes: Bytes, name: &str, is_summed: bool) -> Result<Self, ModelError> {
        let all = bytes.as_slice();
        let damaged = |reason| ModelError::Damaged {
            name: name.to_owned(),
            reason,
        };
        let header = Header::from_bytes(all).map_err(|problem| match problem {
            HeaderProblem::Foreign => ModelError::Foreign {
                name: name.to_owned(),
            },
            HeaderProblem::Version(version) => ModelError::Version {
                name: name.to_owned(),
                version,
            },
        })?;
        let body = &all[layout::HEADER_LEN..];
        if body.len() as u64 != header.body_len {
            return Err(damaged("its length is not what its header says"));
        }
        if is_summed && layout::checksum(body) != header.checksum {
            return Err(damaged("its checksum does not match"));
        }
        let mut sections = Sections {
            at: layout::HEADER_LEN,
            end: all.len(),
        };
        let too_short = || damaged("its sections do not fit");
        let n_words = header.n_words as usize;
        let lengths = sections.take(n_words, 1).ok_or_else(too_short)?;
        let text_len = all[lengths.clone()]
            .iter()
            .map(|&len| usize::from(len))
            .sum();
        let texts = sections.take(text_len, 1).ok_or_else(too_short)?;
        let cases = sections.take(n_words, 2).ok_or_else(too_short)?;
        let words = Words::read(&all[lengths], &all[texts], &all[cases])
            .ok_or_else(|| damaged("its words are not UTF-8"))?;
        let layout = ngrams::Layout::take(&header, &mut sections).ok_or_else(too_short)?;
        let shape = Shape {
            n_rows: header.n_window_rows as usize,
            n_symbols: n_words + usize::from(words::FIRST_WORD),
        };
        let window = match shape.n_rows {
            0 => None,
            // The special symbols have rows of their own.
            1..=3 => return Err(damaged("its network is too small")),
            _ => Some(WindowLayout::take(shape, &mut sections).ok_or_else(too_short)?),
        };
        if sections.at != sections.end {
            return Err(too_short());
        }
        let index = ngrams::Index::of(all, &layout, &words);
        Ok(Self {
            bytes: Arc::new(bytes),
            layout,
            window,
            index: Arc::new(index),
            words,
            user: UserDictionary::default(),
        })
    }

    /// Adds an office's own words; see [`UserDictionary`].
    pub fn add_user_words(&mut self, text: &str) -> Result<(), ModelError> {
        self.user.add(text, &mut self.words)
    }

    /// Whether a word is one of an office's own.
    pub fn is_listed(&self, symbol: Symbol) -> bool {
        self.user.is_listed(symbol)
    }

    /// The network that tells apart what differs in marks alone, if the file has one.
    pub fn window_net(&self) -> Option<WindowNet<'_>> {
        let layout = self.window.as_ref()?;
        Some(WindowNet::new(self.bytes.as_slice(), layout))
    }

    pub fn n_grams(&self) -> NGrams<'_> {
        NGrams::new(self.bytes.as_slice(), &self.layout, &self.index, &self.user)
    }
}

/// Cuts the file into its sections.
struct Sections {
    at: usize,
    end: usize,
}

impl Sections {
    fn take(&mut self, count: usize, size: usize) -> Option<Range<usize>> {
        let start = self.at;
        let end = start.checked_add(count.checked_mul(size)?)?;
        if end > self.end {
            return None;
        }
        self.at = end;
        Some(start..end)
    }
}
