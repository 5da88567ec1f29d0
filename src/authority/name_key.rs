//! Names as they are compared: without marks, case and punctuation, the usual
//! abbreviations written out.

use crate::vietnamese::fold;

/// Words that stand for several.
const WRITTEN_OUT: [(&str, &str); 9] = [
    ("ubnd", "uy ban nhan dan"),
    ("hdnd", "hoi dong nhan dan"),
    ("mttq", "mat tran to quoc"),
    ("tp", "thanh pho"),
    ("tx", "thi xa"),
    ("tphcm", "thanh pho ho chi minh"),
    ("hcm", "ho chi minh"),
    ("tw", "trung uong"),
    ("vn", "viet nam"),
];

/// Offices of persons, who act for the agency named behind them.
const OFFICES: [&[&str]; 12] = [
    &["chu", "tich"],
    &["pho", "chu", "tich"],
    &["giam", "doc"],
    &["pho", "giam", "doc"],
    &["bo", "truong"],
    &["thu", "truong"],
    &["chanh", "van", "phong"],
    &["cuc", "truong"],
    &["tong", "cuc", "truong"],
    &["truong", "ban"],
    &["vien", "truong"],
    &["lanh", "dao"],
];

/// The words of a name, parted by one space. What stands between letters is
/// dropped where it joins an abbreviation ("GD&ĐT") and parts words elsewhere.
pub(super) fn name_key(name: &str) -> String {
    let folded = fold(&crate::vietnamese::normalize(name)).to_lowercase();
    let joined = folded.replace('&', "");
    let words = joined
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let mut key = String::with_capacity(joined.len());
    for word in words {
        let written = WRITTEN_OUT
            .iter()
            .find(|(short, _)| *short == word)
            .map_or(word, |(_, long)| long);
        if !key.is_empty() {
            key.push(' ');
        }
        key.push_str(written);
    }
    key
}

/// The words without the office in front of them.
pub(super) fn without_office<'a, 'b>(words: &'a [&'b str]) -> &'a [&'b str] {
    OFFICES
        .iter()
        .filter(|office| words.starts_with(office) && words.len() > office.len())
        .map(|office| &words[office.len()..])
        .next()
        .unwrap_or(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_out() {
        assert_eq!(name_key("UBND TP. Huế"), "uy ban nhan dan thanh pho hue");
        assert_eq!(name_key("Sở GD&ĐT"), "so gddt");
        assert_eq!(name_key("Lao động - Thương binh"), "lao dong thuong binh");
    }
}
