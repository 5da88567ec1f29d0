//! The index as its users see it: real archives, real tantivy.

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

#[test]
fn marks_need_not_be_typed_and_exact_ones_come_first() {
    let fixture = common();
    let with_marks = fixture.find("cải cách hành chính");
    assert_eq!(with_marks[0], "02/CT-UBND p1");
    // "cái cách" stands there twice, and the subject holds it exactly.
    let mut sorted = with_marks.clone();
    sorted.sort();
    let mut without = fixture.find("cai cach hanh chinh");
    without.sort();
    assert_eq!(sorted, without);
    assert_eq!(without.len(), 4);
    // Words side by side before scattered ones.
    assert_eq!(fixture.find("cai cach hanh chinh")[3], "9/GM-VP p1");
    assert_eq!(fixture.find("\"cai cach hanh chinh\"").len(), 3);
    // A word read with other marks is found, behind the exact one.
    assert_eq!(fixture.find("\"cải cách công vụ\""), ["7/HD-SNV p1"]);
}

#[test]
fn what_is_typed_with_marks_does_not_rank_other_marks_first() {
    let fixture = common();
    // "Dương" three times on one page, "đường" once on others.
    let found = fixture.find("đường");
    assert_eq!(found[0], "128/QĐ-UBND p1");
    assert!(
        found[..2].contains(&"02/CT-UBND p1".to_owned()),
        "{found:?}"
    );
    assert_eq!(found[2], "29-KL/TU p1");
    assert_eq!(fixture.find("duong").len(), 3);
    // Both spellings of tone are one.
    assert_eq!(fixture.find("hòa bình"), fixture.find("hoà bình"));
    assert_eq!(fixture.find("hòa bình")[0], "128/QĐ-UBND p1");
}

#[test]
fn a_number_is_found_in_any_shape_and_its_paper_first() {
    let fixture = common();
    for query in [
        "02/CT-UBND",
        "2/ct-ubnd",
        "02/CT–UBND",
        "\"02 CT UBND\"",
        "số:02/CT-UBND",
    ] {
        let found = fixture.find(query);
        assert!(found[0].starts_with("02/CT-UBND"), "{query}: {found:?}");
    }
    assert_eq!(fixture.find("02/CT-UBND")[1], "45/BC-SYT p3");
    assert_eq!(fixture.find("số: 02/CT-UBND").len(), 1);
    assert_eq!(fixture.find("so:128/qd-ubnd"), ["128/QĐ-UBND p1"]);
    assert_eq!(fixture.find("29-KL/TU"), ["29-KL/TU p1"]);
    assert_eq!(fixture.find("số:45"), ["45/BC-SYT p1"]);
}

#[test]
fn operators_and_fields() {
    let fixture = common();
    assert_eq!(fixture.find("\"một cửa\""), ["02/CT-UBND p2"]);
    assert_eq!(fixture.find("\"cửa một\"").len(), 1, "loosened");
    assert_eq!(fixture.find("\"cai cach\" -\"cái cách\"").len(), 2);
    assert_eq!(fixture.find("tiêm OR lưu").len(), 2);
    assert_eq!(fixture.find("chủ* mở*"), ["45/BC-SYT p1"]);
    assert_eq!(fixture.find("loại:QĐ"), ["128/QĐ-UBND p1"]);
    assert_eq!(fixture.find("loai:huong dan cai cach"), ["7/HD-SNV p1"]);
    assert_eq!(fixture.find("cơ quan:sở y tế tiêm chủng"), ["45/BC-SYT p1"]);
    assert_eq!(fixture.find("coquan:\"so noi vu\""), ["7/HD-SNV p1"]);
    assert_eq!(fixture.find("người ký:thủy"), ["29-KL/TU p1"]);
    assert_eq!(fixture.find("trích yếu:văn thư"), ["9/GM-VP p1"]);
    assert_eq!(fixture.find("ngày:2023 cải cách").len(), 2);
    assert_eq!(fixture.find("ngày:2020..2021").len(), 2);
    assert_eq!(fixture.find("ngày:29/2/2024"), ["9/GM-VP p1"]);
    assert_eq!(fixture.find("-cải").len(), 4);
}

