//! The quantity of a target, as it is written and as it compares.

use crate::archive::RegisteredTarget;
use crate::server::web::visit::Visit;
use serde_json::Value;

/// The quantity of a target of the register.
pub(super) fn figure(visit: &Visit, target: &RegisteredTarget) -> String {
    written(
        visit,
        target.comparator.as_deref(),
        target.value,
        target.value_to,
        target.unit.as_deref(),
        target.out_of,
    )
}

/// The quantity of a target of a record.
pub(in crate::server::web) fn quantity(visit: &Visit, target: &Value) -> String {
    written(
        visit,
        target["comparator"].as_str(),
        target["value"].as_f64(),
        target["value_to"].as_f64(),
        target["unit"].as_str(),
        target["out_of"].as_f64(),
    )
}

/// `≥ 96%`, `2.871/3.140 phương tiện`, `10–12 ngày`.
fn written(
    visit: &Visit,
    comparator: Option<&str>,
    value: Option<f64>,
    value_to: Option<f64>,
    unit: Option<&str>,
    out_of: Option<f64>,
) -> String {
    let sign = match comparator {
        Some(">=") => "≥ ",
        Some("<=") => "≤ ",
        Some(">") => "> ",
        Some("<") => "< ",
        _ => "",
    };
    let number = |value: f64| visit.language.number(value, 3);
    let value = value.map(number).unwrap_or_else(|| "–".to_owned());
    let to = value_to
        .map(|to| format!("–{}", number(to)))
        .unwrap_or_default();
    let out_of = out_of
        .map(|whole| format!("/{}", number(whole)))
        .unwrap_or_default();
    let unit = match unit {
        Some("%") => "%".to_owned(),
        Some(unit) => format!(" {unit}"),
        None => String::new(),
    };
    format!("{sign}{value}{to}{out_of}{unit}")
}

/// What a sum of money is in đồng.
const MONEY: [(&str, f64); 6] = [
    ("đồng", 1.0),
    ("nghìn đồng", 1e3),
    ("ngàn đồng", 1e3),
    ("triệu đồng", 1e6),
    ("tỷ đồng", 1e9),
    ("tỉ đồng", 1e9),
];

/// What values are compared by: those of one unit among themselves, sums of money
/// in đồng; what has no value comes first.
pub(super) fn comparable(target: &RegisteredTarget) -> (String, f64) {
    let unit = target.unit.as_deref().unwrap_or_default().to_lowercase();
    let value = target.value.unwrap_or(f64::MIN);
    match MONEY.iter().find(|(money, _)| *money == unit) {
        Some((_, dong)) => ("đồng".to_owned(), value * dong),
        None => (unit, value),
    }
}
