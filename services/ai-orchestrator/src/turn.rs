//! What a turn's command says, and what of the conversation is its question.

use chrono::{DateTime, Utc};
use xin_contracts::envelope::{parse, parse_time};
use xin_contracts::messages::GenerateReply;
use xin_contracts::{DecodeError, Envelope};
use xin_domain::{Author, ChannelKind, ConversationId, Fence, TenantId};
use xin_llm::{ChatTurn, Speaker};
use xin_storage::tenant::Message;

/// The command, read and understood.
pub(crate) struct Turn {
    pub(crate) tenant: TenantId,
    pub(crate) conversation: ConversationId,
    pub(crate) fence: Fence,
    pub(crate) channel_kind: ChannelKind,
    pub(crate) not_before: DateTime<Utc>,
    pub(crate) deadline: DateTime<Utc>,
}

impl Turn {
    /// Reads a command.
    ///
    /// # Errors
    /// When a field is missing or not of its kind.
    pub(crate) fn read(envelope: &Envelope) -> Result<Self, DecodeError> {
        let command = envelope.open::<GenerateReply>()?;
        let time = |milliseconds| {
            parse_time(milliseconds)?.ok_or_else(|| DecodeError("a time is missing".to_owned()))
        };
        Ok(Self {
            tenant: envelope.tenant_id,
            conversation: parse(&command.conversation_id)?,
            fence: Fence {
                owner_epoch: command.owner_epoch,
                turn: command.turn,
            },
            channel_kind: ChannelKind::from_name(&command.channel_kind)
                .ok_or_else(|| DecodeError(format!("channel kind {}", command.channel_kind)))?,
            not_before: time(command.not_before)?,
            deadline: time(command.deadline)?,
        })
    }
}

/// The question is all that the customer wrote since anybody answered; the rest is history.
pub(crate) fn split_question(messages: &[Message]) -> (Vec<ChatTurn>, String) {
    let answered = messages
        .iter()
        .rposition(|message| message.author != Author::Customer)
        .map_or(0, |at| at + 1);
    let (history, question) = messages.split_at(answered);
    let history = history
        .iter()
        .filter(|message| message.author != Author::System)
        .map(|message| ChatTurn {
            speaker: if message.author == Author::Customer {
                Speaker::Customer
            } else {
                Speaker::Assistant
            },
            text: message.text.clone(),
        })
        .collect();
    let question = question
        .iter()
        .map(|message| message.text.as_str())
        .collect::<Vec<_>>()
        .join("\n");
    (history, question)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;
    use xin_domain::{ChannelId, MessageId};

    use super::*;

    fn message(position: i64, author: Author, text: &str) -> Message {
        let place = (
            ConversationId::from_uuid(Uuid::from_u128(1)),
            ChannelId::from_uuid(Uuid::from_u128(2)),
            position,
        );
        let id = MessageId::from_uuid(Uuid::from_u128(3));
        Message::plain(id, place, author, text.to_owned(), DateTime::UNIX_EPOCH)
    }

    #[test]
    fn a_burst_is_one_question() {
        let messages = [
            message(1, Author::Customer, "سلام"),
            message(2, Author::Ai, "سلام! بفرمایید."),
            message(3, Author::Customer, "ارسال دارید؟"),
            message(4, Author::Customer, "به شیراز"),
        ];
        let (history, question) = split_question(&messages);
        assert_eq!(question, "ارسال دارید؟\nبه شیراز");
        assert_eq!(history.len(), 2);
    }
}
