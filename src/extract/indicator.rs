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
use super::lists::{COMPARATORS, DOCUMENT_TYPES, INDICATOR_HEADS};
use super::value::{Bound, Value, is_money};

/// The stretch of text in which a value's indicator is looked for.
pub(super) struct Clause<'a> {
    pub(super) text: &'a str,
    /// Where the sentence, or what is left of it behind the value before, begins.
    pub(super) start: usize,
    /// Where the next value, date or document begins, or the sentence ends.
    pub(super) end: usize,
    /// The indicator of a value before it in the same sentence.
    pub(super) previous: Option<&'a str>,
    /// The unit of that value.
    pub(super) previous_unit: &'a str,
    /// The indicator of the value before it, wherever that stands.
    pub(super) last: Option<&'a str>,
}

/// Small words with which a second value goes on about the first one's
/// indicator: "…, đạt 81,2% dự toán".
const GOING_ON: [&str; 12] = [
    "đạt",
    "bằng",
    "chiếm",
    "còn",
    "là",
    "ước đạt",
    "mới đạt",
    "chiếm tỷ lệ",
    "đạt tỷ lệ",
    "ước",
    "tương ứng",
    "tương đương",
];

/// Words for the indicator that was named last.
const ANAPHORA: [&str; 6] = [
    "tỷ lệ này",
    "tỉ lệ này",
    "chỉ số này",
    "chỉ tiêu này",
    "con số này",
    "mức này",
];

/// What a share or a level is measured against.
const MEASURES: [&str; 6] = [
    "dự toán",
    "kế hoạch",
    "chỉ tiêu",
    "khối lượng",
    "mục tiêu",
    "nhiệm vụ",
];

/// What a value is said of.
pub(super) struct Indicator {
    pub(super) name: String,
    /// Where the words end that were taken for it.
    pub(super) end: usize,
    /// It was named before, and only pointed to here ("tỷ lệ này").
    pub(super) is_named_again: bool,
}

impl Indicator {
    pub(super) fn new(name: String, end: usize) -> Self {
        Self {
            name,
            end,
            is_named_again: false,
        }
    }
}

