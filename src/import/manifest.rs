//! A table that tells where in the store each paper stands.
//!
//! A row a file, comma- or semicolon-separated with a heading, as spreadsheets
//! write it. The columns may stand in any order and are named in Vietnamese,
//! with or without marks, or in English; others are passed over. A file is named
//! by its path, from the table's folder on or from the root, or by its name
//! alone.

use crate::archive::ArchivePlace;
use crate::vietnamese::{fold, normalize};
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Names of the columns, folded: the first one is what messages call it.
const FILE: [&str; 6] = ["tep", "ten tep", "tap tin", "ten file", "file", "path"];
const FONDS: [&str; 3] = ["phong", "ten phong", "fonds"];
const REGISTER: [&str; 3] = ["muc luc", "so muc luc", "register"];
const BOX: [&str; 4] = ["hop", "so hop", "hop so", "box"];
const DOSSIER: [&str; 4] = ["ho so", "so ho so", "ho so so", "dossier"];
const SHEET: [&str; 5] = ["to", "to so", "so to", "sheet", "page"];

/// Where papers stand, by their files.
#[derive(Debug)]
pub struct Manifest {
    rows: Vec<Row>,
    by_path: HashMap<PathBuf, usize>,
    by_name: HashMap<String, usize>,
    files: Mutex<FilesOfRows>,
}

/// Indices of rows by what became of their files.
#[derive(Debug, Default)]
struct FilesOfRows {
    /// Among those to import.
    found: HashSet<usize>,
    /// Taken up, of these.
    reached: HashSet<usize>,
}

#[derive(Debug)]
struct Row {
    /// 1-based, as a spreadsheet counts them.
    line_number: usize,
    file: String,
    place: ArchivePlace,
}

/// What became of the rows.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct ManifestReport {
    /// Rows whose file was taken up.
    pub n_matched: usize,
    /// Rows whose file was found and not taken up any more, since the import was
    /// interrupted.
    pub n_not_reached: usize,
    /// Rows whose file was not among those to import.
    pub unmatched: Vec<UnmatchedRow>,
}

/// A row whose file was not among those to import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnmatchedRow {
    /// 1-based.
    pub line_number: usize,
    pub file: String,
}

/// Why a table cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ManifestError {
    #[error("the table is not UTF-8; save it as \"CSV UTF-8\"")]
    NotUtf8,
    #[error(
        "the table's first line must name a column \"tệp\" (file) and at least one of \"phông\", \"mục lục\", \"hộp\", \"hồ sơ\", \"tờ\" (fonds, register, box, dossier, sheet)"
    )]
    NoHeading,
    #[error("line {line_number}: a quotation mark is not closed")]
    OpenQuote { line_number: usize },
    #[error("line {line_number}: the file {file} was named in line {before} already")]
    Twice {
        line_number: usize,
        file: String,
        before: usize,
    },
}

impl Manifest {
    /// Understands a table that lies in `folder`.
    ///
    /// # Errors
    /// [`ManifestError`] when it is none.
    pub fn parse(bytes: &[u8], folder: &Path) -> Result<Self, ManifestError> {
        let text = std::str::from_utf8(bytes).map_err(|_| ManifestError::NotUtf8)?;
        // A file that is not there yet has no real path; its folder has.
        let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let mut lines = records(text.strip_prefix('\u{feff}').unwrap_or(text))?.into_iter();
        let heading: Vec<String> = match lines.next() {
            Some((_, heading)) => heading.iter().map(|name| column_name(name)).collect(),
            None => Vec::new(),
        };
        let column = |names: &[&str]| {
            heading
                .iter()
                .position(|name| names.contains(&name.as_str()))
        };
        let file_column = column(&FILE).ok_or(ManifestError::NoHeading)?;
        let columns = [
            column(&FONDS),
            column(&REGISTER),
            column(&BOX),
            column(&DOSSIER),
            column(&SHEET),
        ];
        if columns.iter().all(Option::is_none) {
            return Err(ManifestError::NoHeading);
        }
        let mut manifest = Self {
            rows: Vec::new(),
            by_path: HashMap::new(),
            by_name: HashMap::new(),
            files: Mutex::default(),
        };
        for (line_number, cells) in lines {
            let cell = |column: usize| {
                let text = normalize(cells.get(column)?.trim());
                (!text.is_empty()).then_some(text)
            };
            let Some(file) = cells.get(file_column).map(|it| it.trim()) else {
                continue;
            };
            if file.is_empty() {
                continue;
            }
            let [fonds, register, box_number, dossier, sheet] =
                columns.map(|column| column.and_then(&cell));
            let place = ArchivePlace {
                fonds,
                register,
                box_number,
                dossier,
                sheet,
            };
            manifest.add(&folder, line_number, file, place)?;
        }
        Ok(manifest)
    }

