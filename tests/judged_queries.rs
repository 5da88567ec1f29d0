//! How well searches answer, on judged queries (`judged_queries.tsv`) over the
//! texts of `corpus-samples`, among papers made from their lines.
//!
//! `cargo test --test judged_queries -- --nocapture` prints the figures and the
//! queries that are not answered perfectly.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use vanthu::archive::{Archive, DonePage, PageOutcome, RegisteredFields};
use vanthu::index::{SearchIndex, SearchRequest, update};
use vanthu::restore::{RestoredLine, RestoredPage, RestoredWord};
use vanthu::vietnamese::{Tone, base_letter, fold, split_tone};

const QUERIES: &str = include_str!("judged_queries.tsv");

/// Ranks that count for nDCG and reciprocal rank.
const DEPTH: usize = 10;

/// Papers made from the lines of the samples, for each sample.
const N_MADE: usize = 12;

const WANTED: f64 = 0.95;

/// The same papers looked for in four ways of typing. `None`: nothing in the
/// words has an abbreviation.
const KNOWN_ITEMS: [(&str, &str, Option<&str>); 18] = [
    (
        "01",
        "chuyển đổi số và dịch vụ công trực tuyến",
        Some("CĐS và DVCTT"),
    ),
    (
        "02",
        "kết quả cải cách hành chính 6 tháng đầu năm",
        Some("kết quả CCHC 6 tháng đầu năm"),
    ),
    (
        "03",
        "tăng cường tiêm chủng mở rộng phòng sởi",
        Some("tăng cường TCMR phòng sởi"),
    ),
    (
        "04",
        "ủy ban nhân dân tỉnh rà soát quỹ đất công",
        Some("UBND tỉnh rà soát quỹ đất công"),
    ),
    (
        "05",
        "phòng, chống thiên tai an toàn hồ đập",
        Some("PCTT an toàn hồ đập"),
    ),
    (
        "06",
        "giải phóng mặt bằng tuyến đường ven biển",
        Some("GPMB tuyến đường ven biển"),
    ),
    ("07", "phân bổ kinh phí sự nghiệp giáo dục", None),
    (
        "08",
        "giao ban tiến độ xây dựng nông thôn mới",
        Some("giao ban tiến độ xây dựng NTM"),
    ),
    ("09", "ứng phó khẩn cấp bão số 4", None),
    (
        "10",
        "hội đồng nhân dân tỉnh kế hoạch đầu tư công",
        Some("HĐND tỉnh kế hoạch ĐTC"),
    ),
    (
        "11",
        "tiếp công dân giải quyết khiếu nại, tố cáo",
        Some("tiếp công dân giải quyết KNTC"),
    ),
    ("12", "nhiệm vụ trọng tâm quý II năm 2021", None),
    ("13", "kiên cố hóa kênh mương giao thông nông thôn", None),
    (
        "14",
        "sở giáo dục và đào tạo y tế trường học",
        Some("SGDĐT y tế trường học"),
    ),
    ("15", "liên kết phát triển kinh tế biển vùng", None),
    (
        "16",
        "nộp hồ sơ trực tuyến hành chính công xã",
        Some("nộp hồ sơ trực tuyến HCC xã"),
    ),
    ("17", "thu chi ngân sách huyện 9 tháng", None),
    ("19", "khen thưởng phong trào thi đua năm 2023", None),
];

struct Samples {
    _dir: TempDir,
    archive: Archive,
    index: SearchIndex,
    /// By the number of the sample.
    document_ids: BTreeMap<String, i64>,
}

fn truth_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus-samples/truth")
}

/// The text of a sample's pages, in their order, without the lines that name
/// the blocks of the layout.
fn page_texts(dir: &Path) -> Vec<String> {
    (1..)
        .map_while(|page| fs::read_to_string(dir.join(format!("page-{page}.txt"))).ok())
        .map(|text| {
            let lines = text.lines().filter(|line| !line.starts_with('#'));
            lines.collect::<Vec<_>>().join("\n")
        })
        .collect()
}

fn restored_page(page_number: u32, text: &str) -> RestoredPage {
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
    RestoredPage {
        page_number,
        width_px: 0,
        height_px: 0,
        resolution_dpi: 0,
        notes: Default::default(),
        lines: text.lines().map(line).collect(),
    }
}

