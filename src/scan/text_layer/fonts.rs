//! Which fonts of a page are set in a legacy encoding, and the words in Unicode.
//!
//! The name of a font is a hint, a trial decides: of the words that could tell,
//! more must be Vietnamese syllables after conversion than before. So a font
//! called `.VnTime` that holds Unicode stays, and one without a telling name is
//! found out.

use super::content::{Glyph, PageContent};
use super::lines::{PlacedLine, PlacedWord};
use crate::vietnamese::{self, FontHint, LegacyEncoding};

/// Words that must speak for a conversion that no font name speaks for.
const MIN_WORDS_WITHOUT_HINT: usize = 4;
/// The part of the telling words that must become syllables.
const MIN_PART_WITH_HINT: f64 = 0.4;
const MIN_PART_WITHOUT_HINT: f64 = 0.7;

/// How the text of one font is to be taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct FontUse {
    pub(super) encoding: Option<LegacyEncoding>,
    /// All letters are capitals, whatever their codes.
    pub(super) is_capital: bool,
}

/// What the words of a font (or of several) tell of one encoding. Only words
/// that it would change count: "các" is the same in VPS and in Unicode.
#[derive(Debug, Clone, Copy, Default)]
struct Trial {
    /// Words that became syllables.
    n_gained: usize,
    /// Words that were syllables and are none any more.
    n_lost: usize,
    /// Words that are syllables neither way, such as abbreviations.
    n_dumb: usize,
}

/// A trial of each encoding, in the order of [`LegacyEncoding::ALL`].
type Trials = [Trial; LegacyEncoding::ALL.len()];

impl Trial {
    fn add(&mut self, other: &Self) {
        self.n_gained += other.n_gained;
        self.n_lost += other.n_lost;
        self.n_dumb += other.n_dumb;
    }

    fn speaks_against(&self) -> bool {
        self.n_lost > self.n_gained
    }

    /// Whether the words bear out what the font's name says.
    fn supports_hint(&self) -> bool {
        let n_changed = self.n_gained + self.n_lost + self.n_dumb;
        self.n_gained > self.n_lost && self.n_gained as f64 >= MIN_PART_WITH_HINT * n_changed as f64
    }

    /// Whether the words alone say that this is their encoding.
    fn is_conclusive(&self) -> bool {
        let n_changed = self.n_gained + self.n_lost + self.n_dumb;
        self.n_gained >= MIN_WORDS_WITHOUT_HINT
            && self.n_gained as f64 >= MIN_PART_WITHOUT_HINT * n_changed as f64
            && self.n_lost * 4 <= self.n_gained
    }
}

fn add_all(trials: &mut Trials, others: &Trials) {
    for (trial, other) in trials.iter_mut().zip(others) {
        trial.add(other);
    }
}

/// The encoding that trials alone find. VPS and VISCII have most letters of
/// Western Europe in common with Unicode, so that a few words of Unicode can seem
/// to be theirs; where Unicode is known to be on the page, they are not tried.
fn found(trials: &Trials, has_unicode: bool) -> Option<LegacyEncoding> {
    let is_possible = |encoding: &LegacyEncoding| {
        !has_unicode || matches!(encoding, LegacyEncoding::Tcvn3 | LegacyEncoding::Vni)
    };
    LegacyEncoding::ALL
        .into_iter()
        .filter(is_possible)
        .filter(|&encoding| trials[encoding as usize].is_conclusive())
        .max_by_key(|&encoding| trials[encoding as usize].n_gained)
}

