//! Papers that are in the archive twice.
//!
//! The same paper scanned again has other bytes and nearly the same text. Two
//! documents are taken for one paper when their texts are near-identical
//! ([`super::fingerprint`]) and neither number nor date tells them apart: letters
//! of one form, sent under two numbers or on two days, are two papers however
//! alike their words. What one scan does not show, a number under a stamp, tells
//! nothing apart.

use super::fingerprint::{fingerprint, is_near};
use super::guard::guarded;
use super::schema::{DOCUMENT_ID, FINGERPRINT};
use super::{IndexError, SearchIndex};
use crate::archive::{Archive, ArchiveError, Document, DocumentState, number_key};
use serde::Serialize;
use std::collections::{HashMap, HashSet};

/// Documents that seem to be the same paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DuplicateGroup {
    /// Two at least, in the order of their numbers in the archive.
    pub papers: Vec<DuplicatePaper>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DuplicatePaper {
    pub document_id: i64,
    /// Where the file was found first.
    pub source_path: String,
    pub page_count: Option<u32>,
    pub number: Option<String>,
    pub issued: Option<String>,
    pub subject: Option<String>,
}

/// Fingerprints differ in eight bits at most; of nine parts of them one is equal
/// then, so that near ones are found without comparing all with all.
const N_PARTS: u32 = 9;
const PART_BITS: u32 = 7;

/// Papers with all that tells them from others so far.
#[derive(Debug)]
struct Group {
    fingerprint: u64,
    number_key: Option<String>,
    issued: Option<String>,
    papers: Vec<DuplicatePaper>,
}

/// The papers of an archive, those that seem to be the same together. Kept by
/// whoever asks again and again while papers are added: each is read once, and
/// again only when it was read or corrected anew.
#[derive(Debug, Default)]
pub struct PaperGroups {
    groups: Vec<Group>,
    by_part: HashMap<(u32, u64), Vec<usize>>,
    /// The reading and the group of each paper.
    known: HashMap<i64, (i64, usize)>,
}

/// All papers that were scanned more than once.
///
/// # Errors
/// What the catalogue says.
pub fn duplicates(archive: &Archive) -> Result<Vec<DuplicateGroup>, ArchiveError> {
    let mut papers = PaperGroups::default();
    papers.update(archive)?;
    Ok(papers.groups_of(|_| true))
}

impl PaperGroups {
    /// Takes in what the archive has and this has not.
    ///
    /// # Errors
    /// What the catalogue says.
    pub fn update(&mut self, archive: &Archive) -> Result<(), ArchiveError> {
        self.update_by(archive, |document_id| {
            let texts = archive.page_texts(document_id)?;
            Ok(fingerprint(texts.iter().map(|(_, text)| text.as_str())))
        })
    }

    fn update_by(
        &mut self,
        archive: &Archive,
        fingerprint_of: impl Fn(i64) -> Result<u64, ArchiveError>,
    ) -> Result<(), ArchiveError> {
        for document in archive.documents() {
            let document = document?;
            let is_read = document.state == DocumentState::Read;
            match self.known.get(&document.document_id) {
                Some((revision, _)) if is_read && *revision == document.revision => continue,
                Some((_, group_idx)) => self.groups[*group_idx].remove(document.document_id),
                None => {}
            }
            if is_read {
                let fingerprint = fingerprint_of(document.document_id)?;
                self.add(document, fingerprint);
            }
        }
        Ok(())
    }

    /// The groups with two papers at least, of which one is among those given.
    pub fn duplicates_among(&self, document_ids: &HashSet<i64>) -> Vec<DuplicateGroup> {
        self.groups_of(|document_id| document_ids.contains(&document_id))
    }

    fn groups_of(&self, is_wanted: impl Fn(i64) -> bool) -> Vec<DuplicateGroup> {
        self.groups
            .iter()
            .filter(|group| group.papers.len() > 1)
            .filter(|group| {
                group
                    .papers
                    .iter()
                    .any(|paper| is_wanted(paper.document_id))
            })
            .map(|group| DuplicateGroup {
                papers: group.papers.clone(),
            })
            .collect()
    }

