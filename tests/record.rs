//! The record of a whole letter, its JSON form and its schema, and laws that
//! hold for any text.

use proptest::prelude::*;
use serde_json::{Value, json};
use vanthu::extract::{
    Comparator, DeadlineOperator, DocumentText, InconsistencyKind, NumberAndSign, Record,
    TargetKind, extract, number_key,
};

const SCHEMA: &str = include_str!("../docs/record.schema.json");

/// A letter of an invented office.
const LETTER: &str = "\
UBND TỈNH SÔNG LAM CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
SỞ NỘI VỤ Độc lập - Tự do - Hạnh phúc

Số: 418/SNV-CCHC Sông Lam, ngày 05 tháng 3 năm 2024
V/v đẩy mạnh thực hiện Kế hoạch số 15/KH-
UBND ngày 10/01/2024 của UBND tỉnh

Kính gửi:
- Các sở, ban, ngành tỉnh;
- UBND các huyện, thị xã.

CÔNG VĂN ĐẾN
Số: 77
Ngày: 06/3/2024
Thực hiện Kế hoạch số 15/KH-UBND ngày 10/01/2024 của UBND tỉnh về cải cách
hành chính giai đoạn 2021-2025 và khoản 2 Điều 7 Nghị định số 61/2018/NĐ-CP,
Nghị quyết số 20-NQ/TW, Sở Nội vụ đề nghị các cơ quan, đơn vị:

1. Bảo đảm tỷ lệ hồ sơ giải quyết đúng hạn (tối thiểu 97,5%), tỷ lệ người dân
hài lòng đạt từ 90% trở lên.

2. Báo cáo kết quả trước ngày 20 tháng 4 năm 2024 và trước ngày 15 hằng tháng;
trong thời hạn 05 ngày làm việc kể từ khi có yêu cầu.
\u{c}2

3. Năm 2023, toàn tỉnh đã tiếp nhận 22.725 hồ sơ.

Trân trọng./.

Nơi nhận: KT. GIÁM ĐỐC
- Như trên; PHÓ GIÁM ĐỐC
- Giám đốc Sở (để báo cáo);
- Lưu: VT, CCHC.

Trần Thị Mẫu
";

/// Sentences with all that an item of a record may tell.
const ITEMS: &str = "\
Căn cứ Luật Thi đua, khen thưởng ngày 15 tháng 6 năm 2022 và khoản 2 Điều 71 Luật Đất đai;
1. Sở Y tế bảo đảm tỷ lệ trẻ em được tiêm chủng đạt tối thiểu 95% đến hết năm 2025.
2. Năm 2023, các xã đã giải quyết 120/130 hồ sơ (95,3%); tiếp nhận 150 hồ sơ, tăng 25% so
với năm 2022 (100 hồ sơ); 143 hồ sơ (141 cấp huyện và 01 cấp xã); 25/23 xã đạt chuẩn.
3. Báo cáo trước ngày 15/12 hằng năm, trong thời hạn 05 ngày làm việc kể từ ngày nhận.
4. Tỷ lệ hồ sơ trực tuyến tối thiểu 0%. Có hiệu lực từ 0l tháng 7 năm 2016.
";

fn record_of(text: &str) -> Record {
    extract(&DocumentText::from_plain_text(text))
}

#[test]
fn the_letterhead_and_the_end_of_a_letter() {
    let document = serde_json::to_value(record_of(LETTER).document).expect("a record serialises");
    assert_eq!(
        document,
        json!({
            "type": "công văn", "number": "418/SNV-CCHC", "sign": "SNV-CCHC",
            "issuer": "Sở Nội vụ tỉnh Sông Lam", "issuer_parent": "UBND tỉnh Sông Lam",
            "place": "Sông Lam", "issued": "2024-03-05", "issued_partial": null,
            "subject": "V/v đẩy mạnh thực hiện Kế hoạch số 15/KH-UBND ngày 10/01/2024 của UBND tỉnh",
            "urgency": null, "secrecy": null,
            "addressees": ["Các sở, ban, ngành tỉnh", "UBND các huyện, thị xã"],
            "recipients": ["Như trên", "Giám đốc Sở (để báo cáo)", "Lưu: VT, CCHC"],
            "signer": {
                "authority": "KT. GIÁM ĐỐC", "position": "PHÓ GIÁM ĐỐC", "name": "Trần Thị Mẫu"
            },
            "number_doubtful": false, "issued_doubtful": false, "issuer_inferred": false,
            "signer_doubtful": false,
        })
    );
}

