//! Between what a channel decoded and the message that tells of it.

use xin_domain::{
    ChannelId, ChannelKind, ContactId, ConversationId, InboundContact, InboundEvent, InboundKind,
};

use crate::envelope::{DecodeError, parse, parse_time};
use crate::messages::{InboundReceived, inbound_received as wire};

/// Everything `conversation` needs to record what a customer did.
#[derive(Clone, Debug, PartialEq)]
pub struct Inbound {
    /// Where it happened.
    pub channel_id: ChannelId,
    /// What kind of channel that is.
    pub channel_kind: ChannelKind,
    /// What happened.
    pub event: InboundEvent,
    /// The ids our own side chose before anything was said (web channel).
    pub chosen: Option<(ContactId, ConversationId)>,
    /// The id that the sender's own program gave the message (web channel).
    pub client_id: Option<String>,
}

fn non_empty(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

impl From<Inbound> for InboundReceived {
    fn from(inbound: Inbound) -> Self {
        let event = inbound.event;
        let (contact_id, conversation_id) = inbound.chosen.map_or_else(Default::default, |ids| {
            (ids.0.to_string(), ids.1.to_string())
        });
        Self {
            channel_id: inbound.channel_id.to_string(),
            channel_kind: inbound.channel_kind.as_str().to_owned(),
            external_id: event.external_id,
            contact: Some(wire::Contact {
                external_id: event.contact.external_id,
                display_name: event.contact.display_name.unwrap_or_default(),
                language_code: event.contact.language_code.unwrap_or_default(),
                contact_id,
                conversation_id,
            }),
            sent_at: event.sent_at.map_or(0, |time| time.timestamp_millis()),
            kind: Some(match event.kind {
                InboundKind::Text { text } => wire::Kind::Text(wire::Text { text }),
                InboundKind::Started => wire::Kind::Started(wire::Started {}),
                InboundKind::Unsupported { description } => {
                    wire::Kind::Unsupported(wire::Unsupported { description })
                }
                InboundKind::Edited {
                    message_external_id,
                    text,
                } => wire::Kind::Edited(wire::Edited {
                    message_external_id,
                    text,
                }),
                InboundKind::Unreachable => wire::Kind::Unreachable(wire::Unreachable {}),
            }),
            client_id: inbound.client_id.unwrap_or_default(),
        }
    }
}

impl TryFrom<InboundReceived> for Inbound {
    type Error = DecodeError;

    fn try_from(message: InboundReceived) -> Result<Self, DecodeError> {
        let contact = message
            .contact
            .ok_or_else(|| DecodeError("no contact".to_owned()))?;
        let chosen = match (
            non_empty(contact.contact_id),
            non_empty(contact.conversation_id),
        ) {
            (Some(contact), Some(conversation)) => Some((parse(&contact)?, parse(&conversation)?)),
            _ => None,
        };
        let kind = match message
            .kind
            .ok_or_else(|| DecodeError("no kind".to_owned()))?
        {
            wire::Kind::Text(text) => InboundKind::Text { text: text.text },
            wire::Kind::Started(_) => InboundKind::Started,
            wire::Kind::Unsupported(unsupported) => InboundKind::Unsupported {
                description: unsupported.description,
            },
            wire::Kind::Edited(edited) => InboundKind::Edited {
                message_external_id: edited.message_external_id,
                text: edited.text,
            },
            wire::Kind::Unreachable(_) => InboundKind::Unreachable,
        };
        Ok(Self {
            channel_id: parse(&message.channel_id)?,
            channel_kind: ChannelKind::from_name(&message.channel_kind)
                .ok_or_else(|| DecodeError(format!("channel kind {}", message.channel_kind)))?,
            event: InboundEvent {
                external_id: message.external_id,
                contact: InboundContact {
                    external_id: contact.external_id,
                    display_name: non_empty(contact.display_name),
                    language_code: non_empty(contact.language_code),
                },
                sent_at: parse_time(message.sent_at)?,
                kind,
            },
            chosen,
            client_id: non_empty(message.client_id),
        })
    }
}
