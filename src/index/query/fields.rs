//! The fields that a query can name, in all their spellings.

use crate::vietnamese::fold;

/// A field of the paper that a query can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum QueryField {
    /// `số:`
    Number,
    /// `loại:`
    Type,
    /// `cơ quan:`
    Issuer,
    /// `trích yếu:`
    Subject,
    /// `người ký:`
    Signer,
    /// `dẫn:`, a paper that it cites
    Cites,
    /// `ngày:`
    Issued,
}

impl QueryField {
    /// Whether its value is words of the language, rather than a number or a day.
    pub(in crate::index) fn has_words(self) -> bool {
        !matches!(self, Self::Number | Self::Cites | Self::Issued)
    }
}

/// Folded, words parted by one space. What is written as one word or with
/// hyphens is found too, see [`field_of`].
const NAMES: [(&str, QueryField); 28] = [
    ("so", QueryField::Number),
    ("so hieu", QueryField::Number),
    ("so ky hieu", QueryField::Number),
    ("ky hieu", QueryField::Number),
    ("number", QueryField::Number),
    ("loai", QueryField::Type),
    ("loai van ban", QueryField::Type),
    ("type", QueryField::Type),
    ("co quan", QueryField::Issuer),
    ("co quan ban hanh", QueryField::Issuer),
    ("noi ban hanh", QueryField::Issuer),
    ("issuer", QueryField::Issuer),
    ("trich yeu", QueryField::Subject),
    ("ve viec", QueryField::Subject),
    ("subject", QueryField::Subject),
    ("nguoi ky", QueryField::Signer),
    ("signer", QueryField::Signer),
    ("dan", QueryField::Cites),
    ("vien dan", QueryField::Cites),
    ("dan chieu", QueryField::Cites),
    ("can cu", QueryField::Cites),
    ("cites", QueryField::Cites),
    ("ngay", QueryField::Issued),
    ("nam", QueryField::Issued),
    ("ngay ky", QueryField::Issued),
    ("ngay ban hanh", QueryField::Issued),
    ("date", QueryField::Issued),
    ("issued", QueryField::Issued),
];

/// No name is longer, in bytes of its marked spelling.
pub(super) const MAX_NAME_BYTES: usize = 40;

/// The field of that name, with or without marks, spaces or capitals.
pub(super) fn field_of(name: &str) -> Option<QueryField> {
    let joined = |name: &str| -> String {
        name.chars()
            .filter(|letter| !matches!(letter, ' ' | '_' | '-'))
            .collect()
    };
    let typed = joined(&fold(&crate::vietnamese::normalize(name)).to_lowercase());
    NAMES
        .iter()
        .find(|(known, _)| joined(known) == typed)
        .map(|(_, field)| *field)
}

/// Abbreviations of the types of documents, as the decree on records work
/// prescribes them in signs.
const TYPE_ABBREVIATIONS: &str = include_str!("../../../dictionaries/document-types.tsv");

/// `QĐ` as *quyết định*; what is no abbreviation stays. Marks are heeded first:
/// *HĐ* is *hợp đồng* and *HD* is *hướng dẫn*.
pub fn spelled_out_type(text: &str) -> &str {
    let rows = || {
        TYPE_ABBREVIATIONS
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| line.split_once('\t'))
    };
    let upper = crate::vietnamese::normalize(text).to_uppercase();
    rows()
        .find(|(short, _)| short.to_uppercase() == upper)
        .or_else(|| rows().find(|(short, _)| fold(short).to_uppercase() == upper))
        .map_or(text, |(_, long)| long)
}

/// Whether a folded word is the abbreviation of a type.
pub(super) fn is_type_abbreviation(folded: &str) -> bool {
    TYPE_ABBREVIATIONS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .any(|(short, _)| fold(short).eq_ignore_ascii_case(folded))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_their_spellings() {
        for name in ["cơ quan", "co quan", "coquan", "Cơ_quan", "CO QUAN"] {
            assert_eq!(field_of(name), Some(QueryField::Issuer), "{name}");
        }
        assert_eq!(field_of("số"), Some(QueryField::Number));
        assert_eq!(field_of("nguoiky"), Some(QueryField::Signer));
        assert_eq!(field_of("http"), None);
        assert_eq!(field_of(""), None);
    }

    #[test]
    fn abbreviated_types() {
        let cases = [
            ("QĐ", "quyết định"),
            ("qd", "quyết định"),
            ("HĐ", "hợp đồng"),
            ("HD", "hướng dẫn"),
            ("công văn", "công văn"),
        ];
        for (short, long) in cases {
            assert_eq!(spelled_out_type(short), long);
        }
    }
}