/// Whether an answer has a note of that code.
fn has_note(answer: &SearchAnswer, code: &str) -> bool {
    answer.notes.iter().any(|note| note.code() == code)
}

#[test]
fn half_marked_words_prefer_what_has_their_marks() {
    // "Dương" has not the đ that was typed.
    let found = common().find("đuong");
    assert_eq!(found.last().map(String::as_str), Some("29-KL/TU p1"));
    assert_eq!(common().find("cải cach hanh chinh")[0], "02/CT-UBND p1");
}

#[test]
fn keystrokes_of_input_methods_are_read_when_plain_words_find_little() {
    for query in [
        "tieem churng",
        "tiêm chungr",
        "tie6m chung3",
        "tieem churng mowr roongj",
    ] {
        let answer = common().answer(&SearchRequest::new(query));
        assert_eq!(shown(&answer), ["45/BC-SYT p1"], "{query}");
    }
    let answer = common().answer(&SearchRequest::new("cair cachs hanhf chinhs"));
    assert!(answer.total > 2);
    assert!(has_note(&answer, "read_as_typed"), "{:?}", answer.notes);
}

#[test]
fn abbreviations_are_read_both_ways() {
    let fixture = Fixture::empty();
    let paper = |number, pages| Paper {
        number,
        subject: "Về việc phân công nhiệm vụ",
        pages,
        ..PAPERS[0]
    };
    fixture.add(&paper("1/KH-STX", &["Đẩy mạnh CCHC và CĐS năm nay"]));
    fixture.add(&paper(
        "2/KH-STX",
        &["Đẩy mạnh cải cách hành chính và chuyển đổi số"],
    ));
    fixture.add(&paper(
        "3/KH-STX",
        &["cải tiến cách làm hành trình chính sách"],
    ));
    update(&fixture.archive, |_, _| {}).unwrap();
    for query in ["CCHC", "\"CCHC\"", "cchc cđs", "cải cách hành chính CĐS"] {
        let mut found = fixture.find(query);
        found.truncate(2);
        found.sort();
        assert_eq!(found, ["1/KH-STX p1", "2/KH-STX p1"], "{query}");
    }
    let marked: Vec<String> = fixture.answer(&SearchRequest::new("CCHC")).hits[..2]
        .iter()
        .flat_map(|hit| hit.snippet.iter().filter(|part| part.is_marked))
        .map(|part| part.text.clone())
        .collect();
    assert!(
        marked.contains(&"cải cách hành chính".to_owned()),
        "{marked:?}"
    );
    assert!(marked.contains(&"CCHC".to_owned()), "{marked:?}");
    // Written out in the register, abbreviated in the query.
    assert_eq!(fixture.find("cơ quan:\"UBND tỉnh\"").len(), 3);
}

#[test]
fn a_number_is_found_by_its_half_and_without_its_dashes() {
    let fixture = common();
    for query in [
        "02 CT UBND",
        "số 2 ct ubnd",
        "02-CT/UBND",
        "chỉ thị 02",
        "02/CT",
    ] {
        let found = fixture.find(query);
        assert!(found[0].starts_with("02/CT-UBND"), "{query}: {found:?}");
    }
}

#[test]
fn names_before_and_since_are_found_behind_the_name_itself() {
    let fixture = Fixture::empty();
    let paper = |number, issuer, pages| Paper {
        number,
        issuer,
        subject: "Tiêm chủng",
        pages,
        ..PAPERS[0]
    };
    let pages = &["Kế hoạch tiêm chủng trên địa bàn"];
    fixture.add(&paper("1/KH-UBND", "Ủy ban nhân dân tỉnh Đồng Nai", pages));
    fixture.add(&paper(
        "2/KH-UBND",
        "Ủy ban nhân dân tỉnh Bình Phước",
        pages,
    ));
    fixture.add(&paper("3/KH-UBND", "Ủy ban nhân dân tỉnh Lâm Đồng", pages));
    update(&fixture.archive, |_, _| {}).unwrap();
    let answer = fixture.answer(&SearchRequest::new("tiêm chủng tỉnh Bình Phước"));
    assert_eq!(shown(&answer), ["2/KH-UBND p1", "1/KH-UBND p1"]);
    let expected = QueryNote::OtherNames {
        names: vec!["tỉnh Đồng Nai".to_owned()],
    };
    assert_eq!(answer.notes, [expected]);
    let by_issuer = fixture.answer(&SearchRequest::new("cơ quan:\"UBND tỉnh Bình Phước\""));
    assert_eq!(by_issuer.total, 2);
}

