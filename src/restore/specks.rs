//! What specks and look-alike letters do to read text, put right before words
//! are weighed.
//!
//! A recogniser takes a speck for a stop, an apostrophe or a sign that no
//! Vietnamese text has, loses the space between two words, and cannot tell s
//! from S by its shape. Each rule asks for a reading that right text does not
//! have: a stop between two words that belong together, of which the second is
//! small; a capital that looks like its small letter, between small words, on a
//! word that hardly ever has one.

use super::model::{Model, Symbol};
use super::readings::{Token, Treatment};
use crate::vietnamese::{
    CasePattern, base_letter, is_letter, is_letter_or_number, is_syllable, is_vietnamese_vowel,
    unify_tone,
};

/// Signs that specks are read as and that print in Vietnamese hardly has.
const SPECKS: [char; 12] = ['¡', '¬', 'ˆ', '~', '`', '´', '¨', '¸', '·', '^', '¦', '¿'];
const HOOKS: [char; 3] = ['?', '’', '\''];
const QUOTES: [char; 3] = ['\'', '‘', '’'];
/// By how much a word makes the next likelier, natural logarithm, for a stop
/// between them to be a speck; and for a colon, which may stand before a small
/// word.
const LN_BELONGS: f32 = 2.0;
const LN_BELONGS_CLOSELY: f32 = 4.0;
/// And how likely the next word is at least, natural logarithm.
const LN_EXPECTED: f32 = -1.6;
/// A word that has a capital inside sentences more rarely than this, 0 to 1.
const RARELY_CAPITAL: f32 = 0.003;
/// A word must be this frequent for its capitals to be known, natural logarithm;
/// rarer ones are parts of names.
const LN_FREQUENT: f32 = -7.5;
/// A longer run of odd signs is meant.
const MAX_SPECK_BYTES: usize = 2;
/// What is mended here is a little less certain.
pub(super) const CERTAINTY_OF_MENDED: f32 = 0.9;

/// Mends the tokens of a block, each as its line is treated; `is_read_text` where
/// somebody has said that a recogniser read them.
pub(super) fn mend<'a>(
    model: &Model,
    tokens: Vec<Token<'a>>,
    is_read_text: bool,
    treatment_of: impl Fn(usize) -> Treatment,
) -> Vec<Token<'a>> {
    let is_read = |token: &Token| {
        let treatment = treatment_of(token.line_idx);
        matches!(treatment, Treatment::Read | Treatment::Garbled)
    };
    if !tokens.iter().any(is_read) {
        return tokens;
    }
    let mut mended: Vec<Token<'a>> = Vec::with_capacity(tokens.len());
    for token in tokens {
        if token.is_open
            && treatment_of(token.line_idx) == Treatment::Read
            && let Some((first, second)) = part(model, &token)
        {
            mended.push(first);
            mended.push(second);
        } else {
            mended.push(token);
        }
    }
    for idx in 0..mended.len() {
        if !mended[idx].is_open {
            continue;
        }
        let text = match treatment_of(mended[idx].line_idx) {
            Treatment::Read => without_specks(model, &mended, idx)
                .or_else(|| is_read_text.then(|| with_comma(&mended, idx))?)
                .or_else(|| with_likely_case(model, &mended, idx)),
            Treatment::Garbled => without_stray_hook(&mended, idx),
            Treatment::Bare | Treatment::Keep => None,
        };
        if let Some(text) = text {
            mended[idx].text = text.into();
            mended[idx].confidence *= CERTAINTY_OF_MENDED;
        }
    }
    mended
}

