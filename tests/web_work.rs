//! What archivists and administrators do with a served archive, and what the log
//! says of it.

mod common;

use common::people::{Browser, PASSWORD, add_users, location};
use common::web::{Answer, Site, paper};
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use vanthu::access::{AccessStore, NewAuditEntry};
use vanthu::archive::Archive;

const SCRIPT: &str = "<script>alert(1)</script>";

fn fill(archive: &Archive, dir: &std::path::Path) {
    for number in 1..=4 {
        paper(archive, dir, number).store();
    }
    // Its number and day are in doubt, and it names itself, as an annex does.
    let mut doubtful = paper(archive, dir, 5);
    doubtful.fields.number_doubtful = true;
    doubtful.record["references"][0]["number"] = "5/KH-VPX".into();
    doubtful.record["references"][0]["date"] = serde_json::Value::Null;
    assert_eq!(doubtful.store(), 5);
    archive
        .fail_source(
            &dir.join("hỏng.pdf"),
            "damaged",
            "the PDF file is damaged; copy the file again",
        )
        .unwrap();
    add_users(archive);
}

fn site() -> &'static Site {
    static SITE: OnceLock<Site> = OnceLock::new();
    SITE.get_or_init(|| Site::start(fill))
}

#[test]
fn a_corrected_word_is_found_and_its_history_told() {
    let archivist = Browser::logged_in(site(), "mai");
    let page: serde_json::Value =
        serde_json::from_slice(&archivist.get("/api/documents/3/pages/1").body).unwrap();
    let words = |page: &serde_json::Value| -> Vec<String> {
        let lines = page["words"]["lines"].as_array().unwrap().iter();
        let words = lines.flat_map(|line| line["words"].as_array().unwrap());
        words
            .map(|word| word["text"].as_str().unwrap().to_owned())
            .collect()
    };
    let index = words(&page)
        .iter()
        .position(|word| word == "phòng,")
        .unwrap();
    let index = index.to_string();
    let shown = archivist.get(&format!("/ra-soat/3/1?tu={index}"));
    assert!(
        shown.text().contains("value=\"phòng,\""),
        "{}",
        shown.text()
    );
    let fields = |seen: &'static str| {
        [
            ("tu", index.clone()),
            ("thay", seen.to_owned()),
            ("moi", format!("phường {SCRIPT},")),
        ]
    };
    let borrowed = |fields: &[(&'static str, String)]| -> Answer {
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, it)| (*name, it.as_str()))
            .collect();
        archivist.post("/ra-soat/3/1", &fields)
    };
    // Of a word that is not there any more.
    assert_eq!(borrowed(&fields("ban")).status, 422);
    let answer = borrowed(&fields("phòng,"));
    assert_eq!(answer.status, 303, "{}", answer.text());
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        let found = archivist.get("/api/search?q=phuong").text();
        if found.contains("\"id\":3") {
            break;
        }
        assert!(Instant::now() < until, "{found}");
        std::thread::sleep(Duration::from_millis(100));
    }
    // The next word tells what was decided, with the way back to it.
    let next = archivist.get(location(&answer)).text();
    assert!(
        next.contains("Vừa nhận") && next.contains(&format!("/ra-soat/3/1?tu={index}")),
        "{next}"
    );
    let history = archivist.get("/van-ban/3/lich-su").text();
    assert!(history.contains("Sửa lại"), "{history}");
    assert!(
        history.contains("phường") && history.contains("mai"),
        "{history}"
    );
    assert_eq!(history.matches("<script").count(), 1, "{history}");
    let log = Browser::logged_in(site(), "an").get("/nhat-ky").text();
    assert!(log.contains("phường") && log.contains("Xem"), "{log}");
    assert_eq!(log.matches("<script").count(), 1);
}