#[test]
fn near_words_in_any_order() {
    let fixture = common();
    assert_eq!(fixture.find("hồ NEAR/2 hạn"), ["02/CT-UBND p2"]);
    assert_eq!(fixture.find("hạn NEAR/2 hồ"), ["02/CT-UBND p2"]);
    let loosened = fixture.answer(&SearchRequest::new("sở NEAR/1 96"));
    assert!(
        has_note(&loosened, "phrase_loosened"),
        "{:?}",
        loosened.notes
    );
}

#[test]
fn a_span_in_words_is_the_day_of_issue() {
    let answer = common().answer(&SearchRequest::new("từ 2020 đến tháng 12 năm 2021"));
    assert_eq!(answer.total, 2);
    assert!(has_note(&answer, "read_as_days"));
}

#[test]
fn a_misspelled_word_is_mended() {
    let answer = common().answer(&SearchRequest::new("tiêm chhủng"));
    assert_eq!(shown(&answer), ["45/BC-SYT p1"]);
    let expected = QueryNote::Respelled {
        words: "tiêm chủng".to_owned(),
    };
    assert_eq!(answer.notes, [expected]);
}

#[test]
fn results_are_counted_and_sorted() {
    let mut request = SearchRequest::new("cải cách");
    request.has_facets = true;
    request.order = SortOrder::Oldest;
    let answer = common().answer(&request);
    let days: Vec<_> = answer.hits.iter().map(|hit| hit.issued.clone()).collect();
    assert!(days.is_sorted(), "{days:?}");
    request.order = SortOrder::Newest;
    let newest = common().answer(&request);
    let ids = |answer: &SearchAnswer| -> Vec<i64> {
        answer.hits.iter().map(|hit| hit.document_id).collect()
    };
    let reversed: Vec<i64> = ids(&newest).into_iter().rev().collect();
    assert_eq!(ids(&answer), reversed);
    let facets = answer.facets.unwrap();
    for counts in [
        &facets.types,
        &facets.issuers,
        &facets.years,
        &facets.signers,
    ] {
        let sum: u64 = counts.iter().map(|count| count.n_documents).sum();
        assert_eq!(sum, answer.total as u64);
    }
    assert_eq!(facets.years[0].value.as_deref(), Some("2024"));
}

#[test]
fn near_identical_papers_are_one_hit() {
    let fixture = Fixture::empty();
    let text = "Yêu cầu các phòng rà soát danh mục thủ tục, cập nhật hồ sơ trên hệ thống \
                và gửi báo cáo kết quả thực hiện về văn phòng trước ngày hai mươi của tháng \
                cuối quý để tổng hợp trình lãnh đạo xem xét, chỉ đạo kịp thời";
    let again: &'static str = Box::leak(text.replace("kịp thời", "kip thời").into_boxed_str());
    let pages: &'static [&'static str] = Box::leak(vec![again].into_boxed_slice());
    let paper = |number, pages| Paper {
        number,
        pages,
        ..PAPERS[0]
    };
    fixture.add(&paper(
        "5/CT-UBND",
        std::slice::from_ref(&*Box::leak(Box::new(text))),
    ));
    fixture.add(&paper("05/CT-UBND", pages));
    fixture.add(&paper("6/CT-UBND", pages));
    update(&fixture.archive, |_, _| {}).unwrap();
    let answer = fixture.answer(&SearchRequest::new("danh mục thủ tục"));
    let grouped: Vec<(i64, Vec<i64>)> = answer
        .hits
        .iter()
        .map(|hit| (hit.document_id, hit.same_as.clone()))
        .collect();
    assert_eq!(grouped.len(), 2, "{grouped:?}");
    assert!(grouped.iter().any(|(_, same_as)| same_as.len() == 1));
}

