//! A folded text as words and numbers, and what a number is: an amount, a day, a time of the day
//! or a telephone number.

/// Numbers are kept in millionths, so that they compare exactly.
pub(super) const SCALE: i128 = 1_000_000;
const FRACTION_DIGITS: usize = 6;
/// Digits from which on a number with dashes or a leading zero is a telephone's.
const PHONE_DIGITS: usize = 8;
/// More than any number that means something.
const MOST_DIGITS: usize = 24;

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// Letters, or one of the signs `%`, `$`, `€`.
    Word(String),
    /// A number.
    Number(Number),
    /// Letters and digits in one.
    Code(String),
}

/// What a number is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Number {
    /// In millionths.
    Amount(i128),
    /// `1404/8/5`
    Date(String),
    /// `9:30`
    Time(String),
    /// Its digits, in Iran's own form.
    Phone(String),
}

/// The text with what folding would lose: percent signs, and without separators of thousands.
pub(super) fn prepared(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let digit = |at: usize| letters.get(at).is_some_and(|letter| letter.is_numeric());
    let mut prepared = String::with_capacity(text.len());
    for (at, letter) in letters.iter().enumerate() {
        let separates = matches!(letter, ',' | '،' | '٬')
            && at.checked_sub(1).is_some_and(digit)
            && (1..=3).all(|ahead| digit(at + ahead))
            && !digit(at + 4);
        match letter {
            _ if separates => {}
            '٪' => prepared.push('%'),
            '،' => prepared.push(' '),
            other => prepared.push(*other),
        }
    }
    prepared
}

/// The tokens of a folded text.
pub(super) fn tokens(folded: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = folded;
    while let Some(first) = rest.chars().next() {
        let is_plus = first == '+'
            && rest
                .chars()
                .nth(1)
                .is_some_and(|next| next.is_ascii_digit());
        if first.is_ascii_digit() || is_plus {
            if let Some((number, after)) = spaced_phone(rest) {
                tokens.push(Token::Number(Number::Phone(number)));
                rest = after;
                continue;
            }
            let (run, after) = number_run(rest);
            rest = after;
            // Digits with letters right behind them: a code, unless it is a unit such as 20تومان.
            if after.starts_with(|next: char| next.is_ascii_alphabetic()) {
                let (letters, later) = letters_run(after);
                rest = later;
                let is_short_multiplier = letters == "k";
                if is_short_multiplier {
                    push_numbers(run, &mut tokens);
                    tokens.push(Token::Word(letters.to_owned()));
                } else {
                    tokens.push(Token::Code(format!("{run}{letters}")));
                }
            } else {
                push_numbers(run, &mut tokens);
            }
        } else if first.is_alphanumeric() {
            let (word, after) = letters_run(rest);
            rest = after;
            tokens.push(if word.chars().any(|letter| letter.is_ascii_digit()) {
                Token::Code(word.to_owned())
            } else {
                Token::Word(word.to_owned())
            });
        } else {
            if matches!(first, '%' | '$' | '€') {
                tokens.push(Token::Word(first.to_string()));
            }
            rest = rest.split_at(first.len_utf8()).1;
        }
    }
    tokens
}

/// Digits, with a separator between two of them.
fn number_run(text: &str) -> (&str, &str) {
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let next_is_digit = letters
            .peek()
            .is_some_and(|(_, next)| next.is_ascii_digit());
        let belongs = letter.is_ascii_digit()
            || (at == 0 && letter == '+')
            || (matches!(letter, '.' | ',' | '/' | ':' | '-') && next_is_digit);
        if !belongs {
            return text.split_at(at);
        }
    }
    (text, "")
}

