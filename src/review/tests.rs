//! Decisions on a real archive: page, record, fields and a new reading.

use super::*;
use crate::archive::{Archive, CorrectionSubject, DonePage, PageOutcome, RecordField};
use crate::geometry::BoundingBox;
use crate::import::{record_of, registered_fields};
use crate::restore::{RestoredLine, RestoredPage, RestoredWord};
use std::fs::{self, File};
use tempfile::TempDir;

/// A paper whose number and one word were read with doubt.
const LINES: [(&str, f32); 6] = [
    (
        "UBND HUYỆN ĐÔNG AN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        0.95,
    ),
    ("Số: 15/KH-UBND Đông An, ngày 05 tháng 6 năm 2023", 0.95),
    ("KẾ HOẠCH", 0.95),
    ("Kiểm tra công tác văn thư", 0.95),
    ("Các phòng phấn đấu tối thiểu 80% hồ", 0.95),
    ("sơ được số hoá", 0.2),
];

fn page(lines: &[(&str, f32)], shift_px: u32) -> PageOutcome {
    let mut top_px = 100;
    let lines = lines
        .iter()
        .map(|(text, confidence)| {
            top_px += 60;
            let mut left_px = 100 + shift_px;
            RestoredLine {
                block_index: 0,
                words: text
                    .split(' ')
                    .map(|text| {
                        let width_px = 16 * u32::try_from(text.chars().count()).unwrap();
                        left_px += width_px + 12;
                        RestoredWord {
                            raw: text.to_owned(),
                            text: text.to_owned(),
                            confidence: *confidence,
                            bounding_box: Some(BoundingBox::new(
                                left_px - width_px - 12,
                                top_px,
                                left_px - 12,
                                top_px + 36,
                            )),
                        }
                    })
                    .collect(),
            }
        })
        .collect();
    PageOutcome::Done(DonePage {
        page: RestoredPage {
            page_number: 1,
            width_px: 1_654,
            height_px: 2_339,
            resolution_dpi: 200,
            notes: Default::default(),
            lines,
        },
        text_layer: None,
        read_by: "a test".to_owned(),
        duration_ms: 1,
    })
}

struct Fixture {
    _dir: TempDir,
    archive: Archive,
    document_id: i64,
}

impl Fixture {
    fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let archive = Archive::open_or_create(&dir.path().join("archive")).unwrap();
        let path = dir.path().join("ke-hoach.pdf");
        fs::write(&path, "a scan").unwrap();
        let registered = archive.register(&path, &mut File::open(&path).unwrap());
        let document_id = registered.unwrap().document_id;
        archive
            .set_page_count(document_id, 1, "application/pdf")
            .unwrap();
        let fixture = Self {
            _dir: dir,
            archive,
            document_id,
        };
        fixture.read(&page(&LINES, 0));
        fixture
    }

    /// As an import reads the page, first or anew.
    fn read(&self, page: &PageOutcome) {
        let (archive, id) = (&self.archive, self.document_id);
        archive.store_page(id, page).unwrap();
        let pages = archive.pages(id).unwrap();
        let record = record_of(&pages, &archive.corrections(id).unwrap()).unwrap();
        let json = serde_json::to_value(&record).unwrap();
        archive
            .finish_document(id, &registered_fields(&record), &json)
            .unwrap();
    }

    fn text(&self) -> String {
        let text = self.archive.page_text(self.document_id, 1).unwrap();
        text.unwrap()
    }

    fn decide(&self, shown: &str, new_text: &str) -> Result<(), ReviewError> {
        let page = self.archive.page(self.document_id, 1).unwrap().unwrap();
        let word_index = doubted_words(&page)
            .find(|it| it.word.text == shown)
            .map_or(0, |it| it.word_index);
        let decision = WordDecision {
            page_number: 1,
            word_index,
            shown_text: shown.to_owned(),
            new_text: new_text.to_owned(),
        };
        correct_word(&self.archive, self.document_id, &decision, "hoa").map(drop)
    }

    fn set(&self, field: RecordField, value: &str) -> Result<(), ReviewError> {
        correct_field(&self.archive, self.document_id, field, value, "hoa").map(drop)
    }

    fn record(&self) -> serde_json::Value {
        self.archive.record(self.document_id).unwrap().unwrap()
    }
}

