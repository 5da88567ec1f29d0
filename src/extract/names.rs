//! Names of agencies: where one ends in running text, what it says of its level and
//! its unit.

use super::flat::{ceil_border, collapse, floor_border};
use super::fold::fold;
use super::lists::{ADMINISTRATIVE_UNITS, AGENCY_HEADS, AGENCY_PHRASES, AgencyLevel};
use super::scan::char_before;

/// No name is looked for further than this, in bytes.
const WINDOW: usize = 320;

/// Words of the longest phrase in the lists.
pub(super) const PHRASE_WORDS: usize = 9;

/// Offices whose holder acts for the agency named behind them.
const OFFICES: [&str; 14] = [
    "phó chủ tịch",
    "chủ tịch",
    "phó giám đốc",
    "tổng giám đốc",
    "giám đốc",
    "bộ trưởng",
    "thứ trưởng",
    "thủ trưởng",
    "thường trực",
    "chánh văn phòng",
    "cục trưởng",
    "trưởng ban",
    "hiệu trưởng",
    "lãnh đạo",
];

/// Words for administrative units, as they stand before the unit's own name.
pub(super) const UNIT_WORDS: [&str; 13] = [
    "tỉnh",
    "thành phố",
    "tp.",
    "tp",
    "huyện",
    "quận",
    "thị xã",
    "tx.",
    "thị trấn",
    "xã",
    "phường",
    "đặc khu",
    "khu vực",
];

/// A word of a text and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token<'a> {
    pub word: &'a str,
    pub start: usize,
    pub end: usize,
    /// Punctuation stands behind the word: a name ends here unless a listed
    /// phrase goes on over it.
    is_stopped: bool,
}

/// The words of the first `limit` bytes from `start` on.
pub(super) fn tokens(text: &str, start: usize, limit: usize) -> Vec<Token<'_>> {
    let window = &text[start..ceil_border(text, start + limit)];
    let mut found: Vec<Token<'_>> = Vec::new();
    let mut offset = 0;
    for piece in window.split([' ', '\n']) {
        let piece_start = start + offset;
        offset += piece.len() + 1;
        let opened = piece.trim_start_matches(['(', '"', '“', '\'']);
        let core = opened.trim_end_matches([',', ';', ':', '.', ')', '"', '”', '\'']);
        if core.is_empty() {
            // An empty line ends a paragraph.
            if piece.is_empty()
                && text[..piece_start].ends_with('\n')
                && let Some(last) = found.last_mut()
            {
                last.is_stopped = true;
            }
            if !piece.is_empty() {
                found.push(Token {
                    word: piece,
                    start: piece_start,
                    end: piece_start + piece.len(),
                    is_stopped: true,
                });
            }
            continue;
        }
        let core_start = piece_start + piece.len() - opened.len();
        // "TP.", "Tp." keep their dot; it does not end a name.
        let is_unit_dot = matches!(core.to_lowercase().as_str(), "tp" | "tx" | "p" | "q")
            && opened[core.len()..].starts_with('.');
        found.push(Token {
            word: core,
            start: core_start,
            end: core_start + core.len() + usize::from(is_unit_dot),
            is_stopped: core.len() < opened.len() && !is_unit_dot,
        });
    }
    found
}

fn starts_upper(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_uppercase)
}

