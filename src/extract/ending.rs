//! The end of a document: recipients ("Nơi nhận") and the signature.

use super::document::DocumentText;
use super::flat::collapse;
use super::fold::{fold, respell, skeleton};
use super::items::{ItemList, bullet};
use super::layout::{Ignored, LINE_LIMIT, is_capitals};
use super::lists::POSITIONS;
use super::record::Signer;

/// So many lines behind "Nơi nhận" are looked at.
const END_LINES: usize = 60;

/// The mark that closes a body.
const BODY_END: &str = "./.";

#[derive(Debug, Default)]
pub(super) struct Ending {
    pub(super) recipients: Vec<String>,
    pub(super) signer: Signer,
}

/// Reads the end of the document that takes the pages `first..end`.
pub(super) fn read(
    document: &DocumentText,
    first_page: usize,
    end_page: usize,
    ignored: &Ignored,
) -> Ending {
    let mut lines: Vec<&str> = Vec::new();
    let mut recipients_line = None;
    for page_index in first_page..end_page.min(document.pages.len()) {
        for (line_index, line) in document.pages[page_index].lines.iter().enumerate() {
            if ignored.contains(page_index, line_index) {
                continue;
            }
            let text = line.text.trim();
            if text.len() > LINE_LIMIT {
                // A paragraph of a text file: only whether the body ends in
                // it matters here.
                lines.push(if text.ends_with(BODY_END) {
                    BODY_END
                } else {
                    ""
                });
                continue;
            }
            if is_recipients_head(text) {
                recipients_line.get_or_insert(lines.len());
            }
            lines.push(text);
        }
    }
    let mut ending = Ending::default();
    let from = match recipients_line {
        Some(index) => {
            let end = lines.len().min(index + END_LINES);
            ending.recipients = recipients(&lines[index..end]);
            // The signature may have been read before the recipients.
            index.saturating_sub(8)
        }
        None => match lines.iter().rposition(|line| line.ends_with(BODY_END)) {
            Some(last) => last + 1,
            None => lines.len().saturating_sub(12),
        },
    };
    let end = lines.len().min(from + END_LINES);
    ending.signer = signer(&lines[from..end]);
    ending
}

fn is_recipients_head(text: &str) -> bool {
    let folded = fold(text.get(..40).unwrap_or(text));
    folded.starts_with("noi nhan") || fold(text).starts_with("noi nhan:")
}

/// The list under "Nơi nhận:"; capitals of the signature that were read into
/// its lines are cut off.
fn recipients(lines: &[&str]) -> Vec<String> {
    let mut items = ItemList::default();
    for (index, line) in lines.iter().enumerate() {
        let line = cut_signature(line);
        let text = if index == 0 {
            line.char_indices()
                .nth("Nơi nhận".chars().count())
                .map_or("", |(offset, _)| {
                    line[offset..].trim_start_matches([':', ' ', '.'])
                })
        } else {
            line
        };
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        if let Some(item) = bullet(text) {
            if items.is_filed() {
                break;
            }
            items.open(item);
        } else if is_signature_line(text) {
            // Lines of the other cell.
            if items.is_filed() {
                break;
            }
        } else if items.is_empty() {
            // The first item may stand on the head's line or without a dash.
            items.open(text);
        } else if items.is_open() && !items.is_filed() {
            items.go_on(text);
        } else {
            break;
        }
    }
    items.finish()
}

impl ItemList {
    /// Whether the item "Lưu: …", always the last, has come.
    fn is_filed(&self) -> bool {
        self.last().is_some_and(is_filing_line)
    }
}

/// "Lưu: VT, …", with its dash or without.
fn is_filing_line(line: &str) -> bool {
    let folded = fold(bullet(line).unwrap_or(line));
    folded.starts_with("luu:") || folded.starts_with("luu ") || folded.starts_with("luu,")
}

/// Cuts "KT. GIÁM ĐỐC" off "Nơi nhận: KT. GIÁM ĐỐC".
fn cut_signature(line: &str) -> &str {
    let mut starts = line
        .match_indices(' ')
        .map(|(index, _)| index + 1)
        .filter(|start| line[*start..].starts_with(char::is_uppercase));
    let cut = starts.find(|start| {
        let tail = &line[*start..];
        is_capitals(tail) && (authority_prefix(tail).is_some() || is_position(tail))
    });
    cut.map_or(line, |start| line[..start].trim_end())
}

fn is_signature_line(text: &str) -> bool {
    is_capitals(text) && (authority_prefix(text).is_some() || is_position(text))
}

/// "TM.", "KT.", "TL.", "TUQ." at the start of a line.
fn authority_prefix(text: &str) -> Option<&'static str> {
    let folded = fold(text);
    [
        ("tm.", "TM."),
        ("kt.", "KT."),
        ("tl.", "TL."),
        ("tuq.", "TUQ."),
        ("t/m", "TM."),
        ("k/t", "KT."),
        ("t/l", "TL."),
    ]
    .iter()
    .find(|(start, _)| folded.starts_with(start))
    .map(|(_, prefix)| *prefix)
    .or_else(|| {
        // "KT." whose first letter a seal or a pen stroke hides.
        let rest = folded.trim_start_matches(|c: char| !c.is_alphanumeric());
        let rest = rest.strip_prefix("t.").or(rest.strip_prefix("kt "))?;
        is_position(&rest.to_uppercase()).then_some("KT.")
    })
}

