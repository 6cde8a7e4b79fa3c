//! A greeting is greeted back and thanks are returned: nothing in the knowledge answers them, and
//! nobody has to be called.

use xin_text::words;

use super::AnswerInput;
use crate::texts;

/// Folded words that greet.
const GREETINGS: [&str; 33] = [
    "خوبی",
    "خوبید",
    "چطوری",
    "بر",
    "how",
    "are",
    "you",
    "سلام",
    "درود",
    "وقت",
    "صبح",
    "روز",
    "شب",
    "عصر",
    "ظهر",
    "بخیر",
    "خسته",
    "نباشید",
    "نباشین",
    "عزیز",
    "دوست",
    "salam",
    "dorood",
    "hi",
    "hello",
    "hey",
    "good",
    "morning",
    "evening",
    "مرحبا",
    "اهلا",
    "السلام",
    "علیکم",
];
/// Those of them that greet without another.
const ALONE: [&str; 10] = [
    "سلام",
    "درود",
    "salam",
    "dorood",
    "hi",
    "hello",
    "hey",
    "مرحبا",
    "اهلا",
    "السلام",
];
/// Those that may begin a greeting of several words.
const FIRST: [&str; 5] = ["وقت", "صبح", "خسته", "good", "عصر"];

/// Folded words of thanks and of leaving.
const COURTESIES: [&str; 20] = [
    "ممنون",
    "ممنونم",
    "مرسی",
    "متشکرم",
    "متشکر",
    "سپاس",
    "سپاسگزارم",
    "تشکر",
    "خداحافظ",
    "خدافظ",
    "بدرود",
    "thanks",
    "thank",
    "merci",
    "mersi",
    "mamnoon",
    "bye",
    "goodbye",
    "khodahafez",
    "شکرا",
];
/// What may stand beside them.
const BESIDE: [&str; 14] = [
    "خیلی",
    "از",
    "شما",
    "بابت",
    "راهنمایی",
    "پاسخ",
    "you",
    "very",
    "much",
    "so",
    "a",
    "lot",
    "kheili",
    "جزیلا",
];

/// The reply to a greeting or to thanks; nothing when the message is more than that.
pub(super) fn reply(input: &AnswerInput) -> Option<String> {
    if is_courtesy(&input.question) {
        return Some(texts::courtesy(&input.language, input.brand.register).to_owned());
    }
    welcome(input)
}

fn is_courtesy(question: &str) -> bool {
    let words = words(question);
    let said = |list: &[&str], word: &xin_text::Word| list.contains(&word.surface.as_str());
    words.iter().any(|word| said(&COURTESIES, word))
        && words
            .iter()
            .all(|word| said(&COURTESIES, word) || said(&BESIDE, word) || said(&GREETINGS, word))
}

fn welcome(input: &AnswerInput) -> Option<String> {
    // Marks and pictures without a word ask for nothing.
    if !greets(&input.question) && !words(&input.question).is_empty() {
        return None;
    }
    let own = input.brand.greeting.trim();
    if own.is_empty() || input.last_reply().is_some() {
        return Some(texts::welcome(&input.language, input.brand.register).to_owned());
    }
    Some(own.to_owned())
}

fn greets(question: &str) -> bool {
    let words = words(question);
    let known = |list: &[&str], word: &xin_text::Word| list.contains(&word.surface.as_str());
    let begins = words
        .first()
        .is_some_and(|first| known(&ALONE, first) || (words.len() > 1 && known(&FIRST, first)));
    begins && words.iter().all(|word| known(&GREETINGS, word))
}

#[cfg(test)]
mod tests {
    use super::{greets, is_courtesy};

    #[test]
    fn only_thanks_are_thanks() {
        for text in [
            "ممنون",
            "خیلی ممنون از شما",
            "Thanks!",
            "thank you very much",
            "خداحافظ",
            "مرسی 👍",
        ] {
            assert!(is_courtesy(text), "{text}");
        }
        for text in [
            "ممنون قیمت چنده؟",
            "از شما",
            "thanks for the price of shipping",
            "",
            "بله",
        ] {
            assert!(!is_courtesy(text), "{text}");
        }
    }

    #[test]
    fn only_a_greeting_is_one() {
        for text in [
            "سلام",
            "سلام، وقت بخیر",
            "Hi!",
            "خسته نباشید",
            "مرحبا",
            "good morning",
        ] {
            assert!(greets(text), "{text}");
        }
        for text in [
            "سلام قیمت چنده؟",
            "روز سه‌شنبه",
            "شب باز هستید؟",
            "صبح",
            "",
            "؟",
            "good",
        ] {
            assert!(!greets(text), "{text}");
        }
    }
}
