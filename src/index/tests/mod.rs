//! The index as its users see it: real archives, real tantivy.

mod answers;
mod damage;
mod finding;
mod large;
mod upkeep;
mod wrong_input;

use super::*;
use crate::archive::{Archive, DamageKind, DonePage, PageOutcome, RegisteredFields};
use crate::restore::{RestoredLine, RestoredPage, RestoredWord};
use proptest::prelude::*;
use serde_json::json;
use std::fs::{self, File};
use std::path::PathBuf;
use std::sync::OnceLock;
use tempfile::TempDir;

struct Paper {
    number: &'static str,
    document_type: &'static str,
    issuer: &'static str,
    issued: &'static str,
    subject: &'static str,
    signer: &'static str,
    pages: &'static [&'static str],
}

const PAPERS: [Paper; 6] = [
    Paper {
        number: "02/CT-UBND",
        document_type: "chỉ thị",
        issuer: "Ủy ban nhân dân tỉnh An Bình",
        issued: "2023-03-02",
        subject: "Về việc đẩy mạnh cải cách hành chính",
        signer: "Lê Văn Đường",
        pages: &[
            "CHỈ THỊ\nVề việc đẩy mạnh cải cách hành chính",
            "Các sở, ngành nâng cao chất lượng bộ phận một cửa.\nTỷ lệ hồ sơ đúng hạn tối thiểu 96%.",
        ],
    },
    Paper {
        number: "45/BC-SYT",
        document_type: "báo cáo",
        issuer: "Sở Y tế tỉnh An Bình",
        issued: "2022-12-15",
        subject: "Kết quả tiêm chủng mở rộng năm 2022",
        signer: "Trần Thị Hoà",
        pages: &[
            "BÁO CÁO\nKết quả tiêm chủng mở rộng năm 2022",
            "Trẻ em ở các xã vùng cao được tiêm chủng đầy đủ.",
            "Thực hiện Chỉ thị số 02/CT-UBND về cải cách hành chính, Sở đã cắt giảm thủ tục.",
        ],
    },
    Paper {
        number: "128/QĐ-UBND",
        document_type: "quyết định",
        issuer: "Ủy ban nhân dân huyện Thủy Nguyên Hạ",
        issued: "2021-07-20",
        subject: "Phê duyệt dự án đường liên xã",
        signer: "Phạm Dương",
        pages: &["QUYẾT ĐỊNH\nPhê duyệt dự án đường liên xã Hoà Bình"],
    },
    Paper {
        number: "7/HD-SNV",
        document_type: "hướng dẫn",
        issuer: "Sở Nội vụ tỉnh An Bình",
        issued: "2023-01-05",
        subject: "Đánh giá chỉ số công vụ",
        signer: "Lê Minh",
        // Read with wrong marks: "cái cách" for "cải cách".
        pages: &["HƯỚNG DẪN\nChấm điểm cái cách hành chính, cái cách công vụ, cái cách hành chính"],
    },
    Paper {
        number: "29-KL/TU",
        document_type: "kết luận",
        issuer: "Tỉnh ủy An Bình",
        issued: "2020-10-01",
        subject: "Hợp tác với ông Dương",
        signer: "Nguyễn Thuỷ",
        pages: &["Ông Dương trình bày. Ông Dương kết luận. Ông Dương ký."],
    },
    Paper {
        number: "9/GM-VP",
        document_type: "giấy mời",
        issuer: "Văn phòng Ủy ban nhân dân tỉnh An Bình",
        issued: "2024-02-29",
        subject: "Họp về công tác văn thư",
        signer: "Hồ An",
        pages: &[
            "GIẤY MỜI họp về công tác văn thư, lưu trữ\ncải tiến cách làm hành trình chính sách",
        ],
    },
];

struct Fixture {
    dir: TempDir,
    archive: Archive,
}

fn restored_page(page_number: u32, text: &str) -> RestoredPage {
    let word = |text: &str| RestoredWord {
        raw: text.to_owned(),
        text: text.to_owned(),
        confidence: 0.9,
        bounding_box: None,
    };
    let line = |line: &str| RestoredLine {
        block_index: 0,
        words: line.split_whitespace().map(word).collect(),
    };
    RestoredPage {
        page_number,
        width_px: 0,
        height_px: 0,
        resolution_dpi: 0,
        notes: Default::default(),
        lines: text.lines().map(line).collect(),
    }
}

impl Fixture {
    fn empty() -> Self {
        let dir = TempDir::new().unwrap();
        let archive = Archive::open_or_create(&dir.path().join("archive")).unwrap();
        Self { dir, archive }
    }

    fn unindexed() -> Self {
        let fixture = Self::empty();
        for paper in &PAPERS {
            fixture.add(paper);
        }
        fixture
    }

    fn indexed() -> Self {
        let fixture = Self::unindexed();
        update(&fixture.archive, |_, _| {}).unwrap();
        fixture
    }

    fn add(&self, paper: &Paper) -> i64 {
        let path = self.dir.path().join("source.pdf");
        fs::write(&path, paper.number).unwrap();
        let archive = &self.archive;
        let id = archive
            .register(&path, &mut File::open(&path).unwrap())
            .unwrap()
            .document_id;
        let n_pages = u32::try_from(paper.pages.len()).unwrap();
        archive
            .set_page_count(id, n_pages, "application/pdf")
            .unwrap();
        for (page_number, text) in (1..).zip(paper.pages) {
            let outcome = PageOutcome::Done(DonePage {
                page: restored_page(page_number, text),
                text_layer: None,
                read_by: "a test".to_owned(),
                duration_ms: 1,
            });
            archive.store_page(id, &outcome).unwrap();
        }
        self.finish(id, paper);
        id
    }

    fn finish(&self, id: i64, paper: &Paper) {
        let text = |text: &str| Some(text.to_owned());
        let fields = RegisteredFields {
            document_type: text(paper.document_type),
            number: text(paper.number),
            issuer: text(paper.issuer),
            issued: text(paper.issued),
            subject: text(paper.subject),
            signer_name: text(paper.signer),
            ..RegisteredFields::default()
        };
        self.archive
            .finish_document(id, &fields, &json!({}))
            .unwrap();
    }

    fn answer(&self, request: &SearchRequest) -> SearchAnswer {
        let index = SearchIndex::open(&self.archive).unwrap();
        let answer = index.search(&self.archive, request).unwrap();
        assert!(answer.hits.len() <= answer.total);
        answer
    }

    /// Numbers and pages of the hits: `02/CT-UBND p1`.
    fn find(&self, query: &str) -> Vec<String> {
        shown(&self.answer(&SearchRequest::new(query)))
    }

    fn index_dir(&self) -> PathBuf {
        self.archive.index_dir()
    }
}

fn shown(answer: &SearchAnswer) -> Vec<String> {
    answer
        .hits
        .iter()
        .map(|hit| {
            let number = hit.number.as_deref().unwrap_or("-");
            format!("{number} p{}", hit.page_number.unwrap_or(0))
        })
        .collect()
}

/// One archive for all tests that only read.
fn common() -> &'static Fixture {
    static COMMON: OnceLock<Fixture> = OnceLock::new();
    COMMON.get_or_init(Fixture::indexed)
}

/// Whether an answer has a note of that code.
fn has_note(answer: &SearchAnswer, code: &str) -> bool {
    answer.notes.iter().any(|note| note.code() == code)
}
