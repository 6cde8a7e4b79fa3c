//! What a reply must pass before it is proposed.

use xin_domain::{Brand, ReplyAction};
use xin_llm::StructuredReply;

/// A model that goes on and on is broken off here; no channel takes more in a few messages.
const LONGEST_REPLY: usize = 6000;

/// Why a reply is not fit to be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// There are no words in it.
    Empty,
    /// It is longer than anybody reads.
    TooLong,
    /// It cites a passage that was not given.
    UnknownCitation,
    /// It answers and cites nothing.
    NoCitation,
    /// It uses a phrase the tenant forbade.
    BannedPhrase(String),
}

impl Fault {
    /// The name in traces.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong => "too_long",
            Self::UnknownCitation => "unknown_citation",
            Self::NoCitation => "no_citation",
            Self::BannedPhrase(_) => "banned_phrase",
        }
    }
}

/// Checks a reply against the passages it was given and the tenant's voice.
pub fn check(reply: &StructuredReply, passages: usize, brand: &Brand) -> Result<(), Fault> {
    if reply.text.trim().is_empty() {
        return Err(Fault::Empty);
    }
    if reply.text.chars().count() > LONGEST_REPLY {
        return Err(Fault::TooLong);
    }
    if reply
        .citations
        .iter()
        .any(|citation| !(1..=passages).contains(&citation.passage))
    {
        return Err(Fault::UnknownCitation);
    }
    if reply.action == ReplyAction::Answer && reply.citations.is_empty() {
        return Err(Fault::NoCitation);
    }
    let said = xin_text::fold(&reply.text);
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
    use xin_llm::Citation;

    use super::*;

    fn answer(text: &str, citations: &[usize]) -> StructuredReply {
        StructuredReply {
            action: ReplyAction::Answer,
            text: text.to_owned(),
            citations: citations
                .iter()
                .map(|passage| Citation {
                    passage: *passage,
                    quote: String::new(),
                })
                .collect(),
            language: "fa".to_owned(),
            confidence: None,
        }
    }

    fn brand(banned: &str) -> Brand {
        Brand {
            banned_phrases: vec![banned.to_owned()],
            ..Brand::default()
        }
    }

    #[test]
    fn an_answer_rests_on_passages_that_were_given() {
        let plain = Brand::default();
        assert_eq!(check(&answer("بله", &[1, 2]), 2, &plain), Ok(()));
        assert_eq!(
            check(&answer("بله", &[3]), 2, &plain),
            Err(Fault::UnknownCitation)
        );
        assert_eq!(
            check(&answer("بله", &[0]), 2, &plain),
            Err(Fault::UnknownCitation)
        );
        assert_eq!(
            check(&answer("بله", &[]), 2, &plain),
            Err(Fault::NoCitation)
        );
        let declined = StructuredReply {
            action: ReplyAction::Decline,
            ..answer("این کار ما نیست", &[])
        };
        assert_eq!(check(&declined, 2, &plain), Ok(()));
    }

    #[test]
    fn nothing_and_too_much_are_no_replies() {
        let plain = Brand::default();
        assert_eq!(check(&answer(" \n", &[1]), 1, &plain), Err(Fault::Empty));
        let endless = "آ".repeat(LONGEST_REPLY + 1);
        assert_eq!(
            check(&answer(&endless, &[1]), 1, &plain),
            Err(Fault::TooLong)
        );
    }

    #[test]
    fn a_banned_phrase_is_found_however_it_is_typed() {
        let reply = answer("این كالا ۱۰۰٪ تضميني است", &[1]);
        let found = check(&reply, 1, &brand("تضمینی"));
        assert_eq!(found, Err(Fault::BannedPhrase("تضمینی".to_owned())));
        assert_eq!(check(&reply, 1, &brand("  ")), Ok(()));
    }
}
