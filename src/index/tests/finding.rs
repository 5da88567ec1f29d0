//! The query language: what is found, and what first.

use super::*;

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
fn words_of_the_paper_and_of_a_page_together_find_the_page() {
    assert_eq!(common().find("báo cáo vùng cao"), ["45/BC-SYT p2"]);
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
}
