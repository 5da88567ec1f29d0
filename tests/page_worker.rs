//! Page workers that die, hang, or are not allowed what they try: each costs
//! one page, with a reason, and the pool goes on.

mod common;

use common::sample;
use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use vanthu::worker::{Exceeded, WorkError, WorkLimit, WorkerPool, WorkerSettings};

fn settings() -> WorkerSettings {
    WorkerSettings {
        program: env!("CARGO_BIN_EXE_vanthu").into(),
        ..WorkerSettings::default()
    }
}

#[test]
fn a_page_is_read() {
    let pool = WorkerPool::new(settings());
    let (document, opened) = pool.open(File::open(sample("08")).unwrap()).unwrap();
    assert_eq!((opened.media_kind.as_str(), opened.page_count), ("png", 1));
    let work = pool.read_page(&document, 1).unwrap();
    let text: Vec<String> = work
        .reading
        .lines
        .iter()
        .map(vanthu::ocr::Line::text)
        .collect();
    assert!(
        text.join(" ")
            .contains("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        "{text:?}"
    );
}

#[test]
fn a_worker_that_runs_out_of_memory_costs_the_page_and_never_hangs() {
    // From too little to open the file to enough to read the page; on the way
    // memory runs out in every stage, inside Tesseract too.
    for (n_failed, mib) in (100..1_000).step_by(10).enumerate() {
        let pool = WorkerPool::new(WorkerSettings {
            memory_bytes: mib << 20,
            ..settings()
        });
        let error = match pool.open(File::open(sample("04")).unwrap()) {
            Err(error) => error,
            Ok((document, _)) => match pool.read_page(&document, 1) {
                Ok(_) => {
                    assert!(n_failed > 0, "{mib} MiB were enough");
                    return;
                }
                Err(error) => {
                    assert!(error.to_string().contains("page 1"), "{error}");
                    error
                }
            },
        };
        assert!(
            !matches!(error, WorkError::TimedOut { .. }),
            "{mib} MiB: {error:?}"
        );
    }
    panic!("a page cannot be read with a gigabyte");
}

#[test]
fn a_worker_that_takes_too_long_costs_the_page() {
    let pool = WorkerPool::new(WorkerSettings {
        page_limit: WorkLimit::of_processor(Duration::from_millis(60)),
        ..settings()
    });
    let (document, _) = pool.open(File::open(sample("08")).unwrap()).unwrap();
    let error = pool.read_page(&document, 1).unwrap_err();
    let exceeded = match &error {
        WorkError::TimedOut { exceeded, .. } => *exceeded,
        other => panic!("{other:?}"),
    };
    assert_eq!(exceeded, Exceeded::Processor);
    assert!(error.to_string().contains("0.06 seconds of the processor"));
}

/// A program that notes its number before it becomes a worker.
fn noting(folder: &Path) -> (PathBuf, PathBuf) {
    let (program, numbers) = (folder.join("worker"), folder.join("numbers"));
    let script = format!(
        "#!/bin/sh\necho $$ >> {numbers}\nexec {vanthu} \"$@\"\n",
        numbers = numbers.display(),
        vanthu = env!("CARGO_BIN_EXE_vanthu"),
    );
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    (program, numbers)
}

fn signal(number: &str, name: &str) {
    let done = Command::new("kill").args(["-s", name, number]).status();
    assert!(done.unwrap().success());
}

#[test]
fn a_worker_that_the_machine_stops_for_longer_than_the_limit_does_not_lose_its_page() {
    let dir = tempfile::tempdir().unwrap();
    let (program, numbers) = noting(dir.path());
    // Opening and drawing the page take a fraction of it.
    let limit = WorkLimit {
        processor: Duration::from_secs(1),
        clock: Duration::from_secs(600),
    };
    let pool = WorkerPool::new(WorkerSettings {
        program,
        page_limit: limit,
        ..WorkerSettings::drawing()
    });
    pool.check().unwrap();
    let worker = fs::read_to_string(&numbers).unwrap().trim().to_owned();
    signal(&worker, "STOP");
    let pause = limit.processor + Duration::from_millis(500);
    let start = Instant::now();
    let page = std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(pause);
            signal(&worker, "CONT");
        });
        let document = pool.hold(File::open(sample("08")).unwrap());
        pool.draw_page(&document, 1, 200)
    });
    assert!(page.is_ok(), "{page:?}");
    assert!(start.elapsed() >= pause);
    // By the first worker: none was given up over it.
    assert_eq!(fs::read_to_string(&numbers).unwrap().lines().count(), 1);
}

