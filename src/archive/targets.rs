//! The targets and reported results of all papers, for whoever leafs through
//! them; [`crate::export`] writes the whole table.

use super::{Archive, ArchiveError};
use rusqlite::Row;

/// A target or result with the paper it stands in.
#[derive(Debug, Clone, PartialEq)]
pub struct RegisteredTarget {
    pub document_id: i64,
    /// Of the targets of its paper, 0-based.
    pub item_index: u32,
    pub document_type: Option<String>,
    pub document_number: Option<String>,
    pub issuer: Option<String>,
    /// Day of issue of the paper, ISO 8601.
    pub issued: Option<String>,
    /// `target` or `result`.
    pub kind: Option<String>,
    pub indicator: Option<String>,
    pub comparator: Option<String>,
    pub value: Option<f64>,
    pub value_to: Option<f64>,
    pub unit: Option<String>,
    /// 1-based.
    pub page_number: Option<u32>,
}

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
            .prepare_cached(
                "SELECT document_id, item_index, document_type, document_number, issuer, issued,
                        kind, indicator, comparator, value, value_to, unit, page_number
                 FROM target_register ORDER BY document_id, item_index",
            )
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
}

fn target_from(row: &Row<'_>) -> rusqlite::Result<RegisteredTarget> {
    // A count of 14 is an integer in JSON; figures are compared as numbers.
    let number = |name: &str| -> rusqlite::Result<Option<f64>> { row.get(name) };
    Ok(RegisteredTarget {
        document_id: row.get("document_id")?,
        item_index: row.get("item_index")?,
        document_type: row.get("document_type")?,
        document_number: row.get("document_number")?,
        issuer: row.get("issuer")?,
        issued: row.get("issued")?,
        kind: row.get("kind")?,
        indicator: row.get("indicator")?,
        comparator: row.get("comparator")?,
        value: number("value")?,
        value_to: number("value_to")?,
        unit: row.get("unit")?,
        page_number: row.get("page_number")?,
    })
}
