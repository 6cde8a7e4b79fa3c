//! Publishing, with confirms.

use futures::future;
use lapin::options::{BasicPublishOptions, ConfirmSelectOptions};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{BasicProperties, Channel, Confirmation};
use xin_contracts::Envelope;
use xin_contracts::topology::{DEAD_EXCHANGE, EVENTS_EXCHANGE};

use super::{PATIENCE, RabbitBroker};
use crate::error::BrokerError;

/// The header that tells an operator why a message is dead.
pub const ERROR_HEADER: &str = "xin-error";

impl RabbitBroker {
    /// Publishes to the events exchange; returns when the broker has confirmed every message.
    pub async fn publish(&self, envelopes: &[Envelope]) -> Result<(), BrokerError> {
        let messages = envelopes
            .iter()
            .map(|envelope| Outgoing {
                exchange: EVENTS_EXCHANGE,
                key: envelope.routing_key.as_str(),
                envelope,
                error: None,
            })
            .collect::<Vec<_>>();
        self.send(&messages).await
    }

    /// Puts a message into a waiting room; it comes back to `queue` when its time is over.
    pub async fn publish_to_room(
        &self,
        room: &'static str,
        queue: &'static str,
        envelope: &Envelope,
    ) -> Result<(), BrokerError> {
        self.send(&[Outgoing {
            exchange: room,
            key: queue,
            envelope,
            error: None,
        }])
        .await
    }

    /// Puts a message aside for an operator.
    pub async fn publish_dead(&self, envelope: &Envelope, error: &str) -> Result<(), BrokerError> {
        let key = envelope.routing_key.as_str();
        self.send(&[Outgoing {
            exchange: DEAD_EXCHANGE,
            key,
            envelope,
            error: Some(error),
        }])
        .await
    }

    async fn send(&self, messages: &[Outgoing<'_>]) -> Result<(), BrokerError> {
        let channel = self.publisher().await?;
        let sending = tokio::time::timeout(PATIENCE, send_all(&channel, messages));
        let outcome = match sending.await {
            Ok(outcome) => outcome,
            Err(_elapsed) => Err(BrokerError::Unavailable("no confirm in time".to_owned())),
        };
        if outcome.is_err() {
            // Whatever state it is in, the next one begins with a channel of its own.
            let mut current = self.publisher.lock().await;
            if current
                .as_ref()
                .is_some_and(|found| found.id() == channel.id())
            {
                *current = None;
            }
        }
        outcome
    }

    async fn publisher(&self) -> Result<Channel, BrokerError> {
        let mut current = self.publisher.lock().await;
        if let Some(channel) = current.as_ref().filter(|found| found.status().connected()) {
            return Ok(channel.clone());
        }
        let channel = self.channel().await?;
        channel
            .confirm_select(ConfirmSelectOptions::default())
            .await?;
        *current = Some(channel.clone());
        Ok(channel)
    }
}

struct Outgoing<'a> {
    exchange: &'static str,
    key: &'static str,
    envelope: &'a Envelope,
    error: Option<&'a str>,
}

/// Sends all, then waits for all confirms: one round trip for the whole batch.
async fn send_all(channel: &Channel, messages: &[Outgoing<'_>]) -> Result<(), BrokerError> {
    // Mandatory: a message without a queue comes back instead of vanishing.
    let options = BasicPublishOptions {
        mandatory: true,
        ..Default::default()
    };
    let mut confirms = Vec::with_capacity(messages.len());
    for message in messages {
        let mut properties = BasicProperties::default()
            .with_delivery_mode(2)
            .with_content_type("application/x-protobuf".into())
            .with_message_id(message.envelope.message_id.simple().to_string().into());
        if let Some(error) = message.error {
            let mut headers = FieldTable::default();
            headers.insert(ERROR_HEADER.into(), AMQPValue::LongString(error.into()));
            properties = properties.with_headers(headers);
        }
        let body = message.envelope.to_bytes();
        confirms.push(
            channel
                .basic_publish(
                    message.exchange.into(),
                    message.key.into(),
                    options,
                    &body,
                    properties,
                )
                .await?,
        );
    }
    for confirm in future::join_all(confirms).await {
        match confirm? {
            Confirmation::Ack(None) => {}
            Confirmation::Ack(Some(returned)) | Confirmation::Nack(Some(returned)) => {
                return Err(BrokerError::Unroutable(returned.reply_text.to_string()));
            }
            Confirmation::Nack(None) | Confirmation::NotRequested => {
                return Err(BrokerError::Unavailable(
                    "the message was refused".to_owned(),
                ));
            }
        }
    }
    Ok(())
}
