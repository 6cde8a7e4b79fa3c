//! A text as the words it is searched by.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::fold::fold;
use crate::language::{Language, detect};
use crate::{stem, stop_words};

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// What it is found by: folded, without its endings.
    pub text: String,
    /// The folded word itself.
    pub surface: String,
    /// Whether it carries little meaning.
    pub is_stop_word: bool,
}

static PERSIAN_STOPS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| stop_words::PERSIAN.into_iter().collect());
static ENGLISH_STOPS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| stop_words::ENGLISH.into_iter().collect());
/// Folded like everything else: the list is written with Arabic letters.
static ARABIC_STOPS: LazyLock<HashSet<String>> =
    LazyLock::new(|| stop_words::ARABIC.into_iter().map(fold).collect());

/// The words of a text, in order.
#[must_use]
pub fn words(text: &str) -> Vec<Word> {
    words_in(text, detect(text))
}

/// The words of a text in a known language.
///
/// Words in Latin letters are English in every text, brands and model numbers among them; words in
/// Arabic letters are Arabic only in an Arabic text.
#[must_use]
pub fn words_in(text: &str, language: Language) -> Vec<Word> {
    surfaces(&fold(text))
        .map(|surface| word(surface, language))
        .collect()
}

/// Whether a folded word is one of those of a language that carry little meaning.
pub fn is_stop_word(surface: &str, language: Language) -> bool {
    match language {
        Language::Persian => PERSIAN_STOPS.contains(surface),
        Language::Arabic => ARABIC_STOPS.contains(surface),
        Language::English => ENGLISH_STOPS.contains(surface),
        Language::Other => false,
    }
}

/// The words of a folded text as they stand there. A full stop between two digits and an apostrophe
/// between two letters are part of the word: `1.5`, `don't`.
pub fn surfaces(folded: &str) -> impl Iterator<Item = &str> {
    let mut rest = folded;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|character| !is_of_word(character));
        let (word, after) = rest.split_at(end_of_word(rest));
        rest = after;
        (!word.is_empty()).then_some(word)
    })
}

/// The byte where the word ends that a text begins with.
fn end_of_word(text: &str) -> usize {
    let mut before = '\0';
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let after = characters.peek().map_or('\0', |(_, next)| *next);
        let joins = match character {
            '.' => before.is_ascii_digit() && after.is_ascii_digit(),
            '\'' => before.is_ascii_alphabetic() && after.is_ascii_alphabetic(),
            other => is_of_word(other),
        };
        if !joins {
            return at;
        }
        before = character;
    }
    text.len()
}

fn is_of_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || (!character.is_ascii() && character.is_alphanumeric())
}

fn word(surface: &str, language: Language) -> Word {
    if surface.chars().any(is_arabic_script) {
        let language = if language == Language::Arabic {
            Language::Arabic
        } else {
            Language::Persian
        };
        let stem = if language == Language::Arabic {
            stem::arabic(surface)
        } else {
            stem::persian(surface)
        };
        return Word {
            text: stem.to_owned(),
            surface: surface.to_owned(),
            is_stop_word: is_stop_word(surface, language),
        };
    }
    // Half of those who mean "don't" write "dont".
    let surface = surface
        .strip_suffix("'s")
        .unwrap_or(surface)
        .replace('\'', "");
    Word {
        text: stem::english(&surface),
        is_stop_word: is_stop_word(&surface, Language::English),
        surface,
    }
}

/// Whether a folded character is of the script that Persian and Arabic share.
fn is_arabic_script(character: char) -> bool {
    matches!(character, '\u{0600}'..='\u{06FF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn stems(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn texts_have_these_stems() {
        let vectors: [(&str, &[&str]); 14] = [
            ("سلام، وقت بخیر!", &["سلا", "وقت", "بخیر"]),
            ("كتاب‌هاي علمي", &["کتاب", "های", "علم"]),
            (
                "می‌خواهم سفارشم را پس بدهم؟",
                &["می", "خواه", "سفارش", "را", "پس", "بده"],
            ),
            ("محصولات ارزان‌تر", &["محصول", "ارز", "تر"]),
            ("هزینهٔ ارسال چقدره؟", &["هزینه", "ارسال", "چقدره"]),
            ("۱۴ روز؛ ۲٫۵٪", &["14", "روز", "2.5"]),
            ("تلفن: ۰۲۱-۸۸۷۷۶۶۵۵", &["تلفن", "021", "88776655"]),
            ("گوشی iPhone 15 Pro", &["گوش", "iphon", "15", "pro"]),
            ("سایت xinbot.ir.", &["سای", "xinbot", "ir"]),
            (
                "What's the refund policy?",
                &["what", "the", "refund", "polici"],
            ),
            (
                "I don't need 2 shipments...",
                &["i", "dont", "need", "2", "shipment"],
            ),
            ("non-refundable/returned", &["non", "refund", "return"]),
            (
                "هل التوصيل إلى المدينة مجاني؟",
                &["هل", "توصیل", "ال", "مدین", "مجان"],
            ),
            ("كم سعر المنتجات؟", &["کم", "سعر", "منتج"]),
        ];
        for (text, wanted) in vectors {
            assert_eq!(stems(text), wanted, "{text}");
        }
    }

    #[test]
    fn endings_and_half_spaces_do_not_matter() {
        assert_eq!(stems("کتاب‌هایشان"), stems("کتاب هایشان"));
        assert_eq!(stems("ساعت کاری‌تان")[1], "کار");
    }

    #[test]
    fn question_words_are_stop_words() {
        let content: Vec<String> = words("قیمت این کتاب چند است؟")
            .into_iter()
            .filter(|word| !word.is_stop_word)
            .map(|word| word.surface)
            .collect();
        assert_eq!(content, ["قیمت", "کتاب"]);
        assert!(words("ما هي مدة التوصيل؟")[0].is_stop_word);
        assert!(words("Where is it?").iter().all(|word| word.is_stop_word));
    }

    #[test]
    fn joints_hold_only_between_letters() {
        let found: Vec<&str> = surfaces("a..b 'c' d'e.f. 1.2.3.x .. رفتم.بعد").collect();
        assert_eq!(
            found,
            ["a", "b", "c", "d'e", "f", "1.2.3", "x", "رفتم", "بعد"]
        );
    }

    proptest! {
        #[test]
        fn any_text_has_words_or_none(text in any::<String>()) {
            for word in words(&text) {
                prop_assert!(!word.surface.is_empty());
                prop_assert!(!word.text.is_empty());
            }
        }

        #[test]
        fn a_folded_text_has_the_same_words(text in "[آ-ی a-z۰-۹؟.\u{200C}]{0,60}") {
            let language = Language::Persian;
            prop_assert_eq!(words_in(&fold(&text), language), words_in(&text, language));
        }
    }
}
