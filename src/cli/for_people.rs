//! Values as people in a Vietnamese office read them, and text from papers made
//! safe for a terminal.

/// `2023-03-02` as `02/03/2023`; what is no such day stays as it is.
pub fn day(iso: &str) -> String {
    match iso.split('-').collect::<Vec<_>>()[..] {
        [year, month, day] if year.len() == 4 => format!("{day}/{month}/{year}"),
        _ => iso.to_owned(),
    }
}

/// `2024-03-01T08:30:00Z` as `01/03/2024 08:30 UTC`.
pub fn moment(iso: &str) -> String {
    match iso.split_once('T') {
        Some((date, time)) => {
            let minutes = time.get(..5).unwrap_or(time);
            format!("{} {minutes} UTC", day(date))
        }
        None => iso.to_owned(),
    }
}

/// Text of a paper or a file name without control characters: an escape
/// sequence in it must not reach the terminal. Line ends stay.
pub fn printable(text: &str) -> String {
    text.chars()
        .filter(|letter| *letter == '\n' || !letter.is_control())
        .collect()
}

/// A size in the unit that keeps it short.
pub fn size(n_bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if n_bytes < 1000 {
        return format!("{n_bytes} B");
    }
    let mut size = n_bytes as f64 / 1000.0;
    let mut unit_idx = 0;
    while size >= 999.95 && unit_idx + 1 < UNITS.len() {
        size /= 1000.0;
        unit_idx += 1;
    }
    format!("{size:.1} {}", UNITS[unit_idx])
}

/// A value of the record with a mark where it is to be looked at: handwritten,
/// or read with little certainty.
pub fn doubted(value: &str, is_doubtful: bool) -> String {
    if is_doubtful {
        format!("{value} (?)")
    } else {
        value.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_for_people() {
        assert_eq!(day("2023-03-02"), "02/03/2023");
        assert_eq!(day("2023"), "2023");
        assert_eq!(moment("2024-03-01T08:30:00Z"), "01/03/2024 08:30 UTC");
        assert_eq!(printable("a\u{1b}[31mb\nc"), "a[31mb\nc");
        for (n_bytes, shown) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1.0 kB"),
            (999_960, "1.0 MB"),
            (12_345_678, "12.3 MB"),
            (u64::MAX, "18446744.1 TB"),
        ] {
            assert_eq!(size(n_bytes), shown);
        }
    }
}
