//! What is said in the tenant's conversations.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use xin_domain::{
    Author, ChannelId, Citation, ConversationId, DeliveryState, MessageId, ReplyAction, UserId,
};

use super::TenantTx;
use crate::entities::conversations::message;
use crate::error::StorageError;
use crate::pages::{Page, PageRequest};
use crate::printable;

/// One message.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// Where it was said.
    pub conversation_id: ConversationId,
    /// On which channel.
    pub channel_id: ChannelId,
    /// Its place in the conversation, from 1, without gaps.
    pub position: i64,
    /// Who said it.
    pub author: Author,
    /// Which person, when an agent said it.
    pub author_user_id: Option<UserId>,
    /// The words.
    pub text: String,
    /// What the words rest on, when the AI said them.
    pub citations: Vec<Citation>,
    /// How the AI came to say it.
    pub trace: Option<serde_json::Value>,
    /// What the AI decided to do.
    pub action: Option<ReplyAction>,
    /// The id that makes a repeat recognisable, unique within the channel.
    pub external_id: Option<String>,
    /// The id that the sender's own program gave it.
    pub client_id: Option<String>,
    /// The turn it answers, when the AI said it.
    pub reply_turn: Option<i64>,
    /// How far it has come; nothing for what customers say.
    pub delivery_state: Option<DeliveryState>,
    /// Why it could not be delivered.
    pub delivery_error: Option<String>,
    /// The ids that the channel gave its parts, in order.
    pub provider_ids: Vec<String>,
    /// When the customer's program says it was said.
    pub sent_at: Option<DateTime<Utc>>,
    /// When we recorded it.
    pub created_at: DateTime<Utc>,
}

impl Message {
    /// A message with nothing but its place, author and words.
    #[must_use]
    pub fn plain(
        id: MessageId,
        place: (ConversationId, ChannelId, i64),
        author: Author,
        text: String,
        now: DateTime<Utc>,
    ) -> Self {
        let (conversation_id, channel_id, position) = place;
        Self {
            id,
            conversation_id,
            channel_id,
            position,
            author,
            author_user_id: None,
            text,
            citations: Vec::new(),
            trace: None,
            action: None,
            external_id: None,
            client_id: None,
            reply_turn: None,
            delivery_state: None,
            delivery_error: None,
            provider_ids: Vec::new(),
            sent_at: None,
            created_at: now,
        }
    }
}

/// Reads and writes messages.
pub struct Messages<'a>(pub(super) &'a TenantTx);

impl Messages<'_> {
    /// Adds a message, unless its external id or its reply turn is there already: true when it is
    /// new.
    pub async fn add_once(&self, message: &Message) -> Result<bool, StorageError> {
        let mut row = active(message);
        row.tenant_id = Set(self.0.id());
        let added = message::Entity::insert(row)
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(&self.0.transaction)
            .await?;
        Ok(added == 1)
    }

    /// The message of that id.
    pub async fn get(&self, id: MessageId) -> Result<Option<Message>, StorageError> {
        self.one(message::Column::Id.eq(id.uuid())).await
    }

    /// The first message of a conversation, up to a position, that has not been delivered. No
    /// other transaction changes it until this one ends.
    pub async fn lock_first_undelivered(
        &self,
        conversation: ConversationId,
        position: i64,
    ) -> Result<Option<Message>, StorageError> {
        let undelivered =
            [DeliveryState::Pending, DeliveryState::Sending].map(DeliveryState::as_str);
        let row = self
            .0
            .rows::<message::Entity>()
            .filter(message::Column::ConversationId.eq(conversation.uuid()))
            .filter(message::Column::Position.lte(position))
            .filter(message::Column::DeliveryState.is_in(undelivered))
            .order_by_asc(message::Column::Position)
            .limit(1)
            .lock_exclusive()
            .one(&self.0.transaction)
            .await?;
        row.map(message_from).transpose()
    }

    /// The message that a channel knows by this id.
    pub async fn find(
        &self,
        channel: ChannelId,
        external_id: &str,
    ) -> Result<Option<Message>, StorageError> {
        self.one(
            message::Column::ChannelId
                .eq(channel.uuid())
                .and(message::Column::ExternalId.eq(external_id)),
        )
        .await
    }

    /// Messages of a conversation after a position, oldest first. The cursor of the next page is
    /// the id of the last message.
    pub async fn list(
        &self,
        conversation: ConversationId,
        page: PageRequest<i64>,
    ) -> Result<Page<Message>, StorageError> {
        let rows = self
            .0
            .rows::<message::Entity>()
            .filter(message::Column::ConversationId.eq(conversation.uuid()))
            .filter(message::Column::Position.gt(page.after.unwrap_or(0)))
            .order_by_asc(message::Column::Position)
            .limit(page.limit + 1)
            .all(&self.0.transaction)
            .await?;
        let messages = rows
            .into_iter()
            .map(message_from)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Page::of(messages, page.limit, |message| {
            message.id.to_string()
        }))
    }

    /// The newest messages after a position, oldest first, at most `limit`.
    pub async fn newest(
        &self,
        conversation: ConversationId,
        after: i64,
        limit: u64,
    ) -> Result<Vec<Message>, StorageError> {
        let mut rows = self
            .0
            .rows::<message::Entity>()
            .filter(message::Column::ConversationId.eq(conversation.uuid()))
            .filter(message::Column::Position.gt(after))
            .order_by_desc(message::Column::Position)
            .limit(limit)
            .all(&self.0.transaction)
            .await?;
        rows.reverse();
        rows.into_iter().map(message_from).collect()
    }

    /// Notes how far a message has come.
    pub async fn save_delivery(&self, message: &Message) -> Result<(), StorageError> {
        let change = message::ActiveModel {
            delivery_state: Set(message
                .delivery_state
                .map(|state| state.as_str().to_owned())),
            delivery_error: Set(message.delivery_error.clone()),
            provider_ids: Set(Some(serde_json::json!(message.provider_ids))),
            ..Default::default()
        };
        self.change_one(message.id, change).await
    }

    /// The last messages before a position, in the order they were said.
    pub async fn before(
        &self,
        conversation: ConversationId,
        position: i64,
        limit: u64,
    ) -> Result<Vec<Message>, StorageError> {
        let mut rows = self
            .0
            .rows::<message::Entity>()
            .filter(message::Column::ConversationId.eq(conversation.uuid()))
            .filter(message::Column::Position.lt(position))
            .order_by_desc(message::Column::Position)
            .limit(limit)
            .all(&self.0.transaction)
            .await?;
        rows.reverse();
        rows.into_iter().map(message_from).collect()
    }

    /// Changes the words of a message that its author edited.
    pub async fn save_text(&self, id: MessageId, text: &str) -> Result<(), StorageError> {
        let change = message::ActiveModel {
            body: Set(printable::text(text)),
            ..Default::default()
        };
        self.change_one(id, change).await
    }

    async fn one(
        &self,
        filter: sea_orm::sea_query::SimpleExpr,
    ) -> Result<Option<Message>, StorageError> {
        let row = self
            .0
            .rows::<message::Entity>()
            .filter(filter)
            .one(&self.0.transaction)
            .await?;
        row.map(message_from).transpose()
    }

    async fn change_one(
        &self,
        id: MessageId,
        change: message::ActiveModel,
    ) -> Result<(), StorageError> {
        self.0
            .change::<message::Entity>()
            .set(change)
            .filter(message::Column::Id.eq(id.uuid()))
            .exec(&self.0.transaction)
            .await?;
        Ok(())
    }
}

