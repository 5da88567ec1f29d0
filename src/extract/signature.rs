//! Who signed: authority, position and name (Decree 30/2020, Annex I).

use super::flat::collapse;
use super::person_name::person_name;
use super::position::{
    authority, authority_prefix, deputy_of, misread_position, position, signature_part,
};
use super::recipients::is_filing_line;
use super::record::Signer;

/// More than so many people sign no paper.
const MOST_SIGNERS: usize = 5;

/// Those who signed.
#[derive(Debug, Default)]
pub(super) struct Signature {
    pub(super) signer: Signer,
    /// The others who signed a joint paper, each with position and name.
    pub(super) further: Vec<Signer>,
    /// Something was misread and set right by rule.
    pub(super) is_doubtful: bool,
}

impl Signature {
    /// Reads the lines of a signature. `is_name_enough`: nothing but a signature
    /// stands in these lines, a name is the signer's even where no position was
    /// read.
    pub(super) fn read(lines: &[&str], is_name_enough: bool) -> Self {
        let (signer, is_doubtful, mut behind) = signer(lines, is_name_enough);
        let mut signature = Self {
            signer,
            is_doubtful,
            ..Self::default()
        };
        while let Some(from) = behind
            && signature.further.len() + 1 < MOST_SIGNERS
        {
            let (other, is_doubtful, next) = signer_with_position(&lines[from..]);
            if other.name.is_none() {
                break;
            }
            signature.further.push(other);
            signature.is_doubtful |= is_doubtful;
            behind = next.map(|next| from + next);
        }
        signature
    }

    /// Whether neither position nor name was read.
    pub(super) fn is_empty(&self) -> bool {
        self.signer.name.is_none() && self.signer.position.is_none()
    }
}

fn signer_with_position(lines: &[&str]) -> (Signer, bool, Option<usize>) {
    let found = signer(lines, false);
    match found.0.position {
        Some(_) => found,
        None => (Signer::default(), false, None),
    }
}

