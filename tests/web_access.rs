//! Who may do what over the network, tried as somebody who may not would try it.

mod common;

use common::people::{Browser, PASSWORD, add_users, location};
use common::web::{Answer, Site, paper};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{OnceLock, mpsc};
use std::time::{Duration, Instant};
use vanthu::access::{AccessStore, UserName};
use vanthu::archive::Archive;
use vanthu::server::{ServerSettings, serve};

const SCRIPT: &str = "<script>alert(1)</script>";
/// Stands in the secret paper alone.
const SECRET_WORD: &str = "zirconi";
const SECRET: i64 = 6;
const HOSTILE: i64 = 7;

/// Five papers anyone may see, a secret one that cites and is cited, and one
/// that is out for harm.
fn fill(archive: &Archive, dir: &std::path::Path) {
    for number in 1..=5 {
        paper(archive, dir, number).store();
    }
    let mut secret = paper(archive, dir, 6);
    secret.fields.secrecy = Some("TỐI MẬT".to_owned());
    secret.fields.issuer = Some(format!("Cục {SECRET_WORD}"));
    secret.fields.signer_name = Some(format!("Trần {SECRET_WORD}"));
    secret.text = format!("KẾ HOẠCH\nKiểm tra công tác văn thư kho {SECRET_WORD}");
    secret.record["targets"][0]["indicator"] = format!("tấn {SECRET_WORD}").into();
    assert_eq!(secret.store(), SECRET);
    let mut hostile = paper(archive, dir, 7);
    let fields = &mut hostile.fields;
    for field in [
        &mut fields.document_type,
        &mut fields.number,
        &mut fields.issuer,
        &mut fields.issuer_parent,
        &mut fields.place,
        &mut fields.subject,
        &mut fields.signer_authority,
        &mut fields.signer_position,
        &mut fields.signer_name,
    ] {
        *field = Some(format!("độc hại {SCRIPT}\" onload=\"x"));
    }
    fields.number_doubtful = true;
    hostile.text = format!("độc hại {SCRIPT} <img src=x onerror=alert(1)>");
    assert_eq!(hostile.store(), HOSTILE);
    add_users(archive);
}

fn site() -> &'static Site {
    static SITE: OnceLock<Site> = OnceLock::new();
    SITE.get_or_init(|| Site::start(fill))
}

#[test]
fn nobody_gets_past_the_login_page() {
    let nobody = Browser::new(site());
    for path in [
        "/",
        "/?q=van+thu",
        "/van-ban/1",
        "/ra-soat",
        "/nguoi-dung",
        "/nothing",
    ] {
        let answer = nobody.get(path);
        assert_eq!(answer.status, 303, "{path}");
        assert!(location(&answer).starts_with("/dang-nhap"), "{path}");
        assert!(answer.body.is_empty(), "{path}");
    }
    for path in ["/api/search?q=van", "/api/documents/1", "/api/openapi.json"] {
        let answer = nobody.get(path);
        assert_eq!(answer.status, 401, "{path}");
        assert!(answer.head.contains("www-authenticate: bearer"), "{path}");
    }
    let login = nobody.get("/dang-nhap");
    assert_eq!(login.status, 200);
    assert!(!login.text().contains("href=\"/ra-soat\""));
}

#[test]
fn people_log_in_and_out_under_a_cookie_nobody_has_chosen() {
    let browser = Browser::new(site());
    let planted = "a".repeat(64);
    browser.cookie.replace(planted.clone());
    let answer = browser.log_in("hoa", PASSWORD);
    assert_eq!(answer.status, 303);
    let cookie_line = answer
        .head
        .lines()
        .find(|it| it.starts_with("set-cookie"))
        .unwrap();
    for word in ["httponly", "samesite=lax", "path=/"] {
        assert!(cookie_line.contains(word), "{cookie_line}");
    }
    let given = browser.cookie.borrow().clone();
    assert_ne!(given, planted);
    assert_eq!(browser.get("/").status, 200);
    assert!(browser.get("/").text().contains("hoa"));
    // Who planted the cookie has nothing.
    let attacker = Browser::new(site());
    attacker.cookie.replace(planted);
    assert_eq!(attacker.get("/").status, 303);
    assert_eq!(browser.post("/dang-xuat", &[]).status, 303);
    assert_eq!(browser.get("/").status, 303);
    let old = Browser::new(site());
    old.cookie.replace(given);
    assert_eq!(old.get("/").status, 303);
    // After logging in one is where one wanted to be, never elsewhere.
    for (wanted, place) in [("/van-ban/2", "/van-ban/2"), ("//example.org", "/")] {
        let answer = Browser::new(site()).post(
            "/dang-nhap",
            &[("ten", "hoa"), ("mat_khau", PASSWORD), ("toi", wanted)],
        );
        assert_eq!(location(&answer), place);
    }
}