    fn add(
        &mut self,
        folder: &Path,
        line_number: usize,
        file: &str,
        place: ArchivePlace,
    ) -> Result<(), ManifestError> {
        let row_idx = self.rows.len();
        // Paths of Windows are told by their strokes.
        let path = file.replace('\\', "/");
        let before = if path.contains('/') {
            let path = folder.join(&path);
            let path = path.canonicalize().unwrap_or(path);
            self.by_path.insert(path_key(&path), row_idx)
        } else {
            self.by_name.insert(normalize(&path), row_idx)
        };
        let file = normalize(file);
        if let Some(before) = before {
            return Err(ManifestError::Twice {
                line_number,
                file,
                before: self.rows[before].line_number,
            });
        }
        self.rows.push(Row {
            line_number,
            file,
            place,
        });
        Ok(())
    }

    /// Notes that these files are to be imported: what has a row of them is not
    /// missing, however far the import comes.
    pub fn expect(&self, files: &[PathBuf]) {
        let rows = files.iter().filter_map(|file| self.row_of(file));
        self.files().found.extend(rows);
    }

    /// Where the paper in that file stands; its file counts as taken up then.
    pub fn place_of(&self, file: &Path) -> Option<&ArchivePlace> {
        let row_idx = self.row_of(file)?;
        let mut files = self.files();
        files.found.insert(row_idx);
        files.reached.insert(row_idx);
        Some(&self.rows[row_idx].place)
    }

    fn row_of(&self, file: &Path) -> Option<usize> {
        let path = file.canonicalize().unwrap_or_else(|_| file.to_owned());
        let by_name = || {
            let name = file.file_name()?.to_str()?;
            self.by_name.get(&normalize(name))
        };
        let by_path = self.by_path.get(&path_key(&path));
        by_path.or_else(by_name).copied()
    }

    fn files(&self) -> MutexGuard<'_, FilesOfRows> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What became of the rows so far.
    pub fn report(&self) -> ManifestReport {
        let files = self.files();
        let rows = self.rows.iter().enumerate();
        ManifestReport {
            n_matched: files.reached.len(),
            n_not_reached: files.found.difference(&files.reached).count(),
            unmatched: rows
                .filter(|(row_idx, _)| !files.found.contains(row_idx))
                .map(|(_, row)| UnmatchedRow {
                    line_number: row.line_number,
                    file: row.file.clone(),
                })
                .collect(),
        }
    }
}

/// A path by which files and rows meet: letters and their marks may be one character or
/// several, on the disk and in the table.
fn path_key(path: &Path) -> PathBuf {
    match path.to_str() {
        Some(text) => PathBuf::from(normalize(text)),
        None => path.to_owned(),
    }
}