/// Authority, position and name, in this order, whether something in them was
/// misread and set right, and the line behind the name.
fn signer(lines: &[&str], is_name_enough: bool) -> (Signer, bool, Option<usize>) {
    let mut signer = Signer::default();
    let mut is_doubtful = false;
    let mut authorities: Vec<String> = Vec::new();
    // Where the position stands, which one, and whether it was read well.
    let mut position_at: Option<(usize, Option<&'static str>, bool)> = None;
    for (index, line) in lines.iter().enumerate() {
        let Some(part) = signature_part(line) else {
            continue;
        };
        let misread = misread_position(part);
        if authority_prefix(part).is_some() {
            if position_at.is_some() {
                break;
            }
            authorities.push(authority(part));
        } else if let Some((earlier, Some(listed), was_clean)) = position_at
            && index <= earlier + 4
            && authorities.is_empty()
            && let Some(misread) = &misread
            && misread.listed == listed
            && !(was_clean && misread.is_clean)
            && let Some(deputy) = deputy_of(listed)
        {
            // The same position twice, one of them spoilt: "KT. GIÁM ĐỐC" over
            // "PHÓ GIÁM ĐỐC" is the only way a position is printed twice.
            authorities.push(format!("KT. {listed}"));
            signer.position = Some(deputy);
            is_doubtful = true;
        } else if let Some((earlier, Some(listed), _)) = position_at
            && index <= earlier + 4
            && authorities.is_empty()
            && let Some(deputy) = deputy_of(listed)
            && position(part).as_deref() == Some(deputy.as_str())
        {
            // A head over his deputy: the "KT." before it was lost.
            authorities.push(format!("KT. {listed}"));
            signer.position = Some(deputy);
            is_doubtful = true;
        } else if position_at.is_none() {
            match misread {
                Some(misread) if misread.acts_for && deputy_of(misread.listed).is_some() => {
                    authorities.push(format!("KT. {}", misread.listed));
                    is_doubtful = true;
                    continue;
                }
                Some(misread) if !misread.is_clean => {
                    is_doubtful = true;
                    signer.position = Some(misread.printed());
                    position_at = Some((index, Some(misread.listed), false));
                }
                misread => {
                    signer.position = position(part).or_else(|| Some(collapse(part)));
                    position_at = Some((index, misread.map(|m| m.listed), true));
                }
            }
        } else {
            break;
        }
    }
    // Who acts for a head is a deputy (Decree 30/2020, Annex I): of a spoilt
    // second line the word "PHÓ" is what gets lost.
    let acted_for = authorities
        .iter()
        .find_map(|authority| authority.strip_prefix("KT. "))
        .map(str::to_owned);
    if let Some(deputy) = acted_for.as_deref().and_then(deputy_of)
        && signer
            .position
            .as_deref()
            .is_none_or(|position| Some(position) == acted_for.as_deref())
    {
        signer.position = Some(deputy);
        is_doubtful = true;
    }
    if !authorities.is_empty() {
        signer.authority = Some(authorities.join(" "));
    }
    // Where a seal hides the position, the name may still stand behind the
    // last recipient.
    let anchor = position_at
        .map(|(index, ..)| index)
        .or_else(|| lines.iter().position(|line| signature_part(line).is_some()))
        .or_else(|| lines.iter().position(|line| is_filing_line(line)));
    let names_from = anchor
        .map(|anchor| anchor + 1)
        .or(is_name_enough.then_some(0));
    let mut behind = None;
    if let Some(from) = names_from {
        let found = lines[from..]
            .iter()
            .take(30)
            .enumerate()
            .find_map(|(offset, line)| Some((offset, person_name(line)?)));
        if let Some((offset, (name, is_repaired))) = found {
            signer.name = Some(name);
            is_doubtful |= is_repaired;
            behind = Some(from + offset + 1);
        }
    }
    (signer, is_doubtful, behind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(lines: &[&str]) -> (Option<String>, Option<String>, Option<String>, bool) {
        let (signer, is_doubtful, _) = signer(lines, false);
        (signer.authority, signer.position, signer.name, is_doubtful)
    }

    #[track_caller]
    fn check_deputy(lines: &[&str]) {
        let (authority, position, _, is_doubtful) = signed(lines);
        assert_eq!(authority.as_deref(), Some("KT. GIÁM ĐỐC"), "{lines:?}");
        assert_eq!(position.as_deref(), Some("PHÓ GIÁM ĐỐC"), "{lines:?}");
        assert!(is_doubtful, "{lines:?}");
    }

    #[test]
    fn a_deputy_is_known_under_a_seal() {
        check_deputy(&["KÍGIÁM ĐÓC", "Đặng Văn Mẫu"]);
        check_deputy(&["T-GIÁM ĐÓC", "GIÁM. ĐỒC", "Đặng Văn Mẫu"]);
        check_deputy(&["lt GIÁM ĐÓ", "Hó GIÀM B6t", "Đặng Văn Mẫu"]);
        check_deputy(&["ở GLIÁM ĐỌC )C", "pÑt LẮM", "GIÁM ĐỐC"]);
        check_deputy(&["ĐÓC", "6A ĐỐC", "Đặng Văn Mẫu"]);
        check_deputy(&["~. GIÁM ĐÓC", "'", "PHÓ GIÁM ĐỚC", "Đặng Văn Mẫu"]);
    }

    #[test]
    fn a_chairman_is_known_by_the_end_of_his_title() {
        for line in ["5 SQỦ TỊCH", "SAU TỊCH", "Ủ TỊCH"] {
            let (_, position, _, is_doubtful) = signed(&[line, "Đặng Văn Mẫu"]);
            assert_eq!(position.as_deref(), Some("CHỦ TỊCH"), "{line}");
            assert!(is_doubtful, "{line}");
        }
    }

    #[test]
    fn what_is_read_well_is_taken_as_it_is() {
        let (authority, position, name, is_doubtful) = signed(&["GIÁM ĐỐC", "Đặng Văn Mẫu"]);
        assert_eq!(authority, None);
        assert_eq!(position.as_deref(), Some("GIÁM ĐỐC"));
        assert_eq!(name.as_deref(), Some("Đặng Văn Mẫu"));
        assert!(!is_doubtful);
        let (_, position, _, is_doubtful) = signed(&["KT. HIỆU TRƯỞNG", "P. HIỆU TRƯỞNG"]);
        assert_eq!(position.as_deref(), Some("P. HIỆU TRƯỞNG"));
        assert!(!is_doubtful);
        // Two offices sign one paper.
        let (authority, position, _, _) = signed(&["GIÁM ĐỐC", "GIÁM ĐỐC", "Đặng Văn Mẫu"]);
        assert_eq!((authority, position.as_deref()), (None, Some("GIÁM ĐỐC")));
    }

    #[test]
    fn all_who_sign_a_joint_paper_are_named() {
        let signature = Signature::read(
            &[
                "KT. BỘ TRƯỞNG BỘ TÀI CHÍNH",
                "THỨ TRƯỞNG",
                "Nguyễn Thị Mẫu",
                "KT. BỘ TRƯỞNG BỘ Y TẾ",
                "THỨ TRƯỞNG",
                "Trần Văn Thử",
            ],
            false,
        );
        assert_eq!(signature.signer.position.as_deref(), Some("THỨ TRƯỞNG"));
        assert_eq!(signature.signer.name.as_deref(), Some("Nguyễn Thị Mẫu"));
        assert_eq!(signature.further.len(), 1);
        assert_eq!(
            signature.further[0].authority.as_deref(),
            Some("KT. BỘ TRƯỞNG BỘ Y TẾ")
        );
        assert_eq!(signature.further[0].name.as_deref(), Some("Trần Văn Thử"));
    }

    #[test]
    fn family_names_are_set_right_and_places_are_no_names() {
        let name = |line| person_name(line).map(|(name, _)| name);
        assert_eq!(name("Ñ quyên Văn Mẫu").as_deref(), Some("Nguyễn Văn Mẫu"));
        assert_eq!(name("I trần Văn Mẫu").as_deref(), Some("Trần Văn Mẫu"));
        assert_eq!(name("Nguy lên Văn Mẫu").as_deref(), Some("Nguyễn Văn Mẫu"));
        assert_eq!(name("Lê Mẫu").as_deref(), Some("Lê Mẫu"));
        assert_eq!(name("Rạch Giá"), None);
        assert_eq!(name("Tỉnh Hậu Giang"), None);
    }
}
