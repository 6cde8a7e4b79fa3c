//! Money, as shops write it and as customers read it.

use serde::{Deserialize, Serialize};

use crate::tenant::Locale;

/// What a price is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Currency {
    /// Iranian rial.
    Irr,
    /// Iranian toman: ten rials, and what people say.
    Irt,
    /// US dollar.
    Usd,
    /// Euro.
    Eur,
    /// Pound sterling.
    Gbp,
    /// Dirham of the Emirates.
    Aed,
    /// Turkish lira.
    Try,
}

impl Currency {
    /// Every currency.
    pub const ALL: [Self; 7] = [
        Self::Irr,
        Self::Irt,
        Self::Usd,
        Self::Eur,
        Self::Gbp,
        Self::Aed,
        Self::Try,
    ];

    /// The code, as ISO 4217 has it; `IRT` is what shops write for toman.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Irr => "IRR",
            Self::Irt => "IRT",
            Self::Usd => "USD",
            Self::Eur => "EUR",
            Self::Gbp => "GBP",
            Self::Aed => "AED",
            Self::Try => "TRY",
        }
    }

    /// The currency of that code, or of that word.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.trim();
        let code = Self::ALL
            .into_iter()
            .find(|currency| currency.as_str().eq_ignore_ascii_case(name));
        code.or(match name {
            "تومان" | "toman" | "Toman" => Some(Self::Irt),
            "ریال" | "ريال" | "rial" | "Rial" => Some(Self::Irr),
            "دلار" | "$" => Some(Self::Usd),
            "یورو" | "€" => Some(Self::Eur),
            "پوند" | "£" => Some(Self::Gbp),
            "درهم" => Some(Self::Aed),
            "لیر" | "₺" => Some(Self::Try),
            _ => None,
        })
    }

    /// Digits after the point: its smallest unit is a tenth to that power.
    #[must_use]
    pub const fn decimals(self) -> u32 {
        match self {
            Self::Irr | Self::Irt => 0,
            Self::Usd | Self::Eur | Self::Gbp | Self::Aed | Self::Try => 2,
        }
    }

    const fn word(self, locale: Locale) -> &'static str {
        match (self, locale) {
            (Self::Irr, Locale::Fa) => "ریال",
            (Self::Irt, Locale::Fa) => "تومان",
            (Self::Usd, Locale::Fa) => "دلار",
            (Self::Eur, Locale::Fa) => "یورو",
            (Self::Gbp, Locale::Fa) => "پوند",
            (Self::Aed, Locale::Fa) => "درهم",
            (Self::Try, Locale::Fa) => "لیر",
            (Self::Irr, Locale::En) => "rials",
            (Self::Irt, Locale::En) => "tomans",
            (other, Locale::En) => other.as_str(),
        }
    }
}

/// An amount of money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// In the smallest unit of the currency: cents for dollars, tomans for toman.
    pub minor: i64,
    /// The currency.
    pub currency: Currency,
}

impl Price {
    /// Reads an amount as people write it: digits of any keyboard, thousands set apart or not.
    /// Nothing when it is no amount, is below zero, or is finer than the currency.
    #[must_use]
    pub fn parse(amount: &str, currency: Currency) -> Option<Self> {
        let mut whole = String::new();
        let mut fraction: Option<String> = None;
        for letter in amount.trim().chars() {
            let digit = ascii_digit(letter);
            match (digit, &mut fraction) {
                (Some(digit), None) => whole.push(digit),
                (Some(digit), Some(fraction)) => fraction.push(digit),
                (None, None) if matches!(letter, '.' | '٫' | '/') => {
                    fraction = Some(String::new());
                }
                (None, None) if matches!(letter, ',' | '٬' | '،' | ' ' | '\u{A0}' | '\'') => {}
                (None, _) => return None,
            }
        }
        let fraction = fraction.unwrap_or_default();
        let fraction = fraction.trim_end_matches('0');
        let decimals = usize::try_from(currency.decimals()).ok()?;
        if whole.is_empty() || fraction.len() > decimals {
            return None;
        }
        let minor = format!("{whole}{fraction:0<decimals$}").parse().ok()?;
        Some(Self { minor, currency })
    }