    /// A fingerprint of 0 is like no other.
    fn add(&mut self, document: Document, fingerprint: u64) {
        let keys = parts(fingerprint);
        let candidates: HashSet<usize> = keys
            .iter()
            .filter_map(|key| self.by_part.get(key))
            .flatten()
            .copied()
            .collect();
        let same = candidates
            .into_iter()
            .filter(|&group_idx| self.groups[group_idx].may_be(fingerprint, &document))
            .min();
        let group_idx = same.unwrap_or_else(|| {
            for key in keys {
                self.by_part.entry(key).or_default().push(self.groups.len());
            }
            self.groups.push(Group {
                fingerprint,
                number_key: None,
                issued: None,
                papers: Vec::new(),
            });
            self.groups.len() - 1
        });
        self.known
            .insert(document.document_id, (document.revision, group_idx));
        self.groups[group_idx].take(document);
    }
}

impl SearchIndex {
    /// As [`duplicates`], of the papers that the index holds: their texts are not
    /// read again.
    ///
    /// # Errors
    /// [`IndexError::Damaged`], or what the catalogue says.
    pub fn duplicates(&self, archive: &Archive) -> Result<Vec<DuplicateGroup>, IndexError> {
        let fingerprints = guarded(self.index_dir(), || {
            let mut fingerprints: HashMap<i64, u64> = HashMap::new();
            for segment in self.searcher().segment_readers() {
                let column = |name| segment.fast_fields().column_first_or_default::<u64>(name);
                let (ids, values) = (column(DOCUMENT_ID)?, column(FINGERPRINT)?);
                for doc in segment.doc_ids_alive() {
                    fingerprints.insert(ids.get_val(doc).cast_signed(), values.get_val(doc));
                }
            }
            Ok(fingerprints)
        })?;
        let mut papers = PaperGroups::default();
        papers.update_by(archive, |document_id| {
            Ok(fingerprints.get(&document_id).copied().unwrap_or_default())
        })?;
        Ok(papers.groups_of(|_| true))
    }
}

impl Group {
    fn may_be(&self, fingerprint: u64, document: &Document) -> bool {
        let agrees = |known: &Option<String>, other: &Option<String>| match (known, other) {
            (Some(known), Some(other)) => known == other,
            _ => true,
        };
        is_near(self.fingerprint, fingerprint)
            && agrees(&self.number_key, &document.number_key)
            && agrees(&self.issued, &document.fields.issued)
    }

    fn take(&mut self, document: Document) {
        let fields = document.fields;
        self.number_key = self.number_key.take().or(document.number_key);
        self.issued = self.issued.take().or_else(|| fields.issued.clone());
        self.papers.push(DuplicatePaper {
            document_id: document.document_id,
            source_path: document.source_path,
            page_count: document.page_count,
            number: fields.number,
            issued: fields.issued,
            subject: fields.subject,
        });
        self.papers.sort_by_key(|paper| paper.document_id);
    }

    /// Takes a paper out, and what only it told.
    fn remove(&mut self, document_id: i64) {
        self.papers.retain(|paper| paper.document_id != document_id);
        let papers = self.papers.iter();
        self.number_key = papers
            .clone()
            .find_map(|paper| paper.number.as_deref().map(number_key));
        self.issued = papers.clone().find_map(|paper| paper.issued.clone());
    }
}

