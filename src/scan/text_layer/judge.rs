//! What the text of a page is worth.

use super::TextLayerFinding;
use super::content::PageContent;
use hayro::kurbo::Rect;

/// Pictures over this part of the page make it a scan.
const MIN_SCAN_PART: f64 = 0.35;
/// What a page of text has at least, where it also has such pictures: words, and
/// the part of the page they take. Signatures and stamps of e-signature programs
/// have some twenty words each.
const MIN_PAGE_WORDS: usize = 80;
const MIN_PAGE_PART: f64 = 0.04;
/// Fewer hidden words are no reading of a page.
const MIN_LAYER_WORDS: usize = 10;
/// So many filled curves, and so many times more than characters: letters drawn
/// as curves.
const MIN_CURVED_SHAPES: usize = 300;
const CURVES_PER_CHARACTER: usize = 3;
/// Words with odd letters: above this part of the page, or of one font, the map
/// from codes to letters is broken.
const MAX_ODD_PART: f64 = 0.1;
const MAX_ODD_PART_OF_FONT: f64 = 0.4;
const MIN_ODD_WORDS: usize = 3;
const MIN_ODD_WORDS_OF_FONT: usize = 5;
const MIN_UNKNOWN_LETTERS: usize = 10;
/// Words of small plain letters without a vowel: none in right text.
const MAX_VOWELLESS_PART: f64 = 0.35;
const MIN_PLAIN_WORDS: usize = 20;
/// Vietnamese syllables with marks among the words that make a page Vietnamese.
const MIN_VIETNAMESE_PART: f64 = 0.08;

/// A word as it would be taken.
#[derive(Debug, Clone)]
pub(super) struct JudgedWord<'a> {
    pub(super) text: &'a str,
    /// Font of its first character.
    pub(super) font: usize,
    pub(super) frame: Rect,
}

/// How much of a page is what.
#[derive(Debug, Clone, Copy)]
pub(super) struct Amounts {
    pub(super) n_hidden_words: usize,
    /// Some font's text was converted.
    pub(super) is_legacy: bool,
    /// Area of the page.
    pub(super) area: Rect,
}

