//! `vanthu search`: finds papers.

use super::archive_arg::ArchiveArg;
use super::for_people::{day, doubted, printable};
use super::format_arg::{FormatArg, OutputFormat};
use super::{ExitStatus, Failure, output, reindex};
use crate::archive::{Archive, Count};
use crate::index::{
    DayRange, Hit, IndexError, MAX_LIMIT, SearchAnswer, SearchIndex, SearchRequest, SnippetPart,
    SortOrder,
};
use std::fmt::Write;
use std::io::{self, IsTerminal};

/// Find papers in the archive
///
/// Words are found with or without marks; typed with marks, exact hits come
/// first. "in quotes" are words in this order, -word is unwanted, OR stands
/// between alternatives, NEAR between words that stand near each other, chuy* is
/// the beginning of a word. số: loại: cơ quan: trích yếu: người ký: dẫn:
/// ngày:2021..2023 look in one field; từ 2021 đến 2023 is the day of issue. A
/// number is found in any spelling: 02/CT-UBND, 2 ct ubnd. Abbreviations stand
/// for what they mean: CCHC. Telex and VNI keystrokes are read too.
#[derive(Debug, clap::Args)]
pub struct SearchArgs {
    /// What to look for; best in quotes, behind -- where it begins with a -
    #[arg(required = true, value_name = "QUERY")]
    query: Vec<String>,
    #[command(flatten)]
    archive: ArchiveArg,
    /// Only papers of this type or its abbreviation: "quyết định", QĐ
    #[arg(long = "type", value_name = "TYPE")]
    document_type: Option<String>,
    /// Only papers whose issuer has these words
    #[arg(long, value_name = "WORDS")]
    issuer: Option<String>,
    /// Only papers signed by someone whose name or position has these words
    #[arg(long, value_name = "WORDS")]
    signer: Option<String>,
    /// Only papers issued since: 2021, 3/2021, 02/3/2021
    #[arg(long, value_name = "DAY", value_parser = parse_day)]
    from: Option<DayRange>,
    /// Only papers issued until
    #[arg(long, value_name = "DAY", value_parser = parse_day)]
    to: Option<DayRange>,
    /// Order of the results
    #[arg(long = "sort", value_enum, default_value_t)]
    order: SortOrder,
    /// Count the papers found by type, issuer, year and signer
    #[arg(long)]
    facets: bool,
    /// Papers on one page of results
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = parse_limit)]
    limit: usize,
    /// Page of results
    #[arg(long = "page", value_name = "N", default_value_t = 1)]
    result_page: usize,
    #[command(flatten)]
    format: FormatArg,
}

pub(super) fn parse_day(text: &str) -> Result<DayRange, String> {
    DayRange::parse(text)
        .ok_or_else(|| "not a day of the calendar; 2021, 3/2021, 02/3/2021, 2021-03-02 are".into())
}

fn parse_limit(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(limit) if (1..=MAX_LIMIT).contains(&limit) => Ok(limit),
        _ => Err(format!("not a number from 1 to {MAX_LIMIT}")),
    }
}

impl SearchArgs {
    fn request(&self) -> SearchRequest {
        SearchRequest {
            query: self.query.join(" "),
            document_type: self.document_type.clone(),
            issuer: self.issuer.clone(),
            signer: self.signer.clone(),
            issued: DayRange::from_ends(self.from, self.to),
            order: self.order,
            has_facets: self.facets,
            limit: self.limit,
            result_page: self.result_page,
        }
    }
}

pub fn run(args: &SearchArgs) -> Result<ExitStatus, Failure> {
    let archive = args.archive.open()?;
    let request = args.request();
    let answer = match find(&archive, &request) {
        Err(error) if error.is_mended_by_rebuild() => {
            eprintln!("vanthu: {error}");
            eprintln!("vanthu: building the search index from the catalogue");
            reindex::rebuild_index(&archive)?;
            find(&archive, &request)?
        }
        answer => answer?,
    };
    let n_to_index = archive.documents_to_index()?.len();
    if n_to_index > 0 {
        eprintln!(
            "vanthu: {n_to_index} papers are not in the search index yet; \
             an import that is running adds them, or `vanthu reindex`"
        );
    }
    match args.format.format {
        OutputFormat::Json => output::print_json(&answer)?,
        OutputFormat::Text => {
            for note in &answer.notes {
                eprintln!("vanthu: {note}");
            }
            let is_marked = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
            output::print(&text(&answer, is_marked))?;
        }
    }
    Ok(ExitStatus::Success)
}

fn find(archive: &Archive, request: &SearchRequest) -> Result<SearchAnswer, IndexError> {
    SearchIndex::open(archive)?.search(archive, request)
}

/// The answer for people; `is_marked` puts found words in bold.
fn text(answer: &SearchAnswer, is_marked: bool) -> String {
    let mut text = String::new();
    let first_rank = (answer.result_page - 1).saturating_mul(answer.limit);
    for (rank, hit) in (first_rank + 1..).zip(&answer.hits) {
        push_hit(&mut text, rank, hit, is_marked);
    }
    if let Some(facets) = &answer.facets {
        for (name, counts) in [
            ("type", &facets.types),
            ("issuer", &facets.issuers),
            ("year", &facets.years),
            ("signer", &facets.signers),
        ] {
            push_counts(&mut text, name, counts);
        }
    }
    let papers = match (answer.total, answer.is_estimate) {
        (1, _) => "1 paper".to_owned(),
        (total, true) => format!("about {total} papers"),
        (total, false) => format!("{total} papers"),
    };
    let _ = match (answer.total, answer.hits.len()) {
        (0, _) => writeln!(text, "nothing found"),
        (_, 0) => writeln!(text, "{papers} found, none on this page of results"),
        (total, n_shown) if n_shown < total => writeln!(
            text,
            "{papers} found, these are {} to {}",
            first_rank + 1,
            first_rank + n_shown
        ),
        _ => writeln!(text, "{papers} found"),
    };
    text
}

