//! Restoring again what was restored, until nothing changes.
//!
//! A word put right makes its neighbours likelier to be put right as well, and
//! lines that were told apart by their marks may be told otherwise once they have
//! them. One who restores a text twice shall not get a third text: so the second
//! time is made at once. Text that is right pays nothing for it.

use super::{RestoredLine, RestoredWord};
use crate::vietnamese::normalized;

/// One time more is nearly always enough; the bound keeps two readings that are as
/// good as each other from being exchanged for ever.
const MAX_TIMES: usize = 4;

/// Lines as `restore` leaves them alone, with the raw words of the first time.
pub(super) fn settle(
    mut lines: Vec<RestoredLine>,
    restore: impl Fn(&[&str]) -> Vec<RestoredLine>,
) -> Vec<RestoredLine> {
    let mut is_settled = !lines.iter().any(has_changes);
    for _ in 0..MAX_TIMES {
        if is_settled {
            break;
        }
        let texts: Vec<String> = lines.iter().map(RestoredLine::text).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        is_settled = true;
        for (line, again) in lines.iter_mut().zip(restore(&texts)) {
            if has_changes(&again) {
                is_settled = false;
                *line = followed(std::mem::take(&mut line.words), again);
            }
        }
    }
    lines
}

fn has_changes(line: &RestoredLine) -> bool {
    let is_changed = |word: &RestoredWord| normalized(&word.raw) != word.text;
    line.words.iter().any(is_changed)
}

/// The words of `again`, made of those of `before`, with the raw text of these.
fn followed(before: Vec<RestoredWord>, again: RestoredLine) -> RestoredLine {
    let mut sources = before.into_iter().peekable();
    let mut words = Vec::with_capacity(again.words.len());
    // What is left of the text of a source that was parted, and its raw text.
    let mut source: Option<(String, Option<String>, f32)> = None;
    for mut word in again.words {
        let mut raws: Vec<String> = Vec::new();
        for part in word.raw.split(' ') {
            if source.is_none() {
                while let Some(speck) = sources.next_if(|word| word.text.is_empty()) {
                    words.push(speck);
                }
                source = sources
                    .next()
                    .map(|word| (word.text, Some(word.raw), word.confidence));
            }
            let Some((text, raw, confidence)) = &mut source else {
                break;
            };
            word.confidence = word.confidence.min(*confidence);
            if raw.as_ref() == Some(text) && text.starts_with(part) {
                // It was not changed before: the part has its own share.
                raws.push(part.to_owned());
                let rest = text.split_off(part.len());
                *raw = Some(rest.clone());
                *text = rest;
            } else {
                raws.extend(raw.take());
                let rest = text.strip_prefix(part).unwrap_or("").to_owned();
                *text = rest;
            }
            if text.is_empty() {
                source = None;
            }
        }
        word.raw = raws.join(" ");
        words.push(word);
    }
    words.extend(sources);
    RestoredLine { words, ..again }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(words: &[(&str, &str)]) -> RestoredLine {
        let words = words.iter().map(|&(raw, text)| RestoredWord {
            raw: raw.to_owned(),
            text: text.to_owned(),
            confidence: 0.9,
            bounding_box: None,
        });
        RestoredLine {
            block_index: 0,
            words: words.collect(),
        }
    }

    fn words_of(line: &RestoredLine) -> Vec<(&str, &str)> {
        let words = line.words.iter();
        words.map(|word| (&*word.raw, &*word.text)).collect()
    }

    #[test]
    fn raw_words_are_those_of_the_first_time() {
        let before = line(&[("¡", ""), ("chirc", "chức"), ("nă", "nă"), ("ng.", "ng.")]);
        let again = line(&[("chức", "chức"), ("nă ng.", "năng.")]);
        let followed = followed(before.words, again);
        assert_eq!(
            words_of(&followed),
            [("¡", ""), ("chirc", "chức"), ("nă ng.", "năng.")]
        );
    }

    #[test]
    fn a_parted_word_shares_its_raw_text() {
        let before = line(&[("vềviệc", "vềviệc"), ("Câncứ", "Căncứ")]);
        let again = line(&[("về", "về"), ("việc", "việc"), ("Căn", "Căn"), ("cứ", "cứ")]);
        let followed = followed(before.words, again);
        assert_eq!(
            words_of(&followed),
            [("về", "về"), ("việc", "việc"), ("Câncứ", "Căn"), ("", "cứ")]
        );
    }

    #[test]
    fn it_ends_where_nothing_changes_or_at_the_bound() {
        let settled = settle(vec![line(&[("a", "b")])], |lines| {
            let next = if lines[0] == "b" { "c" } else { lines[0] };
            vec![line(&[(lines[0], next)])]
        });
        assert_eq!(words_of(&settled[0]), [("a", "c")]);
        let endless = settle(vec![line(&[("a", "b")])], |lines| {
            let next = if lines[0] == "b" { "c" } else { "b" };
            vec![line(&[(lines[0], next)])]
        });
        assert_eq!(words_of(&endless[0]).len(), 1);
    }
}
