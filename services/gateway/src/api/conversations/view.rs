//! A conversation, as the API shows it.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use xin_domain::{
    Author, ChannelId, ChannelKind, ContactId, ConversationId, ConversationStatus, Owner, UserId,
};
use xin_storage::tenant::ConversationSummary;

use crate::api::names::{AuthorName, ChannelKindName, ConversationStatusName, OwnerKindName};

/// A conversation with what a list shows beside it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Conversation)]
pub struct ConversationView {
    #[schema(value_type = String)]
    id: ConversationId,
    channel: ConversationChannel,
    contact: ConversationContact,
    #[schema(value_type = ConversationStatusName)]
    status: &'static str,
    owner: OwnerView,
    /// A person was promised and none has come yet.
    needs_human: bool,
    /// Grows with every customer message.
    turn: i64,
    #[schema(required)]
    last_message: Option<LastMessage>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// Where it takes place.
#[derive(Debug, Serialize, ToSchema)]
struct ConversationChannel {
    #[schema(value_type = String)]
    id: ChannelId,
    #[schema(value_type = ChannelKindName)]
    kind: ChannelKind,
    name: String,
}

/// With whom.
#[derive(Debug, Serialize, ToSchema)]
struct ConversationContact {
    #[schema(value_type = String)]
    id: ContactId,
    /// The name they gave, if they gave one.
    #[schema(required)]
    display_name: Option<String>,
}

/// Who answers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Owner)]
struct OwnerView {
    #[schema(value_type = OwnerKindName)]
    kind: &'static str,
    /// Which person, when it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    user_id: Option<UserId>,
}

/// What was said last.
#[derive(Debug, Serialize, ToSchema)]
struct LastMessage {
    #[schema(value_type = AuthorName)]
    author: Author,
    text: String,
    created_at: DateTime<Utc>,
}

impl From<ConversationSummary> for ConversationView {
    fn from(summary: ConversationSummary) -> Self {
        let conversation = summary.conversation;
        let (kind, user_id) = match conversation.owner {
            Owner::Ai => ("ai", None),
            Owner::Nobody => ("nobody", None),
            Owner::Agent(user) => ("agent", Some(user)),
        };
        Self {
            id: conversation.id,
            channel: ConversationChannel {
                id: summary.channel.id,
                kind: summary.channel.kind,
                name: summary.channel.name,
            },
            contact: ConversationContact {
                id: summary.contact.id,
                display_name: summary.contact.display_name,
            },
            status: match conversation.status {
                ConversationStatus::Open => "open",
                ConversationStatus::Resolved => "resolved",
            },
            owner: OwnerView { kind, user_id },
            needs_human: conversation.owner == Owner::Nobody,
            turn: conversation.turn,
            last_message: summary.last_message.map(|message| LastMessage {
                author: message.author,
                text: message.text,
                created_at: message.created_at,
            }),
            created_at: conversation.created_at,
            updated_at: conversation.updated_at,
        }
    }
}
