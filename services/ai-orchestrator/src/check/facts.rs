//! What of a text can be true or false by itself: amounts, dates, times, telephone numbers, links,
//! addresses and names.

use xin_text::fold;

use super::numbers::{self, Number, Token};

/// What an amount is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Unit {
    /// تومان
    Toman,
    /// ریال, a tenth of a toman.
    Rial,
    /// Dollars of any country.
    Dollar,
    /// Euros.
    Euro,
    /// Dirhams.
    Dirham,
    /// Dinars.
    Dinar,
    /// Parts of a hundred.
    Percent,
}

/// One thing that a text claims.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Fact {
    /// A number, in millionths, and what it is of where that is said.
    Amount(i128, Option<Unit>),
    /// A calendar day, its parts without leading zeros.
    Date(String),
    /// A time of the day.
    Time(String),
    /// A telephone number, in digits.
    Phone(String),
    /// An address on the web, without its scheme, `www.` and the last slash.
    Link(String),
    /// An e-mail address, or a name with an at sign before it.
    Handle(String),
    /// A word with letters and digits: a code or a model.
    Code(String),
    /// Words in quotation marks, folded.
    Quoted(String),
}

impl Fact {
    /// The fact as a person would recognise it.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Amount(value, unit) => {
                let unit = unit.map_or("", Unit::name);
                format!("{} {unit}", numbers::shown(*value))
                    .trim()
                    .to_owned()
            }
            Self::Date(text)
            | Self::Time(text)
            | Self::Phone(text)
            | Self::Link(text)
            | Self::Handle(text)
            | Self::Code(text)
            | Self::Quoted(text) => text.clone(),
        }
    }
}

impl Unit {
    const fn name(self) -> &'static str {
        match self {
            Self::Toman => "toman",
            Self::Rial => "rial",
            Self::Dollar => "dollar",
            Self::Euro => "euro",
            Self::Dirham => "dirham",
            Self::Dinar => "dinar",
            Self::Percent => "percent",
        }
    }

    /// The unit that a folded word names, whatever ending it has.
    fn of(word: &str) -> Option<Self> {
        const NAMES: [(Unit, &[&str]); 7] = [
            (Unit::Toman, &["تومان", "تومن", "toman", "tooman"]),
            (Unit::Rial, &["ریال", "rial"]),
            (Unit::Dollar, &["دلار", "دولار", "dollar", "usd", "$"]),
            (Unit::Euro, &["یورو", "euro", "eur", "€"]),
            (Unit::Dirham, &["درهم", "dirham", "aed"]),
            (Unit::Dinar, &["دینار", "dinar"]),
            (Unit::Percent, &["درصد", "percent", "%"]),
        ];
        NAMES
            .into_iter()
            .find(|(_, names)| names.iter().any(|name| word.starts_with(name)))
            .map(|(unit, _)| unit)
    }
}

/// The units that a text names anywhere: a table's head says once what its numbers are of.
pub(crate) fn units(text: &str) -> Vec<Unit> {
    let tokens = numbers::tokens(&fold(&numbers::prepared(text)));
    tokens
        .iter()
        .filter_map(|token| match token {
            Token::Word(word) => Unit::of(word),
            Token::Number(_) | Token::Code(_) => None,
        })
        .collect()
}

/// Everything that a text claims.
pub(crate) fn facts(text: &str) -> Vec<Fact> {
    let (mut found, rest) = addresses(text);
    let (names, rest) = quoted(&rest);
    found.extend(names);
    let tokens = numbers::tokens(&fold(&numbers::prepared(&rest)));
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token {
            Token::Code(code) => found.push(Fact::Code(code.clone())),
            Token::Number(number) => {
                let before = at.checked_sub(2).and_then(|before| tokens.get(before));
                at += read_number(number, before, tokens.get(at..).unwrap_or(&[]), &mut found);
            }
            Token::Word(_) => {}
        }
    }
    found
}

/// Reads a number with what stands around it; answers how many tokens after it were used.
fn read_number(
    number: &Number,
    before: Option<&Token>,
    after: &[Token],
    found: &mut Vec<Fact>,
) -> usize {
    match number {
        Number::Date(date) => found.push(Fact::Date(date.clone())),
        Number::Time(time) => found.push(Fact::Time(time.clone())),
        Number::Phone(phone) => found.push(Fact::Phone(phone.clone())),
        Number::Amount(value) => {
            let (value, unit_word, used) = numbers::magnitude(*value, after);
            let unit = unit_word
                .as_deref()
                .and_then(Unit::of)
                .or_else(|| sign_before(before));
            found.push(Fact::Amount(value, unit));
            return used;
        }
    }
    0
}

/// A sign such as `$` stands before its number.
fn sign_before(before: Option<&Token>) -> Option<Unit> {
    match before? {
        Token::Word(word) if matches!(word.as_str(), "$" | "€") => Unit::of(word),
        Token::Word(_) | Token::Number(_) | Token::Code(_) => None,
    }
}

/// The links, e-mail addresses and handles of a text, and the text without them.
fn addresses(text: &str) -> (Vec<Fact>, String) {
    let mut found = Vec::new();
    let mut rest = String::with_capacity(text.len());
    for piece in text.split_inclusive(|character: char| {
        character.is_whitespace() || matches!(character, '<' | '>' | '(' | ')' | '[' | ']' | '،')
    }) {
        let bare = piece.trim_matches(|character: char| {
            !character.is_alphanumeric() && !matches!(character, '@' | '/' | '_' | '+')
        });
        match address(bare) {
            Some(fact) => {
                found.push(fact);
                rest.push(' ');
            }
            None => rest.push_str(piece),
        }
    }
    (found, rest)
}

