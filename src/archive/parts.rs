//! Stacks: several papers that were scanned as one file, and the documents that
//! are made of them.
//!
//! Decisions:
//! * The file stays one original. Its row stays too, as `split` and without
//!   pages, so that the same bytes are known when they come again.
//! * Each paper is a document like any other, with pages counted from 1, that
//!   names the row of the stack (`part_of`) and the page of the file with which
//!   it begins (`first_page`). Only what draws or copies pages of the original
//!   has to know ([`Document::page_in_file`]).
//! * What people decided about the stack's words goes with the pages. Decisions
//!   are never changed: the stack keeps them, the papers get copies.

use super::clock::now;
use super::document::{DOCUMENT_COLUMNS, document_from};
use super::record::{store_fields, store_record};
use super::{
    Archive, ArchiveError, Damage, DamageKind, Document, DocumentState, RegisteredFields, failure,
    packed_words,
};
use rusqlite::{OptionalExtension, Transaction, params};
use serde_json::Value;
use std::ops::RangeInclusive;
use std::path::PathBuf;

/// Numbers of pages with their packed words.
type PackedPages = Vec<(u32, Vec<u8>)>;

/// A paper of a stack.
#[derive(Debug, Clone, PartialEq)]
pub struct PaperOfStack {
    /// Its pages in the file, 1-based.
    pub pages: RangeInclusive<u32>,
    pub fields: RegisteredFields,
    /// With pages counted from the first one of the paper.
    pub record: Value,
}

impl Document {
    /// Whether it is one paper of a file that holds several.
    pub fn is_part(&self) -> bool {
        self.part_of.is_some()
    }

    /// Where a page of the document stands in its file; both 1-based.
    pub fn page_in_file(&self, page_number: u32) -> u32 {
        page_number.saturating_add(self.first_page - 1)
    }

    /// The pages of the file that the document has, 1-based, where it has not
    /// all of them.
    pub fn pages_in_file(&self) -> Option<RangeInclusive<u32>> {
        let page_count = self.page_count.filter(|_| self.is_part())?;
        Some(self.first_page..=self.page_in_file(page_count))
    }
}

impl Archive {
    /// Notes with which pages (1-based) the papers of a file seem to begin, in
    /// place of what was noted before; one or none takes the proposal back.
    pub fn propose_papers(
        &self,
        document_id: i64,
        first_pages: &[u32],
    ) -> Result<(), ArchiveError> {
        self.write("noting the papers of a stack", |transaction| {
            clear_proposal(transaction, document_id)?;
            if first_pages.len() < 2 {
                return Ok(());
            }
            let mut insert = transaction.prepare_cached(
                "INSERT OR IGNORE INTO proposed_papers (document_id, first_page) VALUES (?1, ?2)",
            )?;
            for first_page in first_pages {
                insert.execute(params![document_id, first_page])?;
            }
            Ok(())
        })
    }

    /// With which pages the papers of a file seem to begin, ascending; empty for
    /// a file of one paper.
    pub fn proposed_papers(&self, document_id: i64) -> Result<Vec<u32>, ArchiveError> {
        self.connection()
            .prepare_cached(
                "SELECT first_page FROM proposed_papers WHERE document_id = ?1 ORDER BY first_page",
            )
            .and_then(|mut query| query.query_map([document_id], |row| row.get(0))?.collect())
            .map_err(self.failed("reading the papers of a stack"))
    }

    /// The documents that were made of a stack, in the order of their pages.
    pub fn parts_of(&self, document_id: i64) -> Result<Vec<Document>, ArchiveError> {
        self.connection()
            .prepare_cached(&format!(
                "SELECT {DOCUMENT_COLUMNS} FROM documents WHERE part_of = ?1 ORDER BY first_page"
            ))
            .and_then(|mut query| query.query_map([document_id], document_from)?.collect())
            .map_err(self.failed("reading the papers of a stack"))
    }

