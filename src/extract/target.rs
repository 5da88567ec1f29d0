//! Quantified goals and reported achievements: which values are worth
//! counting, what bounds them, and the indicator they are said of.
//!
//! The indicator is found in the sentence by position:
//! * before a bracket that holds the value: "tỷ lệ hài lòng (tối thiểu 93%)";
//! * before a colon: "chi quản lý hành chính: 42,5 triệu đồng";
//! * before the value, back to the noun that opens an indicator or to the
//!   clause's start: "tỷ lệ thanh toán trực tuyến đạt tối thiểu 30%";
//! * behind the value, where it opens the clause: "90% đoàn viên được …";
//! * on both sides: "phát hành 100% văn bản điện tử".

use super::flat::{FlatText, collapse, floor_border};
use super::lists::{COMPARATORS, COUNT_VERBS, INDICATOR_HEADS, KIND_CUES, UNITS, VALUE_FILLERS};
use super::numeral::{Numeral, NumeralKind};
use super::record::{Comparator, Target, TargetKind};
use super::reference::has_sentence_end;
use super::scan::{char_at, char_before, skip_space};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// How far before a value its sentence is looked at, in bytes.
const BEFORE: usize = 480;
/// How far behind.
const BEHIND: usize = 300;
/// How far before a value a heading or a lead line tells its kind, in bytes.
const LEAD: usize = 1500;

/// What kind of paper it is: tells goals from achievements where no word does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Genre {
    /// Reports tell what was reached.
    Report,
    /// Letters and notices tell both.
    Letter,
    /// Plans, directives, programmes set goals.
    Plan,
}

impl Genre {
    pub(super) fn of(document_type: Option<&str>) -> Self {
        match document_type {
            Some(name) if name.starts_with("báo cáo") => Self::Report,
            Some("công văn" | "thông báo" | "tờ trình" | "biên bản") | None => {
                Self::Letter
            }
            Some(_) => Self::Plan,
        }
    }
}

/// A value that may be a target.
struct Value {
    /// Digits and unit.
    span: Range<usize>,
    value: f64,
    value_to: Option<f64>,
    unit: String,
    out_of: Option<f64>,
    /// A rank: the indicator is that of the score before it.
    is_rank: bool,
}

pub(super) fn targets(flat: &FlatText<'_>, numerals: &[Numeral], genre: Genre) -> Vec<Target> {
    let text = flat.text.as_str();
    let mut targets: Vec<Target> = Vec::new();
    // Where the last value ended, and the words said of it: they do not
    // belong to the next one.
    let mut last_end = 0;
    let mut taken_end = 0;
    let mut last_indicator: Option<String> = None;
    let mut skipped = None;
    for (index, numeral) in numerals.iter().enumerate() {
        if skipped == Some(index) {
            continue;
        }
        let Some(mut value) = value_at(text, numeral) else {
            continue;
        };
        let mut bound = bound_of(text, &value);
        if let Some((second, to)) = range_end(text, numerals, index, &value) {
            value.span.end = second;
            value.value_to = Some(to);
            bound.comparator = Comparator::Range;
            skipped = Some(index + 1);
        }
        let follows_count = targets
            .last()
            .is_some_and(|target: &Target| target.unit != "%")
            && text
                .get(last_end..bound.start)
                .is_some_and(|between| between.len() < 120 && between.trim_end().ends_with(" và"))
            && !has_sentence_end(text, last_end, bound.start);
        if !is_counted(text, &value, &bound, follows_count) {
            continue;
        }
        if follows_count && bound.comparator == Comparator::Equal && !is_money(&value.unit) {
            bound.comparator = match targets.last().map(|target| target.comparator) {
                Some(Comparator::Range) | None => Comparator::AtLeast,
                Some(comparator) => comparator,
            };
        }
        let window_start = sentence_start(text, bound.start).max(taken_end.min(bound.start));
        let window_end = sentence_end(text, value.span.end);
        let next = numerals[index + 1..]
            .iter()
            .find(|next| next.span.start >= value.span.end)
            .map_or(window_end, |next| next.span.start.min(window_end));
        let (indicator, indicator_end) = match &last_indicator {
            Some(scored) if value.is_rank => (format!("xếp hạng {scored}"), value.span.end),
            _ => indicator_of(text, window_start, &bound, &value, next),
        };
        if !indicator.chars().any(char::is_alphabetic) {
            continue;
        }
        let span = bound.start..value.span.end.max(bound.end);
        let kind = kind_of(
            text,
            sentence_start(text, bound.start),
            &span,
            &value,
            genre,
        );
        last_indicator = Some(indicator.clone());
        last_end = span.end;
        taken_end = indicator_end.max(span.end);
        targets.push(Target {
            indicator,
            comparator: bound.comparator,
            value: value.value,
            value_to: value.value_to,
            unit: value.unit,
            kind,
            out_of: value.out_of,
            text: flat.printed(span.clone()),
            occurrence: flat.occurrence(span),
        });
    }
    targets.extend(spoken_frequencies(flat, genre));
    targets.sort_by_key(|target| (target.occurrence.page, target.occurrence.line));
    targets
}