#[test]
fn a_worker_that_stands_still_is_given_up_by_the_clock_and_another_reads_the_page() {
    let dir = tempfile::tempdir().unwrap();
    let (program, numbers) = noting(dir.path());
    let pool = WorkerPool::new(WorkerSettings {
        program,
        page_limit: WorkLimit {
            processor: Duration::from_secs(600),
            clock: Duration::from_secs(5),
        },
        ..WorkerSettings::drawing()
    });
    pool.check().unwrap();
    let worker = fs::read_to_string(&numbers).unwrap().trim().to_owned();
    signal(&worker, "STOP");
    let document = pool.hold(File::open(sample("08")).unwrap());
    let page = pool.draw_page(&document, 1, 200);
    assert!(page.is_ok(), "{page:?}");
    assert_eq!(fs::read_to_string(&numbers).unwrap().lines().count(), 2);
}

#[test]
fn one_bad_file_does_not_spoil_the_worker() {
    let pool = WorkerPool::new(settings());
    let dir = tempfile::tempdir().unwrap();
    let bad = dir.path().join("bad.pdf");
    fs::write(&bad, "%PDF-1.7\nnothing").unwrap();
    let Err(error) = pool.open(File::open(&bad).unwrap()) else {
        panic!("a broken PDF was opened");
    };
    assert_eq!(error.kind(), "damaged");
    let (document, _) = pool.open(File::open(sample("12")).unwrap()).unwrap();
    assert!(pool.read_page(&document, 2).is_ok());
    let error = pool.read_page(&document, 99).unwrap_err();
    assert_eq!(error.kind(), "no_such_page");
}

#[test]
fn workers_that_are_killed_from_outside_are_followed_by_others() {
    let dir = tempfile::tempdir().unwrap();
    let (program, starts) = (dir.path().join("worker"), dir.path().join("starts"));
    // The first ones do not come to life.
    let script = format!(
        "#!/bin/sh\necho $$ >> {starts}\n[ $(wc -l < {starts}) -gt 3 ] || kill -9 $$\nexec {vanthu} \"$@\"\n",
        starts = starts.display(),
        vanthu = env!("CARGO_BIN_EXE_vanthu"),
    );
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let pool = WorkerPool::new(WorkerSettings {
        program,
        ..settings()
    });
    pool.check().unwrap();
    // One that waits for work dies too; the page knows nothing of it.
    let pids = fs::read_to_string(&starts).unwrap();
    assert_eq!(pids.lines().count(), 4);
    let killed = Command::new("kill")
        .args(["-9", pids.lines().last().unwrap()])
        .status();
    assert!(killed.unwrap().success());
    let (document, _) = pool.open(File::open(sample("12")).unwrap()).unwrap();
    pool.read_page(&document, 1).unwrap();
}

#[test]
fn without_the_language_nothing_starts_and_the_reason_names_the_package() {
    let pool = WorkerPool::new(WorkerSettings {
        language: "xyz".to_owned(),
        ..settings()
    });
    let error = pool.check().unwrap_err();
    assert!(matches!(&error, WorkError::CannotStart { .. }), "{error:?}");
    assert!(error.to_string().contains("tesseract-ocr-xyz"), "{error}");
}

#[test]
fn a_program_that_is_no_worker_is_told_apart() {
    let pool = WorkerPool::new(WorkerSettings {
        program: "/bin/true".into(),
        ..settings()
    });
    assert!(matches!(pool.check(), Err(WorkError::CannotStart { .. })));
}

#[test]
fn a_program_that_sends_nonsense_is_not_waited_for() {
    let dir = tempfile::tempdir().unwrap();
    let program = dir.path().join("nonsense");
    let script = "#!/bin/sh\nprintf '\\005\\000\\000\\000hello' >&0\nexec sleep 600\n";
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let pool = WorkerPool::new(WorkerSettings {
        program,
        ..settings()
    });
    let start = std::time::Instant::now();
    assert!(matches!(pool.check(), Err(WorkError::CannotStart { .. })));
    assert!(start.elapsed() < Duration::from_secs(30));
}
