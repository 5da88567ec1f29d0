//! The agencies of a letterhead: lines in capitals to the issuer's full name
//! and its parent.

use super::flat::collapse;
use super::fold::{fold, skeleton};
use super::layout::{Piece, PieceKind};
use super::letterhead::Letterhead;
use super::lists::{AGENCY_PHRASES, AgencyLevel};
use super::names::{agency_level, normal_case, unit_of};

/// The agencies above the number: the lines in capitals, read upwards until
/// something else stands there.
pub(super) fn read_agencies(head: &[Piece<'_>], letterhead: &mut Letterhead) {
    let mut lines: Vec<&str> = Vec::new();
    for piece in head.iter().rev() {
        match piece.kind {
            PieceKind::Capitals => lines.push(piece.text),
            PieceKind::Noise
            | PieceKind::Empty
            | PieceKind::NationalTitle
            | PieceKind::PartyTitle
            | PieceKind::Motto
            | PieceKind::PlaceDate => {}
            _ if lines.is_empty() => {}
            _ => break,
        }
    }
    lines.reverse();
    let agencies = group_agencies(&lines);
    let Some(issuer) = agencies.last() else {
        return;
    };
    let issuer_level = agency_level(issuer);
    let parent = agencies
        .len()
        .checked_sub(2)
        .map(|index| agencies[index].clone());
    let parent = match issuer_level {
        // A committee has a parent only where that is a committee as well
        // (a commune's under a district's).
        Some(AgencyLevel::Body) => parent.filter(|parent| {
            agency_level(parent) == Some(AgencyLevel::Body)
                && fold(parent) != fold(issuer)
                && unit_of(parent).map(fold) != unit_of(issuer).map(fold)
        }),
        _ => parent.filter(|parent| fold(parent) != fold(issuer)),
    };
    letterhead.issuer = Some(full_name(issuer, issuer_level, parent.as_deref()));
    letterhead.issuer_parent = parent;
}

/// Joins lines into names: a line that does not begin with the first word of
/// an agency goes on with the one above it.
fn group_agencies(lines: &[&str]) -> Vec<String> {
    let mut groups: Vec<String> = Vec::new();
    for line in lines {
        let line =
            collapse(line.trim_matches(|c: char| !c.is_alphanumeric() && c != '-' && c != ')'));
        // A number whose "Số" was misread is no agency.
        let is_number = line.contains('/') && line.contains(|c: char| c.is_ascii_digit());
        if line.is_empty() || is_number {
            continue;
        }
        let line = respaced_department(&line).unwrap_or(line);
        let is_head = agency_level(&line).is_some();
        match groups.last_mut() {
            Some(last) if !is_head || is_unfinished(last) => {
                last.push(' ');
                last.push_str(&line);
            }
            _ if is_head => groups.push(line),
            // Capitals before the first agency are something else (a seal's
            // rim, an urgency mark).
            _ => {}
        }
    }
    groups
        .iter()
        .map(|name| normal_case(name.trim_end_matches(['-', '–', ' '])))
        .collect()
}

/// "SỞY TẾ", "SỞYTẾ": the name of a department whose spaces were lost.
fn respaced_department(line: &str) -> Option<String> {
    let letters = skeleton(line);
    let field = letters
        .strip_prefix("so")
        .filter(|field| field.len() >= 3)?;
    if agency_level(line).is_some() || line.chars().count() > 60 {
        return None;
    }
    AGENCY_PHRASES
        .values()
        .find(|phrase| skeleton(phrase) == field)
        .map(|phrase| format!("SỞ {}", phrase.to_uppercase()))
}

/// "LIÊN ĐOÀN LAO ĐỘNG -", "TRƯỜNG ĐẠI HỌC", "ỦY BAN": the name goes on below.
fn is_unfinished(name: &str) -> bool {
    let folded = fold(name);
    name.ends_with(['-', '–', ','])
        || [" va", " thuoc", " va phat trien"]
            .iter()
            .any(|end| folded.ends_with(end))
        || matches!(
            folded.as_str(),
            "uy ban"
                | "hoi dong"
                | "van phong"
                | "truong"
                | "ban quan ly"
                | "ban chi dao"
                | "ban chi huy"
                | "so"
                | "phong"
                | "bo"
                | "truong dai hoc"
                | "truong cao dang"
                | "tong cong ty"
                | "cong ty"
                | "trung tam"
                | "doan dai bieu quoc hoi va"
                | "van phong hoi dong nhan dan va"
                | "chi cuc"
                | "tong cuc"
                | "vien"
                | "benh vien"
        )
}

/// "Sở Y tế" under "UBND tỉnh Đồng Nai" is "Sở Y tế tỉnh Đồng Nai".
fn full_name(issuer: &str, level: Option<AgencyLevel>, parent: Option<&str>) -> String {
    let parent_unit = parent
        .filter(|parent| agency_level(parent) == Some(AgencyLevel::Body))
        .and_then(unit_of);
    match parent_unit {
        Some(unit) if needs_unit(issuer, level, unit) => format!("{issuer} {unit}"),
        Some(unit) if level == Some(AgencyLevel::Body) && unit_of(issuer).is_none() => {
            format!("{issuer} {unit}")
        }
        // A part of an agency that has no name of its own.
        None if matches!(issuer, "Thanh tra" | "Văn phòng") => {
            parent.map_or(issuer.to_owned(), |parent| format!("{issuer} {parent}"))
        }
        _ => issuer.to_owned(),
    }
}

fn needs_unit(issuer: &str, level: Option<AgencyLevel>, unit: &str) -> bool {
    // "Sở Y tế Kiên Giang" already names it.
    let own_name = unit.split_once(' ').map_or(unit, |(_, name)| name);
    let names_it = fold(issuer).contains(&fold(
        own_name
            .trim_start_matches("phố ")
            .trim_start_matches("xã "),
    ));
    matches!(level, Some(AgencyLevel::Line | AgencyLevel::Own))
        && unit_of(issuer).is_none()
        && !names_it
}