/// The indicator of a value.
pub(super) fn indicator_of(clause: &Clause<'_>, bound: &Bound, value: &Value) -> Indicator {
    let text = clause.text;
    let end = bound.end.max(value.span.end);
    let before = text.get(clause.start..bound.start).unwrap_or_default();
    if let Some(name) = before_mark(before, clause.previous) {
        return Indicator::new(name, end);
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
    let name = without_place_and_time(&name);
    if let Some(last) = clause
        .last
        .filter(|_| ANAPHORA.contains(&name.to_lowercase().as_str()))
    {
        return Indicator {
            name: last.to_owned(),
            end,
            is_named_again: true,
        };
    }
    let is_count = value.unit != "%" && !is_sum && !matches!(value.unit.as_str(), "điểm" | "hạng");
    let unit = if is_count && !value.unit.contains('/') {
        value.unit.as_str()
    } else {
        ""
    };
    let name_words = name.split_whitespace().count();
    // A comma or bracket behind the value ends what is said of it.
    let is_ended = text
        .get(end..)
        .is_some_and(|behind| behind.starts_with([',', ';', '.', ')', ':']));
    let (behind, behind_end) = if is_ended {
        (String::new(), end)
    } else {
        match (name_words < 2, unit.is_empty()) {
            (true, _) => behind_value(text, end, clause.end, &[]),
            (false, true) => behind_value(text, end, clause.end, &[", "]),
            (false, false) => behind_count(text, end, clause.end),
        }
    };
    if let Some(continued) = continued(clause, bound, &name, &behind, unit) {
        return Indicator::new(continued, behind_end);
    }
    // "98% học sinh trở lên": the noun stands before the bound.
    let noun = text
        .get(value.span.end..bound.end)
        .and_then(|between| between.trim().strip_suffix("trở lên"))
        .unwrap_or_default();
    let least = if is_sum { 3 } else { 2 };
    if name_words < least {
        // The value opens the clause: what it is said of follows, a comma or
        // not.
        let (behind, behind_end) = if behind.is_empty() && name.is_empty() && !unit.is_empty() {
            behind_value(text, end, clause.end, &[])
        } else {
            (behind, behind_end)
        };
        let lead = if is_sum && !behind.is_empty() {
            ""
        } else {
            name.as_str()
        };
        let name = tidy(&format!("{lead} {unit} {noun} {behind}"));
        return Indicator::new(name, behind_end);
    }
    let is_purpose = ["kinh phí ", "vốn ", "tiền "]
        .iter()
        .any(|noun| behind.starts_with(noun));
    let joins = value.unit == "%" || !unit.is_empty() || is_sum && is_purpose;
    if joins && !behind.is_empty() && !is_closed_behind(&behind) {
        let name = tidy(&format!("{name} {unit} {noun} {behind}"));
        return Indicator::new(name, behind_end);
    }
    Indicator::new(tidy(&format!("{name} {unit}")), end)
}

/// The indicator where a colon or a bracket stands before the value.
fn before_mark(before: &str, previous: Option<&str>) -> Option<String> {
    // "(chi A: 650 triệu đồng, chi B: 736 triệu đồng)"
    let stem = before.trim_end_matches([' ', '\n', '(']);
    if let Some(named) = stem.strip_suffix(':') {
        let inner = named.rfind('(').map_or(named, |open| &named[open + 1..]);
        let named = tidy(last_clause(inner, 4));
        if named.chars().any(char::is_alphabetic) {
            return Some(named);
        }
    }
    let open = before
        .rfind('(')
        .filter(|open| !before[*open..].contains(')'))?;
    let name = indicator_before(&before[..open]);
    let inner = last_clause(&before[open + 1..], 1);
    if !name.is_empty() {
        return Some(tidy(&format!("{name} {inner}")));
    }
    // "… 118 triệu đồng (62,7%)": the share of what the sum is said of.
    previous.filter(|_| inner.is_empty()).map(str::to_owned)
}

/// The indicator of a value that goes on about the one before it in its
/// sentence: "…, đạt 81,2% dự toán", "… và 40% đối với cấp xã".
fn continued(
    clause: &Clause<'_>,
    bound: &Bound,
    name: &str,
    behind: &str,
    unit: &str,
) -> Option<String> {
    let previous = clause.previous?;
    let is_measure = MEASURES.iter().any(|measure| behind.starts_with(measure));
    let goes_on = bound
        .filler
        .is_some_and(|filler| GOING_ON.contains(&filler));
    // "tại 9 cơ quan, đơn vị, đạt 50% kế hoạch": the rest of a list.
    if is_measure && goes_on && unit.is_empty() && name.split_whitespace().count() <= 2 {
        return Some(format!("{previous} so với {behind}"));
    }
    // "tổng vốn 45 tỷ đồng, giải ngân đạt 70%": a share of the sum.
    let is_short = (1..=2).contains(&name.split_whitespace().count());
    if is_short && bound.filler.is_some() && behind.is_empty() && unit.is_empty() {
        return is_money(clause.previous_unit).then(|| format!("{name} {previous}"));
    }
    if !name.is_empty() {
        return None;
    }
    // "Khen thưởng 03 tập thể và 05 cá nhân": what is done with the first is done
    // with the second.
    if let Some(stem) = previous
        .strip_suffix(clause.previous_unit)
        .map(str::trim_end)
        .filter(|stem| !unit.is_empty() && stem.split_whitespace().count() >= 2)
    {
        let is_closed = is_closed_behind(behind) || behind.split_whitespace().count() > 8;
        let behind = if is_closed { "" } else { behind };
        return Some(tidy(&format!("{stem} {unit} {behind}")));
    }
    if let Some(group) = ["đối với ", "cho ", "ở ", "tại "]
        .iter()
        .find(|group| behind.starts_with(**group))
    {
        let stem = previous
            .find(&format!(" {group}"))
            .map_or(previous, |start| &previous[..start]);
        return Some(tidy(&format!("{stem} {behind}")));
    }
    if !unit.is_empty() {
        return None;
    }
    if behind.is_empty() || is_closed_behind(behind) {
        return Some(previous.to_owned());
    }
    (goes_on && behind.starts_with("tổng")).then(|| format!("{previous} trên {behind}"))
}

/// What is said behind a count up to the end of its clause; an enumeration of
/// two ("vải thiều, dưa hấu từ …") is no end.
fn behind_count(text: &str, from: usize, to: usize) -> (String, usize) {
    let first = behind_value(text, from, to, &[", "]);
    let first_words = first.0.split_whitespace().count();
    let comma = from
        + text
            .get(from..to)
            .and_then(|t| t.find(", "))
            .unwrap_or_default();
    if !(1..=3).contains(&first_words) || comma < first.1 {
        return first;
    }
    let (second, second_end) = behind_value(text, comma + 2, to, &[", "]);
    if second.is_empty() || second.split_whitespace().count() > 10 {
        return first;
    }
    (format!("{}, {second}", first.0), second_end)
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
        ", nổi bật",
        ", điển hình",
        ", gồm",
        ", bao gồm",
        ", qua đó",
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
    if let Some(offset) = by_document(&kept) {
        kept.truncate(offset);
    }
    // Words of the next date or document do not belong to this value either.
    while let Some(start) = LEADING_ON
        .iter()
        .find_map(|phrase| phrase_start(&kept, kept.len(), phrase))
    {
        kept.truncate(start);
        kept.truncate(kept.trim_end_matches([' ', ',', ';']).len());
    }
    // Comparators of the next value do not belong to this one.
    for word in COMPARATORS.iter().filter(|word| word.is_before) {
        if let Some(start) = phrase_start(&kept, kept.len(), word.phrase) {
            kept.truncate(start);
            break;
        }
    }
    let kept = kept.trim_end_matches([' ', ',', '.']).to_owned();
    let taken = words_end(&window[..end], kept.split_whitespace().count());
    (kept, from + taken)
}

/// Where the first `count` words of a text end.
fn words_end(text: &str, count: usize) -> usize {
    let mut words = text.split_whitespace();
    let last = count.checked_sub(1).and_then(|index| words.nth(index));
    last.map_or(0, |word| {
        word.as_ptr().addr() - text.as_ptr().addr() + word.len()
    })
}

/// Words that lead on to a date or a document.
const LEADING_ON: [&str; 23] = [
    "với tổng vốn",
    "với tổng số vốn",
    "với tổng kinh phí",
    "với kinh phí",
    "với số tiền",
    "với",
    "trước ngày",
    "trước",
    "đến hết ngày",
    "đến hết",
    "đến ngày",
    "đến",
    "chậm nhất là",
    "chậm nhất",
    "hoàn thành",
    "xong",
    "trong",
    "từ ngày",
    "từ",
    "vào",
    "theo",
    "tại",
    "ngày",
];

/// Where "theo Nghị quyết …" begins.
fn by_document(words: &str) -> Option<usize> {
    let offset = words.find(" theo ")?;
    let named = words[offset + " theo ".len()..].to_lowercase();
    let is_capital = words[offset + " theo ".len()..].starts_with(char::is_uppercase);
    let is_document = DOCUMENT_TYPES
        .iter()
        .any(|document_type| named.starts_with(document_type.name));
    (is_capital && is_document).then_some(offset)
}

/// Words that tell where or when, in front of an indicator.
const PLACES: [&str; 14] = [
    "toàn tỉnh",
    "toàn huyện",
    "toàn xã",
    "toàn thành phố",
    "toàn ngành",
    "toàn quốc",
    "cả tỉnh",
    "cả nước",
    "trên địa bàn tỉnh",
    "hiện nay",
    "đến nay",
    "hiện",
    "mới",
    "đã",
];

/// Nouns of time; with the numbers between them they name one.
const TIMES: [&str; 24] = [
    "ngày", "tháng", "năm", "quý", "giờ", "phút", "tuần", "học", "kỳ", "đầu", "cuối", "hết", "đến",
    "tính", "trong", "vào", "từ", "trước", "sau", "giai", "đoạn", "thời", "điểm", "nay",
];

/// "Đến ngày 30/6/2023, toàn huyện có …" without the words for time and place;
/// empty where nothing else is there.
fn without_place_and_time(name: &str) -> String {
    let mut rest = name.trim();
    loop {
        let lower = rest.to_lowercase();
        let place = PLACES.iter().find(|place| {
            lower
                .strip_prefix(**place)
                .is_some_and(|behind| behind.is_empty() || behind.starts_with([' ', ',']))
        });
        if let Some(place) = place.filter(|_| lower.len() == rest.len()) {
            rest = rest[place.len()..].trim_start_matches([' ', ',']);
            continue;
        }
        let behind = behind_time(rest);
        if behind.len() == rest.len() {
            break;
        }
        rest = behind;
    }
    if !says_something(rest) {
        return String::new();
    }
    let Some(time) = trailing_time(rest) else {
        return rest.to_owned();
    };
    let stem = rest[..time].trim_end();
    // "Với phương án trên, đến cuối năm học", "Bàn giải pháp để hết năm": the
    // value opens the clause.
    if stem.ends_with([',']) || stem.ends_with(" để") || stem.ends_with(" nhằm") {
        return String::new();
    }
    rest.to_owned()
}

/// Small words that name nothing by themselves.
const SMALL: [&str; 20] = [
    "từ", "lên", "xuống", "vào", "đến", "cho", "là", "và", "với", "có", "của", "ở", "tại", "trên",
    "dưới", "trong", "đó", "thì", "được", "số",
];

/// Whether a name has a word that names something.
pub(super) fn says_something(name: &str) -> bool {
    name.split_whitespace().any(|word| {
        let bare = word
            .trim_matches(|c: char| !c.is_alphanumeric())
            .to_lowercase();
        bare.chars().any(char::is_alphabetic) && !SMALL.contains(&bare.as_str())
    })
}

/// Where words of time begin that close a name.
fn trailing_time(name: &str) -> Option<usize> {
    let mut start = 0;
    loop {
        if behind_time(&name[start..]).is_empty() {
            return Some(start);
        }
        start += name[start..].find(' ')? + 1;
    }
}

/// What follows the words of time at the start; the whole where there are none.
fn behind_time(text: &str) -> &str {
    let mut rest = text;
    let mut has_noun = false;
    loop {
        let word_end = rest.find([' ', ',']).unwrap_or(rest.len());
        let word = rest[..word_end].to_lowercase();
        let is_numeral = word.starts_with(|c: char| c.is_ascii_digit())
            || matches!(word.as_str(), "i" | "ii" | "iii" | "iv");
        let is_number = has_noun && is_numeral;
        let is_noun = TIMES.contains(&word.as_str());
        let is_first_number =
            !has_noun && word.bytes().all(|b| b.is_ascii_digit()) && !word.is_empty();
        if !(is_number || is_noun || is_first_number) {
            break;
        }
        has_noun |= is_noun
            && matches!(
                word.as_str(),
                "ngày" | "tháng" | "năm" | "quý" | "nay" | "kỳ" | "giờ" | "đoạn"
            );
        rest = rest[word_end..].trim_start_matches(' ');
        if let Some(behind) = rest.strip_prefix(',') {
            rest = behind.trim_start();
            break;
        }
    }
    if has_noun { rest } else { text }
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
        .replace(" , ", ", ")
}

/// "Năm 2023, toàn tỉnh …" without the year before its comma.
fn without_year(indicator: &str) -> Option<String> {
    let (first, rest) = indicator.split_once(", ")?;
    let year = first.strip_prefix("Năm ").or(first.strip_prefix("năm "))?;
    year.bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| rest.to_owned())
}
