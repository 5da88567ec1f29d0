//! Parts of a document that is cited: "điểm a khoản 2 Điều 103".

use super::flat::{collapse, floor_border};
use super::scan::char_before;
use regex::Regex;
use std::sync::LazyLock;

static ARTICLE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)((?:điểm\s+\p{L}\d?,?\s+)?(?:khoản\s+\d+\p{L}?,?\s+)?điều\s+\d+\p{L}?)(?:\s+của)?\s*$",
    )
    .ok()
});

/// "khoản 2 Điều 103" right before the cited document.
pub(super) fn article_before(text: &str, start: usize) -> Option<String> {
    let from = floor_border(text, start.saturating_sub(80));
    let window = text.get(from..start)?;
    // Cheap test first: most references cite no article.
    if !window.contains("iều ") {
        return None;
    }
    let found = ARTICLE.as_ref()?.captures(window)?.get(1)?;
    let is_word_start = !char_before(text, from + found.start()).is_some_and(char::is_alphanumeric);
    is_word_start.then(|| collapse(found.as_str()))
}
