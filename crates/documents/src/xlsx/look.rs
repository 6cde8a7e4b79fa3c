//! How a number looks in its cell: as an amount, a share, a day.

/// Which look is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// As the person sees it: `120,000 تومان`.
    AsSeen,
    /// Only the number, for what is computed with; days stay days.
    Plain,
}

/// A number format.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Format {
    kind: Kind,
    /// What stands before the number, and behind it.
    before: String,
    after: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Kind {
    /// As many digits as it takes.
    #[default]
    General,
    Number {
        decimals: usize,
        grouped: bool,
        percent: bool,
    },
    Day,
    Time,
    DayAndTime,
    /// Hours that go on beyond a day.
    Duration,
}

/// The most decimals that are shown.
const MOST_DECIMALS: usize = 15;
/// Days between the first day of either count and 1970-01-01.
const DAYS_FROM_1900: i64 = 25_569;
const DAYS_FROM_1904: i64 = 24_107;
/// The last day that Excel knows, 9999-12-31.
const LAST_DAY: f64 = 2_958_465.0;
const SECONDS_OF_DAY: f64 = 86_400.0;

impl Format {
    /// A format that every program knows by its number.
    pub(super) fn built_in(id: u32) -> Self {
        let number = |decimals, grouped, percent| Kind::Number {
            decimals,
            grouped,
            percent,
        };
        let kind = match id {
            1 => number(0, false, false),
            2 => number(2, false, false),
            3 | 37 | 38 | 41 | 42 => number(0, true, false),
            4 | 39 | 40 | 43 | 44 => number(2, true, false),
            9 => number(0, false, true),
            10 => number(2, false, true),
            14..=17 | 27..=31 | 36 | 50..=58 => Kind::Day,
            18..=21 | 32..=35 | 45 | 47 => Kind::Time,
            22 => Kind::DayAndTime,
            46 => Kind::Duration,
            _ => Kind::General,
        };
        Self {
            kind,
            ..Self::default()
        }
    }

    /// What a code says, such as `#,##0.00 "تومان"`; its part for positive numbers counts.
    pub(super) fn of_code(code: &str) -> Self {
        let mut format = Self::default();
        let (mut digits, mut decimals, mut seen_point) = (0_usize, 0_usize, false);
        let (mut grouped, mut percent, mut day, mut time, mut months) =
            (false, false, false, false, false);
        let mut letters = code.chars();
        while let Some(letter) = letters.next() {
            let mut literal = None;
            match letter {
                ';' => break,
                '"' => {
                    let quoted: String = letters.by_ref().take_while(|next| *next != '"').collect();
                    literal = Some(quoted);
                }
                '\\' => literal = letters.next().map(String::from),
                // The width of a character, and one that fills the cell.
                '_' | '*' => {
                    letters.next();
                }
                '[' => {
                    let inside: String = letters.by_ref().take_while(|next| *next != ']').collect();
                    if is_duration(&inside) {
                        format.kind = Kind::Duration;
                        return format;
                    }
                    // `$€-407`: a currency and a country.
                    literal = inside.strip_prefix('$').map(|inside| {
                        let (currency, _) = inside.split_once('-').unwrap_or((inside, ""));
                        currency.to_owned()
                    });
                }
                '0' | '#' | '?' => {
                    digits += 1;
                    decimals += usize::from(seen_point);
                }
                '.' if digits > 0 => seen_point = true,
                ',' if digits > 0 => grouped = true,
                '%' => percent = true,
                'y' | 'Y' | 'd' | 'D' => day = true,
                'h' | 'H' | 's' | 'S' => time = true,
                // Of a year or of an hour, the others tell.
                'm' | 'M' => months = true,
                // «General», a text, powers of ten and fractions.
                'G' | '@' | 'E' if digits == 0 || letter == 'E' => return Self::default(),
                '/' if digits > 0 => return Self::default(),
                '-' | '+' | '(' | ')' | ':' | '/' => {}
                other => literal = Some(other.to_string()),
            }
            if let Some(literal) = literal {
                let side = if digits == 0 {
                    &mut format.before
                } else {
                    &mut format.after
                };
                side.push_str(&literal);
            }
        }
        format.kind = match (digits > 0, day, time) {
            (true, ..) => Kind::Number {
                decimals: decimals.min(MOST_DECIMALS),
                grouped,
                percent,
            },
            (false, true, true) => Kind::DayAndTime,
            (false, true, false) => Kind::Day,
            (false, false, true) => Kind::Time,
            (false, false, false) if months => Kind::Day,
            (false, false, false) => Kind::General,
        };
        if !matches!(format.kind, Kind::Number { .. }) {
            format.before.clear();
            format.after.clear();
        }
        format
    }

    /// The number in this format.
    pub(super) fn show(&self, number: f64, look: Look, from_1904: bool) -> String {
        match self.kind {
            Kind::Day => day(number, from_1904).unwrap_or_else(|| general(number)),
            Kind::Time => time(number),
            Kind::DayAndTime => match day(number, from_1904) {
                Some(day) => format!("{day} {}", time(number)),
                None => general(number),
            },
            Kind::Duration => duration(number),
            Kind::General => general(number),
            Kind::Number { .. } if look == Look::Plain => general(number),
            Kind::Number {
                decimals,
                grouped,
                percent,
            } => {
                let shown = if percent { number * 100.0 } else { number };
                let mut text = format!("{shown:.decimals$}");
                if grouped {
                    text = in_groups(&text);
                }
                if percent {
                    text.push('%');
                }
                format!("{}{text}{}", self.before, self.after)
                    .trim()
                    .to_owned()
            }
        }
    }
}