fn add(
    archive: &Archive,
    dir: &Path,
    name: &str,
    pages: &[String],
    fields: &RegisteredFields,
    record: &serde_json::Value,
) -> i64 {
    let path = dir.join(name);
    fs::write(&path, name).unwrap();
    let document_id = archive
        .register(&path, &mut File::open(&path).unwrap())
        .unwrap()
        .document_id;
    let n_pages = u32::try_from(pages.len()).unwrap();
    archive
        .set_page_count(document_id, n_pages, "application/pdf")
        .unwrap();
    let outcomes: Vec<PageOutcome> = (1..)
        .zip(pages)
        .map(|(page_number, text)| {
            PageOutcome::Done(DonePage {
                page: restored_page(page_number, text),
                text_layer: None,
                read_by: "a test".to_owned(),
                duration_ms: 1,
            })
        })
        .collect();
    archive.store_pages(document_id, &outcomes).unwrap();
    archive
        .finish_document(document_id, fields, record)
        .unwrap();
    document_id
}

/// The samples with their true text and record, and papers made from their
/// lines: each line of a made paper comes from another sample, so that all words
/// of the queries stand in them, and seldom together.
fn samples() -> Samples {
    let dir = TempDir::new().unwrap();
    let archive = Archive::open_or_create(&dir.path().join("archive")).unwrap();
    let mut names: Vec<String> = fs::read_dir(truth_dir())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let mut document_ids = BTreeMap::new();
    let mut lines: Vec<Vec<String>> = Vec::new();
    for name in &names {
        let sample_dir = truth_dir().join(name);
        let pages = page_texts(&sample_dir);
        lines.push(pages.join("\n").lines().map(str::to_owned).collect());
        let record: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(sample_dir.join("record.json")).unwrap())
                .unwrap();
        let field = |name: &str| record["document"][name].as_str().map(str::to_owned);
        let signer = |name: &str| {
            let value = record["document"]["signer"][name].as_str();
            value.map(str::to_owned)
        };
        let fields = RegisteredFields {
            document_type: field("type"),
            number: field("number"),
            issuer: field("issuer"),
            issuer_parent: field("issuer_parent"),
            place: field("place"),
            issued: field("issued"),
            subject: field("subject"),
            signer_authority: signer("authority"),
            signer_position: signer("position"),
            signer_name: signer("name"),
            ..RegisteredFields::default()
        };
        let document_id = add(&archive, dir.path(), name, &pages, &fields, &record);
        document_ids.insert(name[..2].to_owned(), document_id);
    }
    for made in 0..names.len() * N_MADE {
        let text: Vec<&str> = (0..40)
            .filter_map(|line_idx| {
                let source = &lines[(made * 7 + line_idx * 5) % lines.len()];
                let line = source.get((made * 13 + line_idx * 11) % source.len())?;
                Some(line.as_str())
            })
            .collect();
        let fields = RegisteredFields {
            document_type: Some("phiếu trình".to_owned()),
            number: Some(format!("{}/PTr-TH", made + 700)),
            issuer: Some("Phòng Tổng hợp".to_owned()),
            issued: Some(format!("20{}-05-1{}", 11 + made % 8, made % 9)),
            subject: Some(format!("Trình ký tập {}", made + 1)),
            ..RegisteredFields::default()
        };
        let name = format!("made-{made}");
        let record = serde_json::json!({});
        add(
            &archive,
            dir.path(),
            &name,
            &[text.join("\n")],
            &fields,
            &record,
        );
    }
    update(&archive, |_, _| {}).unwrap();
    let index = SearchIndex::open(&archive).unwrap();
    Samples {
        _dir: dir,
        archive,
        index,
        document_ids,
    }
}

impl Samples {
    fn find(&self, query: &str) -> Vec<i64> {
        let request = SearchRequest::new(query);
        let answer = self.index.search(&self.archive, &request).unwrap();
        answer.hits.iter().map(|hit| hit.document_id).collect()
    }
}

