//! The end of a document: recipients ("Nơi nhận") and the signature.

use super::document::DocumentText;
use super::flat::collapse;
use super::fold::{distance_within, fold, respell, skeleton};
use super::items::{ItemList, bullet};
use super::layout::{Ignored, LINE_LIMIT, is_capitals};
use super::lists::{ADMINISTRATIVE_UNITS, FAMILY_NAMES, POSITIONS};
use super::names::{agency_level, unit_of};
use super::record::Signer;

/// So many lines behind "Nơi nhận" are looked at.
const END_LINES: usize = 60;

/// The mark that closes a body.
const BODY_END: &str = "./.";

#[derive(Debug, Default)]
pub(super) struct Ending {
    pub(super) recipients: Vec<String>,
    pub(super) signer: Signer,
    /// Part of the signature was misread and set right by rule.
    pub(super) is_doubtful: bool,
}

/// A line of the document and the page it stands on.
struct EndLine<'a> {
    text: &'a str,
    page_index: usize,
}

/// Reads the end of the document that takes the pages `first..end`.
pub(super) fn read(
    document: &DocumentText,
    first_page: usize,
    end_page: usize,
    ignored: &Ignored,
) -> Ending {
    let mut lines: Vec<EndLine<'_>> = Vec::new();
    let mut recipients_line = None;
    let mut filing_line = None;
    let mut body_end = None;
    for page_index in first_page..end_page.min(document.pages.len()) {
        for (line_index, line) in document.pages[page_index].lines.iter().enumerate() {
            if ignored.contains(page_index, line_index) {
                continue;
            }
            // A paragraph of a text file: only whether the body ends in it
            // matters here.
            let text = line.text.trim();
            let is_long = text.len() > LINE_LIMIT;
            if closes_body(text) {
                body_end.get_or_insert(lines.len());
            }
            if !is_long && is_recipients_head(text) {
                recipients_line.get_or_insert(lines.len());
            }
            if !is_long && is_archive_line(text) {
                filing_line.get_or_insert(lines.len());
            }
            lines.push(EndLine {
                text: if is_long { "" } else { text },
                page_index,
            });
        }
    }
    // The signature stands beside the recipients, on the same page; what
    // follows on later pages are annexes with signatures of their own.
    let page_end = |index: usize| {
        let page = lines.get(index).map(|line| line.page_index);
        let end = lines[index..]
            .iter()
            .position(|line| Some(line.page_index) != page)
            .map_or(lines.len(), |offset| index + offset);
        end.min(index + END_LINES)
    };
    let text_of = |range: std::ops::Range<usize>| -> Vec<&str> {
        lines[range].iter().map(|line| line.text).collect()
    };
    let mut ending = Ending::default();
    // A head far behind the line "Lưu: VT" is an annex's or another document's.
    let recipients_line =
        recipients_line.filter(|head| filing_line.is_none_or(|filing| *head <= filing));
    let (from, end) = match (recipients_line, filing_line, body_end) {
        (Some(index), _, _) => {
            ending.recipients = recipients(&text_of(index..page_end(index)));
            // The signature may have been read before the recipients.
            (index.saturating_sub(8), page_end(index))
        }
        // The head "Nơi nhận" was not read: the items above "Lưu: VT, …".
        (None, Some(filing), _) => {
            let first = first_item(&text_of(0..filing + 1));
            ending.recipients = items_before_filing(&text_of(first..filing + 1));
            (first.saturating_sub(8), page_end(filing))
        }
        (None, None, Some(last)) => {
            let end = page_end(last);
            // A signature that did not fit under the body.
            let next = if end < last + 4 && end < lines.len() {
                page_end(end)
            } else {
                end
            };
            (last + 1, next)
        }
        (None, None, None) => (lines.len().saturating_sub(12), lines.len()),
    };
    let from = from.min(end);
    (ending.signer, ending.is_doubtful) = signer(&text_of(from..end));
    ending
}

