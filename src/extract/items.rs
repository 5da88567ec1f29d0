//! Lists of addressees and recipients: items behind dashes, each closed by a
//! semicolon, the last by a full stop.

use super::flat::collapse;
use super::fold::fold;
use super::layout::{Piece, PieceKind};
use super::subject::{opens_body, salutation_start};

/// The addressees and the index behind them.
pub(super) fn addressees(head: &[Piece<'_>], start: usize) -> (Vec<String>, usize) {
    let text = head[start].text;
    let text = text[salutation_start(text).unwrap_or_default()..].trim_start();
    let behind = text
        .char_indices()
        .nth("Kính gửi".chars().count())
        .map_or("", |(offset, _)| &text[offset..]);
    let first = behind.trim_start_matches([':', ' ', '.']).trim();
    let mut items = ItemList::default();
    if !first.is_empty() {
        items.open(first);
    }
    let mut index = start + 1;
    let are_dashed = head[index.min(head.len())..]
        .iter()
        .take(3)
        .any(|piece| bullet(piece.text.trim()).is_some());
    while let Some(piece) = head.get(index) {
        if items.is_closed {
            break;
        }
        let text = piece.text.trim();
        let text = match (items.is_empty() && are_dashed, misread_dash(text)) {
            (true, Some(rest)) => rest,
            _ => text,
        };
        match piece.kind {
            PieceKind::Empty if !items.is_empty() && !items.is_open() => break,
            PieceKind::Text | PieceKind::Capitals => {
                if let Some(item) = bullet(text) {
                    items.open(item);
                } else if items.is_empty() || items.continues_with(text) {
                    items.go_on(text);
                } else {
                    break;
                }
            }
            _ => {}
        }
        index += 1;
    }
    (items.finish(), index)
}

/// What stands behind a single digit: a dash before the first item that was read
/// as one, where the other items have dashes.
fn misread_dash(text: &str) -> Option<&str> {
    let (first, rest) = text.split_once(' ')?;
    let is_digit = first.len() == 1 && first.bytes().all(|b| b.is_ascii_digit());
    (is_digit && rest.starts_with(char::is_uppercase)).then_some(rest)
}

/// Strips the dash, plus or dot that opens a list item.
pub(super) fn bullet(text: &str) -> Option<&str> {
    // Misread dashes: ~ ¬, and specks round the dash.
    let rest = text
        .trim_start_matches([' ', '.', '`', '\'', ',', '“', '”', '"', ':', '_'])
        .strip_prefix(['-', '–', '—', '+', '•', '*', '·', '~', '¬'])?;
    Some(rest.trim_start_matches([' ', '_', '.', '-']))
}

/// Items that end in a semicolon, the last in a full stop.
#[derive(Debug, Default)]
pub(super) struct ItemList {
    items: Vec<String>,
    /// The last item ended in a full stop.
    pub(super) is_closed: bool,
}

impl ItemList {
    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Whether the last item has not come to its end yet.
    pub(super) fn is_open(&self) -> bool {
        self.items
            .last()
            .is_some_and(|item| !item.ends_with([';', '.']))
    }

    /// The last item so far.
    pub(super) fn last(&self) -> Option<&str> {
        self.items.last().map(String::as_str)
    }

    pub(super) fn open(&mut self, text: &str) {
        self.items.push(text.to_owned());
        self.is_closed = text.ends_with('.');
    }

    pub(super) fn go_on(&mut self, text: &str) {
        match self.items.last_mut() {
            Some(last) if !last.ends_with(';') => {
                last.push(' ');
                last.push_str(text);
            }
            _ => self.items.push(text.to_owned()),
        }
        self.is_closed = text.ends_with('.');
    }

    /// Whether a line without a dash goes on with the list.
    fn continues_with(&self, text: &str) -> bool {
        let Some(last) = self.items.last() else {
            return true;
        };
        if last.ends_with(';') {
            return !opens_body(text) && text.ends_with([';', '.']) && text.len() < 160;
        }
        let is_lower = text.chars().next().is_some_and(char::is_lowercase);
        is_lower || last.ends_with([',', '-', '(']) || (text.ends_with([';']) && !opens_body(text))
    }

    /// The items without their closing marks; an item of several, parted by
    /// semicolons on one line, is parted.
    pub(super) fn finish(self) -> Vec<String> {
        self.items
            .iter()
            .flat_map(|item| {
                // "Lưu: VT; mau" is one item.
                let is_filing = fold(item).starts_with("luu");
                let kept = without_noise_tail(item);
                kept.split_inclusive(move |c| c == ';' && !is_filing)
            })
            .map(|item| {
                let item = item.trim();
                let item = bullet(item).unwrap_or(item);
                let item = match item.strip_prefix(['“', '"', '‘', '\'']) {
                    // A quotation that never closes is a misread dash.
                    Some(rest) if !rest.contains(['”', '"', '’', '\'']) => rest,
                    _ => item,
                };
                collapse(item.trim_end_matches(['.', ',', ':', ';', ' ', '/', '`', '\'']))
            })
            .filter(|item| is_item(item))
            .collect()
    }
}

/// Whether a recogniser can have meant words by it: no strokes of a signature
/// or a seal ("K)", "“ G", "Nhi... c4... cT").
fn is_item(item: &str) -> bool {
    let letters = item.chars().filter(|c| c.is_alphabetic()).count();
    let visible = item.chars().filter(|c| !c.is_whitespace()).count();
    let longest = item
        .split(|c: char| !c.is_alphabetic())
        .map(|word| word.chars().count())
        .max()
        .unwrap_or(0);
    letters >= 3 && letters * 10 >= visible * 6 && longest >= 2
}

/// "Bộ Giáo dục và Đào tạo; ở FT" → "Bộ Giáo dục và Đào tạo;": strokes of the
/// signature beside the list that were read behind an item.
fn without_noise_tail(item: &str) -> &str {
    let Some((kept, tail)) = item.rsplit_once(';') else {
        return item;
    };
    let tail = tail.trim();
    let is_filed = kept.starts_with(['L', 'l']) && kept.contains("VT");
    let is_noise = !tail.ends_with(['.', ','])
        && (tail.starts_with(char::is_lowercase)
            || tail.contains(|c: char| c.is_ascii_digit())
            || tail.split(' ').any(|word| word.chars().count() == 1));
    if is_noise && !is_filed { kept } else { item }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_lone_digit_is_a_misread_dash() {
        assert_eq!(misread_dash("5 Phòng Nội vụ;"), Some("Phòng Nội vụ;"));
        assert_eq!(misread_dash("05 huyện biên giới;"), None);
        assert_eq!(misread_dash("Phòng 5;"), None);
    }
}
