//! A record as a registry card, with the labels of a Vietnamese records
//! office.

use super::for_people::{day, printable};
use crate::extract::{
    Comparator, DocumentFields, Inconsistency, InconsistencyKind, Record, Target, TargetKind,
};
use std::fmt::Write;

/// Width of the labels' column, in characters.
const LABEL_WIDTH: usize = 18;

/// The card, one field a line; what the document does not show is left out.
pub fn card(record: &Record) -> String {
    let mut card = String::new();
    head(&mut card, &record.document);
    list(
        &mut card,
        "Văn bản viện dẫn",
        record.references.iter().map(|reference| {
            let date = reference
                .date
                .as_deref()
                .map(|date| format!(", ngày {}", day(date)));
            let issuer = reference.issuer.as_deref().map(|name| format!(", {name}"));
            format!(
                "{}{}{} (tr. {})",
                named(reference.document_type.as_deref(), &reference.number),
                date.unwrap_or_default(),
                issuer.unwrap_or_default(),
                reference.occurrence.page
            )
        }),
    );
    list(
        &mut card,
        "Luật viện dẫn",
        record.cited_laws.iter().map(|law| {
            let article = law.article.as_deref();
            format!(
                "{}{} (tr. {})",
                article.map(|part| format!("{part} ")).unwrap_or_default(),
                law.text,
                law.occurrence.page
            )
        }),
    );
    list(
        &mut card,
        "Thời hạn",
        record.deadlines.iter().map(|deadline| {
            format!(
                "{} → {} (tr. {})",
                deadline.text,
                day(&deadline.value),
                deadline.occurrence.page
            )
        }),
    );
    list(
        &mut card,
        "Thời hạn định kỳ",
        record
            .recurring_deadlines
            .iter()
            .map(|deadline| format!("{} (tr. {})", deadline.text, deadline.occurrence.page)),
    );
    list(
        &mut card,
        "Giai đoạn",
        record.periods.iter().map(|period| {
            format!(
                "{} – {} (tr. {})",
                day(&period.from),
                day(&period.to),
                period.occurrence.page
            )
        }),
    );
    let of_kind = |kind| {
        record
            .targets
            .iter()
            .filter(move |target| target.kind == kind)
    };
    list(
        &mut card,
        "Chỉ tiêu",
        of_kind(TargetKind::Target).map(target),
    );
    list(
        &mut card,
        "Kết quả",
        of_kind(TargetKind::Result).map(target),
    );
    list(
        &mut card,
        "Số liệu không khớp",
        record.inconsistencies.iter().map(inconsistency),
    );
    list(
        &mut card,
        "Văn bản kèm theo",
        record.attached_documents.iter().map(|attached| {
            let number = attached.number.as_deref().unwrap_or("(không đọc được số)");
            format!(
                "{} (tr. {})",
                named(attached.document_type.as_deref(), number),
                attached.page
            )
        }),
    );
    printable(&card)
}

fn head(card: &mut String, document: &DocumentFields) {
    let doubt = |is_doubtful| {
        if is_doubtful {
            " (cần kiểm tra)"
        } else {
            ""
        }
    };
    let number = match (&document.number, &document.sign) {
        (Some(number), _) => Some(format!("{number}{}", doubt(document.number_doubtful))),
        (None, Some(sign)) => Some(format!("…/{sign} (không đọc được số)")),
        (None, None) => None,
    };
    field(card, "Số/ký hiệu", number.as_deref());
    let issued = document.issued.as_deref().map(day);
    let partial = document.issued_partial.as_deref().map(|partial| {
        format!(
            "{} (thiếu ngày)",
            partial.split('-').rev().collect::<Vec<_>>().join("/")
        )
    });
    let issued = issued
        .map(|date| format!("{date}{}", doubt(document.issued_doubtful)))
        .or(partial);
    field(card, "Ngày ban hành", issued.as_deref());
    field(card, "Nơi ban hành", document.place.as_deref());
    let issuer = document.issuer.as_deref();
    let inferred = issuer.map(|name| {
        let note = if document.issuer_inferred {
            " (suy ra)"
        } else {
            ""
        };
        format!("{name}{note}")
    });
    field(card, "Cơ quan ban hành", inferred.as_deref());
    field(card, "Cơ quan chủ quản", document.issuer_parent.as_deref());
    field(card, "Loại", document.document_type.as_deref());
    field(card, "Trích yếu", document.subject.as_deref());
    field(card, "Độ khẩn", document.urgency.as_deref());
    field(card, "Độ mật", document.secrecy.as_deref());
    list(card, "Kính gửi", document.addressees.iter().cloned());
    list(card, "Nơi nhận", document.recipients.iter().cloned());
    let signer = &document.signer;
    let parts: Vec<&str> = [&signer.authority, &signer.position, &signer.name]
        .into_iter()
        .filter_map(|part| part.as_deref())
        .collect();
    let signer = (!parts.is_empty()).then(|| parts.join(", "));
    field(card, "Người ký", signer.as_deref());
}