fn is_position(text: &str) -> bool {
    position(text).is_some()
}

/// A position from the list, with "PHÓ", "P.", "Q." before it and a unit
/// behind it, as in "PHÓ GIÁM ĐỐC SỞ"; misread marks are set right.
fn position(text: &str) -> Option<String> {
    if !is_capitals(text) || text.len() > 90 {
        return None;
    }
    let printed: Vec<&str> = text
        .split_whitespace()
        .skip_while(|word| skeleton(word).is_empty())
        .collect();
    let words: Vec<String> = printed.iter().map(|word| skeleton(word)).collect();
    let mut from = 0;
    let mut spelt: Vec<String> = Vec::new();
    while from < 2 && words.get(from).is_some_and(|word| is_rank_prefix(word)) {
        let word = printed[from];
        spelt.push(if words[from] == "pho" {
            respell(word, "PHÓ")
        } else {
            word.to_owned()
        });
        from += 1;
    }
    let longest = words.len().min(from + 7);
    let (end, listed) = (from + 1..=longest).rev().find_map(|end| {
        let listed = POSITIONS.get(&words[from..end].concat())?;
        Some((end, *listed))
    })?;
    spelt.push(respell(&printed[from..end].join(" "), listed));
    spelt.extend(printed[end..].iter().map(|word| (*word).to_owned()));
    Some(spelt.join(" "))
}

fn is_rank_prefix(word: &str) -> bool {
    matches!(word, "pho" | "p" | "q" | "quyen")
}

/// "KT. GIÁM ĐỐC" with the position's marks set right.
fn authority(text: &str) -> String {
    let text = collapse(text);
    let (Some((_, rest)), Some(prefix)) = (text.split_once(['.', ' ']), authority_prefix(&text))
    else {
        return text;
    };
    match position(rest) {
        Some(position) => format!("{prefix} {position}"),
        None => text,
    }
}

/// Authority, position and name, in this order.
fn signer(lines: &[&str]) -> Signer {
    let mut signer = Signer::default();
    let mut authorities: Vec<String> = Vec::new();
    let mut position_index = None;
    for (index, line) in lines.iter().enumerate() {
        let Some(part) = signature_part(line) else {
            continue;
        };
        if authority_prefix(part).is_some() {
            if position_index.is_some() {
                break;
            }
            authorities.push(authority(part));
        } else if position_index.is_none() {
            signer.position = position(part).or_else(|| Some(collapse(part)));
            position_index = Some(index);
        } else {
            break;
        }
    }
    if !authorities.is_empty() {
        signer.authority = Some(authorities.join(" "));
    }
    // Where a seal hides the position, the name may still stand behind the
    // last recipient.
    let anchor = position_index
        .or_else(|| lines.iter().position(|line| signature_part(line).is_some()))
        .or_else(|| lines.iter().position(|line| is_filing_line(line)));
    if let Some(anchor) = anchor {
        signer.name = lines[anchor + 1..]
            .iter()
            .take(30)
            .find_map(|line| person_name(line));
    }
    signer
}

/// The part of a line that belongs to the signature.
fn signature_part(line: &str) -> Option<&str> {
    if is_signature_line(line) {
        return Some(line);
    }
    let kept = cut_signature(line);
    (kept.len() < line.len()).then(|| line[kept.len()..].trim())
}

/// Two to six words, each with a capital first letter only: a person's name.
/// A title in front ("ThS.", "BS.") is left out, as the decree wants none.
fn person_name(line: &str) -> Option<String> {
    let line = line.trim();
    if line.len() > 70 || bullet(line).is_some() {
        return None;
    }
    let mut words: Vec<&str> = line
        .trim_matches(|c: char| !c.is_alphanumeric())
        .split_whitespace()
        .collect();
    // A stroke of the signature read as a letter.
    while words.len() > 2 && words[0].chars().count() == 1 {
        words.remove(0);
    }
    while words.len() > 2 && is_academic_title(words[0]) {
        words.remove(0);
    }
    let is_name = (2..=6).contains(&words.len())
        && words.iter().all(|word| {
            let mut chars = word.chars();
            chars.next().is_some_and(char::is_uppercase)
                && word.chars().count() > 1
                && chars.all(|c| c.is_lowercase() || c == '-')
        });
    is_name.then(|| words.join(" "))
}

fn is_academic_title(word: &str) -> bool {
    word.ends_with('.')
        || matches!(
            fold(word).as_str(),
            "ths"
                | "ts"
                | "bs"
                | "bscki"
                | "bsckii"
                | "pgs"
                | "gs"
                | "ks"
                | "cn"
                | "dai"
                | "thuong"
        )
}