    /// The amount as programs write it: `1250.50`.
    #[must_use]
    pub fn amount(self) -> String {
        let (whole, fraction) = self.parts();
        if fraction.is_empty() {
            whole
        } else {
            format!("{whole}.{fraction}")
        }
    }

    fn parts(self) -> (String, String) {
        let decimals = self.currency.decimals();
        let unit = 10_u64.saturating_pow(decimals);
        let minor = self.minor.unsigned_abs();
        let fraction = if decimals == 0 {
            String::new()
        } else {
            let width = usize::try_from(decimals).unwrap_or_default();
            format!("{:0width$}", minor % unit)
        };
        ((minor / unit).to_string(), fraction)
    }

    /// The amount as it is said: «۱۲۰٬۰۰۰ تومان», `12.50 EUR`.
    #[must_use]
    pub fn said(self, locale: Locale) -> String {
        let (whole, fraction) = self.parts();
        let mut said = grouped(&whole, locale);
        if !fraction.bytes().all(|digit| digit == b'0') {
            said.push(match locale {
                Locale::Fa => '٫',
                Locale::En => '.',
            });
            said.push_str(&digits(&fraction, locale));
        }
        format!("{said} {}", self.currency.word(locale))
    }
}

/// Digits with the thousands set apart.
pub(crate) fn grouped(number: &str, locale: Locale) -> String {
    let separator = match locale {
        Locale::Fa => '٬',
        Locale::En => ',',
    };
    let length = number.len();
    let mut grouped = String::with_capacity(length * 2);
    for (place, digit) in number.chars().enumerate() {
        if place > 0 && (length - place).is_multiple_of(3) {
            grouped.push(separator);
        }
        grouped.push(digit);
    }
    digits(&grouped, locale)
}

fn digits(text: &str, locale: Locale) -> String {
    match locale {
        Locale::En => text.to_owned(),
        Locale::Fa => text.chars().map(persian_digit).collect(),
    }
}

fn persian_digit(letter: char) -> char {
    let digit = letter.to_digit(10);
    digit
        .and_then(|digit| char::from_u32(u32::from('۰') + digit))
        .unwrap_or(letter)
}

/// The digit of a Persian, Arabic or Latin keyboard, in ASCII.
fn ascii_digit(letter: char) -> Option<char> {
    let value = match letter {
        '0'..='9' => return Some(letter),
        '۰'..='۹' => u32::from(letter) - u32::from('۰'),
        '٠'..='٩' => u32::from(letter) - u32::from('٠'),
        _ => return None,
    };
    char::from_digit(value, 10)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        let read = |amount, currency| Price::parse(amount, currency).map(|price| price.minor);
        assert_eq!(read("۱۲۰٬۰۰۰", Currency::Irt), Some(120_000));
        assert_eq!(read(" 1,250.5 ", Currency::Eur), Some(125_050));
        assert_eq!(read("12.00", Currency::Irr), Some(12));
        for amount in ["12.5", "-3", "", "free", "1.2.3", "99999999999999999999"] {
            assert_eq!(read(amount, Currency::Irt), None, "{amount}");
        }
        assert_eq!(
            Price::parse("12.5", Currency::Usd)
                .unwrap()
                .said(Locale::Fa),
            "۱۲٫۵۰ دلار"
        );
    }

    proptest! {
        #[test]
        fn a_price_reads_back(minor in 0..i64::MAX, at in 0..Currency::ALL.len()) {
            let price = Price { minor, currency: Currency::ALL[at] };
            prop_assert_eq!(Price::parse(&price.amount(), price.currency), Some(price));
        }

        #[test]
        fn any_amount_is_read_or_refused(amount in ".{0,30}", at in 0..Currency::ALL.len()) {
            if let Some(price) = Price::parse(&amount, Currency::ALL[at]) {
                prop_assert!(price.minor >= 0);
            }
        }
    }
}
