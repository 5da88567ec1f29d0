//! The report as one page for people, in Vietnamese: nothing is fetched from
//! elsewhere, and nothing that came from a scan or a file name is markup.

use super::{FileOutcome, Remark, RunReport, outcome_word};
use std::fmt::Write;

const STYLE: &str = "body{font:16px/1.5 sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1a1a1a}
h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem}
table{border-collapse:collapse;width:100%}th,td{border:1px solid #bbb;padding:.3rem .5rem;text-align:left;vertical-align:top}
th{background:#f0f0f0}.failed{color:#a00000;font-weight:bold}.incomplete,.unfinished{color:#8a4b00;font-weight:bold}
figure{display:inline-block;width:14rem;margin:.5rem;vertical-align:top}figure img{border:1px solid #888;max-width:100%}
figcaption{font-size:.9rem}td,figcaption{overflow-wrap:anywhere}";

pub(super) fn page(report: &RunReport) -> String {
    let mut page = String::new();
    let counts = &report.counts;
    let made_at = escaped(&report.made_at.replace('T', " ").replace('Z', " UTC"));
    let _ = write!(
        page,
        "<!DOCTYPE html>\n<html lang=\"vi\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <title>Báo cáo nhập tài liệu</title><style>{STYLE}</style></head><body>\n\
         <h1>Báo cáo nhập tài liệu</h1>\n<p>Lập lúc {made_at}</p>\n"
    );
    let rows = [
        ("Tệp đã xem", counts.n_files),
        ("Văn bản đọc xong", counts.n_documents_read),
        ("Trang đọc được", counts.n_pages_read),
        ("Tệp đã có trong kho", counts.n_known),
        ("Tệp hỏng", counts.n_failed + counts.n_failed_before),
        ("Trang hỏng", counts.n_pages_failed),
        ("Tệp bỏ qua (không phải bản quét)", counts.n_passed_over),
    ];
    page.push_str("<table>\n");
    for (name, n) in rows {
        let _ = writeln!(page, "<tr><th scope=\"row\">{name}</th><td>{n}</td></tr>");
    }
    let _ = writeln!(
        page,
        "<tr><th scope=\"row\">Thời gian</th><td>{:.0} giây, {:.2} trang mỗi giây</td></tr>\n</table>",
        counts.duration_s, counts.pages_per_second
    );
    if counts.is_interrupted {
        page.push_str("<p class=\"unfinished\">Việc nhập bị ngắt giữa chừng; chạy lại cùng lệnh để tiếp tục.</p>\n");
    }
    if let Some(manifest) = &counts.manifest {
        let _ = writeln!(
            page,
            "<h2>Bảng kê vị trí lưu trữ</h2>\n<p>{} dòng khớp với tệp.</p>",
            manifest.n_matched
        );
        if manifest.n_not_reached > 0 {
            let _ = writeln!(
                page,
                "<p class=\"unfinished\">{} dòng có tệp nhưng chưa nhập tới.</p>",
                manifest.n_not_reached
            );
        }
        for row in &manifest.unmatched {
            let _ = writeln!(
                page,
                "<p class=\"failed\">Dòng {}: không có tệp {}</p>",
                row.line_number,
                escaped(&row.file)
            );
        }
    }
    pages_to_look_at(&mut page, report, true, "Trang không đọc được");
    pages_to_look_at(&mut page, report, false, "Trang cần xem lại");
    duplicates(&mut page, report);
    page.push_str("<h2>Từng tệp</h2>\n<table>\n<tr><th>Tệp</th><th>Kết quả</th><th>Mã</th><th>Số, ký hiệu</th><th>Ngày</th><th>Trích yếu</th><th>Trang</th></tr>\n");
    for file in &report.files {
        file_row(&mut page, file);
    }
    page.push_str("</table>\n</body></html>\n");
    page
}

fn file_row(page: &mut String, file: &FileOutcome) {
    let word = outcome_word(file);
    let outcome = match word {
        "read" => "đã đọc",
        "incomplete" => "thiếu trang",
        "unfinished" => "chưa xong",
        _ => "hỏng",
    };
    let reason = file.failure.as_ref().map_or_else(String::new, |reason| {
        format!(": {}", escaped(&reason.vietnamese))
    });
    let text = |value: &Option<String>| escaped(value.as_deref().unwrap_or_default());
    let number = |value: Option<i64>| value.map(|n| n.to_string()).unwrap_or_default();
    let pages = match (&file.pages_in_file, file.page_count) {
        (Some(pages), _) => format!("{}–{}", pages.start(), pages.end()),
        (None, page_count) => number(page_count.map(i64::from)),
    };
    let _ = writeln!(
        page,
        "<tr><td>{}</td><td class=\"{word}\">{outcome}{reason}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
        escaped(&file.path.to_string_lossy()),
        number(file.document_id),
        text(&file.number),
        text(&file.issued),
        text(&file.subject),
        pages,
    );
}

fn pages_to_look_at(page: &mut String, report: &RunReport, is_failure: bool, heading: &str) {
    let is_wanted = |remark: &&Remark| remark.is_failure == is_failure;
    let n_remarks: usize = report
        .files
        .iter()
        .map(|file| file.remarks.iter().filter(is_wanted).count())
        .sum();
    if n_remarks == 0 {
        return;
    }
    let _ = writeln!(page, "<h2>{heading} ({n_remarks})</h2>");
    for file in &report.files {
        for remark in file.remarks.iter().filter(is_wanted) {
            figure(page, file, remark);
        }
    }
}

fn figure(page: &mut String, file: &FileOutcome, remark: &Remark) {
    let place = match remark.page_number {
        Some(page_number) => format!("trang {page_number}"),
        None => "cả văn bản".to_owned(),
    };
    let name = file.path.file_name().unwrap_or_default().to_string_lossy();
    let name = escaped(&name);
    page.push_str("<figure>");
    if let Some(jpeg) = &remark.thumbnail {
        let _ = write!(
            page,
            "<img alt=\"{name}, {place}\" src=\"data:image/jpeg;base64,{}\">",
            base64(jpeg)
        );
    }
    let _ = writeln!(
        page,
        "<figcaption>{name}, {place} (mã {}): {}</figcaption></figure>",
        file.document_id.unwrap_or_default(),
        escaped(&remark.reason.vietnamese)
    );
}

fn duplicates(page: &mut String, report: &RunReport) {
    if report.duplicates.is_empty() {
        return;
    }
    page.push_str("<h2>Có thể là cùng một văn bản, quét nhiều lần</h2>\n<ul>\n");
    for group in &report.duplicates {
        let papers = group
            .papers
            .iter()
            .map(|paper| format!("mã {} ({})", paper.document_id, escaped(&paper.source_path)));
        let papers: Vec<String> = papers.collect();
        let number = group
            .papers
            .iter()
            .find_map(|paper| paper.number.as_deref());
        let _ = writeln!(
            page,
            "<li>{}: {}</li>",
            escaped(number.unwrap_or("không rõ số")),
            papers.join(", ")
        );
    }
    page.push_str("</ul>\n");
}

/// Text as HTML shows it, in elements and in attributes.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ if letter.is_control() => safe.push(' '),
            _ => safe.push(letter),
        }
    }
    safe
}

/// RFC 4648, with padding.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for sextet in 0..4 {
            if sextet <= chunk.len() {
                let value = bits >> (18 - 6 * sextet) & 63;
                text.push(char::from(LETTERS[value as usize]));
            } else {
                text.push('=');
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_standard() {
        for (plain, encoded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(plain.as_bytes()), encoded);
        }
        assert_eq!(base64(&[0xfb, 0xff]), "+/8=");
    }

    #[test]
    fn nothing_from_outside_is_markup() {
        assert_eq!(
            escaped("<img src='x' onerror=\"y\">&\u{7}"),
            "&lt;img src=&#39;x&#39; onerror=&quot;y&quot;&gt;&amp; "
        );
    }
}
