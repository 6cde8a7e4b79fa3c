//! Reads what can be read of an update that `teloxide` does not know.

use chrono::{DateTime, Utc};
use serde_json::Value;
use xin_domain::{InboundContact, InboundEvent, InboundKind};

/// What a message can hold. An animation comes with a `document` and a venue with a `location`
/// beside it, so the longer story stands first.
const CONTENTS: [&str; 20] = [
    "animation",
    "venue",
    "photo",
    "video",
    "voice",
    "audio",
    "video_note",
    "sticker",
    "document",
    "contact",
    "location",
    "poll",
    "dice",
    "story",
    "game",
    "checklist",
    "paid_media",
    "gift",
    "invoice",
    "pinned_message",
];

/// The events of an update of unknown form.
pub(super) fn events(update_id: i64, update: &Value) -> Vec<InboundEvent> {
    if let Some(message) = update.get("message") {
        return written(update_id, message);
    }
    if let Some(message) = update.get("edited_message") {
        return edited(update_id, message);
    }
    let Some((name, content)) = update.as_object().and_then(|update| {
        update
            .iter()
            .find(|(name, content)| *name != "update_id" && content.is_object())
    }) else {
        return Vec::new();
    };
    // Not a customer's doing, or what they undid themselves: the words are read when they come.
    if name == "my_chat_member" {
        return Vec::new();
    }
    event(
        update_id,
        content,
        InboundKind::Unsupported {
            description: name.clone(),
        },
    )
    .into_iter()
    .collect()
}

fn written(update_id: i64, message: &Value) -> Vec<InboundEvent> {
    let kind = words(message).map_or_else(
        || InboundKind::Unsupported {
            description: content_name(message).to_owned(),
        },
        said,
    );
    event(update_id, message, kind).into_iter().collect()
}

fn edited(update_id: i64, message: &Value) -> Vec<InboundEvent> {
    let Some(text) = words(message) else {
        return Vec::new();
    };
    let ids = chat(message)
        .and_then(id)
        .zip(message.get("message_id").and_then(Value::as_i64));
    let Some((chat_id, own_id)) = ids else {
        return Vec::new();
    };
    let message_external_id = message_id(chat_id, own_id);
    let external_id = format!("{message_external_id}:edit:{update_id}");
    let kind = InboundKind::Edited {
        message_external_id,
        text: text.to_owned(),
    };
    let edited = event(update_id, message, kind);
    edited
        .map(|event| InboundEvent {
            external_id,
            ..event
        })
        .into_iter()
        .collect()
}

/// The event in a private chat; nothing when there is no such chat.
fn event(update_id: i64, content: &Value, kind: InboundKind) -> Option<InboundEvent> {
    let chat = chat(content)?;
    let chat_id = id(chat)?;
    let is_private = chat
        .get("type")
        .and_then(Value::as_str)
        .map_or(chat_id > 0, |kind| kind == "private");
    if !is_private {
        return None;
    }
    let own_id = content.get("message_id").and_then(Value::as_i64);
    let external_id = own_id.map_or_else(
        || format!("{chat_id}:update:{update_id}"),
        |own_id| message_id(chat_id, own_id),
    );
    let from = content
        .get("from")
        .or_else(|| content.get("user"))
        .unwrap_or(chat);
    let named = |field: &str| from.get(field).and_then(Value::as_str);
    let name: Vec<&str> = ["first_name", "last_name"]
        .into_iter()
        .filter_map(named)
        .map(str::trim)
        .collect();
    let name = name.join(" ").trim().to_owned();
    Some(InboundEvent {
        external_id,
        contact: InboundContact {
            external_id: chat_id.to_string(),
            display_name: (!name.is_empty()).then_some(name),
            language_code: named("language_code").map(str::to_owned),
        },
        sent_at: time(content.get("date")),
        kind,
    })
}

fn chat(content: &Value) -> Option<&Value> {
    content
        .get("chat")
        .or_else(|| content.pointer("/message/chat"))
}

fn id(chat: &Value) -> Option<i64> {
    chat.get("id")?.as_i64()
}

fn words(message: &Value) -> Option<&str> {
    let field = |name: &str| message.get(name).and_then(Value::as_str);
    field("text")
        .or_else(|| field("caption"))
        .filter(|words| !words.is_empty())
}

/// A message's name within the channel; its number alone is unique only within its chat.
pub(super) fn message_id(chat_id: i64, own_id: i64) -> String {
    format!("{chat_id}:{own_id}")
}

/// What a text means: the command that opens a chat, perhaps with a parameter, is not said to us.
pub(super) fn said(text: &str) -> InboundKind {
    let command = text.split_whitespace().next().unwrap_or_default();
    if command == "/start" || command.starts_with("/start@") {
        return InboundKind::Started;
    }
    InboundKind::Text {
        text: text.to_owned(),
    }
}

/// What a message holds instead of words.
pub(super) fn content_name(message: &Value) -> &'static str {
    let holds = |name: &&str| message.get(*name).is_some_and(|content| !content.is_null());
    CONTENTS.into_iter().find(holds).unwrap_or("message")
}

/// The moment of a Unix time.
pub(super) fn time(value: Option<&Value>) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(value?.as_i64()?, 0)
}
