//! What a word is found by: without its endings. Light on purpose: a stem that is too short finds
//! other words, and the pieces of words ([`crate::sparse`]) catch what is left.

use std::sync::LazyLock;

use rust_stemmers::{Algorithm, Stemmer};

static ENGLISH: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::English));

/// Plural and comparison first, then what is left of possession and person; the longer ending
/// before the shorter one.
const PERSIAN_SUFFIXES: [&[&str]; 2] = [
    &[
        "هایشان",
        "هایمان",
        "هایتان",
        "هایش",
        "هایم",
        "هایت",
        "هایی",
        "های",
        "ها",
        "ترین",
        "تری",
        "تر",
    ],
    &[
        "شان", "مان", "تان", "ات", "ان", "ای", "یی", "ام", "اش", "ی", "م", "ت", "ش",
    ],
];
/// Letters that must remain when a Persian ending goes.
const SHORTEST_PERSIAN: usize = 3;

/// As Larkey's light10 has them, in folded letters.
const ARABIC_PREFIXES: [&str; 7] = ["ال", "وال", "بال", "کال", "فال", "لل", "و"];
const ARABIC_SUFFIXES: [&str; 8] = ["ها", "ان", "ات", "ون", "ین", "یه", "ه", "ی"];
/// Letters that must remain when an Arabic prefix or ending goes.
const SHORTEST_ARABIC: usize = 2;
/// One letter is more often part of the word, so more has to remain without it.
const SHORTEST_WITHOUT_LETTER: usize = 3;

/// Takes off at most one ending per pass, the first that fits.
pub fn persian(word: &str) -> &str {
    let mut stem = word;
    for pass in PERSIAN_SUFFIXES {
        let shorter = pass
            .iter()
            .find_map(|suffix| at_least(stem.strip_suffix(suffix)?, SHORTEST_PERSIAN));
        stem = shorter.unwrap_or(stem);
    }
    stem
}

/// Takes off one prefix, then every ending of the list once, in its order.
pub fn arabic(word: &str) -> &str {
    let mut stem = word;
    let without = ARABIC_PREFIXES.iter().find_map(|prefix| {
        let shortest = if prefix.chars().count() == 1 {
            SHORTEST_WITHOUT_LETTER
        } else {
            SHORTEST_ARABIC
        };
        at_least(stem.strip_prefix(prefix)?, shortest)
    });
    stem = without.unwrap_or(stem);
    for suffix in ARABIC_SUFFIXES {
        stem = stem
            .strip_suffix(suffix)
            .and_then(|shorter| at_least(shorter, SHORTEST_ARABIC))
            .unwrap_or(stem);
    }
    stem
}

/// Snowball's English stem.
pub fn english(word: &str) -> String {
    ENGLISH.stem(word).into_owned()
}

fn at_least(stem: &str, letters: usize) -> Option<&str> {
    (stem.chars().count() >= letters).then_some(stem)
}

#[cfg(test)]
mod tests {
    use super::{arabic, english, persian};

    #[test]
    fn persian_endings_go() {
        for (word, stem) in [
            ("کتابهایشان", "کتاب"),
            ("محصولات", "محصول"),
            ("ارزانترین", "ارز"),
            ("سفارشم", "سفارش"),
            ("قیمتتان", "قیمت"),
            ("تهرانی", "تهران"),
            ("زیبایی", "زیبا"),
        ] {
            assert_eq!(persian(word), stem);
        }
    }

    #[test]
    fn short_persian_words_stay() {
        for word in ["کار", "دست", "نان", "شما", "من"] {
            assert_eq!(persian(word), word);
        }
    }

    #[test]
    fn arabic_articles_and_endings_go() {
        for (word, stem) in [
            ("المنتجات", "منتج"),
            ("والتوصیل", "توصیل"),
            ("للشراء", "شراء"),
            ("الهاتف", "هاتف"),
            ("مدینه", "مدین"),
            ("وقت", "وقت"),
            ("موظفین", "موظف"),
        ] {
            assert_eq!(arabic(word), stem);
        }
    }

    #[test]
    fn english_is_snowball() {
        assert_eq!(english("shipping"), "ship");
        assert_eq!(english("refunds"), "refund");
        assert_eq!(english("1944"), "1944");
    }
}
