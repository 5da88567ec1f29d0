//! A served archive of invented papers, and a plain HTTP client.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use vanthu::archive::{Archive, DonePage, PageOutcome, RegisteredFields};
use vanthu::restore::{RestoredLine, RestoredPage, RestoredWord};
use vanthu::server::{ServerSettings, serve};
use vanthu::worker::WorkerSettings;

/// A server on a port of its own, as long as the test program runs.
pub struct Site {
    pub address: SocketAddr,
}

/// What came back, its head in lower case.
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }
}

/// `vanthu serve` as people start it; ended when dropped.
pub struct Served {
    child: Child,
    pub site: Site,
}

impl Served {
    pub fn start(archive: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_vanthu"))
            .args(["serve", "--listen", "127.0.0.1:0", "--jobs", "1"])
            .arg("--archive")
            .arg(archive)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // What it tells of earlier imports stands before its address.
        let said = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = said
            .map_while(Result::ok)
            .find_map(|line| Some(line.split_once("http://")?.1.to_owned()))
            .expect("the server tells its address");
        let address = address.trim().trim_end_matches('/').parse().unwrap();
        Self {
            child,
            site: Site { address },
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Site {
    /// Serves an archive that `fill` has filled.
    pub fn start(fill: impl FnOnce(&Archive, &Path) + Send + 'static) -> Self {
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            let dir = tempfile::tempdir().unwrap();
            let archive = Archive::open_or_create(&dir.path().join("archive")).unwrap();
            fill(&archive, dir.path());
            vanthu::index::rebuild(&archive, |_, _| {}).unwrap();
            let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
            let settings = ServerSettings {
                drawing: WorkerSettings {
                    program: env!("CARGO_BIN_EXE_vanthu").into(),
                    ..WorkerSettings::drawing()
                },
                ..ServerSettings::default()
            };
            serve(archive, any_port, settings, |address| {
                sender.send(address).unwrap()
            })
            .unwrap();
        });
        Self {
            address: receiver.recv().unwrap(),
        }
    }

    pub fn get(&self, path: &str) -> Answer {
        self.request("GET", path, "", "")
    }

    /// `headers` are whole lines, each ended by `\r\n`.
    pub fn request(&self, method: &str, path: &str, headers: &str, body: &str) -> Answer {
        let address = self.address;
        let mut stream = TcpStream::connect(address).unwrap();
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.0\r\nHost: {address}\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let end = bytes.windows(4).position(|it| it == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        Answer {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head: head.to_lowercase(),
            body: bytes[end + 4..].to_vec(),
        }
    }
}

/// A paper that is about to be stored.
pub struct Paper<'a> {
    archive: &'a Archive,
    dir: PathBuf,
    pub number: u32,
    pub fields: RegisteredFields,
    /// Of its one page.
    pub text: String,
    pub record: serde_json::Value,
}

/// An invented plan that cites the one before it.
pub fn paper<'a>(archive: &'a Archive, dir: &Path, number: u32) -> Paper<'a> {
    Paper {
        archive,
        dir: dir.to_owned(),
        number,
        fields: RegisteredFields {
            document_type: Some("kế hoạch".to_owned()),
            number: Some(format!("{number}/KH-VPX")),
            issuer: Some("Văn phòng huyện Đông An".to_owned()),
            issued: Some(format!(
                "2023-{:02}-{:02}",
                number % 12 + 1,
                number % 28 + 1
            )),
            subject: Some(format!("Kiểm tra công tác văn thư đợt {number}")),
            ..RegisteredFields::default()
        },
        text: format!("KẾ HOẠCH\nKiểm tra công tác văn thư đợt {number} tại các phòng, ban"),
        record: serde_json::json!({
            "references": [{"text": "Kế hoạch", "number": format!("{}/KH-VPX", number - 1), "page": 1}],
            "targets": [{"indicator": "hồ sơ được kiểm tra", "comparator": ">=", "value": 60 + number,
                         "value_to": null, "unit": "%", "kind": "target", "text": "tối thiểu", "page": 1}],
        }),
    }
}

impl Paper<'_> {
    /// Registers, reads and ends the paper; its number in the archive.
    pub fn store(self) -> i64 {
        let path = self.dir.join(format!("paper-{}.pdf", self.number));
        fs::write(&path, format!("paper {}", self.number)).unwrap();
        let id = self
            .archive
            .register(&path, &mut File::open(&path).unwrap())
            .unwrap()
            .document_id;
        self.archive
            .set_page_count(id, 1, "application/pdf")
            .unwrap();
        self.archive.store_page(id, &page_of(&self.text)).unwrap();
        self.archive
            .finish_document(id, &self.fields, &self.record)
            .unwrap();
        id
    }
}

fn page_of(text: &str) -> PageOutcome {
    let word = |text: &str| RestoredWord {
        raw: text.to_owned(),
        text: text.to_owned(),
        confidence: 0.9,
        bounding_box: None,
    };
    let line = |line: &str| RestoredLine {
        block_index: 0,
        words: line.split_whitespace().map(word).collect(),
    };
    PageOutcome::Done(DonePage {
        page: RestoredPage {
            page_number: 1,
            width_px: 0,
            height_px: 0,
            resolution_dpi: 0,
            notes: Default::default(),
            lines: text.lines().map(line).collect(),
        },
        text_layer: None,
        read_by: "a test".to_owned(),
        duration_ms: 1,
    })
}