/// How each font of the page is used, by index.
pub(super) fn uses(content: &PageContent, lines: &[PlacedLine]) -> Vec<FontUse> {
    let mut trials = vec![Trials::default(); content.fonts.len()];
    for word in lines.iter().flat_map(|line| &line.words) {
        if let Some((font, of_word)) = try_word(content, word) {
            add_all(&mut trials[font], &of_word);
        }
    }
    let has_unicode = lines
        .iter()
        .flat_map(|line| &line.words)
        .flat_map(|word| &word.glyphs)
        .filter_map(|&index| content.glyphs[index].text.as_ref())
        .any(|text| text.contains(|letter| matches!(letter, '\u{1ea0}'..='\u{1ef9}')));
    let hints: Vec<Option<FontHint>> = content
        .fonts
        .iter()
        .map(|font| FontHint::of(&font.name))
        .collect();
    // Fonts of one family speak for one another: a bold one may have two words.
    let mut by_hint = Trials::default();
    for (hint, trials) in hints.iter().zip(&trials) {
        if let Some(hint) = hint {
            by_hint[hint.encoding as usize].add(&trials[hint.encoding as usize]);
        }
    }
    let font_use = |(hint, trials): (&Option<FontHint>, &Trials)| {
        let borne_out = hint.filter(|hint| {
            let index = hint.encoding as usize;
            by_hint[index].supports_hint() && !trials[index].speaks_against()
        });
        match borne_out {
            Some(hint) => FontUse {
                encoding: Some(hint.encoding),
                is_capital: hint.is_capital,
            },
            None => FontUse {
                encoding: found(trials, has_unicode),
                is_capital: false,
            },
        }
    };
    hints.iter().zip(&trials).map(font_use).collect()
}

/// What one word tells of its font; `None` for words of several fonts and for
/// words that any reading leaves as they are.
fn try_word(content: &PageContent, word: &PlacedWord) -> Option<(usize, Trials)> {
    let font = content.glyphs[*word.glyphs.first()?].font;
    let glyphs = || word.glyphs.iter().map(|&index| &content.glyphs[index]);
    if glyphs().any(|glyph| glyph.font != font) {
        return None;
    }
    let codes: String = glyphs().map(|glyph| code_text(content, glyph)).collect();
    if codes.is_ascii() {
        return None;
    }
    let shown: String = glyphs().map(unicode_text).collect();
    let shown = vietnamese::normalize(&shown);
    let was_syllable = is_syllable(&shown);
    let trials = LegacyEncoding::ALL.map(|encoding| {
        let decoded = encoding.decode(&codes);
        let mut trial = Trial::default();
        if decoded != shown {
            // A bullet is a whole syllable in some encodings.
            let is_word = decoded.contains(|letter: char| letter.is_ascii_alphabetic());
            match (was_syllable, is_word && is_syllable(&decoded)) {
                (false, true) => trial.n_gained = 1,
                (true, false) => trial.n_lost = 1,
                (false, false) => trial.n_dumb = 1,
                (true, true) => {}
            }
        }
        trial
    });
    Some((font, trials))
}

/// Whether a word is a Vietnamese syllable but for punctuation round it.
pub(super) fn is_syllable(word: &str) -> bool {
    // Signs beyond these may be letters of a legacy encoding.
    let is_punctuation = |letter: char| {
        letter.is_ascii() && !letter.is_ascii_alphabetic()
            || matches!(letter, '\u{2010}'..='\u{2027}' | '\u{2039}' | '\u{203a}')
    };
    let letters = word.trim_matches(is_punctuation);
    !letters.is_empty() && vietnamese::is_syllable(&letters.to_lowercase())
}

/// The word in Unicode, NFC.
pub(super) fn text(content: &PageContent, word: &PlacedWord, uses: &[FontUse]) -> String {
    let text = decoded(content, word, uses, None);
    let is_legacy = |index: &usize| uses[content.glyphs[*index].font].encoding.is_some();
    let is_mixed = word.glyphs.iter().any(is_legacy) && !word.glyphs.iter().all(is_legacy);
    if !is_mixed || is_syllable(&text) {
        return text;
    }
    // A program that lacks a letter takes it from another font, whose one letter
    // tells nothing by itself. The rest of the word does, where all encodings that
    // make a syllable of both agree. VPS has some capitals where others have small
    // letters, so that the first stands for them.
    let mut syllables = LegacyEncoding::ALL
        .map(|encoding| decoded(content, word, uses, Some(encoding)))
        .into_iter()
        .filter(|text| is_syllable(text));
    let Some(first) = syllables.next() else {
        return text;
    };
    if syllables.all(|other| other.to_lowercase() == first.to_lowercase()) {
        first
    } else {
        text
    }
}

