//! Sends a message to the customer on its channel, part by part, after those before it: one that
//! waited in a retry room is not overtaken.
//!
//! `pending → sending → sent`. The state `sending` is committed before the platform is called, so
//! a process that finds it there knows that another died in between: the message is marked
//! uncertain and shown to staff, and never sent again unasked, since the customer may have it.

use async_trait::async_trait;
use xin_broker::{Handler, JobError};
use xin_channels::{Capabilities, ChannelSender, SendError};
use xin_contracts::Envelope;
use xin_contracts::envelope::parse;
use xin_contracts::messages::DeliverMessage as Command;
use xin_domain::{DeliveryState, ErrorKind, MessageId, TenantId};
use xin_storage::tenant::{Channel, Contact, LiveEventKind, Message};
use xin_text::split;

use crate::record_inbound::changed;
use crate::{Platform, outside};

/// Consumes [`Command`].
pub struct DeliverMessage {
    platform: Platform,
}

/// What was found to do.
enum Taken {
    /// Everything up to the message was delivered, or given up.
    Nothing,
    /// This message was settled without sending.
    Settled(MessageId),
    /// This one is to be sent.
    Send(Box<Delivery>),
}

/// A message taken up for sending.
struct Delivery {
    message: Message,
    channel: Channel,
    contact: Contact,
}

#[async_trait]
impl Handler for DeliverMessage {
    async fn handle(&self, envelope: &Envelope) -> Result<(), JobError> {
        let id: MessageId = parse(&envelope.open::<Command>()?.message_id)?;
        loop {
            let settled = match self.take_up(envelope.tenant_id, id).await? {
                Taken::Nothing => return Ok(()),
                Taken::Settled(message) => message,
                Taken::Send(delivery) => {
                    let message = delivery.message.id;
                    self.deliver(envelope.tenant_id, *delivery).await?;
                    message
                }
            };
            if settled == id {
                return Ok(());
            }
        }
    }
}

/// Why a message is not sent.
enum SendFailure {
    /// It is certainly not sent, and may be sent later.
    Later(JobError),
    /// It may or may not be sent.
    Uncertain(String),
    /// It will not be sent.
    Final(String),
    /// It will not be sent, and nothing else will be to this customer.
    Unreachable(String),
}

impl DeliverMessage {
    /// A deliverer on these parts.
    #[must_use]
    pub(crate) fn new(platform: Platform) -> Self {
        Self { platform }
    }

    /// Marks the first message that is not delivered, up to this one, as being sent.
    async fn take_up(&self, tenant: TenantId, id: MessageId) -> Result<Taken, JobError> {
        let now = self.platform.clock.now();
        let tx = self.platform.database.tenant(tenant).await?;
        let messages = tx.messages();
        let Some(asked) = messages.get(id).await? else {
            return Ok(Taken::Nothing);
        };
        // Locked: of two copies of this command at once, in two processes, one sends.
        let first = messages.lock_first_undelivered(asked.conversation_id, asked.position);
        let Some(mut message) = first.await? else {
            return Ok(Taken::Nothing);
        };
        if message.delivery_state == Some(DeliveryState::Sending) {
            if message.id != id {
                let reason = "the message before is being sent";
                return Err(JobError::new(ErrorKind::Unavailable, reason));
            }
            message.delivery_state = Some(DeliveryState::Uncertain);
            message.delivery_error =
                Some("sending was interrupted; the customer may have it".to_owned());
            messages.save_delivery(&message).await?;
            let news = LiveEventKind::MessageUpdated(id);
            tx.live_events()
                .add(news, Some(message.conversation_id), now)
                .await?;
            tx.commit().await?;
            metrics::counter!("deliveries_total", "outcome" => "uncertain").increment(1);
            return Ok(Taken::Settled(id));
        }
        let conversation = tx.conversations().get(message.conversation_id).await?;
        let channel = tx.channels().get(message.channel_id).await?;
        let contact = match &conversation {
            Some(conversation) => tx.contacts().get(conversation.contact_id).await?,
            None => None,
        };
        let (Some(channel), Some(contact)) = (channel, contact) else {
            message.delivery_state = Some(DeliveryState::Failed);
            message.delivery_error = Some("the channel was disconnected".to_owned());
            messages.save_delivery(&message).await?;
            tx.commit().await?;
            return Ok(Taken::Settled(message.id));
        };
        message.delivery_state = Some(DeliveryState::Sending);
        messages.save_delivery(&message).await?;
        tx.commit().await?;
        Ok(Taken::Send(Box::new(Delivery {
            message,
            channel,
            contact,
        })))
    }

