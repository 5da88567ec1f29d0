//! Agencies: of the whole country, or one in each unit of a level.

use super::name_key::name_key;
use super::table::{cell, identifier, parts, rows};
use super::units::UnitRank;
use std::collections::HashMap;
use std::sync::LazyLock;

const LIST: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/dictionaries/authority_agencies.tsv"
));

/// Whether there is one, or one in each unit of a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    Central,
    Each(UnitRank),
}

/// An agency in one stretch of time.
#[derive(Debug)]
pub(super) struct Agency {
    pub(super) scope: Scope,
    pub(super) name: &'static str,
    other_names: Vec<&'static str>,
    pub(super) valid_from: Option<&'static str>,
    pub(super) valid_until: Option<&'static str>,
    followed_by: Vec<&'static str>,
}

static AGENCIES: LazyLock<Vec<Agency>> = LazyLock::new(|| {
    rows(LIST)
        .map(|row| Agency {
            scope: match cell(&row, 0) {
                Some("province") => Scope::Each(UnitRank::Province),
                Some("district") => Scope::Each(UnitRank::District),
                Some("commune") => Scope::Each(UnitRank::Commune),
                _ => Scope::Central,
            },
            name: cell(&row, 1).unwrap_or_default(),
            other_names: parts(cell(&row, 2)),
            valid_from: cell(&row, 3),
            valid_until: cell(&row, 4),
            followed_by: parts(cell(&row, 5)),
        })
        .collect()
});

static BY_NAME: LazyLock<HashMap<String, Vec<&'static Agency>>> = LazyLock::new(|| {
    let mut by_name: HashMap<String, Vec<&'static Agency>> = HashMap::new();
    for agency in AGENCIES.iter() {
        for name in std::iter::once(&agency.name).chain(&agency.other_names) {
            let found = by_name.entry(name_key(name)).or_default();
            if !found.iter().any(|other| std::ptr::eq(*other, agency)) {
                found.push(agency);
            }
        }
    }
    by_name
});

/// Agencies that bear a name, given by its key.
pub(super) fn named(key: &str) -> &'static [&'static Agency] {
    BY_NAME.get(key).map_or(&[], Vec::as_slice)
}

impl Agency {
    pub(super) fn id(&self) -> String {
        identifier(self.name, self.valid_from)
    }

    /// "Tỉnh ủy", "Huyện ủy": the name tells the level of the unit, which is
    /// named without it.
    pub(super) fn tells_level(&self) -> bool {
        self.name.ends_with("ủy") && self.name != "Đảng ủy"
    }

    pub(super) fn successors(&self) -> Vec<&'static Self> {
        let Some(end) = self.valid_until else {
            return Vec::new();
        };
        let follows = |agency: &&Self| {
            agency.scope == self.scope
                && agency.valid_from.is_some_and(|from| from > end)
                && self.followed_by.contains(&agency.name)
        };
        AGENCIES.iter().filter(follows).collect()
    }

    pub(super) fn predecessors(&self) -> Vec<&'static Self> {
        let Some(start) = self.valid_from else {
            return Vec::new();
        };
        let precedes = |agency: &&Self| {
            agency.scope == self.scope
                && agency.valid_until.is_some_and(|until| until < start)
                && agency.followed_by.contains(&self.name)
        };
        AGENCIES.iter().filter(precedes).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn the_list_is_whole() {
        let mut ids = HashSet::new();
        for agency in AGENCIES.iter() {
            assert!(!agency.name.is_empty());
            assert!(
                ids.insert((format!("{:?}", agency.scope), agency.id())),
                "{} comes twice",
                agency.id()
            );
            assert_eq!(
                agency.successors().len(),
                agency.followed_by.len(),
                "what follows {}",
                agency.name
            );
            for day in [agency.valid_from, agency.valid_until]
                .into_iter()
                .flatten()
            {
                assert_eq!(day.len(), 10, "{day}");
            }
        }
        assert!(rows(LIST).all(|row| row.len() == 6));
    }
}