#[test]
fn the_references_of_a_letter() {
    let record = record_of(LETTER);
    let references: Vec<_> = record
        .references
        .iter()
        .map(|r| {
            let (kind, date) = (r.document_type.as_deref(), r.date.as_deref());
            (r.number.as_str(), kind, date, r.issuer.as_deref())
        })
        .collect();
    let plan = (
        "15/KH-UBND",
        Some("kế hoạch"),
        Some("2024-01-10"),
        Some("UBND tỉnh"),
    );
    assert_eq!(
        references,
        [
            plan,
            plan,
            ("61/2018/NĐ-CP", Some("nghị định"), None, None),
            ("20-NQ/TW", Some("nghị quyết"), None, None),
        ]
    );
    assert_eq!(
        record.references[2].article.as_deref(),
        Some("khoản 2 Điều 7")
    );
    assert_eq!(record.references[0].occurrence.line, Some(5));
}

#[test]
fn the_times_of_a_letter() {
    let record = record_of(LETTER);
    let dates: Vec<&str> = record.dates.iter().map(|d| d.value.as_str()).collect();
    assert_eq!(
        dates,
        ["2024-03-05", "2024-01-10", "2024-01-10", "2024-04-20"]
    );
    assert_eq!(record.periods.len(), 1);
    assert_eq!(record.periods[0].from, "2021");
    assert_eq!(record.deadlines.len(), 1);
    assert_eq!(record.deadlines[0].operator, DeadlineOperator::Before);
    assert_eq!(record.recurring_deadlines[0].day, 15);
    assert_eq!(record.durations[0].amount, 5);
}

#[test]
fn the_targets_of_a_letter() {
    let record = record_of(LETTER);
    let percentages: Vec<f64> = record.percentages.iter().map(|p| p.value).collect();
    assert_eq!(percentages, [97.5, 90.0]);
    let targets: Vec<_> = record
        .targets
        .iter()
        .map(|t| {
            let indicator = t.indicator.as_str();
            (indicator, t.comparator, t.value, t.unit.as_str(), t.kind)
        })
        .collect();
    use Comparator::{AtLeast, Equal};
    use TargetKind::{Result, Target};
    assert_eq!(
        targets,
        [
            (
                "tỷ lệ hồ sơ giải quyết đúng hạn",
                AtLeast,
                97.5,
                "%",
                Target
            ),
            ("tỷ lệ người dân hài lòng", AtLeast, 90.0, "%", Target),
            ("tiếp nhận hồ sơ", Equal, 22725.0, "hồ sơ", Result),
        ]
    );
    assert_eq!(record.targets[2].occurrence.page, 2);
}

