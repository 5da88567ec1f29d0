//! Numbers and days written by hand: they are often filled in after signing
//! (Decree 30/2020, Article 15), and a recogniser of print reads them as some
//! other number, now and then with full certainty.

use super::document::{TextLine, TextWord};
use super::fold::fold;
use super::layout::PlaceDate;
use std::ops::Range;

/// Certainty from which a number counts as printed and read right. On twelve
/// scans with known truth the handwritten ones came out at 0.85 and less, the
/// printed one at 0.91.
const SURE_NUMBER: f32 = 0.82;
/// The same for the figures of a date: handwritten days at 0.91 and less, printed
/// dates at 0.95 and more.
const SURE_DATE: f32 = 0.9;

/// How much higher than the *Số* before it a number is that was written by hand.
/// On sixty scans the printed ones, which have no mark above the letter, had 0.79
/// to 0.97 of its height, handwritten ones that were read with certainty 1.18 and
/// more.
const TALL_NUMBER: f32 = 1.1;
/// How much higher than the year a day or month is that was written by hand:
/// printed ones had up to 1.11 of its height in letterheads of sixty scans,
/// handwritten ones that were read with certainty 1.26 to 1.83.
const TALL_DAY: f32 = 1.2;

/// Whether the number behind *Số:* is written by hand, or was read with little
/// certainty. `ordinal` is what stands before its sign.
pub(super) fn is_number_by_hand(line: &TextLine, ordinal: &str) -> bool {
    is_unsure(line, ordinal, SURE_NUMBER)
        || line
            .words
            .iter()
            .find(|word| is_so(line, word))
            .is_some_and(|so| is_taller(line, ordinal, so, TALL_NUMBER))
}

/// Whether the date of a letterhead is written by hand, or was read with little
/// certainty.
pub(super) fn is_date_by_hand(line: &TextLine, parts: &PlaceDate<'_>) -> bool {
    let year = words_of(line, parts.year).last();
    // The words between the figures tell nothing of them.
    let figures = [parts.day, parts.month, parts.year];
    let is_unsure = match figures.iter().any(|figure| figure.is_empty()) {
        true => is_unsure(line, parts.date, SURE_DATE),
        false => figures
            .iter()
            .any(|figure| is_unsure(line, figure, SURE_DATE)),
    };
    is_unsure
        || year.is_some_and(|year| {
            [parts.day, parts.month]
                .iter()
                .any(|part| is_taller(line, part, year, TALL_DAY))
        })
}

/// The words of a line that `part` of it touches.
fn words_of<'a>(line: &'a TextLine, part: &str) -> impl Iterator<Item = &'a TextWord> {
    let span = span_of(line, part).unwrap_or_default();
    line.words
        .iter()
        .filter(move |word| word.span.start < span.end && word.span.end > span.start)
}

/// Where a part stands in its line: at its own place where it is a slice of the
/// line's text (a day may repeat what stands elsewhere), else where its text is
/// found first.
fn span_of(line: &TextLine, part: &str) -> Option<Range<usize>> {
    if part.is_empty() {
        return None;
    }
    let own_place = part.as_ptr().addr().checked_sub(line.text.as_ptr().addr());
    let is_slice = |start: &usize| {
        let end = start.checked_add(part.len());
        end.and_then(|end| line.text.get(*start..end)) == Some(part)
    };
    let start = own_place
        .filter(is_slice)
        .or_else(|| line.text.find(part))?;
    Some(start..start + part.len())
}

fn is_unsure(line: &TextLine, part: &str, sure: f32) -> bool {
    words_of(line, part).any(|word| word.confidence < sure)
}

fn is_so(line: &TextLine, word: &TextWord) -> bool {
    let text = line.text.get(word.span.clone()).unwrap_or_default();
    let letters = text.trim_matches(|letter: char| !letter.is_alphanumeric());
    fold(letters) == "so"
}

fn is_taller(line: &TextLine, part: &str, print: &TextWord, ratio: f32) -> bool {
    let height = |word: &TextWord| word.bounding_box.map(|at| at.height_px() as f32);
    let Some(print) = height(print).filter(|height| *height > 0.0) else {
        return false;
    };
    words_of(line, part).any(|word| height(word).is_some_and(|height| height > ratio * print))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::layout::place_date;
    use crate::geometry::BoundingBox;

    /// A line of words, each with its height in pixels.
    fn line(words: &[(&str, u32)]) -> TextLine {
        let mut line = TextLine::default();
        for (text, height_px) in words {
            if !line.text.is_empty() {
                line.text.push(' ');
            }
            let start = line.text.len();
            line.text.push_str(text);
            line.words.push(TextWord {
                span: start..line.text.len(),
                bounding_box: Some(BoundingBox::new(0, 0, 10, *height_px)),
                confidence: 0.99,
            });
        }
        line
    }

    #[test]
    fn digits_that_tower_over_the_print_are_written_by_hand() {
        let number =
            |height| is_number_by_hand(&line(&[("Số:", 33), ("552/KH-STC", height)]), "552");
        assert!(!number(30) && !number(35) && number(39));
        // Nothing to compare with.
        assert!(!is_number_by_hand(&line(&[("Số:552/KH-STC", 60)]), "552"));
        let date = |day_height, month_height| {
            let line = line(&[
                ("Bình", 24),
                ("Lâm,", 28),
                ("ngày", 30),
                ("20", day_height),
                ("tháng", 32),
                ("3", month_height),
                ("năm", 24),
                ("2018", 24),
            ]);
            is_date_by_hand(&line, &place_date(&line.text).unwrap())
        };
        assert!(!date(24, 25) && date(44, 24) && date(24, 31));
        let mut printed = line(&[
            ("Lâm,", 28),
            ("ngày", 30),
            ("20", 24),
            ("tháng", 32),
            ("3", 24),
            ("năm", 24),
            ("2018", 24),
        ]);
        let is_by_hand = |line: &TextLine| is_date_by_hand(line, &place_date(&line.text).unwrap());
        printed.words[3].confidence = 0.5;
        assert!(!is_by_hand(&printed));
        printed.words[2].confidence = 0.5;
        assert!(is_by_hand(&printed));
    }
}