    /// Makes a document of each paper of a stack, all or nothing; gives their
    /// numbers. The papers must cover all pages of the file in their order.
    ///
    /// # Errors
    /// [`ArchiveError::ChangedMeanwhile`] where the stack is no longer at
    /// `revision`, of which `papers` were made; [`ArchiveError::PagesMissing`]
    /// where a page has no outcome or belongs to no paper.
    pub fn split(
        &self,
        document_id: i64,
        revision: i64,
        papers: &[PaperOfStack],
    ) -> Result<Vec<i64>, ArchiveError> {
        let stack = self.document(document_id)?;
        let n_expected = stack.page_count.unwrap_or(0);
        // Repacked before the connection is taken: it is most of the work.
        let words = self.renumbered_words(document_id, papers)?;
        let action = "splitting a stack";
        self.try_write(action, |transaction| {
            let found: Option<(i64, DocumentState)> = transaction
                .query_row(
                    "SELECT revision, state FROM documents
                     WHERE document_id = ?1 AND part_of IS NULL",
                    [document_id],
                    |row| Ok((row.get(0)?, row.get(1)?)),
                )
                .optional()
                .map_err(self.failed(action))?;
            match found {
                Some((found, DocumentState::Registered | DocumentState::Read))
                    if found == revision => {}
                _ => return Err(ArchiveError::ChangedMeanwhile { document_id }),
            }
            let n_stored: u32 = transaction
                .query_row(
                    "SELECT count(*) FROM pages WHERE document_id = ?1",
                    [document_id],
                    |row| row.get(0),
                )
                .map_err(self.failed(action))?;
            if n_stored < n_expected || !covers(papers, n_expected) {
                return Err(ArchiveError::PagesMissing {
                    document_id,
                    n_stored,
                    n_expected,
                });
            }
            let store = || {
                let mut numbers = Vec::with_capacity(papers.len());
                for (paper, words) in papers.iter().zip(&words) {
                    numbers.push(store_paper(transaction, document_id, paper, words)?);
                }
                empty_stack(transaction, document_id)?;
                Ok(numbers)
            };
            store().map_err(self.failed(action))
        })
    }

    /// The packed words of each paper's pages, numbered as the paper has them.
    fn renumbered_words(
        &self,
        document_id: i64,
        papers: &[PaperOfStack],
    ) -> Result<Vec<PackedPages>, ArchiveError> {
        let mut of_papers = Vec::with_capacity(papers.len());
        for paper in papers {
            let mut words = Vec::new();
            for page_in_file in paper.pages.clone() {
                let Some(mut page) = self.page_as_read(document_id, page_in_file)? else {
                    continue;
                };
                page.page_number = page_in_file - paper.pages.start() + 1;
                let packed =
                    packed_words::pack(&page).map_err(|error| ArchiveError::UnreadableRow {
                        document_id,
                        what: "words of a page",
                        detail: error.to_string(),
                    })?;
                words.push((page.page_number, packed));
            }
            of_papers.push(words);
        }
        Ok(of_papers)
    }

    /// The file of a document, for somebody who asked for it. Of a stack the
    /// whole file is given, so that readers get it only where no paper of it is
    /// hidden from them.
    ///
    /// # Errors
    /// [`ArchiveError::UnknownDocument`] where it is hidden.
    pub fn file_to_give(&self, document: &Document) -> Result<PathBuf, ArchiveError> {
        let document_id = document.document_id;
        if let Some(stack) = document.part_of.filter(|_| self.hides_secret()) {
            // "main": the tables themselves, not what readers see of them.
            let has_hidden: bool = self
                .connection()
                .prepare_cached(
                    "SELECT EXISTS (SELECT 1 FROM main.documents
                                    WHERE part_of = ?1 AND secrecy IS NOT NULL)",
                )
                .and_then(|mut query| query.query_row([stack], |row| row.get(0)))
                .map_err(self.failed("reading the papers of a stack"))?;
            if has_hidden {
                return Err(ArchiveError::UnknownDocument { document_id });
            }
        }
        Ok(self.original_path(&document.sha256))
    }

    /// Checks that the papers of a split stack have all of its pages, each once.
    pub(super) fn check_parts(
        &self,
        stack: &Document,
        found: &mut Vec<Damage>,
    ) -> Result<(), ArchiveError> {
        let mut next_page = 1;
        let mut is_whole = true;
        for part in self.parts_of(stack.document_id)? {
            let pages = part.pages_in_file();
            is_whole &= part.sha256 == stack.sha256
                && pages.as_ref().is_some_and(|it| *it.start() == next_page);
            next_page = pages.map_or(next_page, |it| it.end() + 1);
        }
        if !is_whole || Some(next_page - 1) != stack.page_count {
            found.push(Damage::of_document(
                stack.document_id,
                DamageKind::DocumentIncomplete,
                "the documents made of this stack do not have each of its pages once".to_owned(),
            ));
        }
        Ok(())
    }
}