    async fn deliver(&self, tenant: TenantId, mut delivery: Delivery) -> Result<(), JobError> {
        let outcome = match outside::sender(&self.platform, &delivery.channel) {
            Ok(sender) => self.send(tenant, &mut delivery, &*sender).await,
            Err(reason) => Ok(Err(SendFailure::Final(reason))),
        }?;
        self.put_down(tenant, delivery, outcome).await
    }

    /// Sends the parts that are not sent yet, and notes each.
    async fn send(
        &self,
        tenant: TenantId,
        delivery: &mut Delivery,
        sender: &dyn ChannelSender,
    ) -> Result<Result<(), SendFailure>, JobError> {
        let limits = Capabilities::of(delivery.channel.kind);
        let parts = split::message(&delivery.message.text, limits.text_limit, limits.unit);
        let sent = delivery.message.provider_ids.len();
        for part in parts.iter().skip(sent) {
            match sender.send_text(&delivery.contact.external_id, part).await {
                Ok(provider_id) => delivery.message.provider_ids.push(provider_id),
                Err(error) => return Ok(Err(failure(error))),
            }
            if delivery.message.provider_ids.len() < parts.len() {
                let tx = self.platform.database.tenant(tenant).await?;
                tx.messages().save_delivery(&delivery.message).await?;
                tx.commit().await?;
            }
        }
        Ok(Ok(()))
    }

    async fn put_down(
        &self,
        tenant: TenantId,
        delivery: Delivery,
        outcome: Result<(), SendFailure>,
    ) -> Result<(), JobError> {
        let Delivery {
            mut message,
            contact,
            ..
        } = delivery;
        let mut again = None;
        let mut unreachable = false;
        let (state, error) = match outcome {
            Ok(()) => (DeliveryState::Sent, None),
            Err(SendFailure::Later(error)) => {
                let reason = error.message.clone();
                again = Some(error);
                (DeliveryState::Pending, Some(reason))
            }
            Err(SendFailure::Uncertain(reason)) => (DeliveryState::Uncertain, Some(reason)),
            Err(SendFailure::Final(reason)) => (DeliveryState::Failed, Some(reason)),
            Err(SendFailure::Unreachable(reason)) => {
                unreachable = true;
                (DeliveryState::Failed, Some(reason))
            }
        };
        metrics::counter!("deliveries_total", "outcome" => state.as_str()).increment(1);
        message.delivery_state = Some(state);
        message.delivery_error = error;
        let now = self.platform.clock.now();
        let tx = self.platform.database.tenant(tenant).await?;
        tx.messages().save_delivery(&message).await?;
        if unreachable {
            tx.contacts().set_unreachable(contact.id, Some(now)).await?;
        }
        let news = LiveEventKind::MessageUpdated(message.id);
        tx.live_events()
            .add(news, Some(message.conversation_id), now)
            .await?;
        tx.commit().await?;
        self.platform
            .broker
            .signal(changed(tenant, message.conversation_id));
        again.map_or(Ok(()), Err)
    }
}

fn failure(error: SendError) -> SendFailure {
    let reason = error.to_string();
    match error {
        SendError::Retry { after, .. } => {
            SendFailure::Later(JobError::new(ErrorKind::RateLimited, reason).after(after))
        }
        SendError::NotSent { .. } => {
            SendFailure::Later(JobError::new(ErrorKind::Unavailable, reason))
        }
        SendError::Uncertain { .. } => SendFailure::Uncertain(reason),
        SendError::Permanent {
            unreachable: true, ..
        } => SendFailure::Unreachable(reason),
        SendError::Permanent { .. } => SendFailure::Final(reason),
    }
}
