//! Numbers and marks at the ends of lines that the lines beside them prove misread.
//!
//! The strokes of a Roman number run together (II is read as H, III as II), and a
//! comma, a stop, a colon and a semicolon differ by a speck. Words tell little of
//! these; the order of headings and the form of a paper do (Decree 30/2020,
//! Appendix I). Only text that a recogniser read is asked.

use crate::vietnamese::CasePattern;
use rustc_hash::FxHashMap;

/// What a token is to be read as, by line and by place in the line, both from 0.
pub(super) type Repairs = FxHashMap<(usize, usize), String>;

/// Lines that a recital may run over.
const MAX_RECITAL_LINES: usize = 6;
/// How recitals begin.
const RECITALS: [(&str, &str); 5] = [
    ("căn", "cứ"),
    ("xét", "đề"),
    ("xét", "tờ"),
    ("theo", "đề"),
    ("thực", "hiện"),
];
/// Behind these, headings are numbered anew.
const PARTS: [&str; 5] = ["phần", "phụ", "chương", "mục", "bài"];
/// No paper of the kind has more headings under one number.
const ROMAN: [&str; 15] = [
    "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV",
];

/// What lines in reading order tell of each other, those of them that are `is_read`.
pub(super) fn repairs(texts: &[String], is_read: impl Fn(usize) -> bool) -> Repairs {
    let lines: Vec<Line> = texts
        .iter()
        .enumerate()
        .filter(|(line_idx, text)| is_read(*line_idx) && text.contains(char::is_alphanumeric))
        .map(|(line_idx, text)| Line {
            line_idx,
            tokens: text.split_whitespace().collect(),
        })
        .collect();
    let mut repairs = Repairs::default();
    number_headings(&lines, &mut repairs);
    for idx in 0..lines.len() {
        let line = &lines[idx];
        let found = stop_of_item(&lines, idx).or_else(|| semicolon_of_recital(&lines, idx));
        if let Some((token_idx, text)) = found {
            repairs.insert((line.line_idx, token_idx), text);
        }
    }
    repairs
}

struct Line<'t> {
    line_idx: usize,
    tokens: Vec<&'t str>,
}

impl Line<'_> {
    fn ends_with(&self, marks: &[char]) -> bool {
        self.tokens.last().is_some_and(|last| last.ends_with(marks))
    }

    fn begins_recital(&self) -> bool {
        let mut words = self.tokens.iter().map(|token| token.to_lowercase());
        let (first, second) = (words.next(), words.next());
        let (Some(first), Some(second)) = (first, second) else {
            return false;
        };
        RECITALS.contains(&(&first, &second))
    }
}

/// "1, Ban hành" at the beginning of an item, "Điều 1, Ban hành" of an article.
fn stop_of_item(lines: &[Line], idx: usize) -> Option<(usize, String)> {
    let tokens = &lines[idx].tokens;
    let number_idx = usize::from(tokens.first()?.to_lowercase() == "điều");
    let number = tokens.get(number_idx)?.strip_suffix(',')?;
    let is_number = (1..=2).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    let is_behind_end = idx.checked_sub(1).is_none_or(|before| {
        let before = &lines[before];
        before.ends_with(&['.', ';', ':', '/', '"', '”'])
            || before.tokens.len() > 1 && before.tokens.iter().all(|token| is_capitals(token))
    });
    let begins_sentence = tokens.get(number_idx + 1)?.starts_with(char::is_uppercase);
    (is_number && is_behind_end && begins_sentence).then(|| (number_idx, format!("{number}.")))
}

/// A recital ends with a semicolon where another follows.
fn semicolon_of_recital(lines: &[Line], idx: usize) -> Option<(usize, String)> {
    let line = &lines[idx];
    let token_idx = line.tokens.len().checked_sub(1)?;
    let word = line.tokens[token_idx].strip_suffix(':')?;
    if !lines.get(idx + 1)?.begins_recital() {
        return None;
    }
    let first_idx = (idx.saturating_sub(MAX_RECITAL_LINES)..=idx)
        .rev()
        .take_while(|&before| before == idx || !lines[before].ends_with(&['.', ';', ':']))
        .find(|&before| lines[before].begins_recital());
    first_idx.map(|_| (token_idx, format!("{word};")))
}

/// Headings with Roman numbers follow one another.
fn number_headings(lines: &[Line], repairs: &mut Repairs) {
    let mut before = None;
    let number_behind = |idx: usize| lines[idx + 1..].iter().find_map(|line| heading(line));
    for (idx, line) in lines.iter().enumerate() {
        let Some(first) = line.tokens.first() else {
            continue;
        };
        let is_part = PARTS.contains(&first.to_lowercase().as_str());
        let is_lettered = matches!(first.as_bytes(), [b'A'..=b'G', b'.']);
        if is_part || is_lettered {
            before = None;
        }
        let Some(read) = heading(line) else {
            continue;
        };
        let grown = ROMAN
            .get(read as usize)
            .is_some_and(|next| next.strip_suffix('I') == Some(ROMAN[read as usize - 1]));
        // A stroke was lost, unless the one behind has that number.
        let number = if before == Some(read) && grown && number_behind(idx) != Some(read + 1) {
            read + 1
        } else {
            read
        };
        let text = format!("{}.", ROMAN[number as usize - 1]);
        if text != *first {
            repairs.insert((line.line_idx, 0), text);
        }
        before = Some(number);
    }
}