/// Groups of digits between single spaces, of which the first begins with a zero or a plus, are
/// one telephone number: 021 8888 1234.
fn spaced_phone(text: &str) -> Option<(String, &str)> {
    if !text.starts_with(['0', '+']) {
        return None;
    }
    let (mut digits, mut groups, mut rest) = (String::new(), 0, text);
    loop {
        let (group, after) = number_run(rest);
        let plain = group.trim_start_matches('+');
        if plain.is_empty() || !plain.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        digits.push_str(plain);
        groups += 1;
        rest = after;
        match after.strip_prefix(' ') {
            Some(next) if next.starts_with(|letter: char| letter.is_ascii_digit()) => rest = next,
            _ => break,
        }
    }
    let is_phone = groups > 1 && (PHONE_DIGITS..=13).contains(&digits.len());
    is_phone.then(|| (phone(text, &digits), rest))
}

fn letters_run(text: &str) -> (&str, &str) {
    let end = text
        .char_indices()
        .find(|(_, letter)| !letter.is_alphanumeric())
        .map_or(text.len(), |(at, _)| at);
    text.split_at(end)
}

fn push_numbers(run: &str, tokens: &mut Vec<Token>) {
    let digits: String = run.chars().filter(char::is_ascii_digit).collect();
    let parts: Vec<&str> = run
        .trim_start_matches('+')
        .split(|letter: char| !letter.is_ascii_digit())
        .collect();
    let only = |wanted: &[char]| {
        run.chars()
            .all(|letter| letter.is_ascii_digit() || wanted.contains(&letter))
    };
    let number = match parts.as_slice() {
        [_] if run.starts_with('+') || (run.starts_with('0') && digits.len() >= PHONE_DIGITS) => {
            Some(Number::Phone(phone(run, &digits)))
        }
        [whole] => amount(whole, "").map(Number::Amount),
        [first, _, last] if only(&['/', '-', '.']) && (is_year(first) || is_year(last)) => {
            Some(Number::Date(without_zeros(&parts, "/")))
        }
        [_, _] | [_, _, _] if only(&[':']) => Some(Number::Time(without_zeros(&parts, ":"))),
        [whole, fraction] if only(&['.']) => {
            // A point before exactly three digits separates thousands where prices are written so.
            if fraction.len() == 3 && !whole.starts_with('0') {
                amount(&format!("{whole}{fraction}"), "").map(Number::Amount)
            } else {
                amount(whole, fraction).map(Number::Amount)
            }
        }
        [first, groups @ ..]
            if only(&['.', ','])
                && !first.is_empty()
                && groups.iter().all(|part| part.len() == 3) =>
        {
            amount(&digits, "").map(Number::Amount)
        }
        _ if only(&['-', '+']) && digits.len() >= PHONE_DIGITS => {
            Some(Number::Phone(phone(run, &digits)))
        }
        several => {
            let each = several.iter().filter_map(|part| amount(part, ""));
            tokens.extend(each.map(|value| Token::Number(Number::Amount(value))));
            None
        }
    };
    tokens.extend(number.map(Token::Number));
}

fn is_year(part: &str) -> bool {
    part.len() == 4 && !part.starts_with('0')
}

fn phone(run: &str, digits: &str) -> String {
    let national = digits
        .strip_prefix("0098")
        .or_else(|| digits.strip_prefix("98").filter(|_| run.starts_with('+')));
    national.map_or_else(|| digits.to_owned(), |national| format!("0{national}"))
}

fn without_zeros(parts: &[&str], between: &str) -> String {
    let bare = |part: &&str| match part.trim_start_matches('0') {
        "" => "0".to_owned(),
        bare => bare.to_owned(),
    };
    parts.iter().map(bare).collect::<Vec<_>>().join(between)
}

/// The number in millionths.
fn amount(whole: &str, fraction: &str) -> Option<i128> {
    if whole.len() > MOST_DIGITS {
        return None;
    }
    let padded: String = fraction
        .chars()
        .chain(std::iter::repeat('0'))
        .take(FRACTION_DIGITS)
        .collect();
    let whole: i128 = whole.parse().ok()?;
    let fraction: i128 = padded.parse().ok()?;
    whole.checked_mul(SCALE)?.checked_add(fraction)
}

