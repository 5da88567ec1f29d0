//! Whether a text is Vietnamese at all: numbers of another language's text are
//! written and ordered otherwise ("1,250.5", "12/31/2020").

/// Texts with fewer letters are not judged.
const LEAST_LETTERS: usize = 60;

/// So many letters are looked at.
const LETTERS: usize = 100_000;

/// Whether the letters of a text are not those of Vietnamese: fewer than one in
/// a hundred is a letter that Vietnamese alone has (every third one of a
/// Vietnamese text is).
pub(super) fn is_other_language(text: &str) -> bool {
    let mut letters = 0_usize;
    let mut own = 0_usize;
    for c in text.chars().filter(|c| c.is_alphabetic()).take(LETTERS) {
        letters += 1;
        own += usize::from(is_vietnamese_alone(c));
    }
    letters >= LEAST_LETTERS && own * 100 < letters
}

/// ă, đ, ơ, ư and all letters with a tone below, a hook, or two marks.
fn is_vietnamese_alone(c: char) -> bool {
    matches!(
        c,
        'ă' | 'Ă' | 'đ' | 'Đ' | 'ơ' | 'Ơ' | 'ư' | 'Ư' | '\u{1ea0}'..='\u{1ef9}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_told_apart() {
        let vietnamese = "Thực hiện Kế hoạch của Ủy ban nhân dân tỉnh về cải cách hành chính, đề nghị các đơn vị báo cáo.";
        let english = "The provincial committee reported that the rate grew by five per cent over the whole period.";
        let french = "Le comité a décidé que la réforme administrative sera achevée avant la fin de l’année à venir, où qu’elle soit.";
        let chinese = "关于加强行政改革工作的通知".repeat(10);
        assert!(!is_other_language(vietnamese));
        assert!(is_other_language(english));
        assert!(is_other_language(french));
        assert!(is_other_language(&chinese));
        assert!(!is_other_language("No. 12, 5%"));
    }
}