/// The number of tokens that `is_listed` takes as one phrase, at most `limit`.
pub(super) fn phrase_length(
    text: &str,
    tokens: &[Token<'_>],
    limit: usize,
    is_listed: impl Fn(&str) -> bool,
) -> Option<usize> {
    let (first, longest) = (tokens.first()?, tokens.len().min(limit));
    (1..=longest).rev().find(|count| {
        let phrase = collapse(&text[first.start..tokens[count - 1].end]).to_lowercase();
        is_listed(&phrase)
    })
}

/// The end of the agency name, or of the office and agency, that begins at
/// `start` of running text.
pub(super) fn agency_end(text: &str, start: usize) -> Option<usize> {
    let tokens = tokens(text, start, WINDOW);
    let mut index = 0;
    if let Some(count) = phrase_length(text, &tokens, 3, |p| OFFICES.contains(&p)) {
        if tokens[..count].iter().any(|token| token.is_stopped) {
            return None;
        }
        index = count;
    }
    let head = phrase_length(text, tokens.get(index..)?, 5, |phrase| {
        AGENCY_HEADS.contains_key(&fold(phrase)) && AGENCY_PHRASES.contains_key(phrase)
    })?;
    // A single common word in lower case ("báo", "hội", "nhà") is no agency.
    let first = tokens[index];
    if !starts_upper(first.word) && !matches!(first.word, "sở" | "ban" | "phòng" | "cục" | "bộ")
    {
        return None;
    }
    if !starts_upper(first.word) && !tokens.get(index + 1).is_some_and(|t| starts_upper(t.word)) {
        return None;
    }
    index += head;
    let mut end = tokens[index - 1].end;
    while let Some(token) = tokens.get(index) {
        if tokens[index - 1].is_stopped {
            break;
        }
        if let Some(count) = phrase_length(text, &tokens[index..], PHRASE_WORDS, |phrase| {
            AGENCY_PHRASES
                .get(phrase)
                .is_some_and(|listed| starts_upper(token.word) || !starts_upper(listed))
        }) {
            let is_connector = count == 1 && matches!(token.word, "và" | "của" | "các");
            if !is_connector {
                index += count;
                end = tokens[index - 1].end;
                continue;
            }
            break;
        }
        if let Some(count) = phrase_length(text, &tokens[index..], 2, |phrase| {
            UNIT_WORDS.contains(&phrase.trim_end_matches('.')) || UNIT_WORDS.contains(&phrase)
        }) {
            index += count;
            end = tokens[index - 1].end;
            continue;
        }
        if is_name_word(&tokens, index) {
            index += 1;
            end = token.end;
            continue;
        }
        let is_dash = matches!(token.word, "-" | "–");
        let goes_on = tokens.get(index + 1).is_some_and(|next| {
            starts_upper(next.word)
                && phrase_length(text, &tokens[index + 1..], 4, |phrase| {
                    AGENCY_HEADS.contains_key(&fold(phrase))
                })
                .is_some()
        });
        if !is_dash || !goes_on {
            break;
        }
        index += 1;
    }
    Some(end)
}

/// Whether the word at `index` belongs to a proper name. A single capitalised
/// word before a small one opens what follows ("… của Bộ Y tế Hướng dẫn …"),
/// unless it stands behind the word for a unit ("tỉnh Huế đã").
fn is_name_word(tokens: &[Token<'_>], index: usize) -> bool {
    let token = tokens[index];
    if !starts_upper(token.word) || token.word.contains('/') {
        return false;
    }
    let is_abbreviation = token.word.chars().all(|c| !c.is_lowercase());
    let follows_name = index > 0 && {
        let before = tokens[index - 1].word;
        UNIT_WORDS.contains(&before.to_lowercase().as_str())
            || matches!(before, "phố" | "trấn")
            || (starts_upper(before) && !AGENCY_PHRASES.contains_key(&before.to_lowercase()))
    };
    let goes_on = tokens
        .get(index + 1)
        .is_none_or(|next| starts_upper(next.word));
    is_abbreviation || follows_name || token.is_stopped || goes_on
}

/// The start of the agency name that ends exactly at `end`, if one does.
pub(super) fn agency_start(text: &str, end: usize) -> Option<usize> {
    let from = floor_border(text, end.saturating_sub(160));
    let window = &text[from..end];
    window
        .char_indices()
        .filter(|(index, c)| {
            c.is_uppercase()
                && !char_before(text, from + index).is_some_and(|before| {
                    before.is_alphanumeric() || matches!(before, '-' | '/' | '&')
                })
        })
        .map(|(index, _)| from + index)
        .find(|start| agency_end(text, *start) == Some(end))
}

/// The level of the agency that a name in normal case speaks of.
pub(super) fn agency_level(name: &str) -> Option<AgencyLevel> {
    let tokens = tokens(name, 0, name.len());
    let count = phrase_length(name, &tokens, 6, |phrase| {
        AGENCY_HEADS.contains_key(&fold(phrase))
    })?;
    let head = fold(&collapse(&name[tokens[0].start..tokens[count - 1].end]));
    AGENCY_HEADS.get(&head).map(|(_, level)| *level)
}

/// The unit that a name ends in: "tỉnh Đồng Nai" of "UBND tỉnh Đồng Nai".
pub(super) fn unit_of(name: &str) -> Option<&str> {
    let lower_at = |word: &str| {
        let mut found = None;
        let mut from = 0;
        while let Some(offset) = name[from..].find(word) {
            let start = from + offset;
            let is_whole = (start == 0 || name[..start].ends_with(' '))
                && name[start + word.len()..].starts_with(' ');
            if is_whole {
                found = Some(start);
            }
            from = start + word.len();
        }
        found
    };
    let names = [
        "tỉnh",
        "thành phố",
        "huyện",
        "quận",
        "thị xã",
        "thị trấn",
        "xã",
        "phường",
        "TP.",
    ];
    // "thị xã" is found before the "xã" inside it: the earliest start counts.
    let start = names.iter().filter_map(|word| lower_at(word)).min()?;
    Some(&name[start..])
}

/// Whether a place is a province or a district of this name, and its level:
/// ("tỉnh", "Hậu Giang"). `None` where units of several levels bear the name.
pub(super) fn unit_named(place: &str) -> Option<(&'static str, &'static str)> {
    let units = ADMINISTRATIVE_UNITS.get(&fold(place))?;
    let first = units
        .iter()
        .find(|unit| unit.province.is_none())
        .or(units.first())?;
    let is_sure = first.province.is_none() || units.iter().all(|unit| unit.level == first.level);
    is_sure.then_some((first.level, first.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_end(text: &str, expected: Option<&str>) {
        let found = agency_end(text, 0).map(|end| collapse(&text[..end]));
        assert_eq!(found.as_deref(), expected, "{text}");
    }

    #[test]
    fn names_end_where_the_sentence_goes_on() {
        check_end(
            "Chủ tịch UBND tỉnh về việc nâng cao",
            Some("Chủ tịch UBND tỉnh"),
        );
        check_end("Chính\nphủ quy định chi tiết", Some("Chính phủ"));
        check_end("Bộ trưởng Bộ Y tế hướng dẫn", Some("Bộ trưởng Bộ Y tế"));
        check_end(
            "Ủy ban nhân dân tỉnh Hậu Giang về việc",
            Some("Ủy ban nhân dân tỉnh Hậu Giang"),
        );
        check_end(
            "Thủ tướng Chính phủ và Chỉ thị số",
            Some("Thủ tướng Chính phủ"),
        );
        check_end(
            "Sở Văn hóa, Thể thao và Du lịch, báo cáo",
            Some("Sở Văn hóa, Thể thao và Du lịch"),
        );
        check_end(
            "Cục Quản lý Dược – Bộ Y tế về",
            Some("Cục Quản lý Dược – Bộ Y tế"),
        );
        check_end(
            "sở Tài chính tỉnh Hậu Giang có",
            Some("sở Tài chính tỉnh Hậu Giang"),
        );
        check_end("Bộ trưởng Bộ Y tế Hướng dẫn", Some("Bộ trưởng Bộ Y tế"));
        check_end("Chính phủ Quy định về", Some("Chính phủ"));
        check_end("Sở Y tế Hậu Giang và sử dụng", Some("Sở Y tế Hậu Giang"));
        check_end("người dân", None);
        check_end("báo cáo", None);
    }

    #[test]
    fn the_unit_of_a_name() {
        assert_eq!(unit_of("UBND tỉnh Đồng Nai"), Some("tỉnh Đồng Nai"));
        assert_eq!(
            unit_of("Ủy ban nhân dân thị xã Gò Công"),
            Some("thị xã Gò Công")
        );
        assert_eq!(unit_of("Bộ Nội vụ"), None);
    }
}
