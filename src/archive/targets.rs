//! The targets and reported results of all papers, for whoever leafs through
//! them; [`crate::export`] writes the whole table.

use super::{Archive, ArchiveError};
use rusqlite::{Connection, Row};

/// A target or result with the paper it stands in.
#[derive(Debug, Clone, PartialEq)]
pub struct RegisteredTarget {
    pub document_id: i64,
    /// Of the targets of its paper, 0-based.
    pub item_index: u32,
    pub document_type: Option<String>,
    pub document_number: Option<String>,
    /// The number of the paper is handwritten or was read with little certainty.
    pub number_doubtful: bool,
    pub subject: Option<String>,
    pub file_name: String,
    pub issuer: Option<String>,
    pub issuer_parent: Option<String>,
    /// Day of issue of the paper, ISO 8601.
    pub issued: Option<String>,
    /// Month or year of issue of the paper where the day was not read.
    pub issued_partial: Option<String>,
    /// As of the number.
    pub issued_doubtful: bool,
    /// `target` or `result`.
    pub kind: Option<String>,
    pub indicator: Option<String>,
    pub comparator: Option<String>,
    pub value: Option<f64>,
    pub value_to: Option<f64>,
    pub unit: Option<String>,
    /// The whole that a count is part of: 23 of 27.
    pub out_of: Option<f64>,
    /// How much more or less, not how much.
    pub is_change: bool,
    /// Who is to reach it, as printed.
    pub who: Option<String>,
    /// Until when it is to be reached, ISO 8601: a day or a year.
    pub until: Option<String>,
    /// What time the value is of, ISO 8601: `2023`, `2021/2025`.
    pub holds_for: Option<String>,
    /// The words that say it.
    pub text: Option<String>,
    /// 1-based.
    pub page_number: Option<u32>,
    /// The least certainty among the words that say it, 0 to 1; scans only.
    pub confidence: Option<f64>,
}

const SELECT: &str = "SELECT document_id, item_index, document_type, document_number, number_doubtful,
        subject, file_name, issued_doubtful, out_of, is_change, confidence, issuer,
        issuer_parent, issued, issued_partial, kind, indicator, comparator, value, value_to, unit, who, until,
        holds_for, text, page_number
    FROM target_register";

impl Archive {
    /// All targets that `admits` lets through, in the order of their papers; at
    /// most `limit`.
    pub fn targets(
        &self,
        limit: usize,
        admits: impl Fn(&RegisteredTarget) -> bool,
    ) -> Result<Vec<RegisteredTarget>, ArchiveError> {
        let connection = self.connection();
        let mut query = connection
            .prepare_cached(&format!("{SELECT} ORDER BY document_id, item_index"))
            .map_err(self.failed("reading targets"))?;
        let rows = query
            .query_map([], target_from)
            .map_err(self.failed("reading targets"))?;
        let mut targets = Vec::new();
        for row in rows {
            let target = row.map_err(self.failed("reading targets"))?;
            if admits(&target) {
                targets.push(target);
            }
            if targets.len() >= limit {
                break;
            }
        }
        Ok(targets)
    }

    /// The targets of one paper, in their order.
    pub fn targets_of(&self, document_id: i64) -> Result<Vec<RegisteredTarget>, ArchiveError> {
        let read = |connection: &Connection| -> rusqlite::Result<Vec<RegisteredTarget>> {
            connection
                .prepare_cached(&format!(
                    "{SELECT} WHERE document_id = ?1 ORDER BY item_index"
                ))?
                .query_map([document_id], target_from)?
                .collect()
        };
        read(&self.connection()).map_err(self.failed("reading targets"))
    }
}

fn target_from(row: &Row<'_>) -> rusqlite::Result<RegisteredTarget> {
    // A count of 14 is an integer in JSON; figures are compared as numbers.
    let number = |name: &str| -> rusqlite::Result<Option<f64>> { row.get(name) };
    Ok(RegisteredTarget {
        document_id: row.get("document_id")?,
        item_index: row.get("item_index")?,
        document_type: row.get("document_type")?,
        document_number: row.get("document_number")?,
        number_doubtful: row.get("number_doubtful")?,
        subject: row.get("subject")?,
        file_name: row.get("file_name")?,
        issuer: row.get("issuer")?,
        issuer_parent: row.get("issuer_parent")?,
        issued: row.get("issued")?,
        issued_partial: row.get("issued_partial")?,
        issued_doubtful: row.get("issued_doubtful")?,
        kind: row.get("kind")?,
        indicator: row.get("indicator")?,
        comparator: row.get("comparator")?,
        value: number("value")?,
        value_to: number("value_to")?,
        unit: row.get("unit")?,
        out_of: number("out_of")?,
        is_change: row.get("is_change")?,
        who: row.get("who")?,
        until: row.get("until")?,
        holds_for: row.get("holds_for")?,
        text: row.get("text")?,
        page_number: row.get("page_number")?,
        confidence: number("confidence")?,
    })
}
