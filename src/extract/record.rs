//! The record of one document: what an archivist registers and an analyst
//! counts. Serialised, it is the JSON that `docs/record.schema.json` describes.
//!
//! A field that the page does not show is `None` (`null`), never guessed; what
//! is doubtful is given with a flag.

use crate::geometry::BoundingBox;
use serde::{Deserialize, Serialize};

/// Everything that was found in one document.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Record {
    pub document: DocumentFields,
    /// Every cited document number, every time it is cited.
    pub references: Vec<Reference>,
    /// Every full calendar date, those inside references included.
    pub dates: Vec<DateMention>,
    pub periods: Vec<Period>,
    /// Days by which something is to be done.
    pub deadlines: Vec<Deadline>,
    /// Deadlines that come again ("trước ngày 20 hằng tháng").
    #[serde(default)]
    pub recurring_deadlines: Vec<RecurringDeadline>,
    /// Time allowed ("trong thời hạn 05 ngày làm việc").
    #[serde(default)]
    pub durations: Vec<Duration>,
    pub percentages: Vec<Percentage>,
    pub targets: Vec<Target>,
    /// Laws cited by name, without a number.
    #[serde(default)]
    pub cited_laws: Vec<CitedLaw>,
    /// Sums and shares that the text states and that do not come out.
    #[serde(default)]
    pub inconsistencies: Vec<Inconsistency>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<Table>,
    /// Letterheads of further documents in the same file.
    #[serde(default)]
    pub attached_documents: Vec<AttachedDocument>,
}

/// What the letterhead and the end of a document tell.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DocumentFields {
    /// In lower case: "chỉ thị", "công văn", …
    #[serde(rename = "type")]
    pub document_type: Option<String>,
    /// Number and sign, e.g. "1347/SYT-VP"; `None` where the ordinal is not
    /// there or cannot be read.
    pub number: Option<String>,
    /// The sign alone ("SYT-VP"), also where the ordinal is missing.
    #[serde(default)]
    pub sign: Option<String>,
    pub issuer: Option<String>,
    pub issuer_parent: Option<String>,
    /// The issuer and its parent in the authority list, as they were on the issue
    /// date; the names above stay as printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer_authority: Option<AuthorityLink>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer_parent_authority: Option<AuthorityLink>,
    pub place: Option<String>,
    /// ISO 8601 date; `None` where the day or the month is not there.
    pub issued: Option<String>,
    /// What is there of an incomplete issue date, e.g. "2024-09".
    #[serde(default)]
    pub issued_partial: Option<String>,
    pub subject: Option<String>,
    /// "HỎA TỐC", "KHẨN", …
    #[serde(default)]
    pub urgency: Option<String>,
    /// "MẬT", "TỐI MẬT", …
    #[serde(default)]
    pub secrecy: Option<String>,
    pub addressees: Vec<String>,
    pub recipients: Vec<String>,
    pub signer: Signer,
    /// The others who signed a joint paper.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub further_signers: Vec<Signer>,
    /// The number is handwritten, damaged or was read with little certainty:
    /// to be looked at.
    #[serde(default)]
    pub number_doubtful: bool,
    /// The same of the issue date.
    #[serde(default)]
    pub issued_doubtful: bool,
    /// The issuer does not stand in a letterhead; it follows from sign, place
    /// and signature.
    #[serde(default)]
    pub issuer_inferred: bool,
    /// Part of the signature was misread (a seal or a pen over it) and set
    /// right by rule.
    #[serde(default)]
    pub signer_doubtful: bool,
    /// Fields that a person set in place of what was extracted, by their names
    /// in the catalogue ("number", "signer_name").
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrected_fields: Vec<String>,
}

/// An entry of the authority list ([`crate::authority`]).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorityLink {
    pub id: String,
    /// The full name in the list.
    pub name: String,
    /// First and last day (ISO 8601); `None` where they are not bounded.
    pub valid_from: Option<String>,
    pub valid_until: Option<String>,
}

/// Who signed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signer {
    /// "KT. GIÁM ĐỐC", "TM. ỦY BAN NHÂN DÂN", …
    pub authority: Option<String>,
    /// "PHÓ GIÁM ĐỐC", …
    pub position: Option<String>,
    pub name: Option<String>,
}

/// Where something stands.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Occurrence {
    /// 1-based.
    pub page: u32,
    /// 1-based line of the file, for plain text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// One box a line that the text touches, on the image of `page`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub boxes: Vec<BoundingBox>,
    /// The least certainty among the words, 0 to 1; scans only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
}

/// A cited document.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Reference {
    /// As printed, line breaks as spaces.
    pub text: String,
    /// In lower case; `None` where neither text nor sign tells it.
    #[serde(rename = "type")]
    pub document_type: Option<String>,
    pub number: String,
    /// Key for matching, see [`super::number_key()`].
    #[serde(default)]
    pub key: String,
    /// ISO 8601.
    pub date: Option<String>,
    pub issuer: Option<String>,
    /// Whom it is from in the authority list, as it was on the document's date; by
    /// the sign where no issuer is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer_authority: Option<AuthorityLink>,
    /// "khoản 2 Điều 103" where the text cites a part of the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
    /// A letter of the sign was repaired; `text` has it as read.
    #[serde(default, skip_serializing_if = "is_false")]
    pub number_repaired: bool,
    #[serde(flatten)]
    pub occurrence: Occurrence,
}

/// A full calendar date.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DateMention {
    pub text: String,
    /// ISO 8601.
    pub value: String,
    /// A letter was read for the digit 1 or for a slash; `text` has it as read.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_repaired: bool,
    #[serde(flatten)]
    pub occurrence: Occurrence,
}

