//! The document's own number: read more leniently than one in running text,
//! because it stands behind "Số:" and part of it may be handwriting.

use super::fold::distance_within;
use super::layout::{number_text, slashless_sign};
use super::letterhead::Letterhead;
use super::lists::{
    PARTY_TYPES, SIGN_REPAIRS, SIGN_SEGMENTS, abbreviations_of_type, type_of_abbreviation,
};
use super::number::NumberAndSign;

/// "1347/SYT-VP", "/KH-SYT", "…… /QĐ-UBND", "127-QĐ/TW".
pub(super) fn read_number(line: &str, letterhead: &mut Letterhead) {
    let Some(text) = number_text(line) else {
        return;
    };
    if let Some(number) = leading_number(text) {
        letterhead.sign = Some(number.sign.clone());
        letterhead.number = Some(number.to_string());
        return;
    }
    // The ordinal is missing or cannot be read; the sign can.
    letterhead.number_doubtful = true;
    let Some(slash) = text.find('/') else {
        letterhead.sign = slashless_sign(text);
        return;
    };
    // A stroke of the handwriting may have been read as another slash.
    let last = text.rfind('/').unwrap_or(slash);
    let sign = [slash, last]
        .into_iter()
        .find_map(|at| leading_number(&format!("1/{}", text[at + 1..].trim_start())));
    letterhead.sign = sign.map(|number| number.sign);
}

/// The number that a text begins with. Unlike in running text, a sign may have
/// commas ("SVH,TT,DL") and be of one segment that no list knows.
fn leading_number(text: &str) -> Option<NumberAndSign> {
    let text = text.trim_start();
    let slash = text.find('/')?;
    let head = text[..slash].trim();
    let digits = head.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || digits > 6 {
        return None;
    }
    let suffix = &head[digits..];
    if let Some((party_type, body)) = suffix
        .strip_prefix(['-', '–'])
        .map(str::trim)
        .filter(|party_type| PARTY_TYPES.contains(party_type))
        .and_then(|party_type| Some((party_type, sign_text(&text[slash + 1..])?)))
    {
        return Some(NumberAndSign {
            ordinal: head[..digits].to_owned(),
            year: None,
            sign: format!("{party_type}/{body}"),
            is_party: true,
        });
    }
    let is_suffix = suffix.is_empty()
        || suffix == "bis"
        || suffix.len() == 1 && suffix.bytes().all(|b| b.is_ascii_lowercase());
    if !is_suffix {
        return None;
    }
    let mut rest = text[slash + 1..].trim_start();
    let mut year = None;
    if let Some((first, behind)) = rest.split_once('/')
        && first.trim().len() == 4
        && let Ok(value) = first.trim().parse::<u16>()
    {
        year = Some(value).filter(|value| (1900..2100).contains(value));
        rest = behind.trim_start();
    }
    Some(NumberAndSign {
        ordinal: head.to_owned(),
        year,
        sign: sign_text(rest)?,
        is_party: false,
    })
}

/// A sign up to the white space behind it; white space after a hyphen or a
/// comma does not end it.
fn sign_text(text: &str) -> Option<String> {
    let mut sign = String::new();
    for word in text.split_whitespace() {
        let goes_on = sign.is_empty() || sign.ends_with(['-', ',']) || word.starts_with('-');
        let is_sign = word.chars().all(|c| {
            c.is_alphanumeric() || matches!(c, '-' | '–' | '/' | '&' | ',' | '.' | '(' | ')')
        });
        if !goes_on || !is_sign {
            break;
        }
        sign.push_str(&word.replace('–', "-"));
    }
    let sign = sign.trim_end_matches(['-', '.', ',', ';']).to_owned();
    sign.starts_with(char::is_uppercase).then_some(sign)
}

/// The type that the document's own sign tells; a sign without one is a
/// letter's, which only the salutation makes sure.
pub(super) fn type_of_own_sign(sign: &str) -> Option<&'static str> {
    let is_party = sign.contains('/');
    type_of_abbreviation(sign.split(['-', '/']).next()?, is_party)
}

/// Repairs the letters of a misread first segment against the type in the
/// title, or against a list of misreadings; the number is flagged.
pub(super) fn repair_sign(letterhead: &mut Letterhead) {
    let Some(sign) = letterhead.sign.clone() else {
        return;
    };
    let Some(segment) = sign.split(['-', '/', ',']).next().map(str::to_owned) else {
        return;
    };
    let is_known = SIGN_SEGMENTS.contains_key(segment.as_str())
        || type_of_abbreviation(&segment, sign.contains('/')).is_some();
    if is_known {
        return;
    }
    let expected = letterhead
        .document_type
        .as_deref()
        .map(abbreviations_of_type)
        .unwrap_or_default()
        .iter()
        .find(|expected| {
            expected.chars().count() > 1
                && segment.chars().count() == expected.chars().count()
                && distance_within(&segment, expected, 1).is_some()
        })
        .copied();
    let Some(meant) = expected.or(SIGN_REPAIRS.get(segment.as_str()).copied()) else {
        return;
    };
    let repaired = format!("{meant}{}", &sign[segment.len()..]);
    if let Some(number) = &mut letterhead.number {
        *number = format!("{}{repaired}", &number[..number.len() - sign.len()]);
    }
    letterhead.sign = Some(repaired);
    letterhead.number_doubtful = true;
}