/// The number with the words of magnitude after it, the word after those, and how many tokens
/// that took: «۲ میلیون و ۵۰۰ هزار تومان».
pub(super) fn magnitude(value: i128, after: &[Token]) -> (i128, Option<String>, usize) {
    let Some((factor, glued)) = multiplier(after.first()) else {
        return (value, word(after.first()), 0);
    };
    let mut total = value.saturating_mul(factor);
    if let Some(glued) = glued {
        return (total, Some(glued), 1);
    }
    let mut used = 1;
    if let [
        Token::Word(and),
        Token::Number(Number::Amount(more)),
        rest @ ..,
    ] = after.get(1..).unwrap_or(&[])
        && matches!(and.as_str(), "و" | "and")
        && let Some((smaller, glued)) = multiplier(rest.first())
        && smaller < factor
    {
        total = total.saturating_add(more.saturating_mul(smaller));
        used += 3;
        if glued.is_some() {
            return (total, glued, used);
        }
    }
    (total, word(after.get(used)), used)
}

fn word(token: Option<&Token>) -> Option<String> {
    match token? {
        Token::Word(word) => Some(word.clone()),
        Token::Number(_) | Token::Code(_) => None,
    }
}

/// The factor that a word stands for, and what is written together with it.
fn multiplier(token: Option<&Token>) -> Option<(i128, Option<String>)> {
    const FACTORS: [(&str, i128); 10] = [
        ("هزار", 1_000),
        ("میلیون", 1_000_000),
        ("میلیارد", 1_000_000_000),
        ("ملیون", 1_000_000),
        ("الف", 1_000),
        ("thousand", 1_000),
        ("million", 1_000_000),
        ("billion", 1_000_000_000),
        ("hezar", 1_000),
        ("k", 1_000),
    ];
    let word = word(token)?;
    if let Some((_, factor)) = FACTORS.iter().find(|(name, _)| *name == word) {
        return Some((*factor, None));
    }
    let glued = word
        .strip_prefix("هزار")
        .or_else(|| word.strip_prefix("میلیون"))?;
    let factor = if word.starts_with("هزار") {
        1_000
    } else {
        1_000_000
    };
    let is_unit =
        glued.starts_with("تومان") || glued.starts_with("تومن") || glued.starts_with("ریال");
    is_unit.then(|| (factor, Some(glued.to_owned())))
}

/// An amount for people.
pub(super) fn shown(value: i128) -> String {
    let (whole, fraction) = (value / SCALE, value % SCALE);
    if fraction == 0 {
        return whole.to_string();
    }
    let digits = format!("{fraction:06}");
    format!("{whole}.{}", digits.trim_end_matches('0'))
}

/// The value of a small number in words, which passages write and models turn into digits.
pub(super) fn small_number(word: &str) -> Option<i128> {
    const WORDS: [(&str, i128); 46] = [
        ("یک", 1),
        ("دو", 2),
        ("سه", 3),
        ("چهار", 4),
        ("پنج", 5),
        ("شش", 6),
        ("هفت", 7),
        ("هشت", 8),
        ("نه", 9),
        ("ده", 10),
        ("یازده", 11),
        ("دوازده", 12),
        ("چهارده", 14),
        ("پانزده", 15),
        ("بیست", 20),
        ("سی", 30),
        ("چهل", 40),
        ("پنجاه", 50),
        ("صد", 100),
        ("one", 1),
        ("two", 2),
        ("three", 3),
        ("four", 4),
        ("five", 5),
        ("six", 6),
        ("seven", 7),
        ("eight", 8),
        ("nine", 9),
        ("ten", 10),
        ("eleven", 11),
        ("twelve", 12),
        ("fourteen", 14),
        ("fifteen", 15),
        ("twenty", 20),
        ("thirty", 30),
        ("forty", 40),
        ("fifty", 50),
        ("hundred", 100),
        ("واحد", 1),
        ("اثنان", 2),
        ("ثلاثه", 3),
        ("اربعه", 4),
        ("خمسه", 5),
        ("سبعه", 7),
        ("عشره", 10),
        ("یومین", 2),
    ];
    WORDS
        .iter()
        .find(|(name, _)| *name == word)
        .map(|(_, value)| value * SCALE)
}