fn dcg(grades: impl Iterator<Item = u32>) -> f64 {
    grades
        .take(DEPTH)
        .enumerate()
        .map(|(rank, grade)| f64::from((1u32 << grade) - 1) / (rank as f64 + 2.0).log2())
        .sum()
}

#[test]
fn judged_queries_are_answered() {
    let samples = samples();
    let (mut ndcg_sum, mut rank_sum, mut n_queries) = (0.0, 0.0, 0);
    for line in QUERIES.lines().filter(|line| !line.starts_with('#')) {
        let mut columns = line.split('\t');
        let mut column = || columns.next().expect("three columns in each line");
        let (style, query, judged) = (column(), column(), column());
        let grades: BTreeMap<i64, u32> = judged
            .split(',')
            .map(|judged| {
                let (sample, grade) = judged.split_once(':').expect("sample:grade");
                (samples.document_ids[sample], grade.parse().unwrap())
            })
            .collect();
        let found = samples.find(query);
        let grade = |document_id: &i64| grades.get(document_id).copied().unwrap_or(0);
        let mut best: Vec<u32> = grades.values().copied().collect();
        best.sort_unstable_by(|a, b| b.cmp(a));
        let ndcg = dcg(found.iter().map(grade)) / dcg(best.into_iter());
        let first = found.iter().take(DEPTH).position(|id| grade(id) > 0);
        let reciprocal_rank = first.map_or(0.0, |rank| 1.0 / (rank as f64 + 1.0));
        if ndcg < 0.999 {
            println!("{style}\t{query}\tnDCG {ndcg:.2}\tfound {found:?}\tjudged {judged}");
        }
        ndcg_sum += ndcg;
        rank_sum += reciprocal_rank;
        n_queries += 1;
    }
    let (ndcg, mrr) = (
        ndcg_sum / f64::from(n_queries),
        rank_sum / f64::from(n_queries),
    );
    println!("{n_queries} queries\tnDCG@10 {ndcg:.3}\tmean reciprocal rank {mrr:.3}");
    assert!(n_queries >= 80, "{n_queries}");
    assert!(ndcg >= WANTED && mrr >= WANTED, "{ndcg:.3} {mrr:.3}");
}

/// The keys of Telex that make a text, tones at the end of the syllable.
fn telex(text: &str) -> String {
    let words = text.split(' ').map(|word| {
        let mut keys = String::new();
        let mut tone_key = None;
        for letter in word.chars() {
            let (letter, tone) = split_tone(letter);
            tone_key = tone_key.or(match tone {
                Tone::Level => None,
                Tone::Grave => Some('f'),
                Tone::Acute => Some('s'),
                Tone::Hook => Some('r'),
                Tone::Tilde => Some('x'),
                Tone::Dot => Some('j'),
            });
            keys.push(base_letter(letter));
            keys.extend(match letter {
                'â' | 'ê' | 'ô' | 'đ' => Some(base_letter(letter)),
                'ă' | 'ơ' | 'ư' => Some('w'),
                _ => None,
            });
        }
        let end = keys.trim_end_matches(',').len();
        keys.truncate(end);
        keys.extend(tone_key);
        keys
    });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn known_papers_are_found_in_every_way_of_typing() {
    let samples = samples();
    for (way, way_idx) in [
        ("with marks", 0),
        ("without", 1),
        ("Telex", 2),
        ("abbreviated", 3),
    ] {
        let mut missed = Vec::new();
        let mut n_tried = 0;
        for (sample, words, abbreviated) in KNOWN_ITEMS {
            let query = match way_idx {
                0 => words.to_owned(),
                1 => fold(words),
                2 => telex(words),
                _ => match abbreviated {
                    Some(abbreviated) => abbreviated.to_owned(),
                    None => continue,
                },
            };
            n_tried += 1;
            let found = samples.find(&query);
            if !found
                .iter()
                .take(3)
                .any(|id| *id == samples.document_ids[sample])
            {
                missed.push(query);
            }
        }
        let share = 1.0 - missed.len() as f64 / f64::from(n_tried);
        println!(
            "{way}\t{n_tried} queries\tin the first three {:.1} %\t{missed:?}",
            share * 100.0
        );
        assert!(share >= WANTED, "{way}: {share:.3}, missed {missed:?}");
    }
}
