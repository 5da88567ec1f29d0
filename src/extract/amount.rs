//! Numbers as Vietnamese writes them: a dot parts thousands, a comma the
//! decimals.

use super::scan::digits_end;

/// A number that was read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Amount {
    pub(super) value: f64,
    /// "1.5" may be one and a half or a misprint: a dot that cannot part
    /// thousands was taken for a decimal mark.
    pub(super) is_ambiguous: bool,
}

/// Reads the run of digits, dots and commas that begins at `start`. The end is
/// given even where the run is no number ("1.2.3").
pub(super) fn parse_amount_at(text: &str, start: usize) -> (Option<Amount>, usize) {
    let bytes = text.as_bytes();
    let mut groups = vec![(b' ', start, digits_end(text, start))];
    loop {
        let Some(&(_, _, end)) = groups.last() else {
            return (None, start);
        };
        let mark = match bytes.get(end) {
            Some(mark @ (b'.' | b',')) => *mark,
            _ => break,
        };
        let group_end = digits_end(text, end + 1);
        if group_end == end + 1 {
            break;
        }
        groups.push((mark, end + 1, group_end));
    }
    let end = groups.last().map_or(start, |group| group.2);
    (read_groups(text, &groups), end)
}

fn read_groups(text: &str, groups: &[(u8, usize, usize)]) -> Option<Amount> {
    let lengths: Vec<usize> = groups.iter().map(|(_, from, to)| to - from).collect();
    let digits = |range: &[(u8, usize, usize)]| -> String {
        range
            .iter()
            .map(|(_, from, to)| &text[*from..*to])
            .collect()
    };
    let (last, whole) = groups.split_last()?;
    let thousands = |from: usize, to: usize, mark: u8| {
        lengths[0] <= 3 && (from..to).all(|index| lengths[index] == 3 && groups[index].0 == mark)
    };
    let count = groups.len();
    // A run of digits too long for any quantity is a telephone or account number.
    if lengths.iter().sum::<usize>() > 15 {
        return None;
    }
    let decimal = || format!("{}.{}", digits(whole), &text[last.1..last.2]);
    let has_thousands =
        last.0 == b'.' && thousands(1, count, b'.') && !text[groups[0].1..].starts_with('0');
    let (number, is_ambiguous) = if count == 1 || has_thousands {
        (digits(groups), false)
    } else if last.0 == b',' && (count == 2 || thousands(1, count - 1, b'.')) {
        (decimal(), false)
    } else if count > 2 && thousands(1, count, b',') {
        (digits(groups), true)
    } else if count == 2 {
        (decimal(), true)
    } else {
        return None;
    };
    let value = number.parse().ok()?;
    Some(Amount {
        value,
        is_ambiguous,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<f64>) {
        let (amount, end) = parse_amount_at(text, 0);
        assert_eq!(amount.map(|amount| amount.value), expected, "{text}");
        assert_eq!(end, text.trim_end_matches(['.', ',']).len(), "{text}");
    }

    #[test]
    fn dots_part_thousands_and_commas_decimals() {
        check("22.725", Some(22725.0));
        check("83,30", Some(83.3));
        check("8.699,28", Some(8699.28));
        check("72.445.000.000", Some(72_445_000_000.0));
        check("04", Some(4.0));
        check("96.", Some(96.0));
        check("0,5,", Some(0.5));
    }

    #[test]
    fn foreign_forms_are_read_with_a_flag() {
        assert!(
            parse_amount_at("1.5", 0)
                .0
                .is_some_and(|a| a.is_ambiguous && a.value == 1.5)
        );
        assert!(
            parse_amount_at("1,234,567", 0)
                .0
                .is_some_and(|a| a.is_ambiguous)
        );
    }

    #[test]
    fn runs_that_are_no_number_are_passed_over() {
        check("1.2.3", None);
        check("0919.924.927.123.456", None);
    }
}
