//! Whether a reply is in a language that the tenant answers in.

use xin_domain::AiSettings;
use xin_text::language::{Language, detect};

use super::Fault;

/// Shorter replies do not tell their language.
const LEAST_LETTERS: usize = 12;

/// Refuses a reply in a language that is not allowed.
pub(crate) fn check(text: &str, settings: &AiSettings) -> Result<(), Fault> {
    let letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
    if settings.languages.is_empty() || letters < LEAST_LETTERS {
        return Ok(());
    }
    let language = detect(text);
    let allowed = language == Language::Other
        || settings
            .languages
            .iter()
            .any(|allowed| allowed.as_str() == language.code());
    if allowed {
        Ok(())
    } else {
        Err(Fault::Language(language.code()))
    }
}

#[cfg(test)]
mod tests {
    use xin_domain::AnswerLanguage;

    use super::*;

    #[test]
    fn only_allowed_languages_pass() {
        let mut settings = AiSettings::default();
        let english = "Shipping takes three days to Shiraz.";
        assert_eq!(check(english, &settings), Ok(()));
        settings.languages = vec![AnswerLanguage::Fa];
        assert_eq!(check(english, &settings), Err(Fault::Language("en")));
        assert_eq!(check("ارسال به شیراز سه روز طول می‌کشد.", &settings), Ok(()));
        assert_eq!(check("iPhone 15", &settings), Ok(()));
    }
}
