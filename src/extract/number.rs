//! The number and sign (số, ký hiệu) of a document: its grammar and its parts.
//!
//! ```text
//! number   = ordinal sp (qppl | assembly | admin | party) ;
//! ordinal  = 1..6 digit [letter | "bis"] ;
//! qppl     = "/" sp year sp "/" sp sign ;          61/2018/NĐ-CP, 45/2019/QH14
//! admin    = "/" sp sign ;                         02/CT-UBND, 05/BNV-VP
//! party    = "-" sp type sp "/" sp segment ;       20-NQ/TW
//! sign     = segment { ("-" sp | "/") segment } ;
//! segment  = UPPER { UPPER | digit | "&" | "Tg" | "Tr" | "Th" | "yĐ" } ;
//! sp       = { " " | newline } ;
//! ```
//!
//! White space is allowed after a hyphen ("02/CT-⏎UBND"), never before it: a
//! hyphen that opens the next line is a bullet.

use super::fold::{distance_within, fold_char};
use super::lists::{PARTY_TYPES, SIGN_SEGMENTS};
use super::scan::{char_at, char_before, digits_end, skip_space};
use super::sign_repair::PARTY_BODIES;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A document number in its parts.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NumberAndSign {
    /// Digits with their leading zeros, and a letter behind them: "02", "1842b".
    pub ordinal: String,
    /// The year inside a legal number: 2018 in 61/2018/NĐ-CP.
    pub year: Option<u16>,
    /// "CT-UBND", "NĐ-CP", "QH14"; "NQ/TW" in a Party number.
    pub sign: String,
    /// A Party number has a hyphen behind the ordinal: 20-NQ/TW.
    pub is_party: bool,
}

impl NumberAndSign {
    /// Reads a text that is a number and nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (number, end) = parse_number_at(text, 0)?;
        (end == text.len()).then_some(number)
    }

    /// The first segment of the sign: "CT" in CT-UBND, "SYT" in SYT-VP.
    pub fn first_segment(&self) -> &str {
        self.sign.split(['-', '/']).next().unwrap_or_default()
    }

    /// The last segment of the sign: "UBND" in CT-UBND.
    pub fn last_segment(&self) -> &str {
        self.sign.rsplit(['-', '/']).next().unwrap_or_default()
    }

    /// The same number with its first sign segment replaced.
    pub(super) fn with_first_segment(&self, segment: &str) -> Self {
        let rest = &self.sign[self.first_segment().len()..];
        Self {
            sign: format!("{segment}{rest}"),
            ..self.clone()
        }
    }
}

impl fmt::Display for NumberAndSign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joint = if self.is_party { '-' } else { '/' };
        write!(f, "{}{joint}", self.ordinal)?;
        if let Some(year) = self.year {
            write!(f, "{year}/")?;
        }
        f.write_str(&self.sign)
    }
}

/// Reads the number that begins at byte `start`; gives it with its end.
///
/// What stands before `start` is looked at: a number does not begin inside a
/// word, a decimal or another number.
pub(super) fn parse_number_at(text: &str, start: usize) -> Option<(NumberAndSign, usize)> {
    if !may_begin_at(text, start) {
        return None;
    }
    let digits = digits_end(text, start);
    if digits == start || digits - start > 6 {
        return None;
    }
    let ordinal_end = ordinal_suffix_end(text, digits);
    let mut position = skip_space(text, ordinal_end, 2);
    let mark = char_at(text, position)?;
    position += mark.len_utf8();
    let (year, sign, end, is_party) = match mark {
        '/' => {
            position = skip_space(text, position, 2);
            if let Some((year, after)) = parse_year_part(text, position) {
                let (sign, end) = parse_sign(text, after)?;
                (Some(year), sign, end, false)
            } else {
                let (sign, end) = parse_sign(text, position)?;
                let is_bare = !sign.contains(['-', '/']);
                if is_bare && !is_bare_sign_credible(text, start, &sign) {
                    return None;
                }
                (None, sign, end, false)
            }
        }
        '-' | '–' => {
            let (sign, end) = parse_party_sign(text, skip_space(text, position, 2))?;
            (None, sign, end, true)
        }
        _ => return None,
    };
    let number = NumberAndSign {
        ordinal: text[start..ordinal_end].to_owned(),
        year,
        sign,
        is_party,
    };
    Some((number, end))
}

/// Whether the characters before `start` allow a document number there.
fn may_begin_at(text: &str, start: usize) -> bool {
    let Some(before) = char_before(text, start) else {
        return true;
    };
    match before {
        '/' | '-' | '.' | '_' => false,
        // "1,12/QĐ" is a decimal gone wrong; "12/QĐ-A,13/QĐ-A" is a list.
        ',' => !char_before(text, start - 1).is_some_and(|c| c.is_ascii_digit()),
        _ if before.is_alphanumeric() => is_after_glued_so(text, start),
        _ => true,
    }
}

/// "số15/QĐ-…": the space was lost in reading.
fn is_after_glued_so(text: &str, start: usize) -> bool {
    let mut folded = [' '; 3];
    for (slot, c) in folded.iter_mut().zip(text[..start].chars().rev()) {
        *slot = fold_char(c);
    }
    folded[0] == 'o' && folded[1] == 's' && !folded[2].is_alphanumeric()
}

