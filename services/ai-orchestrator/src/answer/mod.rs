//! From a question to the reply that is proposed: the one path of turns and of the playground.
//!
//! The stages are: what the customer's own words ask for (a person), retrieval, the decision
//! whether there is enough to answer from, the model, the checks, once again with what was wrong,
//! and the voice around the reply. Whatever fails, there is a proposal.

mod conclude;
mod retrieve;
mod small_talk;
mod trace;
mod word;

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::FutureExt;
use xin_broker::JobError;
use xin_domain::{
    AiSettings, Brand, ChannelKind, Citation, ErrorKind, GapReason, HandoffReason, Locale,
    ReplyAction, TenantId,
};
use xin_llm::{ChatModel, ChatTurn, ExtractiveModel, ReplyOutcome, Speaker};

use crate::Platform;
use crate::budget::{self, BudgetState};
use crate::handoff::{self, Cause};
use crate::prompt::{PromptError, Prompts};
use crate::stream::LiveReply;

pub(crate) use retrieve::Retrieved;
pub(crate) use trace::Trace;

/// Everything a reply depends on.
pub(crate) struct AnswerInput {
    pub(crate) tenant: TenantId,
    /// The business's name.
    pub(crate) business: String,
    /// The language of the tenant's people.
    pub(crate) locale: Locale,
    pub(crate) brand: Brand,
    pub(crate) settings: AiSettings,
    /// What was said since the context began, oldest first.
    pub(crate) history: Vec<ChatTurn>,
    pub(crate) question: String,
    pub(crate) channel_kind: ChannelKind,
    /// The ISO 639-1 code of the language to answer in.
    pub(crate) language: String,
    /// Replies in a row before this one that were no answer.
    pub(crate) weak_turns: u8,
    pub(crate) now: DateTime<Utc>,
    /// For all of it.
    pub(crate) time: Duration,
}

impl AnswerInput {
    /// What the customer wrote last before the question.
    fn previous(&self) -> Option<&str> {
        self.last_of(Speaker::Customer)
    }

    /// What was replied last.
    fn last_reply(&self) -> Option<&str> {
        self.last_of(Speaker::Assistant)
    }

    fn last_of(&self, speaker: Speaker) -> Option<&str> {
        let mut turns = self.history.iter().rev();
        turns
            .find(|turn| turn.speaker == speaker)
            .map(|turn| turn.text.as_str())
    }

    /// The greeting to put before the reply: on the first one, where the channel has not shown it.
    fn greeting(&self) -> Option<&str> {
        let greeting = self.brand.greeting.trim();
        let is_due = match self.channel_kind {
            // The widget shows the greeting itself.
            ChannelKind::Web => false,
            ChannelKind::Telegram => self.last_reply().is_none(),
        };
        (is_due && !greeting.is_empty()).then_some(greeting)
    }
}

/// A reply and how it came about.
#[derive(Debug)]
pub(crate) struct Proposal {
    pub(crate) action: ReplyAction,
    pub(crate) text: String,
    pub(crate) citations: Vec<Citation>,
    pub(crate) language: String,
    pub(crate) trace: serde_json::Value,
    /// When a person is asked for: why, and what to tell them.
    pub(crate) handoff: Option<Handoff>,
    /// Why the question counts as not answered, when it does.
    pub(crate) gap: Option<GapReason>,
}

/// Why a person is asked for, and what to tell them.
#[derive(Debug)]
pub(crate) struct Handoff {
    pub(crate) reason: HandoffReason,
    pub(crate) summary: String,
}

/// Answers questions.
pub(crate) struct Answerer {
    platform: Platform,
    prompts: Prompts,
}

impl Answerer {
    /// An answerer on these parts.
    pub(crate) fn new(platform: Platform) -> Result<Self, PromptError> {
        Ok(Self {
            prompts: Prompts::load()?,
            platform,
        })
    }

    /// A reply, in time and whatever fails, our own mistakes included.
    pub(crate) async fn answer(&self, input: &AnswerInput, live: Option<&LiveReply>) -> Proposal {
        let answer = AssertUnwindSafe(self.stages(input, live)).catch_unwind();
        let failure = match tokio::time::timeout(input.time, answer).await {
            Ok(Ok(Ok(proposal))) => return proposal,
            Ok(Ok(Err(error))) => error,
            Ok(Err(_panic)) => JobError::new(ErrorKind::Internal, "answering panicked"),
            Err(_elapsed) => JobError::new(ErrorKind::Timeout, "the turn's deadline passed"),
        };
        self.failed(input, &failure)
    }

    async fn stages(
        &self,
        input: &AnswerInput,
        live: Option<&LiveReply>,
    ) -> Result<Proposal, JobError> {
        let mut trace = Trace::begin();
        if let Some(cause) = handoff::wanted(&input.question, &input.settings.handoff) {
            return Ok(self.hand_off(input, &cause, None, trace));
        }
        if let Some(text) = small_talk::reply(input) {
            return Ok(conclude::said(ReplyAction::Clarify, text, input, trace));
        }
        let budget = budget::check(&self.platform.database, input.tenant, input.now).await?;
        if let BudgetState::Exhausted { which } = budget {
            let cause = Cause {
                reason: HandoffReason::Budget,
                detail: Some(which.to_owned()),
            };
            return Ok(self.hand_off(input, &cause, None, trace));
        }
        let model = self.platform.models.chat(input.tenant).await?;
        let retrieved = self.retrieve(input, &*model, &mut trace).await?;
        if !words_itself(&*model)
            && let Some(decided) = self.decide(input, &retrieved, &trace)
        {
            return Ok(decided);
        }
        let worded = self
            .word(input, &retrieved, &*model, live, &mut trace)
            .await?;
        Ok(self.conclude(input, &retrieved, worded, trace))
    }

    /// The passages for a question and the decision that would follow, without asking a model.
    pub(crate) async fn look_up(
        &self,
        input: &AnswerInput,
    ) -> Result<(Retrieved, &'static str), JobError> {
        let retrieved = self
            .retrieve(input, &ExtractiveModel, &mut Trace::begin())
            .await?;
        let decision = if handoff::wanted(&input.question, &input.settings.handoff).is_some() {
            ReplyAction::HandOff
        } else {
            retrieved.decision()
        };
        Ok((retrieved, decision.as_str()))
    }

    /// Counts what a model used. The reply is worth more than its entry in the books.
    async fn count(&self, input: &AnswerInput, outcome: &ReplyOutcome, messages: i64) {
        let (database, now) = (&self.platform.database, self.platform.clock.now());
        if let Err(error) = budget::record(database, input.tenant, outcome, messages, now).await {
            tracing::error!(error = %error, "what a model used is not counted");
        }
    }

    /// The promise that a person will answer, when nothing else can be said.
    pub(crate) fn failed(&self, input: &AnswerInput, failure: &JobError) -> Proposal {
        tracing::warn!(
            tenant_id = %input.tenant,
            error.kind = failure.kind.code(),
            error.message = %failure.message,
            "turn ends without the model"
        );
        let mut trace = Trace::begin();
        trace.error = Some(failure.kind.code());
        self.hand_off(input, &Cause::plain(HandoffReason::Failure), None, trace)
    }
}

/// Whether a model writes its own words, or only quotes.
fn words_itself(model: &dyn ChatModel) -> bool {
    model.name() != ExtractiveModel.name()
}
