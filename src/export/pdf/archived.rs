//! What the searchable copy of a paper of the archive holds.

use super::{CopyHead, CopyPage, PaperNames, bookmarks, describe};
use crate::archive::{Archive, ArchiveError, Document};
use crate::extract::Record;
use std::collections::HashMap;
use std::path::Path;

/// The head and the pages of the copy of a paper, from the catalogue.
///
/// # Errors
/// What the catalogue refuses.
pub fn copy_contents(
    archive: &Archive,
    document: &Document,
) -> Result<(CopyHead, Vec<CopyPage>), ArchiveError> {
    let decisions: HashMap<u32, _> = archive
        .page_rows(document.document_id)?
        .into_iter()
        .map(|row| (row.page_number, row.text_layer.unwrap_or_default()))
        .collect();
    let restored = archive.pages(document.document_id)?;
    let mut pages: Vec<CopyPage> = restored
        .iter()
        .map(|page| {
            let decision = decisions.get(&page.page_number).cloned();
            CopyPage::restored(page, &decision.unwrap_or_default())
        })
        .collect();
    let record: Option<Record> = archive
        .record(document.document_id)?
        .and_then(|record| serde_json::from_value(record).ok());
    let description = describe(
        PaperNames::from(&document.fields),
        Path::new(&document.file_name),
        document.sha256.clone(),
    );
    let mut bookmarks = bookmarks(&description.title, &restored, record.as_ref());
    // The copy of one paper of a stack has this paper's pages only.
    for page in &mut pages {
        page.page_number = document.page_in_file(page.page_number);
    }
    for bookmark in &mut bookmarks {
        bookmark.page_number = document.page_in_file(bookmark.page_number);
    }
    let head = CopyHead {
        bookmarks,
        description,
        only_pages: document.pages_in_file().map(Iterator::collect),
    };
    Ok((head, pages))
}
