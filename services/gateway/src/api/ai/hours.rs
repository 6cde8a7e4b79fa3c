//! When people are there, as the API shows and takes it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use xin_domain::{BusinessHours, Day, MinuteOfDay, OpenHours};

use crate::api::names::DayName;
use crate::inputs::Checks;

const MOST_STRETCHES: usize = 28;
const MOST_HOLIDAYS: usize = 366;
/// The clocks of the earth are between these.
const OFFSETS: std::ops::RangeInclusive<i32> = -720..=840;

/// When people are there, week after week.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = BusinessHours)]
pub struct BusinessHoursView {
    /// Minutes that the place's clock is before UTC; Tehran: 210.
    #[schema(minimum = -720, maximum = 840)]
    utc_offset_minutes: i32,
    /// The open stretches of the week.
    #[schema(max_items = 28)]
    hours: Vec<OpenHoursView>,
    /// Days that are closed all day, in the Gregorian calendar.
    #[schema(value_type = Vec<String>, max_items = 366)]
    holidays: Vec<NaiveDate>,
}

/// A stretch of a day of the week.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OpenHours)]
pub struct OpenHoursView {
    #[schema(value_type = DayName)]
    day: Day,
    /// The first minute, written HH:MM.
    from: String,
    /// The minute after the last, written HH:MM; 24:00 is the end of the day.
    until: String,
}

impl Default for BusinessHoursView {
    fn default() -> Self {
        BusinessHours::default().into()
    }
}

impl From<BusinessHours> for BusinessHoursView {
    fn from(hours: BusinessHours) -> Self {
        let shown = |hours: OpenHours| OpenHoursView {
            day: hours.day,
            from: hours.from.to_string(),
            until: hours.until.to_string(),
        };
        Self {
            utc_offset_minutes: hours.utc_offset_minutes,
            hours: hours.hours.into_iter().map(shown).collect(),
            holidays: hours.holidays,
        }
    }
}

impl BusinessHoursView {
    /// The hours; what is wrong with them is noted.
    pub fn checked(self, checks: &mut Checks) -> BusinessHours {
        const FIELD: &str = "business_hours";
        if !OFFSETS.contains(&self.utc_offset_minutes) {
            checks.refuse(
                FIELD,
                "out_of_range",
                "utc_offset_minutes: from -720 to 840",
            );
        }
        if self.hours.len() > MOST_STRETCHES {
            checks.refuse(
                FIELD,
                "too_many",
                format!("at most {MOST_STRETCHES} stretches"),
            );
        }
        if self.holidays.len() > MOST_HOLIDAYS {
            checks.refuse(
                FIELD,
                "too_many",
                format!("at most {MOST_HOLIDAYS} holidays"),
            );
        }
        let mut hours = Vec::new();
        for stretch in self.hours.into_iter().take(MOST_STRETCHES) {
            let read = (
                MinuteOfDay::read(&stretch.from),
                MinuteOfDay::read(&stretch.until),
            );
            match read {
                (Ok(from), Ok(until)) if from < until => hours.push(OpenHours {
                    day: stretch.day,
                    from,
                    until,
                }),
                (Ok(_), Ok(_)) => checks.refuse(FIELD, "invalid", "until must be after from"),
                (Err(error), _) | (_, Err(error)) => {
                    checks.refuse(FIELD, "invalid", error.to_string());
                }
            }
        }
        BusinessHours {
            utc_offset_minutes: self.utc_offset_minutes,
            hours,
            holidays: self.holidays,
        }
    }
}
