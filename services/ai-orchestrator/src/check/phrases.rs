//! Whether a reply says what the tenant forbade.

use xin_domain::Brand;

use super::Fault;

/// Refuses a reply with a banned phrase, however it is typed.
pub(crate) fn check(text: &str, brand: &Brand) -> Result<(), Fault> {
    let said = xin_text::fold(text);
    for phrase in &brand.banned_phrases {
        let banned = xin_text::fold(phrase);
        if !banned.trim().is_empty() && said.contains(banned.trim()) {
            return Err(Fault::BannedPhrase(phrase.clone()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_banned_phrase_is_found_however_it_is_typed() {
        let brand = |banned: &str| Brand {
            banned_phrases: vec![banned.to_owned()],
            ..Brand::default()
        };
        let text = "این كالا ۱۰۰٪ تضميني است";
        let found = check(text, &brand("تضمینی"));
        assert_eq!(found, Err(Fault::BannedPhrase("تضمینی".to_owned())));
        assert_eq!(check(text, &brand("  ")), Ok(()));
    }
}
