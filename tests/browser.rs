//! The page in a real browser, as staff, archivists and analysts use it.

mod common;

use common::browser::{Screen, ask, axe, browse, element, serious_findings};
use common::web::Site;
use fantoccini::Client;
use fantoccini::key::Key;
use std::sync::OnceLock;

/// Two sample scans, imported as a person would.
fn site() -> &'static Site {
    static SITE: OnceLock<Site> = OnceLock::new();
    SITE.get_or_init(|| {
        Site::start(|archive, _| {
            common::vanthu()
                .arg("import")
                .args([common::sample("02"), common::sample("09")])
                .arg("--archive")
                .arg(archive.dir())
                .assert()
                .success();
        })
    })
}

async fn open(client: &Client, path: &str) {
    let address = format!("http://{}{path}", site().address);
    client.goto(&address).await.unwrap();
}

async fn text(client: &Client, css: &str) -> String {
    element(client, css).await.text().await.unwrap()
}

async fn query(client: &Client) -> String {
    let address = client.current_url().await.unwrap();
    address.query().unwrap().to_owned()
}

async fn search(client: &Client, typed: &str) {
    open(client, "/").await;
    let field = element(client, "input[name=q]").await;
    field.send_keys(typed).await.unwrap();
    field.send_keys("\u{e007}").await.unwrap();
    element(client, ".hits").await;
}

#[test]
fn staff_find_a_paper_and_see_the_words_on_its_page() {
    browse(Screen::Wide, async |client| {
        // With marks and without, the same paper, the words marked.
        for typed in ["cải cách hành chính", "cai cach hanh chinh"] {
            search(&client, typed).await;
            assert_eq!(text(&client, ".number").await, "186/BC-SNV", "{typed}");
            let marked = text(&client, ".snippet mark").await;
            assert!(marked.starts_with("cải cách"), "{typed}: {marked}");
        }
        // A facet narrows, and can be taken away.
        element(&client, ".facet a[href*='loai=']")
            .await
            .click()
            .await
            .unwrap();
        element(&client, ".chosen a").await;
        assert!(query(&client).await.contains("loai="));
        // The hit opens at its page, with a box over the word on the picture.
        element(&client, ".hit-title a")
            .await
            .click()
            .await
            .unwrap();
        element(&client, "rect.word-box").await;
        let boxed = ask(
            &client,
            "const picture = document.querySelector('.picture img');
             const [word] = [...document.querySelectorAll('rect.word-box')]
                 .filter((it) => it.querySelector('title').textContent === 'cải');
             const frame = picture.getBoundingClientRect(), box = word.getBoundingClientRect();
             const [left, top] = document.querySelector('mark[data-box]').dataset.box.split(' ');
             return {
                 inside: box.left >= frame.left && box.right <= frame.right
                     && box.top >= frame.top && box.bottom <= frame.bottom && box.width > 4,
                 hasText: Number(left) > 0 && Number(top) > 0,
             };",
        )
        .await;
        assert_eq!(boxed["inside"], true, "{boxed}");
        assert_eq!(boxed["hasText"], true, "{boxed}");
        // The picture comes from the worker.
        let is_drawn = "return new Promise((done) => {
            const picture = document.querySelector('.picture img');
            const tell = () => done(picture.naturalWidth);
            picture.complete ? tell() : picture.addEventListener('load', tell);
        });";
        let width = ask(&client, is_drawn).await;
        assert!(width.as_f64().unwrap() >= 1_000.0, "{width}");
        // Leafing with the keyboard.
        element(&client, "body")
            .await
            .send_keys("\u{e014}")
            .await
            .unwrap();
        element(&client, "a[rel=prev]").await;
        assert!(query(&client).await.contains("trang=2"));
    });
}

#[test]
fn a_searchable_pdf_can_be_taken() {
    let copy = site().get("/api/documents/1/searchable");
    assert_eq!(copy.status, 200, "{}", copy.text());
    assert!(copy.body.starts_with(b"%PDF-"));
    assert!(copy.head.contains(".searchable.pdf"), "{}", copy.head);
}

#[test]
fn suggestions_are_chosen_with_the_keyboard() {
    browse(Screen::Wide, async |client| {
        open(&client, "/").await;
        let field = element(&client, "input[name=q]").await;
        field.send_keys("cai ca").await.unwrap();
        element(&client, "[role=option]").await;
        assert_eq!(field.attr("aria-expanded").await.unwrap().unwrap(), "true");
        field
            .send_keys(&char::from(Key::Down).to_string())
            .await
            .unwrap();
        let chosen = field.attr("aria-activedescendant").await.unwrap().unwrap();
        let option = element(&client, &format!("#{chosen}[aria-selected=true]")).await;
        assert!(option.text().await.unwrap().starts_with("cải cách"));
        field
            .send_keys(&char::from(Key::Escape).to_string())
            .await
            .unwrap();
        assert_eq!(field.attr("aria-expanded").await.unwrap().unwrap(), "false");
    });
}

#[test]
fn an_analyst_takes_the_targets_as_csv_and_sees_where_one_stands() {
    browse(Screen::Wide, async |client| {
        open(&client, "/chi-tieu?donvi=%25").await;
        let file = async |format: &str| {
            let link = format!(".downloads a[href*=\"format={format}&\"]");
            let script = format!(
                "return fetch(document.querySelector('{link}').href).then((it) => it.text());"
            );
            ask(&client, &script).await.as_str().unwrap().to_owned()
        };
        let found = element(&client, ".results-head h2")
            .await
            .text()
            .await
            .unwrap();
        let n_found: usize = found.split(' ').next().unwrap().parse().unwrap();
        for (format, heading) in [
            ("csv", "document_id,number,number_doubtful"),
            ("csv-excel", "document_id;number;number_doubtful"),
        ] {
            let csv = file(format).await;
            assert!(csv.starts_with(heading), "{csv}");
            assert_eq!(csv.lines().count(), n_found + 1, "{csv}");
        }
        element(&client, ".targets tbody a")
            .await
            .click()
            .await
            .unwrap();
        element(&client, "rect.item-box").await;
    });
}

const PAGES: [&str; 8] = [
    "/",
    "/?q=cai+cach+hanh+chinh",
    "/?q=khongcotunay+zzzz",
    "/van-ban/1?q=cai+cach",
    "/chi-tieu?chitieu=dung+han",
    "/thong-ke",
    "/huong-dan",
    "/khong-co-trang-nay",
];

#[test]
fn no_page_is_wider_than_a_phone() {
    browse(Screen::Phone, async |client| {
        for path in PAGES {
            open(&client, path).await;
            let widths = ask(
                &client,
                "return [document.documentElement.scrollWidth, window.innerWidth];",
            )
            .await;
            let (content, window) = (widths[0].as_f64().unwrap(), widths[1].as_f64().unwrap());
            assert!(window <= 400.0 && content <= window, "{path}: {widths}");
        }
    });
}

/// Light and dark differ in their contrast.
fn check_access(screen: Screen) {
    let Some(axe) = axe() else {
        eprintln!("SKIPPED: axe-core cannot be had (npm and a network are needed once)");
        return;
    };
    browse(screen, async |client| {
        let mut found = Vec::new();
        for path in PAGES {
            open(&client, path).await;
            for finding in serious_findings(&client, &axe).await {
                found.push(format!("{path}: {finding}"));
            }
        }
        assert!(found.is_empty(), "{found:#?}");
    });
}

#[test]
fn axe_finds_nothing_serious_on_any_page() {
    check_access(Screen::Wide);
}

#[test]
fn axe_finds_nothing_serious_in_the_dark() {
    check_access(Screen::Dark);
}