/// Whether each page of a file belongs to exactly one paper, in their order.
fn covers(papers: &[PaperOfStack], page_count: u32) -> bool {
    let mut next_page = 1;
    for paper in papers {
        if *paper.pages.start() != next_page || paper.pages.is_empty() {
            return false;
        }
        next_page = paper.pages.end() + 1;
    }
    !papers.is_empty() && next_page == page_count + 1
}

/// Makes the document of a paper out of rows of the stack; gives its number.
fn store_paper(
    transaction: &Transaction<'_>,
    stack: i64,
    paper: &PaperOfStack,
    words: &PackedPages,
) -> rusqlite::Result<i64> {
    let (first, last) = (*paper.pages.start(), *paper.pages.end());
    transaction.execute(
        "INSERT INTO documents
             (sha256, byte_length, media_type, file_name, source_path, page_count, state,
              imported_at, finished_at, revision, part_of, first_page)
         SELECT sha256, byte_length, media_type, file_name, source_path, ?3, 'read',
                imported_at, ?4, 1, document_id, ?2
         FROM documents WHERE document_id = ?1",
        params![stack, first, last - first + 1, now()],
    )?;
    let document_id = transaction.last_insert_rowid();
    store_fields(transaction, document_id, &paper.fields)?;
    store_record(transaction, document_id, &paper.record)?;
    let moved = params![stack, document_id, first, last];
    transaction.execute(
        "INSERT INTO pages
             (document_id, page_number, state, width_px, height_px, resolution_dpi, text, raw_text,
              word_count, mean_confidence, read_by, duration_ms, finished_at, text_layer,
              doubted_words)
         SELECT ?2, page_number - ?3 + 1, state, width_px, height_px, resolution_dpi, text,
                raw_text, word_count, mean_confidence, read_by, duration_ms, finished_at,
                text_layer, doubted_words
         FROM pages WHERE document_id = ?1 AND page_number BETWEEN ?3 AND ?4",
        moved,
    )?;
    let mut insert = transaction.prepare_cached(
        "INSERT INTO page_words (document_id, page_number, words) VALUES (?1, ?2, ?3)",
    )?;
    for (page_number, words) in words {
        insert.execute(params![document_id, page_number, words])?;
    }
    transaction.execute(
        "UPDATE failures SET document_id = ?2, page_number = page_number - ?3 + 1
         WHERE document_id = ?1 AND page_number BETWEEN ?3 AND ?4",
        moved,
    )?;
    // What was decided about fields is about the paper whose letterhead was read
    // for the stack: the first one.
    transaction.execute(
        "INSERT INTO corrections
             (document_id, field, page_number, word_index, left_px, top_px, right_px, bottom_px,
              width_px, height_px, raw_text, old_text, new_text, made_by, made_at)
         SELECT ?2, field, page_number - ?3 + 1, word_index, left_px, top_px, right_px, bottom_px,
                width_px, height_px, raw_text, old_text, new_text, made_by, made_at
         FROM corrections
         WHERE document_id = ?1
           AND (page_number BETWEEN ?3 AND ?4 OR page_number IS NULL AND ?3 = 1)
         ORDER BY correction_id",
        moved,
    )?;
    transaction.execute(
        "INSERT INTO archive_places (document_id, fonds, register, box, dossier, sheet)
         SELECT ?2, fonds, register, box, dossier, sheet
         FROM archive_places WHERE document_id = ?1",
        params![stack, document_id],
    )?;
    Ok(document_id)
}

/// Leaves of the stack's row what is about the file.
fn empty_stack(transaction: &Transaction<'_>, stack: i64) -> rusqlite::Result<()> {
    clear_proposal(transaction, stack)?;
    failure::clear_of_document(transaction, stack)?;
    for table in ["document_references", "records", "pages"] {
        transaction.execute(
            &format!("DELETE FROM {table} WHERE document_id = ?1"),
            [stack],
        )?;
    }
    store_fields(transaction, stack, &RegisteredFields::default())?;
    transaction.execute(
        "UPDATE documents SET state = 'split', finished_at = ?2, revision = revision + 1
         WHERE document_id = ?1",
        params![stack, now()],
    )?;
    Ok(())
}

