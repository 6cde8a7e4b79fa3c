//! Records what a customer did, and asks the AI for a reply where one is due.

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use xin_broker::{Handler, JobError, trace};
use xin_contracts::inbound::Inbound;
use xin_contracts::messages::{
    DeliverMessage, GenerateReply, InboundReceived, LiveSignal, live_signal,
};
use xin_contracts::{Envelope, Payload};
use xin_domain::{
    Author, ContactId, Conversation, ConversationId, DeliveryState, Fence, InboundKind, MessageId,
    TenantId,
};
use xin_storage::TenantTx;
use xin_storage::tenant::{Contact, LiveEventKind, Message};

use crate::Platform;
use crate::typing::Typing;

/// Consumes [`InboundReceived`].
pub struct RecordInbound {
    platform: Platform,
    typing: Typing,
}

/// What recording changed.
enum Recorded {
    /// Everything was known already.
    Nothing,
    /// There is news in the conversation; with a fence, the AI was asked for a reply.
    News(Conversation, Option<Fence>),
}

#[async_trait]
impl Handler for RecordInbound {
    async fn handle(&self, envelope: &Envelope) -> Result<(), JobError> {
        let inbound = Inbound::try_from(envelope.open::<InboundReceived>()?)?;
        let tx = self.platform.database.tenant(envelope.tenant_id).await?;
        let recorded = self.record(&tx, &inbound).await?;
        let Recorded::News(conversation, fence) = recorded else {
            return Ok(());
        };
        tx.commit().await?;
        self.platform
            .broker
            .signal(changed(envelope.tenant_id, conversation.id));
        if fence.is_some() && inbound.channel_kind.is_delivered_outside() {
            self.typing
                .begin(&conversation, &inbound.event.contact.external_id);
        }
        Ok(())
    }
}

impl RecordInbound {
    /// A recorder on these parts.
    #[must_use]
    pub(crate) fn new(platform: Platform, typing: Typing) -> Self {
        Self { platform, typing }
    }

    async fn record(&self, tx: &TenantTx, inbound: &Inbound) -> Result<Recorded, JobError> {
        let now = self.platform.clock.now();
        match &inbound.event.kind {
            InboundKind::Text { text } => self.record_words(tx, inbound, text.clone(), now).await,
            InboundKind::Unsupported { description } => {
                self.record_words(tx, inbound, format!("[{description}]"), now)
                    .await
            }
            InboundKind::Started => self.greet(tx, inbound, now).await,
            InboundKind::Edited {
                message_external_id,
                text,
            } => edit(tx, inbound, message_external_id, text, now).await,
            InboundKind::Unreachable => {
                let contact = tx
                    .contacts()
                    .find(inbound.channel_id, &inbound.event.contact.external_id)
                    .await?;
                let Some(contact) = contact else {
                    return Ok(Recorded::Nothing);
                };
                tx.contacts().set_unreachable(contact.id, Some(now)).await?;
                let thread = tx
                    .conversations()
                    .lock_thread(inbound.channel_id, contact.id)
                    .await?;
                Ok(thread.map_or(Recorded::Nothing, |thread| Recorded::News(thread, None)))
            }
        }
    }

    async fn record_words(
        &self,
        tx: &TenantTx,
        inbound: &Inbound,
        text: String,
        now: DateTime<Utc>,
    ) -> Result<Recorded, JobError> {
        let (mut conversation, _) = self.thread(tx, inbound, now).await?;
        let position = conversation.next_position(now);
        let place = (conversation.id, inbound.channel_id, position);
        let id = MessageId::new(&*self.platform.ids, now);
        let message = Message {
            external_id: Some(inbound.event.external_id.clone()),
            client_id: inbound.client_id.clone(),
            sent_at: inbound.event.sent_at,
            ..Message::plain(id, place, Author::Customer, text, now)
        };
        if !tx.messages().add_once(&message).await? {
            return Ok(Recorded::Nothing);
        }
        let fence = conversation.receive(now);
        tx.conversations().save(&conversation).await?;
        tx.live_events()
            .add(
                LiveEventKind::MessageCreated(id),
                Some(conversation.id),
                now,
            )
            .await?;
        if let Some(fence) = fence {
            let command = GenerateReply {
                conversation_id: conversation.id.to_string(),
                owner_epoch: fence.owner_epoch,
                turn: fence.turn,
                not_before: later(now, self.platform.burst_window),
                deadline: later(
                    now,
                    self.platform.burst_window + self.platform.turn_deadline,
                ),
                channel_kind: inbound.channel_kind.as_str().to_owned(),
            };
            tx.outbox()
                .add(&self.wrap(tx.tenant_id(), conversation.id, &command, now))
                .await?;
        }
        Ok(Recorded::News(conversation, fence))
    }

