//! Whether a question needs what was said before it.

use xin_text::words;

/// Fewer words with meaning than this hardly make a question of their own.
const STANDS_ALONE_FROM: usize = 2;
/// Longer questions name their matter, whatever pronouns they hold.
const LONG: usize = 9;

/// Folded words that stand for something said before.
const POINTING: [&str; 48] = [
    "این",
    "اون",
    "ان",
    "اینو",
    "اونو",
    "همین",
    "همون",
    "همان",
    "اینا",
    "اونا",
    "اینها",
    "انها",
    "یکی",
    "دومی",
    "اولی",
    "قبلی",
    "چطور",
    "it",
    "its",
    "they",
    "them",
    "their",
    "that",
    "this",
    "those",
    "these",
    "one",
    "ones",
    "there",
    "same",
    "other",
    "else",
    "هذا",
    "هذه",
    "ذلک",
    "تلک",
    "هو",
    "هی",
    "منه",
    "منها",
    "عنه",
    "عنها",
    "قیمتش",
    "رنگش",
    "سایزش",
    "جنسش",
    "مدلش",
    "چنده",
];
/// How a question begins that goes on from another.
const GOING_ON: [&str; 14] = [
    "و ",
    "پس ",
    "حالا ",
    "خب ",
    "واسه ",
    "برای ",
    "and ",
    "what about",
    "how about",
    "so ",
    "then ",
    "for ",
    "وماذا",
    "طیب ",
];

/// Whether a question leans on earlier turns, cheaply guessed: a short one that points at something
/// or goes on from it, or one with hardly any words of its own.
pub(crate) fn leans_on_earlier(question: &str) -> bool {
    let words = words(question);
    let content = words.iter().filter(|word| !word.is_stop_word).count();
    if words.is_empty() || words.len() > LONG {
        return false;
    }
    let folded = xin_text::fold(question);
    let folded = folded.trim_start();
    content < STANDS_ALONE_FROM
        || words
            .iter()
            .any(|word| POINTING.contains(&word.surface.as_str()))
        || GOING_ON.iter().any(|start| folded.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_points_back_leans() {
        for question in [
            "قیمتش چنده؟",
            "و به شیراز؟",
            "این چه رنگ‌هایی دارد؟",
            "اون یکی چی؟",
            "How much is it?",
            "what about returns",
            "هل هذا متوفر؟",
        ] {
            assert!(leans_on_earlier(question), "{question}");
        }
    }

    #[test]
    fn what_names_its_matter_does_not() {
        for question in [
            "هزینهٔ ارسال به شیراز چقدر است؟",
            "مهلت مرجوع کردن کالا چند روز است؟",
            "Do you deliver saffron to Shiraz?",
            "كم سعر الزعفران في بغداد؟",
            "",
        ] {
            assert!(!leans_on_earlier(question), "{question}");
        }
    }

    #[test]
    fn the_words_are_written_as_they_are_folded() {
        for word in POINTING {
            assert_eq!(xin_text::fold(word), word);
        }
        for start in GOING_ON {
            assert_eq!(xin_text::fold(start), start);
        }
    }
}