#[test]
fn wrong_passwords_do_not_tell_which_names_there_are() {
    // Apart: tries that fail are counted.
    let site = Site::start(|archive, _| add_users(archive));
    let known = Browser::new(&site).log_in("hoa", "mưa rào tháng sáu");
    let unknown = Browser::new(&site).log_in("lan", "mưa rào tháng sáu");
    assert_eq!((known.status, unknown.status), (401, 401));
    let told = |answer: &Answer| answer.text().matches("không đúng").count();
    assert_eq!((told(&known), told(&unknown)), (1, 1));
}

#[test]
fn ten_thousand_wrong_passwords_find_out_nothing_and_hold_nobody_up() {
    let site = Site::start(|archive, _| add_users(archive));
    let browser = Browser::new(&site);
    let token = browser.form_token();
    let start = Instant::now();
    let mut n_hashed = 0;
    for attempt in 0..10_000 {
        let password = format!("mật khẩu thử {attempt}");
        let fields = [("ten", "hoa"), ("mat_khau", password.as_str())];
        let answer = browser.post_with("/dang-nhap", &token, "", &fields);
        match answer.status {
            401 => n_hashed += 1,
            429 => assert!(answer.head.contains("retry-after"), "{}", answer.head),
            status => panic!("{status}"),
        }
    }
    let took = start.elapsed();
    assert!((10..60).contains(&n_hashed), "{n_hashed} were hashed");
    assert!(took < Duration::from_secs(200), "{took:?}");
    // The right one is not let in either, for a while; others are, at once.
    assert_eq!(browser.log_in("hoa", PASSWORD).status, 429);
    let start = Instant::now();
    assert_eq!(Browser::logged_in(&site, "mai").get("/").status, 200);
    assert!(start.elapsed() < Duration::from_secs(10));
}

const FORMS: [&str; 7] = [
    "/dang-nhap",
    "/dang-xuat",
    "/mat-khau",
    "/nguoi-dung",
    "/ra-soat/1",
    "/ra-soat/1/1",
    "/nhap",
];

#[test]
fn forms_of_other_sites_are_refused() {
    let browser = Browser::logged_in(site(), "an");
    let token = browser.form_token();
    let other = Browser::logged_in(site(), "mai").form_token();
    let address = site().address;
    let cookie = browser.cookie.borrow().clone();
    for path in FORMS {
        for (what, token, headers) in [
            ("no token", "", String::new()),
            ("somebody else's token", other.as_str(), String::new()),
            ("the cookie as token", cookie.as_str(), String::new()),
            (
                "a foreign origin",
                token.as_str(),
                "Origin: https://example.org\r\n".to_owned(),
            ),
            (
                "an origin of no name",
                token.as_str(),
                "Origin: null\r\n".to_owned(),
            ),
            (
                "another port",
                token.as_str(),
                "Origin: http://127.0.0.1:1\r\n".to_owned(),
            ),
            (
                "a cross-site fetch",
                token.as_str(),
                "Sec-Fetch-Site: cross-site\r\n".to_owned(),
            ),
        ] {
            let answer = browser.post_with(path, token, &headers, &[("viec", "them")]);
            // The server of these tests imports nothing, whoever asks.
            assert_eq!(answer.status, 403, "{path}: {what}");
        }
        // No GET changes anything.
        assert_ne!(browser.get(path).status, 500, "{path}");
    }
    assert_eq!(browser.get("/").status, 200, "still logged in");
    let same = format!("Origin: http://{address}\r\nSec-Fetch-Site: same-origin\r\n");
    let fields = [("place", "Đông An")];
    let answer = browser.post_with("/ra-soat/5", &token, &same, &fields);
    assert_eq!(answer.status, 303, "{}", answer.text());
    // The API, with the cookie of a browser alone.
    let answer = browser.send("POST", "/api/imports", "", "{\"paths\": [\"/etc\"]}");
    assert_eq!(answer.status, 403);
    assert!(answer.text().contains("foreign_form"));
}

