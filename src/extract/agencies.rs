//! The agencies of a letterhead: lines in capitals to the issuer's full name
//! and its parent.

use super::flat::collapse;
use super::fold::{distance_within, fold, skeleton};
use super::layout::{Piece, PieceKind};
use super::letterhead::Letterhead;
use super::lists::{
    ADMINISTRATIVE_UNITS, AGENCY_PHRASES, AgencyLevel, FOLDED_AGENCY_PHRASES, SIGN_SEGMENTS,
};
use super::names::{agency_level, unit_of};
use super::normal_case::normal_case;
use crate::vietnamese::unify_tone;

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
    let lines: Vec<String> = lines
        .iter()
        .map(|line| set_right(line, letterhead.sign.as_deref()))
        .collect();
    let agencies = group_agencies(&lines);
    let Some(issuer) = agencies.last() else {
        return;
    };
    let issuer_level = agency_level(without_holder(issuer));
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
fn group_agencies(lines: &[String]) -> Vec<String> {
    let mut groups: Vec<String> = Vec::new();
    // "CHỦ TỊCH" on a line above its committee.
    let mut holder = "";
    for line in lines {
        let line = match skeleton(line).as_str() {
            "chutich" => {
                holder = "CHỦ TỊCH ";
                continue;
            }
            _ => format!("{}{line}", std::mem::take(&mut holder)),
        };
        // A number whose "Số" was misread is no agency.
        let is_number = line.contains('/')
            && line.contains(|c: char| c.is_ascii_digit())
            && !names_decision(&line);
        if line.is_empty() || is_number {
            continue;
        }
        let is_head = agency_level(without_holder(&line)).is_some();
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
        .map(|name| {
            let name = name.trim_end_matches(['-', '–', ' ']);
            let agency = without_holder(name);
            let holder = if agency.len() < name.len() {
                "Chủ tịch "
            } else {
                ""
            };
            format!("{holder}{}", normal_case(agency))
        })
        .collect()
}

/// Whether a line tells the decision that a body was formed by: "ĐOÀN KIỂM TRA THEO",
/// "QUYẾT ĐỊNH SỐ 746/QĐ-SNV".
fn names_decision(line: &str) -> bool {
    let folded = fold(line);
    folded.starts_with("quyet dinh so ")
        || folded.contains("theo quyet dinh so ")
        || folded.contains("theo qd so ")
}

/// "CHỦ TỊCH ỦY BAN NHÂN DÂN …" without the office that issues for it.
fn without_holder(name: &str) -> &str {
    ["CHỦ TỊCH ", "Chủ tịch "]
        .iter()
        .find_map(|holder| name.strip_prefix(holder))
        .unwrap_or(name)
}

/// A letterhead line without what a reading of a bad copy added to it: specks,
/// marks inside a name ("TỈNH KIÊN, GIANG"), lost spaces, letters misread in
/// the agency that the sign names.
fn set_right(line: &str, sign: Option<&str>) -> String {
    let line = line
        .trim_start_matches(|c: char| !c.is_alphanumeric())
        .trim_end_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '-' | '–' | ')'));
    let words: Vec<&str> = line
        .split_whitespace()
        .map(without_stray_stop)
        .filter(|word| word.chars().any(char::is_alphanumeric) || matches!(*word, "-" | "–" | "&"))
        .collect();
    let mut line = spaced_hyphen(&words.join(" "));
    for body in ["UBND", "HĐND"] {
        if let Some(rest) = line.strip_prefix(body)
            && rest.starts_with(char::is_alphabetic)
        {
            line = format!("{body} {rest}");
        }
    }
    line = with_listed_unit(&line);
    let without_commas = line.replace(',', "");
    if without_commas.len() < line.len() && ends_in_listed_unit(&without_commas) {
        line = without_commas;
    }
    agency_of_sign(&line, sign)
        .or_else(|| respaced_department(&line))
        .unwrap_or(line)
}

/// "THUỐC." → "THUỐC": a stop that ends no abbreviation.
fn without_stray_stop(word: &str) -> &str {
    let core = word
        .trim_start_matches(['\'', '"', '`', '.'])
        .trim_end_matches(['.', '\'', '`']);
    let is_word = core.chars().count() > 2 && !core.contains('.');
    if is_word { core } else { word }
}

/// "SỞ Y TẾ -CÔNG ĐOÀN" → "SỞ Y TẾ - CÔNG ĐOÀN", "SỞ Y TẾ-TỈNH KIÊN GIANG" →
/// "SỞ Y TẾ TỈNH KIÊN GIANG"; other hyphens stay.
fn spaced_hyphen(line: &str) -> String {
    let spaced = line.replace(" -", " - ").replace("- ", " - ");
    let spaced = collapse(&spaced);
    match spaced.split_once('-') {
        Some((agency, unit))
            if agency_level(agency).is_some()
                && unit_of(&unit.trim().to_lowercase())
                    .is_some_and(|found| found.len() == unit.trim().len()) =>
        {
            format!("{} {}", agency.trim(), unit.trim())
        }
        _ => spaced,
    }
}

fn ends_in_listed_unit(line: &str) -> bool {
    let lower = line.to_lowercase();
    unit_of(&lower)
        .and_then(|unit| unit.split_once(' '))
        .is_some_and(|(_, name)| {
            ADMINISTRATIVE_UNITS.contains_key(&fold(name.trim_start_matches("phố ")))
        })
}

