//! How fast pages come: `cargo bench --bench web_pages`.
//!
//! Serves an archive with one paper of 300 pages (pages of a sample scan, again
//! and again, with some 500 words each) to this process over the loopback, asks
//! each address 20 times and prints the median and the slowest, in milliseconds;
//! then the memory of the process.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::mpsc;
use std::time::Instant;
use vanthu::archive::{Archive, DonePage, PageOutcome, RegisteredFields};
use vanthu::geometry::BoundingBox;
use vanthu::restore::{RestoredLine, RestoredPage, RestoredWord};
use vanthu::server::{ServerSettings, serve};
use vanthu::worker::WorkerSettings;

const N_PAGES: u32 = 300;
const N_TRIES: usize = 20;

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let dir = tempfile::tempdir().unwrap();
    let archive_dir = dir.path().join("archive");
    let archive = Archive::open_or_create(&archive_dir).unwrap();
    let scan = long_scan(root, dir.path());
    let id = archive
        .register(&scan, &mut File::open(&scan).unwrap())
        .unwrap()
        .document_id;
    archive.set_page_count(id, N_PAGES, "pdf").unwrap();
    let pages: Vec<PageOutcome> = (1..=N_PAGES).map(page).collect();
    archive.store_pages(id, &pages).unwrap();
    let fields = RegisteredFields {
        document_type: Some("báo cáo".to_owned()),
        subject: Some("Một báo cáo ba trăm trang".to_owned()),
        ..RegisteredFields::default()
    };
    let record = serde_json::json!({"references": [], "targets": []});
    archive.finish_document(id, &fields, &record).unwrap();
    vanthu::index::rebuild(&archive, |_, _| {}).unwrap();
    drop(archive);

    let begin = Instant::now();
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let archive = Archive::open(&archive_dir).unwrap();
        let settings = ServerSettings {
            drawing: WorkerSettings {
                program: env!("CARGO_BIN_EXE_vanthu").into(),
                ..WorkerSettings::drawing()
            },
            ..ServerSettings::default()
        };
        let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
        serve(archive, any_port, settings, |address| {
            sender.send(address).unwrap();
        })
        .unwrap();
    });
    let address = receiver.recv().unwrap();
    let first = get(address, "/");
    println!("start and first page    {:6.1} ms", milliseconds(begin));
    assert!(first > 1_000);
    for (name, path) in [
        ("front page", "/".to_owned()),
        ("search", "/?q=cai+cach+hanh+chinh".to_owned()),
        (
            "page 250 of 300",
            format!("/van-ban/{id}?trang=250&q=cai+cach"),
        ),
        ("targets", "/chi-tieu".to_owned()),
        ("statistics", "/thong-ke".to_owned()),
    ] {
        let mut times: Vec<f64> = (0..N_TRIES)
            .map(|_| {
                let begin = Instant::now();
                get(address, &path);
                milliseconds(begin)
            })
            .collect();
        times.sort_by(f64::total_cmp);
        let (median, slowest) = (times[N_TRIES / 2], times[N_TRIES - 1]);
        println!("{name:22}  {median:6.1} ms, slowest {slowest:6.1} ms");
    }
    // Each page is drawn once and then kept: other pages for each try.
    for (name, width) in [("picture of a page", 1_400), ("thumbnail", 180)] {
        let mut times = Vec::new();
        let mut n_bytes = 0;
        for try_idx in 0..N_TRIES {
            let page = 100 + try_idx;
            let begin = Instant::now();
            n_bytes = get(
                address,
                &format!("/api/documents/{id}/pages/{page}/image?width={width}"),
            );
            times.push(milliseconds(begin));
        }
        times.sort_by(f64::total_cmp);
        let (median, slowest) = (times[N_TRIES / 2], times[N_TRIES - 1]);
        println!(
            "{name:22}  {median:6.1} ms, slowest {slowest:6.1} ms, {} kB",
            n_bytes / 1_000
        );
    }
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    for line in status.lines().filter(|line| line.starts_with("VmHWM")) {
        println!(
            "memory of this process  {}",
            line.trim_start_matches("VmHWM:").trim()
        );
    }
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1_000.0
}

/// Asks for an address; the bytes that came back.
fn get(address: SocketAddr, path: &str) -> usize {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert!(answer.starts_with(b"HTTP/1.0 200"), "{path}");
    answer.len()
}

/// A PDF of 300 pages: those of a sample, again and again.
fn long_scan(root: &Path, dir: &Path) -> std::path::PathBuf {
    let folder = root.join("corpus-samples/scans");
    let sample = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| {
            path.file_name()
                .unwrap()
                .to_string_lossy()
                .starts_with("02")
        })
        .unwrap();
    let mut pdf = lopdf::Document::load(sample).unwrap();
    let pages: Vec<lopdf::ObjectId> = pdf.page_iter().collect();
    let parent = pdf
        .get_dictionary(pages[0])
        .unwrap()
        .get(b"Parent")
        .unwrap();
    let parent = parent.as_reference().unwrap();
    let mut kids = Vec::new();
    for at in 0..N_PAGES as usize {
        let page = pdf.get_object(pages[at % pages.len()]).unwrap().clone();
        kids.push(lopdf::Object::Reference(pdf.add_object(page)));
    }
    let tree = pdf.get_dictionary_mut(parent).unwrap();
    tree.set("Kids", kids);
    tree.set("Count", i64::from(N_PAGES));
    let path = dir.join("long.pdf");
    pdf.save(&path).unwrap();
    path
}

/// A page of 500 words.
fn page(page_number: u32) -> PageOutcome {
    let text = "báo cáo kết quả thực hiện công tác cải cách hành chính trên địa bàn tỉnh";
    let words: Vec<&str> = text.split(' ').collect();
    let word = |line: u32, at: usize| {
        let left = 200 + 90 * at as u32;
        RestoredWord {
            raw: words[at].to_owned(),
            text: words[at].to_owned(),
            confidence: 0.95,
            bounding_box: Some(BoundingBox::new(
                left,
                200 + 50 * line,
                left + 80,
                240 + 50 * line,
            )),
        }
    };
    let lines = (0..33).map(|line| RestoredLine {
        block_index: line / 8,
        words: (0..words.len()).map(|at| word(line, at)).collect(),
    });
    PageOutcome::Done(DonePage {
        page: RestoredPage {
            page_number,
            width_px: 1_654,
            height_px: 2_339,
            resolution_dpi: 200,
            notes: Default::default(),
            lines: lines.collect(),
        },
        text_layer: None,
        read_by: "a bench".to_owned(),
        duration_ms: 1,
    })
}