/// Every way to a paper, with its number as `{id}`.
const WAYS: [&str; 10] = [
    "/van-ban/{id}",
    "/van-ban/{id}?trang=1",
    "/van-ban/{id}/lich-su",
    "/api/documents/{id}",
    "/api/documents/{id}/record",
    "/api/documents/{id}/references",
    "/api/documents/{id}/similar",
    "/api/documents/{id}/pages/1",
    "/api/documents/{id}/pages/1/image",
    "/api/documents/{id}/original",
];

/// Every list a paper may turn up in.
const LISTS: [&str; 16] = [
    "/",
    "/?q=zirconi",
    "/?q=zircony",
    "/?q=zirc*",
    "/?q=van+thu",
    "/?loai=ke+hoach",
    "/api/search?q=zirconi&facets=true",
    "/api/search?q=van+thu&facets=true&limit=50",
    "/api/search?q=6/KH-VPX",
    "/api/suggest?q=zirc",
    "/api/suggest?q=kho+z",
    "/api/documents",
    "/api/targets",
    "/api/export?format=csv",
    "/chi-tieu",
    "/thong-ke",
];

#[test]
fn a_secret_paper_is_not_there_for_readers() {
    let reader = Browser::logged_in(site(), "hoa");
    for way in WAYS {
        let secret = reader.get(&way.replace("{id}", &SECRET.to_string()));
        let none = reader.get(&way.replace("{id}", "999"));
        assert_eq!((secret.status, none.status), (404, 404), "{way}");
        let as_of_none = secret.text().replace(&SECRET.to_string(), "999");
        assert_eq!(
            as_of_none,
            none.text().replace(&SECRET.to_string(), "999"),
            "{way}"
        );
        let open = reader.get(&way.replace("{id}", "1"));
        assert_ne!(open.status, 404, "{way}");
    }
    for path in LISTS {
        let answer = reader.get(path);
        assert_eq!(answer.status, 200, "{path}");
        let text = answer.text();
        // The query itself is shown again.
        let text = text.replace("zirconi\"", "").replace("q=zirconi", "");
        let text = text.replace("zirconi · Văn thư", "");
        let text = text.replace("Câu tìm: zirconi", "");
        assert!(!text.contains(SECRET_WORD), "{path}: {text}");
        assert!(!text.contains("TỐI MẬT"), "{path}");
        assert!(!text.contains(&format!("/van-ban/{SECRET}")), "{path}");
    }
    let count = |browser: &Browser<'_>, path: &str| {
        let json: serde_json::Value = serde_json::from_slice(&browser.get(path).body).unwrap();
        json["total"].as_u64().unwrap()
    };
    let mai = Browser::logged_in(site(), "mai");
    let query = "/api/search?q=c%C3%B4ng+t%C3%A1c+v%C4%83n+th%C6%B0";
    assert_eq!(count(&mai, query), count(&reader, query) + 1);
    assert_eq!(count(&mai, "/api/search?q=zirconi"), 1);
    for way in &WAYS[..8] {
        let answer = mai.get(&way.replace("{id}", &SECRET.to_string()));
        assert_eq!(answer.status, 200, "{way}");
    }
    // The paper that the secret one cites does not tell who cites it.
    let cited = reader.get("/api/documents/5/references");
    assert!(
        !cited.text().contains(&format!("\"id\":{SECRET}")),
        "{}",
        cited.text()
    );
    assert!(
        mai.get("/api/documents/5/references")
            .text()
            .contains("\"id\":6")
    );
}

