//! What a PDF/A-2b file (ISO 19005-2) has beside its pages: an output intent, by
//! which device colours mean something, with a profile of sRGB.
//!
//! Only copies that are built from page images make the claim: everything in them
//! is written here. What an original brings along (fonts that are not embedded,
//! transparency, scripts) is neither checked nor mended.

use super::font::flate_stream;
use lopdf::{Dictionary, Object, ObjectId, dictionary};

/// sRGB is defined by IEC 61966-2-1.
const CONDITION: &str = "sRGB IEC61966-2.1";

/// The white of the profile's connection space (ISO 15076-1, 7.2.16), X, Y, Z.
const D50: [f64; 3] = [0.9642, 1.0, 0.8249];
/// The primaries of sRGB, adapted to D50 after Bradford.
const RED: [f64; 3] = [0.436_07, 0.222_50, 0.013_93];
const GREEN: [f64; 3] = [0.385_06, 0.716_88, 0.097_10];
const BLUE: [f64; 3] = [0.143_08, 0.060_62, 0.714_17];

/// Entries of the tone curve.
const N_CURVE_POINTS: u16 = 256;

/// The profile as an object.
pub(super) fn profile_object() -> Object {
    flate_stream(dictionary! { "N" => 3 }, &srgb_profile())
}

/// The output intent that refers to it.
pub(super) fn output_intent(profile: ObjectId) -> Dictionary {
    dictionary! {
        "Type" => "OutputIntent", "S" => "GTS_PDFA1",
        "OutputConditionIdentifier" => Object::string_literal(CONDITION),
        "Info" => Object::string_literal(CONDITION),
        "DestOutputProfile" => profile,
    }
}

/// A display profile of version 2.1 (ICC.1:1998-09): three primaries and one tone
/// curve.
fn srgb_profile() -> Vec<u8> {
    let curve = tone_curve();
    let tags: [(&[u8; 4], Vec<u8>); 9] = [
        (b"cprt", tagged(b"text", b"No rights are reserved\0")),
        (b"desc", description()),
        (b"wtpt", xyz(D50)),
        (b"rXYZ", xyz(RED)),
        (b"gXYZ", xyz(GREEN)),
        (b"bXYZ", xyz(BLUE)),
        // One curve for all three: the table may name the same bytes again.
        (b"rTRC", curve.clone()),
        (b"gTRC", Vec::new()),
        (b"bTRC", Vec::new()),
    ];
    let mut table = (tags.len() as u32).to_be_bytes().to_vec();
    let mut data = Vec::new();
    let data_at = 128 + 4 + 12 * tags.len();
    let mut place = (0, 0);
    for (name, content) in &tags {
        if !content.is_empty() {
            place = ((data_at + data.len()) as u32, content.len() as u32);
            data.extend_from_slice(content);
            data.resize(data.len().next_multiple_of(4), 0);
        }
        table.extend_from_slice(*name);
        table.extend(place.0.to_be_bytes());
        table.extend(place.1.to_be_bytes());
    }
    let mut profile = header((data_at + data.len()) as u32);
    profile.extend(table);
    profile.extend(data);
    profile
}

fn header(size: u32) -> Vec<u8> {
    let mut header = size.to_be_bytes().to_vec();
    header.extend_from_slice(&[0; 4]);
    header.extend_from_slice(&0x0210_0000_u32.to_be_bytes());
    header.extend_from_slice(b"mntrRGB XYZ ");
    // The day sRGB was published: a profile must have one.
    for part in [1999_u16, 10, 1, 0, 0, 0] {
        header.extend_from_slice(&part.to_be_bytes());
    }
    header.extend_from_slice(b"acsp");
    header.resize(68, 0);
    for value in D50 {
        header.extend_from_slice(&fixed(value));
    }
    header.resize(128, 0);
    header
}

/// The data of a tag: its type, four zeros, its content.
fn tagged(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [kind.as_slice(), &[0; 4], content].concat()
}

fn description() -> Vec<u8> {
    let mut content = ((CONDITION.len() + 1) as u32).to_be_bytes().to_vec();
    content.extend_from_slice(CONDITION.as_bytes());
    content.push(0);
    // No Unicode and no Macintosh description; the latter has a fixed length.
    content.resize(content.len() + 4 + 4 + 2 + 1 + 67, 0);
    tagged(b"desc", &content)
}

fn xyz(values: [f64; 3]) -> Vec<u8> {
    tagged(b"XYZ ", &values.map(fixed).concat())
}

/// Signed fixed point with 16 bits behind the point.
fn fixed(value: f64) -> [u8; 4] {
    ((value * 65_536.0).round() as i32).to_be_bytes()
}

/// From coded to linear light (IEC 61966-2-1, 5.2).
fn tone_curve() -> Vec<u8> {
    let mut content = u32::from(N_CURVE_POINTS).to_be_bytes().to_vec();
    for index in 0..N_CURVE_POINTS {
        let coded = f64::from(index) / f64::from(N_CURVE_POINTS - 1);
        let linear = if coded <= 0.040_45 {
            coded / 12.92
        } else {
            ((coded + 0.055) / 1.055).powf(2.4)
        };
        content.extend_from_slice(&((linear * 65_535.0).round() as u16).to_be_bytes());
    }
    tagged(b"curv", &content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tag_lies_in_the_profile_and_says_what_it_is() {
        let profile = srgb_profile();
        let word = |at: usize| u32::from_be_bytes(profile[at..at + 4].try_into().unwrap()) as usize;
        assert_eq!(word(0), profile.len());
        assert_eq!(&profile[36..40], b"acsp");
        for tag in 0..word(128) {
            let entry = 132 + 12 * tag;
            let (at, length) = (word(entry + 4), word(entry + 8));
            assert!(at % 4 == 0 && at + length <= profile.len());
            let kind: &[u8] = match &profile[entry..entry + 4] {
                b"cprt" => b"text",
                b"desc" => b"desc",
                b"rTRC" | b"gTRC" | b"bTRC" => b"curv",
                _ => b"XYZ ",
            };
            assert_eq!(&profile[at..at + 4], kind);
        }
    }

    #[test]
    fn the_primaries_make_white_together() {
        for index in 0..3 {
            let sum = RED[index] + GREEN[index] + BLUE[index];
            assert!((sum - D50[index]).abs() < 0.001, "{sum}");
        }
    }
}