#[test]
fn filters_narrow_the_search() {
    let fixture = common();
    let request = |change: fn(&mut SearchRequest)| {
        let mut request = SearchRequest::new("cải cách");
        change(&mut request);
        shown(&fixture.answer(&request))
    };
    let by_type = request(|it| it.document_type = Some("HD".to_owned()));
    assert_eq!(by_type, ["7/HD-SNV p1"]);
    let by_issuer = request(|it| it.issuer = Some("y te an binh".to_owned()));
    assert_eq!(by_issuer, ["45/BC-SYT p3"]);
    let by_day = request(|it| it.issued = DayRange::parse("3/2023"));
    assert_eq!(by_day, ["02/CT-UBND p1"]);
    let mut only_filter = SearchRequest::new("");
    only_filter.issued = DayRange::parse("2023");
    assert_eq!(fixture.answer(&only_filter).total, 2);
}

#[test]
fn results_come_in_pages_and_one_hit_a_paper() {
    let fixture = common();
    let mut request = SearchRequest::new("an bình OR huyện");
    let all = shown(&fixture.answer(&request));
    assert_eq!(all.len(), 6);
    let mut pages = Vec::new();
    request.limit = 4;
    for result_page in 1..=3 {
        request.result_page = result_page;
        let answer = fixture.answer(&request);
        assert_eq!(answer.total, 6);
        pages.extend(shown(&answer));
    }
    assert_eq!(pages, all);
    let tiem_chung = fixture.answer(&SearchRequest::new("tiêm chủng"));
    assert_eq!(tiem_chung.total, 1);
    assert_eq!(
        tiem_chung.hits[0].matching_pages, 3,
        "the subject is on each"
    );
}

#[test]
fn words_of_the_paper_and_of_a_page_together_find_the_page() {
    assert_eq!(common().find("báo cáo vùng cao"), ["45/BC-SYT p2"]);
}

#[test]
fn snippets_mark_the_restored_text() {
    let answer = common().answer(&SearchRequest::new("mot cua"));
    let marked: Vec<&str> = answer.hits[0]
        .snippet
        .iter()
        .filter(|part| part.is_marked)
        .map(|part| part.text.as_str())
        .collect();
    assert_eq!(marked, ["một cửa"]);
}

#[test]
fn words_that_are_nowhere_together_find_the_most_of_them() {
    let answer = common().answer(&SearchRequest::new("tiêm chủng mở rộng vắcxin"));
    assert_eq!(shown(&answer), ["45/BC-SYT p1"]);
    assert_eq!(answer.notes.len(), 1, "{:?}", answer.notes);
    let nothing = common().answer(&SearchRequest::new("zzz"));
    assert_eq!((nothing.total, nothing.notes.len()), (0, 0));
    let empty = common().answer(&SearchRequest::new(" "));
    assert_eq!((empty.total, empty.notes.len()), (0, 1));
}

#[test]
fn an_update_brings_in_what_is_new_and_what_was_read_again() {
    let fixture = Fixture::indexed();
    let (report, note) = update(&fixture.archive, |_, _| {}).unwrap();
    assert_eq!((report.n_documents, note), (0, None));
    // Read again with another result.
    let outcome = PageOutcome::Done(DonePage {
        page: restored_page(1, "toàn văn mới đọc lại"),
        text_layer: None,
        read_by: "a test".to_owned(),
        duration_ms: 1,
    });
    fixture.archive.store_page(6, &outcome).unwrap();
    fixture.finish(6, &PAPERS[5]);
    let mut index = SearchIndex::open(&fixture.archive).unwrap();
    assert_eq!(
        update(&fixture.archive, |_, _| {}).unwrap().0.n_documents,
        1
    );
    let request = SearchRequest::new("\"đọc lại\"");
    assert_eq!(index.search(&fixture.archive, &request).unwrap().total, 0);
    index.refresh(&fixture.archive).unwrap();
    assert_eq!(index.search(&fixture.archive, &request).unwrap().total, 1);
    assert_eq!(index.n_pages(), 9);
    assert_eq!(fixture.find("lưu").len(), 0);
    assert_eq!(verify(&fixture.archive).unwrap(), []);
    // A paper that is given up leaves the index.
    fixture
        .archive
        .fail_document(6, "test", "given up")
        .unwrap();
    let behind = verify(&fixture.archive).unwrap();
    assert_eq!(behind.len(), 1);
    assert_eq!(behind[0].kind, DamageKind::NotYetIndexed);
    assert!(behind[0].is_harmless());
    update(&fixture.archive, |_, _| {}).unwrap();
    assert_eq!(fixture.find("đọc").len(), 0);
    assert_eq!(verify(&fixture.archive).unwrap(), []);
}