/// The number of a heading as it was read, from 1; H are two strokes.
fn heading(line: &Line) -> Option<u32> {
    let [first, second, ..] = line.tokens.as_slice() else {
        return None;
    };
    let read = first.strip_suffix('.')?;
    let meant = read.replacen('H', "II", 1);
    // A person's or a district's initial stands before a name.
    let is_heading = if read.contains('H') {
        is_capitals(second) && line.tokens.iter().skip(1).all(|token| is_capitals(token))
    } else {
        second.starts_with(char::is_uppercase) && !second.ends_with('.')
    };
    let index = ROMAN.iter().position(|number| *number == meant)?;
    is_heading.then_some(index as u32 + 1)
}

/// Whether a token has no small letter and a word of capitals.
fn is_capitals(token: &str) -> bool {
    let word = token.trim_matches(|sign: char| !sign.is_alphanumeric());
    !word.contains(char::is_lowercase)
        && (word.is_empty()
            || word.bytes().all(|byte| byte.is_ascii_digit())
            || CasePattern::of(word) == CasePattern::Upper
            || word.chars().count() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(text: &str) -> String {
        let texts: Vec<String> = text.lines().map(str::to_owned).collect();
        let repairs = repairs(&texts, |_| true);
        let lines = texts.iter().enumerate().map(|(line_idx, text)| {
            let tokens = text.split_whitespace().enumerate();
            let tokens: Vec<&str> = tokens
                .map(|(idx, token)| repairs.get(&(line_idx, idx)).map_or(token, |text| text))
                .collect();
            tokens.join(" ")
        });
        lines.collect::<Vec<String>>().join("\n")
    }

    fn assert_repaired(read: &str, printed: &str) {
        assert_eq!(repaired(read), printed);
        assert_eq!(repaired(printed), printed);
    }

    #[test]
    fn headings_are_numbered_in_order() {
        assert_repaired(
            "I. MỤC ĐÍCH\nmột\nH. NỘI DUNG\nhai\nII. TỔ CHỨC THỰC HIỆN",
            "I. MỤC ĐÍCH\nmột\nII. NỘI DUNG\nhai\nIII. TỔ CHỨC THỰC HIỆN",
        );
        assert_repaired("HI. NHIỆM VỤ, GIẢI PHÁP", "III. NHIỆM VỤ, GIẢI PHÁP");
        assert_repaired("I. Mục đích\nI. Yêu cầu", "I. Mục đích\nII. Yêu cầu");
    }

    #[test]
    fn headings_that_may_be_stay() {
        for text in [
            "PHẦN I\nI. MỤC ĐÍCH\nPHẦN II\nI. NỘI DUNG",
            "A. KẾT QUẢ\nI. MỤC ĐÍCH\nB. NHIỆM VỤ\nI. NỘI DUNG",
            "II. MỤC ĐÍCH\nII. YÊU CẦU\nIII. NỘI DUNG",
            "H. Châu Thành",
            "V. I. Lê-nin\nV. I. Lê-nin",
            "IV. MỘT\nIV. HAI",
        ] {
            assert_eq!(repaired(text), text);
        }
    }

    #[test]
    fn marks_that_cannot_be_are_changed() {
        assert_repaired(
            "thực hiện từ năm 2024.\n5, Đối với các sở",
            "thực hiện từ năm 2024.\n5. Đối với các sở",
        );
        assert_repaired(
            "QUYẾT ĐỊNH:\n.\nĐiều 1, Ban hành kèm theo",
            "QUYẾT ĐỊNH:\n.\nĐiều 1. Ban hành kèm theo",
        );
        assert_repaired(
            "Căn cứ Luật Tổ chức chính quyền\nđịa phương năm 2015:\nXét đề nghị của",
            "Căn cứ Luật Tổ chức chính quyền\nđịa phương năm 2015;\nXét đề nghị của",
        );
    }

    #[test]
    fn marks_that_may_be_stay() {
        for text in [
            "họp ngày\n5, Đoàn kiểm tra đi",
            "theo khoản 2\nĐiều 5, Luật Đất đai",
            "các căn cứ sau đây:\nCăn cứ Luật Đất đai;",
            "Căn cứ Luật Đất đai.\nsau đây:\nXét đề nghị của",
        ] {
            assert_eq!(repaired(text), text);
        }
    }
}
