//! A message that is only a greeting is greeted back: nothing in the knowledge answers it.

use xin_text::words;

use super::AnswerInput;
use crate::texts;

/// Folded words that greet.
const GREETINGS: [&str; 26] = [
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

/// The reply to a greeting; nothing when the message is more than that.
pub(super) fn welcome(input: &AnswerInput) -> Option<String> {
    if !greets(&input.question) {
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
    use super::greets;

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