/// Two words that were read as one: "Vềviệc", "thực.hiện".
fn part<'a>(model: &Model, token: &Token<'a>) -> Option<(Token<'a>, Token<'a>)> {
    let text = &*token.text;
    // The shares of the raw text are cut at the same places.
    if token.raw != text || text.is_ascii() {
        return None;
    }
    let start = text.find(is_letter)?;
    let end = start
        + text[start..]
            .find(|letter: char| !is_letter(letter))
            .unwrap_or(text.len() - start);
    let (at, second_start) = if text[end..].starts_with('.') {
        let behind = &text[end + 1..];
        let second_len = behind
            .find(|letter: char| !is_letter(letter))
            .unwrap_or(behind.len());
        let (first, second) = (&text[start..end], &behind[..second_len]);
        let is_small = CasePattern::of(second) == CasePattern::Lower
            && matches!(
                CasePattern::of(first),
                CasePattern::Lower | CasePattern::Title
            );
        let is_rest_a_mark = !behind[second_len..].contains(is_letter_or_number);
        if !is_small || !is_rest_a_mark || !belong_together(model, first, second, LN_BELONGS) {
            return None;
        }
        (end, end + 1)
    } else {
        if text[end..].contains(is_letter_or_number) {
            return None;
        }
        let word = &text[start..end];
        let at = start + best_cut(model, word)?;
        (at, at)
    };
    let share = |from: usize, to: usize, text: &str| Token {
        raw: &token.raw[from..to],
        text: text.to_owned().into(),
        line_idx: token.line_idx,
        is_among_capitals: token.is_among_capitals,
        confidence: token.confidence * CERTAINTY_OF_MENDED,
        alternatives: &[],
        bounding_box: token.bounding_box,
        is_open: true,
    };
    Some((
        share(0, second_start, &text[..at]),
        share(second_start, text.len(), &text[second_start..]),
    ))
}

/// Two syllables have no more letters; longer words need not be looked through.
const MAX_LETTERS_OF_TWO: usize = 18;

/// Where a word that no syllable is falls into two that often stand together.
fn best_cut(model: &Model, word: &str) -> Option<usize> {
    let has_mark = |text: &str| {
        text.chars()
            .any(|letter| !letter.is_ascii() && is_vietnamese_vowel(letter))
    };
    if word.chars().nth(MAX_LETTERS_OF_TWO).is_some() {
        return None;
    }
    if !has_mark(word) || is_syllable(word) || find(model, word).is_some() {
        return None;
    }
    let n_grams = model.n_grams();
    word.char_indices()
        .skip(1)
        .filter_map(|(at, _)| {
            let (first, second) = word.split_at(at);
            let pattern = CasePattern::of(first);
            let second_pattern = CasePattern::of(second);
            let is_case_possible = match second_pattern {
                CasePattern::Lower => pattern != CasePattern::Upper,
                CasePattern::Title => pattern != CasePattern::Upper || first.len() == 1,
                CasePattern::Upper => pattern == CasePattern::Upper,
                CasePattern::Mixed => false,
            };
            // One letter alone is a word at a change of case: "SởY".
            let is_long = |part: &str| part.chars().count() > 1;
            let are_long =
                is_long(first) && (is_long(second) || second_pattern == CasePattern::Title);
            if !is_case_possible || !are_long || !is_syllable(first) || !is_syllable(second) {
                return None;
            }
            let (a, b) = (find(model, first)?, find(model, second)?);
            let ln_next = n_grams.extend(&n_grams.only(a), b).0;
            (ln_next - n_grams.unigram(b) > LN_BELONGS)
                .then_some((at, n_grams.unigram(a) + ln_next))
        })
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(at, _)| at)
}

fn find(model: &Model, word: &str) -> Option<Symbol> {
    model.words.find(&unify_tone(&word.to_lowercase()))
}

/// Whether `second` is much likelier behind `first` than anywhere.
fn belong_together(model: &Model, first: &str, second: &str, ln_lift: f32) -> bool {
    let (Some(a), Some(b)) = (find(model, first), find(model, second)) else {
        return false;
    };
    if !is_syllable(first) || !is_syllable(second) {
        return false;
    }
    let n_grams = model.n_grams();
    let ln_next = n_grams.extend(&n_grams.only(a), b).0;
    ln_next - n_grams.unigram(b) > ln_lift
        && (ln_lift < LN_BELONGS_CLOSELY || ln_next > LN_EXPECTED)
}

