//! Names through time: who looks for an agency or a place also finds it under
//! the names it had before and has had since.

use super::abbreviations::Abbreviations;
use super::fields::QueryField;
use super::item::{Item, QueryWord, words_of};
use crate::authority::{self, Authority};

/// A name of an agency of a unit has no more words.
const MAX_NAME_WORDS: usize = 16;
/// More authorities of one name are told apart by nothing that was typed.
const MAX_BEARERS: usize = 3;
/// Other names looked for; a district became a dozen communes.
const MAX_OTHER_NAMES: usize = 12;

/// The names before and after, of the agency or unit that bears exactly this
/// name; none where it has none or is not known.
pub(super) fn other_names(words: &[QueryWord]) -> Vec<String> {
    if !(2..=MAX_NAME_WORDS).contains(&words.len()) {
        return Vec::new();
    }
    let typed: Vec<&str> = words.iter().map(|word| word.exact.as_str()).collect();
    let bearers: Vec<Authority> = authority::find(&typed.join(" "))
        .into_iter()
        .filter(|bearer| is_meant(bearer, &words[0]))
        .collect();
    if bearers.len() > MAX_BEARERS {
        return Vec::new();
    }
    let mut names: Vec<String> = Vec::new();
    for bearer in &bearers {
        let others = bearer.all_successors().into_iter();
        for other in others.chain(bearer.all_predecessors()) {
            let name = without_parent(&other.name()).to_owned();
            let is_own = bearers
                .iter()
                .any(|bearer| without_parent(&bearer.name()) == name);
            if !is_own && !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names.truncate(MAX_OTHER_NAMES);
    names
}

/// Whether a bearer of a name is what its first word says: *an toàn* is safety
/// and not the commune of that name, while the name of a province stands alone.
fn is_meant(bearer: &Authority, first: &QueryWord) -> bool {
    let name = words_of(&bearer.name());
    let Some(level) = name.first() else {
        return false;
    };
    level.folded == first.folded
        || Abbreviations::shipped().is_short(first)
        || matches!(level.folded.as_str(), "tinh" | "thanh")
}

/// "huyện Long Thành, tỉnh Đồng Nai" as papers of the district write it.
fn without_parent(name: &str) -> &str {
    name.split_once(',').map_or(name, |(name, _)| name)
}

/// The words of the names, with abbreviations as papers write them.
pub(super) fn spellings(names: &[String]) -> Vec<Vec<QueryWord>> {
    let table = Abbreviations::shipped();
    names
        .iter()
        .flat_map(|name| table.variants(&words_of(name)))
        .collect()
}

/// Joins plain words that are such a name, with its other names; these are given
/// too, to be told.
pub(super) fn join_names(items: Vec<Item>) -> (Vec<Item>, Vec<String>) {
    let mut joined = Vec::with_capacity(items.len());
    let mut told: Vec<String> = Vec::new();
    let mut rest = items.as_slice();
    while let Some((first, behind)) = rest.split_first() {
        if let Item::Field {
            field: QueryField::Issuer,
            chunks,
        } = first
        {
            let names = (1..=chunks.len())
                .rev()
                .map(|n_chunks| other_names(&chunks[..n_chunks].concat()))
                .find(|names| !names.is_empty());
            told.extend(names.into_iter().flatten());
        }
        let words: Vec<QueryWord> = rest
            .iter()
            .map_while(|item| match item {
                Item::Word(word) => Some(word.clone()),
                _ => None,
            })
            .take(MAX_NAME_WORDS)
            .collect();
        let longest = (2..=words.len()).rev().find_map(|length| {
            let names = other_names(&words[..length]);
            (!names.is_empty()).then_some((length, names))
        });
        let Some((length, names)) = longest else {
            joined.push(first.clone());
            rest = behind;
            continue;
        };
        let mut variants = Abbreviations::shipped().variants(&words[..length]);
        let typed = variants.remove(0);
        joined.push(Item::Spelled {
            typed,
            others: variants,
            renamed: spellings(&names),
        });
        told.extend(names);
        rest = &rest[length..];
    }
    told.dedup();
    (joined, told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_before_and_after() {
        let of = |name: &str| other_names(&words_of(name));
        assert_eq!(of("tỉnh Bình Phước"), ["tỉnh Đồng Nai"]);
        assert_eq!(of("binh phuoc"), ["tỉnh Đồng Nai"]);
        assert!(
            of("Sở TTTT tỉnh Kiên Giang")
                .contains(&"Sở Khoa học và Công nghệ tỉnh Kiên Giang".to_owned())
        );
        assert!(
            of("Bộ Nông nghiệp và Môi trường").contains(&"Bộ Tài nguyên và Môi trường".to_owned())
        );
        for no_name in ["an toàn", "kế hoạch", "xã Tân Thành", "Bộ Y tế"] {
            assert!(of(no_name).is_empty(), "{no_name}: {:?}", of(no_name));
        }
    }

    #[test]
    fn a_name_in_a_query_is_joined_and_told() {
        let items = words_of("tiêm chủng tỉnh bình phước năm 2025")
            .into_iter()
            .map(Item::Word)
            .collect();
        let (joined, told) = join_names(items);
        assert_eq!(joined.len(), 5);
        assert!(matches!(&joined[2], Item::Spelled { typed, .. } if typed.len() == 3));
        assert_eq!(told, ["tỉnh Đồng Nai"]);
    }
}