/// Values of one facet that fit on a line or two.
const SHOWN_VALUES: usize = 8;

fn push_counts(text: &mut String, name: &str, counts: &[Count]) {
    let shown: Vec<String> = counts
        .iter()
        .take(SHOWN_VALUES)
        .map(|count| {
            let value = count.value.as_deref().unwrap_or("not shown");
            format!("{} {}", one_line(value), count.n_documents)
        })
        .collect();
    if !shown.is_empty() {
        let _ = writeln!(text, "{name}: {}", shown.join(", "));
    }
}

fn push_hit(text: &mut String, rank: usize, hit: &Hit, is_marked: bool) {
    let heading: Vec<String> = [
        hit.number
            .as_deref()
            .map(|number| doubted(number, hit.number_doubtful)),
        hit.document_type.clone(),
        hit.issued
            .as_deref()
            .map(|issued| doubted(&day(issued), hit.issued_doubtful)),
        hit.issuer.clone(),
    ]
    .into_iter()
    .flatten()
    .map(|part| one_line(&part))
    .collect();
    let heading = match heading.is_empty() {
        true => one_line(&hit.file_name),
        false => heading.join(" · "),
    };
    let _ = writeln!(text, "{rank}. {heading}");
    if let Some(subject) = &hit.subject {
        let _ = writeln!(text, "   {}", one_line(subject));
    }
    let place = match (hit.page_number, hit.matching_pages) {
        (None, _) => "no readable page".to_owned(),
        (Some(page_number), 1) => format!("page {page_number}"),
        (Some(page_number), n_pages) => format!("page {page_number} and {} more", n_pages - 1),
    };
    let same_as: Vec<String> = hit.same_as.iter().map(i64::to_string).collect();
    let same_as = match same_as.is_empty() {
        true => String::new(),
        false => format!("; the same as {}", same_as.join(", ")),
    };
    let _ = writeln!(text, "   document {}, {place}{same_as}", hit.document_id);
    if !hit.snippet.is_empty() {
        let _ = writeln!(text, "   {}", snippet(&hit.snippet, is_marked));
    }
    text.push('\n');
}

fn snippet(parts: &[SnippetPart], is_marked: bool) -> String {
    parts
        .iter()
        .map(|part| match part.is_marked && is_marked {
            true => format!("\u{1b}[1m{}\u{1b}[0m", printable(&part.text)),
            false => printable(&part.text),
        })
        .collect()
}

fn one_line(text: &str) -> String {
    printable(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::FacetCounts;

    #[test]
    fn arguments_become_a_request() {
        #[derive(clap::Parser)]
        struct Line {
            #[command(flatten)]
            search: SearchArgs,
        }
        let request = |line: &[&str]| {
            let line = ["search"].iter().chain(line);
            <Line as clap::Parser>::try_parse_from(line).map(|line| line.search.request())
        };
        let expected = SearchRequest {
            query: "kế hoạch -tiêm".to_owned(),
            document_type: Some("QĐ".to_owned()),
            issued: Some(DayRange {
                first: 20210301,
                last: 20231231,
            }),
            limit: 3,
            result_page: 2,
            ..SearchRequest::new("")
        };
        let line = "kế|hoạch -tiêm|--type|QĐ|--from|3/2021|--to|2023|--limit|3|--page|2";
        let line: Vec<&str> = line.split('|').collect();
        assert_eq!(request(&line).unwrap(), expected);
        assert_eq!(request(&["--", "-tiêm"]).unwrap().query, "-tiêm");
        for wrong in [&["a", "--from", "31/2/2021"], &["a", "--limit", "0"]] {
            assert!(request(wrong).is_err(), "{wrong:?}");
        }
        assert!(request(&[]).is_err());
    }

    #[test]
    fn the_answer_reads_like_a_register() {
        let part = |text: &str, is_marked| SnippetPart {
            text: text.to_owned(),
            is_marked,
        };
        let count = |value: Option<&str>, n_documents| Count {
            value: value.map(str::to_owned),
            n_documents,
        };
        let answer = SearchAnswer {
            query: "cai cach".to_owned(),
            notes: Vec::new(),
            total: 14,
            is_estimate: false,
            limit: 1,
            result_page: 2,
            has_more: true,
            hits: vec![Hit {
                document_id: 7,
                number: Some("02/CT-UBND".to_owned()),
                sign: None,
                number_doubtful: true,
                document_type: Some("chỉ thị".to_owned()),
                subject: Some("Về việc\ncải cách".to_owned()),
                issuer: None,
                issued: Some("2023-03-02".to_owned()),
                issued_partial: None,
                issued_doubtful: false,
                signer: None,
                file_name: "scan.pdf".to_owned(),
                page_number: Some(3),
                matching_pages: 2,
                score: 1.0,
                snippet: vec![part("về ", false), part("cải cách", true)],
                same_as: vec![12],
            }],
            facets: Some(FacetCounts {
                types: vec![count(Some("chỉ thị"), 13), count(None, 1)],
                ..FacetCounts::default()
            }),
        };
        let expected = "2. 02/CT-UBND (?) · chỉ thị · 02/03/2023\n   Về việc cải cách\n   \
                        document 7, page 3 and 1 more; the same as 12\n   về cải cách\n\n\
                        type: chỉ thị 13, not shown 1\n\
                        14 papers found, these are 2 to 2\n";
        assert_eq!(text(&answer, false), expected);
        assert!(text(&answer, true).contains("về \u{1b}[1mcải cách\u{1b}[0m\n"));
    }
}