    /// Welcomes a customer who opened the chat before they wrote anything.
    async fn greet(
        &self,
        tx: &TenantTx,
        inbound: &Inbound,
        now: DateTime<Utc>,
    ) -> Result<Recorded, JobError> {
        let (mut conversation, contact) = self.thread(tx, inbound, now).await?;
        if contact.unreachable_at.is_some() {
            tx.contacts().set_unreachable(contact.id, None).await?;
        }
        let greeting = match tx.brand().get().await?.greeting {
            greeting if !greeting.trim().is_empty() => greeting,
            _ => default_greeting(tx).await?.to_owned(),
        };
        let position = conversation.next_position(now);
        let place = (conversation.id, inbound.channel_id, position);
        let id = MessageId::new(&*self.platform.ids, now);
        let outside = inbound.channel_kind.is_delivered_outside();
        let message = Message {
            // The greeting belongs to the opening, so a repeat of it greets nobody twice.
            external_id: Some(format!("greeting:{}", inbound.event.external_id)),
            delivery_state: Some(if outside {
                DeliveryState::Pending
            } else {
                DeliveryState::Sent
            }),
            ..Message::plain(id, place, Author::Ai, greeting, now)
        };
        if !tx.messages().add_once(&message).await? {
            return Ok(Recorded::Nothing);
        }
        tx.conversations().save(&conversation).await?;
        tx.live_events()
            .add(
                LiveEventKind::MessageCreated(id),
                Some(conversation.id),
                now,
            )
            .await?;
        if outside {
            let command = DeliverMessage {
                conversation_id: conversation.id.to_string(),
                message_id: id.to_string(),
            };
            tx.outbox()
                .add(&self.wrap(tx.tenant_id(), conversation.id, &command, now))
                .await?;
        }
        Ok(Recorded::News(conversation, None))
    }

    /// The contact's thread on the channel, held, and the contact; both made when they are new.
    async fn thread(
        &self,
        tx: &TenantTx,
        inbound: &Inbound,
        now: DateTime<Utc>,
    ) -> Result<(Conversation, Contact), JobError> {
        let wanted = &inbound.event.contact;
        let (contact_id, conversation_id) = inbound.chosen.unwrap_or_else(|| {
            let ids = &*self.platform.ids;
            (ContactId::new(ids, now), ConversationId::new(ids, now))
        });
        let contacts = tx.contacts();
        let find = || contacts.find(inbound.channel_id, &wanted.external_id);
        let contact = match find().await? {
            Some(contact) => contact,
            None => {
                let new = Contact {
                    id: contact_id,
                    channel_id: inbound.channel_id,
                    external_id: wanted.external_id.clone(),
                    display_name: wanted.display_name.clone(),
                    language: wanted.language_code.clone(),
                    unreachable_at: None,
                    created_at: now,
                };
                if contacts.add_if_new(&new).await? {
                    new
                } else {
                    find().await?.ok_or_else(|| vanished("contact"))?
                }
            }
        };
        let threads = tx.conversations();
        let lock = || threads.lock_thread(inbound.channel_id, contact.id);
        let conversation = match lock().await? {
            Some(conversation) => conversation,
            None => {
                let channel = inbound.channel_id;
                let new =
                    Conversation::begin(conversation_id, tx.tenant_id(), channel, contact.id, now);
                // Nobody else sees a row of ours before we commit, so it is held like a locked one.
                if threads.add_if_new(&new).await? {
                    new
                } else {
                    lock().await?.ok_or_else(|| vanished("conversation"))?
                }
            }
        };
        Ok((conversation, contact))
    }

    fn wrap<P: Payload>(
        &self,
        tenant: TenantId,
        conversation: ConversationId,
        payload: &P,
        now: DateTime<Utc>,
    ) -> Envelope {
        let id = self.platform.ids.next(now);
        Envelope::wrap(id, tenant, conversation.to_string(), now, payload).traced(trace::current())
    }
}

/// A row that was there a statement ago: another transaction is in the way, so once more.
fn vanished(what: &str) -> JobError {
    JobError::new(
        xin_domain::ErrorKind::Unavailable,
        format!("the {what} was not there"),
    )
}

async fn default_greeting(tx: &TenantTx) -> Result<&'static str, JobError> {
    let tenant = tx.profile().get().await?;
    Ok(tenant
        .map(|tenant| tenant.locale)
        .unwrap_or_default()
        .greeting())
}

async fn edit(
    tx: &TenantTx,
    inbound: &Inbound,
    message_external_id: &str,
    text: &str,
    now: DateTime<Utc>,
) -> Result<Recorded, JobError> {
    let message = tx
        .messages()
        .find(inbound.channel_id, message_external_id)
        .await?;
    let Some(message) = message.filter(|message| message.text != text) else {
        return Ok(Recorded::Nothing);
    };
    let Some(conversation) = tx.conversations().lock(message.conversation_id).await? else {
        return Ok(Recorded::Nothing);
    };
    tx.messages().save_text(message.id, text).await?;
    tx.live_events()
        .add(
            LiveEventKind::MessageUpdated(message.id),
            Some(conversation.id),
            now,
        )
        .await?;
    Ok(Recorded::News(conversation, None))
}

fn later(now: DateTime<Utc>, by: std::time::Duration) -> i64 {
    let by = TimeDelta::from_std(by).unwrap_or_default();
    (now + by).timestamp_millis()
}

/// Tells screens to look at a conversation.
pub(crate) fn changed(tenant: TenantId, conversation: ConversationId) -> LiveSignal {
    LiveSignal {
        tenant_id: tenant.to_string(),
        conversation_id: conversation.to_string(),
        kind: Some(live_signal::Kind::Changed(live_signal::Changed {})),
    }
}
