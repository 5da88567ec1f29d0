//! The floor of an import: Tesseract's own recognition time of the same page
//! images, from memory, through one kept handle a core.
//!
//! ```text
//! cargo bench --bench recognition_floor -- [--dpi N] [--no-deskew] [--twice] [--jobs N] [--text DIR] FILE...
//! ```
//! Prints one line a stage: decoding, clean-up, recognition, in seconds of one
//! core, the wall-clock seconds of recognition alone over all cores, and the
//! seconds that the processor spent on it, which tell the truth on a machine that
//! others use too. With
//! `--twice` doubtful words are read again, as in an import; with
//! `--text DIR` each page's raw text goes to `DIR/<file stem>/page-N.txt`.

use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use vanthu::ocr::{OcrEngine, Tesseract};
use vanthu::restore::Plausibility;
use vanthu::scan::cleanup::{self, CleanupSettings, PreparedPage};
use vanthu::scan::{Limits, SourceDocument};

struct Options {
    cleanup: CleanupSettings,
    jobs: usize,
    is_read_twice: bool,
    text_dir: Option<PathBuf>,
    files: Vec<PathBuf>,
}

fn main() {
    // Tesseract's own threads would fight over the cores that the jobs use.
    if std::env::var_os("OMP_THREAD_LIMIT").is_none() {
        let program = std::env::current_exe().expect("the program's own path");
        let status = std::process::Command::new(program)
            .args(std::env::args_os().skip(1))
            .env("OMP_THREAD_LIMIT", "1")
            .status()
            .expect("the program starts again");
        std::process::exit(status.code().unwrap_or(1));
    }
    let options = options();
    let (pages, decoding, cleaning) = prepare_all(&options);
    let page_count = pages.len();
    let pages = Mutex::new(pages);
    let recognising = Mutex::new((Duration::ZERO, Duration::ZERO));
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..options.jobs {
            scope.spawn(|| recognise(&pages, &recognising, &options));
        }
    });
    let wall = start.elapsed();
    println!("pages\t{page_count}");
    println!("decode_s\t{:.2}", decoding.as_secs_f64());
    println!("clean_up_s\t{:.2}", cleaning.as_secs_f64());
    let (elapsed, on_processor) = *recognising.lock().unwrap();
    println!("recognise_s\t{:.2}", elapsed.as_secs_f64());
    println!("recognise_cpu_s\t{:.2}", on_processor.as_secs_f64());
    println!("recognise_wall_s\t{:.2}", wall.as_secs_f64());
}

fn options() -> Options {
    let mut options = Options {
        cleanup: CleanupSettings::default(),
        jobs: std::thread::available_parallelism().map_or(1, usize::from),
        is_read_twice: false,
        text_dir: None,
        files: Vec::new(),
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().expect("the option needs a value");
        match argument.as_str() {
            "--dpi" => options.cleanup.reading_dpi = value().parse().expect("a number"),
            "--jobs" => options.jobs = value().parse().expect("a number"),
            "--text" => options.text_dir = Some(value().into()),
            "--twice" => options.is_read_twice = true,
            "--no-deskew" => options.cleanup.deskew = false,
            "--bench" => {}
            _ => options.files.push(argument.into()),
        }
    }
    options
}

fn prepare_all(options: &Options) -> (Vec<(PathBuf, PreparedPage)>, Duration, Duration) {
    let (mut decoding, mut cleaning) = (Duration::ZERO, Duration::ZERO);
    let mut pages = Vec::new();
    for file in &options.files {
        let bytes = std::fs::read(file).expect("a readable file");
        let source = SourceDocument::open(bytes, Limits::default()).expect("a readable document");
        for page_number in 1..=source.page_count() {
            let start = Instant::now();
            let image = source.page_image(page_number).expect("a readable page");
            decoding += start.elapsed();
            let start = Instant::now();
            let page = cleanup::prepare(&image, options.cleanup).expect("enough memory");
            cleaning += start.elapsed();
            pages.push((file.clone(), page));
        }
    }
    pages.reverse();
    (pages, decoding, cleaning)
}

/// What this thread has had of a processor (Linux).
fn processor_time() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = told.split(' ').next().and_then(|first| first.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or(0))
}

fn recognise(
    pages: &Mutex<Vec<(PathBuf, PreparedPage)>>,
    total: &Mutex<(Duration, Duration)>,
    options: &Options,
) {
    let mut engine = Tesseract::load("vie").expect("Tesseract with vie");
    if options.is_read_twice {
        engine = engine.reading_twice(Plausibility::embedded().expect("the embedded model"));
    }
    loop {
        let next = pages.lock().unwrap().pop();
        let Some((file, page)) = next else { return };
        let (start, start_on_processor) = (Instant::now(), processor_time());
        let reading = engine.read(&page).expect("a page that can be read");
        let mut total = total.lock().unwrap();
        total.0 += start.elapsed();
        total.1 += processor_time() - start_on_processor;
        drop(total);
        if let Some(dir) = &options.text_dir {
            let folder = dir.join(file.file_stem().expect("a file name"));
            std::fs::create_dir_all(&folder).expect("a writable folder");
            let lines: Vec<String> = reading.lines.iter().map(|line| line.text()).collect();
            std::fs::write(
                folder.join(format!("page-{}.txt", page.page_number)),
                lines.join("\n"),
            )
            .expect("a writable file");
        }
    }
}
