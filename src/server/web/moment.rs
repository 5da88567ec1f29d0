//! Moments of the archive (UTC) by the clock on the wall of the office.

use super::language::day;
use std::sync::LazyLock;
use time::format_description::well_known::{Iso8601, Rfc3339};
use time::{Date, OffsetDateTime, UtcOffset};
use tz::TimeZone;

/// Of the server: `TZ`, else `/etc/localtime`; `None` where neither says one.
static ZONE: LazyLock<Option<TimeZone>> = LazyLock::new(|| {
    let named = std::env::var("TZ").ok().filter(|name| !name.is_empty());
    match named {
        Some(name) => TimeZone::from_posix_tz(&name).ok(),
        None => TimeZone::local().ok(),
    }
});

/// `2024-03-01T08:30:00Z` as offices write it, by the server's clock:
/// `01/03/2024 15:30`. Where no time zone is set, it says that it is UTC.
pub(super) fn moment(iso: &str) -> String {
    in_zone(iso, ZONE.as_ref())
}

fn in_zone(iso: &str, zone: Option<&TimeZone>) -> String {
    let Ok(utc) = OffsetDateTime::parse(iso, &Rfc3339) else {
        return iso.to_owned();
    };
    let offset = zone.and_then(|zone| {
        let kind = zone.find_local_time_type(utc.unix_timestamp()).ok()?;
        UtcOffset::from_whole_seconds(kind.ut_offset()).ok()
    });
    let told = utc.to_offset(offset.unwrap_or(UtcOffset::UTC));
    let is_utc = offset.is_none_or(UtcOffset::is_utc);
    let date = day(&told.date().to_string());
    let note = if is_utc { " UTC" } else { "" };
    format!("{date} {:02}:{:02}{note}", told.hour(), told.minute())
}

/// When a day (ISO 8601) of the server's clock begins and ends, UTC.
pub(super) fn day_in_utc(iso_day: &str) -> Option<(String, String)> {
    day_of_zone(iso_day, ZONE.as_ref())
}

fn day_of_zone(iso_day: &str, zone: Option<&TimeZone>) -> Option<(String, String)> {
    let day = Date::parse(iso_day, &Iso8601::DATE).ok()?;
    let start = |day: Date| {
        let midnight = day.midnight().assume_utc();
        let offset = zone.and_then(|zone| {
            let kind = zone.find_local_time_type(midnight.unix_timestamp()).ok()?;
            UtcOffset::from_whole_seconds(kind.ut_offset()).ok()
        });
        let start = midnight.replace_offset(offset.unwrap_or(UtcOffset::UTC));
        start.to_offset(UtcOffset::UTC).format(&Rfc3339).ok()
    };
    Some((start(day)?, start(day.next_day()?)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_told_by_the_clock_of_the_office() {
        let hanoi = TimeZone::from_posix_tz("ICT-7").unwrap();
        let told = in_zone("2024-03-01T18:30:59Z", Some(&hanoi));
        assert_eq!(told, "02/03/2024 01:30");
        let without = in_zone("2024-03-01T18:30:59Z", None);
        assert_eq!(without, "01/03/2024 18:30 UTC");
        let day = day_of_zone("2024-03-02", Some(&hanoi)).unwrap();
        assert_eq!(day.0, "2024-03-01T17:00:00Z");
        assert_eq!(day.1, "2024-03-02T17:00:00Z");
        assert_eq!(day_of_zone("02/03/2024", None), None);
        assert_eq!(in_zone("hôm qua", Some(&hanoi)), "hôm qua");
    }
}
