//! Checking that the index is whole and holds what the catalogue has.

use super::{IndexError, SearchIndex};
use crate::archive::{Archive, Damage, DamageKind, DocumentState};
use std::collections::HashSet;

const NOT_YET: &str = "the search index does not hold it as it is now; the next import or `vanthu reindex` sees to it";

/// Checks every file of the index against its checksum, and its documents
/// against the catalogue. [`super::rebuild`] mends whatever is found.
///
/// # Errors
/// Only when the check itself cannot go on; damage is the result.
pub fn verify(archive: &Archive) -> Result<Vec<Damage>, IndexError> {
    let mut found = Vec::new();
    let pending: HashSet<i64> = archive
        .documents_to_index()?
        .iter()
        .map(|document| document.document_id)
        .collect();
    let mut push = |document_id: Option<i64>, detail| {
        let is_pending = document_id.is_some_and(|document_id| pending.contains(&document_id));
        let (kind, detail) = match is_pending {
            true => (DamageKind::NotYetIndexed, NOT_YET.to_owned()),
            false => (DamageKind::Index, detail),
        };
        found.push(Damage {
            kind,
            document_id,
            detail,
        });
    };
    let checked = SearchIndex::open(archive)
        .and_then(|index| Ok((index.damaged_files()?, index.held_revisions()?)));
    let (damaged_files, mut held) = match checked {
        Ok(checked) => checked,
        // An archive into which nothing was read needs no index.
        Err(IndexError::Missing { .. }) if archive.stats()?.n_read == 0 => return Ok(found),
        Err(error) if error.is_mended_by_rebuild() => {
            push(None, error.to_string());
            return Ok(found);
        }
        Err(error) => return Err(error),
    };
    for path in damaged_files {
        push(
            None,
            format!(
                "the bytes of {} of the search index have changed",
                path.display()
            ),
        );
    }
    for document in archive.documents() {
        let document = document?;
        let document_id = document.document_id;
        match (document.state, held.remove(&document_id)) {
            (DocumentState::Read, Some(revision)) if revision == document.revision => {}
            (DocumentState::Read, Some(_)) => push(
                Some(document_id),
                "the search index holds an earlier reading".to_owned(),
            ),
            (DocumentState::Read, None) => push(
                Some(document_id),
                "the search index does not hold it".to_owned(),
            ),
            (_, None) => {}
            (_, Some(_)) => push(
                Some(document_id),
                "the search index holds it although it was not read".to_owned(),
            ),
        }
    }
    let mut strangers: Vec<i64> = held.into_keys().collect();
    strangers.sort_unstable();
    for document_id in strangers {
        push(
            Some(document_id),
            "the search index holds it and the catalogue does not".to_owned(),
        );
    }
    Ok(found)
}
