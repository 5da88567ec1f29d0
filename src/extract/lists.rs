//! The hand-editable lists under `dictionaries/`, compiled in. Each is a text
//! file of tab-parted columns; lines that begin with `#` tell its origin.

use super::fold::{fold, skeleton};
use super::record::{Comparator, TargetKind};
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

macro_rules! list {
    ($file:literal) => {
        include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/dictionaries/",
            $file,
            ".tsv"
        ))
    };
}

fn rows(list: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    list.lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
        .map(|line| line.split('\t').map(str::trim).collect())
}

fn column(row: &[&'static str], index: usize) -> &'static str {
    row.get(index).copied().unwrap_or_default()
}

/// One document type.
pub(super) struct DocumentType {
    /// In lower case.
    pub(super) name: &'static str,
    pub(super) abbreviations: Vec<&'static str>,
    is_party: bool,
}

/// Document types, longer names first, so that "chương trình hành động" is
/// tried before "chương trình".
pub(super) static DOCUMENT_TYPES: LazyLock<Vec<DocumentType>> = LazyLock::new(|| {
    let mut types: Vec<DocumentType> = rows(list!("document_types"))
        .map(|row| DocumentType {
            name: column(&row, 0),
            abbreviations: column(&row, 1)
                .split(',')
                .filter(|abbreviation| *abbreviation != "-")
                .collect(),
            is_party: matches!(column(&row, 2), "party" | "both"),
        })
        .collect();
    types.sort_by_key(|document_type| std::cmp::Reverse(document_type.name.len()));
    types
});

/// Abbreviations of document types in signs of the state's papers.
static STATE_ABBREVIATIONS: LazyLock<HashMap<&'static str, &'static str>> =
    LazyLock::new(|| abbreviations(|document_type| document_type.name != "thông tri"));

/// Abbreviations of document types in Party signs.
static PARTY_ABBREVIATIONS: LazyLock<HashMap<&'static str, &'static str>> =
    LazyLock::new(|| abbreviations(|document_type| document_type.is_party));

fn abbreviations(is_wanted: impl Fn(&DocumentType) -> bool) -> HashMap<&'static str, &'static str> {
    let wanted = DOCUMENT_TYPES.iter().filter(|t| is_wanted(t));
    wanted
        .flat_map(|t| t.abbreviations.iter().map(|a| (*a, t.name)))
        .collect()
}

/// The document type that a sign's first segment stands for.
pub(super) fn type_of_abbreviation(abbreviation: &str, is_party: bool) -> Option<&'static str> {
    let list = if is_party {
        &PARTY_ABBREVIATIONS
    } else {
        &STATE_ABBREVIATIONS
    };
    list.get(abbreviation).copied()
}

/// Abbreviations of a document type given in lower case.
pub(super) fn abbreviations_of_type(name: &str) -> &'static [&'static str] {
    DOCUMENT_TYPES
        .iter()
        .find(|document_type| document_type.name == name)
        .map_or(&[], |document_type| document_type.abbreviations.as_slice())
}

/// First segments that Party numbers have.
pub(super) static PARTY_TYPES: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| PARTY_ABBREVIATIONS.keys().copied().collect());

/// Segments of signs that stand for agencies and units, with their meaning.
pub(super) static SIGN_SEGMENTS: LazyLock<HashMap<&'static str, &'static str>> =
    LazyLock::new(|| {
        rows(list!("sign_segments"))
            .map(|row| (column(&row, 0), column(&row, 1)))
            .collect()
    });

/// Misread segments and what they are.
pub(super) static SIGN_REPAIRS: LazyLock<HashMap<&'static str, &'static str>> =
    LazyLock::new(|| {
        rows(list!("sign_repairs"))
            .map(|row| (column(&row, 0), column(&row, 1)))
            .collect()
    });

/// Family names, keyed by letters alone.
pub(super) static FAMILY_NAMES: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    rows(list!("family_names"))
        .map(|row| (skeleton(column(&row, 0)), column(&row, 0)))
        .collect()
});

/// Words that open a body, never the second line of a subject.
pub(super) static BODY_OPENERS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    rows(list!("body_openers"))
        .map(|row| column(&row, 0))
        .collect()
});

/// Positions of signers, keyed by their skeletons.
pub(super) static POSITIONS: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    rows(list!("positions"))
        .map(|row| (skeleton(column(&row, 0)), column(&row, 0)))
        .collect()
});

/// The same as they are listed: two differ in their marks alone ("THỨ TRƯỞNG",
/// "THỦ TRƯỞNG").
pub(super) static POSITION_NAMES: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    rows(list!("positions"))
        .map(|row| column(&row, 0))
        .collect()
});

/// How an agency's full name is put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AgencyLevel {
    /// A people's committee or council.
    Body,
    /// A department under a body: takes the body's unit into its full name.
    Line,
    /// Stands alone.
    Own,
}

/// First words of agency names with their level, keyed by folded text.
pub(super) static AGENCY_HEADS: LazyLock<HashMap<String, (&'static str, AgencyLevel)>> =
    LazyLock::new(|| {
        rows(list!("agency_heads"))
            .map(|row| {
                let level = match column(&row, 1) {
                    "body" => AgencyLevel::Body,
                    "line" => AgencyLevel::Line,
                    _ => AgencyLevel::Own,
                };
                (fold(column(&row, 0)), (column(&row, 0), level))
            })
            .collect()
    });

/// Phrases inside agency names in normal case, keyed by lower-cased text.
pub(super) static AGENCY_PHRASES: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let heads = rows(list!("agency_heads"));
    let phrases = rows(list!("agency_phrases"));
    heads
        .chain(phrases)
        .map(|row| (column(&row, 0).to_lowercase(), column(&row, 0)))
        .collect()
});

