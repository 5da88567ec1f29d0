//! Files sent to the import page of a server as people start it: what becomes of
//! a scan, and of what is none.

mod common;

use common::web::{Answer, Served};
use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};
use vanthu::archive::Archive;

/// `vanthu serve`, and what its forms are sent with.
struct Server {
    served: Served,
    cookie: String,
    token: String,
    dir: tempfile::TempDir,
}

impl Server {
    fn start() -> Self {
        Self::start_in(tempfile::tempdir().unwrap())
    }

    fn start_in(dir: tempfile::TempDir) -> Self {
        let served = Served::start(&dir.path().join("archive"));
        let page = served.site.get("/nhap");
        let between = |text: &str, start: &str| -> String {
            text.split_once(start).unwrap().1[..64].to_owned()
        };
        Self {
            cookie: between(&page.head, "set-cookie: vanthu_session="),
            token: between(&page.text(), "name=\"csrf\" value=\""),
            served,
            dir,
        }
    }

    fn staged(&self) -> usize {
        fs::read_dir(self.dir.path().join("archive/uploads")).map_or(0, Iterator::count)
    }

    fn head(&self, length: usize) -> String {
        format!(
            "POST /nhap HTTP/1.0\r\nHost: {}\r\nCookie: vanthu_session={}\r\n\
             Content-Type: multipart/form-data; boundary=bound\r\nContent-Length: {length}\r\n\r\n",
            self.served.site.address, self.cookie
        )
    }

    /// Sends parts of a form: token first, unless `token` is empty.
    fn upload(&self, token: &str, files: &[(&str, &[u8])]) -> Answer {
        let mut body = Vec::new();
        if !token.is_empty() {
            let part = "--bound\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n";
            body.extend(format!("{part}{token}\r\n").bytes());
        }
        for (name, bytes) in files {
            let part = "--bound\r\nContent-Disposition: form-data; name=\"tep\"; filename=";
            body.extend(format!("{part}\"{name}\"\r\n\r\n").bytes());
            body.extend_from_slice(bytes);
            body.extend(b"\r\n");
        }
        body.extend(b"--bound--\r\n");
        let mut stream = TcpStream::connect(self.served.site.address).unwrap();
        stream.write_all(self.head(body.len()).as_bytes()).unwrap();
        // A server that has heard enough hangs up.
        let _ = stream.write_all(&body);
        answer(stream)
    }
}

fn answer(mut stream: TcpStream) -> Answer {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    Answer {
        status: head.split(' ').nth(1).map_or(0, |it| it.parse().unwrap()),
        head: head.to_lowercase(),
        body: body.as_bytes().to_vec(),
    }
}

const SAMPLE: &str = "corpus-samples/scans/12-ket-luan-ban-thuong-vu-huyen-uy.tif";

#[test]
fn what_is_no_scan_or_too_much_is_refused_and_leaves_nothing_behind() {
    let server = Server::start();
    let scan = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(SAMPLE)).unwrap();
    let text = server.upload(&server.token, &[("a.pdf", b"no scan, whatever its name")]);
    assert_eq!(text.status, 422, "{}", text.head);
    assert!(text.text().contains("Không tệp nào"));
    assert_eq!(server.upload(&server.token, &[]).status, 400);
    assert_eq!(server.upload("", &[("a.tif", &scan)]).status, 403);
    assert_eq!(
        server.upload(&"a".repeat(64), &[("a.tif", &scan)]).status,
        403
    );
    let many = vec![("a.txt", &b"x"[..]); 201];
    assert_eq!(server.upload(&server.token, &many).status, 413);
    // Too large by its own word: nothing of it is waited for.
    let mut stream = TcpStream::connect(server.served.site.address).unwrap();
    let head = server.head(3 << 30);
    stream.write_all(head.as_bytes()).unwrap();
    assert_eq!(answer(stream).status, 413);
    // Sent so slowly that it is given up.
    let start = Instant::now();
    let mut stream = TcpStream::connect(server.served.site.address).unwrap();
    let begun = format!("{}--bound\r\nContent-Dispo", server.head(5_000));
    stream.write_all(begun.as_bytes()).unwrap();
    assert_eq!(answer(stream).status, 408);
    assert!(start.elapsed() < Duration::from_secs(60));
    assert_eq!(server.staged(), 0);
    assert!(
        server
            .served
            .site
            .get("/api/documents")
            .text()
            .contains("\"documents\":[]")
    );
}

