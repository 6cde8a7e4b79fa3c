//! Answers one turn: waits out the burst, drops work that is no longer wanted, and proposes a
//! reply in time, whatever fails.

use std::time::{Duration, Instant};

use async_trait::async_trait;
use xin_broker::{Handler, JobError, trace};
use xin_contracts::Envelope;
use xin_contracts::messages::{ReplyProposed, reply_proposed};
use xin_domain::{ChannelKind, Citation, ErrorKind};

use crate::answer::{AnswerInput, Answerer, Proposal};
use crate::fairness::{Fairness, TooMany};
use crate::prompt::PromptError;
use crate::stream::LiveReply;
use crate::turn::Turn;
use crate::{Platform, load};

/// What a turn is given even when its deadline passed while nobody could work on it.
const LEAST_TIME: Duration = Duration::from_secs(8);

/// Consumes [`GenerateReply`](xin_contracts::messages::GenerateReply).
pub struct AnswerTurn {
    platform: Platform,
    answerer: Answerer,
    fairness: Fairness,
}

#[async_trait]
impl Handler for AnswerTurn {
    async fn handle(&self, envelope: &Envelope) -> Result<(), JobError> {
        let turn = Turn::read(envelope)?;
        if let Ok(wait) = (turn.not_before - self.platform.clock.now()).to_std() {
            tokio::time::sleep(wait).await;
        }
        let began = Instant::now();
        let waiting = self.fairness.place(turn.tenant);
        let place = tokio::time::timeout(self.time_left(&turn), waiting).await;
        // Read when it is about to be worked on: while it waited it may have been superseded.
        let (now, time) = (self.platform.clock.now(), self.time_left(&turn));
        let Some(input) = load::input(&self.platform.database, &turn, now, time).await? else {
            metrics::counter!("turns_total", "outcome" => "superseded").increment(1);
            return Ok(());
        };
        let proposal = match &place {
            Ok(Ok(_held)) => {
                let live = self.live(&turn);
                self.answerer.answer(&input, Some(&live)).await
            }
            Ok(Err(TooMany)) | Err(_) => {
                let reason = "too many turns of this tenant are at work";
                let failure = JobError::new(ErrorKind::RateLimited, reason);
                self.answerer.failed(&input, &failure)
            }
        };
        drop(place);
        metrics::counter!("turns_total", "outcome" => proposal.action.as_str()).increment(1);
        metrics::histogram!("turn_seconds").record(began.elapsed().as_secs_f64());
        self.publish(&turn, &input, proposal).await
    }
}

impl AnswerTurn {
    /// A worker on these parts.
    pub fn new(platform: Platform) -> Result<Self, PromptError> {
        Ok(Self {
            answerer: Answerer::new(platform.clone())?,
            fairness: Fairness::new(platform.concurrency, platform.tenant_concurrency),
            platform,
        })
    }

    /// What is left of the turn's time. After an outage its deadline is behind us, and a real
    /// answer still beats an apology.
    fn time_left(&self, turn: &Turn) -> Duration {
        let left = (turn.deadline - self.platform.clock.now()).to_std();
        left.unwrap_or_default().max(LEAST_TIME)
    }

    /// Shows the reply while it is written, where the channel can.
    fn live(&self, turn: &Turn) -> LiveReply {
        let live = LiveReply::new(
            self.platform.broker.clone(),
            turn.tenant,
            turn.conversation,
            turn.fence.turn,
        );
        if turn.channel_kind == ChannelKind::Web {
            live.typing();
        }
        live
    }

    async fn publish(
        &self,
        turn: &Turn,
        input: &AnswerInput,
        proposal: Proposal,
    ) -> Result<(), JobError> {
        let (handoff_reason, summary) = proposal.handoff.map_or_else(Default::default, |handoff| {
            (handoff.reason.as_str().to_owned(), handoff.summary)
        });
        let event = ReplyProposed {
            conversation_id: turn.conversation.to_string(),
            owner_epoch: turn.fence.owner_epoch,
            turn: turn.fence.turn,
            action: proposal.action.as_str().to_owned(),
            text: proposal.text,
            citations: proposal.citations.into_iter().map(citation).collect(),
            language: proposal.language,
            trace: proposal.trace.to_string(),
            channel_kind: turn.channel_kind.as_str().to_owned(),
            handoff_reason,
            summary,
            gap: proposal.gap.map(|reason| reply_proposed::Gap {
                question: input.question.clone(),
                language: xin_text::language::detect(&input.question)
                    .code()
                    .to_owned(),
                reason: reason.as_str().to_owned(),
            }),
        };
        let now = self.platform.clock.now();
        let id = self.platform.ids.next(now);
        let key = turn.conversation.to_string();
        let envelope = Envelope::wrap(id, turn.tenant, key, now, &event).traced(trace::current());
        Ok(self.platform.broker.publish(&[envelope]).await?)
    }
}

fn citation(citation: Citation) -> reply_proposed::Citation {
    reply_proposed::Citation {
        document_id: citation.document_id.to_string(),
        title: citation.title,
        quote: citation.quote,
    }
}