/// A span of time with its two ends.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Period {
    pub text: String,
    /// A year ("2021") or an ISO 8601 date.
    pub from: String,
    pub to: String,
    #[serde(flatten)]
    pub occurrence: Occurrence,
}

/// How a deadline bounds: before the day, or on it at the latest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeadlineOperator {
    #[serde(rename = "<")]
    Before,
    #[serde(rename = "<=")]
    Until,
}

/// A day by which something is to be done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Deadline {
    pub text: String,
    /// ISO 8601 date, or year and month ("2024-06").
    pub value: String,
    pub operator: DeadlineOperator,
    #[serde(flatten)]
    pub occurrence: Occurrence,
}

/// A deadline that comes again.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RecurringDeadline {
    pub text: String,
    /// Day of the month.
    pub day: u32,
    /// Month of the year, where it is named: "ngày 15/12 hằng năm".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub month: Option<u32>,
    /// "tháng", "quý", "năm".
    pub every: String,
    #[serde(flatten)]
    pub occurrence: Occurrence,
}

/// Time allowed for something.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Duration {
    pub text: String,
    pub amount: u32,
    /// "ngày làm việc", "ngày", "tháng", "giờ", "năm", "tuần".
    pub unit: String,
    /// What the time is counted from, as printed: "kể từ ngày nhận hồ sơ".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted_from: Option<String>,
    #[serde(flatten)]
    pub occurrence: Occurrence,
}

/// A number with a per cent sign.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Percentage {
    pub text: String,
    pub value: f64,
    /// A digit seems to be lost: nobody asks for "tối thiểu 0%".
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_doubtful: bool,
    /// The lost digit was taken from where the document says the same again;
    /// `text` has what was read.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_completed: bool,
    #[serde(flatten)]
    pub occurrence: Occurrence,
}

/// How a stated value bounds the real one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Comparator {
    #[serde(rename = ">=")]
    AtLeast,
    #[serde(rename = "<=")]
    AtMost,
    #[serde(rename = ">")]
    MoreThan,
    #[serde(rename = "<")]
    LessThan,
    #[serde(rename = "=")]
    Equal,
    #[serde(rename = "range")]
    Range,
}

/// Whether a value is to be reached or was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TargetKind {
    Target,
    Result,
}

/// A quantified goal or a reported achievement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Target {
    /// What the value is said of.
    pub indicator: String,
    pub comparator: Comparator,
    pub value: f64,
    /// The upper end of a range.
    pub value_to: Option<f64>,
    /// "%", "điểm", "lần/ngày", "triệu đồng", …
    pub unit: String,
    pub kind: TargetKind,
    /// The whole that the value is a part of: 100 in "80,11/100 điểm".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub out_of: Option<f64>,
    /// The value tells how much more or less, not how much: "tăng 5% so với".
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_change: bool,
    /// A digit seems to be lost: nobody asks for "tối thiểu 0%".
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_doubtful: bool,
    /// The lost digit was taken from where the document says the same again;
    /// `text` has what was read.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_completed: bool,
    /// The agency that is to reach it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    /// Until when it is to be reached: an ISO 8601 date or a year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// What time the value is of, in ISO 8601: "2023", "2021/2025",
    /// "2023-04-01/2023-06-30".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holds_for: Option<String>,
    pub text: String,
    #[serde(flatten)]
    pub occurrence: Occurrence,
}

/// A law, code or ordinance cited by its name alone.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CitedLaw {
    pub text: String,
    /// "luật", "bộ luật", "pháp lệnh", "hiến pháp".
    #[serde(rename = "type")]
    pub document_type: String,
    /// "Luật Đất đai".
    pub name: String,
    /// ISO 8601, or the year alone.
    pub date: Option<String>,
    /// "khoản 2 Điều 103" where the text cites a part of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
    #[serde(flatten)]
    pub occurrence: Occurrence,
}

/// What about stated numbers does not come out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InconsistencyKind {
    /// Parts in brackets do not make up their whole.
    Sum,
    /// A share is not that of its ratio.
    Share,
    /// A change is not that of the two values.
    Change,
    /// A part exceeds its whole; `computed` is the whole.
    Part,
}

/// Numbers of the text that do not agree, as they stand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inconsistency {
    pub kind: InconsistencyKind,
    pub stated: f64,
    /// What comes out, to two decimals.
    pub computed: f64,
    pub text: String,
    #[serde(flatten)]
    pub occurrence: Occurrence,
}

/// A table: its headings and rows, each with as many cells.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// 1-based.
    pub page: u32,
    /// 1-based line of the file on which it begins, for plain text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bounding_box: Option<BoundingBox>,
    /// Empty where it has none.
    pub headings: Vec<String>,
    pub rows: Vec<Vec<String>>,
    /// Cells that reach over several rows or columns; known where ruling lines
    /// part them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merged_cells: Vec<MergedCell>,
}

/// A cell of a table that takes the place of several; its text stands in the
/// first of them, the others are empty.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergedCell {
    /// 0-based place of the first cell in [`Table::rows`].
    pub row: usize,
    pub column: usize,
    /// How many rows and columns it takes.
    pub row_span: usize,
    pub column_span: usize,
}

/// The letterhead of a further document in the file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct AttachedDocument {
    /// 1-based page on which it begins.
    pub page: u32,
    #[serde(rename = "type")]
    pub document_type: Option<String>,
    pub number: Option<String>,
    pub issuer: Option<String>,
    pub issued: Option<String>,
    pub subject: Option<String>,
}

fn is_false(value: &bool) -> bool {
    !*value
}
