//! The search form of a text: what different keyboards and habits write differently becomes the
//! same.

use unicode_normalization::UnicodeNormalization;

/// Folds a text to its search form. Idempotent; never what is shown.
///
/// NFKC, lower case, Arabic letters as Persian keyboards write them (ي ى ئ → ی, ك → ک, ة ۀ → ه,
/// أ إ آ → ا, ؤ → و), no diacritics, no tatweel, no invisible marks, ASCII digits; half-spaces
/// (U+200C) and Arabic punctuation become spaces.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.chars().all(is_plain) {
        return text
            .chars()
            .filter_map(|character| map(character.to_ascii_lowercase()))
            .collect();
    }
    let mut folded = pass(text);
    // What lower case or a deleted mark brings together may compose once more (H and a line below
    // have no letter of their own, h and a line below do), so it is folded until nothing changes.
    for _ in 0..MOST_PASSES {
        let again = pass(&folded);
        if again == folded {
            break;
        }
        folded = again;
    }
    folded
}

/// Three are enough for everything seen; the bound is only there so that it ends.
const MOST_PASSES: usize = 8;

fn pass(text: &str) -> String {
    text.nfkc()
        .flat_map(char::to_lowercase)
        .filter_map(map)
        .collect()
}

/// Characters on which NFKC does nothing that `map` would not do as well: nearly all of a Persian
/// or English message, so that most texts are folded in one go.
fn is_plain(character: char) -> bool {
    matches!(
        character,
        '\0'..='\u{7F}'
            | '\u{0600}'..='\u{0674}'
            | '\u{0679}'..='\u{06FF}'
            | '\u{200B}'..='\u{200F}'
            | '«'
            | '»'
            | '–'
            | '—'
            | '‘'
            | '’'
            | '“'
            | '”'
    )
}

fn map(character: char) -> Option<char> {
    if character.is_ascii() {
        return Some(character);
    }
    Some(match character {
        'ي' | 'ى' | 'ې' | 'ے' | 'ۓ' | 'ئ' => 'ی',
        'ك' | 'ڪ' => 'ک',
        'ة' | 'ۀ' | 'ۂ' | 'ە' | 'ہ' | 'ھ' => 'ه',
        'ؤ' => 'و',
        'آ' | 'أ' | 'إ' | 'ٱ' => 'ا',
        // Harakat and Quranic marks.
        '\u{064B}'..='\u{065F}' | '\u{0670}' | '\u{06D6}'..='\u{06ED}' => return None,
        // Tatweel, soft hyphen, zero-width space and joiner, direction marks, byte order mark.
        '\u{0640}'
        | '\u{00AD}'
        | '\u{200B}'
        | '\u{200D}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'
        | '\u{2066}'..='\u{2069}'
        | '\u{FEFF}' => return None,
        // The half-space, and "¬", which some keyboards write for it.
        '\u{200C}' | '¬' | '\u{00A0}' => ' ',
        '’' | '‘' => '\'',
        '۰'..='۹' => digit(character, '۰'),
        '٠'..='٩' => digit(character, '٠'),
        '\u{066B}' => '.',
        // The separator of thousands.
        '\u{066C}' => return None,
        '\u{0600}'..='\u{0620}'
        | '\u{066A}'
        | '\u{066D}'
        | '\u{06D4}'
        | '\u{06FD}'
        | '\u{06FE}' => ' ',
        other => other,
    })
}

fn digit(character: char, zero: char) -> char {
    let value = u32::from(character) - u32::from(zero);
    char::from_digit(value, 10).unwrap_or(character)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{fold, is_plain, pass};

    #[test]
    fn keyboards_agree() {
        assert_eq!(fold("كتاب‌هاي"), fold("کتاب های"));
        assert_eq!(fold("۱۲۳٤٥"), "12345");
        assert_eq!(fold("۱٬۵۰۰٫۵"), "1500.5");
        assert_eq!(fold("سَلامٌ"), "سلام");
        assert_eq!(fold("کجاست؟"), "کجاست ");
        assert_eq!(fold("مســتقیم"), "مستقیم");
        assert_eq!(fold("آخرین"), "اخرین");
        assert_eq!(fold("خانهٔ ما"), "خانه ما");
        assert_eq!(fold("مؤسسۀ رئیس"), "موسسه رییس");
        assert_eq!(fold("می¬خواهم"), "می خواهم");
        assert_eq!(fold("ABC What’s"), "abc what's");
        assert_eq!(fold("ﻼﻣ ﷼"), "لام ریال");
        assert_eq!(fold("ＡＢ①"), "ab1");
    }

    #[test]
    fn every_single_character_is_stable() {
        for character in '\0'..=char::MAX {
            let once = fold(&character.to_string());
            assert_eq!(fold(&once), once, "U+{:04X}", u32::from(character));
        }
    }

    #[test]
    fn composed_lower_case_is_stable() {
        let once = fold("H\u{0331} e\u{200B}\u{0301}");
        assert_eq!(once, "\u{1E96} é");
        assert_eq!(fold(&once), once);
    }

    #[test]
    fn the_short_way_is_the_long_way() {
        for character in ('\0'..='\u{2100}').filter(|character| is_plain(*character)) {
            for mark in ["", "\u{0653}", "\u{0654}", "\u{0655}", "\u{064E}"] {
                let text = format!("{character}{mark}");
                assert_eq!(fold(&text), pass(&text), "U+{:04X}", u32::from(character));
            }
        }
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in any::<String>()) {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn marks_fold_once(text in "([A-Zھ-ۓآ-ي]|[\u{0300}-\u{0340}\u{0653}\u{0654}\u{200B}\u{200D}]){0,12}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn half_spaces_are_spaces(left in "[آ-ی]{1,8}", right in "[آ-ی]{1,8}") {
            prop_assert_eq!(fold(&format!("{left}\u{200C}{right}")), fold(&format!("{left} {right}")));
        }

        #[test]
        fn arabic_and_persian_letters_are_one(text in "[آ-ی ]{0,40}") {
            let arabic = text.replace('ی', "ي").replace('ک', "ك");
            prop_assert_eq!(fold(&arabic), fold(&text));
        }
    }
}