/// The end of "bis" or of one letter behind the digits, as in 12a/QĐ-….
fn ordinal_suffix_end(text: &str, digits: usize) -> usize {
    let rest = &text.as_bytes()[digits..];
    if rest.len() >= 3 && rest[..3].eq_ignore_ascii_case(b"bis") {
        return digits + 3;
    }
    match rest.first() {
        Some(letter) if letter.is_ascii_alphabetic() => digits + 1,
        _ => digits,
    }
}

/// "2018/" with white space round the parts; gives the year and the position
/// of the sign.
fn parse_year_part(text: &str, start: usize) -> Option<(u16, usize)> {
    let end = digits_end(text, start);
    if end - start != 4 {
        return None;
    }
    let year: u16 = text[start..end].parse().ok()?;
    if !(1900..2100).contains(&year) {
        return None;
    }
    let slash = skip_space(text, end, 2);
    (char_at(text, slash)? == '/').then(|| (year, skip_space(text, slash + 1, 2)))
}

/// Segments joined by hyphens or slashes, at most five.
fn parse_sign(text: &str, start: usize) -> Option<(String, usize)> {
    let mut end = parse_segment(text, start)?;
    let mut sign = text[start..end].to_owned();
    for _ in 0..4 {
        let Some(mark) = char_at(text, end) else {
            break;
        };
        let after = end + mark.len_utf8();
        let next = match mark {
            '-' | '–' => past_speck(text, skip_space(text, after, 2)),
            '/' => after,
            _ => break,
        };
        let Some(next_end) = parse_segment(text, next) else {
            break;
        };
        sign.push(if mark == '/' { '/' } else { '-' });
        sign.push_str(&text[next..next_end]);
        end = next_end;
    }
    is_word_end(text, end).then_some((sign, end))
}

/// Skips a speck read as a mark before a known segment: "NĐ- .CP".
fn past_speck(text: &str, start: usize) -> usize {
    let Some(speck) = char_at(text, start).filter(|c| ".,:;'`~_•-".contains(*c)) else {
        return start;
    };
    let behind = start + speck.len_utf8();
    match parse_segment(text, behind) {
        Some(end) if SIGN_SEGMENTS.contains_key(&text[behind..end]) => behind,
        _ => start,
    }
}

/// A Party type, a slash and the body with its parts: "NQ/TW", "HD/BTCTW".
fn parse_party_sign(text: &str, start: usize) -> Option<(String, usize)> {
    let type_end = parse_segment(text, start)?;
    let party_type = &text[start..type_end];
    let slash = skip_space(text, type_end, 2);
    if char_at(text, slash)? != '/' {
        return None;
    }
    let (body, end) = parse_sign(text, skip_space(text, slash + 1, 2))?;
    // A type with one letter wrong is believed where a known body follows.
    let is_misread = || {
        let is_near = |read: &str| {
            PARTY_BODIES
                .iter()
                .any(|listed| distance_within(read, listed, 1).is_some())
        };
        party_type.chars().count() >= 2
            && body.chars().count() >= 2
            && is_near(&body)
            && PARTY_TYPES
                .iter()
                .any(|listed| listed.len() > 1 && distance_within(party_type, listed, 1).is_some())
    };
    if !PARTY_TYPES.contains(party_type) && !is_misread() {
        return None;
    }
    Some((format!("{party_type}/{body}"), end))
}

/// The end of one segment: capitals and digits, and the small letters that
/// abbreviations of the decree on records work have.
fn parse_segment(text: &str, start: usize) -> Option<usize> {
    let mut end = start;
    let mut previous = '\0';
    for c in text[start..].chars() {
        let belongs = if end == start {
            c.is_uppercase()
        } else {
            c.is_uppercase()
                || c.is_ascii_digit()
                || c == '&'
                || (previous == 'T' && matches!(c, 'g' | 'r' | 'h'))
                || (previous == 'Q' && c == 'y')
                || (previous == 'Đ' && c == 'i')
        };
        if !belongs {
            break;
        }
        end += c.len_utf8();
        previous = c;
    }
    (end > start && is_word_end(text, end)).then_some(end)
}

/// A word may not go on here, unless with "ngày" whose space was lost.
fn is_word_end(text: &str, end: usize) -> bool {
    match char_at(text, end) {
        Some(c) if c.is_alphanumeric() => text[end..].starts_with("ngày"),
        _ => true,
    }
}

/// A sign of one segment ("12/UBND") is easily something else ("5/TP"): it
/// needs a known segment or "số" before it.
fn is_bare_sign_credible(text: &str, start: usize, sign: &str) -> bool {
    if sign.chars().count() < 2 {
        return false;
    }
    SIGN_SEGMENTS.contains_key(sign) || sign.starts_with("QH") || follows_so(text, start)
}

/// Whether "số" or "số:" stands before the position.
pub(super) fn follows_so(text: &str, position: usize) -> bool {
    let before = text[..position].trim_end().trim_end_matches([':', '.']);
    let before = before.trim_end();
    let mut folded = before.chars().rev().map(fold_char);
    folded.next() == Some('o')
        && folded.next() == Some('s')
        && !folded.next().is_some_and(char::is_alphanumeric)
}
