//! Administrative units: provinces, districts (to 30 June 2025), communes.

use super::agencies::{Agency, Scope};
use super::name_key::name_key;
use super::table::{cell, identifier, parts, rows};
use std::collections::HashMap;
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

/// Last day of the district level and of the communes under it, and the first
/// day of the communes of today (Resolution 202/2025/QH15 and those on communes).
const LAST_DAY_OF_DISTRICTS: &str = "2025-06-30";
const FIRST_DAY_WITHOUT_DISTRICTS: &str = "2025-07-01";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UnitRank {
    Province,
    District,
    Commune,
}

/// A unit in one stretch of time.
#[derive(Debug)]
pub(super) struct Unit {
    pub(super) rank: UnitRank,
    /// "tỉnh", "thành phố", "huyện", "xã", …
    level: &'static str,
    pub(super) name: &'static str,
    /// Level and name of its district.
    district: Option<&'static str>,
    /// Name of its province.
    province: Option<&'static str>,
    pub(super) valid_from: Option<&'static str>,
    pub(super) valid_until: Option<&'static str>,
    /// Level and name of what follows.
    followed_by: Option<&'static str>,
}

static UNITS: LazyLock<Vec<Unit>> = LazyLock::new(|| {
    let mut units: Vec<Unit> = Vec::new();
    units.extend(rows(list!("authority_provinces")).map(|row| Unit {
        rank: UnitRank::Province,
        level: cell(&row, 0).unwrap_or_default(),
        name: cell(&row, 1).unwrap_or_default(),
        district: None,
        province: None,
        valid_from: cell(&row, 2),
        valid_until: cell(&row, 3),
        followed_by: cell(&row, 4),
    }));
    let districts = rows(list!("admin_units")).filter(|row| cell(row, 2).is_some());
    units.extend(districts.map(|row| Unit {
        rank: UnitRank::District,
        level: cell(&row, 1).unwrap_or_default(),
        name: cell(&row, 0).unwrap_or_default(),
        district: None,
        province: cell(&row, 2),
        valid_from: None,
        valid_until: Some(LAST_DAY_OF_DISTRICTS),
        followed_by: None,
    }));
    for row in rows(list!("communes_until_2025")) {
        units.extend(parts(cell(&row, 3)).into_iter().map(|name| Unit {
            rank: UnitRank::Commune,
            level: cell(&row, 2).unwrap_or_default(),
            name,
            district: cell(&row, 1),
            province: cell(&row, 0),
            valid_from: None,
            valid_until: Some(LAST_DAY_OF_DISTRICTS),
            followed_by: None,
        }));
    }
    for row in rows(list!("communes_since_2025")) {
        units.extend(parts(cell(&row, 2)).into_iter().map(|name| Unit {
            rank: UnitRank::Commune,
            level: cell(&row, 1).unwrap_or_default(),
            name,
            district: None,
            province: cell(&row, 0),
            valid_from: Some(FIRST_DAY_WITHOUT_DISTRICTS),
            valid_until: None,
            followed_by: None,
        }));
    }
    units
});

/// Units by level and name ("tinh kien giang").
static BY_NAME: LazyLock<HashMap<String, Vec<&'static Unit>>> = LazyLock::new(|| {
    let mut by_name: HashMap<String, Vec<&'static Unit>> = HashMap::new();
    for unit in UNITS.iter() {
        by_name.entry(unit.key()).or_default().push(unit);
    }
    by_name
});

/// Provinces and districts by their name alone ("kien giang").
static BY_BARE_NAME: LazyLock<HashMap<String, Vec<&'static Unit>>> = LazyLock::new(|| {
    let mut by_name: HashMap<String, Vec<&'static Unit>> = HashMap::new();
    for unit in UNITS.iter().filter(|unit| unit.rank != UnitRank::Commune) {
        by_name.entry(name_key(unit.name)).or_default().push(unit);
    }
    by_name
});

/// Units that the words name: with their level, a province also without it; what
/// stands behind is the unit above ("xã A, huyện B, tỉnh C").
pub(super) fn named(words: &[&str]) -> Vec<&'static Unit> {
    let bare = |key: &str| {
        let all = BY_BARE_NAME.get(key).into_iter().flatten();
        all.filter(|unit| unit.rank == UnitRank::Province)
            .copied()
            .collect()
    };
    named_with(words, bare)
}