#[test]
fn a_scan_that_was_sent_is_read_and_found() {
    let server = Server::start();
    let scan = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(SAMPLE)).unwrap();
    let files: [(&str, &[u8]); 3] = [
        ("../../../kết luận.tif", &scan),
        ("hỏng.pdf", b"%PDF-1.7 and nothing behind it"),
        ("ghi chú.txt", b"no scan"),
    ];
    let sent = server.upload(&server.token, &files);
    assert_eq!(sent.status, 303, "{}", sent.head);
    let until = Instant::now() + Duration::from_secs(300);
    let page = loop {
        let page = server.served.site.get("/nhap/1").text();
        if page.contains("đã xong") {
            break page;
        }
        assert!(page.contains("Đang đọc"), "{page}");
        assert!(Instant::now() < until);
        std::thread::sleep(Duration::from_millis(300));
    };
    // What could not be read is told with its reason, in the clerk's language.
    assert!(
        page.contains("hỏng.pdf") && page.contains("tệp hỏng"),
        "{page}"
    );
    assert_eq!(server.staged(), 0);
    // The papers of this import, with the way to each.
    assert!(page.contains("href=\"/van-ban/1\""), "{page}");
    let found = server.served.site.get("/?q=huyen+uy").text();
    assert!(found.contains("/van-ban/1"), "{found}");
    let original = server.served.site.get("/api/documents/1/original");
    assert_eq!(original.body, scan);
    let documents = server.served.site.get("/api/documents").text();
    assert!(
        documents.contains("\"file_name\":\"kết luận.tif\""),
        "{documents}"
    );
}

#[test]
fn what_was_sent_waits_for_another_import_and_outlives_the_server() {
    let server = Server::start();
    let scan = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(SAMPLE)).unwrap();
    // Another import writes.
    let archive = Archive::open(&server.dir.path().join("archive")).unwrap();
    let lock = archive.lock_for_writing().unwrap();
    let sent = server.upload(&server.token, &[("kết luận.tif", &scan)]);
    assert_eq!(sent.status, 303, "{}", sent.head);
    let second = server.upload(&server.token, &[("hỏng.pdf", b"%PDF-1.7 and no more")]);
    assert_eq!(second.status, 303, "a second upload is taken in too");
    let page = |server: &Server, path: &str| server.served.site.get(path).text();
    let until = Instant::now() + Duration::from_secs(60);
    let waiting = loop {
        let waiting = page(&server, "/nhap/1");
        if waiting.contains("Đang chờ lần nhập khác xong") {
            break waiting;
        }
        assert!(Instant::now() < until, "{waiting}");
        std::thread::sleep(Duration::from_millis(100));
    };
    assert!(!waiting.contains("process"), "{waiting}");
    assert_eq!(server.staged(), 2);
    // The server ends, and is started again while the other still writes.
    let Server { served, dir, .. } = server;
    drop(served);
    let server = Server::start_in(dir);
    assert_eq!(server.staged(), 2);
    assert!(page(&server, "/nhap").contains("kết luận.tif"));
    assert!(!page(&server, "/nhap/1").contains("đã xong"));
    drop(lock);
    let until = Instant::now() + Duration::from_secs(300);
    for path in ["/nhap/1", "/nhap/2"] {
        while !page(&server, path).contains("đã xong") {
            assert!(Instant::now() < until, "{}", page(&server, path));
            std::thread::sleep(Duration::from_millis(300));
        }
    }
    assert_eq!(server.staged(), 0);
    let original = server.served.site.get("/api/documents/1/original");
    assert_eq!(original.body, scan);
    // And what became of it is still known after another start.
    let Server { served, dir, .. } = server;
    drop(served);
    let server = Server::start_in(dir);
    let finished = page(&server, "/nhap/1");
    assert!(
        finished.contains("đã xong") && finished.contains("/van-ban/1"),
        "{finished}"
    );
}

#[test]
fn sent_files_that_are_not_all_there_are_kept_and_told() {
    let server = Server::start();
    let archive = Archive::open(&server.dir.path().join("archive")).unwrap();
    // Another import writes until the end.
    let _lock = archive.lock_for_writing().unwrap();
    let files: [(&str, &[u8]); 2] = [("a.pdf", b"%PDF-1.7 one"), ("b.pdf", b"%PDF-1.7 two")];
    assert_eq!(server.upload(&server.token, &files).status, 303);
    let Server { served, dir, .. } = server;
    drop(served);
    let uploads = dir.path().join("archive/uploads");
    let staging = fs::read_dir(&uploads).unwrap().next().unwrap().unwrap();
    let lost = fs::read_dir(staging.path().join("1"))
        .unwrap()
        .next()
        .unwrap();
    fs::remove_file(lost.unwrap().path()).unwrap();
    // An upload that broke off long ago, and one that may be under way.
    for (name, age) in [("upload-old", 48), ("upload-new", 1)] {
        fs::create_dir(uploads.join(name)).unwrap();
        let then = SystemTime::now() - Duration::from_secs(3600 * age);
        let folder = fs::File::open(uploads.join(name)).unwrap();
        folder.set_modified(then).unwrap();
    }
    let server = Server::start_in(dir);
    let page = server.served.site.get("/nhap/1").text();
    assert!(page.contains("dừng"), "{page}");
    let left: BTreeSet<_> = fs::read_dir(&uploads)
        .unwrap()
        .map(|it| it.unwrap().file_name())
        .collect();
    let expected = [staging.file_name(), "upload-new".into()];
    assert_eq!(left, BTreeSet::from(expected));
}