#[test]
fn each_role_may_do_its_work_and_no_more() {
    let of = |name| Browser::logged_in(site(), name);
    let (reader, archivist, administrator) = (of("hoa"), of("mai"), of("an"));
    for (path, statuses) in [
        ("/huong-dan", [200, 200, 200]),
        ("/van-ban/1/lich-su", [200, 200, 200]),
        ("/mat-khau", [200, 200, 200]),
        ("/ra-soat", [403, 200, 200]),
        ("/ra-soat/1", [403, 200, 200]),
        ("/ra-soat/hong", [403, 200, 200]),
        ("/ra-soat/trung", [403, 200, 200]),
        ("/nhap", [403, 200, 200]),
        ("/api/imports", [403, 200, 200]),
        ("/nguoi-dung", [403, 403, 200]),
        ("/nhat-ky", [403, 403, 200]),
    ] {
        let found = [&reader, &archivist, &administrator].map(|who| who.get(path).status);
        assert_eq!(found, statuses, "{path}");
    }
    let fields = [("number", "1/X")];
    assert_eq!(reader.post("/ra-soat/1", &fields).status, 403);
    let fields = [
        ("viec", "vai-tro"),
        ("ten", "mai"),
        ("vai_tro", "administrator"),
    ];
    assert_eq!(archivist.post("/nguoi-dung", &fields).status, 403);
    assert!(!reader.get("/").text().contains("href=\"/ra-soat\""));
}

#[test]
fn nothing_a_paper_or_a_form_says_becomes_markup() {
    let browser = Browser::logged_in(site(), "an");
    let hostile = Browser::new(site()).log_in(SCRIPT, "mật khẩu nào đó");
    let added = browser.post(
        "/nguoi-dung",
        &[
            ("viec", "them"),
            ("ten", SCRIPT),
            ("vai_tro", SCRIPT),
            ("mat_khau", PASSWORD),
        ],
    );
    let field = browser.post(
        &format!("/ra-soat/{HOSTILE}"),
        &[("issued", SCRIPT), ("subject", SCRIPT), ("hop", SCRIPT)],
    );
    let mut pages = vec![hostile, added, field];
    for path in [
        format!("/van-ban/{HOSTILE}"),
        format!("/van-ban/{HOSTILE}/lich-su"),
        format!("/ra-soat/{HOSTILE}"),
        format!("/ra-soat/{HOSTILE}/1?tu=2"),
        "/ra-soat".to_owned(),
        "/nhat-ky".to_owned(),
        "/nguoi-dung".to_owned(),
        "/nhap".to_owned(),
        "/nhat-ky?truoc=%3Cscript%3E&ai=%3Cscript%3E&ngay=%3Cscript%3E".to_owned(),
        "/nguoi-dung?xong=khoa&ten=%3Cscript%3E".to_owned(),
        "/?q=doc+hai".to_owned(),
        "/chi-tieu".to_owned(),
    ] {
        pages.push(browser.get(&path));
    }
    for page in pages {
        let text = page.text();
        assert_eq!(text.matches("<script").count(), 1, "{text}");
        assert!(
            !text.contains("<img src=x") && !text.contains("\" onload=\"x"),
            "{text}"
        );
    }
    let login = Browser::new(site())
        .get("/dang-nhap?toi=%22%3E%3Cscript%3E")
        .text();
    assert_eq!(login.matches("<script").count(), 1, "{login}");
}

