//! Recipients: the list under "Nơi nhận".

use super::ending::closes_body;
use super::fold::{fold, fold_char, skeleton};
use super::items::{ItemList, bullet};
use super::lists::SIGN_SEGMENTS;
use super::position::{cut_signature, is_signature_line, misread_position};

/// "Nơi nhận:", also misread ("Mới nhận:", "Với nhận:", ".Vơi nhận:").
pub(super) fn is_recipients_head(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let mut words = text.split_whitespace();
    let (Some(first), Some(second)) = (words.next(), words.next()) else {
        return false;
    };
    let second = fold(second);
    let is_read = fold(first) == "noi"
        && second.starts_with("nhan")
        && text.starts_with(|c: char| !c.is_lowercase());
    let is_misread = text.starts_with(char::is_uppercase)
        && first.chars().count() <= 4
        && skeleton(first).ends_with("oi")
        && (second == "nhan:" || second == "nhan" && words.next() == Some(":"));
    is_read || is_misread
}

/// "- Lưu: VT, …": the last recipient, the office's file.
pub(super) fn is_archive_line(text: &str) -> bool {
    is_filing_line(text) && {
        let folded = fold(text);
        text.len() < 60 && folded.contains("vt") | folded.contains("vp")
    }
}

/// Where the items that end in the last of `lines` begin.
pub(super) fn first_item(lines: &[&str]) -> usize {
    let filing = lines.len().saturating_sub(1);
    let mut first = filing;
    for index in (filing.saturating_sub(25)..filing).rev() {
        let line = lines[index];
        if bullet(line).is_some() && line.len() < 90 {
            first = index;
        } else if first - index > 2 || closes_body(line) {
            break;
        }
    }
    first
}

/// Recipients whose head was not read.
pub(super) fn items_before_filing(lines: &[&str]) -> Vec<String> {
    let mut items = ItemList::default();
    for line in lines.iter().filter(|line| misread_position(line).is_none()) {
        match bullet(cut_signature(line)) {
            Some(item) => items.open(item),
            None if is_filing_line(line) => items.open(line),
            None => {}
        }
    }
    finished(items)
}

/// The list under "Nơi nhận:"; capitals of the signature that were read into
/// its lines are cut off. In a cell of its own every line down to "Lưu" is of the
/// list; in running text a line without a dash behind a closed item ends it.
pub(super) fn recipients(lines: &[&str], is_cell: bool) -> Vec<String> {
    let mut items = ItemList::default();
    // A speck beside the head may come first.
    let head = lines
        .iter()
        .take(3)
        .position(|line| is_recipients_head(line));
    let lines = &lines[head.unwrap_or(0)..];
    let items_below = lines.iter().skip(1).take(3).any(|l| bullet(l).is_some());
    for (index, line) in lines.iter().enumerate() {
        // Lines of the other cell.
        if is_signature_line(line) || misread_position(line).is_some() {
            if items.is_filed() {
                break;
            }
            continue;
        }
        let line = cut_signature(line);
        let text = if index == 0 {
            let folded_end = fold(line).find("nhan").map(|start| start + "nhan".len());
            let chars = folded_end.map_or(usize::MAX, |end| fold(line)[..end].chars().count());
            let rest = line
                .char_indices()
                .nth(chars)
                .map_or("", |(offset, _)| &line[offset..])
                .trim_start_matches([':', ' ', '.']);
            // Beside the head of a list stands the signature's cell.
            if items_below && !rest.ends_with([';', ',', '.']) {
                continue;
            }
            rest
        } else {
            line
        };
        let text = text.trim();
        if !text.contains(char::is_alphanumeric) {
            continue;
        }
        if let Some(item) = bullet(text) {
            if items.is_filed() {
                break;
            }
            items.open(item);
        } else if items.is_empty() {
            // The first item may stand on the head's line or without a dash.
            items.open(text);
        } else if items.is_open() && !items.is_filed() {
            if is_named(text) {
                items.open(text);
            } else {
                items.go_on(text);
            }
        } else if !items.is_filed() && (is_filing_line(text) || is_cell && is_item_line(text)) {
            // The dash was not read.
            items.open(text);
        } else if items.is_filed() || !is_cell {
            break;
        }
    }
    finished(items)
}

