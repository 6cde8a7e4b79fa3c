//! What every message travels in.

use std::str::FromStr;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use prost::Message;
use uuid::Uuid;
use xin_domain::{ErrorKind, TenantId};

use crate::messages;
use crate::topology::RoutingKey;

/// A message that cannot be read. It will not become readable by waiting.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unreadable message: {0}")]
pub struct DecodeError(pub String);

impl DecodeError {
    /// The kind of every decoding error.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        ErrorKind::Invalid
    }
}

/// A message with a name of its own on the wire.
pub trait Payload: Message + Default {
    /// What it is.
    const ROUTING_KEY: RoutingKey;
}

macro_rules! payload {
    ($($name:ident),+) => {
        $(impl Payload for messages::$name {
            const ROUTING_KEY: RoutingKey = RoutingKey::$name;
        })+
    };
}

payload!(
    InboundReceived,
    GenerateReply,
    ReplyProposed,
    DeliverMessage,
    IngestDocument,
    ForgetDocument,
    CrawlWebsite,
    ReindexPassage,
    ForgetKnowledge,
    ReindexKnowledge,
    TryQuestion
);

/// A message with what the services need to route, order, retry and trace it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Unique per message; the same after every retry.
    pub message_id: Uuid,
    /// Whose it is.
    pub tenant_id: TenantId,
    /// What it is.
    pub routing_key: RoutingKey,
    /// Messages of one queue with the same key are handled one after the other by a process. One
    /// that must be tried again later does not hold up those behind it.
    pub ordering_key: String,
    /// When it was written.
    pub occurred_at: DateTime<Utc>,
    /// How often handling it has failed.
    pub attempt: u32,
    /// It waits until then, whatever room it is in.
    pub not_before: Option<DateTime<Utc>>,
    /// W3C trace context of the span that wrote it.
    pub trace_parent: Option<String>,
    /// The message itself, in protobuf.
    pub payload: Bytes,
}

impl Envelope {
    /// Wraps `payload`; `ordering_key` is usually the conversation or the document.
    #[must_use]
    pub fn wrap<P: Payload>(
        message_id: Uuid,
        tenant_id: TenantId,
        ordering_key: impl Into<String>,
        occurred_at: DateTime<Utc>,
        payload: &P,
    ) -> Self {
        Self {
            message_id,
            tenant_id,
            routing_key: P::ROUTING_KEY,
            ordering_key: ordering_key.into(),
            occurred_at,
            attempt: 0,
            not_before: None,
            trace_parent: None,
            payload: payload.encode_to_vec().into(),
        }
    }

    /// The same envelope, written within the span of `trace_parent`.
    #[must_use]
    pub fn traced(mut self, trace_parent: Option<String>) -> Self {
        self.trace_parent = trace_parent;
        self
    }

    /// Reads the payload.
    pub fn open<P: Payload>(&self) -> Result<P, DecodeError> {
        if self.routing_key != P::ROUTING_KEY {
            return Err(DecodeError(format!(
                "{} where {} was expected",
                self.routing_key.as_str(),
                P::ROUTING_KEY.as_str()
            )));
        }
        P::decode(self.payload.clone()).map_err(|error| DecodeError(error.to_string()))
    }

    /// The bytes on the wire.
    #[must_use]
    pub fn to_bytes(&self) -> Bytes {
        messages::Envelope {
            message_id: self.message_id.simple().to_string(),
            tenant_id: self.tenant_id.to_string(),
            routing_key: self.routing_key.as_str().to_owned(),
            ordering_key: self.ordering_key.clone(),
            occurred_at: self.occurred_at.timestamp_micros(),
            attempt: self.attempt,
            trace_parent: self.trace_parent.clone().unwrap_or_default(),
            payload: self.payload.clone(),
            not_before: self.not_before.map_or(0, |time| time.timestamp_micros()),
        }
        .encode_to_vec()
        .into()
    }

    /// Reads the bytes on the wire.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let wire =
            messages::Envelope::decode(bytes).map_err(|error| DecodeError(error.to_string()))?;
        let time = |micros| {
            DateTime::from_timestamp_micros(micros)
                .ok_or_else(|| DecodeError("time out of range".to_owned()))
        };
        Ok(Self {
            message_id: Uuid::try_parse(&wire.message_id)
                .map_err(|error| DecodeError(error.to_string()))?,
            tenant_id: parse(&wire.tenant_id)?,
            routing_key: RoutingKey::from_name(&wire.routing_key)
                .ok_or_else(|| DecodeError(format!("unknown routing key {}", wire.routing_key)))?,
            ordering_key: wire.ordering_key,
            occurred_at: time(wire.occurred_at)?,
            attempt: wire.attempt,
            not_before: (wire.not_before != 0)
                .then(|| time(wire.not_before))
                .transpose()?,
            trace_parent: Some(wire.trace_parent).filter(|context| !context.is_empty()),
            payload: wire.payload,
        })
    }
}

/// Reads an id (or anything else written as text) out of a message.
pub fn parse<T>(text: &str) -> Result<T, DecodeError>
where
    T: FromStr,
    T::Err: std::fmt::Display,
{
    text.parse()
        .map_err(|error| DecodeError(format!("{text:?}: {error}")))
}

/// Reads a time in milliseconds out of a message; 0 is no time.
pub fn parse_time(milliseconds: i64) -> Result<Option<DateTime<Utc>>, DecodeError> {
    if milliseconds == 0 {
        return Ok(None);
    }
    DateTime::from_timestamp_millis(milliseconds)
        .map(Some)
        .ok_or_else(|| DecodeError("time out of range".to_owned()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_envelope_reads_back_as_written() {
        let command = messages::DeliverMessage {
            conversation_id: "cnv_1".to_owned(),
            message_id: "msg_1".to_owned(),
        };
        let tenant = TenantId::from_uuid(Uuid::from_u128(5));
        let now = DateTime::from_timestamp_micros(1_234_567).unwrap();
        let mut written = Envelope::wrap(Uuid::from_u128(1), tenant, "cnv_1", now, &command)
            .traced(Some("00-1-2-01".to_owned()));
        assert_eq!(Envelope::from_bytes(&written.to_bytes()).unwrap(), written);
        written.not_before = Some(now);
        let read = Envelope::from_bytes(&written.to_bytes()).unwrap();
        assert_eq!(read, written);
        assert_eq!(read.open::<messages::DeliverMessage>().unwrap(), command);
        assert!(read.open::<messages::IngestDocument>().is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_an_envelope_or_a_clear_error(bytes: Vec<u8>) {
            let _either = Envelope::from_bytes(&bytes);
        }
    }
}
