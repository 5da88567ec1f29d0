//! Where a paper stands in the store.

use super::{Archive, ArchiveError};
use rusqlite::{OptionalExtension, params};
use serde::Serialize;

/// The place of a paper original, in the five levels that the registers of
/// Vietnamese archives name. Text: a box is as often "12A" as "12".
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct ArchivePlace {
    /// "Phông": all papers of one agency.
    pub fonds: Option<String>,
    /// "Mục lục": the register of its dossiers.
    pub register: Option<String>,
    /// "Hộp".
    #[serde(rename = "box")]
    pub box_number: Option<String>,
    /// "Hồ sơ".
    pub dossier: Option<String>,
    /// "Tờ": the sheet in the dossier, or the first and last one.
    pub sheet: Option<String>,
}

impl ArchivePlace {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Archive {
    /// Notes where a document stands in the store, in place of what was noted
    /// before; for a stack that was split, also where its papers stand.
    pub fn set_place(&self, document_id: i64, place: &ArchivePlace) -> Result<(), ArchiveError> {
        self.write("noting a place in the store", |transaction| {
            transaction
                .prepare_cached(
                    "INSERT INTO archive_places
                         (document_id, fonds, register, box, dossier, sheet)
                     SELECT document_id, ?2, ?3, ?4, ?5, ?6
                     FROM documents WHERE document_id = ?1 OR part_of = ?1
                     ON CONFLICT (document_id) DO UPDATE SET
                         fonds = excluded.fonds, register = excluded.register,
                         box = excluded.box, dossier = excluded.dossier,
                         sheet = excluded.sheet",
                )?
                .execute(params![
                    document_id,
                    place.fonds,
                    place.register,
                    place.box_number,
                    place.dossier,
                    place.sheet
                ])?;
            Ok(())
        })
    }

    /// Where a document stands in the store, where that is known.
    pub fn place(&self, document_id: i64) -> Result<Option<ArchivePlace>, ArchiveError> {
        self.connection()
            .prepare_cached(
                "SELECT fonds, register, box, dossier, sheet
                 FROM archive_places WHERE document_id = ?1",
            )
            .and_then(|mut query| {
                query
                    .query_row([document_id], |row| {
                        Ok(ArchivePlace {
                            fonds: row.get(0)?,
                            register: row.get(1)?,
                            box_number: row.get(2)?,
                            dossier: row.get(3)?,
                            sheet: row.get(4)?,
                        })
                    })
                    .optional()
            })
            .map_err(self.failed("reading a place in the store"))
    }
}