/// The value that a numeral states, with its unit.
fn value_at(text: &str, numeral: &Numeral) -> Option<Value> {
    let end = numeral.span.end;
    let plain = |value, value_to, unit: String, unit_end, out_of, is_rank| Value {
        span: numeral.span.start..unit_end,
        value,
        value_to,
        unit,
        out_of,
        is_rank,
    };
    match numeral.kind {
        NumeralKind::Percent { from: None, value } => {
            Some(plain(value, None, "%".to_owned(), end, None, false))
        }
        NumeralKind::Percent {
            from: Some(from),
            value,
        } => Some(plain(from, Some(value), "%".to_owned(), end, None, false)),
        NumeralKind::Ratio(part, whole) => {
            if is_rank(text, numeral.span.start) {
                return Some(plain(part, None, "hạng".to_owned(), end, Some(whole), true));
            }
            let (unit, unit_end) = unit_behind(text, end)?;
            let is_part = part <= whole && !matches!(unit.as_str(), "giờ" | "ngày" | "h");
            is_part.then(|| plain(part, None, unit, unit_end, Some(whole), false))
        }
        NumeralKind::Quantity { value, to } => {
            if is_rank(text, numeral.span.start) {
                return Some(plain(value, None, "hạng".to_owned(), end, None, true));
            }
            let (unit, unit_end) = unit_behind(text, end)?;
            Some(plain(value, to, unit, unit_end, None, false))
        }
        _ => None,
    }
}

fn is_money(unit: &str) -> bool {
    unit.ends_with("đồng") || unit.ends_with("USD")
}

/// "xếp thứ 5/10", "xếp hạng 12", "đứng thứ 3".
fn is_rank(text: &str, start: usize) -> bool {
    [
        "xếp thứ",
        "xếp hạng",
        "xếp vị trí",
        "xếp vị trí thứ",
        "đứng thứ",
        "đứng vị trí",
        "đứng vị trí thứ",
        "xếp hạng thứ",
        "xếp",
    ]
    .iter()
    .any(|phrase| phrase_start(text, start, phrase).is_some())
}

/// The unit behind a number: a listed one, with "/ngày" and the like.
fn unit_behind(text: &str, end: usize) -> Option<(String, usize)> {
    let start = skip_space(text, end, 2);
    let found = UNITS
        .iter()
        .find_map(|unit| Some((*unit, phrase_end(text, start, unit)?)))?;
    let (unit, mut unit_end) = found;
    let mut unit = unit.to_owned();
    if char_at(text, unit_end) == Some('/') {
        let per_start = unit_end + 1;
        let per_end = text[per_start..]
            .find(|c: char| !c.is_alphanumeric())
            .map_or(text.len(), |length| per_start + length);
        let per = &text[per_start..per_end];
        if !per.is_empty() && per.chars().count() <= 8 {
            unit = format!("{unit}/{per}");
            unit_end = per_end;
        }
    }
    Some((unit, unit_end))
}

/// What bounds a value, and where its words begin and end.
struct Bound {
    comparator: Comparator,
    start: usize,
    end: usize,
    /// A word of the list says so; it is not only the number itself.
    is_stated: bool,
    /// Words such as "đạt", "chiếm" stand before the value.
    filler: Option<&'static str>,
}