/// "TỈNHPHÚTHỌ", "TỈNH KIÊN GlANG": the province at the end of a line, its
/// spaces lost or one letter misread. Only provinces: their list is complete.
fn with_listed_unit(line: &str) -> String {
    for unit_word in ["TỈNH", "THÀNH PHỐ"] {
        let Some(start) = line.find(unit_word) else {
            continue;
        };
        let name = line[start + unit_word.len()..].trim();
        let letters = skeleton(name);
        if letters.len() < 5 || ends_in_listed_unit(line) {
            continue;
        }
        let nearest = ADMINISTRATIVE_UNITS
            .values()
            .flatten()
            .filter(|unit| unit.province.is_none())
            .filter_map(|unit| {
                let limit = usize::from(letters.len() >= 7);
                let distance = distance_within(&skeleton(unit.name), &letters, limit)?;
                Some((distance, unit.name))
            })
            .min();
        if let Some((_, listed)) = nearest {
            return format!("{}{unit_word} {}", &line[..start], listed.to_uppercase());
        }
    }
    line.to_owned()
}

/// The agency that a segment of the document's own sign stands for, where the
/// line is that name with at most two fifths of its letters misread, or with other
/// spaces and marks.
fn agency_of_sign(line: &str, sign: Option<&str>) -> Option<String> {
    // A hyphen at the end leads to the agency that issues together with this one.
    let name = line.trim_end_matches(['-', '–', ' ']);
    let joint = &line[name.len()..];
    let letters = skeleton(name);
    sign?.split(['-', '/']).find_map(|segment| {
        let meaning = SIGN_SEGMENTS.get(segment.to_uppercase().as_str())?;
        let meant = skeleton(meaning);
        let is_agency = agency_level(meaning).is_some() && meant.len() >= 5;
        distance_within(&letters, &meant, meant.len() * 2 / 5)?;
        let is_as_printed = unify_tone(&name.to_lowercase()) == meaning.to_lowercase();
        (is_agency && !is_as_printed).then(|| format!("{}{joint}", meaning.to_uppercase()))
    })
}

/// "SỞY TẾ", "SỞYTẾ": the name of a department whose spaces were lost, with at
/// most a letter in eight misread; "SỞ YTẺ", with no other letter than in the list.
fn respaced_department(line: &str) -> Option<String> {
    let letters = skeleton(line);
    let field = letters
        .strip_prefix("so")
        .filter(|field| field.len() >= 3)?;
    if line.chars().count() > 60 {
        return None;
    }
    let max_misread = match agency_level(line) {
        None => field.len() / 8,
        Some(_) => {
            let (_, field) = line.split_once(' ')?;
            if FOLDED_AGENCY_PHRASES.contains_key(&fold(field)) {
                return None;
            }
            0
        }
    };
    AGENCY_PHRASES
        .values()
        .filter_map(|phrase| {
            let distance = distance_within(&skeleton(phrase), field, max_misread)?;
            Some((distance, *phrase))
        })
        .min()
        .map(|(_, phrase)| format!("SỞ {}", phrase.to_uppercase()))
}

/// "LIÊN ĐOÀN LAO ĐỘNG -", "TRƯỜNG ĐẠI HỌC", "ỦY BAN": the name goes on below.
fn is_unfinished(name: &str) -> bool {
    let folded = fold(name);
    name.ends_with(['-', '–', ','])
        || [" va", " thuoc", " theo", " va phat trien"]
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
        // An office of a committee has no other name.
        Some(_) if issuer == "Văn phòng" => {
            parent.map_or(issuer.to_owned(), |parent| format!("{issuer} {parent}"))
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, sign: Option<&str>, expected: &str) {
        assert_eq!(set_right(line, sign), expected);
    }

    #[test]
    fn specks_and_lost_spaces_are_set_right() {
        check("-..UBND TỈNH KIÊN, GIANG", None, "UBND TỈNH KIÊN GIANG");
        check("UBND TỈNHPHÚTHỌ", None, "UBND TỈNH PHÚ THỌ");
        check("SỞYT YTÉ _", Some("QĐ-SYT"), "SỞ Y TẾ");
        check("SỞ YTẺ", Some("KH-SYT"), "SỞ Y TẾ");
        check("SỞ YTẺ -", Some("KHLN-SYT-SNV"), "SỞ Y TẾ -");
        check(
            "LIÊN ĐOÀN LAO ĐỘNG -",
            Some("KH-LĐLĐ-SYT"),
            "LIÊN ĐOÀN LAO ĐỘNG -",
        );
        check("SỞ YTẺ", None, "SỞ Y TẾ");
        check("SỞ NỘIVỤ", None, "SỞ NỘI VỤ");
        check("SỞ NỘI VỤ", Some("QĐ-SYT"), "SỞ NỘI VỤ");
        check(
            "SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH",
            None,
            "SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH",
        );
    }

    #[test]
    fn the_decision_that_formed_a_body_is_part_of_its_name() {
        let group = |lines: &[&str]| {
            let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
            group_agencies(&lines)
        };
        let department = "SỞ TÀI CHÍNH TỈNH HÀ NAM";
        let inspection = "Đoàn kiểm tra theo Quyết định số 12/QĐ-STC";
        let whole = "ĐOÀN KIỂM TRA THEO QUYẾT ĐỊNH SỐ 12/QĐ-STC";
        let parts = ["ĐOÀN KIỂM TRA THEO", "QUYẾT ĐỊNH SỐ 12/QĐ-STC"];
        assert_eq!(group(&[department, whole])[1..], [inspection]);
        assert_eq!(group(&[department, parts[0], parts[1]])[1..], [inspection]);
        assert_eq!(group(&[department, "SỔ: 12/QĐ-STC"]).len(), 1);
    }
}
