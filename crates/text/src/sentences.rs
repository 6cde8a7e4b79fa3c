//! A text as sentences.

/// What a sentence ends with.
pub const SENTENCE_ENDS: [char; 7] = ['.', '!', '?', '؟', '…', '؛', '۔'];
/// What may stand between that mark and the space after it.
pub const CLOSING_MARKS: [char; 5] = ['»', '"', ')', '”', '’'];

/// The sentences of a text, trimmed, without empty ones. A line is a sentence of its own; a full
/// stop inside a number, an address or a domain name ends nothing.
#[must_use]
pub fn sentences(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for line in text.lines() {
        let mut rest = line;
        while let Some(end) = sentence_end(rest) {
            let (sentence, after) = rest.split_at(end);
            push(&mut found, sentence);
            rest = after;
        }
        push(&mut found, rest);
    }
    found
}

fn push<'a>(found: &mut Vec<&'a str>, sentence: &'a str) {
    let sentence = sentence.trim();
    if sentence.chars().any(char::is_alphanumeric) {
        found.push(sentence);
    }
}

/// The byte after the first sentence: an ending mark, closing marks, then white space.
fn sentence_end(text: &str) -> Option<usize> {
    let mut ended = false;
    for (at, character) in text.char_indices() {
        if SENTENCE_ENDS.contains(&character) {
            ended = true;
        } else if ended && character.is_whitespace() {
            return Some(at);
        } else if !CLOSING_MARKS.contains(&character) {
            ended = false;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::sentences;

    #[test]
    fn marks_and_lines_end_sentences() {
        let text = "ارسال رایگان است. آیا «هر روز»؟ بله!\n- نسخهٔ 1.5 در xinbot.ir";
        let wanted = [
            "ارسال رایگان است.",
            "آیا «هر روز»؟",
            "بله!",
            "- نسخهٔ 1.5 در xinbot.ir",
        ];
        assert_eq!(sentences(text), wanted);
        assert!(sentences(" \n.. ").is_empty());
    }

    proptest! {
        #[test]
        fn no_word_is_lost(text in any::<String>()) {
            let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
            let found = sentences(&text);
            prop_assert!(found.iter().all(|sentence| sentence.trim() == *sentence));
            prop_assert_eq!(found.into_iter().map(letters).sum::<usize>(), letters(&text));
        }
    }
}