fn field(card: &mut String, label: &str, value: Option<&str>) {
    if let Some(value) = value {
        put(card, label, value);
    }
}

fn list(card: &mut String, label: &str, values: impl Iterator<Item = String>) {
    for (index, value) in values.enumerate() {
        let label = if index == 0 { label } else { "" };
        put(card, label, &value);
    }
}

fn put(card: &mut String, label: &str, value: &str) {
    let mark = if label.is_empty() { ' ' } else { ':' };
    let padding = LABEL_WIDTH.saturating_sub(label.chars().count());
    // Writing into a string cannot fail.
    let _ = writeln!(card, "{label}{mark}{:padding$} {value}", "");
}

fn named(document_type: Option<&str>, number: &str) -> String {
    match document_type {
        Some(document_type) => format!("{document_type} {number}"),
        None => number.to_owned(),
    }
}

fn target(target: &Target) -> String {
    let sign = match target.comparator {
        Comparator::AtLeast => "≥ ",
        Comparator::AtMost => "≤ ",
        Comparator::MoreThan => "> ",
        Comparator::LessThan => "< ",
        Comparator::Equal | Comparator::Range => "",
    };
    let upper = target.value_to.map(|to| format!(" – {}", amount(to)));
    let whole = target.out_of.map(|whole| format!("/{}", amount(whole)));
    let space = if target.unit == "%" { "" } else { " " };
    let who = target.who.as_deref().map(|who| format!("; {who}"));
    let until = target
        .until
        .as_deref()
        .map(|until| format!("; đến {}", day(until)));
    format!(
        "{}: {sign}{}{}{}{space}{}{}{} (tr. {})",
        target.indicator,
        amount(target.value),
        upper.unwrap_or_default(),
        whole.unwrap_or_default(),
        target.unit,
        who.unwrap_or_default(),
        until.unwrap_or_default(),
        target.occurrence.page
    )
}

fn inconsistency(found: &Inconsistency) -> String {
    let what = match found.kind {
        InconsistencyKind::Sum => "cộng lại được",
        InconsistencyKind::Share => "tính ra tỷ lệ %",
        InconsistencyKind::Change => "tính ra tăng, giảm %",
        InconsistencyKind::Part => "tổng chỉ có",
    };
    format!(
        "“{}”: {what} {} (tr. {})",
        found.text,
        amount(found.computed),
        found.occurrence.page
    )
}

/// A number as Vietnamese writes it: 22.725, 83,3.
fn amount(value: f64) -> String {
    let plain = format!("{value}");
    let (whole, decimals) = plain.split_once('.').unwrap_or((&plain, ""));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 && digit.is_ascii_digit() {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    if !decimals.is_empty() {
        grouped.push(',');
        grouped.push_str(decimals);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::{DocumentText, extract};

    #[test]
    fn amounts_are_written_the_vietnamese_way() {
        assert_eq!(amount(22725.0), "22.725");
        assert_eq!(amount(83.3), "83,3");
        assert_eq!(amount(5.0), "5");
        assert_eq!(amount(1_000_000.5), "1.000.000,5");
    }

    #[test]
    fn a_card_has_labels_and_leaves_out_what_is_not_there() {
        let text = "UBND TỈNH SÔNG LAM\nSỞ NỘI VỤ\nSố: 12/SNV-VP\nSông Lam, ngày 05 tháng 3 năm 2024\n\
            Kính gửi: Các phòng.\nBáo cáo trước ngày 20/3/2024, tỷ lệ hồ sơ đúng hạn tối thiểu 95,5%.\n";
        let card = card(&extract(&DocumentText::from_plain_text(text)));
        assert!(card.contains("Số/ký hiệu:         12/SNV-VP\n"), "{card}");
        assert!(card.contains("Ngày ban hành:      05/03/2024\n"), "{card}");
        assert!(card.contains("≥ 95,5%"), "{card}");
        assert!(card.contains("→ 20/03/2024 (tr. 1)"), "{card}");
        assert!(!card.contains("Người ký"), "{card}");
    }
}
