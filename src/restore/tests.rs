//! The restorer as its callers see it.

use super::restorer::EMBEDDED_MODEL;
use super::{InputKind, ModelError, Restorer};
use proptest::prelude::*;
use std::sync::LazyLock;

static RESTORER: LazyLock<Restorer> =
    LazyLock::new(|| Restorer::embedded().expect("the embedded model is whole"));

fn check(kind: InputKind, cases: &[(&str, &str)]) {
    for (input, expected) in cases {
        assert_eq!(
            &RESTORER.restore_text(input, kind),
            expected,
            "of {input:?} as {kind:?}"
        );
    }
}

#[test]
fn bare_text_gets_its_marks() {
    check(
        InputKind::Bare,
        &[
            (
                "Ve viec tang cuong cai cach hanh chinh",
                "Về việc tăng cường cải cách hành chính",
            ),
            (
                "UY BAN NHAN DAN TINH DONG NAI",
                "ỦY BAN NHÂN DÂN TỈNH ĐỒNG NAI",
            ),
            (
                "Nghi dinh so 61/2018/ND-CP ngay 23/4/2018 cua Chinh phu",
                "Nghị định số 61/2018/NĐ-CP ngày 23/4/2018 của Chính phủ",
            ),
            (
                "  nhiem   vu duoc giao,\ttrong nam",
                "  nhiệm   vụ được giao,\ttrong năm",
            ),
            ("", ""),
            ("\n\n", "\n\n"),
        ],
    );
}

#[test]
fn garbled_text_gets_letters_and_marks() {
    check(
        InputKind::Garbled,
        &[
            (
                "Thyc hién nhiém vu cai cach hanh chinh",
                "Thực hiện nhiệm vụ cải cách hành chính",
            ),
            ("S6 1347/SYT-VP", "S6 1347/SYT-VP"),
            (
                "giai quyét thu tuc cho ngu01 dan",
                "giải quyết thủ tục cho người dân",
            ),
        ],
    );
}

#[test]
fn read_text_is_repaired_where_it_is_wrong() {
    check(
        InputKind::Read,
        &[
            (
                "tạo chuyến biến căn bản trong quản lý thuê",
                "tạo chuyển biến căn bản trong quản lý thuế",
            ),
            (
                "các cơ quan, đơn vị có liên quan",
                "các cơ quan, đơn vị có liên quan",
            ),
            ("uỷ ban và hoà giải ở cơ sở", "uỷ ban và hoà giải ở cơ sở"),
        ],
    );
}

#[test]
fn auto_tells_the_kinds_apart() {
    check(
        InputKind::Auto,
        &[
            (
                "tang cuong ky luat, ky cuong hanh chinh",
                "tăng cường kỷ luật, kỷ cương hành chính",
            ),
            (
                "Các sở, ban, ngành triển khai thực hiện Chỉ thị này",
                "Các sở, ban, ngành triển khai thực hiện Chỉ thị này",
            ),
            (
                "The committee shall report to the board of directors every year",
                "The committee shall report to the board of directors every year",
            ),
            ("本公司的年度报告已经公布", "本公司的年度报告已经公布"),
        ],
    );
}

#[test]
fn addresses_stay() {
    let text = "Xin gui ve vanthu@dongnai.gov.vn hoac https://dichvucong.gov.vn/ho-so, xem tep bao-cao.pdf";
    let restored = RESTORER.restore_text(text, InputKind::Bare);
    for address in [
        "vanthu@dongnai.gov.vn",
        "https://dichvucong.gov.vn/ho-so",
        "bao-cao.pdf",
    ] {
        assert!(restored.contains(address), "{restored}");
    }
}

#[test]
fn user_words_take_effect() {
    let text = "thon Brang Nhoi cua xa";
    assert!(
        !RESTORER
            .restore_text(text, InputKind::Bare)
            .contains("Brăng Nhới")
    );
    let own = RESTORER
        .clone()
        .with_user_dictionary("# own places\nBrăng Nhới\n")
        .expect("a fine dictionary");
    assert_eq!(
        own.restore_text(text, InputKind::Bare),
        "thôn Brăng Nhới của xã"
    );
    let bad = RESTORER.clone().with_user_dictionary("một\n123\n");
    assert!(matches!(
        bad,
        Err(ModelError::UserDictionary { line_number: 2, .. })
    ));
}

#[test]
fn words_carry_raw_text_and_certainty() {
    let lines = RESTORER.restore_lines(&["cai cach hanh chinh nam 2023"], InputKind::Bare);
    let words = &lines[0].words;
    assert_eq!(words.len(), 6);
    assert_eq!(words[0].raw, "cai");
    assert_eq!(words[0].text, "cải");
    assert!(
        words
            .iter()
            .all(|word| (0.0..=1.0).contains(&word.confidence))
    );
    assert!(words[1].confidence > 0.9);
}