/// The word in Unicode, NFC; letters of fonts without an encoding that no
/// Vietnamese word has are taken for those of `foreign`.
fn decoded(
    content: &PageContent,
    word: &PlacedWord,
    uses: &[FontUse],
    foreign: Option<LegacyEncoding>,
) -> String {
    let mut text = String::new();
    let font_of = |index: &usize| content.glyphs[*index].font;
    for segment in word.glyphs.chunk_by(|a, b| font_of(a) == font_of(b)) {
        let glyphs = || segment.iter().map(|&index| &content.glyphs[index]);
        let font_use = uses[font_of(&segment[0])];
        match font_use.encoding {
            Some(encoding) => {
                let codes: String = glyphs().map(|glyph| code_text(content, glyph)).collect();
                let decoded = encoding.decode(&codes);
                text.push_str(&if font_use.is_capital {
                    decoded.to_uppercase()
                } else {
                    decoded
                });
            }
            None => {
                let shown: String = glyphs().map(unicode_text).collect();
                text.push_str(&match foreign {
                    Some(encoding) if shown.chars().any(is_foreign) => encoding.decode(&shown),
                    _ => shown,
                });
            }
        }
    }
    tidy(&vietnamese::normalize(&text))
}

/// Letters that no Vietnamese word has, such as ñ.
fn is_foreign(letter: char) -> bool {
    letter.is_alphabetic()
        && !letter.is_ascii()
        && !matches!(letter, 'đ' | 'Đ')
        && !vietnamese::is_vietnamese_vowel(letter)
}

/// What a character means by its font; the replacement character where the font
/// does not tell.
fn unicode_text(glyph: &Glyph) -> String {
    glyph
        .text
        .clone()
        .unwrap_or_else(|| char::REPLACEMENT_CHARACTER.to_string())
}

/// What a legacy encoding makes its letters of: the character of Windows-1252
/// that the code stands for. Where the font's own table names one, that holds;
/// but WinAnsiEncoding has no name for some codes, and calls AD a hyphen and A0
/// a blank (ISO 32000-1, annex D.2).
fn code_text(content: &PageContent, glyph: &Glyph) -> String {
    let code = u8::try_from(glyph.code).ok();
    let own = code.filter(|_| content.fonts[glyph.font].is_simple);
    match (glyph.text.as_deref(), own) {
        (Some("-" | "\u{2010}"), Some(0xad)) => '\u{ad}'.to_string(),
        (Some("\u{2022}"), Some(code @ (0x7f..=0x94 | 0x96..=0x9f))) | (None, Some(code)) => {
            vietnamese::windows_1252(code).to_string()
        }
        (Some(text), _) => text.to_owned(),
        (None, None) => char::REPLACEMENT_CHARACTER.to_string(),
    }
}

/// Ligatures taken apart, marks of layout left out, bullets of symbol fonts
/// made one.
fn tidy(word: &str) -> String {
    let is_symbol = |letter: char| ('\u{e000}'..='\u{f8ff}').contains(&letter);
    if !word.is_empty() && word.chars().all(is_symbol) {
        return "•".to_owned();
    }
    let mut tidied = String::with_capacity(word.len());
    for letter in word.chars() {
        match letter {
            '\u{fb00}' => tidied.push_str("ff"),
            '\u{fb01}' => tidied.push_str("fi"),
            '\u{fb02}' => tidied.push_str("fl"),
            '\u{fb03}' => tidied.push_str("ffi"),
            '\u{fb04}' => tidied.push_str("ffl"),
            '\u{ad}' => tidied.push('-'),
            '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => {}
            _ if letter.is_control() => {}
            _ => tidied.push(letter),
        }
    }
    tidied
}
