//! Telegram updates as inbound events.
//!
//! `teloxide` reads an update it knows completely, and gives up on one it does not. What it gives
//! up on is read again by [`super::unknown`]: a customer's words are not lost because
//! Telegram invented something beside them.

use serde_json::Value;
use teloxide_core::types::{
    CallbackQuery, ChatId, ChatMemberUpdated, InlineKeyboardButtonKind, MaybeInaccessibleMessage,
    Message, Update, UpdateKind, User,
};
use xin_domain::{InboundContact, InboundEvent, InboundKind};

use super::unknown;

/// An update and what a customer did in it.
#[derive(Clone, Debug, PartialEq)]
pub struct DecodedUpdate {
    /// Telegram's number for it. Polling goes on at the next.
    pub update_id: i64,
    /// What the customer did; nothing when it is no customer's doing.
    pub events: Vec<InboundEvent>,
    /// To be answered with
    /// [`answer_callback_query`](super::TelegramClient::answer_callback_query).
    pub callback_query_id: Option<String>,
}

/// Why bytes are no update.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// They are not JSON.
    #[error("the update is no JSON: {0}")]
    NotJson(#[from] serde_json::Error),
    /// They are some other JSON.
    #[error("the update has no number")]
    NoUpdateId,
}

/// Reads the body of a webhook call.
pub fn decode(body: &[u8]) -> Result<DecodedUpdate, DecodeError> {
    decode_value(&serde_json::from_slice(body)?)
}

/// Reads an update that was polled.
pub fn decode_value(update: &Value) -> Result<DecodedUpdate, DecodeError> {
    let update_id = update
        .get("update_id")
        .and_then(Value::as_i64)
        .ok_or(DecodeError::NoUpdateId)?;
    let known = <Update as serde::Deserialize>::deserialize(update).ok();
    let events = known
        .and_then(|known| events(known.kind, update_id, update))
        .unwrap_or_else(|| unknown::events(update_id, update));
    let callback_query_id = update
        .pointer("/callback_query/id")
        .and_then(Value::as_str)
        .map(str::to_owned);
    Ok(DecodedUpdate {
        update_id,
        events,
        callback_query_id,
    })
}

/// The events of a kind of update that is known here, or nothing.
fn events(kind: UpdateKind, update_id: i64, update: &Value) -> Option<Vec<InboundEvent>> {
    match kind {
        UpdateKind::Message(message) => Some(written(&message, update.get("message")?)),
        UpdateKind::EditedMessage(message) => {
            Some(edited(&message, update_id, update.get("edited_message")?))
        }
        UpdateKind::CallbackQuery(query) => Some(pressed(&query)),
        UpdateKind::MyChatMember(member) => Some(membership(&member, update_id)),
        // Kinds that we ask Telegram not to send; if one comes, staff see that it did.
        UpdateKind::ChannelPost(_)
        | UpdateKind::EditedChannelPost(_)
        | UpdateKind::BusinessConnection(_)
        | UpdateKind::BusinessMessage(_)
        | UpdateKind::EditedBusinessMessage(_)
        | UpdateKind::DeletedBusinessMessages(_)
        | UpdateKind::MessageReaction(_)
        | UpdateKind::MessageReactionCount(_)
        | UpdateKind::InlineQuery(_)
        | UpdateKind::ChosenInlineResult(_)
        | UpdateKind::ShippingQuery(_)
        | UpdateKind::PreCheckoutQuery(_)
        | UpdateKind::PurchasedPaidMedia(_)
        | UpdateKind::Poll(_)
        | UpdateKind::PollAnswer(_)
        | UpdateKind::ChatMember(_)
        | UpdateKind::ChatJoinRequest(_)
        | UpdateKind::ChatBoost(_)
        | UpdateKind::RemovedChatBoost(_)
        | UpdateKind::Error(_) => None,
    }
}

