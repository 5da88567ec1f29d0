//! Queries and what they are read as.

use super::*;
use proptest::prelude::*;

/// Items in one line: word, "phrase", pre*, #number, field(words), day..day,
/// (a|b), !not.
fn shown(item: &Item) -> String {
    let words = |words: &[QueryWord]| {
        let words: Vec<&str> = words.iter().map(|word| word.exact.as_str()).collect();
        words.join(" ")
    };
    match item {
        Item::Word(word) => word.exact.clone(),
        Item::Phrase(phrase) => format!("\"{}\"", words(phrase)),
        Item::Prefix(beginning) => format!("{beginning}*"),
        Item::Spelled { typed, others, .. } => {
            let others: Vec<String> = others.iter().map(|other| words(other)).collect();
            format!("{}={}", words(typed), others.join("="))
        }
        Item::Number(parts) => format!("#{}", words(parts)),
        Item::Ordinal(word) => format!("#{}", word.folded),
        Item::Near {
            left,
            right,
            distance,
        } => format!("{}~{distance}~{}", words(left), words(right)),
        Item::Field { field, chunks } => {
            let chunks: Vec<String> = chunks.iter().map(|chunk| words(chunk)).collect();
            format!("{field:?}({})", chunks.join(","))
        }
        Item::Issued(days) => format!("{}..{}", days.first, days.last),
        Item::Any(items) => {
            let items: Vec<String> = items.iter().map(shown).collect();
            format!("({})", items.join("|"))
        }
        Item::Not(item) => format!("!{}", shown(item)),
    }
}

fn check(text: &str, expected: &str, n_notes: usize) {
    let query = parse(text);
    let items: Vec<String> = query.items.iter().map(shown).collect();
    assert_eq!(items.join(" "), expected, "{text}");
    assert_eq!(query.notes.len(), n_notes, "{text}: {:?}", query.notes);
}

#[test]
fn queries_as_they_are_meant() {
    check("Cải cách hành chính", "cải cách hành chính=cchc", 0);
    check("cchc", "cchc=cải cách hành chính", 0);
    check("UBND tinh", "ubnd=ủy ban nhân dân tinh", 0);
    check("cải tiến cách", "cải tiến cách", 0);
    check("\"cải cách\" hành", "\"cải cách\" hành", 0);
    check("“cải cách”", "\"cải cách\"", 0);
    check("kế hoạch -tiêm", "kế hoạch !tiêm", 0);
    check("kế hoạch -\"tiêm chủng\"", "kế hoạch !\"tiêm chủng\"", 0);
    check("Hải Thịnh - Sơn Khê", "hải thịnh sơn khê", 0);
    check("chỉ OR thị OR báo cáo", "(chỉ|thị|báo) cáo", 0);
    check("chuy*", "chuy*", 0);
    check("02/CT-UBND", "#02 ct ubnd", 0);
    check("(02/ct-ubnd)", "#02 ct ubnd", 0);
    check("29-KL/TU", "#29 kl tu", 0);
    check("23/4/2018", "\"23 4 2018\"", 0);
    check("KT-XH", "kt xh=kinh tế xã hội", 0);
    check("số: 02/CT-UBND kế hoạch", "Number(02 ct ubnd,kế,hoạch)", 0);
    check(
        "kế hoạch cơ quan:\"sở y tế\" tiêm",
        "kế hoạch Issuer(sở y tế) tiêm",
        0,
    );
    check(
        "coquan:so y te loai:QĐ",
        "Issuer(so,y,te) Type(quyết định)",
        0,
    );
    check("loại:QĐ tiêm chủng", "Type(quyết định) tiêm chủng", 0);
    check("người ký:Minh -Lan", "Signer(minh) !lan", 0);
    check("ngày:2021..2023 báo", "20210101..20231231 báo", 0);
    check("ngay: từ 01/2021 đến 2023 báo", "20210101..20231231 báo", 0);
    check("ngày:\"3/2023\"", "20230301..20230331", 0);
    for number in ["03 CT UBND", "3 ct-ubnd", "số 03-CT/UBND", "So: 03 ct ubnd"] {
        let expected = match number.contains(':') {
            true => "Number(03,ct,ubnd)",
            false => "#",
        };
        let query = parse(number);
        assert_eq!(query.items.len(), 1, "{number}");
        assert!(shown(&query.items[0]).starts_with(expected), "{number}");
    }
    check("61 2018 nd cp kiểm soát", "#61 2018 nd cp kiểm soát", 0);
    check("1347 SYT VP", "#1347 syt vp", 0);
    check("chỉ thị 02 tỉnh", "chỉ thị #2 tỉnh", 0);
    check("so 45 tiêm", "#45 tiêm", 0);
    check("6 tháng đầu năm", "6 tháng đầu năm", 0);
    check("một NEAR cửa", "một~8~cửa", 0);
    check("một NEAR/3 \"liên thông\"", "một~3~liên thông", 0);
    check("báo cáo từ 2021 đến 2023", "báo cáo 20210101..20231231", 1);
    check("từ tháng 3 đến tháng 6 năm 2022", "20220301..20220630", 1);
    check("từ 2021 học", "từ 2021 học", 0);
    check(
        "quyết định ngày 2/3/2023",
        "quyết định (20230302..20230302|\"2 3 2023\"|\"02 03 2023\"|\"02 3 2023\")",
        1,
    );
    check("ngày 2/2023 họp", "ngày \"2 2023\" họp", 0);
    check("từ điển", "từ điển", 0);
    check("ngày: quý I/2022 báo", "20220101..20220331 báo", 0);
    check("dẫn: 749/QĐ-TTg", "Cites(749 qđ ttg)", 0);
    check("http://a.vn", "\"http a vn\"", 0);
}

#[test]
fn bad_queries_are_read_as_well_as_they_can_be() {
    check("", "", 0);
    check("   \u{1}\u{2} ", "", 0);
    check("\"cải cách", "cải cách", 1);
    check("\"\"", "", 0);
    check("*", "", 1);
    check("a*", "a*", 1);
    check("OR báo", "báo", 1);
    check("báo OR", "báo", 1);
    check("NEAR báo", "báo", 1);
    check("báo NEAR", "báo", 1);
    check(
        "báo NEAR/99999999999 cáo",
        "báo \"near 99999999999\" cáo",
        0,
    );
    check("ngày:mai báo", "báo", 1);
    check("ngày:31/02/2023", "", 1);
    check("số:", "", 1);
    check("-", "", 0);
    check("?!. ,", "", 0);
    let long = "từ ".repeat(40_000);
    let query = parse(&long);
    assert_eq!(query.items.len(), MAX_ITEMS);
    assert_eq!(query.notes.len(), 2);
}

proptest! {
    #[test]
    fn every_query_can_be_read(text in "\\PC{0,80}|[\"“a0số:/*OR |.-]{0,60}") {
        let query = parse(&text);
        prop_assert!(query.items.len() <= MAX_ITEMS);
    }

    #[test]
    fn plain_words_are_all_kept(words in proptest::collection::vec("[a-zđêô]{2,6}", 1..10)) {
        let query = parse(&words.join(" "));
        let n_words: usize = query.items.iter().map(|item| match item {
            Item::Spelled { typed, .. } => typed.len(),
            _ => 1,
        }).sum();
        prop_assert_eq!(n_words, words.len());
    }
}
