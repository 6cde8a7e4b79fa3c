//! A line as the eye sees it from left to right, put into the order it is read and typed in.
//!
//! The inverse of the Unicode bidirectional algorithm for the cases that documents have: Persian
//! lines with numbers, Latin words and brackets. Some lines look the same for two texts; the more
//! common one is taken («iPhone 15» rather than «15 iPhone»).

use unicode_normalization::UnicodeNormalization;

/// What a unit of a line does to its neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    /// A Persian or Arabic letter.
    RightToLeft,
    /// A Latin letter, or one of another script that runs so.
    LeftToRight,
    Digit,
    /// Stands inside a number between two digits: `1,000.5`, `12:30`, `1403/5/1`.
    NumberSeparator,
    /// Stands behind its number, on whichever side it is seen: `20%`.
    Percent,
    /// Belongs to the number it touches, or holds two numbers together, but only where no Persian
    /// comes before: `$20`, `021-4455`.
    NumberSign,
    Neutral,
}

/// The line in the order it is read.
pub(super) fn logical(units: &[String]) -> String {
    let classes: Vec<Class> = units.iter().map(|unit| class(unit)).collect();
    let count = |wanted: Class| classes.iter().filter(|class| **class == wanted).count();
    let rtl = count(Class::RightToLeft);
    // A Persian word in an English sentence does not turn it around.
    if rtl == 0 || rtl * 3 < count(Class::LeftToRight) {
        return clean(&units.concat());
    }
    let mut line = Line {
        units: units.iter().rev().map(String::as_str).collect(),
        classes: classes.into_iter().rev().collect(),
        read: Vec::with_capacity(units.len()),
        after_persian: false,
    };
    line.read_all();
    clean(&mended(line.read))
}

/// A line from its right end on.
struct Line<'a> {
    units: Vec<&'a str>,
    classes: Vec<Class>,
    /// What was read, and whether it was read from right to left.
    read: Vec<(&'a str, bool)>,
    after_persian: bool,
}

impl Line<'_> {
    fn read_all(&mut self) {
        let mut at = 0;
        while let Some(class) = self.classes.get(at) {
            let end = match class {
                Class::LeftToRight => self.latin_end(at).unwrap_or(at + 1),
                Class::Digit | Class::NumberSign | Class::Percent => {
                    let latin = self.latin_end(at);
                    latin.unwrap_or_else(|| self.number_end(at))
                }
                Class::RightToLeft | Class::NumberSeparator | Class::Neutral => at + 1,
            };
            match class {
                Class::RightToLeft => self.after_persian = true,
                Class::LeftToRight => self.after_persian = false,
                Class::Digit
                | Class::NumberSeparator
                | Class::NumberSign
                | Class::Percent
                | Class::Neutral => {}
            }
            let turned = end - at > 1 || *class != Class::Neutral;
            let run = self.units.get(at..end).unwrap_or_default();
            self.read
                .extend(run.iter().rev().map(|unit| (*unit, !turned)));
            at = end;
        }
    }

    /// The end of the words from here on that run from left to right: the last Latin letter before
    /// the next Persian one, with all that stands between. A bracket that is not closed on the way
    /// belongs to the Persian around it.
    fn latin_end(&self, start: usize) -> Option<usize> {
        let mut end = None;
        let mut open = 0_i32;
        for at in start..self.units.len() {
            match self.classes.get(at)? {
                Class::RightToLeft => break,
                Class::LeftToRight if open == 0 => end = Some(at + 1),
                Class::LeftToRight
                | Class::Digit
                | Class::NumberSeparator
                | Class::NumberSign
                | Class::Percent => {}
                Class::Neutral => match self.units.get(at).copied() {
                    // From the right, a closing bracket comes first.
                    Some(")" | "]") => open += 1,
                    Some("(" | "[") if open > 0 => open -= 1,
                    Some("(" | "[" | "«" | "»") => break,
                    _ => {}
                },
            }
        }
        end
    }

    /// The end of the number from here on, its sign included.
    fn number_end(&self, start: usize) -> usize {
        let class = |at: usize| self.classes.get(at).copied();
        let digit_after = |at: usize| class(at + 1) == Some(Class::Digit);
        let mut at = start;
        loop {
            let joins = match class(at) {
                Some(Class::Digit) => true,
                Some(Class::Percent) => at == start && digit_after(at),
                Some(Class::NumberSeparator) => at > start && digit_after(at),
                Some(Class::NumberSign) => !self.after_persian && (at > start || digit_after(at)),
                Some(Class::RightToLeft | Class::LeftToRight | Class::Neutral) | None => false,
            };
            if !joins {
                return at.max(start + 1);
            }
            at += 1;
        }
    }
}

