//! Encodings that Vietnamese was written in before Unicode.
//!
//! A font of such an encoding draws "Việt" where the text says "ViÖt" (TCVN3),
//! "Vieät" (VNI), "ViŒt" (VPS) or "Vi®t" (VISCII). Text taken out of a document
//! gives the codes as characters of Windows-1252; that is the form the tables
//! here have.
//!
//! The tables of TCVN3 (small letters; TCVN 5712:1993, third set) and VISCII
//! (RFC 1456) agree with those of glibc's iconv, all four with the crate
//! bamboo-core 0.5.3 (MIT). It is not depended on: it is an input method, and
//! gives away too little to restore capitals.

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// An encoding of Vietnamese from before Unicode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LegacyEncoding {
    /// TCVN 5712, also called ABC: the fonts `.VnTime`, `.VnArial`, … A marked
    /// capital has the code of the small letter; fonts whose names end in H
    /// draw all letters as capitals.
    Tcvn3,
    /// VNI for Windows: the letter and behind it its marks. The fonts `VNI-…`.
    Vni,
    /// The Vietnamese Professionals Society's. The fonts `VPS …`.
    Vps,
    /// RFC 1456.
    Viscii,
}

/// What the name of a font says of the text set in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FontHint {
    pub encoding: LegacyEncoding,
    /// The font draws small letters as capitals.
    pub is_capital: bool,
}

/// All letters with marks, and đ; then their capitals in the same order.
const LETTERS: &str = "\
    àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ\
    ÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬĐÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ";

/// The codes of [`LETTERS`], parted by blanks.
const TCVN3: &str = "\
    µ ¸ ¶ · ¹ ¨ » ¾ ¼ ½ Æ © Ç Ê È É Ë ® Ì Ð Î Ï Ñ ª Ò Õ Ó Ô Ö × Ý Ø Ü Þ ß ã á â ä « å è æ ç é \
    ¬ ê í ë ì î ï ó ñ ò ô \u{ad} õ ø ö ÷ ù ú ý û ü þ \
    µ ¸ ¶ · ¹ ¡ » ¾ ¼ ½ Æ ¢ Ç Ê È É Ë § Ì Ð Î Ï Ñ £ Ò Õ Ó Ô Ö × Ý Ø Ü Þ ß ã á â ä ¤ å è æ ç é \
    ¥ ê í ë ì î ï ó ñ ò ô ¦ õ ø ö ÷ ù ú ý û ü þ";
const VNI: &str = "\
    aø aù aû aõ aï aê aè aé aú aü aë aâ aà aá aå aã aä ñ eø eù eû eõ eï eâ eà eá eå eã eä \
    ì í æ ó ò oø où oû oõ oï oâ oà oá oå oã oä ô ôø ôù ôû ôõ ôï uø uù uû uõ uï ö öø öù öû öõ öï \
    yø yù yû yõ î \
    AØ AÙ AÛ AÕ AÏ AÊ AÈ AÉ AÚ AÜ AË AÂ AÀ AÁ AÅ AÃ AÄ Ñ EØ EÙ EÛ EÕ EÏ EÂ EÀ EÁ EÅ EÃ EÄ \
    Ì Í Æ Ó Ò OØ OÙ OÛ OÕ OÏ OÂ OÀ OÁ OÅ OÃ OÄ Ô ÔØ ÔÙ ÔÛ ÔÕ ÔÏ UØ UÙ UÛ UÕ UÏ Ö ÖØ ÖÙ ÖÛ ÖÕ ÖÏ \
    YØ YÙ YÛ YÕ Î";
const VPS: &str = "\
    à á ä ã å æ ¢ ¡ £ ¤ ¥ â À Ã Ä Å Æ Ç è é È ë Ë ê Š ‰ ‹ Í Œ ì í Ì ï Î ò ó Õ õ † ô Ò Ó ° ‡ ¶ \
    Ö © § ª « ® ù ú û Û ø Ü Ø Ù º » ¿ ÿ š › Ï œ \
    € Á \u{81} ‚ å ˆ Ž \u{8d} \u{8f} ð ¥ Â „ ƒ … Å Æ ñ × É Þ þ Ë Ê “ \u{90} ” • Œ µ ´ · ¸ Î \
    ¼ ¹ ½ ¾ † Ô — – ˜ ™ ¶ ÷ ž \u{9d} Ÿ ¦ ® ¨ Ú Ñ ¬ ø Ð ¯ \u{ad} ± » ¿ ² Ý ý ³ œ";
