//! A message, as the API shows it: to staff in full, to visitors without what is not theirs.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use xin_domain::{Author, Citation, DeliveryState, DocumentId, MessageId, ReplyAction, UserId};
use xin_storage::tenant::Message;

use crate::api::names::{AuthorName, DeliveryStateName, ReplyActionName};

/// A message.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Message)]
pub struct MessageView {
    #[schema(value_type = String)]
    id: MessageId,
    #[schema(value_type = AuthorName)]
    author: Author,
    text: String,
    /// What the AI's words rest on.
    citations: Vec<CitationView>,
    created_at: DateTime<Utc>,
    /// The id that the sender's own program gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    /// Which person wrote it; staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    author_user_id: Option<UserId>,
    /// What the AI decided to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ReplyActionName>)]
    action: Option<ReplyAction>,
    /// How far it has come; null for what customers say.
    #[schema(required)]
    delivery: Option<DeliveryView>,
    /// How the AI came to say it; staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    trace: Option<serde_json::Value>,
}

/// The passage an answer rests on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Citation)]
struct CitationView {
    #[schema(value_type = String)]
    document_id: DocumentId,
    title: String,
    quote: String,
}

/// How far a message has come.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Delivery)]
struct DeliveryView {
    #[schema(value_type = DeliveryStateName)]
    state: DeliveryState,
    /// Why it could not be delivered; staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl MessageView {
    /// The message in full.
    #[must_use]
    pub fn for_staff(message: Message) -> Self {
        let delivery_error = message.delivery_error;
        Self {
            id: message.id,
            author: message.author,
            text: message.text,
            citations: message
                .citations
                .into_iter()
                .map(CitationView::from)
                .collect(),
            created_at: message.created_at,
            client_id: message.client_id,
            author_user_id: message.author_user_id,
            action: message.action,
            delivery: message.delivery_state.map(|state| DeliveryView {
                state,
                error: delivery_error,
            }),
            trace: message.trace,
        }
    }

    /// The message as the customer may see it; nothing when it is about them and not for them.
    #[must_use]
    pub fn for_visitor(message: Message) -> Option<Self> {
        match message.author {
            Author::System => return None,
            Author::Customer | Author::Ai | Author::Agent => {}
        }
        // An agent's client id is between their console and us.
        let client_id = message
            .client_id
            .clone()
            .filter(|_| message.author == Author::Customer);
        let plain = Message {
            trace: None,
            author_user_id: None,
            delivery_error: None,
            ..message
        };
        Some(Self {
            client_id,
            ..Self::for_staff(plain)
        })
    }
}

impl From<Citation> for CitationView {
    fn from(citation: Citation) -> Self {
        Self {
            document_id: citation.document_id,
            title: citation.title,
            quote: citation.quote,
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;
    use xin_domain::{ChannelId, ConversationId};

    use super::*;

    fn message(author: Author) -> Message {
        let id = Uuid::from_u128(1);
        let place = (ConversationId::from_uuid(id), ChannelId::from_uuid(id), 1);
        Message {
            trace: Some(serde_json::json!({"model": "secret-model"})),
            author_user_id: Some(UserId::from_uuid(id)),
            client_id: Some("client-1".to_owned()),
            delivery_state: Some(DeliveryState::Failed),
            delivery_error: Some("blocked".to_owned()),
            ..Message::plain(
                MessageId::from_uuid(id),
                place,
                author,
                "words".to_owned(),
                DateTime::UNIX_EPOCH,
            )
        }
    }

    #[test]
    fn visitors_see_words_and_nothing_behind_them() {
        assert!(MessageView::for_visitor(message(Author::System)).is_none());
        for author in [Author::Customer, Author::Ai, Author::Agent] {
            let shown = serde_json::json!(MessageView::for_visitor(message(author)));
            for hidden in ["trace", "author_user_id"] {
                assert!(shown.get(hidden).is_none(), "{shown}");
            }
            assert!(shown["delivery"].get("error").is_none(), "{shown}");
            assert_eq!(shown["client_id"].is_string(), author == Author::Customer);
        }
    }

    #[test]
    fn staff_see_all_of_it() {
        let shown = serde_json::json!(MessageView::for_staff(message(Author::Ai)));
        assert_eq!(shown["trace"]["model"], "secret-model");
        assert_eq!(shown["delivery"]["error"], "blocked");
    }
}
