//! Comparing text as a reader of a bad copy would: without diacritics, without
//! case, and with a few letters wrong.

use unicode_normalization::UnicodeNormalization;

/// One character without diacritics, in lower case; đ is d.
pub(super) fn fold_char(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    match c {
        'đ' | 'Đ' => 'd',
        '–' | '—' | '‐' | '−' => '-',
        _ => {
            let base = std::iter::once(c).nfd().next().unwrap_or(c);
            base.to_lowercase().next().unwrap_or(base)
        }
    }
}

/// The text without diacritics, in lower case.
pub(super) fn fold(text: &str) -> String {
    text.chars().map(fold_char).collect()
}

/// Letters and digits alone, folded: what is compared when spaces and marks
/// may have been misread.
pub(super) fn skeleton(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .map(fold_char)
        .collect()
}

/// Edit distance of two short strings, or `None` where it exceeds `limit`.
pub(super) fn distance_within(a: &str, b: &str, limit: usize) -> Option<usize> {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    if a.len().abs_diff(b.len()) > limit {
        return None;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        let mut least = row[0];
        for (j, cb) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(ca != cb);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
            least = least.min(row[j + 1]);
        }
        if least > limit {
            return None;
        }
    }
    row.last().copied().filter(|distance| *distance <= limit)
}

/// `printed` as `listed` spells it, where misread marks are all that parts
/// them; where only the place of the tone differs (hoà, hòa) it stays as
/// printed.
pub(super) fn respell(printed: &str, listed: &str) -> String {
    let letters_and_marks = |text: &str| {
        let mut all: Vec<char> = text.to_lowercase().nfd().collect();
        all.sort_unstable();
        all
    };
    if letters_and_marks(printed) == letters_and_marks(listed) {
        printed.to_owned()
    } else {
        listed.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_drops_marks_and_case() {
        assert_eq!(fold("Độc lập – Tự do"), "doc lap - tu do");
        assert_eq!(skeleton("Số: 12/QĐ-UBND"), "so12qdubnd");
    }

    #[test]
    fn respelling_repairs_marks_but_leaves_the_tone_where_it_is_printed() {
        assert_eq!(respell("GIAM ĐỌC", "GIÁM ĐỐC"), "GIÁM ĐỐC");
        assert_eq!(respell("Khánh Hoà", "Khánh Hòa"), "Khánh Hoà");
    }

    #[test]
    fn distance_counts_edits_up_to_its_limit() {
        assert_eq!(distance_within("qdd", "qd", 1), Some(1));
        assert_eq!(distance_within("abc", "xyz", 2), None);
        assert_eq!(distance_within("", "", 0), Some(0));
    }
}