/// `[h]`, `[mm]`: time that is not cut at a day or an hour.
fn is_duration(inside: &str) -> bool {
    !inside.is_empty()
        && inside
            .chars()
            .all(|letter| matches!(letter, 'h' | 'H' | 'm' | 'M' | 's' | 'S'))
}

/// As many digits as it takes, and no more than a cell is exact to.
fn general(number: f64) -> String {
    let text = format!("{number}");
    let digits = text.chars().filter(char::is_ascii_digit).count();
    if digits <= MOST_DECIMALS || !text.contains('.') {
        return text;
    }
    // 0.1 + 0.2 is 0.3 to everybody.
    let whole = text.find('.').unwrap_or(0);
    let decimals = MOST_DECIMALS.saturating_sub(whole);
    let rounded = format!("{number:.decimals$}");
    if rounded.contains('.') {
        rounded
            .trim_end_matches('0')
            .trim_end_matches('.')
            .to_owned()
    } else {
        rounded
    }
}

fn in_groups(text: &str) -> String {
    let (whole, decimals) = text
        .split_once('.')
        .map_or((text, None), |(whole, decimals)| (whole, Some(decimals)));
    let mut grouped = String::new();
    let length = whole.trim_start_matches('-').len();
    for (at, digit) in whole.trim_start_matches('-').chars().enumerate() {
        if at > 0 && (length - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if whole.starts_with('-') { "-" } else { "" };
    match decimals {
        Some(decimals) => format!("{sign}{grouped}.{decimals}"),
        None => format!("{sign}{grouped}"),
    }
}

/// The day that a count of days names, as `2024-05-01`.
fn day(number: f64, from_1904: bool) -> Option<String> {
    if !(0.0..=LAST_DAY).contains(&number) {
        return None;
    }
    let days: i64 = format!("{:.0}", number.floor()).parse().ok()?;
    // The count has a 29 February 1900, which there never was.
    let missing = i64::from(!from_1904 && days < 60);
    let first = if from_1904 {
        DAYS_FROM_1904
    } else {
        DAYS_FROM_1900
    };
    let (year, month, day) = civil(days + missing - first);
    Some(format!("{year:04}-{month:02}-{day:02}"))
}

/// The date of a day counted from 1970-01-01.
fn civil(days: i64) -> (i64, i64, i64) {
    // Years begin in March, so that the day that comes and goes is the last one.
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + i64::from(month <= 2), month, day)
}

/// The time of a day as `09:30`, with seconds where there are any.
fn time(number: f64) -> String {
    let seconds = seconds(number.rem_euclid(1.0)) % 86_400;
    clock(seconds)
}

fn duration(number: f64) -> String {
    if !(0.0..=LAST_DAY).contains(&number) {
        return general(number);
    }
    clock(seconds(number))
}

fn seconds(days: f64) -> u64 {
    format!("{:.0}", days * SECONDS_OF_DAY).parse().unwrap_or(0)
}

fn clock(seconds: u64) -> String {
    let (hours, minutes, rest) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if rest == 0 {
        format!("{hours:02}:{minutes:02}")
    } else {
        format!("{hours:02}:{minutes:02}:{rest:02}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seen(number: f64, code: &str) -> String {
        Format::of_code(code).show(number, Look::AsSeen, false)
    }

    #[test]
    fn numbers_look_as_they_are_seen() {
        for (number, code, wanted) in [
            (120_000.0, "#,##0 \"تومان\"", "120,000 تومان"),
            (1_234.5, "#,##0.00", "1,234.50"),
            (-1_234_567.0, "#,##0;[Red]-#,##0", "-1,234,567"),
            (12.0, "[$€-407] #,##0", "€ 12"),
            (0.09, "0%", "9%"),
            (0.1 + 0.2, "General", "0.3"),
            (14.0, "0", "14"),
            (1e20, "General", "100000000000000000000"),
            (7.0, "0 \"روز\"", "7 روز"),
            (45_413.0, "yyyy-mm-dd", "2024-05-01"),
            (45_413.395_833_333_3, "dd/mm/yyyy hh:mm", "2024-05-01 09:30"),
            (0.5, "h:mm AM/PM", "12:00"),
            (1.25, "[h]:mm", "30:00"),
            (59.0, "d mmm yyyy", "1900-02-28"),
            (61.0, "d mmm yyyy", "1900-03-01"),
            (-1.0, "yyyy", "-1"),
        ] {
            assert_eq!(seen(number, code), wanted, "{number} as {code}");
        }
        assert_eq!(
            Format::built_in(14).show(43_951.0, Look::AsSeen, true),
            "2024-05-01"
        );
        assert_eq!(
            Format::built_in(3).show(1_000.0, Look::Plain, false),
            "1000"
        );
    }

    proptest! {
        #[test]
        fn any_number_looks_like_something(number: f64, code: String, id in 0_u32..60) {
            for look in [Look::AsSeen, Look::Plain] {
                prop_assert!(!Format::built_in(id).show(number, look, false).is_empty());
                prop_assert!(!Format::of_code(&code).show(number, look, true).is_empty());
            }
        }
    }
}