#[test]
fn what_else_an_item_tells() {
    let record = record_of(ITEMS);
    let laws: Vec<_> = record
        .cited_laws
        .iter()
        .map(|law| {
            (
                law.name.as_str(),
                law.date.as_deref(),
                law.article.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        laws,
        [
            ("Luật Thi đua, khen thưởng", Some("2022-06-15"), None),
            ("Luật Đất đai", None, Some("khoản 2 Điều 71")),
        ]
    );
    let first = &record.targets[0];
    assert_eq!(first.who.as_deref(), Some("Sở Y tế"));
    assert_eq!(first.until.as_deref(), Some("2025"));
    let answered = &record.targets[1];
    assert_eq!((answered.value, answered.out_of), (120.0, Some(130.0)));
    assert_eq!(answered.holds_for.as_deref(), Some("2023"));
    assert!(record.targets.iter().any(|target| target.is_change));
    use InconsistencyKind::{Change, Part, Share, Sum};
    let kinds: Vec<_> = record
        .inconsistencies
        .iter()
        .map(|found| found.kind)
        .collect();
    assert_eq!(kinds, [Share, Change, Sum, Part]);
    assert_eq!(record.recurring_deadlines[0].month, Some(12));
    assert_eq!(
        record.durations[0].counted_from.as_deref(),
        Some("kể từ ngày nhận")
    );
    assert!(
        record
            .percentages
            .iter()
            .any(|percentage| percentage.is_doubtful)
    );
    let repaired = record.dates.last().expect("a date");
    assert!(repaired.is_repaired && repaired.value == "2016-07-01");
}

#[test]
fn two_documents_in_one_file_are_noticed() {
    let text = format!("{LETTER}\u{c}{}", LETTER.replace("418/SNV", "9/SNV"));
    let record = record_of(&text);
    assert_eq!(record.document.number.as_deref(), Some("418/SNV-CCHC"));
    assert_eq!(record.attached_documents.len(), 1);
    let attached = &record.attached_documents[0];
    assert_eq!(
        (attached.page, attached.number.as_deref()),
        (3, Some("9/SNV-CCHC"))
    );
    assert!(record.references.iter().all(|r| r.number != "9/SNV-CCHC"));
}

#[test]
fn what_is_not_there_is_null() {
    assert_eq!(record_of(""), Record::default());
    let text = "UBND TỈNH SÔNG LAM\nSỞ NỘI VỤ\nSố:      /KH-SNV\n\
        CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nSông Lam, ngày    tháng 9 năm 2024\n\
        KẾ HOẠCH\nKiểm tra công vụ\n";
    let document = record_of(text).document;
    assert_eq!(document.number, None);
    assert_eq!(document.sign.as_deref(), Some("KH-SNV"));
    assert!(document.number_doubtful && document.issued_doubtful);
    assert_eq!(document.issued, None);
    assert_eq!(document.issued_partial.as_deref(), Some("2024-09"));
}

#[test]
fn text_in_another_language_gives_no_numbers() {
    let record = record_of("The 24/7 desk (ext. 5/10) took 23/23 calls on page 3/4 of RFC-2119.");
    assert!(record.references.is_empty() && record.dates.is_empty());
    assert_eq!(record.document, vanthu::extract::DocumentFields::default());
    let english = "The office reports: in 2021-2025 the rate of answered letters grew by 5.3% to at least 90%, before 12/10/2022, for 1,250 people out of 23/23 districts.";
    assert_eq!(record_of(english), Record::default());
    assert_eq!(
        record_of(&"二零二三年增长百分之五，达到90%以上。".repeat(20)),
        Record::default()
    );
}

#[test]
fn ten_thousand_references_in_one_line() {
    let record =
        record_of(&"Quyết định số 12/QĐ-UBND ngày 02/3/2023 của UBND tỉnh, ".repeat(10_000));
    assert_eq!(record.references.len(), 10_000);
    let is_dated = |date: &Option<String>| date.as_deref() == Some("2023-03-02");
    assert!(record.references.iter().all(|r| is_dated(&r.date)));
}

#[test]
fn a_record_has_the_form_of_its_schema() {
    let schema: Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    for text in ["", LETTER, ITEMS, &format!("{LETTER}\u{c}{LETTER}")] {
        let record = serde_json::to_value(record_of(text)).expect("a record serialises");
        check(&schema, &schema, &record, "record");
    }
}

/// Checks a value against the parts of JSON Schema that the record's uses; a
/// property that the schema does not name is wrong here, so that the schema
/// keeps up with the code.
fn check(root: &Value, schema: &Value, value: &Value, path: &str) {
    let schema = match schema["$ref"].as_str() {
        Some(reference) => root
            .pointer(reference.trim_start_matches('#'))
            .unwrap_or_else(|| panic!("{path}: {reference} is not in the schema")),
        None => schema,
    };
    let name = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let is_type = |wanted: &Value| wanted == name || wanted == "number" && name == "integer";
    match &schema["type"] {
        Value::Null => {}
        Value::Array(types) => assert!(types.iter().any(is_type), "{path} is {name}"),
        wanted => assert!(is_type(wanted), "{path} is {name}"),
    }
    if let Some(allowed) = schema["enum"].as_array() {
        assert!(allowed.contains(value), "{path}: {value}");
    }
    match value {
        Value::Object(fields) => {
            for required in schema["required"].as_array().into_iter().flatten() {
                let required = required.as_str().expect("names are strings");
                assert!(
                    fields.contains_key(required),
                    "{path}.{required} is missing"
                );
            }
            for (field, value) in fields {
                let property = &schema["properties"][field];
                assert!(property.is_object(), "{path}.{field} is not in the schema");
                check(root, property, value, &format!("{path}.{field}"));
            }
        }
        Value::Array(items) => {
            for item in items {
                check(root, &schema["items"], item, &format!("{path}[]"));
            }
        }
        _ => {}
    }
}

/// Segments as signs have them.
fn segment() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-ZĐ]{2,6}",
        Just("TTg".to_owned()),
        Just("CTr".to_owned()),
        Just("TTr".to_owned()),
        Just("QyĐ".to_owned()),
        Just("BGD&ĐT".to_owned()),
    ]
}

/// A number of the grammar: administrative, legal, the Assembly's, the Party's.
fn number() -> impl Strategy<Value = String> {
    let ordinal = prop_oneof!["[0-9]{1,4}", "[0-9]{1,4}[ab]", "[0-9]{1,3}bis"];
    let sign = prop::collection::vec(segment(), 2..4)
        .prop_map(|parts| parts.join("-"))
        .boxed();
    let party = prop_oneof![Just("NQ"), Just("CT"), Just("KL"), Just("CTr"), Just("QĐ")];
    prop_oneof![
        (ordinal.clone(), sign.clone()).prop_map(|(n, sign)| format!("{n}/{sign}")),
        (ordinal.clone(), 1945..2090_u32, sign)
            .prop_map(|(n, year, sign)| format!("{n}/{year}/{sign}")),
        (ordinal.clone(), 1992..2090_u32, 8..30_u32)
            .prop_map(|(n, year, term)| format!("{n}/{year}/QH{term}")),
        (ordinal, party, "(TW|TU|HU|BTCTW)")
            .prop_map(|(n, kind, body)| format!("{n}-{kind}/{body}")),
    ]
}

