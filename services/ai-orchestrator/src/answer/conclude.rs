//! What is proposed in the end: the reply in the tenant's voice, or a person.

use xin_domain::{Citation, GapReason, HandoffReason, ReplyAction};
use xin_llm::StructuredReply;

use super::{AnswerInput, Answerer, Handoff, Proposal, Retrieved, Trace};
use crate::check::Fault;
use crate::handoff::{self, Cause, Note};
use crate::texts;

/// Titles farther down are not what the customer means.
const MEANT: usize = 3;

impl Answerer {
    /// What a model that only quotes leaves to us: asking back, and giving up. Nothing when there
    /// is enough to answer from.
    pub(super) fn decide(
        &self,
        input: &AnswerInput,
        retrieved: &Retrieved,
        trace: &Trace,
    ) -> Option<Proposal> {
        let mut trace = trace.clone();
        match retrieved.decision() {
            ReplyAction::Answer => None,
            ReplyAction::Clarify => {
                trace.low_confidence = true;
                if is_once_too_often(input) {
                    let cause = Cause::plain(HandoffReason::LowConfidence);
                    return Some(self.hand_off(input, &cause, Some(retrieved), trace));
                }
                let text = ask_back(input, retrieved)?;
                Some(said(ReplyAction::Clarify, text, input, trace))
            }
            ReplyAction::HandOff | ReplyAction::Decline => {
                trace.low_confidence = true;
                let cause = Cause::plain(HandoffReason::Unknown);
                Some(self.hand_off(input, &cause, Some(retrieved), trace))
            }
        }
    }

    /// The proposal that follows from what the model wrote.
    pub(super) fn conclude(
        &self,
        input: &AnswerInput,
        retrieved: &Retrieved,
        worded: Result<StructuredReply, Fault>,
        mut trace: Trace,
    ) -> Proposal {
        let reply = match worded {
            Ok(reply) => reply,
            Err(fault) => {
                let cause = Cause {
                    reason: HandoffReason::FailedCheck,
                    detail: Some(fault.code().to_owned()),
                };
                return self.hand_off(input, &cause, Some(retrieved), trace);
            }
        };
        let sure = retrieved.confidence.value >= retrieved.thresholds.answer;
        trace.low_confidence = match reply.action {
            ReplyAction::Answer => false,
            ReplyAction::Clarify | ReplyAction::HandOff => true,
            ReplyAction::Decline => !sure,
        };
        let reason = match reply.action {
            ReplyAction::HandOff => Some(HandoffReason::Unknown),
            ReplyAction::Clarify if is_once_too_often(input) => Some(HandoffReason::LowConfidence),
            ReplyAction::Answer | ReplyAction::Clarify | ReplyAction::Decline => None,
        };
        if let Some(reason) = reason {
            return self.hand_off(input, &Cause::plain(reason), Some(retrieved), trace);
        }
        let citations = citations(&reply, retrieved);
        Proposal {
            citations,
            ..said(reply.action, reply.text, input, trace)
        }
    }

    /// The promise that a person will answer, with a note for them.
    pub(super) fn hand_off(
        &self,
        input: &AnswerInput,
        cause: &Cause,
        retrieved: Option<&Retrieved>,
        trace: Trace,
    ) -> Proposal {
        let rules = &input.settings.handoff;
        let text = handoff::message(cause, &input.language, &input.brand, rules, input.now);
        let note = Note {
            cause,
            locale: input.locale,
            question: &input.question,
            history: &input.history,
            titles: retrieved.map(Retrieved::titles).unwrap_or_default(),
        };
        // Without its note a handoff is still one.
        let summary = handoff::note(&self.prompts, &note).unwrap_or_default();
        Proposal {
            action: ReplyAction::HandOff,
            text,
            citations: Vec::new(),
            language: input.language.clone(),
            gap: gap(cause.reason, retrieved),
            handoff: Some(Handoff {
                reason: cause.reason,
                summary,
            }),
            trace: trace.finish(ReplyAction::HandOff, Some(cause.reason)),
        }
    }
}

/// A reply in the tenant's voice.
pub(super) fn said(
    action: ReplyAction,
    text: String,
    input: &AnswerInput,
    trace: Trace,
) -> Proposal {
    Proposal {
        action,
        text: dressed(action, text, input),
        citations: Vec::new(),
        language: input.language.clone(),
        trace: trace.finish(action, None),
        handoff: None,
        gap: None,
    }
}

/// The greeting before a first reply, and the sign-off after an answer.
fn dressed(action: ReplyAction, text: String, input: &AnswerInput) -> String {
    let text = text.trim();
    let greeting = input
        .greeting()
        .filter(|greeting| !text.starts_with(*greeting));
    let sign_off = Some(input.brand.sign_off.trim()).filter(|sign_off| {
        action == ReplyAction::Answer && !sign_off.is_empty() && !text.ends_with(*sign_off)
    });
    [greeting, Some(text), sign_off]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join("\n\n")
}

/// Whether one more reply that is no answer would be too many.
fn is_once_too_often(input: &AnswerInput) -> bool {
    let most = input.settings.handoff.low_confidence_turns;
    most > 0 && input.weak_turns.saturating_add(1) >= most
}

/// Asks which of the matters that were found is meant.
fn ask_back(input: &AnswerInput, retrieved: &Retrieved) -> Option<String> {
    let mut titles: Vec<&str> = Vec::new();
    for title in retrieved.titles().into_iter().take(MEANT) {
        let title = title.trim();
        if !title.is_empty() && !titles.contains(&title) {
            titles.push(title);
        }
    }
    let (language, register) = (input.language.as_str(), input.brand.register);
    match titles.as_slice() {
        [first, second, ..] => Some(texts::which(language, register, first, second)),
        [only] => Some(texts::otherwise(language, register, only)),
        [] => None,
    }
}

fn citations(reply: &StructuredReply, retrieved: &Retrieved) -> Vec<Citation> {
    reply
        .citations
        .iter()
        .filter_map(|citation| {
            let found = retrieved.passages.get(citation.passage.checked_sub(1)?)?;
            Some(Citation {
                document_id: found.passage.document_id,
                title: found.passage.title.clone(),
                quote: citation.quote.clone(),
            })
        })
        .collect()
}

/// Whether a handoff shows that knowledge is missing.
fn gap(reason: HandoffReason, retrieved: Option<&Retrieved>) -> Option<GapReason> {
    match reason {
        HandoffReason::Unknown => {
            let near = retrieved.is_some_and(|retrieved| {
                !retrieved.passages.is_empty()
                    && retrieved.confidence.value >= retrieved.thresholds.clarify
            });
            Some(if near {
                GapReason::LowConfidence
            } else {
                GapReason::Unknown
            })
        }
        HandoffReason::LowConfidence => Some(GapReason::LowConfidence),
        HandoffReason::FailedCheck => Some(GapReason::FailedCheck),
        HandoffReason::Keyword | HandoffReason::NegativeSentiment => Some(GapReason::HandOff),
        HandoffReason::AskedForHuman | HandoffReason::Failure | HandoffReason::Budget => None,
    }
}