#[test]
fn a_damaged_model_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("own.model");
    let write = |bytes: &[u8]| std::fs::write(&path, bytes).expect("a file");
    write(EMBEDDED_MODEL);
    assert!(Restorer::open(&path).is_ok());
    let mut bytes = EMBEDDED_MODEL.to_vec();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    write(&bytes);
    assert!(matches!(
        Restorer::open(&path),
        Err(ModelError::Damaged { .. })
    ));
    write(&EMBEDDED_MODEL[..middle]);
    assert!(matches!(
        Restorer::open(&path),
        Err(ModelError::Damaged { .. })
    ));
    write(b"%PDF-1.7 and so on, for more bytes than a header has, which is not many at all, but still.");
    assert!(matches!(
        Restorer::open(&path),
        Err(ModelError::Foreign { .. })
    ));
    assert!(matches!(
        Restorer::open(&folder.path().join("none")),
        Err(ModelError::Read { .. })
    ));
}

const KINDS: [InputKind; 4] = [
    InputKind::Bare,
    InputKind::Garbled,
    InputKind::Read,
    InputKind::Auto,
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_is_taken_and_keeps_its_lines(text in "(\\PC|\n| ){0,60}") {
        for kind in KINDS {
            let restored = RESTORER.restore_text(&text, kind);
            prop_assert_eq!(restored.split('\n').count(), text.split('\n').count());
        }
    }

    #[test]
    fn numbers_dates_and_signs_keep_their_digits(
        text in "(số |ngày |[0-9]{1,4}|[0-9]{1,2}/[0-9]{1,2}/20[0-9]{2}|[0-9]{1,4}/QD-UBND| |,|%|\\.){1,12}"
    ) {
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        for kind in KINDS {
            prop_assert_eq!(digits(&RESTORER.restore_text(&text, kind)), digits(&text));
        }
    }

    #[test]
    fn restoring_bare_text_changes_marks_alone(text in "[a-zA-Z ,.]{0,60}") {
        let restored = RESTORER.restore_text(&text, InputKind::Bare);
        prop_assert_eq!(crate::vietnamese::fold(&restored), text);
    }

    #[test]
    fn restoring_restored_bare_text_changes_nothing(text in "(ban|chi|cac|thi|hanh|dao|cong|dan|so|ve|nam| |,){1,20}") {
        let once = RESTORER.restore_text(&text, InputKind::Bare);
        prop_assert_eq!(RESTORER.restore_text(&once, InputKind::Bare), once);
    }
}

/// Pages of an invented office: right, without marks, and garbled.
const PAGE: &str = "\
Thực hiện Kế hoạch số 15/KH-UBND ngày 10/01/2024 của Ủy ban nhân dân tỉnh về nâng cao
chất lượng cung cấp dịch vụ công trực tuyến, Sở Nội vụ đề nghị các cơ quan, đơn vị:
1. Rà soát, đơn giản hóa thủ tục hành chính; bảo đảm tỷ lệ hồ sơ đúng hạn đạt 97,5%.
2. Đẩy mạnh tuyên truyền để người dân, doanh nghiệp sử dụng dịch vụ công trực tuyến.
3. Báo cáo kết quả về Sở Nội vụ (qua Phòng Cải cách hành chính) trước ngày 20/4/2024.
Nơi nhận:
- Như trên;
- Giám đốc Sở;
- Lưu: VT, CCHC.";