/// Joins what was read. A file names a bracket either as it looks or as it was typed: those that
/// come out the wrong way round are named as they look.
fn mended(read: Vec<(&str, bool)>) -> String {
    let wrong: Vec<[&str; 2]> = [["(", ")"], ["[", "]"], ["«", "»"]]
        .into_iter()
        .filter(|pair| closes_first(&read, *pair))
        .collect();
    let mirrored = |unit: &str| -> Option<&str> {
        wrong.iter().find_map(|[open, close]| match unit {
            _ if unit == *open => Some(*close),
            _ if unit == *close => Some(*open),
            _ => None,
        })
    };
    read.iter()
        .map(|(unit, turned)| mirrored(unit).filter(|_| *turned).unwrap_or(unit))
        .collect()
}

/// Whether the first of these brackets closes and another one opens. One alone may belong to a
/// bracket of the line above.
fn closes_first(read: &[(&str, bool)], [open, close]: [&str; 2]) -> bool {
    let mut brackets = read
        .iter()
        .filter(|(unit, turned)| *turned && [open, close].contains(unit))
        .map(|(unit, _)| *unit);
    brackets.next() == Some(close) && brackets.any(|unit| unit == open)
}

fn class(unit: &str) -> Class {
    let mut found = Class::Neutral;
    for character in unit.chars() {
        let class = class_of(character);
        match class {
            Class::RightToLeft | Class::LeftToRight => return class,
            Class::Neutral => {}
            Class::Digit | Class::NumberSeparator | Class::Percent | Class::NumberSign => {
                found = class;
            }
        }
    }
    found
}

fn class_of(character: char) -> Class {
    match character {
        '.' | ',' | ':' | '/' | '،' | '\u{066B}' | '\u{066C}' => Class::NumberSeparator,
        '%' | '٪' => Class::Percent,
        '$' | '€' | '£' | '#' | '-' | '+' | '−' => Class::NumberSign,
        '\u{0590}'..='\u{08FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}'
            if character.is_alphabetic() =>
        {
            Class::RightToLeft
        }
        _ if character.is_numeric() => Class::Digit,
        _ if character.is_alphabetic() => Class::LeftToRight,
        _ => Class::Neutral,
    }
}

/// Whether a unit has a Persian or Arabic letter.
pub(super) fn is_persian(unit: &str) -> bool {
    class(unit) == Class::RightToLeft
}

/// Whether a character is written above or below the letter before it.
pub(super) fn is_mark(character: char) -> bool {
    matches!(
        character,
        '\u{0300}'..='\u{036F}'
            | '\u{0610}'..='\u{061A}'
            | '\u{064B}'..='\u{065F}'
            | '\u{0670}'
            | '\u{06D6}'..='\u{06DC}'
            | '\u{06DF}'..='\u{06E8}'
            | '\u{06EA}'..='\u{06ED}'
    )
}

