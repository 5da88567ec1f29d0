//! Whether a word stands on a page that readers may see: the dictionary of the
//! index holds the words of secret papers too.

use super::schema::IS_SECRET;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocSet, Searcher, SegmentOrdinal, TERMINATED, Term};

/// The first page with that term; with `hides_secret`, of those that bear no
/// degree of secrecy.
pub(super) fn first_shown(
    searcher: &Searcher,
    term: &Term,
    hides_secret: bool,
) -> tantivy::Result<Option<DocAddress>> {
    for (segment_ord, segment) in (0 as SegmentOrdinal..).zip(searcher.segment_readers()) {
        let index = segment.inverted_index(term.field())?;
        let Some(mut pages) = index.read_postings(term, IndexRecordOption::Basic)? else {
            continue;
        };
        let is_secret = segment
            .fast_fields()
            .column_first_or_default::<u64>(IS_SECRET)?;
        while pages.doc() != TERMINATED {
            let is_hidden = hides_secret && is_secret.get_val(pages.doc()) != 0;
            if !segment.is_deleted(pages.doc()) && !is_hidden {
                return Ok(Some(DocAddress::new(segment_ord, pages.doc())));
            }
            pages.advance();
        }
    }
    Ok(None)
}