/// Noise as recognisers make it, chosen by `seed`: a mark is lost, a letter taken
/// for another, a space or a speck put in.
fn noisy(text: &str, seed: u64, one_in: u64) -> String {
    let mut state = seed | 1;
    let mut roll = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        state >> 33
    };
    text.chars()
        .flat_map(|letter| {
            let noise: &[char] = match (roll() % one_in, letter) {
                (_, '\n' | '0'..='9') => &[letter],
                (0, _) => match roll() % 6 {
                    0 => &[crate::vietnamese::base_letter(letter)],
                    1 => &['é'],
                    2 => &['¢'],
                    3 => &[letter, ' '],
                    4 => &['ế'],
                    _ => &[letter, '.'],
                },
                _ => &[letter],
            };
            noise.to_vec()
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn restoring_restored_text_changes_nothing(
        seed in any::<u64>(),
        one_in in 2u64..60,
        is_bare in any::<bool>(),
        n_lines in 1usize..=9,
    ) {
        let page: Vec<&str> = PAGE.lines().skip(9 - n_lines).collect();
        let page = page.join("\n");
        let page = if is_bare { crate::vietnamese::fold(&page) } else { page };
        let text = noisy(&page, seed, one_in);
        for kind in KINDS {
            let once = RESTORER.restore_text(&text, kind);
            prop_assert_eq!(RESTORER.restore_text(&once, kind), once.clone(), "{:?} of {:?}", kind, text);
        }
    }
}

#[test]
fn right_text_stays_as_it_is_of_whatever_kind() {
    for kind in KINDS {
        assert_eq!(RESTORER.restore_text(PAGE, kind), PAGE, "as {kind:?}");
    }
}

#[test]
fn text_is_written_the_same_with_and_without_certainties() {
    let text = noisy(PAGE, 11, 9);
    let lines: Vec<&str> = text.lines().collect();
    for kind in KINDS {
        let words: Vec<String> = RESTORER
            .restore_lines(&lines, kind)
            .iter()
            .flat_map(|line| line.words.iter())
            .map(|word| word.text.clone())
            .filter(|word| !word.is_empty())
            .collect();
        let restored = RESTORER.restore_text(&text, kind);
        let plain: Vec<&str> = restored.split_whitespace().collect();
        assert_eq!(plain, words, "as {kind:?}");
    }
}

#[test]
fn a_tone_on_the_wrong_letter_is_no_misprint() {
    let text = "hoạt động có hiệu qủa, tòan diện";
    check(InputKind::Auto, &[(text, text)]);
    check(InputKind::Read, &[(text, text)]);
}

#[test]
fn abbreviations_and_items_are_as_good_as_their_likelier_like() {
    for text in ["Lưu VP, TNNT.", "và (v) thân nhân của người có công"] {
        check(InputKind::Read, &[(text, text)]);
    }
}

#[test]
fn words_that_fell_apart_are_joined() {
    check(
        InputKind::Read,
        &[
            (
                "Sở Thông tin và T ruyền thông theo dõi",
                "Sở Thông tin và Truyền thông theo dõi",
            ),
            ("mua sắm v ật tư thay thế", "mua sắm vật tư thay thế"),
            ("các bà s Ông Thị Nhàn", "các bà s Ông Thị Nhàn"),
        ],
    );
}

#[test]
fn lines_tell_of_headings_and_recitals() {
    check(
        InputKind::Read,
        &[(
            "I. MỤC ĐÍCH\nThực hiện chỉ đạo.\nH. YÊU CẦU\nBảo đảm tiến độ.\nII. NHIỆM VỤ",
            "I. MỤC ĐÍCH\nThực hiện chỉ đạo.\nII. YÊU CẦU\nBảo đảm tiến độ.\nIII. NHIỆM VỤ",
        )],
    );
}

#[test]
fn lines_far_from_a_change_tell_of_headings_and_recitals_too() {
    let recitals = "Căn cứ Luật Tổ chức chính quyền\nđịa phương ngày 19 tháng 6 năm 2015; Luật sửa \
         đổi, bổ sung một số\nđiều của Luật Tổ chức Chính phủ và Luật Tổ chức chính \
         quyền\nđịa phương ngày 22 tháng 11 năm 2019:\nCãn cứ Luật Đất đai;";
    let headings = "II. MỤC ĐÍCH\nBảo đảm tiến độ.\nII. YÊU CẦU\nThực hiên đúng các quy định của \
         pháp luật về đất đai và môi trường.\nBảo đảm công khai.\nIII. NỘI DUNG\nTheo kế hoạch.";
    for text in [recitals, headings] {
        let once = RESTORER.restore_text(text, InputKind::Read);
        assert_eq!(RESTORER.restore_text(&once, InputKind::Read), once);
        assert!(!once.contains("III. YÊU CẦU"), "{once}");
    }
}

#[test]
fn decomposed_text_is_settled_at_once_and_keeps_its_line_ends() {
    use unicode_normalization::UnicodeNormalization;
    let text = "Vềviệc tăng cường\r\nquản lý Vềviệc\r\nnhà nước\r\n";
    let text: String = text.nfd().collect();
    for kind in [InputKind::Read, InputKind::Auto] {
        let once = RESTORER.restore_text(&text, kind);
        assert_eq!(RESTORER.restore_text(&once, kind), once, "{kind:?}");
        assert_eq!(once.matches("\r\n").count(), 3, "{once:?}");
    }
}

#[test]
fn words_of_other_languages_of_vietnam_keep_all_their_letters() {
    let restorer = RESTORER.clone().with_user_dictionary("Kư̆l").unwrap();
    for (bare, expected) in [("kul", "kư̆l"), ("Kul", "Kư̆l"), ("KUL", "KƯ̆L")] {
        let restored = restorer.restore_text(&format!("buon {bare}"), InputKind::Bare);
        assert!(restored.ends_with(expected), "{restored}");
    }
}

#[test]
fn measures_are_no_words_whatever_the_recogniser_knew() {
    for text in ["½", "①", "m²", "m³", "２"] {
        check(InputKind::Garbled, &[(text, text)]);
    }
}