/// The token before on the same line, and the one behind.
fn neighbours<'t, 'a>(
    tokens: &'t [Token<'a>],
    idx: usize,
) -> (Option<&'t Token<'a>>, Option<&'t Token<'a>>) {
    let on_line = |token: &&Token| token.line_idx == tokens[idx].line_idx;
    let before = idx.checked_sub(1).map(|before| &tokens[before]);
    (before.filter(on_line), tokens.get(idx + 1).filter(on_line))
}

/// The text without what specks were read as; `None` when it stays.
fn without_specks(model: &Model, tokens: &[Token], idx: usize) -> Option<String> {
    let text = &*tokens[idx].text;
    let (before, behind) = neighbours(tokens, idx);
    let has_word = text.contains(is_letter_or_number);
    if !has_word {
        if is_dash_with_speck(text) {
            return Some("-".to_owned());
        }
        let is_speck = text.len() <= MAX_SPECK_BYTES
            && text.chars().all(|sign| SPECKS.contains(&sign))
            || text.chars().all(|sign| QUOTES.contains(&sign)) && !has_partner(tokens, idx);
        // Nothing is printed with a space before its stop.
        let is_stray_stop = text == "."
            && before.is_some_and(|before| before.text.ends_with(char::is_lowercase))
            && behind.is_some_and(|behind| behind.text.starts_with(char::is_lowercase));
        let is_second_mark = matches!(text, "." | "," | ":" | ";")
            && before.is_some_and(|before| {
                before.text.ends_with(['.', ',', ':', ';']) && !before.text.ends_with("...")
            });
        // A frame or the edge of the page; between columns there are more of them.
        let is_edge = text == "|"
            && (before.is_none() || behind.is_none())
            && line_of(tokens, idx)
                .iter()
                .filter(|token| token.text == "|")
                .count()
                == 1;
        return (is_speck || text == "_" || is_stray_stop || is_second_mark || is_edge)
            .then(String::new);
    }
    if let Some(rest) = text.strip_suffix('_').filter(|rest| !rest.contains('_')) {
        return Some(rest.to_owned());
    }
    let is_stray =
        |sign: char| SPECKS.contains(&sign) || QUOTES.contains(&sign) && !has_partner(tokens, idx);
    let trimmed = text.trim_matches(is_stray);
    if trimmed.len() < text.len() && trimmed.chars().all(is_letter) {
        return Some(trimmed.to_owned());
    }
    let ln_lift = match text.chars().last()? {
        '.' => LN_BELONGS,
        ':' => LN_BELONGS_CLOSELY,
        _ => return None,
    };
    let word = &text[..text.len() - 1];
    if word.chars().count() < 2 || !word.chars().all(is_letter) {
        return None;
    }
    let next = &*behind?.text;
    let next_word = next.trim_end_matches(|sign: char| !is_letter_or_number(sign));
    let is_same_case = match CasePattern::of(word) {
        CasePattern::Lower | CasePattern::Title => CasePattern::of(next_word) == CasePattern::Lower,
        CasePattern::Upper => {
            tokens[idx].is_among_capitals && CasePattern::of(next_word) == CasePattern::Upper
        }
        CasePattern::Mixed => false,
    };
    (is_same_case && belong_together(model, word, next_word, ln_lift)).then(|| word.to_owned())
}

/// A dash with something beside it: "-_". Print has a dash alone or a line of them.
fn is_dash_with_speck(text: &str) -> bool {
    let mut signs = text.chars();
    match (signs.next(), signs.next(), signs.next()) {
        (Some('-'), Some(other), None) | (Some(other), Some('-'), None) => {
            matches!(other, '_' | '.' | ',' | '\'') || SPECKS.contains(&other)
        }
        _ => false,
    }
}

/// A comma that was read as a stop: no sentence begins with a small letter.
fn with_comma(tokens: &[Token], idx: usize) -> Option<String> {
    let word = tokens[idx].text.strip_suffix('.')?;
    let next = &*neighbours(tokens, idx).1?.text;
    let next_word = next.trim_end_matches(|sign: char| !is_letter_or_number(sign));
    // Of one letter are items and abbreviations.
    let is_word = |text: &str| text.chars().nth(1).is_some() && is_syllable(text);
    (is_word(word) && is_word(next_word) && next.starts_with(char::is_lowercase))
        .then(|| format!("{word},"))
}

