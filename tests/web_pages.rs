//! The pages as a browser is served them: whole, escaped, in two languages, and
//! with headers that let nothing else in.

mod common;

use common::web::{Site, paper};
use std::sync::OnceLock;

fn site() -> &'static Site {
    static SITE: OnceLock<Site> = OnceLock::new();
    SITE.get_or_init(|| {
        Site::start(|archive, dir| {
            for number in 1..=25 {
                paper(archive, dir, number).store();
            }
            let mut hostile = paper(archive, dir, 99);
            let script = "<script>alert(1)</script>";
            hostile.fields.subject = Some(format!("Độc hại {script}\" onload=\"x"));
            hostile.fields.issuer = Some(format!("Sở {script}"));
            hostile.fields.number = Some(format!("9/{script}"));
            hostile.fields.signer_name = Some(script.to_owned());
            hostile.fields.document_type = Some(format!("tờ trình {script}"));
            hostile.text = format!("độc hại {script} <img src=x onerror=alert(1)>");
            hostile.store();
        })
    })
}

#[test]
fn the_front_page_leads_into_the_archive() {
    let page = site().get("/");
    assert_eq!(page.status, 200);
    assert!(page.head.contains("content-type: text/html; charset=utf-8"));
    assert!(page.text().contains("Tìm trong kho văn bản"));
    assert!(page.text().contains("lang=\"vi\""));
    assert!(page.text().contains("/?loai=k%E1%BA%BF+ho%E1%BA%A1ch"));
}

#[test]
fn a_search_shows_papers_facets_and_marks() {
    let page = site().get("/?q=van+thu");
    let text = page.text();
    assert!(text.contains("25 văn bản"), "{text}");
    assert!(text.contains("<mark>văn</mark>") || text.contains("<mark>văn thư</mark>"));
    assert!(text.contains("/van-ban/3?q=van+thu"));
    assert!(text.contains("/?q=van+thu&amp;nam=2023"));
    assert!(text.contains("rel=\"next\""));
    let next = site().get("/?q=van+thu&trang=2&nam=2023");
    assert!(next.text().contains("rel=\"prev\""));
    assert!(next.text().contains("Bỏ lọc Năm ban hành: 2023"));
}

#[test]
fn what_cannot_be_found_or_read_is_told() {
    let none = site().get("/?q=%22kh%C3%B4ng+c%C3%B3+%C4%91%C3%A2u%22+zzzz");
    assert!(none.text().contains("Không tìm thấy văn bản nào"));
    let wrong_day = site().get("/?q=van+thu&tu=31/2/2023");
    assert!(wrong_day.text().contains("không phải là ngày"));
    let unclosed = site().get("/?q=%22van+thu");
    assert!(unclosed.text().contains("Dấu ngoặc kép chưa đóng"));
    let beyond = site().get("/?q=van+thu&trang=99999999");
    assert_eq!(beyond.status, 200);
}

#[test]
fn nothing_a_paper_or_a_query_says_becomes_markup() {
    for path in [
        "/?q=doc+hai",
        "/?q=%3Cscript%3Ealert(1)%3C/script%3E",
        "/?q=doc+hai&loai=%22%3E%3Cscript%3E",
        "/?q=doc+hai&tu=%3Cscript%3E",
        "/%3Cscript%3E",
        "/?q=doc+hai&%3Cscript%3E=%3Cscript%3E",
        "/van-ban/26",
        "/van-ban/26?q=%3Cscript%3E&tu=%3Cscript%3E&muc=%22%3E%3Cscript%3E",
        "/chi-tieu?chitieu=%3Cscript%3E&nam=%22%3E%3Cscript%3E&xep=%3Cscript%3E",
        "/chi-tieu",
        "/thong-ke",
    ] {
        let page = site().get(path);
        let text = page.text();
        let scripts = text.matches("<script").count();
        assert_eq!(scripts, 1, "{path}: {text}");
        assert!(!text.contains("<img src=x"), "{path}");
        assert!(!text.contains("\" onload=\"x"), "{path}");
    }
}