#[test]
fn a_corrected_word_is_in_page_and_text_and_is_doubted_no_more() {
    let fixture = Fixture::new();
    let (archive, id) = (&fixture.archive, fixture.document_id);
    let before = archive.document(id).unwrap().revision;
    assert_eq!(archive.doubted_pages(9).unwrap().n_words, 4);
    fixture.decide("hoá", "hóa").unwrap();
    fixture.decide("sơ", "sơ").unwrap();
    assert!(fixture.text().ends_with("sơ được số hóa"));
    let doubted = archive.doubted_pages(9).unwrap();
    assert_eq!((doubted.n_pages, doubted.n_words), (1, 2));
    assert_eq!(doubted.worst[0].doubted_words, 2);
    let page = archive.page(id, 1).unwrap().unwrap();
    assert_eq!(page.text(), fixture.text());
    assert_eq!(doubted_words(&page).count(), 2);
    assert!(
        archive
            .page_as_read(id, 1)
            .unwrap()
            .unwrap()
            .text()
            .ends_with("số hoá")
    );
    // To be indexed again, and whole.
    assert_eq!(archive.document(id).unwrap().revision, before + 2);
    assert_eq!(archive.verify(|_, _| {}).unwrap(), []);
    let history = archive.corrections(id).unwrap();
    assert_eq!(history.len(), 2);
    assert!(!history[0].is_acceptance() && history[1].is_acceptance());
    assert_eq!(history[0].made_by, "hoa");
    assert!(matches!(history[0].subject, CorrectionSubject::Word(_)));
}

#[test]
fn the_record_follows_a_corrected_word() {
    let fixture = Fixture::new();
    assert_eq!(fixture.record()["percentages"][0]["value"], 80.0);
    // Doubt or none: any word can be set right.
    let page = fixture.archive.page(1, 1).unwrap().unwrap();
    let index = (0..).find(|index| word_at(&page, *index).unwrap().word.text == "80%");
    let decision = WordDecision {
        page_number: 1,
        word_index: index.unwrap(),
        shown_text: "80%".to_owned(),
        new_text: "86%".to_owned(),
    };
    correct_word(&fixture.archive, 1, &decision, "hoa").unwrap();
    assert_eq!(fixture.record()["percentages"][0]["value"], 86.0);
}

#[test]
fn what_was_decided_survives_a_new_reading() {
    let fixture = Fixture::new();
    fixture.decide("hoá", "hóa").unwrap();
    fixture.set(RecordField::Number, "16/KH-UBND").unwrap();
    let mut again = LINES;
    again[5] = ("so được số hoa", 0.3);
    fixture.read(&page(&again, 3));
    assert!(
        fixture.text().ends_with("so được số hóa"),
        "{}",
        fixture.text()
    );
    let document = fixture.archive.document(1).unwrap();
    assert_eq!(document.fields.number.as_deref(), Some("16/KH-UBND"));
    assert_eq!(document.number_key.as_deref(), Some("16/KH-UBND"));
    assert_eq!(
        fixture.record()["document"]["corrected_fields"][0],
        "number"
    );
    assert!(fixture.archive.unplaced_corrections(1).unwrap().is_empty());
    // Read as a blank page: nothing is put anywhere, and people are told.
    fixture.read(&page(&LINES[..2], 0));
    assert!(!fixture.text().contains("hóa"));
    assert_eq!(fixture.archive.unplaced_corrections(1).unwrap().len(), 1);
}