/// "Lưu: …", "LAru:: …": a short word with a capital L and a colon opens the
/// last item, however it was read.
fn is_named(text: &str) -> bool {
    let first = text
        .split_whitespace()
        .take(2)
        .find(|word| word.ends_with(':'));
    first.is_some_and(|word| word.starts_with(['L', 'l']) && word.chars().count() <= 7)
}

/// A line that opens with a capital and ends as an item does.
fn is_item_line(text: &str) -> bool {
    text.starts_with(char::is_uppercase) && text.ends_with([';', '.', ',']) && text.len() < 120
}

impl ItemList {
    /// Whether the item "Lưu: …", always the last, has come.
    fn is_filed(&self) -> bool {
        self.last().is_some_and(is_filing_line)
    }
}

/// "Lưu: VT, …", with its dash or without.
pub(super) fn is_filing_line(line: &str) -> bool {
    let folded = fold(bullet(line).unwrap_or(line));
    folded.starts_with("luu:") || folded.starts_with("luu ") || folded.starts_with("luu,")
}

/// The items, small misreadings set right that only a list of recipients has.
fn finished(items: ItemList) -> Vec<String> {
    let items = items.finish();
    items.iter().map(|item| set_right(item)).collect()
}

fn set_right(item: &str) -> String {
    let mut words: Vec<String> = item.split(' ').map(str::to_owned).collect();
    // Strokes behind the last word.
    while words.len() > 1 && words.last().is_some_and(|word| is_stroke(word)) {
        words.pop();
    }
    for word in &mut words {
        // "(b/e)", "(b/€)": "(b/c)", to report to; no other mark is one letter.
        if word.starts_with("(b/") && word.ends_with(')') && word.chars().count() == 5 {
            "(b/c)".clone_into(word);
        }
        // "BGĐĐ": Đ is often read twice.
        if word.starts_with("BGĐĐ") || word.starts_with("GĐĐ") {
            *word = word.replacen("ĐĐ", "Đ", 1);
        }
        // "BGĐSYT": the space between two abbreviations was lost.
        if let Some(agency) = LEADERS
            .iter()
            .find_map(|leaders| word.strip_prefix(leaders))
            && SIGN_SEGMENTS.contains_key(agency)
        {
            word.insert(word.len() - agency.len(), ' ');
        }
    }
    // A web page is a gate ("cổng"); "công" has no such second word.
    if words.len() > 1 && words[0] == "Công" && matches!(skeleton(&words[1]).as_str(), "ttdt") {
        "Cổng".clone_into(&mut words[0]);
    }
    words
        .join(" ")
        .trim_end_matches(['/', ',', ';', ' '])
        .to_owned()
}

/// Abbreviations of those who lead an agency, before its own.
const LEADERS: [&str; 3] = ["BGĐ", "BGH", "BLĐ"];

/// A mark, or a letter that Vietnamese has not.
fn is_stroke(word: &str) -> bool {
    let is_foreign = |c: char| c.is_alphabetic() && !fold_char(c).is_ascii();
    !word.contains(char::is_alphanumeric) && !word.ends_with([')', '”', '"'])
        || word.chars().count() == 1 && word.contains(is_foreign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_goes_on_where_a_dash_was_not_read() {
        let lines = [
            "Nơi nhận: ˆ”",
            "- Như trên;",
            ",.,",
            "Các tổ chức kinh tế;",
            "- Website SNV/ ?",
            "r LAu:: VT, mau",
        ];
        assert_eq!(
            recipients(&lines, true),
            [
                "Như trên",
                "Các tổ chức kinh tế",
                "Website SNV",
                "r LAu:: VT, mau"
            ]
        );
        assert_eq!(recipients(&lines, false), ["Như trên"]);
    }

    #[test]
    fn misread_marks_and_lost_spaces_are_set_right() {
        assert_eq!(set_right("Bộ Nội vụ (b/e)"), "Bộ Nội vụ (b/c)");
        assert_eq!(set_right("BGĐSNV"), "BGĐ SNV");
        assert_eq!(set_right("BGĐĐ SNV"), "BGĐ SNV");
        assert_eq!(set_right("VPUBND"), "VPUBND");
        assert_eq!(set_right("Công TTĐT tỉnh"), "Cổng TTĐT tỉnh");
        assert_eq!(set_right("Công an tỉnh ƒ +"), "Công an tỉnh");
        assert_eq!(set_right("VPUB (để b/c)"), "VPUB (để b/c)");
    }
}