/// A heading without marks, capitals and what stands between its words.
fn column_name(heading: &str) -> String {
    let folded = fold(&normalize(heading)).to_lowercase();
    let words: Vec<&str> = folded
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

/// The records of a table (RFC 4180, or with semicolons) and the lines they
/// begin in. Empty lines are none.
fn records(text: &str) -> Result<Vec<(usize, Vec<String>)>, ManifestError> {
    let heading = text.lines().next().unwrap_or_default();
    let n_of = |mark: char| heading.matches(mark).count();
    let separator = if n_of(';') > n_of(',') { ';' } else { ',' };
    let mut records = Vec::new();
    let (mut cells, mut cell) = (Vec::new(), String::new());
    let (mut line_number, mut start) = (1, 1);
    let mut is_quoted = false;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        line_number += usize::from(letter == '\n');
        match letter {
            '"' if is_quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' if is_quoted => is_quoted = false,
            '"' if cell.is_empty() => is_quoted = true,
            _ if is_quoted => cell.push(letter),
            '\r' => {}
            '\n' => {
                cells.push(std::mem::take(&mut cell));
                records.push((start, std::mem::take(&mut cells)));
                start = line_number;
            }
            _ if letter == separator => cells.push(std::mem::take(&mut cell)),
            _ => cell.push(letter),
        }
    }
    if is_quoted {
        return Err(ManifestError::OpenQuote { line_number: start });
    }
    cells.push(cell);
    records.push((start, cells));
    records.retain(|(_, cells)| cells.iter().any(|cell| !cell.trim().is_empty()));
    Ok(records)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Manifest, ManifestError> {
        Manifest::parse(text.as_bytes(), Path::new("/kho"))
    }

    #[test]
    fn names_meet_however_their_marks_are_written() {
        use unicode_normalization::UnicodeNormalization;
        let dir = tempfile::tempdir().unwrap();
        let written: [String; 2] = [
            "năm/quyết định.pdf".nfc().collect(),
            "năm/quyết định.pdf".nfd().collect(),
        ];
        for on_disk in &written {
            let file = dir.path().join(on_disk);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(&file, "x").unwrap();
            for in_table in &written {
                let table = format!("tệp,hộp\n{in_table},7\n");
                let manifest = Manifest::parse(table.as_bytes(), dir.path()).unwrap();
                let place = manifest.place_of(&file);
                assert_eq!(place.and_then(|it| it.box_number.as_deref()), Some("7"));
            }
            std::fs::remove_file(&file).unwrap();
        }
    }

    #[test]
    fn headings_are_understood_in_any_order_and_spelling() {
        for text in [
            "Tệp,Phông,Mục lục,Hộp số,Hồ sơ,Tờ\na.pdf,UBND huyện,1,12A,45,3-5\n",
            "TO;HO_SO;HOP;MUC LUC;PHONG;TEN TEP\r\n3-5;45;12A;1;UBND huyện;a.pdf\r\n",
            "\u{feff}\"file\",fonds,register,box,dossier,page,note\na.pdf,UBND huyện,1,12A,45,3-5,x",
        ] {
            let manifest = parse(text).unwrap();
            let place = manifest.place_of(Path::new("scans/a.pdf")).unwrap();
            assert_eq!(
                place,
                &ArchivePlace {
                    fonds: Some("UBND huyện".to_owned()),
                    register: Some("1".to_owned()),
                    box_number: Some("12A".to_owned()),
                    dossier: Some("45".to_owned()),
                    sheet: Some("3-5".to_owned()),
                },
                "{text}"
            );
        }
    }

    #[test]
    fn paths_and_names_find_their_rows_and_the_rest_is_told() {
        let manifest = parse("tệp,hộp\nnăm 2023\\b.pdf,1\nb.pdf,2\nc.pdf,3\n").unwrap();
        let found = |path: &str| {
            let place = manifest.place_of(Path::new(path));
            place.and_then(|place| place.box_number.clone())
        };
        assert_eq!(found("/kho/năm 2023/b.pdf").as_deref(), Some("1"));
        assert_eq!(found("/elsewhere/b.pdf").as_deref(), Some("2"));
        assert_eq!(found("d.pdf"), None);
        let report = manifest.report();
        assert_eq!((report.n_matched, report.n_not_reached), (2, 0));
        assert_eq!(report.unmatched[0].line_number, 4);
    }

    #[test]
    fn a_file_that_an_interrupted_import_did_not_reach_is_not_missing() {
        let manifest = parse("tệp,hộp\na.pdf,1\nb.pdf,2\nc.pdf,3\n").unwrap();
        manifest.expect(&["scans/a.pdf", "scans/b.pdf"].map(PathBuf::from));
        manifest.place_of(Path::new("scans/a.pdf")).unwrap();
        let report = manifest.report();
        assert_eq!((report.n_matched, report.n_not_reached), (1, 1));
        let missing: Vec<usize> = report.unmatched.iter().map(|row| row.line_number).collect();
        assert_eq!(missing, [4]);
    }

    #[test]
    fn cells_in_quotes_may_hold_anything() {
        let manifest = parse("tệp,phông\n\"a,\"\"b\"\".pdf\",\"hai\ndòng\"\n").unwrap();
        let place = manifest.place_of(Path::new("a,\"b\".pdf")).unwrap();
        assert_eq!(place.fonds.as_deref(), Some("hai\ndòng"));
    }

    #[test]
    fn what_is_no_table_of_places_is_refused() {
        assert_eq!(parse("").unwrap_err(), ManifestError::NoHeading);
        assert_eq!(parse("a.pdf,1\n").unwrap_err(), ManifestError::NoHeading);
        assert_eq!(parse("tệp\na.pdf").unwrap_err(), ManifestError::NoHeading);
        assert_eq!(
            parse("tệp,hộp\n\"a.pdf,1\n").unwrap_err(),
            ManifestError::OpenQuote { line_number: 2 }
        );
        assert!(matches!(
            parse("tệp,hộp\na.pdf,1\na.pdf,2\n"),
            Err(ManifestError::Twice {
                line_number: 3,
                before: 2,
                ..
            })
        ));
        assert_eq!(
            Manifest::parse(&[0xd0, 0xff], Path::new("/")).unwrap_err(),
            ManifestError::NotUtf8
        );
    }
}
