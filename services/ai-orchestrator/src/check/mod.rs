//! What a reply must pass before it is proposed. One check, one file.

mod facts;
mod form;
mod language;
mod leak;
mod numbers;
mod phrases;
mod support;

use serde::Serialize;
use xin_domain::{AiSettings, Brand, ReplyAction};
use xin_llm::StructuredReply;

pub(crate) use leak::{Secrets, without_secrets};
pub(crate) use support::Sources;

/// Why a reply is not fit to be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
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
    /// It is in a language the tenant does not answer in.
    Language(&'static str),
    /// It says something that what it cites does not.
    Unsupported(String),
    /// It shows the prompt, a key or an internal id.
    Leak(&'static str),
}

impl Fault {
    /// The name in traces.
    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong => "too_long",
            Self::UnknownCitation => "unknown_citation",
            Self::NoCitation => "no_citation",
            Self::BannedPhrase(_) => "banned_phrase",
            Self::Language(_) => "language",
            Self::Unsupported(_) => "unsupported",
            Self::Leak(_) => "leak",
        }
    }

    /// What exactly is wrong, for traces; never what must not be shown.
    pub(crate) fn detail(&self) -> Option<&str> {
        match self {
            Self::Empty | Self::TooLong | Self::UnknownCitation | Self::NoCitation => None,
            Self::BannedPhrase(what) | Self::Unsupported(what) => Some(what),
            Self::Language(what) | Self::Leak(what) => Some(what),
        }
    }

    /// What the model should do differently.
    pub(crate) fn advice(&self) -> String {
        match self {
            Self::Empty => "The reply had no text.".to_owned(),
            Self::TooLong => "The reply was far too long.".to_owned(),
            Self::UnknownCitation => "It cited a passage number that does not exist.".to_owned(),
            Self::NoCitation => {
                "It cited no passage. Cite the passages it rests on, or hand off.".to_owned()
            }
            Self::BannedPhrase(phrase) => format!("It used the forbidden phrase \"{phrase}\"."),
            Self::Language(code) => {
                format!("It was in the language \"{code}\", which is not allowed here.")
            }
            Self::Unsupported(what) => format!(
                "The cited passages do not say \"{what}\". State only what they say, with the \
                 same numbers and units, or hand off."
            ),
            Self::Leak(_) => "It showed text that is internal. Answer the customer's question \
                              from the passages only."
                .to_owned(),
        }
    }
}

/// What a reply is checked against.
pub(crate) struct Standard<'a> {
    pub(crate) brand: &'a Brand,
    pub(crate) settings: &'a AiSettings,
    /// What may not be shown.
    pub(crate) secrets: &'a Secrets,
    /// The passages with their titles, in order.
    pub(crate) passages: &'a [String],
    /// What else is known to be true: the question, names, the tenant's own words.
    pub(crate) known: &'a [&'a str],
    /// Whether the reply is a quotation: then it needs no comparison with what it quotes.
    pub(crate) verbatim: bool,
}

/// The checks a reply passed, and the one it did not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Report {
    /// Their names.
    pub(crate) passed: Vec<&'static str>,
    /// The name of the first that failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) failed: Option<&'static str>,
    /// The fault that it found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fault: Option<&'static str>,
    /// What exactly is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) detail: Option<String>,
}

type Check<'a> = &'a dyn Fn() -> Result<(), Fault>;

/// Checks a reply; the first fault ends it.
pub(crate) fn check(
    reply: &StructuredReply,
    standard: &Standard<'_>,
) -> (Report, Result<(), Fault>) {
    let sources = || standard.sources_of(reply);
    let checks: [(&'static str, Check<'_>); 6] = [
        ("form", &|| form::check(reply, standard.passages.len())),
        ("leak", &|| leak::check(&reply.text, standard.secrets)),
        ("phrases", &|| phrases::check(&reply.text, standard.brand)),
        ("language", &|| {
            language::check(&reply.text, standard.settings)
        }),
        ("facts", &|| {
            if standard.verbatim {
                return Ok(());
            }
            support::check_facts(&reply.text, &sources())
        }),
        ("coverage", &|| match reply.action {
            ReplyAction::Answer if !standard.verbatim => {
                support::check_coverage(&reply.text, &sources())
            }
            ReplyAction::Answer
            | ReplyAction::Clarify
            | ReplyAction::Decline
            | ReplyAction::HandOff => Ok(()),
        }),
    ];
    let mut report = Report::default();
    for (name, check) in checks {
        if let Err(fault) = check() {
            report.failed = Some(name);
            report.fault = Some(fault.code());
            report.detail = fault.detail().map(str::to_owned);
            return (report, Err(fault));
        }
        report.passed.push(name);
    }
    (report, Ok(()))
}

impl Standard<'_> {
    /// What a reply may rest on: an answer on the passages it cites, anything else on all of them.
    fn sources_of(&self, reply: &StructuredReply) -> Sources {
        let cited = |number: usize| {
            reply.action != ReplyAction::Answer
                || reply
                    .citations
                    .iter()
                    .any(|citation| citation.passage == number)
        };
        let passages = (1..)
            .zip(self.passages)
            .filter(|(number, _)| cited(*number))
            .map(|(_, passage)| passage.as_str());
        Sources::of(passages.chain(self.known.iter().copied()))
    }
}

/// Whether the beginning of a reply may be shown while the rest is still being written.
pub(crate) fn may_be_shown(text: &str, secrets: &Secrets, brand: &Brand, all: &Sources) -> bool {
    leak::check(text, secrets).is_ok()
        && phrases::check(text, brand).is_ok()
        && support::check_facts(text, all).is_ok()
}

#[cfg(test)]
mod tests {
    use xin_llm::Citation;

    use super::*;

    fn verdict(text: &str, cited: &[usize]) -> Result<(), Fault> {
        let reply = StructuredReply {
            action: ReplyAction::Answer,
            text: text.to_owned(),
            citations: cited
                .iter()
                .map(|passage| Citation {
                    passage: *passage,
                    quote: String::new(),
                })
                .collect(),
            language: "fa".to_owned(),
            confidence: None,
        };
        let (report, verdict) = check(
            &reply,
            &Standard {
                brand: &Brand::default(),
                settings: &AiSettings::default(),
                secrets: &Secrets::default(),
                passages: &[
                    "ارسال ۵۰ هزار تومان است.".to_owned(),
                    "گارانتی ۱۸ ماه است.".to_owned(),
                ],
                known: &["سفارش ۷۷ کی می‌رسد؟"],
                verbatim: false,
            },
        );
        assert_eq!(report.failed.is_some(), verdict.is_err());
        verdict
    }

    #[test]
    fn an_answer_rests_on_what_it_cites_and_on_the_question() {
        assert_eq!(verdict("ارسال ۵۰۰۰۰ تومان است.", &[1]), Ok(()));
        assert_eq!(verdict("سفارش ۷۷ با ۱۸ ماه گارانتی", &[2]), Ok(()));
        let elsewhere = verdict("گارانتی ۱۸ ماه است.", &[1]);
        assert_eq!(elsewhere, Err(Fault::Unsupported("18".to_owned())));
    }
}
