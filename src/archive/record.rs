//! The record of a document: main fields as columns, the whole as JSON, cited
//! papers as rows.

use super::{Archive, ArchiveError, number_key};
use rusqlite::{OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The fields of a record that lists, filters and SQL users need as columns.
/// `None` is what the paper does not show.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisteredFields {
    /// Lower case: `công văn`, `quyết định`.
    #[serde(rename = "type")]
    pub document_type: Option<String>,
    /// As printed: `1347/SYT-VP`.
    pub number: Option<String>,
    /// The part behind the number, `UBND-VX`, also where the number itself was
    /// not read.
    pub sign: Option<String>,
    /// The number is handwritten or was read with little certainty.
    pub number_doubtful: bool,
    pub issuer: Option<String>,
    pub issuer_parent: Option<String>,
    pub place: Option<String>,
    /// Day of issue, ISO 8601.
    pub issued: Option<String>,
    /// Month (`2023-03`) or year of issue where the day was not read; days are
    /// often written by hand.
    pub issued_partial: Option<String>,
    /// As of the number.
    pub issued_doubtful: bool,
    pub subject: Option<String>,
    /// `KT. GIÁM ĐỐC`.
    pub signer_authority: Option<String>,
    pub signer_position: Option<String>,
    pub signer_name: Option<String>,
    /// Degree of secrecy as stamped: `MẬT`; `None` for a paper anyone may see.
    pub secrecy: Option<String>,
}

impl Archive {
    /// The whole record of a document; `None` before it was read.
    pub fn record(&self, document_id: i64) -> Result<Option<Value>, ArchiveError> {
        let json: Option<String> = self
            .connection()
            .prepare_cached("SELECT json FROM records WHERE document_id = ?1")
            .and_then(|mut query| query.query_row([document_id], |row| row.get(0)).optional())
            .map_err(self.failed("reading a record"))?;
        json.map(|json| {
            serde_json::from_str(&json).map_err(|error| ArchiveError::UnreadableRow {
                document_id,
                what: "record",
                detail: error.to_string(),
            })
        })
        .transpose()
    }
}

/// Writes the columns.
pub(super) fn store_fields(
    transaction: &Transaction<'_>,
    document_id: i64,
    fields: &RegisteredFields,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "UPDATE documents SET type = ?2, number = ?3, number_key = ?4, issuer = ?5,
                 issuer_parent = ?6, place = ?7, issued = ?8, subject = ?9,
                 signer_authority = ?10, signer_position = ?11, signer_name = ?12,
                 number_doubtful = ?13, issued_doubtful = ?14, secrecy = ?15, sign = ?16,
                 issued_partial = ?17
             WHERE document_id = ?1",
        )?
        .execute(params![
            document_id,
            fields.document_type,
            fields.number,
            fields.number.as_deref().map(number_key),
            fields.issuer,
            fields.issuer_parent,
            fields.place,
            fields.issued,
            fields.subject,
            fields.signer_authority,
            fields.signer_position,
            fields.signer_name,
            fields.number_doubtful,
            fields.issued_doubtful,
            fields.secrecy,
            fields.sign,
            fields.issued_partial,
        ])?;
    Ok(())
}

/// Writes the JSON and the rows drawn from it, in place of earlier ones.
pub(super) fn store_record(
    transaction: &Transaction<'_>,
    document_id: i64,
    record: &Value,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("INSERT OR REPLACE INTO records (document_id, json) VALUES (?1, ?2)")?
        .execute(params![document_id, record.to_string()])?;
    transaction
        .prepare_cached("DELETE FROM document_references WHERE document_id = ?1")?
        .execute([document_id])?;
    let mut insert = transaction.prepare_cached(
        "INSERT INTO document_references
             (document_id, item_index, text, type, number, number_key, date, issuer, page_number)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    let references = record["references"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    for (item_index, reference) in references.iter().enumerate() {
        let number = reference["number"].as_str();
        insert.execute(params![
            document_id,
            i64::try_from(item_index).unwrap_or(i64::MAX),
            reference["text"].as_str(),
            reference["type"].as_str(),
            number,
            number.map(number_key),
            reference["date"].as_str(),
            reference["issuer"].as_str(),
            reference["page"].as_i64(),
        ])?;
    }
    Ok(())
}
