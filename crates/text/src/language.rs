//! Which language a text is in: by letters first, by common words where letters do not tell.

use crate::fold::fold;
use crate::words::{is_stop_word, surfaces};

/// A language we know how to search in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// Persian.
    Persian,
    /// Arabic.
    Arabic,
    /// English.
    English,
    /// Any other, or none.
    Other,
}

impl Language {
    /// The ISO 639-1 code; `und` when it is not known.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Persian => "fa",
            Self::Arabic => "ar",
            Self::English => "en",
            Self::Other => "und",
        }
    }
}

/// Folded words that are common in Arabic messages and not Persian, beside the stop words.
const ARABIC_WORDS: [&str; 20] = [
    "ارید",
    "لدی",
    "عندی",
    "عندک",
    "عندکم",
    "لدیکم",
    "شکرا",
    "مرحبا",
    "اهلا",
    "السلام",
    "یوجد",
    "یمکن",
    "یمکننی",
    "هناک",
    "ایش",
    "شو",
    "وین",
    "لیش",
    "ابغی",
    "انا",
];
/// Letters that tell the language are looked for up to here; a whole book says no more.
const ENOUGH: usize = 1_000;
/// Letters that speak this clearly need no words.
const CLEAR: i32 = 12;

/// The language of a text. An Arabic-script text that could be either is Persian: our first market
/// is Iran.
#[must_use]
pub fn detect(text: &str) -> Language {
    let text = match text.char_indices().nth(ENOUGH) {
        Some((end, _)) => text.split_at(end).0,
        None => text,
    };
    let (mut arabic_script, mut latin, mut other) = (0_usize, 0_usize, 0_usize);
    for character in text.chars().filter(|character| character.is_alphabetic()) {
        match character {
            '\u{0600}'..='\u{06FF}' | '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}' => {
                arabic_script += 1;
            }
            'a'..='z' | 'A'..='Z' => latin += 1,
            _ => other += 1,
        }
    }
    if other > arabic_script && other > latin {
        return Language::Other;
    }
    // A few Latin brand names do not make a Persian question English.
    if arabic_script == 0 || latin > arabic_script * 3 {
        return if latin > 0 {
            Language::English
        } else {
            Language::Other
        };
    }
    let mut balance = letters_speak(text);
    if balance.abs() < CLEAR {
        balance += words_speak(text);
    }
    if balance > 0 {
        Language::Arabic
    } else {
        Language::Persian
    }
}

/// What the letters say: above 0 Arabic, below 0 Persian.
fn letters_speak(text: &str) -> i32 {
    let mut balance = 0;
    let (mut arabic_keys, mut persian_keys) = (false, false);
    for character in text.chars() {
        match character {
            'پ' | 'چ' | 'ژ' | 'گ' => balance -= 3,
            'ة' => balance += 3,
            'إ' | 'أ' => balance += 2,
            'ى' => balance += 1,
            '\u{200C}' | '\u{06F0}'..='\u{06F9}' => balance -= 1,
            'ي' | 'ك' => arabic_keys = true,
            'ی' | 'ک' => persian_keys = true,
            _ => {}
        }
    }
    // Old Persian keyboards write ي and ك too, in every word, so many prove no more than one.
    balance + i32::from(arabic_keys) - 3 * i32::from(persian_keys)
}

/// What the common words say: above 0 Arabic, below 0 Persian.
fn words_speak(text: &str) -> i32 {
    let mut balance = 0;
    for word in surfaces(&fold(text)) {
        let arabic = is_stop_word(word, Language::Arabic)
            || ARABIC_WORDS.contains(&word)
            || has_article(word);
        let persian = is_stop_word(word, Language::Persian);
        balance += 2 * (i32::from(arabic) - i32::from(persian));
    }
    balance
}

/// «ال» before at least four letters: Persian has few such words.
fn has_article(word: &str) -> bool {
    const PERSIAN: [&str; 6] = ["البته", "الگو", "الکتر", "الزام", "الماس", "المپی"];
    word.strip_prefix("ال")
        .is_some_and(|rest| rest.chars().count() >= 4)
        && !PERSIAN.iter().any(|start| word.starts_with(start))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Language, detect};

    #[test]
    fn short_messages_are_told_apart() {
        for text in [
            "قیمت چنده؟",
            "ممنون",
            "سلام",
            "ارسال به شیراز دارید؟",
            "هزينه ارسال چقدر است",
            "گذرواژه وای فاي چيه؟",
            "iPhone 15 دارید؟",
            "کد تخفیف چیست؟",
            "كتاب علمي داريد",
            "الان باز هستید؟",
            "البته",
            "حساب من",
        ] {
            assert_eq!(detect(text), Language::Persian, "{text}");
        }
        for text in [
            "كم سعر المنتج؟",
            "هل يوجد توصيل إلى بغداد؟",
            "ما هي مدة التوصيل؟",
            "شكرا",
            "أريد إلغاء الطلب",
            "مرحبا",
        ] {
            assert_eq!(detect(text), Language::Arabic, "{text}");
        }
        for text in ["How much is shipping?", "thanks", "hi", "OK 👍"] {
            assert_eq!(detect(text), Language::English, "{text}");
        }
        for text in ["", "123", "Привет", "你好", "👍"] {
            assert_eq!(detect(text), Language::Other, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_has_a_language(text in any::<String>()) {
            prop_assert!(!detect(&text).code().is_empty());
        }
    }
}