/// The word without a hook or horn of its last letter that was read as a sign of its
/// own: "ti?" for "từ", "dw’" for "dự". No sentence ends before a small letter.
fn without_stray_hook(tokens: &[Token], idx: usize) -> Option<String> {
    let text = &*tokens[idx].text;
    let word = text.strip_suffix(HOOKS)?;
    let (_, behind) = neighbours(tokens, idx);
    let is_inside = behind.is_some_and(|behind| behind.text.starts_with(char::is_lowercase));
    let is_word = word.chars().count() > 1 && word.chars().all(is_letter);
    (is_inside && is_word).then(|| word.to_owned())
}

/// Whether another quotation mark of the kind stands on the line.
fn has_partner(tokens: &[Token], idx: usize) -> bool {
    let n_quotes: usize = line_of(tokens, idx)
        .iter()
        .map(|token| token.text.matches(QUOTES).count())
        .sum();
    n_quotes > 1
}

/// The tokens that stand on a line with one.
fn line_of<'t, 'a>(tokens: &'t [Token<'a>], idx: usize) -> &'t [Token<'a>] {
    let is_of_line = |token: &&Token| token.line_idx == tokens[idx].line_idx;
    let n_before = tokens[..idx].iter().rev().take_while(is_of_line).count();
    let n_behind = tokens[idx..].iter().take_while(is_of_line).count();
    &tokens[idx - n_before..idx + n_behind]
}

/// Letters whose capital is the small letter made larger.
fn looks_alike(letter: char) -> bool {
    matches!(
        base_letter(letter).to_ascii_lowercase(),
        'c' | 'o' | 'p' | 's' | 'u' | 'v' | 'w' | 'x' | 'z'
    )
}

/// The word in the case that was printed, where look-alikes hid it; `None` when
/// it stays.
fn with_likely_case(model: &Model, tokens: &[Token], idx: usize) -> Option<String> {
    let token = &tokens[idx];
    let text = &*token.text;
    let word = text.trim_matches(|sign: char| !is_letter_or_number(sign));
    if !word.chars().all(is_letter) || word.chars().nth(1).is_none() {
        return None;
    }
    let pattern = CasePattern::of(word);
    if pattern == CasePattern::Lower || !is_syllable(word) {
        return None;
    }
    let symbol = find(model, word)?;
    let all_alike = |is_of: fn(char) -> bool, n_skipped: usize| {
        let mut letters = word.chars().skip(n_skipped).filter(|&letter| is_of(letter));
        letters.all(looks_alike)
    };
    let n_upper = word.chars().filter(|letter| letter.is_uppercase()).count();
    let meant = match pattern {
        CasePattern::Mixed if token.is_among_capitals => CasePattern::Upper,
        CasePattern::Mixed if word.starts_with(char::is_lowercase) && !word.is_ascii() => {
            CasePattern::Lower
        }
        CasePattern::Mixed if all_alike(char::is_uppercase, 1) => CasePattern::Title,
        CasePattern::Mixed if all_alike(char::is_lowercase, 0) && n_upper > 1 => CasePattern::Upper,
        CasePattern::Title | CasePattern::Upper => {
            let (title, upper) = model.words.case_shares(symbol);
            let share = if pattern == CasePattern::Title {
                title
            } else {
                upper
            };
            let (before, behind) = neighbours(tokens, idx);
            let is_small = |token: &Token| CasePattern::of(&token.text) == CasePattern::Lower;
            let is_between_small = before
                .is_some_and(|before| is_small(before) && before.text.ends_with(is_letter))
                && behind
                    .is_none_or(|behind| is_small(behind) && behind.text.starts_with(is_letter))
                && text.starts_with(is_letter);
            if share > RARELY_CAPITAL
                || model.n_grams().unigram(symbol) < LN_FREQUENT
                || !is_between_small
                || !all_alike(char::is_uppercase, 0)
            {
                return None;
            }
            CasePattern::Lower
        }
        CasePattern::Mixed | CasePattern::Lower => return None,
    };
    let start = text.find(word)?;
    let cased = meant.apply(&word.to_lowercase());
    Some([&text[..start], &cased, &text[start + word.len()..]].concat())
}