#[test]
fn a_commit_whose_note_was_lost_is_not_written_twice() {
    let fixture = Fixture::indexed();
    let before = fixture.answer(&SearchRequest::new("cải cách"));
    // As after a kill between the index's commit and the catalogue's.
    fixture.archive.mark_none_indexed().unwrap();
    let (report, note) = update(&fixture.archive, |_, _| {}).unwrap();
    assert_eq!((report.n_documents, note), (PAPERS.len(), None));
    assert_eq!(fixture.archive.documents_to_index().unwrap(), []);
    assert_eq!(fixture.answer(&SearchRequest::new("cải cách")), before);
}

#[test]
fn the_way_of_indexing_does_not_change_the_answers() {
    let at_once = Fixture::indexed();
    let one_by_one = Fixture::empty();
    for paper in &PAPERS {
        one_by_one.add(paper);
        update(&one_by_one.archive, |_, _| {}).unwrap();
    }
    let rebuilt = Fixture::unindexed();
    rebuild(&rebuilt.archive, |_, _| {}).unwrap();
    for query in [
        "cải cách hành chính",
        "an binh",
        "02/CT-UBND",
        "đường OR sở",
    ] {
        let answers = [&at_once, &one_by_one, &rebuilt].map(|fixture| {
            let mut answer = fixture.answer(&SearchRequest::new(query));
            for hit in &mut answer.hits {
                // Sums of floats in another order.
                hit.score = (hit.score * 100.0).round();
            }
            answer
        });
        assert_eq!(answers[0], answers[1], "{query}");
        assert_eq!(answers[0], answers[2], "{query}");
    }
}

#[test]
fn a_rebuild_takes_the_place_of_the_index_while_it_is_open() {
    let fixture = Fixture::indexed();
    let mut index = SearchIndex::open(&fixture.archive).unwrap();
    let request = SearchRequest::new("cải cách");
    let before = index.search(&fixture.archive, &request).unwrap();
    // What a killed rebuild left.
    fs::create_dir(fixture.index_dir().join("000007")).unwrap();
    let mut progress = Vec::new();
    let report = rebuild(&fixture.archive, |n_done, n_all| {
        progress.push((n_done, n_all))
    })
    .unwrap();
    assert_eq!(report.n_documents, 6);
    assert_eq!(progress.last(), Some(&(6, 6)));
    // The old files are gone by name, and still answer.
    assert_eq!(index.search(&fixture.archive, &request).unwrap(), before);
    index.refresh(&fixture.archive).unwrap();
    assert_eq!(index.search(&fixture.archive, &request).unwrap(), before);
    assert_eq!(verify(&fixture.archive).unwrap(), []);
    let builds = fs::read_dir(fixture.index_dir()).unwrap().count();
    assert_eq!(builds, 2, "the build in use and `current`");
}