#[test]
fn administrators_look_after_users() {
    let site = Site::start(fill);
    let an = Browser::logged_in(&site, "an");
    let add = [
        ("viec", "them"),
        ("ten", "lan"),
        ("vai_tro", "reader"),
        ("mat_khau", PASSWORD),
    ];
    assert_eq!(an.post("/nguoi-dung", &add).status, 303);
    assert_eq!(an.post("/nguoi-dung", &add).status, 422);
    let lan = Browser::logged_in(&site, "lan");
    assert_eq!(lan.get("/ra-soat").status, 403);
    let role = [
        ("viec", "vai-tro"),
        ("ten", "lan"),
        ("vai_tro", "archivist"),
    ];
    assert_eq!(an.post("/nguoi-dung", &role).status, 303);
    // At once, in the session that is open.
    assert_eq!(lan.get("/ra-soat").status, 200);
    // Her own password: the old one must be known, other browsers are out.
    let elsewhere = Browser::logged_in(&site, "lan");
    let new = "mưa rào tháng sáu";
    let fields = |old| [("cu", old), ("moi", new), ("lai", new)];
    assert_eq!(lan.post("/mat-khau", &fields("sai")).status, 422);
    assert_eq!(lan.post("/mat-khau", &fields(PASSWORD)).status, 303);
    assert_eq!(lan.get("/").status, 200);
    assert_eq!(elsewhere.get("/").status, 303);
    let lock = [("viec", "khoa"), ("ten", "lan")];
    let locked = an.post("/nguoi-dung", &lock);
    assert_eq!(locked.status, 303);
    let told = an.get(location(&locked)).text();
    assert!(told.contains("Đã khóa lan."), "{told}");
    assert!(told.contains("Đang dùng"), "{told}");
    assert_eq!(lan.get("/").status, 303);
    assert_eq!(lan.log_in("lan", new).status, 401);
    let last = [("viec", "vai-tro"), ("ten", "an"), ("vai_tro", "reader")];
    assert_eq!(an.post("/nguoi-dung", &last).status, 422);
    let log = an.get("/nhat-ky?viec=nguoi-dung").text();
    for told in ["Khóa", "lan: Văn thư, lưu trữ", "Thêm người dùng"] {
        assert!(log.contains(told), "{told}: {log}");
    }
    assert!(!log.contains("Đăng nhập sai"), "{log}");
}

#[test]
fn a_card_is_one_form_and_only_what_was_changed_is_stored() {
    let site = Site::start(fill);
    let mai = Browser::logged_in(&site, "mai");
    let shown = mai.get("/ra-soat/5").text();
    assert!(
        shown.contains("name=\"truoc-number\" value=\"5/KH-VPX\""),
        "{shown}"
    );
    let unchanged = [
        ("truoc-subject", "Kiểm tra công tác văn thư đợt 5"),
        ("subject", "Kiểm tra công tác văn thư đợt 5"),
    ];
    let changed = [
        unchanged[0],
        unchanged[1],
        ("truoc-number", "5/KH-VPX"),
        ("number", "15/KH-VPX"),
        ("truoc-issued", "06/06/2023"),
        ("issued", "08/06/2023"),
        ("truoc-hop", ""),
        ("hop", "12A"),
    ];
    let stored = mai.post("/ra-soat/5", &changed);
    assert_eq!(stored.status, 303, "{}", stored.text());
    let told = mai.get(location(&stored)).text();
    assert!(told.contains("Đã lưu 3 mục."), "{told}");
    assert!(told.contains("value=\"15/KH-VPX\"") && told.contains("value=\"08/06/2023\""));
    let card = mai.get("/van-ban/5").text();
    assert!(card.contains("hộp 12A"), "{card}");
    let history = mai.get("/van-ban/5/lich-su").text();
    assert_eq!(history.matches("<tr>").count(), 3, "{history}");
    assert!(history.contains("08/06/2023") && !history.contains("2023-06-08"));
    // The button beside a value confirms it, and stores what else was changed.
    let confirmed = [
        ("nhan", "number"),
        ("truoc-number", "15/KH-VPX"),
        ("number", "15/KH-VPX"),
        ("truoc-place", ""),
        ("place", "Đông An"),
    ];
    assert_eq!(mai.post("/ra-soat/5", &confirmed).status, 303);
    let history = mai.get("/van-ban/5/lich-su").text();
    assert_eq!(history.matches("<tr>").count(), 5, "{history}");
    assert!(history.contains("nhận là đúng"));
    let log = Browser::logged_in(&site, "an")
        .get("/nhat-ky?viec=sua")
        .text();
    for told in [
        "Số, ký hiệu: – → 15/KH-VPX",
        "Nơi lưu: – → hộp 12A",
        ">15/KH-VPX</a>",
    ] {
        assert!(log.contains(told), "{told}: {log}");
    }
}

