//! Positions and authorities of those who sign: "KT. GIÁM ĐỐC", "PHÓ GIÁM
//! ĐỐC", as printed and as a seal or a pen leaves them.

use super::flat::collapse;
use super::fold::{distance_within, fold, respell, skeleton};
use super::layout::is_capitals;
use super::lists::{POSITION_NAMES, POSITIONS};

/// Cuts "KT. GIÁM ĐỐC" off "Nơi nhận: KT. GIÁM ĐỐC", misread or not.
pub(super) fn cut_signature(line: &str) -> &str {
    let mut starts = line
        .match_indices(' ')
        .map(|(index, _)| index + 1)
        .filter(|start| line[*start..].starts_with(char::is_uppercase));
    let cut = starts.find(|start| {
        let tail = &line[*start..];
        // "KT" alone is an office in the list of files ("Lưu: VT, KT.").
        is_capitals(tail)
            && skeleton(tail).len() > 3
            && (authority_prefix(tail).is_some()
                || is_position(tail)
                || misread_position(tail).is_some())
    });
    cut.map_or(line, |start| line[..start].trim_end())
}

pub(super) fn is_signature_line(text: &str) -> bool {
    is_capitals(text) && (authority_prefix(text).is_some() || is_position(text))
}

/// "TM.", "KT.", "TL.", "TUQ." at the start of a line.
pub(super) fn authority_prefix(text: &str) -> Option<&'static str> {
    let folded = fold(text);
    [
        ("tm.", "TM."),
        ("kt.", "KT."),
        ("tl.", "TL."),
        ("tuq.", "TUQ."),
        ("t/m", "TM."),
        ("kt,", "KT."),
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
pub(super) fn position(text: &str) -> Option<String> {
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
    let words_printed = printed[from..end].join(" ");
    spelt.push(match POSITION_NAMES.contains(words_printed.as_str()) {
        true => words_printed,
        false => respell(&words_printed, listed),
    });
    spelt.extend(printed[end..].iter().map(|word| (*word).to_owned()));
    Some(spelt.join(" "))
}

fn is_rank_prefix(word: &str) -> bool {
    matches!(word, "pho" | "p" | "q" | "quyen")
}

/// "KT. GIÁM ĐỐC" with the position's marks set right.
pub(super) fn authority(text: &str) -> String {
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

/// A position that a seal or a pen spoilt.
pub(super) struct MisreadPosition {
    /// As the list spells it, without "PHÓ".
    pub(super) listed: &'static str,
    pub(super) is_deputy: bool,
    /// What stands before it is left of "KT.".
    pub(super) acts_for: bool,
    /// Nothing was misread but marks.
    pub(super) is_clean: bool,
}

impl MisreadPosition {
    pub(super) fn printed(&self) -> String {
        match deputy_of(self.listed).filter(|_| self.is_deputy) {
            Some(deputy) => deputy,
            None => self.listed.to_owned(),
        }
    }
}

/// Positions that a deputy signs for and their deputies.
pub(super) fn deputy_of(position: &str) -> Option<String> {
    match position {
        "BỘ TRƯỞNG" => Some("THỨ TRƯỞNG".to_owned()),
        "GIÁM ĐỐC"
        | "TỔNG GIÁM ĐỐC"
        | "CHỦ TỊCH"
        | "CHÁNH VĂN PHÒNG"
        | "CHÁNH THANH TRA"
        | "CỤC TRƯỞNG"
        | "TỔNG CỤC TRƯỞNG"
        | "CHI CỤC TRƯỞNG"
        | "VỤ TRƯỞNG"
        | "TRƯỞNG PHÒNG"
        | "TRƯỞNG BAN"
        | "HIỆU TRƯỞNG"
        | "VIỆN TRƯỞNG" => Some(format!("PHÓ {position}")),
        _ => None,
    }
}

/// "KÍGIÁM ĐÓC", "T-GIÁM ĐÓC", "lt GIÁM ĐÓ", "V“T. GIÁM ĐỐC", "Hó GIÀM ĐỐC",
/// "ĐÓC": one of the positions that deputies sign for, with at most a letter in
/// seven misread, behind at most four other letters.
pub(super) fn misread_position(text: &str) -> Option<MisreadPosition> {
    let letters = skeleton(text);
    let uppers = text.chars().filter(|c| c.is_uppercase()).count();
    let lowers = text.chars().filter(|c| c.is_lowercase()).count();
    if letters.len() > 26 || letters.len() < 3 || uppers < 3 || lowers * 3 > uppers {
        return None;
    }
    // A position whose holder no deputy signs for ("THỨ TRƯỞNG") is no other
    // one misread.
    if POSITIONS
        .get(&letters)
        .is_some_and(|listed| deputy_of(listed).is_none())
    {
        return None;
    }
    // No other position ends in "ĐỐC" so short.
    if letters == "doc" || letters.len() <= 5 && letters.ends_with("doc") && lowers == 0 {
        return Some(MisreadPosition {
            listed: "GIÁM ĐỐC",
            is_deputy: false,
            acts_for: false,
            is_clean: false,
        });
    }
    // No other one ends in "TỊCH".
    if letters.len() <= 9 && letters.ends_with("tich") && letters != "chutich" && lowers == 0 {
        let is_deputy = letters.starts_with('p');
        return Some(MisreadPosition {
            listed: "CHỦ TỊCH",
            is_deputy,
            acts_for: letters.starts_with('k') && !is_deputy,
            is_clean: false,
        });
    }
    let candidates = POSITIONS.iter().filter_map(|(key, listed)| {
        deputy_of(listed)?;
        let (before, distance) = distance_to_end(&letters, key, key.len() / 7)?;
        (before <= 4).then_some((distance, before, *listed))
    });
    let (distance, before, listed) = candidates.min()?;
    let prefix: String = letters.chars().take(before).collect();
    let is_deputy = matches!(
        prefix.as_str(),
        "pho" | "ho" | "ph" | "fho" | "po" | "o" | "p"
    );
    let acts_for = !is_deputy && prefix.contains(['t', 'k']) && prefix.len() <= 3;
    Some(MisreadPosition {
        listed,
        is_deputy,
        acts_for,
        is_clean: distance == 0 && matches!(prefix.as_str(), "" | "pho" | "p"),
    })
}

/// Whether `text` ends in `target` with at most `limit` letters wrong, or two
/// where letters came in between ("GLIÁM ĐỌC )C"): how many letters stand
/// before it, and how many are wrong.
fn distance_to_end(text: &str, target: &str, limit: usize) -> Option<(usize, usize)> {
    let shortest = target.len().saturating_sub(limit);
    (shortest..=target.len() + 2)
        .filter_map(|length| {
            let start = text.len().checked_sub(length)?;
            let tail = text.get(start..)?;
            let limit = if length >= target.len() + 2 { 2 } else { limit };
            Some((distance_within(tail, target, limit)?, start))
        })
        .min()
        .map(|(distance, start)| (start, distance))
}

/// The part of a line that belongs to the signature.
pub(super) fn signature_part(line: &str) -> Option<&str> {
    if is_signature_line(line) || misread_position(line).is_some() {
        return Some(line);
    }
    let kept = cut_signature(line);
    (kept.len() < line.len()).then(|| line[kept.len()..].trim())
}
