//! What an answer holds beside the papers: counts, pages, snippets, notes.

use super::*;

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