#[test]
fn a_missing_damaged_or_foreign_index_is_noticed_and_built_anew() {
    type Harm = fn(&std::path::Path);
    let cases: [(&str, Harm); 5] = [
        ("gone", |dir| fs::remove_dir_all(dir).unwrap()),
        ("build gone", |dir| {
            fs::remove_dir_all(dir.join("000001")).unwrap();
        }),
        ("current garbled", |dir| {
            fs::write(dir.join("current"), b"\xff\xfe{").unwrap();
        }),
        ("other format", |dir| {
            fs::write(dir.join("current"), r#"{"format":99,"build":"000001"}"#).unwrap();
        }),
        ("files cut off", |dir| {
            for entry in fs::read_dir(dir.join("000001")).unwrap() {
                let path = entry.unwrap().path();
                let bytes = fs::read(&path).unwrap();
                fs::remove_file(&path).unwrap();
                fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
            }
        }),
    ];
    for (name, harm) in cases {
        let fixture = Fixture::indexed();
        harm(&fixture.index_dir());
        let error = SearchIndex::open(&fixture.archive).map(|_| ()).unwrap_err();
        assert!(error.is_mended_by_rebuild(), "{name}: {error}");
        assert!(
            error.to_string().contains("vanthu reindex"),
            "{name}: {error}"
        );
        assert!(!verify(&fixture.archive).unwrap().is_empty(), "{name}");
        let (report, note) = update(&fixture.archive, |_, _| {}).unwrap();
        assert_eq!(report.n_documents, 6, "{name}");
        assert_eq!(note.is_some(), name != "gone", "{name}: {note:?}");
        assert_eq!(fixture.find("\"một cửa\"").len(), 1, "{name}");
        assert_eq!(verify(&fixture.archive).unwrap(), [], "{name}");
    }
}

#[test]
fn a_flipped_bit_is_found_by_verify_and_searching_survives_it() {
    let fixture = Fixture::indexed();
    let dir = fixture.index_dir().join("000001");
    let mut n_harmed = 0;
    for entry in fs::read_dir(&dir).unwrap() {
        let path = entry.unwrap().path();
        let extension = path
            .extension()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if !["idx", "pos", "term", "fast"].contains(&extension.as_str()) {
            continue;
        }
        let mut bytes = fs::read(&path).unwrap();
        for byte in bytes.iter_mut().take(40) {
            *byte ^= 0x55;
        }
        fs::remove_file(&path).unwrap();
        fs::write(&path, bytes).unwrap();
        n_harmed += 1;
    }
    assert!(n_harmed >= 4);
    let damage = verify(&fixture.archive).unwrap();
    assert!(!damage.is_empty());
    assert!(damage.iter().all(|it| it.kind == DamageKind::Index));
    for query in ["cải cách", "\"một cửa\"", "ch*", "ngày:2023"] {
        // A wrong answer or an error, never the end of the process.
        if let Ok(index) = SearchIndex::open(&fixture.archive) {
            let _ = index.search(&fixture.archive, &SearchRequest::new(query));
        }
    }
    rebuild(&fixture.archive, |_, _| {}).unwrap();
    assert_eq!(verify(&fixture.archive).unwrap(), []);
}

#[test]
fn a_paper_without_readable_pages_is_found_by_its_fields() {
    let fixture = Fixture::empty();
    fixture.add(&Paper {
        pages: &[],
        ..PAPERS[0]
    });
    update(&fixture.archive, |_, _| {}).unwrap();
    let answer = fixture.answer(&SearchRequest::new("02/CT-UBND"));
    assert_eq!(answer.hits[0].page_number, None);
    assert_eq!(answer.hits[0].snippet, []);
}

#[test]
fn hits_the_catalogue_does_not_know_are_left_out() {
    let fixture = Fixture::indexed();
    let other = Fixture::unindexed();
    other.add(&Paper {
        number: "1/TB-VP",
        ..PAPERS[0]
    });
    update(&other.archive, |_, _| {}).unwrap();
    fs::remove_dir_all(fixture.index_dir()).unwrap();
    fs::rename(other.index_dir(), fixture.index_dir()).unwrap();
    let answer = fixture.answer(&SearchRequest::new("một cửa"));
    assert_eq!((answer.hits.len(), answer.notes.len()), (1, 1));
    assert_eq!(verify(&fixture.archive).unwrap().len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn folded_finds_what_exact_finds(paper_idx in 0usize..6, from in 0usize..30, n_words in 1usize..5) {
        let words: Vec<&str> = PAPERS[paper_idx]
            .pages
            .iter()
            .flat_map(|page| page.split_whitespace())
            .filter(|word| word.chars().all(char::is_alphabetic) && *word != "OR")
            .collect();
        let words: Vec<&str> = words.iter().skip(from % words.len()).take(n_words).copied().collect();
        let typed = words.join(" ");
        let exact: Vec<String> = common().find(&typed);
        let folded = common().find(&crate::vietnamese::fold(&typed));
        prop_assert!(!exact.is_empty());
        for hit in exact {
            let number = hit.split(' ').next().unwrap().to_owned();
            prop_assert!(folded.iter().any(|other| other.starts_with(&number)), "{typed}: {hit}");
        }
    }

    #[test]
    fn every_query_has_an_answer(query in "\\PC{0,60}|[\"a0số:/*OR |.ngày-]{0,40}") {
        let index = SearchIndex::open(&common().archive).unwrap();
        prop_assert!(index.search(&common().archive, &SearchRequest::new(query)).is_ok());
    }
}