/// "22.725".
fn with_dots(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    grouped
}

/// Words that its grammars look for, and some that they must not trip over.
const WORDS: [&str; 36] = [
    "Số:",
    "số",
    "12",
    "/",
    "QĐ-UBND",
    "ngày",
    "tháng 3",
    "năm 2023",
    "%",
    "(",
    ")",
    "tối thiểu",
    "đến",
    "từ",
    "\n",
    "\u{c}",
    "Nơi nhận:",
    "-",
    "KT. GIÁM ĐỐC",
    "Kính gửi:",
    "KẾ HOẠCH",
    "UBND TỈNH",
    "V/v",
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "2021-2025",
    "5/10",
    "và",
    "hồ sơ",
    "của",
    "Sở Y tế",
    "ĐẾN",
    "1.234,5",
    "triệu đồng",
    "🂡",
    "İ",
];

proptest! {
    #[test]
    fn any_number_of_the_grammar_is_read_back(number in number(), is_broken in any::<bool>()) {
        let parsed = NumberAndSign::parse(&number).expect("the grammar reads its own numbers");
        prop_assert_eq!(parsed.to_string(), number.clone());
        let printed = if is_broken { number.replace('-', "-\n") } else { number.clone() };
        let record = record_of(&format!("Thực hiện văn bản số {printed} ngày 02/3/2023, các đơn vị"));
        prop_assert_eq!(record.references.len(), 1, "{}", printed);
        prop_assert_eq!(record.references[0].date.as_deref(), Some("2023-03-02"));
        if !record.references[0].number_repaired {
            prop_assert_eq!(&record.references[0].key, &number_key(&number));
        }
    }

    /// Dots between thousands, a comma before decimals.
    #[test]
    fn any_quantity_is_read_back(
        whole in 1_u64..50_000_000,
        decimals in prop_oneof![Just(String::new()), "[0-9]{1,2}"],
        share in 0_u32..=100,
    ) {
        let exact = |whole: u64| -> f64 {
            format!("{whole}.{decimals}0").parse().expect("it is a number")
        };
        let comma = if decimals.is_empty() { "" } else { "," };
        let money = format!("{}{comma}{decimals} triệu đồng", with_dots(whole));
        let percent = format!("{share}{comma}{decimals}%");
        let record = record_of(&format!(
            "Báo cáo của xã.\nKinh phí thực hiện: {money}.\nTỷ lệ hộ dùng nước sạch đạt {percent}.\n"
        ));
        let values: Vec<(f64, &str)> = record
            .targets
            .iter()
            .map(|target| (target.value, target.unit.as_str()))
            .collect();
        prop_assert_eq!(values, [(exact(whole), "triệu đồng"), (exact(u64::from(share)), "%")]);
        prop_assert_eq!(&record.percentages[0].text, &percent);
    }

    #[test]
    fn any_date_is_read_back(
        day in 1_u32..=28,
        month in 1_u32..=12,
        year in 1946_u32..2060,
        is_padded in any::<bool>(),
        form in 0_usize..5,
    ) {
        let (d, m) = if is_padded {
            (format!("{day:02}"), format!("{month:02}"))
        } else {
            (day.to_string(), month.to_string())
        };
        let printed = match form {
            0 => format!("ngày {d} tháng {m} năm {year}"),
            1 => format!("ngày {d}/{m}/{year}"),
            2 => format!("ngày {d}.{m}.{year}"),
            3 => format!("ngày {d}-{m}-{year}"),
            _ => format!("ngày {d}\ntháng {m} năm {year}"),
        };
        let record = record_of(&format!("Các xã đã họp {printed} tại trụ sở.\n"));
        let values: Vec<&str> = record.dates.iter().map(|date| date.value.as_str()).collect();
        let expected = format!("{year}-{month:02}-{day:02}");
        prop_assert_eq!(values, [expected.as_str()], "{}", printed);
    }

    #[test]
    fn a_key_does_not_change_again(number in ".{0,30}") {
        let key = number_key(&number);
        prop_assert_eq!(number_key(&key), key.clone());
    }

    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        record_of(&text);
    }

    #[test]
    fn no_mixture_of_its_own_words_makes_it_panic(
        words in prop::collection::vec(prop::sample::select(&WORDS[..]), 0..60),
        glue in prop_oneof![Just(" "), Just("")],
    ) {
        record_of(&words.join(glue));
    }
}
