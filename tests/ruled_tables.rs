//! Tables of sample scans, from the picture to the cells of the record.

mod common;

use common::{sample, vanthu};
use serde_json::{Value, json};

fn tables(name: &str) -> Vec<Value> {
    let output = vanthu()
        .args(["extract", "--format", "json"])
        .arg(sample(name))
        .assert()
        .code(0);
    let record: Value =
        serde_json::from_slice(&output.get_output().stdout).expect("a record is JSON");
    record["tables"].as_array().cloned().unwrap_or_default()
}

fn row(cells: &Value) -> Vec<&str> {
    let cells = cells.as_array().expect("a row has cells");
    cells.iter().filter_map(Value::as_str).collect()
}

#[test]
fn a_table_of_money_has_its_rows_its_total_and_its_headings() {
    let tables = tables("17");
    assert_eq!(tables.len(), 1, "{tables:?}");
    let table = &tables[0];
    assert_eq!(table["page"], 1);
    let headings = row(&table["headings"]);
    assert_eq!(headings.len(), 5, "{headings:?}");
    assert_eq!(headings[1], "Nội dung thu");
    let rows: Vec<Vec<&str>> = table["rows"]
        .as_array()
        .map_or_else(Vec::new, |rows| rows.iter().map(row).collect());
    assert_eq!(rows.len(), 6, "{rows:?}");
    // Two printed lines in one cell.
    assert_eq!(rows[0][1], "Thuế công thương nghiệp, ngoài quốc doanh");
    assert_eq!(
        rows[3],
        ["4", "Thu tiền sử dụng đất", "97.000", "66.337", "68,4%"]
    );
    assert_eq!(rows[5], ["Tổng cộng", "", "240.000", "187.642", "78,2%"]);
    assert_eq!(
        table["merged_cells"],
        json!([{"row": 5, "column": 0, "row_span": 1, "column_span": 2}])
    );
}

#[test]
fn a_table_of_a_bilevel_scan_has_every_person_in_a_row() {
    let tables = tables("04");
    assert_eq!(tables.len(), 1, "{tables:?}");
    assert_eq!(
        tables[0]["headings"],
        json!(["TT", "Họ và tên", "Chức vụ, đơn vị công tác", "Nhiệm vụ"])
    );
    let rows = tables[0]["rows"].as_array().map_or(0, Vec::len);
    assert_eq!(rows, 7);
}