/// "…./.", with a stroke of the signature behind it or without.
fn closes_body(text: &str) -> bool {
    text.rfind(BODY_END)
        .is_some_and(|index| text.len() - index <= BODY_END.len() + 12)
}

/// "Nơi nhận:", also misread ("Mới nhận:", "Với nhận:", ".Vơi nhận:").
fn is_recipients_head(text: &str) -> bool {
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
fn is_archive_line(text: &str) -> bool {
    is_filing_line(text) && {
        let folded = fold(text);
        text.len() < 60 && folded.contains("vt") | folded.contains("vp")
    }
}

/// Where the items that end in the last of `lines` begin.
fn first_item(lines: &[&str]) -> usize {
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
fn items_before_filing(lines: &[&str]) -> Vec<String> {
    let mut items = ItemList::default();
    for line in lines.iter().filter(|line| misread_position(line).is_none()) {
        match bullet(cut_signature(line)) {
            Some(item) => items.open(item),
            None if is_filing_line(line) => items.open(line),
            None => {}
        }
    }
    items.finish()
}

/// The list under "Nơi nhận:"; capitals of the signature that were read into
/// its lines are cut off.
fn recipients(lines: &[&str]) -> Vec<String> {
    let mut items = ItemList::default();
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
        if text.is_empty() {
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

/// Cuts "KT. GIÁM ĐỐC" off "Nơi nhận: KT. GIÁM ĐỐC", misread or not.
fn cut_signature(line: &str) -> &str {
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

/// Authority, position and name, in this order, and whether something in them
/// was misread and set right.
fn signer(lines: &[&str]) -> (Signer, bool) {
    let mut signer = Signer::default();
    let mut is_doubtful = false;
    let mut authorities: Vec<String> = Vec::new();
    // Where the position stands, which one, and whether it was read well.
    let mut position_at: Option<(usize, Option<&'static str>, bool)> = None;
    for (index, line) in lines.iter().enumerate() {
        let Some(part) = signature_part(line) else {
            continue;
        };
        let misread = misread_position(part);
        if authority_prefix(part).is_some() {
            if position_at.is_some() {
                break;
            }
            authorities.push(authority(part));
        } else if let Some((earlier, Some(listed), was_clean)) = position_at
            && index <= earlier + 4
            && authorities.is_empty()
            && let Some(misread) = &misread
            && misread.listed == listed
            && !(was_clean && misread.is_clean)
            && let Some(deputy) = deputy_of(listed)
        {
            // The same position twice, one of them spoilt: "KT. GIÁM ĐỐC" over
            // "PHÓ GIÁM ĐỐC" is the only way a position is printed twice.
            authorities.push(format!("KT. {listed}"));
            signer.position = Some(deputy);
            is_doubtful = true;
        } else if position_at.is_none() {
            match misread {
                Some(misread) if misread.acts_for && deputy_of(misread.listed).is_some() => {
                    authorities.push(format!("KT. {}", misread.listed));
                    is_doubtful = true;
                    continue;
                }
                Some(misread) if !misread.is_clean => {
                    is_doubtful = true;
                    signer.position = Some(misread.printed());
                    position_at = Some((index, Some(misread.listed), false));
                }
                misread => {
                    signer.position = position(part).or_else(|| Some(collapse(part)));
                    position_at = Some((index, misread.map(|m| m.listed), true));
                }
            }
        } else {
            break;
        }
    }
    // Who acts for a head is a deputy (Decree 30/2020, Annex I): of a spoilt
    // second line the word "PHÓ" is what gets lost.
    let acted_for = authorities
        .iter()
        .find_map(|authority| authority.strip_prefix("KT. "))
        .map(str::to_owned);
    if let Some(deputy) = acted_for.as_deref().and_then(deputy_of)
        && signer
            .position
            .as_deref()
            .is_none_or(|position| Some(position) == acted_for.as_deref())
    {
        signer.position = Some(deputy);
        is_doubtful = true;
    }
    if !authorities.is_empty() {
        signer.authority = Some(authorities.join(" "));
    }
    // Where a seal hides the position, the name may still stand behind the
    // last recipient.
    let anchor = position_at
        .map(|(index, ..)| index)
        .or_else(|| lines.iter().position(|line| signature_part(line).is_some()))
        .or_else(|| lines.iter().position(|line| is_filing_line(line)));
    if let Some(anchor) = anchor {
        let found = lines[anchor + 1..]
            .iter()
            .take(30)
            .find_map(|line| person_name(line));
        if let Some((name, is_repaired)) = found {
            signer.name = Some(name);
            is_doubtful |= is_repaired;
        }
    }
    (signer, is_doubtful)
}

/// A position that a seal or a pen spoilt.
struct MisreadPosition {
    /// As the list spells it, without "PHÓ".
    listed: &'static str,
    is_deputy: bool,
    /// What stands before it is left of "KT.".
    acts_for: bool,
    /// Nothing was misread but marks.
    is_clean: bool,
}

impl MisreadPosition {
    fn printed(&self) -> String {
        match deputy_of(self.listed).filter(|_| self.is_deputy) {
            Some(deputy) => deputy,
            None => self.listed.to_owned(),
        }
    }
}

/// Positions that a deputy signs for and their deputies.
fn deputy_of(position: &str) -> Option<String> {
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
fn misread_position(text: &str) -> Option<MisreadPosition> {
    let letters = skeleton(text);
    let uppers = text.chars().filter(|c| c.is_uppercase()).count();
    let lowers = text.chars().filter(|c| c.is_lowercase()).count();
    if letters.len() > 26 || letters.len() < 3 || uppers < 3 || lowers * 3 > uppers {
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
fn signature_part(line: &str) -> Option<&str> {
    if is_signature_line(line) || misread_position(line).is_some() {
        return Some(line);
    }
    let kept = cut_signature(line);
    (kept.len() < line.len()).then(|| line[kept.len()..].trim())
}

/// Two to six words, each with a capital first letter only: a person's name,
/// and whether a misread family name was set right.
/// A title in front ("ThS.", "BS.") is left out, as the decree wants none.
fn person_name(line: &str) -> Option<(String, bool)> {
    let line = line.trim();
    if line.len() > 70 || bullet(line).is_some() {
        return None;
    }
    let mut words: Vec<&str> = line
        .trim_matches(|c: char| !c.is_alphanumeric())
        .split_whitespace()
        .collect();
    if let Some(name) = repaired_name(&words) {
        return Some((name, true));
    }
    // A stroke of the signature read as a letter.
    while words.len() > 2 && words[0].chars().count() == 1 {
        words.remove(0);
    }
    while words.len() > 2 && is_academic_title(words[0]) {
        words.remove(0);
    }
    let is_name = (2..=6).contains(&words.len()) && words.iter().all(|word| is_name_word(word));
    let name = words.join(" ");
    // A town at the end of an address, an office, is nobody's name.
    let is_place = ADMINISTRATIVE_UNITS.contains_key(&fold(&name))
        || unit_of(&name.to_lowercase()).is_some_and(|unit| unit.len() == name.len())
        || agency_level(&name).is_some() && !FAMILY_NAMES.contains_key(&skeleton(words[0]));
    (is_name && !is_place).then_some((name, false))
}

fn is_name_word(word: &str) -> bool {
    let mut chars = word.chars();
    chars.next().is_some_and(char::is_uppercase)
        && word.chars().count() > 1
        && chars.all(|c| c.is_lowercase() || c == '-')
}

/// "guyển Trúc Giang", "Ñ quyên Trúc Giang", "I trần Ngọc Căng": a name whose
/// family name lost or changed a letter to the signature.
fn repaired_name(words: &[&str]) -> Option<String> {
    if words.len() < 3 || words.len() > 6 {
        return None;
    }
    let is_rest = |from: usize| {
        words.len() >= from + 2 && words[from..].iter().all(|word| is_name_word(word))
    };
    let is_speck = words[0].chars().count() <= 1;
    // (family name as read, where the other words begin)
    let readings = [
        (is_speck && is_rest(2)).then(|| (format!("{}{}", words[0], words[1]), 2)),
        (is_speck && is_rest(2)).then(|| (words[1].to_owned(), 2)),
        is_rest(1).then(|| (words[0].to_owned(), 1)),
    ];
    for (read, from) in readings.into_iter().flatten() {
        let letters = skeleton(&read);
        let is_read_well = from == 1
            && is_name_word(&read)
            && (FAMILY_NAMES.contains_key(&letters) || letters.len() < 4);
        if is_read_well {
            return None;
        }
        let exact = FAMILY_NAMES.get(&letters).copied();
        let nearest = || {
            // Only the long and common name can be told from one wrong letter.
            (letters.len() >= 4 && distance_within(&letters, "nguyen", 2).is_some())
                .then_some("Nguyễn")
        };
        if let Some(family) = exact.or_else(nearest) {
            return Some(format!("{family} {}", words[from..].join(" ")));
        }
    }
    None
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

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(lines: &[&str]) -> (Option<String>, Option<String>, Option<String>, bool) {
        let (signer, is_doubtful) = signer(lines);
        (signer.authority, signer.position, signer.name, is_doubtful)
    }

    #[track_caller]
    fn check_deputy(lines: &[&str]) {
        let (authority, position, _, is_doubtful) = signed(lines);
        assert_eq!(authority.as_deref(), Some("KT. GIÁM ĐỐC"), "{lines:?}");
        assert_eq!(position.as_deref(), Some("PHÓ GIÁM ĐỐC"), "{lines:?}");
        assert!(is_doubtful, "{lines:?}");
    }

    #[test]
    fn a_deputy_is_known_under_a_seal() {
        check_deputy(&["KÍGIÁM ĐÓC", "Đặng Văn Mẫu"]);
        check_deputy(&["T-GIÁM ĐÓC", "GIÁM. ĐỒC", "Đặng Văn Mẫu"]);
        check_deputy(&["lt GIÁM ĐÓ", "Hó GIÀM B6t", "Đặng Văn Mẫu"]);
        check_deputy(&["ở GLIÁM ĐỌC )C", "pÑt LẮM", "GIÁM ĐỐC"]);
        check_deputy(&["ĐÓC", "6A ĐỐC", "Đặng Văn Mẫu"]);
    }

    #[test]
    fn what_is_read_well_is_taken_as_it_is() {
        let (authority, position, name, is_doubtful) = signed(&["GIÁM ĐỐC", "Đặng Văn Mẫu"]);
        assert_eq!(authority, None);
        assert_eq!(position.as_deref(), Some("GIÁM ĐỐC"));
        assert_eq!(name.as_deref(), Some("Đặng Văn Mẫu"));
        assert!(!is_doubtful);
        let (_, position, _, is_doubtful) = signed(&["KT. HIỆU TRƯỞNG", "P. HIỆU TRƯỞNG"]);
        assert_eq!(position.as_deref(), Some("P. HIỆU TRƯỞNG"));
        assert!(!is_doubtful);
        // Two offices sign one paper.
        let (authority, position, _, _) = signed(&["GIÁM ĐỐC", "GIÁM ĐỐC", "Đặng Văn Mẫu"]);
        assert_eq!((authority, position.as_deref()), (None, Some("GIÁM ĐỐC")));
    }

    #[test]
    fn family_names_are_set_right_and_places_are_no_names() {
        let name = |line| person_name(line).map(|(name, _)| name);
        assert_eq!(name("Ñ quyên Văn Mẫu").as_deref(), Some("Nguyễn Văn Mẫu"));
        assert_eq!(name("I trần Văn Mẫu").as_deref(), Some("Trần Văn Mẫu"));
        assert_eq!(name("Lê Mẫu").as_deref(), Some("Lê Mẫu"));
        assert_eq!(name("Rạch Giá"), None);
        assert_eq!(name("Tỉnh Hậu Giang"), None);
    }
}
