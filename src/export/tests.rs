//! Tables as they are written.

use super::*;

const COLUMNS: [Column; 3] = [
    Column {
        name: "id",
        kind: ColumnKind::Integer,
    },
    Column {
        name: "value",
        kind: ColumnKind::Number,
    },
    Column {
        name: "text",
        kind: ColumnKind::Text,
    },
];

fn written(format: TableFormat, rows: &[[Cell; 3]]) -> Vec<u8> {
    let mut output = Vec::new();
    let mut writer = writer(format, &COLUMNS, &mut output).unwrap();
    for row in rows {
        writer.row(row).unwrap();
    }
    writer.finish().unwrap();
    drop(writer);
    output
}

fn rows() -> Vec<[Cell; 3]> {
    let text = |text: &str| Cell::Text(text.to_owned());
    vec![
        [
            Cell::Integer(1),
            Cell::Number(83.3),
            text("tối thiểu \"96%\", trở lên"),
        ],
        [Cell::Integer(2), Cell::None, text("=1+1")],
        [Cell::Integer(3), Cell::Number(-2.0), Cell::None],
    ]
}

#[test]
fn csv_quotes_and_runs_no_formulas() {
    let expected = "id,value,text\r\n1,83.3,\"tối thiểu \"\"96%\"\", trở lên\"\r\n\
                    2,,'=1+1\r\n3,-2,\r\n";
    let csv = written(TableFormat::Csv, &rows());
    assert_eq!(String::from_utf8(csv).unwrap(), expected);
}

#[test]
fn csv_for_excel_has_semicolons_and_decimal_commas() {
    let expected = "\u{feff}id;value;text\r\n1;83,3;\"tối thiểu \"\"96%\"\", trở lên\"\r\n\
                    2;;'=1+1\r\n3;-2;\r\n";
    let csv = written(TableFormat::CsvExcel, &rows());
    assert_eq!(String::from_utf8(csv).unwrap(), expected);
}

#[test]
fn json_is_an_array_of_rows() {
    for n_rows in [0, 1, 3] {
        let json = written(TableFormat::Json, &rows()[..n_rows]);
        let parsed: serde_json::Value = serde_json::from_slice(&json).unwrap();
        assert_eq!(parsed.as_array().unwrap().len(), n_rows);
    }
    let json: serde_json::Value =
        serde_json::from_slice(&written(TableFormat::Json, &rows())).unwrap();
    assert_eq!(json[1]["text"], "=1+1");
    assert_eq!(json[1]["value"], serde_json::Value::Null);
}

#[test]
fn parquet_ends_in_its_metadata() {
    for n_rows in [0, 3] {
        let file = written(TableFormat::Parquet, &rows()[..n_rows]);
        assert_eq!(
            (&file[..4], &file[file.len() - 4..]),
            (&b"PAR1"[..], &b"PAR1"[..])
        );
        let length = file[file.len() - 8..file.len() - 4].try_into().unwrap();
        let metadata_start = file.len() - 8 - u32::from_le_bytes(length) as usize;
        let metadata = &file[metadata_start..file.len() - 8];
        // Field 1 (the version, 1) and the list of columns with their root.
        assert_eq!(&metadata[..4], &[0x15, 2, 0x19, 0x4c]);
        assert!(metadata.windows(5).any(|bytes| bytes == b"value"));
        assert_eq!(metadata_start > 4, n_rows > 0);
    }
}

#[test]
fn filters_know_abbreviations_and_marks() {
    let mut document = Document {
        document_id: 1,
        sha256: String::new(),
        byte_length: 0,
        media_type: None,
        file_name: String::new(),
        source_path: String::new(),
        page_count: None,
        state: DocumentState::Read,
        imported_at: String::new(),
        finished_at: None,
        revision: 1,
        number_key: None,
        part_of: None,
        first_page: 1,
        fields: crate::archive::RegisteredFields {
            document_type: Some("quyết định".to_owned()),
            issuer: Some("Sở Y tế tỉnh Hải Thịnh".to_owned()),
            issued: Some("2023-03-02".to_owned()),
            ..Default::default()
        },
    };
    let filter = |document_type: &str, issuer: &str, days: &str| PaperFilter {
        document_type: Some(document_type.to_owned()),
        issuer: Some(issuer.to_owned()),
        issued: DayRange::parse(days),
        ..PaperFilter::default()
    };
    assert!(filter("QĐ", "y te hai thinh", "2023").admits(&document));
    assert!(!filter("QĐ", "y te hai thinh", "2022").admits(&document));
    assert!(!filter("KH", "y tế", "2023").admits(&document));
    assert!(!filter("QĐ", "hải y thi", "2023").admits(&document));
    document.state = DocumentState::Failed;
    assert!(!filter("QĐ", "y tế", "2023").admits(&document));
}
