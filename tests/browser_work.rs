//! A day of an archivist in a real browser: logging in and out, mending a word
//! and finding it, sending a scan in and finding it, all with the keyboard.

mod common;

use common::browser::{Screen, axe, browse, element, serious_findings};
use common::web::Served;
use fantoccini::{Client, Locator};
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const ENTER: &str = "\u{e007}";
const PASSWORD: &str = "nắng hạ vàng ươm";

/// `vanthu serve` over an archive of one sample, with an administrator.
struct Server {
    served: Served,
    _dir: tempfile::TempDir,
}

impl Server {
    fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let archive = dir.path().join("archive");
        let vanthu = || Command::new(env!("CARGO_BIN_EXE_vanthu"));
        let imported = vanthu()
            .arg("import")
            .arg(common::sample("02"))
            .arg("--archive")
            .arg(&archive)
            .stderr(Stdio::null())
            .status();
        assert!(imported.unwrap().success());
        let mut added = vanthu()
            .args(["user", "add", "an", "--role", "administrator", "--archive"])
            .arg(&archive)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let mut password = added.stdin.take().unwrap();
        writeln!(password, "{PASSWORD}").unwrap();
        drop(password);
        assert!(added.wait().unwrap().success());
        Self {
            served: Served::start(&archive),
            _dir: dir,
        }
    }

    async fn open(&self, client: &Client, path: &str) {
        let address = format!("http://{}{path}", self.served.site.address);
        client.goto(&address).await.unwrap();
    }
}

async fn path(client: &Client) -> String {
    client.current_url().await.unwrap().path().to_owned()
}

/// Waits until what was sent has led to another address: a page that is opened
/// before would call the sending off.
async fn wait_to_leave(client: &Client, address: &str) {
    let until = Instant::now() + Duration::from_secs(60);
    while client.current_url().await.unwrap().as_str() == address {
        assert!(Instant::now() < until, "still at {address}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Opens a page again and again until it has an element.
async fn wait_for(server: &Server, client: &Client, address: &str, css: &str) {
    let until = Instant::now() + Duration::from_secs(300);
    loop {
        server.open(client, address).await;
        if client.find(Locator::Css(css)).await.is_ok() {
            return;
        }
        assert!(Instant::now() < until, "{address}: {css}");
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

async fn log_in(client: &Client) {
    let name = element(client, "#ten").await;
    name.send_keys("an").await.unwrap();
    let password = element(client, "#mat-khau").await;
    password.send_keys(PASSWORD).await.unwrap();
    password.send_keys(ENTER).await.unwrap();
    element(client, ".account").await;
}

#[test]
fn an_archivist_logs_in_mends_a_word_sends_a_scan_in_and_logs_out() {
    let server = &Server::start();
    browse(Screen::Wide, async |client| {
        server.open(&client, "/ra-soat").await;
        assert_eq!(path(&client).await, "/dang-nhap");
        log_in(&client).await;
        assert_eq!(path(&client).await, "/ra-soat");
        // The worst page; its first word is chosen, so that typing replaces it.
        let begin = element(&client, "main a.button").await;
        begin.click().await.unwrap();
        let field = element(&client, "#moi").await;
        field.send_keys("Quỳnhmai").await.unwrap();
        assert_eq!(field.prop("value").await.unwrap().unwrap(), "Quỳnhmai");
        let asked = client.current_url().await.unwrap();
        field.send_keys(ENTER).await.unwrap();
        wait_to_leave(&client, asked.as_str()).await;
        // An accidental Enter is taken back from the next word.
        let back = element(&client, ".just-decided a").await;
        let back = back.attr("href").await.unwrap().unwrap();
        server.open(&client, &back).await;
        let field = element(&client, "#moi").await;
        assert_eq!(field.prop("value").await.unwrap().unwrap(), "Quỳnhmai");
        wait_for(server, &client, "/?q=quynhmai", ".snippet mark").await;
        let history = "/van-ban/1/lich-su";
        server.open(&client, history).await;
        let told = element(&client, "tbody tr").await.text().await.unwrap();
        assert!(told.contains("Quỳnhmai") && told.contains("an"), "{told}");
        // Two fields of the card, then Enter: both are stored.
        server.open(&client, "/ra-soat/1").await;
        for (field, typed) in [("#place", "Đông An"), ("#hop", "12A")] {
            let field = element(&client, field).await;
            field.clear().await.unwrap();
            field.send_keys(typed).await.unwrap();
        }
        let card = client.current_url().await.unwrap();
        let field = element(&client, "#hop").await;
        field.send_keys(ENTER).await.unwrap();
        wait_to_leave(&client, card.as_str()).await;
        for (field, typed) in [("#place", "Đông An"), ("#hop", "12A")] {
            let field = element(&client, field).await;
            assert_eq!(field.prop("value").await.unwrap().unwrap(), typed);
        }
        // A scan, sent in through the form.
        server.open(&client, "/nhap").await;
        let scan: PathBuf = common::sample("12").canonicalize().unwrap();
        let files = element(&client, "#tep").await;
        files.send_keys(scan.to_str().unwrap()).await.unwrap();
        let form = client.current_url().await.unwrap();
        element(&client, "form.drop-zone button")
            .await
            .click()
            .await
            .unwrap();
        wait_to_leave(&client, form.as_str()).await;
        wait_for(server, &client, "/nhap/1", ".figures").await;
        wait_for(server, &client, "/?q=huyen+uy", ".hit-title a").await;
        element(&client, ".account button")
            .await
            .click()
            .await
            .unwrap();
        element(&client, "#mat-khau").await;
        server.open(&client, "/").await;
        assert_eq!(path(&client).await, "/dang-nhap");
    });
}

#[test]
fn the_pages_of_work_have_no_serious_findings() {
    let server = &Server::start();
    let Some(script) = axe() else {
        eprintln!("SKIPPED: axe-core cannot be had (npm and a network are needed once)");
        return;
    };
    browse(Screen::Phone, async |client| {
        server.open(&client, "/dang-nhap").await;
        assert_eq!(
            serious_findings(&client, &script).await,
            Vec::<String>::new()
        );
        log_in(&client).await;
        server.open(&client, "/ra-soat").await;
        let worst = element(&client, "main a.button").await;
        let worst = worst.attr("href").await.unwrap().unwrap();
        for page in [
            "/ra-soat",
            &worst,
            "/ra-soat/1",
            "/ra-soat/hong",
            "/ra-soat/trung",
            "/van-ban/1/lich-su",
            "/nhap",
            "/nguoi-dung",
            "/nhat-ky",
            "/mat-khau",
        ] {
            server.open(&client, page).await;
            let found = serious_findings(&client, &script).await;
            assert_eq!(found, Vec::<String>::new(), "{page}");
        }
    });
}
