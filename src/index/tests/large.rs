//! Very many hits: counted by a sample, ranked level by level. A bound of none
//! makes a small archive a large one.

use super::*;
use crate::index::group::PaperCollector;
use crate::index::sample;
use crate::vietnamese::fold;
use tantivy::query::AllQuery;

const PIECES: [&str; 12] = [
    "cải cách hành chính",
    "cái cách",
    "hành lang chính",
    "tiêm chủng mở rộng",
    "chủng loại",
    "CCHC",
    "kế hoạch",
    "văn thư",
    "lưu trữ",
    "02/CT-UBND",
    "y tế cơ sở",
    "mở đường",
];

/// Papers of one to three pages, of some pieces each, in no order.
fn many() -> &'static Fixture {
    static MANY: OnceLock<Fixture> = OnceLock::new();
    MANY.get_or_init(|| {
        let fixture = Fixture::empty();
        let mut dice = 0x5eed_u64;
        let mut piece = || {
            dice ^= dice << 13;
            dice ^= dice >> 7;
            dice ^= dice << 17;
            PIECES[usize::try_from(dice % PIECES.len() as u64).unwrap()]
        };
        for number in 0..200 {
            let pages: Vec<&'static str> = (0..=number % 3)
                .map(|_| {
                    let text: Vec<&str> = (0..6).map(|_| piece()).collect();
                    &*Box::leak(text.join(" và ").into_boxed_str())
                })
                .collect();
            let subject = format!("Về {} của đợt {number}", piece());
            fixture.add(&Paper {
                number: Box::leak(format!("{number}/CV-VP").into_boxed_str()),
                document_type: ["công văn", "kế hoạch"][number % 2],
                subject: Box::leak(subject.into_boxed_str()),
                pages: Box::leak(pages.into_boxed_slice()),
                ..PAPERS[0]
            });
        }
        update(&fixture.archive, |_, _| {}).unwrap();
        fixture
    })
}

fn answers(request: &SearchRequest) -> [SearchAnswer; 2] {
    let archive = &many().archive;
    let mut index = SearchIndex::open(archive).unwrap();
    let exact = index.search(archive, request).unwrap();
    index.most_looked_at = 0;
    let estimated = index.search(archive, request).unwrap();
    [exact, estimated]
}

const QUERIES: [&str; 12] = [
    "cai cach",
    "cải cách hành chính",
    "\"cải cách\"",
    "CCHC",
    "kế hoạch cải cách",
    "tiêm OR lưu",
    "chủ*",
    "02/CT-UBND",
    "loại:công văn mở",
    "văn thư -lưu",
    "y tế NEAR mở",
    "từ 2022 đến 2024",
];

#[test]
fn estimates_of_the_whole_are_its_counts() {
    for query in QUERIES {
        let mut request = SearchRequest::new(query);
        request.has_facets = true;
        let [exact, estimated] = answers(&request);
        assert!(
            exact.total > 20 && !exact.is_estimate,
            "{query}: {}",
            exact.total
        );
        assert!(estimated.is_estimate, "{query}");
        // Few papers are all looked at: only the digits are fewer.
        let rounded = |count: u64| usize::try_from(sample::rounded(count as f64)).unwrap();
        assert_eq!(estimated.total, rounded(exact.total as u64), "{query}");
        let types = |answer: &SearchAnswer| answer.facets.clone().unwrap().types;
        let counts = types(&exact).into_iter().zip(types(&estimated));
        for (counted, estimated) in counts {
            assert_eq!(counted.value, estimated.value, "{query}");
            let n_documents = sample::rounded(counted.n_documents as f64);
            assert_eq!(n_documents, estimated.n_documents, "{query}");
        }
    }
}

#[test]
fn papers_found_by_levels_are_what_they_are_among_all() {
    for query in QUERIES {
        let mut request = SearchRequest::new(query);
        request.limit = MAX_LIMIT;
        let [all, _] = answers(&request);
        request.limit = 20;
        let [_, by_level] = answers(&request);
        assert_eq!(by_level.hits.len(), 20, "{query}");
        for hit in &by_level.hits {
            let same = all.hits.iter().find(|it| it.document_id == hit.document_id);
            let same = same.unwrap_or_else(|| panic!("{query}: {hit:?} is not found"));
            assert_eq!(same.matching_pages, hit.matching_pages, "{query}");
            assert_eq!(same.page_number, hit.page_number, "{query}");
            assert!(
                (same.score - hit.score).abs() < 0.1,
                "{query}: {same:?} {hit:?}"
            );
        }
    }
}

#[test]
fn papers_that_have_it_in_the_heading_come_first_and_then_the_score_tells() {
    for query in ["cai cach", "văn thư", "kế hoạch cải cách", "y te"] {
        let mut request = SearchRequest::new(query);
        request.limit = 60;
        let [_, answer] = answers(&request);
        let words = fold(query);
        let has_heading = |hit: &Hit| {
            let heading =
                [&hit.subject, &hit.document_type].map(|it| it.clone().unwrap_or_default());
            let heading = fold(&heading.join(" ")).to_lowercase();
            words
                .split(' ')
                .all(|word| heading.split(' ').any(|it| it == word))
        };
        // Of those with all words side by side; the others come behind them all.
        let tier = |hit: &Hit| (hit.score / 500.0) as u32;
        for pair in answer.hits.windows(2) {
            let key = |hit: &Hit| (tier(hit), has_heading(hit));
            assert!(
                key(&pair[0]) > key(&pair[1])
                    || (key(&pair[0]) == key(&pair[1]) && pair[0].score >= pair[1].score)
                    || tier(&pair[0]) == 0,
                "{query}: {pair:?}"
            );
        }
    }
}

#[test]
fn pages_of_results_follow_each_other() {
    for query in QUERIES {
        let ids = |limit, result_page| -> Vec<i64> {
            let mut request = SearchRequest::new(query);
            request.limit = limit;
            request.result_page = result_page;
            let [_, answer] = answers(&request);
            answer.hits.iter().map(|hit| hit.document_id).collect()
        };
        let pages: Vec<i64> = (1..=4).flat_map(|page| ids(5, page)).collect();
        assert_eq!(pages, ids(20, 1), "{query}");
    }
}

#[test]
fn a_part_of_the_index_tells_of_all_and_long_papers_count_once() {
    let index = SearchIndex::open(&many().archive).unwrap();
    let searcher = index.searcher();
    let all = sample::estimate_one_in(1, &searcher, &AllQuery, true, false).unwrap();
    assert_eq!(all.n_papers, 200);
    let half = sample::estimate_one_in(2, &searcher, &AllQuery, true, false).unwrap();
    assert!((190..=210).contains(&half.n_papers), "{half:?}");
}

#[test]
fn one_run_of_pages_in_two_is_ranked() {
    let index = SearchIndex::open(&many().archive).unwrap();
    let n_papers = |one_run_in| {
        let collector = PaperCollector {
            limit: 5,
            order: SortOrder::Relevance,
            has_facets: false,
            hides_secret: false,
            newly_hidden: std::sync::Arc::default(),
            one_run_in,
        };
        let found = index.searcher().search(&AllQuery, &collector).unwrap();
        assert_eq!(found.best.len(), 5);
        found.n_papers
    };
    assert_eq!(n_papers(1), 200);
    assert!((90..=140).contains(&n_papers(2)), "{}", n_papers(2));
}
