//! The indicator that a value is said of.
//!
//! It is found in the sentence by position:
//! * before a bracket that holds the value: "tỷ lệ hài lòng (tối thiểu 93%)";
//! * before a colon: "chi quản lý hành chính: 42,5 triệu đồng";
//! * before the value, back to the noun that opens an indicator or to the
//!   clause's start: "tỷ lệ thanh toán trực tuyến đạt tối thiểu 30%";
//! * behind the value, where it opens the clause: "90% đoàn viên được …";
//! * on both sides: "phát hành 100% văn bản điện tử".

use super::clause::phrase_start;
use super::flat::collapse;
use super::lists::{COMPARATORS, INDICATOR_HEADS};
use super::target::{Bound, Value, is_money};

/// The indicator of a value between the start of its sentence (or the end of
/// the target before) and the next numeral.
pub(super) fn indicator_of(
    text: &str,
    window_start: usize,
    bound: &Bound,
    value: &Value,
    next: usize,
) -> (String, usize) {
    let end = bound.end.max(value.span.end);
    let before = text.get(window_start..bound.start).unwrap_or_default();
    let opening = before
        .rfind('(')
        .filter(|open| !before[*open..].contains(')'));
    // "(chi A: 650 triệu đồng, chi B: 736 triệu đồng)"
    let stem = before.trim_end_matches([' ', '\n', '(']);
    if let Some(named) = stem.strip_suffix(':') {
        let inner = named.rfind('(').map_or(named, |open| &named[open + 1..]);
        let named = last_clause(inner, 4);
        if named.chars().any(char::is_alphabetic) {
            return (tidy(named), end);
        }
    }
    if let Some(open) = opening {
        let name = indicator_before(&before[..open]);
        let inner = last_clause(&before[open + 1..], 1);
        if !name.is_empty() {
            return (tidy(&format!("{name} {inner}")), end);
        }
    }
    let is_sum = is_money(&value.unit);
    let name = if is_sum && bound.filler.is_some_and(|filler| filler.contains("với")) {
        // A sum is stated at the end of what it is for.
        let named = before
            .rfind(": ")
            .map_or(before, |colon| &before[colon + 2..]);
        first_words(named, 16)
    } else {
        tidy(&indicator_before(before))
    };
    let is_count = value.unit != "%" && value.out_of.is_none();
    let unit = if is_count && !is_sum {
        value.unit.as_str()
    } else {
        ""
    };
    let least = if is_sum { 3 } else { 2 };
    if name.split_whitespace().count() < least {
        // The value opens the clause: what it is said of follows.
        let (behind, behind_end) = behind_value(text, end, next, &[]);
        let name = if is_sum { "" } else { name.as_str() };
        return (tidy(&format!("{name} {unit} {behind}")), behind_end);
    }
    let joins = value.unit == "%" || is_count && !is_sum && !value.unit.contains('/');
    let (behind, behind_end) = behind_value(text, end, next, &[", "]);
    if joins && !behind.is_empty() && !is_closed_behind(&behind) {
        return (tidy(&format!("{name} {unit} {behind}")), behind_end);
    }
    let unit = if value.unit.contains('/') { "" } else { unit };
    (tidy(&format!("{name} {unit}")), end)
}

/// The first words of a sentence, without the mark of a list item.
fn first_words(sentence: &str, count: usize) -> String {
    let words: Vec<&str> = sentence
        .split_whitespace()
        .skip_while(|word| word.ends_with(['.', ')']) && word.len() <= 4)
        .take(count)
        .collect();
    words.join(" ")
}

/// The words of a clause that name an indicator.
pub(super) fn indicator_before(clause: &str) -> String {
    let clause = clause.trim_end_matches([' ', '\n', ',', ':', '-', '(']);
    let lower = clause.to_lowercase();
    let mut start = None;
    if lower.len() == clause.len() {
        for (head, is_skipped) in INDICATOR_HEADS.iter() {
            let Some(offset) = lower.rfind(head) else {
                continue;
            };
            let end = offset + head.len();
            let is_word = !lower[..offset].ends_with(char::is_alphanumeric)
                && lower[end..].starts_with([' ', '\n']);
            let position = if *is_skipped { end } else { offset };
            let has_words = clause[position..].split_whitespace().count() >= 3;
            let words = clause[position..].split_whitespace().count();
            if is_word && has_words && words <= 40 && start.is_none_or(|s| position > s) {
                start = Some(position);
            }
        }
    }
    match start {
        Some(start) => clause[start..].to_owned(),
        None => last_clause(clause, 6).to_owned(),
    }
}

