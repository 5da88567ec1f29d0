//! The time as the catalogue writes it.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Now, UTC, to the second: `2024-03-01T08:30:00Z`.
pub(crate) fn now() -> String {
    let now = OffsetDateTime::now_utc();
    let now = now.replace_nanosecond(0).unwrap_or(now);
    now.format(&Rfc3339).unwrap_or_else(|_| now.to_string())
}