#[test]
fn every_answer_has_the_security_headers() {
    for path in [
        "/",
        "/?q=van",
        "/huong-dan",
        "/nothing",
        "/api/nothing",
        "/api/suggest?q=van",
    ] {
        let head = site().get(path).head;
        for header in [
            "content-security-policy: default-src 'none'",
            "frame-ancestors 'none'",
            "x-content-type-options: nosniff",
            "referrer-policy: same-origin",
        ] {
            assert!(head.contains(header), "{path} lacks {header}: {head}");
        }
        assert!(!head.contains("unsafe"), "{path}: {head}");
    }
}

#[test]
fn the_page_speaks_english_when_asked_and_keeps_to_it() {
    let page = site().get("/?lang=en");
    assert!(page.text().contains("Search the archive"));
    assert!(
        page.head.contains("set-cookie: vanthu_lang=en"),
        "{}",
        page.head
    );
    let kept = site().request("GET", "/huong-dan", "Cookie: vanthu_lang=en\r\n", "");
    assert!(kept.text().contains("How to ask"));
}

#[test]
fn errors_are_pages_for_people_and_json_for_programs() {
    let page = site().get("/van-ban/abc/def/ghi");
    assert_eq!(page.status, 404);
    assert!(page.text().contains("Không tìm thấy trang này"));
    let answer = site().get("/api/nothing");
    assert!(answer.text().starts_with("{\"error\""));
    let wrong = site().request("POST", "/", "", "");
    assert_eq!(wrong.status, 405);
    assert!(wrong.head.contains("allow: get, head"), "{}", wrong.head);
}

#[test]
fn files_of_the_page_are_kept_by_the_browser() {
    let front = site().get("/").text();
    let start = front.find("/assets/").unwrap();
    let path = front[start..].split('"').next().unwrap().to_owned();
    let asset = site().get(&path);
    assert_eq!(asset.status, 200);
    assert!(asset.head.contains("immutable"));
    assert_eq!(site().get("/assets/x/../../etc/passwd").status, 404);
    assert_eq!(site().get("/assets/x/nothing.css").status, 404);
}

#[test]
fn a_paper_shows_its_words_record_and_references() {
    let page = site().get("/van-ban/2?q=van+thu");
    assert_eq!(page.status, 200);
    let text = page.text();
    assert!(text.contains("Thẻ đăng ký văn bản"));
    assert!(text.contains("2/KH-VPX"));
    // The words of the query, wherever they stand on the page.
    assert!(text.contains("<mark id=\"tu-2.5\""), "{text}");
    // What it cites and what cites it are both in the archive.
    assert!(text.contains("href=\"/van-ban/1\""));
    assert!(text.contains("href=\"/van-ban/3\""));
    // The first cites a paper that the archive does not have.
    let first = site().get("/van-ban/1").text();
    assert!(first.contains("không có trong kho"));
    assert!(first.contains("/?q=d%E1%BA%ABn%3A0%2FKH-VPX"));
    for missing in ["/van-ban/9999", "/van-ban/0", "/van-ban/x", "/van-ban/-1"] {
        assert_eq!(site().get(missing).status, 404, "{missing}");
    }
    // A page that is none is the nearest one.
    assert_eq!(
        site()
            .get("/van-ban/2?trang=99&muc=targets.9&tu=9.9")
            .status,
        200
    );
}

#[test]
fn an_original_is_handed_out_as_a_file_and_nothing_more() {
    let answer = site().get("/api/documents/2/original");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.text(), "paper 2");
    assert!(
        answer
            .head
            .contains("content-disposition: attachment; filename=\"paper-2.pdf\"")
    );
    assert!(
        answer
            .head
            .contains("content-security-policy: default-src 'none'; sandbox")
    );
    assert!(answer.head.contains("nosniff"));
    // It is no PDF: the worker says so and the server goes on.
    let picture = site().get("/api/documents/2/pages/1/image?width=200");
    assert_eq!(picture.status, 422, "{}", picture.text());
    assert_eq!(site().get("/api/documents/2/pages/2/image").status, 404);
    assert_eq!(
        site()
            .get("/api/documents/2/pages/1/image?width=99999")
            .status,
        400
    );
}