#[test]
fn no_parameter_reaches_sql_or_the_file_system() {
    let browser = Browser::logged_in(site(), "an");
    let sent = [
        "%27%20OR%201%3D1%20--",
        "1;DROP+TABLE+users",
        "%22%29%3B--",
        "..%2F..%2F..%2Fetc%2Fpasswd",
        "%00",
        "-1",
        "99999999999999999999",
    ];
    for it in sent {
        for path in [
            format!("/?q={it}&loai={it}&coquan={it}&nguoiky={it}&nam={it}&trang={it}"),
            format!("/van-ban/{it}"),
            format!("/van-ban/{it}/lich-su"),
            format!("/van-ban/1?trang={it}&q={it}&tu={it}&muc={it}"),
            format!("/ra-soat/{it}"),
            format!("/ra-soat/{it}/{it}?tu={it}"),
            format!("/nhap/{it}"),
            format!("/nhat-ky?truoc={it}&ai={it}&viec={it}&ngay={it}"),
            format!("/nguoi-dung?xong={it}&ten={it}"),
            format!("/ra-soat?vua={it}"),
            format!("/chi-tieu?q={it}"),
            format!("/assets/{it}/{it}"),
            format!("/api/documents/{it}"),
            format!("/api/documents/1/pages/{it}/image"),
            format!("/api/search?q={it}&type={it}&issuer={it}&signer={it}"),
            format!("/api/export?type={it}&issuer={it}"),
        ] {
            let answer = browser.get(&path);
            assert!(answer.status < 500, "{path}: {}", answer.status);
            assert!(!answer.text().contains("root:x:"), "{path}");
            assert!(!answer.text().contains("SQLite"), "{path}");
        }
    }
    for it in ["' OR 1=1 --", "x'); DROP TABLE users; --", "\0"] {
        for fields in [
            [("viec", it), ("ten", it), ("vai_tro", it)],
            [("viec", "khoa"), ("ten", it), ("vai_tro", it)],
        ] {
            assert_eq!(browser.post("/nguoi-dung", &fields).status, 422, "{it}");
        }
        assert!(
            browser
                .post("/ra-soat/2", &[("nhan", it), ("issued", it), ("hop", it)])
                .status
                < 500
        );
        assert!(Browser::new(site()).log_in(it, it).status < 500);
    }
    assert_eq!(browser.get("/nguoi-dung").status, 200);
}

#[test]
fn every_answer_has_the_security_headers() {
    let reader = Browser::logged_in(site(), "hoa");
    let nobody = Browser::new(site());
    for answer in [
        reader.get("/"),
        reader.get("/van-ban/1"),
        reader.get("/nothing"),
        reader.get("/ra-soat"),
        reader.get("/api/search?q=a"),
        reader.get(&format!("/api/documents/{SECRET}")),
        reader.post("/ra-soat/1", &[]),
        reader.post_with("/mat-khau", "", "", &[]),
        nobody.get("/"),
        nobody.get("/dang-nhap"),
        nobody.get("/api/search?q=a"),
        nobody.get("/assets/x/vanthu.css"),
        nobody.log_in("hoa", "sai mật khẩu rồi"),
    ] {
        for header in [
            "content-security-policy: default-src 'none'",
            "x-content-type-options: nosniff",
            "x-frame-options: deny",
            "referrer-policy: same-origin",
            "cross-origin-opener-policy: same-origin",
            "cache-control: ",
        ] {
            assert!(answer.head.contains(header), "{header}: {}", answer.head);
        }
        assert!(!answer.head.contains("unsafe-inline"));
    }
}

#[test]
fn programs_ask_with_a_token() {
    let (sender, receiver) = mpsc::channel();
    let site = Site::start(move |archive, dir| {
        fill(archive, dir);
        let store = AccessStore::open_or_create(archive.dir()).unwrap();
        let hour = Duration::from_secs(3600);
        let reader = UserName::parse("hoa").unwrap();
        let archivist = UserName::parse("mai").unwrap();
        let tokens = [&reader, &archivist].map(|it| store.add_bearer(it, "", hour).unwrap());
        sender.send(tokens).unwrap();
    });
    let [reader, archivist]: [vanthu::access::Token; 2] = receiver.recv().unwrap();
    let ask = |method, path: &str, token: &str| {
        let header = format!("Authorization: Bearer {token}\r\n");
        site.request(method, path, &header, "{\"paths\": [\"/etc\"]}")
            .status
    };
    assert_eq!(ask("GET", "/api/documents/1", reader.as_str()), 200);
    assert_eq!(ask("GET", "/api/documents/6", reader.as_str()), 404);
    assert_eq!(ask("GET", "/api/documents/6", archivist.as_str()), 200);
    // Files of the server's machine are the administrator's matter.
    assert_eq!(ask("POST", "/api/imports", reader.as_str()), 403);
    assert_eq!(ask("POST", "/api/imports", archivist.as_str()), 403);
    for wrong in ["", "x", &"a".repeat(64)] {
        assert_eq!(ask("GET", "/api/documents/1", wrong), 401, "{wrong}");
    }
}

