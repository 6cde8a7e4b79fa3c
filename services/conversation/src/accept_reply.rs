//! Accepts a reply that the AI proposes, if its turn is still the current one and the AI may still
//! speak; otherwise it is dropped, however long it took to make.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use xin_broker::{Handler, JobError, trace};
use xin_contracts::envelope::parse;
use xin_contracts::messages::{DeliverMessage, ReplyProposed, reply_proposed};
use xin_contracts::{DecodeError, Envelope};
use xin_domain::{
    Author, ChannelKind, Citation, Conversation, ConversationId, DeliveryState, Fence, MessageId,
    Refusal, ReplyAction,
};
use xin_storage::tenant::{LiveEventKind, Message};

use crate::Platform;
use crate::gaps::{self, NewGap};
use crate::record_inbound::changed;
use crate::typing::Typing;

/// Consumes [`ReplyProposed`].
pub struct AcceptReply {
    platform: Platform,
    typing: Typing,
}

/// A proposal, read and understood.
struct Proposal {
    conversation_id: ConversationId,
    fence: Fence,
    action: ReplyAction,
    text: String,
    citations: Vec<Citation>,
    trace: Option<serde_json::Value>,
    channel_kind: ChannelKind,
    /// What a person who takes over should know; empty: nothing.
    summary: String,
    gap: Option<NewGap>,
}

#[async_trait]
impl Handler for AcceptReply {
    async fn handle(&self, envelope: &Envelope) -> Result<(), JobError> {
        let proposal = Proposal::try_from(envelope.open::<ReplyProposed>()?)?;
        let conversation_id = proposal.conversation_id;
        match self.accept(envelope, proposal).await? {
            Ok(()) => {
                self.typing.end(conversation_id);
                self.platform
                    .broker
                    .signal(changed(envelope.tenant_id, conversation_id));
                metrics::counter!("replies_total", "outcome" => "accepted").increment(1);
            }
            Err(refusal) => {
                let outcome = match refusal {
                    Refusal::TurnPassed => "turn_passed",
                    Refusal::OwnerChanged => "owner_changed",
                    Refusal::AlreadyAnswered => "already_answered",
                };
                metrics::counter!("replies_total", "outcome" => outcome).increment(1);
                tracing::info!(conversation_id = %conversation_id, outcome, "reply not accepted");
            }
        }
        Ok(())
    }
}

impl AcceptReply {
    /// An acceptor on these parts.
    #[must_use]
    pub(crate) fn new(platform: Platform, typing: Typing) -> Self {
        Self { platform, typing }
    }

    async fn accept(
        &self,
        envelope: &Envelope,
        proposal: Proposal,
    ) -> Result<Result<(), Refusal>, JobError> {
        let now = self.platform.clock.now();
        let tx = self.platform.database.tenant(envelope.tenant_id).await?;
        let Some(mut conversation) = tx.conversations().lock(proposal.conversation_id).await?
        else {
            return Err(JobError::new(
                xin_domain::ErrorKind::NotFound,
                "the conversation is gone",
            ));
        };
        let hands_off = proposal.action == ReplyAction::HandOff;
        let owner_before = conversation.owner;
        let note = self.note(&mut conversation, &proposal, now);
        if let Err(refusal) = conversation.accept_reply(proposal.fence, hands_off, now) {
            return Ok(Err(refusal));
        }
        let position = conversation.next_position(now);
        let id = MessageId::new(&*self.platform.ids, now);
        let outside = proposal.channel_kind.is_delivered_outside();
        let place = (conversation.id, conversation.channel_id, position);
        let message = Message {
            citations: proposal.citations,
            trace: proposal.trace,
            action: Some(proposal.action),
            reply_turn: Some(proposal.fence.turn),
            delivery_state: Some(if outside {
                DeliveryState::Pending
            } else {
                DeliveryState::Sent
            }),
            ..Message::plain(id, place, Author::Ai, proposal.text, now)
        };
        if !tx.messages().add_once(&message).await? {
            return Ok(Err(Refusal::AlreadyAnswered));
        }
        if let Some(gap) = proposal.gap {
            let of = (conversation.id, proposal.fence.turn, id);
            gaps::keep(&tx, &*self.platform.ids, of, gap, now).await?;
        }
        tx.conversations().save(&conversation).await?;
        let events = tx.live_events();
        if let Some(note) = note {
            tx.messages().add_once(&note).await?;
            let created = LiveEventKind::MessageCreated(note.id);
            events.add(created, Some(conversation.id), now).await?;
        }
        let created = LiveEventKind::MessageCreated(id);
        events.add(created, Some(conversation.id), now).await?;
        if conversation.owner != owner_before {
            events
                .add(
                    LiveEventKind::ConversationUpdated,
                    Some(conversation.id),
                    now,
                )
                .await?;
        }
        if outside {
            let command = DeliverMessage {
                conversation_id: conversation.id.to_string(),
                message_id: id.to_string(),
            };
            let delivery = Envelope::wrap(
                self.platform.ids.next(now),
                envelope.tenant_id,
                conversation.id.to_string(),
                now,
                &command,
            );
            tx.outbox().add(&delivery.traced(trace::current())).await?;
        }
        tx.commit().await?;
        Ok(Ok(()))
    }
}

impl AcceptReply {
    /// What staff are told on a handoff. It stands before the reply, so that the conversation's
    /// last message is what the customer reads.
    fn note(
        &self,
        conversation: &mut Conversation,
        proposal: &Proposal,
        now: DateTime<Utc>,
    ) -> Option<Message> {
        if proposal.action != ReplyAction::HandOff || proposal.summary.is_empty() {
            return None;
        }
        let position = conversation.next_position(now);
        let place = (conversation.id, conversation.channel_id, position);
        let id = MessageId::new(&*self.platform.ids, now);
        let summary = proposal.summary.clone();
        Some(Message::plain(id, place, Author::System, summary, now))
    }
}

impl TryFrom<ReplyProposed> for Proposal {
    type Error = DecodeError;

    fn try_from(message: ReplyProposed) -> Result<Self, DecodeError> {
        Ok(Self {
            conversation_id: parse(&message.conversation_id)?,
            fence: Fence {
                owner_epoch: message.owner_epoch,
                turn: message.turn,
            },
            action: ReplyAction::from_name(&message.action)
                .ok_or_else(|| DecodeError(format!("action {}", message.action)))?,
            text: message.text,
            citations: message
                .citations
                .into_iter()
                .map(citation)
                .collect::<Result<_, _>>()?,
            trace: serde_json::from_str(&message.trace).ok(),
            summary: message.summary,
            gap: message.gap.map(NewGap::try_from).transpose()?,
            channel_kind: ChannelKind::from_name(&message.channel_kind)
                .ok_or_else(|| DecodeError(format!("channel kind {}", message.channel_kind)))?,
        })
    }
}

fn citation(wire: reply_proposed::Citation) -> Result<Citation, DecodeError> {
    Ok(Citation {
        document_id: parse(&wire.document_id)?,
        title: wire.title,
        quote: wire.quote,
    })
}