/// Õ (A0) is left out by [`Table`]: documents use that code as a blank.
const VISCII: &str = "\
    à á ä ã Õ å ¢ ¡ Æ Ç £ â ¥ ¤ ¦ ç § ð è é ë ¨ © ê « ª ¬ \u{ad} ® ì í ï î ¸ ò ó ö õ ÷ ô ° ¯ ± ² \
    µ ½ ¶ ¾ · Þ þ ù ú ü û ø ß × Ñ Ø æ ñ Ï ý Ö Û Ü \
    À Á Ä Ã € Å ‚ \u{81} \u{2} \u{5} ƒ Â … „ † \u{6} ‡ Ð È É Ë ˆ ‰ Ê ‹ Š Œ \u{8d} Ž Ì Í › Î ˜ \
    Ò Ó ™ \u{a0} š Ô \u{90} \u{8f} ‘ ’ “ ´ – • — ³ ” Ù Ú œ \u{9d} ž ¿ » º ¼ ÿ ¹ Ÿ Ý \
    \u{14} \u{19} \u{1e}";

/// Both directions of an encoding.
struct Table {
    /// By first and, in VNI, second character of the code.
    letters: HashMap<(char, Option<char>), char>,
    codes: HashMap<char, &'static str>,
}

impl Table {
    fn new(codes: &'static str) -> Self {
        let mut table = Self {
            letters: HashMap::new(),
            codes: HashMap::new(),
        };
        // By hand: `split_whitespace` would take the code A0 for a blank.
        let codes = codes.split(' ').filter(|code| !code.is_empty());
        for (letter, code) in LETTERS.chars().zip(codes) {
            let mut chars = code.chars();
            let Some(first) = chars.next().filter(|first| *first != '\u{a0}') else {
                continue;
            };
            // Of a code shared by a small letter and its capital the small
            // letter, which comes first.
            table.letters.entry((first, chars.next())).or_insert(letter);
            table.codes.insert(letter, code);
        }
        table
    }
}

static TABLES: LazyLock<[Table; 4]> = LazyLock::new(|| [TCVN3, VNI, VPS, VISCII].map(Table::new));

impl LegacyEncoding {
    pub const ALL: [Self; 4] = [Self::Tcvn3, Self::Vni, Self::Vps, Self::Viscii];

    /// The name people know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tcvn3 => "TCVN3",
            Self::Vni => "VNI",
            Self::Vps => "VPS",
            Self::Viscii => "VISCII",
        }
    }

    fn table(self) -> &'static Table {
        &TABLES[self as usize]
    }

    /// The word in Unicode, NFC. What is no code stays as it is. For one word at
    /// a time: where an encoding has one code for a small letter and its capital,
    /// the letters round it tell which is meant.
    pub fn decode(self, word: &str) -> String {
        let letters = &self.table().letters;
        let mut decoded = String::with_capacity(word.len() + 8);
        let mut is_shared = Vec::new();
        let mut codes = word.chars().map(|code| self.canonical(code)).peekable();
        while let Some(first) = codes.next() {
            let pair = codes
                .peek()
                .and_then(|&second| letters.get(&(first, Some(second))));
            let letter = match pair {
                Some(&letter) => {
                    codes.next();
                    letter
                }
                None => letters.get(&(first, None)).copied().unwrap_or(first),
            };
            is_shared.push(letter != first && self.is_shared(letter));
            decoded.push(letter);
        }
        if !is_in_capitals(&decoded, &is_shared) {
            return decoded;
        }
        decoded
            .chars()
            .zip(is_shared)
            .flat_map(|(letter, is_shared)| {
                let upper = letter.to_uppercase().next().unwrap_or(letter);
                std::iter::once(if is_shared { upper } else { letter })
            })
            .collect()
    }

    /// Text in this encoding, as characters of Windows-1252. Letters that it has
    /// no code for stay as they are.
    pub fn encode(self, text: &str) -> String {
        let codes = &self.table().codes;
        let mut encoded = String::with_capacity(text.len());
        for letter in text.chars() {
            match codes.get(&letter) {
                Some(code) => encoded.push_str(code),
                None => encoded.push(letter),
            }
        }
        encoded
    }

    /// Whether a capital has the code of this small letter.
    fn is_shared(self, letter: char) -> bool {
        let codes = &self.table().codes;
        letter
            .to_uppercase()
            .next()
            .is_some_and(|upper| upper != letter && codes.get(&upper) == codes.get(&letter))
    }

    /// A code in the form the tables have: programs that make PDFs name the
    /// glyphs of a legacy font by what they look most like.
    fn canonical(self, code: char) -> char {
        match code {
            // Symbol fonts: the code in the private use area.
            '\u{f020}'..='\u{f0ff}' => {
                char::from_u32(u32::from(code) - 0xf000).map_or(code, of_control)
            }
            '\u{80}'..='\u{9f}' => of_control(code),
            'μ' => 'µ',
            '\u{2212}' | '\u{2010}' | '\u{2011}' if self != Self::Vni => '\u{ad}',
            '∙' | '⋅' => '·',
            'đ' => 'ð',
            'Đ' => 'Ð',
            'ˉ' => '¯',
            other => other,
        }
    }
}

