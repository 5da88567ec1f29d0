//! The normal case of a name that a letterhead prints in capitals.

use super::flat::collapse;
use super::fold::{fold, respell};
use super::lists::{
    ADMINISTRATIVE_UNITS, AGENCY_PHRASES, FOLDED_AGENCY_PHRASES, type_of_abbreviation,
};
use super::names::{PHRASE_WORDS, Token, UNIT_WORDS, phrase_length, tokens};

/// A name in capitals in normal case: "ỦY BAN NHÂN DÂN TỈNH HẬU GIANG" →
/// "Ủy ban nhân dân tỉnh Hậu Giang". What the lists do not know is taken for a
/// proper name, each syllable with a capital.
///
/// Marks that were misread ("SƠ Y TÉ", "TĨNH QUÁNG NGÃI") are set right where
/// the lists know the word; the place of a tone stays as printed.
pub(super) fn normal_case(capitals: &str) -> String {
    let text = collapse(capitals);
    let tokens = tokens(&text, 0, text.len());
    let mut normal = String::with_capacity(text.len());
    let mut index = 0;
    let mut copied = 0;
    let mut follows_unit = false;
    while index < tokens.len() {
        let (count, piece) = next_part(&text, &tokens[index..], index == 0, follows_unit);
        let span = tokens[index].start..tokens[index + count - 1].end;
        normal.push_str(&text[copied..span.start]);
        copied = span.end;
        follows_unit = matches!(piece, Part::Unit(_));
        normal.push_str(&match piece {
            Part::Unit(unit) if index == 0 => capitalised(&unit),
            Part::Unit(part) | Part::Name(part) => part,
        });
        index += count;
    }
    normal.push_str(&text[copied..]);
    capitalised(&normal)
}

/// A part of a name in normal case.
enum Part {
    /// A word for an administrative unit.
    Unit(String),
    Name(String),
}