fn address(piece: &str) -> Option<Fact> {
    let lower = piece.to_ascii_lowercase();
    if let Some((scheme, link)) = lower.split_once("://") {
        let is_scheme = scheme.bytes().all(|byte| byte.is_ascii_alphanumeric());
        return is_scheme.then(|| Fact::Link(canonical_link(link)));
    }
    if let Some(at) = lower.find('@') {
        let plain = lower
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"@._-+".contains(&byte));
        let is_handle = plain && lower.len() > at + 2;
        return is_handle.then_some(Fact::Handle(lower));
    }
    let host = lower.split('/').next().unwrap_or_default();
    let (_, ending) = host.rsplit_once('.')?;
    let is_domain = host
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte))
        && (2..=12).contains(&ending.len())
        && ending.bytes().all(|byte| byte.is_ascii_lowercase())
        && host.bytes().any(|byte| byte.is_ascii_lowercase())
        && !host.starts_with('.');
    is_domain.then(|| Fact::Link(canonical_link(&lower)))
}

fn canonical_link(link: &str) -> String {
    let link = link.strip_prefix("www.").unwrap_or(link);
    let link = link.split('#').next().unwrap_or(link);
    link.trim_end_matches('/').to_owned()
}

/// Longer than this, what stands in quotation marks is no name.
const LONGEST_NAME: usize = 60;

/// What stands in quotation marks, the names of things, and the text without them: what is inside
/// is compared as a whole.
fn quoted(text: &str) -> (Vec<Fact>, String) {
    let mut found = Vec::new();
    let mut left = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(['«', '“']) {
        let Some((name, later)) = after.split_once(['»', '”']) else {
            break;
        };
        left.push_str(before);
        left.push(' ');
        let folded = folded_words(name);
        if (2..=LONGEST_NAME).contains(&folded.chars().count()) {
            found.push(Fact::Quoted(folded));
        } else {
            left.push_str(name);
            left.push(' ');
        }
        rest = later;
    }
    left.push_str(rest);
    (found, left)
}

/// The words of a text, folded, with one space between.
pub(crate) fn folded_words(text: &str) -> String {
    xin_text::words(text)
        .into_iter()
        .map(|word| word.surface)
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLION: i128 = 1_000_000;

    fn amounts(text: &str) -> Vec<(i128, Option<Unit>)> {
        facts(text)
            .into_iter()
            .filter_map(|fact| {
                let Fact::Amount(value, unit) = fact else {
                    return None;
                };
                Some((value / MILLION, unit))
            })
            .collect()
    }

    #[test]
    fn amounts_are_the_same_however_they_are_written() {
        for text in [
            "۱۲۰٬۰۰۰ تومان",
            "120000 تومان",
            "120,000 toman",
            "۱۲۰،۰۰۰ تومان است",
            "۱۲۰ هزار تومان",
            "۱۲۰ هزارتومن",
            "١٢٠٠٠٠ تومان",
            "۱۲۰.۰۰۰ تومان",
            "۰٫۱۲ میلیون تومان",
        ] {
            assert_eq!(amounts(text), [(120_000, Some(Unit::Toman))], "{text}");
        }
        assert_eq!(amounts("1,200,000 ریال"), [(1_200_000, Some(Unit::Rial))]);
        assert_eq!(
            amounts("۲ میلیون و ۵۰۰ هزار تومان"),
            [(2_500_000, Some(Unit::Toman))]
        );
        assert_eq!(amounts("$25"), [(25, Some(Unit::Dollar))]);
        assert_eq!(amounts("۲۰٪ تخفیف"), [(20, Some(Unit::Percent))]);
        assert_eq!(amounts("۲۰ درصد"), [(20, Some(Unit::Percent))]);
        assert_eq!(amounts("بین 3-5 روز"), [(3, None), (5, None)]);
        assert_eq!(amounts("نه عددی"), []);
    }

    #[test]
    fn dates_times_and_telephones_are_told_from_numbers() {
        assert_eq!(
            facts("۱۴۰۴/۰۸/۰۵ ساعت ۰۹:۳۰"),
            [
                Fact::Date("1404/8/5".to_owned()),
                Fact::Time("9:30".to_owned())
            ]
        );
        assert_eq!(facts("2026-11-24"), [Fact::Date("2026/11/24".to_owned())]);
        for phone in [
            "021-88881234",
            "۰۲۱۸۸۸۸۱۲۳۴",
            "021 8888 1234",
            "+982188881234",
        ] {
            assert_eq!(
                facts(phone),
                [Fact::Phone("02188881234".to_owned())],
                "{phone}"
            );
        }
    }

    #[test]
    fn addresses_and_names_are_found() {
        assert_eq!(
            facts("از https://www.Golestan.ir/returns/ یا info@golestan.ir بپرسید."),
            [
                Fact::Link("golestan.ir/returns".to_owned()),
                Fact::Handle("info@golestan.ir".to_owned())
            ]
        );
        assert_eq!(
            facts("کد «زعفران ویژه» و golestan.ir، مدل A54"),
            [
                Fact::Link("golestan.ir".to_owned()),
                Fact::Quoted("زعفران ویژه".to_owned()),
                Fact::Code("a54".to_owned())
            ]
        );
    }
}