/// A control code of the second half as the character Windows-1252 has there.
fn of_control(code: char) -> char {
    const WINDOWS_1252: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";
    match u32::from(code) {
        value @ 0x80..=0x9f => WINDOWS_1252
            .chars()
            .nth(value as usize - 0x80)
            .unwrap_or(code),
        _ => code,
    }
}

/// The character of Windows-1252 that a byte stands for.
pub fn windows_1252(byte: u8) -> char {
    of_control(char::from(byte))
}

/// Whether a word is set in capitals, so that letters whose code says nothing of
/// their case are capitals too: "CéNG" is "CỘNG".
fn is_in_capitals(word: &str, is_shared: &[bool]) -> bool {
    let mut n_capitals = 0;
    for (letter, is_shared) in word.chars().zip(is_shared) {
        if letter.is_uppercase() {
            n_capitals += 1;
        } else if letter.is_lowercase() && !is_shared {
            return false;
        }
    }
    n_capitals >= 2
}

impl FontHint {
    /// Tells from the name of a font, such as `BCDEEE+.VnTimeH,Bold`. It is a
    /// hint: some fonts of these names hold Unicode text.
    pub fn of(font_name: &str) -> Option<Self> {
        let name = without_subset_tag(font_name).trim_start_matches(['.', ' ']);
        let lower = name.to_ascii_lowercase();
        let family = lower.split([',', '-']).next().unwrap_or_default();
        let encoding = if lower.starts_with("vni") {
            LegacyEncoding::Vni
        } else if lower.starts_with("vps") {
            LegacyEncoding::Vps
        } else if lower.starts_with("viscii")
            || lower.starts_with("vi-")
            || lower.contains("viscii")
        {
            LegacyEncoding::Viscii
        } else if name.starts_with("Vn") || name.starts_with("VN") && font_name.contains(".VN") {
            LegacyEncoding::Tcvn3
        } else {
            return None;
        };
        Some(Self {
            encoding,
            is_capital: encoding == LegacyEncoding::Tcvn3 && is_capital_family(name, family),
        })
    }
}

/// `.VnTimeH`, `.VnArialH`: an H behind a small letter ends the family's name.
fn is_capital_family(name: &str, family: &str) -> bool {
    let family = &name[..family.len().min(name.len())];
    let family = ["Bold", "Italic", "Regular"]
        .iter()
        .fold(family, |family, style| family.trim_end_matches(style));
    let mut letters = family.chars().rev();
    letters.next() == Some('H') && letters.next().is_some_and(char::is_lowercase)
}

/// The name without the mark of an embedded part of a font: six capitals and a
/// plus sign (ISO 32000-1, 9.6.4).
pub fn without_subset_tag(font_name: &str) -> &str {
    match font_name.split_once('+') {
        Some((tag, name)) if tag.len() == 6 && tag.bytes().all(|b| b.is_ascii_uppercase()) => name,
        _ => font_name,
    }
}

