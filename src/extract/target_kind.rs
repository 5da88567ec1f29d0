//! Whether a value is a goal or an achievement.

use super::clause::sentence_start;
use super::flat::{collapse, floor_border};
use super::fold::fold;
use super::lists::KIND_CUES;
use super::record::TargetKind;
use super::value::{Bound, Value, is_compared, is_money};

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

/// Whether a value is to be reached or was reached. What tells it, the nearest
/// first: a strong word before it in the sentence, the heading above, a weaker
/// word, what was said before in the sentence, the lead line above, the genre
/// of the paper.
pub(super) fn kind_of(
    text: &str,
    bound: &Bound,
    value: &Value,
    genre: Genre,
    said_before: Option<TargetKind>,
) -> TargetKind {
    if value.is_rank {
        return TargetKind::Result;
    }
    let sentence = sentence_start(text, bound.start);
    let before = collapse(text.get(sentence..value.span.start).unwrap_or_default()).to_lowercase();
    if bound.filler == Some("còn") && value.unit != "%" && !bound.is_stated {
        // "còn 18 xã": what is left undone.
        return TargetKind::Result;
    }
    if let Some(kind) = nearest_cue(&before, true) {
        return kind;
    }
    if let Some(kind) = section_kind(text, sentence) {
        return kind;
    }
    if genre != Genre::Report
        && let Some(kind) = nearest_cue(&before, false)
    {
        return kind;
    }
    if let Some(kind) = said_before {
        return kind;
    }
    let is_round = value.value.fract() == 0.0;
    let end = bound.end.max(value.span.end);
    if is_compared(text, end) && !(genre == Genre::Plan && is_round) {
        return TargetKind::Result;
    }
    if genre == Genre::Report || value.out_of.is_some() && genre == Genre::Letter {
        return TargetKind::Result;
    }
    // Goals are round numbers, or bounds.
    if value.unit == "%" && !is_round && !bound.is_stated {
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

/// What the heading in capitals above a position tells: goals stand under
/// "MỤC TIÊU", "NHIỆM VỤ", achievements under "KẾT QUẢ", "HẠN CHẾ".
fn section_kind(text: &str, position: usize) -> Option<TargetKind> {
    let from = floor_border(text, position.saturating_sub(LEAD));
    let heading = text[from..position]
        .lines()
        .rev()
        .find(|line| super::layout::is_capitals(line) && line.contains(' '))?;
    let heading = fold(heading);
    let names = |words: &[&str]| words.iter().any(|word| heading.contains(word));
    if names(&[
        "phuong huong",
        "nhiem vu",
        "muc tieu",
        "chi tieu",
        "kien nghi",
    ]) && !names(&["ket qua", "danh gia", "tinh hinh"])
    {
        Some(TargetKind::Target)
    } else if names(&["ket qua", "danh gia", "han che", "thuc trang"])
        && !names(&["nhiem vu", "muc tieu", "phuong huong"])
    {
        Some(TargetKind::Result)
    } else {
        None
    }
}

/// The cue that stands last in a text in lower case.
fn nearest_cue(lower: &str, strong_only: bool) -> Option<TargetKind> {
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
        .find_map(|line| nearest_cue(&line.to_lowercase(), false))
}
