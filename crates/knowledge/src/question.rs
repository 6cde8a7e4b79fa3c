//! The frame of a question: the greeting, the courtesy and the asking itself. No document contains
//! it, so it must not count against the answer.

use std::collections::HashSet;
use std::sync::LazyLock;

use xin_text::words;

/// As `xin_text` folds them. Only words that ask or greet: what a business may sell stays out.
const FRAME: [&str; 95] = [
    // greeting and courtesy
    "سلام",
    "درود",
    "خسته",
    "نباشید",
    "وقت",
    "وقتتون",
    "بخیر",
    "ممنون",
    "مرسی",
    "متشکرم",
    "تشکر",
    "سپاس",
    "لطفا",
    "لطف",
    "عزیز",
    "جان",
    "محترم",
    "ببخشید",
    // to ask, to want, to know, to be able
    "بگویید",
    "بگید",
    "بگین",
    "بفرمایید",
    "بفرمایین",
    "بدانم",
    "بدونم",
    "بپرسم",
    "سوال",
    "سوالی",
    "داشتم",
    "خواهم",
    "خواستم",
    "خوام",
    "میخوام",
    "میخواستم",
    "میخواهم",
    "توانم",
    "توانید",
    "توانیم",
    "تونم",
    "تونید",
    "میتونم",
    "میتونید",
    "میتوانم",
    "میشه",
    "شه",
    "بتونم",
    "بتوانم",
    "امکان",
    "راهنمایی",
    // question words as they are spoken
    "چقدر",
    "چقدره",
    "چقد",
    "چنده",
    "چندتا",
    "چندتاست",
    "چیه",
    "چیا",
    "چجوری",
    "چجوریه",
    "چطوریه",
    "چطوره",
    "کیه",
    "کجاس",
    "کجا",
    "تان",
    "تون",
    "هستید",
    "هستین",
    "دارین",
    // English
    "hi",
    "hello",
    "hey",
    "dear",
    "please",
    "thanks",
    "thank",
    "kindly",
    "sorry",
    "tell",
    "say",
    "know",
    "ask",
    "question",
    "want",
    "wanted",
    "like",
    "need",
    "wondering",
    "wonder",
    "whether",
    "let",
    "may",
    "much",
    "many",
    "get",
];

static FRAME_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| FRAME.into_iter().collect());

/// The question without its frame; as it is when it is nothing but frame.
pub(crate) fn without_frame(question: &str) -> String {
    let kept: Vec<&str> = question
        .split_whitespace()
        .filter(|part| !is_frame(part))
        .collect();
    let stripped = kept.join(" ");
    let asks = words(&stripped).iter().any(|word| !word.is_stop_word);
    if asks { stripped } else { question.to_owned() }
}

/// Whether a piece of the question between spaces is frame, half-spaces and marks apart.
fn is_frame(part: &str) -> bool {
    let words = words(part);
    let framing = |surface: &str| FRAME_WORDS.contains(surface);
    words.iter().any(|word| framing(&word.surface))
        && words
            .iter()
            .all(|word| word.is_stop_word || framing(&word.surface))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_stays() {
        let asked = without_frame("سلام، می‌خواستم بدونم بازگشت کالا چطوریه؟");
        assert_eq!(asked, "بازگشت کالا");
        assert_eq!(
            without_frame("Hi, please tell me the price"),
            "me the price"
        );
    }

    #[test]
    fn a_question_of_nothing_but_frame_stays_as_it_is() {
        assert_eq!(without_frame("سلام، وقت بخیر"), "سلام، وقت بخیر");
        assert_eq!(without_frame(""), "");
    }

    #[test]
    fn the_frame_is_written_as_words_are_folded() {
        for word in FRAME {
            let folded: Vec<String> = words(word).into_iter().map(|word| word.surface).collect();
            assert_eq!(folded, [word]);
        }
    }
}