/// The same keyed by folded text, for letterheads whose marks were misread.
pub(super) static FOLDED_AGENCY_PHRASES: LazyLock<HashMap<String, &'static str>> =
    LazyLock::new(|| {
        AGENCY_PHRASES
            .iter()
            .map(|(phrase, listed)| (fold(phrase), *listed))
            .collect()
    });

/// The level of an administrative unit.
pub(super) struct AdministrativeUnit {
    pub(super) name: &'static str,
    pub(super) level: &'static str,
    pub(super) province: Option<&'static str>,
}

/// Provinces and districts, keyed by folded name; several bear one name.
pub(super) static ADMINISTRATIVE_UNITS: LazyLock<HashMap<String, Vec<AdministrativeUnit>>> =
    LazyLock::new(|| {
        let mut units: HashMap<String, Vec<AdministrativeUnit>> = HashMap::new();
        for row in rows(list!("admin_units")) {
            let province = Some(column(&row, 2)).filter(|province| *province != "-");
            units
                .entry(fold(column(&row, 0)))
                .or_default()
                .push(AdministrativeUnit {
                    name: column(&row, 0),
                    level: column(&row, 1),
                    province,
                });
        }
        units
    });

/// Words that bound a value, with operator and side, longer ones first.
pub(super) struct ComparatorWord {
    pub(super) phrase: &'static str,
    pub(super) comparator: Comparator,
    pub(super) is_before: bool,
}

pub(super) static COMPARATORS: LazyLock<Vec<ComparatorWord>> = LazyLock::new(|| {
    let mut words: Vec<ComparatorWord> = rows(list!("comparators"))
        .map(|row| ComparatorWord {
            phrase: column(&row, 0),
            comparator: match column(&row, 1) {
                ">=" => Comparator::AtLeast,
                "<=" => Comparator::AtMost,
                ">" => Comparator::MoreThan,
                _ => Comparator::LessThan,
            },
            is_before: column(&row, 2) == "before",
        })
        .collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.phrase.len()));
    words
});

/// Words between indicator and value that say nothing, longer ones first.
pub(super) static VALUE_FILLERS: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| longest_first(list!("value_fillers")));

/// Words before a count that make it worth counting, longer ones first.
pub(super) static COUNT_VERBS: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| longest_first(list!("count_verbs")));

/// Units of counts, longer ones first.
pub(super) static UNITS: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| longest_first(list!("units")));

fn longest_first(list: &'static str) -> Vec<&'static str> {
    let mut phrases: Vec<&'static str> = rows(list).map(|row| column(&row, 0)).collect();
    phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.len()));
    phrases
}

/// A word that tells whether a value is a goal or an achievement.
pub(super) struct KindCue {
    pub(super) phrase: &'static str,
    pub(super) kind: TargetKind,
    pub(super) is_strong: bool,
}

pub(super) static KIND_CUES: LazyLock<Vec<KindCue>> = LazyLock::new(|| {
    rows(list!("kind_cues"))
        .map(|row| KindCue {
            phrase: column(&row, 0),
            kind: match column(&row, 1) {
                "result" => TargetKind::Result,
                _ => TargetKind::Target,
            },
            is_strong: column(&row, 2) == "strong",
        })
        .collect()
});

/// Nouns with which an indicator begins; `true`: it begins behind the word.
pub(super) static INDICATOR_HEADS: LazyLock<Vec<(&'static str, bool)>> = LazyLock::new(|| {
    rows(list!("indicator_heads"))
        .map(|row| (column(&row, 0), column(&row, 1) == "skip"))
        .collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_its_columns() {
        for (list, columns) in [
            (list!("document_types"), 3),
            (list!("sign_segments"), 2),
            (list!("sign_repairs"), 2),
            (list!("agency_heads"), 2),
            (list!("admin_units"), 4),
            (list!("body_openers"), 1),
            (list!("positions"), 1),
            (list!("family_names"), 1),
            (list!("agency_phrases"), 1),
            (list!("comparators"), 3),
            (list!("value_fillers"), 1),
            (list!("count_verbs"), 1),
            (list!("units"), 1),
            (list!("kind_cues"), 3),
            (list!("indicator_heads"), 2),
        ] {
            for row in rows(list) {
                assert_eq!(row.len(), columns, "{row:?}");
                assert!(row.iter().all(|cell| !cell.is_empty()), "{row:?}");
            }
        }
    }

    #[test]
    fn a_repair_never_replaces_a_segment_that_exists() {
        for (misread, meant) in SIGN_REPAIRS.iter() {
            assert!(!SIGN_SEGMENTS.contains_key(misread), "{misread}");
            assert!(type_of_abbreviation(misread, false).is_none(), "{misread}");
            assert!(
                SIGN_SEGMENTS.contains_key(meant) || type_of_abbreviation(meant, false).is_some(),
                "{meant}"
            );
        }
    }

    #[test]
    fn one_abbreviation_means_thong_tu_or_thong_tri() {
        assert_eq!(type_of_abbreviation("TT", false), Some("thông tư"));
        assert_eq!(type_of_abbreviation("TT", true), Some("thông tri"));
    }
}