/// Units of the level an agency belongs to.
pub(super) fn of_agency(words: &[&str], agency: &Agency) -> Vec<&'static Unit> {
    let is_wanted = |unit: &&'static Unit| agency.scope == Scope::Each(unit.rank);
    let found = if agency.tells_level() {
        let bare = |key: &str| {
            let all = BY_BARE_NAME.get(key).into_iter().flatten();
            all.copied().collect()
        };
        named_with(words, bare)
    } else {
        named(words)
    };
    found.into_iter().filter(is_wanted).collect()
}

fn named_with(words: &[&str], bare: impl Fn(&str) -> Vec<&'static Unit>) -> Vec<&'static Unit> {
    for count in (1..=words.len()).rev() {
        let key = words[..count].join(" ");
        let mut found: Vec<&'static Unit> = match BY_NAME.get(&key) {
            Some(units) => units.clone(),
            None => bare(&key),
        };
        if count < words.len() && !found.is_empty() {
            let above = named(&words[count..]);
            found.retain(|unit| above.iter().any(|above| unit.lies_in(above)));
        }
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

impl Unit {
    fn key(&self) -> String {
        name_key(&format!("{} {}", self.level, self.name))
    }

    pub(super) fn id(&self) -> String {
        let mut id = format!("{} {}", self.level, self.name);
        for above in [self.district, self.province].into_iter().flatten() {
            id.push('.');
            id.push_str(above);
        }
        identifier(&id, self.valid_from)
    }

    /// "xã A, huyện B, tỉnh C".
    pub(super) fn full_name(&self) -> String {
        let mut name = format!("{} {}", self.level, self.name);
        if let Some(district) = self.district {
            name = format!("{name}, {district}");
        }
        if let Some(province) = self.province {
            let level = UNITS
                .iter()
                .find(|unit| unit.rank == UnitRank::Province && unit.name == province)
                .map_or("tỉnh", |unit| unit.level);
            name = format!("{name}, {level} {province}");
        }
        name
    }

    fn lies_in(&self, above: &Self) -> bool {
        match above.rank {
            UnitRank::Province => self.province == Some(above.name),
            UnitRank::District => {
                self.province == above.province
                    && self
                        .district
                        .is_some_and(|district| name_key(district) == above.key())
            }
            UnitRank::Commune => false,
        }
    }

    pub(super) fn successors(&self) -> Vec<&'static Self> {
        let (Some(end), Some(next)) = (self.valid_until, self.followed_by) else {
            return Vec::new();
        };
        let next = name_key(next);
        let all = BY_NAME.get(&next).into_iter().flatten();
        all.filter(|unit| unit.rank == self.rank && unit.valid_from.is_some_and(|from| from > end))
            .copied()
            .collect()
    }

    pub(super) fn predecessors(&self) -> Vec<&'static Self> {
        let Some(start) = self.valid_from else {
            return Vec::new();
        };
        let key = self.key();
        let precedes = |unit: &&Self| {
            unit.rank == self.rank
                && unit.valid_until.is_some_and(|until| until < start)
                && unit.followed_by.is_some_and(|next| name_key(next) == key)
        };
        UNITS.iter().filter(precedes).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn count(rank: UnitRank, date: &str) -> usize {
        UNITS
            .iter()
            .filter(|unit| unit.rank == rank)
            .filter(|unit| unit.valid_from.is_none_or(|from| from <= date))
            .filter(|unit| unit.valid_until.is_none_or(|until| until >= date))
            .count()
    }

    #[test]
    fn there_are_as_many_units_as_the_statutes_say() {
        assert_eq!(count(UnitRank::Province, "2024-06-01"), 63);
        assert_eq!(count(UnitRank::Province, "2025-07-01"), 34);
        assert_eq!(count(UnitRank::District, "2025-06-30"), 696);
        assert_eq!(count(UnitRank::District, "2025-07-01"), 0);
        assert_eq!(count(UnitRank::Commune, "2025-07-01"), 3321);
    }

    #[test]
    fn every_unit_has_its_own_identifier_and_its_province() {
        let provinces: HashSet<&str> = UNITS
            .iter()
            .filter(|unit| unit.rank == UnitRank::Province)
            .map(|unit| unit.name)
            .collect();
        let mut ids = HashSet::new();
        for unit in UNITS.iter() {
            let key = (unit.rank as u8, unit.id(), unit.valid_until);
            assert!(ids.insert(key), "{} comes twice", unit.id());
            assert!(unit.province.is_none_or(|name| provinces.contains(name)));
            if unit.followed_by.is_some() {
                assert_eq!(unit.successors().len(), 1, "{}", unit.id());
            }
        }
    }
}