fn bound_of(text: &str, value: &Value) -> Bound {
    let mut bound = Bound {
        comparator: if value.value_to.is_some() {
            Comparator::Range
        } else {
            Comparator::Equal
        },
        start: value.span.start,
        end: value.span.end,
        is_stated: false,
        filler: None,
    };
    if value.is_rank {
        return bound;
    }
    // Comparators and small words may follow each other in any order:
    // "đạt tối thiểu 30%", "tối thiểu đạt 60%".
    for _ in 0..4 {
        let compared = COMPARATORS
            .iter()
            .filter(|word| word.is_before)
            .find_map(|word| {
                Some((
                    word.comparator,
                    phrase_start(text, bound.start, word.phrase)?,
                ))
            });
        if let Some((comparator, start)) = compared.filter(|_| !bound.is_stated) {
            if bound.comparator != Comparator::Range {
                bound.comparator = comparator;
            }
            bound.is_stated = true;
            bound.start = start;
            continue;
        }
        let filled = VALUE_FILLERS
            .iter()
            .find_map(|phrase| Some((*phrase, phrase_start(text, bound.start, phrase)?)));
        let Some((phrase, start)) = filled else { break };
        bound.filler = Some(phrase);
        bound.start = start;
    }
    let behind = COMPARATORS
        .iter()
        .filter(|word| !word.is_before)
        .find_map(|word| {
            let start = skip_space(text, value.span.end, 2);
            Some((word.comparator, phrase_end(text, start, word.phrase)?))
        });
    if let Some((comparator, end)) = behind {
        bound.comparator = comparator;
        bound.is_stated = true;
        bound.end = end;
        bound.start = phrase_start(text, bound.start, "từ").unwrap_or(bound.start);
    }
    bound
}

/// "từ 80% đến dưới 90%": the next numeral closes a range.
fn range_end(
    text: &str,
    numerals: &[Numeral],
    index: usize,
    value: &Value,
) -> Option<(usize, f64)> {
    let next = numerals.get(index + 1)?;
    let (
        NumeralKind::Percent {
            from: None,
            value: to,
        },
        "%",
    ) = (&next.kind, value.unit.as_str())
    else {
        return None;
    };
    let between = collapse(text.get(value.span.end..next.span.start)?);
    let joins = matches!(
        between.as_str(),
        "đến" | "đến dưới" | "-" | "–" | "tới" | "đến dưới mức"
    );
    (joins && *to > value.value).then_some((next.span.end, *to))
}

/// Whether a value is worth counting: percentages, money, scores, ranks,
/// ratios and frequencies are; a count needs words that make it one.
fn is_counted(text: &str, value: &Value, bound: &Bound, follows_count: bool) -> bool {
    if value.unit == "%" || value.is_rank || is_money(&value.unit) {
        return true;
    }
    if value.out_of.is_some() || value.unit.starts_with("lần/") {
        return true;
    }
    if value.unit == "lần" && bound.is_stated {
        return true;
    }
    if bound.comparator == Comparator::AtLeast && bound.end > value.span.end {
        // "doanh nghiệp có từ 500 lao động trở lên" tells which, not how many.
        return false;
    }
    if bound.is_stated || follows_count {
        return true;
    }
    COUNT_VERBS
        .iter()
        .any(|verb| phrase_start(text, value.span.start, verb).is_some())
}

/// The start of a phrase that ends at `end` (white space between is skipped);
/// compared in lower case, marks and all.
fn phrase_start(text: &str, end: usize, phrase: &str) -> Option<usize> {
    let mut start = end;
    for word in phrase.rsplit(' ') {
        let before = text.get(..start)?.trim_end_matches([' ', '\n']);
        let mut position = before.len();
        let mut rest = before.chars().rev();
        for expected in word.chars().rev() {
            let c = rest.next()?;
            if c != expected && !c.to_lowercase().eq([expected]) {
                return None;
            }
            position -= c.len_utf8();
        }
        if rest.next().is_some_and(char::is_alphanumeric) {
            return None;
        }
        start = position;
    }
    Some(start)
}

