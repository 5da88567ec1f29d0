//! Sentences and list items round a position, and phrases that end or begin at
//! one.

use super::flat::floor_border;
use super::layout::is_capitals;
use super::scan::skip_space;

/// How far before a value its sentence is looked at, in bytes.
const BEFORE: usize = 480;

/// How far behind.
const BEHIND: usize = 300;

/// A heading behind the mark of an item is no longer, in bytes.
const HEADING: usize = 72;

/// Where the sentence or list item begins that holds `position`.
pub(super) fn sentence_start(text: &str, position: usize) -> usize {
    let from = floor_border(text, position.saturating_sub(BEFORE));
    let window = &text[from..position];
    window
        .char_indices()
        .rev()
        .find(|(index, c)| is_border(&window[..*index], *c, &window[index + c.len_utf8()..]))
        .map_or(from, |(index, c)| from + index + c.len_utf8())
}

/// Where the sentence or list item ends.
pub(super) fn sentence_end(text: &str, position: usize) -> usize {
    let limit = floor_border(text, position + BEHIND);
    let window = &text[position..limit];
    window
        .char_indices()
        .find(|(index, c)| is_border(&window[..*index], *c, &window[index + c.len_utf8()..]))
        .map_or(limit, |(index, _)| position + index)
}

/// Whether a sentence, a list item or a cell ends at the character `c`.
fn is_border(before: &str, c: char, behind: &str) -> bool {
    match c {
        ';' | '|' => true,
        '.' => {
            let next = behind.trim_start_matches([' ', '\n']);
            let is_abbreviation = before.ends_with(char::is_uppercase)
                || before.ends_with(['p', 'P'])
                    && before.trim_end_matches(['p', 'P']).ends_with('T');
            behind.starts_with([' ', '\n'])
                && next.starts_with(|c: char| c.is_uppercase() || matches!(c, '-' | '+'))
                && !is_abbreviation
                || behind.starts_with('/')
        }
        '\n' => {
            // An empty line inside a sentence is a page's end, no paragraph's.
            let is_closed =
                ends_closed(before) && behind.trim_start().starts_with(char::is_uppercase);
            is_closed || opens_item(behind) || follows_heading(before, behind)
        }
        _ => false,
    }
}

/// Whether a line ends as a sentence or a list item does.
fn ends_closed(line: &str) -> bool {
    let line = line.trim_end();
    line.ends_with(['.', ':', ';', '!']) || line.ends_with("./")
}

/// Whether the line before is a heading: in capitals, or a short one behind
/// the mark of an item.
fn follows_heading(before: &str, behind: &str) -> bool {
    if !behind.trim_start().starts_with(char::is_uppercase) {
        return false;
    }
    let line = before.rsplit('\n').next().unwrap_or_default().trim();
    let is_short = line.len() <= HEADING && item_marker_end(line).is_some();
    is_short && !line.contains(',') || is_capitals(line) && line.contains(' ')
}

/// Whether a list item begins between two positions.
pub(super) fn has_item_start(text: &str, from: usize, to: usize) -> bool {
    text.get(from..to).is_some_and(|between| {
        between
            .match_indices('\n')
            .any(|(offset, _)| opens_item(&text[from + offset + 1..]))
    })
}

/// "- ", "+ ", "1. ", "a) ", "II. " at the start of a line.
fn opens_item(line: &str) -> bool {
    let line = line.trim_start_matches(' ');
    line.starts_with(['-', '+', '•', '*', '–']) || item_marker_end(line).is_some()
}

/// The end of "1.", "a)", "II." at the start of a line.
pub(super) fn item_marker_end(line: &str) -> Option<usize> {
    let space = line.len() - line.trim_start_matches([' ', '\n']).len();
    let line = &line[space..];
    let marker: usize = line
        .chars()
        .take(5)
        .take_while(|c| c.is_ascii_digit() || c.is_ascii_uppercase() || c.is_lowercase())
        .map(char::len_utf8)
        .sum();
    let is_marker = line[..marker].chars().all(|c| c.is_ascii_digit())
        || line[..marker].chars().all(|c| matches!(c, 'I' | 'V' | 'X'))
        || line[..marker].chars().count() == 1;
    let is_item = marker > 0
        && is_marker
        && line[marker..].starts_with(['.', ')'])
        && !line[marker + 1..].starts_with(|c: char| c.is_ascii_digit());
    is_item.then_some(space + marker + 1)
}

/// The start of a phrase that ends at `end` (white space between is skipped);
/// compared in lower case, marks and all.
pub(super) fn phrase_start(text: &str, end: usize, phrase: &str) -> Option<usize> {
    let mut start = end;
    for word in phrase.rsplit(' ') {
        let before = text.get(..start)?.trim_end_matches([' ', '\n']);
        let mut position = before.len();
        let mut rest = before.chars().rev();
        for expected in word.chars().rev() {
            let c = rest.next()?;
            if c != expected && !c.to_lowercase().eq([expected]) {
                return None;
            }
            position -= c.len_utf8();
        }
        if rest.next().is_some_and(char::is_alphanumeric) {
            return None;
        }
        start = position;
    }
    Some(start)
}

/// The end of a phrase that begins at `start`.
pub(super) fn phrase_end(text: &str, start: usize, phrase: &str) -> Option<usize> {
    let mut end = start;
    for (index, word) in phrase.split(' ').enumerate() {
        if index > 0 {
            let next = skip_space(text, end, 2);
            if next == end {
                return None;
            }
            end = next;
        }
        let mut rest = text.get(end..)?.chars();
        for expected in word.chars() {
            let c = rest.next()?;
            if c != expected && !c.to_lowercase().eq([expected]) {
                return None;
            }
            end += c.len_utf8();
        }
        if rest.next().is_some_and(char::is_alphanumeric) {
            return None;
        }
    }
    Some(end)
}