#[test]
fn a_page_of_a_scan_is_drawn_to_the_width_asked_for() {
    let scans = Site::start(|archive, _| {
        let scan = common::sample("02");
        let id = archive
            .register(&scan, &mut std::fs::File::open(&scan).unwrap())
            .unwrap()
            .document_id;
        archive.set_page_count(id, 3, "pdf").unwrap();
    });
    let picture = scans.get("/api/documents/1/pages/2/image?width=300");
    assert_eq!(picture.status, 200, "{}", picture.text());
    let drawn = image::load_from_memory(&picture.body).unwrap();
    assert_eq!(drawn.width(), 300);
    let tag = picture.head.split("etag: ").nth(1).unwrap();
    let tag = tag.lines().next().unwrap().trim();
    let again = scans.request(
        "GET",
        "/api/documents/1/pages/2/image?width=300",
        &format!("If-None-Match: {tag}\r\n"),
        "",
    );
    assert_eq!((again.status, again.body.len()), (304, 0));
    // Not read yet, and told so.
    assert!(
        scans
            .get("/van-ban/1")
            .text()
            .contains("Trang này chưa được đọc")
    );
}

#[test]
fn a_word_of_a_paper_leads_to_its_correction_and_back() {
    let paper = site().get("/van-ban/2").text();
    assert!(
        paper.contains("data-correct=\"/ra-soat/2/1?tu=0&amp;ve=van-ban\""),
        "{paper}"
    );
    let question = site().get("/ra-soat/2/1?tu=0&ve=van-ban").text();
    assert!(question.contains("name=\"ve\" value=\"van-ban\""));
    assert!(question.contains("Trở lại văn bản"));
    // In the queue the next word follows.
    assert!(
        !site()
            .get("/ra-soat/2/1?tu=0")
            .text()
            .contains("Trở lại văn bản")
    );
}

#[test]
fn the_way_back_keeps_the_whole_search() {
    let results = site().get("/?q=ke+hoach&nam=2023&xep=moi").text();
    let link = "tim=q%3Dke%2Bhoach%26nam%3D2023%26xep%3Dmoi";
    assert!(results.contains(link), "{results}");
    let paper = site().get(&format!("/van-ban/2?q=ke+hoach&{link}")).text();
    assert!(
        paper.contains("href=\"/?q=ke+hoach&amp;nam=2023&amp;xep=moi\""),
        "{paper}"
    );
    // Nothing but a search is taken over.
    let forged = site()
        .get("/van-ban/2?tim=q%3Da%26next%3D//x.example")
        .text();
    assert!(forged.contains("href=\"/?q=a\"") && !forged.contains("x.example\""));
}

#[test]
fn targets_are_filtered_sorted_grouped_and_drawn() {
    let all = site().get("/chi-tieu").text();
    assert!(all.contains("26 mục"), "{all}");
    let chosen = site()
        .get("/chi-tieu?chitieu=ho+so+duoc&nam=2023&xep=giatri")
        .text();
    assert!(chosen.contains("class=\"chart\""));
    let (low, high) = (
        chosen.find("≥ 61%").unwrap(),
        chosen.rfind("≥ 80%").unwrap(),
    );
    assert!(low < high);
    // The file holds what the table shows.
    let file = "/api/targets?format=csv&indicator=ho+so+duoc&from=2023-01-01&to=2023-12-31";
    assert!(chosen.contains(&file.replace('&', "&amp;")));
    let rows = site().get(file).text().lines().count() - 1;
    assert!(chosen.contains(&format!("{rows} mục")), "{rows}");
    let grouped = site().get("/chi-tieu?nhom=coquan").text();
    assert!(grouped.contains("<strong>Văn phòng huyện Đông An</strong>"));
    let none = site().get("/chi-tieu?chitieu=khongcogi").text();
    assert!(none.contains("Không có chỉ tiêu nào như vậy"));
}

#[test]
fn statistics_lead_to_the_papers_they_count() {
    let page = site().get("/thong-ke").text();
    assert!(page.contains("<dd>26</dd>"), "{page}");
    assert!(page.contains("href=\"/?nam=2023\""));
    let english = site().get("/thong-ke?lang=en").text();
    assert!(english.contains("mean certainty"));
}