/// The end of a phrase that begins at `start`.
fn phrase_end(text: &str, start: usize, phrase: &str) -> Option<usize> {
    let mut end = start;
    for (index, word) in phrase.split(' ').enumerate() {
        if index > 0 {
            let next = skip_space(text, end, 2);
            if next == end {
                return None;
            }
            end = next;
        }
        let mut rest = text.get(end..)?.chars();
        for expected in word.chars() {
            let c = rest.next()?;
            if c != expected && !c.to_lowercase().eq([expected]) {
                return None;
            }
            end += c.len_utf8();
        }
        if rest.next().is_some_and(char::is_alphanumeric) {
            return None;
        }
    }
    Some(end)
}

/// Where the sentence or list item begins that holds `position`.
fn sentence_start(text: &str, position: usize) -> usize {
    let from = floor_border(text, position.saturating_sub(BEFORE));
    let window = &text[from..position];
    window
        .char_indices()
        .rev()
        .find(|(index, c)| is_border(&window[..*index], *c, &window[index + c.len_utf8()..]))
        .map_or(from, |(index, c)| from + index + c.len_utf8())
}

/// Where the sentence or list item ends.
fn sentence_end(text: &str, position: usize) -> usize {
    let limit = floor_border(text, position + BEHIND);
    let window = &text[position..limit];
    window
        .char_indices()
        .find(|(index, c)| is_border(&window[..*index], *c, &window[index + c.len_utf8()..]))
        .map_or(limit, |(index, _)| position + index)
}

/// Whether a sentence, a list item or a cell ends at the character `c`.
fn is_border(before: &str, c: char, behind: &str) -> bool {
    match c {
        ';' | '|' => true,
        '.' => {
            let next = behind.trim_start_matches([' ', '\n']);
            let is_abbreviation = before.ends_with(char::is_uppercase)
                || before.ends_with(['p', 'P'])
                    && before.trim_end_matches(['p', 'P']).ends_with('T');
            behind.starts_with([' ', '\n'])
                && next.starts_with(|c: char| c.is_uppercase() || matches!(c, '-' | '+'))
                && !is_abbreviation
                || behind.starts_with('/')
        }
        '\n' => {
            // An empty line inside a sentence is a page's end, no paragraph's.
            let is_closed = before.trim_end().ends_with(['.', ':', ';', '/', '!'])
                && behind.trim_start().starts_with(char::is_uppercase);
            is_closed || opens_item(behind)
        }
        _ => false,
    }
}

/// "- ", "+ ", "1. ", "a) ", "II. " at the start of a line.
fn opens_item(line: &str) -> bool {
    let line = line.trim_start_matches(' ');
    if line.starts_with(['-', '+', '•', '*', '–']) {
        return true;
    }
    let marker: usize = line
        .chars()
        .take(5)
        .take_while(|c| c.is_ascii_digit() || c.is_ascii_uppercase() || c.is_lowercase())
        .map(char::len_utf8)
        .sum();
    let is_marker = line[..marker].chars().all(|c| c.is_ascii_digit())
        || line[..marker].chars().all(|c| matches!(c, 'I' | 'V' | 'X'))
        || line[..marker].chars().count() == 1;
    marker > 0
        && is_marker
        && line[marker..].starts_with(['.', ')'])
        && !line[marker + 1..].starts_with(|c: char| c.is_ascii_digit())
}

