//! The days and months that tenants' budgets count by.

use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, Months, NaiveDate, TimeDelta, Utc};

/// The time of Tehran, which has been the same all year since 2022, when Iran gave up daylight
/// saving.
const TEHRAN: TimeDelta = TimeDelta::minutes(3 * 60 + 30);

/// The tenants' day at that moment.
#[must_use]
pub fn tenants_day(now: DateTime<Utc>) -> NaiveDate {
    (now + TEHRAN).date_naive()
}

/// The days of the calendar month around that day.
#[must_use]
pub fn month_of(day: NaiveDate) -> RangeInclusive<NaiveDate> {
    let first = day.with_day(1).unwrap_or(day);
    let next = first.checked_add_months(Months::new(1));
    let last = next.and_then(|next| next.pred_opt()).unwrap_or(day);
    first..=last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_tehran() {
        let day = |time: &str| tenants_day(time.parse().unwrap()).to_string();
        assert_eq!(day("2026-11-24T20:29:59Z"), "2026-11-24");
        assert_eq!(day("2026-11-24T20:30:00Z"), "2026-11-25");
    }

    #[test]
    fn a_month_is_whole() {
        let month = month_of("2028-02-29".parse().unwrap());
        assert_eq!(month.start().to_string(), "2028-02-01");
        assert_eq!(month.end().to_string(), "2028-02-29");
        let month = month_of("2026-12-31".parse().unwrap());
        assert_eq!(month.end().to_string(), "2026-12-31");
    }
}
