//! Cuts a long message into parts that a channel takes, where a reader would.

use unicode_segmentation::UnicodeSegmentation;

use crate::sentences::{CLOSING_MARKS, SENTENCE_ENDS};

/// What a channel counts its limit in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Bytes of UTF-8 (Instagram).
    Bytes,
    /// Unicode characters.
    Characters,
    /// Code units of UTF-16 (Telegram counts entities so).
    Utf16,
}

impl Unit {
    fn length(self, text: &str) -> usize {
        match self {
            Self::Bytes => text.len(),
            Self::Characters => text.chars().count(),
            Self::Utf16 => text.encode_utf16().count(),
        }
    }
}

/// How good a place to cut is; a later one is better.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Anywhere,
    Space,
    Sentence,
    Paragraph,
}

/// Parts of at most `limit` units; joined they are the text. Cut after a paragraph, a sentence or a
/// space, the best that leaves a part at least half full; never inside a grapheme, unless one is
/// longer than the limit; never inside a character, even if it alone is longer.
#[must_use]
pub fn message(text: &str, limit: usize, unit: Unit) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(end) = cut(rest, limit, unit) {
        let (part, after) = rest.split_at(end);
        parts.push(part.to_owned());
        rest = after;
    }
    if !rest.is_empty() || parts.is_empty() {
        parts.push(rest.to_owned());
    }
    parts
}

/// The byte to cut at, more than 0 and less than all; nothing when all of it fits.
fn cut(text: &str, limit: usize, unit: Unit) -> Option<usize> {
    let mut used = 0;
    let mut fits = 0;
    let (mut best, mut space, mut unbound) = (None, None, None);
    let mut ending = Ending::default();
    for (at, grapheme) in text.grapheme_indices(true) {
        // What is written directly before decides what kind of place this is.
        if at > 0 {
            let place = ending.place(grapheme);
            if place > Place::Anywhere {
                space = Some(at);
            }
            let full = used * 2 >= limit;
            if place > Place::Anywhere && full && best.is_none_or(|(found, _)| place >= found) {
                best = Some((place, at));
            }
            if !ending.joins {
                unbound = Some(at);
            }
        }
        used += unit.length(grapheme);
        if used > limit {
            let end = best.map(|(_, end)| end).or(space).or(unbound);
            let end = end.or((fits > 0).then_some(fits));
            return end.or_else(|| within_grapheme(text, limit, unit));
        }
        fits = at + grapheme.len();
        ending.read(grapheme);
    }
    None
}

/// What the text read so far ends with.
#[derive(Default)]
struct Ending {
    /// Line breaks in its white space.
    lines: usize,
    /// Whether it ends with white space.
    space: bool,
    /// Whether a sentence ended before the white space.
    sentence: bool,
    /// Whether it ends with a half-space, which binds what follows.
    joins: bool,
}

impl Ending {
    fn read(&mut self, grapheme: &str) {
        self.joins = grapheme.ends_with(['\u{200C}', '\u{200D}']);
        let space = grapheme.chars().all(char::is_whitespace);
        if space {
            self.lines += usize::from(grapheme.contains('\n'));
        } else {
            self.lines = 0;
            if grapheme.starts_with(SENTENCE_ENDS) {
                self.sentence = true;
            } else if self.space || !grapheme.starts_with(CLOSING_MARKS) {
                self.sentence = false;
            }
        }
        self.space = space;
    }

    /// How good the place before the next grapheme is. White space stays with what it follows.
    fn place(&self, next: &str) -> Place {
        if !self.space || next.starts_with(char::is_whitespace) {
            return Place::Anywhere;
        }
        match self.lines {
            0 if self.sentence => Place::Sentence,
            0 => Place::Space,
            1 => Place::Sentence,
            _ => Place::Paragraph,
        }
    }
}