/// The indicator of a value between the start of its sentence (or the end of
/// the target before) and the next numeral.
fn indicator_of(
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
fn indicator_before(clause: &str) -> String {
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
fn tidy(indicator: &str) -> String {
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

/// Whether a value is to be reached or was reached: the nearest telling word
/// before it in the sentence, then the heading or lead line above, then the
/// genre of the paper.
fn kind_of(
    text: &str,
    sentence: usize,
    span: &Range<usize>,
    value: &Value,
    genre: Genre,
) -> TargetKind {
    let end = value.span.start;
    let strong_only = genre == Genre::Report;
    if value.is_rank {
        return TargetKind::Result;
    }
    if let Some(kind) = nearest_cue(text.get(sentence..end).unwrap_or_default(), strong_only) {
        return kind;
    }
    let behind = text
        .get(span.end..floor_border(text, span.end + 40))
        .unwrap_or_default();
    if behind.trim_start().starts_with("so với") {
        return TargetKind::Result;
    }
    if genre == Genre::Report || value.out_of.is_some() && genre == Genre::Letter {
        return TargetKind::Result;
    }
    // Goals are round numbers.
    if value.unit == "%" && value.value.fract() != 0.0 {
        return TargetKind::Result;
    }
    if let Some(kind) = lead_cue(text, sentence) {
        return kind;
    }
    match genre {
        Genre::Report => TargetKind::Result,
        Genre::Plan => TargetKind::Target,
        Genre::Letter if is_money(&value.unit) => TargetKind::Result,
        Genre::Letter => TargetKind::Target,
    }
}

/// The cue that stands last in a text.
fn nearest_cue(text: &str, strong_only: bool) -> Option<TargetKind> {
    let lower = collapse(text).to_lowercase();
    KIND_CUES
        .iter()
        .filter(|cue| cue.is_strong || !strong_only)
        .filter_map(|cue| {
            let offset = lower.rfind(cue.phrase)?;
            let is_word = !lower[..offset].ends_with(char::is_alphanumeric)
                && !lower[offset + cue.phrase.len()..].starts_with(char::is_alphanumeric);
            is_word.then_some((offset + cue.phrase.len(), cue.kind))
        })
        .max_by_key(|(offset, _)| *offset)
        .map(|(_, kind)| kind)
}

/// The cue in the last heading or lead line (one that ends in a colon, or is
/// in capitals) above a position.
fn lead_cue(text: &str, position: usize) -> Option<TargetKind> {
    let from = floor_border(text, position.saturating_sub(LEAD));
    text[from..position]
        .lines()
        .rev()
        .filter(|line| line.trim_end().ends_with(':') || super::layout::is_capitals(line))
        .take(3)
        .find_map(|line| nearest_cue(line, false))
}

static FREQUENCY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x)\b(?P<every>[Mm]ỗi|[Hh]ằng|[Hh]àng|[Mm]ột|[Hh]ai|[Bb]a)\s+
          (?P<unit>năm|quý|tháng|tuần|ngày)\s+(?:(?:tổ\s+chức|ít\s+nhất|tối\s+thiểu|họp|báo\s+cáo)\s+){0,2}
          (?P<times>một|hai|ba|\d{1,2})\s+lần\b",
    )
    .ok()
});

/// "mỗi quý một lần", "hai năm tổ chức một lần".
fn spoken_frequencies(flat: &FlatText<'_>, genre: Genre) -> Vec<Target> {
    let text = flat.text.as_str();
    let Some(pattern) = FREQUENCY.as_ref() else {
        return Vec::new();
    };
    pattern
        .captures_iter(text)
        .filter_map(|found| {
            let whole = found.get(0)?;
            let unit = found.name("unit")?.as_str();
            let times = found.name("times")?.as_str();
            let every = found.name("every")?.as_str().to_lowercase();
            let value = match times {
                "một" => 1.0,
                "hai" => 2.0,
                "ba" => 3.0,
                digits => digits.parse().ok()?,
            };
            let unit = match every.as_str() {
                "hai" => format!("lần/2 {unit}"),
                "ba" => format!("lần/3 {unit}"),
                _ => format!("lần/{unit}"),
            };
            let is_least =
                whole.as_str().contains("ít nhất") || whole.as_str().contains("tối thiểu");
            let span = whole.range();
            let sentence = sentence_start(text, span.start);
            let before = &text[sentence..span.start];
            let outer = before.trim_end();
            let outer = outer.strip_suffix('(').unwrap_or(outer);
            let outer = outer.rfind(')').map_or(outer, |close| {
                outer[close + 1..].trim_start_matches([';', ',', ' ', '\n'])
            });
            let indicator = tidy(&indicator_before(outer));
            if !indicator.chars().any(char::is_alphabetic)
                || char_before(text, span.start).is_some_and(char::is_alphanumeric)
            {
                return None;
            }
            Some(Target {
                indicator,
                comparator: if is_least {
                    Comparator::AtLeast
                } else {
                    Comparator::Equal
                },
                value,
                value_to: None,
                unit,
                kind: if genre == Genre::Report {
                    TargetKind::Result
                } else {
                    TargetKind::Target
                },
                out_of: None,
                text: collapse(whole.as_str()),
                occurrence: flat.occurrence(span),
            })
        })
        .collect()
}