#[test]
fn a_wrong_day_stores_nothing_and_stays_in_its_field() {
    let site = Site::start(fill);
    let mai = Browser::logged_in(&site, "mai");
    let fields = [
        ("truoc-number", "5/KH-VPX"),
        ("number", "16/KH-VPX"),
        ("truoc-issued", "06/06/2023"),
        ("issued", "31/02/2023"),
    ];
    let refused = mai.post("/ra-soat/5", &fields);
    assert_eq!(refused.status, 422);
    let text = refused.text();
    assert!(
        text.contains("value=\"31/02/2023\"") && text.contains("aria-invalid"),
        "{text}"
    );
    assert!(text.contains("value=\"16/KH-VPX\""), "{text}");
    assert!(
        mai.get("/van-ban/5/lich-su")
            .text()
            .contains("Chưa ai sửa gì")
    );
    // A degree of secrecy is chosen; another is refused.
    assert!(text.contains("<option value=\"TỐI MẬT\">"), "{text}");
    assert_eq!(mai.post("/ra-soat/5", &[("secrecy", "BÍ MẬT")]).status, 422);
}

#[test]
fn a_paper_that_was_hidden_this_moment_is_told_to_no_reader() {
    let site = Site::start(fill);
    let (hoa, mai) = (
        Browser::logged_in(&site, "hoa"),
        Browser::logged_in(&site, "mai"),
    );
    let query = "/?q=c%C3%B4ng+t%C3%A1c+v%C4%83n+th%C6%B0";
    assert!(hoa.get(query).text().contains("5 văn bản"));
    for (id, left) in [(4, "4 văn bản"), (3, "3 văn bản")] {
        let path = format!("/ra-soat/{id}");
        assert_eq!(mai.post(&path, &[("secrecy", "MẬT")]).status, 303);
        // At once, before the index can have taken it in, and afterwards.
        for _ in 0..20 {
            let found = hoa.get(query).text();
            assert!(found.contains(left), "{found}");
            assert!(
                !found.contains("reindex") && !found.contains("Không còn"),
                "{found}"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        assert_eq!(hoa.get(&format!("/van-ban/{id}")).status, 404);
    }
    let log = Browser::logged_in(&site, "an")
        .get("/nhat-ky?viec=tu-choi&ai=hoa")
        .text();
    assert!(log.contains("404 GET /van-ban/4"), "{log}");
}

#[test]
fn the_log_is_narrowed_by_person_day_and_work_and_never_has_a_query() {
    let site = Site::start(|archive, dir| {
        fill(archive, dir);
        let store = AccessStore::open_or_create(archive.dir()).unwrap();
        store.note_here("add user", "lan reader").unwrap();
        store.note_here("import", "3").unwrap();
        store
            .note(&NewAuditEntry {
                action: "failed log in",
                detail: Some("kẻ lạ".to_owned()),
                ..NewAuditEntry::default()
            })
            .unwrap();
    });
    let (hoa, an) = (
        Browser::logged_in(&site, "hoa"),
        Browser::logged_in(&site, "an"),
    );
    hoa.get("/van-ban/2?q=l%C6%B0%C6%A1ng&tim=q%3Dl%C6%B0%C6%A1ng");
    assert_eq!(hoa.get("/nguoi-dung").status, 403);
    let until = Instant::now() + Duration::from_secs(20);
    let log = loop {
        let log = an.get("/nhat-ky").text();
        if log.contains("403 GET /nguoi-dung") {
            break log;
        }
        assert!(Instant::now() < until, "{log}");
        std::thread::sleep(Duration::from_millis(50));
    };
    assert!(
        log.contains("/van-ban/2") && !log.contains("l%C6%B0"),
        "{log}"
    );
    for told in [
        "máy chủ",
        "lan: Người đọc",
        "3 tệp, bằng dòng lệnh",
        "Bị từ chối",
    ] {
        assert!(log.contains(told), "{told}: {log}");
    }
    let cells = |path: &str| -> String {
        let text = an.get(path).text();
        text.split_once("<tbody>")
            .map_or(String::new(), |(_, rows)| rows.to_owned())
    };
    assert!(!cells("/nhat-ky?ai=hoa").contains("kẻ lạ"));
    assert!(cells("/nhat-ky?ai=hoa").contains("/van-ban/2"));
    assert!(cells("/nhat-ky?ai=local").contains("lan: Người đọc"));
    let logins = cells("/nhat-ky?viec=vao-ra");
    assert!(
        logins.contains("kẻ lạ") && !logins.contains("Bị từ chối"),
        "{logins}"
    );
    assert_eq!(cells("/nhat-ky?ngay=2001-01-01"), "");
    let wrong = an.get("/nhat-ky?ngay=h%C3%B4m+qua").text();
    assert!(
        wrong.contains("không phải là ngày") && wrong.contains("<tbody>"),
        "{wrong}"
    );
}

#[test]
fn what_could_not_be_read_is_listed_with_what_to_do() {
    let mai = Browser::logged_in(site(), "mai");
    let list = mai.get("/ra-soat/hong").text();
    assert!(
        list.contains("hỏng.pdf") && list.contains("tệp hỏng"),
        "{list}"
    );
    assert!(
        list.contains("nhập lại") && !list.contains("copy the file"),
        "{list}"
    );
    let english = mai.get("/ra-soat/hong?lang=en").text();
    assert!(english.contains("damaged"), "{english}");
    assert!(mai.get("/thong-ke").text().contains("/ra-soat/hong"));
    let reader = Browser::logged_in(site(), "hoa").get("/thong-ke").text();
    assert!(!reader.contains("/ra-soat/hong"));
    let list = mai.get("/ra-soat").text();
    assert!(list.contains("<span class=\"doubt\">số</span>"), "{list}");
    assert!(
        !list.contains("<span class=\"doubt\">ngày</span>"),
        "{list}"
    );
}

#[test]
fn a_paper_does_not_cite_itself() {
    let mai = Browser::logged_in(site(), "mai");
    let references = mai.get("/api/documents/5/references").json();
    assert_eq!(
        references["cites"].as_array().unwrap().len(),
        0,
        "{references}"
    );
    let other = mai.get("/api/documents/4/references").json();
    assert_eq!(other["cites"].as_array().unwrap().len(), 1, "{other}");
    let page = mai.get("/van-ban/5").text();
    assert!(!page.contains("không có trong kho"), "{page}");
}

#[test]
fn papers_scanned_twice_are_shown_together() {
    let site = Site::start(|archive, dir| {
        let letter: String = (0..60)
            .map(|n| format!("mục {n} giao phòng {} theo dõi ", n * 7 % 13))
            .collect();
        for (number, text) in [(1, letter.clone()), (2, letter.replace("mục 7 ", "mục T "))] {
            let mut scan = paper(archive, dir, number);
            scan.text = text;
            scan.fields.number = Some("7/KH-VPX".to_owned());
            scan.fields.issued = None;
            scan.store();
        }
        add_users(archive);
    });
    let mai = Browser::logged_in(&site, "mai");
    let list = mai.get("/ra-soat/trung").text();
    assert!(
        list.contains("/van-ban/1\"") && list.contains("/van-ban/2\""),
        "{list}"
    );
}
