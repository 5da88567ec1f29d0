//! The authority list: agencies and administrative units with the time in which
//! each was there, what came before it and what followed it.
//!
//! Names change and agencies are merged (ministries and departments on 1 March
//! 2025, provinces, districts and communes on 1 July 2025); a document keeps the
//! name it was issued under. So nothing stored is ever renamed: a name is looked
//! up here, and who searches is led from one name to the others.
//!
//! An authority is an agency of the whole country, a unit, or an agency of a
//! unit ("Sở Y tế" and "tỉnh Kiên Giang"). The last kind is put together when it
//! is asked for: the lists (`dictionaries/authority_*.tsv`) hold its two halves,
//! and its history is the history of both.

mod agencies;
mod name_key;
mod table;
mod units;

use agencies::{Agency, Scope};
use name_key::name_key;
use std::collections::HashSet;
use units::Unit;

/// No name is longer; longer text is not looked up.
const NAME_BYTES: usize = 300;

/// An agency, a unit, or an agency of a unit, in one stretch of time.
#[derive(Debug, Clone, Copy)]
pub struct Authority {
    agency: Option<&'static Agency>,
    unit: Option<&'static Unit>,
}

impl PartialEq for Authority {
    fn eq(&self, other: &Self) -> bool {
        let same_agency = match (self.agency, other.agency) {
            (Some(a), Some(b)) => std::ptr::eq(a, b),
            (a, b) => a.is_none() && b.is_none(),
        };
        let same_unit = match (self.unit, other.unit) {
            (Some(a), Some(b)) => std::ptr::eq(a, b),
            (a, b) => a.is_none() && b.is_none(),
        };
        same_agency && same_unit
    }
}

impl Eq for Authority {}

/// Everything in the list that bears a name, whenever it did: "Sở Y tế tỉnh
/// Đồng Nai", "UBND huyện Long Thành", "Bộ TTTT". Marks, case and the usual
/// abbreviations do not matter; the office of a person ("Chủ tịch UBND tỉnh …")
/// is that of the agency. Empty where the list does not know the name.
pub fn find(name: &str) -> Vec<Authority> {
    if name.len() > NAME_BYTES {
        return Vec::new();
    }
    let key = name_key(name);
    let words: Vec<&str> = key.split(' ').filter(|word| !word.is_empty()).collect();
    let words = name_key::without_office(&words);
    if words.is_empty() {
        return Vec::new();
    }
    let whole = words.join(" ");
    let central = agencies::named(&whole)
        .iter()
        .filter(|agency| agency.scope == Scope::Central)
        .map(|agency| Authority {
            agency: Some(agency),
            unit: None,
        });
    let mut found: Vec<Authority> = central.collect();
    found.extend(units::named(words).into_iter().map(|unit| Authority {
        agency: None,
        unit: Some(unit),
    }));
    if !found.is_empty() {
        return found;
    }
    // The longest agency in front that leaves a unit behind.
    for count in (1..words.len()).rev() {
        let agencies = agencies::named(&words[..count].join(" "));
        if agencies.is_empty() {
            continue;
        }
        let rest = match &words[count..] {
            ["cua", rest @ ..] => rest,
            rest => rest,
        };
        for agency in agencies {
            for unit in units::of_agency(rest, agency) {
                let authority = Authority {
                    agency: Some(agency),
                    unit: Some(unit),
                };
                if authority.has_existed() {
                    found.push(authority);
                }
            }
        }
        if !found.is_empty() {
            break;
        }
    }
    found
}

/// The one authority that bore a name on a date (ISO 8601, also a year or a year
/// and month alone). `None` where the list knows none, or more than one.
pub fn find_on(name: &str, date: &str) -> Option<Authority> {
    let found = find(name);
    let mut valid = found.iter().filter(|authority| authority.is_valid_on(date));
    let first = valid.next()?;
    valid.next().is_none().then_some(*first)
}

impl Authority {
    /// A lasting identifier: the name, words parted by hyphens, and the day from which it
    /// holds where that is known.
    pub fn id(&self) -> String {
        match (self.agency, self.unit) {
            (Some(agency), Some(unit)) => format!("{}/{}", agency.id(), unit.id()),
            (Some(agency), None) => agency.id(),
            (None, Some(unit)) => unit.id(),
            (None, None) => String::new(),
        }
    }