#[cfg(test)]
mod tests {
    use crate::restore::{InputKind, Restorer};
    use std::sync::LazyLock;

    static RESTORER: LazyLock<Restorer> =
        LazyLock::new(|| Restorer::embedded().expect("the embedded model is whole"));

    #[test]
    fn specks_and_look_alikes_are_mended() {
        let cases = [
            ("của SởY tế tỉnh", "của Sở Y tế tỉnh"),
            ("Vềviệc tăng cường", "Về việc tăng cường"),
            ("đối Với cá nhân, tổ chức", "đối với cá nhân, tổ chức"),
            ("các cơ SỞ y tế", "các cơ sở y tế"),
            ("tổ chức thực.hiện nhiệm vụ", "tổ chức thực hiện nhiệm vụ"),
            ("đã ¡nộp hồ sơ", "đã nộp hồ sơ"),
            ("được thỰc hiện từ", "được thực hiện từ"),
            (
                "trong công tác quản lý. xây dựng kế hoạch",
                "trong công tác quản lý, xây dựng kế hoạch",
            ),
            (
                "-_ Phòng Nghiệp vụ Y; đề nghị",
                "- Phòng Nghiệp vụ Y; đề nghị",
            ),
            ("Hướng dẫn quy trình_", "Hướng dẫn quy trình"),
        ];
        for (read, printed) in cases {
            assert_eq!(RESTORER.restore_text(read, InputKind::Read), printed);
        }
    }

    #[test]
    fn hooks_read_as_signs_go() {
        let garbled = "Can ct? Nghi dinh vé dw’ toan ngan sach; da phan bd chua? Neu cd";
        let restored = RESTORER.restore_text(garbled, InputKind::Garbled);
        assert_eq!(restored.matches(['?', '’']).count(), 2, "{restored}");
        assert!(restored.contains("dự toán"), "{restored}");
    }

    #[test]
    fn right_text_stays() {
        for text in [
            "của Sở Y tế, theo Quyết định của Chủ tịch Ủy ban",
            "Chỉ thị số 12/CT-TTg về chuyển đổi số",
            "gồm: các phòng, ban. Cụ thể như sau",
            "ông Sinh là người của 'Hội' ở xã",
            "xem ở dichvucong.gov.vn",
            "bố trí tại phòng a. họp lúc 8 giờ",
            "Các đơn vị. Tổ chức thực hiện",
            "TT | Nội dung | Ghi chú |",
            "(mỗi quý 1 lần)... ; đẩy mạnh",
        ] {
            assert_eq!(RESTORER.restore_text(text, InputKind::Read), text);
        }
    }

    #[test]
    fn typed_text_keeps_its_marks() {
        let text = "Các đơn vị đã thực hiện tốt nhiệm vụ. tuy nhiên vẫn còn một số hạn chế";
        assert_eq!(RESTORER.restore_text(text, InputKind::Auto), text);
    }

    #[test]
    fn parts_keep_their_share_of_the_raw_text() {
        let lines = RESTORER.restore_lines(&["Vềviệc tăng cường"], InputKind::Read);
        let words = &lines[0].words;
        assert_eq!(words[0].raw, "Về");
        assert_eq!(words[1].raw, "việc");
        let lines = RESTORER.restore_lines(&["các ¡ sở"], InputKind::Read);
        assert_eq!(lines[0].words[1].text, "");
        assert_eq!(lines[0].text(), "các sở");
        for (read, printed) in [
            ("khám bệnh; : đề nghị", "khám bệnh; đề nghị"),
            ("| Hướng dẫn quy trình", "Hướng dẫn quy trình"),
        ] {
            let lines = RESTORER.restore_lines(&[read], InputKind::Read);
            assert_eq!(lines[0].text(), printed);
        }
    }
}
