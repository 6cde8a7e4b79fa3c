//! Whether what a reply claims stands in what it rests on.

use std::collections::HashSet;

use xin_text::language::{Language, detect};
use xin_text::{fold, sentences, sparse};

use super::Fault;
use super::facts::{Fact, Unit, facts, folded_words, units};
use super::numbers::{self, SCALE, Token};

/// The least share of a sentence's words that must stand in what it rests on. Models reword, so it
/// only refuses sentences about something else.
const LEAST_COVERAGE: f32 = 0.3;
/// Shorter sentences are courtesies or say too little to be measured.
const LEAST_CONTENT_WORDS: usize = 5;

/// What a reply may rest on, read once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sources {
    amounts: HashSet<(i128, Option<Unit>)>,
    units: HashSet<Unit>,
    others: HashSet<Fact>,
    folded: String,
    squeezed: String,
    plain: String,
    languages: Vec<Language>,
}

impl Sources {
    /// The texts that may be relied on.
    pub(crate) fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut sources = Self::default();
        for text in texts {
            sources.add(text);
        }
        sources
    }

    fn add(&mut self, text: &str) {
        let unquoted = text.replace(['«', '»', '“', '”'], " ");
        for fact in facts(text).into_iter().chain(facts(&unquoted)) {
            if let Fact::Amount(value, unit) = fact {
                self.amounts.insert((value, unit));
            } else {
                self.add_parts(&fact);
                self.others.insert(fact);
            }
        }
        self.units.extend(units(text));
        for token in numbers::tokens(&fold(text)) {
            if let Token::Word(word) = token
                && let Some(value) = numbers::small_number(&word)
            {
                self.amounts.insert((value, None));
            }
        }
        let folded = folded_words(text);
        self.folded.push(' ');
        self.folded.push_str(&folded);
        self.squeezed.extend(folded.split_whitespace());
        self.plain.push('\n');
        self.plain.push_str(text);
        let language = detect(text);
        if !self.languages.contains(&language) {
            self.languages.push(language);
        }
    }

    /// A year, an hour or a day alone is true where the whole date or time stands, and the number
    /// of a code where the code does.
    fn add_parts(&mut self, fact: &Fact) {
        let (Fact::Date(text) | Fact::Time(text) | Fact::Code(text)) = fact else {
            return;
        };
        let parts = text
            .split(|letter: char| !letter.is_ascii_digit())
            .filter_map(|part| part.parse::<i128>().ok());
        self.amounts
            .extend(parts.map(|part| (part.saturating_mul(SCALE), None)));
    }

    fn holds(&self, fact: &Fact) -> bool {
        match fact {
            Fact::Amount(value, unit) => self.holds_amount(*value, *unit),
            Fact::Time(time) => {
                let hour = time.strip_suffix(":0").and_then(|hour| hour.parse().ok());
                self.others.contains(fact)
                    || hour.is_some_and(|hour: i128| self.holds_amount(hour * SCALE, None))
            }
            Fact::Quoted(words) => {
                self.folded.contains(words.as_str())
                    || self.squeezed.contains(&words.replace(' ', ""))
            }
            Fact::Code(code) => self.squeezed.contains(code.as_str()),
            Fact::Phone(number) => self.others.contains(fact) || self.squeezed.contains(number),
            Fact::Date(_) | Fact::Link(_) | Fact::Handle(_) => self.others.contains(fact),
        }
    }

    /// A number without a unit is true with any; one with a unit is true with that unit, or without
    /// one where the unit is named for all of them, as in the head of a table.
    fn holds_amount(&self, value: i128, unit: Option<Unit>) -> bool {
        match unit {
            None => self.amounts.iter().any(|(known, _)| *known == value),
            Some(unit) => {
                self.amounts.contains(&(value, Some(unit)))
                    || (self.units.contains(&unit) && self.amounts.contains(&(value, None)))
            }
        }
    }

    /// Whether these sources are in the language of a text, so that words can be compared.
    fn speaks(&self, language: Language) -> bool {
        self.languages.contains(&language)
    }
}

/// Refuses a reply with a fact that its sources do not hold.
pub(crate) fn check_facts(text: &str, sources: &Sources) -> Result<(), Fault> {
    let text = without_list_numbers(text);
    for fact in facts(&text) {
        if !sources.holds(&fact) {
            return Err(Fault::Unsupported(fact.shown()));
        }
    }
    let language = detect(&text);
    if sources.speaks(language) {
        for name in names(&text, language) {
            if !sources.folded.contains(&fold(name)) {
                return Err(Fault::Unsupported(name.to_owned()));
            }
        }
    }
    Ok(())
}

/// Refuses a reply with a sentence about something that its sources do not speak of.
pub(crate) fn check_coverage(text: &str, sources: &Sources) -> Result<(), Fault> {
    for sentence in sentences(text) {
        let asks = sentence.ends_with(['?', '؟']);
        if asks || !sources.speaks(detect(sentence)) {
            continue;
        }
        let content = xin_text::words(sentence)
            .iter()
            .filter(|word| !word.is_stop_word)
            .count();
        if content >= LEAST_CONTENT_WORDS
            && sparse::coverage(sentence, &sources.plain) < LEAST_COVERAGE
        {
            return Err(Fault::Unsupported(sentence.to_owned()));
        }
    }
    Ok(())
}

/// The text without the numbers that count the lines of a list.
fn without_list_numbers(text: &str) -> String {
    let bare = |line: &str| {
        let start = line.trim_start();
        let rest = start.trim_start_matches(char::is_numeric);
        let counted = start.len() > rest.len() && start.len() - rest.len() <= 4;
        let rest = rest
            .strip_prefix(['.', ')', '-', '–'])
            .filter(|rest| counted && rest.starts_with(char::is_whitespace));
        rest.unwrap_or(line).to_owned()
    };
    text.lines().map(bare).collect::<Vec<_>>().join("\n")
}