    /// The full name: "Sở Y tế tỉnh Đồng Nai".
    pub fn name(&self) -> String {
        match (self.agency, self.unit) {
            (Some(agency), Some(unit)) if agency.tells_level() => {
                format!("{} {}", agency.name, unit.name)
            }
            (Some(agency), Some(unit)) => format!("{} {}", agency.name, unit.full_name()),
            (Some(agency), None) => agency.name.to_owned(),
            (None, Some(unit)) => unit.full_name(),
            (None, None) => String::new(),
        }
    }

    /// First day (ISO 8601); `None` where it lies before the list.
    pub fn valid_from(&self) -> Option<&'static str> {
        let agency = self.agency.and_then(|agency| agency.valid_from);
        let unit = self.unit.and_then(|unit| unit.valid_from);
        agency.max(unit)
    }

    /// Last day (ISO 8601); `None` for what still is.
    pub fn valid_until(&self) -> Option<&'static str> {
        let agency = self.agency.and_then(|agency| agency.valid_until);
        let unit = self.unit.and_then(|unit| unit.valid_until);
        match (agency, unit) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }

    /// Whether it was there on a date, or in a year or month.
    pub fn is_valid_on(&self, date: &str) -> bool {
        let within = |day: &'static str| day.get(..date.len()).unwrap_or(day);
        self.valid_from().is_none_or(|from| within(from) <= date)
            && self.valid_until().is_none_or(|until| within(until) >= date)
    }

    fn has_existed(&self) -> bool {
        match (self.valid_from(), self.valid_until()) {
            (Some(from), Some(until)) => from <= until,
            _ => true,
        }
    }

    /// What took its place when it ended.
    pub fn successors(&self) -> Vec<Self> {
        let agency_end = self.agency.and_then(|agency| agency.valid_until);
        let unit_end = self.unit.and_then(|unit| unit.valid_until);
        let Some(end) = self.valid_until() else {
            return Vec::new();
        };
        let agencies = self.agency.map(|agency| match agency_end {
            Some(agency_end) if agency_end == end => agency.successors(),
            _ => vec![agency],
        });
        let units = self.unit.map(|unit| match unit_end {
            Some(unit_end) if unit_end == end => unit.successors(),
            _ => vec![unit],
        });
        Self::all_of(agencies, units)
    }

    /// What it took the place of.
    pub fn predecessors(&self) -> Vec<Self> {
        let Some(start) = self.valid_from() else {
            return Vec::new();
        };
        let agencies = self.agency.map(|agency| match agency.valid_from {
            Some(from) if from == start => agency.predecessors(),
            _ => vec![agency],
        });
        let units = self.unit.map(|unit| match unit.valid_from {
            Some(from) if from == start => unit.predecessors(),
            _ => vec![unit],
        });
        Self::all_of(agencies, units)
    }

    /// Every successor, the successors' ones included.
    pub fn all_successors(&self) -> Vec<Self> {
        self.closure(Self::successors)
    }

    /// Every predecessor, the predecessors' ones included.
    pub fn all_predecessors(&self) -> Vec<Self> {
        self.closure(Self::predecessors)
    }

    fn closure(&self, next: impl Fn(&Self) -> Vec<Self>) -> Vec<Self> {
        let mut known: HashSet<String> = HashSet::from([self.id()]);
        let mut all: Vec<Self> = Vec::new();
        let mut waiting = next(self);
        while let Some(authority) = waiting.pop() {
            if known.insert(authority.id()) {
                waiting.extend(next(&authority));
                all.push(authority);
            }
        }
        all.sort_by_key(Self::id);
        all
    }

    fn all_of(
        agencies: Option<Vec<&'static Agency>>,
        units: Option<Vec<&'static Unit>>,
    ) -> Vec<Self> {
        let some = |list: Option<Vec<_>>| match list {
            Some(list) => list.into_iter().map(Some).collect(),
            None => vec![None],
        };
        let units: Vec<Option<&'static Unit>> = match units {
            Some(list) => list.into_iter().map(Some).collect(),
            None => vec![None],
        };
        some(agencies)
            .into_iter()
            .flat_map(|agency| {
                units.iter().map(move |unit| Self {
                    agency,
                    unit: *unit,
                })
            })
            .filter(Self::has_existed)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(authorities: &[Authority]) -> Vec<String> {
        let mut names: Vec<String> = authorities.iter().map(Authority::name).collect();
        names.sort();
        names
    }

    #[track_caller]
    fn on(name: &str, date: &str) -> Authority {
        find_on(name, date).unwrap_or_else(|| panic!("{name} on {date}: {:?}", find(name)))
    }

    #[test]
    fn a_department_is_found_by_its_usual_names() {
        let full = on("Sở Thông tin và Truyền thông tỉnh Kiên Giang", "2018-04-02");
        for name in [
            "Sở TTTT Kiên Giang",
            "SỞ TT&TT TỈNH KIÊN GIANG",
            "So Thong tin va Truyen thong tinh Kien Giang",
            "Giám đốc Sở TTTT tỉnh Kiên Giang",
        ] {
            assert_eq!(on(name, "2018-04-02"), full, "{name}");
        }
        assert_eq!(full.id(), "sở-thông-tin-và-truyền-thông/tỉnh-kiên-giang");
        assert_eq!(full.valid_until(), Some("2025-02-28"));
    }

    #[test]
    fn a_department_of_a_merged_province_has_its_history() {
        let old = on("Sở TTTT tỉnh Kiên Giang", "2020");
        let next = old.successors();
        assert_eq!(names(&next), ["Sở Khoa học và Công nghệ tỉnh Kiên Giang"]);
        assert_eq!(
            (next[0].valid_from(), next[0].valid_until()),
            (Some("2025-03-01"), Some("2025-06-30"))
        );
        assert_eq!(
            names(&old.all_successors()),
            [
                "Sở Khoa học và Công nghệ tỉnh An Giang",
                "Sở Khoa học và Công nghệ tỉnh Kiên Giang"
            ]
        );
        let now = on("Sở Khoa học và Công nghệ tỉnh An Giang", "2026-01-05");
        let before = names(&now.all_predecessors());
        for name in [
            "Sở Thông tin và Truyền thông tỉnh Kiên Giang",
            "Sở Thông tin và Truyền thông tỉnh An Giang",
            "Sở Khoa học và Công nghệ tỉnh Kiên Giang",
        ] {
            assert!(
                before.iter().any(|other| other == name),
                "{name}: {before:?}"
            );
        }
    }

    #[test]
    fn a_province_that_keeps_its_name_is_another_one() {
        let before = on("tỉnh Đồng Nai", "2025-06-30");
        let after = on("Đồng Nai", "2025-07-01");
        assert_ne!(before.id(), after.id());
        assert_eq!(before.successors(), [after]);
        assert_eq!(
            names(&after.predecessors()),
            ["tỉnh Bình Phước", "tỉnh Đồng Nai"]
        );
        assert!(find_on("tỉnh Bình Phước", "2026-01-01").is_none());
    }

    #[test]
    fn ministries_are_merged() {
        let now = on("Bộ Nông nghiệp và Môi trường", "2025-03-01");
        assert_eq!(
            names(&now.predecessors()),
            [
                "Bộ Nông nghiệp và Phát triển nông thôn",
                "Bộ Tài nguyên và Môi trường"
            ]
        );
        assert_eq!(
            names(&on("BKHĐT", "2024-01-01").successors()),
            ["Bộ Tài chính"]
        );
        assert!(on("Bộ trưởng Bộ Y tế", "2024").successors().is_empty());
    }

    #[test]
    fn units_below_the_province_are_told_apart_by_what_is_above_them() {
        assert_eq!(
            on("UBND huyện Long Thành", "2024-05-01").name(),
            "Ủy ban nhân dân huyện Long Thành, tỉnh Đồng Nai"
        );
        let communes = find("UBND xã Tân Thành");
        assert!(communes.len() > 2, "{}", communes.len());
        assert!(find_on("UBND xã Tân Thành", "2020").is_none());
        assert!(find("Huyện ủy Long Thành").len() == 1);
        let ids: HashSet<String> = communes.iter().map(Authority::id).collect();
        assert_eq!(ids.len(), communes.len());
    }

    #[test]
    fn what_follows_has_what_it_followed() {
        for agency in [
            "",
            "UBND ",
            "Sở TTTT ",
            "Sở Nội vụ ",
            "Sở Y tế ",
            "Tỉnh ủy ",
        ] {
            for unit in ["Kiên Giang", "Đồng Nai", "Hà Nội", "Bà Rịa - Vũng Tàu"] {
                for authority in find(&format!("{agency}{unit}")) {
                    for next in authority.successors() {
                        assert!(next.predecessors().contains(&authority), "{}", next.id());
                        assert!(authority.valid_until() < next.valid_from());
                    }
                    for before in authority.predecessors() {
                        assert!(before.successors().contains(&authority), "{}", before.id());
                    }
                }
            }
        }
    }

    #[test]
    fn unknown_and_relative_names_are_not_found() {
        for name in [
            "",
            "UBND tỉnh",
            "Sở",
            "Công ty Mẫu",
            "tỉnh",
            &"Sở ".repeat(500),
        ] {
            assert!(find(name).is_empty(), "{name}");
        }
    }
}