impl fmt::Display for LegacyEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SENTENCE: &str = "đề nghị các phòng chuyên môn nghiêm túc thực hiện kỷ luật kỷ cương";

    fn decode_text(encoding: LegacyEncoding, text: &str) -> String {
        let words: Vec<String> = text.split(' ').map(|word| encoding.decode(word)).collect();
        words.join(" ")
    }

    #[test]
    fn every_table_has_a_code_for_every_letter() {
        for (encoding, codes) in LegacyEncoding::ALL.iter().zip([TCVN3, VNI, VPS, VISCII]) {
            let n_codes = codes.split(' ').filter(|code| !code.is_empty()).count();
            assert_eq!(n_codes, LETTERS.chars().count(), "{encoding}");
        }
    }

    #[test]
    fn known_words_are_decoded() {
        use LegacyEncoding::{Tcvn3, Viscii, Vni, Vps};
        assert_eq!(Tcvn3.decode("ViÖt"), "Việt");
        assert_eq!(Tcvn3.decode("®iÖn"), "điện");
        assert_eq!(Tcvn3.decode("tr\u{2212}êng"), "trường");
        assert_eq!(Vni.decode("Vieät"), "Việt");
        assert_eq!(Vni.decode("ñöôïc"), "được");
        assert_eq!(Vps.decode("ViŒt"), "Việt");
        assert_eq!(Viscii.decode("Vi®t"), "Việt");
    }

    #[test]
    fn a_word_in_capitals_stays_one() {
        assert_eq!(LegacyEncoding::Tcvn3.decode("CéNG"), "CỘNG");
        assert_eq!(LegacyEncoding::Tcvn3.decode("HµNH"), "HÀNH");
        assert_eq!(LegacyEncoding::Tcvn3.decode("§iÖn"), "Điện");
        assert_eq!(LegacyEncoding::Vni.decode("COÄNG"), "CỘNG");
    }

    #[test]
    fn every_letter_survives_there_and_back() {
        for encoding in LegacyEncoding::ALL {
            for letter in LETTERS.chars() {
                let back = encoding.decode(&encoding.encode(&letter.to_string()));
                let lower: String = letter.to_lowercase().collect();
                let is_kept = back == letter.to_string() || back == lower;
                // Its code is the blank that no document uses for a letter.
                let is_exempt = encoding == LegacyEncoding::Viscii && letter == 'Õ';
                assert!(is_kept || is_exempt, "{encoding} {letter}: {back}");
            }
            assert_eq!(decode_text(encoding, &encoding.encode(SENTENCE)), SENTENCE);
        }
    }

    #[test]
    fn fonts_tell_by_their_names() {
        let hint = |name| FontHint::of(name).map(|hint| (hint.encoding, hint.is_capital));
        assert_eq!(
            hint("UNZOVZ+.VnTime,Bold"),
            Some((LegacyEncoding::Tcvn3, false))
        );
        assert_eq!(
            hint("QPHYDB+.VnTimeH,Bold"),
            Some((LegacyEncoding::Tcvn3, true))
        );
        assert_eq!(hint(".VnArialH"), Some((LegacyEncoding::Tcvn3, true)));
        assert_eq!(hint("BCDEEE+VNI-Times"), Some((LegacyEncoding::Vni, false)));
        assert_eq!(hint("VPS Times"), Some((LegacyEncoding::Vps, false)));
        assert_eq!(hint("AAAAAB+VNBX8"), None);
        assert_eq!(hint("TimesNewRomanPSMT"), None);
        assert_eq!(hint("Verdana"), None);
        assert_eq!(hint(""), None);
        assert_eq!(hint("ABCDEF+"), None);
    }

    fn vietnamese_text() -> impl Strategy<Value = String> {
        let letters: Vec<char> = LETTERS
            .chars()
            .filter(|letter| letter.is_lowercase())
            .chain("bcdghklmnpqrstvx0123456789".chars())
            .collect();
        prop::collection::vec(prop::sample::select(letters), 0..40)
            .prop_map(|letters| letters.into_iter().collect())
    }

    proptest! {
        #[test]
        fn small_letters_survive_there_and_back(text in vietnamese_text()) {
            for encoding in LegacyEncoding::ALL {
                prop_assert_eq!(encoding.decode(&encoding.encode(&text)), text.clone());
            }
        }

        #[test]
        fn decoding_anything_ends_and_keeps_plain_ascii(text in "\\PC{0,60}") {
            for encoding in LegacyEncoding::ALL {
                let decoded = encoding.decode(&text);
                prop_assert!(decoded.chars().count() <= text.chars().count());
                if text.is_ascii() {
                    prop_assert_eq!(decoded, text.clone());
                }
            }
        }
    }
}
