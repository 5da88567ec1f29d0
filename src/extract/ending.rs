//! The end of a document: recipients ("Nơi nhận") and the signature.

use super::document::DocumentText;
use super::end_cells;
use super::layout::{Ignored, LINE_LIMIT};
use super::recipients::{
    first_item, is_archive_line, is_recipients_head, items_before_filing, recipients,
};
use super::signature::Signature;
use std::ops::Range;

/// So many lines behind "Nơi nhận" are looked at.
const END_LINES: usize = 60;

/// The mark that closes a body.
const BODY_END: &str = "./.";

#[derive(Debug, Default)]
pub(super) struct Ending {
    pub(super) recipients: Vec<String>,
    pub(super) signature: Signature,
}

/// A line of the document and where it stands in it.
struct EndLine<'a> {
    text: &'a str,
    page_index: usize,
    line_index: usize,
}

/// The lines of a document, and those at which its end is known.
#[derive(Default)]
struct Anchors<'a> {
    lines: Vec<EndLine<'a>>,
    /// "Nơi nhận:".
    recipients: Option<usize>,
    /// "Lưu: VT, …".
    filing: Option<usize>,
    /// "…./."
    body_end: Option<usize>,
}

impl<'a> Anchors<'a> {
    fn find(document: &'a DocumentText, pages: Range<usize>, ignored: &Ignored) -> Self {
        let mut anchors = Self::default();
        for page_index in pages {
            for (line_index, line) in document.pages[page_index].lines.iter().enumerate() {
                if ignored.contains(page_index, line_index) {
                    continue;
                }
                // A paragraph of a text file: only whether the body ends in it
                // matters here.
                let text = line.text.trim();
                let is_long = text.len() > LINE_LIMIT;
                let index = anchors.lines.len();
                if closes_body(text) {
                    anchors.body_end.get_or_insert(index);
                }
                if !is_long && is_recipients_head(text) {
                    anchors.recipients.get_or_insert(index);
                }
                if !is_long && is_archive_line(text) {
                    anchors.filing.get_or_insert(index);
                }
                anchors.lines.push(EndLine {
                    text: if is_long { "" } else { text },
                    page_index,
                    line_index,
                });
            }
        }
        // A head far behind the line "Lưu: VT" is an annex's or another
        // document's.
        anchors.recipients = anchors
            .recipients
            .filter(|head| anchors.filing.is_none_or(|filing| *head <= filing));
        anchors
    }

    /// The signature stands beside the recipients, on the same page; what
    /// follows on later pages are annexes with signatures of their own.
    fn page_end(&self, index: usize) -> usize {
        let page = self.lines.get(index).map(|line| line.page_index);
        let end = self.lines[index..]
            .iter()
            .position(|line| Some(line.page_index) != page)
            .map_or(self.lines.len(), |offset| index + offset);
        end.min(index + END_LINES)
    }

    fn texts(&self, range: Range<usize>) -> Vec<&'a str> {
        self.lines[range].iter().map(|line| line.text).collect()
    }
}

/// Reads the end of the document that takes the pages `first..end`.
pub(super) fn read(
    document: &DocumentText,
    first_page: usize,
    end_page: usize,
    ignored: &Ignored,
) -> Ending {
    let pages = first_page..end_page.min(document.pages.len());
    let anchors = Anchors::find(document, pages, ignored);
    if let Some(ending) = read_cells(document, &anchors, ignored) {
        return ending;
    }
    let mut ending = Ending::default();
    let total = anchors.lines.len();
    let (from, end) = match (anchors.recipients, anchors.filing, anchors.body_end) {
        (Some(index), _, _) => {
            let end = anchors.page_end(index);
            ending.recipients = recipients(&anchors.texts(index..end), false);
            // The signature may have been read before the recipients.
            (index.saturating_sub(8), end)
        }
        // The head "Nơi nhận" was not read: the items above "Lưu: VT, …".
        (None, Some(filing), _) => {
            let first = first_item(&anchors.texts(0..filing + 1));
            ending.recipients = items_before_filing(&anchors.texts(first..filing + 1));
            (first.saturating_sub(8), anchors.page_end(filing))
        }
        (None, None, Some(last)) => {
            let end = anchors.page_end(last);
            // A signature that did not fit under the body.
            let next = if end < last + 4 && end < total {
                anchors.page_end(end)
            } else {
                end
            };
            (last + 1, next)
        }
        (None, None, None) => (total.saturating_sub(12), total),
    };
    let from = from.min(end);
    ending.signature = side_by_side(document, &anchors, from..end, ignored)
        .unwrap_or_else(|| Signature::read(&anchors.texts(from..end), false));
    ending
}

/// Two signatures in columns, on the page where the lines of `range` end: who signs on
/// the right comes first (the head of an inspection, the chair of a meeting).
fn side_by_side(
    document: &DocumentText,
    anchors: &Anchors<'_>,
    range: Range<usize>,
    ignored: &Ignored,
) -> Option<Signature> {
    let last = anchors.lines.get(range.clone())?.last()?;
    let page = &document.pages[last.page_index];
    let first = anchors.lines[range]
        .iter()
        .find(|line| line.page_index == last.page_index)?;
    let lines = first.line_index..last.line_index + 1;
    let [left, right] = end_cells::columns(page, last.page_index, lines, ignored)?;
    let left = Signature::read(&left, false);
    let mut both = Signature::read(&right, false);
    let is_whole = |signature: &Signature| {
        signature.signer.position.is_some() && signature.signer.name.is_some()
    };
    if !is_whole(&both) || left.signer.name.is_none() {
        return None;
    }
    both.is_doubtful |= left.is_doubtful;
    both.further.insert(0, left.signer);
    both.further.extend(left.further);
    Some(both)
}

/// The end of a scan, its two cells parted by the places of the words.
fn read_cells(document: &DocumentText, anchors: &Anchors<'_>, ignored: &Ignored) -> Option<Ending> {
    let head = match (anchors.recipients, anchors.filing) {
        (Some(head), _) => head,
        (None, Some(filing)) => first_item(&anchors.texts(0..filing + 1)),
        (None, None) => return None,
    };
    let line = &anchors.lines[head];
    let page = &document.pages[line.page_index];
    let cells = end_cells::part(page, line.page_index, line.line_index, ignored)?;
    let mut ending = Ending {
        recipients: match anchors.recipients {
            Some(_) => recipients(&cells.recipients, true),
            None => items_before_filing(&cells.recipients),
        },
        ..Ending::default()
    };
    ending.signature = Signature::read(&cells.signature, false);
    if ending.signature.is_empty() {
        // A seal may hide the position; the name under it is still one.
        let below = &cells.signature[cells.signature_above..];
        ending.signature = Signature::read(below, true);
    }
    if ending.signature.is_empty() {
        // The signature stands in no cell of its own: above the recipients, or
        // in their lines.
        let lines = anchors.texts(head.saturating_sub(8)..anchors.page_end(head));
        ending.signature = Signature::read(&lines, false);
    }
    Some(ending)
}

/// "…./.", with a stroke of the signature behind it or without.
pub(super) fn closes_body(text: &str) -> bool {
    text.rfind(BODY_END)
        .is_some_and(|index| text.len() - index <= BODY_END.len() + 12)
}