fn active(message: &Message) -> message::ActiveModel {
    message::ActiveModel {
        id: Set(message.id.uuid()),
        tenant_id: sea_orm::ActiveValue::NotSet,
        conversation_id: Set(message.conversation_id.uuid()),
        channel_id: Set(message.channel_id.uuid()),
        position: Set(message.position),
        author: Set(message.author.as_str().to_owned()),
        author_user_id: Set(message.author_user_id.map(UserId::uuid)),
        body: Set(printable::text(&message.text)),
        citations: Set((!message.citations.is_empty())
            .then(|| printable::json(serde_json::json!(message.citations)))),
        trace: Set(message.trace.clone().map(printable::json)),
        action: Set(message.action.map(|action| action.as_str().to_owned())),
        external_id: Set(message.external_id.clone()),
        client_id: Set(message.client_id.clone()),
        reply_turn: Set(message.reply_turn),
        delivery_state: Set(message
            .delivery_state
            .map(|state| state.as_str().to_owned())),
        delivery_error: Set(message.delivery_error.clone()),
        provider_ids: Set(
            (!message.provider_ids.is_empty()).then(|| serde_json::json!(message.provider_ids))
        ),
        sent_at: Set(message.sent_at),
        created_at: Set(message.created_at),
    }
}

pub(super) fn message_from(row: message::Model) -> Result<Message, StorageError> {
    let row_id = row.id;
    let corrupt = |column| StorageError::Corrupt {
        table: "messages",
        column,
        row: row_id.to_string(),
    };
    Ok(Message {
        id: MessageId::from_uuid(row.id),
        conversation_id: ConversationId::from_uuid(row.conversation_id),
        channel_id: ChannelId::from_uuid(row.channel_id),
        position: row.position,
        author: Author::from_name(&row.author).ok_or_else(|| corrupt("author"))?,
        author_user_id: row.author_user_id.map(UserId::from_uuid),
        text: row.body,
        citations: read_json(row.citations).ok_or_else(|| corrupt("citations"))?,
        trace: row.trace,
        action: row.action.as_deref().and_then(ReplyAction::from_name),
        external_id: row.external_id,
        client_id: row.client_id,
        reply_turn: row.reply_turn,
        delivery_state: row
            .delivery_state
            .as_deref()
            .and_then(DeliveryState::from_name),
        delivery_error: row.delivery_error,
        provider_ids: read_json(row.provider_ids).ok_or_else(|| corrupt("provider_ids"))?,
        sent_at: row.sent_at,
        created_at: row.created_at,
    })
}

fn read_json<T: Default + serde::de::DeserializeOwned>(
    json: Option<serde_json::Value>,
) -> Option<T> {
    json.map_or_else(
        || Some(T::default()),
        |json| serde_json::from_value(json).ok(),
    )
}