#[test]
fn fields_are_checked_and_marked() {
    let fixture = Fixture::new();
    fixture.set(RecordField::Issued, "7/6/2023").unwrap();
    fixture.set(RecordField::Type, "Công Văn").unwrap();
    fixture.set(RecordField::Secrecy, "mật").unwrap();
    fixture.set(RecordField::Subject, "").unwrap();
    let fields = fixture.archive.document(1).unwrap().fields;
    assert_eq!(fields.issued.as_deref(), Some("2023-06-07"));
    assert_eq!(fields.document_type.as_deref(), Some("công văn"));
    assert_eq!(fields.secrecy.as_deref(), Some("MẬT"));
    assert_eq!(fields.subject, None);
    for wrong in ["31/2/2023", "hôm qua", "2023", "1/1/23", "-/-/2023"] {
        assert!(
            matches!(
                fixture.set(RecordField::Issued, wrong),
                Err(ReviewError::WrongDay(_))
            ),
            "{wrong}"
        );
    }
    assert!(fixture.set(RecordField::Secrecy, "kín").is_err());
    assert!(
        fixture
            .set(RecordField::Subject, &"a".repeat(3_000))
            .is_err()
    );
    assert!(fixture.set(RecordField::Subject, "a\0b").is_err());
}

#[test]
fn a_decision_is_about_the_word_that_was_shown() {
    let fixture = Fixture::new();
    assert!(matches!(
        fixture.decide("khác", "x"),
        Err(ReviewError::OtherWord)
    ));
    let decision = WordDecision {
        page_number: 7,
        word_index: u32::MAX,
        shown_text: String::new(),
        new_text: "x".to_owned(),
    };
    assert!(correct_word(&fixture.archive, 1, &decision, "hoa").is_err());
    assert!(correct_word(&fixture.archive, 9, &decision, "hoa").is_err());
    assert!(fixture.decide("hoá", &"x".repeat(300)).is_err());
    assert!(fixture.archive.corrections(1).unwrap().is_empty());
}

#[test]
fn two_people_correct_the_same_paper() {
    let fixture = Fixture::new();
    std::thread::scope(|scope| {
        for (shown, new_text) in [("hoá", "hóa"), ("sơ", "sở"), ("số", "sô")] {
            let fixture = &fixture;
            scope.spawn(move || fixture.decide(shown, new_text).unwrap());
        }
    });
    assert!(
        fixture.text().ends_with("sở được sô hóa"),
        "{}",
        fixture.text()
    );
}

#[test]
fn corrections_are_only_added_to() {
    let fixture = Fixture::new();
    fixture.decide("hoá", "hóa").unwrap();
    let other = rusqlite::Connection::open(fixture.archive.dir().join("catalogue.sqlite"));
    let other = other.unwrap();
    for sql in [
        "DELETE FROM corrections",
        "UPDATE corrections SET made_by = 'mai'",
    ] {
        assert!(other.execute_batch(sql).is_err(), "{sql}");
    }
}

#[test]
fn a_secret_paper_is_not_there_for_readers() {
    let fixture = Fixture::new();
    let readers = || Archive::open_for_readers(fixture.archive.dir()).unwrap();
    assert_eq!(readers().documents_after(0, 9).unwrap().len(), 1);
    assert_eq!(readers().sources(1).unwrap().len(), 1);
    let before = readers();
    fixture.set(RecordField::Secrecy, "TỐI MẬT").unwrap();
    for readers in [before, readers()] {
        assert!(readers.document(1).is_err());
        assert!(readers.documents().next().is_none());
        assert_eq!(readers.record(1).unwrap(), None);
        assert_eq!(readers.page_text(1, 1).unwrap(), None);
        assert_eq!(readers.page(1, 1).unwrap(), None);
        assert_eq!(readers.page_as_read(1, 1).unwrap(), None);
        assert!(readers.pages(1).unwrap().is_empty());
        assert!(readers.page_rows(1).unwrap().is_empty());
        assert!(readers.sources(1).unwrap().is_empty());
        assert!(readers.corrections(1).unwrap().is_empty());
        assert!(readers.reviews().unwrap().is_empty());
        assert_eq!(readers.doubted_pages(9).unwrap().n_pages, 0);
        let stats = readers.stats().unwrap();
        assert_eq!((stats.n_documents, stats.n_words), (0, 0));
        assert!(stats.types.is_empty() && stats.earliest_issued.is_none());
        // Nor can a reader's archive write.
        assert!(readers.mark_none_indexed().is_err());
    }
    assert_eq!(fixture.archive.documents_after(0, 9).unwrap().len(), 1);
    fixture.set(RecordField::Secrecy, "").unwrap();
    assert_eq!(readers().documents_after(0, 9).unwrap().len(), 1);
}
