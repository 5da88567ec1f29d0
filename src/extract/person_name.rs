//! The name of the person who signed, as a signature under a seal leaves it.

use super::fold::{distance_within, fold, skeleton};
use super::items::bullet;
use super::lists::{ADMINISTRATIVE_UNITS, FAMILY_NAMES};
use super::names::{agency_level, unit_of};

/// Two to six words, each with a capital first letter only: a person's name,
/// and whether a misread family name was set right.
/// A title in front ("ThS.", "BS.") is left out, as the decree wants none.
pub(super) fn person_name(line: &str) -> Option<(String, bool)> {
    let line = line.trim();
    if line.len() > 70 || bullet(line).is_some() {
        return None;
    }
    let mut words: Vec<&str> = line
        .trim_matches(|c: char| !c.is_alphanumeric())
        .split_whitespace()
        .collect();
    if let Some(name) = repaired_name(&words) {
        return Some((name, true));
    }
    // A stroke of the signature read as a letter.
    while words.len() > 2 && words[0].chars().count() == 1 {
        words.remove(0);
    }
    while words.len() > 2 && is_academic_title(words[0]) {
        words.remove(0);
    }
    let is_name = (2..=6).contains(&words.len()) && words.iter().all(|word| is_name_word(word));
    let name = words.join(" ");
    // A town at the end of an address, an office, is nobody's name.
    let is_place = ADMINISTRATIVE_UNITS.contains_key(&fold(&name))
        || unit_of(&name.to_lowercase()).is_some_and(|unit| unit.len() == name.len())
        || agency_level(&name).is_some() && !FAMILY_NAMES.contains_key(&skeleton(words[0]));
    (is_name && !is_place).then_some((name, false))
}

fn is_name_word(word: &str) -> bool {
    let mut chars = word.chars();
    chars.next().is_some_and(char::is_uppercase)
        && word.chars().count() > 1
        && chars.all(|c| c.is_lowercase() || c == '-')
}

/// "guyển Trúc Giang", "Nguy lên Văn Mẫu", "Ñ quyên Trúc Giang", "I trần Ngọc Căng": a name whose
/// family name lost or changed a letter to the signature.
fn repaired_name(words: &[&str]) -> Option<String> {
    if words.len() < 3 || words.len() > 6 {
        return None;
    }
    let is_rest = |from: usize| {
        words.len() >= from + 2 && words[from..].iter().all(|word| is_name_word(word))
    };
    let is_speck = words[0].chars().count() <= 1;
    // (family name as read, where the other words begin)
    let is_parted = words[1].starts_with(char::is_lowercase) && is_rest(2);
    let readings = [
        is_parted.then(|| (format!("{}{}", words[0], words[1]), 2)),
        (is_speck && is_rest(2)).then(|| (format!("{}{}", words[0], words[1]), 2)),
        (is_speck && is_rest(2)).then(|| (words[1].to_owned(), 2)),
        is_rest(1).then(|| (words[0].to_owned(), 1)),
    ];
    for (read, from) in readings.into_iter().flatten() {
        let letters = skeleton(&read);
        let is_read_well = from == 1
            && is_name_word(&read)
            && (FAMILY_NAMES.contains_key(&letters) || letters.len() < 4);
        if is_read_well {
            return None;
        }
        let exact = FAMILY_NAMES.get(&letters).copied();
        let nearest = || {
            // Only the long and common name can be told from one wrong letter.
            (letters.len() >= 4 && distance_within(&letters, "nguyen", 2).is_some())
                .then_some("Nguyễn")
        };
        if let Some(family) = exact.or_else(nearest) {
            return Some(format!("{family} {}", words[from..].join(" ")));
        }
    }
    None
}

fn is_academic_title(word: &str) -> bool {
    word.ends_with('.')
        || matches!(
            fold(word).as_str(),
            "ths"
                | "ts"
                | "bs"
                | "bscki"
                | "bsckii"
                | "pgs"
                | "gs"
                | "ks"
                | "cn"
                | "dai"
                | "thuong"
        )
}
