//! A real browser: Debian's Chromium, driven through chromedriver by fantoccini.
//!
//! Where there is no Chromium the test that wants one says so and passes: the
//! pages' own tests (`web_pages.rs`) need none.

use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};
use std::future::Future;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// How large the window is, and whether it is a phone's.
#[derive(Clone, Copy)]
pub enum Screen {
    Wide,
    Phone,
    /// A wide one in the dark colours.
    Dark,
}

/// A running chromedriver; ended when dropped.
struct Driver {
    child: Child,
    address: String,
    _profile: tempfile::TempDir,
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Lets `visit` drive a browser; passes with a note where there is none.
pub fn browse<F: Future<Output = ()>>(screen: Screen, visit: impl FnOnce(Client) -> F) {
    let (Some(chromium), Some(driver)) = (
        program(&["chromium", "chromium-browser", "google-chrome"]),
        driver(),
    ) else {
        eprintln!(
            "SKIPPED: no Chromium with chromedriver here (Debian: chromium, chromium-driver)"
        );
        return;
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let capabilities = capabilities(&chromium, driver._profile.path(), screen);
        let connector = hyper_util::client::legacy::connect::HttpConnector::new();
        let client = ClientBuilder::new(connector)
            .capabilities(capabilities)
            .connect(&driver.address)
            .await
            .unwrap_or_else(|error| panic!("Chromium does not start: {error}"));
        visit(client.clone()).await;
        client.close().await.unwrap();
    });
}

fn program(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|path| path.is_file())
}

fn driver() -> Option<Driver> {
    let mut child = Command::new(program(&["chromedriver"])?)
        .arg("--port=0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    // "ChromeDriver was started successfully on port 40123."
    let lines = BufReader::new(child.stdout.take()?).lines();
    let port = lines.map_while(Result::ok).find_map(|line| {
        let port = line.split("successfully on port ").nth(1)?;
        port.trim_end_matches('.').parse::<u16>().ok()
    });
    Some(Driver {
        child,
        address: format!("http://127.0.0.1:{}", port?),
        _profile: tempfile::tempdir().ok()?,
    })
}

fn capabilities(chromium: &Path, profile: &Path, screen: Screen) -> serde_json::Map<String, Value> {
    let mut arguments = vec![
        "--headless=new".to_owned(),
        // Root, as in a container, has no sandbox of its own.
        "--no-sandbox".to_owned(),
        "--disable-dev-shm-usage".to_owned(),
        "--disable-gpu".to_owned(),
        "--window-size=1280,900".to_owned(),
        format!("--user-data-dir={}", profile.display()),
    ];
    let mut options = json!({"binary": chromium});
    match screen {
        Screen::Wide => {}
        Screen::Phone => {
            options["mobileEmulation"] =
                json!({"deviceMetrics": {"width": 390, "height": 844, "pixelRatio": 2.0}});
        }
        Screen::Dark => arguments.push("--blink-settings=preferredColorScheme=0".to_owned()),
    }
    options["args"] = json!(arguments);
    let mut capabilities = serde_json::Map::new();
    capabilities.insert("goog:chromeOptions".to_owned(), options);
    capabilities
}

/// The element, as soon as the page has it.
pub async fn element(client: &Client, css: &str) -> Element {
    client
        .wait()
        .for_element(Locator::Css(css))
        .await
        .unwrap_or_else(|error| panic!("{css}: {error}"))
}

/// What a script says about the open page.
pub async fn ask(client: &Client, script: &str) -> Value {
    client
        .execute(script, Vec::new())
        .await
        .unwrap_or_else(|error| panic!("{error} in: {script}"))
}

/// The source of axe-core (MPL-2.0, not part of this project), fetched once into
/// `target/`; `None` without npm or network.
pub fn axe() -> Option<String> {
    const VERSION: &str = "4.14.1";
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/axe");
    let source = folder.join("node_modules/axe-core/axe.min.js");
    if !source.is_file() {
        std::fs::create_dir_all(&folder).ok()?;
        let fetched = Command::new(program(&["npm"])?)
            .args([
                "install",
                "--no-save",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
            ])
            .args(["--fetch-retries=0", "--fetch-timeout=30000", "--prefix"])
            .arg(&folder)
            .arg(format!("axe-core@{VERSION}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        if !fetched.is_ok_and(|status| status.success()) {
            return None;
        }
    }
    std::fs::read_to_string(source).ok()
}

/// The serious findings of axe-core on the open page, each a line; none without
/// axe-core.
pub async fn serious_findings(client: &Client, axe: &str) -> Vec<String> {
    client.execute(axe, Vec::new()).await.unwrap();
    let run = "const done = arguments[0];
        axe.run(document, {resultTypes: ['violations']}).then(
            (found) => done(found.violations
                .filter((it) => ['serious', 'critical'].includes(it.impact))
                .map((it) => it.id + ': ' + it.nodes.slice(0, 3)
                    .map((node) => node.target.join(' ') + ' ' + node.failureSummary).join(' | '))),
            (error) => done(['axe failed: ' + error]));";
    let found = client.execute_async(run, Vec::new()).await.unwrap();
    let found = found.as_array().cloned().unwrap_or_default();
    found
        .into_iter()
        .map(|it| it.as_str().unwrap_or_default().to_owned())
        .collect()
}