fn clear_proposal(transaction: &Transaction<'_>, document_id: i64) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("DELETE FROM proposed_papers WHERE document_id = ?1")?
        .execute([document_id])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::{Corrected, CorrectionSubject, RecordField, RegistrationStatus};
    use crate::archive::{DonePage, FailedPage, NewCorrection, PageOutcome, WordAnchor};
    use crate::restore::{RestoredLine, RestoredPage, RestoredWord};
    use serde_json::json;
    use std::fs::{self, File};
    use std::path::Path;
    use tempfile::TempDir;

    fn page(page_number: u32, word: &str) -> RestoredPage {
        RestoredPage {
            page_number,
            width_px: 100,
            height_px: 100,
            resolution_dpi: 100,
            notes: Default::default(),
            lines: vec![RestoredLine {
                block_index: 0,
                words: vec![RestoredWord {
                    raw: word.to_owned(),
                    text: word.to_owned(),
                    confidence: 0.9,
                    bounding_box: None,
                }],
            }],
        }
    }

    /// An archive with a read stack of four pages, of which the third failed.
    fn with_stack(dir: &TempDir) -> (Archive, i64) {
        let archive = Archive::open_or_create(&dir.path().join("archive")).unwrap();
        let source = dir.path().join("stack.pdf");
        fs::write(&source, "a stack").unwrap();
        let registered = archive
            .register(&source, &mut File::open(&source).unwrap())
            .unwrap();
        let id = registered.document_id;
        archive.set_page_count(id, 4, "pdf").unwrap();
        for (page_number, word) in [(1, "một"), (2, "hai"), (4, "bốn")] {
            let outcome = PageOutcome::Done(DonePage {
                page: page(page_number, word),
                read_by: "test".to_owned(),
                text_layer: None,
                duration_ms: 1,
            });
            archive.store_page(id, &outcome).unwrap();
        }
        let failed = PageOutcome::Failed(FailedPage {
            page_number: 3,
            kind: "timeout".to_owned(),
            message: "too long".to_owned(),
            duration_ms: 1,
        });
        archive.store_page(id, &failed).unwrap();
        archive.propose_papers(id, &[1, 3]).unwrap();
        archive
            .finish_document(id, &RegisteredFields::default(), &json!({}))
            .unwrap();
        (archive, id)
    }

    fn paper(pages: RangeInclusive<u32>, number: &str, secrecy: Option<&str>) -> PaperOfStack {
        PaperOfStack {
            pages,
            fields: RegisteredFields {
                number: Some(number.to_owned()),
                secrecy: secrecy.map(str::to_owned),
                ..RegisteredFields::default()
            },
            record: json!({"document": {"number": number}}),
        }
    }

    fn two_papers() -> [PaperOfStack; 2] {
        [
            paper(1..=2, "1/UBND-VP", None),
            paper(3..=4, "2/UBND-VP", None),
        ]
    }

    fn revision(archive: &Archive, id: i64) -> i64 {
        archive.document(id).unwrap().revision
    }

    #[test]
    fn each_paper_becomes_a_document_with_its_pages_and_failures() {
        let dir = TempDir::new().unwrap();
        let (archive, id) = with_stack(&dir);
        let reviews = archive.reviews().unwrap();
        assert!(
            reviews[0].reasons[0].to_string().contains("2 papers"),
            "{reviews:?}"
        );

        let stack = archive.document(id).unwrap();
        let ids = archive.split(id, stack.revision, &two_papers()).unwrap();
        let parts = archive.parts_of(id).unwrap();
        let found: Vec<i64> = parts.iter().map(|part| part.document_id).collect();
        assert_eq!(found, ids);
        assert_eq!(parts[1].sha256, stack.sha256);
        assert_eq!(parts[1].fields.number.as_deref(), Some("2/UBND-VP"));
        assert_eq!(parts[1].pages_in_file(), Some(3..=4));
        assert_eq!(parts[1].page_in_file(2), 4);
        assert_eq!(stack.pages_in_file(), None);
        let second = archive.page(ids[1], 2).unwrap().unwrap();
        assert_eq!((second.page_number, second.text()), (2, "bốn".to_owned()));
        assert_eq!(archive.failures_of(ids[1]).unwrap()[0].page_number, Some(1));
        assert_eq!(
            archive.sources(ids[0]).unwrap(),
            archive.sources(id).unwrap()
        );

        assert_eq!(archive.document(id).unwrap().state, DocumentState::Split);
        assert!(archive.page_rows(id).unwrap().is_empty());
        assert!(archive.proposed_papers(id).unwrap().is_empty());
        assert!(archive.record(id).unwrap().is_none());
        let stats = archive.stats().unwrap();
        assert_eq!((stats.n_documents, stats.n_split, stats.n_read), (2, 1, 2));
        assert_eq!(stats.originals_bytes, 7);
        assert_eq!(archive.verify(|_, _| {}).unwrap(), []);
        // The same bytes are known, and not a third paper.
        let source = dir.path().join("stack.pdf");
        let again = archive
            .register(&source, &mut File::open(&source).unwrap())
            .unwrap();
        assert_eq!(
            (again.document_id, again.status),
            (id, RegistrationStatus::AlreadyDone)
        );
    }

    #[test]
    fn a_stack_is_split_whole_or_not_at_all() {
        let dir = TempDir::new().unwrap();
        let (archive, id) = with_stack(&dir);
        let now = revision(&archive, id);
        let gap = [paper(1..=1, "1", None), paper(3..=4, "2", None)];
        let short = [paper(1..=2, "1", None), paper(3..=3, "2", None)];
        for wrong in [&gap, &short] {
            let error = archive.split(id, now, wrong).unwrap_err();
            assert!(matches!(error, ArchiveError::PagesMissing { .. }));
        }
        let error = archive.split(id, now - 1, &two_papers()).unwrap_err();
        assert!(matches!(error, ArchiveError::ChangedMeanwhile { .. }));
        assert_eq!(archive.documents().count(), 1);
        archive.split(id, now, &two_papers()).unwrap();
        let error = archive.split(id, now + 1, &two_papers()).unwrap_err();
        assert!(matches!(error, ArchiveError::ChangedMeanwhile { .. }));
    }

    #[test]
    fn what_people_decided_goes_with_the_pages() {
        let dir = TempDir::new().unwrap();
        let (archive, id) = with_stack(&dir);
        let correct = |subject: CorrectionSubject, corrected: Option<&RestoredPage>| {
            let correction = NewCorrection {
                subject,
                old_text: Some("bốn".to_owned()),
                new_text: Some("bón".to_owned()),
                made_by: "lan".to_owned(),
            };
            let fields = RegisteredFields::default();
            let corrected = Corrected {
                page: corrected,
                fields: &fields,
                record: &json!({}),
            };
            archive
                .store_correction(id, revision(&archive, id), &correction, &corrected)
                .unwrap();
        };
        let word = CorrectionSubject::Word(WordAnchor {
            page_number: 4,
            word_index: 0,
            bounding_box: None,
            width_px: 100,
            height_px: 100,
            raw_text: "bốn".to_owned(),
        });
        correct(word, Some(&page(4, "bón")));
        correct(CorrectionSubject::Field(RecordField::Number), None);
        let ids = archive
            .split(id, revision(&archive, id), &two_papers())
            .unwrap();
        assert_eq!(archive.page(ids[1], 2).unwrap().unwrap().text(), "bón");
        assert_eq!(archive.corrections(ids[1]).unwrap().len(), 1);
        assert_eq!(archive.corrections(ids[0]).unwrap().len(), 1);
        assert_eq!(archive.corrections(id).unwrap().len(), 2);
        assert_eq!(archive.verify(|_, _| {}).unwrap(), []);
    }

    #[test]
    fn readers_do_not_get_the_file_of_a_stack_with_a_secret_paper() {
        let dir = TempDir::new().unwrap();
        let (archive, id) = with_stack(&dir);
        let papers = [
            paper(1..=2, "1/UBND-VP", None),
            paper(3..=4, "2/UBND-VP", Some("MẬT")),
        ];
        let ids = archive.split(id, revision(&archive, id), &papers).unwrap();
        let readers = Archive::open_for_readers(archive.dir()).unwrap();
        let open = readers.document(ids[0]).unwrap();
        assert!(readers.document(ids[1]).is_err());
        assert!(readers.document(id).is_err());
        assert!(readers.file_to_give(&open).is_err());
        assert!(archive.file_to_give(&open).unwrap().is_file());
    }

    /// Tables and columns, indexes with their columns, triggers.
    fn schema(path: &Path) -> Vec<String> {
        let connection = rusqlite::Connection::open(path).unwrap();
        let mut query = connection
            .prepare(
                "SELECT type || ' ' || name || ' ' || ifnull(sql, '') FROM sqlite_schema
                 WHERE type <> 'view' AND name NOT LIKE 'sqlite_%' ORDER BY type, name",
            )
            .unwrap();
        let lines = query.query_map([], |row| row.get::<_, String>(0)).unwrap();
        lines
            .map(|sql| {
                let sql = sql.unwrap();
                let uncommented = sql
                    .lines()
                    .map(|line| line.split("--").next().unwrap_or(""));
                let spaced: String = uncommented.collect::<Vec<_>>().join(" ");
                let spaced = spaced.replace('"', "").replace(['(', ')', ','], " ");
                spaced.split_whitespace().collect::<Vec<_>>().join(" ")
            })
            .collect()
    }

    /// Brings a catalogue back to what version 5 had.
    const AS_VERSION_5: &str = "
        PRAGMA foreign_keys = OFF;
        PRAGMA legacy_alter_table = ON;
        DROP TABLE proposed_papers;
        CREATE TABLE documents_5 (
            document_id INTEGER PRIMARY KEY AUTOINCREMENT, sha256 TEXT NOT NULL UNIQUE,
            byte_length INTEGER NOT NULL, media_type TEXT, file_name TEXT NOT NULL,
            source_path TEXT NOT NULL, page_count INTEGER,
            state TEXT NOT NULL DEFAULT 'registered'
                CHECK (state IN ('registered', 'read', 'failed')),
            imported_at TEXT NOT NULL, finished_at TEXT, revision INTEGER NOT NULL DEFAULT 0,
            indexed_revision INTEGER, type TEXT, number TEXT, number_key TEXT,
            number_doubtful INTEGER NOT NULL DEFAULT 0, issuer TEXT, issuer_parent TEXT,
            place TEXT, issued TEXT, issued_doubtful INTEGER NOT NULL DEFAULT 0, subject TEXT,
            signer_authority TEXT, signer_position TEXT, signer_name TEXT, secrecy TEXT,
            sign TEXT, issued_partial TEXT
        ) STRICT;
        INSERT INTO documents_5 SELECT
            document_id, sha256, byte_length, media_type, file_name, source_path, page_count,
            state, imported_at, finished_at, revision, indexed_revision, type, number, number_key,
            number_doubtful, issuer, issuer_parent, place, issued, issued_doubtful, subject,
            signer_authority, signer_position, signer_name, secrecy, sign, issued_partial
        FROM documents;
        DROP TABLE documents;
        ALTER TABLE documents_5 RENAME TO documents;
        CREATE INDEX documents_by_length ON documents (byte_length);
        CREATE INDEX documents_by_number ON documents (number_key);
        CREATE INDEX documents_by_issued ON documents (issued);
        CREATE INDEX documents_to_index ON documents (document_id)
            WHERE (state = 'read' AND indexed_revision IS NULL) OR indexed_revision <> revision;
        PRAGMA user_version = 5;";

    #[test]
    fn an_archive_of_version_5_gets_the_schema_of_a_new_one_and_keeps_its_rows() {
        let dir = TempDir::new().unwrap();
        let (archive, id) = with_stack(&dir);
        let fresh = schema(&archive.dir().join("catalogue.sqlite"));
        let rows = |archive: &Archive| {
            (
                archive.document(id).unwrap(),
                archive.page_rows(id).unwrap(),
                archive.failures_of(id).unwrap(),
            )
        };
        let expected = rows(&archive);
        archive.connection().execute_batch(AS_VERSION_5).unwrap();
        let path = archive.dir().to_owned();
        drop(archive);
        let archive = Archive::open(&path).unwrap();
        assert_eq!(schema(&path.join("catalogue.sqlite")), fresh);
        assert_eq!(rows(&archive), expected);
        assert_eq!(archive.verify(|_, _| {}).unwrap(), []);
        archive
            .split(id, revision(&archive, id), &two_papers())
            .unwrap();
    }
}
