//! Bringing the index up to date, and building it anew.

use super::*;

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
