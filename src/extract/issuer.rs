//! The issuer where the letterhead does not name it, or not in full: it
//! follows from the sign, the place and the signature, and is flagged.

use super::fold::fold;
use super::letterhead::Letterhead;
use super::lists::{AgencyLevel, SIGN_SEGMENTS, type_of_abbreviation};
use super::names::{agency_level, unit_named, unit_of};
use super::normal_case::normal_case;
use super::record::{AuthorityLink, DocumentFields, Signer};
use crate::authority;

/// Fills in the issuer, or the unit that its name lacks; tells whether
/// something was inferred.
pub(super) fn infer(head: &mut Letterhead, signer: &Signer) -> bool {
    match head.issuer.clone() {
        Some(issuer) => complete(head, &issuer),
        None => infer_name(head, signer),
    }
}

/// "Sở Y tế" whose parent's line was not read, issued in a province.
fn complete(head: &mut Letterhead, issuer: &str) -> bool {
    let lacks_unit =
        head.issuer_parent.is_none() && unit_of(issuer).is_none() && is_department(issuer);
    let Some((level, province)) = head.place.as_deref().and_then(province) else {
        return false;
    };
    if !lacks_unit || fold(issuer).contains(&fold(province)) {
        return false;
    }
    head.issuer = Some(format!("{issuer} {level} {province}"));
    true
}

/// The entry of the authority list that bore a name on the issue date (also a
/// year, or a year and month); without a date only a name that was never
/// another's.
pub(super) fn authority(name: Option<&str>, issue_date: Option<&str>) -> Option<AuthorityLink> {
    let name = name?;
    let entry = match issue_date {
        Some(date) => authority::find_on(name, date)?,
        None => match authority::find(name).as_slice() {
            [only] => *only,
            _ => return None,
        },
    };
    Some(AuthorityLink {
        id: entry.id(),
        name: entry.name(),
        valid_from: entry.valid_from().map(str::to_owned),
        valid_until: entry.valid_until().map(str::to_owned),
    })
}

impl DocumentFields {
    /// Looks issuer and parent up in the authority list again, after one of them
    /// or the day of issue was set.
    pub(crate) fn link_authorities(&mut self) {
        let issue_date = self.issued.as_deref().or(self.issued_partial.as_deref());
        let issuer = authority(self.issuer.as_deref(), issue_date);
        let parent = authority(self.issuer_parent.as_deref(), issue_date);
        (self.issuer_authority, self.issuer_parent_authority) = (issuer, parent);
    }
}

fn is_department(name: &str) -> bool {
    agency_level(name) == Some(AgencyLevel::Line) && fold(name).starts_with("so ")
}

/// The place as a province: a department sits in the province it serves.
fn province(place: &str) -> Option<(&'static str, &'static str)> {
    let (level, name) = unit_named(place.trim_start_matches("TP. ").trim_start_matches("Tp. "))?;
    let is_province = level == "tỉnh" || (level == "thành phố" && is_central(name));
    is_province.then_some((level, name))
}

fn is_central(name: &str) -> bool {
    super::lists::ADMINISTRATIVE_UNITS
        .get(&fold(name))
        .is_some_and(|units| units.iter().any(|unit| unit.province.is_none()))
}

fn infer_name(head: &mut Letterhead, signer: &Signer) -> bool {
    let Some(sign) = head.sign.as_deref() else {
        return false;
    };
    let mut segments = sign.split(['-', '/']);
    let Some(first) = segments.next() else {
        return false;
    };
    // A typed sign ends in the agency (CT-UBND), a letter's begins with it.
    let agency = match type_of_abbreviation(first, sign.contains('/')) {
        Some(_) => sign.rsplit(['-', '/']).next().unwrap_or(first),
        None => first,
    };
    let Some(meaning) = SIGN_SEGMENTS.get(agency).copied() else {
        return false;
    };
    if matches!(agency, "UBND" | "HĐND") {
        // The signature may name the unit: "TM. ỦY BAN NHÂN DÂN XÃ …".
        let signed = signer.authority.as_deref().map(normal_case);
        let signed_unit = signed.as_deref().and_then(unit_of).map(str::to_owned);
        let placed = head.place.as_deref().and_then(unit_named);
        let unit = signed_unit.or(placed.map(|(level, name)| format!("{level} {name}")));
        let Some(unit) = unit else { return false };
        head.issuer = Some(format!("{agency} {unit}"));
        return true;
    }
    if is_department(meaning) {
        let Some((level, province)) = head.place.as_deref().and_then(province) else {
            return false;
        };
        head.issuer = Some(format!("{meaning} {level} {province}"));
        head.issuer_parent = Some(format!("UBND {level} {province}"));
        return true;
    }
    let is_central_agency = [
        "Bộ ",
        "Chính phủ",
        "Thủ tướng",
        "Văn phòng Chính phủ",
        "Quốc hội",
    ]
    .iter()
    .any(|start| meaning.starts_with(start));
    if is_central_agency {
        head.issuer = Some(meaning.to_owned());
    }
    is_central_agency
}
