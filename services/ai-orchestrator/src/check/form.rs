//! Whether a reply is one at all, and cites what it was given.

use xin_domain::ReplyAction;
use xin_llm::StructuredReply;

use super::Fault;

/// A model that goes on and on is broken off here; no channel takes more in a few messages.
pub(crate) const LONGEST_REPLY: usize = 6000;

/// Refuses a reply without words, without end, or with citations of nothing.
pub(crate) fn check(reply: &StructuredReply, passages: usize) -> Result<(), Fault> {
    if reply.text.trim().is_empty() {
        return Err(Fault::Empty);
    }
    if reply.text.chars().count() > LONGEST_REPLY {
        return Err(Fault::TooLong);
    }
    let known = |number: usize| (1..=passages).contains(&number);
    if !reply
        .citations
        .iter()
        .all(|citation| known(citation.passage))
    {
        return Err(Fault::UnknownCitation);
    }
    if reply.action == ReplyAction::Answer && reply.citations.is_empty() {
        return Err(Fault::NoCitation);
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

    #[test]
    fn an_answer_rests_on_passages_that_were_given() {
        assert_eq!(check(&answer("بله", &[1, 2]), 2), Ok(()));
        assert_eq!(check(&answer("بله", &[3]), 2), Err(Fault::UnknownCitation));
        assert_eq!(check(&answer("بله", &[0]), 2), Err(Fault::UnknownCitation));
        assert_eq!(check(&answer("بله", &[]), 2), Err(Fault::NoCitation));
        let declined = StructuredReply {
            action: ReplyAction::Decline,
            ..answer("این کار ما نیست", &[])
        };
        assert_eq!(check(&declined, 2), Ok(()));
    }

    #[test]
    fn nothing_and_too_much_are_no_replies() {
        assert_eq!(check(&answer(" \n", &[1]), 1), Err(Fault::Empty));
        let endless = "آ".repeat(LONGEST_REPLY + 1);
        assert_eq!(check(&answer(&endless, &[1]), 1), Err(Fault::TooLong));
    }
}