/// Names in Latin letters: in an English text those with a capital inside a sentence, in others
/// every word that begins with one.
fn names(text: &str, language: Language) -> Vec<&str> {
    /// Capitals that name nothing.
    const NO_NAMES: [&str; 10] = [
        "I", "I'm", "I'll", "I've", "I'd", "OK", "Ok", "PDF", "FAQ", "AI",
    ];
    let mut found = Vec::new();
    let mut begins = true;
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_matches(|letter: char| !letter.is_alphanumeric());
        let is_latin = word
            .bytes()
            .all(|byte| byte.is_ascii_alphabetic() || byte == b'\'');
        let is_name = is_latin
            && word.len() > 1
            && word.starts_with(|letter: char| letter.is_ascii_uppercase())
            && !NO_NAMES.contains(&word);
        if is_name && !(begins && language == Language::English) {
            found.push(word);
        }
        let trimmed = piece.trim_end();
        begins = trimmed.ends_with(['.', '!', '?', ':', '؟', '"', '“', '-', '•', '*', '('])
            || piece.ends_with('\n')
            || (begins && word.is_empty());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unsupported(text: &str, passage: &str) -> Option<String> {
        match check_facts(text, &Sources::of([passage])) {
            Ok(()) => None,
            Err(Fault::Unsupported(what)) => Some(what),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_same_price_written_otherwise_is_supported() {
        let passage = "هزینهٔ ارسال ۱۲۰٬۰۰۰ تومان است و تا ۳ روز کاری می‌رسد.";
        for text in [
            "هزینهٔ ارسال 120000 تومان است.",
            "ارسال ۱۲۰ هزار تومان هزینه دارد.",
            "Shipping is 120,000 toman and takes 3 days.",
            "۱۲۰۰۰۰ تومانه",
        ] {
            assert_eq!(unsupported(text, passage), None, "{text}");
        }
    }

    #[test]
    fn rial_is_not_toman_unless_the_passage_says_so() {
        let passage = "هزینهٔ ارسال ۱۲۰٬۰۰۰ تومان است.";
        let wrong = "هزینهٔ ارسال ۱٬۲۰۰٬۰۰۰ ریال است.";
        assert_eq!(unsupported(wrong, passage).as_deref(), Some("1200000 rial"));
        let swapped = "هزینهٔ ارسال ۱۲۰٬۰۰۰ ریال است.";
        assert_eq!(
            unsupported(swapped, passage).as_deref(),
            Some("120000 rial")
        );
        let both = "هزینهٔ ارسال ۱۲۰٬۰۰۰ تومان (۱٬۲۰۰٬۰۰۰ ریال) است.";
        assert_eq!(unsupported(wrong, both), None);
        let table = "| کالا | قیمت (تومان) |\n| زعفران | ۱۲۰٬۰۰۰ |";
        assert_eq!(unsupported("زعفران ۱۲۰ هزار تومان است", table), None);
    }

    #[test]
    fn invented_facts_are_found() {
        let passage = "بازگشت کالا تا هفت روز با شمارهٔ 021-88881234 یا golestan.ir/returns. \
                       تخفیف «زعفران۴۲» ۲۰٪ است و تا ۱۴۰۴/۰۸/۰۵ اعتبار دارد.";
        for (text, what) in [
            ("تا ۱۴ روز", Some("14")),
            ("تا ۷ روز", None),
            ("تا 7 روز با 02188881234", None),
            ("با 021-88881235", Some("02188881235")),
            ("از golestan.ir/return", Some("golestan.ir/return")),
            ("از https://www.golestan.ir/returns/", None),
            ("به info@golestan.ir", Some("info@golestan.ir")),
            ("۳۰ درصد تخفیف", Some("30 percent")),
            ("۲۰ درصد تخفیف", None),
            ("تا 1404/8/5", None),
            ("تا ۱۴۰۴/۸/۶", Some("1404/8/6")),
            ("در سال ۱۴۰۴", None),
            ("کد «زعفران ۴۲»", None),
            ("کد «زعفران ۴۳»", Some("زعفران 43")),
            ("با Snapp می‌فرستیم", Some("Snapp")),
        ] {
            assert_eq!(unsupported(text, passage).as_deref(), what, "{text}");
        }
    }

    #[test]
    fn english_names_inside_sentences_count() {
        let passage = "We ship with Tipax from Tehran within 2 days. Call us before 9:00.";
        assert_eq!(
            unsupported("Orders leave Tehran with Tipax.", passage),
            None
        );
        assert_eq!(unsupported("Our office at 9:00.", passage), None);
        let invented = unsupported("Orders leave from Shiraz.", passage);
        assert_eq!(invented.as_deref(), Some("Shiraz"));
        assert_eq!(unsupported("1. Call us\n2. Wait two days", passage), None);
    }

    #[test]
    fn a_sentence_about_something_else_is_refused() {
        let sources = Sources::of(["هزینهٔ ارسال به شیراز ۵۰ هزار تومان است و سه روز طول می‌کشد."]);
        let fine = "ارسال به شیراز سه روز طول می‌کشد و ۵۰ هزار تومان هزینه دارد.";
        assert_eq!(check_coverage(fine, &sources), Ok(()));
        assert_eq!(check_coverage("خوشحال می‌شوم کمک کنم.", &sources), Ok(()));
        let invented = "گارانتی همهٔ محصولات دیجیتال شامل تعویض رایگان قطعات معیوب است.";
        assert!(check_coverage(invented, &sources).is_err());
    }
}
