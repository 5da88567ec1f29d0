//! Periods, deadlines, recurring deadlines and durations: what stands round
//! the dates and numbers of the running text.

use super::deadline::{deadline_at, duration_at, recurring_at};
use super::flat::FlatText;
use super::numeral::Numeral;
use super::period::period_at;
use super::record::{Deadline, Duration, Period, RecurringDeadline};

/// Everything about spans of time in a text.
#[derive(Debug, Default)]
pub(super) struct TimeSpans {
    pub(super) periods: Vec<Period>,
    pub(super) deadlines: Vec<Deadline>,
    pub(super) recurring_deadlines: Vec<RecurringDeadline>,
    pub(super) durations: Vec<Duration>,
}

pub(super) fn time_spans(flat: &FlatText<'_>, numerals: &[Numeral]) -> TimeSpans {
    let mut spans = TimeSpans::default();
    for (index, numeral) in numerals.iter().enumerate() {
        if let Some(recurring) = recurring_at(flat, numeral) {
            spans.recurring_deadlines.push(recurring);
            continue;
        }
        let period = period_at(flat, numerals, index);
        // "từ ngày A đến hết ngày B": what ends a period is no deadline.
        if period.is_none() {
            spans.deadlines.extend(deadline_at(flat, numeral));
        }
        spans.periods.extend(period);
        spans.durations.extend(duration_at(flat, numeral));
    }
    spans
}