/// The part of a name that the tokens begin with, and how many it takes.
fn next_part(
    text: &str,
    tokens: &[Token<'_>],
    is_first: bool,
    follows_unit: bool,
) -> (usize, Part) {
    let printed = |count: usize| &text[tokens[0].start..tokens[count - 1].end];
    if let Some((count, decision)) = founding_decision(tokens) {
        return (count, Part::Name(decision));
    }
    if follows_unit
        && let Some(count) = phrase_length(text, tokens, 4, |p| {
            ADMINISTRATIVE_UNITS.contains_key(&fold(p))
        })
        && let Some(unit) = ADMINISTRATIVE_UNITS
            .get(&fold(printed(count)))
            .and_then(|units| units.first())
    {
        return (
            count,
            Part::Name(respell(&proper_words(printed(count)), unit.name)),
        );
    }
    let unit = phrase_length(text, tokens, 2, |phrase| listed_unit(phrase).is_some());
    // One syllable without its marks is too little to know a word by, but
    // for the first one.
    let phrase = phrase_length(text, tokens, PHRASE_WORDS, |phrase| {
        AGENCY_PHRASES.contains_key(phrase)
            || (is_first || phrase.contains(' '))
                && FOLDED_AGENCY_PHRASES.contains_key(&fold(phrase))
    });
    match (unit, phrase) {
        (Some(count), _) if phrase.is_none_or(|longer| longer <= count) => {
            let lower = printed(count).to_lowercase();
            let unit = listed_unit(&lower).map_or(lower.clone(), |unit| respell(&lower, unit));
            let unit = if matches!(unit.as_str(), "tp." | "tp") {
                "TP.".to_owned()
            } else {
                unit
            };
            (count, Part::Unit(unit))
        }
        (_, Some(count)) => {
            let lower = printed(count).to_lowercase();
            let listed = AGENCY_PHRASES
                .get(&lower)
                .or_else(|| FOLDED_AGENCY_PHRASES.get(&fold(&lower)))
                .copied()
                .unwrap_or_default();
            // Tone spelling stays as printed: the list gives only the case.
            let spelt = respell(&lower, &listed.to_lowercase());
            (count, Part::Name(case_like(&spelt, listed)))
        }
        _ => (1, Part::Name(proper_name(printed(1)))),
    }
}

/// "THEO QUYẾT ĐỊNH SỐ 746/QĐ-SNV": bodies that are formed for one task (an inspection, a
/// working group) are called after the decision that formed them. Gives how many tokens
/// it takes; a slash that was not read before the type's abbreviation is put back.
fn founding_decision(tokens: &[Token<'_>]) -> Option<(usize, String)> {
    let folded: Vec<String> = tokens
        .iter()
        .take(4)
        .map(|token| fold(token.word))
        .collect();
    let folded: Vec<&str> = folded.iter().map(String::as_str).collect();
    let n_words = match folded.as_slice() {
        ["theo", "quyet", "dinh", "so"] => 4,
        ["theo", "qd", "so", ..] => 3,
        _ => return None,
    };
    let mut number = String::new();
    let mut count = n_words;
    for token in &tokens[n_words..] {
        // A number that fell apart: "746/QĐ- SNV".
        if !number.is_empty() && !number.ends_with(['-', '/']) {
            break;
        }
        number.push_str(token.word);
        count += 1;
    }
    let n_digits = number.find(|c: char| !c.is_ascii_digit())?;
    let (ordinal, sign) = number.split_at(n_digits);
    let is_slash_lost = sign
        .split_once('-')
        .is_some_and(|(first, _)| type_of_abbreviation(first, false).is_some());
    let slash = if is_slash_lost { "/" } else { "" };
    (n_digits > 0).then(|| (count, format!("theo Quyết định số {ordinal}{slash}{sign}")))
}

/// The word for an administrative unit that a phrase in lower case is, its
/// marks misread or not.
fn listed_unit(phrase: &str) -> Option<&'static str> {
    let folded = fold(phrase);
    UNIT_WORDS.into_iter().find(|unit| fold(unit) == folded)
}

fn proper_words(words: &str) -> String {
    let proper: Vec<String> = words.split(' ').map(proper_name).collect();
    proper.join(" ")
}

/// `lower` with the capitals that `model` has.
fn case_like(lower: &str, model: &str) -> String {
    if lower.chars().count() != model.chars().count() {
        return model.to_owned();
    }
    lower
        .chars()
        .zip(model.chars())
        .flat_map(|(c, like)| {
            let upper = like.is_uppercase().then(|| c.to_uppercase());
            let kept = (!like.is_uppercase()).then_some(c);
            upper.into_iter().flatten().chain(kept)
        })
        .collect()
}

fn capitalised(lower: &str) -> String {
    let mut chars = lower.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

/// "ĐỒNG" → "Đồng"; an abbreviation (no vowel: "TP.HCM", "KCN") stays.
fn proper_name(word: &str) -> String {
    let has_vowel = fold(word)
        .chars()
        .any(|c| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y'));
    let is_roman = word.chars().all(|c| matches!(c, 'I' | 'V' | 'X'));
    if !has_vowel || is_roman || word.contains('.') {
        return word.to_owned();
    }
    let mut proper = String::with_capacity(word.len());
    let mut is_start = true;
    for c in word.chars() {
        if is_start {
            proper.extend(c.to_uppercase());
        } else {
            proper.extend(c.to_lowercase());
        }
        is_start = !c.is_alphanumeric();
    }
    proper
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_become_normal_case() {
        let check = |capitals: &str, expected: &str| assert_eq!(normal_case(capitals), expected);
        check(
            "ỦY BAN NHÂN DÂN TỈNH HẬU GIANG",
            "Ủy ban nhân dân tỉnh Hậu Giang",
        );
        check("UỶ BAN NHÂN DÂN XÃ EA KLY", "Uỷ ban nhân dân xã Ea Kly");
        check(
            "SỞ VĂN HOÁ, THỂ THAO VÀ DU LỊCH",
            "Sở Văn hoá, Thể thao và Du lịch",
        );
        check("UBND THÀNH PHỐ CẦN THƠ", "UBND thành phố Cần Thơ");
        check("BỘ CÔNG THƯƠNG", "Bộ Công Thương");
        check(
            "BAN QUẢN LÝ DỰ ÁN HUYỆN GIO LINH",
            "Ban Quản lý Dự án huyện Gio Linh",
        );
    }

    #[test]
    fn misread_marks_are_set_right_by_the_lists() {
        let check = |capitals: &str, expected: &str| assert_eq!(normal_case(capitals), expected);
        check("SƠ Y TÉ", "Sở Y tế");
        check("UBND TĨNH HÂU GIANG", "UBND tỉnh Hậu Giang");
        check("UBND TỈNH KHÁNH HOÀ", "UBND tỉnh Khánh Hoà");
        check("TỈNH ỦY HẬU GIANG", "Tỉnh ủy Hậu Giang");
    }
    #[test]
    fn a_body_is_called_after_the_decision_that_formed_it() {
        let check = |capitals: &str, expected: &str| assert_eq!(normal_case(capitals), expected);
        let inspection = "Đoàn kiểm tra theo Quyết định số 12/QĐ-STC";
        check("ĐOÀN KIỂM TRA THEO QUYẾT ĐỊNH SỐ 12/QĐ-STC", inspection);
        check("ĐOÀN KIỂM TRA THEO QUYÉT ĐỊNH SỐ 12QĐ-STC", inspection);
        check("ĐOÀN KIỂM TRA THEO QĐ SỐ 12/QĐ- STC", inspection);
        check(
            "TỔ CÔNG TÁC THEO QUYẾT ĐỊNH SỐ",
            "Tổ công tác Theo Quyết Định Số",
        );
    }
}