/// What stands behind the last comma (or bracket); further back while it has
/// fewer than `least` words.
fn last_clause(text: &str, least: usize) -> &str {
    let text = text.trim_end_matches([' ', '\n', ',']);
    let mut start = text.len();
    loop {
        let before = text[..start].trim_end_matches([',', ' ', '\n']);
        let border = before.rfind([',', ':', ')', '•', '…']).map_or(0, |index| {
            index + before[index..].chars().next().map_or(1, char::len_utf8)
        });
        start = border;
        if start == 0 || text[start..].split_whitespace().count() >= least {
            break;
        }
        let stop = text[..start].chars().next_back();
        if stop != Some(',') {
            break;
        }
        start -= 1;
    }
    text[start..].trim_matches([' ', '\n', ',', '-', '+'])
}

/// The words behind a value up to the end of its clause, and where they end.
/// A short remark in brackets after few words is passed over.
fn behind_value(text: &str, from: usize, to: usize, stops: &[&str]) -> (String, usize) {
    let window = text.get(from..to.max(from)).unwrap_or_default();
    let mut end = window.len();
    let always = [
        "; ",
        ". ",
        ".\n",
        ", trong đó",
        " trong đó",
        ", góp phần",
        ", đồng thời",
        "./.",
    ];
    for stop in always.iter().chain(stops) {
        if let Some(offset) = window.find(stop) {
            end = end.min(offset);
        }
    }
    let mut kept = String::new();
    let mut rest = &window[..end];
    loop {
        let Some(mark) = rest.find(['(', ')']) else {
            kept.push_str(rest);
            break;
        };
        kept.push_str(&rest[..mark]);
        let remark = rest[mark..]
            .strip_prefix('(')
            .and_then(|inner| inner.split_once(')'));
        match remark {
            Some((remark, after)) if remark.len() <= 40 && kept.split_whitespace().count() < 5 => {
                rest = after;
            }
            _ => {
                end -= rest.len() - mark;
                break;
            }
        }
    }
    let kept = collapse(&kept);
    let words: Vec<&str> = kept.split(' ').take(40).collect();
    let mut kept = words.join(" ");
    // Comparators of the next value do not belong to this one.
    for word in COMPARATORS.iter().filter(|word| word.is_before) {
        if let Some(start) = phrase_start(&kept, kept.len(), word.phrase) {
            kept.truncate(start);
            break;
        }
    }
    (
        kept.trim_end_matches([' ', ',', '.']).to_owned(),
        from + end,
    )
}

/// Whether what follows a value does not go on with its indicator.
fn is_closed_behind(behind: &str) -> bool {
    let closers = [
        "trở lên",
        "trở xuống",
        "so với",
        "trong năm",
        "vào",
        "và",
        "theo",
        "kế hoạch",
        "để",
        "nhằm",
        "tại",
        "từ",
        "đối với",
        "trong",
        "năm",
        "cho",
        "của năm",
        "là",
        "thì",
        "bằng",
    ];
    behind.starts_with([',', '.', ')', ';'])
        || closers.iter().any(|closer| {
            behind
                .strip_prefix(closer)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        })
}

/// Words that introduce an indicator and do not belong to it.
pub(super) fn tidy(indicator: &str) -> String {
    let mut tidied = collapse(indicator);
    let openers = [
        "nhất là",
        "trong đó có",
        "trong đó",
        "đồng thời",
        "cụ thể",
        "và",
        "các mục tiêu về",
        "mục tiêu về",
        "về",
        "phấn đấu",
        "bảo đảm",
        "đảm bảo",
        "đến",
        "là",
        "có",
        "với",
        "trên",
        "đạt",
        "chỉ có",
        "-",
        "+",
        "*",
        "từ",
        "a)",
        "b)",
        "c)",
        "d)",
        "đ)",
        "e)",
        "chỉ tiêu",
        "các chỉ tiêu",
        "của",
    ];
    loop {
        let stripped = openers.iter().find_map(|opener| {
            let rest = tidied.get(..opener.len())?;
            if rest.to_lowercase() != *opener {
                return None;
            }
            let rest = &tidied[opener.len()..];
            rest.starts_with([' ', ','])
                .then(|| rest.trim_start_matches([' ', ',']).to_owned())
        });
        match stripped.or_else(|| without_year(&tidied)) {
            Some(rest) if !rest.is_empty() => tidied = rest,
            _ => break,
        }
    }
    for closer in [
        " đạt",
        " là",
        " còn",
        " chiếm",
        " với kinh phí là",
        " với",
        " lên",
        " từ",
        " có",
        " và",
        " khoảng",
        " cho",
    ] {
        if let Some(rest) = tidied.strip_suffix(closer) {
            tidied = rest.to_owned();
        }
    }
    tidied
        .trim_matches([' ', ',', ':', ';', '-', '+', '(', '.'])
        .to_owned()
}

/// "Năm 2023, toàn tỉnh …" without the year before its comma.
fn without_year(indicator: &str) -> Option<String> {
    let (first, rest) = indicator.split_once(", ")?;
    let year = first.strip_prefix("Năm ").or(first.strip_prefix("năm "))?;
    year.bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| rest.to_owned())
}