/// The parts of a fingerprint with their places in it; none of a paper that has
/// too few words for one.
fn parts(fingerprint: u64) -> Vec<(u32, u64)> {
    if fingerprint == 0 {
        return Vec::new();
    }
    let last = N_PARTS - 1;
    (0..N_PARTS)
        .map(|part| {
            let shifted = fingerprint >> (part * PART_BITS);
            // The last one takes what is left.
            let mask = if part == last {
                u64::MAX
            } else {
                (1 << PART_BITS) - 1
            };
            (part, shifted & mask)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::{DonePage, PageOutcome, RegisteredFields};
    use crate::restore::{RestoredLine, RestoredPage, RestoredWord};
    use proptest::prelude::*;
    use std::fs::{self, File};

    proptest! {
        #[test]
        fn fingerprints_that_are_near_share_a_part(
            fingerprint in 1_u64..,
            bits in proptest::collection::vec(0_u32..64, 0..=8),
        ) {
            let other = bits.iter().fold(fingerprint, |other, bit| other ^ 1 << bit);
            prop_assume!(is_near(fingerprint, other));
            let parts_of_other = parts(other);
            prop_assert!(parts(fingerprint).iter().any(|part| parts_of_other.contains(part)));
        }
    }

    fn page(text: &str) -> RestoredPage {
        let word = |text: &str| RestoredWord {
            raw: text.to_owned(),
            text: text.to_owned(),
            confidence: 0.9,
            bounding_box: None,
        };
        RestoredPage {
            page_number: 1,
            width_px: 0,
            height_px: 0,
            resolution_dpi: 0,
            notes: Default::default(),
            lines: vec![RestoredLine {
                block_index: 0,
                words: text.split(' ').map(word).collect(),
            }],
        }
    }

    fn add(
        archive: &Archive,
        dir: &std::path::Path,
        number: &str,
        issued: &str,
        text: &str,
    ) -> i64 {
        let id = archive.documents().count();
        let path = dir.join(format!("{id}.pdf"));
        fs::write(&path, format!("{id}")).unwrap();
        let registration = archive
            .register(&path, &mut File::open(&path).unwrap())
            .unwrap();
        let document_id = registration.document_id;
        archive.set_page_count(document_id, 1, "pdf").unwrap();
        let outcome = PageOutcome::Done(DonePage {
            page: page(text),
            read_by: "test".to_owned(),
            text_layer: None,
            duration_ms: 0,
        });
        archive.store_page(document_id, &outcome).unwrap();
        let known = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let fields = RegisteredFields {
            number: known(number),
            issued: known(issued),
            ..RegisteredFields::default()
        };
        archive
            .finish_document(document_id, &fields, &serde_json::json!({}))
            .unwrap();
        document_id
    }

    #[test]
    fn a_second_scan_is_found_and_a_form_under_another_number_or_day_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let archive = Archive::open_or_create(&dir.path().join("archive")).unwrap();
        let letter: String = (0..60)
            .map(|n| format!("mục {n} giao phòng {} theo dõi ", n * 7 % 13))
            .collect();
        let again = letter.replace("mục 7 ", "mục T ");
        let add = |number, issued, text: &str| add(&archive, dir.path(), number, issued, text);
        let first = add("12/UBND-VP", "2023-03-02", &letter);
        let _other_number = add("13/UBND-VP", "2023-03-02", &letter);
        let _other_day = add("12/UBND-VP", "2024-03-02", &letter);
        let second = add("12/ubnd-vp", "2023-03-02", &again);
        let under_a_stamp = add("", "2023-03-02", &again);
        let _short = add("12/UBND-VP", "2023-03-02", "quá ít chữ");
        let found = duplicates(&archive).unwrap();
        assert_eq!(found.len(), 1, "{found:?}");
        let ids: Vec<i64> = found[0]
            .papers
            .iter()
            .map(|paper| paper.document_id)
            .collect();
        assert_eq!(ids, [first, second, under_a_stamp]);
        crate::index::rebuild(&archive, |_, _| {}).unwrap();
        let index = SearchIndex::open(&archive).unwrap();
        assert_eq!(index.duplicates(&archive).unwrap(), found);
    }

    #[test]
    fn papers_are_followed_while_they_are_added_and_corrected() {
        let dir = tempfile::tempdir().unwrap();
        let archive = Archive::open_or_create(&dir.path().join("archive")).unwrap();
        let letter: String = (0..60)
            .map(|n| format!("khoản {n} do phòng {} lo ", n * 5 % 11))
            .collect();
        let mut papers = PaperGroups::default();
        let ids = |papers: &PaperGroups, of: i64| -> Vec<Vec<i64>> {
            let found = papers.duplicates_among(&HashSet::from([of]));
            let ids =
                |group: &DuplicateGroup| group.papers.iter().map(|it| it.document_id).collect();
            found.iter().map(ids).collect()
        };
        let first = add(&archive, dir.path(), "12/UBND-VP", "2023-03-02", &letter);
        papers.update(&archive).unwrap();
        assert!(ids(&papers, first).is_empty());
        let second = add(&archive, dir.path(), "12/UBND-VP", "2023-03-02", &letter);
        papers.update(&archive).unwrap();
        papers.update(&archive).unwrap();
        assert_eq!(ids(&papers, second), [[first, second]]);
        assert_eq!(papers.duplicates_among(&HashSet::from([99])), []);
        // The second one was read again, and is another letter of the same form.
        let fields = RegisteredFields {
            number: Some("13/UBND-VP".to_owned()),
            ..RegisteredFields::default()
        };
        archive
            .finish_document(second, &fields, &serde_json::json!({}))
            .unwrap();
        papers.update(&archive).unwrap();
        assert!(ids(&papers, first).is_empty());
        assert_eq!(papers.groups_of(|_| true), duplicates(&archive).unwrap());
    }
}