/// Letters instead of their shapes («ﻼ» is «لا»), no invisible marks but the half-space, spaces
/// once.
fn clean(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\u{FB00}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}' => {
                cleaned.extend(character.nfkc());
            }
            '\u{00AD}'
            | '\u{200B}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'
            | '\u{2066}'..='\u{2069}'
            | '\u{FEFF}' => {}
            _ if character.is_control() || character.is_whitespace() => {
                if !cleaned.ends_with(' ') {
                    cleaned.push(' ');
                }
            }
            other => cleaned.push(other),
        }
    }
    cleaned
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::logical;

    /// What is seen from left to right, a letter a unit.
    fn read(seen: &str) -> String {
        let units: Vec<String> = seen.chars().map(String::from).collect();
        logical(&units)
    }

    fn reversed(text: &str) -> String {
        text.chars().rev().collect()
    }

    #[test]
    fn persian_is_read_from_the_right() {
        assert_eq!(read(&reversed("سلام دنیا!")), "سلام دنیا!");
        let ligature = ["ا", "لا", "ک"].map(str::to_owned);
        assert_eq!(logical(&ligature), "کلاا");
        assert_eq!(logical(&["\u{FEFC}".to_owned(), "ک".to_owned()]), "کلا");
    }

    #[test]
    fn numbers_keep_their_digits() {
        let seen = format!("{} ۵۰٬۰۰۰ {}", reversed("تومان"), reversed("هزینه"));
        assert_eq!(read(&seen), "هزینه ۵۰٬۰۰۰ تومان");
        let seen = format!("{} ۲۰٪ {}", reversed("تخفیف"), reversed("تا"));
        assert_eq!(read(&seen), "تا ۲۰٪ تخفیف");
        let seen = format!("{} ٪۲۰ {}", reversed("تخفیف"), reversed("تا"));
        assert_eq!(read(&seen), "تا ۲۰٪ تخفیف");
        // After Persian, the bidirectional algorithm shows a phone number's parts swapped.
        let seen = format!("88776655-021 :{}", reversed("تلفن"));
        assert_eq!(read(&seen), "تلفن: 021-88776655");
        let seen = format!("{} 021-88776655", reversed("تلفن"));
        assert_eq!(read(&seen), "021-88776655 تلفن");
        let seen = format!("1403/05/12 {}", reversed("تاریخ"));
        assert_eq!(read(&seen), "تاریخ 1403/05/12");
    }

    #[test]
    fn latin_words_stay_together() {
        let seen = format!("{} iPhone 15 Pro {}", reversed("دارد"), reversed("سفارش"));
        assert_eq!(read(&seen), "سفارش iPhone 15 Pro دارد");
        let seen = format!(".info@xinbot.ir {}", reversed("ایمیل"));
        assert_eq!(read(&seen), "ایمیل info@xinbot.ir.");
    }

    #[test]
    fn brackets_open_before_they_close() {
        let seen = format!("{} (Pro) {}", reversed("گوشی"), reversed("مدل بالا"));
        assert_eq!(read(&seen), "مدل بالا (Pro) گوشی");
        let as_typed = reversed("خلاصه (ویژه) است");
        assert_eq!(read(&as_typed), "خلاصه (ویژه) است");
        let as_seen = reversed("خلاصه )ویژه( است");
        assert_eq!(read(&as_seen), "خلاصه (ویژه) است");
        let one_kind = reversed("(ویژه) »گل«");
        assert_eq!(read(&one_kind), "(ویژه) «گل»");
    }

    #[test]
    fn english_lines_stay() {
        assert_eq!(read("The word سلام means hello"), "The word سلام means hello");
    }

    proptest! {
        #[test]
        fn no_letter_is_lost(text in "[آ-یa-z0-9()٪,. -]{0,40}") {
            let letters = |text: &str| {
                let mut letters: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
                letters.sort_unstable();
                letters
            };
            prop_assert_eq!(letters(&read(&text)), letters(&text));
        }

        #[test]
        fn any_units_are_read(units in proptest::collection::vec(any::<String>(), 0..20)) {
            logical(&units);
        }
    }
}