/// One grapheme is longer than the limit: as many of its characters as fit, and one at least.
fn within_grapheme(text: &str, limit: usize, unit: Unit) -> Option<usize> {
    let mut end = 0;
    for (at, character) in text.char_indices() {
        let next = at + character.len_utf8();
        if end > 0 && unit.length(text.split_at(next).0) > limit {
            break;
        }
        end = next;
    }
    (end < text.len()).then_some(end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sentences_stay_whole() {
        let text = "جملهٔ اول اینجاست. جملهٔ دوم هم اینجاست.";
        let parts = message(text, 30, Unit::Characters);
        assert_eq!(parts, ["جملهٔ اول اینجاست. ", "جملهٔ دوم هم اینجاست."]);
    }

    #[test]
    fn the_unit_counts() {
        assert_eq!(message("سلام", 4, Unit::Characters).len(), 1);
        assert_eq!(message("سلام", 4, Unit::Bytes).len(), 2);
        assert_eq!(message("👍👍", 2, Unit::Utf16).len(), 2);
    }

    #[test]
    fn the_best_place_wins() {
        let text = "سرخط\n\nجملهٔ یک. جملهٔ دو «سه». چهار پنج";
        let parts = message(text, 30, Unit::Characters);
        assert_eq!(parts, ["سرخط\n\nجملهٔ یک. ", "جملهٔ دو «سه». چهار پنج"]);
        let text = "first line\r\n\r\nsecond line. and more";
        assert_eq!(message(text, 28, Unit::Bytes)[0], "first line\r\n\r\n");
        let text = "Is it? Yes... No";
        assert_eq!(message(text, 14, Unit::Bytes), ["Is it? Yes... ", "No"]);
    }

    #[test]
    fn addresses_and_half_spaces_stay_whole() {
        let text = "نشانی: https://xinbot.ir/a.b?c=d و بعد";
        let parts = message(text, 30, Unit::Characters);
        assert_eq!(parts, ["نشانی: ", "https://xinbot.ir/a.b?c=d و ", "بعد"]);
        let word = "می\u{200C}خواهم";
        assert_eq!(message(word, 3, Unit::Characters)[0], "م");
        assert_eq!(message(word, 6, Unit::Characters)[0], "می\u{200C}خوا");
    }

    #[test]
    fn what_cannot_fit_is_never_lost() {
        assert_eq!(message("👍🏽", 1, Unit::Bytes), ["👍", "🏽"]);
        assert_eq!(message("سل", 0, Unit::Bytes), ["س", "ل"]);
        assert_eq!(message("", 10, Unit::Bytes), [""]);
    }

    proptest! {
        #[test]
        fn any_text_is_kept(text in any::<String>(), limit in 0_usize..20) {
            for unit in [Unit::Bytes, Unit::Characters, Unit::Utf16] {
                let parts = message(&text, limit, unit);
                prop_assert_eq!(parts.concat(), text.clone());
                prop_assert!(parts.len() == 1 || parts.iter().all(|part| !part.is_empty()));
                let single = |part: &String| part.chars().count() == 1;
                prop_assert!(parts.iter().all(|part| unit.length(part) <= limit || single(part) || text.is_empty()));
            }
        }

        #[test]
        fn parts_fit_and_join(
            text in "([a-z ]|[آ-ی]|\u{200C}|[.!؟\n]|👩‍👧|https://x\\.ir/a){0,60}",
            limit in 12_usize..60,
            unit in prop_oneof![Just(Unit::Bytes), Just(Unit::Characters), Just(Unit::Utf16)],
        ) {
            let parts = message(&text, limit, unit);
            prop_assert_eq!(parts.concat(), text.clone());
            for part in &parts {
                prop_assert!(unit.length(part) <= limit);
            }
            if text.graphemes(true).any(|grapheme| unit.length(grapheme) > limit) {
                return Ok(());
            }
            let graphemes: usize = parts.iter().map(|part| part.graphemes(true).count()).sum();
            prop_assert_eq!(graphemes, text.graphemes(true).count());
        }
    }
}