#[test]
fn others_are_served_only_where_there_are_users() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("archive");
    let everywhere = SocketAddr::from(([0, 0, 0, 0], 0));
    let archive = Archive::open_or_create(&path).unwrap();
    let refused = serve(archive, everywhere, ServerSettings::default(), |_| {});
    assert!(refused.unwrap_err().to_string().contains("vanthu user add"));
    let archive = Archive::open_or_create(&path).unwrap();
    add_users(&archive);
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        serve(archive, everywhere, ServerSettings::default(), |address| {
            sender.send(address).unwrap();
        })
    });
    let address = SocketAddr::from(([127, 0, 0, 1], receiver.recv().unwrap().port()));
    let site = Site { address };
    // Under any name it is reached by.
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .write_all(b"GET /dang-nhap HTTP/1.0\r\nHost: vanthu.example\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.0 200"), "{answer}");
    let an = Browser::logged_in(&site, "an");
    // Once there were users, nobody is let in without being one.
    let store = AccessStore::open_or_create(&path).unwrap();
    for name in ["hoa", "mai", "an"] {
        store.remove_user(&UserName::parse(name).unwrap()).unwrap();
    }
    assert_eq!(an.get("/").status, 303);
    assert_eq!(Browser::new(&site).get("/").status, 303);
}

#[test]
fn without_users_this_machine_may_do_everything() {
    let site = Site::start(|archive, dir| {
        paper(archive, dir, 1).store();
    });
    let browser = Browser::new(&site);
    assert_eq!(browser.get("/ra-soat/1").status, 200);
    let text = browser.get("/ra-soat/1").text();
    let token = text.split_once("name=\"csrf\" value=\"").unwrap().1[..64].to_owned();
    let fields = [("number", "9/KH-VPX")];
    assert_eq!(browser.post_with("/ra-soat/1", "", "", &fields).status, 403);
    assert_eq!(
        browser.post_with("/ra-soat/1", &token, "", &fields).status,
        303
    );
    let history = browser.get("/van-ban/1/lich-su").text();
    assert!(
        history.contains("9/KH-VPX") && history.contains("máy chủ"),
        "{history}"
    );
    // The first user closes the door, while the server runs.
    let fields = [
        ("viec", "them"),
        ("ten", "an"),
        ("vai_tro", "administrator"),
        ("mat_khau", PASSWORD),
    ];
    assert_eq!(
        browser.post_with("/nguoi-dung", &token, "", &fields).status,
        303
    );
    assert_eq!(browser.get("/ra-soat/1").status, 303);
    assert_eq!(
        Browser::logged_in(&site, "an").get("/ra-soat/1").status,
        200
    );
}

/// Sends `bytes` and then nothing; how long until the server gives up, and what
/// it said.
fn held_open(address: SocketAddr, bytes: &str) -> (Duration, String) {
    let start = Instant::now();
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(90)))
        .unwrap();
    stream.write_all(bytes.as_bytes()).unwrap();
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    (start.elapsed(), answer)
}

#[test]
fn slow_and_oversized_requests_are_given_up() {
    let site = Site::start(|archive, _| add_users(archive));
    let browser = Browser::new(&site);
    let token = browser.form_token();
    let large = "x".repeat(100_000);
    let answer = browser.post_with("/dang-nhap", &token, "", &[("ten", &large)]);
    assert_eq!(answer.status, 413);
    let address = site.address;
    let cookie = browser.cookie.borrow().clone();
    let slow_form = format!(
        "POST /dang-nhap HTTP/1.1\r\nHost: {address}\r\nCookie: vanthu_session={cookie}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 500\r\n\r\ncsrf="
    );
    std::thread::scope(|scope| {
        let heads: Vec<_> = (0..50)
            .map(|_| scope.spawn(move || held_open(address, "GET / HTTP/1.1\r\nHost: a\r\nX: ")))
            .collect();
        let form = scope.spawn(|| held_open(address, &slow_form));
        // Others are answered meanwhile.
        std::thread::sleep(Duration::from_millis(500));
        let start = Instant::now();
        assert_eq!(Browser::logged_in(&site, "mai").get("/").status, 200);
        assert!(start.elapsed() < Duration::from_secs(10));
        for head in heads {
            let (took, _) = head.join().unwrap();
            assert!(took < Duration::from_secs(60), "{took:?}");
        }
        let (took, answer) = form.join().unwrap();
        assert!(took < Duration::from_secs(60), "{took:?}");
        assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    });
}