/// Decides what the page has.
pub(super) fn judge(
    content: &PageContent,
    visible: &[JudgedWord<'_>],
    amounts: &Amounts,
) -> TextLayerFinding {
    if is_scan(content, visible, amounts) {
        return if amounts.n_hidden_words >= MIN_LAYER_WORDS {
            TextLayerFinding::OcrLayer
        } else if visible.is_empty() && amounts.n_hidden_words == 0 {
            TextLayerFinding::NoText
        } else {
            TextLayerFinding::FewCharacters
        };
    }
    if visible.is_empty() {
        return if amounts.n_hidden_words >= MIN_LAYER_WORDS {
            TextLayerFinding::OcrLayer
        } else {
            TextLayerFinding::NoText
        };
    }
    if content.n_curved_shapes >= MIN_CURVED_SHAPES
        && content.n_curved_shapes > CURVES_PER_CHARACTER * content.glyphs.len()
    {
        return TextLayerFinding::FewCharacters;
    }
    if is_broken(content, visible) {
        TextLayerFinding::BrokenMap
    } else if amounts.is_legacy {
        TextLayerFinding::Legacy
    } else {
        TextLayerFinding::Unicode
    }
}

fn is_scan(content: &PageContent, visible: &[JudgedWord<'_>], amounts: &Amounts) -> bool {
    if covered_part(&content.pictures, amounts.area) < MIN_SCAN_PART {
        return false;
    }
    let taken: f64 = visible.iter().map(|word| word.frame.area()).sum();
    visible.len() < MIN_PAGE_WORDS || taken < MIN_PAGE_PART * amounts.area.area()
}

/// The part of the page that lies under pictures, by cells of a grid.
fn covered_part(pictures: &[Rect], area: Rect) -> f64 {
    const N_CELLS: usize = 24;
    let is_covered = |column: usize, row: usize| {
        let at = |index: usize, from: f64, length: f64| {
            from + (index as f64 + 0.5) / N_CELLS as f64 * length
        };
        let middle = hayro::kurbo::Point::new(
            at(column, area.x0, area.width()),
            at(row, area.y0, area.height()),
        );
        pictures.iter().any(|picture| picture.contains(middle))
    };
    let n_covered = (0..N_CELLS * N_CELLS)
        .filter(|cell| is_covered(cell % N_CELLS, cell / N_CELLS))
        .count();
    n_covered as f64 / (N_CELLS * N_CELLS) as f64
}

/// Whether the letters cannot be what the page shows.
fn is_broken(content: &PageContent, words: &[JudgedWord<'_>]) -> bool {
    let lettered: Vec<&JudgedWord<'_>> = words
        .iter()
        .filter(|word| word.text.chars().any(is_telling) && !is_of_symbols(content, word.font))
        .collect();
    let n_vietnamese = lettered
        .iter()
        .filter(|word| !word.text.is_ascii() && super::fonts::is_syllable(word.text))
        .count();
    let is_vietnamese = n_vietnamese as f64 >= MIN_VIETNAMESE_PART * lettered.len() as f64;
    let mut by_font = vec![(0, 0); content.fonts.len()];
    let mut n_odd = 0;
    for word in &lettered {
        let is_odd = is_odd(word.text, is_vietnamese);
        n_odd += usize::from(is_odd);
        by_font[word.font].0 += usize::from(is_odd);
        by_font[word.font].1 += 1;
    }
    let exceeds = |n_odd: usize, n_words: usize, part: f64| n_odd as f64 > part * n_words as f64;
    n_odd >= MIN_ODD_WORDS && exceeds(n_odd, lettered.len(), MAX_ODD_PART)
        || by_font.iter().any(|&(n_odd, n_words)| {
            n_odd >= MIN_ODD_WORDS_OF_FONT && exceeds(n_odd, n_words, MAX_ODD_PART_OF_FONT)
        })
        || has_no_vowels(&lettered)
        || is_without_meaning(&lettered)
}

/// Whether too many characters have no meaning by their fonts. Where the blanks
/// have none either, a line is one word.
fn is_without_meaning(words: &[&JudgedWord<'_>]) -> bool {
    let letters = || words.iter().flat_map(|word| word.text.chars());
    let n_unknown = letters()
        .filter(|&letter| letter == char::REPLACEMENT_CHARACTER)
        .count();
    let n_letters = letters().count();
    n_unknown * 2 > n_letters
        || n_unknown >= MIN_UNKNOWN_LETTERS && n_unknown as f64 > MAX_ODD_PART * n_letters as f64
}

fn is_telling(letter: char) -> bool {
    letter.is_alphabetic() || letter == char::REPLACEMENT_CHARACTER
}

/// Fonts whose characters are no letters of words.
fn is_of_symbols(content: &PageContent, font: usize) -> bool {
    const NAMES: [&str; 9] = [
        "symbol", "wingding", "webding", "dingbat", "math", "mtextra", "cmsy", "cmmi", "cmex",
    ];
    let name = content.fonts[font].name.to_ascii_lowercase();
    NAMES.iter().any(|symbols| name.contains(symbols))
}

/// Whether a word has letters that no word has: signs between letters, capitals
/// with marks behind small letters, two scripts at once, a character without
/// meaning. On a Vietnamese page letters of other languages are odd too.
fn is_odd(word: &str, is_vietnamese: bool) -> bool {
    let letters: Vec<char> = word.chars().collect();
    if letters.len() < 2 {
        return word.contains(char::REPLACEMENT_CHARACTER);
    }
    let has_latin = letters.iter().any(|&letter| is_latin(letter));
    let mut n_foreign = 0;
    for (index, &letter) in letters.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| letters[before]);
        let after = letters.get(index + 1).copied();
        let touches_letter = [before, after]
            .into_iter()
            .flatten()
            .any(|other| other.is_alphabetic());
        let is_odd = match letter {
            char::REPLACEMENT_CHARACTER | '\u{e000}'..='\u{f8ff}' => true,
            _ if letter.is_ascii() || is_of_print(letter) => false,
            'ª' | 'º' => touches_letter,
            _ if letter.is_alphabetic() && !is_latin(letter) => has_latin,
            _ if letter.is_alphabetic() => {
                n_foreign += usize::from(!is_vietnamese_letter(letter));
                letter.is_uppercase() && before.is_some_and(char::is_lowercase)
            }
            _ => before.is_some_and(char::is_alphabetic) && after.is_some_and(char::is_alphabetic),
        };
        if is_odd {
            return true;
        }
    }
    is_vietnamese && n_foreign > 0
}

fn is_latin(letter: char) -> bool {
    letter.is_ascii_alphabetic()
        || matches!(letter, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}') && letter != '×'
}

fn is_vietnamese_letter(letter: char) -> bool {
    letter.is_ascii_alphabetic() || crate::vietnamese::base_letter(letter).is_ascii_alphabetic()
}

/// Signs that stand in and beside words of right text.
fn is_of_print(letter: char) -> bool {
    matches!(
        letter,
        '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{203a}' | '«' | '»' | '°' | '²' | '³' | '¹' | '½'
            | '¼' | '¾' | '×' | '÷' | '±' | '·' | '§' | '©' | '®' | '™' | '€' | '₫' | '→' | '←'
            | '≤' | '≥' | '≠' | '≈' | '−' | '√' | '∞' | 'µ' | '\u{2070}'..='\u{209f}'
            | '\u{2150}'..='\u{218f}' | '\u{25a0}'..='\u{27bf}'
    )
}

/// Whether too many words of small plain letters have no vowel.
fn has_no_vowels(words: &[&JudgedWord<'_>]) -> bool {
    let mut n_plain = 0;
    let mut n_vowelless = 0;
    for word in words {
        let letters = word
            .text
            .trim_matches(|letter: char| letter.is_ascii_punctuation());
        let is_plain =
            letters.len() >= 3 && letters.bytes().all(|letter| letter.is_ascii_lowercase());
        if is_plain {
            n_plain += 1;
            n_vowelless += usize::from(!letters.contains(['a', 'e', 'i', 'o', 'u', 'y']));
        }
    }
    // Few words of Vietnamese are plain; of those that are, many are units.
    n_plain >= MIN_PLAIN_WORDS
        && n_plain * 2 > words.len()
        && n_vowelless as f64 > MAX_VOWELLESS_PART * n_plain as f64
}
