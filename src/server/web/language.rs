//! The language of the page, and how it writes days and numbers.

/// A language the page speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::server) enum Language {
    #[default]
    Vietnamese,
    English,
}

impl Language {
    /// The language of that code, as in `?lang=en`.
    pub fn of_code(code: &str) -> Option<Self> {
        match code {
            "vi" => Some(Self::Vietnamese),
            "en" => Some(Self::English),
            _ => None,
        }
    }

    pub fn code(self) -> &'static str {
        self.say("vi", "en")
    }

    pub fn other(self) -> Self {
        match self {
            Self::Vietnamese => Self::English,
            Self::English => Self::Vietnamese,
        }
    }

    /// What is said in this language.
    pub fn say<T>(self, vietnamese: T, english: T) -> T {
        match self {
            Self::Vietnamese => vietnamese,
            Self::English => english,
        }
    }

    /// A count with its thousands parted: 22.725 or 22,725.
    pub fn count(self, number: u64) -> String {
        let digits = number.to_string();
        let mut text = String::new();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                text.push(self.say('.', ','));
            }
            text.push(digit);
        }
        text
    }

    /// A number with at most `n_decimals` decimals: 22.725,5 or 22,725.5.
    pub fn number(self, value: f64, n_decimals: usize) -> String {
        if !value.is_finite() {
            return "–".to_owned();
        }
        let text = format!("{:.n_decimals$}", value.abs());
        let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
        let decimals = decimals.trim_end_matches('0');
        let mut text = match whole.parse() {
            Ok(whole) => self.count(whole),
            Err(_) => whole.to_owned(),
        };
        if !decimals.is_empty() {
            text.push(self.say(',', '.'));
            text.push_str(decimals);
        }
        match value < 0.0 && text != "0" {
            true => format!("−{text}"),
            false => text,
        }
    }
}

/// A day or part of one (ISO 8601: `2023`, `2023-03`, `2023-03-02`) as offices
/// write it: 02/03/2023. What is no day stays as it is.
pub(in crate::server) fn day(iso: &str) -> String {
    let mut parts: Vec<&str> = iso.split('-').collect();
    let is_day = parts
        .iter()
        .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    match is_day {
        true => {
            parts.reverse();
            parts.join("/")
        }
        false => iso.to_owned(),
    }
}

/// A size a person can grasp.
pub(in crate::server) fn bytes(language: Language, n_bytes: u64) -> String {
    if n_bytes < 1_000 {
        return format!("{n_bytes} B");
    }
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    let mut size = n_bytes as f64 / 1_000.0;
    let mut unit = 0;
    while size >= 1_000.0 && unit + 1 < UNITS.len() {
        size /= 1_000.0;
        unit += 1;
    }
    let n_decimals = usize::from(size < 10.0);
    format!("{} {}", language.number(size, n_decimals), UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_days_are_written_as_in_vietnam() {
        let vietnamese = Language::Vietnamese;
        assert_eq!(vietnamese.count(0), "0");
        assert_eq!(vietnamese.count(999), "999");
        assert_eq!(vietnamese.count(1_234_567), "1.234.567");
        assert_eq!(Language::English.count(1_234_567), "1,234,567");
        assert_eq!(vietnamese.number(83.30, 2), "83,3");
        assert_eq!(vietnamese.number(22_725.0, 2), "22.725");
        assert_eq!(vietnamese.number(-0.5, 2), "−0,5");
        assert_eq!(vietnamese.number(-0.001, 2), "0");
        assert_eq!(vietnamese.number(f64::NAN, 2), "–");
        assert_eq!(day("2023-03-02"), "02/03/2023");
        assert_eq!(day("2023-03"), "03/2023");
        assert_eq!(day("khoảng 2023"), "khoảng 2023");
        assert_eq!(bytes(vietnamese, 1_500), "1,5 kB");
        assert_eq!(bytes(vietnamese, 25_400_000), "25 MB");
    }
}
