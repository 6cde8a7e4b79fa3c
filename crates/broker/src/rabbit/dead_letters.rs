//! The dead letters, for an operator to list and replay.
//!
//! The queue cannot be searched, so letters are taken out one by one and all but the wanted one
//! are put back.

use chrono::{DateTime, Utc};
use lapin::Channel;
use lapin::message::BasicGetMessage;
use lapin::options::{BasicAckOptions, BasicGetOptions, BasicNackOptions};
use lapin::types::AMQPValue;
use uuid::Uuid;
use xin_contracts::Envelope;
use xin_contracts::topology::DEAD_QUEUE;
use xin_storage::system::DeadLetter;

use super::RabbitBroker;
use super::publish::ERROR_HEADER;
use crate::error::BrokerError;

/// How deep a replay searches.
const SEARCHED: u16 = 10_000;

impl RabbitBroker {
    pub async fn dead_letters(&self, limit: u16) -> Result<Vec<DeadLetter>, BrokerError> {
        let channel = self.channel().await?;
        let mut taken = Vec::new();
        let mut letters = Vec::new();
        while letters.len() < usize::from(limit) {
            let Some(message) = take(&channel).await? else {
                break;
            };
            if let Ok(envelope) = Envelope::from_bytes(&message.data) {
                letters.push(DeadLetter {
                    error: error_of(&message),
                    failed_at: failed_at(&message).unwrap_or(envelope.occurred_at),
                    envelope,
                });
            }
            taken.push(message);
        }
        put_back(taken).await?;
        Ok(letters)
    }

    pub async fn replay(&self, message_id: Uuid) -> Result<bool, BrokerError> {
        let channel = self.channel().await?;
        let mut others = Vec::new();
        let mut replayed = false;
        for _ in 0..SEARCHED {
            let Some(message) = take(&channel).await? else {
                break;
            };
            match Envelope::from_bytes(&message.data) {
                Ok(envelope) if envelope.message_id == message_id => {
                    self.publish(&[Envelope {
                        attempt: 0,
                        not_before: None,
                        ..envelope
                    }])
                    .await?;
                    message.ack(BasicAckOptions::default()).await?;
                    replayed = true;
                    break;
                }
                _ => others.push(message),
            }
        }
        put_back(others).await?;
        Ok(replayed)
    }
}

async fn take(channel: &Channel) -> Result<Option<BasicGetMessage>, BrokerError> {
    Ok(channel
        .basic_get(DEAD_QUEUE.into(), BasicGetOptions::default())
        .await?)
}

async fn put_back(messages: Vec<BasicGetMessage>) -> Result<(), BrokerError> {
    for message in messages {
        message
            .nack(BasicNackOptions {
                requeue: true,
                ..Default::default()
            })
            .await?;
    }
    Ok(())
}

fn header<'a>(message: &'a BasicGetMessage, name: &str) -> Option<&'a AMQPValue> {
    message.properties.headers().as_ref()?.inner().get(name)
}

fn error_of(message: &BasicGetMessage) -> String {
    match header(message, ERROR_HEADER) {
        Some(AMQPValue::LongString(error)) => error.to_string(),
        _ => "its consumer died with it too often".to_owned(),
    }
}

fn failed_at(message: &BasicGetMessage) -> Option<DateTime<Utc>> {
    let seconds = (*message.properties.timestamp())?;
    DateTime::from_timestamp(i64::try_from(seconds).ok()?, 0)
}
