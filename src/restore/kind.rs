//! What kind of text comes in, and telling it line by line.
//!
//! What tells is letters that only Vietnamese has (ă đ ơ ư and the letters with
//! two marks or a hook or a dot). A third of all words of right text have one;
//! a recogniser without Vietnamese never writes one, and bare text has no mark
//! at all. Whether text without them is Vietnamese shows in how many of its
//! words are syllables but for their marks: nearly all of bare text, four in
//! five of garbled text, two in five of English.

use super::model::Words;
use super::readings::Treatment;
use crate::vietnamese::{fold, is_letter, is_letter_or_number, is_syllable};

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

/// Lines before and after that a short line is judged with.
const N_NEIGHBOURS: usize = 8;
/// A line of so many words is judged by itself.
const ENOUGH_WORDS: usize = 6;
/// Share of words with a letter of Vietnamese alone: right text has 0.3.
const MIN_VIETNAMESE_LETTERS: f32 = 0.08;
/// Share of words that are syllables but for their marks.
const MIN_SYLLABLES_OF_BARE: f32 = 0.88;
const MIN_SYLLABLES_OF_GARBLED: f32 = 0.6;
/// Share of words with marks or signs inside, above which text is not bare.
const MAX_NOISE_OF_BARE: f32 = 0.03;

/// How each line is to be treated. Garbled text has no letters of Vietnamese
/// alone; a line that has them was restored before.
pub(super) fn treatments(lines: &[String], kind: InputKind, words: &Words) -> Vec<Treatment> {
    let treatment = match kind {
        InputKind::Bare => return vec![Treatment::Bare; lines.len()],
        InputKind::Read => return vec![Treatment::Read; lines.len()],
        InputKind::Garbled => Some(Treatment::Garbled),
        InputKind::Auto => None,
    };
    let signs: Vec<Signs> = lines.iter().map(|line| Signs::of(line, words)).collect();
    (0..lines.len())
        .map(|line_idx| match treatment {
            Some(treatment) if !is_vietnamese(&signs, line_idx) => treatment,
            Some(_) => Treatment::Read,
            None => tell(&signs, line_idx),
        })
        .collect()
}

/// What is counted in a line.
#[derive(Debug, Clone, Copy, Default)]
struct Signs {
    n_words: usize,
    n_vietnamese: usize,
    n_syllables: usize,
    n_noisy: usize,
}

impl Signs {
    fn of(line: &str, words: &Words) -> Self {
        let mut signs = Self::default();
        for token in line.split_whitespace() {
            let word = token.trim_matches(|letter: char| !is_letter_or_number(letter));
            let n_letters = word.chars().filter(|&letter| is_letter(letter)).count();
            let is_whole = n_letters == word.chars().count();
            let is_code = word.contains(|letter: char| letter.is_ascii_digit())
                && word.contains(['/', '-', '.', '@']);
            // Abbreviations and codes tell nothing.
            if n_letters == 0
                || is_code
                || n_letters > 1
                    && !word.chars().any(char::is_lowercase)
                    && !word.chars().any(is_vietnamese_alone)
                    && n_letters < 6
            {
                continue;
            }
            signs.n_words += 1;
            if word.chars().any(is_vietnamese_alone) {
                signs.n_vietnamese += 1;
            } else if !word.is_ascii() || !is_whole {
                signs.n_noisy += 1;
            }
            let folded = fold(&word.to_lowercase());
            if words
                .with_folded(&folded)
                .iter()
                .any(|&symbol| is_syllable(words.text(symbol)))
            {
                signs.n_syllables += 1;
            }
        }
        signs
    }

    fn add(self, other: &Self) -> Self {
        Self {
            n_words: self.n_words + other.n_words,
            n_vietnamese: self.n_vietnamese + other.n_vietnamese,
            n_syllables: self.n_syllables + other.n_syllables,
            n_noisy: self.n_noisy + other.n_noisy,
        }
    }

    fn has_vietnamese_letters(&self) -> bool {
        self.share(self.n_vietnamese) >= MIN_VIETNAMESE_LETTERS
    }

    fn share(&self, count: usize) -> f32 {
        count as f32 / self.n_words.max(1) as f32
    }
}

/// A letter with a mark that no other language written in Latin letters has, or
/// none that a recogniser of English knows.
fn is_vietnamese_alone(letter: char) -> bool {
    matches!(
        letter,
        'ă' | 'Ă' | 'đ' | 'Đ' | 'ơ' | 'Ơ' | 'ư' | 'Ư' | 'ĩ' | 'Ĩ' | 'ũ' | 'Ũ' | '\u{1ea0}'
            ..='\u{1ef9}'
    )
}

/// The lines that a line is judged with, itself among them.
fn neighbours(signs: &[Signs], line_idx: usize) -> &[Signs] {
    let first = line_idx.saturating_sub(N_NEIGHBOURS);
    let last = (line_idx + N_NEIGHBOURS).min(signs.len() - 1);
    &signs[first..=last]
}

/// Whether a line has the letters of Vietnamese that a right one has, or is short
/// and stands among lines that have.
fn is_vietnamese(signs: &[Signs], line_idx: usize) -> bool {
    let own = &signs[line_idx];
    if own.n_words >= ENOUGH_WORDS {
        return own.has_vietnamese_letters();
    }
    own.n_vietnamese > 0
        || neighbours(signs, line_idx)
            .iter()
            .fold(Signs::default(), Signs::add)
            .has_vietnamese_letters()
}

fn tell(signs: &[Signs], line_idx: usize) -> Treatment {
    if is_vietnamese(signs, line_idx) {
        return Treatment::Read;
    }
    let own = &signs[line_idx];
    // Lines with marks between them say nothing of how those without are spelled:
    // restoring one line must not change what the next is taken for.
    let around = neighbours(signs, line_idx)
        .iter()
        .filter(|line| !line.has_vietnamese_letters())
        .fold(Signs::default(), Signs::add);
    let is_clear = own.n_words >= ENOUGH_WORDS;
    let judged = if is_clear { own } else { &around };
    // A line of names or numbers between right lines is right.
    if !is_clear && around.n_words < ENOUGH_WORDS && judged.n_noisy == 0 && judged.n_words < 2 {
        return Treatment::Read;
    }
    let syllables = judged.share(judged.n_syllables);
    // A line without any mark inside garbled text may be right but for its marks;
    // the garbled treatment covers that.
    let noise = around
        .share(around.n_noisy)
        .max(judged.share(judged.n_noisy));
    // Between bare lines one with abbreviations or names is bare as well.
    let is_bare = syllables >= MIN_SYLLABLES_OF_BARE
        || syllables >= MIN_SYLLABLES_OF_GARBLED
            && around.share(around.n_syllables) >= MIN_SYLLABLES_OF_BARE;
    if is_bare && noise <= MAX_NOISE_OF_BARE {
        Treatment::Bare
    } else if syllables >= MIN_SYLLABLES_OF_GARBLED && noise > MAX_NOISE_OF_BARE {
        Treatment::Garbled
    } else {
        Treatment::Keep
    }
}
