//! When people of a tenant are there to answer.

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Timelike, Utc, Weekday};
use serde::{Deserialize, Serialize};

/// Iran's time, in minutes before Greenwich's.
const TEHRAN: i32 = 210;
/// The farthest ahead that an opening is looked for: longer than any run of holidays.
const DAYS_AHEAD: u64 = 30;

/// A minute of the day, written `09:30`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MinuteOfDay(u16);

/// A text that is no time of the day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a time of the day is written HH:MM, from 00:00 to 24:00")]
pub struct BadTime;

impl MinuteOfDay {
    /// The end of the day.
    pub const MIDNIGHT: Self = Self(24 * 60);

    /// Reads `09:30`; `24:00` is the end of the day.
    ///
    /// # Errors
    /// When the text is no time of the day.
    pub fn read(text: &str) -> Result<Self, BadTime> {
        let (hours, minutes) = text.split_once(':').ok_or(BadTime)?;
        let number = |digits: &str| {
            let two = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
            two.then(|| digits.parse::<u16>().ok()).flatten()
        };
        let (hours, minutes) = number(hours).zip(number(minutes)).ok_or(BadTime)?;
        let all = hours * 60 + minutes;
        (minutes < 60 && all <= Self::MIDNIGHT.0)
            .then_some(Self(all))
            .ok_or(BadTime)
    }
}

impl std::fmt::Display for MinuteOfDay {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl TryFrom<String> for MinuteOfDay {
    type Error = BadTime;

    fn try_from(text: String) -> Result<Self, BadTime> {
        Self::read(&text)
    }
}

impl From<MinuteOfDay> for String {
    fn from(minute: MinuteOfDay) -> Self {
        minute.to_string()
    }
}

/// A day of the week; Iran's begins on Saturday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Day {
    /// شنبه
    Saturday,
    /// یکشنبه
    Sunday,
    /// دوشنبه
    Monday,
    /// سه‌شنبه
    Tuesday,
    /// چهارشنبه
    Wednesday,
    /// پنجشنبه
    Thursday,
    /// جمعه
    Friday,
}

impl From<Weekday> for Day {
    fn from(day: Weekday) -> Self {
        match day {
            Weekday::Sat => Self::Saturday,
            Weekday::Sun => Self::Sunday,
            Weekday::Mon => Self::Monday,
            Weekday::Tue => Self::Tuesday,
            Weekday::Wed => Self::Wednesday,
            Weekday::Thu => Self::Thursday,
            Weekday::Fri => Self::Friday,
        }
    }
}

/// A stretch of a day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenHours {
    /// The day.
    pub day: Day,
    /// The first minute.
    pub from: MinuteOfDay,
    /// The minute after the last.
    pub until: MinuteOfDay,
}

/// When people are there, week after week. A day may have several stretches, and one without any
/// is closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BusinessHours {
    /// Minutes that the place's clock is before UTC; Tehran: 210.
    pub utc_offset_minutes: i32,
    /// The open stretches of the week.
    pub hours: Vec<OpenHours>,
    /// Days that are closed all day.
    pub holidays: Vec<NaiveDate>,
}

impl Default for BusinessHours {
    fn default() -> Self {
        Self {
            utc_offset_minutes: TEHRAN,
            hours: Vec::new(),
            holidays: Vec::new(),
        }
    }
}

/// The next time that people are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Days from today; 0: today.
    pub days_ahead: u64,
    /// Which day that is.
    pub day: Day,
    /// From when.
    pub from: MinuteOfDay,
}

impl BusinessHours {
    /// Whether people are there.
    #[must_use]
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        let (date, minute) = self.local(now);
        self.of_day(date)
            .any(|hours| hours.from <= minute && minute < hours.until)
    }

    /// When people are there again, after a closed moment; nothing when never.
    #[must_use]
    pub fn next_opening(&self, now: DateTime<Utc>) -> Option<Opening> {
        let (today, minute) = self.local(now);
        (0..=DAYS_AHEAD).find_map(|days_ahead| {
            let date = today.checked_add_days(Days::new(days_ahead))?;
            let from = self
                .of_day(date)
                .map(|hours| hours.from)
                .filter(|from| days_ahead > 0 || *from > minute)
                .min()?;
            Some(Opening {
                days_ahead,
                day: date.weekday().into(),
                from,
            })
        })
    }

    fn of_day(&self, date: NaiveDate) -> impl Iterator<Item = &OpenHours> {
        let day = Day::from(date.weekday());
        let closed = self.holidays.contains(&date);
        self.hours
            .iter()
            .filter(move |hours| !closed && hours.day == day)
    }

    fn local(&self, now: DateTime<Utc>) -> (NaiveDate, MinuteOfDay) {
        let here = now + TimeDelta::minutes(i64::from(self.utc_offset_minutes));
        let minute = here.hour() * 60 + here.minute();
        let minute = u16::try_from(minute).unwrap_or(MinuteOfDay::MIDNIGHT.0);
        (here.date_naive(), MinuteOfDay(minute))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn hours(holidays: &[&str]) -> BusinessHours {
        let open = |day, from: &str, until: &str| OpenHours {
            day,
            from: MinuteOfDay::read(from).unwrap(),
            until: MinuteOfDay::read(until).unwrap(),
        };
        BusinessHours {
            hours: vec![
                open(Day::Saturday, "09:00", "13:00"),
                open(Day::Saturday, "16:00", "20:00"),
                open(Day::Sunday, "09:00", "24:00"),
            ],
            holidays: holidays.iter().map(|day| day.parse().unwrap()).collect(),
            ..BusinessHours::default()
        }
    }

    fn at(time: &str) -> DateTime<Utc> {
        time.parse().unwrap()
    }

    #[test]
    fn the_clock_of_the_place_counts() {
        // Saturday, 21 November 2026, half past eight and half past nine in Tehran.
        assert!(!hours(&[]).is_open(at("2026-11-21T05:00:00Z")));
        assert!(hours(&[]).is_open(at("2026-11-21T06:00:00Z")));
        assert!(!hours(&[]).is_open(at("2026-11-21T10:00:00Z")));
        assert!(!hours(&["2026-11-21"]).is_open(at("2026-11-21T06:00:00Z")));
    }

    #[test]
    fn the_next_opening_is_today_or_the_next_open_day() {
        let next = |time, holidays: &[&str]| {
            let opening = hours(holidays).next_opening(at(time)).unwrap();
            (opening.days_ahead, opening.day, opening.from.to_string())
        };
        let afternoon = next("2026-11-21T10:00:00Z", &[]);
        assert_eq!(afternoon, (0, Day::Saturday, "16:00".to_owned()));
        let friday = next("2026-11-20T10:00:00Z", &[]);
        assert_eq!(friday, (1, Day::Saturday, "09:00".to_owned()));
        let holiday = next("2026-11-20T10:00:00Z", &["2026-11-21"]);
        assert_eq!(holiday, (2, Day::Sunday, "09:00".to_owned()));
        assert_eq!(
            BusinessHours::default().next_opening(at("2026-11-20T10:00:00Z")),
            None
        );
    }

    proptest! {
        #[test]
        fn any_text_is_a_time_or_refused(text in ".{0,8}") {
            if let Ok(minute) = MinuteOfDay::read(&text) {
                prop_assert_eq!(minute.to_string(), text);
            }
        }
    }
}
