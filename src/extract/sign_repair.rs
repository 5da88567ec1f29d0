//! Misread letters of signs, set right by what is known. A digit is never
//! changed.

use super::fold::distance_within;
use super::lists::{SIGN_REPAIRS, SIGN_SEGMENTS, abbreviations_of_type, type_of_abbreviation};
use super::number::NumberAndSign;

/// Repairs the letters of a misread first segment, never a digit: one letter
/// against the type that stands before the number, or by a list of
/// misreadings. A segment with a letter more or less may well exist (CĐE).
pub(super) fn repaired(
    number: &NumberAndSign,
    stated_type: Option<&'static str>,
) -> (String, bool) {
    let segment = number.first_segment();
    let is_known = SIGN_SEGMENTS.contains_key(segment)
        || type_of_abbreviation(segment, number.is_party).is_some();
    if !is_known && !number.is_party {
        let expected = stated_type
            .map(abbreviations_of_type)
            .unwrap_or_default()
            .iter()
            .find(|expected| {
                expected.chars().count() > 1
                    && segment.chars().count() == expected.chars().count()
                    && distance_within(segment, expected, 1).is_some()
            })
            .copied();
        let listed = SIGN_REPAIRS.get(segment).copied();
        let single = single_d(segment);
        let is_single_known = single != segment
            && (SIGN_SEGMENTS.contains_key(single.as_str())
                || type_of_abbreviation(&single, false).is_some());
        let meant = expected.or(listed).map(str::to_owned);
        if let Some(meant) = meant.or(is_single_known.then_some(single)) {
            return (number.with_first_segment(&meant).to_string(), true);
        }
    }
    if number.is_party
        && let Some(meant) = repaired_party(number, stated_type)
    {
        return (meant.to_string(), true);
    }
    (number.to_string(), false)
}

/// A run of Đ and D as one Đ: recognisers double the letter ("QĐĐ").
fn single_d(segment: &str) -> String {
    let mut single = String::with_capacity(segment.len());
    let mut chars = segment.chars().peekable();
    while let Some(c) = chars.next() {
        let mut is_run = false;
        while c == 'Đ' && chars.next_if(|next| matches!(next, 'Đ' | 'Ð')).is_some() {
            is_run = true;
        }
        // "ĐD" at the end of a run is one more misreading of it only where
        // letters were doubled already.
        if is_run {
            chars.next_if_eq(&'D');
        }
        single.push(c);
    }
    single
}

/// Bodies of the Party that issue papers, as signs abbreviate them: the
/// Central Committee with its commissions, and the committees of provinces,
/// districts and bodies.
pub(super) const PARTY_BODIES: [&str; 14] = [
    "TW", "VPTW", "BTCTW", "BTGTW", "BTGDVTW", "UBKTTW", "BDVTW", "BNCTW", "BKTTW", "TU", "HU",
    "ĐU", "ĐUK", "QUTW",
];

/// A Party number whose type or body has one letter wrong: the type by what is
/// stated before the number, the body where only one is that near. The lists
/// are closed, so that a letter more or less is a misreading too.
fn repaired_party(number: &NumberAndSign, stated_type: Option<&str>) -> Option<NumberAndSign> {
    let (segment, body) = number.sign.split_once('/')?;
    let stated = stated_type.map(abbreviations_of_type).unwrap_or_default();
    let type_meant = if type_of_abbreviation(segment, true).is_some() {
        segment
    } else {
        only(stated.iter().copied(), segment)?
    };
    let body_meant = if PARTY_BODIES.contains(&body) || SIGN_SEGMENTS.contains_key(body) {
        body
    } else {
        only(PARTY_BODIES.into_iter(), body).unwrap_or(body)
    };
    let is_changed = type_meant != segment || body_meant != body;
    is_changed.then(|| NumberAndSign {
        sign: format!("{type_meant}/{body_meant}"),
        ..number.clone()
    })
}

/// The only one of a list that is within one letter of what was read.
fn only<'a>(list: impl Iterator<Item = &'a str>, read: &str) -> Option<&'a str> {
    let mut near = list.filter(|listed| distance_within(read, listed, 1).is_some());
    let first = near.next()?;
    near.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(number: &str, stated: Option<&'static str>, expected: Option<&str>) {
        let number = NumberAndSign::parse(number).expect("a number");
        let (text, is_repaired) = repaired(&number, stated);
        assert_eq!(is_repaired.then_some(text.as_str()), expected);
    }

    #[test]
    fn one_letter_is_repaired_against_what_is_known() {
        check("05/CI-UBND", Some("chỉ thị"), Some("05/CT-UBND"));
        check("9/QĐĐ-UBND", None, Some("9/QĐ-UBND"));
        check("52-CTI/IW", Some("chỉ thị"), Some("52-CT/TW"));
        check("20-NQ/TW", Some("nghị quyết"), None);
    }

    #[test]
    fn what_could_be_two_things_is_left() {
        // TU, HU or ĐU: nobody can tell.
        check("29-KL/IU", Some("kết luận"), None);
        check("115/CĐE-BYT", Some("công điện"), None);
    }
}