/// What a message says. A picture with words under it is two things: the picture, and the words.
fn written(message: &Message, raw: &Value) -> Vec<InboundEvent> {
    if !message.chat.is_private() {
        return Vec::new();
    }
    let id = unknown::message_id(message.chat.id.0, i64::from(message.id.0));
    let event = |external_id: String, kind: InboundKind| InboundEvent {
        external_id,
        contact: contact(message.chat.id, message.from.as_ref()),
        sent_at: Some(message.date),
        kind,
    };
    let media = || InboundKind::Unsupported {
        description: unknown::content_name(raw).to_owned(),
    };
    match (message.text(), message.caption()) {
        (Some(text), _) => vec![event(id, unknown::said(text))],
        (None, Some(caption)) => vec![
            event(format!("{id}:media"), media()),
            event(
                id,
                InboundKind::Text {
                    text: caption.to_owned(),
                },
            ),
        ],
        (None, None) => vec![event(id, media())],
    }
}

/// What a change of a message says. One that leaves no words changes what we never showed, such
/// as a live location on the move.
fn edited(message: &Message, update_id: i64, raw: &Value) -> Vec<InboundEvent> {
    let Some(text) = message.text().or_else(|| message.caption()) else {
        return Vec::new();
    };
    if !message.chat.is_private() {
        return Vec::new();
    }
    let message_external_id = unknown::message_id(message.chat.id.0, i64::from(message.id.0));
    vec![InboundEvent {
        // A message may be edited many times within a second; each edit is its own update.
        external_id: format!("{message_external_id}:edit:{update_id}"),
        contact: contact(message.chat.id, message.from.as_ref()),
        sent_at: unknown::time(raw.get("edit_date")).or(Some(message.date)),
        kind: InboundKind::Edited {
            message_external_id,
            text: text.to_owned(),
        },
    }]
}

/// What a press of a button says: the button's words, which are what the customer saw.
fn pressed(query: &CallbackQuery) -> Vec<InboundEvent> {
    let chat = query.message.as_ref().map(MaybeInaccessibleMessage::chat);
    if chat.is_some_and(|chat| !chat.is_private()) {
        return Vec::new();
    }
    // The chat with a person has the person's id.
    let chat_id = chat
        .map(|chat| chat.id)
        .or_else(|| i64::try_from(query.from.id.0).ok().map(ChatId));
    let Some(chat_id) = chat_id else {
        return Vec::new();
    };
    let title = query
        .data
        .as_deref()
        .and_then(|data| button_title(query, data));
    let Some(text) = title.or_else(|| query.data.clone()) else {
        return Vec::new();
    };
    vec![InboundEvent {
        external_id: format!("{chat_id}:callback:{}", query.id),
        contact: contact(chat_id, Some(&query.from)),
        sent_at: None,
        kind: InboundKind::Text { text },
    }]
}

fn button_title(query: &CallbackQuery, data: &str) -> Option<String> {
    let keyboard = query.message.as_ref()?.regular_message()?.reply_markup()?;
    keyboard
        .inline_keyboard
        .iter()
        .flatten()
        .find(|button| {
            matches!(&button.kind, InlineKeyboardButtonKind::CallbackData(own) if own == data)
        })
        .map(|button| button.text.clone())
}

/// What a change of the bot's own membership says. Being let in again says nothing: the customer
/// writes next.
fn membership(member: &ChatMemberUpdated, update_id: i64) -> Vec<InboundEvent> {
    if !member.chat.is_private() || !member.new_chat_member.is_banned() {
        return Vec::new();
    }
    vec![InboundEvent {
        external_id: format!("{}:member:{update_id}", member.chat.id),
        contact: contact(member.chat.id, Some(&member.from)),
        sent_at: Some(member.date),
        kind: InboundKind::Unreachable,
    }]
}

fn contact(chat_id: ChatId, user: Option<&User>) -> InboundContact {
    InboundContact {
        external_id: chat_id.to_string(),
        display_name: user
            .map(User::full_name)
            .filter(|name| !name.trim().is_empty()),
        language_code: user.and_then(|user| user.language_code.clone()),
    }
}
